"""Comments that take findings back: which are told, and by whom they are not."""
import json

from helpers import check_json, notebook, project, run

LOAD = "torch.load('m.pt', weights_only=False)"


def told(folder, *arguments):
    """(code, path, line, message) of the findings about suppressions."""
    found = check_json(*arguments, cwd=folder)["findings"]
    return [(one["code"], one["path"], one["start"]["line"], one["message"]) for one in found if one["area"] == "mlopslint"]


def places(folder, *arguments):
    return [(code, path, line) for code, path, line, _ in told(folder, *arguments)]


def test_what_takes_nothing_back_is_told():
    text = (f"import torch\na = {LOAD}  # mlopslint: ignore[SEC101] ours\n"
            f"b = {LOAD}  # mlopslint: ignore[SEC101,FIT006] ours\nc = 3  # mlopslint: ignore[SEC101] gone\n"
            "d = '# mlopslint: ignore[SEC101]'\n# mlopslint: ignore-file[NBK]\n")
    with project({"a.py": text}) as folder:
        found = told(folder)
        assert [one[:3] for one in found] == [("MLO001", "a.py", 3), ("MLO001", "a.py", 4), ("MLO001", "a.py", 6)]
        assert "`FIT006`" in found[0][3] and "SEC101" not in found[0][3]
        assert run("check", "--isolated", cwd=folder).returncode == 0  # information only


def test_a_file_that_no_rule_needs_to_read_is_read_for_its_comments():
    with project({"a.py": "x = 1\n# mlopslint: ignore[SEC101]\n", "b.yaml": "a: 1  # mlopslint: ignore[SEC]\n"}) as folder:
        assert places(folder) == [("MLO001", "a.py", 2), ("MLO001", "b.yaml", 1)]


def test_a_rule_that_did_not_run_leaves_its_suppression_alone():
    with project({"src/a.py": "x = 1  # mlopslint: ignore[SEC101]\n"}) as folder:
        assert places(folder) == [("MLO001", "src/a.py", 1)]
        assert places(folder, "--ignore", "SEC101") == []
        assert places(folder, "--select", "FIT,MLO") == []
        assert places(folder, "--select", "SEC,MLO001") == [("MLO001", "src/a.py", 1)]
        assert places(folder, "--ignore", "MLO") == []
        assert places(folder, "src/a.py") == [], "one file is not the project"
        assert places(folder, "src") == [], "one folder is not the project"
        assert places(folder, ".") == [("MLO001", "src/a.py", 1)]
        (folder / "mlopslint.toml").write_text('[per-file-ignores]\n"src" = ["SEC101"]\n')
        done = json.loads(run("check", "--format", "json", cwd=folder).stdout)
        assert done["findings"] == []


def test_a_file_that_could_not_be_judged_keeps_its_suppressions():
    with project({"compose.yaml": "services: {a: {command: mlflow server --host 0.0.0.0}}\na: [1\nb: 2  # mlopslint: ignore[SEC]\n"}) as folder:
        done = run("check", "--isolated", cwd=folder)
        assert done.returncode == 2
        assert "MLO001" not in done.stdout


def test_rules_over_the_whole_project_speak_first():
    """A finding that only the finish of a rule reports takes its suppression along."""
    rule = """local rule = require "mlopslint.rule"
return rule.project { code = "ORG001", name = "all-loads", severity = "warning", summary = "s", docs = "d",
  collect = { { calls = { "joblib.load" }, fact = function(ctx, call) return { at = call:location() } end } },
  finish = function(ctx, facts) for _, fact in ipairs(facts) do ctx:report_at(fact.at, "loads") end end,
  tests = { bad = { "import joblib\\njoblib.load('x')  # expect: ORG001" }, good = { "x = 1" } } }
"""
    config = 'select = ["ORG001", "MLO"]\nrule-packs = ["lint"]\n'
    files = {"lint/two.lua": rule, "mlopslint.toml": config,
             "a.py": "import joblib\na = joblib.load('x')  # mlopslint: ignore[ORG001]\nb = 2  # mlopslint: ignore[ORG001]\n"}
    with project(files) as folder:
        done = run("check", "--format", "json", cwd=folder)
        assert done.stderr == "", done.stderr
        assert [(one["code"], one["start"]["line"]) for one in json.loads(done.stdout)["findings"]] == [("MLO001", 3)]


def test_words_that_name_no_rule_are_told():
    with project({"a.py": "x = 1  # mlopslint: ignore[SEC10l]\ny = 2  # mlopslint: ignore\nz = 3  # mlopslint: disable[SEC101]\n"}) as folder:
        found = told(folder, "a.py")
        assert [one[:3] for one in found] == [("MLO002", "a.py", line) for line in (1, 2, 3)]
        assert "the nearest known is `SEC101`" in found[0][3]
        assert "write `mlopslint: ignore[CODE] reason`" in found[1][3]
        assert run("check", "--isolated", "a.py", cwd=folder).returncode == 1


def test_without_packs_a_foreign_code_is_not_called_unknown():
    with project({"a.py": "x = 1  # mlopslint: ignore[ORG001]\n"}) as folder:
        assert told(folder) == []
        assert "`ORG001` is no rule" in run("check", cwd=folder).stdout


def test_they_can_be_taken_back_themselves():
    with project({"a.py": "# mlopslint: ignore-file[MLO] generated\nx = 1  # mlopslint: ignore[SEC101]\n"}) as folder:
        assert told(folder) == []


def test_cells_are_places_too():
    text = notebook("# mlopslint: ignore[SEC101] demo\nx = 1", "y = 2  # mlopslint: ignore[SEC101]\nz = 3")
    with project({"a.ipynb": text}) as folder:
        found = [one for one in check_json(cwd=folder)["findings"] if one["code"] == "MLO001"]
        assert [(one["cell"]["number"], one["cell"]["start"]["line"]) for one in found] == [(1, 1), (2, 1)]


def test_they_are_rules_like_any_other():
    rules = {rule["code"]: rule for rule in json.loads(run("rules", "--format", "json").stdout)["rules"]}
    assert rules["MLO001"]["name"] == "unused-suppression" and rules["MLO002"]["severity"] == "warning"
    assert run("explain", "unused-suppression").stdout.startswith("MLO001 unused-suppression (mlopslint, info)")
    with project({"a.py": "x = 1  # mlopslint: ignore[SEC101]\n", "mlopslint.toml": '[severity]\nMLO001 = "error"\n'}) as folder:
        assert "error[MLO001]" in run("check", cwd=folder).stdout
