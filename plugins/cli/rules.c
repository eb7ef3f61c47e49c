/* rules: lists them: a line each, as JSON, or as pages in Markdown. */
#include "plugins/cli/command.h"
#include "plugins/cli/rule_page.h"
#include "plugins/report/json_text.h"
#include "plugins/report/terminal.h"

enum { RULES_FORMAT, RULES_PACKS, RULES_CONFIG, RULES_ISOLATED, RULES_FLAG_COUNT };
static const mlo_flag flags[] = {
    [RULES_FORMAT] = {.name = "format",
                      .value = "FORMAT",
                      .choices = "text|json|markdown",
                      .help = "how to list them (default text)"},
    [RULES_PACKS] = {.name = "packs", .help = "only rules of the configuration's packs"},
    [RULES_CONFIG] = {.name = "config",
                      .value = "FILE",
                      .help = "use this configuration instead of the one here"},
    [RULES_ISOLATED] = {.name = "isolated", .help = "read no configuration file"},
};

static size_t longest_name(const mlo_catalogue *catalogue) {
  size_t longest = 0;
  for (uint32_t i = 0; i < catalogue->rules.len; i++) {
    size_t len = catalogue->rules.items[i].name.len;
    if (len > longest) longest = len;
  }
  return longest;
}

static void put_text(const mlo_catalogue *catalogue, mlo_buf *out) {
  int width = (int)longest_name(catalogue);
  for (uint32_t i = 0; i < catalogue->rules.len; i++) {
    const mlo_rule *rule = &catalogue->rules.items[i];
    mlo_buf_format(out, "%-7.*s %-8.*s %-10.*s %-*.*s  ", MLO_FMT(rule->code),
                   MLO_FMT(mlo_severity_name(rule->severity)), MLO_FMT(rule->area), width,
                   MLO_FMT(rule->name));
    mlo_terminal_add(out, rule->summary);
    mlo_buf_add(out, rule->enabled ? MLO_STR("\n") : MLO_STR(" (off by default)\n"));
  }
}

static void put_words(mlo_json_out *json, const char *key, const mlo_str *words, uint32_t count) {
  mlo_json_out_array(json, key);
  for (uint32_t i = 0; i < count; i++) mlo_json_out_string(json, NULL, words[i]);
  mlo_json_out_end(json);
}

static void put_options(mlo_json_out *json, const mlo_rule *rule) {
  mlo_json_out_array(json, "options");
  for (uint32_t i = 0; i < rule->options.len; i++) {
    const mlo_option *option = &rule->options.items[i];
    mlo_json_out_object(json, NULL);
    mlo_json_out_string(json, "name", option->name);
    mlo_json_out_string(json, "type", option->type);
    if (option->fallback.len) mlo_json_out_raw(json, "default", option->fallback);
    put_words(json, "choices", option->choices.items, option->choices.len);
    mlo_json_out_string(json, "help", option->help);
    mlo_json_out_end(json);
  }
  mlo_json_out_end(json);
}

static void put_rule(mlo_json_out *json, const mlo_rule *rule) {
  mlo_json_out_object(json, NULL);
  mlo_json_out_string(json, "code", rule->code);
  mlo_json_out_string(json, "name", rule->name);
  mlo_json_out_string(json, "area", rule->area);
  mlo_json_out_string(json, "severity", mlo_severity_name(rule->severity));
  mlo_json_out_boolean(json, "enabled", rule->enabled);
  mlo_json_out_string(json, "summary", rule->summary);
  mlo_json_out_string(json, "docs", mlo_str_trim(rule->docs));
  mlo_json_out_string(json, "url", rule->url);
  mlo_json_out_string(json, "since", rule->since);
  put_words(json, "tags", rule->tags.items, rule->tags.len);
  put_words(json, "deprecated", rule->deprecated.items, rule->deprecated.len);
  put_options(json, rule);
  mlo_json_out_boolean(json, "built_in", !rule->pack);
  mlo_json_out_string(json, "file", rule->file);
  mlo_json_out_end(json);
}

static void put_json(const mlo_catalogue *catalogue, mlo_buf *out) {
  mlo_json_out json = {.out = out, .lines = 2};
  mlo_json_out_object(&json, NULL);
  mlo_json_out_string(&json, "version", MLO_STR(MLO_VERSION));
  mlo_json_out_array(&json, "rules");
  for (uint32_t i = 0; i < catalogue->rules.len; i++) put_rule(&json, &catalogue->rules.items[i]);
  mlo_json_out_end(&json);
  mlo_json_out_end(&json);
  mlo_buf_char(out, '\n');
}

/* --- which of them --------------------------------------------------------------------------- */

static bool has_tag(const mlo_rule *rule, mlo_str word) {
  for (uint32_t i = 0; i < rule->tags.len; i++)
    if (mlo_str_eq(rule->tags.items[i], word)) return true;
  return false;
}

/* The rules that the arguments leave, as a catalogue of their own that borrows from the whole one. */
static mlo_status choose(const mlo_cli *cli, const mlo_catalogue *all,
                         const mlo_arguments *arguments, mlo_catalogue *out, mlo_error *err) {
  const mlo_words *words = &arguments->operands;
  bool *found = MLO_NEW_ARRAY(cli->arena, bool, words->len);
  for (uint32_t i = 0; i < all->rules.len; i++) {
    const mlo_rule *rule = &all->rules.items[i];
    bool wanted = words->len == 0;
    for (uint32_t w = 0; w < words->len; w++) {
      if (!mlo_rule_is_named(rule, words->items[w]) && !has_tag(rule, words->items[w])) continue;
      found[w] = wanted = true;
    }
    if (!rule->pack && mlo_arguments_has(arguments, RULES_PACKS)) wanted = false;
    if (wanted) MLO_PUSH(cli->arena, &out->rules, *rule);
  }
  for (uint32_t w = 0; w < words->len; w++)
    if (!found[w])
      return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0},
                           "no rule has the code, name, area or tag '%.*s'",
                           MLO_FMT(words->items[w]));
  return MLO_OK;
}

static int print_rules(const mlo_catalogue *catalogue, mlo_str format) {
  mlo_buf out = {0};
  if (mlo_str_eq(format, MLO_STR("json")))
    put_json(catalogue, &out);
  else if (mlo_str_eq(format, MLO_STR("markdown")))
    mlo_rule_pages_put(catalogue, &out);
  else
    put_text(catalogue, &out);
  bool printed = !out.failed && mlo_output_print(mlo_buf_str(&out));
  mlo_buf_release(&out);
  return printed ? MLO_EXIT_CLEAN : MLO_EXIT_FAILED;
}

static int run(const mlo_cli *cli, const mlo_arguments *arguments) {
  mlo_error err = {0};
  mlo_engine *engine = NULL;
  mlo_catalogue chosen = {0};
  mlo_overrides given = {0};
  mlo_status status = mlo_cli_read_config(arguments, RULES_CONFIG, RULES_ISOLATED, &given, &err);
  if (status == MLO_OK)
    status = mlo_engine_new(&(mlo_engine_options){.layer = cli->layer,
                                                  .root = MLO_STR("."),
                                                  .isolated = given.isolated,
                                                  .config = given.config},
                            &engine, &err);
  bool broken = status == MLO_OK && mlo_cli_complain_of_rules(mlo_engine_catalogue(engine));
  if (status == MLO_OK)
    status = choose(cli, mlo_engine_catalogue(engine), arguments, &chosen, &err);
  int code = status == MLO_OK ? print_rules(&chosen, mlo_arguments_last(arguments, RULES_FORMAT))
                              : mlo_output_fail(&err);
  mlo_engine_free(engine);
  return broken ? MLO_EXIT_FAILED : code;
}

const mlo_cli_command mlo_rules_command = {
    .name = "rules",
    .operands = "[CODE|NAME|AREA|TAG...]",
    .summary = "list the rules",
    .help = "",
    .flags = flags,
    .flag_count = RULES_FLAG_COUNT,
    .run = run,
};
