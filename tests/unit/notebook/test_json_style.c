#include "notebook/json_style.h"

#include "unit.h"

static const char jupyter[] = "{\n \"a\": [\n  1,\n  {\n   \"b\": []\n  }\n ],\n \"c\": {}\n}";
static const char wide[] = "{\n    \"a\": [\n        1,\n        {\n            \"b\": []\n        "
                           "}\n    ],\n    \"c\": {}\n}";
static const char tight[] = "{\"a\":[1,{\"b\":[]}],\"c\":{}}";
static const char python[] = "{\"a\": [1, {\"b\": []}], \"c\": {}}";

static void assert_restyled(const char *from, const char *to) {
  mlo_arena arena = unit_arena();
  mlo_str text = mlo_str_c(from);
  mlo_json_style style = mlo_json_style_of(text), wanted = mlo_json_style_of(mlo_str_c(to));
  mlo_span whole = {0, (uint32_t)text.len};
  assert_str(mlo_json_restyle(text, whole, &style, &wanted, 0, &arena), to);
  mlo_arena_release(&arena);
}

static void test_json_style__values_take_the_other_texts_style(void **state) {
  (void)state;
  static const char *const all[] = {jupyter, wide, tight, python};
  for (size_t i = 0; i < 4; i++)
    for (size_t j = 0; j < 4; j++) assert_restyled(all[i], all[j]);
}

static void test_json_style__text_as_lines(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_json_style indented = mlo_json_style_of(mlo_str_c(jupyter));
  mlo_json_style line = mlo_json_style_of(mlo_str_c(tight));
  assert_str(mlo_json_lines(MLO_STR("x\n\n\"y\""), &indented, 1, &arena),
             "[\n  \"x\\n\",\n  \"\\n\",\n  \"\\\"y\\\"\"\n ]");
  assert_str(mlo_json_lines(MLO_STR("x\ny\n"), &line, 1, &arena), "[\"x\\n\",\"y\\n\"]");
  assert_str(mlo_json_lines(MLO_STR(""), &indented, 1, &arena), "[]");
  mlo_arena_release(&arena);
}

static void test_json_style__characters_are_escaped_where_the_file_escapes_them(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  static const struct {
    const char *file, *quoted;
  } cases[] = {
      {"{\"a\": \"plain\"}", "\"é😀\""},       {"{\"a\": \"\\u00e9\"}", "\"\\u00e9\\ud83d\\ude00\""},
      {"{\"a\": \"\\u00e9 é\"}", "\"é😀\""},   {"{\"a\": \"\\u001b\"}", "\"é😀\""},
      {"{\"a\": \"C:\\\\users\"}", "\"é😀\""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mlo_json_style style = mlo_json_style_of(mlo_str_c(cases[i].file));
    assert_str(mlo_json_quote(MLO_STR("é😀"), &style, &arena), cases[i].quoted);
  }
  mlo_arena_release(&arena);
}

static uint64_t meaning(const char *text) {
  mlo_arena arena = unit_arena();
  uint64_t found = mlo_json_meaning(mlo_str_c(text), (mlo_span){0, (uint32_t)strlen(text)}, &arena);
  mlo_arena_release(&arena);
  return found;
}

static void test_json_style__meaning(void **state) {
  (void)state;
  assert_int_equal(meaning(jupyter), meaning(tight));
  assert_int_equal(meaning("{\"a\": 1, \"b\": 2}"), meaning("{\"b\":2,\"a\":1}"));
  assert_int_equal(meaning("\"\\u00e9\""), meaning("\"é\""));
  assert_int_not_equal(meaning("[1, 2]"), meaning("[2, 1]"));
  assert_int_not_equal(meaning("[[1], 2]"), meaning("[[1, 2]]"));
  assert_int_not_equal(meaning("\"1\""), meaning("1"));
  assert_int_not_equal(meaning("{\"a\": 1}"), meaning("{\"a\": 2}"));
  assert_int_not_equal(meaning("[]"), meaning("{}"));
}

static void test_json_style__the_last_of_equal_names_counts(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_str text = MLO_STR("{\"a\": 1, \"b\": 2, \"\\u0061\": 3}");
  mlo_json_object object = mlo_json_object_read(text, (mlo_span){0, (uint32_t)text.len}, &arena);
  assert_int_equal(object.members.len, 2);
  assert_str(mlo_span_of(text, mlo_json_object_get(&object, MLO_STR("a"))), "3");
  assert_int_equal(mlo_json_object_get(&object, MLO_STR("c")).end, 0);
  mlo_arena_release(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_json_style__values_take_the_other_texts_style),
      cmocka_unit_test(test_json_style__text_as_lines),
      cmocka_unit_test(test_json_style__characters_are_escaped_where_the_file_escapes_them),
      cmocka_unit_test(test_json_style__meaning),
      cmocka_unit_test(test_json_style__the_last_of_equal_names_counts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
