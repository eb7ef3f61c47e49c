/* uri: file URIs and paths. RFC 3986, RFC 8089. */
#ifndef MLO_LSP_URI_H
#define MLO_LSP_URI_H

#include "mlopslint.h"

/* The part before the colon: "file", "untitled"; empty if there is none. */
mlo_str mlo_uri_scheme(mlo_str uri);
/* The absolute path that a file URI names, percent signs decoded; ptr NULL for other schemes, other machines, and
 * paths that hold NUL. */
mlo_str mlo_uri_path(mlo_str uri, mlo_arena *arena);
/* The inverse, all but unreserved characters and '/' encoded. */
mlo_str mlo_uri_of_path(mlo_str path, mlo_arena *arena);

#endif
