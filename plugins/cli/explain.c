/* explain: what one rule is about, why it matters, and what to do. */
#include "plugins/cli/command.h"
#include "plugins/cli/expectation.h"
#include "plugins/report/terminal.h"

#include <math.h>

enum { EXPLAIN_CONFIG, EXPLAIN_ISOLATED, EXPLAIN_FLAG_COUNT };
static const mlo_flag flags[] = {
    [EXPLAIN_CONFIG] = {.name = "config",
                        .value = "FILE",
                        .help = "use this configuration instead of the one here"},
    [EXPLAIN_ISOLATED] = {.name = "isolated", .help = "read no configuration file"},
};

typedef struct page {
  mlo_buf *out;
  mlo_arena *arena;
  const mlo_settings *settings; /* in force here, or NULL */
  const mlo_rule *rule;
  uint32_t index;
} page;

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

/* The example that says most: a bad one whose fixed text is known. */
static const mlo_example *best_example(const mlo_rule *rule, mlo_example_kind kind) {
  const mlo_example *best = NULL;
  for (uint32_t i = 0; i < rule->examples.len; i++) {
    const mlo_example *each = &rule->examples.items[i];
    if (each->kind != kind || !each->files.len) continue;
    if (!best || (each->fixed.ptr && !best->fixed.ptr)) best = each;
  }
  return best;
}

static void put_text(const page *self, mlo_str path, mlo_str text) {
  mlo_str plain = mlo_expectations_strip(path, text, self->arena);
  mlo_buf_lit(self->out, "\n  ");
  mlo_terminal_add(self->out, path);
  mlo_buf_char(self->out, '\n');
  put_lines(self->out, mlo_str_trim(plain), "    ");
}

static void put_example(const page *self, mlo_example_kind kind, const char *heading) {
  const mlo_example *example = best_example(self->rule, kind);
  if (!example) return;
  mlo_buf_format(self->out, "\n%s\n", heading);
  for (uint32_t i = 0; i < example->files.len; i++)
    put_text(self, example->files.items[i].path, example->files.items[i].text);
  if (kind != MLO_EXAMPLE_BAD || !example->fixed.ptr) return;
  mlo_buf_lit(self->out, "\nFixed:\n");
  put_text(self, example->files.items[0].path, example->fixed);
}

/* --- options --------------------------------------------------------------------------------- */

static void put_source(mlo_buf *out, mlo_source source) {
  mlo_buf_lit(out, " (");
  mlo_terminal_add(out, source.path.len ? source.path : MLO_STR("default"));
  if (source.line) mlo_buf_format(out, ":%u", source.line);
  mlo_buf_char(out, ')');
}

/* What the configuration here says of the option, if it does. */
static void put_given(const page *self, uint32_t option) {
  const mlo_settings *settings = self->settings;
  for (uint32_t i = 0; settings && i < settings->given.len; i++) {
    const mlo_given_option *given = &settings->given.items[i];
    if (given->rule != self->index || given->option != option) continue;
    mlo_buf_lit(self->out, "    here: ");
    mlo_terminal_add(self->out, given->json);
    put_source(self->out, given->source);
    mlo_buf_char(self->out, '\n');
  }
}

static void put_limits(mlo_buf *out, const mlo_option *option) {
  for (uint32_t i = 0; i < option->choices.len; i++) {
    mlo_buf_add(out, i ? MLO_STR(", ") : MLO_STR("; one of "));
    mlo_terminal_add(out, option->choices.items[i]);
  }
  if (option->least >= option->most) return;
  if (isfinite(option->least)) mlo_buf_format(out, "; at least %.15g", option->least);
  if (isfinite(option->most)) mlo_buf_format(out, "; at most %.15g", option->most);
}

static void put_options(const page *self) {
  const mlo_rule *rule = self->rule;
  mlo_buf *out = self->out;
  if (!rule->options.len) return;
  mlo_buf_format(out, "\nOptions, under [rules.%.*s] in mlopslint.toml:\n", MLO_FMT(rule->name));
  for (uint32_t i = 0; i < rule->options.len; i++) {
    const mlo_option *option = &rule->options.items[i];
    mlo_buf_format(out, "\n  %.*s = ", MLO_FMT(option->name));
    mlo_terminal_add(out, option->fallback);
    mlo_buf_format(out, "  (%.*s", MLO_FMT(option->type));
    put_limits(out, option);
    mlo_buf_lit(out, ")\n    ");
    mlo_terminal_add(out, option->help);
    mlo_buf_char(out, '\n');
    put_given(self, i);
  }
}

/* --- where it stands ------------------------------------------------------------------------- */

static void put_list(mlo_buf *out, const char *heading, const mlo_str *items, uint32_t count) {
  if (!count) return;
  mlo_buf_add(out, mlo_str_c(heading));
  for (uint32_t i = 0; i < count; i++) {
    if (i) mlo_buf_lit(out, ", ");
    mlo_terminal_add(out, items[i]);
  }
  mlo_buf_char(out, '\n');
}

/* What the configuration here makes of the rule, where that is not the default. */
static void put_state(const page *self) {
  const mlo_settings *settings = self->settings;
  if (!settings) return;
  uint32_t i = self->index;
  if (settings->enabled[i] != self->rule->enabled) {
    mlo_buf_format(self->out, "Here it is %s", settings->enabled[i] ? "on" : "off");
    put_source(self->out, settings->enabled_by[i]);
    mlo_buf_char(self->out, '\n');
  }
  if (settings->severity[i] == self->rule->severity) return;
  mlo_buf_format(self->out, "Severity here: %.*s",
                 MLO_FMT(mlo_severity_name(settings->severity[i])));
  put_source(self->out, settings->severity_by[i]);
  mlo_buf_char(self->out, '\n');
}

static void put_origin(const page *self) {
  const mlo_rule *rule = self->rule;
  mlo_buf *out = self->out;
  mlo_buf_char(out, '\n');
  put_state(self);
  mlo_buf_lit(out, "To accept one place: ");
  mlo_buf_format(out, "# mlopslint: ignore[%.*s] the reason\n", MLO_FMT(rule->code));
  put_list(out, "Tags: ", rule->tags.items, rule->tags.len);
  put_list(out, "Formerly: ", rule->deprecated.items, rule->deprecated.len);
  put_list(out, "Since: ", &rule->since, rule->since.len ? 1 : 0);
  put_list(out, "Written in: ", &rule->file, rule->pack ? 1 : 0);
  put_list(out, "More: ", &rule->url, rule->url.len ? 1 : 0);
}

static void put_page(const page *self) {
  put_heading(self->out, self->rule);
  put_example(self, MLO_EXAMPLE_BAD, "Reported:");
  put_example(self, MLO_EXAMPLE_GOOD, "Not reported:");
  put_options(self);
  put_origin(self);
}

/* --- the command ----------------------------------------------------------------------------- */

/* The settings for this folder; NULL, and a note, where they are wrong: a rule can be explained without. */
static const mlo_settings *settings_here(const mlo_engine *engine, const mlo_overrides *given,
                                         mlo_arena *arena) {
  mlo_error err = {0};
  mlo_request request = {.root = MLO_STR("."), .overrides = *given};
  const mlo_settings *settings = NULL;
  if (mlo_engine_settings(engine, &request, MLO_STR("."), arena, &settings, &err) == MLO_OK)
    return settings;
  mlo_output_note(
      mlo_arena_format(arena, "%s: %s: what it says of rules is left out", err.path, err.message));
  return NULL;
}

static int explain(const mlo_cli *cli, const mlo_engine *engine, const mlo_overrides *given,
                   const mlo_words *words) {
  mlo_buf out = {0};
  page self = {
      .out = &out, .arena = cli->arena, .settings = settings_here(engine, given, cli->arena)};
  for (uint32_t i = 0; i < words->len; i++) {
    mlo_error err = {0};
    self.index = mlo_cli_rule(cli, engine, words->items[i], &err);
    if (self.index == UINT32_MAX) {
      mlo_buf_release(&out);
      mlo_cli_complain_of_rules(mlo_engine_catalogue(engine));
      return mlo_output_fail(&err);
    }
    if (out.len) mlo_buf_lit(&out, "\n\n");
    self.rule = &mlo_engine_catalogue(engine)->rules.items[self.index];
    put_page(&self);
  }
  bool printed = !out.failed && mlo_output_print(mlo_buf_str(&out));
  mlo_buf_release(&out);
  return printed ? MLO_EXIT_CLEAN : MLO_EXIT_FAILED;
}

static int run(const mlo_cli *cli, const mlo_arguments *arguments) {
  mlo_error err = {0};
  mlo_engine *engine = NULL;
  mlo_status status = mlo_operands_expect(arguments, 1, UINT32_MAX, "a rule's code or name", &err);
  mlo_overrides given = {0};
  if (status == MLO_OK)
    status = mlo_cli_read_config(arguments, EXPLAIN_CONFIG, EXPLAIN_ISOLATED, &given, &err);
  if (status == MLO_OK)
    status = mlo_engine_new(&(mlo_engine_options){.layer = cli->layer,
                                                  .root = MLO_STR("."),
                                                  .isolated = given.isolated,
                                                  .config = given.config},
                            &engine, &err);
  if (status != MLO_OK) return mlo_output_fail(&err);
  int code = explain(cli, engine, &given, &arguments->operands);
  mlo_engine_free(engine);
  return code;
}

const mlo_cli_command mlo_explain_command = {
    .name = "explain",
    .operands = "CODE|NAME...",
    .summary = "say why a rule exists and what to do",
    .help = "Options are shown with their defaults, and with what the configuration here says.",
    .flags = flags,
    .flag_count = EXPLAIN_FLAG_COUNT,
    .run = run,
};
