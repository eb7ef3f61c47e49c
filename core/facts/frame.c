#include "facts/frame_step.h"

#include "base/map.h"

struct mlo_frames {
  mlo_frame **by_state[2]; /* by what and definition, outside of calls */
  uint32_t cap[2];
  mlo_map changed; /* names that nothing binds: 1 never changed in place, 2 changed */
};

static mlo_frame_answer follow(mlo_frame_asking *a, const mlo_term *v, mlo_frame_aspect what,
                               int depth);

mlo_frame_answer mlo_frame_base(const mlo_term *v) {
  mlo_frame_answer out = {
      .frame = {.known = true, .base = mlo_term_end(v), .base_context = v->context}};
  return out;
}

mlo_frame_answer mlo_frame_of_node(mlo_frame_asking *a, const mlo_term *v, mlo_node node,
                                   mlo_frame_aspect what, int depth) {
  if (node == MLO_NO_NODE) return mlo_frame_unknown();
  mlo_term inner = mlo_frame_beside(v, node);
  return follow(a, &inner, what, depth + 1);
}

static struct mlo_frames *frames_of(const mlo_facts *self) {
  if (!self->memo->frames) self->memo->frames = MLO_NEW(self->arena, struct mlo_frames);
  return self->memo->frames;
}

/* --- names --- */

static mlo_frame_answer meet_parts(mlo_frame_asking *a, uint32_t def, mlo_node read,
                                   uint32_t context, mlo_frame_aspect what, int depth,
                                   bool *round) {
  mlo_frame_answer out = {.neutral = true};
  for (uint32_t cursor = mlo_flow_def(a->facts, def)->parts; cursor;) {
    uint32_t part = mlo_flow_next_part(a->facts, &cursor);
    mlo_frame_answer one = mlo_frame_in_state(a, part, read, context, what, depth + 1);
    *round |= one.neutral;
    if (one.neutral) continue;
    if (out.neutral)
      out = one;
    else
      mlo_frame_meet(&out.frame, &one.frame, a->arena);
  }
  return out;
}

/* A way that comes round a loop is taken a second time, with what the others say of the loop's head. */
static mlo_frame_answer joined(mlo_frame_asking *a, uint32_t def, mlo_node read, uint32_t context,
                               mlo_frame_aspect what, int depth) {
  for (uint32_t i = 0; i < a->busy_count; i++)
    if (a->busy[i].def == def) return a->busy[i].assumed;
  if (a->busy_count == DEEPEST_FRAME) return mlo_frame_unknown();
  mlo_frame_busy *own = &a->busy[a->busy_count++];
  *own = (mlo_frame_busy){.def = def, .assumed = {.neutral = true}};
  bool round = false;
  mlo_frame_answer out = meet_parts(a, def, read, context, what, depth, &round);
  if (round && !out.neutral) {
    own->assumed = out;
    out = meet_parts(a, def, read, context, what, depth, &round);
  }
  a->busy_count--;
  return out;
}

/* x += [..] */
static mlo_frame_answer augmented(mlo_frame_asking *a, const mlo_def *d, mlo_node read,
                                  uint32_t context, mlo_frame_aspect what, int depth) {
  mlo_node statement = mlo_tree_parent(a->tree, d->node);
  mlo_term v = {.node = statement, .context = context};
  mlo_strs names = {0};
  if (what != MLO_ASPECT_LIST ||
      !mlo_frame_names(a, &v, mlo_tree_field(a->tree, statement, MLO_FIELD_RIGHT), &names, depth))
    return mlo_frame_base(&v);
  mlo_frame_answer from = mlo_frame_in_state(a, d->before, read, context, what, depth + 1);
  return from.frame.known ? mlo_frame_with(a, from, &names) : from;
}

/* Where the chain of changes begins: the value that the name was bound to. */
static mlo_frame_answer bound(mlo_frame_asking *a, const mlo_def *d, mlo_node read,
                              uint32_t context, mlo_frame_aspect what, int depth) {
  if (a->facts->bindings.items[d->binding].kind == MLO_BIND_AUGMENTED)
    return augmented(a, d, read, context, what, depth);
  mlo_term value;
  if (!mlo_term_bound(a->facts, d->binding, context, &value)) {
    mlo_frame_answer end = mlo_frame_base(&value);
    return end;
  }
  return follow(a, &value, what, depth + 1);
}

/* A name that nothing here binds is the same table everywhere, if nothing changes it in place. */
static bool is_changed_anywhere(mlo_frame_asking *a, mlo_str name) {
  const mlo_tree *tree = a->tree;
  uint32_t *known = mlo_map_put(&frames_of(a->facts)->changed, name, a->arena);
  if (*known) return *known == 2;
  *known = 1;
  for (mlo_node n = 0; n < tree->count && *known == 1; n++) {
    uint32_t call = tree->nodes[n].kind == MLO_PY_CALL ? mlo_facts_call(a->facts, n) : UINT32_MAX;
    bool stored = tree->nodes[n].kind == MLO_PY_SUBSCRIPT &&
                  (tree->nodes[n].field == MLO_FIELD_LEFT || mlo_frame_is_deleted(tree, n));
    if (call == UINT32_MAX && !stored) continue;
    bool in_place =
        stored || mlo_str_eq(a->facts->calls.items[call].method, MLO_STR("pop")) ||
        mlo_call_keyword(a->facts, &a->facts->calls.items[call], MLO_STR("inplace")) != MLO_NO_NODE;
    mlo_node object = stored ? n : mlo_call_receiver(a->facts, &a->facts->calls.items[call]);
    mlo_node root = in_place ? mlo_flow_root(tree, object) : MLO_NO_NODE;
    if (root != MLO_NO_NODE && mlo_str_eq(mlo_tree_text(tree, root), name)) *known = 2;
  }
  return *known == 2;
}

static mlo_frame_answer unbound(mlo_frame_asking *a, mlo_node read, uint32_t context) {
  mlo_term v = {.node = read, .context = context};
  mlo_frame_answer out = mlo_frame_base(&v);
  out.frame.base_name = mlo_tree_text(a->tree, read);
  return is_changed_anywhere(a, out.frame.base_name) ? mlo_frame_unknown() : out;
}

static mlo_frame **remembered(mlo_frame_asking *a, uint32_t def, mlo_frame_aspect what) {
  struct mlo_frames *frames = frames_of(a->facts);
  if (def >= frames->cap[what]) {
    uint32_t cap = def * 2 + 64;
    mlo_frame **grown = MLO_NEW_ARRAY(a->arena, mlo_frame *, cap);
    if (frames->cap[what]) memcpy(grown, frames->by_state[what], frames->cap[what] * sizeof *grown);
    frames->by_state[what] = grown;
    frames->cap[what] = cap;
  }
  return &frames->by_state[what][def];
}

static mlo_frame_answer state_start(mlo_frame_asking *a, uint32_t def, mlo_node read,
                                    uint32_t context, mlo_frame_aspect what, int depth) {
  const mlo_def *d = mlo_flow_def(a->facts, def);
  if (d->kind == MLO_DEF_JOIN) return joined(a, def, read, context, what, depth);
  if (d->kind == MLO_DEF_BINDING) return bound(a, d, read, context, what, depth);
  uint32_t outside = mlo_flow_outside(a->facts, read, true);
  if (outside != MLO_NO_DEF && !mlo_flow_is_settled(a->facts, read)) return mlo_frame_unknown();
  return outside == MLO_NO_DEF ? unbound(a, read, context)
                               : mlo_frame_in_state(a, outside, read, 0, what, depth + 1);
}

typedef MLO_ARRAY(uint32_t) changes;

/* The changes between def and what came before all of them, or what is remembered; the latest first. */
static uint32_t collect(mlo_frame_asking *a, uint32_t def, uint32_t context, mlo_frame_aspect what,
                        changes *out) {
  while (mlo_flow_def(a->facts, def)->kind == MLO_DEF_CHANGE && out->len < MOST_CHANGES) {
    if (!context && *remembered(a, def, what)) return def;
    MLO_PUSH(a->arena, out, def);
    def = mlo_flow_def(a->facts, def)->before;
  }
  return def;
}

static void remember(mlo_frame_asking *a, uint32_t def, uint32_t context, mlo_frame_aspect what,
                     const mlo_frame_answer *found) {
  if (context || found->neutral || a->busy_count || a->steps > MOST_FRAME_STEPS) return;
  mlo_frame **at = remembered(a, def, what);
  if (*at) return;
  *at = MLO_NEW(a->arena, mlo_frame);
  **at = found->frame;
}

mlo_frame_answer mlo_frame_in_state(mlo_frame_asking *a, uint32_t def, mlo_node read,
                                    uint32_t context, mlo_frame_aspect what, int depth) {
  if (depth > DEEPEST_FRAME || ++a->steps > MOST_FRAME_STEPS) return mlo_frame_unknown();
  if (def == MLO_NO_DEF) return unbound(a, read, context);
  if (!context && *remembered(a, def, what))
    return (mlo_frame_answer){.frame = **remembered(a, def, what)};
  changes list = {0};
  uint32_t start = collect(a, def, context, what, &list);
  if (list.len == MOST_CHANGES) return mlo_frame_unknown();
  mlo_frame_answer found = !context && *remembered(a, start, what)
                               ? (mlo_frame_answer){.frame = **remembered(a, start, what)}
                               : state_start(a, start, read, context, what, depth);
  for (uint32_t i = list.len; i-- > 0 && !found.neutral;) {
    const mlo_def *change = mlo_flow_def(a->facts, list.items[i]);
    mlo_str name = mlo_tree_text(a->tree, change->name);
    found = mlo_frame_changed(a, change->node, name, context, found, what, depth);
  }
  remember(a, def, context, what, &found);
  return found;
}

/* --- one expression --- */

/* One of several values: what is certain of all. */
static mlo_frame_answer back(mlo_frame_asking *a, const mlo_term *v, mlo_frame_aspect what,
                             int depth) {
  mlo_term_list list;
  mlo_term_back(a->facts, v, &list);
  if (!list.len) return what == MLO_ASPECT_TABLE ? mlo_frame_base(v) : mlo_frame_unknown();
  mlo_frame_answer out = {.neutral = true};
  for (uint32_t i = 0; i < list.len; i++) {
    mlo_frame_answer one = follow(a, &list.items[i], what, depth + 1);
    if (one.neutral) continue;
    if (out.neutral)
      out = one;
    else
      mlo_frame_meet(&out.frame, &one.frame, a->arena);
  }
  return list.cut ? mlo_frame_unknown() : out;
}

static mlo_frame_answer follow(mlo_frame_asking *a, const mlo_term *v, mlo_frame_aspect what,
                               int depth) {
  if (depth > DEEPEST_FRAME || ++a->steps > MOST_FRAME_STEPS) return mlo_frame_unknown();
  bool understood = false;
  if (v->depth) {
    mlo_frame_answer item =
        what == MLO_ASPECT_TABLE ? mlo_frame_item(a, v, depth, &understood) : mlo_frame_unknown();
    return understood ? item : back(a, v, what, depth);
  }
  mlo_node node = v->node;
  if (a->tree->nodes[node].kind == MLO_PY_IDENTIFIER) {
    uint32_t state = mlo_flow_state(a->facts, node);
    if (state != MLO_NO_DEF || !mlo_flow_is_target(a->facts, node))
      return mlo_frame_in_state(a, state, node, v->context, what, depth + 1);
    return mlo_frame_base(v);
  }
  mlo_frame_answer out = what == MLO_ASPECT_TABLE ? mlo_frame_table(a, v, depth, &understood)
                                                  : mlo_frame_list(a, v, depth, &understood);
  return understood ? out : back(a, v, what, depth);
}

/* --- questions --- */

static mlo_frame_asking ask(const mlo_facts *self) {
  return (mlo_frame_asking){.facts = self, .tree = self->tree, .arena = self->arena};
}

void mlo_facts_frame(const mlo_facts *self, mlo_node expression, mlo_frame *out) {
  mlo_frame_at(self, &(mlo_term){.node = expression}, out);
}

void mlo_frame_at(const mlo_facts *self, const mlo_term *v, mlo_frame *out) {
  *out = (mlo_frame){0};
  if (v->node == MLO_NO_NODE) return;
  mlo_frame_asking a = ask(self);
  mlo_frame_answer found = follow(&a, v, MLO_ASPECT_TABLE, 0);
  if (!found.neutral && a.steps <= MOST_FRAME_STEPS) *out = found.frame;
}

bool mlo_facts_strings(const mlo_facts *self, mlo_node expression, mlo_strs *out) {
  mlo_frame_asking a = ask(self);
  mlo_term none = {.node = expression};
  return expression != MLO_NO_NODE && mlo_frame_names(&a, &none, expression, out, 0);
}

/* Changes may have given a table the column, or the base had it. */
static bool holds(const mlo_frame *table, const mlo_frame *column, mlo_str name) {
  bool added = mlo_columns_have(column->added.items, column->added.len, name);
  bool has = mlo_columns_have(table->columns.has.items, table->columns.has.len, name);
  if (table->columns.exact || added) return has;
  return !mlo_columns_have(table->columns.lost.items, table->columns.lost.len, name);
}

mlo_str mlo_terms_shared_column(const mlo_facts *self, const mlo_term *table,
                                const mlo_term *column) {
  mlo_frame x, y;
  mlo_frame_at(self, table, &x);
  mlo_frame_at(self, column, &y);
  if (!mlo_frame_same_base(&x, &y) || !y.columns.exact || x.column) return (mlo_str){0};
  for (uint32_t i = 0; i < y.columns.has.len; i++)
    if (holds(&x, &y, y.columns.has.items[i])) return y.columns.has.items[i];
  return (mlo_str){0};
}

mlo_str mlo_facts_shared_column(const mlo_facts *self, mlo_node table, mlo_node column) {
  mlo_term x = mlo_term_of(table), y = mlo_term_of(column);
  return mlo_terms_shared_column(self, &x, &y);
}
