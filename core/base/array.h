/* array: a growable array in an arena. Growing leaves the old storage to the arena. */
#ifndef MLO_ARRAY_H
#define MLO_ARRAY_H

#include "base/arena.h"

/* The type of an array of T; zero is the empty array. */
#define MLO_ARRAY(T)                                                                               \
  struct {                                                                                         \
    T *items;                                                                                      \
    uint32_t len, cap;                                                                             \
  }

/* Appends *value (copied) to the array that self points to. */
#define MLO_PUSH(arena, self, value)                                                               \
  ((self)->len == (self)->cap                                                                      \
       ? (void)((self)->items = mlo_array_grow((arena), (self)->items, (self)->len, &(self)->cap,  \
                                               sizeof *(self)->items))                             \
       : (void)0,                                                                                  \
   (self)->items[(self)->len++] = (value))

/* Storage of twice *cap items with the first len copied; updates *cap. */
void *mlo_array_grow(mlo_arena *arena, const void *items, uint32_t len, uint32_t *cap, size_t size);

#endif
