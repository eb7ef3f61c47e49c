local rule = require "mlopslint.rule"
return rule.pattern {
  code = "PAT011", name = "logged-and-raised", severity = "warning",
  summary = "an error is logged here and again by whoever handles it",
  docs = "Log where the error is handled; here log a warning, or nothing.",
  pattern = "logger.$LEVEL(...)\n...\nraise ...",
  where = { LEVEL = "^(error|exception)$" },
  inside = "try:\n  ...\nexcept ...:\n  ...",
  message = "logger.$LEVEL, and then the error is raised all the same",
  tests = {
    bad = { [[
try:
    f()
except ValueError as e:
    logger.error("no")  # expect: PAT011
    clean_up()
    raise Failed() from e
finally:
    g()
]] },
    good = { "try:\n  f()\nexcept ValueError:\n  logger.info('no')\n  raise\nexcept KeyError:\n  logger.error('no')",
      "logger.error('no')\nraise ValueError" },
  },
}
