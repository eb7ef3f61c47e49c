#include "notebook/merge.h"

#include "notebook/merge_cell.h"

enum { LARGEST_MERGE = 1 << 30, LONGEST_ID = 64 };

/* --- ids ------------------------------------------------------------------------------------- */

typedef struct ids {
  mlo_map used; /* in the result so far */
  mlo_map ours; /* in ours: a cell of theirs does not take them */
} ids;

static bool is_valid_id(mlo_str id) {
  for (size_t i = 0; i < id.len; i++) {
    char c = id.ptr[i];
    bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                c == '-' || c == '_';
    if (!good) return false;
  }
  return id.len > 0 && id.len <= LONGEST_ID;
}

static bool is_taken(const ids *self, mlo_str id) {
  return mlo_map_get(&self->used, id) || mlo_map_get(&self->ours, id);
}

/* The same for the same cells, so that merging again gives the same notebook. */
static mlo_str new_id(const ids *self, mlo_str cell, mlo_arena *arena) {
  uint64_t hash = mlo_str_hash(cell);
  for (;; hash = hash * 6364136223846793005u + 1442695040888963407u) {
    mlo_str id = mlo_arena_format(arena, "%08x", (unsigned)(hash >> 32));
    if (!is_taken(self, id)) return id;
  }
}

static mlo_str id_of(mlo_str cell, mlo_arena *arena) {
  mlo_span span = mlo_json_find(cell, (mlo_span){0, (uint32_t)cell.len}, MLO_STR("id"), arena);
  bool string = span.end > span.start && cell.ptr[span.start] == '"';
  return string ? mlo_json_text(cell, span, arena, NULL) : (mlo_str){0};
}

/* The cell with an id that is its own. */
static mlo_str with_own_id(mlo_merging *self, ids *all, mlo_str cell, bool in_ours,
                           uint32_t depth) {
  mlo_str id = id_of(cell, self->arena);
  bool taken = mlo_map_get(&all->used, id) || (!in_ours && mlo_map_get(&all->ours, id));
  bool good = is_valid_id(id) && !taken;
  if (!good) {
    id = new_id(all, cell, self->arena);
    cell = mlo_merge_with_id(self, cell, id, depth);
  }
  mlo_map_put(&all->used, id, self->arena);
  return cell;
}

static ids ids_of(const mlo_merging *self) {
  ids all = {0};
  for (uint32_t i = 0; i < self->ours.cells.len; i++) {
    mlo_str id = self->ours.cells.items[i]->id;
    if (id.len) mlo_map_put(&all.ours, id, self->arena);
  }
  return all;
}

/* --- cells ----------------------------------------------------------------------------------- */

static int merged_minor(const mlo_merging *self) {
  int ours = self->ours.notebook->nbformat_minor, theirs = self->theirs.notebook->nbformat_minor;
  return ours > theirs ? ours : theirs;
}

static bool needs_ids(const mlo_merging *self) {
  return self->ours.notebook->nbformat == 4 && merged_minor(self) >= 5;
}

static mlo_str text_of_step(mlo_merging *self, const mlo_merge_step *step, uint32_t depth) {
  if (step->kind == MLO_MERGE_CELL) return mlo_merge_cell(self, step, depth);
  if (step->kind == MLO_MERGE_REGION_OURS)
    mlo_merge_note_add(self, true,
                       MLO_STR("both sides have different cells at this place: all are kept, "
                               "between cells with conflict marks"));
  return mlo_merge_mark(self, step->kind, depth);
}

static mlo_pieces texts_of(mlo_merging *self, const mlo_merge_steps *steps, uint32_t depth) {
  ids all = ids_of(self);
  mlo_pieces texts = {0};
  for (uint32_t i = 0; i < steps->len; i++) {
    const mlo_merge_step *step = &steps->items[i];
    self->cell = i + 1;
    mlo_str text = text_of_step(self, step, depth);
    if (needs_ids(self)) text = with_own_id(self, &all, text, step->ours != MLO_NO_CELL, depth);
    MLO_PUSH(self->arena, &texts, text);
  }
  self->cell = 0;
  return texts;
}

static bool are_ours(const mlo_merging *self, const mlo_pieces *texts) {
  const mlo_cell_list *cells = &self->ours.cells;
  if (texts->len != cells->len) return false;
  for (uint32_t i = 0; i < cells->len; i++)
    if (texts->items[i].ptr != self->ours.notebook->raw.ptr + cells->items[i]->span.start ||
        texts->items[i].len != cells->items[i]->span.end - cells->items[i]->span.start)
      return false;
  return true;
}

/* list: the list of cells of ours, for what stands between its cells. */
static mlo_str list_of(const mlo_merging *self, const mlo_pieces *texts, mlo_span list,
                       uint32_t depth) {
  mlo_arena *arena = self->arena;
  mlo_str raw = self->ours.notebook->raw;
  const mlo_cell_list *cells = &self->ours.cells;
  if (are_ours(self, texts)) return mlo_span_of(raw, list);
  if (texts->len == 0) return MLO_STR("[]");
  mlo_str lead = mlo_json_lead(&self->ours.style, depth + 1, arena);
  mlo_str tail = mlo_json_lead(&self->ours.style, depth, arena);
  mlo_str comma = lead.len ? mlo_arena_concat(arena, MLO_STR(","), lead) : self->ours.style.comma;
  if (cells->len > 0) {
    lead = mlo_str_slice(raw, list.start + 1, cells->items[0]->span.start);
    tail = mlo_str_slice(raw, cells->items[cells->len - 1]->span.end, list.end - 1);
  }
  if (cells->len > 1)
    comma = mlo_str_slice(raw, cells->items[0]->span.end, cells->items[1]->span.start);
  mlo_pieces text = {0};
  MLO_PUSH(arena, &text, MLO_STR("["));
  for (uint32_t i = 0; i < texts->len; i++) {
    MLO_PUSH(arena, &text, i ? comma : lead);
    MLO_PUSH(arena, &text, texts->items[i]);
  }
  MLO_PUSH(arena, &text, tail);
  MLO_PUSH(arena, &text, MLO_STR("]"));
  return mlo_pieces_join(&text, arena);
}

static mlo_str merge_cells(mlo_merging *self, const mlo_merge_value *ours, uint32_t depth) {
  mlo_merge_steps steps =
      mlo_merge_order(&self->base.cells, &self->ours.cells, &self->theirs.cells, self->arena);
  mlo_pieces texts = texts_of(self, &steps, depth + 1);
  return list_of(self, &texts, ours->span, depth);
}

/* --- the notebook ---------------------------------------------------------------------------- */

static mlo_str merge_member(mlo_merging *self, mlo_str name, const mlo_merge_values *values,
                            uint32_t depth, void *unused);

/* The only item of a list; an empty span if there is another number of them. */
static mlo_merge_value only_item(const mlo_merge_value *list) {
  mlo_merge_value item = {list->side, {0, 0}};
  if (list->span.end <= list->span.start) return item;
  mlo_json json = {.text = mlo_str_slice(list->side->notebook->raw, 0, list->span.end),
                   .at = list->span.start};
  uint32_t count = 0;
  for (bool more = mlo_json_open(&json, '['); more; more = mlo_json_more(&json, '['), count++)
    item.span = mlo_json_skip(&json);
  if (count != 1) item.span = (mlo_span){0};
  return item;
}

/* nbformat 3 has its cells in worksheets, in practice always in one. */
static mlo_str merge_worksheets(mlo_merging *self, const mlo_merge_values *values, uint32_t depth) {
  mlo_merge_values items = {only_item(&values->base), only_item(&values->ours),
                            only_item(&values->theirs)};
  mlo_span list = values->ours.span, item = items.ours.span;
  if (item.end == 0 || items.theirs.span.end == 0) {
    if (self->status == MLO_OK)
      self->status = mlo_error_set(self->err, MLO_ERR_UNSUPPORTED, (mlo_str){0},
                                   "it has not exactly one worksheet: open both sides in Jupyter "
                                   "and save them, which makes nbformat 4 of them");
    return MLO_STR("[]");
  }
  mlo_str raw = self->ours.notebook->raw;
  mlo_str before = mlo_str_slice(raw, list.start, item.start);
  mlo_str after = mlo_str_slice(raw, item.end, list.end);
  mlo_str merged = mlo_merge_object(self, &items, depth + 1, merge_member, NULL);
  if (mlo_str_eq(merged, mlo_span_of(raw, item))) return mlo_span_of(raw, list);
  return mlo_arena_concat(self->arena, mlo_arena_concat(self->arena, before, merged), after);
}

static mlo_str merge_member(mlo_merging *self, mlo_str name, const mlo_merge_values *values,
                            uint32_t depth, void *unused) {
  (void)unused;
  if (mlo_str_eq(name, MLO_STR("cells"))) return merge_cells(self, &values->ours, depth);
  if (mlo_str_eq(name, MLO_STR("worksheets"))) return merge_worksheets(self, values, depth);
  if (mlo_str_eq(name, MLO_STR("nbformat"))) return mlo_merge_take(self, &values->ours, depth);
  if (mlo_str_eq(name, MLO_STR("nbformat_minor"))) {
    bool ours = self->ours.notebook->nbformat_minor >= self->theirs.notebook->nbformat_minor;
    return mlo_merge_take(self, ours ? &values->ours : &values->theirs, depth);
  }
  return mlo_merge_any(self, name, values, depth, NULL);
}

static mlo_span whole_of(const mlo_notebook *notebook) {
  mlo_json json = {.text = notebook->raw};
  return mlo_json_skip(&json);
}

static mlo_merge_side side_of(const mlo_notebook *notebook, mlo_arena *arena) {
  return (mlo_merge_side){notebook, mlo_json_style_of(notebook->raw),
                          mlo_cells_of(notebook, arena)};
}

static mlo_str merge_notebook(mlo_merging *self, const mlo_merge_values *values) {
  mlo_str raw = self->ours.notebook->raw;
  mlo_str merged = mlo_merge_object(self, values, 0, merge_member, NULL);
  mlo_str before = mlo_str_slice(raw, 0, values->ours.span.start);
  mlo_str after = mlo_str_from(raw, values->ours.span.end);
  return mlo_arena_concat(self->arena, mlo_arena_concat(self->arena, before, merged), after);
}

/* Where one side did nothing the other is the result, to the byte; ptr NULL: both did something. */
static mlo_str unmerged(const mlo_merging *self, const mlo_merge_values *values) {
  if (mlo_merge_same(self, &values->theirs, &values->base) ||
      mlo_merge_same(self, &values->ours, &values->theirs))
    return self->ours.notebook->raw;
  if (mlo_merge_same(self, &values->ours, &values->base)) return self->theirs.notebook->raw;
  return (mlo_str){0};
}

static mlo_status check_versions(const mlo_merging *self) {
  int ours = self->ours.notebook->nbformat, theirs = self->theirs.notebook->nbformat;
  if (ours != theirs)
    return mlo_error_set(self->err, MLO_ERR_UNSUPPORTED, (mlo_str){0},
                         "ours is nbformat %d and theirs is nbformat %d: open the older one in "
                         "Jupyter and save it, then merge again",
                         ours, theirs);
  size_t size = self->ours.notebook->raw.len + self->theirs.notebook->raw.len;
  if (size <= LARGEST_MERGE) return MLO_OK;
  return mlo_error_set(self->err, MLO_ERR_TOO_LARGE, (mlo_str){0},
                       "the notebooks are larger than 1 GiB: strip their outputs first");
}

/* What does not open must not be written, whatever went wrong above. */
static mlo_status read_back(const mlo_merging *self) {
  mlo_notebook merged;
  mlo_error why = {0};
  if (mlo_notebook_read(self->out->text, (mlo_str){0}, self->arena, &merged, &why) == MLO_OK)
    return MLO_OK;
  return mlo_error_set(self->err, MLO_ERR_INTERNAL, (mlo_str){0},
                       "the merged notebook does not open (%s): please report this; merge by hand",
                       why.message);
}

mlo_status mlo_notebook_merge(const mlo_notebook *base, const mlo_notebook *ours,
                              const mlo_notebook *theirs, const mlo_merge_options *options,
                              mlo_arena *arena, mlo_merged *out, mlo_error *err) {
  static const mlo_notebook none = {.nbformat = 4};
  *out = (mlo_merged){0};
  mlo_merging self = {.base = side_of(base ? base : &none, arena),
                      .ours = side_of(ours, arena),
                      .theirs = side_of(theirs, arena),
                      .options = options,
                      .arena = arena,
                      .out = out,
                      .err = err};
  mlo_merge_values values = {{&self.base, base ? whole_of(base) : (mlo_span){0}},
                             {&self.ours, whole_of(ours)},
                             {&self.theirs, whole_of(theirs)}};
  out->text = unmerged(&self, &values);
  if (out->text.ptr) return MLO_OK;
  self.status = check_versions(&self);
  if (self.status == MLO_OK) out->text = merge_notebook(&self, &values);
  return self.status == MLO_OK ? read_back(&self) : self.status;
}
