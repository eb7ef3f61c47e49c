local rule = require "mlopslint.rule"

return rule.notebook {
  code = "NBK007", name = "out-of-order-execution", severity = "warning",
  summary = "the cells were not run from top to bottom",
  docs = [[
The execution counts show that a cell was run before one that stands above it. What the notebook shows is then the result of an order
that the next reader can't see, and "restart and run all" may give something else, or fail.

Next step: restart the kernel, run all cells, and commit that; or strip the outputs and counts.

Source: Pimentel et al., "A Large-scale Study about Quality and Reproducibility of Jupyter Notebooks", MSR 2019; pynblint.]],
  check = function(ctx, notebook)
    local before, first, late = nil, nil, 0
    for _, cell in ipairs(notebook:cells()) do
      local count = cell.kind == "code" and cell.execution_count
      if count then
        if before and count <= before.execution_count then
          late = late + 1
          first = first or { cell = cell, before = before }
        else
          before = cell
        end
      end
    end
    if not first then return end
    local cell, above = first.cell, first.before
    ctx:report(cell.head, "run as [%d], before [%d] that stands above it: what is shown may not come back on a fresh run%s", cell.execution_count, above.execution_count,
        late > 1 and string.format(" (%d cells are out of order)", late) or "")
      :related(above.head, "run later, as [%d]", above.execution_count)
  end,
  tests = {
    bad = {
      { [[{"cells": [{"cell_type": "code", "execution_count": 7, "metadata": {}, "outputs": [], "source": ["x = 1"]},
{"cell_type": "code", "execution_count": 3, "metadata": {}, "outputs": [], "source": ["y = 2  # expect: NBK007"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]], message = "[3], before [7]" },
    },
    good = {
      [[{"cells": [{"cell_type": "code", "execution_count": 2, "metadata": {}, "outputs": [], "source": ["x = 1"]}, {"cell_type": "code", "execution_count": 5, "metadata": {}, "outputs": [], "source": ["y"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
      [[{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["x = 1"]}, {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": ["y"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
    },
  },
}
