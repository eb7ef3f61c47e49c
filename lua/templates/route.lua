local rule = require "mlopslint.rule"

return rule.route {
  code = "ORG000", name = "rule-name", severity = "warning",
  summary = "what goes wrong, in a line",
  docs = [[
Why this matters to the people who read the finding.

Next step: what they should do instead.]],
  check = function(ctx, route) -- handlers of FastAPI, Flask, ...
    if route.path:sub(1, 4) == "/v1/" or route.path == "/health" then return end
    ctx:report(route.node, "`%s` has no version: callers can't tell models apart", route.path)
  end,
  tests = {
    bad = { "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/predict')  # expect: ORG000\ndef predict(): return 1" },
    good = { "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/v1/predict')\ndef predict(): return 1" },
  },
}
