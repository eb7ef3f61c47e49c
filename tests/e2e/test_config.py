"""Configuration: what files say, who wins, and `--show-config`, which tells."""
import json
import subprocess

from helpers import PLAIN, project, run

LOAD = "import torch\nm = torch.load('m.pt', weights_only=False)\n"


def repository(folder):
    subprocess.run(["git", "init", "-q", str(folder)], check=True, env=PLAIN)


def shown(folder, path, *arguments):
    done = run("check", "--show-config", path, "--format", "json", *arguments, cwd=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def rule(config, code):
    return next(one for one in config["rules"] if one["code"] == code)


def test_the_nearest_file_holds_and_extends_others():
    files = {"mlopslint.toml": 'ignore = ["SEC101"]\n', "base.toml": '[severity]\nSEC101 = "info"\n',
             "service/mlopslint.toml": 'extends = "../base.toml"\n', "a.py": LOAD, "service/a.py": LOAD}
    with project(files) as folder:
        found = json.loads(run("check", "--format", "json", "--severity", "info", cwd=folder).stdout)["findings"]
        assert [(one["path"], one["severity"]) for one in found if one["code"] == "SEC101"] == [("service/a.py", "info")]


def test_a_stranger_s_configuration_reads_no_file_outside_of_its_repository():
    files = {"outside.toml": 'ignore = ["SEC101"]\n', "project/mlopslint.toml": 'extends = "../outside.toml"\n', "project/a.py": LOAD}
    with project(files) as folder:
        repository(folder / "project")
        done = run("check", cwd=folder / "project")
        assert done.returncode == 2
        assert "error: mlopslint.toml: line 1: `../outside.toml` lies outside of the repository" in done.stderr
        (folder / "project/link.toml").symlink_to("../outside.toml")
        (folder / "project/mlopslint.toml").write_text('extends = "link.toml"\n')
        assert "lies outside of the repository" in run("check", cwd=folder / "project").stderr
        (folder / "project/mlopslint.toml").write_text('extends = "../outside.toml"\n')
        done = run("check", "--config", "mlopslint.toml", cwd=folder / "project")
        assert done.returncode == 0, "the user's own word opens the door"


def test_files_above_the_root_may_be_extended_inside_the_repository():
    files = {"base.toml": 'ignore = ["SEC101"]\n', "a/b/mlopslint.toml": 'extends = "../../base.toml"\n', "a/b/x.py": LOAD}
    with project(files) as folder:
        repository(folder)
        assert run("check", cwd=folder / "a/b").returncode == 0


def test_off_and_files_and_ignores_of_a_rule():
    files = {"mlopslint.toml": '[rules.SEC101]\nfiles = ["src"]\nignores = ["gen_*.py"]\n', "a.py": LOAD, "src/b.py": LOAD,
             "src/gen_c.py": LOAD}
    with project(files) as folder:
        found = json.loads(run("check", "--format", "json", cwd=folder).stdout)["findings"]
        assert [one["path"] for one in found if one["code"] == "SEC101"] == ["src/b.py"]
        (folder / "mlopslint.toml").write_text('[severity]\nSEC101 = "off"\n')
        assert run("check", cwd=folder).returncode == 0
        assert run("check", "--select", "SEC101", cwd=folder).returncode == 1, "the command line is stronger"


def test_each_value_is_shown_with_its_source():
    files = {"mlopslint.toml": 'extends = "base.toml"\nexclude = ["vendor"]\n\n[per-file-ignores]\n"tests" = ["SEC101"]\n\n'
                               '[rules.output-committed]\nmax-kilobytes = 50\nignores = ["demo"]\n',
             "base.toml": 'fail-on = "error"\n[severity]\nSEC110 = "info"\n[notebook]\nkeep-counts = true\n'}
    with project(files) as folder:
        config = shown(folder, "tests/a.py", "--ignore", "NBK011")
        assert (config["path"], config["configuration"], config["extends"]) == ("tests/a.py", "mlopslint.toml", ["base.toml"])
        assert config["settings"]["exclude"] == {"value": ["vendor"], "source": {"path": "mlopslint.toml", "line": 2}}
        assert config["settings"]["fail-on"] == {"value": "error", "source": {"path": "base.toml", "line": 1}}
        assert config["settings"]["notebook.keep-counts"] == {"value": True, "source": {"path": "base.toml", "line": 5}}
        assert config["settings"]["notebook.keep-tags"]["source"] == {"default": True}
        assert config["settings"]["max-file-size"] == {"value": 8388608, "source": {"default": True}}
        assert rule(config, "SEC101")["enabled"] == {"value": False, "source": {"path": "mlopslint.toml", "line": 5}}
        assert rule(config, "SEC110")["severity"] == {"value": "info", "source": {"path": "base.toml", "line": 3}}
        assert rule(config, "NBK011")["enabled"] == {"value": False, "source": {"option": "--ignore"}}
        committed = next(one for one in config["rules"] if one["name"] == "output-committed")
        assert committed["options"]["max-kilobytes"] == {"value": 50, "source": {"path": "mlopslint.toml", "line": 8}}
        assert committed["ignores"] == {"value": ["demo"], "source": {"path": "mlopslint.toml", "line": 9}}
        assert rule(shown(folder, "src/a.py"), "SEC101")["enabled"] == {"value": True, "source": {"default": True}}
        assert shown(folder, "vendor/a.py")["excluded"] is True
        assert shown(folder, "a.py", "--isolated")["configuration"] is None

        text = run("check", "--show-config", "./tests/a.py", "--fail-on", "info", cwd=folder).stdout
        lines = text.splitlines()
        assert lines[0] == "# tests/a.py: mlopslint.toml, which extends base.toml", lines[0]
        said = {line.split("  #")[0].strip(): line.split("  # ")[1] for line in lines[1:] if "  # " in line}
        assert said['exclude = ["vendor"]'] == "mlopslint.toml:2"
        assert said['fail-on = "info"'] == "--fail-on"
        assert said["SEC101 torch-load-unsafe: off"] == "mlopslint.toml:5"
        assert said["max-kilobytes = 50"] == "mlopslint.toml:8"


def test_a_wrong_file_is_told_with_its_line():
    with project({"mlopslint.toml": 'extends = "base.toml"\n', "base.toml": "\nselct = []\n"}) as folder:
        for arguments in (("check",), ("check", "--show-config", "a.py")):
            done = run(*arguments, cwd=folder)
            assert done.returncode == 2
            assert "error: base.toml: line 2: unknown key `selct`; the nearest known is `select`" in done.stderr
