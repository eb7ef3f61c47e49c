local rule = require "mlopslint.rule"
local ml = require "mlopslint.ml"

local metrics = { "mlflow.log_metric", "mlflow.log_metrics", "wandb.log" }
for _, name in ipairs(ml.metrics) do metrics[#metrics + 1] = "sklearn.metrics." .. name end

local function constant_is(node, wanted)
  local value, kind = node:constant()
  return kind == "boolean" and value == wanted
end

-- True if each run draws another split.
local function is_random(call)
  local shuffle = call:argument "shuffle"
  if call:has_splat() or call:argument "random_state" and call:argument("random_state").text ~= "None" then return false end
  if call.method:find "KFold" then return shuffle ~= nil and constant_is(shuffle, true) end
  return not (shuffle and constant_is(shuffle, false))
end

return rule.call {
  code = "FIT057", name = "unseeded-split", severity = "info",
  summary = "each run is judged on other rows",
  docs = [[
Without `random_state` every run splits the data anew: the recorded metric moves by luck, two models are compared on different rows, and nobody
can repeat the number that a decision was based on.

Next step: pass `random_state=` (any fixed number), and record it with the run.

Source: scikit-learn, "Controlling randomness"; Pineau et al., "Improving reproducibility in machine learning research", 2021.]],
  calls = { "sklearn.model_selection.train_test_split", "sklearn.model_selection.KFold", "sklearn.model_selection.StratifiedKFold",
    "sklearn.model_selection.ShuffleSplit", "sklearn.model_selection.StratifiedShuffleSplit", "sklearn.model_selection.GroupShuffleSplit" },
  ignores = ml.aside,
  check = function(ctx, call)
    if not is_random(call) or #ctx:calls(table.unpack(metrics)) == 0 and #ctx:calls "*.score" == 0 then return end
    if ctx:calls("numpy.random.seed", "*.seed_everything", "*.set_seed", "*.set_random_seed", "*.fix_seed", "*.seed")[1] then return end
    ctx:report(call, "without random_state each run is judged on other rows: its metric can't be repeated or compared")
      :fix { safety = "unsafe", title = "add random_state=42", call:append "random_state=42" }
  end,
  tests = {
    bad = {
      { "from sklearn.metrics import f1_score\nfrom sklearn.model_selection import train_test_split\na, b = train_test_split(df)  # expect: FIT057\nprint(f1_score(y, p))",
        fixed = "from sklearn.metrics import f1_score\nfrom sklearn.model_selection import train_test_split\na, b = train_test_split(df, random_state=42)  # expect: FIT057\nprint(f1_score(y, p))" },
      "import mlflow\nfrom sklearn.model_selection import KFold\nfolds = KFold(5, shuffle=True)  # expect: FIT057\nmlflow.log_metric('f1', f1)",
    },
    good = {
      "from sklearn.metrics import f1_score\nfrom sklearn.model_selection import train_test_split\na, b = train_test_split(df, random_state=1)\nprint(f1_score(y, p))",
      "from sklearn.metrics import f1_score\nfrom sklearn.model_selection import train_test_split\na, b = train_test_split(df, shuffle=False)\nprint(f1_score(y, p))",
      "from sklearn.metrics import f1_score\nfrom sklearn.model_selection import KFold\nKFold(5)\nprint(f1_score(y, p))",
      "import numpy as np\nfrom sklearn.metrics import f1_score\nfrom sklearn.model_selection import train_test_split\nnp.random.seed(1)\na, b = train_test_split(df)\nprint(f1_score(y, p))",
      -- nothing is measured here
      "from sklearn.model_selection import train_test_split\na, b = train_test_split(df)",
      "from sklearn.metrics import f1_score\nfrom sklearn.model_selection import train_test_split\na, b = train_test_split(df, **options)\nprint(f1_score(y, p))",
    },
  },
}
