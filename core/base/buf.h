/* buf: a growable byte buffer on the heap with a stated maximum, for output that outlives any arena.
 * When it is full or memory runs out it keeps what it has and remembers that it failed. */
#ifndef MLO_BUF_H
#define MLO_BUF_H

#include "base/str.h"

typedef struct mlo_buf {
  char *ptr;
  size_t len, cap;
  size_t max; /* bytes at most; 0: 1 GiB */
  bool failed;
} mlo_buf;

void mlo_buf_release(mlo_buf *self);
void mlo_buf_add(mlo_buf *self, mlo_str s);
void mlo_buf_char(mlo_buf *self, char c);
void mlo_buf_format(mlo_buf *self, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline mlo_str mlo_buf_str(const mlo_buf *self) { return mlo_str_of(self->ptr, self->len); }
static inline void mlo_buf_clear(mlo_buf *self) { self->len = 0, self->failed = false; }
/* Appends literal text. */
#define mlo_buf_lit(self, literal) mlo_buf_add((self), MLO_STR(literal))

#endif
