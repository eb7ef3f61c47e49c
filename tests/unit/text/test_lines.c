#include "text/lines.h"

#include "unit.h"

static void assert_position(const mlo_lines *lines, uint32_t offset, uint32_t line, uint32_t column,
                            uint32_t column16) {
  mlo_position is = mlo_lines_position(lines, offset);
  assert_int_equal(is.line, line);
  assert_int_equal(is.column, column);
  assert_int_equal(is.column16, column16);
}

static void test_lines__knows_three_line_ends(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_lines lines = mlo_lines_of(MLO_STR("a\nbb\r\nccc\rd\n"), &arena);
  assert_int_equal(lines.count, 5);
  assert_str(mlo_lines_text(&lines, 1), "a");
  assert_str(mlo_lines_text(&lines, 2), "bb");
  assert_str(mlo_lines_text(&lines, 3), "ccc");
  assert_str(mlo_lines_text(&lines, 4), "d");
  assert_str(mlo_lines_text(&lines, 5), "");
  assert_str(mlo_lines_text(&lines, 0), "");
  assert_str(mlo_lines_text(&lines, 6), "");
  mlo_arena_release(&arena);
}

static void test_lines__empty_text_has_one_line(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_lines lines = mlo_lines_of((mlo_str){0}, &arena);
  assert_int_equal(lines.count, 1);
  assert_position(&lines, 0, 1, 1, 1);
  assert_position(&lines, 99, 1, 1, 1);
  assert_int_equal(mlo_lines_offset16(&lines, 7, 7), 0);
  mlo_arena_release(&arena);
}

static void test_lines__positions_count_characters_and_utf16_units(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  /* bytes: x 0, e-acute 1..2, smile 3..6, y 7, newline 8, z 9 */
  mlo_lines lines = mlo_lines_of(MLO_STR("xé😀y\nz"), &arena);
  assert_position(&lines, 0, 1, 1, 1);
  assert_position(&lines, 1, 1, 2, 2);
  assert_position(&lines, 2, 1, 2, 2);
  assert_position(&lines, 3, 1, 3, 3);
  assert_position(&lines, 5, 1, 3, 3);
  assert_position(&lines, 7, 1, 4, 5);
  assert_position(&lines, 8, 1, 5, 6);
  assert_position(&lines, 9, 2, 1, 1);
  assert_position(&lines, 10, 2, 2, 2);
  assert_position(&lines, 11, 2, 2, 2);
  mlo_arena_release(&arena);
}

static void test_lines__find_gives_the_line_of_its_end_too(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_lines lines = mlo_lines_of(MLO_STR("ab\r\nc"), &arena);
  assert_int_equal(mlo_lines_find(&lines, 0), 0);
  assert_int_equal(mlo_lines_find(&lines, 3), 0);
  assert_int_equal(mlo_lines_find(&lines, 4), 1);
  assert_int_equal(mlo_lines_find(&lines, 99), 1);
  mlo_arena_release(&arena);
}

static void test_lines__editor_positions_come_back_clamped(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_lines lines = mlo_lines_of(MLO_STR("xé😀y\r\nz"), &arena);
  assert_int_equal(mlo_lines_offset16(&lines, 0, 0), 0);
  assert_int_equal(mlo_lines_offset16(&lines, 0, 2), 3);
  assert_int_equal(mlo_lines_offset16(&lines, 0, 3), 3); /* inside the surrogate pair */
  assert_int_equal(mlo_lines_offset16(&lines, 0, 4), 7);
  assert_int_equal(mlo_lines_offset16(&lines, 0, 99), 8);
  assert_int_equal(mlo_lines_offset16(&lines, 1, 1), 11);
  assert_int_equal(mlo_lines_offset16(&lines, 2, 0), 11);
  assert_int_equal(mlo_lines_offset8(&lines, 0, 1), 1);
  assert_int_equal(mlo_lines_offset8(&lines, 0, 2), 1); /* inside the e-acute */
  assert_int_equal(mlo_lines_offset8(&lines, 0, 3), 3);
  assert_int_equal(mlo_lines_offset8(&lines, 0, 99), 8);
  assert_int_equal(mlo_lines_offset8(&lines, 1, 0), 10);
  mlo_arena_release(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lines__knows_three_line_ends),
      cmocka_unit_test(test_lines__empty_text_has_one_line),
      cmocka_unit_test(test_lines__positions_count_characters_and_utf16_units),
      cmocka_unit_test(test_lines__find_gives_the_line_of_its_end_too),
      cmocka_unit_test(test_lines__editor_positions_come_back_clamped),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
