#include "lang/tree.h"

#include "lang/grammar.h"

mlo_node mlo_tree_field(const mlo_tree *self, mlo_node node, unsigned field) {
  if (node == MLO_NO_NODE) return MLO_NO_NODE;
  mlo_node child = mlo_tree_first_child(self, node);
  while (child != MLO_NO_NODE && self->nodes[child].field != field) child = self->nodes[child].next;
  return child;
}

mlo_node mlo_tree_ancestor(const mlo_tree *self, mlo_node node, unsigned kind) {
  for (node = mlo_tree_parent(self, node); node != MLO_NO_NODE; node = self->nodes[node].parent)
    if (self->nodes[node].kind == kind) return node;
  return MLO_NO_NODE;
}

mlo_node mlo_tree_skip(const mlo_tree *self, mlo_node node) {
  while (node != MLO_NO_NODE && self->nodes[node].next == MLO_NO_NODE)
    node = self->nodes[node].parent;
  return node == MLO_NO_NODE ? self->count : self->nodes[node].next;
}

mlo_node mlo_tree_at(const mlo_tree *self, mlo_span span) {
  mlo_node found = 0, at = 0;
  while (at != MLO_NO_NODE) {
    if (!mlo_span_has(mlo_tree_span(self, at), span)) {
      at = self->nodes[at].next;
      continue;
    }
    found = at;
    at = mlo_tree_first_child(self, at);
  }
  return found;
}

mlo_str mlo_tree_kind_name(const mlo_tree *self, mlo_node node) {
  uint16_t symbol = self->nodes[node].symbol;
  return symbol < self->grammar->symbol_count ? self->grammar->symbols[symbol].name
                                              : MLO_STR("ERROR");
}

bool mlo_tree_is_named(const mlo_tree *self, mlo_node node) {
  uint16_t symbol = self->nodes[node].symbol;
  return symbol < self->grammar->symbol_count ? self->grammar->symbols[symbol].named : true;
}

mlo_str mlo_tree_field_name(const mlo_tree *self, mlo_node node) {
  return mlo_field_name(self->nodes[node].field);
}
