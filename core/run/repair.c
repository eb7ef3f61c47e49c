#include "run/repair.h"

#include "base/map.h"
#include "base/os.h"
#include "run/fault.h"
#include "text/encoding.h"

#include <stdlib.h>

enum { MAX_PASSES = 10, MAX_ROUNDS = 4 * MAX_PASSES, LARGEST_FILE = 128 * 1024 * 1024 };

/* A rule whose fix was applied in a pass of a file. */
typedef struct deed {
  uint32_t pass;
  mlo_str code;
} deed;

/* A file with fixes, from its bytes on disk to those that stand for them now. */
typedef struct repair_file {
  mlo_str path;
  mlo_format format;
  mlo_encoding encoding;
  mlo_str bytes;          /* as they were */
  mlo_str original, text; /* decoded, before and now */
  mlo_str now;            /* text, encoded */
  uint32_t applied, pass;
  bool waited;               /* in the last pass, fixes had to wait */
  bool given_up;             /* nothing more is tried */
  MLO_ARRAY(mlo_str) states; /* its texts, by pass */
  MLO_ARRAY(deed) deeds;
  MLO_ARRAY(mlo_refusal) refusals; /* of the last pass */
} repair_file;

typedef struct repairing {
  const mlo_engine *engine;
  const mlo_request *request;
  mlo_safety safety;
  mlo_arena *arena;  /* what stays */
  mlo_arena scratch; /* of one file in one pass */
  mlo_parser *parser;
  MLO_ARRAY(repair_file *) files;
  mlo_map known; /* path -> 1 + index into files */
  mlo_repair *out;
  mlo_error *err;
} repairing;

/* --- files --- */

static const mlo_input *input_of(const mlo_request *request, mlo_str path) {
  for (uint32_t i = 0; i < request->input_count; i++)
    if (mlo_str_eq(request->inputs[i].path, path)) return &request->inputs[i];
  return NULL;
}

static mlo_str path_on_disk(const repairing *self, mlo_str path) {
  mlo_str root = self->request->root;
  bool here = root.len == 0 || mlo_str_eq(root, MLO_STR("."));
  if (here || (path.len && path.ptr[0] == '/')) return path;
  return mlo_arena_join(self->arena, root, "/", path);
}

static mlo_status read_file(repairing *self, repair_file *out, mlo_error *err) {
  const mlo_input *input = input_of(self->request, out->path);
  mlo_status status = MLO_OK;
  mlo_str again = {0};
  if (input)
    out->bytes = input->bytes;
  else
    status =
        mlo_os_read(path_on_disk(self, out->path), LARGEST_FILE, self->arena, &out->bytes, err);
  if (status == MLO_OK)
    status = mlo_decode(out->bytes, out->format == MLO_FORMAT_PYTHON, self->arena, &out->text,
                        &out->encoding, err);
  if (status == MLO_OK) status = mlo_encode(out->text, out->encoding, self->arena, &again, err);
  if (status == MLO_OK && !mlo_str_eq(again, out->bytes))
    status = mlo_error_set(err, MLO_ERR_UNSUPPORTED, out->path,
                           "its encoding can't be kept: fix it by hand");
  out->original = out->text;
  out->now = out->bytes;
  return status;
}

static repair_file *file_of(const repairing *self, mlo_str path) {
  const uint32_t *index = mlo_map_get(&self->known, path);
  return index ? self->files.items[*index - 1] : NULL;
}

static void open_file(repairing *self, mlo_str path) {
  mlo_error err = {0};
  repair_file *new = MLO_NEW(self->arena, repair_file);
  new->path = mlo_arena_str(self->arena, path);
  new->format = mlo_format_of_path(path);
  if (read_file(self, new, &err) != MLO_OK) {
    mlo_problem problem = {.path = new->path,
                           .message = mlo_arena_str(self->arena, mlo_str_c(err.message))};
    MLO_PUSH(self->arena, &self->out->problems, problem);
    new->given_up = true;
  }
  MLO_PUSH(self->arena, &new->states, new->text);
  MLO_PUSH(self->arena, &self->files, new);
  *mlo_map_put(&self->known, new->path, self->arena) = self->files.len;
}

/* --- the fixes of one file --- */

typedef struct candidate {
  const mlo_finding *finding;
  const mlo_fix *fix;
} candidate;
typedef MLO_ARRAY(candidate) candidates;

/* A pass over one file. */
typedef struct file_pass {
  repairing *run;
  repair_file *file;
  candidates from;
  const mlo_fix *
      *taken; /* that do no harm together; has room for all, so that scratch can be given back */
  uint32_t taken_count;
  uint32_t faults; /* of the text before */
  uint32_t waiting;
} file_pass;

static bool stays_in_file(const mlo_fix *fix, mlo_str path) {
  for (uint32_t i = 0; i < fix->edits.len; i++)
    if (!mlo_str_eq(fix->edits.items[i].path, path)) return false;
  return fix->edits.len > 0;
}

static const mlo_fix *choose(const repairing *self, const mlo_finding *finding) {
  for (uint32_t i = 0; i < finding->fixes.len; i++) {
    const mlo_fix *fix = &finding->fixes.items[i];
    bool allowed = fix->safety <= self->safety && fix->safety != MLO_SAFETY_DISPLAY;
    if (allowed && stays_in_file(fix, finding->location.path)) return fix;
  }
  return NULL;
}

static void collect(file_pass *self, const mlo_finding *findings, uint32_t count) {
  repairing *run = self->run;
  for (uint32_t i = 0; i < count; i++) {
    const mlo_fix *fix = choose(run, &findings[i]);
    if (!fix) continue;
    candidate found = {&findings[i], fix};
    MLO_PUSH(&run->scratch, &self->from, found);
  }
  self->taken = MLO_NEW_ARRAY(&run->scratch, const mlo_fix *, self->from.len);
}

static void refuse(repairing *self, repair_file *file, uint32_t line, mlo_str message) {
  mlo_refusal refusal = {file->path, line, message};
  MLO_PUSH(self->arena, &file->refusals, refusal);
}

static void refuse_fix(file_pass *self, const candidate *one, const char *why) {
  refuse(self->run, self->file, one->finding->location.start.line,
         mlo_arena_format(self->run->arena, "the fix of %.*s (%.*s) is left out: it %s",
                          MLO_FMT(one->finding->code), MLO_FMT(one->fix->title), why));
}

/* What is wrong with a text in place of the one before, or NULL. */
static const char *harm_of(const file_pass *self, mlo_str text) {
  repairing *run = self->run;
  const repair_file *file = self->file;
  mlo_str bytes;
  mlo_arena_mark mark = mlo_arena_save(&run->scratch);
  mlo_status status = mlo_encode(text, file->encoding, &run->scratch, &bytes, NULL);
  mlo_arena_restore(&run->scratch, mark);
  if (status) return "writes a character that the file's encoding lacks";
  mlo_fault_reader reader = {run->parser, file->format, file->path, &run->scratch};
  bool broken = mlo_faults_count(&reader, text) > self->faults;
  return broken ? "would break the file's syntax" : NULL;
}

/* Applies a list. *all: none had to wait. */
static const char *try_list(const file_pass *self, const mlo_fix *const *list, uint32_t count,
                            bool *all) {
  mlo_arena *scratch = &self->run->scratch;
  mlo_arena_mark mark = mlo_arena_save(scratch);
  mlo_fix_fate *fates = MLO_NEW_ARRAY(scratch, mlo_fix_fate, count);
  mlo_str text = mlo_fix_apply(self->file->text, list, count, scratch, fates);
  const char *harm = harm_of(self, text);
  *all = true;
  for (uint32_t i = 0; i < count; i++) {
    *all = *all && fates[i] == MLO_FIX_APPLIED;
    if (fates[i] == MLO_FIX_REFUSED) harm = "contradicts itself";
  }
  mlo_arena_restore(scratch, mark);
  return harm;
}

/* A fix that can't be taken beside the others: alone it may do no harm, and then it waits. */
static void judge_alone(file_pass *self, const candidate *one) {
  bool all;
  const char *harm = try_list(self, &one->fix, 1, &all);
  if (harm)
    refuse_fix(self, one, harm);
  else
    self->waiting++;
}

/* Takes those of from[low, high) that do no harm beside what is taken already: all, or by halves. */
static void take(file_pass *self, uint32_t low, uint32_t high) {
  if (low == high) return;
  uint32_t before = self->taken_count;
  bool all;
  for (uint32_t i = low; i < high; i++) self->taken[self->taken_count++] = self->from.items[i].fix;
  if (!try_list(self, self->taken, self->taken_count, &all)) return;
  self->taken_count = before;
  if (high - low == 1) {
    judge_alone(self, &self->from.items[low]);
    return;
  }
  uint32_t middle = low + (high - low) / 2;
  take(self, low, middle);
  take(self, middle, high);
}

static mlo_str code_of(const file_pass *self, const mlo_fix *fix) {
  for (uint32_t i = 0; i < self->from.len; i++)
    if (self->from.items[i].fix == fix) return self->from.items[i].finding->code;
  return (mlo_str){0};
}

static void note_deed(const file_pass *self, mlo_str code) {
  repair_file *file = self->file;
  for (uint32_t i = file->deeds.len; i-- && file->deeds.items[i].pass == file->pass;)
    if (mlo_str_eq(file->deeds.items[i].code, code)) return;
  deed done = {file->pass, mlo_arena_str(self->run->arena, code)};
  MLO_PUSH(self->run->arena, &file->deeds, done);
}

static uint32_t apply_taken(file_pass *self) {
  mlo_arena *scratch = &self->run->scratch;
  mlo_fix_fate *fates = MLO_NEW_ARRAY(scratch, mlo_fix_fate, self->taken_count);
  mlo_str text = mlo_fix_apply(self->file->text, self->taken, self->taken_count, scratch, fates);
  uint32_t applied = 0;
  for (uint32_t i = 0; i < self->taken_count; i++) {
    if (fates[i] == MLO_FIX_APPLIED) applied++, note_deed(self, code_of(self, self->taken[i]));
    if (fates[i] == MLO_FIX_WAITS) self->waiting++;
  }
  if (applied) self->file->text = mlo_arena_str(self->run->arena, text);
  return applied;
}

/* --- when it ends --- */

/* "SEC101 and FIT006": the rules whose fixes were applied in this pass or later. */
static mlo_str rules_since(const repairing *self, const repair_file *file, uint32_t pass) {
  mlo_str out = {0};
  for (uint32_t i = 0; i < file->deeds.len; i++) {
    const deed *one = &file->deeds.items[i];
    bool told = one->pass < pass;
    for (uint32_t k = 0; k < i && !told; k++)
      told = file->deeds.items[k].pass >= pass && mlo_str_eq(file->deeds.items[k].code, one->code);
    if (!told) out = mlo_arena_join(self->arena, out, out.len ? " and " : "", one->code);
  }
  return out;
}

static void give_up(repairing *self, repair_file *file, const char *format, uint32_t pass) {
  mlo_str rules = rules_since(self, file, pass);
  refuse(self, file, 0, mlo_arena_format(self->arena, format, MLO_FMT(rules)));
  file->text = file->original;
  file->now = file->bytes;
  file->applied = 0;
  file->given_up = true;
}

static bool is_cycle(const repair_file *file, uint32_t *since) {
  for (uint32_t i = 0; i < file->states.len; i++)
    if (mlo_str_eq(file->states.items[i], file->text)) {
      *since = i;
      return true;
    }
  return false;
}

/* True if the file has a new text, which must be checked again. */
static bool close_pass(file_pass *self, uint32_t applied) {
  repair_file *file = self->file;
  repairing *run = self->run;
  bool waited = file->waited;
  uint32_t since;
  file->waited = self->waiting > 0;
  if (applied == 0) {
    file->given_up = true;
    return false;
  }
  file->applied += applied;
  if (is_cycle(file, &since)) {
    give_up(run, file, "the fixes of %.*s undo each other: the file is left as it was", since);
  } else if (file->pass + 1 == MAX_PASSES) {
    if (!waited)
      give_up(run, file, "the fixes of %.*s never end: the file is left as it was", 0);
    else
      file->given_up = true;
  }
  MLO_PUSH(run->arena, &file->states, file->text);
  file->pass++;
  mlo_encode(file->text, file->encoding, run->arena, &file->now, NULL);
  return true;
}

static bool fix_file(repairing *self, repair_file *file, const mlo_finding *findings,
                     uint32_t count) {
  mlo_arena_reset(&self->scratch);
  file->refusals.len = 0;
  file_pass now = {.run = self, .file = file};
  mlo_fault_reader reader = {self->parser, file->format, file->path, &self->scratch};
  now.faults = mlo_faults_count(&reader, file->text);
  collect(&now, findings, count);
  take(&now, 0, now.from.len);
  return close_pass(&now, apply_taken(&now));
}

/* --- rounds --- */

static bool has_fix(const repairing *self, const mlo_finding *findings, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (choose(self, &findings[i])) return true;
  return false;
}

/* Findings are sorted: those of one file stand side by side. A file met for the first time is only read, since what was
 * found may be of other bytes. True if another round is due. */
static bool visit(repairing *self, const mlo_findings *found, bool only_read) {
  bool again = false;
  for (uint32_t first = 0, end; first < found->len; first = end) {
    mlo_str path = found->items[first].location.path;
    for (end = first + 1; end < found->len; end++)
      if (!mlo_str_eq(found->items[end].location.path, path)) break;
    if (!has_fix(self, &found->items[first], end - first)) continue;
    repair_file *file = file_of(self, path);
    if (!file) {
      open_file(self, path);
      again = true;
    } else if (!file->given_up && !only_read) {
      again = fix_file(self, file, &found->items[first], end - first) || again;
    }
  }
  return again;
}

/* The request with the texts so far. */
static mlo_request request_now(repairing *self) {
  mlo_request request = *self->request;
  uint32_t count = request.input_count ? request.input_count : self->files.len;
  mlo_input *inputs = MLO_NEW_ARRAY(self->arena, mlo_input, count);
  for (uint32_t i = 0; i < count; i++) {
    if (!request.input_count) {
      inputs[i] = (mlo_input){self->files.items[i]->path, self->files.items[i]->now, false};
      continue;
    }
    inputs[i] = request.inputs[i];
    const repair_file *file = file_of(self, inputs[i].path);
    if (file) inputs[i].bytes = file->now;
  }
  request.progress = NULL;
  if (request.input_count)
    request.inputs = inputs;
  else
    request.overlays = inputs, request.overlay_count = count;
  return request;
}

static mlo_status run_rounds(repairing *self) {
  bool again = true;
  for (uint32_t round = 0; again && round < MAX_ROUNDS; round++) {
    mlo_request request = request_now(self);
    mlo_result *result = NULL;
    mlo_status status = mlo_engine_check(self->engine, &request, &result, self->err);
    if (status) return status;
    again = visit(self, &result->findings, false);
    mlo_result_free(result);
  }
  return MLO_OK;
}

static int file_order(const void *a, const void *b) {
  return mlo_str_compare((*(repair_file *const *)a)->path, (*(repair_file *const *)b)->path);
}

static void collect_files(repairing *self) {
  uint32_t count = self->files.len;
  if (count) qsort(self->files.items, count, sizeof(repair_file *), file_order);
  for (uint32_t i = 0; i < count; i++) {
    const repair_file *one = self->files.items[i];
    mlo_repaired changed = {one->path, one->bytes, one->now, one->applied};
    if (!mlo_str_eq(one->bytes, one->now)) MLO_PUSH(self->arena, &self->out->files, changed);
    for (uint32_t k = 0; k < one->refusals.len; k++)
      MLO_PUSH(self->arena, &self->out->refusals, one->refusals.items[k]);
  }
}

mlo_status mlo_repair_project(const mlo_engine *engine, const mlo_request *request,
                              const mlo_findings *found, mlo_safety safety, mlo_arena *arena,
                              mlo_repair *out, mlo_error *err) {
  *out = (mlo_repair){0};
  repairing self = {.engine = engine,
                    .request = request,
                    .safety = safety,
                    .arena = arena,
                    .out = out,
                    .err = err};
  mlo_grammars *grammars = NULL;
  mlo_arena_init(&self.scratch, 0, NULL, NULL);
  mlo_status status = mlo_grammars_new(&grammars, err);
  if (status == MLO_OK) status = mlo_parser_new(grammars, &self.parser, err);
  bool due = !found || visit(&self, found, true);
  if (status == MLO_OK && due) status = run_rounds(&self);
  if (status == MLO_OK) collect_files(&self);
  mlo_parser_free(self.parser);
  mlo_grammars_free(grammars);
  mlo_arena_release(&self.scratch);
  return status;
}

/* --- one file --- */

mlo_status mlo_fix_file(const mlo_engine *engine, const mlo_request *request, mlo_str path,
                        mlo_str bytes, mlo_safety safety, mlo_arena *arena, mlo_str *fixed,
                        mlo_fix_result *result, mlo_error *err) {
  mlo_request used = *request;
  uint32_t count = request->input_count ? request->input_count : 1;
  mlo_input *inputs = MLO_NEW_ARRAY(arena, mlo_input, count);
  inputs[0] = (mlo_input){.path = path, .bytes = bytes};
  for (uint32_t i = 0; i < request->input_count; i++) {
    inputs[i] = request->inputs[i];
    if (mlo_str_eq(inputs[i].path, path)) inputs[i].bytes = bytes;
  }
  used.whole = used.whole && request->input_count;
  used.inputs = inputs;
  used.input_count = count;
  used.jobs = 1;
  mlo_repair done;
  mlo_status status = mlo_repair_project(engine, &used, NULL, safety, arena, &done, err);
  *fixed = bytes;
  *result = (mlo_fix_result){.refused = status ? 0 : done.refusals.len};
  if (status) return status;
  for (uint32_t i = 0; i < done.files.len; i++) {
    if (!mlo_str_eq(done.files.items[i].path, path)) continue;
    *fixed = done.files.items[i].after;
    result->applied = done.files.items[i].applied;
    result->changed = true;
  }
  if (!done.problems.len) return MLO_OK;
  return mlo_error_set(err, MLO_ERR_UNSUPPORTED, path, "%.*s",
                       MLO_FMT(done.problems.items[0].message));
}
