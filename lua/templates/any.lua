local rule = require "mlopslint.rule"

return rule.any {
  code = "ORG000", name = "rule-name", severity = "warning",
  summary = "what goes wrong, in a line",
  docs = [[
Why this matters to the people who read the finding.

Next step: what they should do instead.]],
  on = { -- several triggers, each with its check
    { calls = { "mlflow.set_tracking_uri" }, check = function(ctx, call)
      local uri = call:argument("uri", 1)
      if uri and uri:constant() ~= "https://mlflow.example" then ctx:report(uri, "runs belong to https://mlflow.example") end
    end },
    { formats = { "yaml" }, select = "**.MLFLOW_TRACKING_URI", check = function(ctx, value)
      if value.text ~= "https://mlflow.example" then ctx:report(value, "runs belong to https://mlflow.example") end
    end },
  },
  tests = {
    bad = { "import mlflow\nmlflow.set_tracking_uri('http://localhost')  # expect: ORG000",
      { "env:\n  MLFLOW_TRACKING_URI: http://localhost  # expect: ORG000", file = ".github/workflows/train.yaml" } },
    good = { "import mlflow\nmlflow.set_tracking_uri('https://mlflow.example')" },
  },
}
