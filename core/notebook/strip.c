#include "notebook/strip.h"

#include <stdlib.h>

typedef struct stripper {
  const mlo_notebook *notebook;
  const mlo_policy *policy;
  mlo_arena *arena;
  mlo_strip_edits *edits;
} stripper;

static void replace(stripper *self, mlo_span span, mlo_str text) {
  mlo_strip_edit edit = {span, text};
  MLO_PUSH(self->arena, self->edits, edit);
}

static mlo_str text_of(const stripper *self, mlo_span span) {
  return mlo_span_of(self->notebook->raw, span);
}

static mlo_json reader_at(const stripper *self, mlo_span span) {
  return (mlo_json){.text = mlo_str_slice(self->notebook->raw, 0, span.end), .at = span.start};
}

/* --- members and items ----------------------------------------------------------------------- */

/* A member of an object, or an item of a list. */
typedef struct part {
  mlo_span span;
  bool gone;
} part;
typedef MLO_ARRAY(part) part_list;

/* Takes away the parts that are gone: with the comma before them, or, before the first that stays, with the comma
 * behind them. True if none stays, and then takes nothing. */
static bool prune(stripper *self, const part_list *parts) {
  bool any_stays = false;
  for (uint32_t i = 0; i < parts->len; i++) any_stays |= !parts->items[i].gone;
  bool stayed = false;
  for (uint32_t i = 0; any_stays && i < parts->len; i++) {
    const part *one = &parts->items[i];
    stayed |= !one->gone;
    if (!one->gone) continue;
    uint32_t start = stayed ? one[-1].span.end : one->span.start;
    uint32_t end = stayed ? one->span.end : one[1].span.start;
    replace(self, (mlo_span){start, end}, (mlo_str){0});
  }
  return !any_stays;
}

/* --- counts ---------------------------------------------------------------------------------- */

static void clear_count(stripper *self, mlo_span count) {
  if (count.end == count.start || mlo_str_eq(text_of(self, count), MLO_STR("null"))) return;
  replace(self, count, MLO_STR("null"));
}

/* --- outputs --------------------------------------------------------------------------------- */

static bool loses_mime(const stripper *self, const mlo_output *output, uint32_t value) {
  for (uint32_t i = 0; i < output->texts.len; i++)
    if (output->texts.items[i].span.start == value)
      return !mlo_policy_keeps_mime(self->policy, output->texts.items[i].mime);
  return false;
}

/* Takes away the MIME types that may not stay: members of "data", or of the output itself in nbformat 3. */
static void strip_mimes(stripper *self, const mlo_output *output, mlo_span object, bool data) {
  mlo_json json = reader_at(self, object);
  part_list parts = {0};
  for (bool more = mlo_json_open(&json, '{'); more; more = mlo_json_more(&json, '{')) {
    mlo_json_peek(&json);
    uint32_t start = json.at;
    mlo_str key = mlo_json_key(&json);
    bool opens = !data && mlo_str_eq(key, MLO_STR("data")) && mlo_json_peek(&json) == '{';
    mlo_span value = mlo_json_skip(&json);
    part member = {{start, value.end}, loses_mime(self, output, value.start)};
    if (opens) strip_mimes(self, output, value, true);
    MLO_PUSH(self->arena, &parts, member);
  }
  prune(self, &parts);
}

static bool strip_output(stripper *self, const mlo_cell *cell, const mlo_output *output) {
  if (!mlo_policy_keeps_output(self->policy, self->notebook, cell, output)) return true;
  if (!mlo_policy_keeps_cell(self->policy, self->notebook, cell))
    strip_mimes(self, output, output->span, false);
  if (!mlo_policy_keeps_counts(self->policy, self->notebook)) clear_count(self, output->count_span);
  return false;
}

static void strip_outputs(stripper *self, const mlo_cell *cell, bool all) {
  part_list parts = {0};
  for (uint32_t i = 0; i < cell->outputs.len; i++) {
    const mlo_output *output = &cell->outputs.items[i];
    part item = {output->span, all || strip_output(self, cell, output)};
    MLO_PUSH(self->arena, &parts, item);
  }
  if (parts.len && prune(self, &parts)) replace(self, cell->outputs_span, MLO_STR("[]"));
  if (!mlo_policy_keeps_counts(self->policy, self->notebook)) clear_count(self, cell->count_span);
}

/* --- metadata -------------------------------------------------------------------------------- */

enum { METADATA_DEPTH = 16 };

static bool strip_object(stripper *self, mlo_span object, mlo_str path, bool gone, int depth);

/* True if the value at span goes. */
static bool strip_value(stripper *self, mlo_span value, mlo_str path, bool gone, int depth) {
  switch (mlo_policy_metadata(self->policy, self->notebook, path, gone)) {
  case MLO_METADATA_STAYS: return false;
  case MLO_METADATA_GOES: return true;
  case MLO_METADATA_OPENS: gone = false; break;
  case MLO_METADATA_EMPTIES: gone = true; break;
  }
  bool object = self->notebook->raw.ptr[value.start] == '{';
  if (!object || depth == METADATA_DEPTH) return gone;
  return strip_object(self, value, path, gone, depth + 1);
}

/* True if the object loses all its members, so that it has to go itself: an object that was empty before stays. Its
 * bytes are left alone then. */
static bool strip_object(stripper *self, mlo_span object, mlo_str path, bool gone, int depth) {
  mlo_json json = reader_at(self, object);
  part_list parts = {0};
  uint32_t before = self->edits->len;
  for (bool more = mlo_json_open(&json, '{'); more; more = mlo_json_more(&json, '{')) {
    mlo_json_peek(&json);
    uint32_t start = json.at;
    mlo_str key = mlo_json_key(&json);
    mlo_span value = mlo_json_skip(&json);
    mlo_str member_path = mlo_arena_format(self->arena, "%.*s.%.*s", MLO_FMT(path), MLO_FMT(key));
    part member = {{start, value.end}, strip_value(self, value, member_path, gone, depth)};
    MLO_PUSH(self->arena, &parts, member);
  }
  if (parts.len == 0 || !prune(self, &parts)) return false;
  self->edits->len = before;
  return true;
}

static void strip_metadata(stripper *self, mlo_span metadata, mlo_str path) {
  bool object = metadata.end > metadata.start && self->notebook->raw.ptr[metadata.start] == '{';
  if (object && strip_object(self, metadata, path, false, 0))
    replace(self, metadata, MLO_STR("{}"));
}

/* --- notebooks ------------------------------------------------------------------------------- */

static int compare_edits(const void *a, const void *b) {
  uint32_t first = ((const mlo_strip_edit *)a)->span.start;
  uint32_t second = ((const mlo_strip_edit *)b)->span.start;
  return (first > second) - (first < second);
}

/* Neighbours that were taken away one by one become one edit: edits that touch are no business of who applies them. */
static void sort_edits(mlo_strip_edits *edits) {
  if (edits->len == 0) return;
  qsort(edits->items, edits->len, sizeof *edits->items, compare_edits);
  uint32_t last = 0;
  for (uint32_t i = 1; i < edits->len; i++) {
    mlo_strip_edit *before = &edits->items[last], *one = &edits->items[i];
    bool one_removal = before->span.end == one->span.start && !before->text.len && !one->text.len;
    if (one_removal)
      before->span.end = one->span.end;
    else
      edits->items[++last] = *one;
  }
  edits->len = last + 1;
}

void mlo_strip_outputs(const mlo_notebook *notebook, const mlo_policy *policy, const mlo_cell *cell,
                       bool all, mlo_arena *arena, mlo_strip_edits *out) {
  stripper self = {notebook, policy, arena, out};
  strip_outputs(&self, cell, all);
  sort_edits(out);
}

void mlo_strip_notebook(const mlo_notebook *notebook, const mlo_policy *policy, mlo_arena *arena,
                        mlo_strip_edits *out) {
  stripper self = {notebook, policy, arena, out};
  for (uint32_t i = 0; i < notebook->cells.len; i++) {
    const mlo_cell *cell = &notebook->cells.items[i];
    strip_outputs(&self, cell, false);
    strip_metadata(&self, cell->metadata_span, MLO_STR("cell"));
  }
  strip_metadata(&self, notebook->metadata_span, MLO_STR("notebook"));
  sort_edits(out);
}

static mlo_str mark_of(mlo_str bytes) {
  return mlo_str_starts(bytes, MLO_STR("\xef\xbb\xbf")) ? mlo_str_slice(bytes, 0, 3) : (mlo_str){0};
}

mlo_status mlo_strip_bytes(mlo_str bytes, mlo_str path, const mlo_policy *policy, mlo_arena *arena,
                           mlo_strip_edits *out, mlo_error *err) {
  *out = (mlo_strip_edits){0};
  if (bytes.len == 0) return MLO_OK;
  uint32_t mark = (uint32_t)mark_of(bytes).len;
  mlo_notebook notebook;
  mlo_status status = mlo_notebook_read(mlo_str_from(bytes, mark), path, arena, &notebook, err);
  if (status) return status;
  if (notebook.repeats)
    return mlo_error_set(
        err, MLO_ERR_SYNTAX, path,
        "a member stands twice in one object, so that a part of the file would stay "
        "as it is: save the notebook again in Jupyter");
  mlo_strip_notebook(&notebook, policy, arena, out);
  for (uint32_t i = 0; i < out->len; i++) {
    out->items[i].span.start += mark;
    out->items[i].span.end += mark;
  }
  return MLO_OK;
}

void mlo_strip_put(mlo_str text, const mlo_strip_edits *edits, mlo_buf *out) {
  size_t at = 0;
  for (uint32_t i = 0; i < edits->len; i++) {
    const mlo_strip_edit *edit = &edits->items[i];
    mlo_buf_add(out, mlo_str_slice(text, at, edit->span.start));
    mlo_buf_add(out, edit->text);
    at = edit->span.end;
  }
  mlo_buf_add(out, mlo_str_from(text, at));
}
