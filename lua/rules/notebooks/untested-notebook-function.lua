local rule = require "mlopslint.rule"
local ml = require "mlopslint.ml"
local project = require "mlopslint.project"

local function is_notebook(path) return path:match "%.ipynb$" ~= nil end

-- The projects of the repository that have tests, by their roots; one without a dependency file is a collection of scripts.
local function tested_roots(ctx, root_of)
  local declares, roots = {}, {}
  for _, dependency in ipairs(ctx.project:dependencies()) do declares[root_of(dependency.at.path)] = true end
  for _, test in ipairs(project.test_files(ctx.project)) do
    local root = root_of(test)
    roots[root] = declares[root]
  end
  return roots
end

-- Names that modules define.
local function known_elsewhere(ctx)
  local known = {}
  for _, definition in ipairs(ctx.project:definitions()) do
    if not is_notebook(definition.at.path) then known[definition.name] = true end
  end
  return known
end

local function draws(name) return name:lower():find "plot" or name:lower():find "draw" or name:lower():find "show" or name:lower():find "display" end

return rule.project {
  code = "NBK017", name = "untested-notebook-function", severity = "info", whole = true, index = { "definitions", "dependencies" },
  summary = "functions of a notebook that no test can reach",
  docs = [[
The notebook defines functions of some size that stand in no module, so no test can import them. This project has tests, but the code that
decides what the model learns from is the part they leave out.

Next step: `mlopslint notebook export NOTEBOOK` writes a module and a test from the cells; let the notebook import from it. Functions
that only draw are left alone.

Source: Equal Experts MLOps playbook; pynblint; J. Grus, "I don't like notebooks", 2018.]],
  options = { ["min-lines"] = { type = "integer", default = 8, min = 1, help = "shorter bodies may stay in the notebook" } },
  finish = function(ctx)
    local root_of = project.roots(ctx.project:dependencies())
    local tested = tested_roots(ctx, root_of) -- NBK018 speaks of the others
    local known, notebooks, of = known_elsewhere(ctx), {}, {}
    for _, definition in ipairs(ctx.project:definitions()) do
      local path = definition.at.path
      if is_notebook(path) and definition.lines >= ctx.options["min-lines"] and not known[definition.name] and not draws(definition.name)
        and tested[root_of(path)] and not ml.is_aside(path) then
        if not of[path] then
          of[path] = {}
          notebooks[#notebooks + 1] = of[path]
        end
        table.insert(of[path], definition)
      end
    end
    for _, found in ipairs(notebooks) do
      local first = found[1]
      local more = #found > 1 and string.format(" and %d more functions or classes of this notebook stand", #found - 1) or " stands"
      local report = ctx:report_at(first.at, "`%s` (%d lines)%s in no module, so no test reaches %s", first.name, first.lines, more, #found > 1 and "them" or "it")
      for i = 2, math.min(#found, 5) do report:related(found[i].at, "`%s`, %d lines", found[i].name, found[i].lines) end
    end
  end,
  tests = {
    bad = {
      { files = {
          ["requirements.txt"] = "pandas", ["tests/test_io.py"] = "def test_io():\n    assert True\n",
          ["eda.ipynb"] = [[{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["def features(df):  # expect: NBK017\n", "    a = 1\n", "    b = 2\n", "    c = 3\n", "    d = 4\n", "    e = 5\n", "    f = 6\n", "    g = 7\n", "    return df"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
        } },
    },
    good = {
      { files = { -- a module has it too
          ["requirements.txt"] = "pandas", ["tests/test_io.py"] = "def test_io():\n    assert True\n", ["features.py"] = "def features(df):\n    return df\n",
          ["eda.ipynb"] = [[{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["def features(df):\n", "    a = 1\n", "    b = 2\n", "    c = 3\n", "    d = 4\n", "    e = 5\n", "    f = 6\n", "    g = 7\n", "    return df"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
        } },
      { files = { -- it draws
          ["requirements.txt"] = "pandas", ["tests/test_io.py"] = "def test_io():\n    assert True\n",
          ["eda.ipynb"] = [[{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["def plot_curve(df):\n", "    a = 1\n", "    b = 2\n", "    c = 3\n", "    d = 4\n", "    e = 5\n", "    f = 6\n", "    g = 7\n", "    return df"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
        } },
      { files = { -- scripts, no project
          ["tests/test_io.py"] = "def test_io():\n    assert True\n",
          ["eda.ipynb"] = [[{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["def features(df):\n", "    a = 1\n", "    b = 2\n", "    c = 3\n", "    d = 4\n", "    e = 5\n", "    f = 6\n", "    g = 7\n", "    return df"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
        } },
      { files = { -- a project without tests hears it once, of NBK018
          ["requirements.txt"] = "pandas",
          ["eda.ipynb"] = [[{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["def features(df):\n", "    a = 1\n", "    b = 2\n", "    c = 3\n", "    d = 4\n", "    e = 5\n", "    f = 6\n", "    g = 7\n", "    return df"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
        } },
    },
  },
}
