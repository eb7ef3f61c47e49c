/* host: the Lua side of the rule layer. One worker holds one sandboxed state; rules are loaded into it when they are
 * first woken. Handles that Lua holds (nodes, values, cells ...) name their file by a generation number and fail
 * politely once that file is closed. Private to lua/host. */
#ifndef MLO_HOST_H
#define MLO_HOST_H

#include "lua/host/layer.h"
#include "match/regex.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

/* Lua instructions that one call of a check may use: a tenth of a second. */
enum { MLO_STEPS_FOR_ONE_WAKE = 20 * 1000 * 1000 };

struct mlo_rule_worker {
  lua_State *lua;
  /* patterns (match.c) */
  mlo_parser *parser;      /* made when it is needed */
  mlo_arena patterns;      /* of those that rules compile while they run */
  mlo_map pattern_numbers; /* text to 1 + index in compiled */
  MLO_ARRAY(const mlo_pattern *) compiled;
  MLO_ARRAY(mlo_match) matches; /* of the file at work, which handles index */
  mlo_matching *matching;       /* of the file at work, or NULL */
  const mlo_catalogue *catalogue;
  const mlo_options_json *options;   /* by rule; NULL: defaults */
  const mlo_file *file;              /* at work, or NULL */
  mlo_answers *answers;              /* at work, or NULL */
  const struct mlo_project *project; /* while a finish runs, or NULL */
  uint32_t rule;                     /* at work */
  uint32_t generation;               /* of the file at work */
  int *rule_refs;       /* registry reference of each loaded rule's table, or LUA_NOREF */
  bool *failed;         /* rules that are off for the rest of the file */
  uint64_t *file_steps; /* by rule: used in all wakes of the file at work */
  /* the call at work (sandbox.c) */
  bool running;
  uint64_t steps, step_limit;  /* used and allowed */
  const char *stopped;         /* why it must end, or NULL: pcall cannot hide it */
  uint32_t hook_steps;         /* instructions between two looks at the budget */
  uint32_t refusals;           /* of memory */
  double began, seconds;       /* when, and how long it took, on the wall */
  double began_processor;      /* when, on this thread's clock */
  double deadline, look_again; /* when it must end, on that; when to look at it, on the wall */
  uint64_t looked_at;          /* steps used when the clock was looked at */
  size_t bytes, byte_limit;    /* of the state's own memory */
  mlo_regex_scratch *regex_scratch;
  size_t regex_bytes; /* of the expressions that the state keeps */
  char trace[512];    /* the functions at work when a call failed, a line each; or empty */
  bool crowded;       /* the state still holds much after a call: its owner replaces it */
};

/* --- sandbox.c --- */

/* Makes the state: safe parts of the standard library, capped memory, a budget, `require` of the files in lua/lib as
 * "mlopslint.NAME". */
mlo_status mlo_sandbox_open(mlo_rule_worker *self, mlo_error *err);
void mlo_sandbox_close(mlo_rule_worker *self);
/* Calls the function below its `arguments` values with a fresh budget; results or one error message stay on the stack.
 * While Lua runs, a full arena is a Lua error. */
int mlo_sandbox_call(mlo_rule_worker *self, int arguments, int results);
/* Counts work done in C for Lua against the budget; raises when it is used up. */
void mlo_sandbox_charge(lua_State *lua, uint64_t steps);
/* The same after work that may have taken much longer than its steps. */
void mlo_sandbox_charge_slow(lua_State *lua, uint64_t steps);
/* Loads a text chunk and runs it with globals of its own, whose `require` finds the files of pack (NULL: none); leaves
 * its result, or an error and false. */
bool mlo_sandbox_run(mlo_rule_worker *self, mlo_str source, mlo_str name, const mlo_pack *pack);
/* Pushes the text as a function; raises if it is none. Bytecode never gets in. */
void mlo_sandbox_push_chunk(lua_State *lua, mlo_str source, mlo_str name);
/* What a failed call left on top of the stack. Runs nothing of the rule's, so it is safe outside of a call. */
const char *mlo_sandbox_why(const mlo_rule_worker *self);
/* The same for the rule's author, in arena: "line 3: why". file: where the failed rule is written. complaint.c */
mlo_str mlo_rule_complaint(mlo_rule_worker *self, const mlo_rule *file, mlo_arena *arena);
/* The message handler of calls: writes the trace and leaves the error as it is. complaint.c */
int mlo_sandbox_trace(lua_State *lua);
/* Pushes a fresh table of globals, without `require`. */
void mlo_sandbox_push_globals(lua_State *lua);
/* Puts a copy of the table on top, with copies of the tables in it, in its place: functions are shared. */
void mlo_sandbox_copy_table(lua_State *lua);
mlo_rule_worker *mlo_host_of(lua_State *lua);

/* --- require.c --- */

/* Gives the table of globals on top a `require` with an empty list of modules. "mlopslint.NAME" is a file of lua/lib or
 * a library in C; other names are files of the pack (NULL: none), each run once for these globals. */
void mlo_require_add(lua_State *lua, const mlo_pack *pack);

/* --- pack.c: a folder of rules, read whole before any of them runs --- */

typedef struct mlo_pack_file {
  mlo_str path;  /* as messages name it */
  mlo_str inner; /* below the pack's folder: "serving/no-pickle.lua" */
  mlo_str source;
  bool helper; /* below a folder named lib: no rule, reached by require only */
} mlo_pack_file;

struct mlo_pack {
  mlo_str folder;                 /* as it was named */
  mlo_str real;                   /* absolute, without links */
  mlo_str name;                   /* the folder's own name, which may begin a module's */
  MLO_ARRAY(mlo_pack_file) files; /* sorted by path */
};

/* Reads every .lua file below the folder but those in folders that end in .test or begin with a dot. Links are refused;
 * what can't be read becomes a problem. NULL if the folder itself can't be read. */
const mlo_pack *mlo_pack_read(mlo_str folder, mlo_arena *arena, mlo_problems *problems);
/* The file that `require name` means: a.b is a/b.lua in the pack's lib or in the pack, with or without the pack's own
 * name before it. NULL if there is none. */
const mlo_pack_file *mlo_pack_module(const mlo_pack *self, mlo_str name);

/* --- standard.c and strings.c: Lua's standard library, as far as rules have it --- */

void mlo_standard_define(lua_State *lua);
void mlo_strings_define(lua_State *lua);
/* Puts `around` in the place of a function of the table on top, with that function as its upvalue. */
void mlo_wrap_function(lua_State *lua, const char *name, lua_CFunction around);
/* Takes functions out of the table on top; the list ends with NULL. */
void mlo_remove_functions(lua_State *lua, const char *const *names);
/* Charges for the bytes of the arguments, then calls the C function in the upvalue. */
int mlo_charge_bytes(lua_State *lua);
/* Pushes what tostring gives, but for the addresses of tables and functions: they differ from run to run. */
void mlo_push_text(lua_State *lua, int arg);

/* --- objects.c: handles --- */

typedef enum mlo_handle_kind {
  MLO_HANDLE_NODE,
  MLO_HANDLE_VALUE, /* of a document */
  MLO_HANDLE_RANGE, /* any bytes of the file */
  MLO_HANDLE_CELL,
  MLO_HANDLE_OUTPUT,
  MLO_HANDLE_NOTEBOOK,
  MLO_HANDLE_COMMAND,
  MLO_HANDLE_MATCH,
  MLO_HANDLE_REPORT,  /* a draft that is being made */
  MLO_HANDLE_CONTEXT, /* ctx: always open */
  MLO_HANDLE_PROJECT, /* ctx.project: open while a finish runs */
  MLO_HANDLE_KIND_COUNT
} mlo_handle_kind;

typedef struct mlo_handle {
  mlo_handle_kind kind;
  uint32_t generation;
  uint32_t index;   /* node, value, cell, command, draft */
  int32_t item;     /* node: which part of it a value is; output: its number; -1 else */
  uint32_t context; /* node: the call of the file's own function in which it stands, or 0 */
  mlo_space space;
  mlo_span span;
} mlo_handle;

typedef struct mlo_member_entry {
  const char *name;
  lua_CFunction get;  /* a field: called with the handle, pushes one value */
  lua_CFunction call; /* or a method */
} mlo_member_entry;

/* Registers a kind of handle with its members (a list that ends with an empty entry). */
void mlo_handle_define(lua_State *lua, mlo_handle_kind kind, const mlo_member_entry *members);
/* Pushes the metatable of a kind. */
void mlo_handle_metatable(lua_State *lua, mlo_handle_kind kind);
/* More members of a kind that is registered. */
void mlo_handle_extend(lua_State *lua, mlo_handle_kind kind, const mlo_member_entry *members);
/* Pushes a new handle of the file at work. */
mlo_handle *mlo_handle_push(lua_State *lua, mlo_handle_kind kind, uint32_t index);
/* The handle at arg if it is of this kind and its file is open; raises otherwise. */
mlo_handle *mlo_handle_check(lua_State *lua, int arg, mlo_handle_kind kind);
/* The bytes that the value at arg stands for (any handle that has bytes); raises otherwise. */
void mlo_handle_span(lua_State *lua, int arg, mlo_space *space, mlo_span *span);
/* Members that every handle with bytes may have: location() and replace(text). */
int mlo_handle_location(lua_State *lua);
int mlo_handle_replace(lua_State *lua);
void mlo_push_str(lua_State *lua, mlo_str s);
mlo_str mlo_check_str(lua_State *lua, int arg);
void mlo_push_range(lua_State *lua, mlo_space space, mlo_span span);
/* Pushes an edit as a plain table {at = location, text = escaped text}, which a fact may carry. */
void mlo_push_edit(lua_State *lua, mlo_space space, mlo_span span, mlo_str text);

/* --- one file for each noun: they register their handles --- */
void mlo_node_define(lua_State *lua);
void mlo_flow_define(
    lua_State *lua); /* of nodes and ctx: where values come from and go, columns, parts, fits */
void mlo_document_define(lua_State *lua);
void mlo_notebook_define(lua_State *lua);
/* notebook:early_reads() and stale_reads(), in cell_reads.c */
int mlo_notebook_early_reads(lua_State *lua);
int mlo_notebook_stale_reads(lua_State *lua);
void mlo_command_define(lua_State *lua);
void mlo_report_define(lua_State *lua);
void mlo_project_define(lua_State *lua); /* and mlopslint.index */
void mlo_library_define(lua_State *lua); /* mlopslint.text, mlopslint.version: functions in C */
void mlo_push_node(lua_State *lua, mlo_node node); /* nil for MLO_NO_NODE */
void mlo_push_route(lua_State *lua, const mlo_route *route);
void mlo_push_dependency(lua_State *lua, const mlo_dependency *dependency);

/* --- match.c: matches of patterns and queries --- */
void mlo_match_define(lua_State *lua);
/* The match is copied, what it points to lives in the file's arena. */
void mlo_push_match(lua_State *lua, const mlo_match *match);
/* Where a match is shown: its focus, or its node, of a definition or compound statement the head. */
mlo_span mlo_match_place(const mlo_file *file, const mlo_match *match);
/* The compiled pattern of the text at arg; raises if it is none. */
const mlo_pattern *mlo_check_pattern(lua_State *lua, int arg);
/* True if pattern matches node, or something around it. */
bool mlo_host_try(lua_State *lua, const mlo_pattern *pattern, mlo_node node, bool around);
mlo_parser *mlo_host_parser(mlo_rule_worker *self, mlo_error *err); /* NULL: err says why */
void mlo_host_forget_patterns(mlo_rule_worker *self);
/* selector.c: what a trigger's table says of patterns and conditions; raises where it is wrong. */
const mlo_selector *mlo_read_selector(lua_State *lua, int table, mlo_arena *arena);

/* --- plain.c: Lua tables as JSON and back --- */

/* Pushes what json holds; raises if it is not JSON. */
void mlo_push_json(lua_State *lua, mlo_str json);
/* The value at arg as JSON in arena; raises for functions, cycles and handles. */
mlo_str mlo_to_json(lua_State *lua, int arg, mlo_arena *arena);
void mlo_push_location(lua_State *lua, const mlo_location *location);
/* The place that the table at arg tells, as mlo_push_location made it (a path alone: the file's start); raises for what
 * no file can have. */
mlo_location mlo_check_location(lua_State *lua, int arg, mlo_arena *arena);

/* --- context.c --- */
void mlo_context_define(lua_State *lua);
void mlo_push_context(lua_State *lua);

/* --- catalogue.c --- */
/* Reads the rules of all built-in files and packs into out; broken rules become problems. */
mlo_status mlo_catalogue_load(const mlo_str *packs, uint32_t pack_count, mlo_arena *arena,
                              mlo_catalogue *out, mlo_error *err);
/* Pushes the table of a rule, running its file first if this state has not; false and a message if it fails. */
bool mlo_rule_push(mlo_rule_worker *self, uint32_t rule);

#endif
