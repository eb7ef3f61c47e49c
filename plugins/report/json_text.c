#include "plugins/report/json_text.h"

#include "plugins/report/terminal.h"

enum { DEEPEST = 60 };

static bool in_array(const mlo_json_out *self) { return self->arrays >> self->depth & 1; }

static void new_line(mlo_json_out *self) {
  mlo_buf_char(self->out, '\n');
  for (uint32_t i = 0; i < self->depth; i++) mlo_buf_lit(self->out, "  ");
}

/* What stands before a value: comma, line, key. */
static void begin(mlo_json_out *self, const char *key) {
  if (self->keyed) {
    self->keyed = false;
    return;
  }
  if (self->comma) mlo_buf_char(self->out, ',');
  if (self->depth && self->depth <= self->lines)
    new_line(self);
  else if (self->comma)
    mlo_buf_char(self->out, ' ');
  self->comma = true;
  if (!key) return;
  mlo_buf_char(self->out, '"');
  mlo_json_quote_into(self->out, mlo_str_c(key));
  mlo_buf_lit(self->out, "\": ");
}

static void open_container(mlo_json_out *self, const char *key, bool array) {
  begin(self, key);
  mlo_buf_char(self->out, array ? '[' : '{');
  if (self->depth < DEEPEST)
    self->depth++;
  else
    self->out->failed = true;
  self->arrays &= ~(UINT64_C(1) << self->depth);
  self->arrays |= (uint64_t)array << self->depth;
  self->comma = false;
}

void mlo_json_out_object(mlo_json_out *self, const char *key) { open_container(self, key, false); }
void mlo_json_out_array(mlo_json_out *self, const char *key) { open_container(self, key, true); }

void mlo_json_out_end(mlo_json_out *self) {
  bool array = in_array(self), filled = self->comma;
  uint32_t inner = self->depth--;
  if (filled && inner <= self->lines) new_line(self);
  mlo_buf_char(self->out, array ? ']' : '}');
  self->comma = true;
}

void mlo_json_out_key(mlo_json_out *self, mlo_str key) {
  begin(self, NULL);
  mlo_buf_char(self->out, '"');
  mlo_json_quote_into(self->out, key);
  mlo_buf_lit(self->out, "\": ");
  self->keyed = true;
}

void mlo_json_out_string(mlo_json_out *self, const char *key, mlo_str value) {
  begin(self, key);
  mlo_buf_char(self->out, '"');
  mlo_json_quote_into(self->out, value);
  mlo_buf_char(self->out, '"');
}

void mlo_json_out_integer(mlo_json_out *self, const char *key, uint64_t value) {
  begin(self, key);
  mlo_buf_format(self->out, "%llu", (unsigned long long)value);
}

void mlo_json_out_decimal(mlo_json_out *self, const char *key, double value) {
  begin(self, key);
  mlo_buf_format(self->out, "%.2f", value);
}

void mlo_json_out_boolean(mlo_json_out *self, const char *key, bool value) {
  begin(self, key);
  mlo_buf_add(self->out, value ? MLO_STR("true") : MLO_STR("false"));
}

void mlo_json_out_raw(mlo_json_out *self, const char *key, mlo_str json) {
  begin(self, key);
  mlo_buf_add(self->out, json);
}

void mlo_json_out_null(mlo_json_out *self, const char *key) {
  begin(self, key);
  mlo_buf_lit(self->out, "null");
}

/* --- strings --------------------------------------------------------------------------------- */

static void add_unit(mlo_buf *out, uint32_t unit) {
  mlo_buf_format(out, "\\u%04x", (unsigned)unit);
}

static void add_escaped(mlo_buf *out, uint32_t c) {
  switch (c) {
  case '"': mlo_buf_lit(out, "\\\""); return;
  case '\\': mlo_buf_lit(out, "\\\\"); return;
  case '\n': mlo_buf_lit(out, "\\n"); return;
  case '\r': mlo_buf_lit(out, "\\r"); return;
  case '\t': mlo_buf_lit(out, "\\t"); return;
  default: break;
  }
  if (c > 0xffff) {
    add_unit(out, 0xd800 + ((c - 0x10000) >> 10));
    c = 0xdc00 + ((c - 0x10000) & 0x3ff);
  }
  add_unit(out, c);
}

void mlo_json_quote_into(mlo_buf *out, mlo_str text) {
  size_t plain = 0; /* text before it is written */
  for (size_t at = 0; at < text.len;) {
    size_t start = at;
    uint32_t c = mlo_utf8_next(text, &at);
    bool invalid = at - start == 1 && (unsigned char)text.ptr[start] >= 0x80;
    if (!invalid && c != '"' && c != '\\' && !mlo_terminal_forbids(c)) continue;
    mlo_buf_add(out, mlo_str_slice(text, plain, start));
    if (invalid)
      mlo_buf_lit(out, "\xef\xbf\xbd");
    else
      add_escaped(out, c);
    plain = at;
  }
  mlo_buf_add(out, mlo_str_from(text, plain));
}
