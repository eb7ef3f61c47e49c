#include "document/command_build.h"
#include "document/dockerfile.h"

/* Where documents hold command lines. A document is recognised by its path and its first keys; only then are the
 * paths below looked at, and only where they lead somewhere is any shell text parsed. */

typedef enum flavour {
  FLAVOUR_NONE,
  FLAVOUR_COMPOSE,
  FLAVOUR_KUBERNETES,
  FLAVOUR_WORKFLOW, /* GitHub: workflows and composite actions */
  FLAVOUR_GITLAB,
  FLAVOUR_STEPS, /* Azure pipelines and their templates, Cloud Build */
  FLAVOUR_CIRCLE,
  FLAVOUR_DVC,
  FLAVOUR_MLPROJECT,
  FLAVOUR_AZUREML
} flavour;

/* Below each map that `holder` leads to ("" is the document itself) stand a command and what is appended to it. */
static const struct place {
  flavour of;
  const char *holder, *command, *arguments;
  mlo_command_context context;
} places[] = {
    {FLAVOUR_COMPOSE, "services.*", "entrypoint", "command", MLO_COMMAND_IMAGE_CMD},
    {FLAVOUR_KUBERNETES, "**.containers[*]", "command", "args", MLO_COMMAND_IMAGE_CMD},
    {FLAVOUR_KUBERNETES, "**.initContainers[*]", "command", "args", MLO_COMMAND_IMAGE_CMD},
    {FLAVOUR_KUBERNETES, "**.container", "command", "args", MLO_COMMAND_IMAGE_CMD},
    {FLAVOUR_WORKFLOW, "jobs.*.steps[*]", "run", NULL, MLO_COMMAND_PIPELINE},
    {FLAVOUR_WORKFLOW, "runs.steps[*]", "run", NULL, MLO_COMMAND_PIPELINE},
    {FLAVOUR_GITLAB, "", "before_script", NULL, MLO_COMMAND_PIPELINE},
    {FLAVOUR_GITLAB, "", "after_script", NULL, MLO_COMMAND_PIPELINE},
    {FLAVOUR_GITLAB, "*", "before_script", NULL, MLO_COMMAND_PIPELINE},
    {FLAVOUR_GITLAB, "*", "script", NULL, MLO_COMMAND_PIPELINE},
    {FLAVOUR_GITLAB, "*", "after_script", NULL, MLO_COMMAND_PIPELINE},
    {FLAVOUR_STEPS, "**.steps[*]", "script", NULL, MLO_COMMAND_PIPELINE},
    {FLAVOUR_STEPS, "**.steps[*]", "bash", NULL, MLO_COMMAND_PIPELINE},
    {FLAVOUR_STEPS, "**.steps[*].inputs", "inlineScript", NULL, MLO_COMMAND_PIPELINE},
    {FLAVOUR_CIRCLE, "**.steps[*]", "run", NULL, MLO_COMMAND_PIPELINE},
    {FLAVOUR_CIRCLE, "**.steps[*].run", "command", NULL, MLO_COMMAND_PIPELINE},
    {FLAVOUR_DVC, "stages.*", "cmd", NULL, MLO_COMMAND_PIPELINE},
    {FLAVOUR_DVC, "stages.*.do", "cmd", NULL, MLO_COMMAND_PIPELINE},
    {FLAVOUR_MLPROJECT, "entry_points.*", "command", NULL, MLO_COMMAND_PIPELINE},
    {FLAVOUR_AZUREML, "", "command", NULL, MLO_COMMAND_PIPELINE},
    {FLAVOUR_AZUREML, "jobs.*", "command", NULL, MLO_COMMAND_PIPELINE},
};

/* One document at work. err is the caller's. */
typedef struct reading {
  const mlo_document *document;
  mlo_command_place place;
  const struct place *at;
  mlo_status status;
  mlo_error *err;
} reading;

static const mlo_value_node *node_of(const reading *self, mlo_value value) {
  return mlo_document_node(self->document, value);
}

static mlo_value member(const reading *self, mlo_value map, const char *key) {
  return mlo_document_member(self->document, map, mlo_str_c(key));
}

static mlo_str base_name(mlo_str path) {
  size_t slash = mlo_str_rfind_char(path, '/');
  return slash == SIZE_MAX ? path : mlo_str_from(path, slash + 1);
}

/* --- which documents --- */

static bool has_kind(const reading *self, mlo_value root, const char *key, mlo_value_kind kind) {
  return node_of(self, member(self, root, key))->kind == kind;
}

static bool has_steps(const reading *self, mlo_value root) {
  return has_kind(self, root, "steps", MLO_VALUE_LIST) ||
         has_kind(self, root, "jobs", MLO_VALUE_LIST) ||
         has_kind(self, root, "stages", MLO_VALUE_LIST);
}

static flavour flavour_of(const reading *self, mlo_value root) {
  mlo_str path = self->document->path, name = base_name(path);
  if (node_of(self, root)->kind != MLO_VALUE_MAP) return FLAVOUR_NONE;
  if (mlo_str_contains(path, MLO_STR(".github/")) || mlo_str_eq(name, MLO_STR("action.yml")) ||
      mlo_str_eq(name, MLO_STR("action.yaml")))
    return FLAVOUR_WORKFLOW;
  if (mlo_str_contains(name, MLO_STR("gitlab-ci")) || mlo_str_contains(path, MLO_STR(".gitlab/")))
    return FLAVOUR_GITLAB;
  if (mlo_str_contains(path, MLO_STR(".circleci/"))) return FLAVOUR_CIRCLE;
  if (mlo_str_eq(name, MLO_STR("MLproject"))) return FLAVOUR_MLPROJECT;
  if (mlo_str_eq(name, MLO_STR("dvc.yaml"))) return FLAVOUR_DVC;
  if (has_kind(self, root, "services", MLO_VALUE_MAP)) return FLAVOUR_COMPOSE;
  if (has_kind(self, root, "kind", MLO_VALUE_STRING) &&
      member(self, root, "apiVersion") != MLO_NO_VALUE)
    return FLAVOUR_KUBERNETES;
  if (mlo_str_contains(node_of(self, member(self, root, "$schema"))->text, MLO_STR("azureml")))
    return FLAVOUR_AZUREML;
  return has_steps(self, root) ? FLAVOUR_STEPS : FLAVOUR_NONE;
}

/* --- values as text --- */

static bool is_scalar(const mlo_value_node *node) {
  return node->kind != MLO_VALUE_MAP && node->kind != MLO_VALUE_LIST &&
         node->kind != MLO_VALUE_NULL;
}

/* The string as decoded, located; escapes need a copy. */
static mlo_derived source_of(const reading *self, const mlo_value_node *node) {
  mlo_str text = self->document->text, raw = mlo_span_of(text, node->span);
  mlo_span inner = node->kind == MLO_VALUE_STRING ? node->inner : node->span;
  char quote = raw.len ? raw.ptr[0] : '\0';
  bool decoded = !mlo_str_eq(mlo_span_of(text, inner), node->text);
  if (decoded && (quote == '"' || quote == '\''))
    return mlo_derived_quoted(text, inner, quote, self->place.arena);
  return mlo_derived_of(text, inner, self->place.arena);
}

static mlo_shell_word word_of(const reading *self, mlo_value value) {
  const mlo_value_node *node = node_of(self, value);
  return (mlo_shell_word){
      .word = {.text = node->text, .span = node->span, .expands = mlo_shell_expands(node->text)},
      .source = source_of(self, node)};
}

/* --- commands of values --- */

static void set_place(reading *self, mlo_value owner, bool folded) {
  self->place.owner = owner;
  self->place.options.folded = folded;
}

static void add_script(reading *self, mlo_value value) {
  const mlo_value_node *node = node_of(self, value);
  if (self->status != MLO_OK || !is_scalar(node)) return;
  mlo_derived source = source_of(self, node);
  set_place(self, value, node->folded);
  self->status = mlo_command_add_script(&self->place, &source, self->err);
}

static void add_line(reading *self, const mlo_shell_line *line, mlo_value owner) {
  set_place(self, owner, false);
  if (self->status == MLO_OK && line->words.len)
    self->status = mlo_command_add(&self->place, line, self->err);
}

/* The one command that value says: a list of words, or a string that is a simple command. False if it is more. */
static bool read_line(reading *self, mlo_value value, mlo_shell_line *out) {
  const mlo_value_node *node = node_of(self, value);
  if (node->kind == MLO_VALUE_LIST) {
    mlo_value_cursor cursor = {0};
    for (mlo_value item; mlo_document_each(self->document, value, &cursor, &item);)
      if (is_scalar(node_of(self, item))) {
        mlo_shell_word word = word_of(self, item);
        MLO_PUSH(self->place.arena, &out->words, word);
      }
    return true;
  }
  if (!is_scalar(node)) return true;
  mlo_shell_lines lines = {0};
  mlo_derived source = source_of(self, node);
  mlo_shell_options options = self->place.options;
  options.folded = node->folded;
  self->status =
      mlo_shell_parse(self->place.parser, &source, options, self->place.arena, &lines, self->err);
  if (self->status != MLO_OK || lines.len > 1) return false;
  if (lines.len) *out = lines.items[0];
  return true;
}

/* An entry point that is a script passes its arguments on: they are the command. */
static bool passes_on(const mlo_shell_line *line) {
  mlo_str name = line->words.len == 1 ? base_name(line->words.items[0].word.text) : (mlo_str){0};
  return mlo_str_ends(name, MLO_STR(".sh")) || mlo_str_contains(name, MLO_STR("entrypoint"));
}

/* A value by itself: the words of one command, or a script. */
static void add_command(reading *self, mlo_value value) {
  if (node_of(self, value)->kind != MLO_VALUE_LIST) {
    add_script(self, value);
    return;
  }
  mlo_shell_line line = {0};
  read_line(self, value, &line);
  add_line(self, &line, value);
}

/* A command and its arguments, one of which may be absent. */
static void add_joined(reading *self, mlo_value command, mlo_value arguments) {
  mlo_shell_line line = {0}, rest = {0};
  bool both = command != MLO_NO_VALUE && arguments != MLO_NO_VALUE;
  if (!both || !read_line(self, command, &line) || !read_line(self, arguments, &rest) ||
      passes_on(&line)) {
    if (self->status == MLO_OK) add_command(self, command);
    if (self->status == MLO_OK) add_command(self, arguments);
    return;
  }
  for (uint32_t i = 0; i < rest.words.len; i++)
    MLO_PUSH(self->place.arena, &line.words, rest.words.items[i]);
  add_line(self, &line, command);
}

/* A script, or a list of scripts, lists in it looked into once (GitLab's !reference). */
static void add_scripts(reading *self, mlo_value value) {
  if (node_of(self, value)->kind != MLO_VALUE_LIST) {
    add_script(self, value);
    return;
  }
  mlo_value_cursor cursor = {0}, inner_cursor;
  for (mlo_value item; mlo_document_each(self->document, value, &cursor, &item);) {
    add_script(self, item);
    inner_cursor = (mlo_value_cursor){0};
    for (mlo_value inner; node_of(self, item)->kind == MLO_VALUE_LIST &&
                          mlo_document_each(self->document, item, &inner_cursor, &inner);)
      add_script(self, inner);
  }
}

/* `shell: python` of GitHub and `scriptType: pscore` of Azure are no business of ours. */
static bool runs_shell(const reading *self, mlo_value holder) {
  mlo_value shell = member(self, holder, "shell");
  if (shell == MLO_NO_VALUE) shell = member(self, holder, "scriptType");
  mlo_str name = base_name(node_of(self, shell)->text);
  return name.len == 0 || mlo_str_starts(name, MLO_STR("bash")) ||
         mlo_str_starts(name, MLO_STR("sh")) || mlo_str_starts(name, MLO_STR("zsh"));
}

static bool read_holder(const mlo_document *document, mlo_value holder, void *ctx) {
  (void)document;
  reading *self = ctx;
  if (node_of(self, holder)->kind != MLO_VALUE_MAP) return true;
  mlo_value command = member(self, holder, self->at->command);
  mlo_value arguments =
      self->at->arguments ? member(self, holder, self->at->arguments) : MLO_NO_VALUE;
  if (command == MLO_NO_VALUE && arguments == MLO_NO_VALUE) return true;
  if (self->at->context == MLO_COMMAND_IMAGE_CMD)
    add_joined(self, command, arguments);
  else if (runs_shell(self, holder))
    add_scripts(self, command);
  return self->status == MLO_OK;
}

static void read_root(reading *self, mlo_value root) {
  flavour of = flavour_of(self, root);
  if (of == FLAVOUR_NONE) return;
  for (size_t i = 0; i < sizeof places / sizeof *places && self->status == MLO_OK; i++) {
    if (places[i].of != of) continue;
    self->at = &places[i];
    self->place.context = places[i].context;
    self->place.options = (mlo_shell_options){.templated = true, .braces = of == FLAVOUR_MLPROJECT};
    mlo_path path;
    if (!*places[i].holder) {
      read_holder(self->document, root, self);
      continue;
    }
    self->status =
        mlo_path_compile(mlo_str_c(places[i].holder), self->place.arena, &path, self->err);
    if (self->status == MLO_OK) mlo_document_select(self->document, root, &path, read_holder, self);
  }
}

/* --- Dockerfiles --- */

/* What the last stage starts. */
typedef struct started {
  mlo_value entrypoint, cmd; /* instructions */
} started;

static bool is_named(const reading *self, mlo_value instruction, const char *name) {
  return mlo_str_eq(node_of(self, member(self, instruction, "name"))->text, mlo_str_c(name));
}

static bool is_exec(const reading *self, mlo_value instruction) {
  return mlo_str_eq(node_of(self, member(self, instruction, "form"))->text, MLO_STR("exec"));
}

/* RUN <<EOF and nothing else: the heredocs are the script, unless they are another language's. */
static bool is_heredoc_script(mlo_str value) {
  mlo_str line = mlo_str_slice(value, 0, mlo_str_find_char(value, '\n'));
  return mlo_str_starts(line, MLO_STR("<<")) && mlo_str_find_char(line, ' ') == SIZE_MAX;
}

static bool is_shell_script(mlo_str script) {
  mlo_str line = mlo_str_slice(script, 0, mlo_str_find_char(script, '\n'));
  return !mlo_str_starts(line, MLO_STR("#!")) || mlo_str_contains(line, MLO_STR("sh"));
}

static void add_heredocs(reading *self, mlo_value instruction) {
  mlo_value_cursor cursor = {0};
  mlo_value list = member(self, instruction, "heredocs");
  for (mlo_value item; mlo_document_each(self->document, list, &cursor, &item);)
    if (is_shell_script(node_of(self, item)->text)) add_script(self, item);
}

static void add_shell_form(reading *self, mlo_value instruction) {
  mlo_value value = member(self, instruction, "value");
  mlo_derived source = mlo_dockerfile_value(self->document, value, self->place.arena);
  set_place(self, value, false);
  if (is_heredoc_script(source.text))
    add_heredocs(self, instruction);
  else if (self->status == MLO_OK)
    self->status = mlo_command_add_script(&self->place, &source, self->err);
}

static void add_instruction(reading *self, mlo_value instruction) {
  if (self->status != MLO_OK || instruction == MLO_NO_VALUE) return;
  if (is_exec(self, instruction))
    add_command(self, member(self, instruction, "arguments"));
  else
    add_shell_form(self, instruction);
}

/* ENTRYPOINT with CMD is one command if both are in exec form; in shell form an entry point ignores CMD. */
static void add_started(reading *self, const started *what) {
  self->place.context = MLO_COMMAND_IMAGE_CMD;
  bool both = what->entrypoint != MLO_NO_VALUE && what->cmd != MLO_NO_VALUE;
  if (both && is_exec(self, what->entrypoint) && is_exec(self, what->cmd)) {
    add_joined(self, member(self, what->entrypoint, "arguments"),
               member(self, what->cmd, "arguments"));
    return;
  }
  add_instruction(self, what->entrypoint);
  add_instruction(self, what->cmd);
}

static void read_instruction(reading *self, mlo_value instruction, started *what) {
  if (is_named(self, instruction, "ONBUILD"))
    instruction = member(self, instruction, "instruction");
  self->place.context = MLO_COMMAND_IMAGE_RUN;
  if (is_named(self, instruction, "RUN")) add_instruction(self, instruction);
  if (is_named(self, instruction, "ENTRYPOINT")) what->entrypoint = instruction;
  if (is_named(self, instruction, "CMD")) what->cmd = instruction;
  if (!is_named(self, instruction, "FROM")) return;
  add_started(self, what);
  *what = (started){MLO_NO_VALUE, MLO_NO_VALUE};
}

static void read_dockerfile(reading *self) {
  mlo_value root = mlo_document_item(self->document, 0, 0);
  mlo_value list = member(self, root, "instructions");
  started what = {MLO_NO_VALUE, MLO_NO_VALUE};
  mlo_value_cursor cursor = {0};
  for (mlo_value item; mlo_document_each(self->document, list, &cursor, &item);)
    read_instruction(self, item, &what);
  add_started(self, &what);
}

/* --- scripts --- */

/* web: gunicorn app:app */
static void read_procfile(reading *self) {
  mlo_str rest = self->document->text;
  for (uint32_t at = 0; rest.ptr && self->status == MLO_OK;) {
    mlo_str line = mlo_str_cut(&rest, '\n');
    size_t colon = mlo_str_find_char(line, ':');
    bool comment = mlo_str_starts(mlo_str_trim(line), MLO_STR("#"));
    if (colon != SIZE_MAX && !comment) {
      mlo_span span = {at + (uint32_t)colon + 1, at + (uint32_t)line.len};
      mlo_derived source = mlo_derived_of(self->document->text, span, self->place.arena);
      self->place.context = MLO_COMMAND_IMAGE_CMD;
      self->status = mlo_command_add_script(&self->place, &source, self->err);
    }
    at += (uint32_t)line.len + 1;
  }
}

static void read_script(reading *self) {
  mlo_str text = self->document->text;
  mlo_derived source = mlo_derived_of(text, (mlo_span){0, (uint32_t)text.len}, self->place.arena);
  self->place.context = MLO_COMMAND_SCRIPT;
  self->status = mlo_command_add_script(&self->place, &source, self->err);
}

static void read_config(reading *self) {
  mlo_value_cursor cursor = {0};
  for (mlo_value root;
       self->status == MLO_OK && mlo_document_each(self->document, 0, &cursor, &root);)
    read_root(self, root);
}

mlo_status mlo_commands_of_document(mlo_parser *parser, const mlo_document *document,
                                    mlo_arena *arena, mlo_commands *out, mlo_error *err) {
  reading self = {.document = document,
                  .place = {.parser = parser, .owner = MLO_NO_VALUE, .arena = arena, .out = out},
                  .err = err};
  bool procfile = mlo_str_eq(base_name(document->path), MLO_STR("Procfile"));
  if (document->format == MLO_FORMAT_DOCKERFILE)
    read_dockerfile(&self);
  else if (document->format == MLO_FORMAT_BASH && procfile)
    read_procfile(&self);
  else if (document->format == MLO_FORMAT_BASH)
    read_script(&self);
  else if (document->format == MLO_FORMAT_YAML || document->format == MLO_FORMAT_JSON)
    read_config(&self);
  return self.status;
}
