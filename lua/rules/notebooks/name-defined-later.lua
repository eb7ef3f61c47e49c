local rule = require "mlopslint.rule"

-- Magics that bind names we can't see.
local binding_magics = { run = true, store = true, load_ext = false, pylab = true, autoreload = false, ["%%capture"] = true, sql = true, ["%%sql"] = true, ["%%R"] = true, R = true, bigquery = true, ["%%bigquery"] = true }

return rule.notebook {
  code = "NBK011", name = "name-defined-later", severity = "error",
  summary = "restart and run all fails here",
  docs = [[
A name is read in a cell, and the only cells that define it stand further down. It worked for the author because the kernel remembered;
on a fresh run the cell raises NameError, in CI as for the next reader.

Next step: move the definition up, or move this cell down; then restart and run all.

Source: Pimentel et al., MSR 2019: 24 % of notebooks run without errors from top to bottom.]],
  check = function(ctx, notebook)
    if notebook.language ~= "python" then return end
    for _, magic in ipairs(notebook:magics()) do
      if binding_magics[magic.name] then return end
    end
    local told = {}
    for _, early in ipairs(notebook:early_reads()) do
      if not told[early.name] then
        told[early.name] = true
        ctx:report(early.read, "`%s` is first defined in a later cell: a fresh run from the top raises NameError here", early.name)
          :related(early.binding, "`%s` is defined here", early.name)
      end
    end
  end,
  tests = {
    bad = {
      [[{"cells": [{"cell_type": "code", "execution_count": 2, "metadata": {}, "outputs": [], "source": ["print(total)  # expect: NBK011"]},
{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": ["total = 3"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
    },
    good = {
      [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": ["total = 3"]}, {"cell_type": "code", "execution_count": 2, "metadata": {}, "outputs": [], "source": ["print(total)"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
      [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": ["def f():\n", "    return total"]}, {"cell_type": "code", "execution_count": 2, "metadata": {}, "outputs": [], "source": ["total = 3\n", "f()"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
      [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": ["%run setup.ipynb\n", "print(total)"]}, {"cell_type": "code", "execution_count": 2, "metadata": {}, "outputs": [], "source": ["total = 3"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
    },
  },
}
