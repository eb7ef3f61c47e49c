#include "lua/host/host.h"

/* What a rule's author reads when the rule fails: the line first, since the file stands before every problem. */

static bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

/* The offset behind `from` where source sets the field, as `name =` or `["name"] =`; SIZE_MAX if nowhere. */
static size_t find_field(mlo_str source, size_t from, mlo_str field) {
  for (;;) {
    size_t at = mlo_str_find(mlo_str_from(source, from), field);
    if (at == SIZE_MAX) return at;
    at += from;
    size_t end = at + field.len;
    bool starts = at == 0 || !is_word_char(source.ptr[at - 1]);
    while (end < source.len && strchr(" \t\"']", source.ptr[end])) end++;
    bool sets =
        end < source.len && source.ptr[end] == '=' && !is_word_char(source.ptr[at + field.len]);
    if (starts && sets) return at;
    from = at + field.len;
  }
}

/* The line that an error of mlopslint.rule is about: that of the field behind the rule's code, else that of the code. */
static uint32_t line_of(mlo_str source, mlo_str code, mlo_str field) {
  size_t from = code.len ? mlo_str_find(source, code) : SIZE_MAX;
  size_t at = field.len ? find_field(source, from == SIZE_MAX ? 0 : from, field) : SIZE_MAX;
  if (at == SIZE_MAX && field.len) at = find_field(source, 0, field);
  if (at == SIZE_MAX) at = from;
  if (at == SIZE_MAX) return 0;
  uint32_t line = 1;
  for (size_t i = 0; i < at; i++) line += source.ptr[i] == '\n';
  return line;
}

/* Appends a line on the function at work to the trace; false if there is no room. */
static bool note_frame(mlo_rule_worker *self, const lua_Debug *frame) {
  size_t used = strlen(self->trace), room = sizeof self->trace - used;
  const char *separator = used ? "\n" : "";
  int len = frame->name ? snprintf(self->trace + used, room, "%s%s:%d: in %s '%s'", separator,
                                   frame->short_src, frame->currentline,
                                   *frame->namewhat ? frame->namewhat : "function", frame->name)
                        : snprintf(self->trace + used, room, "%s%s:%d: in the rule", separator,
                                   frame->short_src, frame->currentline);
  if (len >= 0 && (size_t)len < room) return true;
  self->trace[used] = 0;
  return false;
}

/* Allocates nothing: the state may be out of memory. */
int mlo_sandbox_trace(lua_State *lua) {
  enum { MOST_LEVELS = 200, MOST_FRAMES = 6 };
  mlo_rule_worker *self = mlo_host_of(lua);
  lua_Debug frame;
  self->trace[0] = 0;
  for (int level = 1, frames = 0; level < MOST_LEVELS && frames < MOST_FRAMES; level++) {
    if (!lua_getstack(lua, level, &frame)) break;
    lua_getinfo(lua, "Sln", &frame);
    if (frame.currentline <= 0) continue;
    if (!note_frame(self, &frame)) break;
    frames++;
  }
  return 1;
}

static mlo_str raw_text(lua_State *lua, const char *key) {
  lua_pushstring(lua, key);
  return lua_rawget(lua, 1) == LUA_TSTRING ? mlo_check_str(lua, -1) : (mlo_str){0};
}

/* Runs in protected mode: the error of mlopslint.rule at 1, the rule's file at 2. */
static int describe(lua_State *lua) {
  const mlo_rule *file = lua_touserdata(lua, 2);
  mlo_str text = raw_text(lua, "text"), code = raw_text(lua, "code"),
          field = raw_text(lua, "field");
  if (!text.len) return luaL_error(lua, "an error that is no text");
  uint32_t line = line_of(file->source, code, field);
  luaL_Buffer out;
  luaL_buffinit(lua, &out);
  if (line) {
    lua_pushfstring(lua, "line %d: ", (int)line);
    luaL_addvalue(&out);
  }
  luaL_addlstring(&out, code.ptr ? code.ptr : "", code.len);
  luaL_addstring(&out, code.len ? ": " : "");
  luaL_addlstring(&out, text.ptr, text.len);
  luaL_pushresult(&out);
  return 1;
}

/* "lint/a.lua:3: why" becomes "line 3: why": Lua cuts long names at their front and puts "..." there. */
static mlo_str without_path(mlo_str why, mlo_str path, mlo_arena *arena) {
  mlo_str shown = path;
  if (mlo_str_starts(why, MLO_STR("...")) && !mlo_str_starts(path, MLO_STR("..."))) {
    why = mlo_str_from(why, 3);
    size_t end = mlo_str_find(why, MLO_STR(".lua:"));
    size_t len = end == SIZE_MAX ? 0 : end + sizeof ".lua" - 1;
    shown = mlo_str_from(path, path.len > len ? path.len - len : 0);
  }
  bool own = mlo_str_starts(why, shown) && why.len > shown.len && why.ptr[shown.len] == ':';
  if (!own) return mlo_arena_str(arena, why);
  return mlo_arena_format(arena, "line %.*s", MLO_FMT(mlo_str_from(why, shown.len + 1)));
}

mlo_str mlo_rule_complaint(mlo_rule_worker *self, const mlo_rule *file, mlo_arena *arena) {
  lua_State *lua = self->lua;
  if (lua && lua_istable(lua, -1)) {
    lua_pushcfunction(lua, describe);
    lua_insert(lua, -2);
    lua_pushlightuserdata(lua, (void *)(uintptr_t)file);
    mlo_sandbox_call(self, 2, 1);
  }
  return without_path(mlo_str_c(mlo_sandbox_why(self)), file->file, arena);
}
