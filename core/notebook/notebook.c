#include "notebook/notebook.h"

enum { MAX_CELLS = 100000 };

/* What the metadata and nbformat 3 cells say of the language, in order of trust. */
typedef struct languages {
  mlo_str kernel_language, info_name, kernel_name, cell;
} languages;

typedef struct reader {
  mlo_json json;
  mlo_arena *arena;
  mlo_notebook *notebook;
  languages languages;
  bool has_cells;
} reader;

/* A member that we read: `read` consumes its value. A name that comes twice is read twice, and its second value
 * replaces the first, as Python's json module has it. */
typedef void read_fn(reader *self, void *into);
typedef struct member {
  mlo_str name;
  read_fn *read;
} member;

#define MEMBER(name, read)                                                                         \
  { MLO_STR_INIT(name), (read) }

static const member *find_member(const member *members, size_t count, mlo_str name) {
  for (size_t i = 0; i < count; i++)
    if (mlo_str_eq(members[i].name, name)) return &members[i];
  return NULL;
}

static mlo_str plain_name(reader *self, mlo_str key) {
  if (mlo_str_find_char(key, '\\') == SIZE_MAX) return key;
  uint32_t start = (uint32_t)(key.ptr - self->json.text.ptr);
  mlo_span quoted = {start - 1, start + (uint32_t)key.len + 1};
  return mlo_json_text(self->json.text, quoted, self->arena, NULL);
}

/* Anything but an object is passed over. */
static void read_members(reader *self, const member *members, size_t count, void *into) {
  mlo_json *json = &self->json;
  if (mlo_json_peek(json) != '{') return (void)mlo_json_skip(json);
  for (bool more = mlo_json_open(json, '{'); more; more = mlo_json_more(json, '{')) {
    const member *known = find_member(members, count, plain_name(self, mlo_json_key(json)));
    if (known)
      known->read(self, into);
    else
      mlo_json_skip(json);
  }
}
static void read_object(reader *self, const member *members, size_t count, void *into,
                        mlo_span *span) {
  bool object = mlo_json_peek(&self->json) == '{';
  uint32_t start = self->json.at;
  read_members(self, members, count, into);
  *span = object ? (mlo_span){start, self->json.at} : (mlo_span){0};
}

#define READ_MEMBERS(self, members, into)                                                          \
  read_members((self), (members), sizeof(members) / sizeof *(members), (into))

/* --- values ---------------------------------------------------------------------------------- */

/* A string's text; empty for any other value. */
static void read_text(reader *self, void *into) {
  bool string = mlo_json_peek(&self->json) == '"';
  mlo_span span = mlo_json_skip(&self->json);
  bool good = string && !self->json.problem;
  *(mlo_str *)into = good ? mlo_json_text(self->json.text, span, self->arena, NULL) : (mlo_str){0};
}

/* A whole number of at most 18 digits, else -1. */
static int64_t read_number(reader *self, mlo_span *span) {
  *span = mlo_json_skip(&self->json);
  mlo_str digits = mlo_span_of(self->json.text, *span);
  int64_t number = digits.len > 0 && digits.len <= 18 ? 0 : -1;
  for (size_t i = 0; i < digits.len && number >= 0; i++) {
    bool digit = digits.ptr[i] >= '0' && digits.ptr[i] <= '9';
    number = digit ? number * 10 + (digits.ptr[i] - '0') : -1;
  }
  return number;
}

/* --- outputs --------------------------------------------------------------------------------- */

typedef struct output_reader {
  mlo_output output;
  mlo_str type, stream;
} output_reader;

static void add_text(reader *self, output_reader *into, mlo_str mime) {
  char c = mlo_json_peek(&self->json);
  mlo_output_text text = {.mime = mime, .span = mlo_json_skip(&self->json)};
  bool textual = c == '"' || c == '[' || c == '{';
  if (textual && !self->json.problem) MLO_PUSH(self->arena, &into->output.texts, text);
}

static void read_data(reader *self, void *into) {
  mlo_json *json = &self->json;
  if (mlo_json_peek(json) != '{') return (void)mlo_json_skip(json);
  for (bool more = mlo_json_open(json, '{'); more; more = mlo_json_more(json, '{'))
    add_text(self, into, plain_name(self, mlo_json_key(json)));
}

/* A MIME type that comes twice is kept twice: both stand in the file.
 * nbformat 3 has these beside output_type; nbformat 4 has them as MIME types inside data. */
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
  static void read_##id(reader *self, void *into) { add_text(self, into, MLO_STR(mime)); }
OUTPUT_TEXTS(READ_OUTPUT_TEXT)

static void read_output_type(reader *self, void *into) {
  read_text(self, &((output_reader *)into)->type);
}
static void read_stream(reader *self, void *into) {
  read_text(self, &((output_reader *)into)->stream);
}

#define OUTPUT_MEMBER(id, name, mime) MEMBER(name, read_##id),
static const member output_members[] = {MEMBER("output_type", read_output_type),
                                        MEMBER("data", read_data), MEMBER("name", read_stream),
                                        MEMBER("stream", read_stream), OUTPUT_TEXTS(OUTPUT_MEMBER)};

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

static mlo_output read_output(reader *self) {
  output_reader one = {.stream = MLO_STR("stdout")};
  mlo_json_peek(&self->json);
  one.output.span.start = self->json.at;
  READ_MEMBERS(self, output_members, &one);
  one.output.span.end = self->json.at;
  one.output.kind = output_kind(one.type);
  for (uint32_t i = 0; i < one.output.texts.len && one.output.kind == MLO_OUTPUT_STREAM; i++)
    one.output.texts.items[i].mime = one.stream;
  return one.output;
}

/* --- cells ----------------------------------------------------------------------------------- */

typedef struct cell_reader {
  mlo_cell cell;
  mlo_str type;
  mlo_span source;
  bool has_code; /* members that only code cells have */
} cell_reader;

static void read_outputs(reader *self, void *into) {
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

static void read_tags(reader *self, void *into) {
  mlo_json *json = &self->json;
  mlo_cell *cell = into;
  cell->tags.len = 0;
  if (mlo_json_peek(json) != '[') return (void)mlo_json_skip(json);
  for (bool more = mlo_json_open(json, '['); more; more = mlo_json_more(json, '[')) {
    mlo_str tag;
    read_text(self, &tag);
    if (tag.len > 0) MLO_PUSH(self->arena, &cell->tags, tag);
  }
}

static void read_hidden(reader *self, void *into) {
  mlo_str value = mlo_span_of(self->json.text, mlo_json_skip(&self->json));
  ((mlo_cell *)into)->collapsed_source = mlo_str_eq(value, MLO_STR("true"));
}

static void read_jupyter(reader *self, void *into) {
  static const member members[] = {MEMBER("source_hidden", read_hidden)};
  READ_MEMBERS(self, members, into);
}

static mlo_said read_said(reader *self) {
  mlo_str value = mlo_span_of(self->json.text, mlo_json_skip(&self->json));
  if (mlo_str_eq(value, MLO_STR("true"))) return MLO_SAID_YES;
  return mlo_str_eq(value, MLO_STR("false")) ? MLO_SAID_NO : MLO_UNSAID;
}

static void read_cell_keep(reader *self, void *into) {
  ((mlo_cell *)into)->keep_output = read_said(self);
}

static void read_init_cell(reader *self, void *into) {
  if (read_said(self) == MLO_SAID_YES) ((mlo_cell *)into)->keep_output = MLO_SAID_YES;
}

static void read_cell_metadata(reader *self, void *into) {
  static const member members[] = {
      MEMBER("tags", read_tags), MEMBER("jupyter", read_jupyter),
      MEMBER("keep_output", read_cell_keep), MEMBER("init_cell", read_init_cell)};
  mlo_cell *cell = &((cell_reader *)into)->cell;
  read_object(self, members, sizeof members / sizeof *members, cell, &cell->metadata_span);
}

static void read_cell_type(reader *self, void *into) {
  read_text(self, &((cell_reader *)into)->type);
}
static void read_id(reader *self, void *into) { read_text(self, &((cell_reader *)into)->cell.id); }

static void read_cell_language(reader *self, void *into) {
  (void)into;
  mlo_str language;
  read_text(self, &language);
  if (self->languages.cell.len == 0) self->languages.cell = language;
}

static void read_count(reader *self, void *into) {
  cell_reader *one = into;
  one->has_code = true;
  one->cell.execution_count = read_number(self, &one->cell.count_span);
}

static void read_source(reader *self, void *into) {
  char c = mlo_json_peek(&self->json);
  if (c != '"' && c != '[' && c != 'n')
    mlo_json_fail(&self->json, "a cell's source is neither text nor a list of texts");
  mlo_span source = mlo_json_skip(&self->json);
  ((cell_reader *)into)->source = c == 'n' ? (mlo_span){0} : source;
}

static void read_input(reader *self, void *into) {
  ((cell_reader *)into)->has_code = true;
  read_source(self, into);
}

static const member cell_members[] = {
    MEMBER("cell_type", read_cell_type),
    MEMBER("source", read_source),
    MEMBER("input", read_input),
    MEMBER("execution_count", read_count),
    MEMBER("prompt_number", read_count),
    MEMBER("outputs", read_outputs),
    MEMBER("metadata", read_cell_metadata),
    MEMBER("id", read_id),
    MEMBER("language", read_cell_language),
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

static void finish_source(reader *self, cell_reader *one) {
  mlo_cell *cell = &one->cell;
  if (self->json.problem) return;
  bool said = one->source.end > one->source.start;
  if (said && is_list_of_others(self->json, one->source)) {
    self->json.at = one->source.start;
    return mlo_json_fail(&self->json, "a cell's source is a list of something else than texts");
  }
  if (said)
    cell->source = mlo_json_text(self->json.text, one->source, self->arena, &cell->source_origin);
  else
    mlo_origin_add(&cell->source_origin, 0, cell->span.end - 1, self->arena);
}

static void read_cell(reader *self) {
  mlo_json *json = &self->json;
  cell_reader one = {.cell = {.execution_count = -1, .number = self->notebook->cells.len + 1}};
  if (mlo_json_peek(json) != '{') mlo_json_fail(json, "a cell is not an object");
  if (one.cell.number > MAX_CELLS) {
    json->too_large = true;
    mlo_json_fail(json, "the notebook has over 100000 cells");
  }
  one.cell.span.start = json->at;
  READ_MEMBERS(self, cell_members, &one);
  one.cell.span.end = json->at;
  one.cell.kind = cell_kind(&one);
  finish_source(self, &one);
  MLO_PUSH(self->arena, &self->notebook->cells, one.cell);
}

/* --- notebook -------------------------------------------------------------------------------- */

/* into: how many cells stood before this list; they stay when the list comes a second time. */
static void read_cells(reader *self, void *into) {
  mlo_json *json = &self->json;
  self->notebook->cells.len = *(uint32_t *)into;
  self->has_cells = true;
  for (bool more = mlo_json_open(json, '['); more; more = mlo_json_more(json, '[')) read_cell(self);
}

static void read_worksheets(reader *self, void *into) {
  static const member members[] = {MEMBER("cells", read_cells)};
  mlo_json *json = &self->json;
  self->notebook->cells.len = *(uint32_t *)into;
  if (self->notebook->nbformat == 0) self->notebook->nbformat = 3;
  for (bool more = mlo_json_open(json, '['); more; more = mlo_json_more(json, '[')) {
    uint32_t before = self->notebook->cells.len;
    READ_MEMBERS(self, members, &before);
  }
}

static void read_kernel_language(reader *self, void *into) {
  (void)into;
  read_text(self, &self->languages.kernel_language);
}

static void read_kernel_name(reader *self, void *into) {
  (void)into;
  read_text(self, &self->languages.kernel_name);
}

static void read_info_name(reader *self, void *into) {
  (void)into;
  read_text(self, &self->languages.info_name);
}

static void read_kernelspec(reader *self, void *into) {
  static const member members[] = {MEMBER("language", read_kernel_language),
                                   MEMBER("name", read_kernel_name)};
  READ_MEMBERS(self, members, into);
}

static void read_language_info(reader *self, void *into) {
  static const member members[] = {MEMBER("name", read_info_name)};
  READ_MEMBERS(self, members, into);
}

static void read_notebook_keep(reader *self, void *into) {
  (void)into;
  self->notebook->keep_output = read_said(self);
}

static void read_metadata(reader *self, void *into) {
  static const member members[] = {MEMBER("kernelspec", read_kernelspec),
                                   MEMBER("language_info", read_language_info),
                                   MEMBER("keep_output", read_notebook_keep)};
  read_object(self, members, sizeof members / sizeof *members, into,
              &self->notebook->metadata_span);
}

static void read_nbformat(reader *self, void *into) {
  (void)into;
  mlo_span span;
  int64_t number = read_number(self, &span);
  self->notebook->nbformat = number > 0 && number < 100 ? (int)number : 0;
}

static const member notebook_members[] = {
    MEMBER("cells", read_cells),
    MEMBER("worksheets", read_worksheets),
    MEMBER("metadata", read_metadata),
    MEMBER("nbformat", read_nbformat),
};

static mlo_str lower_case(mlo_str s, mlo_arena *arena) {
  char *copy = MLO_NEW_ARRAY(arena, char, s.len + 1);
  for (size_t i = 0; i < s.len; i++) {
    char c = s.ptr[i];
    copy[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
  }
  return mlo_str_of(copy, s.len);
}

/* Language names with a version ("ipython3"), and the names of kernels whose notebooks name no language; a
 * kernel that we don't know is somebody's Python environment. */
static mlo_str canonical_language(mlo_str name, bool kernel) {
  static const struct {
    mlo_str prefix, language;
  } known[] = {
      {MLO_STR_INIT("ipython"), MLO_STR_INIT("python")},
      {MLO_STR_INIT("python"), MLO_STR_INIT("python")},
      {MLO_STR_INIT("pyspark"), MLO_STR_INIT("python")},
      {MLO_STR_INIT("julia"), MLO_STR_INIT("julia")},
  };
  static const struct {
    mlo_str name, language;
  } kernels[] = {
      {MLO_STR_INIT("ir"), MLO_STR_INIT("r")},
      {MLO_STR_INIT("sparkkernel"), MLO_STR_INIT("scala")},
      {MLO_STR_INIT("sparkrkernel"), MLO_STR_INIT("r")},
      {MLO_STR_INIT("sql"), MLO_STR_INIT("sql")},
      {MLO_STR_INIT("bash"), MLO_STR_INIT("bash")},
      {MLO_STR_INIT("scala"), MLO_STR_INIT("scala")},
      {MLO_STR_INIT("rust"), MLO_STR_INIT("rust")},
      {MLO_STR_INIT(".net-csharp"), MLO_STR_INIT("c#")},
      {MLO_STR_INIT("javascript"), MLO_STR_INIT("javascript")},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (mlo_str_starts(name, known[i].prefix)) return known[i].language;
  for (size_t i = 0; kernel && i < sizeof kernels / sizeof *kernels; i++)
    if (mlo_str_eq(name, kernels[i].name)) return kernels[i].language;
  return kernel || name.len == 0 ? MLO_STR("python") : name;
}

static mlo_str language_of(const languages *said, mlo_arena *arena) {
  const mlo_str named[] = {said->kernel_language, said->info_name, said->cell};
  for (size_t i = 0; i < sizeof named / sizeof *named; i++)
    if (named[i].len > 0) return canonical_language(lower_case(named[i], arena), false);
  return canonical_language(lower_case(said->kernel_name, arena), true);
}

/* --- problems -------------------------------------------------------------------------------- */

static uint32_t line_at(mlo_str raw, size_t at) {
  uint32_t line = 1;
  mlo_str before = mlo_str_slice(raw, 0, at);
  for (size_t i; (i = mlo_str_find_char(before, '\n')) != SIZE_MAX; line++)
    before = mlo_str_from(before, i + 1);
  return line;
}

/* The offset of the first line that git began a conflict with, or SIZE_MAX. */
static size_t find_conflict(mlo_str raw) {
  static const mlo_str marker = MLO_STR_INIT("\n<<<<<<< ");
  if (mlo_str_starts(raw, mlo_str_from(marker, 1))) return 0;
  size_t at = mlo_str_find(raw, marker);
  return at == SIZE_MAX ? SIZE_MAX : at + 1;
}

static mlo_status explain(const reader *self, mlo_str path, mlo_error *err) {
  mlo_str raw = self->json.text;
  size_t conflict = find_conflict(raw);
  if (conflict != SIZE_MAX)
    return mlo_error_set(
        err, MLO_ERR_SYNTAX, path,
        "line %u: an unresolved merge conflict; resolve it, or take one side with `git "
        "checkout --ours` or `--theirs`",
        line_at(raw, conflict));
  if (self->json.too_large)
    return mlo_error_set(err, MLO_ERR_TOO_LARGE, path, "line %u: %s", line_at(raw, self->json.at),
                         self->json.problem);
  return mlo_error_set(
      err, MLO_ERR_SYNTAX, path,
      "line %u: not a notebook: %s; restore it from version control or save it again "
      "in Jupyter",
      line_at(raw, self->json.at), self->json.problem);
}

static void read_notebook(reader *self) {
  uint32_t none = 0;
  if (mlo_json_peek(&self->json) != '{')
    return mlo_json_fail(&self->json, self->json.at == self->json.text.len
                                          ? "the file is empty"
                                          : "it does not begin with '{'");
  READ_MEMBERS(self, notebook_members, &none);
  mlo_json_peek(&self->json);
  if (self->json.at < self->json.text.len)
    mlo_json_fail(&self->json, "something follows the closing '}'");
  if (!self->has_cells) mlo_json_fail(&self->json, "it has no list of cells");
}

mlo_status mlo_notebook_read(mlo_str raw, mlo_str path, mlo_arena *arena, mlo_notebook *out,
                             mlo_error *err) {
  *out = (mlo_notebook){.raw = raw};
  if (raw.len >= UINT32_MAX)
    return mlo_error_set(err, MLO_ERR_TOO_LARGE, path, "the notebook is larger than 4 GB");
  reader self = {.json = {.text = raw}, .arena = arena, .notebook = out};
  read_notebook(&self);
  if (self.json.problem) return explain(&self, path, err);
  if (out->nbformat == 0) out->nbformat = 4;
  out->language = language_of(&self.languages, arena);
  return MLO_OK;
}
