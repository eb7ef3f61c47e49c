#include "facts/known.h"
#include "facts/names.h"

/* Names are followed by recursion along values, annotations and members. Three bounds hold: a binding that is already
 * being named has no name (cycles), MLO_FACTS_DEPTH, and MLO_FACTS_STEPS for one question. What a bound cut off is
 * not remembered, so that answers don't depend on what was asked before. */

static const mlo_named nothing = {0};

bool mlo_names_enter(const mlo_facts *self) {
  struct mlo_facts_memo *memo = self->memo;
  if (memo->depth >= MLO_FACTS_DEPTH || memo->steps >= MLO_FACTS_STEPS) {
    memo->cut = true;
    return false;
  }
  memo->depth++;
  memo->steps++;
  return true;
}

mlo_str mlo_names_join(const mlo_facts *self, mlo_str a, const char *between, mlo_str b) {
  if (!a.len || a.len + b.len > MLO_FACTS_NAME_MAX) return (mlo_str){0};
  return mlo_arena_join(self->arena, a, between, b);
}

mlo_str mlo_names_dot(const mlo_facts *self, mlo_str a, mlo_str b) {
  /* "." of `from . import x` needs no second dot */
  const char *dot = mlo_str_ends(a, MLO_STR(".")) ? "" : ".";
  return b.len ? mlo_names_join(self, a, dot, b) : (mlo_str){0};
}

mlo_str mlo_names_settled(const mlo_facts *self, mlo_str name) {
  if (!self->outside || !name.len) return name;
  mlo_str real = self->outside->name(self->outside->ctx, name, self->arena);
  return real.len ? real : name;
}

/* --- definitions of this file --- */

mlo_str mlo_names_in_scope(const mlo_facts *self, uint32_t scope, mlo_str name) {
  mlo_str parts[16] = {name};
  size_t count = 1;
  for (uint32_t s = scope; s; s = self->scopes.items[s].parent) {
    mlo_node definition = self->scopes.items[s].node;
    mlo_str part =
        mlo_tree_text(self->tree, mlo_tree_field(self->tree, definition, MLO_FIELD_NAME));
    if (!part.len) continue;
    if (count == 16) return (mlo_str){0};
    parts[count++] = part;
  }
  mlo_str full = MLO_STR("<module>");
  while (count) full = mlo_names_dot(self, full, parts[--count]);
  return full;
}

uint32_t mlo_facts_scope_named(const mlo_facts *self, mlo_str qualified) {
  if (!mlo_names_own(qualified)) return UINT32_MAX;
  mlo_str rest = mlo_str_from(qualified, sizeof "<module>." - 1);
  uint32_t scope = 0;
  while (rest.ptr) {
    const mlo_binding *binding = mlo_scope_last(self, scope, mlo_str_cut(&rest, '.'));
    while (binding && binding->kind != MLO_BIND_CLASS && binding->kind != MLO_BIND_FUNCTION)
      binding = mlo_binding_at(self, binding->before);
    scope = binding ? mlo_facts_scope_of(self, binding->value) : UINT32_MAX;
    if (scope == UINT32_MAX) return scope;
  }
  return scope;
}

uint32_t mlo_names_class(const mlo_facts *self, mlo_str qualified) {
  uint32_t scope = mlo_facts_scope_named(self, qualified);
  return scope != UINT32_MAX && self->scopes.items[scope].kind == MLO_SCOPE_CLASS ? scope
                                                                                  : UINT32_MAX;
}

mlo_str mlo_names_of_class(const mlo_facts *self, uint32_t scope) {
  mlo_node definition = self->scopes.items[scope].node;
  mlo_str name = mlo_tree_text(self->tree, mlo_tree_field(self->tree, definition, MLO_FIELD_NAME));
  return mlo_names_in_scope(self, self->scopes.items[scope].parent, name);
}

/* --- identifiers --- */

mlo_str mlo_facts_star_name(const mlo_facts *self, mlo_str name, mlo_node read) {
  const mlo_import *star = &self->memo->star;
  if (self->memo->stars != 1 || star->node > read) return (mlo_str){0};
  mlo_str module = mlo_str_slice(star->qualified, 0, star->qualified.len - (sizeof ".*" - 1));
  return mlo_names_settled(self, mlo_names_dot(self, module, name));
}

static mlo_named name_of_identifier(const mlo_facts *self, mlo_node identifier) {
  const mlo_binding *binding = mlo_facts_binding(self, identifier);
  if (binding) {
    mlo_named named = mlo_name_binding(self, binding);
    if (named.name.len && !mlo_named_is_union(named)) return named;
    mlo_node type = mlo_facts_narrowed(self, identifier, binding);
    mlo_named class = mlo_name_expression(self, type);
    return class.name.len && !class.instance ? mlo_object(class.name) : named;
  }
  mlo_str name = mlo_tree_text(self->tree, identifier);
  if (mlo_is_builtin(name)) return mlo_thing(mlo_names_dot(self, MLO_STR("builtins"), name));
  return mlo_thing(mlo_facts_star_name(self, name, identifier));
}

/* super().x is what the bases have. */
static mlo_named name_of_inherited(const mlo_facts *self, mlo_node call, mlo_str attribute) {
  for (uint32_t s = mlo_facts_scope(self, call); s; s = self->scopes.items[s].parent)
    if (self->scopes.items[s].kind == MLO_SCOPE_CLASS) {
      mlo_named named = mlo_name_in_bases(self, s, attribute, 0);
      return named.name.len
                 ? named
                 : mlo_thing(mlo_names_dot(self, MLO_STR("builtins.super()"), attribute));
    }
  return mlo_thing(mlo_names_dot(self, MLO_STR("builtins.super()"), attribute));
}

static mlo_named name_of_attribute(const mlo_facts *self, mlo_node node) {
  mlo_node object = mlo_tree_field(self->tree, node, MLO_FIELD_OBJECT);
  mlo_str attribute =
      mlo_tree_text(self->tree, mlo_tree_field(self->tree, node, MLO_FIELD_ATTRIBUTE));
  mlo_named owner = mlo_name_expression(self, object);
  if (mlo_str_eq(owner.name, MLO_STR("builtins.super()")))
    return name_of_inherited(self, object, attribute);
  return mlo_name_attribute(self, owner, attribute);
}

uint32_t mlo_facts_class(const mlo_facts *self, mlo_node expression) {
  mlo_str name = mlo_facts_object(self, expression);
  return mlo_names_class(self, name);
}

/* --- expressions --- */

static bool is_arithmetic(mlo_str sign) {
  return sign.len == 1 ? strchr("+-*/%@&|", sign.ptr[0]) != NULL
                       : mlo_str_eq(sign, MLO_STR("**")) || mlo_str_eq(sign, MLO_STR("//"));
}

static mlo_named name_of_operator(const mlo_facts *self, mlo_node node) {
  const mlo_tree *tree = self->tree;
  mlo_str sign = mlo_tree_text(tree, mlo_tree_field(tree, node, MLO_FIELD_OPERATOR));
  mlo_named left = mlo_name_expression(self, mlo_tree_field(tree, node, MLO_FIELD_LEFT));
  if (mlo_str_eq(sign, MLO_STR("/")) && mlo_named_is(left, "pathlib.Path")) return left;
  bool sum = mlo_str_eq(sign, MLO_STR("+"));
  if (mlo_named_is(left, "builtins.str"))
    return sum || mlo_str_eq(sign, MLO_STR("%")) || mlo_str_eq(sign, MLO_STR("*")) ? left : nothing;
  mlo_named right = mlo_name_expression(self, mlo_tree_field(tree, node, MLO_FIELD_RIGHT));
  if (sum && mlo_named_is(right, "builtins.str")) return right;
  if (mlo_named_is(left, "builtins.list"))
    return sum ? mlo_named_agreed(self, left, right) : nothing;
  if (!is_arithmetic(sign) || !left.instance || !mlo_is_arithmetic_class(left.name)) return nothing;
  bool same = mlo_str_eq(left.name, right.name);
  if (mlo_str_starts(left.name, MLO_STR("builtins.")))
    return same && !mlo_str_eq(sign, MLO_STR("/")) ? left : nothing;
  bool fits = same || mlo_named_is(right, "builtins.int") || mlo_named_is(right, "builtins.float");
  return fits ? left : nothing;
}

/* The first that has a name; None stands for "not yet". */
static mlo_named first_named(const mlo_facts *self, mlo_node a, mlo_node b) {
  mlo_named named = mlo_name_expression(self, a);
  return named.name.len ? named : mlo_name_expression(self, b);
}

/* a or b, a and b: the left one decides if it is known. */
static mlo_named name_of_either(const mlo_facts *self, mlo_node node) {
  mlo_node left = mlo_tree_field(self->tree, node, MLO_FIELD_LEFT),
           right = mlo_tree_field(self->tree, node, MLO_FIELD_RIGHT);
  mlo_str sign = mlo_tree_text(self->tree, mlo_tree_field(self->tree, node, MLO_FIELD_OPERATOR));
  int truth = mlo_facts_truth(self, left);
  if (truth < 0) return first_named(self, left, right);
  bool decides = mlo_str_eq(sign, MLO_STR("or")) == (truth == 1);
  return mlo_name_expression(self, decides ? left : right);
}

static bool is_bytes(const mlo_tree *tree, mlo_node string) {
  mlo_str start = mlo_tree_text(tree, mlo_tree_first_child(tree, string));
  return mlo_str_find_char(start, 'b') != SIZE_MAX || mlo_str_find_char(start, 'B') != SIZE_MAX;
}

static mlo_named written(const char *class, mlo_node node) {
  return (mlo_named){.name = mlo_str_c(class), .instance = true, .written = node};
}

static mlo_named name_by_node(const mlo_facts *self, mlo_node node) {
  const mlo_tree *tree = self->tree;
  switch (tree->nodes[node].kind) {
  case MLO_PY_IDENTIFIER: return name_of_identifier(self, node);
  case MLO_PY_ATTRIBUTE: return name_of_attribute(self, node);
  case MLO_PY_CALL: return mlo_name_call(self, node);
  case MLO_PY_SUBSCRIPT: return mlo_name_subscript(self, node);
  case MLO_PY_BINARY_OPERATOR: return name_of_operator(self, node);
  case MLO_PY_PARENTHESIZED:
  case MLO_PY_AWAIT: return mlo_name_expression(self, mlo_tree_part(tree, node));
  case MLO_PY_NAMED_EXPRESSION:
    return mlo_name_expression(self, mlo_tree_field(tree, node, MLO_FIELD_VALUE));
  case MLO_PY_CONDITIONAL:
    return first_named(self, mlo_tree_nth_part(tree, node, 0), mlo_tree_nth_part(tree, node, 2));
  case MLO_PY_BOOLEAN_OPERATOR: return name_of_either(self, node);
  case MLO_PY_STRING:
    return mlo_object(is_bytes(tree, node) ? MLO_STR("builtins.bytes") : MLO_STR("builtins.str"));
  case MLO_PY_CONCATENATED_STRING: return mlo_object(MLO_STR("builtins.str"));
  case MLO_PY_INTEGER: return mlo_object(MLO_STR("builtins.int"));
  case MLO_PY_FLOAT: return mlo_object(MLO_STR("builtins.float"));
  case MLO_PY_LIST:
  case MLO_PY_LIST_COMPREHENSION: return written("builtins.list", node);
  case MLO_PY_DICT:
  case MLO_PY_DICT_COMPREHENSION: return written("builtins.dict", node);
  case MLO_PY_SET:
  case MLO_PY_SET_COMPREHENSION: return written("builtins.set", node);
  case MLO_PY_TUPLE:
  case MLO_PY_EXPRESSION_LIST: return written("builtins.tuple", node);
  case MLO_PY_GENERATOR: return written("collections.abc.Generator", node);
  default: return nothing;
  }
}

mlo_named mlo_name_expression(const mlo_facts *self, mlo_node expression) {
  if (expression == MLO_NO_NODE || !mlo_names_enter(self)) return nothing;
  mlo_named named = name_by_node(self, expression);
  mlo_names_leave(self);
  return named;
}

/* --- questions --- */

/* Constants ask for names and names for constants: the bounds are those of the outermost question. */
static void begin_question(const mlo_facts *self) {
  struct mlo_facts_memo *memo = self->memo;
  if (memo->depth) return;
  memo->steps = 0;
  memo->cut = false;
  if (memo->names || !self->bindings.len) return;
  memo->states = MLO_NEW_ARRAY(self->arena, uint8_t, self->bindings.len);
  memo->names = MLO_NEW_ARRAY(self->arena, mlo_named, self->bindings.len);
}

static mlo_str public_name(mlo_named named) {
  return mlo_named_is_union(named) ? (mlo_str){0} : named.name;
}

static mlo_str name_of_what_runs(const mlo_facts *self, mlo_named callee) {
  return mlo_name_attribute(self, callee, MLO_STR("__call__")).name;
}

mlo_str mlo_facts_object(const mlo_facts *self, mlo_node expression) {
  begin_question(self);
  return public_name(mlo_name_expression(self, expression));
}

mlo_str mlo_facts_name(const mlo_facts *self, mlo_node expression) {
  begin_question(self);
  mlo_named named = mlo_name_expression(self, expression);
  bool called = named.instance && self->tree->nodes[expression].field == MLO_FIELD_FUNCTION;
  return called ? name_of_what_runs(self, named) : public_name(named);
}

mlo_str mlo_facts_type(const mlo_facts *self, mlo_node annotation) {
  begin_question(self);
  return public_name(mlo_name_type(self, annotation));
}

mlo_str mlo_facts_result(const mlo_facts *self, uint32_t function) {
  begin_question(self);
  return public_name(mlo_name_returned(self, self->functions.items[function].scope, false));
}

uint32_t mlo_facts_called(const mlo_facts *self, mlo_node callee) {
  begin_question(self);
  return mlo_names_called(self, mlo_name_expression(self, callee));
}
