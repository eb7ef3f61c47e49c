#include "match/regex.h"

#include "unit.h"

#include <stdlib.h>
#include <string.h>

/* All matches as "start-end start-end:group ..." and what ended the search. */
static const char *all(const char *pattern, mlo_str subject, bool any_bytes, mlo_arena *arena) {
  mlo_error err = {0};
  mlo_regex *regex = NULL;
  mlo_regex_scratch *scratch = NULL;
  if (mlo_regex_new(mlo_str_c(pattern), any_bytes, &regex, &err) != MLO_OK)
    return mlo_arena_cstr(arena, mlo_str_c(err.message));
  assert_int_equal(mlo_regex_scratch_new(&scratch, &err), MLO_OK);
  mlo_regex_search search = {.regex = regex, .scratch = scratch, .subject = subject};
  mlo_str out = {0};
  const size_t *ends = NULL;
  uint32_t count = 0;
  mlo_regex_answer answer;
  while ((answer = mlo_regex_next(&search, &ends, &count)) <= MLO_REGEX_PAUSE) {
    if (answer == MLO_REGEX_NONE) break;
    if (answer == MLO_REGEX_PAUSE) continue;
    out = mlo_arena_format(arena, "%.*s%zu-%zu ", MLO_FMT(out), ends[0], ends[1]);
    for (uint32_t g = 1; g < count; g++)
      out = ends[2 * g] == MLO_REGEX_UNSET ? mlo_arena_format(arena, "%.*s(no) ", MLO_FMT(out))
                                           : mlo_arena_format(arena, "%.*s(%zu-%zu) ", MLO_FMT(out),
                                                              ends[2 * g], ends[2 * g + 1]);
  }
  mlo_regex_free(regex);
  mlo_regex_scratch_free(scratch);
  return mlo_arena_cstr(
      arena, mlo_arena_concat(arena, out,
                              answer == MLO_REGEX_NONE ? MLO_STR("end") : MLO_STR("too long")));
}

static void test_regex__finds_all(void **state) {
  (void)state;
  static const struct {
    const char *pattern, *subject, *found;
  } cases[] = {
      {"b+", "abbcb", "1-3 4-5 end"},
      {"b", "", "end"},
      {"", "ab", "0-0 1-1 2-2 end"},
      {"(a)|(b)", "ab", "0-1 (0-1) (no) 1-2 (no) (1-2) end"},
      {"^a", "aa", "0-1 end"},
      {"(?m)^a$", "a\nb\na", "0-1 4-5 end"},
      {"(?<=a)b", "abab", "1-2 3-4 end"},
      {"x*", "é", "0-0 2-2 end"},
      {"(a", "", "the regex does not compile at 2: missing closing parenthesis"},
      {"\xff", "", "the regex does not compile at 0: UTF-8 error: illegal byte (0xfe or 0xff)"},
  };
  mlo_arena arena = unit_arena();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_string_equal(all(cases[i].pattern, mlo_str_c(cases[i].subject), false, &arena),
                        cases[i].found);
  assert_string_equal(all("b",
                          MLO_STR("\xff"
                                  "b\xc3"
                                  "b"),
                          true, &arena),
                      "1-2 3-4 end");
  mlo_arena_release(&arena);
}

/* A place far behind the first windows is found, once. */
static void test_regex__finds_across_windows(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  enum { LENGTH = 100000 };
  char *text = MLO_NEW_ARRAY(&arena, char, LENGTH);
  memset(text, 'a', LENGTH);
  static const size_t places[] = {0, 15, 16, 17, 47, 48, 4095, 4096, 65535, LENGTH - 1};
  mlo_str expected = {0};
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    text[places[i]] = 'b';
    expected =
        mlo_arena_format(&arena, "%.*s%zu-%zu ", MLO_FMT(expected), places[i], places[i] + 1);
  }
  expected = mlo_arena_concat(&arena, expected, MLO_STR("end"));
  assert_string_equal(all("b", mlo_str_of(text, LENGTH), false, &arena),
                      mlo_arena_cstr(&arena, expected));
  assert_string_equal(all("a{300}$", mlo_str_of(text, 5000), false, &arena), "4700-5000 end");
  mlo_arena_release(&arena);
}

static void test_regex__gives_up_where_it_backtracks_without_end(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  char text[2001];
  memset(text, 'a', 2000);
  text[2000] = '\0';
  assert_string_equal(all("(?:a|a)*(?:b|c)", mlo_str_c(text), false, &arena), "too long");
  mlo_arena_release(&arena);
}

static void test_regex__check_says_why(void **state) {
  (void)state;
  mlo_error err = {0};
  assert_int_equal(mlo_regex_check(MLO_STR("a+"), &err), MLO_OK);
  assert_int_equal(mlo_regex_check(MLO_STR("[a"), &err), MLO_ERR_RULE);
  assert_non_null(strstr(err.message, "missing terminating ]"));
  static char long_one[10000];
  memset(long_one, 'a', sizeof long_one);
  assert_int_equal(mlo_regex_check(mlo_str_of(long_one, sizeof long_one), &err), MLO_ERR_TOO_LARGE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_regex__finds_all),
      cmocka_unit_test(test_regex__finds_across_windows),
      cmocka_unit_test(test_regex__gives_up_where_it_backtracks_without_end),
      cmocka_unit_test(test_regex__check_says_why),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
