/* merge: three-way merge of notebooks, cell by cell.
 *
 * Each cell is taken from the side that changed it. Where both changed its source, the lines are merged; where that
 * fails, the source holds marks of conflict as git writes them, inside the cell, so the notebook still opens. Where
 * no order of cells is right, raw cells hold the marks. Outputs and execution counts stay with the source that they are
 * of: a source that is of neither side has none. Metadata is merged key by key, ours first.
 *
 * Bytes of ours that do not change stay; what comes from theirs takes the style of ours. */
#ifndef MLO_MERGE_H
#define MLO_MERGE_H

#include "notebook/notebook.h"

/* Three texts to be merged by lines. */
typedef struct mlo_line_merge {
  mlo_str base, ours, theirs;
  mlo_str our_label, their_label; /* for the marks of conflict */
  uint32_t marker_size;           /* signs that a mark has */
} mlo_line_merge;

/* Writes the merged text, in the arena or borrowed, and whether it holds conflicts. The core does not merge lines
 * itself: see plugins/git. */
typedef mlo_status mlo_line_merge_fn(const mlo_line_merge *texts, mlo_arena *arena, mlo_str *merged,
                                     bool *conflict, mlo_error *err);

typedef struct mlo_merge_options {
  mlo_line_merge_fn *merge_lines;
  mlo_str our_label, their_label; /* one line each */
  uint32_t marker_size;
} mlo_merge_options;
#define MLO_MERGE_OPTIONS_INIT                                                                     \
  { NULL, MLO_STR_INIT("ours"), MLO_STR_INIT("theirs"), 7 }

/* Something that a person should look at. */
typedef struct mlo_merge_note {
  uint32_t cell; /* number in the result; 0: the notebook */
  bool conflict;
  mlo_str message;
} mlo_merge_note;

typedef struct mlo_merged {
  mlo_str text; /* a notebook: it was read back */
  uint32_t conflicts;
  MLO_ARRAY(mlo_merge_note) notes;
} mlo_merged;

/* base: NULL where both sides added the notebook. Fails for versions of the format that differ, and for what can't be
 * merged without a loss. */
mlo_status mlo_notebook_merge(const mlo_notebook *base, const mlo_notebook *ours,
                              const mlo_notebook *theirs, const mlo_merge_options *options,
                              mlo_arena *arena, mlo_merged *out, mlo_error *err);

#endif
