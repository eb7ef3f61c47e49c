"""`rule test`: examples that hold, and every way in which one can fail."""
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
        :fix { safety = "safe", title = "go", second:replace "2" }
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
    assert "not found:    ORG001 at " in done.stdout
    assert ", line 3\n" in done.stdout
    assert "    3 | pd.read_csv(a)\n" in done.stdout
    assert done.stdout.endswith("0 passed, 1 failed\n")


def test_a_finding_that_was_not_expected():
    done = rule_test(BAD + ', good = { "import pandas as pd\\npd.read_csv(a, b)" }')
    assert done.returncode == 1
    assert "good example 1" in done.stdout
    assert "not expected: ORG001 at " in done.stdout
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
    assert "but is:" in rule_test(bad.format("import pandas as pd\\npd.read_csv(a, 3)")).stdout


def test_options_of_an_example_reach_the_rule():
    example = '{ "import pandas as pd\\npd.read_csv(a, b)", options = { limit = 2 } }'
    done = rule_test(BAD + f", good = {{ {example} }}")
    assert done.stdout == "2 passed, 0 failed\n", done.stdout


def test_a_rule_needs_a_bad_example():
    done = rule_test('good = { "x = 1" }')
    assert done.returncode == 1
    assert "has no bad example" in done.stdout


def test_all_rules_of_ours_hold():
    done = run("rule", "test")
    assert done.returncode == 0, done.stdout
