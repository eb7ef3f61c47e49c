#include "base/str.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

int mlo_str_compare(mlo_str a, mlo_str b) {
  size_t shared = a.len < b.len ? a.len : b.len;
  int order = shared ? memcmp(a.ptr, b.ptr, shared) : 0;
  if (order != 0) return order;
  return (a.len > b.len) - (a.len < b.len);
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

bool mlo_str_eq_nocase(mlo_str a, mlo_str b) {
  if (a.len != b.len) return false;
  for (size_t i = 0; i < a.len; i++)
    if (lower(a.ptr[i]) != lower(b.ptr[i])) return false;
  return true;
}

mlo_str mlo_str_slice(mlo_str s, size_t from, size_t to) {
  if (to > s.len) to = s.len;
  if (from > to) from = to;
  return (mlo_str){s.ptr ? s.ptr + from : NULL, to - from};
}

size_t mlo_str_find(mlo_str s, mlo_str needle) {
  if (needle.len == 0) return 0;
  if (s.len < needle.len) return SIZE_MAX;
  const char *at = s.ptr, *last = s.ptr + (s.len - needle.len);
  while (at <= last && (at = memchr(at, needle.ptr[0], (size_t)(last - at) + 1))) {
    if (memcmp(at, needle.ptr, needle.len) == 0) return (size_t)(at - s.ptr);
    at++;
  }
  return SIZE_MAX;
}

size_t mlo_str_find_char(mlo_str s, char c) {
  const char *at = s.len ? memchr(s.ptr, c, s.len) : NULL;
  return at ? (size_t)(at - s.ptr) : SIZE_MAX;
}

size_t mlo_str_rfind_char(mlo_str s, char c) {
  for (size_t i = s.len; i > 0; i--)
    if (s.ptr[i - 1] == c) return i - 1;
  return SIZE_MAX;
}

static bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

mlo_str mlo_str_trim(mlo_str s) {
  size_t from = 0, to = s.len;
  while (from < to && is_space(s.ptr[from])) from++;
  while (to > from && is_space(s.ptr[to - 1])) to--;
  return mlo_str_slice(s, from, to);
}

mlo_str mlo_str_cut(mlo_str *rest, char sep) {
  size_t at = mlo_str_find_char(*rest, sep);
  mlo_str head = mlo_str_slice(*rest, 0, at);
  *rest = at == SIZE_MAX ? (mlo_str){0} : mlo_str_from(*rest, at + 1);
  return head;
}

uint64_t mlo_str_hash(mlo_str s) { return XXH3_64bits(s.ptr, s.len); }
