local rule = require "mlopslint.rule"
local ml = require "mlopslint.ml"

-- True if the load runs once: its function is cached, or it stands behind a test for a model that is there already.
local function loads_once(call)
  local around = call:enclosing_function()
  for _, decorator in ipairs(around and around:decorators() or {}) do
    if decorator.text:find "cache" or decorator.text:find "singleton" then return true end
  end
  local guard = call:ancestor "if_statement"
  while guard do
    local condition = guard:field("condition").text
    if condition:find "is None" or condition:find "not in" or condition:find "^not " then return true end
    guard = guard:ancestor "if_statement"
  end
  return false
end

return rule.route {
  code = "DWN037", name = "model-loaded-per-request", severity = "warning",
  summary = "every request loads the model again",
  docs = [[
The handler loads the model itself, so each request pays for reading and building it: seconds instead of milliseconds, and memory that
grows with every parallel request.

Next step: load the model once, when the service starts (FastAPI `lifespan`, a module-level name, or a function with `functools.lru_cache`).

Source: FastAPI documentation, "Lifespan Events"; Equal Experts MLOps playbook.]],
  needs = { { "load" }, { "from_pretrained" }, { "InferenceSession" }, { "pipeline" } }, ignores = ml.tests,
  check = function(ctx, route)
    for _, call in ipairs(ml.filter(route.handler:reached_calls(), ml.loaders)) do
      local bytes = call.method == "loads" -- what the request itself brings, not a model from a file
      if not bytes and not loads_once(call) then
        ctx:report(call, "the model is loaded on every request to %s: load it once, when the service starts", route.path ~= "" and route.path or "this route")
          :related(route.handler:field "name", "the handler")
      end
    end
  end,
  tests = {
    bad = {
      "import joblib\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.post('/predict')\ndef predict(row: Row):\n    model = joblib.load('m.joblib')  # expect: DWN037\n    return float(model.predict([row.x])[0])",
      "import joblib\nfrom flask import Flask\napp = Flask(__name__)\ndef get_model():\n    return joblib.load('m.joblib')  # expect: DWN037\n@app.route('/p')\ndef p():\n    return str(get_model().predict(x()))",
    },
    good = {
      "import pickle\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.post('/predict')\nasync def predict(request: Request):\n    rows = pickle.loads(await request.body())\n    return float(model.predict(rows)[0])",
      "import joblib\nfrom fastapi import FastAPI\napp = FastAPI()\nmodel = joblib.load('m.joblib')\n@app.post('/predict')\ndef predict(row: Row):\n    return float(model.predict([row.x])[0])",
      "import joblib\nfrom functools import lru_cache\nfrom flask import Flask\napp = Flask(__name__)\n@lru_cache\ndef get_model():\n    return joblib.load('m.joblib')\n@app.route('/p')\ndef p():\n    return str(get_model().predict(x()))",
      "import json\nfrom flask import Flask\napp = Flask(__name__)\n@app.route('/p')\ndef p():\n    return json.load(open('x'))",
    },
  },
}
