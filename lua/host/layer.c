#include "lua/host/layer.h"

#include "lua/host/builtin.h"
#include "lua/host/host.h"

#include <stdlib.h>

enum { STEPS_FOR_ONE_FILE = 60 * 1000 * 1000, STEPS_FOR_ONE_FACT = 100 * 1000 };

static void free_worker(mlo_rule_worker *self) {
  if (!self) return;
  free(self->rule_refs);
  free(self->failed);
  free(self->file_steps);
  free(self);
}

static mlo_status open_worker(const mlo_catalogue *catalogue, mlo_rule_worker **out,
                              mlo_error *err) {
  mlo_rule_worker *self = calloc(1, sizeof *self);
  uint32_t rules = catalogue->rules.len;
  if (self) {
    self->catalogue = catalogue;
    self->rule_refs = calloc(rules + 1, sizeof *self->rule_refs);
    self->failed = calloc(rules + 1, sizeof *self->failed);
    self->file_steps = calloc(rules + 1, sizeof *self->file_steps);
  }
  mlo_status status = self && self->rule_refs && self->failed && self->file_steps
                          ? mlo_sandbox_open(self, err)
                          : mlo_error_set(err, MLO_ERR_MEMORY, (mlo_str){0}, "out of memory");
  if (status != MLO_OK) {
    free_worker(self);
    return status;
  }
  for (uint32_t i = 0; i < rules; i++) self->rule_refs[i] = LUA_NOREF;
  *out = self;
  return MLO_OK;
}

static void close_worker(mlo_rule_worker *self) {
  mlo_sandbox_close(self);
  mlo_host_forget_patterns(self);
  free_worker(self);
}

static void begin_file(mlo_rule_worker *self, const mlo_file *file,
                       const mlo_options_json *options) {
  self->file = file;
  self->options = options;
  self->generation++;
  self->matches.items = NULL;
  self->matches.len = self->matches.cap = 0;
  self->matching = NULL;
  for (uint32_t i = 0; i < self->catalogue->rules.len; i++) {
    self->file_steps[i] = 0;
    self->failed[i] = false;
  }
}

static void end_file(mlo_rule_worker *self) {
  self->file = NULL;
  self->generation++;
}

/* What the check of each kind of trigger gets beside ctx. */
static void push_hit(mlo_rule_worker *self, const mlo_hit *hit) {
  lua_State *lua = self->lua;
  const mlo_file *file = self->file;
  switch (hit->trigger->kind) {
  case MLO_TRIGGER_CALL:
  case MLO_TRIGGER_REFERENCE:
  case MLO_TRIGGER_IMPORT:
  case MLO_TRIGGER_FUNCTION:
  case MLO_TRIGGER_ASSIGN: mlo_push_node(lua, hit->node); return;
  case MLO_TRIGGER_PATTERN:
  case MLO_TRIGGER_QUERY: mlo_push_match(lua, hit->match); return;
  case MLO_TRIGGER_ROUTE: mlo_push_route(lua, hit->route); return;
  case MLO_TRIGGER_COMMAND: mlo_handle_push(lua, MLO_HANDLE_COMMAND, hit->index); return;
  case MLO_TRIGGER_DOCUMENT: mlo_handle_push(lua, MLO_HANDLE_VALUE, hit->index); return;
  case MLO_TRIGGER_DEPENDENCY:
    mlo_push_dependency(lua, &file->dependencies->items[hit->index]);
    return;
  case MLO_TRIGGER_CELL: mlo_handle_push(lua, MLO_HANDLE_CELL, hit->index); return;
  case MLO_TRIGGER_NOTEBOOK: mlo_handle_push(lua, MLO_HANDLE_NOTEBOOK, 0); return;
  case MLO_TRIGGER_TEXT:
    lua_createtable(lua, (int)hit->groups.len, 2);
    mlo_push_str(lua, mlo_span_of(file->raw, hit->groups.items[0]));
    lua_setfield(lua, -2, "text");
    for (uint32_t g = 0; g < hit->groups.len; g++) {
      mlo_push_range(lua, MLO_SPACE_RAW, hit->groups.items[g]);
      if (g == 0)
        lua_setfield(lua, -2, "range");
      else
        lua_rawseti(lua, -2, g);
    }
    return;
  case MLO_TRIGGER_FILE:
  case MLO_TRIGGER_KIND_COUNT: break;
  }
  lua_pushnil(lua);
}

/* Runs in protected mode: the rule's table at 1, the hit as light userdata at 2. */
static int check_hit(lua_State *lua) {
  mlo_rule_worker *self = mlo_host_of(lua);
  const mlo_hit *hit = lua_touserdata(lua, 2);
  lua_getfield(lua, 1, "triggers");
  lua_rawgeti(lua, -1, (lua_Integer)hit->trigger->number + 1);
  lua_getfield(lua, -1, "check");
  mlo_push_context(lua);
  push_hit(self, hit);
  lua_call(lua, 2, 1);
  if (lua_isnil(lua, -1) || lua_isboolean(lua, -1)) return 0;
  if (!lua_istable(lua, -1)) return 0; /* what ctx:report gave, for instance */
  mlo_project_fact fact = {.rule = hit->trigger->rule,
                           .json = mlo_to_json(lua, -1, self->answers->arena)};
  MLO_PUSH(self->answers->arena, &self->answers->facts, fact);
  return 0;
}

/* A rule that fails is named and rests for the remainder of the file: one odd file must not silence it in the others. */
static void rule_failed(mlo_rule_worker *self, uint32_t rule, mlo_answers *answers) {
  const mlo_rule *record = &self->catalogue->rules.items[rule];
  mlo_str trace = mlo_str_c(self->trace);
  if (mlo_str_find_char(trace, '\n') == SIZE_MAX) trace = (mlo_str){0}; /* the message says it */
  trace = mlo_arena_str(answers->arena, trace);
  self->failed[rule] = true;
  mlo_failure failure = {.rule = rule, .costly = self->stopped != NULL, .detail = trace};
  failure.why = mlo_rule_complaint(self, record, answers->arena);
  MLO_PUSH(answers->arena, &answers->failures, failure);
}

/* A state in which a rule keeps much is given up for a new one; the rules are loaded into it as they are woken. */
static bool is_open(mlo_rule_worker *self) {
  if (self->lua && !self->crowded) return true;
  mlo_error err = {0};
  mlo_sandbox_close(self);
  for (uint32_t i = 0; i < self->catalogue->rules.len; i++) self->rule_refs[i] = LUA_NOREF;
  return mlo_sandbox_open(self, &err) == MLO_OK;
}

/* Calls `function` with the table of the rule at work and, as light userdata, what else it needs. */
static bool run_rule(mlo_rule_worker *self, lua_CFunction function, const void *with) {
  if (!is_open(self)) return false;
  lua_settop(self->lua, 0);
  if (!mlo_rule_push(self, self->rule)) return false;
  lua_pushcfunction(self->lua, function);
  lua_insert(self->lua, 1);
  lua_pushlightuserdata(self->lua, (void *)(uintptr_t)with);
  return mlo_sandbox_call(self, 2, 0) == LUA_OK;
}

static void wake(mlo_rule_worker *self, const mlo_hit *hit, mlo_answers *answers) {
  uint32_t rule = hit->trigger->rule;
  if (self->failed[rule]) return;
  self->answers = answers;
  self->rule = rule;
  uint32_t drafts = answers->drafts.len, facts = answers->facts.len;
  uint64_t left = STEPS_FOR_ONE_FILE - self->file_steps[rule];
  self->step_limit = left < MLO_STEPS_FOR_ONE_WAKE ? left : MLO_STEPS_FOR_ONE_WAKE;
  bool ok = run_rule(self, check_hit, hit);
  self->file_steps[rule] += self->steps < left ? self->steps : left;
  if (!ok) {
    answers->drafts.len = drafts;
    answers->facts.len = facts;
    rule_failed(self, rule, answers);
  }
  self->answers = NULL;
}

typedef struct finishing {
  const mlo_project_fact *facts;
  uint32_t count;
} finishing;

/* Runs in protected mode: the rule's table at 1, the facts at 2. */
static int finish_rule(lua_State *lua) {
  const finishing *work = lua_touserdata(lua, 2);
  lua_getfield(lua, 1, "finish");
  mlo_push_context(lua);
  mlo_sandbox_push_globals(lua);
  mlo_require_add(lua, NULL);
  lua_getfield(lua, -1, "require");
  lua_remove(lua, -2);
  lua_pushliteral(lua, "mlopslint.facts");
  lua_call(lua, 1, 1);
  lua_createtable(lua, (int)work->count, 0);
  for (uint32_t i = 0; i < work->count; i++) {
    mlo_push_json(lua, work->facts[i].json);
    lua_rawseti(lua, -2, (lua_Integer)i + 1);
  }
  lua_call(lua, 1, 1);
  lua_call(lua, 2, 0);
  return 0;
}

static void finish(mlo_rule_worker *self, uint32_t rule, const struct mlo_project *project,
                   const mlo_project_fact *facts, uint32_t fact_count,
                   const mlo_options_json *options, mlo_answers *answers) {
  self->options = options;
  self->answers = answers;
  self->rule = rule;
  self->project = project;
  self->generation++;
  finishing work = {facts, fact_count};
  self->step_limit = MLO_STEPS_FOR_ONE_WAKE + (uint64_t)fact_count * STEPS_FOR_ONE_FACT;
  if (!run_rule(self, finish_rule, &work)) {
    answers->drafts.len = 0;
    rule_failed(self, rule, answers);
  }
  self->project = NULL;
  self->answers = NULL;
  self->generation++;
}

static bool text_at(uint32_t number, mlo_str *path, mlo_str *text) {
  const mlo_builtin *file = mlo_builtins;
  for (; number && file->path; number--) file++;
  if (!file->path) return false;
  *path = mlo_str_c(file->path);
  *text = mlo_str_of(file->start, (size_t)(file->end - file->start));
  return true;
}

const mlo_rule_layer mlo_lua_layer = {
    .load = mlo_catalogue_load,
    .open = open_worker,
    .close = close_worker,
    .text = text_at,
    .begin_file = begin_file,
    .wake = wake,
    .end_file = end_file,
    .finish = finish,
};
