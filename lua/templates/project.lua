local rule = require "mlopslint.rule"

return rule.project {
  code = "ORG000", name = "rule-name", severity = "warning",
  summary = "what the project lacks, in a line",
  docs = [[
Why this matters to the people who read the finding.

Next step: what they should do instead.]],
  collect = { -- one file after the other: what a file gives is a table of plain values
    { calls = { "joblib.dump" }, fact = function(ctx, call) return { kind = "save", at = call:location() } end },
    { files = { "OWNERS" }, fact = function() return { kind = "owner" } end },
  },
  whole = true, -- it speaks of absence: only when the whole project is checked
  finish = function(ctx, facts) -- once, with the facts of all files
    local save = facts:place { kind = "save" }
    if not save or facts:one { kind = "owner" } then return end
    ctx:report_at(save.at, "a model leaves the project here, and no OWNERS file says whom to ask")
  end,
  tests = {
    bad = { "import joblib\njoblib.dump(model, 'm.joblib')  # expect: ORG000" },
    good = { { files = { ["train.py"] = "import joblib\njoblib.dump(model, 'm.joblib')", OWNERS = "ml-team" } } },
  },
}
