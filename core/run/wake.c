#include "run/wake.h"

#include "base/os.h"

#include "match/name_pattern.h"

/* One place at work: what the callbacks of the index need. */
typedef struct waking {
  const mlo_shared *shared;
  const mlo_active *active;
  mlo_file *file;
  mlo_rule_worker *rules;
  mlo_answers *answers;
  mlo_regex_scratch *regex;
  mlo_parser *parser;
  mlo_hit hit;
} waking;

static void wake(const mlo_trigger *trigger, mlo_str name, void *ctx) {
  waking *self = ctx;
  self->hit.trigger = trigger;
  self->hit.name = name;
  self->shared->layer->wake(self->rules, &self->hit, self->answers);
}

static void wake_each(waking *self, mlo_trigger_kind kind) {
  mlo_trigger_index_each(self->shared->index, self->active, kind, wake, self);
}

/* The qualified name of the node at work. A method of something unknown is "?.method". */
static mlo_str full_name_of(waking *self, mlo_node expression) {
  const mlo_facts *facts = self->file->facts;
  mlo_str name = mlo_facts_name(facts, expression);
  if (name.len || mlo_tree_kind(facts->tree, expression) != MLO_PY_ATTRIBUTE)
    return name.ptr ? name : MLO_STR("");
  mlo_str last =
      mlo_tree_text(facts->tree, mlo_tree_field(facts->tree, expression, MLO_FIELD_ATTRIBUTE));
  return mlo_arena_concat(self->file->arena, MLO_STR("?."), last);
}

static mlo_str call_name(void *ctx) {
  waking *self = ctx;
  return full_name_of(self, self->file->facts->calls.items[self->hit.index].callee);
}

/* The last part by which a call's name is looked up. A plain name may be an alias: an import says for what; of other
 * names the whole is asked, which is answered within this file. So a module of the project is read only for names that
 * a trigger knows. */
static mlo_str last_of_callee(const mlo_facts *facts, const mlo_call *call) {
  if (mlo_tree_kind(facts->tree, call->callee) != MLO_PY_IDENTIFIER) return call->method;
  const mlo_binding *binding = mlo_facts_binding(facts, call->callee);
  if (binding && binding->kind == MLO_BIND_IMPORT) return mlo_name_last(binding->qualified);
  return mlo_name_last(mlo_facts_name(facts, call->callee));
}

static void wake_calls(waking *self) {
  const mlo_facts *facts = self->file->facts;
  for (uint32_t i = 0; i < facts->calls.len; i++) {
    const mlo_call *call = &facts->calls.items[i];
    self->hit = (mlo_hit){.index = i, .node = call->node};
    mlo_str last = last_of_callee(facts, call);
    if (last.len || mlo_tree_kind(facts->tree, call->callee) != MLO_PY_IDENTIFIER)
      mlo_trigger_index_named(self->shared->index, self->active, MLO_TRIGGER_CALL, last, call_name,
                              wake, self);
  }
}

static mlo_str node_name(void *ctx) {
  waking *self = ctx;
  return full_name_of(self, self->hit.node);
}

/* True for the last part of a chain that is read: not a binding's name, a keyword, a callee or a longer chain's
 * beginning. */
static bool is_mention(const mlo_tree *tree, mlo_node expression) {
  const mlo_tree_node *node = &tree->nodes[expression];
  uint8_t parent = mlo_tree_kind(tree, node->parent);
  if (parent == MLO_PY_ATTRIBUTE || parent == MLO_PY_DOTTED_NAME || parent == MLO_PY_ALIASED_IMPORT)
    return false;
  if (parent == MLO_PY_CALL && node->field == MLO_FIELD_FUNCTION) return false;
  if (parent == MLO_PY_KEYWORD_ARGUMENT && node->field == MLO_FIELD_NAME) return false;
  if ((parent == MLO_PY_FUNCTION || parent == MLO_PY_CLASS) && node->field == MLO_FIELD_NAME)
    return false;
  return !(parent == MLO_PY_ASSIGNMENT && node->field == MLO_FIELD_LEFT);
}

static void wake_references(waking *self) {
  const mlo_facts *facts = self->file->facts;
  const mlo_tree *tree = facts->tree;
  for (mlo_node i = 0; i < tree->count; i++) {
    uint8_t kind = tree->nodes[i].kind;
    if (kind != MLO_PY_IDENTIFIER && kind != MLO_PY_ATTRIBUTE) continue;
    if (!is_mention(tree, i)) continue;
    mlo_str last = mlo_tree_text(tree, i);
    if (kind == MLO_PY_ATTRIBUTE) {
      last = mlo_tree_text(tree, mlo_tree_field(tree, i, MLO_FIELD_ATTRIBUTE));
    } else {
      const mlo_binding *binding = mlo_facts_binding(facts, i);
      if (binding && binding->kind == MLO_BIND_IMPORT) last = mlo_name_last(binding->qualified);
    }
    self->hit = (mlo_hit){.index = i, .node = i};
    mlo_trigger_index_named(self->shared->index, self->active, MLO_TRIGGER_REFERENCE, last,
                            node_name, wake, self);
  }
}

static mlo_str import_name(void *ctx) {
  waking *self = ctx;
  return self->file->facts->imports.items[self->hit.index].qualified;
}

static void wake_imports(waking *self) {
  const mlo_facts *facts = self->file->facts;
  for (uint32_t i = 0; i < facts->imports.len; i++) {
    self->hit = (mlo_hit){.index = i, .node = facts->imports.items[i].node};
    mlo_trigger_index_named(self->shared->index, self->active, MLO_TRIGGER_IMPORT,
                            mlo_name_first(facts->imports.items[i].qualified), import_name, wake,
                            self);
  }
}

static void wake_routes(waking *self) {
  mlo_routes routes = {0};
  mlo_facts_routes(self->file->facts, &routes);
  for (uint32_t i = 0; i < routes.len; i++) {
    self->hit = (mlo_hit){.index = i, .node = routes.items[i].node, .route = &routes.items[i]};
    wake_each(self, MLO_TRIGGER_ROUTE);
  }
}

static mlo_str function_name(void *ctx) {
  waking *self = ctx;
  return self->file->facts->functions.items[self->hit.index].name;
}

static void wake_functions(waking *self) {
  const mlo_facts *facts = self->file->facts;
  for (uint32_t i = 0; i < facts->functions.len; i++) {
    self->hit = (mlo_hit){.index = i, .node = facts->functions.items[i].node};
    mlo_trigger_index_named(self->shared->index, self->active, MLO_TRIGGER_FUNCTION,
                            facts->functions.items[i].name, function_name, wake, self);
  }
}

/* The last part of an assignment's target: x, "x" of a.x and of a["x"]. */
static mlo_str target_name(const mlo_tree *tree, mlo_node left) {
  mlo_node part = left;
  if (mlo_tree_kind(tree, left) == MLO_PY_ATTRIBUTE)
    part = mlo_tree_field(tree, left, MLO_FIELD_ATTRIBUTE);
  if (mlo_tree_kind(tree, left) == MLO_PY_SUBSCRIPT)
    part = mlo_tree_field(tree, left, MLO_FIELD_SUBSCRIPT);
  mlo_str text = mlo_tree_text(tree, part);
  while (text.len && strchr("\"'", text.ptr[0])) text = mlo_str_from(text, 1);
  while (text.len && strchr("\"'", text.ptr[text.len - 1]))
    text = mlo_str_slice(text, 0, text.len - 1);
  return text;
}

static mlo_str assigned_name(void *ctx) {
  waking *self = ctx;
  const mlo_tree *tree = self->file->tree;
  return target_name(tree, mlo_tree_field(tree, self->hit.node, MLO_FIELD_LEFT));
}

static void wake_assignments(waking *self) {
  const mlo_tree *tree = self->file->tree;
  for (mlo_node i = 0; i < tree->count; i++) {
    uint8_t kind = tree->nodes[i].kind;
    if (kind != MLO_PY_ASSIGNMENT && kind != MLO_PY_AUGMENTED_ASSIGNMENT) continue;
    self->hit = (mlo_hit){.index = i, .node = i};
    mlo_trigger_index_named(self->shared->index, self->active, MLO_TRIGGER_ASSIGN,
                            assigned_name(self), assigned_name, wake, self);
  }
}

static void wake_patterns(waking *self) {
  mlo_wake_patterns(self->shared, self->active, self->file, self->rules, self->answers);
}

static const struct {
  mlo_trigger_kind kind;
  void (*run)(waking *self);
} python_kinds[] = {
    {MLO_TRIGGER_PATTERN, wake_patterns},     {MLO_TRIGGER_CALL, wake_calls},
    {MLO_TRIGGER_REFERENCE, wake_references}, {MLO_TRIGGER_IMPORT, wake_imports},
    {MLO_TRIGGER_ROUTE, wake_routes},         {MLO_TRIGGER_FUNCTION, wake_functions},
    {MLO_TRIGGER_ASSIGN, wake_assignments},
};

/* --- documents --- */

static bool wake_value(const mlo_document *document, mlo_value value, void *ctx) {
  (void)document;
  waking *self = ctx;
  self->hit.index = value;
  self->shared->layer->wake(self->rules, &self->hit, self->answers);
  return true;
}

static void wake_document(const mlo_trigger *trigger, mlo_str name, void *ctx) {
  (void)name;
  waking *self = ctx;
  uint32_t number = (uint32_t)(trigger - self->shared->catalogue->triggers.items);
  const mlo_path *select = mlo_trigger_index_select(self->shared->index, number);
  self->hit = (mlo_hit){.trigger = trigger};
  if (select)
    mlo_document_select(self->file->document, 0, select, wake_value, self);
  else
    wake_value(self->file->document, 0, self);
}

static mlo_str command_name(void *ctx) {
  waking *self = ctx;
  return self->file->commands->items[self->hit.index].program;
}

static void wake_commands(waking *self) {
  for (uint32_t i = 0; self->file->commands && i < self->file->commands->len; i++) {
    self->hit = (mlo_hit){.index = i};
    mlo_trigger_index_named(self->shared->index, self->active, MLO_TRIGGER_COMMAND,
                            self->file->commands->items[i].program, command_name, wake, self);
  }
}

static mlo_str dependency_name(void *ctx) {
  waking *self = ctx;
  return self->file->dependencies->items[self->hit.index].name;
}

static void wake_dependencies(waking *self) {
  for (uint32_t i = 0; self->file->dependencies && i < self->file->dependencies->len; i++) {
    self->hit = (mlo_hit){.index = i};
    mlo_trigger_index_named(self->shared->index, self->active, MLO_TRIGGER_DEPENDENCY,
                            self->file->dependencies->items[i].name, dependency_name, wake, self);
  }
}

/* Shell lines, and magics whose line is the command line of a program. */
static bool is_command_line(mlo_str magic) {
  static const mlo_str names[] = {MLO_STR_INIT("!"),     MLO_STR_INIT("pip"),
                                  MLO_STR_INIT("conda"), MLO_STR_INIT("mamba"),
                                  MLO_STR_INIT("uv"),    MLO_STR_INIT("micromamba")};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (mlo_str_eq(names[i], magic)) return true;
  return false;
}

/* The commands of a notebook's shell lines, moved from the module's text to the .ipynb. */
static void notebook_commands(waking *self, mlo_parser *parser, mlo_commands *out) {
  const mlo_module *module = self->file->module;
  mlo_error ignored = {0};
  for (uint32_t i = 0; module && i < module->magics.len; i++) {
    const mlo_magic *magic = &module->magics.items[i];
    if (!is_command_line(magic->name)) continue;
    uint32_t before = out->len;
    mlo_span span = magic->span;
    mlo_str sign = mlo_str_slice(module->original, span.start, span.start + 1);
    if (sign.len && strchr("!%", sign.ptr[0])) span.start++;
    mlo_commands_of_shell(parser, module->original, span, false, MLO_COMMAND_NOTEBOOK, MLO_NO_VALUE,
                          self->file->arena, out, &ignored);
    for (uint32_t c = before; c < out->len; c++) {
      mlo_command *command = &out->items[c];
      command->span = mlo_origin_span(&module->origin, command->span);
      for (uint32_t w = 0; w < command->count; w++)
        command->words[w].span = mlo_origin_span(&module->origin, command->words[w].span);
      for (uint32_t w = 0; w < command->environment_count; w++)
        command->environment[w].span =
            mlo_origin_span(&module->origin, command->environment[w].span);
    }
  }
}

static void read_commands(waking *self, mlo_parser *parser) {
  mlo_commands *commands = MLO_NEW(self->file->arena, mlo_commands);
  mlo_error err = {0};
  if (self->file->document) {
    if (mlo_commands_of_document(parser, self->file->document, self->file->arena, commands, &err) !=
        MLO_OK) {
      mlo_problem problem = {
          .path = self->file->path,
          .message = mlo_arena_format(self->answers->arena, "its command lines: %s", err.message)};
      MLO_PUSH(self->answers->arena, &self->answers->problems, problem);
    }
  } else {
    notebook_commands(self, parser, commands);
  }
  self->file->commands = commands;
}

/* Images and scripts declare dependencies by installing them. */
static bool installs_packages(const waking *self) {
  mlo_format format = self->file->format;
  return self->active->kinds[MLO_TRIGGER_DEPENDENCY] && self->file->document &&
         (format == MLO_FORMAT_DOCKERFILE || format == MLO_FORMAT_BASH);
}

static void read_dependencies(waking *self) {
  mlo_arena *arena = self->file->arena;
  mlo_dependencies *dependencies = MLO_NEW(arena, mlo_dependencies);
  mlo_dependencies_of_document(self->file->document, arena, dependencies);
  for (uint32_t i = 0; installs_packages(self) && i < self->file->commands->len; i++)
    mlo_dependencies_of_command(&self->file->commands->items[i], arena, dependencies);
  self->file->dependencies = dependencies;
}

/* --- raw text --- */

enum { MOST_MATCHES = 10000 };
static const double most_seconds = 0.4; /* of one trigger in one file */

typedef MLO_ARRAY(mlo_span) found_groups;

static void keep_groups(waking *self, const size_t *ends, uint32_t count, found_groups *out) {
  for (uint32_t g = 0; g < count; g++) {
    bool set = ends[2 * g] != MLO_REGEX_UNSET;
    mlo_span span = {set ? (uint32_t)ends[2 * g] : 0, set ? (uint32_t)ends[2 * g + 1] : 0};
    MLO_PUSH(self->answers->arena, out, span);
  }
}

/* The groups of all matches in a row, per_match for each; false if the search was given up. */
static bool find_groups(waking *self, mlo_regex_search *search, found_groups *out,
                        uint32_t *per_match) {
  double deadline = mlo_os_thread_seconds() + most_seconds;
  const size_t *ends = NULL;
  for (uint32_t found = 0; found < MOST_MATCHES;) {
    mlo_regex_answer answer = mlo_regex_next(search, &ends, per_match);
    if (answer == MLO_REGEX_NONE) return true;
    if (answer == MLO_REGEX_TOO_LONG) return false;
    if (answer == MLO_REGEX_PAUSE && mlo_os_thread_seconds() > deadline) return false;
    if (answer == MLO_REGEX_PAUSE) continue;
    keep_groups(self, ends, *per_match, out);
    found++;
  }
  return true;
}

static void wake_text(const mlo_trigger *trigger, mlo_str name, void *ctx) {
  (void)name;
  waking *self = ctx;
  uint32_t number = (uint32_t)(trigger - self->shared->catalogue->triggers.items);
  mlo_regex_search search = {.regex = mlo_trigger_index_regex(self->shared->index, number),
                             .scratch = self->regex,
                             .subject = self->file->raw};
  found_groups found = {0};
  uint32_t per_match = 1;
  if (!find_groups(self, &search, &found, &per_match)) {
    mlo_failure failure = {.rule = trigger->rule, .costly = true, .partly = true};
    failure.why = MLO_STR("its regex took too long there");
    MLO_PUSH(self->answers->arena, &self->answers->failures, failure);
  }
  for (uint32_t i = 0; i + per_match <= found.len; i += per_match) {
    self->hit = (mlo_hit){.trigger = trigger};
    self->hit.groups.items = &found.items[i];
    self->hit.groups.len = self->hit.groups.cap = per_match;
    self->shared->layer->wake(self->rules, &self->hit, self->answers);
  }
}

/* Documents have no syntax tree until a query asks for one. */
static const mlo_tree *syntax_of(waking *self, mlo_format format, mlo_error *err) {
  if (self->file->tree || self->file->format == MLO_FORMAT_PYTHON ||
      self->file->format == MLO_FORMAT_NOTEBOOK)
    return self->file->tree;
  mlo_tree *tree = MLO_NEW(self->file->arena, mlo_tree);
  if (mlo_parser_parse(self->parser, format, self->file->text, self->file->arena, tree, err) ==
      MLO_OK)
    self->file->tree = tree;
  return self->file->tree;
}

static void wake_query(const mlo_trigger *trigger, mlo_str name, void *ctx) {
  (void)name;
  waking *self = ctx;
  uint32_t number = (uint32_t)(trigger - self->shared->catalogue->triggers.items);
  mlo_format format = self->file->format;
  const mlo_query *query = mlo_trigger_index_query(self->shared->index, number, format);
  if (format == MLO_FORMAT_NOTEBOOK) format = MLO_FORMAT_PYTHON;
  mlo_error err = {0};
  mlo_matches found = {0};
  const mlo_tree *tree = syntax_of(self, format, &err);
  if (tree) mlo_query_run(query, self->parser, format, tree, self->file->arena, &found, &err);
  if (err.status != MLO_OK) {
    mlo_str code = self->shared->catalogue->rules.items[trigger->rule].code;
    mlo_problem problem = {.path = self->file->path,
                           .message = mlo_arena_format(self->answers->arena,
                                                       "%.*s was not fully applied: %s",
                                                       MLO_FMT(code), err.message)};
    MLO_PUSH(self->answers->arena, &self->answers->problems, problem);
  }
  for (uint32_t i = 0; i < found.len; i++) {
    self->hit =
        (mlo_hit){.trigger = trigger, .node = found.items[i].node, .match = &found.items[i]};
    self->shared->layer->wake(self->rules, &self->hit, self->answers);
  }
}

static void wake_cells(waking *self) {
  for (uint32_t i = 0; i < self->file->notebook->cells.len; i++) {
    self->hit = (mlo_hit){.index = i};
    wake_each(self, MLO_TRIGGER_CELL);
  }
}

static void wake_once(waking *self, mlo_trigger_kind kind) {
  self->hit = (mlo_hit){0};
  wake_each(self, kind);
}

void mlo_wake_all(const mlo_shared *shared, const mlo_active *active, mlo_file *file,
                  mlo_parser *parser, mlo_rule_worker *rules, mlo_regex_scratch *regex,
                  mlo_answers *answers) {
  waking self = {.shared = shared,
                 .active = active,
                 .file = file,
                 .rules = rules,
                 .answers = answers,
                 .regex = regex,
                 .parser = parser};
  const bool *on = active->kinds;
  if (file->facts)
    for (size_t i = 0; i < sizeof python_kinds / sizeof *python_kinds; i++)
      if (on[python_kinds[i].kind]) python_kinds[i].run(&self);
  if (on[MLO_TRIGGER_COMMAND] || installs_packages(&self)) read_commands(&self, parser);
  if (on[MLO_TRIGGER_DEPENDENCY] && file->document) {
    read_dependencies(&self);
    wake_dependencies(&self);
  }
  if (on[MLO_TRIGGER_COMMAND]) wake_commands(&self);
  if (file->document)
    mlo_trigger_index_each(shared->index, active, MLO_TRIGGER_DOCUMENT, wake_document, &self);
  if (file->notebook) {
    if (on[MLO_TRIGGER_CELL]) wake_cells(&self);
    wake_once(&self, MLO_TRIGGER_NOTEBOOK);
  }
  mlo_trigger_index_each(shared->index, active, MLO_TRIGGER_TEXT, wake_text, &self);
  mlo_trigger_index_each(shared->index, active, MLO_TRIGGER_QUERY, wake_query, &self);
  wake_once(&self, MLO_TRIGGER_FILE);
}
