#include "plugins/cli/rule_page.h"

#include "plugins/cli/expectation.h"
#include "plugins/report/terminal.h"

/* Text of one line for a table's cell or a paragraph: nothing of it is markup. */
static void put_plain(mlo_buf *out, mlo_str text) {
  size_t start = 0;
  for (size_t i = 0; i < text.len; i++) {
    bool line_end = text.ptr[i] == '\n' || text.ptr[i] == '\r';
    if (!line_end && !(text.ptr[i] && strchr("|<>*_[]\\", text.ptr[i]))) continue;
    mlo_terminal_add(out, mlo_str_slice(text, start, i));
    mlo_buf_char(out, line_end ? ' ' : '\\');
    start = line_end ? i + 1 : i;
  }
  mlo_terminal_add(out, mlo_str_from(text, start));
}

/* Text of several lines that is Markdown or code already. */
static void put_lines(mlo_buf *out, mlo_str text) {
  while (text.ptr) {
    mlo_str line = mlo_str_cut(&text, '\n');
    if (mlo_str_ends(line, MLO_STR("\r"))) line.len--;
    mlo_terminal_add_code(out, line);
    mlo_buf_char(out, '\n');
  }
}

static void put_table(const mlo_catalogue *catalogue, mlo_buf *out) {
  mlo_buf_lit(out, "| code | name | severity | area | what goes wrong |\n|---|---|---|---|---|\n");
  for (uint32_t i = 0; i < catalogue->rules.len; i++) {
    const mlo_rule *rule = &catalogue->rules.items[i];
    mlo_buf_format(out, "| [%.*s](#%.*s) | %.*s | %.*s%s | ", MLO_FMT(rule->code),
                   MLO_FMT(rule->name), MLO_FMT(rule->name),
                   MLO_FMT(mlo_severity_name(rule->severity)),
                   rule->enabled ? "" : ", off by default");
    put_plain(out, rule->area);
    mlo_buf_lit(out, " | ");
    put_plain(out, rule->summary);
    mlo_buf_lit(out, " |\n");
  }
}

/* Longer than any fence that the text may hold. */
#define FENCE "`````"

static void put_code(mlo_buf *out, mlo_str path, mlo_str text) {
  static const struct {
    mlo_format format;
    const char *name;
  } languages[] = {{MLO_FORMAT_PYTHON, "python"}, {MLO_FORMAT_NOTEBOOK, "json"},
                   {MLO_FORMAT_JSON, "json"},     {MLO_FORMAT_YAML, "yaml"},
                   {MLO_FORMAT_TOML, "toml"},     {MLO_FORMAT_HCL, "hcl"},
                   {MLO_FORMAT_BASH, "bash"},     {MLO_FORMAT_DOCKERFILE, "dockerfile"},
                   {MLO_FORMAT_INI, "ini"},       {MLO_FORMAT_MARKDOWN, "markdown"}};
  mlo_arena arena;
  mlo_arena_init(&arena, 0, NULL, NULL);
  mlo_str plain = mlo_str_trim(mlo_expectations_strip(path, text, &arena));
  mlo_buf_lit(out, FENCE);
  for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
    if (languages[i].format == mlo_format_of_path(path))
      mlo_buf_add(out, mlo_str_c(languages[i].name));
  mlo_buf_char(out, '\n');
  put_lines(out, plain);
  mlo_buf_lit(out, FENCE "\n");
  mlo_arena_release(&arena);
}

static void put_example(const mlo_rule *rule, mlo_example_kind kind, const char *heading,
                        mlo_buf *out) {
  for (uint32_t i = 0; i < rule->examples.len; i++) {
    const mlo_example *example = &rule->examples.items[i];
    if (example->kind != kind || !example->files.len) continue;
    mlo_buf_format(out, "\n%s\n\n", heading);
    for (uint32_t f = 0; f < example->files.len; f++)
      put_code(out, example->files.items[f].path, example->files.items[f].text);
    return;
  }
}

static void put_options(const mlo_rule *rule, mlo_buf *out) {
  if (!rule->options.len) return;
  mlo_buf_format(
      out, "\nOptions, under `[rules.%.*s]`:\n\n| option | type | default | |\n|---|---|---|---|\n",
      MLO_FMT(rule->name));
  for (uint32_t i = 0; i < rule->options.len; i++) {
    const mlo_option *option = &rule->options.items[i];
    mlo_buf_format(out, "| `%.*s` | ", MLO_FMT(option->name));
    put_plain(out, option->type);
    mlo_buf_lit(out, " | ");
    put_plain(out, option->fallback);
    mlo_buf_lit(out, " | ");
    put_plain(out, option->help);
    mlo_buf_lit(out, " |\n");
  }
}

static void put_section(const mlo_rule *rule, mlo_buf *out) {
  mlo_buf_format(out, "\n<a id=\"%.*s\"></a>\n\n## %.*s %.*s\n\n**", MLO_FMT(rule->name),
                 MLO_FMT(rule->code), MLO_FMT(rule->name));
  put_plain(out, rule->summary);
  mlo_buf_lit(out, "**\n\n");
  put_lines(out, mlo_str_trim(rule->docs));
  put_example(rule, MLO_EXAMPLE_BAD, "Reported:", out);
  put_example(rule, MLO_EXAMPLE_GOOD, "Not reported:", out);
  put_options(rule, out);
  if (!rule->url.len) return;
  mlo_buf_lit(out, "\nMore: <");
  mlo_terminal_add(out, rule->url);
  mlo_buf_lit(out, ">\n");
}

void mlo_rule_pages_put(const mlo_catalogue *catalogue, mlo_buf *out) {
  mlo_buf_lit(out, "# Rules\n\n");
  put_table(catalogue, out);
  for (uint32_t i = 0; i < catalogue->rules.len; i++) put_section(&catalogue->rules.items[i], out);
}
