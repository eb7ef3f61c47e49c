#include "run/rule.h"

enum { EXCERPT_LINES = 3, EXCERPT_LINE_BYTES = 400 };

/* The lines from `first` to `last` (numbers), at most EXCERPT_LINES of them, each cut to a length that a terminal or
 * a pull request can show. */
static mlo_str excerpt_of(const mlo_lines *lines, uint32_t first, uint32_t last, mlo_arena *arena) {
  if (last > first + EXCERPT_LINES - 1) last = first + EXCERPT_LINES - 1;
  mlo_str out = {0};
  for (uint32_t line = first; line <= last; line++) {
    mlo_str text = mlo_lines_text(lines, line);
    size_t len = text.len > EXCERPT_LINE_BYTES ? EXCERPT_LINE_BYTES : text.len;
    while (len > 0 && len < text.len && (text.ptr[len] & 0xC0) == 0x80)
      len--; /* not inside a character */
    text = mlo_str_slice(text, 0, len);
    if (line > first) out = mlo_arena_concat(arena, out, MLO_STR("\n"));
    out = mlo_arena_concat(arena, out, text);
  }
  return out;
}

static uint32_t last_line_of(mlo_position start, mlo_position end) {
  return end.line > start.line && end.column == 1 ? end.line - 1 : end.line;
}

static void locate_in_cell(const mlo_file *file, const mlo_cell *cell, mlo_span in_source,
                           mlo_location *out) {
  mlo_lines lines = mlo_lines_of(cell->source, file->arena);
  out->cell = cell->number;
  out->script = file->format == MLO_FORMAT_PYTHON;
  out->cell_start = mlo_lines_position(&lines, in_source.start);
  out->cell_end = mlo_lines_position(&lines, in_source.end);
}

static void add_excerpt(const mlo_file *file, const mlo_cell *cell, mlo_location *out,
                        mlo_arena *arena) {
  bool shows_cell = mlo_location_shows_cell(out);
  mlo_lines lines = shows_cell ? mlo_lines_of(cell->source, file->arena) : *file->lines;
  mlo_position start = shows_cell ? out->cell_start : out->start;
  mlo_position end = shows_cell ? out->cell_end : out->end;
  out->excerpt_line = start.line;
  out->excerpt = excerpt_of(&lines, start.line, last_line_of(start, end), arena);
}

/* A raw span within the cell's source; {0, 0} if it is not there. The end is found by its last byte, since what stands
 * behind it may be a quote of the JSON. */
static mlo_span source_span(const mlo_cell *cell, mlo_span raw) {
  uint32_t start = mlo_origin_text(&cell->source_origin, raw.start);
  if (start == UINT32_MAX) return (mlo_span){0};
  uint32_t last =
      raw.end > raw.start ? mlo_origin_text(&cell->source_origin, raw.end - 1) : UINT32_MAX;
  return (mlo_span){start, last == UINT32_MAX || last < start ? start : last + 1};
}

/* The cell whose object in the .ipynb holds a raw span, or NULL. */
static const mlo_cell *cell_at(const mlo_notebook *notebook, mlo_span raw) {
  for (uint32_t i = 0; i < notebook->cells.len; i++)
    if (mlo_span_has(notebook->cells.items[i].span, raw)) return &notebook->cells.items[i];
  return NULL;
}

mlo_location mlo_file_locate(const mlo_file *file, mlo_space space, mlo_span span,
                             mlo_arena *arena) {
  mlo_span raw = span;
  const mlo_module_cell *module_cell = NULL;
  if (space == MLO_SPACE_TEXT && file->module) {
    raw = mlo_origin_span(&file->module->origin, span);
    module_cell = mlo_module_cell_at(file->module, span.start);
  }
  mlo_location out = {.path = mlo_arena_str(arena, file->path), .span = raw};
  out.start = mlo_lines_position(file->lines, raw.start);
  out.end = mlo_lines_position(file->lines, raw.end);
  const mlo_cell *cell = NULL;
  mlo_span in_source = {0};
  if (module_cell && module_cell->cell != MLO_NO_CELL) {
    cell = &file->notebook->cells.items[module_cell->cell];
    in_source =
        (mlo_span){span.start - module_cell->span.start, span.end - module_cell->span.start};
  } else if (!module_cell && file->notebook && (cell = cell_at(file->notebook, raw))) {
    in_source = source_span(cell, raw);
  }
  if (cell) locate_in_cell(file, cell, in_source, &out);
  add_excerpt(file, cell, &out, arena);
  return out;
}

static bool has_crlf(mlo_str text) {
  size_t end = mlo_str_find_char(text, '\n');
  return end != SIZE_MAX && end > 0 && text.ptr[end - 1] == '\r';
}

/* Line ends as the file has them on its first line. */
static mlo_str with_line_ends_of(const mlo_file *file, mlo_str text, mlo_arena *arena) {
  if (!has_crlf(file->raw) || !mlo_str_contains(text, MLO_STR("\n"))) return text;
  char *out = MLO_NEW_ARRAY(arena, char, text.len * 2);
  size_t len = 0;
  for (size_t i = 0; i < text.len; i++) {
    if (text.ptr[i] == '\n' && (i == 0 || text.ptr[i - 1] != '\r')) out[len++] = '\r';
    out[len++] = text.ptr[i];
  }
  return mlo_str_of(out, len);
}

/* What stands before the line of a cell's source that holds `at`: an indentation, `# MAGIC `, or nothing. */
static mlo_str line_beginning(const mlo_file *file, mlo_space space, uint32_t at) {
  const mlo_origin *origin = &file->module->origin;
  mlo_str text = file->module->text;
  if (space == MLO_SPACE_RAW) at = mlo_origin_text(origin, at);
  if (at > text.len) return (mlo_str){0};
  while (at > 0 && text.ptr[at - 1] != '\n') at--;
  uint32_t raw = mlo_origin_raw(origin, at), start = raw;
  while (start > 0 && file->raw.ptr[start - 1] != '\n' && file->raw.ptr[start - 1] != '\r') start--;
  return mlo_str_slice(file->raw, start, raw);
}

static mlo_str with_beginnings(mlo_str text, mlo_str beginning, mlo_arena *arena) {
  mlo_str out = {0}, rest = text;
  for (bool first = true; rest.ptr; first = false) {
    mlo_str line = mlo_str_cut(&rest, '\n');
    if (!first) out = mlo_arena_concat(arena, out, MLO_STR("\n"));
    if (!first) out = mlo_arena_concat(arena, out, beginning);
    out = mlo_arena_concat(arena, out, line);
  }
  return out;
}

mlo_str mlo_file_edit_text(const mlo_file *file, mlo_space space, uint32_t at, mlo_str text,
                           mlo_arena *arena) {
  if (file->format == MLO_FORMAT_NOTEBOOK && file->notebook && space == MLO_SPACE_TEXT)
    return mlo_json_escape(text, arena);
  if (file->notebook && file->module && file->format == MLO_FORMAT_PYTHON &&
      mlo_str_contains(text, MLO_STR("\n")))
    text = with_beginnings(text, line_beginning(file, space, at), arena);
  return mlo_arena_str(arena, with_line_ends_of(file, text, arena));
}

enum { SHOWN_OF_A_SECRET = 4 };

/* Where a position of the place lies in the excerpt: the line by number, the column by code points. */
static size_t excerpt_offset(const mlo_location *self, mlo_position at) {
  size_t offset = 0;
  for (uint32_t line = self->excerpt_line; line < at.line && offset < self->excerpt.len; line++) {
    size_t end = mlo_str_find_char(mlo_str_from(self->excerpt, offset), '\n');
    offset = end == SIZE_MAX ? self->excerpt.len : offset + end + 1;
  }
  for (uint32_t column = 1; column < at.column && offset < self->excerpt.len; column++)
    mlo_utf8_next(self->excerpt, &offset);
  return offset;
}

void mlo_location_mask(mlo_location *self, const mlo_location *secret, mlo_arena *arena) {
  bool shows_cell = mlo_location_shows_cell(self);
  mlo_position start = shows_cell ? secret->cell_start : secret->start;
  mlo_position end = shows_cell ? secret->cell_end : secret->end;
  bool near = (!shows_cell || self->cell == secret->cell) && end.line >= self->excerpt_line &&
              start.line < self->excerpt_line + EXCERPT_LINES && start.column <= self->excerpt.len;
  if (!near || !mlo_str_eq(self->path, secret->path)) return;
  bool begins_above = start.line < self->excerpt_line;
  size_t from = begins_above ? 0 : excerpt_offset(self, start) + SHOWN_OF_A_SECRET;
  size_t to = excerpt_offset(self, end);
  if (from >= to) return;
  mlo_str copy = mlo_arena_str(arena, self->excerpt);
  char *bytes = (char *)(uintptr_t)copy.ptr;
  for (size_t i = from; i < to; i++)
    if (bytes[i] != '\n') bytes[i] = '*';
  self->excerpt = copy;
}
