#include "facts/module_read.h"
#include "facts/scope.h"

#include <stdlib.h>

typedef struct lister {
  const mlo_facts *facts;
  const mlo_tree *tree;
  bool *bound; /* by node: an identifier that is a target, in whatever scope */
  mlo_name_uses *out;
} lister;

static bool is_annotation(const mlo_tree *tree, mlo_node identifier) {
  uint8_t parent = mlo_tree_kind(tree, tree->nodes[identifier].parent);
  return parent == MLO_PY_TYPE || parent == MLO_PY_GENERIC_TYPE;
}

/* Whether code in this scope runs at another time than what stands around it; generators too, item by item. */
static bool is_deferred(const mlo_facts *facts, uint32_t scope) {
  for (; scope; scope = facts->scopes.items[scope].parent) {
    const mlo_scope *at = &facts->scopes.items[scope];
    if (at->kind == MLO_SCOPE_FUNCTION || facts->tree->nodes[at->node].kind == MLO_PY_GENERATOR)
      return true;
  }
  return false;
}

/* True if a read leads to the module's name, or to none at all, rather than to a name of a scope in between. What the
 * body of a class reads before it binds the name is the module's, whatever functions lie between. */
static bool leads_to_module(const lister *l, mlo_node node, mlo_str name) {
  const mlo_facts *facts = l->facts;
  uint32_t start = mlo_facts_scope(facts, node);
  uint32_t own = start ? mlo_name_table_get(&facts->names, l->tree->text, start, name) : 0;
  if (own && !(own & MLO_ELSEWHERE) && facts->scopes.items[start].kind == MLO_SCOPE_CLASS)
    return !mlo_scope_before(facts, own, node);
  for (uint32_t s = start; s; s = facts->scopes.items[s].parent) {
    if (facts->scopes.items[s].kind == MLO_SCOPE_CLASS && s != start) continue;
    uint32_t known = mlo_name_table_get(&facts->names, l->tree->text, s, name);
    if (known & MLO_ELSEWHERE) return (known & ~MLO_ELSEWHERE) == 0;
    if (known) return false;
  }
  return true;
}

static void add(lister *l, mlo_node node, bool reads, const mlo_binding *binding) {
  uint32_t scope = mlo_facts_scope(l->facts, node);
  mlo_name_use use = {.node = node,
                      .name = mlo_tree_text(l->tree, node),
                      .reads = reads,
                      .binding = binding,
                      .deferred = is_deferred(l->facts, scope)};
  if (binding) use.name = binding->name;
  MLO_PUSH(l->facts->arena, l->out, use);
}

static int compare_uses(const void *a, const void *b) {
  const mlo_name_use *x = a, *y = b;
  return (x->node > y->node) - (x->node < y->node);
}

void mlo_facts_module_uses(const mlo_facts *self, mlo_name_uses *out) {
  const mlo_tree *tree = self->tree;
  lister l = {.facts = self, .tree = tree, .out = out};
  l.bound = MLO_NEW_ARRAY(self->arena, bool, tree->count + 1);
  for (uint32_t i = 0; i < self->bindings.len; i++) l.bound[self->bindings.items[i].target] = true;
  out->len = 0;
  for (mlo_node n = 0; n < tree->count; n++) {
    if (tree->nodes[n].kind != MLO_PY_IDENTIFIER || l.bound[n]) continue;
    bool reads = mlo_is_read(tree, n) || is_annotation(tree, n);
    if (reads && leads_to_module(&l, n, mlo_tree_text(tree, n))) add(&l, n, true, NULL);
  }
  for (uint32_t i = 0; i < self->bindings.len; i++) {
    const mlo_binding *binding = &self->bindings.items[i];
    bool reads = binding->kind == MLO_BIND_AUGMENTED || binding->kind == MLO_BIND_DELETE;
    if (binding->scope == 0) add(&l, binding->target, reads, binding);
  }
  if (out->len) qsort(out->items, out->len, sizeof *out->items, compare_uses);
}
