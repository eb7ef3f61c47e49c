#include "facts/scope.h"

uint32_t mlo_facts_call(const mlo_facts *self, mlo_node call_node) {
  uint32_t low = 0, high = self->calls.len;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (self->calls.items[middle].node < call_node)
      low = middle + 1;
    else
      high = middle;
  }
  return low < self->calls.len && self->calls.items[low].node == call_node ? low : UINT32_MAX;
}

/* --- arguments --- */

static bool is_splat(uint8_t kind) {
  return kind == MLO_PY_LIST_SPLAT || kind == MLO_PY_DICT_SPLAT;
}

/* f(x for x in y) has no argument_list: the generator is its one argument. */
static mlo_node first_argument(const mlo_facts *self, const mlo_call *call) {
  if (mlo_tree_kind(self->tree, call->arguments) == MLO_PY_GENERATOR) return call->arguments;
  return mlo_tree_part(self->tree, call->arguments);
}

static mlo_node next_argument(const mlo_facts *self, const mlo_call *call, mlo_node argument) {
  return argument == call->arguments ? MLO_NO_NODE : mlo_tree_next_part(self->tree, argument);
}

mlo_node mlo_call_keyword(const mlo_facts *self, const mlo_call *call, mlo_str keyword) {
  const mlo_tree *tree = self->tree;
  if (!keyword.len) return MLO_NO_NODE;
  for (mlo_node n = first_argument(self, call); n != MLO_NO_NODE; n = next_argument(self, call, n))
    if (tree->nodes[n].kind == MLO_PY_KEYWORD_ARGUMENT &&
        mlo_str_eq(mlo_tree_text(tree, mlo_tree_field(tree, n, MLO_FIELD_NAME)), keyword))
      return n;
  return MLO_NO_NODE;
}

static mlo_node positional(const mlo_facts *self, const mlo_call *call, int position) {
  for (mlo_node n = first_argument(self, call); n != MLO_NO_NODE;
       n = next_argument(self, call, n)) {
    uint8_t kind = self->tree->nodes[n].kind;
    if (kind == MLO_PY_KEYWORD_ARGUMENT || kind == MLO_PY_DICT_SPLAT) continue;
    if (kind == MLO_PY_LIST_SPLAT) return MLO_NO_NODE;
    if (position-- == 0) return n;
  }
  return MLO_NO_NODE;
}

mlo_node mlo_call_argument(const mlo_facts *self, const mlo_call *call, mlo_str keyword,
                           int position) {
  mlo_node named = mlo_call_keyword(self, call, keyword);
  if (named != MLO_NO_NODE) return mlo_tree_field(self->tree, named, MLO_FIELD_VALUE);
  return position < 0 ? MLO_NO_NODE : positional(self, call, position);
}

bool mlo_call_has_splat(const mlo_facts *self, const mlo_call *call) {
  for (mlo_node n = first_argument(self, call); n != MLO_NO_NODE; n = next_argument(self, call, n))
    if (is_splat(self->tree->nodes[n].kind)) return true;
  return false;
}

uint32_t mlo_call_positional_count(const mlo_facts *self, const mlo_call *call) {
  uint32_t count = 0;
  for (mlo_node n = first_argument(self, call); n != MLO_NO_NODE;
       n = next_argument(self, call, n)) {
    uint8_t kind = self->tree->nodes[n].kind;
    if (kind == MLO_PY_LIST_SPLAT) break;
    count += kind != MLO_PY_KEYWORD_ARGUMENT && kind != MLO_PY_DICT_SPLAT;
  }
  return count;
}

mlo_node mlo_call_receiver(const mlo_facts *self, const mlo_call *call) {
  if (mlo_tree_kind(self->tree, call->callee) != MLO_PY_ATTRIBUTE) return MLO_NO_NODE;
  return mlo_tree_field(self->tree, call->callee, MLO_FIELD_OBJECT);
}

/* --- what a function reaches --- */

enum { DEEPEST_CALL = 4 };

/* The function of this file that a call runs. */
static uint32_t called_function(const mlo_facts *self, const mlo_call *call) {
  uint32_t scope = mlo_facts_called(self, call->callee);
  return scope == UINT32_MAX ? UINT32_MAX
                             : mlo_facts_function_of(self, self->scopes.items[scope].node);
}

/* The first call whose node is not before `node`. */
static uint32_t first_call_from(const mlo_facts *self, mlo_node node) {
  uint32_t low = 0, high = self->calls.len;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (self->calls.items[middle].node < node)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

typedef struct reach {
  const mlo_facts *self;
  uint8_t *depths; /* by function: 0 not reached, else 1 + its depth */
  bool *calls;
  MLO_ARRAY(uint32_t) queue;
} reach;

static void reach_function(reach *r, uint32_t function, uint8_t depth) {
  if (function == UINT32_MAX || r->depths[function]) return;
  r->depths[function] = depth;
  MLO_PUSH(r->self->arena, &r->queue, function);
}

static void reach_body(reach *r, uint32_t function) {
  const mlo_facts *self = r->self;
  const mlo_scope *scope = &self->scopes.items[self->functions.items[function].scope];
  uint8_t depth = r->depths[function];
  for (uint32_t i = first_call_from(self, scope->first); i < self->calls.len; i++) {
    const mlo_call *call = &self->calls.items[i];
    if (self->tree->nodes[call->node].start >= scope->end) return;
    r->calls[i] = true;
    if (depth <= DEEPEST_CALL) reach_function(r, called_function(self, call), (uint8_t)(depth + 1));
  }
}

void mlo_facts_reached_calls(const mlo_facts *self, uint32_t function, mlo_call_indices *out) {
  out->len = 0;
  if (function >= self->functions.len) return;
  reach r = {.self = self,
             .depths = MLO_NEW_ARRAY(self->arena, uint8_t, self->functions.len),
             .calls = MLO_NEW_ARRAY(self->arena, bool, self->calls.len)};
  reach_function(&r, function, 1);
  for (uint32_t i = 0; i < r.queue.len; i++) reach_body(&r, r.queue.items[i]);
  for (uint32_t i = 0; i < self->calls.len; i++)
    if (r.calls[i]) MLO_PUSH(self->arena, out, i);
}
