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
  LOG_WARNING = 2
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

/* To the client's log and to standard error, unless it was the last thing told. */
static void tell(mlo_lsp_server *self, mlo_str path, mlo_str text) {
  mlo_str line = mlo_arena_format(&self->scratch, "%.*s%s%.*s", MLO_FMT(path), path.len ? ": " : "",
                                  MLO_FMT(text));
  uint64_t hash = mlo_str_hash(line);
  if (hash == self->last_log) return;
  self->last_log = hash;
  fprintf(stderr, "mlopslint: %.*s\n", MLO_FMT(line));
  cJSON *params = cJSON_CreateObject();
  cJSON_AddNumberToObject(params, "type", LOG_WARNING);
  mlo_message_add_string(params, "message", line, &self->scratch);
  notify(self, "window/logMessage", params);
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

static void check(mlo_lsp_server *self, mlo_lsp_document *document) {
  mlo_error err = {0};
  mlo_status status = mlo_lsp_document_check(document, self->engine, &self->scratch, &err);
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
  read_folders(self, params);
  self->phase = MLO_LSP_READY;
  cJSON *result = cJSON_CreateObject();
  cJSON_AddItemToObject(result, "capabilities", capabilities_of(self));
  cJSON *info = cJSON_AddObjectToObject(result, "serverInfo");
  cJSON_AddStringToObject(info, "name", "mlopslint");
  cJSON_AddStringToObject(info, "version", MLO_VERSION);
  return result;
}

static void initialized(mlo_lsp_server *self, const cJSON *params) {
  (void)params;
  const mlo_catalogue *catalogue = mlo_engine_catalogue(self->engine);
  for (uint32_t i = 0; i < catalogue->problems.len; i++)
    tell(self, catalogue->problems.items[i].path, catalogue->problems.items[i].message);
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

static void did_close(mlo_lsp_server *self, const cJSON *params) {
  mlo_lsp_document *document = find_document(self, params);
  if (!document) return;
  cJSON *cleared = cJSON_CreateObject();
  mlo_message_add_string(cleared, "uri", document->uri, &self->scratch);
  cJSON_AddArrayToObject(cleared, "diagnostics");
  notify(self, "textDocument/publishDiagnostics", cleared);
  drop(find_place(self, document->uri));
}

/* Another configuration may be in force for any of them, or another version pinned. */
static void check_all_again(mlo_lsp_server *self, const cJSON *params) {
  (void)params;
  for (mlo_lsp_document *document = self->documents; document; document = document->next)
    document->dirty = document->path.len > 0;
}

static void did_save(mlo_lsp_server *self, const cJSON *params) {
  mlo_str uri = mlo_message_string(mlo_message_object(params, "textDocument"), "uri");
  if (mlo_str_ends(uri, MLO_STR("/mlopslint.toml")) || mlo_path_declares_dependencies(uri))
    check_all_again(self, params);
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
    {"workspace/didChangeConfiguration", NULL, check_all_again},
    {"workspace/didChangeWatchedFiles", NULL, check_all_again},
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

/* Answers to requests of ours would end here; we make none. */
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

void mlo_lsp_server_init(mlo_lsp_server *self, const mlo_engine *engine) {
  *self = (mlo_lsp_server){.engine = engine, .exit_code = 1};
  mlo_arena_init(&self->arena, 0, NULL, NULL);
  mlo_arena_init(&self->scratch, 0, NULL, NULL);
}

void mlo_lsp_server_release(mlo_lsp_server *self) {
  while (self->documents) drop(&self->documents);
  mlo_buf_release(&self->out);
  mlo_arena_release(&self->scratch);
  mlo_arena_release(&self->arena);
}
