#include "export/export.h"

#include "unit.h"

static mlo_grammars *grammars;
static mlo_parser *parser;

#define CODE(source)                                                                               \
  "{\"cell_type\":\"code\",\"execution_count\":null,\"metadata\":{},\"outputs\":[],\"source\":"    \
  "\"" source "\"}"
#define TEXT(source) "{\"cell_type\":\"markdown\",\"metadata\":{},\"source\":\"" source "\"}"
#define NOTEBOOK(cells)                                                                            \
  "{\"cells\":[" cells "],\"metadata\":{},\"nbformat\":4,\"nbformat_minor\":4}"

static mlo_export export_of(const char *text, mlo_arena *arena) {
  mlo_error err = {0};
  mlo_notebook *notebook = MLO_NEW(arena, mlo_notebook);
  mlo_module *module = MLO_NEW(arena, mlo_module);
  mlo_tree *tree = MLO_NEW(arena, mlo_tree);
  mlo_facts *facts = MLO_NEW(arena, mlo_facts);
  mlo_export out;
  assert_int_equal(mlo_notebook_read(mlo_str_c(text), MLO_STR("n.ipynb"), arena, notebook, &err),
                   MLO_OK);
  assert_int_equal(mlo_module_of_notebook(notebook, parser, arena, module, tree, &err), MLO_OK);
  mlo_facts_build(tree, arena, facts);
  mlo_export_request request = {.notebook = notebook,
                                .module = module,
                                .facts = facts,
                                .source_name = MLO_STR("n.ipynb"),
                                .module_name = MLO_STR("n")};
  mlo_export_notebook(&request, arena, &out);
  return out;
}

static void test_export__writes_functions_below_their_headings(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_export out = export_of(
      NOTEBOOK(TEXT("## Load it") "," CODE("import math\\nrows = [1, k]\\nk = 2") "," TEXT(
          "## 2. Sum *up*") "," CODE("total = math.fsum(rows)\\ntotal")),
      &arena);
  assert_int_equal(out.obstacles.len, 1); /* k is read before it is bound */
  out = export_of(
      NOTEBOOK(
          TEXT("# Sums") "," TEXT("## Load it") "," CODE("import math\\nrows = [1, 2]") "," TEXT(
              "## 2. Sum *up*") "," CODE("total = math.fsum(rows)\\ntotal")),
      &arena);
  assert_int_equal(out.obstacles.len, 0);
  assert_str(
      out.module,
      "\"\"\"Sums.\n\nMade from n.ipynb by `mlopslint notebook export`.\n\"\"\"\nimport math\n"
      "\n\ndef load_it():\n    \"\"\"Load it (from cell 3).\"\"\"\n    rows = [1, 2]\n    return "
      "rows\n"
      "\n\ndef sum_up(rows):\n    \"\"\"2. Sum *up (from cell 5).\"\"\"\n"
      "    total = math.fsum(rows)\n    show(total)\n"
      "\n\ndef show(*values):\n    \"\"\"Prints what a notebook displays.\"\"\"\n"
      "    for value in values:\n        if value is not None:\n            print(repr(value))\n"
      "\n\ndef main():\n    \"\"\"The notebook, from top to bottom.\"\"\"\n"
      "    rows = load_it()\n    sum_up(rows)\n"
      "\n\nif __name__ == \"__main__\":\n    main()\n");
  mlo_arena_release(&arena);
}

static void test_export__obstacles_have_places(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_export out = export_of(NOTEBOOK(CODE("x = 1") "," CODE("x\\nmissing")), &arena);
  assert_int_equal(out.obstacles.len, 1);
  assert_str(out.obstacles.items[0].message, "nothing in the notebook binds `missing`");
  assert_int_equal(out.obstacles.items[0].span.end - out.obstacles.items[0].span.start, 7);
  assert_null(out.module.ptr);
  mlo_arena_release(&arena);
}

static void test_export__an_empty_notebook_is_an_empty_main(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_export out = export_of(NOTEBOOK(""), &arena);
  assert_int_equal(out.obstacles.len, 0);
  assert_true(mlo_str_contains(out.module, MLO_STR("bottom.\"\"\"\n    pass\n")));
  mlo_arena_release(&arena);
}

static void test_export__module_names(void **state) {
  (void)state;
  static const char *const cases[][2] = {{"a/01 Churn-model.ipynb", "churn_model"},
                                         {"class.ipynb", "class_module"},
                                         {"2024.ipynb", "notebook"},
                                         {"\xc3\xa9t\xc3\xa9.ipynb", "t"},
                                         {"list.ipynb", "list_module"},
                                         {".ipynb", "ipynb"}};
  mlo_arena arena = unit_arena();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_str(mlo_export_module_name(mlo_str_c(cases[i][0]), &arena), cases[i][1]);
  mlo_arena_release(&arena);
}

static int open_parser(void **state) {
  (void)state;
  mlo_error err = {0};
  return mlo_grammars_new(&grammars, &err) != MLO_OK ||
         mlo_parser_new(grammars, &parser, &err) != MLO_OK;
}

static int close_parser(void **state) {
  (void)state;
  mlo_parser_free(parser);
  mlo_grammars_free(grammars);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_export__writes_functions_below_their_headings),
      cmocka_unit_test(test_export__obstacles_have_places),
      cmocka_unit_test(test_export__an_empty_notebook_is_an_empty_main),
      cmocka_unit_test(test_export__module_names),
  };
  return cmocka_run_group_tests(tests, open_parser, close_parser);
}
