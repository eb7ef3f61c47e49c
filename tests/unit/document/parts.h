/* parts: a document read from a literal, and its values, commands and dependencies as text to compare. */
#ifndef MLO_PARTS_H
#define MLO_PARTS_H

#include "unit.h"

#include "document/dependency.h"

typedef struct reading {
  mlo_arena arena;
  mlo_grammars *grammars;
  mlo_parser *parser;
  mlo_document document;
  mlo_status status;
  mlo_error err;
} reading;

static inline reading reading_start(void) {
  reading self = {.arena = unit_arena()};
  assert_int_equal(mlo_grammars_new(&self.grammars, &self.err), MLO_OK);
  assert_int_equal(mlo_parser_new(self.grammars, &self.parser, &self.err), MLO_OK);
  return self;
}

/* Reads text as the file that path names. */
static inline reading reading_of(const char *path, const char *text) {
  reading self = reading_start();
  self.status = mlo_document_read(self.parser, mlo_format_of_path(mlo_str_c(path)), mlo_str_c(path),
                                  mlo_str_c(text), &self.arena, &self.document, &self.err);
  return self;
}

static inline void reading_end(reading *self) {
  mlo_parser_free(self->parser);
  mlo_grammars_free(self->grammars);
  mlo_arena_release(&self->arena);
}

/* The value at path of the first document. */
static inline const mlo_value_node *reading_at(reading *self, const char *path) {
  mlo_path compiled;
  assert_int_equal(mlo_path_compile(mlo_str_c(path), &self->arena, &compiled, &self->err), MLO_OK);
  mlo_value value = mlo_document_get(&self->document, 0, &compiled);
  if (value == MLO_NO_VALUE) fail_msg("nothing at %s", path);
  return mlo_document_node(&self->document, value);
}

static inline bool reading_has(reading *self, const char *path) {
  mlo_path compiled;
  assert_int_equal(mlo_path_compile(mlo_str_c(path), &self->arena, &compiled, &self->err), MLO_OK);
  return mlo_document_get(&self->document, 0, &compiled) != MLO_NO_VALUE;
}

/* The value at path has this text; it stands in the file as `raw`. */
#define assert_value(self, path, expected, raw)                                                    \
  (assert_str(reading_at((self), (path))->text, (expected)),                                       \
   assert_str(mlo_span_of((self)->document.text, reading_at((self), (path))->span), (raw)))

static inline mlo_str reading_join(mlo_arena *arena, mlo_str a, const char *between, mlo_str b) {
  return a.len ? mlo_arena_format(arena, "%.*s%s%.*s", MLO_FMT(a), between, MLO_FMT(b)) : b;
}

/* One command a line: A=1 program: word|word; $ marks words that expand. */
static inline mlo_str reading_lines(mlo_arena *arena, const mlo_commands *commands) {
  mlo_str all = {0};
  for (uint32_t c = 0; c < commands->len; c++) {
    const mlo_command *command = &commands->items[c];
    mlo_str line = {0}, head = {0};
    for (uint32_t i = 0; i < command->environment_count; i++)
      head = reading_join(arena, head, " ", command->environment[i].text);
    for (uint32_t i = 0; i < command->count; i++) {
      mlo_str word = command->words[i].text;
      if (command->words[i].expands) word = mlo_arena_concat(arena, MLO_STR("$ "), word);
      line = reading_join(arena, line, "|", word);
    }
    head = reading_join(arena, head, " ", mlo_arena_concat(arena, command->program, MLO_STR(":")));
    all = reading_join(arena, all, "\n", reading_join(arena, head, " ", line));
  }
  return all;
}

#endif
