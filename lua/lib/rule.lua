-- rule: what a rule file returns. Each constructor takes one table, refuses what it doesn't understand, and gives the
-- normal form that the host reads: metadata plus a list of triggers, each with its `check`.
local text = require "mlopslint.text"
local match = require "mlopslint.match"

local M = {}

local area_of_prefix = { USR = "users", NBK = "notebooks", SEC = "security", FIT = "fit", DWN = "downstream" }

-- Field of a rule or of one entry of `on`/`collect` -> kind of trigger. The first that an entry has decides.
local kinds = {
  { field = "pattern", kind = "pattern", match = true },
  { field = "patterns", kind = "pattern", match = true },
  { field = "query", kind = "query", match = true },
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

-- Fields that say where a trigger looks, beside those that name its kind.
local place_fields = { formats = "strings", select = "string", files = "strings", ignores = "strings", needs = "needs" }

local rule_fields = {
  code = "string", name = "string", severity = "string", area = "string", summary = "string", docs = "string",
  url = "string", enabled = "boolean", tags = "strings", since = "string", deprecated = "strings", message = "string",
  options = "options", tests = "tests", check = "function",
}

-- What each constructor adds to rule_fields and place_fields; `needed` names the field that its trigger hangs on.
local own_fields = {
  pattern = match.pattern_fields,
  query = match.query_fields,
  call = { needed = "calls", calls = "strings" },
  reference = { needed = "names", names = "strings" },
  import = { needed = "imports", imports = "strings" },
  route = {},
  func = { needed = "functions", functions = "strings" },
  assign = { needed = "assigns", assigns = "strings" },
  command = { needed = "commands", commands = "strings" },
  document = { needed = "formats" },
  dependency = { needed = "dependencies", dependencies = "strings" },
  cell = {},
  notebook = {},
  text = { needed = "regex", regex = "string" },
  file = { needed = "files" },
  any = { needed = "on", on = "triggers" },
  project = { needed = "collect", collect = "triggers", finish = "function", whole = "boolean", index = "strings" },
}

-- The host turns this into "FILE: line N: CODE: ...": `field` is what it looks for behind the code.
local function fail(r, field, format, ...)
  error({ code = type(r.code) == "string" and r.code or nil, field = field, text = format:format(...) }, 0)
end

local function list(value)
  if value == nil then return {} end
  return type(value) == "table" and value or { value }
end

-- needs: { "a", "b" } means both; { { "a" }, { "b", "c" } } means a, or b and c.
local function alternatives(needs)
  needs = list(needs)
  if #needs == 0 then return {} end
  if type(needs[1]) == "string" then return { needs } end
  return needs
end

local function is_strings(value)
  if type(value) == "string" then return true end
  if type(value) ~= "table" then return false end
  for key, item in pairs(value) do
    if math.type(key) ~= "integer" or type(item) ~= "string" then return false end
  end
  return true
end

local function is_needs(value)
  if is_strings(value) then return true end
  if type(value) ~= "table" then return false end
  for _, alternative in pairs(value) do
    if type(alternative) ~= "table" or not is_strings(alternative) then return false end
  end
  return true
end

-- Type of a field -> what it must be, and how that is told.
local types = {
  string = { "a string", function(v) return type(v) == "string" and v ~= "" end },
  boolean = { "true or false", function(v) return type(v) == "boolean" end },
  ["function"] = { "a function", function(v) return type(v) == "function" end },
  table = { "a table", function(v) return type(v) == "table" end },
  strings = { "a string or a list of strings", is_strings },
  needs = { "a list of strings, or a list of such lists", is_needs },
}
for name, check in pairs(match.types) do types[name] = check end
types.options, types.triggers, types.tests = types.table, types.table, types.table
types.number = { "a number", function(v) return type(v) == "number" end }
types.example = { "a text, or a table with a text, `files` or `cells`",
  function(v)
    if type(v) ~= "table" then return type(v) == "string" end
    return type(v[1]) == "string" or type(v.files) == "table" or type(v.cells) == "table"
  end }

local function nearest(word, ...)
  local known = {}
  for _, fields in ipairs { ... } do
    for name in pairs(fields) do
      if name ~= "needed" then known[#known + 1] = name end
    end
  end
  return text.nearest(word, known)
end

local trigger_fields = {
  calls = "strings", names = "strings", imports = "strings", routes = "boolean", functions = "strings",
  assigns = "strings", commands = "strings", dependencies = "strings", cells = "boolean", notebooks = "boolean",
  regex = "string", check = "function", fact = "function", query = "string", message = "string",
}
for name, kind in pairs(match.pattern_fields) do trigger_fields[name] = kind end

-- Every field of `value` must be in one of the field tables and of its type. `what` names the table in messages.
local function check_fields(r, value, what, ...)
  for name, field in pairs(value) do
    if type(name) ~= "string" then fail(r, nil, "%s has a value without a name: %s", what, tostring(field)) end
    local kind
    for _, fields in ipairs { ... } do kind = kind or name ~= "needed" and fields[name] or nil end
    if not kind and trigger_fields[name] then
      fail(r, name, "%s has no `%s`: rule.any { on = { { %s = ... } } } takes triggers of several kinds", what, name, name)
    end
    if not kind then
      fail(r, name, "unknown field `%s` of %s; the nearest known is `%s`", name, what, nearest(name, ...))
    end
    if not types[kind][2](field) then fail(r, name, "`%s` must be %s", name, types[kind][1]) end
  end
end

local option_fields = { type = "string", help = "string", choices = "strings", min = "number", max = "number" }
local option_types = {
  string = { "a string", types.string[2] },
  integer = { "a whole number", function(v) return math.type(v) == "integer" end },
  number = { "a number", types.number[2] },
  boolean = { "true or false", types.boolean[2] },
  ["string[]"] = { "a list of strings", function(v) return type(v) == "table" and is_strings(v) end },
}

local function check_choices(r, name, option)
  for _, value in ipairs(list(option.default)) do
    local found = false
    for _, choice in ipairs(option.choices) do found = found or choice == value end
    if not found then fail(r, name, "option `%s`: its default \"%s\" is none of its choices", name, value) end
  end
end

local function check_option(r, name, option)
  if type(name) ~= "string" or not name:match "^%l[%l%d_-]*$" then
    fail(r, "options", "options: a name must be lower-case words joined by '-', as in `max-rows`")
  end
  if type(option) ~= "table" then fail(r, name, "option `%s` must be a table with type, default and help", name) end
  local fields = { default = true }
  for field, value in pairs(option) do
    local kind = option_fields[field]
    if not kind and not fields[field] then
      fail(r, name, "option `%s`: unknown field `%s`; the nearest known is `%s`", name, field, nearest(field, option_fields, fields))
    end
    if kind and not types[kind][2](value) then fail(r, name, "option `%s`: `%s` must be %s", name, field, types[kind][1]) end
  end
  local kind = option_types[option.type]
  if not kind then
    fail(r, name, "option `%s`: its type must be one of \"string\", \"integer\", \"number\", \"boolean\", \"string[]\"", name)
  end
  if not option.help then fail(r, name, "option `%s` has no help: say in a line what it is for", name) end
  if option.default == nil or (option.default ~= "" and not kind[2](option.default)) then
    fail(r, name, "option `%s`: its default must be %s", name, kind[1])
  end
  local text_like, numeric = option.type:sub(1, 6) == "string", option.type == "integer" or option.type == "number"
  if option.choices and not text_like then fail(r, name, "option `%s`: choices are for strings", name) end
  if (option.min or option.max) and not numeric then fail(r, name, "option `%s`: min and max are for numbers", name) end
  if option.choices then check_choices(r, name, option) end
  if option.min and option.default < option.min or option.max and option.default > option.max then
    fail(r, name, "option `%s`: its default lies outside of min and max", name)
  end
end

local function json(value)
  return '"' .. value:gsub('[%c"\\]', function(c) return ("\\u%04x"):format(c:byte()) end) .. '"'
end

-- The outputs of a code cell: { code = "...", output = "what it printed", error = "KeyError" }.
local function outputs_of(cell)
  local out = {}
  if cell.output then out[#out + 1] = ('{"name": "stdout", "output_type": "stream", "text": [%s]}'):format(json(cell.output)) end
  if cell.error then
    out[#out + 1] = ('{"ename": %s, "evalue": "", "output_type": "error", "traceback": [%s]}'):format(json(cell.error), json(cell.error))
  end
  return table.concat(out, ", ")
end

-- The text of a notebook with these cells: a text is code; { markdown = "..." }; { code = "...", count = 1, output = "...", tags = { "..." } }.
local function notebook_of(cells)
  local out = {}
  for i, cell in ipairs(cells) do
    if type(cell) == "string" then cell = { code = cell } end
    local tags = {}
    for t, tag in ipairs(cell.tags or {}) do tags[t] = json(tag) end
    local metadata = cell.tags and ('{"tags": [%s]}'):format(table.concat(tags, ", ")) or "{}"
    out[i] = cell.markdown and ('{"cell_type": "markdown", "metadata": %s, "source": [%s]}'):format(metadata, json(cell.markdown))
      or ('{"cell_type": "code", "execution_count": %s, "metadata": %s, "outputs": [%s], "source": [%s]}'):format(
        cell.count or "null", metadata, outputs_of(cell), json(cell.code))
  end
  return ('{"cells": [\n%s\n], "metadata": {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}, "nbformat": 4, "nbformat_minor": 5}\n')
    :format(table.concat(out, ",\n"))
end

local function are_cells(cells)
  for _, cell in pairs(cells) do
    local fits = type(cell) == "string" or type(cell) == "table" and type(cell.code or cell.markdown) == "string"
    if not fits then return false end
  end
  return true
end

local example_fields = { cells = "table", file = "string", files = "table", fixed = "string", message = "string", options = "table", expect = "strings" }

local function check_example(r, example, kind, number)
  local what = ("%s example %d"):format(kind, number)
  if not types.example[2](example) then fail(r, "tests", "%s must be %s", what, types.example[1]) end
  if type(example) == "string" then return end
  if type(example.cells) == "table" then
    if not are_cells(example.cells) then fail(r, "tests", "%s: a cell is a text (code), { markdown = ... } or { code = ... }", what) end
    example[1] = notebook_of(example.cells)
    example.file = example.file or "example.ipynb"
  end
  local named = {}
  for name, value in pairs(example) do
    if name ~= 1 then named[name] = value end
  end
  check_fields(r, named, what, example_fields)
end

local function check_tests(r)
  if r.tests == nil then return end
  check_fields(r, r.tests, "tests", { bad = "table", good = "table" })
  for _, kind in ipairs { "bad", "good" } do
    for number, example in pairs(r.tests[kind] or {}) do
      if math.type(number) ~= "integer" then
        fail(r, "tests", "`%s` must be a list of examples, and holds `%s`: an example with fields needs braces of its own", kind, number)
      end
      check_example(r, example, kind, number)
    end
  end
end

local function check_metadata(r)
  if type(r.code) ~= "string" or not r.code:match "^%u%u%u+%d%d%d+$" then
    fail(r, "code", "code must be capitals and digits, as in \"ORG001\"")
  end
  if type(r.name) ~= "string" or not r.name:match "^%l[%l%d%-]*$" then
    fail(r, "name", "name must be lower-case words joined by '-', as in \"no-bare-read-csv\"")
  end
  if r.severity ~= "error" and r.severity ~= "warning" and r.severity ~= "info" then
    fail(r, "severity", "severity must be \"error\", \"warning\" or \"info\"")
  end
  if not r.summary then fail(r, "summary", "a summary is missing: say in a line what goes wrong") end
  if r.summary:find "\n" then fail(r, "summary", "summary must be one line: the rest belongs into docs") end
  if not r.docs then fail(r, "docs", "docs are missing: say why it matters and what to do") end
  if r.url and not r.url:match "^https?://%S+$" then fail(r, "url", "url must be an http or https address") end
  for name, option in pairs(r.options or {}) do check_option(r, name, option) end
  check_tests(r)
end

-- Where a finding of the rule's own `message` stands: hits that are tables of places have one of these.
local function place_of(hit)
  if type(hit) ~= "table" then return hit end
  return hit.range or hit.handler or hit.node
end

local function message_check(r, entry)
  local message = entry.message or r.message
  if not message then return nil end
  return function(ctx, hit) ctx:report(place_of(hit), "%s", message) end
end

local function trigger(r, entry, outer)
  for _, kind in ipairs(kinds) do
    local value = entry[kind.field]
    if value ~= nil and value ~= false then
      return {
        kind = kind.kind,
        patterns = list(entry.pattern or entry.patterns),
        conditions = match.conditions(entry),
        focus = entry.focus,
        query = entry.query,
        names = kind.names and list(value) or {},
        formats = list(entry.formats or outer.formats),
        select = entry.select,
        regex = entry.regex,
        files = list(entry.files or outer.files),
        ignores = list(entry.ignores or outer.ignores),
        needs = alternatives(entry.needs or outer.needs),
        check = entry.fact or kind.match and match.check(entry, outer) or entry.check or outer.check or message_check(r, entry),
      }
    end
  end
  fail(r, nil, "a trigger needs one of pattern, query, calls, names, imports, routes, functions, assigns, commands, dependencies, cells, "
    .. "notebooks, regex, select, formats, files")
end

local function normal(r, entries, field)
  r.area = r.area or area_of_prefix[r.code:sub(1, 3)] or "organisation"
  if r.enabled == nil then r.enabled = true end
  r.triggers = {}
  for i, entry in ipairs(entries) do
    if type(entry) ~= "table" then fail(r, field, "`%s` must be a list of tables, one for each trigger", field) end
    if entry ~= r then check_fields(r, entry, ("entry %d of `%s`"):format(i, field), trigger_fields, place_fields) end
    r.triggers[i] = trigger(r, entry, r)
    if not r.triggers[i].check then
      fail(r, field, "a trigger has no check: give it check = function(ctx, hit) ... end, or the rule a message")
    end
  end
  if #r.triggers == 0 and not r.index then fail(r, field, "`%s` is empty: no trigger", field) end
  return r
end

-- The table that a constructor was given, with its fields checked.
local function read(name, r)
  if type(r) ~= "table" then fail({}, nil, "rule.%s takes one table: rule.%s { code = ..., name = ... }", name, name) end
  local own = own_fields[name]
  check_fields(r, r, "rule." .. name, rule_fields, place_fields, own)
  check_metadata(r)
  if name == "pattern" and not r.pattern and not r.patterns then fail(r, nil, "rule.pattern needs `pattern`") end
  if name == "query" and not r.query then fail(r, nil, "rule.query needs `query`") end
  local has_one = own.needed == nil or r[own.needed] ~= nil or name == "document" and r.select ~= nil or name == "project" and r.index ~= nil
  if not has_one then fail(r, own.needed, "rule.%s needs `%s`", name, own.needed) end
  return r
end

-- A rule with one trigger: the constructor's name says which.
for name in pairs(own_fields) do
  M[name] = function(r)
    r = read(name, r)
    if name == "route" or name == "cell" or name == "notebook" then r[name .. "s"] = true end
    return normal(r, { r }, own_fields[name].needed)
  end
end

-- Several triggers, each with its check: on = { { calls = {...}, check = f }, { commands = {...}, check = g } }.
function M.any(r)
  r = read("any", r)
  return normal(r, r.on, "on")
end

-- Facts per file, judged once for the whole project: collect = { { calls = {...}, fact = f } }, finish = function(ctx, facts).
-- A fact is a table of plain values; `fact` may also report at once. index = { "saves", "tests" } names the parts of the project
-- index that finish asks of ctx.project; with it, collect may be left out.
function M.project(r)
  r = read("project", r)
  if not r.finish then fail(r, "finish", "a project rule needs finish = function(ctx, facts) ... end") end
  r.project = true
  return normal(r, r.collect or {}, "collect")
end

return M
