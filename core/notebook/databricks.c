#include "notebook/script_lines.h"

static const mlo_str separator = MLO_STR_INIT("# COMMAND ----------");
static const mlo_str magic = MLO_STR_INIT("# MAGIC");

static bool is_separator(mlo_str raw, mlo_span line) {
  return mlo_str_eq(mlo_str_trim(mlo_span_of(raw, line)), separator);
}

/* Blank lines and titles at a cell's top are no part of its source. */
static bool is_above_source(mlo_str raw, mlo_span line) {
  return mlo_script_is_blank(raw, line) ||
         mlo_str_starts(mlo_span_of(raw, line), MLO_STR("# DBTITLE "));
}

static mlo_span without_magic(mlo_str raw, mlo_span line) {
  if (!mlo_str_starts(mlo_span_of(raw, line), magic)) return line;
  line.start += (uint32_t)magic.len;
  if (line.start < line.end && raw.ptr[line.start] == ' ') line.start++;
  return line;
}

/* Takes %md off the first line; true if it was there. */
static bool take_markdown(mlo_str raw, mlo_script_lines *lines) {
  static const mlo_str names[] = {MLO_STR_INIT("%md-sandbox"), MLO_STR_INIT("%md")};
  mlo_str first = mlo_span_of(raw, lines->items[0]);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char behind = first.len > names[i].len ? first.ptr[names[i].len] : ' ';
    if (!mlo_str_starts(first, names[i]) || (behind != ' ' && behind != '\t')) continue;
    lines->items[0].start += (uint32_t)(first.len > names[i].len ? names[i].len + 1 : first.len);
    return true;
  }
  return false;
}

static void add_cell(mlo_notebook *out, mlo_span span, mlo_script_lines *lines, mlo_arena *arena) {
  mlo_script_trim(out->raw, lines, false);
  if (lines->len == 0) return;
  bool markdown = take_markdown(out->raw, lines);
  mlo_script_trim(out->raw, lines, markdown);
  mlo_script_add(out, markdown ? MLO_CELL_MARKDOWN : MLO_CELL_CODE, span, lines, arena);
}

void mlo_databricks_read(mlo_notebook *out, mlo_arena *arena) {
  mlo_str raw = out->raw;
  uint32_t at, next;
  mlo_script_line(raw, 0, &at);
  uint32_t start = at;
  mlo_script_lines lines = {0};
  for (; at < raw.len; at = next) {
    mlo_span line = mlo_script_line(raw, at, &next);
    if (is_separator(raw, line)) {
      add_cell(out, (mlo_span){start, at}, &lines, arena);
      lines = (mlo_script_lines){0};
      start = next;
    } else if (lines.len > 0 || !is_above_source(raw, line)) {
      line = without_magic(raw, line);
      MLO_PUSH(arena, &lines, line);
    }
  }
  add_cell(out, (mlo_span){start, (uint32_t)raw.len}, &lines, arena);
}
