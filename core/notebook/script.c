#include "notebook/script.h"

#include "notebook/script_lines.h"

/* --- lines ----------------------------------------------------------------------------------- */

static bool is_line_end(char c) { return c == '\n' || c == '\r'; }

mlo_span mlo_script_line(mlo_str raw, uint32_t at, uint32_t *next) {
  uint32_t end = at;
  while (end < raw.len && raw.ptr[end] != '\n' && raw.ptr[end] != '\r') end++;
  bool pair = end + 1 < raw.len && raw.ptr[end] == '\r' && raw.ptr[end + 1] == '\n';
  *next = end < raw.len ? end + (pair ? 2 : 1) : end;
  return (mlo_span){at, end};
}

bool mlo_script_is_blank(mlo_str raw, mlo_span line) {
  return mlo_str_trim(mlo_span_of(raw, line)).len == 0;
}

void mlo_script_trim(mlo_str raw, mlo_script_lines *lines, bool both) {
  while (lines->len > 0 && mlo_script_is_blank(raw, lines->items[lines->len - 1])) lines->len--;
  while (both && lines->len > 0 && mlo_script_is_blank(raw, lines->items[0]))
    lines->items++, lines->len--, lines->cap--;
}

/* --- cells ----------------------------------------------------------------------------------- */

/* True if nothing was taken off any line but the first. */
static bool is_whole(mlo_str raw, const mlo_script_lines *lines) {
  for (uint32_t i = 1; i < lines->len; i++) {
    if (!is_line_end(raw.ptr[lines->items[i].start - 1])) return false;
  }
  return true;
}

/* A line end stands for all up to the rest of the next line, so that what replaces lines leaves no beginning behind. */
static mlo_str join_lines(mlo_str raw, const mlo_script_lines *lines, mlo_origin *origin,
                          mlo_arena *arena) {
  uint32_t size = 0, len = 0;
  for (uint32_t i = 0; i < lines->len; i++) size += lines->items[i].end - lines->items[i].start + 1;
  char *text = MLO_NEW_ARRAY(arena, char, size);
  for (uint32_t i = 0; i < lines->len; i++) {
    mlo_span line = lines->items[i];
    if (i > 0 && is_line_end(raw.ptr[lines->items[i - 1].end])) text[len++] = '\n';
    mlo_origin_add(origin, len, line.start, arena);
    memcpy(text + len, raw.ptr + line.start, line.end - line.start);
    len += line.end - line.start;
    mlo_origin_add(origin, len, line.end, arena);
  }
  return mlo_str_of(text, len);
}

mlo_cell *mlo_script_add(mlo_notebook *notebook, mlo_cell_kind kind, mlo_span span,
                         const mlo_script_lines *lines, mlo_arena *arena) {
  mlo_cell cell = {.kind = kind, .number = notebook->cells.len + 1, .span = span};
  cell.execution_count = -1;
  mlo_str raw = notebook->raw;
  if (lines->len == 0) {
    mlo_origin_add(&cell.source_origin, 0, span.end, arena);
  } else if (is_whole(raw, lines)) {
    mlo_span all = {lines->items[0].start, lines->items[lines->len - 1].end};
    cell.source = mlo_span_of(raw, all);
    mlo_origin_add(&cell.source_origin, 0, all.start, arena);
    mlo_origin_add(&cell.source_origin, all.end - all.start, all.end, arena);
  } else {
    cell.source = join_lines(raw, lines, &cell.source_origin, arena);
  }
  MLO_PUSH(arena, &notebook->cells, cell);
  return &notebook->cells.items[notebook->cells.len - 1];
}

/* --- files ----------------------------------------------------------------------------------- */

static bool is_databricks(mlo_str raw) {
  static const mlo_str head = MLO_STR_INIT("# Databricks notebook source");
  uint32_t next;
  if (!mlo_str_starts(raw, head)) return false;
  return mlo_str_eq(mlo_str_trim(mlo_span_of(raw, mlo_script_line(raw, 0, &next))), head);
}

static bool may_be_marimo(mlo_str raw) {
  return mlo_str_contains(raw, MLO_STR("marimo.App(")) && mlo_str_contains(raw, MLO_STR("@app."));
}

bool mlo_script_is_notebook(mlo_str raw, mlo_notebook_form *form) {
  *form = is_databricks(raw)             ? MLO_FORM_DATABRICKS
          : may_be_marimo(raw)           ? MLO_FORM_MARIMO
          : mlo_percent_is_notebook(raw) ? MLO_FORM_PERCENT
                                         : MLO_FORM_IPYNB;
  return *form != MLO_FORM_IPYNB;
}

mlo_status mlo_script_read(mlo_str raw, mlo_notebook_form form, mlo_parser *parser,
                           mlo_arena *arena, mlo_notebook *out, mlo_error *err) {
  static const mlo_platform platforms[MLO_FORM_COUNT] = {
      [MLO_FORM_DATABRICKS] = MLO_PLATFORM_DATABRICKS, [MLO_FORM_MARIMO] = MLO_PLATFORM_MARIMO};
  *out = (mlo_notebook){.raw = raw, .form = form, .nbformat_minor = -1};
  out->platform = platforms[form];
  out->language = MLO_STR("python");
  mlo_status status = MLO_OK;
  if (form == MLO_FORM_DATABRICKS) mlo_databricks_read(out, arena);
  if (form == MLO_FORM_PERCENT) mlo_percent_read(out, arena);
  if (form == MLO_FORM_MARIMO) status = mlo_marimo_read(out, parser, arena, err);
  for (uint32_t i = 0; i < out->cells.len; i++)
    mlo_language_of_cell(out, &out->cells.items[i], out->cells.items[i].language, arena);
  return status;
}
