#include "sample.h"

#include <cjson/cJSON.h>

#include "plugins/ci/line_hash.h"
#include "plugins/report/writers.h"

/* The run of the log that the sample makes; *log is for the caller to delete. */
static const cJSON *run_of(sample *s, cJSON **log) {
  mlo_str text = sample_write(s, &mlo_sarif_writer);
  *log = cJSON_ParseWithLength(text.ptr, text.len);
  assert_non_null(*log);
  return cJSON_GetArrayItem(cJSON_GetObjectItem(*log, "runs"), 0);
}

/* The value at a path of keys and indices: "results.0.level". */
static const cJSON *get(const cJSON *value, const char *path) {
  for (mlo_str rest = mlo_str_c(path); rest.ptr && value;) {
    mlo_str key = mlo_str_cut(&rest, '.');
    char name[64];
    snprintf(name, sizeof name, "%.*s", MLO_FMT(key));
    value = cJSON_IsArray(value) ? cJSON_GetArrayItem(value, name[0] - '0')
                                 : cJSON_GetObjectItemCaseSensitive(value, name);
  }
  return value;
}

static void assert_text(const cJSON *value, const char *path, const char *expected) {
  const cJSON *found = get(value, path);
  assert_true(cJSON_IsString(found));
  assert_string_equal(found->valuestring, expected);
}

static void assert_number(const cJSON *value, const char *path, int expected) {
  const cJSON *found = get(value, path);
  assert_true(cJSON_IsNumber(found));
  assert_int_equal(found->valueint, expected);
}

static void test_sarif__a_result_names_its_rule_and_one_line(void **state) {
  (void)state;
  sample s = {.options.folder = MLO_STR("/home/me/a b")};
  mlo_rule rule = {.code = MLO_STR("AAA001"),
                   .name = MLO_STR("other"),
                   .area = MLO_STR("fit"),
                   .summary = MLO_STR("other things")};
  MLO_PUSH(&s.arena, &s.catalogue.rules, rule);
  mlo_finding finding = sample_finding(MLO_SEVERITY_ERROR, "no \"weights_only\"",
                                       sample_at("src/\xc3\xa9 #1.py", 3, 5, 9, "m = f(a,\n  b)"));
  finding.location.end = (mlo_position){4, 4, 4};
  sample_add(&s, finding);
  cJSON *log = NULL;
  const cJSON *run = run_of(&s, &log);
  assert_text(run, "results.0.ruleId", "SEC101");
  assert_number(run, "results.0.ruleIndex", 1);
  assert_text(run, "tool.driver.rules.1.id", "SEC101");
  assert_text(run, "tool.driver.rules.1.properties.security-severity", "8.0");
  assert_null(get(run, "tool.driver.rules.0.properties.security-severity"));
  assert_text(run, "results.0.level", "error");
  assert_text(run, "results.0.message.text", "no \"weights_only\".");
  const cJSON *place = get(run, "results.0.locations.0.physicalLocation");
  assert_text(place, "artifactLocation.uri", "src/%C3%A9%20%231.py");
  assert_text(run, "originalUriBaseIds.SRCROOT.uri", "file:///home/me/a%20b/");
  assert_number(place, "region.startLine", 3);
  assert_number(place, "region.startColumn", 5);
  assert_number(place, "region.endLine", 3);
  assert_number(place, "region.endColumn", 9); /* behind "m = f(a," */
  cJSON_Delete(log);
  sample_release(&s);
}

static void test_sarif__columns_are_utf16(void **state) {
  (void)state;
  sample s = {0};
  mlo_finding finding =
      sample_finding(MLO_SEVERITY_INFO, "m", sample_at("a", 1, 3, 4, "\xf0\x9f\x98\x80 x"));
  finding.location.start.column16 = 4;
  finding.location.end.column16 = 5;
  sample_add(&s, finding);
  cJSON *log = NULL;
  const cJSON *run = run_of(&s, &log);
  assert_text(run, "columnKind", "utf16CodeUnits");
  assert_number(run, "results.0.locations.0.physicalLocation.region.startColumn", 4);
  assert_text(run, "results.0.level", "note");
  cJSON_Delete(log);
  sample_release(&s);
}

static void test_sarif__cells_fixes_and_related_places(void **state) {
  (void)state;
  sample s = {0};
  mlo_finding finding = sample_finding(MLO_SEVERITY_INFO, "m", sample_at("a.ipynb", 9, 1, 2, "x"));
  finding.location.cell = 3;
  finding.location.cell_start = finding.location.cell_end = (mlo_position){1, 1, 1};
  mlo_related related = {sample_at("b.py", 7, 1, 2, "y"), MLO_STR("there")};
  mlo_edit edit = {MLO_STR("a.ipynb"), {0}, {9, 1, 1}, {9, 2, 2}, MLO_STR("z")};
  mlo_fix fix = {.title = MLO_STR("say z"), .safety = MLO_SAFETY_UNSAFE};
  mlo_fix shown = {.title = MLO_STR("think"), .safety = MLO_SAFETY_DISPLAY};
  MLO_PUSH(&s.arena, &fix.edits, edit);
  MLO_PUSH(&s.arena, &shown.edits, edit);
  MLO_PUSH(&s.arena, &finding.related, related);
  MLO_PUSH(&s.arena, &finding.fixes, fix);
  MLO_PUSH(&s.arena, &finding.fixes, shown);
  sample_add(&s, finding);
  cJSON *log = NULL;
  const cJSON *result = get(run_of(&s, &log), "results.0");
  assert_text(result, "locations.0.logicalLocations.0.name", "cell 3");
  assert_text(result, "relatedLocations.0.message.text", "there.");
  assert_int_equal(cJSON_GetArraySize(get(result, "fixes")), 1);
  assert_text(result, "fixes.0.artifactChanges.0.replacements.0.insertedContent.text", "z");
  cJSON_Delete(log);
  sample_release(&s);
}

static void test_sarif__problems_fail_the_invocation(void **state) {
  (void)state;
  sample s = {0};
  cJSON *log = NULL;
  assert_true(cJSON_IsTrue(get(run_of(&s, &log), "invocations.0.executionSuccessful")));
  cJSON_Delete(log);
  mlo_problem problem = {.path = MLO_STR("a.py"), .message = MLO_STR("unreadable")};
  MLO_PUSH(&s.arena, &s.result.problems, problem);
  const cJSON *run = run_of(&s, &log);
  assert_true(cJSON_IsFalse(get(run, "invocations.0.executionSuccessful")));
  assert_text(run, "invocations.0.toolExecutionNotifications.0.message.text", "unreadable.");
  cJSON_Delete(log);
  sample_release(&s);
}

static void test_sarif__equal_lines_are_told_apart(void **state) {
  (void)state;
  sample s = {0};
  sample_add(&s, sample_finding(MLO_SEVERITY_INFO, "m", sample_at("a", 1, 1, 2, "x = 1")));
  sample_add(&s, sample_finding(MLO_SEVERITY_INFO, "n", sample_at("a", 1, 1, 2, "x = 1")));
  sample_add(&s, sample_finding(MLO_SEVERITY_INFO, "m", sample_at("a", 5, 1, 2, "  x=1")));
  cJSON *log = NULL;
  const cJSON *run = run_of(&s, &log);
  static const char key[] = "partialFingerprints.primaryLocationLineHash";
  const char *first = get(get(run, "results.0"), key)->valuestring;
  assert_string_equal(get(get(run, "results.1"), key)->valuestring, first);
  const char *third = get(get(run, "results.2"), key)->valuestring;
  assert_int_equal(strlen(third), strlen(first));
  assert_memory_equal(third, first, strlen(first) - 1);
  assert_string_equal(first + strlen(first) - 2, ":1");
  assert_string_equal(third + strlen(third) - 2, ":2");
  cJSON_Delete(log);
  sample_release(&s);
}

/* Values that codeql-action itself computes: src/fingerprints.test.ts. */
static void test_line_hash__is_that_of_codeql_action(void **state) {
  (void)state;
  assert_int_equal(mlo_line_hash(MLO_STR("")), 0xc129715d7a2bc9a3);
  assert_int_equal(mlo_line_hash(MLO_STR(" a\nb\n  \t\tc\n d")), 0x271789c17abda88f);
  assert_int_equal(mlo_line_hash(MLO_STR("b\n  \t\tc\n d")), 0x54703d4cd895b18);
  assert_int_equal(mlo_line_hash(MLO_STR("  \t\tc\r\n d")), 0x180aee12dab6264);
  assert_int_equal(mlo_line_hash(MLO_STR(" d")), 0xa23a3dc5e078b07b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sarif__a_result_names_its_rule_and_one_line),
      cmocka_unit_test(test_sarif__columns_are_utf16),
      cmocka_unit_test(test_sarif__cells_fixes_and_related_places),
      cmocka_unit_test(test_sarif__problems_fail_the_invocation),
      cmocka_unit_test(test_sarif__equal_lines_are_told_apart),
      cmocka_unit_test(test_line_hash__is_that_of_codeql_action),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
