/* frame: the line of code a finding points at, as people see it, and where its carets stand. */
#ifndef MLO_FRAME_H
#define MLO_FRAME_H

#include "mlopslint.h"

typedef struct mlo_frame {
  uint32_t line;   /* its number: in the cell if the place is in one, else in the file */
  uint32_t indent; /* terminal columns before the first caret */
  uint32_t carets; /* at least 1 */
} mlo_frame;

/* Appends the first line of location to code: escaped for a terminal, tabs expanded, cut around the place to fit into
 * `columns` (0: a width that suits a log). False, and nothing appended, if the location has no such line. */
bool mlo_frame_of(const mlo_location *location, uint32_t columns, mlo_frame *out, mlo_buf *code);

/* The line of location's excerpt at which it starts; ptr NULL if the excerpt lacks it. */
mlo_str mlo_excerpt_line(const mlo_location *location);

#endif
