#include "document/requirements.h"

#include <ctype.h>

/* pip's file format: https://pip.pypa.io/en/stable/reference/requirements-file-format/ */

static bool is_name_char(char c) {
  return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '.';
}
static bool is_operator_char(char c) { return c && strchr("<>=!~^", c) != NULL; }

/* --- one requirement --- */

/* What is being read, up to `end`. */
typedef struct cursor {
  mlo_str text;
  uint32_t at, end;
} cursor;

static char peek(const cursor *self, uint32_t ahead) {
  return self->at + ahead < self->end ? self->text.ptr[self->at + ahead] : '\0';
}

/* The length of white space at the cursor, an escaped line end being such. */
static uint32_t blank_len(const cursor *self) {
  char c = peek(self, 0);
  if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f') return 1;
  if (c != '\\') return 0;
  if (peek(self, 1) == '\n') return 2;
  return peek(self, 1) == '\r' && peek(self, 2) == '\n' ? 3 : 0;
}

static void skip_blanks(cursor *self) {
  for (uint32_t len = blank_len(self); len; len = blank_len(self)) self->at += len;
}

static mlo_span trimmed(mlo_str text, mlo_span span) {
  while (span.end > span.start && strchr(" \t\r\n\f\\", text.ptr[span.end - 1])) span.end--;
  return span;
}

static mlo_span take_name(cursor *self) {
  mlo_span name = {self->at, self->at};
  while (is_name_char(peek(self, 0))) self->at++;
  name.end = self->at;
  return name;
}

static mlo_span take_extras(cursor *self) {
  skip_blanks(self);
  mlo_span extras = {self->at, self->at};
  if (peek(self, 0) != '[') return extras;
  uint32_t close = self->at + 1;
  while (close < self->end && self->text.ptr[close] != ']') close++;
  if (close == self->end) return extras;
  extras = (mlo_span){self->at + 1, close};
  self->at = close + 1;
  skip_blanks(self);
  return extras;
}

/* Up to the ; of the marker, which in an address stands behind white space. */
/* True at a ';' with white space behind it, which begins a marker even where it touches an address. */
static bool at_marker(const cursor *self) {
  cursor behind = {.text = self->text, .at = self->at + 1, .end = self->end};
  return peek(self, 0) == ';' && blank_len(&behind) > 0;
}

static mlo_span take_url(cursor *self) {
  skip_blanks(self);
  mlo_span url = {self->at, self->at};
  while (self->at < self->end && !blank_len(self) && !at_marker(self)) self->at++;
  url.end = self->at;
  skip_blanks(self);
  return url;
}

/* Operators, versions, commas, parentheses around them. */
static mlo_span take_specifier(cursor *self) {
  bool open = peek(self, 0) == '(';
  self->at += open;
  skip_blanks(self);
  mlo_span out = {self->at, self->at};
  while (self->at < self->end && peek(self, 0) != ';' && !(open && peek(self, 0) == ')'))
    self->at++;
  out.end = self->at;
  if (open && peek(self, 0) == ')') self->at++;
  skip_blanks(self);
  return trimmed(self->text, out);
}

static bool is_blank(char c) { return isspace((unsigned char)c) || c == '\\'; }

static mlo_str skip_chars(mlo_str s, bool (*is_skipped)(char)) {
  size_t at = 0;
  while (at < s.len && is_skipped(s.ptr[at])) at++;
  return mlo_str_from(s, at);
}

/* conda's name=1.2=build and unfilled ${VERSION} pass too. */
static bool is_version_char(char c) {
  return isalnum((unsigned char)c) || (c && strchr("-_.*+!={}$", c));
}

/* Each part between commas is an operator with a version. */
static bool is_specifier(mlo_str s) {
  while (s.ptr) {
    mlo_str part = skip_chars(mlo_str_cut(&s, ','), is_blank);
    mlo_str version = skip_chars(skip_chars(part, is_operator_char), is_blank);
    if (part.len && (!is_operator_char(part.ptr[0]) || version.len == 0)) return false;
    if (skip_chars(skip_chars(version, is_version_char), is_blank).len) return false;
  }
  return true;
}

static bool take_marker(cursor *self, mlo_requirement *out) {
  out->marker = (mlo_span){self->at, self->at};
  if (peek(self, 0) == ';') {
    self->at++;
    skip_blanks(self);
    out->marker = trimmed(self->text, (mlo_span){self->at, self->end});
    self->at = self->end;
  }
  out->span.end = trimmed(self->text, (mlo_span){out->span.start, self->at}).end;
  return self->at == self->end;
}

static bool is_bare_url(mlo_str s) {
  if (mlo_str_starts(s, MLO_STR(".")) || mlo_str_starts(s, MLO_STR("/")) ||
      mlo_str_starts(s, MLO_STR("$")))
    return true;
  size_t at = mlo_str_find_char(s, ':');
  size_t blank = mlo_str_find_char(s, ' ');
  if (at != SIZE_MAX && at < blank && mlo_str_starts(mlo_str_from(s, at), MLO_STR("://")))
    return true;
  if (mlo_str_starts(s, MLO_STR("file:"))) return true;
  mlo_str word = mlo_str_slice(s, 0, blank);
  return mlo_str_ends(word, MLO_STR(".whl")) || mlo_str_ends(word, MLO_STR(".tar.gz")) ||
         mlo_str_ends(word, MLO_STR(".zip"));
}

bool mlo_requirement_read(mlo_str text, mlo_span span, mlo_requirement *out) {
  cursor self = {.text = text, .at = span.start, .end = span.end};
  skip_blanks(&self);
  *out = (mlo_requirement){.span = {self.at, span.end}};
  if (is_bare_url(mlo_str_slice(text, self.at, span.end))) {
    out->url = take_url(&self);
    out->name = mlo_requirement_url_name(text, out->url);
    return take_marker(&self, out);
  }
  out->name = take_name(&self);
  if (out->name.start == out->name.end || !isalnum((unsigned char)text.ptr[out->name.start]))
    return false;
  out->extras = take_extras(&self);
  skip_blanks(&self);
  if (peek(&self, 0) == '@') {
    self.at++;
    out->url = take_url(&self);
    return out->url.end > out->url.start && take_marker(&self, out);
  }
  out->specifier = take_specifier(&self);
  return is_specifier(mlo_span_of(text, out->specifier)) && take_marker(&self, out);
}

mlo_span mlo_requirement_url_name(mlo_str text, mlo_span url) {
  mlo_str s = mlo_span_of(text, url);
  size_t egg = mlo_str_find(s, MLO_STR("#egg="));
  if (egg == SIZE_MAX) egg = mlo_str_find(s, MLO_STR("&egg="));
  size_t start = egg == SIZE_MAX ? mlo_str_rfind_char(s, '/') + 1 : egg + 5, end = start;
  if (egg == SIZE_MAX && !mlo_str_contains(s, MLO_STR(".whl")))
    return (mlo_span){url.start, url.start};
  while (end < s.len && is_name_char(s.ptr[end]) && !(egg == SIZE_MAX && s.ptr[end] == '-')) end++;
  return (mlo_span){url.start + (uint32_t)start, url.start + (uint32_t)end};
}

mlo_str mlo_package_name(mlo_str name, mlo_arena *arena) {
  char *out = MLO_NEW_ARRAY(arena, char, name.len);
  size_t len = 0;
  for (size_t i = 0; i < name.len; i++) {
    char c = name.ptr[i];
    bool separator = c == '-' || c == '_' || c == '.';
    if (!separator)
      out[len++] = (char)tolower((unsigned char)c);
    else if (len && out[len - 1] != '-')
      out[len++] = '-';
  }
  return mlo_str_of(out, len);
}

mlo_str mlo_specifier_text(mlo_str s, mlo_arena *arena) {
  char *out = MLO_NEW_ARRAY(arena, char, s.len);
  size_t len = 0;
  for (size_t i = 0; i < s.len; i++)
    if (!isspace((unsigned char)s.ptr[i]) && s.ptr[i] != '\\') out[len++] = s.ptr[i];
  return mlo_str_of(out, len);
}

/* --- the file --- */

typedef struct reader {
  mlo_builder builder;
  mlo_str text;
  mlo_value requirements, options;
} reader;

static void add_part(reader *self, mlo_value map, mlo_key key, mlo_span part) {
  if (part.start < part.end)
    mlo_builder_string(&self->builder, map, key, mlo_span_of(self->text, part), part);
}

static void add_extras(reader *self, mlo_value map, mlo_span extras) {
  if (extras.start >= extras.end) return;
  mlo_value list = mlo_builder_list(&self->builder, map, MLO_OWN_KEY("extras"), extras);
  mlo_str rest = mlo_span_of(self->text, extras);
  while (rest.ptr) {
    mlo_str extra = mlo_str_trim(mlo_str_cut(&rest, ','));
    uint32_t at = (uint32_t)(extra.ptr - self->text.ptr);
    if (extra.len)
      mlo_builder_string(&self->builder, list, MLO_NO_KEY, extra,
                         (mlo_span){at, at + (uint32_t)extra.len});
  }
}

static void add_requirement(reader *self, const mlo_requirement *found, int64_t hashes) {
  mlo_builder *builder = &self->builder;
  mlo_value map = mlo_builder_map(builder, self->requirements, MLO_NO_KEY, found->span);
  mlo_builder_string(builder, map, MLO_OWN_KEY("name"),
                     mlo_package_name(mlo_span_of(self->text, found->name), builder->arena),
                     found->name);
  mlo_builder_string(builder, map, MLO_OWN_KEY("specifier"),
                     mlo_specifier_text(mlo_span_of(self->text, found->specifier), builder->arena),
                     found->specifier);
  add_extras(self, map, found->extras);
  add_part(self, map, MLO_OWN_KEY("marker"), found->marker);
  add_part(self, map, MLO_OWN_KEY("url"), found->url);
  mlo_builder_integer(builder, map, MLO_OWN_KEY("hashes"), hashes,
                      (mlo_span){found->span.end, found->span.end});
}

/* Offset of the first "--option" behind white space, or end. */
static uint32_t find_options(mlo_str text, mlo_span line) {
  for (uint32_t at = line.start + 1; at + 2 < line.end; at++)
    if (text.ptr[at] == '-' && text.ptr[at + 1] == '-' &&
        isalpha((unsigned char)text.ptr[at + 2]) && isspace((unsigned char)text.ptr[at - 1]))
      return at;
  return line.end;
}

static int64_t count_hashes(mlo_str text, mlo_span options) {
  int64_t count = 0;
  mlo_str rest = mlo_span_of(text, options);
  for (size_t at = mlo_str_find(rest, MLO_STR("--hash")); at != SIZE_MAX;
       at = mlo_str_find(rest, MLO_STR("--hash"))) {
    count++;
    rest = mlo_str_from(rest, at + 6);
  }
  return count;
}

static void read_requirement(reader *self, mlo_span line) {
  mlo_requirement found;
  uint32_t options = find_options(self->text, line);
  mlo_span head = trimmed(self->text, (mlo_span){line.start, options});
  if (mlo_requirement_read(self->text, head, &found))
    add_requirement(self, &found, count_hashes(self->text, (mlo_span){options, line.end}));
  else
    mlo_builder_broken(&self->builder, head, "not a requirement: %.*s",
                       MLO_FMT(mlo_str_slice(mlo_span_of(self->text, head), 0, 60)));
}

/* -r file, --index-url=address, -rfile; -e also names a package. */
static void read_option(reader *self, mlo_span line) {
  cursor at = {.text = self->text, .at = line.start, .end = line.end};
  bool is_long = peek(&at, 1) == '-';
  at.at += is_long ? 2 : 1;
  while (isalnum((unsigned char)peek(&at, 0)) || peek(&at, 0) == '-') {
    at.at++;
    if (!is_long) break;
  }
  mlo_span name = {line.start, at.at};
  skip_blanks(&at);
  if (peek(&at, 0) == '=') at.at++;
  skip_blanks(&at);
  mlo_span value = trimmed(self->text, (mlo_span){at.at, line.end});
  mlo_value map = mlo_builder_map(&self->builder, self->options, MLO_NO_KEY, line);
  add_part(self, map, MLO_OWN_KEY("name"), name);
  add_part(self, map, MLO_OWN_KEY("value"), value);
  mlo_str text = mlo_span_of(self->text, name);
  mlo_requirement found;
  if (!mlo_str_eq(text, MLO_STR("-e")) && !mlo_str_eq(text, MLO_STR("--editable"))) return;
  if (mlo_requirement_read(self->text, value, &found) && found.name.start < found.name.end)
    add_requirement(self, &found, 0);
}

/* Up to a # at the beginning or behind white space. */
static uint32_t comment_start(mlo_str text, mlo_span line) {
  for (uint32_t at = line.start; at < line.end; at++)
    if (text.ptr[at] == '#' && (at == line.start || isspace((unsigned char)text.ptr[at - 1])))
      return at;
  return line.end;
}

static bool is_comment(mlo_str line) {
  line = mlo_str_trim(line);
  return line.len && line.ptr[0] == '#';
}

/* The end of the logical line at `at`: lines that end in a backslash continue, but for comments. */
static uint32_t logical_end(mlo_str text, uint32_t at) {
  for (;;) {
    mlo_str line = mlo_str_from(text, at);
    line = mlo_str_slice(line, 0, mlo_str_find_char(line, '\n'));
    uint32_t end = at + (uint32_t)line.len;
    if (line.len && line.ptr[line.len - 1] == '\r') line.len--;
    bool continued = line.len && line.ptr[line.len - 1] == '\\' && !is_comment(line);
    if (!continued || end + 1 >= text.len) return end;
    at = end + 1;
  }
}

mlo_status mlo_read_requirements(mlo_document *out, mlo_parser *parser, mlo_arena *arena,
                                 mlo_error *err) {
  (void)parser, (void)err;
  reader self = {.builder = mlo_builder_of(out, arena), .text = out->text};
  mlo_span all = {0, (uint32_t)out->text.len};
  mlo_value root = mlo_builder_map(&self.builder, 0, MLO_NO_KEY, all);
  self.requirements = mlo_builder_list(&self.builder, root, MLO_OWN_KEY("requirements"), all);
  self.options = mlo_builder_list(&self.builder, root, MLO_OWN_KEY("options"), all);
  for (uint32_t at = 0; at < out->text.len;) {
    uint32_t end = logical_end(out->text, at);
    cursor start = {.text = out->text, .at = at, .end = end};
    skip_blanks(&start);
    mlo_span line = trimmed(
        out->text, (mlo_span){start.at, comment_start(out->text, (mlo_span){start.at, end})});
    if (line.start < line.end && out->text.ptr[line.start] == '-')
      read_option(&self, line);
    else if (line.start < line.end)
      read_requirement(&self, line);
    at = end + 1;
  }
  return MLO_OK;
}
