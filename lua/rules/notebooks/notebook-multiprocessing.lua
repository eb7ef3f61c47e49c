local rule = require "mlopslint.rule"

-- What each call runs in another process: the keyword and the position of the function.
local runners = {
  { names = { "multiprocessing.*.Process", "multiprocessing.Process" }, keyword = "target", position = 2 },
  { names = { "torch.multiprocessing.Process", "torch.multiprocessing.*.Process" }, keyword = "target", position = 2 },
  { names = { "multiprocessing.Pool", "multiprocessing.*.Pool", "torch.multiprocessing.Pool", "concurrent.futures.ProcessPoolExecutor" }, keyword = "initializer" },
  { names = { "torch.multiprocessing.spawn" }, keyword = "fn", position = 1 },
  { names = { "concurrent.futures.ProcessPoolExecutor.submit", "concurrent.futures.ProcessPoolExecutor.map" }, keyword = "fn", position = 1 },
}
for _, method in ipairs { "apply", "apply_async", "map", "map_async", "imap", "imap_unordered", "starmap", "starmap_async" } do
  table.insert(runners, { names = { "multiprocessing.Pool." .. method, "multiprocessing.*.Pool." .. method, "torch.multiprocessing.Pool." .. method },
    keyword = "func", position = 1 })
end

local calls = {}
for _, runner in ipairs(runners) do
  for _, name in ipairs(runner.names) do calls[#calls + 1] = name end
end

local function function_of(call)
  for _, runner in ipairs(runners) do
    if call:is(table.unpack(runner.names)) then
      local given = runner.position and call:argument(runner.keyword, runner.position) or call:argument(runner.keyword)
      if given and given.kind == "call" and given.name == "functools.partial" then given = given:argument(1) end
      return given
    end
  end
end

-- True if the notebook asks for processes that begin as copies of the kernel.
local function forks(ctx)
  for _, call in ipairs(ctx:calls("*.set_start_method", "*.get_context")) do
    local method = call:argument("method", 1)
    if method and method.string == "fork" then return true end
  end
  return false
end

return rule.call {
  code = "NBK014", name = "notebook-multiprocessing", severity = "warning",
  summary = "the worker processes can't find a notebook's function",
  docs = [[
A new process that does not begin as a copy of the kernel has to import the function it is given, and a function of a notebook can't be
imported: it lives in the kernel's `__main__`. Where processes are spawned (Windows always, macOS since Python 3.8) or come from a fork server (Linux
since Python 3.14) the workers die with "Can't get attribute ... on <module '__main__'>", and a Pool then waits for ever. It works only where
the kernel is forked, which is unsafe as soon as threads run, as they do in every kernel.

Next step: move the function to a module beside the notebook and import it; or use joblib, whose loky workers get the function itself
(cloudpickle); or threads, where the work is done outside of Python. `get_context("fork")` says that the code is for forks only, and is
taken at its word.

Source: Python documentation, "multiprocessing: Programming guidelines" and "Contexts and start methods"; What's New in Python 3.14; cpython issue 89240.]],
  calls = calls,
  check = function(ctx, call)
    if ctx.format ~= "notebook" then return end
    local given = function_of(call)
    local own = given and (given.kind == "lambda" or (given.name or ""):find "^<module>%.[^.]+$" ~= nil)
    if not own or forks(ctx) then return end
    ctx:report(given, "`%s` lives in this notebook only: where processes are spawned (Windows, macOS, Python 3.14) the workers can't import it",
      given.kind == "lambda" and "lambda" or given.text)
  end,
  tests = {
    bad = {
      { cells = { "from multiprocessing import Pool", "def f(x):\n    return x * x", "with Pool(4) as p:\n    print(p.map(f, range(9)))  # expect: NBK014" }, message = "`f` lives in this notebook only" },
      { cells = { "import multiprocessing as mp\ndef f(x):\n    pass\nmp.Process(target=f, args=(1,)).start()  # expect: NBK014" } },
      { cells = { "from concurrent.futures import ProcessPoolExecutor\nfrom functools import partial\ndef f(x, y):\n    pass\nwith ProcessPoolExecutor() as pool:\n    pool.submit(partial(f, 1), 2)  # expect: NBK014" } },
      { cells = { "import torch.multiprocessing as mp\ndef train(rank):\n    pass\nmp.spawn(train, nprocs=2)  # expect: NBK014" } },
      { cells = { "import multiprocessing as mp\ndef f(x):\n    pass\nmp.get_context('spawn').Pool(2).map(f, [1])  # expect: NBK014" } },
    },
    good = {
      { cells = { "from multiprocessing import Pool\nfrom work import f", "with Pool(4) as p:\n    print(p.map(f, range(9)))" } },
      { cells = { "import multiprocessing as mp\ndef f(x):\n    pass\nmp.get_context('fork').Pool(2).map(f, [1])" } },
      { cells = { "from multiprocessing.pool import ThreadPool\nfrom multiprocessing.dummy import Pool\ndef f(x):\n    pass\nThreadPool(2).map(f, [1])" } },
      { cells = { "from multiprocess import Pool, Process\ndef f(x):\n    pass\nPool(2).map(f, [1])\nProcess(target=f)" } },
      { cells = { "from joblib import Parallel, delayed\ndef f(x):\n    pass\nParallel(n_jobs=2)(delayed(f)(i) for i in range(3))" } },
      { cells = { "from concurrent.futures import ThreadPoolExecutor\ndef f(x):\n    pass\nThreadPoolExecutor().submit(f, 1)" } },
      "from multiprocessing import Pool\ndef f(x):\n    return x\nif __name__ == '__main__':\n    Pool(2).map(f, [1])",
    },
  },
}
