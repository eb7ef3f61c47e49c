/* script: Python files that are notebooks. Their cells have sources with origins in the .py, no counts and no
 * outputs, so that rules see them as they see a notebook; comments that hide a line of another language
 * (`# MAGIC %sql ...`) are taken off it.
 *
 * Databricks: the first line is `# Databricks notebook source`; cells end at `# COMMAND ----------`.
 *
 * Percent (jupytext, VS Code, Spyder, PyCharm): cells begin at lines `# %%`, which stand at the margin and in no string.
 * Many a plain module has such lines as headings, so markers alone do not make a notebook. It takes one marker and a
 * header of jupytext, a marker with a cell type or metadata (`# %% [markdown]`, `# %% tags=["x"]`) or a bare magic
 * (`%matplotlib inline`, `!pip install x`); or two markers without a title. Commented magics (`# !ls`) are magics
 * only under a header of jupytext, which writes them so and indents markers at times. A Markdown cell that holds code is a code cell.
 *
 * marimo: `app = marimo.App()` at the margin; the bodies of functions under `@app.cell` are cells, without their
 * indentation and last `return`; so are those of `with app.setup:` and what `@app.function` and
 * `@app.class_definition` decorate. Other statements are `outside`.
 *
 * Formats: https://docs.databricks.com/en/notebooks/notebook-format.html,
 * https://jupytext.readthedocs.io/en/latest/formats-scripts.html, https://docs.marimo.io/guides/editor_features/ */
#ifndef MLO_SCRIPT_H
#define MLO_SCRIPT_H

#include "lang/language.h"
#include "notebook/notebook.h"

/* True if the text of a Python file is a notebook; of marimo's it is a guess, which reading settles. Fast on files that
 * are none. */
bool mlo_script_is_notebook(mlo_str raw, mlo_notebook_form *form);
/* Reads raw (borrowed). A file that turns out to be none has no cells. */
mlo_status mlo_script_read(mlo_str raw, mlo_notebook_form form, mlo_parser *parser,
                           mlo_arena *arena, mlo_notebook *out, mlo_error *err);

#endif
