#include "facts/flow_walker.h"

enum { DEEPEST_BLOCK = 400, JUMP_BUDGET = 1 << 18 };

static void walk(mlo_walker *w, mlo_node statement);
static void walk_block(mlo_walker *w, mlo_node block);

/* --- simple statements --- */

/* a = b = value: the value first, then the targets. */
static void walk_assignment(mlo_walker *w, mlo_node node) {
  const mlo_tree *tree = w->tree;
  mlo_node value = mlo_tree_field(tree, node, MLO_FIELD_RIGHT);
  while (mlo_tree_kind(tree, value) == MLO_PY_ASSIGNMENT)
    value = mlo_tree_field(tree, value, MLO_FIELD_RIGHT);
  mlo_walker_scan(w, value);
  mlo_walker_scan_range(w, node + 1, value == MLO_NO_NODE ? mlo_tree_skip(tree, node) : value);
}

static void walk_augmented(mlo_walker *w, mlo_node node) {
  mlo_node left = mlo_tree_field(w->tree, node, MLO_FIELD_LEFT);
  mlo_walker_scan(w, mlo_tree_field(w->tree, node, MLO_FIELD_RIGHT));
  mlo_walker_scan(w, left);
}

/* sys.exit(1) and its kin never come back. */
static bool ends_program(const mlo_walker *w, mlo_node node) {
  static const mlo_str names[] = {MLO_STR_INIT("sys.exit"), MLO_STR_INIT("exit"),
                                  MLO_STR_INIT("quit"), MLO_STR_INIT("os._exit"),
                                  MLO_STR_INIT("pytest.skip")};
  if (mlo_tree_kind(w->tree, node) != MLO_PY_CALL) return false;
  mlo_str callee = mlo_tree_text(w->tree, mlo_tree_field(w->tree, node, MLO_FIELD_FUNCTION));
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (mlo_str_eq(callee, names[i])) return true;
  return false;
}

static void walk_expression(mlo_walker *w, mlo_node statement) {
  mlo_node inner = mlo_tree_part(w->tree, statement);
  switch (mlo_tree_kind(w->tree, inner)) {
  case MLO_PY_ASSIGNMENT: walk_assignment(w, inner); return;
  case MLO_PY_AUGMENTED_ASSIGNMENT: walk_augmented(w, inner); return;
  default: break;
  }
  mlo_walker_scan(w, statement);
  if (ends_program(w, inner)) w->dead = true;
}

/* --- branches --- */

static void walk_if(mlo_walker *w, mlo_node node) {
  const mlo_tree *tree = w->tree;
  mlo_arms list = {0};
  uint32_t taken = w->taken.len;
  bool otherwise = false, was_dead = w->dead;
  mlo_walker_scan(w, mlo_tree_field(tree, node, MLO_FIELD_CONDITION));
  for (mlo_node n = mlo_tree_part(tree, node); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n)) {
    uint8_t kind = tree->nodes[n].kind, field = tree->nodes[n].field;
    if (field != MLO_FIELD_CONSEQUENCE && field != MLO_FIELD_ALTERNATIVE) continue;
    mlo_node body = n;
    if (kind == MLO_PY_ELIF) {
      mlo_walker_scan(w, mlo_tree_field(tree, n, MLO_FIELD_CONDITION));
      body = mlo_tree_field(tree, n, MLO_FIELD_CONSEQUENCE);
    } else if (kind == MLO_PY_ELSE) {
      body = mlo_tree_field(tree, n, MLO_FIELD_BODY);
      otherwise = true;
    }
    uint32_t mark = w->log.len;
    walk_block(w, body);
    mlo_arm a = mlo_walker_take(w, mark);
    MLO_PUSH(w->arena, &list, a);
  }
  mlo_walker_join(w, node, &(mlo_arm_list){&w->taken, list.items, list.len}, 1, !otherwise);
  w->dead |= was_dead;
  w->taken.len = taken;
}

static bool is_wildcard(const mlo_walker *w, mlo_node clause) {
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

static void walk_match(mlo_walker *w, mlo_node node) {
  const mlo_tree *tree = w->tree;
  mlo_arms list = {0};
  uint32_t taken = w->taken.len;
  bool otherwise = false, was_dead = w->dead;
  mlo_node block = mlo_tree_field(tree, node, MLO_FIELD_BODY);
  if (block == MLO_NO_NODE) block = node;
  mlo_walker_scan_range(w, node + 1, block == node ? node + 1 : block);
  for (mlo_node n = mlo_tree_part(tree, block); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n)) {
    if (tree->nodes[n].kind != MLO_PY_CASE) {
      mlo_walker_scan(w, n);
      continue;
    }
    uint32_t mark = w->log.len;
    mlo_node body = mlo_tree_field(tree, n, MLO_FIELD_CONSEQUENCE);
    mlo_walker_scan_range(w, n + 1, body == MLO_NO_NODE ? mlo_tree_skip(tree, n) : body);
    walk_block(w, body);
    mlo_arm a = mlo_walker_take(w, mark);
    MLO_PUSH(w->arena, &list, a);
    otherwise |= is_wildcard(w, n);
  }
  mlo_walker_join(w, node, &(mlo_arm_list){&w->taken, list.items, list.len}, 1, !otherwise);
  w->dead |= was_dead;
  w->taken.len = taken;
}

/* --- loops --- */

static bool is_endless(const mlo_walker *w, mlo_node node) {
  mlo_node condition = mlo_tree_bare(w->tree, mlo_tree_field(w->tree, node, MLO_FIELD_CONDITION));
  return mlo_tree_kind(w->tree, condition) == MLO_PY_TRUE ||
         mlo_str_eq(mlo_tree_text(w->tree, condition), MLO_STR("1"));
}

static void walk_loop_body(mlo_walker *w, mlo_loop *l, mlo_node node, mlo_node body,
                           mlo_slot_defs *heads, mlo_arm range) {
  const mlo_tree *tree = w->tree;
  uint32_t taken = w->taken.len, mark = w->log.len;
  w->loop = l;
  if (tree->nodes[node].kind == MLO_PY_FOR)
    mlo_walker_scan(w, mlo_tree_field(tree, node, MLO_FIELD_LEFT));
  walk_block(w, body);
  w->loop = l->outer;
  mlo_arm end = mlo_walker_take(w, mark);
  mlo_walker_index_heads(w, heads);
  mlo_walker_carry(w, &w->taken, end);
  for (uint32_t i = 0; i < l->continues.len; i++)
    mlo_walker_carry(w, &w->jumped, l->continues.items[i]);
  if (l->coarse) mlo_walker_carry_sites(w, range);
  w->taken.len = taken;
}

static void walk_loop(mlo_walker *w, mlo_node node) {
  const mlo_tree *tree = w->tree;
  mlo_node body = mlo_tree_field(tree, node, MLO_FIELD_BODY);
  if (body == MLO_NO_NODE) return;
  bool was_dead = w->dead;
  mlo_walker_scan(w, mlo_tree_field(tree, node, MLO_FIELD_RIGHT));
  mlo_loop l = {.outer = w->loop, .mark = w->log.len};
  mlo_slot_defs heads = {0};
  uint32_t jumped = w->jumped.len;
  mlo_arm range = mlo_walker_sites(w, node, mlo_tree_skip(tree, body));
  mlo_walker_add_heads(w, range, body, &heads);
  if (tree->nodes[node].kind == MLO_PY_WHILE)
    mlo_walker_scan(w, mlo_tree_field(tree, node, MLO_FIELD_CONDITION));
  walk_loop_body(w, &l, node, body, &heads, range);
  /* from here on the loop is over: a break has not run what the else holds */
  w->dead = is_endless(w, node);
  mlo_node other = mlo_tree_field(tree, node, MLO_FIELD_ALTERNATIVE);
  uint32_t taken = w->taken.len;
  if (other != MLO_NO_NODE) walk_block(w, mlo_tree_field(tree, other, MLO_FIELD_BODY));
  mlo_arm end = mlo_walker_take(w, l.mark);
  mlo_arm_list lists[] = {{&w->taken, &end, 1}, {&w->jumped, l.breaks.items, l.breaks.len}};
  mlo_walker_join(w, node, lists, 2, false);
  w->dead |= was_dead;
  w->taken.len = taken;
  w->jumped.len = jumped;
}

static void walk_jump(mlo_walker *w, bool breaks) {
  mlo_loop *l = w->loop;
  if (!l || w->dead) {
    w->dead = true;
    return;
  }
  w->jump_steps += w->log.len - l->mark + 1;
  if (w->jump_steps > JUMP_BUDGET) {
    l->coarse = true;
  } else {
    mlo_arm a = mlo_walker_take_since(w, l->mark, &w->jumped);
    MLO_PUSH(w->arena, breaks ? &l->breaks : &l->continues, a);
  }
  w->dead = true;
}

/* --- try --- */

static void walk_handlers(mlo_walker *w, mlo_node node, mlo_node body, mlo_arms *list) {
  const mlo_tree *tree = w->tree;
  uint32_t mark = w->log.len;
  mlo_walker_blur(w, body, mlo_tree_skip(tree, body), node);
  for (mlo_node n = mlo_tree_part(tree, node); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n)) {
    if (tree->nodes[n].kind != MLO_PY_EXCEPT) continue;
    uint32_t inner = w->log.len;
    mlo_node block = MLO_NO_NODE;
    for (mlo_node c = mlo_tree_part(tree, n); c != MLO_NO_NODE; c = mlo_tree_next_part(tree, c))
      if (tree->nodes[c].kind == MLO_PY_BLOCK) block = c;
    mlo_walker_scan_range(w, n + 1, block == MLO_NO_NODE ? mlo_tree_skip(tree, n) : block);
    walk_block(w, block);
    /* an arm counts from before the blur */
    mlo_arm a = mlo_walker_take_since(w, mark, &w->taken);
    mlo_walker_undo(w, inner);
    w->dead = false;
    MLO_PUSH(w->arena, list, a);
  }
  mlo_walker_undo(w, mark);
}

static mlo_node child_of_kind(const mlo_tree *tree, mlo_node node, uint8_t kind) {
  mlo_node n = mlo_tree_part(tree, node);
  while (n != MLO_NO_NODE && tree->nodes[n].kind != kind) n = mlo_tree_next_part(tree, n);
  return n;
}

/* What the slots that change between the two places are now. */
static void keep_entry(mlo_walker *w, mlo_node from, mlo_node to, mlo_slot_defs *entry) {
  mlo_arm range = mlo_walker_sites(w, from, to);
  for (uint32_t i = range.first; i < range.first + range.count; i++)
    for (int state = w->sites.items[i].binding == UINT32_MAX; state < 2; state++) {
      uint32_t slot = mlo_slot(w->sites.items[i].variable, state);
      mlo_slot_def now = {slot, w->flow->current[slot]};
      MLO_PUSH(w->arena, entry, now);
    }
}

/* Runs whatever came before; then what the normal way left holds, but for what is bound here. */
static void walk_finally(mlo_walker *w, mlo_node node, mlo_node clause,
                         const mlo_slot_defs *entry) {
  const mlo_tree *tree = w->tree;
  bool dead = w->dead;
  uint32_t mark = w->log.len, taken = w->taken.len;
  mlo_walker_blur(w, node, clause, node);
  for (uint32_t i = 0; i < entry->len; i++)
    mlo_walker_add_part(w, w->flow->index[entry->items[i].slot], entry->items[i].def);
  uint32_t inner = w->log.len;
  w->dead = false;
  walk_block(w, child_of_kind(tree, clause, MLO_PY_BLOCK));
  mlo_arm a = mlo_walker_take_since(w, inner, &w->taken);
  mlo_walker_undo(w, mark);
  for (uint32_t i = a.first; i < a.first + a.count; i++)
    mlo_walker_set(w, w->taken.items[i].slot, w->taken.items[i].def);
  w->dead |= dead;
  w->taken.len = taken;
}

static void walk_try(mlo_walker *w, mlo_node node) {
  const mlo_tree *tree = w->tree;
  mlo_node body = mlo_tree_field(tree, node, MLO_FIELD_BODY);
  mlo_node other = child_of_kind(tree, node, MLO_PY_ELSE);
  mlo_node last = child_of_kind(tree, node, MLO_PY_FINALLY);
  if (body == MLO_NO_NODE) return;
  mlo_arms list = {0};
  uint32_t mark = w->log.len, taken = w->taken.len;
  bool was_dead = w->dead;
  mlo_slot_defs entry = {0};
  if (last != MLO_NO_NODE) keep_entry(w, node, last, &entry);
  walk_block(w, body);
  if (other != MLO_NO_NODE) walk_block(w, mlo_tree_field(tree, other, MLO_FIELD_BODY));
  mlo_arm normal = mlo_walker_take(w, mark);
  MLO_PUSH(w->arena, &list, normal);
  walk_handlers(w, node, body, &list);
  mlo_walker_join(w, node, &(mlo_arm_list){&w->taken, list.items, list.len}, 1, false);
  w->dead |= was_dead;
  w->taken.len = taken;
  if (last != MLO_NO_NODE) walk_finally(w, node, last, &entry);
}

/* --- the rest --- */

/* The block ran to its end, or up to anywhere in it. */
static void walk_swallowed(mlo_walker *w, mlo_node node, mlo_node body) {
  uint32_t mark = w->log.len, taken = w->taken.len;
  bool was_dead = w->dead;
  walk_block(w, body);
  mlo_arm arms[2] = {mlo_walker_take(w, mark)};
  mlo_walker_blur(w, body, mlo_tree_skip(w->tree, body), node);
  arms[1] = mlo_walker_take(w, mark);
  mlo_walker_join(w, node, &(mlo_arm_list){&w->taken, arms, 2}, 1, false);
  w->dead |= was_dead;
  w->taken.len = taken;
}

static void walk_with(mlo_walker *w, mlo_node node) {
  mlo_node body = mlo_tree_field(w->tree, node, MLO_FIELD_BODY);
  mlo_walker_scan_range(w, node + 1, body == MLO_NO_NODE ? mlo_tree_skip(w->tree, node) : body);
  if (mlo_flow_swallows(w->facts, node))
    walk_swallowed(w, node, body);
  else
    walk_block(w, body);
}

/* Bases run here, and so does the body of a class; then the name is bound. */
static void walk_class(mlo_walker *w, mlo_node node) {
  mlo_node body = mlo_tree_field(w->tree, node, MLO_FIELD_BODY);
  mlo_node name = mlo_tree_field(w->tree, node, MLO_FIELD_NAME);
  mlo_walker_scan(w, mlo_tree_field(w->tree, node, MLO_FIELD_SUPERCLASSES));
  bool dead = w->dead;
  walk_block(w, body);
  w->dead = dead;
  mlo_walker_scan(w, name);
}

static void walk_leaving(mlo_walker *w, mlo_node node) {
  mlo_walker_scan(w, node);
  w->dead = true;
}

static void walk_other(mlo_walker *w, mlo_node node) {
  mlo_str kind = w->tree->nodes[node].kind == MLO_KIND_OTHER ? mlo_tree_kind_name(w->tree, node)
                                                             : (mlo_str){0};
  bool breaks = mlo_str_eq(kind, MLO_STR("break_statement"));
  if (breaks || mlo_str_eq(kind, MLO_STR("continue_statement")))
    walk_jump(w, breaks);
  else
    mlo_walker_scan(w, node);
}

static void walk(mlo_walker *w, mlo_node node) {
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

static void walk_block(mlo_walker *w, mlo_node block) {
  if (block == MLO_NO_NODE) return;
  if (w->depth == DEEPEST_BLOCK || w->tree->nodes[block].kind == MLO_KIND_ERROR) {
    mlo_walker_scan(w, block);
    return;
  }
  w->depth++;
  for (mlo_node n = mlo_tree_part(w->tree, block); n != MLO_NO_NODE;
       n = mlo_tree_next_part(w->tree, n))
    walk(w, n);
  w->depth--;
}

/* --- units --- */

static void bind_parameters(mlo_walker *w) {
  const mlo_facts *facts = w->facts;
  for (uint32_t i = w->flow->parameters[w->unit]; i && i <= facts->bindings.len; i++) {
    const mlo_binding *binding = &facts->bindings.items[i - 1];
    if (binding->kind != MLO_BIND_PARAMETER || binding->scope != w->unit) return;
    uint32_t variable = mlo_name_table_get(&facts->names, w->tree->text, w->unit, binding->name);
    mlo_site site = {.node = binding->target, .variable = variable, .binding = i - 1};
    mlo_walker_apply(w, &site);
  }
}

static uint32_t first_from(const mlo_walker *w, const mlo_nodes *statements, uint32_t offset) {
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
static void walk_cells(mlo_walker *w) {
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
static void keep_end(mlo_walker *w) {
  struct mlo_flow *flow = w->flow;
  for (uint32_t i = 0; i < w->log.len; i++) {
    uint32_t slot = w->log.items[i].slot;
    const mlo_binding *binding = mlo_binding_at(w->facts, slot / 2);
    if (mlo_flow_unit(w->facts, binding->scope) == w->unit)
      flow->at_end[slot] = flow->current[slot];
  }
}

void mlo_flow_walk(const mlo_facts *facts, struct mlo_flow *flow, uint32_t unit) {
  mlo_walker w = {
      .facts = facts, .tree = facts->tree, .flow = flow, .arena = facts->arena, .unit = unit};
  mlo_flow_sites(facts, flow, unit, &w.sites);
  bind_parameters(&w);
  mlo_node first = facts->scopes.items[unit].first;
  if (unit == 0 && facts->runs.len)
    walk_cells(&w);
  else if (unit == 0 || facts->tree->nodes[first].kind == MLO_PY_BLOCK)
    walk_block(&w, first);
  else
    mlo_walker_scan(&w, first);
  keep_end(&w);
  mlo_walker_undo(&w, 0);
}
