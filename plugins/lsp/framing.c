#include "plugins/lsp/framing.h"

#include <stdio.h>

#define LENGTH_NAME MLO_STR("Content-Length")

void mlo_framing_release(mlo_framing *self) { mlo_buf_release(&self->bytes); }

/* Forgets what is done with once that saves more than it moves. */
static void compact(mlo_framing *self) {
  size_t left = self->bytes.len - self->at;
  if (self->at < left) return;
  if (left) memmove(self->bytes.ptr, self->bytes.ptr + self->at, left);
  self->bytes.len = left;
  self->at = 0;
}

void mlo_framing_feed(mlo_framing *self, mlo_str bytes) {
  compact(self);
  mlo_buf_add(&self->bytes, bytes);
}

static mlo_str pending(const mlo_framing *self) {
  return mlo_str_from(mlo_buf_str(&self->bytes), self->at);
}

/* Digits with blanks around them, at most the largest frame. */
static bool read_length(mlo_str value, size_t *length) {
  value = mlo_str_trim(value);
  *length = 0;
  for (size_t i = 0; i < value.len; i++) {
    if (value.ptr[i] < '0' || value.ptr[i] > '9') return false;
    *length = *length * 10 + (size_t)(value.ptr[i] - '0');
    if (*length > MLO_LSP_FRAME_LARGEST) return false;
  }
  return value.len > 0;
}

static bool is_name(mlo_str name) {
  for (size_t i = 0; i < name.len; i++) {
    char c = name.ptr[i];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && c != '-' && c != '_' && !(c >= '0' && c <= '9')) return false;
  }
  return name.len > 0;
}

/* --- finding the way back -------------------------------------------------------------------- */

typedef enum match { MATCH_NO, MATCH_YES, MATCH_PERHAPS } match;

/* Does text start with "Content-Length: 12" and a line end? Perhaps, if it ends too early to tell. */
static match starts_header(mlo_str text) {
  mlo_str name = LENGTH_NAME;
  size_t shown = text.len < name.len ? text.len : name.len;
  if (!mlo_str_eq_nocase(mlo_str_slice(text, 0, shown), mlo_str_slice(name, 0, shown)))
    return MATCH_NO;
  if (text.len <= name.len) return MATCH_PERHAPS;
  if (text.ptr[name.len] != ':') return MATCH_NO;
  size_t length = 0, end = mlo_str_find_char(mlo_str_slice(text, 0, 80), '\n');
  if (end == SIZE_MAX) return text.len < 80 ? MATCH_PERHAPS : MATCH_NO;
  mlo_str line = mlo_str_slice(text, name.len + 1, end);
  return read_length(line, &length) ? MATCH_YES : MATCH_NO;
}

/* Moves to the next header; false while there is none. */
static bool find_header(mlo_framing *self) {
  for (; self->at < self->bytes.len; self->at++) {
    char c = self->bytes.ptr[self->at];
    if (c != 'C' && c != 'c') continue;
    match found = starts_header(pending(self));
    if (found == MATCH_PERHAPS) return false;
    if (found == MATCH_NO) continue;
    self->lost = false;
    return true;
  }
  return false;
}

static mlo_lsp_frame lose(mlo_framing *self, size_t at) {
  self->at = at;
  self->lost = true;
  return MLO_LSP_FRAME_BROKEN;
}

void mlo_framing_reject(mlo_framing *self) { lose(self, self->body); }

/* --- frames ---------------------------------------------------------------------------------- */

/* Length of the header block with its blank line; 0 if that is not there. Lines may end with a bare \n. */
static size_t header_length(mlo_str text) {
  text = mlo_str_slice(text, 0, MLO_LSP_FRAME_LONGEST_HEADER);
  for (size_t at = 0; at < text.len;) {
    size_t end = mlo_str_find_char(mlo_str_from(text, at), '\n');
    if (end == SIZE_MAX) return 0;
    bool blank = end == 0 || (end == 1 && text.ptr[at] == '\r');
    at += end + 1;
    if (blank) return at;
  }
  return 0;
}

/* True if all lines are proper and one of them says the length. Other headers are ignored. */
static bool read_header(mlo_str block, size_t *length) {
  bool said = false;
  for (mlo_str line; line = mlo_str_trim(mlo_str_cut(&block, '\n')), line.len;) {
    mlo_str name = mlo_str_cut(&line, ':');
    if (!line.ptr || !is_name(name)) return false;
    if (!mlo_str_eq_nocase(name, LENGTH_NAME)) continue;
    if (!read_length(line, length)) return false;
    said = true;
  }
  return said;
}

mlo_lsp_frame mlo_framing_next(mlo_framing *self, char **body, size_t *len) {
  if (self->lost && !find_header(self)) return MLO_LSP_FRAME_NONE;
  mlo_str text = pending(self);
  size_t header = header_length(text);
  if (!header && text.len < MLO_LSP_FRAME_LONGEST_HEADER) return MLO_LSP_FRAME_NONE;
  if (!header || !read_header(mlo_str_slice(text, 0, header), len)) return lose(self, self->at + 1);
  if (text.len - header < *len) return MLO_LSP_FRAME_NONE;
  self->body = self->at + header;
  self->at = self->body + *len;
  *body = self->bytes.ptr + self->body;
  return MLO_LSP_FRAME_BODY;
}

void mlo_framing_write(mlo_buf *out, mlo_str body) {
  char header[48];
  int len = snprintf(header, sizeof header, "Content-Length: %zu\r\n\r\n", body.len);
  mlo_buf_add(out, mlo_str_of(header, (size_t)len));
  mlo_buf_add(out, body);
}
