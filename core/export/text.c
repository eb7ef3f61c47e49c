/* text: the module and its test, from the plan. */
#include "export/writer.h"

#define OUT(w) (&(w)->out)

static const mlo_item *item_at(const mlo_code_writer *w, uint32_t i) {
  return &w->plan->items.items[i];
}

static mlo_str name_at(const mlo_code_writer *w, uint32_t n) {
  return w->plan->names.items[n].name;
}

/* --- comments go with what they speak of --- */

/* Newlines in the gap between two items of a cell. */
static uint32_t lines_between(const mlo_code_writer *w, const mlo_item *a, const mlo_item *b) {
  uint32_t lines = 0;
  for (uint32_t at = a->span.end; at < b->span.start; at++)
    lines += w->plan->tree->text.ptr[at] == '\n';
  return lines;
}

/* x = 1  # why */
static bool is_trailing(const mlo_code_writer *w, uint32_t i) {
  return i > 0 && item_at(w, i)->is_comment && item_at(w, i - 1)->cell == item_at(w, i)->cell &&
         !item_at(w, i - 1)->is_comment && lines_between(w, item_at(w, i - 1), item_at(w, i)) == 0;
}

static mlo_item_place place_of(const mlo_code_writer *w, uint32_t i) {
  const mlo_item *item = item_at(w, i);
  if (!item->is_comment) return item->place;
  if (is_trailing(w, i)) return item_at(w, i - 1)->place;
  for (uint32_t k = i + 1; k < w->plan->items.len; k++) {
    const mlo_item *next = item_at(w, k);
    if (next->cell != item->cell || lines_between(w, item_at(w, k - 1), next) > 1) break;
    if (!next->is_comment) return next->place;
  }
  return MLO_PLACE_STEP;
}

static void put_item(mlo_code_writer *w, uint32_t i, unsigned indent) {
  if (is_trailing(w, i)) { /* back onto the line that just ended */
    if (w->out.len) w->out.len--;
    mlo_buf_lit(OUT(w), "  ");
    indent = 0;
  }
  mlo_code_put_item(w, item_at(w, i), indent);
}

/* --- head --- */

static const mlo_cell *title_cell(const mlo_code_writer *w) {
  const mlo_notebook *notebook = w->plan->request->notebook;
  for (uint32_t i = 0; i < notebook->cells.len; i++) {
    const mlo_cell *cell = &notebook->cells.items[i];
    if (cell->kind == MLO_CELL_CODE) return NULL;
    if (cell->kind == MLO_CELL_MARKDOWN && mlo_str_starts(mlo_str_trim(cell->source), MLO_STR("#")))
      return cell;
  }
  return NULL;
}

static mlo_str title_of(const mlo_cell *cell) {
  mlo_str rest = mlo_str_trim(cell->source), line = mlo_str_cut(&rest, '\n');
  while (mlo_str_starts(line, MLO_STR("#"))) line = mlo_str_from(line, 1);
  return mlo_str_trim(line);
}

/* The magics of one kind, under a title. */
static void put_magics_said(mlo_code_writer *w, mlo_magic_kind wanted, const char *title) {
  const mlo_module *module = w->plan->request->module;
  bool head = false;
  for (uint32_t i = 0; i < module->magics.len; i++) {
    const mlo_magic *magic = &module->magics.items[i];
    mlo_str whole = mlo_span_of(module->original, magic->span), python, import;
    if (mlo_magic_translate(magic, whole, false, w->plan->arena, &python, &import) != wanted)
      continue;
    if (!head) mlo_buf_format(OUT(w), "\n%s:\n", title);
    head = true;
    mlo_buf_lit(OUT(w), "    ");
    mlo_code_put_prose(w, mlo_str_cut(&whole, '\n'));
    mlo_buf_char(OUT(w), '\n');
  }
}

static void put_docstring(mlo_code_writer *w) {
  const mlo_cell *cell = title_cell(w);
  mlo_buf_lit(OUT(w), "\"\"\"");
  mlo_code_put_prose(w, cell ? title_of(cell) : w->plan->request->module_name);
  if (!w->out.len || !strchr(".?!", w->out.ptr[w->out.len - 1])) mlo_buf_char(OUT(w), '.');
  mlo_buf_lit(OUT(w), "\n\nMade from ");
  mlo_code_put_prose(w, w->plan->request->source_name);
  mlo_buf_lit(OUT(w), " by `mlopslint notebook export`.\n");
  put_magics_said(w, MLO_MAGIC_INSTALL, "The notebook installs what it needs");
  put_magics_said(w, MLO_MAGIC_LEFT_OUT, "Left out, since only a notebook knows them");
  mlo_buf_lit(OUT(w), "\"\"\"\n");
}

/* --- imports --- */

static bool is_said_before(const mlo_code_writer *w, uint32_t i) {
  mlo_str text = mlo_tree_text(w->plan->tree, item_at(w, i)->node);
  for (uint32_t k = 0; k < i; k++)
    if (item_at(w, k)->place == item_at(w, i)->place &&
        mlo_str_eq(mlo_tree_text(w->plan->tree, item_at(w, k)->node), text))
      return true;
  return false;
}

static void put_place(mlo_code_writer *w, mlo_item_place place) {
  bool skipped = false;
  for (uint32_t i = 0; i < w->plan->items.len; i++) {
    const mlo_item *item = item_at(w, i);
    if (place_of(w, i) != place) continue;
    bool import = place == MLO_PLACE_IMPORT || place == MLO_PLACE_FUTURE;
    if (!item->is_comment) skipped = import && is_said_before(w, i);
    if (skipped) continue;
    bool comment =
        item->is_comment || (i > 0 && item_at(w, i - 1)->is_comment && !is_trailing(w, i));
    if (place == MLO_PLACE_DEFINITION && (!comment || (item->is_comment && !is_trailing(w, i) &&
                                                       !item_at(w, i ? i - 1 : 0)->is_comment)))
      mlo_buf_lit(OUT(w), "\n\n");
    put_item(w, i, 0);
  }
}

static void put_helper_import(mlo_code_writer *w, mlo_str *said, mlo_str module) {
  mlo_str line = mlo_arena_concat(w->plan->arena, MLO_STR("import "), module);
  if (!module.len || mlo_str_contains(*said, line)) return;
  *said = mlo_arena_join(w->plan->arena, *said, "\n", line);
  mlo_buf_add(OUT(w), line);
  mlo_buf_char(OUT(w), '\n');
}

static bool is_async(const mlo_code_writer *w) {
  for (uint32_t i = 0; i < w->plan->steps.len; i++)
    if (w->plan->steps.items[i].is_async) return true;
  return false;
}

/* The modules that the notebook imports itself, on top and by that name, need not come again. */
static void put_helper_imports(mlo_code_writer *w) {
  const mlo_module *module = w->plan->request->module;
  mlo_str said = MLO_STR("");
  for (uint32_t i = 0; i < w->plan->items.len; i++) {
    const mlo_item *item = item_at(w, i);
    if (item->place != MLO_PLACE_IMPORT) continue;
    mlo_str text = mlo_tree_text(w->plan->tree, item->node);
    if (mlo_str_find_char(text, ',') == SIZE_MAX && !mlo_str_contains(text, MLO_STR(" as ")) &&
        mlo_str_find_char(text, '.') == SIZE_MAX)
      said = mlo_arena_join(w->plan->arena, said, "\n", text);
  }
  if (is_async(w)) put_helper_import(w, &said, MLO_STR("asyncio"));
  for (uint32_t i = 0; i < module->magics.len; i++) {
    const mlo_magic *magic = &module->magics.items[i];
    mlo_str python, import;
    mlo_str whole = mlo_span_of(module->original, magic->span);
    if (mlo_magic_translate(magic, whole, false, w->plan->arena, &python, &import) ==
        MLO_MAGIC_PYTHON)
      put_helper_import(w, &said, import);
  }
}

/* --- steps --- */

static void put_names(mlo_code_writer *w, const mlo_name_list *names) {
  for (uint32_t i = 0; i < names->len; i++)
    mlo_buf_format(OUT(w), "%s%.*s", i ? ", " : "", MLO_FMT(name_at(w, names->items[i])));
}

/* Markdown between the cell of the item before and this one. */
static void put_markdown(mlo_code_writer *w, const mlo_step *step, uint32_t before, uint32_t here) {
  const mlo_module *module = w->plan->request->module;
  const mlo_notebook *notebook = w->plan->request->notebook;
  uint32_t from = module->cells.items[before].cell, to = module->cells.items[here].cell;
  if (from == MLO_NO_CELL || to == MLO_NO_CELL) return;
  for (uint32_t i = from + 1; i < to; i++) {
    const mlo_cell *cell = &notebook->cells.items[i];
    if (cell->kind != MLO_CELL_MARKDOWN || i + 1 == step->heading) continue;
    mlo_code_put_comment(w, cell->source, 4);
  }
}

static void put_step_docstring(mlo_code_writer *w, const mlo_step *step) {
  const mlo_notebook *notebook = w->plan->request->notebook;
  uint32_t cell = w->plan->request->module->cells.items[item_at(w, step->first_item)->cell].cell;
  mlo_buf_lit(OUT(w), "    \"\"\"");
  if (step->title.len) {
    mlo_code_put_prose(w, step->title);
    mlo_buf_lit(OUT(w), " (from cell ");
  } else {
    mlo_buf_lit(OUT(w), "From cell ");
  }
  mlo_buf_format(OUT(w), "%u%s.\"\"\"\n",
                 cell == MLO_NO_CELL ? 0 : notebook->cells.items[cell].number,
                 step->title.len ? ")" : "");
}

static void put_body(mlo_code_writer *w, const mlo_step *step) {
  uint32_t last = UINT32_MAX;
  for (uint32_t i = step->first_item; i < step->last_item; i++) {
    const mlo_item *item = item_at(w, i);
    if (place_of(w, i) != MLO_PLACE_STEP) continue;
    bool apart = last != UINT32_MAX && (item_at(w, last)->cell != item->cell ||
                                        lines_between(w, item_at(w, i - 1), item) > 1);
    if (apart) mlo_buf_char(OUT(w), '\n');
    if (last != UINT32_MAX && item_at(w, last)->cell != item->cell)
      put_markdown(w, step, item_at(w, last)->cell, item->cell);
    put_item(w, i, 4);
    last = i;
  }
}

/* True if a step's text is more than comments: magics may have left nothing. */
static bool needs_pass(const mlo_code_writer *w, const mlo_step *step) {
  const mlo_module *module = w->plan->request->module;
  for (uint32_t i = step->first_item; i < step->last_item; i++) {
    const mlo_item *item = item_at(w, i);
    mlo_str python, import;
    if (item->is_comment || item->place != MLO_PLACE_STEP) continue;
    if (item->node != MLO_NO_NODE) return false;
    const mlo_magic *magic = &module->magics.items[item->magic];
    if (mlo_magic_translate(magic, mlo_span_of(module->original, magic->span), false,
                            w->plan->arena, &python, &import) == MLO_MAGIC_PYTHON)
      return false;
  }
  return true;
}

static void put_step(mlo_code_writer *w, const mlo_step *step) {
  mlo_buf_format(OUT(w), "\n\n%sdef %.*s(", step->is_async ? "async " : "", MLO_FMT(step->name));
  put_names(w, &step->takes);
  mlo_buf_lit(OUT(w), "):\n");
  put_step_docstring(w, step);
  if (step->globals.len) {
    mlo_buf_lit(OUT(w), "    global ");
    put_names(w, &step->globals);
    mlo_buf_char(OUT(w), '\n');
  }
  put_body(w, step);
  if (step->gives.len) {
    mlo_buf_lit(OUT(w), "    return ");
    put_names(w, &step->gives);
    mlo_buf_char(OUT(w), '\n');
  }
}

static void put_show(mlo_code_writer *w) {
  mlo_str name = w->plan->show;
  mlo_str call = mlo_arena_concat(w->plan->arena, name, MLO_STR("("));
  if (!mlo_str_contains(mlo_buf_str(&w->out), call)) return;
  mlo_buf_format(OUT(w),
                 "\n\ndef %.*s(*values):\n"
                 "    \"\"\"Prints what a notebook displays.\"\"\"\n"
                 "    for value in values:\n"
                 "        if value is not None:\n"
                 "            print(repr(value))\n",
                 MLO_FMT(name));
}

/* --- main --- */

static mlo_node assigned_value(const mlo_code_writer *w, const mlo_item *item) {
  mlo_node assignment = mlo_tree_first_child(w->plan->tree, item->node);
  return mlo_tree_field(w->plan->tree, assignment, MLO_FIELD_RIGHT);
}

static uint32_t count_parameters(const mlo_code_writer *w) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < w->plan->items.len; i++)
    count += item_at(w, i)->place == MLO_PLACE_PARAMETER;
  return count;
}

static mlo_str assigned_name(const mlo_code_writer *w, const mlo_item *item) {
  const mlo_tree *tree = w->plan->tree;
  return mlo_tree_text(
      tree, mlo_tree_field(tree, mlo_tree_first_child(tree, item->node), MLO_FIELD_LEFT));
}

static void put_parameters(mlo_code_writer *w) {
  if (!count_parameters(w)) return;
  mlo_buf_lit(OUT(w), "\n    *,\n");
  for (uint32_t i = 0; i < w->plan->items.len; i++) {
    const mlo_item *item = item_at(w, i);
    if (item->place != MLO_PLACE_PARAMETER) continue;
    mlo_buf_format(OUT(w), "    %.*s=", MLO_FMT(assigned_name(w, item)));
    mlo_code_put(w, mlo_tree_span(w->plan->tree, assigned_value(w, item)), 4);
    mlo_buf_lit(OUT(w), ",\n");
    if (i + 1 < w->plan->items.len && is_trailing(w, i + 1)) put_item(w, i + 1, 0);
  }
}

static void put_calls(mlo_code_writer *w) {
  bool any = false;
  for (uint32_t i = 0; i < w->plan->steps.len; i++) {
    const mlo_step *step = &w->plan->steps.items[i];
    if (step->is_empty || needs_pass(w, step)) continue;
    any = true;
    mlo_buf_lit(OUT(w), "    ");
    put_names(w, &step->gives);
    mlo_buf_format(OUT(w), "%s%s%.*s(", step->gives.len ? " = " : "",
                   step->is_async ? "await " : "", MLO_FMT(step->name));
    put_names(w, &step->takes);
    mlo_buf_lit(OUT(w), ")\n");
  }
  if (!any) mlo_buf_lit(OUT(w), "    pass\n");
}

static void put_passed_on(mlo_code_writer *w) {
  bool more = false;
  for (uint32_t i = 0; i < w->plan->items.len; i++) {
    const mlo_item *item = item_at(w, i);
    if (item->place != MLO_PLACE_PARAMETER) continue;
    mlo_str name = assigned_name(w, item);
    mlo_buf_format(OUT(w), "%s%.*s=%.*s", more ? ", " : "", MLO_FMT(name), MLO_FMT(name));
    more = true;
  }
}

static void put_main(mlo_code_writer *w) {
  bool async = is_async(w);
  mlo_buf_format(OUT(w), "\n\n%s(", async ? "async def run_steps" : "def main");
  put_parameters(w);
  mlo_buf_lit(OUT(w), "):\n    \"\"\"The notebook, from top to bottom.\"\"\"\n");
  put_calls(w);
  if (async) {
    mlo_buf_lit(OUT(w), "\n\ndef main(");
    put_parameters(w);
    mlo_buf_lit(
        OUT(w),
        "):\n    \"\"\"The notebook, from top to bottom.\"\"\"\n    asyncio.run(run_steps(");
    put_passed_on(w);
    mlo_buf_lit(OUT(w), "))\n");
  }
  mlo_buf_lit(OUT(w), "\n\nif __name__ == \"__main__\":\n    main()\n");
}

mlo_str mlo_plan_module_text(mlo_plan *self) {
  mlo_code_writer body, w;
  mlo_code_writer_open(&body,
                       self); /* show() is there if something calls it, so the rest comes first */
  put_place(&body, MLO_PLACE_DEFINITION);
  for (uint32_t i = 0; i < self->steps.len; i++) {
    const mlo_step *step = &self->steps.items[i];
    if (!step->is_empty && !needs_pass(&body, step)) put_step(&body, step);
  }
  put_show(&body);
  put_main(&body);
  mlo_str rest = mlo_code_writer_close(&body);
  mlo_code_writer_open(&w, self);
  put_docstring(&w);
  put_place(&w, MLO_PLACE_FUTURE);
  put_helper_imports(&w);
  put_place(&w, MLO_PLACE_IMPORT);
  size_t before = w.out.len;
  mlo_buf_char(OUT(&w), '\n');
  put_place(&w, MLO_PLACE_CONSTANT);
  if (w.out.len == before + 1) w.out.len = before;
  mlo_buf_add(OUT(&w), rest);
  return mlo_code_writer_close(&w);
}

/* --- test --- */

/* What main does that a test on another machine can't: read, fetch, start. Empty if nothing is known to. */
static mlo_str reaches_out(mlo_plan *self) {
  static const char *const safe[] = {
      "math",       "random",   "collections", "itertools",   "functools", "json",       "re",
      "statistics", "datetime", "time",        "dataclasses", "typing",    "string",     "operator",
      "copy",       "decimal",  "fractions",   "enum",        "abc",       "contextlib", "warnings",
      "textwrap",   "heapq",    "bisect",      "numpy",       "asyncio",   "pprint",     "hashlib",
      "base64",     "uuid",     "types",       "numbers",     "__future__"};
  static const char *const outside[] = {"open",     "input",   "exec", "system",  "popen",
                                        "run",      "urlopen", "load", "loadtxt", "genfromtxt",
                                        "fromfile", "memmap",  "save", "savetxt"};
  const mlo_facts *facts = self->request->facts;
  for (uint32_t i = 0; i < facts->imports.len; i++) {
    bool known = false;
    for (size_t s = 0; s < sizeof safe / sizeof *safe; s++)
      known |= mlo_str_eq(facts->imports.items[i].module, mlo_str_c(safe[s]));
    if (!known)
      return mlo_arena_format(self->arena, "it uses %.*s",
                              MLO_FMT(facts->imports.items[i].qualified));
  }
  for (uint32_t i = 0; i < facts->calls.len; i++)
    for (size_t o = 0; o < sizeof outside / sizeof *outside; o++)
      if (mlo_str_eq(facts->calls.items[i].method, mlo_str_c(outside[o])))
        return mlo_arena_format(self->arena, "it calls %s", outside[o]);
  const mlo_module *module = self->request->module;
  for (uint32_t i = 0; i < module->magics.len; i++) {
    mlo_str python, import, whole = mlo_span_of(module->original, module->magics.items[i].span);
    if (mlo_magic_translate(&module->magics.items[i], whole, false, self->arena, &python,
                            &import) == MLO_MAGIC_PYTHON)
      return MLO_STR("it starts other programs");
  }
  return (mlo_str){0};
}

mlo_str mlo_plan_test_text(mlo_plan *self) {
  mlo_str module = self->request->module_name, out = reaches_out(self);
  mlo_code_writer w;
  mlo_code_writer_open(&w, self);
  mlo_buf_format(OUT(&w), "\"\"\"Smoke test of %.*s.py.\"\"\"\n", MLO_FMT(module));
  if (out.len) mlo_buf_lit(OUT(&w), "import pytest\n\n");
  mlo_buf_format(
      OUT(&w),
      "import %.*s\n\n\ndef test_imports_without_running():\n    assert callable(%.*s.main)\n\n\n",
      MLO_FMT(module), MLO_FMT(module));
  if (out.len) {
    mlo_buf_lit(OUT(&w), "@pytest.mark.skip(reason=\"");
    mlo_code_put_prose(&w, out);
    mlo_buf_lit(OUT(&w), ": give main small data of your own, then take this line away\")\n");
  }
  mlo_buf_format(OUT(&w), "def test_runs_from_top_to_bottom():\n    %.*s.main()\n",
                 MLO_FMT(module));
  return mlo_code_writer_close(&w);
}
