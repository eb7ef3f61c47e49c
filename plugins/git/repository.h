/* repository: opens a repository with libgit2 as git itself would find it. Private to plugins/git. */
#ifndef MLO_GIT_REPOSITORY_H
#define MLO_GIT_REPOSITORY_H

#include "mlopslint.h"

#include "plugins/git/libgit2.h"

/* The repository that git's environment names, else the one around folder. The caller has called
 * git_libgit2_init. */
mlo_status mlo_git_open(mlo_str folder, mlo_arena *arena, git_repository **out, mlo_error *err);
/* Writes libgit2's last complaint to err and returns status. */
mlo_status mlo_git_complain(mlo_error *err, mlo_status status);
/* The folder for mlo_git_command: NULL where the environment names the repository, since its relative paths count
 * from here. */
const char *mlo_git_folder(mlo_str folder, mlo_arena *arena);

#endif
