local rule = require "mlopslint.rule"
local leakage = require "mlopslint.leakage"
local ml = require "mlopslint.ml"

-- Selectors that look at the target.
local classes = {
  "sklearn.feature_selection.SelectKBest", "sklearn.feature_selection.SelectPercentile", "sklearn.feature_selection.SelectFdr",
  "sklearn.feature_selection.SelectFpr", "sklearn.feature_selection.SelectFwe", "sklearn.feature_selection.GenericUnivariateSelect",
  "sklearn.feature_selection.RFE", "sklearn.feature_selection.RFECV", "sklearn.feature_selection.SelectFromModel",
  "sklearn.feature_selection.SequentialFeatureSelector", "boruta.BorutaPy", "mlxtend.feature_selection.*",
}

return rule.call {
  code = "FIT004", name = "selection-before-split", severity = "error",
  summary = "the features were chosen with the test answers",
  docs = [[
A selector keeps the features that go best with the target. If it is fitted before the split, it has looked at the answers of the test rows:
with many features and few rows even pure noise then predicts the test set, and the metric is worth nothing.

Next step: put the selector into a `Pipeline` with the model, so that it is fitted on the training part of each split only.

Source: Ambroise and McLachlan, "Selection bias in gene extraction", PNAS 2002; Hastie, Tibshirani, Friedman, "The Elements of Statistical
Learning", section 7.10.2.]],
  calls = leakage.splits, needs = { { "SelectKBest" }, { "SelectPercentile" }, { "SelectF" }, { "RFE" }, { "SequentialFeatureSelector" }, { "BorutaPy" }, { "mlxtend" }, { "GenericUnivariateSelect" } },
  ignores = ml.tests,
  check = function(ctx, call)
    for _, step in ipairs(leakage.steps(ctx, call)) do
      local fit, estimator = leakage.learned(step, classes)
      if fit then
        ctx:report(fit, "`%s` chose the features with the answers of the test rows: fit it after the split, best in a Pipeline", estimator.method)
          :related(call, "the split comes after")
      end
    end
  end,
  tests = {
    bad = {
      "from sklearn.feature_selection import SelectKBest\nfrom sklearn.model_selection import train_test_split\nX = SelectKBest(k=10).fit_transform(X, y)  # expect: FIT004\ntrain_test_split(X, y)",
      "from sklearn.feature_selection import RFE\nfrom sklearn.model_selection import cross_val_score\nrfe = RFE(model)\nrfe.fit(X, y)  # expect: FIT004\ncross_val_score(model, rfe.transform(X), y)",
      "from sklearn.feature_selection import SelectFromModel\nfrom sklearn.model_selection import KFold\nselected = SelectFromModel(lasso).fit_transform(X, y)  # expect: FIT004\nkf = KFold(5)\nfor train, test in kf.split(selected):\n    pass",
    },
    good = {
      "from sklearn.feature_selection import SelectKBest\nfrom sklearn.pipeline import make_pipeline\nfrom sklearn.model_selection import cross_val_score\ncross_val_score(make_pipeline(SelectKBest(), model), X, y)",
      "from sklearn.feature_selection import SelectKBest\nfrom sklearn.model_selection import train_test_split\na, b, c, d = train_test_split(X, y)\ns = SelectKBest().fit(a, c)\na, b = s.transform(a), s.transform(b)",
      -- it does not look at the target
      "from sklearn.feature_selection import VarianceThreshold, SelectKBest\nfrom sklearn.model_selection import train_test_split\nX = VarianceThreshold().fit_transform(X)\ntrain_test_split(X, y)",
    },
  },
}
