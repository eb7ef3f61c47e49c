#include "notebook/align.h"

#include "base/map.h"

enum {
  MOST_PAIRS = 1 << 16, /* of cells that are compared in one stretch */
  MOST_WORDS = 2048,    /* of a cell that are compared */
  MOST_STEPS = 1 << 28, /* of comparing words, in all */
  EQUAL = 1000,         /* the similarity of equal cells */
  SIMILAR = 600,        /* the least similarity of one cell's two versions */
  LONGEST_NUMBER = 5    /* digits of an id that is only a number */
};

typedef struct words {
  uint32_t *hashes; /* sorted */
  uint32_t count;
  bool known;
} words;

typedef struct side {
  const mlo_cell_list *cells;
  uint64_t *meaning; /* of kind and source */
  words *words;
  uint32_t *partner; /* in the other side */
} side;

typedef struct aligner {
  side a, b;
  uint32_t steps; /* of comparing words that are left */
  mlo_arena *arena;
} aligner;

mlo_cell_list mlo_cells_of(const mlo_notebook *notebook, mlo_arena *arena) {
  mlo_cell_list list = {0};
  for (uint32_t i = 0; i < notebook->cells.len; i++)
    MLO_PUSH(arena, &list, &notebook->cells.items[i]);
  return list;
}

bool mlo_cell_has_identity(const mlo_cell *cell) {
  size_t digits = 0;
  while (digits < cell->id.len && cell->id.ptr[digits] >= '0' && cell->id.ptr[digits] <= '9')
    digits++;
  return cell->id.len > 0 && (digits < cell->id.len || digits > LONGEST_NUMBER);
}

static uint64_t meaning_of(const mlo_cell *cell) {
  return mlo_str_hash(cell->source) * 31 + (uint64_t)cell->kind;
}

static side side_of(const mlo_cell_list *cells, mlo_arena *arena) {
  side self = {cells, MLO_NEW_ARRAY(arena, uint64_t, cells->len),
               MLO_NEW_ARRAY(arena, words, cells->len), MLO_NEW_ARRAY(arena, uint32_t, cells->len)};
  for (uint32_t i = 0; i < cells->len; i++) {
    self.meaning[i] = meaning_of(cells->items[i]);
    self.partner[i] = MLO_NO_CELL;
  }
  return self;
}

static void pair(aligner *self, uint32_t a, uint32_t b) {
  self->a.partner[a] = b;
  self->b.partner[b] = a;
}

/* --- by name --------------------------------------------------------------------------------- */

typedef mlo_str key_fn(const side *self, uint32_t cell);

static mlo_str identity(const side *self, uint32_t cell) {
  const mlo_cell *it = self->cells->items[cell];
  return mlo_cell_has_identity(it) ? it->id : (mlo_str){0};
}

static mlo_str meaning(const side *self, uint32_t cell) {
  if (mlo_str_trim(self->cells->items[cell]->source).len == 0) return (mlo_str){0};
  return mlo_str_of((const char *)&self->meaning[cell], sizeof self->meaning[cell]);
}

enum { TWICE = UINT32_MAX };

/* From key to the index of its only cell, plus 1; to TWICE if there are more. */
static mlo_map index_by(const side *self, key_fn *key, mlo_arena *arena) {
  mlo_map map = {0};
  for (uint32_t i = 0; i < self->cells->len; i++) {
    mlo_str name = key(self, i);
    if (self->partner[i] != MLO_NO_CELL || name.len == 0) continue;
    uint32_t *place = mlo_map_put(&map, name, arena);
    *place = *place ? TWICE : i + 1;
  }
  return map;
}

static void pair_by(aligner *self, key_fn *key) {
  mlo_map of_a = index_by(&self->a, key, self->arena), of_b = index_by(&self->b, key, self->arena);
  for (uint32_t i = 0; i < self->a.cells->len; i++) {
    mlo_str name = key(&self->a, i);
    const uint32_t *a = name.len ? mlo_map_get(&of_a, name) : NULL;
    const uint32_t *b = name.len ? mlo_map_get(&of_b, name) : NULL;
    if (a && b && *a == i + 1 && *b != TWICE) pair(self, i, *b - 1);
  }
}

/* --- similarity ------------------------------------------------------------------------------ */

static bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         (unsigned char)c >= 0x80;
}

static void sift(uint32_t *heap, uint32_t at, uint32_t count) {
  for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && heap[child + 1] > heap[child]) child++;
    if (heap[at] >= heap[child]) return;
    uint32_t swap = heap[at];
    heap[at] = heap[child], heap[child] = swap;
  }
}

static void sort_hashes(uint32_t *hashes, uint32_t count) {
  for (uint32_t i = count / 2; i-- > 0;) sift(hashes, i, count);
  for (uint32_t end = count; end-- > 1;) {
    uint32_t swap = hashes[0];
    hashes[0] = hashes[end], hashes[end] = swap;
    sift(hashes, 0, end);
  }
}

static const words *words_of(side *self, uint32_t cell, mlo_arena *arena) {
  words *all = &self->words[cell];
  if (all->known) return all;
  mlo_str text = self->cells->items[cell]->source;
  all->known = true;
  size_t most = text.len / 2 + 1;
  all->hashes = MLO_NEW_ARRAY(arena, uint32_t, most < MOST_WORDS ? most : MOST_WORDS);
  for (size_t at = 0, end; at < text.len && all->count < MOST_WORDS; at = end) {
    end = at;
    while (end < text.len && is_word_char(text.ptr[end])) end++;
    if (end > at) all->hashes[all->count++] = (uint32_t)mlo_str_hash(mlo_str_slice(text, at, end));
    while (end < text.len && !is_word_char(text.ptr[end])) end++;
  }
  sort_hashes(all->hashes, all->count);
  return all;
}

static uint32_t common_words(const words *a, const words *b) {
  uint32_t common = 0;
  for (uint32_t i = 0, j = 0; i < a->count && j < b->count;) {
    bool equal = a->hashes[i] == b->hashes[j], less = a->hashes[i] < b->hashes[j];
    common += equal;
    i += equal || less;
    j += equal || !less;
  }
  return common;
}

/* 0: these are not one cell; else up to EQUAL. Words that both have, twice, among the words of both. */
static uint32_t similarity(aligner *self, uint32_t a, uint32_t b) {
  if (self->a.meaning[a] == self->b.meaning[b]) return EQUAL;
  if (self->a.cells->items[a]->kind != self->b.cells->items[b]->kind) return 0;
  const words *of_a = words_of(&self->a, a, self->arena);
  const words *of_b = words_of(&self->b, b, self->arena);
  uint32_t all = of_a->count + of_b->count;
  uint32_t fewer = of_a->count < of_b->count ? of_a->count : of_b->count;
  if (all == 0 || fewer * 2 * EQUAL / all < SIMILAR || all > self->steps) return 0;
  self->steps -= all;
  uint32_t share = common_words(of_a, of_b) * 2 * (EQUAL - 1) / all;
  return share < SIMILAR ? 0 : share;
}

/* --- stretches ------------------------------------------------------------------------------- */

/* Unpaired cells of both sides between two pairs that keep the order; cells that moved are in none. */
typedef struct stretch {
  uint32_t *a, *b; /* cells, in order */
  uint32_t a_count, b_count;
} stretch;

static bool equal_at(const aligner *self, uint32_t a, uint32_t b) {
  return self->a.meaning[a] == self->b.meaning[b];
}

static void pair_equal_ends(aligner *self, stretch *at) {
  while (at->a_count && at->b_count && equal_at(self, *at->a, *at->b)) {
    pair(self, *at->a++, *at->b++);
    at->a_count--, at->b_count--;
  }
  while (at->a_count && at->b_count &&
         equal_at(self, at->a[at->a_count - 1], at->b[at->b_count - 1]))
    pair(self, at->a[--at->a_count], at->b[--at->b_count]);
}

/* A table of the best sums of similarity of the first i and j cells, of which only a band is known: in row i the
 * columns from first[i], `width` of them. Beside the band stands what a poorer pairing reaches: its nearest value to
 * the right of it, 0 to the left. */
typedef struct band {
  uint32_t width;
  uint32_t *first;
  uint32_t *best;
} band;

static uint32_t best_of(const band *self, uint32_t row, uint32_t column) {
  if (column < self->first[row]) return 0;
  uint32_t at = column - self->first[row];
  return self->best[(size_t)row * self->width + (at < self->width ? at : self->width - 1)];
}

static band band_of(const stretch *at, mlo_arena *arena) {
  uint32_t rows = at->a_count, columns = at->b_count;
  uint64_t width = MOST_PAIRS / rows + 2ull * (columns / rows + 1) + 1;
  if (width > columns + 1u) width = columns + 1u;
  band self = {.width = (uint32_t)width,
               .first = MLO_NEW_ARRAY(arena, uint32_t, rows + 1u),
               .best = MLO_NEW_ARRAY(arena, uint32_t, (rows + 1u) * (size_t)width)};
  for (uint32_t i = 0; i <= rows; i++) {
    uint64_t middle = (uint64_t)i * columns / rows;
    uint64_t first = middle > width / 2 ? middle - width / 2 : 0, last = columns + 1u - width;
    self.first[i] = (uint32_t)(first < last ? first : last);
  }
  return self;
}

static uint32_t larger(uint32_t a, uint32_t b) { return a > b ? a : b; }

static void fill_band(aligner *self, const stretch *at, band *table) {
  for (uint32_t i = 1; i <= at->a_count; i++) {
    for (uint32_t k = 0; k < table->width; k++) {
      uint32_t j = table->first[i] + k;
      uint32_t best = best_of(table, i - 1, j);
      if (k > 0) best = larger(best, best_of(table, i, j - 1));
      uint32_t like = j > 0 ? similarity(self, at->a[i - 1], at->b[j - 1]) : 0;
      if (like > 0) best = larger(best, best_of(table, i - 1, j - 1) + like);
      table->best[(size_t)i * table->width + k] = best;
    }
  }
}

static void follow_band(aligner *self, const stretch *at, const band *table) {
  uint32_t i = at->a_count, j = at->b_count;
  while (i > 0 && j > 0) {
    uint32_t best = best_of(table, i, j);
    bool inside = j >= table->first[i] && j < table->first[i] + table->width;
    if (j < table->first[i]) return;
    if (best == best_of(table, i - 1, j)) {
      i--;
    } else if (!inside || best == best_of(table, i, j - 1)) {
      j--;
    } else {
      pair(self, at->a[i - 1], at->b[j - 1]);
      i--, j--;
    }
  }
}

/* Each cell is in one stretch, so its words are asked for here only. */
static void pair_similar(aligner *self, stretch at) {
  pair_equal_ends(self, &at);
  if (at.a_count == 0 || at.b_count == 0) return;
  mlo_arena_mark mark = mlo_arena_save(self->arena);
  band table = band_of(&at, self->arena);
  fill_band(self, &at, &table);
  follow_band(self, &at, &table);
  mlo_arena_restore(self->arena, mark);
}

/* As many cells of the same kinds on both sides were edited where they stand; not if their ids say otherwise. */
static void pair_in_place(aligner *self, stretch at) {
  if (at.a_count != at.b_count) return;
  for (uint32_t i = 0; i < at.a_count; i++) {
    const mlo_cell *a = self->a.cells->items[at.a[i]], *b = self->b.cells->items[at.b[i]];
    if (a->kind != b->kind) return;
    if (mlo_cell_has_identity(a) && mlo_cell_has_identity(b)) return;
  }
  for (uint32_t i = 0; i < at.a_count; i++) pair(self, at.a[i], at.b[i]);
}

typedef void stretch_fn(aligner *self, stretch at);

/* The next pair that keeps the order, from *at on; the unpaired cells before it are put to found. */
static uint32_t collect(const side *self, const bool *moved, uint32_t *at, uint32_t *found) {
  uint32_t count = 0;
  for (; *at < self->cells->len; ++*at) {
    if (self->partner[*at] == MLO_NO_CELL)
      found[count++] = *at;
    else if (!moved[*at])
      break;
  }
  return count;
}

static void each_stretch(aligner *self, const bool *moved, stretch_fn *treat) {
  uint32_t count_a = self->a.cells->len, count_b = self->b.cells->len;
  bool *moved_b = MLO_NEW_ARRAY(self->arena, bool, count_b);
  for (uint32_t i = 0; i < count_a; i++)
    if (moved[i]) moved_b[self->a.partner[i]] = true;
  uint32_t *found_a = MLO_NEW_ARRAY(self->arena, uint32_t, count_a);
  uint32_t *found_b = MLO_NEW_ARRAY(self->arena, uint32_t, count_b);
  for (uint32_t a = 0, b = 0; a < count_a || b < count_b; a++, b++) {
    stretch at = {.a = found_a, .b = found_b};
    at.a_count = collect(&self->a, moved, &a, found_a);
    at.b_count = collect(&self->b, moved_b, &b, found_b);
    treat(self, at);
  }
}

/* --- order ----------------------------------------------------------------------------------- */

/* The longest run of pairs whose order is the same on both sides stays; the other pairs have moved. */
static void find_moved(const aligner *self, bool *moved) {
  uint32_t count = self->a.cells->len, length = 0;
  uint32_t *tails = MLO_NEW_ARRAY(self->arena, uint32_t, count + 1u); /* cell that ends a run */
  uint32_t *before = MLO_NEW_ARRAY(self->arena, uint32_t, count);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t b = self->a.partner[i], low = 0, high = length;
    if (b == MLO_NO_CELL) continue;
    moved[i] = true;
    while (low < high) {
      uint32_t middle = (low + high) / 2;
      if (self->a.partner[tails[middle]] < b)
        low = middle + 1;
      else
        high = middle;
    }
    before[i] = low > 0 ? tails[low - 1] : MLO_NO_CELL;
    tails[low] = i;
    if (low == length) length++;
  }
  uint32_t at = length > 0 ? tails[length - 1] : MLO_NO_CELL;
  for (; at != MLO_NO_CELL; at = before[at]) moved[at] = false;
}

mlo_alignment mlo_cells_align(const mlo_cell_list *a, const mlo_cell_list *b, mlo_arena *arena) {
  aligner self = {side_of(a, arena), side_of(b, arena), MOST_STEPS, arena};
  bool *moved = MLO_NEW_ARRAY(arena, bool, a->len);
  pair_by(&self, identity);
  pair_by(&self, meaning);
  find_moved(&self, moved);
  each_stretch(&self, moved, pair_similar);
  each_stretch(&self, moved, pair_in_place);
  return (mlo_alignment){self.a.partner, self.b.partner, moved};
}
