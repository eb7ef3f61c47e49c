#include "lua/host/host.h"

#include "base/os.h"

#include <stdlib.h>

/* Budgets. A rule pays for instructions (counted by a hook), for what C does in its name (mlo_sandbox_charge) and for
 * the memory it takes. All these are the same in each run. What they miss (comparing long texts, copying many values)
 * ends by the clock, far above what the steps take: only a hostile rule gets there.
 *
 * Memory is capped. At the cap Lua collects all garbage for each new object, so a rule may come there a few times
 * only. After a call the state is collected if it grew; if it still holds much, its owner replaces it: no rule starts
 * in a state that another one has filled. */

enum {
  HOOK_STEPS = 1000,
  LARGE_BLOCK = 16 << 10, /* bytes that one instruction goes through while the clock can wait */
  BYTES_FOR_ONE_STEP = 8,
  STEPS_BETWEEN_LOOKS = 4096,
  MOST_REFUSALS = 6,
  PIECE_OF_SOURCE = 256,
  STEPS_FOR_ONE_PIECE = 1024
};
static const size_t state_memory = (size_t)192 << 20, crowded_memory = (size_t)32 << 20,
                    call_arena_memory = (size_t)256 << 20;
static const char too_many_steps[] = "used more instructions than a rule may",
                  too_much_memory[] = "needed more memory than a rule may";
static const double most_seconds = 0.4, long_call = 0.001;

mlo_rule_worker *mlo_host_of(lua_State *lua) { return *(mlo_rule_worker **)lua_getextraspace(lua); }

/* --- the budget --- */

static void count_steps(lua_State *lua, lua_Debug *debug);

/* From now on every instruction fails: no pcall can go on. As lua_sethook, it may be called at any moment. */
static void stop(mlo_rule_worker *self, const char *why) {
  if (!self->stopped) self->stopped = why;
  lua_sethook(self->lua, count_steps, LUA_MASKCOUNT, 1);
}

/* The processor's clock of this thread is asked only when even the clock on the wall says that it could be time. */
static void look_at_clock(mlo_rule_worker *self) {
  double now = mlo_os_seconds();
  self->looked_at = self->steps;
  if (now < self->look_again) return;
  double left = self->deadline - mlo_os_thread_seconds();
  self->look_again = now + left;
  if (left <= 0) stop(self, "took longer than a rule may");
}

static void look(mlo_rule_worker *self) {
  if (self->steps - self->looked_at >= STEPS_BETWEEN_LOOKS) look_at_clock(self);
  if (self->steps >= self->step_limit) stop(self, too_many_steps);
}

static void count_steps(lua_State *lua, lua_Debug *debug) {
  (void)debug;
  mlo_rule_worker *self = mlo_host_of(lua);
  self->steps += self->hook_steps;
  if (self->hook_steps < HOOK_STEPS) look_at_clock(self);
  look(self);
  if (self->stopped) luaL_error(lua, "%s", self->stopped);
}

void mlo_sandbox_charge(lua_State *lua, uint64_t steps) {
  mlo_rule_worker *self = mlo_host_of(lua);
  self->steps += steps;
  look(self);
  if (self->stopped) luaL_error(lua, "%s", self->stopped);
}

void mlo_sandbox_charge_slow(lua_State *lua, uint64_t steps) {
  look_at_clock(mlo_host_of(lua));
  mlo_sandbox_charge(lua, steps);
}

/* --- memory --- */

/* With large blocks around, single instructions take long: look more often. */
static void look_closer(mlo_rule_worker *self, size_t size) {
  uint32_t steps = HOOK_STEPS;
  for (size = size / LARGE_BLOCK; size > 0 && steps > 1; size /= 2) steps /= 2;
  if (steps >= self->hook_steps) return;
  self->hook_steps = steps;
  if (!self->stopped) lua_sethook(self->lua, count_steps, LUA_MASKCOUNT, (int)steps);
}

/* Inside of a call: the block is charged for. The hook raises; an allocator can't. */
static void charge_memory(mlo_rule_worker *self, size_t size, size_t grown) {
  self->steps += grown / BYTES_FOR_ONE_STEP;
  if (size >= LARGE_BLOCK) look_closer(self, size);
  if (self->steps >= self->step_limit) stop(self, too_many_steps);
}

static void *refuse(mlo_rule_worker *self) {
  if (self->running && ++self->refusals >= MOST_REFUSALS) stop(self, too_much_memory);
  return NULL;
}

/* lua_Alloc with a cap. What Lua frees is always taken back, so a state over its cap can still be closed. */
static void *allocate(void *ctx, void *block, size_t old_size, size_t size) {
  mlo_rule_worker *self = ctx;
  if (!block) old_size = 0;
  if (size == 0) {
    free(block);
    self->bytes -= old_size;
    return NULL;
  }
  if (size > old_size && self->bytes + (size - old_size) > self->byte_limit) return refuse(self);
  void *grown = realloc(block, size);
  if (!grown) return NULL;
  self->bytes = self->bytes - old_size + size;
  if (self->running && size > old_size) charge_memory(self, size, size - old_size);
  return grown;
}

static void arena_full_in_lua(void *ctx) {
  mlo_rule_worker *self = ctx;
  stop(self, too_much_memory);
  luaL_error(self->lua, "%s", self->stopped);
}

/* An arena while Lua runs: full, it raises; and one call may not fill it for those that come later. */
typedef struct lent_arena {
  mlo_arena *arena, before;
} lent_arena;

static lent_arena lend(mlo_rule_worker *self, mlo_arena *arena) {
  lent_arena out = {.arena = arena};
  if (!arena) return out;
  out.before = *arena;
  size_t limit = arena->held + call_arena_memory;
  if (!arena->limit || limit < arena->limit) arena->limit = limit;
  arena->on_full = arena_full_in_lua;
  arena->on_full_ctx = self;
  return out;
}

static void take_back(mlo_rule_worker *self, const lent_arena *lent) {
  if (!lent->arena) return;
  self->steps += (lent->arena->held - lent->before.held) / BYTES_FOR_ONE_STEP;
  lent->arena->limit = lent->before.limit;
  lent->arena->on_full = lent->before.on_full;
  lent->arena->on_full_ctx = lent->before.on_full_ctx;
}

/* --- calls --- */

static void begin(mlo_rule_worker *self) {
  double share = (double)self->step_limit / MLO_STEPS_FOR_ONE_WAKE;
  double seconds = share > 1 ? share * most_seconds : most_seconds;
  self->steps = self->looked_at = 0;
  self->stopped = NULL;
  self->refusals = 0;
  self->hook_steps = HOOK_STEPS;
  self->began = mlo_os_seconds();
  self->began_processor = mlo_os_thread_seconds();
  self->look_again = self->began + seconds;
  self->deadline = self->began_processor + seconds;
  self->running = true;
  lua_sethook(self->lua, count_steps, LUA_MASKCOUNT, HOOK_STEPS);
}

/* Time that the steps don't explain is charged for too, so that many short calls cost what a long one does. */
static void charge_time(mlo_rule_worker *self) {
  double used = mlo_os_thread_seconds() - self->began_processor;
  uint64_t steps = (uint64_t)(used / most_seconds * MLO_STEPS_FOR_ONE_WAKE);
  if (steps > self->steps) self->steps = steps;
}

static void end(mlo_rule_worker *self) {
  self->running = false;
  lua_sethook(self->lua, NULL, 0, 0);
  self->seconds = mlo_os_seconds() - self->began;
  if (self->seconds > long_call) charge_time(self);
  if (self->bytes < crowded_memory) return;
  lua_gc(self->lua, LUA_GCCOLLECT);
  self->crowded = self->bytes >= crowded_memory;
}

int mlo_sandbox_call(mlo_rule_worker *self, int arguments, int results) {
  mlo_arena *answers = self->answers ? self->answers->arena : NULL;
  mlo_arena *file = self->file && self->file->arena != answers ? self->file->arena : NULL;
  lent_arena first = lend(self, answers), second = lend(self, file);
  begin(self);
  int handler = lua_gettop(self->lua) - arguments;
  lua_pushcfunction(self->lua, mlo_sandbox_trace);
  lua_insert(self->lua, handler);
  self->trace[0] = 0;
  int status = lua_pcall(self->lua, arguments, results, handler);
  lua_remove(self->lua, handler);
  if (status == LUA_ERRMEM && !self->stopped) self->stopped = too_much_memory;
  take_back(self, &second);
  take_back(self, &first);
  end(self);
  return status;
}

/* --- text to functions --- */

typedef struct rule_text {
  mlo_str source, name;
  const mlo_pack *pack;
} rule_text;

/* Gives the parser the text piece by piece: it has no hook, and can be kept busy too. */
static const char *read_piece(lua_State *lua, void *ctx, size_t *size) {
  rule_text *self = ctx;
  mlo_str piece = mlo_str_slice(self->source, 0, PIECE_OF_SOURCE);
  self->source = mlo_str_from(self->source, piece.len);
  mlo_sandbox_charge_slow(lua, STEPS_FOR_ONE_PIECE);
  *size = piece.len;
  return piece.ptr;
}

void mlo_sandbox_push_chunk(lua_State *lua, mlo_str source, mlo_str name) {
  rule_text text = {.source = source};
  char chunk[256];
  snprintf(chunk, sizeof chunk, "@%.*s", MLO_FMT(name));
  if (lua_load(lua, read_piece, &text, chunk, "t") != LUA_OK) lua_error(lua);
}

/* Runs in protected mode, the text as light userdata at 1. */
static int run_chunk(lua_State *lua) {
  const rule_text *self = lua_touserdata(lua, 1);
  mlo_sandbox_push_chunk(lua, self->source, self->name);
  mlo_sandbox_push_globals(lua);
  mlo_require_add(lua, self->pack);
  lua_setupvalue(lua, -2, 1);
  lua_call(lua, 0, 1);
  return 1;
}

bool mlo_sandbox_run(mlo_rule_worker *self, mlo_str source, mlo_str name, const mlo_pack *pack) {
  rule_text work = {source, name, pack};
  lua_pushcfunction(self->lua, run_chunk);
  lua_pushlightuserdata(self->lua, &work);
  return mlo_sandbox_call(self, 1, 1) == LUA_OK;
}

const char *mlo_sandbox_why(const mlo_rule_worker *self) {
  if (!self->lua) return "the rules could not be started again";
  if (self->stopped) return self->stopped;
  return lua_type(self->lua, -1) == LUA_TSTRING ? lua_tostring(self->lua, -1)
                                                : "an error that is no text";
}

/* --- globals and modules --- */

/* A copy of the table on top, with copies of the tables in it: functions are shared. */
static void copy_table(lua_State *lua, int depth) {
  enum { DEEPEST = 8 };
  luaL_checkstack(lua, 6, "copy");
  int from = lua_gettop(lua);
  lua_newtable(lua);
  for (lua_pushnil(lua); lua_next(lua, from); lua_pop(lua, 1)) {
    lua_pushvalue(lua, -2);
    lua_pushvalue(lua, -2);
    if (lua_istable(lua, -1) && depth < DEEPEST) copy_table(lua, depth + 1);
    lua_rawset(lua, from + 1);
  }
  lua_replace(lua, from);
}

void mlo_sandbox_copy_table(lua_State *lua) { copy_table(lua, 0); }

/* Every rule has globals and modules of its own, so that none can change them under another. */
void mlo_sandbox_push_globals(lua_State *lua) {
  lua_pushglobaltable(lua);
  copy_table(lua, 0);
  lua_pushvalue(lua, -1);
  lua_setfield(lua, -2, "_G");
}

static int open_all(lua_State *lua) {
  mlo_standard_define(lua);
  lua_pushglobaltable(lua);
  mlo_require_add(lua, NULL);
  lua_pop(lua, 1);
  mlo_node_define(lua);
  mlo_document_define(lua);
  mlo_notebook_define(lua);
  mlo_command_define(lua);
  mlo_match_define(lua);
  mlo_report_define(lua);
  mlo_project_define(lua);
  mlo_library_define(lua);
  mlo_context_define(lua);
  mlo_flow_define(lua);
  return 0;
}

mlo_status mlo_sandbox_open(mlo_rule_worker *self, mlo_error *err) {
  self->byte_limit = state_memory;
  self->step_limit = MLO_STEPS_FOR_ONE_WAKE;
  self->crowded = false;
  self->regex_bytes = 0;
  mlo_status status = mlo_regex_scratch_new(&self->regex_scratch, err);
  if (status != MLO_OK) return status;
  self->lua = lua_newstate(allocate, self);
  if (!self->lua) {
    mlo_sandbox_close(self);
    return mlo_error_set(err, MLO_ERR_MEMORY, (mlo_str){0}, "out of memory");
  }
  *(mlo_rule_worker **)lua_getextraspace(self->lua) = self;
  lua_pushcfunction(self->lua, open_all);
  if (lua_pcall(self->lua, 0, 0, 0) == LUA_OK) return MLO_OK;
  mlo_error_set(err, MLO_ERR_INTERNAL, (mlo_str){0}, "the rule layer does not start: %s",
                lua_tostring(self->lua, -1));
  mlo_sandbox_close(self);
  return MLO_ERR_INTERNAL;
}

void mlo_sandbox_close(mlo_rule_worker *self) {
  if (self->lua) lua_close(self->lua);
  self->lua = NULL;
  mlo_regex_scratch_free(self->regex_scratch);
  self->regex_scratch = NULL;
}
