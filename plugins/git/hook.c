/* hook: our script in the folder where git looks for hooks, and the way back. */
#include "plugins/git/child.h"
#include "plugins/git/git.h"
#include "plugins/git/repository.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK "# Written by mlopslint"
#define BEFORE ".before-mlopslint"

enum { LARGEST_SCRIPT = 64 * 1024, HOOK_MODE = 0755 };

/* A foreign hook keeps working under its new name; ours ends with the status of the check. */
static const char script[] = "#!/bin/sh\n" MARK ": mlopslint hook install %s\n"
                             "before=\"$(dirname \"$0\")/%s" BEFORE "\"\n"
                             "if [ -x \"$before\" ]; then\n"
                             "  \"$before\" \"$@\" || exit\n"
                             "fi\n"
                             "program=%.*s\n"
                             "command -v \"$program\" >/dev/null 2>&1 || program=mlopslint\n"
                             "exec \"$program\" check --staged\n";

const char *const mlo_git_hook_names[] = {"pre-commit", "pre-merge-commit", NULL};

/* --- where ----------------------------------------------------------------------------------- */

typedef struct places {
  mlo_str top;    /* of the working tree */
  mlo_str common; /* git's folder that all worktrees share */
  mlo_str hooks;
} places;

static mlo_str without_slash(mlo_str path) {
  while (path.len > 1 && mlo_str_ends(path, MLO_STR("/"))) path.len--;
  return path;
}

static mlo_str hooks_of(git_repository *repository, mlo_str top, mlo_arena *arena) {
  git_config *config = NULL;
  git_buf path = {0};
  mlo_str hooks = {0};
  if (git_repository_config_snapshot(&config, repository) == 0 &&
      git_config_get_path(&path, config, "core.hooksPath") == 0)
    hooks = path.ptr[0] == '/' ? mlo_arena_str(arena, mlo_str_c(path.ptr))
                               : mlo_arena_format(arena, "%.*s/%s", MLO_FMT(top), path.ptr);
  git_buf_dispose(&path);
  if (!hooks.len && git_repository_item_path(&path, repository, GIT_REPOSITORY_ITEM_HOOKS) == 0)
    hooks = mlo_arena_str(arena, mlo_str_c(path.ptr));
  git_buf_dispose(&path);
  git_config_free(config);
  return without_slash(hooks);
}

static mlo_status find_by_libgit2(mlo_str folder, mlo_arena *arena, places *out, mlo_error *err) {
  git_repository *repository = NULL;
  git_libgit2_init();
  mlo_status status = mlo_git_open(folder, arena, &repository, err);
  if (status == MLO_OK) {
    const char *top = git_repository_workdir(repository);
    out->common =
        without_slash(mlo_arena_str(arena, mlo_str_c(git_repository_commondir(repository))));
    out->top = top ? without_slash(mlo_arena_str(arena, mlo_str_c(top))) : out->common;
    out->hooks = hooks_of(repository, out->top, arena);
    if (!out->hooks.len) status = mlo_git_complain(err, MLO_ERR_UNSUPPORTED);
  }
  git_repository_free(repository);
  git_libgit2_shutdown();
  return status;
}

static mlo_status find_by_git(mlo_str folder, mlo_arena *arena, places *out, mlo_error *err) {
  static const char *const arguments[] = {"rev-parse",
                                          "--path-format=absolute",
                                          "--show-toplevel",
                                          "--git-common-dir",
                                          "--git-path",
                                          "hooks",
                                          NULL};
  mlo_git_command command = {.folder = mlo_git_folder(folder, arena), .arguments = arguments};
  mlo_buf said = {0};
  mlo_status status = mlo_git_run(&command, &said, err);
  mlo_str rest = status ? (mlo_str){0} : mlo_arena_str(arena, mlo_buf_str(&said));
  mlo_buf_release(&said);
  out->top = mlo_str_cut(&rest, '\n');
  out->common = mlo_str_cut(&rest, '\n');
  out->hooks = mlo_str_cut(&rest, '\n');
  return status;
}

static bool lies_in(mlo_str path, mlo_str folder) {
  return mlo_str_starts(path, folder) && (path.len == folder.len || path.ptr[folder.len] == '/');
}

static mlo_status find_places(mlo_str folder, mlo_arena *arena, places *out, mlo_error *err) {
  mlo_error ignored = {0};
  *out = (places){0};
  if (find_by_libgit2(folder, arena, out, &ignored) == MLO_OK) return MLO_OK;
  return find_by_git(folder, arena, out, err);
}

/* --- what ------------------------------------------------------------------------------------ */

typedef struct hook {
  const char *name;
  mlo_str folder;
  mlo_str path, before;
  mlo_file_kind there, before_there;
  bool ours;
  bool shared;
} hook;

static bool is_ours(const hook *self, mlo_arena *arena) {
  mlo_str text = {0};
  mlo_error ignored = {0};
  if (self->there != MLO_FILE_REGULAR) return false;
  mlo_arena_mark mark = mlo_arena_save(arena);
  bool read = mlo_os_read(self->path, LARGEST_SCRIPT, arena, &text, &ignored) == MLO_OK;
  bool ours = read && mlo_str_contains(text, MLO_STR("\n" MARK));
  mlo_arena_restore(arena, mark);
  return ours;
}

static const char *known_name(mlo_str name) {
  for (const char *const *known = mlo_git_hook_names; *known; known++)
    if (mlo_str_eq(name, mlo_str_c(*known))) return *known;
  return NULL;
}

static mlo_status find_hook(mlo_str folder, mlo_str name, mlo_arena *arena, hook *out,
                            mlo_error *err) {
  *out = (hook){.name = known_name(name)};
  if (!out->name)
    return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0},
                         "no hook '%.*s': pre-commit and pre-merge-commit can be installed",
                         MLO_FMT(name));
  places places_found;
  mlo_status status = find_places(folder, arena, &places_found, err);
  if (status) return status;
  out->folder = places_found.hooks;
  out->path = mlo_arena_format(arena, "%.*s/%s", MLO_FMT(out->folder), out->name);
  out->before = mlo_arena_format(arena, "%.*s" BEFORE, MLO_FMT(out->path));
  out->shared =
      !lies_in(out->folder, places_found.top) && !lies_in(out->folder, places_found.common);
  mlo_stat stat = {0};
  if ((status = mlo_os_stat(out->path, &stat, err))) return status;
  out->there = stat.kind;
  if ((status = mlo_os_stat(out->before, &stat, err))) return status;
  out->before_there = stat.kind;
  out->ours = is_ours(out, arena);
  return MLO_OK;
}

static mlo_git_hook report(const hook *self) {
  bool chained = self->before_there != MLO_FILE_MISSING;
  return (mlo_git_hook){.path = self->path,
                        .before = chained ? self->before : (mlo_str){0},
                        .was_there = self->ours,
                        .shared = self->shared};
}

/* --- install --------------------------------------------------------------------------------- */

/* In single quotes, as sh takes it whatever it holds. */
static mlo_str quoted(mlo_str text, mlo_arena *arena) {
  mlo_str out = MLO_STR("'");
  for (mlo_str rest = text; rest.ptr;) {
    out = mlo_arena_concat(arena, out, mlo_str_cut(&rest, '\''));
    out = mlo_arena_concat(arena, out, rest.ptr ? MLO_STR("'\\''") : MLO_STR("'"));
  }
  return out;
}

static mlo_status refused(const hook *self, const char *what, mlo_error *err) {
  return mlo_error_set(err, MLO_ERR_IO, self->path, "can't %s: %s", what, strerror(errno));
}

static mlo_status rename_to(const hook *self, mlo_str from, mlo_str to, mlo_arena *arena,
                            mlo_error *err) {
  if (rename(mlo_arena_cstr(arena, from), mlo_arena_cstr(arena, to)) == 0) return MLO_OK;
  return refused(self, "rename the hook", err);
}

static mlo_status refuse_conflicts(const hook *self, mlo_error *err) {
  if (mlo_str_ends(self->folder, MLO_STR("/.husky/_")))
    return mlo_error_set(err, MLO_ERR_USAGE, self->path,
                         "husky writes this folder anew: add the line `mlopslint check --staged` "
                         "to .husky/%s instead",
                         self->name);
  bool foreign = self->there != MLO_FILE_MISSING && !self->ours;
  if (foreign && self->before_there != MLO_FILE_MISSING)
    return mlo_error_set(err, MLO_ERR_USAGE, self->before,
                         "two hooks to keep, one name: move this one away first");
  return MLO_OK;
}

static mlo_status write_script(const hook *self, mlo_str program, mlo_arena *arena,
                               mlo_error *err) {
  mlo_str text =
      mlo_arena_format(arena, script, self->name, self->name, MLO_FMT(quoted(program, arena)));
  mlo_status status = mlo_os_write(self->path, text, err);
  if (status) return status;
  if (chmod(mlo_arena_cstr(arena, self->path), HOOK_MODE) == 0) return MLO_OK;
  return refused(self, "make the hook executable", err);
}

mlo_status mlo_git_hook_install(mlo_str folder, mlo_str name, mlo_str program, mlo_arena *arena,
                                mlo_git_hook *out, mlo_error *err) {
  hook self;
  mlo_status status = find_hook(folder, name, arena, &self, err);
  if (status || (status = refuse_conflicts(&self, err))) return status;
  if (mkdir(mlo_arena_cstr(arena, self.folder), HOOK_MODE) != 0 && errno != EEXIST)
    return refused(&self, "make the hooks' folder", err);
  bool chained = self.there != MLO_FILE_MISSING && !self.ours;
  if (chained && (status = rename_to(&self, self.path, self.before, arena, err))) return status;
  if ((status = write_script(&self, program, arena, err))) {
    if (chained) (void)rename_to(&self, self.before, self.path, arena, NULL);
    return status;
  }
  if (chained) self.before_there = self.there;
  *out = report(&self);
  return MLO_OK;
}

mlo_status mlo_git_hook_uninstall(mlo_str folder, mlo_str name, mlo_arena *arena, mlo_git_hook *out,
                                  mlo_error *err) {
  hook self;
  mlo_status status = find_hook(folder, name, arena, &self, err);
  if (status) return status;
  *out = report(&self);
  if (!self.ours) return MLO_OK;
  if (self.before_there != MLO_FILE_MISSING)
    return rename_to(&self, self.before, self.path, arena, err);
  if (unlink(mlo_arena_cstr(arena, self.path)) == 0) return MLO_OK;
  return refused(&self, "remove the hook", err);
}
