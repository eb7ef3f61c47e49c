#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct mlo_arena_chunk {
  mlo_arena_chunk *before;
  size_t size; /* of bytes */
  size_t used;
  alignas(max_align_t) unsigned char bytes[];
};

enum { FIRST_CHUNK = 64 * 1024, LARGEST_GROWTH = 16 * 1024 * 1024 };

void mlo_arena_init(mlo_arena *self, size_t limit, mlo_arena_full_fn *on_full, void *ctx) {
  *self = (mlo_arena){.limit = limit, .on_full = on_full, .on_full_ctx = ctx};
}

static void free_until(mlo_arena *self, mlo_arena_chunk *last) {
  while (self->chunk != last) {
    mlo_arena_chunk *before = self->chunk->before;
    self->held -= self->chunk->size;
    free(self->chunk);
    self->chunk = before;
  }
}

void mlo_arena_release(mlo_arena *self) { free_until(self, NULL); }

void mlo_arena_reset(mlo_arena *self) {
  mlo_arena_chunk *keep = self->chunk;
  if (!keep) return;
  self->chunk = keep->before;
  self->held -= keep->size;
  free_until(self, NULL);
  keep->before = NULL;
  keep->used = 0;
  self->chunk = keep;
  self->held = keep->size;
  self->allocations = 0;
}

mlo_arena_mark mlo_arena_save(const mlo_arena *self) {
  return (mlo_arena_mark){self->chunk, self->chunk ? self->chunk->used : 0};
}

void mlo_arena_restore(mlo_arena *self, mlo_arena_mark mark) {
  free_until(self, mark.chunk);
  if (self->chunk) self->chunk->used = mark.used;
}

static _Noreturn void full(mlo_arena *self) {
  if (self->on_full) self->on_full(self->on_full_ctx);
  abort(); /* a handler must not return */
}

static void grow(mlo_arena *self, size_t need) {
  size_t size = self->chunk ? self->chunk->size * 2 : FIRST_CHUNK;
  if (size > LARGEST_GROWTH) size = LARGEST_GROWTH;
  if (size < need) size = need;
  if (self->limit && self->held + size > self->limit) size = need;
  if (size > SIZE_MAX - sizeof(mlo_arena_chunk)) full(self);
  if (self->limit && (size > self->limit || self->held > self->limit - size)) full(self);
  mlo_arena_chunk *chunk = malloc(sizeof *chunk + size);
  if (!chunk) full(self);
  *chunk = (mlo_arena_chunk){.before = self->chunk, .size = size};
  self->chunk = chunk;
  self->held += size;
}

void *mlo_arena_alloc(mlo_arena *self, size_t count, size_t size, size_t align) {
  if (size && count > (SIZE_MAX / 2) / size) full(self);
  self->allocations++;
  if (self->fail_after && self->allocations >= self->fail_after) full(self);
  size_t bytes = count * size;
  size_t at = self->chunk ? (self->chunk->used + align - 1) & ~(align - 1) : 0;
  if (!self->chunk || at > self->chunk->size || bytes > self->chunk->size - at) {
    grow(self, bytes ? bytes : 1);
    at = 0;
  }
  self->chunk->used = at + bytes;
  return memset(self->chunk->bytes + at, 0, bytes);
}

mlo_str mlo_arena_str(mlo_arena *self, mlo_str s) {
  return (mlo_str){mlo_arena_cstr(self, s), s.len};
}

const char *mlo_arena_cstr(mlo_arena *self, mlo_str s) {
  char *copy = MLO_NEW_ARRAY(self, char, s.len + 1);
  if (s.len) memcpy(copy, s.ptr, s.len);
  return copy;
}

mlo_str mlo_arena_format(mlo_arena *self, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int len = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (len < 0) len = 0;
  char *text = MLO_NEW_ARRAY(self, char, (size_t)len + 1);
  vsnprintf(text, (size_t)len + 1, format, again);
  va_end(again);
  return (mlo_str){text, (size_t)len};
}

mlo_str mlo_arena_concat(mlo_arena *self, mlo_str a, mlo_str b) {
  return mlo_arena_join(self, a, "", b);
}

mlo_str mlo_arena_join(mlo_arena *self, mlo_str a, const char *between, mlo_str b) {
  size_t middle = strlen(between), len = a.len + middle + b.len;
  char *text = MLO_NEW_ARRAY(self, char, len + 1);
  if (a.len) memcpy(text, a.ptr, a.len);
  memcpy(text + a.len, between, middle);
  if (b.len) memcpy(text + a.len + middle, b.ptr, b.len);
  return (mlo_str){text, len};
}
