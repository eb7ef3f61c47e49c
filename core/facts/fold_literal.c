#include "facts/fold.h"

#include "text/encoding.h"

#include <errno.h>
#include <stdlib.h>

/* --- values --- */

mlo_constant mlo_unknown_at(mlo_node node) {
  return (mlo_constant){.kind = MLO_CONSTANT_UNKNOWN, .node = node};
}

mlo_constant mlo_none_at(mlo_node node) {
  return (mlo_constant){.kind = MLO_CONSTANT_NONE, .node = node};
}

mlo_constant mlo_text_at(mlo_node node, mlo_str text, bool partial) {
  if (text.len > MLO_TEXT_MAX) return mlo_unknown_at(node);
  return (mlo_constant){
      .kind = MLO_CONSTANT_STRING, .text = text, .partial = partial, .node = node};
}

mlo_constant mlo_integer_at(mlo_node node, int64_t value) {
  return (mlo_constant){
      .kind = MLO_CONSTANT_INTEGER, .integer = value, .number = (double)value, .node = node};
}

mlo_constant mlo_float_at(mlo_node node, double value) {
  return (mlo_constant){.kind = MLO_CONSTANT_FLOAT, .number = value, .node = node};
}

mlo_constant mlo_boolean_at(mlo_node node, bool value) {
  return (mlo_constant){
      .kind = MLO_CONSTANT_BOOL, .boolean = value, .integer = value, .number = value, .node = node};
}

bool mlo_constants_equal(const mlo_constant *a, const mlo_constant *b) {
  if (a->partial || b->partial) return false;
  if (mlo_is_text(a) && mlo_is_text(b)) return mlo_str_eq(a->text, b->text);
  if (a->kind == MLO_CONSTANT_NONE && b->kind == MLO_CONSTANT_NONE) return true;
  if (!mlo_is_number(a) || !mlo_is_number(b)) return false;
  bool whole = a->kind != MLO_CONSTANT_FLOAT && b->kind != MLO_CONSTANT_FLOAT;
  return whole ? a->integer == b->integer : a->number == b->number;
}

int mlo_constant_truth(const mlo_folding *f, mlo_node expression, const mlo_constant *c) {
  switch (c->kind) {
  case MLO_CONSTANT_UNKNOWN: return -1;
  case MLO_CONSTANT_NONE: return 0;
  case MLO_CONSTANT_BOOL:
  case MLO_CONSTANT_INTEGER:
  case MLO_CONSTANT_FLOAT: return c->number != 0;
  case MLO_CONSTANT_STRING:
    if (!c->partial) return c->text.len > 0;
    return c->text.len > sizeof MLO_UNKNOWN_PART - 1 ? 1 : -1;
  case MLO_CONSTANT_LIST:
  case MLO_CONSTANT_DICT:
    if (mlo_tree_part(f->tree, c->node) != MLO_NO_NODE) return -1;
    return mlo_facts_items_change(f->facts, expression) ? -1 : 0;
  }
  return -1;
}

/* --- numbers --- */

/* The digits without their underscores, NUL-terminated. */
static bool plain_digits(mlo_str text, char out[64]) {
  size_t len = 0;
  for (size_t i = 0; i < text.len; i++) {
    if (text.ptr[i] == '_') continue;
    if (len == 63) return false;
    out[len++] = text.ptr[i];
  }
  out[len] = '\0';
  return len > 0;
}

mlo_constant mlo_integer_of(mlo_node node, mlo_str text) {
  char digits[64];
  if (!plain_digits(text, digits)) return mlo_unknown_at(node);
  char kind = digits[0] == '0' ? (char)(digits[1] | 32) : '\0';
  int base = kind == 'x' ? 16 : kind == 'o' ? 8 : kind == 'b' ? 2 : 10;
  const char *from = base == 10 ? digits : digits + 2;
  char *end;
  errno = 0;
  long long value = strtoll(from, &end, base);
  bool whole = end != from && (*end == '\0' || ((*end | 32) == 'l' && end[1] == '\0'));
  return whole && errno == 0 ? mlo_integer_at(node, value) : mlo_unknown_at(node);
}

mlo_constant mlo_float_of(mlo_node node, mlo_str text) {
  char digits[64];
  if (!plain_digits(text, digits)) return mlo_unknown_at(node);
  char *end;
  double value = strtod(digits, &end);
  return *end == '\0' ? mlo_float_at(node, value) : mlo_unknown_at(node);
}

mlo_constant mlo_fold_integer(const mlo_folding *f, mlo_node node) {
  return mlo_integer_of(node, mlo_tree_text(f->tree, node));
}

mlo_constant mlo_fold_float(const mlo_folding *f, mlo_node node) {
  return mlo_float_of(node, mlo_tree_text(f->tree, node));
}

/* --- strings --- */

void mlo_text_add(mlo_text_builder *b, mlo_str s) {
  if (b->failed || b->len + s.len > MLO_TEXT_MAX) {
    b->failed = true;
    return;
  }
  if (b->len + s.len > b->cap) {
    uint32_t cap = b->cap * 2 + (uint32_t)s.len + 32;
    char *grown = MLO_NEW_ARRAY(b->f->arena, char, cap);
    if (b->len) memcpy(grown, b->ptr, b->len);
    b->ptr = grown;
    b->cap = cap;
  }
  if (s.len) memcpy(b->ptr + b->len, s.ptr, s.len);
  b->len += (uint32_t)s.len;
}

void mlo_text_add_unknown(mlo_text_builder *b) {
  b->partial = true;
  mlo_text_add(b, MLO_STR(MLO_UNKNOWN_PART));
}

void mlo_text_add_constant(mlo_text_builder *b, const mlo_constant *c) {
  switch (c->kind) {
  case MLO_CONSTANT_STRING:
    b->partial |= c->partial;
    mlo_text_add(b, c->text);
    return;
  case MLO_CONSTANT_INTEGER:
    mlo_text_add(b, mlo_arena_format(b->f->arena, "%lld", (long long)c->integer));
    return;
  case MLO_CONSTANT_BOOL: mlo_text_add(b, c->boolean ? MLO_STR("True") : MLO_STR("False")); return;
  case MLO_CONSTANT_NONE: mlo_text_add(b, MLO_STR("None")); return;
  case MLO_CONSTANT_UNKNOWN:
  case MLO_CONSTANT_FLOAT:
  case MLO_CONSTANT_LIST:
  case MLO_CONSTANT_DICT: mlo_text_add_unknown(b); return;
  }
}

mlo_constant mlo_text_done(const mlo_text_builder *b, mlo_node node) {
  return b->failed ? mlo_unknown_at(node)
                   : mlo_text_at(node, mlo_str_of(b->ptr, b->len), b->partial);
}

static int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 32;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* Reads up to `most` digits of base at *at; returns how many. */
static size_t read_code(mlo_str s, size_t *at, size_t most, int base, uint32_t *code) {
  size_t n = 0;
  *code = 0;
  while (n < most && *at < s.len && digit_of(s.ptr[*at]) < base) {
    *code = *code * (uint32_t)base + (uint32_t)digit_of(s.ptr[(*at)++]);
    n++;
  }
  return n;
}

static void add_code(mlo_text_builder *b, uint32_t code) {
  char bytes[4];
  mlo_text_add(b, mlo_str_of(bytes, mlo_utf8_put(code, bytes)));
}

/* {BULLET} of \N{BULLET}: which character that is, only a table of all names tells. */
static void add_named(mlo_text_builder *b, mlo_str s, size_t *at) {
  size_t length = mlo_str_find_char(mlo_str_from(s, *at), '}');
  *at = length == SIZE_MAX ? s.len : *at + length + 1;
  mlo_text_add_unknown(b);
}

/* s[*at] stands behind a backslash. What is no escape keeps its backslash, as in Python. */
static void add_escape(mlo_text_builder *b, mlo_str s, size_t *at, bool bytes) {
  static const char letters[] = "abfnrtv\\'\"", values[] = "\a\b\f\n\r\t\v\\'\"";
  char c = s.ptr[*at];
  const char *letter = c ? strchr(letters, c) : NULL;
  size_t width = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  uint32_t code;
  if (letter) {
    (*at)++;
    mlo_text_add(b, mlo_str_of(&values[letter - letters], 1));
  } else if (c == '\n') {
    (*at)++;
  } else if (c == '\r') {
    *at += *at + 1 < s.len && s.ptr[*at + 1] == '\n' ? 2 : 1;
  } else if (c >= '0' && c <= '7') {
    read_code(s, at, 3, 8, &code);
    add_code(b, code);
  } else if (width && !(bytes && c != 'x')) {
    (*at)++;
    read_code(s, at, width, 16, &code);
    add_code(b, code);
  } else if (c == 'N' && !bytes) {
    add_named(b, s, at);
  } else {
    mlo_text_add(b, MLO_STR("\\"));
  }
}

typedef struct string_prefix {
  bool raw, bytes, format;
} string_prefix;

static string_prefix prefix_of(mlo_str start) {
  string_prefix prefix = {0};
  for (size_t i = 0; i < start.len; i++) {
    char c = (char)(start.ptr[i] | 32);
    prefix.raw |= c == 'r';
    prefix.bytes |= c == 'b';
    prefix.format |= c == 'f' || c == 't';
  }
  return prefix;
}

static void add_content(mlo_text_builder *b, mlo_str s, string_prefix prefix) {
  size_t from = 0, at = 0;
  while (at < s.len) {
    char c = s.ptr[at];
    bool brace = prefix.format && (c == '{' || c == '}') && at + 1 < s.len && s.ptr[at + 1] == c;
    if (!brace && (prefix.raw || c != '\\' || at + 1 >= s.len)) {
      at++;
      continue;
    }
    mlo_text_add(b, mlo_str_slice(s, from, brace ? at + 1 : at));
    at += brace ? 2 : 1;
    if (!brace) add_escape(b, s, &at, prefix.bytes);
    from = at;
  }
  mlo_text_add(b, mlo_str_from(s, from));
}

static void add_interpolation(mlo_text_builder *b, mlo_node node) {
  const mlo_tree *tree = b->f->tree;
  mlo_node expression = mlo_tree_field(tree, node, MLO_FIELD_EXPRESSION);
  mlo_constant value = mlo_fold(b->f, expression);
  /* {x!r}, {x:>9} and {x=} change the text */
  bool plain =
      mlo_tree_next_part(tree, expression) == MLO_NO_NODE &&
      !mlo_str_contains(mlo_str_from(mlo_tree_text(tree, node),
                                     tree->nodes[expression].end - tree->nodes[node].start),
                        MLO_STR("="));
  if (plain)
    mlo_text_add_constant(b, &value);
  else
    mlo_text_add_unknown(b);
}

static void add_string(mlo_text_builder *b, mlo_node node) {
  const mlo_tree *tree = b->f->tree;
  string_prefix prefix = {0};
  for (mlo_node n = mlo_tree_first_child(tree, node); n != MLO_NO_NODE; n = tree->nodes[n].next) {
    switch (tree->nodes[n].kind) {
    case MLO_PY_STRING_START: prefix = prefix_of(mlo_tree_text(tree, n)); break;
    case MLO_PY_STRING_CONTENT: add_content(b, mlo_tree_text(tree, n), prefix); break;
    case MLO_PY_INTERPOLATION: add_interpolation(b, n); break;
    default: break;
    }
  }
}

mlo_constant mlo_fold_string(mlo_folding *f, mlo_node node) {
  mlo_text_builder b = {.f = f};
  if (f->tree->nodes[node].kind == MLO_PY_STRING) {
    add_string(&b, node);
    return mlo_text_done(&b, node);
  }
  for (mlo_node n = mlo_tree_part(f->tree, node); n != MLO_NO_NODE;
       n = mlo_tree_next_part(f->tree, n))
    add_string(&b, n);
  return mlo_text_done(&b, node);
}
