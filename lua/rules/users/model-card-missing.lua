local rule = require "mlopslint.rule"
local ml = require "mlopslint.ml"

return rule.project {
  code = "USR001", name = "model-card-missing", severity = "info", whole = true,
  summary = "nothing tells people what this model is for",
  docs = [[
The project saves or registers a model, and no model card says what it is for, for whom, on what data, how well it does and where it
should not be used. The people who receive its results can only trust it blindly or not at all.

Next step: write MODEL_CARD.md with intended use, out-of-scope use, training data, evaluation, limitations and an owner to ask.

Source: Mitchell et al., "Model Cards for Model Reporting", 2019; EU AI Act, Annex IV; Hugging Face model card guide.]],
  collect = {
    { calls = ml.savers, ignores = ml.aside, fact = function(_, call) return { kind = "save", at = call:location() } end },
    { files = { "*MODEL_CARD*", "*model_card*", "*model-card*", "*modelcard*", "*ModelCard*", "*MODELCARD*", "*Model-Card*" }, fact = function() return { kind = "card" } end },
    { formats = { "markdown" }, select = "sections[*].title",
      needs = { { "ntended" }, { "Limitations" }, { "limitations" }, { "odel card" }, { "odel Card" }, { "ut-of-" }, { "ut of scope" } },
      fact = function(_, title)
        local text = title.text:lower()
        if text:find "intended use" or text:find "model card" or text:find "out%-of%-scope" or text:find "out of scope" then return { kind = "card" } end
      end },
    { calls = { "huggingface_hub.*ModelCard*", "model_card_toolkit.*" }, fact = function() return { kind = "card" } end },
  },
  finish = function(ctx, facts)
    local save = facts:place { kind = "save" }
    if not save or facts:one { kind = "card" } then return end
    ctx:report_at(save.at, "a model leaves the project here, and no model card tells its users what it is for and how well it does")
  end,
  tests = {
    bad = { "import joblib\njoblib.dump(model, 'm.joblib')  # expect: USR001" },
    good = {
      { files = { ["train.py"] = "import joblib\njoblib.dump(model, 'm.joblib')", ["MODEL_CARD.md"] = "# Churn" } },
      { files = { ["train.py"] = "import joblib\njoblib.dump(model, 'm.joblib')", ["README.md"] = "# Churn\n\n## Intended use\n\nFor retention calls." } },
      { "import joblib\njoblib.dump(model, 'm.joblib')", file = "examples/train.py" },
      "import json\njson.dump(model, f)",
    },
  },
}
