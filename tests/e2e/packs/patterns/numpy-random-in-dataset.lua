local rule = require "mlopslint.rule"
return rule.pattern {
  code = "PAT003", name = "numpy-random-in-dataset", severity = "warning",
  summary = "each worker of a DataLoader draws the same numbers",
  docs = "NumPy's global generator is copied into every worker. Use `torch.randint`, or seed it in `worker_init_fn`.",
  pattern = [[
    class $DATASET(torch.utils.data.Dataset):
      ...
      def __getitem__(...):
        ...
        numpy.random.randint(...)
  ]],
  message = "`$DATASET` draws from numpy.random: all workers draw the same",
  tests = {
    bad = { [[
import numpy as np
from torch.utils.data import Dataset
class Crops(Mixin, Dataset):  # expect: PAT003
    """Crops."""
    def __len__(self): return 9
    @cached
    def __getitem__(self, i):
        if i:
            return crop(self.x[i], at=np.random.randint(9))
        return None
]] },
    good = { [[
import numpy as np
from torch.utils.data import Dataset
class Crops(Dataset):
    def __init__(self): self.at = np.random.randint(9)
    def __getitem__(self, i): return self.at
class Other(Base):
    def __getitem__(self, i): return np.random.randint(9)
]] },
  },
}
