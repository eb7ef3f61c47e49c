local rule = require "mlopslint.rule"
local ml = require "mlopslint.ml"

return rule.project {
  code = "DWN022", name = "no-walking-skeleton", severity = "info", whole = true,
  summary = "a model is saved, and nothing ever loads it",
  docs = [[
The project trains and saves a model, but no code, pipeline or deployment in it loads one. Whether the receiving system can take the
model's output, at the speed it needs, is then found out last, when changes are most expensive.

Next step: build a walking skeleton first: the thinnest path from a request to an answer in the receiving system, with a dummy model if
need be, and a test that sends one request through it.

Source: Equal Experts MLOps playbook; A. Cockburn, "Walking Skeleton"; Google, "Rules of Machine Learning", rule 4.]],
  collect = {
    { calls = ml.savers, ignores = ml.aside, fact = function(_, call) return { kind = "save", at = call:location() } end },
    { calls = { "pickle.dump", "cloudpickle.dump", "dill.dump" }, ignores = ml.aside,
      fact = function(_, call)
        local object = call:argument("obj", 1)
        local text = object and object.text:lower() or ""
        if text:find "model" or text:find "pipeline" or text:find "clf" then return { kind = "save", at = call:location() } end
      end },
    { calls = ml.loaders, fact = function(ctx, call)
        if call:is "transformers.*" or call:is "spacy.load" or call:is "sentence_transformers.*" then return nil end
        return { kind = "load" }
      end },
    { calls = { "*.load_model", "*.load_state_dict", "*.from_pretrained", "*.load_context", "*.load_checkpoint", "*.load_model_artifact" }, fact = function() return { kind = "load" } end },
    { commands = { "mlflow", "bentoml", "torchserve", "tritonserver", "tensorflow_model_server", "seldon-core-microservice", "vllm", "ollama" },
      fact = function(_, command)
        if command.program ~= "mlflow" or command:has "models" then return { kind = "load" } end
      end },
    { formats = { "yaml" }, select = "kind", needs = { { "InferenceService" }, { "SeldonDeployment" }, { "RayService" }, { "ManagedOnlineDeployment" } },
      fact = function() return { kind = "load" } end },
  },
  finish = function(ctx, facts)
    local save = facts:place { kind = "save" }
    if not save or facts:one { kind = "load" } then return end
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
