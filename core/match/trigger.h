/* trigger: the index over all rules' triggers. It answers two questions: which triggers can fire in a file at all
 * (by format, path and the literals found in its bytes), and which of those a name wakes. Const once made. */
#ifndef MLO_TRIGGER_H
#define MLO_TRIGGER_H

#include "document/document.h"
#include "match/pattern_index.h"
#include "match/query.h"
#include "match/prefilter.h"
#include "match/regex.h"
#include "run/rule.h"

typedef struct mlo_trigger_index mlo_trigger_index;

/* What makes a trigger unfit for the index: expressions that don't compile, more or longer names than anyone writes. A
 * catalogue holds none of that. arena is scratch. */
mlo_status mlo_trigger_check(const mlo_trigger *trigger, mlo_arena *arena, mlo_error *err);

/* catalogue must outlive the index. */
mlo_status mlo_trigger_index_new(const mlo_catalogue *catalogue, mlo_trigger_index **out,
                                 mlo_error *err);
void mlo_trigger_index_free(mlo_trigger_index *self);
const mlo_prefilter *mlo_trigger_index_prefilter(const mlo_trigger_index *self);
uint32_t mlo_trigger_index_literals(const mlo_trigger_index *self);
/* The compiled `select` of a DOCUMENT trigger, or NULL for the stream. */
const mlo_path *mlo_trigger_index_select(const mlo_trigger_index *self, uint32_t trigger);
/* The compiled `regex` of a TEXT trigger. */
const mlo_regex *mlo_trigger_index_regex(const mlo_trigger_index *self, uint32_t trigger);

/* The compiled `query` of a QUERY trigger for files of a format. */
const mlo_query *mlo_trigger_index_query(const mlo_trigger_index *self, uint32_t trigger,
                                         mlo_format format);
/* The patterns of all PATTERN triggers. */
const mlo_pattern_index *mlo_trigger_index_patterns(const mlo_trigger_index *self);

/* The triggers that can fire in one file. */
typedef struct mlo_active {
  mlo_bits triggers;                  /* by trigger number */
  bool kinds[MLO_TRIGGER_KIND_COUNT]; /* some trigger of this kind is active */
  bool any;
} mlo_active;

/* Which triggers may fire; wanted[rule] says which rules are on for this file. found: the literals in its bytes;
 * NULL words: nothing is known yet, literals are not asked for (which tells whether to read the file at all).
 * has_cells: the file is, or (with nothing known) may be, a notebook whatever its format. */
mlo_active mlo_trigger_index_activate(const mlo_trigger_index *self, mlo_format format,
                                      mlo_str path, bool has_cells, const bool *wanted,
                                      mlo_bits found, mlo_arena *arena);

/* Calls fn for each active trigger of a kind one of whose name patterns matches name, each once. name is asked for
 * (by `full`, which may be expensive) only if a trigger has this last part; last: the last part as
 * written; for imports the first part, since those match by package. */
typedef mlo_str mlo_full_name_fn(void *ctx);
typedef void mlo_trigger_fn(const mlo_trigger *trigger, mlo_str name, void *ctx);
void mlo_trigger_index_named(const mlo_trigger_index *self, const mlo_active *active,
                             mlo_trigger_kind kind, mlo_str last, mlo_full_name_fn *full,
                             mlo_trigger_fn *fn, void *ctx);
/* True if some trigger of kind has a pattern with this last part (or a pattern that ends in a star). */
bool mlo_trigger_index_knows(const mlo_trigger_index *self, mlo_trigger_kind kind, mlo_str last);
/* Calls fn for each active trigger of a kind, names aside. */
void mlo_trigger_index_each(const mlo_trigger_index *self, const mlo_active *active,
                            mlo_trigger_kind kind, mlo_trigger_fn *fn, void *ctx);

#endif
