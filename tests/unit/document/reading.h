/* reading: what the tests of documents share. A document and the arena, parser and grammars it needs. */
#ifndef MLO_TEST_READING_H
#define MLO_TEST_READING_H

#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "document/document.h"

typedef struct reading {
  mlo_arena arena;
  mlo_grammars *grammars;
  mlo_parser *parser;
  mlo_document document;
  mlo_status status;
  mlo_error err;
} reading;

static inline reading *read_bytes(const char *path, mlo_str text) {
  reading *self = calloc(1, sizeof *self);
  assert_non_null(self);
  self->arena = unit_arena();
  assert_int_equal(mlo_grammars_new(&self->grammars, &self->err), MLO_OK);
  assert_int_equal(mlo_parser_new(self->grammars, &self->parser, &self->err), MLO_OK);
  mlo_str copy = mlo_arena_str(&self->arena, text);
  self->status =
      mlo_document_read(self->parser, mlo_format_of_path(mlo_str_c(path)), mlo_str_c(path), copy,
                        &self->arena, &self->document, &self->err);
  return self;
}

static inline reading *read_text(const char *path, const char *text) {
  return read_bytes(path, mlo_str_c(text));
}

static inline void reading_free(reading *self) {
  mlo_parser_free(self->parser);
  mlo_grammars_free(self->grammars);
  mlo_arena_release(&self->arena);
  free(self);
}

/* The first value at a path; "" is the first document. */
static inline const mlo_value_node *value_at(reading *self, const char *path) {
  mlo_path compiled;
  assert_int_equal(mlo_path_compile(mlo_str_c(path), &self->arena, &compiled, &self->err), MLO_OK);
  mlo_value value = mlo_document_get(&self->document, 0, &compiled);
  if (value == MLO_NO_VALUE) fail_msg("nothing stands at %s", path);
  return mlo_document_node(&self->document, value);
}

static inline bool has_value(reading *self, const char *path) {
  mlo_path compiled;
  assert_int_equal(mlo_path_compile(mlo_str_c(path), &self->arena, &compiled, &self->err), MLO_OK);
  return mlo_document_get(&self->document, 0, &compiled) != MLO_NO_VALUE;
}

static inline mlo_str bytes_of(reading *self, mlo_span span) {
  return mlo_span_of(self->document.text, span);
}

#define assert_text(reading, path, expected) assert_str(value_at(reading, path)->text, expected)
#define assert_kind(reading, path, expected)                                                       \
  assert_int_equal(value_at(reading, path)->kind, expected)

/* The document is broken at the bytes that `place` quotes, which must be their first occurrence. */
static inline void assert_broken(reading *self, const char *place, const char *why) {
  assert_true(self->document.broken);
  if (!strstr(self->document.broken_why, why))
    fail_msg("\"%s\" does not say \"%s\"", self->document.broken_why, why);
  assert_int_equal(self->document.broken_span.start,
                   mlo_str_find(self->document.text, mlo_str_c(place)));
}

/* `count` copies of `part`, in the reading's stead on the heap of the test. */
static inline char *repeat(const char *before, const char *part, size_t count, const char *after) {
  size_t len = strlen(part);
  char *text = calloc(1, strlen(before) + len * count + strlen(after) + 1);
  assert_non_null(text);
  char *at = stpcpy(text, before);
  for (size_t i = 0; i < count; i++) at = stpcpy(at, part);
  stpcpy(at, after);
  return text;
}

#endif
