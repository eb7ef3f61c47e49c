#include "notebook/align.h"

#include "unit.h"

/* A notebook by words: each is one cell, "id:source" or "source"; '_' in a source is a space, '#' begins Markdown. */
static mlo_cell_list cells_of(const char *words, mlo_arena *arena) {
  mlo_cell_list list = {0};
  for (mlo_str rest = mlo_str_c(words); rest.len;) {
    mlo_str source = mlo_str_cut(&rest, ' '), id = source;
    mlo_cell *cell = MLO_NEW(arena, mlo_cell);
    if (mlo_str_find_char(source, ':') != SIZE_MAX) {
      source.ptr = mlo_str_cut(&id, ':').ptr;
      source = mlo_str_of(source.ptr, (size_t)(id.ptr - source.ptr) - 1);
      cell->id = source, source = id;
    }
    char *text = MLO_NEW_ARRAY(arena, char, source.len + 1);
    for (size_t i = 0; i < source.len; i++) text[i] = source.ptr[i] == '_' ? ' ' : source.ptr[i];
    cell->source = mlo_str_of(text, source.len);
    cell->kind = mlo_str_starts(source, MLO_STR("#")) ? MLO_CELL_MARKDOWN : MLO_CELL_CODE;
    MLO_PUSH(arena, &list, cell);
  }
  return list;
}

/* For each cell of a the number of its partner in b, counted from 1; '-': none; '*': it moved. */
static void assert_aligned(const char *a, const char *b, const char *expected) {
  mlo_arena arena = unit_arena();
  mlo_cell_list of_a = cells_of(a, &arena), of_b = cells_of(b, &arena);
  mlo_alignment found = mlo_cells_align(&of_a, &of_b, &arena);
  mlo_str said = {0};
  for (uint32_t i = 0; i < of_a.len; i++) {
    uint32_t partner = found.to_b[i];
    if (partner != MLO_NO_CELL) assert_int_equal(found.to_a[partner], i);
    mlo_str one = partner == MLO_NO_CELL
                      ? MLO_STR("-")
                      : mlo_arena_format(&arena, "%u%s", partner + 1, found.moved[i] ? "*" : "");
    said = mlo_arena_format(&arena, "%.*s%s%.*s", MLO_FMT(said), i ? " " : "", MLO_FMT(one));
  }
  assert_str(said, expected);
  mlo_arena_release(&arena);
}

static void test_align__equal_cells_are_found_in_order(void **state) {
  (void)state;
  assert_aligned("", "", "");
  assert_aligned("a", "", "-");
  assert_aligned("a b c", "a b c", "1 2 3");
  assert_aligned("a b c", "a c", "1 - 2");
  assert_aligned("a c", "a b c", "1 3");
  assert_aligned("show show a show", "show a show", "1 - 2 3");
}

static void test_align__ids_tell_more_than_sources(void **state) {
  (void)state;
  assert_aligned("x:a y:b", "x:b y:a", "1 2");
  assert_aligned("x:a y:b z:c", "z:c x:a y:b", "2 3 1*");
  assert_aligned("x:a y:b", "y:quite_another_text", "- 1");
  assert_aligned("x:a x:b", "x:b x:a", "2* 1"); /* ids that come twice say nothing */
}

static void test_align__ids_that_only_number_the_cells_say_nothing(void **state) {
  (void)state;
  assert_aligned("0:a 1:b 2:c", "0:new 1:a 2:b 3:c", "2 3 4");
}

static void test_align__ids_given_anew_leave_the_sources(void **state) {
  (void)state;
  assert_aligned("x:a y:load_the_data_now z:c", "p:a q:load_the_data_here_now r:c", "1 2 3");
  assert_aligned("x:a y:load", "p:a q:plot", "1 -"); /* the ids say that y is gone */
}

static void test_align__similar_cells_are_one_cell(void **state) {
  (void)state;
  assert_aligned("df=pd.read_csv(train.csv) fit(df,x) plot", "new df=pd.read_csv(test.csv) plot",
                 "2 - 3");
  assert_aligned("df=pd.read_csv(train.csv)", "#df=pd.read_csv(train.csv)", "-"); /* other kind */
}

static void test_align__cells_edited_in_place(void **state) {
  (void)state;
  assert_aligned("a x=1 b y=2 c", "a z=3 b w=4 c", "1 2 3 4 5");
  assert_aligned("a x=1 c", "a z=3 w=4 c", "1 - 4");
}

static void test_align__moved_cells_hide_nothing_around_them(void **state) {
  (void)state;
  assert_aligned("a c f(u,v,1) m f(w,x,2) b", "m a c f(u,v,3) f(w,x,4) b",
                 "2 3 4 1* 5 6");
}

static void test_align__long_stretches_stay_cheap(void **state) {
  (void)state;
  enum { MANY = 5000 };
  mlo_arena arena = unit_arena();
  mlo_cell_list a = {0}, b = {0};
  for (uint32_t i = 0; i < MANY; i++) {
    mlo_cell *of_a = MLO_NEW(&arena, mlo_cell), *of_b = MLO_NEW(&arena, mlo_cell);
    of_a->source = mlo_arena_format(&arena, "name_%u in the_same text_%u old", i, i);
    of_b->source = mlo_arena_format(&arena, "name_%u in the_same text_%u new", i, i);
    MLO_PUSH(&arena, &a, of_a);
    if (i != 100) MLO_PUSH(&arena, &b, of_b);
  }
  mlo_alignment found = mlo_cells_align(&a, &b, &arena);
  assert_int_equal(found.to_b[99], 99);
  assert_int_equal(found.to_b[100], MLO_NO_CELL);
  assert_int_equal(found.to_b[MANY - 1], MANY - 2);
  mlo_arena_release(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_align__equal_cells_are_found_in_order),
      cmocka_unit_test(test_align__ids_tell_more_than_sources),
      cmocka_unit_test(test_align__ids_that_only_number_the_cells_say_nothing),
      cmocka_unit_test(test_align__ids_given_anew_leave_the_sources),
      cmocka_unit_test(test_align__similar_cells_are_one_cell),
      cmocka_unit_test(test_align__cells_edited_in_place),
      cmocka_unit_test(test_align__moved_cells_hide_nothing_around_them),
      cmocka_unit_test(test_align__long_stretches_stay_cheap),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
