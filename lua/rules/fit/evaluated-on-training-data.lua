local rule = require "mlopslint.rule"
local ml = require "mlopslint.ml"

local metric_calls = {}
for i, name in ipairs(ml.metrics) do metric_calls[i] = "sklearn.metrics." .. name end

-- True if the estimator was fitted on this data, under whatever name: the same value, or the same training part turned.
local function was_fitted_on(fit, x)
  if fit.data:same(x) then return true end
  local fitted, asked = fit.data:split(), x:split()
  return fitted and asked and fitted.part == "train" and asked.part == "train" and fitted.made and fitted.made == asked.made
end

-- The fit that saw the data, if every fit that may have made the estimator did.
local function fit_on(receiver, x)
  local found
  for _, fit in ipairs(receiver:fits()) do
    if not fit.data or not fit.target or not was_fitted_on(fit, x) then return nil end
    found = fit
  end
  return found
end

-- True if the same metric is also asked for on other data: then this number stands beside an honest one.
local function judged_elsewhere(ctx, metric)
  local data = metric:argument(nil, 1)
  for _, other in ipairs(ctx:calls("*." .. metric.method)) do
    local first = other:argument(nil, 1) or other:argument "y_true" or other:argument "X"
    if first and data and first.text ~= data.text then return true end
  end
  return ctx:calls("*.cross_val_score", "*.cross_validate")[1] ~= nil
end

-- metric: the call that gives the number; asked: the call that gives the predictions (the same for score()).
local function judge(ctx, metric, asked)
  local receiver, x = asked.receiver, asked:argument("X", 1)
  local fit = receiver and x and fit_on(receiver, x)
  if not fit or judged_elsewhere(ctx, metric) then return end
  ctx:report(metric, "`%s` is judged on `%s`, the data it was fitted on: this number says nothing about new cases", receiver.text, x.text)
    :related(fit.call, "fitted on the same data here")
end

return rule.any {
  code = "FIT007", name = "evaluated-on-training-data", severity = "error",
  summary = "the model is judged on the data it was fitted on",
  docs = [[
A model can learn its training data by heart. A metric on that data measures memory, not what users will get; it is the most common
reason why a model that looked good fails in production.

Next step: keep a part of the data aside (`train_test_split`, or by time) and report the metric there, or cross-validate. A training
metric beside a test metric of the same model is not reported.

Source: Hastie, Tibshirani, Friedman, "The Elements of Statistical Learning", chapter 7; Yang et al., ASE 2022.]],
  ignores = ml.tests,
  on = {
    { calls = { "*.score" }, needs = { ".fit" },
      check = function(ctx, call)
        if call:positional_count() >= 2 or call:argument("y") then judge(ctx, call, call) end
      end },
    { calls = metric_calls, needs = { ".fit" },
      check = function(ctx, call)
        local predicted = call:argument("y_pred", 2) or call:argument("y_score") or call:argument("y_prob")
        for _, origin in ipairs(predicted and predicted:origins() or {}) do
          if origin.kind == "call" and origin:is("*.predict", "*.predict_proba") then judge(ctx, call, origin) return end
        end
      end },
  },
  tests = {
    bad = {
      "from sklearn.metrics import accuracy_score\nfrom sklearn.model_selection import train_test_split\na, b, c, d = train_test_split(X, y)\nscaler.fit(a)\nclf.fit(scaler.transform(a), c)\nprint(accuracy_score(c, clf.predict(scaler.transform(a))))  # expect: FIT007",
      "from sklearn.metrics import accuracy_score\ndef train(X, y):\n    model = make_model()\n    model.fit(X, y)\n    return model\nclf = train(X, y)\nprint(accuracy_score(y, clf.predict(X)))  # expect: FIT007",
      "from sklearn.metrics import accuracy_score\nlr = LogisticRegression().fit(X, y)\ny_pred = lr.predict(X)\nprint(accuracy_score(y, y_pred))  # expect: FIT007",
      "from sklearn.tree import DecisionTreeClassifier\nclf = DecisionTreeClassifier()\nclf.fit(X, y)\nprint(clf.score(X, y))  # expect: FIT007",
      "from sklearn.metrics import accuracy_score\nmodel.fit(X_train, y_train)\npred = model.predict(X_train)\nprint(accuracy_score(y_train, pred))  # expect: FIT007",
      "from sklearn.metrics import accuracy_score, f1_score\nmodel.fit(X_train, y_train)\nprint(accuracy_score(y_train, model.predict(X_train)))  # expect: FIT007\nprint(f1_score(y_test, model.predict(X_test)))",
    },
    good = {
      -- another data set by the same name
      "def f(a):\n    model.fit(X, y)\n    if a:\n        X = load_test()\n    print(model.score(X, y))",
      "from sklearn.metrics import accuracy_score\nlr = LogisticRegression().fit(X_train, y_train)\nprint(accuracy_score(y_test, lr.predict(X_test)))",
      "from sklearn.metrics import accuracy_score\nlr = LogisticRegression().fit(X, y)\nlr.fit(X_train, y_train)\nprint(accuracy_score(y, lr.predict(X)))",
      "model.fit(X_train, y_train)\nprint(model.score(X_test, y_test))",
      "model.fit(X_train, y_train)\nprint(model.score(X_train, y_train), model.score(X_test, y_test))",
      "from sklearn.metrics import silhouette_score\nkm.fit(X)\nprint(silhouette_score(X, km.predict(X)))",
      "from sklearn.metrics import f1_score\nmodel.fit(X_train, y_train)\nprint(f1_score(y_train, model.predict(X_train)), f1_score(y_test, model.predict(X_test)))",
      "model.fit(X, y)\nX = load_test()\nprint(model.score(X, y))",
    },
  },
}
