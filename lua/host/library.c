#include "lua/host/host.h"

#include "base/glob.h"
#include "base/nearest.h"
#include "match/name_pattern.h"

#include "match/regex.h"

/* mlopslint.text and mlopslint.version: what rules need and Lua's own library lacks. */

enum {
  MOST_MATCHES = 10000,
  STEPS_FOR_COMPILING = 20000,
  STEPS_FOR_ONE_SYMBOL = 100,
  STEPS_FOR_ONE_WINDOW = 64,
  STEPS_FOR_ONE_GROUP = 4,
  LONGEST_PATTERN = 4096,
  MOST_REGEX_BYTES = 16 << 20
};

/* --- regular expressions: kept in the registry by their text, as boxes that own them --- */

static const char regexes[] = "mlopslint.regexes";

static int regex_free(lua_State *lua) {
  mlo_regex **box = lua_touserdata(lua, 1);
  mlo_regex_free(*box);
  *box = NULL;
  return 0;
}

static mlo_regex **push_box(lua_State *lua) {
  mlo_regex **box = lua_newuserdatauv(lua, sizeof *box, 0);
  *box = NULL;
  if (luaL_newmetatable(lua, "mlopslint.regex")) {
    lua_pushcfunction(lua, regex_free);
    lua_setfield(lua, -2, "__gc");
  }
  lua_setmetatable(lua, -2);
  return box;
}

/* Their memory is not Lua's, so its cap doesn't see them. */
static void forget_regexes(lua_State *lua) {
  mlo_host_of(lua)->regex_bytes = 0;
  luaL_getsubtable(lua, LUA_REGISTRYINDEX, regexes);
  for (lua_pushnil(lua); lua_next(lua, -2); lua_pop(lua, 1)) {
    mlo_regex **box = lua_touserdata(lua, -1);
    mlo_regex_free(*box);
    *box = NULL;
  }
  lua_pop(lua, 1);
  lua_pushnil(lua);
  lua_setfield(lua, LUA_REGISTRYINDEX, regexes);
}

static const mlo_regex *new_regex(lua_State *lua, int arg) {
  mlo_str pattern = mlo_check_str(lua, arg);
  mlo_sandbox_charge(lua, STEPS_FOR_COMPILING + pattern.len * STEPS_FOR_ONE_SYMBOL);
  if (mlo_host_of(lua)->regex_bytes > MOST_REGEX_BYTES) forget_regexes(lua);
  luaL_getsubtable(lua, LUA_REGISTRYINDEX, regexes);
  lua_pushvalue(lua, arg);
  mlo_regex **box = push_box(lua);
  mlo_error err = {0};
  if (mlo_regex_new(pattern, true, box, &err) != MLO_OK) luaL_error(lua, "%s", err.message);
  mlo_host_of(lua)->regex_bytes += mlo_regex_size(*box);
  mlo_sandbox_charge(lua, mlo_regex_size(*box) / 2);
  lua_rawset(lua, -3);
  return *box;
}

static const mlo_regex *check_regex(lua_State *lua, int arg) {
  luaL_checkstring(lua, arg);
  luaL_getsubtable(lua, LUA_REGISTRYINDEX, regexes);
  lua_pushvalue(lua, arg);
  mlo_regex **box = lua_rawget(lua, -2) == LUA_TUSERDATA ? lua_touserdata(lua, -1) : NULL;
  lua_pop(lua, 2);
  return box ? *box : new_regex(lua, arg);
}

/* Pushes {start, stop, text, [1]..[n]}: start and stop as string.find counts. */
static void push_match(lua_State *lua, mlo_str subject, const size_t *ends, uint32_t groups) {
  mlo_sandbox_charge(lua, groups * STEPS_FOR_ONE_GROUP);
  lua_createtable(lua, (int)groups, 3);
  lua_pushinteger(lua, (lua_Integer)ends[0] + 1);
  lua_setfield(lua, -2, "start");
  lua_pushinteger(lua, (lua_Integer)ends[1]);
  lua_setfield(lua, -2, "stop");
  mlo_push_str(lua, mlo_str_slice(subject, ends[0], ends[1]));
  lua_setfield(lua, -2, "text");
  for (uint32_t g = 1; g < groups; g++) {
    if (ends[2 * g] == MLO_REGEX_UNSET)
      lua_pushboolean(lua, 0);
    else
      mlo_push_str(lua, mlo_str_slice(subject, ends[2 * g], ends[2 * g + 1]));
    lua_rawseti(lua, -2, g);
  }
}

/* text.matches(subject, regex, [most]): the matches of a Perl-like regular expression, as a list. */
static int text_matches(lua_State *lua) {
  lua_Integer most = luaL_optinteger(lua, 3, MOST_MATCHES), found = 0;
  if (most > MOST_MATCHES) most = MOST_MATCHES;
  mlo_regex_search search = {.subject = mlo_check_str(lua, 1),
                             .regex = check_regex(lua, 2),
                             .scratch = mlo_host_of(lua)->regex_scratch};
  lua_newtable(lua);
  while (found < most) {
    const size_t *ends = NULL;
    uint32_t groups = 0;
    size_t from = search.at;
    mlo_regex_answer answer = mlo_regex_next(&search, &ends, &groups);
    if (answer == MLO_REGEX_NONE) break;
    if (answer == MLO_REGEX_TOO_LONG)
      return luaL_error(lua, "the regex takes too long on this text");
    mlo_sandbox_charge_slow(lua, STEPS_FOR_ONE_WINDOW + (search.at - from) / 4);
    if (answer == MLO_REGEX_PAUSE) continue;
    push_match(lua, search.subject, ends, groups);
    lua_rawseti(lua, -2, ++found);
  }
  return 1;
}

/* Where the element that begins at html[at] ("<style", "<script") ends: behind its closing tag, or at the end of all. */
static size_t element_end(mlo_str html, size_t at, mlo_str close) {
  size_t end = mlo_str_find(mlo_str_from(html, at), close);
  return end == SIZE_MAX ? html.len : at + end + close.len;
}

/* text.without_tags(html): what people read of it, a space for each tag; style sheets and scripts left out. One pass. */
static int text_without_tags(lua_State *lua) {
  mlo_str html = mlo_check_str(lua, 1);
  mlo_sandbox_charge(lua, html.len / 4);
  luaL_Buffer out;
  luaL_buffinit(lua, &out);
  for (size_t at = 0; at < html.len;) {
    mlo_str rest = mlo_str_from(html, at);
    size_t tag = mlo_str_find_char(rest, '<');
    luaL_addlstring(&out, rest.ptr, tag == SIZE_MAX ? rest.len : tag);
    if (tag == SIZE_MAX) break;
    at += tag;
    rest = mlo_str_from(html, at);
    if (mlo_str_starts(rest, MLO_STR("<style")))
      at = element_end(html, at, MLO_STR("</style"));
    else if (mlo_str_starts(rest, MLO_STR("<script")))
      at = element_end(html, at, MLO_STR("</script"));
    at = element_end(html, at, MLO_STR(">"));
    luaL_addchar(&out, ' ');
  }
  luaL_pushresult(&out);
  return 1;
}

/* Charges for comparing text with a pattern `times` times: its stars cost the product of their lengths at worst. */
static void charge_pattern(lua_State *lua, mlo_str pattern, mlo_str text, uint64_t times) {
  if (pattern.len > LONGEST_PATTERN) luaL_error(lua, "a pattern of over %d bytes", LONGEST_PATTERN);
  mlo_sandbox_charge(lua, 4 + times * (pattern.len * text.len / 64 + text.len / 4));
}

/* text.name_matches("torch.load", "torch.*"): as `calls` compares. */
static int text_name_matches(lua_State *lua) {
  mlo_str name = mlo_check_str(lua, 1), pattern = mlo_check_str(lua, 2);
  charge_pattern(lua, pattern, name, 1);
  lua_pushboolean(lua, mlo_name_matches(pattern, name));
  return 1;
}

/* text.glob("a/b.py", "*.py"): as `files` compares, each folder of the path too. */
static int text_glob(lua_State *lua) {
  mlo_str path = mlo_check_str(lua, 1), pattern = mlo_check_str(lua, 2);
  uint64_t parts = 1;
  for (size_t i = 0; i < path.len; i++) parts += path.ptr[i] == '/';
  charge_pattern(lua, pattern, path, parts);
  lua_pushboolean(lua, mlo_glob_match_file(pattern, path));
  return 1;
}

/* text.nearest("sumary", {"summary", "code"}): the word of the list that was meant. */
static int text_nearest(lua_State *lua) {
  mlo_nearest nearest = {.word = mlo_check_str(lua, 1)};
  luaL_checktype(lua, 2, LUA_TTABLE);
  lua_Integer count = (lua_Integer)lua_rawlen(lua, 2);
  for (lua_Integer i = 1; i <= count; i++) {
    mlo_sandbox_charge(lua, 100);
    if (lua_rawgeti(lua, 2, i) == LUA_TSTRING) mlo_nearest_offer(&nearest, mlo_check_str(lua, -1));
    lua_pop(lua, 1); /* the list keeps it */
  }
  mlo_push_str(lua, nearest.best);
  return 1;
}

/* version.compare("2.5", "2.10") is below 0. */
static int version_compare(lua_State *lua) {
  mlo_str a = mlo_check_str(lua, 1), b = mlo_check_str(lua, 2);
  mlo_sandbox_charge(lua, 4 + (a.len + b.len) / 4);
  lua_pushinteger(lua, mlo_version_compare(a, b));
  return 1;
}

static int version_lowest(lua_State *lua) {
  mlo_push_str(lua, mlo_specifier_lowest(
                        mlo_arena_str(mlo_host_of(lua)->answers->arena, mlo_check_str(lua, 1))));
  return 1;
}

static void preload(lua_State *lua, const char *name, const luaL_Reg *functions) {
  luaL_getsubtable(lua, LUA_REGISTRYINDEX, "mlopslint.loaded");
  lua_newtable(lua);
  luaL_setfuncs(lua, functions, 0);
  lua_setfield(lua, -2, name);
  lua_pop(lua, 1);
}

void mlo_library_define(lua_State *lua) {
  static const luaL_Reg text[] = {{"matches", text_matches},
                                  {"without_tags", text_without_tags},
                                  {"name_matches", text_name_matches},
                                  {"glob", text_glob},
                                  {"nearest", text_nearest},
                                  {NULL, NULL}};
  static const luaL_Reg version[] = {
      {"compare", version_compare}, {"lowest", version_lowest}, {NULL, NULL}};
  preload(lua, "mlopslint.text", text);
  preload(lua, "mlopslint.version", version);
}
