"""`rule try` and `rule ast`: what the author of a rule looks at."""
import json

from helpers import project, run

PYTHON = "import torch as t\nPATH = 'a' + 'b'\nt.load(PATH, f=1)\n"


def test_try_finds_a_pattern_and_says_what_its_metavariables_are():
    with project({"a.py": PYTHON, "b.py": "load(x)\n", "c.ipynb": "{}"}) as folder:
        done = run("rule", "try", "torch.load($P, $...REST)", cwd=folder)
    assert done.stdout.startswith("info[TRY001] match: $P = `PATH`, $REST = `f=1`\n --> a.py:3:1\n")
    assert done.stdout.count("[TRY001]") == 1
    assert "  | ^^^^^^^^^^^^^^^^^\n" in done.stdout


def test_try_takes_paths_formats_and_patterns_that_look_like_lua():
    with project({"a.py": "f(']=]', 'x')\n", "b/b.py": "f(']=]')\n"}) as folder:
        done = run("rule", "try", "f(']=]', ...)", "--format", "json", "a.py", cwd=folder)
    assert [finding["path"] for finding in json.loads(done.stdout)["findings"]] == ["a.py"]
    assert done.returncode == 0


def test_try_refuses_what_is_no_pattern():
    for pattern, message in [("f(", "line 1, column 1: this is no Python"), ("$X", "the pattern takes any code"),
                             ("f($a)", "line 1, column 3: a metavariable is written in capitals")]:
        done = run("rule", "try", pattern)
        assert (done.returncode, done.stdout) == (2, "") and message in done.stderr


def test_ast_shows_kinds_roles_names_and_constants():
    done = run("rule", "ast", "-", stdin=PYTHON)
    assert "   3:1       call  -> torch.load()\n" in done.stdout
    assert "   3:1         function: attribute  -> torch.load\n" in done.stdout
    assert '   3:8           identifier "PATH"  -> builtins.str  = "ab"\n' in done.stdout


def test_ast_of_a_pattern():
    done = run("rule", "ast", "--pattern", "torch.load($P, ..., '...')")
    assert done.stdout.split("\n")[2:6] == ["   1:1       call", "   1:1         function: attribute  -> torch.load",
                                            "   1:11        arguments: argument_list",
                                            "   1:12          identifier  any code: $P"]
    assert done.stdout.endswith("identifier  any number\n   1:21          string  any string\n")


def test_ast_of_a_configuration_and_of_what_has_no_tree():
    with project({"a.yaml": "a: 1\n", "b.txt": "x"}) as folder:
        assert 'integer_scalar "1"' in run("rule", "ast", "a.yaml", cwd=folder).stdout
        done = run("rule", "ast", "b.txt", cwd=folder)
    assert done.returncode == 2 and "no syntax tree for files of this name" in done.stderr
