/* map: a hash table in an arena from text to a 32-bit number. Keys are borrowed. */
#ifndef MLO_MAP_H
#define MLO_MAP_H

#include "base/arena.h"

typedef struct mlo_map_slot {
  mlo_str key;
  uint64_t hash;
  uint32_t value;
  bool used;
} mlo_map_slot;

/* Zero is the empty map. */
typedef struct mlo_map {
  mlo_map_slot *slots;
  uint32_t cap; /* a power of two, or 0 */
  uint32_t len;
} mlo_map;

/* The value's place, or NULL when the key is absent. */
uint32_t *mlo_map_get(const mlo_map *self, mlo_str key);
/* The value's place; a new key starts at 0. The key's bytes must outlive the map. */
uint32_t *mlo_map_put(mlo_map *self, mlo_str key, mlo_arena *arena);

#endif
