#include "text/lines.h"

#include "text/encoding.h"

/* The offset behind the next line end from `at`, or SIZE_MAX. */
static size_t next_start(mlo_str text, size_t at) {
  while (at < text.len && text.ptr[at] != '\n' && text.ptr[at] != '\r') at++;
  if (at == text.len) return SIZE_MAX;
  bool pair = text.ptr[at] == '\r' && at + 1 < text.len && text.ptr[at + 1] == '\n';
  return at + (pair ? 2 : 1);
}

mlo_lines mlo_lines_of(mlo_str text, mlo_arena *arena) {
  uint32_t count = 1;
  for (size_t at = 0; (at = next_start(text, at)) != SIZE_MAX;) count++;
  mlo_lines lines = {.text = text, .starts = MLO_NEW_ARRAY(arena, uint32_t, count), .count = 1};
  for (size_t at = 0; (at = next_start(text, at)) != SIZE_MAX;)
    lines.starts[lines.count++] = (uint32_t)at;
  return lines;
}

uint32_t mlo_lines_find(const mlo_lines *self, uint32_t offset) {
  uint32_t low = 0, high = self->count;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (self->starts[middle] <= offset)
      low = middle;
    else
      high = middle;
  }
  return low;
}

/* A run of ASCII, eight bytes at a time: in notebooks and minified JSON a line may have megabytes. */
static size_t skip_ascii(mlo_str text, size_t at, size_t end) {
  uint64_t word;
  for (; end - at >= sizeof word; at += sizeof word) {
    memcpy(&word, text.ptr + at, sizeof word);
    if (word & UINT64_C(0x8080808080808080)) break;
  }
  return at;
}

mlo_position mlo_lines_position(const mlo_lines *self, uint32_t offset) {
  size_t end = offset < self->text.len ? offset : self->text.len;
  uint32_t line = mlo_lines_find(self, (uint32_t)end);
  mlo_position position = {line + 1, 1, 1};
  for (size_t at = self->starts[line]; at < end;) {
    size_t ascii = skip_ascii(self->text, at, end);
    position.column += (uint32_t)(ascii - at);
    position.column16 += (uint32_t)(ascii - at);
    at = ascii;
    if (at == end) break;
    uint32_t c = mlo_utf8_next(self->text, &at);
    if (at > end) break;
    position.column++;
    position.column16 += c > 0xffff ? 2 : 1;
  }
  return position;
}

mlo_str mlo_lines_text(const mlo_lines *self, uint32_t line) {
  if (line == 0 || line > self->count) return (mlo_str){0};
  size_t end = line < self->count ? self->starts[line] : self->text.len;
  mlo_str text = mlo_str_slice(self->text, self->starts[line - 1], end);
  if (mlo_str_ends(text, MLO_STR("\n"))) text.len--;
  if (mlo_str_ends(text, MLO_STR("\r"))) text.len--;
  return text;
}

uint32_t mlo_lines_offset16(const mlo_lines *self, uint32_t line0, uint32_t column16_0) {
  if (line0 >= self->count) return (uint32_t)self->text.len;
  mlo_str line = mlo_lines_text(self, line0 + 1);
  size_t at = 0;
  for (uint32_t column = 0; at < line.len && column < column16_0;) {
    size_t next = at;
    column += mlo_utf8_next(line, &next) > 0xffff ? 2 : 1;
    if (column > column16_0) break;
    at = next;
  }
  return self->starts[line0] + (uint32_t)at;
}

uint32_t mlo_lines_offset8(const mlo_lines *self, uint32_t line0, uint32_t column8_0) {
  if (line0 >= self->count) return (uint32_t)self->text.len;
  mlo_str line = mlo_lines_text(self, line0 + 1);
  size_t at = 0;
  for (size_t next = 0; at < line.len; at = next) {
    mlo_utf8_next(line, &next);
    if (next > column8_0) break;
  }
  return self->starts[line0] + (uint32_t)at;
}
