#include "lua/host/context.h"

#include "base/glob.h"
#include "match/name_pattern.h"

static const mlo_file *open_file(lua_State *lua) {
  const mlo_file *file = mlo_host_of(lua)->file;
  if (!file) luaL_error(lua, "no file is open in finish(): use the facts");
  return file;
}

static int get_path(lua_State *lua) {
  mlo_push_str(lua, open_file(lua)->path);
  return 1;
}

static int get_format(lua_State *lua) {
  mlo_push_str(lua, mlo_format_name(open_file(lua)->format));
  return 1;
}

/* The file's decoded text as it is on disk. */
static int get_text(lua_State *lua) {
  mlo_push_str(lua, open_file(lua)->raw);
  return 1;
}

/* True for tests, by the names that pytest and unittest give them. */
static int get_is_test(lua_State *lua) {
  static const char *const globs[] = {"**/tests/**", "tests/**",  "**/test/**",  "test/**",
                                      "test_*.py",   "*_test.py", "conftest.py", "**/testing/**"};
  mlo_str path = open_file(lua)->path;
  bool found = false;
  for (size_t i = 0; i < sizeof globs / sizeof *globs && !found; i++)
    found = mlo_glob_match_file(mlo_str_c(globs[i]), path);
  lua_pushboolean(lua, found);
  return 1;
}

static void push_defaults(lua_State *lua, const mlo_rule *rule) {
  lua_createtable(lua, 0, (int)rule->options.len);
  for (uint32_t i = 0; i < rule->options.len; i++) {
    const mlo_option *option = &rule->options.items[i];
    mlo_push_str(lua, option->name);
    mlo_push_json(lua, option->fallback);
    lua_rawset(lua, -3);
  }
}

/* The rule's options in force. */
static int get_options(lua_State *lua) {
  mlo_rule_worker *host = mlo_host_of(lua);
  mlo_str json = host->options ? host->options[host->rule] : (mlo_str){0};
  if (json.len)
    mlo_push_json(lua, json);
  else
    push_defaults(lua, &host->catalogue->rules.items[host->rule]);
  return 1;
}

static int get_notebook(lua_State *lua) {
  if (open_file(lua)->notebook)
    mlo_handle_push(lua, MLO_HANDLE_NOTEBOOK, 0);
  else
    lua_pushnil(lua);
  return 1;
}

static int get_document(lua_State *lua) {
  if (open_file(lua)->document)
    mlo_handle_push(lua, MLO_HANDLE_VALUE, 0);
  else
    lua_pushnil(lua);
  return 1;
}

static int get_root(lua_State *lua) {
  mlo_push_node(lua, open_file(lua)->tree ? 0 : MLO_NO_NODE);
  return 1;
}

/* True if a call's name, or "?.method" where only the method is known, matches one of the patterns at 2.. . Names are
 * resolved only for calls whose last part fits. */
static bool call_fits(lua_State *lua, const mlo_call *call, int patterns) {
  const mlo_file *file = mlo_host_of(lua)->file;
  bool plain = mlo_tree_kind(file->tree, call->callee) == MLO_PY_IDENTIFIER;
  mlo_str name = plain ? mlo_facts_name(file->facts, call->callee) : (mlo_str){0};
  for (int i = 2; i <= patterns; i++) {
    mlo_str pattern = mlo_check_str(lua, i), last = mlo_name_last(pattern);
    if (!plain && !mlo_str_eq(last, call->method) && mlo_str_find_char(last, '*') == SIZE_MAX)
      continue;
    if (!plain && !name.len) {
      name = mlo_facts_name(file->facts, call->callee);
      if (!name.len) name = mlo_arena_concat(file->arena, MLO_STR("?."), call->method);
    }
    if (name.len && mlo_name_matches(pattern, name)) return true;
  }
  return false;
}

/* ctx:calls("*.fit", "torch.load"): the file's calls of these names, in document order. */
static int context_calls(lua_State *lua) {
  const mlo_file *file = open_file(lua);
  int patterns = lua_gettop(lua);
  if (file->facts) mlo_sandbox_charge(lua, (uint64_t)file->facts->calls.len * 4);
  lua_newtable(lua);
  lua_Integer n = 0;
  for (uint32_t i = 0; file->facts && i < file->facts->calls.len; i++) {
    if (!call_fits(lua, &file->facts->calls.items[i], patterns)) continue;
    mlo_push_node(lua, file->facts->calls.items[i].node);
    lua_rawseti(lua, patterns + 1, ++n);
  }
  return 1;
}

/* ctx:imports("sklearn"): true if the file imports this module, or something inside it. */
static int context_imports(lua_State *lua) {
  const mlo_file *file = open_file(lua);
  mlo_str pattern = mlo_check_str(lua, 2);
  if (file->facts) mlo_sandbox_charge(lua, (uint64_t)file->facts->imports.len * 4);
  bool found = false;
  for (uint32_t i = 0; file->facts && i < file->facts->imports.len && !found; i++) {
    mlo_str name = file->facts->imports.items[i].qualified;
    found =
        mlo_name_matches(pattern, name) ||
        (mlo_str_starts(name, pattern) && name.len > pattern.len && name.ptr[pattern.len] == '.');
  }
  lua_pushboolean(lua, found);
  return 1;
}

static int context_functions(lua_State *lua) {
  const mlo_file *file = open_file(lua);
  lua_newtable(lua);
  for (uint32_t i = 0; file->facts && i < file->facts->functions.len; i++) {
    mlo_push_node(lua, file->facts->functions.items[i].node);
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  return 1;
}

static int context_routes(lua_State *lua) {
  const mlo_file *file = open_file(lua);
  mlo_routes routes = {0};
  if (file->facts) mlo_facts_routes(file->facts, &routes);
  lua_newtable(lua);
  for (uint32_t i = 0; i < routes.len; i++) {
    mlo_push_route(lua, &routes.items[i]);
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* The place of bytes from (1-based) to `to` (inclusive) of ctx.text. */
static int context_range(lua_State *lua) {
  const mlo_file *file = open_file(lua);
  lua_Integer from = luaL_checkinteger(lua, 2), to = luaL_checkinteger(lua, 3);
  if (from < 1 || to < from - 1 || (size_t)to > file->raw.len)
    return luaL_error(lua, "outside the file");
  mlo_push_range(lua, MLO_SPACE_RAW, (mlo_span){(uint32_t)from - 1, (uint32_t)to});
  return 1;
}

static int get_project(lua_State *lua) {
  if (!mlo_host_of(lua)->project)
    return luaL_error(lua, "ctx.project is there in finish, when all files were read");
  mlo_handle_push(lua, MLO_HANDLE_PROJECT, 0);
  return 1;
}

void mlo_context_define(lua_State *lua) {
  static const mlo_member_entry context[] = {
      {"path", get_path, NULL},
      {"format", get_format, NULL},
      {"text", get_text, NULL},
      {"is_test", get_is_test, NULL},
      {"options", get_options, NULL},
      {"notebook", get_notebook, NULL},
      {"document", get_document, NULL},
      {"root", get_root, NULL},
      {"project", get_project, NULL},
      {"report", NULL, mlo_context_report},
      {"report_at", NULL, mlo_context_report_at},
      {"calls", NULL, context_calls},
      {"imports", NULL, context_imports},
      {"functions", NULL, context_functions},
      {"routes", NULL, context_routes},
      {"range", NULL, context_range},
      {0},
  };
  mlo_handle_define(lua, MLO_HANDLE_CONTEXT, context);
}

void mlo_push_context(lua_State *lua) { mlo_handle_push(lua, MLO_HANDLE_CONTEXT, 0); }
