#include "run/engine.h"

#include "base/os.h"
#include "run/build_id.h"
#include "run/known.h"
#include "run/own_rules.h"
#include "run/selection.h"
#include "run/worker.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct mlo_engine {
  mlo_arena arena; /* the catalogue's */
  mlo_catalogue catalogue;
  mlo_grammars *grammars;
  mlo_trigger_index *index;
  mlo_catalogue parts; /* of the project index */
  mlo_trigger_index *parts_index;
  mlo_shared shared, shared_parts;
};

typedef MLO_ARRAY(mlo_str) pack_list;

/* Adds the packs of the root's configuration. Its rules can't be known yet, so the configuration is read against a
 * catalogue that admits to be incomplete; it is read again, and judged, at each check. */
static mlo_status find_packs(mlo_engine *self, const mlo_engine_options *options, pack_list *out,
                             mlo_error *err) {
  mlo_parser *parser = NULL;
  mlo_status status = mlo_parser_new(self->grammars, &parser, err);
  if (status != MLO_OK) return status;
  mlo_problem incomplete = {.message = MLO_STR("rules are not loaded yet")};
  mlo_catalogue catalogue = {.problems = {.items = &incomplete, .len = 1, .cap = 1}};
  mlo_overrides overrides = {.isolated = options->isolated, .config = options->config};
  mlo_walk_options walk = {
      .root = options->root, .catalogue = &catalogue, .overrides = &overrides, .parser = parser};
  const mlo_settings *settings = NULL;
  status = mlo_walk_settings(&walk, MLO_STR("."), &self->arena, &settings, err);
  for (uint32_t i = 0; status == MLO_OK && i < settings->packs.len; i++) {
    mlo_str pack = mlo_settings_path(settings, settings->packs.items[i], &self->arena);
    bool relative = !pack.len || pack.ptr[0] != '/';
    if (relative && !mlo_str_eq(options->root, MLO_STR(".")))
      pack = mlo_arena_join(&self->arena, options->root, "/", pack);
    MLO_PUSH(&self->arena, out, pack);
  }
  mlo_parser_free(parser);
  return status;
}

mlo_status mlo_engine_new(const mlo_engine_options *options, mlo_engine **out, mlo_error *err) {
  mlo_engine *self = calloc(1, sizeof *self);
  if (!self) return mlo_error_set(err, MLO_ERR_MEMORY, (mlo_str){0}, "out of memory");
  mlo_arena_init(&self->arena, 0, NULL, NULL);
  mlo_status status = mlo_grammars_new(&self->grammars, err);
  pack_list packs = {0};
  for (uint32_t i = 0; i < options->pack_count; i++)
    MLO_PUSH(&self->arena, &packs, options->packs[i]);
  if (status == MLO_OK && options->root.len) status = find_packs(self, options, &packs, err);
  self->catalogue.grammars = self->grammars;
  mlo_own_rules_add(&self->catalogue, &self->arena);
  if (status == MLO_OK)
    status = options->layer->load(packs.items, packs.len, &self->arena, &self->catalogue, err);
  if (status == MLO_OK) status = mlo_trigger_index_new(&self->catalogue, &self->index, err);
  mlo_index_catalogue(&self->arena, &self->parts);
  if (status == MLO_OK) status = mlo_trigger_index_new(&self->parts, &self->parts_index, err);
  self->shared_parts =
      (mlo_shared){&self->parts, self->parts_index, self->grammars, &mlo_index_layer, NULL};
  self->shared = (mlo_shared){&self->catalogue, self->index, self->grammars, options->layer,
                              &self->shared_parts};
  if (status == MLO_OK)
    *out = self;
  else
    mlo_engine_free(self);
  return status;
}

void mlo_engine_free(mlo_engine *self) {
  if (!self) return;
  mlo_trigger_index_free(self->index);
  mlo_trigger_index_free(self->parts_index);
  mlo_grammars_free(self->grammars);
  mlo_arena_release(&self->arena);
  free(self);
}

const mlo_catalogue *mlo_engine_catalogue(const mlo_engine *self) { return &self->catalogue; }

uint32_t mlo_engine_rule(const mlo_engine *self, mlo_str code_or_name) {
  return mlo_selection_rule(&self->catalogue, code_or_name);
}

mlo_status mlo_engine_settings(const mlo_engine *self, const mlo_request *request, mlo_str path,
                               mlo_arena *arena, const mlo_settings **out, mlo_error *err) {
  mlo_parser *parser = NULL;
  mlo_status status = mlo_parser_new(self->grammars, &parser, err);
  if (status != MLO_OK) return status;
  mlo_walk_options options = {.root = request->root.len ? request->root : MLO_STR("."),
                              .catalogue = &self->catalogue,
                              .overrides = &request->overrides,
                              .parser = parser};
  status = mlo_walk_settings(&options, path, arena, out, err);
  mlo_parser_free(parser);
  return status;
}

/* --- a check --- */

/* One check at work. Entries, slots and settings are written before the workers start and after they end; while
 * they run, each slot belongs to the worker that drew its number. */
typedef struct checking {
  const mlo_engine *engine;
  const mlo_request *request;
  mlo_arena *arena; /* the result's first one */
  mlo_walk_entries entries;
  const mlo_input *inputs; /* beside entries, or NULL */
  mlo_str *overlays;       /* beside entries; ptr NULL: as on disk */
  mlo_file_result *slots;
  const mlo_settings *settings; /* of the root */
  mlo_baseline *baseline;       /* or NULL */
  mlo_project_files files;
  mlo_interfaces interfaces;
  mlo_cache cache;
  bool caches;
  mlo_rests *rests;
  bool resting; /* some rule rests in some files */
  atomic_uint next;
  atomic_uint done;
} checking;

typedef struct thread_job {
  checking *check;
  mlo_worker worker;
  pthread_t thread;
  bool opened, started, reports; /* reports: calls the progress function */
} thread_job;

/* From the largest file on down would balance better, but order by path keeps neighbours in the cache and the tail
 * is short: files are small. */
static void run_files(thread_job *job) {
  checking *check = job->check;
  for (;;) {
    uint32_t i = atomic_fetch_add(&check->next, 1);
    if (i >= check->entries.len) return;
    mlo_str bytes = check->inputs ? check->inputs[i].bytes : check->overlays[i];
    if (check->inputs && !bytes.ptr) bytes = MLO_STR("");
    job->worker.number = i;
    mlo_worker_check(&job->worker, &check->entries.items[i], bytes, &check->slots[i]);
    uint32_t done = atomic_fetch_add(&check->done, 1) + 1;
    if (job->reports && check->request->progress)
      check->request->progress(check->request->progress_ctx, done, check->entries.len);
  }
}

static void *thread_main(void *arg) {
  run_files(arg);
  return NULL;
}

enum { FILES_PER_THREAD = 8, MOST_THREADS = 64 };

static unsigned thread_count(const checking *check) {
  unsigned jobs = check->request->jobs ? check->request->jobs : mlo_os_processors();
  if (!check->request->jobs && jobs > check->entries.len / FILES_PER_THREAD + 1)
    jobs = check->entries.len / FILES_PER_THREAD + 1;
  return jobs > MOST_THREADS ? MOST_THREADS : jobs;
}

static mlo_status list_files(checking *check, mlo_problems *problems, mlo_error *err) {
  const mlo_request *request = check->request;
  mlo_parser *parser = NULL;
  mlo_status status = mlo_parser_new(check->engine->grammars, &parser, err);
  if (status != MLO_OK) return status;
  mlo_walk_options options = {
      .root = request->root,
      .paths = request->paths,
      .path_count = request->path_count,
      .catalogue = &check->engine->catalogue,
      .overrides = &request->overrides,
      .parser = parser,
  };
  status = mlo_walk_settings(&options, MLO_STR("."), check->arena, &check->settings, err);
  if (status == MLO_OK && !request->input_count)
    status = mlo_walk(&options, check->arena, &check->entries, problems, err);
  for (uint32_t i = 0; status == MLO_OK && i < request->input_count; i++) {
    const mlo_input *input = &request->inputs[i];
    mlo_walk_entry entry = {.path = mlo_arena_str(check->arena, input->path),
                            .format = mlo_format_of_path(input->path),
                            .size = input->bytes.len};
    status = mlo_walk_settings(&options, input->path, check->arena, &entry.settings, err);
    MLO_PUSH(check->arena, &check->entries, entry);
  }
  if (request->input_count) check->inputs = request->inputs;
  mlo_parser_free(parser);
  return status;
}

static void open_project(checking *check) {
  const mlo_request *request = check->request;
  mlo_project_files_init(&check->files, request->root, check->settings->max_file_size,
                         request->alone);
  for (uint32_t i = 0; i < request->input_count; i++)
    mlo_project_files_add(&check->files, request->inputs[i].path, request->inputs[i].bytes);
  for (uint32_t i = 0; i < request->overlay_count; i++)
    mlo_project_files_add(&check->files, request->overlays[i].path, request->overlays[i].bytes);
  mlo_interfaces_init(&check->interfaces, &check->files);
}

/* Results in memory are not kept, nor what a run with broken rules or bounds of its own gives. */
static void open_cache(checking *check) {
  const mlo_request *request = check->request;
  const mlo_engine *engine = check->engine;
  mlo_error ignored = {0};
  mlo_str root;
  if (!request->cache.len || request->input_count || request->overlay_count ||
      request->fail_allocation || engine->catalogue.problems.len ||
      mlo_os_real(request->root, check->arena, &root, &ignored) != MLO_OK)
    return;
  mlo_str version = mlo_arena_format(
      check->arena, "%s %llx %llu %.*s", mlo_build_id, (unsigned long long)engine->catalogue.digest,
      (unsigned long long)check->settings->max_file_size, MLO_FMT(root));
  mlo_cache_open(&check->cache, request->cache, root, mlo_str_hash(version), check->arena);
  check->caches = true;
}

/* True if the run was as good as any: no rule failed, which would have silenced it in other files too. */
static bool may_be_kept(const checking *check) {
  for (uint32_t i = 0; i < check->entries.len; i++)
    if (check->slots[i].failures.len) return false;
  for (uint32_t i = 0; i < check->entries.len; i++)
    for (uint32_t p = 0; p < check->slots[i].problems.len; p++)
      if (!mlo_str_eq(check->slots[i].problems.items[p].path, check->entries.items[i].path))
        return false;
  return true;
}

/* Files that were not asked about this time keep their records, as long as there is room. */
static void save_cache(checking *check) {
  mlo_cached_items items = {0};
  mlo_map taken = {0};
  uint32_t fresh = 0;
  size_t bytes = 0;
  if (!check->caches || !may_be_kept(check)) return;
  for (uint32_t i = 0; i < check->entries.len; i++) {
    const mlo_file_result *slot = &check->slots[i];
    mlo_str path = check->entries.items[i].path;
    *mlo_map_put(&taken, path, check->arena) = 1;
    if (!slot->record.len) continue;
    fresh += !slot->cached;
    bytes += slot->record.len + path.len + sizeof(mlo_cached);
    MLO_PUSH(check->arena, &items, ((mlo_cached){path, slot->key, slot->record}));
  }
  for (uint32_t i = 0; i < check->cache.items.len; i++) {
    const mlo_cached *old = &check->cache.items.items[i];
    bytes += old->record.len + old->path.len + sizeof(mlo_cached);
    bool gone = check->request->path_count == 0 || bytes > MLO_CACHE_FILE_MAX;
    if (!gone && !mlo_map_get(&taken, old->path)) MLO_PUSH(check->arena, &items, *old);
  }
  if (fresh || items.len != check->cache.items.len)
    mlo_cache_save(&check->cache, &items, check->arena);
}

static void close_project(checking *check) {
  mlo_interfaces_release(&check->interfaces);
  mlo_project_files_release(&check->files);
}

static bool has_context(const checking *check, uint32_t entry) {
  return check->inputs && check->inputs[entry].context;
}

/* Of a rule that rests in this file, in the end: some worker judged it before that was known. */
static bool is_of_resting_rule(const checking *check, const mlo_finding *finding, uint32_t file) {
  uint32_t rule = mlo_selection_rule(&check->engine->catalogue, finding->code);
  return rule != UINT32_MAX && mlo_rests_has(check->rests, rule, file);
}

static void take_file(const checking *check, uint32_t i, mlo_result *out, mlo_arena *arena) {
  const mlo_file_result *slot = &check->slots[i];
  out->summary.files += check->entries.items[i].format != MLO_FORMAT_NONE && !has_context(check, i);
  out->summary.parsed += slot->parsed;
  out->summary.bytes += slot->bytes;
  for (uint32_t s = 0; s < slot->suppressed.len; s++)
    out->summary.suppressed += !mlo_rests_has(check->rests, slot->suppressed.items[s], i);
  if (has_context(check, i))
    return; /* not what was asked about: neither its findings nor its faults */
  for (uint32_t p = 0; p < slot->problems.len; p++)
    MLO_PUSH(arena, &out->problems, slot->problems.items[p]);
  for (uint32_t f = 0; f < slot->findings.len; f++)
    if (!check->resting || !is_of_resting_rule(check, &slot->findings.items[f], i))
      MLO_PUSH(arena, &out->findings, slot->findings.items[f]);
}

static void take_failures(checking *check, mlo_result *out, mlo_arena *arena) {
  const mlo_catalogue *catalogue = &check->engine->catalogue;
  mlo_failure_tally *tallies = MLO_NEW_ARRAY(arena, mlo_failure_tally, catalogue->rules.len);
  for (uint32_t i = 0; i < check->entries.len; i++) {
    const mlo_failures *failures = &check->slots[i].failures;
    for (uint32_t f = 0; f < failures->len && !has_context(check, i); f++)
      if (!mlo_rests_has(check->rests, failures->items[f].rule, i))
        mlo_failure_tally_add(&tallies[failures->items[f].rule], &failures->items[f],
                              check->entries.items[i].path);
  }
  for (uint32_t i = 0; i < catalogue->rules.len; i++) {
    bool rests = mlo_rests_in_part(check->rests, i);
    check->resting |= rests;
    if (!tallies[i].count) continue;
    mlo_problem problem =
        mlo_failure_tally_tell(&tallies[i], &catalogue->rules.items[i], rests, arena);
    MLO_PUSH(arena, &out->problems, problem);
  }
}

/* The entry with this path, by bisection (walks are sorted); inputs are few and may come in any order. */
static uint32_t entry_of(const checking *check, mlo_str path) {
  if (check->inputs) {
    for (uint32_t i = 0; i < check->entries.len; i++)
      if (mlo_str_eq(check->entries.items[i].path, path)) return i;
    return UINT32_MAX;
  }
  uint32_t low = 0, high = check->entries.len;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    int order = mlo_str_compare(check->entries.items[middle].path, path);
    if (order == 0) return middle;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return UINT32_MAX;
}

static void lay_over(checking *check) {
  check->overlays = MLO_NEW_ARRAY(check->arena, mlo_str, check->entries.len + 1);
  for (uint32_t i = 0; i < check->request->overlay_count; i++) {
    const mlo_input *overlay = &check->request->overlays[i];
    uint32_t entry = entry_of(check, overlay->path);
    if (entry == UINT32_MAX) continue;
    check->overlays[entry] = overlay->bytes.ptr ? overlay->bytes : MLO_STR("");
  }
}

/* coverable: a suppression may take it back. */
/* Locations come back from rules, who may have made them up: a fix there would write what nobody asked to check. */
static bool is_checked(const checking *check, mlo_str path, bool to_write) {
  uint32_t entry = entry_of(check, path);
  return entry != UINT32_MAX &&
         (!to_write || check->entries.items[entry].format != MLO_FORMAT_NONE);
}

/* The first path in the draft that is not of this check, or NULL. */
static const mlo_str *foreign_path(const checking *check, const mlo_draft *draft) {
  if (!is_checked(check, draft->located.path, false)) return &draft->located.path;
  for (uint32_t i = 0; i < draft->related.len; i++)
    if (!is_checked(check, draft->related.items[i].located.path, false))
      return &draft->related.items[i].located.path;
  for (uint32_t f = 0; f < draft->fixes.len; f++)
    for (uint32_t e = 0; e < draft->fixes.items[f].edits.len; e++)
      if (!is_checked(check, draft->fixes.items[f].edits.items[e].at.path, true))
        return &draft->fixes.items[f].edits.items[e].at.path;
  return NULL;
}

static bool refuse_foreign(const checking *check, const mlo_draft *draft, mlo_arena *arena,
                           mlo_result *out) {
  const mlo_str *path = foreign_path(check, draft);
  if (!path) return false;
  const mlo_rule *rule = &check->engine->catalogue.rules.items[draft->rule];
  mlo_problem problem = {
      .path = rule->file,
      .message = mlo_arena_format(arena,
                                  "rule %.*s reported a place in %.*s, which is no file that this "
                                  "check reads: left out",
                                  MLO_FMT(rule->code), MLO_FMT(*path))};
  MLO_PUSH(arena, &out->problems, problem);
  return true;
}

static void seal_project_draft(checking *check, mlo_worker *worker, const mlo_draft *draft,
                               bool coverable, mlo_result *out) {
  uint32_t entry = entry_of(check, draft->located.path);
  if (refuse_foreign(check, draft, &worker->run, out) || has_context(check, entry)) return;
  const mlo_settings *settings = check->entries.items[entry].settings;
  if (!mlo_settings_wants(settings, draft->rule, draft->located.path)) return;
  mlo_worker_seal(worker, NULL, settings, draft, &out->findings);
  if (!coverable) return;
  const mlo_rule *rule = &check->engine->catalogue.rules.items[draft->rule];
  if (mlo_suppressions_cover(&check->slots[entry].suppressions, rule, draft->located.span.start)) {
    out->findings.len--;
    out->summary.suppressed++;
  }
}

/* Facts of one rule over all files, in the order of files. */
static mlo_project_facts facts_of(const checking *check, uint32_t rule, mlo_arena *arena) {
  mlo_project_facts facts = {0};
  for (uint32_t i = 0; i < check->entries.len; i++)
    for (uint32_t f = 0; f < check->slots[i].facts.len; f++)
      if (check->slots[i].facts.items[f].rule == rule && !mlo_rests_has(check->rests, rule, i))
        MLO_PUSH(arena, &facts, check->slots[i].facts.items[f]);
  return facts;
}

static bool runs_finish(const checking *check, uint32_t rule) {
  const mlo_rule *record = &check->engine->catalogue.rules.items[rule];
  return record->project && check->settings->enabled[rule] &&
         (!record->whole || check->request->whole);
}

/* The parts of the index that some rule of this check asks. */
static uint32_t parts_asked(const checking *check) {
  uint32_t parts = 0;
  for (uint32_t i = 0; i < check->engine->catalogue.rules.len; i++)
    if (runs_finish(check, i)) parts |= check->engine->catalogue.rules.items[i].index;
  return parts;
}

/* Definitions are asked by rules that compare notebooks with modules. */
static uint32_t parts_collected(const checking *check) {
  uint32_t parts = parts_asked(check);
  for (uint32_t i = 0; i < check->entries.len; i++)
    if (check->entries.items[i].format == MLO_FORMAT_NOTEBOOK) return parts;
  return parts & ~(1u << MLO_INDEX_DEFINITIONS);
}

static void join_project(checking *check, mlo_arena *arena, mlo_project *out) {
  out->parts = parts_asked(check);
  for (uint32_t i = 0; out->parts && i < check->entries.len; i++)
    mlo_project_add(out, &check->files, check->entries.items[i].path,
                    check->entries.items[i].format, &check->slots[i].entries, arena);
  mlo_project_join(out, arena);
}

static void run_project_rules(checking *check, mlo_worker *worker, mlo_result *out) {
  mlo_project project = {0};
  join_project(check, &worker->run, &project);
  const mlo_catalogue *catalogue = &check->engine->catalogue;
  for (uint32_t i = 0; i < catalogue->rules.len; i++) {
    if (!runs_finish(check, i) || mlo_rests_in_part(check->rests, i)) continue;
    mlo_project_facts facts = facts_of(check, i, &worker->run);
    mlo_answers answers = {.arena = &worker->run};
    check->engine->shared.layer->finish(worker->rules, i, &project, facts.items, facts.len,
                                        check->settings->options, &answers);
    for (uint32_t d = 0; d < answers.drafts.len; d++)
      seal_project_draft(check, worker, &answers.drafts.items[d], true, out);
    for (uint32_t f = 0; f < answers.failures.len; f++) {
      mlo_failure_tally tally = {0};
      mlo_failure_tally_add(&tally, &answers.failures.items[f], MLO_STR("the whole project"));
      mlo_problem problem =
          mlo_failure_tally_tell(&tally, &catalogue->rules.items[i], false, &worker->run);
      MLO_PUSH(&worker->run, &out->problems, problem);
    }
  }
}

/* True if the run reads all there is: then a rule that is silent has nothing to say. A root below the configuration that
 * holds for it is a part. */
static bool is_complete(const checking *check) {
  const mlo_request *request = check->request;
  bool root = request->path_count == 0 || request->input_count;
  for (uint32_t i = 0; !root && i < request->path_count; i++) {
    mlo_str path = request->paths[i];
    while (path.len > 1 && mlo_str_ends(path, MLO_STR("/"))) path.len--;
    root = mlo_str_eq(path, MLO_STR(".")) || mlo_str_eq(path, request->root);
  }
  return request->whole && root && !check->settings->above.len;
}

/* Last, when every other rule has spoken. */
static void run_own_rules(checking *check, mlo_worker *worker, bool complete, mlo_result *out) {
  for (uint32_t i = 0; i < check->entries.len; i++) {
    const mlo_file_result *slot = &check->slots[i];
    if (has_context(check, i)) continue;
    mlo_own_file file = {.catalogue = &check->engine->catalogue,
                         .settings = check->entries.items[i].settings,
                         .path = check->entries.items[i].path,
                         .suppressions = &slot->suppressions,
                         .faulty = &slot->faulty,
                         .complete = complete && slot->problems.len + slot->failures.len == 0,
                         .isolated = check->request->overrides.isolated};
    mlo_drafts drafts = {0};
    mlo_own_rules_judge(&file, &worker->run, &drafts);
    bool coverable = drafts.len && mlo_own_rules_named(file.catalogue, file.suppressions);
    for (uint32_t d = 0; d < drafts.len; d++)
      seal_project_draft(check, worker, &drafts.items[d], coverable, out);
  }
}

static mlo_status open_workers(checking *check, thread_job *jobs, unsigned count, mlo_error *err) {
  uint32_t parts = parts_collected(check);
  const mlo_cache *cache = check->caches ? &check->cache : NULL;
  for (unsigned i = 0; i < count; i++) {
    jobs[i].check = check;
    mlo_status status = mlo_worker_open(&jobs[i].worker, &check->engine->shared, check->request,
                                        &check->interfaces, err);
    if (status != MLO_OK) return status;
    for (int part = 0; part < MLO_INDEX_PART_COUNT; part++)
      jobs[i].worker.parts_wanted[part] = parts >> part & 1;
    jobs[i].worker.cache = cache;
    jobs[i].worker.rests = check->rests;
    jobs[i].opened = true;
  }
  return MLO_OK;
}

/* The first job runs on the caller's thread. A thread that can't be had is no loss: the others draw its files. */
static void run_workers(thread_job *jobs, unsigned count) {
  for (unsigned i = 1; i < count; i++)
    jobs[i].started = pthread_create(&jobs[i].thread, NULL, thread_main, &jobs[i]) == 0;
  jobs[0].reports = true;
  run_files(&jobs[0]);
  for (unsigned i = 1; i < count; i++)
    if (jobs[i].started) pthread_join(jobs[i].thread, NULL);
}

static int compare_problems(const void *a, const void *b) {
  const mlo_problem *x = a, *y = b;
  int order = mlo_str_compare(x->path, y->path);
  return order ? order : mlo_str_compare(x->message, y->message);
}

/* What is told twice is one problem. */
static void finish_problems(mlo_problems *problems) {
  if (problems->len == 0) return;
  qsort(problems->items, problems->len, sizeof *problems->items, compare_problems);
  uint32_t kept = 1;
  for (uint32_t i = 1; i < problems->len; i++)
    if (compare_problems(&problems->items[kept - 1], &problems->items[i]) != 0)
      problems->items[kept++] = problems->items[i];
  problems->len = kept;
}

static const mlo_settings *settings_of(const void *ctx, mlo_str path, bool *sound) {
  const checking *check = ctx;
  uint32_t entry = entry_of(check, path);
  *sound = true;
  if (entry == UINT32_MAX || has_context(check, entry)) return NULL;
  *sound = check->slots[entry].problems.len == 0;
  return check->entries.items[entry].settings;
}

static void take_known(const checking *check, bool complete, mlo_result *out) {
  mlo_known_view view = {.request = check->request,
                         .catalogue = &check->engine->catalogue,
                         .settings = check->settings,
                         .problems = &out->problems,
                         .complete = complete,
                         .settings_of = settings_of,
                         .ctx = check};
  if (!check->baseline) return;
  mlo_baseline_match(check->baseline, &out->findings, check->arena, &out->known);
  mlo_known_judge(check->baseline, &view);
  out->baseline = check->baseline;
  out->summary.known = out->known.len;
}

static void leave_out_below(mlo_severity least, mlo_findings *findings) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < findings->len; i++)
    if (findings->items[i].severity >= least) findings->items[kept++] = findings->items[i];
  findings->len = kept;
}

/* Words of the root's configuration that a rule had before. */
static void note_former_words(const checking *check, mlo_arena *arena, mlo_result *out) {
  for (uint32_t i = 0; i < check->settings->former.len; i++) {
    const mlo_former_word *former = &check->settings->former.items[i];
    mlo_problem notice = {.path = former->source.path,
                          .message = mlo_arena_format(arena, "line %u: `%.*s` is %.*s now",
                                                      former->source.line, MLO_FMT(former->word),
                                                      MLO_FMT(former->code))};
    MLO_PUSH(arena, &out->notices, notice);
  }
}

static void collect(checking *check, thread_job *jobs, unsigned count, mlo_result *out) {
  mlo_arena *arena = &jobs[0].worker.run;
  for (uint32_t i = 0; i < check->engine->catalogue.problems.len; i++)
    MLO_PUSH(arena, &out->problems, check->engine->catalogue.problems.items[i]);
  take_failures(check, out, arena);
  for (uint32_t i = 0; i < check->entries.len; i++) take_file(check, i, out, arena);
  uint32_t problems = out->problems.len;
  if (jobs[0].worker.rules) run_project_rules(check, &jobs[0].worker, out);
  bool complete = is_complete(check) && out->problems.len == problems && !check->resting;
  run_own_rules(check, &jobs[0].worker, complete, out);
  finish_problems(&out->problems);
  mlo_findings_finish(&out->findings, arena);
  take_known(check, complete, out);
  leave_out_below(check->request->overrides.least, &out->findings);
  note_former_words(check, arena, out);
  out->fail_on = check->settings->fail_on;
  for (unsigned i = 0; i < count; i++) {
    out->arenas[out->arena_count++] = jobs[i].worker.run;
    mlo_worker_close(&jobs[i].worker, true);
    jobs[i].opened = false;
  }
}

static mlo_status run(checking *check, mlo_result *out, mlo_error *err) {
  mlo_problems problems = {0};
  mlo_status status = list_files(check, &problems, err);
  if (status == MLO_OK)
    status = mlo_known_open(check->request, check->settings, check->arena, &check->baseline, err);
  if (status != MLO_OK) return status;
  open_project(check);
  open_cache(check);
  lay_over(check);
  check->slots = MLO_NEW_ARRAY(check->arena, mlo_file_result, check->entries.len + 1);
  unsigned count = thread_count(check);
  thread_job *jobs = calloc(count, sizeof *jobs);
  out->arenas = realloc(out->arenas, (count + 1) * sizeof *out->arenas);
  if (!jobs || !out->arenas)
    status = mlo_error_set(err, MLO_ERR_MEMORY, (mlo_str){0}, "out of memory");
  if (status == MLO_OK)
    status = mlo_rests_new(check->engine->catalogue.rules.len, &check->rests, err);
  if (status == MLO_OK) status = open_workers(check, jobs, count, err);
  if (status == MLO_OK) {
    out->problems = problems;
    run_workers(jobs, count);
    save_cache(check);
    collect(check, jobs, count, out);
  }
  for (unsigned i = 0; jobs && i < count; i++)
    if (jobs[i].opened) mlo_worker_close(&jobs[i].worker, false);
  close_project(check);
  mlo_rests_free(check->rests);
  free(jobs);
  return status;
}

mlo_status mlo_engine_check(const mlo_engine *self, const mlo_request *request, mlo_result **out,
                            mlo_error *err) {
  double start = mlo_os_seconds();
  mlo_result *result = calloc(1, sizeof *result);
  mlo_arena *arena = result ? calloc(1, sizeof *arena) : NULL;
  if (!arena) {
    free(result);
    return mlo_error_set(err, MLO_ERR_MEMORY, (mlo_str){0}, "out of memory");
  }
  mlo_arena_init(arena, 0, NULL, NULL);
  mlo_request used = *request;
  if (!used.root.len) used.root = MLO_STR(".");
  checking check = {.engine = self, .request = &used, .arena = arena};
  mlo_status status = run(&check, result, err);
  result->summary.seconds = mlo_os_seconds() - start;
  if (status == MLO_OK) {
    result->arenas[result->arena_count++] = *arena;
    *out = result;
  } else {
    mlo_arena_release(arena);
    mlo_result_free(result);
  }
  free(arena);
  return status;
}

void mlo_result_free(mlo_result *self) {
  if (!self) return;
  for (uint32_t i = 0; i < self->arena_count; i++) mlo_arena_release(&self->arenas[i]);
  free(self->arenas);
  free(self);
}
