local rule = require "mlopslint.rule"
local project = require "mlopslint.project"

local function card(ctx) return { path = ctx.path } end

return rule.project {
  code = "USR001", name = "model-card-missing", severity = "info", whole = true, index = { "saves", "dependencies" },
  summary = "nothing tells people what this model is for",
  docs = [[
The project saves or registers a model, and no model card says what it is for, for whom, on what data, how well it does and where it
should not be used. The people who receive its results can only trust it blindly or not at all.

Next step: write MODEL_CARD.md with intended use, out-of-scope use, training data, evaluation, limitations and an owner to ask.

Source: Mitchell et al., "Model Cards for Model Reporting", 2019; EU AI Act, Annex IV; Hugging Face model card guide.]],
  collect = {
    { files = { "*MODEL_CARD*", "*model_card*", "*model-card*", "*modelcard*", "*ModelCard*", "*MODELCARD*", "*Model-Card*" }, fact = card },
    { formats = { "markdown" }, select = "sections[*].title",
      needs = { { "ntended" }, { "Limitations" }, { "limitations" }, { "odel card" }, { "odel Card" }, { "ut-of-" }, { "ut of scope" } },
      fact = function(ctx, title)
        local text = title.text:lower()
        if text:find "intended use" or text:find "model card" or text:find "out%-of%-scope" or text:find "out of scope" then return card(ctx) end
      end },
    { calls = { "huggingface_hub.*ModelCard*", "model_card_toolkit.*" }, fact = card },
  },
  finish = function(ctx, cards)
    local root_of = project.roots(ctx.project:dependencies())
    for _, saves in ipairs(project.by_root(project.products(ctx.project:saves()), root_of)) do
      local known = false
      for card in cards:all() do known = known or project.speaks_for(card.path, saves.root, root_of) end
      if not known then
        ctx:report_at(project.place(saves).at,
          "a model leaves the project here, and no model card tells its users what it is for and how well it does")
      end
    end
  end,
  tests = {
    bad = {
      "import joblib\njoblib.dump(model, 'm.joblib')  # expect: USR001",
      "import joblib\nimport pandas as pd\njoblib.dump({'columns': pd.read_csv('d.csv').columns, 'm': model}, 'm.joblib')  # expect: USR001",
      "import torch\nstate = {}\nfor name in names:\n    state[name] = weights[name]\ntorch.save(state, 'm.pt')  # expect: USR001",
      "import joblib\nimport numpy as np\nmodel = np.zeros(3)\nif c:\n    model = train()\njoblib.dump(model, 'm.joblib')  # expect: USR001",
      { files = { -- two projects in one repository: the card of one says nothing of the other
        ["churn/train.py"] = "import joblib\njoblib.dump(model, 'm.joblib')  # expect: USR001",
        ["churn/requirements.txt"] = "scikit-learn", ["fraud/requirements.txt"] = "scikit-learn",
        ["fraud/train.py"] = "import joblib\njoblib.dump(model, 'm.joblib')", ["fraud/MODEL_CARD.md"] = "# Fraud",
      } },
      { files = { -- one project with a part that has dependencies of its own is told once
        ["train.py"] = "import joblib\njoblib.dump(model, 'm.joblib')", ["requirements.txt"] = "scikit-learn",
        ["serving/requirements.txt"] = "scikit-learn", ["serving/train.py"] = "import joblib\njoblib.dump(model, 'm.joblib')  # expect: USR001",
      } },
    },
    good = {
      { files = { ["train.py"] = "import joblib\njoblib.dump(model, 'm.joblib')", ["MODEL_CARD.md"] = "# Churn" } },
      { files = { ["train.py"] = "import joblib\njoblib.dump(model, 'm.joblib')", ["README.md"] = "# Churn\n\n## Intended use\n\nFor retention calls." } },
      { "import joblib\njoblib.dump(model, 'm.joblib')", file = "examples/train.py" },
      { files = { ["churn/train.py"] = "import joblib\njoblib.dump(model, 'm.joblib')", ["churn/requirements.txt"] = "scikit-learn",
        ["docs/model_card.md"] = "# Churn" } },
      "from datasets import load_dataset\nload_dataset('a').push_to_hub('a/b')",
      "import json\njson.dump(model, f)",
      "import joblib\nfrom sklearn.datasets import fetch_california_housing\nhousing = fetch_california_housing()\njoblib.dump(housing, 'h.pkl')",
      "import joblib\nimport pandas as pd\ndf = pd.read_csv('d.csv').dropna()\njoblib.dump(df, 'd.pkl')",
      "import joblib\nimport numpy as np\njoblib.dump({'x': np.zeros(3), 'names': ['a', 'b']}, 'd.pkl')",
    },
  },
}
