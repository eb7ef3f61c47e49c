local rule = require "mlopslint.rule"
local leakage = require "mlopslint.leakage"
local ml = require "mlopslint.ml"

return rule.call {
  code = "FIT006", name = "resample-before-split", severity = "error",
  summary = "copies of the training rows are in the test set",
  docs = [[
Over-sampling makes new rows out of existing ones. Done before the split, rows made from a training row land in the test set and the other
way round: the model is tested on what it has seen, and the class balance of the test set is not that of the world.

Next step: split first and resample the training part only; in cross-validation put the sampler into an `imblearn.pipeline.Pipeline`.

Source: imbalanced-learn documentation, "Common pitfalls: data leakage"; Yang et al., ASE 2022.]],
  calls = leakage.splits, needs = { { "fit_resample" }, { "fit_sample" } }, ignores = ml.tests,
  check = function(ctx, call)
    for _, step in ipairs(leakage.steps(ctx, call)) do
      if step.method == "fit_resample" or step.method == "fit_sample" then
        ctx:report(step, "resampled before the split: rows made from training rows end up in the test set")
          :related(call, "the split comes after")
      end
    end
  end,
  tests = {
    bad = {
      "from imblearn.over_sampling import SMOTE\nfrom sklearn.model_selection import train_test_split\nsm = SMOTE()\nX_res, y_res = sm.fit_resample(X, y)  # expect: FIT006\na, b, c, d = train_test_split(X_res, y_res)",
      "from imblearn.over_sampling import SMOTE\nfrom sklearn.model_selection import cross_val_score\nX, y = SMOTE().fit_resample(X, y)  # expect: FIT006\nX = X.values\ncross_val_score(model, X, y)",
      "from sklearn.model_selection import train_test_split\ndef balance(X, y):\n    return RandomOverSampler().fit_resample(X, y)  # expect: FIT006\nX, y = balance(X, y)\ntrain_test_split(X, y)",
      "from imblearn.over_sampling import SMOTE\nfrom sklearn.model_selection import train_test_split\nX_res, y_res = SMOTE().fit_resample(X, y)  # expect: FIT006\ntrain_test_split(X_res, y_res)\ntrain_test_split(X_res, y_res, random_state=2)",
    },
    good = {
      "from imblearn.over_sampling import SMOTE\nfrom sklearn.model_selection import train_test_split\nX_train, X_test, y_train, y_test = train_test_split(X, y)\nX_train, y_train = SMOTE().fit_resample(X_train, y_train)",
      "from imblearn.over_sampling import SMOTE\nfrom sklearn.model_selection import train_test_split\nX_res, y_res = SMOTE().fit_resample(A, b)\ntrain_test_split(X, y)",
      -- the test part is safe already
      "from imblearn.over_sampling import SMOTE\nfrom sklearn.model_selection import train_test_split\na, b, c, d = train_test_split(X, y)\na, c = SMOTE().fit_resample(a, c)\ne, f, g, h = train_test_split(a, c)",
    },
  },
}
