#include "document/builder.h"

#include "text/encoding.h"

#include <stdarg.h>
#include <stdio.h>

mlo_builder mlo_builder_of(mlo_document *out, mlo_arena *arena) {
  mlo_builder self = {.document = out, .arena = arena};
  out->values.len = 0;
  mlo_builder_add(&self, MLO_NO_VALUE, MLO_NO_KEY,
                  (mlo_value_node){.kind = MLO_VALUE_LIST, .span = {0, (uint32_t)out->text.len}});
  return self;
}

static void link_child(mlo_builder *self, mlo_value parent, mlo_value child) {
  mlo_value last = self->last.items[parent];
  mlo_value_node *node = mlo_builder_at(self, parent);
  node->count++;
  if (last == MLO_NO_VALUE)
    node->first = child;
  else
    mlo_builder_at(self, last)->next = child;
  self->last.items[parent] = child;
}

mlo_value mlo_builder_add(mlo_builder *self, mlo_value parent, mlo_key key, mlo_value_node node) {
  mlo_value value = self->document->values.len;
  node.key = key.text;
  node.key_span = key.span;
  if (key.text.ptr && key.span.end == 0)
    node.key_span = (mlo_span){node.span.start, node.span.start};
  node.parent = parent;
  node.first = node.next = node.target = MLO_NO_VALUE;
  node.count = 0;
  MLO_PUSH(self->arena, &self->document->values, node);
  MLO_PUSH(self->arena, &self->last, MLO_NO_VALUE);
  if (parent != MLO_NO_VALUE) link_child(self, parent, value);
  return value;
}

mlo_value mlo_builder_map(mlo_builder *self, mlo_value parent, mlo_key key, mlo_span span) {
  return mlo_builder_add(self, parent, key, (mlo_value_node){.kind = MLO_VALUE_MAP, .span = span});
}

mlo_value mlo_builder_list(mlo_builder *self, mlo_value parent, mlo_key key, mlo_span span) {
  return mlo_builder_add(self, parent, key, (mlo_value_node){.kind = MLO_VALUE_LIST, .span = span});
}

mlo_value mlo_builder_string(mlo_builder *self, mlo_value parent, mlo_key key, mlo_str text,
                             mlo_span span) {
  return mlo_builder_add(
      self, parent, key,
      (mlo_value_node){.kind = MLO_VALUE_STRING, .span = span, .inner = span, .text = text});
}

mlo_value mlo_builder_integer(mlo_builder *self, mlo_value parent, mlo_key key, int64_t integer,
                              mlo_span span) {
  return mlo_builder_add(
      self, parent, key,
      (mlo_value_node){.kind = MLO_VALUE_INTEGER,
                       .span = span,
                       .text = mlo_arena_format(self->arena, "%lld", (long long)integer),
                       .number = (double)integer,
                       .integer = integer});
}

mlo_value mlo_builder_bool(mlo_builder *self, mlo_value parent, mlo_key key, bool boolean,
                           mlo_span span) {
  return mlo_builder_add(self, parent, key,
                         (mlo_value_node){.kind = MLO_VALUE_BOOL,
                                          .span = span,
                                          .text = boolean ? MLO_STR("true") : MLO_STR("false"),
                                          .boolean = boolean});
}

void mlo_builder_broken(mlo_builder *self, mlo_span span, const char *format, ...) {
  mlo_document *document = self->document;
  if (document->broken && document->broken_span.start <= span.start) return;
  document->broken = true;
  document->broken_span = span;
  va_list args;
  va_start(args, format);
  vsnprintf(document->broken_why, sizeof document->broken_why, format, args);
  va_end(args);
}

static mlo_str place_name(mlo_value parent, mlo_value_kind kind, mlo_str key, mlo_arena *arena) {
  mlo_decoded name = {0};
  mlo_decoded_add(&name, mlo_str_of((const char *)&parent, sizeof parent), arena);
  MLO_PUSH(arena, &name, (char)kind);
  mlo_decoded_add(&name, key, arena);
  return mlo_decoded_str(&name);
}

mlo_value mlo_builder_placed(mlo_builder *self, mlo_value parent, mlo_str key,
                             mlo_value_kind kind) {
  mlo_arena_mark mark = mlo_arena_save(self->arena);
  const uint32_t *place = mlo_map_get(&self->places, place_name(parent, kind, key, self->arena));
  mlo_value found = place ? *place : MLO_NO_VALUE;
  mlo_arena_restore(self->arena, mark);
  return found;
}

mlo_value mlo_builder_place(mlo_builder *self, mlo_value parent, mlo_key key, mlo_value_kind kind,
                            mlo_span span) {
  mlo_value found = mlo_builder_placed(self, parent, key.text, kind);
  if (found != MLO_NO_VALUE) {
    mlo_span *had = &mlo_builder_at(self, found)->span;
    if (had->end < span.end) had->end = span.end;
    return found;
  }
  found = mlo_builder_add(self, parent, key, (mlo_value_node){.kind = kind, .span = span});
  *mlo_map_put(&self->places, place_name(parent, kind, key.text, self->arena), self->arena) = found;
  return found;
}

bool mlo_builder_claim(mlo_builder *self, mlo_value parent, mlo_str key, mlo_value_kind kind) {
  if (mlo_builder_placed(self, parent, key, kind) != MLO_NO_VALUE) return false;
  mlo_map_put(&self->places, place_name(parent, kind, key, self->arena), self->arena);
  return true;
}

static uint32_t line_end(mlo_str text, uint32_t at, uint32_t end) {
  size_t length = mlo_str_find_char(mlo_str_slice(text, at, end), '\n');
  return length == SIZE_MAX ? end : at + (uint32_t)length + 1;
}

bool mlo_next_piece(mlo_str text, uint32_t *at, uint32_t end, mlo_piece_fn *starts, const void *ctx,
                    mlo_span *piece) {
  if (*at >= end) return false;
  piece->start = *at;
  do {
    *at = line_end(text, *at, end);
  } while (*at < end && !starts(mlo_str_slice(text, *at, line_end(text, *at, end)), ctx));
  piece->end = *at;
  return true;
}

typedef MLO_ARRAY(mlo_span) spans;

static mlo_status rescue_run(const mlo_rescue *self, const mlo_span *pieces, uint32_t count,
                             bool failed) {
  mlo_span run = {pieces[0].start, pieces[count - 1].end};
  bool done = false;
  if (count == 1 || !failed) {
    mlo_status status = self->read(self->reader, run, count == 1, &done);
    if (status != MLO_OK || done || count == 1) return status;
  }
  mlo_status status = rescue_run(self, pieces, count / 2, false);
  if (status != MLO_OK) return status;
  return rescue_run(self, pieces + count / 2, count - count / 2, false);
}

mlo_status mlo_rescue_span(const mlo_rescue *self, mlo_span span, mlo_arena *arena) {
  spans pieces = {0};
  mlo_span piece;
  for (uint32_t at = span.start;
       mlo_next_piece(self->text, &at, span.end, self->starts, self->starts_ctx, &piece);)
    MLO_PUSH(arena, &pieces, piece);
  return pieces.len ? rescue_run(self, pieces.items, pieces.len, true) : MLO_OK;
}

static uint8_t index_of_name(const mlo_str *names, mlo_str name) {
  for (uint8_t i = 0; names[i].len; i++)
    if (mlo_str_eq(names[i], name)) return (uint8_t)(i + 1);
  return MLO_OTHER_KIND;
}

unsigned mlo_kind_in(mlo_kind_table *self, const mlo_tree *tree, mlo_node node) {
  uint16_t symbol = tree->nodes[node].symbol;
  if (symbol >= MLO_SYMBOLS_KNOWN || tree->nodes[node].kind == MLO_KIND_ERROR)
    return MLO_OTHER_KIND;
  uint8_t *known = &self->of[symbol];
  if (!*known)
    *known = mlo_tree_is_named(tree, node)
                 ? index_of_name(self->names, mlo_tree_kind_name(tree, node))
                 : MLO_OTHER_KIND;
  return *known == MLO_OTHER_KIND ? MLO_OTHER_KIND : *known - 1u;
}
