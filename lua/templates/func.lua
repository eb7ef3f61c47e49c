local rule = require "mlopslint.rule"

return rule.func {
  code = "ORG000", name = "rule-name", severity = "warning",
  summary = "what goes wrong, in a line",
  docs = [[
Why this matters to the people who read the finding.

Next step: what they should do instead.]],
  functions = { "train*" }, -- names of definitions
  check = function(ctx, node)
    for _, parameter in ipairs(node:parameters()) do
      if parameter.name == "seed" then return end
    end
    ctx:report(node, "`%s` takes no seed: nobody can repeat its model", node.name)
  end,
  tests = {
    bad = { "def train_model(data):  # expect: ORG000\n    return data" },
    good = { "def train_model(data, seed):\n    return data", "def load(data):\n    return data" },
  },
}
