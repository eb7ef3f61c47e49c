#include "plugins/lsp/uri.h"

mlo_str mlo_uri_scheme(mlo_str uri) {
  size_t colon = mlo_str_find_char(uri, ':');
  return colon == SIZE_MAX ? (mlo_str){0} : mlo_str_slice(uri, 0, colon);
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/* A percent sign without two digits stands for itself. */
static mlo_str decoded(mlo_str text, mlo_arena *arena) {
  char *out = MLO_NEW_ARRAY(arena, char, text.len + 1);
  size_t len = 0;
  for (size_t i = 0; i < text.len; i++) {
    bool escape = text.ptr[i] == '%' && i + 2 < text.len;
    int high = escape ? hex_digit(text.ptr[i + 1]) : -1;
    int low = escape ? hex_digit(text.ptr[i + 2]) : -1;
    escape = high >= 0 && low >= 0;
    out[len++] = escape ? (char)(high * 16 + low) : text.ptr[i];
    if (escape) i += 2;
  }
  return mlo_str_of(out, len);
}

/* "file:///a", "file://localhost/a" and "file:/a" are the same file. */
mlo_str mlo_uri_path(mlo_str uri, mlo_arena *arena) {
  if (!mlo_str_eq_nocase(mlo_uri_scheme(uri), MLO_STR("file"))) return (mlo_str){0};
  mlo_str rest = mlo_str_from(uri, sizeof "file:" - 1);
  if (mlo_str_starts(rest, MLO_STR("//"))) {
    rest = mlo_str_from(rest, 2);
    size_t slash = mlo_str_find_char(rest, '/');
    mlo_str host = mlo_str_slice(rest, 0, slash);
    if (host.len && !mlo_str_eq_nocase(host, MLO_STR("localhost"))) return (mlo_str){0};
    rest = mlo_str_from(rest, host.len);
  }
  mlo_str path = decoded(mlo_str_cut(&rest, '#'), arena);
  bool usable = path.len && path.ptr[0] == '/' && mlo_str_find_char(path, '\0') == SIZE_MAX;
  return usable ? path : (mlo_str){0};
}

static bool is_unreserved(char c) {
  bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return alnum || (c && strchr("-._~/", c));
}

mlo_str mlo_uri_of_path(mlo_str path, mlo_arena *arena) {
  static const char digits[] = "0123456789ABCDEF";
  mlo_str prefix = MLO_STR("file://");
  char *out = MLO_NEW_ARRAY(arena, char, prefix.len + path.len * 3 + 1);
  memcpy(out, prefix.ptr, prefix.len);
  size_t len = prefix.len;
  for (size_t i = 0; i < path.len; i++) {
    unsigned char byte = (unsigned char)path.ptr[i];
    bool plain = is_unreserved(path.ptr[i]);
    out[len++] = plain ? path.ptr[i] : '%';
    if (plain) continue;
    out[len++] = digits[byte >> 4];
    out[len++] = digits[byte & 15];
  }
  return mlo_str_of(out, len);
}
