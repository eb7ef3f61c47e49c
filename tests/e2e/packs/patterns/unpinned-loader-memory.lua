local rule = require "mlopslint.rule"
return rule.pattern {
  code = "PAT001", name = "unpinned-loader-memory", severity = "info",
  summary = "batches are copied to the GPU from memory that may be swapped",
  docs = "Pass `pin_memory=True`: copies to the GPU are faster then, and can overlap with the computation.",
  pattern = "torch.utils.data.DataLoader(...)",
  where = function(m)
    local pinned = m.node:argument "pin_memory"
    return not pinned or pinned:constant() == false
  end,
  message = "a DataLoader without pinned memory",
  fix = { safety = "unsafe", title = "pin its memory", edit = function(m) return m:add_keyword("pin_memory", "True") end },
  tests = {
    bad = {
      { "from torch.utils.data import DataLoader as L\nL(data, batch_size=2)  # expect: PAT001",
        fixed = "from torch.utils.data import DataLoader as L\nL(data, batch_size=2, pin_memory=True)" },
      { "import torch\nOFF = False\ntorch.utils.data.DataLoader(data, pin_memory=OFF, num_workers=2)",
        fixed = "import torch\nOFF = False\ntorch.utils.data.DataLoader(data, pin_memory=True, num_workers=2)" },
    },
    good = { "import torch\ntorch.utils.data.DataLoader(data, pin_memory=True, batch_size=2)" },
  },
}
