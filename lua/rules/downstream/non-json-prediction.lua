local rule = require "mlopslint.rule"
local ml = require "mlopslint.ml"

local wrapped = { "joblib.load()*", "pickle.load()*", "sklearn.*", "xgboost.*", "lightgbm.*", "catboost.*", "keras.*", "tensorflow.*", "mlflow.*.load_model()*", "skops.io.load()*" }

-- Models whose numbers are of 32 bits; and sklearn's, whose predict() gives Python's own kind of float.
local narrow = { "xgboost.*", "keras.*", "tensorflow.*" }
local regressors = { "LinearRegression", "Regressor", "%.SVR", "%.Ridge", "Lasso", "ElasticNet" }

-- How many axes a subscript takes away: x[0] one, x[0, 1] two, x[:, 1] one.
local function axes_of(subscript)
  local axes = 0
  for i, index in ipairs(subscript:children()) do
    if i > 1 and index.kind ~= "slice" then axes = axes + 1 end
  end
  return axes
end

-- The call or name behind subscripts, and how many axes those take away.
local function unwrap(node, axes)
  for _ = 1, 4 do
    if node.kind ~= "subscript" then break end
    axes, node = axes + axes_of(node), node:field "value"
  end
  return node, axes
end

-- The prediction call whose NumPy result `node` still is: directly, by name, or an element of it; and the axes taken away.
local function raw_prediction(node)
  local outer, axes = unwrap(node, 0)
  for _, origin in ipairs(outer:origins()) do
    local taken = axes
    for _ = 1, 4 do
      if origin.kind ~= "subscript" then break end
      local inner
      inner, taken = unwrap(origin, taken)
      inner = inner:origins()
      if #inner ~= 1 then break end
      origin = inner[1]
    end
    if origin.kind == "call" and origin:is("*.predict", "*.predict_proba") and not origin.item and origin.receiver and ml.any(origin.receiver.name, wrapped) then
      return origin, taken
    end
  end
end

-- numpy.float64 is a float to Python, and JSON takes it: a single probability, a single number of a regressor of sklearn.
local function is_float(prediction, axes)
  local model = prediction.receiver.name
  if ml.any(model, narrow) then return false end
  if prediction.method == "predict_proba" then return axes >= 2 end
  for _, pattern in ipairs(regressors) do
    if axes >= 1 and model:find "^sklearn%." and model:find(pattern) and not model:find "Classifier" then return true end
  end
  return false
end

-- The values that a returned expression puts into JSON.
local function json_values(node)
  if node.kind == "dictionary" then
    local out = {}
    for _, pair in ipairs(node:children()) do
      if pair.kind == "pair" then out[#out + 1] = pair:field "value" end
    end
    return out
  end
  if node.kind == "call" and node.method == "jsonify" then
    local out = {}
    for _, argument in ipairs(node:field("arguments"):children()) do
      for _, value in ipairs(json_values(argument.kind == "keyword_argument" and argument:field "value" or argument)) do out[#out + 1] = value end
    end
    return out
  end
  if node.kind == "list" or node.kind == "tuple" then return node:children() end
  return { node }
end

return rule.route {
  code = "DWN036", name = "non-json-prediction", severity = "error",
  summary = "the answer is not JSON, so the caller gets an error",
  docs = [[
`predict()` gives a NumPy array, and its elements are NumPy numbers. The JSON encoders of FastAPI and Flask take neither: the first real
request ends in a 500, or in a string that the receiving system does not expect. (Only numpy.float64, such as one probability of
`predict_proba()` in scikit-learn, passes for a float; that is not reported. BentoML encodes arrays itself.)

Next step: convert what you return: `.tolist()` for arrays, `float(x)` or `int(x)` for one number.

Source: Python documentation of json (types it encodes); FastAPI "JSON Compatible Encoder".]],
  needs = { "predict" }, ignores = ml.tests,
  check = function(ctx, route)
    if route.framework == "bentoml" then return end -- it takes arrays and writes them as JSON itself
    for _, value in ipairs(route.handler:returns()) do
      for _, part in ipairs(json_values(value)) do
        local prediction, axes = raw_prediction(part)
        if prediction and not is_float(prediction, axes) then
          local report = ctx:report(part, "`%s` is a NumPy value: JSON can't hold it, so callers get an error", part.text)
          if prediction ~= part then report:related(prediction, "predicted here") end
          local one = part.kind == "subscript"
          report:fix { safety = "unsafe", title = one and "convert with .item()" or "convert with .tolist()", part:after(one and ".item()" or ".tolist()") }
        end
      end
    end
  end,
  tests = {
    bad = {
      "import joblib\nfrom fastapi import FastAPI\napp = FastAPI()\nmodel = joblib.load('m.joblib')\n@app.post('/predict')\ndef predict(row: Row):\n    return {'scores': model.predict_proba([row.x])[:, 1]}  # expect: DWN036",
      "import xgboost\nfrom fastapi import FastAPI\napp = FastAPI()\nmodel = xgboost.XGBClassifier()\n@app.post('/predict')\ndef predict(row: Row):\n    return {'score': model.predict_proba([row.x])[0][1]}  # expect: DWN036",
      "import joblib\nfrom fastapi import FastAPI\napp = FastAPI()\nmodel = joblib.load('m.joblib')\n@app.post('/predict')\ndef predict(row: Row):\n    return {'score': model.predict([row.x])[0]}  # expect: DWN036",
      { "import joblib\nfrom flask import Flask, jsonify\napp = Flask(__name__)\nmodel = joblib.load('m.joblib')\n@app.route('/p')\ndef p():\n    y = model.predict(x())\n    return jsonify(prediction=y)  # expect: DWN036",
        fixed = "import joblib\nfrom flask import Flask, jsonify\napp = Flask(__name__)\nmodel = joblib.load('m.joblib')\n@app.route('/p')\ndef p():\n    y = model.predict(x())\n    return jsonify(prediction=y.tolist())  # expect: DWN036" },
    },
    good = {
      "import bentoml, joblib\n@bentoml.service\nclass S:\n    model = joblib.load('m.joblib')\n    @bentoml.api\n    def predict(self, x):\n        return self.model.predict(x)",
      "import joblib\nfrom fastapi import FastAPI\napp = FastAPI()\nmodel = joblib.load('m.joblib')\n@app.post('/predict')\ndef predict(row: Row):\n    p = model.predict_proba([row.x])[0]\n    return {'score': p[1], 'other': model.predict_proba([row.x])[0, 0]}",
      "from flask import Flask, jsonify\nfrom sklearn.linear_model import LinearRegression\napp = Flask(__name__)\nmodel = LinearRegression().fit(X, y)\n@app.route('/p')\ndef p():\n    y = model.predict(x())\n    return jsonify(y[0])",
      "import joblib\nfrom fastapi import FastAPI\napp = FastAPI()\nmodel = joblib.load('m.joblib')\n@app.post('/predict')\ndef predict(row: Row):\n    return {'score': float(model.predict([row.x])[0])}",
      "import joblib\nfrom fastapi import FastAPI\napp = FastAPI()\nmodel = joblib.load('m.joblib')\n@app.post('/predict')\ndef predict(row: Row):\n    y = model.predict([row.x]).tolist()\n    return {'scores': y}",
      "from fastapi import FastAPI\napp = FastAPI()\n@app.post('/predict')\ndef predict(row: Row):\n    return {'score': service.predict(row)}",
    },
  },
}
