"""The server as an editor sees it: through the reference client library, and through bytes that no client would send."""
import json
import subprocess
from contextlib import contextmanager

from helpers import PLAIN, PROGRAM, ROOT, TOOLS, notebook, project, run

CLIENT = ROOT / "tests" / "e2e" / "lsp" / "client.mjs"
EMOJI = "😀"  # one code point, two UTF-16 units, four bytes
NAN = "import numpy as np\nbad = '" + EMOJI + "', x == np.nan\n"
TRUST = "from transformers import AutoModel\nm = AutoModel.from_pretrained('" + EMOJI + "', trust_remote_code=True)\n"


class Editor:
    """An editor with the folder open; its methods are what a person does."""

    def __init__(self, process, folder):
        self.process, self.folder = process, folder

    def do(self, what, **command):
        self.process.stdin.write(json.dumps({"do": what, **command}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the client ended"
        return json.loads(line)

    def request(self, method, params=None):
        return self.do("request", method=method, params=params)

    def notify(self, method, params=None):
        self.do("notify", method=method, params=params)

    def uri(self, path):
        return (self.folder / path).as_uri()

    def initialize(self, **capabilities):
        answer = self.request("initialize", {"processId": None, "rootUri": self.folder.as_uri(), "capabilities": capabilities})
        self.notify("initialized", {})
        return answer["result"]

    def open(self, path, text, language="python", version=1, uri=None):
        item = {"uri": uri or self.uri(path), "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, path, version, *changes):
        """changes: (start line, start character, end line, end character, text), or the whole text."""
        wire = [{"text": each} if isinstance(each, str) else
                {"range": span(*each[:4]), "text": each[4]} for each in changes]
        self.notify("textDocument/didChange",
                    {"textDocument": {"uri": self.uri(path), "version": version}, "contentChanges": wire})

    def diagnostics(self, path, uri=None):
        return self.do("diagnostics", uri=uri or self.uri(path))["params"]

    def found(self, path):
        """The next diagnostics as {code: range}."""
        return {each["code"]: each["range"] for each in self.diagnostics(path)["diagnostics"]}

    def actions(self, path, where, **context):
        params = {"textDocument": {"uri": self.uri(path)}, "range": where, "context": {"diagnostics": [], **context}}
        return self.request("textDocument/codeAction", params)["result"]

    def exit(self, shutdown=True):
        if shutdown:
            assert self.request("shutdown") == {"result": None}
        return self.do("exit")["code"]


def span(line, character, end_line, end_character):
    return {"start": {"line": line, "character": character}, "end": {"line": end_line, "character": end_character}}


@contextmanager
def editor(files=None):
    with project(files or {}) as folder:
        with subprocess.Popen(["node", CLIENT, TOOLS.parent, PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              encoding="utf-8", env=PLAIN) as process:
            try:
                yield Editor(process, folder)
            finally:
                process.kill()


# --- lifecycle -------------------------------------------------------------------------------------------------------

def test_initialize_shutdown_exit():
    with editor() as it:
        result = it.initialize()
        assert result["serverInfo"]["name"] == "mlopslint"
        assert result["capabilities"]["positionEncoding"] == "utf-16"
        assert result["capabilities"]["textDocumentSync"]["change"] == 2
        assert it.exit() == 0


def test_exit_without_shutdown_is_a_failure():
    with editor() as it:
        it.initialize()
        assert it.exit(shutdown=False) == 1


def test_closed_input_ends_the_server():
    with editor() as it:
        it.initialize()
        assert it.do("close")["code"] == 1


def test_requests_out_of_turn_and_unknown_ones_are_refused():
    with editor() as it:
        assert it.request("textDocument/hover", {})["error"]["code"] == -32002
        it.initialize()
        assert it.request("initialize", {"capabilities": {}})["error"]["code"] == -32600
        assert it.request("textDocument/hover", {})["error"]["code"] == -32601
        assert it.request("textDocument/codeAction", {})["error"]["code"] == -32602
        it.notify("$/unknown", {})
        it.request("shutdown")
        assert it.request("textDocument/hover", {})["error"]["code"] == -32600
        assert it.exit(shutdown=False) == 0


# --- diagnostics -----------------------------------------------------------------------------------------------------

def test_diagnostics_stand_at_utf16_columns():
    with editor() as it:
        it.initialize()
        it.open("a.py", NAN, version=7)
        params = it.diagnostics("a.py")
        assert params["version"] == 7
        [found] = [each for each in params["diagnostics"] if each["code"] == "FIT050"]
        # bad = '😀', x == np.nan
        # 0     6789  12        the emoji counts two
        assert found["range"] == span(1, 12, 1, 23)
        assert found["source"] == "mlopslint"
        assert found["severity"] == 1
        assert "np.nan" in found["message"]
        assert found["data"]["name"] == "nan-equality"


def test_positions_in_bytes_for_a_client_that_prefers_them():
    with editor() as it:
        result = it.initialize(general={"positionEncodings": ["utf-32", "utf-8", "utf-16"]})
        assert result["capabilities"]["positionEncoding"] == "utf-8"
        it.open("a.py", NAN)
        assert it.found("a.py")["FIT050"] == span(1, 14, 1, 25)


def test_the_clients_first_choice_and_the_setting_decide():
    with editor() as it:
        result = it.initialize(general={"positionEncodings": ["utf-16", "utf-8"]})
        assert result["capabilities"]["positionEncoding"] == "utf-16"
    with editor() as it:
        answer = it.request("initialize", {"processId": None, "rootUri": None, "initializationOptions": {"positionEncoding": "utf-16"},
                                           "capabilities": {"general": {"positionEncodings": ["utf-8", "utf-16"]}}})
        assert answer["result"]["capabilities"]["positionEncoding"] == "utf-16"


def test_incremental_changes_lead_to_what_the_text_is():
    with editor() as it:
        it.initialize()
        it.open("a.py", NAN)
        assert "FIT050" in it.found("a.py")
        # Two changes of one message: a line before it, then `==` (behind the emoji, one line down) becomes `is`.
        it.change("a.py", 2, (0, 0, 0, 0, "# new\n"), (2, 14, 2, 16, "is"))
        assert it.diagnostics("a.py") == {"uri": it.uri("a.py"), "version": 2, "diagnostics": []}
        it.change("a.py", 3, (2, 14, 2, 16, "!="))
        assert it.found("a.py") == {"FIT050": span(2, 12, 2, 23)}


def test_full_text_changes():
    with editor() as it:
        it.initialize()
        it.open("a.py", "x = 1\n")
        assert it.found("a.py") == {}
        it.change("a.py", 2, NAN)
        assert list(it.found("a.py")) == ["FIT050"]


def test_closing_takes_the_diagnostics_back():
    with editor() as it:
        it.initialize()
        it.open("a.py", NAN)
        it.diagnostics("a.py")
        it.notify("textDocument/didClose", {"textDocument": {"uri": it.uri("a.py")}})
        assert it.diagnostics("a.py")["diagnostics"] == []


def test_a_notebook_opened_as_text_has_the_places_of_its_file():
    with editor() as it:
        it.initialize()
        text = notebook("import numpy as np\n", "s = '😀'; y = x == np.nan\n")
        text = text.replace("\\ud83d\\ude00", EMOJI + "\\ud83d\\ude00")  # raw and escaped
        it.open("n.ipynb", text, language="json")
        where = it.found("n.ipynb")["FIT050"]
        line = text.splitlines()[where["start"]["line"]].encode("utf-16-le")
        assert EMOJI in text.splitlines()[where["start"]["line"]]
        assert line[where["start"]["character"] * 2:where["end"]["character"] * 2].decode("utf-16-le") == "x == np.nan"


def test_a_coding_comment_does_not_matter_to_an_editors_text():
    with editor() as it:
        it.initialize()
        it.open("a.py", "# coding: latin-1\n" + NAN)
        assert it.found("a.py")["FIT050"] == span(2, 12, 2, 23)


def test_what_cannot_be_read_is_said():
    with editor() as it:
        it.initialize()
        it.open("n.ipynb", "{ not a notebook", language="json")
        [said] = it.diagnostics("n.ipynb")["diagnostics"]
        assert said["code"] == "not-checked"
        assert said["range"]["start"] == {"line": 0, "character": 0}


def test_configuration_nearest_to_the_file_and_its_errors():
    files = {"mlopslint.toml": "ignore = ['FIT050']\n", "sub/mlopslint.toml": "", "bad/mlopslint.toml": "selct = []\n"}
    with editor(files) as it:
        it.initialize()
        it.open("a.py", NAN)
        assert it.found("a.py") == {}
        it.open("sub/a.py", NAN)
        assert list(it.found("sub/a.py")) == ["FIT050"]
        it.open("bad/a.py", NAN)
        [said] = it.diagnostics("bad/a.py")["diagnostics"]
        assert said["code"] == "not-checked"
        assert "selct" in said["message"]
        (it.folder / "mlopslint.toml").write_text("")
        it.notify("textDocument/didSave", {"textDocument": {"uri": it.uri("mlopslint.toml")}})
        assert list(it.found("a.py")) == ["FIT050"]


def test_pins_on_disk_count_as_on_the_command_line():
    load = "import torch\nm = torch.load('m.pt')\n"
    with editor({"requirements.txt": "torch>=2.6\n"}) as it:
        it.initialize()
        it.open("src/a.py", load)
        assert it.found("src/a.py") == {}
        (it.folder / "requirements.txt").write_text("torch==2.1.0\n")
        it.notify("textDocument/didSave", {"textDocument": {"uri": it.uri("requirements.txt")}})
        assert list(it.found("src/a.py")) == ["SEC101"]


def test_related_places_for_clients_that_show_them():
    load = "import torch\nm = torch.load('m.pt')\n"
    with editor({"requirements.txt": "torch==2.1.0\n"}) as it:
        it.initialize(textDocument={"publishDiagnostics": {"relatedInformation": True}})
        it.open("a.py", load)
        [found] = it.diagnostics("a.py")["diagnostics"]
        [related] = found["relatedInformation"]
        assert related["location"] == {"uri": it.uri("requirements.txt"), "range": span(0, 0, 0, 12)}


def test_files_outside_the_workspace_and_untitled_ones():
    with editor() as it, project({"elsewhere 1.py": ""}) as other:
        it.initialize()
        uri = (other / "elsewhere 1.py").as_uri()
        assert "%20" in uri
        it.open(None, NAN, uri=uri)
        assert [each["code"] for each in it.diagnostics(None, uri=uri)["diagnostics"]] == ["FIT050"]
        it.open(None, NAN, uri="untitled:Untitled-1")
        assert [each["code"] for each in it.diagnostics(None, uri="untitled:Untitled-1")["diagnostics"]] == ["FIT050"]


def test_a_new_file_in_a_folder_that_is_not_there_yet():
    with editor() as it, project({}) as other:
        it.initialize()
        for path in (it.folder / "new" / "a.py", other / "newer" / "still" / "a.py"):
            it.open(None, NAN, uri=path.as_uri())
            assert [each["code"] for each in it.diagnostics(None, uri=path.as_uri())["diagnostics"]] == ["FIT050"]


def test_other_schemes_are_left_alone():
    with editor() as it:
        it.initialize()
        it.open(None, NAN, uri="git:/a.py")
        it.open("a.py", NAN)
        it.diagnostics("a.py")
        assert it.do("quiet", uri="git:/a.py", milliseconds=50)["count"] == 0


# --- quick fixes -----------------------------------------------------------------------------------------------------

def applied(it, text, action, path):
    [change] = action["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": it.uri(path), "version": 1}
    return it.do("apply", text=text, edits=change["edits"])["text"]


def test_a_quick_fix_gives_the_right_text():
    with editor() as it:
        it.initialize(workspace={"workspaceEdit": {"documentChanges": True}})
        it.open("a.py", TRUST)
        where = it.found("a.py")["SEC110"]
        [action] = it.actions("a.py", where)
        assert action["title"] == "SEC110: remove trust_remote_code"
        assert action["kind"] == "quickfix"
        assert "isPreferred" not in action  # it may change behaviour: a person decides
        assert [each["code"] for each in action["diagnostics"]] == ["SEC110"]
        assert applied(it, TRUST, action, "a.py") == TRUST.replace(", trust_remote_code=True", "")


def test_a_quick_fix_in_a_notebooks_text_keeps_its_escapes():
    with editor() as it:
        it.initialize(workspace={"workspaceEdit": {"documentChanges": True}})
        text = notebook(TRUST.replace("'", '"'))
        it.open("n.ipynb", text, language="json")
        [action] = it.actions("n.ipynb", it.found("n.ipynb")["SEC110"])
        assert applied(it, text, action, "n.ipynb") == text.replace(", trust_remote_code=True", "")


def test_quick_fixes_without_versions_for_plain_clients():
    with editor() as it:
        it.initialize()
        it.open("a.py", TRUST)
        [action] = it.actions("a.py", it.found("a.py")["SEC110"])
        [edits] = [action["edit"]["changes"][it.uri("a.py")]]
        assert it.do("apply", text=TRUST, edits=edits)["text"] == TRUST.replace(", trust_remote_code=True", "")


def test_quick_fixes_only_where_they_are_asked_for():
    with editor() as it:
        it.initialize()
        it.open("a.py", TRUST)
        where = it.found("a.py")["SEC110"]
        assert it.actions("a.py", span(0, 0, 0, 4)) == []
        assert it.actions("a.py", where, only=["source.organizeImports"]) == []
        assert len(it.actions("a.py", where, only=["quickfix"])) == 1
        assert it.actions("gone.py", where) == []


def test_quick_fixes_of_a_text_changed_just_now():
    with editor() as it:
        it.initialize(workspace={"workspaceEdit": {"documentChanges": True}})
        it.open("a.py", "x = 1\n")
        it.change("a.py", 2, TRUST)
        [action] = it.actions("a.py", span(1, 0, 1, 60))
        [change] = action["edit"]["documentChanges"]
        assert change["textDocument"]["version"] == 2


# --- bytes -----------------------------------------------------------------------------------------------------------

def frame(message):
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


INITIALIZE = frame({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}})
SHUTDOWN = frame({"jsonrpc": "2.0", "id": 2, "method": "shutdown"})
EXIT = frame({"jsonrpc": "2.0", "method": "exit"})


def talk(*sent):
    """Exit code and the messages that come back; every byte of the output must belong to a frame."""
    done = subprocess.run([PROGRAM, "lsp"], input=b"".join(sent), capture_output=True, timeout=60, env=PLAIN)
    messages, rest = [], done.stdout
    while rest:
        header, _, rest = rest.partition(b"\r\n\r\n")
        name, _, length = header.partition(b": ")
        assert name == b"Content-Length", header
        messages.append(json.loads(rest[:int(length)]))
        rest = rest[int(length):]
    return done.returncode, messages


def actions(uri):
    """A request that waits for the check of what came before it."""
    params = {"textDocument": {"uri": uri}, "range": span(0, 0, 99, 0), "context": {"diagnostics": []}}
    return frame({"jsonrpc": "2.0", "id": 3, "method": "textDocument/codeAction", "params": params})


def published_in(messages):
    return [each["params"] for each in messages if each.get("method") == "textDocument/publishDiagnostics"]


def test_malformed_frames_are_answered_and_survived():
    broken = [frame(b"{not json"), frame(b"\xff\xfe"), frame(b""), b"Content-Length: x\r\n\r\n", b"garbage\r\n\r\n",
              b"Content-Length: 999999999999\r\n\r\n{}", b"Content-Length: 9\r\n\r\n{}"]
    for each in broken:
        code, messages = talk(INITIALIZE, each, SHUTDOWN, EXIT)
        assert code == 0, each
        assert [message["id"] for message in messages] == [1, None, 2], each
        assert messages[1]["error"]["code"] == -32700, each


def test_messages_that_are_no_messages():
    for each in ([], 1, {"jsonrpc": "2.0"}, {"id": 5, "method": 7}, {"id": {}, "method": "shutdown"}):
        code, messages = talk(INITIALIZE, frame(each), SHUTDOWN, EXIT)
        assert code == 0, each
        assert messages[1]["error"]["code"] == -32600, each


def test_headers_in_any_case_and_with_a_type():
    shout = SHUTDOWN.replace(b"Content-Length", b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nCONTENT-LENGTH")
    code, messages = talk(INITIALIZE.replace(b"Content-Length", b"content-length"), shout, EXIT)
    assert (code, len(messages)) == (0, 2)


def test_params_of_the_wrong_shape():
    wrong = [None, [], {}, {"textDocument": 1}, {"textDocument": {"uri": 5}},
             {"textDocument": {"uri": "file:///a.py"}, "contentChanges": [1, {}, {"range": 5, "text": 5}]}]
    methods = ["textDocument/didOpen", "textDocument/didChange", "textDocument/didSave", "textDocument/didClose",
               "workspace/didChangeConfiguration", "initialized"]
    sent = [frame({"jsonrpc": "2.0", "method": method, "params": params}) for method in methods for params in wrong]
    code, _ = talk(INITIALIZE, *sent, SHUTDOWN, EXIT)
    assert code == 0


def test_fast_typing_is_checked_once():
    uri = "untitled:a"
    opened = frame({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {
        "textDocument": {"uri": uri, "languageId": "python", "version": 1, "text": NAN}}})
    typed = [frame({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {
        "textDocument": {"uri": uri, "version": version},
        "contentChanges": [{"range": span(0, 0, 0, 0), "text": "#\n"}]}}) for version in range(2, 52)]
    code, messages = talk(INITIALIZE, opened, *typed, actions(uri), SHUTDOWN, EXIT)
    assert code == 0
    [published] = published_in(messages)
    assert published["version"] == 51
    assert [each["range"] for each in published["diagnostics"]] == [span(51, 12, 51, 23)]


def test_text_that_no_utf8_can_hold():
    opened = b'{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":' \
             b'{"uri":"untitled:a","languageId":"python","version":1,"text":"import numpy as np\\ns = \'\\ud800\\u0000\'; x == np.nan"}}}'
    code, messages = talk(INITIALIZE, frame(opened), actions("untitled:a"), SHUTDOWN, EXIT)
    assert code == 0
    [published] = published_in(messages)
    [found] = [each for each in published["diagnostics"] if each["code"] == "FIT050"]
    assert found["range"] == span(1, 10, 1, 21)


# --- packs -----------------------------------------------------------------------------------------------------------

PACK_RULE = """local rule = require "mlopslint.rule"
return rule.call {{ code = "ORG001", name = "no-joblib", severity = "warning", summary = "s", docs = "d", url = "https://wiki.example/org001",
  calls = "joblib.load", check = function(ctx, call) ctx:report(call, "{}"):fix {{ safety = "safe", title = "go", call:replace "None" }} end }}
"""
PACK = {"mlopslint.toml": 'rule-packs = ["lint/rules"]\n', "lint/rules/a.lua": PACK_RULE.format("first")}
JOBLIB = "import joblib\njoblib.load(p)\n"


def test_rules_of_the_workspaces_packs_are_equal():
    with editor(PACK) as it:
        it.initialize()
        it.open("src/a.py", JOBLIB)
        [found] = it.diagnostics("src/a.py")["diagnostics"]
        assert (found["code"], found["message"]) == ("ORG001", "first")
        assert found["codeDescription"] == {"href": "https://wiki.example/org001"}
        [fix] = it.actions("src/a.py", found["range"])
        assert fix["title"] == "ORG001: go"


def test_packs_count_for_a_file_that_is_opened_alone():
    with editor({**PACK, ".git/HEAD": ""}) as it:
        it.request("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        it.notify("initialized", {})
        it.open("src/deep/a.py", JOBLIB)
        assert list(it.found("src/deep/a.py")) == ["ORG001"]


def test_a_rule_that_changes_is_read_again():
    with editor(PACK) as it:
        it.initialize(workspace={"didChangeWatchedFiles": {"dynamicRegistration": True}})
        it.open("a.py", JOBLIB)
        assert it.diagnostics("a.py")["diagnostics"][0]["message"] == "first"
        [watched] = it.do("told")["registered"]
        assert {"globPattern": "**/*.lua"} in watched["registerOptions"]["watchers"]
        (it.folder / "lint/rules/a.lua").write_text(PACK_RULE.format("second"))
        it.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": it.uri("lint/rules/a.lua"), "type": 2}]})
        assert it.diagnostics("a.py")["diagnostics"][0]["message"] == "second"
        (it.folder / "mlopslint.toml").write_text("")
        it.notify("textDocument/didSave", {"textDocument": {"uri": it.uri("mlopslint.toml")}})
        assert it.found("a.py") == {}


def test_rules_that_cannot_be_loaded_are_shown():
    with editor({**PACK, "lint/rules/b.lua": "return {\n"}) as it:
        it.initialize()
        it.open("a.py", JOBLIB)
        assert list(it.found("a.py")) == ["ORG001"]
        [shown] = it.do("told")["shown"]
        assert "lint/rules/b.lua: line 2: unexpected symbol near <eof>" in shown


def test_a_rule_that_fails_is_shown_once():
    with editor({**PACK, "lint/rules/a.lua": PACK_RULE.format("x").replace("ctx:report", "ctx.nothing()")}) as it:
        it.initialize()
        for version in range(1, 4):
            it.open("a.py", JOBLIB, version=version)
            assert it.found("a.py") == {}
        [shown] = it.do("told")["shown"]
        assert "rule ORG001 failed" in shown and "'nothing'" in shown


def test_a_configuration_that_is_wrong_is_said_where_the_text_is():
    with editor({**PACK, "mlopslint.toml": "rule-pack = []\n"}) as it:
        it.initialize()
        it.open("a.py", JOBLIB)
        [said] = it.diagnostics("a.py")["diagnostics"]
        assert "unknown key `rule-pack`" in said["message"]


def test_the_baseline_and_suppressions_hold_in_the_editor():
    load = "import torch\nm = torch.load('m.pt', weights_only=False)\n"
    with editor({"mlopslint.toml": "[baseline]\nfile = 'known.json'\n", "src/a.py": load}) as it:
        assert run("baseline", "create", cwd=it.folder).returncode == 0
        it.initialize()
        it.open("src/a.py", "\n" + load)
        assert it.found("src/a.py") == {}
        it.open("src/b.py", load + "n = torch.load('n.pt', weights_only=False)  # mlopslint: ignore[SEC101] ours\nx = 1  # mlopslint: ignore\n")
        assert sorted(it.found("src/b.py")) == ["MLO002", "SEC101"]
        (it.folder / "known.json").write_text('{"version": 1, "findings": []}')
        it.notify("textDocument/didSave", {"textDocument": {"uri": it.uri("known.json")}})
        assert list(it.found("src/a.py")) == ["SEC101"]
