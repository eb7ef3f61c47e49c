#include "lua/host/layer.h"

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder with packs, and what loading them gave. Problems' paths begin behind the folder. */
typedef struct fixture {
  char folder[64];
  mlo_arena arena;
  mlo_grammars *grammars; /* for built-in rules with patterns */
  mlo_catalogue catalogue;
} fixture;

static mlo_str path_in(fixture *self, const char *path) {
  return mlo_arena_format(&self->arena, "%s/%s", self->folder, path);
}

static void put(fixture *self, const char *path, const char *text) {
  mlo_str whole = path_in(self, path);
  for (size_t i = strlen(self->folder) + 1; i < whole.len; i++)
    if (whole.ptr[i] == '/') mkdir(mlo_arena_cstr(&self->arena, mlo_str_slice(whole, 0, i)), 0700);
  assert_int_equal(mlo_os_write(whole, mlo_str_c(text), NULL), MLO_OK);
}

static int open_folder(void **state) {
  fixture *self = calloc(1, sizeof *self);
  *state = self;
  self->arena = unit_arena();
  strcpy(self->folder, "/tmp/mlopslint-packs-XXXXXX");
  if (mlo_grammars_new(&self->grammars, NULL) != MLO_OK) return -1;
  return mkdtemp(self->folder) == NULL;
}

static void remove_tree(mlo_arena *arena, mlo_str folder) {
  mlo_dir_entries entries = {0};
  mlo_os_list(folder, arena, &entries, NULL);
  for (uint32_t i = 0; i < entries.len; i++) {
    mlo_str path =
        mlo_arena_format(arena, "%.*s/%.*s", MLO_FMT(folder), MLO_FMT(entries.items[i].name));
    if (entries.items[i].kind == MLO_FILE_FOLDER)
      remove_tree(arena, path);
    else
      unlink(path.ptr);
  }
  rmdir(mlo_arena_cstr(arena, folder));
}

static int close_folder(void **state) {
  fixture *self = *state;
  remove_tree(&self->arena, mlo_str_c(self->folder));
  mlo_arena_release(&self->arena);
  mlo_grammars_free(self->grammars);
  free(self);
  return 0;
}

static void load(fixture *self, const char *const *packs, uint32_t count) {
  mlo_str folders[4];
  for (uint32_t i = 0; i < count; i++) folders[i] = path_in(self, packs[i]);
  mlo_error err = {0};
  self->catalogue = (mlo_catalogue){.grammars = self->grammars};
  assert_int_equal(mlo_lua_layer.load(folders, count, &self->arena, &self->catalogue, &err),
                   MLO_OK);
}

static void load_lint(fixture *self) { load(self, (const char *const[]){"lint"}, 1); }

/* "ORG001 ORG002": the rules that are not built in. */
static mlo_str codes(fixture *self) {
  mlo_str out = {0};
  for (uint32_t i = 0; i < self->catalogue.rules.len; i++) {
    const mlo_rule *rule = &self->catalogue.rules.items[i];
    if (!rule->pack) continue;
    out = mlo_arena_format(&self->arena, "%.*s%s%.*s", MLO_FMT(out), out.len ? " " : "",
                           MLO_FMT(rule->code));
  }
  return out;
}

/* "lint/a.lua: message", a line each. */
static mlo_str problems(fixture *self) {
  mlo_str out = {0};
  for (uint32_t i = 0; i < self->catalogue.problems.len; i++) {
    const mlo_problem *problem = &self->catalogue.problems.items[i];
    assert_true(mlo_str_starts(problem->path, mlo_str_c(self->folder)));
    mlo_str path = mlo_str_from(problem->path, strlen(self->folder) + 1);
    out = mlo_arena_format(&self->arena, "%.*s%.*s: %.*s\n", MLO_FMT(out), MLO_FMT(path),
                           MLO_FMT(problem->message));
  }
  return out;
}

static void assert_problems(fixture *self, const char *wanted) {
  mlo_str got = problems(self);
  /* messages name files with their whole path */
  mlo_str plain = {0}, whole = mlo_arena_format(&self->arena, "%s/", self->folder);
  for (size_t at; (at = mlo_str_find(got, whole)) != SIZE_MAX;
       got = mlo_str_from(got, at + whole.len))
    plain = mlo_arena_concat(&self->arena, plain, mlo_str_slice(got, 0, at));
  assert_str(mlo_arena_concat(&self->arena, plain, got), wanted);
}

#define RULE(code, name, more)                                                                     \
  "rule.call { code = '" code "', name = '" name "', severity = 'info',\n"                         \
  "  summary = 's', docs = 'd', calls = { 'a.b' }, message = 'm'," more " }"
#define HEAD "local rule = require 'mlopslint.rule'\n"

static void test_pack__rules_anywhere_below_the_folder(void **state) {
  fixture *self = *state;
  put(self, "lint/a.lua", HEAD "return " RULE("ORG001", "org-one", ""));
  put(self, "lint/serving/deep/b.lua",
      HEAD "return { " RULE("ORG003", "org-three", "") ", " RULE("ORG002", "org-two", "") " }");
  put(self, "lint/lib/helper.lua", "return { 'no rule' }");
  put(self, "lint/serving/lib/helper.lua", "error 'never run'");
  put(self, "lint/a.test/c.lua", "not Lua at all");
  put(self, "lint/.hidden/d.lua", "not Lua at all");
  put(self, "lint/README.md", "# Our rules");
  load_lint(self);
  assert_problems(self, "");
  assert_str(codes(self), "ORG001 ORG002 ORG003");
}

static void test_pack__require_finds_the_packs_own_files(void **state) {
  fixture *self = *state;
  static const char *const modules[] = {"names", "lint.names", "lib.names", "lint.lib.names",
                                        "near.other"};
  put(self, "lint/lib/names.lua", "return require 'lint.deeper.more'");
  put(self, "lint/lib/deeper/more.lua", "return 'ORG007'");
  put(self, "lint/near/lib/x.lua", "");
  put(self, "lint/lib/near/other.lua", "return require 'names'");
  for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
    mlo_str rule =
        mlo_arena_format(&self->arena,
                         HEAD "return rule.call { code = require '%s', name = 'org-x', severity = "
                              "'info', summary = 's', docs = 'd', calls = 'a.b', message = 'm' }",
                         modules[i]);
    put(self, "lint/a.lua", rule.ptr);
    load_lint(self);
    assert_problems(self, "");
    assert_str(codes(self), "ORG007");
  }
}

static void test_pack__require_stays_inside(void **state) {
  fixture *self = *state;
  put(self, "secret.lua", "return 'secret'");
  put(self, "lint/lib/a.lua", "return require 'b'");
  put(self, "lint/lib/b.lua", "\nreturn require 'lint.a'");
  put(self, "lint/lib/broken.lua", "return {\n");
  put(self, "lint/lib/fails.lua", "return 1 .. nil");
  static const char *const cases[][2] = {
      {"mlopslint.nothing",
       "lint/r.lua: line 1: there is no module 'mlopslint.nothing' for rules\n"},
      {"a", "lint/r.lua: lint/lib/b.lua:2: 'lint.a' is required while it is loading: modules need "
            "each other in a circle\n"},
      {"broken", "lint/r.lua: lint/lib/broken.lua:2: unexpected symbol near <eof>\n"},
      {"fails", "lint/r.lua: lint/lib/fails.lua:1: attempt to concatenate a nil value\n"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mlo_str rule = mlo_arena_format(&self->arena, "require '%s'", cases[i][0]);
    put(self, "lint/r.lua", rule.ptr);
    load_lint(self);
    assert_problems(self, cases[i][1]);
  }
  static const char *const outside[] = {"..secret", "../secret", "lib/a", ".", "", "secret"};
  for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
    mlo_str rule = mlo_arena_format(&self->arena, "require '%s'", outside[i]);
    put(self, "lint/r.lua", rule.ptr);
    load_lint(self);
    assert_int_equal(self->catalogue.problems.len, 1);
    assert_true(mlo_str_contains(problems(self), MLO_STR("line 1: there is no module '")));
  }
}

static void test_pack__links_are_refused(void **state) {
  fixture *self = *state;
  put(self, "secret.lua", HEAD "return " RULE("ORG001", "org-one", ""));
  put(self, "lint/b.lua", HEAD "return " RULE("ORG002", "org-two", ""));
  assert_int_equal(symlink("../secret.lua", path_in(self, "lint/a.lua").ptr), 0);
  assert_int_equal(symlink("..", path_in(self, "lint/up").ptr), 0);
  load_lint(self);
  assert_str(codes(self), "ORG002");
  assert_problems(self, "lint/a.lua: is a link, and a pack reads only files of its own: copy it\n"
                        "lint/up: is a link, and a pack reads only files of its own: copy it\n");
}

static void test_pack__words_are_unique(void **state) {
  fixture *self = *state;
  static const struct {
    const char *second, *problem;
  } cases[] = {
      {RULE("ORG001", "org-two", ""),
       "lint/b.lua: `ORG001` is taken: lint/a.lua has the rule ORG001 org-one\n"},
      {RULE("ORG002", "org-one", ""),
       "lint/b.lua: `org-one` is taken: lint/a.lua has the rule ORG001 org-one\n"},
      {RULE("ORG000", "org-two", ""),
       "lint/b.lua: `ORG000` is taken: lint/a.lua has the rule ORG001 org-one\n"},
      {RULE("ORG002", "org-two", "deprecated = 'ORG001'"),
       "lint/b.lua: `ORG001` is taken: lint/a.lua has the rule ORG001 org-one\n"},
      {RULE("SEC101", "org-two", ""),
       "lint/b.lua: `SEC101` is the built-in rule SEC101 torch-load-unsafe: choose another\n"},
      {RULE("ORG002", "torch-load-unsafe", ""), "lint/b.lua: `torch-load-unsafe` is the built-in "
                                                "rule SEC101 torch-load-unsafe: choose another\n"},
      {RULE("ORG002", "security", ""),
       "lint/b.lua: `security` is an area's name: choose another\n"},
      {RULE("SEC999", "org-two", ""), "lint/b.lua: `SEC999`: SEC is for built-in rules; use "
                                      "letters of your own, as in ORG001, and "
                                      "area = \"security\" to stand beside them\n"}};
  put(self, "lint/a.lua", HEAD "return " RULE("ORG001", "org-one", "deprecated = { 'ORG000' }"));
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mlo_str second = mlo_arena_format(&self->arena, HEAD "return %s", cases[i].second);
    put(self, "lint/b.lua", second.ptr);
    load_lint(self);
    assert_problems(self, cases[i].problem);
    assert_str(codes(self), "ORG001");
  }
}

static void test_pack__named_twice_is_read_once(void **state) {
  fixture *self = *state;
  put(self, "lint/rules/a.lua", HEAD "return " RULE("ORG001", "org-one", ""));
  put(self, "lint/b.lua", HEAD "return " RULE("ORG002", "org-two", ""));
  load(self, (const char *const[]){"lint/rules", "lint/", "lint/rules/."}, 3);
  assert_problems(self, "");
  assert_str(codes(self), "ORG001 ORG002");
}

static void test_pack__a_folder_that_is_missing_is_told(void **state) {
  fixture *self = *state;
  load(self, (const char *const[]){"nowhere"}, 1);
  assert_problems(
      self, "nowhere: cannot open the folder: No such file or directory: check the spelling\n");
}

/* What a rule says of itself is judged at load, with the line in its file. */
static void test_pack__metadata_is_judged(void **state) {
  fixture *self = *state;
  static const char *const cases[][2] = {
      {"sumary = 's',",
       "line 2: ORG001: unknown field `sumary` of rule.call; the nearest known is `summary`"},
      {"commands = { 'rm' },", "line 2: ORG001: rule.call has no `commands`: rule.any { on = { { "
                               "commands = ... } } } takes "
                               "triggers of several kinds"},
      {"tags = { 1 },", "line 2: ORG001: `tags` must be a string or a list of strings"},
      {"enabled = 'no',", "line 2: ORG001: `enabled` must be true or false"},
      {"url = 'wiki',", "line 2: ORG001: url must be an http or https address"},
      {"options = { x = { type = 'int', default = 1, help = 'h' } },",
       "line 2: ORG001: option `x`: its type must be one of \"string\", \"integer\", \"number\", "
       "\"boolean\", \"string[]\""},
      {"options = { x = { type = 'integer', default = 1.5, help = 'h' } },",
       "line 2: ORG001: option `x`: its default must be a whole number"},
      {"options = { x = { type = 'string', default = 'c', choices = { 'a' }, help = 'h' } },",
       "line 2: ORG001: option `x`: its default \"c\" is none of its choices"},
      {"options = { x = { type = 'number', default = 3, max = 2, help = 'h' } },",
       "line 2: ORG001: option `x`: its default lies outside of min and max"},
      {"options = { x = { type = 'number', default = 3, mx = 2, help = 'h' } },",
       "line 2: ORG001: option `x`: unknown field `mx`; the nearest known is `max`"},
      {"options = { x = { type = 'number', default = 3 } },",
       "line 2: ORG001: option `x` has no help: say in a line what it is for"},
      {"tests = { bad = { 'x', fixed = 'y' } },",
       "line 2: ORG001: `bad` must be a list of examples, and holds `fixed`: an example with "
       "fields needs braces of its own"},
      {"tests = { bad = { { 'x', fixd = 'y' } } },",
       "line 2: ORG001: unknown field `fixd` of bad example 1; the nearest known is `fixed`"},
      {"tests = { good = { {} } },",
       "line 2: ORG001: good example 1 must be a text, or a table with a text, `files` or `cells`"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mlo_str rule = mlo_arena_format(
        &self->arena,
        "local rule = require 'mlopslint.rule' return rule.call { code = 'ORG001', name = "
        "'org-one',\n%s\n"
        "severity = 'info', summary = 's', docs = 'd', calls = 'a.b', message = 'm' }",
        cases[i][0]);
    put(self, "lint/a.lua", rule.ptr);
    load_lint(self);
    mlo_str wanted = mlo_arena_format(&self->arena, "lint/a.lua: %s\n", cases[i][1]);
    assert_problems(self, wanted.ptr);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_pack__rules_anywhere_below_the_folder, open_folder,
                                      close_folder),
      cmocka_unit_test_setup_teardown(test_pack__require_finds_the_packs_own_files, open_folder,
                                      close_folder),
      cmocka_unit_test_setup_teardown(test_pack__require_stays_inside, open_folder, close_folder),
      cmocka_unit_test_setup_teardown(test_pack__links_are_refused, open_folder, close_folder),
      cmocka_unit_test_setup_teardown(test_pack__words_are_unique, open_folder, close_folder),
      cmocka_unit_test_setup_teardown(test_pack__named_twice_is_read_once, open_folder,
                                      close_folder),
      cmocka_unit_test_setup_teardown(test_pack__a_folder_that_is_missing_is_told, open_folder,
                                      close_folder),
      cmocka_unit_test_setup_teardown(test_pack__metadata_is_judged, open_folder, close_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
