local rule = require "mlopslint.rule"

-- What strips notebooks, as it is written in hooks, filters, CI and build files.
local strippers = { { "nbstripout" }, { "nb-clean" }, { "nb_clean" }, { "notebook strip" }, { "clear-output" }, { "clear_output=True" },
  { "ClearOutputPreprocessor" }, { "databooks" }, { "nbdev_clean" }, { "mlopslint-strip" }, { "jupytext --sync" }, { "jupytext --to" } }

return rule.project {
  code = "NBK019", name = "strip-hook-missing", severity = "info", whole = true,
  summary = "nothing keeps notebooks' outputs out of git",
  docs = [[
Notebooks with outputs are in this repository, and neither a git filter nor a hook strips them. Then it depends on everyone's
thinking of it, before each commit, for ever.

Next step: `mlopslint notebook install` sets up a git filter that strips outputs as files are added and leaves them in your working copy; or
use our pre-commit hook, nbstripout or nb-clean. Notebooks that may keep their outputs are listed in `[notebook]` of the configuration.

Source: nbstripout; nb-clean; Equal Experts MLOps playbook.]],
  collect = {
    { notebooks = true,
      fact = function(_, notebook)
        if notebook.kept then return end
        for _, cell in ipairs(notebook:cells()) do
          if not cell.kept then return { outputs = true, at = notebook:location() } end
        end
      end },
    { files = { ".gitattributes", ".pre-commit-config.yaml", "*.yml", "*.yaml", "*.toml", "*.cfg", "*.sh", "*.json" }, needs = strippers,
      fact = function() return { strips = true } end },
    { files = { ".gitattributes" }, needs = { "ipynb", "filter" }, fact = function() return { strips = true } end },
  },
  finish = function(ctx, facts)
    if facts:one { strips = true } then return end
    local first, count = facts:one { outputs = true }, facts:count { outputs = true }
    if not first then return end
    ctx:report_at(first.at, "%s outputs, and no filter or hook strips them: `mlopslint notebook install` sets one up",
      count == 1 and "a notebook has" or count .. " notebooks have")
  end,
  tests = {
    bad = {
      { cells = { { code = "print(1)", count = 1, output = "1" } }, message = "a notebook has outputs" },
    },
    good = {
      { cells = { "print(1)" } },
      { files = { [".gitattributes"] = "*.ipynb filter=nbstripout\n", ["a.ipynb"] = [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [{"name": "stdout", "output_type": "stream", "text": ["1\n"]}], "source": ["print(1)"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]] } },
      { files = { [".pre-commit-config.yaml"] = "repos:\n  - repo: https://github.com/kynan/nbstripout\n    rev: 0.7.1\n    hooks: [{id: nbstripout}]\n", ["a.ipynb"] = [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [{"name": "stdout", "output_type": "stream", "text": ["1\n"]}], "source": ["print(1)"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]] } },
      { file = "docs/tour.ipynb", cells = { { code = "print(1)", count = 1, output = "1" } } },
    },
  },
}
