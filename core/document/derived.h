/* derived: a text made from a stretch of a larger one by taking away what is not said (escapes, continuation
 * lines, indentation), with the way back. Inside core/document only. */
#ifndef MLO_DERIVED_H
#define MLO_DERIVED_H

#include "document/builder.h"
#include "text/origin.h"

/* Zero is the empty text. */
typedef struct mlo_derived {
  mlo_str text;
  mlo_origin origin; /* text to the larger text */
  mlo_decoded bytes; /* what add has collected */
} mlo_derived;

/* text[span] as it stands; nothing is copied. */
mlo_derived mlo_derived_of(mlo_str text, mlo_span span, mlo_arena *arena);
/* Appends bytes that stand for the bytes at raw of the larger text, which must not lie before what was added. */
void mlo_derived_add(mlo_derived *self, mlo_str bytes, mlo_span raw, mlo_arena *arena);
/* Appends outer.text[part] as it stands, located through outer. */
void mlo_derived_add_part(mlo_derived *self, const mlo_derived *outer, mlo_span part,
                          mlo_arena *arena);
/* The string that stands between quotes at inner: `"` knows JSON's and YAML's escapes, `'` knows '' only.
 * Line ends with the white space around them become a space, as YAML has it. */
mlo_derived mlo_derived_quoted(mlo_str text, mlo_span inner, char quote, mlo_arena *arena);
/* The larger text's bytes that self.text[span] stands for. */
static inline mlo_span mlo_derived_span(const mlo_derived *self, mlo_span span) {
  return mlo_origin_span(&self->origin, span);
}

#endif
