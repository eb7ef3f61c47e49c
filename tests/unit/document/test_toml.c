#include "reading.h"

#include <math.h>

static void test_toml__reads_each_kind(void **state) {
  (void)state;
  reading *r = read_text(
      "a.toml", "s = \"x\\t\\u00e9\"\nl = 'C:\\n'\ni = 1_000\nh = 0xFF\nf = -1.5e3\nb = true\n"
                "d = 1979-05-27T07:32:00Z\na = [1, [\"two\"]]\nn = nan\nm = -inf\n");
  assert_false(r->document.broken);
  assert_text(r, "s", "x\t\xC3\xA9");
  assert_text(r, "l", "C:\\n");
  assert_int_equal(reading_at(r, "i")->integer, 1000);
  assert_text(r, "i", "1_000");
  assert_int_equal(reading_at(r, "h")->integer, 255);
  assert_true(reading_at(r, "f")->number == -1500);
  assert_true(reading_at(r, "b")->boolean);
  assert_kind(r, "d", MLO_VALUE_STRING);
  assert_text(r, "d", "1979-05-27T07:32:00Z");
  assert_text(r, "a[1][0]", "two");
  assert_true(isnan(reading_at(r, "n")->number));
  assert_true(reading_at(r, "m")->number == -INFINITY);
  reading_free(r);
}

static void test_toml__multi_line_strings(void **state) {
  (void)state;
  reading *r =
      read_text("a.toml", "a = \"\"\"\none\ntwo \\\n   three\"\"\"\nb = '''\nx\\n'y''''\n");
  assert_text(r, "a", "one\ntwo three");
  assert_text(r, "b", "x\\n'y'");
  reading_free(r);
}

static void test_toml__dotted_keys_and_tables_meet(void **state) {
  (void)state;
  reading *r =
      read_text("a.toml", "[tool]\nblack.line-length = 100\n[tool.ruff.\"lint.x\"]\nselect = "
                          "[\"E\"]\n[tool.black]\nq = 1\n");
  assert_int_equal(reading_at(r, "tool.black.line-length")->integer, 100);
  assert_text(r, "tool.ruff['lint.x'].select[0]", "E");
  assert_int_equal(reading_at(r, "tool.black.q")->integer, 1);
  assert_int_equal(reading_at(r, "tool")->count, 2);
  reading_free(r);
}

static void test_toml__arrays_of_tables(void **state) {
  (void)state;
  reading *r = read_text("a.toml", "[[p]]\nn = 1\n[p.sub]\nx = 2\n[[p]]\nn = 3\n[[p.q]]\nz = 4\n");
  assert_kind(r, "p", MLO_VALUE_LIST);
  assert_int_equal(reading_at(r, "p")->count, 2);
  assert_int_equal(reading_at(r, "p[0].sub.x")->integer, 2);
  assert_int_equal(reading_at(r, "p[1].n")->integer, 3);
  assert_int_equal(reading_at(r, "p[1].q[0].z")->integer, 4);
  reading_free(r);
}

static void test_toml__inline_tables(void **state) {
  (void)state;
  reading *r = read_text("a.toml", "d = {version = \"1\", extras.x = true}\n");
  assert_text(r, "d.version", "1");
  assert_true(reading_at(r, "d.extras.x")->boolean);
  reading_free(r);
}

static void test_toml__tables_end_with_their_last_pair(void **state) {
  (void)state;
  reading *r = read_text("a.toml", "[a]\nx = 1\n\n# about b\n[b]\ny = 2\n");
  assert_str(bytes_of(r, reading_at(r, "a")->span), "[a]\nx = 1");
  assert_str(bytes_of(r, reading_at(r, "a.x")->key_span), "x");
  reading_free(r);
}

static void test_toml__one_bad_line_costs_one_entry(void **state) {
  (void)state;
  reading *r = read_text("a.toml", "[a]\nx = 1\n[b]\ny = \nz = 3\n[c]\nw = 4\n");
  assert_broken(r, "y = ", "TOML");
  assert_int_equal(reading_at(r, "a.x")->integer, 1);
  assert_int_equal(reading_at(r, "b.z")->integer, 3);
  assert_int_equal(reading_at(r, "c.w")->integer, 4);
  assert_false(reading_has(r, "b.y"));
  reading_free(r);
}

static void test_toml__pairs_below_a_broken_header_go_nowhere(void **state) {
  (void)state;
  reading *r = read_text("a.toml", "[a]\nx = 1\n[b c]\ny = 2\n[d]\nz = 3\n");
  assert_broken(r, "c]", "TOML");
  assert_false(reading_has(r, "**.y"));
  assert_int_equal(reading_at(r, "d.z")->integer, 3);
  reading_free(r);
}

static void test_toml__a_key_twice_is_broken(void **state) {
  (void)state;
  reading *r = read_text("a.toml", "a = 1\nb = 2\na = 3\n");
  assert_true(r->document.broken);
  assert_int_equal(r->document.broken_span.start, 12);
  reading_free(r);
  r = read_text("a.toml", "[t]\n[u]\n[t]\n");
  assert_true(r->document.broken);
  reading_free(r);
}

static void test_toml__crlf_empty_and_nul(void **state) {
  (void)state;
  reading *r = read_text("a.toml", "[a]\r\nx = 1\r\ny = \"\"\"\r\nz\"\"\"\r\n");
  assert_false(r->document.broken);
  assert_int_equal(reading_at(r, "a.x")->integer, 1);
  assert_text(r, "a.y", "z");
  reading_free(r);
  r = read_text("a.toml", "");
  assert_false(r->document.broken);
  assert_int_equal(reading_at(r, "")->count, 0);
  reading_free(r);
  r = read_bytes("a.toml", MLO_STR("a = 1\nb = \0\nc = 3\n"));
  assert_true(r->document.broken);
  assert_int_equal(reading_at(r, "c")->integer, 3);
  reading_free(r);
}

static void test_toml__depth_is_bounded(void **state) {
  (void)state;
  char *open = repeat("a = 1\nb = ", "[", 1000, ""), *text = repeat(open, "]", 1000, "\nc = 2\n");
  reading *r = read_text("a.toml", text);
  assert_true(r->document.broken);
  assert_int_equal(reading_at(r, "c")->integer, 2);
  reading_free(r);
  free(open);
  free(text);
  text = repeat("[", "a.", 10000, "a]\nx = 1\n");
  r = read_text("a.toml", text);
  assert_true(r->document.broken);
  assert_false(reading_has(r, "**.x"));
  reading_free(r);
  free(text);
}

static void test_toml__unclosed_brackets_keep_what_stands_before(void **state) {
  (void)state;
  char *text = repeat("a = 1\nb = ", "[", 2000, "");
  reading *r = read_text("a.toml", text);
  assert_true(r->document.broken);
  assert_int_equal(reading_at(r, "a")->integer, 1);
  reading_free(r);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_toml__reads_each_kind),
      cmocka_unit_test(test_toml__multi_line_strings),
      cmocka_unit_test(test_toml__dotted_keys_and_tables_meet),
      cmocka_unit_test(test_toml__arrays_of_tables),
      cmocka_unit_test(test_toml__inline_tables),
      cmocka_unit_test(test_toml__tables_end_with_their_last_pair),
      cmocka_unit_test(test_toml__one_bad_line_costs_one_entry),
      cmocka_unit_test(test_toml__pairs_below_a_broken_header_go_nowhere),
      cmocka_unit_test(test_toml__a_key_twice_is_broken),
      cmocka_unit_test(test_toml__crlf_empty_and_nul),
      cmocka_unit_test(test_toml__depth_is_bounded),
      cmocka_unit_test(test_toml__unclosed_brackets_keep_what_stands_before),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
