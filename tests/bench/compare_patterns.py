#!/usr/bin/env python3
"""Compares our rules in tests/e2e/packs/patterns with a public collection of pattern rules, on its own test files.

    compare_patterns.py FOLDER...

Each folder holds (somewhere below) the collection's test files: Python with `# ruleid: NAME` and `# ok: NAME` above the
lines that its rule must and must not find. For each rule: the lines that the collection expects, those that ours finds,
and both differences. Nothing of the collection is kept here: fetch it yourself.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

# Their name (and that of their test file) -> our code.
RULES = {
    "automatic-memory-pinning": "PAT001",
    "lxml-in-pandas": "PAT002",
    "numpy-in-pytorch-datasets": "PAT003",
    "pickles-in-pytorch": "PAT004",
    "waiting-with-pytorch-distributed": "PAT005",
    "onnx-session-options": "PAT006",
    "tarfile-extractall-traversal": "PAT007",
    "cannot-cache-generators": "PAT008",
    "useless-eqeq": "PAT009",
    "hardcoded-tmp-path": "PAT010",
    "logging-error-without-handling": "PAT011",
    "useless-innerfunction": "PAT012",
}


def find_file(folders, name):
    for folder in folders:
        for root, _, files in os.walk(folder):
            if name + ".py" in files:
                return os.path.join(root, name + ".py")
    return None


def expected_lines(path, name):
    """The line behind each `# ruleid:` that names the rule, blank lines and comments skipped."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    known = {name, name.replace("innerfunction", "inner-function")}
    found = set()
    for number, line in enumerate(lines):
        mark = re.search(r"#\s*ruleid:\s*([\w\-, ]+)", line)
        if not mark or not known & {word.strip() for word in mark.group(1).split(",")}:
            continue
        at = number + 1
        while at < len(lines) and (not lines[at].strip() or lines[at].lstrip().startswith("#")):
            at += 1
        found.add(at + 1)
    return found


def our_lines(path, code):
    config = f'rule-packs = ["{ROOT}/tests/e2e/packs/patterns"]\nselect = ["{code}"]\n'
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "mlopslint.toml")
        with open(file, "w", encoding="utf-8") as out:
            out.write(config)
        run = subprocess.run([f"{ROOT}/build/mlopslint", "check", "--config", file, "--format", "json", path],
                             capture_output=True, text=True, check=False)
    result = json.loads(run.stdout)
    for error in result["errors"]:
        print(f"error: {error['path']}: {error['message']}", file=sys.stderr)
    return {finding["start"]["line"] for finding in result["findings"]}


def text(lines):
    return " ".join(map(str, sorted(lines))) or "-"


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    print(f"{'rule':34} {'ours':8} {'expected':>8} {'found':>6}  extra      missing")
    same = 0
    for name, code in RULES.items():
        path = find_file(sys.argv[1:], name)
        if not path:
            print(f"{name:34} {code:8} no test file")
            continue
        expected, ours = expected_lines(path, name), our_lines(path, code)
        same += expected == ours
        print(f"{name:34} {code:8} {len(expected):8} {len(ours):6}  {text(ours - expected):10} {text(expected - ours)}")
    print(f"{same} of {len(RULES)} find the same lines")
    return 0 if same == len(RULES) else 1


if __name__ == "__main__":
    sys.exit(main())
