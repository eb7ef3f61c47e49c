/* merge_order: which cells a three-way merge of notebooks has, in which order: the part of merging that only looks at
 * whole cells.
 *
 * Cells that neither side moved or deleted are fixed: they stand in the same order in all three notebooks. Between two
 * fixed cells stands what ours added or moved there and what theirs did. If both did, and it is not the same, no order is
 * right: a region of conflict. */
#ifndef MLO_MERGE_ORDER_H
#define MLO_MERGE_ORDER_H

#include "notebook/align.h"

typedef enum mlo_merge_step_kind {
  MLO_MERGE_CELL,
  MLO_MERGE_REGION_OURS,   /* the cells up to the next mark are ours */
  MLO_MERGE_REGION_THEIRS, /* those up to the next mark are theirs */
  MLO_MERGE_REGION_END
} mlo_merge_step_kind;

typedef struct mlo_merge_step {
  mlo_merge_step_kind kind;
  /* The versions of a cell, as indices into the lists; MLO_NO_CELL where there is none. A cell that both added has no
   * base. One that is in the base and on one side only was deleted on the other, and changed here. */
  uint32_t base, ours, theirs;
  bool in_region;
  bool moved_apart; /* both sides moved it, to different places: it stands at ours' */
} mlo_merge_step;
typedef MLO_ARRAY(mlo_merge_step) mlo_merge_steps;

mlo_merge_steps mlo_merge_order(const mlo_cell_list *base, const mlo_cell_list *ours,
                                const mlo_cell_list *theirs, mlo_arena *arena);

#endif
