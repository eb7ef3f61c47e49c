#include "notebook/reader.h"

enum { MAX_CELLS = 100000 };

/* --- outputs --------------------------------------------------------------------------------- */

typedef struct output_reader {
  mlo_output output;
  mlo_str type;
} output_reader;

static void add_text(mlo_reader *self, output_reader *into, mlo_str mime) {
  char c = mlo_json_peek(&self->json);
  mlo_output_text text = {.mime = mime, .span = mlo_json_skip(&self->json)};
  bool textual = c == '"' || c == '[' || c == '{';
  if (textual && !self->json.problem) MLO_PUSH(self->arena, &into->output.texts, text);
}

/* A MIME type that comes twice is kept twice: both stand in the file. */
static void read_data(mlo_reader *self, void *into) {
  mlo_json *json = &self->json;
  if (mlo_json_peek(json) != '{') return (void)mlo_json_skip(json);
  for (bool more = mlo_json_open(json, '{'); more; more = mlo_json_more(json, '{'))
    add_text(self, into, mlo_read_name(self));
}

/* nbformat 3 has these beside output_type; nbformat 4 has them as MIME types inside data. */
#define OUTPUT_TEXTS(X)                                                                            \
  X(plain, "text", "text/plain")                                                                   \
  X(traceback, "traceback", "traceback")                                                           \
  X(html, "html", "text/html")                                                                     \
  X(svg, "svg", "image/svg+xml")                                                                   \
  X(png, "png", "image/png")                                                                       \
  X(jpeg, "jpeg", "image/jpeg")                                                                    \
  X(latex, "latex", "text/latex")                                                                  \
  X(json, "json", "application/json")                                                              \
  X(javascript, "javascript", "application/javascript")

#define READ_OUTPUT_TEXT(id, name, mime)                                                           \
  static void read_##id(mlo_reader *self, void *into) { add_text(self, into, MLO_STR(mime)); }
OUTPUT_TEXTS(READ_OUTPUT_TEXT)

static void read_output_type(mlo_reader *self, void *into) {
  ((output_reader *)into)->type = mlo_read_text(self);
}
static void read_stream(mlo_reader *self, void *into) {
  ((output_reader *)into)->output.stream = mlo_read_text(self);
}
static void read_error_name(mlo_reader *self, void *into) {
  ((output_reader *)into)->output.error_name = mlo_read_text(self);
}
static void read_error_value(mlo_reader *self, void *into) {
  ((output_reader *)into)->output.error_value = mlo_read_text(self);
}
static void read_output_metadata(mlo_reader *self, void *into) {
  ((output_reader *)into)->output.metadata_span = mlo_json_skip(&self->json);
}

/* A count of 0 is none: Databricks writes it into every cell. */
static int64_t read_execution_count(mlo_reader *self, mlo_span *span) {
  int64_t count = mlo_read_number(self, span);
  return count > 0 ? count : -1;
}

static void read_output_count(mlo_reader *self, void *into) {
  mlo_output *output = &((output_reader *)into)->output;
  output->execution_count = read_execution_count(self, &output->count_span);
}

#define OUTPUT_MEMBER(id, name, mime) MLO_MEMBER(name, read_##id),
static const mlo_reader_member output_members[] = {MLO_MEMBER("output_type", read_output_type),
                                                   MLO_MEMBER("data", read_data),
                                                   MLO_MEMBER("name", read_stream),
                                                   MLO_MEMBER("stream", read_stream),
                                                   MLO_MEMBER("ename", read_error_name),
                                                   MLO_MEMBER("evalue", read_error_value),
                                                   MLO_MEMBER("metadata", read_output_metadata),
                                                   MLO_MEMBER("execution_count", read_output_count),
                                                   MLO_MEMBER("prompt_number", read_output_count),
                                                   OUTPUT_TEXTS(OUTPUT_MEMBER)};

static mlo_output_kind output_kind(mlo_str type) {
  static const struct {
    mlo_str type;
    mlo_output_kind kind;
  } kinds[] = {{MLO_STR_INIT("stream"), MLO_OUTPUT_STREAM},
               {MLO_STR_INIT("execute_result"), MLO_OUTPUT_RESULT},
               {MLO_STR_INIT("pyout"), MLO_OUTPUT_RESULT},
               {MLO_STR_INIT("error"), MLO_OUTPUT_ERROR},
               {MLO_STR_INIT("pyerr"), MLO_OUTPUT_ERROR}};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (mlo_str_eq(kinds[i].type, type)) return kinds[i].kind;
  return MLO_OUTPUT_DISPLAY;
}

/* `name` and `stream` are a stream's only. */
static void finish_output(output_reader *one) {
  mlo_output *output = &one->output;
  output->kind = output_kind(one->type);
  bool stream = output->kind == MLO_OUTPUT_STREAM;
  if (!stream) output->stream = (mlo_str){0};
  if (stream && output->stream.len == 0) output->stream = MLO_STR("stdout");
  for (uint32_t i = 0; i < output->texts.len && stream; i++)
    output->texts.items[i].mime = output->stream;
}

static mlo_output read_output(mlo_reader *self) {
  output_reader one = {.output = {.execution_count = -1}};
  mlo_json_peek(&self->json);
  one.output.span.start = self->json.at;
  MLO_READ_MEMBERS(self, output_members, NULL, &one);
  one.output.span.end = self->json.at;
  finish_output(&one);
  return one.output;
}

/* --- what only code cells have --------------------------------------------------------------- */

typedef struct cell_reader {
  mlo_cell cell;
  mlo_str type;
  bool has_code; /* members that only code cells have */
} cell_reader;

static void read_outputs(mlo_reader *self, void *into) {
  mlo_json *json = &self->json;
  cell_reader *one = into;
  one->has_code = true;
  one->cell.outputs.len = 0;
  one->cell.outputs_span = (mlo_span){0};
  if (mlo_json_peek(json) != '[') return (void)mlo_json_skip(json);
  one->cell.outputs_span.start = json->at;
  for (bool more = mlo_json_open(json, '['); more; more = mlo_json_more(json, '[')) {
    mlo_output output = read_output(self);
    MLO_PUSH(self->arena, &one->cell.outputs, output);
  }
  one->cell.outputs_span.end = json->at;
}

static void read_tags(mlo_reader *self, void *into) {
  mlo_json *json = &self->json;
  mlo_cell *cell = into;
  cell->tags.len = 0;
  if (mlo_json_peek(json) != '[') return (void)mlo_json_skip(json);
  for (bool more = mlo_json_open(json, '['); more; more = mlo_json_more(json, '[')) {
    mlo_str tag = mlo_read_text(self);
    if (tag.len > 0) MLO_PUSH(self->arena, &cell->tags, tag);
  }
}

static void read_hidden_source(mlo_reader *self, void *into) {
  ((mlo_cell *)into)->collapsed_source |= mlo_read_truth(self);
}
static void read_hidden_outputs(mlo_reader *self, void *into) {
  ((mlo_cell *)into)->collapsed_outputs |= mlo_read_truth(self);
}
static void read_view(mlo_reader *self, void *into) {
  ((mlo_cell *)into)->collapsed_source |= mlo_str_eq(mlo_read_text(self), MLO_STR("form"));
}

static void read_jupyter(mlo_reader *self, void *into) {
  static const mlo_reader_member members[] = {MLO_MEMBER("source_hidden", read_hidden_source),
                                              MLO_MEMBER("outputs_hidden", read_hidden_outputs)};
  MLO_READ_MEMBERS(self, members, NULL, into);
}

static void read_keep(mlo_reader *self, void *into) {
  ((mlo_cell *)into)->keep_output = mlo_read_said(self);
}
static void read_init_cell(mlo_reader *self, void *into) {
  if (mlo_read_truth(self)) ((mlo_cell *)into)->keep_output = MLO_SAID_YES;
}

/* The language that metadata gives a cell; finished when the whole notebook is read. */
static void read_own_language(mlo_reader *self, void *into) {
  ((mlo_cell *)into)->language = mlo_read_text(self);
}

static void read_vscode(mlo_reader *self, void *into) {
  static const mlo_reader_member members[] = {MLO_MEMBER("languageId", read_own_language)};
  MLO_READ_MEMBERS(self, members, NULL, into);
}

static void read_polyglot(mlo_reader *self, void *into) {
  static const mlo_reader_member members[] = {MLO_MEMBER("kernelName", read_own_language),
                                              MLO_MEMBER("language", read_own_language)};
  MLO_READ_MEMBERS(self, members, NULL, into);
}

static void read_deepnote_type(mlo_reader *self, void *into) {
  mlo_str type = mlo_read_text(self);
  if (mlo_str_eq(type, MLO_STR("sql"))) ((mlo_cell *)into)->language = type;
}

static void read_cell_metadata(mlo_reader *self, void *into) {
  static const mlo_reader_member members[] = {MLO_MEMBER("tags", read_tags),
                                              MLO_MEMBER("jupyter", read_jupyter),
                                              MLO_MEMBER("keep_output", read_keep),
                                              MLO_MEMBER("init_cell", read_init_cell),
                                              MLO_MEMBER("collapsed", read_hidden_outputs),
                                              MLO_MEMBER("_kg_hide-input", read_hidden_source),
                                              MLO_MEMBER("_kg_hide-output", read_hidden_outputs),
                                              MLO_MEMBER("cellView", read_view),
                                              MLO_MEMBER("vscode", read_vscode),
                                              MLO_MEMBER("language", read_own_language),
                                              MLO_MEMBER("polyglot_notebook", read_polyglot),
                                              MLO_MEMBER("dotnet_interactive", read_polyglot),
                                              MLO_MEMBER("deepnote_cell_type", read_deepnote_type)};
  mlo_cell *cell = &((cell_reader *)into)->cell;
  cell->metadata_span = MLO_READ_OBJECT(self, members, mlo_note_platform, cell);
}

/* --- cells ----------------------------------------------------------------------------------- */

static void read_attachment(mlo_reader *self, mlo_cell *cell, mlo_str name) {
  mlo_json *json = &self->json;
  if (mlo_json_peek(json) != '{') return (void)mlo_json_skip(json);
  for (bool more = mlo_json_open(json, '{'); more; more = mlo_json_more(json, '{')) {
    mlo_attachment attachment = {.name = name, .mime = mlo_read_name(self)};
    attachment.span = mlo_json_skip(json);
    if (!json->problem) MLO_PUSH(self->arena, &cell->attachments, attachment);
  }
}

static void read_attachments(mlo_reader *self, void *into) {
  mlo_json *json = &self->json;
  mlo_cell *cell = &((cell_reader *)into)->cell;
  cell->attachments.len = 0;
  cell->attachments_span = (mlo_span){0};
  if (mlo_json_peek(json) != '{') return (void)mlo_json_skip(json);
  cell->attachments_span.start = json->at;
  for (bool more = mlo_json_open(json, '{'); more; more = mlo_json_more(json, '{'))
    read_attachment(self, cell, mlo_read_name(self));
  cell->attachments_span.end = json->at;
}

static void read_cell_type(mlo_reader *self, void *into) {
  ((cell_reader *)into)->type = mlo_read_text(self);
}

static void read_id(mlo_reader *self, void *into) {
  mlo_cell *cell = &((cell_reader *)into)->cell;
  mlo_json_peek(&self->json);
  cell->id_span.start = self->json.at;
  cell->id = mlo_read_text(self);
  cell->id_span.end = self->json.at;
}

static void read_cell_language(mlo_reader *self, void *into) {
  mlo_str language = mlo_read_text(self);
  ((cell_reader *)into)->cell.language = language;
  if (self->languages.cell.len == 0) self->languages.cell = language;
}

static void read_collapsed(mlo_reader *self, void *into) {
  ((cell_reader *)into)->cell.collapsed_outputs |= mlo_read_truth(self);
}

static void read_count(mlo_reader *self, void *into) {
  cell_reader *one = into;
  one->has_code = true;
  one->cell.execution_count = read_execution_count(self, &one->cell.count_span);
}

static void read_source(mlo_reader *self, void *into) {
  char c = mlo_json_peek(&self->json);
  if (c && c != '"' && c != '[' && c != 'n')
    mlo_json_fail(&self->json, "a cell's source is neither text nor a list of texts");
  mlo_span source = mlo_json_skip(&self->json);
  ((cell_reader *)into)->cell.source_span = c == 'n' ? (mlo_span){0} : source;
}

static void read_input(mlo_reader *self, void *into) {
  ((cell_reader *)into)->has_code = true;
  read_source(self, into);
}

static const mlo_reader_member cell_members[] = {
    MLO_MEMBER("cell_type", read_cell_type),
    MLO_MEMBER("source", read_source),
    MLO_MEMBER("input", read_input),
    MLO_MEMBER("execution_count", read_count),
    MLO_MEMBER("prompt_number", read_count),
    MLO_MEMBER("outputs", read_outputs),
    MLO_MEMBER("metadata", read_cell_metadata),
    MLO_MEMBER("id", read_id),
    MLO_MEMBER("language", read_cell_language),
    MLO_MEMBER("collapsed", read_collapsed),
    MLO_MEMBER("attachments", read_attachments),
};

static mlo_cell_kind cell_kind(const cell_reader *one) {
  if (mlo_str_eq(one->type, MLO_STR("code"))) return MLO_CELL_CODE;
  if (mlo_str_eq(one->type, MLO_STR("markdown"))) return MLO_CELL_MARKDOWN;
  if (mlo_str_eq(one->type, MLO_STR("heading"))) return MLO_CELL_MARKDOWN;
  return one->type.len == 0 && one->has_code ? MLO_CELL_CODE : MLO_CELL_RAW;
}

static bool is_list_of_others(mlo_json json, mlo_span list) {
  json.at = list.start + 1;
  return json.text.ptr[list.start] == '[' && mlo_json_peek(&json) != '"' &&
         mlo_json_peek(&json) != ']';
}

static void finish_source(mlo_reader *self, mlo_cell *cell) {
  mlo_span source = cell->source_span;
  if (self->json.problem) return;
  bool said = source.end > source.start;
  if (said && is_list_of_others(self->json, source)) {
    self->json.at = source.start;
    return mlo_json_fail(&self->json, "a cell's source is a list of something else than texts");
  }
  if (said)
    cell->source = mlo_json_text(self->json.text, source, self->arena, &cell->source_origin);
  else
    mlo_origin_add(&cell->source_origin, 0, cell->span.end - 1, self->arena);
}

void mlo_read_cell(mlo_reader *self) {
  mlo_json *json = &self->json;
  cell_reader one = {.cell = {.execution_count = -1, .number = self->notebook->cells.len + 1}};
  char c = mlo_json_peek(json);
  if (c && c != '{') mlo_json_fail(json, "a cell is not an object");
  if (one.cell.number > MAX_CELLS) {
    json->too_large = true;
    mlo_json_fail(json, "the notebook has over 100000 cells");
  }
  one.cell.span.start = json->at;
  MLO_READ_MEMBERS(self, cell_members, NULL, &one);
  one.cell.span.end = json->at;
  one.cell.kind = cell_kind(&one);
  finish_source(self, &one.cell);
  MLO_PUSH(self->arena, &self->notebook->cells, one.cell);
}
