#include "lua/host/lua_pattern.h"

#include "lua/host/host.h"

#include <ctype.h>
#include <string.h>

enum { OPEN = -1, POSITION = -2, DEEPEST = 200, SETTLED_AT = 4096 };

mlo_lua_matcher mlo_lua_matcher_of(lua_State *lua, mlo_str subject, mlo_str pattern) {
  return (mlo_lua_matcher){.lua = lua,
                           .subject = subject.ptr,
                           .subject_end = subject.ptr + subject.len,
                           .pattern_end = pattern.ptr + pattern.len};
}

void mlo_lua_matcher_settle(mlo_lua_matcher *self) {
  uint64_t steps = self->steps;
  self->steps = 0;
  mlo_sandbox_charge(self->lua, steps);
}

static inline void spend(mlo_lua_matcher *self, size_t steps) {
  self->steps += steps;
  if (self->steps >= SETTLED_AT) mlo_lua_matcher_settle(self);
}

/* --- single characters: x, %x, . and [set] --- */

/* Where the item that begins at p ends, without what repeats it. */
static const char *item_end(mlo_lua_matcher *self, const char *p) {
  const char *end = self->pattern_end;
  if (*p == '%') {
    if (p + 1 == end) luaL_error(self->lua, "malformed pattern (ends with '%%')");
    return p + 2;
  }
  if (*p != '[') return p + 1;
  const char *at = p + 1;
  if (*at == '^') at++;
  do { /* a ']' in the first place is one of the set */
    if (at == end) luaL_error(self->lua, "malformed pattern (missing ']')");
    if (*at++ == '%' && at < end) at++;
  } while (*at != ']');
  spend(self, (size_t)(at - p) / 8);
  return at + 1;
}

static bool class_has(unsigned char letter, unsigned char c) {
  int has = 0;
  switch (letter | 0x20) {
  case 'a': has = isalpha(c); break;
  case 'c': has = iscntrl(c); break;
  case 'd': has = isdigit(c); break;
  case 'g': has = isgraph(c); break;
  case 'l': has = islower(c); break;
  case 'p': has = ispunct(c); break;
  case 's': has = isspace(c); break;
  case 'u': has = isupper(c); break;
  case 'w': has = isalnum(c); break;
  case 'x': has = isxdigit(c); break;
  case 'z': has = c == 0; break;
  default: return letter == c;
  }
  return (has != 0) == (islower(letter) != 0);
}

/* set: from its '[' to its ']'. */
static bool set_has(mlo_lua_matcher *self, const char *set, const char *last, unsigned char c) {
  const char *p = set + 1;
  bool wanted = *p != '^';
  if (!wanted) p++;
  for (; p < last; p++) {
    unsigned char low = (unsigned char)*p;
    if (low == '%') {
      p++;
      if (class_has((unsigned char)*p, c)) break;
    } else if (p[1] == '-' && p + 2 < last) {
      p += 2;
      if (low <= c && c <= (unsigned char)*p) break;
    } else if (low == c) {
      break;
    }
  }
  spend(self, (size_t)(p - set) / 8);
  return (p < last) == wanted;
}

static bool item_has(mlo_lua_matcher *self, const char *s, const char *item, const char *end) {
  if (s >= self->subject_end) return false;
  unsigned char c = (unsigned char)*s;
  switch (*item) {
  case '.': return true;
  case '%': return class_has((unsigned char)item[1], c);
  case '[': return set_has(self, item, end - 1, c);
  default: return (unsigned char)*item == c;
  }
}

/* --- the rest of the pattern against the rest of the subject --- */

static const char *match_rest(mlo_lua_matcher *self, const char *s, const char *p);

/* item* and item+: as many as there are, then one less at a time. */
static const char *match_most(mlo_lua_matcher *self, const char *s, const char *item,
                              const char *end) {
  size_t count = 0;
  while (item_has(self, s + count, item, end)) count++;
  spend(self, count);
  const char *done = match_rest(self, s + count, end + 1);
  while (!done && count > 0) done = match_rest(self, s + --count, end + 1);
  return done;
}

/* item-: none, then one more at a time. */
static const char *match_least(mlo_lua_matcher *self, const char *s, const char *item,
                               const char *end) {
  for (;; s++) {
    const char *done = match_rest(self, s, end + 1);
    if (done) return done;
    if (!item_has(self, s, item, end)) return NULL;
  }
}

static const char *open_capture(mlo_lua_matcher *self, const char *s, const char *p, int kind) {
  if (self->count >= MLO_LUA_CAPTURES) luaL_error(self->lua, "too many captures");
  self->captures[self->count++] = (mlo_lua_capture){s, kind};
  const char *done = match_rest(self, s, p);
  if (!done) self->count--;
  return done;
}

static const char *close_capture(mlo_lua_matcher *self, const char *s, const char *p) {
  int number = self->count - 1;
  while (number >= 0 && self->captures[number].len != OPEN) number--;
  if (number < 0) luaL_error(self->lua, "invalid pattern capture");
  self->captures[number].len = s - self->captures[number].start;
  const char *done = match_rest(self, s, p);
  if (!done) self->captures[number].len = OPEN;
  return done;
}

/* %1: what the capture holds once more. A position is no text and matches nothing. */
static const char *match_again(mlo_lua_matcher *self, const char *s, const char *p) {
  int number = (unsigned char)p[1] - '1';
  if (number < 0 || number >= self->count || self->captures[number].len == OPEN)
    luaL_error(self->lua, "invalid capture index %%%d", number + 1);
  const mlo_lua_capture *capture = &self->captures[number];
  if (capture->len < 0 || self->subject_end - s < capture->len) return NULL;
  spend(self, (size_t)capture->len / 8);
  return memcmp(capture->start, s, (size_t)capture->len) == 0 ? s + capture->len : NULL;
}

/* %bxy */
static const char *match_balanced(mlo_lua_matcher *self, const char *s, const char *p) {
  if (self->pattern_end - p < 4)
    luaL_error(self->lua, "malformed pattern (missing arguments to '%%b')");
  if (s >= self->subject_end || *s != p[2]) return NULL;
  char opening = p[2], closing = p[3];
  size_t depth = 1;
  for (const char *at = s + 1; at < self->subject_end; at++) {
    if (*at == closing) {
      if (--depth > 0) continue;
      spend(self, (size_t)(at - s));
      return at + 1;
    }
    if (*at == opening) depth++;
  }
  spend(self, (size_t)(self->subject_end - s));
  return NULL;
}

/* %f[set]: moves *p behind it. A NUL stands before and behind the subject. */
static bool at_frontier(mlo_lua_matcher *self, const char *s, const char **p) {
  const char *set = *p + 2;
  if (*set != '[') luaL_error(self->lua, "missing '[' after '%%f' in pattern");
  const char *end = item_end(self, set);
  *p = end;
  unsigned char before = s == self->subject ? '\0' : (unsigned char)s[-1];
  return !set_has(self, set, end - 1, before) && set_has(self, set, end - 1, (unsigned char)*s);
}

/* The item at *p with what repeats it: gives where the subject goes on and moves *p, to the pattern's end if that is
 * already the end of the whole match. */
static const char *match_item(mlo_lua_matcher *self, const char *s, const char **p) {
  const char *item = *p, *end = item_end(self, item);
  bool has = item_has(self, s, item, end);
  *p = end + 1;
  const char *done = NULL;
  switch (*end) {
  case '?': done = has ? match_rest(self, s + 1, end + 1) : NULL; break;
  case '*': done = has ? match_most(self, s, item, end) : NULL; break;
  case '-': done = has ? match_least(self, s, item, end) : NULL; break;
  case '+': *p = self->pattern_end; return has ? match_most(self, s + 1, item, end) : NULL;
  default: *p = end; return has ? s + 1 : NULL;
  }
  if (!has || (*end == '?' && !done)) return s;
  *p = self->pattern_end;
  return done;
}

/* One step: as match_item, for all that a pattern may hold. */
static const char *match_step(mlo_lua_matcher *self, const char *s, const char **p) {
  const char *item = *p;
  switch (*item) {
  case '(':
    *p = self->pattern_end;
    return item[1] == ')' ? open_capture(self, s, item + 2, POSITION)
                          : open_capture(self, s, item + 1, OPEN);
  case ')': *p = self->pattern_end; return close_capture(self, s, item + 1);
  case '$':
    if (item + 1 != self->pattern_end) break;
    *p = self->pattern_end;
    return s == self->subject_end ? s : NULL;
  case '%':
    if (item[1] == 'b') {
      const char *end = match_balanced(self, s, item);
      *p = item + 4;
      return end;
    }
    if (item[1] == 'f') return at_frontier(self, s, p) ? s : NULL;
    if (!isdigit((unsigned char)item[1])) break;
    *p = item + 2;
    return match_again(self, s, item);
  default: break;
  }
  return match_item(self, s, p);
}

static const char *match_rest(mlo_lua_matcher *self, const char *s, const char *p) {
  if (self->depth++ == DEEPEST) luaL_error(self->lua, "pattern too complex");
  while (s && p != self->pattern_end) {
    spend(self, 1);
    s = match_step(self, s, &p);
  }
  self->depth--;
  return s;
}

const char *mlo_lua_match(mlo_lua_matcher *self, const char *at, const char *pattern) {
  self->depth = 0;
  self->count = 0;
  spend(self, 1);
  return match_rest(self, at, pattern);
}

/* --- captures --- */

void mlo_lua_push_capture(mlo_lua_matcher *self, int number, const char *at, const char *end) {
  if (number >= self->count) {
    if (number != 0) luaL_error(self->lua, "invalid capture index %%%d", number + 1);
    lua_pushlstring(self->lua, at, (size_t)(end - at));
    return;
  }
  const mlo_lua_capture *capture = &self->captures[number];
  if (capture->len == OPEN) luaL_error(self->lua, "unfinished capture");
  if (capture->len == POSITION)
    lua_pushinteger(self->lua, capture->start - self->subject + 1);
  else
    lua_pushlstring(self->lua, capture->start, (size_t)capture->len);
}

int mlo_lua_push_captures(mlo_lua_matcher *self, const char *at, const char *end) {
  int count = self->count == 0 && at ? 1 : self->count;
  luaL_checkstack(self->lua, count, "too many captures");
  for (int i = 0; i < count; i++) mlo_lua_push_capture(self, i, at, end);
  return count;
}
