local rule = require "mlopslint.rule"

local function size(bytes)
  if bytes >= 1024 * 1024 then return ("%.1f MB"):format(bytes / 1024 / 1024) end
  return ("%d kB"):format(math.max(1, bytes // 1024))
end

-- The outputs of a cell that may not stay: the first of them, and their bytes.
local function forbidden(cell)
  local first, bytes = nil, 0
  for _, output in ipairs(cell.outputs) do
    if not output.kept then first, bytes = first or output, bytes + output.size end
  end
  return first, bytes
end

return rule.notebook {
  code = "NBK001", name = "output-committed", severity = "warning",
  summary = "the notebook carries its outputs into git",
  docs = [[
Outputs hold samples of the data, and git keeps them for ever: in every clone, in every fork, after every deletion. They also make each
run a diff that nobody can review.

What may stay is configured once, in `[notebook]`, for this rule, its fix and `mlopslint notebook strip`: `keep-outputs-in` (folders; those
of documentation by default), `keep-mime-types` (`["image/png"]` keeps figures), `keep-output-kilobytes` (small outputs of a cell) and
`keep-tags` (a cell tagged `keep_output`).

Next step: `mlopslint notebook install` has git strip outputs before they are committed, without anybody thinking of it. Keep results that
people should see in a report.

Source: Equal Experts MLOps playbook; nbstripout.]],
  needs = { "output_type" },
  options = { ["max-kilobytes"] = { type = "integer", default = 0, help = "outputs of up to this size in all may stay" } },
  check = function(ctx, notebook)
    if notebook.kept then return end
    local place, cells, bytes, fix = nil, 0, 0, { safety = "unsafe", title = "strip the outputs" }
    for _, cell in ipairs(notebook:cells()) do
      local first, more = forbidden(cell)
      if first then
        place, cells, bytes = place or first, cells + 1, bytes + more
        fix[#fix + 1] = cell:strip()
      end
    end
    if not place or bytes <= ctx.options["max-kilobytes"] * 1024 then return end
    ctx:report(place, "%d cell%s with outputs (%s) will be in git for ever", cells, cells == 1 and "" or "s", size(bytes)):fix(fix)
  end,
  tests = {
    bad = {
      { cells = { { code = "print(1)  # expect: NBK001", count = 1, output = "1\n" } }, message = "1 cell with outputs",
        fixed = [[{"cells": [
{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["print(1)  # expect: NBK001"]}
], "metadata": {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}, "nbformat": 4, "nbformat_minor": 5}
]] },
      { cells = { "x = 1", { code = "print(1)  # expect: NBK001", output = "1\n" }, { code = "print(2)", output = ("2"):rep(3000) } }, message = "2 cells with outputs (3 kB)" },
    },
    good = {
      { cells = { "print(1)", { markdown = "# 1" } } },
      { cells = { { code = "print(1)", count = 1, output = "1\n" } }, file = "docs/tour.ipynb" },
      [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {"tags": ["keep_output"]}, "outputs": [{"name": "stdout", "output_type": "stream", "text": ["1\n"]}], "source": ["print(1)"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
      [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [{"name": "stdout", "output_type": "stream", "text": ["1\n"]}], "source": ["print(1)"]}], "metadata": {"keep_output": true}, "nbformat": 4, "nbformat_minor": 5}]],
    },
  },
}
