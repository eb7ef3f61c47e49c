/* place: which statements go to the module's level, and which names have to stay global. */
#include "export/plan.h"
#include "facts/known.h"

/* --- imports --- */

static bool is_import(uint8_t kind) {
  return kind == MLO_PY_IMPORT || kind == MLO_PY_IMPORT_FROM || kind == MLO_PY_FUTURE_IMPORT;
}

static mlo_str first_part(mlo_str name) {
  size_t dot = mlo_str_find_char(name, '.');
  return dot == SIZE_MAX ? name : mlo_str_slice(name, 0, dot);
}

/* Two imports of one name are one if they import the same: `import os` and `import os.path` both bind os. */
static bool imports_the_same(const mlo_binding *a, const mlo_binding *b) {
  return mlo_str_eq(a->qualified, b->qualified) || (mlo_str_eq(first_part(a->qualified), a->name) &&
                                                    mlo_str_eq(first_part(b->qualified), b->name));
}

/* Names that plain imports at the margin alone bind, always to the same. */
static void find_imported(mlo_plan *self) {
  bool *other = MLO_NEW_ARRAY(self->arena, bool, self->names.len + 1);
  const mlo_binding **first = MLO_NEW_ARRAY(self->arena, const mlo_binding *, self->names.len + 1);
  for (uint32_t i = 0; i < self->items.len; i++) {
    const mlo_item *item = &self->items.items[i];
    bool import = is_import(mlo_tree_kind(self->tree, item->node));
    for (uint32_t u = item->first_use; u < item->last_use; u++) {
      const mlo_binding *binding = self->uses.items[u].binding;
      if (!binding) continue;
      uint32_t n = *mlo_map_get(&self->by_name, binding->name) - 1;
      if (!first[n]) first[n] = binding;
      if (!import || !imports_the_same(first[n], binding)) other[n] = true;
    }
  }
  for (uint32_t n = 0; n < self->names.len; n++)
    self->names.items[n].imported = first[n] && !other[n];
}

/* A statement that changes what a later import does: import nothing past it. */
static bool steers_imports(const mlo_plan *self, const mlo_item *item) {
  static const mlo_str signs[] = {
      MLO_STR_INIT("sys.path"),        MLO_STR_INIT("os.environ"),     MLO_STR_INIT("os.putenv"),
      MLO_STR_INIT("os.chdir"),        MLO_STR_INIT("matplotlib.use"), MLO_STR_INIT("load_dotenv"),
      MLO_STR_INIT("site.addsitedir"), MLO_STR_INIT("filterwarnings"), MLO_STR_INIT("install(")};
  if (item->node == MLO_NO_NODE) {
    mlo_str name = self->request->module->magics.items[item->magic].name;
    return mlo_str_eq(name, MLO_STR("cd")) || mlo_str_eq(name, MLO_STR("env")) ||
           mlo_str_eq(name, MLO_STR("run")) || mlo_str_eq(name, MLO_STR("%%writefile"));
  }
  uint8_t kind = mlo_tree_kind(self->tree, item->node);
  if (kind == MLO_PY_DECORATED || kind == MLO_PY_FUNCTION || kind == MLO_PY_CLASS) return false;
  mlo_str text = mlo_tree_text(self->tree, item->node);
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
    if (mlo_str_contains(text, signs[i])) return true;
  return false;
}

static bool binds_only_imported(mlo_plan *self, const mlo_item *item) {
  for (uint32_t u = item->first_use; u < item->last_use; u++)
    if (self->uses.items[u].binding && !mlo_plan_name_of(self, self->uses.items[u].name)->imported)
      return false;
  return true;
}

static void make_ordinary(mlo_plan *self, const mlo_item *item) {
  for (uint32_t u = item->first_use; u < item->last_use; u++)
    if (self->uses.items[u].binding)
      mlo_plan_name_of(self, self->uses.items[u].name)->imported = false;
}

static void place_imports(mlo_plan *self) {
  find_imported(self);
  bool steered = false;
  for (uint32_t i = 0; i < self->items.len;
       i++) { /* an import behind such a statement stays there */
    mlo_item *item = &self->items.items[i];
    steered |= steers_imports(self, item);
    if (steered && is_import(mlo_tree_kind(self->tree, item->node))) make_ordinary(self, item);
  }
  for (uint32_t i = 0; i < self->items.len; i++) {
    mlo_item *item = &self->items.items[i];
    uint8_t kind = mlo_tree_kind(self->tree, item->node);
    if (kind == MLO_PY_FUTURE_IMPORT)
      item->place = MLO_PLACE_FUTURE;
    else if (is_import(kind) && binds_only_imported(self, item))
      item->place = MLO_PLACE_IMPORT;
  }
}

/* --- literals --- */

static bool is_literal(const mlo_tree *tree, mlo_node node, bool simple, int depth) {
  if (depth > 8) return false;
  switch (mlo_tree_kind(tree, node)) {
  case MLO_PY_INTEGER:
  case MLO_PY_FLOAT:
  case MLO_PY_TRUE:
  case MLO_PY_FALSE:
  case MLO_PY_NONE: return true;
  case MLO_PY_STRING:
    for (mlo_node n = node; n < mlo_tree_skip(tree, node); n++)
      if (tree->nodes[n].kind == MLO_PY_INTERPOLATION) return false;
    return true;
  case MLO_PY_UNARY_OPERATOR:
    return is_literal(tree, mlo_tree_field(tree, node, MLO_FIELD_ARGUMENT), true, depth + 1);
  case MLO_PY_LIST:
  case MLO_PY_SET:
  case MLO_PY_DICT:
    if (simple) return false;
    break;
  case MLO_PY_PAIR:
  case MLO_PY_TUPLE: break;
  default: return false;
  }
  for (mlo_node n = mlo_tree_first_child(tree, node); n != MLO_NO_NODE; n = mlo_tree_next(tree, n))
    if (!is_literal(tree, n, simple, depth + 1)) return false;
  return true;
}

static bool has_tag(const mlo_plan *self, const mlo_item *item, mlo_str tag) {
  uint32_t index = self->request->module->cells.items[item->cell].cell;
  if (index == MLO_NO_CELL) return false;
  const mlo_cell *cell = &self->request->notebook->cells.items[index];
  for (uint32_t i = 0; i < cell->tags.len; i++)
    if (mlo_str_eq(cell->tags.items[i], tag)) return true;
  return false;
}

/* NAME = literal, at the margin, and nothing else ever binds NAME. */
static void find_literals(mlo_plan *self) {
  const mlo_tree *tree = self->tree;
  for (uint32_t i = 0; i < self->items.len; i++) {
    mlo_item *item = &self->items.items[i];
    mlo_node assignment = item->node == MLO_NO_NODE || item->place != MLO_PLACE_STEP
                              ? MLO_NO_NODE
                              : mlo_tree_first_child(tree, item->node);
    if (mlo_tree_kind(tree, assignment) != MLO_PY_ASSIGNMENT) continue;
    mlo_node left = mlo_tree_field(tree, assignment, MLO_FIELD_LEFT);
    if (mlo_tree_kind(tree, left) != MLO_PY_IDENTIFIER) continue;
    mlo_plan_name *name = mlo_plan_name_of(self, mlo_tree_text(tree, left));
    bool tagged = has_tag(self, item, MLO_STR("parameters"));
    mlo_node value = mlo_tree_field(tree, assignment, MLO_FIELD_RIGHT);
    if (name->bindings != 1 || mlo_is_builtin(name->name)) continue;
    if (!is_literal(tree, value, false, 0)) continue;
    name->literal = true;
    name->parameter = tagged || is_literal(tree, value, true, 0);
  }
}

/* --- definitions --- */

static mlo_node definition_of(const mlo_tree *tree, mlo_node node) {
  if (mlo_tree_kind(tree, node) == MLO_PY_DECORATED)
    node = mlo_tree_field(tree, node, MLO_FIELD_DEFINITION);
  uint8_t kind = mlo_tree_kind(tree, node);
  return kind == MLO_PY_FUNCTION || kind == MLO_PY_CLASS ? node : MLO_NO_NODE;
}

/* True if this part of a definition runs when the definition does: it lies in no function's body. Lambdas and generators
 * may be called at once. */
static bool runs_now(const mlo_plan *self, const mlo_item *item, mlo_node node) {
  for (; node != item->node && node != MLO_NO_NODE; node = mlo_tree_parent(self->tree, node))
    if (self->tree->nodes[node].field == MLO_FIELD_BODY &&
        mlo_tree_kind(self->tree, mlo_tree_parent(self->tree, node)) == MLO_PY_FUNCTION)
      return false;
  return true;
}

static bool is_known_quiet(const mlo_plan *self, mlo_node callee) {
  static const char *const loud[] = {"builtins.print", "builtins.input", "builtins.open",
                                     "builtins.next"};
  mlo_str name = mlo_facts_name(self->request->facts, callee);
  for (size_t i = 0; i < sizeof loud / sizeof *loud; i++)
    if (mlo_str_eq(name, mlo_str_c(loud[i]))) return false;
  return name.len && !mlo_str_starts(name, MLO_STR("<module>."));
}

/* True if making it may do more than make it: the notebook's own functions are called, something is printed or changed.
 * Then it must not come before code that stands above it. */
static bool may_act(const mlo_plan *self, const mlo_item *item) {
  const mlo_tree *tree = self->tree;
  for (mlo_node n = item->node; n < mlo_tree_skip(tree, item->node); n++) {
    uint8_t kind = tree->nodes[n].kind;
    mlo_node callee = kind == MLO_PY_DECORATOR ? mlo_tree_first_child(tree, n)
                      : kind == MLO_PY_CALL    ? mlo_tree_field(tree, n, MLO_FIELD_FUNCTION)
                                               : MLO_NO_NODE;
    if (mlo_tree_kind(tree, callee) == MLO_PY_CALL) continue;
    if (callee != MLO_NO_NODE && runs_now(self, item, n) && !is_known_quiet(self, callee))
      return true;
  }
  return false;
}

/* True for what runs where it stands; literals wait to be placed. */
static bool is_plain_code(mlo_plan *self, const mlo_item *item) {
  if (item->place != MLO_PLACE_STEP || item->is_comment) return false;
  if (item->node == MLO_NO_NODE) return true;
  for (uint32_t u = item->first_use; u < item->last_use; u++)
    if (self->uses.items[u].binding)
      return !mlo_plan_name_of(self, self->uses.items[u].name)->literal;
  return true;
}

/* What it needs while it is made (decorators, defaults, bases, a class's body) is there at the module's level. */
static bool can_stand_alone(mlo_plan *self, const mlo_item *item, mlo_str own) {
  for (uint32_t u = item->first_use; u < item->last_use; u++) {
    const mlo_name_use *use = &self->uses.items[u];
    const mlo_plan_name *name = mlo_plan_name_of(self, use->name);
    if (mlo_str_eq(use->name, own) || !runs_now(self, item, use->node)) continue;
    if (use->binding) return false; /* a walrus in a default */
    bool there = !name->bindings || name->imported || name->literal ||
                 (name->defined && name->item < (uint32_t)(item - self->items.items));
    if (!there) return false;
  }
  return true;
}

static void place_definitions(mlo_plan *self) {
  bool code_above = false;
  for (uint32_t i = 0; i < self->items.len; i++) {
    mlo_item *item = &self->items.items[i];
    mlo_node definition = definition_of(self->tree, item->node);
    if (definition == MLO_NO_NODE) {
      code_above |= is_plain_code(self, item);
      continue;
    }
    if (code_above && may_act(self, item)) continue;
    mlo_str own = mlo_tree_text(self->tree, mlo_tree_field(self->tree, definition, MLO_FIELD_NAME));
    mlo_plan_name *name = mlo_plan_name_of(self, own);
    if (name->bindings != 1 || mlo_is_builtin(own) || !can_stand_alone(self, item, own)) continue;
    name->defined = true;
    item->place = MLO_PLACE_DEFINITION;
  }
}

/* --- globals --- */

/* A lambda or generator may close over a function's own name if that is bound once, and no later than here. */
static bool may_close_over(const mlo_plan *self, const mlo_plan_name *name, uint32_t item) {
  return name->bindings == 1 && self->items.items[name->item].place == MLO_PLACE_STEP &&
         self->items.items[name->item].cell <= self->items.items[item].cell;
}

/* What our own lines for magics import stands on top: an import of the same further down must not hide it. */
static bool is_helper(mlo_str name) {
  static const char *const helpers[] = {"os", "subprocess", "runpy", "pathlib", "asyncio"};
  for (size_t i = 0; i < sizeof helpers / sizeof *helpers; i++)
    if (mlo_str_eq(name, mlo_str_c(helpers[i]))) return true;
  return false;
}

/* A class's body that binds the name too finds it among the module's globals, never in a function around it. */
static bool is_read_past_class(const mlo_plan *self, const mlo_name_use *use) {
  const mlo_facts *facts = self->request->facts;
  uint32_t scope = mlo_facts_scope(facts, use->node);
  if (!scope || facts->scopes.items[scope].kind != MLO_SCOPE_CLASS) return false;
  for (uint32_t i = 0; i < facts->bindings.len; i++)
    if (facts->bindings.items[i].scope == scope &&
        mlo_str_eq(facts->bindings.items[i].name, use->name))
      return true;
  return false;
}

static void find_globals(mlo_plan *self) {
  for (uint32_t i = 0; i < self->items.len; i++) {
    const mlo_item *item = &self->items.items[i];
    bool apart = item->place == MLO_PLACE_DEFINITION;
    for (uint32_t u = item->first_use; u < item->last_use; u++) {
      const mlo_name_use *use = &self->uses.items[u];
      mlo_plan_name *name = mlo_plan_name_of(self, use->name);
      if (!name->bindings || name->imported || name->defined) continue;
      bool late = use->deferred && (use->binding || !may_close_over(self, name, i));
      bool hides = mlo_is_builtin(name->name) || is_helper(name->name);
      bool past = is_read_past_class(self, use);
      if (apart || hides || past || (late && !name->literal)) name->global = true;
    }
  }
}

static void place_literals(mlo_plan *self) {
  for (uint32_t n = 0; n < self->names.len; n++) {
    mlo_plan_name *name = &self->names.items[n];
    name->parameter = name->literal && name->parameter && !name->global;
    if (!name->literal || (!name->global && !name->parameter)) continue;
    self->items.items[name->item].place =
        name->parameter ? MLO_PLACE_PARAMETER : MLO_PLACE_CONSTANT;
  }
}

/* `global x` at the margin says nothing in a notebook; in a function it would. */
static void drop_global_statements(mlo_plan *self) {
  for (uint32_t i = 0; i < self->items.len; i++)
    if (mlo_tree_kind(self->tree, self->items.items[i].node) == MLO_PY_GLOBAL)
      self->items.items[i].place = MLO_PLACE_NOWHERE;
}

void mlo_plan_place(mlo_plan *self) {
  drop_global_statements(self);
  place_imports(self);
  find_literals(self);
  place_definitions(self);
  find_globals(self);
  place_literals(self);
}
