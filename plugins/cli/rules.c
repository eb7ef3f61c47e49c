/* rules: lists them, for people or as JSON. */
#include "plugins/cli/command.h"
#include "plugins/report/json_text.h"
#include "plugins/report/terminal.h"

enum { RULES_FORMAT, RULES_FLAG_COUNT };
static const mlo_flag flags[] = {
    [RULES_FORMAT] = {.name = "format",
                      .value = "FORMAT",
                      .choices = "text|json",
                      .help = "how to list them (default text)"},
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

static void put_options(mlo_json_out *json, const mlo_rule *rule) {
  mlo_json_out_array(json, "options");
  for (uint32_t i = 0; i < rule->options.len; i++) {
    const mlo_option *option = &rule->options.items[i];
    mlo_json_out_object(json, NULL);
    mlo_json_out_string(json, "name", option->name);
    mlo_json_out_string(json, "type", option->type);
    if (option->fallback.len) mlo_json_out_raw(json, "default", option->fallback);
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
  mlo_json_out_array(json, "tags");
  for (uint32_t i = 0; i < rule->tags.len; i++)
    mlo_json_out_string(json, NULL, rule->tags.items[i]);
  mlo_json_out_end(json);
  put_options(json, rule);
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

static int print_rules(const mlo_catalogue *catalogue, bool json) {
  mlo_buf out = {0};
  if (json)
    put_json(catalogue, &out);
  else
    put_text(catalogue, &out);
  bool printed = !out.failed && mlo_output_print(mlo_buf_str(&out));
  mlo_buf_release(&out);
  return printed && !mlo_cli_complain_of_rules(catalogue) ? MLO_EXIT_CLEAN : MLO_EXIT_FAILED;
}

static int run(const mlo_cli *cli, const mlo_arguments *arguments) {
  mlo_error err = {0};
  mlo_engine *engine = NULL;
  mlo_status status = mlo_operands_expect(arguments, 0, 0, "", &err);
  if (status == MLO_OK)
    status = mlo_engine_new(&(mlo_engine_options){.layer = cli->layer, .root = MLO_STR(".")},
                            &engine, &err);
  if (status != MLO_OK) return mlo_output_fail(&err);
  bool json = mlo_str_eq(mlo_arguments_last(arguments, RULES_FORMAT), MLO_STR("json"));
  int code = print_rules(mlo_engine_catalogue(engine), json);
  mlo_engine_free(engine);
  return code;
}

const mlo_cli_command mlo_rules_command = {
    .name = "rules",
    .operands = "",
    .summary = "list the rules",
    .help = "",
    .flags = flags,
    .flag_count = RULES_FLAG_COUNT,
    .run = run,
};
