#include "base/nearest.h"

enum { LONGEST = 64 }; /* longer words are compared by their first bytes */

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* Levenshtein's distance, one row at a time. */
static uint32_t distance(mlo_str a, mlo_str b) {
  uint32_t row[LONGEST + 1];
  a = mlo_str_slice(a, 0, LONGEST);
  b = mlo_str_slice(b, 0, LONGEST);
  for (uint32_t j = 0; j <= b.len; j++) row[j] = j;
  for (uint32_t i = 1; i <= a.len; i++) {
    uint32_t diagonal = row[0];
    row[0] = i;
    for (uint32_t j = 1; j <= b.len; j++) {
      uint32_t replaced = diagonal + (lower(a.ptr[i - 1]) != lower(b.ptr[j - 1]));
      diagonal = row[j];
      row[j] = least(replaced, least(row[j], row[j - 1]) + 1);
    }
  }
  return row[b.len];
}

void mlo_nearest_offer(mlo_nearest *self, mlo_str candidate) {
  uint32_t found = distance(self->word, candidate);
  if (self->best.ptr && found >= self->distance) return;
  self->best = candidate;
  self->distance = found;
}
