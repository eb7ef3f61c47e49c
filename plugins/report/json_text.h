/* json_text: JSON written value by value into a buffer, in the order of the calls.
 *
 * Strings are hostile: bytes that are not UTF-8 become U+FFFD, and what could steer a terminal or a reader (controls,
 * bidi marks, line separators) is written as \uXXXX. A key is a literal of the format; NULL inside an array, or after
 * mlo_json_out_key. */
#ifndef MLO_JSON_TEXT_H
#define MLO_JSON_TEXT_H

#include "mlopslint.h"

typedef struct mlo_json_out {
  mlo_buf *out;
  uint32_t lines; /* values down to this depth stand on lines of their own, indented */
  uint32_t depth;
  uint64_t arrays; /* bit d: the container at depth d is an array */
  bool comma;      /* a value stands before the next one */
  bool keyed;      /* mlo_json_out_key wrote the key of the next value */
} mlo_json_out;

void mlo_json_out_object(mlo_json_out *self, const char *key);
void mlo_json_out_array(mlo_json_out *self, const char *key);
/* Closes the innermost object or array. At most 60 levels are open at a time. */
void mlo_json_out_end(mlo_json_out *self);

/* A key that is not a literal: the next value is its value. */
void mlo_json_out_key(mlo_json_out *self, mlo_str key);
void mlo_json_out_string(mlo_json_out *self, const char *key, mlo_str value);
void mlo_json_out_integer(mlo_json_out *self, const char *key, uint64_t value);
/* With two digits after the point. */
void mlo_json_out_decimal(mlo_json_out *self, const char *key, double value);
void mlo_json_out_boolean(mlo_json_out *self, const char *key, bool value);
/* Text that is JSON already, from the rule layer. */
void mlo_json_out_raw(mlo_json_out *self, const char *key, mlo_str json);
void mlo_json_out_null(mlo_json_out *self, const char *key);

/* Appends text escaped for the inside of a JSON string. */
void mlo_json_quote_into(mlo_buf *out, mlo_str text);

#endif
