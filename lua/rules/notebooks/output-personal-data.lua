local rule = require "mlopslint.rule"
local text = require "mlopslint.text"

-- Addresses that are nobody's: documentation hosts, git remotes, robots.
local nobody = { "example%.", "@test%.", "@localhost", "noreply", "no%-reply", "@github%.com$", "@gitlab%.com$", "@bitbucket%.org$", "^git@", "@email%.com$", "@domain%.com$" }

local function is_somebody(address)
  address = address:lower()
  if address:find "^..?@" or address:find "@.%." then return false end -- a@b.com: a placeholder
  for _, pattern in ipairs(nobody) do
    if address:find(pattern) then return false end
  end
  return not address:find "@[%d%.]+$" -- versions such as pkg@1.2.3
end

local function digits_of(s) return (s:gsub("%D", "")) end

-- Luhn's check, ISO/IEC 7812-1.
local function luhn(number)
  local sum, double = 0, false
  for i = #number, 1, -1 do
    local d = tonumber(number:sub(i, i))
    if double then d = d * 2 if d > 9 then d = d - 9 end end
    sum, double = sum + d, not double
  end
  return sum % 10 == 0
end

-- ISO 13616: the first four characters moved behind, letters as numbers, remainder 1 by 97.
local function iban(s)
  s = s:gsub("%s", "")
  local remainder = 0
  for c in (s:sub(5) .. s:sub(1, 4)):gmatch "." do
    local n = tonumber(c) or c:byte() - 55
    remainder = (remainder * (n > 9 and 100 or 10) + n) % 97
  end
  return remainder == 1
end

local kinds = {
  { what = "e-mail addresses", hint = "@", regex = [[(?<![\\\w.+/-])[\w.+-]{2,64}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,12}\b]], ok = is_somebody },
  { what = "phone numbers", hint = "+", regex = [[(?<![\w+.])\+[1-9]\d{0,2}[ -]\(?\d{2,4}\)?(?:[ -]\d{2,4}){2,4}(?![\w.])]],
    ok = function(s) local n = #digits_of(s) return n >= 9 and n <= 15 end },
  { what = "bank account numbers", regex = [[\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b]], ok = iban },
  { what = "card numbers", regex = [[(?<![\w.-])(?:4\d{3}|5[1-5]\d{2}|3[47]\d{2}|6011)[ -]\d{4,6}[ -]\d{4,5}(?:[ -]\d{4})?(?![\w.-])]],
    ok = function(s) return luhn(digits_of(s)) end },
  { what = "social security numbers", hint = "ssn", regex = [[\b(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b]], ok = function() return true end },
}

-- The number of distinct values of a kind, and the first.
local function distinct(body, kind)
  local seen, n, first = {}, 0, nil
  for _, match in ipairs(text.matches(body, kind.regex, 2000)) do
    if not seen[match.text] and kind.ok(match.text) then
      seen[match.text], n, first = true, n + 1, first or match.text
    end
  end
  return n, first
end

local function found_in(body)
  local lower = body:lower()
  for _, kind in ipairs(kinds) do
    if not kind.hint or lower:find(kind.hint, 1, true) then
      local n, first = distinct(body, kind)
      if n >= 2 then return kind.what, n, first end
    end
  end
end

return rule.cell {
  code = "NBK002", name = "output-personal-data", severity = "error",
  summary = "an output shows people's data",
  docs = [[
The output of this cell holds data of real persons: two or more different e-mail addresses, international phone numbers, bank account
or card numbers with a valid check digit, or social security numbers. Committed outputs stay in git's history and travel to every clone, which is a disclosure
in the sense of most privacy laws.

Next step: strip the output; if it was pushed already, rewrite the history and tell whoever is responsible for data protection. Show
aggregates instead of rows.

Source: Equal Experts MLOps playbook; GDPR article 4(1); ISO/IEC 7812-1 (Luhn), ISO 13616 (IBAN).]],
  check = function(ctx, cell)
    for _, output in ipairs(cell.outputs) do
      for _, mime in ipairs { "text/html", "text/plain", "stdout", "stderr" } do
        local body = output:text(mime)
        local what, n, first = nil, nil, nil
        if body then what, n, first = found_in(mime == "text/html" and text.without_tags(body) or body) end
        if what then
          local fix = { safety = "unsafe", title = "strip this cell's outputs", cell:strip() }
          ctx:report(output, "%d different %s (the first begins `%s...`) are shown here and will be in git for ever", n, what, first:sub(1, 3)):secret():fix(fix)
          return
        end
      end
    end
  end,
  tests = {
    bad = {
      { [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [{"name": "stdout", "output_type": "stream", "text": ["anna.berg@posteo.de\n", "tom@firma.at\n"]}], "source": ["print(df.email)"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]], message = "2 different e-mail addresses" },
      { [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [{"data": {"text/html": ["<td>DE89 3704 0044 0532 0130 00</td><td>GB82 WEST 1234 5698 7654 32</td>"]}, "execution_count": 1, "metadata": {}, "output_type": "execute_result"}], "source": ["df"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]], message = "bank account numbers" },
    },
    good = {
      [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [{"name": "stdout", "output_type": "stream", "text": ["a@b.com c@d.com b'\\x07anna@firma.at\\x07bert@firma.at'\n"]}], "source": ["x"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
      [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [{"name": "stdout", "output_type": "stream", "text": ["git@github.com:a/b.git user@example.com\n", "one@firma.at\n"]}], "source": ["x"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
      [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [{"name": "stdout", "output_type": "stream", "text": ["DE89 3704 0044 0532 0130 01 4111 1111 1111 1112 0.4111111111111111\n"]}], "source": ["x"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
      [[{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": ["to = ['anna.berg@posteo.de', 'tom@firma.at']"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}]],
    },
  },
}
