#include "run/rests.h"

#include "unit.h"

static mlo_rests *open_rests(void) {
  mlo_rests *rests = NULL;
  mlo_error err = {0};
  assert_int_equal(mlo_rests_new(2, &rests, &err), MLO_OK);
  return rests;
}

static void fail_in(mlo_rests *rests, uint32_t file, bool costly) {
  mlo_failure failure = {.rule = 1, .costly = costly};
  mlo_rests_add(rests, &failure, file);
}

static void test_rests__rule_rests_behind_its_twentieth_failure(void **state) {
  (void)state;
  mlo_rests *rests = open_rests();
  for (uint32_t i = 1; i <= 19; i++) fail_in(rests, i * 10, false);
  assert_false(mlo_rests_in_part(rests, 1));
  fail_in(rests, 200, false);
  assert_true(mlo_rests_in_part(rests, 1));
  assert_false(mlo_rests_has(rests, 1, 200));
  assert_true(mlo_rests_has(rests, 1, 201));
  assert_false(mlo_rests_has(rests, 0, 201));
  mlo_rests_free(rests);
}

static void test_rests__used_up_budgets_count_twice(void **state) {
  (void)state;
  mlo_rests *rests = open_rests();
  for (uint32_t i = 1; i <= 10; i++) fail_in(rests, i, true);
  assert_false(mlo_rests_has(rests, 1, 10));
  assert_true(mlo_rests_has(rests, 1, 11));
  mlo_rests_free(rests);
}

/* The same failures, told in any order, end in the same place, which never moves back on the way. */
static void test_rests__order_of_telling_does_not_matter(void **state) {
  (void)state;
  enum { FILES = 101 };
  for (uint32_t step = 1; step < FILES; step++) {
    mlo_rests *rests = open_rests();
    uint32_t before = FILES;
    for (uint32_t i = 0; i < FILES; i++) {
      uint32_t file = i * step % FILES;
      if (file % 3 == 0) fail_in(rests, file, file % 2 == 0);
      uint32_t judged = 0;
      while (judged < FILES && !mlo_rests_has(rests, 1, judged)) judged++;
      assert_true(judged <= before);
      before = judged;
    }
    /* 0 3 6 9 ..: costs 2 1 2 1 .., so the 13th failure (file 36) brings them to 20 */
    assert_int_equal(before, 37);
    mlo_rests_free(rests);
  }
}

static void test_rests__failures_are_told_once(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_rule rule = {.code = MLO_STR("ORG001"), .file = MLO_STR("lint/a.lua")};
  mlo_failure failure = {.why = MLO_STR("line 3: oops")}, late = {.why = MLO_STR("other")};
  mlo_failure_tally tally = {0};
  mlo_failure_tally_add(&tally, &failure, MLO_STR("a.py"));
  assert_str(mlo_failure_tally_tell(&tally, &rule, false, &arena).message,
             "rule ORG001 failed and was skipped for a.py: line 3: oops");
  mlo_failure_tally_add(&tally, &late, MLO_STR("b.py"));
  assert_str(mlo_failure_tally_tell(&tally, &rule, false, &arena).message,
             "rule ORG001 failed and was skipped for a.py and 1 more file: line 3: oops");
  mlo_failure_tally_add(&tally, &late, MLO_STR("c.py"));
  mlo_problem problem = mlo_failure_tally_tell(&tally, &rule, true, &arena);
  assert_str(problem.message, "rule ORG001 failed and was skipped for a.py, 2 more files and all "
                              "files behind c.py: line 3: oops");
  assert_str(problem.path, "lint/a.lua");
  failure.partly = true;
  assert_true(mlo_str_starts(mlo_failure_tally_tell(&tally, &rule, false, &arena).message,
                             MLO_STR("rule ORG001 was not fully applied to a.py and 2 more")));
  mlo_arena_release(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rests__rule_rests_behind_its_twentieth_failure),
      cmocka_unit_test(test_rests__used_up_budgets_count_twice),
      cmocka_unit_test(test_rests__order_of_telling_does_not_matter),
      cmocka_unit_test(test_rests__failures_are_told_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
