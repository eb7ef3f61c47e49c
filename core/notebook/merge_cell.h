/* merge_cell: the text of one cell of the merged notebook. Private to merge*.c. */
#ifndef MLO_MERGE_CELL_H
#define MLO_MERGE_CELL_H

#include "notebook/merge_value.h"

/* The cell of a step (of kind MLO_MERGE_CELL), which stands at this depth. A cell of ours that does not change is
 * given as it stands in ours. */
mlo_str mlo_merge_cell(mlo_merging *self, const mlo_merge_step *step, uint32_t depth);
/* A raw cell that holds the mark of a region. */
mlo_str mlo_merge_mark(mlo_merging *self, mlo_merge_step_kind kind, uint32_t depth);
/* The cell with this id, which takes the place of the one that it may have. */
mlo_str mlo_merge_with_id(mlo_merging *self, mlo_str cell, mlo_str id, uint32_t depth);

#endif
