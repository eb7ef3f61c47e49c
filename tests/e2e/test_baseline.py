"""The baseline: what is known stays quiet, what is new is told, what is gone can be removed."""
import json
import subprocess

from helpers import PLAIN, multitool, project, run

LOAD = "torch.load('m.pt', weights_only=False)"
BAD = f"import torch\nm = {LOAD}\n"
ALONE = "from transformers import AutoModel\nm = AutoModel.from_pretrained('a/b', trust_remote_code=True)\n"  # SEC110 needs no other file
FILE = "mlopslint.baseline.json"
CONFIG = {"mlopslint.toml": f'select = ["SEC101", "SEC110", "FIT006"]\n[baseline]\nfile = "{FILE}"\n'}


def lines(folder, *arguments, cwd=""):
    done = run("check", "--format", "json", *arguments, cwd=folder / cwd)
    return [(one["path"], one["start"]["line"]) for one in json.loads(done.stdout)["findings"]]


def test_created_then_checked_is_clean():
    with project({"a.py": BAD, "src/b.py": BAD + f"n = {LOAD}\nn = {LOAD}\n"}) as folder:
        done = run("baseline", "create", cwd=folder)
        assert done.returncode == 0 and "wrote 4 findings to mlopslint.baseline.json" in done.stderr
        text = (folder / FILE).read_text()
        assert len(text.splitlines()) == 8, text
        assert [one["count"] for one in json.loads(text)["findings"]] == [1, 2, 1]
        done = run("check", "--baseline", FILE, cwd=folder)
        assert done.returncode == 0
        assert "4 findings are known (baseline)" in done.stdout
        assert run("check", cwd=folder).returncode == 1, "nobody asked for the baseline"
        assert run("baseline", "check", cwd=folder).returncode == 0
        run("baseline", "create", cwd=folder)
        assert (folder / FILE).read_text() == text, "the same again"


def test_what_moves_is_known_and_what_comes_is_new():
    with project({**CONFIG, "a.py": BAD}) as folder:
        assert run("baseline", "create", "-q", cwd=folder).stderr == ""
        (folder / "a.py").write_text("import os\n\n\n" + BAD + f"if m:\n    m = {LOAD}\n" + f"x = {LOAD}\n")
        assert lines(folder) == [("a.py", 7), ("a.py", 8)], "one of two lines that are alike is known"
        done = run("check", "--format", "json", cwd=folder)
        assert done.returncode == 1
        assert json.loads(done.stdout)["summary"]["known"] == 1


def test_what_is_gone_is_told_and_removed():
    with project({**CONFIG, "a.py": BAD, "b.py": BAD}) as folder:
        run("baseline", "create", cwd=folder)
        (folder / "a.py").write_text("x = 1\n")
        (folder / "b.py").unlink()
        done = run("baseline", "check", cwd=folder)
        assert (done.returncode, done.stdout) == (1, "a.py: SEC101 is gone\nb.py: SEC101 is gone\n")
        assert "2 of 2 findings gone, 0 new; 'mlopslint baseline prune' removes what is gone" in done.stderr
        before = (folder / FILE).read_text()
        assert run("check", cwd=folder).returncode == 0
        assert (folder / FILE).read_text() == before, "a check writes nothing"
        assert run("baseline", "prune", cwd=folder).returncode == 0
        assert json.loads((folder / FILE).read_text())["findings"] == []
        assert run("baseline", "check", cwd=folder).returncode == 0


def test_part_of_the_project_speaks_for_itself_only():
    with project({**CONFIG, "a/x.py": ALONE, "b/y.py": ALONE, "b/z.yaml": "a: 1\n"}) as folder:
        run("baseline", "create", cwd=folder)
        (folder / "a/x.py").write_text("x = 1\n")
        (folder / "b/y.py").write_text("y = 1\n")
        done = run("baseline", "check", FILE, "a", cwd=folder)
        assert (done.returncode, done.stdout) == (1, "a/x.py: SEC110 is gone\n")
        assert run("baseline", "check", FILE, "b/z.yaml", cwd=folder).returncode == 0
        run("baseline", "prune", FILE, "a", cwd=folder)
        assert [one["path"] for one in json.loads((folder / FILE).read_text())["findings"]] == ["b/y.py"]
        (folder / "a/x.py").write_text(ALONE)
        run("baseline", "create", FILE, "a", cwd=folder)
        assert [one["path"] for one in json.loads((folder / FILE).read_text())["findings"]] == ["a/x.py", "b/y.py"]
        run("baseline", "create", cwd=folder)
        (folder / "a/x.py").write_text(BAD)
        run("baseline", "create", cwd=folder)
        (folder / "a/x.py").write_text("x = 1\n")
        assert run("baseline", "check", FILE, "a", cwd=folder).returncode == 0, "SEC101 judges with the whole project in view"
        assert run("baseline", "check", cwd=folder).returncode == 1


def test_rules_that_are_off_leave_it_alone():
    with project({"mlopslint.toml": 'select = ["SEC101"]\n', "a.py": BAD, "other.toml": 'select = ["FIT006"]\n'}) as folder:
        run("baseline", "create", cwd=folder)
        (folder / "a.py").write_text("x = 1\n")
        assert run("baseline", "check", "--config", "other.toml", cwd=folder).returncode == 0
        assert run("baseline", "check", cwd=folder).returncode == 1


def test_what_could_not_be_read_is_not_gone():
    with project({**CONFIG, "a.py": BAD}) as folder:
        run("baseline", "create", cwd=folder)
        (folder / "a.py").write_bytes(b"x\0" * 100)
        done = run("baseline", "prune", cwd=folder)
        assert done.returncode == 2
        assert len(json.loads((folder / FILE).read_text())["findings"]) == 1
        assert run("baseline", "check", cwd=folder).returncode == 2


def test_it_holds_below_its_folder_too():
    with project({**CONFIG, "src/a.py": ALONE, "b.py": ALONE}) as folder:
        subprocess.run(["git", "init", "-q", str(folder)], check=True, env=PLAIN)
        run("baseline", "create", cwd=folder)
        assert lines(folder, cwd="src") == []
        assert run("baseline", "check", cwd=folder / "src").returncode == 0, "what is elsewhere was not looked at"
        (folder / "src/a.py").write_text("x = 1\n")
        assert run("baseline", "check", cwd=folder / "src").returncode == 1
        run("baseline", "create", cwd=folder / "src")
        assert [one["path"] for one in json.loads((folder / FILE).read_text())["findings"]] == ["b.py"]


def test_a_broken_file_is_exit_2():
    cases = {"{": "line 1: is not JSON: repair it, or make it anew with 'mlopslint baseline create'",
             '{"version": 9, "findings": []}': "was written by a newer mlopslint (version 9 of the format)",
             "[]": "is no baseline of mlopslint"}
    with project({**CONFIG, "a.py": BAD}) as folder:
        for arguments in (("check",), ("baseline", "check"), ("baseline", "prune"), ("check", "--fix")):
            done = run(*arguments, cwd=folder)
            assert done.returncode == 2, arguments
            assert f"error: {FILE}: is the baseline: does not exist" in done.stderr, done.stderr
        for text, message in cases.items():
            (folder / FILE).write_text(text)
            for arguments in (("check",), ("baseline", "check"), ("baseline", "prune")):
                done = run(*arguments, cwd=folder)
                assert done.returncode == 2 and f"error: {FILE}: {message}" in done.stderr, (arguments, done.stderr)
            assert (folder / FILE).read_text() == text
        assert run("baseline", "create", cwd=folder).returncode == 0, "this is how it is made anew"


def test_every_format_leaves_the_known_out():
    with project({**CONFIG, "a.py": BAD}) as folder:
        run("baseline", "create", cwd=folder)
        (folder / "a.py").write_text(BAD + f"x = {LOAD}\n")
        done = run("check", "--format", "sarif", "--output", "a.sarif", "--format", "jsonl", "--output", "a.jsonl", "--format", "github",
                   cwd=folder)
        assert done.returncode == 1
        assert done.stdout.count("SEC101") == 1 and "line=3" in done.stdout
        results = json.loads((folder / "a.sarif").read_text())["runs"][0]["results"]
        assert [one["locations"][0]["physicalLocation"]["region"]["startLine"] for one in results] == [3]
        assert len((folder / "a.jsonl").read_text().splitlines()) == 1
        assert multitool("validate", str(folder / "a.sarif")).returncode == 0


def test_known_findings_are_not_fixed():
    with project({**CONFIG, "a.py": BAD, "b.py": "import torch\n"}) as folder:
        run("baseline", "create", cwd=folder)
        (folder / "b.py").write_text(BAD)
        run("check", "--fix", "--unsafe-fixes", cwd=folder)
        assert (folder / "a.py").read_text() == BAD
        assert "weights_only=True" in (folder / "b.py").read_text()


def test_standard_input_and_staged_files_obey_it():
    with project({**CONFIG, "src/a.py": BAD}) as folder:
        run("baseline", "create", cwd=folder)
        done = run("check", "--stdin-filename", "src/a.py", cwd=folder, stdin="x = 1\n" + BAD)
        assert done.returncode == 0, done.stdout
        assert run("check", "--stdin-filename", "src/b.py", cwd=folder, stdin=BAD).returncode == 1
        subprocess.run(["git", "init", "-q", "."], cwd=folder, check=True, env=PLAIN)
        subprocess.run(["git", "add", "."], cwd=folder, check=True, env=PLAIN)
        assert run("check", "--staged", cwd=folder).returncode == 0


def test_the_commands_are_known():
    assert "baseline create" in run("--help").stdout
    done = run("baseline", "crate")
    assert done.returncode == 2 and "'baseline create'" in done.stderr
    script = run("completions", "bash").stdout
    probe = script + "\nCOMP_WORDS=(mlopslint baseline p); COMP_CWORD=2; _mlopslint; echo ${COMPREPLY[@]}\n"
    assert subprocess.run(["bash"], input=probe, text=True, capture_output=True).stdout == "prune\n"
