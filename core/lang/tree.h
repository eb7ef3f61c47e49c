/* tree: the syntax tree of one text, flat and plain.
 *
 * tree-sitter's tree is walked once, right after parsing, into an array in document order; after that nobody
 * touches tree-sitter. A node is an index: parent and next sibling are one step away, its first child (if it
 * has one) is the next node. Comments and operators are kept; pure punctuation ( ( ) [ ] { } , . : ; ) is not. */
#ifndef MLO_TREE_H
#define MLO_TREE_H

#include "base/arena.h"
#include "lang/kinds.h"

typedef uint32_t mlo_node;
#define MLO_NO_NODE UINT32_MAX

typedef struct mlo_tree_node {
  uint32_t start, end; /* bytes in the text */
  uint32_t parent;     /* MLO_NO_NODE at the root */
  uint32_t next;       /* the next sibling, or MLO_NO_NODE */
  uint16_t symbol;     /* the grammar's number: mlo_tree_kind_name */
  uint8_t
      kind; /* enum mlo_python_kind for Python, MLO_KIND_OTHER elsewhere; MLO_KIND_ERROR everywhere */
  uint8_t field; /* enum mlo_field: the node's role in its parent */
} mlo_tree_node;

struct mlo_grammar;

typedef struct mlo_tree {
  mlo_str text;               /* borrowed; must outlive the tree */
  const mlo_tree_node *nodes; /* nodes[0] is the root */
  uint32_t count;
  uint32_t first_error; /* the first ERROR or missing node, or MLO_NO_NODE */
  const struct mlo_grammar *grammar;
} mlo_tree;

static inline mlo_node mlo_tree_first_child(const mlo_tree *self, mlo_node node) {
  return node + 1 < self->count && self->nodes[node + 1].parent == node ? node + 1 : MLO_NO_NODE;
}
static inline uint8_t mlo_tree_kind(const mlo_tree *self, mlo_node node) {
  return node == MLO_NO_NODE ? MLO_KIND_OTHER : self->nodes[node].kind;
}
static inline mlo_node mlo_tree_parent(const mlo_tree *self, mlo_node node) {
  return node == MLO_NO_NODE ? MLO_NO_NODE : self->nodes[node].parent;
}
static inline mlo_node mlo_tree_next(const mlo_tree *self, mlo_node node) {
  return node == MLO_NO_NODE ? MLO_NO_NODE : self->nodes[node].next;
}
static inline mlo_span mlo_tree_span(const mlo_tree *self, mlo_node node) {
  return (mlo_span){self->nodes[node].start, self->nodes[node].end};
}
static inline mlo_str mlo_tree_text(const mlo_tree *self, mlo_node node) {
  return node == MLO_NO_NODE ? (mlo_str){0} : mlo_span_of(self->text, mlo_tree_span(self, node));
}

/* The first child in a role (enum mlo_field), or MLO_NO_NODE; node may be MLO_NO_NODE. */
mlo_node mlo_tree_field(const mlo_tree *self, mlo_node node, unsigned field);
/* The nearest ancestor of a kind (not node itself), or MLO_NO_NODE. */
mlo_node mlo_tree_ancestor(const mlo_tree *self, mlo_node node, unsigned kind);
/* First node behind node's subtree, in document order; count at the end. */
mlo_node mlo_tree_skip(const mlo_tree *self, mlo_node node);
/* The smallest node that covers span. */
mlo_node mlo_tree_at(const mlo_tree *self, mlo_span span);
/* The grammar's name of the node's kind, as in "call"; and whether it is a named node. */
mlo_str mlo_tree_kind_name(const mlo_tree *self, mlo_node node);
bool mlo_tree_is_named(const mlo_tree *self, mlo_node node);
/* The name of the node's field, or empty. */
mlo_str mlo_tree_field_name(const mlo_tree *self, mlo_node node);

#endif
