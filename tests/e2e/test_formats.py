"""What the formats are held to by the tools that read them."""
import json
import re

from helpers import check_json, multitool, node, notebook, project, run

UNSAFE_LOAD = "import torch\nmodel = torch.load('m.pt', weights_only=False)\n"
HOSTILE = {
    "plain.py": UNSAFE_LOAD,
    "with space #1 100%.py": UNSAFE_LOAD,
    "a:b,c%0A::error::x.py": UNSAFE_LOAD,
    "new\nline\r.py": UNSAFE_LOAD,
    "日本語 😀.py": "# 日本 😀\nimport torch\nx = '😀'; m = torch.load('😀.pt', weights_only=False)\n",
    "b.ipynb": notebook("import torch\n", "x = 1\nm = torch.load('m.pt', weights_only=False)\n"),
    "multi.py": "import torch\nm = torch.load(\n    'm.pt',\n    weights_only=False,\n)\n",
}


def sarif_of(folder, *arguments):
    run("check", "--isolated", "--format", "sarif", "--output", "out.sarif", *arguments, cwd=folder)
    return json.loads((folder / "out.sarif").read_text())


def complaints(folder):
    """What the validator says of folder/out.sarif, schema and GitHub's rules included. It would like the address of a
    page on the tool (SARIF2005), and there is none yet."""
    done = multitool("validate", str(folder / "out.sarif"), "--rule-kind", "Sarif;Ghas")
    assert "Analysis completed successfully" in done.stdout, done.stdout + done.stderr
    found = [line for line in done.stdout.splitlines() if re.search(r": (error|warning) ", line)]
    return [line for line in found if "does not provide 'informationUri'" not in line]


def test_sarif_of_hostile_files_is_valid_for_github():
    with project(HOSTILE) as folder:
        log = sarif_of(folder)
        assert len(log["runs"][0]["results"]) >= len(HOSTILE)
        assert complaints(folder) == []


def test_sarif_without_results_and_with_errors_is_valid():
    with project({"a.py": "x = 1\n", "broken.ipynb": "{"}) as folder:
        log = sarif_of(folder)
        assert log["runs"][0]["results"] == []
        assert log["runs"][0]["invocations"][0]["executionSuccessful"] is False
        assert complaints(folder) == []


def test_no_format_shows_a_secret_that_a_rule_found():
    tokens = ["hf_AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh", "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"]
    line = f"m = torch.load('a', weights_only=False); t = '{tokens[0]}'; u = '{tokens[1]}'\n"
    printed = json.loads(notebook("show()\n"))
    printed["cells"][0]["outputs"] = [{"name": "stdout", "output_type": "stream", "text": [f"{tokens[0]}\n", tokens[1]]}]
    files = {"a.py": "import torch\n" + line, "b.ipynb": notebook("import torch\n", line), "c.ipynb": json.dumps(printed)}
    with project(files) as folder:
        for format in ("text", "json", "jsonl", "github", "sarif"):
            done = run("check", "--isolated", "--format", format, cwd=folder)
            assert done.returncode == 1 and "NBK004" in done.stdout, (format, done.stdout, done.stderr)
            assert tokens[0][8:20] not in done.stdout and tokens[1][8:20] not in done.stdout, (format, done.stdout)


def test_sarif_says_the_same_as_json():
    with project(HOSTILE) as folder:
        run_ = sarif_of(folder)["runs"][0]
        findings = check_json(cwd=folder)["findings"]
        rules = run_["tool"]["driver"]["rules"]
        for result, finding in zip(run_["results"], findings, strict=True):
            region = result["locations"][0]["physicalLocation"]["region"]
            assert result["ruleId"] == rules[result["ruleIndex"]]["id"] == finding["code"]
            assert region["startLine"] == region["endLine"] == max(finding["start"]["line"], 1)
            assert region["endColumn"] >= region["startColumn"]
            assert result["partialFingerprints"]["mlopslint/v1"] == finding["fingerprint"]


def test_sarif_columns_count_utf16_units():
    with project(HOSTILE) as folder:
        results = sarif_of(folder, "--select", "SEC101")["runs"][0]["results"]
        emoji = next(each for each in results if "%F0%9F%98%80" in str(each["locations"]))
        line = HOSTILE["日本語 😀.py"].splitlines()[2]
        found = next(each for each in check_json("--select", "SEC101", cwd=folder)["findings"] if "😀" in each["path"])
        before = line[:found["start"]["column"] - 1]
        region = emoji["locations"][0]["physicalLocation"]["region"]
        assert "😀" in before
        assert region["startColumn"] == len(before.encode("utf-16-le")) // 2 + 1


CORE = """
const core = require('@actions/core');
const findings = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const levels = {error: core.error, warning: core.warning, info: core.notice};
for (const each of findings) levels[each.level](each.message, each.properties);
"""


def test_github_escapes_as_actions_core_does():
    with project(HOSTILE) as folder:
        ours = run("check", "--isolated", "--format", "github", cwd=folder).stdout.splitlines()
        commands = [line for line in ours if line.startswith("::")]
        findings = check_json(cwd=folder)["findings"]
        order = ("error", "warning", "info")
        told = [command_of(each) for level in order for each in findings if each["severity"] == level]
        theirs = node(CORE, stdin=json.dumps(told)).splitlines()
        assert commands == theirs
        assert any("%0A" in line for line in commands) and any("%3A" in line for line in commands)


def command_of(finding):
    """What a GitHub action written with @actions/core would say of a finding."""
    start, end, cell = finding["start"], finding["end"], finding["cell"]
    properties = {"title": f"{finding['code']} {finding['name']}", "file": finding["path"]}
    if start["line"]:
        properties |= {"startLine": start["line"], "endLine": end["line"]}
        if start["line"] == end["line"]:
            properties |= {"startColumn": start["column"], "endColumn": end["column"]}
    where = f" (cell {cell['number']}, line {cell['start']['line']})" if cell else ""
    return {"level": finding["severity"], "message": finding["message"] + where, "properties": properties}


def test_json_keeps_its_promise():
    with project(HOSTILE) as folder:
        report = check_json(cwd=folder)
        assert list(report) == ["version", "findings", "errors", "summary"]
        keys = ["code", "name", "area", "severity", "message", "path", "start", "end", "cell", "fingerprint", "url", "related", "fixes"]
        assert all(list(each) == keys for each in report["findings"])
        assert sum(report["summary"]["by_code"].values()) == report["summary"]["findings"] == len(report["findings"])
        assert {each["path"] for each in report["findings"] if each["code"] == "SEC101"} == set(HOSTILE)
        lines = run("check", "--isolated", "--format", "jsonl", cwd=folder).stdout.splitlines()
        assert [json.loads(line) for line in lines] == report["findings"]


def test_json_places_a_finding_in_cell_and_file():
    with project(HOSTILE) as folder:
        found = next(each for each in check_json("--select", "SEC101", cwd=folder)["findings"] if each["cell"])
        assert found["cell"]["number"] == 2
        assert found["cell"]["start"]["line"] == 2
        physical = (folder / "b.ipynb").read_text().splitlines()[found["start"]["line"] - 1]
        assert "torch.load(" in physical[found["start"]["column"] - 1:]
