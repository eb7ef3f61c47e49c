#include "base/map.h"

static mlo_map_slot *slot_for(const mlo_map *self, mlo_str key, uint64_t hash) {
  uint32_t mask = self->cap - 1;
  for (uint32_t i = (uint32_t)hash & mask;; i = (i + 1) & mask) {
    mlo_map_slot *slot = &self->slots[i];
    if (!slot->used || (slot->hash == hash && mlo_str_eq(slot->key, key))) return slot;
  }
}

uint32_t *mlo_map_get(const mlo_map *self, mlo_str key) {
  if (self->len == 0) return NULL;
  mlo_map_slot *slot = slot_for(self, key, mlo_str_hash(key));
  return slot->used ? &slot->value : NULL;
}

/* The map is whole at every moment: a full arena doesn't come back. */
static void grow(mlo_map *self, mlo_arena *arena) {
  mlo_map old = *self;
  uint32_t cap = old.cap ? old.cap * 2 : 16;
  self->slots = MLO_NEW_ARRAY(arena, mlo_map_slot, cap);
  self->cap = cap;
  for (uint32_t i = 0; i < old.cap; i++)
    if (old.slots[i].used) *slot_for(self, old.slots[i].key, old.slots[i].hash) = old.slots[i];
}

uint32_t *mlo_map_put(mlo_map *self, mlo_str key, mlo_arena *arena) {
  if (self->len >= self->cap / 4 * 3) grow(self, arena);
  uint64_t hash = mlo_str_hash(key);
  mlo_map_slot *slot = slot_for(self, key, hash);
  if (!slot->used) {
    *slot = (mlo_map_slot){.key = key, .hash = hash, .used = true};
    self->len++;
  }
  return &slot->value;
}
