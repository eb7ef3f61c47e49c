/* fix: applies the fixes of findings to the text of one file.
 *
 * An edit set is applied whole or not at all: sets are taken in the order of their first edit; one that touches or
 * overlaps a set already taken waits for the next pass; equal edits merge. */
#ifndef MLO_FIX_H
#define MLO_FIX_H

#include "base/buf.h"
#include "run/engine.h"

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

typedef struct mlo_fix_result {
  uint32_t applied;
  uint32_t
      refused; /* would have added a syntax error or a character that the encoding lacks, or never settled */
  bool changed;
} mlo_fix_result;

/* Fixes the file `path` (relative to request->root) whose findings the engine gives, repeating check and fix until
 * nothing changes, at most 10 times. bytes is the file's content; *fixed gets the new content in arena. safety is the
 * most daring safety to apply. A fix that adds a syntax error is refused; if fixes undo each other or never end, the
 * file is left as it was. Fixes that edit other files too are left out. Where the request has inputs, the one with
 * this path is fixed and the others are kept beside it; else the file is judged alone. A parser and a result are
 * held while arena is used: its handler must not jump. */
mlo_status mlo_fix_file(const mlo_engine *engine, const mlo_request *request, mlo_str path,
                        mlo_str bytes, mlo_safety safety, mlo_arena *arena, mlo_str *fixed,
                        mlo_fix_result *result, mlo_error *err);

#endif
