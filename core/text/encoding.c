#include "text/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <utf8proc.h>

enum { REPLACEMENT = 0xfffd, BINARY_PROBE = 8192, LONGEST_CODEC = 40 };

#define BOM_UTF8 MLO_STR("\xef\xbb\xbf")
#define BOM_UTF16_LE MLO_STR("\xff\xfe")
#define BOM_UTF16_BE MLO_STR("\xfe\xff")

bool mlo_bytes_are_binary(mlo_str bytes) {
  if (mlo_str_starts(bytes, BOM_UTF16_LE) || mlo_str_starts(bytes, BOM_UTF16_BE)) return false;
  return mlo_str_find_char(mlo_str_slice(bytes, 0, BINARY_PROBE), '\0') != SIZE_MAX;
}

/* --- UTF-8 ----------------------------------------------------------------------------------- */

static unsigned byte_at(mlo_str s, size_t at) {
  return at < s.len ? (unsigned char)s.ptr[at] : 0; /* 0 is no continuation byte */
}

static bool continues(unsigned byte) { return (byte & 0xc0) == 0x80; }

/* The length of the well-formed character at `at` and its code point; 0 if it is not well-formed. */
static size_t decode_one(mlo_str s, size_t at, uint32_t *c) {
  unsigned a = byte_at(s, at), b = byte_at(s, at + 1), d = byte_at(s, at + 2);
  if (a < 0x80) return *c = a, 1;
  if (a < 0xc2 || a > 0xf4 || !continues(b)) return 0;
  if (a < 0xe0) return *c = (a & 0x1f) << 6 | (b & 0x3f), 2;
  if (!continues(d)) return 0;
  if (a < 0xf0) {
    *c = (a & 0x0f) << 12 | (b & 0x3f) << 6 | (d & 0x3f);
    return *c < 0x800 || (*c >= 0xd800 && *c < 0xe000) ? 0 : 3;
  }
  unsigned e = byte_at(s, at + 3);
  if (!continues(e)) return 0;
  *c = (a & 0x07) << 18 | (b & 0x3f) << 12 | (d & 0x3f) << 6 | (e & 0x3f);
  return *c < 0x10000 || *c > 0x10ffff ? 0 : 4;
}

/* The first byte at or after `at` that is not ASCII, eight at a time. */
static size_t skip_ascii(mlo_str s, size_t at) {
  for (uint64_t eight; s.len - at >= sizeof eight; at += sizeof eight) {
    memcpy(&eight, s.ptr + at, sizeof eight);
    if (eight & 0x8080808080808080u) break;
  }
  while (at < s.len && (unsigned char)s.ptr[at] < 0x80) at++;
  return at;
}

bool mlo_utf8_valid(mlo_str s) {
  uint32_t c;
  for (size_t at = skip_ascii(s, 0); at < s.len; at = skip_ascii(s, at)) {
    size_t len = decode_one(s, at, &c);
    if (len == 0) return false;
    at += len;
  }
  return true;
}

uint32_t mlo_utf8_next(mlo_str s, size_t *at) {
  uint32_t c = REPLACEMENT;
  size_t len = decode_one(s, *at, &c);
  *at += len ? len : 1;
  return len ? c : REPLACEMENT;
}

size_t mlo_utf8_put(uint32_t c, char out[4]) {
  if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) c = REPLACEMENT;
  if (c < 0x80) return out[0] = (char)c, 1;
  size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  for (size_t i = len - 1; i > 0; i--, c >>= 6) out[i] = (char)(0x80 | (c & 0x3f));
  out[0] = (char)(c | (0xf0u << (4 - len)));
  return len;
}

/* --- codecs ---------------------------------------------------------------------------------- */

/* Python's codecs for source files under the names that are left when case, '-', '_' and '.' are dropped.
 * A closed list: the name comes from a scanned file, and iconv also knows stateful and escaping codecs that
 * have had memory errors and that no source file is written in. */
typedef struct codec {
  const char *name;
  const char *iconv; /* NULL: one of our own, in `kind` */
  mlo_encoding_kind kind;
} codec;

#define OWN(name, own)                                                                             \
  { name, NULL, own }
#define NAMED(name, iconv)                                                                         \
  { name, iconv, MLO_ENCODING_NAMED }
static const codec codecs[] = {
    OWN("utf8", MLO_ENCODING_UTF8),
    OWN("u8", MLO_ENCODING_UTF8),
    OWN("utf8sig", MLO_ENCODING_UTF8),
    OWN("utf8unix", MLO_ENCODING_UTF8),
    OWN("utf8dos", MLO_ENCODING_UTF8),
    OWN("utf8mac", MLO_ENCODING_UTF8),
    OWN("cp65001", MLO_ENCODING_UTF8),
    OWN("ascii", MLO_ENCODING_UTF8),
    OWN("usascii", MLO_ENCODING_UTF8),
    OWN("latin1", MLO_ENCODING_LATIN1),
    OWN("l1", MLO_ENCODING_LATIN1),
    OWN("iso88591", MLO_ENCODING_LATIN1),
    OWN("88591", MLO_ENCODING_LATIN1),
    OWN("isolatin1", MLO_ENCODING_LATIN1),
    OWN("latin1unix", MLO_ENCODING_LATIN1),
    OWN("iso88591unix", MLO_ENCODING_LATIN1),
    NAMED("latin2", "ISO-8859-2"),
    NAMED("iso88592", "ISO-8859-2"),
    NAMED("iso88593", "ISO-8859-3"),
    NAMED("iso88594", "ISO-8859-4"),
    NAMED("iso88595", "ISO-8859-5"),
    NAMED("iso88596", "ISO-8859-6"),
    NAMED("iso88597", "ISO-8859-7"),
    NAMED("iso88598", "ISO-8859-8"),
    NAMED("iso88599", "ISO-8859-9"),
    NAMED("latin5", "ISO-8859-9"),
    NAMED("iso885910", "ISO-8859-10"),
    NAMED("iso885911", "ISO-8859-11"),
    NAMED("iso885913", "ISO-8859-13"),
    NAMED("iso885914", "ISO-8859-14"),
    NAMED("iso885915", "ISO-8859-15"),
    NAMED("latin9", "ISO-8859-15"),
    NAMED("iso885916", "ISO-8859-16"),
    NAMED("cp1250", "CP1250"),
    NAMED("windows1250", "CP1250"),
    NAMED("cp1251", "CP1251"),
    NAMED("windows1251", "CP1251"),
    NAMED("cp1252", "CP1252"),
    NAMED("windows1252", "CP1252"),
    NAMED("cp1253", "CP1253"),
    NAMED("windows1253", "CP1253"),
    NAMED("cp1254", "CP1254"),
    NAMED("windows1254", "CP1254"),
    NAMED("cp1255", "CP1255"),
    NAMED("windows1255", "CP1255"),
    NAMED("cp1256", "CP1256"),
    NAMED("windows1256", "CP1256"),
    NAMED("cp1257", "CP1257"),
    NAMED("windows1257", "CP1257"),
    NAMED("cp1258", "CP1258"),
    NAMED("windows1258", "CP1258"),
    NAMED("cp437", "CP437"),
    NAMED("cp850", "CP850"),
    NAMED("cp852", "CP852"),
    NAMED("cp866", "CP866"),
    NAMED("cp874", "CP874"),
    NAMED("koi8r", "KOI8-R"),
    NAMED("koi8u", "KOI8-U"),
    NAMED("macroman", "MACINTOSH"),
    NAMED("tis620", "TIS-620"),
    NAMED("gb2312", "GB2312"),
    NAMED("euccn", "GB2312"),
    NAMED("gbk", "GBK"),
    NAMED("cp936", "GBK"),
    NAMED("gb18030", "GB18030"),
    NAMED("big5", "BIG5"),
    NAMED("cp950", "CP950"),
    NAMED("eucjp", "EUC-JP"),
    NAMED("ujis", "EUC-JP"),
    NAMED("shiftjis", "SHIFT_JIS"),
    NAMED("sjis", "SHIFT_JIS"),
    NAMED("cp932", "CP932"),
    NAMED("mskanji", "CP932"),
    NAMED("euckr", "EUC-KR"),
    NAMED("cp949", "CP949"),
    NAMED("uhc", "CP949"),
};

static const codec *find_codec(mlo_str name) {
  char plain[LONGEST_CODEC];
  size_t len = 0;
  for (size_t i = 0; i < name.len; i++) {
    char c = name.ptr[i];
    if (c == '-' || c == '_' || c == '.') continue;
    if (len == sizeof plain) return NULL;
    plain[len++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
  }
  for (size_t i = 0; i < sizeof codecs / sizeof codecs[0]; i++)
    if (mlo_str_eq(mlo_str_c(codecs[i].name), mlo_str_of(plain, len))) return &codecs[i];
  return NULL;
}

/* --- PEP 263 --------------------------------------------------------------------------------- */

static bool is_codec_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
         c == '_' || c == '.';
}

static mlo_str skip_blank(mlo_str s) {
  size_t at = 0;
  while (at < s.len && (s.ptr[at] == ' ' || s.ptr[at] == '\t' || s.ptr[at] == '\f')) at++;
  return mlo_str_from(s, at);
}

/* The codec that a comment names: ^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+) */
static mlo_str codec_in_comment(mlo_str line) {
  static const mlo_str word = MLO_STR_INIT("coding");
  for (size_t at; (at = mlo_str_find(line, word)) != SIZE_MAX;) {
    line = mlo_str_from(line, at + word.len);
    if (line.len == 0 || (line.ptr[0] != ':' && line.ptr[0] != '=')) continue;
    mlo_str name = skip_blank(mlo_str_from(line, 1));
    size_t len = 0;
    while (len < name.len && is_codec_char(name.ptr[len])) len++;
    if (len > 0) return mlo_str_slice(name, 0, len);
  }
  return (mlo_str){0};
}

static mlo_str declared_codec(mlo_str bytes) {
  for (int line_number = 0; line_number < 2; line_number++) {
    size_t end = 0;
    while (end < bytes.len && bytes.ptr[end] != '\n' && bytes.ptr[end] != '\r') end++;
    mlo_str line = skip_blank(mlo_str_slice(bytes, 0, end));
    bool comment = line.len > 0 && line.ptr[0] == '#';
    if (line.len > 0 && !comment) break;
    mlo_str name = comment ? codec_in_comment(line) : (mlo_str){0};
    if (name.len > 0) return name;
    bool pair = mlo_str_starts(mlo_str_from(bytes, end), MLO_STR("\r\n"));
    bytes = mlo_str_from(bytes, end + (pair ? 2 : 1));
  }
  return (mlo_str){0};
}

/* --- conversion ------------------------------------------------------------------------------ */

static mlo_str decode_latin1(mlo_str bytes, mlo_arena *arena) {
  size_t high = 0;
  for (size_t i = 0; i < bytes.len; i++) high += (unsigned char)bytes.ptr[i] >> 7;
  if (high == 0) return bytes;
  char *out = MLO_NEW_ARRAY(arena, char, bytes.len + high);
  size_t len = 0;
  for (size_t i = 0; i < bytes.len; i++)
    len += mlo_utf8_put((unsigned char)bytes.ptr[i], out + len);
  return mlo_str_of(out, len);
}

static mlo_str decode_utf16(mlo_str bytes, bool big, mlo_arena *arena) {
  char *out = MLO_NEW_ARRAY(arena, char, bytes.len / 2 * 3 + 3);
  size_t len = 0;
  for (size_t i = 0; i < bytes.len; i += 2) {
    uint32_t c = byte_at(bytes, big ? i : i + 1) << 8 | byte_at(bytes, big ? i + 1 : i);
    uint32_t low = byte_at(bytes, big ? i + 2 : i + 3) << 8 | byte_at(bytes, big ? i + 3 : i + 2);
    bool pair = c >= 0xd800 && c < 0xdc00 && low >= 0xdc00 && low < 0xe000;
    if (pair) c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00), i += 2;
    if (i + 1 >= bytes.len) c = REPLACEMENT;
    len += mlo_utf8_put(c, out + len);
  }
  return mlo_str_of(out, len);
}

typedef enum conversion { CONVERTED, NO_CODEC, BAD_INPUT } conversion;

/* growth: bytes of output that one byte of input can become. The output is allocated before iconv is opened,
 * because a full arena does not return. */
static conversion convert(mlo_str in, const char *from, const char *to, size_t growth,
                          mlo_arena *arena, mlo_str *out) {
  size_t room = in.len * growth + 16, left = room, in_left = in.len;
  char *start = MLO_NEW_ARRAY(arena, char, room), *at = start;
  char *source = (char *)(uintptr_t)in.ptr; /* iconv's prototype lacks the const */
  iconv_t converter = iconv_open(to, from);
  if (converter == (iconv_t)-1) return NO_CODEC;
  size_t bad = in.len ? iconv(converter, &source, &in_left, &at, &left) : 0;
  bad |= iconv(converter, NULL, NULL, &at, &left); /* what it held back for a combining mark */
  iconv_close(converter);
  *out = mlo_str_of(start, room - left);
  return bad == 0 ? CONVERTED : BAD_INPUT;
}

static mlo_status unknown_codec(mlo_str name, mlo_error *err) {
  return mlo_error_set(
      err, MLO_ERR_UNSUPPORTED, (mlo_str){0},
      "the coding comment names \"%.*s\", which we can't read; save the file as UTF-8",
      name.len > LONGEST_CODEC ? LONGEST_CODEC : (int)name.len, name.ptr);
}

static mlo_status decode_declared(mlo_str bytes, mlo_str name, mlo_arena *arena, mlo_str *text,
                                  mlo_encoding *encoding, mlo_error *err) {
  const codec *found = find_codec(name);
  if (!found) return unknown_codec(name, err);
  *encoding = (mlo_encoding){.kind = found->kind, .name = found->iconv ? name : (mlo_str){0}};
  *text = bytes;
  if (found->kind == MLO_ENCODING_UTF8 && mlo_utf8_valid(bytes)) return MLO_OK;
  conversion result =
      found->iconv ? convert(bytes, found->iconv, "UTF-8", 3, arena, text) : BAD_INPUT;
  if (result == NO_CODEC) return unknown_codec(name, err);
  if (result == CONVERTED) return MLO_OK;
  *encoding = (mlo_encoding){.kind = MLO_ENCODING_LATIN1};
  *text = decode_latin1(bytes, arena);
  return MLO_OK;
}

mlo_status mlo_decode(mlo_str bytes, bool python, mlo_arena *arena, mlo_str *text,
                      mlo_encoding *encoding, mlo_error *err) {
  *encoding = (mlo_encoding){.kind = MLO_ENCODING_UTF8};
  if (bytes.len > UINT32_MAX / 3)
    return mlo_error_set(err, MLO_ERR_TOO_LARGE, (mlo_str){0}, "the file is larger than 1.4 GB");
  bool big = mlo_str_starts(bytes, BOM_UTF16_BE);
  if (big || mlo_str_starts(bytes, BOM_UTF16_LE)) {
    encoding->kind = big ? MLO_ENCODING_UTF16_BE : MLO_ENCODING_UTF16_LE;
    *text = decode_utf16(mlo_str_from(bytes, 2), big, arena);
    return MLO_OK;
  }
  if (mlo_str_starts(bytes, BOM_UTF8) && mlo_utf8_valid(bytes)) {
    encoding->kind = MLO_ENCODING_UTF8_BOM;
    *text = mlo_str_from(bytes, BOM_UTF8.len);
    return MLO_OK;
  }
  mlo_str name = python ? declared_codec(bytes) : (mlo_str){0};
  if (name.len == 0) name = MLO_STR("utf-8");
  return decode_declared(bytes, name, arena, text, encoding, err);
}

static bool encode_latin1(mlo_str text, mlo_arena *arena, mlo_str *bytes) {
  char *out = MLO_NEW_ARRAY(arena, char, text.len);
  size_t len = 0;
  for (size_t at = 0; at < text.len;) {
    uint32_t c = mlo_utf8_next(text, &at);
    if (c > 0xff) return false;
    out[len++] = (char)c;
  }
  *bytes = mlo_str_of(out, len);
  return true;
}

static size_t put_utf16(uint32_t unit, bool big, char *out) {
  out[big ? 0 : 1] = (char)(unit >> 8);
  out[big ? 1 : 0] = (char)(unit & 0xff);
  return 2;
}

static mlo_str encode_utf16(mlo_str text, bool big, mlo_arena *arena) {
  char *out = MLO_NEW_ARRAY(arena, char, text.len * 2 + 2);
  size_t len = put_utf16(0xfeff, big, out);
  for (size_t at = 0; at < text.len;) {
    uint32_t c = mlo_utf8_next(text, &at);
    if (c > 0xffff) len += put_utf16(0xd800 + ((c - 0x10000) >> 10), big, out + len);
    if (c > 0xffff) c = 0xdc00 + ((c - 0x10000) & 0x3ff);
    len += put_utf16(c, big, out + len);
  }
  return mlo_str_of(out, len);
}

mlo_status mlo_encode(mlo_str text, mlo_encoding encoding, mlo_arena *arena, mlo_str *bytes,
                      mlo_error *err) {
  const codec *named = NULL;
  bool fits = true;
  switch (encoding.kind) {
  case MLO_ENCODING_UTF8: *bytes = text; break;
  case MLO_ENCODING_UTF8_BOM: *bytes = mlo_arena_concat(arena, BOM_UTF8, text); break;
  case MLO_ENCODING_UTF16_LE: *bytes = encode_utf16(text, false, arena); break;
  case MLO_ENCODING_UTF16_BE: *bytes = encode_utf16(text, true, arena); break;
  case MLO_ENCODING_LATIN1: fits = encode_latin1(text, arena, bytes); break;
  case MLO_ENCODING_NAMED:
    named = find_codec(encoding.name);
    if (!named || !named->iconv) return unknown_codec(encoding.name, err);
    fits = convert(text, "UTF-8", named->iconv, 2, arena, bytes) == CONVERTED;
    break;
  }
  if (fits) return MLO_OK;
  return mlo_error_set(
      err, MLO_ERR_UNSUPPORTED, (mlo_str){0},
      "the new text has a character that the file's encoding lacks; save the file as "
      "UTF-8 first");
}

/* --- display --------------------------------------------------------------------------------- */

/* Columns of one cluster: its widest character, but two for a flag and for what a variation selector 16 turns
 * into an emoji. */
typedef struct cluster {
  uint32_t width;
  uint32_t flags; /* regional indicators */
} cluster;

static void cluster_add(cluster *self, uint32_t c) {
  uint32_t width = (uint32_t)utf8proc_charwidth((utf8proc_int32_t)c);
  self->flags += c >= 0x1f1e6 && c <= 0x1f1ff;
  if (c == 0xfe0f || self->flags == 2) width = 2;
  if (width > self->width) self->width = width;
}

uint32_t mlo_display_width(mlo_str s, uint32_t from, uint32_t tab_width) {
  uint32_t column = from, tab = tab_width ? tab_width : 1;
  cluster now = {0};
  utf8proc_int32_t before = 0, state = 0;
  for (size_t at = 0; at < s.len;) {
    uint32_t c = mlo_utf8_next(s, &at);
    bool joined = before && !utf8proc_grapheme_break_stateful(before, (utf8proc_int32_t)c, &state);
    if (!joined) column += now.width, now = (cluster){0};
    if (c == '\t')
      column = (column / tab + 1) * tab;
    else
      cluster_add(&now, c);
    before = (utf8proc_int32_t)c;
  }
  return column + now.width - from;
}
