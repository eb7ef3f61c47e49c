local rule = require "mlopslint.rule"
local ml = require "mlopslint.ml"

-- Flavors that write a signature by themselves.
local inferred = { "mlflow.transformers.*", "mlflow.openai.*", "mlflow.langchain.*", "mlflow.llama_index.*", "mlflow.dspy.*", "mlflow.sentence_transformers.*" }

return rule.any {
  code = "DWN001", name = "model-without-signature", severity = "warning",
  summary = "nobody can tell what this model takes and gives",
  docs = [[
An MLflow model without a signature accepts anything: a missing column, a string for a number, columns in another order. The receiving
system learns of it from wrong predictions. With a signature MLflow checks every request, and consumers can read the contract.

Next step: pass `signature=mlflow.models.infer_signature(X, model.predict(X))`, or `input_example=X[:5]`, from which MLflow infers it.

Source: MLflow documentation, "Model Signatures and Input Examples".]],
  on = {
    { calls = { "mlflow.*.log_model", "mlflow.*.save_model" }, ignores = ml.tests,
      check = function(ctx, call)
        if call:keyword "signature" or call:keyword "input_example" or call:has_splat() or call:is(table.unpack(inferred)) then return end
        ctx:report(call.callee, "`%s` without signature or input_example: requests to this model can't be checked", call.name)
      end },
    { formats = { "yaml" }, files = { "MLmodel" }, ignores = ml.tests,
      check = function(ctx, stream)
        local model = stream:children()[1]
        local flavors = model and model:get "flavors"
        if flavors and not model:get "signature" then
          ctx:report(flavors:key_range(), "this packaged model has no signature: requests to it can't be checked")
        end
      end },
  },
  tests = {
    bad = {
      "import mlflow\nmlflow.sklearn.log_model(model, 'model')  # expect: DWN001",
      "import mlflow.xgboost as mx\nmx.save_model(model, path)  # expect: DWN001",
      { "flavors:  # expect: DWN001\n  python_function:\n    loader_module: mlflow.sklearn\nrun_id: abc", file = "model/MLmodel" },
    },
    good = {
      "import mlflow\nmlflow.sklearn.log_model(model, 'model', signature=s)",
      "import mlflow\nmlflow.sklearn.log_model(model, 'model', input_example=X[:5])",
      "import mlflow\nmlflow.log_metric('auc', 0.8)",
      { "flavors:\n  python_function: {}", file = "tests/data/MLmodel" },
      { "flavors: {}\nsignature:\n  inputs: '[]'", file = "model/MLmodel" },
    },
  },
}
