/* str: a borrowed view of bytes, passed by value. Text may hold NUL and need not be UTF-8. */
#ifndef MLO_STR_H
#define MLO_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct mlo_str {
  const char *ptr; /* may be NULL when len is 0; never NUL-terminated by contract */
  size_t len;
} mlo_str;

/* A half-open range of byte offsets [start, end) in one text. */
typedef struct mlo_span {
  uint32_t start;
  uint32_t end;
} mlo_span;

/* View of a string literal. */
#define MLO_STR(literal) ((mlo_str){(literal), sizeof(literal) - 1})
/* The same, for static initialisers. */
#define MLO_STR_INIT(literal)                                                                      \
  { (literal), sizeof(literal) - 1 }
/* The two arguments of printf's "%.*s". */
#define MLO_FMT(s) (int)(s).len, (s).ptr ? (s).ptr : ""

static inline mlo_str mlo_str_of(const char *ptr, size_t len) { return (mlo_str){ptr, len}; }
static inline mlo_str mlo_str_c(const char *cstr) {
  return (mlo_str){cstr, cstr ? strlen(cstr) : 0};
}

static inline bool mlo_str_eq(mlo_str a, mlo_str b) {
  return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
/* Byte order; a prefix sorts before what it begins. */
int mlo_str_compare(mlo_str a, mlo_str b);
bool mlo_str_eq_nocase(mlo_str a, mlo_str b); /* ASCII case only */
static inline bool mlo_str_starts(mlo_str s, mlo_str prefix) {
  return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}
static inline bool mlo_str_ends(mlo_str s, mlo_str suffix) {
  return s.len >= suffix.len &&
         (suffix.len == 0 || memcmp(s.ptr + s.len - suffix.len, suffix.ptr, suffix.len) == 0);
}
/* The part of s in [from, to), clamped to s. */
mlo_str mlo_str_slice(mlo_str s, size_t from, size_t to);
static inline mlo_str mlo_str_from(mlo_str s, size_t from) { return mlo_str_slice(s, from, s.len); }
/* Offset of the first / last occurrence, or SIZE_MAX. */
size_t mlo_str_find(mlo_str s, mlo_str needle);
size_t mlo_str_find_char(mlo_str s, char c);
size_t mlo_str_rfind_char(mlo_str s, char c);
static inline bool mlo_str_contains(mlo_str s, mlo_str needle) {
  return mlo_str_find(s, needle) != SIZE_MAX;
}
/* Without ASCII white space at both ends. */
mlo_str mlo_str_trim(mlo_str s);
/* Cuts *rest at the first sep: returns what stands before it and leaves what stands after it. Without a
 * sep returns all of *rest and leaves it empty with ptr NULL, which is how a loop knows that it is done. */
mlo_str mlo_str_cut(mlo_str *rest, char sep);
/* 64-bit xxh3 of the bytes: stable over runs and machines. */
uint64_t mlo_str_hash(mlo_str s);

static inline mlo_str mlo_span_of(mlo_str text, mlo_span span) {
  return mlo_str_slice(text, span.start, span.end);
}
static inline bool mlo_span_has(mlo_span outer, mlo_span inner) {
  return outer.start <= inner.start && inner.end <= outer.end;
}

#endif
