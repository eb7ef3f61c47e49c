local rule = require "mlopslint.rule"
local project = require "mlopslint.project"

-- Models of a hub are somebody else's.
local hubs = { ["transformers.pipeline"] = true, ["spacy.load"] = true, ["sentence_transformers.SentenceTransformer"] = true }

local function loads_own_model(loads)
  for _, load in ipairs(loads) do
    if not hubs[load.call] then return true end
  end
  return false
end

return rule.project {
  code = "DWN022", name = "no-walking-skeleton", severity = "info", whole = true, index = { "saves", "loads" },
  summary = "a model is saved, and nothing ever loads it",
  docs = [[
The project trains and saves a model, but no code, pipeline or deployment in it loads one. Whether the receiving system can take the
model's output, at the speed it needs, is then found out last, when changes are most expensive.

Next step: build a walking skeleton first: the thinnest path from a request to an answer in the receiving system, with a dummy model if
need be, and a test that sends one request through it.

Source: Equal Experts MLOps playbook; A. Cockburn, "Walking Skeleton"; Google, "Rules of Machine Learning", rule 4.]],
  collect = {
    { commands = { "mlflow", "bentoml", "torchserve", "tritonserver", "tensorflow_model_server", "seldon-core-microservice", "vllm", "ollama" },
      fact = function(_, command)
        if command.program ~= "mlflow" or command:has "models" then return {} end
      end },
    { formats = { "yaml" }, select = "kind", needs = { { "InferenceService" }, { "SeldonDeployment" }, { "RayService" }, { "ManagedOnlineDeployment" } },
      fact = function() return {} end },
  },
  finish = function(ctx, servers)
    if servers:one() or loads_own_model(ctx.project:loads()) then return end
    local save = project.place(project.products(ctx.project:saves()))
    if not save then return end
    ctx:report_at(save.at, "a model is saved here, and nothing in the project loads one: how will the receiving system use it?")
  end,
  tests = {
    bad = { "import joblib\njoblib.dump(model, 'model.joblib')  # expect: DWN022" },
    good = {
      { files = { ["train.py"] = "import joblib\njoblib.dump(model, 'model.joblib')", ["serve.py"] = "import joblib\nmodel = joblib.load('model.joblib')" } },
      { files = { ["train.py"] = "import mlflow\nmlflow.sklearn.log_model(model, 'm')", ["serve.sh"] = "mlflow models serve -m models:/churn/1" } },
      { "import joblib\njoblib.dump(model, 'm.joblib')", file = "docs/tour.py" },
      "import pickle\npickle.dump(cache, f)",
    },
  },
}
