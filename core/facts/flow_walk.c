#include "facts/flow_table.h"

/* One walk over a unit. `current` holds each slot's definition; a branch is walked, what it changed is taken (and
 * undone), and the arms are joined: so a branch costs what it changes, not what there is. The head of a loop gets a
 * join for all that the loop gives a new definition, whose last part is filled in when the body is done. */

enum { MOST_PENDING = 64, DEEPEST_BLOCK = 400, JUMP_BUDGET = 1 << 18 };

typedef struct slot_def {
  uint32_t slot, def;
} slot_def;
typedef MLO_ARRAY(slot_def) slot_defs;

/* What one way through a statement leaves: a range of `taken` (or, for jumps, of `jumped`). */
typedef struct arm {
  uint32_t first, count;
  bool dead;
} arm;
typedef MLO_ARRAY(arm) arms;

typedef struct loop {
  struct loop *outer;
  uint32_t mark; /* of the log when the loop began */
  arms breaks, continues;
  bool coarse; /* a jump was over budget */
} loop;

/* A definition that waits for the end of its expression. */
typedef struct pending {
  mlo_node end;
  uint32_t site;
} pending;

typedef struct walker {
  const mlo_facts *facts;
  const mlo_tree *tree;
  struct mlo_flow *flow;
  mlo_arena *arena;
  uint32_t unit;
  mlo_sites sites;
  slot_defs log; /* slot and what it was before */
  slot_defs taken, jumped;
  loop *loop;
  pending pending[MOST_PENDING];
  uint32_t pending_count;
  uint64_t jump_steps;
  bool dead;
  int depth;
} walker;

static void walk(walker *w, mlo_node statement);
static void walk_block(walker *w, mlo_node block);

/* --- definitions --- */

static uint32_t add_def(walker *w, mlo_def def) {
  MLO_PUSH(w->arena, &w->flow->defs, def);
  return w->flow->defs.len - 1;
}

static void set(walker *w, uint32_t slot, uint32_t def) {
  uint32_t *current = &w->flow->current[slot];
  if (*current == def) return;
  slot_def entry = {slot, *current};
  MLO_PUSH(w->arena, &w->log, entry);
  *current = def;
  w->flow->steps++;
}

static void add_part(walker *w, uint32_t join, uint32_t def) {
  struct mlo_flow *flow = w->flow;
  if (def == join) return;
  uint32_t first = flow->defs.items[join].parts;
  if (first && flow->parts.items[first - 1].def == def) return;
  mlo_def_part part = {.def = def, .next = first};
  MLO_PUSH(w->arena, &flow->parts, part);
  flow->defs.items[join].parts = flow->parts.len;
  flow->steps++;
}

static uint32_t add_join(walker *w, mlo_node node) {
  return add_def(w, (mlo_def){.kind = MLO_DEF_JOIN, .node = node, .binding = UINT32_MAX});
}

/* `x: int` binds nothing. */
static bool binds(const mlo_binding *binding) {
  return binding->kind != MLO_BIND_ASSIGN || binding->value != MLO_NO_NODE ||
         binding->type == MLO_NO_NODE;
}

static void define(walker *w, uint32_t variable, mlo_def def, bool state_only, uint32_t *made) {
  uint32_t *current = w->flow->current;
  def.before = current[mlo_slot(variable, state_only)];
  *made = add_def(w, def);
  if (!state_only) set(w, mlo_slot(variable, false), *made);
  set(w, mlo_slot(variable, true), *made);
}

static void apply(walker *w, mlo_site *site) {
  if (site->binding == UINT32_MAX) {
    mlo_def def = {.kind = MLO_DEF_CHANGE, .node = site->node, .binding = UINT32_MAX};
    define(w, site->variable, def, true, &site->def);
    return;
  }
  if (!binds(&w->facts->bindings.items[site->binding])) return;
  mlo_def def = {.kind = MLO_DEF_BINDING, .node = site->node, .binding = site->binding};
  define(w, site->variable, def, false, &site->def);
}

/* --- arms and joins --- */

static arm take_since(walker *w, uint32_t mark, slot_defs *into) {
  struct mlo_flow *flow = w->flow;
  arm result = {.first = into->len, .dead = w->dead};
  uint32_t epoch = ++flow->epoch;
  for (uint32_t i = mark; i < w->log.len; i++) {
    uint32_t slot = w->log.items[i].slot;
    if (flow->stamp[slot] == epoch) continue;
    flow->stamp[slot] = epoch;
    slot_def entry = {slot, flow->current[slot]};
    MLO_PUSH(w->arena, into, entry);
  }
  flow->steps += w->log.len - mark;
  result.count = into->len - result.first;
  return result;
}

static void undo(walker *w, uint32_t mark) {
  while (w->log.len > mark) {
    slot_def entry = w->log.items[--w->log.len];
    w->flow->current[entry.slot] = entry.def;
  }
}

/* What this arm changed; the state is again what it was at mark. */
static arm take(walker *w, uint32_t mark) {
  arm result = take_since(w, mark, &w->taken);
  undo(w, mark);
  w->dead = false;
  return result;
}

/* A slot that some arm changed. */
typedef struct joined {
  uint32_t slot, def;
  uint32_t changed; /* arms that did */
  bool made;        /* def is a join made here */
} joined;

typedef struct joining {
  walker *w;
  mlo_node node;
  uint32_t ways; /* arms that count, and the state at hand if it is one more */
  MLO_ARRAY(joined) slots;
} joining;

static void count_arm(joining *j, const slot_defs *pool, arm a) {
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
  walker *w = j->w;
  joined *entry = &j->slots.items[w->flow->index[slot]];
  if (entry->def == MLO_NO_DEF && entry->changed < j->ways) entry->def = w->flow->current[slot];
  if (entry->def == MLO_NO_DEF || entry->def == def) {
    entry->def = def;
    return;
  }
  if (!entry->made) {
    uint32_t join = add_join(w, j->node);
    add_part(w, join, entry->def);
    entry->def = join;
    entry->made = true;
  }
  add_part(w, entry->def, def);
}

typedef struct arm_list {
  const slot_defs *pool;
  const arm *items;
  uint32_t count;
} arm_list;

static uint32_t count_arms(const arm_list *lists, int count, bool dead) {
  uint32_t ways = 0;
  for (int l = 0; l < count; l++)
    for (uint32_t i = 0; i < lists[l].count; i++) ways += dead || !lists[l].items[i].dead;
  return ways;
}

/* Makes of the arms (and, if base, the state at hand) one state. If no way leads on, what the arms left is kept, for
 * code that is never reached and for the end of the unit. */
static void join(walker *w, mlo_node node, const arm_list *lists, int count, bool base) {
  bool dead = !base && count_arms(lists, count, false) == 0;
  joining j = {.w = w, .node = node, .ways = count_arms(lists, count, dead) + base};
  w->flow->epoch++;
  for (int l = 0; l < count; l++)
    for (uint32_t i = 0; i < lists[l].count; i++)
      if (dead || !lists[l].items[i].dead) count_arm(&j, lists[l].pool, lists[l].items[i]);
  for (int l = 0; l < count; l++)
    for (uint32_t i = 0; i < lists[l].count; i++) {
      arm a = lists[l].items[i];
      uint32_t end = a.dead && !dead ? a.first : a.first + a.count;
      for (uint32_t k = a.first; k < end; k++)
        join_slot(&j, lists[l].pool->items[k].slot, lists[l].pool->items[k].def);
    }
  for (uint32_t i = 0; i < j.slots.len; i++) set(w, j.slots.items[i].slot, j.slots.items[i].def);
  w->dead = dead;
}

/* --- expressions: their nodes in document order --- */

static void apply_due(walker *w, mlo_node n) {
  while (w->pending_count && w->pending[w->pending_count - 1].end <= n) {
    uint32_t s = w->pending[--w->pending_count].site;
    mlo_node node = w->sites.items[s].node;
    for (; s < w->sites.len && w->sites.items[s].node == node; s++) apply(w, &w->sites.items[s]);
  }
}

static void apply_at_end(walker *w, mlo_node end, uint32_t site) {
  if (w->pending_count == MOST_PENDING) apply_due(w, MLO_NO_NODE);
  w->pending[w->pending_count++] = (pending){end, site};
}

/* A comprehension's variables are bound before its element, which stands first. */
static void bind_targets(walker *w, mlo_node pattern) {
  for (mlo_node n = pattern, end = pattern == MLO_NO_NODE ? 0 : mlo_tree_skip(w->tree, pattern);
       n < end; n++)
    if (w->flow->target_of[n] && w->flow->site_at[n])
      apply(w, &w->sites.items[w->flow->site_at[n] - 1]);
}

static void enter_comprehension(walker *w, mlo_node node) {
  for (mlo_node n = mlo_tree_part(w->tree, node); n != MLO_NO_NODE;
       n = mlo_tree_next_part(w->tree, n))
    if (w->tree->nodes[n].kind == MLO_PY_FOR_IN_CLAUSE)
      bind_targets(w, mlo_tree_field(w->tree, n, MLO_FIELD_LEFT));
}

static bool is_comprehension(uint8_t kind) {
  return kind == MLO_PY_LIST_COMPREHENSION || kind == MLO_PY_SET_COMPREHENSION ||
         kind == MLO_PY_DICT_COMPREHENSION || kind == MLO_PY_GENERATOR;
}

static void record(walker *w, mlo_node n) {
  uint32_t variable = mlo_flow_variable(w->facts, n);
  struct mlo_flow *flow = w->flow;
  if (!variable) return;
  flow->value_at[n] = flow->current[mlo_slot(variable, false)];
  flow->state_at[n] = flow->current[mlo_slot(variable, true)];
  mlo_read read = {.node = n, .before = flow->last_read[variable]};
  MLO_PUSH(w->arena, &flow->reads, read);
  flow->last_read[variable] = flow->reads.len;
}

static void scan_target(walker *w, mlo_node n, mlo_node end) {
  uint32_t site = w->flow->site_at[n];
  if (!site) return;
  const mlo_binding *binding = &w->facts->bindings.items[w->sites.items[site - 1].binding];
  if (binding->kind == MLO_BIND_AUGMENTED || binding->kind == MLO_BIND_DELETE) record(w, n);
  if (w->facts->scopes.items[binding->scope].kind == MLO_SCOPE_COMPREHENSION) return;
  mlo_node parent = w->tree->nodes[n].parent;
  bool walrus = mlo_tree_kind(w->tree, parent) == MLO_PY_NAMED_EXPRESSION;
  apply_at_end(w, walrus ? mlo_tree_skip(w->tree, parent) : end, site - 1);
}

/* Records the reads of [from, to) and makes its definitions; those of plain targets when all has been read. */
static void scan_range(walker *w, mlo_node from, mlo_node to) {
  const mlo_tree *tree = w->tree;
  for (mlo_node n = from; n < to;) {
    apply_due(w, n);
    w->flow->steps++;
    uint8_t kind = tree->nodes[n].kind;
    if (mlo_tree_runs_later(tree, n)) {
      n = mlo_tree_skip(tree, n);
      continue;
    }
    if (kind == MLO_PY_IDENTIFIER && w->flow->target_of[n])
      scan_target(w, n, to);
    else if (kind == MLO_PY_IDENTIFIER)
      record(w, n);
    else if (is_comprehension(kind))
      enter_comprehension(w, n);
    else if (w->flow->site_at[n])
      apply_at_end(w, kind == MLO_PY_CALL ? mlo_tree_skip(tree, n) : to, w->flow->site_at[n] - 1);
    n++;
  }
  apply_due(w, to);
}

static void scan(walker *w, mlo_node expression) {
  if (expression != MLO_NO_NODE) scan_range(w, expression, mlo_tree_skip(w->tree, expression));
}

/* --- simple statements --- */

/* a = b = value: the value first, then the targets. */
static void walk_assignment(walker *w, mlo_node node) {
  const mlo_tree *tree = w->tree;
  mlo_node value = mlo_tree_field(tree, node, MLO_FIELD_RIGHT);
  while (mlo_tree_kind(tree, value) == MLO_PY_ASSIGNMENT)
    value = mlo_tree_field(tree, value, MLO_FIELD_RIGHT);
  scan(w, value);
  scan_range(w, node + 1, value == MLO_NO_NODE ? mlo_tree_skip(tree, node) : value);
}

static void walk_augmented(walker *w, mlo_node node) {
  mlo_node left = mlo_tree_field(w->tree, node, MLO_FIELD_LEFT);
  scan(w, mlo_tree_field(w->tree, node, MLO_FIELD_RIGHT));
  scan(w, left);
}

/* sys.exit(1) and its kin never come back. */
static bool ends_program(const walker *w, mlo_node node) {
  static const mlo_str names[] = {MLO_STR_INIT("sys.exit"), MLO_STR_INIT("exit"),
                                  MLO_STR_INIT("quit"), MLO_STR_INIT("os._exit"),
                                  MLO_STR_INIT("pytest.skip")};
  if (mlo_tree_kind(w->tree, node) != MLO_PY_CALL) return false;
  mlo_str callee = mlo_tree_text(w->tree, mlo_tree_field(w->tree, node, MLO_FIELD_FUNCTION));
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (mlo_str_eq(callee, names[i])) return true;
  return false;
}

static void walk_expression(walker *w, mlo_node statement) {
  mlo_node inner = mlo_tree_part(w->tree, statement);
  switch (mlo_tree_kind(w->tree, inner)) {
  case MLO_PY_ASSIGNMENT: walk_assignment(w, inner); return;
  case MLO_PY_AUGMENTED_ASSIGNMENT: walk_augmented(w, inner); return;
  default: break;
  }
  scan(w, statement);
  if (ends_program(w, inner)) w->dead = true;
}

/* --- branches --- */

static void walk_if(walker *w, mlo_node node) {
  const mlo_tree *tree = w->tree;
  arms list = {0};
  uint32_t taken = w->taken.len;
  bool otherwise = false, was_dead = w->dead;
  scan(w, mlo_tree_field(tree, node, MLO_FIELD_CONDITION));
  for (mlo_node n = mlo_tree_part(tree, node); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n)) {
    uint8_t kind = tree->nodes[n].kind, field = tree->nodes[n].field;
    if (field != MLO_FIELD_CONSEQUENCE && field != MLO_FIELD_ALTERNATIVE) continue;
    mlo_node body = n;
    if (kind == MLO_PY_ELIF) {
      scan(w, mlo_tree_field(tree, n, MLO_FIELD_CONDITION));
      body = mlo_tree_field(tree, n, MLO_FIELD_CONSEQUENCE);
    } else if (kind == MLO_PY_ELSE) {
      body = mlo_tree_field(tree, n, MLO_FIELD_BODY);
      otherwise = true;
    }
    uint32_t mark = w->log.len;
    walk_block(w, body);
    arm a = take(w, mark);
    MLO_PUSH(w->arena, &list, a);
  }
  join(w, node, &(arm_list){&w->taken, list.items, list.len}, 1, !otherwise);
  w->dead |= was_dead;
  w->taken.len = taken;
}

static bool is_wildcard(const walker *w, mlo_node clause) {
  const mlo_tree *tree = w->tree;
  mlo_node pattern = mlo_tree_part(tree, clause);
  if (mlo_tree_kind(tree, pattern) != MLO_PY_CASE_PATTERN) return false;
  for (mlo_node n = mlo_tree_next_part(tree, pattern); n != MLO_NO_NODE;
       n = mlo_tree_next_part(tree, n))
    if (tree->nodes[n].field != MLO_FIELD_CONSEQUENCE) return false;
  mlo_str text = mlo_tree_text(tree, pattern);
  mlo_node name = mlo_tree_part(tree, mlo_tree_part(tree, pattern));
  return mlo_str_eq(text, MLO_STR("_")) || (name != MLO_NO_NODE && w->flow->target_of[name] &&
                                            mlo_str_eq(mlo_tree_text(tree, name), text));
}

static void walk_match(walker *w, mlo_node node) {
  const mlo_tree *tree = w->tree;
  arms list = {0};
  uint32_t taken = w->taken.len;
  bool otherwise = false, was_dead = w->dead;
  mlo_node block = mlo_tree_field(tree, node, MLO_FIELD_BODY);
  if (block == MLO_NO_NODE) block = node;
  scan_range(w, node + 1, block == node ? node + 1 : block);
  for (mlo_node n = mlo_tree_part(tree, block); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n)) {
    if (tree->nodes[n].kind != MLO_PY_CASE) {
      scan(w, n);
      continue;
    }
    uint32_t mark = w->log.len;
    mlo_node body = mlo_tree_field(tree, n, MLO_FIELD_CONSEQUENCE);
    scan_range(w, n + 1, body == MLO_NO_NODE ? mlo_tree_skip(tree, n) : body);
    walk_block(w, body);
    arm a = take(w, mark);
    MLO_PUSH(w->arena, &list, a);
    otherwise |= is_wildcard(w, n);
  }
  join(w, node, &(arm_list){&w->taken, list.items, list.len}, 1, !otherwise);
  w->dead |= was_dead;
  w->taken.len = taken;
}

/* --- loops --- */

/* The sites in [from, to) are sites.items[first .. first + count). */
static arm sites_between(const walker *w, mlo_node from, mlo_node to) {
  uint32_t low = 0, high = w->sites.len;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (w->sites.items[middle].node < from)
      low = middle + 1;
    else
      high = middle;
  }
  arm range = {.first = low};
  while (low + range.count < w->sites.len && w->sites.items[low + range.count].node < to)
    range.count++;
  return range;
}

/* A new join for each slot that the sites define, with what is there now as its first part. */
static void add_heads(walker *w, arm range, mlo_node node, slot_defs *heads) {
  struct mlo_flow *flow = w->flow;
  uint32_t epoch = ++flow->epoch;
  for (uint32_t i = range.first; i < range.first + range.count; i++)
    for (int state = w->sites.items[i].binding == UINT32_MAX; state < 2; state++) {
      uint32_t slot = mlo_slot(w->sites.items[i].variable, state);
      flow->steps++;
      if (flow->stamp[slot] == epoch) continue;
      flow->stamp[slot] = epoch;
      slot_def head = {slot, add_join(w, node)};
      add_part(w, head.def, flow->current[slot]);
      MLO_PUSH(w->arena, heads, head);
    }
  for (uint32_t i = 0; i < heads->len; i++) set(w, heads->items[i].slot, heads->items[i].def);
}

static void index_heads(walker *w, const slot_defs *heads) {
  w->flow->epoch++;
  for (uint32_t i = 0; i < heads->len; i++) {
    w->flow->stamp[heads->items[i].slot] = w->flow->epoch;
    w->flow->index[heads->items[i].slot] = heads->items[i].def;
  }
}

static void carry(walker *w, const slot_defs *pool, arm a) {
  for (uint32_t i = a.first; i < a.first + a.count && !a.dead; i++) {
    uint32_t slot = pool->items[i].slot;
    if (w->flow->stamp[slot] == w->flow->epoch)
      add_part(w, w->flow->index[slot], pool->items[i].def);
  }
}

/* Every definition that the sites made becomes a part of its slot's head. */
static void carry_sites(walker *w, arm range) {
  for (uint32_t i = range.first; i < range.first + range.count; i++) {
    const mlo_site *site = &w->sites.items[i];
    for (int state = site->binding == UINT32_MAX; site->def && state < 2; state++) {
      uint32_t slot = mlo_slot(site->variable, state);
      if (w->flow->stamp[slot] == w->flow->epoch) add_part(w, w->flow->index[slot], site->def);
    }
  }
}

static bool is_endless(const walker *w, mlo_node node) {
  mlo_node condition = mlo_tree_bare(w->tree, mlo_tree_field(w->tree, node, MLO_FIELD_CONDITION));
  return mlo_tree_kind(w->tree, condition) == MLO_PY_TRUE ||
         mlo_str_eq(mlo_tree_text(w->tree, condition), MLO_STR("1"));
}

/* The head of the loop once more: in while the condition, in for the targets. */
static void walk_head(walker *w, mlo_node node) {
  if (w->tree->nodes[node].kind == MLO_PY_WHILE)
    scan(w, mlo_tree_field(w->tree, node, MLO_FIELD_CONDITION));
}

static void walk_loop_body(walker *w, loop *l, mlo_node node, mlo_node body, slot_defs *heads,
                           arm range) {
  const mlo_tree *tree = w->tree;
  uint32_t taken = w->taken.len, mark = w->log.len;
  w->loop = l;
  if (tree->nodes[node].kind == MLO_PY_FOR) scan(w, mlo_tree_field(tree, node, MLO_FIELD_LEFT));
  walk_block(w, body);
  w->loop = l->outer;
  arm end = take(w, mark);
  index_heads(w, heads);
  carry(w, &w->taken, end);
  for (uint32_t i = 0; i < l->continues.len; i++) carry(w, &w->jumped, l->continues.items[i]);
  if (l->coarse) carry_sites(w, range);
  w->taken.len = taken;
}

static void walk_loop(walker *w, mlo_node node) {
  const mlo_tree *tree = w->tree;
  mlo_node body = mlo_tree_field(tree, node, MLO_FIELD_BODY);
  if (body == MLO_NO_NODE) return;
  bool was_dead = w->dead;
  scan(w, mlo_tree_field(tree, node, MLO_FIELD_RIGHT));
  loop l = {.outer = w->loop, .mark = w->log.len};
  slot_defs heads = {0};
  uint32_t jumped = w->jumped.len;
  arm range = sites_between(w, node, mlo_tree_skip(tree, body));
  add_heads(w, range, body, &heads);
  walk_head(w, node);
  walk_loop_body(w, &l, node, body, &heads, range);
  /* from here on the loop is over: a break has not run what the else holds */
  w->dead = is_endless(w, node);
  mlo_node other = mlo_tree_field(tree, node, MLO_FIELD_ALTERNATIVE);
  uint32_t taken = w->taken.len;
  if (other != MLO_NO_NODE) walk_block(w, mlo_tree_field(tree, other, MLO_FIELD_BODY));
  arm end = take(w, l.mark);
  arm_list lists[] = {{&w->taken, &end, 1}, {&w->jumped, l.breaks.items, l.breaks.len}};
  join(w, node, lists, 2, false);
  w->dead |= was_dead;
  w->taken.len = taken;
  w->jumped.len = jumped;
}

static void walk_jump(walker *w, bool breaks) {
  loop *l = w->loop;
  if (!l || w->dead) {
    w->dead = true;
    return;
  }
  w->jump_steps += w->log.len - l->mark + 1;
  if (w->jump_steps > JUMP_BUDGET) {
    l->coarse = true;
  } else {
    arm a = take_since(w, l->mark, &w->jumped);
    MLO_PUSH(w->arena, breaks ? &l->breaks : &l->continues, a);
  }
  w->dead = true;
}

/* --- try --- */

/* Anything in [from, to) may or may not have happened. */
static void blur(walker *w, mlo_node from, mlo_node to, mlo_node node) {
  slot_defs heads = {0};
  arm range = sites_between(w, from, to);
  add_heads(w, range, node, &heads);
  index_heads(w, &heads);
  carry_sites(w, range);
}

static void walk_handlers(walker *w, mlo_node node, mlo_node body, arms *list) {
  const mlo_tree *tree = w->tree;
  uint32_t mark = w->log.len;
  blur(w, body, mlo_tree_skip(tree, body), node);
  for (mlo_node n = mlo_tree_part(tree, node); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n)) {
    if (tree->nodes[n].kind != MLO_PY_EXCEPT) continue;
    uint32_t inner = w->log.len;
    mlo_node block = MLO_NO_NODE;
    for (mlo_node c = mlo_tree_part(tree, n); c != MLO_NO_NODE; c = mlo_tree_next_part(tree, c))
      if (tree->nodes[c].kind == MLO_PY_BLOCK) block = c;
    scan_range(w, n + 1, block == MLO_NO_NODE ? mlo_tree_skip(tree, n) : block);
    walk_block(w, block);
    /* an arm counts from before the blur */
    arm a = take_since(w, mark, &w->taken);
    undo(w, inner);
    w->dead = false;
    MLO_PUSH(w->arena, list, a);
  }
  undo(w, mark);
}

static mlo_node child_of_kind(const mlo_tree *tree, mlo_node node, uint8_t kind) {
  mlo_node n = mlo_tree_part(tree, node);
  while (n != MLO_NO_NODE && tree->nodes[n].kind != kind) n = mlo_tree_next_part(tree, n);
  return n;
}

/* What the slots that change between the two places are now. */
static void keep_entry(walker *w, mlo_node from, mlo_node to, slot_defs *entry) {
  arm range = sites_between(w, from, to);
  for (uint32_t i = range.first; i < range.first + range.count; i++)
    for (int state = w->sites.items[i].binding == UINT32_MAX; state < 2; state++) {
      uint32_t slot = mlo_slot(w->sites.items[i].variable, state);
      slot_def now = {slot, w->flow->current[slot]};
      MLO_PUSH(w->arena, entry, now);
    }
}

/* Runs whatever came before; then what the normal way left holds, but for what is bound here. */
static void walk_finally(walker *w, mlo_node node, mlo_node clause, const slot_defs *entry) {
  const mlo_tree *tree = w->tree;
  bool dead = w->dead;
  uint32_t mark = w->log.len, taken = w->taken.len;
  blur(w, node, clause, node);
  for (uint32_t i = 0; i < entry->len; i++)
    add_part(w, w->flow->index[entry->items[i].slot], entry->items[i].def);
  uint32_t inner = w->log.len;
  w->dead = false;
  walk_block(w, child_of_kind(tree, clause, MLO_PY_BLOCK));
  arm a = take_since(w, inner, &w->taken);
  undo(w, mark);
  for (uint32_t i = a.first; i < a.first + a.count; i++)
    set(w, w->taken.items[i].slot, w->taken.items[i].def);
  w->dead |= dead;
  w->taken.len = taken;
}

static void walk_try(walker *w, mlo_node node) {
  const mlo_tree *tree = w->tree;
  mlo_node body = mlo_tree_field(tree, node, MLO_FIELD_BODY);
  mlo_node other = child_of_kind(tree, node, MLO_PY_ELSE);
  mlo_node last = child_of_kind(tree, node, MLO_PY_FINALLY);
  if (body == MLO_NO_NODE) return;
  arms list = {0};
  uint32_t mark = w->log.len, taken = w->taken.len;
  bool was_dead = w->dead;
  slot_defs entry = {0};
  if (last != MLO_NO_NODE) keep_entry(w, node, last, &entry);
  walk_block(w, body);
  if (other != MLO_NO_NODE) walk_block(w, mlo_tree_field(tree, other, MLO_FIELD_BODY));
  arm normal = take(w, mark);
  MLO_PUSH(w->arena, &list, normal);
  walk_handlers(w, node, body, &list);
  join(w, node, &(arm_list){&w->taken, list.items, list.len}, 1, false);
  w->dead |= was_dead;
  w->taken.len = taken;
  if (last != MLO_NO_NODE) walk_finally(w, node, last, &entry);
}

/* --- the rest --- */

static void walk_with(walker *w, mlo_node node) {
  mlo_node body = mlo_tree_field(w->tree, node, MLO_FIELD_BODY);
  scan_range(w, node + 1, body == MLO_NO_NODE ? mlo_tree_skip(w->tree, node) : body);
  walk_block(w, body);
}

/* Bases run here, and so does the body of a class; then the name is bound. */
static void walk_class(walker *w, mlo_node node) {
  mlo_node body = mlo_tree_field(w->tree, node, MLO_FIELD_BODY);
  mlo_node name = mlo_tree_field(w->tree, node, MLO_FIELD_NAME);
  scan(w, mlo_tree_field(w->tree, node, MLO_FIELD_SUPERCLASSES));
  bool dead = w->dead;
  walk_block(w, body);
  w->dead = dead;
  scan(w, name);
}

static void walk_leaving(walker *w, mlo_node node) {
  scan(w, node);
  w->dead = true;
}

static void walk_other(walker *w, mlo_node node) {
  mlo_str kind = w->tree->nodes[node].kind == MLO_KIND_OTHER ? mlo_tree_kind_name(w->tree, node)
                                                             : (mlo_str){0};
  bool breaks = mlo_str_eq(kind, MLO_STR("break_statement"));
  if (breaks || mlo_str_eq(kind, MLO_STR("continue_statement")))
    walk_jump(w, breaks);
  else
    scan(w, node);
}

static void walk(walker *w, mlo_node node) {
  switch (w->tree->nodes[node].kind) {
  case MLO_PY_EXPRESSION_STATEMENT: walk_expression(w, node); return;
  case MLO_PY_IF: walk_if(w, node); return;
  case MLO_PY_FOR:
  case MLO_PY_WHILE: walk_loop(w, node); return;
  case MLO_PY_TRY: walk_try(w, node); return;
  case MLO_PY_WITH: walk_with(w, node); return;
  case MLO_PY_MATCH: walk_match(w, node); return;
  case MLO_PY_CLASS: walk_class(w, node); return;
  case MLO_PY_BLOCK:
  case MLO_PY_DECORATED: walk_block(w, node); return;
  case MLO_PY_RETURN:
  case MLO_PY_RAISE: walk_leaving(w, node); return;
  case MLO_PY_GLOBAL:
  case MLO_PY_NONLOCAL:
  case MLO_PY_COMMENT: return;
  default: walk_other(w, node); return;
  }
}

static void walk_block(walker *w, mlo_node block) {
  if (block == MLO_NO_NODE) return;
  if (w->depth == DEEPEST_BLOCK || w->tree->nodes[block].kind == MLO_KIND_ERROR) {
    scan(w, block);
    return;
  }
  w->depth++;
  for (mlo_node n = mlo_tree_part(w->tree, block); n != MLO_NO_NODE;
       n = mlo_tree_next_part(w->tree, n))
    walk(w, n);
  w->depth--;
}

/* --- units --- */

static void bind_parameters(walker *w) {
  const mlo_facts *facts = w->facts;
  for (uint32_t i = w->flow->parameters[w->unit]; i && i <= facts->bindings.len; i++) {
    const mlo_binding *binding = &facts->bindings.items[i - 1];
    if (binding->kind != MLO_BIND_PARAMETER || binding->scope != w->unit) return;
    uint32_t variable = mlo_name_table_get(&facts->names, w->tree->text, w->unit, binding->name);
    mlo_site site = {.node = binding->target, .variable = variable, .binding = i - 1};
    apply(w, &site);
  }
}

static uint32_t first_from(const walker *w, const mlo_nodes *statements, uint32_t offset) {
  uint32_t low = 0, high = statements->len;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (w->tree->nodes[statements->items[middle]].start < offset)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* The cells of a notebook that ran out of order go by the order in which they ran. */
static void walk_cells(walker *w) {
  const mlo_facts *facts = w->facts;
  mlo_nodes statements = {0};
  for (mlo_node n = mlo_tree_part(w->tree, 0); n != MLO_NO_NODE; n = mlo_tree_next_part(w->tree, n))
    MLO_PUSH(w->arena, &statements, n);
  for (uint32_t i = 0; i < facts->runs.len; i++) {
    mlo_span span = facts->runs.items[i];
    for (uint32_t s = first_from(w, &statements, span.start);
         s < statements.len && w->tree->nodes[statements.items[s]].start < span.end; s++)
      walk(w, statements.items[s]);
  }
}

/* What the unit leaves of its own names. */
static void keep_end(walker *w) {
  struct mlo_flow *flow = w->flow;
  for (uint32_t i = 0; i < w->log.len; i++) {
    uint32_t slot = w->log.items[i].slot;
    const mlo_binding *binding = mlo_binding_at(w->facts, slot / 2);
    if (mlo_flow_unit(w->facts, binding->scope) == w->unit)
      flow->at_end[slot] = flow->current[slot];
  }
}

void mlo_flow_walk(const mlo_facts *facts, struct mlo_flow *flow, uint32_t unit) {
  walker w = {
      .facts = facts, .tree = facts->tree, .flow = flow, .arena = facts->arena, .unit = unit};
  mlo_flow_sites(facts, flow, unit, &w.sites);
  bind_parameters(&w);
  mlo_node first = facts->scopes.items[unit].first;
  if (unit == 0 && facts->runs.len)
    walk_cells(&w);
  else if (unit == 0 || facts->tree->nodes[first].kind == MLO_PY_BLOCK)
    walk_block(&w, first);
  else
    scan(&w, first);
  keep_end(&w);
  undo(&w, 0);
}
