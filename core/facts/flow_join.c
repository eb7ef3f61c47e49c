#include "facts/flow_walker.h"

/* --- definitions --- */

static uint32_t add_def(mlo_walker *w, mlo_def def) {
  MLO_PUSH(w->arena, &w->flow->defs, def);
  return w->flow->defs.len - 1;
}

void mlo_walker_set(mlo_walker *w, uint32_t slot, uint32_t def) {
  uint32_t *current = &w->flow->current[slot];
  if (*current == def) return;
  mlo_slot_def entry = {slot, *current};
  MLO_PUSH(w->arena, &w->log, entry);
  *current = def;
  w->flow->steps++;
}

void mlo_walker_add_part(mlo_walker *w, uint32_t join, uint32_t def) {
  struct mlo_flow *flow = w->flow;
  if (def == join) return;
  uint32_t first = flow->defs.items[join].parts;
  if (first && flow->parts.items[first - 1].def == def) return;
  mlo_def_part part = {.def = def, .next = first};
  MLO_PUSH(w->arena, &flow->parts, part);
  flow->defs.items[join].parts = flow->parts.len;
  flow->steps++;
}

static uint32_t add_join(mlo_walker *w, mlo_node node) {
  return add_def(w, (mlo_def){.kind = MLO_DEF_JOIN, .node = node, .binding = UINT32_MAX});
}

/* `x: int` binds nothing. */
static bool binds(const mlo_binding *binding) {
  return binding->kind != MLO_BIND_ASSIGN || binding->value != MLO_NO_NODE ||
         binding->type == MLO_NO_NODE;
}

static void define(mlo_walker *w, uint32_t variable, mlo_def def, bool state_only, uint32_t *made) {
  uint32_t *current = w->flow->current;
  def.before = current[mlo_slot(variable, state_only)];
  *made = add_def(w, def);
  if (!state_only) mlo_walker_set(w, mlo_slot(variable, false), *made);
  mlo_walker_set(w, mlo_slot(variable, true), *made);
}

/* Of the object, under each name that holds it; what only may hold it may be changed. */
static void change(mlo_walker *w, mlo_site *site) {
  uint32_t through = mlo_flow_variable(w->facts, site->root), slot = mlo_slot(site->variable, true);
  mlo_sameness same = through == site->variable
                          ? MLO_SAME_OBJECT
                          : mlo_flow_sameness(w->facts, w->flow, through, site->variable);
  uint32_t before = w->flow->current[slot];
  mlo_def def = {
      .kind = MLO_DEF_CHANGE, .node = site->node, .name = site->root, .binding = UINT32_MAX};
  if (same == MLO_OTHER_OBJECT) return;
  define(w, site->variable, def, true, &site->def);
  if (same == MLO_SAME_OBJECT) return;
  uint32_t join = add_join(w, site->node);
  mlo_walker_add_part(w, join, before);
  mlo_walker_add_part(w, join, site->def);
  mlo_walker_set(w, slot, join);
}

void mlo_walker_apply(mlo_walker *w, mlo_site *site) {
  if (site->binding == UINT32_MAX) {
    change(w, site);
    return;
  }
  if (!binds(&w->facts->bindings.items[site->binding])) return;
  mlo_def def = {.kind = MLO_DEF_BINDING, .node = site->node, .binding = site->binding};
  define(w, site->variable, def, false, &site->def);
}

/* --- mlo_arms and joins --- */

mlo_arm mlo_walker_take_since(mlo_walker *w, uint32_t mark, mlo_slot_defs *into) {
  struct mlo_flow *flow = w->flow;
  mlo_arm result = {.first = into->len, .dead = w->dead};
  uint32_t epoch = ++flow->epoch;
  for (uint32_t i = mark; i < w->log.len; i++) {
    uint32_t slot = w->log.items[i].slot;
    if (flow->stamp[slot] == epoch) continue;
    flow->stamp[slot] = epoch;
    mlo_slot_def entry = {slot, flow->current[slot]};
    MLO_PUSH(w->arena, into, entry);
  }
  flow->steps += w->log.len - mark;
  result.count = into->len - result.first;
  return result;
}

void mlo_walker_undo(mlo_walker *w, uint32_t mark) {
  while (w->log.len > mark) {
    mlo_slot_def entry = w->log.items[--w->log.len];
    w->flow->current[entry.slot] = entry.def;
  }
}

/* What this arm changed; the state is again what it was at mark. */
mlo_arm mlo_walker_take(mlo_walker *w, uint32_t mark) {
  mlo_arm result = mlo_walker_take_since(w, mark, &w->taken);
  mlo_walker_undo(w, mark);
  w->dead = false;
  return result;
}

/* A slot that some arm changed. */
typedef struct joined {
  uint32_t slot, def;
  uint32_t changed; /* mlo_arms that did */
  bool made;        /* def is a join made here */
} joined;

typedef struct joining {
  mlo_walker *w;
  mlo_node node;
  uint32_t ways; /* mlo_arms that count, and the state at hand if it is one more */
  MLO_ARRAY(joined) slots;
} joining;

static void count_arm(joining *j, const mlo_slot_defs *pool, mlo_arm a) {
  struct mlo_flow *flow = j->w->flow;
  for (uint32_t i = a.first; i < a.first + a.count; i++) {
    uint32_t slot = pool->items[i].slot;
    if (flow->stamp[slot] != flow->epoch) {
      joined entry = {.slot = slot, .def = MLO_NO_DEF};
      flow->stamp[slot] = flow->epoch;
      flow->index[slot] = j->slots.len;
      MLO_PUSH(j->w->arena, &j->slots, entry);
    }
    j->slots.items[flow->index[slot]].changed++;
  }
}

static void join_slot(joining *j, uint32_t slot, uint32_t def) {
  mlo_walker *w = j->w;
  joined *entry = &j->slots.items[w->flow->index[slot]];
  if (entry->def == MLO_NO_DEF && entry->changed < j->ways) entry->def = w->flow->current[slot];
  if (entry->def == MLO_NO_DEF || entry->def == def) {
    entry->def = def;
    return;
  }
  if (!entry->made) {
    uint32_t join = add_join(w, j->node);
    mlo_walker_add_part(w, join, entry->def);
    entry->def = join;
    entry->made = true;
  }
  mlo_walker_add_part(w, entry->def, def);
}

static uint32_t count_arms(const mlo_arm_list *lists, int count, bool dead) {
  uint32_t ways = 0;
  for (int l = 0; l < count; l++)
    for (uint32_t i = 0; i < lists[l].count; i++) ways += dead || !lists[l].items[i].dead;
  return ways;
}

void mlo_walker_join(mlo_walker *w, mlo_node node, const mlo_arm_list *lists, int count,
                     bool base) {
  bool dead = !base && count_arms(lists, count, false) == 0;
  joining j = {.w = w, .node = node, .ways = count_arms(lists, count, dead) + base};
  w->flow->epoch++;
  for (int l = 0; l < count; l++)
    for (uint32_t i = 0; i < lists[l].count; i++)
      if (dead || !lists[l].items[i].dead) count_arm(&j, lists[l].pool, lists[l].items[i]);
  for (int l = 0; l < count; l++)
    for (uint32_t i = 0; i < lists[l].count; i++) {
      mlo_arm a = lists[l].items[i];
      uint32_t end = a.dead && !dead ? a.first : a.first + a.count;
      for (uint32_t k = a.first; k < end; k++)
        join_slot(&j, lists[l].pool->items[k].slot, lists[l].pool->items[k].def);
    }
  for (uint32_t i = 0; i < j.slots.len; i++)
    mlo_walker_set(w, j.slots.items[i].slot, j.slots.items[i].def);
  w->dead = dead;
}

/* --- heads of loops and handlers --- */

mlo_arm mlo_walker_sites(const mlo_walker *w, mlo_node from, mlo_node to) {
  uint32_t low = 0, high = w->sites.len;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (w->sites.items[middle].node < from)
      low = middle + 1;
    else
      high = middle;
  }
  mlo_arm range = {.first = low};
  while (low + range.count < w->sites.len && w->sites.items[low + range.count].node < to)
    range.count++;
  return range;
}

void mlo_walker_add_heads(mlo_walker *w, mlo_arm range, mlo_node node, mlo_slot_defs *heads) {
  struct mlo_flow *flow = w->flow;
  uint32_t epoch = ++flow->epoch;
  for (uint32_t i = range.first; i < range.first + range.count; i++)
    for (int state = w->sites.items[i].binding == UINT32_MAX; state < 2; state++) {
      uint32_t slot = mlo_slot(w->sites.items[i].variable, state);
      flow->steps++;
      if (flow->stamp[slot] == epoch) continue;
      flow->stamp[slot] = epoch;
      mlo_slot_def head = {slot, add_join(w, node)};
      mlo_walker_add_part(w, head.def, flow->current[slot]);
      MLO_PUSH(w->arena, heads, head);
    }
  for (uint32_t i = 0; i < heads->len; i++)
    mlo_walker_set(w, heads->items[i].slot, heads->items[i].def);
}

void mlo_walker_index_heads(mlo_walker *w, const mlo_slot_defs *heads) {
  w->flow->epoch++;
  for (uint32_t i = 0; i < heads->len; i++) {
    w->flow->stamp[heads->items[i].slot] = w->flow->epoch;
    w->flow->index[heads->items[i].slot] = heads->items[i].def;
  }
}

void mlo_walker_carry(mlo_walker *w, const mlo_slot_defs *pool, mlo_arm a) {
  for (uint32_t i = a.first; i < a.first + a.count && !a.dead; i++) {
    uint32_t slot = pool->items[i].slot;
    if (w->flow->stamp[slot] == w->flow->epoch)
      mlo_walker_add_part(w, w->flow->index[slot], pool->items[i].def);
  }
}

/* Every definition that the sites made becomes a part of its slot's head. */
void mlo_walker_carry_sites(mlo_walker *w, mlo_arm range) {
  for (uint32_t i = range.first; i < range.first + range.count; i++) {
    const mlo_site *site = &w->sites.items[i];
    for (int state = site->binding == UINT32_MAX; site->def && state < 2; state++) {
      uint32_t slot = mlo_slot(site->variable, state);
      if (w->flow->stamp[slot] == w->flow->epoch)
        mlo_walker_add_part(w, w->flow->index[slot], site->def);
    }
  }
}

void mlo_walker_blur(mlo_walker *w, mlo_node from, mlo_node to, mlo_node node) {
  mlo_slot_defs heads = {0};
  mlo_arm range = mlo_walker_sites(w, from, to);
  mlo_walker_add_heads(w, range, node, &heads);
  mlo_walker_index_heads(w, &heads);
  mlo_walker_carry_sites(w, range);
}
