/* lsp: the language server as a command. */
#include "plugins/cli/command.h"
#include "plugins/lsp/lsp.h"

enum { LSP_STDIO, LSP_FLAG_COUNT };
static const mlo_flag flags[] = {
    [LSP_STDIO] = {.name = "stdio", .help = "speak over standard input and output (always so)"},
};

static int run(const mlo_cli *cli, const mlo_arguments *arguments) {
  mlo_error err = {0};
  if (mlo_operands_expect(arguments, 0, 0, "", &err) != MLO_OK) return mlo_output_fail(&err);
  return mlo_lsp_main(cli->layer);
}

const mlo_cli_command mlo_lsp_command = {
    .name = "lsp",
    .operands = "",
    .summary = "serve an editor (language server protocol)",
    .help = "",
    .flags = flags,
    .flag_count = LSP_FLAG_COUNT,
    .run = run,
};
