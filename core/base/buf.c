#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { DEFAULT_MAX = 1 << 30 };

void mlo_buf_release(mlo_buf *self) {
  free(self->ptr);
  *self = (mlo_buf){.max = self->max};
}

static bool reserve(mlo_buf *self, size_t more) {
  size_t max = self->max ? self->max : DEFAULT_MAX;
  if (self->failed || more > max || self->len > max - more) {
    self->failed = true;
    return false;
  }
  size_t need = self->len + more;
  if (need <= self->cap) return true;
  size_t cap = self->cap ? self->cap : 256;
  while (cap < need) cap *= 2;
  char *grown = realloc(self->ptr, cap);
  if (!grown) {
    self->failed = true;
    return false;
  }
  self->ptr = grown;
  self->cap = cap;
  return true;
}

void mlo_buf_add(mlo_buf *self, mlo_str s) {
  if (s.len == 0 || !reserve(self, s.len)) return;
  memcpy(self->ptr + self->len, s.ptr, s.len);
  self->len += s.len;
}

void mlo_buf_char(mlo_buf *self, char c) { mlo_buf_add(self, mlo_str_of(&c, 1)); }

void mlo_buf_format(mlo_buf *self, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int len = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (len > 0 && reserve(self, (size_t)len + 1)) {
    vsnprintf(self->ptr + self->len, (size_t)len + 1, format, again);
    self->len += (size_t)len;
  }
  va_end(again);
}
