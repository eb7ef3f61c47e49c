#include "reading.h"

#include <math.h>

static void test_json__reads_each_kind(void **state) {
  (void)state;
  reading *r = read_text("a.json", "{\"s\": \"x\", \"i\": -12, \"f\": 1.50, \"t\": true, \"n\": "
                                   "null, \"l\": [1, [2]], \"o\": {}}");
  assert_false(r->document.broken);
  assert_text(r, "s", "x");
  assert_kind(r, "i", MLO_VALUE_INTEGER);
  assert_int_equal(reading_at(r, "i")->integer, -12);
  assert_kind(r, "f", MLO_VALUE_FLOAT);
  assert_text(r, "f", "1.50");
  assert_true(reading_at(r, "f")->number == 1.5);
  assert_true(reading_at(r, "t")->boolean);
  assert_kind(r, "n", MLO_VALUE_NULL);
  assert_int_equal(reading_at(r, "l[1][0]")->integer, 2);
  assert_int_equal(reading_at(r, "o")->count, 0);
  reading_free(r);
}

static void test_json__spans_cover_quotes_and_inner_does_not(void **state) {
  (void)state;
  reading *r = read_text("a.json", "{\"key\": \"a\\tb\"}");
  const mlo_value_node *node = reading_at(r, "key");
  assert_str(node->text, "a\tb");
  assert_str(bytes_of(r, node->span), "\"a\\tb\"");
  assert_str(bytes_of(r, node->inner), "a\\tb");
  assert_str(bytes_of(r, node->key_span), "\"key\"");
  reading_free(r);
}

static void test_json__decodes_surrogate_pairs(void **state) {
  (void)state;
  reading *r = read_text("a.json", "[\"\\ud83d\\ude00\", \"\\ud83d\", \"\\u00e9\\/\"]");
  assert_text(r, "[0]", "\xF0\x9F\x98\x80");
  assert_text(r, "[1]", "\xEF\xBF\xBD"); /* half a pair: the replacement character */
  assert_text(r, "[2]", "\xC3\xA9/");
  reading_free(r);
}

static void test_json__big_numbers_keep_their_digits(void **state) {
  (void)state;
  reading *r =
      read_text("a.json", "[123456789012345678901234567890, -9223372036854775808, 1e400, 0.1]");
  assert_text(r, "[0]", "123456789012345678901234567890");
  assert_true(reading_at(r, "[0]")->integer == INT64_MAX);
  assert_true(reading_at(r, "[0]")->number == 123456789012345678901234567890.0);
  assert_true(reading_at(r, "[1]")->integer == INT64_MIN);
  assert_true(isinf(reading_at(r, "[2]")->number));
  assert_true(reading_at(r, "[3]")->number == 0.1);
  reading_free(r);
}

static void test_json__reads_what_python_writes(void **state) {
  (void)state;
  reading *r = read_text("metrics.json", "{\"loss\": NaN, \"best\": -Infinity, \"acc\": 0.9}");
  assert_false(r->document.broken);
  assert_true(isnan(reading_at(r, "loss")->number));
  assert_true(reading_at(r, "best")->number == -INFINITY);
  assert_text(r, "acc", "0.9");
  reading_free(r);
}

static void test_json__tolerates_comments_and_trailing_commas(void **state) {
  (void)state;
  reading *r = read_text("tsconfig.json", "// head\n{\"a\": 1, /* x, } */ \"b\": [1, 2,],}\n");
  assert_false(r->document.broken);
  assert_int_equal(reading_at(r, "b")->count, 2);
  reading_free(r);
}

static void test_json__last_of_duplicate_keys_wins(void **state) {
  (void)state;
  reading *r = read_text("a.json", "{\"a\": 1, \"a\": 2}");
  assert_int_equal(reading_at(r, "a")->integer, 2);
  assert_int_equal(reading_at(r, "")->count, 2);
  reading_free(r);
}

static void test_json__goes_on_after_an_error(void **state) {
  (void)state;
  reading *r = read_text("a.json", "{\"a\": oops, \"b\": 1, \"c\": {\"d\" 2}, \"e\": 3}");
  assert_broken(r, "oops", "value is expected");
  assert_false(reading_has(r, "a"));
  assert_int_equal(reading_at(r, "b")->integer, 1);
  assert_false(reading_has(r, "c.d"));
  assert_int_equal(reading_at(r, "e")->integer, 3);
  reading_free(r);
}

static void test_json__a_missing_comma_loses_nothing(void **state) {
  (void)state;
  reading *r = read_text("a.json", "{\"a\": 1 \"b\": 2}");
  assert_broken(r, "\"b\"", "comma is missing");
  assert_int_equal(reading_at(r, "a")->integer, 1);
  assert_int_equal(reading_at(r, "b")->integer, 2);
  reading_free(r);
}

static void test_json__cut_off_text_keeps_what_is_there(void **state) {
  (void)state;
  reading *r = read_text("a.json", "{\"a\": [1, 2], \"b\": {\"c\": \"x");
  assert_broken(r, "\"x", "not closed");
  assert_int_equal(reading_at(r, "a")->count, 2);
  assert_text(r, "b.c", "x");
  reading_free(r);
}

static void test_json__empty_text_and_trailing_text_are_broken(void **state) {
  (void)state;
  reading *r = read_text("a.json", "");
  assert_true(r->document.broken);
  assert_false(reading_has(r, ""));
  reading_free(r);
  r = read_text("a.json", "{} x");
  assert_broken(r, "x", "may follow");
  reading_free(r);
}

static void test_json__lines_are_documents(void **state) {
  (void)state;
  reading *r = read_text("data.json", "{\"a\": 1}\n{\"a\": 2}\n");
  assert_false(r->document.broken);
  assert_int_equal(mlo_document_node(&r->document, 0)->count, 2);
  reading_free(r);
  r = read_text("data.json", "{\"a\": 1}{\"a\": 2}\n");
  assert_true(r->document.broken);
  reading_free(r);
}

static void test_json__text_may_hold_nul(void **state) {
  (void)state;
  reading *r = read_bytes("a.json", MLO_STR("{\"a\0b\": \"c\0d\"}"));
  const mlo_value_node *root = reading_at(r, "");
  const mlo_value_node *node = mlo_document_node(&r->document, root->first);
  assert_true(mlo_str_eq(node->key, MLO_STR("a\0b")));
  assert_true(mlo_str_eq(node->text, MLO_STR("c\0d")));
  reading_free(r);
}

static void test_json__depth_is_bounded(void **state) {
  (void)state;
  char *text = repeat("{\"a\": ", "[", 100000, ", 1], \"b\": 2}");
  reading *r = read_text("a.json", text);
  assert_true(r->document.broken);
  assert_int_equal(r->document.broken_span.start, 6 + 199); /* the map is the first level */
  assert_true(r->document.values.len < 300);
  reading_free(r);
  free(text);
}

static void test_json__too_deep_parts_are_left_out_and_the_rest_is_read(void **state) {
  (void)state;
  char *open = repeat("{\"a\": ", "[", 300, ""), *text = repeat(open, "]", 300, ", \"b\": 2}");
  reading *r = read_text("a.json", text);
  assert_true(r->document.broken);
  assert_int_equal(reading_at(r, "b")->integer, 2);
  reading_free(r);
  free(open);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_json__reads_each_kind),
      cmocka_unit_test(test_json__spans_cover_quotes_and_inner_does_not),
      cmocka_unit_test(test_json__decodes_surrogate_pairs),
      cmocka_unit_test(test_json__big_numbers_keep_their_digits),
      cmocka_unit_test(test_json__reads_what_python_writes),
      cmocka_unit_test(test_json__tolerates_comments_and_trailing_commas),
      cmocka_unit_test(test_json__last_of_duplicate_keys_wins),
      cmocka_unit_test(test_json__goes_on_after_an_error),
      cmocka_unit_test(test_json__a_missing_comma_loses_nothing),
      cmocka_unit_test(test_json__cut_off_text_keeps_what_is_there),
      cmocka_unit_test(test_json__empty_text_and_trailing_text_are_broken),
      cmocka_unit_test(test_json__lines_are_documents),
      cmocka_unit_test(test_json__text_may_hold_nul),
      cmocka_unit_test(test_json__depth_is_bounded),
      cmocka_unit_test(test_json__too_deep_parts_are_left_out_and_the_rest_is_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
