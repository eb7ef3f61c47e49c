#include "reading.h"

static void test_ini__sections_and_keys(void **state) {
  (void)state;
  reading *r =
      read_text("a.ini", "top = 1\n[db]\nhost : x\n; note\nport=5432\n[db]\nuser = u = v\n");
  assert_false(r->document.broken);
  assert_text(r, "[''].top", "1");
  assert_text(r, "db.host", "x");
  assert_text(r, "db.port", "5432");
  assert_kind(r, "db.port", MLO_VALUE_STRING);
  assert_text(r, "db.user", "u = v");
  assert_str(bytes_of(r, reading_at(r, "db.host")->span), "x");
  assert_str(bytes_of(r, reading_at(r, "db.host")->key_span), "host");
  reading_free(r);
}

static void test_ini__indented_lines_go_on(void **state) {
  (void)state;
  reading *r = read_text(
      "setup.cfg",
      "[options]\ninstall_requires =\n    torch>=2\n    # why\n\n    numpy\npackages = find:\n");
  assert_text(r, "options.install_requires", "\ntorch>=2\n\nnumpy");
  assert_str(bytes_of(r, reading_at(r, "options.install_requires")->span),
             "torch>=2\n    # why\n\n    numpy");
  assert_text(r, "options.packages", "find:");
  reading_free(r);
}

static void test_ini__a_key_may_have_no_value(void **state) {
  (void)state;
  reading *r = read_text("my.cfg", "[mysqld]\nskip-networking\n[x\n");
  assert_text(r, "mysqld.skip-networking", "");
  assert_broken(r, "[x", "]");
  reading_free(r);
}

static void test_ini__env_files(void **state) {
  (void)state;
  reading *r = read_text(".env", "A=1\nexport B = two words # note\nC='x # "
                                 "y'\nD=\"p\\nq\"\nE=http://h:80/#f\nF=\n# G=1\nH=\"a\nb\"\nI=9\n");
  assert_false(r->document.broken);
  assert_text(r, "[''].A", "1");
  assert_text(r, "[''].B", "two words");
  assert_text(r, "[''].C", "x # y");
  assert_text(r, "[''].D", "p\nq");
  assert_str(bytes_of(r, reading_at(r, "[''].D")->span), "\"p\\nq\"");
  assert_str(bytes_of(r, reading_at(r, "[''].D")->inner), "p\\nq");
  assert_text(r, "[''].E", "http://h:80/#f");
  assert_text(r, "[''].F", "");
  assert_false(reading_has(r, "[''].G"));
  assert_text(r, "[''].H", "a\nb");
  assert_text(r, "[''].I", "9");
  reading_free(r);
}

static void test_ini__env_quote_that_is_not_closed(void **state) {
  (void)state;
  reading *r = read_text("prod.env", "A=\"x\nB=2\n");
  assert_broken(r, "\"x", "quote");
  assert_text(r, "[''].B", "2");
  reading_free(r);
}

static void test_ini__properties(void **state) {
  (void)state;
  reading *r =
      read_text("log4j.properties", "! note\na.b=1\nc : 2\nd 3\ne = x \\\n    y\nf=\\u00e9\n");
  assert_text(r, "['']['a.b']", "1");
  assert_text(r, "[''].c", "2");
  assert_text(r, "[''].d", "3");
  assert_text(r, "[''].e", "x y");
  assert_text(r, "[''].f", "\xC3\xA9");
  reading_free(r);
}

static void test_ini__netrc(void **state) {
  (void)state;
  reading *r = read_text(
      ".netrc", "machine api.wandb.ai login user\n  password s3cret\ndefault login anonymous\n");
  assert_text(r, "['api.wandb.ai'].login", "user");
  assert_text(r, "['api.wandb.ai'].password", "s3cret");
  assert_text(r, "default.login", "anonymous");
  reading_free(r);
}

static void test_ini__crlf_empty_and_nul(void **state) {
  (void)state;
  reading *r = read_text("a.ini", "[a]\r\nb = 1\r\nc = 2\r\n");
  assert_text(r, "a.b", "1");
  assert_text(r, "a.c", "2");
  reading_free(r);
  r = read_text("a.ini", "");
  assert_int_equal(reading_at(r, "")->count, 0);
  reading_free(r);
  r = read_bytes("a.ini", MLO_STR("[a]\nb = x\0y\n"));
  assert_true(mlo_str_eq(reading_at(r, "a.b")->text, MLO_STR("x\0y")));
  reading_free(r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ini__sections_and_keys),
      cmocka_unit_test(test_ini__indented_lines_go_on),
      cmocka_unit_test(test_ini__a_key_may_have_no_value),
      cmocka_unit_test(test_ini__env_files),
      cmocka_unit_test(test_ini__env_quote_that_is_not_closed),
      cmocka_unit_test(test_ini__properties),
      cmocka_unit_test(test_ini__netrc),
      cmocka_unit_test(test_ini__crlf_empty_and_nul),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
