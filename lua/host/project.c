#include "lua/host/host.h"
#include "project/project.h"

#include <stdlib.h>

/* What the fields of an entry are called in Lua, by part: kind, name, text, target. NULL: not shown. */
static const char *const field_names[MLO_INDEX_PART_COUNT][4] = {
    [MLO_INDEX_IMPORTS] = {"package", "name", NULL, "path"},
    [MLO_INDEX_DEPENDENCIES] = {NULL, "name", "specifier", NULL},
    [MLO_INDEX_ENTRY_POINTS] = {"kind", "name", "command", "path"},
    [MLO_INDEX_ROUTES] = {"framework", "handler", "path", "method"},
    [MLO_INDEX_SAVES] = {"library", "call", "path", "registered"},
    [MLO_INDEX_LOADS] = {"library", "call", "path", "registered"},
    [MLO_INDEX_TRAININGS] = {"library", "call", NULL, NULL},
    [MLO_INDEX_EVALUATIONS] = {"library", "call", NULL, NULL},
    [MLO_INDEX_TESTS] = {NULL, "name", NULL, NULL},
    [MLO_INDEX_STAGES] = {"kind", "name", NULL, NULL},
    [MLO_INDEX_METRICS] = {"kind", "name", "value", NULL},
    [MLO_INDEX_DEFINITIONS] = {"kind", "name", "digest", NULL},
};

enum { STEPS_FOR_ONE_ENTRY = 40 };

static const mlo_project *self_project(lua_State *lua) {
  mlo_handle_check(lua, 1, MLO_HANDLE_PROJECT);
  const mlo_project *project = mlo_host_of(lua)->project;
  if (!project) luaL_error(lua, "the project is closed");
  return project;
}

static void need_part(lua_State *lua, const mlo_project *project, mlo_index_part part) {
  const char *name = mlo_index_part_name(part).ptr;
  const mlo_rule_worker *host = mlo_host_of(lua);
  bool asked = host->catalogue->rules.items[host->rule].index >> part & 1;
  if (!asked || !(project->parts >> part & 1))
    luaL_error(lua, "the rule must name this part of the index: index = { \"%s\" }", name);
}

static void set_text(lua_State *lua, const char *name, mlo_str text) {
  if (!name || !text.len) return;
  mlo_push_str(lua, text);
  lua_setfield(lua, -2, name);
}

static void set_flag(lua_State *lua, const char *name, bool flag) {
  lua_pushboolean(lua, flag);
  lua_setfield(lua, -2, name);
}

static void push_entry(lua_State *lua, const mlo_index_entry *entry) {
  const char *const *names = field_names[entry->part];
  lua_createtable(lua, 0, 6);
  set_text(lua, names[0], entry->kind);
  set_text(lua, names[1], entry->name);
  set_text(lua, names[2], entry->text);
  set_text(lua, names[3], entry->target);
  mlo_push_location(lua, &entry->at);
  lua_setfield(lua, -2, "at");
  if (entry->part == MLO_INDEX_IMPORTS) set_flag(lua, "guarded", entry->text.len > 0);
  if (entry->part == MLO_INDEX_DEFINITIONS) {
    lua_pushinteger(lua, strtol(entry->target.ptr, NULL, 10));
    lua_setfield(lua, -2, "lines");
  }
  if (entry->part == MLO_INDEX_DEPENDENCIES) {
    set_flag(lua, "dev", entry->kind.len > 0);
    set_flag(lua, "pinned", entry->target.len > 0);
  }
  if (entry->part != MLO_INDEX_TESTS) return;
  lua_createtable(lua, (int)entry->reaches.len, 0);
  for (uint32_t i = 0; i < entry->reaches.len; i++) {
    mlo_push_str(lua, entry->reaches.items[i]);
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  lua_setfield(lua, -2, "reaches");
}

/* The entries of a part as a list; of one file only, if path is given. */
static int push_entries(lua_State *lua, mlo_index_part part, mlo_str path) {
  const mlo_project *project = self_project(lua);
  need_part(lua, project, part);
  const mlo_index_entries *entries = &project->entries[part];
  mlo_sandbox_charge(lua, (uint64_t)entries->len * STEPS_FOR_ONE_ENTRY);
  lua_newtable(lua);
  lua_Integer count = 0;
  for (uint32_t i = 0; i < entries->len; i++) {
    if (path.ptr && !mlo_str_eq(entries->items[i].at.path, path)) continue;
    push_entry(lua, &entries->items[i]);
    lua_rawseti(lua, -2, ++count);
  }
  return 1;
}

#define LIST(name, part)                                                                           \
  static int project_##name(lua_State *lua) { return push_entries(lua, part, (mlo_str){0}); }
LIST(dependencies, MLO_INDEX_DEPENDENCIES)
LIST(entry_points, MLO_INDEX_ENTRY_POINTS)
LIST(routes, MLO_INDEX_ROUTES)
LIST(saves, MLO_INDEX_SAVES)
LIST(loads, MLO_INDEX_LOADS)
LIST(trainings, MLO_INDEX_TRAININGS)
LIST(evaluations, MLO_INDEX_EVALUATIONS)
LIST(tests, MLO_INDEX_TESTS)
LIST(stages, MLO_INDEX_STAGES)
LIST(metrics, MLO_INDEX_METRICS)
LIST(definitions, MLO_INDEX_DEFINITIONS)
#undef LIST

/* project:imports() of all files, project:imports(path) of one. */
static int project_imports(lua_State *lua) {
  mlo_str path = lua_isnoneornil(lua, 2) ? (mlo_str){0} : mlo_check_str(lua, 2);
  return push_entries(lua, MLO_INDEX_IMPORTS, path);
}

/* project:modules(): the Python files and notebooks. */
static int project_modules(lua_State *lua) {
  const mlo_project *project = self_project(lua);
  mlo_sandbox_charge(lua, (uint64_t)project->modules.len * STEPS_FOR_ONE_ENTRY);
  lua_createtable(lua, (int)project->modules.len, 0);
  for (uint32_t i = 0; i < project->modules.len; i++) {
    lua_createtable(lua, 0, 2);
    set_text(lua, "path", project->modules.items[i].path);
    set_text(lua, "name", project->modules.items[i].name);
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* project:reaches(from, to): two paths. */
static int project_reaches(lua_State *lua) {
  const mlo_project *project = self_project(lua);
  need_part(lua, project, MLO_INDEX_IMPORTS);
  uint32_t from = mlo_project_module_at(project, mlo_check_str(lua, 2)),
           to = mlo_project_module_at(project, mlo_check_str(lua, 3));
  mlo_sandbox_charge(lua, project->modules.len);
  bool known = from != UINT32_MAX && to != UINT32_MAX;
  mlo_arena *arena = mlo_host_of(lua)->answers->arena;
  lua_pushboolean(lua, known && mlo_project_reached(project, &from, 1, arena)[to]);
  return 1;
}

/* project:reached(paths): a list of paths, to the set of paths that one of them imports, at once or through others. */
static int project_reached(lua_State *lua) {
  const mlo_project *project = self_project(lua);
  need_part(lua, project, MLO_INDEX_IMPORTS);
  luaL_checktype(lua, 2, LUA_TTABLE);
  lua_Unsigned len = lua_rawlen(lua, 2);
  mlo_sandbox_charge(lua, (uint64_t)project->modules.len + len);
  mlo_arena *arena = mlo_host_of(lua)->answers->arena;
  uint32_t *from = MLO_NEW_ARRAY(arena, uint32_t, len + 1), count = 0;
  for (lua_Unsigned i = 1; i <= len; i++) {
    lua_rawgeti(lua, 2, (lua_Integer)i);
    from[count] = mlo_project_module_at(project, mlo_check_str(lua, -1));
    count += from[count] != UINT32_MAX;
    lua_pop(lua, 1);
  }
  const bool *reached = mlo_project_reached(project, from, count, arena);
  lua_newtable(lua);
  for (uint32_t i = 0; i < project->modules.len; i++) {
    if (!reached[i]) continue;
    mlo_push_str(lua, project->modules.items[i].path);
    lua_pushboolean(lua, 1);
    lua_rawset(lua, -3);
  }
  return 1;
}

/* index.names "saves": the name patterns of the calls that the index takes for saves. */
static int index_names(lua_State *lua) {
  mlo_index_part part;
  if (!mlo_index_part_named(mlo_check_str(lua, 1), &part))
    return luaL_argerror(lua, 1, "no part of the index");
  lua_newtable(lua);
  lua_Integer count = 0;
  uint32_t cursor = 0;
  for (const char *name; (name = mlo_index_call_name(part, &cursor));) {
    lua_pushstring(lua, name);
    lua_rawseti(lua, -2, ++count);
  }
  return 1;
}

void mlo_project_define(lua_State *lua) {
  static const mlo_member_entry project[] = {
      {"modules", NULL, project_modules},
      {"imports", NULL, project_imports},
      {"dependencies", NULL, project_dependencies},
      {"entry_points", NULL, project_entry_points},
      {"routes", NULL, project_routes},
      {"saves", NULL, project_saves},
      {"loads", NULL, project_loads},
      {"trainings", NULL, project_trainings},
      {"evaluations", NULL, project_evaluations},
      {"tests", NULL, project_tests},
      {"stages", NULL, project_stages},
      {"metrics", NULL, project_metrics},
      {"definitions", NULL, project_definitions},
      {"reaches", NULL, project_reaches},
      {"reached", NULL, project_reached},
      {0},
  };
  static const luaL_Reg index[] = {{"names", index_names}, {NULL, NULL}};
  mlo_handle_define(lua, MLO_HANDLE_PROJECT, project);
  luaL_getsubtable(lua, LUA_REGISTRYINDEX, "mlopslint.loaded");
  luaL_newlib(lua, index);
  lua_setfield(lua, -2, "mlopslint.index");
  lua_pop(lua, 1);
}
