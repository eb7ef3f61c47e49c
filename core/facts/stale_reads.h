/* stale_reads: what a notebook's cells show although something that they read was bound anew afterwards.
 *
 * Nothing is guessed: a read counts if the binding that stands above it is certain to be the one that a run from the
 * top would use, and if the count of its cell says that it ran again after the cell that reads. A value that was
 * computed from an old one is old too, in the cells between. Imports bind nothing new when they run again; reads in
 * functions are left out. Counts of two kernels may not be compared, so where a count stands twice only names with one
 * binding are judged. */
#ifndef MLO_STALE_READS_H
#define MLO_STALE_READS_H

#include "facts/facts.h"

/* A cell as it last ran. */
typedef struct mlo_cell_run {
  mlo_span span; /* its text */
  int64_t count; /* the execution count; -1: none */
  bool shows;    /* it has an output that is its result, or that it printed */
} mlo_cell_run;
typedef MLO_ARRAY(mlo_cell_run) mlo_cell_run_list;

typedef struct mlo_stale_read {
  mlo_node read;
  mlo_node binding; /* the identifier that was bound after the read */
  uint32_t cell;    /* the run that shows what was read */
  uint32_t rerun;   /* the run of the binding */
} mlo_stale_read;
typedef MLO_ARRAY(mlo_stale_read) mlo_stale_reads;

/* The first such read of each cell that shows its result. cells: all code cells, in document order. */
void mlo_facts_stale_reads(const mlo_facts *self, const mlo_cell_run_list *cells,
                           mlo_stale_reads *out);

#endif
