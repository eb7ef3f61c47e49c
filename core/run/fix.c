#include "run/fix.h"

#include <stdlib.h>

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
