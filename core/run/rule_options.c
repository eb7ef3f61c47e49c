#include "run/rule_options.h"

#include "base/nearest.h"
#include "notebook/notebook.h"

#include <math.h>

typedef MLO_ARRAY(char) json_text;

static void put(json_text *out, mlo_str text, mlo_arena *arena) {
  for (size_t i = 0; i < text.len; i++) MLO_PUSH(arena, out, text.ptr[i]);
}

static void put_string(json_text *out, mlo_str text, mlo_arena *arena) {
  put(out, MLO_STR("\""), arena);
  put(out, mlo_json_escape(text, arena), arena);
  put(out, MLO_STR("\""), arena);
}

typedef void render_fn(const mlo_config_reader *self, mlo_value value, json_text *out);

static void render_string(const mlo_config_reader *self, mlo_value value, json_text *out) {
  put_string(out, mlo_config_node(self, value)->text, self->arena);
}

static void render_number(const mlo_config_reader *self, mlo_value value, json_text *out) {
  const mlo_value_node *node = mlo_config_node(self, value);
  mlo_str text = node->kind == MLO_VALUE_INTEGER
                     ? mlo_arena_format(self->arena, "%lld", (long long)node->integer)
                     : mlo_arena_format(self->arena, "%.17g", node->number);
  put(out, text, self->arena);
}

static void render_boolean(const mlo_config_reader *self, mlo_value value, json_text *out) {
  put(out, mlo_config_node(self, value)->boolean ? MLO_STR("true") : MLO_STR("false"), self->arena);
}

static void render_strings(const mlo_config_reader *self, mlo_value value, json_text *out) {
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

static mlo_status check_choice(const mlo_config_reader *self, const mlo_option *option,
                               mlo_value value) {
  mlo_str known = {0};
  for (uint32_t i = 0; i < option->choices.len; i++) {
    mlo_str choice = option->choices.items[i];
    if (mlo_str_eq(choice, mlo_config_node(self, value)->text)) return MLO_OK;
    known = mlo_arena_format(self->arena, "%.*s%s\"%.*s\"", MLO_FMT(known), known.len ? ", " : "",
                             MLO_FMT(choice));
  }
  return mlo_config_wrong(self, mlo_config_node(self, value)->span.start,
                          "`%.*s` must be one of %.*s", option->name, known);
}

static mlo_status check_choices(const mlo_config_reader *self, const mlo_option *option,
                                mlo_value value) {
  if (!option->choices.len) return MLO_OK;
  if (mlo_config_node(self, value)->kind == MLO_VALUE_STRING)
    return check_choice(self, option, value);
  mlo_status status = MLO_OK;
  mlo_value_cursor cursor = {0};
  mlo_value item;
  while (status == MLO_OK && mlo_document_each(self->document, value, &cursor, &item))
    status = check_choice(self, option, item);
  return status;
}

static mlo_status check_bounds(const mlo_config_reader *self, const mlo_option *option,
                               mlo_value value) {
  const mlo_value_node *node = mlo_config_node(self, value);
  bool integer = node->kind == MLO_VALUE_INTEGER, bounded = option->least < option->most;
  if (!bounded || (!integer && node->kind != MLO_VALUE_FLOAT)) return MLO_OK;
  double number = integer ? (double)node->integer : node->number;
  bool low = number < option->least;
  if (!low && number <= option->most) return MLO_OK;
  mlo_str bound = mlo_arena_format(self->arena, "%s %.15g", low ? "at least" : "at most",
                                   low ? option->least : option->most);
  return mlo_config_wrong(self, node->span.start, "`%.*s` must be %.*s", option->name, bound);
}

static mlo_status render_option(const mlo_config_reader *self, const mlo_option *option,
                                mlo_value value, json_text *out) {
  const mlo_value_node *node = mlo_config_node(self, value);
  const option_type *type = type_named(option->type);
  if (!type)
    return mlo_config_wrong(self, node->span.start,
                            "option `%.*s` has a type `%.*s` that no file can hold", option->name,
                            option->type);
  bool finite = node->kind != MLO_VALUE_FLOAT || isfinite(node->number);
  if (!(type->kinds & 1U << node->kind) || !finite)
    return mlo_config_wrong_value(self, value, type->wanted);
  mlo_status status =
      node->kind == MLO_VALUE_LIST ? mlo_config_check_strings(self, value, type->wanted) : MLO_OK;
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

/* --- the files a rule keeps to --- */

static const struct scope_key {
  mlo_str name;
  bool only;
} scope_keys[] = {{MLO_STR_INIT("files"), true}, {MLO_STR_INIT("ignores"), false}};

static const struct scope_key *scope_named(mlo_str name) {
  for (size_t i = 0; i < sizeof scope_keys / sizeof *scope_keys; i++)
    if (mlo_str_eq(scope_keys[i].name, name)) return &scope_keys[i];
  return NULL;
}

/* These two only if one of them is what was meant, for sure. */
static void offer_scopes(mlo_nearest *nearest) {
  mlo_nearest own = {.word = nearest->word};
  for (size_t i = 0; i < sizeof scope_keys / sizeof *scope_keys; i++)
    mlo_nearest_offer(&own, scope_keys[i].name);
  if (own.distance <= 2) mlo_nearest_offer(nearest, own.best);
}

static mlo_status unknown_option(const mlo_config_reader *self, const mlo_rule *rule,
                                 mlo_value value) {
  const mlo_value_node *node = mlo_config_node(self, value);
  mlo_nearest nearest = {.word = node->key};
  for (uint32_t i = 0; i < rule->options.len; i++)
    mlo_nearest_offer(&nearest, rule->options.items[i].name);
  offer_scopes(&nearest);
  if (!nearest.best.ptr)
    return mlo_config_wrong(self, node->key_span.start,
                            "unknown option `%.*s`: `%.*s` has no options", node->key, rule->name);
  return mlo_config_wrong(self, node->key_span.start,
                          "unknown option `%.*s`; the nearest known is `%.*s`", node->key,
                          nearest.best);
}

static mlo_status read_scope(mlo_config_reader *self, uint32_t rule, const struct scope_key *key,
                             mlo_value value) {
  mlo_config_words globs = {0};
  mlo_status status = mlo_config_read_strings(
      self, value, "a list of paths or patterns, as in [\"src\", \"*.ipynb\"]", &globs);
  mlo_rule_scope scope = {
      .rule = rule,
      .only = key->only,
      .globs = {globs.words.items, globs.words.len, globs.words.cap},
      .source = mlo_config_source(self, mlo_config_node(self, value)->key_span.start)};
  for (uint32_t i = 0; status == MLO_OK && i < self->settings->scopes.len; i++) {
    mlo_rule_scope *before = &self->settings->scopes.items[i];
    if (before->rule != rule || before->only != key->only) continue;
    *before = scope;
    return MLO_OK;
  }
  if (status == MLO_OK) MLO_PUSH(self->arena, &self->settings->scopes, scope);
  return status;
}

/* --- a table --- */

static mlo_status give(mlo_config_reader *self, uint32_t rule, const mlo_option *option,
                       mlo_value value) {
  const mlo_rule *record = &self->catalogue->rules.items[rule];
  json_text json = {0};
  mlo_status status = render_option(self, option, value, &json);
  mlo_given_option given = {
      .rule = rule,
      .option = (uint32_t)(option - record->options.items),
      .json = mlo_str_of(json.items, json.len),
      .source = mlo_config_source(self, mlo_config_node(self, value)->key_span.start)};
  for (uint32_t i = 0; status == MLO_OK && i < self->settings->given.len; i++) {
    mlo_given_option *before = &self->settings->given.items[i];
    if (before->rule != rule || before->option != given.option) continue;
    *before = given;
    return MLO_OK;
  }
  if (status == MLO_OK) MLO_PUSH(self->arena, &self->settings->given, given);
  return status;
}

mlo_status mlo_rule_options_read(mlo_config_reader *self, uint32_t rule, mlo_value table) {
  const mlo_rule *record = &self->catalogue->rules.items[rule];
  mlo_status status = MLO_OK;
  mlo_value_cursor cursor = {0};
  mlo_value member;
  while (status == MLO_OK && mlo_document_each(self->document, table, &cursor, &member)) {
    mlo_str key = mlo_config_node(self, member)->key;
    const mlo_option *option = option_named(record, key);
    const struct scope_key *scope = scope_named(key);
    status = option  ? give(self, rule, option, member)
             : scope ? read_scope(self, rule, scope, member)
                     : unknown_option(self, record, member);
  }
  return status;
}

static const mlo_given_option *given_of(const mlo_settings *settings, uint32_t rule,
                                        uint32_t option) {
  for (uint32_t i = 0; i < settings->given.len; i++)
    if (settings->given.items[i].rule == rule && settings->given.items[i].option == option)
      return &settings->given.items[i];
  return NULL;
}

mlo_str mlo_rule_options_render(const mlo_settings *settings, const mlo_rule *rule, uint32_t index,
                                mlo_arena *arena) {
  json_text json = {0};
  put(&json, MLO_STR("{"), arena);
  for (uint32_t i = 0; i < rule->options.len; i++) {
    const mlo_option *option = &rule->options.items[i];
    const mlo_given_option *given = given_of(settings, index, i);
    if (!given && option->fallback.len == 0) continue;
    if (json.len > 1) put(&json, MLO_STR(","), arena);
    put_string(&json, option->name, arena);
    put(&json, MLO_STR(":"), arena);
    put(&json, given ? given->json : option->fallback, arena);
  }
  put(&json, MLO_STR("}"), arena);
  return mlo_str_of(json.items, json.len);
}
