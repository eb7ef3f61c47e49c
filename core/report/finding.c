#include "report/finding.h"

#include "base/map.h"

#include <stdio.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

static const mlo_str severity_names[] = {[MLO_SEVERITY_INFO] = MLO_STR_INIT("info"),
                                         [MLO_SEVERITY_WARNING] = MLO_STR_INIT("warning"),
                                         [MLO_SEVERITY_ERROR] = MLO_STR_INIT("error")};

static const mlo_str safety_names[] = {[MLO_SAFETY_SAFE] = MLO_STR_INIT("safe"),
                                       [MLO_SAFETY_UNSAFE] = MLO_STR_INIT("unsafe"),
                                       [MLO_SAFETY_DISPLAY] = MLO_STR_INIT("display")};

mlo_str mlo_severity_name(mlo_severity severity) { return severity_names[severity]; }
mlo_str mlo_safety_name(mlo_safety safety) { return safety_names[safety]; }

bool mlo_severity_named(mlo_str name, mlo_severity *out) {
  for (mlo_severity i = MLO_SEVERITY_INFO; i <= MLO_SEVERITY_ERROR; i++) {
    if (!mlo_str_eq(severity_names[i], name)) continue;
    *out = i;
    return true;
  }
  return false;
}

static int number_order(uint32_t a, uint32_t b) { return (a > b) - (a < b); }

int mlo_finding_compare(const mlo_finding *a, const mlo_finding *b) {
  int order = mlo_str_compare(a->location.path, b->location.path);
  if (order == 0) order = number_order(a->location.span.start, b->location.span.start);
  if (order == 0) order = number_order(a->location.span.end, b->location.span.end);
  if (order == 0) order = mlo_str_compare(a->code, b->code);
  if (order == 0) order = mlo_str_compare(a->message, b->message);
  return order;
}

/* Repeats are equal in all that the order sees; what else they hold decides nothing, so that the order in which
 * workers delivered them must: qsort is not stable, hence the index. */
typedef struct ranked {
  const mlo_finding *finding;
  uint32_t index;
} ranked;

static int rank_order(const void *a, const void *b) {
  const ranked *left = a, *right = b;
  int order = mlo_finding_compare(left->finding, right->finding);
  return order ? order : number_order(left->index, right->index);
}

static void sort(mlo_findings *self, mlo_arena *arena) {
  ranked *ranks = MLO_NEW_ARRAY(arena, ranked, self->len);
  mlo_finding *sorted = MLO_NEW_ARRAY(arena, mlo_finding, self->len);
  for (uint32_t i = 0; i < self->len; i++) ranks[i] = (ranked){&self->items[i], i};
  qsort(ranks, self->len, sizeof *ranks, rank_order);
  uint32_t kept = 0;
  for (uint32_t i = 0; i < self->len; i++)
    if (kept == 0 || mlo_finding_compare(&sorted[kept - 1], ranks[i].finding) != 0)
      sorted[kept++] = *ranks[i].finding;
  self->items = sorted;
  self->cap = self->len;
  self->len = kept;
}

/* The line of the excerpt on which the place starts. */
static mlo_str first_line(const mlo_location *at) {
  uint32_t line = mlo_location_shows_cell(at) ? at->cell_start.line : at->start.line;
  mlo_str rest = at->excerpt, text = mlo_str_cut(&rest, '\n');
  for (uint32_t i = at->excerpt_line; i < line && rest.ptr; i++) text = mlo_str_cut(&rest, '\n');
  return text;
}

static size_t put(char *out, size_t len, mlo_str s) {
  if (s.len) memcpy(out + len, s.ptr, s.len);
  return len + s.len + 1;
}

/* What is hashed: code, path and line, without white space in the line, each ended by a NUL. */
static mlo_str identity(const mlo_finding *finding, mlo_str path, mlo_arena *arena) {
  mlo_str line = first_line(&finding->location);
  char *text = MLO_NEW_ARRAY(arena, char, finding->code.len + path.len + line.len + 3);
  size_t len = put(text, put(text, 0, finding->code), path);
  for (size_t i = 0; i < line.len; i++)
    if (!strchr(" \t\r\n\f\v", line.ptr[i]) || line.ptr[i] == 0) text[len++] = line.ptr[i];
  return mlo_str_of(text, len + 1);
}

void mlo_finding_trace(const mlo_finding *self, char out[17]) {
  mlo_arena arena;
  mlo_arena_init(&arena, 0, NULL, NULL);
  mlo_str text = identity(self, (mlo_str){0}, &arena);
  snprintf(out, 17, "%016llx", (unsigned long long)XXH3_64bits(text.ptr, text.len));
  mlo_arena_release(&arena);
}

static void set_fingerprint(mlo_finding *finding, mlo_str identity_text, uint32_t repeat) {
  XXH128_hash_t hash = XXH3_128bits_withSeed(identity_text.ptr, identity_text.len, repeat);
  snprintf(finding->fingerprint, sizeof finding->fingerprint, "%016llx%016llx",
           (unsigned long long)hash.high64, (unsigned long long)hash.low64);
}

void mlo_findings_finish(mlo_findings *self, mlo_arena *arena) {
  if (self->len == 0) return;
  sort(self, arena);
  mlo_map seen = {0};
  for (uint32_t i = 0; i < self->len; i++) {
    mlo_str text = identity(&self->items[i], self->items[i].location.path, arena);
    uint32_t *repeats = mlo_map_put(&seen, text, arena);
    set_fingerprint(&self->items[i], text, (*repeats)++);
  }
}
