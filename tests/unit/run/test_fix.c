#include "run/fix.h"

#include "unit.h"

/* --- edits --- */

static mlo_fix fix_of(mlo_edit *edits, uint32_t count) {
  return (mlo_fix){.edits = {edits, count, count}};
}

#define EDIT(from, to, with)                                                                       \
  { .span = {(from), (to)}, .text = MLO_STR_INIT(with) }

static void test_fix__applies_edits_at_their_places(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_edit one[] = {EDIT(0, 0, "import os\n"), EDIT(4, 7, "two")}, other[] = {EDIT(9, 9, "!")};
  mlo_fix fixes[] = {fix_of(other, 1), fix_of(one, 2)};
  const mlo_fix *list[] = {&fixes[0], &fixes[1]};
  mlo_fix_fate fates[2];
  assert_str(mlo_fix_apply(MLO_STR("abc def x"), list, 2, &arena, fates), "import os\nabc two x!");
  assert_int_equal(fates[0], MLO_FIX_APPLIED);
  assert_int_equal(fates[1], MLO_FIX_APPLIED);
  assert_str(mlo_fix_apply(MLO_STR("abc"), list, 0, &arena, fates), "abc");
  mlo_arena_release(&arena);
}

/* The fates of two fixes with one edit each on "0123456789": A applied, W waits, R refused. */
static const char *fates_of(mlo_edit a, mlo_edit b, mlo_arena *arena) {
  mlo_fix fixes[] = {fix_of(&a, 1), fix_of(&b, 1)};
  const mlo_fix *list[] = {&fixes[0], &fixes[1]};
  mlo_fix_fate fates[2];
  mlo_fix_apply(MLO_STR("0123456789"), list, 2, arena, fates);
  return mlo_arena_format(arena, "%c%c", "WAR"[fates[0]], "WAR"[fates[1]]).ptr;
}

static void test_fix__what_overlaps_or_touches_waits(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  static const struct {
    mlo_edit a, b;
    const char *fates;
  } cases[] = {{EDIT(1, 3, "x"), EDIT(4, 6, "y"), "AA"},  {EDIT(1, 3, "x"), EDIT(3, 6, "y"), "AW"},
               {EDIT(4, 6, "x"), EDIT(1, 4, "y"), "WA"},  {EDIT(1, 5, "x"), EDIT(2, 3, "y"), "AW"},
               {EDIT(2, 3, "x"), EDIT(1, 5, "y"), "WA"},  {EDIT(1, 1, "x"), EDIT(1, 1, "y"), "AW"},
               {EDIT(1, 1, "x"), EDIT(1, 1, "x"), "AA"},  {EDIT(1, 3, "x"), EDIT(1, 3, "x"), "AA"},
               {EDIT(3, 2, "x"), EDIT(1, 1, "y"), "RA"},  {EDIT(9, 11, "x"), EDIT(1, 1, "y"), "RA"},
               {EDIT(10, 10, "x"), EDIT(0, 0, "y"), "AA"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_string_equal(fates_of(cases[i].a, cases[i].b, &arena), cases[i].fates);
  mlo_arena_release(&arena);
}

static void test_fix__equal_edits_merge_and_sets_are_whole(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_edit a[] = {EDIT(0, 0, "import os\n"), EDIT(2, 3, "A")};
  mlo_edit b[] = {EDIT(0, 0, "import os\n"), EDIT(6, 7, "B")};
  mlo_edit c[] = {EDIT(4, 5, "C"), EDIT(6, 7, "D")}; /* clashes with b in its second edit */
  mlo_edit d[] = {EDIT(8, 9, "x"), EDIT(7, 7, "y")}; /* not sorted */
  mlo_fix fixes[] = {fix_of(a, 2), fix_of(b, 2), fix_of(c, 2), fix_of(d, 2), fix_of(NULL, 0)};
  const mlo_fix *list[] = {&fixes[0], &fixes[1], &fixes[2], &fixes[3], &fixes[4]};
  mlo_fix_fate fates[5];
  assert_str(mlo_fix_apply(MLO_STR("0123456789"), list, 5, &arena, fates), "import os\n01A345B789");
  static const mlo_fix_fate expected[] = {MLO_FIX_APPLIED, MLO_FIX_APPLIED, MLO_FIX_WAITS,
                                          MLO_FIX_REFUSED, MLO_FIX_REFUSED};
  assert_memory_equal(fates, expected, sizeof fates);
  mlo_arena_release(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fix__applies_edits_at_their_places),
      cmocka_unit_test(test_fix__what_overlaps_or_touches_waits),
      cmocka_unit_test(test_fix__equal_edits_merge_and_sets_are_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
