/* notebook diff: a notebook as readable text, which git can compare (textconv), or what differs between two. */
#include "plugins/cli/command.h"
#include "plugins/cli/fixing.h"
#include "plugins/cli/notebook_file.h"
#include "plugins/git/child.h"
#include "plugins/git/libgit2.h"
#include "plugins/report/notebook_changes.h"
#include "plugins/report/notebook_text.h"
#include "plugins/report/terminal.h"

#include <unistd.h>

enum { DIFF_NO_OUTPUTS, DIFF_REV, DIFF_COLOR, DIFF_FLAG_COUNT };
static const mlo_flag flags[] = {
    [DIFF_NO_OUTPUTS] = {.name = "no-outputs", .help = "leave out outputs and execution counts"},
    [DIFF_REV] = {.name = "rev",
                  .value = "REV",
                  .help = "compare FILE with what it was in this revision of git"},
    [DIFF_COLOR] = {.name = "color",
                    .value = "WHEN",
                    .choices = "auto|always|never",
                    .help = "colours (default auto)"},
};

typedef struct job {
  const mlo_cli *cli;
  const mlo_arguments *arguments;
  bool outputs;
  mlo_buf out;
} job;

/* --- one notebook ---------------------------------------------------------------------------- */

/* git shows nothing at all where its textconv fails: of a notebook that can't be read it gets the lines of the file. */
static void put_raw(const mlo_notebook_file *file, mlo_buf *out) {
  mlo_buf_lit(out, "%% not a notebook that can be read: ");
  mlo_terminal_add(out, mlo_str_c(file->why.message));
  mlo_buf_lit(out, "\n%% the file as it is:\n");
  mlo_notebook_text_put_lines(file->text, out);
}

static mlo_status show_one(job *self, mlo_error *err) {
  mlo_notebook_file file;
  mlo_str path = self->arguments->operands.items[0];
  mlo_status status = mlo_notebook_file_read(path, self->cli->arena, &file, err);
  if (status != MLO_OK) return status;
  if (file.readable)
    mlo_notebook_text_put(&file.notebook, self->outputs, self->cli->arena, &self->out);
  else
    put_raw(&file, &self->out);
  return MLO_OK;
}

/* --- two notebooks --------------------------------------------------------------------------- */

static mlo_status complain(const mlo_notebook_file *file, mlo_error *err) {
  *err = file->why;
  return file->why.status;
}

static mlo_status read_revision(const job *self, mlo_str rev, mlo_notebook_file *out,
                                mlo_error *err) {
  mlo_arena *arena = self->cli->arena;
  mlo_str path = self->arguments->operands.items[0];
  size_t slash = mlo_str_rfind_char(path, '/');
  mlo_str folder = slash == SIZE_MAX ? MLO_STR(".") : mlo_str_slice(path, 0, slash + 1);
  mlo_str name = slash == SIZE_MAX ? path : mlo_str_from(path, slash + 1);
  mlo_str object = mlo_arena_format(arena, "%.*s:./%.*s", MLO_FMT(rev), MLO_FMT(name));
  if (mlo_str_starts(rev, MLO_STR("-")))
    return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0}, "'%.*s' is no revision", MLO_FMT(rev));
  const char *words[] = {"cat-file", "blob", mlo_arena_cstr(arena, object), NULL};
  mlo_git_command command = {.folder = mlo_arena_cstr(arena, folder), .arguments = words};
  mlo_buf blob = {0};
  mlo_status status = mlo_git_run(&command, &blob, err);
  mlo_str bytes = status == MLO_OK ? mlo_arena_str(arena, mlo_buf_str(&blob)) : (mlo_str){0};
  mlo_buf_release(&blob);
  return status == MLO_OK ? mlo_notebook_file_take(object, bytes, arena, out, err) : status;
}

static mlo_status read_both(const job *self, mlo_notebook_file *before, mlo_notebook_file *after,
                            mlo_error *err) {
  const mlo_words *words = &self->arguments->operands;
  mlo_str rev = mlo_arguments_last(self->arguments, DIFF_REV);
  mlo_status status = rev.ptr
                          ? read_revision(self, rev, before, err)
                          : mlo_notebook_file_read(words->items[0], self->cli->arena, before, err);
  if (status == MLO_OK)
    status = mlo_notebook_file_read(words->items[words->len - 1], self->cli->arena, after, err);
  if (status == MLO_OK && !before->readable) return complain(before, err);
  return status == MLO_OK && !after->readable ? complain(after, err) : status;
}

static void put_name(const job *self, char sign, mlo_str path, mlo_buf *out) {
  mlo_str name = mlo_arena_format(self->cli->arena, "%c%c%c %.*s", sign, sign, sign, MLO_FMT(path));
  mlo_terminal_add(out, name);
  mlo_buf_char(out, '\n');
}

static mlo_status show_two(job *self, mlo_error *err) {
  mlo_notebook_file before, after;
  mlo_status status = read_both(self, &before, &after, err);
  if (status != MLO_OK) return status;
  mlo_color_world world = mlo_color_world_of(STDOUT_FILENO);
  mlo_notebook_changes changes = {
      .before = &before.notebook,
      .after = &after.notebook,
      .outputs = self->outputs,
      .color = mlo_color_wanted(mlo_arguments_last(self->arguments, DIFF_COLOR), &world),
      .patch = mlo_diff_put};
  mlo_buf found = {0};
  git_libgit2_init(); /* stays up for all cells: starting it takes longer than comparing one */
  mlo_notebook_changes_put(&changes, self->cli->arena, &found);
  git_libgit2_shutdown();
  if (found.len) {
    put_name(self, '-', before.path, &self->out);
    put_name(self, '+', after.path, &self->out);
  }
  mlo_buf_add(&self->out, mlo_buf_str(&found));
  self->out.failed = self->out.failed || found.failed;
  mlo_buf_release(&found);
  return MLO_OK;
}

/* --- the command ----------------------------------------------------------------------------- */

static int finish(job *self, mlo_status status, bool two, const mlo_error *err) {
  bool some = self->out.len > 0;
  bool printed = status == MLO_OK && !self->out.failed && mlo_output_print(mlo_buf_str(&self->out));
  if (self->out.failed) mlo_output_complain((mlo_str){0}, MLO_STR("out of memory"));
  mlo_buf_release(&self->out);
  if (status != MLO_OK) return mlo_output_fail(err);
  if (!printed) return MLO_EXIT_FAILED;
  return two && some ? MLO_EXIT_FINDINGS : MLO_EXIT_CLEAN;
}

static int run(const mlo_cli *cli, const mlo_arguments *arguments) {
  mlo_error err = {0};
  job self = {.cli = cli, .arguments = arguments};
  self.outputs = !mlo_arguments_has(arguments, DIFF_NO_OUTPUTS);
  bool rev = mlo_arguments_has(arguments, DIFF_REV);
  mlo_status status = mlo_operands_expect(arguments, 1, rev ? 1 : 2, "a notebook", &err);
  bool two = rev || arguments->operands.len == 2;
  if (status == MLO_OK) status = two ? show_two(&self, &err) : show_one(&self, &err);
  return finish(&self, status, two, &err);
}

const mlo_cli_command mlo_notebook_diff_command = {
    .name = "notebook diff",
    .operands = "FILE [FILE]",
    .summary = "show a notebook as readable text, or what differs between two, cell by cell",
    .help =
        "Of two notebooks: cells are matched by id, then by source; exit status 0: no difference, "
        "1: "
        "some, 2: can't be\nread. With one FILE it is git's textconv, which shows the file's lines "
        "where it is no notebook:\n"
        "  git config diff.mlopslint.textconv 'mlopslint notebook diff'\n"
        "  echo '*.ipynb diff=mlopslint' >> .gitattributes",
    .flags = flags,
    .flag_count = DIFF_FLAG_COUNT,
    .run = run,
};
