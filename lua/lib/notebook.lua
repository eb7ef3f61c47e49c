-- notebook: what rules about the order of cells share.
local M = {}

local function is_blank(text) return not text:find "%S" end

-- True if the cell's job is to restart the kernel: it never gets to its end.
function M.restarts(cell)
  return cell.source:find("do_shutdown", 1, true) ~= nil or cell.source:find "os%.kill%s*%(" ~= nil or cell.source:find("restartPython", 1, true) ~= nil
end

-- The code cells that ran, in document order, behind the last one that restarts the kernel. Empty cells have no say.
function M.executed(notebook)
  local out = {}
  for _, cell in ipairs(notebook:cells()) do
    if cell.kind == "code" and M.restarts(cell) then
      out = {}
    elseif cell.kind == "code" and cell.execution_count and not is_blank(cell.source) then
      out[#out + 1] = cell
    end
  end
  return out
end

-- The first two neighbours of which the lower one ran before the upper one: above, cell; nil if there are none.
function M.descent(executed)
  for i = 2, #executed do
    if executed[i].execution_count < executed[i - 1].execution_count then return executed[i - 1], executed[i] end
  end
end

-- True if the cell does something besides magics, shell lines and comments.
function M.has_code(cell)
  if cell.source:find "^%s*%%%%" then return false end
  for line in cell.source:gmatch "[^\r\n]+" do
    local shell = line:find "^%s*[#%%!]" or line:find "^%s*pip3? install" or line:find "^%s*conda install"
    if not shell and line:find "%S" then return true end
  end
  return false
end

-- Cells without a count in a notebook that has counts: the first of them, those that show an output, and those that do not although a
-- cell below them ran. nil if there are none.
function M.left_out(notebook)
  local executed = M.executed(notebook)
  local last = #executed > 0 and executed[#executed].number or 0
  local first, shown, silent = nil, {}, {}
  for _, cell in ipairs(last > 0 and notebook:cells() or {}) do
    if cell.kind == "code" and not cell.execution_count and M.has_code(cell) and not M.restarts(cell) then
      local list = #cell.outputs > 0 and shown or cell.number < last and silent or nil
      if list then
        list[#list + 1] = cell
        first = first or cell
      end
    end
  end
  return first, shown, silent
end

-- Words of a sentence that announces an error.
local announcing = { "error", "exception", "fail", "raise", "traceback", "n't ", "cannot", "not possible", "not allowed", "illegal", "invalid" }

local function announces(sentence)
  sentence = sentence:lower()
  for _, word in ipairs(announcing) do
    if sentence:find(word, 1, true) then return true end
  end
  return false
end

-- True if the cell says, with the tag that Jupyter knows, that it raises.
function M.is_tagged(cell)
  for _, tag in ipairs(cell.tags) do
    if tag == "raises-exception" then return true end
  end
  return false
end

-- True if the Markdown above, with code cells between, speaks of an error by its name or kind: "Testing the `AssertionError`".
local function is_below_errors(cells, i)
  for above = i - 1, 1, -1 do
    local cell = cells[above]
    if cell.kind == "markdown" then
      local text = cell.source:lower()
      return text:find("error", 1, true) ~= nil or text:find("exception", 1, true) ~= nil or text:find("traceback", 1, true) ~= nil
    end
  end
  return false
end

-- True if the notebook is about errors: it sets how IPython shows them, or steps into them.
function M.shows_errors(notebook)
  for _, magic in ipairs(notebook:magics()) do
    if magic.name == "xmode" or magic.name == "debug" or magic.name == "pdb" or magic.name == "tb" then return true end
  end
  return false
end

-- True if the error of cells[i] is meant: by the tag that Jupyter knows, or because a sentence above announces something and the notebook
-- went on behind it in the same run.
function M.means_error(cells, i)
  local cell, above = cells[i], cells[i - 1]
  if M.is_tagged(cell) or cell.source:find "^%s*%%%%expect_exception" then return true end
  if is_below_errors(cells, i) then return true end
  if not above or above.kind ~= "markdown" or not cell.execution_count then return false end
  local sentence = above.source:match "([^\r\n]*)%s*$"
  if sentence == "" or sentence:find "^%s*#" then return false end
  if announces(sentence) then return true end
  for below = i + 1, #cells do
    local count = cells[below].execution_count
    if count then return count == cell.execution_count + 1 end
  end
  return false
end

-- The numbers of cells for a message: "cell 3", "cells 3, 5 and 8", "cells 1, 2, 3 and 14 more".
function M.cells_text(cells)
  local numbers = {}
  for i, cell in ipairs(cells) do numbers[i] = tostring(cell.number) end
  if #numbers == 1 then return "cell " .. numbers[1] end
  if #numbers <= 4 then return ("cells %s and %s"):format(table.concat(numbers, ", ", 1, #numbers - 1), numbers[#numbers]) end
  return ("cells %s and %d more"):format(table.concat(numbers, ", ", 1, 3), #numbers - 3)
end

return M
