/* rule test: runs the examples that rules carry, each in memory, with only its rule on. */
#include "plugins/cli/command.h"
#include "plugins/cli/expectation.h"
#include "plugins/report/terminal.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <unistd.h>

/* One example at work. What is wrong with it is written to `why`, a line each. */
typedef struct trial {
  const mlo_engine *engine;
  const mlo_rule *rule;
  const mlo_example *example;
  mlo_arena *arena;
  mlo_request request;
  mlo_expectations expectations;
  mlo_buf why;
  char config[32]; /* the temporary configuration file with the example's options; empty: none */
} trial;

static void say(trial *self, const char *what, mlo_str foreign) {
  mlo_buf_format(&self->why, "    %s", what);
  mlo_terminal_add(&self->why, foreign);
  mlo_buf_char(&self->why, '\n');
}

static void say_place(trial *self, const char *what, mlo_str path, uint32_t cell, uint32_t line,
                      mlo_str code) {
  mlo_str place = mlo_arena_format(self->arena, "%.*s at %.*s", MLO_FMT(code), MLO_FMT(path));
  if (cell) place = mlo_arena_format(self->arena, "%.*s, cell %u", MLO_FMT(place), cell);
  say(self, what, mlo_arena_format(self->arena, "%.*s, line %u", MLO_FMT(place), line));
}

/* --- options --------------------------------------------------------------------------------- */

/* JSON's scalars and lists are TOML's too. */
static void put_option(mlo_buf *out, const cJSON *option) {
  char *value = cJSON_PrintUnformatted(option);
  mlo_buf_format(out, "%s = %s\n", option->string, value ? value : "\"\"");
  cJSON_free(value);
}

static void put_config(mlo_buf *out, const mlo_rule *rule, mlo_str options) {
  mlo_buf_format(out, "select = [\"%.*s\"]\n[rules.%.*s]\n", MLO_FMT(rule->code),
                 MLO_FMT(rule->name));
  cJSON *root = cJSON_ParseWithLength(options.ptr, options.len);
  const cJSON *option = NULL;
  cJSON_ArrayForEach(option, root) put_option(out, option);
  cJSON_Delete(root);
}

/* Options reach a rule by configuration only, so an example with options gets a file of its own. */
static void write_config(trial *self) {
  if (!self->example->options.len) return;
  mlo_buf text = {0};
  put_config(&text, self->rule, self->example->options);
  strcpy(self->config, "/tmp/mlopslint-XXXXXX.toml");
  int fd = mkstemps(self->config, 5);
  bool written = fd >= 0 && write(fd, text.ptr, text.len) == (ssize_t)text.len;
  if (fd >= 0) close(fd);
  mlo_buf_release(&text);
  if (!written) say(self, "no temporary file for the options", (mlo_str){0});
  self->request.overrides.isolated = false;
  self->request.overrides.config = mlo_str_c(self->config);
}

/* --- one example ----------------------------------------------------------------------------- */

static void make_request(trial *self) {
  const mlo_example *example = self->example;
  mlo_input *inputs = MLO_NEW_ARRAY(self->arena, mlo_input, example->files.len);
  for (uint32_t i = 0; i < example->files.len; i++) {
    const mlo_example_file *file = &example->files.items[i];
    inputs[i] = (mlo_input){.path = file->path, .bytes = file->text};
    mlo_expectations_read(file->path, file->text, self->arena, &self->expectations);
  }
  self->request = (mlo_request){
      .root = MLO_STR("."),
      .inputs = inputs,
      .input_count = example->files.len,
      .alone = true,
      .whole = true,
      .jobs = 1,
      .overrides = {.select = &self->rule->code, .select_count = 1, .isolated = true}};
  write_config(self);
}

static void judge_message(trial *self, const mlo_findings *findings) {
  if (!self->example->message.len || !findings->len) return;
  for (uint32_t i = 0; i < findings->len; i++)
    if (mlo_str_contains(findings->items[i].message, self->example->message)) return;
  say(self, "no message holds: ", self->example->message);
  say(self, "the first one is: ", findings->items[0].message);
}

static void judge_findings(trial *self, const mlo_findings *findings) {
  bool any = self->example->kind == MLO_EXAMPLE_BAD && !self->expectations.len;
  if (any && !findings->len) say(self, "expected a finding, found none", (mlo_str){0});
  for (uint32_t i = 0; i < findings->len && !any; i++) {
    const mlo_finding *finding = &findings->items[i];
    const mlo_location *at = &finding->location;
    if (mlo_expectations_meet(&self->expectations, finding)) continue;
    say_place(self, "not expected: ", at->path, at->cell,
              at->cell ? at->cell_start.line : at->start.line, finding->code);
    say(self, "              ", finding->message);
  }
  for (uint32_t i = 0; i < self->expectations.len; i++) {
    const mlo_expectation *missed = &self->expectations.items[i];
    if (!missed->met)
      say_place(self, "not found:    ", missed->path, missed->cell, missed->line, missed->code);
  }
}

static void judge_check(trial *self) {
  mlo_result *result = NULL;
  mlo_error err = {0};
  if (mlo_engine_check(self->engine, &self->request, &result, &err) != MLO_OK) {
    say(self, "could not be checked: ", mlo_str_c(err.message));
    return;
  }
  judge_findings(self, &result->findings);
  judge_message(self, &result->findings);
  for (uint32_t i = 0; i < result->problems.len; i++)
    say(self, "error: ", result->problems.items[i].message);
  mlo_result_free(result);
}

static void say_lines(trial *self, const char *heading, mlo_str text) {
  say(self, heading, (mlo_str){0});
  for (mlo_str rest = text; rest.ptr;) say(self, "    | ", mlo_str_cut(&rest, '\n'));
}

static void judge_fix(trial *self) {
  if (!self->example->fixed.ptr || !self->example->files.len) return;
  const mlo_example_file *file = &self->example->files.items[0];
  mlo_str fixed = {0};
  mlo_fix_result result = {0};
  mlo_error err = {0};
  if (mlo_fix_file(self->engine, &self->request, file->path, file->text, MLO_SAFETY_UNSAFE,
                   self->arena, &fixed, &result, &err) != MLO_OK) {
    say(self, "could not be fixed: ", mlo_str_c(err.message));
    return;
  }
  mlo_str wanted = mlo_expectations_strip(self->example->fixed, self->arena);
  mlo_str got = mlo_expectations_strip(fixed, self->arena);
  if (result.refused) say(self, "a fix was refused", (mlo_str){0});
  if (mlo_str_eq(wanted, got)) return;
  say_lines(self, "fixed should be:", wanted);
  say_lines(self, "but is:", got);
}

/* True if the example holds; else *why gets the reasons. */
static bool try_example(const mlo_engine *engine, const mlo_rule *rule, const mlo_example *example,
                        mlo_buf *why) {
  mlo_arena arena;
  mlo_arena_init(&arena, 0, NULL, NULL);
  trial self = {.engine = engine, .rule = rule, .example = example, .arena = &arena};
  make_request(&self);
  judge_check(&self);
  judge_fix(&self);
  if (self.config[0]) unlink(self.config);
  mlo_buf_add(why, mlo_buf_str(&self.why));
  bool held = self.why.len == 0;
  mlo_buf_release(&self.why);
  mlo_arena_release(&arena);
  return held;
}

/* --- all of them ----------------------------------------------------------------------------- */

typedef struct score {
  uint32_t passed, failed;
  mlo_buf out;
} score;

static void put_failure(score *self, const mlo_rule *rule, const mlo_example *example,
                        uint32_t number, mlo_str why) {
  const char *kind = example->kind == MLO_EXAMPLE_BAD ? "bad" : "good";
  mlo_buf_format(&self->out, "%.*s %.*s: %s example %u\n", MLO_FMT(rule->code), MLO_FMT(rule->name),
                 kind, number);
  mlo_buf_add(&self->out, why);
  for (uint32_t i = 0; i < example->files.len; i++) {
    mlo_buf_lit(&self->out, "  ");
    mlo_terminal_add(&self->out, example->files.items[i].path);
    mlo_buf_char(&self->out, '\n');
    uint32_t line = 1;
    for (mlo_str rest = example->files.items[i].text; rest.ptr; line++) {
      mlo_buf_format(&self->out, "  %3u | ", line);
      mlo_terminal_add_code(&self->out, mlo_str_cut(&rest, '\n'));
      mlo_buf_char(&self->out, '\n');
    }
  }
  mlo_buf_char(&self->out, '\n');
}

/* A rule without a bad example proves nothing. */
static void require_bad(score *self, const mlo_rule *rule) {
  for (uint32_t i = 0; i < rule->examples.len; i++)
    if (rule->examples.items[i].kind == MLO_EXAMPLE_BAD) return;
  mlo_buf_format(&self->out, "%.*s %.*s: has no bad example\n\n", MLO_FMT(rule->code),
                 MLO_FMT(rule->name));
  self->failed++;
}

static void test_rule(score *self, const mlo_engine *engine, const mlo_rule *rule) {
  uint32_t numbers[] = {0, 0}; /* by kind */
  if (!rule->source.len) return; /* the core's own: tested with it */
  require_bad(self, rule);
  for (uint32_t i = 0; i < rule->examples.len; i++) {
    const mlo_example *example = &rule->examples.items[i];
    uint32_t number = ++numbers[example->kind];
    mlo_buf why = {0};
    if (try_example(engine, rule, example, &why))
      self->passed++;
    else
      self->failed++, put_failure(self, rule, example, number, mlo_buf_str(&why));
    mlo_buf_release(&why);
  }
}

static mlo_status test_named(score *self, const mlo_engine *engine, const mlo_words *words,
                             mlo_error *err) {
  const mlo_catalogue *catalogue = mlo_engine_catalogue(engine);
  for (uint32_t i = 0; i < words->len; i++) {
    uint32_t rule = mlo_cli_rule(engine, words->items[i], err);
    if (rule == UINT32_MAX) return MLO_ERR_USAGE;
    test_rule(self, engine, &catalogue->rules.items[rule]);
  }
  for (uint32_t i = 0; i < catalogue->rules.len && !words->len; i++)
    test_rule(self, engine, &catalogue->rules.items[i]);
  return MLO_OK;
}

static int print_score(score *self, const mlo_engine *engine) {
  bool broken = mlo_cli_complain_of_rules(mlo_engine_catalogue(engine));
  mlo_buf_format(&self->out, "%u passed, %u failed\n", self->passed, self->failed);
  if (self->out.failed || !mlo_output_print(mlo_buf_str(&self->out)) || broken)
    return MLO_EXIT_FAILED;
  return self->failed ? MLO_EXIT_FINDINGS : MLO_EXIT_CLEAN;
}

static int run(const mlo_cli *cli, const mlo_arguments *arguments) {
  mlo_error err = {0};
  mlo_engine *engine = NULL;
  if (mlo_engine_new(&(mlo_engine_options){.layer = cli->layer, .root = MLO_STR(".")}, &engine,
                     &err) != MLO_OK)
    return mlo_output_fail(&err);
  score tally = {0};
  int code = MLO_EXIT_FAILED;
  if (test_named(&tally, engine, &arguments->operands, &err) == MLO_OK)
    code = print_score(&tally, engine);
  else
    mlo_output_fail(&err);
  mlo_buf_release(&tally.out);
  mlo_engine_free(engine);
  return code;
}

const mlo_cli_command mlo_rule_test_command = {
    .name = "rule test",
    .operands = "[CODE|NAME...]",
    .summary = "run the examples in rules (default: all rules)",
    .help =
        "A bad example marks its lines: `# expect: CODE` at a line's end, `# expect-next: CODE` "
        "above it.",
    .run = run,
};
