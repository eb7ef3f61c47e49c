#include "plugins/cli/nearest.h"

enum { LONGEST = 48 };

static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

static unsigned lower(char c) {
  return c >= 'A' && c <= 'Z' ? (unsigned)(c - 'A' + 'a') : (unsigned char)c;
}

/* Edits that turn a into b, where swapping two neighbours is one edit (optimal string alignment). */
static uint32_t distance_of(mlo_str a, mlo_str b) {
  uint32_t rows[3][LONGEST + 1]; /* row i is rows[i % 3] */
  for (uint32_t k = 0; k <= b.len; k++) rows[0][k] = k;
  for (uint32_t i = 1; i <= a.len; i++) {
    uint32_t *row = rows[i % 3], *above = rows[(i - 1) % 3], *over = rows[(i + 1) % 3];
    row[0] = i;
    for (uint32_t k = 1; k <= b.len; k++) {
      unsigned x = lower(a.ptr[i - 1]), y = lower(b.ptr[k - 1]);
      row[k] = least(least(above[k], row[k - 1]) + 1, above[k - 1] + (x != y));
      bool swapped = i > 1 && k > 1 && x == lower(b.ptr[k - 2]) && y == lower(a.ptr[i - 2]);
      if (swapped) row[k] = least(row[k], over[k - 2] + 1);
    }
  }
  return rows[a.len % 3][b.len];
}

mlo_nearest mlo_nearest_to(mlo_str word) {
  uint32_t near_enough = word.len < 4 ? 1 : (uint32_t)(word.len / 3 + 1);
  return (mlo_nearest){.word = word, .distance = near_enough + 1};
}

void mlo_nearest_offer(mlo_nearest *self, mlo_str known) {
  if (self->word.len > LONGEST || known.len > LONGEST || !self->word.len) return;
  uint32_t distance = distance_of(self->word, known);
  if (distance >= self->distance) return;
  self->best = known;
  self->distance = distance;
}
