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
