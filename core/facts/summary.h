/* summary: what a function of the project gives back and does to its arguments, as plain data without nodes, so that it
 * can leave the file. Made within a file by mlo_facts_summary; core/project keeps it for other files. */
#ifndef MLO_SUMMARY_H
#define MLO_SUMMARY_H

#include "base/array.h"

struct mlo_facts;

/* The columns of a table: all of them, or how they differ from those of the table that it is made from. */
typedef struct mlo_columns {
  bool exact; /* has are all columns */
  MLO_ARRAY(mlo_str) has;
  MLO_ARRAY(mlo_str) lost;
} mlo_columns;

/* Which rows of a data set. */
typedef enum mlo_part_kind {
  MLO_PART_UNKNOWN,
  MLO_PART_WHOLE, /* all that a split was made of */
  MLO_PART_TRAIN,
  MLO_PART_VALIDATION,
  MLO_PART_TEST
} mlo_part_kind;

/* One value that a function returns: the one, or one part of the tuple. */
typedef struct mlo_returned {
  int32_t parameter;  /* index of the parameter whose rows it has, or -1 */
  bool same;          /* it is that parameter itself, perhaps changed in place */
  mlo_part_kind part; /* of the parameter's rows; UNKNOWN: all of them */
  bool has_columns;   /* columns is known, relative to the parameter unless exact */
  mlo_columns columns;
  mlo_str call; /* without a parameter: the qualified name of the call that makes it, or empty */
  int32_t fitted_on; /* an estimator: index of the parameter that it was fitted on, or -1 */
} mlo_returned;

typedef enum mlo_argument_use {
  MLO_USE_CHANGES = 1, /* the object is changed in place */
  MLO_USE_FITS = 2,    /* it is an estimator that is fitted */
  MLO_USE_FITS_ON = 4, /* it is data that something is fitted on */
} mlo_argument_use;

typedef struct mlo_summary_parameter {
  mlo_str name;
  uint32_t uses; /* mlo_argument_use */
} mlo_summary_parameter;

typedef struct mlo_function_summary {
  MLO_ARRAY(mlo_summary_parameter) parameters; /* in order, without self */
  MLO_ARRAY(mlo_returned) returned;            /* empty: not known */
  bool tuple;                                  /* returned are the parts of a tuple */
} mlo_function_summary;

/* The summary of one function (index into functions). Borrows the facts' text and arena. What differs between its
 * returns is left out. */
void mlo_facts_summary(const struct mlo_facts *self, uint32_t function, mlo_function_summary *out);

#endif
