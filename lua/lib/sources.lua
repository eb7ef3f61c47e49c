-- sources: where the data that an output shows comes from, as far as the notebook says: public samples, or somebody's database, bucket, file.
local ml = require "mlopslint.ml"
local M = {}

-- Calls that give data which everybody has.
local public = {
  "sklearn.datasets.*", "seaborn.load_dataset", "statsmodels.*.load", "statsmodels.*.load_pandas", "statsmodels.*.get_rdataset", "vega_datasets.*",
  "tensorflow_datasets.*", "keras.datasets.*", "tensorflow.keras.datasets.*", "torchvision.datasets.*", "torchtext.datasets.*", "torch_geometric.datasets.*",
  "datasets.load_dataset", "nltk.corpus.*", "plotly.express.data.*", "plotly.data.*", "bokeh.sampledata.*", "pydataset.data", "ucimlrepo.*",
  "openml.*", "kagglehub.*", "yfinance.*", "pandas_datareader.*", "lifelines.datasets.*", "shap.datasets.*", "palmerpenguins.*", "gapminder.*",
  "fairlearn.datasets.*", "aif360.datasets.*", "imblearn.datasets.*", "surprise.Dataset.load_builtin", "recommenders.datasets.*", "faker.*", "mimesis.*",
  "sdv.*.sample", "fastai.*.untar_data", "gensim.downloader.load",
}
local made_up = { "numpy.random.*", "random.*", "torch.rand*" }

-- Calls that put a file of the world beside the notebook, and programs that do.
local downloads = {
  "urllib.request.urlretrieve", "urllib.urlretrieve", "wget.download", "gdown.download", "kagglehub.*", "opendatasets.download",
  "tensorflow.keras.utils.get_file", "keras.utils.get_file", "huggingface_hub.*", "*.download_file_from_google_drive",
  "pooch.*", "kaggle.*", "recommenders.*", "*.maybe_download", "*.download_and_extract",
}
local download_programs = { "wget", "curl", "kaggle", "gdown", "aria2c", "git clone", "unzip", "dvc pull", "huggingface-cli" }

-- Pages of public data: a notebook that names one works on it.
local pages = { "kaggle.com/", "archive.ics.uci.edu", "huggingface.co/datasets", "openml.org", "zenodo.org", "data.gov", "physionet.org", "grouplens.org", "figshare.com",
  "data.world/", "nyc.gov/", "raw.githubusercontent.com/", "Kaggle dataset", "UCI Machine Learning", "datasets/master", "drive.google.com/", "dropbox.com/", "data.europa.eu",
  "storage.googleapis.com/", "quantopian.com", "quandl", "stat-computing.org" }

-- Files and buckets that many tutorials share: words with which a part of the path begins.
local samples = {}
for word in ([[iris titanic adult boston california wine mnist cifar diabetes breast_cancer penguin tips telco ufn-usec german bank-full bank-additional
  creditcard movielens ratings movies imdb enron spam 20news ames house_price housing heart abalone auto-mpg mpg mtcars airline passenger diamonds tripdata taxi covid
  sunspot stroke loan pima churn sonar glass wdbc yelp amazon-reviews reviews goodreads fifa pokemon superstore adventureworks northwind chinook sakila stackoverflow
  census crime bike iowa melbourne zillow airbnb spotify netflix twitter tweets sentiment reddit wiki weather temperature life_expectancy gapminder olympic nba nfl
  flights birthwei advertising salary_data 50_startups mall_customers social_network_ads sample example dummy toy fake synthetic mock demo tutorial
  nyc-tlc noaa sagemaker-sample cloud-samples-data commoncrawl dask-data anaconda-public open-data opendata public]]):gmatch "%S+" do samples[#samples + 1] = word end

local function is_sample(path)
  path = path:lower()
  for _, word in ipairs(samples) do
    local at = path:find(word, 1, true)
    if at and not path:sub(1, at - 1):find "%a$" then return true end
  end
  return false
end

local readers = { "pandas.read_*", "polars.read_*", "polars.scan_*", "dask.dataframe.read_*", "modin.pandas.read_*", "cudf.read_*", "geopandas.read_*", "vaex.open", "duckdb.read_*",
  "pyspark.*.csv", "pyspark.*.parquet", "pyspark.*.json", "pyspark.*.load", "awswrangler.s3.read_*" }
local queries = { "pandas.read_sql", "pandas.read_sql_query", "pandas.read_sql_table", "pandas.read_gbq", "polars.read_database", "polars.read_database_uri", "pandas_gbq.read_gbq",
  "awswrangler.athena.*", "awswrangler.redshift.*", "pyspark.*.sql", "pyspark.*.table", "google.cloud.bigquery.*", "snowflake.*", "psycopg2.*", "pymysql.*", "pyodbc.*", "cx_Oracle.*",
  "oracledb.*", "sqlalchemy.*", "databricks.sql.*", "pymongo.*", "clickhouse_driver.*", "trino.*", "cassandra.*" }

-- The text of a call's first argument as far as it is known.
local function path_of(call)
  local node = call:argument(nil, 1) or call:argument("filepath_or_buffer", 1) or call:argument("path", 1) or call:argument("io", 1) or call:argument("source", 1)
  if not node then return nil end
  local value, kind = node:constant()
  if kind == "string" or kind == "partial" then return tostring(value), kind == "string" end
  return nil
end

-- What a path says: "public", "bucket", "file", or nil.
local function of_path(path, certain)
  if path:find "^https?://" or path:find "^ftp://" or is_sample(path) then return "public" end
  if path:find "^%a[%w+.-]*://" and not path:find "^file:" then return "bucket" end
  return certain and "file" or nil
end

local function of_call(call)
  local name = call.name
  if not name then return nil end
  if ml.any(name, public) or ml.any(name, made_up) then return "public" end
  if ml.any(name, queries) then
    local query = path_of(call)
    if query and (query:find("public-data", 1, true) or is_sample(query)) then return "public" end
    return "query"
  end
  if not ml.any(name, readers) then return nil end
  local path, certain = path_of(call)
  return path and of_path(path, certain)
end

local strength = { public = 1, query = 2, bucket = 3, file = 4 }

-- What the value of an expression was made of: "public" if any of it is, else "query", "bucket", "file"; and the call.
function M.of(node)
  local kind, found
  local function look(call)
    local this = call.kind == "call" and of_call(call)
    if this and (not kind or strength[this] < strength[kind]) then kind, found = this, call end
  end
  look(node)
  for _, call in ipairs(node:history()) do look(call) end
  for _, origin in ipairs(node:origins()) do look(origin) end
  return kind, found
end

-- True if the notebook shows that it works on public data: it names its page, or fetches files.
function M.is_public_notebook(ctx, notebook)
  for _, cell in ipairs(notebook:cells()) do
    for _, page in ipairs(pages) do
      if cell.source:find(page, 1, true) then return true end
    end
  end
  for _, magic in ipairs(notebook:magics()) do
    for _, program in ipairs(download_programs) do
      if magic.line:find(program, 1, true) or magic.name:find(program, 1, true) then return true end
    end
  end
  return #ctx:calls(table.unpack(downloads)) > 0 or #ctx:calls(table.unpack(public)) > 0
end

local shows = { ["builtins.print"] = true, ["IPython.display.display"] = true, ["IPython.core.display.display"] = true }

local function is_show(node)
  return node.kind == "call" and (shows[node.name] or node.callee.text == "display")
end

-- The expressions whose values the cell shows: its last one, and what is given to display() and print().
function M.shown(cell)
  local out, statements = {}, cell:statements()
  for i, statement in ipairs(statements) do
    local expression = statement.kind == "expression_statement" and statement:children()[1]
    if expression and is_show(expression) then
      out[#out + 1] = expression:argument(nil, 1)
    elseif expression and i == #statements then
      out[#out + 1] = expression
    end
  end
  return out
end

-- What the cell shows comes from: the kind and the call, or nil if the notebook doesn't tell.
function M.of_cell(cell)
  local kind, found
  for _, node in ipairs(M.shown(cell)) do
    local this, call = M.of(node)
    if this and (not kind or strength[this] < strength[kind]) then kind, found = this, call end
  end
  return kind, found
end

return M
