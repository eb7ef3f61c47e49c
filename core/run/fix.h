/* fix: applies the fixes of findings to the text of one file.
 *
 * An edit set is applied whole or not at all: sets are taken in the order of their first edit; one that touches or
 * overlaps a set already taken waits for the next pass; equal edits merge. */
#ifndef MLO_FIX_H
#define MLO_FIX_H

#include "base/buf.h"
#include "run/engine.h"

typedef struct mlo_fix_result {
  uint32_t applied;
  uint32_t refused; /* would have added a syntax error, or never settled */
  bool changed;
} mlo_fix_result;

/* Fixes the file `path` (relative to request->root) whose findings the engine gives, repeating check and fix until
 * nothing changes, at most 10 times. bytes is the file's content; *fixed gets the new content in arena. safety is the
 * most daring safety to apply. A fix that adds a syntax error is refused. */
mlo_status mlo_fix_file(const mlo_engine *engine, const mlo_request *request, mlo_str path, mlo_str bytes,
                        mlo_safety safety, mlo_arena *arena, mlo_str *fixed, mlo_fix_result *result,
                        mlo_error *err);

#endif
