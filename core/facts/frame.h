/* frame: which columns a table is known to have, or to have lost, at an expression.
 *
 * A table (pandas, polars, an array made of one) is followed back to where its data comes from: its base. Columns are
 * exact if the code says all of them (df[["a", "b"]], DataFrame({...}), read_csv(usecols=[...])), else they are those of
 * the base without `lost`, with `added`. Changes in place count where they stand (df["x"] = v, del, pop, insert,
 * inplace=True, df.columns = ...), also under another name of the same object (flow.h), and so do functions of this file;
 * not what a container or attribute does to a table it holds, nor what reset_index() adds. Where a step is not understood the table is its own
 * base; where two ways to it disagree nothing is known. Questions are bounded and remembered. */
#ifndef MLO_FRAME_H
#define MLO_FRAME_H

#include "facts/facts.h"
#include "facts/summary.h"

typedef struct mlo_frame {
  bool known;
  bool column; /* it is one column, the first of columns.has, or was made of it value by value */
  mlo_source_value
      base; /* where the data comes from; of a name that nothing here binds: the read itself */
  mlo_columns columns;      /* has: all of them if exact, else what was added to the base's */
  MLO_ARRAY(mlo_str) added; /* those of columns.has that the base did not have */
  mlo_str base_name;        /* the name that nothing binds */
  uint32_t base_context;
} mlo_frame;

/* known is false when nothing can be said. */
void mlo_facts_frame(const mlo_facts *self, mlo_node expression, mlo_frame *out);
/* True if both come from the same data. */
bool mlo_frame_same_base(const mlo_frame *a, const mlo_frame *b);
/* A column of which `column` is made (df["y"], df[["y"]], df.y == 1, y of X, y = df.drop("y"), df.pop("y")) and that
 * `table` is certain to hold too, from the same data; or empty. */
mlo_str mlo_facts_shared_column(const mlo_facts *self, mlo_node table, mlo_node column);
/* The strings that an expression is known to list: a string, a display, sums of them, list(..). False if not known. */
typedef MLO_ARRAY(mlo_str) mlo_strs;
bool mlo_facts_strings(const mlo_facts *self, mlo_node expression, mlo_strs *out);

#endif
