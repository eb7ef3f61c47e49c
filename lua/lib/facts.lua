-- facts: what a project rule's finish() gets: all facts that its collectors returned, in the order of files.
-- The metatable is out of reach (facts.__index is nil), so that no rule can change it under another.
local Facts = {}

local function fits(fact, wanted)
  for key, value in pairs(wanted) do
    if fact[key] ~= value then return false end
  end
  return true
end

-- Iterates over the facts whose fields equal those of `wanted` (all without it): for f in facts:all { kind = "load" }.
function Facts:all(wanted)
  local i = 0
  return function()
    while i < #self do
      i = i + 1
      if not wanted or fits(self[i], wanted) then return self[i] end
    end
  end
end

-- The first of them, or nil.
function Facts:one(wanted) return self:all(wanted)() end

-- The fact at whose place a finding about the whole project is best told: in a module rather than in a notebook.
function Facts:place(wanted)
  for fact in self:all(wanted) do
    if fact.at.cell == 0 then return fact end
  end
  return self:one(wanted)
end

function Facts:count(wanted)
  local n = 0
  for _ in self:all(wanted) do n = n + 1 end
  return n
end

local meta = { __index = Facts }
return function(list) return setmetatable(list, meta) end
