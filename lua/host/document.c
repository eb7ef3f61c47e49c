#include "lua/host/host.h"

/* Named after the noun it binds; core/document holds the documents themselves. */

enum { STEPS_FOR_ONE_PATH = 20 };

static const mlo_document *document_of(lua_State *lua) { return mlo_host_of(lua)->file->document; }
static mlo_value self_value(lua_State *lua) {
  return mlo_handle_check(lua, 1, MLO_HANDLE_VALUE)->index;
}
static const mlo_value_node *self_node(lua_State *lua) {
  return mlo_document_node(document_of(lua), self_value(lua));
}

static void push_value(lua_State *lua, mlo_value value) {
  if (value == MLO_NO_VALUE)
    lua_pushnil(lua);
  else
    mlo_handle_push(lua, MLO_HANDLE_VALUE, value);
}

static const char *const kind_names[] = {"null",   "boolean", "integer", "float",
                                         "string", "list",    "map",     "alias"};

static int get_kind(lua_State *lua) {
  lua_pushstring(lua, kind_names[self_node(lua)->kind]);
  return 1;
}

/* A scalar's text, decoded; of a list or map its source. */
static int get_text(lua_State *lua) {
  const mlo_value_node *node = self_node(lua);
  bool scalar = node->kind != MLO_VALUE_LIST && node->kind != MLO_VALUE_MAP;
  mlo_push_str(lua, scalar ? node->text : mlo_span_of(document_of(lua)->text, node->span));
  return 1;
}

static int get_key(lua_State *lua) {
  mlo_push_str(lua, document_of(lua)->values.items[self_value(lua)].key);
  return 1;
}

static int get_path(lua_State *lua) {
  mlo_push_str(
      lua, mlo_document_path_of(document_of(lua), self_value(lua), mlo_host_of(lua)->file->arena));
  return 1;
}

static int get_parent(lua_State *lua) {
  push_value(lua, document_of(lua)->values.items[self_value(lua)].parent);
  return 1;
}

/* A scalar as a Lua value; nil for null, lists and maps. */
static int get_value(lua_State *lua) {
  const mlo_value_node *node = self_node(lua);
  switch (node->kind) {
  case MLO_VALUE_BOOL: lua_pushboolean(lua, node->boolean); break;
  case MLO_VALUE_INTEGER: lua_pushinteger(lua, node->integer); break;
  case MLO_VALUE_FLOAT: lua_pushnumber(lua, node->number); break;
  case MLO_VALUE_STRING: mlo_push_str(lua, node->text); break;
  case MLO_VALUE_NULL:
  case MLO_VALUE_LIST:
  case MLO_VALUE_MAP:
  case MLO_VALUE_ALIAS: lua_pushnil(lua); break;
  }
  return 1;
}

/* Compiles the path at arg 2 in the file's arena. */
static mlo_path check_path(lua_State *lua) {
  mlo_path path = {0};
  mlo_error err = {0};
  mlo_sandbox_charge(lua, STEPS_FOR_ONE_PATH + lua_rawlen(lua, 2));
  if (mlo_path_compile(mlo_check_str(lua, 2), mlo_host_of(lua)->file->arena, &path, &err) != MLO_OK)
    luaL_error(lua, "%s", err.message);
  return path;
}

static int value_get(lua_State *lua) {
  mlo_value from = self_value(lua);
  mlo_path path = check_path(lua);
  push_value(lua, mlo_document_get(document_of(lua), from, &path));
  return 1;
}

static bool collect_value(const mlo_document *document, mlo_value value, void *ctx) {
  (void)document;
  lua_State *lua = ctx;
  push_value(lua, value);
  mlo_sandbox_charge(lua, 4);
  lua_rawseti(lua, -2, (lua_Integer)lua_rawlen(lua, -2) + 1);
  return true;
}

/* value:select("containers[*]"): all values that the path leads to, as a list. */
static int value_select(lua_State *lua) {
  mlo_value from = self_value(lua);
  mlo_path path = check_path(lua);
  mlo_sandbox_charge(lua, document_of(lua)->values.len / 4);
  lua_newtable(lua);
  mlo_document_select(document_of(lua), from, &path, collect_value, lua);
  return 1;
}

static int value_children(lua_State *lua) {
  mlo_value from = self_value(lua), child;
  mlo_value_cursor cursor = {0};
  lua_newtable(lua);
  for (lua_Integer n = 1; mlo_document_each(document_of(lua), from, &cursor, &child); n++) {
    push_value(lua, child);
    lua_rawseti(lua, -2, n);
  }
  return 1;
}

/* The key as a place; the value itself for items of lists. */
static int value_key_range(lua_State *lua) {
  const mlo_value_node *node = &document_of(lua)->values.items[self_value(lua)];
  mlo_push_range(lua, MLO_SPACE_RAW,
                 node->key_span.end > node->key_span.start ? node->key_span : node->span);
  return 1;
}

/* Removes the whole lines that the value and its key stand on. */
static int value_remove(lua_State *lua) {
  const mlo_document *document = document_of(lua);
  const mlo_value_node *node = &document->values.items[self_value(lua)];
  mlo_span span = {node->key_span.end > node->key_span.start ? node->key_span.start
                                                             : node->span.start,
                   node->span.end};
  while (span.start > 0 && document->text.ptr[span.start - 1] != '\n') span.start--;
  while (span.end < document->text.len && document->text.ptr[span.end - 1] != '\n') span.end++;
  mlo_push_edit(lua, MLO_SPACE_RAW, span, (mlo_str){0});
  return 1;
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* What goes when a word does: its quotes, the comma that parts it from its neighbour in a list, the blanks around. */
static mlo_span word_span(mlo_str text, mlo_span span) {
  uint32_t start = span.start, end = span.end;
  bool quoted = start > 0 && end < text.len && (text.ptr[end] == '"' || text.ptr[end] == '\'') &&
                text.ptr[start - 1] == text.ptr[end];
  if (quoted) start--, end++;
  uint32_t before = start, after = end;
  while (before > 0 && is_blank(text.ptr[before - 1])) before--;
  while (after < text.len && is_blank(text.ptr[after])) after++;
  if (before > 0 && text.ptr[before - 1] == ',') return (mlo_span){before - 1, end};
  bool comma = after < text.len && text.ptr[after] == ',';
  if (comma) after++;
  while (comma && after < text.len && is_blank(text.ptr[after])) after++;
  bool line_start = before == 0 || text.ptr[before - 1] == '\n';
  return comma || line_start ? (mlo_span){start, after} : (mlo_span){before, end};
}

static int range_remove(lua_State *lua) {
  mlo_space space;
  mlo_span span;
  mlo_handle_span(lua, 1, &space, &span);
  const mlo_file *file = mlo_host_of(lua)->file;
  mlo_str text = space == MLO_SPACE_TEXT ? file->text : file->raw;
  mlo_push_edit(lua, space, word_span(text, span), (mlo_str){0});
  return 1;
}

static int range_text(lua_State *lua) {
  mlo_space space;
  mlo_span span;
  mlo_handle_span(lua, 1, &space, &span);
  const mlo_file *file = mlo_host_of(lua)->file;
  mlo_push_str(lua, mlo_span_of(space == MLO_SPACE_TEXT ? file->text : file->raw, span));
  return 1;
}

void mlo_document_define(lua_State *lua) {
  static const mlo_member_entry value[] = {
      {"kind", get_kind, NULL},
      {"text", get_text, NULL},
      {"key", get_key, NULL},
      {"path", get_path, NULL},
      {"parent", get_parent, NULL},
      {"value", get_value, NULL},
      {"get", NULL, value_get},
      {"select", NULL, value_select},
      {"children", NULL, value_children},
      {"key_range", NULL, value_key_range},
      {"location", NULL, mlo_handle_location},
      {"replace", NULL, mlo_handle_replace},
      {"remove", NULL, value_remove},
      {0},
  };
  mlo_handle_define(lua, MLO_HANDLE_VALUE, value);
  static const mlo_member_entry range[] = {
      {"text", range_text, NULL},
      {"location", NULL, mlo_handle_location},
      {"replace", NULL, mlo_handle_replace},
      {"remove", NULL, range_remove},
      {0},
  };
  mlo_handle_define(lua, MLO_HANDLE_RANGE, range);
}
