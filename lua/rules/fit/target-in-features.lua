local rule = require "mlopslint.rule"
local frame = require "mlopslint.frame"
local ml = require "mlopslint.ml"

-- The one expression that a node stands for: its only origin, or itself.
local function origin(node)
  local origins = node:origins()
  return #origins == 1 and not origins[1].item and origins[1] or nil
end

-- True if the column is taken out of the frame in place somewhere, so that order decides.
local function changed_in_place(ctx, source)
  for _, call in ipairs(ctx:calls("*.drop", "*.pop")) do
    if call.receiver and call.receiver.text == source.text and (call.method == "pop" or call:argument "inplace") then return true end
  end
  return ctx.text:find("del " .. source.text .. "[", 1, true) ~= nil
end

return rule.call {
  code = "FIT002", name = "target-in-features", severity = "error",
  summary = "the model is given the answer",
  docs = [[
The target is a column of the same frame that the features are taken from, and it was not removed. The model learns to copy it: metrics
look perfect, and in production, where the target is not known yet, the model is worth nothing.

Next step: drop the target from the features before the split, and look at the metrics again.

Source: Kaufman et al., "Leakage in data mining", KDD 2011; Yang et al., "Data leakage in notebooks", ASE 2022.]],
  calls = { "*.fit", "*.fit_transform", "*.fit_resample", "sklearn.model_selection.train_test_split", "sklearn.model_selection.cross_val_score", "sklearn.model_selection.cross_validate" },
  needs = { "[" }, ignores = ml.tests,
  check = function(ctx, call)
    local first = call.receiver and call.method:find "^fit" and 1 or call.method:find "^cross" and 2 or 1
    local x, y = call:argument("X", first), call:argument("y", first + 1)
    if not x or not y then return end
    local target = origin(y)
    if not target or target.kind ~= "subscript" then return end
    local column, kind = target:field("subscript"):constant()
    local source = target:field "value"
    if kind ~= "string" or source.kind ~= "identifier" then return end
    if frame.column(x, source, column) ~= "has" or changed_in_place(ctx, source) then return end
    ctx:report(x, "`%s` still holds the target `%s`: the model is given the answer", x.text, column)
      :related(target, "the target is taken from the same frame here")
  end,
  tests = {
    bad = {
      "import pandas as pd\nfrom sklearn.linear_model import LogisticRegression\ndf = pd.read_csv('d.csv')\ny = df['churned']\nmodel = LogisticRegression()\nmodel.fit(df, y)  # expect: FIT002",
      "from sklearn.model_selection import train_test_split\nX = df.drop(columns=['id'])\ny = df['churned']\ntrain_test_split(X, y)  # expect: FIT002",
      "X = df[['age', 'churned']]\nclf.fit(X, df['churned'])  # expect: FIT002",
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
    },
  },
}
