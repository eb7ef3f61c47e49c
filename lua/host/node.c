#include "lua/host/host.h"

#include "match/name_pattern.h"

#include <ctype.h>

static mlo_node self_node(lua_State *lua) {
  return mlo_handle_check(lua, 1, MLO_HANDLE_NODE)->index;
}
static const mlo_file *file_of(lua_State *lua) { return mlo_host_of(lua)->file; }
static const mlo_tree *tree_of(lua_State *lua) { return file_of(lua)->tree; }
/* Trees of other languages, which queries walk, have none. */
static const mlo_facts *facts_of(lua_State *lua) {
  const mlo_facts *facts = file_of(lua)->facts;
  if (!facts) luaL_error(lua, "only Python code has names, values and calls");
  return facts;
}

void mlo_push_node(lua_State *lua, mlo_node node) {
  if (node == MLO_NO_NODE)
    lua_pushnil(lua);
  else
    mlo_handle_push(lua, MLO_HANDLE_NODE, node);
}

/* The call record of the node at arg 1; raises if it is not a call. */
static const mlo_call *self_call(lua_State *lua) {
  mlo_node node = self_node(lua);
  uint32_t call = mlo_facts_call(facts_of(lua), node);
  if (call == UINT32_MAX) {
    mlo_str kind = mlo_tree_kind_name(tree_of(lua), node);
    lua_pushlstring(lua, kind.ptr, kind.len);
    luaL_error(lua, "this node is a %s, not a call", lua_tostring(lua, -1));
  }
  return &facts_of(lua)->calls.items[call];
}

static const mlo_function *self_function(lua_State *lua) {
  mlo_node node = self_node(lua);
  const mlo_facts *facts = facts_of(lua);
  mlo_sandbox_charge(lua, facts->functions.len / 4);
  for (uint32_t i = 0; i < facts->functions.len; i++)
    if (facts->functions.items[i].node == node) return &facts->functions.items[i];
  luaL_error(lua, "this node is not a function definition");
  return NULL;
}

/* --- fields of every node --- */

static int get_kind(lua_State *lua) {
  mlo_push_str(lua, mlo_tree_kind_name(tree_of(lua), self_node(lua)));
  return 1;
}

/* As it stands in the file: a magic that the parser never saw is there too. */
static int get_text(lua_State *lua) {
  const mlo_file *file = file_of(lua);
  mlo_span span = mlo_tree_span(file->tree, self_node(lua));
  mlo_push_str(lua, mlo_span_of(file->module ? file->module->original : file->text, span));
  return 1;
}

/* The qualified name of an expression; of a call, that of its callee, "?.method" if only that much is known. */
static int get_name(lua_State *lua) {
  const mlo_tree *tree = tree_of(lua);
  mlo_node node = self_node(lua);
  if (mlo_tree_kind(tree, node) == MLO_PY_CALL)
    node = mlo_tree_field(tree, node, MLO_FIELD_FUNCTION);
  if (mlo_tree_kind(tree, node) == MLO_PY_FUNCTION || mlo_tree_kind(tree, node) == MLO_PY_CLASS) {
    mlo_push_str(lua, mlo_tree_text(tree, mlo_tree_field(tree, node, MLO_FIELD_NAME)));
    return 1;
  }
  mlo_str name = mlo_facts_name(facts_of(lua), node);
  if (!name.len && mlo_tree_kind(tree, node) == MLO_PY_ATTRIBUTE)
    name = mlo_arena_concat(file_of(lua)->arena, MLO_STR("?."),
                            mlo_tree_text(tree, mlo_tree_field(tree, node, MLO_FIELD_ATTRIBUTE)));
  if (name.len)
    mlo_push_str(lua, name);
  else
    lua_pushnil(lua);
  return 1;
}

static int get_line(lua_State *lua) {
  const mlo_file *file = file_of(lua);
  mlo_span span = mlo_tree_span(file->tree, self_node(lua));
  if (file->module) span = mlo_origin_span(&file->module->origin, span);
  lua_pushinteger(lua, mlo_lines_position(file->lines, span.start).line);
  return 1;
}

static int get_start(lua_State *lua) {
  lua_pushinteger(lua, tree_of(lua)->nodes[self_node(lua)].start);
  return 1;
}

static int get_stop(lua_State *lua) {
  lua_pushinteger(lua, tree_of(lua)->nodes[self_node(lua)].end);
  return 1;
}

static int get_item(lua_State *lua) {
  int32_t item = mlo_handle_check(lua, 1, MLO_HANDLE_NODE)->item;
  if (item < 0)
    lua_pushnil(lua);
  else
    lua_pushinteger(lua, item);
  return 1;
}

static int get_parent(lua_State *lua) {
  mlo_push_node(lua, mlo_tree_parent(tree_of(lua), self_node(lua)));
  return 1;
}

static int get_next(lua_State *lua) {
  mlo_push_node(lua, mlo_tree_next(tree_of(lua), self_node(lua)));
  return 1;
}

/* --- walking --- */

static int node_field(lua_State *lua) {
  const mlo_tree *tree = tree_of(lua);
  mlo_node node = self_node(lua);
  mlo_str name = mlo_check_str(lua, 2);
  for (mlo_node child = mlo_tree_first_child(tree, node); child != MLO_NO_NODE;
       child = tree->nodes[child].next) {
    if (!mlo_str_eq(mlo_tree_field_name(tree, child), name)) continue;
    mlo_push_node(lua, child);
    return 1;
  }
  lua_pushnil(lua);
  return 1;
}

static int node_children(lua_State *lua) {
  const mlo_tree *tree = tree_of(lua);
  mlo_node node = self_node(lua);
  lua_newtable(lua);
  lua_Integer n = 0;
  for (mlo_node child = mlo_tree_first_child(tree, node); child != MLO_NO_NODE;
       child = tree->nodes[child].next) {
    if (!mlo_tree_is_named(tree, child)) continue;
    mlo_push_node(lua, child);
    lua_rawseti(lua, -2, ++n);
  }
  return 1;
}

/* All nodes of a kind below this one, in document order. */
static int node_descendants(lua_State *lua) {
  const mlo_tree *tree = tree_of(lua);
  mlo_node node = self_node(lua);
  mlo_str kind = mlo_check_str(lua, 2);
  mlo_node end = mlo_tree_skip(tree, node);
  mlo_sandbox_charge(lua, end - node);
  lua_newtable(lua);
  lua_Integer n = 0;
  for (mlo_node at = node + 1; at < end; at++) {
    if (!mlo_str_eq(mlo_tree_kind_name(tree, at), kind)) continue;
    mlo_push_node(lua, at);
    lua_rawseti(lua, -2, ++n);
  }
  return 1;
}

static int node_ancestor(lua_State *lua) {
  const mlo_tree *tree = tree_of(lua);
  mlo_str kind = mlo_check_str(lua, 2);
  mlo_node at = mlo_tree_parent(tree, self_node(lua));
  for (; at != MLO_NO_NODE && !mlo_str_eq(mlo_tree_kind_name(tree, at), kind);
       at = mlo_tree_parent(tree, at))
    mlo_sandbox_charge(lua, 1);
  mlo_push_node(lua, at);
  return 1;
}

static int node_contains(lua_State *lua) {
  const mlo_tree *tree = tree_of(lua);
  mlo_node other = mlo_handle_check(lua, 2, MLO_HANDLE_NODE)->index;
  lua_pushboolean(lua,
                  mlo_span_has(mlo_tree_span(tree, self_node(lua)), mlo_tree_span(tree, other)));
  return 1;
}

static int node_enclosing_function(lua_State *lua) {
  const mlo_facts *facts = facts_of(lua);
  uint32_t function = mlo_facts_function(facts, self_node(lua));
  mlo_push_node(lua, function == UINT32_MAX ? MLO_NO_NODE : facts->functions.items[function].node);
  return 1;
}

/* --- facts --- */

static const char *constant_kind_name(const mlo_constant *constant) {
  switch (constant->kind) {
  case MLO_CONSTANT_UNKNOWN: return NULL;
  case MLO_CONSTANT_NONE: return "none";
  case MLO_CONSTANT_BOOL: return "boolean";
  case MLO_CONSTANT_INTEGER: return "integer";
  case MLO_CONSTANT_FLOAT: return "float";
  case MLO_CONSTANT_STRING: return constant->partial ? "partial" : "string";
  case MLO_CONSTANT_LIST: return "list";
  case MLO_CONSTANT_DICT: return "dict";
  }
  return NULL;
}

/* node.string: the text, if it is certain to be one. */
static int get_string(lua_State *lua) {
  mlo_constant constant = mlo_facts_constant(facts_of(lua), self_node(lua));
  if (constant.kind == MLO_CONSTANT_STRING && !constant.partial)
    mlo_push_str(lua, constant.text);
  else
    lua_pushnil(lua);
  return 1;
}

/* Gives the value and its kind: nil and "none" for None; nil alone if nothing is known. */
static int node_constant(lua_State *lua) {
  mlo_constant constant = mlo_facts_constant(facts_of(lua), self_node(lua));
  switch (constant.kind) {
  case MLO_CONSTANT_BOOL: lua_pushboolean(lua, constant.boolean); break;
  case MLO_CONSTANT_INTEGER: lua_pushinteger(lua, constant.integer); break;
  case MLO_CONSTANT_FLOAT: lua_pushnumber(lua, constant.number); break;
  case MLO_CONSTANT_STRING: mlo_push_str(lua, constant.text); break;
  case MLO_CONSTANT_LIST:
  case MLO_CONSTANT_DICT: mlo_push_node(lua, constant.node); break;
  case MLO_CONSTANT_NONE:
  case MLO_CONSTANT_UNKNOWN: lua_pushnil(lua); break;
  }
  lua_pushstring(lua, constant_kind_name(&constant)); /* NULL is nil */
  return 2;
}

/* --- calls --- */

static int get_method(lua_State *lua) {
  mlo_push_str(lua, self_call(lua)->method);
  return 1;
}

static int get_callee(lua_State *lua) {
  mlo_push_node(lua, self_call(lua)->callee);
  return 1;
}

static int get_receiver(lua_State *lua) {
  mlo_push_node(lua, mlo_call_receiver(facts_of(lua), self_call(lua)));
  return 1;
}

/* call:argument("name", position) and call:argument(position) count positions from 1. */
static int call_argument(lua_State *lua) {
  const mlo_call *call = self_call(lua);
  bool named = lua_type(lua, 2) == LUA_TSTRING, alone = lua_type(lua, 2) == LUA_TNUMBER;
  mlo_str keyword = named ? mlo_check_str(lua, 2) : (mlo_str){0};
  lua_Integer position = alone ? luaL_checkinteger(lua, 2) : luaL_optinteger(lua, 3, 0);
  luaL_argcheck(lua, named || position > 0, 2, "a keyword, or a position from 1");
  mlo_push_node(
      lua, mlo_call_argument(facts_of(lua), call, keyword, position > 0 ? (int)position - 1 : -1));
  return 1;
}

static int call_keyword(lua_State *lua) {
  mlo_push_node(lua, mlo_call_keyword(facts_of(lua), self_call(lua), mlo_check_str(lua, 2)));
  return 1;
}

static int call_has_splat(lua_State *lua) {
  lua_pushboolean(lua, mlo_call_has_splat(facts_of(lua), self_call(lua)));
  return 1;
}

static int call_positional_count(lua_State *lua) {
  lua_pushinteger(lua, mlo_call_positional_count(facts_of(lua), self_call(lua)));
  return 1;
}

/* --- functions --- */

static int get_is_async(lua_State *lua) {
  lua_pushboolean(lua, self_function(lua)->is_async);
  return 1;
}

static int function_decorators(lua_State *lua) {
  const mlo_function *function = self_function(lua);
  lua_newtable(lua);
  for (uint32_t i = 0; i < function->decorators.len; i++) {
    mlo_push_node(lua, function->decorators.items[i]);
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* The parameters in order: {name, node, type, default}. */
static int function_parameters(lua_State *lua) {
  const mlo_facts *facts = facts_of(lua);
  const mlo_function *function = self_function(lua);
  mlo_sandbox_charge(lua, facts->bindings.len / 4);
  lua_newtable(lua);
  lua_Integer n = 0;
  for (uint32_t i = 0; i < facts->bindings.len; i++) {
    const mlo_binding *binding = &facts->bindings.items[i];
    if (binding->kind != MLO_BIND_PARAMETER || binding->scope != function->scope) continue;
    lua_createtable(lua, 0, 4);
    mlo_push_str(lua, binding->name);
    lua_setfield(lua, -2, "name");
    mlo_push_node(lua, binding->target);
    lua_setfield(lua, -2, "node");
    mlo_push_node(lua, binding->type);
    lua_setfield(lua, -2, "type");
    mlo_push_node(lua, binding->value);
    lua_setfield(lua, -2, "default");
    lua_rawseti(lua, -2, ++n);
  }
  return 1;
}

static bool is_function_like(uint8_t kind) {
  return kind == MLO_PY_FUNCTION || kind == MLO_PY_LAMBDA || kind == MLO_PY_CLASS;
}

/* The values that this function itself returns. */
static int function_returns(lua_State *lua) {
  const mlo_tree *tree = tree_of(lua);
  mlo_node function = self_function(lua)->node;
  mlo_node end = mlo_tree_skip(tree, function);
  mlo_sandbox_charge(lua, end - function);
  lua_newtable(lua);
  lua_Integer n = 0;
  for (mlo_node at = function + 1; at < end;) {
    uint8_t kind = tree->nodes[at].kind;
    if (is_function_like(kind)) {
      at = mlo_tree_skip(tree, at);
      continue;
    }
    mlo_node value = kind == MLO_PY_RETURN ? mlo_tree_first_child(tree, at) : MLO_NO_NODE;
    while (value != MLO_NO_NODE && !mlo_tree_is_named(tree, value)) value = tree->nodes[value].next;
    if (value != MLO_NO_NODE) {
      mlo_push_node(lua, value);
      lua_rawseti(lua, -2, ++n);
    }
    at++;
  }
  return 1;
}

/* The calls that run when this function does, those of this file's own functions that it calls included. */
static int function_reached_calls(lua_State *lua) {
  const mlo_facts *facts = facts_of(lua);
  const mlo_function *function = self_function(lua);
  mlo_call_indices calls = {0};
  mlo_facts_reached_calls(facts, (uint32_t)(function - facts->functions.items), &calls);
  lua_newtable(lua);
  for (uint32_t i = 0; i < calls.len; i++) {
    mlo_push_node(lua, facts->calls.items[calls.items[i]].node);
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* --- edits --- */

static int node_before(lua_State *lua) {
  mlo_span span = mlo_tree_span(tree_of(lua), self_node(lua));
  mlo_push_edit(lua, MLO_SPACE_TEXT, (mlo_span){span.start, span.start}, mlo_check_str(lua, 2));
  return 1;
}

static int node_after(lua_State *lua) {
  mlo_span span = mlo_tree_span(tree_of(lua), self_node(lua));
  mlo_push_edit(lua, MLO_SPACE_TEXT, (mlo_span){span.end, span.end}, mlo_check_str(lua, 2));
  return 1;
}

static bool in_argument_list(const mlo_tree *tree, mlo_node node) {
  return mlo_tree_kind(tree, mlo_tree_parent(tree, node)) == MLO_PY_ARGUMENTS;
}

/* An argument goes with the comma before it, or, if it is the first one, with the comma and space behind it. */
static mlo_span argument_span(mlo_str text, mlo_span span) {
  uint32_t before = span.start;
  while (before > 0 && isspace((unsigned char)text.ptr[before - 1])) before--;
  if (before > 0 && text.ptr[before - 1] == ',') return (mlo_span){before - 1, span.end};
  uint32_t after = span.end;
  while (after < text.len && isspace((unsigned char)text.ptr[after])) after++;
  if (after < text.len && text.ptr[after] == ',') {
    after++;
    while (after < text.len && isspace((unsigned char)text.ptr[after])) after++;
    return (mlo_span){span.start, after};
  }
  return span;
}

/* Removing the value of a keyword argument removes the keyword too. */
static int node_remove(lua_State *lua) {
  const mlo_tree *tree = tree_of(lua);
  mlo_node node = self_node(lua);
  if (mlo_tree_kind(tree, mlo_tree_parent(tree, node)) == MLO_PY_KEYWORD_ARGUMENT)
    node = tree->nodes[node].parent;
  mlo_span span = mlo_tree_span(tree, node);
  if (in_argument_list(tree, node)) span = argument_span(tree->text, span);
  mlo_push_edit(lua, MLO_SPACE_TEXT, span, (mlo_str){0});
  return 1;
}

/* f(x for x in y) has no argument list: beside another argument the generator needs brackets of its own. */
static int append_to_generator(lua_State *lua, mlo_node generator, mlo_str text) {
  const mlo_tree *tree = tree_of(lua);
  mlo_str inner = mlo_tree_text(tree, generator);
  mlo_str both =
      mlo_arena_format(file_of(lua)->arena, "(%.*s, %.*s)", MLO_FMT(inner), MLO_FMT(text));
  mlo_push_edit(lua, MLO_SPACE_TEXT, mlo_tree_span(tree, generator), both);
  return 1;
}

/* call:append("x=1"): one more argument at the end, before a trailing comma or behind the bracket. */
static int call_append(lua_State *lua) {
  const mlo_tree *tree = tree_of(lua);
  mlo_node arguments = self_call(lua)->arguments;
  mlo_str text = mlo_check_str(lua, 2);
  if (mlo_tree_kind(tree, arguments) == MLO_PY_GENERATOR)
    return append_to_generator(lua, arguments, text);
  if (mlo_tree_kind(tree, arguments) != MLO_PY_ARGUMENTS)
    return luaL_error(lua, "this call has no argument list");
  mlo_node last = MLO_NO_NODE;
  for (mlo_node child = mlo_tree_first_child(tree, arguments); child != MLO_NO_NODE;
       child = tree->nodes[child].next)
    if (tree->nodes[child].kind != MLO_PY_COMMENT) last = child;
  uint32_t at = last == MLO_NO_NODE ? tree->nodes[arguments].start + 1 : tree->nodes[last].end;
  if (last != MLO_NO_NODE) text = mlo_arena_concat(file_of(lua)->arena, MLO_STR(", "), text);
  mlo_push_edit(lua, MLO_SPACE_TEXT, (mlo_span){at, at}, text);
  return 1;
}

/* call:add_keyword("name", "value"): the argument with this value, whatever it was; nil if the call can't take one. */
static int call_add_keyword(lua_State *lua) {
  const mlo_call *call = self_call(lua);
  mlo_str name = mlo_check_str(lua, 2), value = mlo_check_str(lua, 3);
  const mlo_tree *tree = tree_of(lua);
  uint8_t kind = mlo_tree_kind(tree, call->arguments);
  if (kind != MLO_PY_ARGUMENTS && kind != MLO_PY_GENERATOR) {
    lua_pushnil(lua);
    return 1;
  }
  mlo_node keyword = mlo_call_keyword(facts_of(lua), call, name);
  lua_pushfstring(lua, "%s=%s", name.ptr, value.ptr);
  lua_replace(lua, 2);
  lua_settop(lua, 2);
  if (keyword == MLO_NO_NODE) return call_append(lua);
  mlo_push_edit(lua, MLO_SPACE_TEXT, mlo_tree_span(tree, keyword), mlo_check_str(lua, 2));
  return 1;
}

static int node_matches(lua_State *lua) {
  mlo_node node = self_node(lua);
  lua_pushboolean(lua, mlo_host_try(lua, mlo_check_pattern(lua, 2), node, false));
  return 1;
}

static int node_inside(lua_State *lua) {
  mlo_node node = self_node(lua);
  lua_pushboolean(lua, mlo_host_try(lua, mlo_check_pattern(lua, 2), node, true));
  return 1;
}

/* True if the node's name matches one of the patterns that follow. */
static int node_is(lua_State *lua) {
  int count = lua_gettop(lua);
  get_name(lua);
  if (lua_isnil(lua, -1)) {
    lua_pushboolean(lua, 0);
    return 1;
  }
  mlo_str name = mlo_check_str(lua, lua_gettop(lua));
  bool found = false;
  for (int i = 2; i <= count && !found; i++) found = mlo_name_matches(mlo_check_str(lua, i), name);
  lua_pushboolean(lua, found);
  return 1;
}

void mlo_node_define(lua_State *lua) {
  static const mlo_member_entry node[] = {
      {"kind", get_kind, NULL},
      {"text", get_text, NULL},
      {"name", get_name, NULL},
      {"line", get_line, NULL},
      {"start", get_start, NULL},
      {"stop", get_stop, NULL},
      {"item", get_item, NULL},
      {"parent", get_parent, NULL},
      {"next", get_next, NULL},
      {"method", get_method, NULL},
      {"callee", get_callee, NULL},
      {"receiver", get_receiver, NULL},
      {"is_async", get_is_async, NULL},
      {"field", NULL, node_field},
      {"children", NULL, node_children},
      {"descendants", NULL, node_descendants},
      {"ancestor", NULL, node_ancestor},
      {"contains", NULL, node_contains},
      {"enclosing_function", NULL, node_enclosing_function},
      {"constant", NULL, node_constant},
      {"string", get_string, NULL},
      {"is", NULL, node_is},
      {"location", NULL, mlo_handle_location},
      {"argument", NULL, call_argument},
      {"keyword", NULL, call_keyword},
      {"has_splat", NULL, call_has_splat},
      {"positional_count", NULL, call_positional_count},
      {"append", NULL, call_append},
      {"add_keyword", NULL, call_add_keyword},
      {"matches", NULL, node_matches},
      {"inside", NULL, node_inside},
      {"decorators", NULL, function_decorators},
      {"parameters", NULL, function_parameters},
      {"returns", NULL, function_returns},
      {"reached_calls", NULL, function_reached_calls},
      {"replace", NULL, mlo_handle_replace},
      {"before", NULL, node_before},
      {"after", NULL, node_after},
      {"remove", NULL, node_remove},
      {0},
  };
  mlo_handle_define(lua, MLO_HANDLE_NODE, node);
}

void mlo_push_route(lua_State *lua, const mlo_route *route) {
  const mlo_facts *facts = facts_of(lua);
  lua_createtable(lua, 0, 5);
  mlo_push_str(lua, route->framework);
  lua_setfield(lua, -2, "framework");
  mlo_push_str(lua, route->method);
  lua_setfield(lua, -2, "method");
  mlo_push_str(lua, route->path);
  lua_setfield(lua, -2, "path");
  mlo_push_node(lua, route->node);
  lua_setfield(lua, -2, "node");
  mlo_push_node(lua, facts->functions.items[route->function].node);
  lua_setfield(lua, -2, "handler");
}
