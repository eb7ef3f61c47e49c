-- ml: names that rules share: who loads, saves, trains, predicts and splits.
local index = require "mlopslint.index"
local M = {}

-- Calls that bring a model from a file, a registry or a hub into memory.
M.loaders = index.names "loads"

-- Calls that write a fitted model where something else can pick it up.
M.savers = index.names "saves"

-- Calls that answer with a prediction.
M.predictors = { "*.predict", "*.predict_proba", "*.predict_classes", "*.predict_on_batch", "*.decision_function" }

-- Calls that train a model.
M.trainers = index.names "trainings"

-- Metrics that compare predictions with the truth.
M.metrics = {
  "accuracy_score", "balanced_accuracy_score", "f1_score", "fbeta_score", "precision_score", "recall_score", "roc_auc_score",
  "average_precision_score", "log_loss", "classification_report", "confusion_matrix", "matthews_corrcoef", "cohen_kappa_score",
  "mean_squared_error", "root_mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error", "median_absolute_error",
  "r2_score", "explained_variance_score", "brier_score_loss", "top_k_accuracy_score", "hamming_loss", "jaccard_score",
}

-- Paths of tests, where rules about products have nothing to say.
M.tests = { "tests", "test", "test_*.py", "*_test.py", "conftest.py", "testing" }

-- Those, and paths of what only shows how something is used: no product leaves the project there.
M.aside = { "docs", "doc", "tutorials", "tutorial", "examples", "example", table.unpack(M.tests) }

function M.is_aside(path)
  local glob = require("mlopslint.text").glob
  for _, pattern in ipairs(M.aside) do
    if glob(path, pattern) then return true end
  end
  return false
end

-- True if `name` is one of the patterns.
function M.any(name, patterns)
  local matches = require("mlopslint.text").name_matches
  for _, pattern in ipairs(patterns) do
    if name and matches(name, pattern) then return true end
  end
  return false
end

-- The calls among `calls` that match one of the patterns.
function M.filter(calls, patterns)
  local out = {}
  for _, call in ipairs(calls) do
    if M.any(call.name, patterns) then out[#out + 1] = call end
  end
  return out
end

return M
