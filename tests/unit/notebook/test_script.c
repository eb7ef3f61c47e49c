#include "notebook/script.h"

#include "notebook/module.h"
#include "unit.h"

typedef struct parsers {
  mlo_grammars *grammars;
  mlo_parser *parser;
} parsers;

static int open_parsers(void **state) {
  static parsers all;
  mlo_error err = {0};
  *state = &all;
  if (mlo_grammars_new(&all.grammars, &err) != MLO_OK) return -1;
  return mlo_parser_new(all.grammars, &all.parser, &err) == MLO_OK ? 0 : -1;
}

static int close_parsers(void **state) {
  parsers *all = *state;
  mlo_parser_free(all->parser);
  mlo_grammars_free(all->grammars);
  return 0;
}

/* A script read as a notebook, with its module. */
typedef struct script {
  mlo_arena arena;
  mlo_notebook notebook;
  mlo_module module;
  mlo_tree tree;
} script;

static script read_script(void **state, const char *text) {
  script s = {.arena = unit_arena()};
  mlo_parser *parser = ((parsers *)*state)->parser;
  mlo_notebook_form form;
  mlo_error err = {0};
  assert_true(mlo_script_is_notebook(mlo_str_c(text), &form));
  assert_int_equal(mlo_script_read(mlo_str_c(text), form, parser, &s.arena, &s.notebook, &err),
                   MLO_OK);
  assert_int_equal(mlo_module_of_notebook(&s.notebook, parser, &s.arena, &s.module, &s.tree, &err),
                   MLO_OK);
  return s;
}

static const mlo_cell *cell_of(const script *s, uint32_t number) {
  assert_true(number <= s->notebook.cells.len);
  return &s->notebook.cells.items[number - 1];
}

static mlo_notebook_form form_of(const char *text) {
  mlo_notebook_form form;
  mlo_script_is_notebook(mlo_str_c(text), &form);
  return form;
}

/* What a word of a cell's source stands for in the file. */
static mlo_str raw_word(const script *s, const mlo_cell *cell, const char *word) {
  uint32_t at = (uint32_t)mlo_str_find(cell->source, mlo_str_c(word));
  mlo_span span = {at, at + (uint32_t)strlen(word)};
  return mlo_span_of(s->notebook.raw, mlo_origin_span(&cell->source_origin, span));
}

static void test_script__reads_databricks_cells(void **state) {
  script s = read_script(state, "# Databricks notebook source\n"
                                "# MAGIC %md\n"
                                "# MAGIC # Title\n"
                                "# MAGIC\n"
                                "# MAGIC text\n"
                                "\n"
                                "# COMMAND ----------\n"
                                "# DBTITLE 1,Install\n"
                                "# MAGIC %pip install mlflow\n"
                                "# MAGIC dbutils.restart()\n"
                                "# COMMAND ----------\n"
                                "\n"
                                "x = 1\n"
                                "%cd $path\n"
                                "\n"
                                "# COMMAND ----------\n"
                                "# MAGIC %sql\n"
                                "# MAGIC SELECT 1\n");
  assert_int_equal(s.notebook.form, MLO_FORM_DATABRICKS);
  assert_int_equal(s.notebook.platform, MLO_PLATFORM_DATABRICKS);
  assert_int_equal(s.notebook.cells.len, 4);
  assert_int_equal(cell_of(&s, 1)->kind, MLO_CELL_MARKDOWN);
  assert_str(cell_of(&s, 1)->source, "# Title\n\ntext");
  assert_str(cell_of(&s, 2)->source, "%pip install mlflow\ndbutils.restart()");
  assert_str(raw_word(&s, cell_of(&s, 2), "dbutils"), "dbutils");
  assert_str(cell_of(&s, 3)->source, "x = 1\n%cd $path");
  assert_int_equal(cell_of(&s, 3)->execution_count, -1);
  assert_str(cell_of(&s, 4)->language, "sql");
  assert_str(s.module.text,
             "                   \ndbutils.restart()\nx = 1\n         \n    \n        \n");
  assert_int_equal(s.module.magics.len, 3);
  assert_str(s.module.magics.items[0].name, "pip");
  assert_str(s.module.magics.items[0].line, "install mlflow");
  mlo_arena_release(&s.arena);
}

static void test_script__reads_percent_cells(void **state) {
  script s = read_script(state, "import os\n"
                                "# %% [markdown]\n"
                                "# # Title\n"
                                "#\n"
                                "# text\n"
                                "\n"
                                "# %% Load tags=[\"parameters\", \"x\"] id=\"ab\"\n"
                                "%matplotlib inline\n"
                                "text = \"\"\"\n"
                                "# %%\n"
                                "\"\"\"\n"
                                "\n"
                                "#%%\n"
                                "!pip install x\n"
                                "# %% [raw]\n"
                                "# raw\n"
                                "# %% [markdown]\n"
                                "\"\"\"\n"
                                "long\n"
                                "\"\"\"\n"
                                "# %% [markdown]\n"
                                "hidden = eval(input())\n"
                                "# %%time\n");
  assert_int_equal(s.notebook.form, MLO_FORM_PERCENT);
  assert_int_equal(s.notebook.cells.len, 7);
  assert_str(cell_of(&s, 1)->source, "import os");
  assert_int_equal(cell_of(&s, 2)->kind, MLO_CELL_MARKDOWN);
  assert_str(cell_of(&s, 2)->source, "# Title\n\ntext");
  assert_str(cell_of(&s, 3)->source, "%matplotlib inline\ntext = \"\"\"\n# %%\n\"\"\"");
  assert_int_equal(cell_of(&s, 3)->tags.len, 2);
  assert_str(cell_of(&s, 3)->tags.items[0], "parameters");
  assert_str(cell_of(&s, 3)->id, "ab");
  assert_str(cell_of(&s, 4)->source, "!pip install x");
  assert_int_equal(cell_of(&s, 5)->kind, MLO_CELL_RAW);
  assert_str(cell_of(&s, 5)->source, "raw");
  assert_int_equal(cell_of(&s, 6)->kind, MLO_CELL_MARKDOWN);
  assert_str(cell_of(&s, 6)->source, "\nlong\n");
  assert_int_equal(cell_of(&s, 7)->kind, MLO_CELL_CODE); /* what runs is code, whatever it says */
  assert_str(cell_of(&s, 7)->source, "hidden = eval(input())\n# %%time");
  assert_int_equal(s.tree.first_error, MLO_NO_NODE);
  mlo_arena_release(&s.arena);
}

static void test_script__jupytext_comments_magics_out(void **state) {
  static const char cells[] = "# %%\n"
                              "# !ls\n"
                              "# %matplotlib inline\n"
                              "x = 1\n"
                              "# 100 % sure\n"
                              "if x:\n"
                              "    # %pip install a \\\n"
                              "#     b\n"
                              "# # !pwd\n"
                              "# %% magic_args=\"-e\" language=\"bash\"\n"
                              "# ls\n"
                              "# %%\n"
                              "# %%bash\n"
                              "# ls -l\n"
                              "# %%\n";
  char text[512];
  snprintf(
      text, sizeof text,
      "# ---\n# jupyter:\n#   kernelspec:\n#     display_name: Mine\n#     name: env\n# ---\n%s",
      cells);
  script s = read_script(state, text);
  assert_str(s.notebook.kernel, "env");
  assert_int_equal(s.notebook.cells.len, 4);
  assert_str(cell_of(&s, 1)->source,
             "!ls\n%matplotlib inline\nx = 1\n# 100 % sure\nif x:\n    %pip install a \\\n    b\n"
             "# !pwd");
  assert_str(raw_word(&s, cell_of(&s, 1), "install a"), "install a");
  assert_str(cell_of(&s, 2)->source, "ls");
  assert_str(cell_of(&s, 2)->language, "bash");
  assert_str(cell_of(&s, 3)->source, "%%bash\nls -l");
  assert_str(cell_of(&s, 3)->language, "bash");
  assert_str(cell_of(&s, 4)->source, "");
  mlo_arena_release(&s.arena);
  script plain =
      read_script(state, "# %%\n# !ls\nx = 1\n# %%\n"); /* without the header a comment */
  assert_str(cell_of(&plain, 1)->source, "# !ls\nx = 1");
  mlo_arena_release(&plain.arena);
}

static void test_script__reads_marimo_cells(void **state) {
  script s = read_script(state, "import marimo\n"
                                "app = marimo.App(width=\"medium\")\n"
                                "\n"
                                "with app.setup:\n"
                                "    import os\n"
                                "\n"
                                "@app.cell(hide_code=True)\n"
                                "def _(mo):\n"
                                "    # note\n"
                                "    mo.md(r\"\"\"\n"
                                "    # T\n"
                                "left\n"
                                "    \"\"\")\n"
                                "    return\n"
                                "\n"
                                "@app.cell\n"
                                "async def load(\n"
                                "    os,\n"
                                "):\n"
                                "    def f():\n"
                                "        return 1\n"
                                "    return f,\n"
                                "\n"
                                "@app.function\n"
                                "def double(x):\n"
                                "    return x * 2\n"
                                "\n"
                                "app._unparsable_cell(\n"
                                "    r\"\"\"\n"
                                "    x = = 1\n"
                                "    \"\"\",\n"
                                "    name=\"_\"\n"
                                ")\n"
                                "\n"
                                "if __name__ == \"__main__\":\n"
                                "    app.run()\n");
  assert_int_equal(s.notebook.form, MLO_FORM_MARIMO);
  assert_int_equal(s.notebook.cells.len, 5);
  assert_str(cell_of(&s, 1)->source, "import os");
  assert_str(cell_of(&s, 2)->source, "# note\nmo.md(r\"\"\"\n# T\nleft\n\"\"\")");
  assert_true(cell_of(&s, 2)->collapsed_source);
  assert_str(cell_of(&s, 3)->source, "def f():\n    return 1");
  assert_str(raw_word(&s, cell_of(&s, 3), "return 1"), "return 1");
  assert_str(cell_of(&s, 4)->source, "def double(x):\n    return x * 2");
  assert_str(cell_of(&s, 5)->source, "x = = 1");
  assert_int_equal(s.notebook.outside.len, 2);
  assert_str(mlo_span_of(s.notebook.raw, s.notebook.outside.items[1]),
             "if __name__ == \"__main__\":\n    app.run()\n");
  assert_int_equal(s.module.cells.len, 7);
  assert_int_equal(s.module.cells.items[0].cell, MLO_NO_CELL);
  assert_int_equal(s.module.cells.items[1].cell, 0);
  assert_true(s.module.cells.items[5].broken);
  assert_int_equal(s.tree.first_error, MLO_NO_NODE);
  mlo_arena_release(&s.arena);
}

static void test_script__whole_lines_end_where_the_next_begins(void **state) {
  script s = read_script(state, "import marimo\napp = marimo.App()\n@app.cell\ndef _():\n"
                                "    import a\n    import b\n    return\n");
  const mlo_cell *cell = cell_of(&s, 1);
  assert_str(cell->source, "import a\nimport b");
  assert_str(raw_word(&s, cell, "import a\n"),
             "import a\n    "); /* what deletes it leaves no indentation */
  mlo_arena_release(&s.arena);
}

static void test_script__a_plain_file_is_none(void **state) {
  (void)state;
  static const struct {
    const char *text;
    mlo_notebook_form form; /* MLO_FORM_IPYNB: none */
  } cases[] = {
      {"", MLO_FORM_IPYNB},
      {"x = 1\n# %%\ny = 2\n", MLO_FORM_IPYNB},
      {"# %% IMPORTS\nimport os\n# %% SETTINGS\nx = 1\n# %% MODELS\n", MLO_FORM_IPYNB},
      {"s = '''\n# %%\n# %%\n# %% [markdown]\n'''\n", MLO_FORM_IPYNB},
      {"  # %%\n  # %%\n", MLO_FORM_IPYNB},
      {"# %%time\n# %%capture\n", MLO_FORM_IPYNB},
      {"x = (a\n% b)\n# %%\n", MLO_FORM_IPYNB},
      {"# ---\n# title: x\n# ---\n# %% A\n", MLO_FORM_IPYNB},
      {"# %%\n# %%\n", MLO_FORM_PERCENT},
      {"# %% [markdown]\n", MLO_FORM_PERCENT},
      {"# %% A\n%matplotlib inline\n", MLO_FORM_PERCENT},
      {"# %% A tags=[\"x\"]\n", MLO_FORM_PERCENT},
      {"# ---\n# jupyter:\n#   jupytext:\n#     x: y\n# ---\n# %% A\n", MLO_FORM_PERCENT},
      {"# ---\n# jupyter:\n#   jupytext:\n#     x: y\n# ---\n# + a\n", MLO_FORM_IPYNB},
      {"# Databricks notebook source\n", MLO_FORM_DATABRICKS},
      {"# Databricks notebook source \r\nx = 1\r\n", MLO_FORM_DATABRICKS},
      {"\n# Databricks notebook source\n", MLO_FORM_IPYNB},
      {"# Databricks notebook sources\n", MLO_FORM_IPYNB},
      {"import marimo\nx = marimo.App()\n", MLO_FORM_IPYNB},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (form_of(cases[i].text) != cases[i].form) fail_msg("\"%s\"", cases[i].text);
}

static void test_script__what_only_speaks_of_marimo_has_no_cells(void **state) {
  script s = read_script(state, "# app = marimo.App() and @app.cell\ndef f():\n    return 1\n");
  assert_int_equal(s.notebook.cells.len, 0);
  mlo_arena_release(&s.arena);
}

static void test_script__line_ends_may_be_those_of_windows(void **state) {
  script s =
      read_script(state, "# Databricks notebook source\r\n# MAGIC %md\r\n# MAGIC a\r\n# MAGIC b\r\n"
                         "# COMMAND ----------\r\nx = 1\r\ny = x\r\n");
  assert_int_equal(s.notebook.cells.len, 2);
  assert_str(cell_of(&s, 1)->source, "a\nb");
  assert_str(cell_of(&s, 2)->source, "x = 1\r\ny = x");
  assert_str(raw_word(&s, cell_of(&s, 2), "y = x"), "y = x");
  mlo_arena_release(&s.arena);
}

static void test_script__a_broken_cell_spoils_no_other(void **state) {
  script s = read_script(state, "# %%\nx = (\n# %%\nimport os\n# %%\ny = 'a\n");
  assert_int_equal(s.module.cells.len, 3);
  assert_true(s.module.cells.items[0].broken);
  assert_false(s.module.cells.items[1].broken);
  assert_true(s.module.cells.items[2].broken);
  assert_str(s.module.text, "     \nimport os\n      \n");
  mlo_arena_release(&s.arena);
}

/* Every beginning of a script is read: nothing reaches behind its end. */
static void test_script__every_cut_is_read(void **state) {
  static const char *const texts[] = {
      "# Databricks notebook source\n# MAGIC %md a\n# COMMAND ----------\n# MAGIC %sql\nx = 1\n",
      "# ---\n# kernelspec:\n#  name: x\n# ---\n# %% [md]\n# a\n# %% "
      "tags=[\"a\"]\n'''\n'''\n!ls\n# %%\n",
      "app = marimo.App()\n@app.cell\ndef f(a):\n    x = '''\n'''\n    return x\nwith app.setup:\n "
      " y\n"};
  mlo_parser *parser = ((parsers *)*state)->parser;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    for (size_t len = 0; len <= strlen(texts[i]); len++) {
      mlo_arena arena = unit_arena();
      char *exact = MLO_NEW_ARRAY(&arena, char, len ? len : 1);
      memcpy(exact, texts[i], len);
      mlo_notebook notebook;
      mlo_notebook_form form;
      mlo_module module;
      mlo_error err = {0};
      mlo_str raw = mlo_str_of(exact, len);
      if (mlo_script_is_notebook(raw, &form)) {
        assert_int_equal(mlo_script_read(raw, form, parser, &arena, &notebook, &err), MLO_OK);
        assert_int_equal(mlo_module_of_notebook(&notebook, parser, &arena, &module, NULL, &err),
                         MLO_OK);
      }
      mlo_arena_release(&arena);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_script__reads_databricks_cells),
      cmocka_unit_test(test_script__reads_percent_cells),
      cmocka_unit_test(test_script__jupytext_comments_magics_out),
      cmocka_unit_test(test_script__reads_marimo_cells),
      cmocka_unit_test(test_script__whole_lines_end_where_the_next_begins),
      cmocka_unit_test(test_script__a_plain_file_is_none),
      cmocka_unit_test(test_script__what_only_speaks_of_marimo_has_no_cells),
      cmocka_unit_test(test_script__line_ends_may_be_those_of_windows),
      cmocka_unit_test(test_script__a_broken_cell_spoils_no_other),
      cmocka_unit_test(test_script__every_cut_is_read),
  };
  return cmocka_run_group_tests(tests, open_parsers, close_parsers);
}
