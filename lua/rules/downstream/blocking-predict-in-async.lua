local rule = require "mlopslint.rule"
local serving = require "mlopslint.serving"
local ml = require "mlopslint.ml"

-- True if the call is awaited, or handed to a thread as a function.
local function yields(call)
  return call.parent and call.parent.kind == "await" or call:ancestor "lambda" ~= nil
end

-- True if the call predicts before it returns: itself, or in a plain function of this file.
local function computes(call)
  local binding = call.callee.kind == "identifier" and call.callee:binding()
  if not binding or binding.kind ~= "function" then return serving.infers(call) end
  return not binding.value.is_async and (serving.infers(call) or #serving.inferences(binding.value) > 0)
end

return rule.route {
  code = "DWN038", name = "blocking-predict-in-async", severity = "warning",
  summary = "one prediction stops all other requests",
  docs = [[
An `async def` handler runs on the event loop. A prediction that is computed there blocks the loop: no other request is answered, health
checks time out, and latency grows with every caller.

Next step: write the handler as plain `def` (FastAPI then runs it in a thread), or `await asyncio.to_thread(model.predict, x)`.

Source: FastAPI documentation, "Concurrency and async / await"; Python documentation of asyncio.to_thread.]],
  needs = { "async", "def" }, ignores = ml.tests,
  check = function(ctx, route)
    if not route.handler.is_async then return end
    for _, call in ipairs(route.handler:reached_calls()) do
      if call:enclosing_function() == route.handler and not yields(call) and computes(call) then
        ctx:report(call, "`%s` runs on the event loop: while it computes, no other request is answered", call.callee.text)
          :related(route.handler:field "name", "the handler is async")
        return
      end
    end
  end,
  tests = {
    bad = {
      "import joblib\nfrom fastapi import FastAPI\napp = FastAPI()\nmodel = joblib.load('m')\ndef score(row):\n    return float(model.predict([row.x])[0])\n@app.post('/predict')\nasync def predict(row: Row):\n    return score(row)  # expect: DWN038",
      "from fastapi import FastAPI\nfrom .inference import predict_proba\napp = FastAPI()\n@app.post('/predict')\nasync def predict(row: Row):\n    return predict_proba(row.x, predictor=predictor)  # expect: DWN038",
      "import joblib\nfrom fastapi import FastAPI\napp = FastAPI()\nmodel = joblib.load('m')\n@app.post('/predict')\nasync def predict(row: Row):\n    return float(model.predict([row.x])[0])  # expect: DWN038",
    },
    good = {
      "import joblib\nfrom fastapi import FastAPI\napp = FastAPI()\nmodel = joblib.load('m')\n@app.post('/predict')\ndef predict(row: Row):\n    return float(model.predict([row.x])[0])",
      "import asyncio, joblib\nfrom fastapi import FastAPI\napp = FastAPI()\nmodel = joblib.load('m')\n@app.post('/predict')\nasync def predict(row: Row):\n    return float((await asyncio.to_thread(model.predict, [row.x]))[0])",
      "from fastapi import FastAPI\napp = FastAPI()\nasync def score(row):\n    return await pool.run(model.predict, row)\ndef log_prediction(y, model):\n    queue.put(y)\n@app.post('/predict')\nasync def predict(row: Row):\n    y = await score(row)\n    log_prediction(y, model)\n    return y",
      "from fastapi import FastAPI\napp = FastAPI()\n@app.post('/predict')\nasync def predict(row: Row):\n    return await client.predict(row)",
    },
  },
}
