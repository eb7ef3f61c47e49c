"""`notebook install` and what git then does with notebooks, through the clean filter and through the filter process."""
import json
import os
import shutil
import subprocess
from contextlib import contextmanager

from helpers import PLAIN, PROGRAM, notebook, project, run
from test_strip import executed, stripped

OURS = "*.ipynb filter=mlopslint diff=mlopslint merge=mlopslint\n"
HOSTILE = ["a b.ipynb", "-x.ipynb", "$(touch owned).ipynb", "new\nline.ipynb", "quote'\".ipynb", "ü%f%%.ipynb", "deep/er/c.ipynb",
           "back\\slash.ipynb", "semi;colon.ipynb"]


def world(folder):
    return {**PLAIN, "HOME": str(folder.parent / (folder.name + "-home")), "GIT_CONFIG_NOSYSTEM": "1", "XDG_CONFIG_HOME": "",
            "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org"}


def git(folder, *arguments, code=0, stdin=None, **env):
    done = subprocess.run(["git", *arguments], cwd=folder, env={**world(folder), **env}, input=stdin, capture_output=True, timeout=60)
    if code is not None:
        assert done.returncode == code, (arguments, done)
    return done.stdout.decode("utf-8", "surrogateescape") if code is not None else done


def ours(folder, *arguments, code=0):
    done = run("notebook", *arguments, cwd=folder, env=world(folder))
    assert done.returncode == code, done
    return done


@contextmanager
def repository(files, *install):
    with project(files) as folder:
        git(folder, "init", "-q", "-b", "main")
        if install:
            ours(folder, "install", *[word for word in install if word != "default"])
        try:
            yield folder
        finally:
            shutil.rmtree(world(folder)["HOME"], ignore_errors=True)


WAYS = (("default",), ("--process",))


def test_what_is_committed_is_stripped_and_the_working_tree_is_not():
    files = {name: executed(f"print({number})") for number, name in enumerate(HOSTILE)}
    for way in WAYS:
        with repository({**files, "docs/kept.ipynb": executed("1"), "empty.ipynb": "", "x.py": "1\n"}, *way) as folder:
            git(folder, "add", ".")
            git(folder, "commit", "-qm", "1")
            assert git(folder, "status", "--porcelain") == ""
            for name, text in files.items():
                assert (folder / name).read_text() == text
                assert json.loads(git(folder, "cat-file", "blob", f"HEAD:{name}")) == stripped(text)
            assert git(folder, "cat-file", "blob", "HEAD:docs/kept.ipynb") == executed("1")
            assert git(folder, "cat-file", "blob", "HEAD:empty.ipynb") == ""
            assert not (folder / "owned").exists()
            (folder / "a b.ipynb").write_text(executed("print(0)", outputs=()))
            assert git(folder, "diff") == "", "other outputs are no difference"
            git(folder, "add", ".")  # of another size: git looks again only now
            assert git(folder, "status", "--porcelain") == "", "other outputs are no change"
            git(folder, "checkout", "-q", "-b", "other")
            (folder / "a b.ipynb").write_text(executed("print(7)"))
            assert git(folder, "diff", "--numstat").split("\t")[:2] != ["0", "0"]
            git(folder, "commit", "-qam", "2")
            git(folder, "checkout", "-q", "main")
            assert json.loads((folder / "a b.ipynb").read_text()) == stripped(executed("print(0)"))
            assert git(folder, "status", "--porcelain") == ""


def test_the_process_speaks_version_2_and_git_starts_it_once():
    files = {f"{number}.ipynb": executed(f"print({number})") for number in range(20)}
    with repository(files, "--process") as folder:
        trace = folder.parent / (folder.name + "-trace")
        git(folder, "add", ".", GIT_TRACE_PACKET=str(trace), GIT_TRACE=str(trace))
        text = trace.read_text()
        trace.unlink()
        assert text.count("git-filter-server") == 1 and text.count("notebook filter-process") == 1, "one process for all"
        assert text.count("status=success") == 20


def test_large_notebooks_pass_whole_through_both():
    large = executed("1", outputs=[{"output_type": "stream", "name": "stdout", "text": ["x" * 300_000 + "\n"]}])
    for way in WAYS:
        with repository({"a.ipynb": large, "docs/b.ipynb": large}, *way) as folder:
            git(folder, "add", ".")
            git(folder, "commit", "-qm", "1")
            assert json.loads(git(folder, "cat-file", "blob", "HEAD:a.ipynb")) == stripped(large)
            assert git(folder, "cat-file", "blob", "HEAD:docs/b.ipynb") == large
            (folder / "docs/b.ipynb").unlink()
            git(folder, "checkout", "--", "docs/b.ipynb")
            assert (folder / "docs/b.ipynb").read_text() == large


def test_what_is_no_notebook_is_not_added_and_not_lost():
    for way in WAYS:
        with repository({"bad.ipynb": '{"cells": [', "good.ipynb": executed("1")}, *way) as folder:
            done = git(folder, "add", "bad.ipynb", code=None)
            assert done.returncode != 0 and b"bad.ipynb: line 1: not a notebook" in done.stderr, done
            assert (folder / "bad.ipynb").read_text() == '{"cells": ['
            git(folder, "add", "good.ipynb")
            assert json.loads(git(folder, "cat-file", "blob", ":good.ipynb")) == stripped(executed("1"))


def test_stash_and_add_in_parts():
    for way in WAYS:
        with repository({"a.ipynb": notebook("1")}, *way) as folder:
            git(folder, "add", ".")
            git(folder, "commit", "-qm", "1")
            changed = executed("1", "2")
            (folder / "a.ipynb").write_text(changed)
            git(folder, "stash")
            assert git(folder, "status", "--porcelain") == ""
            git(folder, "stash", "pop")
            assert len(json.loads((folder / "a.ipynb").read_text())["cells"]) == 2
            git(folder, "add", "-p", stdin=b"y\n" * 9)
            assert len(json.loads(git(folder, "cat-file", "blob", ":a.ipynb"))["cells"]) == 2


def test_install_is_idempotent_and_uninstall_removes_only_ours():
    with repository({".gitattributes": "*.py text", "sub/x": ""}) as folder:
        git(folder, "config", "filter.other.clean", "cat")
        before = git(folder, "config", "--list", "--local")
        assert ours(folder, "install", "--status", code=1).stdout.startswith("not installed\n")
        ours(folder / "sub", "install")
        assert (folder / ".gitattributes").read_text() == "*.py text\n" + OURS
        config = git(folder, "config", "--list", "--local")
        assert f"filter.mlopslint.clean={PROGRAM} notebook strip --stdin-filename %f\n" in config, config
        assert "filter.mlopslint.smudge=cat\n" in config and "filter.mlopslint.required=true\n" in config
        assert "merge.mlopslint.driver=" in config and "diff.mlopslint.textconv=" in config and ".process" not in config
        assert ours(folder, "install", "--status").stdout.startswith("installed\n")
        assert "brought up to date" in ours(folder, "install").stderr
        assert (folder / ".gitattributes").read_text() == "*.py text\n" + OURS
        assert git(folder, "config", "--list", "--local") == config
        ours(folder, "install", "--process")
        assert "filter.mlopslint.process=" in git(folder, "config", "--list", "--local")
        ours(folder, "install")
        assert git(folder, "config", "--list", "--local") == config
        ours(folder, "uninstall")
        assert (folder / ".gitattributes").read_text() == "*.py text\n"
        assert git(folder, "config", "--list", "--local") == before
        assert "nothing of ours was there" in ours(folder, "uninstall").stderr


def test_an_attributes_file_of_ours_alone_goes_again():
    with repository({}) as folder:
        ours(folder, "install")
        assert (folder / ".gitattributes").read_text() == OURS
        ours(folder, "uninstall")
        assert not (folder / ".gitattributes").exists()
        ours(folder, "install", "--attributes", ".git/info/attributes")
        assert (folder / ".git/info/attributes").read_text() == OURS and not (folder / ".gitattributes").exists()
        git(folder, "check-attr", "filter", "a.ipynb")
        ours(folder, "uninstall", "--attributes", ".git/info/attributes")


def test_global_installs_for_all_repositories():
    with repository({"a.ipynb": executed("1")}) as folder:
        home = folder.parent / (folder.name + "-home")
        home.mkdir()
        ours(folder, "install", "--global")
        assert (home / ".config/git/attributes").read_text() == OURS
        assert not (folder / ".gitattributes").exists()
        git(folder, "add", ".")
        assert json.loads(git(folder, "cat-file", "blob", ":a.ipynb")) == stripped(executed("1"))
        ours(folder, "uninstall", "--global")
        assert "mlopslint" not in (home / ".gitconfig").read_text()
        assert run("notebook", "install", "--global", "--local", cwd=folder).returncode == 2


def test_notebooks_that_are_there_already_are_told_and_renormalised():
    with repository({"sub folder/a.ipynb": executed("1"), "b.ipynb": notebook("1"), "docs/c.ipynb": executed("1")}) as folder:
        git(folder, "add", ".")
        git(folder, "commit", "-qm", "1")
        done = ours(folder / "sub folder", "install")
        assert "1 notebook in git holds what is stripped from now on" in done.stderr, done.stderr
        git(folder / "sub folder", "add", "--renormalize", ":/*.ipynb")
        assert git(folder, "status", "--porcelain", "-uno") == 'M  "sub folder/a.ipynb"\n'
        assert json.loads(git(folder, "cat-file", "blob", ":sub folder/a.ipynb")) == stripped(executed("1"))


def test_another_filter_is_told():
    with repository({".gitattributes": "*.ipynb filter=nbstripout\n"}) as folder:
        assert "notebooks had the filter `nbstripout` before" in ours(folder, "install").stderr
        assert git(folder, "check-attr", "filter", "a.ipynb") == "a.ipynb: filter: mlopslint\n"


def test_worktrees_share_the_filter():
    with repository({"a.ipynb": executed("1")}, "default") as folder:
        git(folder, "add", ".")
        git(folder, "commit", "-qm", "1")
        other = folder / "other tree"
        git(folder, "worktree", "add", "-q", "-b", "side", str(other))
        (other / "a.ipynb").write_text(executed("2"))
        git(other, "commit", "-qam", "2")
        assert json.loads(git(other, "cat-file", "blob", "HEAD:a.ipynb")) == stripped(executed("2"))
        assert ours(other, "install", "--status").stdout.startswith("installed\n")


def test_a_program_that_is_gone_stops_add_but_not_checkout():
    with repository({"a.ipynb": executed("1"), "z.txt": "1"}, "default") as folder:
        git(folder, "add", ".")
        git(folder, "commit", "-qm", "1")
        git(folder, "checkout", "-q", "-b", "other")
        (folder / "a.ipynb").write_text(executed("2"))
        (folder / "z.txt").write_text("2")
        git(folder, "commit", "-qam", "2")
        for name in ("a.ipynb", "z.txt"):  # older than the index: git need not look at them again
            os.utime(folder / name, (1, 1))
        git(folder, "update-index", "--refresh")
        git(folder, "config", "filter.mlopslint.clean", "/nowhere/mlopslint notebook strip")
        git(folder, "checkout", "-q", "main")
        assert json.loads((folder / "a.ipynb").read_text()) == stripped(executed("1")) and (folder / "z.txt").read_text() == "1"
        (folder / "a.ipynb").write_text(executed("3"))
        assert git(folder, "add", "a.ipynb", code=None).returncode != 0
        assert (folder / "a.ipynb").read_text() == executed("3")


def test_a_merge_of_two_branches():
    with repository({"a.ipynb": notebook("1", "2", "3", "4", "5")}, "default") as folder:
        git(folder, "add", ".")
        git(folder, "commit", "-qm", "1")
        git(folder, "checkout", "-q", "-b", "other")
        (folder / "a.ipynb").write_text(executed("1", "2", "3", "4", "changed"))
        git(folder, "commit", "-qam", "2")
        git(folder, "checkout", "-q", "main")
        (folder / "a.ipynb").write_text(executed("changed", "2", "3", "4", "5"))
        git(folder, "commit", "-qam", "3")
        git(folder, "merge", "-q", "-m", "m", "other")
        merged = json.loads((folder / "a.ipynb").read_text())
        assert ["".join(cell["source"]) for cell in merged["cells"]] == ["changed", "2", "3", "4", "changed"]
        assert git(folder, "status", "--porcelain") == ""


def test_outside_of_a_repository_nothing_is_installed():
    with project({}) as folder:
        done = run("notebook", "install", cwd=folder, env={**world(folder), "GIT_CEILING_DIRECTORIES": str(folder.parent)})
        assert done.returncode == 2 and "not a git repository" in done.stderr


def pkt(text):
    data = text if isinstance(text, bytes) else text.encode()
    return b"%04x" % (len(data) + 4) + data


def test_the_protocol_by_hand():
    text = executed("1").encode()
    greeting = pkt("git-filter-client\n") + pkt("version=2\n") + b"0000" + pkt("capability=clean\n") + pkt("capability=smudge\n") + \
        pkt("capability=delay\n") + b"0000"

    def ask(command, path, content, extra=b""):
        return pkt(f"command={command}\n") + pkt(f"pathname={path}\n") + extra + b"0000" + pkt(content) + b"0000"
    hello = pkt("git-filter-server\n") + pkt("version=2\n") + b"0000" + pkt("capability=clean\n") + pkt("capability=smudge\n") + b"0000"
    good = pkt("status=success\n") + b"0000"
    bad = pkt("status=error\n") + b"0000"
    alone = run("notebook", "strip", stdin=text).stdout
    cases = [
        (b"", hello), (ask("clean", "a.ipynb", text), hello + good + pkt(alone) + b"00000000"),
        (ask("smudge", "a.ipynb", text, pkt("can-delay=1\n")), hello + good + pkt(text) + b"00000000"),
        (ask("clean", "bad.ipynb", b"{") + ask("clean", "a.ipynb", text), hello + bad + good + pkt(alone) + b"00000000"),
        (ask("fly", "a.ipynb", text), hello + bad),
        (pkt("command=clean\n") + pkt("pathname=a.ipynb\n") + b"00000000", hello + good + b"00000000"),
    ]
    for sent, expected in cases:
        done = run("notebook", "filter-process", stdin=greeting + sent)
        assert (done.returncode, done.stdout) == (0, expected), (sent, done)
    for broken in (b"hello", pkt("git-filter-client\n") + pkt("version=3\n") + b"0000", greeting + b"zz", greeting + pkt("command=clean\n"),
                   greeting + ask("clean", "a.ipynb", text)[:-6], greeting + b"fff9"):
        done = run("notebook", "filter-process", stdin=broken)
        assert done.returncode == 2 and b"git's filter protocol" in done.stderr, (broken, done)
