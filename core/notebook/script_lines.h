/* script_lines: what the readers of scripts share. Private to core/notebook. */
#ifndef MLO_SCRIPT_LINES_H
#define MLO_SCRIPT_LINES_H

#include "notebook/reader.h"
#include "notebook/script.h"

/* Lines of a cell: raw spans without their line ends and without what is taken off their beginnings. A line from whose
 * middle something is taken has two. */
typedef MLO_ARRAY(mlo_span) mlo_script_lines;

/* The line that begins at `at`, without its end; *next is where the next one begins (raw.len at the end). */
mlo_span mlo_script_line(mlo_str raw, uint32_t at, uint32_t *next);
bool mlo_script_is_blank(mlo_str raw, mlo_span line);
/* Lines without blank ones at the end, and at the beginning. */
void mlo_script_trim(mlo_str raw, mlo_script_lines *lines, bool both);
/* Appends a cell whose source is these lines. span: all of it in the file, markers included. */
mlo_cell *mlo_script_add(mlo_notebook *notebook, mlo_cell_kind kind, mlo_span span,
                         const mlo_script_lines *lines, mlo_arena *arena);

void mlo_databricks_read(mlo_notebook *out, mlo_arena *arena);
bool mlo_percent_is_notebook(mlo_str raw);
void mlo_percent_read(mlo_notebook *out, mlo_arena *arena);
mlo_status mlo_marimo_read(mlo_notebook *out, mlo_parser *parser, mlo_arena *arena, mlo_error *err);

#endif
