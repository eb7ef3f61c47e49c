#include "match/query.h"

#include "unit.h"

typedef struct bench {
  mlo_grammars *grammars;
  mlo_parser *parser;
  mlo_arena arena;
} bench;

static bench open_bench(void) {
  bench self = {.arena = unit_arena()};
  mlo_error err = {0};
  assert_int_equal(mlo_grammars_new(&self.grammars, &err), MLO_OK);
  assert_int_equal(mlo_parser_new(self.grammars, &self.parser, &err), MLO_OK);
  return self;
}

static void close_bench(bench *self) {
  mlo_parser_free(self->parser);
  mlo_grammars_free(self->grammars);
  mlo_arena_release(&self->arena);
}

/* The matches: "capture: kind text" for each capture, joined by ", "; matches by " | ". */
static mlo_str run_query(bench *self, mlo_format format, const char *source, const char *code) {
  mlo_query *query = NULL;
  mlo_tree tree;
  mlo_matches found = {0};
  mlo_error err = {0};
  if (mlo_query_new(self->grammars, format, mlo_str_c(source), &query, &err) != MLO_OK)
    fail_msg("%s: %s", source, err.message);
  assert_int_equal(
      mlo_parser_parse(self->parser, format, mlo_str_c(code), &self->arena, &tree, &err), MLO_OK);
  assert_int_equal(mlo_query_run(query, self->parser, format, &tree, &self->arena, &found, &err),
                   MLO_OK);
  mlo_str out = {0};
  for (uint32_t i = 0; i < found.len; i++) {
    if (i) out = mlo_arena_concat(&self->arena, out, MLO_STR(" | "));
    for (uint32_t c = 0; c < found.items[i].count; c++) {
      const mlo_capture *capture = &found.items[i].captures[c];
      out = mlo_arena_format(&self->arena, "%.*s%s%.*s:", MLO_FMT(out), c ? ", " : "",
                             MLO_FMT(capture->name));
      for (uint32_t n = 0; n < capture->count; n++)
        out = mlo_arena_format(&self->arena, "%.*s %.*s %.*s", MLO_FMT(out),
                               MLO_FMT(mlo_tree_kind_name(&tree, capture->nodes[n])),
                               MLO_FMT(mlo_tree_text(&tree, capture->nodes[n])));
    }
  }
  mlo_query_free(query);
  return out;
}

static void test_query__captures_are_nodes_of_the_flat_tree(void **state) {
  (void)state;
  static const struct {
    mlo_format format;
    const char *query, *code, *expected;
  } cases[] = {
      {MLO_FORMAT_PYTHON, "(call function: (identifier) @f)", "f(g(1))\n",
       "f: identifier f | f: identifier g"},
      {MLO_FORMAT_PYTHON, "(expression_statement (call) @c) @s", "f()\n",
       "c: call f(), s: expression_statement f()"},
      {MLO_FORMAT_PYTHON, "(return_statement (_)? @v) @r", "return\nreturn 1\n",
       "v:, r: return_statement return | v: integer 1, r: return_statement return 1"},
      {MLO_FORMAT_PYTHON, "((call) @c (#set! a b))", "f()\n", "c: call f()"},
      {MLO_FORMAT_PYTHON, "((string) @s (#any-of? @s \"'a'\" \"'b'\"))", "'a', 'c', 'b'\n",
       "s: string 'a' | s: string 'b'"},
      {MLO_FORMAT_JSON, "(pair key: (_) @k value: (number) @v)", "{\"a\": 1, \"b\": \"c\"}",
       "k: string \"a\", v: number 1"},
      {MLO_FORMAT_BASH, "(command_name) @n", "ls -l | wc\n",
       "n: command_name ls | n: command_name wc"},
  };
  bench self = open_bench();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_str(run_query(&self, cases[i].format, cases[i].query, cases[i].code), cases[i].expected);
  }
  /* punctuation has no node: its capture is empty */
  assert_str(run_query(&self, MLO_FORMAT_PYTHON, "(argument_list \"(\" @open) @a", "f()\n"),
             "open:, a: argument_list ()");
  close_bench(&self);
}

static void test_query__literals_stand_in_every_match(void **state) {
  (void)state;
  static const struct {
    const char *query, *literals;
  } cases[] = {
      {"((identifier) @i (#eq? @i \"torch\"))", "torch;"},
      {"((call function: (_) @f arguments: (_) @a) (#eq? @f \"f\") (#eq? @a \"()\"))", "() f;"},
      {"[((identifier) @i (#eq? @i \"a\"))] ((string) @s (#eq? @s \"'b'\"))", "a;'b';"},
      {"((identifier) @i (#eq? @i \"a\")) (string) @s", ""},
      {"((identifier) @i (#not-eq? @i \"a\"))", ""},
      {"((return_statement (_)? @v) @r (#eq? @v \"1\"))", ""},
      {"((identifier) @i (#match? @i \"a\"))", ""},
  };
  bench self = open_bench();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mlo_query *query = NULL;
    mlo_error err = {0};
    mlo_literal_sets sets = {0};
    mlo_str out = {0};
    assert_int_equal(
        mlo_query_new(self.grammars, MLO_FORMAT_PYTHON, mlo_str_c(cases[i].query), &query, &err),
        MLO_OK);
    mlo_query_literals(query, &self.arena, &sets);
    for (uint32_t s = 0; s < sets.len; s++) {
      for (uint32_t n = 0; n < sets.items[s].len; n++)
        out = mlo_arena_format(&self.arena, "%.*s%s%.*s", MLO_FMT(out), n ? " " : "",
                               MLO_FMT(sets.items[s].items[n]));
      out = mlo_arena_concat(&self.arena, out, MLO_STR(";"));
    }
    assert_str(out, cases[i].literals);
    mlo_query_free(query);
  }
  close_bench(&self);
}

static void test_query__broken_queries_do_no_harm(void **state) {
  (void)state;
  static const char source[] =
      "((call function: (attribute object: (_) @o) @f arguments: (argument_list (_)* @a)) @c\n"
      " (#eq? @o \"x\") (#any-of? @f \"a\" \"b\") (#match? @f \"^[a-z]+$\") (#not-eq? @o @f))\n";
  bench self = open_bench();
  unsigned good = 0;
  for (size_t n = 0; n < sizeof source; n++) {
    mlo_query *query = NULL;
    mlo_error err = {0};
    mlo_status status =
        mlo_query_new(self.grammars, MLO_FORMAT_PYTHON, mlo_str_of(source, n), &query, &err);
    assert_true((status == MLO_OK) == (query != NULL));
    assert_true(status == MLO_OK || err.message[0]);
    good += status == MLO_OK;
    mlo_query_free(query);
  }
  assert_int_equal(good, 2); /* with and without the line's end */
  close_bench(&self);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_query__captures_are_nodes_of_the_flat_tree),
      cmocka_unit_test(test_query__literals_stand_in_every_match),
      cmocka_unit_test(test_query__broken_queries_do_no_harm),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
