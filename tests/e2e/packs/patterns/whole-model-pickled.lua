local rule = require "mlopslint.rule"
return rule.any {
  code = "PAT004", name = "whole-model-pickled", severity = "error",
  summary = "torch.save and torch.load pickle: a file from elsewhere runs its code here",
  docs = "Save and load the `state_dict()`, or use safetensors.",
  message = "a pickle at a path that others may choose",
  on = {
    { pattern = "torch.load(...)", unless = "torch.load('...')", not_inside = "$M.load_state_dict(...)" },
    { pattern = "torch.save($OBJECT, ...)", unless = "torch.save(..., '...')", where = { OBJECT = { unless = "$M.state_dict()" } } },
  },
  tests = {
    bad = { [[
import torch
def f(path, model):
    m = torch.load(path)  # expect: PAT004
    torch.save(model, path)  # expect: PAT004
]] },
    good = { [[
import torch
HERE = "m.pt"
def f(path, model):
    torch.load(HERE)
    model.load_state_dict(torch.load(path))
    state = model.state_dict()
    torch.save(state, path)
]] },
  },
}
