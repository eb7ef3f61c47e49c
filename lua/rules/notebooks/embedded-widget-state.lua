local rule = require "mlopslint.rule"

local function kilobytes(bytes) return math.max(1, bytes // 1024) end

-- A cell shows an attachment as ![...](attachment:NAME).
local function is_shown(cell, attachment)
  local source = cell.source
  return source:find("attachment:" .. attachment.name, 1, true) ~= nil
    or source:find("attachment:" .. attachment.name:gsub(" ", "%%20"), 1, true) ~= nil
end

local function check_attachments(ctx, cell, most)
  local bytes, largest, shown = 0, nil, false
  for _, attachment in ipairs(cell.attachments) do
    bytes, shown = bytes + attachment.size, shown or is_shown(cell, attachment)
    if not largest or attachment.size > largest.size then largest = attachment end
  end
  if bytes <= most * 1024 then return end
  if shown then
    ctx:report(largest.range, "`%s` is pasted into this cell (%d kB in all): put it into a file beside the notebook and link to it", largest.name, kilobytes(bytes))
    return
  end
  ctx:report(largest.range, "`%s` is pasted into this cell (%d kB in all), which does not show it", largest.name, kilobytes(bytes))
    :fix { safety = "unsafe", title = "remove the cell's attachments", cell:remove "attachments" }
end

return rule.notebook {
  code = "NBK006", name = "embedded-widget-state", severity = "warning",
  summary = "the notebook carries the state of widgets or pasted files",
  docs = [[
Jupyter and Colab save what widgets last showed (progress bars, forms, plots, sometimes the data behind them) in the notebook's metadata, and
pictures that were pasted into a text cell as base64. Nobody sees either in a diff, tools that strip outputs often leave both, and they grow with every run.

Figures in text cells are fine while they are small: `attachment-kilobytes` says how much a cell may hold.

Next step: remove the state (Jupyter: Settings, "Save Widget State Automatically" off; Colab: "Omit code cell output when saving"); put pictures into
files beside the notebook.

Source: Jupyter widgets, "Embedding Jupyter Widgets"; nbformat, cell attachments.]],
  needs = { { "\"widgets\"" }, { "\"attachments\"" } },
  options = {
    ["widget-kilobytes"] = { type = "integer", default = 1, min = 0, help = "state of widgets of up to this size may stay" },
    ["attachment-kilobytes"] = { type = "integer", default = 100, min = 0, help = "files pasted into one cell may take up to this size" },
  },
  check = function(ctx, notebook)
    if notebook.kept then return end
    local bytes = notebook.widgets_size
    if notebook.widgets_range and bytes > ctx.options["widget-kilobytes"] * 1024 then
      ctx:report(notebook.widgets_range, "the state of widgets (%d kB) is saved in the notebook's metadata: it changes with each run", kilobytes(bytes))
        :fix { safety = "unsafe", title = "remove the state of widgets", notebook:remove("metadata", "widgets") }
    end
    for _, cell in ipairs(notebook:cells()) do check_attachments(ctx, cell, ctx.options["attachment-kilobytes"]) end
  end,
  tests = {
    bad = {
      { [[{"cells": [], "metadata": {"kernelspec": {"name": "x"}, "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"a1": {"model_name": "FloatProgressModel", "state": {"value": 1.0}}}}}}, "nbformat": 4, "nbformat_minor": 5}
]],
        options = { ["widget-kilobytes"] = 0 }, expect = "1: NBK006", message = "is saved in the notebook's metadata",
        fixed = [[{"cells": [], "metadata": {"kernelspec": {"name": "x"}}, "nbformat": 4, "nbformat_minor": 5}
]] },
      { [[{"cells": [{"cell_type": "markdown", "metadata": {}, "attachments": {"image.png": {"image/png": "iVBORw0KGgo="}}, "source": ["text"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
]],
        options = { ["attachment-kilobytes"] = 0 }, expect = "cell 1, line 1: NBK006", message = "which does not show it",
        fixed = [[{"cells": [{"cell_type": "markdown", "metadata": {}, "source": ["text"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
]] },
      { [[{"cells": [{"cell_type": "markdown", "metadata": {}, "attachments": {"a b.png": {"image/png": "iVBORw0KGgo="}}, "source": ["![p](attachment:a%20b.png)"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
]],
        options = { ["attachment-kilobytes"] = 0 }, expect = "cell 1, line 1: NBK006", message = "put it into a file" },
    },
    good = {
      [[{"cells": [], "metadata": {"widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}, "version_major": 2}}}, "nbformat": 4, "nbformat_minor": 5}]],
      [[{"cells": [{"cell_type": "markdown", "metadata": {}, "attachments": {"image.png": {"image/png": "iVBORw0KGgo="}}, "source": ["![p](attachment:image.png)"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
      { cells = { { markdown = "the \"widgets\" and \"attachments\" of a notebook" } } },
    },
  },
}
