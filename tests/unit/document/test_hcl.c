#include "reading.h"

static void test_hcl__blocks_nest_by_type_and_labels(void **state) {
  (void)state;
  reading *r = read_text(
      "main.tf",
      "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n  versioning {\n    enabled = "
      "true\n  }\n}\n"
      "resource \"aws_s3_bucket\" \"c\" {}\nprovider aws {}\nprovider aws { region = \"x\" }\n");
  assert_false(r->document.broken);
  assert_text(r, "resource.aws_s3_bucket.b[0].acl", "public-read");
  assert_true(reading_at(r, "resource.aws_s3_bucket.b[0].versioning[0].enabled")->boolean);
  assert_kind(r, "resource.aws_s3_bucket.c[0]", MLO_VALUE_MAP);
  assert_int_equal(reading_at(r, "provider.aws")->count, 2);
  assert_text(r, "provider.aws[1].region", "x");
  assert_str(bytes_of(r, reading_at(r, "resource.aws_s3_bucket.c[0]")->span),
             "resource \"aws_s3_bucket\" \"c\" {}");
  reading_free(r);
}

static void test_hcl__literals_and_collections(void **state) {
  (void)state;
  reading *r = read_text("a.tfvars", "i = -1\nf = 0.50\nb = false\nn = null\nl = [1, \"two\", "
                                     "[3]]\nm = { k = \"v\", \"q r\" : 2 }\ns = \"a\\tb $${x}\"\n");
  assert_int_equal(reading_at(r, "i")->integer, -1);
  assert_text(r, "f", "0.50");
  assert_kind(r, "b", MLO_VALUE_BOOL);
  assert_kind(r, "n", MLO_VALUE_NULL);
  assert_int_equal(reading_at(r, "l[2][0]")->integer, 3);
  assert_text(r, "m.k", "v");
  assert_int_equal(reading_at(r, "m['q r']")->integer, 2);
  assert_text(r, "s", "a\tb ${x}");
  assert_str(bytes_of(r, reading_at(r, "s")->inner), "a\\tb $${x}");
  reading_free(r);
}

static void test_hcl__expressions_are_their_source(void **state) {
  (void)state;
  reading *r = read_text(
      "main.tf", "a = var.x[0].y\nb = \"s-${var.z}\"\nc = max(1, 2)\nd = x ? 1 : 2\ne = (1)\n");
  assert_text(r, "a", "var.x[0].y");
  assert_text(r, "b", "s-${var.z}");
  assert_text(r, "c", "max(1, 2)");
  assert_text(r, "d", "x ? 1 : 2");
  assert_text(r, "e", "(1)");
  assert_kind(r, "e", MLO_VALUE_STRING);
  reading_free(r);
}

static void test_hcl__heredocs(void **state) {
  (void)state;
  reading *r = read_text("main.tf", "a = <<EOT\n  x\ny\nEOT\nb = <<-EOT\n    p\n      q\n  EOT\n");
  assert_text(r, "a", "  x\ny\n");
  assert_text(r, "b", "p\n  q\n");
  assert_str(bytes_of(r, reading_at(r, "b")->inner), "    p\n      q\n");
  reading_free(r);
}

static void test_hcl__a_broken_block_spares_the_others(void **state) {
  (void)state;
  reading *r = read_text("main.tf", "a = 1\nresource \"x\" \"y\" {\n  b = = 2\n}\nd = 4\n");
  assert_broken(r, "= 2", "HCL");
  assert_int_equal(reading_at(r, "a")->integer, 1);
  assert_false(reading_has(r, "**.b"));
  assert_int_equal(reading_at(r, "d")->integer, 4);
  reading_free(r);
}

static void test_hcl__empty_crlf_and_nul(void **state) {
  (void)state;
  reading *r = read_text("main.tf", "");
  assert_false(r->document.broken);
  assert_int_equal(reading_at(r, "")->count, 0);
  reading_free(r);
  r = read_text("main.tf", "a {\r\n  b = 1\r\n}\r\n");
  assert_false(r->document.broken);
  assert_int_equal(reading_at(r, "a[0].b")->integer, 1);
  reading_free(r);
  r = read_bytes("main.tf", MLO_STR("a = 1\nb = \0\nc = 3\n"));
  assert_true(r->document.broken);
  assert_int_equal(reading_at(r, "a")->integer, 1);
  reading_free(r);
}

static void test_hcl__depth_is_bounded(void **state) {
  (void)state;
  char *open = repeat("a = 1\nb = ", "[", 1000, ""), *text = repeat(open, "]", 1000, "\nc = 2\n");
  reading *r = read_text("main.tf", text);
  assert_true(r->document.broken);
  assert_int_equal(reading_at(r, "c")->integer, 2);
  reading_free(r);
  free(open);
  free(text);
  text = repeat("", "a {\n", 1000, "");
  r = read_text("main.tf", text);
  assert_true(r->document.broken);
  reading_free(r);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_hcl__blocks_nest_by_type_and_labels),
      cmocka_unit_test(test_hcl__literals_and_collections),
      cmocka_unit_test(test_hcl__expressions_are_their_source),
      cmocka_unit_test(test_hcl__heredocs),
      cmocka_unit_test(test_hcl__a_broken_block_spares_the_others),
      cmocka_unit_test(test_hcl__empty_crlf_and_nul),
      cmocka_unit_test(test_hcl__depth_is_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
