local rule = require "mlopslint.rule"
local lib = require "mlopslint.notebook"

return rule.notebook {
  code = "NBK009", name = "output-without-execution", severity = "info",
  summary = "a part of the notebook was left out of the run",
  docs = [[
In a notebook whose other cells carry execution counts, this cell has none. If it shows an output, that output is of another run: nobody can
tell of which code and data. If it shows none, the cells below it ran without it, and a run from the top gives something else as soon as
this cell does something that they read.

Next step: restart the kernel, run all cells, and commit that; delete a cell that should not run, or make it Markdown. The fix strips the
outputs of no known run.

Cells behind the last one that ran, and cells of nothing but magics, shell lines and comments (`%pip install`) may be left out. A notebook
in which no cell has a count was cleared by a tool. Silent where NBK007 speaks: the same run from the top repairs both.

Source: Pimentel et al., MSR 2019 (unambiguous execution order); julynter; pynblint "non-executed-cells".]],
  check = function(ctx, notebook)
    if lib.descent(lib.executed(notebook)) then return end
    local first, shown, silent = lib.left_out(notebook)
    if not first then return end
    local fix = { safety = "unsafe", title = "strip the outputs of cells that did not run" }
    for _, cell in ipairs(shown) do
      for _, edit in ipairs(cell:strip()) do fix[#fix + 1] = edit end
    end
    local said = {}
    if #shown > 0 then said[#said + 1] = ("%s show%s the output of another run"):format(lib.cells_text(shown), #shown == 1 and "s" or "") end
    if #silent > 0 then said[#said + 1] = ("%s did not run, although cells below did"):format(lib.cells_text(silent)) end
    local report = ctx:report(first.head, "%s: a run from the top may show something else", table.concat(said, "; "))
    if #fix > 0 then report:fix(fix) end
  end,
  tests = {
    bad = {
      { cells = { { code = "x = 1", count = 1 }, { code = "print(x)  # expect: NBK009", output = "2" } }, message = "cell 2 shows the output of another run" },
      { cells = { { code = "x = 1", count = 1 }, "x = 2  # expect: NBK009", { code = "print(x)", count = 2 } }, message = "cell 2 did not run, although cells below did" },
      { [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": ["x = 1"]}, {"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [{"name": "stdout", "output_type": "stream", "text": ["2\n"]}], "source": ["print(x)"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
        fixed = [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": ["x = 1"]}, {"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["print(x)"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]] },
    },
    good = {
      { cells = { { code = "x = 1", count = 1 }, { code = "print(x)", count = 2, output = "1" }, "x = 2" } },
      { cells = { "x = 1", { code = "print(x)", output = "1" } } },
      { cells = { "%pip install pandas\n# once", { code = "x = 1", count = 1 }, "%%bash\nls", " ", "# x = 3", { code = "print(x)", count = 2 } } },
      { cells = { { code = "x = 1", count = 3 }, { code = "y", output = "1" }, { code = "z", count = 2 } } },
    },
  },
}
