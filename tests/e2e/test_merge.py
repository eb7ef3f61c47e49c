"""notebook diff and notebook merge: with git as its driver, by hand, and over random edits."""
import copy
import json
import random
import subprocess
import warnings
from contextlib import contextmanager

import nbformat

from helpers import PLAIN, PROGRAM, SECONDS, project, run

GIT = {**PLAIN, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
       "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com", "GIT_EDITOR": "true"}


def code(source, name, outputs=(), count=None, **metadata):
    return {"cell_type": "code", "execution_count": count, "id": name, "metadata": metadata, "outputs": list(outputs),
            "source": source.splitlines(keepends=True)}


def markdown(source, name, **more):
    return {**more, "cell_type": "markdown", "id": name, "metadata": {}, "source": source.splitlines(keepends=True)}


def printed(text):
    return {"name": "stdout", "output_type": "stream", "text": [text]}


def notebook(*cells, minor=5, **metadata):
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": minor}


def text_of(notebook, indent=1, **options):
    if isinstance(notebook, str):
        return notebook
    return json.dumps(notebook, indent=indent, ensure_ascii=False, sort_keys=True, **options) + "\n"


def opened(text):
    """The notebook as Jupyter opens it: read, and valid by nbformat's schema."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = nbformat.reads(text, as_version=nbformat.NO_CONVERT)
        nbformat.validate(found)
    return found


def sources(text):
    return ["".join(cell["source"]) for cell in opened(text)["cells"]]


def merge(base, ours, theirs):
    """The exit status, the text of the result, and what was said."""
    with project({"base": text_of(base), "ours": text_of(ours), "theirs": text_of(theirs)}) as folder:
        done = run("notebook", "merge", "base", "ours", "theirs", cwd=folder)
        return done.returncode, (folder / "ours").read_bytes().decode(), done.stderr


def merged(base, ours, theirs):
    status, text, said = merge(base, ours, theirs)
    assert status == 0, (status, said, text)
    return text


CELLS = [markdown("# Title", "aaaa"), code("import numpy as np\nx = 1\ny = 2\nz = 3", "bbbb"), code("print(x)", "cccc", [printed("1\n")], 3),
         markdown("The end", "dddd")]
BASE = notebook(*CELLS)


def changed(index, source, **more):
    cells = copy.deepcopy(CELLS)
    cells[index]["source"] = source.splitlines(keepends=True)
    cells[index].update(more)
    return notebook(*cells)


# --- by hand ---------------------------------------------------------------------------------------------------------


def test_each_cell_comes_from_the_side_that_changed_it():
    text = merged(BASE, changed(0, "# Better"), changed(3, "Fin"))
    assert sources(text) == ["# Better", "import numpy as np\nx = 1\ny = 2\nz = 3", "print(x)", "Fin"]


def test_lines_of_one_cell_are_merged_and_its_outputs_dropped():
    ours = changed(1, "import numpy as np\nx = 10\ny = 2\nz = 3", outputs=[printed("o")], execution_count=1)
    theirs = changed(1, "import numpy as np\nx = 1\ny = 2\nz = 30", outputs=[printed("t")], execution_count=2)
    cell = opened(merged(BASE, ours, theirs))["cells"][1]
    assert cell["source"] == "import numpy as np\nx = 10\ny = 2\nz = 30"
    assert cell["outputs"] == [] and cell["execution_count"] is None and cell["id"] == "bbbb"


def test_outputs_stay_with_their_source():
    ran = changed(2, "print(x)", outputs=[printed("7\n")], execution_count=7)
    edited = changed(2, "print(x + 1)", outputs=[printed("2\n")], execution_count=4)
    for pair in ((ran, edited), (edited, ran)):
        cell = opened(merged(BASE, *pair))["cells"][2]
        assert (cell["source"], cell["outputs"][0]["text"], cell["execution_count"]) == ("print(x + 1)", "2\n", 4)
    for pair in ((ran, changed(0, "# T")), (changed(0, "# T"), ran)):
        cell = opened(merged(BASE, *pair))["cells"][2]
        assert (cell["outputs"][0]["text"], cell["execution_count"]) == ("7\n", 7)
    again = changed(2, "print(x)", outputs=[printed("8\n")], execution_count=8)
    assert opened(merged(BASE, ran, again))["cells"][2]["execution_count"] == 7, "ours, where both ran it"


def test_conflict_stands_in_the_cell():
    status, text, said = merge(BASE, changed(2, "print(x, 1)"), changed(2, "print(x, 2)"))
    assert status == 1
    assert sources(text)[2] == "<<<<<<< ours\nprint(x, 1)\n=======\nprint(x, 2)\n>>>>>>> theirs"
    assert opened(text)["cells"][2]["outputs"] == []
    assert said == "note: ours: conflict: cell 3: both sides changed the same lines of its source\n"


def test_labels_and_marker_size():
    files = {"b": text_of(BASE), "o": text_of(changed(0, "# O")), "t": text_of(changed(0, "# T"))}
    with project(files) as folder:
        done = run("notebook", "merge", "-L", "HEAD", "-L", "topic", "--output", "-", "b", "o", "t", "9", "nb/x.ipynb", cwd=folder)
        assert sources(done.stdout)[0] == "<<<<<<<<< HEAD\n# O\n=========\n# T\n>>>>>>>>> topic"
        assert "nb/x.ipynb: conflict: cell 1" in done.stderr
        assert (folder / "o").read_text() == files["o"], "the result went elsewhere"
        assert run("notebook", "merge", "b", "o", "t", "many", cwd=folder).returncode == 2


def test_deleted_and_changed():
    deleted = notebook(*CELLS[:2], CELLS[3])
    status, text, said = merge(BASE, deleted, changed(2, "print(y)"))
    assert status == 1 and "theirs changed it, ours deleted it" in said
    assert sources(text)[2] == "<<<<<<< ours\n=======\nprint(y)\n>>>>>>> theirs"
    status, text, said = merge(BASE, changed(2, "print(y)"), deleted)
    assert status == 1 and "ours changed it, theirs deleted it" in said
    assert sources(text)[2] == "<<<<<<< ours\nprint(y)\n=======\n>>>>>>> theirs"
    ran = changed(2, "print(x)", outputs=[printed("9\n")], execution_count=9)
    assert len(sources(merged(BASE, deleted, ran))) == 3, "a run is no change that deserves to be kept"


def test_cells_added_at_different_places_and_the_same_cell_added_twice():
    ours = notebook(code("new = 1", "nnnn"), *CELLS)
    theirs = notebook(*CELLS, code("late = 1", "mmmm"))
    assert [s.split()[0] for s in sources(merged(BASE, ours, theirs))] == ["new", "#", "import", "print(x)", "The", "late"]
    both = notebook(*CELLS, code("same = 1", "pppp")), notebook(*CELLS, code("same = 1", "qqqq"))
    assert sources(merged(BASE, *both))[4:] == ["same = 1"]


def test_cells_added_at_the_same_place_are_a_conflict_with_all_of_them():
    status, text, said = merge(BASE, notebook(*CELLS, code("o = 1", "oooo")), notebook(*CELLS, code("t = 1", "tttt"), code("u", "uuuu")))
    assert status == 1 and "different cells at this place" in said
    assert sources(text)[4:] == ["<<<<<<< ours", "o = 1", "=======", "t = 1", "u", ">>>>>>> theirs"]


def test_moved_cell_keeps_what_the_other_side_changed():
    moved = notebook(CELLS[3], *CELLS[:3])
    for pair in ((moved, changed(3, "Fin")), (changed(3, "Fin"), moved)):
        assert sources(merged(BASE, *pair))[0] == "Fin"


def test_metadata_is_merged_by_key():
    def with_tags(*tags, **more):
        cells = copy.deepcopy(CELLS)
        cells[1]["metadata"] = {"tags": list(tags)}
        return notebook(*cells, **more)
    base = with_tags("a", "b", keep=1, drop=2, inner={"x": 1})
    ours = with_tags("a", "b", "c", keep=1, drop=2, inner={"x": 1, "y": 2}, mine=3)
    theirs = with_tags("b", "d", keep=5, inner={"x": 7}, yours=4)
    found = opened(merged(base, ours, theirs))
    assert found["metadata"] == {"inner": {"x": 7, "y": 2}, "keep": 5, "mine": 3, "yours": 4}
    assert found["cells"][1]["metadata"]["tags"] == ["b", "c", "d"]
    status, text, said = merge(with_tags(k=1), with_tags(k=2), with_tags(k=3))
    assert status == 0 and opened(text)["metadata"]["k"] == 2
    assert said == 'note: ours: both sides changed "k": kept as ours has it\n'


def test_ids_are_unique_and_there_from_4_5_on():
    bare = [{key: value for key, value in cell.items() if key != "id"} for cell in copy.deepcopy(CELLS)]
    old = notebook(*bare, minor=4)
    ours = copy.deepcopy(old)
    ours["cells"][0]["source"] = ["# Ours"]
    theirs = notebook(*copy.deepcopy(CELLS), code("print(z)", "eeee"))
    text = merged(old, ours, theirs)
    found = opened(text)
    assert found["nbformat_minor"] == 5
    assert [cell["id"] for cell in found["cells"]] == ["aaaa", "bbbb", "cccc", "dddd", "eeee"]
    clash = merged(BASE, notebook(code("p", "eeee"), *CELLS), notebook(*CELLS, code("q", "eeee")))
    ids = [cell["id"] for cell in opened(clash)["cells"]]
    assert ids[0] == "eeee" and len(set(ids)) == 6


def test_ids_that_number_the_cells_do_not_mislead():
    def numbered(*texts):
        return notebook(*[code(text, str(number)) for number, text in enumerate(texts)])
    base = numbered("one = 1", "two = 2", "three = 3")
    text = merged(base, numbered("zero = 0", "one = 1", "two = 2", "three = 3"), numbered("one = 1", "two = 2", "three = 33"))
    assert sources(text) == ["zero = 0", "one = 1", "two = 2", "three = 33"]


def test_kinds_and_attachments():
    kept = {"image.png": {"image/png": "aGk="}}
    ours = notebook(markdown("![x](attachment:image.png)", "aaaa", attachments=kept), *CELLS[1:])
    theirs = changed(2, "print(x)", outputs=[printed("5\n")], execution_count=5)
    assert opened(merged(BASE, ours, theirs))["cells"][0]["attachments"] == kept
    as_text = notebook(*CELLS[:2], markdown("print(x)", "cccc"), CELLS[3])
    for pair in ((as_text, theirs), (theirs, as_text)):
        cell = opened(merged(BASE, *pair))["cells"][2]
        assert cell["cell_type"] == "markdown" and "outputs" not in cell
    other = notebook(markdown("![x](attachment:image.png)", "aaaa", attachments={"image.png": {"image/png": "aG8="}}), *CELLS[1:])
    assert merge(BASE, ours, other)[0] == 1, "one name for two pictures"


def test_bytes_that_do_not_change_stay():
    base = text_of(BASE, indent=4).replace("Title", "T\\u00eftle")
    ours = base.replace("The end", "Das Ende")
    theirs = text_of(notebook(*CELLS[:1], code("né = 1", "eeee"), *CELLS[1:])).replace("Title", "T\\u00eftle")
    text = merged(base, ours, theirs)
    expected = text_of(notebook(*CELLS[:1], code("né = 1", "eeee"), *CELLS[1:]), indent=4)
    assert text == expected.replace("Title", "T\\u00eftle").replace("The end", "Das Ende")
    crlf = base.replace("\n", "\r\n")
    text = merged(crlf, crlf.replace("The end", "Fin"), crlf.replace("print(x)", "print(y)"))
    assert text == crlf.replace("The end", "Fin").replace("print(x)", "print(y)")


def test_byte_order_mark_stays():
    mark = "\ufeff"
    text = merged(mark + text_of(BASE), mark + text_of(changed(0, "# O")), mark + text_of(changed(3, "T")))
    assert text.startswith(mark) and sources(text.removeprefix(mark))[0] == "# O"


def test_what_can_not_be_merged_is_left_alone():
    old = json.dumps({"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": [], "metadata": {}}]})
    conflict = text_of(BASE).replace(' "nbformat": 4', '<<<<<<< HEAD\n "nbformat": 4\n=======\n>>>>>>> x')
    for broken, word in ((text_of(BASE)[:-40], "ends in the middle"), (conflict, "merge conflict"), ("", "empty"), (old, "nbformat 3")):
        status, text, said = merge(BASE, changed(0, "# O"), broken)
        assert status == 2 and word in said, said
        assert text == text_of(changed(0, "# O"))
        status, text, said = merge(BASE, broken, changed(0, "# T"))
        assert status == 2 and text == broken
    assert merge("{broken", changed(0, "# O"), changed(1, "t"))[0] == 2
    latin = text_of(changed(0, "# \u00e9")).encode("latin-1")
    with project({"b": text_of(BASE), "o": latin, "t": text_of(changed(3, "T"))}) as folder:
        done = run("notebook", "merge", "b", "o", "t", cwd=folder)
        assert done.returncode == 2 and "not UTF-8" in done.stderr and (folder / "o").read_bytes() == latin
    assert run("notebook", "merge", "a", "b", "c").returncode == 2


def test_half_a_surrogate_pair_is_not_lost():
    lone = text_of(BASE).replace("print(x)", "print('\\ud83d', x)")
    ours, theirs = lone.replace("', x)", "', x, 1)"), lone.replace("', x)", "', x, 2)")
    status, text, said = merge(lone, ours, theirs)
    assert status == 2 and "surrogate" in said and text == ours
    assert "\\ud83d', x, 2" in merged(lone, lone.replace("The end", "Fin"), theirs)


def test_nbformat_3():
    def old(*texts):
        cells = [{"cell_type": "code", "collapsed": False, "input": text.splitlines(keepends=True), "language": "python", "metadata": {},
                  "outputs": [], "prompt_number": 1} for text in texts]
        return {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells, "metadata": {}}]}
    text = merged(old("a = 1", "b", "c = 3"), old("a = 10", "b", "c = 3"), old("a = 1", "b", "c = 30", "d"))
    assert text == text_of(old("a = 10", "b", "c = 30", "d"))


# --- what differs ----------------------------------------------------------------------------------------------------


def differences(before, after, *arguments):
    with project({"a.ipynb": text_of(before), "b.ipynb": text_of(after)}) as folder:
        done = run("notebook", "diff", "a.ipynb", "b.ipynb", *arguments, cwd=folder)
        return done.returncode, done.stdout, done.stderr


def test_diff_of_two_notebooks():
    after = changed(2, "print(x)\nprint(z)", outputs=[], execution_count=None)
    cells = after["cells"]
    after["cells"] = [cells[3], cells[1], cells[2], code("new\n\x1b[2Jline", "eeee")]
    after["cells"][1]["metadata"] = {"tags": ["a"]}
    status, shown, _ = differences(BASE, after)
    lines = [line for line in shown.splitlines() if not line.startswith("-stdout, 1 line, ")]
    assert status == 1 and lines == [
        "--- a.ipynb", "+++ b.ipynb",
        "%% cell 1 removed  markdown  id=aaaa", "-# Title",
        "%% cell 1 was cell 4  markdown  id=dddd",
        "%% cell 2  code  id=bbbb  tags=a", "@@ metadata @@", '+tags = [ "a" ]',
        "%% cell 3  code  id=cccc", "@@ -1 +1,2 @@", " print(x)", "+print(z)", "@@ outputs @@", "-execution count 3",
        "%% cell 4 added  code  id=eeee", "+new", "+\\x1b[2Jline"]


def test_diff_says_whether_notebooks_differ():
    ran = changed(2, "print(x)", outputs=[printed("5\n")], execution_count=5)
    assert differences(BASE, BASE) == (0, "", "")
    assert differences(BASE, text_of(BASE, indent=4)) == (0, "", ""), "how it is laid out is no difference"
    assert differences(BASE, ran)[0] == 1
    assert differences(BASE, ran, "--no-outputs")[:2] == (0, "")
    assert differences(BASE, ran, "--color", "always")[1].startswith("--- a.ipynb\n+++ b.ipynb\n\x1b[1m%% cell 3  code  id=cccc\x1b[m\n")
    status, shown, said = differences(BASE, "{")
    assert (status, shown) == (2, "") and "b.ipynb: line 1: not a notebook" in said
    assert run("notebook", "diff", "no-such.ipynb").returncode == 2


# --- git -------------------------------------------------------------------------------------------------------------


class Repository:
    def __init__(self, folder):
        self.folder = folder

    def git(self, *arguments, status=0):
        done = subprocess.run(["git", *arguments], cwd=self.folder, env=GIT, capture_output=True, encoding="utf-8", timeout=SECONDS)
        assert done.returncode == status, (arguments, done.stdout, done.stderr)
        return done.stdout + done.stderr

    def commit(self, notebook, path="a.ipynb"):
        (self.folder / path).write_text(text_of(notebook))
        self.git("add", "-A")
        self.git("commit", "-qm", "x")

    def text(self, path="a.ipynb"):
        return (self.folder / path).read_text()


@contextmanager
def repository(base=None, ours=None, theirs=None):
    """Two branches, main (checked out) and topic, made of one base."""
    with project({".gitattributes": "*.ipynb merge=mlopslint diff=mlopslint\n"}) as folder:
        it = Repository(folder)
        it.git("init", "-q", "-b", "main")
        it.git("config", "merge.mlopslint.name", "notebooks by cells")
        it.git("config", "merge.mlopslint.driver", f"'{PROGRAM}' notebook merge %O %A %B %L %P")
        it.git("config", "diff.mlopslint.textconv", f"'{PROGRAM}' notebook diff")
        it.git("add", "-A")
        it.git("commit", "-qm", "start")
        if base:
            it.commit(base)
        it.git("checkout", "-qb", "topic")
        if theirs:
            it.commit(theirs)
        it.git("checkout", "-q", "main")
        if ours:
            it.commit(ours)
        yield it


def test_git_merges_different_cells_clean():
    with repository(BASE, changed(0, "# Ours"), changed(1, "import pandas as pd")) as it:
        it.git("merge", "-q", "--no-edit", "topic")
        assert sources(it.text()) == ["# Ours", "import pandas as pd", "print(x)", "The end"]
        assert it.git("status", "--porcelain") == ""


def test_git_gets_a_conflict_that_opens():
    with repository(BASE, changed(2, "print(1)"), changed(2, "print(2)")) as it:
        said = it.git("merge", "-q", "--no-edit", "topic", status=1)
        assert "a.ipynb: conflict: cell 3" in said and "CONFLICT (content)" in said
        assert sources(it.text())[2] == "<<<<<<< ours\nprint(1)\n=======\nprint(2)\n>>>>>>> theirs"
        assert it.git("status", "--porcelain") == "UU a.ipynb\n"


def test_git_rebase_and_cherry_pick():
    for command in (("rebase", "-q", "topic"), ("cherry-pick", "topic")):
        with repository(BASE, changed(0, "# Ours"), changed(3, "Theirs")) as it:
            it.git(*command)
            assert sources(it.text())[0] == "# Ours" and sources(it.text())[3] == "Theirs"


def test_git_merges_a_renamed_notebook():
    with repository(BASE, changed(0, "# Ours")) as it:
        it.git("checkout", "-q", "topic")
        it.git("mv", "a.ipynb", "b.ipynb")
        it.commit(changed(3, "Theirs"), "b.ipynb")
        it.git("checkout", "-q", "main")
        it.git("merge", "-q", "--no-edit", "topic")
        assert sources(it.text("b.ipynb"))[0] == "# Ours" and sources(it.text("b.ipynb"))[3] == "Theirs"


def test_git_merges_notebooks_that_both_sides_added():
    with repository(None, changed(0, "# Ours"), BASE) as it:
        it.git("merge", "-q", "--no-edit", "topic", status=1)
        assert sources(it.text())[:2] == ["<<<<<<< ours\n# Ours\n=======\n# Title\n>>>>>>> theirs", "import numpy as np\nx = 1\ny = 2\nz = 3"]
    with repository(None, BASE, notebook(*CELLS, code("more", "eeee"))) as it:
        it.git("merge", "-q", "--no-edit", "topic")
        assert sources(it.text())[4] == "more"


def test_git_keeps_a_conflict_where_a_side_is_broken():
    with repository(BASE, changed(0, "# Ours"), text_of(BASE)[:-30]) as it:
        said = it.git("merge", "-q", "--no-edit", "topic", status=1)
        assert "a.ipynb: theirs can't be merged" in said
        assert it.git("status", "--porcelain") == "UU a.ipynb\n" and sources(it.text())[0] == "# Ours"


def test_git_merges_branches_that_merged_each_other():
    """Two common ancestors: git merges them first, with the driver, and takes the result for the base."""
    with repository(BASE, changed(0, "# Ours"), changed(3, "Theirs")) as it:
        for branch, start, other, cell, text in (("left", "main", "topic", 1, "x = 5"), ("right", "topic", "main", 2, "print(y)")):
            it.git("checkout", "-qb", branch, start)
            it.git("merge", "-q", "--no-edit", other)
            edited = json.loads(it.text())
            edited["cells"][cell]["source"] = [text]
            it.commit(edited)
        it.git("merge", "-q", "--no-edit", "left")
        assert sources(it.text()) == ["# Ours", "x = 5", "print(y)", "Theirs"]


def test_git_diff_shows_cells():
    with repository(BASE, changed(2, "print(y)")) as it:
        shown = it.git("diff", "HEAD~", "--", "a.ipynb").splitlines()
        assert [line for line in shown if line[0] in "+-" and line[:3] not in ("+++", "---")] == ["-print(x)", "+print(y)"]
        assert "-print(x)\n+print(y)\n" in run("notebook", "diff", "--rev", "HEAD~", "a.ipynb", cwd=it.folder).stdout
        assert run("notebook", "diff", "--rev", "HEAD", f"{it.folder}/a.ipynb").returncode == 0
        assert run("notebook", "diff", "--rev", "no-such", "a.ipynb", cwd=it.folder).returncode == 2
        assert run("notebook", "diff", "--rev=--batch", "a.ipynb", cwd=it.folder).returncode == 2
        (it.folder / "a.ipynb").write_text("{\"cells\": [\x1b]\n")
        shown = it.git("diff", "HEAD", "--", "a.ipynb")
        assert "+%% not a notebook that can be read: line 1: " in shown and '+{"cells": [\\x1b]' in shown


# --- any edits -------------------------------------------------------------------------------------------------------

WORDS = ["alpha", "beta", "gamma", "delta", "fit", "plot", "load", "frame", "é", "\"q\"", "\\n", "<b>"]


class Edits:
    """Notebooks and edits of them, at random; ids may be missing, numbers, or new on each edit."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.ids = self.random.choice(["kept", "kept", "none", "numbers", "new"])

    def line(self):
        return " ".join(self.random.choices(WORDS, k=self.random.randint(1, 5)))

    def name(self):
        return "%08x" % self.random.getrandbits(32)

    def cell(self):
        source = "\n".join(self.line() for _ in range(self.random.randint(0, 6)))
        if self.random.random() < 0.3:
            return markdown(source, self.name())
        return code(source, self.name(), [printed(self.line())] * self.random.randint(0, 1), self.random.choice([None, 1, 2]))

    def finish(self, cells, metadata):
        for number, cell in enumerate(cells):
            if self.ids == "none":
                cell.pop("id", None)
            elif self.ids != "kept":
                cell["id"] = str(number) if self.ids == "numbers" else self.name()
        return notebook(*cells, minor=4 if self.ids == "none" else 5, **metadata)

    def notebook(self):
        return self.finish([self.cell() for _ in range(self.random.randint(0, 8))], {"k": 1, "tags": ["a"]})

    def edit_cell(self, cell):
        lines = "".join(cell["source"]).split("\n")
        at = self.random.randrange(len(lines))
        self.random.choice([lambda: lines.insert(at, self.line()), lambda: lines.pop(at), lambda: lines.__setitem__(at, self.line())])()
        cell["source"] = "\n".join(lines).splitlines(keepends=True)

    def edit(self, old):
        new = copy.deepcopy(old)
        cells = new["cells"]
        for _ in range(self.random.randint(0, 4)):
            at = self.random.randint(0, len(cells))
            what = self.random.choice(["add", "edit", "edit", "edit", "delete", "move", "run", "metadata"])
            if what == "add":
                cells.insert(at, self.cell())
            elif what == "metadata":
                new["metadata"][self.random.choice("kmn")] = self.random.randint(1, 3)
            elif at < len(cells):
                cell = cells[at]
                if what == "edit":
                    self.edit_cell(cell)
                elif what == "run" and cell["cell_type"] == "code":
                    cell["outputs"], cell["execution_count"] = [printed(self.line())], self.random.randint(1, 9)
                elif what == "delete":
                    del cells[at]
                elif what == "move":
                    cells.insert(self.random.randint(0, len(cells) - 1), cells.pop(at))
        return self.finish(cells, new["metadata"])


def meaning(text, ids):
    """What does not depend on which side is called ours: not the outputs of a cell that both ran, nor given ids."""
    found = opened(text)
    return [(cell["cell_type"], cell["source"], cell["id"] if ids else None) for cell in found["cells"]]


def by_id(notebook):
    return {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}


def assert_nothing_lost(base, x, y, text):
    """Of a clean merge of notebooks that kept their ids: each cell has the source of the side that changed it."""
    base, x, y, found = by_id(base), by_id(x), by_id(y), by_id(opened(text))
    kept = {name for name in {**base, **x, **y} if name not in base or (name in x and name in y)}
    assert set(found) == kept
    for name, source in found.items():
        versions = [side[name] for side in (x, y) if name in side and side[name] != base.get(name)] or [base.get(name)]
        assert source in versions or len(versions) == 2, (name, source, versions)


def test_random_edits():
    clean = 0
    for seed in range(100):
        edits = Edits(seed)
        base = edits.notebook()
        x, y = edits.edit(base), edits.edit(base)
        try:
            assert merge(base, x, base)[:2] == (0, text_of(x))
            assert merge(base, base, x)[:2] == (0, text_of(x))
            assert merge(base, x, x)[:2] == (0, text_of(x))
            status, text, _ = merge(base, x, y)
            mirrored, other, _ = merge(base, y, x)
            opened(text), opened(other)
            assert status == mirrored and status in (0, 1)
            if status == 0:
                clean += 1
                assert meaning(text, edits.ids == "kept") == meaning(other, edits.ids == "kept")
                if edits.ids == "kept":
                    assert_nothing_lost(base, x, y, text)
        except Exception as error:
            raise AssertionError(f"seed {seed}") from error
    assert clean > 50, f"only {clean} merges were clean"
