local rule = require "mlopslint.rule"

return rule.import {
  code = "ORG000", name = "rule-name", severity = "warning",
  summary = "what goes wrong, in a line",
  docs = [[
Why this matters to the people who read the finding.

Next step: what they should do instead.]],
  imports = { "pickle" }, -- modules, or what is in them
  check = function(ctx, node)
    if ctx.is_test then return end
    ctx:report(node, "our models are not pickles")
  end,
  tests = {
    bad = { "import pickle  # expect: ORG000", "from pickle import load  # expect: ORG000" },
    good = { "import json", { "import pickle", file = "tests/test_model.py" } },
  },
}
