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
