#include "unit.h"

#include "plugins/lsp/message.h"

static void expect_mended(const char *before, const char *after) {
  char text[64];
  snprintf(text, sizeof text, "%s", before);
  mlo_message_mend(text, strlen(text));
  assert_str(mlo_str_c(text), after);
}

static void test_message__mend_what_cjson_cannot_take(void **state) {
  (void)state;
  expect_mended("\"a\\u0000b\"", "\"a\\ufffdb\"");
  expect_mended("\"\\ud83d\"", "\"\\ufffd\"");
  expect_mended("\"\\uDE00x\"", "\"\\ufffdx\"");
  expect_mended("\"\\ud83d\\ud83d\\ude00\"", "\"\\ufffd\\ud83d\\ude00\"");
}

static void test_message__mend_leaves_the_rest(void **state) {
  (void)state;
  expect_mended("\"\\ud83d\\ude00 \\u00e4\"", "\"\\ud83d\\ude00 \\u00e4\"");
  expect_mended("\"\\\\u0000\"", "\"\\\\u0000\"");
  expect_mended("\"\\\\\\u0000\"", "\"\\\\\\ufffd\"");
  expect_mended("\"\\u00", "\"\\u00");
  expect_mended("\\", "\\");
}

static void test_message__members_of_another_type_are_absent(void **state) {
  (void)state;
  cJSON *json = cJSON_Parse("{\"n\": 3.7, \"neg\": -1, \"big\": 1e99, \"s\": \"x\", \"t\": true}");
  assert_int_equal(mlo_message_uint(json, "n"), 3);
  assert_int_equal(mlo_message_uint(json, "neg"), 0);
  assert_int_equal(mlo_message_uint(json, "big"), UINT32_MAX);
  assert_int_equal(mlo_message_uint(json, "s"), 0);
  assert_str(mlo_message_string(json, "s"), "x");
  assert_null(mlo_message_string(json, "n").ptr);
  assert_true(mlo_message_true(json, "t"));
  assert_false(mlo_message_true(json, "s"));
  assert_null(mlo_message_object(json, "s"));
  assert_null(mlo_message_array(NULL, "s"));
  cJSON_Delete(json);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_message__mend_what_cjson_cannot_take),
      cmocka_unit_test(test_message__mend_leaves_the_rest),
      cmocka_unit_test(test_message__members_of_another_type_are_absent),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
