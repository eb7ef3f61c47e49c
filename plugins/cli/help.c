/* help: what --help prints, made from the tables. */
#include "plugins/cli/command.h"

enum { TEXT_COLUMN = 28 };

/* Spaces up to the text column; a line that is longer already goes on below. */
static void pad(mlo_buf *out, size_t line_start) {
  size_t used = out->len - line_start;
  if (used >= TEXT_COLUMN) mlo_buf_char(out, '\n'), used = 0;
  for (; used < TEXT_COLUMN; used++) mlo_buf_char(out, ' ');
}

static void put_flag(mlo_buf *out, const mlo_flag *flag) {
  size_t start = out->len;
  if (flag->letter)
    mlo_buf_format(out, "  -%c, ", flag->letter);
  else
    mlo_buf_lit(out, "      ");
  mlo_buf_format(out, "--%s", flag->name);
  if (flag->value) mlo_buf_format(out, " %s", flag->value);
  pad(out, start);
  mlo_buf_format(out, "%s\n", flag->help);
  if (!flag->choices) return;
  pad(out, out->len);
  mlo_buf_format(out, "(%s)\n", flag->choices);
}

static const mlo_flag help_flag = {.name = "help", .letter = 'h', .help = "show this help"};

void mlo_help_of_command(const mlo_cli_command *command, mlo_buf *out) {
  mlo_buf_format(out, "%s\n\nusage: mlopslint %s", command->summary, command->name);
  if (command->flag_count) mlo_buf_lit(out, " [OPTIONS]");
  if (*command->operands) mlo_buf_format(out, " %s", command->operands);
  mlo_buf_lit(out, "\n\noptions:\n");
  for (uint32_t i = 0; i < command->flag_count; i++) put_flag(out, &command->flags[i]);
  put_flag(out, &help_flag);
  if (*command->help) mlo_buf_format(out, "\n%s\n", command->help);
}

void mlo_help_of_program(mlo_buf *out) {
  mlo_buf_lit(out, "mlopslint " MLO_VERSION ": a linter for machine-learning projects\n\n"
                   "usage: mlopslint COMMAND [OPTIONS] [ARGUMENTS]\n\ncommands:\n");
  for (const mlo_cli_command *const *at = mlo_cli_commands; *at; at++) {
    size_t start = out->len;
    mlo_buf_format(out, "  %s %s", (*at)->name, (*at)->operands);
    pad(out, start);
    mlo_buf_format(out, "%s\n", (*at)->summary);
  }
  mlo_buf_lit(out, "\noptions:\n"
                   "  -h, --help                show this help; after a command, the command's\n"
                   "  -V, --version             show the version\n\n"
                   "exit status: 0 clean, 1 findings, 2 the job could not be done\n");
}
