#include "lua/host/host.h"

#include "lua/host/builtin.h"

#include <stdlib.h>

enum { HOOK_STEPS = 1000, MOST_REPEATED = 1 << 20 };
static const size_t state_memory = (size_t)256 << 20;

mlo_rule_worker *mlo_host_of(lua_State *lua) { return *(mlo_rule_worker **)lua_getextraspace(lua); }

/* lua_Alloc with a cap. What Lua frees is always taken back, so a state over its cap can still be closed. */
static void *allocate(void *ctx, void *block, size_t old_size, size_t size) {
  mlo_rule_worker *self = ctx;
  if (!block) old_size = 0;
  if (size == 0) {
    free(block);
    self->bytes -= old_size;
    return NULL;
  }
  if (size > old_size && self->bytes + (size - old_size) > self->byte_limit) return NULL;
  void *grown = realloc(block, size);
  if (grown) self->bytes = self->bytes - old_size + size;
  return grown;
}

static void count_steps(lua_State *lua, lua_Debug *debug) {
  (void)debug;
  mlo_rule_worker *self = mlo_host_of(lua);
  self->steps += HOOK_STEPS;
  if (!self->over_budget && self->steps < self->step_limit) return;
  self->over_budget = true;
  lua_sethook(lua, count_steps, LUA_MASKCOUNT,
              1); /* from now on every step fails: no pcall can go on */
  luaL_error(lua, "used more instructions than a rule may");
}

void mlo_sandbox_charge(lua_State *lua, uint64_t steps) {
  mlo_rule_worker *self = mlo_host_of(lua);
  self->steps += steps;
  if (self->steps < self->step_limit) return;
  self->over_budget = true;
  lua_sethook(lua, count_steps, LUA_MASKCOUNT, 1);
  luaL_error(lua, "used more instructions than a rule may");
}

static void arena_full_in_lua(void *ctx) {
  luaL_error(((mlo_rule_worker *)ctx)->lua, "the file needs more memory than a file may cost");
}

int mlo_sandbox_call(mlo_rule_worker *self, int arguments, int results) {
  self->steps = 0;
  self->over_budget = false;
  lua_sethook(self->lua, count_steps, LUA_MASKCOUNT, HOOK_STEPS);
  mlo_arena *arenas[2] = {self->answers ? self->answers->arena : NULL,
                          self->file ? self->file->arena : NULL};
  mlo_arena_full_fn *handlers[2] = {0};
  void *contexts[2] = {0};
  for (int i = 0; i < 2; i++) {
    if (!arenas[i]) continue;
    handlers[i] = arenas[i]->on_full;
    contexts[i] = arenas[i]->on_full_ctx;
    arenas[i]->on_full = arena_full_in_lua;
    arenas[i]->on_full_ctx = self;
  }
  int status = lua_pcall(self->lua, arguments, results, 0);
  for (int i = 1; i >= 0; i--) {
    if (!arenas[i]) continue;
    arenas[i]->on_full = handlers[i];
    arenas[i]->on_full_ctx = contexts[i];
  }
  lua_sethook(self->lua, NULL, 0, 0);
  return status;
}

typedef struct rule_text {
  mlo_str source, name;
} rule_text;

/* Runs in protected mode, the text as light userdata at 1. */
static int run_chunk(lua_State *lua) {
  const rule_text *self = lua_touserdata(lua, 1);
  char name[256];
  snprintf(name, sizeof name, "@%.*s", MLO_FMT(self->name));
  if (luaL_loadbufferx(lua, self->source.ptr, self->source.len, name, "t") != LUA_OK)
    return lua_error(lua);
  mlo_sandbox_push_globals(lua);
  lua_setupvalue(lua, -2, 1);
  lua_call(lua, 0, 1);
  return 1;
}

bool mlo_sandbox_run(mlo_rule_worker *self, mlo_str source, mlo_str name) {
  rule_text work = {source, name};
  lua_pushcfunction(self->lua, run_chunk);
  lua_pushlightuserdata(self->lua, &work);
  return mlo_sandbox_call(self, 1, 1) == LUA_OK;
}

const char *mlo_sandbox_why(const mlo_rule_worker *self) {
  return lua_type(self->lua, -1) == LUA_TSTRING ? lua_tostring(self->lua, -1)
                                                : "an error that is no text";
}

/* --- the safe standard library --- */

/* pcall that can't swallow an exhausted budget. */
static int safe_pcall(lua_State *lua) {
  luaL_checkany(lua, 1);
  int status = lua_pcall(lua, lua_gettop(lua) - 1, LUA_MULTRET, 0);
  if (mlo_host_of(lua)->over_budget)
    return luaL_error(lua, "used more instructions than a rule may");
  lua_pushboolean(lua, status == LUA_OK);
  lua_insert(lua, 1);
  return lua_gettop(lua);
}

/* setmetatable without the fields that run code at odd times or hide a table. */
static int safe_setmetatable(lua_State *lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  luaL_checktype(lua, 2, LUA_TTABLE);
  static const char *const refused[] = {"__gc", "__mode", "__metatable", "__close"};
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    lua_pushstring(lua, refused[i]);
    if (lua_rawget(lua, 2) != LUA_TNIL) return luaL_error(lua, "%s is not for rules", refused[i]);
    lua_pop(lua, 1);
  }
  lua_settop(lua, 2);
  lua_setmetatable(lua, 1);
  return 1;
}

static int safe_rep(lua_State *lua) {
  size_t len = 0;
  const char *text = luaL_checklstring(lua, 1, &len);
  lua_Integer times = luaL_checkinteger(lua, 2);
  if (times <= 0 || len == 0) {
    lua_pushliteral(lua, "");
    return 1;
  }
  if ((lua_Unsigned)times > MOST_REPEATED / len) return luaL_error(lua, "string.rep of over 1 MiB");
  luaL_Buffer buffer;
  luaL_buffinit(lua, &buffer);
  while (times-- > 0) luaL_addlstring(&buffer, text, len);
  luaL_pushresult(&buffer);
  return 1;
}

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
  lua_getfield(lua, LUA_REGISTRYINDEX, "mlopslint.sort");
  lua_pushvalue(lua, 2);
  lua_pushcfunction(lua, compare_keys);
  lua_call(lua, 2, 0);
  lua_pushinteger(lua, 0);
  lua_pushcclosure(lua, next_sorted, 3);
  return 1;
}

/* Calls a function of `table` whose work grows with its list and is not counted by the hook. A __len could make a list
 * of any length out of nothing. */
static int run_table_function(lua_State *lua, lua_CFunction function) {
  if (lua_istable(lua, 1) && luaL_getmetafield(lua, 1, "__len") != LUA_TNIL)
    return luaL_error(lua, "a list with __len is not for the table functions");
  mlo_sandbox_charge(lua, lua_istable(lua, 1) ? lua_rawlen(lua, 1) / 8 : 0);
  return function(lua);
}

static int safe_insert(lua_State *lua) {
  lua_CFunction insert = lua_tocfunction(lua, lua_upvalueindex(1));
  if (lua_gettop(lua) == 2 && lua_istable(lua, 1) && !luaL_getmetafield(lua, 1, "__len"))
    return insert(lua);
  return run_table_function(lua, insert);
}

static int safe_table_function(lua_State *lua) {
  return run_table_function(lua, lua_tocfunction(lua, lua_upvalueindex(1)));
}

/* A copy of the table on top, with copies of the tables in it: functions are shared. */
static void copy_table(lua_State *lua, int depth) {
  enum { DEEPEST = 8 };
  luaL_checkstack(lua, 6, "copy");
  int from = lua_gettop(lua);
  lua_newtable(lua);
  for (lua_pushnil(lua); lua_next(lua, from); lua_pop(lua, 1)) {
    lua_pushvalue(lua, -2);
    lua_pushvalue(lua, -2);
    if (lua_istable(lua, -1) && depth < DEEPEST) copy_table(lua, depth + 1);
    lua_rawset(lua, from + 1);
  }
  lua_replace(lua, from);
}

static int require_library(lua_State *lua);

/* Gives the globals on top a `require` with an empty list of modules. */
static void add_require(lua_State *lua) {
  lua_newtable(lua);
  lua_pushcclosure(lua, require_library, 1);
  lua_setfield(lua, -2, "require");
}

/* Every rule has globals and modules of its own, so that none can change them under another. */
void mlo_sandbox_push_globals(lua_State *lua) {
  lua_pushglobaltable(lua);
  copy_table(lua, 0);
  lua_pushvalue(lua, -1);
  lua_setfield(lua, -2, "_G");
  add_require(lua);
}

/* The caller's own copy of the module on top of the stack, kept in its list of modules. */
static int give_module(lua_State *lua) {
  if (lua_istable(lua, -1)) copy_table(lua, 0);
  lua_pushvalue(lua, 1);
  lua_pushvalue(lua, -2);
  lua_rawset(lua, lua_upvalueindex(1));
  return 1;
}

/* require "mlopslint.NAME": a file of lua/lib, run once in this state. Upvalue: the caller's modules. */
static int require_library(lua_State *lua) {
  mlo_str name = mlo_check_str(lua, 1);
  lua_settop(lua, 1);
  lua_pushvalue(lua, 1);
  if (lua_rawget(lua, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  lua_settop(lua, 1);
  luaL_getsubtable(lua, LUA_REGISTRYINDEX, "mlopslint.loaded");
  lua_pushvalue(lua, 1);
  if (lua_rawget(lua, -2) != LUA_TNIL) return give_module(lua);
  lua_pop(lua, 1);
  if (mlo_str_starts(name, MLO_STR("mlopslint."))) {
    const char *path = lua_pushfstring(lua, "lua/lib/%s.lua", name.ptr + sizeof "mlopslint." - 1);
    for (const mlo_builtin *file = mlo_builtins; file->path; file++) {
      if (strcmp(file->path, path) != 0) continue;
      const char *chunk = lua_pushfstring(lua, "@%s", path);
      if (luaL_loadbufferx(lua, file->start, (size_t)(file->end - file->start), chunk, "t") !=
          LUA_OK)
        return lua_error(lua);
      lua_call(lua, 0, 1);
      lua_pushvalue(lua, 1);
      lua_pushvalue(lua, -2);
      lua_rawset(lua, 2);
      return give_module(lua);
    }
  }
  return luaL_error(lua, "there is no module '%s' for rules", name.ptr);
}

static void remove_fields(lua_State *lua, const char *table, const char *const *names) {
  lua_getglobal(lua, table);
  for (; *names; names++) {
    lua_pushnil(lua);
    lua_setfield(lua, -2, *names);
  }
  lua_pop(lua, 1);
}

/* Puts `around` in the place of the function in the table on top; it finds the function in its upvalue. */
static void wrap_function(lua_State *lua, const char *name, lua_CFunction around) {
  lua_getfield(lua, -1, name);
  lua_pushcclosure(lua, around, 1);
  lua_setfield(lua, -2, name);
}

static void open_safe_library(lua_State *lua) {
  luaL_requiref(lua, "_G", luaopen_base, 1);
  luaL_requiref(lua, LUA_STRLIBNAME, luaopen_string, 1);
  luaL_requiref(lua, LUA_TABLIBNAME, luaopen_table, 1);
  luaL_requiref(lua, LUA_MATHLIBNAME, luaopen_math, 1);
  luaL_requiref(lua, LUA_UTF8LIBNAME, luaopen_utf8, 1);
  lua_settop(lua, 0);
  static const char *const base[] = {
      "dofile", "loadfile", "load",     "collectgarbage", "print",        "warn",   "next",
      "rawset", "rawget",   "rawequal", "rawlen",         "getmetatable", "xpcall", NULL};
  static const char *const string[] = {"dump", "pack", "unpack", "packsize", NULL};
  static const char *const math[] = {"random", "randomseed", NULL};
  static const char *const table[] = {"move", NULL};
  remove_fields(lua, "_G", base);
  remove_fields(lua, "string", string);
  remove_fields(lua, "math", math);
  remove_fields(lua, "table", table);
  lua_getglobal(lua, "table");
  lua_getfield(lua, -1, "sort");
  lua_setfield(lua, LUA_REGISTRYINDEX, "mlopslint.sort");
  wrap_function(lua, "insert", safe_insert);
  static const char *const linear[] = {"remove", "concat", "sort", "unpack"};
  for (size_t i = 0; i < sizeof linear / sizeof *linear; i++)
    wrap_function(lua, linear[i], safe_table_function);
  lua_getglobal(lua, "string");
  lua_pushcfunction(lua, safe_rep);
  lua_setfield(lua, -2, "rep");
  static const luaL_Reg globals[] = {{"pcall", safe_pcall},
                                     {"setmetatable", safe_setmetatable},
                                     {"pairs", sorted_pairs},
                                     {NULL, NULL}};
  lua_pushglobaltable(lua);
  lua_pushnil(lua); /* a table in itself could not be copied */
  lua_setfield(lua, -2, "_G");
  luaL_setfuncs(lua, globals, 0);
  add_require(lua);
  lua_settop(lua, 0);
  lua_pushliteral(lua, ""); /* the strings' metatable is shared by all rules: lock it */
  lua_getmetatable(lua, -1);
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
  lua_settop(lua, 0);
}

static int open_all(lua_State *lua) {
  open_safe_library(lua);
  mlo_node_define(lua);
  mlo_document_define(lua);
  mlo_notebook_define(lua);
  mlo_command_define(lua);
  mlo_report_define(lua);
  mlo_library_define(lua);
  mlo_context_define(lua);
  return 0;
}

mlo_status mlo_sandbox_open(mlo_rule_worker *self, mlo_error *err) {
  self->byte_limit = state_memory;
  self->step_limit = MLO_STEPS_FOR_ONE_WAKE;
  self->lua = lua_newstate(allocate, self);
  if (!self->lua) return mlo_error_set(err, MLO_ERR_MEMORY, (mlo_str){0}, "out of memory");
  *(mlo_rule_worker **)lua_getextraspace(self->lua) = self;
  lua_pushcfunction(self->lua, open_all);
  if (lua_pcall(self->lua, 0, 0, 0) == LUA_OK) return MLO_OK;
  mlo_error_set(err, MLO_ERR_INTERNAL, (mlo_str){0}, "the rule layer does not start: %s",
                lua_tostring(self->lua, -1));
  mlo_sandbox_close(self);
  return MLO_ERR_INTERNAL;
}

void mlo_sandbox_close(mlo_rule_worker *self) {
  if (self->lua) lua_close(self->lua);
  self->lua = NULL;
}
