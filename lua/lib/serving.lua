-- serving: what rules about prediction routes share.
local ml = require "mlopslint.ml"
local M = {}

-- Names that a model goes by, for receivers whose origin is not known.
local model_words = { "model", "pipeline", "pipe", "clf", "classifier", "regressor", "estimator", "predictor", "booster", "learner" }

local function looks_like_a_model(text)
  local last = text:lower():match "([%w_]+)[%]%)\"']*$" or ""
  for _, word in ipairs(model_words) do
    if last:find(word, 1, true) then return true end
  end
  return false
end

-- True if this call asks a model for a prediction: the receiver was loaded or trained, or is named like a model.
function M.is_prediction(call)
  if not ml.any(call.name, ml.predictors) and not (call.method == "generate" and call.receiver) then return false end
  local receiver = call.receiver
  if not receiver then return false end
  local name = receiver.name
  if name and (name:find "load" or name:find "^sklearn%." or name:find "^xgboost%." or name:find "^lightgbm%." or name:find "^catboost%."
    or name:find "^keras%." or name:find "^tensorflow%." or name:find "^transformers%." or name:find "^mlflow%.") then
    return true
  end
  return looks_like_a_model(receiver.text)
end

-- The predictions that a handler reaches, through this file's own functions too.
function M.predictions(handler)
  local out = {}
  for _, call in ipairs(handler:reached_calls()) do
    if M.is_prediction(call) then out[#out + 1] = call end
  end
  return out
end

return M
