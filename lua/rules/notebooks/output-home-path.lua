local rule = require "mlopslint.rule"
local text = require "mlopslint.text"

-- Accounts that belong to images, hosted notebooks and build machines, and the words of documentation: nobody's home.
local machines = {}
for name in ([[jovyan user users root runner runneradmin ubuntu debian centos fedora alpine ec2-user opc admin administrator azureuser vsts vsts_azpcontainer
  sagemaker-user sagemaker studio-lab-user studio-user vscode codespace coder gitpod docker app appuser apprunner airflow spark hadoop hdfs hive livy yarn glue_user
  databricks dbuser trusted-service-user zeus lightning wsuser dsxuser watsonstudio jupyter jupyterlab jupyterhub notebook nbuser nb_user ipython condauser mambauser mamba micromamba conda rapids
  anaconda miniconda linuxbrew onyxia cdsw cloudera paperspace deepnote repl kaggle colab binder mluser mlflow ray beam flink trino presto test tester testuser
  travis circleci jenkins teamcity builder build buildbot buildagent buildkite buildkite-agent gitlab gitlab-runner github actions runnerx distiller
  onnxruntimedev tensorflow pytorch torch keras python node shared public default guest username user_name yourname your_name your-name yourusername your_username your-username myname me you
  name someone somebody nobody alice bob john jane foo bar xxx xxxx dev devel developer student teacher instructor workspace work project projects data git ci cd vagrant pi nvidia mapr esri arcgis
  all_users allusers all svc service postgres nginx www www-data http ftp backup local lib bin share tmp]]):gmatch "%S+" do machines[name] = true end

-- A user's folder on Linux, macOS (also as `file:///Users/...`) and Windows (with one or two backslashes, or slashes).
local homes = {
  { literal = "/home/", regex = [[(?<![\w.~*-])(?:/data|/mnt|/export|/nfs|/net)?/home/(?!$)([A-Za-z0-9][\w.-]{1,40})(?=/)]] },
  { literal = "/Users/", regex = [[(?<![\w.~*-])(?:[A-Za-z]:)?/Users/([A-Za-z0-9][\w.-]{1,40})(?=/)]] },
  { literal = "\\Users\\", regex = [[\b[A-Za-z]:\\{1,4}Users\\{1,4}([A-Za-z0-9][\w.~ -]{0,40})(?=\\)]] },
}

local mimes = { "stdout", "stderr", "traceback", "text/plain", "text/html" }

local function is_somebody(name)
  local lower = name:lower()
  return not machines[lower] and not machines[lower:gsub("%d+$", "")] and not lower:find "^your" and not lower:find "^x+$" and not lower:find "^%."
end

-- The first home in one text that is a person's: the path to it, and where it stands.
local function find_home(body, home)
  if not body:find(home.literal, 1, true) then return nil end
  for _, match in ipairs(text.matches(body, home.regex, 500)) do
    if is_somebody(match[1]) then return match end
  end
end

local function find_in_output(output)
  for _, mime in ipairs(mimes) do
    local body = output:text(mime)
    for _, home in ipairs(body and homes or {}) do
      local match = find_home(body, home)
      if match then return match, output:range(mime, match.start, match.stop) end
    end
  end
end

local function find_in_cell(cell)
  for _, output in ipairs(cell.outputs) do
    local match, range = find_in_output(output)
    if match then return match, range end
  end
end

return rule.notebook {
  code = "NBK005", name = "output-home-path", severity = "info",
  summary = "outputs show somebody's home folder",
  docs = [[
Warnings and tracebacks print the paths of the machine they ran on. They tell who ran the notebook and how that machine is laid out, they
differ for everybody who runs it again, and so they turn up in every diff.

Home folders of containers, hosted notebooks and build machines (`/home/jovyan`, `/root`, `/Users/runner`) belong to nobody and are left alone.

Next step: strip these outputs; silence or fix the warning that prints the path; give paths relative to the project.

Source: Equal Experts MLOps playbook; nbstripout.]],
  needs = { { "/home/" }, { "/Users/" }, { "\\Users\\" } },
  check = function(ctx, notebook)
    local first, place, cells, fix = nil, nil, 0, { safety = "unsafe", title = "strip the outputs of these cells" }
    for _, cell in ipairs(notebook:cells()) do
      local match, range = find_in_cell(cell)
      if match then
        first, place, cells = first or match, place or range, cells + 1
        fix[#fix + 1] = cell:strip "all"
      end
    end
    if not first then return end
    ctx:report(place, "`%s` stands in the outputs of %s: it tells who ran this, and changes with each who does", first.text,
      cells == 1 and "this cell" or ("%d cells"):format(cells)):fix(fix)
  end,
  tests = {
    bad = {
      { cells = { "import x", { code = "df = load()  # expect: NBK005", count = 2,
        output = "/home/mkowalska/.cache/pip/x.py:3: FutureWarning: gone\n" } },
        message = "`/home/mkowalska` stands in the outputs of this cell" },
      { cells = { { code = "!pwd  # expect: NBK005", output = "C:\\Users\\Max Muster\\work\n" }, { code = "!ls", output = "/Users/mmuster/work\n" } },
        message = "`C:\\Users\\Max Muster` stands in the outputs of 2 cells" },
      { cells = { { code = "1  # expect: NBK005", count = 1, output = "file:///Users/tberg/mlruns\n" } },
        fixed = [[{"cells": [
{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["1  # expect: NBK005"]}
], "metadata": {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}, "nbformat": 4, "nbformat_minor": 5}
]] },
    },
    good = {
      { cells = { { code = "!pwd", output = "/home/jovyan/work\n/home/runner/x\n/Users/runner/work/\n/root/x\n/home/ubuntu/x\n/dbfs/home/x\n/home/user1/x\n" } } },
      { cells = { { code = "!curl x", output = "https://firma.at/home/mkowalska/x.html /api/home/anna/x see ~/home/anna/\n" } } },
      { cells = { "df = read_csv('/home/mkowalska/data.csv')" } },
    },
  },
}
