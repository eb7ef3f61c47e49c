/* engine: files in, findings out.
 *
 * An engine holds what never changes: grammars, rules, the trigger index, the literal prefilter. It is const between
 * calls and may check many times (an editor's server). Each check walks, reads and judges files on its own workers,
 * then runs the project rules once over the collected facts. */
#ifndef MLO_ENGINE_H
#define MLO_ENGINE_H

#include "report/baseline.h"
#include "run/walk.h"

typedef struct mlo_engine mlo_engine;

typedef struct mlo_engine_options {
  const mlo_rule_layer *layer;
  const mlo_str *packs; /* folders with more rules */
  uint32_t pack_count;
  mlo_str
      root; /* if set: the packs that this folder's configuration names (rule-packs) are loaded too */
  bool isolated;  /* root: read no configuration */
  mlo_str config; /* root: this file instead of the nearest; or empty */
} mlo_engine_options;

mlo_status mlo_engine_new(const mlo_engine_options *options, mlo_engine **out, mlo_error *err);
void mlo_engine_free(mlo_engine *self);
const mlo_catalogue *mlo_engine_catalogue(const mlo_engine *self);
/* The rule with this code or name, or UINT32_MAX. */
uint32_t mlo_engine_rule(const mlo_engine *self, mlo_str code_or_name);

/* A file whose bytes the caller has: an editor's buffer, an index blob, standard input. */
typedef struct mlo_input {
  mlo_str path; /* as findings shall name it, relative to the root */
  mlo_str bytes;
  bool context; /* read for project facts only (requirements beside a staged file): no findings */
} mlo_input;

/* Called now and then, from the thread that called check only; done and total in files. */
typedef void mlo_progress_fn(void *ctx, uint32_t done, uint32_t total);

typedef struct mlo_request {
  mlo_str root;         /* paths are relative to it; "." */
  const mlo_str *paths; /* files and folders to walk */
  uint32_t path_count;
  const mlo_input *inputs; /* instead of walking, if input_count > 0 */
  uint32_t input_count;
  const mlo_input *overlays; /* bytes that stand for those on disk where a walk finds the path */
  uint32_t overlay_count;
  bool
      alone; /* inputs are all there is of the project: what they import isn't looked for on disk */
  bool whole;    /* paths or inputs are the whole project: rules on absence may speak */
  mlo_str cache; /* the folder in which results are kept for later runs; empty: none are. Only what stands on disk is kept */
  unsigned jobs; /* workers; 0: one per processor */
  mlo_overrides overrides;
  mlo_progress_fn *progress;
  void *progress_ctx;
  size_t file_memory;     /* bytes a file may cost; 0: 1 GiB */
  size_t fail_allocation; /* tests: the n-th allocation of each file fails; 0: none */
} mlo_request;

typedef struct mlo_summary {
  uint32_t files;      /* that a reader knows */
  uint32_t parsed;     /* that some rule needed a tree or document of */
  uint64_t bytes;      /* read */
  uint32_t suppressed; /* findings that comments take back */
  uint32_t known;      /* findings that the baseline holds */
  double seconds;
} mlo_summary;

/* What a check gave: plain data in an arena of its own. */
typedef struct mlo_result {
  mlo_findings findings; /* sorted, finished */
  mlo_problems
      problems; /* unreadable files, failed rules, broken configuration: each means exit 2 */
  mlo_problems notices; /* what somebody should change in time: nothing is wrong yet */
  mlo_summary summary;
  mlo_baseline *baseline; /* the one in force, matched and judged; NULL: none */
  mlo_findings known;     /* what it took from findings */
  mlo_severity fail_on;   /* of the root's settings */
  mlo_arena *arenas;      /* private: what all of it lives in */
  uint32_t arena_count;
} mlo_result;

/* The settings in force for a path (which may not exist), in arena: they borrow from it and from the engine. */
mlo_status mlo_engine_settings(const mlo_engine *self, const mlo_request *request, mlo_str path,
                               mlo_arena *arena, const mlo_settings **out, mlo_error *err);
/* A status other than MLO_OK means that nothing was checked; err says why. */
mlo_status mlo_engine_check(const mlo_engine *self, const mlo_request *request, mlo_result **out,
                            mlo_error *err);
void mlo_result_free(mlo_result *self);

#endif
