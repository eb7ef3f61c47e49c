local rule = require "mlopslint.rule"
local leakage = require "mlopslint.leakage"
local ml = require "mlopslint.ml"

-- Transformers that learn numbers or words from the rows they are fitted on.
local classes = {
  "sklearn.preprocessing.StandardScaler", "sklearn.preprocessing.MinMaxScaler", "sklearn.preprocessing.MaxAbsScaler",
  "sklearn.preprocessing.RobustScaler", "sklearn.preprocessing.PowerTransformer", "sklearn.preprocessing.QuantileTransformer",
  "sklearn.preprocessing.KBinsDiscretizer", "sklearn.impute.SimpleImputer", "sklearn.impute.KNNImputer", "sklearn.impute.IterativeImputer",
  "sklearn.feature_extraction.text.TfidfVectorizer", "sklearn.feature_extraction.text.CountVectorizer",
  "sklearn.decomposition.PCA", "sklearn.decomposition.TruncatedSVD", "sklearn.decomposition.NMF",
}

return rule.call {
  code = "FIT005", name = "scaler-fit-before-split", severity = "info",
  summary = "a preprocessing step has seen the test rows",
  docs = [[
A scaler, imputer, vectoriser or PCA learns means, ranges or words from the rows that it is fitted on. Fitted before the split, it has learned
from the test rows too: the test says how the model does on data whose summary it knows, which production will not give it. The effect
is often small, and sometimes (few rows, rare words, drifting values) not.

Next step: put the step into a `Pipeline` with the model, or fit it on the training part and only `transform` the test part.

Source: scikit-learn, "Common pitfalls and recommended practices: data leakage during pre-processing"; Yang et al., ASE 2022.]],
  calls = leakage.splits, needs = { { "fit_transform" }, { ".transform" } }, ignores = ml.aside,
  check = function(ctx, call)
    for _, step in ipairs(leakage.steps(ctx, call)) do
      local fit, estimator = leakage.learned(step, classes)
      if fit then
        ctx:report(fit, "`%s` is fitted before the split, so it has seen the test rows: fit it on the training part, or in a Pipeline", estimator.method)
          :related(call, "the split comes after")
      end
    end
  end,
  tests = {
    bad = {
      "from sklearn.preprocessing import StandardScaler\nfrom sklearn.model_selection import train_test_split\nX = StandardScaler().fit_transform(X)  # expect: FIT005\ntrain_test_split(X, y)",
      "from sklearn.preprocessing import MinMaxScaler\nfrom sklearn.model_selection import train_test_split\nscaler = MinMaxScaler()\nscaler.fit(df)  # expect: FIT005\nX = scaler.transform(df)\ntrain_test_split(X, y)",
      "import pandas as pd\nfrom sklearn.impute import SimpleImputer\nfrom sklearn.model_selection import train_test_split\ndf = pd.read_csv('d.csv')\ndf[['age']] = SimpleImputer().fit_transform(df[['age']])  # expect: FIT005\ntrain, test = train_test_split(df)",
      "from sklearn.feature_extraction.text import TfidfVectorizer\nfrom sklearn.model_selection import cross_val_score\nX = TfidfVectorizer().fit_transform(texts)  # expect: FIT005\ncross_val_score(model, X, y)",
      "from sklearn.pipeline import make_pipeline\nfrom sklearn.preprocessing import StandardScaler, OneHotEncoder\nfrom sklearn.model_selection import train_test_split\nprepare = make_pipeline(StandardScaler(), OneHotEncoder())\nX = prepare.fit_transform(X)  # expect: FIT005\ntrain_test_split(X, y)",
    },
    good = {
      "from sklearn.preprocessing import StandardScaler\nfrom sklearn.model_selection import train_test_split\na, b, c, d = train_test_split(X, y)\nscaler = StandardScaler()\na = scaler.fit_transform(a)\nb = scaler.transform(b)",
      -- categories and labels are known beforehand
      "from sklearn.preprocessing import LabelEncoder, OneHotEncoder\nfrom sklearn.model_selection import train_test_split\nX = OneHotEncoder().fit_transform(X)\ntrain_test_split(X, LabelEncoder().fit_transform(y))",
      "from sklearn.preprocessing import StandardScaler\nfrom sklearn.pipeline import make_pipeline\nfrom sklearn.model_selection import cross_val_score\ncross_val_score(make_pipeline(StandardScaler(), model), X, y)",
      -- another table
      "from sklearn.preprocessing import StandardScaler\nfrom sklearn.model_selection import train_test_split\nZ = StandardScaler().fit_transform(X)\nplot(Z)\ntrain_test_split(X, y)",
      -- the test part is safe already
      "from sklearn.preprocessing import StandardScaler\nfrom sklearn.model_selection import train_test_split\na, b, c, d = train_test_split(X, y)\na = StandardScaler().fit_transform(a)\ntrain_test_split(a, c)",
    },
  },
}
