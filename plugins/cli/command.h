/* command: one record for each command; help, completion and dispatch all read the same table. */
#ifndef MLO_CLI_COMMAND_H
#define MLO_CLI_COMMAND_H

#include "plugins/cli/arguments.h"
#include "plugins/cli/output.h"

typedef struct mlo_cli {
  const mlo_rule_layer *layer;
  mlo_arena *arena; /* lives as long as the command runs */
} mlo_cli;

typedef struct mlo_cli_command {
  const char *name;     /* one word or two: "check", "rule test" */
  const char *operands; /* "[PATH...]"; "" for none */
  const char *summary;  /* one line */
  const char *help;     /* what --help says below the options; "" for nothing */
  const mlo_flag *flags;
  uint32_t flag_count;
  int (*run)(const mlo_cli *cli, const mlo_arguments *arguments); /* returns the exit code */
} mlo_cli_command;

extern const mlo_cli_command mlo_check_command;
extern const mlo_cli_command mlo_rules_command;
extern const mlo_cli_command mlo_explain_command;
extern const mlo_cli_command mlo_rule_new_command;
extern const mlo_cli_command mlo_rule_test_command;
extern const mlo_cli_command mlo_rule_types_command;
extern const mlo_cli_command mlo_rule_try_command;
extern const mlo_cli_command mlo_rule_ast_command;
extern const mlo_cli_command mlo_baseline_create_command;
extern const mlo_cli_command mlo_baseline_prune_command;
extern const mlo_cli_command mlo_baseline_check_command;
extern const mlo_cli_command mlo_notebook_strip_command;
extern const mlo_cli_command mlo_notebook_filter_command;
extern const mlo_cli_command mlo_notebook_install_command;
extern const mlo_cli_command mlo_notebook_uninstall_command;
extern const mlo_cli_command mlo_completions_command;
extern const mlo_cli_command mlo_lsp_command;
extern const mlo_cli_command mlo_notebook_diff_command;
extern const mlo_cli_command mlo_notebook_export_command;
extern const mlo_cli_command mlo_notebook_merge_command;
extern const mlo_cli_command mlo_hook_install_command;
extern const mlo_cli_command mlo_hook_uninstall_command;
extern const mlo_cli_command mlo_hook_run_command;

/* All commands in the order of the help; ends with NULL. */
extern const mlo_cli_command *const mlo_cli_commands[];

/* The help of one command, or of the program. */
void mlo_help_of_command(const mlo_cli_command *command, mlo_buf *out);
void mlo_help_of_program(mlo_buf *out);

/* Fails with MLO_ERR_USAGE if the operands are fewer than least or more than most. */
mlo_status mlo_operands_expect(const mlo_arguments *arguments, uint32_t least, uint32_t most,
                               const char *what, mlo_error *err);
/* The rule with this code or name, or UINT32_MAX with an error that names the nearest. A word that it had before is
 * noted. */
uint32_t mlo_cli_rule(const mlo_cli *cli, const mlo_engine *engine, mlo_str word, mlo_error *err);

/* What the flags --config and --isolated say, by their indices in the command's table. Fails with MLO_ERR_USAGE if both
 * are given. */
mlo_status mlo_cli_read_config(const mlo_arguments *arguments, uint32_t config, uint32_t isolated,
                               mlo_overrides *out, mlo_error *err);

/* A note if the word is one that a rule had before. */
void mlo_cli_note_former(const mlo_cli *cli, const mlo_catalogue *catalogue, mlo_str word);

/* Says on standard error which rules could not be loaded; true if there are any. */
bool mlo_cli_complain_of_rules(const mlo_catalogue *catalogue);

/* The whole program but its rule layer. Returns the exit code. */
int mlo_cli_main(const mlo_rule_layer *layer, int argc, char **argv);

#endif
