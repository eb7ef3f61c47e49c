#include "plugins/cli/trial.h"

#include "plugins/cli/fixing.h"
#include "plugins/cli/output.h"
#include "plugins/report/terminal.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct running {
  const mlo_trial *trial;
  mlo_arena *arena;
  mlo_request request;
  mlo_expectations expectations;
  mlo_trial_result *out;
  char config[32]; /* the temporary configuration file with the options; empty: none */
} running;

static void say(running *self, const char *what, mlo_str foreign) {
  mlo_buf_format(&self->out->why, "    %s", what);
  mlo_terminal_add(&self->out->why, foreign);
  mlo_buf_char(&self->out->why, '\n');
}

/* "a.py:3:5-18", "n.ipynb: cell 2, line 1:5". */
static mlo_str place_of(running *self, mlo_str path, uint32_t cell, mlo_position start,
                        mlo_position end) {
  mlo_str place = cell ? mlo_arena_format(self->arena, "%.*s: cell %u, line %u", MLO_FMT(path),
                                          cell, start.line)
                       : mlo_arena_format(self->arena, "%.*s:%u", MLO_FMT(path), start.line);
  if (start.column) place = mlo_arena_format(self->arena, "%.*s:%u", MLO_FMT(place), start.column);
  if (end.column && end.line == start.line)
    place = mlo_arena_format(self->arena, "%.*s-%u", MLO_FMT(place), end.column);
  return place;
}

static void say_finding(running *self, const mlo_finding *finding) {
  const mlo_location *at = &finding->location;
  mlo_position start = at->cell ? at->cell_start : at->start;
  mlo_position end = at->cell ? at->cell_end : at->end;
  mlo_str place = place_of(self, at->path, at->cell, start, end);
  say(self, "not expected: ",
      mlo_arena_format(self->arena, "%.*s at %.*s", MLO_FMT(finding->code), MLO_FMT(place)));
  say(self, "              ", finding->message);
}

static mlo_str place_expected(running *self, const mlo_expectation *missed) {
  if (!missed->line)
    return mlo_arena_format(self->arena, "\"%.*s\", which can't be read", MLO_FMT(missed->code));
  mlo_position start = {.line = missed->line, .column = missed->column};
  mlo_position end = {.line = missed->line, .column = missed->end};
  mlo_str place = place_of(self, missed->path, missed->cell, start, end);
  mlo_str out =
      mlo_arena_format(self->arena, "%.*s at %.*s", MLO_FMT(missed->code), MLO_FMT(place));
  if (missed->text.len)
    out = mlo_arena_format(self->arena, "%.*s with \"%.*s\"", MLO_FMT(out), MLO_FMT(missed->text));
  return out;
}

/* --- options --------------------------------------------------------------------------------- */

/* JSON's scalars and lists are TOML's too. */
static void put_option(mlo_buf *out, const cJSON *option) {
  char *value = cJSON_PrintUnformatted(option);
  mlo_buf_format(out, "%s = %s\n", option->string, value ? value : "\"\"");
  cJSON_free(value);
}

static void put_config(mlo_buf *out, const mlo_rule *rule, mlo_str options) {
  mlo_buf_format(out, "[rules.%.*s]\n", MLO_FMT(rule->name));
  cJSON *root = cJSON_ParseWithLength(options.ptr, options.len);
  const cJSON *option = NULL;
  cJSON_ArrayForEach(option, root) put_option(out, option);
  cJSON_Delete(root);
}

/* Options reach a rule by configuration only, so a trial with options gets a file of its own. */
static void write_config(running *self) {
  mlo_buf text = {0};
  put_config(&text, self->trial->rules[0], self->trial->options);
  strcpy(self->config, "/tmp/mlopslint-XXXXXX.toml");
  int fd = mkstemps(self->config, 5);
  bool written = fd >= 0 && write(fd, text.ptr, text.len) == (ssize_t)text.len;
  if (fd >= 0) close(fd);
  mlo_buf_release(&text);
  if (!written) say(self, "no temporary file for the options", (mlo_str){0});
}

/* --- the check ------------------------------------------------------------------------------- */

static void make_request(running *self) {
  const mlo_trial *trial = self->trial;
  mlo_input *inputs = MLO_NEW_ARRAY(self->arena, mlo_input, trial->files.len);
  mlo_str *codes = MLO_NEW_ARRAY(self->arena, mlo_str, trial->rule_count);
  for (uint32_t i = 0; i < trial->rule_count; i++) codes[i] = trial->rules[i]->code;
  for (uint32_t i = 0; i < trial->files.len; i++) {
    const mlo_trial_file *file = &trial->files.items[i];
    inputs[i] = (mlo_input){.path = file->path, .bytes = file->text};
    mlo_expectations_read(file->path, file->text, self->arena, &self->expectations);
    mlo_expectations_read_list(file->path, file->expect, self->arena, &self->expectations);
  }
  if (trial->options.len) write_config(self);
  mlo_str config = self->config[0] ? mlo_str_c(self->config) : trial->config;
  self->request = (mlo_request){.root = MLO_STR("."),
                                .inputs = inputs,
                                .input_count = trial->files.len,
                                .whole = true,
                                .jobs = 1,
                                .overrides = {.select = codes,
                                              .select_count = trial->rule_count,
                                              .isolated = config.len == 0,
                                              .config = config}};
}

static void judge_message(running *self, const mlo_findings *findings) {
  if (!self->trial->message.len || !findings->len) return;
  for (uint32_t i = 0; i < findings->len; i++)
    if (mlo_str_contains(findings->items[i].message, self->trial->message)) return;
  say(self, "no message holds: ", self->trial->message);
  say(self, "the first one is: ", findings->items[0].message);
}

/* What was not found, and what is not missed any more. */
static void judge_expectations(running *self) {
  for (uint32_t i = 0; i < self->expectations.len; i++) {
    const mlo_expectation *each = &self->expectations.items[i];
    if (!each->todo && !each->met) say(self, "not found:    ", place_expected(self, each));
    if (each->todo && each->met)
      say(self, "found by now: write expect instead of todo for ", place_expected(self, each));
    if (!each->todo || each->met) continue;
    self->out->todos++;
    mlo_buf_lit(&self->out->note, "    todo: ");
    mlo_terminal_add(&self->out->note, place_expected(self, each));
    mlo_buf_char(&self->out->note, '\n');
  }
}

static void judge_findings(running *self, const mlo_findings *findings) {
  bool any = self->trial->any && !self->expectations.len;
  if (any && !findings->len) say(self, "expected a finding, found none", (mlo_str){0});
  for (uint32_t i = 0; i < findings->len && !any; i++)
    if (!mlo_expectations_meet(&self->expectations, &findings->items[i]))
      say_finding(self, &findings->items[i]);
  judge_expectations(self);
}

static void say_problem(running *self, const mlo_problem *problem) {
  say(self, "error: ",
      mlo_arena_format(self->arena, "%.*s: %.*s", MLO_FMT(problem->path),
                       MLO_FMT(problem->message)));
  for (mlo_str rest = problem->detail; rest.len;) say(self, "       at ", mlo_str_cut(&rest, '\n'));
}

/* A rule that can't be loaded is told once, and is no fault of this one. */
static bool is_of_catalogue(const running *self, const mlo_problem *problem) {
  const mlo_problems *known = &mlo_engine_catalogue(self->trial->engine)->problems;
  for (uint32_t i = 0; i < known->len; i++)
    if (mlo_str_eq(known->items[i].path, problem->path) &&
        mlo_str_eq(known->items[i].message, problem->message))
      return true;
  return false;
}

static void judge_check(running *self) {
  mlo_result *result = NULL;
  mlo_error err = {0};
  if (mlo_engine_check(self->trial->engine, &self->request, &result, &err) != MLO_OK) {
    say(self, "could not be checked: ", mlo_str_c(err.message));
    return;
  }
  judge_findings(self, &result->findings);
  judge_message(self, &result->findings);
  for (uint32_t i = 0; i < result->problems.len; i++)
    if (!is_of_catalogue(self, &result->problems.items[i]))
      say_problem(self, &result->problems.items[i]);
  mlo_result_free(result);
}

/* --- fixes ----------------------------------------------------------------------------------- */

/* The patch from wanted to got, without its first lines, which name files. */
static void say_difference(running *self, mlo_str path, mlo_str wanted, mlo_str got) {
  mlo_buf patch = {0};
  say(self, "the fixes make something else (- wanted, + made): ", path);
  if (!mlo_diff_put(path, wanted, got, &patch)) mlo_buf_clear(&patch);
  mlo_str text = mlo_buf_str(&patch);
  for (mlo_str rest = mlo_str_from(text, mlo_str_find(text, MLO_STR("@@"))); rest.len;) {
    mlo_buf_lit(&self->out->why, "      ");
    mlo_terminal_add_code(&self->out->why, mlo_str_cut(&rest, '\n'));
    mlo_buf_char(&self->out->why, '\n');
  }
  mlo_buf_release(&patch);
}

static bool apply(running *self, const mlo_trial_file *file, mlo_str text, mlo_str *fixed,
                  mlo_fix_result *result) {
  mlo_error err = {0};
  *result = (mlo_fix_result){0};
  if (mlo_fix_file(self->trial->engine, &self->request, file->path, text, MLO_SAFETY_UNSAFE,
                   self->arena, fixed, result, &err) == MLO_OK)
    return true;
  say(self, "could not be fixed: ", mlo_str_c(err.message));
  return false;
}

static void update_fixed(running *self, const mlo_trial_file *file, mlo_str got) {
  mlo_error err = {0};
  if (mlo_os_write(file->fixed_path, got, &err) != MLO_OK) {
    say(self, "not written: ", mlo_str_c(err.message));
    return;
  }
  mlo_buf_lit(&self->out->note, "    wrote ");
  mlo_terminal_add(&self->out->note, file->fixed_path);
  mlo_buf_char(&self->out->note, '\n');
}

/* What all fixes make of a file: it parses, a second pass changes nothing, and it is what it should be. */
static void judge_fixes(running *self, const mlo_trial_file *file, bool update) {
  mlo_str fixed = {0}, again = {0};
  mlo_fix_result result, second;
  if (!apply(self, file, file->text, &fixed, &result)) return;
  if (result.refused)
    say(self, "a fix was refused: it would break the syntax, or never comes to rest: ", file->path);
  if (!result.changed) fixed = file->text;
  if (result.changed && apply(self, file, fixed, &again, &second) && second.changed)
    say(self, "a second pass changes the fixed text again: ", file->path);
  mlo_str got = mlo_expectations_strip(file->path, fixed, self->arena);
  mlo_str wanted = mlo_expectations_strip(file->path, file->fixed, self->arena);
  bool missing = !file->fixed.ptr;
  bool same = missing ? !result.changed : mlo_str_eq(wanted, got);
  if (same) return;
  if (update && file->fixed_path.len)
    update_fixed(self, file, got);
  else if (!missing)
    say_difference(self, file->path, wanted, got);
}

void mlo_trial_run(const mlo_trial *trial, bool update, mlo_trial_result *out) {
  running self = {.trial = trial, .arena = trial->arena, .out = out};
  make_request(&self);
  judge_check(&self);
  for (uint32_t i = 0; i < trial->files.len; i++)
    judge_fixes(&self, &trial->files.items[i], update);
  if (self.config[0]) unlink(self.config);
}
