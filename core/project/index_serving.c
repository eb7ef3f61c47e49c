/* index_serving: what serves without an HTTP route in the text. */
#include "facts/scope.h"
#include "match/name_pattern.h"
#include "project/index_table.h"

/* A Streamlit app is its whole file: one entry. */
static bool is_told(const mlo_collector *self, mlo_str framework) {
  for (uint32_t i = 0; i < self->out->len; i++) {
    const mlo_index_entry *entry = &self->out->items[i];
    if (entry->part == MLO_INDEX_ROUTES && mlo_str_eq(entry->kind, framework)) return true;
  }
  return false;
}

void mlo_collect_app(mlo_collector *self, const mlo_hit *hit) {
  const mlo_index_source *source = &mlo_index_sources[hit->trigger->number];
  const mlo_facts *facts = self->file->facts;
  const mlo_call *call = &facts->calls.items[hit->index];
  mlo_index_entry entry = {.part = MLO_INDEX_ROUTES, .kind = mlo_name_first(hit->name)};
  if (source->keyword) {
    mlo_node function =
        mlo_call_argument(facts, call, mlo_str_c(source->keyword), source->position);
    if (mlo_tree_kind(facts->tree, function) == MLO_PY_IDENTIFIER)
      entry.name = mlo_tree_text(facts->tree, function);
  } else if (is_told(self, entry.kind)) {
    return;
  }
  mlo_collector_add(self, entry, MLO_SPACE_TEXT, mlo_tree_span(facts->tree, call->node));
}

/* The classes whose methods a model server calls. */
static const struct {
  const char *base, *framework;
} servers[] = {
    {"kserve.*Model", "kserve"},          {"kserve.*.*Model", "kserve"},
    {"kfserving.*Model", "kserve"},       {"seldon_core.*", "seldon"},
    {"mlserver.*Model", "mlserver"},      {"mlserver.*.*Model", "mlserver"},
    {"ts.torch_handler.*", "torchserve"},
};

static const char *server_of(mlo_str base) {
  for (size_t i = 0; i < sizeof servers / sizeof *servers; i++)
    if (mlo_name_matches(mlo_str_c(servers[i].base), base)) return servers[i].framework;
  return NULL;
}

void mlo_collect_handler(mlo_collector *self, const mlo_hit *hit) {
  const mlo_facts *facts = self->file->facts;
  const mlo_tree *tree = facts->tree;
  const mlo_function *function = &facts->functions.items[hit->index];
  const char *framework = NULL;
  mlo_node bases = mlo_tree_field(tree, function->owner, MLO_FIELD_SUPERCLASSES);
  for (mlo_node n = mlo_tree_part(tree, bases); n != MLO_NO_NODE && !framework;
       n = mlo_tree_next_part(tree, n))
    framework = server_of(mlo_facts_name(facts, n));
  if (!framework) return;
  mlo_index_entry entry = {
      .part = MLO_INDEX_ROUTES, .kind = mlo_str_c(framework), .name = function->name};
  mlo_node name = mlo_tree_field(tree, function->node, MLO_FIELD_NAME);
  mlo_collector_add(self, entry, MLO_SPACE_TEXT, mlo_tree_span(tree, name));
}
