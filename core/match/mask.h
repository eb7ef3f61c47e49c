/* mask: a code pattern turned into Python of the same length, so that the Python grammar can parse it and every
 * position in the tree is one in the pattern.
 *
 *   $X               _X          a metavariable: any code
 *   ($X : a.B)       (_X     )   the same, known to be of this type
 *   ...              ___         any number of arguments, statements, elements; in a dict **_
 *   $...ARGS         ____ARGS    the same, with a name
 *   <... $P ...>     (   _P   )  $P anywhere inside an expression
 *
 * Strings stay as they are, but for the {} of f-strings. What was replaced is in marks, by offset. */
#ifndef MLO_MASK_H
#define MLO_MASK_H

#include "base/array.h"
#include "base/error.h"

typedef enum mlo_mark_kind { MLO_MARK_VARIABLE, MLO_MARK_ELLIPSIS, MLO_MARK_DEEP } mlo_mark_kind;

typedef struct mlo_mark {
  mlo_mark_kind kind;
  uint32_t at;  /* where the node of the tree starts */
  mlo_str name; /* "X"; empty for "$_" and for an ellipsis without a name */
  mlo_str type; /* VARIABLE: a qualified name, or empty */
} mlo_mark;

typedef struct mlo_mask {
  mlo_str
      source; /* the pattern without the indentation that its lines share and blank lines around it */
  mlo_str text;              /* the Python */
  MLO_ARRAY(mlo_mark) marks; /* in the order of their offsets */
} mlo_mask;

/* Fails with MLO_ERR_RULE, naming line and column. */
mlo_status mlo_mask_make(mlo_str pattern, mlo_arena *arena, mlo_mask *out, mlo_error *err);
/* "line 2, column 5" of an offset in source. */
mlo_str mlo_mask_place(const mlo_mask *self, uint32_t at, mlo_arena *arena);

#endif
