#include "facts/flow.h"
#include "facts/scope.h"

enum { DEEPEST = 32 };

/* a stands before b. */
typedef struct pair {
  const mlo_facts *facts;
  const mlo_tree *tree;
  mlo_node a, b;
} pair;

/* What is defined in a loop is another value in each round: both reads must be inside or both outside. */
static bool same_round(const pair *p, mlo_node defined) {
  const mlo_tree *tree = p->tree;
  for (mlo_node n = defined; n != MLO_NO_NODE; n = tree->nodes[n].parent) {
    if (tree->nodes[n].kind != MLO_PY_FOR && tree->nodes[n].kind != MLO_PY_WHILE) continue;
    if (n == defined) continue; /* joined behind the loop */
    if (mlo_tree_holds(tree, n, p->a) != mlo_tree_holds(tree, n, p->b)) return false;
  }
  return true;
}

/* A name of a scope around: only what is bound once, or never bound here, is sure to be the same at any time. */
static bool same_outer_name(const pair *p, mlo_node a, mlo_node b) {
  mlo_reaching x, y;
  mlo_facts_reaching(p->facts, a, &x);
  mlo_facts_reaching(p->facts, b, &y);
  if (x.bindings.len != y.bindings.len || x.bindings.len > 1) return false;
  if (!x.bindings.len) return true;
  const mlo_binding *binding = &p->facts->bindings.items[x.bindings.items[0]];
  uint32_t last =
      mlo_name_table_get(&p->facts->names, p->tree->text, binding->scope, binding->name);
  return x.bindings.items[0] == y.bindings.items[0] && !binding->before &&
         mlo_binding_at(p->facts, last) == binding && same_round(p, binding->target);
}

static bool same_name(const pair *p, mlo_node a, mlo_node b) {
  const mlo_facts *facts = p->facts;
  if (!mlo_str_eq(mlo_tree_text(p->tree, a), mlo_tree_text(p->tree, b))) return false;
  const mlo_binding *x = mlo_facts_binding(facts, a), *y = mlo_facts_binding(facts, b);
  if (!x && !y) return true;
  if (!x || !y || x->scope != y->scope) return false;
  uint32_t one = mlo_flow_value(facts, a), other = mlo_flow_value(facts, b);
  bool inner = one > MLO_DEF_UNBOUND && other > MLO_DEF_UNBOUND;
  if (!inner || mlo_facts_function(facts, a) != mlo_facts_function(facts, b))
    return one == MLO_NO_DEF || other == MLO_NO_DEF ? x == y : same_outer_name(p, a, b);
  return one == other && same_round(p, mlo_flow_def(facts, one)->node);
}

/* The attribute's or subscript's chain as a name that an assignment can be compared with. */
static bool is_rebound_between(const pair *p, mlo_node chain) {
  const mlo_tree *tree = p->tree;
  mlo_str text = mlo_tree_text(tree, chain);
  for (mlo_node n = p->a + 1; n < p->b; n++) {
    uint8_t kind = tree->nodes[n].kind;
    if (kind != MLO_PY_ASSIGNMENT && kind != MLO_PY_AUGMENTED_ASSIGNMENT && kind != MLO_PY_DELETE)
      continue;
    mlo_node target = kind == MLO_PY_DELETE ? n : mlo_tree_field(tree, n, MLO_FIELD_LEFT);
    uint32_t end = target == MLO_NO_NODE ? 0 : tree->nodes[target].end;
    for (mlo_node m = target; m < tree->count && tree->nodes[m].start < end; m++)
      if (tree->nodes[m].kind == tree->nodes[chain].kind &&
          mlo_str_eq(mlo_tree_text(tree, m), text))
        return true;
  }
  return false;
}

static bool same_constant(const mlo_facts *facts, mlo_node a, mlo_node b) {
  mlo_constant x = mlo_facts_constant(facts, a), y = mlo_facts_constant(facts, b);
  if (x.kind != y.kind || x.partial || y.partial) return false;
  if (x.kind == MLO_CONSTANT_STRING) return mlo_str_eq(x.text, y.text);
  return x.kind == MLO_CONSTANT_INTEGER && x.integer == y.integer;
}

static bool same_chain(const pair *p, mlo_node a, mlo_node b, int depth) {
  const mlo_tree *tree = p->tree;
  a = mlo_tree_bare(tree, a);
  b = mlo_tree_bare(tree, b);
  if (a == b && a != MLO_NO_NODE) return true;
  uint8_t kind = mlo_tree_kind(tree, a);
  if (depth > DEEPEST || kind != mlo_tree_kind(tree, b)) return false;
  if (kind == MLO_PY_IDENTIFIER) return same_name(p, a, b);
  unsigned part = kind == MLO_PY_ATTRIBUTE ? MLO_FIELD_ATTRIBUTE : MLO_FIELD_SUBSCRIPT;
  unsigned owner = kind == MLO_PY_ATTRIBUTE ? MLO_FIELD_OBJECT : MLO_FIELD_VALUE;
  if (kind != MLO_PY_ATTRIBUTE && kind != MLO_PY_SUBSCRIPT) return false;
  mlo_node x = mlo_tree_field(tree, a, part), y = mlo_tree_field(tree, b, part);
  if (kind == MLO_PY_SUBSCRIPT) {
    bool single =
        mlo_tree_next_part(tree, x) == MLO_NO_NODE && mlo_tree_next_part(tree, y) == MLO_NO_NODE;
    if (!single || !same_constant(p->facts, x, y)) return false;
  } else if (!mlo_str_eq(mlo_tree_text(tree, x), mlo_tree_text(tree, y))) {
    return false;
  }
  return !is_rebound_between(p, a) &&
         same_chain(p, mlo_tree_field(tree, a, owner), mlo_tree_field(tree, b, owner), depth + 1);
}

bool mlo_facts_same_value(const mlo_facts *self, mlo_node a, mlo_node b) {
  if (a == MLO_NO_NODE || b == MLO_NO_NODE) return false;
  pair p = {.facts = self, .tree = self->tree, .a = a < b ? a : b, .b = a < b ? b : a};
  return same_chain(&p, p.a, p.b, 0);
}
