#include "lua/host/builtin.h"
#include "lua/host/host.h"

#include <stdio.h>
#include <stdlib.h>

/* Reads the normal form that lua/lib/rule.lua gives into the core's records. All getters work on the table at `table`
 * and copy into the engine's arena. */

static mlo_str get_text(lua_State *lua, int table, const char *key, mlo_arena *arena) {
  mlo_str out = {0};
  if (lua_getfield(lua, table, key) == LUA_TSTRING)
    out = mlo_arena_str(arena, mlo_check_str(lua, -1));
  lua_pop(lua, 1);
  return out;
}

static bool get_flag(lua_State *lua, int table, const char *key) {
  lua_getfield(lua, table, key);
  bool set = lua_toboolean(lua, -1);
  lua_pop(lua, 1);
  return set;
}

typedef MLO_ARRAY(mlo_str) text_list;

/* The list of strings in field key (a string alone is a list of one). */
static text_list get_texts(lua_State *lua, int table, const char *key, mlo_arena *arena) {
  text_list out = {0};
  int type = lua_getfield(lua, table, key);
  if (type == LUA_TSTRING) MLO_PUSH(arena, &out, mlo_arena_str(arena, mlo_check_str(lua, -1)));
  lua_Integer count = type == LUA_TTABLE ? (lua_Integer)lua_rawlen(lua, -1) : 0;
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(lua, -1, i);
    if (lua_type(lua, -1) != LUA_TSTRING) luaL_error(lua, "%s must hold strings", key);
    MLO_PUSH(arena, &out, mlo_arena_str(arena, mlo_check_str(lua, -1)));
    lua_pop(lua, 1);
  }
  lua_pop(lua, 1);
  return out;
}

#define COPY_TEXTS(to, from)                                                                       \
  ((to).items = (from).items, (to).len = (from).len, (to).cap = (from).cap)

static const char *const kind_names[MLO_TRIGGER_KIND_COUNT] = {
    "call",     "reference",  "import", "route",    "function", "assign", "command",
    "document", "dependency", "cell",   "notebook", "text",     "file",
};

static mlo_trigger_kind get_kind(lua_State *lua, int table) {
  lua_getfield(lua, table, "kind");
  mlo_str name = mlo_check_str(lua, -1);
  for (int i = 0; i < MLO_TRIGGER_KIND_COUNT; i++) {
    if (!mlo_str_eq(name, mlo_str_c(kind_names[i]))) continue;
    lua_pop(lua, 1);
    return (mlo_trigger_kind)i;
  }
  luaL_error(lua, "unknown kind of trigger '%s'", name.ptr);
  return MLO_TRIGGER_FILE;
}

static uint32_t get_formats(lua_State *lua, int table, mlo_arena *arena) {
  text_list names = get_texts(lua, table, "formats", arena);
  uint32_t set = 0;
  for (uint32_t i = 0; i < names.len; i++) {
    mlo_format format = mlo_format_named(names.items[i]);
    if (format == MLO_FORMAT_NONE) luaL_error(lua, "unknown format '%s'", names.items[i].ptr);
    set |= 1u << format;
  }
  return set;
}

static void get_needs(lua_State *lua, int table, mlo_trigger *out, mlo_arena *arena) {
  lua_getfield(lua, table, "needs");
  int needs = lua_gettop(lua);
  lua_Integer count = (lua_Integer)lua_rawlen(lua, needs);
  for (lua_Integer i = 1; i <= count; i++) {
    mlo_needs alternative = {0};
    lua_rawgeti(lua, needs, i);
    lua_Integer literals = (lua_Integer)lua_rawlen(lua, -1);
    for (lua_Integer n = 1; n <= literals; n++) {
      lua_rawgeti(lua, -1, n);
      mlo_str literal = mlo_arena_str(arena, mlo_check_str(lua, -1));
      if (!literal.len) luaL_error(lua, "an empty string in needs");
      MLO_PUSH(arena, &alternative.literals, literal);
      lua_pop(lua, 1);
    }
    lua_pop(lua, 1);
    MLO_PUSH(arena, &out->needs, alternative);
  }
  lua_pop(lua, 1);
}

static mlo_trigger read_trigger(lua_State *lua, mlo_arena *arena) {
  int table = lua_gettop(lua);
  mlo_trigger out = {.kind = get_kind(lua, table), .formats = get_formats(lua, table, arena)};
  text_list names = get_texts(lua, table, "names", arena);
  text_list files = get_texts(lua, table, "files", arena);
  text_list ignores = get_texts(lua, table, "ignores", arena);
  COPY_TEXTS(out.names, names);
  COPY_TEXTS(out.files, files);
  COPY_TEXTS(out.ignores, ignores);
  out.select = get_text(lua, table, "select", arena);
  out.regex = get_text(lua, table, "regex", arena);
  get_needs(lua, table, &out, arena);
  return out;
}

static void read_options(lua_State *lua, int rule, mlo_rule *out, mlo_arena *arena) {
  if (lua_getfield(lua, rule, "options") == LUA_TTABLE) {
    int options = lua_gettop(lua);
    for (lua_pushnil(lua); lua_next(lua, options); lua_pop(lua, 1)) {
      int entry = lua_gettop(lua);
      mlo_option option = {.name = mlo_arena_str(arena, mlo_check_str(lua, -2))};
      option.type = get_text(lua, entry, "type", arena);
      option.help = get_text(lua, entry, "help", arena);
      if (!option.type.len) luaL_error(lua, "option %s has no type", option.name.ptr);
      lua_createtable(lua, 1, 0); /* a list of one, since only tables are JSON of their own */
      lua_getfield(lua, entry, "default");
      bool empty_list = lua_istable(lua, -1) && lua_rawlen(lua, -1) == 0;
      lua_rawseti(lua, -2, 1);
      mlo_str json = mlo_to_json(lua, -1, arena);
      lua_pop(lua, 1);
      option.fallback = empty_list ? MLO_STR("[]") : mlo_str_slice(json, 1, json.len - 1);
      uint32_t to = out->options.len;
      MLO_PUSH(arena, &out->options, option);
      for (; to > 0 && mlo_str_compare(out->options.items[to - 1].name, option.name) > 0; to--) {
        out->options.items[to] = out->options.items[to - 1];
        out->options.items[to - 1] = option;
      }
    }
  }
  lua_pop(lua, 1);
}

/* An example is text, { text, file = "x.py", fixed = ..., message = ..., options = ... } or { files = { path = text } }. */
static void read_example(lua_State *lua, mlo_example_kind kind, mlo_str default_path, mlo_rule *out,
                         mlo_arena *arena) {
  int at = lua_gettop(lua);
  mlo_example example = {.kind = kind};
  mlo_example_file file = {.path = default_path};
  if (lua_type(lua, at) == LUA_TSTRING) {
    file.text = mlo_arena_str(arena, mlo_check_str(lua, at));
    MLO_PUSH(arena, &example.files, file);
    MLO_PUSH(arena, &out->examples, example);
    return;
  }
  luaL_checktype(lua, at, LUA_TTABLE);
  if (lua_rawgeti(lua, at, 1) == LUA_TSTRING) {
    file.text = mlo_arena_str(arena, mlo_check_str(lua, -1));
    mlo_str named = get_text(lua, at, "file", arena);
    if (named.len) file.path = named;
    MLO_PUSH(arena, &example.files, file);
  }
  if (lua_getfield(lua, at, "files") == LUA_TTABLE) {
    int files = lua_gettop(lua);
    for (lua_pushnil(lua); lua_next(lua, files); lua_pop(lua, 1)) {
      mlo_example_file each = {mlo_arena_str(arena, mlo_check_str(lua, -2)),
                               mlo_arena_str(arena, mlo_check_str(lua, -1))};
      uint32_t to = example.files.len;
      MLO_PUSH(arena, &example.files, each);
      for (; to > 0 && mlo_str_compare(example.files.items[to - 1].path, each.path) > 0; to--) {
        example.files.items[to] = example.files.items[to - 1];
        example.files.items[to - 1] = each;
      }
    }
  }
  example.fixed = get_text(lua, at, "fixed", arena);
  example.message = get_text(lua, at, "message", arena);
  if (lua_getfield(lua, at, "options") == LUA_TTABLE) example.options = mlo_to_json(lua, -1, arena);
  if (!example.files.len) luaL_error(lua, "an example needs a text or files");
  MLO_PUSH(arena, &out->examples, example);
  lua_settop(lua, at);
}

/* What an example without a file name is taken for. */
static mlo_str default_path(const mlo_trigger *trigger) {
  static const struct {
    mlo_format format;
    mlo_str path;
  } paths[] = {{MLO_FORMAT_PYTHON, MLO_STR_INIT("example.py")},
               {MLO_FORMAT_YAML, MLO_STR_INIT("example.yaml")},
               {MLO_FORMAT_DOCKERFILE, MLO_STR_INIT("Dockerfile")},
               {MLO_FORMAT_NOTEBOOK, MLO_STR_INIT("example.ipynb")},
               {MLO_FORMAT_MARKDOWN, MLO_STR_INIT("README.md")},
               {MLO_FORMAT_TOML, MLO_STR_INIT("example.toml")},
               {MLO_FORMAT_HCL, MLO_STR_INIT("main.tf")},
               {MLO_FORMAT_JSON, MLO_STR_INIT("example.json")}};
  if (trigger->kind == MLO_TRIGGER_CELL || trigger->kind == MLO_TRIGGER_NOTEBOOK)
    return MLO_STR("example.ipynb");
  if (trigger->kind == MLO_TRIGGER_COMMAND) return MLO_STR("run.sh");
  for (size_t i = 0; trigger->formats && i < sizeof paths / sizeof *paths; i++)
    if (trigger->formats >> paths[i].format & 1) return paths[i].path;
  return trigger->kind == MLO_TRIGGER_DOCUMENT ? MLO_STR("example.yaml") : MLO_STR("example.py");
}

static void read_examples(lua_State *lua, int rule, const char *key, mlo_example_kind kind,
                          mlo_str path, mlo_rule *out, mlo_arena *arena) {
  if (lua_getfield(lua, rule, "tests") == LUA_TTABLE && lua_getfield(lua, -1, key) == LUA_TTABLE) {
    int list = lua_gettop(lua);
    lua_Integer count = (lua_Integer)lua_rawlen(lua, list);
    for (lua_Integer i = 1; i <= count; i++) {
      lua_rawgeti(lua, list, i);
      read_example(lua, kind, path, out, arena);
      lua_settop(lua, list);
    }
  }
  lua_settop(lua, rule);
}

/* The upvalues of read_rule: what it fills. */
typedef struct reading {
  mlo_arena *arena;
  mlo_catalogue *out;
  mlo_rule rule;
  MLO_ARRAY(mlo_trigger) triggers;
} reading;

static int read_rule(lua_State *lua) {
  reading *self = lua_touserdata(lua, 2);
  mlo_arena *arena = self->arena;
  mlo_rule *rule = &self->rule;
  luaL_checktype(lua, 1, LUA_TTABLE);
  lua_settop(lua, 1);
  rule->code = get_text(lua, 1, "code", arena);
  rule->name = get_text(lua, 1, "name", arena);
  rule->area = get_text(lua, 1, "area", arena);
  rule->summary = get_text(lua, 1, "summary", arena);
  rule->docs = mlo_str_trim(get_text(lua, 1, "docs", arena));
  rule->url = get_text(lua, 1, "url", arena);
  if (!mlo_severity_named(get_text(lua, 1, "severity", arena), &rule->severity))
    luaL_error(lua, "bad severity");
  rule->enabled = get_flag(lua, 1, "enabled");
  rule->project = get_flag(lua, 1, "project");
  rule->whole = get_flag(lua, 1, "whole");
  text_list tags = get_texts(lua, 1, "tags", arena);
  COPY_TEXTS(rule->tags, tags);
  read_options(lua, 1, rule, arena);
  if (lua_getfield(lua, 1, "triggers") != LUA_TTABLE)
    luaL_error(lua, "a rule file returns what a constructor of mlopslint.rule gives");
  if (!rule->code.len || !rule->name.len || lua_rawlen(lua, -1) == 0)
    luaL_error(lua, "a rule needs a code, a name and a trigger");
  int triggers = lua_gettop(lua);
  lua_Integer count = (lua_Integer)lua_rawlen(lua, triggers);
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(lua, triggers, i);
    mlo_trigger trigger = read_trigger(lua, arena);
    trigger.number = (uint32_t)i - 1;
    MLO_PUSH(arena, &self->triggers, trigger);
    lua_settop(lua, triggers);
  }
  lua_settop(lua, 1);
  mlo_str path = default_path(&self->triggers.items[0]);
  read_examples(lua, 1, "bad", MLO_EXAMPLE_BAD, path, rule, arena);
  read_examples(lua, 1, "good", MLO_EXAMPLE_GOOD, path, rule, arena);
  return 0;
}

static void add_problem(mlo_catalogue *out, mlo_arena *arena, mlo_str path, const char *message) {
  mlo_problem problem = {mlo_arena_str(arena, path), mlo_arena_str(arena, mlo_str_c(message))};
  MLO_PUSH(arena, &out->problems, problem);
}

static bool is_known(const mlo_catalogue *catalogue, const mlo_rule *rule, const char **what) {
  for (uint32_t i = 0; i < catalogue->rules.len; i++) {
    *what = "the code is taken already";
    if (mlo_str_eq(catalogue->rules.items[i].code, rule->code)) return true;
    *what = "the name is taken already";
    if (mlo_str_eq(catalogue->rules.items[i].name, rule->name)) return true;
  }
  return false;
}

/* Triggers carry the rule's place in the list as it is read; sort_rules renumbers them. */
static void keep_rule(const reading *read, mlo_catalogue *out) {
  for (uint32_t i = 0; i < read->triggers.len; i++) {
    mlo_trigger trigger = read->triggers.items[i];
    trigger.rule = out->rules.len;
    MLO_PUSH(read->arena, &out->triggers, trigger);
  }
  MLO_PUSH(read->arena, &out->rules, read->rule);
}

static void load_file(mlo_rule_worker *worker, mlo_str path, mlo_str source, mlo_arena *arena,
                      mlo_catalogue *out) {
  mlo_error err = {0};
  if (!worker->lua && mlo_sandbox_open(worker, &err) != MLO_OK) {
    add_problem(out, arena, path, err.message);
    return;
  }
  lua_State *lua = worker->lua;
  lua_settop(lua, 0);
  mlo_answers answers = {.arena = arena};
  worker->answers = &answers;
  reading read = {
      .arena = arena, .out = out, .rule = {.file = mlo_arena_str(arena, path), .source = source}};
  bool ok = mlo_sandbox_run(worker, source, path);
  if (ok) {
    lua_pushcfunction(lua, read_rule);
    lua_insert(lua, -2);
    lua_pushlightuserdata(lua, &read);
    ok = mlo_sandbox_call(worker, 2, 0) == LUA_OK;
  }
  const char *taken = NULL;
  if (!ok)
    add_problem(out, arena, path, mlo_sandbox_why(worker));
  else if (is_known(out, &read.rule, &taken))
    add_problem(out, arena, path, taken);
  else
    keep_rule(&read, out);
  worker->answers = NULL;
  if (worker->crowded) mlo_sandbox_close(worker);
}

/* --- packs --- */

static void load_pack(mlo_rule_worker *worker, mlo_str folder, mlo_arena *arena,
                      mlo_catalogue *out) {
  mlo_error err = {0};
  mlo_dir_entries entries = {0};
  if (mlo_os_list(folder, arena, &entries, &err) != MLO_OK) {
    add_problem(out, arena, folder, err.message);
    return;
  }
  for (uint32_t i = 0; i < entries.len; i++) {
    mlo_str name = entries.items[i].name;
    if (entries.items[i].kind != MLO_FILE_REGULAR || !mlo_str_ends(name, MLO_STR(".lua"))) continue;
    mlo_str path = mlo_arena_format(arena, "%.*s/%.*s", MLO_FMT(folder), MLO_FMT(name)),
            source = {0};
    if (mlo_os_read(path, 1 << 20, arena, &source, &err) == MLO_OK)
      load_file(worker, path, source, arena, out);
    else
      add_problem(out, arena, path, err.message);
  }
}

static int compare_rules(const void *a, const void *b) {
  return mlo_str_compare((*(const mlo_rule *const *)a)->code, (*(const mlo_rule *const *)b)->code);
}

/* Rules by code; triggers follow their rules. */
static void sort_rules(mlo_catalogue *out, mlo_arena *arena) {
  uint32_t count = out->rules.len;
  mlo_rule *sorted = MLO_NEW_ARRAY(arena, mlo_rule, count);
  const mlo_rule **order = MLO_NEW_ARRAY(arena, const mlo_rule *, count);
  uint32_t *now_at = MLO_NEW_ARRAY(arena, uint32_t, count);
  for (uint32_t i = 0; i < count; i++) order[i] = &out->rules.items[i];
  if (count) qsort(order, count, sizeof *order, compare_rules);
  for (uint32_t i = 0; i < count; i++) {
    now_at[order[i] - out->rules.items] = i;
    sorted[i] = *order[i];
  }
  out->rules.items = sorted;
  out->rules.cap = count;
  for (uint32_t i = 0; i < out->triggers.len; i++)
    out->triggers.items[i].rule = now_at[out->triggers.items[i].rule];
}

mlo_status mlo_catalogue_load(const mlo_str *packs, uint32_t pack_count, mlo_arena *arena,
                              mlo_catalogue *out, mlo_error *err) {
  mlo_rule_worker worker = {.catalogue = out};
  mlo_status status = mlo_sandbox_open(&worker, err);
  if (status != MLO_OK) return status;
  for (const mlo_builtin *file = mlo_builtins; file->path; file++) {
    mlo_str path = mlo_str_c(file->path);
    if (mlo_str_starts(path, MLO_STR("lua/rules/")))
      load_file(&worker, path, mlo_str_of(file->start, (size_t)(file->end - file->start)), arena,
                out);
  }
  for (uint32_t i = 0; i < pack_count; i++) load_pack(&worker, packs[i], arena, out);
  mlo_sandbox_close(&worker);
  sort_rules(out, arena);
  return MLO_OK;
}

/* Keeping the rule may need memory, so it runs in protected mode. */
static int keep_table(lua_State *lua) {
  lua_pushinteger(lua, luaL_ref(lua, LUA_REGISTRYINDEX));
  return 1;
}

bool mlo_rule_push(mlo_rule_worker *self, uint32_t rule) {
  lua_State *lua = self->lua;
  if (self->rule_refs[rule] != LUA_NOREF) {
    lua_rawgeti(lua, LUA_REGISTRYINDEX, self->rule_refs[rule]);
    return true;
  }
  const mlo_rule *record = &self->catalogue->rules.items[rule];
  if (!mlo_sandbox_run(self, record->source, record->file)) return false;
  lua_pushcfunction(lua, keep_table);
  lua_pushvalue(lua, -2);
  if (mlo_sandbox_call(self, 1, 1) != LUA_OK) return false;
  self->rule_refs[rule] = (int)lua_tointeger(lua, -1);
  lua_pop(lua, 1);
  return true;
}
