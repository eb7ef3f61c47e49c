#include "facts/flow_walker.h"

/* The nodes of an expression are read in document order. */

static void apply_due(mlo_walker *w, mlo_node n) {
  while (w->pending_count && w->pending[w->pending_count - 1].end <= n) {
    uint32_t s = w->pending[--w->pending_count].site;
    mlo_node node = w->sites.items[s].node;
    for (; s < w->sites.len && w->sites.items[s].node == node; s++)
      mlo_walker_apply(w, &w->sites.items[s]);
  }
}

static void apply_at_end(mlo_walker *w, mlo_node end, uint32_t site) {
  if (w->pending_count == MOST_PENDING) apply_due(w, MLO_NO_NODE);
  w->pending[w->pending_count++] = (pending){end, site};
}

/* A comprehension's variables are bound before its element, which stands first. */
static void bind_targets(mlo_walker *w, mlo_node pattern) {
  for (mlo_node n = pattern, end = pattern == MLO_NO_NODE ? 0 : mlo_tree_skip(w->tree, pattern);
       n < end; n++)
    if (w->flow->target_of[n] && w->flow->site_at[n])
      mlo_walker_apply(w, &w->sites.items[w->flow->site_at[n] - 1]);
}

static void enter_comprehension(mlo_walker *w, mlo_node node) {
  for (mlo_node n = mlo_tree_part(w->tree, node); n != MLO_NO_NODE;
       n = mlo_tree_next_part(w->tree, n))
    if (w->tree->nodes[n].kind == MLO_PY_FOR_IN_CLAUSE)
      bind_targets(w, mlo_tree_field(w->tree, n, MLO_FIELD_LEFT));
}

static bool is_comprehension(uint8_t kind) {
  return kind == MLO_PY_LIST_COMPREHENSION || kind == MLO_PY_SET_COMPREHENSION ||
         kind == MLO_PY_DICT_COMPREHENSION || kind == MLO_PY_GENERATOR;
}

static void record(mlo_walker *w, mlo_node n) {
  uint32_t variable = mlo_flow_variable(w->facts, n);
  struct mlo_flow *flow = w->flow;
  if (!variable) return;
  flow->value_at[n] = flow->current[mlo_slot(variable, false)];
  flow->state_at[n] = flow->current[mlo_slot(variable, true)];
  mlo_read read = {.node = n, .before = flow->last_read[variable]};
  MLO_PUSH(w->arena, &flow->reads, read);
  flow->last_read[variable] = flow->reads.len;
}

static void scan_target(mlo_walker *w, mlo_node n, mlo_node end) {
  uint32_t site = w->flow->site_at[n];
  if (!site) return;
  const mlo_binding *binding = &w->facts->bindings.items[w->sites.items[site - 1].binding];
  if (binding->kind == MLO_BIND_AUGMENTED || binding->kind == MLO_BIND_DELETE) record(w, n);
  if (w->facts->scopes.items[binding->scope].kind == MLO_SCOPE_COMPREHENSION) return;
  mlo_node parent = w->tree->nodes[n].parent;
  bool walrus = mlo_tree_kind(w->tree, parent) == MLO_PY_NAMED_EXPRESSION;
  apply_at_end(w, walrus ? mlo_tree_skip(w->tree, parent) : end, site - 1);
}

void mlo_walker_scan_range(mlo_walker *w, mlo_node from, mlo_node to) {
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

void mlo_walker_scan(mlo_walker *w, mlo_node expression) {
  if (expression != MLO_NO_NODE)
    mlo_walker_scan_range(w, expression, mlo_tree_skip(w->tree, expression));
}
