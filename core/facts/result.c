/* result: what a call of a function of this file gives. */
#include "facts/known.h"
#include "facts/scope.h"

enum { MOST_RETURNS = 32 };

static bool has_own_scope(uint8_t kind) {
  return kind == MLO_PY_FUNCTION || kind == MLO_PY_CLASS || kind == MLO_PY_LAMBDA;
}

/* The name that one returned value and those before it agree on. */
static mlo_str agreed(mlo_str before, mlo_str name, bool first) {
  return first || mlo_str_eq(before, name) ? name : (mlo_str){0};
}

mlo_str mlo_facts_result(const mlo_facts *self, uint32_t function) {
  const mlo_tree *tree = self->tree;
  mlo_node definition = self->functions.items[function].node;
  mlo_str type = mlo_facts_type(self, mlo_tree_field(tree, definition, MLO_FIELD_RETURN_TYPE));
  if (mlo_name_is_class(type)) return type;
  mlo_str result = {0};
  uint32_t returns = 0;
  mlo_node body = mlo_tree_field(tree, definition, MLO_FIELD_BODY);
  mlo_node end = body == MLO_NO_NODE ? 0 : mlo_tree_skip(tree, body);
  for (mlo_node n = body; n < end;) {
    uint8_t kind = tree->nodes[n].kind;
    if (kind == MLO_PY_YIELD) return (mlo_str){0};
    mlo_node value = kind == MLO_PY_RETURN ? mlo_tree_part(tree, n) : MLO_NO_NODE;
    bool counts = value != MLO_NO_NODE && mlo_tree_kind(tree, value) != MLO_PY_NONE;
    if (counts && returns++ == MOST_RETURNS) return (mlo_str){0};
    if (counts) result = agreed(result, mlo_facts_name(self, value), returns == 1);
    n = has_own_scope(kind) ? mlo_tree_skip(tree, n) : n + 1;
  }
  return result;
}
