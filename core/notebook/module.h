/* module: the Python module that a notebook's code cells make, in document order. Cells that their platform gives to
 * another language are not in it; those that a magic gives to one are, blanked.
 *
 * IPython's own syntax is made harmless without moving a byte: `%magic`, `!shell`, `x = !ls`, `x = %time f()`,
 * `?help`, `help?`, automagics (`pip install x`, `ls -l`, `cd ..`) and whole `%%cell` magics become spaces, with
 * `pass` where a block needs a statement and `...` where an assignment needs a value, but the Python inside `%time f()`, `%%time`, `%%timeit`, `%%capture` and their like stays code.
 * Rules: https://ipython.readthedocs.io/en/stable/interactive/magics.html */
#ifndef MLO_MODULE_H
#define MLO_MODULE_H

#include "lang/language.h"
#include "notebook/notebook.h"

/* A shell line or magic that was taken out. */
typedef struct mlo_magic {
  mlo_str
      name; /* "pip", "run", "matplotlib", "%%bash" (with its signs for cell magics), "!" for the shell,
                      "?" for help */
  mlo_str line;  /* its text without sign and name, continuation lines joined */
  mlo_span span; /* in the module's text; of a cell magic that owns its cell, to the cell's end */
  uint32_t cell; /* index into cells */
} mlo_magic;

typedef struct mlo_module_cell {
  uint32_t
      cell; /* index into the notebook's cells; MLO_NO_CELL: Python outside of cells (marimo) */
  mlo_span span; /* its text in the module */
  bool broken;   /* is not Python even after magics are understood; left out of the module's tree */
  mlo_span broken_span; /* in the module: where its first error stands */
} mlo_module_cell;

typedef struct mlo_module {
  mlo_str text;     /* what is parsed: same length as `original`, magics and broken cells blanked */
  mlo_str original; /* the cells' text as written, joined by line ends */
  mlo_origin origin; /* text offsets to raw offsets of the .ipynb */
  MLO_ARRAY(mlo_module_cell) cells;
  MLO_ARRAY(mlo_magic) magics;
} mlo_module;

/* Makes the module of a Python notebook and its tree (tree may be NULL). A cell that does not parse is marked
 * broken and blanked, so that it can't spoil its neighbours. */
mlo_status mlo_module_of_notebook(const mlo_notebook *notebook, mlo_parser *parser,
                                  mlo_arena *arena, mlo_module *out, mlo_tree *tree,
                                  mlo_error *err);
/* The cells' text in the order in which they last ran, by their execution counts; a cell without a count follows the one
 * above it. Empty if that is the order in which they stand. */
typedef MLO_ARRAY(mlo_span) mlo_cell_runs;
void mlo_module_runs(const mlo_module *self, const mlo_notebook *notebook, mlo_arena *arena,
                     mlo_cell_runs *out);
/* The module cell that holds a text offset, or NULL. */
const mlo_module_cell *mlo_module_cell_at(const mlo_module *self, uint32_t offset);

#endif
