#include "plugins/cli/program.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

static const mlo_str name = MLO_STR_INIT("mlopslint");

mlo_str mlo_program_path(mlo_arena *arena) {
  char path[PATH_MAX];
  ssize_t len = readlink("/proc/self/exe", path, sizeof path);
  if (len <= 0 || (size_t)len == sizeof path) return name;
  return mlo_arena_str(arena, mlo_str_of(path, (size_t)len));
}

mlo_str mlo_program_name(mlo_arena *arena) {
  mlo_str path = mlo_program_path(arena), folders = mlo_str_c(getenv("PATH"));
  while (folders.ptr) {
    mlo_str folder = mlo_str_cut(&folders, ':'), found;
    mlo_str file = mlo_arena_format(arena, "%.*s/%.*s", MLO_FMT(folder), MLO_FMT(name));
    if (mlo_os_real(file, arena, &found, NULL) == MLO_OK)
      return mlo_str_eq(found, path) ? name : path;
  }
  return path;
}
