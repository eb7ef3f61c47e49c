#include "plugins/lsp/sync.h"

uint32_t mlo_sync_offset(const mlo_lines *lines, mlo_lsp_point point, mlo_lsp_encoding encoding) {
  return encoding == MLO_LSP_UTF8 ? mlo_lines_offset8(lines, point.line, point.column)
                                  : mlo_lines_offset16(lines, point.line, point.column);
}

static uint32_t from_zero(uint32_t from_one) { return from_one ? from_one - 1 : 0; }

/* Bytes of the first `count` code points. */
static uint32_t bytes_of(mlo_str line, uint32_t count) {
  size_t at = 0;
  while (count-- > 0 && at < line.len) mlo_utf8_next(line, &at);
  return (uint32_t)at;
}

mlo_lsp_point mlo_sync_point(mlo_position position, mlo_str line, mlo_lsp_encoding encoding) {
  uint32_t column = encoding == MLO_LSP_UTF8 ? bytes_of(line, from_zero(position.column))
                                             : from_zero(position.column16);
  return (mlo_lsp_point){from_zero(position.line), column};
}

int mlo_sync_compare(mlo_lsp_point a, mlo_lsp_point b) {
  if (a.line != b.line) return a.line < b.line ? -1 : 1;
  return (a.column > b.column) - (a.column < b.column);
}

static mlo_span span_of(mlo_str text, const mlo_lsp_change *change, mlo_lsp_encoding encoding,
                        mlo_arena *scratch) {
  if (change->whole) return (mlo_span){0, (uint32_t)text.len};
  mlo_arena_mark mark = mlo_arena_save(scratch);
  mlo_lines lines = mlo_lines_of(text, scratch);
  uint32_t start = mlo_sync_offset(&lines, change->start, encoding);
  uint32_t end = mlo_sync_offset(&lines, change->end, encoding);
  mlo_arena_restore(scratch, mark);
  return start <= end ? (mlo_span){start, end} : (mlo_span){end, start};
}

void mlo_sync_apply(mlo_buf *text, const mlo_lsp_change *change, mlo_lsp_encoding encoding,
                    mlo_arena *scratch) {
  mlo_str before = mlo_buf_str(text);
  mlo_span span = span_of(before, change, encoding, scratch);
  mlo_buf after = {.max = text->max};
  mlo_buf_add(&after, mlo_str_slice(before, 0, span.start));
  mlo_buf_add(&after, change->text);
  mlo_buf_add(&after, mlo_str_from(before, span.end));
  mlo_buf_release(text);
  *text = after;
}
