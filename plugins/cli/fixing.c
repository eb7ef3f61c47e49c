#include "plugins/cli/fixing.h"

#include "plugins/cli/output.h"

enum { LARGEST_FILE = 128 * 1024 * 1024 };

typedef struct work {
  const mlo_engine *engine;
  const mlo_request *request;
  mlo_safety safety;
  mlo_buf *diff, *inputs_out;
  mlo_fixing done;
} work;

static bool has_fix(const mlo_finding *finding, mlo_safety safety) {
  for (uint32_t i = 0; i < finding->fixes.len; i++) {
    const mlo_fix *fix = &finding->fixes.items[i];
    if (fix->edits.len && fix->safety <= safety) return true;
  }
  return false;
}

static const mlo_input *input_of(const mlo_request *request, mlo_str path) {
  for (uint32_t i = 0; i < request->input_count; i++)
    if (mlo_str_eq(request->inputs[i].path, path)) return &request->inputs[i];
  return NULL;
}

static mlo_status read_bytes(const work *self, mlo_str path, mlo_arena *arena, mlo_str *bytes,
                             mlo_error *err) {
  const mlo_input *input = input_of(self->request, path);
  if (!input) return mlo_os_read(path, LARGEST_FILE, arena, bytes, err);
  *bytes = input->bytes;
  return MLO_OK;
}

static mlo_status keep(work *self, mlo_str path, mlo_str before, mlo_str after, mlo_error *err) {
  if (self->diff && !mlo_diff_put(path, before, after, self->diff))
    return mlo_error_set(err, MLO_ERR_MEMORY, path, "the difference could not be made");
  if (self->diff) return MLO_OK;
  if (!input_of(self->request, path)) return mlo_os_write(path, after, err);
  mlo_buf_add(self->inputs_out, after);
  return MLO_OK;
}

static mlo_status fix_path(work *self, mlo_str path, mlo_arena *arena, mlo_error *err) {
  mlo_str bytes = {0}, fixed = {0};
  mlo_fix_result result = {0};
  mlo_status status = read_bytes(self, path, arena, &bytes, err);
  if (status == MLO_OK)
    status = mlo_fix_file(self->engine, self->request, path, bytes, self->safety, arena, &fixed,
                          &result, err);
  if (status != MLO_OK) return status;
  self->done.refused += result.refused;
  if (!result.changed) return MLO_OK;
  self->done.applied += result.applied;
  self->done.files++;
  return keep(self, path, bytes, fixed, err);
}

/* Findings are sorted: those of one file stand side by side. */
static void fix_group(work *self, const mlo_findings *found, uint32_t first, uint32_t end) {
  bool wanted = false;
  for (uint32_t i = first; i < end; i++) wanted = wanted || has_fix(&found->items[i], self->safety);
  if (!wanted) return;
  mlo_arena arena;
  mlo_arena_init(&arena, 0, NULL, NULL);
  mlo_error err = {0};
  if (fix_path(self, found->items[first].location.path, &arena, &err) != MLO_OK) {
    mlo_output_fail(&err);
    self->done.failed = true;
  }
  mlo_arena_release(&arena);
}

mlo_fixing mlo_fix_all(const mlo_engine *engine, const mlo_request *request,
                       const mlo_findings *found, mlo_safety safety, mlo_buf *diff,
                       mlo_buf *inputs_out) {
  work self = {engine, request, safety, diff, inputs_out, {0}};
  for (uint32_t first = 0, end; first < found->len; first = end) {
    mlo_str path = found->items[first].location.path;
    for (end = first + 1; end < found->len; end++)
      if (!mlo_str_eq(found->items[end].location.path, path)) break;
    fix_group(&self, found, first, end);
  }
  return self.done;
}
