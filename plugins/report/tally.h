/* tally: how many findings each rule gave. */
#ifndef MLO_TALLY_H
#define MLO_TALLY_H

#include "mlopslint.h"

typedef struct mlo_tally {
  const mlo_finding *finding; /* the rule's first */
  uint32_t count;
} mlo_tally;
typedef MLO_ARRAY(mlo_tally) mlo_tallies;

/* One tally for each code, sorted by code. They borrow from findings. */
mlo_tallies mlo_tallies_of(const mlo_findings *findings, mlo_arena *arena);
/* Sorts the most frequent first; equal ones by code. */
void mlo_tallies_by_count(mlo_tallies *self);

#endif
