#include "facts/scope.h"

/* --- children --- */

static bool is_part(const mlo_tree *self, mlo_node node) {
  uint8_t kind = self->nodes[node].kind;
  return kind != MLO_PY_COMMENT && (kind > MLO_KIND_ERROR || mlo_tree_is_named(self, node));
}

mlo_node mlo_tree_part(const mlo_tree *self, mlo_node node) {
  if (node == MLO_NO_NODE) return MLO_NO_NODE;
  mlo_node child = mlo_tree_first_child(self, node);
  while (child != MLO_NO_NODE && !is_part(self, child)) child = self->nodes[child].next;
  return child;
}

mlo_node mlo_tree_next_part(const mlo_tree *self, mlo_node node) {
  do node = mlo_tree_next(self, node);
  while (node != MLO_NO_NODE && !is_part(self, node));
  return node;
}

mlo_node mlo_tree_nth_part(const mlo_tree *self, mlo_node node, uint32_t n) {
  mlo_node part = mlo_tree_part(self, node);
  while (n-- && part != MLO_NO_NODE) part = mlo_tree_next_part(self, part);
  return part;
}

mlo_node mlo_tree_bare(const mlo_tree *self, mlo_node node) {
  while (mlo_tree_kind(self, node) == MLO_PY_PARENTHESIZED) node = mlo_tree_part(self, node);
  return node;
}

bool mlo_tree_is_display(const mlo_tree *self, mlo_node node) {
  switch (mlo_tree_kind(self, node)) {
  case MLO_PY_LIST:
  case MLO_PY_TUPLE:
  case MLO_PY_SET:
  case MLO_PY_EXPRESSION_LIST:
  case MLO_PY_PATTERN_LIST: return true;
  default: return false;
  }
}

mlo_node mlo_tree_item(const mlo_tree *self, mlo_node display, int32_t item) {
  if (!mlo_tree_is_display(self, display)) return MLO_NO_NODE;
  mlo_node n = mlo_tree_part(self, display);
  for (; n != MLO_NO_NODE; n = mlo_tree_next_part(self, n)) {
    uint8_t kind = self->nodes[n].kind;
    if (kind == MLO_PY_LIST_SPLAT || kind == MLO_PY_LIST_SPLAT_PATTERN) return MLO_NO_NODE;
    if (item-- <= 0) return n;
  }
  return MLO_NO_NODE;
}

bool mlo_tree_runs_later(const mlo_tree *self, mlo_node n) {
  if (self->nodes[n].field != MLO_FIELD_BODY) return false;
  uint8_t parent = mlo_tree_kind(self, self->nodes[n].parent);
  return parent == MLO_PY_FUNCTION || parent == MLO_PY_LAMBDA;
}

/* --- the table of names --- */

static uint32_t hash_of(uint32_t scope, mlo_str name) {
  uint64_t hash = mlo_str_hash(name) ^ (scope * UINT64_C(0x9e3779b97f4a7c15));
  return (uint32_t)(hash ^ (hash >> 32));
}

static mlo_name_slot *slot_for(const mlo_name_table *self, mlo_str text, uint32_t hash,
                               uint32_t scope, mlo_str name) {
  uint32_t mask = self->cap - 1;
  for (uint32_t i = hash & mask;; i = (i + 1) & mask) {
    mlo_name_slot *slot = &self->slots[i];
    if (!slot->value) return slot;
    if (slot->hash == hash && slot->scope == scope && slot->len == name.len &&
        memcmp(text.ptr + slot->at, name.ptr, name.len) == 0)
      return slot;
  }
}

uint32_t mlo_name_table_get(const mlo_name_table *self, mlo_str text, uint32_t scope,
                            mlo_str name) {
  if (self->len == 0 || name.len == 0) return 0;
  return slot_for(self, text, hash_of(scope, name), scope, name)->value;
}

static void grow(mlo_name_table *self, mlo_arena *arena) {
  mlo_name_table old = *self;
  self->cap = old.cap ? old.cap * 2 : 64;
  self->slots = MLO_NEW_ARRAY(arena, mlo_name_slot, self->cap);
  for (uint32_t i = 0; i < old.cap; i++) {
    if (!old.slots[i].value) continue;
    uint32_t at = old.slots[i].hash & (self->cap - 1);
    while (self->slots[at].value) at = (at + 1) & (self->cap - 1);
    self->slots[at] = old.slots[i];
  }
}

uint32_t *mlo_name_table_put(mlo_name_table *self, mlo_str text, uint32_t scope, mlo_str name,
                             mlo_arena *arena) {
  if (self->len >= self->cap / 4 * 3) grow(self, arena);
  uint32_t hash = hash_of(scope, name);
  mlo_name_slot *slot = slot_for(self, text, hash, scope, name);
  if (slot->value) return &slot->value;
  *slot = (mlo_name_slot){.hash = hash,
                          .scope = scope,
                          .at = (uint32_t)(name.ptr - text.ptr),
                          .len = (uint32_t)name.len};
  self->len++;
  return &slot->value;
}

/* --- scopes --- */

/* The last scope whose code begins at node or before it. */
static uint32_t last_begun(const mlo_facts *self, mlo_node node) {
  uint32_t low = 0, high = self->scopes.len;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (self->scopes.items[middle].first <= node)
      low = middle;
    else
      high = middle;
  }
  return low;
}

/* A comprehension's first iterable is evaluated outside it. */
static bool in_first_iterable(const mlo_tree *tree, mlo_node comprehension, mlo_node node) {
  mlo_node clause = mlo_tree_part(tree, comprehension);
  while (clause != MLO_NO_NODE && mlo_tree_kind(tree, clause) != MLO_PY_FOR_IN_CLAUSE)
    clause = mlo_tree_next_part(tree, clause);
  return mlo_tree_holds(tree, mlo_tree_field(tree, clause, MLO_FIELD_RIGHT), node);
}

uint32_t mlo_facts_scope(const mlo_facts *self, mlo_node node) {
  if (node == MLO_NO_NODE) return 0;
  uint32_t s = last_begun(self, node);
  for (; s; s = self->scopes.items[s].parent) {
    const mlo_scope *scope = &self->scopes.items[s];
    if (self->tree->nodes[node].start >= scope->end || scope->node == node) continue;
    if (scope->kind != MLO_SCOPE_COMPREHENSION || !in_first_iterable(self->tree, scope->node, node))
      break;
  }
  return s;
}

uint32_t mlo_facts_scope_of(const mlo_facts *self, mlo_node definition) {
  if (definition == MLO_NO_NODE) return UINT32_MAX;
  mlo_node body = mlo_tree_field(self->tree, definition, MLO_FIELD_BODY);
  uint32_t s = last_begun(self, body == MLO_NO_NODE ? definition : body);
  if (self->scopes.items[s].node == definition) return s;
  s = last_begun(self, definition);
  return self->scopes.items[s].node == definition ? s : UINT32_MAX;
}

bool mlo_scope_runs_in_place(const mlo_facts *self, uint32_t scope, uint32_t outer) {
  for (; scope != outer && scope; scope = self->scopes.items[scope].parent)
    if (self->scopes.items[scope].kind == MLO_SCOPE_FUNCTION) return false;
  return scope == outer;
}

uint32_t mlo_facts_function_of(const mlo_facts *self, mlo_node definition) {
  uint32_t low = 0, high = self->functions.len;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (self->functions.items[middle].node < definition)
      low = middle + 1;
    else
      high = middle;
  }
  return low < self->functions.len && self->functions.items[low].node == definition ? low
                                                                                    : UINT32_MAX;
}

uint32_t mlo_facts_function(const mlo_facts *self, mlo_node node) {
  if (node == MLO_NO_NODE) return UINT32_MAX;
  for (uint32_t s = mlo_facts_scope(self, node); s; s = self->scopes.items[s].parent) {
    if (self->scopes.items[s].kind != MLO_SCOPE_FUNCTION) continue;
    uint32_t function = mlo_facts_function_of(self, self->scopes.items[s].node);
    if (function != UINT32_MAX) return function;
  }
  return UINT32_MAX;
}

/* --- bindings --- */

const mlo_binding *mlo_scope_last(const mlo_facts *self, uint32_t scope, mlo_str name) {
  uint32_t known = mlo_name_table_get(&self->names, self->tree->text, scope, name);
  if (known & MLO_ELSEWHERE) return NULL;
  const mlo_binding *binding = mlo_binding_at(self, known);
  while (binding && binding->kind == MLO_BIND_DELETE && binding->before)
    binding = mlo_binding_at(self, binding->before);
  return binding;
}

const mlo_member *mlo_scope_member(const mlo_facts *self, uint32_t scope, mlo_str name) {
  uint32_t known = mlo_name_table_get(&self->member_names, self->tree->text, scope, name);
  return known ? &self->members.items[known - 1] : NULL;
}

/* By jumps first. */
const mlo_binding *mlo_scope_before(const mlo_facts *self, uint32_t last, mlo_node node) {
  const mlo_binding *binding = mlo_binding_at(self, last);
  while (binding && binding->target > node) {
    const mlo_binding *jump = mlo_binding_at(self, binding->jump);
    binding = jump && jump->target > node ? jump : mlo_binding_at(self, binding->before);
  }
  while (binding && binding->target != node && mlo_tree_holds(self->tree, binding->value, node))
    binding = mlo_binding_at(self, binding->before);
  return binding;
}

/* A binding further down reaches node if one loop holds both. */
static const mlo_binding *carried_by_loop(const mlo_facts *self, const mlo_binding *last,
                                          mlo_node node) {
  const mlo_tree *tree = self->tree;
  mlo_node stop = self->scopes.items[last->scope].node;
  for (mlo_node n = mlo_tree_parent(tree, node); n != MLO_NO_NODE && n != stop;
       n = mlo_tree_parent(tree, n)) {
    uint8_t kind = tree->nodes[n].kind;
    if ((kind == MLO_PY_FOR || kind == MLO_PY_WHILE) && mlo_tree_holds(tree, n, last->target))
      return last;
  }
  return NULL;
}

/* A global or nonlocal name, read in the scope that declares it: what this function bound before counts first. */
static const mlo_binding *elsewhere(const mlo_facts *self, uint32_t scope, uint32_t target,
                                    mlo_str name, mlo_node node) {
  uint32_t known = mlo_name_table_get(&self->names, self->tree->text, target, name);
  if (known & MLO_ELSEWHERE) return NULL;
  const mlo_binding *before = mlo_scope_before(self, known, node);
  if (before && mlo_tree_holds(self->tree, self->scopes.items[scope].node, before->target))
    return before;
  return mlo_scope_last(self, target, name);
}

static const mlo_binding *look_up(const mlo_facts *self, mlo_str name, mlo_node node,
                                  uint32_t start) {
  bool in_place = true; /* the code around runs where it stands, not later */
  for (uint32_t s = start;; s = self->scopes.items[s].parent) {
    const mlo_scope *scope = &self->scopes.items[s];
    bool visible = s == start || scope->kind != MLO_SCOPE_CLASS;
    uint32_t known = visible ? mlo_name_table_get(&self->names, self->tree->text, s, name) : 0;
    if (known & MLO_ELSEWHERE) return elsewhere(self, s, known & ~MLO_ELSEWHERE, name, node);
    if (known) {
      const mlo_binding *last = mlo_scope_last(self, s, name);
      const mlo_binding *found = in_place && scope->kind != MLO_SCOPE_COMPREHENSION
                                     ? mlo_scope_before(self, known, node)
                                     : last;
      if (!found) found = carried_by_loop(self, last, node);
      if (found || scope->kind == MLO_SCOPE_FUNCTION) return found;
    }
    if (s == 0) return NULL;
    if (scope->kind == MLO_SCOPE_FUNCTION) in_place = false;
  }
}

/* The function or lambda whose parameter this identifier names, or MLO_NO_NODE. */
static mlo_node parameter_of(const mlo_tree *tree, mlo_node node) {
  for (int i = 0; i < 4; i++) {
    const mlo_tree_node *at = &tree->nodes[node];
    if (at->field == MLO_FIELD_VALUE || at->field == MLO_FIELD_TYPE || at->parent == MLO_NO_NODE)
      return MLO_NO_NODE;
    node = at->parent;
    switch (tree->nodes[node].kind) {
    case MLO_PY_PARAMETERS:
    case MLO_PY_LAMBDA_PARAMETERS: return tree->nodes[node].parent;
    case MLO_PY_DEFAULT_PARAMETER:
    case MLO_PY_TYPED_PARAMETER:
    case MLO_PY_TYPED_DEFAULT_PARAMETER:
    case MLO_PY_LIST_SPLAT_PATTERN:
    case MLO_PY_DICT_SPLAT_PATTERN: break;
    default: return MLO_NO_NODE;
    }
  }
  return MLO_NO_NODE;
}

/* Behind its handler, `except E as e` has unbound e again. */
static const mlo_binding *without_caught(const mlo_facts *self, const mlo_binding *binding,
                                         mlo_node node) {
  while (binding && binding->kind == MLO_BIND_EXCEPT &&
         !mlo_tree_holds(self->tree, mlo_tree_ancestor(self->tree, binding->target, MLO_PY_EXCEPT),
                         node))
    binding = mlo_binding_at(self, binding->before);
  return binding;
}

const mlo_binding *mlo_facts_look_up(const mlo_facts *self, mlo_str name, mlo_node node) {
  uint32_t scope = mlo_facts_scope(self, node);
  const mlo_binding *binding = look_up(self, name, node, scope);
  for (uint32_t s = scope; !binding; s = self->scopes.items[s].parent) {
    binding = mlo_scope_last(self, s, name);
    if (s == 0) break;
  }
  return binding;
}

const mlo_binding *mlo_facts_binding(const mlo_facts *self, mlo_node identifier) {
  const mlo_tree *tree = self->tree;
  if (mlo_tree_kind(tree, identifier) != MLO_PY_IDENTIFIER) return NULL;
  uint8_t parent = mlo_tree_kind(tree, tree->nodes[identifier].parent),
          field = tree->nodes[identifier].field;
  if (field == MLO_FIELD_ATTRIBUTE ||
      (field == MLO_FIELD_NAME && parent == MLO_PY_KEYWORD_ARGUMENT))
    return NULL;
  mlo_node function = parameter_of(tree, identifier);
  uint32_t scope = mlo_facts_scope_of(self, function);
  if (scope == UINT32_MAX) scope = mlo_facts_scope(self, identifier);
  const mlo_binding *found = look_up(self, mlo_tree_text(tree, identifier), identifier, scope);
  return without_caught(self, found, identifier);
}
