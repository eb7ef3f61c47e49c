#include "base/nearest.h"

#include "unit.h"

static mlo_nearest nearest(const char *word, const char *const *candidates) {
  mlo_nearest found = {.word = mlo_str_c(word)};
  for (; *candidates; candidates++) mlo_nearest_offer(&found, mlo_str_c(*candidates));
  return found;
}

static void test_nearest__finds_the_word_with_the_fewest_edits(void **state) {
  (void)state;
  static const char *const keys[] = {"select", "ignore", "exclude", "severity", NULL};
  assert_str(nearest("selct", keys).best, "select");
  assert_int_equal(nearest("selct", keys).distance, 1);
  assert_str(nearest("IGNORES", keys).best, "ignore");
  assert_int_equal(nearest("IGNORES", keys).distance, 1);
  assert_str(nearest("exlcude", keys).best, "exclude");
  assert_str(nearest("severities", keys).best, "severity");
  assert_int_equal(nearest("", keys).distance, 6);
}

static void test_nearest__the_first_of_equals_wins(void **state) {
  (void)state;
  static const char *const codes[] = {"SEC101", "SEC102", NULL};
  assert_str(nearest("SEC109", codes).best, "SEC101");
}

static void test_nearest__long_words_are_cut(void **state) {
  (void)state;
  char word[1000];
  memset(word, 'a', sizeof word);
  mlo_nearest found = {.word = mlo_str_of(word, sizeof word)};
  mlo_nearest_offer(&found, MLO_STR("aa"));
  assert_int_equal(found.distance, 62);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_nearest__finds_the_word_with_the_fewest_edits),
      cmocka_unit_test(test_nearest__the_first_of_equals_wins),
      cmocka_unit_test(test_nearest__long_words_are_cut),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
