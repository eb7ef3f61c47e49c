/* reading: a document on the heap with a copy of its text, and what tests of broken and large documents ask of it. */
#ifndef MLO_TEST_READING_H
#define MLO_TEST_READING_H

#include "parts.h"

#include <stdlib.h>
#include <string.h>

static inline reading *read_bytes(const char *path, mlo_str text) {
  reading *self = calloc(1, sizeof *self);
  assert_non_null(self);
  *self = reading_start();
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
  reading_end(self);
  free(self);
}

static inline mlo_str bytes_of(reading *self, mlo_span span) {
  return mlo_span_of(self->document.text, span);
}

#define assert_text(reading, path, expected) assert_str(reading_at(reading, path)->text, expected)
#define assert_kind(reading, path, expected)                                                       \
  assert_int_equal(reading_at(reading, path)->kind, expected)

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
