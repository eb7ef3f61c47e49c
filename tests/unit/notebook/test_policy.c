#include "notebook/policy.h"

#include "unit.h"

typedef struct fixture {
  mlo_arena arena;
  mlo_notebook notebook;
} fixture;

#define FIGURE                                                                                     \
  "{'output_type': 'display_data', 'data': {'image/png': 'iVBO', 'text/plain': '<Figure>'}}"
#define PRINT "{'output_type': 'stream', 'name': 'stdout', 'text': 'hello'}"
#define FAILURE "{'output_type': 'error', 'traceback': ['boom']}"

/* A notebook with one cell; JSON is written with ' for ". */
static fixture notebook_of(const char *notebook_metadata, const char *cell_metadata,
                           const char *outputs) {
  fixture self = {.arena = unit_arena()};
  mlo_str raw = mlo_arena_format(&self.arena,
                                 "{'metadata': {%s}, 'cells': [{'cell_type': 'code', 'metadata': "
                                 "{%s}, 'outputs': [%s]}]}",
                                 notebook_metadata, cell_metadata, outputs);
  char *bytes = (char *)(uintptr_t)raw.ptr;
  for (size_t i = 0; i < raw.len; i++)
    if (bytes[i] == '\'') bytes[i] = '"';
  mlo_error err = {0};
  if (mlo_notebook_read(raw, MLO_STR("a.ipynb"), &self.arena, &self.notebook, &err) != MLO_OK)
    fail_msg("%s", err.message);
  return self;
}

/* One letter for each output of the cell: K kept, - stripped. */
static void assert_kept(const mlo_policy *policy, const char *notebook_metadata,
                        const char *cell_metadata, const char *outputs, const char *expected) {
  fixture self = notebook_of(notebook_metadata, cell_metadata, outputs);
  const mlo_cell *cell = &self.notebook.cells.items[0];
  char kept[8] = {0};
  for (uint32_t i = 0; i < cell->outputs.len; i++)
    kept[i] =
        mlo_policy_keeps_output(policy, &self.notebook, cell, &cell->outputs.items[i]) ? 'K' : '-';
  if (strcmp(kept, expected) != 0) fail_msg("%s: %s", cell_metadata, kept);
  mlo_arena_release(&self.arena);
}

static mlo_policy policy_with(mlo_policy_key key, const mlo_str *words, uint32_t count) {
  mlo_policy policy = mlo_policy_default;
  policy.words[key] = (mlo_policy_words){words, count};
  return policy;
}

static void test_policy__outputs_go_unless_somebody_wants_them(void **state) {
  (void)state;
  static const struct {
    const char *notebook, *cell, *expected;
  } cases[] = {
      {"", "", "--"},
      {"", "'tags': ['keep_output']", "KK"},
      {"", "'tags': ['a', 'keep-output']", "KK"},
      {"", "'tags': ['keep']", "--"},
      {"", "'keep_output': true", "KK"},
      {"", "'init_cell': true", "KK"},
      {"", "'init_cell': false", "--"},
      {"'keep_output': true", "", "KK"},
      {"'keep_output': true", "'keep_output': false", "--"},
      {"'keep_output': 'true'", "", "--"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_kept(&mlo_policy_default, cases[i].notebook, cases[i].cell, FIGURE "," PRINT,
                cases[i].expected);
}

static void test_policy__a_folder_keeps_all_but_what_a_cell_refuses(void **state) {
  (void)state;
  mlo_policy policy = mlo_policy_default;
  policy.keep_outputs = true;
  assert_kept(&policy, "", "", PRINT, "K");
  assert_kept(&policy, "", "'keep_output': false", PRINT, "-");
}

static void test_policy__types_are_kept_one_by_one(void **state) {
  (void)state;
  static const mlo_str images[] = {MLO_STR_INIT("image/*")},
                       words[] = {MLO_STR_INIT("stderr"), MLO_STR_INIT("traceback")};
  mlo_policy policy = policy_with(MLO_POLICY_KEEP_MIME_TYPES, images, 1);
  assert_kept(&policy, "", "", FIGURE "," PRINT "," FAILURE, "K--");
  assert_kept(&policy, "", "'keep_output': false", FIGURE, "-");
  assert_true(mlo_policy_keeps_mime(&policy, MLO_STR("image/svg+xml")));
  assert_false(mlo_policy_keeps_mime(&policy, MLO_STR("text/plain")));
  policy = policy_with(MLO_POLICY_KEEP_MIME_TYPES, words, 2);
  assert_kept(&policy, "", "", FIGURE "," PRINT "," FAILURE, "--K");
}

static void test_policy__small_outputs_may_stay(void **state) {
  (void)state;
  mlo_policy policy = mlo_policy_default;
  policy.keep_output_kilobytes = 1;
  assert_kept(&policy, "", "", PRINT, "K");
  char large[1100];
  memset(large, 'x', sizeof large - 1);
  large[sizeof large - 1] = 0;
  char outputs[1400];
  snprintf(outputs, sizeof outputs,
           "{'output_type': 'stream', 'name': 'stdout', 'text': '%s'}," PRINT, large);
  assert_kept(&policy, "", "", outputs, "--");
}

static void test_policy__counts_stay_where_the_notebook_does(void **state) {
  (void)state;
  fixture plain = notebook_of("", "", ""), kept = notebook_of("'keep_output': true", "", "");
  mlo_policy policy = mlo_policy_default;
  assert_false(mlo_policy_keeps_counts(&policy, &plain.notebook));
  assert_true(mlo_policy_keeps_counts(&policy, &kept.notebook));
  policy.keep_counts = true;
  assert_true(mlo_policy_keeps_counts(&policy, &plain.notebook));
  mlo_arena_release(&plain.arena);
  mlo_arena_release(&kept.arena);
}

static void test_policy__noise_goes_and_choices_stay(void **state) {
  (void)state;
  fixture self = notebook_of("", "", "");
  static const struct {
    const char *path;
    mlo_metadata_fate fate;
  } cases[] = {
      {"cell.collapsed", MLO_METADATA_GOES},
      {"cell.ExecuteTime", MLO_METADATA_GOES},
      {"cell.executionInfo", MLO_METADATA_GOES},
      {"cell.tags", MLO_METADATA_STAYS},
      {"cell.jupyter", MLO_METADATA_OPENS},
      {"cell.jupyter.outputs_hidden", MLO_METADATA_GOES},
      {"cell.jupyter.source_hidden", MLO_METADATA_STAYS},
      {"notebook.collapsed", MLO_METADATA_STAYS},
      {"notebook.kernelspec", MLO_METADATA_STAYS},
      {"notebook.language_info", MLO_METADATA_OPENS},
      {"notebook.language_info.version", MLO_METADATA_GOES},
      {"notebook.widgets", MLO_METADATA_GOES},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (mlo_policy_metadata(&mlo_policy_default, &self.notebook, mlo_str_c(cases[i].path), false) !=
        cases[i].fate)
      fail_msg("%s", cases[i].path);
  mlo_arena_release(&self.arena);
}

static void test_policy__metadata_is_kept_and_dropped_by_path(void **state) {
  (void)state;
  fixture self = notebook_of("", "", "");
  static const mlo_str keep[] = {MLO_STR_INIT("cell.tags"), MLO_STR_INIT("cell.colab.height"),
                                 MLO_STR_INIT("notebook.widgets")},
                       drop[] = {MLO_STR_INIT("cell.*"), MLO_STR_INIT("notebook.kernelspec.name")};
  mlo_policy policy = policy_with(MLO_POLICY_KEEP_METADATA, keep, 3);
  policy.words[MLO_POLICY_DROP_METADATA] = (mlo_policy_words){drop, 2};
  static const struct {
    const char *path;
    bool gone;
    mlo_metadata_fate fate;
  } cases[] = {
      {"cell.tags", false, MLO_METADATA_STAYS},
      {"cell.slideshow", false, MLO_METADATA_GOES},
      {"cell.colab", false, MLO_METADATA_EMPTIES},
      {"cell.colab.base_uri", true, MLO_METADATA_GOES},
      {"cell.colab.height", true, MLO_METADATA_STAYS},
      {"notebook.widgets", false, MLO_METADATA_STAYS},
      {"notebook.kernelspec", false, MLO_METADATA_OPENS},
      {"notebook.kernelspec.name", false, MLO_METADATA_GOES},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (mlo_policy_metadata(&policy, &self.notebook, mlo_str_c(cases[i].path), cases[i].gone) !=
        cases[i].fate)
      fail_msg("%s", cases[i].path);
  mlo_arena_release(&self.arena);
}

static void test_policy__widget_state_stays_with_a_whole_notebook(void **state) {
  (void)state;
  fixture self = notebook_of("'keep_output': true", "", "");
  assert_int_equal(
      mlo_policy_metadata(&mlo_policy_default, &self.notebook, MLO_STR("notebook.widgets"), false),
      MLO_METADATA_STAYS);
  mlo_arena_release(&self.arena);
}

static void test_policy__equal_policies_have_equal_text(void **state) {
  (void)state;
  static const mlo_str one[] = {MLO_STR_INIT("a"), MLO_STR_INIT("b")},
                       other[] = {MLO_STR_INIT("a,b")};
  mlo_policy a = policy_with(MLO_POLICY_KEEP_TAGS, one, 2),
             b = policy_with(MLO_POLICY_KEEP_TAGS, other, 1);
  mlo_buf first = {0}, second = {0}, third = {0};
  mlo_policy_put(&a, &first);
  mlo_policy_put(&a, &second);
  mlo_policy_put(&b, &third);
  assert_true(mlo_str_eq(mlo_buf_str(&first), mlo_buf_str(&second)));
  assert_false(mlo_str_eq(mlo_buf_str(&first), mlo_buf_str(&third)));
  mlo_buf_release(&first);
  mlo_buf_release(&second);
  mlo_buf_release(&third);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_policy__outputs_go_unless_somebody_wants_them),
      cmocka_unit_test(test_policy__a_folder_keeps_all_but_what_a_cell_refuses),
      cmocka_unit_test(test_policy__types_are_kept_one_by_one),
      cmocka_unit_test(test_policy__small_outputs_may_stay),
      cmocka_unit_test(test_policy__counts_stay_where_the_notebook_does),
      cmocka_unit_test(test_policy__noise_goes_and_choices_stay),
      cmocka_unit_test(test_policy__metadata_is_kept_and_dropped_by_path),
      cmocka_unit_test(test_policy__widget_state_stays_with_a_whole_notebook),
      cmocka_unit_test(test_policy__equal_policies_have_equal_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
