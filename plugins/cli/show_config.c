#include "plugins/cli/show_config.h"

#include "plugins/report/json_text.h"
#include "plugins/report/terminal.h"

/* One setting: its value is TOML and JSON at once. */
typedef struct setting {
  const char *name;
  mlo_str value;
  mlo_source source;
} setting;
typedef MLO_ARRAY(setting) setting_list;

/* --- values ---------------------------------------------------------------------------------- */

static mlo_str quoted(mlo_str text, mlo_arena *arena) {
  mlo_buf out = {0};
  mlo_json_quote_into(&out, text);
  mlo_str quote = mlo_arena_format(arena, "\"%.*s\"", MLO_FMT(mlo_buf_str(&out)));
  mlo_buf_release(&out);
  return quote;
}

static mlo_str list_of(const mlo_str *items, uint32_t count, mlo_arena *arena) {
  mlo_buf out = {0};
  for (uint32_t i = 0; i < count; i++) {
    if (i) mlo_buf_lit(&out, ", ");
    mlo_buf_add(&out, quoted(items[i], arena));
  }
  mlo_str list = mlo_arena_format(arena, "[%.*s]", MLO_FMT(mlo_buf_str(&out)));
  mlo_buf_release(&out);
  return list;
}

static mlo_str rules_of(const mlo_shown_config *self, const bool *rules, mlo_arena *arena) {
  mlo_str *codes = MLO_NEW_ARRAY(arena, mlo_str, self->catalogue->rules.len);
  uint32_t count = 0;
  for (uint32_t i = 0; i < self->catalogue->rules.len; i++)
    if (rules[i]) codes[count++] = self->catalogue->rules.items[i].code;
  bool all = count == self->catalogue->rules.len;
  return all ? MLO_STR("[\"ALL\"]") : list_of(codes, count, arena);
}

static mlo_str globs_of(const mlo_rule_scope *scope, mlo_arena *arena) {
  return list_of(scope->globs.items, scope->globs.len, arena);
}

static void add(setting_list *list, const char *name, mlo_str value, mlo_source source,
                mlo_arena *arena) {
  setting one = {name, value, source};
  MLO_PUSH(arena, list, one);
}

static mlo_str notebook_value(const mlo_policy *policy, mlo_policy_key key, mlo_arena *arena) {
  if (key == MLO_POLICY_KEEP_COUNTS)
    return policy->keep_counts ? MLO_STR("true") : MLO_STR("false");
  if (key == MLO_POLICY_KEEP_OUTPUT_KILOBYTES)
    return mlo_arena_format(arena, "%llu", (unsigned long long)policy->keep_output_kilobytes);
  return list_of(policy->words[key].items, policy->words[key].len, arena);
}

static void add_notebook(setting_list *list, const mlo_settings *from, mlo_arena *arena) {
  for (int key = 0; key < MLO_POLICY_KEY_COUNT; key++) {
    mlo_str name = mlo_arena_format(arena, "notebook.%.*s", MLO_FMT(mlo_policy_names[key]));
    mlo_str value = notebook_value(&from->notebook, (mlo_policy_key)key, arena);
    add(list, mlo_arena_cstr(arena, name), value, from->notebook_by[key], arena);
  }
}

/* Those that rules don't have: in the order of their names. */
static setting_list settings_of(const mlo_shown_config *self, mlo_arena *arena) {
  const mlo_settings *from = self->settings;
  mlo_source command_line = {.path = MLO_STR("--fail-on")};
  setting_list out = {0};
  if (from->baseline.len)
    add(&out, "baseline.file", quoted(from->baseline, arena), from->baseline_by, arena);
  add(&out, "exclude", list_of(from->exclude.items, from->exclude.len, arena), from->exclude_by,
      arena);
  if (self->fail_on.len)
    add(&out, "fail-on", quoted(self->fail_on, arena), command_line, arena);
  else
    add(&out, "fail-on", quoted(mlo_severity_name(from->fail_on), arena), from->fail_on_by, arena);
  add(&out, "max-file-size",
      mlo_arena_format(arena, "%llu", (unsigned long long)from->max_file_size), from->size_by,
      arena);
  add_notebook(&out, from, arena);
  add(&out, "respect-gitignore", from->respect_gitignore ? MLO_STR("true") : MLO_STR("false"),
      from->gitignore_by, arena);
  add(&out, "rule-packs", list_of(from->packs.items, from->packs.len, arena), from->packs_by,
      arena);
  if (self->severity.len)
    add(&out, "severity", quoted(self->severity, arena),
        (mlo_source){.path = MLO_STR("--severity")}, arena);
  return out;
}

/* --- text ------------------------------------------------------------------------------------ */

static void put_source(mlo_buf *out, mlo_source source) {
  if (!source.path.len) {
    mlo_buf_lit(out, "default");
    return;
  }
  mlo_terminal_add(out, source.path);
  if (source.line) mlo_buf_format(out, ":%u", source.line);
}

enum { VALUE_COLUMN = 48 };

/* `text`, filled up to the column where sources stand. */
static void put_line(mlo_buf *out, mlo_str text, mlo_source source) {
  size_t before = out->len;
  mlo_terminal_add(out, text);
  size_t width = out->len - before;
  mlo_buf_format(out, "%*s  # ", width < VALUE_COLUMN ? (int)(VALUE_COLUMN - width) : 0, "");
  put_source(out, source);
  mlo_buf_char(out, '\n');
}

static void put_files(const mlo_shown_config *self, mlo_buf *out) {
  const mlo_settings *settings = self->settings;
  mlo_buf_lit(out, "# ");
  mlo_terminal_add(out, self->path);
  mlo_buf_add(out, settings->path.len ? MLO_STR(": ") : MLO_STR(": no configuration file"));
  mlo_terminal_add(out, settings->path);
  for (uint32_t i = 0; i < settings->extended.len; i++) {
    mlo_buf_add(out, i ? MLO_STR(", ") : MLO_STR(", which extends "));
    mlo_terminal_add(out, settings->extended.items[i]);
  }
  mlo_buf_char(out, '\n');
  if (mlo_settings_excludes(settings, self->path)) mlo_buf_lit(out, "# is excluded: not checked\n");
}

static void put_file_ignores(const mlo_shown_config *self, mlo_buf *out, mlo_arena *arena) {
  const mlo_settings *settings = self->settings;
  if (settings->file_ignores.len) mlo_buf_lit(out, "\n[per-file-ignores]\n");
  for (uint32_t i = 0; i < settings->file_ignores.len; i++) {
    const mlo_file_ignore *one = &settings->file_ignores.items[i];
    put_line(out,
             mlo_arena_format(arena, "%.*s = %.*s", MLO_FMT(quoted(one->glob, arena)),
                              MLO_FMT(rules_of(self, one->rules, arena))),
             one->source);
  }
}

static void put_rule_details(const mlo_shown_config *self, uint32_t rule, mlo_buf *out,
                             mlo_arena *arena) {
  const mlo_settings *settings = self->settings;
  const mlo_rule *record = &self->catalogue->rules.items[rule];
  for (uint32_t i = 0; i < settings->scopes.len; i++) {
    const mlo_rule_scope *scope = &settings->scopes.items[i];
    if (scope->rule == rule)
      put_line(out,
               mlo_arena_format(arena, "  %s = %.*s", scope->only ? "files" : "ignores",
                                MLO_FMT(globs_of(scope, arena))),
               scope->source);
  }
  for (uint32_t i = 0; i < record->options.len; i++) {
    const mlo_option *option = &record->options.items[i];
    mlo_str value = option->fallback;
    mlo_source source = {0};
    for (uint32_t k = 0; k < settings->given.len; k++)
      if (settings->given.items[k].rule == rule && settings->given.items[k].option == i)
        value = settings->given.items[k].json, source = settings->given.items[k].source;
    if (value.len)
      put_line(out, mlo_arena_format(arena, "  %.*s = %.*s", MLO_FMT(option->name), MLO_FMT(value)),
               source);
  }
}

/* "SEC101 torch-load-unsafe  error": two lines where its severity has another source than that it is on. */
static void put_rule(const mlo_shown_config *self, uint32_t rule, mlo_buf *out, mlo_arena *arena) {
  const mlo_rule *record = &self->catalogue->rules.items[rule];
  mlo_source why;
  bool on = mlo_settings_judge(self->settings, rule, self->path, &why);
  mlo_str state = on ? MLO_STR("on") : MLO_STR("off");
  put_line(out,
           mlo_arena_format(arena, "%.*s %.*s: %.*s", MLO_FMT(record->code), MLO_FMT(record->name),
                            MLO_FMT(state)),
           why);
  if (!on) return;
  put_line(
      out,
      mlo_arena_format(arena, "  severity = %.*s",
                       MLO_FMT(quoted(mlo_severity_name(self->settings->severity[rule]), arena))),
      self->settings->severity_by[rule]);
  put_rule_details(self, rule, out, arena);
}

void mlo_show_config_text(const mlo_shown_config *self, mlo_buf *out) {
  mlo_arena arena;
  mlo_arena_init(&arena, 0, NULL, NULL);
  put_files(self, out);
  setting_list settings = settings_of(self, &arena);
  for (uint32_t i = 0; i < settings.len; i++) {
    const setting *one = &settings.items[i];
    put_line(out, mlo_arena_format(&arena, "%s = %.*s", one->name, MLO_FMT(one->value)),
             one->source);
  }
  put_file_ignores(self, out, &arena);
  mlo_buf_char(out, '\n');
  for (uint32_t i = 0; i < self->catalogue->rules.len; i++) put_rule(self, i, out, &arena);
  mlo_arena_release(&arena);
}

/* --- json ------------------------------------------------------------------------------------ */

/* {"default": true} | {"option": "--select"} | {"path": ..., "line": 3} */
static void json_source(mlo_json_out *json, mlo_source source) {
  mlo_json_out_object(json, "source");
  if (!source.path.len)
    mlo_json_out_boolean(json, "default", true);
  else if (!source.line)
    mlo_json_out_string(json, "option", source.path);
  else {
    mlo_json_out_string(json, "path", source.path);
    mlo_json_out_integer(json, "line", source.line);
  }
  mlo_json_out_end(json);
}

static void json_value(mlo_json_out *json, mlo_str name, mlo_str value, mlo_source source) {
  mlo_json_out_key(json, name);
  mlo_json_out_object(json, NULL);
  mlo_json_out_raw(json, "value", value);
  json_source(json, source);
  mlo_json_out_end(json);
}

static void json_strings(mlo_json_out *json, const char *key, const mlo_str *items,
                         uint32_t count) {
  mlo_json_out_array(json, key);
  for (uint32_t i = 0; i < count; i++) mlo_json_out_string(json, NULL, items[i]);
  mlo_json_out_end(json);
}

static void json_rule(const mlo_shown_config *self, uint32_t rule, mlo_json_out *json,
                      mlo_arena *arena) {
  const mlo_settings *settings = self->settings;
  const mlo_rule *record = &self->catalogue->rules.items[rule];
  mlo_source why;
  bool on = mlo_settings_judge(settings, rule, self->path, &why);
  mlo_json_out_object(json, NULL);
  mlo_json_out_string(json, "code", record->code);
  mlo_json_out_string(json, "name", record->name);
  json_value(json, MLO_STR("enabled"), on ? MLO_STR("true") : MLO_STR("false"), why);
  json_value(json, MLO_STR("severity"), quoted(mlo_severity_name(settings->severity[rule]), arena),
             settings->severity_by[rule]);
  for (uint32_t i = 0; i < settings->scopes.len; i++)
    if (settings->scopes.items[i].rule == rule)
      json_value(json, settings->scopes.items[i].only ? MLO_STR("files") : MLO_STR("ignores"),
                 globs_of(&settings->scopes.items[i], arena), settings->scopes.items[i].source);
  mlo_json_out_object(json, "options");
  for (uint32_t i = 0; i < record->options.len; i++) {
    mlo_str value = record->options.items[i].fallback;
    mlo_source source = {0};
    for (uint32_t k = 0; k < settings->given.len; k++)
      if (settings->given.items[k].rule == rule && settings->given.items[k].option == i)
        value = settings->given.items[k].json, source = settings->given.items[k].source;
    if (value.len) json_value(json, record->options.items[i].name, value, source);
  }
  mlo_json_out_end(json);
  mlo_json_out_end(json);
}

void mlo_show_config_json(const mlo_shown_config *self, mlo_buf *out) {
  mlo_arena arena;
  mlo_arena_init(&arena, 0, NULL, NULL);
  const mlo_settings *settings = self->settings;
  mlo_json_out json = {.out = out, .lines = 3};
  mlo_json_out_object(&json, NULL);
  mlo_json_out_string(&json, "version", MLO_STR(MLO_VERSION));
  mlo_json_out_string(&json, "path", self->path);
  mlo_json_out_boolean(&json, "excluded", mlo_settings_excludes(settings, self->path));
  if (settings->path.len)
    mlo_json_out_string(&json, "configuration", settings->path);
  else
    mlo_json_out_null(&json, "configuration");
  json_strings(&json, "extends", settings->extended.items, settings->extended.len);
  mlo_json_out_object(&json, "settings");
  setting_list list = settings_of(self, &arena);
  for (uint32_t i = 0; i < list.len; i++)
    json_value(&json, mlo_str_c(list.items[i].name), list.items[i].value, list.items[i].source);
  mlo_json_out_end(&json);
  mlo_json_out_object(&json, "per-file-ignores");
  for (uint32_t i = 0; i < settings->file_ignores.len; i++) {
    const mlo_file_ignore *one = &settings->file_ignores.items[i];
    json_value(&json, one->glob, rules_of(self, one->rules, &arena), one->source);
  }
  mlo_json_out_end(&json);
  mlo_json_out_array(&json, "rules");
  for (uint32_t i = 0; i < self->catalogue->rules.len; i++) json_rule(self, i, &json, &arena);
  mlo_json_out_end(&json);
  mlo_json_out_end(&json);
  mlo_buf_char(out, '\n');
  mlo_arena_release(&arena);
}
