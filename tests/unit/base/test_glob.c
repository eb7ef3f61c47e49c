#include "base/glob.h"

#include "base/os.h"
#include "unit.h"

typedef struct glob_case {
  const char *pattern, *path;
  bool expected;
} glob_case;

typedef bool match_fn(mlo_str pattern, mlo_str path);

static void check(const glob_case *cases, size_t count, match_fn *match) {
  for (size_t i = 0; i < count; i++) {
    const glob_case *c = &cases[i];
    if (match(mlo_str_c(c->pattern), mlo_str_c(c->path)) == c->expected) continue;
    fail_msg("%s against %s should%s match", c->pattern, c->path, c->expected ? "" : " not");
  }
}
#define CHECK(cases, match) check((cases), sizeof(cases) / sizeof *(cases), (match))

static void test_glob__one_star_stays_in_its_part(void **state) {
  (void)state;
  static const glob_case cases[] = {{"*.py", "train.py", true},
                                    {"*.py", "src/train.py", false},
                                    {"src/*", "src/a", true},
                                    {"src/*", "src/a/b", false},
                                    {"a*c*e", "abcde", true},
                                    {"a*c*e", "abcd", false},
                                    {"*", "", true},
                                    {"*", "a/b", false},
                                    {"a/*/c", "a/b/c", true},
                                    {"a/*/c", "a/c", false},
                                    {"*a*b", "xaxab", true},
                                    {"a?c", "abc", true},
                                    {"a?c", "a/c", false},
                                    {"", "", true},
                                    {"", "a", false},
                                    {"*_test.*", "a_test_test.py", true}};
  CHECK(cases, mlo_glob_match);
}

static void test_glob__double_star_spans_parts(void **state) {
  (void)state;
  static const glob_case cases[] = {{"**", "a/b/c", true},          {"**/c", "c", true},
                                    {"**/c", "a/b/c", true},        {"**/c", "abc", false},
                                    {"a/**", "a/b/c", true},        {"a/**", "a", false},
                                    {"a/**/b", "a/b", true},        {"a/**/b", "a/x/y/b", true},
                                    {"a/**/b", "a/xb", false},      {"**/a/**/b", "x/a/y/b", true},
                                    {"**/a*/b", "aa/x/ab/b", true}, {"a**b", "axxb", true},
                                    {"a**b", "a/b", false},         {"**/*.py", "a/b.py", true},
                                    {"***/c", "a/b/c", true},       {"a/**/b/c", "a/b/d/b/c", true},
                                    {"**a", "x/a", false}};
  CHECK(cases, mlo_glob_match);
}

static void test_glob__classes_hold_ranges_names_and_escapes(void **state) {
  (void)state;
  static const glob_case cases[] = {
      {"[abc]", "b", true},       {"[abc]", "d", false},         {"[a-c]x", "bx", true},
      {"[!a-c]", "b", false},     {"[^a-c]", "d", true},         {"[]]", "]", true},
      {"[!]]", "a", true},        {"[a-]", "-", true},           {"[\\]]", "]", true},
      {"[\\a-\\c]", "b", true},   {"a[!b]c", "a/c", false},      {"a[/]c", "a/c", false},
      {"[[:digit:]]", "7", true}, {"[[:digit:]]", "x", false},   {"[[:alpha:]_]", "_", true},
      {"[[:nope:]]", "n", false}, {"[abc", "a", false},          {"[", "[", false},
      {"[!", "a", false},         {"[a-z]*[0-9]", "run7", true}, {"[[:digit:", "7", false}};
  CHECK(cases, mlo_glob_match);
}

static void test_glob__a_backslash_takes_the_meaning_away(void **state) {
  (void)state;
  static const glob_case cases[] = {
      {"\\*", "*", true},    {"\\*", "a", false}, {"a\\?", "a?", true}, {"\\[a]", "[a]", true},
      {"a\\", "a\\", false}, {"\\a", "a", true},  {"\\\\", "\\", true}};
  CHECK(cases, mlo_glob_match);
}

static void test_glob__a_file_pattern_reaches_into_folders(void **state) {
  (void)state;
  static const glob_case cases[] = {{"*.py", "src/train.py", true},
                                    {"tests", "tests/a/b.py", true},
                                    {"tests", "src/tests/b.py", true},
                                    {"tests", "src/mytests/b.py", false},
                                    {"src/tests", "src/tests/b.py", true},
                                    {"src/tests", "x/src/tests/b.py", false},
                                    {"tests/", "tests/b.py", true},
                                    {"tests/", "src/tests", false},
                                    {"/tests", "src/tests/b.py", false},
                                    {"/tests", "tests/b.py", true},
                                    {"./tests", "tests/b.py", true},
                                    {"tests/*", "tests/a/b.py", true},
                                    {"**/conf", "a/conf/x.yaml", true},
                                    {"conf/**/*.yaml", "conf/a/b.yaml", true},
                                    {"a.py", "a.py", true},
                                    {"a.py", "", false}};
  CHECK(cases, mlo_glob_match_file);
}

static void test_glob__is_fast_on_hostile_patterns(void **state) {
  (void)state;
  char pattern[2048], path[4096];
  for (size_t i = 0; i < sizeof pattern; i++) pattern[i] = i % 2 ? 'a' : '*';
  pattern[sizeof pattern - 1] = 'b';
  memset(path, 'a', sizeof path);
  double start = mlo_os_seconds();
  assert_false(mlo_glob_match(mlo_str_of(pattern, sizeof pattern), mlo_str_of(path, sizeof path)));
  for (size_t i = 0; i < sizeof pattern; i++) pattern[i] = "**/a/"[i % 5];
  pattern[sizeof pattern - 1] = 'b';
  for (size_t i = 0; i < sizeof path; i++) path[i] = i % 2 ? '/' : 'a';
  assert_false(mlo_glob_match(mlo_str_of(pattern, sizeof pattern), mlo_str_of(path, sizeof path)));
  assert_true(mlo_os_seconds() - start < 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_glob__one_star_stays_in_its_part),
      cmocka_unit_test(test_glob__double_star_spans_parts),
      cmocka_unit_test(test_glob__classes_hold_ranges_names_and_escapes),
      cmocka_unit_test(test_glob__a_backslash_takes_the_meaning_away),
      cmocka_unit_test(test_glob__a_file_pattern_reaches_into_folders),
      cmocka_unit_test(test_glob__is_fast_on_hostile_patterns),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
