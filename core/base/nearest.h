/* nearest: the known word that an unknown one was meant to be. */
#ifndef MLO_NEAREST_H
#define MLO_NEAREST_H

#include "base/str.h"

typedef struct mlo_nearest {
  mlo_str word;      /* what was written */
  mlo_str best;      /* the nearest so far; empty before the first offer */
  uint32_t distance; /* edits between the two, case aside */
} mlo_nearest;

/* Keeps candidate (borrowed) if it is nearer than what came before. */
void mlo_nearest_offer(mlo_nearest *self, mlo_str candidate);

#endif
