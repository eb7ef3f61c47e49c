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
  if call.name == "onnxruntime.InferenceSession.run" then return true end
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

-- True for the names by which a model is handed on: model, self.predictor, best_model; not model_version.
local function names_a_model(text)
  local last = text:lower():match "([%w_]+)$" or ""
  for _, word in ipairs(model_words) do
    if last == word or last:sub(-#word - 1) == "_" .. word then return true end
  end
  return false
end

local function hands_on_a_model(call)
  for _, argument in ipairs(call:field("arguments"):children()) do
    local keyword = argument.kind == "keyword_argument"
    if keyword and names_a_model(argument:field("name").text) then return true end
    local value = keyword and argument:field "value" or argument
    if (value.kind == "identifier" or value.kind == "attribute") and names_a_model(value.text) then return true end
  end
  return false
end

local writers = { "^_*log", "^_*save", "^_*store", "^_*record", "^_*load", "^_*get" }

-- True if this call hands a model to a function, of another file too, that predicts with it: predict_and_decide(df, model=model).
local function is_handed_on(call)
  local name = call.method
  if name:find "^_*%u" or not (name:find "predict" or name:find "infer") then return false end
  for _, pattern in ipairs(writers) do
    if name:find(pattern) then return false end
  end
  return hands_on_a_model(call)
end

-- True if this call predicts, here or in the function that it hands a model to.
function M.infers(call) return M.is_prediction(call) or is_handed_on(call) end

-- The predictions that a handler reaches, and the calls that hand a model on to be asked elsewhere.
function M.inferences(handler)
  local out = {}
  for _, call in ipairs(handler:reached_calls()) do
    if M.infers(call) then out[#out + 1] = call end
  end
  return out
end

-- True if callers come to this route for a prediction: it makes one, or its address says so.
function M.is_prediction_route(route)
  if #M.inferences(route.handler) > 0 then return true end
  return route.method ~= "get" and (route.path .. "/"):find "/predict[/_-]" ~= nil
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
