local rule = require "mlopslint.rule"

return rule.notebook {
  code = "ORG000", name = "rule-name", severity = "warning",
  summary = "what goes wrong, in a line",
  docs = [[
Why this matters to the people who read the finding.

Next step: what they should do instead.]],
  check = function(ctx, notebook)
    local first = notebook:cells()[1]
    if not first or first.kind == "markdown" then return end
    ctx:report(first.head, "a notebook begins with what it is for")
  end,
  tests = {
    bad = { { cells = { "x = 1  # expect: ORG000" } } },
    good = { { cells = { { markdown = "# Churn by month" }, "x = 1" } } },
  },
}
