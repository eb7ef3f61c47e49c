local rule = require "mlopslint.rule"
local lib = require "mlopslint.notebook"

-- The reads by the cell that ran again, in the order in which they stand.
local function by_cause(reads)
  local groups, of = {}, {}
  for _, read in ipairs(reads) do
    local number = read.rerun.number
    if not of[number] then
      of[number] = { first = read, others = {} }
      groups[#groups + 1] = of[number]
    else
      table.insert(of[number].others, read.cell)
    end
  end
  return groups
end

return rule.notebook {
  code = "NBK012", name = "stale-result", severity = "warning", enabled = false,
  summary = "a result is shown that the code above it no longer gives",
  docs = [[
The execution counts prove it: the cell above that binds this name ran again after the cell here had read it, and the cell here did not. What
it shows was computed from a value that is gone, and whoever reads the notebook from the top takes it for the result of the code above.

Next step: run this cell and all below it again, or restart and run all, and commit that.

One finding for each cell that ran again, at the first result that it left behind; the others are named. Values that were computed from the
old one in between are followed. Names that are bound in branches or loops, reads inside functions and imports that ran again don't count,
nor do cells whose counts are of two kernels. NBK007 says of the notebook as a whole that its order is not that of the page.

Opt-in (`extend-select = ["NBK012"]`), since the counts prove the order, not that the value changed: in one of five real findings the rerun gave the same.

Source: Macke et al., "Fine-Grained Lineage for Safer Notebook Interactions" (nbsafety), VLDB 2021; NBLyzer, "stale state"; Pimentel et al., MSR 2019.]],
  check = function(ctx, notebook)
    for _, group in ipairs(by_cause(notebook:stale_reads())) do
      local read = group.first
      local more = #group.others > 0 and (" (so is what %s show%s)"):format(lib.cells_text(group.others), #group.others == 1 and "s" or "") or ""
      ctx:report(read.read, "run as [%d], but `%s` was bound again in cell %d as [%d]: what is shown here is of the old one%s", read.cell.execution_count,
          read.name, read.rerun.number, read.rerun.execution_count, more)
        :related(read.binding, "`%s` is bound here, run as [%d]", read.name, read.rerun.execution_count)
    end
  end,
  tests = {
    bad = {
      { cells = { { code = "limit = 3", count = 7 }, { code = "print(limit)  # expect: NBK012", count = 2, output = "2" } }, message = "run as [2], but `limit` was bound again in cell 1 as [7]" },
      { cells = { { code = "raw = load()", count = 9 }, { code = "df = clean(raw)", count = 2 }, { code = "print(df.shape)  # expect: NBK012", count = 3, output = "(3, 4)" } },
        message = "`raw` was bound again in cell 1" },
      { cells = { { code = "a = 1", count = 9 }, { code = "print(a)  # expect: NBK012", count = 2, output = "1" }, { code = "print(a + 1)", count = 3, output = "2" } },
        message = "so is what cell 3 shows" },
      { cells = { { code = "def score(m):\n    return m.loss", count = 9 }, { code = "print(score(model))  # expect: NBK012", count = 4, output = "1" } } },
    },
    good = {
      { cells = { { code = "limit = 3", count = 1 }, { code = "print(limit)", count = 2, output = "3" }, { code = "limit = 4", count = 3 } } },
      { cells = { { code = "limit = 3", count = 7 }, { code = "print(limit)", count = 8, output = "3" }, { code = "print(1)", count = 4, output = "1" } } },
      { cells = { { code = "import numpy as np", count = 7 }, { code = "print(np.pi)", count = 2, output = "3.14" } } },
      { cells = { { code = "limit = 3", count = 7 }, { code = "limit = 4\nprint(limit)", count = 2, output = "4" } } },
      { cells = { { code = "limit = 3", count = 7 }, { code = "x = limit + 1", count = 2 } } },
      { cells = { { code = "if old:\n    limit = 3", count = 7 }, { code = "print(limit)", count = 2, output = "4" } } },
      { cells = { { code = "a = 1", count = 2 }, { code = "a = 3", count = 7 }, { code = "print(a)", count = 2, output = "1" } } },
    },
  },
}
