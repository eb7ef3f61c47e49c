#include "match/pattern_index.h"

#include "match/name_pattern.h"

static void add_kinds(mlo_pattern_index *self, uint8_t kind, mlo_pattern_entry entry,
                      mlo_arena *arena) {
  for (unsigned k = 0; k < 256; k++) {
    if (mlo_kind_shape((uint8_t)k) != mlo_kind_shape(kind)) continue;
    entry.next = self->kinds[k];
    MLO_PUSH(arena, &self->entries, entry);
    self->kinds[k] = self->entries.len;
  }
}

static void add_pattern(mlo_pattern_index *self, mlo_pattern_entry entry, mlo_arena *arena) {
  uint8_t kind = 0;
  uint32_t *head = NULL;
  mlo_visit visit =
      mlo_pattern_visit(&entry.selector->patterns.items[entry.pattern], &entry.last, &kind);
  self->walks = self->walks || visit != MLO_VISIT_CALLS;
  switch (visit) {
  case MLO_VISIT_CALLS:
    head = entry.last.len ? mlo_map_put(&self->calls, entry.last, arena) : &self->all_calls;
    break;
  case MLO_VISIT_WORDS: head = &self->words; break;
  case MLO_VISIT_STRINGS: head = &self->strings; break;
  case MLO_VISIT_STATEMENTS: head = &self->statements; break;
  case MLO_VISIT_KIND: add_kinds(self, kind, entry, arena); return;
  }
  entry.next = *head;
  MLO_PUSH(arena, &self->entries, entry);
  *head = self->entries.len;
}

void mlo_pattern_index_add(mlo_pattern_index *self, uint32_t trigger, const mlo_selector *selector,
                           mlo_arena *arena) {
  for (uint32_t i = selector->patterns.len; i-- > 0;)
    add_pattern(self, (mlo_pattern_entry){.trigger = trigger, .pattern = i, .selector = selector},
                arena);
}

/* One file at work. */
typedef struct visiting {
  const mlo_pattern_index *index;
  mlo_bits active;
  const mlo_facts *facts;
  const mlo_tree *tree;
  mlo_candidate_fn *fn;
  void *ctx;
} visiting;

static void visit_chain(const visiting *self, uint32_t head, mlo_node node) {
  for (uint32_t at = head; at; at = self->index->entries.items[at - 1].next) {
    const mlo_pattern_entry *entry = &self->index->entries.items[at - 1];
    if (mlo_bits_get(self->active, entry->trigger)) self->fn(entry, node, self->ctx);
  }
}

static void visit_named(const visiting *self, mlo_str last, mlo_node node) {
  const uint32_t *head = mlo_map_get(&self->index->calls, last);
  if (head) visit_chain(self, *head, node);
}

/* A plain name is looked up as it is written and, if it is an alias, as what it stands for. */
static void visit_calls(const visiting *self) {
  for (uint32_t i = 0; i < self->facts->calls.len; i++) {
    const mlo_call *call = &self->facts->calls.items[i];
    visit_chain(self, self->index->all_calls, call->node);
    if (call->method.len) visit_named(self, call->method, call->node);
    if (mlo_tree_kind(self->tree, call->callee) != MLO_PY_IDENTIFIER || !self->index->calls.len)
      continue;
    mlo_str last = mlo_name_last(mlo_facts_name(self->facts, call->callee));
    if (last.len && !mlo_str_eq(last, call->method)) visit_named(self, last, call->node);
  }
}

static bool word_fits(const visiting *self, mlo_str last, mlo_node node) {
  if (!last.len) return true;
  if (self->tree->nodes[node].kind == MLO_PY_ATTRIBUTE)
    return mlo_str_eq(
        last, mlo_tree_text(self->tree, mlo_tree_field(self->tree, node, MLO_FIELD_ATTRIBUTE)));
  if (mlo_str_eq(last, mlo_tree_text(self->tree, node))) return true;
  const mlo_binding *binding = mlo_facts_binding(self->facts, node);
  return binding && binding->kind == MLO_BIND_IMPORT &&
         mlo_str_eq(last, mlo_name_last(binding->qualified));
}

static void visit_words(const visiting *self, mlo_node node) {
  for (uint32_t at = self->index->words; at; at = self->index->entries.items[at - 1].next) {
    const mlo_pattern_entry *entry = &self->index->entries.items[at - 1];
    if (mlo_bits_get(self->active, entry->trigger) && word_fits(self, entry->last, node))
      self->fn(entry, node, self->ctx);
  }
}

static void visit_node(const visiting *self, mlo_node node) {
  const mlo_pattern_index *index = self->index;
  uint8_t kind = self->tree->nodes[node].kind;
  if (index->kinds[kind] && mlo_tree_is_named(self->tree, node))
    visit_chain(self, index->kinds[kind], node);
  if (index->words && mlo_node_is_read(self->tree, node)) visit_words(self, node);
  if (index->strings && mlo_kind_is_literal(kind)) visit_chain(self, index->strings, node);
  if (index->statements && mlo_node_is_statement(self->tree, node))
    visit_chain(self, index->statements, node);
}

void mlo_pattern_index_each(const mlo_pattern_index *self, mlo_bits active, const mlo_facts *facts,
                            mlo_candidate_fn *fn, void *ctx) {
  visiting work = {self, active, facts, facts->tree, fn, ctx};
  visit_calls(&work);
  for (mlo_node node = 0; self->walks && node < facts->tree->count; node++) visit_node(&work, node);
}
