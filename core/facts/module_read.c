#include "facts/module_read.h"

#include "facts/scope.h"

static bool is_evaluated(const mlo_tree *tree, mlo_node identifier) {
  const mlo_tree_node *node = &tree->nodes[identifier];
  uint8_t parent = mlo_tree_kind(tree, node->parent);
  switch (parent) {
  case MLO_PY_ATTRIBUTE: return node->field == MLO_FIELD_OBJECT;
  case MLO_PY_KEYWORD_ARGUMENT:
  case MLO_PY_DEFAULT_PARAMETER: return node->field == MLO_FIELD_VALUE;
  case MLO_PY_TYPED_DEFAULT_PARAMETER: return node->field == MLO_FIELD_VALUE;
  case MLO_PY_NAMED_EXPRESSION: return node->field == MLO_FIELD_VALUE;
  case MLO_PY_FUNCTION:
  case MLO_PY_CLASS:
  case MLO_PY_PARAMETERS:
  case MLO_PY_LAMBDA_PARAMETERS:
  case MLO_PY_TYPED_PARAMETER:
  case MLO_PY_DOTTED_NAME:
  case MLO_PY_ALIASED_IMPORT:
  case MLO_PY_GLOBAL:
  case MLO_PY_NONLOCAL:
  case MLO_PY_KEYWORD_PATTERN:
  case MLO_PY_SPLAT_PATTERN:
  case MLO_PY_AS_PATTERN_TARGET:
  case MLO_PY_GENERIC_TYPE:
  case MLO_PY_TYPE:
  case MLO_KIND_ERROR: return false;
  default: return true;
  }
}

/* Python no longer evaluates annotations where they stand. */
static bool is_in_annotation(const mlo_tree *tree, mlo_node node) {
  for (node = mlo_tree_parent(tree, node); node != MLO_NO_NODE; node = tree->nodes[node].parent) {
    uint8_t kind = tree->nodes[node].kind;
    if (kind == MLO_PY_TYPE) return true;
    if (kind == MLO_PY_EXPRESSION_STATEMENT || kind == MLO_PY_BLOCK || kind == MLO_PY_ARGUMENTS)
      return false;
  }
  return false;
}

bool mlo_is_read(const mlo_tree *tree, mlo_node identifier) {
  return is_evaluated(tree, identifier) && !is_in_annotation(tree, identifier);
}

uint32_t mlo_module_name(const mlo_facts *facts, mlo_node read) {
  mlo_str name = mlo_tree_text(facts->tree, read);
  uint32_t start = mlo_facts_scope(facts, read);
  for (uint32_t s = start; s; s = facts->scopes.items[s].parent) {
    const mlo_scope *scope = &facts->scopes.items[s];
    if (scope->kind == MLO_SCOPE_FUNCTION) return 0;
    if (scope->kind == MLO_SCOPE_CLASS && s != start) continue;
    if (mlo_name_table_get(&facts->names, facts->tree->text, s, name)) return 0;
  }
  return mlo_name_table_get(&facts->names, facts->tree->text, 0, name);
}
