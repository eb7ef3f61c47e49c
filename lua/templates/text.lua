local rule = require "mlopslint.rule"

return rule.text {
  code = "ORG000", name = "rule-name", severity = "warning",
  summary = "what goes wrong, in a line",
  docs = [[
Why this matters to the people who read the finding.

Next step: what they should do instead.]],
  regex = [[https?://files\.old-store\.example/\S+]], -- PCRE2, over the raw text of files of any kind
  needs = { "files.old-store.example" }, -- files without it are not even read for this rule
  check = function(ctx, match)
    ctx:report(match.range, "`%s` is read-only since the move", match.text)
  end,
  tests = {
    bad = { "DATA = 'https://files.old-store.example/churn.csv'  # expect: ORG000" },
    good = { "DATA = 'https://files.store.example/churn.csv'" },
  },
}
