#include "document/dockerfile.h"

#include <ctype.h>

/* https://docs.docker.com/reference/dockerfile/ and the parser of BuildKit. */

typedef struct reader {
  mlo_builder builder;
  mlo_str text;
  char escape;
  int64_t stage;        /* -1 in front of the first FROM */
  uint64_t search_left; /* bytes that may yet be searched for the ends of heredocs */
} reader;

/* Bytes searched for the ends of heredocs beyond the text's own: many without an end would cost a pass each. */
enum { SEARCH_MAX = 1 << 22 };

/* What the instructions may hold. */
enum {
  HAS_JSON = 1, /* the exec form */
  HAS_HEREDOC = 2,
  HAS_VARIABLES = 4 /* NAME=value words */
};

static const struct instruction {
  mlo_str name;
  unsigned has;
} instructions[] = {
    {MLO_STR_INIT("FROM"), 0},
    {MLO_STR_INIT("RUN"), HAS_JSON | HAS_HEREDOC},
    {MLO_STR_INIT("CMD"), HAS_JSON},
    {MLO_STR_INIT("ENTRYPOINT"), HAS_JSON},
    {MLO_STR_INIT("COPY"), HAS_JSON | HAS_HEREDOC},
    {MLO_STR_INIT("ADD"), HAS_JSON | HAS_HEREDOC},
    {MLO_STR_INIT("ENV"), HAS_VARIABLES},
    {MLO_STR_INIT("ARG"), HAS_VARIABLES},
    {MLO_STR_INIT("LABEL"), HAS_VARIABLES},
    {MLO_STR_INIT("SHELL"), HAS_JSON},
    {MLO_STR_INIT("VOLUME"), HAS_JSON},
    {MLO_STR_INIT("WORKDIR"), 0},
    {MLO_STR_INIT("EXPOSE"), 0},
    {MLO_STR_INIT("USER"), 0},
    {MLO_STR_INIT("HEALTHCHECK"), 0},
    {MLO_STR_INIT("ONBUILD"), HAS_HEREDOC},
    {MLO_STR_INIT("STOPSIGNAL"), 0},
    {MLO_STR_INIT("MAINTAINER"), 0},
};

static const struct instruction *find_instruction(mlo_str name) {
  for (size_t i = 0; i < sizeof instructions / sizeof *instructions; i++)
    if (mlo_str_eq(instructions[i].name, name)) return &instructions[i];
  return NULL;
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

static uint32_t skip_blanks(mlo_str text, uint32_t at) {
  while (at < text.len && is_blank(text.ptr[at])) at++;
  return at;
}

/* --- lines --- */

static uint32_t line_end(mlo_str text, uint32_t at) {
  size_t len = mlo_str_find_char(mlo_str_from(text, at), '\n');
  return len == SIZE_MAX ? (uint32_t)text.len : at + (uint32_t)len;
}

/* Behind the last byte of text[at, end) that is no white space. */
static uint32_t trim_end(mlo_str text, uint32_t at, uint32_t end) {
  while (end > at && is_blank(text.ptr[end - 1])) end--;
  return end;
}

static bool is_continued(mlo_str text, uint32_t at, uint32_t end, char escape) {
  return end > at && text.ptr[end - 1] == escape && !(end - 1 > at && text.ptr[end - 2] == escape);
}

static bool is_skipped(mlo_str text, uint32_t at, uint32_t end) {
  uint32_t first = skip_blanks(text, at);
  return first >= end || text.ptr[first] == '#';
}

mlo_derived mlo_dockerfile_join(mlo_str text, uint32_t at, char escape, mlo_arena *arena,
                                uint32_t *end) {
  mlo_derived out = {0};
  *end = at;
  for (bool first = true; at < text.len || first; first = false) {
    uint32_t stop = line_end(text, at), last = trim_end(text, at, stop);
    if (!first && is_skipped(text, at, stop)) {
      at = stop + 1;
      continue;
    }
    bool continued = is_continued(text, at, last, escape);
    mlo_span raw = {at, last - continued};
    mlo_derived_add(&out, mlo_span_of(text, raw), raw, arena);
    *end = last;
    at = stop + 1;
    if (!continued) break;
  }
  return out;
}

static char escape_of(const mlo_document *document) {
  mlo_value root = mlo_document_item(document, 0, 0);
  mlo_str escape =
      mlo_document_node(document, mlo_document_member(document, root, MLO_STR("escape")))->text;
  return escape.len ? escape.ptr[0] : '\\';
}

static void add_heredocs(mlo_derived *out, mlo_str text, mlo_span raw, mlo_arena *arena) {
  uint32_t line = line_end(text, raw.start);
  if (line >= raw.end) return;
  raw.start = line;
  mlo_derived_add(out, mlo_span_of(text, raw), raw, arena);
}

mlo_derived mlo_dockerfile_value(const mlo_document *document, mlo_value value, mlo_arena *arena) {
  mlo_span span = mlo_document_node(document, value)->span;
  uint32_t end;
  mlo_derived out =
      mlo_dockerfile_join(document->text, span.start, escape_of(document), arena, &end);
  add_heredocs(&out, document->text, (mlo_span){end, span.end}, arena);
  return out;
}

/* --- words --- */

/* One instruction: its joined text and how far that has been read. */
typedef struct statement {
  const mlo_derived *line;
  uint32_t at;
} statement;

static bool at_end(const statement *self) { return self->at >= self->line->text.len; }
static mlo_span to_raw(const statement *self, mlo_span part) {
  return mlo_derived_span(self->line, part);
}

/* The next word; blanks in quotes and behind an escape belong to it. Empty at the end. */
static mlo_span next_word(statement *self, char escape) {
  mlo_str text = self->line->text;
  uint32_t start = skip_blanks(text, self->at), at = start;
  char quote = '\0';
  for (; at < text.len && (quote || !is_blank(text.ptr[at])); at++) {
    char c = text.ptr[at];
    if (c == escape && quote != '\'' && at + 1 < text.len)
      at++;
    else if (quote)
      quote = c == quote ? '\0' : quote;
    else if (c == '"' || c == '\'')
      quote = c;
  }
  self->at = skip_blanks(text, at);
  return (mlo_span){start, at};
}

/* The word without quotes and escapes. */
static mlo_str unquote(reader *self, mlo_str word) {
  mlo_decoded out = {0};
  char quote = '\0';
  for (size_t i = 0; i < word.len; i++) {
    char c = word.ptr[i], next = i + 1 < word.len ? word.ptr[i + 1] : '\0';
    bool escaped = c == self->escape && next && quote != '\'' &&
                   (!quote || next == '"' || next == '$' || next == self->escape);
    if (escaped)
      mlo_decoded_add(&out, mlo_str_slice(word, i + 1, i + 2), self->builder.arena), i++;
    else if (quote ? c == quote : c == '"' || c == '\'')
      quote = quote ? '\0' : c;
    else
      mlo_decoded_add(&out, mlo_str_slice(word, i, i + 1), self->builder.arena);
  }
  return mlo_decoded_str(&out);
}

static mlo_span inner_of(mlo_str raw, mlo_span span) {
  bool quoted = raw.len >= 2 && (raw.ptr[0] == '"' || raw.ptr[0] == '\'') &&
                raw.ptr[raw.len - 1] == raw.ptr[0];
  return quoted ? (mlo_span){span.start + 1, span.end - 1} : span;
}

/* Adds part of the statement as a string, quotes and escapes removed. */
static void add_word(reader *self, const statement *from, mlo_value parent, mlo_key key,
                     mlo_span part) {
  mlo_str word = mlo_span_of(from->line->text, part);
  mlo_span raw = to_raw(from, part);
  bool plain = mlo_str_find_char(word, '"') == SIZE_MAX &&
               mlo_str_find_char(word, '\'') == SIZE_MAX &&
               mlo_str_find_char(word, self->escape) == SIZE_MAX;
  mlo_value_node node = {.kind = MLO_VALUE_STRING,
                         .span = raw,
                         .inner = inner_of(mlo_span_of(self->text, raw), raw),
                         .text = plain ? word : unquote(self, word)};
  mlo_builder_add(&self->builder, parent, key, node);
}

/* --- parts of instructions --- */

/* --name=value in front of the value. */
static void read_flags(reader *self, statement *from, mlo_value instruction) {
  mlo_value flags = MLO_NO_VALUE;
  while (mlo_str_starts(mlo_str_from(from->line->text, from->at), MLO_STR("--"))) {
    mlo_span part = next_word(from, self->escape);
    mlo_str word = mlo_span_of(from->line->text, part);
    size_t equals = mlo_str_find_char(word, '=');
    mlo_span name = {part.start + 2, equals == SIZE_MAX ? part.end : part.start + (uint32_t)equals};
    if (name.start >= name.end) return;
    if (flags == MLO_NO_VALUE)
      flags =
          mlo_builder_map(&self->builder, instruction, MLO_OWN_KEY("flags"), to_raw(from, part));
    mlo_builder_at(&self->builder, flags)->span.end = to_raw(from, part).end;
    mlo_key key = {mlo_span_of(from->line->text, name), to_raw(from, name)};
    if (equals == SIZE_MAX)
      mlo_builder_bool(&self->builder, flags, key, true, to_raw(from, part));
    else
      add_word(self, from, flags, key, (mlo_span){name.end + 1, part.end});
  }
}

/* The part of the JSON string at `at`, quotes included; empty if there is none. */
static mlo_span json_string(mlo_str text, uint32_t at) {
  if (at >= text.len || text.ptr[at] != '"') return (mlo_span){at, at};
  for (uint32_t end = at + 1; end < text.len; end++) {
    if (text.ptr[end] == '\\')
      end++;
    else if (text.ptr[end] == '"')
      return (mlo_span){at, end + 1};
  }
  return (mlo_span){at, at};
}

typedef MLO_ARRAY(mlo_span) parts;

/* ["a", "b"] and nothing else: its strings. */
static bool exec_form(const statement *from, parts *out, mlo_arena *arena) {
  mlo_str text = from->line->text;
  uint32_t at = skip_blanks(text, from->at);
  if (at >= text.len || text.ptr[at] != '[') return false;
  at = skip_blanks(text, at + 1);
  while (at < text.len && text.ptr[at] != ']') {
    mlo_span string = json_string(text, at);
    if (string.start == string.end) return false;
    MLO_PUSH(arena, out, string);
    at = skip_blanks(text, string.end);
    if (at >= text.len || (text.ptr[at] != ',' && text.ptr[at] != ']')) return false;
    if (text.ptr[at] == ',') at = skip_blanks(text, at + 1);
  }
  return at < text.len && skip_blanks(text, at + 1) == text.len;
}

static void add_json_string(reader *self, const statement *from, mlo_value list, mlo_span part) {
  mlo_span inner = {part.start + 1, part.end - 1};
  mlo_str text = mlo_span_of(from->line->text, inner);
  if (mlo_str_find_char(text, '\\') != SIZE_MAX)
    text = mlo_derived_quoted(from->line->text, inner, '"', self->builder.arena).text;
  mlo_value_node node = {.kind = MLO_VALUE_STRING, .span = to_raw(from, part), .text = text};
  node.inner = (mlo_span){node.span.start + 1, node.span.end - 1};
  mlo_builder_add(&self->builder, list, MLO_NO_KEY, node);
}

/* arguments and form. */
static void read_arguments(reader *self, statement from, unsigned has, mlo_value instruction,
                           mlo_span span) {
  parts strings = {0};
  bool exec = (has & HAS_JSON) && exec_form(&from, &strings, self->builder.arena);
  mlo_builder_string(&self->builder, instruction, MLO_OWN_KEY("form"),
                     exec ? MLO_STR("exec") : MLO_STR("shell"), (mlo_span){span.start, span.start});
  mlo_value list = mlo_builder_list(&self->builder, instruction, MLO_OWN_KEY("arguments"), span);
  if (exec)
    for (uint32_t i = 0; i < strings.len; i++) add_json_string(self, &from, list, strings.items[i]);
  while (!exec && !at_end(&from))
    add_word(self, &from, list, MLO_NO_KEY, next_word(&from, self->escape));
}

static void add_variable(reader *self, const statement *from, mlo_value variables, mlo_span word) {
  mlo_str text = mlo_span_of(from->line->text, word);
  size_t equals = mlo_str_find_char(text, '=');
  mlo_span name = {word.start, equals == SIZE_MAX ? word.end : word.start + (uint32_t)equals};
  mlo_key key = {unquote(self, mlo_span_of(from->line->text, name)), to_raw(from, name)};
  if (equals != SIZE_MAX) {
    add_word(self, from, variables, key, (mlo_span){name.end + 1, word.end});
    return;
  }
  mlo_value_node none = {.kind = MLO_VALUE_NULL, .span = to_raw(from, word)};
  mlo_builder_add(&self->builder, variables, key, none);
}

/* ENV A=1 B=2, ARG A B=2, and the old ENV A all the rest. */
static void read_variables(reader *self, statement from, mlo_str name, mlo_value instruction,
                           mlo_span span) {
  mlo_value variables =
      mlo_builder_map(&self->builder, instruction, MLO_OWN_KEY("variables"), span);
  mlo_span word = next_word(&from, self->escape);
  bool old = !mlo_str_eq(name, MLO_STR("ARG")) && !at_end(&from) &&
             mlo_str_find_char(mlo_span_of(from.line->text, word), '=') == SIZE_MAX;
  if (old) {
    mlo_key key = {mlo_span_of(from.line->text, word), to_raw(&from, word)};
    mlo_span rest = {from.at, (uint32_t)from.line->text.len};
    add_word(self, &from, variables, key, rest);
    return;
  }
  for (; word.start < word.end; word = next_word(&from, self->escape))
    add_variable(self, &from, variables, word);
}

/* Offset in image of the last c outside ${..} and behind the last '/', or SIZE_MAX. */
static size_t find_separator(mlo_str image, char c) {
  size_t found = SIZE_MAX;
  uint32_t depth = 0;
  for (size_t i = 0; i < image.len; i++) {
    char at = image.ptr[i];
    if (at == '{')
      depth++;
    else if (at == '}' && depth)
      depth--;
    else if (depth == 0 && at == '/')
      found = SIZE_MAX;
    else if (depth == 0 && at == c)
      found = i;
  }
  return found;
}

static void add_image_part(reader *self, const statement *from, mlo_value instruction, mlo_key key,
                           mlo_span part) {
  if (part.start < part.end)
    mlo_builder_string(&self->builder, instruction, key, mlo_span_of(from->line->text, part),
                       to_raw(from, part));
}

/* FROM image:tag@digest AS alias */
static void read_from(reader *self, statement from, mlo_value instruction) {
  mlo_span word = next_word(&from, self->escape), image = word;
  mlo_str text = mlo_span_of(from.line->text, word);
  size_t at = find_separator(text, '@');
  if (at != SIZE_MAX) image.end = word.start + (uint32_t)at;
  mlo_span digest = {at == SIZE_MAX ? word.end : image.end + 1, word.end};
  size_t colon = find_separator(mlo_str_slice(text, 0, at), ':');
  mlo_span tag = {image.end, image.end};
  if (colon != SIZE_MAX) {
    tag.start = word.start + (uint32_t)colon + 1;
    image.end = tag.start - 1;
  }
  if (image.start == image.end)
    mlo_builder_broken(&self->builder, mlo_builder_at(&self->builder, instruction)->span,
                       "FROM without an image");
  add_image_part(self, &from, instruction, MLO_OWN_KEY("image"), image);
  add_image_part(self, &from, instruction, MLO_OWN_KEY("tag"), tag);
  add_image_part(self, &from, instruction, MLO_OWN_KEY("digest"), digest);
  mlo_span as = next_word(&from, self->escape);
  if (mlo_str_eq_nocase(mlo_span_of(from.line->text, as), MLO_STR("AS")))
    add_image_part(self, &from, instruction, MLO_OWN_KEY("alias"), next_word(&from, self->escape));
}

/* --- heredocs --- */

typedef struct heredoc {
  mlo_str name;
  bool dashed; /* tabs in front of lines don't count */
} heredoc;
typedef MLO_ARRAY(heredoc) heredocs;

static bool is_name_char(char c) { return isalnum((unsigned char)c) || c == '_'; }

/* Reads what follows << at `at`; false if it is no heredoc. */
static bool heredoc_at(mlo_str text, uint32_t at, heredoc *out) {
  *out = (heredoc){0};
  if (at < text.len && text.ptr[at] == '-') out->dashed = true, at++;
  if (at < text.len && (text.ptr[at] == '"' || text.ptr[at] == '\'')) at++;
  uint32_t end = at;
  while (end < text.len && (is_name_char(text.ptr[end]) || text.ptr[end] == '.')) end++;
  out->name = mlo_str_slice(text, at, end);
  return end > at && !isdigit((unsigned char)text.ptr[at]);
}

/* << outside of quotes, at a word's beginning or behind a file number. */
static heredocs find_heredocs(mlo_str text, uint32_t at, mlo_arena *arena) {
  heredocs out = {0};
  char quote = '\0';
  for (; at + 2 < text.len; at++) {
    char c = text.ptr[at];
    heredoc found;
    if (c == '\\' && quote != '\'')
      at++;
    else if (quote)
      quote = c == quote ? '\0' : quote;
    else if (c == '"' || c == '\'')
      quote = c;
    else if (c == '<' && text.ptr[at + 1] == '<' && text.ptr[at + 2] == '<')
      at += 2;
    else if (c == '<' && text.ptr[at + 1] == '<' && heredoc_at(text, at + 2, &found)) {
      MLO_PUSH(arena, &out, found);
      at++;
    }
  }
  return out;
}

static bool ends_heredoc(mlo_str text, mlo_span line, const heredoc *doc) {
  while (doc->dashed && line.start < line.end && text.ptr[line.start] == '\t') line.start++;
  if (line.end > line.start && text.ptr[line.end - 1] == '\r') line.end--;
  return mlo_str_eq(mlo_span_of(text, line), doc->name);
}

/* Offset of the line that ends doc, or UINT32_MAX. */
static uint32_t find_heredoc_end(reader *self, uint32_t at, const heredoc *doc) {
  while (at < self->text.len && self->search_left) {
    uint32_t end = line_end(self->text, at), len = end + 1 - at;
    if (ends_heredoc(self->text, (mlo_span){at, end}, doc)) return at;
    self->search_left -= len < self->search_left ? len : self->search_left;
    at = end + 1;
  }
  return UINT32_MAX;
}

/* Reads the heredocs whose bodies begin on the line behind `end`; returns the instruction's new end. One without
 * an end mark is taken for something else (a shift, say). */
static uint32_t read_heredocs(reader *self, const statement *from, mlo_value instruction,
                              uint32_t end) {
  heredocs found = find_heredocs(from->line->text, from->at, self->builder.arena);
  mlo_value list = MLO_NO_VALUE;
  for (uint32_t i = 0; i < found.len; i++) {
    uint32_t start = line_end(self->text, end) + 1;
    uint32_t mark = find_heredoc_end(self, start, &found.items[i]);
    if (mark == UINT32_MAX) return end;
    mlo_span body = {start, mark};
    if (list == MLO_NO_VALUE)
      list = mlo_builder_list(&self->builder, instruction, MLO_OWN_KEY("heredocs"), body);
    mlo_builder_at(&self->builder, list)->span.end = body.end;
    mlo_builder_string(&self->builder, list, MLO_NO_KEY, mlo_span_of(self->text, body), body);
    end = trim_end(self->text, mark, line_end(self->text, mark));
  }
  return end;
}

/* --- instructions --- */

static mlo_str upper(mlo_str s, mlo_arena *arena) {
  char *copy = MLO_NEW_ARRAY(arena, char, s.len);
  for (size_t i = 0; i < s.len; i++) copy[i] = (char)toupper((unsigned char)s.ptr[i]);
  return mlo_str_of(copy, s.len);
}

static uint32_t read_statement(reader *self, mlo_value parent, mlo_key key, statement from,
                               uint32_t end, bool nested);

static void read_parts(reader *self, const struct instruction *kind, statement from,
                       mlo_value instruction, mlo_span span) {
  read_arguments(self, from, kind ? kind->has : 0, instruction, span);
  if (!kind) return;
  if (kind->has & HAS_VARIABLES) read_variables(self, from, kind->name, instruction, span);
  if (mlo_str_eq(kind->name, MLO_STR("FROM"))) read_from(self, from, instruction);
}

static void add_value(reader *self, const statement *from, mlo_value instruction, mlo_span line,
                      uint32_t end) {
  mlo_derived value = {.text = mlo_str_from(from->line->text, from->at)};
  if (end > line.end) {
    value = (mlo_derived){0};
    mlo_derived_add_part(&value, from->line, (mlo_span){from->at, (uint32_t)from->line->text.len},
                         self->builder.arena);
    add_heredocs(&value, self->text, (mlo_span){line.end, end}, self->builder.arena);
  }
  mlo_builder_string(&self->builder, instruction, MLO_OWN_KEY("value"), value.text,
                     (mlo_span){line.start, end});
}

/* Reads one instruction whose text ends at `end`; returns its end with heredocs. ONBUILD holds another one. */
static uint32_t read_statement(reader *self, mlo_value parent, mlo_key key, statement from,
                               uint32_t end, bool nested) {
  mlo_span name = next_word(&from, self->escape), at = to_raw(&from, name);
  mlo_str upper_name = upper(mlo_span_of(from.line->text, name), self->builder.arena);
  const struct instruction *kind = find_instruction(upper_name);
  if (!kind)
    mlo_builder_broken(&self->builder, at, "%.*s is no instruction of Dockerfiles",
                       MLO_FMT(mlo_str_slice(upper_name, 0, 40)));
  mlo_value map = mlo_builder_map(&self->builder, parent, key, (mlo_span){at.start, end});
  mlo_builder_string(&self->builder, map, MLO_OWN_KEY("name"), upper_name, at);
  read_flags(self, &from, map);
  if (mlo_str_eq(upper_name, MLO_STR("FROM"))) self->stage++;
  mlo_span rest = {at_end(&from) ? end : to_raw(&from, (mlo_span){from.at, from.at + 1}).start,
                   end};
  read_parts(self, kind, from, map, rest);
  uint32_t line = end;
  if (kind && (kind->has & HAS_HEREDOC)) end = read_heredocs(self, &from, map, end);
  mlo_builder_at(&self->builder, map)->span.end = end;
  add_value(self, &from, map, (mlo_span){rest.start, line}, end);
  if (self->stage >= 0)
    mlo_builder_integer(&self->builder, map, MLO_OWN_KEY("stage"), self->stage,
                        (mlo_span){at.start, at.start});
  if (!nested && mlo_str_eq(upper_name, MLO_STR("ONBUILD")) && !at_end(&from))
    read_statement(self, map, MLO_OWN_KEY("instruction"), from, line, true);
  return end;
}

/* --- the file --- */

/* Reads "# name=value" lines at the top; they end at the first line that is something else. */
static void read_directives(reader *self, mlo_value root) {
  for (uint32_t at = 0; at < self->text.len; at = line_end(self->text, at) + 1) {
    uint32_t end = trim_end(self->text, at, line_end(self->text, at)),
             first = skip_blanks(self->text, at);
    if (first >= end || self->text.ptr[first] != '#') return;
    mlo_str line = mlo_str_slice(self->text, first + 1, end);
    size_t equals = mlo_str_find_char(line, '=');
    if (equals == SIZE_MAX) return;
    mlo_str name = mlo_str_trim(mlo_str_slice(line, 0, equals));
    mlo_str value = mlo_str_trim(mlo_str_from(line, equals + 1));
    bool escape = mlo_str_eq_nocase(name, MLO_STR("escape"));
    if (!escape && !mlo_str_eq_nocase(name, MLO_STR("syntax")) &&
        !mlo_str_eq_nocase(name, MLO_STR("check")))
      return;
    if (escape && (mlo_str_eq(value, MLO_STR("`")) || mlo_str_eq(value, MLO_STR("\\"))))
      self->escape = value.ptr[0];
    uint32_t start = (uint32_t)(value.ptr - self->text.ptr),
             key = (uint32_t)(name.ptr - self->text.ptr);
    mlo_builder_string(&self->builder, root, (mlo_key){name, {key, key + (uint32_t)name.len}},
                       value, (mlo_span){start, start + (uint32_t)value.len});
  }
}

mlo_status mlo_read_dockerfile(mlo_document *out, mlo_parser *parser, mlo_arena *arena,
                               mlo_error *err) {
  (void)parser, (void)err;
  reader self = {.builder = mlo_builder_of(out, arena),
                 .text = out->text,
                 .escape = '\\',
                 .stage = -1,
                 .search_left = (uint64_t)out->text.len + SEARCH_MAX};
  mlo_span all = {0, (uint32_t)out->text.len};
  mlo_value root = mlo_builder_map(&self.builder, 0, MLO_NO_KEY, all);
  read_directives(&self, root);
  mlo_value list = mlo_builder_list(&self.builder, root, MLO_OWN_KEY("instructions"), all);
  for (uint32_t at = 0; at < out->text.len;) {
    uint32_t end = line_end(out->text, at);
    if (!is_skipped(out->text, at, end)) {
      mlo_derived line = mlo_dockerfile_join(out->text, at, self.escape, arena, &end);
      if (mlo_str_trim(line.text).len)
        end = read_statement(&self, list, MLO_NO_KEY, (statement){.line = &line}, end, false);
      end = line_end(out->text, end);
    }
    at = end + 1;
  }
  return MLO_OK;
}
