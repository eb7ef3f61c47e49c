#include "plugins/cli/beside.h"

enum { DEEPEST = 16, LARGEST_FILE = 16 * 1024 * 1024 };
static const mlo_str config_name = MLO_STR_INIT("mlopslint.toml");

/* A folder's tests while they are read. */
typedef struct reading {
  mlo_arena *arena;
  mlo_error *err;
} reading;

static mlo_str join(const reading *self, mlo_str folder, mlo_str name) {
  if (!folder.len) return name;
  return mlo_arena_format(self->arena, "%.*s/%.*s", MLO_FMT(folder), MLO_FMT(name));
}

static bool is_companion(mlo_str name) {
  return mlo_str_ends(name, MLO_STR(".fixed")) || mlo_str_ends(name, MLO_STR(".expect")) ||
         mlo_str_eq(name, config_name) || mlo_str_starts(name, MLO_STR("."));
}

static bool is_file(mlo_str path) {
  mlo_stat found;
  return mlo_os_stat(path, &found, NULL) == MLO_OK && found.kind == MLO_FILE_REGULAR;
}

static mlo_status read_if_there(const reading *self, mlo_str path, mlo_str *out) {
  if (!is_file(path)) return MLO_OK;
  mlo_status status = mlo_os_read(path, LARGEST_FILE, self->arena, out, self->err);
  if (status == MLO_OK && !out->ptr) *out = MLO_STR("");
  return status;
}

/* Adds the file on disk, named `shown` in the trial, with what stands beside it. */
static mlo_status add_file(const reading *self, mlo_str disk, mlo_str shown, mlo_trial *trial) {
  mlo_trial_file file = {.path = shown, .fixed_path = {0}};
  file.fixed_path = mlo_arena_concat(self->arena, disk, MLO_STR(".fixed"));
  mlo_str expect = mlo_arena_concat(self->arena, disk, MLO_STR(".expect"));
  mlo_status status = mlo_os_read(disk, LARGEST_FILE, self->arena, &file.text, self->err);
  if (status == MLO_OK) status = read_if_there(self, file.fixed_path, &file.fixed);
  if (status == MLO_OK) status = read_if_there(self, expect, &file.expect);
  if (status == MLO_OK) MLO_PUSH(self->arena, &trial->files, file);
  return status;
}

static void use_config(const reading *self, mlo_str folder, mlo_trial *trial) {
  mlo_str path = join(self, folder, config_name);
  if (is_file(path)) trial->config = path;
}

/* The files of a folder and those below, as one project. */
static mlo_status add_project(const reading *self, mlo_str disk, mlo_str shown, int depth,
                              mlo_trial *trial) {
  mlo_dir_entries entries = {0};
  mlo_status status = mlo_os_list(disk, self->arena, &entries, self->err);
  for (uint32_t i = 0; status == MLO_OK && i < entries.len; i++) {
    mlo_str name = entries.items[i].name;
    if (entries.items[i].kind == MLO_FILE_FOLDER && depth < DEEPEST)
      status = add_project(self, join(self, disk, name), join(self, shown, name), depth + 1, trial);
    else if (entries.items[i].kind == MLO_FILE_REGULAR && !is_companion(name))
      status = add_file(self, join(self, disk, name), join(self, shown, name), trial);
  }
  return status;
}

/* Each file of the folder, and each folder in it, is a trial. */
static mlo_status add_folder(const reading *self, mlo_str folder, mlo_trials *out) {
  mlo_dir_entries entries = {0};
  mlo_status status = mlo_os_list(folder, self->arena, &entries, self->err);
  for (uint32_t i = 0; status == MLO_OK && i < entries.len; i++) {
    mlo_str name = entries.items[i].name, disk = join(self, folder, name);
    mlo_trial trial = {.title = disk};
    if (entries.items[i].kind == MLO_FILE_FOLDER) {
      use_config(self, disk, &trial);
      status = add_project(self, disk, (mlo_str){0}, 0, &trial);
    } else if (entries.items[i].kind == MLO_FILE_REGULAR && !is_companion(name)) {
      use_config(self, folder, &trial);
      status = add_file(self, disk, name, &trial);
    }
    if (trial.files.len) MLO_PUSH(self->arena, out, trial);
  }
  return status;
}

/* "no-pickle.test.py" of no-pickle. */
static mlo_status add_single(const reading *self, mlo_str folder, mlo_str name, size_t stem,
                             mlo_trials *out) {
  mlo_trial trial = {.title = join(self, folder, name)};
  mlo_str ending = mlo_str_from(name, stem + sizeof ".test" - 1);
  mlo_str shown = mlo_arena_concat(self->arena, mlo_str_slice(name, 0, stem), ending);
  mlo_status status = add_file(self, trial.title, shown, &trial);
  if (status == MLO_OK) MLO_PUSH(self->arena, out, trial);
  return status;
}

mlo_status mlo_beside_read(mlo_str rule_file, mlo_arena *arena, mlo_trials *out, mlo_error *err) {
  reading self = {arena, err};
  size_t slash = mlo_str_rfind_char(rule_file, '/');
  mlo_str folder = mlo_str_slice(rule_file, 0, slash == SIZE_MAX ? 0 : slash);
  mlo_str stem = mlo_str_from(rule_file, slash == SIZE_MAX ? 0 : slash + 1);
  stem.len -= sizeof ".lua" - 1;
  mlo_str start = mlo_arena_concat(arena, stem, MLO_STR(".test"));
  mlo_dir_entries entries = {0};
  mlo_status status = mlo_os_list(folder.len ? folder : MLO_STR("."), arena, &entries, err);
  for (uint32_t i = 0; status == MLO_OK && i < entries.len; i++) {
    mlo_str name = entries.items[i].name;
    if (!mlo_str_starts(name, start)) continue;
    bool whole = name.len == start.len;
    if (whole && entries.items[i].kind == MLO_FILE_FOLDER)
      status = add_folder(&self, join(&self, folder, name), out);
    else if (!whole && name.ptr[start.len] == '.' && entries.items[i].kind == MLO_FILE_REGULAR &&
             !is_companion(name))
      status = add_single(&self, folder, name, stem.len, out);
  }
  return status;
}
