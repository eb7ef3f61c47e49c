#include "../unit.h"

#include "plugins/cli/expectation.h"

static mlo_finding found(const char *code, const char *path, uint32_t line) {
  return (mlo_finding){.code = mlo_str_c(code),
                       .name = MLO_STR("a-name"),
                       .location = {.path = mlo_str_c(path), .start = {line, 1, 1}}};
}

static void test_expectation__this_line_and_the_next(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_expectations all = {0};
  mlo_expectations_read(MLO_STR("a.py"),
                        MLO_STR("x = 1  # expect: SEC101, a-name\n"
                                "# expect-next: FIT001\n"
                                "y = 2 # we expect: nothing\n"),
                        &arena, &all);
  assert_int_equal(all.len, 3);
  mlo_finding other_line = found("FIT001", "a.py", 2), third = found("FIT001", "a.py", 3);
  assert_false(mlo_expectations_meet(&all, &other_line));
  assert_true(mlo_expectations_meet(&all, &third));
  assert_false(mlo_expectations_meet(&all, &third)); /* it was met once */
  mlo_finding first = found("SEC101", "a.py", 1), named = found("XXX001", "a.py", 1);
  assert_true(mlo_expectations_meet(&all, &first));
  assert_true(mlo_expectations_meet(&all, &named));
  mlo_arena_release(&arena);
}

static void test_expectation__other_comments(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_expectations all = {0};
  mlo_expectations_read(MLO_STR("a.tf"),
                        MLO_STR("a // expect: SEC101\nb <!-- expect: SEC102 -->\n"), &arena, &all);
  assert_int_equal(all.len, 2);
  assert_str(all.items[0].code, "SEC101");
  assert_str(all.items[1].code, "SEC102");
  assert_int_equal(all.items[1].line, 2);
  mlo_arena_release(&arena);
}

static void test_expectation__is_stripped_with_the_blanks_before_it(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  assert_str(mlo_expectations_strip(MLO_STR("x = 1  # expect: SEC101\n\ny # why\n"), &arena),
             "x = 1\n\ny # why\n");
  assert_str(mlo_expectations_strip(MLO_STR("no end"), &arena), "no end");
  mlo_arena_release(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_expectation__this_line_and_the_next),
      cmocka_unit_test(test_expectation__other_comments),
      cmocka_unit_test(test_expectation__is_stripped_with_the_blanks_before_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
