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


def test_every_command_takes_another_configuration_or_none():
    with project({**FILES, "other/mlopslint.toml": 'rule-packs = ["../lint"]\n[severity]\nORG001 = "error"\n',
                  "mlopslint.toml": ""}) as folder:
        config, commands = ["--config", "other/mlopslint.toml"], (["rules"], ["explain"], ["rule", "test"])
        for words in commands:
            assert run(*words, "ORG001", cwd=folder).returncode == 2, words
            assert run(*words, "ORG001", *config, cwd=folder).returncode == 0, words
            both = run(*words, "ORG001", *config, "--isolated", cwd=folder)
            assert both.returncode == 2 and "--config and --isolated exclude each other" in both.stderr, both.stderr
        assert "Severity here: error (other/mlopslint.toml:3)" in run("explain", "ORG001", *config, cwd=folder).stdout
        (folder / "mlopslint.toml").write_text("rule-packs = [")
        for words in commands:
            assert run(*words, "FIT050", cwd=folder).returncode == 2, words
            done = run(*words, "FIT050", "--isolated", cwd=folder)
            assert (done.returncode, done.stderr) == (0, ""), done.stderr
        alone = run("rule", "test", "lint/read.lua", "--isolated", cwd=folder)
        assert alone.stdout == "2 passed, 0 failed\n", alone


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


def test_a_rule_that_fails_in_one_file_goes_on_in_the_others():
    raising = RULE.replace("if not", "if ctx.path == 'x.py' then error 'oops' end if not")
    with project({**FILES, "lint/read.lua": raising, "y.py": FILES["x.py"], "a.py": FILES["x.py"]}) as folder:
        for jobs in "1", "4":
            done = run("check", "--select", "ORG001", "--format", "json", "--jobs", jobs, cwd=folder)
            found = json.loads(done.stdout)
            assert [finding["path"] for finding in found["findings"]] == ["a.py", "y.py"], found["findings"]
            assert "rule ORG001 failed and was skipped for x.py" in found["errors"][0]["message"]
            assert done.returncode == 2


def same_with_any_jobs(folder):
    """The report without its seconds; the same for each number of workers."""
    outputs = []
    for jobs in "1", "4", "4", "2":
        found = json.loads(run("check", "--format", "json", "--jobs", jobs, cwd=folder).stdout)
        found["summary"].pop("seconds")
        outputs.append(found)
    assert all(each == outputs[0] for each in outputs)
    return outputs[0]


def test_a_rule_that_fails_in_many_files_is_told_once():
    raising = RULE.replace("if not", "if ctx.path:find '[13579].py' then error 'oops' end if not")
    with project({**FILES, "lint/read.lua": raising, **{f"f{n:02}.py": FILES["x.py"] for n in range(30)}}) as folder:
        found = same_with_any_jobs(folder)
        assert [error["message"] for error in found["errors"]] == [
            "rule ORG001 failed and was skipped for f01.py and 14 more files: line 7: oops"], found["errors"]
        assert [f["path"] for f in found["findings"] if f["code"] == "ORG001"] == [f"f{n:02}.py" for n in range(0, 30, 2)] + ["x.py"]


def test_a_rule_that_fails_in_too_many_files_rests():
    raising = RULE.replace("if not", "if ctx.path:find '[13579].py' then error 'oops' end if not")
    text = FILES["x.py"] + "pd.read_csv('b')  # mlopslint: ignore[ORG001] ours\n"
    with project({**FILES, "lint/read.lua": raising, **{f"f{n:03}.py": text for n in range(200)}}) as folder:
        found = same_with_any_jobs(folder)
        assert [error["message"] for error in found["errors"]] == [
            "rule ORG001 failed and was skipped for f001.py, 19 more files and all files behind f039.py: line 7: oops"], found["errors"]
        assert [f["path"] for f in found["findings"] if f["code"] == "ORG001"] == [f"f{n:03}.py" for n in range(0, 39, 2)]
        assert len([f for f in found["findings"] if f["code"] == "FIT050"]) == 201


def test_a_rule_over_its_budget_rests_sooner():
    endless = RULE.replace("if not", "while true do end if not")
    with project({**FILES, "lint/read.lua": endless, **{f"f{n:03}.py": FILES["x.py"] for n in range(200)}}) as folder:
        found = same_with_any_jobs(folder)
        assert [error["message"] for error in found["errors"]] == [
            "rule ORG001 failed and was skipped for f000.py, 9 more files and all files behind f009.py: "
            "used more instructions than a rule may"], found["errors"]


def test_a_thousand_loads_are_not_too_many():
    with project({"x.py": "import torch\n" + "torch.load(p)\n" * 2000}) as folder:
        found = json.loads(run("check", "--format", "json", cwd=folder).stdout)
        assert len(found["findings"]) == 2000 and not found["errors"]


def test_a_missing_pack_is_an_error():
    with project({**FILES, "mlopslint.toml": 'rule-packs = ["nowhere"]\n'}) as folder:
        done, found = report(folder)
        assert found["errors"][0]["path"] == "nowhere", found["errors"]
        assert done.returncode == 2
