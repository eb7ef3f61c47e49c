/* lua_pattern: Lua's own patterns, matched with a budget. Private to lua/host.
 *
 * Lua's string.find, match, gmatch and gsub run in C, where the count hook never fires, and backtrack: a pattern of
 * eight stars keeps them busy for minutes. This matcher charges each step to the budget of the rule at work
 * (mlo_sandbox_charge), so that it ends like any other loop.
 *
 * Why not a translation to PCRE2, which this project uses elsewhere: it doesn't tell how many steps a match took (its
 * limits count anew at each place where a match may begin), so they couldn't be charged; and Lua finds a pattern's
 * faults only when a match comes to them, takes any bytes, sees a NUL at both ends of the subject in %f, and fails at
 * 200 nested choices, none of which a translation keeps. The matcher is smaller than the translation would be.
 * tests/unit/host/test_strings.c compares it with the library of a plain state. */
#ifndef MLO_LUA_PATTERN_H
#define MLO_LUA_PATTERN_H

#include "base/str.h"

#include <lua.h>

enum { MLO_LUA_CAPTURES = 32 };

typedef struct mlo_lua_capture {
  const char *start;
  ptrdiff_t len; /* or one of two marks: still open, a position */
} mlo_lua_capture;

typedef struct mlo_lua_matcher {
  lua_State *lua;
  const char *subject, *subject_end; /* ends in a NUL, as Lua's strings do */
  const char *pattern_end;           /* too */
  uint64_t steps;                    /* not charged yet */
  int depth;
  int count; /* of captures */
  mlo_lua_capture captures[MLO_LUA_CAPTURES];
} mlo_lua_matcher;

mlo_lua_matcher mlo_lua_matcher_of(lua_State *lua, mlo_str subject, mlo_str pattern);
/* Where the match of `pattern` (a place in the matcher's pattern) that begins at `at` ends, or NULL. Raises as Lua does
 * for a malformed pattern, and when the budget is used up. */
const char *mlo_lua_match(mlo_lua_matcher *self, const char *at, const char *pattern);
/* Pushes the captures of the last match, or all of it (from `at` to `end`) if there are none and at is given. */
int mlo_lua_push_captures(mlo_lua_matcher *self, const char *at, const char *end);
/* Pushes one capture, numbered from 0; number 0 is the whole match where there are none. */
void mlo_lua_push_capture(mlo_lua_matcher *self, int number, const char *at, const char *end);
/* Charges what is not charged yet. */
void mlo_lua_matcher_settle(mlo_lua_matcher *self);

#endif
