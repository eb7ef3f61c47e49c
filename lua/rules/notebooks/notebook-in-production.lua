local rule = require "mlopslint.rule"
local ml = require "mlopslint.ml"

-- What a command line executes as a notebook, or nil. Making a page of it is a report, not production.
local function executes(command)
  if command.program == "papermill" then return "papermill" end
  local converts = command.program == "jupyter-nbconvert" or command:has "nbconvert"
  if converts and command:has "--execute" and not command:has "--no-input" then
    local to = command:option "--to"
    if not to or to == "notebook" then return "nbconvert --execute" end
  end
  if command.program == "jupyter" and command:has "execute" then return "jupyter execute" end
end

local why = "%s runs a notebook in production: its cells can't be reviewed, tested or reused as a module's functions can"

return rule.any {
  code = "NBK015", name = "notebook-in-production", severity = "warning",
  summary = "a pipeline or deployment runs a notebook",
  docs = [[
Here a notebook is a step of a pipeline, a job or an image. Its code has no tests, imports nothing that could be tested for it, diffs badly
in review, and a cell that somebody ran out of order in the browser changes what production does.

Next step: make it a module: `mlopslint notebook export NOTEBOOK` writes functions, a `main` and a test from its cells; run that in the
pipeline, and let the notebook import from it. A notebook that only renders a report may stay; suppress the finding there.

Source: Equal Experts MLOps playbook, "Notebooks in production"; D. Sculley et al., "Hidden Technical Debt in Machine Learning Systems".]],
  ignores = ml.aside,
  on = {
    { commands = { "papermill", "jupyter", "jupyter-nbconvert" },
      check = function(ctx, command)
        if command.context ~= "image-cmd" and not ctx.path:match "dvc%.yaml$" then return end
        local what = executes(command)
        if what then ctx:report(command, why, what) end
      end },
    { calls = { "papermill.execute_notebook", "airflow.*.PapermillOperator", "airflow.*.DatabricksNotebookOperator", "prefect_jupyter.*.execute_notebook",
        "dagstermill.define_dagstermill_asset", "dagstermill.define_dagstermill_op", "dagstermill.factory.define_dagstermill_asset" },
      check = function(ctx, call)
        if not ctx.notebook then ctx:report(call, why, call.method) end
      end },
    { formats = { "yaml", "json" }, select = "**.notebook_task", needs = { "notebook_path" },
      check = function(ctx, task)
        local path = task.kind == "map" and task:get "notebook_path"
        if path then ctx:report(path, why, "this job") end
      end },
  },
  tests = {
    bad = {
      { "FROM python:3.11\nCMD [\"papermill\", \"score.ipynb\", \"out.ipynb\"]", file = "Dockerfile", message = "papermill" },
      { "stages:\n  train:\n    cmd: jupyter nbconvert --to notebook --execute train.ipynb  # expect: NBK015", file = "dvc.yaml" },
      { "from airflow.providers.papermill.operators.papermill import PapermillOperator\nPapermillOperator(task_id='s', input_nb='s.ipynb')  # expect: NBK015",
        file = "dags/score.py" },
      { "import papermill as pm\npm.execute_notebook('a.ipynb', 'b.ipynb')  # expect: NBK015", file = "run.py" },
      { "resources:\n  jobs:\n    train:\n      tasks:\n        - task_key: train\n          notebook_task:\n            notebook_path: ../notebooks/train.py  # expect: NBK015", file = "databricks.yml" },
    },
    good = {
      { "FROM jupyter/scipy-notebook\nCMD [\"jupyter\", \"lab\"]", file = "Dockerfile" },
      { "stages:\n  report:\n    cmd: jupyter nbconvert --to html --execute report.ipynb", file = "dvc.yaml" },
      { "on: push\njobs:\n  test:\n    steps:\n      - run: jupyter nbconvert --to notebook --execute tour.ipynb", file = ".github/workflows/test.yml" },
      { "import papermill as pm\npm.execute_notebook('a.ipynb', 'b.ipynb')", file = "tests/test_notebooks.py" },
      { "papermill a.ipynb b.ipynb", file = "try.sh" },
    },
  },
}
