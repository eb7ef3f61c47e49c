#include "run/config.h"

#include "base/nearest.h"
#include "base/os.h"
#include "run/notebook_options.h"
#include "run/rule_options.h"
#include "run/selection.h"
#include "run/suppression.h"
#include "text/encoding.h"

enum { DEFAULT_MAX_FILE_SIZE = 8 * 1024 * 1024, MAX_CONFIG_SIZE = 1 << 20, MAX_LAYERS = 32 };

/* What has been said of a rule so far. It is on if it is selected, and neither ignored nor switched off. */
typedef struct choice {
  bool selected, ignored, off;
  mlo_source selected_by, ignored_by, off_by;
} choice;

/* What the files of a chain share. */
struct mlo_config_layers {
  mlo_parser *parser;
  mlo_str fence;
  mlo_str shown_folder;      /* of the first file, as messages name it */
  choice *choices;           /* by rule */
  mlo_str stack[MAX_LAYERS]; /* places of the files at work, from the first to the one it led to */
  uint32_t depth;
};

typedef mlo_config_reader reader;
typedef mlo_status read_fn(reader *self, mlo_value value);

static const mlo_value_node *node_of(const reader *self, mlo_value value) {
  return mlo_config_node(self, value);
}

static mlo_status unknown_word(const reader *self, uint32_t offset, mlo_str word, bool only_rules) {
  return mlo_config_wrong(self, offset, "unknown rule `%.*s`; the nearest known is `%.*s`", word,
                          mlo_selection_nearest(self->catalogue, word, only_rules));
}

static mlo_source key_source(const reader *self, mlo_value value) {
  return mlo_config_source(self, node_of(self, value)->key_span.start);
}

/* --- choices --- */

typedef void choose_fn(choice *of, mlo_source source);

static void set_selected(choice *of, mlo_source source) {
  *of = (choice){.selected = true, .selected_by = source};
}
static void set_ignored(choice *of, mlo_source source) {
  of->ignored = true;
  of->ignored_by = source;
}
static void clear_all(choice *of, mlo_source source) {
  of->selected = of->ignored = false;
  of->selected_by = source;
}
static void clear_ignored(choice *of, mlo_source source) {
  (void)source;
  of->ignored = false;
}

static void choose_all(choice *choices, const mlo_catalogue *catalogue, choose_fn *fn,
                       mlo_source source) {
  for (uint32_t i = 0; i < catalogue->rules.len; i++) fn(&choices[i], source);
}

static bool choose_word(choice *choices, const mlo_catalogue *catalogue, mlo_str word,
                        choose_fn *fn, mlo_source source) {
  bool any = mlo_str_eq(word, MLO_STR("ALL")), all = any;
  for (uint32_t i = 0; i < catalogue->rules.len; i++) {
    if (!all && !mlo_rule_is_named(&catalogue->rules.items[i], word)) continue;
    fn(&choices[i], source);
    any = true;
  }
  return any;
}

static void apply_choices(mlo_settings *settings, const choice *choices, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    const choice *one = &choices[i];
    settings->enabled[i] = one->selected && !one->ignored && !one->off;
    settings->enabled_by[i] = one->ignored ? one->ignored_by
                              : one->off   ? one->off_by
                                           : one->selected_by;
  }
}

/* --- keys --- */

/* A rule that could not be loaded is a problem already; a word that meant it is not another one. */
static bool may_be_missing(const reader *self) { return self->catalogue->problems.len > 0; }

static const char words_wanted[] =
    "a list of rules' codes, names or areas, as in [\"SEC101\", \"fit\"]";

/* Remembers a word that a rule had before: it counts, and somebody should write the new one. */
static void note_former(reader *self, mlo_str word, mlo_source source) {
  for (uint32_t i = 0; i < self->catalogue->rules.len; i++) {
    const mlo_rule *rule = &self->catalogue->rules.items[i];
    if (!mlo_rule_was_named(rule, word)) continue;
    mlo_former_word former = {mlo_arena_str(self->arena, word), rule->code, source};
    MLO_PUSH(self->arena, &self->settings->former, former);
  }
}

static mlo_status choose_words(reader *self, mlo_value list, choose_fn *fn) {
  mlo_status status = mlo_config_check_strings(self, list, words_wanted);
  mlo_value_cursor cursor = {0};
  mlo_value item;
  while (status == MLO_OK && mlo_document_each(self->document, list, &cursor, &item)) {
    const mlo_value_node *word = node_of(self, item);
    mlo_source source = mlo_config_source(self, word->span.start);
    note_former(self, word->text, source);
    if (!choose_word(self->layers->choices, self->catalogue, word->text, fn, source) &&
        !may_be_missing(self))
      status = unknown_word(self, word->span.start, word->text, false);
  }
  return status;
}

static mlo_status read_select(reader *self, mlo_value value) {
  choose_all(self->layers->choices, self->catalogue, clear_all, key_source(self, value));
  return choose_words(self, value, set_selected);
}

static mlo_status read_extend_select(reader *self, mlo_value value) {
  return choose_words(self, value, set_selected);
}

static mlo_status read_ignore(reader *self, mlo_value value) {
  choose_all(self->layers->choices, self->catalogue, clear_ignored, key_source(self, value));
  return choose_words(self, value, set_ignored);
}

static mlo_status read_extend_ignore(reader *self, mlo_value value) {
  return choose_words(self, value, set_ignored);
}

static mlo_status read_exclude(reader *self, mlo_value value) {
  mlo_config_words read = {0};
  mlo_settings *settings = self->settings;
  mlo_status status = mlo_config_read_strings(
      self, value, "a list of paths or patterns, as in [\"vendor\"]", &read);
  settings->exclude.items = read.words.items;
  settings->exclude.len = read.words.len;
  settings->exclude.cap = read.words.cap;
  settings->exclude_by = key_source(self, value);
  return status;
}

/* folder and name, or name alone if it is absolute. */
static mlo_str join(mlo_str folder, mlo_str name, mlo_arena *arena) {
  bool alone = folder.len == 0 || mlo_str_starts(name, MLO_STR("/"));
  return alone ? mlo_arena_str(arena, name) : mlo_arena_join(arena, folder, "/", name);
}

static mlo_str folder_of(mlo_str path) {
  size_t slash = mlo_str_rfind_char(path, '/');
  return mlo_str_slice(path, 0, slash == SIZE_MAX ? 0 : slash);
}

static mlo_status read_rule_packs(reader *self, mlo_value value) {
  mlo_config_words read = {0};
  mlo_settings *settings = self->settings;
  mlo_status status =
      mlo_config_read_strings(self, value, "a list of folders, as in [\"lint\"]", &read);
  settings->packs.len = 0;
  for (uint32_t i = 0; i < read.words.len; i++)
    MLO_PUSH(self->arena, &settings->packs, join(self->prefix, read.words.items[i], self->arena));
  settings->packs_by = key_source(self, value);
  return status;
}

static mlo_status read_respect_gitignore(reader *self, mlo_value value) {
  self->settings->respect_gitignore = node_of(self, value)->boolean;
  self->settings->gitignore_by = key_source(self, value);
  return mlo_config_check_kind(self, value, MLO_VALUE_BOOL, "true or false");
}

static mlo_status read_max_file_size(reader *self, mlo_value value) {
  const mlo_value_node *node = node_of(self, value);
  if (node->kind != MLO_VALUE_INTEGER || node->integer <= 0)
    return mlo_config_wrong_value(self, value, "a number of bytes above 0, as in 8388608");
  self->settings->max_file_size = (uint64_t)node->integer;
  self->settings->size_by = key_source(self, value);
  return MLO_OK;
}

static mlo_status severity_of(const reader *self, mlo_value value, const char *wanted,
                              mlo_severity *out) {
  const mlo_value_node *node = node_of(self, value);
  bool known = node->kind == MLO_VALUE_STRING && mlo_severity_named(node->text, out);
  return known ? MLO_OK : mlo_config_wrong_value(self, value, wanted);
}

static mlo_status read_fail_on(reader *self, mlo_value value) {
  self->settings->fail_on_by = key_source(self, value);
  return severity_of(self, value, "\"info\", \"warning\" or \"error\"", &self->settings->fail_on);
}

/* Calls fn for each member of a table. */
static mlo_status each_member(reader *self, mlo_value table, const char *wanted, read_fn *fn) {
  mlo_status status = mlo_config_check_kind(self, table, MLO_VALUE_MAP, wanted);
  mlo_value_cursor cursor = {0};
  mlo_value member;
  while (status == MLO_OK && mlo_document_each(self->document, table, &cursor, &member))
    status = fn(self, member);
  return status;
}

static mlo_file_ignore *file_ignore_of(reader *self, mlo_str glob) {
  mlo_settings *settings = self->settings;
  for (uint32_t i = 0; i < settings->file_ignores.len; i++)
    if (mlo_str_eq(settings->file_ignores.items[i].glob, glob))
      return &settings->file_ignores.items[i];
  mlo_file_ignore new = {.glob = mlo_arena_str(self->arena, glob)};
  MLO_PUSH(self->arena, &settings->file_ignores, new);
  return &settings->file_ignores.items[settings->file_ignores.len - 1];
}

static mlo_status read_file_ignore(reader *self, mlo_value value) {
  mlo_status status = mlo_config_check_strings(self, value, words_wanted);
  if (status) return status;
  mlo_file_ignore *ignore = file_ignore_of(self, node_of(self, value)->key);
  ignore->rules = MLO_NEW_ARRAY(self->arena, bool, self->catalogue->rules.len);
  ignore->source = key_source(self, value);
  mlo_value_cursor cursor = {0};
  mlo_value item;
  while (mlo_document_each(self->document, value, &cursor, &item)) {
    const mlo_value_node *word = node_of(self, item);
    note_former(self, word->text, mlo_config_source(self, word->span.start));
    if (!mlo_selection_mark(self->catalogue, word->text, true, ignore->rules) &&
        !may_be_missing(self))
      return unknown_word(self, word->span.start, word->text, false);
  }
  return MLO_OK;
}

static mlo_status read_file_ignores(reader *self, mlo_value value) {
  return each_member(self, value, "a table of patterns, as in \"tests\" = [\"FIT\"]",
                     read_file_ignore);
}

static void set_severity(reader *self, uint32_t rule, mlo_severity severity, bool off,
                         mlo_source source) {
  choice *of = &self->layers->choices[rule];
  of->off = off;
  of->off_by = source;
  if (off) return;
  self->settings->severity[rule] = severity;
  self->settings->severity_by[rule] = source;
}

static mlo_status read_severity(reader *self, mlo_value value) {
  const mlo_value_node *node = node_of(self, value);
  mlo_severity severity = MLO_SEVERITY_INFO;
  bool off = node->kind == MLO_VALUE_STRING && mlo_str_eq(node->text, MLO_STR("off"));
  mlo_status status =
      off ? MLO_OK
          : severity_of(self, value, "\"info\", \"warning\", \"error\" or \"off\"", &severity);
  if (status) return status;
  bool *named = MLO_NEW_ARRAY(self->arena, bool, self->catalogue->rules.len);
  note_former(self, node->key, key_source(self, value));
  if (!mlo_selection_mark(self->catalogue, node->key, true, named) && !may_be_missing(self))
    return unknown_word(self, node->key_span.start, node->key, false);
  for (uint32_t i = 0; i < self->catalogue->rules.len; i++)
    if (named[i]) set_severity(self, i, severity, off, key_source(self, value));
  return MLO_OK;
}

static mlo_status read_severities(reader *self, mlo_value value) {
  return each_member(self, value, "a table of rules, as in SEC101 = \"warning\"", read_severity);
}

static mlo_status read_rule(reader *self, mlo_value value) {
  const mlo_value_node *node = node_of(self, value);
  uint32_t index = mlo_selection_rule(self->catalogue, node->key);
  note_former(self, node->key, key_source(self, value));
  if (index == UINT32_MAX && may_be_missing(self)) return MLO_OK;
  if (index == UINT32_MAX) return unknown_word(self, node->key_span.start, node->key, true);
  mlo_status status =
      mlo_config_check_kind(self, value, MLO_VALUE_MAP, "a table of the rule's options");
  if (status) return status;
  const mlo_rule *rule = &self->catalogue->rules.items[index];
  if (self->ruled[index])
    return mlo_config_wrong(self, node->key_span.start,
                            "`%.*s` and `%.*s` are one rule: give its options once", rule->code,
                            rule->name);
  self->ruled[index] = true;
  status = mlo_rule_options_read(self, index, value);
  self->settings->options[index] =
      mlo_rule_options_render(self->settings, rule, index, self->arena);
  return status;
}

static mlo_status read_rules(reader *self, mlo_value value) {
  return each_member(self, value, "a table of rules, as in [rules.torch-load-unsafe]", read_rule);
}

static mlo_status read_notebook(reader *self, mlo_value value) {
  return each_member(self, value, "a table, as in keep-counts = true", mlo_notebook_options_read);
}

static bool leaves(mlo_str path) {
  if (mlo_str_starts(path, MLO_STR("/"))) return true;
  while (path.ptr)
    if (mlo_str_eq(mlo_str_cut(&path, '/'), MLO_STR(".."))) return true;
  return false;
}

static mlo_status read_baseline_key(reader *self, mlo_value value) {
  const mlo_value_node *node = node_of(self, value);
  if (!mlo_str_eq(node->key, MLO_STR("file")))
    return mlo_config_wrong(self, node->key_span.start,
                            "unknown key `%.*s`; the nearest known is `%.*s`", node->key,
                            MLO_STR("file"));
  if (node->kind != MLO_VALUE_STRING || node->text.len == 0)
    return mlo_config_wrong_value(self, value, "a file, as in \"mlopslint.baseline.json\"");
  if (self->layers->fence.len && leaves(node->text))
    return mlo_config_wrong(self, node->span.start,
                            "the baseline `%.*s` must stay below this folder: name another with "
                            "--baseline%.*s",
                            node->text, (mlo_str){0});
  self->settings->baseline = join(self->prefix, node->text, self->arena);
  self->settings->baseline_by = key_source(self, value);
  return MLO_OK;
}

static mlo_status read_baseline(reader *self, mlo_value value) {
  return each_member(self, value, "a table, as in file = \"mlopslint.baseline.json\"",
                     read_baseline_key);
}

/* --- files that are extended --- */

static mlo_status read_layer(const reader *above, mlo_str shown, mlo_str place, mlo_str prefix,
                             mlo_str text, mlo_settings *settings, bool *found);

static mlo_status refuse_circle(reader *self, uint32_t offset, mlo_str place) {
  for (uint32_t i = 0; i < self->layers->depth; i++) {
    if (!mlo_str_eq(self->layers->stack[i], place)) continue;
    mlo_str circle = {0};
    for (uint32_t k = i; k < self->layers->depth; k++)
      circle = mlo_arena_format(self->arena, "%.*s%.*s, ", MLO_FMT(circle),
                                MLO_FMT(self->layers->stack[k]));
    return mlo_config_wrong(self, offset, "`extends` goes in a circle: %.*s%.*s", circle, place);
  }
  if (self->layers->depth < MAX_LAYERS) return MLO_OK;
  return mlo_config_wrong(self, offset, "`%.*s` is extended over too many steps%.*s", place,
                          (mlo_str){0});
}

static bool lies_in(mlo_str place, mlo_str folder) {
  if (!mlo_str_starts(place, folder)) return false;
  return mlo_str_ends(folder, MLO_STR("/")) ||
         (place.len > folder.len && place.ptr[folder.len] == '/');
}

static mlo_status find_extended(reader *self, uint32_t offset, mlo_str name, mlo_str *place,
                                mlo_str *text) {
  mlo_error err = {0};
  mlo_str fence = self->layers->fence;
  if (mlo_str_contains(name, MLO_STR("://")))
    return mlo_config_wrong(self, offset, "`%.*s` is an address: only files are extended%.*s", name,
                            (mlo_str){0});
  mlo_str path = join(folder_of(self->place), name, self->arena);
  if (!self->place.len || mlo_os_real(path, self->arena, place, &err))
    return mlo_config_wrong(self, offset, "can't extend `%.*s`: %.*s", name,
                            mlo_str_c(self->place.len ? err.message : "it stands nowhere"));
  if (fence.len && !lies_in(*place, fence))
    return mlo_config_wrong(self, offset,
                            "`%.*s` lies outside of the repository: only a file that is named with "
                            "--config may extend it%.*s",
                            name, (mlo_str){0});
  mlo_status status = refuse_circle(self, offset, *place);
  if (status) return status;
  if (mlo_os_read(*place, MAX_CONFIG_SIZE, self->arena, text, &err) == MLO_OK) return MLO_OK;
  return mlo_config_wrong(self, offset, "can't extend `%.*s`: %.*s", name, mlo_str_c(err.message));
}

static mlo_status extend(reader *self, mlo_value value) {
  const mlo_value_node *node = node_of(self, value);
  mlo_str place, text;
  bool found = false;
  mlo_status status = find_extended(self, node->span.start, node->text, &place, &text);
  if (status) return status;
  mlo_str relative = join(self->prefix, node->text, self->arena);
  mlo_str shown = join(self->layers->shown_folder, relative, self->arena);
  status = read_layer(self, shown, place, folder_of(relative), text, self->settings, &found);
  if (status || found) return status;
  return mlo_config_wrong(self, node->span.start, "`%.*s` has no [tool.mlopslint] table%.*s",
                          node->text, (mlo_str){0});
}

static mlo_status read_extends(reader *self, mlo_value value) {
  static const char wanted[] = "a file or a list of files, as in \"../mlopslint.toml\"";
  if (node_of(self, value)->kind == MLO_VALUE_STRING) return extend(self, value);
  mlo_status status = mlo_config_check_strings(self, value, wanted);
  mlo_value_cursor cursor = {0};
  mlo_value item;
  while (status == MLO_OK && mlo_document_each(self->document, value, &cursor, &item))
    status = extend(self, item);
  return status;
}

/* --- a file --- */

/* In the order in which they act. */
static const struct config_key {
  mlo_str name;
  read_fn *read;
} config_keys[] = {{MLO_STR_INIT("extends"), read_extends},
                   {MLO_STR_INIT("select"), read_select},
                   {MLO_STR_INIT("extend-select"), read_extend_select},
                   {MLO_STR_INIT("ignore"), read_ignore},
                   {MLO_STR_INIT("extend-ignore"), read_extend_ignore},
                   {MLO_STR_INIT("exclude"), read_exclude},
                   {MLO_STR_INIT("rule-packs"), read_rule_packs},
                   {MLO_STR_INIT("respect-gitignore"), read_respect_gitignore},
                   {MLO_STR_INIT("max-file-size"), read_max_file_size},
                   {MLO_STR_INIT("fail-on"), read_fail_on},
                   {MLO_STR_INIT("per-file-ignores"), read_file_ignores},
                   {MLO_STR_INIT("severity"), read_severities},
                   {MLO_STR_INIT("rules"), read_rules},
                   {MLO_STR_INIT("notebook"), read_notebook},
                   {MLO_STR_INIT("baseline"), read_baseline}};
enum { KEY_COUNT = sizeof config_keys / sizeof *config_keys };

static mlo_status check_key(reader *self, mlo_value member) {
  const mlo_value_node *node = node_of(self, member);
  mlo_nearest nearest = {.word = node->key};
  for (size_t i = 0; i < KEY_COUNT; i++) {
    if (mlo_str_eq(config_keys[i].name, node->key)) return MLO_OK;
    mlo_nearest_offer(&nearest, config_keys[i].name);
  }
  return mlo_config_wrong(self, node->key_span.start,
                          "unknown key `%.*s`; the nearest known is `%.*s`", node->key,
                          nearest.best);
}

static mlo_status read_table(reader *self, mlo_value table) {
  mlo_status status = each_member(self, table, "a table", check_key);
  for (size_t i = 0; status == MLO_OK && i < KEY_COUNT; i++) {
    mlo_value value = mlo_document_member(self->document, table, config_keys[i].name);
    if (value != MLO_NO_VALUE) status = config_keys[i].read(self, value);
  }
  return status;
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

/* One file of a chain, after those that it extends. above: the reader of the file that leads here. */
static mlo_status read_layer(const reader *above, mlo_str shown, mlo_str place, mlo_str prefix,
                             mlo_str text, mlo_settings *settings, bool *found) {
  bool pyproject = is_pyproject(shown);
  mlo_arena *arena = above->arena;
  mlo_config_layers *layers = above->layers;
  *found = false;
  if (pyproject && !mlo_str_contains(text, MLO_STR("mlopslint"))) return MLO_OK;
  mlo_document document = {0};
  shown = mlo_arena_str(arena, shown);
  mlo_status status = parse(layers->parser, shown, text, arena, &document, above->err);
  if (status) return status;
  mlo_value table = our_table(&document, pyproject);
  bool hidden = document.broken && mlo_str_contains(text, MLO_STR("tool.mlopslint"));
  if (pyproject && table == MLO_NO_VALUE && !hidden) return MLO_OK;
  reader self = {.document = &document,
                 .catalogue = above->catalogue,
                 .arena = arena,
                 .settings = settings,
                 .layers = layers,
                 .place = place,
                 .prefix = prefix,
                 .ruled = MLO_NEW_ARRAY(arena, bool, above->catalogue->rules.len),
                 .err = above->err};
  if (document.broken)
    return mlo_config_wrong(&self, document.broken_span.start, "%.*s%.*s",
                            mlo_str_c(document.broken_why), (mlo_str){0});
  layers->stack[layers->depth++] = place;
  if (table != MLO_NO_VALUE) status = read_table(&self, table);
  layers->depth--;
  if (status) return status;
  if (layers->depth) MLO_PUSH(arena, &settings->extended, shown);
  *found = true;
  return MLO_OK;
}

/* --- the command line's say --- */

static mlo_status choose_overrides(const mlo_catalogue *catalogue, const mlo_str *words,
                                   uint32_t count, const char *option, choose_fn *fn,
                                   choice *choices, mlo_error *err) {
  mlo_source source = {.path = mlo_str_c(option)};
  for (uint32_t i = 0; i < count; i++) {
    if (choose_word(choices, catalogue, words[i], fn, source) || catalogue->problems.len) continue;
    mlo_str nearest = mlo_selection_nearest(catalogue, words[i], false);
    return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0},
                         "unknown rule `%.*s`; the nearest known is `%.*s`", MLO_FMT(words[i]),
                         MLO_FMT(nearest));
  }
  return MLO_OK;
}

static mlo_status apply_overrides(const mlo_catalogue *catalogue, const mlo_overrides *overrides,
                                  choice *choices, mlo_settings *settings, mlo_error *err) {
  mlo_status status = MLO_OK;
  if (overrides) {
    if (overrides->select_count)
      choose_all(choices, catalogue, clear_all, (mlo_source){.path = MLO_STR("--select")});
    status = choose_overrides(catalogue, overrides->select, overrides->select_count, "--select",
                              set_selected, choices, err);
    if (status == MLO_OK)
      status = choose_overrides(catalogue, overrides->extend_select, overrides->extend_select_count,
                                "--extend-select", set_selected, choices, err);
    if (status == MLO_OK)
      status = choose_overrides(catalogue, overrides->ignore, overrides->ignore_count, "--ignore",
                                set_ignored, choices, err);
  }
  apply_choices(settings, choices, catalogue->rules.len);
  return status;
}

/* --- settings --- */

static mlo_settings *defaults(const mlo_catalogue *catalogue, mlo_arena *arena, choice **choices) {
  uint32_t count = catalogue->rules.len;
  mlo_settings *self = MLO_NEW(arena, mlo_settings);
  *choices = MLO_NEW_ARRAY(arena, choice, count);
  *self = (mlo_settings){.enabled = MLO_NEW_ARRAY(arena, bool, count),
                         .enabled_by = MLO_NEW_ARRAY(arena, mlo_source, count),
                         .severity = MLO_NEW_ARRAY(arena, mlo_severity, count),
                         .severity_by = MLO_NEW_ARRAY(arena, mlo_source, count),
                         .options = MLO_NEW_ARRAY(arena, mlo_options_json, count),
                         .respect_gitignore = true,
                         .max_file_size = DEFAULT_MAX_FILE_SIZE,
                         .fail_on = MLO_SEVERITY_WARNING,
                         .notebook = mlo_policy_default};
  for (uint32_t i = 0; i < count; i++) {
    (*choices)[i].selected = catalogue->rules.items[i].enabled;
    self->severity[i] = catalogue->rules.items[i].severity;
  }
  return self;
}

mlo_status mlo_settings_default(const mlo_catalogue *catalogue, const mlo_overrides *overrides,
                                mlo_arena *arena, mlo_settings **out, mlo_error *err) {
  choice *choices;
  *out = defaults(catalogue, arena, &choices);
  return apply_overrides(catalogue, overrides, choices, *out, err);
}

static mlo_status place_of(const mlo_config_file *file, mlo_arena *arena, mlo_str *out,
                           mlo_error *err) {
  *out = (mlo_str){0};
  return file->place.len ? mlo_os_real(file->place, arena, out, err) : MLO_OK;
}

mlo_status mlo_settings_read(mlo_parser *parser, const mlo_config_file *file,
                             const mlo_catalogue *catalogue, const mlo_overrides *overrides,
                             mlo_arena *arena, bool *found, mlo_settings **out, mlo_error *err) {
  mlo_config_layers layers = {
      .parser = parser, .fence = file->fence, .shown_folder = folder_of(file->path)};
  mlo_settings *settings = defaults(catalogue, arena, &layers.choices);
  reader first = {.catalogue = catalogue, .arena = arena, .layers = &layers, .err = err};
  mlo_str place;
  *found = false;
  settings->path = mlo_arena_str(arena, file->path);
  settings->folder = mlo_arena_str(arena, file->folder);
  settings->above = mlo_arena_str(arena, file->above);
  mlo_status status = place_of(file, arena, &place, err);
  if (status == MLO_OK)
    status = read_layer(&first, file->path, place, (mlo_str){0}, file->text, settings, found);
  if (status || !*found) return status;
  *found = false;
  status = apply_overrides(catalogue, overrides, layers.choices, settings, err);
  if (status) return status;
  *found = true;
  *out = settings;
  return MLO_OK;
}
