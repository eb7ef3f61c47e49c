#include "plugins/cli/expectation.h"

typedef struct marker {
  size_t start;  /* offset of the comment in the line */
  mlo_str words; /* the codes behind the colon */
  uint32_t next; /* 1: about the next line */
  bool todo;
} marker;

/* --- signs of comments ----------------------------------------------------------------------- */

static const mlo_str hash = MLO_STR_INIT("#"), slashes = MLO_STR_INIT("//"),
                     html = MLO_STR_INIT("<!--"), semicolon = MLO_STR_INIT(";");

static bool opens_comment(mlo_format format, mlo_str rest, size_t *len) {
  const mlo_str *signs[2] = {&hash, NULL};
  if (format == MLO_FORMAT_HCL) signs[1] = &slashes;
  if (format == MLO_FORMAT_INI) signs[1] = &semicolon;
  if (format == MLO_FORMAT_MARKDOWN) signs[0] = &html;
  if (format == MLO_FORMAT_NONE) signs[1] = &html;
  for (size_t i = 0; i < 2; i++) {
    if (!signs[i] || !mlo_str_starts(rest, *signs[i])) continue;
    *len = signs[i]->len;
    return true;
  }
  return false;
}

/* --- one comment ----------------------------------------------------------------------------- */

static bool skip(mlo_str *rest, mlo_str prefix) {
  if (!mlo_str_starts(*rest, prefix)) return false;
  *rest = mlo_str_from(*rest, prefix.len);
  return true;
}

static void skip_blanks(mlo_str *rest) {
  while (skip(rest, MLO_STR(" ")) || skip(rest, MLO_STR("\t"))) {
  }
}

static uint32_t take_number(mlo_str *rest) {
  uint32_t number = 0;
  while (rest->len && rest->ptr[0] >= '0' && rest->ptr[0] <= '9' && number < UINT32_MAX / 16) {
    number = number * 10 + (uint32_t)(rest->ptr[0] - '0');
    *rest = mlo_str_from(*rest, 1);
  }
  return number;
}

/* "ORG001": people write `# todo:` for many reasons, so that only a code makes it ours. */
static bool begins_with_code(mlo_str words) {
  words = mlo_str_trim(words);
  size_t letters = 0, digits = 0;
  while (letters < words.len && words.ptr[letters] >= 'A' && words.ptr[letters] <= 'Z') letters++;
  while (letters + digits < words.len && words.ptr[letters + digits] >= '0' &&
         words.ptr[letters + digits] <= '9')
    digits++;
  return letters >= 2 && digits >= 3;
}

/* The comment that begins at `at`, if it is a marker. */
static bool marker_at(mlo_format format, mlo_str line, size_t at, marker *out) {
  mlo_str rest = mlo_str_from(line, at);
  size_t sign = 0;
  if (!opens_comment(format, rest, &sign)) return false;
  rest = mlo_str_from(rest, sign);
  skip_blanks(&rest);
  bool todo = skip(&rest, MLO_STR("todo"));
  if (!todo && !skip(&rest, MLO_STR("expect"))) return false;
  bool next = skip(&rest, MLO_STR("-next"));
  if (!skip(&rest, MLO_STR(":")) || (todo && !begins_with_code(rest))) return false;
  *out = (marker){at, mlo_str_slice(rest, 0, mlo_str_find(rest, MLO_STR("-->"))), next, todo};
  return true;
}

static bool find_marker(mlo_format format, mlo_str line, marker *out) {
  if (!mlo_str_contains(line, MLO_STR("expect")) && !mlo_str_contains(line, MLO_STR("todo")))
    return false;
  for (size_t at = 0; at < line.len; at++)
    if (marker_at(format, line, at, out)) return true;
  return false;
}

/* --- what it names --------------------------------------------------------------------------- */

/* Reads `[5-18]` and `"text"` behind a code; false if something else stands there. */
static bool take_details(mlo_str *rest, mlo_expectation *out) {
  if (skip(rest, MLO_STR("["))) {
    out->column = take_number(rest);
    if (skip(rest, MLO_STR("-"))) out->end = take_number(rest);
    if (!out->column || !skip(rest, MLO_STR("]"))) return false;
  }
  skip_blanks(rest);
  if (skip(rest, MLO_STR("\""))) {
    size_t end = mlo_str_find_char(*rest, '"');
    if (end == SIZE_MAX) return false;
    out->text = mlo_str_slice(*rest, 0, end);
    *rest = mlo_str_from(*rest, end + 1);
  }
  skip_blanks(rest);
  return !rest->len || rest->ptr[0] == ',' || rest->ptr[0] == '\r';
}

static size_t code_length(mlo_str text) {
  size_t len = 0;
  for (; len < text.len; len++) {
    char c = text.ptr[len];
    bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!word && c != '-') break;
  }
  return len;
}

/* Appends the items of "SEC101[5-18] "text", a-name": like tells their place. */
static void read_items(mlo_str words, const mlo_expectation *like, mlo_arena *arena,
                       mlo_expectations *out) {
  while (mlo_str_trim(words).len) {
    mlo_expectation item = *like;
    skip_blanks(&words);
    mlo_str rest = mlo_str_from(words, code_length(words));
    item.code = mlo_str_slice(words, 0, words.len - rest.len);
    if (!take_details(&rest, &item)) {
      item.code = mlo_str_trim(words);
      rest = (mlo_str){0};
    }
    if (item.code.len) MLO_PUSH(arena, out, item);
    words = rest.len && rest.ptr[0] == ',' ? mlo_str_from(rest, 1) : (mlo_str){0};
  }
}

static void read_lines(mlo_format format, mlo_str path, uint32_t cell, mlo_str text,
                       mlo_arena *arena, mlo_expectations *out) {
  uint32_t number = 1;
  for (mlo_str rest = text; rest.ptr; number++) {
    marker found;
    if (!find_marker(format, mlo_str_cut(&rest, '\n'), &found)) continue;
    mlo_expectation like = {
        .path = path, .cell = cell, .line = number + found.next, .todo = found.todo};
    read_items(found.words, &like, arena, out);
  }
}

void mlo_expectations_read(mlo_str path, mlo_str text, mlo_arena *arena, mlo_expectations *out) {
  mlo_format format = mlo_format_of_path(path);
  if (format == MLO_FORMAT_JSON) return;
  if (format != MLO_FORMAT_NOTEBOOK) {
    read_lines(format, path, 0, text, arena, out);
    return;
  }
  mlo_notebook notebook = {0};
  mlo_error ignored = {0};
  if (mlo_notebook_read(text, path, arena, &notebook, &ignored) != MLO_OK) return;
  for (uint32_t i = 0; i < notebook.cells.len; i++) {
    const mlo_cell *cell = &notebook.cells.items[i];
    read_lines(format, path, cell->number, cell->source, arena, out);
  }
}

/* --- lists ----------------------------------------------------------------------------------- */

/* Reads "cell 2, line 3:", "3:" or "a.json:3:" at the start of a line of a list. */
static bool take_place(mlo_str *line, mlo_expectation *out) {
  mlo_str rest = *line;
  if (skip(&rest, MLO_STR("cell "))) {
    out->cell = take_number(&rest);
    if (!skip(&rest, MLO_STR(", line "))) return false;
  } else if (rest.len && (rest.ptr[0] < '0' || rest.ptr[0] > '9')) {
    out->path = mlo_str_cut(&rest, ':');
  }
  out->line = take_number(&rest);
  *line = rest;
  return out->line && skip(line, MLO_STR(":"));
}

void mlo_expectations_read_list(mlo_str path, mlo_str list, mlo_arena *arena,
                                mlo_expectations *out) {
  while (list.ptr) {
    mlo_str line = mlo_str_trim(mlo_str_cut(&list, '\n')), rest = line;
    if (!line.len || line.ptr[0] == '#') continue;
    mlo_expectation like = {.path = path, .todo = skip(&rest, MLO_STR("todo "))};
    if (take_place(&rest, &like)) {
      read_items(rest, &like, arena, out);
      continue;
    }
    mlo_expectation unread = {.path = path, .code = line};
    MLO_PUSH(arena, out, unread);
  }
}

/* --- findings -------------------------------------------------------------------------------- */

static bool fits_columns(const mlo_expectation *self, mlo_position start, mlo_position end) {
  return (!self->column || self->column == start.column) && (!self->end || self->end == end.column);
}

static bool fits(const mlo_expectation *self, const mlo_finding *finding) {
  const mlo_location *location = &finding->location;
  if (!mlo_str_eq(self->path, location->path)) return false;
  if (!mlo_str_eq(self->code, finding->code) && !mlo_str_eq(self->code, finding->name))
    return false;
  if (!mlo_str_contains(finding->message, self->text)) return false;
  if (!self->cell)
    return self->line == location->start.line && fits_columns(self, location->start, location->end);
  if (!location->cell) return true;
  return self->cell == location->cell && self->line == location->cell_start.line &&
         fits_columns(self, location->cell_start, location->cell_end);
}

bool mlo_expectations_meet(mlo_expectations *self, const mlo_finding *finding) {
  for (uint32_t i = 0; i < self->len; i++) {
    mlo_expectation *expectation = &self->items[i];
    if (expectation->met || !fits(expectation, finding)) continue;
    expectation->met = true;
    return true;
  }
  return false;
}

/* --- without them ---------------------------------------------------------------------------- */

static bool is_blank(mlo_str text) { return mlo_str_trim(text).len == 0; }

mlo_str mlo_expectations_strip(mlo_str path, mlo_str text, mlo_arena *arena) {
  mlo_format format = mlo_format_of_path(path);
  if (format == MLO_FORMAT_NOTEBOOK || format == MLO_FORMAT_JSON) return text;
  char *out = MLO_NEW_ARRAY(arena, char, text.len + 1);
  size_t len = 0;
  for (mlo_str rest = text; rest.ptr;) {
    mlo_str line = mlo_str_cut(&rest, '\n');
    marker found;
    bool marked = find_marker(format, line, &found);
    if (marked && is_blank(mlo_str_slice(line, 0, found.start))) continue;
    if (marked) {
      line.len = found.start;
      while (line.len && (line.ptr[line.len - 1] == ' ' || line.ptr[line.len - 1] == '\t'))
        line.len--;
    }
    if (line.len) memcpy(out + len, line.ptr, line.len);
    len += line.len;
    if (rest.ptr) out[len++] = '\n';
  }
  return mlo_str_of(out, len);
}
