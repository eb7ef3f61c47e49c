#include "facts/summary.h"

#include "facts/fit.h"
#include "facts/frame.h"
#include "facts/scope.h"
#include "facts/split.h"

typedef struct summing {
  const mlo_facts *facts;
  const mlo_tree *tree;
  uint32_t scope;
  MLO_ARRAY(uint32_t) parameters; /* bindings, in order, without self */
  mlo_function_summary *out;
} summing;

/* --- parameters --- */

static void read_parameters(summing *s) {
  const mlo_facts *facts = s->facts;
  mlo_node definition = facts->scopes.items[s->scope].node;
  mlo_node list = mlo_tree_field(s->tree, definition, MLO_FIELD_PARAMETERS);
  mlo_node end = list == MLO_NO_NODE ? 0 : mlo_tree_skip(s->tree, list);
  for (mlo_node n = list; n < end; n++) {
    const mlo_binding *binding = mlo_facts_binding(facts, n);
    bool own = binding && binding->target == n && binding->kind == MLO_BIND_PARAMETER;
    if (!own || binding->scope != s->scope || facts->scopes.items[s->scope].receiver == n) continue;
    mlo_summary_parameter parameter = {.name = binding->name};
    MLO_PUSH(facts->arena, &s->parameters, (uint32_t)(binding - facts->bindings.items));
    MLO_PUSH(facts->arena, &s->out->parameters, parameter);
  }
}

static int32_t parameter_at(const summing *s, mlo_node target) {
  for (uint32_t i = 0; i < s->parameters.len; i++)
    if (s->facts->bindings.items[s->parameters.items[i]].target == target) return (int32_t)i;
  return -1;
}

/* The parameter that an expression is, or -1. */
static int32_t parameter_of(const summing *s, const mlo_term *v) {
  mlo_source_values origins = {0};
  mlo_term_origins(s->facts, v, &origins);
  return origins.len == 1 && origins.items[0].item < 0 ? parameter_at(s, origins.items[0].node)
                                                       : -1;
}

/* --- what happens to them --- */

static uint32_t use_of(const summing *s, mlo_node change, mlo_str name) {
  uint32_t index = mlo_facts_call(s->facts, change);
  if (index == UINT32_MAX) return MLO_USE_CHANGES;
  const mlo_call *call = &s->facts->calls.items[index];
  mlo_node receiver = mlo_call_receiver(s->facts, call);
  bool own = receiver != MLO_NO_NODE && mlo_str_eq(mlo_tree_text(s->tree, receiver), name);
  if (own && mlo_str_starts(call->method, MLO_STR("fit"))) return MLO_USE_FITS | MLO_USE_CHANGES;
  return own ? MLO_USE_CHANGES : 0;
}

/* Along the straight part of the parameter's states; in branches the latest way counts. */
static void read_changes(summing *s, uint32_t i) {
  const mlo_facts *facts = s->facts;
  uint32_t def = mlo_flow_object_at_end(facts, s->parameters.items[i]);
  for (int steps = 0; def > MLO_DEF_UNBOUND && steps < 256; steps++) {
    const mlo_def *d = mlo_flow_def(facts, def);
    uint32_t cursor = d->parts;
    if (d->kind == MLO_DEF_BINDING) return;
    if (d->kind == MLO_DEF_CHANGE)
      s->out->parameters.items[i].uses |= use_of(s, d->node, mlo_tree_text(s->tree, d->name));
    def = d->kind == MLO_DEF_JOIN && cursor ? mlo_flow_next_part(facts, &cursor) : d->before;
  }
}

static void read_fits(summing *s) {
  mlo_fits fits = {0};
  mlo_facts_fits(s->facts, &fits);
  for (uint32_t i = 0; i < fits.len; i++) {
    if (fits.items[i].data == MLO_NO_NODE ||
        !mlo_tree_holds(s->tree, s->facts->scopes.items[s->scope].node, fits.items[i].call))
      continue;
    mlo_term data = mlo_term_of(fits.items[i].data);
    int32_t parameter = parameter_of(s, &data);
    if (parameter >= 0) s->out->parameters.items[parameter].uses |= MLO_USE_FITS_ON;
  }
}

/* --- what comes back --- */

static int32_t fitted_on(const summing *s, const mlo_term *v) {
  mlo_fits fits = {0};
  mlo_facts_fits_of(s->facts, v, &fits);
  int32_t found = -1;
  for (uint32_t i = 0; i < fits.len; i++) {
    mlo_term data = {.node = fits.items[i].data, .context = fits.items[i].context};
    int32_t parameter = data.node == MLO_NO_NODE ? -1 : parameter_of(s, &data);
    if (parameter < 0 || (i && parameter != found)) return -1;
    found = parameter;
  }
  return found;
}

static mlo_str call_of(const summing *s, const mlo_term *v) {
  mlo_source_values origins = {0};
  mlo_term_origins(s->facts, v, &origins);
  if (origins.len != 1 || mlo_tree_kind(s->tree, origins.items[0].node) != MLO_PY_CALL)
    return (mlo_str){0};
  return mlo_facts_name(s->facts,
                        mlo_tree_field(s->tree, origins.items[0].node, MLO_FIELD_FUNCTION));
}

static mlo_returned returned(const summing *s, const mlo_term *v) {
  mlo_returned out = {.parameter = parameter_of(s, v), .fitted_on = fitted_on(s, v)};
  mlo_frame frame;
  mlo_split split;
  out.same = out.parameter >= 0;
  mlo_frame_at(s->facts, v, &frame);
  mlo_split_at(s->facts, v, &split);
  if (frame.known && frame.base.item < 0 && out.parameter < 0)
    out.parameter = parameter_at(s, frame.base.node);
  out.has_columns = frame.known && (frame.columns.exact || out.parameter >= 0);
  if (out.has_columns) out.columns = frame.columns;
  if (split.part != MLO_PART_UNKNOWN && !split.by_name) out.part = split.part;
  if (out.part != MLO_PART_UNKNOWN && out.parameter < 0 && split.whole != MLO_NO_NODE) {
    mlo_term whole = mlo_term_of(split.whole);
    out.parameter = parameter_of(s, &whole);
  }
  if (out.parameter < 0) out.call = call_of(s, v);
  return out;
}

static bool same_columns(const mlo_columns *a, const mlo_columns *b) {
  if (a->exact != b->exact || a->has.len != b->has.len || a->lost.len != b->lost.len) return false;
  for (uint32_t i = 0; i < a->has.len; i++)
    if (!mlo_str_eq(a->has.items[i], b->has.items[i])) return false;
  for (uint32_t i = 0; i < a->lost.len; i++)
    if (!mlo_str_eq(a->lost.items[i], b->lost.items[i])) return false;
  return true;
}

/* What is true of both. */
static void agree(mlo_returned *a, const mlo_returned *b) {
  if (a->parameter != b->parameter) a->parameter = -1;
  a->same &= b->same && a->parameter >= 0;
  if (a->part != b->part) a->part = MLO_PART_UNKNOWN;
  a->has_columns &= b->has_columns && same_columns(&a->columns, &b->columns);
  if (!mlo_str_eq(a->call, b->call)) a->call = (mlo_str){0};
  if (a->fitted_on != b->fitted_on) a->fitted_on = -1;
}

static uint32_t count_parts(const mlo_tree *tree, mlo_node value) {
  uint32_t count = 0;
  uint8_t kind = mlo_tree_kind(tree, value);
  if (kind != MLO_PY_TUPLE && kind != MLO_PY_EXPRESSION_LIST) return 0;
  for (mlo_node n = mlo_tree_part(tree, value); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n))
    count++;
  return count;
}

static void read_return(summing *s, mlo_node value, bool first, uint32_t parts) {
  for (uint32_t i = 0; i < (parts ? parts : 1); i++) {
    mlo_term v = mlo_term_of(parts ? mlo_tree_nth_part(s->tree, value, i) : value);
    mlo_returned one = returned(s, &v);
    if (first)
      MLO_PUSH(s->facts->arena, &s->out->returned, one);
    else
      agree(&s->out->returned.items[i], &one);
  }
}

static void read_returns(summing *s) {
  enum { MOST_RETURNS = 16, MOST_PARTS = 16 };
  const mlo_returns *returns = mlo_term_returns(s->facts, s->scope);
  if (!returns->known || returns->values.len > MOST_RETURNS) return;
  uint32_t parts = count_parts(s->tree, returns->values.items[0]);
  for (uint32_t i = 0; i < returns->values.len; i++)
    if (count_parts(s->tree, returns->values.items[i]) != parts) return;
  if (parts > MOST_PARTS) return;
  s->out->tuple = parts > 0;
  for (uint32_t i = 0; i < returns->values.len; i++)
    read_return(s, returns->values.items[i], i == 0, parts);
}

void mlo_facts_summary(const mlo_facts *self, uint32_t function, mlo_function_summary *out) {
  *out = (mlo_function_summary){0};
  if (function >= self->functions.len) return;
  summing s = {.facts = self,
               .tree = self->tree,
               .scope = self->functions.items[function].scope,
               .out = out};
  read_parameters(&s);
  for (uint32_t i = 0; i < s.parameters.len; i++) read_changes(&s, i);
  read_fits(&s);
  read_returns(&s);
}
