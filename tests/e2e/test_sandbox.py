"""Attacks on the sandbox: each ends within one second, with the rule named, the others' findings there, exit 2."""
import json
import resource
import time

from helpers import project, run

# A rule of the pack whose check is BODY, and one beside it that is woken after it in the same state.
RULE = """local rule = require "mlopslint.rule"
HEAD
return rule.call { code = "ORG001", name = "attack", severity = "warning", summary = "s", docs = "d", calls = { "builtins.open" },
  check = function(ctx, call)
    BODY
  end }
"""
NEIGHBOUR = """local rule = require "mlopslint.rule"
return rule.call { code = "ORG002", name = "neighbour", severity = "warning", summary = "s", docs = "d", calls = { "builtins.open" },
  check = function(ctx, call)
    local t = {}
    for i = 1, 2000 do t[i] = ("x"):rep(100) .. i end
    ctx:report(call, "%s %s", call.name, ("a.b"):gsub("%.", "/"))
  end }
"""
TRIGGER = """local rule = require "mlopslint.rule"
return rule.any { code = "ORG001", name = "attack", severity = "warning", summary = "s", docs = "d",
  on = { { WHEN, check = function(ctx, x) end } } }
"""
PYTHON = "import numpy as np\nopen('x')\nx == np.nan\nopen('y')\n" + "a = f(1)\n" * 200
LONG = PYTHON + "#" + "a" * 1000000 + "\n"

BUDGET = "than a rule may"

# Name: (what the check does, what the message says).
CHECKS = {
    "endless loop": ("while true do end", BUDGET),
    "goto loop": ("::again:: goto again", BUDGET),
    "pcall loop": ("while true do pcall(function() while true do end end) end", BUDGET),
    "pcall of itself": ("local function f() return pcall(f) end while true do f() end", BUDGET),
    "recursion": ("local function f() return 1 + f() end while true do pcall(f) end", BUDGET),
    "recursion through gsub": ("local function f() return (('a'):gsub('a', f)) end while true do pcall(f) end", BUDGET),
    "coroutine swarm": ("for i = 1, 1e9 do coroutine.wrap(function() while true do end end)() end", "nil value (global 'coroutine')"),
    "table bomb": ("local t = {} for i = 1, 1e9 do t[i] = {} end", BUDGET),
    "table bomb of strings": ("local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end", BUDGET),
    "memory at the brim": ("local t = {} while pcall(function() t[#t + 1] = ('x'):rep(1 << 20) .. #t end) do end\n"
                           "while true do pcall(function() return {} end) end", BUDGET),
    "string.rep": ("return ('x'):rep(1 << 40)", "string.rep of over 1 MiB"),
    "string.rep with separator": ("return (''):rep(1 << 40, 'x')", "string.rep of over 1 MiB"),
    "doubling": ("local s = 'x' while true do s = s .. s end", BUDGET),
    "doubling under pcall": ("while true do local s = 'x' pcall(function() while true do s = s .. s end end) end", BUDGET),
    "pattern backtracking": ("('a'):rep(400):find('.-.-.-.-.-b')", BUDGET),
    "pattern backtracking in gsub": ("('a'):rep(400):gsub('.*.*.*.*b', '')", BUDGET),
    "pattern backtracking in gmatch": ("for _ in ('a'):rep(400):gmatch('a-a-a-a-b') do end", BUDGET),
    "pattern of brackets": ("('('):rep(1 << 20):gsub('%b()', '')", BUDGET),
    "pattern with a huge set": ("('a'):rep(1 << 20):find('[' .. ('b'):rep(1 << 19) .. ']')", BUDGET),
    "regex backtracking": ("require('mlopslint.text').matches(('a'):rep(1 << 16), '(a|a)*(b|c)')", "takes too long"),
    "regex just under the limit": ("require('mlopslint.text').matches(('a'):rep(1 << 20), '(?:a|a){17}b')", BUDGET),
    "regexes without end": ("for i = 1, 1e9 do require('mlopslint.text').matches('x', 'a' .. i) end", BUDGET),
    "large regexes": ("for i = 1, 1e9 do require('mlopslint.text').matches('x', i .. '(?:[a-z]+|b){1,500}') end", BUDGET),
    "__gc": ("setmetatable({}, { __gc = function() while true do end end })", "__gc is not for rules"),
    "__gc later": ("local m = {} for i = 1, 1e9 do setmetatable({}, m) m.__gc = function() while true do end end end", "__gc is not for rules"),
    "__close": ("local m = {} local x <close> = setmetatable({}, m) m.__close = function() while true do end end", "non-closable value"),
    "weak keys in a chain": ("local m, keys, all = {}, {}, {} for i = 1, 60000 do keys[i] = {} all[i] = setmetatable({}, m) end m.__mode = 'k'\n"
                             "for i = 1, 59999 do all[(i * 7919) % 60000 + 1][keys[i]] = keys[i + 1] end\n"
                             "keys = { keys[1] } while true do local x = {} end", BUDGET),
    "__index loop": ("local t t = setmetatable({}, { __index = function(_, k) return t[k + 1] end }) while true do pcall(function() return t[1] end) end", BUDGET),
    "__index chain": ("local t = {} for i = 1, 1900 do t = setmetatable({}, { __index = t }) end while true do pcall(function() return t.x end) end", BUDGET),
    "__call chain": ("local f = function() end for i = 1, 1e5 do f = setmetatable({}, { __call = f }) end f()", "__call must be a function"),
    "__concat, __lt, __eq, __len": ("local m = {} local function f() while true do end end m.__concat = f m.__lt = f m.__eq = f m.__len = f\n"
                                    "local a, b = setmetatable({}, m), setmetatable({}, m)\n"
                                    "while true do pcall(function() return a .. b end) pcall(function() return a < b end) pcall(function() return a == b end) pcall(function() return #a end) end", BUDGET),
    "__tostring in an error": ("error(setmetatable({}, { __tostring = function() while true do end end }))", "an error that is no text"),
    "__tostring in a message": ("ctx:report(call, '%s', setmetatable({}, { __tostring = function() while true do end end }))", BUDGET),
    "string.dump": ("string.dump(function() end)", "nil value (field 'dump')"),
    "load": ("load('while true do end')()", "nil value (global 'load')"),
    "metatable of strings": ("getmetatable('').__index = nil", "nil value (global 'getmetatable')"),
    "setmetatable on a string": ("setmetatable('', {})", "table expected"),
    "debug, io, os": ("local x = debug or io or os or package x.exit()", "nil value"),
    "sort": ("local t = {} for i = 1, 1e6 do t[i] = i end while true do table.sort(t) end", BUDGET),
    "sort that never agrees": ("local t = {} for i = 1, 1e5 do t[i] = i end table.sort(t, function() return true end)", "invalid order function"),
    "pairs of many": ("local t = {} for i = 1, 1e6 do t[i] = i end while true do pairs(t) end", BUDGET),
    "pairs of an emptied table": ("local t = {} for i = 1, 5e5 do t['k' .. i] = i end for i = 1, 5e5 do t['k' .. i] = nil end while true do pairs(t) end", BUDGET),
    "unpack": ("while true do pcall(table.unpack, {}, 1, 9e5) end", BUDGET),
    "unpack of too many": ("table.unpack({}, 1, 1 << 60)", BUDGET),
    "concat of nothing": ("table.concat(setmetatable({}, { __index = function() return '' end }), '', 1, 1 << 60)", BUDGET),
    "varargs": ("local function f(...) while true do local n = select('#', ...) end end f(table.unpack({}, 1, 2e5))", BUDGET),
    "equal long strings": ("local a = ('x'):rep(1 << 20) for i = 1, 4 do a = a .. a end local b = a:sub(1, -2) .. 'x' while a == b do end", BUDGET),
    "ordered long strings": ("local a = ('x\\0'):rep(1 << 19) local b = a:sub(1, -2) .. 'y' while a < b do end", BUDGET),
    "string to number": ("local a = ('1'):rep(1 << 20) while true do pcall(function() return a + 1 end) end", BUDGET),
    "utf8": ("local a = ('x'):rep(1 << 20) while true do utf8.len(a) end", BUDGET),
    "format": ("while true do ('%99.99f'):format(1e308) end", BUDGET),
    "format %q": ("local a = ('\\0'):rep(1 << 20) while true do ('%q'):format(a) end", BUDGET),
    "huge message": ("local x = ('x'):rep(1 << 20) while true do ctx:report(call, x) end", BUDGET),
    "reports without end": ("while true do ctx:report(call, 'x') end", BUDGET),
    "related without end": ("local r = ctx:report(call, 'x') while true do r:related(call, 'y') end", BUDGET),
    "edits without end": ("local e = {} for i = 1, 2e6 do e[i] = { at = { path = 'a.py' }, text = '' } end e.title = 't'\n"
                          "while true do ctx:report(call, 'x'):fix(e) end", BUDGET),
    "one edit many times": ("local e, one = { title = 't' }, call:replace(('x'):rep(1 << 20)) for i = 1, 1e5 do e[i] = one end ctx:report(call, 'x'):fix(e)", BUDGET),
    "locations without end": ("while true do call:location() end", BUDGET),
    "nested descendants": ("local n = ctx.root while true do for _, d in ipairs(n:descendants 'call') do d:descendants 'identifier' end end", BUDGET),
    "descendants of all": ("while true do ctx.root:descendants 'nothing' end", BUDGET),
    "facts with cycles": ("local t = {} t.t = t return t", "nested too deep"),
    "facts that unfold": ("local t = {1} for i = 1, 29 do t = { t, t } end return t", "a fact is too large"),
    "globs": ("local glob = require('mlopslint.text').glob while true do glob(('a/'):rep(1 << 11), ('**/a/'):rep(800) .. 'b') end", BUDGET),
    "names": ("local is = require('mlopslint.text').name_matches while true do is(('a'):rep(1 << 18), ('*a'):rep(1 << 8) .. 'b') end", BUDGET),
    "require of a path": ("require('/etc/passwd')", "there is no module"),
    "require of a path in the library": ("require('mlopslint.../../README')", "there is no module"),
    "hand-made self": ("call.location({})", "a place in the file is needed"),
    "another kind as self": ("call.location(ctx) call.argument(ctx, 'x')", "a report is not a place"),
    "report of a closed report": ("ctx:report({ path = 'a.py' }, 'x')", "a place in the file is needed"),
    "NaN as an index": ("ctx:range(0/0, 1)", "no integer representation"),
    "negative range": ("ctx:range(-1, 1 << 62)", "outside the file"),
}

# Name: (the whole file, what the message says).
FILES = {
    "100k nested brackets": ("return " + "(" * 100000 + "1" + ")" * 100000, "C stack overflow"),
    "nested functions": ("return function() " * 50000, "C stack overflow"),
    "a million constants": ("return {" + ",".join(map(str, range(140000))) + "}", "a rule file returns"),
    "a huge string": ("return '" + "x" * 1000000 + "'", "a rule file returns"),
    "a file over the limit": ("return '" + "x" * 2000000 + "'", "larger than"),
    "labels": ("".join(f"::l{i}::do end " for i in range(32000)) + "x(", "unexpected symbol near <eof>"),
    "names looked up through levels": ("".join(
        "local " + ",".join(f"v{level}x{i}" for i in range(190)) + " = 1 return function() " for level in range(60)) + "x=x " * 200000, "than a rule may"),
    "a regex that does not compile": (TRIGGER.replace("WHEN", 'regex = "(a"'), "does not compile"),
    "a path that does not compile": (TRIGGER.replace("WHEN", 'formats = { "yaml" }, select = "a[["'), 'path "a[["'),
    "a regex trigger just under the limit": (TRIGGER.replace("WHEN", 'regex = "(?:a|a){16}b"'), "took too long"),
    "a literal of a megabyte": (TRIGGER.replace("WHEN", 'calls = { "x" }, needs = { ("x"):rep(1 << 20) }'), "at most"),
    "names without end": ("local n = {} for i = 1, 200000 do n[i] = 'k' .. i end\n" + TRIGGER.replace("WHEN", "calls = n"), "at most"),
    "bytecode": (b"\x1bLua\x54\x00\x19\x93\r\n\x1a\n\x04\x08\x08xV", "a.lua"),
    "endless while loaded": ("while true do end", BUDGET),
    "memory while loaded": ("local t = {} while true do t[#t + 1] = ('x'):rep(10000) end", BUDGET),
    "an error object while loaded": ("error(setmetatable({}, { __tostring = function() error('again') end }))", "an error that is no text"),
}


def check(files, said):
    """Runs the program over an attack; returns its processor and wall seconds."""
    with project({"mlopslint.toml": 'rule-packs = ["lint"]\n', "lint/n.lua": NEIGHBOUR, "x.py": LONG, **files}) as folder:
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = run("check", "--format", "json", cwd=folder)
        wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        found = json.loads(done.stdout)
        codes = [(finding["code"], finding["start"]["line"]) for finding in found["findings"]]
        assert ("FIT050", 3) in codes and ("ORG002", 2) in codes and ("ORG002", 4) in codes, codes
        assert "ORG001" not in dict(codes), codes
        assert done.returncode == 2, done.returncode
        message = " ".join(error["path"] + ": " + error["message"] for error in found["errors"])
        assert ("lint/a.lua" in message or "ORG001" in message) and said in message, message[:500]
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall, after.ru_maxrss


def attack(name, files, said):
    processor, wall, _ = check(files, said)
    print(f"{processor:6.3f} s of the processor, {wall:6.3f} s in all: {name}")
    assert processor < 1, f"{name}: {processor:.3f} s"


def test_checks():
    for name, (body, said) in CHECKS.items():
        try:
            attack(name, {"lint/a.lua": RULE.replace("HEAD", "").replace("BODY", body)}, said)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from None


def test_files():
    for name, (text, said) in FILES.items():
        try:
            attack(name, {"lint/a.lua": text}, said)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from None


PLACE = """local function place(path)
  return { path = path, span_start = 0, span_end = 5, start = { line = 1, column = 1, column16 = 1 }, stop = { line = 1, column = 6, column16 = 6 }, cell = 0 }
end
"""
# The second time, when x.py is repaired, nothing is found, so that the repair is done.
OF_A_CHECK = "if not ctx.text:find 'isnan' then local at = place 'VICTIM' WAY end"
OF_A_FINISH = """local rule = require "mlopslint.rule"
return rule.project { code = "ORG001", name = "attack", severity = "warning", summary = "s", docs = "d",
  collect = { { calls = { "builtins.open" }, fact = function(ctx, call) return { at = call:location(), text = ctx.text } end } },
  finish = function(ctx, facts)
    for fact in facts:all() do
      if not fact.text:find "isnan" then local at = place "VICTIM" WAY end
    end
  end }
"""
WAYS = {
    "report": "ctx:report_at(at, 'x'):fix { safety = 'safe', title = 't', { at = at, text = 'OWNED' } }",
    "edit": "ctx:report_at(HERE, 'x'):fix { safety = 'safe', title = 't', { at = at, text = 'OWNED' } }",
    "related": "ctx:report_at(HERE, 'x'):related(at, 'y')",
}


def test_rules_write_and_name_no_other_file():
    for victim in "../victim.txt", "ABSOLUTE", "data.txt", ".git/config", "lint/a.lua", "nowhere.py", "y.py":
        for kind, way in WAYS.items():
            for finish in False, True:
                if finish and victim == "y.py":
                    continue  # a file of the check: what a project rule is for
                with project({"p/mlopslint.toml": 'rule-packs = ["lint"]\n', "p/x.py": PYTHON, "p/y.py": "print(1)\n", "p/.git/config": "[core]\n",
                              "p/data.txt": "hello world\n", "p/lint/a.lua": "", "victim.txt": "hello world\n"}) as folder:
                    text = OF_A_FINISH if finish else RULE.replace("HEAD", "").replace("BODY", OF_A_CHECK)
                    text = text.replace("WAY", way).replace("HERE", "fact.at" if finish else "call:location()")
                    rule = PLACE + text.replace("VICTIM", str(folder / "victim.txt") if victim == "ABSOLUTE" else victim)
                    (folder / "p/lint/a.lua").write_text(rule)
                    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "x.py"}
                    for options in ["--diff", "--unsafe-fixes"], ["--format", "json"], ["--fix", "--unsafe-fixes"]:
                        done = run("check", *options, cwd=folder / "p")
                        assert "hello" not in done.stdout and "OWNED" not in done.stdout, (victim, kind, done.stdout)
                    after = {path: path.read_bytes() for path in before}
                    assert before == after and set(after) == {path for path in folder.rglob("*") if path.is_file() and path.name != "x.py"}, (victim, kind, finish)


def test_places_that_no_file_has_are_refused():
    """Hand-made lines and spans would reach every format: line 0, an end before its start."""
    for change in ("at.start.line = 0", "at.stop.column16 = -1", "at.stop = { line = 1, column = 1, column16 = 1 }",
                   "at.span_start = at.span_end + 1", "at.span_end = 4.5", "at.span_end = 1 << 40"):
        body = f"local at = call:location() {change} ctx:report_at(at, 'x')"
        with project({"mlopslint.toml": 'rule-packs = ["lint"]\n', "lint/a.lua": RULE.replace("HEAD", "").replace("BODY", body), "x.py": PYTHON}) as folder:
            done = run("check", "--format", "json", cwd=folder)
            found = json.loads(done.stdout)
            assert [f["code"] for f in found["findings"]] == ["FIT050"] and done.returncode == 2, (change, found["findings"])
            assert "a location is needed, as location() gives it" in found["errors"][0]["message"], (change, found["errors"])
    body = "ctx:report_at({ path = ctx.path }, 'x')"
    with project({"mlopslint.toml": 'rule-packs = ["lint"]\n', "lint/a.lua": RULE.replace("HEAD", "").replace("BODY", body), "x.py": PYTHON}) as folder:
        assert ("ORG001", 1) in [(f["code"], f["start"]["line"]) for f in json.loads(run("check", "--format", "json", cwd=folder).stdout)["findings"]]


def test_made_up_places_are_told():
    for finish, said in (False, "a place in another file"), (True, "which is no file that this check reads"):
        text = OF_A_FINISH if finish else RULE.replace("HEAD", "").replace("BODY", OF_A_CHECK)
        text = PLACE + text.replace("WAY", WAYS["report"]).replace("VICTIM", "../victim.txt")
        with project({"mlopslint.toml": 'rule-packs = ["lint"]\n', "lint/a.lua": text, "x.py": PYTHON}) as folder:
            done = run("check", "--format", "json", cwd=folder)
            found = json.loads(done.stdout)
            assert said in found["errors"][0]["message"] and found["errors"][0]["path"] == "lint/a.lua", found["errors"]
            assert [f["code"] for f in found["findings"]] == ["FIT050"] and done.returncode == 2
