#include "document/derived.h"

mlo_derived mlo_derived_of(mlo_str text, mlo_span span, mlo_arena *arena) {
  mlo_derived self = {.text = mlo_span_of(text, span)};
  mlo_origin_add(&self.origin, 0, span.start, arena);
  mlo_origin_add(&self.origin, (uint32_t)self.text.len, span.start + (uint32_t)self.text.len,
                 arena);
  return self;
}

void mlo_derived_add(mlo_derived *self, mlo_str bytes, mlo_span raw, mlo_arena *arena) {
  if (bytes.len == 0) return;
  mlo_origin_add(&self->origin, self->bytes.len, raw.start, arena);
  mlo_decoded_add(&self->bytes, bytes, arena);
  mlo_origin_add(&self->origin, self->bytes.len, raw.end, arena);
  self->text = mlo_decoded_str(&self->bytes);
}

/* Byte by byte, since what is in step in self need not be so in outer; the origin merges what it can. */
void mlo_derived_add_part(mlo_derived *self, const mlo_derived *outer, mlo_span part,
                          mlo_arena *arena) {
  for (uint32_t at = part.start; at < part.end; at++) {
    mlo_span byte = {at, at + 1};
    mlo_derived_add(self, mlo_span_of(outer->text, byte), mlo_derived_span(outer, byte), arena);
  }
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static size_t skip_blanks(mlo_str text, size_t at, size_t end) {
  while (at < end && is_blank(text.ptr[at])) at++;
  return at;
}

/* The end of one item of a double-quoted string: an escape, a line end with its white space, or a byte. */
static size_t add_item(mlo_derived *self, mlo_str text, size_t at, size_t end, mlo_arena *arena) {
  mlo_span raw = {(uint32_t)at, (uint32_t)at + 1};
  if (text.ptr[at] == '\n') {
    size_t next = skip_blanks(text, at, end);
    raw.end = (uint32_t)next;
    mlo_derived_add(self, MLO_STR(" "), raw, arena);
    return next;
  }
  if (text.ptr[at] != '\\' || at + 1 >= end) {
    mlo_derived_add(self, mlo_span_of(text, raw), raw, arena);
    return at + 1;
  }
  if (text.ptr[at + 1] == '\n') return skip_blanks(text, at + 2, end);
  size_t next = at + 1;
  mlo_decoded escape = {0};
  mlo_decode_escape(mlo_str_slice(text, 0, end), &next, &escape, arena);
  if (next <= at) next = at + 1;
  raw.end = (uint32_t)next;
  mlo_derived_add(self, mlo_decoded_str(&escape), raw, arena);
  return next;
}

static mlo_derived single_quoted(mlo_str text, mlo_span inner, mlo_arena *arena) {
  mlo_derived self = {0};
  for (uint32_t at = inner.start; at < inner.end;) {
    bool doubled = text.ptr[at] == '\'' && at + 1 < inner.end && text.ptr[at + 1] == '\'';
    mlo_span raw = {at, at + 1 + doubled};
    bool line_end = text.ptr[at] == '\n';
    if (line_end) raw.end = (uint32_t)skip_blanks(text, at, inner.end);
    mlo_derived_add(&self, line_end ? MLO_STR(" ") : mlo_str_slice(text, at, at + 1), raw, arena);
    at = raw.end;
  }
  return self;
}

mlo_derived mlo_derived_quoted(mlo_str text, mlo_span inner, char quote, mlo_arena *arena) {
  if (inner.end > text.len) inner.end = (uint32_t)text.len;
  if (quote == '\'') return single_quoted(text, inner, arena);
  mlo_derived self = {0};
  for (size_t at = inner.start; at < inner.end;) at = add_item(&self, text, at, inner.end, arena);
  return self;
}
