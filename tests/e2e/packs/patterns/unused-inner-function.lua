local rule = require "mlopslint.rule"
local outer = "def $OUTER(...):\n  ...\n  def $F(...): ...\n  ...\n"
return rule.pattern {
  code = "PAT012", name = "unused-inner-function", severity = "warning",
  summary = "a function inside a function that nothing calls",
  docs = "Call it or delete it.",
  pattern = "def $F(...): ...", focus = "$F",
  inside = outer,
  not_inside = { outer .. "  <... $F ...>", "@$DECORATOR\ndef $F(...): ..." },
  message = "`$F` is defined in `$OUTER` and never used there",
  tests = {
    bad = { { "def a():\n  def b(): return 1  # expect: PAT012\n  def c(): return b2()  # expect: PAT012\n  return 3",
      message = "`b` is defined in `a`" } },
    good = { "def a():\n  def b(): return 1\n  @task\n  def c(): return 1\n  if x:\n    return [b() for i in x]",
      "class A:\n  def b(self): return 1" },
  },
}
