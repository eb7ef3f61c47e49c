#include "plugins/cli/fixing.h"

#include "plugins/cli/output.h"

typedef struct work {
  const mlo_request *request;
  const mlo_fixing_options *options;
  mlo_arena arena;
  mlo_fixing done;
} work;

static void say_refusals(work *self, const mlo_repair *repair) {
  for (uint32_t i = 0; i < repair->refusals.len && !self->options->quiet; i++) {
    const mlo_refusal *one = &repair->refusals.items[i];
    mlo_str place = one->path;
    if (one->line) place = mlo_arena_format(&self->arena, "%.*s:%u", MLO_FMT(one->path), one->line);
    mlo_output_note(
        mlo_arena_format(&self->arena, "%.*s: %.*s", MLO_FMT(place), MLO_FMT(one->message)));
  }
}

static void say_problems(work *self, const mlo_problems *problems) {
  for (uint32_t i = 0; i < problems->len; i++) {
    mlo_output_complain(problems->items[i].path, problems->items[i].message);
    self->done.failed = true;
  }
}

/* Somebody may have saved the file while we worked on what it held before. */
static mlo_status write_file(work *self, const mlo_repaired *file, mlo_error *err) {
  mlo_str now = {0};
  mlo_status status = mlo_os_read(file->path, file->before.len + 1, &self->arena, &now, err);
  if ((status == MLO_OK && !mlo_str_eq(now, file->before)) || status == MLO_ERR_TOO_LARGE)
    return mlo_error_set(err, MLO_ERR_IO, file->path,
                         "was changed while its fixes were made: left as it is; run again");
  return status ? status : mlo_os_write(file->path, file->after, err);
}

static mlo_status keep(work *self, const mlo_repaired *file, mlo_error *err) {
  mlo_buf *diff = self->options->diff;
  if (diff && !mlo_diff_put(file->path, file->before, file->after, diff))
    return mlo_error_set(err, MLO_ERR_MEMORY, file->path, "the difference could not be made");
  if (diff) return MLO_OK;
  if (!self->request->input_count) return write_file(self, file, err);
  mlo_buf_add(self->options->inputs_out, file->after);
  return MLO_OK;
}

static void keep_all(work *self, const mlo_repair *repair) {
  for (uint32_t i = 0; i < repair->files.len; i++) {
    mlo_error err = {0};
    if (keep(self, &repair->files.items[i], &err) != MLO_OK) {
      mlo_output_fail(&err);
      self->done.failed = true;
      continue;
    }
    self->done.files++;
    self->done.applied += repair->files.items[i].applied;
  }
}

mlo_fixing mlo_fix_all(const mlo_engine *engine, const mlo_request *request,
                       const mlo_findings *found, const mlo_fixing_options *options) {
  work self = {.request = request, .options = options};
  mlo_repair repair;
  mlo_error err = {0};
  mlo_arena_init(&self.arena, 0, NULL, NULL);
  if (mlo_repair_project(engine, request, found, options->safety, &self.arena, &repair, &err)) {
    mlo_output_fail(&err);
    self.done.failed = true;
  } else {
    say_problems(&self, &repair.problems);
    keep_all(&self, &repair);
    say_refusals(&self, &repair);
  }
  mlo_arena_release(&self.arena);
  return self.done;
}
