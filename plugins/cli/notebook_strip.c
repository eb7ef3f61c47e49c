/* notebook strip: takes out of notebooks what the policy does not let stay: files in place, or as a filter. */
#include "plugins/cli/fixing.h"
#include "plugins/cli/input.h"
#include "plugins/cli/stripping.h"
#include "plugins/report/terminal.h"

#include <unistd.h>

enum {
  STRIP_CHECK = STRIPPING_FLAG_COUNT,
  STRIP_DIFF,
  STRIP_DRY_RUN,
  STRIP_TEXTCONV,
  STRIP_STDIN_FILENAME,
  STRIP_QUIET,
  STRIP_FLAG_COUNT
};

static const mlo_flag flags[] = {
    MLO_STRIPPING_FLAGS,
    [STRIP_CHECK] = {.name = "check",
                     .help = "change nothing; exit status 1 if something would change"},
    [STRIP_DIFF] = {.name = "diff", .help = "change nothing; show what would change as a patch"},
    [STRIP_DRY_RUN] = {.name = "dry-run", .help = "change nothing; name what would change"},
    [STRIP_TEXTCONV] = {.name = "textconv", .help = "change nothing; print FILE stripped"},
    [STRIP_STDIN_FILENAME] = {.name = "stdin-filename",
                              .value = "NAME",
                              .help = "where standard input stands in the project"},
    [STRIP_QUIET] = {.name = "quiet", .letter = 'q', .help = "name no files"},
};

typedef struct job {
  const mlo_cli *cli;
  const mlo_arguments *arguments;
  mlo_stripping stripping;
  mlo_arena file; /* lives as long as one notebook is at work */
  uint32_t changed, failed;
} job;

static bool has(const job *self, uint32_t flag) { return mlo_arguments_has(self->arguments, flag); }

static void fail(job *self, const mlo_error *err) {
  mlo_output_fail(err);
  self->failed++;
}

/* --- one notebook ---------------------------------------------------------------------------- */

static bool print_stripped(mlo_str bytes, const mlo_strip_edits *edits) {
  if (edits->len == 0) return mlo_output_print(bytes);
  mlo_buf out = {.max = UINT32_MAX};
  mlo_strip_put(bytes, edits, &out);
  bool printed = !out.failed && mlo_output_print(mlo_buf_str(&out));
  if (out.failed) mlo_output_complain((mlo_str){0}, MLO_STR("out of memory"));
  mlo_buf_release(&out);
  return printed;
}

static bool print_diff(mlo_str path, mlo_str bytes, const mlo_strip_edits *edits) {
  mlo_buf after = {.max = UINT32_MAX}, patch = {.max = UINT32_MAX};
  mlo_strip_put(bytes, edits, &after);
  bool made =
      !after.failed && mlo_diff_put(path, bytes, mlo_buf_str(&after), &patch) && !patch.failed;
  if (!made) mlo_output_complain(path, MLO_STR("is too large for a patch"));
  made = made && mlo_output_print_foreign(mlo_buf_str(&patch));
  mlo_buf_release(&after);
  mlo_buf_release(&patch);
  return made;
}

static bool print_name(mlo_str path) {
  mlo_buf line = {0};
  mlo_terminal_add(&line, path);
  mlo_buf_char(&line, '\n');
  bool printed = mlo_output_print(mlo_buf_str(&line));
  mlo_buf_release(&line);
  return printed;
}

/* Says what would change, as the options ask. */
static bool show(const job *self, mlo_str path, mlo_str bytes, const mlo_strip_edits *edits) {
  if (has(self, STRIP_DIFF)) return print_diff(path, bytes, edits);
  return has(self, STRIP_QUIET) || print_name(path);
}

static bool only_shows(const job *self) {
  return has(self, STRIP_CHECK) || has(self, STRIP_DIFF) || has(self, STRIP_DRY_RUN);
}

/* --- standard input -------------------------------------------------------------------------- */

/* What is no notebook goes through as it came: nothing downstream may lose its bytes. */
static int strip_input(job *self) {
  mlo_str name = mlo_arguments_last(self->arguments, STRIP_STDIN_FILENAME), bytes;
  mlo_buf input = {.max = UINT32_MAX};
  mlo_error err = {0};
  mlo_policy policy;
  mlo_strip_edits edits = {0};
  mlo_status status = mlo_input_read_into(&input, &err);
  if (status != MLO_OK) {
    mlo_buf_release(&input);
    return mlo_output_fail(&err);
  }
  bytes = mlo_buf_str(&input);
  mlo_str path = name.len ? name : MLO_STR("standard input");
  status = mlo_stripping_policy_at(&self->stripping, name.len ? name : MLO_STR("stdin.ipynb"),
                                   &self->file, &policy, &err);
  if (status == MLO_OK) status = mlo_strip_bytes(bytes, path, &policy, &self->file, &edits, &err);
  if (status != MLO_OK) fail(self, &err);
  self->changed = edits.len > 0;
  bool printed = !only_shows(self) ? print_stripped(bytes, &edits)
                                   : edits.len == 0 || show(self, path, bytes, &edits);
  mlo_buf_release(&input);
  if (status != MLO_OK || !printed) return MLO_EXIT_FAILED;
  return self->changed && has(self, STRIP_CHECK) ? MLO_EXIT_FINDINGS : MLO_EXIT_CLEAN;
}

/* --- files ----------------------------------------------------------------------------------- */

static bool same_file(const mlo_stat *a, const mlo_stat *b) {
  return a->inode == b->inode && a->device == b->device && a->size == b->size &&
         a->modified == b->modified;
}

static mlo_status write_stripped(mlo_str path, const mlo_stat *before, mlo_str bytes,
                                 const mlo_strip_edits *edits, mlo_error *err) {
  mlo_buf out = {.max = UINT32_MAX};
  mlo_stat now;
  mlo_strip_put(bytes, edits, &out);
  mlo_status status = out.failed
                          ? mlo_error_set(err, MLO_ERR_MEMORY, path, "out of memory: not stripped")
                          : mlo_os_stat(path, &now, err);
  if (status == MLO_OK && !same_file(before, &now))
    status = mlo_error_set(err, MLO_ERR_IO, path,
                           "was changed while it was read: not stripped; run it again");
  if (status == MLO_OK) status = mlo_os_write(path, mlo_buf_str(&out), err);
  mlo_buf_release(&out);
  return status;
}

static mlo_status strip_file(job *self, const mlo_walk_entry *entry, mlo_error *err) {
  mlo_policy policy = mlo_stripping_policy(&self->stripping, entry->settings, entry->path);
  mlo_strip_edits edits;
  mlo_stat before;
  mlo_str bytes;
  mlo_status status = mlo_os_stat(entry->path, &before, err);
  if (status == MLO_OK) status = mlo_os_read(entry->path, UINT32_MAX - 1, &self->file, &bytes, err);
  if (status == MLO_OK)
    status = mlo_strip_bytes(bytes, entry->path, &policy, &self->file, &edits, err);
  if (status != MLO_OK || edits.len == 0) return status;
  self->changed++;
  if (!only_shows(self)) status = write_stripped(entry->path, &before, bytes, &edits, err);
  if (status == MLO_OK && !show(self, entry->path, bytes, &edits)) self->failed++;
  return status;
}

static mlo_status expect_notebooks(const job *self, mlo_error *err) {
  const mlo_words *operands = &self->arguments->operands;
  for (uint32_t i = 0; i < operands->len; i++) {
    mlo_stat found;
    mlo_str name = operands->items[i];
    mlo_status status = mlo_os_stat(name, &found, err);
    if (status != MLO_OK) return status;
    if (found.kind != MLO_FILE_REGULAR || mlo_format_of_path(name) == MLO_FORMAT_NOTEBOOK) continue;
    return mlo_error_set(err, MLO_ERR_USAGE, name,
                         "is not named .ipynb: give it on standard input if it is a notebook");
  }
  return MLO_OK;
}

static mlo_status list_notebooks(job *self, mlo_walk_entries *out, mlo_error *err) {
  mlo_problems problems = {0};
  mlo_walk_options options = mlo_stripping_walk(&self->stripping);
  options.paths = self->arguments->operands.items;
  options.path_count = self->arguments->operands.len;
  mlo_status status = expect_notebooks(self, err);
  if (status == MLO_OK) status = mlo_walk(&options, self->cli->arena, out, &problems, err);
  for (uint32_t i = 0; i < problems.len; i++)
    mlo_output_complain(problems.items[i].path, problems.items[i].message);
  self->failed += problems.len;
  return status;
}

static void note_count(const job *self) {
  const char *what = only_shows(self) ? "would be stripped" : "stripped";
  if (self->changed && !has(self, STRIP_QUIET) && !has(self, STRIP_DIFF))
    mlo_output_note(mlo_arena_format(self->cli->arena, "%u notebook%s %s", self->changed,
                                     self->changed == 1 ? "" : "s", what));
}

static int strip_files(job *self) {
  mlo_walk_entries entries = {0};
  mlo_error err = {0};
  if (list_notebooks(self, &entries, &err) != MLO_OK) return mlo_output_fail(&err);
  for (uint32_t i = 0; i < entries.len; i++) {
    if (entries.items[i].format != MLO_FORMAT_NOTEBOOK) continue;
    mlo_error wrong = {0};
    mlo_arena_reset(&self->file);
    if (strip_file(self, &entries.items[i], &wrong) != MLO_OK) fail(self, &wrong);
  }
  note_count(self);
  if (self->failed) return MLO_EXIT_FAILED;
  return self->changed && has(self, STRIP_CHECK) ? MLO_EXIT_FINDINGS : MLO_EXIT_CLEAN;
}

/* git shows what we print, and stops at a failure: what is no notebook is shown as it is. */
static int print_file(job *self) {
  mlo_error err = {0};
  mlo_policy policy;
  mlo_strip_edits edits = {0};
  mlo_str bytes, path;
  if (mlo_operands_expect(self->arguments, 1, 1, "a notebook", &err) != MLO_OK)
    return mlo_output_fail(&err);
  path = self->arguments->operands.items[0];
  if (mlo_os_read(path, UINT32_MAX - 1, &self->file, &bytes, &err) != MLO_OK)
    return mlo_output_fail(&err);
  mlo_status status = mlo_stripping_policy_at(&self->stripping, path, &self->file, &policy, &err);
  if (status == MLO_OK) status = mlo_strip_bytes(bytes, path, &policy, &self->file, &edits, &err);
  if (status != MLO_OK) mlo_output_fail(&err);
  return print_stripped(bytes, &edits) ? MLO_EXIT_CLEAN : MLO_EXIT_FAILED;
}

/* --- the command ----------------------------------------------------------------------------- */

static int act(job *self) {
  const mlo_words *operands = &self->arguments->operands;
  bool input = operands->len == 0 || mlo_str_eq(operands->items[0], MLO_STR("-"));
  mlo_error err = {0};
  if (has(self, STRIP_TEXTCONV)) return print_file(self);
  if (!input) return strip_files(self);
  if (operands->len == 0 && isatty(STDIN_FILENO) == 1) {
    mlo_operands_expect(self->arguments, 1, 1,
                        "notebooks or folders, or a notebook on standard input", &err);
    return mlo_output_fail(&err);
  }
  if (mlo_operands_expect(self->arguments, 0, 1, "", &err) != MLO_OK) return mlo_output_fail(&err);
  return strip_input(self);
}

static void out_of_memory(void *ctx) {
  (void)ctx;
  mlo_output_complain((mlo_str){0}, MLO_STR("out of memory"));
  _exit(MLO_EXIT_FAILED);
}

static int run(const mlo_cli *cli, const mlo_arguments *arguments) {
  job self = {.cli = cli, .arguments = arguments};
  mlo_error err = {0};
  mlo_arena_init(&self.file, 0, out_of_memory, NULL);
  bool open = mlo_stripping_open(cli, arguments, &self.stripping, &err) == MLO_OK;
  int code = open ? act(&self) : mlo_output_fail(&err);
  mlo_stripping_close(&self.stripping);
  mlo_arena_release(&self.file);
  return code;
}

const mlo_cli_command mlo_notebook_strip_command = {
    .name = "notebook strip",
    .operands = "[FILE|FOLDER...|-]",
    .summary = "take outputs, counts and editors' noise out of notebooks",
    .help = "Files are changed in place, each in one step; without a file, or with -, standard "
            "input goes to "
            "standard output.\nWhat stays is said in [notebook] of the configuration. 'mlopslint "
            "notebook install' makes git do it.",
    .flags = flags,
    .flag_count = STRIP_FLAG_COUNT,
    .run = run,
};
