#include "project/files.h"

enum { DEEPEST = 64, MOST_KINDS = 200000 };

void mlo_project_files_init(mlo_project_files *self, mlo_str root, uint64_t max_size, bool alone) {
  *self = (mlo_project_files){.root = root, .max_size = max_size, .alone = alone};
  mlo_arena_init(&self->arena, 0, NULL, NULL);
  pthread_mutex_init(&self->lock, NULL);
}

void mlo_project_files_release(mlo_project_files *self) {
  pthread_mutex_destroy(&self->lock);
  mlo_arena_release(&self->arena);
}

static mlo_str folder_of(mlo_str path) {
  size_t slash = mlo_str_rfind_char(path, '/');
  return slash == SIZE_MAX ? (mlo_str){0} : mlo_str_slice(path, 0, slash);
}

void mlo_project_files_add(mlo_project_files *self, mlo_str path, mlo_str bytes) {
  if (!path.len || path.ptr[0] == '/') return;
  MLO_PUSH(&self->arena, &self->bytes, bytes);
  *mlo_map_put(&self->added, path, &self->arena) = self->bytes.len;
  for (mlo_str f = folder_of(path); f.len; f = folder_of(f))
    *mlo_map_put(&self->folders, f, &self->arena) = 1;
}

static mlo_str on_disk(const mlo_project_files *self, mlo_str path, mlo_arena *arena) {
  if (mlo_str_eq(self->root, MLO_STR("."))) return path;
  return mlo_arena_join(arena, self->root, "/", path);
}

/* With the lock held. */
static mlo_file_kind ask_disk(mlo_project_files *self, mlo_str path) {
  mlo_stat stat = {0};
  mlo_error ignored = {0};
  mlo_arena_mark mark = mlo_arena_save(&self->arena);
  mlo_status status = mlo_os_stat(on_disk(self, path, &self->arena), &stat, &ignored);
  mlo_arena_restore(&self->arena, mark);
  if (status != MLO_OK) return MLO_FILE_MISSING;
  bool plain = stat.kind == MLO_FILE_REGULAR || stat.kind == MLO_FILE_FOLDER;
  return plain ? stat.kind : MLO_FILE_MISSING;
}

/* With the lock held. A file is there if all folders above it are, so that no link is passed. */
static mlo_file_kind disk_kind(mlo_project_files *self, mlo_str path, int depth) {
  uint32_t *known = mlo_map_get(&self->kinds, path);
  if (known) return (mlo_file_kind)(*known - 1);
  mlo_str above = folder_of(path);
  mlo_file_kind kind = MLO_FILE_MISSING;
  if (depth < DEEPEST && (!above.len || disk_kind(self, above, depth + 1) == MLO_FILE_FOLDER))
    kind = ask_disk(self, path);
  if (self->kinds.len >= MOST_KINDS) return kind;
  mlo_str key = mlo_arena_str(&self->arena, path);
  *mlo_map_put(&self->kinds, key, &self->arena) = 1 + (uint32_t)kind;
  return kind;
}

mlo_file_kind mlo_project_files_kind(mlo_project_files *self, mlo_str path) {
  if (!path.len) return MLO_FILE_FOLDER;
  if (path.ptr[0] == '/' || mlo_str_starts(path, MLO_STR(".."))) return MLO_FILE_MISSING;
  if (mlo_map_get(&self->added, path)) return MLO_FILE_REGULAR;
  if (mlo_map_get(&self->folders, path)) return MLO_FILE_FOLDER;
  if (self->alone) return MLO_FILE_MISSING;
  pthread_mutex_lock(&self->lock);
  mlo_file_kind kind = disk_kind(self, path, 0);
  pthread_mutex_unlock(&self->lock);
  return kind;
}

mlo_status mlo_project_files_read(mlo_project_files *self, mlo_str path, mlo_arena *arena,
                                  mlo_str *bytes, mlo_error *err) {
  const uint32_t *added = mlo_map_get(&self->added, path);
  if (added) *bytes = self->bytes.items[*added - 1];
  if (added && bytes->len <= self->max_size) return MLO_OK;
  if (added) return mlo_error_set(err, MLO_ERR_TOO_LARGE, path, "too large");
  if (mlo_project_files_kind(self, path) != MLO_FILE_REGULAR)
    return mlo_error_set(err, MLO_ERR_IO, path, "is no file of the project");
  return mlo_os_read(on_disk(self, path, arena), self->max_size, arena, bytes, err);
}
