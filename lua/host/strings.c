#include "lua/host/lua_pattern.h"

#include "lua/host/host.h"

#include <ctype.h>
#include <string.h>

/* string: Lua's own library with its loops charged to the budget of the rule at work. Functions whose work is one pass
 * over their arguments are charged for those and then run as they are; those that loop or backtrack are ours. */

enum { MOST_REPEATED = 1 << 20, BYTES_FOR_ONE_STEP = 16 };

/* The offset that string.find's third argument means, from 0; it may lie behind the end. */
static size_t start_of(lua_State *lua, int arg, size_t len) {
  lua_Integer from = luaL_optinteger(lua, arg, 1);
  if (from > 0) return (lua_Unsigned)from - 1 > len ? len + 1 : (size_t)from - 1;
  return from == 0 || from < -(lua_Integer)len ? 0 : len - (size_t)-from;
}

/* --- find, match --- */

static bool is_plain(mlo_str pattern) {
  for (size_t i = 0; i < pattern.len; i++)
    if (pattern.ptr[i] && strchr("^$*+?.([%-", pattern.ptr[i])) return false;
  return true;
}

static int find_plain(lua_State *lua, mlo_str subject, mlo_str wanted, size_t from) {
  const char *at = subject.ptr + from;
  if (wanted.len) at = memmem(at, subject.len - from, wanted.ptr, wanted.len);
  size_t end = at ? (size_t)(at - subject.ptr) : subject.len; /* charged for as far as it went */
  mlo_sandbox_charge(lua, (end - from) / BYTES_FOR_ONE_STEP);
  if (!at) {
    lua_pushnil(lua);
    return 1;
  }
  lua_pushinteger(lua, at - subject.ptr + 1);
  lua_pushinteger(lua, at - subject.ptr + (lua_Integer)wanted.len);
  return 2;
}

static int find_pattern(lua_State *lua, mlo_str subject, mlo_str pattern, size_t from, bool find) {
  mlo_lua_matcher matcher = mlo_lua_matcher_of(lua, subject, pattern);
  bool anchored = *pattern.ptr == '^';
  const char *at = subject.ptr + from, *end = NULL;
  for (; at <= matcher.subject_end; at++) {
    end = mlo_lua_match(&matcher, at, pattern.ptr + anchored);
    if (end || anchored) break;
  }
  mlo_lua_matcher_settle(&matcher);
  if (!end) {
    lua_pushnil(lua);
    return 1;
  }
  if (!find) return mlo_lua_push_captures(&matcher, at, end);
  lua_pushinteger(lua, at - subject.ptr + 1);
  lua_pushinteger(lua, end - subject.ptr);
  return mlo_lua_push_captures(&matcher, NULL, NULL) + 2;
}

static int find_or_match(lua_State *lua, bool find) {
  mlo_str subject = mlo_check_str(lua, 1), pattern = mlo_check_str(lua, 2);
  size_t from = start_of(lua, 3, subject.len);
  if (from > subject.len) {
    lua_pushnil(lua);
    return 1;
  }
  if (find && (lua_toboolean(lua, 4) || is_plain(pattern)))
    return find_plain(lua, subject, pattern, from);
  return find_pattern(lua, subject, pattern, from, find);
}

static int string_find(lua_State *lua) { return find_or_match(lua, true); }
static int string_match(lua_State *lua) { return find_or_match(lua, false); }

/* --- gmatch --- */

/* Upvalues: subject, pattern, where to go on (offset), where the last match ended (offset, or -1). */
static int next_match(lua_State *lua) {
  mlo_str subject = mlo_check_str(lua, lua_upvalueindex(1));
  mlo_str pattern = mlo_check_str(lua, lua_upvalueindex(2));
  size_t from = (size_t)lua_tointeger(lua, lua_upvalueindex(3));
  lua_Integer last = lua_tointeger(lua, lua_upvalueindex(4));
  mlo_lua_matcher matcher = mlo_lua_matcher_of(lua, subject, pattern);
  for (; from <= subject.len; from++) {
    const char *at = subject.ptr + from, *end = mlo_lua_match(&matcher, at, pattern.ptr);
    if (!end || end - subject.ptr == last) continue;
    lua_pushinteger(lua, end - subject.ptr);
    lua_copy(lua, -1, lua_upvalueindex(3));
    lua_replace(lua, lua_upvalueindex(4));
    mlo_lua_matcher_settle(&matcher);
    return mlo_lua_push_captures(&matcher, at, end);
  }
  mlo_lua_matcher_settle(&matcher);
  return 0;
}

static int string_gmatch(lua_State *lua) {
  mlo_str subject = mlo_check_str(lua, 1);
  mlo_check_str(lua, 2);
  size_t from = start_of(lua, 3, subject.len);
  lua_settop(lua, 2);
  lua_pushinteger(lua, (lua_Integer)from);
  lua_pushinteger(lua, -1);
  lua_pushcclosure(lua, next_match, 4);
  return 1;
}

/* --- gsub --- */

/* Adds the replacement text at 3 with its %0 .. %9 filled in. */
static void add_text(mlo_lua_matcher *self, luaL_Buffer *out, const char *at, const char *end) {
  lua_State *lua = self->lua;
  size_t len = 0;
  const char *text = lua_tolstring(lua, 3, &len), *text_end = text + len;
  mlo_sandbox_charge(lua, len / BYTES_FOR_ONE_STEP);
  for (const char *mark; (mark = memchr(text, '%', (size_t)(text_end - text))); text = mark + 2) {
    luaL_addlstring(out, text, (size_t)(mark - text));
    unsigned char what = (unsigned char)mark[1];
    if (what == '%')
      luaL_addchar(out, '%');
    else if (what == '0')
      luaL_addlstring(out, at, (size_t)(end - at));
    else if (isdigit(what)) {
      mlo_lua_push_capture(self, what - '1', at, end);
      luaL_addvalue(out);
    } else
      luaL_error(lua, "invalid use of '%%' in replacement string");
  }
  luaL_addlstring(out, text, (size_t)(text_end - text));
}

/* Adds what stands for a match; false if that is the match itself. */
static bool add_replacement(mlo_lua_matcher *self, luaL_Buffer *out, const char *at,
                            const char *end) {
  lua_State *lua = self->lua;
  int type = lua_type(lua, 3);
  if (type != LUA_TFUNCTION && type != LUA_TTABLE) {
    add_text(self, out, at, end);
    return true;
  }
  if (type == LUA_TFUNCTION) {
    lua_pushvalue(lua, 3);
    lua_call(lua, mlo_lua_push_captures(self, at, end), 1);
  } else {
    mlo_lua_push_capture(self, 0, at, end);
    lua_gettable(lua, 3);
  }
  if (!lua_toboolean(lua, -1)) {
    lua_pop(lua, 1);
    luaL_addlstring(out, at, (size_t)(end - at));
    return false;
  }
  if (!lua_isstring(lua, -1))
    luaL_error(lua, "invalid replacement value (a %s)", luaL_typename(lua, -1));
  luaL_addvalue(out);
  return true;
}

static int string_gsub(lua_State *lua) {
  mlo_str subject = mlo_check_str(lua, 1), pattern = mlo_check_str(lua, 2);
  int type = lua_type(lua, 3);
  lua_Integer most = luaL_optinteger(lua, 4, (lua_Integer)subject.len + 1), count = 0;
  luaL_argexpected(lua,
                   type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION ||
                       type == LUA_TTABLE,
                   3, "string/function/table");
  mlo_lua_matcher matcher = mlo_lua_matcher_of(lua, subject, pattern);
  bool anchored = *pattern.ptr == '^', changed = false;
  const char *at = subject.ptr, *last = NULL;
  luaL_Buffer out;
  luaL_buffinit(lua, &out);
  while (count < most) {
    const char *end = mlo_lua_match(&matcher, at, pattern.ptr + anchored);
    if (end && end != last) {
      count++;
      changed |= add_replacement(&matcher, &out, at, end);
      at = last = end;
    } else if (at < matcher.subject_end) {
      luaL_addchar(&out, *at++);
    } else {
      break;
    }
    if (anchored) break;
  }
  mlo_lua_matcher_settle(&matcher);
  if (changed) {
    luaL_addlstring(&out, at, (size_t)(matcher.subject_end - at));
    luaL_pushresult(&out);
  } else {
    lua_pushvalue(lua, 1);
  }
  lua_pushinteger(lua, count);
  return 2;
}

/* --- rep, format and the rest --- */

static int string_rep(lua_State *lua) {
  mlo_str text = mlo_check_str(lua, 1), between = MLO_STR("");
  lua_Integer times = luaL_checkinteger(lua, 2);
  if (!lua_isnoneornil(lua, 3)) between = mlo_check_str(lua, 3);
  size_t each = text.len + between.len;
  if (times <= 0 || each == 0) {
    lua_pushliteral(lua, "");
    return 1;
  }
  if ((lua_Unsigned)times > MOST_REPEATED / each)
    return luaL_error(lua, "string.rep of over 1 MiB");
  size_t len = (size_t)times * each - between.len;
  luaL_Buffer out;
  char *to = luaL_buffinitsize(lua, &out, len);
  for (lua_Integer i = 0; i < times; i++) {
    if (i > 0) to = (char *)memcpy(to, between.ptr, between.len) + between.len;
    to = (char *)memcpy(to, text.ptr, text.len) + text.len;
  }
  luaL_pushresultsize(&out, len);
  return 1;
}

static void refuse_addresses(lua_State *lua, mlo_str format) {
  for (size_t i = 0; i + 1 < format.len; i++) {
    if (format.ptr[i] != '%') continue;
    i++;
    i += strspn(format.ptr + i, "-+ #0123456789.");
    if (format.ptr[i] == 'p') luaL_error(lua, "%%p is not for rules");
  }
}

/* Upvalue: Lua's own. */
static int string_format(lua_State *lua) {
  mlo_str format = mlo_check_str(lua, 1);
  refuse_addresses(lua, format);
  size_t bytes = format.len;
  int count = lua_gettop(lua);
  for (int i = 2; i <= count; i++) {
    int type = lua_type(lua, i);
    if (type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TUSERDATA) {
      mlo_push_text(lua, i);
      lua_replace(lua, i);
    }
    bytes += lua_type(lua, i) == LUA_TSTRING ? lua_rawlen(lua, i) : 0;
  }
  mlo_sandbox_charge(lua, bytes / 4);
  return lua_tocfunction(lua, lua_upvalueindex(1))(lua);
}

void mlo_strings_define(lua_State *lua) {
  static const luaL_Reg ours[] = {{"find", string_find},     {"match", string_match},
                                  {"gmatch", string_gmatch}, {"gsub", string_gsub},
                                  {"rep", string_rep},       {NULL, NULL}};
  static const char *const charged[] = {"byte", "char", "lower", "upper", "reverse"};
  luaL_requiref(lua, LUA_STRLIBNAME, luaopen_string, 1);
  luaL_setfuncs(lua, ours, 0);
  for (size_t i = 0; i < sizeof charged / sizeof *charged; i++)
    mlo_wrap_function(lua, charged[i], mlo_charge_bytes);
  mlo_wrap_function(lua, "format", string_format);
  static const char *const gone[] = {"dump", "pack", "unpack", "packsize", NULL};
  mlo_remove_functions(lua, gone);
  lua_pushliteral(lua, ""); /* the strings' metatable is shared by all rules: lock it */
  lua_getmetatable(lua, -1);
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
  lua_pop(lua, 3);
}
