#include "facts/term.h"

#include "facts/scope.h"

struct mlo_terms {
  MLO_ARRAY(mlo_call_context) contexts; /* [0] is none */
  mlo_returns *returns;                 /* by scope */
  bool *returns_known;
};

static struct mlo_terms *terms_of(const mlo_facts *self) {
  struct mlo_facts_memo *memo = self->memo;
  if (memo->terms) return memo->terms;
  struct mlo_terms *terms = MLO_NEW(self->arena, struct mlo_terms);
  terms->returns = MLO_NEW_ARRAY(self->arena, mlo_returns, self->scopes.len);
  terms->returns_known = MLO_NEW_ARRAY(self->arena, bool, self->scopes.len);
  mlo_call_context none = {.call = MLO_NO_NODE, .scope = UINT32_MAX};
  MLO_PUSH(self->arena, &terms->contexts, none);
  memo->terms = terms;
  return terms;
}

const mlo_call_context *mlo_term_context(const mlo_facts *self, uint32_t context) {
  return &terms_of(self)->contexts.items[context];
}

/* --- calls of this file's functions --- */

static bool is_transparent(const mlo_facts *self, mlo_node decorator) {
  static const mlo_str names[] = {MLO_STR_INIT("staticmethod"),
                                  MLO_STR_INIT("classmethod"),
                                  MLO_STR_INIT("torch.no_grad"),
                                  MLO_STR_INIT("torch.inference_mode"),
                                  MLO_STR_INIT("cache"),
                                  MLO_STR_INIT("lru_cache"),
                                  MLO_STR_INIT("functools.cache"),
                                  MLO_STR_INIT("functools.lru_cache"),
                                  MLO_STR_INIT("step"),
                                  MLO_STR_INIT("task"),
                                  MLO_STR_INIT("st.cache_data"),
                                  MLO_STR_INIT("st.cache_resource"),
                                  MLO_STR_INIT("timer"),
                                  MLO_STR_INIT("timeit")};
  if (mlo_tree_kind(self->tree, decorator) == MLO_PY_CALL)
    decorator = mlo_tree_field(self->tree, decorator, MLO_FIELD_FUNCTION);
  mlo_str text = mlo_tree_text(self->tree, decorator);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (mlo_str_eq(text, names[i])) return true;
  return false;
}

uint32_t mlo_term_callee(const mlo_facts *self, mlo_node call) {
  mlo_node callee = mlo_tree_field(self->tree, call, MLO_FIELD_FUNCTION);
  mlo_str name = mlo_facts_name(self, callee);
  if (!mlo_str_starts(name, MLO_STR("<module>."))) return UINT32_MAX;
  uint32_t scope = mlo_facts_scope_named(self, name);
  if (scope == UINT32_MAX || self->scopes.items[scope].kind != MLO_SCOPE_FUNCTION)
    return UINT32_MAX;
  uint32_t function = mlo_facts_function_of(self, self->scopes.items[scope].node);
  if (function == UINT32_MAX) return UINT32_MAX;
  const mlo_function *f = &self->functions.items[function];
  for (uint32_t i = 0; i < f->decorators.len; i++)
    if (!is_transparent(self, f->decorators.items[i])) return UINT32_MAX;
  return scope;
}

uint32_t mlo_term_enter(const mlo_facts *self, mlo_node call, uint32_t scope, uint32_t context) {
  struct mlo_terms *terms = terms_of(self);
  if (terms->contexts.items[context].depth >= MLO_DEEPEST_CONTEXT) return UINT32_MAX;
  for (uint32_t c = context; c; c = terms->contexts.items[c].parent)
    if (terms->contexts.items[c].scope == scope) return UINT32_MAX;
  for (uint32_t c = 1; c < terms->contexts.len; c++)
    if (terms->contexts.items[c].call == call && terms->contexts.items[c].parent == context)
      return c;
  if (terms->contexts.len == MLO_MOST_CONTEXTS) return UINT32_MAX;
  mlo_call_context made = {.call = call,
                           .parent = context,
                           .scope = scope,
                           .depth = terms->contexts.items[context].depth + 1};
  MLO_PUSH(self->arena, &terms->contexts, made);
  return terms->contexts.len - 1;
}

static void find_returns(const mlo_facts *self, uint32_t scope, mlo_returns *out) {
  const mlo_tree *tree = self->tree;
  mlo_node first = self->scopes.items[scope].first, end = mlo_tree_skip(tree, first);
  bool generator = false;
  for (mlo_node n = first; n < end;) {
    uint8_t kind = tree->nodes[n].kind;
    bool later = (n != first && mlo_tree_runs_later(tree, n)) || kind == MLO_PY_CLASS;
    generator |= kind == MLO_PY_YIELD;
    mlo_node value = kind == MLO_PY_RETURN ? mlo_tree_part(tree, n) : MLO_NO_NODE;
    if (value != MLO_NO_NODE) MLO_PUSH(self->arena, &out->values, value);
    n = later ? mlo_tree_skip(tree, n) : n + 1;
  }
  out->known = !generator && out->values.len > 0;
}

const mlo_returns *mlo_term_returns(const mlo_facts *self, uint32_t scope) {
  struct mlo_terms *terms = terms_of(self);
  if (!terms->returns_known[scope]) find_returns(self, scope, &terms->returns[scope]);
  terms->returns_known[scope] = true;
  return &terms->returns[scope];
}

/* The nth parameter of the scope is this one: its position among those that a caller fills. */
static int position_of(const mlo_facts *self, const mlo_binding *parameter) {
  const mlo_scope *scope = &self->scopes.items[parameter->scope];
  int position = 0;
  for (const mlo_binding *b = parameter; b > self->bindings.items;) {
    b--;
    if (b->kind != MLO_BIND_PARAMETER || b->scope != parameter->scope) break;
    position += b->target != scope->receiver;
  }
  return position;
}

static bool is_splat_parameter(const mlo_tree *tree, mlo_node target) {
  mlo_node parent = tree->nodes[target].parent;
  return mlo_tree_kind(tree, parent) == MLO_PY_LIST_SPLAT_PATTERN ||
         mlo_tree_kind(tree, parent) == MLO_PY_DICT_SPLAT_PATTERN;
}

bool mlo_term_argument(const mlo_facts *self, uint32_t context, const mlo_binding *parameter,
                       mlo_term *out) {
  const mlo_call_context *inside = mlo_term_context(self, context);
  *out = (mlo_term){.node = parameter->target, .context = context};
  if (!context || inside->scope != parameter->scope ||
      is_splat_parameter(self->tree, parameter->target))
    return false;
  const mlo_call *call = &self->calls.items[mlo_facts_call(self, inside->call)];
  mlo_node argument = MLO_NO_NODE;
  if (self->scopes.items[parameter->scope].receiver == parameter->target)
    argument = mlo_call_receiver(self, call);
  else
    argument = mlo_call_argument(self, call, parameter->name, position_of(self, parameter));
  bool given = argument != MLO_NO_NODE;
  if (!given && !mlo_call_has_splat(self, call)) argument = parameter->value;
  if (argument == MLO_NO_NODE) return false;
  *out = (mlo_term){.node = argument, .context = given ? inside->parent : 0};
  return true;
}

const mlo_binding *mlo_term_parameter(const mlo_facts *self, uint32_t context, mlo_str name) {
  const mlo_call_context *inside = mlo_term_context(self, context);
  const mlo_tree *tree = self->tree;
  mlo_node parameters =
      mlo_tree_field(tree, self->scopes.items[inside->scope].node, MLO_FIELD_PARAMETERS);
  mlo_node end = parameters == MLO_NO_NODE ? 0 : mlo_tree_skip(tree, parameters);
  for (mlo_node n = parameters; n < end; n++) {
    const mlo_binding *binding = mlo_facts_binding(self, n);
    mlo_term given;
    if (!binding || binding->target != n || !mlo_term_argument(self, context, binding, &given))
      continue;
    if (given.context == inside->parent && mlo_tree_kind(tree, given.node) == MLO_PY_IDENTIFIER &&
        mlo_str_eq(mlo_tree_text(tree, given.node), name))
      return binding;
  }
  return NULL;
}

/* --- calls of other modules' functions --- */

const mlo_function_summary *mlo_term_summary(const mlo_facts *self, const mlo_call *call) {
  const mlo_outside *outside = self->outside;
  if (!outside || !outside->summary) return NULL;
  mlo_str name = mlo_facts_name(self, call->callee);
  if (!name.len || mlo_str_starts(name, MLO_STR("<module>."))) return NULL;
  return outside->summary(outside->ctx, name, self->arena);
}

mlo_node mlo_summary_argument(const mlo_facts *self, const mlo_call *call,
                              const mlo_function_summary *summary, int32_t parameter) {
  if (parameter < 0 || (uint32_t)parameter >= summary->parameters.len) return MLO_NO_NODE;
  return mlo_call_argument(self, call, summary->parameters.items[parameter].name, parameter);
}

uint32_t mlo_summary_uses(const mlo_facts *self, const mlo_call *call, mlo_str name) {
  const mlo_function_summary *summary = mlo_term_summary(self, call);
  uint32_t uses = 0;
  for (uint32_t i = 0; summary && i < summary->parameters.len; i++) {
    mlo_node argument = mlo_summary_argument(self, call, summary, (int32_t)i);
    if (mlo_tree_kind(self->tree, argument) == MLO_PY_IDENTIFIER &&
        mlo_str_eq(mlo_tree_text(self->tree, argument), name))
      uses |= summary->parameters.items[i].uses;
  }
  return uses;
}

const mlo_returned *mlo_term_returned(const mlo_facts *self, mlo_node node, int32_t item,
                                      mlo_node *argument) {
  uint32_t index = mlo_facts_call(self, node);
  *argument = MLO_NO_NODE;
  if (index == UINT32_MAX) return NULL;
  const mlo_call *call = &self->calls.items[index];
  const mlo_function_summary *summary = mlo_term_summary(self, call);
  if (!summary || summary->tuple != (item >= 0)) return NULL;
  uint32_t at = item < 0 ? 0 : (uint32_t)item;
  if (at >= summary->returned.len) return NULL;
  const mlo_returned *found = &summary->returned.items[at];
  *argument = mlo_summary_argument(self, call, summary, found->parameter);
  return found;
}
