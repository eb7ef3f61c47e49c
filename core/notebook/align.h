/* align: which cell of one list is which cell of another: by id, then by equal source, then, in between and in order, by
 * similar source. */
#ifndef MLO_ALIGN_H
#define MLO_ALIGN_H

#include "notebook/notebook.h"

/* Cells of any notebook, in order; borrowed. */
typedef MLO_ARRAY(const mlo_cell *) mlo_cell_list;

typedef struct mlo_alignment {
  uint32_t *to_b; /* for each cell of a its partner in b, or MLO_NO_CELL */
  uint32_t *to_a; /* for each cell of b */
  bool *moved;    /* for each cell of a: its partner stands elsewhere among the others */
} mlo_alignment;

mlo_cell_list mlo_cells_of(const mlo_notebook *notebook, mlo_arena *arena);

/* The time is bounded: of long stretches without equal cells only what stands at about the same place is compared. */
mlo_alignment mlo_cells_align(const mlo_cell_list *a, const mlo_cell_list *b, mlo_arena *arena);

/* An id that says which cell it is: one that only numbers the cells (as some tools write it) does not. */
bool mlo_cell_has_identity(const mlo_cell *cell);

#endif
