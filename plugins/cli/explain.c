/* explain: what one rule is about, why it matters, and what to do. */
#include "plugins/cli/command.h"
#include "plugins/report/terminal.h"

/* Foreign text of several lines: the lines stay, all else is escaped. */
static void put_lines(mlo_buf *out, mlo_str text, const char *indent) {
  for (mlo_str rest = text; rest.ptr;) {
    mlo_str line = mlo_str_cut(&rest, '\n');
    if (mlo_str_ends(line, MLO_STR("\r"))) line.len--;
    if (line.len) mlo_buf_add(out, mlo_str_c(indent));
    mlo_terminal_add_code(out, line);
    mlo_buf_char(out, '\n');
  }
}

static void put_heading(mlo_buf *out, const mlo_rule *rule) {
  mlo_buf_format(out, "%.*s %.*s (%.*s, %.*s%s)\n\n", MLO_FMT(rule->code), MLO_FMT(rule->name),
                 MLO_FMT(rule->area), MLO_FMT(mlo_severity_name(rule->severity)),
                 rule->enabled ? "" : ", off by default");
  put_lines(out, rule->summary, "");
  mlo_str docs = mlo_str_trim(rule->docs);
  if (docs.len) mlo_buf_char(out, '\n'), put_lines(out, docs, "");
}

static const mlo_example *first_example(const mlo_rule *rule, mlo_example_kind kind) {
  for (uint32_t i = 0; i < rule->examples.len; i++)
    if (rule->examples.items[i].kind == kind && rule->examples.items[i].files.len)
      return &rule->examples.items[i];
  return NULL;
}

static void put_example(mlo_buf *out, const mlo_rule *rule, mlo_example_kind kind,
                        const char *heading) {
  const mlo_example *example = first_example(rule, kind);
  if (!example) return;
  mlo_buf_format(out, "\n%s\n", heading);
  for (uint32_t i = 0; i < example->files.len; i++) {
    mlo_buf_lit(out, "\n  ");
    mlo_terminal_add(out, example->files.items[i].path);
    mlo_buf_char(out, '\n');
    put_lines(out, mlo_str_trim(example->files.items[i].text), "    ");
  }
}

static void put_options(mlo_buf *out, const mlo_rule *rule) {
  if (!rule->options.len) return;
  mlo_buf_format(out, "\nOptions, under [rules.%.*s] in mlopslint.toml:\n\n", MLO_FMT(rule->name));
  for (uint32_t i = 0; i < rule->options.len; i++) {
    const mlo_option *option = &rule->options.items[i];
    mlo_buf_format(out, "  %.*s (%.*s, default %.*s)  ", MLO_FMT(option->name),
                   MLO_FMT(option->type), MLO_FMT(option->fallback));
    mlo_terminal_add(out, option->help);
    mlo_buf_char(out, '\n');
  }
}

static void put_rule(mlo_buf *out, const mlo_rule *rule) {
  put_heading(out, rule);
  put_example(out, rule, MLO_EXAMPLE_BAD, "Reported:");
  put_example(out, rule, MLO_EXAMPLE_GOOD, "Not reported:");
  put_options(out, rule);
  mlo_buf_format(out, "\nTo accept one place: # mlopslint: ignore[%.*s] the reason\n",
                 MLO_FMT(rule->code));
  if (!rule->url.len) return;
  mlo_buf_lit(out, "More: ");
  mlo_terminal_add(out, rule->url);
  mlo_buf_char(out, '\n');
}

static int explain(const mlo_engine *engine, const mlo_words *words) {
  mlo_buf out = {0};
  for (uint32_t i = 0; i < words->len; i++) {
    mlo_error err = {0};
    uint32_t rule = mlo_cli_rule(engine, words->items[i], &err);
    if (rule == UINT32_MAX) {
      mlo_buf_release(&out);
      return mlo_output_fail(&err);
    }
    if (out.len) mlo_buf_lit(&out, "\n\n");
    put_rule(&out, &mlo_engine_catalogue(engine)->rules.items[rule]);
  }
  bool printed = !out.failed && mlo_output_print(mlo_buf_str(&out));
  mlo_buf_release(&out);
  return printed ? MLO_EXIT_CLEAN : MLO_EXIT_FAILED;
}

static int run(const mlo_cli *cli, const mlo_arguments *arguments) {
  mlo_error err = {0};
  mlo_engine *engine = NULL;
  mlo_status status = mlo_operands_expect(arguments, 1, UINT32_MAX, "a rule's code or name", &err);
  if (status == MLO_OK)
    status = mlo_engine_new(&(mlo_engine_options){.layer = cli->layer, .root = MLO_STR(".")},
                            &engine, &err);
  if (status != MLO_OK) return mlo_output_fail(&err);
  int code = explain(engine, &arguments->operands);
  mlo_engine_free(engine);
  return code;
}

const mlo_cli_command mlo_explain_command = {
    .name = "explain",
    .operands = "CODE|NAME...",
    .summary = "say why a rule exists and what to do",
    .help = "",
    .run = run,
};
