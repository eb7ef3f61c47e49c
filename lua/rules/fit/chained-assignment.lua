local rule = require "mlopslint.rule"
local ml = require "mlopslint.ml"

local frame_modules = { "pandas", "modin", "cudf", "dask", "geopandas", "pyspark.pandas" }

-- True if what nothing is known of may well be a frame: the file works with frames, or its name says so.
local function may_be_frame(ctx, expression)
  if expression:is "numpy.*" then return false end -- a field of a structured array is a view
  for _, module in ipairs(frame_modules) do
    if ctx:imports(module) then return true end
  end
  return expression.text:find "df" ~= nil
end

-- True if the expression compares something of this table: a mask of its rows.
local function is_mask_of(key, table_)
  if key.kind ~= "comparison_operator" and key.kind ~= "binary_operator" and key.kind ~= "unary_operator" then return false end
  for _, kind in ipairs { "subscript", "attribute" } do
    for _, part in ipairs(key:descendants(kind)) do
      local owner = part:field(kind == "subscript" and "value" or "object")
      if owner and owner.text == table_.text then return true end
    end
  end
  return false
end

local function is_text(node)
  local _, kind = node:constant()
  return kind == "string"
end

return rule.pattern {
  code = "FIT051", name = "chained-assignment", severity = "warning",
  summary = "the assignment may go to a copy and be lost",
  docs = [[
`df[a][b] = v` is two steps: `df[a]` makes a frame or column, and the value is assigned to that. Whether it is a view or a copy pandas does not
promise; with copy-on-write (the rule since pandas 3) it is always a copy, so the assignment does nothing, and the features or labels
stay as they were without a word.

Next step: say both in one step: `df.loc[rows, "column"] = v`.

Source: pandas, "Copy-on-Write" and "Returning a view versus a copy".]],
  pattern = "$DF[$A][$B] = $V",
  needs = { { "]['" }, { "][\"" }, { "'][" }, { "\"][" } }, -- the column is a text
  ignores = ml.tests, -- tests of pandas' and numpy's own behaviour assign this way on purpose
  check = function(ctx, m)
    local df, a, b = m.DF, m.A, m.B
    local rows, column = a, b
    if is_text(a) then rows, column = b, a end
    if not is_text(column) or rows.kind == "slice" and not df:is "pandas.DataFrame" then return end
    if not df:is "pandas.DataFrame" and not (is_mask_of(rows, df) and may_be_frame(ctx, df)) then return end
    local report = ctx:report(m, "this may assign to a copy of `%s` and be lost: use `%s.loc[..., %s] = ...`", df.text, df.text, column.text)
    if is_mask_of(rows, df) then
      local target = m.node:field "left" or m.node
      report:fix { safety = "unsafe", title = "use .loc", target:replace(df.text .. ".loc[" .. rows.text .. ", " .. column.text .. "]") }
    end
  end,
  tests = {
    bad = {
      { "def label(df):\n    df['group'][df['months'] > 6] = 'old'  # expect: FIT051", fixed = "def label(df):\n    df.loc[df['months'] > 6, 'group'] = 'old'  # expect: FIT051" },
      "def label(df):\n    df[df.months > 6]['group'] = 'old'  # expect: FIT051",
      "import pandas as pd\ndf = pd.read_csv('d.csv')\ndf['group'][0] = 'old'  # expect: FIT051",
      "import pandas as pd\ndef clip(x):\n    x[x['S'] > 1]['S'] = 0  # expect: FIT051",
      "import pandas as pd\ndf = pd.read_csv('d.csv')\ndf['group'][(df['a'] > 1) & ~df['b']] = 'old'  # expect: FIT051",
    },
    good = {
      "df.loc[df['months'] > 6, 'group'] = 'old'",
      "config['model']['depth'] = 3",
      "counts['a'][0] = 1",
      "df['group'] = 'new'",
      "import pandas as pd\nd = {'train': pd.read_csv('d.csv')}\nd['train']['group'] = 'new'",
      "image[mask][0] = 1",
      { "import pandas as pd\ndf = pd.read_csv('d.csv')\ndf['group'][0] = 'old'", file = "tests/test_copy.py" },
      "import numpy as np\nimport pandas as pd\nx = np.zeros(3, dtype=[('S', 'f8')])\nx[x['S'] > 1]['S'] = 0", -- a structured array
      "def clip(x):\n    x[x['S'] > 1]['S'] = 0", -- nothing says that it is a frame
    },
  },
}
