#include "plugins/git/repository.h"

#include <stdlib.h>

mlo_status mlo_git_complain(mlo_error *err, mlo_status status) {
  const git_error *last = git_error_last();
  const char *why = last && last->message ? last->message : "unknown failure";
  return mlo_error_set(err, status, (mlo_str){0}, "%s", why);
}

/* Opened by path, the hook of `commit -a` would see the index as it was before: no changes, no findings. */
mlo_status mlo_git_open(mlo_str folder, mlo_arena *arena, git_repository **out, mlo_error *err) {
  const char *start = getenv("GIT_DIR") ? NULL : mlo_arena_cstr(arena, folder);
  if (git_repository_open_ext(out, start, GIT_REPOSITORY_OPEN_FROM_ENV, NULL) != 0)
    return mlo_git_complain(err, MLO_ERR_UNSUPPORTED);
  return MLO_OK;
}

const char *mlo_git_folder(mlo_str folder, mlo_arena *arena) {
  bool named = getenv("GIT_DIR") || getenv("GIT_INDEX_FILE");
  return named || !folder.len ? NULL : mlo_arena_cstr(arena, folder);
}
