#include "facts/flow_table.h"

/* Names that hold the same object: `z = x`, while neither is bound anew. A change through one is a change of both. */

mlo_node mlo_flow_aliased(const mlo_facts *facts, uint32_t index) {
  const mlo_binding *binding = &facts->bindings.items[index];
  mlo_node value =
      binding->value == MLO_NO_NODE ? MLO_NO_NODE : mlo_tree_bare(facts->tree, binding->value);
  bool whole = binding->kind == MLO_BIND_ASSIGN && binding->item < 0;
  return whole && mlo_tree_kind(facts->tree, value) == MLO_PY_IDENTIFIER ? value : MLO_NO_NODE;
}

static void link(const mlo_facts *facts, struct mlo_flow *flow, uint32_t from, uint32_t to) {
  mlo_alias alias = {.variable = to, .before = flow->last_alias[from]};
  MLO_PUSH(facts->arena, &flow->aliases, alias);
  flow->last_alias[from] = flow->aliases.len;
}

static uint32_t home_of(const mlo_facts *facts, uint32_t variable) {
  return mlo_flow_unit(facts, mlo_binding_at(facts, variable)->scope);
}

void mlo_flow_link_aliases(const mlo_facts *facts, struct mlo_flow *flow) {
  for (uint32_t i = 0; i < facts->bindings.len; i++) {
    mlo_node name = mlo_flow_aliased(facts, i);
    uint32_t from = name == MLO_NO_NODE ? 0 : mlo_flow_variable(facts, name);
    uint32_t to = from ? mlo_flow_variable(facts, facts->bindings.items[i].target) : 0;
    if (!to || from == to || home_of(facts, from) != home_of(facts, to)) continue;
    link(facts, flow, from, to);
    link(facts, flow, to, from);
  }
}

static bool is_among(const uint32_t *items, uint32_t len, uint32_t item) {
  for (uint32_t i = 0; i < len; i++)
    if (items[i] == item) return true;
  return false;
}

uint32_t mlo_flow_aliases(const struct mlo_flow *flow, uint32_t variable,
                          uint32_t out[MLO_MOST_ALIASES]) {
  uint32_t len = 0;
  for (uint32_t next = 0, at = variable;; at = out[next++]) {
    uint32_t looked = 0;
    for (uint32_t i = flow->last_alias[at]; i && looked < 2 * MLO_MOST_ALIASES;
         i = flow->aliases.items[i - 1].before, looked++) {
      uint32_t other = flow->aliases.items[i - 1].variable;
      if (other == variable || is_among(out, len, other)) continue;
      if (len == MLO_MOST_ALIASES) return len;
      out[len++] = other;
    }
    if (next == len) return len;
  }
}

/* --- where the walk is --- */

/* Where an object got a name first: a definition, and of which variable (two that nothing binds are two). */
typedef struct identity {
  uint32_t variable, def;
} identity;

enum { MOST_IDENTITIES = 8, MOST_HOPS = 32 };
typedef struct identities {
  identity items[MOST_IDENTITIES];
  uint32_t len, hops;
} identities;

static void add(identities *out, identity one) {
  for (uint32_t i = 0; i < out->len; i++)
    if (out->items[i].variable == one.variable && out->items[i].def == one.def) return;
  if (out->len < MOST_IDENTITIES) out->items[out->len++] = one;
}

static void trace(const mlo_facts *facts, const struct mlo_flow *flow, identity one, int depth,
                  identities *out) {
  const mlo_def *def = &flow->defs.items[one.def];
  while (def->kind == MLO_DEF_BINDING && out->hops++ < MOST_HOPS) {
    mlo_node name = mlo_flow_aliased(facts, def->binding);
    uint32_t variable = name == MLO_NO_NODE ? 0 : mlo_flow_variable(facts, name);
    if (!variable || flow->value_at[name] == MLO_NO_DEF) break;
    one = (identity){variable, flow->value_at[name]};
    def = &flow->defs.items[one.def];
  }
  add(out, one);
  if (def->kind != MLO_DEF_JOIN || depth == 2) return;
  for (uint32_t cursor = def->parts; cursor && out->hops++ < MOST_HOPS;) {
    uint32_t part = mlo_flow_next_part(facts, &cursor);
    trace(facts, flow, (identity){one.variable, part}, depth + 1, out);
  }
}

mlo_sameness mlo_flow_sameness(const mlo_facts *facts, const struct mlo_flow *flow, uint32_t a,
                               uint32_t b) {
  identities x = {0}, y = {0};
  trace(facts, flow, (identity){a, flow->current[mlo_slot(a, false)]}, 0, &x);
  trace(facts, flow, (identity){b, flow->current[mlo_slot(b, false)]}, 0, &y);
  /* the first is where all ways of the variable meet */
  if (x.items[0].variable == y.items[0].variable && x.items[0].def == y.items[0].def)
    return MLO_SAME_OBJECT;
  for (uint32_t i = 0; i < x.len; i++)
    for (uint32_t k = 0; k < y.len; k++)
      if (x.items[i].variable == y.items[k].variable && x.items[i].def == y.items[k].def &&
          x.items[i].def > MLO_DEF_UNBOUND)
        return MLO_MAYBE_SAME_OBJECT;
  return MLO_OTHER_OBJECT;
}
