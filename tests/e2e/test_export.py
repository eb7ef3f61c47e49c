"""notebook export: the module computes what the notebook computes, or is not written."""
import ast
import json
import py_compile
import random
import subprocess
import sys

from helpers import ROOT, notebook, project, run
from random_notebooks import random_cells

# What IPython does with cells, in one namespace: the last expression is shown.
RUN_CELLS = """
import ast, asyncio, json, sys, textwrap
flags, space = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, {"__name__": "__main__"}
sys.modules["__main__"].__dict__.update(space)
space = sys.modules["__main__"].__dict__
async def run(code):
    value = eval(code, space)
    return await value if asyncio.iscoroutine(value) else value
async def main():
    for cell in json.load(open(sys.argv[1])):
        tree = ast.parse(textwrap.dedent(cell))
        prints = tree.body and isinstance(tree.body[-1], ast.Expr) and "print(" in ast.unparse(tree.body[-1])
        shown = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) and not prints else None
        await run(compile(tree, "cell", "exec", flags))
        if shown:
            value = await run(compile(ast.Expression(shown.value), "cell", "eval", flags))
            if value is not None:
                print(repr(value))
asyncio.run(main())
"""


# Ways in which a name, an effect or a line may be lost on the way.
CASES = {
    'class reads name it binds': ["x = len('abc')", 'class A:\n    x = x + 1\nprint(A.x)'],
    'generator in class body': ["x = len('abc')", 'class A:\n    y = sum(x * i for i in range(3))\nprint(A.y)'],
    'default from computed': ["n = len('abc')\ndef f(a=n):\n    return a\nprint(f())"],
    'late binding def': ['k = 1\ndef f():\n    return k\nprint(f())', 'k = 2\nprint(f())'],
    'late binding lambda': ["k = len('a')\nf = lambda: k\nprint(f())", 'k = 20\nprint(f())'],
    'counter via global': ['c = 0\ndef hit():\n    global c\n    c += 1\nhit(); hit()\nprint(c)'],
    'maybe bound if': ['import sys\nif len(sys.argv) < 99:\n    v = 5', 'print(v)'],
    'loop last value': ['for e in range(3):\n    loss = e * 2', 'print(e, loss)'],
    'except name gone': ['e = 1', "try:\n    1/0\nexcept ZeroDivisionError as e:\n    print('z')", "try:\n    e\nexcept NameError:\n    print('gone')"],
    'del then rebind': ['a = [1]\nprint(a)', 'del a', 'a = 2\nprint(a)'],
    'alias mutation': ['a = []\nb = a', 'b.append(1)\nprint(a)'],
    'mutable constant seen by def': ['log = []\ndef add(x):\n    log.append(x)', 'add(1); add(2)\nprint(log)'],
    'decorator with registry': ['reg = []\ndef r(f):\n    reg.append(f.__name__)\n    return f', 'print(len(reg))', '@r\ndef g():\n    return 1', 'print(reg)'],
    'class body prints': ["print('a')", "class A:\n    print('b')", "print('c')"],
    'def redefined': ['def f(): return 1\nprint(f())', 'def f(): return 2\nprint(f())'],
    'shadow builtin': ['print(max(1, 2))', 'max = 3\nprint(max)'],
    'annotated global': ['k: int = 1\ndef f():\n    return k', 'k: int = 2\nprint(f())'],
    'bare annotation': ['x: int\nx = 3\nprint(x)'],
    'module global stmt': ['global z\nz = 4', 'print(z)'],
    'string display': ["s = 'hi'\ns"],
    'none display': ['print', 'None', '[].append(1)'],
    'tuple display': ['a = 1\na, 2'],
    'docstring text kept': ["def f():\n    '''a\n      b'''\n    return 1\nprint(repr(f.__doc__))"],
    'multiline string in step': ["import sys\nt = str(len(sys.argv) > 99) + '''\n  x\ny'''\nprint(t)"],
    'import after side effect': ["print('x')\nimport math\nprint(math.pi > 3)"],
    'import rebound': ['import math as m\nprint(m.floor(1.5))', 'm = 3\nprint(m)'],
    'conditional import': ['try:\n    import nonexistent_thing as q\nexcept ImportError:\n    q = None\nprint(q)'],
    'await': ['import asyncio\nasync def f(): return 3', 'v = await f()', 'print(v)'],
    'async for': ['async def g():\n    yield 1', 'async for i in g():\n    print(i)'],
    'await in comprehension': ['async def f(x): return x', 'r = [await f(i) for i in range(2)]\nprint(r)'],
    'walrus': ["if (n := len('abcd')) > 2:\n    print(n)", 'print(n)'],
    'with suppress': ['from contextlib import suppress\nw = 1', "with suppress(ValueError):\n    int('x')\n    w = 2", 'print(w)'],
    'match': ['p = [1, 2]\nmatch p:\n    case [a, b]:\n        print(a, b)', 'print(a)'],
    'star unpack': ['h, *t = [1, 2, 3]', 'print(h, t)'],
    'nested closure': ["def outer():\n    def inner():\n        return base\n    return inner\nbase = len('ab')", 'print(outer()())', 'base = 9\nprint(outer()())'],
    'generator kept': ['m = 1\ng = (m * i for i in range(3))', 'm = 10\nprint(list(g))'],
    'dataclass': ['from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int = 1\nprint(P())'],
    'indented cell': ['  a = 1\n  if a:\n      print(a)\n  else:\n      print(0)'],
    'tabs': ['if True:\n\tprint(1)'],
    'two on a line': ['a = 1; b = a + 1; print(b)'],
    'constant before class': ['N = 3\nclass A:\n    n = N\nprint(A.n)'],
    'literal read by def': ['N = 3\ndef f(): return N\nprint(f())'],
    'in-place through def': ["d = dict(a=1)\ndef put(x): x['b'] = 2", 'put(d)\nprint(d)'],
    '__name__': ["if __name__ == '__main__':\n    print('yes')"],
    'star': ['from math import *\nprint(floor(pi))'],
    'comprehension leaks not': ['i = 5\nl = [i for i in range(2)]\nprint(i, l)'],
    'aug on list shared': ['a = [1]\nb = a\na += [2]', 'print(b)'],
    'aug on int': ['a = 1\nb = a', 'a += 1\nprint(a, b)'],
    'while true break': ['while True:\n    r = 4\n    break', 'print(r)'],
    'try finally': ['try:\n    u = 1\nfinally:\n    v = 2', 'print(u, v)'],
    'lambda default': ['k = 2\nf = lambda x, k=k: x * k', 'k = 5\nprint(f(1))'],
    'del in loop': ['xs = [1]\nfor x in xs:\n    y = x\n    del x', 'print(y)'],
}


def python(*arguments, cwd):
    done = subprocess.run([sys.executable, *arguments], cwd=cwd, capture_output=True, encoding="utf-8", timeout=60)
    last = done.stderr.strip().splitlines()[-1:] or [""]
    failed = last[0].split(":")[0].replace("UnboundLocalError", "NameError")  # a NameError too
    return done.stdout, failed


def cells_say(sources, folder):
    (folder / "cells.json").write_text(json.dumps(sources))
    return python("-c", RUN_CELLS, "cells.json", cwd=folder)


def export(folder, sources, *options):
    (folder / "n.ipynb").write_text(notebook(*sources))
    return run("notebook", "export", "n.ipynb", "--output", "made.py", *options, cwd=folder)


def assert_same(sources, shown):
    """The module prints what the cells print, and that is `shown`, which a reader can check."""
    with project({}) as folder:
        done = export(folder, sources)
        assert done.returncode == 0, done.stderr
        assert cells_say(sources, folder) == (shown, "")
        assert python("made.py", cwd=folder) == (shown, ""), (folder / "made.py").read_text()
        return (folder / "made.py").read_text(), (folder / "test_made.py").read_text()


def test_plain_work_becomes_functions_by_what_they_take_and_give():
    module, test = assert_same(
        ["import statistics", "scores = [3, 5, 10]\nweight = 2  # of all", "weighted = [weight * s for s in scores]\nweighted",
         "mean = statistics.mean(weighted)\nprint(mean)", "mean, scores"],
        "[6, 10, 20]\n12\n(12, [3, 5, 10])\n")
    assert "def main(\n    *,\n    weight=2,  # of all\n):" in module
    assert "scores = make_scores()" in module and "weighted = make_weighted(weight, scores)" in module, module
    assert "made.main()" in test and "skip" not in test


def test_definitions_keep_reading_the_notebooks_names_late():
    module, _ = assert_same(
        ["rate = 2\ndef price(x):\n    return x * rate", "print(price(10))", "rate = 3\nprint(price(10))",
         "def outer():\n    seen = []\n    def inner(x):\n        seen.append(x)\n        return len(seen)\n    return inner\ncount = outer()",
         "count(1)", "count(1) + rate", "steps = [lambda: rate, lambda x=rate: x]\nrate = 9\n[f() for f in steps]"],
        "20\n30\n1\n5\n[9, 3]\n")
    assert "    global rate\n" in module and "\n\ndef price(x):\n    return x * rate\n" in module


def test_mutation_and_rebinding():
    assert_same(
        ["items = [3, 1]\nother = items", "items.append(2)\nother", "items = sorted(items)\nitems += [9]\ntotal = 0",
         "for item in items:\n    total += item\nitem, total", "del other\nother = 'again'", "other, items"],
        "[3, 1, 2]\n(9, 15)\n('again', [1, 2, 3, 9])\n")


def test_names_that_may_be_unbound():
    assert_same(
        ["import json\ntry:\n    best = json.loads('{')\nexcept ValueError:\n    worst = 1\nelse:\n    worst = 0", "worst",
         "if worst:\n    note = 'bad'", "worst = 5", "print(note, worst)"],
        "1\nbad 5\n")
    assert_same(["limit = 3\nif limit > 2:\n    found = limit", "limit = 1\nif limit > 2:\n    found = limit", "found"], "3\n")


def test_await_at_the_margin():
    module, _ = assert_same(
        ["import asyncio\nasync def double(x):\n    await asyncio.sleep(0)\n    return 2 * x", "start = 4", "value = await double(start)\nvalue",
         "print([await double(i) for i in range(3)])"], "8\n[0, 2, 4]\n")
    assert "asyncio.run(run_steps(start=start))" in module


def test_magics_become_python():
    with project({"extra.py": "answer = 42\n"}) as folder:
        done = export(folder, ["%matplotlib inline\n%load_ext autoreload\n!pip install pandas\nimport sys", "lines = !echo one; echo two\nlines",
                               "%env SHOP=berlin\n%time import os\nos.environ['SHOP']", "%%time\nn = 3\nn * 2", "%run extra.py\nanswer",
                               "%%writefile kept.txt\nü \"quoted\" \\ back\nend", "print(open('kept.txt', encoding='utf-8').read())",
                               "display(n)", "%store n"])
        assert done.returncode == 0, done.stderr
        module = (folder / "made.py").read_text()
        assert python("made.py", cwd=folder) == ("['one', 'two']\n'berlin'\n6\n42\nü \"quoted\" \\ back\nend\n3\n", ""), module
        assert "The notebook installs what it needs:\n    !pip install pandas\n" in module
        assert "Left out, since only a notebook knows them:\n    %store n\n" in module and "matplotlib" not in module, module
        assert '@pytest.mark.skip(reason="' in (folder / "test_made.py").read_text()


def test_a_parameters_cell():
    cell = {"cell_type": "code", "execution_count": None, "metadata": {"tags": ["parameters"]}, "outputs": [], "source": "columns = ['a', 'b']\nrate = .5"}
    rest = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": "print(columns, rate)"}
    with project({"n.ipynb": json.dumps({"cells": [cell, rest], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})}) as folder:
        assert run("notebook", "export", "n.ipynb", cwd=folder).returncode == 0
        assert python("-c", "import n; n.main(columns=['z'])", cwd=folder) == ("['z'] 0.5\n", "")
        assert python("-c", "import test_n; test_n.test_runs_from_top_to_bottom()", cwd=folder) == ("['a', 'b'] 0.5\n", "")


def test_cases_compute_the_same():
    with project({}) as folder:
        for name, sources in CASES.items():
            done = export(folder, sources, "--force", "--no-test")
            assert done.returncode == 0, (name, done.stderr)
            expected, got = cells_say(sources, folder), python("made.py", cwd=folder)
            assert got == expected and expected[1] == "", (name, (folder / "made.py").read_text(), expected, got)


def test_random_notebooks_compute_the_same():
    with project({}) as folder:
        for seed in range(120):
            sources = random_cells(random.Random(seed))
            done = export(folder, sources, "--force", "--no-test")
            assert done.returncode == 0, (seed, done.stderr)
            expected, got = cells_say(sources, folder), python("made.py", cwd=folder)
            assert got == expected, (seed, "\n# ---\n".join(sources), (folder / "made.py").read_text(), expected, got)


def test_what_stands_in_the_way_is_told_by_cell_and_line():
    for sources, told in [
            (["x = y", "y = 1"], "n.ipynb: cell 1, line 1: `y` is read here and bound further down only"),
            (["x = 1", "print(x, unknown)"], "n.ipynb: cell 2, line 1: nothing in the notebook binds `unknown`"),
            (["x = (1"], "n.ipynb: cell 1, line 1: this is not Python"),
            (["x = 1\neval('x')"], "n.ipynb: cell 1, line 2: eval() reaches names by their text"),
            (["1 + 1", "_ + 1"], "n.ipynb: cell 2, line 1: `_` is a notebook's memory of outputs"),
            (["x = 1\nget_ipython().run_cell('x')"], "n.ipynb: cell 1, line 2: get_ipython() is there in notebooks only"),
            (["x = 'a'", "!ls {x}"], "n.ipynb: cell 2, line 1: this line takes values of Python"),
            (["return 3"], "n.ipynb: cell 1, line 1: this stands in no function"),
            (["print 'a'"], "n.ipynb: cell 1, line 1: this is Python 2"),
            (["def main():\n    return 1"], "n.ipynb: cell 1, line 1: the module has a `main` of its own"),
            (["x = 1", "from math import *"], "n.ipynb: cell 2, line 1: a star import behind other names"),
            (["x = %sql select 1"], "n.ipynb: cell 1, line 1: nothing in Python gives what this magic does")]:
        with project({}) as folder:
            for option, status in ("--check", 1), ("--force", 2):
                done = export(folder, sources, option)
                assert done.returncode == status and told in done.stderr, (sources, done.stderr)
            assert not (folder / "made.py").exists()


def test_cells_that_ran_in_another_order_need_force():
    text = json.loads(notebook("a = 1\na", "b = 2\nb"))
    text["cells"][0]["execution_count"], text["cells"][1]["execution_count"] = 7, 3
    with project({"n.ipynb": json.dumps(text)}) as folder:
        done = run("notebook", "export", "n.ipynb", cwd=folder)
        assert done.returncode == 2 and "cell 2, line 1: ran as [3], before [7] above it" in done.stderr
        assert run("notebook", "export", "n.ipynb", "--force", cwd=folder).returncode == 0
        assert python("n.py", cwd=folder) == ("1\n2\n", "")


def test_nothing_is_overwritten_without_force():
    with project({"test_made.py": "mine"}) as folder:
        done = export(folder, ["x = 1"])
        assert done.returncode == 2 and "test_made.py: is there already" in done.stderr and not (folder / "made.py").exists()
        assert export(folder, ["x = 1"], "--force").returncode == 0
        assert (folder / "test_made.py").read_text() != "mine"


def test_a_notebook_of_another_language_is_refused():
    with project({"n.ipynb": notebook("x <- 1", kernelspec={"name": "ir", "language": "R", "display_name": "R"})}) as folder:
        done = run("notebook", "export", "n.ipynb", cwd=folder)
        assert done.returncode == 2 and "its kernel is r: only Python can be exported" in done.stderr
    with project({"a.py": "x = 1\n"}) as folder:
        assert "is a plain Python file" in run("notebook", "export", "a.py", cwd=folder).stderr


def test_hostile_prose_stays_prose():
    text = json.loads(notebook("x = 1\nx"))
    evil = '# """\nimport os\nos.system("echo evil")\n"""\\\x1b[31m\r\x0b'
    text["cells"].insert(0, {"cell_type": "markdown", "metadata": {}, "source": evil})
    text["cells"].append({"cell_type": "markdown", "metadata": {}, "source": evil})
    text["cells"].append({"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": "y = x"})
    with project({"n.ipynb": json.dumps(text)}) as folder:
        assert run("notebook", "export", "n.ipynb", cwd=folder).returncode == 0
        tree = ast.parse((folder / "n.py").read_text())
        assert not [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
        assert python("n.py", cwd=folder) == ("1\n", "")


def test_scripts_of_cells_are_notebooks_too():
    source = "# Databricks notebook source\nrows = [1, 2]\n\n# COMMAND ----------\n\n# MAGIC %md\n# MAGIC ## Add\n\n# COMMAND ----------\n\nprint(sum(rows))\n"
    with project({"job.py": source}) as folder:
        done = run("notebook", "export", "job.py", "--output", "made.py", cwd=folder)
        assert done.returncode == 0, done.stderr
        assert python("made.py", cwd=folder) == ("3\n", "")


def test_the_sample_notebook_exports():
    for name in sorted((ROOT / "tests" / "projects").glob("**/*.ipynb")):
        with project({"n.ipynb": name.read_bytes()}) as folder:
            done = run("notebook", "export", "n.ipynb", "--force", cwd=folder)
            assert (done.returncode == 0) == (folder / "n.py").exists(), done.stderr
            if done.returncode == 0:
                py_compile.compile(str(folder / "n.py"), cfile=str(folder / "n.pyc"), doraise=True)
