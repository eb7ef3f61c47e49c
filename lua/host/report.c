#include "lua/host/context.h"

enum {
  LONGEST_QUOTE = 72,
  LONGEST_MESSAGE = 2000,
  STEPS_FOR_ONE_REPORT = 1000,
  STEPS_FOR_ONE_EDIT = 100
};

/* The end of text cut to at most `longest` bytes, between characters. */
static size_t cut_at(mlo_str text, size_t longest) {
  if (text.len <= longest) return text.len;
  while (longest && ((unsigned char)text.ptr[longest] & 0xC0) == 0x80) longest--;
  return longest;
}

static size_t put_part(char *to, mlo_str part, size_t longest) {
  size_t keep = cut_at(part, longest);
  memcpy(to, part.ptr, keep);
  if (keep == part.len) return keep;
  memcpy(to + keep, "...", 3);
  return keep + 3;
}

/* One line, and code in `quotes` cut short: a rule quotes what the file says, which may go over many lines. */
static mlo_str tidy_message(mlo_str text, mlo_arena *arena) {
  char *line = MLO_NEW_ARRAY(arena, char, text.len + 1), *out = line;
  for (size_t i = 0; i < text.len; i++) {
    bool blank = memchr(" \t\r\n", text.ptr[i], 4) != NULL;
    if (!blank)
      *out++ = text.ptr[i];
    else if (out > line && out[-1] != ' ')
      *out++ = ' ';
  }
  mlo_str whole = {line, cut_at((mlo_str){line, (size_t)(out - line)}, LONGEST_MESSAGE)};
  char *tidy = out = MLO_NEW_ARRAY(arena, char, whole.len + whole.len / LONGEST_QUOTE * 3 + 4);
  for (bool quoted = false; whole.len; quoted = !quoted) {
    size_t end = mlo_str_find_char(whole, '`');
    bool closed = end != SIZE_MAX;
    mlo_str part = closed ? mlo_str_slice(whole, 0, end) : whole;
    out += put_part(out, part, quoted && closed ? LONGEST_QUOTE : part.len);
    if (closed) *out++ = '`';
    whole = mlo_str_from(whole, part.len + closed);
  }
  return (mlo_str){tidy, (size_t)(out - tidy)};
}

/* The message at arg: a format and its values, as string.format takes them. */
static mlo_str format_message(lua_State *lua, int arg) {
  int values = lua_gettop(lua) - arg;
  luaL_checkstring(lua, arg);
  if (values > 0) {
    lua_getglobal(lua, "string");
    lua_getfield(lua, -1, "format");
    lua_remove(lua, -2);
    lua_insert(lua, arg);
    lua_call(lua, values + 1, 1);
  }
  mlo_str text = mlo_check_str(lua, arg);
  mlo_sandbox_charge(lua, STEPS_FOR_ONE_REPORT + text.len / 4);
  return tidy_message(text, mlo_host_of(lua)->answers->arena);
}

static mlo_draft *self_draft(lua_State *lua) {
  mlo_rule_worker *host = mlo_host_of(lua);
  uint32_t index = mlo_handle_check(lua, 1, MLO_HANDLE_REPORT)->index;
  if (!host->answers || index >= host->answers->drafts.len ||
      host->answers->drafts.items[index].rule != host->rule)
    luaL_error(lua, "this report is finished");
  return &host->answers->drafts.items[index];
}

static int push_draft(lua_State *lua, const mlo_draft *draft) {
  mlo_rule_worker *host = mlo_host_of(lua);
  MLO_PUSH(host->answers->arena, &host->answers->drafts, *draft);
  mlo_handle_push(lua, MLO_HANDLE_REPORT, host->answers->drafts.len - 1);
  return 1;
}

/* ctx:report(place, format, ...) */
int mlo_context_report(lua_State *lua) {
  mlo_rule_worker *host = mlo_host_of(lua);
  mlo_draft draft = {.rule = host->rule};
  mlo_handle_span(lua, 2, &draft.space, &draft.span);
  draft.message = format_message(lua, 3);
  return push_draft(lua, &draft);
}

/* ctx:report_at(location, format, ...) for places that a fact remembered. */
int mlo_context_report_at(lua_State *lua) {
  mlo_rule_worker *host = mlo_host_of(lua);
  mlo_draft draft = {.rule = host->rule,
                     .located = mlo_check_location(lua, 2, host->answers->arena)};
  draft.message = format_message(lua, 3);
  return push_draft(lua, &draft);
}

/* report:related(place or location, format, ...) */
static int report_related(lua_State *lua) {
  mlo_draft *draft = self_draft(lua);
  mlo_arena *arena = mlo_host_of(lua)->answers->arena;
  mlo_draft_related related = {0};
  if (lua_istable(lua, 2))
    related.located = mlo_check_location(lua, 2, arena);
  else
    mlo_handle_span(lua, 2, &related.space, &related.span);
  related.message = format_message(lua, 3);
  MLO_PUSH(arena, &draft->related, related);
  lua_settop(lua, 1);
  return 1;
}

/* The edit table on top of the stack. */
static mlo_draft_edit check_edit(lua_State *lua, mlo_arena *arena) {
  mlo_sandbox_charge(lua, STEPS_FOR_ONE_EDIT);
  if (!lua_istable(lua, -1))
    luaL_error(lua, "a fix is a list of edits: what replace(), remove(), append() ... give");
  mlo_draft_edit edit = {0};
  lua_getfield(lua, -1, "at");
  edit.at = mlo_check_location(lua, -1, arena);
  lua_getfield(lua, -2, "text");
  mlo_str text = mlo_check_str(lua, -1);
  mlo_sandbox_charge(lua, text.len / 4);
  edit.text = mlo_arena_str(arena, text);
  lua_pop(lua, 2);
  return edit;
}

static mlo_safety check_safety(lua_State *lua) {
  static const char *const names[] = {"safe", "unsafe", "display", NULL};
  lua_getfield(lua, 2, "safety");
  mlo_safety safety = (mlo_safety)luaL_checkoption(lua, -1, "unsafe", names);
  lua_pop(lua, 1);
  return safety;
}

/* The edits in the list at index `list`; a list of edits may stand for an edit, as cell:strip() gives one. */
static void add_edits(lua_State *lua, int list, mlo_draft_fix *fix, mlo_arena *arena, int depth) {
  lua_Integer count = (lua_Integer)lua_rawlen(lua, list);
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(lua, list, i);
    bool inner = lua_istable(lua, -1) && lua_rawlen(lua, -1) > 0 && depth == 0;
    if (inner)
      add_edits(lua, lua_gettop(lua), fix, arena, depth + 1);
    else
      MLO_PUSH(arena, &fix->edits, check_edit(lua, arena));
    lua_pop(lua, 1);
  }
}

/* report:fix { safety = "safe", title = "...", edit, edit ... } */
static int report_fix(lua_State *lua) {
  mlo_draft *draft = self_draft(lua);
  mlo_arena *arena = mlo_host_of(lua)->answers->arena;
  luaL_checktype(lua, 2, LUA_TTABLE);
  mlo_draft_fix fix = {.safety = check_safety(lua)};
  lua_getfield(lua, 2, "title");
  fix.title = mlo_arena_str(arena, mlo_check_str(lua, -1));
  lua_pop(lua, 1);
  add_edits(lua, 2, &fix, arena, 0);
  if (fix.edits.len) MLO_PUSH(arena, &draft->fixes, fix);
  lua_settop(lua, 1);
  return 1;
}

/* report:secret(): the place is a secret; it is shown by its first four characters only. */
static int report_secret(lua_State *lua) {
  self_draft(lua)->secret = true;
  lua_settop(lua, 1);
  return 1;
}

void mlo_report_define(lua_State *lua) {
  static const mlo_member_entry report[] = {
      {"related", NULL, report_related},
      {"fix", NULL, report_fix},
      {"secret", NULL, report_secret},
      {0},
  };
  mlo_handle_define(lua, MLO_HANDLE_REPORT, report);
}
