/* json: JSON as people and libraries write it: with comments, trailing commas and Python's NaN and Infinity.
 *
 * An own reader, since the grammar drops or misplaces members around NaN, which json.dump writes into metrics
 * files. After an error it goes on at the next comma or bracket of the same depth. */
#include "document/builder.h"

#include <math.h>

typedef struct reader {
  mlo_builder builder;
  mlo_str text;
  uint32_t at;
} reader;

static char peek(const reader *self) {
  return self->at < self->text.len ? self->text.ptr[self->at] : 0;
}
static bool at_end(const reader *self) { return self->at >= self->text.len; }
static mlo_span here(const reader *self) {
  return (mlo_span){self->at, at_end(self) ? self->at : self->at + 1};
}

static void skip_past(reader *self, mlo_str closing, uint32_t from) {
  size_t found = mlo_str_find(mlo_str_from(self->text, from), closing);
  self->at = found == SIZE_MAX ? (uint32_t)self->text.len : from + (uint32_t)(found + closing.len);
}

static void skip_space(reader *self) {
  for (;;) {
    while (!at_end(self) && memchr(" \t\r\n", self->text.ptr[self->at], 4)) self->at++;
    mlo_str rest = mlo_str_slice(self->text, self->at, (size_t)self->at + 2);
    if (mlo_str_eq(rest, MLO_STR("//")))
      skip_past(self, MLO_STR("\n"), self->at);
    else if (mlo_str_eq(rest, MLO_STR("/*")))
      skip_past(self, MLO_STR("*/"), self->at + 2);
    else
      return;
  }
}

/* --- strings --- */

static mlo_str decode(reader *self, mlo_span inner) {
  mlo_str raw = mlo_span_of(self->text, inner);
  if (mlo_str_find_char(raw, '\\') == SIZE_MAX) return raw;
  mlo_decoded out = {0};
  for (size_t at = 0; at < raw.len;) {
    size_t plain = mlo_str_find_char(mlo_str_from(raw, at), '\\');
    if (plain == SIZE_MAX) plain = raw.len - at;
    mlo_decoded_add(&out, mlo_str_slice(raw, at, at + plain), self->builder.arena);
    at += plain;
    if (at == raw.len) break;
    uint32_t place = inner.start + (uint32_t)at++;
    if (!mlo_decode_escape(raw, &at, &out, self->builder.arena))
      mlo_builder_broken(&self->builder,
                         (mlo_span){place, place + 2 > inner.end ? inner.end : place + 2},
                         "JSON has no such escape");
  }
  return mlo_decoded_str(&out);
}

/* A string from its opening quote; one that is not closed ends with its line. */
static mlo_span scan_string(reader *self, mlo_span *inner) {
  mlo_span span = {self->at++, 0};
  inner->start = self->at;
  while (!at_end(self) && peek(self) != '"' && peek(self) != '\n')
    self->at += peek(self) == '\\' && self->at + 1 < self->text.len ? 2 : 1;
  inner->end = self->at;
  if (!at_end(self) && peek(self) == '"')
    self->at++;
  else
    mlo_builder_broken(&self->builder, (mlo_span){span.start, self->at}, "a string is not closed");
  span.end = self->at;
  return span;
}

/* --- recovery --- */

/* To the next comma or closing bracket of this depth. */
static void resync(reader *self) {
  uint32_t depth = 0;
  for (; !at_end(self); self->at++) {
    char c = peek(self);
    if (c == '"') {
      self->at++;
      while (!at_end(self) && peek(self) != '"' && peek(self) != '\n')
        self->at += peek(self) == '\\' ? 2 : 1;
      continue;
    }
    if (depth == 0 && (c == ',' || c == ']' || c == '}')) return;
    if (c == '[' || c == '{') depth++;
    if (c == ']' || c == '}') depth--;
  }
  if (self->at > self->text.len) self->at = (uint32_t)self->text.len;
}

static void complain(reader *self, const char *what) {
  mlo_builder_broken(&self->builder, here(self), "%s",
                     at_end(self) ? "the file ends too early" : what);
  resync(self);
}

/* Between two entries. A forgotten comma before a string costs nothing. */
static void end_entry(reader *self, char closing) {
  skip_space(self);
  bool forgotten = peek(self) == '"';
  if (forgotten)
    mlo_builder_broken(&self->builder, here(self), "a comma is missing");
  else if (!at_end(self) && peek(self) != ',' && peek(self) != closing)
    complain(self,
             closing == ']' ? "a comma or ] is expected here" : "a comma or } is expected here");
  if (peek(self) == ',') self->at++;
}

/* --- values --- */

static void read_value(reader *self, mlo_value parent, mlo_key key, unsigned depth);

static const struct {
  mlo_str word;
  mlo_value_node node;
} words[] = {
    {MLO_STR_INIT("true"), {.kind = MLO_VALUE_BOOL, .boolean = true}},
    {MLO_STR_INIT("false"), {.kind = MLO_VALUE_BOOL}},
    {MLO_STR_INIT("null"), {.kind = MLO_VALUE_NULL}},
    {MLO_STR_INIT("NaN"), {.kind = MLO_VALUE_FLOAT, .number = NAN}},
    {MLO_STR_INIT("Infinity"), {.kind = MLO_VALUE_FLOAT, .number = INFINITY}},
    {MLO_STR_INIT("-Infinity"), {.kind = MLO_VALUE_FLOAT, .number = -INFINITY}},
};

static bool read_word(mlo_str text, mlo_value_node *out) {
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (!mlo_str_eq(words[i].word, text)) continue;
    *out = words[i].node;
    out->text = text;
    return true;
  }
  return false;
}

static bool is_bare(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '+' || c == '.' || c == '_';
}

static void read_bare(reader *self, mlo_value parent, mlo_key key) {
  uint32_t start = self->at;
  while (!at_end(self) && is_bare(peek(self))) self->at++;
  mlo_span span = {start, self->at};
  mlo_str text = mlo_span_of(self->text, span);
  mlo_value_node node = {0};
  bool number = text.len && (text.ptr[0] == '-' || (text.ptr[0] >= '0' && text.ptr[0] <= '9')) &&
                mlo_number_of(text, &node);
  if (!number && !read_word(text, &node)) {
    self->at = start;
    complain(self, "a JSON value is expected here");
    return;
  }
  node.span = node.inner = span;
  mlo_builder_add(&self->builder, parent, key, node);
}

static void read_items(reader *self, mlo_value list, unsigned depth) {
  for (;;) {
    skip_space(self);
    if (at_end(self) || peek(self) == ']' || peek(self) == '}') return;
    read_value(self, list, MLO_NO_KEY, depth);
    end_entry(self, ']');
  }
}

static void read_member(reader *self, mlo_value map, unsigned depth) {
  mlo_span inner;
  if (peek(self) != '"') {
    complain(self, "a key in double quotes is expected here");
    return;
  }
  mlo_span span = scan_string(self, &inner);
  mlo_key key = {decode(self, inner), span};
  if (!key.text.ptr) key.text = MLO_STR("");
  skip_space(self);
  if (peek(self) != ':') {
    complain(self, "a : is expected here");
    return;
  }
  self->at++;
  skip_space(self);
  read_value(self, map, key, depth);
}

static void read_members(reader *self, mlo_value map, unsigned depth) {
  for (;;) {
    skip_space(self);
    if (at_end(self) || peek(self) == '}' || peek(self) == ']') return;
    read_member(self, map, depth);
    end_entry(self, '}');
  }
}

static void read_container(reader *self, mlo_value parent, mlo_key key, unsigned depth) {
  bool map = peek(self) == '{';
  mlo_span span = {self->at++, 0};
  if (depth >= MLO_DOCUMENT_DEPTH) {
    mlo_builder_broken(&self->builder, span, "nested deeper than %d", (int)MLO_DOCUMENT_DEPTH);
    resync(self);
    if (!at_end(self)) self->at++;
    return;
  }
  mlo_value value = map ? mlo_builder_map(&self->builder, parent, key, span)
                        : mlo_builder_list(&self->builder, parent, key, span);
  if (map)
    read_members(self, value, depth + 1);
  else
    read_items(self, value, depth + 1);
  if (peek(self) == (map ? '}' : ']'))
    self->at++;
  else if (!at_end(self) || !self->builder.document->broken)
    mlo_builder_broken(&self->builder, (mlo_span){span.start, span.start + 1},
                       "this bracket is not closed");
  mlo_builder_at(&self->builder, value)->span.end = self->at;
}

static void read_string(reader *self, mlo_value parent, mlo_key key) {
  mlo_value_node node = {.kind = MLO_VALUE_STRING};
  node.span = scan_string(self, &node.inner);
  node.text = decode(self, node.inner);
  mlo_builder_add(&self->builder, parent, key, node);
}

static void read_value(reader *self, mlo_value parent, mlo_key key, unsigned depth) {
  switch (peek(self)) {
  case '{':
  case '[': read_container(self, parent, key, depth); return;
  case '"': read_string(self, parent, key); return;
  default: read_bare(self, parent, key); return;
  }
}

/* JSON Lines, which many data sets with a name in .json are: each line a document. */
static bool next_line_goes_on(reader *self) {
  uint32_t before = self->at;
  skip_space(self);
  mlo_str between = mlo_str_slice(self->text, before, self->at);
  return mlo_str_find_char(between, '\n') != SIZE_MAX && (peek(self) == '{' || peek(self) == '[');
}

mlo_status mlo_read_json(mlo_document *out, mlo_parser *parser, mlo_arena *arena, mlo_error *err) {
  (void)parser, (void)err;
  reader self = {.builder = mlo_builder_of(out, arena), .text = out->text};
  do {
    skip_space(&self);
    read_value(&self, 0, MLO_NO_KEY, 0);
  } while (next_line_goes_on(&self));
  if (!at_end(&self))
    mlo_builder_broken(&self.builder, here(&self), "nothing may follow the end of a JSON text");
  return MLO_OK;
}
