/* child: runs the git program, without a shell, for what libgit2 can't read. */
#ifndef MLO_GIT_CHILD_H
#define MLO_GIT_CHILD_H

#include "mlopslint.h"

typedef struct mlo_git_command {
  const char *folder; /* where git starts; NULL: here, as git's environment asks in a hook */
  const char *const *arguments; /* without "git"; ends with NULL */
  mlo_str input;                /* its standard input */
} mlo_git_command;

/* Appends what git says to out, which the caller releases. Never fetches, takes no optional locks, starts no file
 * system monitor. Fails with git's own first line where git fails. */
mlo_status mlo_git_run(const mlo_git_command *command, mlo_buf *out, mlo_error *err);

#endif
