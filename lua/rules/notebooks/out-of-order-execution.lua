local rule = require "mlopslint.rule"

-- How many cells would have to be left out for the others to be in order: the length less that of the longest increasing
-- subsequence (by patience sorting).
local function out_of_place(cells)
  local tops = {}
  for _, cell in ipairs(cells) do
    local count, low, high = cell.execution_count, 1, #tops + 1
    while low < high do
      local middle = (low + high) // 2
      if tops[middle] < count then low = middle + 1 else high = middle end
    end
    tops[low] = count
  end
  return #cells - #tops
end

return rule.notebook {
  code = "NBK007", name = "out-of-order-execution", severity = "warning",
  summary = "the cells were not run from top to bottom",
  docs = [[
The execution counts show that a cell was run before one that stands above it. What the notebook shows is then the result of an order
that the next reader can't see, and "restart and run all" may give something else, or fail.

Next step: restart the kernel, run all cells, and commit that; or strip the outputs and counts.

Source: Pimentel et al., "A Large-scale Study about Quality and Reproducibility of Jupyter Notebooks", MSR 2019; pynblint.]],
  check = function(ctx, notebook)
    local run = {}
    for _, cell in ipairs(notebook:cells()) do
      if cell.kind == "code" and cell.execution_count then run[#run + 1] = cell end
    end
    for i = 2, #run do
      local above, cell = run[i - 1], run[i]
      if cell.execution_count <= above.execution_count then
        local others = out_of_place(run)
        local more = others > 1 and string.format(" (%d cells are out of place)", others) or ""
        if cell.execution_count == above.execution_count then
          ctx:report(cell.head, "run as [%d], like the cell above it: they are of two runs, and what is shown may not come back on a fresh one%s",
              cell.execution_count, more)
            :related(above.head, "run as [%d] too", above.execution_count)
          return
        end
        ctx:report(cell.head, "run as [%d], before [%d] that stands above it: what is shown may not come back on a fresh run%s", cell.execution_count,
            above.execution_count, more)
          :related(above.head, "run later, as [%d]", above.execution_count)
        return
      end
    end
  end,
  tests = {
    bad = {
      { [[{"cells": [{"cell_type": "code", "execution_count": 7, "metadata": {}, "outputs": [], "source": ["x = 1"]},
{"cell_type": "code", "execution_count": 3, "metadata": {}, "outputs": [], "source": ["y = 2  # expect: NBK007"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]], message = "[3], before [7]" },
      { [[{"cells": [{"cell_type": "code", "execution_count": 5, "metadata": {}, "outputs": [], "source": ["x = 1"]},
{"cell_type": "code", "execution_count": 5, "metadata": {}, "outputs": [], "source": ["y = 2  # expect: NBK007"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]], message = "run as [5], like the cell above it" },
    },
    good = {
      [[{"cells": [{"cell_type": "code", "execution_count": 2, "metadata": {}, "outputs": [], "source": ["x = 1"]}, {"cell_type": "code", "execution_count": 5, "metadata": {}, "outputs": [], "source": ["y"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
      [[{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["x = 1"]}, {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": ["y"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
    },
  },
}
