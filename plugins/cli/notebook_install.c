/* notebook install: tells git to strip, show and merge notebooks by us, and takes that back. */
#include "plugins/cli/program.h"
#include "plugins/cli/stripping.h"
#include "plugins/git/drivers.h"

enum {
  INSTALL_LOCAL,
  INSTALL_GLOBAL,
  INSTALL_ATTRIBUTES,
  UNINSTALL_FLAG_COUNT,
  INSTALL_PROCESS = UNINSTALL_FLAG_COUNT,
  INSTALL_STATUS,
  INSTALL_FLAG_COUNT
};

static const mlo_flag flags[] = {
    [INSTALL_LOCAL] = {.name = "local", .help = "in this repository (as without it)"},
    [INSTALL_GLOBAL] = {.name = "global", .help = "in all repositories of the user"},
    [INSTALL_ATTRIBUTES] = {.name = "attributes",
                            .value = "FILE",
                            .help = "this file instead of .gitattributes"},
    [INSTALL_PROCESS] = {.name = "process",
                         .help = "one process for all notebooks of a git command: faster with "
                                 "hundreds of them"},
    [INSTALL_STATUS] = {.name = "status",
                        .help = "only tell what is installed; exit status 1 if it is not all"},
};

static mlo_status read_options(const mlo_cli *cli, const mlo_arguments *arguments,
                               mlo_git_drivers_options *out, mlo_error *err) {
  *out = (mlo_git_drivers_options){.program = mlo_program_name(cli->arena),
                                   .attributes = mlo_arguments_last(arguments, INSTALL_ATTRIBUTES),
                                   .global = mlo_arguments_has(arguments, INSTALL_GLOBAL),
                                   .process = mlo_arguments_has(arguments, INSTALL_PROCESS)};
  if (out->global && mlo_arguments_has(arguments, INSTALL_LOCAL))
    return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0},
                         "--local and --global exclude each other");
  return mlo_operands_expect(arguments, 0, 0, "", err);
}

/* --- notebooks that are there already -------------------------------------------------------- */

static bool would_change(const mlo_stripping *stripping, mlo_str path, mlo_arena *arena) {
  mlo_error ignored = {0};
  mlo_policy policy;
  mlo_strip_edits edits = {0};
  mlo_str file = mlo_arena_format(arena, "%.*s/%.*s", MLO_FMT(stripping->root), MLO_FMT(path));
  mlo_str bytes;
  if (mlo_os_read(file, UINT32_MAX - 1, arena, &bytes, &ignored) != MLO_OK) return false;
  if (mlo_stripping_policy_at(stripping, path, arena, &policy, &ignored) != MLO_OK) return false;
  return mlo_strip_bytes(bytes, path, &policy, arena, &edits, &ignored) == MLO_OK && edits.len > 0;
}

static void note_notebooks(const mlo_cli *cli, mlo_str top) {
  static const mlo_arguments none = {0};
  mlo_stripping stripping;
  mlo_git_paths paths;
  mlo_error ignored = {0};
  uint32_t count = 0;
  bool open = top.len && mlo_stripping_open(cli, &none, &stripping, &ignored) == MLO_OK;
  stripping.root = top;
  if (open && mlo_git_tracked_notebooks(top, cli->arena, &paths, &ignored) == MLO_OK)
    for (uint32_t i = 0; i < paths.len; i++) {
      mlo_arena_mark mark = mlo_arena_save(cli->arena);
      count += would_change(&stripping, paths.items[i], cli->arena);
      mlo_arena_restore(cli->arena, mark);
    }
  if (top.len) mlo_stripping_close(&stripping);
  if (count)
    mlo_output_note(mlo_arena_format(
        cli->arena,
        "%u notebook%s in git hold%s what is stripped from now on: \"git add --renormalize "
        "':/*.ipynb'\" strips %s in the next commit",
        count, count == 1 ? "" : "s", count == 1 ? "s" : "", count == 1 ? "it" : "them"));
}

/* --- the commands ---------------------------------------------------------------------------- */

static int tell(const mlo_cli *cli, const mlo_git_drivers_options *options) {
  mlo_git_drivers found;
  mlo_error err = {0};
  if (mlo_git_drivers_read(options, cli->arena, &found, &err) != MLO_OK)
    return mlo_output_fail(&err);
  bool all = found.attributes_there && found.configuration_there;
  mlo_buf out = {0};
  mlo_buf_format(&out, "%s\n", all ? "installed" : "not installed");
  mlo_buf_format(&out, "attributes: %s %.*s\n", found.attributes_there ? "in" : "not in",
                 MLO_FMT(found.attributes));
  if (found.configuration_there)
    mlo_buf_format(&out, "filter: %.*s%s\n", MLO_FMT(found.clean),
                   found.process_there ? " (and a filter process)" : "");
  else
    mlo_buf_lit(&out, "filter: not in git's configuration\n");
  if (found.other_filter.len)
    mlo_buf_format(&out, "another filter: %.*s\n", MLO_FMT(found.other_filter));
  bool printed = mlo_output_print_foreign(mlo_buf_str(&out));
  mlo_buf_release(&out);
  return !printed ? MLO_EXIT_FAILED : all ? MLO_EXIT_CLEAN : MLO_EXIT_FINDINGS;
}

static int run_install(const mlo_cli *cli, const mlo_arguments *arguments) {
  mlo_git_drivers_options options;
  mlo_git_drivers before;
  mlo_error err = {0};
  if (read_options(cli, arguments, &options, &err) != MLO_OK) return mlo_output_fail(&err);
  if (mlo_arguments_has(arguments, INSTALL_STATUS)) return tell(cli, &options);
  if (mlo_git_drivers_install(&options, cli->arena, &before, &err) != MLO_OK)
    return mlo_output_fail(&err);
  bool there = before.attributes_there && before.configuration_there;
  mlo_output_note(mlo_arena_format(cli->arena, "%s: %.*s",
                                   there ? "brought up to date" : "installed",
                                   MLO_FMT(before.attributes)));
  if (before.other_filter.len)
    mlo_output_note(mlo_arena_format(cli->arena,
                                     "notebooks had the filter `%.*s` before; ours counts now",
                                     MLO_FMT(before.other_filter)));
  note_notebooks(cli, before.top);
  return MLO_EXIT_CLEAN;
}

static int run_uninstall(const mlo_cli *cli, const mlo_arguments *arguments) {
  mlo_git_drivers_options options;
  mlo_git_drivers before;
  mlo_error err = {0};
  if (read_options(cli, arguments, &options, &err) != MLO_OK ||
      mlo_git_drivers_uninstall(&options, cli->arena, &before, &err) != MLO_OK)
    return mlo_output_fail(&err);
  if (before.attributes_there || before.configuration_there)
    mlo_output_note(mlo_arena_format(cli->arena, "removed from %.*s", MLO_FMT(before.attributes)));
  else
    mlo_output_note(MLO_STR("nothing of ours was there"));
  return MLO_EXIT_CLEAN;
}

const mlo_cli_command mlo_notebook_install_command = {
    .name = "notebook install",
    .operands = "",
    .summary = "make git strip, show and merge notebooks by us",
    .help =
        "Writes a line for *.ipynb into .gitattributes and the commands that it names into git's "
        "configuration.\nFiles in the working tree keep their outputs; what is committed has none, "
        "but "
        "what [notebook] of the configuration keeps.",
    .flags = flags,
    .flag_count = INSTALL_FLAG_COUNT,
    .run = run_install,
};

const mlo_cli_command mlo_notebook_uninstall_command = {
    .name = "notebook uninstall",
    .operands = "",
    .summary = "take that back",
    .help = "",
    .flags = flags,
    .flag_count = UNINSTALL_FLAG_COUNT,
    .run = run_uninstall,
};
