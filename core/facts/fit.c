#include "facts/fit.h"

#include "facts/scope.h"
#include "facts/table_op.h"

enum {
  MOST_FITS = 16,
  MOST_PASSAGES = 64,
  MOST_STOPS = 192,
  MOST_ESTIMATORS = 32,
  DEEPEST_FIT = 12,
  MOST_FIT_STEPS = 1024
};

static mlo_fit fit_of_call(const mlo_facts *self, const mlo_call *call, uint32_t context) {
  return (mlo_fit){.call = call->node,
                   .context = context,
                   .estimator = mlo_call_receiver(self, call),
                   .data = mlo_call_argument(self, call, MLO_STR("X"), 0),
                   .target = mlo_call_argument(self, call, MLO_STR("y"), 1)};
}

static bool is_fit(const mlo_facts *self, const mlo_call *call) {
  return mlo_is_fit(call->method) && mlo_call_receiver(self, call) != MLO_NO_NODE;
}

void mlo_facts_fits(const mlo_facts *self, mlo_fits *out) {
  out->len = 0;
  for (uint32_t i = 0; i < self->calls.len; i++)
    if (is_fit(self, &self->calls.items[i]))
      MLO_PUSH(self->arena, out, fit_of_call(self, &self->calls.items[i], 0));
}

/* --- fits of one estimator --- */

typedef struct search {
  const mlo_facts *facts;
  const mlo_tree *tree;
  mlo_fits *out;
  uint32_t steps;
  uint32_t seen[64], seen_count; /* joins */
} search;

static void fits_of(search *s, const mlo_term *v, int depth);

static void add_fit(search *s, const mlo_call *call, uint32_t context) {
  for (uint32_t i = 0; i < s->out->len; i++)
    if (s->out->items[i].call == call->node && s->out->items[i].context == context) return;
  if (s->out->len < MOST_FITS)
    MLO_PUSH(s->facts->arena, s->out, fit_of_call(s->facts, call, context));
}

static mlo_fit fit_elsewhere(const mlo_facts *self, const mlo_call *call,
                             const mlo_function_summary *summary, int32_t data, uint32_t context) {
  mlo_node X = mlo_summary_argument(self, call, summary, data);
  return (mlo_fit){.call = call->node,
                   .context = context,
                   .estimator = call->node,
                   .data = X,
                   .target = MLO_NO_NODE};
}

static void push_fit(search *s, mlo_fit fit) {
  if (s->out->len < MOST_FITS) MLO_PUSH(s->facts->arena, s->out, fit);
}

/* The same in another module. */
static bool fitted_elsewhere(search *s, mlo_node node, mlo_str name, uint32_t context) {
  const mlo_call *call = &s->facts->calls.items[mlo_facts_call(s->facts, node)];
  if (!(mlo_summary_uses(s->facts, call, name) & MLO_USE_FITS)) return false;
  const mlo_function_summary *summary = mlo_term_summary(s->facts, call);
  int32_t data = 0;
  while ((uint32_t)data < summary->parameters.len &&
         !(summary->parameters.items[data].uses & MLO_USE_FITS_ON))
    data++;
  push_fit(s, fit_elsewhere(s->facts, call, summary, data, context));
  return true;
}

/* A fitted estimator that a function of another module returned. */
static bool returned_fitted(search *s, const mlo_term *v) {
  mlo_node argument;
  bool item = v->depth && v->path[v->depth - 1].item >= 0;
  const mlo_returned *found =
      mlo_term_returned(s->facts, v->node, item ? v->path[v->depth - 1].item : -1, &argument);
  if (!found || found->fitted_on < 0) return false;
  const mlo_call *call = &s->facts->calls.items[mlo_facts_call(s->facts, v->node)];
  push_fit(s, fit_elsewhere(s->facts, call, mlo_term_summary(s->facts, call), found->fitted_on,
                            v->context));
  return true;
}

/* A function of this file that is given the object: what it fits it on. True if it does. */
static bool fitted_inside(search *s, mlo_node call, mlo_str name, uint32_t context, int depth) {
  const mlo_facts *facts = s->facts;
  uint32_t scope = mlo_term_callee(facts, call);
  uint32_t inside = scope == UINT32_MAX ? UINT32_MAX : mlo_term_enter(facts, call, scope, context);
  if (scope == UINT32_MAX) return fitted_elsewhere(s, call, name, context);
  if (inside == UINT32_MAX) return false;
  const mlo_binding *parameter = mlo_term_parameter(facts, inside, name);
  if (!parameter) return false;
  uint32_t before = s->out->len;
  uint32_t end = mlo_flow_object_at_end(facts, (uint32_t)(parameter - facts->bindings.items));
  while (end > MLO_DEF_UNBOUND && depth < DEEPEST_FIT) {
    const mlo_def *d = mlo_flow_def(facts, end);
    if (d->kind != MLO_DEF_CHANGE) break;
    uint32_t index = mlo_facts_call(facts, d->node);
    const mlo_call *inner = index == UINT32_MAX ? NULL : &facts->calls.items[index];
    if (inner && is_fit(facts, inner) &&
        mlo_str_eq(mlo_tree_text(s->tree, mlo_call_receiver(facts, inner)), parameter->name)) {
      add_fit(s, inner, inside);
      break;
    }
    if (inner && fitted_inside(s, d->node, parameter->name, inside, depth + 1)) break;
    end = d->before;
  }
  return s->out->len > before;
}

/* Walks the states of the object's name; text is the whole expression (model, self.model, models["rf"]). */
static void fits_before(search *s, uint32_t def, const mlo_term *v, mlo_node root, int depth) {
  const mlo_facts *facts = s->facts;
  mlo_str text = mlo_tree_text(s->tree, v->node);
  for (; def > MLO_DEF_UNBOUND && ++s->steps < MOST_FIT_STEPS;
       def = mlo_flow_def(facts, def)->before) {
    const mlo_def *d = mlo_flow_def(facts, def);
    if (d->kind != MLO_DEF_CHANGE) break;
    uint32_t index = mlo_facts_call(facts, d->node);
    if (index == UINT32_MAX) continue;
    const mlo_call *call = &facts->calls.items[index];
    mlo_node receiver = mlo_call_receiver(facts, call);
    mlo_str name = root == v->node ? mlo_tree_text(s->tree, d->name) : text;
    bool own = receiver != MLO_NO_NODE && mlo_str_eq(mlo_tree_text(s->tree, receiver), name);
    if (own && is_fit(facts, call)) {
      add_fit(s, call, v->context);
      return;
    }
    if (root == v->node && !own && fitted_inside(s, d->node, name, v->context, depth)) return;
  }
  const mlo_def *d = def > MLO_DEF_UNBOUND ? mlo_flow_def(facts, def) : NULL;
  if (d && d->kind == MLO_DEF_JOIN) {
    for (uint32_t i = 0; i < s->seen_count; i++)
      if (s->seen[i] == def) return;
    if (s->seen_count == 64) return;
    s->seen[s->seen_count++] = def;
    for (uint32_t cursor = d->parts; cursor;)
      fits_before(s, mlo_flow_next_part(facts, &cursor), v, root, depth);
    return;
  }
  mlo_term bound;
  if (root == v->node && d && d->kind == MLO_DEF_BINDING) {
    if (mlo_term_bound(facts, d->binding, v->context, &bound)) fits_of(s, &bound, depth + 1);
    return;
  }
  mlo_term_list back;
  mlo_term_back(facts, v, &back);
  for (uint32_t i = 0; i < back.len; i++) fits_of(s, &back.items[i], depth + 1);
}

/* self.model is fitted in another method. */
static void fits_in_class(search *s, const mlo_term *v) {
  const mlo_facts *facts = s->facts;
  uint32_t class = mlo_facts_class(facts, mlo_tree_field(s->tree, v->node, MLO_FIELD_OBJECT));
  if (class == UINT32_MAX) return;
  mlo_str text = mlo_tree_text(s->tree, v->node);
  for (uint32_t i = 0; i < facts->calls.len && s->out->len < MOST_FITS; i++) {
    const mlo_call *call = &facts->calls.items[i];
    if (!is_fit(facts, call) ||
        !mlo_tree_holds(s->tree, facts->scopes.items[class].node, call->node))
      continue;
    if (mlo_str_eq(mlo_tree_text(s->tree, mlo_call_receiver(facts, call)), text))
      add_fit(s, call, 0);
  }
}

/* A name that nothing here binds: the last fit above, in the same function. */
static void last_fit_above(search *s, const mlo_term *v) {
  const mlo_facts *facts = s->facts;
  mlo_str text = mlo_tree_text(s->tree, v->node);
  uint32_t looked_at = 0;
  for (uint32_t i = facts->calls.len; i-- > 0 && looked_at < MOST_FIT_STEPS;) {
    const mlo_call *call = &facts->calls.items[i];
    if (call->node > v->node) continue;
    looked_at++;
    if (!is_fit(facts, call) || mlo_tree_holds(s->tree, call->node, v->node) ||
        !mlo_str_eq(mlo_tree_text(s->tree, mlo_call_receiver(facts, call)), text) ||
        mlo_facts_function(facts, call->node) != mlo_facts_function(facts, v->node))
      continue;
    add_fit(s, call, v->context);
    return;
  }
}

static bool gives_estimator(mlo_str attribute) {
  return mlo_str_eq(attribute, MLO_STR("best_estimator_")) ||
         mlo_str_eq(attribute, MLO_STR("model"));
}

static void fits_of(search *s, const mlo_term *v, int depth) {
  const mlo_facts *facts = s->facts;
  const mlo_tree *tree = s->tree;
  if (depth > DEEPEST_FIT || ++s->steps > MOST_FIT_STEPS) return;
  uint8_t kind = tree->nodes[v->node].kind;
  uint32_t index = mlo_facts_call(facts, v->node);
  if (index != UINT32_MAX && is_fit(facts, &facts->calls.items[index]) && !v->depth) {
    add_fit(s, &facts->calls.items[index], v->context);
    return;
  }
  if (index != UINT32_MAX && returned_fitted(s, v)) return;
  if (kind == MLO_PY_IDENTIFIER || kind == MLO_PY_ATTRIBUTE || kind == MLO_PY_SUBSCRIPT) {
    mlo_node root = mlo_flow_root(tree, v->node);
    uint32_t state = mlo_flow_state(facts, root), before = s->out->len;
    if (state == MLO_DEF_UNBOUND) state = mlo_flow_outside(facts, root, true);
    fits_before(s, state, v, root, depth);
    if (state == MLO_NO_DEF) last_fit_above(s, v);
    if (s->out->len == before && kind == MLO_PY_ATTRIBUTE) {
      fits_in_class(s, v);
      mlo_term object = {.node = mlo_tree_field(tree, v->node, MLO_FIELD_OBJECT),
                         .context = v->context};
      if (s->out->len == before &&
          gives_estimator(mlo_tree_text(tree, mlo_tree_field(tree, v->node, MLO_FIELD_ATTRIBUTE))))
        fits_of(s, &object, depth + 1);
    }
    return;
  }
  mlo_term_list back;
  mlo_term_back(facts, v, &back);
  for (uint32_t i = 0; i < back.len; i++) fits_of(s, &back.items[i], depth + 1);
}

void mlo_facts_fits_of(const mlo_facts *self, const mlo_term *estimator, mlo_fits *out) {
  out->len = 0;
  if (estimator->node == MLO_NO_NODE) return;
  search s = {.facts = self, .tree = self->tree, .out = out};
  fits_of(&s, estimator, 0);
}

/* --- what an estimator is made of --- */

typedef struct walk {
  const mlo_facts *facts;
  const mlo_tree *tree;
  mlo_term queue[MOST_STOPS];
  uint32_t queued;
} walk;

static void visit(walk *w, mlo_term v) {
  if (v.node == MLO_NO_NODE || w->queued == MOST_STOPS) return;
  for (uint32_t i = 0; i < w->queued; i++)
    if (mlo_term_same(&w->queue[i], &v)) return;
  w->queue[w->queued++] = v;
}

static void visit_node(walk *w, const mlo_term *from, mlo_node node) {
  visit(w, (mlo_term){.node = node, .context = from->context});
}

static void visit_back(walk *w, const mlo_term *v) {
  mlo_term_list back;
  mlo_term_back(w->facts, v, &back);
  for (uint32_t i = 0; i < back.len; i++) visit(w, back.items[i]);
}

static void visit_parts(walk *w, const mlo_term *v) {
  for (mlo_node n = mlo_tree_part(w->tree, v->node); n != MLO_NO_NODE;
       n = mlo_tree_next_part(w->tree, n))
    visit_node(w, v, n);
}

static bool holds_estimators(mlo_str method) {
  static const mlo_str names[] = {MLO_STR_INIT("BaggingClassifier"),
                                  MLO_STR_INIT("CalibratedClassifierCV"),
                                  MLO_STR_INIT("ColumnTransformer"),
                                  MLO_STR_INIT("FeatureUnion"),
                                  MLO_STR_INIT("GridSearchCV"),
                                  MLO_STR_INIT("HalvingGridSearchCV"),
                                  MLO_STR_INIT("OneVsRestClassifier"),
                                  MLO_STR_INIT("Pipeline"),
                                  MLO_STR_INIT("RandomizedSearchCV"),
                                  MLO_STR_INIT("StackingClassifier"),
                                  MLO_STR_INIT("TransformedTargetRegressor"),
                                  MLO_STR_INIT("VotingClassifier"),
                                  MLO_STR_INIT("make_column_transformer"),
                                  MLO_STR_INIT("make_pipeline"),
                                  MLO_STR_INIT("make_union")};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (mlo_str_eq(method, names[i])) return true;
  return false;
}

void mlo_facts_estimators(const mlo_facts *self, const mlo_term *v, mlo_nodes *out) {
  out->len = 0;
  if (v->node == MLO_NO_NODE) return;
  walk w = {.facts = self, .tree = self->tree};
  visit(&w, *v);
  for (uint32_t i = 0; i < w.queued && out->len < MOST_ESTIMATORS; i++) {
    const mlo_term *at = &w.queue[i];
    uint32_t index = mlo_facts_call(self, at->node);
    const mlo_call *call = index == UINT32_MAX ? NULL : &self->calls.items[index];
    uint8_t kind = self->tree->nodes[at->node].kind;
    if (call && is_fit(self, call)) { /* Model().fit(X) is the model */
      visit_node(&w, at, mlo_call_receiver(self, call));
      continue;
    }
    uint32_t queued = w.queued;
    visit_back(&w, at);
    if (call && w.queued == queued) {
      MLO_PUSH(self->arena, out, at->node);
      if (holds_estimators(call->method)) visit_node(&w, at, call->arguments);
    }
    if (mlo_tree_is_display(self->tree, at->node) || kind == MLO_PY_ARGUMENTS) visit_parts(&w, at);
    if (kind == MLO_PY_KEYWORD_ARGUMENT)
      visit_node(&w, at, mlo_tree_field(self->tree, at->node, MLO_FIELD_VALUE));
  }
}

/* --- what a value went through --- */

/* The names of what a change stored or was given. */
static void visit_change(walk *w, const mlo_term *v, const mlo_def *d) {
  const mlo_tree *tree = w->tree;
  if (mlo_tree_kind(tree, d->node) == MLO_PY_CALL) {
    if (mlo_term_callee(w->facts, d->node) != UINT32_MAX ||
        mlo_call_keyword(w->facts, &w->facts->calls.items[mlo_facts_call(w->facts, d->node)],
                         MLO_STR("inplace")) != MLO_NO_NODE)
      visit_node(w, v, d->node);
    return;
  }
  mlo_node holder = tree->nodes[d->node].parent;
  while (mlo_tree_kind(tree, holder) == MLO_PY_PATTERN_LIST) holder = tree->nodes[holder].parent;
  visit_node(w, v, mlo_tree_field(tree, holder, MLO_FIELD_RIGHT));
}

static void visit_states(walk *w, const mlo_term *v, uint32_t start) {
  uint32_t stack[64] = {start}, count = 1, seen[64], seen_count = 0;
  for (uint32_t steps = 0; count && steps < MOST_FIT_STEPS; steps++) {
    uint32_t def = stack[--count];
    const mlo_def *d = mlo_flow_def(w->facts, def);
    bool known = false;
    for (uint32_t i = 0; i < seen_count && d->kind == MLO_DEF_JOIN; i++) known |= seen[i] == def;
    if (known) continue;
    if (d->kind == MLO_DEF_CHANGE) {
      visit_change(w, v, d);
      stack[count++] = d->before;
    }
    if (d->kind != MLO_DEF_JOIN || seen_count == 64) continue;
    seen[seen_count++] = def;
    for (uint32_t cursor = d->parts; cursor && count < 64;)
      stack[count++] = mlo_flow_next_part(w->facts, &cursor);
  }
}

/* What goes into a call: the table if that is known, else whatever it is called on and with. */
static void visit_inputs(walk *w, const mlo_term *v, const mlo_call *call) {
  mlo_node data;
  bool split = v->depth && v->path[v->depth - 1].item >= 0 &&
               mlo_str_eq(call->method, MLO_STR("train_test_split"));
  if (split) {
    visit_node(w, v,
               mlo_call_argument(w->facts, call, (mlo_str){0}, v->path[v->depth - 1].item / 2));
    return;
  }
  mlo_table_op op = mlo_facts_table_op(w->facts, call, &data);
  if (op != MLO_OP_NONE) visit_node(w, v, data);
  bool looks_up = mlo_str_eq(call->method, MLO_STR("map"));
  if (looks_up) visit_node(w, v, call->arguments);
  if (op != MLO_OP_NONE && op != MLO_OP_MERGE) return;
  mlo_node receiver = mlo_call_receiver(w->facts, call);
  if (receiver != MLO_NO_NODE) visit_node(w, v, receiver);
  visit_node(w, v, call->arguments);
}

static void visit_all(walk *w, const mlo_term *v, mlo_passages *out) {
  const mlo_tree *tree = w->tree;
  uint8_t kind = tree->nodes[v->node].kind;
  uint32_t index = mlo_facts_call(w->facts, v->node);
  uint32_t state = kind == MLO_PY_IDENTIFIER ? mlo_flow_state(w->facts, v->node) : MLO_NO_DEF;
  if (state == MLO_DEF_UNBOUND) state = mlo_flow_outside(w->facts, v->node, true);
  if (state != MLO_NO_DEF) visit_states(w, v, state);
  if (index != UINT32_MAX && out->len < MOST_PASSAGES) {
    mlo_passage passage = {v->node, v->context};
    MLO_PUSH(w->facts->arena, out, passage);
  }
  uint32_t queued = w->queued;
  visit_back(w, v);
  if (w->queued > queued && kind != MLO_PY_SUBSCRIPT) return;
  switch (kind) {
  case MLO_PY_CALL: visit_inputs(w, v, &w->facts->calls.items[index]); return;
  case MLO_PY_SUBSCRIPT: visit_node(w, v, mlo_tree_field(tree, v->node, MLO_FIELD_VALUE)); return;
  case MLO_PY_ATTRIBUTE: visit_node(w, v, mlo_tree_field(tree, v->node, MLO_FIELD_OBJECT)); return;
  case MLO_PY_KEYWORD_ARGUMENT:
    visit_node(w, v, mlo_tree_field(tree, v->node, MLO_FIELD_VALUE));
    return;
  case MLO_PY_ARGUMENTS:
  case MLO_PY_LIST:
  case MLO_PY_TUPLE:
  case MLO_PY_BINARY_OPERATOR:
  case MLO_PY_COMPARISON:
  case MLO_PY_UNARY_OPERATOR:
  case MLO_PY_AUGMENTED_ASSIGNMENT:
  case MLO_PY_EXPRESSION_LIST: visit_parts(w, v); return;
  default: return;
  }
}

void mlo_facts_history(const mlo_facts *self, const mlo_term *v, mlo_passages *out) {
  out->len = 0;
  if (v->node == MLO_NO_NODE) return;
  walk w = {.facts = self, .tree = self->tree};
  visit(&w, *v);
  for (uint32_t i = 0; i < w.queued; i++) {
    mlo_term at = w.queue[i];
    visit_all(&w, &at, out);
  }
}

/* --- the same value --- */

/* Back through names as long as there is just one way. */
static mlo_term canonical(const mlo_facts *self, const mlo_term *v) {
  mlo_term at = *v;
  for (int i = 0; i < 32; i++) {
    mlo_term_list back;
    mlo_term_back(self, &at, &back);
    if (back.len != 1 || back.cut) break;
    at = back.items[0];
  }
  return at;
}

bool mlo_terms_same(const mlo_facts *self, const mlo_term *a, const mlo_term *b) {
  if (a->context == b->context && mlo_facts_same_value(self, a->node, b->node)) return true;
  if (a->context == b->context && mlo_tree_kind(self->tree, a->node) == MLO_PY_IDENTIFIER &&
      mlo_tree_kind(self->tree, b->node) == MLO_PY_IDENTIFIER &&
      mlo_str_eq(mlo_tree_text(self->tree, a->node), mlo_tree_text(self->tree, b->node)))
    return false;
  mlo_term x = canonical(self, a), y = canonical(self, b), moved = x;
  if (mlo_term_same(&x, &y)) return true;
  moved.node = y.node; /* the same part of ... */
  return mlo_term_same(&moved, &y) && mlo_facts_same_value(self, x.node, y.node);
}
