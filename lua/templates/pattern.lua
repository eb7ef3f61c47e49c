local rule = require "mlopslint.rule"

return rule.pattern {
  code = "ORG000", name = "rule-name", severity = "warning",
  summary = "what goes wrong, in a line",
  docs = [[
Why this matters to the people who read the finding.

Next step: what they should do instead.]],
  pattern = "pandas.read_csv($PATH, ...)", -- code with $NAMES for any expression, ... for any arguments; aliases are resolved
  unless = "pandas.read_csv(..., dtype=$TYPES, ...)",
  message = "`$PATH` is read with guessed column types",
  fix = { safety = "unsafe", title = "read all as text", edit = function(m) return m:add_keyword("dtype", "str") end },
  tests = {
    bad = { { "import pandas as pd\nt = pd.read_csv('x.csv')  # expect: ORG000", fixed = "import pandas as pd\nt = pd.read_csv('x.csv', dtype=str)" } },
    good = { "import pandas as pd\nt = pd.read_csv('x.csv', dtype=types)" },
  },
}
