local rule = require "mlopslint.rule"
return rule.pattern {
  code = "PAT008", name = "cached-generator", severity = "warning",
  summary = "the second caller gets a generator that is used up",
  docs = "A generator runs once. Cache the list that it gives.",
  pattern = "@functools.lru_cache(...)\ndef $F(...):\n  ...\n  yield ...",
  message = "`$F` is a generator, and its result is cached",
  tests = {
    bad = { [[
from functools import lru_cache
@lru_cache(maxsize=9)  # expect: PAT008
def rows(path):
    with open(path) as f:
        yield from f
@lru_cache  # expect: PAT008
async def more(x): yield 1
]] },
    good = { [[
from functools import lru_cache
@lru_cache(maxsize=9)
def rows(path):
    def inner():
        yield 1
    return list(inner())
@other
def more(): yield 1
]] },
  },
}
