"""`notebook strip`: files, folders, standard input, what it refuses."""
import json
import os
import subprocess
import sys

from helpers import notebook, project, run

FIGURE = {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo=\n", "text/plain": ["<Figure>"]}, "metadata": {}}
PRINT = {"output_type": "stream", "name": "stdout", "text": ["hello\n"]}
RESULT = {"output_type": "execute_result", "execution_count": 3, "data": {"text/plain": ["7"]}, "metadata": {}}


def executed(*sources, outputs=(PRINT,), indent=1, cell_metadata=None, **metadata):
    """A notebook that was run."""
    made = json.loads(notebook(*sources, **metadata))
    for count, cell in enumerate(made["cells"], 1):
        cell.update(execution_count=count, outputs=list(outputs), metadata=cell_metadata or {})
    return json.dumps(made, indent=indent, ensure_ascii=False) + "\n"


def stripped(text):
    made = json.loads(text)
    for cell in made["cells"]:
        cell.update(execution_count=None, outputs=[])
    return made


def assert_valid(*texts):
    script = ("import json, sys, nbformat\n"
              "for text in json.load(sys.stdin): nbformat.validate(nbformat.reads(text, as_version=nbformat.NO_CONVERT))")
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], input=json.dumps(texts), capture_output=True,
                          encoding="utf-8", timeout=60)
    assert done.returncode == 0, done.stderr


def test_files_and_folders_are_stripped_in_place():
    files = {"a.ipynb": executed("1"), "deep/b c.ipynb": executed("'ü'", indent=2), "deep/clean.ipynb": notebook("1"),
             "docs/tour.ipynb": executed("1"), "x.json": "{}"}
    with project(files) as folder:
        os.chmod(folder / "a.ipynb", 0o640)
        untouched = os.stat(folder / "deep/clean.ipynb")
        done = run("notebook", "strip", ".", cwd=folder)
        assert (done.returncode, done.stdout) == (0, "a.ipynb\ndeep/b c.ipynb\n"), done
        assert done.stderr == "note: 2 notebooks stripped\n", done.stderr
        for name in ("a.ipynb", "deep/b c.ipynb"):
            after = (folder / name).read_text()
            assert json.loads(after) == stripped(files[name])
            assert_valid(after)
        assert (folder / "docs/tour.ipynb").read_text() == files["docs/tour.ipynb"], "a documentation folder keeps outputs"
        assert os.stat(folder / "a.ipynb").st_mode & 0o777 == 0o640
        assert os.stat(folder / "deep/clean.ipynb").st_ino == untouched.st_ino, "what is clean is not written"
        again = run("notebook", "strip", ".", cwd=folder)
        assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_bytes_that_do_not_change_stay_where_they_are():
    before = executed("'ü\\u00fc'", indent=3).replace("\n", "\r\n").encode("utf-8-sig")
    with project({"a.ipynb": before}) as folder:
        assert run("notebook", "strip", "a.ipynb", cwd=folder).returncode == 0
        after = (folder / "a.ipynb").read_bytes()
    assert after.startswith(b"\xef\xbb\xbf{\r\n   ") and after.endswith(b"}\r\n")
    new = [line for line in after.splitlines() if line not in before.splitlines()]
    assert [line.strip() for line in new] == [b'"execution_count": null,', b'"outputs": [],'], new


def test_check_diff_and_dry_run_change_nothing():
    with project({"a.ipynb": executed("1"), "b.ipynb": notebook("1")}) as folder:
        before = (folder / "a.ipynb").read_text()
        check = run("notebook", "strip", "--check", "a.ipynb", "b.ipynb", cwd=folder)
        assert (check.returncode, check.stdout, check.stderr) == (1, "a.ipynb\n", "note: 1 notebook would be stripped\n")
        assert run("notebook", "strip", "--check", "b.ipynb", cwd=folder).returncode == 0
        dry = run("notebook", "strip", "--dry-run", ".", cwd=folder)
        assert (dry.returncode, dry.stdout) == (0, "a.ipynb\n")
        diff = run("notebook", "strip", "--diff", ".", cwd=folder)
        assert diff.returncode == 0 and "--- a/a.ipynb" in diff.stdout
        assert (folder / "a.ipynb").read_text() == before
        subprocess.run(["patch", "-p1", "-s"], cwd=folder, input=diff.stdout, encoding="utf-8", check=True)
        assert json.loads((folder / "a.ipynb").read_text()) == stripped(before)


def test_a_filter_gives_what_a_file_gets():
    text = executed("1")
    done = run("notebook", "strip", stdin=text)
    assert (done.returncode, done.stderr) == (0, "") and json.loads(done.stdout) == stripped(text)
    assert run("notebook", "strip", "-", stdin=text).stdout == done.stdout
    assert run("notebook", "strip", stdin=done.stdout).stdout == done.stdout
    assert run("notebook", "strip", "--check", "--stdin-filename", "x/a.ipynb", stdin=text).stdout == "x/a.ipynb\n"
    assert run("notebook", "strip", "--check", stdin=text).returncode == 1
    kept = run("notebook", "strip", "--stdin-filename", "docs/a.ipynb", stdin=text)
    assert kept.stdout == text


def test_what_is_no_notebook_goes_through_and_is_told():
    for text in (b"{", b"[]", b"hello \xff\x00", b'{"cells": [], "cells": [1]}', b"\n",
                 b'{"cells": [\n<<<<<<< HEAD\n]}\n', b'{"nbformat": 4}'):
        done = run("notebook", "strip", stdin=text)
        assert done.stdout == text and done.returncode == 2, (text, done)
        assert done.stderr.startswith(b"error: standard input: "), done.stderr
    assert run("notebook", "strip", stdin=b"").stdout == b""
    assert run("notebook", "strip", stdin=b"").returncode == 0


def test_one_bad_file_does_not_stop_the_others():
    with project({"a.ipynb": "{", "b.ipynb": executed("1"), "c.ipynb": ""}) as folder:
        done = run("notebook", "strip", ".", cwd=folder)
        assert (done.returncode, done.stdout) == (2, "b.ipynb\n")
        assert "error: a.ipynb: line 1: not a notebook" in done.stderr
        assert (folder / "a.ipynb").read_text() == "{" and (folder / "c.ipynb").read_text() == ""


def test_other_names_are_refused():
    with project({"a.txt": executed("1")}) as folder:
        done = run("notebook", "strip", "a.txt", cwd=folder)
        assert done.returncode == 2 and "is not named .ipynb" in done.stderr
        assert run("notebook", "strip", "none.ipynb", cwd=folder).returncode == 2


def test_textconv_prints_a_file_and_never_fails():
    with project({"a.ipynb": executed("1"), "b.ipynb": "{"}) as folder:
        done = run("notebook", "strip", "--textconv", "a.ipynb", cwd=folder)
        assert json.loads(done.stdout) == stripped((folder / "a.ipynb").read_text())
        done = run("notebook", "strip", "--textconv", "b.ipynb", cwd=folder)
        assert (done.returncode, done.stdout) == (0, "{")


def test_the_policy_is_said_in_the_configuration_and_on_the_command_line():
    text = executed("1", outputs=(PRINT, FIGURE, RESULT), cell_metadata={"tags": ["figure"], "collapsed": True})
    files = {"mlopslint.toml": '[notebook]\nkeep-mime-types = ["image/*"]\nkeep-metadata = ["cell.collapsed"]\n'
                               '[rules.nothing-known]\nx = 1\n', "a.ipynb": text}
    with project(files) as folder:
        def cell(*options):
            done = run("notebook", "strip", "--stdin-filename", "a.ipynb", *options, cwd=folder, stdin=text)
            assert done.returncode == 0, done.stderr
            assert_valid(done.stdout)
            return json.loads(done.stdout)["cells"][0]
        kept = cell()
        assert [output["data"] for output in kept["outputs"]] == [{"image/png": "iVBORw0KGgo=\n"}]
        assert kept["metadata"] == {"tags": ["figure"], "collapsed": True}
        assert cell("--isolated")["outputs"] == [] and cell("--isolated")["metadata"] == {"tags": ["figure"]}
        tagged = cell("--keep-tags", "figure,other")
        assert tagged["outputs"] == [PRINT, FIGURE, {**RESULT, "execution_count": None}] and tagged["execution_count"] is None
        assert cell("--keep-outputs")["outputs"] == [PRINT, FIGURE, RESULT]
        assert cell("--keep-counts")["execution_count"] == 1
        assert cell("--keep-mime-types", "stdout")["outputs"] == [PRINT]
        assert len(cell("--keep-output-kilobytes", "1")["outputs"]) == 3
        assert cell("--drop-metadata", "cell.*")["metadata"] == {"collapsed": True}
        for options in (("--keep-output-kilobytes", "x"), ("--keep-metadata", "tags"), ("--keep-tag", "a")):
            assert run("notebook", "strip", *options, cwd=folder, stdin=text).returncode == 2
        (folder / "mlopslint.toml").write_text("[notebook]\nkeep-tag = []\n")
        done = run("notebook", "strip", cwd=folder, stdin=text)
        assert done.returncode == 2 and "the nearest known is `keep-tags`" in done.stderr and done.stdout == text


def test_links_lead_to_the_file_and_stay_links():
    with project({"real/a.ipynb": executed("1")}) as folder:
        (folder / "link.ipynb").symlink_to("real/a.ipynb")
        done = run("notebook", "strip", "link.ipynb", cwd=folder)
        assert done.returncode == 0 and done.stdout == "real/a.ipynb\n", done
        assert (folder / "link.ipynb").is_symlink()
        assert json.loads((folder / "link.ipynb").read_text())["cells"][0]["outputs"] == []
