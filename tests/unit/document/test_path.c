#include "reading.h"

/* All texts that a path selects, with commas between. */
typedef struct texts {
  char joined[512];
  int left; /* stop after so many; 0: never */
} texts;

static bool join_text(const mlo_document *document, mlo_value value, void *ctx) {
  texts *self = ctx;
  const mlo_value_node *node = mlo_document_node(document, value);
  if (self->joined[0]) strcat(self->joined, ",");
  strncat(self->joined, node->text.len ? node->text.ptr : "-", node->text.len ? node->text.len : 1);
  return self->left == 0 || --self->left > 0;
}

static texts select_texts(reading *r, const char *path, int left) {
  texts out = {.left = left};
  mlo_path compiled;
  assert_int_equal(mlo_path_compile(mlo_str_c(path), &r->arena, &compiled, &r->err), MLO_OK);
  mlo_document_select(&r->document, 0, &compiled, join_text, &out);
  return out;
}

#define assert_selects(r, path, expected)                                                          \
  assert_string_equal(select_texts((r), (path), 0).joined, (expected))

static void test_path__names_indexes_and_quotes(void **state) {
  (void)state;
  reading *r =
      read_text("a.json", "{\"a\": {\"b\": [1, 2]}, \"x.y\": 3, \"it's\": 4, \"\": 5, \"3\": 6}");
  assert_selects(r, "a.b[1]", "2");
  assert_selects(r, "a['b'][0]", "1");
  assert_selects(r, "['x.y']", "3");
  assert_selects(r, "[\"x.y\"]", "3");
  assert_selects(r, "['it\\'s']", "4");
  assert_selects(r, "['']", "5");
  assert_selects(r, "3", "6");
  assert_selects(r, "a.b[2]", "");
  assert_selects(r, "a.c", "");
  assert_selects(r, "a[0]", "");
  reading_free(r);
}

static void test_path__star_is_members_and_items(void **state) {
  (void)state;
  reading *r = read_text("a.json", "{\"a\": [{\"c\": 1}, {\"c\": 2}, {\"d\": 3}], \"m\": {\"x\": "
                                   "{\"c\": 4}, \"y\": {\"c\": 5}}}");
  assert_selects(r, "a[*].c", "1,2");
  assert_selects(r, "a.*.c", "1,2");
  assert_selects(r, "m.*.c", "4,5");
  assert_selects(r, "m[*].c", "4,5");
  reading_free(r);
}

static void test_path__double_star_is_any_depth(void **state) {
  (void)state;
  reading *r = read_text("a.json", "{\"image\": 1, \"a\": {\"image\": 2, \"b\": [{\"image\": 3}]}, "
                                   "\"c\": {\"containers\": [4, 5]}}");
  assert_selects(r, "**.image", "1,2,3");
  assert_selects(r, "a.**.image", "2,3");
  assert_selects(r, "**.containers[*]", "4,5");
  assert_selects(r, "c.**", "-,4,5");
  assert_selects(r, "**.**.image", "1,2,3");
  assert_selects(r, "a.**.b.**.image", "3");
  reading_free(r);
}

static void test_path__applies_to_each_document(void **state) {
  (void)state;
  reading *r = read_text("a.yaml", "kind: A\n---\nkind: B\n---\n- kind: C\n");
  assert_selects(r, "kind", "A,B");
  assert_selects(r, "**.kind", "A,B,C");
  reading_free(r);
}

static void test_path__dollar_is_each_document(void **state) {
  (void)state;
  reading *r = read_text("a.yaml", "one\n---\ntwo\n");
  assert_selects(r, "$", "one,two");
  reading_free(r);
}

static void test_path__stops_when_told(void **state) {
  (void)state;
  reading *r = read_text("a.json", "[1, 2, 3]");
  assert_string_equal(select_texts(r, "[*]", 2).joined, "1,2");
  reading_free(r);
}

static void test_path__shared_values_are_found_once(void **state) {
  (void)state;
  reading *r = read_text(
      "a.yaml",
      "x: &x {image: 1}\nservices:\n  a: *x\n  b: {<<: *x, n: 2}\n  c: {<<: *x, image: 3}\n");
  assert_selects(r, "**.image", "1,3");
  assert_selects(r, "services.*.image", "1,3");
  assert_selects(r, "services.b.image", "1");
  reading_free(r);
}

static void test_path__errors_say_where(void **state) {
  (void)state;
  static const struct {
    const char *path, *message;
  } cases[] = {
      {"a..b", "path \"a..b\": a name is missing at character 3"},
      {"a.", "path \"a.\": a name is missing at character 3"},
      {"a[", "path \"a[\": an index, * or quoted key is missing at character 3"},
      {"a[1", "path \"a[1\": a ] is missing at character 4"},
      {"a['x]", "path \"a['x]\": a quote is not closed at character 6"},
      {"a[0]b", "path \"a[0]b\": a . or [ is missing at character 5"},
      {"a]", "path \"a]\": a . or [ is missing at character 2"},
      {"[99999999999]", "path \"[99999999999]\": the index is too large at character 12"},
  };
  mlo_arena arena = unit_arena();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mlo_path path;
    mlo_error err = {0};
    assert_int_equal(mlo_path_compile(mlo_str_c(cases[i].path), &arena, &path, &err),
                     MLO_ERR_USAGE);
    assert_string_equal(err.message, cases[i].message);
  }
  char *text = repeat("a", ".a", 100, "");
  mlo_path path;
  assert_int_equal(mlo_path_compile(mlo_str_c(text), &arena, &path, NULL), MLO_ERR_USAGE);
  free(text);
  mlo_arena_release(&arena);
}

static mlo_str path_of(reading *r, const char *path) {
  mlo_path compiled;
  assert_int_equal(mlo_path_compile(mlo_str_c(path), &r->arena, &compiled, &r->err), MLO_OK);
  return mlo_document_path_of(&r->document, mlo_document_get(&r->document, 0, &compiled),
                              &r->arena);
}

static void test_path__of_a_value_leads_back_to_it(void **state) {
  (void)state;
  reading *r = read_text(
      "a.yaml",
      "services:\n  api:\n    ports: [80, 81]\n    'a.b': {\"it's\": 1, '': 2, '*': 3}\n");
  static const char *const paths[] = {"services.api.ports[1]", "services.api['a.b']['it\\'s']",
                                      "services.api['a.b']['']", "services.api['a.b']['*']",
                                      "services"};
  for (size_t i = 0; i < 5; i++) assert_str(path_of(r, paths[i]), paths[i]);
  assert_str(path_of(r, ""), "");
  reading_free(r);
}

static void test_path__nothing_is_found_in_nothing(void **state) {
  (void)state;
  reading *r = read_text("a.json", "");
  mlo_path path;
  assert_int_equal(mlo_path_compile(MLO_STR("a"), &r->arena, &path, &r->err), MLO_OK);
  assert_int_equal(mlo_document_get(&r->document, 0, &path), MLO_NO_VALUE);
  assert_int_equal(mlo_document_get(&r->document, MLO_NO_VALUE, &path), MLO_NO_VALUE);
  assert_int_equal(mlo_document_member(&r->document, MLO_NO_VALUE, MLO_STR("a")), MLO_NO_VALUE);
  assert_int_equal(mlo_document_node(&r->document, MLO_NO_VALUE)->kind, MLO_VALUE_NULL);
  reading_free(r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_path__names_indexes_and_quotes),
      cmocka_unit_test(test_path__star_is_members_and_items),
      cmocka_unit_test(test_path__double_star_is_any_depth),
      cmocka_unit_test(test_path__applies_to_each_document),
      cmocka_unit_test(test_path__dollar_is_each_document),
      cmocka_unit_test(test_path__stops_when_told),
      cmocka_unit_test(test_path__shared_values_are_found_once),
      cmocka_unit_test(test_path__errors_say_where),
      cmocka_unit_test(test_path__of_a_value_leads_back_to_it),
      cmocka_unit_test(test_path__nothing_is_found_in_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
