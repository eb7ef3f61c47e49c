/* ini: section -> key -> string. One reader for .ini and .cfg (configparser's rules: indented lines go on, `=` or
 * `:` separates), .env (export, quotes, a comment behind a value), .properties (a backslash goes on, white space
 * separates too) and .netrc (a section for each machine). */
#include "document/builder.h"

typedef enum dialect { INI, ENV, PROPERTIES, NETRC } dialect;

typedef struct reader {
  mlo_builder builder;
  mlo_str text;
  dialect dialect;
  mlo_value root, section;
} reader;

static mlo_str name_of(mlo_str path) {
  size_t slash = mlo_str_rfind_char(path, '/');
  return slash == SIZE_MAX ? path : mlo_str_from(path, slash + 1);
}

static dialect dialect_of(mlo_str path) {
  mlo_str name = name_of(path);
  if (mlo_str_ends(name, MLO_STR(".properties"))) return PROPERTIES;
  if (mlo_str_ends(name, MLO_STR(".netrc")) || mlo_str_eq(name, MLO_STR("_netrc"))) return NETRC;
  bool env = mlo_str_ends(name, MLO_STR(".env")) || mlo_str_starts(name, MLO_STR(".env.")) ||
             mlo_str_contains(name, MLO_STR(".env."));
  return env ? ENV : INI;
}

/* --- lines --- */

/* The next line without its line end (\n, \r\n or \r); *at moves behind it. */
static mlo_span take_line(mlo_str text, uint32_t *at) {
  mlo_span line = {*at, *at};
  while (line.end < text.len && text.ptr[line.end] != '\n' && text.ptr[line.end] != '\r')
    line.end++;
  *at = line.end;
  if (*at < text.len)
    *at += mlo_str_eq(mlo_str_slice(text, *at, (size_t)*at + 2), MLO_STR("\r\n")) ? 2 : 1;
  return line;
}

static mlo_span trimmed(mlo_str text, mlo_span span) {
  while (span.start < span.end && memchr(" \t\r\n\f\v", text.ptr[span.start], 6)) span.start++;
  while (span.start < span.end && memchr(" \t\r\n\f\v", text.ptr[span.end - 1], 6)) span.end--;
  return span;
}

static bool is_empty(mlo_span span) { return span.start == span.end; }
static char first_of(const reader *self, mlo_span span) {
  return is_empty(span) ? 0 : self->text.ptr[span.start];
}

static bool is_comment(const reader *self, mlo_span line) {
  char c = first_of(self, trimmed(self->text, line));
  return c == '#' || (c == ';' && self->dialect == INI) ||
         (c == '!' && self->dialect == PROPERTIES);
}

/* --- entries --- */

static mlo_value section_for(reader *self, mlo_key key, mlo_span span) {
  mlo_value section = mlo_builder_place(&self->builder, self->root, key, MLO_VALUE_MAP, span);
  return section;
}

static void open_section(reader *self, mlo_span line) {
  size_t close = mlo_str_find_char(mlo_span_of(self->text, line), ']');
  if (close == SIZE_MAX) mlo_builder_broken(&self->builder, line, "a section's ] is missing");
  mlo_span name = {line.start + 1, close == SIZE_MAX ? line.end : line.start + (uint32_t)close};
  self->section = section_for(self, (mlo_key){mlo_span_of(self->text, name), name}, line);
}

static void add_entry(reader *self, mlo_span key, mlo_span value, mlo_span inner, mlo_str text) {
  uint32_t end = value.end > key.end ? value.end : key.end;
  if (self->section == MLO_NO_VALUE)
    self->section = section_for(self, (mlo_key){MLO_STR(""), {key.start, key.start}},
                                (mlo_span){key.start, end});
  mlo_builder_at(&self->builder, self->section)->span.end = end;
  mlo_value_node node = {.kind = MLO_VALUE_STRING, .span = value, .inner = inner, .text = text};
  mlo_builder_add(&self->builder, self->section, (mlo_key){mlo_span_of(self->text, key), key},
                  node);
}

/* The place of the separator in a line, or its end. */
static uint32_t separator_in(const reader *self, mlo_span line) {
  for (uint32_t at = line.start; at < line.end; at++) {
    char c = self->text.ptr[at];
    if (c == '\\' && self->dialect == PROPERTIES) {
      at++;
      continue;
    }
    if (c == '=' || (c == ':' && self->dialect != ENV)) return at;
    if (self->dialect != PROPERTIES || !memchr(" \t", c, 2)) continue;
    uint32_t next = at;
    while (next < line.end && memchr(" \t", self->text.ptr[next], 2)) next++;
    return next < line.end && memchr("=:", self->text.ptr[next], 2) ? next : at;
  }
  return line.end;
}

typedef struct entry {
  mlo_span key, value;
} entry;

static entry split(const reader *self, mlo_span line) {
  uint32_t at = separator_in(self, line);
  mlo_span key = trimmed(self->text, (mlo_span){line.start, at});
  return (entry){key, trimmed(self->text, (mlo_span){at < line.end ? at + 1 : at, line.end})};
}

/* --- ini --- */

/* Lines that are indented deeper than their key belong to its value, empty ones between them too. */
static mlo_str read_continuation(reader *self, uint32_t *at, uint32_t indent, mlo_span *value) {
  mlo_decoded out = {0};
  mlo_decoded_add(&out, mlo_span_of(self->text, *value), self->builder.arena);
  uint32_t blank = 0;
  for (uint32_t next = *at; next < self->text.len;) {
    mlo_span line = take_line(self->text, &next), part = trimmed(self->text, line);
    if (is_empty(part)) {
      blank++;
      continue;
    }
    if (part.start - line.start <= indent) break;
    *at = next;
    if (is_comment(self, line)) continue;
    for (blank++; blank; blank--) MLO_PUSH(self->builder.arena, &out, '\n');
    mlo_decoded_add(&out, mlo_span_of(self->text, part), self->builder.arena);
    if (is_empty(*value)) value->start = part.start;
    value->end = part.end;
  }
  return mlo_decoded_str(&out);
}

static void read_ini_line(reader *self, mlo_span line, uint32_t *at) {
  mlo_span part = trimmed(self->text, line);
  if (first_of(self, part) == '[') {
    open_section(self, part);
    return;
  }
  entry found = split(self, part);
  mlo_str text = read_continuation(self, at, part.start - line.start, &found.value);
  if (is_empty(found.key))
    mlo_builder_broken(&self->builder, part, "a value without a key");
  else
    add_entry(self, found.key, found.value, found.value, text);
}

/* --- env --- */

static mlo_str unescape(reader *self, mlo_str raw) {
  if (mlo_str_find_char(raw, '\\') == SIZE_MAX) return raw;
  mlo_decoded out = {0};
  for (size_t at = 0; at < raw.len;) {
    if (raw.ptr[at] == '\\') {
      at++;
      mlo_decode_escape(raw, &at, &out, self->builder.arena);
    } else {
      MLO_PUSH(self->builder.arena, &out, raw.ptr[at++]);
    }
  }
  return mlo_decoded_str(&out);
}

/* The closing quote of a value that may go over several lines; 0 if there is none. */
static uint32_t closing_quote(const reader *self, uint32_t open) {
  char quote = self->text.ptr[open];
  for (uint32_t at = open + 1; at < self->text.len; at++) {
    if (quote == '"' && self->text.ptr[at] == '\\')
      at++;
    else if (self->text.ptr[at] == quote)
      return at;
  }
  return 0;
}

static bool add_quoted(reader *self, mlo_span key, uint32_t open, uint32_t *at) {
  uint32_t close = closing_quote(self, open);
  if (!close) return false;
  mlo_span inner = {open + 1, close};
  mlo_str raw = mlo_span_of(self->text, inner);
  add_entry(self, key, (mlo_span){open, close + 1}, inner,
            self->text.ptr[open] == '"' ? unescape(self, raw) : raw);
  if (*at <= close) {
    *at = close;
    take_line(self->text, at);
  }
  return true;
}

static mlo_span without_comment(const reader *self, mlo_span value) {
  for (uint32_t at = value.start; at < value.end; at++)
    if (self->text.ptr[at] == '#' &&
        (at == value.start || memchr(" \t", self->text.ptr[at - 1], 2)))
      return trimmed(self->text, (mlo_span){value.start, at});
  return value;
}

static void read_env_line(reader *self, mlo_span line, uint32_t *at) {
  mlo_span part = trimmed(self->text, line);
  if (mlo_str_starts(mlo_span_of(self->text, part), MLO_STR("export "))) part.start += 7;
  part = trimmed(self->text, part);
  entry found = split(self, part);
  char first = first_of(self, found.value);
  if (is_empty(found.key)) {
    mlo_builder_broken(&self->builder, part, "a value without a name");
    return;
  }
  if ((first == '"' || first == '\'') && add_quoted(self, found.key, found.value.start, at)) return;
  if (first == '"' || first == '\'')
    mlo_builder_broken(&self->builder, found.value, "a quote is not closed");
  mlo_span value = without_comment(self, found.value);
  add_entry(self, found.key, value, value, mlo_span_of(self->text, value));
}

/* --- properties --- */

static bool goes_on(const reader *self, mlo_span line) {
  uint32_t slashes = 0;
  while (line.end - slashes > line.start && self->text.ptr[line.end - slashes - 1] == '\\')
    slashes++;
  return slashes % 2 == 1;
}

static void read_properties_line(reader *self, mlo_span line, uint32_t *at) {
  entry found = split(self, trimmed(self->text, line));
  mlo_decoded out = {0};
  mlo_span part = found.value;
  for (;;) {
    bool more = goes_on(self, line) && *at < self->text.len;
    mlo_span kept = more && part.end > part.start ? (mlo_span){part.start, part.end - 1} : part;
    mlo_decoded_add(&out, mlo_span_of(self->text, kept), self->builder.arena);
    found.value.end = part.end;
    if (!more) break;
    line = take_line(self->text, at);
    part = trimmed(self->text, line);
  }
  mlo_str text = unescape(self, mlo_decoded_str(&out));
  if (!is_empty(found.key)) add_entry(self, found.key, found.value, found.value, text);
}

/* --- netrc --- */

static mlo_span take_word(const reader *self, uint32_t *at) {
  while (*at < self->text.len && memchr(" \t\r\n", self->text.ptr[*at], 4)) ++*at;
  mlo_span word = {*at, *at};
  while (word.end < self->text.len && !memchr(" \t\r\n", self->text.ptr[word.end], 4)) word.end++;
  *at = word.end;
  return word;
}

static void read_netrc(reader *self) {
  for (uint32_t at = 0;;) {
    mlo_span word = take_word(self, &at);
    mlo_str text = mlo_span_of(self->text, word);
    if (!text.len) return;
    if (text.ptr[0] == '#') {
      take_line(self->text, &at);
      continue;
    }
    bool start = mlo_str_eq(text, MLO_STR("machine")) || mlo_str_eq(text, MLO_STR("default"));
    mlo_span value = mlo_str_eq(text, MLO_STR("default")) ? word : take_word(self, &at);
    mlo_str what = mlo_span_of(self->text, value);
    if (start)
      self->section = section_for(self, (mlo_key){what, value}, (mlo_span){word.start, value.end});
    else
      add_entry(self, word, value, value, what);
  }
}

mlo_status mlo_read_ini(mlo_document *out, mlo_parser *parser, mlo_arena *arena, mlo_error *err) {
  (void)parser, (void)err;
  reader self = {.builder = mlo_builder_of(out, arena),
                 .text = out->text,
                 .dialect = dialect_of(out->path),
                 .section = MLO_NO_VALUE};
  self.root = mlo_builder_map(&self.builder, 0, MLO_NO_KEY, (mlo_span){0, (uint32_t)out->text.len});
  if (self.dialect == NETRC) {
    read_netrc(&self);
    return MLO_OK;
  }
  static void (*const readers[])(reader *, mlo_span, uint32_t *) = {
      [INI] = read_ini_line, [ENV] = read_env_line, [PROPERTIES] = read_properties_line};
  for (uint32_t at = 0; at < self.text.len;) {
    mlo_span line = take_line(self.text, &at);
    if (!is_empty(trimmed(self.text, line)) && !is_comment(&self, line))
      readers[self.dialect](&self, line, &at);
  }
  return MLO_OK;
}
