local rule = require "mlopslint.rule"

return rule.command {
  code = "ORG000", name = "rule-name", severity = "warning",
  summary = "what goes wrong, in a line",
  docs = [[
Why this matters to the people who read the finding.

Next step: what they should do instead.]],
  commands = { "mlflow" }, -- the program, in shell scripts, Dockerfiles, compose, Kubernetes, CI, dvc and notebooks
  check = function(ctx, command)
    local host, range = command:option "--host" -- its value and where that stands; nil if it isn't there
    if host ~= "0.0.0.0" then return end
    ctx:report(range, "`%s` listens to everybody", command.program)
      :fix { safety = "unsafe", title = "listen to this machine only", range:replace "127.0.0.1" }
  end,
  tests = {
    bad = { { "mlflow server --host 0.0.0.0  # expect: ORG000", fixed = "mlflow server --host 127.0.0.1" },
      { "FROM python:3.11\n# expect-next: ORG000\nCMD [\"mlflow\", \"server\", \"--host\", \"0.0.0.0\"]", file = "Dockerfile" } },
    good = { "mlflow server --host 127.0.0.1" },
  },
}
