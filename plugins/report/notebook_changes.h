/* notebook_changes: what differs between two notebooks, cell by cell.
 *
 *   %% cell 3  code  id=3f2a81c0
 *   @@ -1,2 +1,2 @@
 *    import numpy as np
 *   -x = 1
 *   +x = 2
 *   @@ outputs @@
 *   -stdout, 1 line, 0c5e21dd8a7f9b01
 *   %% cell 5 was cell 2  markdown  id=90c1be77
 *   %% cell 7 added  code  id=11aa22bb
 *   +plot()
 *
 * Cells that moved are shown as "was"; cells that did not change are not shown. Inert on a terminal. */
#ifndef MLO_NOTEBOOK_CHANGES_H
#define MLO_NOTEBOOK_CHANGES_H

#include "mlopslint.h"
#include "notebook/notebook.h"

/* Appends the difference of two texts as a unified patch; false if it could not be made. */
typedef bool mlo_patch_fn(mlo_str path, mlo_str before, mlo_str after, mlo_buf *out);

typedef struct mlo_notebook_changes {
  const mlo_notebook *before, *after;
  bool outputs; /* outputs and execution counts count, too */
  bool color;
  mlo_patch_fn *patch;
} mlo_notebook_changes;

/* Appends what differs; nothing: they don't. */
void mlo_notebook_changes_put(const mlo_notebook_changes *self, mlo_arena *arena, mlo_buf *out);

#endif
