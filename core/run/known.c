#include "run/known.h"

#include "base/os.h"
#include "run/selection.h"

enum { LARGEST_BASELINE = 64 * 1024 * 1024 };

/* --- which file ------------------------------------------------------------------------------ */

static mlo_str folder_of(mlo_str path) {
  size_t slash = mlo_str_rfind_char(path, '/');
  if (slash == SIZE_MAX) return MLO_STR(".");
  return mlo_str_slice(path, 0, slash ? slash : 1);
}

/* The root as seen from folder; empty if folder is not around it. */
static mlo_str seen_from(mlo_str folder, mlo_str root, mlo_arena *arena) {
  mlo_str outer, inner;
  if (mlo_os_real(folder, arena, &outer, NULL) || mlo_os_real(root, arena, &inner, NULL))
    return (mlo_str){0};
  if (mlo_str_eq(outer, MLO_STR("/"))) return mlo_str_from(inner, 1);
  bool around =
      mlo_str_starts(inner, outer) && inner.len > outer.len && inner.ptr[outer.len] == '/';
  return around ? mlo_str_from(inner, outer.len + 1) : (mlo_str){0};
}

static mlo_str in_root(mlo_str root, mlo_str path, mlo_arena *arena) {
  if (mlo_str_starts(path, MLO_STR("/")) || mlo_str_eq(root, MLO_STR("."))) return path;
  return mlo_arena_join(arena, root, "/", path);
}

static bool is_missing(mlo_str place) {
  mlo_stat found = {0};
  return mlo_os_stat(place, &found, NULL) == MLO_OK && found.kind == MLO_FILE_MISSING;
}

static mlo_status read(mlo_str path, mlo_str place, mlo_arena *arena, mlo_baseline *out,
                       mlo_error *err) {
  mlo_error why = {0};
  mlo_str text = {0};
  if (mlo_os_read(place, LARGEST_BASELINE, arena, &text, &why) == MLO_OK)
    return mlo_baseline_parse(path, text, arena, out, err);
  return mlo_error_set(err, MLO_ERR_CONFIG, path,
                       "is the baseline: %s; 'mlopslint baseline create' makes one", why.message);
}

mlo_status mlo_known_open(const mlo_request *request, const mlo_settings *settings,
                          mlo_arena *arena, mlo_baseline **out, mlo_error *err) {
  mlo_str named = request->overrides.baseline, path = named, place = named;
  *out = NULL;
  if (!named.len && !settings->baseline.len) return MLO_OK;
  if (!named.len) {
    path = mlo_settings_path(settings, settings->baseline, arena);
    place = in_root(request->root, path, arena);
  }
  mlo_str above = named.len ? seen_from(folder_of(named), request->root, arena) : settings->above;
  bool all = !above.len && !request->path_count;
  bool anew = request->overrides.new_baseline && (all || is_missing(place));
  mlo_baseline *baseline = MLO_NEW(arena, mlo_baseline);
  mlo_status status = anew ? MLO_OK : read(path, place, arena, baseline, err);
  baseline->above = above;
  *out = baseline;
  return status;
}

/* --- what may be said of it ------------------------------------------------------------------ */

static mlo_str trimmed(mlo_str path) {
  while (mlo_str_starts(path, MLO_STR("./"))) path = mlo_str_from(path, 2);
  while (path.len > 1 && mlo_str_ends(path, MLO_STR("/"))) path.len--;
  return path;
}

static bool holds(mlo_str folder, mlo_str path) {
  folder = trimmed(folder);
  if (mlo_str_eq(folder, MLO_STR(".")) || mlo_str_eq(folder, path)) return true;
  return mlo_str_starts(path, folder) && path.len > folder.len && path.ptr[folder.len] == '/';
}

static bool was_asked_for(const mlo_request *request, mlo_str path) {
  if (!path.len || request->input_count) return false;
  for (uint32_t i = 0; i < request->path_count; i++)
    if (holds(request->paths[i], path)) return true;
  return request->path_count == 0 && !mlo_str_starts(path, MLO_STR("/")) &&
         !mlo_str_starts(path, MLO_STR("../"));
}

/* A folder that could not be read hides what is in it. */
static bool is_hidden(const mlo_problems *problems, mlo_str path) {
  for (uint32_t i = 0; i < problems->len; i++)
    if (!problems->items[i].path.len || holds(problems->items[i].path, path)) return true;
  return false;
}

static bool is_judged(const mlo_known_view *view, mlo_str path, mlo_str code) {
  bool sound = true;
  const mlo_settings *settings = view->settings_of(view->ctx, path, &sound);
  if (!sound ||
      (!settings && (!was_asked_for(view->request, path) || is_hidden(view->problems, path))))
    return false;
  uint32_t rule = mlo_selection_rule(view->catalogue, code);
  if (rule == UINT32_MAX)
    return view->catalogue->problems.len == 0 && !view->request->overrides.isolated;
  if (view->catalogue->rules.items[rule].project && !view->complete) return false;
  return mlo_settings_wants(settings ? settings : view->settings, rule, path);
}

void mlo_known_judge(mlo_baseline *self, const mlo_known_view *view) {
  for (uint32_t i = 0; i < self->items.len; i++) {
    mlo_known_finding *item = &self->items.items[i];
    mlo_str path = mlo_baseline_path_in_root(self, item->path);
    item->judged = path.len && is_judged(view, path, item->code);
  }
}
