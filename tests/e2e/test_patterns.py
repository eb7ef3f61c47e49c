"""Pattern rules: a pack of twelve of all kinds, and what is said when a pattern is wrong or meets hostile code."""
import shutil

from helpers import ROOT, notebook, project, run

PACK = ROOT / "tests" / "e2e" / "packs" / "patterns"
RULE = """local rule = require "mlopslint.rule"
return rule.pattern {
  code = "ORG001", name = "org-rule", severity = "warning", summary = "s", docs = "d",
  %s,
  tests = { bad = { "f(1)" } },
}
"""


def with_rule(fields, python, *arguments):
    """What `check` says of a.py with one rule of these fields; its standard error first."""
    files = {"mlopslint.toml": 'rule-packs = ["lint"]\nselect = ["ORG001"]\n', "lint/r.lua": RULE % fields, "a.py": python}
    with project(files) as folder:
        done = run("check", *arguments, "a.py", cwd=folder)
        return done, (folder / "a.py").read_text()


def test_the_examples_of_all_pattern_rules_hold():
    with project({"mlopslint.toml": 'rule-packs = ["patterns"]\n'}) as folder:
        shutil.copytree(PACK, folder / "patterns")
        codes = [f"PAT{number:03}" for number in range(1, len(list(PACK.glob("*.lua"))) + 1)]
        done = run("rule", "test", *codes, cwd=folder)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout == "32 passed, 0 failed\n"


def test_a_broken_pattern_is_told_with_its_rule_and_place():
    done, _ = with_rule('pattern = "f($x)", message = "m"', "f(1)\n")
    assert done.returncode == 2
    assert "lint/r.lua" in done.stderr
    assert "pattern 'f($x)': line 1, column 3: a metavariable is written in capitals, as in $X or $...ARGS" in done.stderr


def test_fields_of_patterns_are_checked():
    for fields, message in [('pattern = "$X", message = "m"', "pattern '$X' takes any code"),
                            ('pattern = "f($X)"', "has no check"),
                            ('pattern = "f($X)", message = "m", where = { Y = "a" }', "no pattern of this rule has a metavariable 'Y'"),
                            ('pattern = "f($X)", message = "m", where = { X = "(" }', "the regex does not compile at 1"),
                            ('pattern = "f($X)", message = "m", where = { X = { over = 1 } }', "`where` must be"),
                            ('pattern = "f($X)", message = "m", focus = "$Z"', "no pattern of this rule has a metavariable '$Z'"),
                            ('message = "m"', "rule.pattern needs `pattern`")]:
        done, _ = with_rule(fields, "f(1)\n")
        assert done.returncode == 2 and message in done.stderr, done.stderr


def test_messages_and_fixes_have_the_code_in_them():
    fields = 'pattern = "f($X, $...REST)", message = "`$X` and $...REST, not $Y", fix = { safety = "safe", "g($...REST, x=$X)" }'
    done, text = with_rule(fields, "f(a + b, 1, *c)\n", "--fix")
    assert text == "g(1, *c, x=a + b)\n"
    done, _ = with_rule(fields, "f(a + b, 1, *c)\n")
    assert "org-rule: `a + b` and 1, *c, not $Y\n" in done.stdout
    assert "help: replace by `g(1, *c, x=a + b)`" in done.stdout


def test_hostile_code_in_a_message_is_one_harmless_line():
    done, _ = with_rule('pattern = "f($X)", message = "`$X`"', 'f("""\x1b[31m\n' + "x" * 500 + '""")\n')
    message = done.stdout.split("\n")[0]
    assert "\x1b" not in message and len(message) < 200


def test_what_a_metavariable_may_stand_for():
    python = "f('a.csv', 3)\nf('b.txt', 3)\nf('c.csv', 11)\nN = 4\nP = 'd.csv'\nf(P, N)\nf(x.csv, n)\n"
    done, _ = with_rule('pattern = "f($P, $N)", message = "m", where = { P = "[.]csv$", N = { least = 3, most = 10 } }', python)
    assert [line for line in done.stdout.split("\n") if line.startswith(" -->")] == [" --> a.py:1:1", " --> a.py:6:1"]


def test_a_function_may_judge_and_nodes_may_be_asked():
    fields = ('pattern = "$F($X)", message = "m", focus = "$X",\n'
              '  where = { F = "^f$", function(m) return m.X:matches "[...]" and not m.node:inside "def $G(...): ..." end }')
    done, _ = with_rule(fields, "f([1])\nf(1)\ndef g():\n  f([2])\n")
    assert [line for line in done.stdout.split("\n") if line.startswith(" -->")] == [" --> a.py:1:3"]


def test_a_match_is_told_once():
    done, _ = with_rule('pattern = { "f($X)", "$F(1)", "f(...)" }, message = "m"', "f(1)\n")
    assert done.stdout.count("[ORG001]") == 1


def test_a_pattern_over_its_budget_is_named():
    python = "f(" + "".join(f"a{i}, " for i in range(3000)) + "z)  # b\n"
    done, _ = with_rule('pattern = "f(..., $X, ..., $Y, ..., $Z, ..., b)", message = "m"', python)
    assert done.returncode == 2
    assert "rule ORG001 was not fully applied to a.py: its patterns took too long there" in done.stderr


def test_matches_and_nodes_end_with_their_file():
    rule = ('local kept\nlocal rule = require "mlopslint.rule"\nreturn rule.pattern {\n'
            '  code = "ORG001", name = "org-rule", severity = "warning", summary = "s", docs = "d", pattern = "f($X)",\n'
            '  check = function(ctx, m)\n    if kept then ctx:report(m, "%s", kept.X.text) end\n    kept = m\n  end,\n'
            '  tests = { bad = { "f(1)" } },\n}\n')
    files = {"mlopslint.toml": 'rule-packs = ["lint"]\nselect = ["ORG001"]\n', "lint/r.lua": rule, "a.py": "f(1)\n", "b.py": "f(2)\n"}
    with project(files) as folder:
        done = run("check", "--jobs", "1", "a.py", "b.py", cwd=folder)
    assert done.returncode == 2
    assert "this mlopslint.match belongs to a file that is closed" in done.stderr


def test_patterns_know_the_cells_of_a_notebook():
    files = {"mlopslint.toml": 'rule-packs = ["lint"]\nselect = ["ORG001"]\n',
             "lint/r.lua": RULE % 'pattern = "torch.load($P)", message = "`$P`"',
             "a.ipynb": notebook("%matplotlib inline\nfrom torch import load", "x = load('m.pt')")}
    with project(files) as folder:
        done = run("check", "a.ipynb", cwd=folder)
    assert done.stdout.startswith("warning[ORG001] org-rule: `'m.pt'`\n --> a.ipynb: cell 2, line 1 ")
