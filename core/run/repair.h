/* repair: checks and fixes a project, again and again, until nothing is left to fix. Nothing is written: the caller gets
 * the new contents.
 *
 * Each pass checks as the request says, with the texts so far in place of those on disk, so a fix acts on what a check
 * would report: on selected rules, on what the whole project shows, not on what a suppression or a baseline takes. In each
 * file the fixes of a pass are applied as fix.h says; then the text is parsed again. A fix that would add a syntax
 * error, or a character that the file's encoding lacks, is refused by name and the others still apply; one that does
 * harm only beside another waits for the next pass. A finding offers its first fix that is safe enough. Fixes marked
 * `display`, and those that edit other files too, are never applied.
 *
 * A file whose text comes back to what it was before has fixes that undo each other; one that still changes after
 * 10 passes never settles (unless fixes only had to wait for each other): both are left as they were, and named with their
 * rules. */
#ifndef MLO_REPAIR_H
#define MLO_REPAIR_H

#include "run/engine.h"
#include "run/fix.h"

/* A fix that was left out, or the fixes of a file that was. */
typedef struct mlo_refusal {
  mlo_str path;
  uint32_t line; /* 0: the whole file */
  mlo_str message;
} mlo_refusal;

typedef struct mlo_repaired {
  mlo_str path;
  mlo_str before, after; /* bytes as on disk: encoding, byte order mark and line ends are kept */
  uint32_t applied;      /* fixes */
} mlo_repaired;

typedef struct mlo_repair {
  MLO_ARRAY(mlo_repaired) files; /* that change, sorted by path */
  MLO_ARRAY(mlo_refusal) refusals;
  mlo_problems problems; /* files whose fixes could not be tried */
} mlo_repair;

/* found: the findings of a check just made, so that files with fixes are read at once; or NULL. Results live in arena,
 * whose handler must not jump. */
mlo_status mlo_repair_project(const mlo_engine *engine, const mlo_request *request,
                              const mlo_findings *found, mlo_safety safety, mlo_arena *arena,
                              mlo_repair *out, mlo_error *err);

typedef struct mlo_fix_result {
  uint32_t applied, refused;
  bool changed;
} mlo_fix_result;

/* The same for one file with these bytes: beside the request's inputs if it has some, else alone. */
mlo_status mlo_fix_file(const mlo_engine *engine, const mlo_request *request, mlo_str path,
                        mlo_str bytes, mlo_safety safety, mlo_arena *arena, mlo_str *fixed,
                        mlo_fix_result *result, mlo_error *err);

#endif
