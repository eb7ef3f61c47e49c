local rule = require "mlopslint.rule"

local function set(words)
  local out = {}
  for word in words:gmatch "%S+" do out[word] = true end
  return out
end

-- Names that the kernel brings: IPython's, then those of Databricks, Fabric and Synapse.
local kernel_names = set [[display get_ipython In Out exit quit _ __ ___ _i _ii _iii _ih _oh _dh
  spark sc sqlContext sqlc dbutils displayHTML table sql getArgument mssparkutils notebookutils]]

local function is_of_kernel(name) return kernel_names[name] or name:find "^_i?%d+$" ~= nil end

-- Magics that bind no names. Any other may: %run, %load, %store -r, %pylab, %sql, %%cython, %%R -o ...
local harmless = set [[! ? matplotlib pip conda mamba micromamba uv load_ext reload_ext unload_ext autoreload aimport config env set_env cd pwd ls ll mkdir
  cp mv rm rmdir cat man who whos who_ls time timeit prun memit lprun mprun debug pdb precision xmode colors history hist pinfo pinfo2 pdoc
  pfile tb tensorboard logstart gui automagic reset_selective watermark nbdev_default_export nbdev_hide
  %%time %%timeit %%prun %%memit %%writefile %%file %%html %%HTML %%javascript %%js %%markdown %%md %%latex %%svg %%debug md]]
-- These bind what their options name.
local capturing = { ["%%capture"] = "%S", ["%%bash"] = "%-%-%a", ["%%sh"] = "%-%-%a", ["%%script"] = "%-%-%a", ["%%perl"] = "%-%-%a", ["%%ruby"] = "%-%-%a" }

local function may_bind(magic)
  if magic.name == "store" then return magic.line:find "^%-r" ~= nil end
  local option = capturing[magic.name]
  if option then return magic.line:find(option) ~= nil end
  return not harmless[magic.name]
end

-- The number of the first cell with a magic that may bind names.
local function first_unknown(notebook)
  for _, magic in ipairs(notebook:magics()) do
    if may_bind(magic) then return magic.cell.number end
  end
  return math.huge
end

-- Calls behind which any name may be bound.
local writers = { "builtins.exec", "builtins.execfile", "builtins.globals", "builtins.vars", "builtins.locals", "*.run_line_magic", "*.run_cell_magic", "*.run_cell",
  "*.magic", "*.run_code", "*.user_ns", "*.push", "*.ex", "dill.load_session", "dill.load_module" }

-- The early reads that nothing excuses, by the cell that binds the name: one cell in the wrong place is one finding.
local function by_place(ctx, notebook)
  local groups, of, told = {}, {}, {}
  local unknown, writes = first_unknown(notebook), ctx:calls(table.unpack(writers))
  for _, early in ipairs(notebook:early_reads()) do
    local where = early.call or early.read
    local excused = told[early.name] or is_of_kernel(early.name) or unknown <= early.cell.number or (writes[1] and writes[1].start <= where.start)
    local number = early.bound_in.number
    if not excused then
      told[early.name] = true
      if not of[number] then
        of[number] = { first = early, others = {} }
        groups[#groups + 1] = of[number]
      else
        table.insert(of[number].others, ("`%s`"):format(early.name))
      end
    end
  end
  return groups
end

return rule.notebook {
  code = "NBK011", name = "name-defined-later", severity = "error",
  summary = "restart and run all fails here",
  docs = [[
A name is read in a cell, or by a function that the cell calls, and the only cells that define it stand further down. It worked for the author
because the kernel remembered; on a fresh run the cell raises NameError, in CI as for the next reader.

Next step: move the definition up, or move this cell down; then restart and run all.

One finding for each cell that stands too low. Nothing is said behind a magic or a call that may bind names unseen (`%run`, `%store -r`, `%load`,
`%%sql`, `exec`, `globals()`, a star import), of names that the kernel brings (`display`, `_`, `spark`, `dbutils`), and of reads that code
guards against (`except NameError`, `"x" in globals()`).

Source: Pimentel et al., MSR 2019: 24 % of notebooks run without errors from top to bottom; Wang et al., "Restoring Execution Environments of Jupyter
Notebooks" and "Assessing and Restoring Reproducibility of Jupyter Notebooks", ASE 2020; NBLyzer.]],
  check = function(ctx, notebook)
    if notebook.language ~= "python" then return end
    for _, group in ipairs(by_place(ctx, notebook)) do
      local early = group.first
      local more = #group.others > 0 and (" (like %s)"):format(table.concat(group.others, ", ", 1, math.min(#group.others, 5))) or ""
      local place = early.bound_in.number == early.cell.number and "further down in this cell" or "in a later cell"
      local report
      if early.call then
        report = ctx:report(early.call, "this call reads `%s`, which is first defined %s%s: a fresh run from the top raises NameError here", early.name, place, more)
          :related(early.read, "`%s` is read here", early.name)
      else
        report = ctx:report(early.read, "`%s` is first defined %s%s: a fresh run from the top raises NameError here", early.name, place, more)
      end
      report:related(early.binding, "`%s` is defined here", early.name)
    end
  end,
  tests = {
    bad = {
      { cells = { { code = "print(total)  # expect: NBK011", count = 2 }, { code = "total = 3", count = 1 } } },
      { cells = { "def report():\n    return total", "print(report())  # expect: NBK011", "total = 3" }, message = "this call reads `total`" },
      { cells = { "df = pd.DataFrame(np.zeros(3))  # expect: NBK011", "import numpy as np\nimport pandas as pd" }, message = "(like `np`)" },
      { cells = { "print(total)  # expect: NBK011\ntotal = 3" }, message = "further down in this cell" },
      { cells = { "x = 1\ndel x", "print(x)  # expect: NBK011", "x = 2" } },
      { cells = { "print(total)  # expect: NBK011", "%run setup.ipynb", "total = 3" } },
      { cells = { "%matplotlib inline\n%store x\n!ls", "%%capture\nprint(total)  # expect: NBK011", "total = 3" } },
    },
    good = {
      { cells = { "total = 3", "print(total)" } },
      { cells = { "def f():\n    return total", "total = 3\nf()" } },
      { cells = { "def f(now):\n    if now:\n        return total", "f(False)", "total = 3" } },
      { cells = { "%run setup.ipynb\nprint(total)", "total = 3" } },
      { cells = { "%store -r\nprint(total)", "total = 3" } },
      { cells = { "%%bash --out total\nls", "print(total)", "total = 3" } },
      { cells = { "%%sql\nselect 1 as total", "print(total)", "total = 3" } },
      { cells = { "exec(open('setup.py').read())", "print(total)", "total = 3" } },
      { cells = { "globals().update(config)", "print(total)", "total = 3" } },
      { cells = { "get_ipython().run_line_magic('run', 'setup.py')", "print(total)", "total = 3" } },
      { cells = { "from setup import *", "print(total)", "total = 3" } },
      { cells = { "display(_)\nspark.sql('select 1')", "for _ in range(3):\n    pass", "spark = make()\ndisplay = print" } },
      { cells = { "if first:\n    total = 3", "print(total)", "total = 4" } },
    },
  },
}
