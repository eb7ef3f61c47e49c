local rule = require "mlopslint.rule"

return rule.notebook {
  code = "NBK024", name = "cell-does-not-parse", severity = "warning",
  summary = "a code cell is not valid Python",
  docs = [[
This cell is not Python, even with magics, shell lines and `pip install` without a sign understood. "Restart and run all" stops here, and
no tool can check, test or export what the cell means to do.

Next step: repair the cell; turn notes and pseudo-code into a Markdown cell.

Source: IPython documentation, "Built-in magic commands"; Python language reference.]],
  check = function(ctx, notebook)
    for _, broken in ipairs(notebook:broken_cells()) do
      ctx:report(broken.range, "cell %d is not valid Python: a run from top to bottom stops here", broken.cell.number)
    end
  end,
  tests = {
    bad = {
      { [[{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["x = 1"]}, {"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["model = train(X,, y)"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]], message = "cell 2" },
    },
    good = {
      [[{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["%matplotlib inline\n", "!pip install x\n", "pip install y\n", "x = !ls\n", "x?\n"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
      [[{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["%%bash\n", "for f in *; do echo $f; done"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
      [[{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["x <- c(1, 2)"]}], "metadata": {"kernelspec": {"language": "R", "name": "ir", "display_name": "R"}}, "nbformat": 4, "nbformat_minor": 5}]],
    },
  },
}
