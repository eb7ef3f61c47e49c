local rule = require "mlopslint.rule"
local project = require "mlopslint.project"

local function is_module(path) return path:match "%.py$" ~= nil end

-- Modules that train, save or serve a model, each with its first such place, in the order of files.
local function ml_modules(ctx)
  local found, seen = {}, {}
  for _, part in ipairs { { ctx.project:trainings(), "trains" }, { ctx.project:saves(), "saves" }, { ctx.project:routes(), "serves" } } do
    for _, entry in ipairs(project.products(part[1])) do
      local path = entry.at.path
      if is_module(path) and not seen[path] then
        seen[path] = true
        found[#found + 1] = { path = path, at = entry.at, does = part[2] }
      end
    end
  end
  return found
end

-- Files that import one of these modules themselves: a command line around a module that does the work needs no test of its own.
local function files_around(ctx, tested)
  local work, around = {}, {}
  for _, module in ipairs(tested) do work[module.path] = true end
  for _, import in ipairs(#tested > 0 and ctx.project:imports() or {}) do
    if import.path and work[import.path] then around[import.at.path] = true end
  end
  return around
end

return rule.project {
  code = "NBK018", name = "ml-code-untested", severity = "info", whole = true, index = { "trainings", "saves", "routes", "imports" },
  summary = "no test imports the code that trains or serves the model",
  docs = [[
The modules that train, save or serve the model are imported by no test, at once or through others. A change of a feature, a column or a
default then shows up first in the predictions that people get.

Next step: one test that trains on ten rows and asserts the shape of the prediction, and one that sends a request to the endpoint. Code that can't be
imported without training (no function, no `if __name__ == "__main__"`) has to become a function first.

Source: Breck et al., "The ML Test Score: A Rubric for ML Production Readiness", 2017 (tests for infrastructure 1-3); E. Yan, "How to Test
Machine Learning Code and Systems", 2020.]],
  finish = function(ctx)
    local modules, tests, tested, left, untested = ml_modules(ctx), project.test_files(ctx.project), {}, {}, {}
    local reached = ctx.project:reached(tests)
    for _, module in ipairs(modules) do table.insert(reached[module.path] and tested or left, module) end
    local around = files_around(ctx, tested)
    for _, module in ipairs(left) do
      if not around[module.path] then untested[#untested + 1] = module end
    end
    if #untested == 0 then return end
    local first = untested[1]
    if #tests == 0 then
      ctx:report_at(first.at, "this module %s a model, and the project has no tests: one that trains on ten rows would find most mistakes", first.does)
      return
    end
    local of = #untested > 1 and string.format(", nor %d more of the %d modules that train, save or serve one", #untested - 1, #modules) or ""
    local report = ctx:report_at(first.at, "this module %s a model, and no test imports it%s", first.does, of)
    for i = 2, math.min(#untested, 5) do report:related(untested[i].at, "%s a model, in no test", untested[i].does) end
  end,
  tests = {
    bad = {
      { "from sklearn.linear_model import LogisticRegression\ndef train(X, y):\n    return LogisticRegression().fit(X, y)  # expect: NBK018", file = "train.py",
        message = "has no tests" },
      { files = {
          ["train.py"] = "from sklearn.linear_model import LogisticRegression\ndef train(X, y):\n    return LogisticRegression().fit(X, y)  # expect: NBK018",
          ["io.py"] = "def load():\n    return 1", ["tests/test_io.py"] = "from io import load\ndef test_load():\n    assert load() == 1",
        }, message = "no test imports it" },
    },
    good = {
      { files = {
          ["train.py"] = "from sklearn.linear_model import LogisticRegression\ndef train(X, y):\n    return LogisticRegression().fit(X, y)",
          ["tests/test_train.py"] = "from train import train\ndef test_train():\n    assert train([[1], [2]], [0, 1])",
        } },
      { files = { -- through another module
          ["app/model.py"] = "from sklearn.linear_model import LogisticRegression\ndef train(X, y):\n    return LogisticRegression().fit(X, y)",
          ["app/api.py"] = "from app.model import train", ["app/__init__.py"] = "",
          ["tests/test_api.py"] = "from app import api\ndef test_api():\n    assert api",
        } },
      { files = { -- a command around it
          ["model.py"] = "from sklearn.linear_model import LogisticRegression\ndef train(X, y):\n    return LogisticRegression().fit(X, y)",
          ["main.py"] = "import joblib\nfrom model import train\njoblib.dump(train([[1], [2]], [0, 1]), 'm.joblib')",
          ["tests/test_model.py"] = "from model import train\ndef test_train():\n    assert train([[1], [2]], [0, 1])",
        } },
      { "from sklearn.linear_model import LogisticRegression\nLogisticRegression().fit(X, y)", file = "examples/tour.py" },
    },
  },
}
