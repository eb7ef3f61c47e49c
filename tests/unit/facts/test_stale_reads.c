#include "python.h"

#include "facts/stale_reads.h"

#include <stdlib.h>

/* Each line of a case is a cell; `[7] x = 1` ran as 7, `[7!] x` showed something too, `[] x` and `[!] x` have no count. The marks are
 * blanked before the text is read. */
static mlo_cell_run read_cell(char *text, uint32_t start, uint32_t end) {
  mlo_cell_run run = {.span = {start, end}, .count = -1};
  char *at = text + start;
  if (at[1] >= '0' && at[1] <= '9') run.count = strtol(at + 1, &at, 10);
  run.shows = strchr(at, '!') && strchr(at, '!') < strchr(at, ']');
  return run;
}

static char *blank_marks(python *py, const char *source, mlo_cell_run_list *out) {
  mlo_str copy = mlo_arena_format(&py->arena, "%s", source);
  char *text = (char *)copy.ptr;
  for (uint32_t at = 0; at < copy.len;) {
    uint32_t end = at;
    while (end < copy.len && text[end] != '\n') end++;
    mlo_cell_run run = read_cell(text, at, end);
    MLO_PUSH(&py->arena, out, run);
    at = end + 1;
  }
  return text;
}

/* name@cell<cell that ran again */
static mlo_str stale(python *py) {
  mlo_cell_run_list cells = {0};
  mlo_stale_reads reads = {0};
  mlo_str list = {0};
  char *text = blank_marks(py, py->tree.text.ptr, &cells);
  for (uint32_t i = 0; i < cells.len; i++) {
    uint32_t at = cells.items[i].span.start;
    char *behind = strchr(text + at, ']') + 2;
    size_t code = strcspn(behind, "\n");
    memmove(text + at, behind, code);
    memset(text + at + code, ' ', (size_t)(behind - (text + at)));
  }
  mlo_error err = {0};
  assert_int_equal(
      mlo_parser_parse(py->parser, MLO_FORMAT_PYTHON, mlo_str_c(text), &py->arena, &py->tree, &err),
      MLO_OK);
  mlo_facts_build(&py->tree, &py->arena, &py->facts);
  mlo_facts_stale_reads(&py->facts, &cells, &reads);
  for (uint32_t i = 0; i < reads.len; i++)
    python_list(py, &list,
                mlo_arena_format(&py->arena, "%.*s@%u<%u",
                                 MLO_FMT(mlo_tree_text(&py->tree, reads.items[i].binding)),
                                 reads.items[i].cell + 1, reads.items[i].rerun + 1));
  return list;
}

static void test_stale_reads__that_counts_prove(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"[7] x = 1\n[2!] print(x)", "x@2<1"},
      {"[7] x = 1\n[2!] x", "x@2<1"},
      {"[7] x = 1\n[2!] x.head()", "x@2<1"},
      {"[7] x = 1\n[2!] for i in x: print(i)", "x@2<1"},
      {"[7] x, y = 1, 2\n[2!] print(y)", "y@2<1"},
      {"[7] def f(): pass\n[2!] f()", "f@2<1"},
      {"[7] x = 1\n[2] y = x\n[3!] print(y)", "x@3<1"},
      {"[7] x = 1\n[2] d = {}\n[3] d['a'] = x\n[4!] print(d)", "x@4<1"},
      {"[7] x = 1\n[2] m = M()\n[3] m.fit(x)\n[4!] m.coef_", "x@4<1"},
      {"[1] import a as plt\n[7] x = 1\n[3!] plt.plot(x); plt.show()", "x@3<2"},
      {"[7] x = 1\n[2!] print(x); print(x)\n[3!] print(x)", "x@2<1 | x@3<1"},
      {"[7] x = 1\n[2!] print(x)\n[2!] print(1)", "x@2<1"},
      {"[7] with a: x = 1\n[2!] print(x)", "x@2<1"},
  };
  PYTHON_CHECK(cases, stale);
}

static void test_stale_reads__that_counts_leave_open(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"[1] x = 1\n[2!] print(x)", ""},
      {"[7] x = 1\n[8!] print(x)\n[2!] print(1)", ""},
      {"[7] x = 1\n[2] print(x)", ""},
      {"[7] x = 1\n[2!] y = x", ""},
      {"[7] x = 1\n[!] print(x)", ""},
      {"[] x = 1\n[2!] print(x)\n[1] z", ""},
      {"[7] import x\n[2!] print(x)", ""},
      {"[7] x = 1\n[2!] x = 2; print(x)", ""},
      {"[2!] print(x)\n[7] x = 1\n[1] y", ""},
      {"[7] if c: x = 1\n[2!] print(x)", ""},
      {"[7] for x in y: pass\n[2!] print(x)", ""},
      {"[7] x = 1\n[2!] print([x for x in y])", ""},
      {"[7] x = 1\n[2!] print(a.x, f(x=1))", ""},
      {"[7] x = 1\n[2!] def f(): print(x)", ""},
      {"[7] x = 1\n[2!] m.fit(x)", ""},
      {"[7] x = 1\n[2!] type(x)", ""},
      {"[7] x = 1\n[2] del x\n[3!] print(x)", ""},
      {"[7] x = 1\n[1] x = 2\n[3!] print(x)", ""},
      {"[1] x = 1\n[7] x = 2\n[3!] print(x)\n[3!] print(1)", ""},
      {"[7] x = 1\n[2!] x.append(1); 3", ""},
      {"", ""},
  };
  PYTHON_CHECK(cases, stale);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_stale_reads__that_counts_prove),
      cmocka_unit_test(test_stale_reads__that_counts_leave_open),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
