#include "lua/host/host.h"

#include <ctype.h>

/* m: a match of a pattern or a query. Its captures are fields: m.X is a node, a list of nodes for $...X, nil if the
 * part of the pattern that has it did not match. */

void mlo_push_match(lua_State *lua, const mlo_match *match) {
  mlo_rule_worker *host = mlo_host_of(lua);
  MLO_PUSH(host->file->arena, &host->matches, *match);
  mlo_handle_push(lua, MLO_HANDLE_MATCH, host->matches.len - 1);
}

static const mlo_match *self_match(lua_State *lua) {
  uint32_t index = mlo_handle_check(lua, 1, MLO_HANDLE_MATCH)->index;
  return &mlo_host_of(lua)->matches.items[index];
}

static mlo_str file_text(const mlo_file *file, mlo_span span) {
  return mlo_span_of(file->module ? file->module->original : file->text, span);
}

/* --- captures -------------------------------------------------------------------------------- */

static bool is_name(char c) { return isalnum((unsigned char)c) || strchr("_.-", c); }

static mlo_str capture_name(mlo_str written) {
  if (mlo_str_starts(written, MLO_STR("$"))) written = mlo_str_from(written, 1);
  if (mlo_str_starts(written, MLO_STR("..."))) written = mlo_str_from(written, 3);
  return written;
}

static const mlo_capture *find_capture(const mlo_match *match, mlo_str written) {
  mlo_str name = capture_name(written);
  for (uint32_t i = 0; i < match->count; i++)
    if (mlo_str_eq(match->captures[i].name, name)) return &match->captures[i];
  return NULL;
}

static void push_capture(lua_State *lua, const mlo_capture *capture) {
  if (!capture->many) {
    mlo_push_node(lua, capture->count ? capture->nodes[0] : MLO_NO_NODE);
    return;
  }
  lua_createtable(lua, (int)capture->count, 0);
  for (uint32_t i = 0; i < capture->count; i++) {
    mlo_push_node(lua, capture->nodes[i]);
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
}

static mlo_str capture_text(const mlo_file *file, const mlo_capture *capture) {
  if (capture->text.len || !capture->count) return capture->text;
  mlo_span span = {mlo_tree_span(file->tree, capture->nodes[0]).start,
                   mlo_tree_span(file->tree, capture->nodes[capture->count - 1]).end};
  return file_text(file, span);
}

static bool may_be_capture(mlo_str key) {
  return key.len && (isupper((unsigned char)key.ptr[0]) || strchr("$_", key.ptr[0]));
}

/* Captures first; what is none is a field or method of all handles (upvalue 1). */
static int match_index(lua_State *lua) {
  const mlo_match *match = self_match(lua);
  if (lua_type(lua, 2) == LUA_TSTRING) {
    mlo_str key = mlo_check_str(lua, 2);
    const mlo_capture *capture = find_capture(match, key);
    if (capture || may_be_capture(key)) {
      lua_settop(lua, 0);
      if (capture)
        push_capture(lua, capture);
      else
        lua_pushnil(lua);
      return 1;
    }
  }
  lua_settop(lua, 2);
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  lua_call(lua, 2, 1);
  return 1;
}

/* m:text("X"): what it stands for: the code, or the part of a qualified name. */
static int match_text(lua_State *lua) {
  const mlo_capture *capture = find_capture(self_match(lua), mlo_check_str(lua, 2));
  if (capture)
    mlo_push_str(lua, capture_text(mlo_host_of(lua)->file, capture));
  else
    lua_pushnil(lua);
  return 1;
}

/* The part of a template from a "$" on; 0: it names no capture. */
static size_t put_variable(luaL_Buffer *out, const mlo_file *file, const mlo_match *match,
                           mlo_str rest) {
  size_t len = mlo_str_starts(rest, MLO_STR("$...")) ? 4 : 1;
  while (len < rest.len && is_name(rest.ptr[len])) len++;
  const mlo_capture *capture = NULL;
  for (; len > 1 && !capture; len -= capture ? 0 : 1)
    capture = find_capture(match, mlo_str_slice(rest, 0, len));
  if (!capture) return 0;
  mlo_str text = capture_text(file, capture);
  luaL_addlstring(out, text.len ? text.ptr : "", text.len);
  return len;
}

static void push_filled(lua_State *lua, const mlo_match *match, mlo_str template) {
  const mlo_file *file = mlo_host_of(lua)->file;
  luaL_Buffer out;
  luaL_buffinit(lua, &out);
  while (template.len) {
    size_t at = mlo_str_find_char(template, '$');
    mlo_str plain = mlo_str_slice(template, 0, at);
    luaL_addlstring(&out, plain.ptr, plain.len);
    template = mlo_str_from(template, plain.len);
    if (!template.len) break;
    size_t taken = put_variable(&out, file, match, template);
    if (!taken) luaL_addchar(&out, '$');
    template = mlo_str_from(template, taken ? taken : 1);
  }
  luaL_pushresult(&out);
}

/* m:format("`$X` is loaded"): a text with what its metavariables stand for. */
static int match_format(lua_State *lua) {
  push_filled(lua, self_match(lua), mlo_check_str(lua, 2));
  return 1;
}

/* --- places and edits ------------------------------------------------------------------------ */

/* Definitions and compound statements are shown by their first lines, not with all that is in them. */
mlo_span mlo_match_place(const mlo_file *file, const mlo_match *match) {
  const mlo_tree *tree = file->tree;
  if (match->focus != MLO_NO_NODE) return mlo_tree_span(tree, match->focus);
  mlo_span span = mlo_tree_span(tree, match->node);
  mlo_node part = mlo_tree_first_child(tree, match->node);
  if (mlo_tree_kind(tree, match->node) == MLO_PY_DECORATED) return mlo_tree_span(tree, part);
  while (part != MLO_NO_NODE && tree->nodes[part].kind != MLO_PY_BLOCK)
    part = tree->nodes[part].next;
  if (part == MLO_NO_NODE) return span;
  span.end = tree->nodes[part].start;
  while (span.end > span.start && strchr(" \t\r\n:", tree->text.ptr[span.end - 1])) span.end--;
  return span;
}

static int get_place(lua_State *lua) {
  mlo_push_range(lua, MLO_SPACE_TEXT, mlo_match_place(mlo_host_of(lua)->file, self_match(lua)));
  return 1;
}

static int get_node(lua_State *lua) {
  mlo_push_node(lua, self_match(lua)->node);
  return 1;
}

/* m:replace("g($X)"): the whole match by a template. */
static int match_replace(lua_State *lua) {
  const mlo_match *match = self_match(lua);
  push_filled(lua, match, mlo_check_str(lua, 2));
  mlo_span span = mlo_tree_span(mlo_host_of(lua)->file->tree, match->node);
  mlo_push_edit(lua, MLO_SPACE_TEXT, span, mlo_check_str(lua, -1));
  return 1;
}

/* Calls the node's method of this name with the same arguments. */
static int call_on_node(lua_State *lua, const char *method) {
  mlo_push_node(lua, self_match(lua)->node);
  lua_replace(lua, 1);
  lua_getfield(lua, 1, method);
  lua_insert(lua, 1);
  lua_call(lua, lua_gettop(lua) - 1, 1);
  return 1;
}
static int match_add_keyword(lua_State *lua) { return call_on_node(lua, "add_keyword"); }
static int match_remove(lua_State *lua) { return call_on_node(lua, "remove"); }

void mlo_match_define(lua_State *lua) {
  static const mlo_member_entry match[] = {
      {"node", get_node, NULL},
      {"place", get_place, NULL},
      {"text", NULL, match_text},
      {"format", NULL, match_format},
      {"replace", NULL, match_replace},
      {"remove", NULL, match_remove},
      {"add_keyword", NULL, match_add_keyword},
      {"location", NULL, mlo_handle_location},
      {0},
  };
  mlo_handle_define(lua, MLO_HANDLE_MATCH, match);
  mlo_handle_metatable(lua, MLO_HANDLE_MATCH);
  lua_getfield(lua, -1, "__index");
  lua_pushcclosure(lua, match_index, 1);
  lua_setfield(lua, -2, "__index");
  lua_pop(lua, 1);
}

/* --- node:matches and node:inside ------------------------------------------------------------ */

enum { MOST_PATTERNS = 500, COST_OF_COMPILING = 20000, STEPS_FOR_ONE_ATTEMPT = 2000000 };
static const size_t pattern_memory = (size_t)64 << 20;

static void patterns_full(void *ctx) {
  mlo_rule_worker *self = ctx;
  self->compiled.len = MOST_PATTERNS; /* the next one starts over */
  luaL_error(self->lua, "the patterns of this rule need too much memory");
}

mlo_parser *mlo_host_parser(mlo_rule_worker *self, mlo_error *err) {
  if (!self->parser) mlo_parser_new(self->catalogue->grammars, &self->parser, err);
  return self->parser;
}

void mlo_host_forget_patterns(mlo_rule_worker *self) {
  mlo_parser_free(self->parser);
  mlo_arena_release(&self->patterns);
  self->parser = NULL;
  self->pattern_numbers = (mlo_map){0};
  self->compiled.len = self->compiled.cap = 0;
}

/* Patterns are compiled once for each worker, by their text. A rule that makes them out of code must not use up the room
 * of the others: all are forgotten when there are too many. */
const mlo_pattern *mlo_check_pattern(lua_State *lua, int arg) {
  mlo_rule_worker *host = mlo_host_of(lua);
  mlo_str text = mlo_check_str(lua, arg);
  const uint32_t *known = mlo_map_get(&host->pattern_numbers, text);
  if (known) return host->compiled.items[*known - 1];
  mlo_sandbox_charge(lua, COST_OF_COMPILING + text.len * 16);
  if (host->compiled.len == MOST_PATTERNS) mlo_host_forget_patterns(host);
  if (!host->patterns.limit) mlo_arena_init(&host->patterns, pattern_memory, patterns_full, host);
  mlo_error err = {0};
  mlo_parser *parser = mlo_host_parser(host, &err);
  if (!parser) luaL_error(lua, "%s", err.message);
  mlo_pattern *pattern = MLO_NEW(&host->patterns, mlo_pattern);
  mlo_variables *variables = MLO_NEW(&host->patterns, mlo_variables);
  text = mlo_arena_str(&host->patterns, text);
  if (mlo_pattern_compile(parser, text, variables, &host->patterns, pattern, &err) != MLO_OK)
    luaL_error(lua, "pattern '%s': %s", text.ptr, err.message);
  MLO_PUSH(&host->patterns, &host->compiled, pattern);
  *mlo_map_put(&host->pattern_numbers, text, &host->patterns) = host->compiled.len;
  return pattern;
}

bool mlo_host_try(lua_State *lua, const mlo_pattern *pattern, mlo_node node, bool around) {
  mlo_rule_worker *host = mlo_host_of(lua);
  if (!host->file->facts) luaL_error(lua, "patterns are for Python code");
  if (!host->matching) {
    host->matching = MLO_NEW(host->file->arena, mlo_matching);
    mlo_matching_init(host->matching, host->file->facts, STEPS_FOR_ONE_ATTEMPT, host->file->arena);
  }
  mlo_matching *matching = host->matching;
  matching->steps = 0;
  mlo_matching_clear(matching);
  bool found = around ? mlo_pattern_around(pattern, matching, node)
                      : mlo_pattern_matches(pattern, matching, node);
  mlo_sandbox_charge(lua, matching->steps);
  if (matching->over) luaL_error(lua, "a pattern takes too long on this code");
  return found;
}
