#include "facts/flow_table.h"

/* Managers that may swallow what their block raises: behind them, part of the block may not have run. Most do not, so what is
 * not known is taken for one that does not. By the text of the callee: names are not asked for while flow is made. */

static mlo_str last_name(const mlo_tree *tree, mlo_node callee) {
  if (mlo_tree_kind(tree, callee) == MLO_PY_ATTRIBUTE)
    callee = mlo_tree_field(tree, callee, MLO_FIELD_ATTRIBUTE);
  return mlo_tree_kind(tree, callee) == MLO_PY_IDENTIFIER ? mlo_tree_text(tree, callee)
                                                          : (mlo_str){0};
}

static bool is_known_to_swallow(mlo_str name) {
  static const mlo_str names[] = {
      MLO_STR_INIT("suppress"),           MLO_STR_INIT("raises"),
      MLO_STR_INIT("assertRaises"),       MLO_STR_INIT("assertRaisesRegex"),
      MLO_STR_INIT("assertRaisesRegexp"), MLO_STR_INIT("assertRaisesMessage"),
      MLO_STR_INIT("assert_raises"),      MLO_STR_INIT("assert_raises_regex")};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (mlo_str_eq(name, names[i])) return true;
  return false;
}

/* True if some return of the function gives more than None or False. */
static bool may_return_true(const mlo_facts *facts, uint32_t scope) {
  for (uint32_t i = facts->scopes.items[scope].returns; i; i = facts->returns.items[i - 1].before) {
    mlo_node value =
        mlo_tree_bare(facts->tree, mlo_tree_part(facts->tree, facts->returns.items[i - 1].node));
    uint8_t kind = mlo_tree_kind(facts->tree, value);
    if (value != MLO_NO_NODE && kind != MLO_PY_NONE && kind != MLO_PY_FALSE) return true;
  }
  return false;
}

/* True if an except clause of this try ends without raising. */
static bool has_handler(const mlo_tree *tree, mlo_node statement) {
  for (mlo_node c = mlo_tree_part(tree, statement); c != MLO_NO_NODE;
       c = mlo_tree_next_part(tree, c)) {
    mlo_node block = MLO_NO_NODE, last = MLO_NO_NODE;
    if (tree->nodes[c].kind != MLO_PY_EXCEPT) continue;
    for (mlo_node n = mlo_tree_part(tree, c); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n))
      if (tree->nodes[n].kind == MLO_PY_BLOCK) block = n;
    for (mlo_node n = mlo_tree_part(tree, block); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n))
      last = n;
    if (mlo_tree_kind(tree, last) != MLO_PY_RAISE) return true;
  }
  return false;
}

/* @contextmanager: what the block raises, the yield raises. */
static bool catches_at_yield(const mlo_facts *facts, uint32_t scope) {
  const mlo_tree *tree = facts->tree;
  mlo_node end = facts->scopes.items[scope].node;
  for (uint32_t i = facts->scopes.items[scope].returns; i; i = facts->returns.items[i - 1].before) {
    const mlo_return *found = &facts->returns.items[i - 1];
    for (mlo_node n = found->node; found->yields && n != end; n = tree->nodes[n].parent)
      if (tree->nodes[n].field == MLO_FIELD_BODY &&
          mlo_tree_kind(tree, tree->nodes[n].parent) == MLO_PY_TRY &&
          has_handler(tree, tree->nodes[n].parent))
        return true;
  }
  return false;
}

/* A class or function of this file. */
static bool own_swallows(const mlo_facts *facts, mlo_node callee) {
  const mlo_binding *binding = mlo_binding_at(facts, mlo_flow_variable(facts, callee));
  if (!binding) return false;
  if (binding->kind == MLO_BIND_FUNCTION)
    return catches_at_yield(facts, mlo_facts_scope_of(facts, binding->value));
  if (binding->kind != MLO_BIND_CLASS) return false;
  uint32_t class = mlo_facts_scope_of(facts, binding->value);
  const mlo_binding *leave = mlo_scope_last(facts, class, MLO_STR("__exit__"));
  if (!leave) leave = mlo_scope_last(facts, class, MLO_STR("__aexit__"));
  return leave && leave->kind == MLO_BIND_FUNCTION &&
         may_return_true(facts, mlo_facts_scope_of(facts, leave->value));
}

bool mlo_flow_swallows(const mlo_facts *facts, mlo_node with) {
  const mlo_tree *tree = facts->tree;
  mlo_node body = mlo_tree_field(tree, with, MLO_FIELD_BODY);
  for (mlo_node n = with + 1; n < body; n++) {
    if (tree->nodes[n].kind != MLO_PY_CALL) continue;
    mlo_node callee = mlo_tree_field(tree, n, MLO_FIELD_FUNCTION);
    if (is_known_to_swallow(last_name(tree, callee)) || own_swallows(facts, callee)) return true;
    n = mlo_tree_skip(tree, n) - 1;
  }
  return false;
}
