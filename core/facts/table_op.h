/* table_op: which calls pass a table (or array, or data set) on, and what they do to its columns. Inside core/facts. */
#ifndef MLO_TABLE_OP_H
#define MLO_TABLE_OP_H

#include "facts/facts.h"

typedef enum mlo_table_op {
  MLO_OP_NONE,    /* nothing is known of what comes out */
  MLO_OP_KEEP,    /* the same columns; the same rows or some of them */
  MLO_OP_ROWS,    /* the same rows; other columns */
  MLO_OP_DROP,    /* drop() */
  MLO_OP_ASSIGN,  /* assign(a=..) */
  MLO_OP_RENAME,  /* rename(columns={..}) */
  MLO_OP_DUMMIES, /* get_dummies: columns become several */
  MLO_OP_INDEX,   /* set_index: columns go to the index */
  MLO_OP_SELECT,  /* select(..), filter(items=..), reindex(columns=..) */
  MLO_OP_INSERT,  /* insert(0, "a", v) */
  MLO_OP_POP,     /* pop("a"): gives the column */
  MLO_OP_MERGE,   /* merge, join, with_columns: columns are added that we don't know */
  MLO_OP_NEW      /* DataFrame(data, columns=..) */
} mlo_table_op;

/* What a call does, and the expression of the table that goes in (MLO_NO_NODE: none). */
mlo_table_op mlo_facts_table_op(const mlo_facts *self, const mlo_call *call, mlo_node *data);
/* True for a method that answers a question about a column and gives one with the same rows: astype, map, fillna .. */
bool mlo_keeps_column(mlo_str method);
/* True for fit, fit_transform, partial_fit, fit_resample .. */
bool mlo_is_fit(mlo_str method);

#endif
