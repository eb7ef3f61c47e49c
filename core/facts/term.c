#include "facts/term.h"

#include "facts/scope.h"

/* --- values --- */

bool mlo_term_same(const mlo_term *a, const mlo_term *b) {
  if (a->node != b->node || a->context != b->context || a->depth != b->depth) return false;
  for (uint32_t i = 0; i < a->depth; i++)
    if (a->path[i].item != b->path[i].item || !mlo_str_eq(a->path[i].key, b->path[i].key))
      return false;
  return true;
}

bool mlo_term_push(mlo_term *v, mlo_path_step step) {
  if (v->depth == MLO_DEEPEST_PATH) return false;
  v->path[v->depth++] = step;
  return true;
}

static mlo_term at(const mlo_term *v, mlo_node node) {
  mlo_term out = *v;
  out.node = node;
  return out;
}

static mlo_term popped(const mlo_term *v, mlo_node node) {
  mlo_term out = at(v, node);
  out.depth--;
  return out;
}

mlo_source_value mlo_term_end(const mlo_term *v) {
  mlo_node node = v->node;
  for (uint32_t d = v->depth; d;) {
    const mlo_path_step *step = &v->path[d - 1];
    if (step->unpacked && d == 1) return (mlo_source_value){node, step->item};
    node = step->part;
    d--;
    while (d && step->unpacked && v->path[d - 1].part == node) d--;
  }
  return (mlo_source_value){node, -1};
}

static void add(mlo_term_list *out, mlo_term v) {
  if (v.node == MLO_NO_NODE) return;
  for (uint32_t i = 0; i < out->len; i++)
    if (mlo_term_same(&out->items[i], &v)) return;
  if (out->len == MLO_MOST_STEPS_BACK)
    out->cut = true;
  else
    out->items[out->len++] = v;
}

/* --- bindings --- */

static bool is_pattern(uint8_t kind) {
  return kind == MLO_PY_PATTERN_LIST || kind == MLO_PY_TUPLE_PATTERN ||
         kind == MLO_PY_LIST_PATTERN || kind == MLO_PY_EXPRESSION_LIST || kind == MLO_PY_TUPLE ||
         kind == MLO_PY_LIST || kind == MLO_PY_PARENTHESIZED;
}

/* Position among the parts of a pattern, or -1 behind a splat. */
static int32_t position_in(const mlo_tree *tree, mlo_node pattern, mlo_node part) {
  int32_t item = 0;
  for (mlo_node n = mlo_tree_part(tree, pattern); n != MLO_NO_NODE && n != part;
       n = mlo_tree_next_part(tree, n), item++)
    if (tree->nodes[n].kind == MLO_PY_LIST_SPLAT_PATTERN ||
        tree->nodes[n].kind == MLO_PY_LIST_SPLAT)
      return -1;
  return item;
}

/* The value of the assignment (or `with`) around a target and the steps from it to the target. */
static bool unpack(const mlo_facts *self, mlo_node target, mlo_term *out) {
  const mlo_tree *tree = self->tree;
  mlo_node part = target;
  for (mlo_node n = tree->nodes[part].parent; n != MLO_NO_NODE;
       part = n, n = tree->nodes[n].parent) {
    uint8_t kind = tree->nodes[n].kind;
    if (kind == MLO_PY_LIST_SPLAT_PATTERN || kind == MLO_PY_LIST_SPLAT) return false;
    if (!is_pattern(kind)) break;
    if (kind == MLO_PY_PARENTHESIZED) continue;
    mlo_path_step step = {.item = position_in(tree, n, part), .part = target, .unpacked = true};
    if (step.item < 0 || !mlo_term_push(out, step)) return false;
  }
  mlo_node holder = tree->nodes[part].parent;
  while (mlo_tree_kind(tree, mlo_tree_field(tree, holder, MLO_FIELD_RIGHT)) == MLO_PY_ASSIGNMENT)
    holder = mlo_tree_field(tree, holder, MLO_FIELD_RIGHT);
  if (mlo_tree_kind(tree, holder) != MLO_PY_ASSIGNMENT) return false;
  out->node = mlo_tree_field(tree, holder, MLO_FIELD_RIGHT);
  return out->node != MLO_NO_NODE;
}

bool mlo_term_bound(const mlo_facts *self, uint32_t index, uint32_t context, mlo_term *out) {
  const mlo_binding *binding = &self->bindings.items[index];
  *out = (mlo_term){.node = binding->target, .context = context};
  mlo_term found = {.context = context};
  switch (binding->kind) {
  case MLO_BIND_ASSIGN:
  case MLO_BIND_WITH:
    found.node = binding->value;
    if (binding->value == MLO_NO_NODE || binding->item >= 0) {
      if (!unpack(self, binding->target, &found)) return false;
    }
    *out = found;
    return true;
  case MLO_BIND_PARAMETER: return mlo_term_argument(self, context, binding, out);
  case MLO_BIND_AUGMENTED: out->node = mlo_tree_parent(self->tree, binding->target); return false;
  case MLO_BIND_IMPORT:
  case MLO_BIND_FUNCTION:
  case MLO_BIND_CLASS:
  case MLO_BIND_FOR:
  case MLO_BIND_EXCEPT:
  case MLO_BIND_CAPTURE:
  case MLO_BIND_DELETE: return false;
  }
  return false;
}

/* `x: int` alone and `del x` give nothing. */
static bool gives_value(const mlo_binding *binding) {
  if (binding->kind == MLO_BIND_DELETE) return false;
  return binding->kind != MLO_BIND_ASSIGN || binding->value != MLO_NO_NODE || binding->item >= 0 ||
         binding->type == MLO_NO_NODE;
}

/* The rest of v's path applies to what the binding got. */
static void add_bound(const mlo_facts *self, const mlo_term *v, uint32_t index,
                      mlo_term_list *out) {
  const mlo_binding *binding = &self->bindings.items[index];
  mlo_term bound;
  if (!gives_value(binding)) return;
  bool followed = mlo_term_bound(self, index, v->context, &bound);
  mlo_term found = *v;
  found.node = bound.node;
  found.context = bound.context;
  for (uint32_t i = 0; i < bound.depth; i++)
    if (!mlo_term_push(&found, bound.path[i])) followed = false;
  if (!followed) found = at(v, bound.depth ? binding->target : bound.node);
  if (!followed && found.node == v->node) return;
  add(out, found);
}

static void back_from_name(const mlo_facts *self, const mlo_term *v, mlo_term_list *out) {
  mlo_reaching reaching;
  mlo_facts_reaching(self, v->node, &reaching);
  const mlo_binding *fallback = reaching.bindings.len ? NULL : mlo_facts_binding(self, v->node);
  for (uint32_t i = 0; i < reaching.bindings.len; i++)
    add_bound(self, v, reaching.bindings.items[i], out);
  /* cells that ran in an order in which nothing is bound yet: then by the order in which they stand */
  if (fallback && self->runs.len)
    add_bound(self, v, (uint32_t)(fallback - self->bindings.items), out);
  out->cut |= reaching.cut;
}

/* --- parts --- */

bool mlo_term_step(const mlo_facts *self, mlo_node subscript, mlo_path_step *out) {
  const mlo_tree *tree = self->tree;
  mlo_node key = mlo_tree_field(tree, subscript, MLO_FIELD_SUBSCRIPT);
  mlo_node last = MLO_NO_NODE;
  for (mlo_node n = mlo_tree_part(tree, subscript); n != MLO_NO_NODE;
       n = mlo_tree_next_part(tree, n))
    last = n;
  if (key == MLO_NO_NODE || key != last) return false;
  mlo_constant constant = mlo_facts_constant(self, key);
  *out = (mlo_path_step){.item = -1, .part = subscript};
  if (constant.kind == MLO_CONSTANT_STRING && !constant.partial) {
    out->key = constant.text;
    return true;
  }
  if (constant.kind != MLO_CONSTANT_INTEGER || constant.integer < 0 || constant.integer > 1000)
    return false;
  out->item = (int32_t)constant.integer;
  return true;
}

static bool same_step(const mlo_path_step *a, const mlo_path_step *b) {
  return a->item == b->item && mlo_str_eq(a->key, b->key);
}

/* The value under a constant key of a dictionary display, or MLO_NO_NODE. */
static mlo_node pair_value(const mlo_facts *self, mlo_node dict, const mlo_path_step *step) {
  const mlo_tree *tree = self->tree;
  mlo_node found = MLO_NO_NODE;
  for (mlo_node n = mlo_tree_part(tree, dict); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n)) {
    if (tree->nodes[n].kind != MLO_PY_PAIR) return MLO_NO_NODE;
    mlo_constant key = mlo_facts_constant(self, mlo_tree_field(tree, n, MLO_FIELD_KEY));
    bool same = step->item < 0 ? key.kind == MLO_CONSTANT_STRING && mlo_str_eq(key.text, step->key)
                               : key.kind == MLO_CONSTANT_INTEGER && key.integer == step->item;
    if (same) found = mlo_tree_field(tree, n, MLO_FIELD_VALUE);
  }
  return found;
}

/* The value that x[k] = v, or x.update({k: v}), or x.append(v), stored under this step, or MLO_NO_NODE. */
static mlo_node stored_value(const mlo_facts *self, mlo_node change, mlo_node root,
                             const mlo_path_step *step) {
  const mlo_tree *tree = self->tree;
  if (tree->nodes[change].kind == MLO_PY_SUBSCRIPT) {
    mlo_path_step stored;
    mlo_node holder = tree->nodes[change].parent;
    if (mlo_tree_bare(tree, mlo_tree_field(tree, change, MLO_FIELD_VALUE)) != root &&
        mlo_tree_kind(tree, mlo_tree_field(tree, change, MLO_FIELD_VALUE)) != MLO_PY_IDENTIFIER)
      return MLO_NO_NODE;
    if (mlo_tree_kind(tree, holder) != MLO_PY_ASSIGNMENT || !mlo_term_step(self, change, &stored) ||
        !same_step(&stored, step))
      return MLO_NO_NODE;
    return mlo_tree_field(tree, holder, MLO_FIELD_RIGHT);
  }
  uint32_t index = mlo_facts_call(self, change);
  if (index == UINT32_MAX) return MLO_NO_NODE;
  const mlo_call *call = &self->calls.items[index];
  if (mlo_tree_kind(tree, mlo_call_receiver(self, call)) != MLO_PY_IDENTIFIER) return MLO_NO_NODE;
  if (mlo_str_eq(call->method, MLO_STR("append")) && step->item >= 0)
    return mlo_call_argument(self, call, (mlo_str){0}, 0);
  if (mlo_str_eq(call->method, MLO_STR("update"))) {
    mlo_node named = step->item < 0 ? mlo_call_keyword(self, call, step->key) : MLO_NO_NODE;
    if (named != MLO_NO_NODE) return mlo_tree_field(tree, named, MLO_FIELD_VALUE);
    mlo_node dict = mlo_call_argument(self, call, (mlo_str){0}, 0);
    if (mlo_tree_kind(tree, dict) == MLO_PY_DICT) return pair_value(self, dict, step);
  }
  return MLO_NO_NODE;
}

/* x.a = v */
static mlo_node stored_attribute(const mlo_facts *self, mlo_node change, mlo_str name) {
  const mlo_tree *tree = self->tree;
  if (tree->nodes[change].kind != MLO_PY_ATTRIBUTE ||
      mlo_tree_kind(tree, mlo_tree_field(tree, change, MLO_FIELD_OBJECT)) != MLO_PY_IDENTIFIER)
    return MLO_NO_NODE;
  mlo_node holder = tree->nodes[change].parent;
  if (mlo_tree_kind(tree, holder) != MLO_PY_ASSIGNMENT) return MLO_NO_NODE;
  mlo_str stored = mlo_tree_text(tree, mlo_tree_field(tree, change, MLO_FIELD_ATTRIBUTE));
  return mlo_str_eq(stored, name) ? mlo_tree_field(tree, holder, MLO_FIELD_RIGHT) : MLO_NO_NODE;
}

/* Walks the states of a name back to where the part was stored. */
typedef struct storage {
  const mlo_facts *facts;
  const mlo_term *v; /* the name; its path's last step is looked for, or `attribute` */
  mlo_str attribute;
  mlo_term_list *out;
  uint32_t seen[64], seen_count;
  bool lost;     /* on some way it may have become anything */
  bool at_start; /* some way leads to where the name was bound, with nothing stored since */
  bool unsure;   /* a call may have stored it */
} storage;

static bool is_own_call(const storage *s, mlo_node change) {
  return s->facts->tree->nodes[change].kind == MLO_PY_CALL &&
         mlo_term_callee(s->facts, change) != UINT32_MAX;
}

static void look_back(storage *s, uint32_t def) {
  for (;;) {
    if (s->seen_count == 64) {
      s->unsure = s->at_start = true;
      return;
    }
    for (uint32_t i = 0; i < s->seen_count; i++)
      if (s->seen[i] == def) return;
    s->seen[s->seen_count++] = def;
    const mlo_def *d = mlo_flow_def(s->facts, def);
    if (d->kind == MLO_DEF_NONE || d->kind == MLO_DEF_BINDING) {
      s->at_start = true;
      return;
    }
    if (d->kind == MLO_DEF_JOIN) break;
    const mlo_term *v = s->v;
    mlo_node stored = s->attribute.len
                          ? stored_attribute(s->facts, d->node, s->attribute)
                          : stored_value(s->facts, d->node, v->node, &v->path[v->depth - 1]);
    if (stored != MLO_NO_NODE) {
      add(s->out, s->attribute.len ? at(v, stored) : popped(v, stored));
      bool appended = !s->attribute.len && s->facts->tree->nodes[d->node].kind == MLO_PY_CALL &&
                      v->path[v->depth - 1].item >= 0;
      if (!appended) return;
    } else if (!s->attribute.len && mlo_term_unsettles(s->facts, d->node, &v->path[v->depth - 1])) {
      s->lost = true;
      return;
    }
    s->unsure |= is_own_call(s, d->node);
    def = d->before;
  }
  for (uint32_t cursor = mlo_flow_def(s->facts, def)->parts; cursor;)
    look_back(s, mlo_flow_next_part(s->facts, &cursor));
}

/* Item `item` of a display; a key of a dictionary; an argument of dict(k=v). */
static mlo_node part_of(const mlo_facts *self, const mlo_term *v) {
  const mlo_tree *tree = self->tree;
  const mlo_path_step *step = &v->path[v->depth - 1];
  uint8_t kind = tree->nodes[v->node].kind;
  if (kind == MLO_PY_DICT) return pair_value(self, v->node, step);
  if (step->item >= 0) return mlo_tree_item(tree, v->node, step->item);
  uint32_t call = mlo_facts_call(self, v->node);
  if (call == UINT32_MAX || !mlo_str_eq(self->calls.items[call].method, MLO_STR("dict")))
    return MLO_NO_NODE;
  mlo_node named = mlo_call_keyword(self, &self->calls.items[call], step->key);
  return mlo_tree_field(tree, named, MLO_FIELD_VALUE);
}

static void back_from_subscript(const mlo_facts *self, const mlo_term *v, mlo_term_list *out) {
  mlo_path_step step;
  mlo_term whole = at(v, mlo_tree_field(self->tree, v->node, MLO_FIELD_VALUE));
  if (mlo_term_step(self, v->node, &step) && mlo_term_push(&whole, step)) add(out, whole);
}

static void back_from_part_of_name(const mlo_facts *self, const mlo_term *v, mlo_term_list *out) {
  uint32_t state = mlo_flow_state(self, v->node);
  storage s = {.facts = self, .v = v, .out = out};
  if (state == MLO_NO_DEF)
    s.at_start = true;
  else
    look_back(&s, state);
  if (s.at_start) back_from_name(self, v, out);
  if (s.lost) out->len = 0;
}

/* --- members --- */

static void add_members(const mlo_facts *self, const mlo_term *v, uint32_t class, mlo_str name,
                        mlo_term_list *out) {
  const mlo_member *member = mlo_scope_member(self, class, name);
  const mlo_binding *binding = mlo_scope_last(self, class, name);
  for (int i = 0; member && i < MLO_MOST_STEPS_BACK; i++) {
    mlo_term found = at(v, member->value);
    found.context = 0;
    bool whole = member->item < 0 && member->value != MLO_NO_NODE;
    if (!whole) {
      mlo_term bound = {.context = 0};
      bool known = unpack(self, member->target, &bound);
      found = at(v, known ? bound.node : member->target);
      found.context = 0;
      for (uint32_t d = 0; known && d < bound.depth; d++)
        if (!mlo_term_push(&found, bound.path[d])) found = at(v, member->target);
    }
    add(out, found);
    member = member->before ? &self->members.items[member->before - 1] : NULL;
  }
  if (binding && binding->kind == MLO_BIND_ASSIGN && binding->value != MLO_NO_NODE)
    add(out, at(v, binding->value));
}

static void back_from_attribute(const mlo_facts *self, const mlo_term *v, mlo_term_list *out) {
  mlo_node object = mlo_tree_field(self->tree, v->node, MLO_FIELD_OBJECT);
  mlo_str name =
      mlo_tree_text(self->tree, mlo_tree_field(self->tree, v->node, MLO_FIELD_ATTRIBUTE));
  uint32_t state = mlo_flow_state(self, object);
  storage s = {
      .facts = self, .v = v, .attribute = name, .out = out, .at_start = state == MLO_NO_DEF};
  if (state != MLO_NO_DEF && name.len) look_back(&s, state);
  uint32_t class = s.at_start || s.unsure ? mlo_facts_class(self, object) : UINT32_MAX;
  if (class != UINT32_MAX) add_members(self, v, class, name, out);
}

/* --- calls --- */

static void back_from_other_module(const mlo_facts *self, const mlo_term *v, mlo_term_list *out) {
  bool item = v->depth && v->path[v->depth - 1].item >= 0;
  mlo_node argument;
  const mlo_returned *found =
      mlo_term_returned(self, v->node, item ? v->path[v->depth - 1].item : -1, &argument);
  if (found && found->same && argument != MLO_NO_NODE)
    add(out, item ? popped(v, argument) : at(v, argument));
}

static void back_from_call(const mlo_facts *self, const mlo_term *v, mlo_term_list *out) {
  uint32_t scope = mlo_term_callee(self, v->node);
  if (scope == UINT32_MAX) back_from_other_module(self, v, out);
  if (scope == UINT32_MAX || !mlo_term_returns(self, scope)->known) return;
  uint32_t context = mlo_term_enter(self, v->node, scope, v->context);
  if (context == UINT32_MAX) return;
  const mlo_returns *returns = mlo_term_returns(self, scope);
  for (uint32_t i = 0; i < returns->values.len; i++) {
    mlo_term result = at(v, returns->values.items[i]);
    result.context = context;
    add(out, result);
  }
}

/* --- one step --- */

void mlo_term_back(const mlo_facts *self, const mlo_term *v, mlo_term_list *out) {
  const mlo_tree *tree = self->tree;
  out->len = 0;
  out->cut = false;
  if (v->depth) {
    mlo_node part = part_of(self, v);
    if (part != MLO_NO_NODE) {
      add(out, popped(v, part));
      return;
    }
  }
  switch (tree->nodes[v->node].kind) {
  case MLO_PY_PARENTHESIZED:
  case MLO_PY_AWAIT: add(out, at(v, mlo_tree_part(tree, v->node))); return;
  case MLO_PY_NAMED_EXPRESSION:
    add(out, at(v, mlo_tree_field(tree, v->node, MLO_FIELD_VALUE)));
    return;
  case MLO_PY_CONDITIONAL:
    add(out, at(v, mlo_tree_nth_part(tree, v->node, 0)));
    add(out, at(v, mlo_tree_nth_part(tree, v->node, 2)));
    return;
  case MLO_PY_BOOLEAN_OPERATOR:
    add(out, at(v, mlo_tree_field(tree, v->node, MLO_FIELD_LEFT)));
    add(out, at(v, mlo_tree_field(tree, v->node, MLO_FIELD_RIGHT)));
    return;
  case MLO_PY_IDENTIFIER:
    if (v->depth)
      back_from_part_of_name(self, v, out);
    else
      back_from_name(self, v, out);
    return;
  case MLO_PY_ATTRIBUTE: back_from_attribute(self, v, out); return;
  case MLO_PY_SUBSCRIPT: back_from_subscript(self, v, out); return;
  case MLO_PY_CALL: back_from_call(self, v, out); return;
  default: return;
  }
}
