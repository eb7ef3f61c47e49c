/* commands: which there are, and how the first words of a command line find theirs. */
#include "plugins/cli/command.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

const mlo_cli_command *const mlo_cli_commands[] = {
    &mlo_check_command,
    &mlo_rules_command,
    &mlo_explain_command,
    &mlo_rule_new_command,
    &mlo_rule_test_command,
    &mlo_rule_types_command,
    &mlo_rule_try_command,
    &mlo_rule_ast_command,
    &mlo_baseline_create_command,
    &mlo_baseline_prune_command,
    &mlo_baseline_check_command,
    &mlo_notebook_diff_command,
    &mlo_notebook_export_command,
    &mlo_notebook_merge_command,
    &mlo_hook_install_command,
    &mlo_hook_uninstall_command,
    &mlo_hook_run_command,
    &mlo_notebook_strip_command,
    &mlo_notebook_filter_command,
    &mlo_notebook_install_command,
    &mlo_notebook_uninstall_command,
    &mlo_lsp_command,
    &mlo_completions_command,
    NULL,
};

/* How many words of argv the command's name takes; 0: it is another command. */
static int words_matched(const mlo_cli_command *command, int argc, char *const *argv) {
  int count = 0;
  for (mlo_str rest = mlo_str_c(command->name); rest.ptr; count++) {
    mlo_str word = mlo_str_cut(&rest, ' ');
    if (count == argc || !mlo_str_eq(word, mlo_str_c(argv[count]))) return 0;
  }
  return count;
}

static const mlo_cli_command *find_command(int argc, char *const *argv, int *words) {
  for (const mlo_cli_command *const *at = mlo_cli_commands; *at; at++)
    if ((*words = words_matched(*at, argc, argv)) > 0) return *at;
  return NULL;
}

/* The commands that begin with the word, or else the nearest one. */
static int unknown_command(const mlo_cli *cli, int argc, char *const *argv) {
  mlo_str first = mlo_str_c(argv[0]), second = mlo_str_c(argc > 1 ? argv[1] : "");
  mlo_nearest nearest = {.word = first};
  mlo_buf family = {0};
  for (const mlo_cli_command *const *at = mlo_cli_commands; *at; at++) {
    mlo_str name = mlo_str_c((*at)->name), rest = name;
    bool related = mlo_str_eq(mlo_str_cut(&rest, ' '), first) && rest.len;
    if (related) mlo_buf_format(&family, "%s'%s'", family.len ? " or " : "", (*at)->name);
    mlo_nearest_offer(&nearest, name);
    mlo_nearest_offer(&nearest, mlo_str_cut(&name, ' '));
  }
  mlo_str near = mlo_nearest_suggestion(&nearest);
  mlo_str message = mlo_arena_format(cli->arena, "unknown command '%.*s'", MLO_FMT(first));
  if (family.len)
    message =
        mlo_arena_format(cli->arena, "unknown command '%.*s%s%.*s'; there is %.*s", MLO_FMT(first),
                         second.len ? " " : "", MLO_FMT(second), MLO_FMT(mlo_buf_str(&family)));
  else if (near.ptr)
    message =
        mlo_arena_format(cli->arena, "%.*s; did you mean '%.*s'?", MLO_FMT(message), MLO_FMT(near));
  mlo_output_complain((mlo_str){0}, message);
  mlo_output_note(MLO_STR("'mlopslint --help' lists the commands"));
  mlo_buf_release(&family);
  return MLO_EXIT_FAILED;
}

static int print_and_release(mlo_buf *text) {
  bool printed = !text->failed && mlo_output_print(mlo_buf_str(text));
  mlo_buf_release(text);
  return printed ? MLO_EXIT_CLEAN : MLO_EXIT_FAILED;
}

static int run_command(const mlo_cli *cli, const mlo_cli_command *command, int argc,
                       char *const *argv) {
  mlo_arguments arguments = {0};
  mlo_error err = {0};
  mlo_status status = mlo_arguments_read(command->flags, command->flag_count, argv, argc,
                                         cli->arena, &arguments, &err);
  if (arguments.help) {
    mlo_buf text = {0};
    mlo_help_of_command(command, &text);
    return print_and_release(&text);
  }
  if (status == MLO_OK) return command->run(cli, &arguments);
  mlo_output_fail(&err);
  mlo_output_note(
      mlo_arena_format(cli->arena, "'mlopslint %s --help' lists the options", command->name));
  return MLO_EXIT_FAILED;
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c) {
  return !strcmp(word, a) || !strcmp(word, b) || !strcmp(word, c);
}

static int run_program(const mlo_cli *cli, int argc, char *const *argv) {
  if (argc == 0 || is_one_of(argv[0], "--help", "-h", "help")) {
    mlo_buf text = {0};
    mlo_help_of_program(&text);
    int code = print_and_release(&text);
    return argc ? code : MLO_EXIT_FAILED;
  }
  if (is_one_of(argv[0], "--version", "-V", "version"))
    return mlo_output_print(MLO_STR("mlopslint " MLO_VERSION "\n")) ? MLO_EXIT_CLEAN
                                                                    : MLO_EXIT_FAILED;
  int words = 0;
  const mlo_cli_command *command = find_command(argc, argv, &words);
  if (!command) return unknown_command(cli, argc, argv);
  return run_command(cli, command, argc - words, argv + words);
}

/* The one place where the program ends early: an arena's caller can't go on. */
static void out_of_memory(void *ctx) {
  (void)ctx;
  mlo_output_complain((mlo_str){0}, MLO_STR("out of memory"));
  _exit(MLO_EXIT_FAILED);
}

mlo_status mlo_operands_expect(const mlo_arguments *arguments, uint32_t least, uint32_t most,
                               const char *what, mlo_error *err) {
  uint32_t count = arguments->operands.len;
  if (count < least) return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0}, "missing: %s", what);
  if (count <= most) return MLO_OK;
  return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0}, "'%.*s' is one argument too many",
                       MLO_FMT(arguments->operands.items[most]));
}

mlo_status mlo_cli_read_config(const mlo_arguments *arguments, uint32_t config, uint32_t isolated,
                               mlo_overrides *out, mlo_error *err) {
  out->isolated = mlo_arguments_has(arguments, isolated);
  out->config = mlo_arguments_last(arguments, config);
  if (!out->isolated || !out->config.len) return MLO_OK;
  return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0},
                       "--config and --isolated exclude each other");
}

void mlo_cli_note_former(const mlo_cli *cli, const mlo_catalogue *catalogue, mlo_str word) {
  for (uint32_t i = 0; i < catalogue->rules.len; i++) {
    const mlo_rule *rule = &catalogue->rules.items[i];
    if (!mlo_rule_was_named(rule, word)) continue;
    mlo_output_note(
        mlo_arena_format(cli->arena, "`%.*s` is %.*s now", MLO_FMT(word), MLO_FMT(rule->code)));
  }
}

uint32_t mlo_cli_rule(const mlo_cli *cli, const mlo_engine *engine, mlo_str word, mlo_error *err) {
  uint32_t rule = mlo_engine_rule(engine, word);
  const mlo_catalogue *catalogue = mlo_engine_catalogue(engine);
  mlo_cli_note_former(cli, catalogue, word);
  if (rule != UINT32_MAX) return rule;
  mlo_nearest nearest = {.word = word};
  for (uint32_t i = 0; i < catalogue->rules.len; i++) {
    mlo_nearest_offer(&nearest, catalogue->rules.items[i].code);
    mlo_nearest_offer(&nearest, catalogue->rules.items[i].name);
  }
  mlo_str near = mlo_nearest_suggestion(&nearest);
  if (near.ptr)
    mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0}, "no rule '%.*s'; did you mean '%.*s'?",
                  MLO_FMT(word), MLO_FMT(near));
  else
    mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0}, "no rule '%.*s'; 'mlopslint rules' lists them",
                  MLO_FMT(word));
  return UINT32_MAX;
}

bool mlo_cli_complain_of_rules(const mlo_catalogue *catalogue) {
  for (uint32_t i = 0; i < catalogue->problems.len; i++)
    mlo_output_complain(catalogue->problems.items[i].path, catalogue->problems.items[i].message);
  return catalogue->problems.len > 0;
}

int mlo_cli_main(const mlo_rule_layer *layer, int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of the write, not the end of the run */
  mlo_arena arena;
  mlo_arena_init(&arena, 0, out_of_memory, NULL);
  mlo_cli cli = {.layer = layer, .arena = &arena};
  int code = run_program(&cli, argc > 0 ? argc - 1 : 0, argv + (argc > 0));
  mlo_arena_release(&arena);
  return code;
}
