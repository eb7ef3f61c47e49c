#include "report/baseline.h"

#include "base/map.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

enum { VERSION = 1, MOST_COUNT = 1 << 30 };

/* --- reading --------------------------------------------------------------------------------- */

static uint32_t line_of(mlo_str text, const char *at) {
  uint32_t line = 1;
  for (size_t i = 0; i < text.len && text.ptr + i < at; i++) line += text.ptr[i] == '\n';
  return line;
}

static const char advice[] = "repair it, or make it anew with 'mlopslint baseline create'";

static mlo_str string_of(const cJSON *item, const char *key) {
  const cJSON *value = cJSON_GetObjectItemCaseSensitive(item, key);
  return cJSON_IsString(value) ? mlo_str_c(value->valuestring) : (mlo_str){0};
}

/* A finding without a count is there once. */
static uint32_t count_of(const cJSON *item) {
  const cJSON *value = cJSON_GetObjectItemCaseSensitive(item, "count");
  if (!value) return 1;
  double number = cJSON_IsNumber(value) ? value->valuedouble : 0;
  if (!(number >= 1 && number <= MOST_COUNT)) return 0;
  return number == (double)(uint32_t)number ? (uint32_t)number : 0;
}

static mlo_status read_item(mlo_str path, const cJSON *item, uint32_t number, mlo_arena *arena,
                            mlo_baseline *out, mlo_error *err) {
  mlo_known_finding known = {.path = string_of(item, "path"),
                             .code = string_of(item, "code"),
                             .fingerprint = string_of(item, "fingerprint"),
                             .count = count_of(item)};
  if (!known.path.len || !known.code.len || !known.fingerprint.len || !known.count)
    return mlo_error_set(err, MLO_ERR_CONFIG, path,
                         "finding %u has no path, code, fingerprint or count: %s", number, advice);
  known.path = mlo_arena_str(arena, known.path);
  known.code = mlo_arena_str(arena, known.code);
  known.fingerprint = mlo_arena_str(arena, known.fingerprint);
  MLO_PUSH(arena, &out->items, known);
  return MLO_OK;
}

static mlo_status read_root(mlo_str path, const cJSON *root, mlo_arena *arena, mlo_baseline *out,
                            mlo_error *err) {
  const cJSON *version = cJSON_GetObjectItemCaseSensitive(root, "version");
  const cJSON *findings = cJSON_GetObjectItemCaseSensitive(root, "findings");
  if (cJSON_IsNumber(version) && version->valuedouble > VERSION)
    return mlo_error_set(err, MLO_ERR_CONFIG, path,
                         "was written by a newer mlopslint (version %.15g of the format): update "
                         "mlopslint, or make it anew with 'mlopslint baseline create'",
                         version->valuedouble);
  if (!cJSON_IsNumber(version) || version->valuedouble != VERSION || !cJSON_IsArray(findings))
    return mlo_error_set(err, MLO_ERR_CONFIG, path, "is no baseline of mlopslint: %s", advice);
  mlo_status status = MLO_OK;
  uint32_t number = 0;
  const cJSON *item;
  cJSON_ArrayForEach(item, findings) {
    if (status == MLO_OK) status = read_item(path, item, ++number, arena, out, err);
  }
  return status;
}

static int order(const void *a, const void *b) {
  const mlo_known_finding *x = a, *y = b;
  int by = mlo_str_compare(x->path, y->path);
  if (by == 0) by = mlo_str_compare(x->code, y->code);
  return by ? by : mlo_str_compare(x->fingerprint, y->fingerprint);
}

/* Sorts, and makes one of those that are alike: a merge of two branches may hold one twice. */
static void normalize(mlo_baseline *self) {
  if (!self->items.len) return;
  qsort(self->items.items, self->items.len, sizeof *self->items.items, order);
  uint32_t kept = 0;
  for (uint32_t i = 0; i < self->items.len; i++) {
    mlo_known_finding *last = kept ? &self->items.items[kept - 1] : NULL,
                      *one = &self->items.items[i];
    if (!last || order(last, one) != 0)
      self->items.items[kept++] = *one;
    else if (one->count > last->count)
      last->count = one->count;
  }
  self->items.len = kept;
}

mlo_status mlo_baseline_parse(mlo_str path, mlo_str text, mlo_arena *arena, mlo_baseline *out,
                              mlo_error *err) {
  const char *end = text.ptr;
  *out = (mlo_baseline){0};
  cJSON *root = cJSON_ParseWithLengthOpts(text.ptr ? text.ptr : "", text.len, &end, false);
  if (!root)
    return mlo_error_set(err, MLO_ERR_CONFIG, path, "line %u: is not JSON: %s", line_of(text, end),
                         advice);
  mlo_status status = read_root(path, root, arena, out, err);
  cJSON_Delete(root);
  normalize(out);
  return status;
}

/* --- paths ----------------------------------------------------------------------------------- */

mlo_str mlo_baseline_path(const mlo_baseline *self, mlo_str path, mlo_arena *arena) {
  mlo_str above = self->above;
  if (!above.len || mlo_str_starts(path, MLO_STR("/"))) return path;
  while (above.len && mlo_str_starts(path, MLO_STR("../"))) {
    size_t slash = mlo_str_rfind_char(above, '/');
    above = mlo_str_slice(above, 0, slash == SIZE_MAX ? 0 : slash);
    path = mlo_str_from(path, 3);
  }
  return above.len ? mlo_arena_join(arena, above, "/", path) : path;
}

mlo_str mlo_baseline_path_in_root(const mlo_baseline *self, mlo_str path) {
  if (!self->above.len) return path;
  bool inside = mlo_str_starts(path, self->above) && path.len > self->above.len &&
                path.ptr[self->above.len] == '/';
  return inside ? mlo_str_from(path, self->above.len + 1) : (mlo_str){0};
}

/* --- matching -------------------------------------------------------------------------------- */

static mlo_known_finding known_of(const mlo_baseline *self, const mlo_finding *finding,
                                  mlo_arena *arena) {
  char trace[17];
  mlo_finding_trace(finding, trace);
  return (mlo_known_finding){
      .path = mlo_arena_str(arena, mlo_baseline_path(self, finding->location.path, arena)),
      .code = mlo_arena_str(arena, finding->code),
      .fingerprint = mlo_arena_str(arena, mlo_str_c(trace)),
      .count = 1};
}

static mlo_known_finding *find(const mlo_baseline *self, const mlo_known_finding *wanted) {
  if (!self->items.len) return NULL;
  return bsearch(wanted, self->items.items, self->items.len, sizeof *wanted, order);
}

void mlo_baseline_match(mlo_baseline *self, mlo_findings *findings, mlo_arena *arena,
                        mlo_findings *known) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < findings->len; i++) {
    mlo_arena_mark mark = mlo_arena_save(arena);
    mlo_known_finding wanted = known_of(self, &findings->items[i], arena);
    mlo_known_finding *item = find(self, &wanted);
    mlo_arena_restore(arena, mark);
    if (item && item->found < item->count) {
      item->found++;
      MLO_PUSH(arena, known, findings->items[i]);
    } else {
      findings->items[kept++] = findings->items[i];
    }
  }
  findings->len = kept;
}

void mlo_baseline_add(mlo_baseline *self, const mlo_findings *findings, mlo_arena *arena) {
  mlo_baseline added = {.above = self->above};
  for (uint32_t i = 0; i < findings->len; i++) {
    mlo_known_finding new = known_of(self, &findings->items[i], arena);
    mlo_known_finding *item = find(self, &new);
    if (item)
      item->count++;
    else
      MLO_PUSH(arena, &added.items, new);
  }
  if (!added.items.len) return;
  qsort(added.items.items, added.items.len, sizeof *added.items.items, order);
  for (uint32_t i = 0; i < added.items.len; i++) {
    mlo_known_finding *last = self->items.len ? &self->items.items[self->items.len - 1] : NULL;
    if (i && order(&added.items.items[i - 1], &added.items.items[i]) == 0)
      last->count++;
    else
      MLO_PUSH(arena, &self->items, added.items.items[i]);
  }
  normalize(self);
}

uint32_t mlo_baseline_stale(const mlo_known_finding *item) {
  return item->judged && item->found < item->count ? item->count - item->found : 0;
}

uint32_t mlo_baseline_prune(mlo_baseline *self) {
  uint32_t kept = 0, gone = 0;
  for (uint32_t i = 0; i < self->items.len; i++) {
    mlo_known_finding item = self->items.items[i];
    uint32_t stale = mlo_baseline_stale(&item);
    gone += stale;
    item.count -= stale;
    if (item.count) self->items.items[kept++] = item;
  }
  self->items.len = kept;
  return gone;
}

/* --- writing --------------------------------------------------------------------------------- */

static void put_string(mlo_buf *out, mlo_str text) {
  mlo_buf_char(out, '"');
  for (size_t i = 0; i < text.len; i++) {
    unsigned char c = (unsigned char)text.ptr[i];
    if (c == '"' || c == '\\')
      mlo_buf_format(out, "\\%c", c);
    else if (c < 0x20 || c == 0x7f)
      mlo_buf_format(out, "\\u%04x", c);
    else
      mlo_buf_char(out, (char)c);
  }
  mlo_buf_char(out, '"');
}

void mlo_baseline_write(const mlo_baseline *self, mlo_buf *out) {
  mlo_buf_format(out, "{\n  \"version\": %d,\n  \"findings\": [", VERSION);
  for (uint32_t i = 0; i < self->items.len; i++) {
    const mlo_known_finding *item = &self->items.items[i];
    mlo_buf_format(out, "%s\n    {\"path\": ", i ? "," : "");
    put_string(out, item->path);
    mlo_buf_lit(out, ", \"code\": ");
    put_string(out, item->code);
    mlo_buf_lit(out, ", \"fingerprint\": ");
    put_string(out, item->fingerprint);
    mlo_buf_format(out, ", \"count\": %u}", item->count);
  }
  mlo_buf_add(out, self->items.len ? MLO_STR("\n  ]\n}\n") : MLO_STR("]\n}\n"));
}
