/* glob: path patterns as gitignore has them (https://git-scm.com/docs/gitignore): * and ? stop at '/', ** does not,
 * [a-z] and [!a-z] are classes, \ escapes. */
#ifndef MLO_GLOB_H
#define MLO_GLOB_H

#include "base/str.h"

/* True if the whole path matches the whole pattern. Linear in the path for each star: never exponential. */
bool mlo_glob_match(mlo_str pattern, mlo_str path);
/* The same, but a pattern without '/' is matched against the last part of the path, and a pattern that matches a
 * folder matches all that is in it: the sense of `files`, `ignores`, `exclude` and `per-file-ignores`. */
bool mlo_glob_match_file(mlo_str pattern, mlo_str path);

#endif
