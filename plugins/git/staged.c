/* staged: index blobs as inputs for a check, by libgit2 or else by git. */
#include "plugins/git/selection.h"

#include <stdlib.h>

/* Links and submodules hold no text of their own. */
static bool is_regular(uint32_t mode) { return (mode & 0170000) == 0100000; }

static void take(mlo_git_selection *self, mlo_str path, mlo_str id, bool context) {
  mlo_git_entry entry = {mlo_arena_str(self->arena, path), mlo_arena_str(self->arena, id), context};
  MLO_PUSH(self->arena, &self->entries, entry);
}

void mlo_git_select_staged(mlo_git_selection *self, mlo_str path, uint32_t mode, mlo_str id) {
  if (!is_regular(mode) || mlo_format_of_path(path) == MLO_FORMAT_NONE) return;
  take(self, path, id, false);
}

/* Asked for the few files that declare dependencies only. */
static bool is_selected(const mlo_git_selection *self, mlo_str path) {
  for (uint32_t i = 0; i < self->entries.len; i++)
    if (mlo_str_eq(self->entries.items[i].path, path)) return true;
  return false;
}

void mlo_git_select_context(mlo_git_selection *self, mlo_str path, uint32_t mode, mlo_str id) {
  if (!is_regular(mode) || !mlo_path_declares_dependencies(path)) return;
  if (is_selected(self, path)) return;
  take(self, path, id, true);
}

void mlo_git_found(mlo_git_selection *self, const mlo_git_entry *entry, mlo_str bytes) {
  mlo_input input = {entry->path, mlo_arena_str(self->arena, bytes), entry->context};
  MLO_PUSH(self->arena, &self->out->inputs, input);
}

void mlo_git_missed(mlo_git_selection *self, const mlo_git_entry *entry, const char *why) {
  mlo_problem problem = {
      .path = entry->path,
      .message = mlo_arena_format(self->arena, "the staged file %s", why)};
  if (entry->context)
    MLO_PUSH(self->arena, &self->out->notes, problem);
  else
    MLO_PUSH(self->arena, &self->out->problems, problem);
}

static int compare_inputs(const void *a, const void *b) {
  return mlo_str_compare(((const mlo_input *)a)->path, ((const mlo_input *)b)->path);
}

static mlo_status read_by_git(mlo_str folder, mlo_arena *arena, const mlo_error *why,
                              mlo_git_staged_files *out, mlo_error *err) {
  *out = (mlo_git_staged_files){0};
  mlo_git_selection selection = {.arena = arena, .out = out};
  mlo_status status = mlo_git_read_plumbing(&selection, folder, err);
  if (status) return status;
  mlo_problem note = {
      .message = mlo_arena_format(
          arena, "libgit2 can't read this repository (%s): asked git instead", why->message)};
  MLO_PUSH(arena, &out->notes, note);
  return MLO_OK;
}

mlo_status mlo_git_staged(mlo_str folder, mlo_arena *arena, mlo_git_staged_files *out,
                          mlo_error *err) {
  *out = (mlo_git_staged_files){0};
  mlo_git_selection selection = {.arena = arena, .out = out};
  mlo_error why = {0};
  mlo_status status = mlo_git_read_index(&selection, folder, &why);
  if (status) status = read_by_git(folder, arena, &why, out, err);
  if (status) return status;
  if (out->inputs.len)
    qsort(out->inputs.items, out->inputs.len, sizeof *out->inputs.items, compare_inputs);
  return MLO_OK;
}
