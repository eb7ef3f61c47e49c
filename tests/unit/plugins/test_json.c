#include "sample.h"

#include "plugins/report/json_text.h"
#include "plugins/report/writers.h"

static void test_json__an_empty_result(void **state) {
  (void)state;
  sample s = {.result.summary = {.files = 2, .seconds = 0.25}};
  assert_str(sample_write(&s, &mlo_json_writer),
             "{\n"
             "  \"version\": \"" MLO_VERSION "\",\n"
             "  \"findings\": [],\n"
             "  \"errors\": [],\n"
             "  \"summary\": {\n"
             "    \"files\": 2,\n"
             "    \"findings\": 0,\n"
             "    \"by_severity\": {\"error\": 0, \"warning\": 0, \"info\": 0},\n"
             "    \"by_code\": {},\n"
             "    \"seconds\": 0.25\n"
             "  }\n"
             "}\n");
  sample_release(&s);
}

static void test_json__a_finding_with_everything(void **state) {
  (void)state;
  sample s = {0};
  mlo_finding finding =
      sample_finding(MLO_SEVERITY_WARNING, "a \"b\"", sample_at("x.ipynb", 9, 2, 4, "x"));
  finding.location.cell = 3;
  finding.location.cell_start = (mlo_position){1, 2, 2};
  finding.location.cell_end = (mlo_position){1, 4, 4};
  mlo_related related = {sample_at("b.py", 7, 1, 2, "y"), MLO_STR("there")};
  mlo_edit edit = {MLO_STR("x.ipynb"), {0}, {9, 2, 2}, {9, 4, 4}, MLO_STR("y\\n")};
  mlo_fix fix = {.title = MLO_STR("say y"), .safety = MLO_SAFETY_SAFE};
  MLO_PUSH(&s.arena, &fix.edits, edit);
  MLO_PUSH(&s.arena, &finding.related, related);
  MLO_PUSH(&s.arena, &finding.fixes, fix);
  sample_add(&s, finding);
  assert_str(sample_write(&s, &mlo_jsonl_writer),
             "{\"code\": \"SEC101\", \"name\": \"torch-load-unsafe\", \"area\": \"security\", "
             "\"severity\": \"warning\", \"message\": \"a \\\"b\\\"\", \"path\": \"x.ipynb\", "
             "\"start\": {\"line\": 9, \"column\": 2}, \"end\": {\"line\": 9, \"column\": 4}, "
             "\"cell\": {\"number\": 3, \"start\": {\"line\": 1, \"column\": 2}, "
             "\"end\": {\"line\": 1, \"column\": 4}}, "
             "\"fingerprint\": \"00112233445566778899aabbccddeeff\", "
             "\"url\": \"https://example.org/SEC101\", "
             "\"related\": [{\"path\": \"b.py\", \"start\": {\"line\": 7, \"column\": 1}, "
             "\"end\": {\"line\": 7, \"column\": 2}, \"message\": \"there\"}], "
             "\"fixes\": [{\"title\": \"say y\", \"safety\": \"safe\", \"edits\": [{\"path\": "
             "\"x.ipynb\", "
             "\"start\": {\"line\": 9, \"column\": 2}, \"end\": {\"line\": 9, \"column\": 4}, "
             "\"text\": \"y\\\\n\"}]}]}\n");
  sample_release(&s);
}

static void test_json__errors_and_counts_by_code(void **state) {
  (void)state;
  sample s = {0};
  mlo_problem problem = {.path = MLO_STR("a.py"), .message = MLO_STR("no such file")};
  MLO_PUSH(&s.arena, &s.result.problems, problem);
  mlo_finding finding = sample_finding(MLO_SEVERITY_ERROR, "m", sample_at("a", 1, 1, 1, ""));
  sample_add(&s, finding);
  finding.code = MLO_STR("FIT001");
  sample_add(&s, finding);
  sample_add(&s, finding);
  mlo_str text = sample_write(&s, &mlo_json_writer);
  assert_true(mlo_str_contains(
      text,
      MLO_STR("\"errors\": [\n    {\"path\": \"a.py\", \"message\": \"no such file\"}\n  ]")));
  assert_true(mlo_str_contains(text, MLO_STR("\"by_code\": {\"FIT001\": 2, \"SEC101\": 1}")));
  sample_release(&s);
}

static void test_json_text__escapes_everything_that_steers(void **state) {
  (void)state;
  mlo_buf out = {0};
  mlo_json_quote_into(&out, MLO_STR("\"\\/\b\t\n\x1b\x7f\xc2\x9b \xe2\x80\xae\xff\xc3 "
                                    "\xf0\x9f\x98\x80\xf3\xa0\x80\x81"));
  assert_str(mlo_buf_str(&out), "\\\"\\\\/\\u0008\\t\\n\\u001b\\u007f\\u009b \\u202e"
                                "\xef\xbf\xbd\xef\xbf\xbd \xf0\x9f\x98\x80\\udb40\\udc01");
  mlo_buf_clear(&out);
  mlo_json_quote_into(&out, mlo_str_of("a\0b", 3));
  assert_str(mlo_buf_str(&out), "a\\u0000b");
  mlo_buf_release(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_json__an_empty_result),
      cmocka_unit_test(test_json__a_finding_with_everything),
      cmocka_unit_test(test_json__errors_and_counts_by_code),
      cmocka_unit_test(test_json_text__escapes_everything_that_steers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
