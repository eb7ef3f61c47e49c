/* origin: where the bytes of a derived text stand in the text it was made from.
 *
 * A notebook's code is escaped inside JSON strings and scattered over cells; the module that we parse is made
 * of it. The map is a sorted list of anchors. Between two anchors the texts run in step if they advance by the
 * same length; otherwise the whole stretch of derived text stands for the whole stretch of raw text (an
 * escape, or what lies between two cells). */
#ifndef MLO_ORIGIN_H
#define MLO_ORIGIN_H

#include "base/array.h"

typedef struct mlo_anchor {
  uint32_t text; /* offset in the derived text */
  uint32_t raw;  /* offset in the raw text */
} mlo_anchor;

typedef struct mlo_origin {
  /* Both fields ascend (text may stay where raw bytes stand for nothing); the last anchor marks the end of both
   * texts. No anchors: the texts are the same. */
  MLO_ARRAY(mlo_anchor) anchors;
} mlo_origin;

/* Appends an anchor; one that only continues the last stretch in step is merged into it by the next. */
void mlo_origin_add(mlo_origin *self, uint32_t text, uint32_t raw, mlo_arena *arena);
/* The raw offset of a derived offset. Inside a stretch that is not in step: its start. */
uint32_t mlo_origin_raw(const mlo_origin *self, uint32_t text);
/* The raw span that a derived span stands for, stretches that are touched taken whole. */
mlo_span mlo_origin_span(const mlo_origin *self, mlo_span text);
/* The derived offset of a raw offset; UINT32_MAX where the raw byte is in no derived text. */
uint32_t mlo_origin_text(const mlo_origin *self, uint32_t raw);

#endif
