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
  return self->at < self->raw.len &&
         (self->raw.ptr[self->at] == '\n' || self->raw.ptr[self->at] == '\r');
}

static void skip_break(flow *self) {
  bool both = self->raw.ptr[self->at] == '\r' && self->at + 1 < self->raw.len &&
              self->raw.ptr[self->at + 1] == '\n';
  self->at += both ? 2 : 1;
}

static void skip_blanks(flow *self) {
  while (self->at < self->raw.len &&
         (self->raw.ptr[self->at] == ' ' || self->raw.ptr[self->at] == '\t'))
    self->at++;
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
  while (self->out.len > self->fixed && memchr(" \t", self->out.items[self->out.len - 1], 2))
    self->out.len--;
  uint32_t breaks = skip_breaks(self);
  if (breaks == 1) MLO_PUSH(self->arena, &self->out, ' ');
  for (; breaks > 1; breaks--) MLO_PUSH(self->arena, &self->out, '\n');
  self->fixed = self->out.len;
}

/* Escapes that YAML has on top of the common ones. */
static const struct {
  char letter;
  uint16_t code;
} escapes[] = {{'a', 7},    {'v', 11},   {' ', ' '},    {'\t', '\t'},
               {'N', 0x85}, {'_', 0xA0}, {'L', 0x2028}, {'P', 0x2029}};

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
static void join(const block *self, mlo_decoded *out, bool first, bool indented, uint32_t blank,
                 mlo_arena *arena) {
  uint32_t breaks = blank;
  if (!first && (self->style == '|' || indented)) breaks++;
  if (!first && breaks == 0) MLO_PUSH(arena, out, ' ');
  for (; breaks; breaks--) MLO_PUSH(arena, out, '\n');
}

mlo_value_node mlo_yaml_block_scalar(mlo_str text, mlo_span span, uint32_t column,
                                     mlo_arena *arena) {
  block self = block_of(text, span, column);
  mlo_decoded out = {0};
  mlo_span inner = {self.lines.start, self.lines.start};
  bool first = true, was_indented = false;
  uint32_t blank = 0,
           kept = 0; /* kept: the text up to the last line that is indented as the scalar is */
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
    if (spaces_of(whole) < self.indent)
      continue; /* a template's line: in if more of the scalar follows */
    inner.end = start + (uint32_t)whole.len;
    kept = out.len;
  }
  out.len = kept;
  if (!first && self.chomp != '-' && inner.end < text.len) MLO_PUSH(arena, &out, '\n');
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

typedef struct painter {
  mlo_str text;
  mlo_span span;
  char *paint; /* NULL until there is something to paint */
  bool in_scalar;
  uint32_t scalar_indent; /* of the line that opened the block scalar */
  mlo_arena *arena;
} painter;

/* Actions that steer and leave no text where they stand. */
static bool steers(mlo_str action) {
  static const mlo_str keywords[] = {
      MLO_STR_INIT("if"),   MLO_STR_INIT("else"),   MLO_STR_INIT("end"),   MLO_STR_INIT("range"),
      MLO_STR_INIT("with"), MLO_STR_INIT("define"), MLO_STR_INIT("block"),
  };
  if (action.ptr[1] == '%') return true;
  mlo_str body = mlo_str_slice(action, 2, action.len - 2);
  if (body.len && body.ptr[0] == '-') body = mlo_str_from(body, 1);
  body = mlo_str_trim(body);
  if (mlo_str_starts(body, MLO_STR("/*"))) return true;
  for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
    if (mlo_str_starts(body, keywords[i]) &&
        (body.len == keywords[i].len || memchr(" -\t\r\n", body.ptr[keywords[i].len], 5)))
      return true;
  return mlo_str_starts(body, MLO_STR("$")) && mlo_str_contains(body, MLO_STR(":="));
}

static bool opens_action(mlo_str text, uint32_t at, uint32_t end) {
  if (at + 1 >= end || text.ptr[at] != '{') return false;
  if (text.ptr[at + 1] == '%') return true;
  return text.ptr[at + 1] == '{' && (at == 0 || text.ptr[at - 1] != '$');
}

/* The end of the action that opens at `at`, or 0. Only one that starts its line may go over several. */
static uint32_t action_end(const painter *self, uint32_t at, bool starts_line, uint32_t line_end) {
  mlo_str closing = self->text.ptr[at + 1] == '%' ? MLO_STR("%}") : MLO_STR("}}");
  uint32_t limit = starts_line ? self->span.end : line_end;
  size_t found = mlo_str_find(mlo_str_slice(self->text, (size_t)at + 2, limit), closing);
  return found == SIZE_MAX ? 0 : at + 2 + (uint32_t)found + 2;
}

static void fill(painter *self, uint32_t from, uint32_t to, char with) {
  if (!self->paint) {
    self->paint = MLO_NEW_ARRAY(self->arena, char, self->text.len);
    memcpy(self->paint, self->text.ptr, self->text.len);
  }
  for (; from < to; from++)
    if (self->paint[from] != '\n' && self->paint[from] != '\r') self->paint[from] = with;
}

/* Paints the actions that open in the line at `start`, a multi-line one to its end. Returns the end of the last
 * line touched. */
static uint32_t paint_actions(painter *self, uint32_t start, uint32_t line_end) {
  bool only_actions = true, any = false;
  uint32_t at = start;
  while (at < line_end) {
    uint32_t end = opens_action(self->text, at, self->span.end)
                       ? action_end(self, at, only_actions, line_end)
                       : 0;
    if (!end) {
      only_actions = only_actions && memchr(" \t\r\n", self->text.ptr[at], 4);
      at++;
      continue;
    }
    fill(self, at, end, steers(mlo_str_slice(self->text, at, end)) ? ' ' : 'x');
    any = true;
    at = end;
    if (at > line_end) line_end = end_of_line(self->text, at - 1);
    if (line_end > self->span.end) line_end = self->span.end;
  }
  if (any && only_actions) fill(self, start, line_end, ' ');
  return line_end;
}

static bool opens_scalar(mlo_str line) {
  size_t comment = mlo_str_find(line, MLO_STR(" #"));
  mlo_str rest = mlo_str_trim(mlo_str_slice(line, 0, comment));
  while (rest.len && memchr("+-0123456789", rest.ptr[rest.len - 1], 12)) rest.len--;
  if (!rest.len || !memchr("|>", rest.ptr[rest.len - 1], 2)) return false;
  return rest.len == 1 || memchr(" \t", rest.ptr[rest.len - 2], 2);
}

/* One line, or as many as an action in it covers. What stands in a block scalar is text and stays as it is. */
static uint32_t paint_line(painter *self, uint32_t start) {
  uint32_t end = end_of_line(self->text, start);
  if (end > self->span.end) end = self->span.end;
  mlo_str line = mlo_str_slice(self->text, start, end);
  bool blank = !mlo_str_trim(line).len;
  if (self->in_scalar && (blank || spaces_of(line) > self->scalar_indent)) return end;
  end = paint_actions(self, start, end);
  mlo_str painted =
      mlo_str_slice(self->paint ? mlo_str_of(self->paint, self->text.len) : self->text, start, end);
  if (!mlo_str_trim(painted).len) return end;
  self->in_scalar = opens_scalar(painted);
  self->scalar_indent = spaces_of(painted);
  return end;
}

char *mlo_yaml_paint_templates(mlo_str text, mlo_span span, mlo_arena *arena) {
  painter self = {.text = text, .span = span, .arena = arena};
  mlo_str part = mlo_span_of(text, span);
  if (!mlo_str_contains(part, MLO_STR("{{")) && !mlo_str_contains(part, MLO_STR("{%"))) return NULL;
  for (uint32_t at = span.start; at < span.end;) at = paint_line(&self, at);
  return self.paint;
}
