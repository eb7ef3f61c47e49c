/* rule test: runs the tests of rules, each in memory, with only its rules on. */
#include "plugins/cli/beside.h"
#include "plugins/cli/command.h"
#include "plugins/report/terminal.h"

enum { TEST_UPDATE, TEST_CONFIG, TEST_ISOLATED, TEST_FLAG_COUNT };
static const mlo_flag flags[] = {
    [TEST_UPDATE] = {.name = "update",
                     .letter = 'u',
                     .help = "write the .fixed files beside rules as the fixes are now"},
    [TEST_CONFIG] = {.name = "config",
                     .value = "FILE",
                     .help = "use this configuration instead of the one here"},
    [TEST_ISOLATED] = {.name = "isolated", .help = "read no configuration file"},
};

typedef struct score {
  const mlo_engine *engine;
  bool *wanted; /* by rule */
  bool update;
  uint32_t passed, failed, todos;
  mlo_buf out;
} score;

static const mlo_rule *rule_at(const score *self, uint32_t index) {
  return &mlo_engine_catalogue(self->engine)->rules.items[index];
}

static uint32_t rule_count(const score *self) {
  return mlo_engine_catalogue(self->engine)->rules.len;
}

/* --- which rules ----------------------------------------------------------------------------- */

static mlo_str real_path(mlo_str path, mlo_arena *arena) {
  mlo_str real = {0};
  mlo_error ignored = {0};
  return mlo_os_real(path, arena, &real, &ignored) == MLO_OK ? real : (mlo_str){0};
}

/* "lint/a.lua" for lint/a.test/x.py and lint/a.test.py; else path. */
static mlo_str rule_of_test(mlo_str path, mlo_arena *arena) {
  size_t at = mlo_str_find(path, MLO_STR(".test/"));
  if (at == SIZE_MAX) at = mlo_str_find(path, MLO_STR(".test."));
  if (at == SIZE_MAX && mlo_str_ends(path, MLO_STR(".test"))) at = path.len - (sizeof ".test" - 1);
  if (at == SIZE_MAX) return path;
  return mlo_arena_concat(arena, mlo_str_slice(path, 0, at), MLO_STR(".lua"));
}

static bool lies_at(mlo_str file, mlo_str place) {
  if (!place.len || !mlo_str_starts(file, place)) return false;
  return file.len == place.len || file.ptr[place.len] == '/';
}

/* Wants the rules that are written at or below the path; false if there are none. */
static bool want_path(score *self, mlo_str path, mlo_arena *arena) {
  mlo_str place = rule_of_test(real_path(path, arena), arena);
  bool found = false;
  for (uint32_t i = 0; i < rule_count(self); i++) {
    const mlo_rule *rule = rule_at(self, i);
    if (!rule->pack || !lies_at(real_path(rule->file, arena), place)) continue;
    self->wanted[i] = found = true;
  }
  return found;
}

static bool is_path(mlo_str word) {
  mlo_stat found;
  return mlo_os_stat(word, &found, NULL) == MLO_OK &&
         (found.kind == MLO_FILE_FOLDER || found.kind == MLO_FILE_REGULAR);
}

/* The folder whose rules a path outside of all packs means. */
static mlo_str pack_of(mlo_str path) {
  mlo_stat found;
  bool folder = mlo_os_stat(path, &found, NULL) == MLO_OK && found.kind == MLO_FILE_FOLDER;
  size_t slash = mlo_str_rfind_char(path, '/');
  if (folder) return path;
  return slash == SIZE_MAX ? MLO_STR(".") : mlo_str_slice(path, 0, slash);
}

/* Marks what the words name. A path that no rule stands at goes to `strange`. */
static mlo_status want(score *self, const mlo_cli *cli, const mlo_words *words, mlo_words *strange,
                       mlo_error *err) {
  mlo_arena *arena = cli->arena;
  self->wanted = MLO_NEW_ARRAY(arena, bool, rule_count(self));
  for (uint32_t i = 0; i < rule_count(self); i++) self->wanted[i] = words->len == 0;
  for (uint32_t i = 0; i < words->len; i++) {
    mlo_str word = words->items[i];
    uint32_t rule = mlo_engine_rule(self->engine, word);
    if (rule != UINT32_MAX) {
      self->wanted[rule] = true;
    } else if (!is_path(word)) {
      mlo_cli_rule(cli, self->engine, word, err);
      return MLO_ERR_USAGE;
    } else if (!want_path(self, word, arena)) {
      mlo_str pack = pack_of(rule_of_test(word, arena));
      MLO_PUSH(arena, strange, pack);
    }
  }
  return MLO_OK;
}

/* --- the tests ------------------------------------------------------------------------------- */

static void put_text(score *self, const mlo_trial *trial) {
  for (uint32_t i = 0; i < trial->files.len; i++) {
    mlo_buf_lit(&self->out, "  ");
    mlo_terminal_add(&self->out, trial->files.items[i].path);
    mlo_buf_char(&self->out, '\n');
    uint32_t line = 1;
    for (mlo_str rest = trial->files.items[i].text; rest.ptr; line++) {
      mlo_buf_format(&self->out, "  %3u | ", line);
      mlo_terminal_add_code(&self->out, mlo_str_cut(&rest, '\n'));
      mlo_buf_char(&self->out, '\n');
    }
  }
}

/* "ORG001 no-pickle: bad example 1". */
static void put_heading(score *self, const mlo_rule *rule, mlo_str title) {
  mlo_buf_format(&self->out, "%.*s %.*s: ", MLO_FMT(rule->code), MLO_FMT(rule->name));
  mlo_terminal_add(&self->out, title);
  mlo_buf_char(&self->out, '\n');
}

/* show: the texts of a trial that fails are shown, since they stand inside of the rule. */
static void run_trial(score *self, const mlo_trial *trial, bool show) {
  mlo_trial_result result = {0};
  mlo_trial_run(trial, self->update, &result);
  bool held = result.why.len == 0;
  self->todos += result.todos;
  *(held ? &self->passed : &self->failed) += 1;
  if (!held || result.note.len) put_heading(self, trial->rules[0], trial->title);
  mlo_buf_add(&self->out, mlo_buf_str(&result.why));
  mlo_buf_add(&self->out, mlo_buf_str(&result.note));
  if (!held && show) put_text(self, trial);
  if (!held) mlo_buf_char(&self->out, '\n');
  mlo_buf_release(&result.why);
  mlo_buf_release(&result.note);
}

static mlo_trial trial_of(const score *self, const mlo_rule *const *rule,
                          const mlo_example *example, uint32_t number, mlo_arena *arena) {
  bool bad = example->kind == MLO_EXAMPLE_BAD;
  mlo_trial trial = {.engine = self->engine,
                     .arena = arena,
                     .rules = rule,
                     .rule_count = 1,
                     .options = example->options,
                     .message = example->message,
                     .any = bad};
  trial.title = mlo_arena_format(arena, "%s example %u", bad ? "bad" : "good", number);
  for (uint32_t i = 0; i < example->files.len; i++) {
    mlo_trial_file file = {.path = example->files.items[i].path,
                           .text = example->files.items[i].text};
    if (i == 0) file.fixed = example->fixed, file.expect = example->expect;
    MLO_PUSH(arena, &trial.files, file);
  }
  return trial;
}

static void test_examples(score *self, const mlo_rule *rule) {
  uint32_t numbers[] = {0, 0}; /* by kind */
  for (uint32_t i = 0; i < rule->examples.len; i++) {
    mlo_arena arena;
    mlo_arena_init(&arena, 0, NULL, NULL);
    const mlo_example *example = &rule->examples.items[i];
    mlo_trial trial = trial_of(self, &rule, example, ++numbers[example->kind], &arena);
    run_trial(self, &trial, true);
    mlo_arena_release(&arena);
  }
}

/* --- files beside rules ---------------------------------------------------------------------- */

/* The rules that stand in the same file, which are on together in its tests. */
static void rules_of_file(const score *self, mlo_str file, mlo_arena *arena, mlo_trial *out) {
  const mlo_rule **rules = MLO_NEW_ARRAY(arena, const mlo_rule *, rule_count(self));
  for (uint32_t i = 0; i < rule_count(self); i++)
    if (mlo_str_eq(rule_at(self, i)->file, file)) rules[out->rule_count++] = rule_at(self, i);
  out->rules = rules;
}

static bool expects(const mlo_trials *trials, const mlo_rule *rule, mlo_arena *arena) {
  mlo_expectations all = {0};
  for (uint32_t t = 0; t < trials->len; t++)
    for (uint32_t i = 0; i < trials->items[t].files.len; i++) {
      const mlo_trial_file *file = &trials->items[t].files.items[i];
      mlo_expectations_read(file->path, file->text, arena, &all);
      mlo_expectations_read_list(file->path, file->expect, arena, &all);
    }
  for (uint32_t i = 0; i < all.len; i++)
    if (mlo_str_eq(all.items[i].code, rule->code) || mlo_str_eq(all.items[i].code, rule->name))
      return true;
  return false;
}

/* A rule without a bad example proves nothing. */
static void require_bad(score *self, const mlo_rule *rule, const mlo_trials *beside,
                        mlo_arena *arena) {
  for (uint32_t i = 0; i < rule->examples.len; i++)
    if (rule->examples.items[i].kind == MLO_EXAMPLE_BAD) return;
  if (expects(beside, rule, arena)) return;
  put_heading(self, rule, MLO_STR("has no bad example"));
  mlo_buf_char(&self->out, '\n');
  self->failed++;
}

/* True if an earlier rule that is wanted stands in the same file. */
static bool is_done(const score *self, uint32_t index) {
  for (uint32_t i = 0; i < index; i++)
    if (self->wanted[i] && mlo_str_eq(rule_at(self, i)->file, rule_at(self, index)->file))
      return true;
  return false;
}

static mlo_status test_rule(score *self, uint32_t index, mlo_arena *arena, mlo_error *err) {
  const mlo_rule *rule = rule_at(self, index);
  mlo_trials beside = {0};
  mlo_status status = rule->pack ? mlo_beside_read(rule->file, arena, &beside, err) : MLO_OK;
  if (status != MLO_OK) return status;
  if (rule->source.len) require_bad(self, rule, &beside, arena);
  test_examples(self, rule);
  for (uint32_t i = 0; i < beside.len && !is_done(self, index); i++) {
    mlo_trial *trial = &beside.items[i];
    trial->engine = self->engine;
    trial->arena = arena;
    rules_of_file(self, rule->file, arena, trial);
    run_trial(self, trial, false);
  }
  return MLO_OK;
}

static mlo_status test_all(score *self, mlo_error *err) {
  mlo_status status = MLO_OK;
  for (uint32_t i = 0; status == MLO_OK && i < rule_count(self); i++) {
    if (!self->wanted[i]) continue;
    mlo_arena arena;
    mlo_arena_init(&arena, 0, NULL, NULL);
    status = test_rule(self, i, &arena, err);
    mlo_arena_release(&arena);
  }
  return status;
}

/* --- the command ----------------------------------------------------------------------------- */

static int print_score(score *self) {
  bool broken = mlo_cli_complain_of_rules(mlo_engine_catalogue(self->engine));
  mlo_buf_format(&self->out, "%u passed, %u failed", self->passed, self->failed);
  if (self->todos) mlo_buf_format(&self->out, ", %u todo", self->todos);
  mlo_buf_char(&self->out, '\n');
  if (self->out.failed || !mlo_output_print(mlo_buf_str(&self->out)) || broken)
    return MLO_EXIT_FAILED;
  return self->failed ? MLO_EXIT_FINDINGS : MLO_EXIT_CLEAN;
}

/* An engine with the packs of the configuration, and with those of paths that lie in none. */
static mlo_status open_engine(const mlo_cli *cli, const mlo_arguments *arguments, score *self,
                              mlo_engine **engine, mlo_error *err) {
  const mlo_words *words = &arguments->operands;
  mlo_overrides given = {0};
  mlo_status status = mlo_cli_read_config(arguments, TEST_CONFIG, TEST_ISOLATED, &given, err);
  if (status != MLO_OK) return status;
  mlo_engine_options options = {.layer = cli->layer,
                                .root = MLO_STR("."),
                                .isolated = given.isolated,
                                .config = given.config};
  mlo_words strange = {0}, none = {0};
  status = mlo_engine_new(&options, engine, err);
  self->engine = *engine;
  if (status == MLO_OK) status = want(self, cli, words, &strange, err);
  if (status != MLO_OK || !strange.len) return status;
  mlo_engine_free(*engine);
  *engine = NULL;
  options.packs = strange.items;
  options.pack_count = strange.len;
  status = mlo_engine_new(&options, engine, err);
  self->engine = *engine;
  if (status == MLO_OK) status = want(self, cli, words, &none, err);
  bool broken = status == MLO_OK && mlo_engine_catalogue(*engine)->problems.len;
  if (status != MLO_OK || !none.len || broken) return status;
  return mlo_error_set(err, MLO_ERR_USAGE, none.items[0], "holds no rule");
}

static int run(const mlo_cli *cli, const mlo_arguments *arguments) {
  mlo_error err = {0};
  mlo_engine *engine = NULL;
  score tally = {.update = mlo_arguments_has(arguments, TEST_UPDATE)};
  mlo_status status = open_engine(cli, arguments, &tally, &engine, &err);
  if (status == MLO_OK) status = test_all(&tally, &err);
  int code = status == MLO_OK ? print_score(&tally) : mlo_output_fail(&err);
  mlo_buf_release(&tally.out);
  mlo_engine_free(engine);
  return code;
}

const mlo_cli_command mlo_rule_test_command = {
    .name = "rule test",
    .operands = "[CODE|PATH...]",
    .summary = "run the tests of rules (default: all rules)",
    .help = "Tests stand in the rule, and beside its file: for lint/x.lua the file lint/x.test.py, "
            "and in the\nfolder lint/x.test/ each file, and each folder as one project.\n\n"
            "  f(x)  # expect: ORG001                 a finding that starts on this line\n"
            "  # expect-next: ORG001[5-9] \"text\"      on the next one, at these columns, with "
            "this message\n"
            "  f(x)  # todo: ORG001                   a miss that is known\n"
            "  x.py.fixed                             what all fixes make of x.py\n"
            "  x.json.expect                          lines as `3: ORG001` for what has no "
            "comments",
    .flags = flags,
    .flag_count = TEST_FLAG_COUNT,
    .run = run,
};
