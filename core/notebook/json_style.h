/* json_style: how a JSON text is laid out, and values of one text written in the style of another, so that what is
 * put into a file looks as if its own editor had written it. */
#ifndef MLO_JSON_STYLE_H
#define MLO_JSON_STYLE_H

#include "notebook/json_object.h"

typedef struct mlo_json_style {
  mlo_str newline; /* "\n" or "\r\n"; empty: everything stands in one line */
  mlo_str indent;  /* of one level */
  mlo_str colon;   /* between a name and its value: ": " */
  mlo_str comma;   /* between values that stand in one line: ", " */
  bool ascii;      /* other characters are written as \uXXXX */
} mlo_json_style;

typedef MLO_ARRAY(mlo_str) mlo_pieces;

/* As the text's first members show it; borrows from text. Python's way where they show nothing. */
mlo_json_style mlo_json_style_of(mlo_str text);

/* The value at span of text, as it stands if both styles are the same, else laid out anew at this depth (0: the
 * text's outermost value). Scalars are kept as they are written. */
mlo_str mlo_json_restyle(mlo_str text, mlo_span span, const mlo_json_style *from,
                         const mlo_json_style *to, uint32_t depth, mlo_arena *arena);
/* text as a JSON string, quotes included. */
mlo_str mlo_json_quote(mlo_str text, const mlo_json_style *style, mlo_arena *arena);
/* text as a list of its lines, each with its line end, at this depth. */
mlo_str mlo_json_lines(mlo_str text, const mlo_json_style *style, uint32_t depth, mlo_arena *arena);
/* What stands before a value of a list or object whose inside has this depth: a new line and its indentation, or
 * nothing. */
mlo_str mlo_json_lead(const mlo_json_style *style, uint32_t depth, mlo_arena *arena);

mlo_str mlo_pieces_join(const mlo_pieces *self, mlo_arena *arena);

#endif
