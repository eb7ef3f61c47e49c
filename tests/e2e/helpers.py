"""What the end-to-end tests share: the program, a folder to run it in, other people's tools."""
import json
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("MLOPSLINT", ROOT / "build" / "mlopslint")).resolve()
TOOLS = ROOT / "tests" / "tools" / "node_modules"
SECONDS = 120

# Nothing of the caller's terminal, colours or git reaches a test.
PLAIN = {name: value for name, value in os.environ.items()
         if not name.startswith(("GIT_", "CLICOLOR")) and name not in ("NO_COLOR", "FORCE_COLOR")}
PLAIN["XDG_CACHE_HOME"] = str(ROOT / "build" / "e2e-cache")


def run(*arguments, cwd=None, stdin=None, env=None, **options):
    """Runs mlopslint. stdin: text or bytes; the answer has text if stdin is no bytes."""
    text = not isinstance(stdin, bytes)
    return subprocess.run([PROGRAM, *arguments], cwd=cwd, input="" if stdin is None else stdin, env={**PLAIN, **(env or {})},
                          stdout=options.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE, timeout=SECONDS,
                          encoding="utf-8" if text else None, errors="surrogateescape" if text else None, **options)


def check_json(*arguments, cwd=None):
    """The report of `check --isolated --format json`."""
    return json.loads(run("check", "--isolated", "--format", "json", *arguments, cwd=cwd).stdout)


@contextmanager
def project(files):
    """A temporary folder with these files: path to text or bytes."""
    with TemporaryDirectory(prefix="mlopslint-e2e-") as name:
        folder = Path(name)
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content if isinstance(content, bytes) else content.encode())
        yield folder


def notebook(*sources, **metadata):
    """The text of a notebook with these code cells."""
    cells = [{"cell_type": "code", "execution_count": None, "id": f"c{number}", "metadata": {}, "outputs": [],
              "source": source.splitlines(keepends=True)} for number, source in enumerate(sources, 1)]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": cells, "metadata": {**kernel, **metadata}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def node(script, *arguments, stdin=""):
    """The standard output of a node script that may require() the pinned packages of tests/tools."""
    done = subprocess.run(["node", "-e", script, *arguments], input=stdin, capture_output=True, encoding="utf-8",
                          cwd=TOOLS.parent, timeout=SECONDS, check=True)
    return done.stdout


def multitool(*arguments):
    """Microsoft's SARIF tool. It is installed with scripts off, so its executable bit is set here; it would look for
    the schema in the network, so its proxy is a closed port; it needs no ICU in invariant mode."""
    program = TOOLS / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
    program.chmod(0o755)
    closed = "http://127.0.0.1:9"
    env = {**PLAIN, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "http_proxy": closed, "https_proxy": closed,
           "HTTP_PROXY": closed, "HTTPS_PROXY": closed, "ALL_PROXY": closed}
    return subprocess.run([program, *arguments], capture_output=True, encoding="utf-8", env=env, timeout=SECONDS)
