#include "document/yaml_text.h"

/* --- plain and quoted scalars --- */

typedef struct flow {
  mlo_str raw;
  size_t at;
  mlo_decoded out;
  uint32_t fixed; /* bytes of out that folding may not trim: what an escape has made */
  mlo_arena *arena;
} flow;

static bool is_break(const flow *self) {
  return self->at < self->raw.len && (self->raw.ptr[self->at] == '\n' || self->raw.ptr[self->at] == '\r');
}

static void skip_break(flow *self) {
  bool both = self->raw.ptr[self->at] == '\r' && self->at + 1 < self->raw.len && self->raw.ptr[self->at + 1] == '\n';
  self->at += both ? 2 : 1;
}

static void skip_blanks(flow *self) {
  while (self->at < self->raw.len && (self->raw.ptr[self->at] == ' ' || self->raw.ptr[self->at] == '\t')) self->at++;
}

/* Line ends with the blanks around them; how many there were. */
static uint32_t skip_breaks(flow *self) {
  uint32_t count = 0;
  for (; is_break(self); count++) {
    skip_break(self);
    skip_blanks(self);
  }
  return count;
}

/* One line end is a space, n of them are n - 1 line ends. */
static void fold(flow *self) {
  while (self->out.len > self->fixed && memchr(" \t", self->out.items[self->out.len - 1], 2)) self->out.len--;
  uint32_t breaks = skip_breaks(self);
  if (breaks == 1) MLO_PUSH(self->arena, &self->out, ' ');
  for (; breaks > 1; breaks--) MLO_PUSH(self->arena, &self->out, '\n');
  self->fixed = self->out.len;
}

/* Escapes that YAML has on top of the common ones. */
static const struct {
  char letter;
  uint16_t code;
} escapes[] = {{'a', 7},      {'v', 11},     {' ', ' '},     {'\t', '\t'},
               {'N', 0x85},   {'_', 0xA0},   {'L', 0x2028},  {'P', 0x2029}};

static void unescape(flow *self) {
  self->at++;
  if (is_break(self)) {
    uint32_t breaks = skip_breaks(self);
    for (; breaks > 1; breaks--) MLO_PUSH(self->arena, &self->out, '\n');
    self->fixed = self->out.len;
    return;
  }
  for (size_t i = 0; self->at < self->raw.len && i < sizeof escapes / sizeof *escapes; i++) {
    if (escapes[i].letter != self->raw.ptr[self->at]) continue;
    mlo_decoded_char(&self->out, escapes[i].code, self->arena);
    self->at++;
    self->fixed = self->out.len;
    return;
  }
  mlo_decode_escape(self->raw, &self->at, &self->out, self->arena);
  self->fixed = self->out.len;
}

/* quote is 0, ' or ". */
static mlo_str decode_flow(mlo_str raw, char quote, mlo_arena *arena) {
  flow self = {.raw = raw, .arena = arena};
  while (self.at < raw.len) {
    char c = raw.ptr[self.at];
    if (is_break(&self)) {
      fold(&self);
    } else if (quote == '"' && c == '\\') {
      unescape(&self);
    } else {
      MLO_PUSH(arena, &self.out, c);
      self.at += quote == '\'' && c == '\'' ? 2 : 1;
    }
  }
  return mlo_decoded_str(&self.out);
}

static bool has_break(mlo_str raw) {
  return mlo_str_find_char(raw, '\n') != SIZE_MAX || mlo_str_find_char(raw, '\r') != SIZE_MAX;
}

mlo_value_node mlo_yaml_plain(mlo_str text, mlo_span span, mlo_arena *arena) {
  mlo_str raw = mlo_span_of(text, span);
  if (!has_break(raw)) return mlo_scalar_of(raw, span);
  return (mlo_value_node){.kind = MLO_VALUE_STRING,
                          .span = span,
                          .inner = span,
                          .text = decode_flow(raw, 0, arena),
                          .folded = true};
}

static mlo_value_node quoted(mlo_str text, mlo_span span, char quote, mlo_arena *arena) {
  mlo_span inner = {span.start + 1, span.end > span.start + 1 ? span.end - 1 : span.start + 1};
  mlo_str raw = mlo_span_of(text, inner);
  bool folded = has_break(raw);
  bool plain = !folded && mlo_str_find_char(raw, quote == '"' ? '\\' : '\'') == SIZE_MAX;
  return (mlo_value_node){.kind = MLO_VALUE_STRING,
                          .span = span,
                          .inner = inner,
                          .text = plain ? raw : decode_flow(raw, quote, arena),
                          .folded = folded};
}

mlo_value_node mlo_yaml_single_quoted(mlo_str text, mlo_span span, mlo_arena *arena) {
  return quoted(text, span, '\'', arena);
}

mlo_value_node mlo_yaml_double_quoted(mlo_str text, mlo_span span, mlo_arena *arena) {
  return quoted(text, span, '"', arena);
}

/* --- block scalars --- */

typedef struct block {
  mlo_str text;
  mlo_span lines; /* from the line behind the header to the end of the last blank line */
  uint32_t indent;
  char style, chomp; /* '|' '>'; '-' '+' or 0 */
} block;

static uint32_t end_of_line(mlo_str text, uint32_t at) {
  size_t length = mlo_str_find_char(mlo_str_from(text, at), '\n');
  return length == SIZE_MAX ? (uint32_t)text.len : at + (uint32_t)length + 1;
}

/* The line at *at without its line end; *at moves to the next. */
static mlo_str take_line(mlo_str text, uint32_t *at, uint32_t end) {
  uint32_t start = *at, next = end_of_line(text, start);
  *at = next < end ? next : end;
  mlo_str line = mlo_str_slice(text, start, *at);
  while (line.len && memchr("\r\n", line.ptr[line.len - 1], 2)) line.len--;
  return line;
}

static uint32_t spaces_of(mlo_str line) {
  uint32_t count = 0;
  while (count < line.len && line.ptr[count] == ' ') count++;
  return count;
}

static uint32_t detect_indent(const block *self) {
  uint32_t most = 0;
  for (uint32_t at = self->lines.start; at < self->lines.end;) {
    mlo_str line = take_line(self->text, &at, self->lines.end);
    uint32_t spaces = spaces_of(line);
    if (spaces < line.len) return spaces;
    if (spaces > most) most = spaces;
  }
  return most;
}

static block block_of(mlo_str text, mlo_span span, uint32_t column) {
  block self = {.text = text, .style = text.ptr[span.start]};
  uint32_t digit = 0, at = span.start + 1;
  for (; at < span.end && memchr("+-0123456789", text.ptr[at], 12); at++) {
    if (text.ptr[at] == '+' || text.ptr[at] == '-')
      self.chomp = text.ptr[at];
    else
      digit = (uint32_t)(text.ptr[at] - '0');
  }
  self.lines.start = end_of_line(text, at);
  self.lines.end = span.end > self.lines.start ? span.end : self.lines.start;
  if (self.lines.end > self.lines.start && text.ptr[self.lines.end - 1] != '\n')
    self.lines.end = end_of_line(text, self.lines.end);
  for (uint32_t next = self.lines.end; next < text.len;) {
    mlo_str line = take_line(text, &next, (uint32_t)text.len);
    if (mlo_str_trim(line).len) break;
    self.lines.end = next;
  }
  self.indent = digit ? column + digit : detect_indent(&self);
  return self;
}

static mlo_str stripped(const block *self, mlo_str line) {
  uint32_t spaces = spaces_of(line);
  return mlo_str_from(line, spaces < self->indent ? spaces : self->indent);
}

/* What stands between two lines with `blank` empty ones between them. */
static void join(const block *self, mlo_decoded *out, bool first, bool indented, uint32_t blank, mlo_arena *arena) {
  uint32_t breaks = blank;
  if (!first && (self->style == '|' || indented)) breaks++;
  if (!first && breaks == 0) MLO_PUSH(arena, out, ' ');
  for (; breaks; breaks--) MLO_PUSH(arena, out, '\n');
}

mlo_value_node mlo_yaml_block_scalar(mlo_str text, mlo_span span, uint32_t column, mlo_arena *arena) {
  block self = block_of(text, span, column);
  mlo_decoded out = {0};
  mlo_span inner = {self.lines.start, self.lines.start};
  bool first = true, was_indented = false;
  uint32_t blank = 0;
  for (uint32_t at = self.lines.start; at < self.lines.end;) {
    uint32_t start = at;
    mlo_str whole = take_line(text, &at, self.lines.end), line = stripped(&self, whole);
    if (!line.len) {
      blank++;
      continue;
    }
    bool indented = line.ptr[0] == ' ' || line.ptr[0] == '\t';
    join(&self, &out, first, indented || was_indented, blank, arena);
    mlo_decoded_add(&out, line, arena);
    first = false, was_indented = indented, blank = 0;
    inner.end = start + (uint32_t)whole.len;
  }
  if (!first && self.chomp != '-') MLO_PUSH(arena, &out, '\n');
  for (; self.chomp == '+' && blank; blank--) MLO_PUSH(arena, &out, '\n');
  if (span.end > inner.end) span.end = inner.end > span.start ? inner.end : span.end;
  if (first) span.end = span.start + 1;
  return (mlo_value_node){.kind = MLO_VALUE_STRING,
                          .span = span,
                          .inner = inner,
                          .text = mlo_decoded_str(&out),
                          .folded = self.style == '>'};
}

/* --- templates --- */

enum { VALUE_MARK = 1 }; /* an action that stands for a value, until its line is known */

/* Actions that steer and leave no text where they stand. */
static bool steers(mlo_str action) {
  static const mlo_str keywords[] = {
      MLO_STR_INIT("if"),    MLO_STR_INIT("else"),   MLO_STR_INIT("end"),    MLO_STR_INIT("range"),
      MLO_STR_INIT("with"),  MLO_STR_INIT("define"), MLO_STR_INIT("block"),  MLO_STR_INIT("/*"),
  };
  if (action.len > 1 && action.ptr[1] == '%') return true;
  mlo_str body = mlo_str_from(action, 2);
  if (body.len && body.ptr[0] == '-') body = mlo_str_from(body, 1);
  body = mlo_str_trim(body);
  for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
    if (mlo_str_starts(body, keywords[i]) &&
        (body.len == keywords[i].len || keywords[i].ptr[0] == '/' || memchr(" -}\t\r\n", body.ptr[keywords[i].len], 6)))
      return true;
  return body.len && body.ptr[0] == '$' && mlo_str_contains(body, MLO_STR(":="));
}

static bool starts_line(mlo_str text, uint32_t at) {
  while (at > 0 && memchr(" \t", text.ptr[at - 1], 2)) at--;
  return at == 0 || text.ptr[at - 1] == '\n';
}

/* The end of the action that opens at `at`, or 0. Only one that starts its line may go over several. */
static uint32_t action_end(mlo_str text, uint32_t at, uint32_t end) {
  mlo_str closing = text.ptr[at + 1] == '%' ? MLO_STR("%}") : MLO_STR("}}");
  uint32_t line = end_of_line(text, at);
  uint32_t limit = !starts_line(text, at) && line < end ? line : end;
  size_t found = mlo_str_find(mlo_str_slice(text, (size_t)at + 2, limit), closing);
  return found == SIZE_MAX ? 0 : at + 2 + (uint32_t)found + 2;
}

static bool opens_action(mlo_str text, uint32_t at, uint32_t end) {
  if (at + 1 >= end || text.ptr[at] != '{') return false;
  if (text.ptr[at + 1] == '%') return true;
  return text.ptr[at + 1] == '{' && (at == 0 || text.ptr[at - 1] != '$');
}

static bool ends_with_block_header(mlo_str line) {
  mlo_str rest = mlo_str_trim(line);
  while (rest.len && memchr("+-0123456789", rest.ptr[rest.len - 1], 12)) rest.len--;
  return rest.len && memchr("|>", rest.ptr[rest.len - 1], 2);
}

/* Decides the marks of one line: spaces if nothing else stands on it, but letters in the first line of a block
 * scalar, which its indentation is taken from. */
static void settle_line(char *paint, mlo_str line, bool behind_header) {
  char *start = paint;
  bool alone = true;
  for (size_t i = 0; i < line.len; i++)
    if (!memchr(" \t\r\n\1", start[i], 5)) alone = false;
  for (size_t i = 0; i < line.len; i++)
    if (start[i] == VALUE_MARK) start[i] = alone && !behind_header ? ' ' : 'x';
}

static void settle(char *paint, mlo_str text, mlo_span span) {
  bool behind_header = false;
  for (uint32_t at = span.start; at < span.end;) {
    uint32_t start = at;
    mlo_str line = take_line(text, &at, span.end);
    settle_line(paint + start, line, behind_header);
    mlo_str painted = mlo_str_of(paint + start, line.len);
    if (mlo_str_trim(painted).len) behind_header = ends_with_block_header(painted);
  }
}

char *mlo_yaml_paint_templates(mlo_str text, mlo_span span, mlo_arena *arena) {
  char *paint = NULL;
  for (uint32_t at = span.start; at < span.end;) {
    uint32_t end = opens_action(text, at, span.end) ? action_end(text, at, span.end) : 0;
    if (!end) {
      size_t next = mlo_str_find_char(mlo_str_slice(text, (size_t)at + 1, span.end), '{');
      at = next == SIZE_MAX ? span.end : at + 1 + (uint32_t)next;
      continue;
    }
    if (!paint) {
      paint = MLO_NEW_ARRAY(arena, char, text.len);
      memcpy(paint, text.ptr, text.len);
    }
    char mark = steers(mlo_str_slice(text, at, end)) ? ' ' : VALUE_MARK;
    for (; at < end; at++)
      if (paint[at] != '\n' && paint[at] != '\r') paint[at] = mark;
  }
  if (paint) settle(paint, text, span);
  return paint;
}
