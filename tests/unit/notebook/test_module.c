#include "notebook/module.h"

#include "unit.h"

/* A notebook, its module and its tree, parsed. */
typedef struct made {
  mlo_arena arena;
  mlo_notebook notebook;
  mlo_module module;
  mlo_tree tree;
} made;

typedef struct parsers {
  mlo_grammars *grammars;
  mlo_parser *parser;
} parsers;

static int open_parsers(void **state) {
  static parsers all;
  mlo_error err = {0};
  *state = &all;
  if (mlo_grammars_new(&all.grammars, &err) != MLO_OK) return -1;
  return mlo_parser_new(all.grammars, &all.parser, &err) == MLO_OK ? 0 : -1;
}

static int close_parsers(void **state) {
  parsers *all = *state;
  mlo_parser_free(all->parser);
  mlo_grammars_free(all->grammars);
  return 0;
}

static void build(void **state, mlo_str raw, made *m) {
  mlo_error err = {0};
  assert_int_equal(mlo_notebook_read(raw, (mlo_str){0}, &m->arena, &m->notebook, &err), MLO_OK);
  mlo_parser *parser = ((parsers *)*state)->parser;
  mlo_status status =
      mlo_module_of_notebook(&m->notebook, parser, &m->arena, &m->module, &m->tree, &err);
  assert_int_equal(status, MLO_OK);
}

static made make_raw(void **state, mlo_str raw) {
  made m = {.arena = unit_arena()};
  build(state, raw, &m);
  return m;
}

/* A notebook of code cells. */
static made make(void **state, const char *const *sources, size_t count) {
  made m = {.arena = unit_arena()};
  mlo_str raw = MLO_STR("{\"cells\": [");
  for (size_t i = 0; i < count; i++) {
    mlo_str source = mlo_json_escape(mlo_str_c(sources[i]), &m.arena);
    mlo_str cell = mlo_arena_format(&m.arena, "%s{\"cell_type\": \"code\", \"source\": \"%.*s\"}",
                                    i ? ",\n" : "", MLO_FMT(source));
    raw = mlo_arena_concat(&m.arena, raw, cell);
  }
  build(state, mlo_arena_concat(&m.arena, raw, MLO_STR("]}")), &m);
  return m;
}
#define MAKE(state, ...)                                                                           \
  make((state), (const char *const[]){__VA_ARGS__},                                                \
       sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static void test_module__joins_the_code_cells(void **state) {
  made m = make_raw(
      state,
      MLO_STR("{\"cells\": [{\"cell_type\": \"code\", \"source\": \"a = 1\"},\n"
              "{\"cell_type\": \"markdown\", \"source\": \"# T\"}, {\"cell_type\": \"code\"},\n"
              "{\"cell_type\": \"code\", \"source\": [\"b = a\\n\", \"c\"]}]}"));
  assert_str(m.module.text, "a = 1\n\nb = a\nc\n");
  assert_str(m.module.original, "a = 1\n\nb = a\nc\n");
  assert_int_equal(m.module.cells.len, 3);
  assert_int_equal(m.module.cells.items[2].cell, 3);
  assert_str(mlo_span_of(m.module.text, m.module.cells.items[0].span), "a = 1");
  assert_str(mlo_span_of(m.module.text, m.module.cells.items[2].span), "b = a\nc");
  assert_int_equal(m.tree.first_error, MLO_NO_NODE);
  mlo_arena_release(&m.arena);
}

static void test_module__cells_of_other_languages_are_left_out(void **state) {
  made m = make_raw(state,
                    MLO_STR("{\"cells\": [{\"cell_type\": \"code\", \"source\": \"a = 1\"},\n"
                            "{\"cell_type\": \"code\", \"metadata\": {\"vscode\": {\"languageId\": "
                            "\"sql\"}}, \"source\": \"SELECT 1\"},\n"
                            "{\"cell_type\": \"code\", \"source\": \"%%bash\\nls\"}]}"));
  assert_str(m.module.original, "a = 1\n%%bash\nls\n");
  assert_str(m.module.text, "a = 1\n      \n  \n");
  assert_int_equal(m.module.cells.len, 2);
  assert_int_equal(m.module.magics.len, 1);
  mlo_arena_release(&m.arena);
  made r =
      make_raw(state, MLO_STR("{\"metadata\": {\"kernelspec\": {\"name\": \"ir\"}}, \"cells\": [\n"
                              "{\"cell_type\": \"code\", \"source\": \"x <- 1\"}, {\"cell_type\": "
                              "\"code\", \"source\": \"%%bash\\nls\"}]}"));
  assert_str(r.module.text, "");
  mlo_arena_release(&r.arena);
}

static void test_module__offsets_lead_to_the_file(void **state) {
  mlo_str raw =
      MLO_STR("{\"cells\": [\n"
              " {\"cell_type\": \"markdown\", \"source\": [\"name\"]},\n"
              " {\"cell_type\": \"code\", \"source\": [\"# \\u00e9\\n\", \"x = 1\"]},\n"
              " {\"cell_type\": \"code\", \"outputs\": [],\n"
              "  \"source\": [\n   \"y = 'a\\tb'\\n\",\n   \"    \\\"q\\\"; name\\n\"]}]}");
  made m = make_raw(state, raw);
  size_t derived = mlo_str_find(m.module.text, MLO_STR("name"));
  size_t expected = mlo_str_find(raw, MLO_STR("name\\n")); /* line 2 of cell 3 */
  assert_int_equal(mlo_origin_raw(&m.module.origin, (uint32_t)derived), expected);
  assert_int_equal(mlo_origin_text(&m.module.origin, (uint32_t)expected), derived);
  mlo_span span = {(uint32_t)derived, (uint32_t)derived + 4};
  assert_str(mlo_span_of(raw, mlo_origin_span(&m.module.origin, span)), "name");
  derived = mlo_str_find(m.module.text, MLO_STR("x = 1"));
  span = (mlo_span){(uint32_t)derived, (uint32_t)derived + 5};
  assert_str(mlo_span_of(raw, mlo_origin_span(&m.module.origin, span)), "x = 1");
  size_t outputs = mlo_str_find(raw, MLO_STR("[],"));
  assert_int_equal(mlo_origin_text(&m.module.origin, (uint32_t)outputs), UINT32_MAX);
  mlo_arena_release(&m.arena);
}

static void test_module__cell_at_an_offset(void **state) {
  made m = MAKE(state, "ab", "", "c");
  const mlo_module_cell *cells = m.module.cells.items;
  assert_ptr_equal(mlo_module_cell_at(&m.module, 0), &cells[0]);
  assert_ptr_equal(mlo_module_cell_at(&m.module, 2), &cells[0]);
  assert_ptr_equal(mlo_module_cell_at(&m.module, 3), &cells[1]);
  assert_ptr_equal(mlo_module_cell_at(&m.module, 4), &cells[2]);
  assert_ptr_equal(mlo_module_cell_at(&m.module, 99), &cells[2]);
  assert_null(mlo_module_cell_at(&(mlo_module){0}, 0));
  mlo_arena_release(&m.arena);
}

static void test_module__magics_do_not_break_the_parse(void **state) {
  made m = MAKE(state, "%matplotlib inline\nimport os", "%%bash\nfor i in *; do echo $i; done",
                "if os:\n    !ls {os}\n    %time x = 1\nfiles = !ls\nlen?", "pip install torch",
                "    %time f(1,\n     2)", "await f()");
  assert_int_equal(m.tree.first_error, MLO_NO_NODE);
  assert_int_equal(m.module.magics.len, 8);
  assert_int_equal(m.module.magics.items[1].cell, 1);
  for (uint32_t i = 0; i < m.module.cells.len; i++) assert_false(m.module.cells.items[i].broken);
  assert_true(mlo_str_contains(m.module.text, MLO_STR("pass; x = 1")));
  assert_true(mlo_str_contains(m.module.original, MLO_STR("%time x = 1")));
  mlo_arena_release(&m.arena);
}

static void test_module__broken_cell_is_left_out(void **state) {
  made m = MAKE(state, "a = 1", "b = (1,\n'''", "c = 3", "def f(:\r\n  x");
  const mlo_module_cell *cells = m.module.cells.items;
  assert_false(cells[0].broken);
  assert_true(cells[1].broken);
  assert_false(cells[2].broken);
  assert_true(cells[3].broken);
  assert_true(mlo_span_has(cells[1].span, cells[1].broken_span));
  assert_str(m.module.text, "a = 1\n       \n   \nc = 3\n       \r\n   \n");
  assert_str(m.module.original, "a = 1\nb = (1,\n'''\nc = 3\ndef f(:\r\n  x\n");
  assert_int_equal(m.tree.first_error, MLO_NO_NODE);
  assert_int_equal(m.tree.text.len, m.module.text.len);
  mlo_arena_release(&m.arena);
}

static void test_module__sql_that_owns_its_cell_is_not_broken(void **state) {
  made m =
      MAKE(state, "%sql\nSELECT * FROM t", "%sql SELECT 1\nx = 1", "# c\n%sh\nif [ a ]; then b");
  for (uint32_t i = 0; i < 3; i++) assert_false(m.module.cells.items[i].broken);
  assert_str(m.module.text,
             "    \n               \n             \nx = 1\n   \n   \n                \n");
  mlo_arena_release(&m.arena);
}

static void test_module__other_languages_have_no_module(void **state) {
  made m =
      make_raw(state, MLO_STR("{\"metadata\": {\"kernelspec\": {\"language\": \"R\"}}, \"cells\": "
                              "[{\"cell_type\": \"code\", \"source\": \"x <- 1\"}]}"));
  assert_int_equal(m.module.cells.len, 0);
  assert_str(m.module.text, "");
  assert_int_equal(mlo_origin_text(&m.module.origin, 5), UINT32_MAX);
  assert_int_equal(m.tree.first_error, MLO_NO_NODE);
  mlo_arena_release(&m.arena);
}

static void test_module__tree_may_be_left_out(void **state) {
  made m = MAKE(state, "x = 1", "y = (");
  mlo_module again;
  mlo_error err = {0};
  mlo_parser *parser = ((parsers *)*state)->parser;
  assert_int_equal(mlo_module_of_notebook(&m.notebook, parser, &m.arena, &again, NULL, &err),
                   MLO_OK);
  assert_true(again.cells.items[1].broken);
  mlo_arena_release(&m.arena);
}

static void jump(void *ctx) { longjmp(*(jmp_buf *)ctx, 1); }

/* Reads and parses with the allocation number n failing; true if it got through. */
static bool survives(mlo_parser *parser, mlo_str raw, size_t n) {
  jmp_buf full;
  mlo_arena arena;
  mlo_arena_init(&arena, 0, jump, &full);
  arena.fail_after = n;
  volatile bool done = false;
  if (setjmp(full) == 0) {
    mlo_notebook notebook;
    mlo_module module;
    mlo_tree tree;
    mlo_error err = {0};
    mlo_status status = mlo_notebook_read(raw, (mlo_str){0}, &arena, &notebook, &err);
    if (status == MLO_OK)
      status = mlo_module_of_notebook(&notebook, parser, &arena, &module, &tree, &err);
    assert_int_equal(status, MLO_OK);
    done = true;
  }
  mlo_arena_release(&arena);
  return done;
}

static void test_module__every_allocation_may_be_the_last(void **state) {
  mlo_parser *parser = ((parsers *)*state)->parser;
  mlo_str raw =
      MLO_STR("{\"cells\": [{\"cell_type\": \"code\", \"source\": [\"%time x\\n\", \"!ls\"],"
              "\"outputs\": [{\"data\": {\"text/plain\": \"x\"}}]},"
              "{\"cell_type\": \"code\", \"source\": \"y = (\"}]}");
  size_t n = 1;
  while (!survives(parser, raw, n)) n++;
  assert_true(n > 10 && n < 1000);
}

/* The cells' first letters in the order in which they ran, or nothing for the order in which they stand. */
static void test_module__cells_in_the_order_they_ran(void **state) {
  static const struct {
    int counts[4]; /* -1: null */
    const char *expected;
  } cases[] = {
      {{1, 2, 3, 4}, ""},     {{-1, -1, -1, -1}, ""}, {{1, -1, 2, 3}, ""},
      {{2, 1, 3, 4}, "bacd"}, {{4, 3, 2, 1}, "dcba"}, {{5, -1, 2, 3}, "cdab"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char raw[1024] = "{\"cells\": [";
    for (int c = 0; c < 4; c++) {
      char count[16] = "null";
      if (cases[i].counts[c] >= 0) sprintf(count, "%d", cases[i].counts[c]);
      sprintf(raw + strlen(raw),
              "%s{\"cell_type\": \"code\", \"execution_count\": %s, \"source\": \"%c\"}",
              c ? "," : "", count, 'a' + c);
    }
    strcat(raw, "]}");
    made m = make_raw(state, mlo_str_c(raw));
    mlo_cell_runs runs = {0};
    mlo_module_runs(&m.module, &m.notebook, &m.arena, &runs);
    char order[8] = "";
    for (uint32_t r = 0; r < runs.len; r++) order[r] = m.module.text.ptr[runs.items[r].start];
    assert_string_equal(order, cases[i].expected);
    mlo_arena_release(&m.arena);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_module__joins_the_code_cells),
      cmocka_unit_test(test_module__cells_in_the_order_they_ran),
      cmocka_unit_test(test_module__cells_of_other_languages_are_left_out),
      cmocka_unit_test(test_module__offsets_lead_to_the_file),
      cmocka_unit_test(test_module__cell_at_an_offset),
      cmocka_unit_test(test_module__magics_do_not_break_the_parse),
      cmocka_unit_test(test_module__broken_cell_is_left_out),
      cmocka_unit_test(test_module__sql_that_owns_its_cell_is_not_broken),
      cmocka_unit_test(test_module__other_languages_have_no_module),
      cmocka_unit_test(test_module__tree_may_be_left_out),
      cmocka_unit_test(test_module__every_allocation_may_be_the_last),
  };
  return cmocka_run_group_tests(tests, open_parsers, close_parsers);
}
