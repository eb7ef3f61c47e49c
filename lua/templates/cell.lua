local rule = require "mlopslint.rule"

return rule.cell {
  code = "ORG000", name = "rule-name", severity = "warning",
  summary = "what goes wrong, in a line",
  docs = [[
Why this matters to the people who read the finding.

Next step: what they should do instead.]],
  options = { ["max-lines"] = { type = "integer", default = 50, min = 1, help = "longest cell that may stay" } },
  check = function(ctx, cell)
    if cell.kind ~= "code" then return end
    local _, lines = cell.source:gsub("\n", "")
    if lines + 1 <= ctx.options["max-lines"] then return end
    ctx:report(cell.head, "a cell of %d lines belongs into a module with tests", lines + 1)
  end,
  tests = {
    bad = { { cells = { "x = 1", "x = 1  # expect: ORG000\ny = 2" }, options = { ["max-lines"] = 1 } } },
    good = { { cells = { "x = 1\ny = 2", { markdown = "# Churn" } } } },
  },
}
