#include "facts/scope.h"
#include "facts/term.h"

/* What changes in place do to the items of a list or dictionary. */

static bool is_among(mlo_str name, const mlo_str *names, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (mlo_str_eq(name, names[i])) return true;
  return false;
}
#define IS_AMONG(table, name) is_among((name), (table), sizeof(table) / sizeof *(table))

/* update({"a": 1}, b=2): which keys it stores is written there. */
static bool is_written(const mlo_facts *self, const mlo_call *call) {
  const mlo_tree *tree = self->tree;
  mlo_node dict = mlo_call_argument(self, call, (mlo_str){0}, 0);
  if (mlo_call_has_splat(self, call)) return false;
  if (dict == MLO_NO_NODE) return true;
  if (mlo_tree_kind(tree, dict) != MLO_PY_DICT) return false;
  for (mlo_node n = mlo_tree_part(tree, dict); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n))
    if (tree->nodes[n].kind != MLO_PY_PAIR) return false;
  return true;
}

/* pop("a") and setdefault("a", v) leave other keys as they are. */
static bool unsettles_key(const mlo_facts *self, const mlo_call *call, mlo_str key) {
  static const mlo_str methods[] = {MLO_STR_INIT("clear"), MLO_STR_INIT("pop"),
                                    MLO_STR_INIT("popitem"), MLO_STR_INIT("setdefault")};
  if (mlo_str_eq(call->method, MLO_STR("update"))) return !is_written(self, call);
  if (!IS_AMONG(methods, call->method)) return false;
  mlo_constant own = mlo_facts_constant(self, mlo_call_argument(self, call, (mlo_str){0}, 0));
  return own.kind != MLO_CONSTANT_STRING || own.partial || mlo_str_eq(own.text, key);
}

/* del x[k], x[k] += v, x[i] = v: a key that is not known is taken for another one, a position is not. */
static bool store_unsettles(const mlo_facts *self, mlo_node target, const mlo_path_step *step) {
  const mlo_tree *tree = self->tree;
  mlo_path_step stored;
  if (mlo_tree_kind(tree, mlo_tree_field(tree, target, MLO_FIELD_VALUE)) != MLO_PY_IDENTIFIER)
    return false;
  bool assigned = mlo_tree_kind(tree, tree->nodes[target].parent) == MLO_PY_ASSIGNMENT;
  bool known = mlo_term_step(self, target, &stored);
  if (assigned) return step->item >= 0 && !known;
  return step->item >= 0 || !known || mlo_str_eq(stored.key, step->key);
}

bool mlo_term_unsettles(const mlo_facts *self, mlo_node change, const mlo_path_step *step) {
  static const mlo_str methods[] = {
      MLO_STR_INIT("clear"),  MLO_STR_INIT("extend"),  MLO_STR_INIT("insert"), MLO_STR_INIT("pop"),
      MLO_STR_INIT("remove"), MLO_STR_INIT("reverse"), MLO_STR_INIT("sort")};
  if (self->tree->nodes[change].kind == MLO_PY_SUBSCRIPT)
    return store_unsettles(self, change, step);
  uint32_t index = mlo_facts_call(self, change);
  if (index == UINT32_MAX) return false;
  const mlo_call *call = &self->calls.items[index];
  mlo_node receiver = mlo_call_receiver(self, call);
  if (mlo_tree_kind(self->tree, receiver) != MLO_PY_IDENTIFIER) return false;
  return step->item < 0 ? unsettles_key(self, call, step->key) : IS_AMONG(methods, call->method);
}
