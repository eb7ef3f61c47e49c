/* check: the main job. */
#include "plugins/cli/command.h"
#include "plugins/cli/fixing.h"
#include "plugins/cli/input.h"
#include "plugins/cli/progress.h"
#include "plugins/cli/show_config.h"
#include "plugins/cli/sinks.h"
#include "plugins/git/git.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum {
  CHECK_FORMAT,
  CHECK_OUTPUT,
  CHECK_SELECT,
  CHECK_EXTEND_SELECT,
  CHECK_IGNORE,
  CHECK_SEVERITY,
  CHECK_FAIL_ON,
  CHECK_FIX,
  CHECK_UNSAFE_FIXES,
  CHECK_DIFF,
  CHECK_STATISTICS,
  CHECK_STAGED,
  CHECK_STDIN_FILENAME,
  CHECK_JOBS,
  CHECK_BASELINE,
  CHECK_CONFIG,
  CHECK_ISOLATED,
  CHECK_SHOW_CONFIG,
  CHECK_NO_CACHE,
  CHECK_COLOR,
  CHECK_QUIET,
  CHECK_VERBOSE,
  CHECK_FLAG_COUNT
};

static const mlo_flag flags[] = {
    [CHECK_FORMAT] = {.name = "format",
                      .value = "FORMAT",
                      .choices = MLO_FORMATS,
                      .help = "how to write the findings (default text)"},
    [CHECK_OUTPUT] = {.name = "output",
                      .value = "FILE",
                      .help = "write to FILE; give --format and --output again for more"},
    [CHECK_SELECT] = {.name = "select",
                      .value = "RULES",
                      .help = "only these codes, names, areas or code prefixes; ALL for all"},
    [CHECK_EXTEND_SELECT] = {.name = "extend-select",
                             .value = "RULES",
                             .help = "these too, such as rules that are off by default"},
    [CHECK_IGNORE] = {.name = "ignore", .value = "RULES", .help = "all but these"},
    [CHECK_SEVERITY] = {.name = "severity",
                        .value = "LEVEL",
                        .choices = "info|warning|error",
                        .help = "show and fix only findings at or above LEVEL"},
    [CHECK_FAIL_ON] = {.name = "fail-on",
                       .value = "LEVEL",
                       .choices = "info|warning|error",
                       .help = "exit with 1 for findings at or above LEVEL (default warning)"},
    [CHECK_FIX] = {.name = "fix", .help = "apply safe fixes to the files"},
    [CHECK_UNSAFE_FIXES] = {.name = "unsafe-fixes",
                            .help = "with --fix or --diff: fixes that may change behaviour too"},
    [CHECK_DIFF] = {.name = "diff", .help = "show what --fix would change, as a patch"},
    [CHECK_STATISTICS] = {.name = "statistics", .help = "count findings per rule"},
    [CHECK_STAGED] = {.name = "staged", .help = "check what is staged in git, not the files"},
    [CHECK_STDIN_FILENAME] = {.name = "stdin-filename",
                              .value = "NAME",
                              .help = "read one file from standard input, named NAME"},
    [CHECK_JOBS] = {.name = "jobs",
                    .value = "N",
                    .letter = 'j',
                    .help = "workers (default one for each processor)"},
    [CHECK_BASELINE] = {.name = "baseline",
                        .value = "FILE",
                        .help = "leave out the findings that FILE knows (see baseline create)"},
    [CHECK_CONFIG] = {.name = "config",
                      .value = "FILE",
                      .help = "use this configuration for everything"},
    [CHECK_ISOLATED] = {.name = "isolated", .help = "read no configuration file"},
    [CHECK_SHOW_CONFIG] = {.name = "show-config",
                           .value = "FILE",
                           .help = "say what is in force for FILE, and where that is written"},
    [CHECK_NO_CACHE] = {.name = "no-cache",
                        .help = "take over nothing from earlier runs, and keep nothing"},
    [CHECK_COLOR] = {.name = "color",
                     .value = "WHEN",
                     .choices = "auto|always|never",
                     .help = "colours and links (default auto)"},
    [CHECK_QUIET] = {.name = "quiet", .letter = 'q', .help = "findings only, no summary"},
    [CHECK_VERBOSE] = {.name = "verbose",
                       .letter = 'v',
                       .help = "also why a rule exists, and all related places"},
};

enum { MOST_JOBS = 256 };

/* One run of the command. */
typedef struct job {
  const mlo_cli *cli;
  const mlo_arguments *arguments;
  mlo_engine *engine;
  mlo_request request;
  mlo_input input; /* standard input */
  mlo_git_staged_files staged;
  mlo_result nothing; /* what there is to say when nothing is staged */
  mlo_sinks sinks;
  mlo_result *result;
} job;

static bool has(const job *self, uint32_t flag) { return mlo_arguments_has(self->arguments, flag); }
static mlo_str last(const job *self, uint32_t flag) {
  return mlo_arguments_last(self->arguments, flag);
}

/* --- the request ----------------------------------------------------------------------------- */

static mlo_status refuse_contradictions(const job *self, mlo_error *err) {
  static const struct {
    uint32_t one, other;
  } pairs[] = {{CHECK_STAGED, CHECK_FIX},
               {CHECK_STAGED, CHECK_DIFF},
               {CHECK_STAGED, CHECK_STDIN_FILENAME},
               {CHECK_CONFIG, CHECK_ISOLATED},
               {CHECK_QUIET, CHECK_VERBOSE}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    if (has(self, pairs[i].one) && has(self, pairs[i].other))
      return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0}, "--%s and --%s exclude each other",
                           flags[pairs[i].one].name, flags[pairs[i].other].name);
  if (has(self, CHECK_STDIN_FILENAME) && self->arguments->operands.len)
    return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0},
                         "--stdin-filename reads standard input: leave '%.*s' out",
                         MLO_FMT(self->arguments->operands.items[0]));
  if (has(self, CHECK_UNSAFE_FIXES) && !has(self, CHECK_FIX) && !has(self, CHECK_DIFF))
    return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0}, "--unsafe-fixes needs --fix or --diff");
  return MLO_OK;
}

static mlo_status read_jobs(job *self, mlo_error *err) {
  mlo_str text = last(self, CHECK_JOBS);
  if (!text.ptr) return MLO_OK;
  unsigned jobs = 0;
  for (size_t i = 0; i < text.len && jobs <= MOST_JOBS; i++) {
    if (text.ptr[i] < '0' || text.ptr[i] > '9') jobs = MOST_JOBS;
    jobs = jobs * 10 + (unsigned)(text.ptr[i] - '0');
  }
  if (jobs == 0 || jobs > MOST_JOBS)
    return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0}, "--jobs can't be '%.*s': 1 to %d",
                         MLO_FMT(text), MOST_JOBS);
  self->request.jobs = jobs;
  return MLO_OK;
}

static void read_overrides(job *self) {
  mlo_overrides *overrides = &self->request.overrides;
  mlo_arena *arena = self->cli->arena;
  mlo_words select = mlo_arguments_words(self->arguments, CHECK_SELECT, arena);
  mlo_words extend = mlo_arguments_words(self->arguments, CHECK_EXTEND_SELECT, arena);
  mlo_words ignore = mlo_arguments_words(self->arguments, CHECK_IGNORE, arena);
  *overrides = (mlo_overrides){.select = select.items,
                               .select_count = select.len,
                               .extend_select = extend.items,
                               .extend_select_count = extend.len,
                               .ignore = ignore.items,
                               .ignore_count = ignore.len,
                               .isolated = has(self, CHECK_ISOLATED),
                               .config = last(self, CHECK_CONFIG),
                               .baseline = last(self, CHECK_BASELINE)};
  mlo_severity_named(last(self, CHECK_SEVERITY), &overrides->least);
}

/* The whole project is read when only folders are named, or nothing. */
static bool are_folders(const mlo_words *paths) {
  for (uint32_t i = 0; i < paths->len; i++) {
    mlo_stat stat = {0};
    mlo_error ignored = {0};
    if (mlo_os_stat(paths->items[i], &stat, &ignored) != MLO_OK) return false;
    if (stat.kind != MLO_FILE_FOLDER) return false;
  }
  return true;
}

static mlo_status use_stdin(job *self, mlo_error *err) {
  mlo_str name = last(self, CHECK_STDIN_FILENAME);
  while (mlo_str_starts(name, MLO_STR("./"))) name = mlo_str_from(name, 2);
  self->input.path = name;
  self->request.inputs = &self->input;
  self->request.input_count = 1;
  self->request.whole = false;
  return mlo_input_read(self->cli->arena, &self->input.bytes, err);
}

static mlo_status use_staged(job *self, mlo_error *err) {
  mlo_status status = mlo_git_staged(MLO_STR("."), self->cli->arena, &self->staged, err);
  if (status != MLO_OK) return status;
  for (uint32_t i = 0; i < self->staged.notes.len; i++)
    mlo_output_note(self->staged.notes.items[i].message);
  self->request.root = self->staged.root;
  self->request.inputs = self->staged.inputs.items;
  self->request.input_count = self->staged.inputs.len;
  self->request.whole = false;
  return MLO_OK;
}

/* $XDG_CACHE_HOME/mlopslint, or ~/.cache/mlopslint; empty without either. A relative path counts as none, as XDG has it. */
static mlo_str cache_folder(const job *self) {
  const char *caches = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
  if (has(self, CHECK_NO_CACHE)) return (mlo_str){0};
  if (caches && caches[0] == '/') return mlo_arena_format(self->cli->arena, "%s/mlopslint", caches);
  if (!home || home[0] != '/') return (mlo_str){0};
  return mlo_arena_format(self->cli->arena, "%s/.cache/mlopslint", home);
}

static mlo_status make_request(job *self, mlo_error *err) {
  const mlo_words *paths = &self->arguments->operands;
  self->request = (mlo_request){.root = MLO_STR("."),
                                .paths = paths->items,
                                .path_count = paths->len,
                                .whole = are_folders(paths),
                                .cache = cache_folder(self)};
  read_overrides(self);
  mlo_status status = read_jobs(self, err);
  if (status == MLO_OK && has(self, CHECK_STDIN_FILENAME)) status = use_stdin(self, err);
  if (status == MLO_OK && has(self, CHECK_STAGED)) status = use_staged(self, err);
  return status;
}

/* --- the run --------------------------------------------------------------------------------- */

static void release_result(job *self) {
  if (self->result != &self->nothing) mlo_result_free(self->result);
  self->result = NULL;
}

/* Staged files that could not be read are problems like any other. */
static void add_problems(job *self, const mlo_problems *more) {
  mlo_problems all = {0};
  const mlo_problems *both[] = {more, &self->result->problems};
  for (size_t k = 0; k < 2; k++)
    for (uint32_t i = 0; i < both[k]->len; i++) MLO_PUSH(self->cli->arena, &all, both[k]->items[i]);
  self->result->problems = all;
}

static mlo_status check(job *self, mlo_error *err) {
  mlo_progress progress = mlo_progress_start(!has(self, CHECK_QUIET));
  self->request.progress = mlo_progress_show;
  self->request.progress_ctx = &progress;
  release_result(self);
  mlo_status status = mlo_engine_check(self->engine, &self->request, &self->result, err);
  mlo_progress_end(&progress);
  self->request.progress = NULL;
  self->request.progress_ctx = NULL;
  return status;
}

static bool fails(const job *self) {
  mlo_severity limit = self->result->fail_on;
  mlo_severity_named(last(self, CHECK_FAIL_ON), &limit);
  const mlo_findings *findings = &self->result->findings;
  for (uint32_t i = 0; i < findings->len; i++)
    if (findings->items[i].severity >= limit) return true;
  return false;
}

/* Words that rules had before: on the command line and in the root's configuration. */
static void note_former_words(const job *self) {
  const mlo_overrides *given = &self->request.overrides;
  const struct {
    const mlo_str *words;
    uint32_t count;
  } lists[] = {{given->select, given->select_count},
               {given->extend_select, given->extend_select_count},
               {given->ignore, given->ignore_count}};
  for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
    for (uint32_t i = 0; i < lists[l].count; i++)
      mlo_cli_note_former(self->cli, mlo_engine_catalogue(self->engine), lists[l].words[i]);
  const mlo_problems *notices = &self->result->notices;
  for (uint32_t i = 0; i < notices->len; i++)
    mlo_output_note(mlo_arena_format(self->cli->arena, "%.*s: %.*s",
                                     MLO_FMT(notices->items[i].path),
                                     MLO_FMT(notices->items[i].message)));
}

static bool complain_of_problems(const job *self) {
  const mlo_problems *problems = &self->result->problems;
  for (uint32_t i = 0; i < problems->len; i++)
    mlo_output_complain(problems->items[i].path, problems->items[i].message);
  return problems->len > 0;
}

static bool write_results(const job *self, bool to_stderr) {
  mlo_str folder = {0};
  mlo_error err = {0};
  mlo_os_cwd(self->cli->arena, &folder, &err); /* without it, formats say no absolute path */
  mlo_sink_options options = {.writer = {.statistics = has(self, CHECK_STATISTICS),
                                         .quiet = has(self, CHECK_QUIET),
                                         .verbose = has(self, CHECK_VERBOSE),
                                         .folder = folder},
                              .color = last(self, CHECK_COLOR),
                              .to_stderr = to_stderr};
  return mlo_sinks_write(&self->sinks, self->result, mlo_engine_catalogue(self->engine), &options);
}

static int report(const job *self, bool to_stderr) {
  bool broken = complain_of_problems(self);
  if (!has(self, CHECK_QUIET)) note_former_words(self);
  if (!write_results(self, to_stderr) || broken) return MLO_EXIT_FAILED;
  return fails(self) ? MLO_EXIT_FINDINGS : MLO_EXIT_CLEAN;
}

/* --- fixes ----------------------------------------------------------------------------------- */

static mlo_safety safety_of(const job *self) {
  return has(self, CHECK_UNSAFE_FIXES) ? MLO_SAFETY_UNSAFE : MLO_SAFETY_SAFE;
}

static int show_diff(job *self) {
  mlo_buf patch = {0};
  mlo_fixing done =
      mlo_fix_all(self->engine, &self->request, &self->result->findings,
                  &(mlo_fixing_options){
                      .safety = safety_of(self), .diff = &patch, .quiet = has(self, CHECK_QUIET)});
  bool broken = complain_of_problems(self) || done.failed || patch.failed;
  if (!mlo_output_print_foreign(mlo_buf_str(&patch))) broken = true;
  mlo_buf_release(&patch);
  if (broken) return MLO_EXIT_FAILED;
  return done.files ? MLO_EXIT_FINDINGS : MLO_EXIT_CLEAN;
}

static void note_fixes(const job *self, const mlo_fixing *done) {
  if (has(self, CHECK_QUIET)) return;
  if (done->applied)
    mlo_output_note(mlo_arena_format(self->cli->arena, "applied %u fix%s in %u file%s",
                                     done->applied, done->applied == 1 ? "" : "es", done->files,
                                     done->files == 1 ? "" : "s"));
}

/* Standard input's fixed text goes to standard output, so the findings that stay go to standard error. */
static bool pass_on(job *self, mlo_buf *fixed, const mlo_fixing *done) {
  if (done->files) self->input.bytes = mlo_arena_str(self->cli->arena, mlo_buf_str(fixed));
  return mlo_output_print_foreign(self->input.bytes);
}

static int fix(job *self) {
  mlo_buf fixed = {0};
  mlo_fixing done = mlo_fix_all(self->engine, &self->request, &self->result->findings,
                                &(mlo_fixing_options){.safety = safety_of(self),
                                                      .inputs_out = &fixed,
                                                      .quiet = has(self, CHECK_QUIET)});
  bool piped = self->request.input_count > 0;
  bool passed = !piped || pass_on(self, &fixed, &done);
  bool whole = !fixed.failed;
  mlo_buf_release(&fixed);
  note_fixes(self, &done);
  mlo_error err = {0};
  if (done.files && check(self, &err) != MLO_OK) return mlo_output_fail(&err);
  int code = report(self, piped);
  return done.failed || !passed || !whole ? MLO_EXIT_FAILED : code;
}

/* --- the command ----------------------------------------------------------------------------- */

static mlo_status prepare(job *self, mlo_error *err) {
  mlo_status status = refuse_contradictions(self, err);
  if (status == MLO_OK)
    status = mlo_sinks_read(self->arguments, CHECK_FORMAT, CHECK_OUTPUT, self->cli->arena,
                            &self->sinks, err);
  if (status == MLO_OK)
    status = mlo_engine_new(&(mlo_engine_options){.layer = self->cli->layer,
                                                  .root = MLO_STR("."),
                                                  .isolated = has(self, CHECK_ISOLATED),
                                                  .config = last(self, CHECK_CONFIG)},
                            &self->engine, err);
  if (status == MLO_OK) status = make_request(self, err);
  return status;
}

/* An engine without inputs would walk the folder, so with nothing staged it is not asked. */
static mlo_status check_first(job *self, mlo_error *err) {
  bool nothing = has(self, CHECK_STAGED) && !self->request.input_count;
  if (nothing) self->result = &self->nothing;
  mlo_status status = nothing ? MLO_OK : check(self, err);
  if (status == MLO_OK) add_problems(self, &self->staged.problems);
  return status;
}

static int check_and_report(job *self) {
  mlo_error err = {0};
  if (check_first(self, &err) != MLO_OK) return mlo_output_fail(&err);
  if (has(self, CHECK_DIFF)) return show_diff(self);
  if (has(self, CHECK_FIX)) return fix(self);
  return report(self, false);
}

static int show_config(const job *self) {
  mlo_error err = {0};
  mlo_shown_config shown = {.catalogue = mlo_engine_catalogue(self->engine),
                            .path = last(self, CHECK_SHOW_CONFIG),
                            .fail_on = last(self, CHECK_FAIL_ON),
                            .severity = last(self, CHECK_SEVERITY)};
  while (mlo_str_starts(shown.path, MLO_STR("./"))) shown.path = mlo_str_from(shown.path, 2);
  if (mlo_engine_settings(self->engine, &self->request, shown.path, self->cli->arena,
                          &shown.settings, &err) != MLO_OK)
    return mlo_output_fail(&err);
  mlo_buf out = {0};
  bool json = mlo_str_eq(last(self, CHECK_FORMAT), MLO_STR("json"));
  (json ? mlo_show_config_json : mlo_show_config_text)(&shown, &out);
  bool printed = !out.failed && mlo_output_print(mlo_buf_str(&out));
  mlo_buf_release(&out);
  bool broken = mlo_cli_complain_of_rules(shown.catalogue);
  return printed && !broken ? MLO_EXIT_CLEAN : MLO_EXIT_FAILED;
}

static int run(const mlo_cli *cli, const mlo_arguments *arguments) {
  job self = {.cli = cli, .arguments = arguments};
  mlo_error err = {0};
  int code = MLO_EXIT_FAILED;
  if (prepare(&self, &err) != MLO_OK)
    mlo_output_fail(&err);
  else
    code = has(&self, CHECK_SHOW_CONFIG) ? show_config(&self) : check_and_report(&self);
  release_result(&self);
  mlo_engine_free(self.engine);
  return code;
}

const mlo_cli_command mlo_check_command = {
    .name = "check",
    .operands = "[PATH...]",
    .summary = "check a project (default: the current folder)",
    .help = "exit status: 0 no findings at or above --fail-on; 1 there are; 2 something could "
            "not be checked",
    .flags = flags,
    .flag_count = CHECK_FLAG_COUNT,
    .run = run,
};
