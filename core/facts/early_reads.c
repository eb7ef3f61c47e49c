#include "facts/known.h"
#include "facts/scope.h"

/* Precision before completeness: a read counts only if, run from top to bottom, Python must fail at it. */

typedef struct finder {
  const mlo_facts *facts;
  const mlo_tree *tree;
  mlo_early_reads *out;
} finder;

/* --- which identifiers are read --- */

/* Annotations are left out: Python no longer evaluates them where they stand. */
static bool is_read(const mlo_tree *tree, mlo_node identifier) {
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

static bool is_in_annotation(const mlo_tree *tree, mlo_node node) {
  for (node = mlo_tree_parent(tree, node); node != MLO_NO_NODE; node = tree->nodes[node].parent) {
    uint8_t kind = tree->nodes[node].kind;
    if (kind == MLO_PY_TYPE) return true;
    if (kind == MLO_PY_EXPRESSION_STATEMENT || kind == MLO_PY_BLOCK || kind == MLO_PY_ARGUMENTS)
      return false;
  }
  return false;
}

/* --- what makes a read harmless --- */

static bool catches_name_error(const mlo_tree *tree, mlo_node clause) {
  mlo_node value = mlo_tree_field(tree, clause, MLO_FIELD_VALUE);
  if (value == MLO_NO_NODE) return true;
  mlo_str text = mlo_tree_text(tree, value);
  return mlo_str_contains(text, MLO_STR("NameError")) ||
         mlo_str_contains(text, MLO_STR("Exception"));
}

static bool is_guarded(const mlo_tree *tree, mlo_node read) {
  mlo_node part = read;
  for (mlo_node n = tree->nodes[read].parent; n != MLO_NO_NODE;
       part = n, n = tree->nodes[n].parent) {
    if (tree->nodes[n].kind == MLO_PY_EXCEPT && catches_name_error(tree, n)) return true;
    if (tree->nodes[n].kind != MLO_PY_TRY || tree->nodes[part].field != MLO_FIELD_BODY) continue;
    for (mlo_node c = mlo_tree_part(tree, n); c != MLO_NO_NODE; c = mlo_tree_next_part(tree, c))
      if (tree->nodes[c].kind == MLO_PY_EXCEPT && catches_name_error(tree, c)) return true;
  }
  return false;
}

/* "x" in globals(): the code asks whether the name is there. */
static bool is_asked_for(const mlo_facts *facts, mlo_str name) {
  static const mlo_str tables[] = {MLO_STR_INIT("globals"), MLO_STR_INIT("locals"),
                                   MLO_STR_INIT("vars"), MLO_STR_INIT("dir")};
  const mlo_tree *tree = facts->tree;
  for (uint32_t i = 0; i < facts->calls.len; i++) {
    bool table = false;
    for (size_t t = 0; t < 4; t++) table |= mlo_str_eq(facts->calls.items[i].method, tables[t]);
    mlo_node comparison = tree->nodes[facts->calls.items[i].node].parent;
    if (!table || mlo_tree_kind(tree, comparison) != MLO_PY_COMPARISON) continue;
    mlo_constant text = mlo_facts_constant(facts, mlo_tree_part(tree, comparison));
    if (text.kind == MLO_CONSTANT_STRING && mlo_str_eq(text.text, name)) return true;
  }
  return false;
}

/* In a loop, what stands further down may have run in the round before, if a condition sees to it. */
static bool is_for_a_later_round(const mlo_tree *tree, mlo_node read, mlo_node binding) {
  bool conditional = false;
  for (mlo_node n = tree->nodes[read].parent; n != MLO_NO_NODE; n = tree->nodes[n].parent) {
    uint8_t kind = tree->nodes[n].kind;
    if (kind == MLO_PY_IF || kind == MLO_PY_CONDITIONAL || kind == MLO_PY_BOOLEAN_OPERATOR ||
        kind == MLO_PY_TRY)
      conditional = true;
    if ((kind == MLO_PY_FOR || kind == MLO_PY_WHILE) && mlo_tree_holds(tree, n, binding))
      return conditional;
    /* [y for x in xs if (y := f(x))] */
    bool comprehension = kind == MLO_PY_LIST_COMPREHENSION || kind == MLO_PY_SET_COMPREHENSION ||
                         kind == MLO_PY_DICT_COMPREHENSION || kind == MLO_PY_GENERATOR;
    if (comprehension && mlo_tree_holds(tree, n, binding)) return true;
  }
  return false;
}

static bool has_star_before(const mlo_facts *facts, mlo_node read) {
  for (uint32_t i = 0; i < facts->imports.len && facts->imports.items[i].node < read; i++)
    if (mlo_tree_kind(facts->tree, facts->imports.items[i].node) == MLO_PY_WILDCARD_IMPORT)
      return true;
  return false;
}

/* --- bindings --- */

/* `x: int` binds nothing; a read of its own `x += 1` comes before that binding. */
static bool binds(const mlo_binding *binding) {
  return binding->kind != MLO_BIND_DELETE &&
         !(binding->kind == MLO_BIND_ASSIGN && binding->value == MLO_NO_NODE && binding->item < 0);
}

/* `del x` that is sure to run: a statement of the module itself. */
static bool is_plain_delete(const mlo_tree *tree, const mlo_binding *binding) {
  if (binding->kind != MLO_BIND_DELETE) return false;
  mlo_node statement = mlo_tree_ancestor(tree, binding->target, MLO_PY_DELETE);
  return statement != MLO_NO_NODE && tree->nodes[statement].parent == 0;
}

/* The first binding behind the read if none that counts stands before it, or NULL. */
static const mlo_binding *bound_later(const finder *f, uint32_t last, mlo_node read) {
  const mlo_facts *facts = f->facts;
  const mlo_binding *later = NULL, *at = mlo_binding_at(facts, last);
  for (; at; at = mlo_binding_at(facts, at->before)) {
    bool own = mlo_tree_holds(f->tree, at->value, read) || at->target == read;
    if (at->target < read && !own) break;
    if (at->target > read && !own && binds(at)) later = at;
  }
  for (; at; at = mlo_binding_at(facts, at->before)) {
    if (mlo_tree_holds(f->tree, at->value, read)) continue;
    if (is_plain_delete(f->tree, at)) return later;
    if (at->kind == MLO_BIND_DELETE || binds(at)) return NULL;
  }
  return later;
}

/* The module's bindings of what is read here, or 0 if a scope in between has the name. */
static uint32_t module_name(const finder *f, mlo_node read, mlo_str name) {
  const mlo_facts *facts = f->facts;
  uint32_t start = mlo_facts_scope(facts, read);
  for (uint32_t s = start; s; s = facts->scopes.items[s].parent) {
    const mlo_scope *scope = &facts->scopes.items[s];
    if (scope->kind == MLO_SCOPE_FUNCTION) return 0;
    if (scope->kind == MLO_SCOPE_CLASS && s != start) continue;
    if (mlo_name_table_get(&facts->names, f->tree->text, s, name)) return 0;
  }
  return mlo_name_table_get(&facts->names, f->tree->text, 0, name);
}

static void judge(const finder *f, mlo_node read) {
  const mlo_tree *tree = f->tree;
  if (!is_read(tree, read)) return;
  mlo_str name = mlo_tree_text(tree, read);
  uint32_t last = module_name(f, read, name);
  const mlo_binding *later = last ? bound_later(f, last, read) : NULL;
  if (!later || mlo_is_builtin(name)) return;
  const mlo_binding *own = mlo_facts_binding(f->facts, read);
  bool target =
      own && own->target == read && own->kind != MLO_BIND_AUGMENTED && own->kind != MLO_BIND_DELETE;
  if (target || is_in_annotation(tree, read) || is_guarded(tree, read)) return;
  if (has_star_before(f->facts, read) || is_for_a_later_round(tree, read, later->target)) return;
  if (is_asked_for(f->facts, name)) return;
  mlo_early_read found = {.read = read, .binding = later->target};
  MLO_PUSH(f->facts->arena, f->out, found);
}

void mlo_facts_early_reads(const mlo_facts *self, mlo_early_reads *out) {
  const mlo_tree *tree = self->tree;
  finder f = {.facts = self, .tree = tree, .out = out};
  out->len = 0;
  for (mlo_node n = 0; n < tree->count;) {
    const mlo_tree_node *node = &tree->nodes[n];
    uint8_t parent = mlo_tree_kind(tree, node->parent);
    bool later =
        node->field == MLO_FIELD_BODY && (parent == MLO_PY_FUNCTION || parent == MLO_PY_LAMBDA);
    if (!later && node->kind == MLO_PY_IDENTIFIER) judge(&f, n);
    n = later ? mlo_tree_skip(tree, n) : n + 1;
  }
}
