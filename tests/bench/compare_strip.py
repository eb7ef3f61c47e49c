"""Compares `mlopslint notebook strip` with nbstripout and nb-clean over the notebooks of the given folders.

    python3 tests/bench/compare_strip.py FOLDER...

Where nbstripout is installed (its Python package) each notebook is stripped by both with equal policies, and so it is
with nb-clean: the results must say the same, else the exit status is 1. Then each difference between the defaults of the three is listed by the place
where it stands, with the number of notebooks that have it. Whatever is stripped must be valid for nbformat if the
original is, must hold no new lines, and must not change when it is stripped again."""
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from copy import deepcopy
from pathlib import Path

PROGRAM = Path(os.environ.get("MLOPSLINT", Path(__file__).resolve().parents[2] / "build" / "mlopslint")).resolve()

# What nbstripout drops without being asked (its documentation, "extra_keys").
NBSTRIPOUT_KEYS = ["metadata.signature", "metadata.widgets", "cell.metadata.collapsed", "cell.metadata.ExecuteTime",
                   "cell.metadata.execution", "cell.metadata.heading_collapsed", "cell.metadata.hidden", "cell.metadata.scrolled"]
# The same, in our words: all metadata stays but this.
AS_NBSTRIPOUT = ["--isolated", "--keep-outputs-in", "", "--keep-tags", "keep_output"]
AS_NB_CLEAN = ["--isolated", "--keep-outputs-in", "", "--keep-tags", "", "--drop-metadata", "cell.*"]
NB_CLEAN_TOO = ["notebook.language_info.version", "notebook.orig_nbformat"]
OURS_ALONE = ["cell.jp-MarkdownHeadingCollapsed", "cell.jupyter.outputs_hidden", "cell.outputExpanded", "cell.trusted",
              "notebook.language_info.version", "notebook.orig_nbformat", "notebook.orig_nbformat_minor",
              "notebook.toc.toc_position", "notebook.toc.toc_window_display", "notebook.varInspector",
              "cell.pycharm.is_executing", "notebook.interpreter", "notebook.vscode", "cell.colab", "cell.executionInfo",
              "cell.outputId", "notebook.colab.authorship_tag", "notebook.colab.collapsed_sections", "notebook.colab.provenance",
              "cell.papermill", "notebook.papermill", "cell.gather", "cell.execution_context_id", "cell.execution_millis",
              "cell.execution_start", "cell.deepnote_to_be_reexecuted", "cell.output_cleared", "cell.source_hash",
              "notebook.deepnote_execution_queue", "notebook.deepnote_persisted_session", "cell.nteract.transient"]


def ours(data, *options):
    done = subprocess.run([PROGRAM, "notebook", "strip", *options], input=data, capture_output=True)
    return done.stdout if done.returncode == 0 else None


def nbstripout_function():
    try:
        from nbstripout import strip_output
    except ImportError:
        return None
    from nbformat import from_dict

    def stripped(notebook):
        return strip_output(from_dict(deepcopy(notebook)), None, False, True, NBSTRIPOUT_KEYS)
    return stripped


def nb_clean(data):
    done = subprocess.run(["nb-clean", "clean"], input=data, capture_output=True)
    return json.loads(done.stdout) if done.returncode == 0 else None


def differences(a, b, place=""):
    """Where two JSON values differ, with the numbers of cells and items left out."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(set(a) | set(b)):
            if key not in b:
                yield f"{place}.{key}", "only ours"
            elif key not in a:
                yield f"{place}.{key}", "only theirs"
            else:
                yield from differences(a[key], b[key], f"{place}.{key}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for one, other in zip(a, b):
            yield from differences(one, other, f"{place}[]")
    elif a != b:
        yield place, f"{str(a)[:30]!r} here, {str(b)[:30]!r} there"


def is_valid(notebook):
    try:
        import nbformat
    except ImportError:
        return None
    try:
        nbformat.validate(nbformat.from_dict(deepcopy(notebook)))
    except (nbformat.ValidationError, AttributeError, KeyError):
        return False
    return True


def new_lines(before, after):
    """Lines that are neither of the original nor what stands for something stripped."""
    known = {line.rstrip(b",") for line in before.splitlines()}
    made = (b'"outputs": []', b'"execution_count": null', b'"prompt_number": null', b'"metadata": {}', b'"colab": {}')
    return [] if b"\n" not in before.strip() else [
        line for line in after.splitlines() if line.rstrip(b",") not in known and not line.strip().rstrip(b",").endswith(made)]


def show(title, counts, total):
    print(f"\n{title}")
    for (place, what), count in counts.most_common():
        print(f"  {count:4} of {total}  {place.lstrip('.')}: {what}")
    if not counts:
        print("  none")


def main(folders):
    paths = sorted(path for folder in folders for path in Path(folder).rglob("*.ipynb"))
    theirs, has_nb_clean = nbstripout_function(), shutil.which("nb-clean")
    equal, equal_nb_clean, by_default, to_nb_clean, failures = Counter(), Counter(), Counter(), Counter(), []
    kept_by_nb_clean = [key for key in OURS_ALONE if key.startswith("notebook.") and key not in NB_CLEAN_TOO] + [
        "notebook.widgets", "notebook.signature"]
    read = bytes_before = bytes_after = 0
    for path in paths:
        data = path.read_bytes()
        stripped = ours(data, "--isolated", "--keep-outputs-in", "")
        try:
            before = json.loads(data)
            before["cells"] if before.get("nbformat", 4) >= 4 else before["worksheets"]
        except (ValueError, KeyError, AttributeError):
            print(f"{path}: no notebook; ours says {'nothing' if stripped is not None else 'so'}")
            continue
        if stripped is None:
            failures.append(f"{path}: ours fails")
            continue
        read += 1
        bytes_before, bytes_after = bytes_before + len(data), bytes_after + len(stripped)
        after = json.loads(stripped)
        if ours(stripped, "--isolated", "--keep-outputs-in", "") != stripped:
            failures.append(f"{path}: stripping twice is not stripping once")
        if is_valid(before) and not is_valid(after):
            failures.append(f"{path}: is not valid any more")
        if new_lines(data, stripped):
            failures.append(f"{path}: lines are new: {new_lines(data, stripped)[0][:60]!r}")
        if theirs:
            their_result = json.loads(json.dumps(theirs(before)))
            as_theirs = json.loads(ours(data, *AS_NBSTRIPOUT, "--keep-metadata", ",".join(OURS_ALONE)))
            equal.update(set(differences(as_theirs, their_result)))
            by_default.update(set(differences(after, their_result)))
        if has_nb_clean:
            cleaned = nb_clean(data)
            if cleaned is None:
                to_nb_clean[("", "nb-clean fails")] += 1
            else:
                as_nb_clean = json.loads(ours(data, *AS_NB_CLEAN, "--keep-metadata", ",".join(kept_by_nb_clean)))
                equal_nb_clean.update(set(differences(as_nb_clean, cleaned)))
                to_nb_clean.update(set(differences(after, cleaned)))
    print(f"{read} notebooks, {bytes_before / 1e6:.1f} MB before, {bytes_after / 1e6:.1f} MB after")
    if theirs:
        show("differences to nbstripout with equal policies", equal, read)
        show("differences between our defaults and nbstripout's (with --keep-id)", by_default, read)
    if has_nb_clean:
        show("differences to nb-clean with equal policies", equal_nb_clean, read)
        show("differences between our defaults and nb-clean's", to_nb_clean, read)
    for failure in failures:
        print(f"error: {failure}", file=sys.stderr)
    return 1 if failures or equal or equal_nb_clean else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
