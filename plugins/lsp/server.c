#include "plugins/lsp/server.h"

#include "plugins/lsp/framing.h"
#include "plugins/lsp/uri.h"

#include <stdio.h>

enum {
  PARSE_ERROR = -32700,
  INVALID_REQUEST = -32600,
  METHOD_NOT_FOUND = -32601,
  INVALID_PARAMS = -32602,
  NOT_INITIALIZED = -32002,
  MESSAGE_ERROR = 1,
  MOST_TOLD = 256
};

typedef struct method {
  const char *name;
  /* A request's answer, owned by the caller; NULL says that params make no sense. */
  cJSON *(*answer)(mlo_lsp_server *self, const cJSON *params);
  void (*notice)(mlo_lsp_server *self, const cJSON *params);
} method;

/* --- sending --------------------------------------------------------------------------------- */

static void send_message(mlo_lsp_server *self, cJSON *message) {
  cJSON_AddStringToObject(message, "jsonrpc", "2.0");
  char *text = cJSON_PrintUnformatted(message);
  if (text) mlo_framing_write(&self->out, mlo_str_c(text));
  cJSON_free(text);
  cJSON_Delete(message);
}

static cJSON *start_answer(const cJSON *id) {
  cJSON *message = cJSON_CreateObject();
  cJSON_AddItemToObject(message, "id", id ? cJSON_Duplicate(id, true) : cJSON_CreateNull());
  return message;
}

static void refuse(mlo_lsp_server *self, const cJSON *id, int code, const char *why) {
  cJSON *message = start_answer(id);
  cJSON *error = cJSON_AddObjectToObject(message, "error");
  cJSON_AddNumberToObject(error, "code", code);
  cJSON_AddStringToObject(error, "message", why);
  send_message(self, message);
}

static void notify(mlo_lsp_server *self, const char *name, cJSON *params) {
  cJSON *message = cJSON_CreateObject();
  cJSON_AddStringToObject(message, "method", name);
  cJSON_AddItemToObject(message, "params", params);
  send_message(self, message);
}

static bool is_told(mlo_lsp_server *self, mlo_str line) {
  uint64_t hash = mlo_str_hash(line);
  for (uint32_t i = 0; i < self->told.len; i++)
    if (self->told.items[i] == hash) return true;
  if (self->told.len == MOST_TOLD) self->told.len = 0;
  MLO_PUSH(&self->arena, &self->told, hash);
  return false;
}

/* To the person at the client and to standard error, unless it was told before. */
static void tell(mlo_lsp_server *self, mlo_str path, mlo_str text) {
  mlo_str line = mlo_arena_format(&self->scratch, "%.*s%s%.*s", MLO_FMT(path), path.len ? ": " : "",
                                  MLO_FMT(text));
  if (is_told(self, line)) return;
  fprintf(stderr, "mlopslint: %.*s\n", MLO_FMT(line));
  cJSON *params = cJSON_CreateObject();
  cJSON_AddNumberToObject(params, "type", MESSAGE_ERROR);
  mlo_message_add_string(params, "message",
                         mlo_arena_format(&self->scratch, "mlopslint: %.*s", MLO_FMT(line)),
                         &self->scratch);
  notify(self, "window/showMessage", params);
}

/* --- documents ------------------------------------------------------------------------------- */

static mlo_lsp_document **find_place(mlo_lsp_server *self, mlo_str uri) {
  mlo_lsp_document **place = &self->documents;
  while (*place && !mlo_str_eq((*place)->uri, uri)) place = &(*place)->next;
  return place;
}

static mlo_lsp_document *find_document(mlo_lsp_server *self, const cJSON *params) {
  mlo_str uri = mlo_message_string(mlo_message_object(params, "textDocument"), "uri");
  return uri.ptr ? *find_place(self, uri) : NULL;
}

static void drop(mlo_lsp_document **place) {
  mlo_lsp_document *gone = *place;
  if (!gone) return;
  *place = gone->next;
  mlo_lsp_document_free(gone);
}

static void publish(mlo_lsp_server *self, const mlo_lsp_document *document, cJSON *diagnostics) {
  cJSON *params = cJSON_CreateObject();
  mlo_message_add_string(params, "uri", document->uri, &self->scratch);
  cJSON_AddNumberToObject(params, "version", document->version);
  cJSON_AddItemToObject(params, "diagnostics", diagnostics);
  notify(self, "textDocument/publishDiagnostics", params);
}

/* Trouble with other files than this one, such as the configuration or a rule. */
static void tell_problems(mlo_lsp_server *self, const mlo_lsp_document *document) {
  for (uint32_t i = 0; i < document->result->problems.len; i++) {
    const mlo_problem *problem = &document->result->problems.items[i];
    if (!mlo_str_eq(problem->path, document->path)) tell(self, problem->path, problem->message);
  }
}

static void tell_catalogue(mlo_lsp_server *self, mlo_lsp_engine *engine) {
  const mlo_problems *problems = &mlo_engine_catalogue(engine->engine)->problems;
  for (uint32_t i = 0; i < problems->len && !engine->told; i++)
    tell(self, problems->items[i].path, problems->items[i].message);
  engine->told = true;
}

static mlo_status judge(mlo_lsp_server *self, mlo_lsp_document *document, mlo_error *err) {
  document->dirty = false;
  mlo_lsp_engine *engine = mlo_lsp_engines_of(&self->engines, document->root, err);
  if (!engine) return err->status;
  tell_catalogue(self, engine);
  return mlo_lsp_document_check(document, engine->engine, &self->scratch, err);
}

static void check(mlo_lsp_server *self, mlo_lsp_document *document) {
  mlo_error err = {0};
  mlo_status status = judge(self, document, &err);
  mlo_lsp_view view = mlo_lsp_view_of(&self->client, document, &self->scratch);
  if (status == MLO_OK) {
    publish(self, document, mlo_lsp_diagnostics(&view));
    tell_problems(self, document);
    return;
  }
  mlo_str why = mlo_arena_format(&self->scratch, "not checked: %s%s%s", err.path,
                                 err.path[0] ? ": " : "", err.message);
  publish(self, document, mlo_lsp_not_checked(&view, why));
}

bool mlo_lsp_server_settle(mlo_lsp_server *self) {
  if (self->phase != MLO_LSP_READY) return false;
  for (mlo_lsp_document *document = self->documents; document; document = document->next) {
    if (!document->dirty) continue;
    check(self, document);
    mlo_arena_reset(&self->scratch);
    return true;
  }
  return false;
}

/* --- lifecycle ------------------------------------------------------------------------------- */

static mlo_lsp_encoding encoding_named(mlo_str name, mlo_lsp_encoding fallback) {
  if (mlo_str_eq(name, MLO_STR("utf-8"))) return MLO_LSP_UTF8;
  if (mlo_str_eq(name, MLO_STR("utf-16"))) return MLO_LSP_UTF16;
  return fallback;
}

/* The first that we know of those the client names, best first; UTF-16 is what all clients know. A setting wins:
 * editors warn when two servers of one text count differently. */
static mlo_lsp_encoding choose_encoding(const cJSON *params, const cJSON *capabilities) {
  mlo_str forced =
      mlo_message_string(mlo_message_object(params, "initializationOptions"), "positionEncoding");
  const cJSON *offers =
      mlo_message_array(mlo_message_object(capabilities, "general"), "positionEncodings");
  const cJSON *offer = NULL;
  mlo_lsp_encoding chosen = MLO_LSP_UTF16;
  cJSON_ArrayForEach(offer, offers) {
    mlo_str name = cJSON_IsString(offer) ? mlo_str_c(offer->valuestring) : (mlo_str){0};
    bool known = mlo_str_eq(name, MLO_STR("utf-8")) || mlo_str_eq(name, MLO_STR("utf-16"));
    if (!known) continue;
    chosen = encoding_named(name, chosen);
    break;
  }
  return encoding_named(forced, chosen);
}

static void add_folder(mlo_lsp_server *self, mlo_str uri) {
  mlo_str path = uri.ptr ? mlo_uri_path(uri, &self->arena) : (mlo_str){0};
  while (path.len > 1 && mlo_str_ends(path, MLO_STR("/"))) path.len--;
  if (path.len) MLO_PUSH(&self->arena, &self->folders, path);
}

static void read_folders(mlo_lsp_server *self, const cJSON *params) {
  const cJSON *folder = NULL;
  cJSON_ArrayForEach(folder, mlo_message_array(params, "workspaceFolders"))
      add_folder(self, mlo_message_string(folder, "uri"));
  if (!self->folders.len) add_folder(self, mlo_message_string(params, "rootUri"));
  mlo_str path = mlo_message_string(params, "rootPath");
  if (!self->folders.len && path.len) {
    mlo_str copy = mlo_arena_str(&self->arena, path);
    MLO_PUSH(&self->arena, &self->folders, copy);
  }
}

static cJSON *capabilities_of(const mlo_lsp_server *self) {
  bool bytes = self->client.encoding == MLO_LSP_UTF8;
  cJSON *json = cJSON_CreateObject();
  cJSON_AddStringToObject(json, "positionEncoding", bytes ? "utf-8" : "utf-16");
  cJSON *sync = cJSON_AddObjectToObject(json, "textDocumentSync");
  cJSON_AddTrueToObject(sync, "openClose");
  cJSON_AddNumberToObject(sync, "change", 2);
  cJSON_AddTrueToObject(sync, "save");
  cJSON *actions = cJSON_AddObjectToObject(json, "codeActionProvider");
  cJSON *kinds = cJSON_AddArrayToObject(actions, "codeActionKinds");
  cJSON_AddItemToArray(kinds, cJSON_CreateString("quickfix"));
  return json;
}

static cJSON *initialize(mlo_lsp_server *self, const cJSON *params) {
  const cJSON *capabilities = mlo_message_object(params, "capabilities");
  const cJSON *text = mlo_message_object(capabilities, "textDocument");
  const cJSON *edit =
      mlo_message_object(mlo_message_object(capabilities, "workspace"), "workspaceEdit");
  self->client =
      (mlo_lsp_client){.encoding = choose_encoding(params, capabilities),
                       .related = mlo_message_true(mlo_message_object(text, "publishDiagnostics"),
                                                   "relatedInformation"),
                       .document_changes = mlo_message_true(edit, "documentChanges")};
  const cJSON *watching =
      mlo_message_object(mlo_message_object(capabilities, "workspace"), "didChangeWatchedFiles");
  self->watches = mlo_message_true(watching, "dynamicRegistration");
  read_folders(self, params);
  self->phase = MLO_LSP_READY;
  cJSON *result = cJSON_CreateObject();
  cJSON_AddItemToObject(result, "capabilities", capabilities_of(self));
  cJSON *info = cJSON_AddObjectToObject(result, "serverInfo");
  cJSON_AddStringToObject(info, "name", "mlopslint");
  cJSON_AddStringToObject(info, "version", MLO_VERSION);
  return result;
}

/* Rules may be edited in a language that this server is not started for. */
static void watch_rules(mlo_lsp_server *self) {
  static const char *const globs[] = {"**/*.lua", "**/mlopslint.toml", "**/pyproject.toml"};
  cJSON *message = cJSON_CreateObject();
  cJSON_AddStringToObject(message, "id", "watch-rules");
  cJSON_AddStringToObject(message, "method", "client/registerCapability");
  cJSON *registrations =
      cJSON_AddArrayToObject(cJSON_AddObjectToObject(message, "params"), "registrations");
  cJSON *registration = cJSON_CreateObject();
  cJSON_AddStringToObject(registration, "id", "watch-rules");
  cJSON_AddStringToObject(registration, "method", "workspace/didChangeWatchedFiles");
  cJSON *options = cJSON_AddObjectToObject(registration, "registerOptions");
  cJSON *watchers = cJSON_AddArrayToObject(options, "watchers");
  for (size_t i = 0; i < sizeof globs / sizeof *globs; i++) {
    cJSON *watcher = cJSON_CreateObject();
    cJSON_AddStringToObject(watcher, "globPattern", globs[i]);
    cJSON_AddItemToArray(watchers, watcher);
  }
  cJSON_AddItemToArray(registrations, registration);
  send_message(self, message);
}

/* Rules that can't be loaded are told before the first file is opened. */
static void initialized(mlo_lsp_server *self, const cJSON *params) {
  (void)params;
  if (self->watches) watch_rules(self);
  for (uint32_t i = 0; i < self->folders.len; i++) {
    mlo_error err = {0};
    mlo_lsp_engine *engine = mlo_lsp_engines_of(&self->engines, self->folders.items[i], &err);
    if (engine)
      tell_catalogue(self, engine);
    else
      tell(self, mlo_str_c(err.path), mlo_str_c(err.message));
  }
}

static cJSON *stop(mlo_lsp_server *self, const cJSON *params) {
  (void)params;
  self->phase = MLO_LSP_STOPPED;
  self->exit_code = 0;
  return cJSON_CreateNull();
}

static void leave(mlo_lsp_server *self, const cJSON *params) {
  (void)params;
  self->phase = MLO_LSP_GONE;
}

/* --- text ------------------------------------------------------------------------------------ */

static void did_open(mlo_lsp_server *self, const cJSON *params) {
  const cJSON *item = mlo_message_object(params, "textDocument");
  mlo_str uri = mlo_message_string(item, "uri");
  if (!uri.ptr) return;
  drop(find_place(self, uri));
  mlo_lsp_document *document = mlo_lsp_document_new(uri);
  mlo_lsp_document_place(document, self->folders.items, self->folders.len,
                         mlo_message_string(item, "languageId"));
  mlo_buf_add(&document->text, mlo_message_string(item, "text"));
  document->version = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(item, "version"));
  document->dirty = document->path.len > 0;
  document->next = self->documents;
  self->documents = document;
}

static mlo_lsp_point point_of(const cJSON *json) {
  return (mlo_lsp_point){mlo_message_uint(json, "line"), mlo_message_uint(json, "character")};
}

static mlo_lsp_change change_of(const cJSON *json) {
  const cJSON *range = mlo_message_object(json, "range");
  return (mlo_lsp_change){.whole = !range,
                          .start = point_of(mlo_message_object(range, "start")),
                          .end = point_of(mlo_message_object(range, "end")),
                          .text = mlo_message_string(json, "text")};
}

static void did_change(mlo_lsp_server *self, const cJSON *params) {
  mlo_lsp_document *document = find_document(self, params);
  if (!document) return;
  const cJSON *item = NULL;
  cJSON_ArrayForEach(item, mlo_message_array(params, "contentChanges")) {
    mlo_lsp_change change = change_of(item);
    if (!change.text.ptr) continue;
    mlo_sync_apply(&document->text, &change, self->client.encoding, &self->scratch);
  }
  const cJSON *version =
      cJSON_GetObjectItemCaseSensitive(mlo_message_object(params, "textDocument"), "version");
  if (cJSON_IsNumber(version)) document->version = version->valuedouble;
  document->dirty = document->path.len > 0;
}

/* True if the root is a folder of the workspace, or a text in it is open. */
static bool is_used(const mlo_lsp_server *self, mlo_str root) {
  for (uint32_t i = 0; i < self->folders.len; i++)
    if (mlo_str_eq(self->folders.items[i], root)) return true;
  for (const mlo_lsp_document *each = self->documents; each; each = each->next)
    if (mlo_str_eq(each->root, root)) return true;
  return false;
}

static void did_close(mlo_lsp_server *self, const cJSON *params) {
  mlo_lsp_document *document = find_document(self, params);
  if (!document) return;
  cJSON *cleared = cJSON_CreateObject();
  mlo_message_add_string(cleared, "uri", document->uri, &self->scratch);
  cJSON_AddArrayToObject(cleared, "diagnostics");
  notify(self, "textDocument/publishDiagnostics", cleared);
  mlo_str root = mlo_arena_str(&self->scratch, document->root);
  drop(find_place(self, document->uri));
  if (!is_used(self, root)) mlo_lsp_engines_forget(&self->engines, root);
}

/* Another configuration may be in force for any of them, or another version pinned. */
static void check_all_again(mlo_lsp_server *self, const cJSON *params) {
  (void)params;
  for (mlo_lsp_document *document = self->documents; document; document = document->next)
    document->dirty = document->path.len > 0;
}

/* Rules and configurations may have changed: results of the engines that were must not outlive them. */
static void read_rules_again(mlo_lsp_server *self, const cJSON *params) {
  for (mlo_lsp_document *document = self->documents; document; document = document->next) {
    mlo_result_free(document->result);
    document->result = NULL;
  }
  mlo_lsp_engines_forget_all(&self->engines);
  self->told.len = 0;
  check_all_again(self, params);
}

static bool holds_rules(mlo_str uri) {
  return mlo_str_ends(uri, MLO_STR("/mlopslint.toml")) ||
         mlo_str_ends(uri, MLO_STR("/pyproject.toml")) || mlo_str_ends(uri, MLO_STR(".lua"));
}

static void did_save(mlo_lsp_server *self, const cJSON *params) {
  mlo_str uri = mlo_message_string(mlo_message_object(params, "textDocument"), "uri");
  if (holds_rules(uri))
    read_rules_again(self, params);
  else if (mlo_path_declares_dependencies(uri) || mlo_str_ends(uri, MLO_STR(".json")))
    check_all_again(self, params); /* a baseline is a JSON file */
}

static void did_change_files(mlo_lsp_server *self, const cJSON *params) {
  const cJSON *change = NULL;
  bool rules = false;
  cJSON_ArrayForEach(change, mlo_message_array(params, "changes")) rules =
      rules || holds_rules(mlo_message_string(change, "uri"));
  (rules ? read_rules_again : check_all_again)(self, params);
}

static bool wants_quick_fixes(const cJSON *context) {
  const cJSON *only = mlo_message_array(context, "only"), *kind = NULL;
  cJSON_ArrayForEach(kind, only) {
    const char *name = cJSON_IsString(kind) ? kind->valuestring : "-";
    if (strcmp(name, "quickfix") == 0 || !name[0]) return true;
  }
  return !only;
}

static cJSON *code_action(mlo_lsp_server *self, const cJSON *params) {
  const cJSON *range = mlo_message_object(params, "range");
  if (!mlo_message_object(params, "textDocument") || !range) return NULL;
  mlo_lsp_document *document = find_document(self, params);
  if (!document || !wants_quick_fixes(mlo_message_object(params, "context")))
    return cJSON_CreateArray();
  if (document->dirty) check(self, document);
  mlo_lsp_view view = mlo_lsp_view_of(&self->client, document, &self->scratch);
  return mlo_lsp_quick_fixes(&view, point_of(mlo_message_object(range, "start")),
                             point_of(mlo_message_object(range, "end")));
}

/* --- dispatch -------------------------------------------------------------------------------- */

static const method methods[] = {
    {"initialize", initialize, NULL},
    {"initialized", NULL, initialized},
    {"shutdown", stop, NULL},
    {"exit", NULL, leave},
    {"textDocument/didOpen", NULL, did_open},
    {"textDocument/didChange", NULL, did_change},
    {"textDocument/didSave", NULL, did_save},
    {"textDocument/didClose", NULL, did_close},
    {"textDocument/codeAction", code_action, NULL},
    {"workspace/didChangeConfiguration", NULL, read_rules_again},
    {"workspace/didChangeWatchedFiles", NULL, did_change_files},
};

static const method *find_method(const char *name) {
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
    if (strcmp(methods[i].name, name) == 0) return &methods[i];
  return NULL;
}

static void take_notice(mlo_lsp_server *self, const char *name, const cJSON *params) {
  const method *found = find_method(name);
  if (!found || !found->notice) return;
  if (self->phase == MLO_LSP_READY || found->notice == leave) found->notice(self, params);
}

static void take_request(mlo_lsp_server *self, const char *name, const cJSON *id,
                         const cJSON *params) {
  const method *found = find_method(name);
  bool first = found && found->answer == initialize;
  if (self->phase == MLO_LSP_NEW && !first) {
    refuse(self, id, NOT_INITIALIZED, "initialize comes first");
  } else if (self->phase == MLO_LSP_STOPPED) {
    refuse(self, id, INVALID_REQUEST, "the server was shut down");
  } else if (self->phase == MLO_LSP_READY && first) {
    refuse(self, id, INVALID_REQUEST, "initialize was answered before");
  } else if (!found || !found->answer) {
    refuse(self, id, METHOD_NOT_FOUND, name);
  } else {
    cJSON *result = found->answer(self, params);
    if (!result) {
      refuse(self, id, INVALID_PARAMS, name);
      return;
    }
    cJSON *message = start_answer(id);
    cJSON_AddItemToObject(message, "result", result);
    send_message(self, message);
  }
}

/* Answers to our one request end here: a client that watches no files is no worse than one that can't. */
static void take(mlo_lsp_server *self, const cJSON *message) {
  const cJSON *name = cJSON_GetObjectItemCaseSensitive(message, "method");
  const cJSON *id = cJSON_GetObjectItemCaseSensitive(message, "id");
  bool request = cJSON_IsNumber(id) || cJSON_IsString(id);
  bool answer = cJSON_HasObjectItem(message, "result") || cJSON_HasObjectItem(message, "error");
  if (cJSON_IsString(name) && request)
    take_request(self, name->valuestring, id, mlo_message_object(message, "params"));
  else if (cJSON_IsString(name) && (!id || cJSON_IsNull(id)))
    take_notice(self, name->valuestring, mlo_message_object(message, "params"));
  else if (name || !answer)
    refuse(self, request ? id : NULL, INVALID_REQUEST, "neither request, notification nor answer");
}

bool mlo_lsp_server_receive(mlo_lsp_server *self, char *body, size_t len) {
  const char *end = NULL;
  mlo_message_mend(body, len);
  cJSON *message = cJSON_ParseWithLengthOpts(body, len, &end, false);
  bool whole = message && mlo_str_trim(mlo_str_of(end, (size_t)(body + len - end))).len == 0;
  if (whole)
    take(self, message);
  else
    refuse(self, NULL, PARSE_ERROR, "the body is not JSON");
  cJSON_Delete(message);
  mlo_arena_reset(&self->scratch);
  return whole;
}

void mlo_lsp_server_complain(mlo_lsp_server *self) {
  refuse(self, NULL, PARSE_ERROR, "no frame: a header with Content-Length, at most 64 MiB");
}

void mlo_lsp_server_init(mlo_lsp_server *self, const mlo_rule_layer *layer) {
  *self = (mlo_lsp_server){.engines = {.layer = layer}, .exit_code = 1};
  mlo_arena_init(&self->arena, 0, NULL, NULL);
  mlo_arena_init(&self->scratch, 0, NULL, NULL);
}

void mlo_lsp_server_release(mlo_lsp_server *self) {
  while (self->documents) drop(&self->documents);
  mlo_lsp_engines_forget_all(&self->engines);
  mlo_buf_release(&self->out);
  mlo_arena_release(&self->scratch);
  mlo_arena_release(&self->arena);
}
