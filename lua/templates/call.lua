local rule = require "mlopslint.rule"

return rule.call {
  code = "ORG000", name = "rule-name", severity = "warning",
  summary = "what goes wrong, in a line",
  docs = [[
Why this matters to the people who read the finding.

Next step: what they should do instead.]],
  options = { allowed = { type = "string[]", default = {}, help = "paths that may be loaded all the same" } },
  calls = { "joblib.load" }, -- qualified names: import aliases are resolved; * is one part or more
  check = function(ctx, call)
    local path = call:argument("filename", 1) -- by keyword or position; nil if it isn't there
    for _, allowed in ipairs(ctx.options.allowed) do
      if path and path:constant() == allowed then return end
    end
    ctx:report(call, "`%s` is not how we load models", call.name)
      :fix { safety = "unsafe", title = "load from the registry", call.callee:replace "registry.load" }
  end,
  tests = {
    bad = { { "import joblib\nmodel = joblib.load('m.joblib')  # expect: ORG000", fixed = "import joblib\nmodel = registry.load('m.joblib')" } },
    good = { { "import joblib\nmodel = joblib.load('m.joblib')", options = { allowed = { "m.joblib" } } }, "import json\njson.load(f)" },
  },
}
