local rule = require "mlopslint.rule"
local leakage = require "mlopslint.leakage"
local ml = require "mlopslint.ml"

-- Where the target was taken from the table.
local function taken(y)
  local origins = y:origins()
  return #origins == 1 and origins[1] or y
end

-- A pipeline that chooses its columns may leave the target out.
local function chooses_columns(call)
  local estimator = call.method:find "^fit" and call.receiver or call.method:find "^cross" and call:argument("estimator", 1)
  for _, step in ipairs(estimator and estimator:estimators() or {}) do
    if step:is("*.ColumnTransformer", "*.make_column_transformer", "*.FunctionTransformer", "sklearn_pandas.*") or step.method:find "Select" then return true end
  end
  return false
end

-- True if the data came through a call that is judged itself.
local function told_before(x, call)
  for _, step in ipairs(x:history()) do
    if step ~= call and (step.method == "train_test_split" or step.method == "fit_resample") and #step:field("arguments"):children() > 1 then return true end
  end
  return false
end

-- True if what a split gives is only fitted after the target was taken out.
local function mended_later(ctx, call)
  local fits, mended = 0, 0
  for _, fit in ipairs(ctx:fits()) do
    local through = false
    local later = fit.data and fit.target and fit.call.start > call.start
    for _, step in ipairs(later and fit.data:history() or {}) do through = through or step == call end
    if through then
      fits = fits + 1
      if not fit.data:shared_column(fit.target) then mended = mended + 1 end
    end
  end
  return fits > 0 and mended == fits
end

return rule.call {
  code = "FIT002", name = "target-in-features", severity = "error",
  summary = "the model is given the answer",
  docs = [[
The target is a column of the same frame that the features are taken from, and it was not removed. The model learns to copy it: metrics
look perfect, and in production, where the target is not known yet, the model is worth nothing.

Next step: drop the target from the features before the split, and look at the metrics again.

Source: Kaufman et al., "Leakage in data mining", KDD 2011; Yang et al., "Data leakage in notebooks", ASE 2022.]],
  calls = { "*.fit", "*.fit_transform", "*.fit_resample", table.unpack(leakage.splits) },
  needs = { "[" }, ignores = ml.tests,
  check = function(ctx, call)
    local first = call.method:find "^cross" and 2 or 1
    local x, y = call:argument("X", first), call:argument("y", first + 1)
    if not x or not y or call.name:find "^<module>" or call.method == "split" then return end
    local column = x:shared_column(y)
    if not column or chooses_columns(call) or told_before(x, call) or call.method == "train_test_split" and mended_later(ctx, call) then return end
    ctx:report(x, "`%s` still holds the target `%s`: the model is given the answer", x.text, column)
      :related(taken(y), "the target is taken from the same frame here")
  end,
  tests = {
    bad = {
      "import pandas as pd\nfrom sklearn.linear_model import LogisticRegression\ndf = pd.read_csv('d.csv')\ny = df['churned']\nmodel = LogisticRegression()\nmodel.fit(df, y)  # expect: FIT002",
      "from sklearn.model_selection import train_test_split\nX = df.drop(columns=['id'])\ny = df['churned']\ntrain_test_split(X, y)  # expect: FIT002",
      "X = df[['age', 'churned']]\nclf.fit(X, df['churned'])  # expect: FIT002",
      "import pandas as pd\ndf = pd.read_csv('d.csv')\ny = df.churned.map({'yes': 1, 'no': 0})\ndf = df.drop(columns=['id']).fillna(0)\nclf.fit(df.values, y)  # expect: FIT002",
      "from sklearn.model_selection import train_test_split\ntrain, test = train_test_split(df)\nX = train.drop(columns=['id'])\nclf.fit(X, train['churned'])  # expect: FIT002",
      "import pandas as pd\ndef prepare(df):\n    df['tenure'] = df['months'] / 12\n    return df.drop(columns=['months'])\ndf = pd.read_csv('d.csv')\ny = df['churned']\nclf.fit(prepare(df), y)  # expect: FIT002",
      "from sklearn.model_selection import train_test_split\nX = df.drop(columns=['id'])\na, b, c, d = train_test_split(X, df['churned'])  # expect: FIT002\nclf.fit(a, c)",
    },
    good = {
      "X = df.drop(columns=['churned'])\ny = df['churned']\nclf.fit(X, y)",
      "y = df.pop('churned')\nclf.fit(df, y)",
      "y = df['churned']\ndf = df.drop('churned', axis=1)\nclf.fit(df, y)",
      "X = df[['age', 'plan']]\nclf.fit(X, df['churned'])",
      "y = df['churned']\ndf.drop('churned', axis=1, inplace=True)\nclf.fit(df, y)",
      "y = df['churned']\nX = make_features(df)\nclf.fit(X, y)",
      "y = df['cnt']\nclf.fit(df[numeric + categories], df['cnt'])",
      "train, test = split(df)\nclf.fit(train[features], train['churned'])",
      "features = [c for c in df.columns if c not in ('id', 'churned')]\nclf.fit(df[features], df['churned'])",
      "import pandas as pd\ndef prepare(df):\n    return df.drop(columns=['churned'])\ndf = pd.read_csv('d.csv')\nclf.fit(prepare(df), df['churned'])",
      -- the split is stratified by the target, which goes afterwards
      "from sklearn.model_selection import train_test_split\na, b, c, d = train_test_split(df, df['churned'])\na = a.drop(columns=['churned'])\nclf.fit(a, c)",
      -- the pipeline takes its columns itself
      "from sklearn.compose import ColumnTransformer\nfrom sklearn.pipeline import make_pipeline\npipe = make_pipeline(ColumnTransformer([('n', scaler, ['age'])]), model)\npipe.fit(df, df['churned'])",
      -- made after the features were taken
      "import pandas as pd\ndf = pd.read_csv('d.csv')\nX = df.drop(columns=['id'])\ndf['churned'] = label(df)\nclf.fit(X, df['churned'])",
    },
  },
}
