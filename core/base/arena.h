/* arena: memory with one lifetime. Four are named in this project: engine, run, file, scratch.
 *
 * Allocation never returns NULL. When the arena's limit or the machine's memory is reached, the arena calls
 * its on_full handler, which must not return (it longjmps to the guard of the file at work, or raises a Lua
 * error while Lua runs). So code that allocates from an arena holds nothing else that needs releasing,
 * unless its worker owns that thing too. Memory is zeroed. An arena belongs to one thread at a time. */
#ifndef MLO_ARENA_H
#define MLO_ARENA_H

#include "base/str.h"

#include <stdalign.h>

typedef struct mlo_arena_chunk mlo_arena_chunk;
typedef void mlo_arena_full_fn(void *ctx);

typedef struct mlo_arena {
  mlo_arena_chunk *chunk; /* the newest, from which we allocate */
  size_t held;            /* bytes of all chunks */
  size_t limit;           /* bytes at most; 0: no limit of our own */
  size_t fail_after;      /* tests: the allocation with this number fails; 0: none */
  size_t allocations;     /* made so far */
  mlo_arena_full_fn *on_full;
  void *on_full_ctx;
} mlo_arena;

/* A point to come back to. */
typedef struct mlo_arena_mark {
  mlo_arena_chunk *chunk;
  size_t used;
} mlo_arena_mark;

/* limit in bytes (0: none). Without a handler a full arena aborts the process. */
void mlo_arena_init(mlo_arena *self, size_t limit, mlo_arena_full_fn *on_full, void *ctx);
/* Frees all memory; the arena may be used again. */
void mlo_arena_release(mlo_arena *self);
/* Forgets all allocations but keeps one chunk for the next file. */
void mlo_arena_reset(mlo_arena *self);

mlo_arena_mark mlo_arena_save(const mlo_arena *self);
/* Frees what was allocated since mark. */
void mlo_arena_restore(mlo_arena *self, mlo_arena_mark mark);

/* count * size zeroed bytes; overflow counts as a full arena. */
void *mlo_arena_alloc(mlo_arena *self, size_t count, size_t size, size_t align);
#define MLO_NEW(arena, type) ((type *)mlo_arena_alloc((arena), 1, sizeof(type), alignof(type)))
#define MLO_NEW_ARRAY(arena, type, count)                                                          \
  ((type *)mlo_arena_alloc((arena), (count), sizeof(type), alignof(type)))

/* Copies; the copy is followed by a NUL that is not counted. */
mlo_str mlo_arena_str(mlo_arena *self, mlo_str s);
/* A NUL-terminated copy for system calls; bytes after an inner NUL are lost to C, as with any C string. */
const char *mlo_arena_cstr(mlo_arena *self, mlo_str s);
/* printf into the arena. */
mlo_str mlo_arena_format(mlo_arena *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
mlo_str mlo_arena_concat(mlo_arena *self, mlo_str a, mlo_str b);
/* a, between, b, followed by a NUL that is not counted: names and paths are joined by the million. */
mlo_str mlo_arena_join(mlo_arena *self, mlo_str a, const char *between, mlo_str b);

#endif
