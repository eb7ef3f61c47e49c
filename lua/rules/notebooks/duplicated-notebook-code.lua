local rule = require "mlopslint.rule"
local ml = require "mlopslint.ml"

local function is_notebook(definition) return definition.at.path:match "%.ipynb$" ~= nil end

-- The definitions by digest, in the order of the first of each: groups with a notebook and another file.
local function copies(definitions, least)
  local of, groups = {}, {}
  for _, definition in ipairs(definitions) do
    if definition.lines >= least and not ml.is_aside(definition.at.path) and not definition.at.path:find("ipynb_checkpoints", 1, true) then
      local group = of[definition.digest]
      if not group then
        group = { paths = {}, files = 0 }
        of[definition.digest], groups[#groups + 1] = group, group
      end
      if not group.paths[definition.at.path] then
        group.paths[definition.at.path], group.files = true, group.files + 1
        group[#group + 1] = definition
      end
    end
  end
  return groups
end

-- What the others should import: a module's; else nothing yet. Where to tell it: in a notebook.
local function original(group)
  for _, definition in ipairs(group) do
    if not is_notebook(definition) then return definition end
  end
end

local function first_notebook(group)
  for _, definition in ipairs(group) do
    if is_notebook(definition) then return definition end
  end
end

return rule.project {
  code = "NBK016", name = "duplicated-notebook-code", severity = "info", whole = true, index = { "definitions" },
  summary = "the same function stands in a notebook and elsewhere",
  docs = [[
A function was copied: parameters and body are the same, token by token, in a notebook and in another file. The copies will drift apart, and a
mistake that is mended in one stays in the others, so that training and serving no longer do the same to the data.

Next step: keep it in one module and import it: `from features import clean`. `mlopslint notebook export` makes a module of a notebook.

Source: pynblint; Equal Experts MLOps playbook; A. Koenzen et al., "Code Duplication and Reuse in Jupyter Notebooks", VL/HCC 2020 (7.6 % of
notebook cells are duplicates).]],
  options = { ["min-lines"] = { type = "integer", default = 5, min = 1, help = "shorter bodies may be copied" } },
  finish = function(ctx)
    for _, group in ipairs(copies(ctx.project:definitions(), ctx.options["min-lines"])) do
      local here, module = first_notebook(group), original(group)
      if here and group.files > 1 then
        local next_step = module and "import it from " .. module.at.path or "move it into a module that they import"
        local report = ctx:report_at(here.at, "`%s` (%d lines) stands in %d files with the same code: %s", here.name, here.lines, group.files, next_step)
        for i = 1, math.min(#group, 5) do
          if group[i] ~= here then report:related(group[i].at, "the same code, as `%s`", group[i].name) end
        end
      end
    end
  end,
  tests = {
    bad = {
      { files = {
          ["features.py"] = "def clean(df):\n    df = df.dropna()\n    df['a'] = df['a'].str.strip()\n    df['b'] = df['b'] / 100\n    df['c'] = df['a'] + '1'\n    return df\n",
          ["eda.ipynb"] = [[{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["def prepare(df):  # expect: NBK016\n", "    '''Cleans.'''\n", "    df = df.dropna()\n", "    df['a'] = df['a'].str.strip()  # blanks\n", "    df['b'] = df['b'] / 100\n", "    df['c'] = df['a'] + '1'\n", "    return df"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
        } , message = "import it from features.py" },
    },
    good = {
      { files = {
          ["a.py"] = "def f(x):\n    return x\n",
          ["a.ipynb"] = [[{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["def f(x):\n", "    return x"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
        } },
      { files = {
          ["a.py"] = "def f(x):\n    a = 1\n    b = 2\n    c = 3\n    d = 4\n    return x\n",
          ["b.py"] = "def f(x):\n    a = 1\n    b = 2\n    c = 3\n    d = 4\n    return x\n",
          ["a.ipynb"] = [[{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["def f(x):\n", "    a = 1\n", "    b = 2\n", "    c = 3\n", "    d = 5\n", "    return x"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
        } },
    },
  },
}
