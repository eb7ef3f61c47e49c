#include "report/finding.h"

#include "unit.h"

static mlo_finding finding(const char *code, const char *path, uint32_t line, uint32_t start,
                           const char *excerpt) {
  return (mlo_finding){.code = mlo_str_c(code),
                       .message = MLO_STR("message"),
                       .location = {.path = mlo_str_c(path),
                                    .span = {start, start + 1},
                                    .start = {line, 1, 1},
                                    .excerpt = mlo_str_c(excerpt),
                                    .excerpt_line = line}};
}

static void test_finding__names_go_both_ways(void **state) {
  (void)state;
  mlo_severity severity = MLO_SEVERITY_INFO;
  assert_str(mlo_severity_name(MLO_SEVERITY_INFO), "info");
  assert_str(mlo_severity_name(MLO_SEVERITY_ERROR), "error");
  assert_true(mlo_severity_named(MLO_STR("warning"), &severity));
  assert_int_equal(severity, MLO_SEVERITY_WARNING);
  assert_false(mlo_severity_named(MLO_STR("fatal"), &severity));
  assert_str(mlo_safety_name(MLO_SAFETY_SAFE), "safe");
  assert_str(mlo_safety_name(MLO_SAFETY_UNSAFE), "unsafe");
  assert_str(mlo_safety_name(MLO_SAFETY_DISPLAY), "display");
}

static void test_finding__finish_sorts_by_path_place_and_code(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_findings findings = {0};
  MLO_PUSH(&arena, &findings, finding("SEC2", "b.py", 1, 0, "x"));
  MLO_PUSH(&arena, &findings, finding("SEC2", "a.py", 2, 9, "x"));
  MLO_PUSH(&arena, &findings, finding("SEC2", "a.py", 2, 5, "x"));
  MLO_PUSH(&arena, &findings, finding("SEC1", "a.py", 2, 5, "x"));
  MLO_PUSH(&arena, &findings, finding("SEC2", "a.py", 2, 9, "x")); /* a repeat */
  mlo_findings_finish(&findings, &arena);
  static const struct {
    const char *path, *code;
    uint32_t start;
  } expected[] = {
      {"a.py", "SEC1", 5}, {"a.py", "SEC2", 5}, {"a.py", "SEC2", 9}, {"b.py", "SEC2", 0}};
  assert_int_equal(findings.len, 4);
  for (uint32_t i = 0; i < findings.len; i++) {
    assert_str(findings.items[i].location.path, expected[i].path);
    assert_str(findings.items[i].code, expected[i].code);
    assert_int_equal(findings.items[i].location.span.start, expected[i].start);
  }
  mlo_arena_release(&arena);
}

/* The fingerprint of a finding that stands alone. */
static const char *fingerprint(mlo_finding one, mlo_arena *arena) {
  mlo_findings findings = {0};
  MLO_PUSH(arena, &findings, one);
  mlo_findings_finish(&findings, arena);
  return findings.items[0].fingerprint;
}

static void test_finding__fingerprint_stays_when_lines_move(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  const char *before = fingerprint(finding("SEC1", "a.py", 3, 20, "load(x, y)"), &arena);
  assert_int_equal(strlen(before), 32);
  assert_string_equal(before, fingerprint(finding("SEC1", "a.py", 7, 99, "  load(x,  y)"), &arena));
  assert_string_not_equal(before,
                          fingerprint(finding("SEC2", "a.py", 3, 20, "load(x, y)"), &arena));
  assert_string_not_equal(before,
                          fingerprint(finding("SEC1", "b.py", 3, 20, "load(x, y)"), &arena));
  assert_string_not_equal(before,
                          fingerprint(finding("SEC1", "a.py", 3, 20, "load(x, z)"), &arena));
  mlo_arena_release(&arena);
}

static void test_finding__fingerprint_takes_the_line_where_the_place_starts(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_finding in_file = finding("NBK1", "a.ipynb", 4, 20, "before\nload(x)\nafter");
  in_file.location.excerpt_line = 3;
  mlo_finding in_cell = finding("NBK1", "a.ipynb", 40, 20, "load(x)");
  in_cell.location.cell = 2;
  in_cell.location.cell_start.line = in_cell.location.excerpt_line = 1;
  assert_string_equal(fingerprint(in_file, &arena), fingerprint(in_cell, &arena));
  mlo_arena_release(&arena);
}

static void test_finding__equal_lines_are_told_apart_by_their_order(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_findings findings = {0};
  MLO_PUSH(&arena, &findings, finding("SEC1", "a.py", 9, 90, "load(x)"));
  MLO_PUSH(&arena, &findings, finding("SEC1", "a.py", 3, 20, "load(x)"));
  mlo_findings_finish(&findings, &arena);
  const char *alone = fingerprint(finding("SEC1", "a.py", 3, 20, "load(x)"), &arena);
  assert_string_equal(findings.items[0].fingerprint, alone);
  assert_string_not_equal(findings.items[1].fingerprint, alone);
  mlo_arena_release(&arena);
}

static void test_finding__nothing_to_finish_is_fine(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_findings findings = {0};
  mlo_findings_finish(&findings, &arena);
  assert_int_equal(findings.len, 0);
  MLO_PUSH(&arena, &findings, (mlo_finding){0});
  mlo_findings_finish(&findings, &arena);
  assert_int_equal(strlen(findings.items[0].fingerprint), 32);
  mlo_arena_release(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_finding__names_go_both_ways),
      cmocka_unit_test(test_finding__finish_sorts_by_path_place_and_code),
      cmocka_unit_test(test_finding__fingerprint_stays_when_lines_move),
      cmocka_unit_test(test_finding__fingerprint_takes_the_line_where_the_place_starts),
      cmocka_unit_test(test_finding__equal_lines_are_told_apart_by_their_order),
      cmocka_unit_test(test_finding__nothing_to_finish_is_fine),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
