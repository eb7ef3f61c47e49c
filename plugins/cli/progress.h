/* progress: one line on a terminal while a run takes longer than a second. */
#ifndef MLO_PROGRESS_H
#define MLO_PROGRESS_H

#include "mlopslint.h"

typedef struct mlo_progress {
  double started, shown;
  bool on, drawn;
} mlo_progress;

/* Draws only if wanted and standard error is a terminal that can. */
mlo_progress mlo_progress_start(bool wanted);
/* An mlo_progress_fn; ctx is an mlo_progress. */
void mlo_progress_show(void *ctx, uint32_t done, uint32_t total);
/* Wipes the line. */
void mlo_progress_end(mlo_progress *self);

#endif
