local rule = require "mlopslint.rule"

local everywhere = { ["0.0.0.0"] = true, ["::"] = true, ["[::]"] = true, ["*"] = true }

-- The port that a compose service publishes on every address, or nil.
local function published(service)
  local ports = service:get "ports"
  for _, port in ipairs(ports and ports:children() or {}) do
    local text = port.kind == "map" and (port:get "host_ip" and port:get("host_ip").text or "") or port.text
    if not text:find "^127%." and not text:find "^localhost" then return port end
  end
end

-- The compose service that a command belongs to, or nil.
local function service_of(command)
  local service = command.owner and command.owner.parent
  while service and service.kind == "list" do service = service.parent end
  return service and service.kind == "map" and service or nil
end

local function joined(folder, path)
  local parts = {}
  for part in (folder .. "/" .. path):gmatch "[^/]+" do
    if part == ".." and #parts > 0 then table.remove(parts) elseif part ~= "." then parts[#parts + 1] = part end
  end
  return table.concat(parts, "/")
end

-- The path of the Dockerfile that a compose service is built from, or nil.
local function dockerfile_of(ctx, service)
  local build = service:get "build"
  if not build then return nil end
  local context = build.kind == "map" and build:get "context" or build
  local file = build.kind == "map" and build:get "dockerfile"
  local folder = joined(ctx.path:match "^(.*)/" or "", context.kind == "string" and context.text or ".")
  return joined(folder, file and file.text or "Dockerfile")
end

local OPEN = "MLflow listens on all addresses without sign-in"

-- Reports what can be told from the command alone; an image's own command is a fact that waits for a service that publishes it.
local function judge(ctx, command)
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
  if command.context ~= "image-cmd" then ctx:report(place, OPEN) return end
  if ctx.format == "dockerfile" then return { kind = "image", path = ctx.path, at = place:location() } end
  local service = service_of(command)
  local port = service and published(service)
  if port then ctx:report(place, OPEN .. ", and its port is published"):related(port, "published here") end
end

return rule.project {
  code = "SEC306", name = "mlflow-no-auth", severity = "error",
  summary = "this MLflow server is open to everyone who reaches it",
  docs = [[
MLflow has no sign-in unless it is started with one. A tracking server that listens on all addresses lets anyone read experiments and
data samples, and replace the models that production loads.

Next step: start it with `--app-name basic-auth` and change the default admin password, or listen on 127.0.0.1 behind a proxy that signs
people in. A server in a container whose port is published on 127.0.0.1 only is not reported.

Source: MLflow documentation, "MLflow Authentication" and "Network security".]],
  collect = {
    { commands = { "mlflow" }, fact = judge },
    { formats = { "yaml" }, select = "services.*", needs = { "build", "ports" },
      fact = function(ctx, service)
        local port = service.kind == "map" and not service:get "command" and published(service)
        local path = port and dockerfile_of(ctx, service)
        return path and { kind = "service", path = path, at = port:location() } or nil
      end },
  },
  finish = function(ctx, facts)
    for image in facts:all { kind = "image" } do
      local service = facts:one { kind = "service", path = image.path }
      if service then ctx:report_at(image.at, OPEN .. ", and its port is published"):related(service.at, "published here") end
    end
  end,
  tests = {
    bad = {
      { files = { ["ops/mlflow/Dockerfile.mlflow"] = "FROM python:3.12\n# expect-next: SEC306\nCMD [\"sh\", \"-c\", \"mlflow server --host 0.0.0.0 --port 5000\"]\n",
        ["ops/docker-compose.yml"] = "services:\n  mlflow:\n    build:\n      context: ./mlflow\n      dockerfile: Dockerfile.mlflow\n    ports:\n      - '5000:5000'" }, message = "published" },
      { "mlflow server --host 0.0.0.0 --port 5000  # expect: SEC306", file = "run.sh" },
      { "python -m mlflow ui --host=0.0.0.0  # expect: SEC306", file = "run.sh" },
      { "services:\n  mlflow:\n    image: mlflow\n    command: mlflow server --host 0.0.0.0  # expect: SEC306\n    ports:\n      - '5000:5000'", file = "docker-compose.yml" },
    },
    good = {
      { "FROM python:3.12\nCMD [\"mlflow\", \"server\", \"--host\", \"0.0.0.0\"]", file = "Dockerfile" },
      { files = { ["Dockerfile"] = "FROM python:3.12\nCMD mlflow server --host 0.0.0.0",
        ["docker-compose.yml"] = "services:\n  mlflow:\n    build: .\n    ports: ['127.0.0.1:5000:5000']\n  api:\n    build: ./api\n    ports: ['80:80']" } },
      { "mlflow server --host 127.0.0.1", file = "run.sh" },
      { "mlflow server --host 0.0.0.0 --app-name basic-auth", file = "run.sh" },
      { "mlflow run . --host 0.0.0.0", file = "run.sh" },
      { "services:\n  mlflow:\n    command: mlflow server --host 0.0.0.0\n    ports:\n      - '127.0.0.1:5000:5000'", file = "docker-compose.yml" },
      { "services:\n  mlflow:\n    command: mlflow server --host 0.0.0.0\n    expose: ['5000']", file = "docker-compose.yml" },
    },
  },
}
