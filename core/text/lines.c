#include "text/lines.h"

#include "text/encoding.h"

/* A walk over line ends: the next of each kind at or behind `at`, SIZE_MAX if there is none. Each is looked for once. */
typedef struct walk {
  mlo_str text;
  size_t at, feed, carriage;
} walk;

static size_t find_from(mlo_str text, size_t at, char c) {
  size_t found = mlo_str_find_char(mlo_str_from(text, at), c);
  return found == SIZE_MAX ? SIZE_MAX : at + found;
}

static walk begin(mlo_str text) {
  return (walk){text, 0, find_from(text, 0, '\n'), find_from(text, 0, '\r')};
}

/* The offset behind the next line end, or SIZE_MAX. */
static size_t next_start(walk *self) {
  if (self->feed < self->at) self->feed = find_from(self->text, self->at, '\n');
  if (self->carriage < self->at) self->carriage = find_from(self->text, self->at, '\r');
  size_t end = self->feed < self->carriage ? self->feed : self->carriage;
  if (end == SIZE_MAX) return SIZE_MAX;
  bool pair = end == self->carriage && self->feed == end + 1;
  return self->at = end + (pair ? 2 : 1);
}

mlo_lines mlo_lines_of(mlo_str text, mlo_arena *arena) {
  uint32_t count = 1;
  for (walk counting = begin(text); next_start(&counting) != SIZE_MAX;) count++;
  mlo_lines lines = {.text = text, .starts = MLO_NEW_ARRAY(arena, uint32_t, count), .count = 1};
  walk noting = begin(text);
  for (size_t at; (at = next_start(&noting)) != SIZE_MAX;)
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
