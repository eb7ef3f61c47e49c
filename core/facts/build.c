#include "facts/scope.h"

/* The one pass. Nodes come in document order; a scope's code is a range of them, so that the scope at hand is the top
 * of a stack that is popped by offset. What a definition evaluates outside its scope (decorators, defaults,
 * annotations, bases, a comprehension's first iterable) stands outside that range or, for the iterable, in a hole. */

typedef struct open_scope {
  uint32_t scope;
  uint32_t end;
} open_scope;

typedef struct builder {
  const mlo_tree *tree;
  mlo_facts *facts;
  mlo_arena *arena;
  MLO_ARRAY(open_scope) open;
  uint32_t scope; /* the top of open */
  uint32_t end;
  mlo_node hole;       /* the first iterable of the comprehension just begun */
  mlo_node chain_last; /* in a = b = value: the innermost assignment, and the value */
  mlo_node chain_value;
} builder;

enum { DEEPEST_PATTERN = 32 };

/* --- scopes --- */

static void enter(builder *b, uint32_t scope, uint32_t end) {
  open_scope entry = {scope, end};
  MLO_PUSH(b->arena, &b->open, entry);
  b->scope = scope;
  b->end = end;
}

static void leave(builder *b, uint32_t offset) {
  while (offset >= b->end) {
    open_scope top = b->open.items[--b->open.len - 1];
    b->scope = top.scope;
    b->end = top.end;
  }
}

static uint32_t add_scope(builder *b, mlo_scope_kind kind, mlo_node node, mlo_node first) {
  mlo_scope scope = {.kind = kind,
                     .node = node,
                     .parent = b->scope,
                     .first = first,
                     .end = b->tree->nodes[first].end,
                     .receiver = MLO_NO_NODE};
  MLO_PUSH(b->arena, &b->facts->scopes, scope);
  return b->facts->scopes.len - 1;
}

/* --- bindings --- */

static uint32_t scope_for(const builder *b, const mlo_binding *binding) {
  uint32_t scope = binding->scope;
  uint32_t known = mlo_name_table_get(&b->facts->names, b->tree->text, scope, binding->name);
  return known & MLO_ELSEWHERE ? known & ~MLO_ELSEWHERE : scope;
}

/* Skew-binary jump pointers: the same as for ancestors in a tree, in constant time for each binding. */
static void link_before(mlo_facts *facts, mlo_binding *binding, uint32_t before) {
  if (!before) return;
  const mlo_binding *last = mlo_binding_at(facts, before);
  const mlo_binding *near = mlo_binding_at(facts, last->jump);
  const mlo_binding *far = near ? mlo_binding_at(facts, near->jump) : NULL;
  binding->before = before;
  binding->nth = last->nth + 1;
  binding->jump = far && last->nth - near->nth == near->nth - far->nth ? near->jump : before;
}

static void add_binding(builder *b, mlo_binding binding, mlo_node target) {
  binding.target = target;
  if (!binding.name.len) binding.name = mlo_tree_text(b->tree, target);
  if (!binding.name.len) return;
  binding.scope = scope_for(b, &binding);
  uint32_t *last =
      mlo_name_table_put(&b->facts->names, b->tree->text, binding.scope, binding.name, b->arena);
  link_before(b->facts, &binding, *last & MLO_ELSEWHERE ? 0 : *last);
  MLO_PUSH(b->arena, &b->facts->bindings, binding);
  *last = b->facts->bindings.len;
}

static mlo_binding binding_of(const builder *b, mlo_binding_kind kind, mlo_node value) {
  return (mlo_binding){
      .kind = kind, .value = value, .type = MLO_NO_NODE, .item = -1, .scope = b->scope};
}

/* The method around the place, through functions nested in it. */
static const mlo_scope *method_scope(const builder *b) {
  const mlo_scope *scopes = b->facts->scopes.items;
  for (uint32_t s = b->scope; s; s = scopes[s].parent) {
    if (scopes[s].kind == MLO_SCOPE_CLASS) return NULL;
    if (scopes[s].receiver != MLO_NO_NODE) return &scopes[s];
  }
  return NULL;
}

static void add_member(builder *b, mlo_binding binding, mlo_node target) {
  const mlo_tree *tree = b->tree;
  mlo_node object = mlo_tree_field(tree, target, MLO_FIELD_OBJECT);
  if (mlo_tree_kind(tree, object) != MLO_PY_IDENTIFIER) return;
  const mlo_scope *method = method_scope(b);
  if (!method || !mlo_str_eq(mlo_tree_text(tree, object), mlo_tree_text(tree, method->receiver)))
    return;
  mlo_member member = {.owner = b->facts->scopes.items[method->parent].node,
                       .name =
                           mlo_tree_text(tree, mlo_tree_field(tree, target, MLO_FIELD_ATTRIBUTE)),
                       .target = target,
                       .value = binding.kind == MLO_BIND_AUGMENTED ? MLO_NO_NODE : binding.value,
                       .type = binding.type,
                       .item = binding.item,
                       .scope = method->parent};
  if (!member.name.len) return;
  uint32_t *last =
      mlo_name_table_put(&b->facts->member_names, tree->text, member.scope, member.name, b->arena);
  member.before = *last;
  MLO_PUSH(b->arena, &b->facts->members, member);
  *last = b->facts->members.len;
}

static void bind(builder *b, mlo_binding binding, mlo_node target, int depth);

/* Only one level of unpacking can be told by item: below it and behind a splat the value is unknown. */
static void bind_items(builder *b, mlo_binding binding, mlo_node pattern, int depth) {
  int32_t item = 0;
  if (depth) binding.value = MLO_NO_NODE;
  for (mlo_node n = mlo_tree_part(b->tree, pattern); n != MLO_NO_NODE;
       n = mlo_tree_next_part(b->tree, n), item++) {
    uint8_t kind = mlo_tree_kind(b->tree, n);
    if (kind == MLO_PY_LIST_SPLAT_PATTERN || kind == MLO_PY_LIST_SPLAT) binding.value = MLO_NO_NODE;
    binding.item = binding.kind == MLO_BIND_DELETE ? -1 : item;
    bind(b, binding, n, depth + 1);
  }
}

static void bind(builder *b, mlo_binding binding, mlo_node target, int depth) {
  if (depth > DEEPEST_PATTERN || target == MLO_NO_NODE) return;
  switch (b->tree->nodes[target].kind) {
  case MLO_PY_IDENTIFIER: add_binding(b, binding, target); return;
  case MLO_PY_ATTRIBUTE:
    if (binding.kind == MLO_BIND_ASSIGN || binding.kind == MLO_BIND_WITH ||
        binding.kind == MLO_BIND_AUGMENTED)
      add_member(b, binding, target);
    return;
  case MLO_PY_PATTERN_LIST:
  case MLO_PY_TUPLE_PATTERN:
  case MLO_PY_LIST_PATTERN:
  case MLO_PY_EXPRESSION_LIST:
  case MLO_PY_TUPLE:
  case MLO_PY_LIST: bind_items(b, binding, target, depth); return;
  case MLO_PY_LIST_SPLAT_PATTERN:
  case MLO_PY_LIST_SPLAT:
  case MLO_PY_DICT_SPLAT_PATTERN:
  case MLO_PY_PARENTHESIZED:
  case MLO_PY_AS_PATTERN_TARGET:
    bind(b, binding, mlo_tree_part(b->tree, target), depth + 1);
    return;
  default: return;
  }
}

/* --- statements that bind --- */

static void read_assignment(builder *b, mlo_node node) {
  const mlo_tree *tree = b->tree;
  mlo_node value = mlo_tree_field(tree, node, MLO_FIELD_RIGHT);
  if (b->chain_last != MLO_NO_NODE && node <= b->chain_last) {
    value = b->chain_value;
  } else if (mlo_tree_kind(tree, value) == MLO_PY_ASSIGNMENT) {
    while (mlo_tree_kind(tree, value) == MLO_PY_ASSIGNMENT) {
      b->chain_last = value;
      value = mlo_tree_field(tree, value, MLO_FIELD_RIGHT);
    }
    b->chain_value = value;
  }
  mlo_binding binding = binding_of(b, MLO_BIND_ASSIGN, value);
  binding.type = mlo_tree_field(tree, node, MLO_FIELD_TYPE);
  bind(b, binding, mlo_tree_field(tree, node, MLO_FIELD_LEFT), 0);
}

static void read_named_expression(builder *b, mlo_node node) {
  mlo_binding binding =
      binding_of(b, MLO_BIND_ASSIGN, mlo_tree_field(b->tree, node, MLO_FIELD_VALUE));
  const mlo_scope *scopes = b->facts->scopes.items;
  while (scopes[binding.scope].kind == MLO_SCOPE_COMPREHENSION)
    binding.scope = scopes[binding.scope].parent;
  bind(b, binding, mlo_tree_field(b->tree, node, MLO_FIELD_NAME), 0);
}

static void read_targets(builder *b, mlo_node node, mlo_binding_kind kind) {
  mlo_binding binding = binding_of(b, kind, mlo_tree_field(b->tree, node, MLO_FIELD_RIGHT));
  bind(b, binding, mlo_tree_field(b->tree, node, MLO_FIELD_LEFT), 0);
}

static void read_delete(builder *b, mlo_node node) {
  for (mlo_node n = mlo_tree_part(b->tree, node); n != MLO_NO_NODE;
       n = mlo_tree_next_part(b->tree, n))
    bind(b, binding_of(b, MLO_BIND_DELETE, MLO_NO_NODE), n, 0);
}

/* x as y: in with, in except, and in case patterns, where the name has no target node around it. */
static void read_as_pattern(builder *b, mlo_node node) {
  const mlo_tree *tree = b->tree;
  uint8_t parent = mlo_tree_kind(tree, tree->nodes[node].parent);
  mlo_node value = mlo_tree_part(tree, node);
  mlo_node alias = mlo_tree_field(tree, node, MLO_FIELD_ALIAS);
  if (alias == MLO_NO_NODE) {
    alias = mlo_tree_next_part(tree, value);
    value = MLO_NO_NODE;
  }
  mlo_binding_kind kind = parent == MLO_PY_EXCEPT ? MLO_BIND_EXCEPT
                          : value == MLO_NO_NODE  ? MLO_BIND_CAPTURE
                                                  : MLO_BIND_WITH;
  bind(b, binding_of(b, kind, value), alias, 0);
}

static void capture(builder *b, mlo_node name) {
  const mlo_tree *tree = b->tree;
  mlo_node identifier =
      mlo_tree_kind(tree, name) == MLO_PY_DOTTED_NAME ? mlo_tree_part(tree, name) : name;
  if (mlo_tree_kind(tree, identifier) != MLO_PY_IDENTIFIER) return;
  if (mlo_tree_next_part(tree, identifier) != MLO_NO_NODE && identifier != name) return;
  if (mlo_str_eq(mlo_tree_text(tree, identifier), MLO_STR("_"))) return;
  bind(b, binding_of(b, MLO_BIND_CAPTURE, MLO_NO_NODE), identifier, 0);
}

static void read_case_pattern(builder *b, mlo_node node) {
  mlo_node inner = mlo_tree_part(b->tree, node);
  if (mlo_tree_kind(b->tree, inner) == MLO_PY_DOTTED_NAME) capture(b, inner);
}

static void read_keyword_pattern(builder *b, mlo_node node) {
  mlo_node value = mlo_tree_next_part(b->tree, mlo_tree_part(b->tree, node));
  if (mlo_tree_kind(b->tree, value) == MLO_PY_DOTTED_NAME) capture(b, value);
}

/* The scope in which nonlocal finds its name: the nearest function that has it by now, or else the nearest. */
static uint32_t nonlocal_scope(const builder *b, mlo_str name) {
  const mlo_scope *scopes = b->facts->scopes.items;
  uint32_t nearest = 0;
  for (uint32_t s = scopes[b->scope].parent; s; s = scopes[s].parent) {
    if (scopes[s].kind != MLO_SCOPE_FUNCTION) continue;
    uint32_t known = mlo_name_table_get(&b->facts->names, b->tree->text, s, name);
    if (known & MLO_ELSEWHERE) return known & ~MLO_ELSEWHERE;
    if (known) return s;
    if (!nearest) nearest = s;
  }
  return nearest;
}

static void read_declaration(builder *b, mlo_node node, bool global) {
  if (b->scope == 0) return;
  for (mlo_node n = mlo_tree_part(b->tree, node); n != MLO_NO_NODE;
       n = mlo_tree_next_part(b->tree, n)) {
    mlo_str name = mlo_tree_text(b->tree, n);
    uint32_t scope = global ? 0 : nonlocal_scope(b, name);
    if (!name.len || scope == b->scope) continue;
    *mlo_name_table_put(&b->facts->names, b->tree->text, b->scope, name, b->arena) =
        MLO_ELSEWHERE | scope;
  }
}

/* --- imports --- */

/* The text of a dotted name or a relative import without the blanks that Python allows in it. */
static mlo_str dotted_text(const builder *b, mlo_node node) {
  mlo_str text = mlo_tree_text(b->tree, node);
  size_t blanks = 0;
  for (size_t i = 0; i < text.len; i++)
    blanks += (unsigned char)text.ptr[i] <= ' ' || text.ptr[i] == '\\';
  if (!blanks) return text;
  char *copy = MLO_NEW_ARRAY(b->arena, char, text.len - blanks + 1);
  size_t len = 0;
  for (size_t i = 0; i < text.len; i++)
    if ((unsigned char)text.ptr[i] > ' ' && text.ptr[i] != '\\') copy[len++] = text.ptr[i];
  return mlo_str_of(copy, len);
}

static mlo_str first_part(mlo_str dotted) {
  size_t dot = mlo_str_find_char(dotted, '.');
  return dot == SIZE_MAX ? dotted : mlo_str_slice(dotted, 0, dot);
}

static void add_import(builder *b, mlo_node node, mlo_str qualified) {
  mlo_import import = {.node = node, .qualified = qualified, .module = first_part(qualified)};
  MLO_PUSH(b->arena, &b->facts->imports, import);
}

static void bind_import(builder *b, mlo_node target, mlo_str qualified) {
  mlo_binding binding = binding_of(b, MLO_BIND_IMPORT, MLO_NO_NODE);
  binding.qualified = qualified;
  bind(b, binding, target, 0);
}

/* `import a.b` binds a; `import a.b as c` binds c to a.b. */
static void read_import(builder *b, mlo_node node) {
  const mlo_tree *tree = b->tree;
  for (mlo_node n = mlo_tree_part(tree, node); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n)) {
    bool aliased = mlo_tree_kind(tree, n) == MLO_PY_ALIASED_IMPORT;
    mlo_node dotted = aliased ? mlo_tree_field(tree, n, MLO_FIELD_NAME) : n;
    if (mlo_tree_kind(tree, dotted) != MLO_PY_DOTTED_NAME) continue;
    mlo_str qualified = dotted_text(b, dotted);
    add_import(b, n, qualified);
    if (aliased)
      bind_import(b, mlo_tree_field(tree, n, MLO_FIELD_ALIAS), qualified);
    else
      bind_import(b, mlo_tree_part(tree, dotted), first_part(qualified));
  }
}

static mlo_str member_of_module(const builder *b, mlo_str module, mlo_str name) {
  const char *dot = mlo_str_ends(module, MLO_STR(".")) ? "" : ".";
  return mlo_arena_join(b->arena, module, dot, name);
}

static void add_star(builder *b, mlo_node node, mlo_str module) {
  add_import(b, node, member_of_module(b, module, MLO_STR("*")));
  if (b->facts->memo->stars++ == 0)
    b->facts->memo->star = b->facts->imports.items[b->facts->imports.len - 1];
}

static void read_import_from(builder *b, mlo_node node, mlo_str module) {
  const mlo_tree *tree = b->tree;
  for (mlo_node n = mlo_tree_part(tree, node); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n)) {
    if (mlo_tree_kind(tree, n) == MLO_PY_WILDCARD_IMPORT) add_star(b, n, module);
    if (tree->nodes[n].field != MLO_FIELD_NAME) continue;
    bool aliased = mlo_tree_kind(tree, n) == MLO_PY_ALIASED_IMPORT;
    mlo_node name = aliased ? mlo_tree_field(tree, n, MLO_FIELD_NAME) : n;
    mlo_str qualified = member_of_module(b, module, dotted_text(b, name));
    add_import(b, n, qualified);
    bind_import(b, aliased ? mlo_tree_field(tree, n, MLO_FIELD_ALIAS) : mlo_tree_part(tree, name),
                qualified);
  }
}

/* --- definitions --- */

static void read_parameter(builder *b, mlo_node parameter, uint32_t scope) {
  const mlo_tree *tree = b->tree;
  mlo_binding binding =
      binding_of(b, MLO_BIND_PARAMETER, mlo_tree_field(tree, parameter, MLO_FIELD_VALUE));
  binding.scope = scope;
  mlo_node target = parameter;
  switch (tree->nodes[parameter].kind) {
  case MLO_PY_TYPED_DEFAULT_PARAMETER:
  case MLO_PY_DEFAULT_PARAMETER:
    binding.type = mlo_tree_field(tree, parameter, MLO_FIELD_TYPE);
    target = mlo_tree_field(tree, parameter, MLO_FIELD_NAME);
    break;
  case MLO_PY_TYPED_PARAMETER:
    target = mlo_tree_part(tree, parameter);
    /* in *args: T each of them is a T, not args */
    if (mlo_tree_kind(tree, target) == MLO_PY_IDENTIFIER)
      binding.type = mlo_tree_field(tree, parameter, MLO_FIELD_TYPE);
    break;
  default: break;
  }
  bind(b, binding, target, 0);
}

/* The first parameter's name if it is a plain one. */
static mlo_node first_parameter(const mlo_tree *tree, mlo_node parameters) {
  mlo_node first = mlo_tree_part(tree, parameters);
  if (mlo_tree_kind(tree, first) == MLO_PY_TYPED_PARAMETER) first = mlo_tree_part(tree, first);
  return mlo_tree_kind(tree, first) == MLO_PY_IDENTIFIER ? first : MLO_NO_NODE;
}

static bool is_static(const builder *b, const mlo_function *function) {
  for (uint32_t i = 0; i < function->decorators.len; i++)
    if (mlo_str_eq(mlo_tree_text(b->tree, function->decorators.items[i]), MLO_STR("staticmethod")))
      return true;
  return false;
}

/* At the body of a function or lambda. */
static void enter_function(builder *b, mlo_node definition, mlo_node body, bool lambda) {
  const mlo_tree *tree = b->tree;
  uint32_t scope = add_scope(b, MLO_SCOPE_FUNCTION, definition, body);
  mlo_node parameters = mlo_tree_field(tree, definition, MLO_FIELD_PARAMETERS);
  for (mlo_node n = mlo_tree_part(tree, parameters); n != MLO_NO_NODE;
       n = mlo_tree_next_part(tree, n))
    read_parameter(b, n, scope);
  if (!lambda) {
    mlo_function *function =
        &b->facts->functions.items[mlo_facts_function_of(b->facts, definition)];
    function->scope = scope;
    if (function->owner != MLO_NO_NODE && !is_static(b, function))
      b->facts->scopes.items[scope].receiver = first_parameter(tree, parameters);
  }
  enter(b, scope, tree->nodes[body].end);
}

static void enter_body(builder *b, mlo_node body) {
  mlo_node definition = b->tree->nodes[body].parent;
  switch (b->tree->nodes[definition].kind) {
  case MLO_PY_FUNCTION: enter_function(b, definition, body, false); return;
  case MLO_PY_LAMBDA: enter_function(b, definition, body, true); return;
  case MLO_PY_CLASS:
    enter(b, add_scope(b, MLO_SCOPE_CLASS, definition, body), b->tree->nodes[body].end);
    return;
  default: return;
  }
}

static void read_function(builder *b, mlo_node node) {
  const mlo_tree *tree = b->tree;
  mlo_node name = mlo_tree_field(tree, node, MLO_FIELD_NAME);
  const mlo_scope *scope = &b->facts->scopes.items[b->scope];
  mlo_function function = {.node = node,
                           .name = mlo_tree_text(tree, name),
                           .scope = b->scope,
                           .owner = scope->kind == MLO_SCOPE_CLASS ? scope->node : MLO_NO_NODE};
  mlo_node first = mlo_tree_first_child(tree, node);
  function.is_async = mlo_str_eq(mlo_tree_text(tree, first), MLO_STR("async"));
  mlo_node decorated = tree->nodes[node].parent;
  if (mlo_tree_kind(tree, decorated) == MLO_PY_DECORATED)
    for (mlo_node n = mlo_tree_part(tree, decorated); n != MLO_NO_NODE;
         n = mlo_tree_next_part(tree, n))
      if (mlo_tree_kind(tree, n) == MLO_PY_DECORATOR)
        MLO_PUSH(b->arena, &function.decorators, mlo_tree_part(tree, n));
  MLO_PUSH(b->arena, &b->facts->functions, function);
  bind(b, binding_of(b, MLO_BIND_FUNCTION, node), name, 0);
}

static void read_class(builder *b, mlo_node node) {
  bind(b, binding_of(b, MLO_BIND_CLASS, node), mlo_tree_field(b->tree, node, MLO_FIELD_NAME), 0);
}

static void read_return(builder *b, mlo_node node, bool yields) {
  mlo_scope *scopes = b->facts->scopes.items;
  uint32_t s = b->scope;
  while (s && scopes[s].kind == MLO_SCOPE_COMPREHENSION) s = scopes[s].parent;
  if (scopes[s].kind != MLO_SCOPE_FUNCTION) return;
  mlo_return result = {.node = node, .before = scopes[s].returns, .yields = yields};
  MLO_PUSH(b->arena, &b->facts->returns, result);
  scopes[s].returns = b->facts->returns.len;
}

/* --- expressions --- */

static void read_for_in(builder *b, mlo_node node) {
  const mlo_tree *tree = b->tree;
  read_targets(b, node, MLO_BIND_FOR);
  mlo_node first = mlo_tree_part(tree, tree->nodes[node].parent);
  while (first < node && mlo_tree_kind(tree, first) != MLO_PY_FOR_IN_CLAUSE)
    first = mlo_tree_next_part(tree, first);
  if (first == node) b->hole = mlo_tree_field(tree, node, MLO_FIELD_RIGHT);
}

static void read_call(builder *b, mlo_node node) {
  const mlo_tree *tree = b->tree;
  mlo_call call = {.node = node,
                   .callee = mlo_tree_field(tree, node, MLO_FIELD_FUNCTION),
                   .arguments = mlo_tree_field(tree, node, MLO_FIELD_ARGUMENTS),
                   .scope = b->scope};
  uint8_t kind = mlo_tree_kind(tree, call.callee);
  if (kind == MLO_PY_IDENTIFIER) call.method = mlo_tree_text(tree, call.callee);
  if (kind == MLO_PY_ATTRIBUTE)
    call.method = mlo_tree_text(tree, mlo_tree_field(tree, call.callee, MLO_FIELD_ATTRIBUTE));
  MLO_PUSH(b->arena, &b->facts->calls, call);
}

static void read_node(builder *b, mlo_node node, uint8_t kind) {
  switch (kind) {
  case MLO_PY_CALL: read_call(b, node); return;
  case MLO_PY_ASSIGNMENT: read_assignment(b, node); return;
  case MLO_PY_AUGMENTED_ASSIGNMENT: read_targets(b, node, MLO_BIND_AUGMENTED); return;
  case MLO_PY_NAMED_EXPRESSION: read_named_expression(b, node); return;
  case MLO_PY_FOR: read_targets(b, node, MLO_BIND_FOR); return;
  case MLO_PY_FOR_IN_CLAUSE: read_for_in(b, node); return;
  case MLO_PY_AS_PATTERN: read_as_pattern(b, node); return;
  case MLO_PY_DELETE: read_delete(b, node); return;
  case MLO_PY_RETURN: read_return(b, node, false); return;
  case MLO_PY_YIELD: read_return(b, node, true); return;
  case MLO_PY_FUNCTION: read_function(b, node); return;
  case MLO_PY_CLASS: read_class(b, node); return;
  case MLO_PY_IMPORT: read_import(b, node); return;
  case MLO_PY_IMPORT_FROM:
    read_import_from(b, node, dotted_text(b, mlo_tree_field(b->tree, node, MLO_FIELD_MODULE_NAME)));
    return;
  case MLO_PY_FUTURE_IMPORT: read_import_from(b, node, MLO_STR("__future__")); return;
  case MLO_PY_GLOBAL: read_declaration(b, node, true); return;
  case MLO_PY_NONLOCAL: read_declaration(b, node, false); return;
  case MLO_PY_CASE_PATTERN: read_case_pattern(b, node); return;
  case MLO_PY_KEYWORD_PATTERN: read_keyword_pattern(b, node); return;
  case MLO_PY_SPLAT_PATTERN: capture(b, mlo_tree_part(b->tree, node)); return;
  case MLO_PY_LIST_COMPREHENSION:
  case MLO_PY_SET_COMPREHENSION:
  case MLO_PY_DICT_COMPREHENSION:
  case MLO_PY_GENERATOR:
    enter(b, add_scope(b, MLO_SCOPE_COMPREHENSION, node, node), b->tree->nodes[node].end);
    return;
  default: return;
  }
}

void mlo_facts_build(const mlo_tree *tree, mlo_arena *arena, mlo_facts *out) {
  *out = (mlo_facts){.tree = tree, .arena = arena, .memo = MLO_NEW(arena, struct mlo_facts_memo)};
  builder b = {
      .tree = tree, .facts = out, .arena = arena, .hole = MLO_NO_NODE, .chain_last = MLO_NO_NODE};
  mlo_scope module = {.kind = MLO_SCOPE_MODULE, .end = UINT32_MAX, .receiver = MLO_NO_NODE};
  MLO_PUSH(arena, &out->scopes, module);
  enter(&b, 0, UINT32_MAX);
  const mlo_tree_node *nodes = tree->nodes;
  for (mlo_node n = 0; n < tree->count; n++) {
    if (nodes[n].start >= b.end) leave(&b, nodes[n].start);
    if (nodes[n].field == MLO_FIELD_BODY) enter_body(&b, n);
    if (n == b.hole) enter(&b, out->scopes.items[b.scope].parent, nodes[n].end);
    if (nodes[n].kind > MLO_KIND_ERROR) read_node(&b, n, nodes[n].kind);
  }
}
