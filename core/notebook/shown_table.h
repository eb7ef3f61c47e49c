/* shown_table: the tables that an output shows, as rows of texts: HTML as pandas, polars and others write it, and the
 * text that pandas, Spark and SQL clients print. What people read of them, no more: positions are not kept. */
#ifndef MLO_SHOWN_TABLE_H
#define MLO_SHOWN_TABLE_H

#include "base/array.h"
#include "base/str.h"

/* What is kept; what is beyond is counted, not looked into. */
enum {
  MLO_SHOWN_TABLES = 16,
  MLO_SHOWN_ROWS = 100,
  MLO_SHOWN_COLUMNS = 200,
  MLO_SHOWN_CELL = 200 /* bytes of a cell, between characters */
};

typedef MLO_ARRAY(mlo_str) mlo_shown_row;

typedef struct mlo_shown_table {
  mlo_shown_row header;          /* names of the columns; "" for an index without a name */
  MLO_ARRAY(mlo_shown_row) rows; /* each as long as the header; rows of dots are left out */
  uint32_t row_count;            /* of the rows shown */
  uint32_t all_rows,
      all_columns; /* as the table says of the whole ("5 rows x 3 columns"); 0: it doesn't */
} mlo_shown_table;

typedef MLO_ARRAY(mlo_shown_table) mlo_shown_tables;

/* Tables with a header and at least one row are added to out, in order; texts live in arena or are borrowed. */
void mlo_shown_tables_of_html(mlo_str html, mlo_arena *arena, mlo_shown_tables *out);
void mlo_shown_tables_of_text(mlo_str text, mlo_arena *arena, mlo_shown_tables *out);

#endif
