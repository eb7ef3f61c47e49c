/* expectation: what a rule's example says about itself, in comments.
 *
 *   torch.load(p)  # expect: SEC101          a finding that starts on this line
 *   # expect-next: SEC101, SEC110            findings that start on the next line
 *   // expect: and <!-- expect: ... -->      where # is no comment
 *
 * In a notebook the comments stand in the cells' sources, and lines count within the cell. */
#ifndef MLO_EXPECTATION_H
#define MLO_EXPECTATION_H

#include "mlopslint.h"

typedef struct mlo_expectation {
  mlo_str path;
  uint32_t cell; /* 0: not in a cell */
  uint32_t line;
  mlo_str code; /* or name */
  bool met;
} mlo_expectation;
typedef MLO_ARRAY(mlo_expectation) mlo_expectations;

/* Appends the expectations of one file. A notebook that can't be read has none. */
void mlo_expectations_read(mlo_str path, mlo_str text, mlo_arena *arena, mlo_expectations *out);
/* True, and the expectation marked met, if one that is not met yet fits the finding. A finding of a notebook that
 * stands in no cell fits any line of it. */
bool mlo_expectations_meet(mlo_expectations *self, const mlo_finding *finding);
/* text without its expectation comments and the blanks before them. */
mlo_str mlo_expectations_strip(mlo_str text, mlo_arena *arena);

#endif
