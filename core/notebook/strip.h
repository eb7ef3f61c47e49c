/* strip: a notebook without what its policy does not let stay. Nothing else of its bytes changes: indentation, the order
 * of keys, escapes, line ends and the last line's end stay as they are, and to strip twice is to strip once. */
#ifndef MLO_STRIP_H
#define MLO_STRIP_H

#include "notebook/policy.h"

typedef struct mlo_strip_edit {
  mlo_span span; /* raw */
  mlo_str text;  /* what stands there instead */
} mlo_strip_edit;
typedef MLO_ARRAY(mlo_strip_edit) mlo_strip_edits;

/* What must change: sorted, apart from each other; none: it is stripped. */
void mlo_strip_notebook(const mlo_notebook *notebook, const mlo_policy *policy, mlo_arena *arena,
                        mlo_strip_edits *out);
/* The same for one cell, its metadata left alone. all: its outputs go also where they may stay. */
void mlo_strip_outputs(const mlo_notebook *notebook, const mlo_policy *policy, const mlo_cell *cell,
                       bool all, mlo_arena *arena, mlo_strip_edits *out);

/* What must change in a file's bytes. A byte order mark stays; a file of no bytes, as `git add --intent-to-add` makes it,
 * is a stripped notebook. Fails as mlo_notebook_read does, and where a member stands twice (notebook->repeats): then the
 * first one would stay as it is. */
mlo_status mlo_strip_bytes(mlo_str bytes, mlo_str path, const mlo_policy *policy, mlo_arena *arena,
                           mlo_strip_edits *out, mlo_error *err);
/* Writes text with its edits made. */
void mlo_strip_put(mlo_str text, const mlo_strip_edits *edits, mlo_buf *out);

#endif
