/* magics: IPython's own syntax in code cells, found by the rules of its input transformer and made harmless in
 * place, so that a Python parser reads the rest. No byte moves: what goes becomes spaces, and a filler stands
 * where Python needs a statement or a value. */
#ifndef MLO_MAGICS_H
#define MLO_MAGICS_H

#include "base/map.h"
#include "notebook/module.h"

typedef struct mlo_magics {
  mlo_module *module; /* `original` is read, `magics` is filled */
  char *text;         /* the module's text, as long as `original`, in which we blank */
  mlo_arena *arena;
  mlo_map bound; /* what is known of automagic names: 1 free, 2 bound somewhere in the notebook */
} mlo_magics;

/* Treats one cell. */
void mlo_magics_blank(mlo_magics *self, const mlo_module_cell *cell);
/* True if the cell is not Python to its end after a first line such as %sql or %sh: on some platforms
 * (Databricks) these speak for the whole cell, in plain IPython for their line. */
bool mlo_magics_may_own_cell(const mlo_magics *self, const mlo_module_cell *cell);

#endif
