-- frame: which columns a data frame is known to hold, followed back through the calls that made it.
local M = {}

-- Methods that keep the columns of their receiver.
local keeping = { copy = true, fillna = true, dropna = true, reset_index = true, sample = true, head = true, sort_values = true,
  sort_index = true, query = true, drop_duplicates = true, astype = true, replace = true, shuffle = true, set_index = false }

-- The list of strings that a node is known to be ("x" counts as {"x"}), or nil.
function M.strings(node)
  if not node then return nil end
  local value, kind = node:constant()
  if kind == "string" then return { value } end
  if kind ~= "list" then return nil end
  local out = {}
  for _, item in ipairs(value:children()) do
    local text, item_kind = item:constant()
    if item_kind ~= "string" then return nil end
    out[#out + 1] = text
  end
  return out
end

local function holds(list, word)
  for _, item in ipairs(list) do
    if item == word then return true end
  end
  return false
end

-- Looks at one expression: "has", "lost", "unknown", or the expression to look at next.
local function step(node, column)
  if node.kind == "subscript" then
    local key = node:field "subscript"
    local names = M.strings(key) -- a row mask keeps all columns; what else stands there (a slice, a sum of lists) is not known
    if names then return holds(names, column) and "has" or "lost" end
    local operator = key and key.kind == "binary_operator" and key:field("operator").text
    if key and (key.kind == "comparison_operator" or key.kind == "unary_operator" or operator == "&" or operator == "|") then return node:field "value" end
    return "unknown"
  end
  if node.kind ~= "call" or not node.receiver then return "unknown" end
  if node.method == "drop" then
    local dropped = M.strings(node:argument("columns") or node:argument("labels", 1))
    if not dropped then return "unknown" end
    return holds(dropped, column) and "lost" or node.receiver
  end
  if keeping[node.method] then return node.receiver end
  return "unknown"
end

-- Whether the value of `node` still holds `column` of `frame`: "has", "lost" or "unknown".
function M.column(node, frame, column)
  for _ = 1, 12 do
    if node.kind == "identifier" and node:same(frame) then return "has" end
    if node.kind == "identifier" or node.kind == "attribute" then
      local origins = node:origins()
      if #origins ~= 1 or origins[1].item or origins[1] == node then return "unknown" end
      node = origins[1]
    end
    local next = step(node, column)
    if type(next) == "string" then return next end
    node = next
  end
  return "unknown"
end

return M
