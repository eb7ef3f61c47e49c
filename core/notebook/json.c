#include "notebook/json.h"

#include "text/encoding.h"

/* --- scan ------------------------------------------------------------------------------------ */

void mlo_json_fail(mlo_json *self, const char *problem) {
  if (!self->problem) self->problem = problem;
}

static bool at_end(const mlo_json *self) { return self->at >= self->text.len; }

/* An unexpected end has its own words: the usual cause is a file that was cut off. */
static void fail_here(mlo_json *self, const char *problem) {
  mlo_json_fail(self, at_end(self) ? "the file ends in the middle" : problem);
}

char mlo_json_peek(mlo_json *self) {
  if (self->problem) return 0;
  for (; !at_end(self); self->at++) {
    char c = self->text.ptr[self->at];
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return c;
  }
  return 0;
}

bool mlo_json_open(mlo_json *self, char open) {
  if (mlo_json_peek(self) != open) {
    fail_here(self, open == '[' ? "a list is missing" : "an object is missing");
    return false;
  }
  self->at++;
  if (mlo_json_peek(self) != open + 2) return !self->problem; /* ']' is '[' + 2, '}' is '{' + 2 */
  self->at++;
  return false;
}

bool mlo_json_more(mlo_json *self, char open) {
  char c = mlo_json_peek(self);
  if (c != ',' && c != open + 2) {
    fail_here(self, open == '[' ? "a ',' or ']' is missing" : "a ',' or '}' is missing");
    return false;
  }
  self->at++;
  return c == ',';
}

enum { EIGHT = sizeof(uint64_t) };

/* True if none of eight bytes ends a run of plain characters: quote, backslash, control. */
static bool eight_plain(const char *bytes) {
  const uint64_t ones = 0x0101010101010101u, highs = ones * 0x80;
  uint64_t x;
  memcpy(&x, bytes, EIGHT);
  uint64_t quote = x ^ ones * '"', backslash = x ^ ones * '\\';
  uint64_t stop =
      ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) | ((x - ones * 0x20) & ~x);
  return (stop & highs) == 0;
}

static size_t skip_plain(mlo_str s, size_t at) {
  while (s.len - at >= EIGHT && eight_plain(s.ptr + at)) at += EIGHT;
  while (at < s.len && s.ptr[at] != '"' && s.ptr[at] != '\\' && (unsigned char)s.ptr[at] >= 0x20)
    at++;
  return at;
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The unit of the \uXXXX at `at`; UINT32_MAX if there is none. */
static uint32_t unit_at(mlo_str s, size_t at) {
  if (at > s.len || s.len - at < 6 || s.ptr[at] != '\\' || s.ptr[at + 1] != 'u') return UINT32_MAX;
  uint32_t unit = 0;
  for (size_t i = at + 2; i < at + 6; i++) {
    int digit = hex_digit(s.ptr[i]);
    if (digit < 0) return UINT32_MAX;
    unit = unit << 4 | (uint32_t)digit;
  }
  return unit;
}

static const char escape_letters[] = "\"\\/bfnrt";
static const char escape_values[] = "\"\\/\b\f\n\r\t";

/* The length of the escape at `at` and its character; 0 if it is not one. */
static size_t escape_at(mlo_str s, size_t at, uint32_t *c) {
  if (s.len - at < 2) return 0;
  const char *simple = memchr(escape_letters, s.ptr[at + 1], sizeof escape_letters - 1);
  if (simple) return *c = (unsigned char)escape_values[simple - escape_letters], 2;
  uint32_t high = unit_at(s, at), low = unit_at(s, at + 6);
  if (high == UINT32_MAX) return 0;
  bool pair = high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000;
  *c = pair ? 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00) : high;
  return pair ? 12 : 6;
}

/* Passes over a string whose opening quote is at `at`; its span without quotes. */
static mlo_span skip_string(mlo_json *self) {
  size_t start = self->at + 1u, at = start, len;
  for (uint32_t c; (at = skip_plain(self->text, at)) < self->text.len; at += len) {
    if (self->text.ptr[at] != '\\') break;
    len = escape_at(self->text, at, &c);
    if (len == 0) break;
  }
  self->at = (uint32_t)at;
  char stop = at_end(self) ? 0 : self->text.ptr[at];
  if (stop != '"')
    fail_here(self, stop == '\\'   ? "a string holds a backslash that escapes nothing"
                    : stop == '\n' ? "a string has no closing quote in its line"
                                   : "a string holds a control character");
  else
    self->at++;
  return (mlo_span){(uint32_t)start, (uint32_t)at};
}

mlo_str mlo_json_key(mlo_json *self) {
  if (mlo_json_peek(self) != '"') {
    fail_here(self, "a name in quotes is missing");
    return (mlo_str){0};
  }
  mlo_span span = skip_string(self);
  if (mlo_json_peek(self) != ':') {
    fail_here(self, "a ':' is missing");
    return (mlo_str){0};
  }
  self->at++;
  return mlo_span_of(self->text, span);
}

static bool is_number_char(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

static void skip_scalar(mlo_json *self, char c) {
  static const mlo_str words[] = {MLO_STR_INIT("null"),     MLO_STR_INIT("true"),
                                  MLO_STR_INIT("false"),    MLO_STR_INIT("NaN"),
                                  MLO_STR_INIT("Infinity"), MLO_STR_INIT("-Infinity")};
  if (self->problem) return;
  if (c == '"') return (void)skip_string(self);
  mlo_str rest = mlo_str_from(self->text, self->at);
  for (size_t i = 0; i < sizeof words / sizeof *words && !(c >= '0' && c <= '9'); i++) {
    if (!mlo_str_starts(rest, words[i])) continue;
    self->at += (uint32_t)words[i].len;
    return;
  }
  size_t len = 0;
  while (len < rest.len && is_number_char(rest.ptr[len])) len++;
  if (len == 0) fail_here(self, "a value is missing");
  self->at += (uint32_t)len;
}

mlo_span mlo_json_skip(mlo_json *self) {
  char open[MLO_JSON_DEPTH];
  size_t depth = 0;
  mlo_json_peek(self);
  uint32_t start = self->at;
  for (;;) {
    char c = mlo_json_peek(self);
    bool nested = c == '[' || c == '{';
    if (nested && depth == MLO_JSON_DEPTH) {
      self->too_large = true;
      mlo_json_fail(self, "values are nested more than 256 levels deep");
      break;
    }
    if (nested && mlo_json_open(self, c))
      open[depth++] = c;
    else {
      if (!nested) skip_scalar(self, c);
      while (depth > 0 && !mlo_json_more(self, open[depth - 1])) depth--;
      if (depth == 0) break;
    }
    if (open[depth - 1] == '{') mlo_json_key(self);
  }
  return self->problem ? (mlo_span){0} : (mlo_span){start, self->at};
}

/* --- text ------------------------------------------------------------------------------------ */

typedef struct decoder {
  mlo_str raw;
  char *out;
  uint32_t len;
  mlo_arena *arena;
  mlo_origin *origin;
} decoder;

static void note(decoder *self, size_t raw) {
  if (self->origin) mlo_origin_add(self->origin, self->len, (uint32_t)raw, self->arena);
}

static void decode_string(decoder *self, mlo_span inner) {
  mlo_str s = mlo_str_slice(self->raw, 0, inner.end);
  size_t at = inner.start;
  note(self, at);
  while (at < s.len) {
    size_t end = skip_plain(s, at);
    if (end > at) memcpy(self->out + self->len, s.ptr + at, end - at);
    self->len += (uint32_t)(end - at);
    at = end;
    note(self, at);
    if (at == s.len) break;
    uint32_t c;
    size_t len = escape_at(s, at, &c);
    if (len == 0) break;
    self->len += (uint32_t)mlo_utf8_put(c, self->out + self->len);
    at += len;
    note(self, at);
  }
}

static mlo_str borrow(mlo_str raw, mlo_span span, mlo_arena *arena, mlo_origin *origin) {
  if (origin) mlo_origin_add(origin, 0, span.start, arena);
  if (origin) mlo_origin_add(origin, span.end - span.start, span.end, arena);
  return mlo_span_of(raw, span);
}

static mlo_str decode_list(mlo_json json, mlo_span span, mlo_arena *arena, mlo_origin *origin) {
  decoder all = {json.text, MLO_NEW_ARRAY(arena, char, span.end - span.start), 0, arena, origin};
  for (bool more = mlo_json_open(&json, '['); more; more = mlo_json_more(&json, '[')) {
    bool string = mlo_json_peek(&json) == '"';
    mlo_span item = mlo_json_skip(&json);
    if (string && !json.problem) decode_string(&all, (mlo_span){item.start + 1, item.end - 1});
  }
  if (all.len == 0 && origin && origin->anchors.len == 0) note(&all, span.end - 1);
  return mlo_str_of(all.out, all.len);
}

static bool is_list_of_strings(mlo_json json) {
  json.at++;
  char first = mlo_json_peek(&json);
  return first == '"' || first == ']';
}

mlo_str mlo_json_text(mlo_str raw, mlo_span span, mlo_arena *arena, mlo_origin *origin) {
  if (origin) *origin = (mlo_origin){0};
  mlo_json json = {.text = mlo_str_slice(raw, 0, span.end), .at = span.start};
  char c = mlo_json_peek(&json);
  if (c == '[' && is_list_of_strings(json)) return decode_list(json, span, arena, origin);
  if (c != '"') return borrow(raw, span, arena, origin);
  mlo_span inner = skip_string(&json);
  if (!memchr(raw.ptr + inner.start, '\\', inner.end - inner.start))
    return borrow(raw, inner, arena, origin);
  decoder one = {raw, MLO_NEW_ARRAY(arena, char, inner.end - inner.start), 0, arena, origin};
  decode_string(&one, inner);
  return mlo_str_of(one.out, one.len);
}

/* --- objects --------------------------------------------------------------------------------- */

mlo_json_members mlo_json_members_of(mlo_str raw, mlo_span span, mlo_arena *arena) {
  mlo_json_members members = {0};
  mlo_json json = {.text = mlo_str_slice(raw, 0, span.end), .at = span.start};
  if (mlo_json_peek(&json) != '{') return members;
  for (bool more = mlo_json_open(&json, '{'); more; more = mlo_json_more(&json, '{')) {
    mlo_str name = mlo_json_key(&json);
    if (json.problem) break;
    uint32_t start = (uint32_t)(name.ptr - raw.ptr);
    mlo_json_member member = {.key = {start - 1, start + (uint32_t)name.len + 1}};
    member.name = mlo_json_text(raw, member.key, arena, NULL);
    member.value = mlo_json_skip(&json);
    if (!json.problem) MLO_PUSH(arena, &members, member);
  }
  return members;
}

mlo_span mlo_json_find(mlo_str raw, mlo_span span, mlo_str name, mlo_arena *arena) {
  mlo_json_members members = mlo_json_members_of(raw, span, arena);
  for (uint32_t i = members.len; i > 0; i--)
    if (mlo_str_eq(members.items[i - 1].name, name)) return members.items[i - 1].value;
  return (mlo_span){0};
}

mlo_span mlo_json_removal(mlo_span span, const mlo_json_members *members, uint32_t index) {
  const mlo_json_member *gone = &members->items[index];
  if (index > 0) return (mlo_span){members->items[index - 1].value.end, gone->value.end};
  if (members->len > 1) return (mlo_span){gone->key.start, members->items[1].key.start};
  return (mlo_span){span.start + 1, span.end - 1};
}

/* --- escaping -------------------------------------------------------------------------------- */

mlo_str mlo_json_escape(mlo_str text, mlo_arena *arena) {
  size_t len = 0;
  if (skip_plain(text, 0) == text.len) return mlo_arena_str(arena, text);
  char *out = MLO_NEW_ARRAY(arena, char, text.len * 6);
  for (size_t at = 0; at < text.len; at++) {
    char c = text.ptr[at];
    const char *value = c == '/' ? NULL : memchr(escape_values, c, sizeof escape_values - 1);
    bool control = (unsigned char)c < 0x20 && !value;
    if (control) {
      static const char digits[] = "0123456789abcdef";
      memcpy(out + len, "\\u00", 4);
      out[len + 4] = digits[(unsigned char)c >> 4], out[len + 5] = digits[c & 15];
      len += 6;
    } else {
      if (value) out[len++] = '\\';
      out[len++] = value ? escape_letters[value - escape_values] : c;
    }
  }
  return mlo_str_of(out, len);
}
