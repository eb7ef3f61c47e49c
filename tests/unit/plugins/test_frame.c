#include "sample.h"

#include "plugins/report/frame.h"

/* The frame of `line` at columns start to end, in a terminal of `columns`. */
static mlo_frame frame_of(const char *line, uint32_t start, uint32_t end, uint32_t columns,
                          mlo_buf *code) {
  mlo_location place = sample_at("a", 1, start, end, line);
  mlo_frame frame = {0};
  mlo_buf_clear(code);
  assert_true(mlo_frame_of(&place, columns, &frame, code));
  return frame;
}

static void test_frame__carets_count_terminal_columns(void **state) {
  (void)state;
  mlo_buf code = {0};
  mlo_frame wide =
      frame_of("\xe6\x97\xa5\xe6\x9c\xac = x", 6, 7, 80, &code); /* two CJK characters */
  assert_int_equal(wide.indent, 7);
  assert_int_equal(wide.carets, 1);
  mlo_frame emoji = frame_of("'\xf0\x9f\x98\x80'", 2, 3, 80, &code);
  assert_int_equal(emoji.indent, 1);
  assert_int_equal(emoji.carets, 2);
  mlo_frame tab = frame_of("\tx\ty", 2, 5, 80, &code);
  assert_int_equal(tab.indent, 4);
  assert_int_equal(tab.carets, 5);
  assert_str(mlo_buf_str(&code), "    x   y");
  mlo_buf_release(&code);
}

static void test_frame__long_lines_are_cut_around_the_place(void **state) {
  (void)state;
  char line[301];
  memset(line, 'a', 300);
  memset(line + 200, 'X', 3);
  line[300] = '\0';
  mlo_buf code = {0};
  mlo_frame frame = frame_of(line, 201, 204, 30, &code);
  assert_str(mlo_buf_str(&code), "\xe2\x80\xa6"
                                 "aaaaaaaaaaXXXaaaaaaaaaaaaaaa"
                                 "\xe2\x80\xa6");
  assert_int_equal(frame.indent, 11);
  assert_int_equal(frame.carets, 3);
  mlo_buf_release(&code);
}

static void test_frame__a_span_of_several_lines_ends_with_its_first(void **state) {
  (void)state;
  mlo_location place = sample_at("a", 4, 3, 2, "f(a,\n  b)\n");
  place.end.line = 5;
  mlo_frame frame = {0};
  mlo_buf code = {0};
  assert_true(mlo_frame_of(&place, 0, &frame, &code));
  assert_str(mlo_buf_str(&code), "f(a,");
  assert_int_equal(frame.indent, 2);
  assert_int_equal(frame.carets, 2);
  mlo_buf_release(&code);
}

static void test_frame__nothing_without_an_excerpt(void **state) {
  (void)state;
  mlo_location place = sample_at("a", 4, 3, 2, "");
  mlo_frame frame = {0};
  mlo_buf code = {0};
  assert_false(mlo_frame_of(&place, 0, &frame, &code));
  assert_int_equal(code.len, 0);
}

static void test_frame__nothing_where_the_excerpt_ends_before_the_place(void **state) {
  (void)state;
  mlo_location place = sample_at("a", 1, 500, 503, "cut");
  mlo_frame frame = {0};
  mlo_buf code = {0};
  assert_false(mlo_frame_of(&place, 0, &frame, &code));
  place.start.column = 4; /* right behind the last character: an end of file */
  assert_true(mlo_frame_of(&place, 0, &frame, &code));
  assert_int_equal(frame.indent, 3);
  mlo_buf_release(&code);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_frame__carets_count_terminal_columns),
      cmocka_unit_test(test_frame__long_lines_are_cut_around_the_place),
      cmocka_unit_test(test_frame__a_span_of_several_lines_ends_with_its_first),
      cmocka_unit_test(test_frame__nothing_without_an_excerpt),
      cmocka_unit_test(test_frame__nothing_where_the_excerpt_ends_before_the_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
