#include "facts/flow_table.h"

#include "facts/known.h"

/* Where a unit gives names new definitions, found before the walk, so that the heads of loops and handlers know what
 * changes in them. */

typedef struct search {
  const mlo_facts *facts;
  const mlo_tree *tree;
  struct mlo_flow *flow;
  mlo_sites *out;
} search;

mlo_node mlo_flow_root(const mlo_tree *tree, mlo_node expression) {
  for (mlo_node n = expression; n != MLO_NO_NODE;) {
    switch (tree->nodes[n].kind) {
    case MLO_PY_IDENTIFIER: return n;
    case MLO_PY_PARENTHESIZED: n = mlo_tree_part(tree, n); break;
    case MLO_PY_ATTRIBUTE: n = mlo_tree_field(tree, n, MLO_FIELD_OBJECT); break;
    case MLO_PY_SUBSCRIPT: n = mlo_tree_field(tree, n, MLO_FIELD_VALUE); break;
    default: return MLO_NO_NODE;
    }
  }
  return MLO_NO_NODE;
}

static void add(search *s, mlo_node node, mlo_node root, uint32_t variable, uint32_t binding) {
  if (!variable) return;
  mlo_site site = {.node = node, .root = root, .variable = variable, .binding = binding};
  MLO_PUSH(s->facts->arena, s->out, site);
  if (!s->flow->site_at[node]) s->flow->site_at[node] = s->out->len;
}

static void add_change(search *s, mlo_node node, mlo_node root) {
  uint32_t variable = root == MLO_NO_NODE ? 0 : mlo_flow_variable(s->facts, root);
  uint32_t others[MLO_MOST_ALIASES];
  if (!variable) return;
  add(s, node, root, variable, UINT32_MAX);
  uint32_t count = mlo_flow_aliases(s->flow, variable, others);
  for (uint32_t i = 0; i < count; i++) add(s, node, root, others[i], UINT32_MAX);
}

/* --- x[k] = v, x.a += v, del x[k] --- */

static bool is_stored_to(const mlo_tree *tree, mlo_node target) {
  mlo_node part = target;
  for (mlo_node n = tree->nodes[part].parent; n != MLO_NO_NODE;
       part = n, n = tree->nodes[n].parent) {
    switch (tree->nodes[n].kind) {
    case MLO_PY_PATTERN_LIST:
    case MLO_PY_TUPLE_PATTERN:
    case MLO_PY_LIST_PATTERN:
    case MLO_PY_LIST_SPLAT_PATTERN:
    case MLO_PY_EXPRESSION_LIST:
    case MLO_PY_TUPLE:
    case MLO_PY_PARENTHESIZED: break;
    case MLO_PY_DELETE: return true;
    case MLO_PY_ASSIGNMENT:
    case MLO_PY_AUGMENTED_ASSIGNMENT:
    case MLO_PY_FOR: return tree->nodes[part].field == MLO_FIELD_LEFT;
    default: return false;
    }
  }
  return false;
}

/* --- calls --- */

static bool is_in_place(const search *s, const mlo_call *call) {
  if (mlo_changes_receiver(call->method)) return true;
  return mlo_call_keyword(s->facts, call, MLO_STR("inplace")) != MLO_NO_NODE;
}

/* A function that this project may hold the text of: it may change what it is given. */
static bool is_own_function(const search *s, const mlo_call *call) {
  const mlo_facts *facts = s->facts;
  mlo_node callee = call->callee;
  if (mlo_tree_kind(s->tree, callee) == MLO_PY_ATTRIBUTE) {
    mlo_node object = mlo_tree_field(s->tree, callee, MLO_FIELD_OBJECT);
    uint32_t variable = mlo_flow_variable(facts, object);
    const mlo_binding *binding = mlo_binding_at(facts, variable);
    return binding && facts->scopes.items[binding->scope].receiver == binding->target;
  }
  const mlo_binding *binding = mlo_binding_at(facts, mlo_flow_variable(facts, callee));
  if (!binding) return false;
  if (binding->kind == MLO_BIND_FUNCTION) return true;
  return binding->kind == MLO_BIND_IMPORT && mlo_term_summary(facts, call) != NULL;
}

static void add_arguments(search *s, const mlo_call *call) {
  const mlo_tree *tree = s->tree;
  for (mlo_node n = mlo_tree_part(tree, call->arguments); n != MLO_NO_NODE;
       n = mlo_tree_next_part(tree, n)) {
    mlo_node value = tree->nodes[n].kind == MLO_PY_KEYWORD_ARGUMENT
                         ? mlo_tree_field(tree, n, MLO_FIELD_VALUE)
                         : n;
    if (mlo_tree_kind(tree, value) == MLO_PY_IDENTIFIER) add_change(s, call->node, value);
  }
}

static void read_call(search *s, mlo_node node) {
  const mlo_call *call = &s->facts->calls.items[mlo_facts_call(s->facts, node)];
  mlo_node receiver = mlo_call_receiver(s->facts, call);
  if (receiver != MLO_NO_NODE && is_in_place(s, call))
    add_change(s, node, mlo_flow_root(s->tree, receiver));
  if (!is_own_function(s, call)) return;
  if (receiver != MLO_NO_NODE) add_change(s, node, receiver);
  if (mlo_tree_kind(s->tree, call->arguments) == MLO_PY_ARGUMENTS) add_arguments(s, call);
}

static void read_node(search *s, mlo_node n) {
  uint32_t target = s->flow->target_of[n];
  const mlo_facts *facts = s->facts;
  switch (s->tree->nodes[n].kind) {
  case MLO_PY_IDENTIFIER:
    if (target) {
      const mlo_binding *binding = mlo_binding_at(facts, target);
      add(s, n, n, mlo_name_table_get(&facts->names, s->tree->text, binding->scope, binding->name),
          target - 1);
    }
    return;
  case MLO_PY_SUBSCRIPT:
  case MLO_PY_ATTRIBUTE:
    if (is_stored_to(s->tree, n)) add_change(s, n, mlo_flow_root(s->tree, n));
    return;
  case MLO_PY_CALL: read_call(s, n); return;
  default: return;
  }
}

void mlo_flow_sites(const mlo_facts *facts, struct mlo_flow *flow, uint32_t unit, mlo_sites *out) {
  const mlo_tree *tree = facts->tree;
  search s = {.facts = facts, .tree = tree, .flow = flow, .out = out};
  mlo_node first = facts->scopes.items[unit].first;
  mlo_node end = mlo_tree_skip(tree, first);
  for (mlo_node n = first; n < end;) {
    flow->steps++;
    bool later = n != first && mlo_tree_runs_later(tree, n);
    if (!later) read_node(&s, n);
    n = later ? mlo_tree_skip(tree, n) : n + 1;
  }
}
