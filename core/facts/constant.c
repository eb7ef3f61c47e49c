#include "facts/scope.h"

#include "text/encoding.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* Three bounds hold against texts that are made to be slow: depth, steps of one question, and the length of a string
 * (x = a + a; y = x + x ... doubles). Where one is met, the answer is that nothing is known. */
typedef struct folding {
  const mlo_facts *facts;
  const mlo_tree *tree;
  mlo_arena *arena;
  unsigned depth, steps;
  bool cut;
} folding;

enum { DEEPEST = 200, MOST_STEPS = 4000, LONGEST_TEXT = 64 * 1024 };

#define UNKNOWN_PART "\xef\xbf\xbc" /* U+FFFC */

static mlo_constant fold(folding *f, mlo_node node);

static mlo_constant unknown_at(mlo_node node) {
  return (mlo_constant){.kind = MLO_CONSTANT_UNKNOWN, .node = node};
}

static mlo_constant text_at(mlo_node node, mlo_str text, bool partial) {
  if (text.len > LONGEST_TEXT) return unknown_at(node);
  return (mlo_constant){
      .kind = MLO_CONSTANT_STRING, .text = text, .partial = partial, .node = node};
}

static mlo_constant integer_at(mlo_node node, int64_t value) {
  return (mlo_constant){
      .kind = MLO_CONSTANT_INTEGER, .integer = value, .number = (double)value, .node = node};
}

static mlo_constant float_at(mlo_node node, double value) {
  return (mlo_constant){.kind = MLO_CONSTANT_FLOAT, .number = value, .node = node};
}

static mlo_constant boolean_at(mlo_node node, bool value) {
  return (mlo_constant){
      .kind = MLO_CONSTANT_BOOL, .boolean = value, .integer = value, .number = value, .node = node};
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

static mlo_constant read_integer(const folding *f, mlo_node node) {
  char digits[64];
  if (!plain_digits(mlo_tree_text(f->tree, node), digits)) return unknown_at(node);
  char kind = digits[0] == '0' ? (char)(digits[1] | 32) : '\0';
  int base = kind == 'x' ? 16 : kind == 'o' ? 8 : kind == 'b' ? 2 : 10;
  const char *from = base == 10 ? digits : digits + 2;
  char *end;
  errno = 0;
  long long value = strtoll(from, &end, base);
  bool whole = end != from && (*end == '\0' || ((*end | 32) == 'l' && end[1] == '\0'));
  return whole && errno == 0 ? integer_at(node, value) : unknown_at(node);
}

static mlo_constant read_float(const folding *f, mlo_node node) {
  char digits[64];
  if (!plain_digits(mlo_tree_text(f->tree, node), digits)) return unknown_at(node);
  char *end;
  double value = strtod(digits, &end);
  return *end == '\0' ? float_at(node, value) : unknown_at(node);
}

static bool is_number(const mlo_constant *c) {
  return c->kind == MLO_CONSTANT_INTEGER || c->kind == MLO_CONSTANT_FLOAT ||
         c->kind == MLO_CONSTANT_BOOL;
}

/* Python's // and % round to minus infinity. */
static mlo_constant floor_division(mlo_node node, int64_t a, int64_t b, bool remainder) {
  if (b == 0 || (a == INT64_MIN && b == -1)) return unknown_at(node);
  int64_t quotient = a / b, rest = a % b;
  if (rest != 0 && (rest < 0) != (b < 0)) quotient--, rest += b;
  return integer_at(node, remainder ? rest : quotient);
}

static mlo_constant integer_power(mlo_node node, int64_t base, int64_t exponent) {
  if (exponent < 0)
    return base == 0 ? unknown_at(node) : float_at(node, pow((double)base, (double)exponent));
  int64_t value = 1;
  for (; exponent; exponent--) {
    if (__builtin_mul_overflow(value, base, &value)) return unknown_at(node);
    if (base >= -1 && base <= 1) return integer_at(node, base < 0 && exponent % 2 == 0 ? 1 : base);
  }
  return integer_at(node, value);
}

static mlo_constant on_integers(mlo_node node, mlo_str sign, int64_t a, int64_t b) {
  int64_t value;
  if (mlo_str_eq(sign, MLO_STR("+")))
    return __builtin_add_overflow(a, b, &value) ? unknown_at(node) : integer_at(node, value);
  if (mlo_str_eq(sign, MLO_STR("-")))
    return __builtin_sub_overflow(a, b, &value) ? unknown_at(node) : integer_at(node, value);
  if (mlo_str_eq(sign, MLO_STR("*")))
    return __builtin_mul_overflow(a, b, &value) ? unknown_at(node) : integer_at(node, value);
  if (mlo_str_eq(sign, MLO_STR("//"))) return floor_division(node, a, b, false);
  if (mlo_str_eq(sign, MLO_STR("%"))) return floor_division(node, a, b, true);
  if (mlo_str_eq(sign, MLO_STR("/")))
    return b ? float_at(node, (double)a / (double)b) : unknown_at(node);
  if (mlo_str_eq(sign, MLO_STR("**"))) return integer_power(node, a, b);
  return unknown_at(node);
}

static mlo_constant on_floats(mlo_node node, mlo_str sign, double a, double b) {
  if (mlo_str_eq(sign, MLO_STR("+"))) return float_at(node, a + b);
  if (mlo_str_eq(sign, MLO_STR("-"))) return float_at(node, a - b);
  if (mlo_str_eq(sign, MLO_STR("*"))) return float_at(node, a * b);
  if (mlo_str_eq(sign, MLO_STR("/"))) return b != 0 ? float_at(node, a / b) : unknown_at(node);
  if (mlo_str_eq(sign, MLO_STR("//")))
    return b != 0 ? float_at(node, floor(a / b)) : unknown_at(node);
  if (mlo_str_eq(sign, MLO_STR("**"))) return a > 0 ? float_at(node, pow(a, b)) : unknown_at(node);
  return unknown_at(node);
}

/* --- strings --- */

typedef struct text_builder {
  folding *f;
  char *ptr;
  uint32_t len, cap;
  bool partial, failed;
} text_builder;

static void add_text(text_builder *b, mlo_str s) {
  if (b->failed || b->len + s.len > LONGEST_TEXT) {
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

static void add_unknown(text_builder *b) {
  b->partial = true;
  add_text(b, MLO_STR(UNKNOWN_PART));
}

/* What str() of it gives, as far as that is certain. */
static void add_constant(text_builder *b, const mlo_constant *c) {
  switch (c->kind) {
  case MLO_CONSTANT_STRING:
    b->partial |= c->partial;
    add_text(b, c->text);
    return;
  case MLO_CONSTANT_INTEGER:
    add_text(b, mlo_arena_format(b->f->arena, "%lld", (long long)c->integer));
    return;
  case MLO_CONSTANT_BOOL: add_text(b, c->boolean ? MLO_STR("True") : MLO_STR("False")); return;
  case MLO_CONSTANT_NONE: add_text(b, MLO_STR("None")); return;
  case MLO_CONSTANT_UNKNOWN:
  case MLO_CONSTANT_FLOAT:
  case MLO_CONSTANT_LIST:
  case MLO_CONSTANT_DICT: add_unknown(b); return;
  }
}

static mlo_constant text_of(const text_builder *b, mlo_node node) {
  return b->failed ? unknown_at(node) : text_at(node, mlo_str_of(b->ptr, b->len), b->partial);
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

static void add_code(text_builder *b, uint32_t code) {
  char bytes[4];
  add_text(b, mlo_str_of(bytes, mlo_utf8_put(code, bytes)));
}

/* s[*at] stands behind a backslash. What is no escape keeps its backslash, as in Python. */
static void add_escape(text_builder *b, mlo_str s, size_t *at, bool bytes) {
  static const char letters[] = "abfnrtv\\'\"", values[] = "\a\b\f\n\r\t\v\\'\"";
  char c = s.ptr[*at];
  const char *letter = c ? strchr(letters, c) : NULL;
  size_t width = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  uint32_t code;
  if (letter) {
    (*at)++;
    add_text(b, mlo_str_of(&values[letter - letters], 1));
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
  } else {
    add_text(b, MLO_STR("\\"));
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

static void add_content(text_builder *b, mlo_str s, string_prefix prefix) {
  size_t from = 0, at = 0;
  while (at < s.len) {
    char c = s.ptr[at];
    bool brace = prefix.format && (c == '{' || c == '}') && at + 1 < s.len && s.ptr[at + 1] == c;
    if (!brace && (prefix.raw || c != '\\' || at + 1 >= s.len)) {
      at++;
      continue;
    }
    add_text(b, mlo_str_slice(s, from, brace ? at + 1 : at));
    at += brace ? 2 : 1;
    if (!brace) add_escape(b, s, &at, prefix.bytes);
    from = at;
  }
  add_text(b, mlo_str_from(s, from));
}

static void add_interpolation(text_builder *b, mlo_node node) {
  const mlo_tree *tree = b->f->tree;
  mlo_node expression = mlo_tree_field(tree, node, MLO_FIELD_EXPRESSION);
  mlo_constant value = fold(b->f, expression);
  /* {x!r}, {x:>9} and {x=} change the text */
  bool plain =
      mlo_tree_next_part(tree, expression) == MLO_NO_NODE &&
      !mlo_str_contains(mlo_str_from(mlo_tree_text(tree, node),
                                     tree->nodes[expression].end - tree->nodes[node].start),
                        MLO_STR("="));
  if (plain)
    add_constant(b, &value);
  else
    add_unknown(b);
}

static void add_string(text_builder *b, mlo_node node) {
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

static mlo_constant read_string(folding *f, mlo_node node) {
  text_builder b = {.f = f};
  if (f->tree->nodes[node].kind == MLO_PY_STRING) {
    add_string(&b, node);
    return text_of(&b, node);
  }
  for (mlo_node n = mlo_tree_part(f->tree, node); n != MLO_NO_NODE;
       n = mlo_tree_next_part(f->tree, n))
    add_string(&b, n);
  return text_of(&b, node);
}

static mlo_constant concatenated(folding *f, mlo_node node, const mlo_constant *a,
                                 const mlo_constant *b) {
  text_builder text = {.f = f};
  add_constant(&text, a);
  add_constant(&text, b);
  return text_of(&text, node);
}

/* --- paths --- */

/* Adds a part as os.path.join and Path / do: an absolute part starts over. */
static void add_path(text_builder *b, const mlo_constant *part) {
  bool text = part->kind == MLO_CONSTANT_STRING;
  if (text && part->text.len && part->text.ptr[0] == '/') {
    b->len = 0;
    b->partial = false;
  } else if (b->len && b->ptr[b->len - 1] != '/') {
    add_text(b, MLO_STR("/"));
  }
  if (text)
    add_constant(b, part);
  else
    add_unknown(b);
}

static mlo_constant joined_path(folding *f, const mlo_call *call) {
  const mlo_tree *tree = f->tree;
  text_builder b = {.f = f};
  bool some = false;
  for (mlo_node n = mlo_tree_part(tree, call->arguments); n != MLO_NO_NODE;
       n = mlo_tree_next_part(tree, n)) {
    if (tree->nodes[n].kind == MLO_PY_KEYWORD_ARGUMENT) continue;
    mlo_constant part = fold(f, n);
    some |= part.kind == MLO_CONSTANT_STRING;
    add_path(&b, &part);
  }
  return some ? text_of(&b, call->node) : unknown_at(call->node);
}

static mlo_constant path_below(folding *f, mlo_node node, const mlo_constant *folder,
                               const mlo_constant *rest) {
  text_builder b = {.f = f};
  add_path(&b, folder);
  add_path(&b, rest);
  return text_of(&b, node);
}

/* --- operators --- */

static mlo_constant fold_binary(folding *f, mlo_node node) {
  const mlo_tree *tree = f->tree;
  mlo_str sign = mlo_tree_text(tree, mlo_tree_field(tree, node, MLO_FIELD_OPERATOR));
  mlo_constant a = fold(f, mlo_tree_field(tree, node, MLO_FIELD_LEFT));
  mlo_constant b = fold(f, mlo_tree_field(tree, node, MLO_FIELD_RIGHT));
  bool text = a.kind == MLO_CONSTANT_STRING || b.kind == MLO_CONSTANT_STRING;
  if (text && mlo_str_eq(sign, MLO_STR("+"))) return concatenated(f, node, &a, &b);
  if (text && mlo_str_eq(sign, MLO_STR("/"))) return path_below(f, node, &a, &b);
  if (!is_number(&a) || !is_number(&b)) return unknown_at(node);
  if (a.kind == MLO_CONSTANT_FLOAT || b.kind == MLO_CONSTANT_FLOAT)
    return on_floats(node, sign, a.number, b.number);
  return on_integers(node, sign, a.integer, b.integer);
}

static mlo_constant fold_unary(folding *f, mlo_node node) {
  const mlo_tree *tree = f->tree;
  mlo_constant value = fold(f, mlo_tree_field(tree, node, MLO_FIELD_ARGUMENT));
  mlo_str text = mlo_tree_text(tree, node);
  char sign = text.len ? text.ptr[0] : '\0';
  if (!is_number(&value) || sign == '~') return unknown_at(node);
  if (sign == '+') return value;
  if (value.kind == MLO_CONSTANT_FLOAT) return float_at(node, -value.number);
  return value.integer == INT64_MIN ? unknown_at(node) : integer_at(node, -value.integer);
}

static mlo_constant fold_not(folding *f, mlo_node node) {
  mlo_constant value = fold(f, mlo_tree_field(f->tree, node, MLO_FIELD_ARGUMENT));
  if (value.kind == MLO_CONSTANT_NONE) return boolean_at(node, true);
  return is_number(&value) ? boolean_at(node, value.number == 0) : unknown_at(node);
}

/* --- names --- */

static mlo_constant fold_value(folding *f, mlo_node place, mlo_node value, int32_t item) {
  if (item >= 0) value = mlo_tree_item(f->tree, mlo_tree_bare(f->tree, value), item);
  return value == MLO_NO_NODE ? unknown_at(place) : fold(f, value);
}

static mlo_constant fold_binding(folding *f, mlo_node place, const mlo_binding *binding) {
  if (!binding || binding->kind != MLO_BIND_ASSIGN) return unknown_at(place);
  uint32_t last =
      mlo_name_table_get(&f->facts->names, f->tree->text, binding->scope, binding->name);
  bool once = !binding->before && mlo_binding_at(f->facts, last) == binding;
  return once ? fold_value(f, place, binding->value, binding->item) : unknown_at(place);
}

/* self.x and Config.X: assigned once, in the class or to self. */
static mlo_constant fold_attribute(folding *f, mlo_node node) {
  const mlo_facts *facts = f->facts;
  uint32_t class = mlo_facts_class(facts, mlo_tree_field(f->tree, node, MLO_FIELD_OBJECT));
  if (class == UINT32_MAX) return unknown_at(node);
  mlo_str name = mlo_tree_text(f->tree, mlo_tree_field(f->tree, node, MLO_FIELD_ATTRIBUTE));
  const mlo_member *member = mlo_scope_member(facts, class, name);
  const mlo_binding *binding = mlo_scope_last(facts, class, name);
  if (!member) return fold_binding(f, node, binding);
  if (member->before || (binding && binding->value != MLO_NO_NODE)) return unknown_at(node);
  return fold_value(f, node, member->value, member->item);
}

/* --- calls --- */

static mlo_constant fold_call(folding *f, mlo_node node) {
  uint32_t index = mlo_facts_call(f->facts, node);
  if (index == UINT32_MAX) return unknown_at(node);
  const mlo_call *call = &f->facts->calls.items[index];
  mlo_str name = mlo_facts_name(f->facts, call->callee);
  static const mlo_str joins[] = {MLO_STR_INIT("os.path.join"), MLO_STR_INIT("pathlib.Path"),
                                  MLO_STR_INIT("pathlib.PurePath"),
                                  MLO_STR_INIT("pathlib.PosixPath")};
  for (size_t i = 0; i < 4; i++)
    if (mlo_str_eq(name, joins[i])) return joined_path(f, call);
  bool environment =
      mlo_str_eq(name, MLO_STR("os.environ.get")) || mlo_str_eq(name, MLO_STR("os.getenv"));
  if (environment) {
    mlo_node fallback = mlo_call_argument(f->facts, call, MLO_STR("default"), 1);
    return fallback == MLO_NO_NODE ? unknown_at(node) : fold(f, fallback);
  }
  if (mlo_str_eq(name, MLO_STR("builtins.str"))) {
    mlo_constant text = fold(f, mlo_call_argument(f->facts, call, MLO_STR("object"), 0));
    return text.kind == MLO_CONSTANT_STRING ? text : unknown_at(node);
  }
  return unknown_at(node);
}

static mlo_constant fold_node(folding *f, mlo_node node) {
  switch (f->tree->nodes[node].kind) {
  case MLO_PY_INTEGER: return read_integer(f, node);
  case MLO_PY_FLOAT: return read_float(f, node);
  case MLO_PY_STRING:
  case MLO_PY_CONCATENATED_STRING: return read_string(f, node);
  case MLO_PY_TRUE: return boolean_at(node, true);
  case MLO_PY_FALSE: return boolean_at(node, false);
  case MLO_PY_NONE: return (mlo_constant){.kind = MLO_CONSTANT_NONE, .node = node};
  case MLO_PY_LIST:
  case MLO_PY_TUPLE:
  case MLO_PY_SET:
  case MLO_PY_EXPRESSION_LIST: return (mlo_constant){.kind = MLO_CONSTANT_LIST, .node = node};
  case MLO_PY_DICT: return (mlo_constant){.kind = MLO_CONSTANT_DICT, .node = node};
  case MLO_PY_PARENTHESIZED: return fold(f, mlo_tree_part(f->tree, node));
  case MLO_PY_NAMED_EXPRESSION: return fold(f, mlo_tree_field(f->tree, node, MLO_FIELD_VALUE));
  case MLO_PY_BINARY_OPERATOR: return fold_binary(f, node);
  case MLO_PY_UNARY_OPERATOR: return fold_unary(f, node);
  case MLO_PY_NOT: return fold_not(f, node);
  case MLO_PY_IDENTIFIER: return fold_binding(f, node, mlo_facts_binding(f->facts, node));
  case MLO_PY_ATTRIBUTE: return fold_attribute(f, node);
  case MLO_PY_CALL: return fold_call(f, node);
  default: return unknown_at(node);
  }
}

static mlo_constant fold(folding *f, mlo_node node) {
  if (node == MLO_NO_NODE) return unknown_at(node);
  if (f->depth >= DEEPEST || f->steps >= MOST_STEPS) {
    f->cut = true;
    return unknown_at(node);
  }
  f->depth++;
  f->steps++;
  mlo_constant result = fold_node(f, node);
  f->depth--;
  return result;
}

mlo_constant mlo_facts_constant(const mlo_facts *self, mlo_node expression) {
  folding f = {.facts = self, .tree = self->tree, .arena = self->arena};
  mlo_constant result = fold(&f, expression);
  return f.cut ? unknown_at(expression) : result;
}
