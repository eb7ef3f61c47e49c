#include "facts/stale_reads.h"

#include "facts/known.h"
#include "facts/module_read.h"
#include "facts/scope.h"

#include <stdlib.h>

/* When a value must have been computed to be what a run from the top gives, and the binding that says so. */
typedef struct age {
  int64_t count; /* -1: nothing is known */
  uint32_t root; /* 1 + index of the binding that ran then, or 0 */
  mlo_node read; /* of a statement's age: the read that brought it */
} age;

typedef struct finder {
  const mlo_facts *facts;
  const mlo_tree *tree;
  const mlo_cell_run_list *cells;
  mlo_stale_reads *out;
  age *ages;         /* by binding */
  bool *targets;     /* by node: a binding's */
  uint32_t cell;     /* of the statement at work */
  uint32_t reported; /* 1 + the last cell that was reported */
  bool repeated;     /* some count stands twice */
} finder;

/* --- which binding a read takes in a run from the top --- */

/* True if the binding runs whenever its cell does. */
static bool is_certain(const mlo_tree *tree, const mlo_binding *binding) {
  bool defines = binding->kind == MLO_BIND_FUNCTION || binding->kind == MLO_BIND_CLASS;
  for (mlo_node n = defines ? binding->value : binding->target; n != MLO_NO_NODE;) {
    n = tree->nodes[n].parent;
    switch (mlo_tree_kind(tree, n)) {
    case MLO_PY_MODULE: return true;
    case MLO_PY_EXPRESSION_STATEMENT:
    case MLO_PY_ASSIGNMENT:
    case MLO_PY_AUGMENTED_ASSIGNMENT:
    case MLO_PY_PATTERN_LIST:
    case MLO_PY_TUPLE_PATTERN:
    case MLO_PY_LIST_PATTERN:
    case MLO_PY_DECORATED:
    case MLO_PY_BLOCK:
    case MLO_PY_WITH: break;
    default: return false;
    }
  }
  return false;
}

/* 1 + index of the binding, or 0 if it is not certain which one it is. */
static uint32_t binding_of(const finder *f, mlo_node read) {
  uint32_t last = mlo_module_name(f->facts, read);
  const mlo_binding *at = last ? mlo_scope_before(f->facts, last, read) : NULL;
  while (at && (at->target == read || mlo_tree_holds(f->tree, at->value, read)))
    at = mlo_binding_at(f->facts, at->before);
  if (!at || at->kind == MLO_BIND_DELETE || !is_certain(f->tree, at)) return 0;
  if (f->repeated && (at->before || at != mlo_binding_at(f->facts, last))) return 0;
  return (uint32_t)(at - f->facts->bindings.items) + 1;
}

/* --- the age of a statement --- */

static age age_of_statement(const finder *f, mlo_node statement) {
  const mlo_tree *tree = f->tree;
  age oldest = {.count = -1, .read = MLO_NO_NODE};
  mlo_node end = mlo_tree_skip(tree, statement);
  for (mlo_node n = statement; n < end;) {
    bool later = mlo_tree_runs_later(tree, n);
    if (!later && tree->nodes[n].kind == MLO_PY_IDENTIFIER && !f->targets[n] &&
        mlo_is_read(tree, n)) {
      uint32_t binding = binding_of(f, n);
      if (binding && f->ages[binding - 1].count > oldest.count)
        oldest = (age){f->ages[binding - 1].count, f->ages[binding - 1].root, n};
    }
    n = later ? mlo_tree_skip(tree, n) : n + 1;
  }
  return oldest;
}

/* --- what a statement shows --- */

/* `a` in a.b[c].d(e), or MLO_NO_NODE. */
static mlo_node leftmost(const mlo_tree *tree, mlo_node node) {
  for (;;) switch (mlo_tree_kind(tree, node)) {
    case MLO_PY_IDENTIFIER: return node;
    case MLO_PY_CALL:
    case MLO_PY_ATTRIBUTE:
    case MLO_PY_SUBSCRIPT: node = mlo_tree_part(tree, node); break;
    default: return MLO_NO_NODE;
    }
}

static bool prints(const mlo_tree *tree, mlo_node call) {
  static const mlo_str names[] = {MLO_STR_INIT("print"), MLO_STR_INIT("display"),
                                  MLO_STR_INIT("pprint")};
  mlo_str callee = mlo_tree_text(tree, mlo_tree_field(tree, call, MLO_FIELD_FUNCTION));
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (mlo_str_eq(callee, names[i])) return true;
  return false;
}

static bool holds_print(const mlo_tree *tree, mlo_node statement) {
  mlo_node end = mlo_tree_skip(tree, statement);
  for (mlo_node n = statement; n < end; n++)
    if (tree->nodes[n].kind == MLO_PY_CALL && prints(tree, n)) return true;
  return false;
}

/* plt.plot(x): what is imported draws or prints by itself. */
static bool is_of_import(const finder *f, mlo_node call) {
  const mlo_binding *binding = mlo_facts_binding(f->facts, leftmost(f->tree, call));
  return binding && binding->kind == MLO_BIND_IMPORT;
}

static bool is_last_of_cell(const finder *f, mlo_node statement) {
  mlo_node next = mlo_tree_next_part(f->tree, statement);
  return next == MLO_NO_NODE || f->tree->nodes[next].start >= f->cells->items[f->cell].span.end;
}

static bool changes_receiver(const mlo_tree *tree, mlo_node call) {
  mlo_node callee = mlo_tree_field(tree, call, MLO_FIELD_FUNCTION);
  return mlo_tree_kind(tree, callee) == MLO_PY_ATTRIBUTE &&
         mlo_changes_receiver(
             mlo_tree_text(tree, mlo_tree_field(tree, callee, MLO_FIELD_ATTRIBUTE)));
}

/* What a call gives back tells nothing of what it was given: the estimator itself, a type. */
static bool tells_nothing(const mlo_tree *tree, mlo_node call) {
  mlo_node callee = mlo_tree_field(tree, call, MLO_FIELD_FUNCTION);
  mlo_node method = mlo_tree_field(tree, callee, MLO_FIELD_ATTRIBUTE);
  mlo_str name = mlo_tree_text(tree, method == MLO_NO_NODE ? callee : method);
  return mlo_str_eq(name, MLO_STR("fit")) || mlo_str_eq(name, MLO_STR("partial_fit")) ||
         mlo_str_eq(name, MLO_STR("type"));
}

/* True if the cell's output is certain to come from this statement too. */
static bool shows(const finder *f, mlo_node statement) {
  const mlo_tree *tree = f->tree;
  switch (mlo_tree_kind(tree, statement)) {
  case MLO_PY_FUNCTION:
  case MLO_PY_CLASS:
  case MLO_PY_DECORATED: return false;
  case MLO_PY_EXPRESSION_STATEMENT: break;
  default: return holds_print(tree, statement);
  }
  mlo_node value = mlo_tree_part(tree, statement);
  uint8_t kind = mlo_tree_kind(tree, value);
  if (kind == MLO_PY_ASSIGNMENT || kind == MLO_PY_AUGMENTED_ASSIGNMENT) return false;
  if (kind == MLO_PY_CALL && tells_nothing(tree, value)) return false;
  if (is_last_of_cell(f, statement)) return true;
  if (kind != MLO_PY_CALL || changes_receiver(tree, value)) return false;
  return prints(tree, value) || is_of_import(f, value);
}

/* --- what a statement changes in place --- */

/* `x` of x[k] = v, x.a = v, x.fit(v), x.append(v), or MLO_NO_NODE. */
static mlo_node changed_name(const mlo_tree *tree, mlo_node statement) {
  mlo_node value = mlo_tree_part(tree, statement);
  if (mlo_tree_kind(tree, statement) != MLO_PY_EXPRESSION_STATEMENT) return MLO_NO_NODE;
  if (mlo_tree_kind(tree, value) == MLO_PY_CALL)
    return changes_receiver(tree, value) ? leftmost(tree, value) : MLO_NO_NODE;
  mlo_node target = mlo_tree_field(tree, value, MLO_FIELD_LEFT);
  return mlo_tree_kind(tree, target) == MLO_PY_IDENTIFIER ? MLO_NO_NODE : leftmost(tree, target);
}

static void pass_on(finder *f, mlo_node statement, const age *old) {
  mlo_node name = changed_name(f->tree, statement);
  uint32_t binding = name == MLO_NO_NODE ? 0 : binding_of(f, name);
  if (!binding || f->facts->bindings.items[binding - 1].kind == MLO_BIND_IMPORT) return;
  f->ages[binding - 1].count = old->count;
  f->ages[binding - 1].root = old->root;
}

/* --- the walk --- */

static uint32_t cell_of_binding(const finder *f, const mlo_binding *binding) {
  uint32_t at = f->tree->nodes[binding->target].start, low = 0, high = f->cells->len;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (f->cells->items[middle].span.start <= at)
      low = middle;
    else
      high = middle;
  }
  return low;
}

static void report(finder *f, const age *old) {
  const mlo_binding *root = mlo_binding_at(f->facts, old->root);
  mlo_stale_read found = {.read = old->read,
                          .binding = root->target,
                          .cell = f->cell,
                          .rerun = cell_of_binding(f, root)};
  MLO_PUSH(f->facts->arena, f->out, found);
  f->reported = f->cell + 1;
}

/* The bindings of a statement are as old as what it read. Returns the first binding behind it. */
static uint32_t bind(finder *f, mlo_node statement, uint32_t binding, const age *old, bool stale) {
  mlo_node end = mlo_tree_skip(f->tree, statement);
  for (; binding < f->facts->bindings.len; binding++) {
    const mlo_binding *at = &f->facts->bindings.items[binding];
    if (at->target >= end) break;
    bool counts = at->scope == 0 && at->kind != MLO_BIND_IMPORT && at->kind != MLO_BIND_DELETE;
    int64_t own = counts ? f->cells->items[f->cell].count : -1;
    f->ages[binding] = stale && counts ? (age){old->count, old->root, MLO_NO_NODE}
                                       : (age){own, binding + 1, MLO_NO_NODE};
  }
  return binding;
}

static void walk(finder *f) {
  const mlo_tree *tree = f->tree;
  uint32_t binding = 0;
  for (mlo_node n = mlo_tree_part(tree, 0); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n)) {
    while (f->cell + 1 < f->cells->len &&
           f->cells->items[f->cell + 1].span.start <= tree->nodes[n].start)
      f->cell++;
    const mlo_cell_run *run = &f->cells->items[f->cell];
    age old = age_of_statement(f, n);
    bool stale = run->count >= 0 && old.count > run->count;
    if (stale && run->shows && f->reported != f->cell + 1 && shows(f, n)) report(f, &old);
    if (stale) pass_on(f, n, &old);
    binding = bind(f, n, binding, &old, stale);
  }
}

static int compare_counts(const void *a, const void *b) {
  const int64_t *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

/* Whether the counts rise all the way (nothing can be old then), and whether one stands twice. */
static bool is_in_order(const mlo_cell_run_list *cells, mlo_arena *arena, bool *repeated) {
  int64_t *counts = MLO_NEW_ARRAY(arena, int64_t, cells->len + 1), last = -1;
  uint32_t len = 0;
  bool in_order = true;
  for (uint32_t i = 0; i < cells->len; i++) {
    if (cells->items[i].count < 0) continue;
    in_order &= cells->items[i].count >= last;
    last = counts[len++] = cells->items[i].count;
  }
  qsort(counts, len, sizeof *counts, compare_counts);
  *repeated = false;
  for (uint32_t i = 1; i < len; i++) *repeated |= counts[i] == counts[i - 1];
  return in_order;
}

void mlo_facts_stale_reads(const mlo_facts *self, const mlo_cell_run_list *cells,
                           mlo_stale_reads *out) {
  finder f = {.facts = self, .tree = self->tree, .cells = cells, .out = out};
  out->len = 0;
  if (cells->len == 0 || is_in_order(cells, self->arena, &f.repeated)) return;
  f.ages = MLO_NEW_ARRAY(self->arena, age, self->bindings.len + 1);
  f.targets = MLO_NEW_ARRAY(self->arena, bool, self->tree->count + 1);
  for (uint32_t i = 0; i < self->bindings.len; i++) {
    const mlo_binding *binding = &self->bindings.items[i];
    f.targets[binding->target] = binding->kind != MLO_BIND_AUGMENTED;
  }
  walk(&f);
}
