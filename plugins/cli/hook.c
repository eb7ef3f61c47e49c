/* hook: mlopslint as a git hook. */
#include "plugins/cli/command.h"
#include "plugins/cli/program.h"
#include "plugins/git/git.h"

#define HOOK_OPERANDS "pre-commit|pre-merge-commit"

static mlo_status expect_hook(const mlo_arguments *arguments, mlo_error *err) {
  mlo_status status = mlo_operands_expect(arguments, 1, 1, "a hook: " HOOK_OPERANDS, err);
  if (status != MLO_OK) return status;
  mlo_nearest nearest = {.word = arguments->operands.items[0]};
  for (const char *const *name = mlo_git_hook_names; *name; name++) {
    if (mlo_str_eq(mlo_str_c(*name), nearest.word)) return MLO_OK;
    mlo_nearest_offer(&nearest, mlo_str_c(*name));
  }
  return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0}, "no hook '%.*s'; did you mean '%.*s'?",
                       MLO_FMT(nearest.word), MLO_FMT(nearest.best));
}

static void note_hook(const mlo_cli *cli, const char *what, const mlo_git_hook *hook) {
  mlo_output_note(mlo_arena_format(cli->arena, "%s %.*s", what, MLO_FMT(hook->path)));
  if (hook->shared)
    mlo_output_note(
        MLO_STR("core.hooksPath leads out of this repository: others use the hook too"));
}

static int install(const mlo_cli *cli, const mlo_arguments *arguments) {
  mlo_git_hook hook = {0};
  mlo_error err = {0};
  mlo_status status = expect_hook(arguments, &err);
  if (status == MLO_OK)
    status = mlo_git_hook_install(MLO_STR("."), arguments->operands.items[0],
                                  mlo_program_path(cli->arena), cli->arena, &hook, &err);
  if (status != MLO_OK) return mlo_output_fail(&err);
  note_hook(cli, hook.was_there ? "brought up to date:" : "installed", &hook);
  if (hook.before.len)
    mlo_output_note(mlo_arena_format(cli->arena, "%.*s runs first", MLO_FMT(hook.before)));
  return MLO_EXIT_CLEAN;
}

static int uninstall(const mlo_cli *cli, const mlo_arguments *arguments) {
  mlo_git_hook hook = {0};
  mlo_error err = {0};
  mlo_status status = expect_hook(arguments, &err);
  if (status == MLO_OK)
    status =
        mlo_git_hook_uninstall(MLO_STR("."), arguments->operands.items[0], cli->arena, &hook, &err);
  if (status != MLO_OK) return mlo_output_fail(&err);
  if (hook.was_there)
    note_hook(cli, "removed", &hook);
  else
    mlo_output_note(MLO_STR("none of our hooks stands there"));
  return MLO_EXIT_CLEAN;
}

static int run(const mlo_cli *cli, const mlo_arguments *arguments) {
  mlo_error err = {0};
  if (expect_hook(arguments, &err) != MLO_OK) return mlo_output_fail(&err);
  char staged[] = "--staged";
  char *const argv[] = {staged};
  mlo_arguments check = {0};
  mlo_arguments_read(mlo_check_command.flags, mlo_check_command.flag_count, argv, 1, cli->arena,
                     &check, &err);
  return mlo_check_command.run(cli, &check);
}

const mlo_cli_command mlo_hook_install_command = {
    .name = "hook install",
    .operands = HOOK_OPERANDS,
    .summary = "check what is staged before each commit",
    .help = "A hook that stands there already runs first.",
    .run = install,
};

const mlo_cli_command mlo_hook_uninstall_command = {
    .name = "hook uninstall",
    .operands = HOOK_OPERANDS,
    .summary = "take the hook away again",
    .help = "",
    .run = uninstall,
};

const mlo_cli_command mlo_hook_run_command = {
    .name = "hook run",
    .operands = HOOK_OPERANDS,
    .summary = "what the hook does: check --staged",
    .help = "",
    .run = run,
};
