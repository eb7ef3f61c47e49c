#include "lua/host/host.h"

/* Bounds on what a folder that a configuration names may cost. */
enum { DEEPEST = 16, MOST_FILES = 4096, LARGEST_FILE = 1 << 20 };

typedef struct reading {
  mlo_arena *arena;
  mlo_pack *pack;
  mlo_problems *problems;
} reading;

static void add_problem(reading *self, mlo_str path, const char *message) {
  mlo_problem problem = {.path = mlo_arena_str(self->arena, path),
                         .message = mlo_arena_str(self->arena, mlo_str_c(message))};
  MLO_PUSH(self->arena, self->problems, problem);
}

static void read_file(reading *self, mlo_str path, mlo_str inner, bool helper) {
  mlo_pack_file file = {.path = path, .inner = inner, .helper = helper};
  mlo_error err = {0};
  if (self->pack->files.len == MOST_FILES)
    add_problem(self, file.path, "not read: a pack has at most 4096 files");
  else if (mlo_os_read(file.path, LARGEST_FILE, self->arena, &file.source, &err) == MLO_OK)
    MLO_PUSH(self->arena, &self->pack->files, file);
  else
    add_problem(self, file.path, err.message);
}

static bool read_folder(reading *self, mlo_str path, mlo_str inner, bool helper, int depth);

static void read_entry(reading *self, const mlo_dir_entry *entry, mlo_str inner, bool helper,
                       int depth) {
  mlo_str below = mlo_arena_concat(self->arena, inner, entry->name);
  mlo_str path =
      mlo_arena_format(self->arena, "%.*s/%.*s", MLO_FMT(self->pack->folder), MLO_FMT(below));
  bool lib = mlo_str_eq(entry->name, MLO_STR("lib"));
  if (mlo_str_starts(entry->name, MLO_STR("."))) return;
  if (entry->kind == MLO_FILE_LINK) {
    add_problem(self, path, "is a link, and a pack reads only files of its own: copy it");
  } else if (entry->kind == MLO_FILE_REGULAR) {
    if (mlo_str_ends(entry->name, MLO_STR(".lua"))) read_file(self, path, below, helper);
  } else if (entry->kind == MLO_FILE_FOLDER && !mlo_str_ends(entry->name, MLO_STR(".test"))) {
    below = mlo_arena_concat(self->arena, below, MLO_STR("/"));
    read_folder(self, path, below, helper || lib, depth + 1);
  }
}

/* inner: the folder as seen from the pack's, with a slash at its end; empty for the pack's own. False if it can't be
 * read. */
static bool read_folder(reading *self, mlo_str path, mlo_str inner, bool helper, int depth) {
  mlo_error err = {0};
  mlo_dir_entries entries = {0};
  bool too_deep = depth > DEEPEST;
  if (too_deep || mlo_os_list(path, self->arena, &entries, &err) != MLO_OK) {
    add_problem(self, path, too_deep ? "not read: over 16 folders deep in its pack" : err.message);
    return false;
  }
  for (uint32_t i = 0; i < entries.len; i++)
    read_entry(self, &entries.items[i], inner, helper, depth);
  return true;
}

static mlo_str last_part(mlo_str path) {
  size_t slash = mlo_str_rfind_char(path, '/');
  return slash == SIZE_MAX ? path : mlo_str_from(path, slash + 1);
}

const mlo_pack *mlo_pack_read(mlo_str folder, mlo_arena *arena, mlo_problems *problems) {
  while (folder.len > 1 && mlo_str_ends(folder, MLO_STR("/"))) folder.len--;
  mlo_pack *pack = MLO_NEW(arena, mlo_pack);
  pack->folder = mlo_arena_str(arena, folder);
  reading self = {arena, pack, problems};
  mlo_error err = {0};
  if (!read_folder(&self, pack->folder, (mlo_str){0}, false, 0)) return NULL;
  if (mlo_os_real(pack->folder, arena, &pack->real, &err) != MLO_OK) {
    add_problem(&self, pack->folder, err.message);
    return NULL;
  }
  pack->name = last_part(pack->real);
  return pack;
}

/* True if inner is the file of a module: lib.text is lib/text.lua. */
static bool is_file_of(mlo_str inner, mlo_str folder, mlo_str module) {
  if (!mlo_str_starts(inner, folder)) return false;
  inner = mlo_str_from(inner, folder.len);
  if (inner.len != module.len + sizeof ".lua" - 1 || !mlo_str_ends(inner, MLO_STR(".lua")))
    return false;
  for (size_t i = 0; i < module.len; i++) {
    bool separator = module.ptr[i] == '.' && inner.ptr[i] == '/';
    if (module.ptr[i] == '/' || (module.ptr[i] != inner.ptr[i] && !separator)) return false;
  }
  return true;
}

static const mlo_pack_file *find_module(const mlo_pack *self, mlo_str folder, mlo_str name) {
  for (uint32_t i = 0; i < self->files.len; i++)
    if (is_file_of(self->files.items[i].inner, folder, name)) return &self->files.items[i];
  return NULL;
}

const mlo_pack_file *mlo_pack_module(const mlo_pack *self, mlo_str name) {
  bool named = mlo_str_starts(name, self->name) && name.len > self->name.len &&
               name.ptr[self->name.len] == '.';
  mlo_str short_name = named ? mlo_str_from(name, self->name.len + 1) : name;
  const mlo_pack_file *file = find_module(self, MLO_STR("lib/"), short_name);
  if (!file) file = find_module(self, (mlo_str){0}, short_name);
  if (!file && named) file = find_module(self, MLO_STR("lib/"), name);
  return file || !named ? file : find_module(self, (mlo_str){0}, name);
}
