"""What must hold of `notebook strip` and of the filter process, whatever the bytes are."""
import json
import re
import subprocess

TIMEOUT = 120
OUTPUTS = [
    {"output_type": "stream", "name": "stdout", "text": ["a\n", "é"]},
    {"output_type": "display_data", "data": {"image/png": "iVBO\n", "text/plain": ["<Figure>"]}, "metadata": {}},
    {"output_type": "execute_result", "execution_count": 3, "data": {"text/html": "<b>"}, "metadata": {}},
]
CELLS = [
    {"cell_type": "code", "execution_count": count, "id": f"c{count}", "metadata": metadata, "outputs": OUTPUTS, "source": ["1\n", "2"]}
    for count, metadata in enumerate([{}, {"collapsed": True}, {"tags": ["keep_output"], "scrolled": False}, {"jupyter": {"outputs_hidden": True}},
                                      {"keep_output": False, "colab": {"height": 3}, "id": "x"}])
]
BOOK = json.dumps({"cells": CELLS, "metadata": {"language_info": {"name": "python", "version": "3"}, "widgets": {"a": {}}}, "nbformat": 4,
                   "nbformat_minor": 5}, indent=1).encode()


def run(program, folder, environment, *arguments, stdin=b""):
    """What is wrong with a run, or None; and its exit status and output."""
    try:
        done = subprocess.run([program, "notebook", *arguments], cwd=folder, env=environment, input=stdin, capture_output=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return f"{arguments}: no end after {TIMEOUT} s", None, b""
    said = done.stderr.decode(errors="replace")
    if re.search(r"Sanitizer|runtime error:|Assertion .* failed", said) or done.returncode not in (0, 1, 2):
        return f"{arguments}: exit {done.returncode}:\n{said[-4000:]}", None, b""
    return None, done.returncode, done.stdout


def meaning(data):
    """What nobody strips: the cells' kinds and sources; None for what Python doesn't read as a notebook."""
    try:
        book = json.loads(data.decode("utf-8-sig"))
        return [(cell.get("cell_type"), cell.get("source"), cell.get("id")) for cell in book["cells"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def strip(program, folder, environment):
    """What is wrong after the folder's notebooks were stripped in place, or None."""
    before = {path: path.read_bytes() for path in folder.rglob("*.ipynb")}
    for options in ([], ["--keep-mime-types", "image/*", "--drop-metadata", "cell.*", "--keep-metadata", "cell.tags"]):
        wrong, _, output = run(program, folder, environment, "strip", "--isolated", *options, ".")
        if wrong:
            return wrong
        changed = {folder / name for name in output.decode(errors="replace").splitlines()}
        for path, data in before.items():
            after = path.read_bytes()
            if (after != data) != (path in changed):
                return f"{path.relative_to(folder)} was changed without a word, or not"
            if meaning(data) is not None and meaning(after) != meaning(data):
                return f"{path.relative_to(folder)} says something else when it is stripped"
            before[path] = after
        wrong, _, output = run(program, folder, environment, "strip", "--isolated", "--check", *options, ".")
        if wrong or output:
            return wrong or f"stripped twice is not stripped once: {output[:200]}"
    return None


def packet(text):
    return b"%04x" % (len(text) + 4) + text


def conversation(data):
    hello = packet(b"git-filter-client\n") + packet(b"version=2\n") + b"0000" + packet(b"capability=clean\n") + b"0000"
    ask = packet(b"command=clean\n") + packet(b"pathname=a/b.ipynb\n") + b"0000"
    content = b"".join(packet(data[at : at + 65516]) for at in range(0, len(data), 65516))
    return hello + 2 * (ask + content + b"0000")


def speak(program, folder, environment, mutated):
    """What is wrong when git's side of the protocol is this, or None."""
    return run(program, folder, environment, "filter-process", "--isolated", stdin=mutated)[0]
