#include "lua/host/builtin.h"
#include "lua/host/host.h"

#include "match/query.h"
#include "match/trigger.h"
#include "project/project.h"

#include <math.h>
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

enum { MOST_TRIGGERS = 32 };

static const char *const kind_names[MLO_TRIGGER_KIND_COUNT] = {
    "call",       "reference", "import",   "route", "function", "assign", "command", "document",
    "dependency", "cell",      "notebook", "text",  "pattern",  "query",  "file",
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

/* A query is for Python unless it says more. */
static void check_query(lua_State *lua, mlo_trigger *out) {
  if (!out->formats) out->formats = 1u << MLO_FORMAT_PYTHON | 1u << MLO_FORMAT_NOTEBOOK;
  for (int f = 0; f < MLO_FORMAT_COUNT; f++) {
    if (!(out->formats >> f & 1)) continue;
    mlo_query *query = NULL;
    mlo_error err = {0};
    if (mlo_query_new(mlo_host_of(lua)->catalogue->grammars, (mlo_format)f, out->query, &query,
                      &err) != MLO_OK)
      luaL_error(lua, "the query for %s: %s", mlo_format_name((mlo_format)f).ptr, err.message);
    mlo_query_free(query);
  }
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
  out.query = get_text(lua, table, "query", arena);
  if (out.kind == MLO_TRIGGER_QUERY) check_query(lua, &out);
  if (out.kind == MLO_TRIGGER_PATTERN) out.selector = mlo_read_selector(lua, table, arena);
  get_needs(lua, table, &out, arena);
  mlo_error err = {0};
  if (mlo_trigger_check(&out, arena, &err) != MLO_OK) luaL_error(lua, "%s", err.message);
  return out;
}

static double get_bound(lua_State *lua, int table, const char *key, double none) {
  lua_getfield(lua, table, key);
  double bound = luaL_optnumber(lua, -1, none);
  lua_pop(lua, 1);
  return bound;
}

/* The default of the option whose table is at `entry`, as JSON. */
static mlo_str get_default(lua_State *lua, int entry, mlo_arena *arena) {
  lua_createtable(lua, 1, 0); /* a list of one, since only tables are JSON of their own */
  lua_getfield(lua, entry, "default");
  bool empty_list = lua_istable(lua, -1) && lua_rawlen(lua, -1) == 0;
  lua_rawseti(lua, -2, 1);
  mlo_str json = mlo_to_json(lua, -1, arena);
  lua_pop(lua, 1);
  return empty_list ? MLO_STR("[]") : mlo_str_slice(json, 1, json.len - 1);
}

/* The option whose name and table are on top of the stack. */
static mlo_option read_option(lua_State *lua, mlo_arena *arena) {
  int entry = lua_gettop(lua);
  mlo_option option = {.name = mlo_arena_str(arena, mlo_check_str(lua, -2))};
  option.type = get_text(lua, entry, "type", arena);
  option.help = get_text(lua, entry, "help", arena);
  if (!option.type.len) luaL_error(lua, "option %s has no type", option.name.ptr);
  text_list choices = get_texts(lua, entry, "choices", arena);
  COPY_TEXTS(option.choices, choices);
  option.least = get_bound(lua, entry, "min", -INFINITY);
  option.most = get_bound(lua, entry, "max", INFINITY);
  option.fallback = get_default(lua, entry, arena);
  return option;
}

static void read_options(lua_State *lua, int rule, mlo_rule *out, mlo_arena *arena) {
  if (lua_getfield(lua, rule, "options") == LUA_TTABLE) {
    int options = lua_gettop(lua);
    for (lua_pushnil(lua); lua_next(lua, options); lua_pop(lua, 1)) {
      mlo_option option = read_option(lua, arena);
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
  text_list expected = get_texts(lua, at, "expect", arena);
  for (uint32_t i = 0; i < expected.len; i++)
    example.expect =
        mlo_arena_format(arena, "%.*s%.*s\n", MLO_FMT(example.expect), MLO_FMT(expected.items[i]));
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

static uint32_t get_parts(lua_State *lua, int rule, mlo_arena *arena) {
  text_list names = get_texts(lua, rule, "index", arena);
  uint32_t parts = 0;
  for (uint32_t i = 0; i < names.len; i++) {
    mlo_index_part part;
    if (!mlo_index_part_named(names.items[i], &part))
      luaL_error(lua, "the index has no part '%s'", names.items[i].ptr);
    parts |= 1u << part;
  }
  return parts;
}

/* --- one file --- */

/* What a rule file gave. Its triggers carry the number of their rule in the file. */
typedef struct reading {
  mlo_arena *arena;
  mlo_rule file; /* file, source and pack of the rules in it */
  MLO_ARRAY(mlo_rule) rules;
  MLO_ARRAY(mlo_trigger) triggers;
} reading;

static void read_metadata(lua_State *lua, mlo_rule *rule, mlo_arena *arena) {
  rule->code = get_text(lua, 1, "code", arena);
  rule->name = get_text(lua, 1, "name", arena);
  rule->area = get_text(lua, 1, "area", arena);
  rule->summary = get_text(lua, 1, "summary", arena);
  rule->docs = mlo_str_trim(get_text(lua, 1, "docs", arena));
  rule->url = get_text(lua, 1, "url", arena);
  rule->since = get_text(lua, 1, "since", arena);
  rule->message = get_text(lua, 1, "message", arena);
  if (!mlo_severity_named(get_text(lua, 1, "severity", arena), &rule->severity))
    luaL_error(lua, "bad severity");
  rule->enabled = get_flag(lua, 1, "enabled");
  rule->project = get_flag(lua, 1, "project");
  rule->whole = get_flag(lua, 1, "whole");
  rule->index = get_parts(lua, 1, arena);
  text_list tags = get_texts(lua, 1, "tags", arena);
  COPY_TEXTS(rule->tags, tags);
  text_list deprecated = get_texts(lua, 1, "deprecated", arena);
  COPY_TEXTS(rule->deprecated, deprecated);
  read_options(lua, 1, rule, arena);
}

static void read_triggers(lua_State *lua, reading *self) {
  int triggers = lua_gettop(lua);
  lua_Integer count = (lua_Integer)lua_rawlen(lua, triggers);
  if (count > MOST_TRIGGERS) luaL_error(lua, "a rule takes at most %d triggers", MOST_TRIGGERS);
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(lua, triggers, i);
    mlo_trigger trigger = read_trigger(lua, self->arena);
    trigger.number = (uint32_t)i - 1;
    trigger.rule = self->rules.len;
    MLO_PUSH(self->arena, &self->triggers, trigger);
    lua_settop(lua, triggers);
  }
}

/* The table of a rule at 1, the reading at 2, its item at 3. */
static int read_rule(lua_State *lua) {
  reading *self = lua_touserdata(lua, 2);
  mlo_rule rule = self->file;
  rule.item = (uint32_t)lua_tointeger(lua, 3);
  uint32_t first = self->triggers.len;
  lua_settop(lua, 1);
  if (!lua_istable(lua, 1) || lua_getfield(lua, 1, "triggers") != LUA_TTABLE)
    luaL_error(lua, "a rule file returns a rule, or a list of rules, that a constructor of "
                    "mlopslint.rule made; helpers belong into a folder named lib");
  read_metadata(lua, &rule, self->arena);
  lua_getfield(lua, 1, "triggers");
  if (!rule.code.len || !rule.name.len || (lua_rawlen(lua, -1) == 0 && !rule.index))
    luaL_error(lua, "a rule needs a code, a name and a trigger");
  read_triggers(lua, self);
  lua_settop(lua, 1);
  mlo_str path = rule.index ? MLO_STR("example.py") : default_path(&self->triggers.items[first]);
  read_examples(lua, 1, "bad", MLO_EXAMPLE_BAD, path, &rule, self->arena);
  read_examples(lua, 1, "good", MLO_EXAMPLE_GOOD, path, &rule, self->arena);
  MLO_PUSH(self->arena, &self->rules, rule);
  return 0;
}

/* Pushes rule `item` of what a file returned, which is at 1: that itself, or one of a list. */
static void push_item(lua_State *lua, uint32_t item) {
  if (item)
    lua_rawgeti(lua, 1, (lua_Integer)item);
  else
    lua_pushvalue(lua, 1);
}

/* Runs in protected mode: what the file returned at 1, the reading at 2. */
static int read_rules(lua_State *lua) {
  reading *self = lua_touserdata(lua, 2);
  lua_settop(lua, 1);
  uint32_t count = lua_istable(lua, 1) ? (uint32_t)lua_rawlen(lua, 1) : 0;
  for (uint32_t item = count ? 1 : 0; item <= count; item++) {
    lua_pushcfunction(lua, read_rule);
    push_item(lua, item);
    lua_pushlightuserdata(lua, self);
    lua_pushinteger(lua, (lua_Integer)item);
    lua_call(lua, 3, 0);
  }
  return 0;
}

static void add_problem(mlo_catalogue *out, mlo_arena *arena, mlo_str path, mlo_str message) {
  mlo_problem problem = {.path = path, .message = message};
  MLO_PUSH(arena, &out->problems, problem);
}

/* True if word means the rule: its code, its name or one that it had before. */
static bool is_word_of(const mlo_rule *rule, mlo_str word) {
  if (mlo_str_eq(rule->code, word) || mlo_str_eq(rule->name, word)) return true;
  for (uint32_t i = 0; i < rule->deprecated.len; i++)
    if (mlo_str_eq(rule->deprecated.items[i], word)) return true;
  return false;
}

/* Why no rule may have this word, or an empty text. */
static mlo_str refusal(const mlo_catalogue *catalogue, mlo_str word, mlo_arena *arena) {
  for (uint32_t i = 0; i < catalogue->rules.len; i++) {
    const mlo_rule *other = &catalogue->rules.items[i];
    if (mlo_str_eq(other->area, word))
      return mlo_arena_format(arena, "`%.*s` is an area's name: choose another", MLO_FMT(word));
    if (!is_word_of(other, word)) continue;
    if (!other->pack)
      return mlo_arena_format(arena, "`%.*s` is the built-in rule %.*s %.*s: choose another",
                              MLO_FMT(word), MLO_FMT(other->code), MLO_FMT(other->name));
    return mlo_arena_format(arena, "`%.*s` is taken: %.*s has the rule %.*s %.*s", MLO_FMT(word),
                            MLO_FMT(other->file), MLO_FMT(other->code), MLO_FMT(other->name));
  }
  return (mlo_str){0};
}

/* Letters that only built-in rules may have, so that a new one of ours never meets one of theirs. */
static mlo_str reserved(const mlo_rule *rule, mlo_arena *arena) {
  static const char *const ours[] = {"USR", "NBK", "SEC", "FIT", "DWN", "MLO"};
  mlo_str letters = mlo_str_slice(rule->code, 0, 3);
  for (size_t i = 0; rule->pack && i < sizeof ours / sizeof *ours; i++)
    if (mlo_str_eq(letters, mlo_str_c(ours[i])) && rule->code.ptr[3] <= '9')
      return mlo_arena_format(
          arena,
          "`%.*s`: %s is for built-in rules; use letters of your own, as in ORG001, and area = "
          "\"%.*s\" to stand beside them",
          MLO_FMT(rule->code), ours[i], MLO_FMT(rule->area));
  return (mlo_str){0};
}

static mlo_str why_not(const mlo_catalogue *catalogue, const mlo_rule *rule, mlo_arena *arena) {
  mlo_str why = refusal(catalogue, rule->code, arena);
  if (!why.len) why = refusal(catalogue, rule->name, arena);
  for (uint32_t i = 0; !why.len && i < rule->deprecated.len; i++)
    why = refusal(catalogue, rule->deprecated.items[i], arena);
  return why.len ? why : reserved(rule, arena);
}

/* Triggers carry the rule's place in the list as it is read; sort_rules renumbers them. */
static void keep_rules(const reading *read, mlo_catalogue *out) {
  for (uint32_t r = 0; r < read->rules.len; r++) {
    const mlo_rule *rule = &read->rules.items[r];
    mlo_str why = why_not(out, rule, read->arena);
    if (why.len) {
      add_problem(out, read->arena, rule->file, why);
      continue;
    }
    for (uint32_t i = 0; i < read->triggers.len; i++) {
      mlo_trigger trigger = read->triggers.items[i];
      if (trigger.rule != r) continue;
      trigger.rule = out->rules.len;
      MLO_PUSH(read->arena, &out->triggers, trigger);
    }
    MLO_PUSH(read->arena, &out->rules, *rule);
  }
}

static void load_file(mlo_rule_worker *worker, const mlo_rule *file, mlo_catalogue *out,
                      mlo_arena *arena) {
  mlo_error err = {0};
  if (!worker->lua && mlo_sandbox_open(worker, &err) != MLO_OK) {
    add_problem(out, arena, file->file, mlo_arena_str(arena, mlo_str_c(err.message)));
    return;
  }
  lua_State *lua = worker->lua;
  lua_settop(lua, 0);
  mlo_answers answers = {.arena = arena};
  worker->answers = &answers;
  reading read = {.arena = arena, .file = *file};
  bool ok = mlo_sandbox_run(worker, file->source, file->file, file->pack);
  if (ok) {
    lua_pushcfunction(lua, read_rules);
    lua_insert(lua, -2);
    lua_pushlightuserdata(lua, &read);
    ok = mlo_sandbox_call(worker, 2, 0) == LUA_OK;
  }
  if (ok)
    keep_rules(&read, out);
  else
    add_problem(out, arena, file->file, mlo_rule_complaint(worker, file, arena));
  worker->answers = NULL;
  if (worker->crowded) mlo_sandbox_close(worker);
}

/* --- all of them --- */

static void load_builtins(mlo_rule_worker *worker, mlo_arena *arena, mlo_catalogue *out) {
  for (const mlo_builtin *file = mlo_builtins; file->path; file++) {
    mlo_rule rule = {.file = mlo_str_c(file->path),
                     .source = mlo_str_of(file->start, (size_t)(file->end - file->start))};
    if (mlo_str_starts(rule.file, MLO_STR("lua/rules/"))) load_file(worker, &rule, out, arena);
  }
}

/* True if the file lies in one of the packs. */
static bool is_read(const mlo_pack *const *packs, uint32_t count, mlo_str file) {
  for (uint32_t i = 0; i < count; i++) {
    mlo_str real = packs[i]->real;
    if (mlo_str_starts(file, real) && file.len > real.len && file.ptr[real.len] == '/') return true;
  }
  return false;
}

/* A file of a pack that lies in another one, or is named twice, is read once. */
static void load_packs(mlo_rule_worker *worker, const mlo_str *folders, uint32_t count,
                       mlo_arena *arena, mlo_catalogue *out) {
  const mlo_pack **packs = MLO_NEW_ARRAY(arena, const mlo_pack *, count);
  uint32_t known = 0;
  for (uint32_t i = 0; i < count; i++) {
    const mlo_pack *pack = mlo_pack_read(folders[i], arena, &out->problems);
    for (uint32_t f = 0; pack && f < pack->files.len; f++) {
      const mlo_pack_file *file = &pack->files.items[f];
      out->digest = out->digest * 31 + mlo_str_hash(file->inner);
      out->digest = out->digest * 31 + mlo_str_hash(file->source);
      mlo_rule rule = {.file = file->path, .source = file->source, .pack = pack};
      mlo_str real =
          mlo_arena_format(arena, "%.*s/%.*s", MLO_FMT(pack->real), MLO_FMT(file->inner));
      if (!file->helper && !is_read(packs, known, real)) load_file(worker, &rule, out, arena);
    }
    if (pack) packs[known++] = pack;
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
  load_builtins(&worker, arena, out);
  load_packs(&worker, packs, pack_count, arena, out);
  mlo_sandbox_close(&worker);
  mlo_host_forget_patterns(&worker);
  sort_rules(out, arena);
  return MLO_OK;
}

/* Keeping the rule may need memory, so it runs in protected mode: what its file returned at 1, its item at 2. */
static int keep_table(lua_State *lua) {
  uint32_t item = (uint32_t)lua_tointeger(lua, 2);
  lua_settop(lua, 1);
  push_item(lua, item);
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
  if (!mlo_sandbox_run(self, record->source, record->file, record->pack)) return false;
  lua_pushcfunction(lua, keep_table);
  lua_insert(lua, -2);
  lua_pushinteger(lua, record->item);
  if (mlo_sandbox_call(self, 2, 1) != LUA_OK) return false;
  self->rule_refs[rule] = (int)lua_tointeger(lua, -1);
  lua_pop(lua, 1);
  lua_rawgeti(lua, LUA_REGISTRYINDEX, self->rule_refs[rule]);
  return true;
}
