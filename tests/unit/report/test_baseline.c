#include "report/baseline.h"

#include "unit.h"

static mlo_finding finding(const char *code, const char *path, uint32_t line, const char *excerpt) {
  return (mlo_finding){.code = mlo_str_c(code),
                       .message = MLO_STR("message"),
                       .location = {.path = mlo_str_c(path),
                                    .span = {line, line + 1},
                                    .start = {line, 1, 1},
                                    .excerpt = mlo_str_c(excerpt),
                                    .excerpt_line = line}};
}

static const char *written(const mlo_baseline *baseline, mlo_arena *arena) {
  mlo_buf out = {0};
  mlo_baseline_write(baseline, &out);
  const char *text = mlo_arena_cstr(arena, mlo_buf_str(&out));
  mlo_buf_release(&out);
  return text;
}

static mlo_baseline parsed(const char *text, mlo_arena *arena) {
  mlo_baseline out;
  mlo_error err = {0};
  if (mlo_baseline_parse(MLO_STR("b.json"), mlo_str_c(text), arena, &out, &err))
    fail_msg("%s", err.message);
  return out;
}

static void test_baseline__is_sorted_and_counts_what_is_alike(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_findings findings = {0};
  MLO_PUSH(&arena, &findings, finding("SEC2", "b.py", 1, "x = 1"));
  MLO_PUSH(&arena, &findings, finding("SEC2", "a \"b\".py", 2, "x = 1"));
  MLO_PUSH(&arena, &findings, finding("SEC1", "b.py", 9, "x  =  1"));
  MLO_PUSH(&arena, &findings, finding("SEC2", "b.py", 7, "x=1"));
  mlo_baseline baseline = {0};
  mlo_baseline_add(&baseline, &findings, &arena);
  char two[17], one[17];
  mlo_finding_trace(&findings.items[0], two);
  mlo_finding_trace(&findings.items[2], one);
  assert_string_not_equal(one, two);
  mlo_str expected = mlo_arena_format(
      &arena,
      "{\n  \"version\": 1,\n  \"findings\": [\n"
      "    {\"path\": \"a \\\"b\\\".py\", \"code\": \"SEC2\", \"fingerprint\": \"%s\", \"count\": "
      "1},\n"
      "    {\"path\": \"b.py\", \"code\": \"SEC1\", \"fingerprint\": \"%s\", \"count\": 1},\n"
      "    {\"path\": \"b.py\", \"code\": \"SEC2\", \"fingerprint\": \"%s\", \"count\": 2}\n  "
      "]\n}\n",
      two, one, two);
  assert_str(expected, written(&baseline, &arena));
  mlo_baseline again = parsed(expected.ptr, &arena);
  assert_str(expected, written(&again, &arena));
  mlo_baseline empty = {0};
  assert_string_equal(written(&empty, &arena), "{\n  \"version\": 1,\n  \"findings\": []\n}\n");
  mlo_arena_release(&arena);
}

static void test_baseline__knows_what_moved_and_no_more_than_it_counts(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_findings before = {0}, after = {0}, known = {0};
  MLO_PUSH(&arena, &before, finding("SEC1", "a.py", 1, "load(p)"));
  MLO_PUSH(&arena, &before, finding("SEC1", "a.py", 5, "gone()"));
  mlo_baseline baseline = {0};
  mlo_baseline_add(&baseline, &before, &arena);
  MLO_PUSH(&arena, &after, finding("SEC1", "a.py", 30, "  load(p)")); /* moved and indented */
  MLO_PUSH(&arena, &after, finding("SEC1", "a.py", 40, "load(p)"));   /* one more of these */
  MLO_PUSH(&arena, &after, finding("SEC1", "b.py", 1, "load(p)"));    /* another file */
  MLO_PUSH(&arena, &after, finding("SEC2", "a.py", 1, "load(p)"));    /* another rule */
  mlo_baseline_match(&baseline, &after, &arena, &known);
  assert_int_equal(known.len, 1);
  assert_int_equal(known.items[0].location.start.line, 30);
  assert_int_equal(after.len, 3);
  assert_int_equal(after.items[0].location.start.line, 40);
  mlo_arena_release(&arena);
}

static void test_baseline__only_what_was_judged_is_pruned(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_baseline baseline =
      parsed("{\"version\": 1, \"findings\": ["
             "{\"path\": \"a\", \"code\": \"S\", \"fingerprint\": \"1\", \"count\": 3},"
             "{\"path\": \"b\", \"code\": \"S\", \"fingerprint\": \"2\"},"
             "{\"path\": \"c\", \"code\": \"S\", \"fingerprint\": \"3\", \"count\": 2}]}",
             &arena);
  baseline.items.items[0].judged = baseline.items.items[1].judged = true;
  baseline.items.items[0].found = 1;
  assert_int_equal(mlo_baseline_stale(&baseline.items.items[0]), 2);
  assert_int_equal(mlo_baseline_stale(&baseline.items.items[2]), 0);
  assert_int_equal(mlo_baseline_prune(&baseline), 3);
  assert_int_equal(baseline.items.len, 2);
  assert_int_equal(baseline.items.items[0].count, 1);
  assert_str(baseline.items.items[1].path, "c");
  assert_int_equal(baseline.items.items[1].count, 2);
  mlo_arena_release(&arena);
}

static void test_baseline__what_a_merge_left_is_read(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_baseline baseline =
      parsed("{\"version\": 1, \"findings\": ["
             "{\"path\": \"b\", \"code\": \"S\", \"fingerprint\": \"1\", \"count\": 1},"
             "{\"path\": \"a\", \"code\": \"S\", \"fingerprint\": \"1\", \"count\": 1},"
             "{\"path\": \"b\", \"code\": \"S\", \"fingerprint\": \"1\", \"count\": 2}]}",
             &arena);
  assert_int_equal(baseline.items.len, 2);
  assert_str(baseline.items.items[0].path, "a");
  assert_int_equal(baseline.items.items[1].count, 2);
  mlo_arena_release(&arena);
}

static void test_baseline__paths_go_both_ways(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  static const struct {
    const char *above, *path, *named;
  } cases[] = {
      {"", "a.py", "a.py"}, {"src", "a.py", "src/a.py"}, {"x/src", "b/a.py", "x/src/b/a.py"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mlo_baseline baseline = {.above = mlo_str_c(cases[i].above)};
    assert_str(mlo_baseline_path(&baseline, mlo_str_c(cases[i].path), &arena), cases[i].named);
    assert_str(mlo_baseline_path_in_root(&baseline, mlo_str_c(cases[i].named)), cases[i].path);
  }
  mlo_baseline below = {.above = MLO_STR("x/src")};
  assert_str(mlo_baseline_path(&below, MLO_STR("../a.py"), &arena), "x/a.py");
  assert_str(mlo_baseline_path(&below, MLO_STR("../../a.py"), &arena), "a.py");
  assert_str(mlo_baseline_path_in_root(&below, MLO_STR("x/a.py")), "");
  assert_str(mlo_baseline_path_in_root(&below, MLO_STR("x/srcs/a.py")), "");
  mlo_arena_release(&arena);
}

static void test_baseline__what_is_none_is_told(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  static const char *const cases[][2] = {
      {"{\"version\": 1,\n\"findings\": [}", "line 2: is not JSON: repair it, or make it anew"},
      {"", "line 1: is not JSON"},
      {"[]", "is no baseline of mlopslint: repair it"},
      {"{\"version\": \"1\", \"findings\": []}", "is no baseline of mlopslint"},
      {"{\"version\": 1}", "is no baseline of mlopslint"},
      {"{\"version\": 2, \"findings\": {}}",
       "was written by a newer mlopslint (version 2 of the format): update mlopslint"},
      {"{\"version\": 1, \"findings\": [{\"path\": \"a\", \"code\": \"S\"}]}",
       "finding 1 has no path, code, fingerprint or count"},
      {"{\"version\": 1, \"findings\": [3]}", "finding 1 has no path"},
      {"{\"version\": 1, \"findings\": [{\"path\": \"a\", \"code\": \"S\", \"fingerprint\": \"1\", "
       "\"count\": -1}]}",
       "finding 1 has no path, code, fingerprint or count"},
      {"{\"version\": 1, \"findings\": [{\"path\": \"a\", \"code\": \"S\", \"fingerprint\": \"1\", "
       "\"count\": 1e99}]}",
       "finding 1 has no path, code, fingerprint or count"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mlo_baseline out;
    mlo_error err = {0};
    assert_int_equal(
        mlo_baseline_parse(MLO_STR("b.json"), mlo_str_c(cases[i][0]), &arena, &out, &err),
        MLO_ERR_CONFIG);
    assert_string_equal(err.path, "b.json");
    if (!mlo_str_starts(mlo_str_c(err.message), mlo_str_c(cases[i][1])))
      fail_msg("%s: %s", cases[i][0], err.message);
  }
  mlo_arena_release(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_baseline__is_sorted_and_counts_what_is_alike),
      cmocka_unit_test(test_baseline__knows_what_moved_and_no_more_than_it_counts),
      cmocka_unit_test(test_baseline__only_what_was_judged_is_pruned),
      cmocka_unit_test(test_baseline__what_a_merge_left_is_read),
      cmocka_unit_test(test_baseline__paths_go_both_ways),
      cmocka_unit_test(test_baseline__what_is_none_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
