#include "facts/scope.h"

/* isinstance(x, Net) says what x is in the code that runs only if it holds: the branch of an if, the rest of an `and`,
 * the value of a conditional, a comprehension's items, and what stands behind an assert or behind a branch that leaves
 * when it does not hold. */

enum { MOST_STEPS = 24, MOST_STATEMENTS = 48 };

typedef struct narrowing {
  const mlo_tree *tree;
  mlo_str name;
  mlo_node bound; /* the name is bound here: tests before it say nothing */
} narrowing;

static bool is_operator(const mlo_tree *tree, mlo_node node, const char *sign) {
  return mlo_str_eq(mlo_tree_text(tree, mlo_tree_field(tree, node, MLO_FIELD_OPERATOR)),
                    mlo_str_c(sign));
}

/* The one class that a test asks the name for, or MLO_NO_NODE. */
static mlo_node tested(const narrowing *n, mlo_node test, int depth) {
  const mlo_tree *tree = n->tree;
  test = mlo_tree_bare(tree, test);
  if (test == MLO_NO_NODE || test < n->bound || depth > 4) return MLO_NO_NODE;
  if (tree->nodes[test].kind == MLO_PY_BOOLEAN_OPERATOR && is_operator(tree, test, "and")) {
    mlo_node left = tested(n, mlo_tree_field(tree, test, MLO_FIELD_LEFT), depth + 1);
    return left != MLO_NO_NODE ? left
                               : tested(n, mlo_tree_field(tree, test, MLO_FIELD_RIGHT), depth + 1);
  }
  if (tree->nodes[test].kind != MLO_PY_CALL) return MLO_NO_NODE;
  mlo_node function = mlo_tree_field(tree, test, MLO_FIELD_FUNCTION);
  if (!mlo_str_eq(mlo_tree_text(tree, function), MLO_STR("isinstance"))) return MLO_NO_NODE;
  mlo_node value = mlo_tree_part(tree, mlo_tree_field(tree, test, MLO_FIELD_ARGUMENTS));
  if (!mlo_str_eq(mlo_tree_text(tree, value), n->name)) return MLO_NO_NODE;
  mlo_node type = mlo_tree_next_part(tree, value);
  uint8_t kind = mlo_tree_kind(tree, type);
  return kind == MLO_PY_IDENTIFIER || kind == MLO_PY_ATTRIBUTE ? type : MLO_NO_NODE;
}

static bool leaves(const mlo_tree *tree, mlo_node block) {
  mlo_node last = MLO_NO_NODE;
  for (mlo_node m = mlo_tree_part(tree, block); m != MLO_NO_NODE; m = mlo_tree_next_part(tree, m))
    last = m;
  if (last == MLO_NO_NODE) return false;
  mlo_str kind = mlo_tree_kind_name(tree, last);
  return mlo_str_eq(kind, MLO_STR("return_statement")) ||
         mlo_str_eq(kind, MLO_STR("raise_statement")) ||
         mlo_str_eq(kind, MLO_STR("continue_statement")) ||
         mlo_str_eq(kind, MLO_STR("break_statement"));
}

/* assert isinstance(...), or: if not isinstance(...): return */
static mlo_node tested_by(const narrowing *n, mlo_node statement) {
  const mlo_tree *tree = n->tree;
  if (tree->nodes[statement].kind == MLO_PY_ASSERT)
    return tested(n, mlo_tree_part(tree, statement), 0);
  if (tree->nodes[statement].kind != MLO_PY_IF) return MLO_NO_NODE;
  mlo_node condition = mlo_tree_bare(tree, mlo_tree_field(tree, statement, MLO_FIELD_CONDITION));
  bool alone = mlo_tree_field(tree, statement, MLO_FIELD_ALTERNATIVE) == MLO_NO_NODE;
  if (!alone || mlo_tree_kind(tree, condition) != MLO_PY_NOT) return MLO_NO_NODE;
  if (!leaves(tree, mlo_tree_field(tree, statement, MLO_FIELD_CONSEQUENCE))) return MLO_NO_NODE;
  return tested(n, mlo_tree_field(tree, condition, MLO_FIELD_ARGUMENT), 0);
}

static mlo_node tested_before(const narrowing *n, mlo_node block, mlo_node statement) {
  mlo_node type = MLO_NO_NODE;
  int count = 0;
  for (mlo_node m = mlo_tree_part(n->tree, block); m != statement && m != MLO_NO_NODE;
       m = mlo_tree_next_part(n->tree, m)) {
    if (++count > MOST_STATEMENTS) return MLO_NO_NODE;
    mlo_node now = m > n->bound ? tested_by(n, m) : MLO_NO_NODE;
    if (now != MLO_NO_NODE) type = now;
  }
  return type;
}

static mlo_node tested_in_comprehension(const narrowing *n, mlo_node comprehension) {
  mlo_node type = MLO_NO_NODE;
  for (mlo_node m = mlo_tree_part(n->tree, comprehension); m != MLO_NO_NODE && type == MLO_NO_NODE;
       m = mlo_tree_next_part(n->tree, m))
    if (n->tree->nodes[m].kind == MLO_PY_IF_CLAUSE) type = tested(n, mlo_tree_part(n->tree, m), 0);
  return type;
}

/* What the node around a part of it says about the name in that part. */
static mlo_node tested_around(const narrowing *n, mlo_node around, mlo_node part) {
  const mlo_tree *tree = n->tree;
  switch (tree->nodes[around].kind) {
  case MLO_PY_IF:
  case MLO_PY_ELIF:
    if (tree->nodes[part].field != MLO_FIELD_CONSEQUENCE) return MLO_NO_NODE;
    return tested(n, mlo_tree_field(tree, around, MLO_FIELD_CONDITION), 0);
  case MLO_PY_CONDITIONAL:
    if (mlo_tree_part(tree, around) != part) return MLO_NO_NODE;
    return tested(n, mlo_tree_nth_part(tree, around, 1), 0);
  case MLO_PY_BOOLEAN_OPERATOR:
    if (tree->nodes[part].field != MLO_FIELD_RIGHT || !is_operator(tree, around, "and"))
      return MLO_NO_NODE;
    return tested(n, mlo_tree_field(tree, around, MLO_FIELD_LEFT), 0);
  case MLO_PY_BLOCK: return tested_before(n, around, part);
  case MLO_PY_LIST_COMPREHENSION:
  case MLO_PY_SET_COMPREHENSION:
  case MLO_PY_DICT_COMPREHENSION:
  case MLO_PY_GENERATOR:
    return mlo_tree_kind(tree, part) == MLO_PY_FOR_IN_CLAUSE ? MLO_NO_NODE
                                                             : tested_in_comprehension(n, around);
  default: return MLO_NO_NODE;
  }
}

mlo_node mlo_facts_narrowed(const mlo_facts *self, mlo_node identifier,
                            const mlo_binding *binding) {
  const mlo_tree *tree = self->tree;
  narrowing n = {.tree = tree, .name = mlo_tree_text(tree, identifier), .bound = binding->target};
  mlo_node part = identifier, around = tree->nodes[part].parent;
  for (int i = 0; i < MOST_STEPS && around != MLO_NO_NODE; i++) {
    uint8_t kind = tree->nodes[around].kind;
    if (kind == MLO_PY_FUNCTION || kind == MLO_PY_LAMBDA || kind == MLO_PY_CLASS)
      return MLO_NO_NODE;
    mlo_node type = tested_around(&n, around, part);
    if (type != MLO_NO_NODE) return type;
    part = around;
    around = tree->nodes[part].parent;
  }
  return MLO_NO_NODE;
}
