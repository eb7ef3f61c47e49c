#include "text/origin.h"

#include <assert.h>

static bool in_step(mlo_anchor a, mlo_anchor b) { return b.text - a.text == b.raw - a.raw; }

void mlo_origin_add(mlo_origin *self, uint32_t text, uint32_t raw, mlo_arena *arena) {
  mlo_anchor added = {text, raw};
  uint32_t n = self->anchors.len;
  if (n >= 1) {
    mlo_anchor *last = &self->anchors.items[n - 1];
    assert(last->text <= text && last->raw <= raw);
    if (last->text == text && last->raw == raw) return;
    if (n >= 2 && in_step(last[-1], *last) && in_step(*last, added)) {
      *last = added;
      return;
    }
  }
  MLO_PUSH(arena, &self->anchors, added);
}

/* Index of the last anchor at or before a derived offset; 0 when all stand behind it. */
static uint32_t find_text(const mlo_origin *self, uint32_t text) {
  uint32_t low = 0, high = self->anchors.len;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (self->anchors.items[middle].text <= text)
      low = middle;
    else
      high = middle;
  }
  return low;
}

static uint32_t find_raw(const mlo_origin *self, uint32_t raw) {
  uint32_t low = 0, high = self->anchors.len;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (self->anchors.items[middle].raw <= raw)
      low = middle;
    else
      high = middle;
  }
  return low;
}

uint32_t mlo_origin_raw(const mlo_origin *self, uint32_t text) {
  if (self->anchors.len == 0) return text;
  uint32_t at = find_text(self, text);
  const mlo_anchor *a = &self->anchors.items[at];
  if (at + 1 == self->anchors.len || text <= a->text || !in_step(a[0], a[1])) return a->raw;
  return a->raw + (text - a->text);
}

mlo_span mlo_origin_span(const mlo_origin *self, mlo_span text) {
  uint32_t start = mlo_origin_raw(self, text.start);
  if (self->anchors.len == 0) return text;
  if (text.end <= text.start) return (mlo_span){start, start};
  uint32_t at = find_text(self, text.end - 1);
  const mlo_anchor *a = &self->anchors.items[at];
  if (at + 1 == self->anchors.len || text.end <= a->text) return (mlo_span){start, a->raw};
  uint32_t end = in_step(a[0], a[1]) ? a->raw + (text.end - a->text) : a[1].raw;
  return (mlo_span){start, end};
}

uint32_t mlo_origin_text(const mlo_origin *self, uint32_t raw) {
  if (self->anchors.len == 0) return raw;
  uint32_t at = find_raw(self, raw);
  const mlo_anchor *a = &self->anchors.items[at];
  if (at + 1 == self->anchors.len || raw < a->raw || a[0].text == a[1].text) return UINT32_MAX;
  return in_step(a[0], a[1]) ? a->text + (raw - a->raw) : a->text;
}
