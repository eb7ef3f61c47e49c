local rule = require "mlopslint.rule"
local ml = require "mlopslint.ml"

-- NaN stands in thousands of files; these are the ways to write the comparison, so that only those files are parsed.
local spellings = {}
for _, name in ipairs { "np.nan", "numpy.nan", "np.NaN", "np.NAN", "numpy.NaN", "math.nan", "nan", "NaT", "pd.NaT", "pandas.NaT" } do
  for _, operator in ipairs { "==", "!=" } do
    for _, text in ipairs { operator .. " " .. name, operator .. name, name .. " " .. operator, name .. operator } do spellings[#spellings + 1] = { text } end
  end
end

return rule.reference {
  code = "FIT050", name = "nan-equality", severity = "error",
  summary = "nothing equals NaN, so this comparison finds nothing",
  docs = [[
By IEEE 754 NaN is equal to nothing, itself included: `x == np.nan` is always False and `x != np.nan` always True. The missing values
that this line looks for pass unseen into training or scoring.

Next step: `pd.isna(x)` (arrays, frames, None too) or `np.isnan(x)` (numbers).

Source: IEEE 754; NumPy documentation of numpy.nan; pylint W0177.]],
  names = { "numpy.nan", "numpy.NaN", "numpy.NAN", "math.nan", "pandas.NaT" },
  needs = spellings, ignores = ml.tests, -- tests of NaN's own behaviour compare with it on purpose
  check = function(ctx, nan)
    local comparison = nan.parent
    if not comparison or comparison.kind ~= "comparison_operator" then return end
    local operator = comparison:field "operators"
    if not operator or (operator.text ~= "==" and operator.text ~= "!=") then return end
    local sides = comparison:children()
    local always = operator.text == "==" and "False" or "True"
    local report = ctx:report(comparison, "`%s` is always %s: nothing equals NaN", comparison.text, always)
    if #sides ~= 2 or not ctx:imports "pandas" and not ctx:imports "numpy" then return end
    local other = sides[1] == nan and sides[2] or sides[1]
    local test = ctx.text:find("pandas as pd", 1, true) and "pd.isna" or ctx.text:find("numpy as np", 1, true) and nan.name:find "^numpy" and "np.isnan"
    if not test then return end
    report:fix { safety = "unsafe", title = "use " .. test, comparison:replace((operator.text == "!=" and "~" or "") .. test .. "(" .. other.text .. ")") }
  end,
  tests = {
    bad = {
      { "import numpy as np\nbad = np.mean(x == np.nan)  # expect: FIT050", fixed = "import numpy as np\nbad = np.mean(np.isnan(x))  # expect: FIT050" },
      { "import pandas as pd\nimport numpy as np\nrows = df[df.age != np.nan]  # expect: FIT050", fixed = "import pandas as pd\nimport numpy as np\nrows = df[~pd.isna(df.age)]  # expect: FIT050" },
      "from math import nan\nif value == nan:  # expect: FIT050\n    pass",
    },
    good = {
      "import numpy as np\nrows = df.replace(np.nan, 0)",
      "import numpy as np\nif x is np.nan: pass",
      "import numpy as np\nx = np.isnan(y) == True",
      "nan = 3\nx = 3 == nan",
      { "import numpy as np\nassert not (x == np.nan)", file = "tests/test_nan.py" },
    },
  },
}
