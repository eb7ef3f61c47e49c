#include "run/config.h"

#include <math.h>
#include <stdlib.h>

#include "unit.h"

static mlo_str levels[] = {MLO_STR_INIT("low"), MLO_STR_INIT("high")};
static mlo_option options[] = {
    {.name = MLO_STR_INIT("limit"),
     .type = MLO_STR_INIT("integer"),
     .fallback = MLO_STR_INIT("3"),
     .least = -5,
     .most = INFINITY},
    {.name = MLO_STR_INIT("allow"),
     .type = MLO_STR_INIT("string[]"),
     .fallback = MLO_STR_INIT("[\"a\"]")},
    {.name = MLO_STR_INIT("ratio"),
     .type = MLO_STR_INIT("number"),
     .fallback = MLO_STR_INIT("0.5")},
    {.name = MLO_STR_INIT("strict"),
     .type = MLO_STR_INIT("boolean"),
     .fallback = MLO_STR_INIT("false")},
    {.name = MLO_STR_INIT("mode"), .type = MLO_STR_INIT("string")},
    {.name = MLO_STR_INIT("level"), .type = MLO_STR_INIT("string"), .choices = {levels, 2, 2}}};
static mlo_str former[] = {MLO_STR_INIT("FIT900"), MLO_STR_INIT("leakage")};

/* In this order: the letters that stand for rules below. */
static mlo_rule rules[] = {{.code = MLO_STR_INIT("FIT001"),
                            .name = MLO_STR_INIT("leak"),
                            .area = MLO_STR_INIT("fit"),
                            .severity = MLO_SEVERITY_WARNING,
                            .options = {options, 6, 6},
                            .deprecated = {former, 2, 2},
                            .enabled = true},
                           {.code = MLO_STR_INIT("SEC101"),
                            .name = MLO_STR_INIT("torch-load-unsafe"),
                            .area = MLO_STR_INIT("security"),
                            .severity = MLO_SEVERITY_ERROR,
                            .enabled = true},
                           {.code = MLO_STR_INIT("SEC202"),
                            .name = MLO_STR_INIT("secret"),
                            .area = MLO_STR_INIT("security"),
                            .severity = MLO_SEVERITY_ERROR}};
static const mlo_catalogue catalogue = {.rules = {rules, 3, 3}};

typedef struct fixture {
  mlo_grammars *grammars;
  mlo_parser *parser;
  mlo_arena arena;
  mlo_settings *settings;
  mlo_error err;
  bool found;
} fixture;

static int open_parser(void **state) {
  fixture *self = calloc(1, sizeof *self);
  *state = self;
  self->arena = unit_arena();
  return mlo_grammars_new(&self->grammars, NULL) ||
         mlo_parser_new(self->grammars, &self->parser, NULL);
}

static int close_parser(void **state) {
  fixture *self = *state;
  mlo_parser_free(self->parser);
  mlo_grammars_free(self->grammars);
  mlo_arena_release(&self->arena);
  free(self);
  return 0;
}

static mlo_status read_with(fixture *self, const char *path, mlo_str text,
                            const mlo_overrides *overrides) {
  self->settings = NULL;
  self->err = (mlo_error){0};
  return mlo_settings_read(self->parser, mlo_str_c(path), text, (mlo_str){0}, &catalogue, overrides,
                           &self->arena, &self->found, &self->settings, &self->err);
}

static mlo_status read_text(fixture *self, const char *text) {
  return read_with(self, "mlopslint.toml", mlo_str_c(text), NULL);
}

/* The enabled rules as letters: L leak, T torch-load-unsafe, S secret. */
static mlo_str enabled(fixture *self) {
  return mlo_arena_format(&self->arena, "%s%s%s", self->settings->enabled[0] ? "L" : "",
                          self->settings->enabled[1] ? "T" : "",
                          self->settings->enabled[2] ? "S" : "");
}

static void test_config__without_a_file_the_defaults_hold(void **state) {
  fixture *self = *state;
  assert_int_equal(
      mlo_settings_default(&catalogue, NULL, &self->arena, &self->settings, &self->err), MLO_OK);
  assert_str(enabled(self), "LT");
  assert_int_equal(self->settings->severity[1], MLO_SEVERITY_ERROR);
  assert_int_equal(self->settings->options[0].len, 0);
  assert_true(self->settings->respect_gitignore);
  assert_int_equal(self->settings->max_file_size, 8388608);
  assert_int_equal(self->settings->fail_on, MLO_SEVERITY_WARNING);
  assert_false(mlo_settings_excludes(self->settings, MLO_STR("a.py")));
}

static void test_config__selection_is_select_then_extend_then_ignore(void **state) {
  static const char *const cases[][2] = {
      {"", "LT"},
      {"select = []", ""},
      {"select = [\"SEC\"]", "TS"},
      {"select = [\"security\"]", "TS"},
      {"select = [\"secret\", \"FIT001\"]", "LS"},
      {"select = [\"SEC1\"]", "T"},
      {"select = [\"ALL\"]", "LTS"},
      {"extend-select = [\"SEC202\"]", "LTS"},
      {"ignore = [\"SEC\"]", "L"},
      {"ignore = [\"SEC101\"]\nselect = [\"ALL\"]", "LS"},
      {"ignore = [\"S\\u0045C\"]\nextend-select = ['secret']", "L"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(read_text(*state, cases[i][0]), MLO_OK);
    assert_str(enabled(*state), cases[i][1]);
  }
}

static void test_config__the_command_line_is_stronger(void **state) {
  fixture *self = *state;
  static const char text[] = "select = [\"ALL\"]\nignore = [\"SEC202\"]\n";
  static const mlo_str sec = MLO_STR_INIT("SEC202"), fit = MLO_STR_INIT("fit"),
                       bad = MLO_STR_INIT("SEC203");
  mlo_overrides overrides = {.select = &sec, .select_count = 1};
  assert_int_equal(read_with(self, "mlopslint.toml", mlo_str_c(text), &overrides), MLO_OK);
  assert_str(enabled(self), "S");
  overrides = (mlo_overrides){.extend_select = &sec, .extend_select_count = 1};
  assert_int_equal(read_with(self, "mlopslint.toml", mlo_str_c(text), &overrides), MLO_OK);
  assert_str(enabled(self), "LTS");
  overrides = (mlo_overrides){.ignore = &fit, .ignore_count = 1};
  assert_int_equal(read_with(self, "mlopslint.toml", mlo_str_c(text), &overrides), MLO_OK);
  assert_str(enabled(self), "T");
  overrides = (mlo_overrides){.ignore = &bad, .ignore_count = 1};
  assert_int_equal(
      mlo_settings_default(&catalogue, &overrides, &self->arena, &self->settings, &self->err),
      MLO_ERR_USAGE);
  assert_string_equal(self->err.message, "unknown rule `SEC203`; the nearest known is `SEC202`");
}

static void test_config__values_are_taken(void **state) {
  fixture *self = *state;
  assert_int_equal(read_text(self, "respect-gitignore = false\n"
                                   "max-file-size = 1_000\n"
                                   "fail-on = \"error\"\n"
                                   "exclude = [\"vendor\", \"*.tmp.py\"]\n"
                                   "[severity]\n"
                                   "SEC = \"warning\"\n"
                                   "leak = \"info\"\n"),
                   MLO_OK);
  assert_true(self->found);
  assert_str(self->settings->path, "mlopslint.toml");
  assert_false(self->settings->respect_gitignore);
  assert_int_equal(self->settings->max_file_size, 1000);
  assert_int_equal(self->settings->fail_on, MLO_SEVERITY_ERROR);
  assert_int_equal(self->settings->severity[0], MLO_SEVERITY_INFO);
  assert_int_equal(self->settings->severity[1], MLO_SEVERITY_WARNING);
  assert_int_equal(self->settings->severity[2], MLO_SEVERITY_WARNING);
  assert_true(mlo_settings_excludes(self->settings, MLO_STR("a/vendor/x.py")));
  assert_true(mlo_settings_excludes(self->settings, MLO_STR("a/x.tmp.py")));
  assert_false(mlo_settings_excludes(self->settings, MLO_STR("a/x.py")));
}

static void test_config__rules_are_ignored_per_file(void **state) {
  fixture *self = *state;
  assert_int_equal(
      read_text(self, "[per-file-ignores]\n\"tests\" = [\"FIT\"]\n\"*.ipynb\" = [\"ALL\"]\n"),
      MLO_OK);
  assert_false(mlo_settings_wants(self->settings, 0, MLO_STR("tests/a.py")));
  assert_true(mlo_settings_wants(self->settings, 1, MLO_STR("tests/a.py")));
  assert_true(mlo_settings_wants(self->settings, 0, MLO_STR("src/a.py")));
  assert_false(mlo_settings_wants(self->settings, 1, MLO_STR("src/a.ipynb")));
  assert_false(mlo_settings_wants(self->settings, 2, MLO_STR("src/a.py"))); /* off by default */
}

static void test_config__patterns_count_from_the_configurations_folder(void **state) {
  fixture *self = *state;
  assert_int_equal(read_text(self, "exclude = [\"/a/b\"]\n"), MLO_OK);
  static const struct {
    const char *folder, *above, *path;
    bool excluded;
  } cases[] = {{"", "", "a/b/x.py", true},     {"sub", "", "sub/a/b/x.py", true},
               {"sub", "", "a/b/x.py", false}, {"sub", "", "subs/a/b", false},
               {"", "a", "b/x.py", true},      {"", "a", "a/b/x.py", false},
               {"../o", "a", "../o/b", true},  {"sub", "", "sub", false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    self->settings->folder = mlo_str_c(cases[i].folder);
    self->settings->above = mlo_str_c(cases[i].above);
    assert_int_equal(mlo_settings_excludes(self->settings, mlo_str_c(cases[i].path)),
                     cases[i].excluded);
  }
}

static void test_config__options_are_given_whole(void **state) {
  fixture *self = *state;
  static const char *const cases[][2] = {
      {"[rules.leak]\n", "{\"limit\":3,\"allow\":[\"a\"],\"ratio\":0.5,\"strict\":false}"},
      {"[rules.FIT001]\nlimit = 7\nstrict = true\n",
       "{\"limit\":7,\"allow\":[\"a\"],\"ratio\":0.5,\"strict\":true}"},
      {"[rules]\nleak = {allow = [\"x\\\"y\", \"z\"], mode = \"a\\nb\", ratio = 2}\n",
       "{\"limit\":3,\"allow\":[\"x\\\"y\",\"z\"],\"ratio\":2,\"strict\":false,\"mode\":"
       "\"a\\nb\"}"},
      {"[rules.leak]\nallow = []\nratio = 0.25\nlimit = -1\n",
       "{\"limit\":-1,\"allow\":[],\"ratio\":0.25,\"strict\":false}"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(read_text(self, cases[i][0]), MLO_OK);
    assert_str(self->settings->options[0], cases[i][1]);
    assert_int_equal(self->settings->options[1].len, 0);
  }
}

static void test_config__words_that_a_rule_had_before_still_mean_it(void **state) {
  fixture *self = *state;
  static const char *const cases[][2] = {{"ignore = [\"FIT900\"]", "T"},
                                         {"select = [\"leakage\"]", "L"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(read_text(self, cases[i][0]), MLO_OK);
    assert_str(enabled(self), cases[i][1]);
  }
  assert_int_equal(read_text(self, "[rules.FIT900]\nlevel = \"high\""), MLO_OK);
  assert_true(mlo_str_contains(self->settings->options[0], MLO_STR("\"level\":\"high\"")));
}

static void test_config__examples_of_packs_are_not_checked(void **state) {
  fixture *self = *state;
  assert_int_equal(read_text(self, "rule-packs = [\"./lint/rules/\"]"), MLO_OK);
  static const struct {
    const char *path;
    bool excluded;
  } cases[] = {{"lint/rules/no-pickle.test/a.py", true},
               {"lint/rules/serving/no-pickle.test/k8s/a.yaml", true},
               {"lint/rules/no-pickle.test.py", true},
               {"lint/rules/tool.py", false},
               {"lint/rules.test/a.py", false},
               {"src/no-pickle.test.py", false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_int_equal(mlo_settings_excludes(self->settings, mlo_str_c(cases[i].path)),
                     cases[i].excluded);
}

static void test_config__errors_name_the_line_and_the_nearest_word(void **state) {
  fixture *self = *state;
  static const char *const cases[][2] = {
      {"\nselct = []\n", "line 2: unknown key `selct`; the nearest known is `select`"},
      {"select = [\"SEC101\",\n \"SEC110\"]",
       "line 2: unknown rule `SEC110`; the nearest known is `SEC101`"},
      {"ignore = [\"securty\"]", "line 1: unknown rule `securty`; the nearest known is `security`"},
      {"ignore = [\"\"]", "line 1: unknown rule ``; the nearest known is `fit`"},
      {"select = \"SEC\"", "line 1: `select` must be a list of rules' codes, names or areas, as in "
                           "[\"SEC101\", \"fit\"]"},
      {"select = [1]", "line 1: `select` must be a list of rules' codes, names or areas, as in "
                       "[\"SEC101\", \"fit\"]"},
      {"exclude = [true]",
       "line 1: `exclude` must be a list of paths or patterns, as in [\"vendor\"]"},
      {"respect-gitignore = 1", "line 1: `respect-gitignore` must be true or false"},
      {"max-file-size = 0",
       "line 1: `max-file-size` must be a number of bytes above 0, as in 8388608"},
      {"fail-on = \"fatal\"", "line 1: `fail-on` must be \"info\", \"warning\" or \"error\""},
      {"[severity]\nSEC101 = \"off\"",
       "line 2: `SEC101` must be \"info\", \"warning\" or \"error\""},
      {"[severity]\nSEX101 = \"info\"",
       "line 2: unknown rule `SEX101`; the nearest known is `SEC101`"},
      {"per-file-ignores = []",
       "line 1: `per-file-ignores` must be a table of patterns, as in \"tests\" = [\"FIT\"]"},
      {"[per-file-ignores]\ntests = [\"FOT\"]",
       "line 2: unknown rule `FOT`; the nearest known is `fit`"},
      {"[rules.leek]\n", "line 1: unknown rule `leek`; the nearest known is `leak`"},
      {"[rules.SEC1]\n", "line 1: unknown rule `SEC1`; the nearest known is `SEC101`"},
      {"[rules]\nleak = 1", "line 2: `leak` must be a table of the rule's options"},
      {"[rules.leak]\nlimits = 1", "line 2: unknown option `limits`; the nearest known is `limit`"},
      {"[rules.secret]\nx = 1", "line 2: unknown option `x`: `secret` has no options"},
      {"[rules.leak]\nlimit = -6", "line 2: `limit` must be at least -5"},
      {"[rules.leak]\nlevel = \"mid\"", "line 2: `level` must be one of \"low\", \"high\""},
      {"[rules.leak]\nlimit = 1.5", "line 2: `limit` must be a whole number"},
      {"[rules.leak]\nratio = inf", "line 2: `ratio` must be a number"},
      {"[rules.leak]\nallow = [1]", "line 2: `allow` must be a list of strings"},
      {"[rules.leak]\nmode = true", "line 2: `mode` must be a string"},
      {"[rules.leak]\nstrict = \"no\"", "line 2: `strict` must be true or false"},
      {"[rules.leak]\nlimit = 1\n[rules.FIT001]\nlimit = 2\n",
       "line 3: `FIT001` and `leak` are one rule: give its options once"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(read_text(self, cases[i][0]), MLO_ERR_CONFIG);
    assert_string_equal(self->err.message, cases[i][1]);
    assert_string_equal(self->err.path, "mlopslint.toml");
    assert_false(self->found);
  }
}

static void test_config__broken_text_is_told(void **state) {
  fixture *self = *state;
  assert_int_equal(read_text(self, "select = []\nfail-on = = 1\n"), MLO_ERR_CONFIG);
  assert_true(mlo_str_starts(mlo_str_c(self->err.message), MLO_STR("line 2: ")));
  assert_int_equal(read_text(self, "exclude = [\"\xff\"]\n"), MLO_ERR_CONFIG);
  assert_string_equal(self->err.message, "is not UTF-8 text");
}

static void test_config__a_pyproject_is_ours_only_with_our_table(void **state) {
  fixture *self = *state;
  static const char ours[] =
      "[project]\nname = \"x\"\n[tool.mlopslint]\nselect = [\"SEC\"]\n[tool.other]\nx = 1\n";
  assert_int_equal(read_with(self, "a/pyproject.toml", mlo_str_c(ours), NULL), MLO_OK);
  assert_true(self->found);
  assert_str(enabled(self), "TS");
  static const char *const others[] = {"[project]\nname = \"x\"\n", "",
                                       "[project]\ndependencies = [\"mlopslint\"]\n",
                                       "broken = = \n", "[tool.other]\nmlopslint = 1\n"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    assert_int_equal(read_with(self, "a/pyproject.toml", mlo_str_c(others[i]), NULL), MLO_OK);
    assert_false(self->found);
    assert_null(self->settings);
  }
  assert_int_equal(read_with(self, "pyproject.toml", MLO_STR("[tool.mlopslint]\nx = 1\n"), NULL),
                   MLO_ERR_CONFIG);
  assert_int_equal(read_with(self, "pyproject.toml", MLO_STR("[tool]\nmlopslint = 1\n"), NULL),
                   MLO_ERR_CONFIG);
  assert_string_equal(self->err.message, "line 2: `mlopslint` must be a table");
}

static void test_config__a_rule_that_failed_to_load_is_not_missed(void **state) {
  fixture *self = *state;
  mlo_problem problem = {MLO_STR("lua/rules/x.lua"), MLO_STR("broken")};
  mlo_catalogue partial = {.rules = {rules, 3, 3}, .problems = {&problem, 1, 1}};
  assert_int_equal(mlo_settings_read(self->parser, MLO_STR("mlopslint.toml"),
                                     MLO_STR("ignore = [\"SEC999\"]"), (mlo_str){0}, &partial, NULL,
                                     &self->arena, &self->found, &self->settings, &self->err),
                   MLO_OK);
  assert_str(enabled(self), "LT");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_config__without_a_file_the_defaults_hold),
      cmocka_unit_test(test_config__selection_is_select_then_extend_then_ignore),
      cmocka_unit_test(test_config__the_command_line_is_stronger),
      cmocka_unit_test(test_config__values_are_taken),
      cmocka_unit_test(test_config__rules_are_ignored_per_file),
      cmocka_unit_test(test_config__patterns_count_from_the_configurations_folder),
      cmocka_unit_test(test_config__options_are_given_whole),
      cmocka_unit_test(test_config__words_that_a_rule_had_before_still_mean_it),
      cmocka_unit_test(test_config__examples_of_packs_are_not_checked),
      cmocka_unit_test(test_config__errors_name_the_line_and_the_nearest_word),
      cmocka_unit_test(test_config__broken_text_is_told),
      cmocka_unit_test(test_config__a_pyproject_is_ours_only_with_our_table),
      cmocka_unit_test(test_config__a_rule_that_failed_to_load_is_not_missed),
  };
  return cmocka_run_group_tests(tests, open_parser, close_parser);
}
