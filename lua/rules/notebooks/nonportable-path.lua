local rule = require "mlopslint.rule"
local ml = require "mlopslint.ml"

local function set(words)
  local out = {}
  for word in words:gmatch "%S+" do out[word] = true end
  return out
end

-- Users that images and services make: their homes are the same wherever the image runs.
local service_users = set [[jovyan jupyter ec2-user sagemaker-user studio-lab-user azureuser wsuser cdsw vscode codespace gitpod runner airflow spark hadoop
  glue_user mambauser bentoml model-server app appuser user nonroot node docker coder trusteduser kaggle work jenkins worker default]]
-- What documentation writes.
local placeholders = set "username user_name your_name yourname your-name name someone somebody me xxx path example"

-- Calls that take a path: by keyword, else at the position. Only homes, drives and the like are looked for, so the names may be wide.
local keywords = { "filepath_or_buffer", "path_or_buf", "path", "io", "file", "filename", "fname", "filepath", "f", "root", "root_dir", "data_dir", "dir" }
local at_first = {
  "*.read_*", "*.scan_*", "*.load", "*.load_*", "*.loadtxt", "*.genfromtxt", "*.fromfile", "*.loadmat", "*.open", "builtins.open", "*.imread", "*.from_csv",
  "*.csv", "*.parquet", "*.json", "*.orc", "*.ImageFolder", "*.DatasetFolder", "*.DMatrix",
  "*.from_pretrained", "*.from_file", "*.flow_from_directory", "*.image_dataset_from_directory", "*.ExcelFile", "*.HDFStore", "h5py.File", "sqlite3.connect", "PIL.Image.open",
  "os.chdir", "os.listdir", "os.scandir", "os.walk", "os.makedirs", "os.mkdir", "glob.glob", "glob.iglob", "sys.path.append", "shutil.copy", "shutil.copytree",
  "*.to_csv", "*.to_parquet", "*.to_excel", "*.to_json", "*.to_pickle", "*.to_feather", "*.savetxt", "*.save_pretrained", "*.savefig", "numpy.save", "numpy.savez",
}
local at_second = { "torch.save", "joblib.dump", "sys.path.insert", "*.imwrite" }
local on_receiver = { "pathlib.Path.read_text", "pathlib.Path.read_bytes", "pathlib.Path.open", "pathlib.Path.glob", "pathlib.Path.rglob", "pathlib.Path.iterdir",
  "pathlib.Path.write_text", "pathlib.Path.write_bytes", "pathlib.Path.mkdir" }

-- Folders of one site's machines.
local site_roots = { "/scratch", "/lustre", "/gpfs", "/beegfs", "/nfs" }

local function is_person(name)
  return name ~= "" and not service_users[name:lower()] and not placeholders[name:lower()] and not name:find "[<>{}$%%@*]" and not name:lower():find "^your"
    and not name:find "\u{FFFC}"
end

-- What makes the path one of a single machine, and whose: "the home folder /home/anna"; nil for paths that may be anywhere.
local function machine_of(path)
  path = path:gsub("^file://", "")
  local home, name = path:match "^(/home/([^/]+))/."
  if not home then home, name = path:match "^(/Users/([^/]+))/." end
  if home then return name ~= "Shared" and is_person(name) and "the home folder `" .. home .. "`" or nil end
  if path:find "^~/[^./]" then return "a folder of your home, `" .. path:match "^~/[^/]+" .. "`" end
  if path:find "^%a:[\\/]+Program ?[FD]" or path:find "^%a:[\\/]+Windows" then return end -- where installers put things
  local drive = path:match "^(%a:)[\\/][^\\/]"
  if drive then return not path:find "^%a:[\\/]path[\\/]to" and "the drive `" .. drive:upper() .. "`" or nil end
  local share = path:match "^(\\\\[%w.-]+\\[^\\]+)\\"
  if share then return "the network share `" .. share .. "`" end
  for _, root in ipairs(site_roots) do
    if path:sub(1, #root + 1) == root .. "/" then return "the folder `" .. root .. "`" end
  end
end

-- True for a path that is taken on one system only: `if sys.platform == "win32":`.
local function is_for_a_platform(node)
  node = node:ancestor "if_statement"
  while node do
    local condition = node:field "condition"
    if condition and (condition.text:find("platform", 1, true) or condition.text:find("os.name", 1, true)) then return true end
    node = node:ancestor "if_statement"
  end
  return false
end

local function path_of(node)
  if not node then return nil end
  local value, kind = node:constant()
  return (kind == "string" or kind == "partial") and value or nil
end

-- The expression that gives a call its path.
local function path_argument(call)
  if call:is(table.unpack(on_receiver)) then return call.receiver end
  for _, keyword in ipairs(keywords) do
    local given = call:argument(keyword)
    if given then return given end
  end
  return call:argument(call:is(table.unpack(at_second)) and 2 or 1)
end

return rule.query {
  code = "NBK021", name = "nonportable-path", severity = "warning",
  summary = "the path is there on one machine only",
  docs = [[
The path begins in somebody's home folder, on a drive letter, on a network share or in a cluster's scratch folder. On every other machine, in CI and in a container the file is
not there, and the path tells everyone who wrote it.

Next step: make the path relative to the project (`Path(__file__).parent / "data"`; in a notebook a folder beside it), or take the folder from a setting or an
environment variable.

One finding for each home, drive or share in a file, at its first use. Constants, f-strings and `Path(...) / "a.csv"` are followed. Folders that platforms and
containers bring are let pass (/content, /kaggle, /dbfs, /mnt, /tmp, /data, /opt/ml, homes such as /home/jovyan), and so are hidden folders of the home
(`~/.cache`), what stands behind `os.path.expanduser` and `Path.home()`, and tests.

Source: Pimentel et al., MSR 2019 (missing data files break one in eight of the runs that fail); julynter "absolute paths"; Pineau et al., reproducibility checklist.]],
  query = "(module) @module",
  needs = { { "/home/" }, { "/Users/" }, { "~/" }, { "C:/" }, { "D:/" }, { "E:/" }, { "F:/" }, { "G:/" }, { "c:/" }, { "d:/" }, { ":\\\\" }, { "C:\\" }, { "D:\\" }, { "E:\\" },
    { "F:\\" }, { "G:\\" }, { "\\\\\\\\" }, { "r'\\\\" }, { 'r"\\\\' }, { "/scratch/" }, { "/lustre/" }, { "/gpfs/" }, { "/beegfs/" }, { "/nfs/" } },
  ignores = ml.tests,
  check = function(ctx)
    local first, order, count = {}, {}, {}
    local names = { table.unpack(at_first) }
    for _, more in ipairs { at_second, on_receiver } do
      for _, name in ipairs(more) do names[#names + 1] = name end
    end
    for _, call in ipairs(ctx:calls(table.unpack(names))) do
      local given = path_argument(call)
      local path = path_of(given)
      local machine = path and machine_of(path)
      if machine and is_for_a_platform(call) then machine = nil end
      if machine and not first[machine] then order[#order + 1], first[machine] = machine, given end
      if machine then count[machine] = (count[machine] or 0) + 1 end
    end
    for _, machine in ipairs(order) do
      local others = count[machine] - 1
      local more = others > 0 and (" (%d more path%s here begin%s there)"):format(others, others == 1 and "" or "s", others == 1 and "s" or "") or ""
      ctx:report(first[machine], "the path begins in %s: on another machine the file is not there%s", machine, more)
    end
  end,
  tests = {
    bad = {
      { "import pandas as pd\ndf = pd.read_csv('/Users/anna/Downloads/churn.csv')  # expect: NBK021", message = "the home folder `/Users/anna`" },
      { "import pandas as pd\nBASE = '/home/anna/data'\na = pd.read_csv(f'{BASE}/a.csv')  # expect: NBK021\nb = pd.read_csv(BASE + '/b.csv')", message = "1 more path here begins there" },
      { "from pathlib import Path\nwith open(Path('/Users/anna') / 'a.csv') as f:  # expect: NBK021\n    pass" },
      { "import numpy as np\nx = np.load(r'D:\\data\\x.npy')  # expect: NBK021", message = "the drive `D:`" },
      { "df.to_csv('e:\\\\work\\\\x.csv')  # expect: NBK021", message = "the drive `E:`" },
      { cells = { "import torch", "model = torch.load('C:/models/m.pt')  # expect: NBK021" } },
      { "import joblib\njoblib.dump(model, '~/models/m.joblib')  # expect: NBK021" },
      { "df = spark.read.parquet('/home/anna/x.parquet')  # expect: NBK021" },
      { "open('/scratch/a/b.csv')  # expect: NBK021\nopen('/home/anna/a')  # expect: NBK021", message = "the folder `/scratch`" },
      { "open(r'\\\\fs01\\ml\\x.csv')  # expect: NBK021", message = [[the network share `\\fs01\ml`]] },
    },
    good = {
      "open('data/churn.csv')\nopen('/content/x.csv')\nopen('/kaggle/input/x.csv')\nopen('/dbfs/x')\nopen('/mnt/x')\nopen('/opt/ml/model')\nopen('/home/jovyan/work/x.csv')",
      "import os\nfrom pathlib import Path\nopen(os.path.expanduser('~/data.csv'))\nopen(Path.home() / 'data.csv')\nopen('~/.cache/x')\nopen('https://example.org/home/anna/x.csv')",
      "open('/home/username/x.csv')\nopen('/Users/<you>/x.csv')\nopen(f'/home/{user}/x.csv')\nprint('/home/anna/x.csv')\nopen('s3://b/home/anna/x')",
      "import mlflow\nmlflow.set_experiment('/Users/anna@firma.at/churn')",
      [[import sys, glob
if sys.platform == "win32":
    found = glob.glob("C:\\NVIDIA\\cuda\\*")
glob.glob("C:\\Program Files\\NVIDIA GPU Computing Toolkit\\*")]],
      { "open('/home/anna/x.csv')", file = "tests/test_x.py" },
    },
  },
}
