local rule = require "mlopslint.rule"
local serving = require "mlopslint.serving"
local ml = require "mlopslint.ml"

-- Methods that put something somewhere it can be found again.
local sinks = { info = true, debug = true, warning = true, log = true, msg = true, insert = true, insert_one = true, insert_many = true, add = true, commit = true,
  execute = true, executemany = true, send = true, publish = true, produce = true, put = true, put_record = true, put_item = true, write = true, writerow = true,
  observe = true, inc = true, labels = true, set = true, record = true, add_task = true, to_sql = true, append_row = true, capture = true, track = true,
  xadd = true, lpush = true, rpush = true, create = true, save = true, log_metric = true, log_metrics = true, log_table = true, emit = true, print = true }

local function records(call)
  local name = call.name or ""
  if sinks[call.method] then return call.receiver ~= nil or call.method == "print" end
  return name:find "log" ~= nil or name:find "record" ~= nil or name:find "monitor" ~= nil or name:find "audit" ~= nil or name:find "save" ~= nil
    or name:find "store" ~= nil or name:find "capture" ~= nil
end

return rule.route {
  code = "USR011", name = "prediction-not-recorded", severity = "warning",
  summary = "what the model answered is forgotten at once",
  docs = [[
This route predicts and keeps nothing: no log line, no row, no message, no metric. When a user asks why they got this answer, when the
model starts to drift, when the true outcome arrives, there is nothing to compare with.

Next step: record each prediction with an id, the inputs (or a hash of them), the model's version and the answer, and return the id, so
that feedback can name it.

Source: Equal Experts MLOps playbook, "Collect performance data when making predictions"; Breck et al., "The ML Test Score".]],
  needs = { { "predict" }, { "generate" }, { "InferenceSession" } }, ignores = ml.tests,
  check = function(ctx, route)
    local predictions = serving.predictions(route.handler)
    if #predictions == 0 then return end
    for _, module in ipairs { "prometheus_client", "evidently", "whylogs", "nannyml", "arize", "prometheus_fastapi_instrumentator", "opentelemetry" } do
      if ctx:imports(module) then return end
    end
    for _, call in ipairs(route.handler:reached_calls()) do
      if records(call) then return end
    end
    ctx:report(route.handler:field "name", "nothing that %s predicts is recorded: no one can explain, check or correct it later", route.path ~= "" and route.path or "this route")
      :related(predictions[1], "the prediction")
  end,
  tests = {
    bad = {
      "import onnxruntime as ort\nfrom flask import Flask\napp = Flask(__name__)\nsession = ort.InferenceSession('m.onnx')\n@app.route('/score', methods=['POST'])\ndef score():  # expect: USR011\n    return str(session.run(['y'], x())[0][0])",
      "import joblib\nfrom fastapi import FastAPI\napp = FastAPI()\nmodel = joblib.load('m')\n@app.post('/predict')\ndef predict(row: Row) -> Score:  # expect: USR011\n    return Score(value=model.predict([row.x])[0])",
    },
    good = {
      "import joblib, logging\nfrom fastapi import FastAPI\napp = FastAPI()\nmodel = joblib.load('m')\nlogger = logging.getLogger('p')\n@app.post('/predict')\ndef predict(row: Row) -> Score:\n    y = model.predict([row.x])[0]\n    logger.info('predicted %s', y)\n    return Score(value=y)",
      "import joblib\nfrom fastapi import FastAPI\napp = FastAPI()\nmodel = joblib.load('m')\ndef keep(y):\n    db.insert(y)\n@app.post('/predict')\ndef predict(row: Row) -> Score:\n    y = model.predict([row.x])[0]\n    keep(y)\n    return Score(value=y)",
      "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/health')\ndef health():\n    return 'ok'",
    },
  },
}
