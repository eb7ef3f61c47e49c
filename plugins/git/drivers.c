#include "plugins/git/drivers.h"

#include "plugins/git/attributes.h"
#include "plugins/git/child.h"

#include <stdlib.h>

enum { LARGEST_ATTRIBUTES = 1 << 20 };

/* --- git's configuration --------------------------------------------------------------------- */

/* What we set. A value with words is a command of ours; else it is said as it stands. */
static const struct key {
  const char *name, *words, *value;
  bool expands; /* git replaces what follows a % */
} keys[] = {
    {"filter.mlopslint.clean", "notebook strip --stdin-filename %f", NULL, true},
    {"filter.mlopslint.smudge", NULL, "cat", false},
    {"filter.mlopslint.required", NULL, "true", false},
    {"diff.mlopslint.textconv", "notebook diff", NULL, false},
    {"merge.mlopslint.name", NULL, "notebooks by cells", false},
    {"merge.mlopslint.driver", "notebook merge %O %A %B %L %P", NULL, true},
    {"filter.mlopslint.process", "notebook filter-process", NULL, false},
};
enum { KEYS = sizeof keys / sizeof *keys, CLEAN = 0, PROCESS = KEYS - 1 };

static bool is_plain(mlo_str program) {
  for (size_t i = 0; i < program.len; i++) {
    char c = program.ptr[i];
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 strchr("/._-+@", c);
    if (!plain || !c) return false;
  }
  return true;
}

/* For the shell, which git runs it by. */
static mlo_str quoted(mlo_str program, bool expands, mlo_arena *arena) {
  if (is_plain(program)) return program;
  mlo_buf out = {0};
  mlo_buf_char(&out, '\'');
  for (size_t i = 0; i < program.len; i++) {
    char c = program.ptr[i];
    if (c == '\'')
      mlo_buf_lit(&out, "'\\''");
    else
      mlo_buf_char(&out, c);
    if (c == '%' && expands) mlo_buf_char(&out, c);
  }
  mlo_buf_char(&out, '\'');
  mlo_str text = mlo_arena_str(arena, mlo_buf_str(&out));
  mlo_buf_release(&out);
  return text;
}

static mlo_str value_of(const struct key *key, mlo_str program, mlo_arena *arena) {
  if (key->value) return mlo_str_c(key->value);
  return mlo_arena_format(arena, "%.*s %s", MLO_FMT(quoted(program, key->expands, arena)),
                          key->words);
}

static const char *scope_of(const mlo_git_drivers_options *options) {
  return options->global ? "--global" : "--local";
}

static mlo_str first_line(mlo_buf *said, mlo_arena *arena) {
  mlo_str text = mlo_buf_str(said);
  if (mlo_str_ends(text, MLO_STR("\n"))) text.len--;
  mlo_str line = mlo_arena_str(arena, text);
  mlo_buf_release(said);
  return line;
}

/* Empty if it is not set. */
static mlo_str get(const mlo_git_drivers_options *options, const char *name, mlo_arena *arena) {
  const char *const arguments[] = {"config", scope_of(options), "--get", name, NULL};
  mlo_git_command command = {.arguments = arguments};
  mlo_buf said = {0};
  mlo_error not_set = {0};
  if (mlo_git_run(&command, &said, &not_set) != MLO_OK) said.len = 0;
  return first_line(&said, arena);
}

static mlo_status set(const mlo_git_drivers_options *options, const char *name, mlo_str value,
                      mlo_arena *arena, mlo_error *err) {
  const char *text = mlo_arena_cstr(arena, value);
  const char *const arguments[] = {"config", scope_of(options), "--replace-all", name, text, NULL};
  mlo_git_command command = {.arguments = arguments};
  mlo_buf said = {0};
  mlo_status status = mlo_git_run(&command, &said, err);
  mlo_buf_release(&said);
  return status;
}

static mlo_status unset(const mlo_git_drivers_options *options, const char *name, mlo_arena *arena,
                        mlo_error *err) {
  if (get(options, name, arena).len == 0) return MLO_OK;
  const char *const arguments[] = {"config", scope_of(options), "--unset-all", name, NULL};
  mlo_git_command command = {.arguments = arguments};
  mlo_buf said = {0};
  mlo_status status = mlo_git_run(&command, &said, err);
  mlo_buf_release(&said);
  return status;
}

/* --- the file of attributes ------------------------------------------------------------------ */

static mlo_str top_of_tree(mlo_arena *arena, mlo_error *err) {
  static const char *const arguments[] = {"rev-parse", "--show-toplevel", NULL};
  mlo_git_command command = {.arguments = arguments};
  mlo_buf said = {0};
  if (mlo_git_run(&command, &said, err) != MLO_OK) said.len = 0;
  return first_line(&said, arena);
}

/* Where git looks for the user's own attributes. */
static mlo_status global_file(mlo_arena *arena, mlo_str *out, mlo_error *err) {
  static const char *const arguments[] = {
      "config", "--global", "--type=path", "--get", "core.attributesFile", NULL};
  mlo_git_command command = {.arguments = arguments};
  mlo_buf said = {0};
  mlo_error not_set = {0};
  if (mlo_git_run(&command, &said, &not_set) != MLO_OK) said.len = 0;
  *out = first_line(&said, arena);
  const char *home = getenv("HOME"), *folder = getenv("XDG_CONFIG_HOME");
  if (out->len) return MLO_OK;
  if (folder && *folder)
    *out = mlo_arena_format(arena, "%s/git/attributes", folder);
  else if (home && *home)
    *out = mlo_arena_format(arena, "%s/.config/git/attributes", home);
  else
    return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0},
                         "HOME is not set: name a file with --attributes");
  return MLO_OK;
}

static mlo_status find_file(const mlo_git_drivers_options *options, mlo_arena *arena,
                            mlo_git_drivers *out, mlo_error *err) {
  mlo_error outside = {0};
  out->top = top_of_tree(arena, &outside);
  out->attributes = options->attributes;
  if (!out->top.len && !options->global) {
    *err = outside;
    return outside.status;
  }
  if (out->attributes.len) return MLO_OK;
  if (options->global) return global_file(arena, &out->attributes, err);
  out->attributes = mlo_arena_format(arena, "%.*s/.gitattributes", MLO_FMT(out->top));
  return MLO_OK;
}

static mlo_status read_file(mlo_str path, mlo_arena *arena, mlo_str *text, mlo_error *err) {
  mlo_stat found;
  *text = (mlo_str){0};
  mlo_status status = mlo_os_stat(path, &found, err);
  if (status != MLO_OK || found.kind == MLO_FILE_MISSING) return status;
  return mlo_os_read(path, LARGEST_ATTRIBUTES, arena, text, err);
}

static mlo_status write_file(mlo_str path, mlo_str before, mlo_str after, mlo_error *err) {
  if (mlo_str_eq(before, after)) return MLO_OK;
  if (after.len == 0) return mlo_os_remove(path), MLO_OK;
  size_t slash = mlo_str_rfind_char(path, '/');
  mlo_status status = slash == SIZE_MAX || slash == 0
                          ? MLO_OK
                          : mlo_os_make_folder(mlo_str_slice(path, 0, slash), err);
  return status ? status : mlo_os_write(path, after, err);
}

typedef void change_fn(mlo_str text, mlo_buf *out);

static mlo_status change_file(mlo_str path, mlo_arena *arena, change_fn *change, mlo_error *err) {
  mlo_str text;
  mlo_buf changed = {0};
  mlo_status status = read_file(path, arena, &text, err);
  if (status == MLO_OK) change(text, &changed);
  if (status == MLO_OK && changed.failed)
    status = mlo_error_set(err, MLO_ERR_MEMORY, path, "out of memory");
  if (status == MLO_OK) status = write_file(path, text, mlo_buf_str(&changed), err);
  mlo_buf_release(&changed);
  return status;
}

/* --- both ------------------------------------------------------------------------------------ */

mlo_status mlo_git_drivers_read(const mlo_git_drivers_options *options, mlo_arena *arena,
                                mlo_git_drivers *out, mlo_error *err) {
  *out = (mlo_git_drivers){0};
  mlo_str text;
  mlo_status status = find_file(options, arena, out, err);
  if (status == MLO_OK) status = read_file(out->attributes, arena, &text, err);
  if (status != MLO_OK) return status;
  out->attributes_there = mlo_attributes_read(text) == MLO_ATTRIBUTES_OURS;
  out->other_filter = mlo_attributes_other_filter(text);
  out->clean = get(options, keys[CLEAN].name, arena);
  out->configuration_there = out->clean.len > 0;
  out->process_there = get(options, keys[PROCESS].name, arena).len > 0;
  return MLO_OK;
}

/* The commands first: a line of attributes that names none would let outputs pass. */
mlo_status mlo_git_drivers_install(const mlo_git_drivers_options *options, mlo_arena *arena,
                                   mlo_git_drivers *out, mlo_error *err) {
  mlo_status status = mlo_git_drivers_read(options, arena, out, err);
  for (int i = 0; status == MLO_OK && i < KEYS; i++)
    status =
        i == PROCESS && !options->process
            ? unset(options, keys[i].name, arena, err)
            : set(options, keys[i].name, value_of(&keys[i], options->program, arena), arena, err);
  return status ? status : change_file(out->attributes, arena, mlo_attributes_add, err);
}

mlo_status mlo_git_drivers_uninstall(const mlo_git_drivers_options *options, mlo_arena *arena,
                                     mlo_git_drivers *out, mlo_error *err) {
  mlo_status status = mlo_git_drivers_read(options, arena, out, err);
  if (status == MLO_OK) status = change_file(out->attributes, arena, mlo_attributes_remove, err);
  for (int i = 0; status == MLO_OK && i < KEYS; i++)
    status = unset(options, keys[i].name, arena, err);
  return status;
}

mlo_status mlo_git_tracked_notebooks(mlo_str top, mlo_arena *arena, mlo_git_paths *out,
                                     mlo_error *err) {
  static const char *const arguments[] = {"ls-files", "-z", "--", "*.ipynb", NULL};
  mlo_git_command command = {.folder = mlo_arena_cstr(arena, top), .arguments = arguments};
  mlo_buf said = {0};
  *out = (mlo_git_paths){0};
  mlo_status status = mlo_git_run(&command, &said, err);
  mlo_str rest = status ? (mlo_str){0} : mlo_arena_str(arena, mlo_buf_str(&said));
  mlo_buf_release(&said);
  while (rest.ptr) {
    mlo_str path = mlo_str_cut(&rest, '\0');
    if (path.len) MLO_PUSH(arena, out, path);
  }
  return status;
}
