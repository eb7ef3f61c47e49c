#include "lua/host/host.h"

/* The safe part of Lua's standard library. What runs code at odd times, hides it, or differs from run to run is gone;
 * what loops in C is charged to the budget. */

void mlo_wrap_function(lua_State *lua, const char *name, lua_CFunction around) {
  lua_getfield(lua, -1, name);
  lua_pushcclosure(lua, around, 1);
  lua_setfield(lua, -2, name);
}

void mlo_remove_functions(lua_State *lua, const char *const *names) {
  for (; *names; names++) {
    lua_pushnil(lua);
    lua_setfield(lua, -2, *names);
  }
}

int mlo_charge_bytes(lua_State *lua) {
  size_t bytes = 0;
  int count = lua_gettop(lua);
  for (int i = 1; i <= count; i++)
    bytes += lua_type(lua, i) == LUA_TSTRING ? lua_rawlen(lua, i) : 1;
  mlo_sandbox_charge(lua, bytes / 4);
  return lua_tocfunction(lua, lua_upvalueindex(1))(lua);
}

/* --- protected calls --- */

/* pcall that can't swallow an exhausted budget. */
static int safe_pcall(lua_State *lua) {
  luaL_checkany(lua, 1);
  lua_pushboolean(lua, 1);
  lua_insert(lua, 1);
  int status = lua_pcall(lua, lua_gettop(lua) - 2, LUA_MULTRET, 0);
  mlo_sandbox_charge(lua, 1);
  if (status == LUA_OK) return lua_gettop(lua);
  lua_pushboolean(lua, 0);
  lua_insert(lua, -2);
  return 2;
}

/* --- metatables --- */

static void refuse_events(lua_State *lua) {
  static const char *const refused[] = {"__gc", "__mode", "__metatable", "__close"};
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    lua_pushstring(lua, refused[i]);
    if (lua_rawget(lua, 2) != LUA_TNIL) luaL_error(lua, "%s is not for rules", refused[i]);
    lua_pop(lua, 1);
  }
}

/* __index and __newindex that are tables: a chain of those is followed inside of one instruction, so that each link
 * is a call of its own here. Upvalue: the table. */
static int index_table(lua_State *lua) {
  mlo_sandbox_charge(lua, 1);
  lua_settop(lua, 2);
  lua_gettable(lua, lua_upvalueindex(1));
  return 1;
}

static int set_in_table(lua_State *lua) {
  mlo_sandbox_charge(lua, 1);
  lua_settop(lua, 3);
  lua_settable(lua, lua_upvalueindex(1));
  return 0;
}

typedef struct event {
  const char *name;
  lua_CFunction through; /* what stands for a table in this place, if one may */
} event;

/* Copies an event of the table at 2 to the one at 3. */
static void copy_event(lua_State *lua, const event *each) {
  lua_pushstring(lua, each->name);
  int type = lua_rawget(lua, 2);
  if (type == LUA_TNIL) {
    lua_pop(lua, 1);
    return;
  }
  if (type == LUA_TTABLE && each->through)
    lua_pushcclosure(lua, each->through, 1);
  else if (type != LUA_TFUNCTION)
    luaL_error(lua, "%s must be a function", each->name);
  lua_setfield(lua, 3, each->name);
}

/* setmetatable without the events that run code at odd times or hide a table. The real metatable is a copy: weak keys
 * could be added to the rule's own later. */
static int safe_setmetatable(lua_State *lua) {
  static const event events[] = {
      {"__index", index_table}, {"__newindex", set_in_table},
      {"__call", NULL},         {"__tostring", NULL},
      {"__len", NULL},          {"__eq", NULL},
      {"__lt", NULL},           {"__le", NULL},
      {"__concat", NULL},       {"__unm", NULL},
      {"__add", NULL},          {"__sub", NULL},
      {"__mul", NULL},          {"__div", NULL},
      {"__mod", NULL},          {"__pow", NULL},
      {"__idiv", NULL},         {"__band", NULL},
      {"__bor", NULL},          {"__bxor", NULL},
      {"__shl", NULL},          {"__shr", NULL},
      {"__bnot", NULL},
  };
  luaL_checktype(lua, 1, LUA_TTABLE);
  lua_settop(lua, 2);
  if (!lua_isnil(lua, 2)) {
    luaL_checktype(lua, 2, LUA_TTABLE);
    refuse_events(lua);
    lua_newtable(lua);
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) copy_event(lua, &events[i]);
  }
  lua_setmetatable(lua, 1);
  lua_settop(lua, 1);
  return 1;
}

/* --- text --- */

void mlo_push_text(lua_State *lua, int arg) {
  int type = lua_type(lua, arg);
  bool named = type == LUA_TTABLE || type == LUA_TUSERDATA;
  if (named && luaL_getmetafield(lua, arg, "__tostring") != LUA_TNIL) {
    lua_pop(lua, 1);
    luaL_tolstring(lua, arg, NULL);
  } else if (named && luaL_getmetafield(lua, arg, "__name") == LUA_TSTRING) {
    return;
  } else if (named || type == LUA_TFUNCTION) {
    lua_pushstring(lua, lua_typename(lua, type));
  } else {
    luaL_tolstring(lua, arg, NULL);
  }
}

static int safe_tostring(lua_State *lua) {
  luaL_checkany(lua, 1);
  mlo_push_text(lua, 1);
  return 1;
}

/* --- tables --- */

enum { STEPS_FOR_ONE_KEY = 24 };

static int compare_keys(lua_State *lua) {
  int a = lua_type(lua, 1), b = lua_type(lua, 2);
  if (a != b) {
    lua_pushboolean(lua, a < b);
  } else if (a == LUA_TNUMBER || a == LUA_TSTRING) {
    lua_pushboolean(lua, lua_compare(lua, 1, 2, LUA_OPLT));
  } else {
    lua_pushboolean(lua, 0);
  }
  return 1;
}

static int next_sorted(lua_State *lua) {
  lua_Integer i = luaL_checkinteger(lua, lua_upvalueindex(3)) + 1;
  lua_pushinteger(lua, i);
  lua_replace(lua, lua_upvalueindex(3));
  if (lua_rawgeti(lua, lua_upvalueindex(2), i) == LUA_TNIL) return 1;
  lua_pushvalue(lua, -1);
  lua_rawget(lua, lua_upvalueindex(1));
  return 2;
}

/* pairs in the order of the keys: what a rule says must not hang on Lua's hash seed. */
static int sorted_pairs(lua_State *lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  lua_settop(lua, 1);
  lua_newtable(lua);
  lua_Integer n = 0;
  for (lua_pushnil(lua); lua_next(lua, 1); lua_pop(lua, 1)) {
    lua_pushvalue(lua, -2);
    lua_rawseti(lua, 2, ++n);
  }
  mlo_sandbox_charge(lua, (uint64_t)n * STEPS_FOR_ONE_KEY);
  lua_getfield(lua, LUA_REGISTRYINDEX, "mlopslint.sort");
  lua_pushvalue(lua, 2);
  lua_pushcfunction(lua, compare_keys);
  lua_call(lua, 2, 0);
  lua_pushinteger(lua, 0);
  lua_pushcclosure(lua, next_sorted, 3);
  return 1;
}

/* A __len could make a list of any length out of nothing. */
static lua_Integer list_length(lua_State *lua) {
  if (!lua_istable(lua, 1)) return 0;
  if (luaL_getmetafield(lua, 1, "__len") != LUA_TNIL)
    luaL_error(lua, "a list with __len is not for the table functions");
  return (lua_Integer)lua_rawlen(lua, 1);
}

/* Charges for a list and calls the function in the upvalue. */
static int run_on_list(lua_State *lua, lua_Integer items) {
  mlo_sandbox_charge(lua, items > 0 ? (uint64_t)items / 4 : 0);
  return lua_tocfunction(lua, lua_upvalueindex(1))(lua);
}

/* table.insert(list, x) costs the same for any list. */
static int safe_insert(lua_State *lua) {
  lua_Integer length = list_length(lua);
  return run_on_list(lua, lua_gettop(lua) == 2 ? 0 : length);
}

static int safe_remove(lua_State *lua) {
  lua_Integer length = list_length(lua);
  return run_on_list(lua, lua_gettop(lua) == 1 ? 0 : length);
}

/* table.sort: n log n comparisons. */
static int safe_sort(lua_State *lua) {
  lua_Integer length = list_length(lua);
  return run_on_list(lua, length > 1 ? length * STEPS_FOR_ONE_KEY : 0);
}

/* table.unpack(list, i, j) and, one argument later, table.concat(list, between, i, j). */
static int run_on_range(lua_State *lua, int first) {
  lua_Integer length = list_length(lua);
  lua_Integer from = luaL_optinteger(lua, first, 1), to = luaL_optinteger(lua, first + 1, length);
  if (from > to) return run_on_list(lua, 0);
  lua_Unsigned items = (lua_Unsigned)to - (lua_Unsigned)from;
  return run_on_list(lua, items < 1 << 30 ? (lua_Integer)items : 1 << 30);
}

static int safe_unpack(lua_State *lua) { return run_on_range(lua, 2); }
static int safe_concat(lua_State *lua) { return run_on_range(lua, 3); }

/* --- all of it --- */

static void open_tables(lua_State *lua) {
  static const char *const gone[] = {"move", NULL};
  static const luaL_Reg ours[] = {{"insert", safe_insert}, {"remove", safe_remove},
                                  {"sort", safe_sort},     {"unpack", safe_unpack},
                                  {"concat", safe_concat}, {NULL, NULL}};
  luaL_requiref(lua, LUA_TABLIBNAME, luaopen_table, 1);
  mlo_remove_functions(lua, gone);
  lua_getfield(lua, -1, "sort");
  lua_setfield(lua, LUA_REGISTRYINDEX, "mlopslint.sort");
  for (const luaL_Reg *each = ours; each->name; each++)
    mlo_wrap_function(lua, each->name, each->func);
  lua_pop(lua, 1);
}

static void open_numbers(lua_State *lua) {
  static const char *const gone[] = {"random", "randomseed", NULL};
  static const char *const charged[] = {"char", "codepoint", "len", "offset"};
  luaL_requiref(lua, LUA_MATHLIBNAME, luaopen_math, 1);
  mlo_remove_functions(lua, gone);
  luaL_requiref(lua, LUA_UTF8LIBNAME, luaopen_utf8, 1);
  for (size_t i = 0; i < sizeof charged / sizeof *charged; i++)
    mlo_wrap_function(lua, charged[i], mlo_charge_bytes);
  lua_pop(lua, 2);
}

void mlo_standard_define(lua_State *lua) {
  static const char *const gone[] = {"dofile", "loadfile", "load",   "collectgarbage",
                                     "print",  "warn",     "next",   "rawset",
                                     "rawget", "rawequal", "rawlen", "getmetatable",
                                     "xpcall", "_G", /* a table in itself could not be copied */
                                     NULL};
  static const luaL_Reg ours[] = {{"pcall", safe_pcall},
                                  {"setmetatable", safe_setmetatable},
                                  {"pairs", sorted_pairs},
                                  {"tostring", safe_tostring},
                                  {NULL, NULL}};
  luaL_requiref(lua, "_G", luaopen_base, 1);
  mlo_remove_functions(lua, gone);
  luaL_setfuncs(lua, ours, 0);
  mlo_wrap_function(lua, "tonumber", mlo_charge_bytes);
  lua_pop(lua, 1);
  mlo_strings_define(lua);
  open_tables(lua);
  open_numbers(lua);
}
