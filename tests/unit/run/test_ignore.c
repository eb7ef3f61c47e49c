#include "run/ignore.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

/* What the files say, a path (a folder's ends in '/'), and whether git ignores it. Each case is also put to git. */
typedef struct ignore_case {
  const char *root;    /* .gitignore */
  const char *sub;     /* sub/.gitignore, or NULL */
  const char *exclude; /* .git/info/exclude, or NULL */
  const char *path;
  bool expected;
} ignore_case;

static const ignore_case cases[] = {
    {"*.pyc\n", 0, 0, "a.pyc", true},
    {"*.pyc\n", 0, 0, "src/deep/a.pyc", true},
    {"*.pyc\n", 0, 0, "a.py", false},
    {"data\n", 0, 0, "data", true},
    {"data\n", 0, 0, "src/data/x.csv", true},
    {"data\n", 0, 0, "mydata", false},
    {"data/\n", 0, 0, "data", false},
    {"data/\n", 0, 0, "data/", true},
    {"data/\n", 0, 0, "src/data/", true},
    {"data/\n", 0, 0, "data/x.csv", true},
    {"/data\n", 0, 0, "data", true},
    {"/data\n", 0, 0, "src/data", false},
    {"src/data\n", 0, 0, "src/data", true},
    {"src/data\n", 0, 0, "a/src/data", false},
    {"src/*.csv\n", 0, 0, "src/a.csv", true},
    {"src/*.csv\n", 0, 0, "src/b/a.csv", false},
    {"**/cache\n", 0, 0, "a/b/cache", true},
    {"**/cache\n", 0, 0, "cache", true},
    {"logs/**\n", 0, 0, "logs/a/b.txt", true},
    {"logs/**\n", 0, 0, "logs/", false},
    {"a/**/b\n", 0, 0, "a/b", true},
    {"a/**/b\n", 0, 0, "a/x/y/b", true},
    {"a/**/b\n", 0, 0, "x/a/b", false},
    {"*.csv\n!keep.csv\n", 0, 0, "keep.csv", false},
    {"*.csv\n!keep.csv\n", 0, 0, "lose.csv", true},
    {"!keep.csv\n*.csv\n", 0, 0, "keep.csv", true},
    {"data/\n!data/keep.csv\n", 0, 0, "data/keep.csv", true},
    {"data/*\n!data/keep.csv\n", 0, 0, "data/keep.csv", false},
    {"data/*\n!data/keep/\ndata/keep/*\n!data/keep/x\n", 0, 0, "data/keep/x", false},
    {"data/*\n!data/keep/\ndata/keep/*\n!data/keep/x\n", 0, 0, "data/keep/y", true},
    {"# comment\n\\#file\n", 0, 0, "#file", true},
    {"#file\n", 0, 0, "#file", false},
    {"\\!file\n", 0, 0, "!file", true},
    {"file  \n", 0, 0, "file", true},
    {"file\\ \n", 0, 0, "file ", true},
    {"file\\ \n", 0, 0, "file", false},
    {"file\\\\ \n", 0, 0, "file\\", true},
    {"file\t\n", 0, 0, "file", false},
    {"file\r\nother\r\n", 0, 0, "file", true},
    {"\xef\xbb\xbf"
     "file\n",
     0, 0, "file", true},
    {"file", 0, 0, "file", true},
    {"\n\n  \n", 0, 0, "x", false},
    {"/\n", 0, 0, "x", false},
    {"!\n", 0, 0, "x", false},
    {"file/\\\n", 0, 0, "file/x", false},
    {"model-[0-9].pt\n", 0, 0, "model-7.pt", true},
    {"model-[!0-9].pt\n", 0, 0, "model-7.pt", false},
    {"model-?.pt\n", 0, 0, "model-7.pt", true},
    {"model-[.pt\n", 0, 0, "model-[.pt", false},
    {"*\n!*/\n!*.py\n", 0, 0, "src/deep/a.py", false},
    {"*\n!*/\n!*.py\n", 0, 0, "src/deep/a.csv", true},
    {"foo//\n", 0, 0, "foo/", false},
    {"./foo\n", 0, 0, "foo", false},
    {"doc/frotz/\n", 0, 0, "a/doc/frotz/", false},
    {"*.csv\n", "!*.csv\n", 0, "sub/a.csv", false},
    {"*.csv\n", "!*.csv\n", 0, "a.csv", true},
    {"!*.csv\n", "*.csv\n", 0, "sub/a.csv", true},
    {"", "/a.csv\n", 0, "sub/a.csv", true},
    {"", "/a.csv\n", 0, "sub/b/a.csv", false},
    {"", "b/*.csv\n", 0, "sub/b/a.csv", true},
    {"", "a.csv\n", 0, "a.csv", false},
    {"", "a.csv\n", 0, "sub/b/a.csv", true},
    {"sub/\n", "!a.csv\n", 0, "sub/a.csv", true},
    {"", 0, "*.csv\n", "sub/a.csv", true},
    {"!a.csv\n", 0, "*.csv\n", "sub/a.csv", false},
    {"", 0, "/a.csv\n", "a.csv", true},
};
enum { CASE_COUNT = sizeof cases / sizeof *cases };

/* As the walk asks: folder by folder from the root down. */
static bool ignored(const ignore_case *c, mlo_arena *arena) {
  mlo_str path = mlo_str_c(c->path);
  bool folder = mlo_str_ends(path, MLO_STR("/"));
  if (folder) path.len--;
  const mlo_ignore_list *list = NULL;
  if (c->exclude) list = mlo_ignore_parse(mlo_str_c(c->exclude), (mlo_str){0}, NULL, arena);
  list = mlo_ignore_parse(mlo_str_c(c->root), (mlo_str){0}, list, arena);
  if (c->sub) list = mlo_ignore_parse(mlo_str_c(c->sub), MLO_STR("sub"), list, arena);
  for (size_t i = 0; i < path.len; i++)
    if (path.ptr[i] == '/' && mlo_ignore_matches(list, mlo_str_slice(path, 0, i), true))
      return true;
  return mlo_ignore_matches(list, path, folder);
}

static void test_ignore__decides_as_the_table_says(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  for (size_t i = 0; i < CASE_COUNT; i++)
    if (ignored(&cases[i], &arena) != cases[i].expected)
      fail_msg("case %zu: %s against %s", i, cases[i].path, cases[i].root);
  mlo_arena_release(&arena);
}

static void put(const char *path, const char *text) {
  unlink(path);
  if (!text) return;
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

/* 0: ignored, 1: not ignored; -1: git could not tell. */
static int ask_git(const ignore_case *c) {
  put(".gitignore", c->root);
  put("sub/.gitignore", c->sub);
  put(".git/info/exclude", c->exclude);
  /* git knows a folder by looking, so it must be there; a slash at the end would be taken as part of the name. */
  bool folder = mlo_str_ends(mlo_str_c(c->path), MLO_STR("/"));
  char command[256];
  snprintf(command, sizeof command,
           "path='%s'; %s git check-ignore -q --no-index -- \"${path%%/}\"; said=$?; %s exit $said",
           c->path, folder ? "mkdir -p \"$path\";" : "", folder ? "rmdir -p \"$path\";" : "");
  int status = system(command);
  return WIFEXITED(status) && WEXITSTATUS(status) <= 1 ? WEXITSTATUS(status) : -1;
}

static void test_ignore__decides_as_git_does(void **state) {
  (void)state;
  char folder[] = "/tmp/mlopslint-ignore-XXXXXX", command[128];
  assert_non_null(mkdtemp(folder));
  assert_int_equal(chdir(folder), 0);
  setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
  setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
  if (system("git init -q . 2>/dev/null") != 0) skip();
  assert_int_equal(mkdir("sub", 0700), 0);
  for (size_t i = 0; i < CASE_COUNT; i++) {
    int said = ask_git(&cases[i]);
    if (said != (cases[i].expected ? 0 : 1))
      fail_msg("case %zu: git says %d to %s against %s", i, said, cases[i].path, cases[i].root);
  }
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  assert_int_equal(chdir("/"), 0);
  assert_int_equal(system(command), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ignore__decides_as_the_table_says),
      cmocka_unit_test(test_ignore__decides_as_git_does),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
