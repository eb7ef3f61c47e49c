local rule = require "mlopslint.rule"
return rule.pattern {
  code = "PAT009", name = "compared-with-itself", severity = "info",
  summary = "the result is always the same",
  docs = "Compare with something else; for NaN use `math.isnan`.",
  pattern = { "$X == $X", "$X != $X" },
  unless = "1 == 1",
  not_inside = { "def __eq__(...): ...", "def __cmp__(...): ...", "assert ...", "assertTrue(...)", "assertFalse(...)" },
  message = "`$X` is compared with itself",
  tests = {
    bad = { { "print(a.b[0] != a.b[ 0 ])  # expect: PAT009", message = "`a.b[0]` is compared with itself" } },
    good = { "a == b\nassert a == a, 'a'\nclass A:\n  def __eq__(self, o):\n    return self == self" },
  },
}
