/* fixing: applies the fixes of a check to the files on disk, or shows what that would change. */
#ifndef MLO_FIXING_H
#define MLO_FIXING_H

#include "mlopslint.h"

typedef struct mlo_fixing {
  uint32_t files;   /* changed */
  uint32_t applied; /* fixes */
  bool failed;      /* a file could not be fixed: said on standard error */
} mlo_fixing;

/* Fixes what the request finds, with fixes of at most this safety. With diff: changes nothing and appends what would
 * change as a patch that `git apply` and `patch -p1` take. Files are those of the request: its inputs, whose fixed
 * bytes are appended to diff or, without one, to inputs_out; or files on disk, each replaced in one step, unless it was
 * changed since it was read. Fixes that were left out are named on standard error, unless quiet. */
typedef struct mlo_fixing_options {
  mlo_safety safety;
  mlo_buf *diff, *inputs_out;
  bool quiet;
} mlo_fixing_options;

mlo_fixing mlo_fix_all(const mlo_engine *engine, const mlo_request *request,
                       const mlo_findings *found, const mlo_fixing_options *options);

/* Appends the difference as a unified patch; false if memory runs out. */
bool mlo_diff_put(mlo_str path, mlo_str before, mlo_str after, mlo_buf *out);

#endif
