/* fix: applies fixes to a text.
 *
 * An edit set is applied whole or not at all: sets are taken in the order of their first edit; one that touches or
 * overlaps a set already taken waits for the next pass; equal edits merge. */
#ifndef MLO_FIX_H
#define MLO_FIX_H

#include "report/finding.h"

/* What became of a fix. */
typedef enum mlo_fix_fate {
  MLO_FIX_WAITS, /* stands too near to one that was applied */
  MLO_FIX_APPLIED,
  MLO_FIX_REFUSED /* its edits contradict themselves, or lie outside of the text */
} mlo_fix_fate;

/* Text with fixes applied, in arena; fates (count of them) tells what became of each. Edits are spans of text,
 * whatever path they name. */
mlo_str mlo_fix_apply(mlo_str text, const mlo_fix *const *fixes, uint32_t count, mlo_arena *arena,
                      mlo_fix_fate *fates);

#endif
