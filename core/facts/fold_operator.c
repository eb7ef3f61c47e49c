#include "facts/fold.h"

#include <math.h>

/* --- numbers --- */

/* Python's // and % round to minus infinity. */
static mlo_constant floor_division(mlo_node node, int64_t a, int64_t b, bool remainder) {
  if (b == 0 || (a == INT64_MIN && b == -1)) return mlo_unknown_at(node);
  int64_t quotient = a / b, rest = a % b;
  if (rest != 0 && (rest < 0) != (b < 0)) quotient--, rest += b;
  return mlo_integer_at(node, remainder ? rest : quotient);
}

static mlo_constant integer_power(mlo_node node, int64_t base, int64_t exponent) {
  if (exponent < 0)
    return base == 0 ? mlo_unknown_at(node)
                     : mlo_float_at(node, pow((double)base, (double)exponent));
  int64_t value = 1;
  for (; exponent; exponent--) {
    if (__builtin_mul_overflow(value, base, &value)) return mlo_unknown_at(node);
    if (base >= -1 && base <= 1)
      return mlo_integer_at(node, base < 0 && exponent % 2 == 0 ? 1 : base);
  }
  return mlo_integer_at(node, value);
}

static mlo_constant on_integers(mlo_node node, mlo_str sign, int64_t a, int64_t b) {
  int64_t value;
  if (mlo_str_eq(sign, MLO_STR("+")))
    return __builtin_add_overflow(a, b, &value) ? mlo_unknown_at(node)
                                                : mlo_integer_at(node, value);
  if (mlo_str_eq(sign, MLO_STR("-")))
    return __builtin_sub_overflow(a, b, &value) ? mlo_unknown_at(node)
                                                : mlo_integer_at(node, value);
  if (mlo_str_eq(sign, MLO_STR("*")))
    return __builtin_mul_overflow(a, b, &value) ? mlo_unknown_at(node)
                                                : mlo_integer_at(node, value);
  if (mlo_str_eq(sign, MLO_STR("//"))) return floor_division(node, a, b, false);
  if (mlo_str_eq(sign, MLO_STR("%"))) return floor_division(node, a, b, true);
  if (mlo_str_eq(sign, MLO_STR("/")))
    return b ? mlo_float_at(node, (double)a / (double)b) : mlo_unknown_at(node);
  if (mlo_str_eq(sign, MLO_STR("**"))) return integer_power(node, a, b);
  return mlo_unknown_at(node);
}

static mlo_constant on_floats(mlo_node node, mlo_str sign, double a, double b) {
  if (mlo_str_eq(sign, MLO_STR("+"))) return mlo_float_at(node, a + b);
  if (mlo_str_eq(sign, MLO_STR("-"))) return mlo_float_at(node, a - b);
  if (mlo_str_eq(sign, MLO_STR("*"))) return mlo_float_at(node, a * b);
  if (mlo_str_eq(sign, MLO_STR("/")))
    return b != 0 ? mlo_float_at(node, a / b) : mlo_unknown_at(node);
  if (mlo_str_eq(sign, MLO_STR("//")))
    return b != 0 ? mlo_float_at(node, floor(a / b)) : mlo_unknown_at(node);
  if (mlo_str_eq(sign, MLO_STR("**")))
    return a > 0 ? mlo_float_at(node, pow(a, b)) : mlo_unknown_at(node);
  return mlo_unknown_at(node);
}

/* --- text --- */

static mlo_constant concatenated(mlo_folding *f, mlo_node node, const mlo_constant *a,
                                 const mlo_constant *b) {
  mlo_text_builder text = {.f = f};
  mlo_text_add_constant(&text, a);
  mlo_text_add_constant(&text, b);
  return mlo_text_done(&text, node);
}

static mlo_constant repeated(mlo_folding *f, mlo_node node, const mlo_constant *text,
                             const mlo_constant *times) {
  mlo_text_builder b = {.f = f};
  if (times->kind != MLO_CONSTANT_INTEGER || times->integer > MLO_TEXT_MAX)
    return mlo_unknown_at(node);
  for (int64_t i = 0; i < times->integer && !b.failed; i++) mlo_text_add_constant(&b, text);
  return mlo_text_done(&b, node);
}

/* The values that % fills in: a tuple's, or the one. */
typedef struct fillings {
  mlo_folding *f;
  mlo_node next, alone;
  bool named; /* a dict: %(name)s */
} fillings;

static void add_filling(mlo_text_builder *text, fillings *from, char conversion, bool plain) {
  mlo_node node = from->alone != MLO_NO_NODE ? from->alone : from->next;
  if (from->alone == MLO_NO_NODE && node != MLO_NO_NODE)
    from->next = mlo_tree_next_part(from->f->tree, node);
  mlo_constant value = plain && !from->named ? mlo_fold(from->f, node) : mlo_unknown_at(node);
  bool fits = conversion == 's' || value.kind == MLO_CONSTANT_INTEGER;
  if (fits && value.kind != MLO_CONSTANT_UNKNOWN)
    mlo_text_add_constant(text, &value);
  else
    mlo_text_add_unknown(text);
}

/* "%s-%d" % (a, b); flags and widths make that part unknown. */
static mlo_constant filled_in(mlo_folding *f, mlo_node node, const mlo_constant *template,
                              mlo_node values) {
  const mlo_tree *tree = f->tree;
  values = mlo_tree_bare(tree, values);
  bool tuple = mlo_tree_kind(tree, values) == MLO_PY_TUPLE;
  fillings from = {.f = f,
                   .next = tuple ? mlo_tree_part(tree, values) : MLO_NO_NODE,
                   .alone = tuple ? MLO_NO_NODE : values,
                   .named = mlo_tree_kind(tree, values) == MLO_PY_DICT};
  mlo_text_builder text = {.f = f, .partial = template->partial};
  mlo_str s = template->text;
  size_t start = 0;
  for (size_t at = 0; at < s.len; at++) {
    if (s.ptr[at] != '%') continue;
    mlo_text_add(&text, mlo_str_slice(s, start, at));
    size_t end = at + 1;
    while (end < s.len && !strchr("sdifgexXrcoua%", s.ptr[end] ? s.ptr[end] : ' ')) {
      if (s.ptr[end] == '(')
        while (end < s.len && s.ptr[end] != ')') end++;
      end++;
    }
    if (end >= s.len) return mlo_unknown_at(node);
    if (s.ptr[end] == '%')
      mlo_text_add(&text, MLO_STR("%"));
    else
      add_filling(&text, &from, s.ptr[end], end == at + 1 && strchr("sdi", s.ptr[end]));
    at = end;
    start = end + 1;
  }
  mlo_text_add(&text, mlo_str_from(s, start));
  return mlo_text_done(&text, node);
}

/* --- operators --- */

mlo_constant mlo_fold_binary(mlo_folding *f, mlo_node node) {
  const mlo_tree *tree = f->tree;
  mlo_str sign = mlo_tree_text(tree, mlo_tree_field(tree, node, MLO_FIELD_OPERATOR));
  mlo_node right = mlo_tree_field(tree, node, MLO_FIELD_RIGHT);
  mlo_constant a = mlo_fold(f, mlo_tree_field(tree, node, MLO_FIELD_LEFT));
  if (mlo_is_text(&a) && mlo_str_eq(sign, MLO_STR("%"))) return filled_in(f, node, &a, right);
  mlo_constant b = mlo_fold(f, right);
  bool text = mlo_is_text(&a) || mlo_is_text(&b);
  if (text && mlo_str_eq(sign, MLO_STR("+"))) return concatenated(f, node, &a, &b);
  if (text && mlo_str_eq(sign, MLO_STR("/"))) return mlo_fold_path_below(f, node, &a, &b);
  if (mlo_is_text(&a) && mlo_str_eq(sign, MLO_STR("*"))) return repeated(f, node, &a, &b);
  if (!mlo_is_number(&a) || !mlo_is_number(&b)) return mlo_unknown_at(node);
  if (a.kind == MLO_CONSTANT_FLOAT || b.kind == MLO_CONSTANT_FLOAT)
    return on_floats(node, sign, a.number, b.number);
  return on_integers(node, sign, a.integer, b.integer);
}

mlo_constant mlo_fold_unary(mlo_folding *f, mlo_node node) {
  const mlo_tree *tree = f->tree;
  mlo_constant value = mlo_fold(f, mlo_tree_field(tree, node, MLO_FIELD_ARGUMENT));
  mlo_str text = mlo_tree_text(tree, node);
  char sign = text.len ? text.ptr[0] : '\0';
  if (!mlo_is_number(&value) || sign == '~') return mlo_unknown_at(node);
  if (sign == '+') return value;
  if (value.kind == MLO_CONSTANT_FLOAT) return mlo_float_at(node, -value.number);
  return value.integer == INT64_MIN ? mlo_unknown_at(node) : mlo_integer_at(node, -value.integer);
}

mlo_constant mlo_fold_not(mlo_folding *f, mlo_node node) {
  mlo_node argument = mlo_tree_field(f->tree, node, MLO_FIELD_ARGUMENT);
  mlo_constant value = mlo_fold(f, argument);
  int truth = mlo_constant_truth(f, argument, &value);
  return truth < 0 ? mlo_unknown_at(node) : mlo_boolean_at(node, !truth);
}

/* --- conditions --- */

static int sign_of(double a, double b) { return a < b ? -1 : a > b; }

/* -1, 0 or 1; *known only if the two can be ordered. */
static int compared(const mlo_constant *a, const mlo_constant *b, bool *known) {
  bool text = mlo_is_text(a) && mlo_is_text(b);
  bool numbers = mlo_is_number(a) && mlo_is_number(b);
  *known = (text && !a->partial && !b->partial) || numbers;
  if (!*known) return 0;
  if (text) return mlo_str_compare(a->text, b->text);
  bool whole = a->kind != MLO_CONSTANT_FLOAT && b->kind != MLO_CONSTANT_FLOAT;
  if (whole) return a->integer < b->integer ? -1 : a->integer > b->integer;
  return sign_of(a->number, b->number);
}

static bool is_scalar(const mlo_constant *c) {
  return !c->partial && c->kind != MLO_CONSTANT_UNKNOWN && c->kind != MLO_CONSTANT_LIST &&
         c->kind != MLO_CONSTANT_DICT;
}

static mlo_constant ordered(mlo_node node, mlo_str sign, const mlo_constant *a,
                            const mlo_constant *b) {
  bool known;
  int order = compared(a, b, &known);
  if (!known) return mlo_unknown_at(node);
  if (mlo_str_eq(sign, MLO_STR("<"))) return mlo_boolean_at(node, order < 0);
  if (mlo_str_eq(sign, MLO_STR("<="))) return mlo_boolean_at(node, order <= 0);
  if (mlo_str_eq(sign, MLO_STR(">"))) return mlo_boolean_at(node, order > 0);
  if (mlo_str_eq(sign, MLO_STR(">="))) return mlo_boolean_at(node, order >= 0);
  return mlo_unknown_at(node);
}

/* One comparison of two scalars; chains and `in` lists are not told. */
mlo_constant mlo_fold_comparison(mlo_folding *f, mlo_node node) {
  const mlo_tree *tree = f->tree;
  mlo_node left = mlo_tree_part(tree, node), right = MLO_NO_NODE;
  mlo_str sign = mlo_str_trim(mlo_tree_text(tree, mlo_tree_field(tree, node, MLO_FIELD_OPERATORS)));
  int operands = 0;
  for (mlo_node n = left; n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n)) {
    if (tree->nodes[n].field == MLO_FIELD_OPERATORS) continue;
    operands++;
    right = n;
  }
  if (operands != 2) return mlo_unknown_at(node);
  mlo_constant a = mlo_fold(f, left), b = mlo_fold(f, right);
  bool is = mlo_str_eq(sign, MLO_STR("is")), is_not = mlo_str_eq(sign, MLO_STR("is not"));
  if ((is || is_not) && b.kind == MLO_CONSTANT_NONE && a.kind != MLO_CONSTANT_UNKNOWN)
    return mlo_boolean_at(node, (a.kind == MLO_CONSTANT_NONE) == is);
  bool equal = mlo_str_eq(sign, MLO_STR("==")), unequal = mlo_str_eq(sign, MLO_STR("!="));
  if ((equal || unequal) && is_scalar(&a) && is_scalar(&b))
    return mlo_boolean_at(node, mlo_constants_equal(&a, &b) == equal);
  bool in = mlo_str_eq(sign, MLO_STR("in"));
  if (in && mlo_is_text(&a) && mlo_is_text(&b) && is_scalar(&a) && is_scalar(&b))
    return mlo_boolean_at(node, mlo_str_contains(b.text, a.text));
  return ordered(node, sign, &a, &b);
}

/* a or b, a and b: the left one decides if it is known. */
mlo_constant mlo_fold_boolean(mlo_folding *f, mlo_node node) {
  const mlo_tree *tree = f->tree;
  mlo_node operand = mlo_tree_field(tree, node, MLO_FIELD_LEFT);
  mlo_constant left = mlo_fold(f, operand);
  mlo_str sign = mlo_tree_text(tree, mlo_tree_field(tree, node, MLO_FIELD_OPERATOR));
  int truth = mlo_constant_truth(f, operand, &left);
  if (truth < 0) return mlo_unknown_at(node);
  bool decides = mlo_str_eq(sign, MLO_STR("or")) ? truth == 1 : truth == 0;
  return decides ? left : mlo_fold(f, mlo_tree_field(tree, node, MLO_FIELD_RIGHT));
}

mlo_constant mlo_fold_agreed(mlo_node place, const mlo_constant *a, const mlo_constant *b) {
  bool same = a->kind == b->kind && mlo_constants_equal(a, b);
  return same ? *a : mlo_unknown_at(place);
}

/* a if c else b: where c is not known, what both agree on. */
mlo_constant mlo_fold_conditional(mlo_folding *f, mlo_node node) {
  const mlo_tree *tree = f->tree;
  mlo_node yes = mlo_tree_nth_part(tree, node, 0), no = mlo_tree_nth_part(tree, node, 2);
  mlo_node asked = mlo_tree_nth_part(tree, node, 1);
  mlo_constant condition = mlo_fold(f, asked);
  int truth = mlo_constant_truth(f, asked, &condition);
  if (truth >= 0) return mlo_fold(f, truth ? yes : no);
  mlo_constant a = mlo_fold(f, yes), b = mlo_fold(f, no);
  return mlo_fold_agreed(node, &a, &b);
}
