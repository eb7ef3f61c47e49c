/* ignore: which files git would ignore, by .gitignore files from the root down, .git/info/exclude, and the
 * `exclude` of the configuration. https://git-scm.com/docs/gitignore */
#ifndef MLO_IGNORE_H
#define MLO_IGNORE_H

#include "base/array.h"

typedef struct mlo_ignore_pattern {
  mlo_str glob;
  bool negated;     /* !pattern */
  bool folder_only; /* pattern/ */
  bool anchored;    /* holds a slash before its end */
} mlo_ignore_pattern;

/* The patterns of one .gitignore, with the list of the folder above. */
typedef struct mlo_ignore_list {
  const struct mlo_ignore_list *above;
  mlo_str folder; /* relative to the root, "" for the root: patterns are relative to it */
  MLO_ARRAY(mlo_ignore_pattern) patterns;
} mlo_ignore_list;

/* Parses the text of a .gitignore (borrowed, or copied by the caller into arena). */
mlo_ignore_list *mlo_ignore_parse(mlo_str text, mlo_str folder, const mlo_ignore_list *above,
                                  mlo_arena *arena);
/* True if path (relative to the root) is ignored by the last pattern that matches it. Callers ask folder by folder
 * from the root down and never enter an ignored folder. */
bool mlo_ignore_matches(const mlo_ignore_list *list, mlo_str path, bool is_folder);

#endif
