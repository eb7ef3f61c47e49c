local rule = require "mlopslint.rule"
local lib = require "mlopslint.notebook"

-- Cells that are not Python: NBK024 says it.
local function broken_cells(notebook)
  local out = {}
  for _, broken in ipairs(notebook:broken_cells()) do out[broken.cell.number] = true end
  return out
end

local function error_of(cell)
  for _, output in ipairs(cell.outputs) do
    if output.kind == "error" then return output end
  end
end

local function message(cell, name)
  if name == "KeyboardInterrupt" then return ("cell %d was interrupted: what it shows is of a run that did not end"):format(cell.number) end
  if not name then return ("the kernel died in cell %d: a run from the top stops here"):format(cell.number) end
  return ("cell %d ended in %s: a run from the top stops here, or shows something else"):format(cell.number, name)
end

return rule.notebook {
  code = "NBK010", name = "error-output-committed", severity = "warning",
  summary = "a cell ended in an error",
  docs = [[
The output of this cell is a traceback. Either the notebook does not run, and "restart and run all" stops here, or it was repaired since and
still shows the old error. The traceback also carries paths and values of the machine where it ran.

Next step: repair the cell and run it again, or delete it. If the error is what the cell is meant to show, say so with the cell tag
`raises-exception`: Jupyter, nbconvert, nbclient, Jupyter Book and this rule then go on. The fix strips the cell's outputs.

A cell that is not valid Python is reported by NBK024 alone. Left alone too: cells below Markdown that speaks of an error or exception, or that announces
what the cell shows when the notebook went on from there in the same run; notebooks about errors (`%xmode`, `%debug`); and cells that restart the kernel.

Source: Pimentel et al., MSR 2019 (exceptions in stored outputs); nbclient documentation, "raises-exception"; pynblint.]],
  check = function(ctx, notebook)
    if lib.shows_errors(notebook) then return end
    local broken, cells = broken_cells(notebook), notebook:cells()
    for i, cell in ipairs(cells) do
      local output = error_of(cell)
      local meant = output and (lib.means_error(cells, i) or lib.restarts(cell))
      if output and not meant and not broken[cell.number] then
        local fix = { safety = "unsafe", title = "strip this cell's outputs", table.unpack(cell:strip()) }
        local report = ctx:report(cell.head, "%s", message(cell, output.error_name))
        if #fix > 0 then report:fix(fix) end
      end
    end
  end,
  tests = {
    bad = {
      { cells = { { code = "x = d['a']  # expect: NBK010", count = 1, error = "KeyError" } }, message = "cell 1 ended in KeyError" },
      { cells = { { markdown = "# Training" }, { code = "fit()  # expect: NBK010", count = 3, error = "TypeError" }, { code = "t", count = 4 } } },
      { cells = { { markdown = "We train." }, { code = "fit()  # expect: NBK010", count = 3, error = "TypeError" }, { code = "t", count = 9 } } },
      { cells = { { code = "train()  # expect: NBK010", count = 1, error = "" } }, message = "the kernel died in cell 1" },
      { cells = { { code = "train()  # expect: NBK010", count = 1, output = "epoch 1", error = "KeyboardInterrupt" } }, message = "was interrupted" },
      { [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [{"ename": "KeyError", "evalue": "a", "output_type": "error", "traceback": ["KeyError: a"]}], "source": ["d['a']"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
        fixed = [[{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["d['a']"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]] },
    },
    good = {
      { cells = { { code = "d['a']", count = 1, error = "KeyError", tags = { "raises-exception" } } } },
      { cells = { { code = "%%expect_exception KeyError\nd['a']", count = 1, error = "KeyError" } } },
      { cells = { { markdown = "A tuple can't be changed:" }, { code = "t[0] = 1", count = 3, error = "TypeError" }, { code = "t += (1,)", count = 4 } } },
      { cells = { { markdown = "The truth of an array gives the same `ValueError`:" }, { code = "a and b", count = 3, error = "ValueError" }, { code = "t", count = 9 } } },
      { cells = { { code = "IPython.Application.instance().kernel.do_shutdown(True)", count = 3, error = "" } } },
      { cells = { { markdown = "### Testing the function with an `AssertionError`" }, { code = "f(1)", count = 3 }, { code = "f(-1)", count = 4, error = "AssertionError" },
        { code = "f(-2)", count = 9, error = "AssertionError" } } },
      { cells = { { code = "%xmode Plain", count = 1 }, { code = "f(0)", count = 2, error = "ZeroDivisionError" } } },
      { cells = { { code = "x = = 1", count = 1, error = "SyntaxError" } } },
      { cells = { { code = "try:\n    d['a']\nexcept KeyError as e:\n    print(e)", count = 1, output = "KeyError: 'a'" } } },
    },
  },
}
