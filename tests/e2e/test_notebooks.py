"""Notebooks as rules see them, held against what Python's json module reads of the same file."""
import json

from helpers import project, run

# A rule that tells all it can see of a notebook, as one JSON text.
TELLER = """
local rule = require "mlopslint.rule"
local function quoted(value)
  if type(value) ~= "string" then return value == nil and "null" or tostring(value) end
  return '"' .. value:gsub('[%c"\\\\]', function(c) return ("\\\\u%04x"):format(c:byte()) end) .. '"'
end
local function list(items, show)
  local out = {}
  for i, item in ipairs(items) do out[i] = show(item) end
  return "[" .. table.concat(out, ", ") .. "]"
end
local function object(fields)
  local out = {}
  for i = 1, #fields, 2 do out[#out + 1] = quoted(fields[i]) .. ": " .. fields[i + 1] end
  return "{" .. table.concat(out, ", ") .. "}"
end
local function output(o)
  return object { "kind", quoted(o.kind), "mimes", list(o.mimes, quoted), "name", quoted(o.name),
    "ename", quoted(o.error_name), "evalue", quoted(o.error_value), "count", quoted(o.execution_count),
    "texts", list(o.mimes, function(mime) return quoted(o:text(mime)) end), "bold", quoted(o.metadata.bold) }
end
local function cell(c)
  return object { "kind", quoted(c.kind), "id", quoted(c.id), "source", quoted(c.source), "count", quoted(c.execution_count),
    "tags", list(c.tags, quoted), "language", quoted(c.language), "outputs", list(c.outputs, output), "hidden", quoted(c.collapsed),
    "note", quoted(c.metadata.note), "attachments", list(c.attachments, function(a) return object {
      "name", quoted(a.name), "mime", quoted(a.mime), "size", quoted(a.size) } end) }
end
return rule.notebook {
  code = "ORG001", name = "teller", severity = "error", area = "notebooks", summary = "tells", docs = "Tells.",
  check = function(ctx, n)
    ctx:report(n:cells()[1], "%s", object { "platform", quoted(n.platform), "kernel", quoted(n.kernel), "nbformat", quoted(n.nbformat),
      "minor", quoted(n.nbformat_minor), "language", quoted(n.language), "widgets", quoted(n.widgets_size),
      "title", quoted(n.metadata.title), "cells", list(n:cells(), cell) })
  end,
  tests = { bad = {}, good = {} },
}
"""
CONFIG = 'rule-packs = ["lint"]\nselect = ["ORG001"]\n'


def told(text):
    """What the rule saw in a notebook."""
    with project({"mlopslint.toml": CONFIG, "lint/teller.lua": TELLER, "n.ipynb": text}) as folder:
        done = run("check", "--format", "json", "n.ipynb", cwd=folder)
    report = json.loads(done.stdout)
    assert not report["errors"], report["errors"]
    return json.loads(report["findings"][0]["message"])


def test_rules_see_all_parts_of_a_notebook():
    state = {"state": {"x": "y" * 100000}}
    seen = told(json.dumps({
        "nbformat": 4, "nbformat_minor": 5,
        "metadata": {"title": "Demo", "kernelspec": {"name": "python3", "language": "python"}, "colab": {}, "widgets": state},
        "cells": [
            {"cell_type": "markdown", "id": "m", "metadata": {"tags": []}, "source": "![](attachment:a.png)",
             "attachments": {"a.png": {"image/png": "iVBORw0K"}}},
            {"cell_type": "code", "id": "c", "metadata": {"tags": ["keep", "\u00fc"], "note": "hm", "jupyter": {"source_hidden": True}},
             "execution_count": 3, "source": ["x = 1\n", "x"], "outputs": [
                {"output_type": "stream", "name": "stderr", "text": ["w\n", "v"]},
                {"output_type": "execute_result", "execution_count": 3, "metadata": {"bold": True},
                 "data": {"text/plain": "1", "image/png": "aGk="}},
                {"output_type": "error", "ename": "KeyError", "evalue": "'x'", "traceback": ["t1", "t2"]}]},
            {"cell_type": "code", "id": "s", "metadata": {"vscode": {"languageId": "sql"}}, "execution_count": None,
             "source": "SELECT 1", "outputs": []}]}))
    assert {name: value for name, value in seen.items() if name != "cells"} == {
        "platform": "colab", "kernel": "python3", "nbformat": 4, "minor": 5, "language": "python",
        "widgets": len(json.dumps(state)), "title": "Demo"}
    markdown, code, sql = seen["cells"]
    assert markdown["attachments"] == [{"name": "a.png", "mime": "image/png", "size": 10}]
    assert (markdown["kind"], markdown["count"], markdown["language"]) == ("markdown", None, None)
    assert (code["id"], code["source"], code["count"], code["tags"]) == ("c", "x = 1\nx", 3, ["keep", "\u00fc"])
    assert (code["note"], code["hidden"], code["language"], sql["language"]) == ("hm", True, "python", "sql")
    stream, result, error = code["outputs"]
    assert (stream["kind"], stream["name"], stream["texts"], stream["count"]) == ("stream", "stderr", ["w\nv"], None)
    assert (result["count"], result["mimes"], result["bold"]) == (3, ["text/plain", "image/png"], True)
    assert (error["kind"], error["ename"], error["evalue"], error["mimes"]) == ("error", "KeyError", "'x'", ["traceback"])


def test_members_are_taken_out_by_a_fix():
    rule = TELLER[: TELLER.index("return rule.notebook")] + """
return rule.notebook { code = "ORG001", name = "remover", severity = "error", area = "notebooks", summary = "r", docs = "R.",
  check = function(ctx, n)
    local edits = n:remove("metadata", "widgets")
    for _, c in ipairs(n:cells()) do edits[#edits + 1] = c:remove("attachments") end
    edits.safety, edits.title = "safe", "remove"
    ctx:report(n:cells()[1], "x"):fix(edits)
  end, tests = { bad = {}, good = {} } }
"""
    text = '{"cells": [{"cell_type": "markdown", "attachments": {"a": {"b": "c"}}, "source": "x"}],\n "metadata": {"k": 1, "widgets": {"s": [NaN]}}, "nbformat": 4}'
    with project({"mlopslint.toml": CONFIG, "lint/teller.lua": rule, "n.ipynb": text}) as folder:
        run("check", "--fix", "n.ipynb", cwd=folder)
        after = (folder / "n.ipynb").read_text()
    assert after == '{"cells": [{"cell_type": "markdown", "source": "x"}],\n "metadata": {"k": 1}, "nbformat": 4}'


# --- scripts of cells ---

DATABRICKS = """# Databricks notebook source
# MAGIC %md
# MAGIC # Title

# COMMAND ----------
# MAGIC %pip install torch
# MAGIC import torch
# MAGIC m = torch.load("a.pt", weights_only=False)
# COMMAND ----------

m = torch.load("b.pt", weights_only=False)
"""
PERCENT = """# %% [markdown]
# # Title
# %%
%matplotlib inline
import torch
m = torch.load("b.pt", weights_only=False)
"""
MARIMO = """import marimo

app = marimo.App()


@app.cell
def _():
    import torch
    return (torch,)


@app.cell
def _(torch):
    x = 1
    m = torch.load("b.pt", weights_only=False)
    return (m,)
"""


def findings(files, *arguments):
    with project(files) as folder:
        report = json.loads(run("check", "--isolated", "--format", "json", *arguments, cwd=folder).stdout)
    assert not report["errors"], report["errors"]
    return [(each["code"], each["path"], each["start"]["line"], each["cell"] and (each["cell"]["number"], each["cell"]["start"]["line"]))
            for each in report["findings"]]


def test_scripts_of_cells_are_checked_once_and_name_the_cell():
    files = {"d.py": DATABRICKS, "m.py": MARIMO, "p.py": PERCENT, "plain.py": "# %% A\n" + PERCENT.split("%matplotlib inline\n")[1]}
    assert findings(files, "--select", "SEC101,NBK024,MLO003") == [
        ("SEC101", "d.py", 8, (2, 3)), ("SEC101", "d.py", 11, (3, 1)), ("SEC101", "m.py", 15, (2, 2)), ("SEC101", "p.py", 6, (2, 3)),
        ("SEC101", "plain.py", 3, None)]


def test_a_broken_cell_of_a_script_is_named_and_the_others_are_read():
    text = PERCENT + "# %%\nx = = 1\n# %%\nn = torch.load('c.pt', weights_only=False)\n"
    assert findings({"p.py": text}, "--select", "SEC101,NBK024,MLO003") == [
        ("SEC101", "p.py", 6, (2, 3)), ("NBK024", "p.py", 8, (3, 1)), ("SEC101", "p.py", 10, (4, 1))]


def test_people_see_the_lines_of_a_script():
    with project({"p.py": PERCENT}) as folder:
        done = run("check", "--isolated", "--select", "SEC101", cwd=folder)
    assert " --> p.py:6:5\n" in done.stdout
    assert '\n6 | m = torch.load("b.pt", weights_only=False)\n' in done.stdout


def test_a_fix_in_a_script_leaves_its_cells_as_they_were():
    files = {"d.py": DATABRICKS, "m.py": MARIMO, "p.py": PERCENT}
    with project(files) as folder:
        run("check", "--isolated", "--select", "SEC101", "--fix", "--unsafe-fixes", cwd=folder)
        for name, text in files.items():
            assert (folder / name).read_text() == text.replace("weights_only=False", "weights_only=True"), name


def test_new_lines_in_a_cell_begin_as_its_lines_do():
    rule = TELLER[: TELLER.index("return rule.notebook")] + """
return rule.call { code = "ORG001", name = "wrapper", severity = "error", area = "security", summary = "w", docs = "W.", calls = { "torch.load" },
  check = function(ctx, call)
    ctx:report(call, "x"):fix { safety = "safe", title = "wrap", call:replace("(\\n  1\\n)") }
  end, tests = { bad = {}, good = {} } }
"""
    files = {"mlopslint.toml": CONFIG, "lint/teller.lua": rule, "d.py": DATABRICKS, "m.py": MARIMO, "p.py": PERCENT}
    with project(files) as folder:
        run("check", "--fix", cwd=folder)
        after = {name: (folder / name).read_text() for name in files}
    assert "\n# MAGIC m = (\n# MAGIC   1\n# MAGIC )\n# COMMAND" in after["d.py"] and after["d.py"].endswith("\n\nm = (\n  1\n)\n")
    assert "\n    x = 1\n    m = (\n      1\n    )\n    return (m,)\n" in after["m.py"]
    assert after["p.py"].endswith("\nm = (\n  1\n)\n")


def test_suppressions_work_in_every_part_of_a_script():
    load = 'torch.load("b.pt", weights_only=False)'
    line = PERCENT.replace(load, load + "  # mlopslint: ignore[SEC101] ours")
    cell = PERCENT.replace("%matplotlib inline", "# mlopslint: ignore[SEC101] ours")
    header = "# mlopslint: ignore-file[SEC101] ours\n" + PERCENT
    markdown = PERCENT.replace("# # Title", "# mlopslint: ignore-file[SEC101] ours")
    marimo = "# mlopslint: ignore-file[SEC101] ours\n" + MARIMO
    inside = MARIMO.replace("x = 1", "# mlopslint: ignore[SEC101] ours")
    magic = DATABRICKS.replace("# MAGIC # Title", "# mlopslint: ignore-file[SEC101] ours")
    for text in (line, cell, header, markdown, marimo, inside, magic):
        assert findings({"a.py": text}, "--select", "SEC101,MLO001,MLO002") == [], text


def test_rules_see_the_cells_of_a_script():
    with project({"mlopslint.toml": CONFIG, "lint/teller.lua": TELLER, "d.py": DATABRICKS, "x.py": "x = 1\n"}) as folder:
        report = json.loads(run("check", "--format", "json", cwd=folder).stdout)
    assert [each["path"] for each in report["findings"]] == ["d.py"]
    seen = json.loads(report["findings"][0]["message"])
    assert (seen["platform"], seen["nbformat"], [each["kind"] for each in seen["cells"]]) == ("databricks", None, ["markdown", "code", "code"])
    assert seen["cells"][1]["source"].startswith("%pip install torch\nimport torch\n")
