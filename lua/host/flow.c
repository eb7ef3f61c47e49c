#include "lua/host/host.h"

#include "facts/fit.h"
#include "facts/flow.h"
#include "facts/frame.h"
#include "facts/split.h"

/* Members of nodes and ctx that ask where values come from and go. A node that was found inside a call of the file's
 * own function remembers that call, so that its parameters are what the call passes. */

/* What one question may cost beside its Lua. */
enum { STEPS_OF_A_QUESTION = 1000 };

static const mlo_facts *facts_of(lua_State *lua) { return mlo_host_of(lua)->file->facts; }

static mlo_term value_at(lua_State *lua, int arg) {
  const mlo_handle *handle = mlo_handle_check(lua, arg, MLO_HANDLE_NODE);
  mlo_sandbox_charge(lua, STEPS_OF_A_QUESTION);
  return (mlo_term){.node = handle->index, .context = handle->context};
}

static void push_node(lua_State *lua, mlo_node node, uint32_t context) {
  mlo_push_node(lua, node);
  if (node != MLO_NO_NODE) ((mlo_handle *)lua_touserdata(lua, -1))->context = context;
}

static void set_node(lua_State *lua, const char *name, mlo_node node, uint32_t context) {
  push_node(lua, node, context);
  lua_setfield(lua, -2, name);
}

static void push_nodes(lua_State *lua, const mlo_nodes *nodes, uint32_t context) {
  lua_createtable(lua, (int)nodes->len, 0);
  for (uint32_t i = 0; i < nodes->len; i++) {
    push_node(lua, nodes->items[i], context);
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
}

/* --- where a value comes from and goes --- */

static int node_origins(lua_State *lua) {
  mlo_term v = value_at(lua, 1);
  mlo_source_values values = {0};
  mlo_term_origins(facts_of(lua), &v, &values);
  lua_newtable(lua);
  for (uint32_t i = 0; i < values.len; i++) {
    mlo_handle *origin = mlo_handle_push(lua, MLO_HANDLE_NODE, values.items[i].node);
    origin->item = values.items[i].item;
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  return 1;
}

static const char *const binding_names[] = {"assign",   "augmented", "import", "parameter",
                                            "function", "class",     "for",    "with",
                                            "except",   "capture",   "delete"};

static int node_binding(lua_State *lua) {
  const mlo_binding *binding = mlo_facts_binding(facts_of(lua), value_at(lua, 1).node);
  if (!binding) {
    lua_pushnil(lua);
    return 1;
  }
  lua_createtable(lua, 0, 6);
  lua_pushstring(lua, binding_names[binding->kind]);
  lua_setfield(lua, -2, "kind");
  mlo_push_str(lua, binding->name);
  lua_setfield(lua, -2, "name");
  mlo_push_node(lua, binding->target);
  lua_setfield(lua, -2, "target");
  mlo_push_node(lua, binding->value);
  lua_setfield(lua, -2, "value");
  mlo_push_node(lua, binding->type);
  lua_setfield(lua, -2, "type");
  if (binding->item >= 0) {
    lua_pushinteger(lua, binding->item);
    lua_setfield(lua, -2, "item");
  }
  return 1;
}

static int node_same(lua_State *lua) {
  mlo_term a = value_at(lua, 1), b = value_at(lua, 2);
  lua_pushboolean(lua, mlo_terms_same(facts_of(lua), &a, &b));
  return 1;
}

static int node_flows_to(lua_State *lua) {
  mlo_term v = value_at(lua, 1);
  mlo_nodes reads = {0};
  mlo_facts_flows_to(facts_of(lua), v.node, &reads);
  push_nodes(lua, &reads, v.context);
  return 1;
}

/* The calls that the value went through, the latest first. */
static int node_history(lua_State *lua) {
  mlo_term v = value_at(lua, 1);
  mlo_passages passages = {0};
  mlo_facts_history(facts_of(lua), &v, &passages);
  lua_createtable(lua, (int)passages.len, 0);
  for (uint32_t i = 0; i < passages.len; i++) {
    push_node(lua, passages.items[i].node, passages.items[i].context);
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* --- columns --- */

static void set_names(lua_State *lua, const char *field, const mlo_str *items, uint32_t len) {
  lua_createtable(lua, (int)len, 0);
  for (uint32_t i = 0; i < len; i++) {
    mlo_push_str(lua, items[i]);
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  lua_setfield(lua, -2, field);
}

/* {base, exact, has, lost, column}, or nil. */
static int node_columns(lua_State *lua) {
  mlo_term v = value_at(lua, 1);
  mlo_frame frame;
  mlo_frame_at(facts_of(lua), &v, &frame);
  if (!frame.known) {
    lua_pushnil(lua);
    return 1;
  }
  lua_createtable(lua, 0, 5);
  set_node(lua, "base", frame.base.node, frame.base_context);
  lua_pushboolean(lua, frame.columns.exact);
  lua_setfield(lua, -2, "exact");
  lua_pushboolean(lua, frame.column);
  lua_setfield(lua, -2, "column");
  set_names(lua, "has", frame.columns.has.items, frame.columns.has.len);
  set_names(lua, "lost", frame.columns.lost.items, frame.columns.lost.len);
  return 1;
}

static int node_shared_column(lua_State *lua) {
  mlo_term table = value_at(lua, 1), column = value_at(lua, 2);
  mlo_str shared = mlo_terms_shared_column(facts_of(lua), &table, &column);
  if (shared.len)
    mlo_push_str(lua, shared);
  else
    lua_pushnil(lua);
  return 1;
}

/* --- parts of the data --- */

static int node_split(lua_State *lua) {
  mlo_term v = value_at(lua, 1);
  mlo_split split;
  mlo_split_at(facts_of(lua), &v, &split);
  if (split.part == MLO_PART_UNKNOWN) {
    lua_pushnil(lua);
    return 1;
  }
  lua_createtable(lua, 0, 5);
  lua_pushstring(lua, mlo_part_name(split.part));
  lua_setfield(lua, -2, "part");
  lua_pushstring(lua, mlo_role_name(split.role));
  lua_setfield(lua, -2, "role");
  lua_pushboolean(lua, split.by_name);
  lua_setfield(lua, -2, "by_name");
  set_node(lua, "made", split.made, v.context);
  set_node(lua, "whole", split.whole, v.context);
  return 1;
}

/* --- fits --- */

static void push_fits(lua_State *lua, const mlo_fits *fits) {
  lua_createtable(lua, (int)fits->len, 0);
  for (uint32_t i = 0; i < fits->len; i++) {
    const mlo_fit *fit = &fits->items[i];
    lua_createtable(lua, 0, 4);
    set_node(lua, "call", fit->call, fit->context);
    set_node(lua, "estimator", fit->estimator, fit->context);
    set_node(lua, "data", fit->data, fit->context);
    set_node(lua, "target", fit->target, fit->context);
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
}

static int node_fits(lua_State *lua) {
  mlo_term v = value_at(lua, 1);
  mlo_fits fits = {0};
  mlo_facts_fits_of(facts_of(lua), &v, &fits);
  push_fits(lua, &fits);
  return 1;
}

static int context_fits(lua_State *lua) {
  const mlo_file *file = mlo_host_of(lua)->file;
  mlo_fits fits = {0};
  if (!file) return luaL_error(lua, "no file is open in finish(): use the facts");
  if (file->facts) mlo_sandbox_charge(lua, file->facts->calls.len);
  if (file->facts) mlo_facts_fits(file->facts, &fits);
  push_fits(lua, &fits);
  return 1;
}

static int node_estimators(lua_State *lua) {
  mlo_term v = value_at(lua, 1);
  mlo_nodes estimators = {0};
  mlo_facts_estimators(facts_of(lua), &v, &estimators);
  push_nodes(lua, &estimators, 0);
  return 1;
}

void mlo_flow_define(lua_State *lua) {
  static const mlo_member_entry node[] = {
      {"origins", NULL, node_origins},
      {"binding", NULL, node_binding},
      {"same", NULL, node_same},
      {"flows_to", NULL, node_flows_to},
      {"history", NULL, node_history},
      {"columns", NULL, node_columns},
      {"shared_column", NULL, node_shared_column},
      {"split", NULL, node_split},
      {"fits", NULL, node_fits},
      {"estimators", NULL, node_estimators},
      {0},
  };
  static const mlo_member_entry context[] = {{"fits", NULL, context_fits}, {0}};
  mlo_handle_extend(lua, MLO_HANDLE_NODE, node);
  mlo_handle_extend(lua, MLO_HANDLE_CONTEXT, context);
}
