/* scalar: what formats share about numbers, words and escapes. */
#include "document/builder.h"

#include "text/encoding.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* --- numbers --- */

static unsigned digit_of(char c) {
  if (c >= '0' && c <= '9') return (unsigned)(c - '0');
  if (c >= 'a' && c <= 'f') return (unsigned)(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return (unsigned)(c - 'A') + 10;
  return 99;
}

/* The run of digits at s[*at], '_' between two of them allowed. False if there is none. */
static bool take_digits(mlo_str s, size_t *at, unsigned base) {
  size_t start = *at;
  for (; *at < s.len; (*at)++) {
    bool between = s.ptr[*at] == '_' && *at > start && *at + 1 < s.len &&
                   digit_of(s.ptr[*at + 1]) < base && s.ptr[*at - 1] != '_';
    if (digit_of(s.ptr[*at]) >= base && !between) break;
  }
  return *at > start;
}

/* The nearest int64_t to the digits, and their value as a double. */
static void set_integer(mlo_str digits, unsigned base, bool negative, mlo_value_node *out) {
  uint64_t sum = 0, most = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
  double number = 0;
  for (size_t i = 0; i < digits.len; i++) {
    unsigned digit = digit_of(digits.ptr[i]);
    if (digit >= base) continue;
    number = number * base + digit;
    sum = sum > (most - digit) / base ? most : sum * base + digit;
  }
  out->kind = MLO_VALUE_INTEGER;
  out->number = negative ? -number : number;
  out->integer = negative ? (int64_t)(0 - sum) : (int64_t)sum;
}

/* The first 19 digits decide a double; the rest only move the point. So any length fits a small buffer. */
static double decimal_of(mlo_str s) {
  uint64_t mantissa = 0;
  int64_t exponent = 0, written = 0;
  bool point = false;
  size_t i = 0;
  for (; i < s.len && s.ptr[i] != 'e' && s.ptr[i] != 'E'; i++) {
    if (s.ptr[i] == '.') point = true;
    unsigned digit = digit_of(s.ptr[i]);
    if (digit > 9) continue;
    bool fits = mantissa < UINT64_C(1000000000000000000);
    if (fits) mantissa = mantissa * 10 + digit;
    exponent += (fits ? 0 : 1) - (point ? 1 : 0);
  }
  bool minus = i + 1 < s.len && s.ptr[i + 1] == '-';
  for (; i < s.len; i++)
    if (digit_of(s.ptr[i]) <= 9 && written < 100000) written = written * 10 + digit_of(s.ptr[i]);
  char text[64];
  snprintf(text, sizeof text, "%llue%lld", (unsigned long long)mantissa,
           (long long)(exponent + (minus ? -written : written)));
  return strtod(text, NULL);
}

static bool is_float(mlo_str s) {
  size_t at = 0;
  bool whole = take_digits(s, &at, 10), part = false;
  if (at < s.len && s.ptr[at] == '.') {
    at++;
    part = take_digits(s, &at, 10);
  }
  if (!whole && !part) return false;
  if (at < s.len && (s.ptr[at] == 'e' || s.ptr[at] == 'E')) {
    at++;
    if (at < s.len && (s.ptr[at] == '+' || s.ptr[at] == '-')) at++;
    if (!take_digits(s, &at, 10)) return false;
  }
  return at == s.len;
}

static unsigned base_of(mlo_str digits) {
  if (digits.len < 3 || digits.ptr[0] != '0') return 10;
  switch (digits.ptr[1]) {
  case 'x': return 16;
  case 'o': return 8;
  case 'b': return 2;
  default: return 10;
  }
}

bool mlo_number_of(mlo_str s, mlo_value_node *out) {
  bool sign = s.len && (s.ptr[0] == '-' || s.ptr[0] == '+');
  bool negative = sign && s.ptr[0] == '-';
  mlo_str rest = mlo_str_from(s, sign ? 1 : 0);
  unsigned base = base_of(rest);
  mlo_str digits = mlo_str_from(rest, base == 10 ? 0 : 2);
  size_t at = 0;
  out->text = s;
  if (take_digits(digits, &at, base) && at == digits.len) {
    set_integer(digits, base, negative, out);
    if (base == 10 && digits.len > 15)
      out->number = negative ? -decimal_of(digits) : decimal_of(digits);
    return true;
  }
  if (base != 10 || !is_float(rest)) return false;
  out->kind = MLO_VALUE_FLOAT;
  out->number = negative ? -decimal_of(rest) : decimal_of(rest);
  return true;
}

/* --- words --- */

static const struct {
  mlo_str word;
  mlo_value_kind kind;
  bool boolean;
  double number;
} words[] = {
    {MLO_STR_INIT(""), MLO_VALUE_NULL, false, 0},
    {MLO_STR_INIT("~"), MLO_VALUE_NULL, false, 0},
    {MLO_STR_INIT("null"), MLO_VALUE_NULL, false, 0},
    {MLO_STR_INIT("Null"), MLO_VALUE_NULL, false, 0},
    {MLO_STR_INIT("NULL"), MLO_VALUE_NULL, false, 0},
    {MLO_STR_INIT("true"), MLO_VALUE_BOOL, true, 0},
    {MLO_STR_INIT("True"), MLO_VALUE_BOOL, true, 0},
    {MLO_STR_INIT("TRUE"), MLO_VALUE_BOOL, true, 0},
    {MLO_STR_INIT("false"), MLO_VALUE_BOOL, false, 0},
    {MLO_STR_INIT("False"), MLO_VALUE_BOOL, false, 0},
    {MLO_STR_INIT("FALSE"), MLO_VALUE_BOOL, false, 0},
    {MLO_STR_INIT(".inf"), MLO_VALUE_FLOAT, false, INFINITY},
    {MLO_STR_INIT("+.inf"), MLO_VALUE_FLOAT, false, INFINITY},
    {MLO_STR_INIT("-.inf"), MLO_VALUE_FLOAT, false, -INFINITY},
    {MLO_STR_INIT(".Inf"), MLO_VALUE_FLOAT, false, INFINITY},
    {MLO_STR_INIT("-.Inf"), MLO_VALUE_FLOAT, false, -INFINITY},
    {MLO_STR_INIT(".INF"), MLO_VALUE_FLOAT, false, INFINITY},
    {MLO_STR_INIT("-.INF"), MLO_VALUE_FLOAT, false, -INFINITY},
    {MLO_STR_INIT(".nan"), MLO_VALUE_FLOAT, false, NAN},
    {MLO_STR_INIT(".NaN"), MLO_VALUE_FLOAT, false, NAN},
    {MLO_STR_INIT(".NAN"), MLO_VALUE_FLOAT, false, NAN},
};

static bool word_of(mlo_str s, mlo_value_node *out) {
  if (s.len > 5) return false;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (!mlo_str_eq(words[i].word, s)) continue;
    out->kind = words[i].kind;
    out->boolean = words[i].boolean;
    out->number = words[i].number;
    return true;
  }
  return false;
}

/* YAML 1.2 knows neither 1_000 nor 0b1: those are strings. */
static bool core_number(mlo_str s, mlo_value_node *out) {
  if (!s.len || !memchr("+-.0123456789", s.ptr[0], 13)) return false;
  if (mlo_str_find_char(s, '_') != SIZE_MAX || mlo_str_contains(s, MLO_STR("0b"))) return false;
  return mlo_number_of(s, out);
}

mlo_value_node mlo_scalar_of(mlo_str s, mlo_span span) {
  mlo_value_node node = {.kind = MLO_VALUE_STRING, .span = span, .inner = span, .text = s};
  if (word_of(s, &node)) return node;
  mlo_value_node number = node;
  return core_number(s, &number) ? number : node;
}

/* --- escapes --- */

void mlo_decoded_add(mlo_decoded *self, mlo_str s, mlo_arena *arena) {
  if (!s.len) return;
  while (self->cap - self->len < s.len)
    self->items = mlo_array_grow(arena, self->items, self->len, &self->cap, 1);
  memcpy(self->items + self->len, s.ptr, s.len);
  self->len += (uint32_t)s.len;
}

void mlo_decoded_char(mlo_decoded *self, uint32_t code_point, mlo_arena *arena) {
  char bytes[4];
  size_t len = mlo_utf8_put(code_point, bytes);
  mlo_decoded_add(self, mlo_str_of(bytes, len), arena);
}

/* Exactly `count` hexadecimal digits at s[at]. */
static bool hex_of(mlo_str s, size_t at, size_t count, uint32_t *out) {
  if (at > s.len || s.len - at < count) return false;
  *out = 0;
  for (size_t i = at; i < at + count; i++) {
    if (digit_of(s.ptr[i]) > 15) return false;
    *out = *out << 4 | digit_of(s.ptr[i]);
  }
  return true;
}

/* The second half of a surrogate pair, as \uXXXX at s[*at], joined with the first. */
static uint32_t join_surrogates(mlo_str s, size_t *at, uint32_t high) {
  uint32_t low;
  if (high < 0xD800 || high > 0xDBFF) return high;
  if (!mlo_str_starts(mlo_str_from(s, *at), MLO_STR("\\u")) || !hex_of(s, *at + 2, 4, &low))
    return high;
  if (low < 0xDC00 || low > 0xDFFF) return high;
  *at += 6;
  return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

static const char simple_escapes[][2] = {
    {'b', '\b'}, {'t', '\t'}, {'n', '\n'},  {'f', '\f'}, {'r', '\r'},
    {'e', 27},   {'"', '"'},  {'\\', '\\'}, {'/', '/'},  {'0', 0},
};

bool mlo_decode_escape(mlo_str s, size_t *at, mlo_decoded *out, mlo_arena *arena) {
  char c = *at < s.len ? s.ptr[*at] : 0;
  for (size_t i = 0; *at < s.len && i < sizeof simple_escapes / sizeof *simple_escapes; i++) {
    if (simple_escapes[i][0] != c) continue;
    MLO_PUSH(arena, out, simple_escapes[i][1]);
    (*at)++;
    return true;
  }
  uint32_t code = 0;
  size_t digits = c == 'u' ? 4 : c == 'U' ? 8 : c == 'x' ? 2 : 0;
  if (digits && hex_of(s, *at + 1, digits, &code)) {
    *at += 1 + digits;
    mlo_decoded_char(out, digits == 4 ? join_surrogates(s, at, code) : code, arena);
    return true;
  }
  MLO_PUSH(arena, out, '\\');
  if (*at < s.len) mlo_decoded_add(out, mlo_str_slice(s, *at, *at + 1), arena), (*at)++;
  return false;
}
