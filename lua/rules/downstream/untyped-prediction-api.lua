local rule = require "mlopslint.rule"
local serving = require "mlopslint.serving"
local ml = require "mlopslint.ml"

-- Annotations that say nothing about the fields.
local vague = { "^dict", "^Dict", "^Any$", "^list$", "^List$", "^object$", "Dict%[str, ?Any%]", "dict%[str, ?Any%]", "^JSON" }
local injected = { "Request", "Response", "BackgroundTasks", "Header", "Depends", "UploadFile", "File", "Form", "bytes", "WebSocket", "Query", "Path" }

local function is_vague(annotation)
  for _, pattern in ipairs(vague) do
    if annotation:find(pattern) then return true end
  end
  return false
end

local function is_injected(parameter)
  local text = (parameter.type and parameter.type.text or "") .. " " .. (parameter.default and parameter.default.text or "")
  for _, word in ipairs(injected) do
    if text:find(word, 1, true) then return true end
  end
  return false
end

-- What the request's schema lacks: the parameter without fields, or nil.
local function open_parameter(handler)
  for _, parameter in ipairs(handler:parameters()) do
    if parameter.name ~= "self" and not is_injected(parameter) and parameter.type and is_vague(parameter.type.text) then return parameter end
  end
end

local function has_response_model(route)
  if route.node.kind == "call" and route.node:keyword "response_model" then return true end
  local returns = route.handler:field "return_type"
  return returns and not is_vague(returns.text) or false
end

local not_json = { StreamingResponse = true, FileResponse = true, HTMLResponse = true, PlainTextResponse = true, RedirectResponse = true,
  EventSourceResponse = true, TemplateResponse = true, Response = true }

-- True if the handler answers with a file, a stream or a page: no model describes those.
local function answers_without_json(handler)
  for _, answer in ipairs(handler:returns()) do
    for _, origin in ipairs(answer:origins()) do
      if origin.kind == "call" and not_json[origin.method] then return true end
    end
  end
  return false
end

-- True for request, self.request and whatever is annotated as one; not for the answer of another service.
local function is_request(node)
  return node ~= nil and (node.text:lower():find "request$" ~= nil or (node.name or ""):find "Request$" ~= nil)
end

-- True if the handler reads the request's JSON itself.
local function reads_json(handler)
  for _, call in ipairs(handler:reached_calls()) do
    if call.method == "get_json" or call.method == "json" and is_request(call.receiver) then return call end
  end
  return handler.text:find("request.json", 1, true) and handler.text:find("request", 1, true) and handler
end

local function name_of(handler) return handler:field "name" end

return rule.route {
  code = "DWN017", name = "untyped-prediction-api", severity = "warning",
  summary = "callers can't see what to send or what comes back",
  docs = [[
A prediction route without a request and a response model has no contract: OpenAPI shows an empty object, wrong requests reach the
model, and the receiving system guesses what the answer means.

Next step: in FastAPI declare pydantic models for the body and as `response_model`; in Flask use a schema library (pydantic, marshmallow,
apiflask, flask-smorest) and publish its OpenAPI document.

Source: FastAPI documentation, "Response Model"; Equal Experts MLOps playbook.]],
  needs = { { "predict" }, { "generate" }, { "infer" }, { "InferenceSession" } }, ignores = ml.tests,
  check = function(ctx, route)
    if not serving.is_prediction_route(route) then return end
    if route.framework == "fastapi" then
      local open = open_parameter(route.handler)
      local untyped_answer = not has_response_model(route) and not answers_without_json(route.handler)
      local raw = reads_json(route.handler)
      if (open or raw) and untyped_answer then
        ctx:report(name_of(route.handler), "prediction route %s declares neither what it takes nor what it gives", route.path)
      elseif open or raw then
        ctx:report(open and open.node or name_of(route.handler), "prediction route %s takes any JSON: declare a request model", route.path)
      elseif untyped_answer then
        ctx:report(name_of(route.handler), "prediction route %s does not say what it gives: declare a response model", route.path)
      end
    elseif route.framework == "flask" and reads_json(route.handler) then
      if ctx:imports "pydantic" or ctx:imports "marshmallow" or ctx:imports "apiflask" or ctx:imports "flask_smorest" or ctx:imports "flask_pydantic"
        or ctx:imports "jsonschema" or ctx:imports "flasgger" or ctx:imports "flask_restx" then return end
      ctx:report(name_of(route.handler), "prediction route %s takes any JSON and checks nothing: declare a schema", route.path)
    end
  end,
  tests = {
    bad = {
      "from fastapi import FastAPI\napp = FastAPI()\n@app.post('/predict')\ndef predict(data: dict):  # expect: DWN017\n    return {'score': model.predict([list(data.values())])}",
      "from fastapi import FastAPI\napp = FastAPI()\n@app.post('/predict')\ndef predict(row: Row):  # expect: DWN017\n    return model.predict(row.features())",
      "from flask import Flask, request\napp = Flask(__name__)\n@app.route('/predict', methods=['POST'])\ndef predict():  # expect: DWN017\n    return str(model.predict(request.get_json()))",
      "from fastapi import FastAPI, Request\napp = FastAPI()\n@app.post('/predict')\nasync def predict(r: Request) -> Score:  # expect: DWN017\n    return model.predict(await r.json())",
      "from flask import Flask, request\napp = Flask(__name__)\n@app.route('/predict', methods=['POST'])\ndef predict():  # expect: DWN017\n    return jsonify(ask_serving(request.get_json()))",
      "from fastapi import FastAPI\napp = FastAPI()\n@app.post('/predict')\ndef predict(row: Row):  # expect: DWN017\n    return PredictResponse(value=model.predict(row.features()))",
      "from fastapi import FastAPI\nfrom .inference import predict_and_explain\napp = FastAPI()\n@app.post('/explain')\ndef explain(row: Row):  # expect: DWN017\n    return {'why': predict_and_explain(row, model=model)}",
    },
    good = {
      "from fastapi import FastAPI\napp = FastAPI()\n@app.post('/predict', response_model=Score)\ndef predict(row: Row):\n    return model.predict(row.features())",
      "from fastapi import FastAPI\napp = FastAPI()\n@app.post('/predict')\ndef predict(row: Row) -> Score:\n    return Score(value=model.predict(row.features()))",
      "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/health')\ndef health():\n    return {'ok': True}",
      "from fastapi import FastAPI\nfrom fastapi.responses import StreamingResponse\napp = FastAPI()\n@app.post('/predict/export')\ndef export(rows: Rows):\n    return StreamingResponse(csv_of(model.predict(rows.features())), media_type='text/csv')",
      "from fastapi import FastAPI\nimport requests\napp = FastAPI()\n@app.post('/predict', response_model=Score)\ndef predict(row: Row):\n    return requests.post(SERVING, json=row.dict()).json()",
      "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/predictions/{id}')\ndef one(id: int):\n    return rows.get(id)",
      "from fastapi import FastAPI\napp = FastAPI()\n@app.post('/feedback')\ndef feedback(row: Row):\n    log_prediction(row, model=model)\n    update_prediction(row, model_version=version)\n    return {'ok': True}",
      "from flask import Flask, request\nfrom pydantic import BaseModel\napp = Flask(__name__)\n@app.route('/predict', methods=['POST'])\ndef predict():\n    return str(model.predict(Row(**request.get_json())))",
    },
  },
}
