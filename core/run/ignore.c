#include "run/ignore.h"

#include "base/glob.h"

/* Spaces at the end don't count unless a backslash stands before them. */
static mlo_str without_trailing_spaces(mlo_str line) {
  size_t end = 0;
  for (size_t i = 0; i < line.len; i++) {
    if (line.ptr[i] == ' ') continue;
    if (line.ptr[i] == '\\') i++;
    end = i + 1;
  }
  return mlo_str_slice(line, 0, end);
}

static bool parse_line(mlo_str line, mlo_ignore_pattern *out) {
  if (line.len == 0 || line.ptr[0] == '#') return false;
  if (mlo_str_ends(line, MLO_STR("\r"))) line.len--;
  line = without_trailing_spaces(line);
  *out = (mlo_ignore_pattern){.negated = mlo_str_starts(line, MLO_STR("!"))};
  if (out->negated) line = mlo_str_from(line, 1);
  out->folder_only = mlo_str_ends(line, MLO_STR("/"));
  if (out->folder_only) line.len--;
  out->anchored = mlo_str_contains(line, MLO_STR("/"));
  out->glob = mlo_str_starts(line, MLO_STR("/")) ? mlo_str_from(line, 1) : line;
  return out->glob.len > 0;
}

mlo_ignore_list *mlo_ignore_parse(mlo_str text, mlo_str folder, const mlo_ignore_list *above,
                                  mlo_arena *arena) {
  mlo_ignore_list *self = MLO_NEW(arena, mlo_ignore_list);
  self->above = above;
  self->folder = folder;
  if (mlo_str_starts(text, MLO_STR("\xef\xbb\xbf"))) text = mlo_str_from(text, 3);
  while (text.ptr) {
    mlo_ignore_pattern pattern;
    if (parse_line(mlo_str_cut(&text, '\n'), &pattern)) MLO_PUSH(arena, &self->patterns, pattern);
  }
  return self;
}

/* path as seen from a list's folder; false if it isn't in there. */
static bool seen_from(mlo_str folder, mlo_str path, mlo_str *inner) {
  *inner = path;
  if (folder.len == 0) return true;
  if (!mlo_str_starts(path, folder) || path.len <= folder.len || path.ptr[folder.len] != '/')
    return false;
  *inner = mlo_str_from(path, folder.len + 1);
  return true;
}

static const mlo_ignore_pattern *last_match(const mlo_ignore_list *list, mlo_str path, mlo_str name,
                                            bool is_folder) {
  for (uint32_t i = list->patterns.len; i > 0; i--) {
    const mlo_ignore_pattern *pattern = &list->patterns.items[i - 1];
    if (pattern->folder_only && !is_folder) continue;
    if (mlo_glob_match(pattern->glob, pattern->anchored ? path : name)) return pattern;
  }
  return NULL;
}

bool mlo_ignore_matches(const mlo_ignore_list *list, mlo_str path, bool is_folder) {
  size_t slash = mlo_str_rfind_char(path, '/');
  mlo_str name = slash == SIZE_MAX ? path : mlo_str_from(path, slash + 1), inner;
  for (; list; list = list->above) {
    if (!seen_from(list->folder, path, &inner)) continue;
    const mlo_ignore_pattern *pattern = last_match(list, inner, name, is_folder);
    if (pattern) return !pattern->negated;
  }
  return false;
}
