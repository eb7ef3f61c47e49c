local rule = require "mlopslint.rule"

local everywhere = { ["0.0.0.0"] = true, ["::"] = true, ["[::]"] = true, ["*"] = true }

-- A compose service whose port is published on every address; nil if the command is in no compose service.
local function published(command)
  local service = command.owner and command.owner.parent
  while service and service.kind == "list" do service = service.parent end
  if not service or service.kind ~= "map" then return nil end
  local ports = service:get "ports"
  if not ports then return false end
  for _, port in ipairs(ports:children()) do
    local text = port.kind == "map" and (port:get "host_ip" and port:get("host_ip").text or "") or port.text
    if not text:find "^127%." and not text:find "^localhost" then return port end
  end
  return false
end

return rule.command {
  code = "SEC306", name = "mlflow-no-auth", severity = "error",
  summary = "this MLflow server is open to everyone who reaches it",
  docs = [[
MLflow has no sign-in unless it is started with one. A tracking server that listens on all addresses lets anyone read experiments and
data samples, and replace the models that production loads.

Next step: start it with `--app-name basic-auth` and change the default admin password, or listen on 127.0.0.1 behind a proxy that signs
people in. A server in a container whose port is published on 127.0.0.1 only is not reported.

Source: MLflow documentation, "MLflow Authentication" and "Network security".]],
  commands = { "mlflow" },
  check = function(ctx, command)
    local server = command:has "server" or command:has "ui"
    if not server then return end
    local _, off = command:option "--disable-security-middleware"
    if off then ctx:report(off, "the MLflow server's protection against foreign sites is switched off") return end
    for _, option in ipairs { "--allowed-hosts", "--cors-allowed-origins" } do
      local value, place = command:option(option)
      if value == "*" then ctx:report(place, "%s \"*\" lets every site talk to this MLflow server", option) return end
    end
    local host, place = command:option("--host", "-h")
    if not host or not everywhere[host] or command:option "--app-name" then return end
    if command.context == "image-cmd" then
      local port = published(command)
      if not port then return end
      ctx:report(place, "MLflow listens on all addresses without sign-in, and its port is published"):related(port, "published here")
      return
    end
    ctx:report(place, "MLflow listens on all addresses without sign-in")
  end,
  tests = {
    bad = {
      { "mlflow server --host 0.0.0.0 --port 5000  # expect: SEC306", file = "run.sh" },
      { "python -m mlflow ui --host=0.0.0.0  # expect: SEC306", file = "run.sh" },
      { "services:\n  mlflow:\n    image: mlflow\n    command: mlflow server --host 0.0.0.0  # expect: SEC306\n    ports:\n      - '5000:5000'", file = "docker-compose.yml" },
    },
    good = {
      { "mlflow server --host 127.0.0.1", file = "run.sh" },
      { "mlflow server --host 0.0.0.0 --app-name basic-auth", file = "run.sh" },
      { "mlflow run . --host 0.0.0.0", file = "run.sh" },
      { "services:\n  mlflow:\n    command: mlflow server --host 0.0.0.0\n    ports:\n      - '127.0.0.1:5000:5000'", file = "docker-compose.yml" },
      { "services:\n  mlflow:\n    command: mlflow server --host 0.0.0.0\n    expose: ['5000']", file = "docker-compose.yml" },
    },
  },
}
