/* worker: what one thread needs to judge files, one after the other. Private to core/run. */
#ifndef MLO_WORKER_H
#define MLO_WORKER_H

#include "match/trigger.h"
#include "project/project.h"
#include "run/cache.h"
#include "run/engine.h"
#include "run/rests.h"
#include "run/suppression.h"

#include <setjmp.h>

/* The parts of an engine that workers share; const. parts: the same for the parts of the project index, which are woken
 * as rules are; its own parts are NULL. */
typedef struct mlo_shared {
  const mlo_catalogue *catalogue;
  const mlo_trigger_index *index;
  const mlo_grammars *grammars;
  const mlo_rule_layer *layer;
  const struct mlo_shared *parts;
} mlo_shared;

/* What a file gave; lives in the worker's run arena. */
typedef struct mlo_file_result {
  mlo_findings findings;
  mlo_project_facts facts;
  mlo_index_entries entries;
  mlo_problems problems;
  mlo_failures failures;
  mlo_suppressions suppressions; /* located; kept for rules that speak when all files were read */
  mlo_suppressions faulty;       /* comments that should be suppressions */
  uint64_t bytes;
  MLO_ARRAY(uint32_t) suppressed; /* findings that were taken back, by their rules */
  bool read, parsed;
  mlo_cache_key key; /* with a cache: */
  mlo_str record;    /* all of the above, if a later run may take it over */
  bool cached;       /* it was taken over */
} mlo_file_result;

typedef struct mlo_worker {
  const mlo_shared *shared;
  mlo_str root;
  mlo_arena run;  /* results: lives as long as the mlo_result */
  mlo_arena file; /* one file at a time */
  mlo_parser *parser;
  mlo_prefilter_scratch *scratch;
  mlo_rule_worker *rules;
  mlo_view view; /* of the project, from the file at work */
  mlo_regex_scratch *regex;
  size_t fail_allocation;
  bool *wanted;           /* by rule, for the file at work */
  const mlo_cache *cache; /* or NULL; set between open and the first file */
  mlo_prefilter_scratch *parts_scratch;
  bool parts_wanted[MLO_INDEX_PART_COUNT]; /* set between open and the first file */
  mlo_rests
      *rests; /* shared by the workers of one check; set, as number is, before a file is judged */
  uint32_t number; /* of the file at work */
  jmp_buf guard;
} mlo_worker;

/* interfaces: of the project's modules, shared by the workers of one check. */
mlo_status mlo_worker_open(mlo_worker *self, const mlo_shared *shared, const mlo_request *request,
                           mlo_interfaces *interfaces, mlo_error *err);
/* The run arena is left to its new owner if keep_run is set. */
void mlo_worker_close(mlo_worker *self, bool keep_run);
/* Judges one file. bytes: its content, or ptr NULL to read it from disk. Whatever happens is in out. */
void mlo_worker_check(mlo_worker *self, const mlo_walk_entry *entry, mlo_str bytes,
                      mlo_file_result *out);
/* Turns a rule's drafts into findings. file may be NULL for project rules, whose drafts are located already. */
void mlo_worker_seal(mlo_worker *self, const mlo_file *file, const mlo_settings *settings,
                     const mlo_draft *draft, mlo_findings *out);

#endif
