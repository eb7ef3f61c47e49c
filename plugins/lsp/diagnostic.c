#include "plugins/lsp/diagnostic.h"

#include "plugins/lsp/uri.h"

mlo_lsp_view mlo_lsp_view_of(const mlo_lsp_client *client, const mlo_lsp_document *document,
                             mlo_arena *scratch) {
  mlo_lines lines = mlo_lines_of(mlo_buf_str(&document->text), scratch);
  return (mlo_lsp_view){client, document, lines, scratch};
}

/* --- places ---------------------------------------------------------------------------------- */

static bool is_here(const mlo_lsp_view *view, mlo_str path) {
  return mlo_str_eq(path, view->document->path);
}

static mlo_lsp_point point_here(const mlo_lsp_view *view, mlo_position position) {
  return mlo_sync_point(position, mlo_lines_text(&view->lines, position.line),
                        view->client->encoding);
}

/* Of another file we have the lines around the place, unless it is a notebook's cell: then columns count characters. */
static mlo_lsp_point point_there(const mlo_lsp_view *view, const mlo_location *location,
                                 mlo_position position) {
  mlo_str rest = mlo_location_shows_cell(location) ? (mlo_str){0} : location->excerpt, line = {0};
  for (uint32_t i = location->excerpt_line; i <= position.line && rest.ptr; i++)
    line = mlo_str_cut(&rest, '\n');
  mlo_lsp_point point = mlo_sync_point(position, line, view->client->encoding);
  if (!line.ptr && view->client->encoding == MLO_LSP_UTF8) point.column = position.column - 1;
  return point;
}

static cJSON *point_json(mlo_lsp_point point) {
  cJSON *json = cJSON_CreateObject();
  cJSON_AddNumberToObject(json, "line", point.line);
  cJSON_AddNumberToObject(json, "character", point.column);
  return json;
}

static void add_range(cJSON *object, mlo_lsp_point start, mlo_lsp_point end) {
  cJSON *range = cJSON_AddObjectToObject(object, "range");
  cJSON_AddItemToObject(range, "start", point_json(start));
  cJSON_AddItemToObject(range, "end", point_json(end));
}

static mlo_str uri_of(const mlo_lsp_view *view, mlo_str path) {
  if (is_here(view, path)) return view->document->uri;
  mlo_str root = view->document->root;
  bool slash = mlo_str_ends(root, MLO_STR("/"));
  mlo_str whole =
      mlo_arena_format(view->scratch, "%.*s%s%.*s", MLO_FMT(root), slash ? "" : "/", MLO_FMT(path));
  return mlo_uri_of_path(whole, view->scratch);
}

/* --- diagnostics ----------------------------------------------------------------------------- */

static cJSON *start_diagnostic(const mlo_lsp_view *view, int severity, mlo_str code,
                               mlo_str message) {
  cJSON *json = cJSON_CreateObject();
  cJSON_AddNumberToObject(json, "severity", severity);
  mlo_message_add_string(json, "code", code, view->scratch);
  cJSON_AddStringToObject(json, "source", "mlopslint");
  mlo_message_add_string(json, "message", message, view->scratch);
  return json;
}

static cJSON *related_json(const mlo_lsp_view *view, const mlo_related *related) {
  const mlo_location *at = &related->location;
  bool here = is_here(view, at->path);
  cJSON *json = cJSON_CreateObject();
  cJSON *location = cJSON_AddObjectToObject(json, "location");
  mlo_message_add_string(location, "uri", uri_of(view, at->path), view->scratch);
  add_range(location, here ? point_here(view, at->start) : point_there(view, at, at->start),
            here ? point_here(view, at->end) : point_there(view, at, at->end));
  mlo_message_add_string(json, "message", related->message, view->scratch);
  return json;
}

static int severity_number(mlo_severity severity) {
  static const int numbers[] = {
      [MLO_SEVERITY_INFO] = 3, [MLO_SEVERITY_WARNING] = 2, [MLO_SEVERITY_ERROR] = 1};
  return numbers[severity];
}

static cJSON *diagnostic_json(const mlo_lsp_view *view, const mlo_finding *finding) {
  cJSON *json =
      start_diagnostic(view, severity_number(finding->severity), finding->code, finding->message);
  add_range(json, point_here(view, finding->location.start),
            point_here(view, finding->location.end));
  if (finding->url.len) {
    cJSON *description = cJSON_AddObjectToObject(json, "codeDescription");
    mlo_message_add_string(description, "href", finding->url, view->scratch);
  }
  cJSON *data = cJSON_AddObjectToObject(json, "data");
  mlo_message_add_string(data, "name", finding->name, view->scratch);
  cJSON_AddStringToObject(data, "fingerprint", finding->fingerprint);
  if (!view->client->related || !finding->related.len) return json;
  cJSON *related = cJSON_AddArrayToObject(json, "relatedInformation");
  for (uint32_t i = 0; i < finding->related.len; i++)
    cJSON_AddItemToArray(related, related_json(view, &finding->related.items[i]));
  return json;
}

static cJSON *unscanned_json(const mlo_lsp_view *view, mlo_str why) {
  cJSON *json = start_diagnostic(view, 2, MLO_STR("not-checked"), why);
  mlo_position end =
      mlo_lines_position(&view->lines, (uint32_t)mlo_lines_text(&view->lines, 1).len);
  add_range(json, (mlo_lsp_point){0}, point_here(view, end));
  return json;
}

cJSON *mlo_lsp_not_checked(const mlo_lsp_view *view, mlo_str why) {
  cJSON *list = cJSON_CreateArray();
  cJSON_AddItemToArray(list, unscanned_json(view, why));
  return list;
}

cJSON *mlo_lsp_diagnostics(const mlo_lsp_view *view) {
  cJSON *list = cJSON_CreateArray();
  const mlo_result *result = view->document->result;
  for (uint32_t i = 0; i < result->problems.len; i++)
    if (is_here(view, result->problems.items[i].path))
      cJSON_AddItemToArray(list, unscanned_json(view, result->problems.items[i].message));
  for (uint32_t i = 0; i < result->findings.len; i++)
    if (is_here(view, result->findings.items[i].location.path))
      cJSON_AddItemToArray(list, diagnostic_json(view, &result->findings.items[i]));
  return list;
}

/* --- quick fixes ----------------------------------------------------------------------------- */

static cJSON *edit_json(const mlo_lsp_view *view, const mlo_edit *edit) {
  mlo_location elsewhere = {0};
  bool here = is_here(view, edit->path);
  cJSON *json = cJSON_CreateObject();
  add_range(json, here ? point_here(view, edit->start) : point_there(view, &elsewhere, edit->start),
            here ? point_here(view, edit->end) : point_there(view, &elsewhere, edit->end));
  mlo_message_add_string(json, "newText", edit->text, view->scratch);
  return json;
}

/* The edits of one file, which need not stand together. */
static cJSON *edits_of(const mlo_lsp_view *view, const mlo_fix *fix, mlo_str path) {
  cJSON *list = cJSON_CreateArray();
  for (uint32_t i = 0; i < fix->edits.len; i++)
    if (mlo_str_eq(fix->edits.items[i].path, path))
      cJSON_AddItemToArray(list, edit_json(view, &fix->edits.items[i]));
  return list;
}

static bool is_first_of_path(const mlo_fix *fix, uint32_t index) {
  for (uint32_t i = 0; i < index; i++)
    if (mlo_str_eq(fix->edits.items[i].path, fix->edits.items[index].path)) return false;
  return true;
}

static cJSON *versioned_edits(const mlo_lsp_view *view, const mlo_fix *fix, mlo_str path) {
  cJSON *json = cJSON_CreateObject();
  cJSON *text = cJSON_AddObjectToObject(json, "textDocument");
  mlo_message_add_string(text, "uri", uri_of(view, path), view->scratch);
  if (is_here(view, path))
    cJSON_AddNumberToObject(text, "version", view->document->version);
  else
    cJSON_AddNullToObject(text, "version");
  cJSON_AddItemToObject(json, "edits", edits_of(view, fix, path));
  return json;
}

static void add_workspace_edit(const mlo_lsp_view *view, const mlo_fix *fix, cJSON *action) {
  bool versioned = view->client->document_changes;
  cJSON *edit = cJSON_AddObjectToObject(action, "edit");
  cJSON *changes = versioned ? cJSON_AddArrayToObject(edit, "documentChanges")
                             : cJSON_AddObjectToObject(edit, "changes");
  for (uint32_t i = 0; i < fix->edits.len; i++) {
    mlo_str path = fix->edits.items[i].path;
    if (!is_first_of_path(fix, i)) continue;
    if (versioned)
      cJSON_AddItemToArray(changes, versioned_edits(view, fix, path));
    else
      cJSON_AddItemToObject(changes, mlo_arena_cstr(view->scratch, uri_of(view, path)),
                            edits_of(view, fix, path));
  }
}

static cJSON *quick_fix(const mlo_lsp_view *view, const mlo_finding *finding, const mlo_fix *fix) {
  cJSON *action = cJSON_CreateObject();
  mlo_str title =
      mlo_arena_format(view->scratch, "%.*s: %.*s", MLO_FMT(finding->code), MLO_FMT(fix->title));
  mlo_message_add_string(action, "title", title, view->scratch);
  cJSON_AddStringToObject(action, "kind", "quickfix");
  cJSON *diagnostics = cJSON_AddArrayToObject(action, "diagnostics");
  cJSON_AddItemToArray(diagnostics, diagnostic_json(view, finding));
  if (fix->safety == MLO_SAFETY_SAFE) cJSON_AddTrueToObject(action, "isPreferred");
  add_workspace_edit(view, fix, action);
  return action;
}

static bool touches(const mlo_lsp_view *view, const mlo_finding *finding, mlo_lsp_point start,
                    mlo_lsp_point end) {
  return is_here(view, finding->location.path) &&
         mlo_sync_compare(point_here(view, finding->location.start), end) <= 0 &&
         mlo_sync_compare(point_here(view, finding->location.end), start) >= 0;
}

cJSON *mlo_lsp_quick_fixes(const mlo_lsp_view *view, mlo_lsp_point start, mlo_lsp_point end) {
  cJSON *list = cJSON_CreateArray();
  const mlo_result *result = view->document->result;
  for (uint32_t i = 0; result && i < result->findings.len; i++) {
    const mlo_finding *finding = &result->findings.items[i];
    if (!touches(view, finding, start, end)) continue;
    for (uint32_t k = 0; k < finding->fixes.len; k++)
      if (finding->fixes.items[k].safety != MLO_SAFETY_DISPLAY)
        cJSON_AddItemToArray(list, quick_fix(view, finding, &finding->fixes.items[k]));
  }
  return list;
}
