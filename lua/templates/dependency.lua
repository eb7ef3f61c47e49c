local rule = require "mlopslint.rule"

return rule.dependency {
  code = "ORG000", name = "rule-name", severity = "warning",
  summary = "what goes wrong, in a line",
  docs = [[
Why this matters to the people who read the finding.

Next step: what they should do instead.]],
  dependencies = { "tensorflow" }, -- as declared in requirements, pyproject.toml, environment.yml, Dockerfiles ...
  check = function(ctx, dependency)
    if dependency.dev then return end
    ctx:report(dependency.range, "`%s` is not what we serve with", dependency.name)
  end,
  tests = {
    bad = { { "tensorflow==2.16.1  # expect: ORG000", file = "requirements.txt" } },
    good = { { "torch==2.7.1", file = "requirements.txt" } },
  },
}
