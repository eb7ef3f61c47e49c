#include "facts/known.h"
#include "facts/module_read.h"
#include "facts/scope.h"

/* Precision before completeness: a read counts only if, run from top to bottom, Python must fail at it. */

typedef struct finder {
  const mlo_facts *facts;
  const mlo_tree *tree;
  mlo_early_reads *out;
  MLO_ARRAY(mlo_str) asked;
  unsigned searches, steps;
} finder;

enum { MOST_SEARCHES = 2000, MOST_STEPS = 1 << 18, DEEPEST_CALL = 4 };

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

static bool is_harmless(const finder *f, mlo_node read, mlo_node binding) {
  const mlo_tree *tree = f->tree;
  return is_guarded(tree, read) || are_alternatives(tree, read, binding) ||
         is_for_a_later_round(tree, read, binding) || is_asked_for(f, mlo_tree_text(tree, read));
}

static void judge(finder *f, mlo_node read) {
  const mlo_facts *facts = f->facts;
  mlo_str name = mlo_tree_text(f->tree, read);
  if (!mlo_is_read(f->tree, read) || mlo_is_builtin(name) || mlo_str_starts(name, MLO_STR("__")))
    return;
  uint32_t last = mlo_module_name(facts, read);
  const mlo_binding *own = last ? mlo_facts_binding(facts, read) : NULL;
  if (own && own->target == read && own->kind != MLO_BIND_AUGMENTED && own->kind != MLO_BIND_DELETE)
    return;
  const mlo_binding *later = last ? bound_later(f, last, read) : NULL;
  if (!later || (facts->memo->stars && facts->memo->star.node < read)) return;
  if (is_harmless(f, read, later->target)) return;
  mlo_early_read found = {.read = read, .call = MLO_NO_NODE, .binding = later->target};
  MLO_PUSH(facts->arena, f->out, found);
}

/* --- reads of functions that the module calls --- */

/* The function that a call by its name is certain to run at `when`, or NULL: undecorated, not a generator. */
static const mlo_function *called_function(const finder *f, mlo_node call, mlo_node when) {
  const mlo_facts *facts = f->facts;
  mlo_node callee = mlo_tree_field(f->tree, call, MLO_FIELD_FUNCTION);
  const mlo_binding *named = mlo_facts_binding(facts, callee);
  if (!named || named->scope != 0) return NULL;
  uint32_t last = mlo_name_table_get(&facts->names, f->tree->text, 0, named->name);
  const mlo_binding *at = mlo_scope_before(facts, last, when);
  if (!at || at->kind != MLO_BIND_FUNCTION || f->tree->nodes[at->value].parent != 0) return NULL;
  uint32_t index = mlo_facts_function_of(facts, at->value);
  const mlo_function *function = index == UINT32_MAX ? NULL : &facts->functions.items[index];
  if (!function || function->is_async) return NULL;
  for (uint32_t r = facts->scopes.items[function->scope].returns; r;
       r = facts->returns.items[r - 1].before)
    if (facts->returns.items[r - 1].yields) return NULL;
  return function;
}

/* True for code that may not run although the function does. */
static bool may_be_passed_over(uint8_t kind) {
  switch (kind) {
  case MLO_PY_IF:
  case MLO_PY_FOR:
  case MLO_PY_WHILE:
  case MLO_PY_WITH:
  case MLO_PY_TRY:
  case MLO_PY_MATCH:
  case MLO_PY_FUNCTION:
  case MLO_PY_CLASS:
  case MLO_PY_LAMBDA:
  case MLO_PY_CONDITIONAL:
  case MLO_PY_BOOLEAN_OPERATOR:
  case MLO_PY_LIST_COMPREHENSION:
  case MLO_PY_SET_COMPREHENSION:
  case MLO_PY_DICT_COMPREHENSION:
  case MLO_PY_GENERATOR: return true;
  default: return false;
  }
}

static bool may_leave(finder *f, mlo_node statement) {
  mlo_node end = mlo_tree_skip(f->tree, statement);
  for (mlo_node n = statement; n < end; n++, f->steps++) {
    uint8_t kind = f->tree->nodes[n].kind;
    if (kind == MLO_PY_RETURN || kind == MLO_PY_RAISE) return true;
  }
  return false;
}

static void judge_read_of_call(finder *f, mlo_node read, mlo_node call) {
  const mlo_facts *facts = f->facts;
  mlo_str name = mlo_tree_text(f->tree, read);
  if (!mlo_is_read(f->tree, read) || mlo_is_builtin(name)) return;
  const mlo_binding *binding = mlo_facts_binding(facts, read);
  if (!binding || binding->scope != 0 || binding->target == read) return;
  uint32_t last = mlo_name_table_get(&facts->names, f->tree->text, 0, name);
  const mlo_binding *later = bound_later(f, last, call);
  if (!later || (facts->memo->stars && facts->memo->star.node < call)) return;
  if (is_harmless(f, call, later->target) || is_asked_for(f, name)) return;
  mlo_early_read found = {.read = read, .call = call, .binding = later->target};
  MLO_PUSH(facts->arena, f->out, found);
}

static void judge_call(finder *f, mlo_node call, mlo_node when, unsigned depth) {
  const mlo_tree *tree = f->tree;
  const mlo_function *function = called_function(f, call, when);
  mlo_node body = function ? mlo_tree_field(tree, function->node, MLO_FIELD_BODY) : MLO_NO_NODE;
  mlo_node end = function ? mlo_tree_skip(tree, body) : 0;
  for (mlo_node n = body; n < end && f->steps < MOST_STEPS; f->steps++) {
    uint8_t kind = tree->nodes[n].kind;
    bool passed = may_be_passed_over(kind);
    if (passed && may_leave(f, n)) return;
    if (kind == MLO_PY_IDENTIFIER) judge_read_of_call(f, n, when);
    if (kind == MLO_PY_CALL && depth < DEEPEST_CALL) judge_call(f, n, when, depth + 1);
    if (kind == MLO_PY_RETURN || kind == MLO_PY_RAISE) end = mlo_tree_skip(tree, n);
    n = passed ? mlo_tree_skip(tree, n) : n + 1;
  }
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
    if (!later && node->kind == MLO_PY_CALL) judge_call(&f, n, n, 1);
    n = later ? mlo_tree_skip(tree, n) : n + 1;
  }
}
