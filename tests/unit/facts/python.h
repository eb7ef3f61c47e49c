/* python: a Python text and its facts, for tests. */
#ifndef MLO_TEST_PYTHON_H
#define MLO_TEST_PYTHON_H

#include "unit.h"

#include "facts/facts.h"
#include "lang/language.h"

typedef struct python {
  mlo_grammars *grammars;
  mlo_parser *parser;
  mlo_arena arena;
  mlo_tree tree;
  mlo_facts facts;
  char *marked; /* the text of a row of a table */
} python;

static inline void python_open(python *self) {
  mlo_error err = {0};
  assert_int_equal(mlo_grammars_new(&self->grammars, &err), MLO_OK);
  assert_int_equal(mlo_parser_new(self->grammars, &self->parser, &err), MLO_OK);
  self->arena = unit_arena();
}

static inline void python_read(python *self, const char *source) {
  mlo_error err = {0};
  mlo_arena_reset(&self->arena);
  assert_int_equal(mlo_parser_parse(self->parser, MLO_FORMAT_PYTHON, mlo_str_c(source),
                                    &self->arena, &self->tree, &err),
                   MLO_OK);
  mlo_facts_build(&self->tree, &self->arena, &self->facts);
}

static inline void python_close(python *self) {
  mlo_arena_release(&self->arena);
  mlo_parser_free(self->parser);
  mlo_grammars_free(self->grammars);
}

/* The last statement that is only an expression: what a case asks about. */
static inline mlo_node python_question(const python *self) {
  mlo_node last = MLO_NO_NODE;
  for (mlo_node n = 1; n < self->tree.count; n++) {
    uint8_t kind = self->tree.nodes[n].kind;
    bool first = self->tree.nodes[n - 1].kind == MLO_PY_EXPRESSION_STATEMENT;
    if (first && kind != MLO_PY_ASSIGNMENT && kind != MLO_PY_AUGMENTED_ASSIGNMENT) last = n;
  }
  assert_int_not_equal(last, MLO_NO_NODE);
  return last;
}

/* The nth node (from 0) with just this text. */
static inline mlo_node python_node(const python *self, const char *text, int nth) {
  for (mlo_node n = 0; n < self->tree.count; n++)
    if (mlo_str_eq(mlo_tree_text(&self->tree, n), mlo_str_c(text)) && nth-- == 0) return n;
  fail_msg("no node \"%s\"", text);
  return MLO_NO_NODE;
}

/* Appends " | text" (the first without the bar). */
static inline void python_list(python *self, mlo_str *list, mlo_str text) {
  *list = list->len ? mlo_arena_format(&self->arena, "%.*s | %.*s", MLO_FMT(*list), MLO_FMT(text))
                    : text;
}

typedef struct python_case {
  const char *source;
  const char *expected;
} python_case;

typedef mlo_str python_answer(python *self);

/* Asks each case and says which one was wrong. */
static inline void python_check(const python_case *cases, size_t count, python_answer *answer) {
  python self;
  python_open(&self);
  bool failed = false;
  for (size_t i = 0; i < count; i++) {
    python_read(&self, cases[i].source);
    mlo_str is = answer(&self);
    if (mlo_str_eq(is, mlo_str_c(cases[i].expected))) continue;
    print_error("%s\n  is       \"%.*s\"\n  not what \"%s\" says\n", cases[i].source, MLO_FMT(is),
                cases[i].expected);
    failed = true;
  }
  python_close(&self);
  assert_false(failed);
}
#define PYTHON_CHECK(cases, answer) python_check((cases), sizeof(cases) / sizeof *(cases), (answer))

/* A row of the tables: the text with the expression in question between « and ». */
typedef struct table_row {
  const char *source;
  const char *expected;
  const char *wanted; /* a known miss: what Python means, where we say no more than `expected` */
} table_row;

/* Reads a row's source without its marks; the node that stood between them. */
static inline mlo_node python_read_marked(python *self, const char *source) {
  static const char open[] = "«", close[] = "»";
  const char *from = strstr(source, open), *to = strstr(source, close);
  assert_true(from && to && from < to);
  char *text = test_malloc(strlen(source) + 1);
  size_t before = (size_t)(from - source), marked = (size_t)(to - from) - strlen(open);
  memcpy(text, source, before);
  memcpy(text + before, from + strlen(open), marked);
  strcpy(text + before + marked, to + strlen(close));
  python_read(self, text);
  self->marked = text;
  return mlo_tree_at(&self->tree, (mlo_span){(uint32_t)before, (uint32_t)(before + marked)});
}

typedef mlo_str table_answer(python *self, mlo_node node);

static inline void python_check_table(const table_row *rows, size_t count, table_answer *answer) {
  python self;
  python_open(&self);
  bool failed = false;
  for (size_t i = 0; i < count; i++) {
    mlo_node node = python_read_marked(&self, rows[i].source);
    mlo_str is = answer(&self, node);
    bool miss = rows[i].wanted != NULL;
    failed |= miss && strcmp(rows[i].expected, rows[i].wanted) == 0;
    if (!mlo_str_eq(is, mlo_str_c(rows[i].expected))) {
      print_error("%s\n  is       \"%.*s\"\n  not what \"%s\" says\n", rows[i].source, MLO_FMT(is),
                  rows[i].expected);
      failed = true;
    }
    test_free(self.marked);
  }
  python_close(&self);
  assert_false(failed);
}
#define TABLE_CHECK(rows, answer)                                                                  \
  python_check_table((rows), sizeof(rows) / sizeof *(rows), (answer))

#endif
