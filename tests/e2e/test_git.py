"""Staged checks and the hook, with the real git. What is in the index counts, whatever the files say."""
import json
import os
import subprocess
from contextlib import contextmanager

from helpers import PLAIN, PROGRAM, SECONDS, project, run

BAD = "import numpy as np\nfound = x == np.nan\n"
GOOD = "import numpy as np\nfound = np.isnan(x)\n"
LOAD = "import torch\nmodel = torch.load('m.pt')\n"
# No configuration of the person who runs the tests, and a name to commit with.
GIT = {**PLAIN, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull,
       **{f"GIT_{who}_{what}": "test@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}}


class Repository:
    def __init__(self, folder):
        self.folder = folder

    def git(self, *arguments, env=None):
        """The finished git command, which may have failed."""
        return subprocess.run(["git", *arguments], cwd=self.folder, env={**GIT, **(env or {})}, capture_output=True,
                              encoding="utf-8", timeout=SECONDS)

    def do(self, *arguments):
        done = self.git(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def write(self, path, text):
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)

    def stage(self, path, text):
        self.write(path, text)
        self.do("add", path)

    def commit(self, *arguments):
        return self.git("commit", "-q", "-m", "test", *arguments)

    def staged(self, cwd=None):
        """Exit code, (path, code) of what is found, standard error."""
        done = run("check", "--staged", "--format", "json", cwd=cwd or self.folder)
        found = [(each["path"], each["code"]) for each in json.loads(done.stdout)["findings"]] if done.stdout else []
        return done.returncode, found, done.stderr

    def install(self):
        done = run("hook", "install", "pre-commit", cwd=self.folder, env=GIT)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def uninstall(self):
        done = run("hook", "uninstall", "pre-commit", cwd=self.folder, env=GIT)
        assert done.returncode == 0, done.stderr

    def hooks(self):
        """The hooks that are no samples of git's."""
        return sorted(each.name for each in (self.folder / ".git" / "hooks").iterdir() if each.suffix != ".sample")


@contextmanager
def repository(*options, committed=None):
    """A repository with one commit if files are given."""
    with project(committed or {}) as folder:
        it = Repository(folder)
        it.do("init", "-q", "-b", "main", *options)
        if committed:
            it.do("add", "-A")
            assert it.commit().returncode == 0
        yield it


def blocked(commit):
    return commit.returncode != 0 and "FIT050" in commit.stdout + commit.stderr


# --- what is staged --------------------------------------------------------------------------------------------------

def test_the_index_counts_before_the_first_commit():
    with repository() as it:
        it.stage("a.py", BAD)
        it.write("a.py", GOOD)
        assert it.staged()[:2] == (1, [("a.py", "FIT050")])


def test_a_bug_in_the_file_alone_does_not_count():
    with repository(committed={"a.py": GOOD}) as it:
        it.stage("a.py", GOOD + "# more\n")
        it.write("a.py", BAD)
        assert it.staged() == (0, [], "")


def test_unchanged_files_are_not_checked():
    with repository(committed={"a.py": BAD, "b.py": GOOD}) as it:
        it.stage("b.py", GOOD + "# more\n")
        assert it.staged()[:2] == (0, [])


def test_nothing_staged_is_clean():
    with repository(committed={"a.py": BAD}) as it:
        assert it.staged()[:2] == (0, [])


def test_renames_count_deletions_and_links_do_not():
    with repository(committed={"old.py": BAD, "gone.py": BAD, "kept.py": BAD}) as it:
        it.do("mv", "old.py", "new.py")
        it.do("rm", "-q", "gone.py")
        (it.folder / "link.py").symlink_to(BAD.replace("\n", ";"))  # git keeps a link's target as its text
        it.do("add", "link.py")
        assert it.staged()[:2] == (1, [("new.py", "FIT050")])


def test_part_of_a_file_staged():
    with repository(committed={"a.py": GOOD}) as it:
        it.write("a.py", "# first\n" + GOOD + "\n" * 9 + "worse = y == np.nan\n")
        patch = it.do("diff", "-U0").split("@@ -2")[0]  # the first hunk alone
        subprocess.run(["git", "apply", "--cached", "--unidiff-zero"], cwd=it.folder, env=GIT, input=patch, check=True,
                       encoding="utf-8")
        assert it.do("show", ":a.py") == "# first\n" + GOOD
        assert it.staged()[:2] == (0, [])
        it.do("add", "a.py")
        assert it.staged()[:2] == (1, [("a.py", "FIT050")])


def test_paths_count_from_the_top_wherever_it_runs():
    with repository() as it:
        it.stage("sub/a.py", BAD)
        assert it.staged(cwd=it.folder / "sub")[:2] == (1, [("sub/a.py", "FIT050")])


def test_pins_in_the_index_are_known():
    with repository(committed={"requirements.txt": "torch>=2.6\n"}) as it:
        it.write("requirements.txt", "torch==1.0\n")
        it.stage("a.py", LOAD)
        assert it.staged()[:2] == (0, [])
        it.do("add", "requirements.txt")
        assert ("a.py", "SEC101") in it.staged()[1]


def test_hostile_file_names():
    with repository() as it:
        names = ["new\nline.py", "tab\t.py", "quote\".py", "ünicode 😀.py", "-c.py"]
        for name in names:
            it.write(name, BAD)
        it.do("add", "-A")
        assert it.staged()[1] == [(name, "FIT050") for name in sorted(names)]


def test_submodules_are_passed_over():
    with repository(committed={"a.py": GOOD}) as inner, repository() as it:
        it.do("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.folder), "module.py")
        assert it.staged()[:2] == (0, [])


def test_outside_a_repository_is_an_error():
    with project({"a.py": BAD}) as folder:
        done = run("check", "--staged", cwd=folder, env={"GIT_CEILING_DIRECTORIES": str(folder.parent)})
        assert done.returncode == 2
        assert "not a git repository" in done.stderr


# --- where libgit2 gives up ------------------------------------------------------------------------------------------

def test_split_index():
    with repository(committed={"a.py": GOOD, "requirements.txt": "torch>=2.6\n"}) as it:
        it.do("update-index", "--split-index")
        it.stage("b.py", BAD)
        it.stage("c.py", LOAD)
        it.write("b.py", GOOD)
        code, found, notes = it.staged()
        assert (code, found) == (1, [("b.py", "FIT050")])
        assert "asked git instead" in notes


def test_sparse_index():
    with repository(committed={"in/a.py": GOOD, "out/b.py": BAD, "out/requirements.txt": "torch>=2.6\n"}) as it:
        it.do("sparse-checkout", "set", "--cone", "--sparse-index", "in")
        assert not (it.folder / "out").exists()
        it.stage("in/a.py", BAD)
        it.stage("in/c.py", LOAD)
        code, found, notes = it.staged(cwd=it.folder / "in")
        assert (code, found) == (1, [("in/a.py", "FIT050")])
        assert "asked git instead" in notes


def test_sha256_repository():
    with repository("--object-format=sha256") as it:
        it.stage("new\nline.py", BAD)
        code, found, notes = it.staged()
        assert (code, found) == (1, [("new\nline.py", "FIT050")])
        assert "asked git instead" in notes


def test_configuration_cannot_make_git_run_programs():
    with repository("--object-format=sha256") as it:
        it.stage("a.py", BAD)
        trap = it.folder / "trap"
        trap.write_text("#!/bin/sh\ntouch sprung\n")
        trap.chmod(0o755)
        for name in ("core.fsmonitor", "diff.external", "core.pager", "core.sshCommand"):
            it.do("config", name, str(trap))
        it.do("config", "diff.x.textconv", str(trap))
        it.stage(".gitattributes", "*.py diff=x\n")
        (it.folder / "sprung").unlink(missing_ok=True)
        assert it.staged()[:2] == (1, [("a.py", "FIT050")])
        assert not (it.folder / "sprung").exists()


# --- the hook --------------------------------------------------------------------------------------------------------

def test_the_hook_stops_a_bad_commit_and_lets_a_good_one_pass():
    with repository() as it:
        it.install()
        it.stage("a.py", BAD)
        it.write("a.py", GOOD)  # a clean working tree does not hide it
        assert blocked(it.commit())
        it.do("add", "a.py")
        it.write("a.py", BAD)  # nor does a dirty one matter
        assert it.commit().returncode == 0
        assert it.do("show", "HEAD:a.py") == GOOD


def test_the_hook_sees_what_commit_a_takes():
    with repository(committed={"a.py": GOOD}) as it:
        it.install()
        it.write("a.py", BAD)
        assert blocked(it.commit("-a"))
        it.write("a.py", GOOD + "# more\n")
        assert it.commit("-a").returncode == 0


def test_the_hook_sees_what_commit_path_takes():
    with repository(committed={"a.py": GOOD, "b.py": GOOD}) as it:
        it.install()
        it.stage("b.py", BAD)
        it.write("a.py", GOOD + "# more\n")
        assert it.commit("a.py").returncode == 0  # without the staged b.py
        it.write("a.py", BAD)
        assert blocked(it.commit("a.py"))


def test_the_hook_works_in_a_linked_worktree_and_its_folders():
    with repository(committed={"a.py": GOOD}) as it, project({}) as other:
        it.install()
        it.do("worktree", "add", "-q", "-b", "side", str(other / "side"))
        linked = Repository(other / "side" / "sub")
        linked.folder.mkdir()
        linked.stage("c.py", BAD)
        assert linked.staged()[:2] == (1, [("sub/c.py", "FIT050")])
        assert blocked(linked.commit())
        linked.stage("c.py", GOOD)
        assert linked.commit().returncode == 0


def test_the_hook_installed_from_a_worktree_serves_both():
    with repository(committed={"a.py": GOOD}) as it, project({}) as other:
        it.do("worktree", "add", "-q", "-b", "side", str(other / "side"))
        Repository(other / "side").install()
        assert it.hooks() == ["pre-commit"]
        it.stage("a.py", BAD)
        assert blocked(it.commit())


def test_the_hook_with_a_split_index():
    with repository(committed={"a.py": GOOD}) as it:
        it.install()
        it.do("update-index", "--split-index")
        it.write("a.py", BAD)
        assert blocked(it.commit("-a"))
        assert blocked(it.commit("a.py"))
        it.write("a.py", GOOD + "# more\n")
        assert it.commit("-a").returncode == 0


def test_the_hook_runs_from_a_folder_and_in_a_folder_with_odd_names():
    with project({}) as folder:
        odd = folder / "it's $HOME \"a\" `b`"
        odd.mkdir()
        it = Repository(odd)
        it.do("init", "-q")
        it.install()
        it.stage("a.py", BAD)
        assert blocked(it.commit())


def test_installing_twice_changes_nothing():
    with repository() as it:
        it.install()
        before = (it.folder / ".git/hooks/pre-commit").read_text()
        assert "up to date" in it.install()
        assert (it.folder / ".git/hooks/pre-commit").read_text() == before
        assert it.hooks() == ["pre-commit"]


def hook_that_says(it, word, status=0, path=".git/hooks/pre-commit"):
    it.write(path, f"#!/bin/sh\necho {word} >&2\nexit {status}\n")
    (it.folder / path).chmod(0o755)
    return (it.folder / path).read_text()


def test_a_hook_that_stood_there_runs_first_and_comes_back():
    with repository() as it:
        old = hook_that_says(it, "before")
        it.install()
        it.install()
        assert it.hooks() == ["pre-commit", "pre-commit.before-mlopslint"]
        it.stage("a.py", BAD)
        failed = it.commit()
        assert blocked(failed) and "before" in failed.stderr
        hook_that_says(it, "refused", 3, ".git/hooks/pre-commit.before-mlopslint")
        failed = it.commit()
        assert failed.returncode != 0 and "refused" in failed.stderr and "FIT050" not in failed.stderr
        it.write(".git/hooks/pre-commit.before-mlopslint", old)
        it.uninstall()
        assert it.hooks() == ["pre-commit"]
        assert (it.folder / ".git/hooks/pre-commit").read_text() == old


def test_a_hook_that_git_would_not_run_is_not_run_by_ours():
    with repository() as it:
        hook_that_says(it, "asleep", 1)
        (it.folder / ".git/hooks/pre-commit").chmod(0o644)
        it.install()
        it.stage("a.py", GOOD)
        assert it.commit().returncode == 0


def test_uninstall_leaves_foreign_hooks_alone():
    with repository() as it:
        old = hook_that_says(it, "foreign")
        it.uninstall()
        assert (it.folder / ".git/hooks/pre-commit").read_text() == old
        (it.folder / ".git/hooks/pre-commit").unlink()
        it.install()
        it.uninstall()
        assert it.hooks() == []


def test_two_hooks_for_one_name_are_not_lost():
    with repository() as it:
        hook_that_says(it, "one")
        it.install()
        new = hook_that_says(it, "two")
        done = run("hook", "install", "pre-commit", cwd=it.folder, env=GIT)
        assert done.returncode == 2
        assert "pre-commit.before-mlopslint" in done.stderr
        assert (it.folder / ".git/hooks/pre-commit").read_text() == new


def test_hooks_path_inside_the_repository():
    with repository() as it:
        it.do("config", "core.hooksPath", "tools/hooks")
        (it.folder / "tools").mkdir()
        it.install()
        assert os.access(it.folder / "tools/hooks/pre-commit", os.X_OK)
        assert it.hooks() == []
        it.stage("a.py", BAD)
        assert blocked(it.commit())


def test_hooks_path_that_others_share_is_said():
    with repository() as it, project({}) as shared:
        it.do("config", "core.hooksPath", str(shared))
        assert "others use the hook too" in it.install()
        it.stage("a.py", BAD)
        assert blocked(it.commit())


def test_huskys_folder_is_left_alone():
    with repository() as it:
        it.do("config", "core.hooksPath", ".husky/_")
        old = hook_that_says(it, "husky", path=".husky/_/pre-commit")
        done = run("hook", "install", "pre-commit", cwd=it.folder, env=GIT)
        assert done.returncode == 2
        assert ".husky/pre-commit" in done.stderr
        assert (it.folder / ".husky/_/pre-commit").read_text() == old


def test_the_hook_of_a_program_that_is_gone_lets_nothing_pass():
    with repository() as it:
        it.install()
        path = it.folder / ".git/hooks/pre-commit"
        path.write_text(path.read_text().replace(str(PROGRAM), "/nowhere/mlopslint"))
        it.stage("a.py", GOOD)
        bare = {"PATH": "/usr/bin:/bin"}
        assert it.git("commit", "-q", "-m", "test", env=bare).returncode != 0
