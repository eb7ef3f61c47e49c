/* notebook_text: a notebook as text for people and for `git diff`: the same notebook gives the same text, and a change in
 * one cell changes that cell's lines only (cells are not numbered).
 *
 *   %% notebook  python, kernel python3, nbformat 4.5
 *
 *   %% code  id=3f2a81c0  tags=keep
 *   df.describe()
 *   -- out [7]
 *   -- stdout
 *   120 rows
 *   -- image/png, 12 kB, 90d1bc41a2f0e7aa
 *
 * All text is inert on a terminal (see terminal.h); colours and overwritten progress bars in outputs are left out. */
#ifndef MLO_NOTEBOOK_TEXT_H
#define MLO_NOTEBOOK_TEXT_H

#include "mlopslint.h"
#include "notebook/notebook.h"

void mlo_notebook_text_put(const mlo_notebook *notebook, bool outputs, mlo_arena *arena,
                           mlo_buf *out);

/* "python, kernel python3, nbformat 4.5" */
void mlo_notebook_text_put_kernel(const mlo_notebook *notebook, mlo_buf *out);
/* "code  id=3f2a81c0  tags=keep" */
void mlo_notebook_text_put_header(const mlo_cell *cell, mlo_buf *out);
/* One line for each text of the output: "stdout, 3 lines, DIGEST" or "image/png, 12 kB, DIGEST". */
void mlo_notebook_text_put_summary(const mlo_notebook *notebook, const mlo_output *output,
                                   mlo_arena *arena, mlo_buf *out);
/* Foreign lines, escaped; the last one ends with a line end, too. */
void mlo_notebook_text_put_lines(mlo_str text, mlo_buf *out);

#endif
