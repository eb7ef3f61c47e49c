/* json: one forward scan over JSON text, for a reader that wants few of its values and passes over the rest at
 * the speed of memory. Values are spans; texts are decoded when asked for. Accepts what Python's json module
 * writes, so NaN and Infinity too. */
#ifndef MLO_JSON_H
#define MLO_JSON_H

#include "base/array.h"
#include "base/error.h"
#include "text/origin.h"

enum { MLO_JSON_DEPTH = 256 };

/* After a problem all functions stand still and answer "no more", so a reader checks once, at its end. */
typedef struct mlo_json {
  mlo_str text; /* borrowed, UTF-8, shorter than 4 GiB */
  uint32_t at;
  const char *problem; /* what is wrong at `at`; NULL: nothing yet */
  bool too_large;      /* the problem is a stated maximum, such as MLO_JSON_DEPTH */
} mlo_json;

/* The first byte of the next value or sign, at which `at` then stands; 0 at the end and after a problem. */
char mlo_json_peek(mlo_json *self);
/* Walks a list or object: for (more = mlo_json_open(self, '['); more; more = mlo_json_more(self, '[')). In an
 * object mlo_json_key comes first in the loop. The loop must consume one value each time. */
bool mlo_json_open(mlo_json *self, char open);
bool mlo_json_more(mlo_json *self, char open);
/* A member's name, quotes left out and escapes kept, up to and with the colon. */
mlo_str mlo_json_key(mlo_json *self);
/* Passes over one value of any kind and gives its span; empty after a problem. */
mlo_span mlo_json_skip(mlo_json *self);
/* Writes a problem of the reader's own, at `at`, unless there is one. */
void mlo_json_fail(mlo_json *self, const char *problem);

/* A member of an object. */
typedef struct mlo_json_member {
  mlo_str name;   /* decoded */
  mlo_span key;   /* raw: the name with its quotes */
  mlo_span value; /* raw */
} mlo_json_member;
typedef MLO_ARRAY(mlo_json_member) mlo_json_members;

/* The members of the object at span of raw, in the order of the file; none for any other value. */
mlo_json_members mlo_json_members_of(mlo_str raw, mlo_span span, mlo_arena *arena);
/* The value of the member called name of the object at span (of several, the last); empty if there is none. */
mlo_span mlo_json_find(mlo_str raw, mlo_span span, mlo_str name, mlo_arena *arena);
/* What to delete so that the object is without member `index`, and is JSON: the member with the comma and white
 * space before it; of the first, with those behind it; of the only one, all between the braces. */
mlo_span mlo_json_removal(mlo_span span, const mlo_json_members *members, uint32_t index);

/* Decodes the JSON string or list of strings at span of raw into one text (a single string without escapes is
 * borrowed from raw); any other value is given as it is written. origin may be NULL. Lone surrogates become
 * U+FFFD. */
mlo_str mlo_json_text(mlo_str raw, mlo_span span, mlo_arena *arena, mlo_origin *origin);
/* Escapes text for the inside of a JSON string (no quotes added), non-ASCII kept. */
mlo_str mlo_json_escape(mlo_str text, mlo_arena *arena);

#endif
