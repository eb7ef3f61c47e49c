#include "project/index_table.h"

/* What is saved may be data as well as a model. */

enum { DEEPEST_DATA = 3 };

static bool is_data(const mlo_facts *facts, mlo_node value, int depth);

/* What these libraries give is data. */
static bool names_data(mlo_str name) {
  static const mlo_str owners[] = {MLO_STR_INIT("sklearn.datasets."), MLO_STR_INIT("pandas."),
                                   MLO_STR_INIT("numpy."), MLO_STR_INIT("builtins.str."),
                                   MLO_STR_INIT("sklearn.model_selection.train_test_split")};
  for (size_t i = 0; i < sizeof owners / sizeof *owners; i++)
    if (mlo_str_starts(name, owners[i])) return true;
  return false;
}

static bool holds_data(const mlo_facts *facts, mlo_node display, int depth) {
  const mlo_tree *tree = facts->tree;
  for (mlo_node n = mlo_tree_first_child(tree, display); n != MLO_NO_NODE;
       n = mlo_tree_next(tree, n)) {
    if (!mlo_tree_is_named(tree, n) || tree->nodes[n].kind == MLO_PY_COMMENT) continue;
    bool pair = tree->nodes[n].kind == MLO_PY_PAIR;
    mlo_node item = pair ? mlo_tree_field(tree, n, MLO_FIELD_VALUE) : n;
    if (!is_data(facts, item, depth + 1)) return false;
  }
  return true;
}

/* A display behind a name may hold more by now. */
static bool is_data_here(const mlo_facts *facts, mlo_node origin, mlo_node value, int depth) {
  switch (mlo_facts_constant(facts, origin).kind) {
  case MLO_CONSTANT_LIST:
  case MLO_CONSTANT_DICT: return origin == value && holds_data(facts, origin, depth);
  case MLO_CONSTANT_NONE: return false;
  case MLO_CONSTANT_UNKNOWN: return names_data(mlo_facts_object(facts, origin));
  default: return true;
  }
}

/* True if wherever the value comes from it is data. */
static bool is_data(const mlo_facts *facts, mlo_node value, int depth) {
  mlo_source_values origins = {0};
  if (depth > DEEPEST_DATA || value == MLO_NO_NODE) return false;
  mlo_facts_origins(facts, value, &origins);
  for (uint32_t i = 0; i < origins.len; i++)
    if (!is_data_here(facts, origins.items[i].node, value, depth)) return false;
  return origins.len > 0;
}

bool mlo_index_saves_data(const mlo_facts *facts, const mlo_call *call, mlo_str name) {
  static const mlo_str names[] = {MLO_STR_INIT("cloudpickle.dump"), MLO_STR_INIT("joblib.dump"),
                                  MLO_STR_INIT("pickle.dump"), MLO_STR_INIT("torch.save")};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (mlo_str_eq(name, names[i]))
      return is_data(facts, mlo_call_argument(facts, call, MLO_STR("obj"), 0), 0);
  return false;
}
