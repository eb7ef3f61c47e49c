#include "facts/fold.h"

enum { DEEPEST = 200, MOST_STEPS = 4000, MOST_VALUES = 8 };

/* --- names --- */

static mlo_constant fold_value(mlo_folding *f, mlo_node place, mlo_node value, int32_t item) {
  if (item >= 0) value = mlo_tree_item(f->tree, mlo_tree_bare(f->tree, value), item);
  return value == MLO_NO_NODE ? mlo_unknown_at(place) : mlo_fold(f, value);
}

/* What another module of the project gives a name. */
static mlo_constant fold_outside(mlo_folding *f, mlo_node place, mlo_str qualified) {
  const mlo_outside *outside = f->facts->outside;
  mlo_constant constant = mlo_unknown_at(place);
  if (!outside || !qualified.len) return constant;
  if (!outside->constant(outside->ctx, qualified, f->arena, &constant))
    return mlo_unknown_at(place);
  constant.node = place;
  return constant;
}

/* field(default=X) of dataclasses, Field(X) of pydantic: what stands for the value of a class's name. */
static mlo_node default_in_class(const mlo_folding *f, mlo_node value) {
  uint32_t index = mlo_facts_call(f->facts, value);
  if (index == UINT32_MAX) return value;
  const mlo_call *call = &f->facts->calls.items[index];
  mlo_str name = mlo_facts_name(f->facts, call->callee);
  if (mlo_str_eq(name, MLO_STR("dataclasses.field")))
    return mlo_call_argument(f->facts, call, MLO_STR("default"), -1);
  bool field =
      mlo_str_eq(call->method, MLO_STR("Field")) &&
      (mlo_str_starts(name, MLO_STR("pydantic.")) || mlo_str_eq(name, MLO_STR("sqlmodel.Field")));
  return field ? mlo_call_argument(f->facts, call, MLO_STR("default"), 0) : value;
}

/* A name that is bound more than once is known where all values agree that may reach its read. */
static mlo_constant fold_reaching(mlo_folding *f, mlo_node place) {
  mlo_source_values values = {0};
  mlo_facts_origins(f->facts, place, &values);
  if (values.len == 0 || values.len > MOST_VALUES) return mlo_unknown_at(place);
  mlo_constant all = {0};
  for (uint32_t i = 0; i < values.len; i++) {
    const mlo_source_value *value = &values.items[i];
    uint8_t kind = mlo_tree_kind(f->tree, value->node);
    if (value->item >= 0 || kind == MLO_PY_IDENTIFIER || kind == MLO_PY_ATTRIBUTE)
      return mlo_unknown_at(place);
    mlo_constant one = mlo_fold(f, value->node);
    all = i ? mlo_fold_agreed(place, &all, &one) : one;
    if (all.kind == MLO_CONSTANT_UNKNOWN) return all;
  }
  return all;
}

/* Code that runs later may find the name at any of its values. */
static mlo_constant fold_all(mlo_folding *f, mlo_node place, const mlo_binding *last) {
  mlo_constant all = {0};
  if (last->nth >= MOST_VALUES) return mlo_unknown_at(place);
  for (const mlo_binding *b = last; b; b = mlo_binding_at(f->facts, b->before)) {
    if (b->kind != MLO_BIND_ASSIGN) return mlo_unknown_at(place);
    mlo_constant one = fold_value(f, place, b->value, b->item);
    all = b == last ? one : mlo_fold_agreed(place, &all, &one);
  }
  return all;
}

static mlo_constant fold_binding(mlo_folding *f, mlo_node place, const mlo_binding *binding) {
  if (!binding) return mlo_unknown_at(place);
  if (binding->kind == MLO_BIND_IMPORT) return fold_outside(f, place, binding->qualified);
  if (binding->kind == MLO_BIND_PARAMETER) return mlo_fold_parameter(f, place, binding);
  uint32_t last =
      mlo_name_table_get(&f->facts->names, f->tree->text, binding->scope, binding->name);
  const mlo_binding *newest = mlo_binding_at(f->facts, last);
  bool once = !binding->before && newest == binding;
  bool in_place =
      mlo_scope_runs_in_place(f->facts, mlo_facts_scope(f->facts, place), binding->scope);
  if (!once) return in_place ? fold_reaching(f, place) : fold_all(f, place, newest);
  if (binding->kind != MLO_BIND_ASSIGN) return mlo_unknown_at(place);
  return fold_value(f, place, binding->value, binding->item);
}

/* --- attributes --- */

/* A name of a class's body that is bound once there. */
static mlo_constant fold_class_name(mlo_folding *f, mlo_node place, const mlo_binding *binding) {
  bool once = binding && binding->kind == MLO_BIND_ASSIGN && !binding->before && binding->item < 0;
  if (!once) return mlo_unknown_at(place);
  return fold_value(f, place, default_in_class(f, binding->value), -1);
}

/* True if some call of the class in this file gives this field another value. */
static bool is_given(const mlo_folding *f, uint32_t class, mlo_str field) {
  if (mlo_fold_is_assigned(f, field)) return true;
  f->facts->memo->fold_steps += f->facts->calls.len / 16;
  mlo_node definition = f->facts->scopes.items[class].node;
  mlo_str name = mlo_tree_text(f->tree, mlo_tree_field(f->tree, definition, MLO_FIELD_NAME));
  for (uint32_t i = 0; i < f->facts->calls.len; i++) {
    const mlo_call *call = &f->facts->calls.items[i];
    if (!mlo_str_eq(call->method, name)) continue;
    bool others = mlo_call_has_splat(f->facts, call) || mlo_call_positional_count(f->facts, call);
    if (others || mlo_call_keyword(f->facts, call, field) != MLO_NO_NODE) return true;
  }
  return false;
}

/* self.x and Config.X: assigned once, in the class or to self; or in a base of this file. */
static mlo_constant fold_member(mlo_folding *f, mlo_node place, uint32_t class, mlo_str name) {
  const mlo_facts *facts = f->facts;
  for (int depth = 0; depth < 8 && class != UINT32_MAX; depth++) {
    const mlo_member *member = mlo_scope_member(facts, class, name);
    const mlo_binding *binding = mlo_scope_last(facts, class, name);
    bool assigned = binding && binding->value != MLO_NO_NODE;
    if (member && (member->before || assigned)) return mlo_unknown_at(place);
    if (member) return fold_value(f, place, member->value, member->item);
    if (binding && binding->type != MLO_NO_NODE && is_given(f, class, name))
      return mlo_unknown_at(place);
    if (binding) return fold_class_name(f, place, binding);
    mlo_node bases =
        mlo_tree_field(f->tree, facts->scopes.items[class].node, MLO_FIELD_SUPERCLASSES);
    uint32_t base = mlo_facts_class(facts, mlo_tree_part(f->tree, bases));
    class = base < class ? base : UINT32_MAX;
  }
  return mlo_unknown_at(place);
}

static bool is_options(mlo_str name) {
  static const mlo_str names[] = {MLO_STR_INIT("argparse.ArgumentParser.parse_args()"),
                                  MLO_STR_INIT("argparse.ArgumentParser.parse_known_args()[]"),
                                  MLO_STR_INIT("argparse.Namespace")};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (mlo_str_eq(names[i], name)) return true;
  return false;
}

/* The class of an enumeration whose member this is: Color in Color.RED. */
static uint32_t enumeration_of(const mlo_folding *f, mlo_node member) {
  if (mlo_tree_kind(f->tree, member) != MLO_PY_ATTRIBUTE) return UINT32_MAX;
  uint32_t class = mlo_facts_class(f->facts, member);
  uint32_t owner = mlo_facts_class(f->facts, mlo_tree_field(f->tree, member, MLO_FIELD_OBJECT));
  return class == owner ? class : UINT32_MAX;
}

static mlo_constant fold_attribute(mlo_folding *f, mlo_node node) {
  const mlo_facts *facts = f->facts;
  mlo_node object = mlo_tree_field(f->tree, node, MLO_FIELD_OBJECT);
  mlo_str name = mlo_tree_text(f->tree, mlo_tree_field(f->tree, node, MLO_FIELD_ATTRIBUTE));
  if (mlo_str_eq(name, MLO_STR("value"))) {
    uint32_t enumeration = enumeration_of(f, object);
    mlo_str member = mlo_tree_text(f->tree, mlo_tree_field(f->tree, object, MLO_FIELD_ATTRIBUTE));
    if (enumeration != UINT32_MAX)
      return fold_class_name(f, node, mlo_scope_last(facts, enumeration, member));
  }
  uint32_t class = mlo_facts_class(facts, object);
  if (class != UINT32_MAX) return fold_member(f, node, class, name);
  mlo_str owner = mlo_facts_object(facts, object);
  if (is_options(owner)) return mlo_fold_option(f, node, name);
  if (mlo_str_eq(owner, MLO_STR("pathlib.Path"))) {
    mlo_constant path = mlo_fold(f, object);
    return mlo_fold_path_part(node, &path, name);
  }
  if (mlo_str_eq(owner, MLO_STR("os.path")) || mlo_str_eq(owner, MLO_STR("os")))
    return mlo_str_eq(name, MLO_STR("sep")) ? mlo_text_at(node, MLO_STR("/"), false)
                                            : mlo_unknown_at(node);
  return facts->outside ? fold_outside(f, node, mlo_arena_join(f->arena, owner, ".", name))
                        : mlo_unknown_at(node);
}

/* --- expressions --- */

static mlo_constant fold_node(mlo_folding *f, mlo_node node) {
  switch (f->tree->nodes[node].kind) {
  case MLO_PY_INTEGER: return mlo_fold_integer(f, node);
  case MLO_PY_FLOAT: return mlo_fold_float(f, node);
  case MLO_PY_STRING:
  case MLO_PY_CONCATENATED_STRING: return mlo_fold_string(f, node);
  case MLO_PY_TRUE: return mlo_boolean_at(node, true);
  case MLO_PY_FALSE: return mlo_boolean_at(node, false);
  case MLO_PY_NONE: return mlo_none_at(node);
  case MLO_PY_LIST:
  case MLO_PY_TUPLE:
  case MLO_PY_SET:
  case MLO_PY_EXPRESSION_LIST: return (mlo_constant){.kind = MLO_CONSTANT_LIST, .node = node};
  case MLO_PY_DICT: return (mlo_constant){.kind = MLO_CONSTANT_DICT, .node = node};
  case MLO_PY_PARENTHESIZED: return mlo_fold(f, mlo_tree_part(f->tree, node));
  case MLO_PY_NAMED_EXPRESSION: return mlo_fold(f, mlo_tree_field(f->tree, node, MLO_FIELD_VALUE));
  case MLO_PY_BINARY_OPERATOR: return mlo_fold_binary(f, node);
  case MLO_PY_UNARY_OPERATOR: return mlo_fold_unary(f, node);
  case MLO_PY_NOT: return mlo_fold_not(f, node);
  case MLO_PY_COMPARISON: return mlo_fold_comparison(f, node);
  case MLO_PY_BOOLEAN_OPERATOR: return mlo_fold_boolean(f, node);
  case MLO_PY_CONDITIONAL: return mlo_fold_conditional(f, node);
  case MLO_PY_SUBSCRIPT: return mlo_fold_subscript(f, node);
  case MLO_PY_IDENTIFIER: return fold_binding(f, node, mlo_facts_binding(f->facts, node));
  case MLO_PY_ATTRIBUTE: return fold_attribute(f, node);
  case MLO_PY_CALL: return mlo_fold_call(f, node);
  default: return mlo_unknown_at(node);
  }
}

mlo_constant mlo_fold(mlo_folding *f, mlo_node node) {
  struct mlo_facts_memo *memo = f->facts->memo;
  if (node == MLO_NO_NODE) return mlo_unknown_at(node);
  if (memo->folds >= DEEPEST || memo->fold_steps >= MOST_STEPS) {
    memo->fold_cut = true;
    return mlo_unknown_at(node);
  }
  memo->folds++;
  memo->fold_steps++;
  mlo_constant result = fold_node(f, node);
  memo->folds--;
  return result;
}

/* Names ask for constants too: the bounds are those of the outermost question. */
mlo_constant mlo_facts_constant(const mlo_facts *self, mlo_node expression) {
  mlo_folding f = {.facts = self, .tree = self->tree, .arena = self->arena};
  struct mlo_facts_memo *memo = self->memo;
  if (!memo->folds) {
    memo->fold_steps = 0;
    memo->fold_cut = false;
  }
  mlo_constant result = mlo_fold(&f, expression);
  return memo->fold_cut ? mlo_unknown_at(expression) : result;
}

int mlo_facts_truth(const mlo_facts *self, mlo_node expression) {
  mlo_folding f = {.facts = self, .tree = self->tree, .arena = self->arena};
  mlo_constant constant = mlo_facts_constant(self, expression);
  return mlo_constant_truth(&f, expression, &constant);
}
