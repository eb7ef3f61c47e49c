#include "facts/frame_step.h"

bool mlo_frame_is_deleted(const mlo_tree *tree, mlo_node node) {
  for (node = tree->nodes[node].parent; mlo_tree_kind(tree, node) == MLO_PY_EXPRESSION_LIST;)
    node = tree->nodes[node].parent;
  return mlo_tree_kind(tree, node) == MLO_PY_DELETE;
}

static mlo_frame_answer changed_subscript(mlo_frame_asking *a, const mlo_term *v,
                                          mlo_frame_answer from, int depth) {
  const mlo_tree *tree = a->tree;
  mlo_node owner = mlo_tree_field(tree, v->node, MLO_FIELD_VALUE);
  mlo_node key = mlo_tree_next_part(tree, owner);
  mlo_strs names = {0};
  if (mlo_tree_kind(tree, owner) == MLO_PY_ATTRIBUTE) key = mlo_tree_next_part(tree, key);
  if (key == MLO_NO_NODE ||
      (mlo_tree_kind(tree, owner) != MLO_PY_IDENTIFIER &&
       mlo_tree_kind(tree, mlo_tree_field(tree, owner, MLO_FIELD_OBJECT)) != MLO_PY_IDENTIFIER))
    return from;
  if (!mlo_frame_names(a, v, key, &names, depth)) return from;
  return mlo_frame_is_deleted(tree, v->node) ? mlo_frame_without(a, from, &names)
                                             : mlo_frame_with(a, from, &names);
}

/* df.columns = [...] */
static mlo_frame_answer changed_attribute(mlo_frame_asking *a, const mlo_term *v,
                                          mlo_frame_answer from, int depth) {
  const mlo_tree *tree = a->tree;
  mlo_node holder = tree->nodes[v->node].parent;
  mlo_str name = mlo_tree_text(tree, mlo_tree_field(tree, v->node, MLO_FIELD_ATTRIBUTE));
  if (!mlo_str_eq(name, MLO_STR("columns")) || mlo_tree_kind(tree, holder) != MLO_PY_ASSIGNMENT)
    return from;
  mlo_frame_answer renewed = mlo_frame_base(v);
  mlo_strs names = {0};
  if (mlo_frame_names(a, v, mlo_tree_field(tree, holder, MLO_FIELD_RIGHT), &names, depth))
    mlo_frame_select(&renewed.frame, &names, a->arena);
  return renewed;
}

/* What the function leaves of the parameter that the table went into. */
static mlo_frame_answer changed_by_function(mlo_frame_asking *a, const mlo_term *v, mlo_str name,
                                            mlo_frame_answer from, int depth) {
  uint32_t scope = mlo_term_callee(a->facts, v->node);
  uint32_t context =
      scope == UINT32_MAX ? UINT32_MAX : mlo_term_enter(a->facts, v->node, scope, v->context);
  const mlo_call *call = &a->facts->calls.items[mlo_facts_call(a->facts, v->node)];
  bool elsewhere = scope == UINT32_MAX && mlo_summary_uses(a->facts, call, name) & MLO_USE_CHANGES;
  if (context == UINT32_MAX) return elsewhere ? mlo_frame_unknown() : from;
  const mlo_binding *parameter = mlo_term_parameter(a->facts, context, name);
  uint32_t end =
      parameter ? mlo_flow_object_at_end(a->facts, (uint32_t)(parameter - a->facts->bindings.items))
                : MLO_NO_DEF;
  if (end == MLO_NO_DEF) return from;
  mlo_frame_answer left =
      mlo_frame_in_state(a, end, parameter->target, context, MLO_ASPECT_TABLE, depth + 1);
  return left;
}

static mlo_frame_answer changed_by_call(mlo_frame_asking *a, const mlo_term *v, mlo_str name,
                                        mlo_frame_answer from, int depth) {
  const mlo_call *call = &a->facts->calls.items[mlo_facts_call(a->facts, v->node)];
  mlo_node receiver = mlo_call_receiver(a->facts, call);
  bool own = mlo_tree_kind(a->tree, receiver) == MLO_PY_IDENTIFIER &&
             mlo_str_eq(mlo_tree_text(a->tree, receiver), name);
  if (!own) return changed_by_function(a, v, name, from, depth);
  mlo_node data;
  mlo_table_op op = mlo_facts_table_op(a->facts, call, &data);
  mlo_strs names = {0};
  if (op == MLO_OP_POP)
    return mlo_frame_names(a, v, mlo_frame_argument(a, call, "item", 0), &names, depth)
               ? mlo_frame_without(a, from, &names)
               : mlo_frame_unknown();
  if (op == MLO_OP_INSERT)
    return mlo_frame_names(a, v, mlo_frame_argument(a, call, "column", 1), &names, depth)
               ? mlo_frame_with(a, from, &names)
               : mlo_frame_unknown();
  if (op == MLO_OP_NONE || data != receiver) return from;
  return mlo_frame_passed_on(a, v, call, op, from, depth);
}

mlo_frame_answer mlo_frame_changed(mlo_frame_asking *a, mlo_node node, mlo_str name,
                                   uint32_t context, mlo_frame_answer from, mlo_frame_aspect what,
                                   int depth) {
  mlo_term v = {.node = node, .context = context};
  if (!from.frame.known) return from;
  if (what == MLO_ASPECT_LIST) return mlo_frame_list_changed(a, &v, name, from, depth);
  switch (mlo_tree_kind(a->tree, node)) {
  case MLO_PY_SUBSCRIPT: return changed_subscript(a, &v, from, depth);
  case MLO_PY_ATTRIBUTE: return changed_attribute(a, &v, from, depth);
  case MLO_PY_CALL: return changed_by_call(a, &v, name, from, depth);
  default: return from;
  }
}
