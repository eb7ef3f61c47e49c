/* drivers: what makes git strip, show and merge notebooks by us: a line of attributes, and the commands that it names in
 * git's configuration.
 *
 * Where the program is gone, `git add` of a notebook fails rather than commit its outputs (required), and `git checkout`
 * works on, since nothing of ours stands in its way: smudge is cat. A filter process would: git asks it for both. So it
 * is there for those who ask for it. */
#ifndef MLO_GIT_DRIVERS_H
#define MLO_GIT_DRIVERS_H

#include "mlopslint.h"

typedef struct mlo_git_drivers_options {
  mlo_str program;    /* an absolute path, or a name to find in PATH */
  mlo_str attributes; /* this file instead of the usual one; or empty */
  bool global;        /* the user's configuration and attributes, for all repositories */
  bool process;       /* a filter process too */
} mlo_git_drivers_options;

typedef struct mlo_git_drivers {
  mlo_str top;          /* of the working tree; empty outside of one */
  mlo_str attributes;   /* the file */
  mlo_str clean;        /* the command that git runs now; or empty */
  mlo_str other_filter; /* that notebooks had before by the file, such as "nbstripout"; or empty */
  bool attributes_there, configuration_there, process_there;
} mlo_git_drivers;

/* What is there now. Fails with MLO_ERR_USAGE outside of a repository, unless global. */
mlo_status mlo_git_drivers_read(const mlo_git_drivers_options *options, mlo_arena *arena,
                                mlo_git_drivers *out, mlo_error *err);
/* Makes it so; doing it again changes nothing but the program. *out is what was there before. */
mlo_status mlo_git_drivers_install(const mlo_git_drivers_options *options, mlo_arena *arena,
                                   mlo_git_drivers *out, mlo_error *err);
/* Takes away what is ours, and nothing else. An attributes file that is empty then goes too. */
mlo_status mlo_git_drivers_uninstall(const mlo_git_drivers_options *options, mlo_arena *arena,
                                     mlo_git_drivers *out, mlo_error *err);
/* The notebooks that the index holds, as paths from the top of the working tree. */
typedef MLO_ARRAY(mlo_str) mlo_git_paths;
mlo_status mlo_git_tracked_notebooks(mlo_str top, mlo_arena *arena, mlo_git_paths *out,
                                     mlo_error *err);

#endif
