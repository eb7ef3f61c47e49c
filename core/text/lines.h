/* lines: offsets of a text to lines and columns. Line ends are \n, \r\n and \r, as Python has them. */
#ifndef MLO_LINES_H
#define MLO_LINES_H

#include "base/arena.h"

typedef struct mlo_lines {
  mlo_str text;     /* borrowed */
  uint32_t *starts; /* offset of each line's first byte; starts[0] is 0 */
  uint32_t count;   /* at least 1 */
} mlo_lines;

/* Both count from 1. Columns are in code points; column16 in UTF-16 units. */
typedef struct mlo_position {
  uint32_t line;
  uint32_t column;
  uint32_t column16;
} mlo_position;

mlo_lines mlo_lines_of(mlo_str text, mlo_arena *arena);
/* Offsets past the end count as the end; an offset inside a character as its start. */
mlo_position mlo_lines_position(const mlo_lines *self, uint32_t offset);
/* The index (from 0) of the line that holds offset. */
uint32_t mlo_lines_find(const mlo_lines *self, uint32_t offset);
/* Line number `line` (from 1) without its line end; empty when there is none. */
mlo_str mlo_lines_text(const mlo_lines *self, uint32_t line);
/* Offset of a position given in UTF-16 units or UTF-8 bytes, both from 0 as LSP counts; clamped to the line. */
uint32_t mlo_lines_offset16(const mlo_lines *self, uint32_t line0, uint32_t column16_0);
uint32_t mlo_lines_offset8(const mlo_lines *self, uint32_t line0, uint32_t column8_0);

#endif
