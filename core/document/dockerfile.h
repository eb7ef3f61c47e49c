/* dockerfile: what other readers of a Dockerfile need beyond its document. Inside core/document only. */
#ifndef MLO_DOCKERFILE_H
#define MLO_DOCKERFILE_H

#include "document/derived.h"

/* The instruction text that begins at `at`, as Docker joins it: continued lines without their escape, comments and
 * empty lines in between left out. *end: behind its last byte, the line end excluded. */
mlo_derived mlo_dockerfile_join(mlo_str text, uint32_t at, char escape, mlo_arena *arena,
                                uint32_t *end);
/* The value of an instruction as joined, heredocs behind it as they stand. */
mlo_derived mlo_dockerfile_value(const mlo_document *document, mlo_value value, mlo_arena *arena);

#endif
