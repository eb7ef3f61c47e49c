#include "notebook/strip.h"

#include "unit.h"

/* JSON is written with ' for ". */
static mlo_str json(mlo_arena *arena, const char *text) {
  mlo_str raw = mlo_arena_str(arena, mlo_str_c(text));
  char *bytes = (char *)(uintptr_t)raw.ptr;
  for (size_t i = 0; i < raw.len; i++)
    if (bytes[i] == '\'') bytes[i] = '"';
  return raw;
}

static mlo_str strip(mlo_arena *arena, mlo_str raw, const mlo_policy *policy) {
  mlo_strip_edits edits;
  mlo_error err = {0};
  mlo_buf out = {0};
  if (mlo_strip_bytes(raw, MLO_STR("a.ipynb"), policy, arena, &edits, &err) != MLO_OK)
    fail_msg("%s", err.message);
  mlo_strip_put(raw, &edits, &out);
  mlo_str text = mlo_arena_str(arena, mlo_buf_str(&out));
  mlo_buf_release(&out);
  return text;
}

/* `before` becomes `after`, and `after` stays as it is. */
static void assert_strips_with(const mlo_policy *policy, const char *before, const char *after) {
  mlo_arena arena = unit_arena();
  mlo_str expected = json(&arena, after);
  mlo_str first = strip(&arena, json(&arena, before), policy);
  if (!mlo_str_eq(first, expected))
    fail_msg("is  %.*s\nnot %.*s", MLO_FMT(first), MLO_FMT(expected));
  assert_true(mlo_str_eq(strip(&arena, first, policy), first));
  mlo_arena_release(&arena);
}

static void assert_strips(const char *before, const char *after) {
  assert_strips_with(&mlo_policy_default, before, after);
}

#define CELL(inside) "{'cells': [{'cell_type': 'code', " inside "}], 'nbformat': 4}"
#define PRINT "{'output_type': 'stream', 'name': 'stdout', 'text': 'hello'}"

static void test_strip__outputs_and_counts_go(void **state) {
  (void)state;
  assert_strips(CELL("'execution_count': 3, 'outputs': [" PRINT "], 'source': ['1']"),
                CELL("'execution_count': null, 'outputs': [], 'source': ['1']"));
}

static void test_strip__a_count_of_0_goes_too(void **state) {
  (void)state;
  assert_strips(CELL("'execution_count': 0, 'outputs': []"),
                CELL("'execution_count': null, 'outputs': []"));
}

static void test_strip__nothing_else_moves(void **state) {
  (void)state;
  assert_strips(
      "\xef\xbb\xbf{ 'zz' : [1.0e5,\t'\\u00fc\xc3\xbc\\/'],\r\n 'cells':[{'outputs':[1 ] ,\r\n"
      "  'metadata':{'b':1,'a' :2}, 'cell_type' :'code'\r\n}] , 'nbformat':4}\r\n\r\n",
      "\xef\xbb\xbf{ 'zz' : [1.0e5,\t'\\u00fc\xc3\xbc\\/'],\r\n 'cells':[{'outputs':[] ,\r\n"
      "  'metadata':{'b':1,'a' :2}, 'cell_type' :'code'\r\n}] , 'nbformat':4}\r\n\r\n");
  assert_strips(CELL("'outputs': [\n  ]"), CELL("'outputs': [\n  ]"));
}

static void test_strip__no_bytes_are_a_stripped_notebook(void **state) {
  (void)state;
  assert_strips("", "");
}

static void test_strip__nbformat_3(void **state) {
  (void)state;
  assert_strips(
      "{'worksheets': [{'cells': [{'cell_type': 'code', 'prompt_number': 2, 'outputs': [{"
      "'output_type': 'pyout', 'prompt_number': 2, 'text': '1'}]}]}], 'nbformat': 3}",
      "{'worksheets': [{'cells': [{'cell_type': 'code', 'prompt_number': null, 'outputs': "
      "[]}]}], 'nbformat': 3}");
}

static void test_strip__kept_cells_lose_their_counts_alone(void **state) {
  (void)state;
  assert_strips(CELL("'metadata': {'tags': ['keep_output']}, 'execution_count': 3, 'outputs': [{"
                     "'output_type': 'execute_result', 'execution_count': 3, 'data': {}}]"),
                CELL("'metadata': {'tags': ['keep_output']}, 'execution_count': null, 'outputs': [{"
                     "'output_type': 'execute_result', 'execution_count': null, 'data': {}}]"));
}

static void test_strip__a_kept_notebook_keeps_its_counts(void **state) {
  (void)state;
  mlo_policy policy = mlo_policy_default;
  policy.keep_outputs = true;
  const char *text = CELL("'execution_count': 3, 'outputs': [" PRINT "]");
  assert_strips_with(&policy, text, text);
}

static void test_strip__types_that_may_stay_stay_alone(void **state) {
  (void)state;
  static const mlo_str images[] = {MLO_STR_INIT("image/*")};
  mlo_policy policy = mlo_policy_default;
  policy.words[MLO_POLICY_KEEP_MIME_TYPES] = (mlo_policy_words){images, 1};
  assert_strips_with(
      &policy,
      CELL("'outputs': [" PRINT ", {'output_type': 'display_data', 'data': {'text/html': ['<b>'], "
           "'image/png': 'iVBO', 'text/plain': ['<Figure>']}, 'metadata': {}}, " PRINT "]"),
      CELL("'outputs': [{'output_type': 'display_data', 'data': {"
           "'image/png': 'iVBO'}, 'metadata': {}}]"));
  assert_strips_with(&policy,
                     "{'worksheets': [{'cells': [{'cell_type': 'code', 'outputs': [{'output_type': "
                     "'display_data', 'text': '<Figure>', 'png': 'iVBO'}]}]}]}",
                     "{'worksheets': [{'cells': [{'cell_type': 'code', 'outputs': [{'output_type': "
                     "'display_data', 'png': 'iVBO'}]}]}]}");
}

static void test_strip__metadata_goes_with_its_comma(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"{'collapsed': true}", "{}"},
      {"{'collapsed': true, 'scrolled': false}", "{}"},
      {"{ 'collapsed': true,\n  'id': 1 }", "{ 'id': 1 }"},
      {"{ 'id': 1,\n  'collapsed': true\n }", "{ 'id': 1\n }"},
      {"{'a': 1, 'collapsed': true, 'scrolled': 1, 'b': 2, 'trusted': 1}", "{'a': 1, 'b': 2}"},
      {"{'collapsed': 1, 'scrolled': 1, 'b': 2, 'trusted': 1, 'c': 3}", "{'b': 2, 'c': 3}"},
      {"{'jupyter': {'outputs_hidden': true, 'source_hidden': true}}",
       "{'jupyter': {'source_hidden': true}}"},
      {"{'jupyter': {'outputs_hidden': true}, 'id': 1}", "{'id': 1}"},
      {"{'jupyter': {'outputs_hidden': true}}", "{}"},
      {"{'jupyter': {}}", "{'jupyter': {}}"},
      {"{'jupyter': 7}", "{'jupyter': 7}"},
      {"{}", "{}"},
      {"null", "null"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char before[256], after[256];
    snprintf(before, sizeof before, CELL("'metadata': %s"), cases[i][0]);
    snprintf(after, sizeof after, CELL("'metadata': %s"), cases[i][1]);
    assert_strips(before, after);
  }
}

static void test_strip__metadata_of_the_notebook(void **state) {
  (void)state;
  assert_strips(
      "{'metadata': {'language_info': {'name': 'python', 'version': '3.9.1'}, 'widgets': {}},"
      " 'cells': []}",
      "{'metadata': {'language_info': {'name': 'python'}},"
      " 'cells': []}");
}

static void test_strip__what_is_kept_stands_in_what_goes(void **state) {
  (void)state;
  static const mlo_str keep[] = {MLO_STR_INIT("cell.colab.height")};
  static const mlo_str drop[] = {MLO_STR_INIT("cell.*")};
  mlo_policy policy = mlo_policy_default;
  policy.words[MLO_POLICY_KEEP_METADATA] = (mlo_policy_words){keep, 1};
  policy.words[MLO_POLICY_DROP_METADATA] = (mlo_policy_words){drop, 1};
  assert_strips_with(&policy,
                     CELL("'metadata': {'colab': {'base_uri': '', 'height': 4}, 'tags': ['a']}"),
                     CELL("'metadata': {'colab': {'height': 4}}"));
  assert_strips_with(&policy, CELL("'metadata': {'colab': 3}"), CELL("'metadata': {}"));
}

static void test_strip__a_file_with_two_meanings_is_refused(void **state) {
  (void)state;
  static const char *const cases[] = {
      CELL("'outputs': [1], 'outputs': [1]"), CELL("'outputs': [1], 'outputs': []"),
      "{'cells': [{'outputs': [1]}], 'worksheets': [{'cells': []}]}",
      "{'worksheets': [{'cells': [{'outputs': [1]}]}], 'cells': []}"};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mlo_arena arena = unit_arena();
    mlo_strip_edits edits;
    mlo_error err = {0};
    assert_int_equal(mlo_strip_bytes(json(&arena, cases[i]), MLO_STR("a.ipynb"),
                                     &mlo_policy_default, &arena, &edits, &err),
                     MLO_ERR_SYNTAX);
    assert_int_equal(edits.len, 0);
    mlo_arena_release(&arena);
  }
}

static void test_strip__two_worksheets_are_no_repetition(void **state) {
  (void)state;
  assert_strips("{'worksheets': [{'cells': [{'outputs': [1]}]}, {'cells': [{'outputs': [1]}]}]}",
                "{'worksheets': [{'cells': [{'outputs': []}]}, {'cells': [{'outputs': []}]}]}");
}

static void test_strip__edits_do_not_touch(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_strip_edits edits;
  mlo_error err = {0};
  mlo_str raw = json(&arena, CELL("'metadata': {'a': 1, 'collapsed': 1, 'scrolled': 1, 'b': 1}"));
  assert_int_equal(
      mlo_strip_bytes(raw, MLO_STR("a.ipynb"), &mlo_policy_default, &arena, &edits, &err), MLO_OK);
  assert_int_equal(edits.len, 1);
  assert_str(mlo_span_of(raw, edits.items[0].span), ", \"collapsed\": 1, \"scrolled\": 1");
  mlo_arena_release(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_strip__outputs_and_counts_go),
      cmocka_unit_test(test_strip__a_count_of_0_goes_too),
      cmocka_unit_test(test_strip__nothing_else_moves),
      cmocka_unit_test(test_strip__no_bytes_are_a_stripped_notebook),
      cmocka_unit_test(test_strip__nbformat_3),
      cmocka_unit_test(test_strip__kept_cells_lose_their_counts_alone),
      cmocka_unit_test(test_strip__a_kept_notebook_keeps_its_counts),
      cmocka_unit_test(test_strip__types_that_may_stay_stay_alone),
      cmocka_unit_test(test_strip__metadata_goes_with_its_comma),
      cmocka_unit_test(test_strip__metadata_of_the_notebook),
      cmocka_unit_test(test_strip__what_is_kept_stands_in_what_goes),
      cmocka_unit_test(test_strip__a_file_with_two_meanings_is_refused),
      cmocka_unit_test(test_strip__two_worksheets_are_no_repetition),
      cmocka_unit_test(test_strip__edits_do_not_touch),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
