/* nearest: the known word that a mistyped one most likely stands for. */
#ifndef MLO_NEAREST_H
#define MLO_NEAREST_H

#include "mlopslint.h"

typedef struct mlo_nearest {
  mlo_str word;
  mlo_str best; /* ptr NULL: nothing is near enough */
  uint32_t distance;
} mlo_nearest;

mlo_nearest mlo_nearest_to(mlo_str word);
/* Takes known if it is nearer than what came before. */
void mlo_nearest_offer(mlo_nearest *self, mlo_str known);

#endif
