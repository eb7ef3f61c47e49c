/* baseline: makes, shortens and judges the file of known findings. */
#include "plugins/cli/command.h"
#include "plugins/report/terminal.h"

enum { BASELINE_CONFIG, BASELINE_ISOLATED, BASELINE_QUIET, BASELINE_FLAG_COUNT };

static const mlo_flag flags[] = {
    [BASELINE_CONFIG] = {.name = "config",
                         .value = "FILE",
                         .help = "use this configuration for everything"},
    [BASELINE_ISOLATED] = {.name = "isolated", .help = "read no configuration file"},
    [BASELINE_QUIET] = {.name = "quiet", .letter = 'q', .help = "say nothing but errors"},
};

/* One run of one of the commands. */
typedef struct job {
  const mlo_cli *cli;
  const mlo_arguments *arguments;
  mlo_engine *engine;
  mlo_request request;
  mlo_str file;
  mlo_result *result;
} job;

/* --- preparation ----------------------------------------------------------------------------- */

static mlo_status open_engine(job *self, mlo_error *err) {
  mlo_overrides *overrides = &self->request.overrides;
  mlo_status status =
      mlo_cli_read_config(self->arguments, BASELINE_CONFIG, BASELINE_ISOLATED, overrides, err);
  if (status != MLO_OK) return status;
  return mlo_engine_new(&(mlo_engine_options){.layer = self->cli->layer,
                                              .root = MLO_STR("."),
                                              .isolated = overrides->isolated,
                                              .config = overrides->config},
                        &self->engine, err);
}

/* The one that the user names, or the configuration, or else the usual one. */
static mlo_status find_file(job *self, mlo_error *err) {
  const mlo_settings *settings = NULL;
  if (self->arguments->operands.len) {
    self->file = self->arguments->operands.items[0];
    self->request.overrides.baseline = self->file;
    return MLO_OK;
  }
  mlo_status status = mlo_engine_settings(self->engine, &self->request, MLO_STR("."),
                                          self->cli->arena, &settings, err);
  if (status != MLO_OK) return status;
  if (settings->baseline.len) {
    self->file = mlo_settings_path(settings, settings->baseline, self->cli->arena);
    return MLO_OK;
  }
  self->file = self->request.overrides.baseline = MLO_STR(MLO_BASELINE_NAME);
  return MLO_OK;
}

static mlo_status prepare(job *self, mlo_error *err) {
  const mlo_words *operands = &self->arguments->operands;
  bool part = operands->len > 1;
  self->request = (mlo_request){.root = MLO_STR("."),
                                .paths = part ? operands->items + 1 : NULL,
                                .path_count = part ? operands->len - 1 : 0,
                                .whole = !part};
  mlo_status status = open_engine(self, err);
  return status == MLO_OK ? find_file(self, err) : status;
}

static bool complain_of_problems(const job *self) {
  const mlo_problems *problems = &self->result->problems;
  for (uint32_t i = 0; i < problems->len; i++)
    mlo_output_complain(problems->items[i].path, problems->items[i].message);
  return problems->len > 0;
}

static void note(const job *self, mlo_str text) {
  if (!mlo_arguments_has(self->arguments, BASELINE_QUIET)) mlo_output_note(text);
}

static mlo_str counted(const job *self, uint32_t count) {
  return mlo_arena_format(self->cli->arena, "%u finding%s", count, count == 1 ? "" : "s");
}

static uint32_t total(const mlo_baseline *baseline) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < baseline->items.len; i++) sum += baseline->items.items[i].count;
  return sum;
}

static mlo_status write_file(const job *self, const mlo_baseline *baseline, mlo_error *err) {
  mlo_buf text = {0};
  mlo_baseline_write(baseline, &text);
  mlo_status status = text.failed
                          ? mlo_error_set(err, MLO_ERR_TOO_LARGE, self->file, "would be too large")
                          : mlo_os_write(self->file, mlo_buf_str(&text), err);
  mlo_buf_release(&text);
  return status;
}

/* --- create ---------------------------------------------------------------------------------- */

/* Known findings of what was not looked at stay; all others are those of this check. */
static void take_findings(job *self, mlo_baseline *baseline) {
  for (uint32_t i = 0; i < baseline->items.len; i++) {
    mlo_known_finding *item = &baseline->items.items[i];
    item->count = item->judged ? 0 : item->count - item->found;
  }
  mlo_baseline_add(baseline, &self->result->known, self->cli->arena);
  mlo_baseline_add(baseline, &self->result->findings, self->cli->arena);
  uint32_t kept = 0;
  for (uint32_t i = 0; i < baseline->items.len; i++)
    if (baseline->items.items[i].count) baseline->items.items[kept++] = baseline->items.items[i];
  baseline->items.len = kept;
}

static int create(job *self) {
  mlo_error err = {0};
  self->request.overrides.new_baseline = true;
  if (mlo_engine_check(self->engine, &self->request, &self->result, &err) != MLO_OK)
    return mlo_output_fail(&err);
  mlo_baseline *baseline = self->result->baseline;
  take_findings(self, baseline);
  if (write_file(self, baseline, &err) != MLO_OK) return mlo_output_fail(&err);
  bool broken = complain_of_problems(self);
  note(self, mlo_arena_format(self->cli->arena, "wrote %.*s to %.*s",
                              MLO_FMT(counted(self, total(baseline))), MLO_FMT(self->file)));
  if (self->request.overrides.baseline.len)
    note(self,
         mlo_arena_format(self->cli->arena,
                          "'mlopslint check --baseline %.*s' shows what is new; so does check "
                          "alone with [baseline] file = \"%.*s\" in mlopslint.toml",
                          MLO_FMT(self->file), MLO_FMT(self->file)));
  return broken ? MLO_EXIT_FAILED : MLO_EXIT_CLEAN;
}

/* --- prune and check ------------------------------------------------------------------------- */

static int prune(job *self) {
  mlo_error err = {0};
  if (mlo_engine_check(self->engine, &self->request, &self->result, &err) != MLO_OK)
    return mlo_output_fail(&err);
  bool broken = complain_of_problems(self);
  mlo_baseline *baseline = self->result->baseline;
  uint32_t gone = mlo_baseline_prune(baseline);
  if (gone && write_file(self, baseline, &err) != MLO_OK) return mlo_output_fail(&err);
  note(self, mlo_arena_format(self->cli->arena, "%.*s: removed %.*s that %s gone, kept %u",
                              MLO_FMT(self->file), MLO_FMT(counted(self, gone)),
                              gone == 1 ? "is" : "are", total(baseline)));
  return broken ? MLO_EXIT_FAILED : MLO_EXIT_CLEAN;
}

static uint32_t list_stale(const job *self, mlo_buf *out) {
  const mlo_baseline *baseline = self->result->baseline;
  uint32_t sum = 0;
  for (uint32_t i = 0; i < baseline->items.len; i++) {
    const mlo_known_finding *item = &baseline->items.items[i];
    uint32_t stale = mlo_baseline_stale(item);
    sum += stale;
    if (!stale) continue;
    mlo_terminal_add(out, item->path);
    mlo_buf_lit(out, ": ");
    mlo_terminal_add(out, item->code);
    mlo_buf_lit(out, " is gone");
    if (stale > 1) mlo_buf_format(out, " (%u times)", stale);
    mlo_buf_char(out, '\n');
  }
  return sum;
}

static int judge(job *self) {
  mlo_error err = {0};
  if (mlo_engine_check(self->engine, &self->request, &self->result, &err) != MLO_OK)
    return mlo_output_fail(&err);
  bool broken = complain_of_problems(self);
  mlo_buf out = {0};
  uint32_t stale = list_stale(self, &out);
  bool printed = !out.failed && mlo_output_print(mlo_buf_str(&out));
  mlo_buf_release(&out);
  note(self, mlo_arena_format(
                 self->cli->arena, "%.*s: %u of %.*s gone, %u new%s", MLO_FMT(self->file), stale,
                 MLO_FMT(counted(self, total(self->result->baseline))), self->result->findings.len,
                 stale ? "; 'mlopslint baseline prune' removes what is gone" : ""));
  if (broken || !printed) return MLO_EXIT_FAILED;
  return stale ? MLO_EXIT_FINDINGS : MLO_EXIT_CLEAN;
}

/* --- the commands ---------------------------------------------------------------------------- */

static int run_job(const mlo_cli *cli, const mlo_arguments *arguments, int (*act)(job *self)) {
  job self = {.cli = cli, .arguments = arguments};
  mlo_error err = {0};
  int code = prepare(&self, &err) == MLO_OK ? act(&self) : mlo_output_fail(&err);
  mlo_result_free(self.result);
  mlo_engine_free(self.engine);
  return code;
}

static int run_create(const mlo_cli *cli, const mlo_arguments *arguments) {
  return run_job(cli, arguments, create);
}
static int run_prune(const mlo_cli *cli, const mlo_arguments *arguments) {
  return run_job(cli, arguments, prune);
}
static int run_check(const mlo_cli *cli, const mlo_arguments *arguments) {
  return run_job(cli, arguments, judge);
}

static const char help[] =
    "FILE is what [baseline] of the configuration names, or " MLO_BASELINE_NAME ". With PATHs, "
    "known findings elsewhere\nstay as they are.";

const mlo_cli_command mlo_baseline_create_command = {
    .name = "baseline create",
    .operands = "[FILE [PATH...]]",
    .summary = "write down what is found now, so that checks show what is new",
    .help = help,
    .flags = flags,
    .flag_count = BASELINE_FLAG_COUNT,
    .run = run_create,
};

const mlo_cli_command mlo_baseline_prune_command = {
    .name = "baseline prune",
    .operands = "[FILE [PATH...]]",
    .summary = "remove known findings that are gone",
    .help = help,
    .flags = flags,
    .flag_count = BASELINE_FLAG_COUNT,
    .run = run_prune,
};

const mlo_cli_command mlo_baseline_check_command = {
    .name = "baseline check",
    .operands = "[FILE [PATH...]]",
    .summary = "name known findings that are gone: exit status 1 if there are any",
    .help = help,
    .flags = flags,
    .flag_count = BASELINE_FLAG_COUNT,
    .run = run_check,
};
