/* pattern_index: the patterns of all rules by what wakes them, so that one walk over a file serves them all. */
#ifndef MLO_PATTERN_INDEX_H
#define MLO_PATTERN_INDEX_H

#include "base/map.h"
#include "match/prefilter.h"
#include "match/selector.h"

/* One pattern of one trigger. */
typedef struct mlo_pattern_entry {
  uint32_t trigger, pattern;
  const mlo_selector *selector;
  mlo_str last;  /* CALLS, WORDS: the last part of the name, or empty */
  uint32_t next; /* 1 + index, or 0 */
} mlo_pattern_entry;

typedef struct mlo_pattern_index {
  MLO_ARRAY(mlo_pattern_entry) entries;
  mlo_map calls;                                  /* last part to 1 + index */
  uint32_t all_calls, words, strings, statements; /* 1 + index */
  uint32_t kinds[256];                            /* by node kind */
  bool walks;                                     /* something other than calls is asked for */
} mlo_pattern_index;

/* selector must outlive self. */
void mlo_pattern_index_add(mlo_pattern_index *self, uint32_t trigger, const mlo_selector *selector,
                           mlo_arena *arena);

/* Called with each pattern of an active trigger at each node that it has to be tried on. */
typedef void mlo_candidate_fn(const mlo_pattern_entry *entry, mlo_node node, void *ctx);
void mlo_pattern_index_each(const mlo_pattern_index *self, mlo_bits active, const mlo_facts *facts,
                            mlo_candidate_fn *fn, void *ctx);

#endif
