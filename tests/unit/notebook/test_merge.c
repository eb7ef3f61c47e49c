#include "notebook/merge.h"

#include "unit.h"

/* Merges "lines": equal texts, or a conflict that names the three. */
static mlo_status merge_lines(const mlo_line_merge *texts, mlo_arena *arena, mlo_str *merged,
                              bool *conflict, mlo_error *err) {
  (void)err;
  *conflict = !mlo_str_eq(texts->ours, texts->theirs);
  *merged =
      mlo_arena_format(arena, "%.*s-%.*s-%.*s", MLO_FMT(mlo_str_trim(texts->base)),
                       MLO_FMT(mlo_str_trim(texts->ours)), MLO_FMT(mlo_str_trim(texts->theirs)));
  return MLO_OK;
}

/* Sources separated by spaces make a notebook of Markdown cells, in one line. */
static mlo_str notebook_of(const char *words, mlo_arena *arena) {
  mlo_str text = MLO_STR("{\"cells\": [");
  uint32_t count = 0;
  for (mlo_str rest = mlo_str_c(words); rest.len; count++) {
    mlo_str source = mlo_str_cut(&rest, ' ');
    text = mlo_arena_format(
        arena, "%.*s%s{\"cell_type\": \"markdown\", \"metadata\": {}, \"source\": \"%.*s\"}",
        MLO_FMT(text), count ? ", " : "", MLO_FMT(source));
  }
  return mlo_arena_concat(arena, text,
                          MLO_STR("], \"metadata\": {}, \"nbformat\": 4, \"nbformat_minor\": 4}"));
}

static void read(const char *words, mlo_arena *arena, mlo_notebook *out) {
  assert_int_equal(mlo_notebook_read(notebook_of(words, arena), (mlo_str){0}, arena, out, NULL),
                   MLO_OK);
}

static void assert_merged(const char *base, const char *ours, const char *theirs,
                          const char *expected, uint32_t conflicts) {
  mlo_arena arena = unit_arena();
  mlo_notebook sides[3];
  read(base, &arena, &sides[0]);
  read(ours, &arena, &sides[1]);
  read(theirs, &arena, &sides[2]);
  mlo_merge_options options = MLO_MERGE_OPTIONS_INIT;
  options.merge_lines = merge_lines;
  mlo_merged merged;
  assert_int_equal(
      mlo_notebook_merge(&sides[0], &sides[1], &sides[2], &options, &arena, &merged, NULL), MLO_OK);
  mlo_str wanted = notebook_of(expected, &arena);
  assert_str(merged.text, mlo_arena_cstr(&arena, wanted));
  assert_int_equal(merged.conflicts, conflicts);
  mlo_arena_release(&arena);
}

static void test_merge__cells_keep_the_layout_of_ours(void **state) {
  (void)state;
  /*            base     ours     theirs   merged  conflicts */
  assert_merged("a b c", "a b c", "a b c", "a b c", 0);
  assert_merged("a b c", "A b c", "a b C", "A b C", 0);
  assert_merged("a b c", "x a b c", "a c", "x a c", 0);
  assert_merged("", "a", "a b", "a b", 0);
  assert_merged("a", "", "", "", 0);
  assert_merged("a b c", "a B c", "a X c", "a b-B-X c", 1);
}

static void test_merge__a_notebook_without_a_base(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_notebook ours, theirs;
  read("a b", &arena, &ours);
  read("a b c", &arena, &theirs);
  mlo_merge_options options = MLO_MERGE_OPTIONS_INIT;
  options.merge_lines = merge_lines;
  mlo_merged merged;
  assert_int_equal(mlo_notebook_merge(NULL, &ours, &theirs, &options, &arena, &merged, NULL),
                   MLO_OK);
  assert_str(merged.text, mlo_arena_cstr(&arena, theirs.raw));
  mlo_arena_release(&arena);
}

static void test_merge__notes_name_the_cell_of_the_result(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_notebook sides[3];
  read("a b c d", &arena, &sides[0]);
  read("x a b C d", &arena, &sides[1]);
  read("b cc d", &arena, &sides[2]);
  mlo_merge_options options = MLO_MERGE_OPTIONS_INIT;
  options.merge_lines = merge_lines;
  mlo_merged merged;
  assert_int_equal(
      mlo_notebook_merge(&sides[0], &sides[1], &sides[2], &options, &arena, &merged, NULL), MLO_OK);
  assert_int_equal(merged.notes.len, 1);
  assert_int_equal(merged.notes.items[0].cell, 3);
  assert_true(merged.notes.items[0].conflict);
  assert_str(merged.notes.items[0].message, "both sides changed the same lines of its source");
  mlo_arena_release(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_merge__cells_keep_the_layout_of_ours),
      cmocka_unit_test(test_merge__a_notebook_without_a_base),
      cmocka_unit_test(test_merge__notes_name_the_cell_of_the_result),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
