#include "facts/flow_table.h"

#include <stdlib.h>

/* --- the table --- */

uint32_t mlo_flow_unit(const mlo_facts *facts, uint32_t scope) {
  while (scope && facts->scopes.items[scope].kind != MLO_SCOPE_FUNCTION)
    scope = facts->scopes.items[scope].parent;
  return scope;
}

static uint32_t variable_of(const mlo_facts *facts, const mlo_binding *binding) {
  return mlo_name_table_get(&facts->names, facts->tree->text, binding->scope, binding->name);
}

/* A binding that another function makes by global or nonlocal. */
static void note_foreign(const mlo_facts *facts, struct mlo_flow *flow, uint32_t index) {
  const mlo_binding *binding = &facts->bindings.items[index];
  if (binding->kind == MLO_BIND_PARAMETER) return;
  uint32_t runs_in = mlo_flow_unit(facts, mlo_facts_scope(facts, binding->target));
  if (runs_in == mlo_flow_unit(facts, binding->scope)) return;
  uint32_t variable = variable_of(facts, binding);
  mlo_foreign entry = {.binding = index, .before = flow->last_foreign[variable]};
  MLO_PUSH(facts->arena, &flow->foreign, entry);
  flow->last_foreign[variable] = flow->foreign.len;
}

static void read_bindings(const mlo_facts *facts, struct mlo_flow *flow) {
  for (uint32_t i = 0; i < facts->bindings.len; i++) {
    const mlo_binding *binding = &facts->bindings.items[i];
    flow->target_of[binding->target] = i + 1;
    if (binding->kind == MLO_BIND_PARAMETER && !flow->parameters[binding->scope])
      flow->parameters[binding->scope] = i + 1;
    note_foreign(facts, flow, i);
  }
}

static struct mlo_flow *make(const mlo_facts *facts) {
  mlo_arena *arena = facts->arena;
  uint32_t nodes = facts->tree->count, slots = mlo_slot(facts->bindings.len + 1, false);
  struct mlo_flow *flow = MLO_NEW(arena, struct mlo_flow);
  flow->value_at = MLO_NEW_ARRAY(arena, uint32_t, nodes);
  flow->state_at = MLO_NEW_ARRAY(arena, uint32_t, nodes);
  flow->site_at = MLO_NEW_ARRAY(arena, uint32_t, nodes);
  flow->target_of = MLO_NEW_ARRAY(arena, uint32_t, nodes);
  flow->last_read = MLO_NEW_ARRAY(arena, uint32_t, facts->bindings.len + 1);
  flow->last_foreign = MLO_NEW_ARRAY(arena, uint32_t, facts->bindings.len + 1);
  flow->last_alias = MLO_NEW_ARRAY(arena, uint32_t, facts->bindings.len + 1);
  flow->current = MLO_NEW_ARRAY(arena, uint32_t, slots);
  flow->at_end = MLO_NEW_ARRAY(arena, uint32_t, slots);
  flow->stamp = MLO_NEW_ARRAY(arena, uint32_t, slots);
  flow->index = MLO_NEW_ARRAY(arena, uint32_t, slots);
  flow->parameters = MLO_NEW_ARRAY(arena, uint32_t, facts->scopes.len);
  flow->walked = MLO_NEW_ARRAY(arena, bool, facts->scopes.len);
  for (uint32_t i = 0; i < slots; i++) flow->current[i] = MLO_DEF_UNBOUND;
  mlo_def none = {.kind = MLO_DEF_NONE, .node = MLO_NO_NODE, .binding = UINT32_MAX};
  MLO_PUSH(arena, &flow->defs, none);
  MLO_PUSH(arena, &flow->defs, none);
  read_bindings(facts, flow);
  return flow;
}

struct mlo_flow *mlo_flow_table(const mlo_facts *facts) {
  if (facts->memo->flow) return facts->memo->flow;
  facts->memo->flow = make(facts);
  mlo_flow_link_aliases(facts, facts->memo->flow);
  return facts->memo->flow;
}

static struct mlo_flow *walked(const mlo_facts *facts, uint32_t unit) {
  struct mlo_flow *flow = mlo_flow_table(facts);
  if (flow->walked[unit]) return flow;
  flow->walked[unit] = true;
  mlo_flow_walk(facts, flow, unit);
  return flow;
}

struct mlo_flow *mlo_flow_of(const mlo_facts *facts, mlo_node node) {
  return walked(facts, mlo_flow_unit(facts, mlo_facts_scope(facts, node)));
}

/* --- names --- */

static bool is_name(const mlo_tree *tree, mlo_node identifier) {
  if (mlo_tree_kind(tree, identifier) != MLO_PY_IDENTIFIER) return false;
  uint8_t parent = mlo_tree_kind(tree, tree->nodes[identifier].parent),
          field = tree->nodes[identifier].field;
  return field != MLO_FIELD_ATTRIBUTE &&
         !(field == MLO_FIELD_NAME && parent == MLO_PY_KEYWORD_ARGUMENT);
}

static uint32_t look_up(const mlo_facts *facts, uint32_t start, mlo_str name) {
  for (uint32_t s = start;; s = facts->scopes.items[s].parent) {
    bool visible = s == start || facts->scopes.items[s].kind != MLO_SCOPE_CLASS;
    uint32_t known = visible ? mlo_name_table_get(&facts->names, facts->tree->text, s, name) : 0;
    if (known & MLO_ELSEWHERE)
      known = mlo_name_table_get(&facts->names, facts->tree->text, known & ~MLO_ELSEWHERE, name);
    if (known & MLO_ELSEWHERE) return 0;
    if (known || s == 0) return known;
  }
}

uint32_t mlo_flow_variable(const mlo_facts *facts, mlo_node identifier) {
  if (!is_name(facts->tree, identifier)) return 0;
  uint32_t target = mlo_flow_table(facts)->target_of[identifier];
  if (target) return variable_of(facts, &facts->bindings.items[target - 1]);
  return look_up(facts, mlo_facts_scope(facts, identifier), mlo_tree_text(facts->tree, identifier));
}

uint32_t mlo_flow_value(const mlo_facts *self, mlo_node identifier) {
  return is_name(self->tree, identifier) ? mlo_flow_of(self, identifier)->value_at[identifier]
                                         : MLO_NO_DEF;
}

uint32_t mlo_flow_state(const mlo_facts *self, mlo_node identifier) {
  return is_name(self->tree, identifier) ? mlo_flow_of(self, identifier)->state_at[identifier]
                                         : MLO_NO_DEF;
}

const mlo_def *mlo_flow_def(const mlo_facts *self, uint32_t def) {
  return &mlo_flow_table(self)->defs.items[def];
}

uint32_t mlo_flow_next_part(const mlo_facts *self, uint32_t *cursor) {
  mlo_def_part part = mlo_flow_table(self)->parts.items[*cursor - 1];
  *cursor = part.next;
  return part.def;
}

uint32_t mlo_flow_outside(const mlo_facts *self, mlo_node identifier, bool state) {
  uint32_t variable = mlo_flow_variable(self, identifier);
  if (!variable) return MLO_NO_DEF;
  uint32_t home = mlo_flow_unit(self, mlo_binding_at(self, variable)->scope);
  if (home == mlo_flow_unit(self, mlo_facts_scope(self, identifier))) return MLO_NO_DEF;
  return walked(self, home)->at_end[mlo_slot(variable, state)];
}

bool mlo_flow_is_settled(const mlo_facts *self, mlo_node identifier) {
  uint32_t variable = mlo_flow_variable(self, identifier);
  uint32_t unit = mlo_flow_unit(self, mlo_facts_scope(self, identifier));
  const mlo_binding *last = mlo_binding_at(self, variable);
  return last && !mlo_flow_table(self)->last_foreign[variable] &&
         last->target < self->scopes.items[unit].node;
}

bool mlo_flow_is_target(const mlo_facts *self, mlo_node identifier) {
  return mlo_flow_table(self)->target_of[identifier] != 0;
}

/* If the name is bound anew, the object is what it was: the caller does not see that. */
uint32_t mlo_flow_object_at_end(const mlo_facts *self, uint32_t parameter) {
  const mlo_binding *binding = &self->bindings.items[parameter];
  struct mlo_flow *flow = walked(self, mlo_flow_unit(self, binding->scope));
  uint32_t variable = variable_of(self, binding);
  return binding->before || variable != parameter + 1 ? MLO_NO_DEF
                                                      : flow->at_end[mlo_slot(variable, true)];
}

uint64_t mlo_flow_steps(const mlo_facts *self) { return mlo_flow_table(self)->steps; }

/* --- which bindings reach --- */

typedef struct reach {
  const mlo_facts *facts;
  struct mlo_flow *flow;
  mlo_reaching *out;
  uint32_t stack[MLO_MOST_READS];
  uint32_t len;
} reach;

static bool is_new(reach *r, uint32_t def) {
  struct mlo_flow *flow = r->flow;
  if (flow->seen_cap < flow->defs.len) {
    flow->seen_cap = flow->defs.cap;
    flow->seen = MLO_NEW_ARRAY(r->facts->arena, uint32_t, flow->seen_cap);
    flow->round = 1;
  }
  if (flow->seen[def] == flow->round) return false;
  flow->seen[def] = flow->round;
  return true;
}

static void push(reach *r, uint32_t def) {
  if (def == MLO_NO_DEF || !is_new(r, def)) return;
  if (r->len == sizeof r->stack / sizeof *r->stack)
    r->out->cut = true;
  else
    r->stack[r->len++] = def;
}

static void add_reaching(reach *r, uint32_t binding) {
  mlo_binding_indices *list = &r->out->bindings;
  for (uint32_t i = 0; i < list->len; i++)
    if (list->items[i] == binding) return;
  if (list->len == MLO_MOST_REACHING)
    r->out->cut = true;
  else
    MLO_PUSH(r->facts->arena, list, binding);
}

/* A join's parts go on the stack so that the latest is on top. */
static void expand(reach *r, uint32_t id) {
  const mlo_def *def = &r->flow->defs.items[id];
  uint32_t parts[MLO_MOST_REACHING], count = 0;
  switch (def->kind) {
  case MLO_DEF_NONE: r->out->unbound = true; return;
  case MLO_DEF_CHANGE: push(r, def->before); return;
  case MLO_DEF_BINDING:
    if (r->facts->bindings.items[def->binding].kind == MLO_BIND_DELETE)
      r->out->unbound = true;
    else
      add_reaching(r, def->binding);
    return;
  case MLO_DEF_JOIN: break;
  }
  for (uint32_t cursor = def->parts; cursor;) {
    uint32_t part = mlo_flow_next_part(r->facts, &cursor);
    if (count < MLO_MOST_REACHING)
      parts[count++] = part;
    else
      r->out->cut = true;
  }
  while (count) push(r, parts[--count]);
}

static void expand_all(reach *r, uint32_t def) {
  r->flow->round++;
  push(r, def);
  while (r->len && r->out->bindings.len < MLO_MOST_REACHING) {
    r->flow->steps++;
    expand(r, r->stack[--r->len]);
  }
  r->out->cut |= r->len > 0;
  r->len = 0;
}

void mlo_facts_reaching(const mlo_facts *self, mlo_node identifier, mlo_reaching *out) {
  *out = (mlo_reaching){0};
  uint32_t variable = mlo_flow_variable(self, identifier);
  if (!variable) return;
  struct mlo_flow *flow = mlo_flow_of(self, identifier);
  reach r = {.facts = self, .flow = flow, .out = out};
  if (flow->target_of[identifier]) {
    add_reaching(&r, flow->target_of[identifier] - 1);
    return;
  }
  expand_all(&r, flow->value_at[identifier]);
  uint32_t outside = out->unbound ? mlo_flow_outside(self, identifier, false) : MLO_NO_DEF;
  if (outside != MLO_NO_DEF) {
    out->unbound = false;
    expand_all(&r, outside);
  }
  for (uint32_t i = flow->last_foreign[variable]; i; i = flow->foreign.items[i - 1].before)
    add_reaching(&r, flow->foreign.items[i - 1].binding);
}

/* --- which reads are reached --- */

static bool is_reached(const mlo_facts *self, mlo_node read, uint32_t binding) {
  mlo_reaching reaching;
  mlo_facts_reaching(self, read, &reaching);
  for (uint32_t i = 0; i < reaching.bindings.len; i++)
    if (reaching.bindings.items[i] == binding) return true;
  return false;
}

static int compare_nodes(const void *a, const void *b) {
  mlo_node x = *(const mlo_node *)a, y = *(const mlo_node *)b;
  return (x > y) - (x < y);
}

/* Functions that may read the binding's name must have been walked: all of them. */
static struct mlo_flow *walk_all(const mlo_facts *self) {
  struct mlo_flow *flow = walked(self, 0);
  for (uint32_t s = 0; s < self->scopes.len; s++)
    if (self->scopes.items[s].kind == MLO_SCOPE_FUNCTION) walked(self, s);
  return flow;
}

static void sort_nodes(mlo_nodes *nodes) {
  if (nodes->len) qsort(nodes->items, nodes->len, sizeof *nodes->items, compare_nodes);
}

static void add_reads(const mlo_facts *self, uint32_t binding, mlo_nodes *out) {
  struct mlo_flow *flow = walk_all(self);
  uint32_t variable = variable_of(self, &self->bindings.items[binding]);
  for (uint32_t i = flow->last_read[variable]; i && out->len < MLO_MOST_READS;
       i = flow->reads.items[i - 1].before)
    if (is_reached(self, flow->reads.items[i - 1].node, binding))
      MLO_PUSH(self->arena, out, flow->reads.items[i - 1].node);
}

void mlo_facts_reads(const mlo_facts *self, uint32_t binding, mlo_nodes *out) {
  out->len = 0;
  add_reads(self, binding, out);
  sort_nodes(out);
}

/* The whole value that an assignment, walrus or `with` binds and that may be this expression. */
static mlo_node bound_value(const mlo_tree *tree, mlo_node expression) {
  for (mlo_node n = expression;; n = tree->nodes[n].parent) {
    switch (mlo_tree_kind(tree, tree->nodes[n].parent)) {
    case MLO_PY_PARENTHESIZED:
    case MLO_PY_AWAIT:
    case MLO_PY_BOOLEAN_OPERATOR: break;
    case MLO_PY_CONDITIONAL:
      if (mlo_tree_nth_part(tree, tree->nodes[n].parent, 1) == n) return MLO_NO_NODE;
      break;
    case MLO_PY_ASSIGNMENT:
    case MLO_PY_NAMED_EXPRESSION:
    case MLO_PY_AS_PATTERN: return n;
    default: return MLO_NO_NODE;
    }
  }
}

/* The bindings of names that get this expression's value, whole. */
static void add_bound(const mlo_facts *self, mlo_node expression, mlo_binding_indices *out) {
  const mlo_tree *tree = self->tree;
  mlo_node value = bound_value(tree, expression);
  if (value == MLO_NO_NODE) return;
  mlo_node holder = tree->nodes[value].parent;
  while (mlo_tree_kind(tree, tree->nodes[holder].parent) == MLO_PY_ASSIGNMENT)
    holder = tree->nodes[holder].parent;
  const struct mlo_flow *flow = mlo_flow_table(self);
  for (mlo_node n = holder, end = mlo_tree_skip(tree, holder); n < end; n++) {
    uint32_t target = flow->target_of[n];
    if (!target || self->bindings.items[target - 1].value != value) continue;
    if (self->bindings.items[target - 1].item < 0) MLO_PUSH(self->arena, out, target - 1);
  }
}

void mlo_facts_flows_to(const mlo_facts *self, mlo_node expression, mlo_nodes *out) {
  out->len = 0;
  if (expression == MLO_NO_NODE) return;
  mlo_binding_indices queue = {0};
  add_bound(self, expression, &queue);
  for (uint32_t i = 0; i < queue.len && i < MLO_MOST_REACHING; i++) {
    uint32_t first = out->len;
    add_reads(self, queue.items[i], out);
    for (uint32_t r = first; r < out->len; r++) add_bound(self, out->items[r], &queue);
  }
  sort_nodes(out);
  uint32_t kept = 0;
  for (uint32_t i = 0; i < out->len; i++)
    if (!kept || out->items[kept - 1] != out->items[i]) out->items[kept++] = out->items[i];
  out->len = kept;
}
