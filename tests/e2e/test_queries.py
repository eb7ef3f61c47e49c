"""Query rules: tree-sitter's queries with predicates, over Python and configuration."""
import json

from helpers import project, run

RULE = """local rule = require "mlopslint.rule"
return rule.query {
  code = "ORG001", name = "org-rule", severity = "warning", summary = "s", docs = "d",
  %s,
  tests = { bad = { "f(1)" } },
}
"""
SPLIT = """query = [[ (call function: (_) @fn arguments: (argument_list) @args) @call ]],
  check = function(ctx, m)
    if not m.fn:is "sklearn.model_selection.train_test_split" then return end
    if m.call:keyword "random_state" then return end
    ctx:report(m.call, "`%s` has no random_state", m.fn.text)
      :fix { safety = "unsafe", title = "add random_state=42", m.call:append "random_state=42" }
  end"""


def check(fields, files, *arguments):
    """The places and messages of a rule with these fields, and what stands on standard error."""
    rule = {"mlopslint.toml": 'rule-packs = ["lint"]\nselect = ["ORG001"]\n', "lint/r.lua": RULE % fields}
    with project({**rule, **files}) as folder:
        done = run("check", "--format", "json", *arguments, *files, cwd=folder)
    found = [(f["path"], f["start"]["line"], f["message"]) for f in json.loads(done.stdout)["findings"]]
    return found, done.stderr


def test_captures_are_nodes():
    found, _ = check(SPLIT, {"a.py": "from sklearn.model_selection import train_test_split as s\ns(x)\ns(x, random_state=1)\n"})
    assert found == [("a.py", 2, "`s` has no random_state")]


def test_predicates():
    python = "a = 1\nbb = 2\nccc = a\na = a\n"
    for query, lines in [('((assignment left: (identifier) @l) (#eq? @l "a"))', [1, 4]),
                         ('((assignment left: (identifier) @l) (#not-eq? @l "a"))', [2, 3]),
                         ('((assignment left: (identifier) @l) (#match? @l "^b|c{2,}$"))', [2, 3]),
                         ('((assignment left: (identifier) @l) (#not-match? @l "b"))', [1, 3, 4]),
                         ('((assignment left: (identifier) @l) (#any-of? @l "a" "bb"))', [1, 2, 4]),
                         ('((assignment left: (identifier) @l) (#not-any-of? @l "a" "bb"))', [3]),
                         ('((assignment left: (identifier) @l right: (_) @r) (#eq? @l @r))', [4])]:
        found, errors = check(f"query = [[{query}]], message = 'm'", {"a.py": python})
        assert [line for _, line, _ in found] == lines, (query, found, errors)


def test_messages_name_captures_and_lists_are_lists():
    fields = ("query = [[(call arguments: (argument_list (_) @args (\",\" (_) @args)*)) @call]], message = '$call has $args',\n"
              "  where = function(m) return #m.args == 2 and m.args[2].text == 'y' end")
    found, errors = check(fields, {"a.py": "f(x, y)\nf(x)\nf(y, x)\n"})
    assert found == [("a.py", 1, "f(x, y) has x, y")], errors


def test_notebooks_and_configuration_have_trees_too():
    cell = {"cell_type": "code", "source": ["import os\n", "x = 1\n"], "metadata": {}, "outputs": [], "execution_count": None}
    book = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    found, _ = check("query = [[(assignment) @a]], message = '$a'", {"a.ipynb": book})
    assert [message for _, _, message in found] == ["x = 1"]
    fields = ("formats = { 'yaml' }, message = '$key',\n"
              "  query = [[((block_mapping_pair key: (_) @key value: (_) @value) (#match? @value \"latest$\"))]]")
    found, _ = check(fields, {"a.yaml": "image: a:latest\nother: a:1.0\n", "b.py": "x = 1\n"})
    assert found == [("a.yaml", 1, "image")]


def test_broken_queries_are_told_with_their_place():
    for query, message in [("(call", "the query for python: line 1, column 6: a syntax error"),
                           ("(call)\\n(cal) @c", "line 2, column 2: the grammar has no such kind of node"),
                           ("(call func: (_) @f)", "line 1, column 7: the grammar has no such field"),
                           ("(call)", "the query captures nothing"),
                           ('((call) @c (#is? @c))', "#is? is no predicate that is known here"),
                           ('((call) @c (#match? @c "("))', "the regex does not compile at 1"),
                           ('((call) @c (#eq? @c))', "#eq? needs a capture and what to compare it with")]:
        _, errors = check(f"query = '{query}', message = 'm'", {"a.py": "f(1)\n"})
        assert message in errors, errors


def test_facts_are_asked_of_python_only():
    _, errors = check("formats = { 'yaml' }, query = '(block_mapping_pair) @p', check = function(ctx, m) return m.p:constant() end",
                      {"a.yaml": "a: 1\n"})
    assert "only Python code has names, values and calls" in errors


def test_too_many_matches_are_said():
    found, errors = check("query = '(identifier) @i', message = 'm'", {"a.py": "x = 1\n" * 10001})
    assert len(found) == 10000
    assert "a.py: ORG001 was not fully applied: its query has too many matches there" in errors
