"""What can't be read is said, by name; the rest is checked; nothing crashes, hangs or passes for clean.

Each project holds bad.py, whose one finding shows that the run went on.
"""
import json
import os
import shutil
import subprocess
from tempfile import TemporaryDirectory

import helpers
from helpers import run

FINDING = {"bad.py": b"import torch\nmodel = torch.load('m.pt', weights_only=False)\n"}


def project(files):
    return helpers.project({**FINDING, **files})


def run_as_nobody(*arguments, cwd):
    """Root reads everything, so for root this runs a copy of the program as somebody else."""
    if os.geteuid() != 0:
        return run(*arguments, cwd=cwd)
    with TemporaryDirectory() as name:
        program = shutil.copy(helpers.PROGRAM, name)
        for folder in (name, cwd):
            os.chmod(folder, 0o755)
        command = [program, *arguments]
        return subprocess.run(command, cwd=cwd, user=65534, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8")


def check(folder, *arguments):
    """Exit code, (path, code) of the findings about loading and parsing, error messages by path."""
    done = run("check", "--isolated", "--format", "json", "--select", "SEC101,NBK024", *arguments, cwd=folder)
    report = json.loads(done.stdout)
    found = [(each["path"], each["code"]) for each in report["findings"]]
    return done.returncode, found, {each["path"]: each["message"] for each in report["errors"]}


def test_a_missing_path_is_named():
    with project({}) as folder:
        done = run("check", "--isolated", "gone.py", cwd=folder)
        assert done.returncode == 2
        assert done.stderr.startswith("error: gone.py: ")
        assert "No such file or directory: check the spelling" in done.stderr


def test_a_missing_path_does_not_hide_findings_elsewhere():
    with project({}) as folder:
        code, found, errors = check(folder, "bad.py", "gone.py")
        assert (code, found, list(errors)) == (2, [("bad.py", "SEC101")], ["gone.py"])


def test_a_named_fifo_is_refused_and_never_opened():
    with project({}) as folder:
        os.mkfifo(folder / "pipe.py")
        code, found, errors = check(folder, "bad.py", "pipe.py")
        assert (code, found) == (2, [("bad.py", "SEC101")])
        assert "FIFO" in errors["pipe.py"]


def test_a_fifo_in_a_folder_does_not_stop_the_run():
    with project({}) as folder:
        os.mkfifo(folder / "pipe.py")
        code, found, _ = check(folder)
        assert code in (1, 2)
        assert found == [("bad.py", "SEC101")]


def test_an_unreadable_file_is_an_error():
    with project({"secret.py": b"import torch\n"}) as folder:
        (folder / "secret.py").chmod(0)
        done = run_as_nobody("check", "--isolated", "--select", "SEC101", cwd=folder)
        assert done.returncode == 2
        assert "error: secret.py: cannot open it: Permission denied" in done.stderr
        assert "bad.py:2" in done.stdout


def test_links_that_loop_are_not_followed():
    with project({"deep/er/empty.py": b""}) as folder:
        (folder / "loop").symlink_to(".")
        (folder / "deep/er/up").symlink_to("../..")
        (folder / "self.py").symlink_to("self.py")
        assert check(folder) == (1, [("bad.py", "SEC101")], {})


def test_links_do_not_lead_out():
    with project({}) as outside, project({}) as folder:
        (folder / "out").symlink_to(outside)
        (folder / "out.py").symlink_to(outside / "bad.py")
        assert check(folder) == (1, [("bad.py", "SEC101")], {})


def test_invalid_utf8_is_read_as_latin_1():
    with project({"latin.py": b"# caf\xe9 \xff\nimport torch\ntorch.load('m', weights_only=False)\n"}) as folder:
        assert check(folder) == (1, [("bad.py", "SEC101"), ("latin.py", "SEC101")], {})


def test_nul_bytes_are_not_text():
    with project({"nul.py": b"import torch\x00\ntorch.load('m', weights_only=False)\n"}) as folder:
        code, found, errors = check(folder)
        assert (code, found) == (2, [("bad.py", "SEC101")])
        assert errors["nul.py"] == "holds NUL bytes, so it is not text: not scanned"


def test_a_file_of_200_mb_is_not_read():
    with project({}) as folder:
        with open(folder / "huge.py", "wb") as file:
            file.truncate(200 << 20)
        code, found, errors = check(folder)
        assert (code, found) == (2, [("bad.py", "SEC101")])
        assert "8388608" in errors["huge.py"]
        assert "max-file-size" in errors["huge.py"]


def test_a_notebook_that_is_not_json():
    with project({"broken.ipynb": b'{"cells": [{"cell_type": "code", "source": ["import torch'}) as folder:
        code, found, errors = check(folder)
        assert (code, found) == (2, [("bad.py", "SEC101")])
        assert errors["broken.ipynb"]


def test_a_notebook_that_is_another_json():
    with project({"list.ipynb": b"[1, 2]", "empty.ipynb": b""}) as folder:
        code, found, errors = check(folder)
        assert (code, found) == (2, [("bad.py", "SEC101")])
        assert errors["list.ipynb"] and errors["empty.ipynb"]


def test_yaml_with_tabs():
    compose = b"services:\n\tmlflow:\n\t\tcommand: mlflow server --host 0.0.0.0\n"
    with project({"docker-compose.yml": compose}) as folder:
        done = run("check", "--isolated", "--select", "SEC", cwd=folder)
        assert done.returncode == 2
        assert "docker-compose.yml: line 2" in done.stderr
        assert "SEC101" in done.stdout


def test_broken_python_is_read_as_far_as_it_parses():
    text = b"import torch\ndef f(:\n    pass\ntorch.load('m.pt', weights_only=False)\nprint 'x'\n)))\n"
    with project({"broken.py": text}) as folder:
        assert check(folder) == (1, [("bad.py", "SEC101"), ("broken.py", "SEC101")], {})


def test_python_nested_beyond_reason():
    with project({"deep.py": b"torch = " + b"(" * 100000 + b"\n", "attributes.py": b"import torch\ntorch" + b".x" * 100000}) as folder:
        code, found, _ = check(folder)
        assert code in (1, 2)
        assert found == [("bad.py", "SEC101")]


def test_blocks_nested_beyond_what_a_grammar_can_hold():
    python = b"import torch\n" + b"".join(b" " * depth + b"if a:\n" for depth in range(2000)) + b" " * 2000 + b"torch.load(p)\n"
    yaml = b"mlflow: server\n" + b"".join(b" " * depth + b"a:\n" for depth in range(2000))
    dashes = b"mlflow: server\na:\n  " + b"- " * 5000 + b"x\n"
    with project({"deep.py": python, "deep.yaml": yaml, "dashes.yaml": dashes}) as folder:
        done = run("check", "--isolated", "--select", "SEC", cwd=folder)
        assert done.returncode == 2
        for name in ("deep.py", "deep.yaml", "dashes.yaml"):
            assert f"error: {name}: " in done.stderr
        assert done.stderr.count("nested deeper than") == 3
        assert "bad.py:2" in done.stdout


def test_an_unknown_configuration_key_names_the_nearest():
    with project({"mlopslint.toml": b'slect = ["SEC"]\n'}) as folder:
        done = run("check", cwd=folder)
        assert done.returncode == 2
        assert done.stderr == "error: mlopslint.toml: line 1: unknown key `slect`; the nearest known is `select`\n"


def test_an_unknown_rule_in_the_configuration_names_the_nearest():
    with project({"pyproject.toml": b'[tool.mlopslint]\nignore = ["torch-load-unsaf"]\n'}) as folder:
        done = run("check", cwd=folder)
        assert done.returncode == 2
        assert "pyproject.toml" in done.stderr
        assert "torch-load-unsafe" in done.stderr


def test_a_configuration_of_the_wrong_type_is_an_error():
    with project({"mlopslint.toml": b"max-file-size = true\n"}) as folder:
        done = run("check", cwd=folder)
        assert done.returncode == 2
        assert "max-file-size" in done.stderr


def test_a_broken_configuration_is_an_error():
    with project({"mlopslint.toml": b"select = [\n"}) as folder:
        done = run("check", cwd=folder)
        assert done.returncode == 2
        assert "mlopslint.toml" in done.stderr


def test_isolated_reads_no_configuration():
    with project({"mlopslint.toml": b'slect = ["SEC"]\n'}) as folder:
        assert check(folder) == (1, [("bad.py", "SEC101")], {})


def test_a_name_that_is_not_utf8():
    with project({}) as folder:
        with open(os.fsencode(folder) + b"/caf\xe9.py", "wb") as file:
            file.write(FINDING["bad.py"])
        code, found, _ = check(folder)
        assert code == 1
        assert len(found) == 2


def test_a_name_that_would_steer_the_terminal():
    with project({"a\x1b[2Jb.py": FINDING["bad.py"]}) as folder:
        done = run("check", "--isolated", cwd=folder)
        assert done.returncode == 1
        assert "\x1b" not in done.stdout + done.stderr


def test_python_that_does_not_parse_is_not_clean():
    broken = b"import torch\ntorch.load(\n    'm.pt',\n    weights_only=False\nx = [\n"
    with project({"a.py": broken, "b.py": b"print 'no rule needs this file'\n"}) as folder:
        report = json.loads(run("check", "--isolated", "--format", "json", "--select", "SEC101,MLO", cwd=folder).stdout)
        found = [(each["path"], each["start"]["line"], each["code"], each["severity"]) for each in report["findings"]]
        assert ("a.py", 2, "MLO003", "info") in found
        assert [path for path, *_ in found if path == "b.py"] == []


# --- notebooks that are not what Jupyter writes ---

LOAD = "import torch\nm = torch.load('m.pt', weights_only=False)\n"
NOTEBOOK = helpers.notebook(LOAD)


def judge(text):
    """What is said of one notebook: exit code, lines and columns of its findings, error messages. It is never written."""
    text = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    with helpers.project({"n.ipynb": text}) as folder:
        done = run("check", "--isolated", "--format", "json", "--select", "SEC101,NBK024", "--fix", "--unsafe-fixes", "--diff", cwd=folder)
        done = run("check", "--isolated", "--format", "json", "--select", "SEC101,NBK024", cwd=folder)
        assert (folder / "n.ipynb").read_bytes() == text
    report = json.loads(done.stdout)
    places = [(each["code"], each["start"]["line"], each["cell"]["number"], each["cell"]["start"]["line"]) for each in report["findings"]]
    return done.returncode, places, [each["message"] for each in report["errors"]]


def test_notebooks_of_other_writers_are_read():
    found = (1, [("SEC101", 11, 1, 2)], [])
    assert judge(NOTEBOOK) == found
    assert judge(b"\xef\xbb\xbf" + NOTEBOOK.encode()) == found
    assert judge(NOTEBOOK.replace("\n", "\r\n")) == found
    assert judge(NOTEBOOK.encode("utf-16")) == found
    assert judge(NOTEBOOK.replace("import torch", "import torch  # \\ud83d \\udc00\\ud83d")) == found
    assert judge(NOTEBOOK.replace('"nbformat": 4', '"x": [NaN, Infinity, -Infinity], "nbformat": 1e999')) == found
    assert judge(json.dumps({"cells": [{"cell_type": "code", "source": LOAD}]})) == (1, [("SEC101", 1, 1, 2)], [])
    assert judge(json.dumps({"cells": [{"cell_type": "code", "source": [LOAD]}]})) == (1, [("SEC101", 1, 1, 2)], [])
    old = {"nbformat": 2, "worksheets": [{"cells": [{"cell_type": "code", "input": LOAD, "prompt_number": 1, "outputs": []}]}]}
    assert judge(json.dumps(old)) == (1, [("SEC101", 1, 1, 2)], [])


def test_a_notebook_that_was_cut_off_names_its_last_line():
    for size in (1, 60, len(NOTEBOOK) // 2, len(NOTEBOOK) - 3):
        code, places, errors = judge(NOTEBOOK[:size])
        line = NOTEBOOK[:size].count("\n") + 1
        assert (code, places) == (2, [])
        assert errors[0].startswith(f"line {line}: not a notebook: ") and "restore it from version control" in errors[0], errors


def test_a_merge_conflict_in_a_notebook_is_named_with_its_line():
    text = NOTEBOOK.replace('   "outputs": [],\n', '<<<<<<< HEAD\n   "outputs": [],\n=======\n   "outputs": [1],\n>>>>>>> theirs\n')
    code, places, errors = judge(text)
    assert (code, places) == (2, [])
    assert errors[0].startswith(f"line {text[:text.index('<<<')].count(chr(10)) + 1}: an unresolved merge conflict; resolve it")


def test_conflict_markers_in_a_cell_are_a_finding_there():
    source = "x = 1\n<<<<<<< HEAD\ny = 1\n=======\ny = 2\n>>>>>>> theirs\n"
    code, places, errors = judge(helpers.notebook(source, LOAD))
    assert (code, errors) == (1, [])
    assert [(rule, cell, line) for rule, _, cell, line in places] == [("NBK024", 1, 2), ("SEC101", 2, 2)]


def test_a_value_that_stands_twice_is_told_for_the_first_is_hidden():
    hidden = '{"cells": [{"cell_type": "code", "source": %s}],\n "cells": [], "nbformat": 4}' % json.dumps(LOAD)
    assert judge(hidden) == (2, [], [
        'line 2: "cells" stands twice in one object, with different values: the first was not scanned; take one of them out'])
    same = NOTEBOOK.replace('"nbformat": 4', '"nbformat": 4, "nbformat": 4')
    assert judge(same)[0] == 1


def test_deep_nesting_in_a_notebook_is_told():
    for nested in ("[" * 100000 + "]" * 100000, '{"a":' * 300 + "1" + "}" * 300):
        code, places, errors = judge('{"metadata": {"a": %s}, "cells": []}' % nested)
        assert (code, places) == (2, [])
        assert errors == ["line 1: values are nested more than 256 levels deep: not scanned; strip its outputs, or exclude it"]


def test_what_stands_in_a_notebooks_place_is_named():
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    assert "run `git lfs pull`" in judge(pointer)[2][0]
    for text in ("", "<html>", "[]", '{"a": 1}', NOTEBOOK + "x", NOTEBOOK * 2, '{"cells": ["x"]}', '{"cells": [{"source": 5}]}',
                 NOTEBOOK.replace("\n ]", ",\n ]", 1), NOTEBOOK.replace("import torch\\n", "import torch\n")):
        code, places, errors = judge(text)
        assert (code, places) == (2, []) and errors[0].startswith("line "), text
    assert judge(NOTEBOOK.replace("import", "\0import"))[2] == ["holds NUL bytes, so it is not text: not scanned"]


def test_a_notebook_over_the_limit_is_not_clean():
    with project({}) as folder:
        with open(folder / "huge.ipynb", "wb") as file:
            file.truncate(300 << 20)
        code, found, errors = check(folder)
        assert (code, found) == (2, [("bad.py", "SEC101")])
        assert errors["huge.ipynb"] == "is larger than 134217728 bytes: raise max-file-size, or exclude it"
