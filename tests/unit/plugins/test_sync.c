#include "unit.h"

#include "plugins/lsp/sync.h"

/* Each is applied to what the last one left. */
static void expect(const char *text, mlo_lsp_encoding encoding, const mlo_lsp_change *changes,
                   size_t count, const char *expected) {
  mlo_arena scratch = unit_arena();
  mlo_buf buf = {0};
  mlo_buf_add(&buf, mlo_str_c(text));
  for (size_t i = 0; i < count; i++) mlo_sync_apply(&buf, &changes[i], encoding, &scratch);
  assert_str(mlo_buf_str(&buf), expected);
  mlo_buf_release(&buf);
  mlo_arena_release(&scratch);
}

static mlo_lsp_change change(uint32_t line, uint32_t column, uint32_t end_line, uint32_t end_column,
                             const char *text) {
  return (mlo_lsp_change){
      .start = {line, column}, .end = {end_line, end_column}, .text = mlo_str_c(text)};
}

static void test_sync__insert_replace_delete(void **state) {
  (void)state;
  mlo_lsp_change insert = change(1, 1, 1, 1, "X");
  expect("ab\ncd\n", MLO_LSP_UTF16, &insert, 1, "ab\ncXd\n");
  mlo_lsp_change replace = change(0, 1, 1, 1, "--");
  expect("ab\ncd\n", MLO_LSP_UTF16, &replace, 1, "a--d\n");
  mlo_lsp_change delete = change(0, 0, 1, 0, "");
  expect("ab\ncd\n", MLO_LSP_UTF16, &delete, 1, "cd\n");
}

static void test_sync__changes_in_order(void **state) {
  (void)state;
  mlo_lsp_change both[] = {change(0, 0, 0, 0, "new\n"), change(1, 0, 1, 1, "O")};
  expect("old", MLO_LSP_UTF16, both, 2, "new\nOld");
}

static void test_sync__whole_text(void **state) {
  (void)state;
  mlo_lsp_change whole = {.whole = true, .text = MLO_STR("all new")};
  expect("old\ntext\n", MLO_LSP_UTF16, &whole, 1, "all new");
}

/* U+1F600 is 2 UTF-16 units and 4 bytes; a column inside it counts as its start. */
static void test_sync__columns_behind_an_emoji(void **state) {
  (void)state;
  const char *text = "\"\xf0\x9f\x98\x80\" b";
  mlo_lsp_change units = change(0, 5, 0, 6, "c"), bytes = change(0, 7, 0, 8, "c");
  expect(text, MLO_LSP_UTF16, &units, 1, "\"\xf0\x9f\x98\x80\" c");
  expect(text, MLO_LSP_UTF8, &bytes, 1, "\"\xf0\x9f\x98\x80\" c");
  mlo_lsp_change inside = change(0, 2, 0, 2, "x");
  expect(text, MLO_LSP_UTF16, &inside, 1, "\"x\xf0\x9f\x98\x80\" b");
}

static void test_sync__line_ends_of_all_three_kinds(void **state) {
  (void)state;
  mlo_lsp_change third = change(2, 0, 2, 1, "C");
  expect("a\r\nb\rc\n", MLO_LSP_UTF16, &third, 1, "a\r\nb\rC\n");
}

static void test_sync__points_outside_are_clamped(void **state) {
  (void)state;
  mlo_lsp_change behind_line = change(0, 99, 0, 99, "!"), behind_text = change(9, 0, 9, 9, "!");
  expect("ab\ncd", MLO_LSP_UTF16, &behind_line, 1, "ab!\ncd");
  expect("ab\ncd", MLO_LSP_UTF16, &behind_text, 1, "ab\ncd!");
  mlo_lsp_change backwards = change(1, 1, 0, 1, "");
  expect("ab\ncd", MLO_LSP_UTF16, &backwards, 1, "ad");
}

static void test_sync__empty_text(void **state) {
  (void)state;
  mlo_lsp_change first = change(0, 0, 0, 0, "x = 1\n");
  expect("", MLO_LSP_UTF16, &first, 1, "x = 1\n");
}

static void test_sync__point_of_a_position(void **state) {
  (void)state;
  mlo_position position = {.line = 3, .column = 3, .column16 = 4};
  mlo_str line = MLO_STR("a\xf0\x9f\x98\x80"
                         "b");
  mlo_lsp_point units = mlo_sync_point(position, line, MLO_LSP_UTF16);
  mlo_lsp_point bytes = mlo_sync_point(position, line, MLO_LSP_UTF8);
  assert_int_equal(units.line, 2);
  assert_int_equal(units.column, 3);
  assert_int_equal(bytes.column, 5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sync__insert_replace_delete),
      cmocka_unit_test(test_sync__changes_in_order),
      cmocka_unit_test(test_sync__whole_text),
      cmocka_unit_test(test_sync__columns_behind_an_emoji),
      cmocka_unit_test(test_sync__line_ends_of_all_three_kinds),
      cmocka_unit_test(test_sync__points_outside_are_clamped),
      cmocka_unit_test(test_sync__empty_text),
      cmocka_unit_test(test_sync__point_of_a_position),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
