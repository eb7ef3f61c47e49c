-- rule: what a rule file returns. Each constructor takes one table and gives the normal form that the host reads:
-- metadata plus a list of triggers, each with its `check`.
local M = {}

local area_of_prefix = { USR = "users", NBK = "notebooks", SEC = "security", FIT = "fit", DWN = "downstream" }
local severities = { error = true, warning = true, info = true }

-- Field of a rule or of one entry of `on`/`collect` -> kind of trigger.
local kinds = {
  { field = "calls", kind = "call", names = true },
  { field = "names", kind = "reference", names = true },
  { field = "imports", kind = "import", names = true },
  { field = "routes", kind = "route" },
  { field = "functions", kind = "function", names = true },
  { field = "assigns", kind = "assign", names = true },
  { field = "commands", kind = "command", names = true },
  { field = "dependencies", kind = "dependency", names = true },
  { field = "cells", kind = "cell" },
  { field = "notebooks", kind = "notebook" },
  { field = "regex", kind = "text" },
  { field = "select", kind = "document" },
  { field = "formats", kind = "document" },
  { field = "files", kind = "file" },
}

local function list(value, what)
  if value == nil then return {} end
  if type(value) == "string" then return { value } end
  if type(value) ~= "table" then error(what .. " must be a string or a list", 0) end
  return value
end

-- needs: { "a", "b" } means both; { { "a" }, { "b", "c" } } means a, or b and c.
local function alternatives(needs)
  needs = list(needs, "needs")
  if #needs == 0 then return {} end
  if type(needs[1]) == "string" then return { needs } end
  return needs
end

local function trigger(entry, outer)
  for _, kind in ipairs(kinds) do
    local value = entry[kind.field]
    if value ~= nil and value ~= false then
      return {
        kind = kind.kind,
        names = kind.names and list(value, kind.field) or {},
        formats = list(entry.formats or outer.formats, "formats"),
        select = entry.select,
        regex = entry.regex,
        files = list(entry.files or outer.files, "files"),
        ignores = list(entry.ignores or outer.ignores, "ignores"),
        needs = alternatives(entry.needs or outer.needs),
        check = entry.check or entry.fact or outer.check,
      }
    end
  end
  error("a trigger needs one of calls, names, imports, routes, functions, assigns, commands, dependencies, cells, "
    .. "notebooks, regex, select, formats, files", 0)
end

local function normal(r, entries)
  if type(r.code) ~= "string" or not r.code:match "^%u%u%u+%d%d%d+$" then
    error("code must be capitals and digits, as in \"ORG001\"", 0)
  end
  if type(r.name) ~= "string" or not r.name:match "^%l[%l%d%-]*$" then
    error(r.code .. ": name must be lower-case words joined by '-'", 0)
  end
  if not severities[r.severity] then error(r.code .. ": severity must be error, warning or info", 0) end
  if type(r.summary) ~= "string" then error(r.code .. ": a summary is missing", 0) end
  if type(r.docs) ~= "string" then error(r.code .. ": docs are missing: say why and what to do", 0) end
  r.area = r.area or area_of_prefix[r.code:sub(1, 3)] or "organisation"
  if r.enabled == nil then r.enabled = true end
  r.triggers = {}
  for i, entry in ipairs(entries) do
    r.triggers[i] = trigger(entry, r)
    if type(r.triggers[i].check) ~= "function" then error(r.code .. ": a trigger has no check", 0) end
  end
  if #r.triggers == 0 then error(r.code .. ": no trigger", 0) end
  return r
end

-- A rule with one trigger: the field says which.
local function simple(r) return normal(r, { r }) end
for _, name in ipairs { "call", "reference", "import", "route", "func", "assign", "command", "document", "dependency",
  "cell", "notebook", "text", "file" } do
  M[name] = simple
end
function M.route(r) r.routes = true return simple(r) end
function M.cell(r) r.cells = true return simple(r) end
function M.notebook(r) r.notebooks = true return simple(r) end

-- Several triggers, each with its check: on = { { calls = {...}, check = f }, { commands = {...}, check = g } }.
function M.any(r) return normal(r, r.on or {}) end

-- Facts per file, judged once for the whole project: collect = { { calls = {...}, fact = f } }, finish = function(ctx, facts).
-- A fact is a table of plain values; `fact` may also report at once.
function M.project(r)
  if type(r.finish) ~= "function" then error((r.code or "?") .. ": a project rule needs finish", 0) end
  r.project = true
  return normal(r, r.collect or {})
end

return M
