#include "project/interface.h"

#include "facts/scope.h"

enum { DEEPEST_CLASS = 3, LONGEST_CONSTANT = 4096 };

/* Bindings and members stand in lists by their scope, made once, so that each is looked at once. */
typedef struct reading {
  const mlo_facts *facts;
  mlo_arena *arena;
  mlo_interface *out;
  uint32_t *bindings, *next_binding; /* by scope, by binding: 1 + index, or 0 */
  uint32_t *members, *next_member;
} reading;

static void make_lists(reading *self) {
  const mlo_facts *facts = self->facts;
  self->bindings = MLO_NEW_ARRAY(facts->arena, uint32_t, facts->scopes.len + 1);
  self->members = MLO_NEW_ARRAY(facts->arena, uint32_t, facts->scopes.len + 1);
  self->next_binding = MLO_NEW_ARRAY(facts->arena, uint32_t, facts->bindings.len + 1);
  self->next_member = MLO_NEW_ARRAY(facts->arena, uint32_t, facts->members.len + 1);
  for (uint32_t i = facts->bindings.len; i-- > 0;) {
    uint32_t *first = &self->bindings[facts->bindings.items[i].scope];
    self->next_binding[i] = *first;
    *first = i + 1;
  }
  for (uint32_t i = facts->members.len; i-- > 0;) {
    uint32_t *first = &self->members[facts->members.items[i].scope];
    self->next_member[i] = *first;
    *first = i + 1;
  }
}

/* --- values --- */

static mlo_constant kept_constant(const reading *self, mlo_node value) {
  mlo_constant constant = mlo_facts_constant(self->facts, value);
  bool scalar = constant.kind != MLO_CONSTANT_LIST && constant.kind != MLO_CONSTANT_DICT;
  if (!scalar || constant.text.len > LONGEST_CONSTANT) constant = (mlo_constant){0};
  constant.text = mlo_arena_str(self->arena, constant.text);
  constant.node = MLO_NO_NODE;
  return constant;
}

static void add(const reading *self, mlo_offer offer) {
  mlo_interface *out = self->out;
  if (out->offers.len >= MLO_OFFERS_MAX) return;
  offer.name = mlo_arena_str(self->arena, offer.name);
  offer.target = mlo_arena_str(self->arena, offer.target);
  uint32_t *place = mlo_map_put(&out->names, offer.name, self->arena);
  if (*place) return;
  MLO_PUSH(self->arena, &out->offers, offer);
  *place = out->offers.len;
}

static mlo_str longer(const reading *self, mlo_str owner, mlo_str name) {
  return owner.len ? mlo_arena_join(self->arena, owner, ".", name) : name;
}

/* --- functions --- */

static bool is_property(const reading *self, const mlo_function *function) {
  for (uint32_t i = 0; i < function->decorators.len; i++) {
    mlo_str name = mlo_facts_name(self->facts, function->decorators.items[i]);
    if (mlo_str_eq(name, MLO_STR("builtins.property")) ||
        mlo_str_eq(name, MLO_STR("functools.cached_property")))
      return true;
  }
  return false;
}

static mlo_offer function_offer(const reading *self, mlo_node definition, mlo_str name) {
  uint32_t index = mlo_facts_function_of(self->facts, definition);
  if (index == UINT32_MAX) return (mlo_offer){.name = name};
  const mlo_function *function = &self->facts->functions.items[index];
  mlo_offer offer = {
      .kind = MLO_OFFER_FUNCTION, .name = name, .target = mlo_facts_result(self->facts, index)};
  if (!is_property(self, function)) return offer;
  offer.kind = offer.target.len ? MLO_OFFER_ALIAS : MLO_OFFER_VALUE;
  return offer;
}

/* --- bindings --- */

static void add_class(const reading *self, mlo_node definition, mlo_str name, int depth);

static mlo_offer value_offer(const reading *self, const mlo_binding *binding, mlo_str name) {
  mlo_offer offer = {.name = name, .target = mlo_facts_name(self->facts, binding->target)};
  if (offer.target.len) offer.kind = MLO_OFFER_ALIAS;
  bool once = binding->kind == MLO_BIND_ASSIGN && binding->nth == 0 && binding->item < 0;
  if (once) offer.constant = kept_constant(self, binding->value);
  return offer;
}

static void add_binding(const reading *self, const mlo_binding *binding, mlo_str owner, int depth) {
  mlo_str name = longer(self, owner, binding->name);
  switch (binding->kind) {
  case MLO_BIND_IMPORT:
    add(self, (mlo_offer){.kind = MLO_OFFER_ALIAS, .name = name, .target = binding->qualified});
    return;
  case MLO_BIND_FUNCTION: add(self, function_offer(self, binding->value, name)); return;
  case MLO_BIND_CLASS: add_class(self, binding->value, name, depth); return;
  default: add(self, value_offer(self, binding, name)); return;
  }
}

/* The last binding of each name in one scope. */
static void add_scope(const reading *self, uint32_t scope, mlo_str owner, int depth) {
  const mlo_facts *facts = self->facts;
  for (uint32_t i = self->bindings[scope]; i; i = self->next_binding[i - 1]) {
    const mlo_binding *binding = &facts->bindings.items[i - 1];
    if (binding->kind == MLO_BIND_DELETE) continue;
    if (mlo_scope_last(facts, scope, binding->name) == binding)
      add_binding(self, binding, owner, depth);
  }
}

/* --- classes --- */

static void read_bases(const reading *self, mlo_node definition, mlo_offer *offer) {
  const mlo_tree *tree = self->facts->tree;
  mlo_node bases = mlo_tree_field(tree, definition, MLO_FIELD_SUPERCLASSES);
  for (mlo_node n = mlo_tree_part(tree, bases); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n)) {
    if (tree->nodes[n].kind == MLO_PY_KEYWORD_ARGUMENT) continue;
    mlo_node base = tree->nodes[n].kind == MLO_PY_SUBSCRIPT ? mlo_tree_part(tree, n) : n;
    mlo_str name = mlo_arena_str(self->arena, mlo_facts_name(self->facts, base));
    MLO_PUSH(self->arena, &offer->bases, name);
  }
}

/* What methods assign to self, by their last assignment; a name of the class itself counts before it. */
static void add_members(const reading *self, uint32_t scope, mlo_str owner) {
  const mlo_facts *facts = self->facts;
  for (uint32_t i = self->members[scope]; i; i = self->next_member[i - 1]) {
    const mlo_member *member = &facts->members.items[i - 1];
    if (mlo_scope_member(facts, scope, member->name) != member) continue;
    mlo_offer offer = {.name = longer(self, owner, member->name),
                       .target = mlo_facts_name(facts, member->target)};
    if (offer.target.len) offer.kind = MLO_OFFER_ALIAS;
    add(self, offer);
  }
}

static void add_class(const reading *self, mlo_node definition, mlo_str name, int depth) {
  mlo_offer offer = {.kind = MLO_OFFER_CLASS, .name = name};
  read_bases(self, definition, &offer);
  add(self, offer);
  uint32_t scope = mlo_facts_scope_of(self->facts, definition);
  if (scope == UINT32_MAX || depth >= DEEPEST_CLASS) return;
  add_members(self, scope, name);
  add_scope(self, scope, name, depth + 1);
}

/* --- the module --- */

static void read_all(const reading *self) {
  const mlo_facts *facts = self->facts;
  const mlo_binding *binding = mlo_scope_last(facts, 0, MLO_STR("__all__"));
  if (!binding || binding->kind != MLO_BIND_ASSIGN) return;
  mlo_node list = mlo_tree_bare(facts->tree, binding->value);
  if (!mlo_tree_is_display(facts->tree, list)) return;
  self->out->lists = true;
  for (mlo_node n = mlo_tree_part(facts->tree, list); n != MLO_NO_NODE;
       n = mlo_tree_next_part(facts->tree, n)) {
    mlo_constant item = mlo_facts_constant(facts, n);
    if (item.kind == MLO_CONSTANT_STRING && !item.partial)
      MLO_PUSH(self->arena, &self->out->all, mlo_arena_str(self->arena, item.text));
  }
}

static void read_stars(const reading *self) {
  for (uint32_t i = 0; i < self->facts->imports.len; i++) {
    mlo_str name = self->facts->imports.items[i].qualified;
    if (!mlo_str_ends(name, MLO_STR("*"))) continue;
    mlo_str module = mlo_str_slice(name, 0, name.len - 1);
    if (mlo_str_ends(module, MLO_STR(".")) && module.len > 1 && module.ptr[module.len - 2] != '.')
      module.len--;
    MLO_PUSH(self->arena, &self->out->stars, mlo_arena_str(self->arena, module));
  }
}

void mlo_interface_of_facts(const mlo_facts *facts, mlo_arena *arena, mlo_interface *out) {
  *out = (mlo_interface){0};
  reading self = {.facts = facts, .arena = arena, .out = out};
  make_lists(&self);
  read_all(&self);
  read_stars(&self);
  add_scope(&self, 0, (mlo_str){0}, 0);
}

const mlo_offer *mlo_interface_offer(const mlo_interface *self, mlo_str name) {
  const uint32_t *index = mlo_map_get(&self->names, name);
  return index ? &self->offers.items[*index - 1] : NULL;
}

bool mlo_interface_exports(const mlo_interface *self, mlo_str name) {
  if (!self->lists) return !mlo_str_starts(name, MLO_STR("_"));
  for (uint32_t i = 0; i < self->all.len; i++)
    if (mlo_str_eq(self->all.items[i], name)) return true;
  return false;
}
