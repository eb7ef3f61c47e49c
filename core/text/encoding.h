/* encoding: bytes on disk to UTF-8 and back. */
#ifndef MLO_ENCODING_H
#define MLO_ENCODING_H

#include "base/arena.h"
#include "base/error.h"

typedef enum mlo_encoding_kind {
  MLO_ENCODING_UTF8,
  MLO_ENCODING_UTF8_BOM,
  MLO_ENCODING_UTF16_LE, /* by byte order mark */
  MLO_ENCODING_UTF16_BE,
  MLO_ENCODING_LATIN1, /* the fallback: every byte is a character, so nothing is lost */
  MLO_ENCODING_NAMED   /* by PEP 263 comment, converted by iconv */
} mlo_encoding_kind;

typedef struct mlo_encoding {
  mlo_encoding_kind kind;
  mlo_str name; /* as the file spells it, for MLO_ENCODING_NAMED */
} mlo_encoding;

/* True if the bytes hold a NUL in their first 8 KiB and no UTF-16 mark: not text for us. */
bool mlo_bytes_are_binary(mlo_str bytes);
/* True if s is well-formed UTF-8 (no surrogates, no overlong forms). */
bool mlo_utf8_valid(mlo_str s);

/* Decodes bytes to UTF-8 without a byte order mark. python: honour a PEP 263 comment in the first two lines
 * (https://peps.python.org/pep-0263/). *text borrows from bytes where nothing had to change, else lives in
 * arena. Invalid UTF-8 is read as Latin-1. Fails with MLO_ERR_UNSUPPORTED for a codec that iconv lacks. */
mlo_status mlo_decode(mlo_str bytes, bool python, mlo_arena *arena, mlo_str *text,
                      mlo_encoding *encoding, mlo_error *err);
/* The inverse, byte order mark included. Fails if a character does not exist in the encoding. */
mlo_status mlo_encode(mlo_str text, mlo_encoding encoding, mlo_arena *arena, mlo_str *bytes,
                      mlo_error *err);

/* Decodes the code point at s[*at] and moves *at behind it; an invalid byte gives U+FFFD and moves by one. */
uint32_t mlo_utf8_next(mlo_str s, size_t *at);
/* Writes code point c (1 to 4 bytes) to out and returns the length. Surrogates become U+FFFD. */
size_t mlo_utf8_put(uint32_t c, char out[4]);
/* Terminal columns of s: East Asian wide and emoji 2, combining marks 0; a tab goes to the next multiple of
 * tab_width counted from column `from`. */
uint32_t mlo_display_width(mlo_str s, uint32_t from, uint32_t tab_width);

#endif
