#include "lua/host/builtin.h"
#include "lua/host/host.h"

#include "unit.h"

/* The annotations that editors read, held against what rules really find: both ways, name by name. */
typedef struct fixture {
  mlo_rule_worker worker;
  mlo_catalogue catalogue;
  mlo_arena arena;
} fixture;

static mlo_str annotations(const char *name) {
  for (const mlo_builtin *file = mlo_builtins; file->path; file++)
    if (strcmp(file->path, name) == 0)
      return mlo_str_of(file->start, (size_t)(file->end - file->start));
  fail_msg("no %s", name);
  return (mlo_str){0};
}

static void open_state(fixture *self) {
  *self = (fixture){.arena = unit_arena()};
  self->worker.catalogue = &self->catalogue;
  mlo_error err = {0};
  assert_int_equal(mlo_sandbox_open(&self->worker, &err), MLO_OK);
}

static void close_state(fixture *self) {
  mlo_sandbox_close(&self->worker);
  mlo_arena_release(&self->arena);
}

static mlo_str word_at(mlo_str text) {
  size_t len = 0;
  while (len < text.len && (text.ptr[len] == '_' || (text.ptr[len] >= 'a' && text.ptr[len] <= 'z')))
    len++;
  return mlo_str_slice(text, 0, len);
}

typedef MLO_ARRAY(mlo_str) words;

static bool has(const words *all, mlo_str word) {
  for (uint32_t i = 0; i < all->len; i++)
    if (mlo_str_eq(all->items[i], word)) return true;
  return false;
}

/* What the annotations say of a class: its fields, and the methods of the local that follows. */
static words documented(fixture *self, mlo_str text, const char *class) {
  words out = {0};
  mlo_str head = mlo_arena_format(&self->arena, "---@class mlopslint.%s", class);
  mlo_str method = mlo_arena_format(&self->arena, "function %s:", class);
  bool inside = false;
  for (mlo_str rest = text; rest.ptr;) {
    mlo_str line = mlo_str_cut(&rest, '\n'), found = {0};
    if (mlo_str_starts(line, MLO_STR("---@class "))) inside = mlo_str_eq(line, head);
    if (inside && mlo_str_starts(line, MLO_STR("---@field ")))
      found = word_at(mlo_str_from(line, sizeof "---@field " - 1));
    if (mlo_str_starts(line, method)) found = word_at(mlo_str_from(line, method.len));
    if (found.len) MLO_PUSH(&self->arena, &out, found);
  }
  return out;
}

/* Adds the keys of the table on top. */
static void add_keys(fixture *self, words *out) {
  lua_State *lua = self->worker.lua;
  for (lua_pushnil(lua); lua_next(lua, -2); lua_pop(lua, 1))
    if (lua_type(lua, -2) == LUA_TSTRING) {
      mlo_str key = mlo_arena_str(&self->arena, mlo_str_c(lua_tostring(lua, -2)));
      MLO_PUSH(&self->arena, out, key);
    }
}

/* The names of a kind's members: keys of the two tables that its __index has as upvalues. */
static words registered(fixture *self, mlo_handle_kind kind) {
  lua_State *lua = self->worker.lua;
  words out = {0};
  mlo_handle_metatable(lua, kind);
  lua_getfield(lua, -1, "__index");
  lua_getupvalue(lua, -1, 1);
  if (lua_istable(lua, -1)) lua_pop(lua, 1); /* else it wraps the function that has the tables */
  for (int upvalue = 1; upvalue <= 2; upvalue++) {
    assert_non_null(lua_getupvalue(lua, -1, upvalue));
    add_keys(self, &out);
    lua_pop(lua, 1);
  }
  lua_settop(lua, 0);
  return out;
}

static void assert_same(const words *real, const words *said, const char *of) {
  for (uint32_t i = 0; i < real->len; i++)
    if (!has(said, real->items[i]))
      fail_msg("%s.%.*s is not annotated", of, MLO_FMT(real->items[i]));
  for (uint32_t i = 0; i < said->len; i++)
    if (!has(real, said->items[i]))
      fail_msg("%s.%.*s is annotated, and does not exist", of, MLO_FMT(said->items[i]));
}

static void test_meta__handles(void **state) {
  (void)state;
  static const struct {
    mlo_handle_kind kind;
    const char *class;
  } cases[] = {{MLO_HANDLE_NODE, "Node"},       {MLO_HANDLE_VALUE, "Value"},
               {MLO_HANDLE_RANGE, "Range"},     {MLO_HANDLE_CELL, "Cell"},
               {MLO_HANDLE_OUTPUT, "Output"},   {MLO_HANDLE_NOTEBOOK, "Notebook"},
               {MLO_HANDLE_COMMAND, "Command"}, {MLO_HANDLE_MATCH, "Match"},
               {MLO_HANDLE_REPORT, "Report"},   {MLO_HANDLE_CONTEXT, "Ctx"},
               {MLO_HANDLE_PROJECT, "Project"}};
  assert_int_equal(sizeof cases / sizeof *cases, MLO_HANDLE_KIND_COUNT);
  fixture self;
  open_state(&self);
  mlo_str text = annotations("lua/meta/mlopslint.lua");
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    words real = registered(&self, cases[i].kind);
    words said = documented(&self, text, cases[i].class);
    assert_true(real.len > 0);
    assert_same(&real, &said, cases[i].class);
  }
  close_state(&self);
}

static void test_meta__modules(void **state) {
  (void)state;
  static const struct {
    const char *module, *path, *prefix;
  } cases[] = {{"mlopslint.rule", "lua/meta/mlopslint.lua", "function rule."},
               {"mlopslint.text", "lua/meta/text.lua", "function text."},
               {"mlopslint.version", "lua/meta/version.lua", "function version."}};
  fixture self;
  open_state(&self);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mlo_str source = mlo_arena_format(&self.arena, "return require '%s'", cases[i].module);
    assert_true(mlo_sandbox_run(&self.worker, source, MLO_STR("test"), NULL));
    words real = {0}, said = {0};
    add_keys(&self, &real);
    for (mlo_str rest = annotations(cases[i].path); rest.ptr;) {
      mlo_str line = mlo_str_cut(&rest, '\n'), prefix = mlo_str_c(cases[i].prefix);
      mlo_str word = word_at(mlo_str_from(line, prefix.len));
      if (mlo_str_starts(line, prefix)) MLO_PUSH(&self.arena, &said, word);
    }
    assert_same(&real, &said, cases[i].module);
    lua_settop(self.worker.lua, 0);
  }
  close_state(&self);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_meta__handles),
      cmocka_unit_test(test_meta__modules),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
