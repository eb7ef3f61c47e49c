#include "run/config.h"

#include "base/glob.h"
#include "base/nearest.h"
#include "document/document.h"
#include "notebook/notebook.h"
#include "run/selection.h"
#include "text/encoding.h"

#include <limits.h>
#include <math.h>

enum { DEFAULT_MAX_FILE_SIZE = 8 * 1024 * 1024 };

/* One configuration file while it is read. */
typedef struct reader {
  const mlo_document *document;
  const mlo_catalogue *catalogue;
  mlo_arena *arena;
  mlo_settings *settings;
  mlo_error *err;
} reader;

typedef mlo_status read_fn(reader *self, mlo_value value);

/* --- messages --- */

static uint32_t line_at(mlo_str text, uint32_t offset) {
  uint32_t line = 1;
  for (uint32_t i = 0; i < offset && i < text.len; i++) line += text.ptr[i] == '\n';
  return line;
}

static mlo_status wrong(const reader *self, uint32_t offset, const char *format, mlo_str a,
                        mlo_str b) {
  const mlo_document *document = self->document;
  mlo_str text = mlo_arena_format(self->arena, format, MLO_FMT(a), MLO_FMT(b));
  return mlo_error_set(self->err, MLO_ERR_CONFIG, document->path, "line %u: %.*s",
                       line_at(document->text, offset), MLO_FMT(text));
}

static const mlo_value_node *node_of(const reader *self, mlo_value value) {
  return mlo_document_node(self->document, value);
}

static mlo_status wrong_value(const reader *self, mlo_value value, const char *wanted) {
  return wrong(self, node_of(self, value)->span.start, "`%.*s` must be %.*s",
               node_of(self, value)->key, mlo_str_c(wanted));
}

static mlo_status unknown_word(const reader *self, uint32_t offset, mlo_str word, bool only_rules) {
  return wrong(self, offset, "unknown rule `%.*s`; the nearest known is `%.*s`", word,
               mlo_selection_nearest(self->catalogue, word, only_rules));
}

/* --- keys --- */

static mlo_status check_kind(const reader *self, mlo_value value, mlo_value_kind kind,
                             const char *wanted) {
  return node_of(self, value)->kind == kind ? MLO_OK : wrong_value(self, value, wanted);
}

static mlo_status check_strings(const reader *self, mlo_value list, const char *wanted) {
  mlo_status status = check_kind(self, list, MLO_VALUE_LIST, wanted);
  mlo_value_cursor cursor = {0};
  mlo_value item;
  while (status == MLO_OK && mlo_document_each(self->document, list, &cursor, &item))
    if (node_of(self, item)->kind != MLO_VALUE_STRING) status = wrong_value(self, list, wanted);
  return status;
}

/* A rule that could not be loaded is a problem already; a word that meant it is not another one. */
static bool may_be_missing(const reader *self) { return self->catalogue->problems.len > 0; }

static mlo_status mark_words(reader *self, mlo_value list, bool value, bool *set) {
  mlo_status status = check_strings(
      self, list, "a list of rules' codes, names or areas, as in [\"SEC101\", \"fit\"]");
  mlo_value_cursor cursor = {0};
  mlo_value item;
  while (status == MLO_OK && mlo_document_each(self->document, list, &cursor, &item)) {
    const mlo_value_node *word = node_of(self, item);
    if (!mlo_selection_mark(self->catalogue, word->text, value, set) && !may_be_missing(self))
      status = unknown_word(self, word->span.start, word->text, false);
  }
  return status;
}

static void clear(bool *set, const mlo_catalogue *catalogue) {
  if (catalogue->rules.len) memset(set, 0, catalogue->rules.len * sizeof *set);
}

static mlo_status read_select(reader *self, mlo_value value) {
  clear(self->settings->enabled, self->catalogue);
  return mark_words(self, value, true, self->settings->enabled);
}

static mlo_status read_extend_select(reader *self, mlo_value value) {
  return mark_words(self, value, true, self->settings->enabled);
}

static mlo_status read_ignore(reader *self, mlo_value value) {
  return mark_words(self, value, false, self->settings->enabled);
}

static mlo_status read_exclude(reader *self, mlo_value value) {
  mlo_status status = check_strings(self, value, "a list of paths or patterns, as in [\"vendor\"]");
  mlo_value_cursor cursor = {0};
  mlo_value item;
  while (status == MLO_OK && mlo_document_each(self->document, value, &cursor, &item)) {
    mlo_str glob = mlo_arena_str(self->arena, node_of(self, item)->text);
    MLO_PUSH(self->arena, &self->settings->exclude, glob);
  }
  return status;
}

static mlo_status read_rule_packs(reader *self, mlo_value value) {
  mlo_status status = check_strings(self, value, "a list of folders, as in [\"lint\"]");
  mlo_value_cursor cursor = {0};
  mlo_value item;
  while (status == MLO_OK && mlo_document_each(self->document, value, &cursor, &item)) {
    mlo_str folder = mlo_arena_str(self->arena, node_of(self, item)->text);
    MLO_PUSH(self->arena, &self->settings->packs, folder);
  }
  return status;
}

static mlo_status read_respect_gitignore(reader *self, mlo_value value) {
  self->settings->respect_gitignore = node_of(self, value)->boolean;
  return check_kind(self, value, MLO_VALUE_BOOL, "true or false");
}

static mlo_status read_max_file_size(reader *self, mlo_value value) {
  const mlo_value_node *node = node_of(self, value);
  if (node->kind != MLO_VALUE_INTEGER || node->integer <= 0)
    return wrong_value(self, value, "a number of bytes above 0, as in 8388608");
  self->settings->max_file_size = (uint64_t)node->integer;
  return MLO_OK;
}

static const char severity_words[] = "\"info\", \"warning\" or \"error\"";

static mlo_status severity_of(const reader *self, mlo_value value, mlo_severity *out) {
  const mlo_value_node *node = node_of(self, value);
  bool known = node->kind == MLO_VALUE_STRING && mlo_severity_named(node->text, out);
  return known ? MLO_OK : wrong_value(self, value, severity_words);
}

static mlo_status read_fail_on(reader *self, mlo_value value) {
  return severity_of(self, value, &self->settings->fail_on);
}

/* Calls fn for each member of a table. */
static mlo_status each_member(reader *self, mlo_value table, const char *wanted, read_fn *fn) {
  mlo_status status = check_kind(self, table, MLO_VALUE_MAP, wanted);
  mlo_value_cursor cursor = {0};
  mlo_value member;
  while (status == MLO_OK && mlo_document_each(self->document, table, &cursor, &member))
    status = fn(self, member);
  return status;
}

static mlo_status read_file_ignore(reader *self, mlo_value value) {
  mlo_file_ignore ignore = {.glob = mlo_arena_str(self->arena, node_of(self, value)->key),
                            .rules = MLO_NEW_ARRAY(self->arena, bool, self->catalogue->rules.len)};
  MLO_PUSH(self->arena, &self->settings->file_ignores, ignore);
  return mark_words(self, value, true, ignore.rules);
}

static mlo_status read_file_ignores(reader *self, mlo_value value) {
  return each_member(self, value, "a table of patterns, as in \"tests\" = [\"FIT\"]",
                     read_file_ignore);
}

static mlo_status read_severity(reader *self, mlo_value value) {
  const mlo_value_node *node = node_of(self, value);
  mlo_severity severity = MLO_SEVERITY_INFO;
  mlo_status status = severity_of(self, value, &severity);
  if (status) return status;
  bool *named = MLO_NEW_ARRAY(self->arena, bool, self->catalogue->rules.len);
  if (!mlo_selection_mark(self->catalogue, node->key, true, named) && !may_be_missing(self))
    return unknown_word(self, node->key_span.start, node->key, false);
  for (uint32_t i = 0; i < self->catalogue->rules.len; i++)
    if (named[i]) self->settings->severity[i] = severity;
  return MLO_OK;
}

static mlo_status read_severities(reader *self, mlo_value value) {
  return each_member(self, value, "a table of rules, as in SEC101 = \"warning\"", read_severity);
}

/* --- rule options --- */

typedef MLO_ARRAY(char) json_text;

static void put(json_text *out, mlo_str text, mlo_arena *arena) {
  for (size_t i = 0; i < text.len; i++) MLO_PUSH(arena, out, text.ptr[i]);
}

static void put_string(json_text *out, mlo_str text, mlo_arena *arena) {
  put(out, MLO_STR("\""), arena);
  put(out, mlo_json_escape(text, arena), arena);
  put(out, MLO_STR("\""), arena);
}

typedef void render_fn(const reader *self, mlo_value value, json_text *out);

static void render_string(const reader *self, mlo_value value, json_text *out) {
  put_string(out, node_of(self, value)->text, self->arena);
}

static void render_number(const reader *self, mlo_value value, json_text *out) {
  const mlo_value_node *node = node_of(self, value);
  mlo_str text = node->kind == MLO_VALUE_INTEGER
                     ? mlo_arena_format(self->arena, "%lld", (long long)node->integer)
                     : mlo_arena_format(self->arena, "%.17g", node->number);
  put(out, text, self->arena);
}

static void render_boolean(const reader *self, mlo_value value, json_text *out) {
  put(out, node_of(self, value)->boolean ? MLO_STR("true") : MLO_STR("false"), self->arena);
}

static void render_strings(const reader *self, mlo_value value, json_text *out) {
  mlo_value_cursor cursor = {0};
  mlo_value item;
  put(out, MLO_STR("["), self->arena);
  for (bool first = true; mlo_document_each(self->document, value, &cursor, &item); first = false) {
    if (!first) put(out, MLO_STR(","), self->arena);
    render_string(self, item, out);
  }
  put(out, MLO_STR("]"), self->arena);
}

/* What a rule's option may be, by the word its author wrote. */
typedef struct option_type {
  mlo_str name;
  unsigned kinds; /* bit set 1 << mlo_value_kind */
  render_fn *render;
  const char *wanted;
} option_type;

static const option_type option_types[] = {
    {MLO_STR_INIT("string"), 1U << MLO_VALUE_STRING, render_string, "a string"},
    {MLO_STR_INIT("integer"), 1U << MLO_VALUE_INTEGER, render_number, "a whole number"},
    {MLO_STR_INIT("number"), 1U << MLO_VALUE_INTEGER | 1U << MLO_VALUE_FLOAT, render_number,
     "a number"},
    {MLO_STR_INIT("boolean"), 1U << MLO_VALUE_BOOL, render_boolean, "true or false"},
    {MLO_STR_INIT("string[]"), 1U << MLO_VALUE_LIST, render_strings, "a list of strings"}};

static const option_type *type_named(mlo_str name) {
  for (size_t i = 0; i < sizeof option_types / sizeof *option_types; i++)
    if (mlo_str_eq(option_types[i].name, name)) return &option_types[i];
  return NULL;
}

static mlo_status check_choice(const reader *self, const mlo_option *option, mlo_value value) {
  mlo_str known = {0};
  for (uint32_t i = 0; i < option->choices.len; i++) {
    mlo_str choice = option->choices.items[i];
    if (mlo_str_eq(choice, node_of(self, value)->text)) return MLO_OK;
    known = mlo_arena_format(self->arena, "%.*s%s\"%.*s\"", MLO_FMT(known), known.len ? ", " : "",
                             MLO_FMT(choice));
  }
  return wrong(self, node_of(self, value)->span.start, "`%.*s` must be one of %.*s", option->name,
               known);
}

static mlo_status check_choices(const reader *self, const mlo_option *option, mlo_value value) {
  if (!option->choices.len) return MLO_OK;
  if (node_of(self, value)->kind == MLO_VALUE_STRING) return check_choice(self, option, value);
  mlo_status status = MLO_OK;
  mlo_value_cursor cursor = {0};
  mlo_value item;
  while (status == MLO_OK && mlo_document_each(self->document, value, &cursor, &item))
    status = check_choice(self, option, item);
  return status;
}

static mlo_status check_bounds(const reader *self, const mlo_option *option, mlo_value value) {
  const mlo_value_node *node = node_of(self, value);
  bool integer = node->kind == MLO_VALUE_INTEGER, bounded = option->least < option->most;
  if (!bounded || (!integer && node->kind != MLO_VALUE_FLOAT)) return MLO_OK;
  double number = integer ? (double)node->integer : node->number;
  bool low = number < option->least;
  if (!low && number <= option->most) return MLO_OK;
  mlo_str bound = mlo_arena_format(self->arena, "%s %.15g", low ? "at least" : "at most",
                                   low ? option->least : option->most);
  return wrong(self, node->span.start, "`%.*s` must be %.*s", option->name, bound);
}

static mlo_status render_option(const reader *self, const mlo_option *option, mlo_value value,
                                json_text *out) {
  const mlo_value_node *node = node_of(self, value);
  const option_type *type = type_named(option->type);
  if (!type)
    return wrong(self, node->span.start, "option `%.*s` has a type `%.*s` that no file can hold",
                 option->name, option->type);
  bool finite = node->kind != MLO_VALUE_FLOAT || isfinite(node->number);
  if (!(type->kinds & 1U << node->kind) || !finite) return wrong_value(self, value, type->wanted);
  mlo_status status =
      node->kind == MLO_VALUE_LIST ? check_strings(self, value, type->wanted) : MLO_OK;
  if (status == MLO_OK) status = check_choices(self, option, value);
  if (status == MLO_OK) status = check_bounds(self, option, value);
  if (status == MLO_OK) type->render(self, value, out);
  return status;
}

static const mlo_option *option_named(const mlo_rule *rule, mlo_str name) {
  for (uint32_t i = 0; i < rule->options.len; i++)
    if (mlo_str_eq(rule->options.items[i].name, name)) return &rule->options.items[i];
  return NULL;
}

static mlo_status unknown_option(const reader *self, const mlo_rule *rule, mlo_value value) {
  const mlo_value_node *node = node_of(self, value);
  mlo_nearest nearest = {.word = node->key};
  for (uint32_t i = 0; i < rule->options.len; i++)
    mlo_nearest_offer(&nearest, rule->options.items[i].name);
  if (!nearest.best.ptr)
    return wrong(self, node->key_span.start, "unknown option `%.*s`: `%.*s` has no options",
                 node->key, rule->name);
  return wrong(self, node->key_span.start, "unknown option `%.*s`; the nearest known is `%.*s`",
               node->key, nearest.best);
}

static mlo_status check_option_names(reader *self, const mlo_rule *rule, mlo_value table) {
  mlo_value_cursor cursor = {0};
  mlo_value member;
  while (mlo_document_each(self->document, table, &cursor, &member))
    if (!option_named(rule, node_of(self, member)->key)) return unknown_option(self, rule, member);
  return MLO_OK;
}

/* All options in force, so that the rule layer needs to merge nothing. */
static mlo_status render_options(reader *self, const mlo_rule *rule, mlo_value table,
                                 mlo_options_json *out) {
  json_text json = {0};
  mlo_status status = MLO_OK;
  put(&json, MLO_STR("{"), self->arena);
  for (uint32_t i = 0; status == MLO_OK && i < rule->options.len; i++) {
    const mlo_option *option = &rule->options.items[i];
    mlo_value given = mlo_document_member(self->document, table, option->name);
    if (given == MLO_NO_VALUE && option->fallback.len == 0) continue;
    if (json.len > 1) put(&json, MLO_STR(","), self->arena);
    put_string(&json, option->name, self->arena);
    put(&json, MLO_STR(":"), self->arena);
    if (given == MLO_NO_VALUE)
      put(&json, option->fallback, self->arena);
    else
      status = render_option(self, option, given, &json);
  }
  put(&json, MLO_STR("}"), self->arena);
  *out = mlo_str_of(json.items, json.len);
  return status;
}

static mlo_status read_rule(reader *self, mlo_value value) {
  const mlo_value_node *node = node_of(self, value);
  uint32_t index = mlo_selection_rule(self->catalogue, node->key);
  if (index == UINT32_MAX && may_be_missing(self)) return MLO_OK;
  if (index == UINT32_MAX) return unknown_word(self, node->key_span.start, node->key, true);
  mlo_status status = check_kind(self, value, MLO_VALUE_MAP, "a table of the rule's options");
  if (status) return status;
  const mlo_rule *rule = &self->catalogue->rules.items[index];
  if (self->settings->options[index].len)
    return wrong(self, node->key_span.start,
                 "`%.*s` and `%.*s` are one rule: give its options once", rule->code, rule->name);
  status = check_option_names(self, rule, value);
  return status ? status : render_options(self, rule, value, &self->settings->options[index]);
}

static mlo_status read_rules(reader *self, mlo_value value) {
  return each_member(self, value, "a table of rules, as in [rules.torch-load-unsafe]", read_rule);
}

/* --- a file --- */

/* In the order in which they act. */
static const struct config_key {
  mlo_str name;
  read_fn *read;
} config_keys[] = {{MLO_STR_INIT("select"), read_select},
                   {MLO_STR_INIT("extend-select"), read_extend_select},
                   {MLO_STR_INIT("ignore"), read_ignore},
                   {MLO_STR_INIT("exclude"), read_exclude},
                   {MLO_STR_INIT("rule-packs"), read_rule_packs},
                   {MLO_STR_INIT("respect-gitignore"), read_respect_gitignore},
                   {MLO_STR_INIT("max-file-size"), read_max_file_size},
                   {MLO_STR_INIT("fail-on"), read_fail_on},
                   {MLO_STR_INIT("per-file-ignores"), read_file_ignores},
                   {MLO_STR_INIT("severity"), read_severities},
                   {MLO_STR_INIT("rules"), read_rules}};
enum { KEY_COUNT = sizeof config_keys / sizeof *config_keys };

static mlo_status check_key(reader *self, mlo_value member) {
  const mlo_value_node *node = node_of(self, member);
  mlo_nearest nearest = {.word = node->key};
  for (size_t i = 0; i < KEY_COUNT; i++) {
    if (mlo_str_eq(config_keys[i].name, node->key)) return MLO_OK;
    mlo_nearest_offer(&nearest, config_keys[i].name);
  }
  return wrong(self, node->key_span.start, "unknown key `%.*s`; the nearest known is `%.*s`",
               node->key, nearest.best);
}

static mlo_status read_table(reader *self, mlo_value table) {
  mlo_status status = each_member(self, table, "a table", check_key);
  for (size_t i = 0; status == MLO_OK && i < KEY_COUNT; i++) {
    mlo_value value = mlo_document_member(self->document, table, config_keys[i].name);
    if (value != MLO_NO_VALUE) status = config_keys[i].read(self, value);
  }
  return status;
}

/* --- the command line's say --- */

static mlo_status mark_overrides(const mlo_catalogue *catalogue, const mlo_str *words,
                                 uint32_t count, bool value, bool *set, mlo_error *err) {
  for (uint32_t i = 0; i < count; i++) {
    if (mlo_selection_mark(catalogue, words[i], value, set) || catalogue->problems.len) continue;
    mlo_str nearest = mlo_selection_nearest(catalogue, words[i], false);
    return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0},
                         "unknown rule `%.*s`; the nearest known is `%.*s`", MLO_FMT(words[i]),
                         MLO_FMT(nearest));
  }
  return MLO_OK;
}

static mlo_status apply_overrides(const mlo_catalogue *catalogue, const mlo_overrides *overrides,
                                  mlo_settings *settings, mlo_error *err) {
  if (!overrides) return MLO_OK;
  bool *set = settings->enabled;
  if (overrides->select_count) clear(set, catalogue);
  mlo_status status =
      mark_overrides(catalogue, overrides->select, overrides->select_count, true, set, err);
  if (status == MLO_OK)
    status = mark_overrides(catalogue, overrides->extend_select, overrides->extend_select_count,
                            true, set, err);
  if (status == MLO_OK)
    status = mark_overrides(catalogue, overrides->ignore, overrides->ignore_count, false, set, err);
  return status;
}

/* --- settings --- */

static mlo_settings *defaults(const mlo_catalogue *catalogue, mlo_arena *arena) {
  uint32_t count = catalogue->rules.len;
  mlo_settings *self = MLO_NEW(arena, mlo_settings);
  *self = (mlo_settings){.enabled = MLO_NEW_ARRAY(arena, bool, count),
                         .severity = MLO_NEW_ARRAY(arena, mlo_severity, count),
                         .options = MLO_NEW_ARRAY(arena, mlo_options_json, count),
                         .respect_gitignore = true,
                         .max_file_size = DEFAULT_MAX_FILE_SIZE,
                         .fail_on = MLO_SEVERITY_WARNING};
  for (uint32_t i = 0; i < count; i++) {
    self->enabled[i] = catalogue->rules.items[i].enabled;
    self->severity[i] = catalogue->rules.items[i].severity;
  }
  return self;
}

mlo_status mlo_settings_default(const mlo_catalogue *catalogue, const mlo_overrides *overrides,
                                mlo_arena *arena, mlo_settings **out, mlo_error *err) {
  *out = defaults(catalogue, arena);
  return apply_overrides(catalogue, overrides, *out, err);
}

static bool is_pyproject(mlo_str path) {
  return mlo_str_eq(path, MLO_STR("pyproject.toml")) ||
         mlo_str_ends(path, MLO_STR("/pyproject.toml"));
}

static mlo_status parse(mlo_parser *parser, mlo_str path, mlo_str bytes, mlo_arena *arena,
                        mlo_document *document, mlo_error *err) {
  mlo_encoding encoding;
  mlo_str text;
  mlo_status status = mlo_decode(bytes, false, arena, &text, &encoding, err);
  if (status) return mlo_error_set(err, MLO_ERR_CONFIG, path, "is not UTF-8 text");
  if (encoding.kind != MLO_ENCODING_UTF8 && encoding.kind != MLO_ENCODING_UTF8_BOM)
    return mlo_error_set(err, MLO_ERR_CONFIG, path, "is not UTF-8 text");
  return mlo_document_read(parser, MLO_FORMAT_TOML, path, text, arena, document, err);
}

/* Our table in a document: all of it, or [tool.mlopslint]. */
static mlo_value our_table(const mlo_document *document, bool pyproject) {
  mlo_value table = mlo_document_item(document, 0, 0);
  if (!pyproject || table == MLO_NO_VALUE) return table;
  table = mlo_document_member(document, table, MLO_STR("tool"));
  return table == MLO_NO_VALUE ? table : mlo_document_member(document, table, MLO_STR("mlopslint"));
}

mlo_status mlo_settings_read(mlo_parser *parser, mlo_str path, mlo_str text, mlo_str folder,
                             const mlo_catalogue *catalogue, const mlo_overrides *overrides,
                             mlo_arena *arena, bool *found, mlo_settings **out, mlo_error *err) {
  bool pyproject = is_pyproject(path);
  *found = false;
  if (pyproject && !mlo_str_contains(text, MLO_STR("mlopslint"))) return MLO_OK;
  mlo_document document = {0};
  mlo_status status = parse(parser, path, text, arena, &document, err);
  if (status) return status;
  mlo_value table = our_table(&document, pyproject);
  bool hidden = document.broken && mlo_str_contains(text, MLO_STR("tool.mlopslint"));
  if (pyproject && table == MLO_NO_VALUE && !hidden) return MLO_OK;
  reader self = {&document, catalogue, arena, defaults(catalogue, arena), err};
  self.settings->path = mlo_arena_str(arena, path);
  self.settings->folder = mlo_arena_str(arena, folder);
  if (document.broken)
    return wrong(&self, document.broken_span.start, "%.*s%.*s", mlo_str_c(document.broken_why),
                 (mlo_str){0});
  if (table != MLO_NO_VALUE) status = read_table(&self, table);
  if (status == MLO_OK) status = apply_overrides(catalogue, overrides, self.settings, err);
  if (status) return status;
  *found = true;
  *out = self.settings;
  return MLO_OK;
}

/* --- questions --- */

/* path as seen from the configuration's folder, in room; empty if it can't be. */
static mlo_str seen_from_folder(const mlo_settings *self, mlo_str path, char room[PATH_MAX]) {
  if (self->folder.len) {
    bool inside = mlo_str_starts(path, self->folder) && path.len > self->folder.len &&
                  path.ptr[self->folder.len] == '/';
    if (!inside) return (mlo_str){0};
    path = mlo_str_from(path, self->folder.len + 1);
  }
  if (self->above.len == 0) return path;
  if (self->above.len + path.len + 1 > PATH_MAX) return (mlo_str){0};
  memcpy(room, self->above.ptr, self->above.len);
  room[self->above.len] = '/';
  if (path.len) memcpy(room + self->above.len + 1, path.ptr, path.len);
  return mlo_str_of(room, self->above.len + 1 + path.len);
}

bool mlo_settings_wants(const mlo_settings *self, uint32_t rule, mlo_str path) {
  if (!self->enabled[rule]) return false;
  if (self->file_ignores.len == 0) return true;
  char room[PATH_MAX];
  mlo_str seen = seen_from_folder(self, path, room);
  for (uint32_t i = 0; i < self->file_ignores.len; i++) {
    const mlo_file_ignore *ignore = &self->file_ignores.items[i];
    if (ignore->rules[rule] && mlo_glob_match_file(ignore->glob, seen)) return false;
  }
  return true;
}

/* True for "lint/no-pickle.test/a.py" and "lint/no-pickle.test.py" of the pack "lint": what shows a rule is bad by
 * intention. */
static bool is_example(mlo_str pack, mlo_str path) {
  while (mlo_str_starts(pack, MLO_STR("./"))) pack = mlo_str_from(pack, 2);
  while (mlo_str_ends(pack, MLO_STR("/"))) pack.len--;
  if (!mlo_str_starts(path, pack) || path.len <= pack.len || path.ptr[pack.len] != '/')
    return false;
  mlo_str below = mlo_str_from(path, pack.len), name = below;
  name = mlo_str_from(name, mlo_str_rfind_char(name, '/'));
  return mlo_str_contains(below, MLO_STR(".test/")) || mlo_str_contains(name, MLO_STR(".test."));
}

bool mlo_settings_excludes(const mlo_settings *self, mlo_str path) {
  if (self->exclude.len == 0 && self->packs.len == 0) return false;
  char room[PATH_MAX];
  mlo_str seen = seen_from_folder(self, path, room);
  for (uint32_t i = 0; i < self->exclude.len; i++)
    if (mlo_glob_match_file(self->exclude.items[i], seen)) return true;
  for (uint32_t i = 0; i < self->packs.len; i++)
    if (is_example(self->packs.items[i], seen)) return true;
  return false;
}
