local rule = require "mlopslint.rule"
local ml = require "mlopslint.ml"

-- The resampling call that a value comes from, or nil.
local function resampling(node)
  for _, origin in ipairs(node:origins()) do
    if origin.kind == "call" and (origin.method == "fit_resample" or origin.method == "fit_sample") then return origin end
  end
end

return rule.call {
  code = "FIT006", name = "resample-before-split", severity = "error",
  summary = "copies of the training rows are in the test set",
  docs = [[
Over-sampling makes new rows out of existing ones. Done before the split, rows made from a training row land in the test set and the other
way round: the model is tested on what it has seen, and the class balance of the test set is not that of the world.

Next step: split first and resample the training part only; in cross-validation put the sampler into an `imblearn.pipeline.Pipeline`.

Source: imbalanced-learn documentation, "Common pitfalls: data leakage"; Yang et al., ASE 2022.]],
  calls = { "sklearn.model_selection.train_test_split", "sklearn.model_selection.cross_val_score", "sklearn.model_selection.cross_validate", "sklearn.model_selection.cross_val_predict" },
  needs = { { "fit_resample" }, { "fit_sample" } }, ignores = ml.tests,
  check = function(ctx, call)
    local x = call:argument("X", call.method == "train_test_split" and 1 or 2)
    local resampled = x and resampling(x)
    if not resampled then return end
    ctx:report(resampled, "resampled before the split: rows made from training rows end up in the test set")
      :related(call, "the split comes after")
  end,
  tests = {
    bad = {
      "from imblearn.over_sampling import SMOTE\nfrom sklearn.model_selection import train_test_split\nsm = SMOTE()\nX_res, y_res = sm.fit_resample(X, y)  # expect: FIT006\na, b, c, d = train_test_split(X_res, y_res)",
    },
    good = {
      "from imblearn.over_sampling import SMOTE\nfrom sklearn.model_selection import train_test_split\nX_train, X_test, y_train, y_test = train_test_split(X, y)\nX_train, y_train = SMOTE().fit_resample(X_train, y_train)",
      "from imblearn.over_sampling import SMOTE\nfrom sklearn.model_selection import train_test_split\nX_res, y_res = SMOTE().fit_resample(A, b)\ntrain_test_split(X, y)",
    },
  },
}
