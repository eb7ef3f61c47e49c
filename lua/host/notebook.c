#include "lua/host/host.h"
#include "notebook/strip.h"

#include "notebook/shown_table.h"

static const mlo_file *file_of(lua_State *lua) { return mlo_host_of(lua)->file; }
static const mlo_cell *self_cell(lua_State *lua) {
  return &file_of(lua)->notebook->cells.items[mlo_handle_check(lua, 1, MLO_HANDLE_CELL)->index];
}

/* Pushes a range, or nil where the file has no such thing. */
static int push_range_or_nil(lua_State *lua, mlo_span span) {
  if (span.end > span.start)
    mlo_push_range(lua, MLO_SPACE_RAW, span);
  else
    lua_pushnil(lua);
  return 1;
}

static int push_count_or_nil(lua_State *lua, int64_t count) {
  if (count < 0)
    lua_pushnil(lua);
  else
    lua_pushinteger(lua, count);
  return 1;
}

static int push_str_or_nil(lua_State *lua, mlo_str s) {
  if (s.len == 0)
    lua_pushnil(lua);
  else
    mlo_push_str(lua, s);
  return 1;
}

/* --- metadata --- */

enum { LARGEST_METADATA = 64 << 10 };

/* JSON that Lua has no word for (NaN), or that is nested deeper than facts may be, is left out. */
static int push_plain(lua_State *lua) {
  const mlo_str *json = lua_touserdata(lua, 1);
  mlo_push_json(lua, *json);
  return 1;
}

/* Pushes the object at span as a table without its large members. */
static int push_metadata(lua_State *lua, mlo_span span) {
  const mlo_file *file = file_of(lua);
  mlo_json_members members = mlo_json_members_of(file->raw, span, file->arena);
  mlo_sandbox_charge(lua, span.end - span.start);
  lua_newtable(lua);
  for (uint32_t i = 0; i < members.len; i++) {
    mlo_str json = mlo_span_of(file->raw, members.items[i].value);
    if (json.len > LARGEST_METADATA) continue;
    mlo_push_str(lua, members.items[i].name);
    lua_pushcfunction(lua, push_plain);
    lua_pushlightuserdata(lua, &json);
    if (lua_pcall(lua, 1, 1, 0) == LUA_OK)
      lua_rawset(lua, -3);
    else
      lua_pop(lua, 2);
  }
  return 1;
}

/* The span of the value that the names from argument 2 lead to from the object at *span, and the edit's place that
 * takes it out; false if there is none. */
static bool find_member(lua_State *lua, mlo_span span, mlo_span *removal) {
  const mlo_file *file = file_of(lua);
  bool found = false;
  for (int arg = 2; arg <= lua_gettop(lua); arg++) {
    mlo_str name = mlo_check_str(lua, arg);
    mlo_json_members members = mlo_json_members_of(file->raw, span, file->arena);
    found = false;
    for (uint32_t i = members.len; i > 0 && !found; i--) {
      found = mlo_str_eq(members.items[i - 1].name, name);
      if (found) *removal = mlo_json_removal(span, &members, i - 1);
      if (found) span = members.items[i - 1].value;
    }
    if (!found) return false;
  }
  return found;
}

/* Edits that take a member out: none if it is not there. */
static int push_removal(lua_State *lua, mlo_span object) {
  mlo_span removal;
  bool found = find_member(lua, object, &removal);
  lua_newtable(lua);
  if (!found) return 1;
  mlo_push_edit(lua, MLO_SPACE_RAW, removal, (mlo_str){0});
  lua_rawseti(lua, -2, 1);
  return 1;
}

/* --- cells --- */

static int cell_kind(lua_State *lua) {
  static const char *const names[] = {"code", "markdown", "raw"};
  lua_pushstring(lua, names[self_cell(lua)->kind]);
  return 1;
}

static int cell_number(lua_State *lua) {
  lua_pushinteger(lua, self_cell(lua)->number);
  return 1;
}

static int cell_source(lua_State *lua) {
  mlo_push_str(lua, self_cell(lua)->source);
  return 1;
}

static int cell_count(lua_State *lua) {
  return push_count_or_nil(lua, self_cell(lua)->execution_count);
}

static int cell_id(lua_State *lua) { return push_str_or_nil(lua, self_cell(lua)->id); }
static int cell_language(lua_State *lua) { return push_str_or_nil(lua, self_cell(lua)->language); }
static int cell_metadata(lua_State *lua) {
  return push_metadata(lua, self_cell(lua)->metadata_span);
}
static int cell_metadata_range(lua_State *lua) {
  return push_range_or_nil(lua, self_cell(lua)->metadata_span);
}
static int cell_outputs_range(lua_State *lua) {
  return push_range_or_nil(lua, self_cell(lua)->outputs_span);
}
static int cell_collapsed(lua_State *lua) {
  lua_pushboolean(lua, self_cell(lua)->collapsed_source);
  return 1;
}
static int cell_outputs_collapsed(lua_State *lua) {
  lua_pushboolean(lua, self_cell(lua)->collapsed_outputs);
  return 1;
}
static int cell_remove(lua_State *lua) { return push_removal(lua, self_cell(lua)->span); }

/* Pasted files: {name, mime, size, range}. */
static int cell_attachments(lua_State *lua) {
  const mlo_cell *cell = self_cell(lua);
  lua_newtable(lua);
  for (uint32_t i = 0; i < cell->attachments.len; i++) {
    const mlo_attachment *one = &cell->attachments.items[i];
    lua_createtable(lua, 0, 4);
    mlo_push_str(lua, one->name);
    lua_setfield(lua, -2, "name");
    mlo_push_str(lua, one->mime);
    lua_setfield(lua, -2, "mime");
    lua_pushinteger(lua, (lua_Integer)one->span.end - one->span.start);
    lua_setfield(lua, -2, "size");
    mlo_push_range(lua, MLO_SPACE_RAW, one->span);
    lua_setfield(lua, -2, "range");
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  return 1;
}

static int cell_tags(lua_State *lua) {
  const mlo_cell *cell = self_cell(lua);
  lua_newtable(lua);
  for (uint32_t i = 0; i < cell->tags.len; i++) {
    mlo_push_str(lua, cell->tags.items[i]);
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  return 1;
}

static int cell_outputs(lua_State *lua) {
  mlo_handle *self = mlo_handle_check(lua, 1, MLO_HANDLE_CELL);
  const mlo_cell *cell = self_cell(lua);
  lua_newtable(lua);
  for (uint32_t i = 0; i < cell->outputs.len; i++) {
    mlo_handle *output = mlo_handle_push(lua, MLO_HANDLE_OUTPUT, self->index);
    output->item = (int32_t)i;
    output->span = cell->outputs.items[i].span;
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* The place of the first line of a cell's source (for findings about the cell as a whole), else of the cell. */
static int cell_head(lua_State *lua) {
  const mlo_cell *cell = self_cell(lua);
  size_t line = mlo_str_find_char(cell->source, '\n');
  uint32_t end = (uint32_t)(line == SIZE_MAX ? cell->source.len : line);
  if (end == 0)
    mlo_push_range(lua, MLO_SPACE_RAW, cell->span);
  else
    mlo_push_range(lua, MLO_SPACE_RAW, mlo_origin_span(&cell->source_origin, (mlo_span){0, end}));
  return 1;
}

static int cell_count_range(lua_State *lua) {
  return push_range_or_nil(lua, self_cell(lua)->count_span);
}

/* The place of source bytes from (1-based) to the end `to` (inclusive), as string.find gives them. */
static int cell_range(lua_State *lua) {
  const mlo_cell *cell = self_cell(lua);
  lua_Integer from = luaL_checkinteger(lua, 2), to = luaL_checkinteger(lua, 3);
  if (from < 1 || to < from - 1 || (size_t)to > cell->source.len)
    return luaL_error(lua, "outside the cell's source");
  mlo_push_range(
      lua, MLO_SPACE_RAW,
      mlo_origin_span(&cell->source_origin, (mlo_span){(uint32_t)from - 1, (uint32_t)to}));
  return 1;
}

/* All its outputs may stay in version control. */
static int cell_kept(lua_State *lua) {
  const mlo_file *file = file_of(lua);
  lua_pushboolean(lua, mlo_policy_keeps_cell(file->policy, file->notebook, self_cell(lua)));
  return 1;
}

/* Edits that strip the cell as far as its outputs and counts may not stay. "all": outputs that may stay go too. */
static int cell_strip(lua_State *lua) {
  const mlo_file *file = file_of(lua);
  const mlo_cell *cell = self_cell(lua);
  bool all = lua_gettop(lua) > 1 && mlo_str_eq(mlo_check_str(lua, 2), MLO_STR("all"));
  mlo_strip_edits edits = {0};
  mlo_strip_outputs(file->notebook, file->policy, cell, all, file->arena, &edits);
  lua_newtable(lua);
  for (uint32_t i = 0; i < edits.len; i++) {
    mlo_push_edit(lua, MLO_SPACE_RAW, edits.items[i].span, edits.items[i].text);
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* The cell's text in the module, or an empty span. */
static mlo_span span_in_module(const mlo_file *file, uint32_t cell) {
  for (uint32_t i = 0; file->module && i < file->module->cells.len; i++)
    if (file->module->cells.items[i].cell == cell) return file->module->cells.items[i].span;
  return (mlo_span){0};
}

/* The statements that stand in the cell itself, not in a block of it. */
static int cell_statements(lua_State *lua) {
  const mlo_tree *tree = file_of(lua)->tree;
  mlo_span span = span_in_module(file_of(lua), mlo_handle_check(lua, 1, MLO_HANDLE_CELL)->index);
  uint64_t steps = file_of(lua)->notebook->cells.len;
  lua_newtable(lua);
  lua_Integer n = 0;
  mlo_node node = tree ? mlo_tree_first_child(tree, 0) : MLO_NO_NODE;
  for (; node != MLO_NO_NODE && tree->nodes[node].start < span.end;
       node = mlo_tree_next(tree, node), steps++) {
    if (tree->nodes[node].start < span.start || tree->nodes[node].kind == MLO_PY_COMMENT) continue;
    mlo_push_node(lua, node);
    lua_rawseti(lua, -2, ++n);
  }
  mlo_sandbox_charge(lua, steps);
  return 1;
}

/* --- outputs --- */

static const mlo_output *self_output(lua_State *lua) {
  const mlo_handle *self = mlo_handle_check(lua, 1, MLO_HANDLE_OUTPUT);
  return &file_of(lua)->notebook->cells.items[self->index].outputs.items[self->item];
}

static int output_kind(lua_State *lua) {
  static const char *const names[] = {"stream", "display", "result", "error"};
  lua_pushstring(lua, names[self_output(lua)->kind]);
  return 1;
}

/* The output's size in the file, in bytes. */
static int output_size(lua_State *lua) {
  const mlo_output *output = self_output(lua);
  lua_pushinteger(lua, (lua_Integer)output->span.end - output->span.start);
  return 1;
}

/* It may stay in version control, at least in part. */
static int output_kept(lua_State *lua) {
  const mlo_handle *self = mlo_handle_check(lua, 1, MLO_HANDLE_OUTPUT);
  const mlo_file *file = file_of(lua);
  const mlo_cell *cell = &file->notebook->cells.items[self->index];
  lua_pushboolean(lua,
                  mlo_policy_keeps_output(file->policy, file->notebook, cell, self_output(lua)));
  return 1;
}

/* All outputs of the notebook may stay, by its path or its metadata. */
static int notebook_kept(lua_State *lua) {
  mlo_handle_check(lua, 1, MLO_HANDLE_NOTEBOOK);
  const mlo_file *file = file_of(lua);
  lua_pushboolean(lua, mlo_policy_keeps_notebook(file->policy, file->notebook));
  return 1;
}

static int output_mimes(lua_State *lua) {
  const mlo_output *output = self_output(lua);
  lua_newtable(lua);
  for (uint32_t i = 0; i < output->texts.len; i++) {
    mlo_push_str(lua, output->texts.items[i].mime);
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  return 1;
}

static int output_name(lua_State *lua) { return push_str_or_nil(lua, self_output(lua)->stream); }
static int output_error_name(lua_State *lua) {
  return push_str_or_nil(lua, self_output(lua)->error_name);
}
static int output_error_value(lua_State *lua) {
  return push_str_or_nil(lua, self_output(lua)->error_value);
}
static int output_count(lua_State *lua) {
  return push_count_or_nil(lua, self_output(lua)->execution_count);
}
static int output_metadata(lua_State *lua) {
  return push_metadata(lua, self_output(lua)->metadata_span);
}

enum { LARGEST_TEXT = 4 << 20 };

/* The output's text of a MIME type (or "stdout", "stderr", "traceback"), or NULL. Those of over 4 MiB of JSON are not
 * looked into. */
static const mlo_output_text *find_text(const mlo_output *output, mlo_str mime) {
  for (uint32_t i = 0; i < output->texts.len; i++) {
    const mlo_output_text *text = &output->texts.items[i];
    if (mlo_str_eq(text->mime, mime) && text->span.end - text->span.start <= LARGEST_TEXT)
      return text;
  }
  return NULL;
}

/* output:text("text/plain"): the decoded text, or nil. */
static int output_text(lua_State *lua) {
  const mlo_output_text *text = find_text(self_output(lua), mlo_check_str(lua, 2));
  if (text)
    mlo_push_str(lua, mlo_json_text(file_of(lua)->raw, text->span, file_of(lua)->arena, NULL));
  else
    lua_pushnil(lua);
  return 1;
}

/* The place of bytes from (1-based) to the end `to` (inclusive) of output:text(mime); of its JSON value without them. */
static int output_range(lua_State *lua) {
  const mlo_output_text *found = find_text(self_output(lua), mlo_check_str(lua, 2));
  if (lua_gettop(lua) == 2) return push_range_or_nil(lua, found ? found->span : (mlo_span){0});
  lua_Integer from = luaL_checkinteger(lua, 3), to = luaL_checkinteger(lua, 4);
  if (!found) return luaL_error(lua, "the output has no such text");
  mlo_origin origin;
  mlo_str text = mlo_json_text(file_of(lua)->raw, found->span, file_of(lua)->arena, &origin);
  if (from < 1 || to < from - 1 || (size_t)to > text.len)
    return luaL_error(lua, "outside the output's text");
  mlo_sandbox_charge(lua, text.len / 4);
  mlo_push_range(lua, MLO_SPACE_RAW,
                 mlo_origin_span(&origin, (mlo_span){(uint32_t)from - 1, (uint32_t)to}));
  return 1;
}

static void set_row(lua_State *lua, const char *field, const mlo_shown_row *row) {
  lua_createtable(lua, (int)row->len, 0);
  for (uint32_t i = 0; i < row->len; i++) {
    mlo_push_str(lua, row->items[i]);
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  if (field) lua_setfield(lua, -2, field);
}

static void push_table(lua_State *lua, const mlo_shown_table *table, mlo_str mime) {
  lua_createtable(lua, 0, 6);
  mlo_push_str(lua, mime);
  lua_setfield(lua, -2, "mime");
  set_row(lua, "header", &table->header);
  lua_createtable(lua, (int)table->rows.len, 0);
  for (uint32_t i = 0; i < table->rows.len; i++) {
    mlo_sandbox_charge(lua, table->header.len);
    set_row(lua, NULL, &table->rows.items[i]);
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  lua_setfield(lua, -2, "rows");
  lua_pushinteger(lua, table->row_count);
  lua_setfield(lua, -2, "row_count");
  lua_pushinteger(lua, table->all_rows ? table->all_rows : table->row_count);
  lua_setfield(lua, -2, "all_rows");
}

/* Reads the tables of the first of these texts that has any. */
static mlo_str read_tables(lua_State *lua, const mlo_output *output, mlo_shown_tables *out) {
  static const struct {
    mlo_str mime;
    void (*read)(mlo_str text, mlo_arena *arena, mlo_shown_tables *out);
  } kinds[] = {{MLO_STR_INIT("text/html"), mlo_shown_tables_of_html},
               {MLO_STR_INIT("text/plain"), mlo_shown_tables_of_text},
               {MLO_STR_INIT("stdout"), mlo_shown_tables_of_text}};
  const mlo_file *file = file_of(lua);
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !out->len; i++) {
    const mlo_output_text *found = find_text(output, kinds[i].mime);
    if (!found) continue;
    mlo_str text = mlo_json_text(file->raw, found->span, file->arena, NULL);
    mlo_sandbox_charge(lua, text.len / 2);
    kinds[i].read(text, file->arena, out);
    if (out->len) return kinds[i].mime;
  }
  return MLO_STR("");
}

/* output:tables(): what it shows as rows and columns. */
static int output_tables(lua_State *lua) {
  mlo_shown_tables tables = {0};
  mlo_str mime = read_tables(lua, self_output(lua), &tables);
  lua_createtable(lua, (int)tables.len, 0);
  for (uint32_t i = 0; i < tables.len; i++) {
    push_table(lua, &tables.items[i], mime);
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* --- the notebook --- */

static int notebook_language(lua_State *lua) {
  mlo_handle_check(lua, 1, MLO_HANDLE_NOTEBOOK);
  mlo_push_str(lua, file_of(lua)->notebook->language);
  return 1;
}

static const mlo_notebook *self_notebook(lua_State *lua) {
  mlo_handle_check(lua, 1, MLO_HANDLE_NOTEBOOK);
  return file_of(lua)->notebook;
}

static int notebook_platform(lua_State *lua) {
  mlo_push_str(lua, mlo_platform_name(self_notebook(lua)->platform));
  return 1;
}
static int notebook_form(lua_State *lua) {
  mlo_push_str(lua, mlo_form_name(self_notebook(lua)->form));
  return 1;
}
static int notebook_kernel(lua_State *lua) {
  return push_str_or_nil(lua, self_notebook(lua)->kernel);
}
static int notebook_nbformat(lua_State *lua) {
  int nbformat = self_notebook(lua)->nbformat;
  return push_count_or_nil(lua, nbformat > 0 ? nbformat : -1);
}
static int notebook_nbformat_minor(lua_State *lua) {
  return push_count_or_nil(lua, self_notebook(lua)->nbformat_minor);
}
static int notebook_metadata(lua_State *lua) {
  return push_metadata(lua, self_notebook(lua)->metadata_span);
}
static int notebook_metadata_range(lua_State *lua) {
  return push_range_or_nil(lua, self_notebook(lua)->metadata_span);
}
static int notebook_widgets_range(lua_State *lua) {
  return push_range_or_nil(lua, self_notebook(lua)->widgets_span);
}
static int notebook_widgets_size(lua_State *lua) {
  const mlo_notebook *notebook = self_notebook(lua);
  lua_pushinteger(lua, (lua_Integer)notebook->widgets_span.end - notebook->widgets_span.start);
  return 1;
}
static int notebook_remove(lua_State *lua) {
  const mlo_notebook *notebook = self_notebook(lua);
  return push_removal(lua, (mlo_span){0, (uint32_t)notebook->raw.len});
}

static int notebook_cells(lua_State *lua) {
  mlo_handle_check(lua, 1, MLO_HANDLE_NOTEBOOK);
  lua_newtable(lua);
  for (uint32_t i = 0; i < file_of(lua)->notebook->cells.len; i++) {
    mlo_handle_push(lua, MLO_HANDLE_CELL, i);
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* Magics and shell lines: {name, line, range, cell}. */
static int notebook_magics(lua_State *lua) {
  mlo_handle_check(lua, 1, MLO_HANDLE_NOTEBOOK);
  const mlo_module *module = file_of(lua)->module;
  lua_newtable(lua);
  for (uint32_t i = 0; module && i < module->magics.len; i++) {
    const mlo_magic *magic = &module->magics.items[i];
    lua_createtable(lua, 0, 4);
    mlo_push_str(lua, magic->name);
    lua_setfield(lua, -2, "name");
    mlo_push_str(lua, magic->line);
    lua_setfield(lua, -2, "line");
    mlo_push_range(lua, MLO_SPACE_TEXT, magic->span);
    lua_setfield(lua, -2, "range");
    mlo_handle_push(lua, MLO_HANDLE_CELL, magic->cell);
    lua_setfield(lua, -2, "cell");
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* Code cells that are not Python: {cell, range of the first error}. */
static int notebook_broken_cells(lua_State *lua) {
  mlo_handle_check(lua, 1, MLO_HANDLE_NOTEBOOK);
  const mlo_module *module = file_of(lua)->module;
  lua_newtable(lua);
  lua_Integer n = 0;
  for (uint32_t i = 0; module && i < module->cells.len; i++) {
    if (!module->cells.items[i].broken || module->cells.items[i].cell == MLO_NO_CELL) continue;
    lua_createtable(lua, 0, 2);
    mlo_handle_push(lua, MLO_HANDLE_CELL, module->cells.items[i].cell);
    lua_setfield(lua, -2, "cell");
    mlo_push_range(lua, MLO_SPACE_TEXT, module->cells.items[i].broken_span);
    lua_setfield(lua, -2, "range");
    lua_rawseti(lua, -2, ++n);
  }
  return 1;
}

void mlo_notebook_define(lua_State *lua) {
  static const mlo_member_entry cell[] = {
      {"kind", cell_kind, NULL},
      {"number", cell_number, NULL},
      {"source", cell_source, NULL},
      {"execution_count", cell_count, NULL},
      {"id", cell_id, NULL},
      {"language", cell_language, NULL},
      {"metadata", cell_metadata, NULL},
      {"attachments", cell_attachments, NULL},
      {"collapsed", cell_collapsed, NULL},
      {"outputs_collapsed", cell_outputs_collapsed, NULL},
      {"metadata_range", cell_metadata_range, NULL},
      {"outputs_range", cell_outputs_range, NULL},
      {"remove", NULL, cell_remove},
      {"tags", cell_tags, NULL},
      {"outputs", cell_outputs, NULL},
      {"kept", cell_kept, NULL},
      {"head", cell_head, NULL},
      {"count_range", cell_count_range, NULL},
      {"range", NULL, cell_range},
      {"statements", NULL, cell_statements},
      {"strip", NULL, cell_strip},
      {"location", NULL, mlo_handle_location},
      {0},
  };
  mlo_handle_define(lua, MLO_HANDLE_CELL, cell);
  static const mlo_member_entry output[] = {
      {"kind", output_kind, NULL},
      {"size", output_size, NULL},
      {"mimes", output_mimes, NULL},
      {"kept", output_kept, NULL},
      {"name", output_name, NULL},
      {"error_name", output_error_name, NULL},
      {"error_value", output_error_value, NULL},
      {"execution_count", output_count, NULL},
      {"metadata", output_metadata, NULL},
      {"text", NULL, output_text},
      {"range", NULL, output_range},
      {"tables", NULL, output_tables},
      {"location", NULL, mlo_handle_location},
      {0},
  };
  mlo_handle_define(lua, MLO_HANDLE_OUTPUT, output);
  static const mlo_member_entry notebook[] = {
      {"language", notebook_language, NULL},
      {"kept", notebook_kept, NULL},
      {"form", notebook_form, NULL},
      {"platform", notebook_platform, NULL},
      {"kernel", notebook_kernel, NULL},
      {"nbformat", notebook_nbformat, NULL},
      {"nbformat_minor", notebook_nbformat_minor, NULL},
      {"metadata", notebook_metadata, NULL},
      {"metadata_range", notebook_metadata_range, NULL},
      {"widgets_range", notebook_widgets_range, NULL},
      {"widgets_size", notebook_widgets_size, NULL},
      {"remove", NULL, notebook_remove},
      {"cells", NULL, notebook_cells},
      {"early_reads", NULL, mlo_notebook_early_reads},
      {"stale_reads", NULL, mlo_notebook_stale_reads},
      {"magics", NULL, notebook_magics},
      {"broken_cells", NULL, notebook_broken_cells},
      {"location", NULL, mlo_handle_location},
      {0},
  };
  mlo_handle_define(lua, MLO_HANDLE_NOTEBOOK, notebook);
}
