"""Mutates the sample projects' files and checks that the program bears them.

    FUZZ_SEED=1 FUZZ_SECONDS=60 python3 tests/fuzz/mutate.py PROGRAM

Whatever a file holds, the program ends with 0, 1 or 2, says what it has to say as JSON that parses, and points at
places that exist; one worker and two say the same. The same seed makes the same mutants. What breaks the program is
kept in build/fuzz.
"""
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import stripping

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = ROOT / "tests" / "projects"
KEPT = ROOT / "build" / "fuzz"
MUTANTS = 250  # in one run of the program
CONFIGS = 12  # configuration files between two such runs
FORMATS = ["text", "sarif", "github", "jsonl"]
TIMEOUT = 120

# Formats that the sample projects lack, and a notebook with all that is stripped.
SEEDS = {
    "book.ipynb": stripping.BOOK,
    "pyproject.toml": b'[project]\nname = "churn"\ndependencies = ["torch==2.3.1", "mlflow>=2"]\n[tool.mlopslint]\nselect = ["SEC"]\n',
    "main.tf": b'resource "aws_sagemaker_notebook_instance" "n" {\n  name = "n"\n  tags = { a = "b" }\n  direct_internet_access = "Enabled"\n}\n',
    "start.sh": b"#!/bin/sh\nset -e\nmlflow server --host 0.0.0.0 \\\n  --port 5000 &\njupyter lab --ServerApp.token='' <<EOF\n$(cat x)\nEOF\n",
    "setup.cfg": b"[metadata]\nname = churn\n[options]\ninstall_requires =\n  torch==2.3.1\n  pandas\n",
    "values.yaml": b"a: &a [1, 2]\nb: *a\nc:\n  <<: {x: 1}\n  d: |\n    text\n  e: {{ .Values.x }}\n",
}
SHOWN = {
    "cells": [
        {"cell_type": "code", "execution_count": 1, "metadata": {"tags": ["a"]}, "source": ["import pandas as pd\n", "pd.read_sql('q', c)"], "outputs": [
            {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {
                "text/html": ["<style>x</style><table><thead><tr><th></th><th colspan=\"2\">email</th></tr></thead>\n",
                              "<tr><th rowspan=2>0</th><td>anna.berg@posteo.de</td><td>&lt;1</td></tr><tr><td>tom@firma.at</td></tr></table>",
                              "<p>5 rows \u00d7 2 columns</p>"],
                "text/plain": ["    pesel  \\\n0  44051401359  \n\n   x\n0  1\n\n[5 rows x 2 columns]"]}},
            {"output_type": "stream", "name": "stdout", "text": ["+--+--+\n|id|ip|\n+--+--+\n| 1|10.0.0.1|\n+--+--+\n", "/home/anna/x DE89 3704 0044 0532 0130 00 "
                                                                 "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 eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx.AAAAAAAAAAAAAAAAAAAA"]}]},
        {"cell_type": "markdown", "metadata": {}, "attachments": {"a.png": {"image/png": "iVBORw0KGgo="}}, "source": "![a](attachment:a.png)"}],
    "metadata": {"widgets": {"s": {"state": {}}}, "key": "AKIAZ7Q3MXK5RD2WVB4T"}, "nbformat": 4, "nbformat_minor": 5}
SEEDS["shown.ipynb"] = json.dumps(SHOWN, indent=1).encode()
CONFIG = b"""select = ["SEC", "FIT", "NBK001"]
extend-select = ["USR"]
ignore = ["SEC401"]
exclude = ["data"]
respect-gitignore = true
max-file-size = 1000000
fail-on = "warning"
[per-file-ignores]
"tests" = ["FIT"]
[severity]
SEC101 = "warning"
"""
WORDS = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xf0\x9f\x98\x80", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\r", b"\r\n",
    b"\t", b"\x1b[31m", b'"""', b"'", b'"', b"\\", b"\\u", b"\\ud83d", b"\\u0000", b"{", b"}", b"[", b"]", b"(", b")", b":",
    b"- ", b"&a ", b"*a", b"<<: *a", b"---\n", b"{{ x }}", b"${A:-", b"$(", b"`", b"<<EOF\n", b"#", b"%", b"%%bash\n", b"!",
    b"# mlopslint: ignore[", b"# mlopslint: ignore[SEC101] x\n", b"# mlopslint: ignore-file[ALL]\n", b"# -*- coding: utf-16 -*-\n",
    b"# coding: latin-1\n", b"lambda: ", b"async def f():\n", b"import *", b"from . import ", b"x = x\n", b"null", b"-1", b"1e999",
    b"99999999999999999999", b"true", b"(" * 3000, b"[" * 3000, b"{\"a\":" * 1500, b"- " * 1500, b"if x:\n" * 300, b"f(" * 2000,
    b"x." * 3000, b"not " * 2000, b"a" * 70000, b"\n" * 5000, b"f'{" * 200, b"\"cells\":", b"\"nbformat\": 3", b"\"source\": 1",
]


def seeds():
    """Name and bytes of what is mutated, in a fixed order."""
    found = []
    for path in sorted(PROJECTS.rglob("*")):
        if path.is_file() and path.suffix != ".csv" and path.stat().st_size < 1 << 20:
            weight = 5 if path.suffix == ".ipynb" else 1
            found += weight * [(path.name, path.read_bytes())]
    return found + 4 * [("book.ipynb", stripping.BOOK)] + sorted(SEEDS.items())


# --- mutations: each takes the random source, the bytes and another file's bytes ----------------------------------


def place(rnd, text):
    return rnd.randrange(len(text) + 1)


def flip(rnd, text, _other):
    at = place(rnd, text)
    return text[:at] + bytes([rnd.randrange(256)]) + text[at + 1 :]


def insert(rnd, text, _other):
    at = place(rnd, text)
    return text[:at] + rnd.choice(WORDS) + text[at:]


def cut(rnd, text, _other):
    at = place(rnd, text)
    return text[:at] + text[at + rnd.choice([1, 2, 10, 100]) :]


def truncate(rnd, text, _other):
    return text[: place(rnd, text)]


def repeat(rnd, text, _other):
    at = place(rnd, text)
    return text[:at] + text[at : at + rnd.choice([1, 20, 200])] * rnd.choice([2, 5, 50]) + text[at:]


def splice(rnd, text, other):
    return text[: place(rnd, text)] + other[place(rnd, other) :]


def shuffle_lines(rnd, text, _other):
    lines = text.splitlines(keepends=True)
    at = rnd.randrange(len(lines) + 1)
    some = lines[at : at + 12]
    rnd.shuffle(some)
    return b"".join(lines[:at] + some + lines[at + 12 :])


def other_line_ends(rnd, text, _other):
    return text.replace(b"\n", rnd.choice([b"\r\n", b"\r", b"\n\n", b""]))


def indent(rnd, text, _other):
    at = text.rfind(b"\n", 0, place(rnd, text)) + 1
    return text[:at] + rnd.choice([b" ", b"\t", b"    ", b"\xc2\xa0"]) + text[at:]


MUTATIONS = [flip, flip, insert, insert, insert, cut, truncate, repeat, splice, shuffle_lines, other_line_ends, indent]


def mutate(rnd, text, other):
    for _ in range(rnd.choice([1, 1, 2, 3, 6])):
        text = rnd.choice(MUTATIONS)(rnd, text, other)
    return text


# --- the program --------------------------------------------------------------------------------------------------


def environment():
    """Sanitizers leave with a code of their own: their usual 1 would look like findings."""
    env = dict(os.environ)
    for name in ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
        env[name] = ":".join(filter(None, [env.get(name), "exitcode=99", "print_stacktrace=1"]))
    return env


def run(program, folder, *arguments):
    """What is wrong with a run, or None; and its standard output."""
    command = [program, "check", "--no-cache", *arguments, "."]
    try:
        done = subprocess.run(command, cwd=folder, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return f"no end after {TIMEOUT} s", b""
    said = done.stderr.decode(errors="replace")
    if re.search(r"Sanitizer|runtime error:|Assertion .* failed", said):
        return f"sanitizer or assertion (exit {done.returncode}):\n{said[-4000:]}", done.stdout
    if done.returncode not in (0, 1, 2):
        return f"exit {done.returncode}: {said[-1000:]}", done.stdout
    return None, done.stdout


def lines_in(path):
    return len(re.split(rb"\r\n|\r|\n", path.read_bytes()))


def judge(folder, output):
    """What is wrong with a JSON report, or None."""
    try:
        report = json.loads(output.decode("utf-8"))
    except ValueError as error:
        return f"the output is not JSON: {error}"
    for finding in report["findings"]:
        path = folder / finding["path"]
        start, end = finding["start"], finding["end"]
        if not path.is_file():
            return f"{finding['code']} in a file that is not there: {finding['path']}"
        if (start["line"], start["column"]) > (end["line"], end["column"]) or start["line"] < 1 or start["column"] < 1:
            return f"{finding['code']} at an impossible place: {finding['path']} {start} {end}"
        if end["line"] > lines_in(path):
            return f"{finding['code']} behind the end of {finding['path']}: {end}"
    return None


def check(program, folder, *arguments):
    wrong, output = run(program, folder, "--isolated", "--format", "json", *arguments)
    return wrong or judge(folder, output)


def without_seconds(output):
    return re.sub(rb'"seconds":\s*[-+.0-9eE]+', b"", output)


def same_with_two(program, folder):
    outputs = [run(program, folder, "--isolated", "--format", "json", "--jobs", jobs)[1] for jobs in ("1", "2")]
    return None if without_seconds(outputs[0]) == without_seconds(outputs[1]) else "two workers say something else than one"


# --- batches ------------------------------------------------------------------------------------------------------


def fill(rnd, folder, sources):
    for number in range(MUTANTS):
        name, text = rnd.choice(sources)
        into = folder / f"m{number:03}"
        into.mkdir()
        (into / name).write_bytes(mutate(rnd, text, rnd.choice(sources)[1]))


def keep(folder, number, program):
    """Copies what breaks the program, one mutant if it does so alone, and says where."""
    KEPT.mkdir(parents=True, exist_ok=True)
    alone = [each for each in sorted(folder.iterdir()) if each.is_dir() and check(program, each)]
    to = KEPT / f"batch{number}"
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(alone[0] if alone else folder, to)
    return to.relative_to(ROOT)


def batch(rnd, program, number, sources):
    """What is wrong with one folder of mutants, or None."""
    with tempfile.TemporaryDirectory(prefix="mlopslint-fuzz-") as name:
        folder = Path(name)
        fill(rnd, folder, sources)
        wrong = check(program, folder)
        if not wrong and number == 0:
            wrong = same_with_two(program, folder)
        if not wrong:
            wrong = run(program, folder, "--isolated", "--format", FORMATS[number % len(FORMATS)])[0]
        if not wrong:
            wrong = run(program, folder, "--isolated", "--fix", "--unsafe-fixes", "--format", "json")[0]
        return wrong and f"{wrong}\nkept in {keep(folder, number, program)}"


def strip(rnd, program, number, sources):
    """What is wrong with stripping one folder of mutants, or None."""
    books = [each for each in sources if each[0].endswith(".ipynb")]
    with tempfile.TemporaryDirectory(prefix="mlopslint-fuzz-") as name:
        folder = Path(name)
        fill(rnd, folder, books)
        before = Path(shutil.copytree(folder, KEPT / f"strip{number}", dirs_exist_ok=True))
        wrong = stripping.strip(program, folder, environment())
        for _ in range(CONFIGS):
            talk = stripping.conversation(mutate(rnd, stripping.BOOK, stripping.BOOK))
            talk = mutate(rnd, talk, talk) if rnd.random() < 0.5 else talk
            wrong = wrong or stripping.speak(program, folder, environment(), talk)
        if wrong:
            return f"{wrong}\nkept in {before.relative_to(ROOT)}"
        shutil.rmtree(before)
        return None


def config(rnd, program, number):
    """What is wrong with one mutated configuration, or None. Exit 2 is fine: most are broken."""
    with tempfile.TemporaryDirectory(prefix="mlopslint-fuzz-") as name:
        folder = Path(name)
        (folder / "a.py").write_text("import torch\ntorch.load(p)  # mlopslint: ignore[SEC101] ours\n")
        text = mutate(rnd, CONFIG, CONFIG)
        (folder / "mlopslint.toml").write_bytes(text)
        wrong = run(program, folder, "--format", "json")[0]
        if wrong:
            KEPT.mkdir(parents=True, exist_ok=True)
            (KEPT / f"config{number}.toml").write_bytes(text)
            return f"{wrong}\nkept in build/fuzz/config{number}.toml"
        return None


def main():
    if len(sys.argv) != 2:
        print("usage: sh tests/fuzz/run PROGRAM", file=sys.stderr)
        return 2
    program = str(Path(sys.argv[1]).resolve())
    seed, seconds = os.environ.get("FUZZ_SEED", "1"), float(os.environ.get("FUZZ_SECONDS", "60"))
    print(f"fuzz: seed {seed}, {seconds:.0f} s", flush=True)
    rnd, sources, end = random.Random(seed), seeds(), time.monotonic() + seconds
    batches = configs = 0
    while time.monotonic() < end or batches == 0:
        wrong = batch(rnd, program, batches, sources) or strip(rnd, program, batches, sources)
        batches += 1
        while not wrong and configs < CONFIGS * batches:
            wrong = config(rnd, program, configs)
            configs += 1
        if wrong:
            print(f"fuzz: seed {seed}, batch {batches}: {wrong}", file=sys.stderr)
            return 1
    print(f"fuzz: {batches * MUTANTS} mutants and {configs} configurations, nothing broke")
    return 0


if __name__ == "__main__":
    sys.exit(main())
