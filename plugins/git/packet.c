#include "plugins/git/packet.h"

#include <errno.h>
#include <unistd.h>

enum { HEAD = 4, ENOUGH_TO_SEND = 1 << 20 };

/* --- reading --------------------------------------------------------------------------------- */

/* True once there are count bytes (at most a packet's) at self->at. */
static bool have(mlo_packets *self, size_t count) {
  if (self->end - self->at >= count) return true;
  memmove(self->room, self->room + self->at, self->end - self->at);
  self->end -= self->at;
  self->at = 0;
  while (self->end < count) {
    ssize_t got = read(self->in, self->room + self->end, sizeof self->room - self->end);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    self->end += (size_t)got;
  }
  return true;
}

static int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* -1: not four hexadecimal digits. */
static int length_of(const char *head) {
  int length = 0;
  for (int i = 0; i < HEAD; i++) {
    int digit = digit_of(head[i]);
    if (digit < 0) return -1;
    length = length * 16 + digit;
  }
  return length;
}

mlo_packet mlo_packets_read(mlo_packets *self, mlo_str *text) {
  *text = (mlo_str){0};
  if (!have(self, HEAD)) return self->end == self->at ? MLO_PACKET_END : MLO_PACKET_BROKEN;
  int length = length_of(self->room + self->at);
  if (length == 0) return self->at += HEAD, MLO_PACKET_FLUSH;
  if (length < HEAD || length > MLO_PACKET_TEXT_MAX + HEAD || !have(self, (size_t)length))
    return MLO_PACKET_BROKEN;
  *text = mlo_str_of(self->room + self->at + HEAD, (size_t)length - HEAD);
  self->at += (size_t)length;
  return MLO_PACKET_TEXT;
}

/* --- writing --------------------------------------------------------------------------------- */

void mlo_packets_send(mlo_packets *self) {
  mlo_str rest = mlo_buf_str(&self->waiting);
  self->failed |= self->waiting.failed;
  while (rest.len && !self->failed) {
    ssize_t put = write(self->out, rest.ptr, rest.len);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0)
      self->failed = true;
    else
      rest = mlo_str_from(rest, (size_t)put);
  }
  mlo_buf_clear(&self->waiting);
}

static void add(mlo_packets *self, mlo_str text, mlo_str behind) {
  mlo_buf_format(&self->waiting, "%04zx", text.len + behind.len + HEAD);
  mlo_buf_add(&self->waiting, text);
  mlo_buf_add(&self->waiting, behind);
  if (self->waiting.len >= ENOUGH_TO_SEND) mlo_packets_send(self);
}

void mlo_packets_line(mlo_packets *self, mlo_str line) { add(self, line, MLO_STR("\n")); }

void mlo_packets_content(mlo_packets *self, mlo_str bytes) {
  for (size_t at = 0; at < bytes.len; at += MLO_PACKET_TEXT_MAX)
    add(self, mlo_str_slice(bytes, at, at + MLO_PACKET_TEXT_MAX), (mlo_str){0});
}

void mlo_packets_flush(mlo_packets *self) { mlo_buf_lit(&self->waiting, "0000"); }

void mlo_packets_release(mlo_packets *self) { mlo_buf_release(&self->waiting); }
