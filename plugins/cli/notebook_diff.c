/* notebook diff: a notebook as readable text, which git can compare (textconv), or what differs between two. */
#include "plugins/cli/command.h"
#include "plugins/cli/notebook_file.h"
#include "plugins/report/notebook_text.h"
#include "plugins/report/terminal.h"

enum { DIFF_NO_OUTPUTS, DIFF_FLAG_COUNT };
static const mlo_flag flags[] = {
    [DIFF_NO_OUTPUTS] = {.name = "no-outputs", .help = "leave out outputs and execution counts"},
};

/* git shows nothing at all where its textconv fails: of a notebook that can't be read it gets the lines of the file. */
static void put_raw(const mlo_notebook_file *file, mlo_buf *out) {
  mlo_buf_lit(out, "%% not a notebook that can be read: ");
  mlo_terminal_add(out, mlo_str_c(file->why.message));
  mlo_buf_lit(out, "\n%% the file as it is:\n");
  mlo_notebook_text_put_lines(file->text, out);
}

static int show_one(const mlo_cli *cli, mlo_str path, bool outputs) {
  mlo_error err = {0};
  mlo_notebook_file file;
  if (mlo_notebook_file_read(path, cli->arena, &file, &err) != MLO_OK) return mlo_output_fail(&err);
  mlo_buf out = {0};
  if (file.readable)
    mlo_notebook_text_put(&file.notebook, outputs, cli->arena, &out);
  else
    put_raw(&file, &out);
  bool printed = !out.failed && mlo_output_print(mlo_buf_str(&out));
  mlo_buf_release(&out);
  return printed ? MLO_EXIT_CLEAN : MLO_EXIT_FAILED;
}

static int run(const mlo_cli *cli, const mlo_arguments *arguments) {
  mlo_error err = {0};
  if (mlo_operands_expect(arguments, 1, 1, "a notebook", &err) != MLO_OK)
    return mlo_output_fail(&err);
  return show_one(cli, arguments->operands.items[0],
                  !mlo_arguments_has(arguments, DIFF_NO_OUTPUTS));
}

const mlo_cli_command mlo_notebook_diff_command = {
    .name = "notebook diff",
    .operands = "FILE",
    .summary = "show a notebook as readable text",
    .help = "",
    .flags = flags,
    .flag_count = DIFF_FLAG_COUNT,
    .run = run,
};
