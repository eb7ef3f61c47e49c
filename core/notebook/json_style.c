#include "notebook/json_style.h"

#include "text/encoding.h"

/* --- what a text shows ----------------------------------------------------------------------- */

static bool has_high_byte(mlo_str text) {
  for (size_t i = 0; i < text.len; i++)
    if ((unsigned char)text.ptr[i] >= 0x80) return true;
  return false;
}

/* True if the backslash at `at` begins \uXXXX for a character that is not ASCII. */
static bool escapes_high(mlo_str text, size_t at) {
  size_t backslashes = 0;
  while (backslashes < at && text.ptr[at - 1 - backslashes] == '\\') backslashes++;
  bool begins = backslashes % 2 == 0 && text.len - at >= 6;
  return begins && (text.ptr[at + 2] != '0' || text.ptr[at + 3] != '0' || text.ptr[at + 4] > '7');
}

static bool is_ascii_style(mlo_str text) {
  static const mlo_str escape = MLO_STR_INIT("\\u");
  for (size_t at = 0, next; (next = mlo_str_find(mlo_str_from(text, at), escape)) != SIZE_MAX;) {
    at += next;
    if (escapes_high(text, at)) return !has_high_byte(text);
    at += escape.len;
  }
  return false;
}

mlo_json_style mlo_json_style_of(mlo_str text) {
  mlo_json_style style = {MLO_STR("\n"), MLO_STR(" "), MLO_STR(": "), MLO_STR(", "),
                          is_ascii_style(text)};
  mlo_json json = {.text = text};
  if (mlo_json_peek(&json) != '{') return style;
  uint32_t open = json.at + 1;
  if (!mlo_json_open(&json, '{')) return style;
  mlo_str lead = mlo_str_slice(text, open, json.at);
  size_t end = mlo_str_rfind_char(lead, '\n');
  style.newline = mlo_str_starts(lead, MLO_STR("\r")) ? MLO_STR("\r\n") : MLO_STR("\n");
  if (end == SIZE_MAX) style.newline = (mlo_str){0};
  style.indent = end == SIZE_MAX ? (mlo_str){0} : mlo_str_from(lead, end + 1);
  mlo_str key = mlo_json_key(&json);
  mlo_json_peek(&json);
  if (json.problem) return style;
  style.colon = mlo_str_slice(text, (size_t)(key.ptr - text.ptr) + key.len + 1, json.at);
  uint32_t value_end = mlo_json_skip(&json).end;
  bool more = mlo_json_more(&json, '{');
  mlo_json_peek(&json);
  if (more && style.newline.len == 0) style.comma = mlo_str_slice(text, value_end, json.at);
  return style;
}

static bool same_style(const mlo_json_style *a, const mlo_json_style *b) {
  return mlo_str_eq(a->newline, b->newline) && mlo_str_eq(a->indent, b->indent) &&
         mlo_str_eq(a->colon, b->colon) && mlo_str_eq(a->comma, b->comma);
}

/* --- writing --------------------------------------------------------------------------------- */

mlo_str mlo_pieces_join(const mlo_pieces *self, mlo_arena *arena) {
  size_t len = 0, at = 0;
  for (uint32_t i = 0; i < self->len; i++) len += self->items[i].len;
  char *all = MLO_NEW_ARRAY(arena, char, len + 1);
  for (uint32_t i = 0; i < self->len; at += self->items[i++].len)
    if (self->items[i].len) memcpy(all + at, self->items[i].ptr, self->items[i].len);
  return mlo_str_of(all, len);
}

mlo_str mlo_json_lead(const mlo_json_style *style, uint32_t depth, mlo_arena *arena) {
  if (style->newline.len == 0) return (mlo_str){0};
  mlo_pieces pieces = {0};
  MLO_PUSH(arena, &pieces, style->newline);
  for (uint32_t i = 0; i < depth; i++) MLO_PUSH(arena, &pieces, style->indent);
  return mlo_pieces_join(&pieces, arena);
}

typedef struct restyler {
  mlo_json json;
  const mlo_json_style *style;
  uint32_t depth;
  mlo_arena *arena;
  mlo_pieces out;
} restyler;

static void put(restyler *self, mlo_str piece) {
  if (piece.len) MLO_PUSH(self->arena, &self->out, piece);
}

static void put_line(restyler *self) {
  put(self, self->style->newline);
  for (uint32_t i = 0; i < self->depth && self->style->newline.len; i++)
    put(self, self->style->indent);
}

/* Between two values. */
static void put_comma(restyler *self) {
  if (self->style->newline.len == 0) return put(self, self->style->comma);
  put(self, MLO_STR(","));
  put_line(self);
}

static void put_key(restyler *self) {
  mlo_str key = mlo_json_key(&self->json);
  if (self->json.problem) return;
  put(self, mlo_str_of(key.ptr - 1, key.len + 2));
  put(self, self->style->colon);
}

/* The text was read before, and mlo_json_skip bounded its depth there. */
static void restyle(restyler *self) {
  char open = mlo_json_peek(&self->json);
  if (open != '[' && open != '{')
    return put(self, mlo_span_of(self->json.text, mlo_json_skip(&self->json)));
  bool more = mlo_json_open(&self->json, open), some = more;
  put(self, mlo_str_of(open == '[' ? "[" : "{", 1));
  self->depth++;
  if (some) put_line(self);
  while (more && self->depth <= 2 * MLO_JSON_DEPTH) {
    if (open == '{') put_key(self);
    restyle(self);
    more = mlo_json_more(&self->json, open);
    if (more) put_comma(self);
  }
  self->depth--;
  if (some) put_line(self);
  put(self, mlo_str_of(open == '[' ? "]" : "}", 1));
}

mlo_str mlo_json_restyle(mlo_str text, mlo_span span, const mlo_json_style *from,
                         const mlo_json_style *to, uint32_t depth, mlo_arena *arena) {
  if (same_style(from, to)) return mlo_span_of(text, span);
  restyler self = {.json = {.text = mlo_str_slice(text, 0, span.end), .at = span.start},
                   .style = to,
                   .depth = depth,
                   .arena = arena};
  restyle(&self);
  return mlo_pieces_join(&self.out, arena);
}

static size_t put_unit(char *out, uint32_t unit) {
  static const char digits[] = "0123456789abcdef";
  memcpy(out, "\\u", 2);
  for (int i = 0; i < 4; i++) out[2 + i] = digits[unit >> (12 - 4 * i) & 15];
  return 6;
}

/* Characters beyond ASCII as \uXXXX, those beyond the first plane as two. */
static mlo_str to_ascii(mlo_str text, mlo_arena *arena) {
  char *out = MLO_NEW_ARRAY(arena, char, text.len * 6 + 1);
  size_t len = 0;
  for (size_t at = 0; at < text.len;) {
    uint32_t c = mlo_utf8_next(text, &at);
    if (c < 0x80)
      out[len++] = (char)c;
    else if (c < 0x10000)
      len += put_unit(out + len, c);
    else {
      len += put_unit(out + len, 0xd800 + ((c - 0x10000) >> 10));
      len += put_unit(out + len, 0xdc00 + ((c - 0x10000) & 0x3ff));
    }
  }
  return mlo_str_of(out, len);
}

mlo_str mlo_json_quote(mlo_str text, const mlo_json_style *style, mlo_arena *arena) {
  mlo_str inner = mlo_json_escape(text, arena);
  if (style->ascii && has_high_byte(inner)) inner = to_ascii(inner, arena);
  return mlo_arena_concat(arena, mlo_arena_concat(arena, MLO_STR("\""), inner), MLO_STR("\""));
}

mlo_str mlo_json_lines(mlo_str text, const mlo_json_style *style, uint32_t depth,
                       mlo_arena *arena) {
  if (text.len == 0) return MLO_STR("[]");
  restyler self = {.style = style, .depth = depth + 1, .arena = arena};
  put(&self, MLO_STR("["));
  put_line(&self);
  while (text.len) {
    size_t end = mlo_str_find_char(text, '\n');
    mlo_str line = end == SIZE_MAX ? text : mlo_str_slice(text, 0, end + 1);
    text = mlo_str_from(text, line.len);
    put(&self, mlo_json_quote(line, style, arena));
    if (text.len) put_comma(&self);
  }
  self.depth--;
  put_line(&self);
  put(&self, MLO_STR("]"));
  return mlo_pieces_join(&self.out, arena);
}
