#include "run/fix.h"

#include "base/map.h"
#include "notebook/module.h"
#include "text/encoding.h"

#include <stdlib.h>

enum { MAX_PASSES = 10 };

/* --- edits --- */

/* A fix and its place in the caller's list. */
typedef struct ranked {
  const mlo_fix *fix;
  uint32_t index;
} ranked;

typedef MLO_ARRAY(const mlo_edit *) edit_list;

static uint32_t first_place(const mlo_fix *fix) {
  return fix->edits.len ? fix->edits.items[0].span.start : 0;
}

static int rank_order(const void *a, const void *b) {
  const ranked *left = a, *right = b;
  uint32_t x = first_place(left->fix), y = first_place(right->fix);
  if (x != y) return x < y ? -1 : 1;
  return (left->index > right->index) - (left->index < right->index);
}

static bool is_sound(const mlo_fix *fix, mlo_str text) {
  uint32_t behind = 0;
  for (uint32_t i = 0; i < fix->edits.len; i++) {
    mlo_span span = fix->edits.items[i].span;
    if (span.start < behind || span.end < span.start || span.end > text.len) return false;
    behind = span.end;
  }
  return fix->edits.len > 0;
}

static bool is_equal(const mlo_edit *a, const mlo_edit *b) {
  return a->span.start == b->span.start && a->span.end == b->span.end &&
         mlo_str_eq(a->text, b->text);
}

/* The first of the taken edits that ends at `at` or behind it. */
static uint32_t find_taken(const edit_list *taken, uint32_t at) {
  uint32_t low = 0, high = taken->len;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (taken->items[middle]->span.end < at)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

typedef enum meeting { MEETS_NONE, MEETS_EQUAL, MEETS_OTHER } meeting;

static meeting meet(const edit_list *taken, const mlo_edit *edit) {
  meeting found = MEETS_NONE;
  for (uint32_t i = find_taken(taken, edit->span.start); i < taken->len; i++) {
    if (taken->items[i]->span.start > edit->span.end) break;
    if (is_equal(taken->items[i], edit)) return MEETS_EQUAL;
    found = MEETS_OTHER;
  }
  return found;
}

static bool fits(const edit_list *taken, const mlo_fix *fix) {
  for (uint32_t i = 0; i < fix->edits.len; i++)
    if (meet(taken, &fix->edits.items[i]) == MEETS_OTHER) return false;
  return true;
}

/* Keeps the taken edits in order; those of one fix may touch and keep theirs. */
static void take(edit_list *taken, const mlo_edit *edit, mlo_arena *arena) {
  if (meet(taken, edit) == MEETS_EQUAL) return;
  MLO_PUSH(arena, taken, edit);
  for (uint32_t i = taken->len - 1; i > 0 && taken->items[i - 1]->span.start > edit->span.start;
       i--) {
    taken->items[i] = taken->items[i - 1];
    taken->items[i - 1] = edit;
  }
}

static void append(char *out, size_t *len, mlo_str s) {
  if (s.len) memcpy(out + *len, s.ptr, s.len);
  *len += s.len;
}

static mlo_str rewrite(mlo_str text, const edit_list *edits, mlo_arena *arena) {
  size_t room = text.len, len = 0;
  uint32_t at = 0;
  for (uint32_t i = 0; i < edits->len; i++) room += edits->items[i]->text.len;
  char *out = MLO_NEW_ARRAY(arena, char, room + 1);
  for (uint32_t i = 0; i < edits->len; i++) {
    append(out, &len, mlo_str_slice(text, at, edits->items[i]->span.start));
    append(out, &len, edits->items[i]->text);
    at = edits->items[i]->span.end;
  }
  append(out, &len, mlo_str_from(text, at));
  return mlo_str_of(out, len);
}

mlo_str mlo_fix_apply(mlo_str text, const mlo_fix *const *fixes, uint32_t count, mlo_arena *arena,
                      mlo_fix_fate *fates) {
  ranked *ranks = MLO_NEW_ARRAY(arena, ranked, count);
  for (uint32_t i = 0; i < count; i++) ranks[i] = (ranked){fixes[i], i};
  if (count) qsort(ranks, count, sizeof *ranks, rank_order);
  edit_list taken = {0};
  for (uint32_t i = 0; i < count; i++) {
    const mlo_fix *fix = ranks[i].fix;
    mlo_fix_fate *fate = &fates[ranks[i].index];
    *fate = !is_sound(fix, text) ? MLO_FIX_REFUSED
            : fits(&taken, fix)  ? MLO_FIX_APPLIED
                                 : MLO_FIX_WAITS;
    for (uint32_t e = 0; *fate == MLO_FIX_APPLIED && e < fix->edits.len; e++)
      take(&taken, &fix->edits.items[e], arena);
  }
  return rewrite(text, &taken, arena);
}

/* --- is the text still what it was --- */

/* One file while it is fixed. */
typedef struct fixing {
  const mlo_engine *engine;
  const mlo_request *request;
  mlo_str path;
  mlo_format format;
  mlo_safety safety;
  mlo_arena *arena;
  mlo_parser *parser;
  mlo_encoding encoding;
  mlo_str text;    /* decoded */
  mlo_map refused; /* keys of fixes that are not tried again */
  mlo_fix_result *result;
  mlo_error *err;
} fixing;

/* The faults of a text, so that two texts can be compared; UINT32_MAX: can't be read at all. */
typedef uint32_t count_fn(const fixing *self, mlo_str text);

static uint32_t count_tree_faults(const fixing *self, mlo_str text) {
  mlo_tree tree;
  uint32_t count = 0;
  if (mlo_parser_parse(self->parser, self->format, text, self->arena, &tree, NULL))
    return UINT32_MAX;
  for (mlo_node i = 0; i < tree.count; i++) count += tree.nodes[i].kind == MLO_KIND_ERROR;
  return count == 0 && tree.first_error != MLO_NO_NODE ? 1 : count;
}

static uint32_t count_cell_faults(const fixing *self, mlo_str text) {
  mlo_notebook notebook;
  mlo_module module;
  uint32_t count = 0;
  if (mlo_notebook_read(text, self->path, self->arena, &notebook, NULL)) return UINT32_MAX;
  if (mlo_module_of_notebook(&notebook, self->parser, self->arena, &module, NULL, NULL))
    return UINT32_MAX;
  for (uint32_t i = 0; i < module.cells.len; i++) count += module.cells.items[i].broken;
  return count;
}

static uint32_t count_document_faults(const fixing *self, mlo_str text) {
  mlo_document document;
  if (mlo_document_read(self->parser, self->format, self->path, text, self->arena, &document, NULL))
    return UINT32_MAX;
  return document.broken;
}

/* A document says only whether it is broken; where it was before, its tree tells more. */
static uint32_t count_config_faults(const fixing *self, mlo_str text) {
  uint32_t count = count_document_faults(self, text), more = count_tree_faults(self, text);
  return count == UINT32_MAX || more == UINT32_MAX ? UINT32_MAX : count + more;
}

static count_fn *const fault_counters[MLO_FORMAT_COUNT] = {
    [MLO_FORMAT_PYTHON] = count_tree_faults,
    [MLO_FORMAT_BASH] = count_tree_faults,
    [MLO_FORMAT_NOTEBOOK] = count_cell_faults,
    [MLO_FORMAT_JSON] = count_config_faults,
    [MLO_FORMAT_YAML] = count_config_faults,
    [MLO_FORMAT_TOML] = count_config_faults,
    [MLO_FORMAT_HCL] = count_config_faults,
    [MLO_FORMAT_DOCKERFILE] = count_document_faults,
    [MLO_FORMAT_REQUIREMENTS] = count_document_faults,
    [MLO_FORMAT_INI] = count_document_faults,
    [MLO_FORMAT_MARKDOWN] = count_document_faults};

static uint32_t count_faults(const fixing *self, mlo_str text) {
  count_fn *count = fault_counters[self->format];
  if (!count) return 0;
  mlo_arena_mark mark = mlo_arena_save(self->arena);
  uint32_t faults = count(self, text);
  mlo_arena_restore(self->arena, mark);
  return faults;
}

static bool is_acceptable(const fixing *self, mlo_str text, uint32_t faults) {
  mlo_str bytes;
  mlo_arena_mark mark = mlo_arena_save(self->arena);
  mlo_status status = mlo_encode(text, self->encoding, self->arena, &bytes, NULL);
  mlo_arena_restore(self->arena, mark);
  return status == MLO_OK && count_faults(self, text) <= faults;
}

/* --- one pass --- */

typedef struct pass {
  uint32_t applied, waiting, refused;
} pass;

/* The fixes of a pass, each with a key that recognises it in later passes. */
typedef struct candidates {
  MLO_ARRAY(const mlo_fix *) fixes;
  MLO_ARRAY(mlo_str) keys;
} candidates;

static bool stays_in_file(const fixing *self, const mlo_fix *fix) {
  for (uint32_t i = 0; i < fix->edits.len; i++)
    if (!mlo_str_eq(fix->edits.items[i].path, self->path)) return false;
  return fix->edits.len > 0;
}

/* A finding offers its first fix that is safe enough. */
static const mlo_fix *choose(const fixing *self, const mlo_finding *finding) {
  for (uint32_t i = 0; i < finding->fixes.len; i++) {
    const mlo_fix *fix = &finding->fixes.items[i];
    if (fix->safety <= self->safety && fix->safety != MLO_SAFETY_DISPLAY &&
        stays_in_file(self, fix))
      return fix;
  }
  return NULL;
}

static candidates collect(const fixing *self, const mlo_findings *findings, pass *now) {
  candidates out = {0};
  for (uint32_t i = 0; i < findings->len; i++) {
    const mlo_fix *fix = choose(self, &findings->items[i]);
    if (!fix) continue;
    mlo_str key = mlo_arena_format(self->arena, "%s %.*s", findings->items[i].fingerprint,
                                   MLO_FMT(fix->title));
    if (mlo_map_get(&self->refused, key)) {
      now->refused++;
      continue;
    }
    MLO_PUSH(self->arena, &out.fixes, fix);
    MLO_PUSH(self->arena, &out.keys, key);
  }
  return out;
}

static void refuse(fixing *self, mlo_str key, pass *now) {
  *mlo_map_put(&self->refused, key, self->arena) = 1;
  now->refused++;
}

/* Leaves only the fixes that do no harm on their own; what they do together is judged by the caller. */
static void drop_harmful(fixing *self, candidates *from, uint32_t faults, pass *now) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < from->fixes.len; i++) {
    mlo_arena_mark mark = mlo_arena_save(self->arena);
    mlo_fix_fate fate;
    mlo_str alone = mlo_fix_apply(self->text, &from->fixes.items[i], 1, self->arena, &fate);
    bool harmless = fate == MLO_FIX_APPLIED && is_acceptable(self, alone, faults);
    mlo_arena_restore(self->arena, mark);
    if (!harmless) {
      refuse(self, from->keys.items[i], now);
      continue;
    }
    from->fixes.items[kept] = from->fixes.items[i];
    from->keys.items[kept++] = from->keys.items[i];
  }
  from->fixes.len = from->keys.len = kept;
}

/* Applies what the candidates allow; first all together, and if that does harm, without those that do it. */
static void apply_pass(fixing *self, candidates *from, pass *now) {
  uint32_t faults = count_faults(self, self->text);
  for (int attempt = 0; attempt < 2 && from->fixes.len; attempt++) {
    uint32_t fate_counts[3] = {0};
    mlo_fix_fate *fates = MLO_NEW_ARRAY(self->arena, mlo_fix_fate, from->fixes.len);
    mlo_str text =
        mlo_fix_apply(self->text, from->fixes.items, from->fixes.len, self->arena, fates);
    for (uint32_t i = 0; i < from->fixes.len; i++) fate_counts[fates[i]]++;
    if (fate_counts[MLO_FIX_REFUSED] == 0 && is_acceptable(self, text, faults)) {
      self->text = text;
      now->applied = fate_counts[MLO_FIX_APPLIED];
      now->waiting = fate_counts[MLO_FIX_WAITS];
      return;
    }
    drop_harmful(self, from, faults, now);
  }
  for (uint32_t i = 0; i < from->fixes.len; i++) refuse(self, from->keys.items[i], now);
}

/* The request for this file alone, or with the other inputs that it has. */
static mlo_request request_of(const fixing *self, mlo_str bytes) {
  mlo_request request = *self->request;
  uint32_t count = request.input_count ? request.input_count : 1;
  mlo_input *inputs = MLO_NEW_ARRAY(self->arena, mlo_input, count);
  inputs[0] = (mlo_input){.path = self->path, .bytes = bytes};
  for (uint32_t i = 0; i < request.input_count; i++) {
    inputs[i] = request.inputs[i];
    if (mlo_str_eq(inputs[i].path, self->path)) inputs[i].bytes = bytes;
  }
  request.whole = request.whole && request.input_count;
  request.inputs = inputs;
  request.input_count = count;
  request.jobs = 1;
  request.progress = NULL;
  return request;
}

static mlo_status run_pass(fixing *self, pass *out) {
  mlo_str bytes;
  mlo_status status = mlo_encode(self->text, self->encoding, self->arena, &bytes, self->err);
  if (status) return status;
  mlo_request request = request_of(self, bytes);
  mlo_result *result = NULL;
  status = mlo_engine_check(self->engine, &request, &result, self->err);
  if (status) return status;
  *out = (pass){0};
  candidates found = collect(self, &result->findings, out);
  apply_pass(self, &found, out);
  mlo_result_free(result);
  return MLO_OK;
}

/* --- one file --- */

/* Passes until nothing is left to do. A file that is still changing after the last one, and not only because fixes
 * had to wait for each other, does not settle: it keeps its text. */
static mlo_status settle(fixing *self) {
  mlo_str before = self->text;
  pass last = {0};
  bool waited = false;
  for (int i = 0; i < MAX_PASSES; i++) {
    waited = last.waiting > 0;
    mlo_status status = run_pass(self, &last);
    if (status) return status;
    self->result->applied += last.applied;
    if (last.applied == 0) break;
  }
  self->result->refused = last.refused;
  if (last.applied > 0) self->result->refused += last.waiting;
  if (last.applied > 0 && !waited) {
    self->result->refused += last.applied;
    self->result->applied = 0;
    self->text = before;
  }
  self->result->changed = !mlo_str_eq(before, self->text);
  return MLO_OK;
}

static mlo_status fix_bytes(fixing *self, mlo_str bytes, mlo_str *fixed) {
  bool python = self->format == MLO_FORMAT_PYTHON;
  mlo_status status =
      mlo_decode(bytes, python, self->arena, &self->text, &self->encoding, self->err);
  if (status == MLO_OK) status = settle(self);
  *fixed = bytes;
  if (status || !self->result->changed) return status;
  return mlo_encode(self->text, self->encoding, self->arena, fixed, self->err);
}

mlo_status mlo_fix_file(const mlo_engine *engine, const mlo_request *request, mlo_str path,
                        mlo_str bytes, mlo_safety safety, mlo_arena *arena, mlo_str *fixed,
                        mlo_fix_result *result, mlo_error *err) {
  *result = (mlo_fix_result){0};
  fixing self = {.engine = engine,
                 .request = request,
                 .path = path,
                 .format = mlo_format_of_path(path),
                 .safety = safety,
                 .arena = arena,
                 .result = result,
                 .err = err};
  mlo_grammars *grammars = NULL;
  mlo_status status = mlo_grammars_new(&grammars, err);
  if (status) return status;
  status = mlo_parser_new(grammars, &self.parser, err);
  if (status == MLO_OK) status = fix_bytes(&self, bytes, fixed);
  mlo_parser_free(self.parser);
  mlo_grammars_free(grammars);
  return status;
}
