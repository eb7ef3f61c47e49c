local rule = require "mlopslint.rule"
local serving = require "mlopslint.serving"
local ml = require "mlopslint.ml"

-- The name of the exception that a node shows, or nil: str(e), f"{e}", e itself, traceback.format_exc().
local function shown_exception(node)
  if node:is "traceback.format_exc" then return node end
  for _, call in ipairs(node:descendants "call") do
    if call:is "traceback.format_exc" then return call end
  end
  local names = node.kind == "identifier" and { node } or node:descendants "identifier"
  for _, name in ipairs(names) do
    local binding = name:binding()
    if binding and binding.kind == "except" and not (name.parent.kind == "attribute" and name.parent.parent.kind ~= "call") then return name end
  end
end

-- True for an answer that tells callers what they did wrong: a 4xx status.
local function blames_the_request(node)
  local status = node.kind == "call" and (node:argument("status_code", 1) or node:argument "status")
  local code, kind = nil, nil
  if status then code, kind = status:constant() end
  if kind == "integer" then return code >= 400 and code < 500 end
  return status and status.text:find "HTTP_4" ~= nil or false
end

-- True if the exception can be anything, so that a 4xx status only claims that the caller is at fault.
local function catches_all(shown)
  local clause = shown:ancestor "except_clause"
  return clause and clause.text:find "^except%s+Exception%s+as%s" ~= nil
end

return rule.route {
  code = "USR021", name = "exception-shown-to-user", severity = "warning",
  summary = "people get a stack trace instead of an answer",
  docs = [[
When the prediction fails, the route sends the exception's text to whoever asked. It means nothing to them, and it tells strangers about
paths, versions and data.

Next step: log the exception with an id (`logger.exception(...)`), and answer with a sentence that says what the person can do and the id
to quote.

Source: OWASP ASVS 7.4.1 (generic error messages); CWE-209; Equal Experts MLOps playbook.]],
  needs = { "except" }, ignores = ml.tests,
  check = function(ctx, route)
    if not serving.is_prediction_route(route) then return end
    local answers = route.handler:returns()
    for _, raised in ipairs(route.handler:descendants "raise_statement") do
      local call = raised:children()[1]
      if call and call.kind == "call" and call.method:find "HTTP" then answers[#answers + 1] = call end
    end
    for _, answer in ipairs(answers) do
      local shown = shown_exception(answer)
      if shown and (not blames_the_request(answer) or catches_all(shown)) then
        ctx:report(answer, "the exception's text goes to the person who asked: it helps nobody but an attacker")
        return
      end
    end
  end,
  tests = {
    bad = {
      "from fastapi import FastAPI, HTTPException\napp = FastAPI()\n@app.post('/predict')\ndef predict(row: Row):\n    try:\n        return model.predict([row.x])\n    except Exception as e:\n        raise HTTPException(status_code=400, detail=str(e))  # expect: USR021",
      "from fastapi import FastAPI, HTTPException\napp = FastAPI()\n@app.post('/predict')\ndef predict(row: Row):\n    try:\n        return model.predict([row.x])\n    except Exception as e:\n        raise HTTPException(status_code=500, detail=str(e))  # expect: USR021",
      "from flask import Flask, jsonify\nimport traceback\napp = Flask(__name__)\n@app.route('/predict')\ndef predict():\n    try:\n        return jsonify(model.predict(x()).tolist())\n    except Exception:\n        return jsonify(error=traceback.format_exc())  # expect: USR021",
      "from fastapi import APIRouter, HTTPException\nrouter = APIRouter()\n@router.post('/predict')\ndef predict(row: Row):\n    try:\n        return score_records([row])\n    except Exception as exc:\n        raise HTTPException(status_code=500, detail=f'Scoring failed: {exc}') from exc  # expect: USR021",
    },
    good = {
      "from fastapi import FastAPI, HTTPException\napp = FastAPI()\n@app.post('/rows')\ndef add(row: Row):\n    try:\n        return store(row)\n    except Exception as e:\n        raise HTTPException(status_code=500, detail=str(e))",
      "from fastapi import FastAPI, HTTPException\napp = FastAPI()\n@app.post('/predict')\ndef predict(row: Row):\n    try:\n        return model.predict([row.x])\n    except Exception as e:\n        logger.exception(e)\n        raise HTTPException(status_code=500, detail='Please try again later.')",
      "from fastapi import FastAPI, HTTPException\napp = FastAPI()\n@app.post('/predict')\ndef predict(row: Row):\n    try:\n        return model.predict([row.x])\n    except ValueError as e:\n        raise HTTPException(status_code=422, detail=str(e))",
    },
  },
}
