local rule = require "mlopslint.rule"
return rule.pattern {
  code = "PAT005", name = "unawaited-transfer", severity = "warning",
  summary = "a tensor is used before it has arrived",
  docs = "`isend` and `irecv` return at once: call `wait()` on what they give.",
  pattern = { "$REQ = torch.distributed.isend(...)", "$REQ = torch.distributed.irecv(...)" },
  not_inside = "...\n$REQ.wait()",
  message = "nobody waits for `$REQ`",
  tests = {
    bad = { "import torch.distributed as dist\nr = dist.isend(t, 1)  # expect: PAT005\nq.wait()",
      "from torch.distributed import irecv\nr.wait()\nr = irecv(t, 0)  # expect: PAT005" },
    good = { [[
import torch.distributed as dist
if rank == 0:
    r = dist.isend(t, 1)
else:
    r = dist.irecv(t, 0)
r.wait()
]] },
  },
}
