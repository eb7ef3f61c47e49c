local rule = require "mlopslint.rule"
local lib = require "mlopslint.notebook"

-- The first cell with the count of the one above it.
local function repeated(executed)
  for i = 2, #executed do
    if executed[i].execution_count == executed[i - 1].execution_count then return executed[i - 1], executed[i] end
  end
end

-- How many runs before the first count, and between it and the last, are of no cell that is here.
local function gone(executed)
  local first, last = executed[1].execution_count, executed[#executed].execution_count
  return first - 1, last - first + 1 - #executed
end

return rule.notebook {
  code = "NBK008", name = "hidden-state-gap", severity = "info", enabled = false,
  summary = "the kernel ran code that the notebook no longer shows",
  docs = [[
Two cells carry the same execution count, so they are of two kernels and never ran together; or the first cell that ran is not [1] and the
counts behind it skip, so the kernel ran code before and in between that was changed, run again or deleted since. What that left in the
kernel's memory may be part of what is shown, and the next reader does not have it.

Next step: restart the kernel, run all cells, and commit that; or strip the outputs and counts (`mlopslint notebook strip`).

Silent where NBK007 or NBK009 speaks: the same run from the top repairs both. Counts that skip behind a first [1] are cells that were run
again until they worked, and are left alone.

Opt-in (`extend-select = ["NBK008"]`), since a gap says that something ran, not that it mattered.

Source: Pimentel et al., MSR 2019 (skipped execution counts); pynblint; NBLyzer.]],
  options = { ["max-runs"] = { type = "integer", default = 4, min = 0, help = "so many runs that no cell shows are let pass" } },
  check = function(ctx, notebook)
    local executed = lib.executed(notebook)
    if #executed < 2 or lib.descent(executed) or lib.left_out(notebook) then return end
    local above, cell = repeated(executed)
    if cell then
      ctx:report(cell.head, "run as [%d], like the cell above it: they are of two kernels, and what is shown may not come back on a fresh run",
          cell.execution_count)
        :related(above.head, "run as [%d] too", above.execution_count)
      return
    end
    local before, between = gone(executed)
    if before == 0 or between == 0 or before + between <= ctx.options["max-runs"] then return end
    ctx:report(executed[1].head, "the kernel ran %d time%s before this cell, and %d time%s between [%d] and [%d] for no cell: what is shown may need code that is gone",
      before, before == 1 and "" or "s", between, between == 1 and "" or "s", before + 1, executed[#executed].execution_count)
  end,
  tests = {
    bad = {
      { cells = { { code = "x = 1", count = 5 }, { code = "y = 2  # expect: NBK008", count = 5 } }, message = "run as [5], like the cell above it" },
      { cells = { { code = "x = 1  # expect: NBK008", count = 4 }, { code = "y = 2", count = 5 }, { code = "z = 3", count = 9 } }, message = "3 times before this cell, and 3 times between [4] and [9]" },
    },
    good = {
      { cells = { { code = "x = 1", count = 1 }, { code = "y = 2", count = 5 } } },
      { cells = { { code = "x = 1", count = 2 }, { code = "y = 2", count = 5 } } },
      { cells = { { code = "x = 1", count = 24 }, { code = "y = 2", count = 25 } } },
      { cells = { { code = "x = 1", count = 4 } } },
      { cells = { { code = "x = 1", count = 7 }, { code = "y = 2", count = 7 }, { code = "z = 3", count = 3 } } },
      { cells = { { code = "%pip install x\nget_ipython().kernel.do_shutdown(True)", count = 1 }, { code = "y = 2", count = 1 } } },
    },
  },
}
