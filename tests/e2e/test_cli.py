"""The command line: exit codes, mistakes, where output goes, fixes."""
import json
import os
import pty
import subprocess

from helpers import PLAIN, PROGRAM, project, run

UNSAFE_LOAD = "import torch\nmodel = torch.load('m.pt', weights_only=False)\n"
CLEAN = "import json\nprint(json.dumps({}))\n"
ONE = ("check", "--isolated", "--select", "SEC101")


def test_exit_0_without_findings():
    with project({"a.py": CLEAN}) as folder:
        done = run(*ONE, cwd=folder)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("All clear: 1 file checked [")


def test_exit_1_with_findings():
    with project({"a.py": UNSAFE_LOAD}) as folder:
        done = run(*ONE, cwd=folder)
        assert (done.returncode, done.stderr) == (1, "")
        assert done.stdout.startswith("error[SEC101] torch-load-unsafe: ")
        assert " --> a.py:2:" in done.stdout
        assert "\n2 | model = torch.load('m.pt', weights_only=False)\n" in done.stdout
        assert "Found 1 finding (1 error) in 1 file [" in done.stdout


def test_exit_2_beats_findings():
    with project({"a.py": UNSAFE_LOAD}) as folder:
        done = run(*ONE, "a.py", "gone.py", cwd=folder)
        assert done.returncode == 2
        assert done.stderr.startswith("error: gone.py: ")
        assert "SEC101" in done.stdout
        assert "Incomplete: 1 error kept mlopslint from checking everything" in done.stdout


def test_fail_on_moves_the_line():
    with project({"a.py": UNSAFE_LOAD}) as folder:
        assert run(*ONE, "--fail-on", "error", cwd=folder).returncode == 1
        with open(folder / "mlopslint.toml", "w") as file:
            file.write('select = ["SEC101"]\n[severity]\nSEC101 = "info"\n')
        assert run("check", cwd=folder).returncode == 0
        assert run("check", "--fail-on", "info", cwd=folder).returncode == 1


def test_severity_hides_what_is_below():
    with project({"a.py": UNSAFE_LOAD, "mlopslint.toml": 'select = ["SEC101"]\n[severity]\nSEC101 = "info"\n'}) as folder:
        done = run("check", "--severity", "warning", "--fail-on", "info", cwd=folder)
        assert done.returncode == 0
        assert "SEC101" not in done.stdout


def test_mistakes_name_the_nearest_word():
    cases = {
        ("chekc",): "unknown command 'chekc'; did you mean 'check'?",
        ("rule",): "there is 'rule new' or 'rule test' or 'rule types' or 'rule try' or 'rule ast'",
        ("check", "--fromat", "json"): "unknown option '--fromat'; did you mean '--format'?",
        ("check", "--format", "sarfi"): "did you mean 'sarif'?",
        ("check", "--jobs", "0"): "--jobs can't be '0': 1 to 256",
        ("check", "--jobs", "x"): "--jobs can't be 'x': 1 to 256",
        ("check", "--staged", "--fix"): "--staged and --fix exclude each other",
        ("check", "--unsafe-fixes"): "--unsafe-fixes needs --fix or --diff",
        ("check", "--format", "json", "--format", "sarif"): "two formats would go to the same place",
        ("explain",): "missing: a rule's code or name",
        ("explain", "torch-load-unsaf"): "did you mean 'torch-load-unsafe'?",
        ("explain", "SEC10"): "no rule 'SEC10'",
        ("completions", "tcsh"): "there are bash, zsh and fish",
        ("hook", "install", "pre-comit"): "did you mean 'pre-commit'?",
    }
    with project({}) as folder:
        for arguments, message in cases.items():
            done = run(*arguments, cwd=folder)
            assert done.returncode == 2, arguments
            assert done.stdout == "", arguments
            assert message in done.stderr, (arguments, done.stderr)


def test_unknown_rules_are_refused():
    with project({"a.py": CLEAN}) as folder:
        done = run("check", "--isolated", "--select", "SEC999x", cwd=folder)
        assert done.returncode == 2
        assert "SEC999x" in done.stderr


def test_help_is_made_for_every_command():
    general = run("--help").stdout
    for command in ("check", "rules", "explain", "rule test", "hook install", "hook run", "lsp", "completions"):
        assert f"\n  {command} " in general, command
        done = run(*command.split(), "--help")
        assert done.returncode == 0
        assert f"usage: mlopslint {command}" in done.stdout
    assert run("--version").stdout.startswith("mlopslint 0.")
    assert run().returncode == 2


def test_output_pairs_write_several_formats_at_once():
    with project({"a.py": UNSAFE_LOAD}) as folder:
        done = run(*ONE, "--format", "text", "--format", "json", "--output", "a.json", "--format", "sarif",
                   "--output", "a.sarif", cwd=folder)
        assert done.returncode == 1
        assert done.stdout.startswith("error[SEC101]")
        assert json.loads((folder / "a.json").read_text())["summary"]["findings"] == 1
        assert json.loads((folder / "a.sarif").read_text())["version"] == "2.1.0"


def test_output_that_cannot_be_written_is_exit_2():
    with project({"a.py": CLEAN}) as folder:
        done = run(*ONE, "--output", "no/such/folder/a.txt", cwd=folder)
        assert done.returncode == 2
        assert "no/such/folder/a.txt" in done.stderr
        with open("/dev/full", "w") as full:
            done = run(*ONE, cwd=folder, stdout=full)
        assert done.returncode == 2
        assert "standard output: No space left on device" in done.stderr


def test_a_closed_pipe_is_quiet():
    with project({"a.py": CLEAN}) as folder:
        read_end, write_end = os.pipe()
        os.close(read_end)
        done = run(*ONE, cwd=folder, stdout=write_end)
        os.close(write_end)
        assert (done.returncode, done.stderr) == (2, "")


def test_standard_input_is_one_file():
    with project({}) as folder:
        done = run(*ONE, "--stdin-filename", "./src/x.py", cwd=folder, stdin=UNSAFE_LOAD)
        assert done.returncode == 1
        assert " --> src/x.py:2:" in done.stdout
        done = run(*ONE, "--stdin-filename", "x.py", "y.py", cwd=folder)
        assert done.returncode == 2
        assert "leave 'y.py' out" in done.stderr


def test_diff_shows_and_fix_does():
    with project({"a.py": UNSAFE_LOAD}) as folder:
        shown = run(*ONE, "--diff", "--unsafe-fixes", cwd=folder)
        assert shown.returncode == 1
        assert "-model = torch.load('m.pt', weights_only=False)\n" in shown.stdout
        assert (folder / "a.py").read_text() == UNSAFE_LOAD
        applied = subprocess.run(["git", "apply", "--check", "-"], input=shown.stdout, text=True, cwd=folder)
        assert applied.returncode == 0
        fixed = run(*ONE, "--fix", "--unsafe-fixes", cwd=folder)
        assert fixed.returncode == 0, fixed.stdout
        assert "applied 1 fix in 1 file" in fixed.stderr
        assert "weights_only=True" in (folder / "a.py").read_text()


def test_fixing_standard_input_passes_it_on():
    with project({}) as folder:
        done = run(*ONE, "--fix", "--unsafe-fixes", "--stdin-filename", "a.py", cwd=folder, stdin=UNSAFE_LOAD)
        assert done.stdout == "import torch\nmodel = torch.load('m.pt', weights_only=True)\n"
        assert done.returncode == 0
        done = run(*ONE, "--fix", "--stdin-filename", "a.py", cwd=folder, stdin=CLEAN)
        assert done.stdout == CLEAN


def test_statistics_count_per_rule():
    with project({"a.py": UNSAFE_LOAD, "b.py": UNSAFE_LOAD}) as folder:
        done = run(*ONE, "--statistics", cwd=folder)
        assert done.stdout.startswith("2  error    SEC101  torch-load-unsafe\n")


def test_quiet_has_no_summary():
    with project({"a.py": CLEAN}) as folder:
        assert run(*ONE, "-q", cwd=folder).stdout == ""


def test_colours_follow_option_and_environment():
    with project({"a.py": UNSAFE_LOAD}) as folder:
        assert "\x1b[" not in run(*ONE, cwd=folder).stdout
        assert "\x1b[1;31m" in run(*ONE, "--color", "always", cwd=folder).stdout
        assert "\x1b[1;31m" in run(*ONE, cwd=folder, env={"FORCE_COLOR": "1"}).stdout
        assert "\x1b[" not in run(*ONE, cwd=folder, env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).stdout
        assert "\x1b[1;31m" in on_a_terminal(folder, "xterm")
        assert "\x1b[" not in on_a_terminal(folder, "dumb")


def on_a_terminal(folder, term):
    main, side = pty.openpty()
    with subprocess.Popen([PROGRAM, *ONE], cwd=folder, stdin=side, stdout=side, stderr=side, env={**PLAIN, "TERM": term}) as child:
        os.close(side)
        text = b""
        while True:
            try:
                block = os.read(main, 65536)
            except OSError:  # EIO: the other end is closed
                break
            if not block:
                break
            text += block
        child.wait()
    os.close(main)
    return text.decode()


def test_rules_and_explain_know_the_same_rules():
    rules = json.loads(run("rules", "--format", "json").stdout)["rules"]
    assert len(rules) >= 25
    assert [rule["code"] for rule in rules] == sorted(rule["code"] for rule in rules)
    assert len(run("rules").stdout.splitlines()) == len(rules)
    for rule in rules:
        done = run("explain", rule["code"])
        assert done.returncode == 0
        assert done.stdout.startswith(f"{rule['code']} {rule['name']} (")
        assert f"ignore[{rule['code']}]" in done.stdout
    assert run("explain", "torch-load-unsafe").stdout == run("explain", "SEC101").stdout


def test_completions_are_scripts():
    script = run("completions", "bash").stdout
    assert subprocess.run(["bash", "-n"], input=script, text=True).returncode == 0
    probe = script + "\nCOMP_WORDS=(mlopslint check --format s); COMP_CWORD=3; _mlopslint; echo ${COMPREPLY[@]}\n"
    assert subprocess.run(["bash"], input=probe, text=True, capture_output=True).stdout == "sarif\n"
    probe = script + "\nCOMP_WORDS=(mlopslint rule te); COMP_CWORD=2; _mlopslint; echo ${COMPREPLY[@]}\n"
    assert subprocess.run(["bash"], input=probe, text=True, capture_output=True).stdout == "test\n"
    assert "complete -c mlopslint" in run("completions", "fish").stdout
    assert run("completions", "zsh").stdout.startswith("#compdef mlopslint\n")


def test_the_same_output_with_any_number_of_workers():
    files = {f"p{number}/m.py": UNSAFE_LOAD for number in range(40)}
    with project(files) as folder:
        one, four = (run("check", "--isolated", "-q", "--jobs", jobs, cwd=folder).stdout for jobs in ("1", "4"))
        assert one == four
        assert one.count("error[SEC101]") == 40
