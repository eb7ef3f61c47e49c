#include "lang/language.h"

#include "unit.h"

static void test_language__formats_by_name(void **state) {
  (void)state;
  static const struct {
    const char *path;
    mlo_format format;
  } cases[] = {
      {"a/train.py", MLO_FORMAT_PYTHON},
      {"n.ipynb", MLO_FORMAT_NOTEBOOK},
      {"Dockerfile", MLO_FORMAT_DOCKERFILE},
      {"docker/Dockerfile.gpu", MLO_FORMAT_DOCKERFILE},
      {"gpu.Dockerfile", MLO_FORMAT_DOCKERFILE},
      {"requirements-dev.txt", MLO_FORMAT_REQUIREMENTS},
      {"requirements/base.txt", MLO_FORMAT_REQUIREMENTS},
      {"notes.txt", MLO_FORMAT_NONE},
      {"model/MLmodel", MLO_FORMAT_YAML},
      {"MLmodel.md", MLO_FORMAT_MARKDOWN},
      {"dvc.lock", MLO_FORMAT_YAML},
      {"data/raw.csv.dvc", MLO_FORMAT_YAML},
      {"Pipfile.lock", MLO_FORMAT_JSON},
      {"Pipfile", MLO_FORMAT_TOML},
      {".env", MLO_FORMAT_INI},
      {"prod.env", MLO_FORMAT_INI},
      {".env.local", MLO_FORMAT_INI},
      {"main.tf", MLO_FORMAT_HCL},
      {"x.tfvars", MLO_FORMAT_HCL},
      {"Procfile", MLO_FORMAT_BASH},
      {"py", MLO_FORMAT_NONE},
      {"", MLO_FORMAT_NONE},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (mlo_format_of_path(mlo_str_c(cases[i].path)) != cases[i].format)
      fail_msg("%s", cases[i].path);
}

static void test_language__every_grammar_fits_the_runtime(void **state) {
  (void)state;
  static const struct {
    mlo_format format;
    const char *text;
    const char *root;
  } cases[] = {
      {MLO_FORMAT_PYTHON, "x = 1\n", "module"},   {MLO_FORMAT_JSON, "{\"a\": 1}", "document"},
      {MLO_FORMAT_YAML, "a: 1\n", "stream"},      {MLO_FORMAT_TOML, "a = 1\n", "document"},
      {MLO_FORMAT_HCL, "a = 1\n", "config_file"}, {MLO_FORMAT_BASH, "ls -l\n", "program"},
  };
  mlo_grammars *grammars = NULL;
  mlo_parser *parser = NULL;
  mlo_error err = {0};
  mlo_arena arena;
  mlo_arena_init(&arena, 0, NULL, NULL);
  assert_int_equal(mlo_grammars_new(&grammars, &err), MLO_OK);
  assert_int_equal(mlo_parser_new(grammars, &parser, &err), MLO_OK);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mlo_tree tree;
    assert_int_equal(
        mlo_parser_parse(parser, cases[i].format, mlo_str_c(cases[i].text), &arena, &tree, &err),
        MLO_OK);
    assert_int_equal(tree.first_error, MLO_NO_NODE);
    assert_string_equal(mlo_arena_cstr(&arena, mlo_tree_kind_name(&tree, 0)), cases[i].root);
  }
  mlo_parser_free(parser);
  mlo_grammars_free(grammars);
  mlo_arena_release(&arena);
}

/* x = f(a, b=1): the tree in document order, punctuation left out. */
static void test_tree__is_flat_and_linked(void **state) {
  (void)state;
  mlo_grammars *grammars = NULL;
  mlo_parser *parser = NULL;
  mlo_error err = {0};
  mlo_arena arena;
  mlo_tree tree;
  mlo_arena_init(&arena, 0, NULL, NULL);
  assert_int_equal(mlo_grammars_new(&grammars, &err), MLO_OK);
  assert_int_equal(mlo_parser_new(grammars, &parser, &err), MLO_OK);
  assert_int_equal(mlo_parser_parse(parser, MLO_FORMAT_PYTHON, MLO_STR("x = f(a, b=1)\ny\n"),
                                    &arena, &tree, &err),
                   MLO_OK);
  mlo_node statement = mlo_tree_first_child(&tree, 0);
  mlo_node assignment = mlo_tree_first_child(&tree, statement);
  assert_int_equal(mlo_tree_kind(&tree, assignment), MLO_PY_ASSIGNMENT);
  mlo_node call = mlo_tree_field(&tree, assignment, MLO_FIELD_RIGHT);
  assert_int_equal(mlo_tree_kind(&tree, call), MLO_PY_CALL);
  mlo_node arguments = mlo_tree_field(&tree, call, MLO_FIELD_ARGUMENTS);
  mlo_node first = mlo_tree_first_child(&tree, arguments);
  assert_string_equal(mlo_arena_cstr(&arena, mlo_tree_text(&tree, first)), "a");
  mlo_node second = mlo_tree_next(&tree, first);
  assert_int_equal(mlo_tree_kind(&tree, second), MLO_PY_KEYWORD_ARGUMENT);
  assert_int_equal(mlo_tree_next(&tree, second), MLO_NO_NODE);
  assert_int_equal(mlo_tree_ancestor(&tree, second, MLO_PY_CALL), call);
  assert_int_equal(mlo_tree_next(&tree, statement), mlo_tree_skip(&tree, statement));
  assert_int_equal(mlo_tree_at(&tree, (mlo_span){6, 7}), first);
  mlo_parser_free(parser);
  mlo_grammars_free(grammars);
  mlo_arena_release(&arena);
}

/* Nested blocks beyond what the grammar's scanner can keep are refused, not overrun. */
static void test_language__python_nested_without_end_is_refused(void **state) {
  (void)state;
  mlo_grammars *grammars = NULL;
  mlo_parser *parser = NULL;
  mlo_error err = {0};
  mlo_arena arena = unit_arena();
  mlo_tree tree;
  assert_int_equal(mlo_grammars_new(&grammars, &err), MLO_OK);
  assert_int_equal(mlo_parser_new(grammars, &parser, &err), MLO_OK);
  for (uint32_t depth = 90; depth <= 900; depth += 810) {
    char *text = MLO_NEW_ARRAY(&arena, char, (size_t)(depth + 6) * depth);
    size_t len = 0;
    for (uint32_t level = 0; level < depth; level++) {
      memset(text + len, ' ', level);
      memcpy(text + len + level, "if 1:\n", 6);
      len += level + 6;
    }
    mlo_status status =
        mlo_parser_parse(parser, MLO_FORMAT_PYTHON, mlo_str_of(text, len), &arena, &tree, &err);
    assert_int_equal(status, depth == 90 ? MLO_OK : MLO_ERR_TOO_LARGE);
  }
  /* tabs count 8: the columns rise by one from line to line although the characters do not */
  char *tabs = MLO_NEW_ARRAY(&arena, char, 900 * 140);
  size_t len = 0;
  for (uint32_t level = 0; level < 900; level++) {
    memset(tabs + len, '\t', level / 8);
    memset(tabs + len + level / 8, ' ', level % 8);
    memcpy(tabs + len + level / 8 + level % 8, "if 1:\n", 6);
    len += level / 8 + level % 8 + 6;
  }
  assert_int_equal(
      mlo_parser_parse(parser, MLO_FORMAT_PYTHON, mlo_str_of(tabs, len), &arena, &tree, &err),
      MLO_ERR_TOO_LARGE);
  mlo_parser_free(parser);
  mlo_grammars_free(grammars);
  mlo_arena_release(&arena);
}

/* Indentation that goes on behind a backslash is counted by the scanner only: its state is cut, nothing is overrun. */
static void test_language__scanner_state_stays_in_its_buffer(void **state) {
  (void)state;
  mlo_grammars *grammars = NULL;
  mlo_parser *parser = NULL;
  mlo_error err = {0};
  mlo_arena arena = unit_arena();
  mlo_tree tree;
  assert_int_equal(mlo_grammars_new(&grammars, &err), MLO_OK);
  assert_int_equal(mlo_parser_new(grammars, &parser, &err), MLO_OK);
  char *text = MLO_NEW_ARRAY(&arena, char, 1200 * 1300);
  size_t len = 0;
  memcpy(text, "f'{\n", 4);
  len += 4;
  for (uint32_t level = 1; level < 1200; level++) {
    uint32_t first = level / 2, second = level - first;
    memset(text + len, ' ', first);
    memcpy(text + len + first, "\\\n", 2);
    memset(text + len + first + 2, ' ', second);
    memcpy(text + len + first + 2 + second, "if 1:\n", 6);
    len += first + second + 8;
  }
  mlo_status status =
      mlo_parser_parse(parser, MLO_FORMAT_PYTHON, mlo_str_of(text, len), &arena, &tree, &err);
  assert_true(status == MLO_OK || status == MLO_ERR_TOO_LARGE);
  status = mlo_parser_parse(parser, MLO_FORMAT_PYTHON, mlo_str_of(text + 4, len - 4), &arena, &tree,
                            &err);
  assert_true(status == MLO_OK || status == MLO_ERR_TOO_LARGE);
  char *dashes = MLO_NEW_ARRAY(&arena, char, 100000);
  for (size_t i = 0; i < 100000; i++) dashes[i] = i % 2 ? ' ' : '-';
  assert_int_equal(
      mlo_parser_parse(parser, MLO_FORMAT_YAML, mlo_str_of(dashes, 100000), &arena, &tree, &err),
      MLO_OK);
  mlo_parser_free(parser);
  mlo_grammars_free(grammars);
  mlo_arena_release(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_language__formats_by_name),
      cmocka_unit_test(test_language__every_grammar_fits_the_runtime),
      cmocka_unit_test(test_language__python_nested_without_end_is_refused),
      cmocka_unit_test(test_language__scanner_state_stays_in_its_buffer),
      cmocka_unit_test(test_tree__is_flat_and_linked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
