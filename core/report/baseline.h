/* baseline: findings that are known, so that a project can start with what it has and hear of what is new.
 *
 *   {"version": 1, "findings": [
 *     {"path": "src/train.py", "code": "SEC101", "fingerprint": "0123456789abcdef", "count": 2}
 *   ]}
 *
 * One finding a line, sorted by path, code and fingerprint (mlo_finding_trace), so that the file changes where the
 * project does. Line numbers are not in it: a finding that moved is still known. Paths are relative to the folder of
 * the configuration that names the file, or else to the file's own folder if that is around the checked root. Of
 * findings that are alike, the first ones of the file are the known ones. */
#ifndef MLO_BASELINE_H
#define MLO_BASELINE_H

#include "base/buf.h"
#include "base/error.h"
#include "report/finding.h"

#define MLO_BASELINE_NAME "mlopslint.baseline.json"

typedef struct mlo_known_finding {
  mlo_str path, code, fingerprint;
  uint32_t count; /* that are known */
  uint32_t found; /* of these, in the last check */
  bool judged;    /* the last check would have found them */
} mlo_known_finding;

typedef struct mlo_baseline {
  MLO_ARRAY(mlo_known_finding) items; /* sorted, each path, code and fingerprint once */
  mlo_str
      above; /* the checked root as seen from the folder that paths are relative to; empty: the same */
} mlo_baseline;

/* Reads a file's text; path is for messages. Everything is copied into arena. */
mlo_status mlo_baseline_parse(mlo_str path, mlo_str text, mlo_arena *arena, mlo_baseline *out,
                              mlo_error *err);
/* A path of the root as the baseline names it, and back; back: empty if it lies outside of the root. */
mlo_str mlo_baseline_path(const mlo_baseline *self, mlo_str path, mlo_arena *arena);
mlo_str mlo_baseline_path_in_root(const mlo_baseline *self, mlo_str path);
/* Moves the findings that are known to known and counts them. Findings are finished. */
void mlo_baseline_match(mlo_baseline *self, mlo_findings *findings, mlo_arena *arena,
                        mlo_findings *known);
/* Adds findings, each counted once more. */
void mlo_baseline_add(mlo_baseline *self, const mlo_findings *findings, mlo_arena *arena);
/* Sets what is known to what was found, where that was judged; returns how many are gone. */
uint32_t mlo_baseline_prune(mlo_baseline *self);
/* How many of what is known were judged and not found. */
uint32_t mlo_baseline_stale(const mlo_known_finding *item);
void mlo_baseline_write(const mlo_baseline *self, mlo_buf *out);

#endif
