#include "lua/host/host.h"

#include "base/nearest.h"

enum { STEPS_FOR_ONE_PLACE = 100 };

/* Each kind's metatable stands in the registry under its number; it holds two tables, fields and methods. */
static const char *const kind_names[MLO_HANDLE_KIND_COUNT] = {
    "mlopslint.node",   "mlopslint.value",    "mlopslint.range",   "mlopslint.cell",
    "mlopslint.output", "mlopslint.notebook", "mlopslint.command", "mlopslint.match",
    "mlopslint.report", "mlopslint.context",  "mlopslint.project",
};

/* Offers the keys of the table at upvalue `table`, whose order says nothing: of equally near ones the first by name. */
static void offer_keys(lua_State *lua, int table, mlo_nearest *best) {
  for (lua_pushnil(lua); lua_next(lua, lua_upvalueindex(table)); lua_pop(lua, 1)) {
    mlo_nearest one = {.word = best->word};
    mlo_nearest_offer(&one, mlo_check_str(lua, -2));
    bool first = best->best.ptr && one.distance == best->distance &&
                 mlo_str_compare(one.best, best->best) < 0;
    if (!best->best.ptr || one.distance < best->distance || first) *best = one;
  }
}

/* Raises for the member at 2 of the handle at 1, whose fields and methods are upvalues 1 and 2. */
static int no_member(lua_State *lua) {
  lua_settop(lua, 2);
  mlo_push_text(lua, 2);
  mlo_nearest nearest = {.word = mlo_check_str(lua, 3)};
  offer_keys(lua, 1, &nearest);
  offer_keys(lua, 2, &nearest);
  return luaL_error(lua, "%s has no field or method '%s'; the nearest known is '%s'",
                    lua_tostring(lua, lua_upvalueindex(3)), lua_tostring(lua, 3), nearest.best.ptr);
}

/* obj.name: a field is computed, a method is returned; anything else is a spelling mistake and says so. */
static int handle_index(lua_State *lua) {
  lua_settop(lua, 2);
  lua_pushvalue(lua, 2);
  if (lua_rawget(lua, lua_upvalueindex(1)) == LUA_TFUNCTION) {
    lua_pushvalue(lua, 1);
    lua_call(lua, 1, 1);
    return 1;
  }
  lua_pushvalue(lua, 2);
  if (lua_rawget(lua, lua_upvalueindex(2)) == LUA_TFUNCTION) return 1;
  return no_member(lua);
}

static int handle_equal(lua_State *lua) {
  const mlo_handle *a = lua_touserdata(lua, 1), *b = lua_touserdata(lua, 2);
  lua_pushboolean(lua, a && b && a->kind == b->kind && a->generation == b->generation &&
                           a->index == b->index && a->item == b->item &&
                           a->span.start == b->span.start && a->span.end == b->span.end);
  return 1;
}

/* "%s" of a place is its text, where it has one; else what it is. */
static int handle_text(lua_State *lua) {
  const mlo_handle *self = lua_touserdata(lua, 1);
  bool place = self->kind == MLO_HANDLE_NODE || self->kind == MLO_HANDLE_VALUE ||
               self->kind == MLO_HANDLE_RANGE;
  if (place)
    lua_getfield(lua, 1, "text");
  else
    lua_pushstring(lua, kind_names[self->kind]);
  return 1;
}

void mlo_handle_define(lua_State *lua, mlo_handle_kind kind, const mlo_member_entry *members) {
  luaL_newmetatable(lua, kind_names[kind]);
  lua_newtable(lua);
  lua_newtable(lua);
  for (; members->name; members++) {
    lua_pushcfunction(lua, members->get ? members->get : members->call);
    lua_setfield(lua, members->get ? -3 : -2, members->name);
  }
  lua_pushstring(lua, kind_names[kind]);
  lua_pushcclosure(lua, handle_index, 3);
  lua_setfield(lua, -2, "__index");
  lua_pushcfunction(lua, handle_equal);
  lua_setfield(lua, -2, "__eq");
  lua_pushcfunction(lua, handle_text);
  lua_setfield(lua, -2, "__tostring");
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
  lua_pop(lua, 1);
}

void mlo_handle_metatable(lua_State *lua, mlo_handle_kind kind) {
  luaL_getmetatable(lua, kind_names[kind]);
}

void mlo_handle_extend(lua_State *lua, mlo_handle_kind kind, const mlo_member_entry *members) {
  luaL_getmetatable(lua, kind_names[kind]);
  lua_getfield(lua, -1, "__index");
  lua_getupvalue(lua, -1, 1);
  lua_getupvalue(lua, -2, 2);
  for (; members->name; members++) {
    lua_pushcfunction(lua, members->get ? members->get : members->call);
    lua_setfield(lua, members->get ? -3 : -2, members->name);
  }
  lua_pop(lua, 4);
}

mlo_handle *mlo_handle_push(lua_State *lua, mlo_handle_kind kind, uint32_t index) {
  mlo_handle *self = lua_newuserdatauv(lua, sizeof *self, 0);
  *self = (mlo_handle){
      .kind = kind, .generation = mlo_host_of(lua)->generation, .index = index, .item = -1};
  luaL_setmetatable(lua, kind_names[kind]);
  return self;
}

mlo_handle *mlo_handle_check(lua_State *lua, int arg, mlo_handle_kind kind) {
  mlo_handle *self = luaL_checkudata(lua, arg, kind_names[kind]);
  mlo_rule_worker *host = mlo_host_of(lua);
  mlo_sandbox_charge(lua, 2);
  if (self->generation != host->generation || (!host->file && kind < MLO_HANDLE_REPORT))
    luaL_error(lua, "this %s belongs to a file that is closed: keep its location() instead",
               kind_names[kind]);
  return self;
}

void mlo_push_str(lua_State *lua, mlo_str s) { lua_pushlstring(lua, s.len ? s.ptr : "", s.len); }

mlo_str mlo_check_str(lua_State *lua, int arg) {
  size_t len = 0;
  const char *text = luaL_checklstring(lua, arg, &len);
  return mlo_str_of(text, len);
}

void mlo_push_range(lua_State *lua, mlo_space space, mlo_span span) {
  mlo_handle *range = mlo_handle_push(lua, MLO_HANDLE_RANGE, 0);
  range->space = space;
  range->span = span;
}

static const mlo_handle *any_handle(lua_State *lua, int arg) {
  const mlo_handle *self = NULL;
  for (int kind = 0; kind < MLO_HANDLE_KIND_COUNT && !self; kind++)
    if (luaL_testudata(lua, arg, kind_names[kind]))
      self = mlo_handle_check(lua, arg, (mlo_handle_kind)kind);
  return self;
}

void mlo_handle_span(lua_State *lua, int arg, mlo_space *space, mlo_span *span) {
  const mlo_handle *self = any_handle(lua, arg);
  const mlo_file *file = mlo_host_of(lua)->file;
  if (!self || !file)
    luaL_argerror(lua, arg, "a place in the file is needed: a node, a value, a range, a cell ...");
  *space = MLO_SPACE_RAW;
  switch (self->kind) {
  case MLO_HANDLE_NODE:
    *space = MLO_SPACE_TEXT;
    *span = mlo_tree_span(file->tree, self->index);
    return;
  case MLO_HANDLE_VALUE: *span = mlo_document_node(file->document, self->index)->span; return;
  case MLO_HANDLE_RANGE:
    *space = self->space;
    *span = self->span;
    return;
  case MLO_HANDLE_CELL: *span = file->notebook->cells.items[self->index].span; return;
  case MLO_HANDLE_OUTPUT: *span = self->span; return;
  case MLO_HANDLE_COMMAND: *span = file->commands->items[self->index].span; return;
  case MLO_HANDLE_NOTEBOOK: *span = (mlo_span){0, 0}; return;
  case MLO_HANDLE_MATCH:
    *space = MLO_SPACE_TEXT;
    *span = mlo_match_place(file, &mlo_host_of(lua)->matches.items[self->index]);
    return;
  case MLO_HANDLE_REPORT:
  case MLO_HANDLE_CONTEXT:
  case MLO_HANDLE_PROJECT:
  case MLO_HANDLE_KIND_COUNT: break;
  }
  luaL_argerror(lua, arg, "a report is not a place");
}

void mlo_push_edit(lua_State *lua, mlo_space space, mlo_span span, mlo_str text) {
  const mlo_file *file = mlo_host_of(lua)->file;
  mlo_sandbox_charge(lua, STEPS_FOR_ONE_PLACE + text.len / 4);
  mlo_location at = mlo_file_locate(file, space, span, file->arena);
  at.excerpt = (mlo_str){0};
  lua_createtable(lua, 0, 2);
  mlo_push_location(lua, &at);
  lua_setfield(lua, -2, "at");
  mlo_push_str(lua, mlo_file_edit_text(file, space, span.start, text, file->arena));
  lua_setfield(lua, -2, "text");
}

int mlo_handle_location(lua_State *lua) {
  mlo_space space;
  mlo_span span;
  mlo_handle_span(lua, 1, &space, &span);
  const mlo_file *file = mlo_host_of(lua)->file;
  mlo_sandbox_charge(lua, STEPS_FOR_ONE_PLACE);
  mlo_location at = mlo_file_locate(file, space, span, file->arena);
  mlo_push_location(lua, &at);
  return 1;
}

int mlo_handle_replace(lua_State *lua) {
  mlo_space space;
  mlo_span span;
  mlo_handle_span(lua, 1, &space, &span);
  mlo_push_edit(lua, space, span, mlo_check_str(lua, 2));
  return 1;
}
