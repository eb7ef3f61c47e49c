// A language client without a screen: the reference client library around the server, driven by one JSON command a line.
//
//   {"do": "request", "method", "params"}        -> {"result"} or {"error": {"code", "message"}}
//   {"do": "notify", "method", "params"}         -> {}
//   {"do": "diagnostics", "uri"}                 -> {"params"} of the next publishDiagnostics for uri, in order
//   {"do": "quiet", "uri", "milliseconds"}       -> {"count"} of publishDiagnostics for uri that came in that time
//   {"do": "apply", "text", "edits"}             -> {"text"} as vscode-languageserver-textdocument applies the edits
//   {"do": "told"}                               -> {"shown", "registered"}: what the server showed and asked to be told of
//   {"do": "close"}                              -> {"code"} of the server, whose input is closed
//   {"do": "exit"}                               -> {"code"} of the server after the exit notification
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [tools, program] = process.argv.slice(2);
const require = createRequire(`${tools}/package.json`);
const { createProtocolConnection, StreamMessageReader, StreamMessageWriter } = require("vscode-languageserver-protocol/node");
const { TextDocument } = require("vscode-languageserver-textdocument");

const server = spawn(program, ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
const ended = new Promise((resolve) => server.on("exit", (code, signal) => resolve(code ?? signal)));
const connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));

const published = new Map(); // uri to the params not yet asked for
const waiting = new Map(); // uri to those who wait
const queue = (map, uri) => map.get(uri) ?? map.set(uri, []).get(uri);
connection.onNotification("textDocument/publishDiagnostics", (params) => {
  const someone = queue(waiting, params.uri).shift();
  if (someone) someone(params);
  else queue(published, params.uri).push(params);
});
connection.onNotification("window/logMessage", (params) => console.error(`log: ${params.message}`));
const shown = [];
connection.onNotification("window/showMessage", (params) => shown.push(params.message));
const registered = [];
connection.onRequest("client/registerCapability", (params) => void registered.push(...params.registrations));
connection.listen();

const soon = (promise) =>
  Promise.race([promise, new Promise((_, late) => setTimeout(() => late(new Error("no diagnostics in 20 seconds")), 20000).unref())]);

const commands = {
  request: ({ method, params }) =>
    connection.sendRequest(method, params).then(
      (result) => ({ result }),
      ({ code, message }) => ({ error: { code, message } }),
    ),
  notify: async ({ method, params }) => (await connection.sendNotification(method, params), {}),
  diagnostics: async ({ uri }) => ({
    params: queue(published, uri).shift() ?? (await soon(new Promise((resolve) => queue(waiting, uri).push(resolve)))),
  }),
  quiet: async ({ uri, milliseconds }) => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return { count: queue(published, uri).splice(0).length };
  },
  apply: async ({ text, edits }) => ({ text: TextDocument.applyEdits(TextDocument.create("a:a", "", 1, text), edits) }),
  told: async () => ({ shown: shown.splice(0), registered }),
  close: async () => (server.stdin.end(), { code: await ended }),
  exit: async () => (await connection.sendNotification("exit"), { code: await ended }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  console.log(JSON.stringify(await commands[command.do](command)));
}
server.kill();
process.exit(0);
