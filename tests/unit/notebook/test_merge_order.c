#include "notebook/merge_order.h"

#include "unit.h"

/* Cells "id=source", or a source alone, which is then its id, too. */
static mlo_cell_list cells_of(const char *words, mlo_arena *arena) {
  mlo_cell_list list = {0};
  for (mlo_str rest = mlo_str_c(words); rest.len;) {
    mlo_str source = mlo_str_cut(&rest, ' '), id = mlo_str_cut(&source, '=');
    mlo_cell *cell = MLO_NEW(arena, mlo_cell);
    cell->id = id;
    cell->source = source.ptr ? source : id;
    MLO_PUSH(arena, &list, cell);
  }
  return list;
}

/* A cell by its id and the sides that have it, of B(ase), O(urs) and T(heirs); regions as < | >. */
static mlo_str name_of(const mlo_merge_step *step, const mlo_cell_list *lists, mlo_arena *arena) {
  static const char *const marks[] = {"", "<", "|", ">"};
  if (step->kind != MLO_MERGE_CELL) return mlo_str_c(marks[step->kind]);
  const uint32_t cells[] = {step->base, step->ours, step->theirs};
  mlo_str id = {0}, sides = {0};
  for (uint32_t i = 0; i < 3; i++) {
    if (cells[i] == MLO_NO_CELL) continue;
    id = lists[i].items[cells[i]]->id;
    sides = mlo_arena_concat(arena, sides, mlo_str_of(&"BOT"[i], 1));
  }
  bool all = sides.len == 3;
  return mlo_arena_format(arena, "%.*s%s%.*s%s", MLO_FMT(id), all ? "" : ".",
                          MLO_FMT(all ? (mlo_str){0} : sides), step->moved_apart ? "!" : "");
}

static void assert_order(const char *base, const char *ours, const char *theirs,
                         const char *expected) {
  mlo_arena arena = unit_arena();
  const mlo_cell_list lists[] = {cells_of(base, &arena), cells_of(ours, &arena),
                                 cells_of(theirs, &arena)};
  mlo_merge_steps steps = mlo_merge_order(&lists[0], &lists[1], &lists[2], &arena);
  mlo_str found = {0};
  for (uint32_t i = 0; i < steps.len; i++)
    found = mlo_arena_format(&arena, "%.*s%s%.*s", MLO_FMT(found), i ? " " : "",
                             MLO_FMT(name_of(&steps.items[i], lists, &arena)));
  assert_str(found, expected);
  mlo_arena_release(&arena);
}

static void test_merge_order__both_sides_add(void **state) {
  (void)state;
  /*           base    ours      theirs    merged */
  assert_order("", "", "", "");
  assert_order("a b c", "a b c", "a b c", "a b c");
  assert_order("a b", "x a b", "a b y", "x.O a b y.T");
  assert_order("a b", "a x b", "a b y", "a x.O b y.T");
  assert_order("a b", "a x b", "a y b", "a < x.O | y.T > b");
  assert_order("a b", "a x b", "a x b", "a x.OT b");
  assert_order("a b", "a x y b", "a x z b", "a x.OT < y.O | z.T > b");
  assert_order("", "x y", "y", "x.O y.OT");
}

static void test_merge_order__a_side_deletes(void **state) {
  (void)state;
  assert_order("a b c", "a c", "a b c", "a c");
  assert_order("a b c", "a c", "b c", "c");
  assert_order("a b c", "a c", "a b=new c", "a b.BT c");
  assert_order("a b c", "a b=new c", "a c", "a b.BO c");
  assert_order("a b c", "a x c", "a b=new c", "a < x.O | b.BT > c");
  assert_order("a b c", "a b c x", "b c", "b c x.O");
}

static void test_merge_order__a_side_moves(void **state) {
  (void)state;
  assert_order("a b c d", "d a b c", "a b c d", "d a b c");
  assert_order("a b c d", "a b c d", "d a b c", "d a b c");
  assert_order("a b c d", "d a b c", "d a b c", "d a b c");
  assert_order("a b c d e", "e a b c d", "a c d e b", "e a c d b");
  assert_order("a b c d", "d a b c", "a d b c", "d! a b c");
  assert_order("a b c d", "d=new a b c", "a b c", "d.BO a b c");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_merge_order__both_sides_add),
      cmocka_unit_test(test_merge_order__a_side_deletes),
      cmocka_unit_test(test_merge_order__a_side_moves),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
