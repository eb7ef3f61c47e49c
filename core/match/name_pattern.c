#include "match/name_pattern.h"

/* One part against one part; a star is any run of characters. Backtracks to the last star only. */
static bool part_matches(mlo_str pattern, mlo_str part) {
  size_t p = 0, s = 0, star = SIZE_MAX, resume = 0;
  while (s < part.len) {
    if (p < pattern.len && pattern.ptr[p] == '*') {
      star = p++;
      resume = s;
    } else if (p < pattern.len && pattern.ptr[p] == part.ptr[s]) {
      p++, s++;
    } else if (star != SIZE_MAX) {
      p = star + 1;
      s = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.len && pattern.ptr[p] == '*') p++;
  return p == pattern.len;
}

enum { MOST_PARTS = 32 };

/* Splits at dots; parts over the maximum stay joined to the last one. */
static uint32_t split(mlo_str s, mlo_str parts[MOST_PARTS]) {
  uint32_t count = 0;
  while (s.ptr && count < MOST_PARTS - 1) parts[count++] = mlo_str_cut(&s, '.');
  if (s.ptr) parts[count++] = s;
  return count;
}

/* The same over parts, where a star takes one part or more. */
bool mlo_name_matches(mlo_str pattern, mlo_str name) {
  mlo_str wanted[MOST_PARTS], parts[MOST_PARTS];
  uint32_t wanted_count = split(pattern, wanted), count = split(name, parts);
  uint32_t w = 0, n = 0, star = UINT32_MAX, taken = 0;
  while (n < count) {
    if (w < wanted_count && mlo_str_eq(wanted[w], MLO_STR("*"))) {
      star = w++;
      taken = ++n;
    } else if (w < wanted_count && part_matches(wanted[w], parts[n])) {
      w++, n++;
    } else if (star != UINT32_MAX) {
      w = star + 1;
      n = ++taken;
    } else {
      return false;
    }
  }
  return count > 0 && w == wanted_count;
}

mlo_str mlo_name_last(mlo_str name) {
  size_t dot = mlo_str_rfind_char(name, '.');
  mlo_str last = dot == SIZE_MAX ? name : mlo_str_from(name, dot + 1);
  return mlo_str_ends(last, MLO_STR("()")) ? mlo_str_slice(last, 0, last.len - 2) : last;
}

mlo_str mlo_name_first(mlo_str name) {
  return mlo_str_slice(name, 0, mlo_str_find_char(name, '.'));
}
