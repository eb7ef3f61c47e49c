#include "notebook/script_lines.h"

/* --- markers --------------------------------------------------------------------------------- */

/* What stands behind `# %%` in a line that is a marker. */
typedef struct marker {
  bool typed; /* says its cell's type */
  mlo_cell_kind kind;
  mlo_str title, metadata; /* metadata: from the first `name=` or `{` on */
} marker;

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* Reads `# %%`, `#%%`, `# %%%` (a cell of a lower level); false for other lines, such as `# %%time`. */
static bool take_signs(mlo_str *line) {
  size_t at = 1;
  if (line->len < 3 || line->ptr[0] != '#') return false;
  while (at < line->len && line->ptr[at] == ' ') at++;
  size_t signs = at;
  while (at < line->len && line->ptr[at] == '%') at++;
  if (at - signs < 2 || (at < line->len && !is_blank(line->ptr[at]))) return false;
  *line = mlo_str_trim(mlo_str_from(*line, at));
  return true;
}

static bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

/* Where metadata begins: at `{`, or at a word that is followed by `=`. */
static size_t metadata_start(mlo_str text) {
  size_t word = 0;
  for (size_t i = 0; i < text.len; i++) {
    if (text.ptr[i] == '{') return i;
    if (text.ptr[i] == '=' && i > word) return word;
    if (!is_name_char(text.ptr[i])) word = i + 1;
  }
  return text.len;
}

static bool take_type(mlo_str *text, marker *out) {
  static const struct {
    mlo_str name;
    mlo_cell_kind kind;
  } types[] = {{MLO_STR_INIT("[markdown]"), MLO_CELL_MARKDOWN},
               {MLO_STR_INIT("[md]"), MLO_CELL_MARKDOWN},
               {MLO_STR_INIT("[raw]"), MLO_CELL_RAW},
               {MLO_STR_INIT("[code]"), MLO_CELL_CODE}};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    size_t at = mlo_str_find(*text, types[i].name);
    if (at == SIZE_MAX) continue;
    out->typed = true;
    out->kind = types[i].kind;
    out->title = mlo_str_trim(mlo_str_slice(*text, 0, at));
    *text = mlo_str_trim(mlo_str_from(*text, at + types[i].name.len));
    return true;
  }
  return false;
}

static bool read_marker(mlo_str line, marker *out) {
  *out = (marker){0};
  if (!take_signs(&line)) return false;
  bool typed = take_type(&line, out);
  size_t at = metadata_start(line);
  out->metadata = mlo_str_from(line, at);
  if (!typed) out->title = mlo_str_trim(mlo_str_slice(line, 0, at));
  return true;
}

/* --- a walk over lines ------------------------------------------------------------------------ */

/* Lines one after the other, with what is known of the text between them. */
typedef struct walk {
  mlo_str raw;
  uint32_t at;    /* where the next line begins */
  uint32_t depth; /* of brackets */
  char quote;     /* of the long string in which it begins, or 0 */
  bool indented;  /* markers may be: jupytext reads them so */
  bool
      is_foreign; /* behind a line such as %%bash: quotes and brackets mean nothing up to the next marker */
} walk;

static bool is_tripled(mlo_str raw, uint32_t at) {
  return at + 2 < raw.len && raw.ptr[at + 1] == raw.ptr[at] && raw.ptr[at + 2] == raw.ptr[at];
}

/* Behind the end of the string whose inside begins at `at`; the line's end if it goes on, which only a long one can. */
static uint32_t skip_string(walk *self, uint32_t at, uint32_t end, char quote, bool is_long) {
  self->quote = 0;
  for (; at < end; at++) {
    char c = self->raw.ptr[at];
    if (c == '\\') at++;
    if (c == quote && (!is_long || is_tripled(self->raw, at))) return at + (is_long ? 3 : 1);
  }
  self->quote = is_long ? quote : 0;
  return end;
}

static void skip_code(walk *self, mlo_span line) {
  uint32_t at = line.start;
  if (self->quote) at = skip_string(self, at, line.end, self->quote, true);
  while (at < line.end) {
    char c = self->raw.ptr[at];
    if (c == '#') return;
    if (c == '"' || c == '\'') {
      bool is_long = is_tripled(self->raw, at);
      at = skip_string(self, at + (is_long ? 3 : 1), line.end, c, is_long);
      continue;
    }
    if (c == '(' || c == '[' || c == '{') self->depth++;
    if ((c == ')' || c == ']' || c == '}') && self->depth > 0) self->depth--;
    at++;
  }
}

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* `%name`, `%%name` or `!command`: no Python statement begins so. */
static bool is_magic(mlo_str line) {
  size_t at = 0;
  while (at < line.len && at < 2 && line.ptr[at] == '%') at++;
  if (at > 0) return at < line.len && is_letter(line.ptr[at]);
  return line.len > 1 && line.ptr[0] == '!' && line.ptr[1] != '=';
}

typedef enum line_kind { CODE, MARKER, MAGIC } line_kind;

/* The next line, and what it is; false behind the last. */
static bool next_line(walk *self, mlo_span *line, line_kind *kind, marker *found) {
  if (self->at >= self->raw.len) return false;
  *line = mlo_script_line(self->raw, self->at, &self->at);
  mlo_str text = mlo_span_of(self->raw, *line);
  *kind = CODE;
  if (!self->quote && read_marker(self->indented ? mlo_str_trim(text) : text, found)) {
    *kind = MARKER;
    self->is_foreign = false;
    self->depth = 0;
  } else if (!self->quote && self->depth == 0 && is_magic(text)) {
    *kind = MAGIC;
    self->is_foreign |= mlo_str_starts(text, MLO_STR("%%"));
  } else if (!self->is_foreign) {
    skip_code(self, *line);
  }
  return true;
}

/* --- the header ------------------------------------------------------------------------------- */

/* A header of YAML in comments, between two lines `# ---` at the top: where it ends, or 0. */
static uint32_t header_end(mlo_str raw) {
  static const mlo_str fence = MLO_STR_INIT("# ---");
  uint32_t at = 0, next;
  bool inside = false, is_ours = false;
  for (; at < raw.len; at = next) {
    mlo_str line = mlo_str_trim(mlo_span_of(raw, mlo_script_line(raw, at, &next)));
    if (line.len > 0 && line.ptr[0] != '#') return 0;
    bool fenced = mlo_str_eq(line, fence);
    if (inside && fenced) return is_ours ? next : 0;
    inside |= fenced;
    is_ours |= inside && (mlo_str_contains(line, MLO_STR("jupytext:")) ||
                          mlo_str_contains(line, MLO_STR("kernelspec:")));
  }
  return 0;
}

/* The value of `#     name: python3` below `kernelspec:`. */
static mlo_str header_kernel(mlo_str header) {
  size_t at = mlo_str_find(header, MLO_STR("kernelspec:"));
  mlo_str rest = mlo_str_from(header, at == SIZE_MAX ? header.len : at);
  while (rest.ptr) {
    mlo_str line = mlo_str_trim(mlo_str_cut(&rest, '\n'));
    size_t name = mlo_str_find(line, MLO_STR(" name:"));
    if (name != SIZE_MAX) return mlo_str_trim(mlo_str_from(line, name + sizeof " name:" - 1));
  }
  return (mlo_str){0};
}

/* --- evidence --------------------------------------------------------------------------------- */

bool mlo_percent_is_notebook(mlo_str raw) {
  if (!mlo_str_contains(raw, MLO_STR("%%"))) return false;
  bool sure = header_end(raw) > 0;
  uint32_t markers = 0, untitled = 0, magics = 0;
  mlo_span line;
  line_kind kind;
  marker found;
  for (walk self = {.raw = raw, .indented = sure}; next_line(&self, &line, &kind, &found);) {
    magics += kind == MAGIC;
    markers += kind == MARKER;
    untitled += kind == MARKER && found.title.len == 0;
    sure |= kind == MARKER && (found.typed || found.metadata.len > 0);
    if (markers > 0 && (sure || magics > 0 || untitled > 1)) return true;
  }
  return false;
}

/* --- cells ------------------------------------------------------------------------------------ */

typedef struct percent {
  mlo_notebook *out;
  mlo_arena *arena;
  bool has_header;
} percent;

static bool is_comment(mlo_str raw, mlo_span line) {
  return mlo_str_starts(mlo_span_of(raw, line), MLO_STR("#"));
}

static bool are_comments(mlo_str raw, const mlo_script_lines *lines) {
  for (uint32_t i = 0; i < lines->len; i++)
    if (!is_comment(raw, lines->items[i]) && !mlo_script_is_blank(raw, lines->items[i]))
      return false;
  return true;
}

static mlo_span without_sign(mlo_str raw, mlo_span line) {
  if (!is_comment(raw, line)) return line;
  line.start++;
  if (line.start < line.end && raw.ptr[line.start] == ' ') line.start++;
  return line;
}

static void uncomment(mlo_str raw, mlo_script_lines *lines) {
  for (uint32_t i = 0; i < lines->len; i++) lines->items[i] = without_sign(raw, lines->items[i]);
}

/* `# %pip x`, and `# # %pip x`, which stands for a comment that looks so. */
static bool is_commented_magic(mlo_str line) {
  while (mlo_str_starts(line, MLO_STR("# "))) line = mlo_str_from(line, 2);
  if (mlo_str_starts(line, MLO_STR("#"))) line = mlo_str_from(line, 1);
  return is_magic(line);
}

/* A magic may be indented: its sign of a comment stands in the middle of the line. True if its next line is its own. */
static bool uncomment_line(percent *self, mlo_span line, bool goes_on, mlo_script_lines *out) {
  mlo_str raw = self->out->raw;
  mlo_span indentation = {line.start, line.start};
  while (indentation.end < line.end && is_blank(raw.ptr[indentation.end])) indentation.end++;
  mlo_span rest = {indentation.end, line.end};
  if (is_comment(raw, rest) && (goes_on || is_commented_magic(mlo_span_of(raw, rest)))) {
    if (indentation.end > indentation.start) MLO_PUSH(self->arena, out, indentation);
    line = without_sign(raw, rest);
  }
  bool taken = line.start > rest.start;
  MLO_PUSH(self->arena, out, line);
  return taken && raw.ptr[line.end - 1] == '\\';
}

/* jupytext comments magics out, and with a magic of another language the whole cell. */
static void uncomment_magics(percent *self, mlo_script_lines *lines) {
  mlo_str raw = self->out->raw;
  if (lines->len == 0) return;
  mlo_str first = mlo_span_of(raw, without_sign(raw, lines->items[0]));
  bool whole = is_comment(raw, lines->items[0]) && mlo_str_starts(first, MLO_STR("%%")) &&
               is_magic(first) && are_comments(raw, lines);
  if (whole) return uncomment(raw, lines);
  mlo_script_lines out = {0};
  bool goes_on = false;
  for (uint32_t i = 0; i < lines->len; i++)
    goes_on = uncomment_line(self, lines->items[i], goes_on, &out);
  *lines = out;
}

/* A Markdown cell may also be one long string: `"""` on its first and last line. */
static bool take_quotes(mlo_str raw, mlo_script_lines *lines) {
  mlo_str first = lines->len ? mlo_span_of(raw, lines->items[0]) : (mlo_str){0};
  if (!mlo_str_starts(first, MLO_STR("\"\"\"")) && !mlo_str_starts(first, MLO_STR("'''")))
    return false;
  mlo_str quotes = mlo_str_slice(first, 0, 3);
  uint32_t start = lines->items[0].start + 3, end = lines->items[lines->len - 1].end;
  while (end > start && is_blank(raw.ptr[end - 1])) end--;
  mlo_str body = mlo_str_slice(raw, start, end);
  if (body.len < 3 || mlo_str_find(body, quotes) != body.len - 3) return false;
  lines->items[0].start += 3;
  lines->items[lines->len - 1].end = end - 3;
  return true;
}

static mlo_cell_kind kind_of(mlo_str raw, mlo_cell_kind said, mlo_script_lines *lines) {
  if (said == MLO_CELL_CODE) return said;
  if (are_comments(raw, lines))
    uncomment(raw, lines);
  else if (!take_quotes(raw, lines))
    return MLO_CELL_CODE;
  return said;
}

/* The text of `name="text"`. */
static mlo_str value_of(mlo_str metadata, mlo_str name) {
  size_t at = mlo_str_find(metadata, name);
  mlo_str rest = mlo_str_from(metadata, at == SIZE_MAX ? metadata.len : at + name.len);
  size_t end = mlo_str_find_char(rest, '"');
  return end == SIZE_MAX ? (mlo_str){0} : mlo_str_slice(rest, 0, end);
}

/* The strings of the list behind `tags=` or `"tags":`. */
static void read_tags(percent *self, mlo_str metadata, mlo_cell *cell) {
  size_t at = mlo_str_find(metadata, MLO_STR("tags"));
  size_t open = at == SIZE_MAX ? SIZE_MAX : mlo_str_find_char(mlo_str_from(metadata, at), '[');
  if (open == SIZE_MAX) return;
  mlo_json json = {.text = metadata, .at = (uint32_t)(at + open)};
  for (bool more = mlo_json_open(&json, '['); more; more = mlo_json_more(&json, '[')) {
    bool string = mlo_json_peek(&json) == '"';
    mlo_span span = mlo_json_skip(&json);
    mlo_str tag = json.problem ? (mlo_str){0} : mlo_json_text(metadata, span, self->arena, NULL);
    if (string && tag.len > 0) MLO_PUSH(self->arena, &cell->tags, tag);
  }
}

static void read_metadata(percent *self, const marker *said, mlo_cell *cell) {
  mlo_str raw = self->out->raw, text = said->metadata;
  if (text.len == 0) return;
  uint32_t start = (uint32_t)(text.ptr - raw.ptr);
  if (text.ptr[0] == '{') cell->metadata_span = (mlo_span){start, start + (uint32_t)text.len};
  cell->id = value_of(text, MLO_STR("id=\""));
  read_tags(self, text, cell);
}

static void add_cell(percent *self, const marker *said, mlo_span span, mlo_script_lines *lines) {
  mlo_str raw = self->out->raw;
  mlo_script_trim(raw, lines, false);
  mlo_cell_kind kind = kind_of(raw, said->kind, lines);
  mlo_str language = value_of(said->metadata, MLO_STR("language=\""));
  if (language.len > 0 && are_comments(raw, lines)) uncomment(raw, lines);
  if (kind == MLO_CELL_CODE && self->has_header) uncomment_magics(self, lines);
  mlo_cell *cell = mlo_script_add(self->out, kind, span, lines, self->arena);
  cell->language = language;
  read_metadata(self, said, cell);
}

/* What stands above the first marker is a cell too, if it is something. */
void mlo_percent_read(mlo_notebook *out, mlo_arena *arena) {
  uint32_t start = header_end(out->raw);
  percent self = {.out = out, .arena = arena, .has_header = start > 0};
  out->kernel = header_kernel(mlo_str_slice(out->raw, 0, start));
  marker said = {0}, found;
  bool above = true;
  mlo_script_lines lines = {0};
  mlo_span line;
  line_kind kind;
  for (walk over = {.raw = out->raw, .at = start, .indented = start > 0};
       next_line(&over, &line, &kind, &found);) {
    if (kind != MARKER) {
      MLO_PUSH(arena, &lines, line);
      continue;
    }
    if (above) mlo_script_trim(out->raw, &lines, true);
    if (!above || lines.len > 0) add_cell(&self, &said, (mlo_span){start, line.start}, &lines);
    lines = (mlo_script_lines){0};
    said = found;
    start = line.start;
    above = false;
  }
  add_cell(&self, &said, (mlo_span){start, (uint32_t)out->raw.len}, &lines);
}
