"""Fixes: what they may change, what they must keep, and patches that other tools take."""
import json
import os
import shutil
import subprocess
import time
from tempfile import TemporaryDirectory

from helpers import PLAIN, PROGRAM, check_json, notebook, project, run

LOAD = "torch.load('m.pt', weights_only=False)"
BAD = f"import torch\nm = {LOAD}\n"
GOOD = BAD.replace("False", "True")
UNSAFE = ("--isolated", "--select", "SEC101,MLO", "--unsafe-fixes")
RULE = """local rule = require "mlopslint.rule"
local function words(code, pairs)
  return rule.text { code = code, name = "words-" .. code:lower(), severity = "warning", summary = "s", docs = "d",
    needs = { "XX" }, regex = "XX\\\\w+", files = { "*.py", "*.ipynb" },
    check = function(ctx, match)
      local to = pairs[match.text]
      if to then ctx:report(match.range, "word"):fix { safety = "safe", title = "replace", match.range:replace(to) } end
    end,
    tests = { bad = { "XXone  # expect: " .. code }, good = { "x" } } }
end
return words("%s", { %s })
"""


def pack(folder, **rules):
    (folder / "lint").mkdir()
    for code, pairs in rules.items():
        (folder / "lint" / f"{code}.lua").write_text(RULE % (code, pairs))
    (folder / "mlopslint.toml").write_text('rule-packs = ["lint"]\nselect = ["%s"]\n' % '", "'.join(rules))


def git(*arguments, cwd, stdin=None):
    return subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", *arguments], cwd=cwd, input=stdin,
                          capture_output=True, env=PLAIN)


def fixed_by_fix(files):
    with project(files) as folder:
        done = run("check", "--fix", *UNSAFE, cwd=folder)
        assert done.returncode == 0, done.stderr + done.stdout
        return {name: (folder / name).read_bytes() for name in files}


HARD = {
    "plain.py": BAD.encode(),
    "no newline.py": BAD.rstrip("\n").encode(),
    "crlf.py": BAD.replace("\n", "\r\n").encode(),
    "mixed.py": f"import torch\r\n\nm = {LOAD}\r\nx = 1\n".encode(),
    "bom.py": b"\xef\xbb\xbf" + BAD.encode(),
    "latin.py": f"# -*- coding: latin-1 -*-\nimport torch\n# caf\u00e9\nm = {LOAD}\n".encode("latin-1"),
    "na\u00efve \u6587.py": BAD.encode(),
    "quote\"tab\t.py": BAD.encode(),
    "a/b/deep.py": b"\n" * 30 + BAD.encode() + b"\n" * 30,
    "n.ipynb": notebook("import torch\n" + "# caf\u00e9 \"q\"\n" + "m = " + LOAD).replace("\u00e9", "\\u00e9").encode(),
    "n crlf.ipynb": notebook("import torch\nm = " + LOAD).replace("\n", "\r\n").encode(),
}


def test_a_fix_changes_its_bytes_and_no_others():
    for name, after in fixed_by_fix(HARD).items():
        assert after == HARD[name].replace(b"weights_only=False", b"weights_only=True"), name


def test_patches_are_taken_by_git_and_by_patch():
    wanted = fixed_by_fix(HARD)
    for apply in (["git", "apply", "--whitespace=nowarn", "-"], ["patch", "-p1", "--binary", "--quiet"]):
        files = {name: text for name, text in HARD.items() if apply[0] == "git" or "\t" not in name}
        with project(files) as folder:
            shown = run("check", "--diff", *UNSAFE, cwd=folder, stdin=b"")
            assert shown.returncode == 1, shown.stderr
            assert {name: (folder / name).read_bytes() for name in files} == files, "--diff changes nothing"
            done = subprocess.run(apply, input=shown.stdout, cwd=folder, capture_output=True)
            assert done.returncode == 0, done.stderr
            assert {name: (folder / name).read_bytes() for name in files} == {name: wanted[name] for name in files}


def test_exit_status_of_diff():
    with project({"a.py": GOOD}) as folder:
        done = run("check", "--diff", *UNSAFE, cwd=folder)
        assert (done.returncode, done.stdout) == (0, "")
        (folder / "a.py").write_text(BAD)
        assert run("check", "--diff", "--isolated", "--select", "SEC101", cwd=folder).stdout == "", "unsafe ones were not asked for"
        assert run("check", "--diff", *UNSAFE, cwd=folder).returncode == 1
        assert run("check", "--diff", *UNSAFE, "a.py", "gone.py", cwd=folder).returncode == 2


def test_only_what_a_check_reports_is_fixed():
    """Neither rules that are off, nor findings that the rest of the project takes away, nor suppressed ones."""
    with project({"a.py": BAD, "b.py": f"import torch\nm = {LOAD}  # mlopslint: ignore[SEC101] ours\n"}) as folder:
        run("check", "--fix", "--unsafe-fixes", "--isolated", "--ignore", "SEC101", cwd=folder)
        assert (folder / "a.py").read_text() == BAD
        done = run("check", "--fix", *UNSAFE, cwd=folder)
        assert (folder / "a.py").read_text() == GOOD
        assert "weights_only=False" in (folder / "b.py").read_text()
        assert "applied 1 fix in 1 file" in done.stderr
        assert run("check", "--fix", *UNSAFE, cwd=folder).stderr == "", "the second run changes nothing"


def test_severity_limits_what_is_fixed():
    """A finding that isn't shown is not fixed either: here an unused suppression, an info."""
    text = BAD + "x = 1  # mlopslint: ignore[SEC101] nothing here\n"
    with project({"a.py": text}) as folder:
        assert "MLO001" in run("check", "--isolated", cwd=folder).stdout
        for options in ["--fix"], ["--fix", "--unsafe-fixes"]:
            run("check", *options, "--isolated", "--severity", "warning", cwd=folder)
            assert "# mlopslint: ignore[SEC101] nothing here" in (folder / "a.py").read_text(), options
        assert "weights_only=True" in (folder / "a.py").read_text(), "what is shown is fixed"
        patch = ["check", "--diff", "--isolated"]
        assert run(*patch, "--severity", "warning", cwd=folder).stdout == ""
        assert "-x = 1  # mlopslint" in run(*patch, "--severity", "info", cwd=folder).stdout


def test_what_remains_is_reported():
    text = BAD + "n = torch.load('n.pt', weights_only=False)  # mlopslint: ignore\n"
    with project({"a.py": text}) as folder:
        done = run("check", "--fix", *UNSAFE, cwd=folder)
        assert "applied 2 fixes in 1 file" in done.stderr
        assert done.returncode == 1
        assert "MLO002" in done.stdout and "SEC101" not in done.stdout


def test_unused_suppressions_are_removed():
    before = (f"import torch\na = {LOAD}  # mlopslint: ignore[SEC101, FIT006] ours\nb = 1  # mlopslint: ignore[SEC101]\n"
              "# mlopslint: ignore[SEC101] old\nc = 2  # noqa: E501  # mlopslint: ignore[SEC101] x  # type: ignore\n")
    after = f"import torch\na = {LOAD}  # mlopslint: ignore[SEC101] ours\nb = 1\nc = 2  # noqa: E501  # type: ignore\n"
    with project({"a.py": before}) as folder:
        done = run("check", "--fix", "--isolated", "--select", "SEC101,FIT006,MLO", cwd=folder)
        assert (folder / "a.py").read_text() == after
        assert done.returncode == 0, done.stdout


def test_unused_suppressions_of_cells_are_removed():
    before = notebook("# mlopslint: ignore[SEC101] demo\nx = 1", "y = 2  # mlopslint: ignore[SEC101]\nz = 3",
                      "q = 1\n# mlopslint: ignore[SEC101]\nr = 2", "s = 1\n# mlopslint: ignore[SEC101]")
    with project({"a.ipynb": before}) as folder:
        run("check", "--fix", "--isolated", "--select", "SEC101,MLO", cwd=folder)
        cells = json.loads((folder / "a.ipynb").read_text())["cells"]
        assert ["".join(cell["source"]) for cell in cells] == ["x = 1", "y = 2\nz = 3", "q = 1\nr = 2", "s = 1\n"]
        assert check_json("--select", "MLO", cwd=folder)["findings"] == []


def test_a_suppression_that_the_whole_project_needs_stays():
    """The declared version decides: alone, the file would look as if nothing were wrong with it."""
    files = {"requirements.txt": "torch==2.3.1\n", "a.py": "import torch\nm = torch.load('m.pt')  # mlopslint: ignore[SEC101] ours\n"}
    with project(files) as folder:
        run("check", "--fix", *UNSAFE, cwd=folder)
        assert (folder / "a.py").read_text() == files["a.py"]


def test_fixes_that_do_harm_are_named_and_the_others_apply():
    with project({"a.py": "a = XXone\nb = XXbroken\nc = XXone\n"}) as folder:
        pack(folder, ORG001='XXone = "1", XXbroken = "((("')
        done = run("check", "--fix", cwd=folder)
        assert (folder / "a.py").read_text() == "a = 1\nb = XXbroken\nc = 1\n"
        assert "note: a.py:2: the fix of ORG001 (replace) is left out: it would break the file's syntax" in done.stderr
        assert done.returncode == 1 and "ORG001" in done.stdout


def test_fixes_that_undo_each_other_are_named():
    with project({"a.py": "a = XXping\n", "b.py": "b = XXone\n"}) as folder:
        pack(folder, ORG001='XXping = "XXpong", XXone = "1"', ORG002='XXpong = "XXping"')
        done = run("check", "--fix", cwd=folder)
        assert "note: a.py: the fixes of ORG001 and ORG002 undo each other: the file is left as it was" in done.stderr
        assert (folder / "a.py").read_text() == "a = XXping\n"
        assert (folder / "b.py").read_text() == "b = 1\n"


def test_new_lines_are_ended_as_the_file_does():
    rule = """local rule = require "mlopslint.rule"
return rule.call { code = "ORG001", name = "two-lines", severity = "warning", summary = "s", docs = "d", calls = { "joblib.load" },
  check = function(ctx, call) ctx:report(call, "m"):fix { safety = "safe", title = "t", call:replace("(\\n1)") } end,
  tests = { bad = { "import joblib\\njoblib.load('x')  # expect: ORG001" }, good = { "x = 1" } } }
"""
    text = "import joblib\nx = joblib.load('x')\n"
    files = {"lint/a.lua": rule, "mlopslint.toml": 'rule-packs = ["lint"]\nselect = ["ORG001"]\n', "lf.py": text,
             "crlf.py": text.replace("\n", "\r\n"), "n.ipynb": notebook(text)}
    with project(files) as folder:
        run("check", "--fix", cwd=folder)
        assert (folder / "lf.py").read_bytes() == b"import joblib\nx = (\n1)\n"
        assert (folder / "crlf.py").read_bytes() == b"import joblib\r\nx = (\r\n1)\r\n"
        assert "".join(json.loads((folder / "n.ipynb").read_text())["cells"][0]["source"]) == "import joblib\nx = (\n1)\n"


def test_the_mode_stays():
    with project({"a.py": BAD}) as folder:
        os.chmod(folder / "a.py", 0o750)
        run("check", "--fix", *UNSAFE, cwd=folder)
        assert (folder / "a.py").read_text() == GOOD
        assert (folder / "a.py").stat().st_mode & 0o7777 == 0o750
        assert sorted(path.name for path in folder.iterdir()) == ["a.py"], "no temporary file stays"


def test_links_are_left_alone():
    with project({"real/a.py": BAD, "work/b.py": BAD}) as folder:
        os.symlink("../real/a.py", folder / "work" / "a.py")
        done = run("check", "--fix", *UNSAFE, ".", cwd=folder / "work")
        assert done.returncode == 0, done.stdout
        assert (folder / "real/a.py").read_text() == BAD
        assert os.path.islink(folder / "work/a.py")
        done = run("check", "--fix", *UNSAFE, "a.py", cwd=folder / "work")
        assert done.returncode == 2 and "leads out of the project" in done.stderr
        assert (folder / "real/a.py").read_text() == BAD


def as_nobody():
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)


def test_what_cannot_be_written_is_told():
    with project({"a.py": BAD, "sub/b.py": BAD}) as folder:
        os.chmod(folder, 0o755)
        os.chmod(folder / "a.py", 0o644 if os.geteuid() == 0 else 0o444)
        os.chmod(folder / "sub", 0o555)
        os.chmod(folder / "sub/b.py", 0o666)
        with TemporaryDirectory() as place:  # nobody may not reach the build
            os.chmod(place, 0o755)
            program = shutil.copy(PROGRAM, place)
            done = subprocess.run([program, "check", "--fix", *UNSAFE], cwd=folder, env=PLAIN, capture_output=True, text=True,
                                  preexec_fn=as_nobody)
        os.chmod(folder / "sub", 0o755)
        assert done.returncode == 2
        assert "error: a.py: cannot write it: Permission denied: grant access" in done.stderr
        assert "error: sub/b.py: cannot write beside it: Permission denied: grant access" in done.stderr
        assert (folder / "a.py").read_text() == BAD and "SEC101" in done.stdout


def test_a_file_that_changed_meanwhile_is_left_alone():
    """The rule of this pack takes its time, so that there is time to save the file."""
    slow = """local rule = require "mlopslint.rule"
return rule.call { code = "ORG001", name = "slow", severity = "warning", summary = "s", docs = "d", calls = { "joblib.load" },
  check = function(ctx, call) for i = 1, 100000 do local x = i * 2 end end,
  tests = { bad = { "import joblib\\njoblib.load('x')  # expect: ORG001" }, good = { "x = 1" } } }
"""
    files = {"lint/a.lua": slow, "mlopslint.toml": 'rule-packs = ["lint"]\nselect = ["ORG001", "SEC101"]\n',
             "a.py": BAD, **{f"z{number}.py": "import joblib\njoblib.load('x')\n" for number in range(200)}}
    with project(files) as folder:
        with subprocess.Popen([PROGRAM, "check", "--fix", "--unsafe-fixes", "--jobs", "1"], cwd=folder, env=PLAIN, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as child:
            for round in range(2000):
                (folder / "new").write_text(BAD + f"y = {round}\n")
                os.replace(folder / "new", folder / "a.py")
                if child.poll() is not None:
                    break
                time.sleep(0.002)
            _, said = child.communicate()
        assert "error: a.py: was changed while its fixes were made: left as it is; run again" in said, said
        assert child.returncode == 2
        assert (folder / "a.py").read_text().startswith(BAD), "what was saved is still there"


def test_formats_without_a_reader_back_are_not_half_written():
    utf16 = "\ufeff" + BAD
    files = {"le.py": utf16.encode("utf-16-le"), "be.py": utf16.encode("utf-16-be")}
    with project(files) as folder:
        run("check", "--fix", *UNSAFE, cwd=folder)
        for name, before in files.items():
            after = (folder / name).read_bytes()
            codec = "utf-16-" + name[:2]
            assert after in (before, before.decode(codec).replace("False", "True").encode(codec)), name


def test_display_is_never_applied():
    rule = """local rule = require "mlopslint.rule"
return rule.call { code = "ORG001", name = "shown", severity = "warning", summary = "s", docs = "d", calls = { "joblib.load" },
  check = function(ctx, call) ctx:report(call, "m"):fix { safety = "display", title = "t", call:replace("1") } end,
  tests = { bad = { "import joblib\\njoblib.load('x')  # expect: ORG001" }, good = { "x = 1" } } }
"""
    text = "import joblib\nx = joblib.load('x')\n"
    files = {"lint/a.lua": rule, "mlopslint.toml": 'rule-packs = ["lint"]\nselect = ["ORG001"]\n', "a.py": text}
    with project(files) as folder:
        done = run("check", "--fix", "--unsafe-fixes", cwd=folder)
        assert done.returncode == 1 and (folder / "a.py").read_text() == text
        assert run("check", "--diff", "--unsafe-fixes", cwd=folder).stdout == ""
