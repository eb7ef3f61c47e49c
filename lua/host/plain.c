#include "lua/host/host.h"

#include <cjson/cJSON.h>
#include <math.h>

enum { STEPS_FOR_ONE_ITEM = 40, DEEPEST = 32, MOST_ITEMS = 100000 };

/* --- JSON to Lua --- */

static void push_item(lua_State *lua, const cJSON *item, int depth) {
  luaL_checkstack(lua, 4, "JSON");
  if (depth > DEEPEST) luaL_error(lua, "JSON nested too deep");
  if (cJSON_IsBool(item)) {
    lua_pushboolean(lua, cJSON_IsTrue(item));
  } else if (cJSON_IsNumber(item)) {
    double number = item->valuedouble;
    if (floor(number) == number && fabs(number) < 9007199254740992.0)
      lua_pushinteger(lua, (lua_Integer)number);
    else
      lua_pushnumber(lua, number);
  } else if (cJSON_IsString(item)) {
    lua_pushstring(lua, item->valuestring);
  } else if (cJSON_IsArray(item) || cJSON_IsObject(item)) {
    lua_newtable(lua);
    lua_Integer n = 0;
    for (const cJSON *child = item->child; child; child = child->next) {
      push_item(lua, child, depth + 1);
      if (cJSON_IsArray(item))
        lua_rawseti(lua, -2, ++n);
      else
        lua_setfield(lua, -2, child->string);
    }
  } else {
    lua_pushnil(lua);
  }
}

/* Holds the cJSON tree while Lua may raise: freed by a to-be-closed box. */
static int free_box(lua_State *lua) {
  cJSON **box = lua_touserdata(lua, 1);
  cJSON_Delete(*box);
  *box = NULL;
  return 0;
}

static cJSON **push_box(lua_State *lua) {
  cJSON **box = lua_newuserdatauv(lua, sizeof(cJSON *), 0);
  *box = NULL;
  if (luaL_newmetatable(lua, "mlopslint.json")) {
    lua_pushcfunction(lua, free_box);
    lua_setfield(lua, -2, "__gc");
  }
  lua_setmetatable(lua, -2);
  return box;
}

void mlo_push_json(lua_State *lua, mlo_str json) {
  cJSON **box = push_box(lua);
  *box = cJSON_ParseWithLength(json.ptr, json.len);
  if (!*box) luaL_error(lua, "internal: not JSON");
  push_item(lua, *box, 0);
  cJSON_Delete(*box);
  *box = NULL;
  lua_remove(lua, -2);
}

/* --- Lua to JSON --- */

static cJSON *to_item(lua_State *lua, int arg, int depth, cJSON *parent, const char *key);

static cJSON *attach(cJSON *parent, const char *key, cJSON *item) {
  if (!parent) return item;
  if (key)
    cJSON_AddItemToObject(parent, key, item);
  else
    cJSON_AddItemToArray(parent, item);
  return item;
}

static void table_items(lua_State *lua, int arg, int depth, cJSON *to, bool list) {
  if (list) {
    lua_Integer n = (lua_Integer)lua_rawlen(lua, arg);
    for (lua_Integer i = 1; i <= n; i++) {
      lua_rawgeti(lua, arg, i);
      to_item(lua, lua_gettop(lua), depth + 1, to, NULL);
      lua_pop(lua, 1);
    }
    return;
  }
  for (lua_pushnil(lua); lua_next(lua, arg); lua_pop(lua, 1)) {
    if (lua_type(lua, -2) != LUA_TSTRING)
      luaL_error(lua, "a fact's tables have names or are lists, not both");
    to_item(lua, lua_gettop(lua), depth + 1, to, lua_tostring(lua, -2));
  }
}

/* A few tables that hold each other make a fact of any size. Upvalue 2 counts items, and long texts as several. */
static void count_item(lua_State *lua, size_t text) {
  lua_Integer items = lua_tointeger(lua, lua_upvalueindex(2)) + 1 + (lua_Integer)(text / 256);
  if (items > MOST_ITEMS) luaL_error(lua, "a fact is too large");
  mlo_sandbox_charge(lua, STEPS_FOR_ONE_ITEM + text / 4);
  lua_pushinteger(lua, items);
  lua_replace(lua, lua_upvalueindex(2));
}

/* The new item hangs on its parent before anything below it can raise, so that the box frees all. */
static cJSON *to_item(lua_State *lua, int arg, int depth, cJSON *parent, const char *key) {
  luaL_checkstack(lua, 6, "fact");
  count_item(lua, lua_type(lua, arg) == LUA_TSTRING ? lua_rawlen(lua, arg) : 0);
  if (depth > DEEPEST) luaL_error(lua, "a fact is nested too deep (or holds itself)");
  switch (lua_type(lua, arg)) {
  case LUA_TNIL: return attach(parent, key, cJSON_CreateNull());
  case LUA_TBOOLEAN: return attach(parent, key, cJSON_CreateBool(lua_toboolean(lua, arg)));
  case LUA_TNUMBER: return attach(parent, key, cJSON_CreateNumber(lua_tonumber(lua, arg)));
  case LUA_TSTRING: return attach(parent, key, cJSON_CreateString(lua_tostring(lua, arg)));
  case LUA_TTABLE: break;
  default: luaL_error(lua, "a fact holds plain values, not a %s", luaL_typename(lua, arg));
  }
  bool list = lua_rawlen(lua, arg) > 0;
  cJSON *table = attach(parent, key, list ? cJSON_CreateArray() : cJSON_CreateObject());
  if (!parent) *(cJSON **)lua_touserdata(lua, lua_upvalueindex(1)) = table;
  table_items(lua, arg, depth, table, list);
  return table;
}

static int to_json_protected(lua_State *lua) {
  cJSON **box = lua_touserdata(lua, lua_upvalueindex(1));
  if (lua_type(lua, 1) != LUA_TTABLE) luaL_error(lua, "a fact is a table");
  to_item(lua, 1, 0, NULL, NULL);
  (void)box;
  return 0;
}

mlo_str mlo_to_json(lua_State *lua, int arg, mlo_arena *arena) {
  arg = lua_absindex(lua, arg);
  cJSON **box = push_box(lua);
  lua_pushvalue(lua, -1);
  lua_pushinteger(lua, 0);
  lua_pushcclosure(lua, to_json_protected, 2);
  lua_pushvalue(lua, arg);
  lua_call(lua, 1, 0);
  char *text = cJSON_PrintUnformatted(*box);
  if (!text) luaL_error(lua, "out of memory");
  size_t len = strlen(text);
  lua_pushlstring(lua, text, len); /* Lua's copy outlives a raise of the arena */
  cJSON_free(text);
  mlo_str copy = mlo_arena_str(arena, mlo_str_of(lua_tostring(lua, -1), len));
  cJSON_Delete(*box);
  *box = NULL;
  lua_pop(lua, 2);
  return copy;
}

/* --- locations --- */

static void set_number(lua_State *lua, const char *key, uint32_t value) {
  lua_pushinteger(lua, value);
  lua_setfield(lua, -2, key);
}

static void set_position(lua_State *lua, const char *key, mlo_position position) {
  lua_createtable(lua, 0, 3);
  set_number(lua, "line", position.line);
  set_number(lua, "column", position.column);
  set_number(lua, "column16", position.column16);
  lua_setfield(lua, -2, key);
}

static void set_text(lua_State *lua, const char *key, mlo_str text) {
  mlo_push_str(lua, text);
  lua_setfield(lua, -2, key);
}

void mlo_push_location(lua_State *lua, const mlo_location *at) {
  lua_createtable(lua, 0, 11);
  set_text(lua, "path", at->path);
  set_number(lua, "line", at->start.line);
  set_number(lua, "span_start", at->span.start);
  set_number(lua, "span_end", at->span.end);
  set_position(lua, "start", at->start);
  set_position(lua, "stop", at->end);
  set_number(lua, "cell", at->cell);
  if (at->cell) {
    set_position(lua, "cell_start", at->cell_start);
    set_position(lua, "cell_stop", at->cell_end);
  }
  set_text(lua, "excerpt", at->excerpt);
  set_number(lua, "excerpt_line", at->excerpt_line);
}

static uint32_t get_number(lua_State *lua, int table, const char *key) {
  lua_getfield(lua, table, key);
  lua_Integer value = lua_tointeger(lua, -1);
  lua_pop(lua, 1);
  return value < 0 || value > UINT32_MAX ? 0 : (uint32_t)value;
}

static mlo_position get_position(lua_State *lua, int table, const char *key) {
  mlo_position out = {1, 1, 1};
  if (lua_getfield(lua, table, key) == LUA_TTABLE) {
    int at = lua_gettop(lua);
    out.line = get_number(lua, at, "line");
    out.column = get_number(lua, at, "column");
    out.column16 = get_number(lua, at, "column16");
  }
  lua_pop(lua, 1);
  return out;
}

static mlo_str get_text(lua_State *lua, int table, const char *key, mlo_arena *arena) {
  lua_getfield(lua, table, key);
  size_t len = 0;
  const char *text = lua_tolstring(lua, -1, &len);
  mlo_str copy = mlo_arena_str(arena, mlo_str_of(text, len));
  lua_pop(lua, 1);
  return copy;
}

static bool is_ordered(mlo_position start, mlo_position end) {
  if (!start.line || !start.column || !start.column16) return false;
  if (!end.line || !end.column || !end.column16) return false;
  return start.line != end.line ? start.line < end.line : start.column <= end.column;
}

/* Rules may make places by hand: what no file could have goes no further. */
static bool is_possible(const mlo_location *at) {
  bool cell = !at->cell || is_ordered(at->cell_start, at->cell_end);
  return cell && at->span.start <= at->span.end && is_ordered(at->start, at->end);
}

mlo_location mlo_check_location(lua_State *lua, int arg, mlo_arena *arena) {
  luaL_checktype(lua, arg, LUA_TTABLE);
  arg = lua_absindex(lua, arg);
  mlo_location out = {.path = get_text(lua, arg, "path", arena)};
  if (!out.path.len) luaL_argerror(lua, arg, "a location is needed, as location() gives it");
  const mlo_file *file = mlo_host_of(lua)->file;
  if (file && !mlo_str_eq(out.path, file->path))
    luaL_argerror(lua, arg, "a place in another file: give it as a fact, and report it in finish");
  out.span = (mlo_span){get_number(lua, arg, "span_start"), get_number(lua, arg, "span_end")};
  out.start = get_position(lua, arg, "start");
  out.end = get_position(lua, arg, "stop");
  out.cell = get_number(lua, arg, "cell");
  if (out.cell) {
    out.cell_start = get_position(lua, arg, "cell_start");
    out.cell_end = get_position(lua, arg, "cell_stop");
  }
  out.excerpt = get_text(lua, arg, "excerpt", arena);
  out.excerpt_line = get_number(lua, arg, "excerpt_line");
  if (!is_possible(&out)) luaL_argerror(lua, arg, "a location is needed, as location() gives it");
  return out;
}
