/* message: cJSON for the protocol: messages in, checked by type; messages out, from views. */
#ifndef MLO_LSP_MESSAGE_H
#define MLO_LSP_MESSAGE_H

#include "mlopslint.h"

#include <cjson/cJSON.h>

/* Replaces, in place, the escapes that cJSON can't take and editors send: \u0000, at which its strings would end, and
 * halves of a surrogate pair, which it refuses. Each becomes \ufffd: one UTF-16 unit, as before. */
void mlo_message_mend(char *text, size_t len);

/* Members of the given type, or NULL, empty, false. object may be NULL. Texts are borrowed. */
const cJSON *mlo_message_object(const cJSON *object, const char *name);
const cJSON *mlo_message_array(const cJSON *object, const char *name);
mlo_str mlo_message_string(const cJSON *object, const char *name); /* ptr NULL if it is none */
bool mlo_message_true(const cJSON *object, const char *name);
/* A whole number, clamped to what fits; 0 if it is none. */
uint32_t mlo_message_uint(const cJSON *object, const char *name);

/* Adds a copy of text; bytes after a NUL are lost. */
void mlo_message_add_string(cJSON *object, const char *name, mlo_str text, mlo_arena *scratch);

#endif
