local rule = require "mlopslint.rule"
local ml = require "mlopslint.ml"
local lib = require "mlopslint.notebook"

local function lines_of(cell)
  local lines = 0
  for line in cell.source:gmatch "[^\r\n]+" do
    if line:find "^%s*[^%s#]" then lines = lines + 1 end
  end
  return lines
end

return rule.project {
  code = "NBK025", name = "notebook-should-be-module", severity = "info", enabled = false,
  summary = "a program has grown inside a notebook",
  docs = [[
The notebook is long, defines functions, trains a model, and takes nothing from a module of the project: it is the program itself. Nobody can import,
test or review its parts, schedule it without running all of it, or reuse them in the service that will serve the model.

Next step: `mlopslint notebook export NOTEBOOK` makes a module of its cells, with a `main` and a smoke test; import that, and keep the notebook for what
it shows.

Opt-in: how long is too long is a matter of the team. The options say it.

Source: Equal Experts MLOps playbook; Pimentel et al., MSR 2019 (few notebooks import local modules, fewer are tested); pynblint.]],
  options = {
    ["max-cells"] = { type = "integer", default = 30, min = 1, help = "so many code cells may stay" },
    ["max-lines"] = { type = "integer", default = 300, min = 1, help = "so many lines of code may stay" },
    ["min-functions"] = { type = "integer", default = 3, min = 1, help = "with fewer functions, it is no program" },
  },
  index = "imports",
  collect = {
    { notebooks = true, ignores = ml.aside,
      fact = function(ctx, notebook)
        if notebook.language ~= "python" then return end
        local cells, lines, head = 0, 0, nil
        for _, cell in ipairs(notebook:cells()) do
          if cell.kind == "code" and lib.has_code(cell) then
            cells, lines, head = cells + 1, lines + lines_of(cell), head or cell.head
          end
        end
        local functions, trains = #ctx:functions(), #ctx:calls(table.unpack(ml.trainers))
        local long = cells > ctx.options["max-cells"] or lines > ctx.options["max-lines"]
        if not long or functions < ctx.options["min-functions"] or trains == 0 then return end
        return { path = ctx.path, cells = cells, lines = lines, functions = functions, at = head:location() }
      end },
  },
  finish = function(ctx, facts)
    local imports_own = {}
    for _, import in ipairs(#facts > 0 and ctx.project:imports() or {}) do
      if import.path then imports_own[import.at.path] = true end
    end
    for notebook in facts:all() do
      if not imports_own[notebook.path] then
        ctx:report_at(notebook.at, "%d code cells with %d lines, %d functions and training, and no module: `mlopslint notebook export` makes one that can be tested and imported",
          notebook.cells, notebook.lines, notebook.functions)
      end
    end
  end,
  tests = {
    bad = {
      { cells = { "from sklearn.linear_model import LogisticRegression  # expect: NBK025", "def load(p):\n    return p", "def fit(X, y):\n    return LogisticRegression().fit(X, y)", "model = fit(load(1), 2)" },
        options = { ["max-cells"] = 3, ["min-functions"] = 2 }, message = "4 code cells with 6 lines, 2 functions and training" },
    },
    good = {
      { cells = { "from sklearn.linear_model import LogisticRegression", "def load(p):\n    return p", "def fit(X, y):\n    return LogisticRegression().fit(X, y)", "model = fit(load(1), 2)" } },
      { files = { ["train.ipynb"] = [[{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["from churn import load\n", "def fit(m): m.fit(X)\n", "from sklearn.svm import SVC\n", "SVC().fit(X, y)\n"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
          ["churn.py"] = "def load(): pass" }, options = { ["max-lines"] = 1, ["min-functions"] = 1 } },
      { cells = { "def a():\n    pass", "def b():\n    pass", "print(1)", "print(2)" }, options = { ["max-cells"] = 1, ["min-functions"] = 1 } },
    },
  },
}
