#include "plugins/report/terminal.h"

typedef struct range {
  uint32_t first, last;
} range;

static const range forbidden[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},
    {0x180e, 0x180e}, {0x200b, 0x200b}, {0x200e, 0x200f}, {0x2028, 0x202e},
    {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
};

bool mlo_terminal_forbids(uint32_t c) {
  for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
    if (c >= forbidden[i].first && c <= forbidden[i].last) return true;
  return false;
}

static void add_escaped(mlo_buf *out, uint32_t c) {
  switch (c) {
  case '\n': mlo_buf_lit(out, "\\n"); return;
  case '\r': mlo_buf_lit(out, "\\r"); return;
  case '\t': mlo_buf_lit(out, "\\t"); return;
  default: break;
  }
  if (c < 0x80)
    mlo_buf_format(out, "\\x%02x", (unsigned)c);
  else
    mlo_buf_format(out, c > 0xffff ? "\\U%08x" : "\\u%04x", (unsigned)c);
}

static void add(mlo_buf *out, mlo_str text, bool keep_tabs) {
  size_t plain = 0; /* text before it is written */
  for (size_t at = 0; at < text.len;) {
    size_t start = at;
    uint32_t c = mlo_utf8_next(text, &at);
    bool invalid = at - start == 1 && (unsigned char)text.ptr[start] >= 0x80;
    if (!invalid && (!mlo_terminal_forbids(c) || (keep_tabs && c == '\t'))) continue;
    mlo_buf_add(out, mlo_str_slice(text, plain, start));
    if (invalid)
      mlo_buf_format(out, "\\x%02x", (unsigned char)text.ptr[start]);
    else
      add_escaped(out, c);
    plain = at;
  }
  mlo_buf_add(out, mlo_str_from(text, plain));
}

void mlo_terminal_add(mlo_buf *out, mlo_str text) { add(out, text, false); }
void mlo_terminal_add_code(mlo_buf *out, mlo_str text) { add(out, text, true); }
