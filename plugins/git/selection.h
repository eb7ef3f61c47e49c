/* selection: which of the index's entries a check needs, whoever reads them. Private to plugins/git. */
#ifndef MLO_GIT_SELECTION_H
#define MLO_GIT_SELECTION_H

#include "plugins/git/git.h"

enum { MLO_GIT_LARGEST_BLOB = 128 * 1024 * 1024 };

typedef struct mlo_git_entry {
  mlo_str path;
  mlo_str id; /* of the blob, in hex */
  bool context;
} mlo_git_entry;

typedef struct mlo_git_selection {
  mlo_arena *arena;
  MLO_ARRAY(mlo_git_entry) entries; /* the staged ones first */
  mlo_git_staged_files *out;
} mlo_git_selection;

/* Each takes an entry if it is a regular file that we want; path and id are copied. mode as in git's trees. */
void mlo_git_select_staged(mlo_git_selection *self, mlo_str path, uint32_t mode, mlo_str id);
void mlo_git_select_context(mlo_git_selection *self, mlo_str path, uint32_t mode, mlo_str id);

/* The answer for an entry: its bytes (copied), or why there are none. A missing context is only a note. */
void mlo_git_found(mlo_git_selection *self, const mlo_git_entry *entry, mlo_str bytes);
void mlo_git_missed(mlo_git_selection *self, const mlo_git_entry *entry, const char *why);

/* Two ways to fill a selection and read it. */
mlo_status mlo_git_read_index(mlo_git_selection *self, mlo_str folder, mlo_error *err);
mlo_status mlo_git_read_plumbing(mlo_git_selection *self, mlo_str folder, mlo_error *err);

#endif
