#include "plugins/report/frame.h"

#include "plugins/report/terminal.h"

enum { TAB = 4, LOG_COLUMNS = 160, FEWEST_COLUMNS = 24 };
#define ELLIPSIS MLO_STR("\xe2\x80\xa6")

/* Cuts *rest at the first \n, \r\n or \r, as mlo_str_cut does. */
static mlo_str cut_line(mlo_str *rest) {
  size_t at = 0;
  while (at < rest->len && rest->ptr[at] != '\n' && rest->ptr[at] != '\r') at++;
  mlo_str line = mlo_str_slice(*rest, 0, at);
  if (at == rest->len) {
    *rest = (mlo_str){0};
    return line;
  }
  bool pair = rest->ptr[at] == '\r' && at + 1 < rest->len && rest->ptr[at + 1] == '\n';
  *rest = mlo_str_from(*rest, at + 1 + pair);
  return line;
}

static mlo_position start_of(const mlo_location *location) {
  return mlo_location_shows_cell(location) ? location->cell_start : location->start;
}
static mlo_position end_of(const mlo_location *location) {
  return mlo_location_shows_cell(location) ? location->cell_end : location->end;
}

mlo_str mlo_excerpt_line(const mlo_location *location) {
  uint32_t wanted = start_of(location).line, number = location->excerpt_line;
  if (!wanted || !number || !location->excerpt.len) return (mlo_str){0};
  for (mlo_str rest = location->excerpt; rest.ptr; number++) {
    mlo_str line = cut_line(&rest);
    if (number == wanted) return line;
  }
  return (mlo_str){0};
}

/* The offset of a column (code points, from 1), clamped to the line. */
static size_t offset_of(mlo_str line, uint32_t column) {
  size_t at = 0;
  while (column > 1 && at < line.len) mlo_utf8_next(line, &at), column--;
  return at;
}

/* Appends text as it is shown from terminal column `column` on; returns the column behind it. */
static uint32_t show(mlo_buf *out, mlo_str text, uint32_t column) {
  mlo_buf escaped = {0};
  mlo_terminal_add_code(&escaped, text);
  mlo_str rest = mlo_buf_str(&escaped);
  while (rest.len) {
    mlo_str piece = mlo_str_cut(&rest, '\t');
    mlo_buf_add(out, piece);
    column += mlo_display_width(piece, 0, 1);
    if (!rest.ptr) break;
    do mlo_buf_char(out, ' ');
    while (++column % TAB);
  }
  mlo_buf_release(&escaped);
  return column;
}

/* An upper bound of the columns of the character at `at`, which is moved behind it. */
static uint32_t columns_of(mlo_str line, size_t *at) {
  size_t start = *at;
  uint32_t c = mlo_utf8_next(line, at);
  if (c == '\t') return TAB;
  if (mlo_terminal_forbids(c) || (c >= 0x80 && *at - start == 1)) return 10;
  return c < 0x300 ? 1 : mlo_display_width(mlo_str_slice(line, start, *at), 0, 1);
}

static size_t step_back(mlo_str line, size_t at) {
  for (at--; at > 0 && ((unsigned char)line.ptr[at] & 0xc0) == 0x80;) at--;
  return at;
}

/* The part of line to show: all of it if it fits, else what stands around offset `at`. */
static mlo_span window(mlo_str line, size_t at, uint32_t columns) {
  uint32_t used = 0;
  size_t end = 0;
  while (end < line.len && used <= columns) used += columns_of(line, &end);
  if (end == line.len && used <= columns) return (mlo_span){0, (uint32_t)line.len};

  size_t from = at;
  for (used = 0; from > 0 && used < columns / 3;) {
    from = step_back(line, from);
    size_t next = from;
    used += columns_of(line, &next);
  }
  size_t to = from, next = from;
  for (used = 2; next < line.len;) { /* 2: both ellipses */
    used += columns_of(line, &next);
    if (used > columns) break;
    to = next;
  }
  return (mlo_span){(uint32_t)from, (uint32_t)to};
}

bool mlo_frame_of(const mlo_location *location, uint32_t columns, mlo_frame *out, mlo_buf *code) {
  mlo_str line = mlo_excerpt_line(location);
  if (!line.ptr) return false;
  mlo_position start = start_of(location), end = end_of(location);
  size_t from = offset_of(line, start.column);
  if (from == line.len && offset_of(line, start.column - 1) == line.len && start.column > 1)
    return false; /* the excerpt was cut before the place */
  size_t to = end.line == start.line ? offset_of(line, end.column) : line.len;
  if (columns == 0) columns = LOG_COLUMNS;
  if (columns < FEWEST_COLUMNS) columns = FEWEST_COLUMNS;
  mlo_span part = window(line, from, columns);
  if (to > part.end) to = part.end;
  if (to < from) to = from;

  if (part.start > 0) mlo_buf_add(code, ELLIPSIS);
  uint32_t indent = show(code, mlo_str_slice(line, part.start, from), part.start > 0);
  uint32_t behind = show(code, mlo_str_slice(line, from, to), indent);
  show(code, mlo_str_slice(line, to, part.end), behind);
  if (part.end < line.len) mlo_buf_add(code, ELLIPSIS);
  *out = (mlo_frame){
      .line = start.line, .indent = indent, .carets = behind > indent ? behind - indent : 1};
  return true;
}
