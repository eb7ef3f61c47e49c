local rule = require "mlopslint.rule"

-- The script of `%run -i script.py`, or nil: what stands behind the script is its own.
local function run_inside(line)
  local inside = false
  for word in line:gmatch "%S+" do
    if not word:find "^%-" then return inside and word or nil end
    inside = inside or word:find "^%-%a*i%a*$" ~= nil
  end
end

-- What a magic brings in from outside of the notebook, or nil.
local function brought_in(name, line)
  local script = name == "run" and run_inside(line)
  if script then return ("`%s` reads and changes this notebook's variables"):format(script) end
  local stored = name == "store" and line:match "^%-r%s*(.*)$"
  if not stored then return nil end
  return stored ~= "" and ("`%s` is whatever some notebook on this machine stored last"):format(stored)
    or "everything that was ever stored on this machine comes in"
end

return rule.any {
  code = "NBK013", name = "shared-state-magic", severity = "warning",
  summary = "the notebook's state comes from outside of it",
  docs = [[
`%store -r` reads variables that another notebook put into the IPython database of this user on this machine: nobody can see when, by which
code, from which data, and on another machine they are not there. `%run -i` runs a script inside this notebook's namespace, where it uses and
changes variables that neither of the two files declares.

Next step: write what notebooks share to a file with a name and a version (a dataset or an artifact of the pipeline), or import a function
and pass it what it needs. `%run script.py` without `-i` runs the script on its own.

Source: IPython documentation of %store and %run; Pimentel et al., MSR 2019.]],
  on = {
    { notebooks = true, needs = { { "%store" }, { "%run" } },
      check = function(ctx, notebook)
        for _, magic in ipairs(notebook:magics()) do
          local why = brought_in(magic.name, magic.line)
          if why then ctx:report(magic.range, "%s: a fresh run depends on more than this notebook", why) end
        end
      end },
    { calls = { "builtins.get_ipython.run_line_magic", "IPython.get_ipython.run_line_magic", "*.run_line_magic" },
      check = function(ctx, call)
        local name, line = call:argument("magic_name", 1), call:argument("line", 2)
        local why = name and line and name.string and line.string and brought_in(name.string, line.string)
        if why then ctx:report(call, "%s: a fresh run depends on more than this notebook", why) end
      end },
  },
  tests = {
    bad = {
      { cells = { "%store -r X_train y_train  # expect: NBK013" }, message = "`X_train y_train" },
      { cells = { "x = 1\n%run -i prepare.py  # expect: NBK013" }, message = "`prepare.py` reads" },
      { cells = { "%store -r" }, message = "everything that was ever stored" },
      { cells = { "get_ipython().run_line_magic('store', '-r model')  # expect: NBK013" } },
    },
    good = {
      { cells = { "%store X_train", "%store -z", "%run train.py -i input.csv\n%run train.py" } },
      { cells = { "get_ipython().run_line_magic('matplotlib', 'inline')", "print('%store -r x')" } },
    },
  },
}
