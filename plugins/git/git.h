/* git: what is about to be committed, the hook that checks it, and git's merge of lines. */
#ifndef MLO_GIT_H
#define MLO_GIT_H

#include "mlopslint.h"
#include "notebook/merge.h"

/* What a commit made now would hold, as far as we can read it. All in the arena it was made with. */
typedef struct mlo_git_staged_files {
  mlo_str root; /* absolute path of the working tree's top folder: paths are relative to it */
  /* The index's blobs, never the working tree's bytes, sorted by path: files added, copied, modified or renamed, whose
   * format we know. Where there are any, the unchanged files that declare dependencies come along as context. */
  MLO_ARRAY(mlo_input) inputs;
  mlo_problems
      notes; /* worth a line on standard error, no failure: git was asked instead of libgit2 */
  mlo_problems problems; /* staged files that could not be read: not scanned, so exit 2 */
} mlo_git_staged_files;

/* Reads the index that git's environment names (in a hook: `commit -a`, `commit PATH`, worktrees), else that of the
 * repository around folder. Works before the first commit. Where libgit2 can't read the repository (sparse or split
 * index, SHA-256, some extensions), the git program is asked, and a note says so. Fails with MLO_ERR_USAGE outside a
 * repository or in a bare one. Holds libgit2's objects while it allocates: a full arena must end the process. */
mlo_status mlo_git_staged(mlo_str folder, mlo_arena *arena, mlo_git_staged_files *out,
                          mlo_error *err);

/* What was done about a hook. */
typedef struct mlo_git_hook {
  mlo_str path;   /* the hook's file, absolute or relative to the working directory */
  mlo_str before; /* the hook that stood there and now runs first, or empty */
  bool was_there; /* ours stood there already: it was brought up to date */
  bool
      shared; /* the folder (core.hooksPath) lies outside this repository: others use the hook too */
} mlo_git_hook;

/* The hooks we can be: "pre-commit", "pre-merge-commit"; ends with NULL. */
extern const char *const mlo_git_hook_names[];

/* Writes the hook `name`, which runs `program check --staged`, into the folder where git looks for hooks. A hook that
 * stands there already is renamed to NAME.before-mlopslint and runs first. program: an absolute path, or a name to
 * find in PATH. Doing it again changes nothing but the program. Fails without a trace where NAME.before-mlopslint is
 * taken, or where another tool writes the folder anew each time (husky). */
mlo_status mlo_git_hook_install(mlo_str folder, mlo_str name, mlo_str program, mlo_arena *arena,
                                mlo_git_hook *out, mlo_error *err);
/* Takes our hook away and puts the one before it back. Nothing happens where none of ours stands. */
mlo_status mlo_git_hook_uninstall(mlo_str folder, mlo_str name, mlo_arena *arena, mlo_git_hook *out,
                                  mlo_error *err);

/* The mlo_line_merge_fn of the notebook merge: as `git merge-file` does it. Holds libgit2's result while it allocates: a
 * full arena must end the process. */
mlo_status mlo_git_merge_lines(const mlo_line_merge *texts, mlo_arena *arena, mlo_str *merged,
                               bool *conflict, mlo_error *err);

#endif
