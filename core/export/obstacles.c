/* obstacles: what stands in the way of a module that computes what the notebook does. */
#include "export/plan.h"
#include "facts/known.h"

static void add(mlo_plan *self, mlo_export *out, mlo_span span, bool by_order, mlo_str message) {
  if (out->obstacles.len >= 200) return;
  MLO_PUSH(self->arena, &out->obstacles, ((mlo_obstacle){span, message, by_order}));
}

#define SAY(self, out, span, ...)                                                                  \
  add((self), (out), (span), false, mlo_arena_format((self)->arena, __VA_ARGS__))

/* --- the notebook as a whole --- */

static bool is_python(mlo_plan *self, mlo_export *out) {
  const mlo_notebook *notebook = self->request->notebook;
  if (notebook->form == MLO_FORM_MARIMO)
    SAY(self, out, ((mlo_span){0}),
        "a marimo notebook is a module already: its cells are functions");
  else if (!mlo_str_eq(notebook->language, MLO_STR("python")))
    SAY(self, out, ((mlo_span){0}), "its kernel is %.*s: only Python can be exported",
        MLO_FMT(notebook->language));
  return out->obstacles.len == 0;
}

static void find_broken(mlo_plan *self, mlo_export *out) {
  const mlo_module *module = self->request->module;
  for (uint32_t i = 0; i < module->cells.len; i++)
    if (module->cells.items[i].broken)
      SAY(self, out, module->cells.items[i].broken_span, "this is not Python: mend the cell first");
}

static void find_disorder(mlo_plan *self, mlo_export *out) {
  const mlo_module *module = self->request->module;
  const mlo_notebook *notebook = self->request->notebook;
  int64_t last = -1;
  for (uint32_t i = 0; i < module->cells.len && !self->request->any_order; i++) {
    uint32_t cell = module->cells.items[i].cell;
    int64_t count = cell == MLO_NO_CELL ? -1 : notebook->cells.items[cell].execution_count;
    if (count < 0) continue;
    if (count < last) {
      add(self, out, module->cells.items[i].span, true,
          mlo_arena_format(self->arena,
                           "ran as [%lld], before [%lld] above it: restart and run all, or --force "
                           "takes the cells as they stand",
                           (long long)count, (long long)last));
      return;
    }
    last = count;
  }
}

/* --- names --- */

static bool runs_files(const mlo_plan *self) {
  const mlo_module *module = self->request->module;
  for (uint32_t i = 0; i < module->magics.len; i++)
    if (mlo_str_eq(module->magics.items[i].name, MLO_STR("run"))) return true;
  return false;
}

static bool has_star(const mlo_plan *self) {
  const mlo_facts *facts = self->request->facts;
  for (uint32_t i = 0; i < facts->imports.len; i++)
    if (mlo_str_ends(facts->imports.items[i].qualified, MLO_STR(".*"))) return true;
  return false;
}

static bool is_history(mlo_str name) {
  static const char *const names[] = {"_", "__", "___", "_i", "_ii", "In", "Out", "_oh", "_dh"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (mlo_str_eq(name, mlo_str_c(names[i]))) return true;
  return false;
}

static void judge_unbound(mlo_plan *self, mlo_export *out, const mlo_name_use *use,
                          bool elsewhere) {
  mlo_str name = use->name;
  mlo_span span = mlo_tree_span(self->tree, use->node);
  if (mlo_str_eq(name, MLO_STR("get_ipython")))
    SAY(self, out, span, "get_ipython() is there in notebooks only");
  else if (is_history(name))
    SAY(self, out, span, "`%.*s` is a notebook's memory of outputs: give the value a name",
        MLO_FMT(name));
  else if (!elsewhere && !mlo_is_builtin(name) && !mlo_str_eq(name, MLO_STR("display")) &&
           !(mlo_str_starts(name, MLO_STR("__")) && mlo_str_ends(name, MLO_STR("__"))))
    SAY(self, out, span, "nothing in the notebook binds `%.*s`", MLO_FMT(name));
}

static void find_unbound(mlo_plan *self, mlo_export *out) {
  bool elsewhere = has_star(self) || runs_files(self);
  mlo_map told = {0};
  for (uint32_t u = 0; u < self->uses.len; u++) {
    const mlo_name_use *use = &self->uses.items[u];
    if (use->binding || mlo_plan_name_of(self, use->name)->bindings) continue;
    uint32_t *seen = mlo_map_put(&told, use->name, self->arena);
    if (!(*seen)++) judge_unbound(self, out, use, elsewhere);
  }
}

static void find_early(mlo_plan *self, mlo_export *out) {
  mlo_early_reads early = {0};
  mlo_facts_early_reads(self->request->facts, &early);
  for (uint32_t i = 0; i < early.len; i++)
    SAY(self, out, mlo_tree_span(self->tree, early.items[i].read),
        "`%.*s` is read here and bound further down only: move its cell up",
        MLO_FMT(mlo_tree_text(self->tree, early.items[i].read)));
}

/* Code that asks for names by text. */
static void find_reflection(mlo_plan *self, mlo_export *out) {
  static const char *const names[] = {"builtins.exec", "builtins.eval", "builtins.globals",
                                      "builtins.locals"};
  const mlo_facts *facts = self->request->facts;
  for (uint32_t i = 0; i < facts->calls.len; i++) {
    mlo_str name = mlo_facts_name(facts, facts->calls.items[i].callee);
    for (size_t n = 0; n < sizeof names / sizeof *names; n++)
      if (mlo_str_eq(name, mlo_str_c(names[n])))
        SAY(self, out, mlo_tree_span(self->tree, facts->calls.items[i].node),
            "%s() reaches names by their text, which functions don't share: say them plainly",
            names[n] + sizeof "builtins");
  }
}

/* --- what the grammar lets pass --- */

static void find_misfits(mlo_plan *self, mlo_export *out) {
  const mlo_tree *tree = self->tree;
  for (mlo_node n = 0; n < tree->count; n++) {
    uint8_t kind = tree->nodes[n].kind;
    if (kind == MLO_PY_PRINT || mlo_str_eq(mlo_tree_kind_name(tree, n), MLO_STR("exec_statement")))
      SAY(self, out, mlo_tree_span(tree, n), "this is Python 2: a module is Python 3");
    else if ((kind == MLO_PY_RETURN || kind == MLO_PY_YIELD) &&
             mlo_facts_function(self->request->facts, n) == UINT32_MAX &&
             mlo_tree_ancestor(tree, n, MLO_PY_LAMBDA) == MLO_NO_NODE)
      SAY(self, out, mlo_tree_span(tree, n), "this stands in no function: the cell does not run");
  }
}

/* --- imports and magics --- */

static void find_late_stars(mlo_plan *self, mlo_export *out) {
  bool bound = false;
  for (uint32_t i = 0; i < self->items.len; i++) {
    const mlo_item *item = &self->items.items[i];
    mlo_str text = mlo_tree_text(self->tree, item->node);
    uint8_t kind = mlo_tree_kind(self->tree, item->node);
    bool import = kind == MLO_PY_IMPORT_FROM || kind == MLO_PY_IMPORT;
    bool star = import && mlo_str_ends(mlo_str_trim(text), MLO_STR("*"));
    if (star && (bound || item->place != MLO_PLACE_IMPORT))
      SAY(self, out, item->span,
          "a star import behind other names may bind them anew: import names");
    for (uint32_t u = item->first_use; u < item->last_use && !import; u++)
      bound |= self->uses.items[u].binding != NULL;
  }
}

static void find_magics(mlo_plan *self, mlo_export *out) {
  const mlo_module *module = self->request->module;
  for (uint32_t i = 0; i < module->magics.len; i++) {
    const mlo_magic *magic = &module->magics.items[i];
    mlo_str filler = mlo_str_trim(mlo_span_of(module->text, magic->span)), python, import;
    bool is_value = mlo_str_starts(filler, MLO_STR("..."));
    mlo_magic_kind kind = mlo_magic_translate(magic, mlo_span_of(module->original, magic->span),
                                              is_value, self->arena, &python, &import);
    if (mlo_magic_interpolates(magic))
      SAY(self, out, magic->span,
          "this line takes values of Python in {}: write it with subprocess.run");
    else if (is_value && kind != MLO_MAGIC_PYTHON && kind != MLO_MAGIC_CODE)
      SAY(self, out, magic->span, "nothing in Python gives what this magic does");
  }
}

static void find_own_main(mlo_plan *self, mlo_export *out) {
  for (uint32_t n = 0; n < self->names.len; n++) {
    const mlo_plan_name *name = &self->names.items[n];
    if (name->bindings && mlo_str_eq(name->name, MLO_STR("main")) && !name->defined &&
        !name->imported)
      continue;
    if (name->bindings && mlo_str_eq(name->name, MLO_STR("main")))
      SAY(self, out, self->items.items[name->item].span,
          "the module has a `main` of its own: give this one another name");
  }
}

static int by_place(const mlo_obstacle *a, const mlo_obstacle *b) {
  return (a->span.start > b->span.start) - (a->span.start < b->span.start);
}

void mlo_plan_obstacles(mlo_plan *self, mlo_export *out) {
  if (!is_python(self, out)) return;
  find_broken(self, out);
  find_disorder(self, out);
  find_unbound(self, out);
  find_early(self, out);
  find_reflection(self, out);
  find_misfits(self, out);
  find_late_stars(self, out);
  find_magics(self, out);
  find_own_main(self, out);
  for (uint32_t i = 1; i < out->obstacles.len; i++)
    for (uint32_t k = i;
         k > 0 && by_place(&out->obstacles.items[k - 1], &out->obstacles.items[k]) > 0; k--) {
      mlo_obstacle swap = out->obstacles.items[k];
      out->obstacles.items[k] = out->obstacles.items[k - 1];
      out->obstacles.items[k - 1] = swap;
    }
}
