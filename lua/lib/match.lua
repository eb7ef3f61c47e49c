-- match: the fields of pattern and query rules, and how they become the normal form that the host reads.
local M = {}

local function list(value)
  if value == nil then return {} end
  return type(value) == "table" and value or { value }
end

local function is_strings(value)
  if type(value) == "string" then return value ~= "" end
  if type(value) ~= "table" then return false end
  for key, item in pairs(value) do
    if math.type(key) ~= "integer" or type(item) ~= "string" then return false end
  end
  return #value > 0
end

local function is_around(value)
  if type(value) ~= "table" or value.all == nil then return is_strings(value) end
  for key in pairs(value) do
    if key ~= "all" then return false end
  end
  if type(value.all) ~= "table" then return false end
  for _, each in ipairs(value.all) do
    if not is_strings(each) then return false end
  end
  return true
end

local limits = { pattern = is_strings, unless = is_strings }
function limits.regex(value) return type(value) == "string" end
function limits.least(value) return type(value) == "number" end
limits.most = limits.least

local function is_limit(limit)
  if type(limit) == "string" then return true end
  if type(limit) ~= "table" then return false end
  for key, value in pairs(limit) do
    if not limits[key] or not limits[key](value) then return false end
  end
  return true
end

local function is_where(value)
  if type(value) == "function" then return true end
  if type(value) ~= "table" then return false end
  for key, limit in pairs(value) do
    local good = key == 1 and type(limit) == "function" or type(key) == "string" and is_limit(limit)
    if not good then return false end
  end
  return true
end

local function is_fix(fix)
  if type(fix) == "string" or type(fix) == "function" then return true end
  if type(fix) ~= "table" then return false end
  local edit = fix.edit or fix[1]
  return type(edit) == "string" or type(edit) == "function"
end

-- Types of fields, as rule.lua has them: what the field must be, and whether a value is that.
M.types = {
  patterns = { "a pattern or a list of patterns", is_strings },
  around = { "a pattern, a list of which one, or { all = {...} } of which each is around the match", is_around },
  where = { "a function, or a table such as { X = \"regex\" } or { X = { pattern, unless, regex, least, most } }", is_where },
  fix = { "a template, a function that gives an edit, or { safety = ..., title = ..., edit = one of these }", is_fix },
}
M.pattern_fields = {
  pattern = "patterns", patterns = "patterns", all = "patterns", unless = "patterns", inside = "around",
  not_inside = "patterns", where = "where", focus = "string", fix = "fix",
}
M.query_fields = { query = "string", where = "where", fix = "fix" }

-- --- conditions ---

local function add(to, place, negated, patterns)
  if patterns then to[#to + 1] = { place = place, negated = negated, patterns = list(patterns) } end
end

local function add_each(to, place, patterns)
  for _, each in ipairs(list(patterns)) do add(to, place, false, each) end
end

-- where = { FN = "^eval$", VALUE = { unless = { "None" } }, N = { least = 1, most = 9 } }
local function add_where(to, where)
  for variable, limit in pairs(type(where) == "table" and where or {}) do
    if type(variable) == "string" then
      if type(limit) == "string" then limit = { regex = limit } end
      to[#to + 1] = { place = "variable", variable = variable, patterns = list(limit.pattern), regex = limit.regex,
        least = limit.least, most = limit.most }
      if limit.unless then
        to[#to + 1] = { place = "variable", variable = variable, negated = true, patterns = list(limit.unless) }
      end
    end
  end
end

-- In the order in which they are judged: what binds metavariables comes before what asks about them.
function M.conditions(entry)
  local out = {}
  add_each(out, "node", entry.all)
  if type(entry.inside) == "table" and entry.inside.all then
    add_each(out, "around", entry.inside.all)
  else
    add(out, "around", false, entry.inside)
  end
  add_where(out, entry.where)
  add(out, "node", true, entry.unless)
  add(out, "around", true, entry.not_inside)
  return out
end

-- --- what a match does ---

local function add_fix(report, m, fix)
  if type(fix) ~= "table" then fix = { fix } end
  local edit, title = fix.edit or fix[1], fix.title
  if type(edit) == "string" then
    title = title or "replace by `" .. m:format(edit) .. "`"
    edit = m:replace(edit)
  else
    edit = edit(m)
  end
  report:fix { safety = fix.safety, title = m:format(title or "change it"), edit }
end

-- The check of an entry: its own, or one that reports `message`; nil if it has neither. `where` may be a function too.
function M.check(entry, outer)
  local message, fix, check = entry.message or outer.message, entry.fix or outer.fix, entry.check or outer.check
  local where = entry.where
  if type(where) == "table" then where = where[1] end
  if not check and not message then return nil end
  return function(ctx, m)
    if where and not where(m, ctx) then return end
    if check then return check(ctx, m) end
    local report = ctx:report(m, "%s", m:format(message))
    if fix then add_fix(report, m, fix) end
  end
end

return M
