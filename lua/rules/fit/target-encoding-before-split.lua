local rule = require "mlopslint.rule"
local leakage = require "mlopslint.leakage"
local ml = require "mlopslint.ml"

local classes = { "sklearn.preprocessing.TargetEncoder", "category_encoders.*TargetEncoder", "category_encoders.*LeaveOneOutEncoder",
  "category_encoders.*JamesSteinEncoder", "category_encoders.*MEstimateEncoder", "category_encoders.*WOEEncoder",
  "category_encoders.*CatBoostEncoder", "category_encoders.*GLMMEncoder" }

-- The column that a call summarises by group: y in df.groupby("a")["y"].mean().
local function summarised(step)
  local column = step.receiver
  if not column or column.kind ~= "subscript" then return nil end
  local table_ = column:field "value"
  if table_.kind ~= "call" or table_.method ~= "groupby" then return nil end
  local name, kind = column:field("subscript"):constant()
  return kind == "string" and name or nil
end

-- The column that the target of a split is.
local function target_of(split)
  local target = leakage.target(split)
  local columns = target and target:columns()
  return columns and columns.column and columns.has[1] or nil
end

return rule.call {
  code = "FIT003", name = "target-encoding-before-split", severity = "error",
  summary = "the features hold an average of the test answers",
  docs = [[
A target encoding writes into each row the average answer of its group. Computed before the split, it writes the answers of the test rows
into the features (in small groups nearly verbatim): the test metric looks good and production does not follow.

Next step: compute the averages on the training part only and map them onto the rest, or use `sklearn.preprocessing.TargetEncoder` in a
`Pipeline`, which does so out of fold.

Source: Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes", 2001; scikit-learn, "Target Encoder's internal
cross fitting".]],
  calls = leakage.splits, needs = { { "groupby" }, { "category_encoders" }, { "TargetEncoder" } }, ignores = ml.tests,
  check = function(ctx, call)
    local target = target_of(call)
    for _, step in ipairs(leakage.steps(ctx, call)) do
      local fit, estimator = leakage.learned(step, classes)
      if fit and estimator.name ~= "sklearn.preprocessing.TargetEncoder" or fit and step.method == "transform" then
        ctx:report(fit, "`%s` writes the answers of the test rows into the features: fit it after the split, best in a Pipeline", estimator.method)
          :related(call, "the split comes after")
      elseif target and summarised(step) == target then
        ctx:report(step, "an average of the target `%s` becomes a feature before the split: it holds the answers of the test rows", target)
          :related(call, "the split comes after")
      end
    end
  end,
  tests = {
    bad = {
      "from category_encoders import TargetEncoder\nfrom sklearn.model_selection import train_test_split\nX = TargetEncoder().fit_transform(X, y)  # expect: FIT003\ntrain_test_split(X, y)",
      "import pandas as pd\nfrom sklearn.model_selection import train_test_split\ndf = pd.read_csv('d.csv')\ndf['city_mean'] = df.groupby('city')['price'].transform('mean')  # expect: FIT003\nX = df.drop(columns=['price'])\ny = df['price']\ntrain_test_split(X, y)",
      "import pandas as pd\nfrom sklearn.model_selection import train_test_split\ndf = pd.read_csv('d.csv')\nmeans = df.groupby('city')['price'].mean()  # expect: FIT003\ndf['city_mean'] = df['city'].map(means)\ntrain_test_split(df.drop(columns=['price']), df['price'])",
    },
    good = {
      "import pandas as pd\nfrom sklearn.model_selection import train_test_split\ndf = pd.read_csv('d.csv')\ntrain, test = train_test_split(df)\nmeans = train.groupby('city')['price'].mean()\ntest['city_mean'] = test['city'].map(means)",
      -- an average of something else
      "import pandas as pd\nfrom sklearn.model_selection import train_test_split\ndf = pd.read_csv('d.csv')\ndf['rooms_mean'] = df.groupby('city')['rooms'].transform('mean')\ntrain_test_split(df.drop(columns=['price']), df['price'])",
      -- only looked at
      "import pandas as pd\nfrom sklearn.model_selection import train_test_split\ndf = pd.read_csv('d.csv')\nprint(df.groupby('city')['price'].mean())\ntrain_test_split(df.drop(columns=['price']), df['price'])",
      -- scikit-learn's own is cross-fitted in fit_transform
      "from sklearn.preprocessing import TargetEncoder\nfrom sklearn.pipeline import make_pipeline\nfrom sklearn.model_selection import cross_val_score\ncross_val_score(make_pipeline(TargetEncoder(), model), X, y)",
    },
  },
}
