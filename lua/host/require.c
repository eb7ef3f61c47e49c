#include "lua/host/builtin.h"
#include "lua/host/host.h"

/* Upvalues of `require`: the modules that its globals have, by what they are (a library's name, a file's path), and the
 * pack whose files it finds. A module that is still at work stands there as false. */
enum { MODULES = lua_upvalueindex(1), PACK = lua_upvalueindex(2) };

static int require_module(lua_State *lua);

static void add_require(lua_State *lua, int modules, const mlo_pack *pack) {
  lua_pushvalue(lua, modules);
  lua_pushlightuserdata(lua, (void *)(uintptr_t)pack);
  lua_pushcclosure(lua, require_module, 2);
  lua_setfield(lua, -2, "require");
}

void mlo_require_add(lua_State *lua, const mlo_pack *pack) {
  lua_newtable(lua);
  lua_insert(lua, -2);
  add_require(lua, lua_gettop(lua) - 1, pack);
  lua_remove(lua, -2);
}

/* --- the library --- */

static const mlo_builtin *library_file(lua_State *lua, const char *name) {
  const char *path = lua_pushfstring(lua, "lua/lib/%s.lua", name + sizeof "mlopslint." - 1);
  for (const mlo_builtin *file = mlo_builtins; file->path; file++)
    if (strcmp(file->path, path) == 0) return file;
  return NULL;
}

/* Pushes the library of this name: run once in this state, copied for each who asks. */
static void push_library(lua_State *lua, const char *name) {
  luaL_getsubtable(lua, LUA_REGISTRYINDEX, "mlopslint.loaded");
  int loaded = lua_gettop(lua);
  if (lua_getfield(lua, loaded, name) == LUA_TNIL) {
    const mlo_builtin *file = library_file(lua, name);
    if (!file) luaL_error(lua, "there is no module '%s' for rules", name);
    mlo_str source = mlo_str_of(file->start, (size_t)(file->end - file->start));
    mlo_sandbox_push_chunk(lua, source, mlo_str_c(file->path));
    lua_call(lua, 0, 1);
    lua_pushvalue(lua, -1);
    lua_setfield(lua, loaded, name);
  }
  if (lua_istable(lua, -1)) mlo_sandbox_copy_table(lua);
}

/* --- the pack --- */

static void push_pack_file(lua_State *lua, const mlo_pack *pack, const mlo_pack_file *file) {
  mlo_sandbox_push_chunk(lua, file->source, file->path);
  mlo_sandbox_push_globals(lua);
  add_require(lua, MODULES, pack);
  lua_setupvalue(lua, -2, 1);
  lua_call(lua, 0, 1);
  if (!lua_isnil(lua, -1)) return;
  lua_pop(lua, 1);
  lua_pushboolean(lua, 1);
}

/* Says where the module was looked for. */
static int no_module(lua_State *lua, const mlo_pack *pack, const char *name) {
  if (!pack) return luaL_error(lua, "there is no module '%s' for rules", name);
  const char *path = luaL_gsub(lua, name, ".", "/");
  mlo_push_str(lua, pack->folder);
  const char *folder = lua_tostring(lua, -1);
  return luaL_error(lua, "there is no module '%s': neither %s/lib/%s.lua nor %s/%s.lua is a file",
                    name, folder, path, folder, path);
}

static bool is_loaded(lua_State *lua, const char *name) {
  if (lua_rawget(lua, MODULES) == LUA_TNIL) return false;
  bool at_work = lua_isboolean(lua, -1) && !lua_toboolean(lua, -1);
  if (at_work)
    luaL_error(lua, "'%s' is required while it is loading: modules need each other in a circle",
               name);
  return true;
}

static int require_module(lua_State *lua) {
  mlo_str name = mlo_check_str(lua, 1);
  lua_settop(lua, 1);
  bool library = mlo_str_starts(name, MLO_STR("mlopslint."));
  const mlo_pack *pack = lua_touserdata(lua, PACK);
  const mlo_pack_file *file = pack && !library ? mlo_pack_module(pack, name) : NULL;
  if (!library && !file) return no_module(lua, pack, name.ptr);
  mlo_push_str(lua, library ? name : file->path);
  lua_pushvalue(lua, 2);
  if (is_loaded(lua, name.ptr)) return 1;
  lua_settop(lua, 2);
  lua_pushvalue(lua, 2);
  lua_pushboolean(lua, 0);
  lua_rawset(lua, MODULES);
  if (library)
    push_library(lua, name.ptr);
  else
    push_pack_file(lua, pack, file);
  lua_pushvalue(lua, 2);
  lua_pushvalue(lua, -2);
  lua_rawset(lua, MODULES);
  return 1;
}
