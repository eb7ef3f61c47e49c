local rule = require "mlopslint.rule"
local project = require "mlopslint.project"

-- Words by which people call a comparator that is no model, as literals.
local words = { { "baseline" }, { "Baseline" }, { "BASELINE" }, { "majority class" }, { "majority_class" }, { "naive_forecast" }, { "naive forecast" },
  { "rule_based" }, { "rule-based" }, { "heuristic" }, { "Heuristic" } }

-- Groups have no right answer to reach, and no rule writes text.
local function learned(trainings)
  local out = {}
  for _, training in ipairs(trainings) do
    if not training.call:find "^sklearn%.cluster%." and training.library ~= "transformers" then out[#out + 1] = training end
  end
  return out
end

return rule.project {
  code = "FIT011", name = "no-baseline", severity = "info", whole = true, index = { "trainings" },
  summary = "nothing shows that machine learning is needed here",
  docs = [[
The project trains a model but compares it with nothing simpler. In many cases a rule, the majority class or yesterday's value does nearly
as well, is understood by everyone and never drifts. Without that number nobody can say what the model adds.

Next step: fit a `sklearn.dummy.DummyClassifier` or `DummyRegressor` (or write the rule your experts would use) on the same split and
record its metric beside the model's.

Source: Google, "Rules of Machine Learning", rule 1; Equal Experts MLOps playbook; Holte 1993, "Very simple classification rules
perform well on most commonly used datasets".]],
  collect = {
    { files = { "*.py", "*.ipynb", "*.yaml", "*.yml", "*.json", "*.toml", "*.md" }, needs = words,
      fact = function() return {} end },
    { calls = { "sklearn.dummy.Dummy*", "statsforecast.*.Naive", "statsforecast.*.SeasonalNaive", "darts.*.Naive*" },
      fact = function() return {} end },
  },
  finish = function(ctx, baselines)
    if baselines:one() then return end
    local train = project.place(learned(project.products(ctx.project:trainings())))
    if not train then return end
    ctx:report_at(train.at, "a model is trained here, and nothing in the project says what a simple rule would reach: add a baseline beside it")
  end,
  tests = {
    bad = { "from sklearn.linear_model import LogisticRegression\nm = LogisticRegression()\nm.fit(X, y)  # expect: FIT011" },
    good = {
      "from sklearn.linear_model import LogisticRegression\nfrom sklearn.dummy import DummyClassifier\nLogisticRegression().fit(X, y)\nDummyClassifier().fit(X, y)",
      { files = { ["train.py"] = "from sklearn.linear_model import LogisticRegression\nLogisticRegression().fit(X, y)", ["README.md"] = "# Churn\n\nThe baseline reaches 0.71." } },
      { "from sklearn.linear_model import LogisticRegression\nLogisticRegression().fit(X, y)", file = "examples/train.py" },
      "from sklearn.preprocessing import StandardScaler\nStandardScaler().fit(X)",
    },
  },
}
