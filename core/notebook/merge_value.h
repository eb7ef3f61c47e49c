/* merge_value: three-way merge of JSON values, and what the files of the notebook merge share. Private to merge*.c. */
#ifndef MLO_MERGE_VALUE_H
#define MLO_MERGE_VALUE_H

#include "notebook/json_style.h"
#include "notebook/merge.h"
#include "notebook/merge_order.h"

typedef struct mlo_merge_side {
  const mlo_notebook *notebook;
  mlo_json_style style;
  mlo_cell_list cells;
} mlo_merge_side;

typedef struct mlo_merging {
  mlo_merge_side base, ours, theirs;
  const mlo_merge_options *options;
  mlo_arena *arena;
  mlo_merged *out;
  mlo_error *err;
  mlo_status status; /* the first failure; the merge goes on, its text is not used */
  uint32_t cell;     /* number in the result of the cell at work; 0: none */
  bool strict;       /* values that differ on both sides are conflicts, not notes */
} mlo_merging;

/* A value of one side; an empty span: it has none. */
typedef struct mlo_merge_value {
  const mlo_merge_side *side;
  mlo_span span;
} mlo_merge_value;

typedef struct mlo_merge_values {
  mlo_merge_value base, ours, theirs;
} mlo_merge_values;

/* Gives the merged text of a member; empty: the member goes. ctx is what mlo_merge_object was given. */
typedef mlo_str mlo_merge_member_fn(mlo_merging *self, mlo_str name, const mlo_merge_values *values,
                                    uint32_t depth, void *ctx);

void mlo_merge_note_add(mlo_merging *self, bool conflict, mlo_str message);

/* The text of a value in the style of ours, at this depth. */
mlo_str mlo_merge_take(mlo_merging *self, const mlo_merge_value *value, uint32_t depth);
bool mlo_merge_same(const mlo_merging *self, const mlo_merge_value *a, const mlo_merge_value *b);
/* Takes the side that changed; objects are merged key by key, tags one by one; else ours is kept, with a note. */
mlo_str mlo_merge_any(mlo_merging *self, mlo_str name, const mlo_merge_values *values,
                      uint32_t depth, void *unused);
/* Merges objects, of which ours (there must be one) gives the order of members; depth is the object's. */
mlo_str mlo_merge_object(mlo_merging *self, const mlo_merge_values *values, uint32_t depth,
                         mlo_merge_member_fn *member, void *ctx);

#endif
