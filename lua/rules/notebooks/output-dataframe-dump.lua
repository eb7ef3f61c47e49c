local rule = require "mlopslint.rule"
local ml = require "mlopslint.ml"
local sources = require "mlopslint.sources"

-- Calls whose result is a summary: it holds no rows of the data.
local summaries = { "*.describe", "*.value_counts", "*.groupby", "*.agg", "*.aggregate", "*.corr", "*.cov", "*.pivot_table", "*.pivot", "*.mean", "*.median", "*.std", "*.var", "*.sum",
  "*.count", "*.nunique", "*.unique", "*.isnull", "*.isna", "*.notnull", "*.quantile", "*.mode", "*.min", "*.max", "*.skew", "*.kurt", "*.info", "*.profile_report", "pandas.crosstab",
  "pandas.pivot_table", "*.crosstab", "*.summary", "*.freq", "*.resample", "*.rolling", "*.fit", "*.predict", "*.printSchema", "*.score" }

local told = {
  query = "the answer of a database",
  bucket = "an object in private storage",
  file = "a file that is not public",
}

local function is_summary(cell)
  for _, node in ipairs(sources.shown(cell)) do
    for _, call in ipairs(node:history()) do
      if ml.any(call.name or "?." .. call.method, summaries) then return true end
    end
    if node.kind == "call" and ml.any(node.name or "?." .. node.method, summaries) then return true end
  end
  return false
end

local function largest_table(cell)
  local most, place
  for _, output in ipairs(cell.outputs) do
    for _, shown in ipairs(output:tables()) do
      if not most or shown.row_count > most.row_count then most, place = shown, output end
    end
  end
  return most, place
end

-- SELECT count(*) .. GROUP BY: the rows are not those of the table.
local function is_aggregate(call)
  local query = call:argument(nil, 1)
  local text = query and query.string and query.string:lower() or ""
  return text:find "group%s+by" ~= nil or text:find "select%s+count" ~= nil or text:find "select%s+sum" ~= nil or text:find "select%s+avg" ~= nil or text:find "information_schema" ~= nil
end

return rule.cell {
  code = "NBK003", name = "output-dataframe-dump", severity = "warning",
  summary = "an output shows rows of data that is not public",
  docs = [[
The table below this cell holds rows of a database or of private storage. Rows are what the data says of single
customers, patients or contracts; a committed output hands them to everybody who can read the repository, for ever, past the access rights of
the source.

Where data comes from is read off the code: rows of samples that everybody has (`sklearn.datasets`, `seaborn.load_dataset`, addresses on the web,
files that the notebook downloads, data sets whose page it names) and summaries (`describe`, `groupby`, counts) are left alone. Whether a
file beside the notebook is private, the code doesn't tell: `sources = ["query", "bucket", "file"]` reports those rows too.

Next step: show the shape, the types and aggregates; strip the output, or keep `head()` for your own screen (`mlopslint notebook install`).

Source: Equal Experts MLOps playbook; NBLyzer.]],
  needs = { "output_type" },
  options = {
    rows = { type = "integer", default = 5, min = 0, help = "so many rows may be shown" },
    sources = { type = "string[]", default = { "query", "bucket" }, choices = { "query", "bucket", "file" }, help = "which sources are private; file: on this machine, and not known to be public" },
  },
  check = function(ctx, cell)
    if #cell.outputs == 0 then return end
    local shown, place = largest_table(cell)
    if not shown or shown.row_count <= ctx.options.rows then return end
    local kind, call = sources.of_cell(cell)
    local private = false
    for _, source in ipairs(ctx.options.sources) do private = private or source == kind end
    if not private or is_summary(cell) or kind == "query" and is_aggregate(call) then return end
    if kind == "file" and sources.is_public_notebook(ctx, ctx.notebook) then return end
    local of = shown.all_rows > shown.row_count and (" of %d"):format(shown.all_rows) or ""
    ctx:report(place, "%d%s rows of `%s`, %s, will be in git for ever", shown.row_count, of, call.text, told[kind])
      :related(call, "the data comes from here")
      :fix { safety = "unsafe", title = "strip this cell's outputs", cell:strip "all" }
  end,
  tests = {
    bad = {
      { cells = { "import pandas as pd\ndf = pd.read_sql('select * from claims', con)", { code = "print(df.head(6))  # expect: NBK003", count = 2,
        output = "   id  claim\n0   1    220\n1   2    310\n2   3    120\n3   4     90\n4   5     75\n5   6    130\n" } },
        message = "6 rows of `pd.read_sql('select * from claims', con)`, the answer of a database" },
      { cells = { "import pandas as pd\ndf = pd.read_parquet('s3://claims-eu/2024.parquet')\ndf = df[df.claim > 0]", { code = "df  # expect: NBK003",
        output = "    id  claim\n0    1    220\n1    2    310\n..  ..    ...\n8    9     90\n9   10     75\n\n[10 rows x 2 columns]\n" } }, options = { rows = 2 },
        message = "4 of 10 rows of" },
      { cells = { "import pandas as pd\ndf = pd.read_csv('C:/work/contracts.csv')", { code = "print(df)  # expect: NBK003", output = "   id  claim\n0   1    220\n" } },
        options = { rows = 0, sources = { "file" } }, message = "a file that is not public" },
    },
    good = {
      { cells = { "import pandas as pd\ndf = pd.read_sql('select * from claims', con)", { code = "print(df.head(2))", output = "   id  claim\n0   1    220\n1   2    310\n" } } },
      { cells = { "import pandas as pd\ndf = pd.read_sql('select * from claims', con)", { code = "print(df.describe())", output = "       claim\ncount     10\nmean      20\nmin        3\n" } }, options = { rows = 0 } },
      { cells = { "import pandas as pd\ndf = pd.read_sql('select city, count(*) n from claims group by city', con)", { code = "print(df)", output = "  city    n\n0    A  220\n" } }, options = { rows = 0 } },
      { cells = { "import pandas as pd\ndf = pd.read_csv('https://firma.at/open.csv')", { code = "print(df)", output = "   id  claim\n0   1    220\n" } }, options = { rows = 0 } },
      { cells = { "!wget https://firma.at/contracts.csv", "import pandas as pd\ndf = pd.read_csv('contracts.csv')", { code = "print(df)", output = "   id  claim\n0   1    220\n" } },
        options = { rows = 0, sources = { "file" } } },
      { cells = { "import pandas as pd\ndf = pd.read_csv('contracts.csv')", { code = "print(df)", output = "   id  claim\n0   1    220\n" } }, options = { rows = 0 } },
      { cells = { "import seaborn as sns\ndf = sns.load_dataset('mpg')", { code = "df", output = "   id  claim\n0   1    220\n" } }, options = { rows = 0 } },
      { cells = { "import pandas as pd\ndf = pd.DataFrame({'a': [1]})", { code = "df", output = "   a\n0  1\n" } }, options = { rows = 0 } },
    },
  },
}
