#include "notebook/module.h"

#include "notebook/magics.h"

#include <stdlib.h>

/* Tries to isolate cells that parse alone and yet spoil their neighbours. */
enum { MAX_REPARSES = 8 };

/* --- text ------------------------------------------------------------------------------------ */

static bool is_python(mlo_str language) { return mlo_str_eq(language, MLO_STR("python")); }

/* A Python kernel gets the cells of other languages too, if a magic names them. */
static bool is_in_module(const mlo_notebook *notebook, const mlo_cell *cell) {
  return cell->kind == MLO_CELL_CODE &&
         (is_python(cell->language) || (cell->magic_language && is_python(notebook->language)));
}

/* What the module is made of: cells, and what stands between them, in the order of the file. */
typedef struct piece {
  mlo_str source;
  const mlo_origin *origin;
  uint32_t cell;
} piece;
typedef MLO_ARRAY(piece) pieces;

static void add_outside(const mlo_notebook *notebook, mlo_span span, mlo_arena *arena,
                        pieces *out) {
  mlo_origin *origin = MLO_NEW(arena, mlo_origin);
  mlo_origin_add(origin, 0, span.start, arena);
  mlo_origin_add(origin, span.end - span.start, span.end, arena);
  piece one = {mlo_span_of(notebook->raw, span), origin, MLO_NO_CELL};
  MLO_PUSH(arena, out, one);
}

static pieces pieces_of(const mlo_notebook *notebook, mlo_arena *arena) {
  pieces all = {0};
  uint32_t outside = 0;
  for (uint32_t i = 0; i < notebook->cells.len; i++) {
    const mlo_cell *cell = &notebook->cells.items[i];
    while (outside < notebook->outside.len &&
           notebook->outside.items[outside].start < cell->span.start)
      add_outside(notebook, notebook->outside.items[outside++], arena, &all);
    piece one = {cell->source, &cell->source_origin, i};
    if (is_in_module(notebook, cell)) MLO_PUSH(arena, &all, one);
  }
  while (outside < notebook->outside.len)
    add_outside(notebook, notebook->outside.items[outside++], arena, &all);
  return all;
}

static size_t text_size(const pieces *all) {
  size_t size = 0;
  for (uint32_t i = 0; i < all->len; i++) size += all->items[i].source.len + 1;
  return size;
}

/* The line end that joins a cell to the next stands for the byte behind the cell's source in the file, such as its
 * closing quote; what lies between the cells stands for nothing. */
static void add_origin(mlo_module *self, const piece *one, uint32_t start, uint32_t next_raw,
                       mlo_arena *arena) {
  mlo_anchor last = {0};
  for (uint32_t i = 0; i < one->origin->anchors.len; i++) {
    last = one->origin->anchors.items[i];
    mlo_origin_add(&self->origin, start + last.text, last.raw, arena);
  }
  uint32_t behind = last.raw < next_raw ? last.raw + 1 : last.raw;
  mlo_origin_add(&self->origin, start + last.text + 1, behind, arena);
}

static void join_pieces(mlo_module *self, const pieces *all, uint32_t file_end, char *text,
                        mlo_arena *arena) {
  uint32_t at = 0;
  for (uint32_t i = 0; i < all->len; i++) {
    const piece *one = &all->items[i];
    uint32_t len = (uint32_t)one->source.len;
    mlo_module_cell joined = {.cell = one->cell, .span = {at, at + len}};
    if (len > 0) memcpy(text + at, one->source.ptr, len);
    text[at + len] = '\n';
    bool last = i + 1 == all->len;
    uint32_t next_raw = last ? file_end : all->items[i + 1].origin->anchors.items[0].raw;
    add_origin(self, one, at, next_raw, arena);
    MLO_PUSH(arena, &self->cells, joined);
    at += len + 1;
  }
}

/* --- parsing --------------------------------------------------------------------------------- */

/* The module at work: its text is ours to blank until the end. */
typedef struct builder {
  mlo_module *module;
  char *text;
  mlo_magics magics;
  mlo_parser *parser;
  mlo_arena *arena;
  mlo_error *err;
} builder;

static void blank_cell(builder *self, const mlo_module_cell *cell) {
  for (uint32_t i = cell->span.start; i < cell->span.end; i++)
    if (self->text[i] != '\n' && self->text[i] != '\r') self->text[i] = ' ';
}

static void mark_broken(builder *self, mlo_module_cell *cell, mlo_span error) {
  cell->broken = !mlo_magics_may_own_cell(&self->magics, cell);
  if (error.end > cell->span.end) error.end = cell->span.end;
  if (error.start > error.end) error.start = error.end;
  if (cell->broken) cell->broken_span = error;
  blank_cell(self, cell);
}

static mlo_status parse(builder *self, mlo_span span, mlo_tree *tree) {
  mlo_str text = mlo_span_of(self->module->text, span);
  return mlo_parser_parse(self->parser, MLO_FORMAT_PYTHON, text, self->arena, tree, self->err);
}

/* Parses one cell alone; blanks it and says so if it is broken. */
static mlo_status try_cell(builder *self, mlo_module_cell *cell, bool *blanked) {
  mlo_arena_mark mark = mlo_arena_save(self->arena);
  mlo_tree tree;
  mlo_status status = parse(self, cell->span, &tree);
  bool bad = status == MLO_OK && tree.first_error != MLO_NO_NODE;
  mlo_span error = bad ? mlo_tree_span(&tree, tree.first_error) : (mlo_span){0};
  mlo_arena_restore(self->arena, mark);
  uint32_t start = cell->span.start;
  if (bad) mark_broken(self, cell, (mlo_span){start + error.start, start + error.end});
  *blanked |= bad;
  return status;
}

/* Finds what makes the module's parse fail at `error`: cells broken by themselves, else the one at the error. */
static mlo_status blank_broken(builder *self, bool first, mlo_span error) {
  mlo_status status = MLO_OK;
  bool blanked = false;
  for (uint32_t i = 0; first && i < self->module->cells.len && status == MLO_OK; i++)
    status = try_cell(self, &self->module->cells.items[i], &blanked);
  const mlo_module_cell *cell = mlo_module_cell_at(self->module, error.start);
  if (status != MLO_OK || blanked || !cell) return status;
  mark_broken(self, &self->module->cells.items[cell - self->module->cells.items], error);
  return MLO_OK;
}

static mlo_status parse_module(builder *self, mlo_tree *tree) {
  mlo_span all = {0, (uint32_t)self->module->text.len};
  for (int round = 0;; round++) {
    mlo_arena_mark mark = mlo_arena_save(self->arena);
    mlo_status status = parse(self, all, tree);
    if (status != MLO_OK || tree->first_error == MLO_NO_NODE || round == MAX_REPARSES)
      return status;
    mlo_span error = mlo_tree_span(tree, tree->first_error);
    mlo_arena_restore(self->arena, mark);
    status = blank_broken(self, round == 0, error);
    if (status != MLO_OK) return status;
  }
}

mlo_status mlo_module_of_notebook(const mlo_notebook *notebook, mlo_parser *parser,
                                  mlo_arena *arena, mlo_module *out, mlo_tree *tree,
                                  mlo_error *err) {
  *out = (mlo_module){0};
  pieces all = pieces_of(notebook, arena);
  size_t size = text_size(&all);
  if (size > UINT32_MAX)
    return mlo_error_set(err, MLO_ERR_TOO_LARGE, (mlo_str){0},
                         "the notebook's code is larger than 4 GB");
  char *text = MLO_NEW_ARRAY(arena, char, size + 1);
  join_pieces(out, &all, (uint32_t)notebook->raw.len, text, arena);
  if (out->cells.len == 0)
    mlo_origin_add(&out->origin, 0, 0, arena); /* none would mean "the same" */
  out->text = mlo_str_of(text, size);
  out->original = mlo_arena_str(arena, out->text);
  builder self = {.module = out, .text = text, .parser = parser, .arena = arena, .err = err};
  self.magics = (mlo_magics){.module = out, .text = text, .arena = arena};
  for (uint32_t i = 0; i < out->cells.len; i++)
    if (out->cells.items[i].cell != MLO_NO_CELL)
      mlo_magics_blank(&self.magics, &out->cells.items[i]);
  mlo_tree unwanted;
  return parse_module(&self, tree ? tree : &unwanted);
}

const mlo_module_cell *mlo_module_cell_at(const mlo_module *self, uint32_t offset) {
  uint32_t low = 0, high = self->cells.len;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (self->cells.items[middle].span.start <= offset)
      low = middle;
    else
      high = middle;
  }
  return self->cells.len > 0 ? &self->cells.items[low] : NULL;
}

/* --- the order of runs ------------------------------------------------------------------------ */

typedef struct run {
  int64_t count;
  uint32_t cell;
} run;

static int compare_runs(const void *a, const void *b) {
  const run *x = a, *y = b;
  if (x->count != y->count) return x->count < y->count ? -1 : 1;
  return (x->cell > y->cell) - (x->cell < y->cell);
}

void mlo_module_runs(const mlo_module *self, const mlo_notebook *notebook, mlo_arena *arena,
                     mlo_cell_runs *out) {
  uint32_t count = self->cells.len;
  run *runs = MLO_NEW_ARRAY(arena, run, count + 1);
  int64_t last = -1;
  bool in_order = true;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t cell = self->cells.items[i].cell;
    int64_t own = cell == MLO_NO_CELL ? -1 : notebook->cells.items[cell].execution_count;
    in_order &= own < 0 || own >= last;
    last = own < 0 ? last : own;
    runs[i] = (run){last, i};
  }
  out->len = 0;
  if (in_order) return;
  qsort(runs, count, sizeof *runs, compare_runs);
  for (uint32_t i = 0; i < count; i++) MLO_PUSH(arena, out, self->cells.items[runs[i].cell].span);
}
