"""Rules of an organisation: from a folder named in the configuration to findings, and what a broken one does."""
import json

from helpers import project, run

RULE = """local rule = require "mlopslint.rule"
return rule.call {
  code = "ORG001", name = "no-bare-read-csv", severity = "warning",
  summary = "column types are left to chance", docs = [[Types guessed from the data change with the data.]],
  calls = { "pandas.read_csv" },
  check = function(ctx, call)
    if not call:argument "dtype" then ctx:report(call, "`%s` guesses the column types", call.name) end
  end,
  tests = { bad = { "import pandas as pd\\npd.read_csv('x.csv')  # expect: ORG001" },
            good = { "import pandas as pd\\npd.read_csv('x.csv', dtype=t)" } },
}
"""
FILES = {"mlopslint.toml": 'rule-packs = ["lint"]\n', "lint/read.lua": RULE,
         "x.py": "import pandas as pd\nfrom numpy import nan\npd.read_csv('a')\nx == nan\n"}


def report(folder):
    done = run("check", "--format", "json", cwd=folder)
    return done, json.loads(done.stdout)


def codes(found):
    return [(finding["code"], finding["start"]["line"]) for finding in found["findings"]]


def test_a_pack_is_equal_to_built_in_rules():
    with project(FILES) as folder:
        done, found = report(folder)
        assert codes(found) == [("ORG001", 3), ("FIT050", 4)], codes(found)
        assert done.returncode == 1
        assert "Types guessed" in run("explain", "ORG001", cwd=folder).stdout
        assert run("rule", "test", "ORG001", cwd=folder).stdout.endswith("2 passed, 0 failed\n")
        assert "ORG001" not in run("check", "--isolated", cwd=folder).stdout


def test_a_broken_rule_is_named_and_the_others_run():
    with project({**FILES, "lint/bad.lua": "return rule.call {"}) as folder:
        done, found = report(folder)
        assert codes(found) == [("ORG001", 3), ("FIT050", 4)]
        assert [error["path"] for error in found["errors"]] == ["lint/bad.lua"], found["errors"]
        assert done.returncode == 2


def test_a_rule_that_fails_is_skipped():
    raising = RULE.replace("ORG001", "ORG002").replace("no-bare", "raising").replace("if not", "error 'oops' if not")
    with project({**FILES, "lint/raising.lua": raising}) as folder:
        done, found = report(folder)
        assert codes(found) == [("ORG001", 3), ("FIT050", 4)]
        assert "rule ORG002 failed and was skipped" in found["errors"][0]["message"]
        assert "oops" in found["errors"][0]["message"]
        assert done.returncode == 2


def test_a_missing_pack_is_an_error():
    with project({**FILES, "mlopslint.toml": 'rule-packs = ["nowhere"]\n'}) as folder:
        done, found = report(folder)
        assert found["errors"][0]["path"] == "nowhere", found["errors"]
        assert done.returncode == 2
