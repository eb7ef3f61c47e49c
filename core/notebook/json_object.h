/* json_object: objects of a JSON text that has been read before, so that it is well-formed and not too deep: their
 * members by name, and whether two values mean the same. */
#ifndef MLO_JSON_OBJECT_H
#define MLO_JSON_OBJECT_H

#include "base/map.h"
#include "notebook/json.h"

/* A name that comes twice is here once, with its last value, as Python's json module has it. */
typedef struct mlo_json_object {
  mlo_str text; /* borrowed: spans index it */
  mlo_span span;
  mlo_json_members members; /* in the text's order */
  bool repeats;             /* a name came twice: the text's places do not ascend */
  mlo_map by_name;          /* to the index in members, plus 1 */
} mlo_json_object;

/* Takes the object at span apart; any other value has no members. */
mlo_json_object mlo_json_object_read(mlo_str text, mlo_span span, mlo_arena *arena);
/* The value's span, or an empty one. */
mlo_span mlo_json_object_get(const mlo_json_object *self, mlo_str name);

/* The same for values that mean the same, whatever their white space, escapes and order of members; 0 for an empty
 * span. Numbers mean what they are written as. */
uint64_t mlo_json_meaning(mlo_str text, mlo_span span, mlo_arena *arena);

#endif
