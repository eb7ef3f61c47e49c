local rule = require "mlopslint.rule"

-- The script of `%run -i script.py`, or nil: what stands behind the script is its own.
local function run_inside(line)
  local inside = false
  for word in line:gmatch "%S+" do
    if not word:find "^%-" then return inside and word or nil end
    inside = inside or word:find "^%-%a*i%a*$" ~= nil
  end
end

-- The names of `%store -r x y`, "" for all, or nil.
local function restored(line) return line:gsub("%s*#.*", ""):match "^%-r%s*(.-)%s*$" end

local END = ": a fresh run depends on more than this notebook"

local function stored_text(names)
  if names == "" then return "everything that was ever stored on this machine comes in" .. END end
  return ("`%s` is whatever some notebook on this machine stored last"):format(names) .. END
end

local function script_text(script) return ("`%s` reads and changes this notebook's variables"):format(script) .. END end

local function judge_magics(ctx, notebook)
  local first, names = nil, {}
  for _, magic in ipairs(notebook:magics()) do
    local script = magic.name == "run" and run_inside(magic.line)
    if script then ctx:report(magic.range, "%s", script_text(script)) end
    local stored = magic.name == "store" and restored(magic.line)
    if stored then first, names[#names + 1] = first or magic, stored ~= "" and stored or nil end
  end
  if first then ctx:report(first.range, "%s", stored_text(table.concat(names, " ", 1, math.min(#names, 5)))) end
end

local function judge_call(ctx, call)
  local name, line = call:argument("magic_name", 1), call:argument("line", 2)
  name, line = name and name.string, line and line.string
  if not name or not line then return end
  local script, stored = name == "run" and run_inside(line), name == "store" and restored(line)
  if script or stored then ctx:report(call, "%s", script and script_text(script) or stored_text(stored)) end
end

return rule.any {
  code = "NBK013", name = "shared-state-magic", severity = "warning",
  summary = "the notebook's state comes from outside of it",
  docs = [[
`%store -r` reads variables that another notebook put into the IPython database of this user on this machine: nobody can see when, by which
code, from which data, and on another machine they are not there. `%run -i` runs a script inside this notebook's namespace, where it uses and
changes variables that neither of the two files declares. All `%store -r` lines of a notebook are one finding.

Next step: write what notebooks share to a file with a name and a version (a dataset or an artifact of the pipeline), or import a function
and pass it what it needs. `%run script.py` without `-i` runs the script on its own.

Source: IPython documentation of %store and %run; Pimentel et al., MSR 2019.]],
  on = {
    { notebooks = true, needs = { { "%store" }, { "%run" } }, check = judge_magics },
    { calls = { "*.run_line_magic" }, check = judge_call },
  },
  tests = {
    bad = {
      { cells = { "%store -r X_train y_train  # expect: NBK013" }, message = "`X_train y_train" },
      { cells = { "x = 1\n%run -i prepare.py  # expect: NBK013" }, message = "`prepare.py` reads" },
      { cells = { "%store -r X  # expect: NBK013", "%store -r y" }, message = "`X y` is" },
      { cells = { "%store -r" }, message = "everything that was ever stored" },
      { cells = { "get_ipython().run_line_magic('store', '-r model')  # expect: NBK013" } },
    },
    good = {
      { cells = { "%store X_train", "%store -z", "%run train.py -i input.csv\n%run train.py" } },
      { cells = { "get_ipython().run_line_magic('matplotlib', 'inline')", "print('%store -r x')" } },
    },
  },
}
