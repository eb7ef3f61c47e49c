#include "facts/known.h"
#include "facts/scope.h"

/* Precision before completeness: a read counts only if, run from top to bottom, Python must fail at it. */

typedef struct finder {
  const mlo_facts *facts;
  const mlo_tree *tree;
  mlo_early_reads *out;
  MLO_ARRAY(mlo_str) asked;
  unsigned searches;
} finder;

enum { MOST_SEARCHES = 2000 };

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
static void collect_asked(finder *f) {
  static const mlo_str tables[] = {MLO_STR_INIT("globals"), MLO_STR_INIT("locals"),
                                   MLO_STR_INIT("vars"), MLO_STR_INIT("dir")};
  for (uint32_t i = 0; i < f->facts->calls.len; i++) {
    const mlo_call *call = &f->facts->calls.items[i];
    bool table = false;
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
      table |= mlo_str_eq(call->method, tables[t]);
    mlo_node comparison = f->tree->nodes[call->node].parent;
    if (!table || mlo_tree_kind(f->tree, comparison) != MLO_PY_COMPARISON) continue;
    mlo_constant text = mlo_facts_constant(f->facts, mlo_tree_part(f->tree, comparison));
    if (text.kind == MLO_CONSTANT_STRING) MLO_PUSH(f->facts->arena, &f->asked, text.text);
  }
}

static bool is_asked_for(const finder *f, mlo_str name) {
  for (uint32_t i = 0; i < f->asked.len; i++)
    if (mlo_str_eq(f->asked.items[i], name)) return true;
  return false;
}

/* One runs instead of the other: `if old: x = x / else: x = y`. */
static bool are_alternatives(const mlo_tree *tree, mlo_node read, mlo_node binding) {
  mlo_node part = read;
  for (mlo_node n = tree->nodes[read].parent; n != MLO_NO_NODE;
       part = n, n = tree->nodes[n].parent) {
    if (!mlo_tree_holds(tree, n, binding)) continue;
    return tree->nodes[n].kind == MLO_PY_IF && tree->nodes[part].field != MLO_FIELD_CONDITION;
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

/* True if some binding before the read counts and is not deleted again. */
static bool is_bound_before(const finder *f, uint32_t last, mlo_node read) {
  const mlo_binding *at = mlo_scope_before(f->facts, last, read);
  for (; at; at = mlo_binding_at(f->facts, at->before)) {
    if (at->target == read || mlo_tree_holds(f->tree, at->value, read)) continue;
    if (is_plain_delete(f->tree, at)) return false;
    if (at->kind == MLO_BIND_DELETE || binds(at)) return true;
  }
  return false;
}

/* The first binding behind the read, or NULL. */
static const mlo_binding *bound_later(finder *f, uint32_t last, mlo_node read) {
  if (is_bound_before(f, last, read) || f->searches >= MOST_SEARCHES) return NULL;
  f->searches++;
  const mlo_binding *later = NULL;
  for (const mlo_binding *at = mlo_binding_at(f->facts, last); at && at->target > read;
       at = mlo_binding_at(f->facts, at->before))
    if (binds(at) && !mlo_tree_holds(f->tree, at->value, read)) later = at;
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

static bool is_harmless(const finder *f, mlo_node read, mlo_node binding) {
  const mlo_tree *tree = f->tree;
  return is_in_annotation(tree, read) || is_guarded(tree, read) ||
         are_alternatives(tree, read, binding) || is_for_a_later_round(tree, read, binding) ||
         is_asked_for(f, mlo_tree_text(tree, read));
}

static void judge(finder *f, mlo_node read) {
  const mlo_facts *facts = f->facts;
  mlo_str name = mlo_tree_text(f->tree, read);
  if (!is_read(f->tree, read) || mlo_is_builtin(name) || mlo_str_starts(name, MLO_STR("__")))
    return;
  uint32_t last = module_name(f, read, name);
  const mlo_binding *own = last ? mlo_facts_binding(facts, read) : NULL;
  if (own && own->target == read && own->kind != MLO_BIND_AUGMENTED && own->kind != MLO_BIND_DELETE)
    return;
  const mlo_binding *later = last ? bound_later(f, last, read) : NULL;
  if (!later || (facts->memo->stars && facts->memo->star.node < read)) return;
  if (is_harmless(f, read, later->target)) return;
  mlo_early_read found = {.read = read, .binding = later->target};
  MLO_PUSH(facts->arena, f->out, found);
}

void mlo_facts_early_reads(const mlo_facts *self, mlo_early_reads *out) {
  const mlo_tree *tree = self->tree;
  finder f = {.facts = self, .tree = tree, .out = out};
  out->len = 0;
  collect_asked(&f);
  for (mlo_node n = 0; n < tree->count;) {
    const mlo_tree_node *node = &tree->nodes[n];
    uint8_t parent = mlo_tree_kind(tree, node->parent);
    bool later =
        node->field == MLO_FIELD_BODY && (parent == MLO_PY_FUNCTION || parent == MLO_PY_LAMBDA);
    if (!later && node->kind == MLO_PY_IDENTIFIER) judge(&f, n);
    n = later ? mlo_tree_skip(tree, n) : n + 1;
  }
}
