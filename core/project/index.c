#include "project/index.h"

#include "base/glob.h"
#include "lang/skim.h"
#include "match/name_pattern.h"
#include "project/index_table.h"

static const char *const part_names[MLO_INDEX_PART_COUNT] = {
    "imports",   "dependencies", "entry_points", "routes", "saves",   "loads",
    "trainings", "evaluations",  "tests",        "stages", "metrics", "definitions",
};

mlo_str mlo_index_part_name(mlo_index_part part) { return mlo_str_c(part_names[part]); }

bool mlo_index_part_named(mlo_str name, mlo_index_part *out) {
  for (int i = 0; i < MLO_INDEX_PART_COUNT; i++) {
    if (!mlo_str_eq(name, mlo_str_c(part_names[i]))) continue;
    *out = (mlo_index_part)i;
    return true;
  }
  return false;
}

/* --- the catalogue --- */

static mlo_trigger trigger_of(uint32_t number, mlo_arena *arena) {
  const mlo_index_source *source = &mlo_index_sources[number];
  mlo_trigger out = {.kind = source->kind, .rule = source->part, .number = number};
  mlo_str what = mlo_str_c(source->what);
  if (source->kind == MLO_TRIGGER_DOCUMENT)
    out.select = what;
  else if (source->kind == MLO_TRIGGER_TEXT)
    out.regex = what;
  else if (what.len)
    MLO_PUSH(arena, &out.names, what);
  if (source->files) MLO_PUSH(arena, &out.files, mlo_str_c(source->files));
  mlo_needs needs = {0};
  if (source->needs) MLO_PUSH(arena, &needs.literals, mlo_str_c(source->needs));
  if (source->needs) MLO_PUSH(arena, &out.needs, needs);
  return out;
}

void mlo_index_catalogue(mlo_arena *arena, mlo_catalogue *out) {
  *out = (mlo_catalogue){0};
  for (int i = 0; i < MLO_INDEX_PART_COUNT; i++) {
    mlo_str name = mlo_str_c(part_names[i]);
    MLO_PUSH(arena, &out->rules, ((mlo_rule){.code = name, .name = name}));
  }
  for (uint32_t i = 0; i < mlo_index_source_count; i++)
    MLO_PUSH(arena, &out->triggers, trigger_of(i, arena));
}

const char *mlo_index_call_name(mlo_index_part part, uint32_t *cursor) {
  while (*cursor < mlo_index_source_count) {
    const mlo_index_source *source = &mlo_index_sources[(*cursor)++];
    if (source->part == part && source->kind == MLO_TRIGGER_CALL && source->doubt == MLO_INDEX_SURE)
      return source->what;
  }
  return NULL;
}

/* --- collecting --- */

void mlo_collector_add(mlo_collector *self, mlo_index_entry entry, mlo_space space, mlo_span span) {
  if (self->out->len >= MLO_INDEX_ENTRIES_MAX) return;
  entry.kind = mlo_arena_str(self->arena, entry.kind);
  entry.name = mlo_arena_str(self->arena, entry.name);
  entry.text = mlo_arena_str(self->arena, entry.text);
  entry.target = mlo_arena_str(self->arena, entry.target);
  entry.at = mlo_file_locate(self->file, space, span, self->arena);
  MLO_PUSH(self->arena, self->out, entry);
}

static void add_node(mlo_collector *self, mlo_index_entry entry, mlo_node node) {
  mlo_collector_add(self, entry, MLO_SPACE_TEXT, mlo_tree_span(self->file->tree, node));
}

static void collect_import(mlo_collector *self, const mlo_skim_import *import) {
  mlo_str path = mlo_view_module(self->view, import->name, self->file->arena);
  mlo_index_entry entry = {.part = MLO_INDEX_IMPORTS,
                           .kind = path.len ? (mlo_str){0} : mlo_name_first(import->name),
                           .name = import->name,
                           .text = import->guarded ? MLO_STR("guarded") : (mlo_str){0},
                           .target = path};
  mlo_collector_add(self, entry, MLO_SPACE_TEXT, import->span);
}

static void collect_definition(mlo_collector *self, const mlo_skim_definition *definition) {
  mlo_arena *arena = self->file->arena;
  mlo_index_entry entry = {
      .part = MLO_INDEX_DEFINITIONS,
      .kind = definition->is_class ? MLO_STR("class") : MLO_STR("function"),
      .name = definition->name,
      .text = mlo_arena_format(arena, "%016llx", (unsigned long long)definition->digest),
      .target = mlo_arena_format(arena, "%u", definition->lines)};
  mlo_collector_add(self, entry, MLO_SPACE_TEXT, definition->span);
}

/* Of a Python file or a notebook's cells. */
static void collect_skimmed(mlo_collector *self, const mlo_hit *hit) {
  mlo_index_part part = (mlo_index_part)hit->trigger->rule;
  bool as_notebook = hit->trigger->kind == MLO_TRIGGER_NOTEBOOK;
  if (as_notebook != (self->file->format == MLO_FORMAT_NOTEBOOK)) return;
  if (as_notebook && !self->file->module) return; /* not Python */
  mlo_skim found;
  mlo_skim_python(self->file->text, self->file->arena, &found);
  for (uint32_t i = 0; part == MLO_INDEX_IMPORTS && i < found.imports.len; i++)
    collect_import(self, &found.imports.items[i]);
  for (uint32_t i = 0; part == MLO_INDEX_DEFINITIONS && i < found.definitions.len; i++)
    collect_definition(self, &found.definitions.items[i]);
}

static bool is_pin(mlo_str specifier) {
  return mlo_str_starts(specifier, MLO_STR("==")) && !mlo_str_contains(specifier, MLO_STR("*"));
}

static void collect_dependency(mlo_collector *self, const mlo_hit *hit) {
  const mlo_dependency *dependency = &self->file->dependencies->items[hit->index];
  mlo_index_entry entry = {.part = MLO_INDEX_DEPENDENCIES,
                           .kind = dependency->dev ? MLO_STR("dev") : (mlo_str){0},
                           .name = dependency->name,
                           .text = dependency->specifier,
                           .target =
                               is_pin(dependency->specifier) ? MLO_STR("pinned") : (mlo_str){0}};
  mlo_collector_add(self, entry, MLO_SPACE_RAW, dependency->span);
}

static void collect_route(mlo_collector *self, const mlo_hit *hit) {
  const mlo_route *route = hit->route;
  mlo_index_entry entry = {.part = MLO_INDEX_ROUTES,
                           .kind = route->framework,
                           .name = self->file->facts->functions.items[route->function].name,
                           .text = route->path,
                           .target = route->method};
  add_node(self, entry, route->node);
}

/* --- calls --- */

static mlo_str constant_of(const mlo_facts *facts, mlo_node node) {
  mlo_constant value = mlo_facts_constant(facts, node);
  return value.kind == MLO_CONSTANT_STRING && !value.partial ? value.text : (mlo_str){0};
}

/* A path, or the file that was opened with one: pickle.load(open(p, "rb")), with open(p) as f. */
static mlo_str path_of(const mlo_facts *facts, mlo_node node) {
  mlo_str path = constant_of(facts, node);
  if (path.len || node == MLO_NO_NODE) return path;
  mlo_source_values origins = {0};
  mlo_facts_origins(facts, node, &origins);
  for (uint32_t i = 0; i < origins.len && !path.len; i++) {
    uint32_t index = mlo_facts_call(facts, origins.items[i].node);
    if (index == UINT32_MAX) continue;
    const mlo_call *call = &facts->calls.items[index];
    mlo_str name = mlo_facts_name(facts, call->callee);
    if (mlo_str_eq(name, MLO_STR("builtins.open")))
      path = constant_of(facts, mlo_call_argument(facts, call, MLO_STR("file"), 0));
    else if (mlo_str_eq(name, MLO_STR("pathlib.Path.open")))
      path = constant_of(facts, mlo_call_receiver(facts, call));
  }
  return path;
}

static bool holds_any(mlo_str text, const mlo_str *words, size_t count, mlo_arena *arena) {
  mlo_str copy = mlo_arena_str(arena, text);
  char *bytes = (char *)(uintptr_t)copy.ptr;
  for (size_t i = 0; i < copy.len; i++)
    if (bytes[i] >= 'A' && bytes[i] <= 'Z') bytes[i] = (char)(bytes[i] | 32);
  for (size_t i = 0; i < count; i++)
    if (mlo_str_contains(copy, words[i])) return true;
  return false;
}

static bool is_named_like_a_model(const mlo_collector *self, const mlo_call *call) {
  static const mlo_str words[] = {MLO_STR_INIT("model"), MLO_STR_INIT("pipeline"),
                                  MLO_STR_INIT("clf")};
  const mlo_facts *facts = self->file->facts;
  mlo_str object = mlo_tree_text(facts->tree, mlo_call_argument(facts, call, MLO_STR("obj"), 0));
  return object.len < 200 && holds_any(object, words, sizeof words / sizeof *words, facts->arena);
}

/* Data goes to the hub as models do. */
static bool is_data_set(const mlo_collector *self, const mlo_call *call, mlo_str name) {
  static const mlo_str word = MLO_STR_INIT("dataset");
  const mlo_facts *facts = self->file->facts;
  mlo_str receiver = mlo_tree_text(facts->tree, mlo_call_receiver(facts, call));
  return mlo_str_starts(name, MLO_STR("datasets.")) ||
         (receiver.len < 200 && holds_any(receiver, &word, 1, facts->arena));
}

/* What prepares data is fitted too, but it is no model. */
static bool prepares_data(mlo_str name) {
  static const mlo_str modules[] = {
      MLO_STR_INIT("sklearn.preprocessing."), MLO_STR_INIT("sklearn.feature_extraction."),
      MLO_STR_INIT("sklearn.impute."),        MLO_STR_INIT("sklearn.decomposition."),
      MLO_STR_INIT("sklearn.compose."),       MLO_STR_INIT("sklearn.feature_selection.")};
  for (size_t i = 0; i < sizeof modules / sizeof *modules; i++)
    if (mlo_str_starts(name, modules[i])) return true;
  return false;
}

static bool counts(const mlo_collector *self, const mlo_index_source *source, const mlo_call *call,
                   mlo_str name) {
  if (source->part == MLO_INDEX_SAVES && mlo_index_saves_data(self->file->facts, call, name)) return false;
  if (source->doubt == MLO_INDEX_NAMED) return is_named_like_a_model(self, call);
  if (source->part == MLO_INDEX_SAVES) return !is_data_set(self, call, name);
  return source->part != MLO_INDEX_TRAININGS || !prepares_data(name);
}

/* Loose patterns overlap with sure ones: a call is one entry of a part. */
static bool is_taken(const mlo_collector *self, mlo_index_part part, mlo_span span) {
  const mlo_index_entries *out = self->out;
  const mlo_index_entry *last = out->len ? &out->items[out->len - 1] : NULL;
  return last && last->part == part && last->at.span.start == span.start &&
         last->at.span.end == span.end;
}

static void collect_call(mlo_collector *self, const mlo_hit *hit) {
  const mlo_index_source *source = &mlo_index_sources[hit->trigger->number];
  const mlo_facts *facts = self->file->facts;
  const mlo_call *call = &facts->calls.items[hit->index];
  mlo_span span = mlo_tree_span(facts->tree, call->node);
  mlo_span raw = self->file->module ? mlo_origin_span(&self->file->module->origin, span) : span;
  if (!counts(self, source, call, hit->name) || is_taken(self, source->part, raw)) return;
  mlo_str library = mlo_name_first(hit->name);
  mlo_index_entry entry = {.part = source->part,
                           .kind = mlo_str_eq(library, MLO_STR("?")) ? (mlo_str){0} : library,
                           .name = hit->name};
  if (source->keyword || source->position >= 0)
    entry.text = path_of(
        facts, mlo_call_argument(facts, call, mlo_str_c(source->keyword), source->position));
  if (source->label)
    entry.target = constant_of(facts, mlo_call_argument(facts, call, mlo_str_c(source->label), -1));
  mlo_collector_add(self, entry, MLO_SPACE_TEXT, span);
}

/* mlflow.log_metrics({"f1": a, "auc": b}) logs two. */
static void collect_metric_call(mlo_collector *self, const mlo_hit *hit) {
  const mlo_index_source *source = &mlo_index_sources[hit->trigger->number];
  const mlo_facts *facts = self->file->facts;
  const mlo_call *call = &facts->calls.items[hit->index];
  mlo_node argument = mlo_call_argument(facts, call, mlo_str_c(source->keyword), source->position);
  mlo_index_entry entry = {.part = MLO_INDEX_METRICS, .kind = mlo_name_first(hit->name)};
  mlo_constant value = mlo_facts_constant(facts, argument);
  if (value.kind != MLO_CONSTANT_DICT) {
    entry.name = constant_of(facts, argument);
    if (entry.name.len) add_node(self, entry, call->node);
    return;
  }
  for (mlo_node pair = mlo_tree_first_child(facts->tree, value.node); pair != MLO_NO_NODE;
       pair = mlo_tree_next(facts->tree, pair)) {
    mlo_node key = mlo_tree_field(facts->tree, pair, MLO_FIELD_KEY);
    entry.name = constant_of(facts, key);
    if (entry.name.len) add_node(self, entry, key);
  }
}

/* --- functions --- */

static bool is_test_file(mlo_str path) {
  static const mlo_str globs[] = {MLO_STR_INIT("test_*.py"), MLO_STR_INIT("*_test.py"),
                                  MLO_STR_INIT("tests"), MLO_STR_INIT("test")};
  for (size_t i = 0; i < sizeof globs / sizeof *globs; i++)
    if (mlo_glob_match_file(globs[i], path)) return true;
  return false;
}

static void add_reached(mlo_collector *self, mlo_index_entry *entry, mlo_str name) {
  for (uint32_t i = 0; i < entry->reaches.len; i++)
    if (mlo_str_eq(entry->reaches.items[i], name)) return;
  MLO_PUSH(self->arena, &entry->reaches, mlo_arena_str(self->arena, name));
}

static void collect_test(mlo_collector *self, const mlo_hit *hit) {
  if (!is_test_file(self->file->path)) return;
  const mlo_facts *facts = self->file->facts;
  const mlo_function *function = &facts->functions.items[hit->index];
  mlo_index_entry entry = {.part = MLO_INDEX_TESTS, .name = function->name};
  mlo_call_indices calls = {0};
  mlo_facts_reached_calls(facts, hit->index, &calls);
  for (uint32_t i = 0; i < calls.len; i++) {
    mlo_str name = mlo_facts_name(facts, facts->calls.items[calls.items[i]].callee);
    mlo_outside *outside = &self->view->outside;
    mlo_str own = name.len ? outside->name(outside->ctx, name, facts->arena) : name;
    if (own.len && mlo_view_path(self->view, own, facts->arena).len) add_reached(self, &entry, own);
  }
  mlo_node name = mlo_tree_field(facts->tree, function->node, MLO_FIELD_NAME);
  add_node(self, entry, name == MLO_NO_NODE ? function->node : name);
}

/* Decorators that make a function (or a class's method) a step of a pipeline. */
static bool makes_a_stage(mlo_str name, mlo_str *library) {
  static const char *const patterns[] = {"airflow.decorators.*",
                                         "airflow.sdk.*",
                                         "prefect.task",
                                         "prefect.flow",
                                         "zenml.step",
                                         "zenml.pipeline",
                                         "zenml.steps.step",
                                         "zenml.pipelines.pipeline",
                                         "metaflow.step",
                                         "dagster.op",
                                         "dagster.asset",
                                         "dagster.job",
                                         "dagster.graph",
                                         "flytekit.task",
                                         "flytekit.workflow",
                                         "kfp.dsl.component",
                                         "kfp.dsl.pipeline",
                                         "kfp.components.*",
                                         "sagemaker.workflow.*.step",
                                         "sagemaker.remote_function.remote",
                                         "mldesigner.command_component",
                                         "azure.ai.ml.dsl.pipeline"};
  *library = mlo_name_first(name);
  for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
    if (mlo_name_matches(mlo_str_c(patterns[i]), name)) return true;
  return false;
}

static void collect_decorated(mlo_collector *self, const mlo_hit *hit) {
  const mlo_facts *facts = self->file->facts;
  const mlo_function *function = &facts->functions.items[hit->index];
  const char *needs = mlo_index_sources[hit->trigger->number].needs;
  for (uint32_t i = 0; i < function->decorators.len; i++) {
    mlo_node decorator = function->decorators.items[i];
    uint32_t call = mlo_facts_call(facts, decorator);
    mlo_str library,
        name =
            mlo_facts_name(facts, call == UINT32_MAX ? decorator : facts->calls.items[call].callee);
    if (!makes_a_stage(name, &library) || !mlo_str_eq(library, mlo_str_c(needs))) continue;
    mlo_index_entry entry = {.part = MLO_INDEX_STAGES, .kind = library, .name = function->name};
    add_node(self, entry, mlo_tree_field(facts->tree, function->node, MLO_FIELD_NAME));
    return;
  }
}

/* --- documents and commands --- */

static void collect_value(mlo_collector *self, const mlo_hit *hit) {
  const mlo_index_source *source = &mlo_index_sources[hit->trigger->number];
  const mlo_value_node *value = mlo_document_node(self->file->document, hit->index);
  bool scalar = value->kind != MLO_VALUE_LIST && value->kind != MLO_VALUE_MAP;
  mlo_index_entry entry = {.part = source->part,
                           .kind = mlo_str_c(source->label),
                           .name = value->key.len ? value->key : value->text,
                           .text = value->key.len && scalar ? value->text : (mlo_str){0}};
  bool numeric = value->kind == MLO_VALUE_INTEGER || value->kind == MLO_VALUE_FLOAT;
  if (mlo_str_eq(entry.kind, MLO_STR("file")) && !numeric) return;
  if (!entry.name.len || entry.text.len > 4096) return;
  if (mlo_str_eq(entry.kind, MLO_STR("console"))) { /* "shop.cli:main" */
    mlo_str module = mlo_str_slice(entry.text, 0, mlo_str_find_char(entry.text, ':'));
    entry.target = mlo_view_path(self->view, mlo_str_trim(module), self->file->arena);
  }
  bool keyed = value->key_span.end > value->key_span.start;
  mlo_collector_add(self, entry, MLO_SPACE_RAW, keyed ? value->key_span : value->span);
}

static mlo_str command_text(const mlo_command *command, mlo_arena *arena) {
  mlo_str text = {0};
  for (uint32_t i = 0; i < command->count && text.len < 1024; i++)
    text = mlo_arena_join(arena, text, i ? " " : "", command->words[i].text);
  return text;
}

static mlo_str folder_of(mlo_str path) {
  size_t slash = mlo_str_rfind_char(path, '/');
  return slash == SIZE_MAX ? (mlo_str){0} : mlo_str_slice(path, 0, slash + 1);
}

/* The first word that is a Python file of the project, beside the file that starts it or in the root. */
static mlo_str started_file(mlo_collector *self, const mlo_command *command) {
  mlo_project_files *files = self->view->interfaces->files;
  mlo_str folders[2] = {folder_of(self->file->path), {0}};
  for (uint32_t i = 0; i < command->count; i++) {
    mlo_str word = command->words[i].text;
    if (!mlo_str_ends(word, MLO_STR(".py"))) continue;
    while (mlo_str_starts(word, MLO_STR("./"))) word = mlo_str_from(word, 2);
    for (size_t f = 0; f < 2; f++) {
      mlo_str path = mlo_arena_concat(self->file->arena, folders[f], word);
      if (mlo_ask_kind(&self->view->asked, files, path) == MLO_FILE_REGULAR) return path;
    }
  }
  return (mlo_str){0};
}

static void collect_command(mlo_collector *self, const mlo_hit *hit) {
  const mlo_command *command = &self->file->commands->items[hit->index];
  bool procfile = mlo_str_eq(mlo_str_from(self->file->path, folder_of(self->file->path).len),
                             MLO_STR("Procfile"));
  if (command->context != MLO_COMMAND_IMAGE_CMD && !procfile) return;
  mlo_index_entry entry = {.part = MLO_INDEX_ENTRY_POINTS,
                           .kind = procfile ? MLO_STR("procfile") : MLO_STR("image"),
                           .name = command->program,
                           .text = command_text(command, self->file->arena),
                           .target = started_file(self, command)};
  mlo_collector_add(self, entry, MLO_SPACE_RAW, command->span);
}

static void collect_main(mlo_collector *self, const mlo_hit *hit) {
  mlo_index_entry entry = {
      .part = MLO_INDEX_ENTRY_POINTS, .kind = MLO_STR("main"), .target = self->file->path};
  mlo_collector_add(self, entry, MLO_SPACE_RAW, hit->groups.items[0]);
}

/* --- the layer --- */

static void collect_function(mlo_collector *self, const mlo_hit *hit) {
  if (hit->trigger->rule == MLO_INDEX_TESTS)
    collect_test(self, hit);
  else if (hit->trigger->rule == MLO_INDEX_ROUTES)
    mlo_collect_handler(self, hit);
  else
    collect_decorated(self, hit);
}

static void wake(mlo_rule_worker *worker, const mlo_hit *hit, mlo_answers *answers) {
  (void)answers;
  mlo_collector *self = (mlo_collector *)worker;
  switch (hit->trigger->kind) {
  case MLO_TRIGGER_FILE:
  case MLO_TRIGGER_NOTEBOOK: collect_skimmed(self, hit); return;
  case MLO_TRIGGER_DEPENDENCY: collect_dependency(self, hit); return;
  case MLO_TRIGGER_ROUTE: collect_route(self, hit); return;
  case MLO_TRIGGER_FUNCTION: collect_function(self, hit); return;
  case MLO_TRIGGER_DOCUMENT: collect_value(self, hit); return;
  case MLO_TRIGGER_COMMAND: collect_command(self, hit); return;
  case MLO_TRIGGER_TEXT: collect_main(self, hit); return;
  case MLO_TRIGGER_CALL:
    if (hit->trigger->rule == MLO_INDEX_METRICS)
      collect_metric_call(self, hit);
    else if (hit->trigger->rule == MLO_INDEX_ROUTES)
      mlo_collect_app(self, hit);
    else
      collect_call(self, hit);
    return;
  default: return;
  }
}

const mlo_rule_layer mlo_index_layer = {.wake = wake};
