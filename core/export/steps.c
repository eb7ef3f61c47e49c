/* steps: which cells make a function, what it takes and what it gives.
 *
 * A name that a step reads before it is certain to have bound it is taken. A name that it binds and a later step takes is
 * given; if it is bound on some ways only, it is taken too, so that there is something to give. Where even that is
 * not certain, the name stays a global. */
#include "export/plan.h"

enum { MOST_LINES = 60, DEEPEST = 64 };

/* --- which cells go together --- */

static const mlo_cell *notebook_cell(const mlo_plan *self, uint32_t module_cell) {
  uint32_t index = self->request->module->cells.items[module_cell].cell;
  return index == MLO_NO_CELL ? NULL : &self->request->notebook->cells.items[index];
}

/* 1 + index of the last Markdown cell with a heading above a cell, or 0. */
static uint32_t heading_above(const mlo_plan *self, const mlo_cell *cell) {
  const mlo_notebook *notebook = self->request->notebook;
  for (uint32_t i = cell ? (uint32_t)(cell - notebook->cells.items) : 0; i > 0; i--) {
    const mlo_cell *above = &notebook->cells.items[i - 1];
    if (above->kind == MLO_CELL_MARKDOWN &&
        mlo_str_starts(mlo_str_trim(above->source), MLO_STR("#")))
      return i;
  }
  return 0;
}

static uint32_t lines_of(const mlo_plan *self, const mlo_step *step) {
  uint32_t lines = 0;
  for (uint32_t i = step->first_item; i < step->last_item; i++) {
    mlo_span span = self->items.items[i].span;
    lines++;
    for (uint32_t at = span.start; at < span.end; at++) lines += self->tree->text.ptr[at] == '\n';
  }
  return lines;
}

static void open_step(mlo_plan *self, uint32_t item, uint32_t heading) {
  mlo_step step = {.first_item = item, .last_item = item, .heading = heading};
  MLO_PUSH(self->arena, &self->steps, step);
}

/* A cell that binds nothing (it shows, or changes what there is) belongs to the one above it. */
static bool binds_nothing(const mlo_plan *self, uint32_t first) {
  const mlo_item *items = self->items.items;
  for (uint32_t i = first; i < self->items.len && items[i].cell == items[first].cell; i++)
    for (uint32_t u = items[i].first_use; u < items[i].last_use; u++)
      if (self->uses.items[u].binding) return false;
  return true;
}

/* Whether a cell goes into the step above: one for the cells below a heading; without headings, one for a cell and those
 * that only look at what it made. */
static bool continues(const mlo_plan *self, const mlo_step *step, uint32_t item, uint32_t heading) {
  return step->heading == heading && (heading || binds_nothing(self, item)) &&
         lines_of(self, step) < MOST_LINES;
}

static void group(mlo_plan *self) {
  mlo_step *step = NULL;
  for (uint32_t i = 0; i < self->items.len; i++) {
    uint32_t cell = self->items.items[i].cell;
    bool same_cell = step && cell == self->items.items[i - 1].cell;
    uint32_t heading = same_cell ? step->heading : heading_above(self, notebook_cell(self, cell));
    if (!same_cell && (!step || !continues(self, step, i, heading))) open_step(self, i, heading);
    step = &self->steps.items[self->steps.len - 1];
    step->last_item = i + 1;
  }
}

/* --- one way through a step --- */

/* Which names are certain to be bound. */
typedef struct state {
  uint64_t *bits;
} state;

typedef struct tracer {
  mlo_plan *plan;
  size_t words;
  uint64_t *taken, *bound, *deleted; /* by this step */
  mlo_step *step;
  int depth;
} tracer;

static bool has_bit(const uint64_t *bits, uint32_t n) { return bits[n / 64] >> n % 64 & 1; }
static void set_bit(uint64_t *bits, uint32_t n) { bits[n / 64] |= (uint64_t)1 << n % 64; }
static void clear_bit(uint64_t *bits, uint32_t n) { bits[n / 64] &= ~((uint64_t)1 << n % 64); }

static uint64_t *new_bits(const tracer *t) {
  return MLO_NEW_ARRAY(t->plan->arena, uint64_t, t->words);
}

static state copy_of(const tracer *t, state from) {
  state copy = {new_bits(t)};
  memcpy(copy.bits, from.bits, t->words * sizeof *copy.bits);
  return copy;
}

static void meet(const tracer *t, state *into, state other) {
  for (size_t i = 0; i < t->words; i++) into->bits[i] &= other.bits[i];
}

/* Lives within the functions of steps: no import on top, no definition, no global, no parameter's own line. */
static bool is_local(const mlo_plan_name *name) {
  return name->bindings && !name->global && !name->imported && !name->defined;
}

static void take(tracer *t, uint32_t n) {
  if (has_bit(t->taken, n)) return;
  set_bit(t->taken, n);
  MLO_PUSH(t->plan->arena, &t->step->takes, n);
}

static void use(tracer *t, const mlo_name_use *use, state *now) {
  uint32_t n = *mlo_map_get(&t->plan->by_name, use->name) - 1;
  if (!is_local(&t->plan->names.items[n])) {
    bool written = use->binding && t->plan->names.items[n].global && !use->deferred;
    if (written && !has_bit(t->bound, n)) MLO_PUSH(t->plan->arena, &t->step->globals, n);
    if (written) set_bit(t->bound, n);
    return;
  }
  if (use->reads && !has_bit(now->bits, n)) take(t, n);
  if (!use->binding) return;
  set_bit(t->bound, n);
  if (use->binding->kind == MLO_BIND_DELETE) {
    clear_bit(now->bits, n);
    set_bit(t->deleted, n);
  } else if (mlo_tree_kind(t->plan->tree, mlo_tree_parent(t->plan->tree, use->node)) !=
             MLO_PY_NAMED_EXPRESSION) { /* a walrus may stand behind `and` */
    set_bit(now->bits, n);
  }
}

/* The uses in a range of nodes: what is read comes before what is bound. */
static void trace_range(tracer *t, mlo_node from, mlo_node to, state *now) {
  const mlo_name_uses *uses = &t->plan->uses;
  uint32_t low = 0, high = uses->len;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (uses->items[middle].node < from)
      low = middle + 1;
    else
      high = middle;
  }
  for (uint32_t u = low; u < uses->len && uses->items[u].node < to; u++)
    if (uses->items[u].reads) {
      mlo_name_use read = uses->items[u];
      read.binding = NULL;
      use(t, &read, now);
    }
  for (uint32_t u = low; u < uses->len && uses->items[u].node < to; u++)
    if (uses->items[u].binding) {
      mlo_name_use bind = uses->items[u];
      bind.reads = false;
      use(t, &bind, now);
    }
}

static void trace(tracer *t, mlo_node node, state *now);

static void trace_block(tracer *t, mlo_node block, state *now) {
  const mlo_tree *tree = t->plan->tree;
  for (mlo_node n = mlo_tree_first_child(tree, block); n != MLO_NO_NODE; n = mlo_tree_next(tree, n))
    trace(t, n, now);
}

/* The last block below a clause; what stands before it is evaluated first. */
static mlo_node block_of(const mlo_tree *tree, mlo_node clause) {
  mlo_node found = MLO_NO_NODE;
  for (mlo_node n = mlo_tree_first_child(tree, clause); n != MLO_NO_NODE;
       n = mlo_tree_next(tree, n))
    if (tree->nodes[n].kind == MLO_PY_BLOCK) found = n;
  return found;
}

static void trace_clause(tracer *t, mlo_node clause, state *now) {
  const mlo_tree *tree = t->plan->tree;
  mlo_node block = block_of(tree, clause);
  if (block == MLO_NO_NODE) return trace_range(t, clause, mlo_tree_skip(tree, clause), now);
  trace_range(t, clause, block, now);
  trace_block(t, block, now);
}

static void trace_if(tracer *t, mlo_node node, state *now) {
  const mlo_tree *tree = t->plan->tree;
  mlo_node block = mlo_tree_field(tree, node, MLO_FIELD_CONSEQUENCE);
  trace_range(t, node, block, now);
  state out = copy_of(t, *now);
  trace_block(t, block, &out);
  bool otherwise = false;
  for (mlo_node n = mlo_tree_next(tree, block); n != MLO_NO_NODE; n = mlo_tree_next(tree, n)) {
    uint8_t kind = tree->nodes[n].kind;
    if (kind != MLO_PY_ELIF && kind != MLO_PY_ELSE) continue;
    mlo_node inner = block_of(tree, n);
    if (kind == MLO_PY_ELIF) trace_range(t, n, inner, now);
    state way = copy_of(t, *now);
    trace_block(t, inner, &way);
    meet(t, &out, way);
    otherwise |= kind == MLO_PY_ELSE;
  }
  if (!otherwise) meet(t, &out, *now);
  *now = out;
}

/* for, while, match: what a way binds may not have happened. */
static void trace_ways(tracer *t, mlo_node node, state *now) {
  const mlo_tree *tree = t->plan->tree;
  mlo_node body = mlo_tree_field(tree, node, MLO_FIELD_BODY);
  state kept = copy_of(t, *now);
  mlo_node target = mlo_tree_field(tree, node, MLO_FIELD_LEFT);
  if (mlo_tree_kind(tree, node) == MLO_PY_FOR) {
    mlo_node right = mlo_tree_field(tree, node, MLO_FIELD_RIGHT);
    trace_range(t, right, body, &kept);
    *now = copy_of(t, kept);
    trace_range(t, target, right, now);
  } else {
    trace_range(t, node, body, now);
    kept = copy_of(t, *now);
  }
  for (mlo_node n = body; n != MLO_NO_NODE; n = mlo_tree_next(tree, n)) {
    state way = copy_of(t, n == body ? *now : kept);
    if (mlo_tree_kind(tree, node) == MLO_PY_MATCH)
      for (mlo_node c = mlo_tree_first_child(tree, n); c != MLO_NO_NODE;
           c = mlo_tree_next(tree, c)) {
        way = copy_of(t, kept);
        trace_clause(t, c, &way);
      }
    else if (n == body)
      trace_block(t, n, &way);
    else
      trace_clause(t, n, &way);
  }
  *now = kept;
}

static void trace_try(tracer *t, mlo_node node, state *now) {
  const mlo_tree *tree = t->plan->tree;
  mlo_node body = mlo_tree_field(tree, node, MLO_FIELD_BODY);
  state before = copy_of(t, *now), out = copy_of(t, *now);
  trace_block(t, body, &out);
  for (mlo_node n = mlo_tree_next(tree, body); n != MLO_NO_NODE; n = mlo_tree_next(tree, n)) {
    uint8_t kind = tree->nodes[n].kind;
    if (kind == MLO_PY_ELSE) trace_clause(t, n, &out);
  }
  for (mlo_node n = mlo_tree_next(tree, body); n != MLO_NO_NODE; n = mlo_tree_next(tree, n)) {
    uint8_t kind = tree->nodes[n].kind;
    if (kind == MLO_PY_ELSE || kind == MLO_PY_COMMENT) continue;
    state way = copy_of(t, before);
    trace_clause(t, n, &way);
    if (kind != MLO_PY_FINALLY) meet(t, &out, way);
    if (kind == MLO_PY_FINALLY)
      for (size_t i = 0; i < t->words; i++) out.bits[i] |= way.bits[i] & ~before.bits[i];
  }
  *now = out;
}

static void trace_with(tracer *t, mlo_node node, state *now) {
  const mlo_tree *tree = t->plan->tree;
  mlo_node body = mlo_tree_field(tree, node, MLO_FIELD_BODY);
  trace_range(t, node, body, now);
  state before = copy_of(t, *now);
  trace_block(t, body, now);
  mlo_str head =
      mlo_span_of(tree->text, (mlo_span){tree->nodes[node].start, tree->nodes[body].start});
  bool swallows =
      mlo_str_contains(head, MLO_STR("suppress")) || mlo_str_contains(head, MLO_STR("raises"));
  if (swallows) meet(t, now, before);
}

/* A definition inside a step: its own name is bound last; what its body reads later counts as read here. */
static void trace(tracer *t, mlo_node node, state *now) {
  const mlo_tree *tree = t->plan->tree;
  bool deep = ++t->depth > DEEPEST;
  switch (deep ? MLO_KIND_OTHER : mlo_tree_kind(tree, node)) {
  case MLO_PY_IF: trace_if(t, node, now); break;
  case MLO_PY_FOR:
  case MLO_PY_WHILE:
  case MLO_PY_MATCH: trace_ways(t, node, now); break;
  case MLO_PY_TRY: trace_try(t, node, now); break;
  case MLO_PY_WITH: trace_with(t, node, now); break;
  default: {
    state before = *now;
    if (deep) before = copy_of(t, *now);
    trace_range(t, node, mlo_tree_skip(tree, node), now);
    if (deep) *now = before;
  }
  }
  t->depth--;
}

/* --- all steps --- */

static bool is_code(const mlo_item *item) {
  return item->place == MLO_PLACE_STEP && !item->is_comment;
}

static bool awaits(const mlo_plan *self, const mlo_item *item) {
  const mlo_tree *tree = self->tree;
  if (item->node == MLO_NO_NODE || item->place != MLO_PLACE_STEP) return false;
  mlo_node end = mlo_tree_skip(tree, item->node);
  for (mlo_node n = item->node; n < end;) {
    uint8_t kind = tree->nodes[n].kind;
    if (kind == MLO_PY_FUNCTION || kind == MLO_PY_LAMBDA) {
      n = mlo_tree_skip(tree, n);
      continue;
    }
    bool marked = kind == MLO_PY_FOR || kind == MLO_PY_WITH || kind == MLO_PY_FOR_IN_CLAUSE;
    if (kind == MLO_PY_AWAIT ||
        (marked && mlo_str_starts(mlo_tree_text(tree, n), MLO_STR("async"))))
      return true;
    n++;
  }
  return false;
}

/* What a trace found out of one step. */
typedef struct traced {
  uint64_t *taken, *bound, *deleted;
  state end;
} traced;

static traced trace_step(tracer *t, mlo_step *step) {
  const mlo_plan *plan = t->plan;
  state now = {new_bits(t)};
  t->step = step;
  t->taken = new_bits(t);
  t->bound = new_bits(t);
  t->deleted = new_bits(t);
  step->takes.len = step->gives.len = step->globals.len = 0;
  step->is_empty = true;
  for (uint32_t i = step->first_item; i < step->last_item; i++) {
    const mlo_item *item = &plan->items.items[i];
    if (!is_code(item)) continue;
    step->is_empty = false;
    step->is_async |= awaits(plan, item);
    if (item->node != MLO_NO_NODE) trace(t, item->node, &now);
  }
  return (traced){t->taken, t->bound, t->deleted, now};
}

static void drop(mlo_name_list *list, uint32_t at) {
  memmove(&list->items[at], &list->items[at + 1], (list->len - at - 1) * sizeof *list->items);
  list->len--;
}

/* Forward: what there is to take. True if a name turned out to need to be global. */
static bool settle_takes(mlo_plan *self, const traced *found, size_t words) {
  uint64_t *there = MLO_NEW_ARRAY(self->arena, uint64_t, words);
  uint64_t *maybe = MLO_NEW_ARRAY(self->arena, uint64_t, words);
  bool changed = false;
  for (uint32_t n = 0; n < self->names.len; n++)
    if (self->names.items[n].parameter) set_bit(there, n);
  for (uint32_t k = 0; k < self->steps.len; k++) {
    mlo_step *step = &self->steps.items[k];
    for (uint32_t i = step->takes.len; i > 0; i--) {
      uint32_t n = step->takes.items[i - 1];
      if (has_bit(there, n)) continue;
      changed |= has_bit(maybe, n);
      self->names.items[n].global |= has_bit(maybe, n);
      drop(&step->takes, i - 1); /* bound in this step, or nowhere */
      clear_bit(found[k].taken, n);
    }
    for (uint32_t n = 0; n < self->names.len; n++) {
      if (!has_bit(found[k].bound, n) || !is_local(&self->names.items[n])) continue;
      bool sure =
          has_bit(found[k].end.bits, n) || (has_bit(there, n) && !has_bit(found[k].deleted, n));
      clear_bit(there, n);
      clear_bit(maybe, n);
      set_bit(sure ? there : maybe, n);
    }
  }
  return changed;
}

/* Backward: what of it is needed later. */
static void settle_gives(mlo_plan *self, const traced *found, size_t words) {
  uint64_t *needed = MLO_NEW_ARRAY(self->arena, uint64_t, words);
  for (uint32_t k = self->steps.len; k > 0; k--) {
    mlo_step *step = &self->steps.items[k - 1];
    const traced *own = &found[k - 1];
    for (uint32_t n = 0; n < self->names.len; n++) {
      if (!has_bit(own->bound, n) || !is_local(&self->names.items[n])) continue;
      bool sure = has_bit(own->end.bits, n);
      if (has_bit(needed, n)) MLO_PUSH(self->arena, &step->gives, n);
      if (has_bit(needed, n) && !sure && !has_bit(own->taken, n)) {
        set_bit(own->taken, n);
        MLO_PUSH(self->arena, &step->takes, n);
      }
      if (sure) clear_bit(needed, n);
    }
    for (uint32_t i = 0; i < step->takes.len; i++) set_bit(needed, step->takes.items[i]);
  }
}

void mlo_plan_steps(mlo_plan *self) {
  size_t words = self->names.len / 64 + 1;
  tracer t = {.plan = self, .words = words};
  group(self);
  traced *found = MLO_NEW_ARRAY(self->arena, traced, self->steps.len + 1);
  do {
    for (uint32_t k = 0; k < self->steps.len; k++) found[k] = trace_step(&t, &self->steps.items[k]);
  } while (settle_takes(self, found, words));
  settle_gives(self, found, words);
}
