#include "facts/known.h"
#include "facts/names.h"

/* What names are bound to: values, taken apart where they are unpacked; parameters; loop variables; what `with` and
 * `except` give. */

enum name_state { NAME_NEW, NAME_BUSY, NAME_KNOWN };

static const mlo_named nothing = {0};

/* --- values --- */

bool mlo_names_is_none(const mlo_facts *self, mlo_node value) {
  return mlo_tree_kind(self->tree, mlo_tree_bare(self->tree, value)) == MLO_PY_NONE;
}

/* What a value and its annotation say together: the value's class is the closer one, unless it is a container that
 * says nothing of its items, or is not known to be an object at all. */
mlo_named mlo_name_with_type(const mlo_facts *self, mlo_named value, mlo_node type) {
  mlo_named typed = mlo_name_type(self, type);
  if (!typed.name.len) return value;
  bool same = mlo_str_eq(typed.name, value.name);
  if (!value.instance || mlo_names_own(value.name)) return typed;
  return same || (mlo_named_is_union(value)) ? typed : value;
}

/* A pattern that binds names: the node around a target that takes a value apart. */
static bool is_pattern(uint8_t kind) {
  switch (kind) {
  case MLO_PY_PATTERN_LIST:
  case MLO_PY_TUPLE_PATTERN:
  case MLO_PY_LIST_PATTERN:
  case MLO_PY_EXPRESSION_LIST:
  case MLO_PY_TUPLE:
  case MLO_PY_LIST:
  case MLO_PY_LIST_SPLAT_PATTERN:
  case MLO_PY_LIST_SPLAT:
  case MLO_PY_PARENTHESIZED:
  case MLO_PY_AS_PATTERN_TARGET: return true;
  default: return false;
  }
}

enum { DEEPEST_PATTERN = 8 };

/* The way from a value to one of the names it is unpacked into: positions, the outermost last. */
typedef struct path {
  int32_t positions[DEEPEST_PATTERN];
  int depth;
  bool known; /* no *splat before or around it */
  mlo_node statement;
} path;

static path path_to(const mlo_tree *tree, mlo_node target) {
  path p = {.known = true};
  mlo_node child = target, n = tree->nodes[target].parent;
  for (; n != MLO_NO_NODE && is_pattern(tree->nodes[n].kind);
       child = n, n = tree->nodes[n].parent) {
    uint8_t kind = tree->nodes[n].kind;
    if (kind == MLO_PY_PARENTHESIZED || kind == MLO_PY_AS_PATTERN_TARGET) continue;
    bool splat = kind == MLO_PY_LIST_SPLAT_PATTERN || kind == MLO_PY_LIST_SPLAT;
    if (splat || p.depth == DEEPEST_PATTERN) p.known = false;
    if (!p.known) continue;
    int32_t position = 0;
    for (mlo_node m = mlo_tree_part(tree, n); m != child && m != MLO_NO_NODE;
         m = mlo_tree_next_part(tree, m), position++)
      p.known &= tree->nodes[m].kind != MLO_PY_LIST_SPLAT_PATTERN;
    p.positions[p.depth++] = position;
  }
  p.statement = n;
  return p;
}

/* What is left of a value at the end of a path. */
static mlo_named at_path(const mlo_facts *self, const path *p, mlo_named value) {
  if (!p->known) return nothing;
  for (int i = p->depth; i-- > 0 && value.name.len;)
    value = mlo_name_unpacked(self, value, p->positions[i]);
  return value;
}

/* The same for an expression: displays are taken apart as they are written. */
static mlo_named value_at_path(const mlo_facts *self, path *p, mlo_node value) {
  if (!p->known) return nothing;
  for (; p->depth; p->depth--) {
    mlo_node item =
        mlo_tree_item(self->tree, mlo_tree_bare(self->tree, value), p->positions[p->depth - 1]);
    if (item == MLO_NO_NODE) break;
    value = item;
  }
  return at_path(self, p, mlo_name_expression(self, value));
}

/* --- bindings --- */

static mlo_named name_of_receiver(const mlo_facts *self, const mlo_binding *binding) {
  const mlo_scope *scope = &self->scopes.items[binding->scope];
  if (scope->receiver != binding->target) return nothing;
  mlo_named receiver = mlo_object(mlo_names_of_class(self, scope->parent));
  uint32_t function = mlo_facts_function_of(self, scope->node);
  receiver.instance = !mlo_str_eq(binding->name, MLO_STR("cls")) &&
                      !mlo_names_decorated(self, function, "builtins.classmethod");
  return receiver;
}

/* pytest hands a test or fixture what the fixture of the parameter's name gives. */
static mlo_named name_of_fixture(const mlo_facts *self, const mlo_binding *binding) {
  const mlo_scope *scope = &self->scopes.items[binding->scope];
  uint32_t function = mlo_facts_function_of(self, scope->node);
  if (function == UINT32_MAX) return nothing;
  bool asks = mlo_str_starts(self->functions.items[function].name, MLO_STR("test")) ||
              mlo_names_decorated(self, function, "pytest.fixture");
  if (!asks) return nothing;
  const mlo_binding *fixture = mlo_scope_last(self, 0, binding->name);
  if (!fixture || fixture->kind != MLO_BIND_FUNCTION)
    return mlo_named_of_text(mlo_known_fixture(binding->name));
  uint32_t made = mlo_facts_scope_of(self, fixture->value);
  if (!mlo_names_decorated(self, mlo_facts_function_of(self, fixture->value), "pytest.fixture"))
    return nothing;
  mlo_named given = mlo_name_returned(self, made, true);
  return given.name.len ? given : mlo_name_returned(self, made, false);
}

/* *args: T and **kwargs: T hold what is annotated. */
static mlo_named name_of_parameter(const mlo_facts *self, const mlo_binding *binding) {
  const mlo_tree *tree = self->tree;
  mlo_node splat = tree->nodes[binding->target].parent;
  uint8_t kind = mlo_tree_kind(tree, splat);
  bool list = kind == MLO_PY_LIST_SPLAT_PATTERN;
  if (list || kind == MLO_PY_DICT_SPLAT_PATTERN) {
    mlo_node type = mlo_tree_field(tree, tree->nodes[splat].parent, MLO_FIELD_TYPE);
    mlo_str each = mlo_named_text(self, mlo_name_type(self, type));
    mlo_named all = mlo_object(list ? MLO_STR("builtins.tuple") : MLO_STR("builtins.dict"));
    if (list && each.len) all.items = mlo_names_join(self, each, ",...", (mlo_str){0});
    if (!list) all.items = mlo_names_join(self, MLO_STR("builtins.str"), ",", each);
    return all;
  }
  mlo_named receiver = name_of_receiver(self, binding);
  if (receiver.name.len) return receiver;
  return binding->type != MLO_NO_NODE ? mlo_name_type(self, binding->type)
                                      : name_of_fixture(self, binding);
}

static mlo_named name_of_assigned(const mlo_facts *self, const mlo_binding *binding) {
  bool placeholder = binding->value == MLO_NO_NODE || mlo_names_is_none(self, binding->value);
  if (binding->item < 0 && placeholder) {
    mlo_named typed = mlo_name_type(self, binding->type);
    return typed.name.len ? typed : mlo_name_binding(self, mlo_binding_at(self, binding->before));
  }
  mlo_node value = mlo_tree_bare(self->tree, binding->value);
  if (binding->item < 0 && mlo_tree_kind(self->tree, value) == MLO_PY_LAMBDA)
    return mlo_thing(mlo_names_in_scope(self, binding->scope, binding->name));
  path p = path_to(self->tree, binding->target);
  if (value == MLO_NO_NODE) value = mlo_tree_field(self->tree, p.statement, MLO_FIELD_RIGHT);
  return mlo_name_with_type(self, value_at_path(self, &p, value), binding->type);
}

static mlo_named name_of_loop(const mlo_facts *self, const mlo_binding *binding) {
  path p = path_to(self->tree, binding->target);
  mlo_node iterable = mlo_tree_field(self->tree, p.statement, MLO_FIELD_RIGHT);
  return at_path(self, &p, mlo_name_iterated(self, mlo_name_expression(self, iterable)));
}

/* What __enter__ gives is the manager itself, as far as we know. */
static mlo_named name_of_entered(const mlo_facts *self, const mlo_binding *binding) {
  path p = path_to(self->tree, binding->target);
  mlo_node value = binding->value;
  if (value == MLO_NO_NODE && mlo_tree_kind(self->tree, p.statement) == MLO_PY_AS_PATTERN)
    value = mlo_tree_part(self->tree, p.statement);
  mlo_named manager = mlo_name_expression(self, value);
  uint32_t class = mlo_names_class(self, manager.name);
  if (class != UINT32_MAX && manager.instance) {
    mlo_named enter = mlo_name_in_class(self, class, MLO_STR("__enter__"), 0);
    uint32_t scope = mlo_facts_scope_named(self, enter.name);
    if (scope != UINT32_MAX) manager = mlo_name_returned(self, scope, false);
  }
  mlo_str known = manager.instance ? mlo_known_entered(manager.name) : (mlo_str){0};
  if (known.len) manager = mlo_named_of_text(known);
  if (mlo_named_is(manager, "contextlib.AbstractContextManager"))
    manager = mlo_named_of_text(mlo_named_part(manager.items, ',', 0));
  return at_path(self, &p, manager);
}

static mlo_named name_of_caught(const mlo_facts *self, const mlo_binding *binding) {
  const mlo_tree *tree = self->tree;
  mlo_node types = mlo_tree_bare(tree, binding->value);
  if (mlo_tree_kind(tree, types) != MLO_PY_TUPLE) {
    mlo_named type = mlo_name_expression(self, types);
    return type.instance ? nothing : mlo_object(type.name);
  }
  mlo_named any = nothing;
  for (mlo_node n = mlo_tree_part(tree, types); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n))
    any = mlo_named_either(self, any, mlo_object(mlo_name_expression(self, n).name));
  return any;
}

mlo_named mlo_name_member(const mlo_facts *self, const mlo_member *member) {
  mlo_node value = mlo_tree_bare(self->tree, member->value);
  if (value == MLO_NO_NODE || mlo_names_is_none(self, value))
    return mlo_name_type(self, member->type);
  if (member->item < 0 && mlo_tree_kind(self->tree, value) == MLO_PY_LAMBDA)
    return mlo_thing(mlo_names_in_scope(self, member->scope, member->name));
  path p = path_to(self->tree, member->target);
  mlo_named named = mlo_tree_kind(self->tree, p.statement) == MLO_PY_ASSIGNMENT
                        ? value_at_path(self, &p, value)
                        : nothing;
  return mlo_name_with_type(self, named, member->type);
}

static mlo_named name_by_kind(const mlo_facts *self, const mlo_binding *binding) {
  switch (binding->kind) {
  case MLO_BIND_IMPORT: return mlo_thing(mlo_names_settled(self, binding->qualified));
  case MLO_BIND_FUNCTION:
  case MLO_BIND_CLASS: return mlo_thing(mlo_names_in_scope(self, binding->scope, binding->name));
  case MLO_BIND_PARAMETER: return name_of_parameter(self, binding);
  case MLO_BIND_ASSIGN: return name_of_assigned(self, binding);
  case MLO_BIND_AUGMENTED: return mlo_name_binding(self, mlo_binding_at(self, binding->before));
  case MLO_BIND_WITH: return name_of_entered(self, binding);
  case MLO_BIND_EXCEPT: return name_of_caught(self, binding);
  case MLO_BIND_FOR: return name_of_loop(self, binding);
  case MLO_BIND_CAPTURE:
  case MLO_BIND_DELETE: return nothing;
  }
  return nothing;
}

/* The nearest `else` or `except` around node in its scope: what stands in for something that did not work. */
static mlo_node fallback_around(const mlo_tree *tree, mlo_node node) {
  for (int i = 0; i < 8 && node != MLO_NO_NODE; i++, node = tree->nodes[node].parent) {
    uint8_t kind = tree->nodes[node].kind;
    if (kind == MLO_PY_EXCEPT || kind == MLO_PY_ELSE) return node;
    if (i && (kind == MLO_PY_FUNCTION || kind == MLO_PY_CLASS)) return MLO_NO_NODE;
  }
  return MLO_NO_NODE;
}

/* `try: from x import Y / except ImportError: Y = object` means x.Y. */
static const mlo_binding *real_one(const mlo_facts *self, const mlo_binding *binding) {
  const mlo_binding *before = mlo_binding_at(self, binding->before);
  if (!before || before->kind != MLO_BIND_IMPORT || binding->kind == MLO_BIND_IMPORT)
    return binding;
  mlo_node fallback = fallback_around(self->tree, mlo_tree_parent(self->tree, binding->target));
  if (fallback == MLO_NO_NODE) return binding;
  return mlo_tree_holds(self->tree, self->tree->nodes[fallback].parent, before->target) ? before
                                                                                        : binding;
}

mlo_named mlo_name_binding(const mlo_facts *self, const mlo_binding *binding) {
  if (!binding) return nothing;
  struct mlo_facts_memo *memo = self->memo;
  size_t at = (size_t)(binding - self->bindings.items);
  if (memo->states[at] == NAME_KNOWN) return memo->names[at];
  if (memo->states[at] == NAME_BUSY || memo->depth >= MLO_FACTS_DEPTH) {
    memo->cut = true;
    return nothing;
  }
  memo->states[at] = NAME_BUSY;
  memo->depth++;
  mlo_named named = name_by_kind(self, real_one(self, binding));
  memo->depth--;
  memo->states[at] = memo->cut ? NAME_NEW : NAME_KNOWN;
  memo->names[at] = named;
  return named;
}
