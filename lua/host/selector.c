#include "lua/host/host.h"

/* Reads what rule.lua makes of `pattern`, `unless`, `inside`, `where` ... into the core's selector. */
typedef struct reading_selector {
  lua_State *lua;
  mlo_parser *parser;
  mlo_arena *arena;
  mlo_selector *out;
} reading_selector;

static void compile_pattern(reading_selector *self, mlo_str text, mlo_patterns *to) {
  mlo_pattern pattern = {0};
  mlo_error err = {0};
  text = mlo_arena_str(self->arena, text);
  if (mlo_pattern_compile(self->parser, text, &self->out->variables, self->arena, &pattern, &err) !=
      MLO_OK)
    luaL_error(self->lua, "pattern '%s': %s", text.ptr, err.message);
  MLO_PUSH(self->arena, to, pattern);
}

static void read_patterns(reading_selector *self, int table, mlo_patterns *to) {
  lua_State *lua = self->lua;
  lua_getfield(lua, table, "patterns");
  lua_Integer count = lua_istable(lua, -1) ? (lua_Integer)lua_rawlen(lua, -1) : 0;
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(lua, -1, i);
    if (lua_type(lua, -1) != LUA_TSTRING) luaL_error(lua, "a pattern is a string");
    compile_pattern(self, mlo_check_str(lua, -1), to);
    lua_pop(lua, 1);
  }
  lua_pop(lua, 1);
}

static bool read_number(lua_State *lua, int table, const char *key, double *out) {
  bool there = lua_getfield(lua, table, key) != LUA_TNIL;
  if (there) *out = luaL_checknumber(lua, -1);
  lua_pop(lua, 1);
  return there;
}

static uint8_t read_variable(reading_selector *self, int table, const char *key) {
  lua_State *lua = self->lua;
  uint8_t found = MLO_NO_VARIABLE;
  if (lua_getfield(lua, table, key) != LUA_TNIL) {
    found = mlo_variables_find(&self->out->variables, mlo_check_str(lua, -1));
    if (found == MLO_NO_VARIABLE)
      luaL_error(lua, "no pattern of this rule has a metavariable '%s'", lua_tostring(lua, -1));
  }
  lua_pop(lua, 1);
  return found;
}

static void read_condition(reading_selector *self) {
  static const char *const places[] = {"node", "around", "variable", NULL};
  lua_State *lua = self->lua;
  int table = lua_gettop(lua);
  lua_getfield(lua, table, "place");
  mlo_condition out = {.place = (mlo_condition_place)luaL_checkoption(lua, -1, NULL, places)};
  lua_getfield(lua, table, "negated");
  out.negated = lua_toboolean(lua, -1);
  out.variable = read_variable(self, table, "variable");
  read_patterns(self, table, &out.patterns);
  out.has_least = read_number(lua, table, "least", &out.least);
  out.has_most = read_number(lua, table, "most", &out.most);
  if (lua_getfield(lua, table, "regex") != LUA_TNIL) {
    mlo_error err = {0};
    if (mlo_selector_regex(mlo_check_str(lua, -1), self->arena, &out.regex, &err) != MLO_OK)
      luaL_error(lua, "'%s': %s", lua_tostring(lua, -1), err.message);
  }
  lua_settop(lua, table);
  MLO_PUSH(self->arena, &self->out->conditions, out);
}

const mlo_selector *mlo_read_selector(lua_State *lua, int table, mlo_arena *arena) {
  mlo_error err = {0};
  reading_selector self = {.lua = lua,
                           .parser = mlo_host_parser(mlo_host_of(lua), &err),
                           .arena = arena,
                           .out = MLO_NEW(arena, mlo_selector)};
  if (!self.parser) luaL_error(lua, "%s", err.message);
  read_patterns(&self, table, &self.out->patterns);
  for (uint32_t i = 0; i < self.out->patterns.len; i++)
    if (mlo_pattern_takes_all(&self.out->patterns.items[i]))
      luaL_error(lua, "pattern '%s' takes any code", self.out->patterns.items[i].source.ptr);
  lua_getfield(lua, table, "conditions");
  lua_Integer count = (lua_Integer)lua_rawlen(lua, -1);
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(lua, -1, i);
    read_condition(&self);
    lua_pop(lua, 1);
  }
  lua_pop(lua, 1);
  self.out->focus = read_variable(&self, table, "focus");
  return self.out;
}
