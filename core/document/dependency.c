#include "document/dependency.h"

#include "document/requirements.h"

#include <ctype.h>

typedef struct reader {
  const mlo_document *document;
  mlo_arena *arena;
  mlo_dependencies *out;
} reader;

static mlo_str base_name(mlo_str path) {
  size_t slash = mlo_str_rfind_char(path, '/');
  return slash == SIZE_MAX ? path : mlo_str_from(path, slash + 1);
}

/* --- which files --- */

static bool is_yaml(mlo_str name) {
  return mlo_str_ends(name, MLO_STR(".yml")) || mlo_str_ends(name, MLO_STR(".yaml"));
}

/* environment.yml, conda_dependencies.yml, ci_dependencies.yml, python_env.yaml, env-gpu.yaml */
static bool is_environment(mlo_str name) {
  return is_yaml(name) &&
         (mlo_str_contains(name, MLO_STR("environment")) ||
          mlo_str_contains(name, MLO_STR("conda")) ||
          mlo_str_contains(name, MLO_STR("dependencies")) ||
          mlo_str_eq(name, MLO_STR("python_env.yaml")) || mlo_str_starts(name, MLO_STR("env.")) ||
          mlo_str_starts(name, MLO_STR("env-")) || mlo_str_starts(name, MLO_STR("env_")));
}

static bool is_requirements(mlo_str path) {
  return mlo_format_of_path(path) == MLO_FORMAT_REQUIREMENTS &&
         !mlo_str_starts(base_name(path), MLO_STR("constraints"));
}

bool mlo_path_declares_dependencies(mlo_str path) {
  mlo_str name = base_name(path);
  return mlo_str_eq(name, MLO_STR("pyproject.toml")) || mlo_str_eq(name, MLO_STR("setup.cfg")) ||
         mlo_str_eq(name, MLO_STR("Pipfile")) || is_environment(name) || is_requirements(path);
}

/* Groups and files that serve those who work on the project, not those who run it. */
static bool is_dev_word(mlo_str word) {
  static const mlo_str words[] = {
      MLO_STR_INIT("dev"),     MLO_STR_INIT("develop"), MLO_STR_INIT("development"),
      MLO_STR_INIT("test"),    MLO_STR_INIT("tests"),   MLO_STR_INIT("testing"),
      MLO_STR_INIT("lint"),    MLO_STR_INIT("linting"), MLO_STR_INIT("docs"),
      MLO_STR_INIT("doc"),     MLO_STR_INIT("typing"),  MLO_STR_INIT("types"),
      MLO_STR_INIT("ci"),      MLO_STR_INIT("check"),   MLO_STR_INIT("checks"),
      MLO_STR_INIT("format"),  MLO_STR_INIT("qa"),      MLO_STR_INIT("commit"),
      MLO_STR_INIT("quality"), MLO_STR_INIT("build"),
  };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (mlo_str_eq_nocase(words[i], word)) return true;
  return false;
}

/* True if one of the words that name is made of says so: "requirements-dev.txt", "test_extra". */
static bool is_dev_name(mlo_str name) {
  size_t start = 0;
  for (size_t i = 0; i <= name.len; i++) {
    if (i < name.len && isalnum((unsigned char)name.ptr[i])) continue;
    if (is_dev_word(mlo_str_slice(name, start, i))) return true;
    start = i + 1;
  }
  return false;
}

/* --- values --- */

static const mlo_value_node *node_of(const reader *self, mlo_value value) {
  return mlo_document_node(self->document, value);
}

static mlo_value member(const reader *self, mlo_value map, const char *key) {
  return mlo_document_member(self->document, map, mlo_str_c(key));
}

static void add(reader *self, mlo_str name, mlo_str specifier, mlo_span span, bool dev) {
  if (name.len == 0) return;
  mlo_dependency found = {.name = mlo_package_name(name, self->arena),
                          .specifier = mlo_specifier_text(specifier, self->arena),
                          .span = span,
                          .dev = dev};
  MLO_PUSH(self->arena, self->out, found);
}

/* "name[extra]>=1; marker", the bytes at span. */
static void add_requirement(reader *self, mlo_str text, mlo_span span, bool dev) {
  mlo_requirement found;
  if (!mlo_requirement_read(text, (mlo_span){0, (uint32_t)text.len}, &found)) return;
  add(self, mlo_span_of(text, found.name), mlo_span_of(text, found.specifier), span, dev);
}

/* A list of such strings. */
static void add_requirements(reader *self, mlo_value list, bool dev) {
  mlo_value_cursor cursor = {0};
  for (mlo_value item; mlo_document_each(self->document, list, &cursor, &item);)
    if (node_of(self, item)->kind == MLO_VALUE_STRING)
      add_requirement(self, node_of(self, item)->text, node_of(self, item)->span, dev);
}

/* group -> list of such strings. all_dev: all groups are for development. */
static void add_groups(reader *self, mlo_value groups, bool all_dev) {
  mlo_value_cursor cursor = {0};
  for (mlo_value group; mlo_document_each(self->document, groups, &cursor, &group);)
    add_requirements(self, group, all_dev || is_dev_name(node_of(self, group)->key));
}

static bool is_any(mlo_str specifier) { return mlo_str_eq(specifier, MLO_STR("*")); }

/* name = "^1.2" | {version = "..."} | [{version = "..."}, ...]: Poetry and Pipfile. */
static void add_table(reader *self, mlo_value table, bool dev) {
  mlo_value_cursor cursor = {0};
  for (mlo_value value; mlo_document_each(self->document, table, &cursor, &value);) {
    const mlo_value_node *node = node_of(self, value);
    mlo_value one =
        node->kind == MLO_VALUE_LIST ? mlo_document_item(self->document, value, 0) : value;
    mlo_value version =
        node_of(self, one)->kind == MLO_VALUE_MAP ? member(self, one, "version") : one;
    mlo_str specifier = node_of(self, version)->text;
    mlo_span span = {node->key_span.start,
                     node->span.end > node->key_span.end ? node->span.end : node->key_span.end};
    if (!mlo_str_eq(node->key, MLO_STR("python")))
      add(self, node->key, is_any(specifier) ? (mlo_str){0} : specifier, span, dev);
  }
}

/* --- formats --- */

static void read_poetry(reader *self, mlo_value poetry) {
  add_table(self, member(self, poetry, "dependencies"), false);
  add_table(self, member(self, poetry, "dev-dependencies"), true);
  mlo_value_cursor cursor = {0};
  mlo_value groups = member(self, poetry, "group");
  for (mlo_value group; mlo_document_each(self->document, groups, &cursor, &group);)
    add_table(self, member(self, group, "dependencies"), is_dev_name(node_of(self, group)->key));
}

static void read_pyproject(reader *self, mlo_value root) {
  mlo_value project = member(self, root, "project"), tool = member(self, root, "tool");
  add_requirements(self, member(self, project, "dependencies"), false);
  add_groups(self, member(self, project, "optional-dependencies"), false);
  add_groups(self, member(self, root, "dependency-groups"), false);
  read_poetry(self, member(self, tool, "poetry"));
  add_groups(self, member(self, member(self, tool, "pdm"), "dev-dependencies"), true);
  add_requirements(self, member(self, member(self, tool, "uv"), "dev-dependencies"), true);
}

static void read_pipfile(reader *self, mlo_value root) {
  add_table(self, member(self, root, "packages"), false);
  add_table(self, member(self, root, "dev-packages"), true);
}

/* One requirement a line, as written in the file. */
static void add_lines(reader *self, mlo_value value, bool dev) {
  mlo_span inner = node_of(self, value)->inner;
  mlo_str rest = mlo_span_of(self->document->text, inner);
  while (rest.ptr) {
    mlo_str line = mlo_str_cut(&rest, '\n');
    line = mlo_str_trim(mlo_str_slice(line, 0, mlo_str_find_char(line, '#')));
    uint32_t at = (uint32_t)(line.ptr - self->document->text.ptr);
    if (line.len) add_requirement(self, line, (mlo_span){at, at + (uint32_t)line.len}, dev);
  }
}

static void read_setup_cfg(reader *self, mlo_value root) {
  mlo_value options = member(self, root, "options");
  add_lines(self, member(self, options, "install_requires"), false);
  add_lines(self, member(self, options, "tests_require"), true);
  mlo_value_cursor cursor = {0};
  mlo_value extras = member(self, root, "options.extras_require");
  for (mlo_value group; mlo_document_each(self->document, extras, &cursor, &group);)
    add_lines(self, group, is_dev_name(node_of(self, group)->key));
}

/* conda: channel::name=1.2=build, "name >=1,<2", "name 1.2.*" */
static void add_conda(reader *self, const mlo_value_node *node, bool dev) {
  mlo_str text = node->text;
  size_t channel = mlo_str_find(text, MLO_STR("::"));
  if (channel != SIZE_MAX) text = mlo_str_from(text, channel + 2);
  size_t end = 0;
  while (end < text.len &&
         (isalnum((unsigned char)text.ptr[end]) || (text.ptr[end] && strchr("-_.", text.ptr[end]))))
    end++;
  mlo_str specifier = mlo_str_trim(mlo_str_from(text, end));
  if (mlo_str_starts(specifier, MLO_STR("["))) specifier = (mlo_str){0};
  add(self, mlo_str_slice(text, 0, end), is_any(specifier) ? (mlo_str){0} : specifier, node->span,
      dev);
}

/* dependencies: [conda specs, {pip: [requirements]}]; python_env.yaml of MLflow has pip's only. */
static void read_environment(reader *self, mlo_value root) {
  bool pip = mlo_str_eq(base_name(self->document->path), MLO_STR("python_env.yaml"));
  bool dev = is_dev_name(base_name(self->document->path));
  mlo_value_cursor cursor = {0};
  mlo_value list = member(self, root, "dependencies");
  if (pip || node_of(self, list)->kind != MLO_VALUE_LIST) {
    add_requirements(self, list, dev);
    return;
  }
  for (mlo_value item; mlo_document_each(self->document, list, &cursor, &item);) {
    const mlo_value_node *node = node_of(self, item);
    if (node->kind == MLO_VALUE_STRING) add_conda(self, node, dev);
    if (node->kind == MLO_VALUE_MAP) add_requirements(self, member(self, item, "pip"), dev);
  }
}

static void read_requirements(reader *self, mlo_value root) {
  bool dev = is_dev_name(base_name(self->document->path));
  mlo_value_cursor cursor = {0};
  mlo_value list = member(self, root, "requirements");
  for (mlo_value item; mlo_document_each(self->document, list, &cursor, &item);)
    add(self, node_of(self, member(self, item, "name"))->text,
        node_of(self, member(self, item, "specifier"))->text, node_of(self, item)->span, dev);
}

void mlo_dependencies_of_document(const mlo_document *document, mlo_arena *arena,
                                  mlo_dependencies *out) {
  reader self = {.document = document, .arena = arena, .out = out};
  mlo_str name = base_name(document->path);
  mlo_value root = mlo_document_item(document, 0, 0);
  if (!mlo_path_declares_dependencies(document->path)) return;
  if (document->format == MLO_FORMAT_REQUIREMENTS)
    read_requirements(&self, root);
  else if (mlo_str_eq(name, MLO_STR("pyproject.toml")))
    read_pyproject(&self, root);
  else if (mlo_str_eq(name, MLO_STR("setup.cfg")))
    read_setup_cfg(&self, root);
  else if (mlo_str_eq(name, MLO_STR("Pipfile")))
    read_pipfile(&self, root);
  else
    read_environment(&self, root);
}

/* --- commands --- */

/* `pip install`, `uv pip install`, `uv add`, `poetry add`, `pdm add`, `pipenv install`, `conda install`. */
static const struct installer {
  mlo_str program, first, second; /* second may be empty */
  bool conda;
} installers[] = {
    {MLO_STR_INIT("pip"), MLO_STR_INIT("install"), MLO_STR_INIT(""), false},
    {MLO_STR_INIT("uv"), MLO_STR_INIT("pip"), MLO_STR_INIT("install"), false},
    {MLO_STR_INIT("uv"), MLO_STR_INIT("add"), MLO_STR_INIT(""), false},
    {MLO_STR_INIT("poetry"), MLO_STR_INIT("add"), MLO_STR_INIT(""), false},
    {MLO_STR_INIT("pdm"), MLO_STR_INIT("add"), MLO_STR_INIT(""), false},
    {MLO_STR_INIT("pipenv"), MLO_STR_INIT("install"), MLO_STR_INIT(""), false},
    {MLO_STR_INIT("conda"), MLO_STR_INIT("install"), MLO_STR_INIT(""), true},
    {MLO_STR_INIT("mamba"), MLO_STR_INIT("install"), MLO_STR_INIT(""), true},
    {MLO_STR_INIT("micromamba"), MLO_STR_INIT("install"), MLO_STR_INIT(""), true},
};

static bool is_word(const mlo_command *command, uint32_t at, mlo_str text) {
  return at < command->count && mlo_str_eq(command->words[at].text, text);
}

/* Index of the first argument, or 0 if the command installs nothing. */
static uint32_t arguments_of(const mlo_command *command, bool *conda) {
  for (size_t i = 0; i < sizeof installers / sizeof *installers; i++) {
    const struct installer *kind = &installers[i];
    if (!mlo_str_eq(command->program, kind->program) || !is_word(command, 1, kind->first)) continue;
    if (kind->second.len && !is_word(command, 2, kind->second)) continue;
    *conda = kind->conda;
    return kind->second.len ? 3 : 2;
  }
  return 0;
}

static bool takes_value(mlo_str option) {
  static const mlo_str valued[] = {
      MLO_STR_INIT("-r"),
      MLO_STR_INIT("--requirement"),
      MLO_STR_INIT("-c"),
      MLO_STR_INIT("--constraint"),
      MLO_STR_INIT("-i"),
      MLO_STR_INIT("--index-url"),
      MLO_STR_INIT("--extra-index-url"),
      MLO_STR_INIT("-f"),
      MLO_STR_INIT("--find-links"),
      MLO_STR_INIT("-t"),
      MLO_STR_INIT("--target"),
      MLO_STR_INIT("--trusted-host"),
      MLO_STR_INIT("-e"),
      MLO_STR_INIT("--editable"),
      MLO_STR_INIT("-n"),
      MLO_STR_INIT("--name"),
      MLO_STR_INIT("-p"),
      MLO_STR_INIT("--prefix"),
      MLO_STR_INIT("--python"),
      MLO_STR_INIT("--channel"),
      MLO_STR_INIT("--file"),
      MLO_STR_INIT("--group"),
      MLO_STR_INIT("-G"),
      MLO_STR_INIT("--platform"),
      MLO_STR_INIT("--cache-dir"),
      MLO_STR_INIT("--timeout"),
      MLO_STR_INIT("--default-timeout"),
      MLO_STR_INIT("--retries"),
      MLO_STR_INIT("--proxy"),
      MLO_STR_INIT("--python-version"),
      MLO_STR_INIT("--root"),
      MLO_STR_INIT("--src"),
      MLO_STR_INIT("--only-binary"),
      MLO_STR_INIT("--no-binary"),
      MLO_STR_INIT("--upgrade-strategy"),
      MLO_STR_INIT("--progress-bar"),
      MLO_STR_INIT("--source"),
      MLO_STR_INIT("--extra"),
  };
  for (size_t i = 0; i < sizeof valued / sizeof *valued; i++)
    if (mlo_str_eq(valued[i], option)) return true;
  return false;
}

static void add_argument(reader *self, const mlo_word *word, bool conda) {
  mlo_value_node node = {.text = word->text, .span = word->span};
  if (mlo_str_starts(word->text, MLO_STR("$"))) return;
  if (conda)
    add_conda(self, &node, false);
  else
    add_requirement(self, word->text, word->span, false);
}

void mlo_dependencies_of_command(const mlo_command *command, mlo_arena *arena,
                                 mlo_dependencies *out) {
  reader self = {.arena = arena, .out = out};
  bool conda = false;
  uint32_t at = arguments_of(command, &conda);
  for (; at && at < command->count; at++) {
    mlo_str text = command->words[at].text;
    if (mlo_str_starts(text, MLO_STR("-")))
      at += takes_value(text);
    else
      add_argument(&self, &command->words[at], conda);
  }
}
