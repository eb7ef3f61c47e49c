#include "lua/host/host.h"

#include "base/glob.h"
#include "base/nearest.h"
#include "match/name_pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* mlopslint.text and mlopslint.version: what rules need and Lua's own library lacks. */

enum {
  MATCH_LIMIT = 1000000,
  MOST_MATCHES = 10000,
  COST_OF_COMPILING = 20000,
  COST_OF_GIVING_UP = 2000000
};

typedef struct regex_box {
  pcre2_code *code;
  pcre2_match_data *match;
  pcre2_match_context *limits;
} regex_box;

static int regex_free(lua_State *lua) {
  regex_box *box = lua_touserdata(lua, 1);
  pcre2_match_data_free(box->match);
  pcre2_match_context_free(box->limits);
  pcre2_code_free(box->code);
  *box = (regex_box){0};
  return 0;
}

/* The compiled form of the pattern at arg, kept in the registry by its text. */
static regex_box *check_regex(lua_State *lua, int arg) {
  mlo_str pattern = mlo_check_str(lua, arg);
  luaL_getsubtable(lua, LUA_REGISTRYINDEX, "mlopslint.regexes");
  lua_pushvalue(lua, arg);
  if (lua_rawget(lua, -2) == LUA_TUSERDATA) return lua_touserdata(lua, -1);
  lua_pop(lua, 1);
  mlo_sandbox_charge(lua, COST_OF_COMPILING);
  regex_box *box = lua_newuserdatauv(lua, sizeof *box, 0);
  *box = (regex_box){0};
  if (luaL_newmetatable(lua, "mlopslint.regex")) {
    lua_pushcfunction(lua, regex_free);
    lua_setfield(lua, -2, "__gc");
  }
  lua_setmetatable(lua, -2);
  int code = 0;
  PCRE2_SIZE at = 0;
  box->code = pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len,
                            PCRE2_UTF | PCRE2_MATCH_INVALID_UTF, &code, &at, NULL);
  if (!box->code) {
    PCRE2_UCHAR why[128] = {0};
    pcre2_get_error_message(code, why, sizeof why);
    luaL_error(lua, "the regex does not compile at %d: %s", (int)at, (const char *)why);
  }
  pcre2_jit_compile(box->code, PCRE2_JIT_COMPLETE);
  box->match = pcre2_match_data_create_from_pattern(box->code, NULL);
  box->limits = pcre2_match_context_create(NULL);
  if (!box->match || !box->limits) luaL_error(lua, "out of memory");
  pcre2_set_match_limit(box->limits, MATCH_LIMIT);
  lua_pushvalue(lua, arg);
  lua_pushvalue(lua, -2);
  lua_rawset(lua, -4);
  return box;
}

/* Pushes {start, stop, text, [1]..[n]}: start and stop as string.find counts. */
static void push_match(lua_State *lua, mlo_str subject, const PCRE2_SIZE *ends, int groups) {
  lua_createtable(lua, groups, 3);
  lua_pushinteger(lua, (lua_Integer)ends[0] + 1);
  lua_setfield(lua, -2, "start");
  lua_pushinteger(lua, (lua_Integer)ends[1]);
  lua_setfield(lua, -2, "stop");
  mlo_push_str(lua, mlo_str_slice(subject, ends[0], ends[1]));
  lua_setfield(lua, -2, "text");
  for (int g = 1; g < groups; g++) {
    if (ends[2 * g] == PCRE2_UNSET)
      lua_pushboolean(lua, 0);
    else
      mlo_push_str(lua, mlo_str_slice(subject, ends[2 * g], ends[2 * g + 1]));
    lua_rawseti(lua, -2, g);
  }
}

/* text.matches(subject, regex, [most]): the matches of a Perl-like regular expression, as a list. */
static int text_matches(lua_State *lua) {
  mlo_str subject = mlo_check_str(lua, 1);
  lua_Integer most = luaL_optinteger(lua, 3, MOST_MATCHES);
  if (most > MOST_MATCHES) most = MOST_MATCHES;
  regex_box *box = check_regex(lua, 2);
  lua_newtable(lua);
  PCRE2_SIZE at = 0;
  for (lua_Integer n = 1; n <= most && at <= subject.len; n++) {
    int groups = pcre2_match(box->code, (PCRE2_SPTR)subject.ptr, subject.len, at, 0, box->match,
                             box->limits);
    if (groups == PCRE2_ERROR_NOMATCH) break;
    if (groups < 0) mlo_sandbox_charge(lua, COST_OF_GIVING_UP);
    if (groups < 0) return luaL_error(lua, "the regex takes too long on this text");
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(box->match);
    push_match(lua, subject, ends, groups);
    lua_rawseti(lua, -2, n);
    at = ends[1] > ends[0] ? ends[1] : ends[1] + 1;
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

/* text.name_matches("torch.load", "torch.*"): as `calls` compares. */
static int text_name_matches(lua_State *lua) {
  lua_pushboolean(lua, mlo_name_matches(mlo_check_str(lua, 2), mlo_check_str(lua, 1)));
  return 1;
}

static int text_glob(lua_State *lua) {
  lua_pushboolean(lua, mlo_glob_match_file(mlo_check_str(lua, 2), mlo_check_str(lua, 1)));
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
  lua_pushinteger(lua, mlo_version_compare(mlo_check_str(lua, 1), mlo_check_str(lua, 2)));
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
