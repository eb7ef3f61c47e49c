local rule = require "mlopslint.rule"

local function size(bytes)
  if bytes >= 1024 * 1024 then return string.format("%.1f MB", bytes / 1024 / 1024) end
  return string.format("%d kB", math.max(1, bytes // 1024))
end

return rule.notebook {
  code = "NBK001", name = "output-committed", severity = "warning",
  summary = "the notebook carries its outputs into git",
  docs = [[
Outputs hold samples of the data, and git keeps them for ever: in every clone, in every fork, after every deletion. They also make each
run a diff that nobody can review.

Next step: strip outputs before they are committed (a git filter or hook does it without thinking), and keep results that people should
see in a report. Notebooks that are documentation may keep their outputs: folders named docs, doc, tutorials and examples are left out, and a cell
tagged `keep_output` is too.

Source: Equal Experts MLOps playbook; nbstripout.]],
  ignores = { "docs", "doc", "tutorials", "tutorial", "examples", "example" },
  options = { ["max-kilobytes"] = { type = "integer", default = 0, help = "outputs of up to this size in all may stay" } },
  check = function(ctx, notebook)
    local first, cells, bytes, edits = nil, 0, 0, {}
    for _, cell in ipairs(notebook:cells()) do
      local keep = false
      for _, tag in ipairs(cell.tags) do keep = keep or tag == "keep_output" end
      local outputs = cell.outputs
      if not keep and #outputs > 0 then
        first, cells = first or outputs[1], cells + 1
        for _, output in ipairs(outputs) do bytes = bytes + output.size end
        edits[#edits + 1] = cell:strip()
      end
    end
    if not first or bytes <= ctx.options["max-kilobytes"] * 1024 then return end
    edits.safety, edits.title = "unsafe", "strip all outputs"
    ctx:report(first, "%d cell%s with outputs (%s) will be in git for ever", cells, cells == 1 and "" or "s", size(bytes)):fix(edits)
  end,
  tests = {
    bad = {
      { [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [{"name": "stdout", "output_type": "stream", "text": ["1\n"]}], "source": ["print(1)"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
        fixed = [[{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["print(1)"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
        message = "1 cell with outputs" },
    },
    good = {
      [[{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["print(1)"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
      [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {"tags": ["keep_output"]}, "outputs": [{"name": "stdout", "output_type": "stream", "text": ["1\n"]}], "source": ["print(1)"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
      { [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [{"name": "stdout", "output_type": "stream", "text": ["1\n"]}], "source": ["print(1)"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]], file = "docs/tour.ipynb" },
    },
  },
}
