#include "notebook/json.h"

#include "unit.h"

/* What is wrong with one JSON value, or NULL. */
static const char *problem_of(const char *text) {
  mlo_json json = {.text = mlo_str_c(text)};
  mlo_json_skip(&json);
  mlo_json_peek(&json);
  if (!json.problem && json.at != json.text.len) return "a rest";
  return json.problem;
}

static void test_json__passes_over_whole_values(void **state) {
  (void)state;
  static const char *const good[] = {
      "null",
      "true",
      " false ",
      "0",
      "-1.5e+30",
      "NaN",
      "-Infinity",
      "\"\"",
      "\"a\"",
      "[]",
      "{}",
      "[ ]",
      "[1, 2]",
      "{\"a\": 1}",
      "[[], [{}], 3]",
      "{\"a\": {}}",
      "{\"a\":[],\"b\":\"\\\"\"}",
      "[\"\\ud83d\\ude00\"]",
  };
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) assert_null(problem_of(good[i]));
}

static void test_json__says_what_is_wrong(void **state) {
  (void)state;
  static const struct {
    const char *text, *problem;
  } bad[] = {
      {"", "the file ends in the middle"},
      {"[1, 2", "the file ends in the middle"},
      {"{\"a\"", "the file ends in the middle"},
      {"\"abc", "the file ends in the middle"},
      {"\"abc\\", "a string holds a backslash that escapes nothing"},
      {"[1 2]", "a ',' or ']' is missing"},
      {"[1, ]", "a value is missing"},
      {"{\"a\": 1 \"b\"}", "a ',' or '}' is missing"},
      {"{\"a\": 1, }", "a name in quotes is missing"},
      {"{a: 1}", "a name in quotes is missing"},
      {"{\"a\" 1}", "a ':' is missing"},
      {"{\"a\": 1]", "a ',' or '}' is missing"},
      {"nil", "a value is missing"},
      {"\"a\nb\"", "a string has no closing quote in its line"},
      {"\"a\tb\"", "a string holds a control character"},
      {"\"12345678\\x\"", "a string holds a backslash that escapes nothing"},
      {"\"\\u12g4\"", "a string holds a backslash that escapes nothing"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    const char *problem = problem_of(bad[i].text);
    assert_non_null(problem);
    assert_string_equal(problem, bad[i].problem);
  }
}

static void test_json__nesting_is_bounded(void **state) {
  (void)state;
  char deep[2 * (MLO_JSON_DEPTH + 1) + 1] = {0};
  memset(deep, '[', MLO_JSON_DEPTH);
  memset(deep + MLO_JSON_DEPTH, ']', MLO_JSON_DEPTH);
  assert_null(problem_of(deep));
  memset(deep, '[', MLO_JSON_DEPTH + 1);
  mlo_json json = {.text = mlo_str_c(deep)};
  mlo_json_skip(&json);
  assert_true(json.too_large);
}

static void test_json__walks_lists_and_objects(void **state) {
  (void)state;
  mlo_json json = {.text = MLO_STR(" { \"one\" : [1, 22 , 333], \"t\\nwo\": {} } ")};
  assert_true(mlo_json_open(&json, '{'));
  assert_str(mlo_json_key(&json), "one");
  static const char *const expected[] = {"1", "22", "333"};
  size_t count = 0;
  for (bool more = mlo_json_open(&json, '['); more; more = mlo_json_more(&json, '['))
    assert_str(mlo_span_of(json.text, mlo_json_skip(&json)), expected[count++]);
  assert_int_equal(count, 3);
  assert_true(mlo_json_more(&json, '{'));
  assert_str(mlo_json_key(&json), "t\\nwo");
  assert_str(mlo_span_of(json.text, mlo_json_skip(&json)), "{}");
  assert_false(mlo_json_more(&json, '{'));
  assert_null(json.problem);
}

static void assert_text(const char *raw, const char *expected) {
  mlo_arena arena = unit_arena();
  mlo_origin origin;
  mlo_str text = mlo_str_c(raw);
  assert_str(mlo_json_text(text, (mlo_span){0, (uint32_t)text.len}, &arena, &origin), expected);
  assert_true(origin.anchors.len > 0);
  mlo_arena_release(&arena);
}

static void test_json__text_of_strings_and_lists(void **state) {
  (void)state;
  assert_text("\"\"", "");
  assert_text("\"plain\"", "plain");
  assert_text("\"a\\n\\t\\\"\\\\\\/\\u00e9\"", "a\n\t\"\\/é");
  assert_text("\"\\ud83d\\ude00\"", "😀");
  assert_text("\"\\ud83d x \\ude00\"", "\uFFFD x \uFFFD");
  assert_text("[]", "");
  assert_text("[\"a\\n\", \"b\"]", "a\nb");
  assert_text("[\"a\", 1, \"b\", {\"c\": \"d\"}]", "ab");
  assert_text("{\"a\": [1]}", "{\"a\": [1]}");
  assert_text("[1, 2]", "[1, 2]");
}

static void test_json__text_without_escapes_is_borrowed(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_str raw = MLO_STR("\"iVBORw0KGgo=\"");
  assert_ptr_equal(mlo_json_text(raw, (mlo_span){0, 14}, &arena, NULL).ptr, raw.ptr + 1);
  assert_int_equal(arena.held, 0);
  mlo_arena_release(&arena);
}

static void test_json__origin_locates_each_character(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_origin origin;
  /* offsets:                  0123456 78901234 5 67890 */
  mlo_str raw = MLO_STR("  [\"x\\u00e9y\", \"\\nz\"]");
  assert_str(mlo_json_text(raw, (mlo_span){2, (uint32_t)raw.len}, &arena, &origin), "xéy\nz");
  assert_int_equal(mlo_origin_raw(&origin, 0), 4);  /* x */
  assert_int_equal(mlo_origin_raw(&origin, 1), 5);  /* the escape */
  assert_int_equal(mlo_origin_raw(&origin, 2), 5);  /* its second byte */
  assert_int_equal(mlo_origin_raw(&origin, 3), 11); /* y */
  assert_int_equal(mlo_origin_raw(&origin, 4), 16); /* the line end */
  assert_int_equal(mlo_origin_raw(&origin, 5), 18); /* z */
  assert_int_equal(mlo_origin_raw(&origin, 6), 19); /* the end */
  mlo_span span = mlo_origin_span(&origin, (mlo_span){1, 4});
  assert_int_equal(span.start, 5);
  assert_int_equal(span.end, 12);
  mlo_arena_release(&arena);
}

static void test_json__escape_writes_what_text_reads(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  assert_str(mlo_json_escape(MLO_STR("plain/é😀"), &arena), "plain/é😀");
  assert_str(mlo_json_escape(MLO_STR("a\"b\\c\n\t\r\b\f\x01\x1f\0."), &arena),
             "a\\\"b\\\\c\\n\\t\\r\\b\\f\\u0001\\u001f\\u0000.");
  mlo_arena_release(&arena);
}

static mlo_str without(mlo_str raw, uint32_t index, mlo_arena *arena) {
  mlo_span all = {0, (uint32_t)raw.len};
  mlo_json_members members = mlo_json_members_of(raw, all, arena);
  mlo_span gone = mlo_json_removal(all, &members, index);
  return mlo_arena_concat(arena, mlo_str_slice(raw, 0, gone.start), mlo_str_from(raw, gone.end));
}

static void test_json__members_are_found_and_taken_out(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_str raw = MLO_STR("{\"a\": 1,\n \"\\u0062\": [2, {}] ,\n \"c\": \"x\"\n}");
  mlo_span all = {0, (uint32_t)raw.len};
  mlo_json_members members = mlo_json_members_of(raw, all, &arena);
  assert_int_equal(members.len, 3);
  assert_str(members.items[1].name, "b");
  assert_str(mlo_span_of(raw, members.items[1].key), "\"\\u0062\"");
  assert_str(mlo_span_of(raw, members.items[1].value), "[2, {}]");
  assert_str(mlo_span_of(raw, mlo_json_find(raw, all, MLO_STR("c"), &arena)), "\"x\"");
  assert_int_equal(mlo_json_find(raw, all, MLO_STR("d"), &arena).end, 0);
  assert_str(without(raw, 0, &arena), "{\"\\u0062\": [2, {}] ,\n \"c\": \"x\"\n}");
  assert_str(without(raw, 1, &arena), "{\"a\": 1 ,\n \"c\": \"x\"\n}");
  assert_str(without(raw, 2, &arena), "{\"a\": 1,\n \"\\u0062\": [2, {}]\n}");
  assert_str(without(MLO_STR("{ \"a\": 1 }"), 0, &arena), "{}");
  assert_int_equal(mlo_json_members_of(MLO_STR("[1]"), (mlo_span){0, 3}, &arena).len, 0);
  mlo_arena_release(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_json__passes_over_whole_values),
      cmocka_unit_test(test_json__says_what_is_wrong),
      cmocka_unit_test(test_json__nesting_is_bounded),
      cmocka_unit_test(test_json__walks_lists_and_objects),
      cmocka_unit_test(test_json__text_of_strings_and_lists),
      cmocka_unit_test(test_json__text_without_escapes_is_borrowed),
      cmocka_unit_test(test_json__origin_locates_each_character),
      cmocka_unit_test(test_json__escape_writes_what_text_reads),
      cmocka_unit_test(test_json__members_are_found_and_taken_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
