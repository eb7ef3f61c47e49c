/* items: the statements, comments and magics at the margin of the cells, and which names they use. */
#include "export/plan.h"

static mlo_item item_of(const mlo_plan *self, mlo_node node, uint32_t magic, mlo_span span) {
  const mlo_module *module = self->request->module;
  const mlo_module_cell *cell = mlo_module_cell_at(module, span.start);
  return (mlo_item){.node = node,
                    .magic = magic,
                    .span = span,
                    .cell = (uint32_t)(cell - module->cells.items),
                    .is_comment = mlo_tree_kind(self->tree, node) == MLO_PY_COMMENT};
}

/* A magic that begins inside a statement belongs to it: the tree has a filler for it, which may be shorter. */
static bool is_inside(const mlo_item *item, mlo_span magic) {
  return item->node != MLO_NO_NODE && item->span.start <= magic.start &&
         magic.start < item->span.end;
}

static bool is_filler(const mlo_plan *self, mlo_node node) {
  if (mlo_tree_kind(self->tree, node) != MLO_PY_PASS) return false;
  const mlo_module *module = self->request->module;
  mlo_str written = mlo_span_of(module->original, mlo_tree_span(self->tree, node));
  return !mlo_str_eq(written, MLO_STR("pass"));
}

static mlo_node next_statement(const mlo_plan *self, mlo_node node) {
  while (node != MLO_NO_NODE && is_filler(self, node)) node = mlo_tree_next(self->tree, node);
  return node;
}

/* Statements and magics are each in order: they are joined like two sorted lists. */
static void list_items(mlo_plan *self) {
  const mlo_tree *tree = self->tree;
  const mlo_module *module = self->request->module;
  mlo_node node = next_statement(self, mlo_tree_first_child(tree, 0));
  uint32_t magic = 0;
  while (node != MLO_NO_NODE || magic < module->magics.len) {
    const mlo_magic *next = magic < module->magics.len ? &module->magics.items[magic] : NULL;
    mlo_item *last = self->items.len ? &self->items.items[self->items.len - 1] : NULL;
    if (next && last && is_inside(last, next->span)) {
      if (last->span.end < next->span.end) last->span.end = next->span.end;
      magic++;
    } else if (next && (node == MLO_NO_NODE || next->span.start < tree->nodes[node].start)) {
      MLO_PUSH(self->arena, &self->items, item_of(self, MLO_NO_NODE, magic++, next->span));
    } else {
      mlo_item item = item_of(self, node, UINT32_MAX, mlo_tree_span(tree, node));
      MLO_PUSH(self->arena, &self->items, item);
      node = next_statement(self, mlo_tree_next(tree, node));
    }
  }
}

static void share_out_uses(mlo_plan *self) {
  uint32_t use = 0;
  for (uint32_t i = 0; i < self->items.len; i++) {
    mlo_item *item = &self->items.items[i];
    item->first_use = use;
    if (item->node != MLO_NO_NODE)
      while (use < self->uses.len &&
             self->uses.items[use].node < mlo_tree_skip(self->tree, item->node))
        use++;
    item->last_use = use;
  }
}

/* --- what a notebook displays --- */

static bool is_expression(const mlo_tree *tree, mlo_node statement) {
  if (mlo_tree_kind(tree, statement) != MLO_PY_EXPRESSION_STATEMENT) return false;
  uint8_t kind = mlo_tree_kind(tree, mlo_tree_first_child(tree, statement));
  return kind != MLO_PY_ASSIGNMENT && kind != MLO_PY_AUGMENTED_ASSIGNMENT && kind != MLO_PY_YIELD;
}

/* `x;` is not displayed. */
static bool is_silenced(const mlo_plan *self, const mlo_item *item) {
  mlo_str text = self->tree->text;
  uint32_t at = item->span.end, end = self->request->module->cells.items[item->cell].span.end;
  while (at < end && (text.ptr[at] == ' ' || text.ptr[at] == '\t')) at++;
  return at < end && text.ptr[at] == ';';
}

/* What prints by itself, and what draws: nobody misses <Axes: >. */
static bool prints_itself(const mlo_plan *self, mlo_node statement) {
  static const char *const drawing[] = {"plot",    "hist",   "show",   "bar",    "scatter",
                                        "boxplot", "imshow", "append", "extend", "info"};
  const mlo_facts *facts = self->request->facts;
  mlo_node expression = mlo_tree_first_child(self->tree, statement);
  uint32_t index = mlo_facts_call(facts, expression);
  if (index == UINT32_MAX) return false;
  const mlo_call *call = &facts->calls.items[index];
  mlo_str name = mlo_facts_name(facts, call->callee);
  for (size_t i = 0; i < sizeof drawing / sizeof *drawing; i++)
    if (mlo_str_eq(call->method, mlo_str_c(drawing[i]))) return true;
  return mlo_str_eq(name, MLO_STR("builtins.print")) ||
         mlo_str_eq(call->method, MLO_STR("display")) ||
         mlo_str_starts(name, MLO_STR("matplotlib.")) || mlo_str_starts(name, MLO_STR("seaborn."));
}

static void find_displays(mlo_plan *self) {
  mlo_item *last = NULL;
  for (uint32_t i = 0; i <= self->items.len; i++) {
    mlo_item *item = i < self->items.len ? &self->items.items[i] : NULL;
    if (item && item->is_comment) continue;
    bool ends = last && (!item || item->cell != last->cell);
    if (ends && last->node != MLO_NO_NODE && is_expression(self->tree, last->node) &&
        !is_silenced(self, last))
      last->shows = !prints_itself(self, last->node);
    last = item;
  }
}

/* --- names --- */

mlo_plan_name *mlo_plan_name_of(mlo_plan *self, mlo_str name) {
  uint32_t *index = mlo_map_put(&self->by_name, name, self->arena);
  if (!*index) {
    MLO_PUSH(self->arena, &self->names, ((mlo_plan_name){.name = name}));
    *index = self->names.len;
  }
  return &self->names.items[*index - 1];
}


static void list_names(mlo_plan *self) {
  for (uint32_t i = 0; i < self->items.len; i++)
    for (uint32_t u = self->items.items[i].first_use; u < self->items.items[i].last_use; u++) {
      const mlo_name_use *use = &self->uses.items[u];
      mlo_plan_name *name = mlo_plan_name_of(self, use->name);
      if (!use->binding) continue;
      name->bindings++;
      name->item = i;
    }
}

void mlo_plan_items(mlo_plan *self) {
  mlo_facts_module_uses(self->request->facts, &self->uses);
  list_items(self);
  share_out_uses(self);
  find_displays(self);
  list_names(self);
}
