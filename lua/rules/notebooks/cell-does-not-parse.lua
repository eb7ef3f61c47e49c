local rule = require "mlopslint.rule"
local lib = require "mlopslint.notebook"

return rule.notebook {
  code = "NBK024", name = "cell-does-not-parse", severity = "warning",
  summary = "a code cell is not valid Python",
  docs = [[
This cell is not Python, even with magics, shell lines and `pip install` without a sign understood. "Restart and run all" stops here, and
no tool can check, test or export what the cell means to do.

Next step: repair the cell; turn notes and pseudo-code into a Markdown cell. If the error is what the cell is meant to show, say so with the
cell tag `raises-exception`, or in the sentence above it.

Source: IPython documentation, "Built-in magic commands"; Python language reference.]],
  check = function(ctx, notebook)
    local cells = notebook:cells()
    for _, broken in ipairs(notebook:broken_cells()) do
      local shown = #broken.cell.outputs > 0 and lib.means_error(cells, broken.cell.number) or lib.is_tagged(broken.cell)
      if not shown then
        ctx:report(broken.range, "cell %d is not valid Python: a run from top to bottom stops here", broken.cell.number)
      end
    end
  end,
  tests = {
    bad = {
      { cells = { "x = 1", "model = train(X,, y)  # expect: NBK024" }, message = "cell 2" },
      { cells = { "first install python\nthen run it", "x = 1" }, message = "cell 1" },
    },
    good = {
      { cells = { "%matplotlib inline\n!pip install x\npip install y\nx = !ls\nx?\n" } },
      { cells = { "%%bash\nfor f in *; do echo $f; done" } },
      { cells = { { code = "df.Engine HP", tags = { "raises-exception" } } } },
      { cells = { { markdown = "A slice within a tuple leads to a syntax error:" }, { code = "data.loc[(:, 1)]", count = 3, error = "SyntaxError" } } },
      [[{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["x <- c(1, 2)"]}], "metadata": {"kernelspec": {"language": "R", "name": "ir", "display_name": "R"}}, "nbformat": 4, "nbformat_minor": 5}]],
    },
  },
}
