local rule = require "mlopslint.rule"
local ml = require "mlopslint.ml"

-- Words by which people call a comparator that is no model, as literals.
local words = { { "baseline" }, { "Baseline" }, { "BASELINE" }, { "majority class" }, { "majority_class" }, { "naive_forecast" }, { "naive forecast" },
  { "rule_based" }, { "rule-based" }, { "heuristic" }, { "Heuristic" } }

return rule.project {
  code = "FIT011", name = "no-baseline", severity = "info", whole = true,
  summary = "nothing shows that machine learning is needed here",
  docs = [[
The project trains a model but compares it with nothing simpler. In many cases a rule, the majority class or yesterday's value does nearly
as well, is understood by everyone and never drifts. Without that number nobody can say what the model adds.

Next step: fit a `sklearn.dummy.DummyClassifier` or `DummyRegressor` (or write the rule your experts would use) on the same split and
record its metric beside the model's.

Source: Google, "Rules of Machine Learning", rule 1; Equal Experts MLOps playbook; Holte 1993, "Very simple classification rules
perform well on most commonly used datasets".]],
  collect = {
    { calls = ml.trainers, ignores = ml.aside,
      fact = function(_, call)
        if call:is "sklearn.preprocessing.*" or call:is "sklearn.feature_extraction.*" or call:is "sklearn.impute.*" or call:is "sklearn.decomposition.*"
          or call:is "sklearn.compose.*" or call:is "sklearn.cluster.*" or call:is "transformers.*" then return nil end -- no rule writes text
        return { kind = "train", at = call:location() }
      end },
    { files = { "*.py", "*.ipynb", "*.yaml", "*.yml", "*.json", "*.toml", "*.md" }, needs = words,
      fact = function() return { kind = "baseline" } end },
    { calls = { "sklearn.dummy.Dummy*", "statsforecast.*.Naive", "statsforecast.*.SeasonalNaive", "darts.*.Naive*" },
      fact = function() return { kind = "baseline" } end },
  },
  finish = function(ctx, facts)
    local train = facts:place { kind = "train" }
    if not train or facts:one { kind = "baseline" } then return end
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
