local rule = require "mlopslint.rule"
local lib = require "mlopslint.notebook"

-- How many cells would have to be left out for the others to be in order: the length less that of the longest row that does not
-- decrease (by patience sorting).
local function out_of_place(cells)
  local tops = {}
  for _, cell in ipairs(cells) do
    local count, low, high = cell.execution_count, 1, #tops + 1
    while low < high do
      local middle = (low + high) // 2
      if tops[middle] <= count then low = middle + 1 else high = middle end
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

Next step: restart the kernel, run all cells, and commit that; or strip the outputs and counts (`mlopslint notebook strip`).

One finding a notebook: NBK008 (counts that repeat or skip) and NBK009 (cells that were left out) are silent where this rule speaks, since
the same run from the top repairs all of it. NBK012 names the results that are out of date because of it.

Source: Pimentel et al., "A Large-scale Study about Quality and Reproducibility of Jupyter Notebooks", MSR 2019: a third of the notebooks
with an order were not run in it; pynblint "non-linear-execution"; julynter.]],
  check = function(ctx, notebook)
    local executed = lib.executed(notebook)
    local above, cell = lib.descent(executed)
    if not cell then return end
    local others = out_of_place(executed)
    local more = others > 1 and string.format(" (%d cells are out of place)", others) or ""
    ctx:report(cell.head, "run as [%d], before [%d] that stands above it: what is shown may not come back on a fresh run%s", cell.execution_count,
        above.execution_count, more)
      :related(above.head, "run later, as [%d]", above.execution_count)
  end,
  tests = {
    bad = {
      { cells = { { code = "x = 1", count = 7 }, { code = "y = 2  # expect: NBK007", count = 3 } }, message = "[3], before [7]" },
      { cells = { { code = "a", count = 5 }, { code = "b  # expect: NBK007", count = 1 }, { code = "c", count = 6 }, { code = "d", count = 2 } },
        message = "2 cells are out of place" },
    },
    good = {
      { cells = { { code = "x = 1", count = 2 }, { code = "y", count = 5 } } },
      { cells = { "x = 1", { code = "y", count = 1 } } },
      { cells = { { code = "x = 1", count = 5 }, { code = "y", count = 5 } } },
      { cells = { { code = "x = 1", count = 5 }, { code = " ", count = 2 }, { code = "y", count = 6 } } },
    },
  },
}
