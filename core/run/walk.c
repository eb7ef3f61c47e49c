#include "run/walk.h"

#include "base/map.h"
#include "base/os.h"
#include "run/ignore.h"

#include <stdlib.h>

enum { MAX_DEPTH = 128, MAX_FILES = 1 << 20, MAX_CONFIG_SIZE = 1 << 20 };

/* A folder from which files are named: the root, or what a path outside of it names. */
typedef struct base {
  mlo_str shown;      /* what paths below it start with; empty for the root */
  mlo_str real;       /* its absolute path without links */
  mlo_str repository; /* the absolute path of the repository around it, or of itself */
  mlo_str inside;     /* real relative to repository */
} base;

/* What is in force for the files of a folder. */
typedef struct folder_state {
  const mlo_settings *settings;
  const mlo_ignore_list *ignore;
} folder_state;

/* A folder that waits to be listed. */
typedef struct waiting {
  mlo_str path; /* relative to the base; "" for the base itself */
  uint32_t state;
  uint32_t depth;
  bool named; /* by the user: entered whatever it holds */
} waiting;

typedef struct walker {
  const mlo_walk_options *options;
  mlo_arena *arena;
  mlo_walk_entries *out;
  mlo_problems *problems;
  mlo_error *err;
  const base *base;          /* the one at work */
  const mlo_settings *fixed; /* in force everywhere (isolated, --config), or NULL */
  MLO_ARRAY(folder_state) states;
  mlo_map known; /* a base's shown path and a folder in it -> 1 + index into states */
  MLO_ARRAY(waiting) waiting;
} walker;

/* --- paths --- */

static mlo_str join(mlo_str folder, mlo_str name, mlo_arena *arena) {
  if (folder.len == 0) return name;
  if (name.len == 0) return folder;
  const char *between = mlo_str_ends(folder, MLO_STR("/")) ? "" : "/";
  return mlo_arena_join(arena, folder, between, name);
}

static mlo_str parent_of(mlo_str path) {
  size_t slash = mlo_str_rfind_char(path, '/');
  return slash == SIZE_MAX ? (mlo_str){0} : mlo_str_slice(path, 0, slash ? slash : 1);
}

/* True if path is folder or in it; *inner is then the path from there. */
static bool is_inside(mlo_str folder, mlo_str path, mlo_str *inner) {
  *inner = mlo_str_from(path, folder.len);
  if (!mlo_str_starts(path, folder)) return false;
  if (inner->len == 0 || mlo_str_ends(folder, MLO_STR("/"))) return true;
  if (inner->ptr[0] != '/') return false;
  *inner = mlo_str_from(*inner, 1);
  return true;
}

/* An absolute path without ".", ".." and repeated slashes, links not looked at. */
static mlo_str normalize(mlo_str path, mlo_arena *arena) {
  mlo_str out = MLO_STR("/");
  while (path.ptr) {
    mlo_str part = mlo_str_cut(&path, '/');
    if (part.len == 0 || mlo_str_eq(part, MLO_STR("."))) continue;
    out = mlo_str_eq(part, MLO_STR("..")) ? parent_of(out) : join(out, part, arena);
  }
  return out;
}

static mlo_str absolute_path(const walker *self, const base *root, mlo_str path) {
  if (mlo_str_starts(path, MLO_STR("/"))) return normalize(path, self->arena);
  return normalize(join(root->real, path, self->arena), self->arena);
}

static void add_problem(walker *self, mlo_str path, mlo_str message) {
  mlo_problem problem = {.path = mlo_arena_str(self->arena, path.len ? path : MLO_STR(".")),
                         .message = mlo_arena_str(self->arena, message)};
  if (self->problems) MLO_PUSH(self->arena, self->problems, problem);
}

static bool is_kind(mlo_str path, mlo_file_kind kind) {
  mlo_stat found;
  return mlo_os_stat(path, &found, NULL) == MLO_OK && found.kind == kind;
}

/* --- what a folder says about its files --- */

/* The patterns of a .gitignore; links are not followed, as in git. */
static const mlo_ignore_list *read_ignore(walker *self, mlo_str file, mlo_str folder,
                                          const mlo_ignore_list *above) {
  mlo_error err = {0};
  mlo_str text, inner;
  if (!is_kind(file, MLO_FILE_REGULAR)) return above;
  if (mlo_os_read(file, MAX_CONFIG_SIZE, self->arena, &text, &err) == MLO_OK)
    return mlo_ignore_parse(text, folder, above, self->arena);
  bool below = is_inside(self->base->real, file, &inner);
  add_problem(self, below ? join(self->base->shown, inner, self->arena) : file,
              mlo_str_c(err.message));
  return above;
}

/* place: the file on disk. */
static mlo_status read_settings(walker *self, mlo_str place, mlo_config_file file, bool *found,
                                mlo_settings **out) {
  mlo_error err = {0};
  mlo_status status = mlo_os_read(place, MAX_CONFIG_SIZE, self->arena, &file.text, &err);
  if (status) return mlo_error_set(self->err, status, file.path, "%s", err.message);
  file.place = place;
  return mlo_settings_read(self->options->parser, &file, self->options->catalogue,
                           self->options->overrides, self->arena, found, out, self->err);
}

/* Configuration files by strength. */
static const mlo_str config_names[] = {MLO_STR_INIT("mlopslint.toml"),
                                       MLO_STR_INIT("pyproject.toml")};

/* Replaces *settings if folder (absolute) has a configuration file. shown: the folder as messages name it; from the
 * root's side: see mlo_settings. */
static mlo_status find_settings(walker *self, mlo_str folder, mlo_str shown, mlo_str above,
                                const mlo_settings **settings) {
  for (size_t i = 0; !self->fixed && i < sizeof config_names / sizeof *config_names; i++) {
    mlo_str file = join(folder, config_names[i], self->arena);
    mlo_settings *read = NULL;
    mlo_stat stat;
    bool found = false;
    if (mlo_os_stat(file, &stat, NULL) || stat.kind == MLO_FILE_MISSING) continue;
    if (stat.kind != MLO_FILE_REGULAR && i > 0)
      continue; /* a pyproject.toml may not be meant for us */
    mlo_str name = above.len ? file : join(shown, config_names[i], self->arena);
    mlo_config_file config = {
        .path = name, .folder = shown, .above = above, .fence = self->base->repository};
    mlo_status status = read_settings(self, file, config, &found, &read);
    if (status) return status;
    if (!found) continue;
    *settings = read;
    return MLO_OK;
  }
  return MLO_OK;
}

static mlo_str state_key(const walker *self, mlo_str path) {
  return mlo_arena_format(self->arena, "%.*s\n%.*s", MLO_FMT(self->base->shown), MLO_FMT(path));
}

static bool find_state(const walker *self, mlo_str path, uint32_t *out) {
  mlo_arena_mark mark = mlo_arena_save(self->arena);
  const uint32_t *known = mlo_map_get(&self->known, state_key(self, path));
  mlo_arena_restore(self->arena, mark);
  if (known) *out = *known - 1;
  return known != NULL;
}

static uint32_t add_state(walker *self, mlo_str path, folder_state state) {
  MLO_PUSH(self->arena, &self->states, state);
  *mlo_map_put(&self->known, state_key(self, path), self->arena) = self->states.len;
  return self->states.len - 1;
}

/* The state of the folder `path` of the base, whose parent's is `parent`. */
static mlo_status enter(walker *self, mlo_str path, uint32_t parent, uint32_t *out) {
  const base *in = self->base;
  if (find_state(self, path, out)) return MLO_OK;
  mlo_str absolute = join(in->real, path, self->arena);
  folder_state state = self->states.items[parent];
  state.ignore = read_ignore(self, join(absolute, MLO_STR(".gitignore"), self->arena),
                             join(in->inside, path, self->arena), state.ignore);
  mlo_str shown = join(in->shown, path, self->arena);
  mlo_status status = find_settings(self, absolute, shown, (mlo_str){0}, &state.settings);
  *out = add_state(self, path, state);
  return status;
}

/* The same for a folder deep below the base: through all folders between. */
static mlo_status enter_deep(walker *self, mlo_str path, uint32_t top, uint32_t *out) {
  mlo_status status = MLO_OK;
  *out = top;
  for (size_t at = 0; status == MLO_OK && at < path.len; at++) {
    size_t slash = mlo_str_find_char(mlo_str_from(path, at), '/');
    at = slash == SIZE_MAX ? path.len : at + slash;
    status = enter(self, mlo_str_slice(path, 0, at), *out, out);
  }
  return status;
}

/* --- bases --- */

static mlo_str find_repository(const walker *self, mlo_str folder) {
  mlo_stat found;
  for (mlo_str at = folder; at.len; at = at.len > 1 ? parent_of(at) : (mlo_str){0})
    if (mlo_os_stat(join(at, MLO_STR(".git"), self->arena), &found, NULL) == MLO_OK &&
        found.kind != MLO_FILE_MISSING)
      return at;
  return folder;
}

/* Adds what a folder between the repository and the base says. above: the base as seen from that folder. */
static mlo_status add_outer(walker *self, mlo_str folder, mlo_str above, folder_state *state) {
  const base *in = self->base;
  mlo_str absolute = join(in->repository, folder, self->arena);
  state->ignore =
      read_ignore(self, join(absolute, MLO_STR(".gitignore"), self->arena), folder, state->ignore);
  return find_settings(self, absolute, in->shown, above, &state->settings);
}

/* The base's own state: what its repository says, folder by folder down to it. */
static mlo_status open_base(walker *self, base *in, uint32_t *top) {
  self->base = in;
  in->repository = find_repository(self, in->real);
  is_inside(in->repository, in->real, &in->inside);
  if (find_state(self, (mlo_str){0}, top)) return MLO_OK;
  folder_state state = {.settings = self->states.items[0].settings};
  mlo_str exclude = join(in->repository, MLO_STR(".git/info/exclude"), self->arena);
  state.ignore = read_ignore(self, exclude, (mlo_str){0}, NULL);
  mlo_str rest = in->inside, folder = {0};
  mlo_status status = add_outer(self, folder, rest, &state);
  while (status == MLO_OK && rest.len) {
    folder = join(folder, mlo_str_cut(&rest, '/'), self->arena);
    status = add_outer(self, folder, rest, &state);
  }
  *top = add_state(self, (mlo_str){0}, state);
  return status;
}

/* states[0] holds the settings without any file, or those that hold everywhere. */
static mlo_status open_walker(walker *self, base *root, uint32_t *top) {
  const mlo_walk_options *options = self->options;
  mlo_settings *settings = NULL;
  bool found = false;
  mlo_status status = mlo_os_real(options->root.len ? options->root : MLO_STR("."), self->arena,
                                  &root->real, self->err);
  if (status) return status;
  status = mlo_settings_default(options->catalogue, options->overrides, self->arena, &settings,
                                self->err);
  if (status) return status;
  const mlo_overrides *overrides = options->overrides;
  if (overrides && overrides->config.len) {
    mlo_config_file config = {.path = overrides->config};
    status = read_settings(self, overrides->config, config, &found, &settings);
    if (status) return status;
    if (!found)
      return mlo_error_set(self->err, MLO_ERR_CONFIG, overrides->config,
                           "has no [tool.mlopslint] table");
  }
  if (found || (overrides && overrides->isolated)) self->fixed = settings;
  folder_state without_files = {.settings = settings};
  MLO_PUSH(self->arena, &self->states, without_files);
  return open_base(self, root, top);
}

/* --- files --- */

/* Folders that hold what tools made or keep for themselves. */
static const mlo_str never_entered[] = {
    MLO_STR_INIT(".git"),        MLO_STR_INIT(".hg"),           MLO_STR_INIT(".svn"),
    MLO_STR_INIT(".jj"),         MLO_STR_INIT("node_modules"),  MLO_STR_INIT("__pycache__"),
    MLO_STR_INIT(".venv"),       MLO_STR_INIT(".tox"),          MLO_STR_INIT(".nox"),
    MLO_STR_INIT(".mypy_cache"), MLO_STR_INIT(".pytest_cache"), MLO_STR_INIT(".ruff_cache")};

/* "{{ cookiecutter.name }}": below it stand templates of files, which no reader can read before they are filled in. */
static bool is_never_entered(mlo_str name) {
  if (mlo_str_contains(name, MLO_STR("{{"))) return true;
  for (size_t i = 0; i < sizeof never_entered / sizeof *never_entered; i++)
    if (mlo_str_eq(never_entered[i], name)) return true;
  return false;
}

static bool is_ignored(const walker *self, const folder_state *state, mlo_str path,
                       bool is_folder) {
  if (!state->settings->respect_gitignore || !state->ignore) return false;
  mlo_arena_mark mark = mlo_arena_save(self->arena);
  bool ignored =
      mlo_ignore_matches(state->ignore, join(self->base->inside, path, self->arena), is_folder);
  mlo_arena_restore(self->arena, mark);
  return ignored;
}

static mlo_status size_of(const walker *self, mlo_str path, uint64_t *out, mlo_error *err) {
  mlo_stat found;
  mlo_arena_mark mark = mlo_arena_save(self->arena);
  mlo_status status = mlo_os_stat(join(self->base->real, path, self->arena), &found, err);
  mlo_arena_restore(self->arena, mark);
  *out = found.size;
  return status;
}

static void add_file(walker *self, mlo_str path, const mlo_settings *settings) {
  mlo_error err = {0};
  mlo_str shown = join(self->base->shown, path, self->arena);
  mlo_walk_entry entry = {.path = shown, .format = mlo_format_of_path(shown), .settings = settings};
  if (size_of(self, path, &entry.size, &err))
    add_problem(self, shown, mlo_str_c(err.message));
  else
    MLO_PUSH(self->arena, self->out, entry);
}

static void take_folder(walker *self, const waiting *in, mlo_str path) {
  waiting found = {.path = path, .state = in->state, .depth = in->depth + 1};
  if (found.depth > MAX_DEPTH)
    add_problem(self, join(self->base->shown, path, self->arena),
                MLO_STR("is nested deeper than 128 folders: not scanned; exclude it"));
  else
    MLO_PUSH(self->arena, &self->waiting, found);
}

static void take_entry(walker *self, const waiting *in, const mlo_dir_entry *entry) {
  bool is_folder = entry->kind == MLO_FILE_FOLDER;
  if (!is_folder && entry->kind != MLO_FILE_REGULAR) return;
  if (is_folder && is_never_entered(entry->name)) return;
  const folder_state *state = &self->states.items[in->state];
  mlo_str path = join(in->path, entry->name, self->arena);
  if (mlo_settings_excludes(state->settings, join(self->base->shown, path, self->arena))) return;
  if (is_ignored(self, state, path, is_folder)) return;
  if (is_folder)
    take_folder(self, in, path);
  else
    add_file(self, path, state->settings);
}

static bool is_environment(const mlo_dir_entries *entries) {
  for (uint32_t i = 0; i < entries->len; i++)
    if (mlo_str_eq(entries->items[i].name, MLO_STR("pyvenv.cfg"))) return true;
  return false;
}

static mlo_status list_folder(walker *self, waiting in) {
  mlo_error err = {0};
  mlo_dir_entries entries;
  mlo_str absolute = join(self->base->real, in.path, self->arena);
  if (mlo_os_list(absolute, self->arena, &entries, &err)) {
    add_problem(self, join(self->base->shown, in.path, self->arena), mlo_str_c(err.message));
    return MLO_OK;
  }
  if (is_environment(&entries) && !in.named) return MLO_OK;
  if (!in.named) {
    mlo_status status = enter(self, in.path, in.state, &in.state);
    if (status) return status;
  }
  for (uint32_t i = 0; i < entries.len; i++) take_entry(self, &in, &entries.items[i]);
  return MLO_OK;
}

static mlo_status list_below(walker *self, mlo_str path, uint32_t state) {
  mlo_status status = MLO_OK;
  waiting first = {.path = path, .state = state, .named = true};
  self->waiting.len = 0;
  MLO_PUSH(self->arena, &self->waiting, first);
  while (status == MLO_OK && self->waiting.len) {
    status = list_folder(self, self->waiting.items[--self->waiting.len]);
    if (self->out->len <= MAX_FILES) continue;
    add_problem(self, self->base->shown,
                MLO_STR("holds more than a million files: not all were scanned"));
    break;
  }
  return status;
}

/* --- named paths --- */

/* Where a named path stands: in the root under its real name, or outside of it. */
static bool place(walker *self, const base *root, mlo_str named, base *in, mlo_str *path) {
  mlo_error err = {0};
  mlo_str real, absolute = absolute_path(self, root, named), inner;
  if (mlo_os_real(absolute, self->arena, &real, &err)) {
    add_problem(self, named, mlo_str_c(err.message));
    return false;
  }
  *in = *root;
  if (is_inside(root->real, real, path)) return true;
  if (is_inside(root->real, absolute, &inner)) {
    add_problem(self, named,
                MLO_STR("is reached by a link that leads out of the project: not scanned"));
    return false;
  }
  while (named.len > 1 && mlo_str_ends(named, MLO_STR("/"))) named.len--;
  *path = (mlo_str){0};
  *in = (base){.shown = named, .real = real};
  if (is_kind(real, MLO_FILE_FOLDER)) return true;
  *path = mlo_str_from(named, mlo_str_rfind_char(named, '/') + 1);
  *in = (base){.shown = parent_of(named), .real = parent_of(absolute)};
  return true;
}

static mlo_status list_file(walker *self, mlo_str path, uint32_t top) {
  uint32_t state;
  mlo_status status = enter_deep(self, parent_of(path), top, &state);
  if (status) return status;
  const mlo_settings *settings = self->states.items[state].settings;
  if (!mlo_settings_excludes(settings, join(self->base->shown, path, self->arena)))
    add_file(self, path, settings);
  return MLO_OK;
}

static mlo_status list_named(walker *self, const base *root, mlo_str named) {
  base *in = MLO_NEW(self->arena, base);
  mlo_str path;
  uint32_t top, state;
  if (!place(self, root, named, in, &path)) return MLO_OK;
  mlo_status status = open_base(self, in, &top);
  if (status) return status;
  mlo_str absolute = join(in->real, path, self->arena);
  if (is_kind(absolute, MLO_FILE_REGULAR)) return list_file(self, path, top);
  if (!is_kind(absolute, MLO_FILE_FOLDER)) {
    add_problem(self, named,
                MLO_STR("is a link, a FIFO, a socket or a device, not a file: not scanned"));
    return MLO_OK;
  }
  status = enter_deep(self, path, top, &state);
  return status ? status : list_below(self, path, state);
}

/* --- the whole --- */

static int entry_order(const void *a, const void *b) {
  return mlo_str_compare(((const mlo_walk_entry *)a)->path, ((const mlo_walk_entry *)b)->path);
}

static void sort(mlo_walk_entries *entries) {
  if (entries->len == 0) return;
  qsort(entries->items, entries->len, sizeof *entries->items, entry_order);
  uint32_t kept = 1;
  for (uint32_t i = 1; i < entries->len; i++)
    if (!mlo_str_eq(entries->items[kept - 1].path, entries->items[i].path))
      entries->items[kept++] = entries->items[i];
  entries->len = kept;
}

mlo_status mlo_walk(const mlo_walk_options *options, mlo_arena *arena, mlo_walk_entries *out,
                    mlo_problems *problems, mlo_error *err) {
  mlo_error unused;
  walker self = {.options = options,
                 .arena = arena,
                 .out = out,
                 .problems = problems,
                 .err = err ? err : &unused};
  base root = {0};
  uint32_t top;
  mlo_status status = open_walker(&self, &root, &top);
  if (status) return status;
  if (options->path_count == 0) status = list_below(&self, (mlo_str){0}, top);
  for (uint32_t i = 0; status == MLO_OK && i < options->path_count; i++)
    status = list_named(&self, &root, options->paths[i]);
  sort(out);
  return status;
}

mlo_status mlo_walk_settings(const mlo_walk_options *options, mlo_str path, mlo_arena *arena,
                             const mlo_settings **out, mlo_error *err) {
  mlo_error unused;
  walker self = {.options = options, .arena = arena, .err = err ? err : &unused};
  base root = {0};
  uint32_t state;
  mlo_str inner;
  mlo_status status = open_walker(&self, &root, &state);
  if (status) return status;
  if (is_inside(root.real, absolute_path(&self, &root, path), &inner))
    status = enter_deep(&self, parent_of(inner), state, &state);
  *out = self.states.items[state].settings;
  return status;
}
