"""Results that are taken over from earlier runs are those of a fresh one."""
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers import ROOT, notebook, project, run

# What `load` is stands in another file. Rules ask for "torch" and "load" in a file before they look at it.
TRAIN = "from shop import load  # torch\nmodel = load('m.pt')\n"
FILES = {"train.py": TRAIN, "shop/__init__.py": "from .io import load\n", "shop/io.py": "from torch import load\n",
         "cell.ipynb": notebook("x = 1"), "notes.md": "# Notes\n"}


def check(folder, caches, *arguments):
    done = run("check", "--isolated", "--format", "json", *arguments, ".", cwd=folder, env={"XDG_CACHE_HOME": str(caches)})
    report = json.loads(done.stdout)
    report["summary"].pop("seconds")
    return done.returncode, report, done.stderr


def codes(answer):
    return [finding["code"] for finding in answer[1]["findings"]]


def same_as_fresh(folder, caches):
    """The answer with the cache, twice, which must be the one without it."""
    fresh = check(folder, caches, "--no-cache")
    assert check(folder, caches) == fresh
    assert check(folder, caches, "--jobs", "8") == fresh
    return fresh


def test_a_second_run_says_the_same():
    for sample in (ROOT / "tests" / "projects" / "churn", ROOT / "tests" / "projects" / "churn-fixed"):
        with TemporaryDirectory() as caches:
            same_as_fresh(sample, caches)


def test_a_change_in_another_file_counts():
    with project(FILES) as folder, TemporaryDirectory() as caches:
        assert "SEC101" in codes(same_as_fresh(folder, caches))
        (folder / "shop" / "io.py").write_text("from json import load\n")
        assert "SEC101" not in codes(same_as_fresh(folder, caches))
        (folder / "shop" / "io.py").write_text(FILES["shop/io.py"])
        assert "SEC101" in codes(same_as_fresh(folder, caches))


def test_a_new_file_that_is_imported_instead_counts():
    with project({**FILES, "app/train.py": TRAIN}) as folder, TemporaryDirectory() as caches:
        assert codes(same_as_fresh(folder, caches)).count("SEC101") == 2
        (folder / "app" / "shop.py").write_text("def load(path): ...\n")
        assert codes(same_as_fresh(folder, caches)).count("SEC101") == 1


def test_settings_count():
    with project({"train.py": "import torch\ntorch.load('m.pt')\n"}) as folder, TemporaryDirectory() as caches:
        env = {"XDG_CACHE_HOME": str(caches)}
        assert "SEC101" in run("check", cwd=folder, env=env).stdout
        (folder / "mlopslint.toml").write_text('ignore = ["SEC101"]\n')
        assert "SEC101" not in run("check", cwd=folder, env=env).stdout


def test_suppressions_that_a_cached_file_used_are_used():
    text = "import torch\ntorch.load('m.pt')  # mlopslint: ignore[SEC101] ours\n"
    with project({"train.py": text}) as folder, TemporaryDirectory() as caches:
        same_as_fresh(folder, caches)


def test_no_cache_writes_nothing():
    with project(FILES) as folder, TemporaryDirectory() as caches:
        check(folder, caches, "--no-cache")
        run("check", "--stdin-filename", "a.py", cwd=folder, stdin="import os\n", env={"XDG_CACHE_HOME": caches})
        assert not list(Path(caches).iterdir())


def test_a_folder_that_cannot_be_written_is_no_fault():
    with project({**FILES, "caches": "a file"}) as folder:
        assert check(folder, folder / "caches") == check(folder, folder / "caches", "--no-cache")


def test_concurrent_runs_agree():
    with project(FILES) as folder, TemporaryDirectory() as caches:
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: check(folder, caches), range(8)))
        assert all(answer == answers[0] for answer in answers)
        assert len(list((Path(caches) / "mlopslint").iterdir())) == 1


def test_files_that_import_each_other_say_the_same_with_any_number_of_workers():
    names = [f"m{number}" for number in range(12)]
    files = {}
    for number, name in enumerate(names):
        other, third = names[(number + 1) % 12], names[(number + 5) % 12]
        files[f"{name}.py"] = (f"import torch\nfrom {other} import *\nfrom {third} import load as l{number}, Net\n"
                               f"from torch import load\nclass Net{number}(Net): pass\nload('x')\nl{number}('y')\nNet{number}().load('z')\n")
    with project(files) as folder, TemporaryDirectory() as caches:
        one = check(folder, caches, "--no-cache", "--jobs", "1")
        assert codes(one).count("SEC101") >= 24
        for _ in range(3):
            assert check(folder, caches, "--no-cache", "--jobs", "8") == one
