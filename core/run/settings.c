#include "run/settings.h"

#include "base/glob.h"

#include <limits.h>

/* path as seen from the configuration's folder, in room; empty if it can't be. */
static mlo_str seen_from_folder(const mlo_settings *self, mlo_str path, char room[PATH_MAX]) {
  if (self->folder.len) {
    bool inside = mlo_str_starts(path, self->folder) && path.len > self->folder.len &&
                  path.ptr[self->folder.len] == '/';
    if (!inside) return (mlo_str){0};
    path = mlo_str_from(path, self->folder.len + 1);
  }
  if (self->above.len == 0) return path;
  if (self->above.len + path.len + 1 > PATH_MAX) return (mlo_str){0};
  memcpy(room, self->above.ptr, self->above.len);
  room[self->above.len] = '/';
  if (path.len) memcpy(room + self->above.len + 1, path.ptr, path.len);
  return mlo_str_of(room, self->above.len + 1 + path.len);
}

static bool is_among(const mlo_rule_scope *scope, mlo_str seen) {
  for (uint32_t i = 0; i < scope->globs.len; i++)
    if (mlo_glob_match_file(scope->globs.items[i], seen)) return true;
  return false;
}

bool mlo_settings_judge(const mlo_settings *self, uint32_t rule, mlo_str path, mlo_source *why) {
  char room[PATH_MAX];
  *why = self->enabled_by[rule];
  if (!self->enabled[rule]) return false;
  if (self->file_ignores.len == 0 && self->scopes.len == 0) return true;
  mlo_str seen = seen_from_folder(self, path, room);
  for (uint32_t i = 0; i < self->file_ignores.len; i++) {
    const mlo_file_ignore *ignore = &self->file_ignores.items[i];
    if (!ignore->rules[rule] || !mlo_glob_match_file(ignore->glob, seen)) continue;
    *why = ignore->source;
    return false;
  }
  for (uint32_t i = 0; i < self->scopes.len; i++) {
    const mlo_rule_scope *scope = &self->scopes.items[i];
    if (scope->rule != rule || is_among(scope, seen) == scope->only) continue;
    *why = scope->source;
    return false;
  }
  return true;
}

bool mlo_settings_wants(const mlo_settings *self, uint32_t rule, mlo_str path) {
  mlo_source why;
  return mlo_settings_judge(self, rule, path, &why);
}

/* True for "lint/no-pickle.test/a.py" and "lint/no-pickle.test.py" of the pack "lint": what shows a rule is bad by
 * intention. */
static bool is_example(mlo_str pack, mlo_str path) {
  while (mlo_str_starts(pack, MLO_STR("./"))) pack = mlo_str_from(pack, 2);
  while (mlo_str_ends(pack, MLO_STR("/"))) pack.len--;
  if (!mlo_str_starts(path, pack) || path.len <= pack.len || path.ptr[pack.len] != '/')
    return false;
  mlo_str below = mlo_str_from(path, pack.len), name = below;
  name = mlo_str_from(name, mlo_str_rfind_char(name, '/'));
  return mlo_str_contains(below, MLO_STR(".test/")) || mlo_str_contains(name, MLO_STR(".test."));
}

bool mlo_settings_excludes(const mlo_settings *self, mlo_str path) {
  if (self->exclude.len == 0 && self->packs.len == 0) return false;
  char room[PATH_MAX];
  mlo_str seen = seen_from_folder(self, path, room);
  for (uint32_t i = 0; i < self->exclude.len; i++)
    if (mlo_glob_match_file(self->exclude.items[i], seen)) return true;
  for (uint32_t i = 0; i < self->packs.len; i++)
    if (is_example(self->packs.items[i], seen)) return true;
  return false;
}

mlo_policy mlo_settings_policy(const mlo_settings *self, mlo_str path) {
  char room[PATH_MAX];
  mlo_policy policy = self->notebook;
  const mlo_policy_words *globs = &policy.words[MLO_POLICY_KEEP_OUTPUTS_IN];
  mlo_str seen = seen_from_folder(self, path, room);
  for (uint32_t i = 0; i < globs->len && seen.len; i++)
    policy.keep_outputs |= mlo_glob_match_file(globs->items[i], seen);
  return policy;
}

mlo_str mlo_settings_path(const mlo_settings *self, mlo_str path, mlo_arena *arena) {
  size_t slash = mlo_str_rfind_char(self->path, '/');
  if (slash == SIZE_MAX || mlo_str_starts(path, MLO_STR("/"))) return path;
  return mlo_arena_format(arena, "%.*s/%.*s", (int)slash, self->path.ptr, MLO_FMT(path));
}
