"""`rule test`: examples that hold, and every way in which one can fail."""
from contextlib import contextmanager

from helpers import project, run

RULE = """local rule = require "mlopslint.rule"
return rule.call {
  code = "ORG001", name = "no-read-csv", severity = "warning",
  summary = "no CSV", docs = [[Why.]],
  calls = { "pandas.read_csv" },
  options = { limit = { type = "integer", default = 1, help = "arguments that may stand" } },
  check = function(ctx, call)
    local second = call:argument("sep", 2)
    if second and ctx.options.limit < 2 then
      ctx:report(call, "`%%s` has too many arguments", call.name)
        :fix { safety = "safe", title = "go", second:remove() }
    end
  end,
  tests = { %s },
}
"""
BAD = 'bad = { "import pandas as pd\\npd.read_csv(a, b)  # expect: ORG001" }'


def rule_test(tests, *arguments):
    with project({"mlopslint.toml": 'rule-packs = ["lint"]\n', "lint/read.lua": RULE % tests}) as folder:
        return run("rule", "test", *(arguments or ("ORG001",)), cwd=folder)


def test_examples_that_hold():
    done = rule_test(BAD + ', good = { "import pandas as pd\\npd.read_csv(a)" }')
    assert (done.returncode, done.stdout, done.stderr) == (0, "2 passed, 0 failed\n", "")


def test_a_finding_that_does_not_come():
    done = rule_test('bad = { "import pandas as pd\\n# expect-next: ORG001\\npd.read_csv(a)" }')
    assert done.returncode == 1
    assert "ORG001 no-read-csv: bad example 1\n" in done.stdout
    assert "not found:    ORG001 at example.py:3\n" in done.stdout
    assert "    3 | pd.read_csv(a)\n" in done.stdout
    assert done.stdout.endswith("0 passed, 1 failed\n")


def test_a_finding_that_was_not_expected():
    done = rule_test(BAD + ', good = { "import pandas as pd\\npd.read_csv(a, b)" }')
    assert done.returncode == 1
    assert "good example 1" in done.stdout
    assert "not expected: ORG001 at example.py:2:1-18\n" in done.stdout
    assert done.stdout.endswith("1 passed, 1 failed\n")


def test_a_bad_example_without_marks_needs_one_finding():
    assert rule_test('bad = { "import pandas as pd\\npd.read_csv(a, b)" }').returncode == 0
    done = rule_test('bad = { "import pandas as pd\\npd.read_csv(a)" }')
    assert "expected a finding, found none" in done.stdout


def test_the_message_must_hold_the_words():
    bad = 'bad = {{ {{ "import pandas as pd\\npd.read_csv(a, b)", message = "{}" }} }}'
    assert rule_test(bad.format("too many")).returncode == 0
    done = rule_test(bad.format("too few"))
    assert done.returncode == 1
    assert "no message holds: too few" in done.stdout


def test_the_fixed_text_must_come_out():
    bad = 'bad = {{ {{ "import pandas as pd\\npd.read_csv(a, b)  # expect: ORG001", fixed = "{}" }} }}'
    assert rule_test(bad.format("import pandas as pd\\npd.read_csv(a)")).returncode == 0
    done = rule_test(bad.format("import pandas as pd\\npd.read_csv(a, 3)"))
    assert "      -pd.read_csv(a, 3)\n" in done.stdout
    assert "      +pd.read_csv(a)\n" in done.stdout


def test_a_fix_that_never_comes_to_rest_is_told():
    with project({"mlopslint.toml": 'rule-packs = ["lint"]\n', "lint/read.lua": (RULE % BAD).replace("second:remove()", 'second:replace "2"')}) as folder:
        done = run("rule", "test", "ORG001", cwd=folder)
        assert done.returncode == 1
        assert "a fix was refused: it would break the syntax, or never comes to rest: example.py" in done.stdout


def test_a_fix_that_breaks_the_syntax_is_told():
    with project({"mlopslint.toml": 'rule-packs = ["lint"]\n', "lint/read.lua": (RULE % BAD).replace("second:remove()", 'second:replace "("')}) as folder:
        assert "a fix was refused: it would break the syntax" in run("rule", "test", "ORG001", cwd=folder).stdout


def test_options_of_an_example_reach_the_rule():
    example = '{ "import pandas as pd\\npd.read_csv(a, b)", options = { limit = 2 } }'
    done = rule_test(BAD + f", good = {{ {example} }}")
    assert done.stdout == "2 passed, 0 failed\n", done.stdout


def test_a_rule_needs_a_bad_example():
    done = rule_test('good = { "x = 1" }')
    assert done.returncode == 1
    assert "has no bad example" in done.stdout


# --- files beside the rule -------------------------------------------------------------------------------------------

CALL = "import pandas as pd\n"


@contextmanager
def beside(files, rule=RULE % BAD):
    """A pack with the rule lint/rules/read.lua and these files in lint/rules/."""
    files = {f"lint/rules/{path}": text for path, text in files.items()}
    with project({"mlopslint.toml": 'rule-packs = ["lint/rules"]\n', "lint/rules/read.lua": rule, **files}) as folder:
        yield folder


def test_files_beside_a_rule_are_tests():
    with beside({"read.test.py": CALL + "pd.read_csv(a, b)  # expect: ORG001\n",
                 "read.test/a.py": CALL + "# expect-next: ORG001[5-22] \"too many\"\nx = pd.read_csv(a, b)\n",
                 "read.test/good.py": CALL + "pd.read_csv(a)\n",
                 "reader.test/c.py": "no test of this rule ("}) as folder:
        done = run("rule", "test", cwd=folder)
        assert (done.returncode, done.stderr) == (0, "")
        assert run("rule", "test", "lint/rules", cwd=folder).stdout == "4 passed, 0 failed\n"
        # What shows that a rule is bad is no finding of the project.
        assert run("check", cwd=folder).stdout.startswith("All clear: 1 file")


def test_every_finding_of_a_file_beside_must_be_expected():
    with beside({"read.test/a.py": CALL + "pd.read_csv(a, b)\npd.read_csv(a, b)  # expect: ORG001[1-4]\n"}) as folder:
        done = run("rule", "test", "ORG001", cwd=folder)
        assert done.returncode == 1
        assert "ORG001 no-read-csv: lint/rules/read.test/a.py\n" in done.stdout
        assert "not expected: ORG001 at a.py:2:1-18\n" in done.stdout
        assert "not found:    ORG001 at a.py:3:1-4\n" in done.stdout


def test_known_misses_are_counted_and_promoted():
    with beside({"read.test/a.py": CALL + "f(b)  # todo: ORG001\n"}) as folder:
        done = run("rule", "test", "ORG001", cwd=folder)
        assert (done.returncode, done.stdout) == (0, "ORG001 no-read-csv: lint/rules/read.test/a.py\n    todo: ORG001 at a.py:2\n2 passed, 0 failed, 1 todo\n")
        (folder / "lint/rules/read.test/a.py").write_text(CALL + "pd.read_csv(a, b)  # todo: ORG001\n")
        done = run("rule", "test", "ORG001", cwd=folder)
        assert done.returncode == 1
        assert "found by now: write expect instead of todo for ORG001 at a.py:2" in done.stdout


def test_a_fixed_file_beside_is_compared_and_updated():
    with beside({"read.test/a.py": CALL + "pd.read_csv(a, b)  # expect: ORG001\n", "read.test/a.py.fixed": CALL + "pd.read_csv(b)\n"}) as folder:
        done = run("rule", "test", "ORG001", cwd=folder)
        assert done.returncode == 1
        assert "      -pd.read_csv(b)\n      +pd.read_csv(a)\n" in done.stdout
        done = run("rule", "test", "-u", "ORG001", cwd=folder)
        assert done.returncode == 0
        assert "    wrote lint/rules/read.test/a.py.fixed\n" in done.stdout
        assert (folder / "lint/rules/read.test/a.py.fixed").read_text() == CALL + "pd.read_csv(a)\n"
        assert run("rule", "test", "ORG001", cwd=folder).stdout == "2 passed, 0 failed\n"


def test_a_folder_beside_is_one_project_with_its_own_options():
    with beside({"read.test/big/src/a.py": CALL + "pd.read_csv(a, b)\n", "read.test/big/b.py": "x = 1\n",
                 "read.test/big/mlopslint.toml": "[rules.ORG001]\nlimit = 2\n"}) as folder:
        assert run("rule", "test", "ORG001", cwd=folder).stdout == "2 passed, 0 failed\n"


JSON_RULE = """return require("mlopslint.rule").document {
  code = "ORG002", name = "no-debug", severity = "warning", summary = "s", docs = "d", formats = "json", select = "debug",
  message = "no debug", %s
}
"""


def test_files_without_comments_have_a_list_beside_them():
    with beside({"json.lua": JSON_RULE % "", "json.test/a.json": '{\n  "debug": true\n}\n', "json.test/a.json.expect": "2: ORG002[12-16]\n"}) as folder:
        assert run("rule", "test", "ORG002", cwd=folder).stdout == "1 passed, 0 failed\n"
    example = """tests = { bad = { { '{"debug": true}', expect = "1: ORG002" } } }"""
    with beside({"json.lua": JSON_RULE % example}) as folder:
        assert run("rule", "test", "ORG002", cwd=folder).stdout == "1 passed, 0 failed\n"
        (folder / "lint/rules/json.lua").write_text(JSON_RULE % example.replace("1: ", "2: "))
        assert "not found:    ORG002 at example.json:2\n" in run("rule", "test", "ORG002", cwd=folder).stdout


def test_paths_choose_rules_and_need_no_configuration():
    files = {"lint/a.lua": RULE % BAD, "lint/sub/json.lua": JSON_RULE % "", "lint/sub/json.test/a.json": "{}",
             "lint/sub/json.test/a.json.expect": ""}
    with project(files) as folder:
        assert run("rule", "test", "lint/a.lua", cwd=folder).stdout == "1 passed, 0 failed\n"
        assert run("rule", "test", "lint", cwd=folder).stdout == "ORG002 no-debug: has no bad example\n\n2 passed, 1 failed\n"
        assert run("rule", "test", "lint/sub/json.test/a.json", cwd=folder).stdout.endswith("1 passed, 1 failed\n")
        done = run("rule", "test", "ORG001", cwd=folder)
        assert (done.returncode, done.stderr.startswith("error: no rule 'ORG001'")) == (2, True)
        (folder / "empty").mkdir()
        assert run("rule", "test", "empty", cwd=folder).stderr == "error: empty: holds no rule\n"


def test_a_rule_that_fails_shows_what_called_what():
    helper = "local M = {}\nfunction M.look(call)\n  return call.nam .. 'x'\nend\nreturn M\n"
    rule = RULE.replace("  check =", "  needs = {},\n  check =").replace('local second = call:argument("sep", 2)', "local name = require('names').look(call)") % BAD
    with beside({"lib/names.lua": helper}, rule.replace("second and", "name and").replace("second:remove()", "call:remove()")) as folder:
        done = run("rule", "test", "ORG001", cwd=folder)
        assert "rule ORG001 failed and was skipped for example.py: lint/rules/lib/names.lua:3: " in done.stdout
        assert "no field or method 'nam'; the nearest known is 'name'" in done.stdout
        assert "       at lint/rules/lib/names.lua:3: in field 'look'\n           at lint/rules/read.lua:9: in the rule\n" in done.stdout


def test_all_rules_of_ours_hold():
    done = run("rule", "test")
    assert done.returncode == 0, done.stdout
