-- leakage: what rules share that look for steps which saw the test rows: taken before the data is split.
local ml = require "mlopslint.ml"
local M = {}

-- Calls that split data or judge a model on folds of it.
M.splits = { "sklearn.model_selection.train_test_split", "sklearn.model_selection.cross_val_score", "sklearn.model_selection.cross_validate",
  "sklearn.model_selection.cross_val_predict", "sklearn.model_selection.*.split" }

-- The data that such a call splits.
function M.data(call)
  return call:argument("X", call.method:find "^cross" and 2 or 1)
end

-- The target that it is given, if any.
function M.target(call)
  return call:argument("y", call.method:find "^cross" and 3 or 2)
end

local function passes(data, step)
  for _, other in ipairs(data:history()) do
    if other == step then return true end
  end
  return false
end

-- True if a split above this one has been given the same data: it was told there.
local function told_before(ctx, split, step)
  for _, other in ipairs(ctx:calls(table.unpack(M.splits))) do
    if other == split then return false end
    local data = other.start > step.start and M.data(other)
    if data and passes(data, step) then return true end
  end
  return false
end

-- The calls that the data of a split went through before it, each told once. Data that is itself a training part is left alone.
function M.steps(ctx, split)
  local data, out = M.data(split), {}
  local part = data and data:split()
  if not data or part and not part.by_name then return out end
  for _, step in ipairs(data:history()) do
    if not told_before(ctx, split, step) then out[#out + 1] = step end
  end
  return out
end

-- The fit by which an estimator of one of these classes learned from the data that this step turned, and the call that made the
-- estimator: scaler.fit_transform(X) itself, or scaler.fit(X) before scaler.transform(X).
function M.learned(step, classes)
  if step.method ~= "fit_transform" and step.method ~= "transform" and step.method ~= "fit_resample" then return nil end
  if not step.receiver then return nil end
  local fit = step.method ~= "transform" and step or nil
  for _, earlier in ipairs(fit and {} or step.receiver:fits()) do
    local part = earlier.data and earlier.data:split()
    if not part then fit = earlier.call end
  end
  if not fit then return nil end
  for _, estimator in ipairs(step.receiver:estimators()) do
    if ml.any(estimator.name, classes) then return fit, estimator end
  end
end

return M
