"""Writing rules: README's "Write a rule", step by step, and the commands it uses."""
import json
import re

from helpers import ROOT, project, run

README = (ROOT / "README.md").read_text()
KINDS = "call pattern document project cell notebook command dependency import route func text any".split()


# --- README ----------------------------------------------------------------------------------------------------------

def indented_blocks():
    """The indented blocks of README's section, without their indent."""
    section = README.split("\n## Write a rule\n", 1)[1].split("\n## ", 1)[0]
    blocks, block = [], []
    for line in [*section.splitlines(), "end"]:
        if line.startswith("    ") or (not line and block):
            block.append(line[4:])
        elif block:
            blocks.append("\n".join(block).rstrip() + "\n")
            block = []
    return blocks


def without_time(text):
    return re.sub(r"\[\d+\.\d+s\]", "[0.00s]", text.rstrip("\n"))


def test_readme_leads_from_nothing_to_a_rule():
    """A block is a session ("$ mlopslint ..." and what it prints), the rule, or a file whose first line is its path."""
    sessions = rules = 0
    with project({}) as folder:
        for block in indented_blocks():
            if block.startswith("$ mlopslint "):
                command, _, wanted = block.partition("\n")
                done = run(*command.split()[2:], cwd=folder)
                assert done.stderr == ""
                assert without_time(done.stdout) == without_time(wanted), command
                sessions += 1
            elif block.startswith("local rule"):
                assert len(block.splitlines()) < 40
                (folder / "lint/rules/models-from-registry.lua").write_text(block)
                rules += 1
            else:
                path, _, text = block.partition("\n")
                (folder / path.lstrip("# ")).write_text(text)
    assert (sessions, rules) == (4, 1)


# --- rule new --------------------------------------------------------------------------------------------------------

def new(folder, *words):
    return run("rule", "new", *words, cwd=folder)


def test_a_new_rule_of_each_kind_works():
    with project({}) as folder:
        for number, kind in enumerate(KINDS, 101):
            done = new(folder, f"ORG{number}", f"of-kind-{kind}", "--kind", kind)
            assert (done.returncode, done.stderr) == (0, ""), kind
        assert (folder / "mlopslint.toml").read_text() == 'rule-packs = ["lint/rules"]\n'
        done = run("rule", "test", "lint/rules", cwd=folder)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        rules = json.loads(run("rules", "--packs", "--format", "json", cwd=folder).stdout)["rules"]
        assert [rule["name"] for rule in rules] == [f"of-kind-{kind}" for kind in KINDS]
        assert run("check", cwd=folder).returncode == 0


def test_nothing_is_overwritten_and_no_word_taken_twice():
    with project({}) as folder:
        assert new(folder, "ORG001", "org-one").returncode == 0
        before = (folder / "lint/rules/org-one.lua").read_text()
        for words, said in ((("ORG002", "org-one"), "lint/rules/org-one.lua: is there already, and is not overwritten"),
                            (("ORG001", "org-two"), "`ORG001` is taken: lint/rules/org-one.lua has the rule ORG001 org-one"),
                            (("SEC101", "org-two"), "`SEC101` is the built-in rule SEC101 torch-load-unsafe"),
                            (("SEC901", "org-two"), "SEC is for built-in rules"),
                            (("ORG003", "torch-load-unsafe"), "`torch-load-unsafe` is the built-in rule"),
                            (("org3", "org-two"), "'org3' is no code"),
                            (("ORG003", "../org"), "'../org' is no name"),
                            (("ORG003",), "missing: a code and a name")):
            done = new(folder, *words)
            assert done.returncode == 2 and said in done.stderr, (words, done.stderr)
        assert (folder / "lint/rules/org-one.lua").read_text() == before
        assert [path.name for path in (folder / "lint/rules").iterdir()] == ["org-one.lua"]


def test_the_configuration_learns_of_the_pack():
    with project({"mlopslint.toml": "# ours\n\nignore = [\"FIT\"]\n[rules.output-committed]\nmax-kilobytes = 1\n"}) as folder:
        assert 'added rule-packs = ["own"] to mlopslint.toml' in new(folder, "ORG001", "org-one", "--pack", "own/").stdout
        assert (folder / "mlopslint.toml").read_text().startswith('# ours\n\nrule-packs = ["own"]\nignore = ["FIT"]\n')
        assert "rule-packs" not in new(folder, "ORG002", "org-two").stdout  # own is the first pack by now
        assert (folder / "own/org-two.lua").exists()
        assert 'add "more" to rule-packs in mlopslint.toml' in new(folder, "ORG003", "org-three", "--pack", "more").stdout
    with project({"pyproject.toml": "[tool.mlopslint]\nfail-on = \"error\"\n"}) as folder:
        assert 'add "lint/rules" to rule-packs in pyproject.toml' in new(folder, "ORG001", "org-one").stdout
        assert not (folder / "mlopslint.toml").exists()
    with project({"mlopslint.toml": "rule-packs = []\n"}) as folder:  # the key stands there: not a second time
        assert 'add "lint/rules" to rule-packs in mlopslint.toml' in new(folder, "ORG001", "org-one").stdout
        assert (folder / "mlopslint.toml").read_text() == "rule-packs = []\n"


# --- rule types ------------------------------------------------------------------------------------------------------

def test_types_are_annotations_for_each_module():
    with project({"lint/x.lua": ""}) as folder:
        done = run("rule", "types", cwd=folder)
        assert (done.returncode, done.stderr) == (0, "")
        types = folder / ".mlopslint" / "types"
        assert json.loads((folder / ".luarc.json").read_text())["workspace.library"] == [".mlopslint/types"]
        for module in ("rule", "text", "version"):
            assert (types / "mlopslint" / f"{module}.lua").read_text().startswith(f"---@meta mlopslint.{module}\n")
        assert (types / "mlopslint/ml.lua").read_text() == (ROOT / "lua/lib/ml.lua").read_text()
        assert (types / ".gitignore").read_text() == "*\n"
        (folder / ".luarc.json").write_text("{}\n")
        done = run("rule", "types", cwd=folder)
        assert 'add this to .luarc.json: "workspace.library": [".mlopslint/types"]' in done.stdout
        assert (folder / ".luarc.json").read_text() == "{}\n"
        assert run("rule", "types", "lint/", cwd=folder).stdout.endswith("created lint/.luarc.json\n")


# --- packs in every command ------------------------------------------------------------------------------------------

RULES = """local rule = require "mlopslint.rule"
local names = require "names"
return {
  rule.call { code = "ORG001", name = "no-joblib", severity = "warning", summary = "no joblib | here", docs = "Why.", calls = names, message = "no joblib",
    url = "https://wiki.example/org001", tags = { "loading" }, options = { level = { type = "string", default = "low", choices = { "low", "high" }, help = "h" } } },
  rule.dependency { code = "ORG002", name = "no-pandas", severity = "info", summary = "s", docs = "d", dependencies = "pandas", message = "no pandas", deprecated = "ORG000" },
}
"""
PACK = {"mlopslint.toml": 'rule-packs = ["lint/rules"]\n', ".gitignore": "lint/\n", "lint/rules/serving/a.lua": RULES,
        "lint/rules/lib/names.lua": 'return { "joblib.load" }', "a.py": "import joblib\njoblib.load('m')\n", "requirements.txt": "pandas\n"}


def test_rules_of_packs_are_equal_in_every_command_and_format():
    with project(PACK) as folder:
        assert "warning[ORG001] no-joblib: no joblib" in run("check", cwd=folder).stdout
        assert "ORG001" not in run("check", "--isolated", cwd=folder).stdout
        [driver] = [each["tool"]["driver"] for each in json.loads(run("check", "--format", "sarif", cwd=folder).stdout)["runs"]]
        rules = {rule["id"]: rule for rule in driver["rules"]}
        assert rules["ORG001"]["helpUri"] == "https://wiki.example/org001"
        assert "loading" in rules["ORG001"]["properties"]["tags"]
        assert rules["ORG002"]["deprecatedIds"] == ["ORG000"]
        assert "title=ORG001 no-joblib" in run("check", "--format", "github", cwd=folder).stdout
        assert run("rules", "loading", cwd=folder).stdout.startswith("ORG001")
        assert r"no joblib \| here" in run("rules", "organisation", "--format", "markdown", cwd=folder).stdout
        assert "no rule has the code, name, area or tag 'nothing'" in run("rules", "nothing", cwd=folder).stderr
        assert "Written in: lint/rules/serving/a.lua" in run("explain", "no-joblib", cwd=folder).stdout


def test_former_codes_count_and_are_noted():
    with project({**PACK, "mlopslint.toml": 'rule-packs = ["lint/rules"]\nignore = ["ORG000"]\n'}) as folder:
        done = run("check", cwd=folder)
        assert "ORG002" not in done.stdout
        assert done.stderr == "note: mlopslint.toml: line 2: `ORG000` is ORG002 now\n"
        done = run("check", "--select", "ORG000", "--fail-on", "info", cwd=folder)
        assert done.stderr.startswith("note: `ORG000` is ORG002 now\n")
        assert run("explain", "ORG000", cwd=folder).stdout.startswith("ORG002 no-pandas")


def test_options_are_checked_and_explained():
    for given, said in (('"mid"', 'mlopslint.toml: line 3: `level` must be one of "low", "high"'),
                        ("1", "mlopslint.toml: line 3: `level` must be a string")):
        with project({**PACK, "mlopslint.toml": f'rule-packs = ["lint/rules"]\n[rules.ORG001]\nlevel = {given}\n'}) as folder:
            done = run("check", cwd=folder)
            assert (done.returncode, done.stderr.splitlines()[0]) == (2, f"error: {said}")
            done = run("explain", "ORG001", cwd=folder)
            assert done.returncode == 0 and said in done.stderr
    with project({**PACK, "mlopslint.toml": 'rule-packs = ["lint/rules"]\n[rules.ORG001]\nlevel = "high"\n'}) as folder:
        page = run("explain", "ORG001", cwd=folder).stdout
        assert '  level = "low"  (string; one of low, high)\n    h\n    here: "high" (mlopslint.toml:3)\n' in page


# --- small things that authors stumble over --------------------------------------------------------------------------

def fixed(rule, path, text):
    """What --fix makes of the text with this rule alone."""
    with project({"mlopslint.toml": 'rule-packs = ["lint"]\nselect = ["ORG001"]\n', "lint/r.lua": rule, path: text}) as folder:
        done = run("check", "--fix", "--unsafe-fixes", cwd=folder)
        assert done.stderr.startswith("note: applied") or not done.stderr, done.stderr
        return (folder / path).read_text(), done.stdout


def test_a_word_is_removed_with_its_quotes_and_comma():
    rule = """return require("mlopslint.rule").command { code = "ORG001", name = "org-one", severity = "warning", summary = "s", docs = "d",
      commands = "uvicorn", check = function(ctx, command)
        local word = command:has "--reload"
        if word then ctx:report(word, "%s", word):fix { title = "go", word:remove() } end
      end }"""
    for before, after in (('CMD ["uvicorn", "--reload", "a"]', 'CMD ["uvicorn", "a"]'),
                          ('CMD ["uvicorn", "a", "--reload"]', 'CMD ["uvicorn", "a"]'),
                          ("CMD uvicorn a --reload", "CMD uvicorn a"),
                          ("CMD uvicorn --reload a", "CMD uvicorn a"),
                          ("RUN true && \\\n    uvicorn \\\n  --reload a", "RUN true && \\\n    uvicorn \\\n  a")):
        assert fixed(rule, "Dockerfile", f"FROM x\n{before}\n")[0] == f"FROM x\n{after}\n", before


def test_an_argument_is_added_beside_a_generator_too():
    """f(x for x in y) takes no second argument until the generator has brackets of its own."""
    for edit in 'call:append "k=1"', 'call:add_keyword("k", "1")':
        rule = """return require("mlopslint.rule").call { code = "ORG001", name = "org-one", severity = "warning", summary = "s", docs = "d",
          calls = "builtins.f", check = function(ctx, call)
            if not call:argument "k" then ctx:report(call, "x"):fix { title = "add k", EDIT } end
          end }""".replace("builtins.f", "m.f").replace("EDIT", edit)
        for before, after in (("f(x for x in y)", "f((x for x in y), k=1)"),
                              ("f(\n  x for x in y  # all\n)", "f((\n  x for x in y  # all\n), k=1)"),
                              ("f((x for x in y))", "f((x for x in y), k=1)"),
                              ("f()", "f(k=1)")):
            assert fixed(rule, "a.py", f"from m import f\n{before}\n")[0] == f"from m import f\n{after}\n", (edit, before)


def test_places_are_text_in_messages_and_positions_need_no_keyword():
    rule = """return require("mlopslint.rule").call { code = "ORG001", name = "org-one", severity = "warning", summary = "s", docs = "d",
      calls = "*.to", check = function(ctx, call) ctx:report(call, "to %s, in %s", call:argument(1), call) end }"""
    assert "to device, in x.to(device)" in fixed(rule, "a.py", "x.to(device)\n")[1]
    broken = rule.replace("argument(1)", "argument(0)")
    with project({"mlopslint.toml": 'rule-packs = ["lint"]\n', "lint/r.lua": broken, "a.py": "x.to(device)\n"}) as folder:
        assert "a keyword, or a position from 1" in run("check", cwd=folder).stderr


def test_a_rule_that_cannot_be_loaded_fails_no_other_rules_tests():
    with project({"lint/broken.lua": "return {"}) as folder:
        assert new(folder, "ORG001", "org-one", "--pack", "lint").returncode == 0
        done = run("rule", "test", "ORG001", cwd=folder)
        assert (done.returncode, done.stdout) == (2, "3 passed, 0 failed\n")
        assert done.stderr == "error: lint/broken.lua: line 1: unexpected symbol near <eof>\n"
