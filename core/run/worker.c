#include "run/worker.h"

#include "base/os.h"
#include "run/own_rules.h"
#include "run/record.h"
#include "run/wake.h"

#include <stdlib.h>

enum { NOTEBOOK_FACTOR = 16 };
static const size_t default_file_memory = (size_t)1 << 30;

/* --- life --- */

static void file_full(void *ctx) {
  mlo_worker *self = ctx;
  longjmp(self->guard, 1);
}

static mlo_status out_of_memory(mlo_error *err) {
  return mlo_error_set(err, MLO_ERR_MEMORY, (mlo_str){0}, "out of memory");
}

mlo_status mlo_worker_open(mlo_worker *self, const mlo_shared *shared, const mlo_request *request,
                           mlo_interfaces *interfaces, mlo_error *err) {
  *self = (mlo_worker){
      .shared = shared, .root = request->root, .fail_allocation = request->fail_allocation};
  mlo_arena_init(&self->run, 0, NULL, NULL);
  mlo_arena_init(&self->file, request->file_memory ? request->file_memory : default_file_memory,
                 file_full, self);
  self->wanted = calloc(shared->catalogue->rules.len + 1, sizeof *self->wanted);
  mlo_status status = self->wanted ? MLO_OK : out_of_memory(err);
  if (status == MLO_OK) status = mlo_regex_scratch_new(&self->regex, err);
  if (status == MLO_OK) status = mlo_parser_new(shared->grammars, &self->parser, err);
  mlo_view_open(&self->view, interfaces, self->parser, request->file_memory);
  if (status == MLO_OK)
    status =
        mlo_prefilter_scratch_new(mlo_trigger_index_prefilter(shared->index), &self->scratch, err);
  if (status == MLO_OK)
    status = mlo_prefilter_scratch_new(mlo_trigger_index_prefilter(shared->parts->index),
                                       &self->parts_scratch, err);
  if (status == MLO_OK) status = shared->layer->open(shared->catalogue, &self->rules, err);
  if (status != MLO_OK) mlo_worker_close(self, false);
  return status;
}

void mlo_worker_close(mlo_worker *self, bool keep_run) {
  if (self->rules) self->shared->layer->close(self->rules);
  mlo_prefilter_scratch_free(self->scratch);
  mlo_prefilter_scratch_free(self->parts_scratch);
  mlo_view_close(&self->view);
  mlo_parser_free(self->parser);
  mlo_regex_scratch_free(self->regex);
  free(self->wanted);
  mlo_arena_release(&self->file);
  if (!keep_run) mlo_arena_release(&self->run);
}

/* --- what went wrong --- */

static void add_problem(mlo_worker *self, mlo_file_result *out, mlo_str path, mlo_str message) {
  mlo_problem problem = {.path = mlo_arena_str(&self->run, path),
                         .message = mlo_arena_str(&self->run, message)};
  MLO_PUSH(&self->run, &out->problems, problem);
}

static void add_error(mlo_worker *self, mlo_file_result *out, mlo_str path, const mlo_error *err) {
  add_problem(self, out, path, mlo_str_c(err->message));
}

/* --- findings --- */

static void seal_fix(const mlo_draft_fix *draft, mlo_finding *out, mlo_arena *arena) {
  mlo_fix fix = {.title = mlo_arena_str(arena, draft->title), .safety = draft->safety};
  for (uint32_t i = 0; i < draft->edits.len; i++) {
    const mlo_draft_edit *from = &draft->edits.items[i];
    mlo_edit edit = {mlo_arena_str(arena, from->at.path), from->at.span, from->at.start,
                     from->at.end, mlo_arena_str(arena, from->text)};
    uint32_t to = fix.edits.len;
    MLO_PUSH(arena, &fix.edits, edit);
    for (; to > 0 && fix.edits.items[to - 1].span.start > edit.span.start; to--) {
      fix.edits.items[to] = fix.edits.items[to - 1];
      fix.edits.items[to - 1] = edit;
    }
  }
  MLO_PUSH(arena, &out->fixes, fix);
}

/* A message is one line. */
static mlo_str one_line(mlo_str text, mlo_arena *arena) {
  mlo_str copy = mlo_arena_str(arena, text);
  char *bytes = (char *)(uintptr_t)copy.ptr;
  for (size_t i = 0; i < copy.len; i++)
    if (bytes[i] == '\n' || bytes[i] == '\r' || bytes[i] == '\0') bytes[i] = ' ';
  return copy;
}

static mlo_location keep_location(mlo_location at, mlo_arena *arena) {
  at.path = mlo_arena_str(arena, at.path);
  at.excerpt = mlo_arena_str(arena, at.excerpt);
  return at;
}

static void mask_secret(mlo_finding *finding, const mlo_location *secret, mlo_arena *arena) {
  mlo_location_mask(&finding->location, secret, arena);
  for (uint32_t i = 0; i < finding->related.len; i++)
    mlo_location_mask(&finding->related.items[i].location, secret, arena);
}

void mlo_worker_seal(mlo_worker *self, const mlo_file *file, const mlo_settings *settings,
                     const mlo_draft *draft, mlo_findings *out) {
  const mlo_rule *rule = &self->shared->catalogue->rules.items[draft->rule];
  mlo_arena *run = &self->run;
  mlo_finding finding = {
      .code = rule->code,
      .name = rule->name,
      .area = rule->area,
      .summary = rule->summary,
      .url = rule->url,
      .severity = settings->severity[draft->rule],
      .message = one_line(draft->message, run),
      .location = draft->located.path.ptr ? keep_location(draft->located, run)
                                          : mlo_file_locate(file, draft->space, draft->span, run),
  };
  for (uint32_t i = 0; i < draft->related.len; i++) {
    const mlo_draft_related *from = &draft->related.items[i];
    mlo_related related = {
        .location = from->located.path.ptr ? keep_location(from->located, run)
                                           : mlo_file_locate(file, from->space, from->span, run),
        .message = one_line(from->message, run),
    };
    MLO_PUSH(run, &finding.related, related);
  }
  for (uint32_t i = 0; i < draft->fixes.len; i++) seal_fix(&draft->fixes.items[i], &finding, run);
  if (draft->secret) mask_secret(&finding, &finding.location, run);
  MLO_PUSH(run, out, finding);
}

static void seal_answers(mlo_worker *self, const mlo_file *file, const mlo_settings *settings,
                         const mlo_answers *answers, mlo_file_result *out) {
  mlo_suppressions suppressions = {0}, faulty = {0};
  mlo_suppressions_find(file, &self->file, &suppressions, &faulty);
  MLO_ARRAY(mlo_location) secrets = {0};
  uint32_t first = out->findings.len;
  for (uint32_t i = 0; i < answers->drafts.len; i++) {
    const mlo_draft *draft = &answers->drafts.items[i];
    mlo_worker_seal(self, file, settings, draft, &out->findings);
    const mlo_finding *sealed = &out->findings.items[out->findings.len - 1];
    if (draft->secret) MLO_PUSH(&self->file, &secrets, sealed->location);
    const mlo_rule *rule = &self->shared->catalogue->rules.items[draft->rule];
    if (mlo_suppressions_cover(&suppressions, rule, sealed->location.span.start)) {
      out->findings.len--;
      MLO_PUSH(&self->run, &out->suppressed, draft->rule);
    }
  }
  for (uint32_t i = 0; i < secrets.len; i++)
    for (uint32_t j = first; j < out->findings.len; j++)
      mask_secret(&out->findings.items[j], &secrets.items[i], &self->run);
  for (uint32_t i = 0; i < answers->facts.len; i++) {
    mlo_project_fact fact = answers->facts.items[i];
    fact.json = mlo_arena_str(&self->run, fact.json);
    MLO_PUSH(&self->run, &out->facts, fact);
  }
  for (uint32_t i = 0; i < answers->problems.len; i++) {
    const mlo_problem *problem = &answers->problems.items[i];
    add_problem(self, out, problem->path, problem->message);
    out->problems.items[out->problems.len - 1].detail = mlo_arena_str(&self->run, problem->detail);
  }
  for (uint32_t i = 0; i < answers->failures.len; i++) {
    mlo_failure failure = answers->failures.items[i];
    failure.why = mlo_arena_str(&self->run, failure.why);
    failure.detail = mlo_arena_str(&self->run, failure.detail);
    MLO_PUSH(&self->run, &out->failures, failure);
    mlo_rests_add(self->rests, &failure, self->number);
  }
  mlo_suppressions_locate(&suppressions, file, &self->run);
  mlo_suppressions_locate(&faulty, file, &self->run);
  out->suppressions = suppressions;
  out->faulty = faulty;
}

/* --- one file --- */

static mlo_status read_bytes(mlo_worker *self, const mlo_walk_entry *entry, mlo_str *bytes,
                             mlo_error *err) {
  uint64_t max = entry->settings->max_file_size;
  if (entry->format == MLO_FORMAT_NOTEBOOK) max *= NOTEBOOK_FACTOR;
  if (max >= UINT32_MAX) max = UINT32_MAX - 1;
  if (bytes->ptr) {
    if (bytes->len <= max) return MLO_OK;
    return mlo_error_set(
        err, MLO_ERR_TOO_LARGE, entry->path,
        "%zu bytes, over the limit of %llu: not scanned; raise max-file-size or exclude it",
        bytes->len, (unsigned long long)max);
  }
  mlo_str path = entry->path;
  if (path.len && path.ptr[0] != '/' && !mlo_str_eq(self->root, MLO_STR(".")))
    path = mlo_arena_join(&self->file, self->root, "/", path);
  return mlo_os_read(path, max, &self->file, bytes, err);
}

static void keep_runs(const mlo_file *file, mlo_facts *facts) {
  mlo_cell_runs runs = {0};
  mlo_module_runs(file->module, file->notebook, file->arena, &runs);
  facts->runs.items = runs.items;
  facts->runs.len = facts->runs.cap = runs.len;
}

static void add_doubts(mlo_worker *self, const mlo_file *file, mlo_file_result *out) {
  for (uint32_t i = 0; i < file->notebook->doubts.len; i++) {
    const mlo_notebook_doubt *doubt = &file->notebook->doubts.items[i];
    mlo_position at = mlo_lines_position(file->lines, doubt->span.start);
    add_problem(self, out, file->path,
                mlo_arena_format(&self->file, "line %u: %.*s", at.line, MLO_FMT(doubt->what)));
  }
}

/* Reads the cells of a notebook, or of a script, which may turn out to have none. */
static mlo_status read_cells(mlo_worker *self, mlo_file *file, mlo_file_result *out,
                             mlo_error *err) {
  mlo_arena *arena = &self->file;
  mlo_notebook *notebook = MLO_NEW(arena, mlo_notebook);
  mlo_module *module = MLO_NEW(arena, mlo_module);
  mlo_tree *tree = MLO_NEW(arena, mlo_tree);
  bool script = file->form != MLO_FORM_IPYNB;
  mlo_status status =
      script ? mlo_script_read(file->raw, file->form, self->parser, arena, notebook, err)
             : mlo_notebook_read(file->raw, file->path, arena, notebook, err);
  if (status != MLO_OK || (script && notebook->cells.len == 0)) return status;
  file->notebook = notebook;
  add_doubts(self, file, out);
  status = mlo_module_of_notebook(notebook, self->parser, arena, module, tree, err);
  if (status != MLO_OK) return status;
  file->module = module;
  file->text = module->text;
  file->tree = tree;
  return MLO_OK;
}

static mlo_status read_tree(mlo_worker *self, mlo_file *file, mlo_error *err) {
  mlo_tree *tree = MLO_NEW(&self->file, mlo_tree);
  mlo_status status =
      mlo_parser_parse(self->parser, MLO_FORMAT_PYTHON, file->text, &self->file, tree, err);
  if (status == MLO_OK) file->tree = tree;
  return status;
}

static mlo_status read_document(mlo_worker *self, mlo_file *file, mlo_file_result *out,
                                mlo_error *err) {
  mlo_document *read = MLO_NEW(&self->file, mlo_document);
  mlo_status status =
      mlo_document_read(self->parser, file->format, file->path, file->raw, &self->file, read, err);
  if (status != MLO_OK) return status;
  file->document = read;
  if (!read->broken) return MLO_OK;
  mlo_position at = mlo_lines_position(file->lines, read->broken_span.start);
  mlo_error_set(err, MLO_ERR_SYNTAX, file->path, "line %u: %s; the part around it was not scanned",
                at.line, read->broken_why);
  add_error(self, out, file->path, err);
  return MLO_OK;
}

/* Makes of the text what the active triggers look at. What can't be read is told; the rest goes on. */
static void read_facts(mlo_worker *self, mlo_file *file, const bool *on, mlo_file_result *out) {
  mlo_arena *arena = &self->file;
  bool python = on[MLO_TRIGGER_CALL] || on[MLO_TRIGGER_REFERENCE] || on[MLO_TRIGGER_IMPORT] ||
                on[MLO_TRIGGER_ROUTE] || on[MLO_TRIGGER_FUNCTION] || on[MLO_TRIGGER_ASSIGN] ||
                on[MLO_TRIGGER_PATTERN] || on[MLO_TRIGGER_QUERY] ||
                mlo_suppressions_may_be_in(file->raw); /* only a tree tells comments from strings */
  bool cells =
      file->form != MLO_FORM_IPYNB &&
      (python || on[MLO_TRIGGER_CELL] || on[MLO_TRIGGER_NOTEBOOK] || on[MLO_TRIGGER_COMMAND]);
  bool document = on[MLO_TRIGGER_DOCUMENT] || on[MLO_TRIGGER_DEPENDENCY] || on[MLO_TRIGGER_COMMAND];
  mlo_error err = {0};
  mlo_status status = MLO_OK;
  if (file->format == MLO_FORMAT_NOTEBOOK || cells) status = read_cells(self, file, out, &err);
  if (file->format == MLO_FORMAT_PYTHON && !file->notebook && (python || cells))
    status = read_tree(self, file, &err);
  if (file->format != MLO_FORMAT_PYTHON && file->format != MLO_FORMAT_NOTEBOOK && document)
    status = read_document(self, file, out, &err);
  if (status != MLO_OK) {
    add_error(self, out, file->path, &err);
    return;
  }
  out->parsed = file->tree || file->document || file->notebook;
  if (file->tree) {
    mlo_facts *facts = MLO_NEW(arena, mlo_facts);
    mlo_facts_build(file->tree, arena, facts);
    facts->outside = &self->view.outside;
    if (file->module) keep_runs(file, facts);
    file->facts = facts;
  }
}

/* What of the rules, and of the parts of the index, can fire in a file. */
typedef struct activity {
  mlo_active rules, parts;
} activity;

static activity activate(mlo_worker *self, const mlo_walk_entry *entry, bool has_cells,
                         mlo_bits literals, mlo_bits part_literals) {
  const mlo_shared *shared = self->shared;
  return (activity){mlo_trigger_index_activate(shared->index, entry->format, entry->path, has_cells,
                                               self->wanted, literals, &self->file),
                    mlo_trigger_index_activate(shared->parts->index, entry->format, entry->path,
                                               has_cells, self->parts_wanted, part_literals,
                                               &self->file)};
}

static mlo_status scan(const mlo_trigger_index *index, mlo_prefilter_scratch *scratch, mlo_str text,
                       mlo_arena *arena, mlo_bits *found, mlo_error *err) {
  *found = mlo_bits_new(mlo_trigger_index_literals(index), arena);
  return mlo_prefilter_scan(mlo_trigger_index_prefilter(index), scratch, text, *found, err);
}

/* Asks for the literals of the parts only if some part is wanted here. */
static mlo_status activate_by_text(mlo_worker *self, const mlo_walk_entry *entry, mlo_str text,
                                   bool has_cells, activity *active, mlo_error *err) {
  const mlo_shared *shared = self->shared;
  mlo_bits found = {0}, parts = {0};
  mlo_status status = scan(shared->index, self->scratch, text, &self->file, &found, err);
  if (status == MLO_OK && active->parts.any)
    status = scan(shared->parts->index, self->parts_scratch, text, &self->file, &parts, err);
  if (status == MLO_OK) *active = activate(self, entry, has_cells, found, parts);
  return status;
}

/* What the file tells the index of the project. */
static void collect(mlo_worker *self, const mlo_active *parts, mlo_file *file,
                    mlo_file_result *out) {
  if (!parts->any) return;
  mlo_answers answers = {.arena = &self->file};
  mlo_collector collector = {file, &self->view, &self->run, &out->entries};
  mlo_wake_all(self->shared->parts, parts, file, self->parser, (mlo_rule_worker *)&collector,
               self->regex, &answers);
}

/* --- cached results --- */

/* Of all that the rules are told beside the file. */
static uint64_t settings_digest(mlo_worker *self, const mlo_walk_entry *entry) {
  const mlo_settings *settings = entry->settings;
  uint32_t rules = self->shared->catalogue->rules.len;
  mlo_buf text = {0};
  mlo_buf_format(&text, "%d %llu %zu ", (int)entry->format,
                 (unsigned long long)settings->max_file_size, self->file.limit);
  mlo_buf_add(&text, mlo_str_of((const char *)self->parts_wanted, sizeof self->parts_wanted));
  mlo_policy policy = mlo_settings_policy(settings, entry->path);
  if (entry->format == MLO_FORMAT_NOTEBOOK) mlo_policy_put(&policy, &text);
  for (uint32_t i = 0; i < rules; i++) {
    mlo_str options = self->wanted[i] && settings->options ? settings->options[i] : (mlo_str){0};
    mlo_buf_format(&text, "%d%d%zu:%.*s", self->wanted[i], (int)settings->severity[i], options.len,
                   MLO_FMT(options));
  }
  uint64_t digest = mlo_str_hash(mlo_buf_str(&text));
  mlo_buf_release(&text);
  return digest;
}

/* True if an earlier run's result holds. */
static bool take_over(mlo_worker *self, const mlo_walk_entry *entry, mlo_str bytes,
                      mlo_file_result *out) {
  if (!self->cache) return false;
  mlo_cache_key key = mlo_cache_key_of(bytes, settings_digest(self, entry));
  out->key = key;
  mlo_str record = mlo_cache_find(self->cache, entry->path, &key);
  mlo_asked_items asked;
  bool holds = record.len && mlo_record_read_asked(record, &self->file, &asked);
  for (uint32_t i = 0; holds && i < asked.len; i++)
    holds =
        mlo_asked_holds(&asked.items[i], self->view.interfaces, &self->view.reader, &self->file);
  mlo_file_result kept;
  if (!holds || !mlo_record_read(record, self->shared->catalogue, &self->run, &kept)) return false;
  *out = kept;
  out->key = key;
  out->record = record;
  out->cached = true;
  return true;
}

/* A file with problems is looked at again each time. */
static void keep_record(mlo_worker *self, mlo_file_result *out) {
  if (!self->cache || out->cached || !out->read || out->problems.len || out->failures.len ||
      self->view.asked.full)
    return;
  mlo_asked_items *asked = &self->view.asked.items;
  mlo_asked_finish(asked, self->view.interfaces, &self->view.reader);
  mlo_buf record = {0};
  mlo_record_write(out, asked, &record);
  if (!record.failed) out->record = mlo_arena_str(&self->run, mlo_buf_str(&record));
  mlo_buf_release(&record);
}

static void check(mlo_worker *self, const mlo_walk_entry *entry, mlo_str bytes,
                  mlo_file_result *out) {
  const mlo_catalogue *rules = self->shared->catalogue;
  mlo_error err = {0};
  for (uint32_t i = 0; i < rules->rules.len; i++)
    self->wanted[i] = mlo_settings_wants(entry->settings, i, entry->path) &&
                      !mlo_rests_has(self->rests, i, self->number);
  activity active = activate(self, entry, true, (mlo_bits){0}, (mlo_bits){0});
  if (!active.rules.any && !active.parts.any) return;
  mlo_policy policy = mlo_settings_policy(entry->settings, entry->path);
  mlo_file file = {
      .path = entry->path, .format = entry->format, .policy = &policy, .arena = &self->file};
  mlo_lines lines = {0};
  if (entry->format != MLO_FORMAT_NONE) {
    if (read_bytes(self, entry, &bytes, &err) != MLO_OK) {
      add_error(self, out, entry->path, &err);
      return;
    }
    out->read = true;
    out->bytes = bytes.len;
    if (take_over(self, entry, bytes, out)) return;
    if (mlo_bytes_are_binary(bytes)) {
      add_problem(self, out, entry->path,
                  MLO_STR("holds NUL bytes, so it is not text: not scanned"));
      return;
    }
    mlo_encoding encoding;
    if (mlo_decode(bytes, entry->format == MLO_FORMAT_PYTHON, &self->file, &file.raw, &encoding,
                   &err) != MLO_OK) {
      add_error(self, out, entry->path, &err);
      return;
    }
    bool script =
        entry->format == MLO_FORMAT_PYTHON && mlo_script_is_notebook(file.raw, &file.form);
    if (activate_by_text(self, entry, file.raw, script, &active, &err) != MLO_OK) {
      add_error(self, out, entry->path, &err);
      return;
    }
    if (!active.rules.any && !active.parts.any && !mlo_suppressions_may_be_in(file.raw)) return;
  }
  file.text = file.raw;
  lines = mlo_lines_of(file.raw, &self->file);
  file.lines = &lines;
  bool kinds[MLO_TRIGGER_KIND_COUNT];
  for (int i = 0; i < MLO_TRIGGER_KIND_COUNT; i++)
    kinds[i] = active.rules.kinds[i] || active.parts.kinds[i];
  mlo_view_turn(&self->view, file.path, &self->file);
  if (entry->format != MLO_FORMAT_NONE) read_facts(self, &file, kinds, out);
  mlo_answers answers = {.arena = &self->file};
  self->shared->layer->begin_file(self->rules, &file, entry->settings->options);
  mlo_wake_all(self->shared, &active.rules, &file, self->parser, self->rules, self->regex,
               &answers);
  self->shared->layer->end_file(self->rules);
  mlo_own_rules_unread(self->shared->catalogue, self->wanted, &file, &self->file, &answers.drafts);
  seal_answers(self, &file, entry->settings, &answers, out);
  collect(self, &active.parts, &file, out);
}

/* The file's arena is full: say so, and start over with fresh rules, since one of them may have been at work. */
static void give_up(mlo_worker *self, const mlo_walk_entry *entry, mlo_file_result *out) {
  out->findings.len = 0;
  out->facts.len = 0;
  out->entries.len = 0;
  out->suppressed.len = 0;
  self->file.fail_after = 0;
  mlo_error err = {0};
  add_problem(
      self, out, entry->path,
      MLO_STR("needs more memory than a file may cost: not scanned; exclude it or split it"));
  self->shared->layer->close(self->rules);
  self->rules = NULL;
  if (self->shared->layer->open(self->shared->catalogue, &self->rules, &err) != MLO_OK)
    add_error(self, out, entry->path, &err);
}

void mlo_worker_check(mlo_worker *self, const mlo_walk_entry *entry, mlo_str bytes,
                      mlo_file_result *out) {
  if (!self->rules) {
    add_problem(self, out, entry->path,
                MLO_STR("not scanned: the rules could not be started again"));
    return;
  }
  mlo_arena_reset(&self->file);
  self->file.fail_after = self->fail_allocation;
  self->view.keeps = self->cache != NULL;
  self->view.asked = (mlo_asked_log){0};
  if (setjmp(self->guard) == 0)
    check(self, entry, bytes, out);
  else
    give_up(self, entry, out);
  keep_record(self, out);
}
