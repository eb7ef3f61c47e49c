#include "lua/host/host.h"

static const mlo_command *self_command(lua_State *lua) {
  return &mlo_host_of(lua)
              ->file->commands->items[mlo_handle_check(lua, 1, MLO_HANDLE_COMMAND)->index];
}

static int get_program(lua_State *lua) {
  mlo_push_str(lua, self_command(lua)->program);
  return 1;
}

static int get_context(lua_State *lua) {
  static const char *const names[] = {"script", "image-run", "image-cmd", "pipeline", "notebook"};
  lua_pushstring(lua, names[self_command(lua)->context]);
  return 1;
}

/* Words as {text, range, expands}. */
static void push_words(lua_State *lua, const mlo_word *words, uint32_t count) {
  lua_createtable(lua, (int)count, 0);
  for (uint32_t i = 0; i < count; i++) {
    lua_createtable(lua, 0, 3);
    mlo_push_str(lua, words[i].text);
    lua_setfield(lua, -2, "text");
    mlo_push_range(lua, MLO_SPACE_RAW, words[i].span);
    lua_setfield(lua, -2, "range");
    lua_pushboolean(lua, words[i].expands);
    lua_setfield(lua, -2, "expands");
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
}

static int get_words(lua_State *lua) {
  push_words(lua, self_command(lua)->words, self_command(lua)->count);
  return 1;
}

static int get_environment(lua_State *lua) {
  push_words(lua, self_command(lua)->environment, self_command(lua)->environment_count);
  return 1;
}

/* The document value that the command stands in, or nil in shell scripts and notebooks. */
static int get_owner(lua_State *lua) {
  mlo_value owner = self_command(lua)->owner;
  if (owner == MLO_NO_VALUE || !mlo_host_of(lua)->file->document)
    lua_pushnil(lua);
  else
    mlo_handle_push(lua, MLO_HANDLE_VALUE, owner);
  return 1;
}

/* command:option("--host", "-h"): the value ("" if there is none) and its place, or nil. */
static int command_option(lua_State *lua) {
  const mlo_command *command = self_command(lua);
  int count = lua_gettop(lua);
  for (int i = 2; i <= count; i++) {
    mlo_str value = {0};
    const mlo_word *word = mlo_command_option(command, mlo_check_str(lua, i), &value);
    if (!word) continue;
    mlo_push_str(lua, value);
    mlo_push_range(lua, MLO_SPACE_RAW, word->span);
    return 2;
  }
  lua_pushnil(lua);
  return 1;
}

/* command:has("server"): the place of a word that is exactly this, or nil. */
static int command_has(lua_State *lua) {
  const mlo_command *command = self_command(lua);
  mlo_str wanted = mlo_check_str(lua, 2);
  for (uint32_t i = 1; i < command->count; i++) {
    if (!mlo_str_eq(command->words[i].text, wanted)) continue;
    mlo_push_range(lua, MLO_SPACE_RAW, command->words[i].span);
    return 1;
  }
  lua_pushnil(lua);
  return 1;
}

void mlo_command_define(lua_State *lua) {
  static const mlo_member_entry command[] = {
      {"program", get_program, NULL},
      {"context", get_context, NULL},
      {"words", get_words, NULL},
      {"environment", get_environment, NULL},
      {"owner", get_owner, NULL},
      {"option", NULL, command_option},
      {"has", NULL, command_has},
      {"location", NULL, mlo_handle_location},
      {0},
  };
  mlo_handle_define(lua, MLO_HANDLE_COMMAND, command);
}

void mlo_push_dependency(lua_State *lua, const mlo_dependency *dependency) {
  lua_createtable(lua, 0, 4);
  mlo_push_str(lua, dependency->name);
  lua_setfield(lua, -2, "name");
  mlo_push_str(lua, dependency->specifier);
  lua_setfield(lua, -2, "specifier");
  mlo_push_str(lua, mlo_specifier_lowest(dependency->specifier));
  lua_setfield(lua, -2, "lowest");
  lua_pushboolean(lua, dependency->dev);
  lua_setfield(lua, -2, "dev");
  mlo_push_range(lua, MLO_SPACE_RAW, dependency->span);
  lua_setfield(lua, -2, "range");
}
