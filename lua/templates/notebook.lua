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
  tests = { -- for a notebook, `source` is a list of lines
    bad = { [[{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["x = 1  # expect: ORG000"]}],
 "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]] },
    good = { [[{"cells": [{"cell_type": "markdown", "metadata": {}, "source": ["# Churn by month"]}],
 "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]] },
  },
}
