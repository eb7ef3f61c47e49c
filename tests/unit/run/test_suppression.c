#include "run/suppression.h"

#include "unit.h"

static const mlo_rule rule = {.code = MLO_STR_INIT("SEC101"),
                              .name = MLO_STR_INIT("torch-load-unsafe"),
                              .area = MLO_STR_INIT("security")};

typedef struct fixture {
  mlo_grammars *grammars;
  mlo_parser *parser;
  mlo_arena arena;
} fixture;

static int open_parser(void **state) {
  static fixture self;
  self.arena = unit_arena();
  *state = &self;
  return mlo_grammars_new(&self.grammars, NULL) ||
         mlo_parser_new(self.grammars, &self.parser, NULL);
}

static int close_parser(void **state) {
  fixture *self = *state;
  mlo_parser_free(self->parser);
  mlo_grammars_free(self->grammars);
  mlo_arena_release(&self->arena);
  return 0;
}

static mlo_suppressions find(fixture *self, mlo_format format, const char *text, bool parsed) {
  mlo_file file = {.format = format, .raw = mlo_str_c(text), .text = mlo_str_c(text)};
  mlo_tree tree;
  if (parsed) {
    assert_int_equal(mlo_parser_parse(self->parser, format, file.raw, &self->arena, &tree, NULL),
                     MLO_OK);
    file.tree = &tree;
  }
  mlo_suppressions found = {0};
  mlo_suppressions_find(&file, &self->arena, &found, NULL);
  return found;
}

static bool covers(mlo_suppressions *found, const char *text, const char *place) {
  return mlo_suppressions_cover(found, &rule,
                                (uint32_t)mlo_str_find(mlo_str_c(text), mlo_str_c(place)));
}

static void test_suppression__words_name_rules(void **state) {
  (void)state;
  static const struct {
    const char *word;
    bool names;
  } cases[] = {{"SEC101", true},   {"torch-load-unsafe", true},
               {"security", true}, {"SEC", true},
               {"SEC1", true},     {"SEC10", true},
               {"SEC2", false},    {"S", false},
               {"SE", false},      {"sec101", false},
               {"", false},        {"SEC1010", false},
               {"torch", false},   {"ALL", false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_int_equal(mlo_rule_is_named(&rule, mlo_str_c(cases[i].word)), cases[i].names);
}

static void test_suppression__at_the_end_of_a_line_covers_that_line(void **state) {
  static const char text[] = "a = 1\n"
                             "b = load(p)  # mlopslint: ignore[SEC101] our own file\n"
                             "c = 3\n";
  for (int parsed = 0; parsed < 2; parsed++) {
    mlo_suppressions found = find(*state, MLO_FORMAT_PYTHON, text, parsed);
    assert_int_equal(found.len, 1);
    assert_str(found.items[0].words, "SEC101");
    assert_str(found.items[0].reason, "our own file");
    assert_str(mlo_span_of(mlo_str_c(text), found.items[0].span),
               "# mlopslint: ignore[SEC101] our own file");
    assert_false(covers(&found, text, "a = "));
    assert_false(found.items[0].used);
    assert_true(covers(&found, text, "load"));
    assert_true(found.items[0].used);
    assert_false(covers(&found, text, "c = "));
  }
}

static void test_suppression__on_its_own_line_covers_the_statement_below(void **state) {
  static const char text[] = "# mlopslint: ignore[SEC] reason\n"
                             "# another comment\n"
                             "\n"
                             "b = load(\n"
                             "    inner)\n"
                             "c = 3\n";
  mlo_suppressions found = find(*state, MLO_FORMAT_PYTHON, text, true);
  assert_true(covers(&found, text, "b = "));
  assert_true(covers(&found, text, "inner"));
  assert_false(covers(&found, text, "c = "));
}

static void test_suppression__above_a_compound_statement_covers_its_header(void **state) {
  static const char text[] = "# mlopslint: ignore[SEC101]\n"
                             "@app.post('/')\n"
                             "def predict(\n"
                             "    x=default):\n"
                             "    return inside\n"
                             "# mlopslint: ignore[SEC101]\n"
                             "if one_line: load(p)\n"
                             "if a:\n"
                             "    # mlopslint: ignore[SEC101]\n"
                             "    first\n"
                             "    second\n";
  mlo_suppressions found = find(*state, MLO_FORMAT_PYTHON, text, true);
  assert_int_equal(found.len, 3);
  static const struct {
    const char *place;
    bool covered;
  } cases[] = {{"app.post", true}, {"default", true},  {"return", false},
               {"inside", false},  {"one_line", true}, {"load", true},
               {"if a", false},    {"first", true},    {"second", false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (covers(&found, text, cases[i].place) != cases[i].covered) fail_msg("%s", cases[i].place);
}

static void test_suppression__a_file_is_ignored_from_anywhere(void **state) {
  static const char text[] = "a = load(p)\n"
                             "# mlopslint: ignore-file[torch-load-unsafe, NBK001] generated\n";
  mlo_suppressions found = find(*state, MLO_FORMAT_PYTHON, text, true);
  assert_str(found.items[0].words, "torch-load-unsafe, NBK001");
  assert_true(covers(&found, text, "load"));
  assert_true(covers(&found, text, "a = "));
}

static void test_suppression__what_is_not_understood_covers_nothing(void **state) {
  static const char *const texts[] = {"x = 1  # mlopslint: ignore\n",
                                      "x = 1  # mlopslint: ignore[]\n",
                                      "x = 1  # mlopslint: ignore[SEC101\n",
                                      "x = 1  # mlopslint: disable[SEC101]\n",
                                      "x = 1  # see mlopslint: ignore[SEC101]\n",
                                      "x = '# mlopslint: ignore[SEC101]'\n"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    for (int parsed = 0; parsed < 2; parsed++)
      assert_int_equal(find(*state, MLO_FORMAT_PYTHON, texts[i], parsed).len, 0);
}

static void test_suppression__stands_behind_other_tools(void **state) {
  static const char text[] = "x = load(p)  # noqa: S301  # mlopslint:ignore [SEC101]\n";
  mlo_suppressions found = find(*state, MLO_FORMAT_PYTHON, text, true);
  assert_int_equal(found.len, 1);
  assert_true(covers(&found, text, "load"));
}

static void test_suppression__config_formats_cover_the_next_line(void **state) {
  static const char text[] = "a: 'it''s # no comment'\n"
                             "# mlopslint: ignore[SEC101] don't\n"
                             "\n"
                             "# why\n"
                             "b: don't  # plain\n"
                             "c: isn't  # mlopslint: ignore[SEC101]\n"
                             "d: '# mlopslint: ignore[SEC101]'\n";
  mlo_suppressions found = find(*state, MLO_FORMAT_YAML, text, false);
  assert_int_equal(found.len, 2);
  assert_false(covers(&found, text, "a: "));
  assert_true(covers(&found, text, "b: "));
  assert_true(covers(&found, text, "c: "));
  assert_false(covers(&found, text, "d: "));
}

static void test_suppression__continued_lines_are_one(void **state) {
  static const char text[] = "# mlopslint: ignore[SEC101]\r\n"
                             "RUN first \\\r\n"
                             "  && second\r\n"
                             "RUN third\r\n";
  mlo_suppressions found = find(*state, MLO_FORMAT_DOCKERFILE, text, false);
  assert_true(covers(&found, text, "first"));
  assert_true(covers(&found, text, "second"));
  assert_false(covers(&found, text, "third"));
}

static void test_suppression__markdown_has_html_comments_and_json_none(void **state) {
  static const char text[] = "# Title\n<!-- mlopslint: ignore-file[SEC101] old notes -->\n";
  mlo_suppressions found = find(*state, MLO_FORMAT_MARKDOWN, text, false);
  assert_int_equal(found.len, 1);
  assert_str(found.items[0].reason, "old notes");
  assert_true(covers(&found, text, "Title"));
  assert_int_equal(find(*state, MLO_FORMAT_JSON, "[1] # mlopslint: ignore[SEC101]", false).len, 0);
}

/* Each covers the next line with content; between two such lines that place is looked for once, whatever the number. */
static void test_suppression__comments_in_a_row_cover_the_same_line(void **state) {
  fixture *self = *state;
  enum { ROW = 100000 };
  static const char line[] = "# mlopslint: ignore[SEC101]\n";
  static const char last[] =
      "first: 1\n# mlopslint: ignore[SEC101]\n\nsecond: 2\n# mlopslint: ignore[SEC101]\n";
  char *text = MLO_NEW_ARRAY(&self->arena, char, ROW *(sizeof line - 1) + sizeof last);
  for (size_t i = 0; i < ROW; i++) memcpy(text + i * (sizeof line - 1), line, sizeof line - 1);
  memcpy(text + ROW * (sizeof line - 1), last, sizeof last);
  mlo_suppressions found = find(self, MLO_FORMAT_YAML, text, false);
  assert_int_equal(found.len, ROW + 2);
  assert_str(mlo_span_of(mlo_str_c(text), found.items[0].covers), "first: 1");
  assert_str(mlo_span_of(mlo_str_c(text), found.items[ROW - 1].covers), "first: 1");
  assert_str(mlo_span_of(mlo_str_c(text), found.items[ROW].covers), "second: 2");
  assert_str(mlo_span_of(mlo_str_c(text), found.items[ROW + 1].covers), "");
}

/* Each finding asks only those near it: were all asked, this would take a minute. */
static void test_suppression__many_are_asked_at_once(void **state) {
  fixture *self = *state;
  enum { COUNT = 200000 };
  static const char line[] = "load  # mlopslint: ignore[SEC101]\n";
  enum { LENGTH = sizeof line - 1 };
  char *text = MLO_NEW_ARRAY(&self->arena, char, COUNT *LENGTH + 1);
  for (size_t i = 0; i < COUNT; i++) memcpy(text + i * LENGTH, line, LENGTH);
  mlo_suppressions found = find(self, MLO_FORMAT_YAML, text, false);
  assert_int_equal(found.len, COUNT);
  for (uint32_t i = 0; i < COUNT; i++) {
    assert_true(mlo_suppressions_cover(&found, &rule, i * LENGTH));
    assert_int_equal(found.items[i].used, 1);
    assert_true(i + 1 == COUNT || !found.items[i + 1].used);
  }
}

static void test_suppression__at_the_end_of_a_file_covers_nothing(void **state) {
  static const char text[] = "x = 1\n# mlopslint: ignore[SEC101]";
  for (int parsed = 0; parsed < 2; parsed++) {
    mlo_suppressions found = find(*state, MLO_FORMAT_PYTHON, text, parsed);
    assert_int_equal(found.len, 1);
    assert_false(covers(&found, text, "x = "));
  }
}

/* text without what goes with its only suppression. */
static const char *without(fixture *self, mlo_format format, const char *text) {
  mlo_suppressions found = find(self, format, text, format == MLO_FORMAT_PYTHON);
  assert_int_equal(found.len, 1);
  mlo_span gone = found.items[0].removal;
  mlo_str all = mlo_str_c(text);
  return mlo_arena_format(&self->arena, "%.*s|%.*s", MLO_FMT(mlo_str_slice(all, 0, gone.start)),
                          MLO_FMT(mlo_str_from(all, gone.end)))
      .ptr;
}

static void test_suppression__removal_leaves_other_tools_comments(void **state) {
  static const struct {
    mlo_format format;
    const char *before, *after;
  } cases[] = {{MLO_FORMAT_PYTHON, "x = 1  # mlopslint: ignore[FIT] why\ny\n", "x = 1|\ny\n"},
               {MLO_FORMAT_PYTHON, "a\n  # mlopslint: ignore[FIT]\n  b\n", "a\n|  b\n"},
               {MLO_FORMAT_PYTHON, "# mlopslint: ignore[FIT]\r\nb\r\n", "|b\r\n"},
               {MLO_FORMAT_PYTHON, "x  # noqa  # mlopslint: ignore[FIT] why\n", "x  # noqa|\n"},
               {MLO_FORMAT_PYTHON, "x  # mlopslint: ignore[FIT] why  # noqa\n", "x  |# noqa\n"},
               {MLO_FORMAT_PYTHON, "x  # mlopslint: ignore[FIT] see #12\n", "x|\n"},
               {MLO_FORMAT_PYTHON, "x  # mlopslint: ignore[FIT]", "x|"},
               {MLO_FORMAT_YAML, "a: 1 # mlopslint: ignore[FIT]\n", "a: 1|\n"},
               {MLO_FORMAT_MARKDOWN, "a <!-- mlopslint: ignore-file[FIT] old --> b\n", "a |b\n"},
               {MLO_FORMAT_MARKDOWN, "<!-- mlopslint: ignore-file[FIT]\n-->\n",
                "|<!-- mlopslint: ignore-file[FIT]\n-->\n"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_string_equal(without(*state, cases[i].format, cases[i].before), cases[i].after);
}

static void test_suppression__each_word_is_used_on_its_own(void **state) {
  static const char text[] = "load(p)  # mlopslint: ignore[FIT, SEC101,SEC] why  # noqa\n"
                             "# mlopslint: ignore-file[SEC101]\n";
  mlo_suppressions found = find(*state, MLO_FORMAT_PYTHON, text, true);
  assert_str(mlo_span_of(mlo_str_c(text), found.items[0].list), "FIT, SEC101,SEC");
  assert_str(found.items[0].reason, "why");
  assert_true(covers(&found, text, "load"));
  assert_int_equal(found.items[0].used, 2); /* the second word; the third was not needed */
  assert_int_equal(found.items[1].used, 1);
}

static void test_suppression__what_was_meant_as_one_is_told(void **state) {
  static const char text[] = "a  # mlopslint: ignore\n"
                             "b  # mlopslint: ignore[] why\n"
                             "c  # mlopslint: disable[SEC101]\n"
                             "d  # mlopslint: a fine tool\n"
                             "e  # see mlopslint: ignore\n";
  fixture *self = *state;
  mlo_file file = {.format = MLO_FORMAT_YAML, .raw = mlo_str_c(text)};
  mlo_suppressions found = {0}, faulty = {0};
  mlo_suppressions_find(&file, &self->arena, &found, &faulty);
  assert_int_equal(found.len, 0);
  assert_int_equal(faulty.len, 3);
  assert_str(mlo_span_of(file.raw, faulty.items[1].span), "# mlopslint: ignore[] why");
}

/* A notebook as its reader would give it: two cells whose sources stand at known places of the raw text. */
static void test_suppression__a_cells_first_line_covers_the_cell(void **state) {
  fixture *self = *state;
  static const char raw[] = "[{'# mlopslint: ignore[SEC101] demo|x = 1', output},\n"
                            " {'y = 2|z = 3  # mlopslint: ignore[SEC101]|w = 4', other}]";
  mlo_str sources[2] = {MLO_STR("# mlopslint: ignore[SEC101] demo\nx = 1"),
                        MLO_STR("y = 2\nz = 3  # mlopslint: ignore[SEC101]\nw = 4")};
  mlo_notebook notebook = {.raw = mlo_str_c(raw)};
  uint32_t at[2] = {3, (uint32_t)mlo_str_find(mlo_str_c(raw), MLO_STR("y = 2"))};
  for (uint32_t i = 0; i < 2; i++) {
    mlo_cell cell = {.kind = MLO_CELL_CODE, .number = i + 1, .source = sources[i]};
    cell.span = i == 0 ? (mlo_span){1, at[1] - 5} : (mlo_span){at[1] - 2, sizeof raw - 2};
    mlo_origin_add(&cell.source_origin, 0, at[i], &self->arena);
    mlo_origin_add(&cell.source_origin, (uint32_t)sources[i].len, at[i] + (uint32_t)sources[i].len,
                   &self->arena);
    MLO_PUSH(&self->arena, &notebook.cells, cell);
  }
  mlo_file file = {.format = MLO_FORMAT_NOTEBOOK, .raw = mlo_str_c(raw), .notebook = &notebook};
  mlo_suppressions found = {0};
  mlo_suppressions_find(&file, &self->arena, &found, NULL);
  assert_int_equal(found.len, 2);
  assert_str(mlo_span_of(file.raw, found.items[0].span), "# mlopslint: ignore[SEC101] demo");
  assert_true(covers(&found, raw, "x = 1"));
  assert_true(covers(&found, raw, "output"));
  assert_false(covers(&found, raw, "y = 2"));
  assert_true(covers(&found, raw, "z = 3"));
  assert_false(covers(&found, raw, "w = 4"));
  assert_false(covers(&found, raw, "other"));
}

/* The same through the readers: escapes, magics, outputs, a comment above a statement. */
static void test_suppression__comments_of_cells_are_mapped_to_the_file(void **state) {
  fixture *self = *state;
  static const char raw[] =
      "{\"nbformat\": 4, \"nbformat_minor\": 5, \"metadata\": {}, \"cells\": [\n"
      " {\"cell_type\": \"code\", \"metadata\": {}, \"execution_count\": 1,\n"
      "  \"source\": [\"# mlopslint: ignore[SEC101] demo\\n\", \"%time a = 1\\n\", \"b = 2\"],\n"
      "  \"outputs\": [{\"output_type\": \"stream\", \"name\": \"stdout\", \"text\": "
      "\"printed\"}]},\n"
      " {\"cell_type\": \"code\", \"metadata\": {}, \"execution_count\": 2, \"outputs\": [],\n"
      "  \"source\": [\"c = \\\"q\\\"\\n\", \"# mlopslint: ignore[SEC101]\\n\", \"d = (1,\\n\", \" "
      " e)\\n\",\n"
      "             \"f = 6  # mlopslint: ignore[SEC101]\\n\", \"g = 7\"]}]}\n";
  mlo_notebook notebook;
  mlo_module module;
  mlo_tree tree;
  assert_int_equal(
      mlo_notebook_read(mlo_str_c(raw), MLO_STR("a.ipynb"), &self->arena, &notebook, NULL), MLO_OK);
  assert_int_equal(
      mlo_module_of_notebook(&notebook, self->parser, &self->arena, &module, &tree, NULL), MLO_OK);
  mlo_file file = {.format = MLO_FORMAT_NOTEBOOK,
                   .raw = mlo_str_c(raw),
                   .text = module.text,
                   .tree = &tree,
                   .notebook = &notebook,
                   .module = &module};
  mlo_suppressions found = {0};
  mlo_suppressions_find(&file, &self->arena, &found, NULL);
  assert_int_equal(found.len, 3);
  static const struct {
    const char *place;
    bool covered;
  } cases[] = {{"a = 1", true}, {"b = 2", true}, {"printed", true}, {"c = ", false},
               {"d = ", true},  {"e)", true},    {"f = 6", true},   {"g = 7", false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (covers(&found, raw, cases[i].place) != cases[i].covered) fail_msg("%s", cases[i].place);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_suppression__words_name_rules),
      cmocka_unit_test(test_suppression__at_the_end_of_a_line_covers_that_line),
      cmocka_unit_test(test_suppression__on_its_own_line_covers_the_statement_below),
      cmocka_unit_test(test_suppression__above_a_compound_statement_covers_its_header),
      cmocka_unit_test(test_suppression__a_file_is_ignored_from_anywhere),
      cmocka_unit_test(test_suppression__what_is_not_understood_covers_nothing),
      cmocka_unit_test(test_suppression__stands_behind_other_tools),
      cmocka_unit_test(test_suppression__config_formats_cover_the_next_line),
      cmocka_unit_test(test_suppression__continued_lines_are_one),
      cmocka_unit_test(test_suppression__markdown_has_html_comments_and_json_none),
      cmocka_unit_test(test_suppression__comments_in_a_row_cover_the_same_line),
      cmocka_unit_test(test_suppression__many_are_asked_at_once),
      cmocka_unit_test(test_suppression__at_the_end_of_a_file_covers_nothing),
      cmocka_unit_test(test_suppression__removal_leaves_other_tools_comments),
      cmocka_unit_test(test_suppression__each_word_is_used_on_its_own),
      cmocka_unit_test(test_suppression__what_was_meant_as_one_is_told),
      cmocka_unit_test(test_suppression__a_cells_first_line_covers_the_cell),
      cmocka_unit_test(test_suppression__comments_of_cells_are_mapped_to_the_file),
  };
  return cmocka_run_group_tests(tests, open_parser, close_parser);
}
