#include "facts/stale_reads.h"
#include "lua/host/host.h"

static void set_node(lua_State *lua, const char *field, mlo_node node) {
  mlo_push_node(lua, node);
  lua_setfield(lua, -2, field);
}

static void set_cell(lua_State *lua, const char *field, const mlo_module_cell *cell) {
  if (!cell) return;
  mlo_handle_push(lua, MLO_HANDLE_CELL, cell->cell);
  lua_setfield(lua, -2, field);
}

static const mlo_module_cell *cell_at(const mlo_file *file, mlo_node node) {
  return file->module ? mlo_module_cell_at(file->module, file->tree->nodes[node].start) : NULL;
}

int mlo_notebook_early_reads(lua_State *lua) {
  mlo_handle_check(lua, 1, MLO_HANDLE_NOTEBOOK);
  const mlo_file *file = mlo_host_of(lua)->file;
  mlo_early_reads reads = {0};
  bool in_order = file->notebook->form != MLO_FORM_MARIMO; /* which runs cells by what they need */
  if (file->facts && in_order) mlo_facts_early_reads(file->facts, &reads);
  lua_newtable(lua);
  for (uint32_t i = 0; i < reads.len; i++) {
    const mlo_early_read *found = &reads.items[i];
    mlo_node where = found->call == MLO_NO_NODE ? found->read : found->call;
    lua_createtable(lua, 0, 6);
    mlo_push_str(lua, mlo_tree_text(file->tree, found->read));
    lua_setfield(lua, -2, "name");
    set_node(lua, "read", found->read);
    set_node(lua, "call", found->call);
    set_node(lua, "binding", found->binding);
    set_cell(lua, "cell", cell_at(file, where));
    set_cell(lua, "bound_in", cell_at(file, found->binding));
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* --- stale reads --- */

static bool shows_something(const mlo_cell *cell) {
  for (uint32_t i = 0; i < cell->outputs.len; i++) {
    const mlo_output *output = &cell->outputs.items[i];
    if (output->kind == MLO_OUTPUT_DISPLAY || output->kind == MLO_OUTPUT_RESULT) return true;
    if (output->kind == MLO_OUTPUT_STREAM && mlo_str_eq(output->stream, MLO_STR("stdout")))
      return true;
  }
  return false;
}

static void read_runs(const mlo_file *file, mlo_cell_run_list *out) {
  for (uint32_t i = 0; file->module && i < file->module->cells.len; i++) {
    const mlo_module_cell *part = &file->module->cells.items[i];
    const mlo_cell *cell = &file->notebook->cells.items[part->cell];
    bool empty = mlo_str_trim(cell->source).len == 0;
    mlo_cell_run run = {.span = part->span,
                        .count = empty ? -1 : cell->execution_count,
                        .shows = shows_something(cell)};
    MLO_PUSH(file->arena, out, run);
  }
}

int mlo_notebook_stale_reads(lua_State *lua) {
  mlo_handle_check(lua, 1, MLO_HANDLE_NOTEBOOK);
  const mlo_file *file = mlo_host_of(lua)->file;
  mlo_cell_run_list runs = {0};
  mlo_stale_reads reads = {0};
  read_runs(file, &runs);
  if (file->facts) mlo_facts_stale_reads(file->facts, &runs, &reads);
  lua_newtable(lua);
  for (uint32_t i = 0; i < reads.len; i++) {
    const mlo_stale_read *found = &reads.items[i];
    lua_createtable(lua, 0, 5);
    mlo_push_str(lua, mlo_tree_text(file->tree, found->binding));
    lua_setfield(lua, -2, "name");
    set_node(lua, "read", found->read);
    set_node(lua, "binding", found->binding);
    set_cell(lua, "cell", &file->module->cells.items[found->cell]);
    set_cell(lua, "rerun", &file->module->cells.items[found->rerun]);
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  return 1;
}
