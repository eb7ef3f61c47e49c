#include "facts/fold.h"

#include "facts/known.h"

/* Items of displays, and what is read from the command line. */

enum { MOST_ITEMS = 4096, MOST_OPTIONS = 512 };

/* --- what the file changes --- */

/* The last name of what subscripts are taken from: CONFIG in CONFIG["a"]["b"], cfg in self.cfg["a"]. */
static mlo_node root_name(const mlo_tree *tree, mlo_node node) {
  for (int i = 0; i < 32 && mlo_tree_kind(tree, node) == MLO_PY_SUBSCRIPT; i++)
    node = mlo_tree_field(tree, node, MLO_FIELD_VALUE);
  return mlo_tree_kind(tree, node) == MLO_PY_ATTRIBUTE
             ? mlo_tree_field(tree, node, MLO_FIELD_ATTRIBUTE)
             : node;
}

/* Three tables in one: names of which items change, attributes that are assigned, and names that have a set. */
enum { ITEMS, ATTRIBUTES, NAMES };

static void mark(const mlo_facts *self, mlo_node node, uint32_t table) {
  mlo_node root = root_name(self->tree, node);
  if (mlo_tree_kind(self->tree, root) != MLO_PY_IDENTIFIER) return;
  *mlo_name_table_put(&self->memo->changed, self->tree->text, table,
                      mlo_tree_text(self->tree, root), self->arena) = 1;
}

static void mark_target(const mlo_facts *self, mlo_node target) {
  uint8_t kind = mlo_tree_kind(self->tree, target);
  if (kind == MLO_PY_SUBSCRIPT) mark(self, target, ITEMS);
  if (kind == MLO_PY_ATTRIBUTE) mark(self, target, ATTRIBUTES);
}

static void mark_targets(const mlo_facts *self, mlo_node statement) {
  const mlo_tree *tree = self->tree;
  bool deletes = tree->nodes[statement].kind == MLO_PY_DELETE;
  mlo_node target =
      deletes ? mlo_tree_part(tree, statement) : mlo_tree_field(tree, statement, MLO_FIELD_LEFT);
  mark_target(self, target);
  if (tree->nodes[statement].kind == MLO_PY_AUGMENTED_ASSIGNMENT) mark(self, target, ITEMS);
  if (!mlo_tree_is_display(tree, target)) return;
  for (mlo_node n = mlo_tree_part(tree, target); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n))
    mark_target(self, n);
}

/* --- names for the same object --- */

/* z = x, self.x = x: sets of names, as a forest. */
typedef struct name_sets {
  const mlo_facts *facts;
  MLO_ARRAY(uint32_t) parents;
  MLO_ARRAY(mlo_node) names;
} name_sets;

static uint32_t top_of(name_sets *s, uint32_t set) {
  while (s->parents.items[set] != set)
    set = s->parents.items[set] = s->parents.items[s->parents.items[set]];
  return set;
}

static uint32_t set_of(name_sets *s, mlo_node name) {
  const mlo_facts *self = s->facts;
  uint32_t *known = mlo_name_table_put(&self->memo->changed, self->tree->text, NAMES,
                                       mlo_tree_text(self->tree, name), self->arena);
  if (*known) return top_of(s, *known - 1);
  MLO_PUSH(self->arena, &s->parents, s->names.len);
  MLO_PUSH(self->arena, &s->names, name);
  *known = s->names.len;
  return s->names.len - 1;
}

static void read_alias(name_sets *s, mlo_node assignment) {
  const mlo_tree *tree = s->facts->tree;
  mlo_node from = mlo_tree_bare(tree, mlo_tree_field(tree, assignment, MLO_FIELD_RIGHT));
  mlo_node to = mlo_tree_field(tree, assignment, MLO_FIELD_LEFT);
  while (mlo_tree_kind(tree, from) == MLO_PY_ASSIGNMENT)
    from = mlo_tree_bare(tree, mlo_tree_field(tree, from, MLO_FIELD_RIGHT));
  if (from == MLO_NO_NODE || to == MLO_NO_NODE) return;
  if (mlo_tree_kind(tree, from) == MLO_PY_SUBSCRIPT || mlo_tree_kind(tree, to) == MLO_PY_SUBSCRIPT)
    return;
  from = root_name(tree, from);
  to = root_name(tree, to);
  if (mlo_tree_kind(tree, from) != MLO_PY_IDENTIFIER ||
      mlo_tree_kind(tree, to) != MLO_PY_IDENTIFIER)
    return;
  uint32_t a = set_of(s, from), b = set_of(s, to);
  s->parents.items[a] = b;
}

static bool is_marked(const mlo_facts *self, mlo_node name) {
  return mlo_name_table_get(&self->memo->changed, self->tree->text, ITEMS,
                            mlo_tree_text(self->tree, name));
}

/* What changes one of a set's names changes all. */
static void mark_sets(name_sets *s) {
  if (!s->names.len) return;
  bool *changed = MLO_NEW_ARRAY(s->facts->arena, bool, s->names.len);
  for (uint32_t i = 0; i < s->names.len; i++)
    if (is_marked(s->facts, s->names.items[i])) changed[top_of(s, i)] = true;
  for (uint32_t i = 0; i < s->names.len; i++)
    if (changed[top_of(s, i)]) mark(s->facts, s->names.items[i], ITEMS);
}

/* One look at the whole file, when the first item is asked for. By name only: too much is marked rather than too
 * little. */
static void find_changes(const mlo_facts *self) {
  const mlo_tree *tree = self->tree;
  name_sets sets = {.facts = self};
  self->memo->changes_known = true;
  for (uint32_t i = 0; i < self->calls.len; i++) {
    const mlo_call *call = &self->calls.items[i];
    if (mlo_changes_receiver(call->method)) mark(self, mlo_call_receiver(self, call), ITEMS);
  }
  for (mlo_node n = 0; n < tree->count; n++) {
    uint8_t kind = tree->nodes[n].kind;
    if (kind == MLO_PY_ASSIGNMENT || kind == MLO_PY_AUGMENTED_ASSIGNMENT || kind == MLO_PY_DELETE)
      mark_targets(self, n);
    if (kind == MLO_PY_ASSIGNMENT) read_alias(&sets, n);
  }
  mark_sets(&sets);
}

bool mlo_facts_items_change(const mlo_facts *self, mlo_node container) {
  mlo_node root = root_name(self->tree, mlo_tree_bare(self->tree, container));
  if (mlo_tree_kind(self->tree, root) != MLO_PY_IDENTIFIER) return false;
  if (!self->memo->changes_known) find_changes(self);
  return mlo_name_table_get(&self->memo->changed, self->tree->text, ITEMS,
                            mlo_tree_text(self->tree, root));
}

bool mlo_fold_is_assigned(const mlo_folding *f, mlo_str attribute) {
  struct mlo_facts_memo *memo = f->facts->memo;
  if (!memo->changes_known) find_changes(f->facts);
  return mlo_name_table_get(&memo->changed, f->tree->text, ATTRIBUTES, attribute);
}

/* --- items --- */

static mlo_node item_of_dict(mlo_folding *f, mlo_node display, const mlo_constant *key,
                             bool *certain) {
  const mlo_tree *tree = f->tree;
  mlo_node found = MLO_NO_NODE;
  int count = 0;
  *certain = true;
  for (mlo_node n = mlo_tree_part(tree, display); n != MLO_NO_NODE;
       n = mlo_tree_next_part(tree, n)) {
    mlo_constant name = mlo_fold(f, mlo_tree_field(tree, n, MLO_FIELD_KEY));
    bool known =
        tree->nodes[n].kind == MLO_PY_PAIR && name.kind != MLO_CONSTANT_UNKNOWN && !name.partial;
    if (!known || ++count > MOST_ITEMS) *certain = false;
    if (known && mlo_constants_equal(&name, key)) found = mlo_tree_field(tree, n, MLO_FIELD_VALUE);
  }
  return found;
}

static mlo_node item_of_list(const mlo_folding *f, mlo_node display, int64_t position,
                             bool *certain) {
  const mlo_tree *tree = f->tree;
  int64_t count = 0;
  for (mlo_node n = mlo_tree_part(tree, display); n != MLO_NO_NODE;
       n = mlo_tree_next_part(tree, n), count++)
    if (tree->nodes[n].kind == MLO_PY_LIST_SPLAT) return MLO_NO_NODE;
  if (position < 0) position += count;
  *certain = position >= 0 && position < count;
  return *certain ? mlo_tree_nth_part(tree, display, (uint32_t)position) : MLO_NO_NODE;
}

mlo_node mlo_fold_item(mlo_folding *f, mlo_node container, const mlo_constant *key, bool *certain) {
  *certain = false;
  if (key->kind == MLO_CONSTANT_UNKNOWN || key->partial) return MLO_NO_NODE;
  if (mlo_facts_items_change(f->facts, container)) return MLO_NO_NODE;
  mlo_constant display = mlo_fold(f, container);
  if (display.kind == MLO_CONSTANT_DICT) return item_of_dict(f, display.node, key, certain);
  bool list = display.kind == MLO_CONSTANT_LIST && key->kind == MLO_CONSTANT_INTEGER &&
              f->tree->nodes[display.node].kind != MLO_PY_SET;
  return list ? item_of_list(f, display.node, key->integer, certain) : MLO_NO_NODE;
}

mlo_constant mlo_fold_subscript(mlo_folding *f, mlo_node node) {
  mlo_constant key = mlo_fold(f, mlo_tree_field(f->tree, node, MLO_FIELD_SUBSCRIPT));
  bool certain = false;
  mlo_node value = mlo_fold_item(f, mlo_tree_field(f->tree, node, MLO_FIELD_VALUE), &key, &certain);
  return certain && value != MLO_NO_NODE ? mlo_fold(f, value) : mlo_unknown_at(node);
}

/* --- options of the command line --- */

/* The calls of add_argument and of what sets defaults later. */
static void find_options(const mlo_facts *self) {
  struct mlo_facts_memo *memo = self->memo;
  memo->options_known = true;
  for (uint32_t i = 0; i < self->calls.len && memo->options.len < MOST_OPTIONS; i++) {
    mlo_str method = self->calls.items[i].method;
    if (mlo_str_eq(method, MLO_STR("add_argument"))) MLO_PUSH(self->arena, &memo->options, i);
    memo->sets_defaults |= mlo_str_eq(method, MLO_STR("set_defaults"));
  }
}

/* "--model-path" is args.model_path. */
static bool is_flag_for(mlo_str flag, mlo_str name) {
  if (!mlo_str_starts(flag, MLO_STR("--")) || flag.len != name.len + 2) return false;
  for (size_t i = 0; i < name.len; i++)
    if (flag.ptr[i + 2] != name.ptr[i] && !(flag.ptr[i + 2] == '-' && name.ptr[i] == '_'))
      return false;
  return true;
}

/* True if this call declares the option that a name is read from. */
static bool declares(mlo_folding *f, const mlo_call *call, mlo_str name) {
  mlo_node destination = mlo_call_argument(f->facts, call, MLO_STR("dest"), -1);
  mlo_constant dest = mlo_fold(f, destination);
  if (destination != MLO_NO_NODE) return mlo_is_text(&dest) && mlo_str_eq(dest.text, name);
  for (int i = 0; i < 4; i++) {
    mlo_constant flag = mlo_fold(f, mlo_call_argument(f->facts, call, (mlo_str){0}, i));
    if (mlo_is_text(&flag) && is_flag_for(flag.text, name)) return true;
  }
  return false;
}

static mlo_constant default_of(mlo_folding *f, mlo_node place, const mlo_call *call) {
  mlo_node value = mlo_call_argument(f->facts, call, MLO_STR("default"), -1);
  if (value != MLO_NO_NODE) return mlo_fold(f, value);
  mlo_constant action = mlo_fold(f, mlo_call_argument(f->facts, call, MLO_STR("action"), -1));
  if (!mlo_is_text(&action)) return mlo_unknown_at(place);
  if (mlo_str_eq(action.text, MLO_STR("store_true"))) return mlo_boolean_at(place, false);
  if (mlo_str_eq(action.text, MLO_STR("store_false"))) return mlo_boolean_at(place, true);
  return mlo_unknown_at(place);
}

mlo_constant mlo_fold_option(mlo_folding *f, mlo_node place, mlo_str name) {
  const mlo_facts *facts = f->facts;
  struct mlo_facts_memo *memo = facts->memo;
  if (!memo->options_known) find_options(facts);
  mlo_constant all = mlo_unknown_at(place);
  uint32_t count = 0;
  if (mlo_fold_is_assigned(f, name)) return all;
  for (uint32_t i = 0; i < memo->options.len && !memo->sets_defaults; i++) {
    const mlo_call *call = &facts->calls.items[memo->options.items[i]];
    if (!declares(f, call, name)) continue;
    mlo_constant one = default_of(f, place, call);
    all = count++ ? mlo_fold_agreed(place, &all, &one) : one;
  }
  return all;
}

/* typer.Option("x"), typer.Argument("x"); click.option("--name", default="x") above the function. */
mlo_constant mlo_fold_parameter(mlo_folding *f, mlo_node place, const mlo_binding *binding) {
  const mlo_facts *facts = f->facts;
  uint32_t index = mlo_facts_call(facts, binding->value);
  if (index != UINT32_MAX) {
    const mlo_call *call = &facts->calls.items[index];
    mlo_str name = mlo_facts_name(facts, call->callee);
    if (mlo_str_eq(name, MLO_STR("typer.Option")) || mlo_str_eq(name, MLO_STR("typer.Argument")))
      return mlo_fold(f, mlo_call_argument(facts, call, MLO_STR("default"), 0));
  }
  uint32_t at = mlo_facts_function_of(facts, facts->scopes.items[binding->scope].node);
  if (at == UINT32_MAX) return mlo_unknown_at(place);
  const mlo_function *function = &facts->functions.items[at];
  for (uint32_t i = 0; i < function->decorators.len; i++) {
    index = mlo_facts_call(facts, function->decorators.items[i]);
    if (index == UINT32_MAX) continue;
    const mlo_call *call = &facts->calls.items[index];
    bool option = mlo_str_eq(mlo_facts_name(facts, call->callee), MLO_STR("click.option"));
    if (option && declares(f, call, binding->name)) return default_of(f, place, call);
  }
  return mlo_unknown_at(place);
}
