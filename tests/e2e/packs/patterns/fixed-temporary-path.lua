local rule = require "mlopslint.rule"
return rule.pattern {
  code = "PAT010", name = "fixed-temporary-path", severity = "warning",
  summary = "two runs write the same temporary file",
  docs = "Use `tempfile.TemporaryFile` or `tempfile.TemporaryDirectory`.",
  pattern = "open($PATH, ...)",
  where = { PATH = "^/tmp/" },
  message = "$PATH is the same for all runs and all users",
  tests = {
    bad = { "import os\nROOT = '/tmp'\nopen(os.path.join(ROOT, 'a.csv'), 'w')  # expect: PAT010" },
    good = { "open('./tmp/a.csv')\nopen(path)" },
  },
}
