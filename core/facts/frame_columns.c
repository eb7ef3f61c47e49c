#include "facts/frame_step.h"

bool mlo_frame_names(mlo_frame_asking *a, const mlo_term *v, mlo_node list, mlo_strs *out,
                     int depth) {
  out->len = 0;
  mlo_frame_answer found = mlo_frame_of_node(a, v, list, MLO_ASPECT_LIST, depth);
  if (!found.frame.known || !found.frame.columns.exact) return false;
  for (uint32_t i = 0; i < found.frame.columns.has.len; i++)
    MLO_PUSH(a->arena, out, found.frame.columns.has.items[i]);
  return true;
}

mlo_frame_answer mlo_frame_without(mlo_frame_asking *a, mlo_frame_answer from,
                                   const mlo_strs *names) {
  mlo_frame_own_lists(&from.frame, a->arena);
  for (uint32_t i = 0; i < names->len; i++) mlo_frame_lose(&from.frame, names->items[i], a->arena);
  return from;
}

mlo_frame_answer mlo_frame_with(mlo_frame_asking *a, mlo_frame_answer from, const mlo_strs *names) {
  mlo_frame_own_lists(&from.frame, a->arena);
  for (uint32_t i = 0; i < names->len; i++) mlo_frame_add(&from.frame, names->items[i], a->arena);
  return from;
}

static mlo_frame_answer listed(const mlo_term *v) {
  mlo_frame_answer out = mlo_frame_base(v);
  out.frame.columns.exact = true;
  return out;
}

mlo_frame_answer mlo_frame_list_display(mlo_frame_asking *a, const mlo_term *v) {
  mlo_frame_answer out = listed(v);
  for (mlo_node n = mlo_tree_part(a->tree, v->node); n != MLO_NO_NODE;
       n = mlo_tree_next_part(a->tree, n)) {
    mlo_constant constant = mlo_facts_constant(a->facts, n);
    if (constant.kind != MLO_CONSTANT_STRING || constant.partial) return mlo_frame_unknown();
    MLO_PUSH(a->arena, &out.frame.columns.has, constant.text);
  }
  return out;
}

static mlo_frame_answer list_sum(mlo_frame_asking *a, const mlo_term *v, int depth) {
  const mlo_tree *tree = a->tree;
  mlo_str sign = mlo_tree_text(tree, mlo_tree_field(tree, v->node, MLO_FIELD_OPERATOR));
  mlo_frame_answer left = mlo_frame_of_node(a, v, mlo_tree_field(tree, v->node, MLO_FIELD_LEFT),
                                            MLO_ASPECT_LIST, depth);
  mlo_strs right = {0};
  if (!left.frame.known ||
      !mlo_frame_names(a, v, mlo_tree_field(tree, v->node, MLO_FIELD_RIGHT), &right, depth))
    return mlo_frame_unknown();
  if (mlo_str_eq(sign, MLO_STR("-"))) return mlo_frame_without(a, left, &right);
  return mlo_str_eq(sign, MLO_STR("+")) || mlo_str_eq(sign, MLO_STR("|"))
             ? mlo_frame_with(a, left, &right)
             : mlo_frame_unknown();
}

/* c != "y", c not in ["y", "z"], and such conditions joined by `and`: what they leave out. */
static bool left_out(mlo_frame_asking *a, const mlo_term *v, mlo_node condition, mlo_str variable,
                     mlo_strs *out, int depth) {
  const mlo_tree *tree = a->tree;
  condition = mlo_tree_bare(tree, condition);
  if (mlo_tree_kind(tree, condition) == MLO_PY_BOOLEAN_OPERATOR && depth < DEEPEST_FRAME)
    return mlo_str_eq(mlo_tree_text(tree, mlo_tree_field(tree, condition, MLO_FIELD_OPERATOR)),
                      MLO_STR("and")) &&
           left_out(a, v, mlo_tree_field(tree, condition, MLO_FIELD_LEFT), variable, out,
                    depth + 1) &&
           left_out(a, v, mlo_tree_field(tree, condition, MLO_FIELD_RIGHT), variable, out,
                    depth + 1);
  mlo_node left = mlo_tree_part(tree, condition), right = mlo_tree_next_part(tree, left);
  mlo_str sign = mlo_tree_text(tree, mlo_tree_field(tree, condition, MLO_FIELD_OPERATORS));
  bool leaves_out = mlo_str_eq(sign, MLO_STR("!=")) || mlo_str_eq(sign, MLO_STR("not in"));
  if (mlo_tree_kind(tree, condition) != MLO_PY_COMPARISON || !leaves_out ||
      !mlo_str_eq(mlo_tree_text(tree, left), variable))
    return false;
  mlo_strs names = {0};
  if (!mlo_frame_names(a, v, right, &names, depth)) return false;
  for (uint32_t i = 0; i < names.len; i++) MLO_PUSH(a->arena, out, names.items[i]);
  return true;
}

/* [c for c in columns if c != "y"] */
static mlo_frame_answer list_comprehension(mlo_frame_asking *a, const mlo_term *v, int depth) {
  const mlo_tree *tree = a->tree;
  mlo_node element = mlo_tree_field(tree, v->node, MLO_FIELD_BODY);
  mlo_node clause = mlo_tree_next_part(tree, element), condition = mlo_tree_next_part(tree, clause);
  mlo_str variable = mlo_tree_text(tree, element);
  if (mlo_tree_kind(tree, clause) != MLO_PY_FOR_IN_CLAUSE ||
      !mlo_str_eq(mlo_tree_text(tree, mlo_tree_field(tree, clause, MLO_FIELD_LEFT)), variable))
    return mlo_frame_unknown();
  mlo_frame_answer from = mlo_frame_of_node(a, v, mlo_tree_field(tree, clause, MLO_FIELD_RIGHT),
                                            MLO_ASPECT_LIST, depth);
  mlo_strs names = {0};
  if (condition != MLO_NO_NODE &&
      !left_out(a, v, mlo_tree_part(tree, condition), variable, &names, depth))
    return mlo_frame_unknown();
  return from.frame.known ? mlo_frame_without(a, from, &names) : mlo_frame_unknown();
}

/* df.columns != "y" */
static mlo_frame_answer list_mask(mlo_frame_asking *a, const mlo_term *v, int depth) {
  const mlo_tree *tree = a->tree;
  mlo_node left = mlo_tree_part(tree, v->node);
  mlo_strs names = {0};
  mlo_frame_answer from = mlo_frame_of_node(a, v, left, MLO_ASPECT_LIST, depth);
  if (!from.frame.known || !left_out(a, v, v->node, mlo_tree_text(tree, left), &names, depth))
    return mlo_frame_unknown();
  return mlo_frame_without(a, from, &names);
}

static mlo_frame_answer list_call(mlo_frame_asking *a, const mlo_term *v, const mlo_call *call,
                                  int depth) {
  static const mlo_str same[] = {MLO_STR_INIT("list"), MLO_STR_INIT("sorted"), MLO_STR_INIT("set"),
                                 MLO_STR_INIT("tuple"), MLO_STR_INIT("array")};
  static const mlo_str same_methods[] = {MLO_STR_INIT("tolist"), MLO_STR_INIT("to_list"),
                                         MLO_STR_INIT("copy"), MLO_STR_INIT("keys")};
  mlo_node receiver = mlo_call_receiver(a->facts, call);
  mlo_node argument = mlo_call_argument(a->facts, call, (mlo_str){0}, 0);
  bool method = receiver != MLO_NO_NODE;
  for (size_t i = 0; !method && i < sizeof same / sizeof *same; i++)
    if (mlo_str_eq(call->method, same[i]))
      return mlo_frame_of_node(a, v, argument, MLO_ASPECT_LIST, depth);
  for (size_t i = 0; method && i < sizeof same_methods / sizeof *same_methods; i++)
    if (mlo_str_eq(call->method, same_methods[i]))
      return mlo_frame_of_node(a, v, receiver, MLO_ASPECT_LIST, depth);
  bool minus =
      mlo_str_eq(call->method, MLO_STR("drop")) || mlo_str_eq(call->method, MLO_STR("difference"));
  mlo_strs names = {0};
  if (!method || !minus || !mlo_frame_names(a, v, argument, &names, depth))
    return mlo_frame_unknown();
  mlo_frame_answer from = mlo_frame_of_node(a, v, receiver, MLO_ASPECT_LIST, depth);
  return from.frame.known ? mlo_frame_without(a, from, &names) : mlo_frame_unknown();
}

mlo_frame_answer mlo_frame_list(mlo_frame_asking *a, const mlo_term *v, int depth,
                                bool *understood) {
  const mlo_tree *tree = a->tree;
  *understood = true;
  switch (tree->nodes[v->node].kind) {
  case MLO_PY_STRING:
  case MLO_PY_CONCATENATED_STRING: {
    mlo_constant constant = mlo_facts_constant(a->facts, v->node);
    mlo_frame_answer out = listed(v);
    if (constant.kind != MLO_CONSTANT_STRING || constant.partial) return mlo_frame_unknown();
    MLO_PUSH(a->arena, &out.frame.columns.has, constant.text);
    return out;
  }
  case MLO_PY_LIST:
  case MLO_PY_TUPLE:
  case MLO_PY_EXPRESSION_LIST:
  case MLO_PY_SET: return mlo_frame_list_display(a, v);
  case MLO_PY_BINARY_OPERATOR: return list_sum(a, v, depth);
  case MLO_PY_LIST_COMPREHENSION: return list_comprehension(a, v, depth);
  case MLO_PY_COMPARISON: return list_mask(a, v, depth);
  case MLO_PY_ATTRIBUTE: {
    mlo_str name = mlo_tree_text(tree, mlo_tree_field(tree, v->node, MLO_FIELD_ATTRIBUTE));
    mlo_node object = mlo_tree_field(tree, v->node, MLO_FIELD_OBJECT);
    if (mlo_str_eq(name, MLO_STR("columns")))
      return mlo_frame_of_node(a, v, object, MLO_ASPECT_TABLE, depth);
    if (mlo_str_eq(name, MLO_STR("values")))
      return mlo_frame_of_node(a, v, object, MLO_ASPECT_LIST, depth);
    break;
  }
  case MLO_PY_CALL: {
    mlo_frame_answer out =
        list_call(a, v, &a->facts->calls.items[mlo_facts_call(a->facts, v->node)], depth);
    if (out.frame.known) return out;
    break;
  }
  default: break;
  }
  *understood = false;
  return mlo_frame_unknown();
}

mlo_frame_answer mlo_frame_list_changed(mlo_frame_asking *a, const mlo_term *v, mlo_str name,
                                        mlo_frame_answer from, int depth) {
  uint32_t index = mlo_facts_call(a->facts, v->node);
  const mlo_call *call = index == UINT32_MAX ? NULL : &a->facts->calls.items[index];
  mlo_node receiver = call ? mlo_call_receiver(a->facts, call) : MLO_NO_NODE;
  if (receiver == MLO_NO_NODE || !mlo_str_eq(mlo_tree_text(a->tree, receiver), name))
    return call ? from : mlo_frame_unknown();
  mlo_strs names = {0};
  bool minus = mlo_str_eq(call->method, MLO_STR("remove"));
  bool plus =
      mlo_str_eq(call->method, MLO_STR("append")) || mlo_str_eq(call->method, MLO_STR("extend")) ||
      mlo_str_eq(call->method, MLO_STR("add")) || mlo_str_eq(call->method, MLO_STR("update"));
  if ((!minus && !plus) ||
      !mlo_frame_names(a, v, mlo_frame_argument(a, call, "", 0), &names, depth))
    return mlo_frame_unknown();
  return minus ? mlo_frame_without(a, from, &names) : mlo_frame_with(a, from, &names);
}
