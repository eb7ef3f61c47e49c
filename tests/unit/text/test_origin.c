#include "text/origin.h"

#include "unit.h"

/* The text  a\nb  decoded from the raw JSON  ["a\n", "b"]
 *           012                              0123456789
 * where the line end is an escape (raw 3..4) and `", "` stands for nothing. */
static mlo_origin example(mlo_arena *arena) {
  mlo_origin origin = {0};
  mlo_origin_add(&origin, 0, 2, arena);
  mlo_origin_add(&origin, 1, 3, arena);
  mlo_origin_add(&origin, 2, 5, arena);
  mlo_origin_add(&origin, 2, 9, arena);
  mlo_origin_add(&origin, 3, 10, arena);
  return origin;
}

static void test_origin__derived_offsets_find_their_raw_bytes(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_origin origin = example(&arena);
  assert_int_equal(mlo_origin_raw(&origin, 0), 2);
  assert_int_equal(mlo_origin_raw(&origin, 1), 3);
  assert_int_equal(mlo_origin_raw(&origin, 2), 9);
  assert_int_equal(mlo_origin_raw(&origin, 3), 10);
  assert_int_equal(mlo_origin_raw(&origin, 99), 10);
  mlo_arena_release(&arena);
}

static void assert_span(mlo_span is, uint32_t start, uint32_t end) {
  assert_int_equal(is.start, start);
  assert_int_equal(is.end, end);
}

static void test_origin__spans_take_escapes_whole(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_origin origin = example(&arena);
  assert_span(mlo_origin_span(&origin, (mlo_span){0, 1}), 2, 3);
  assert_span(mlo_origin_span(&origin, (mlo_span){1, 2}), 3, 5);
  assert_span(mlo_origin_span(&origin, (mlo_span){0, 2}), 2, 5);
  assert_span(mlo_origin_span(&origin, (mlo_span){2, 3}), 9, 10);
  assert_span(mlo_origin_span(&origin, (mlo_span){0, 3}), 2, 10);
  assert_span(mlo_origin_span(&origin, (mlo_span){0, 99}), 2, 10);
  assert_span(mlo_origin_span(&origin, (mlo_span){2, 2}), 9, 9);
  mlo_arena_release(&arena);
}

static void test_origin__raw_offsets_find_their_derived_byte_if_there_is_one(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_origin origin = example(&arena);
  static const uint32_t none = UINT32_MAX;
  const uint32_t expected[] = {none, none, 0, 1, 1, none, none, none, none, 2, none, none};
  for (uint32_t raw = 0; raw < 12; raw++)
    assert_int_equal(mlo_origin_text(&origin, raw), expected[raw]);
  mlo_arena_release(&arena);
}

static void test_origin__stretches_in_step_are_merged(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_origin origin = {0};
  for (uint32_t i = 0; i < 100; i++) mlo_origin_add(&origin, i, 10 + i, &arena);
  assert_int_equal(origin.anchors.len, 2);
  mlo_origin_add(&origin, 100, 116, &arena); /* an escape of six bytes, and the step is lost */
  mlo_origin_add(&origin, 101, 117, &arena);
  mlo_origin_add(&origin, 102, 118, &arena);
  assert_int_equal(origin.anchors.len, 4);
  assert_int_equal(mlo_origin_raw(&origin, 50), 60);
  assert_int_equal(mlo_origin_raw(&origin, 99), 109);
  assert_int_equal(mlo_origin_raw(&origin, 101), 117);
  mlo_arena_release(&arena);
}

static void test_origin__no_anchors_means_the_same_text(void **state) {
  (void)state;
  mlo_origin same = {0};
  assert_int_equal(mlo_origin_raw(&same, 7), 7);
  assert_int_equal(mlo_origin_text(&same, 7), 7);
  assert_span(mlo_origin_span(&same, (mlo_span){3, 7}), 3, 7);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_origin__derived_offsets_find_their_raw_bytes),
      cmocka_unit_test(test_origin__spans_take_escapes_whole),
      cmocka_unit_test(test_origin__raw_offsets_find_their_derived_byte_if_there_is_one),
      cmocka_unit_test(test_origin__stretches_in_step_are_merged),
      cmocka_unit_test(test_origin__no_anchors_means_the_same_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
