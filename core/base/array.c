#include "base/array.h"

void *mlo_array_grow(mlo_arena *arena, const void *items, uint32_t len, uint32_t *cap,
                     size_t size) {
  uint32_t grown = *cap < 8 ? 8 : *cap > UINT32_MAX / 2 ? UINT32_MAX : *cap * 2;
  void *storage = mlo_arena_alloc(arena, grown, size, alignof(max_align_t));
  if (len) memcpy(storage, items, (size_t)len * size);
  *cap = grown;
  return storage;
}
