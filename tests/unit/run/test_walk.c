#include "run/walk.h"

#include "base/os.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static mlo_rule rules[] = {{.code = MLO_STR_INIT("SEC101"),
                            .name = MLO_STR_INIT("torch-load-unsafe"),
                            .area = MLO_STR_INIT("security"),
                            .enabled = true}};
static const mlo_catalogue catalogue = {.rules = {rules, 1, 1}};

typedef struct fixture {
  char folder[64];
  mlo_grammars *grammars;
  mlo_parser *parser;
  mlo_arena arena;
  mlo_walk_entries entries;
  mlo_problems problems;
  mlo_error err;
} fixture;

static int enter(void **state) {
  fixture *self = calloc(1, sizeof *self);
  *state = self;
  strcpy(self->folder, "/tmp/mlopslint-walk-XXXXXX");
  if (!mkdtemp(self->folder) || chdir(self->folder) != 0) return -1;
  self->arena = unit_arena();
  return mlo_grammars_new(&self->grammars, NULL) ||
         mlo_parser_new(self->grammars, &self->parser, NULL);
}

static int leave(void **state) {
  fixture *self = *state;
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", self->folder);
  mlo_parser_free(self->parser);
  mlo_grammars_free(self->grammars);
  mlo_arena_release(&self->arena);
  free(self);
  return chdir("/") || system(command);
}

/* Writes a file, and the folders above it. */
static void put(const char *path, const char *text) {
  char part[4096];
  for (size_t i = 1; path[i]; i++) {
    if (path[i] != '/') continue;
    snprintf(part, sizeof part, "%.*s", (int)i, path);
    mkdir(part, 0700);
  }
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static mlo_walk_options options_of(const fixture *self) {
  return (mlo_walk_options){.root = MLO_STR("."), .catalogue = &catalogue, .parser = self->parser};
}

static mlo_status walk(fixture *self, const mlo_walk_options *options) {
  self->entries = (mlo_walk_entries){0};
  self->problems = (mlo_problems){0};
  self->err = (mlo_error){0};
  return mlo_walk(options, &self->arena, &self->entries, &self->problems, &self->err);
}

/* The paths that were found, a space behind each. */
static mlo_str paths(fixture *self) {
  mlo_str all = {0};
  for (uint32_t i = 0; i < self->entries.len; i++)
    all = mlo_arena_format(&self->arena, "%.*s%.*s ", MLO_FMT(all),
                           MLO_FMT(self->entries.items[i].path));
  return all;
}

static void assert_walk(fixture *self, const char *expected) {
  mlo_walk_options options = options_of(self);
  assert_int_equal(walk(self, &options), MLO_OK);
  assert_str(paths(self), expected);
  assert_int_equal(self->problems.len, 0);
}

static void assert_walk_named(fixture *self, const char *named, const char *expected) {
  mlo_str list[8];
  mlo_walk_options options = options_of(self);
  mlo_str rest = mlo_str_c(named);
  options.paths = list;
  while (rest.ptr) list[options.path_count++] = mlo_str_cut(&rest, ' ');
  assert_int_equal(walk(self, &options), MLO_OK);
  assert_str(paths(self), expected);
}

static void test_walk__lists_files_sorted_by_path(void **state) {
  put("b.py", ""), put("a/z.py", "four"), put("a.b/x.py", ""), put("a/b/c.txt", ""), put("Z", "");
  assert_walk(*state, "Z a.b/x.py a/b/c.txt a/z.py b.py ");
  fixture *self = *state;
  assert_int_equal(self->entries.items[3].format, MLO_FORMAT_PYTHON);
  assert_int_equal(self->entries.items[3].size, 4);
  assert_int_equal(self->entries.items[2].format, MLO_FORMAT_NONE);
}

static void test_walk__leaves_out_what_tools_made(void **state) {
  put("a.py", ""), put(".git/config", ""), put("x/node_modules/y.py", ""),
      put("__pycache__/z.py", "");
  put("{{ cookiecutter.name }}/requirements.txt", "");
  put("env/pyvenv.cfg", ""), put("env/lib/site.py", ""), put(".github/workflows/ci.yml", "");
  assert_walk(*state, ".github/workflows/ci.yml a.py ");
  assert_walk_named(*state, "env", "env/lib/site.py env/pyvenv.cfg ");
}

static void test_walk__honours_gitignore_in_each_folder(void **state) {
  put(".git/info/exclude", "secret.py\n");
  put(".gitignore", "*.log\n/out\n"), put("sub/.gitignore", "!keep.log\ndata/\n");
  put("a.log", ""), put("out/x.py", ""), put("sub/out/x.py", ""), put("sub/keep.log", "");
  put("sub/lose.log", ""), put("sub/data/x.py", ""), put("sub/secret.py", "");
  assert_walk(*state, ".gitignore sub/.gitignore sub/keep.log sub/out/x.py ");
}

static void test_walk__honours_what_stands_above_a_named_path(void **state) {
  put(".git/HEAD", "");
  put(".gitignore", "*.log\nsub/deep/out/\n"), put("sub/.gitignore", "*.tmp\n");
  put("sub/deep/a.log", ""), put("sub/deep/a.tmp", ""), put("sub/deep/a.py", ""),
      put("sub/deep/out/b.py", "");
  assert_walk_named(*state, "sub/deep", "sub/deep/a.py ");
  assert_walk_named(*state, "sub/deep/a.log sub/deep/out/b.py",
                    "sub/deep/a.log sub/deep/out/b.py ");
  fixture *self = *state;
  mlo_walk_options options = options_of(self);
  options.root = MLO_STR("sub/deep");
  assert_int_equal(walk(self, &options), MLO_OK);
  assert_str(paths(self), "a.py ");
}

static void test_walk__names_each_file_once(void **state) {
  put("a/x.py", ""), put("a/y.py", "");
  fixture *self = *state;
  assert_walk_named(self, "a/x.py a ./a/../a/x.py a/", "a/x.py a/y.py ");
  mlo_str absolute = mlo_arena_format(&self->arena, "%s/a", self->folder);
  mlo_walk_options options = options_of(self);
  options.paths = &absolute, options.path_count = 1;
  assert_int_equal(walk(self, &options), MLO_OK);
  assert_str(paths(self), "a/x.py a/y.py ");
}

static void test_walk__follows_no_links_but_named_ones_that_stay_inside(void **state) {
  fixture *self = *state;
  put("p/a/x.py", ""), put("outside.py", "");
  assert_int_equal(chdir("p"), 0);
  assert_int_equal(symlink("a", "link"), 0);
  assert_int_equal(symlink("..", "a/loop"), 0);
  assert_int_equal(symlink("x.py", "a/file"), 0);
  assert_int_equal(symlink("../outside.py", "out.py"), 0);
  assert_int_equal(mkfifo("fifo.py", 0600), 0);
  assert_walk(self, "a/x.py ");
  assert_walk_named(self, "link a/file a/loop", "a/x.py ");
  assert_walk_named(self, "out.py", "");
  assert_str(self->problems.items[0].path, "out.py");
  assert_str(self->problems.items[0].message,
             "is reached by a link that leads out of the project: not scanned");
  assert_walk_named(self, "fifo.py", "");
  assert_str(self->problems.items[0].message,
             "is a link, a FIFO, a socket or a device, not a file: not scanned");
}

static void test_walk__reads_named_paths_outside_of_the_root(void **state) {
  put("here/x.py", ""), put("there/.git/HEAD", ""), put("there/.gitignore", "*.log\n"),
      put("there/a.log", ""), put("there/y.py", "");
  put("there/mlopslint.toml", "exclude = [\"z.py\"]\n"), put("there/sub/z.py", "");
  assert_int_equal(chdir("here"), 0);
  assert_walk_named(*state, "../there x.py",
                    "../there/.gitignore ../there/mlopslint.toml ../there/y.py x.py ");
  assert_walk_named(*state, "../there/y.py ../there/sub/z.py", "../there/y.py ");
}

static void test_walk__tells_what_it_could_not_read(void **state) {
  fixture *self = *state;
  put("a.py", "");
  assert_walk_named(self, "absent.py a.py a.py/x", "a.py ");
  assert_int_equal(self->problems.len, 2);
  assert_str(self->problems.items[0].path, "absent.py");
  assert_str(self->problems.items[0].message,
             "cannot find it: No such file or directory: check the spelling");
  assert_str(self->problems.items[1].message,
             "cannot find it: Not a directory: a part of the path is a file");
}

static void test_walk__depth_is_bounded(void **state) {
  fixture *self = *state;
  char path[512] = "";
  for (int i = 0; i < 200; i++) strcat(path, "d/");
  strcat(path, "x.py");
  put(path, ""), put("a.py", "");
  mlo_walk_options options = options_of(self);
  assert_int_equal(walk(self, &options), MLO_OK);
  assert_str(paths(self), "a.py ");
  assert_int_equal(self->problems.len, 1);
  assert_str(self->problems.items[0].message,
             "is nested deeper than 128 folders: not scanned; exclude it");
  assert_int_equal(self->problems.items[0].path.len, 129 * 2 - 1);
}

static void test_walk__names_that_are_no_utf8_are_kept(void **state) {
  put("caf\xe9.py", ""), put("new\nline.py", "");
  assert_walk(*state, "caf\xe9.py new\nline.py ");
}

static void test_walk__the_nearest_configuration_counts_for_a_folder(void **state) {
  fixture *self = *state;
  put("mlopslint.toml", "exclude = [\"vendor\"]\nfail-on = \"error\"\n");
  put("pyproject.toml", "[tool.mlopslint]\nfail-on = \"info\"\n");
  put("a/x.py", ""), put("a/vendor/x.py", "");
  put("b/pyproject.toml", "[tool.mlopslint]\nexclude = [\"gone\"]\n");
  put("b/vendor/x.py", ""), put("b/gone/x.py", ""),
      put("c/pyproject.toml", "[project]\nname = \"c\"\n");
  assert_walk(
      self,
      "a/x.py b/pyproject.toml b/vendor/x.py c/pyproject.toml mlopslint.toml pyproject.toml ");
  static const mlo_severity fail_on[] = {MLO_SEVERITY_ERROR, MLO_SEVERITY_WARNING,
                                         MLO_SEVERITY_WARNING, MLO_SEVERITY_ERROR};
  for (uint32_t i = 0; i < 4; i++)
    assert_int_equal(self->entries.items[i].settings->fail_on, fail_on[i]);
  assert_str(self->entries.items[1].settings->path, "b/pyproject.toml");
  assert_str(self->entries.items[1].settings->folder, "b");
}

static void test_walk__configuration_above_the_root_counts_within_the_repository(void **state) {
  fixture *self = *state;
  put(".git/HEAD", ""), put("mlopslint.toml", "exclude = [\"sub/vendor\"]\n");
  put("sub/vendor/x.py", ""), put("sub/a.py", ""), put("sub/x/sub/vendor/y.py", "");
  assert_int_equal(chdir("sub"), 0);
  assert_walk(self, "a.py x/sub/vendor/y.py ");
  assert_str(self->entries.items[0].settings->above, "sub");
}

static void test_walk__overrides_choose_the_configuration(void **state) {
  fixture *self = *state;
  put("mlopslint.toml", "exclude = [\"a.py\"]\n"),
      put("other.toml", "exclude = [\"b.py\", \"*.toml\"]\n");
  put("a.py", ""), put("b.py", "");
  mlo_overrides overrides = {.isolated = true};
  mlo_walk_options options = options_of(self);
  options.overrides = &overrides;
  assert_int_equal(walk(self, &options), MLO_OK);
  assert_str(paths(self), "a.py b.py mlopslint.toml other.toml ");
  overrides = (mlo_overrides){.config = MLO_STR("other.toml")};
  assert_int_equal(walk(self, &options), MLO_OK);
  assert_str(paths(self), "a.py ");
  overrides = (mlo_overrides){.config = MLO_STR("absent.toml")};
  assert_int_equal(walk(self, &options), MLO_ERR_IO);
  assert_string_equal(self->err.path, "absent.toml");
}

static void test_walk__a_wrong_configuration_fails(void **state) {
  fixture *self = *state;
  put("sub/mlopslint.toml", "slect = []\n"), put("sub/a.py", "");
  mlo_walk_options options = options_of(self);
  assert_int_equal(walk(self, &options), MLO_ERR_CONFIG);
  assert_string_equal(self->err.path, "sub/mlopslint.toml");
  assert_string_equal(self->err.message,
                      "line 1: unknown key `slect`; the nearest known is `select`");
}

static void test_walk__gitignore_can_be_set_aside(void **state) {
  put(".gitignore", "*.py\n"), put("a.py", ""),
      put("mlopslint.toml", "respect-gitignore = false\n");
  assert_walk(*state, ".gitignore a.py mlopslint.toml ");
}

static void test_walk__settings_are_known_for_paths_that_do_not_exist(void **state) {
  fixture *self = *state;
  put("mlopslint.toml", "fail-on = \"error\"\n"), put("sub/mlopslint.toml", "fail-on = \"info\"\n");
  mlo_walk_options options = options_of(self);
  static const struct {
    const char *path;
    mlo_severity fail_on;
  } cases[] = {{".", MLO_SEVERITY_ERROR},
               {"new.py", MLO_SEVERITY_ERROR},
               {"sub/deep/new.py", MLO_SEVERITY_INFO},
               {"other/new.py", MLO_SEVERITY_ERROR},
               {"sub/../new.py", MLO_SEVERITY_ERROR}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const mlo_settings *settings;
    assert_int_equal(
        mlo_walk_settings(&options, mlo_str_c(cases[i].path), &self->arena, &settings, &self->err),
        MLO_OK);
    assert_int_equal(settings->fail_on, cases[i].fail_on);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_walk__##name, enter, leave)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(lists_files_sorted_by_path),
      TEST(leaves_out_what_tools_made),
      TEST(honours_gitignore_in_each_folder),
      TEST(honours_what_stands_above_a_named_path),
      TEST(names_each_file_once),
      TEST(follows_no_links_but_named_ones_that_stay_inside),
      TEST(reads_named_paths_outside_of_the_root),
      TEST(tells_what_it_could_not_read),
      TEST(depth_is_bounded),
      TEST(names_that_are_no_utf8_are_kept),
      TEST(the_nearest_configuration_counts_for_a_folder),
      TEST(configuration_above_the_root_counts_within_the_repository),
      TEST(overrides_choose_the_configuration),
      TEST(a_wrong_configuration_fails),
      TEST(gitignore_can_be_set_aside),
      TEST(settings_are_known_for_paths_that_do_not_exist),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
