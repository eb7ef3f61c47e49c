local rule = require "mlopslint.rule"
local version = require "mlopslint.version"
local ml = require "mlopslint.ml"

local SAFE_SINCE = "2.6" -- weights_only=True became the default

local function folder(path) return path:match "^(.*/)" or "" end

-- The declarations of torch that hold for a file: those of the nearest folder at or above it that has any; all if none has.
local function pins_for(all, path)
  local nearest, pins = -1, {}
  for _, pin in ipairs(all) do
    local place = folder(pin.at.path)
    if path:sub(1, #place) == place and #place >= nearest then
      if #place > nearest then nearest, pins = #place, {} end
      pins[#pins + 1] = pin
    end
  end
  return nearest >= 0 and pins or all
end

-- A declaration that allows a torch without the safe default, the one that says which first; and whether there is any at all.
local function old_pin(pins)
  local open
  for _, pin in ipairs(pins) do
    if pin.lowest == "" then
      open = open or pin
    elseif version.compare(pin.lowest, SAFE_SINCE) < 0 then
      return pin, true
    end
  end
  return open, #pins > 0
end

local function fix(call) return call:append "weights_only=True" end

-- True if this function has just written the file that it loads.
local function is_own_file(ctx, load)
  local path = load:argument("f", 1)
  for _, save in ipairs(ctx:calls("torch.save")) do
    local written = save:argument("f", 2)
    if path and written and save.stop <= load.start and save:enclosing_function() == load:enclosing_function() and written:same(path) then return true end
  end
  return false
end

return rule.project {
  code = "SEC101", name = "torch-load-unsafe", severity = "error",
  summary = "torch.load() runs code that is in the checkpoint",
  docs = [[
A PyTorch checkpoint is a pickle, and loading a pickle runs whatever it says. With `weights_only=True` PyTorch loads tensors and plain
containers only. Since PyTorch 2.6 that is the default; before, and wherever `weights_only=False` is written, the file decides what runs
on your machine.

Next step: pass `weights_only=True`, or keep weights as safetensors. For a checkpoint that holds own classes, name them with
`torch.serialization.add_safe_globals`. If no torch version is pinned, pin `torch>=2.6`.

Source: PyTorch documentation of torch.load; CVE-2025-32434; Bandit B614; Trail of Bits "pickles-in-pytorch".]],
  collect = {
    { calls = { "torch.load", "torch.serialization.load" },
      fact = function(ctx, call)
        local only = call:argument "weights_only"
        local value, kind = nil, nil
        if only then value, kind = only:constant() end
        if value == false then
          ctx:report(call, "`%s` with weights_only=False runs any code in the checkpoint", call.name)
            :fix { safety = "unsafe", title = "load weights only", only:replace "True" }
          return
        end
        if only or call:has_splat() or is_own_file(ctx, call) then return end
        return { kind = "load", at = call:location(), edit = fix(call), test = ctx.is_test }
      end },
    { dependencies = { "torch" }, ignores = ml.tests,
      fact = function(_, dependency) return { kind = "pin", lowest = dependency.lowest, at = dependency.range:location() } end },
  },
  finish = function(ctx, facts)
    local declared = {}
    for pin in facts:all { kind = "pin" } do declared[#declared + 1] = pin end
    for load in facts:all { kind = "load", test = false } do
      local old, pinned = old_pin(pins_for(declared, load.at.path))
      local report
      if old and old.lowest ~= "" then
        report = ctx:report_at(load.at, "torch.load() without weights_only=True runs any code in the checkpoint: torch %s is allowed here, and the safe default came with %s", old.lowest, SAFE_SINCE)
          :related(old.at, "torch is declared here")
      elseif old or not pinned then
        report = ctx:report_at(load.at, "torch.load() without weights_only=True runs any code in the checkpoint: no torch >= %s is pinned", SAFE_SINCE)
      end
      if report then report:fix { safety = "unsafe", title = "load weights only", load.edit } end
    end
  end,
  tests = {
    bad = {
      "import torch\ndef save(model, path):\n    torch.save(model.state_dict(), path)\ndef load(path):\n    return torch.load(path)  # expect: SEC101",
      { "import torch\nstate = torch.load('model.pt')  # expect: SEC101", fixed = "import torch\nstate = torch.load('model.pt', weights_only=True)  # expect: SEC101" },
      { "from torch import load as read\nread(path, weights_only=False)  # expect: SEC101", fixed = "from torch import load as read\nread(path, weights_only=True)  # expect: SEC101" },
      { files = { ["train.py"] = "import torch\ntorch.load(p)  # expect: SEC101", ["requirements.txt"] = "torch==2.1.0" }, message = "2.1.0" },
      { files = { ["train.py"] = "import torch\ntorch.load(p)  # expect: SEC101", ["requirements.txt"] = "torch" } },
      { files = { ["a/train.py"] = "import torch\ntorch.load(p)  # expect: SEC101", ["a/requirements.txt"] = "torch>=2.2,<2.5", ["requirements.txt"] = "torch==2.7.1" }, message = "2.2" },
    },
    good = {
      { files = { ["src/train.py"] = "import torch\ntorch.load(p)", ["requirements.txt"] = "torch==2.7.1", ["tests/requirements.txt"] = "torch==1.9.0" } },
      "import torch\ndef copy(model, path):\n    torch.save(model.state_dict(), path)\n    other.load_state_dict(torch.load(path))",
      { files = { ["src/train.py"] = "import torch\ntorch.load(p)", ["requirements.txt"] = "torch==2.7.1", ["demo/requirements.txt"] = "torch==2.1.0" } },
      "import torch\ntorch.load(p, weights_only=True)",
      "import json\njson.load(f)",
      "import torch\ntorch.load(p, **options)",
      { files = { ["train.py"] = "import torch\ntorch.load(p)", ["Dockerfile"] = "FROM python:3.11\nRUN pip install torch==2.7.1" } },
      { files = { ["train.py"] = "import torch\ntorch.load(p)", ["pyproject.toml"] = "[project]\nname = 'x'\ndependencies = ['torch>=2.6,<3']" } },
    },
  },
}
