local rule = require "mlopslint.rule"

local classes = { "NotebookApp", "ServerApp", "LabApp", "IdentityProvider", "PasswordIdentityProvider" }

-- The trait that a word like --NotebookApp.token='' sets to nothing, or that opens the server.
local function opens(text)
  local class, trait, value = text:match "^%-%-(%u%a+)%.([%a_]+)=?(.*)$"
  if not class then return end
  for _, known in ipairs(classes) do
    if class == known then
      value = value:gsub("^[\"']", ""):gsub("[\"']$", "")
      if (trait == "token" or trait == "password") and value == "" then return trait .. " is empty" end
      if trait == "disable_check_xsrf" and value:lower() == "true" then return "cross-site requests are not checked" end
      if trait == "allow_unauthenticated_access" and value:lower() == "true" then return "handlers without sign-in are allowed" end
    end
  end
end

return rule.any {
  code = "SEC305", name = "jupyter-no-auth", severity = "error",
  summary = "this Jupyter server lets anyone run code",
  docs = [[
A Jupyter server runs whatever code a client sends. Its token is the only lock; with an empty token, everyone who reaches the port has a
shell on the machine, with its data and its cloud credentials.

Next step: leave the token alone (Jupyter makes one), or set it from a secret: `--IdentityProvider.token="$JUPYTER_TOKEN"`. Publish the
port on 127.0.0.1 only.

Source: Jupyter Server documentation, "Security in the Jupyter Server".]],
  on = {
    { commands = { "jupyter*", "start-notebook*", "start.sh" },
      check = function(ctx, command)
        for _, word in ipairs(command.words) do
          local why = opens(word.text)
          if why and not word.expands then
            ctx:report(word.range, "%s: whoever reaches this Jupyter server runs code on it", why)
            return
          end
        end
      end },
    { assigns = { "token", "password" }, needs = { { "NotebookApp" }, { "ServerApp" }, { "IdentityProvider" } },
      check = function(ctx, assignment)
        local left, right = assignment:field "left", assignment:field "right"
        if not right or right:constant() ~= "" or not left.text:match "^c%.%u%a+%.%a+$" then return end
        ctx:report(assignment, "%s is empty: whoever reaches this Jupyter server runs code on it", left.text)
      end },
    { formats = { "yaml" }, select = "**.JUPYTER_TOKEN", needs = { "JUPYTER_TOKEN" },
      check = function(ctx, value)
        if value.kind == "string" and value.text == "" then
          ctx:report(value, "JUPYTER_TOKEN is empty: whoever reaches this Jupyter server runs code on it")
        end
      end },
  },
  tests = {
    bad = {
      { "jupyter lab --ip=0.0.0.0 --ServerApp.token=''  # expect: SEC305", file = "start.sh" },
      { "FROM jupyter/scipy-notebook\nCMD [\"start-notebook.sh\", \"--NotebookApp.token=\"]", file = "Dockerfile" },
      { "services:\n  lab:\n    image: jupyter/base-notebook\n    command: jupyter notebook --NotebookApp.token= --NotebookApp.password=  # expect: SEC305", file = "docker-compose.yml" },
      { "c = get_config()\nc.NotebookApp.token = ''  # expect: SEC305", file = "jupyter_notebook_config.py" },
    },
    good = {
      { "jupyter lab --ip=0.0.0.0", file = "start.sh" },
      { "jupyter lab --ServerApp.token=\"$JUPYTER_TOKEN\"", file = "start.sh" },
      { "c = get_config()\nc.NotebookApp.token = secret()\nform.token = ''", file = "jupyter_notebook_config.py" },
    },
  },
}
