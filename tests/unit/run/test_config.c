#include "run/config.h"

#include "base/os.h"

#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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
  mlo_config_file file = {.path = mlo_str_c(path), .text = text};
  return mlo_settings_read(self->parser, &file, &catalogue, overrides, &self->arena, &self->found,
                           &self->settings, &self->err);
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
      {"[severity]\nSEC101 = \"of\"",
       "line 2: `SEC101` must be \"info\", \"warning\", \"error\" or \"off\""},
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
  mlo_problem problem = {.path = MLO_STR("lua/rules/x.lua"), .message = MLO_STR("broken")};
  mlo_catalogue partial = {.rules = {rules, 3, 3}, .problems = {&problem, 1, 1}};
  mlo_config_file file = {.path = MLO_STR("mlopslint.toml"),
                          .text = MLO_STR("ignore = [\"SEC999\"]")};
  assert_int_equal(mlo_settings_read(self->parser, &file, &partial, NULL, &self->arena,
                                     &self->found, &self->settings, &self->err),
                   MLO_OK);
  assert_str(enabled(self), "LT");
}

/* --- what a file says of its rules, and who said it --- */

static const char *source_of(fixture *self, mlo_source source) {
  return mlo_arena_format(&self->arena, "%.*s:%u", MLO_FMT(source.path), source.line).ptr;
}

static void test_config__each_value_knows_where_it_was_said(void **state) {
  fixture *self = *state;
  static const mlo_str fit = MLO_STR_INIT("FIT");
  mlo_overrides overrides = {.ignore = &fit, .ignore_count = 1};
  assert_int_equal(read_with(self, "mlopslint.toml",
                             MLO_STR("fail-on = \"error\"\n"
                                     "select = [\"SEC101\",\n  \"FIT\"]\n"
                                     "[severity]\n"
                                     "SEC202 = \"info\"\n"
                                     "SEC101 = \"off\"\n"
                                     "[rules.leak]\n"
                                     "limit = 4\n"),
                             &overrides),
                   MLO_OK);
  const mlo_settings *settings = self->settings;
  assert_str(enabled(self), "");
  assert_string_equal(source_of(self, settings->fail_on_by), "mlopslint.toml:1");
  assert_string_equal(source_of(self, settings->exclude_by), ":0");
  assert_string_equal(source_of(self, settings->enabled_by[0]), "--ignore:0");
  assert_string_equal(source_of(self, settings->enabled_by[1]), "mlopslint.toml:6");
  assert_string_equal(source_of(self, settings->enabled_by[2]), "mlopslint.toml:2");
  assert_string_equal(source_of(self, settings->severity_by[2]), "mlopslint.toml:5");
  assert_string_equal(source_of(self, settings->severity_by[0]), ":0");
  assert_int_equal(settings->given.len, 1);
  assert_str(settings->given.items[0].json, "4");
  assert_string_equal(source_of(self, settings->given.items[0].source), "mlopslint.toml:8");
}

static void test_config__a_rule_is_switched_off_and_on(void **state) {
  fixture *self = *state;
  static const mlo_str word = MLO_STR_INIT("SEC101");
  static const char text[] = "[severity]\nSEC101 = \"off\"\n";
  assert_int_equal(read_text(self, text), MLO_OK);
  assert_str(enabled(self), "L");
  mlo_overrides overrides = {.extend_select = &word, .extend_select_count = 1};
  assert_int_equal(read_with(self, "mlopslint.toml", mlo_str_c(text), &overrides), MLO_OK);
  assert_str(enabled(self), "LT");
}

static void test_config__a_rule_keeps_to_its_files(void **state) {
  fixture *self = *state;
  assert_int_equal(read_text(self, "[rules.leak]\nfiles = [\"src\"]\nignores = [\"gen_*.py\"]\n"),
                   MLO_OK);
  assert_true(mlo_settings_wants(self->settings, 0, MLO_STR("src/a.py")));
  assert_false(mlo_settings_wants(self->settings, 0, MLO_STR("src/gen_a.py")));
  assert_false(mlo_settings_wants(self->settings, 0, MLO_STR("b.py")));
  assert_true(mlo_settings_wants(self->settings, 1, MLO_STR("b.py")));
  mlo_source why;
  assert_false(mlo_settings_judge(self->settings, 0, MLO_STR("b.py"), &why));
  assert_string_equal(source_of(self, why), "mlopslint.toml:2");
  assert_int_equal(read_text(self, "[rules.secret]\nignore = [\"a\"]"), MLO_ERR_CONFIG);
  assert_string_equal(self->err.message,
                      "line 2: unknown option `ignore`; the nearest known is `ignores`");
  assert_int_equal(read_text(self, "[rules.secret]\nfiles = \"a\""), MLO_ERR_CONFIG);
  assert_string_equal(self->err.message, "line 2: `files` must be a list of paths or patterns, as "
                                         "in [\"src\", \"*.ipynb\"]");
}

static void test_config__the_baseline_stays_in_the_tree(void **state) {
  fixture *self = *state;
  assert_int_equal(read_text(self, "[baseline]\nfile = \"ci/known.json\""), MLO_OK);
  assert_str(self->settings->baseline, "ci/known.json");
  assert_string_equal(source_of(self, self->settings->baseline_by), "mlopslint.toml:2");
  static const char *const cases[][2] = {
      {"[baseline]\nfil = \"a\"", "line 2: unknown key `fil`; the nearest known is `file`"},
      {"[baseline]\nfile = 1", "line 2: `file` must be a file, as in \"mlopslint.baseline.json\""},
      {"baseline = \"a\"",
       "line 1: `baseline` must be a table, as in file = \"mlopslint.baseline.json\""},
      {"[baseline]\nfile = \"../a\"",
       "line 2: the baseline `../a` must stay below this folder: name "
       "another with --baseline"},
      {"[baseline]\nfile = \"/a\"", "line 2: the baseline `/a` must stay below this folder: name "
                                    "another with --baseline"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mlo_config_file file = {
        .path = MLO_STR("x.toml"), .text = mlo_str_c(cases[i][0]), .fence = MLO_STR("/project")};
    assert_int_equal(mlo_settings_read(self->parser, &file, &catalogue, NULL, &self->arena,
                                       &self->found, &self->settings, &self->err),
                     MLO_ERR_CONFIG);
    assert_string_equal(self->err.message, cases[i][1]);
  }
}

/* --- files that others extend: on disk --- */

typedef struct written {
  const char *name, *text;
} written;

/* Writes files into a new folder, reads the first one, and takes all away again. */
static mlo_status read_files(fixture *self, const written *files, size_t count, bool fenced) {
  char folder[] = "/tmp/mlopslint-config-XXXXXX";
  assert_non_null(mkdtemp(folder));
  mlo_str places[8] = {{0}};
  mlo_str inner = mlo_arena_format(&self->arena, "%s/in", folder);
  assert_int_equal(mkdir(mlo_arena_cstr(&self->arena, inner), 0755), 0);
  for (size_t i = 0; i < count; i++) {
    places[i] = mlo_arena_format(&self->arena, "%s/%s", folder, files[i].name);
    assert_int_equal(mlo_os_write(places[i], mlo_str_c(files[i].text), NULL), MLO_OK);
  }
  mlo_config_file file = {.path = mlo_str_c(files[0].name),
                          .text = mlo_str_c(files[0].text),
                          .place = places[0],
                          .fence = fenced ? inner : (mlo_str){0}};
  self->err = (mlo_error){0};
  mlo_status status = mlo_settings_read(self->parser, &file, &catalogue, NULL, &self->arena,
                                        &self->found, &self->settings, &self->err);
  for (size_t i = 0; i < count; i++) unlink(mlo_arena_cstr(&self->arena, places[i]));
  rmdir(mlo_arena_cstr(&self->arena, inner));
  rmdir(folder);
  return status;
}

static void test_config__what_comes_later_wins(void **state) {
  fixture *self = *state;
  static const written files[] = {
      {"in/a.toml", "extends = [\"b.toml\", \"../c.toml\"]\nextend-ignore = [\"FIT\"]\n"
                    "[per-file-ignores]\n\"tests\" = [\"SEC101\"]\n[rules.leak]\nlimit = 9\n"},
      {"in/b.toml", "select = [\"ALL\"]\nignore = [\"SEC202\"]\nfail-on = \"error\"\n"
                    "exclude = [\"x\"]\nrule-packs = [\"lint\"]\n"
                    "[per-file-ignores]\n\"tests\" = [\"SEC202\"]\n\"docs\" = [\"FIT\"]\n"},
      {"c.toml",
       "ignore = [\"SEC101\"]\nexclude = [\"y\"]\n[rules.leak]\nlimit = 1\nstrict = true\n"
       "[severity]\nleak = \"info\"\n"}};
  assert_int_equal(read_files(self, files, 3, false), MLO_OK);
  const mlo_settings *settings = self->settings;
  assert_str(enabled(self),
             "S"); /* all, without c's SEC101 in place of b's SEC202, without a's FIT */
  assert_int_equal(settings->fail_on, MLO_SEVERITY_ERROR);
  assert_string_equal(source_of(self, settings->fail_on_by), "in/b.toml:3");
  assert_int_equal(settings->exclude.len, 1);
  assert_str(settings->exclude.items[0], "y");
  assert_string_equal(source_of(self, settings->exclude_by), "in/../c.toml:2");
  assert_str(settings->packs.items[0], "lint");
  assert_int_equal(settings->severity[0], MLO_SEVERITY_INFO);
  assert_true(mlo_str_starts(settings->options[0], MLO_STR("{\"limit\":9,")));
  assert_true(mlo_str_contains(settings->options[0], MLO_STR("\"strict\":true")));
  assert_true(mlo_settings_wants(settings, 2, MLO_STR("tests/a.py"))); /* a's list replaced b's */
  assert_int_equal(settings->file_ignores.len, 2);
  assert_int_equal(settings->extended.len, 2);
  assert_str(settings->extended.items[1], "in/../c.toml");
  assert_str(settings->path, "in/a.toml");
}

static void test_config__packs_count_from_the_file_that_names_them(void **state) {
  fixture *self = *state;
  static const written files[] = {{"a.toml", "extends = \"in/b.toml\"\n"},
                                  {"in/b.toml", "rule-packs = [\"lint\", \"/opt/rules\"]\n"}};
  assert_int_equal(read_files(self, files, 2, false), MLO_OK);
  assert_str(self->settings->packs.items[0], "in/lint");
  assert_str(self->settings->packs.items[1], "/opt/rules");
}

static void test_config__what_can_not_be_extended_is_told(void **state) {
  fixture *self = *state;
  static const struct {
    written files[3];
    size_t count;
    bool fenced;
    const char *path, *message;
  } cases[] = {
      {{{"in/a.toml", "\nextends = \"gone.toml\""}},
       1,
       false,
       "in/a.toml",
       "line 2: can't extend `gone.toml`: cannot find it"},
      {{{"in/a.toml", "extends = \"https://example.org/a.toml\""}},
       1,
       false,
       "in/a.toml",
       "line 1: `https://example.org/a.toml` is an address: only files are extended"},
      {{{"in/a.toml", "extends = 1"}},
       1,
       false,
       "in/a.toml",
       "line 1: `extends` must be a file or a list of files, as in \"../mlopslint.toml\""},
      {{{"in/a.toml", "extends = \"../b.toml\""}, {"b.toml", ""}},
       2,
       true,
       "in/a.toml",
       "line 1: `../b.toml` lies outside of the repository: only a file that is named with "
       "--config may extend it"},
      {{{"in/a.toml", "extends = \"b.toml\""}, {"in/b.toml", "\n\nfail-om = 1"}},
       2,
       true,
       "in/b.toml",
       "line 3: unknown key `fail-om`; the nearest known is `fail-on`"},
      {{{"in/a.toml", "extends = \"pyproject.toml\""}, {"in/pyproject.toml", "[tool]\n"}},
       2,
       true,
       "in/a.toml",
       "line 1: `pyproject.toml` has no [tool.mlopslint] table"},
      {{{"in/a.toml", "extends = \"b.toml\""}, {"in/b.toml", "extends = \"a.toml\""}},
       2,
       true,
       "in/b.toml",
       "line 1: `extends` goes in a circle: "},
      {{{"in/a.toml", "extends = \"a.toml\""}},
       1,
       true,
       "in/a.toml",
       "line 1: `extends` goes in a circle: "}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(read_files(self, cases[i].files, cases[i].count, cases[i].fenced),
                     MLO_ERR_CONFIG);
    assert_string_equal(self->err.path, cases[i].path);
    if (!mlo_str_starts(mlo_str_c(self->err.message), mlo_str_c(cases[i].message)))
      fail_msg("%s", self->err.message);
  }
}

static void test_config__what_of_notebooks_stays_is_one_section(void **state) {
  fixture *self = *state;
  assert_int_equal(read_text(self, "[notebook]\nkeep-outputs-in = [\"demo\", \"a/*.ipynb\"]\n"
                                   "keep-output-kilobytes = 16\nkeep-counts = true\n"),
                   MLO_OK);
  const mlo_policy *policy = &self->settings->notebook;
  assert_int_equal(policy->keep_output_kilobytes, 16);
  assert_true(policy->keep_counts);
  assert_int_equal(policy->words[MLO_POLICY_KEEP_TAGS].len, 2);
  assert_int_equal(self->settings->notebook_by[MLO_POLICY_KEEP_COUNTS].line, 4);
  static const struct {
    const char *path;
    bool kept;
  } cases[] = {{"x/demo/y/n.ipynb", true}, {"a/n.ipynb", true}, {"a/b/n.ipynb", false},
               {"docs/n.ipynb", false},    {"n.ipynb", false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_int_equal(
        mlo_settings_policy(self->settings, mlo_str_c(cases[i].path)).keep_outputs,
        cases[i].kept);
  assert_int_equal(read_text(self, ""), MLO_OK);
  assert_true(mlo_settings_policy(self->settings, MLO_STR("docs/n.ipynb")).keep_outputs);
}

static void test_config__errors_in_the_notebook_section(void **state) {
  fixture *self = *state;
  static const char *const cases[][2] = {
      {"[notebook]\nkeep-tag = []", "line 2: unknown key `keep-tag`; the nearest known is `keep-tags`"},
      {"[notebook]\nkeep-tags = 3", "line 2: `keep-tags` must be a list of cells' tags"},
      {"[notebook]\nkeep-counts = 1", "line 2: `keep-counts` must be true or false"},
      {"[notebook]\nkeep-output-kilobytes = -1",
       "line 2: `keep-output-kilobytes` must be a number of kilobytes"},
      {"[notebook]\nkeep-metadata = [\"collapsed\"]",
       "line 2: `collapsed` begins with neither \"cell.\" nor \"notebook.\""},
      {"notebook = 3", "line 1: `notebook` must be a table"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(read_text(self, cases[i][0]), MLO_ERR_CONFIG);
    if (!mlo_str_starts(mlo_str_c(self->err.message), mlo_str_c(cases[i][1])))
      fail_msg("%s", self->err.message);
  }
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
      cmocka_unit_test(test_config__each_value_knows_where_it_was_said),
      cmocka_unit_test(test_config__a_rule_is_switched_off_and_on),
      cmocka_unit_test(test_config__a_rule_keeps_to_its_files),
      cmocka_unit_test(test_config__the_baseline_stays_in_the_tree),
      cmocka_unit_test(test_config__what_comes_later_wins),
      cmocka_unit_test(test_config__packs_count_from_the_file_that_names_them),
      cmocka_unit_test(test_config__what_can_not_be_extended_is_told),
      cmocka_unit_test(test_config__what_of_notebooks_stays_is_one_section),
      cmocka_unit_test(test_config__errors_in_the_notebook_section),
  };
  return cmocka_run_group_tests(tests, open_parser, close_parser);
}
