#include "plugins/report/tally.h"

#include <stdlib.h>

static int by_code(const void *a, const void *b) {
  const mlo_tally *x = a, *y = b;
  return mlo_str_compare(x->finding->code, y->finding->code);
}

static int by_count(const void *a, const void *b) {
  const mlo_tally *x = a, *y = b;
  if (x->count != y->count) return x->count > y->count ? -1 : 1;
  return by_code(a, b);
}

static void sort(mlo_tallies *self, int (*order)(const void *, const void *)) {
  if (self->len) qsort(self->items, self->len, sizeof *self->items, order);
}

mlo_tallies mlo_tallies_of(const mlo_findings *findings, mlo_arena *arena) {
  mlo_tallies tallies = {0};
  mlo_map seen = {0}; /* code to index + 1 */
  for (uint32_t i = 0; i < findings->len; i++) {
    uint32_t *place = mlo_map_put(&seen, findings->items[i].code, arena);
    if (!*place) {
      mlo_tally tally = {.finding = &findings->items[i]};
      MLO_PUSH(arena, &tallies, tally);
      *place = tallies.len;
    }
    tallies.items[*place - 1].count++;
  }
  sort(&tallies, by_code);
  return tallies;
}

void mlo_tallies_by_count(mlo_tallies *self) { sort(self, by_count); }
