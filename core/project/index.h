/* index: what each file tells the project, as plain data that can be kept and joined.
 *
 * A rule names the parts that it wants (index = { "saves", "tests" }); nothing is collected for other parts, and what a
 * part looks for (index_table.c) has its literals in a prefilter of its own, so that files without them are not
 * parsed for it. Collecting is a rule layer of the core's own: a part is woken through a trigger index like a rule. */
#ifndef MLO_INDEX_H
#define MLO_INDEX_H

#include "match/trigger.h"
#include "project/view.h"

typedef enum mlo_index_part {
  MLO_INDEX_IMPORTS,
  MLO_INDEX_DEPENDENCIES,
  MLO_INDEX_ENTRY_POINTS,
  MLO_INDEX_ROUTES,
  MLO_INDEX_SAVES,
  MLO_INDEX_LOADS,
  MLO_INDEX_TRAININGS,
  MLO_INDEX_EVALUATIONS,
  MLO_INDEX_TESTS,
  MLO_INDEX_STAGES,
  MLO_INDEX_METRICS,
  MLO_INDEX_DEFINITIONS,
  MLO_INDEX_PART_COUNT
} mlo_index_part;

/* One thing that a file tells. What the texts hold, by part (what is not known is empty):
 *
 *                 kind                        name                  text                target
 *   imports       top-level package           "shop.io.load"        "guarded", or ""    the project's module
 *   dependencies  "dev", or ""                "torch"               "==2.1"             "pinned", or ""
 *   entry_points  "main" "console" "image"    name or program       what it starts      the project's file
 *                 "procfile"
 *   routes        framework                   the handler's name    "/predict"          method; empty: not by HTTP
 *   saves, loads  library                     qualified callee      path or URI         registered name
 *   trainings     library                     qualified callee
 *   evaluations   library                     qualified callee
 *   tests                                     function's name
 *   stages        "dvc" "github" "airflow"    stage, job or function
 *                 ...
 *   metrics       "dvc" "file" or library     "f1", or the path     value, if written
 *   definitions   "function" or "class"       its name              digest of its code  lines of its body
 *
 * Imports and definitions (of the top level) are skimmed (lang/skim.h), so that no file is parsed for them. */
typedef struct mlo_index_entry {
  mlo_index_part part;
  mlo_str kind, name, text, target;
  mlo_location at;
  MLO_ARRAY(mlo_str)
  reaches; /* tests: names of the project's functions that are called, each once */
} mlo_index_entry;
typedef MLO_ARRAY(mlo_index_entry) mlo_index_entries;

mlo_str mlo_index_part_name(mlo_index_part part); /* "entry_points" */
bool mlo_index_part_named(mlo_str name, mlo_index_part *out);
/* The parts as rules, and what wakes them as triggers. */
void mlo_index_catalogue(mlo_arena *arena, mlo_catalogue *out);
/* The name patterns of calls that are certain to belong to a part, one after the other, for rules that look for the
 * same; *cursor starts at 0. NULL at the end. */
const char *mlo_index_call_name(mlo_index_part part, uint32_t *cursor);

/* One file at work, for mlo_index_layer: the layer's worker. */
typedef struct mlo_collector {
  const mlo_file *file;
  mlo_view *view;
  mlo_arena *arena; /* of what it leaves */
  mlo_index_entries *out;
} mlo_collector;

/* Only its wake is there; its worker is a mlo_collector. */
extern const mlo_rule_layer mlo_index_layer;

enum { MLO_INDEX_ENTRIES_MAX = 5000 }; /* of one file */

#endif
