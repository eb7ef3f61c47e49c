#include "notebook/merge_cell.h"

/* Whose source the merged cell has, and so whose outputs fit. */
typedef enum origin { FROM_OURS, FROM_THEIRS, FROM_NEITHER } origin;

typedef struct cell_merge {
  const mlo_cell *base, *ours, *theirs; /* NULL: none */
  mlo_cell_kind kind;
  bool swapped; /* theirs gives the frame: its values are called ours below */
  origin source, results;
  mlo_str merged; /* FROM_NEITHER: the source's text */
} cell_merge;

static mlo_merge_value value_of(const mlo_merge_side *side, mlo_span span) {
  return (mlo_merge_value){side, span};
}

static mlo_merge_value cell_value(const mlo_merge_side *side, const mlo_cell *cell) {
  return value_of(side, cell ? cell->span : (mlo_span){0});
}

/* --- marks ----------------------------------------------------------------------------------- */

static mlo_str mark_line(const mlo_merging *self, char sign, mlo_str label) {
  char signs[64];
  uint32_t most = sizeof signs, size = self->options->marker_size;
  size = size < most ? size : most;
  memset(signs, sign, size);
  mlo_str mark = mlo_arena_str(self->arena, mlo_str_of(signs, size));
  if (label.len == 0) return mark;
  return mlo_arena_format(self->arena, "%.*s %.*s", MLO_FMT(mark), MLO_FMT(label));
}

static mlo_str mark_of(const mlo_merging *self, mlo_merge_step_kind kind) {
  switch (kind) {
  case MLO_MERGE_REGION_OURS: return mark_line(self, '<', self->options->our_label);
  case MLO_MERGE_REGION_THEIRS: return mark_line(self, '=', (mlo_str){0});
  case MLO_MERGE_REGION_END: return mark_line(self, '>', self->options->their_label);
  case MLO_MERGE_CELL: break;
  }
  return (mlo_str){0};
}

mlo_str mlo_merge_mark(mlo_merging *self, mlo_merge_step_kind kind, uint32_t depth) {
  const mlo_json_style *style = &self->ours.style;
  mlo_arena *arena = self->arena;
  mlo_str lead = mlo_json_lead(style, depth + 1, arena);
  mlo_str comma = lead.len ? mlo_arena_concat(arena, MLO_STR(","), lead) : style->comma;
  const mlo_str pieces[] = {MLO_STR("{"),
                            lead,
                            MLO_STR("\"cell_type\""),
                            style->colon,
                            MLO_STR("\"raw\""),
                            comma,
                            MLO_STR("\"metadata\""),
                            style->colon,
                            MLO_STR("{}"),
                            comma,
                            MLO_STR("\"source\""),
                            style->colon,
                            mlo_json_lines(mark_of(self, kind), style, depth + 1, arena),
                            mlo_json_lead(style, depth, arena),
                            MLO_STR("}")};
  mlo_pieces text = {0};
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) MLO_PUSH(arena, &text, pieces[i]);
  return mlo_pieces_join(&text, arena);
}

/* --- source ---------------------------------------------------------------------------------- */

/* Decoding made U+FFFD of half a surrogate pair: written back, the source would not be what it was. */
static bool has_lost_half(const mlo_notebook *notebook, const mlo_cell *cell) {
  static const mlo_str replacement = MLO_STR_INIT("\xef\xbf\xbd");
  return cell && mlo_str_contains(cell->source, replacement) &&
         !mlo_str_contains(mlo_span_of(notebook->raw, cell->source_span), replacement);
}

static void fail_lost(mlo_merging *self, const cell_merge *cell) {
  if (!has_lost_half(self->base.notebook, cell->base) &&
      !has_lost_half(self->ours.notebook, cell->ours) &&
      !has_lost_half(self->theirs.notebook, cell->theirs))
    return;
  if (self->status != MLO_OK) return;
  self->status = mlo_error_set(self->err, MLO_ERR_UNSUPPORTED, (mlo_str){0},
                               "both sides changed a cell whose text holds half of a surrogate "
                               "pair (cell %u of the result): merge it by hand",
                               self->cell);
}

static mlo_str source_of(const mlo_cell *cell) { return cell ? cell->source : (mlo_str){0}; }

/* Each text ends with a line end for the merge: else a line would count as changed where another follows. */
static mlo_str as_lines(const mlo_merging *self, mlo_str text) {
  return mlo_arena_concat(self->arena, text, MLO_STR("\n"));
}

static void merge_lines(mlo_merging *self, cell_merge *cell) {
  const mlo_merge_options *options = self->options;
  mlo_line_merge texts = {.ours = as_lines(self, source_of(cell->ours)),
                          .theirs = as_lines(self, source_of(cell->theirs)),
                          .our_label = options->our_label,
                          .their_label = options->their_label,
                          .marker_size = options->marker_size};
  if (cell->base) texts.base = as_lines(self, cell->base->source);
  bool conflict = false;
  mlo_error err = {0};
  mlo_status status = options->merge_lines(&texts, self->arena, &cell->merged, &conflict, &err);
  if (status != MLO_OK && self->status == MLO_OK) {
    self->status = status;
    if (self->err) *self->err = err;
  }
  if (mlo_str_ends(cell->merged, MLO_STR("\n"))) cell->merged.len--;
  if (conflict)
    mlo_merge_note_add(self, true,
                       cell->base ? MLO_STR("both sides changed the same lines of its source")
                                  : MLO_STR("both sides added it, with different sources"));
}

/* One side deleted the cell and the other changed it: as in a file, one half of the conflict is empty. */
static void mark_deleted(mlo_merging *self, cell_merge *cell) {
  bool ours = cell->ours != NULL;
  mlo_str kept = source_of(ours ? cell->ours : cell->theirs);
  mlo_pieces text = {0};
  mlo_str begin = mark_of(self, MLO_MERGE_REGION_OURS), end = mark_of(self, MLO_MERGE_REGION_END);
  const mlo_str pieces[] = {as_lines(self, begin), ours ? as_lines(self, kept) : (mlo_str){0},
                            as_lines(self, mark_of(self, MLO_MERGE_REGION_THEIRS)),
                            ours ? (mlo_str){0} : as_lines(self, kept), end};
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
    MLO_PUSH(self->arena, &text, pieces[i]);
  cell->merged = mlo_pieces_join(&text, self->arena);
  mlo_merge_note_add(self, true,
                     ours ? MLO_STR("ours changed it, theirs deleted it: it is kept")
                          : MLO_STR("theirs changed it, ours deleted it: it is kept"));
}

static void choose_source(mlo_merging *self, cell_merge *cell, bool deleted) {
  mlo_str base = source_of(cell->base), ours = source_of(cell->ours),
          theirs = source_of(cell->theirs);
  cell->source = FROM_NEITHER;
  if (deleted)
    mark_deleted(self, cell);
  else if (!cell->theirs || (cell->ours && mlo_str_eq(ours, theirs)))
    cell->source = FROM_OURS;
  else if (!cell->ours || (cell->base && mlo_str_eq(ours, base)))
    cell->source = FROM_THEIRS;
  else if (cell->base && mlo_str_eq(theirs, base))
    cell->source = FROM_OURS;
  else
    merge_lines(self, cell);
  if (cell->source == FROM_NEITHER) fail_lost(self, cell);
}

/* --- outputs --------------------------------------------------------------------------------- */

static bool same_outputs(const mlo_merging *self, const mlo_merge_side *a, const mlo_cell *cell_a,
                         const mlo_merge_side *b, const mlo_cell *cell_b) {
  mlo_merge_value outputs_a = value_of(a, cell_a->outputs_span);
  mlo_merge_value outputs_b = value_of(b, cell_b->outputs_span);
  return cell_a->execution_count == cell_b->execution_count &&
         mlo_merge_same(self, &outputs_a, &outputs_b);
}

/* Of one source, ours' outputs stand unless only theirs ran it anew. */
static void choose_results(const mlo_merging *self, cell_merge *cell) {
  cell->results = cell->source;
  bool both = cell->ours && cell->theirs && mlo_str_eq(cell->ours->source, cell->theirs->source);
  if (cell->source != FROM_OURS || !both || !cell->base) return;
  if (same_outputs(self, &self->ours, cell->ours, &self->base, cell->base))
    cell->results = FROM_THEIRS;
}

/* --- members --------------------------------------------------------------------------------- */

static const mlo_merge_value *side_value(const cell_merge *cell, const mlo_merge_values *values,
                                         origin side) {
  return (side == FROM_OURS) != cell->swapped ? &values->ours : &values->theirs;
}

static mlo_str merge_source(mlo_merging *self, cell_merge *cell, const mlo_merge_values *values,
                            uint32_t depth) {
  if (cell->source != FROM_NEITHER)
    return mlo_merge_take(self, side_value(cell, values, cell->source), depth);
  const mlo_merge_value *form = &values->ours;
  if (form->span.end <= form->span.start) form = &values->theirs;
  bool list = form->side->notebook->raw.ptr[form->span.start] == '[';
  if (!list) return mlo_json_quote(cell->merged, &self->ours.style, self->arena);
  return mlo_json_lines(cell->merged, &self->ours.style, depth, self->arena);
}

static mlo_str merge_results(mlo_merging *self, const cell_merge *cell,
                             const mlo_merge_values *values, uint32_t depth, mlo_str none) {
  if (cell->kind != MLO_CELL_CODE) return (mlo_str){0};
  if (cell->results == FROM_NEITHER) return none;
  mlo_str text = mlo_merge_take(self, side_value(cell, values, cell->results), depth);
  return text.len ? text : none;
}

static mlo_str merge_attachments(mlo_merging *self, const cell_merge *cell, mlo_str name,
                                 const mlo_merge_values *values, uint32_t depth) {
  if (cell->kind == MLO_CELL_CODE) return (mlo_str){0};
  self->strict = true;
  mlo_str text = mlo_merge_any(self, name, values, depth, NULL);
  self->strict = false;
  return text;
}

/* An id that both gave is ours', without a word. */
static mlo_str merge_id(mlo_merging *self, const mlo_merge_values *values, uint32_t depth) {
  bool take_theirs = mlo_merge_same(self, &values->ours, &values->base);
  return mlo_merge_take(self, take_theirs ? &values->theirs : &values->ours, depth);
}

static mlo_str merge_member(mlo_merging *self, mlo_str name, const mlo_merge_values *values,
                            uint32_t depth, void *ctx) {
  cell_merge *cell = ctx;
  if (mlo_str_eq(name, MLO_STR("source")) || mlo_str_eq(name, MLO_STR("input")))
    return merge_source(self, cell, values, depth);
  if (mlo_str_eq(name, MLO_STR("outputs")))
    return merge_results(self, cell, values, depth, MLO_STR("[]"));
  if (mlo_str_eq(name, MLO_STR("execution_count")) || mlo_str_eq(name, MLO_STR("prompt_number")))
    return merge_results(self, cell, values, depth, MLO_STR("null"));
  if (mlo_str_eq(name, MLO_STR("attachments")))
    return merge_attachments(self, cell, name, values, depth);
  if (mlo_str_eq(name, MLO_STR("id"))) return merge_id(self, values, depth);
  if (mlo_str_eq(name, MLO_STR("cell_type"))) return mlo_merge_take(self, &values->ours, depth);
  return mlo_merge_any(self, name, values, depth, NULL);
}

/* --- the cell -------------------------------------------------------------------------------- */

/* The side whose kind of cell counts gives the frame. */
static void choose_frame(mlo_merging *self, cell_merge *cell) {
  const mlo_cell *base = cell->base, *ours = cell->ours, *theirs = cell->theirs;
  cell->swapped =
      !ours || (theirs && base && base->kind == ours->kind && theirs->kind != ours->kind);
  cell->kind = cell->swapped ? theirs->kind : ours->kind;
  bool apart = ours && theirs && ours->kind != theirs->kind;
  if (apart && (!base || (base->kind != ours->kind && base->kind != theirs->kind)))
    mlo_merge_note_add(self, true, MLO_STR("the sides made different kinds of cell of it"));
}

static const mlo_cell *cell_at(const mlo_merge_side *side, uint32_t index) {
  return index == MLO_NO_CELL ? NULL : side->cells.items[index];
}

mlo_str mlo_merge_cell(mlo_merging *self, const mlo_merge_step *step, uint32_t depth) {
  cell_merge cell = {.base = cell_at(&self->base, step->base),
                     .ours = cell_at(&self->ours, step->ours),
                     .theirs = cell_at(&self->theirs, step->theirs)};
  bool one_side = !cell.ours || !cell.theirs;
  if (step->moved_apart)
    mlo_merge_note_add(self, true, MLO_STR("both sides moved it, to different places"));
  choose_frame(self, &cell);
  choose_source(self, &cell, cell.base && one_side && !step->in_region);
  choose_results(self, &cell);
  mlo_merge_values values = {cell_value(&self->base, cell.base), cell_value(&self->ours, cell.ours),
                             cell_value(&self->theirs, cell.theirs)};
  if (one_side && cell.source != FROM_NEITHER)
    return mlo_merge_take(self, cell.ours ? &values.ours : &values.theirs, depth);
  if (cell.swapped) {
    mlo_merge_value swap = values.ours;
    values.ours = values.theirs, values.theirs = swap;
  }
  if (one_side)
    values.base = values.theirs; /* what the other side deleted is no change of each member */
  return mlo_merge_object(self, &values, depth, merge_member, &cell);
}

/* --- ids ------------------------------------------------------------------------------------- */

static mlo_str put_id(mlo_merging *self, mlo_str name, const mlo_merge_values *values,
                      uint32_t depth, void *ctx) {
  if (mlo_str_eq(name, MLO_STR("id")))
    return mlo_json_quote(*(const mlo_str *)ctx, &self->ours.style, self->arena);
  return mlo_merge_any(self, name, values, depth, NULL);
}

/* A merge of the cell with a cell that has nothing but an id. */
mlo_str mlo_merge_with_id(mlo_merging *self, mlo_str cell, mlo_str id, uint32_t depth) {
  mlo_notebook text = {.raw = cell}, only = {.raw = MLO_STR("{\"id\": 0}")};
  mlo_merge_side of_cell = {.notebook = &text, .style = self->ours.style};
  mlo_merge_side of_id = {.notebook = &only, .style = self->ours.style};
  mlo_merge_values values = {value_of(&of_cell, (mlo_span){0}),
                             value_of(&of_cell, (mlo_span){0, (uint32_t)cell.len}),
                             value_of(&of_id, (mlo_span){0, (uint32_t)only.raw.len})};
  return mlo_merge_object(self, &values, depth, put_id, &id);
}
