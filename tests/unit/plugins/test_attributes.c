#include "plugins/git/attributes.h"

#include "unit.h"

#define OURS "*.ipynb filter=mlopslint diff=mlopslint merge=mlopslint\n"

typedef void change_fn(mlo_str text, mlo_buf *out);

static void assert_change(change_fn *change, const char *before, const char *after) {
  mlo_buf out = {0};
  change(mlo_str_c(before), &out);
  assert_str(mlo_buf_str(&out), after);
  mlo_buf_release(&out);
}

static void test_attributes__our_line_is_added_once(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"", OURS},
      {"*.py text\n", "*.py text\n" OURS},
      {"*.py text", "*.py text\n" OURS},
      {OURS "*.py text\n", OURS "*.py text\n"},
      {"*.ipynb -text\n", "*.ipynb -text\n" OURS},
      {"*.ipynb filter=nbstripout\n", "*.ipynb filter=nbstripout\n" OURS},
      {"#" OURS, "#" OURS OURS},
      {OURS "*.ipynb filter=nbstripout\n", "*.ipynb filter=nbstripout\n" OURS},
      {OURS "*.ipynb -filter\n", "*.ipynb -filter\n" OURS},
      {"\t*.ipynb  filter=mlopslint\n", "\t*.ipynb  filter=mlopslint\n"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_change(mlo_attributes_add, cases[i][0], cases[i][1]);
    assert_change(mlo_attributes_add, cases[i][1], cases[i][1]);
  }
}

static void test_attributes__only_our_words_are_removed(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {OURS, ""},
      {"", ""},
      {"*.py text\n" OURS "a b\n", "*.py text\na b\n"},
      {"*.py text\n" OURS "a b", "*.py text\na b"},
      {"*.ipynb  filter=mlopslint -text diff=jupyter \r\n", "*.ipynb -text diff=jupyter \r\n"},
      {"*.ipynb filter=nbstripout\n", "*.ipynb filter=nbstripout\n"},
      {"*.ipynb\n", "*.ipynb\n"},
      {"*.x filter=mlopslint\n", "*.x filter=mlopslint\n"},
      {"*.ipynb filter=mlopslint2\n\n", "*.ipynb filter=mlopslint2\n\n"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_change(mlo_attributes_remove, cases[i][0], cases[i][1]);
}

static void test_attributes__the_last_filter_counts(void **state) {
  (void)state;
  assert_int_equal(mlo_attributes_read(MLO_STR(OURS)), MLO_ATTRIBUTES_OURS);
  assert_int_equal(mlo_attributes_read(MLO_STR("*.ipynb filter=a\n" OURS)), MLO_ATTRIBUTES_OURS);
  assert_int_equal(mlo_attributes_read(MLO_STR(OURS "*.ipynb filter=a\n")),
                   MLO_ATTRIBUTES_OVERRIDDEN);
  assert_int_equal(mlo_attributes_read(MLO_STR("*.ipynb filter=a\n")), MLO_ATTRIBUTES_NONE);
  assert_str(mlo_attributes_other_filter(MLO_STR(OURS "*.ipynb filter=a -text\n")), "a");
  assert_str(mlo_attributes_other_filter(MLO_STR("*.ipynb filter=a\n" OURS)), "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_attributes__our_line_is_added_once),
      cmocka_unit_test(test_attributes__only_our_words_are_removed),
      cmocka_unit_test(test_attributes__the_last_filter_counts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
