#include "facts/fold.h"

/* Calls whose result is known when their arguments are. */

/* --- methods of text --- */

static bool is_ascii(mlo_str s) {
  for (size_t i = 0; i < s.len; i++)
    if ((unsigned char)s.ptr[i] >= 128) return false;
  return true;
}

/* Every byte of known text mapped; the sign for what is not known stays what it is. */
static mlo_constant in_case(mlo_folding *f, mlo_node node, const mlo_constant *text, bool upper) {
  if (!text->partial && !is_ascii(text->text)) return mlo_unknown_at(node);
  char *bytes = MLO_NEW_ARRAY(f->arena, char, text->text.len + 1);
  for (size_t i = 0; i < text->text.len; i++) {
    char c = text->text.ptr[i];
    bool changes = upper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z';
    bytes[i] = changes ? (char)(c ^ 32) : c;
  }
  return mlo_text_at(node, mlo_str_of(bytes, text->text.len), text->partial);
}

static mlo_constant stripped(mlo_node node, const mlo_constant *text, mlo_str signs, bool left,
                             bool right) {
  mlo_str s = text->text;
  while (left && s.len && s.ptr[0] && mlo_str_find_char(signs, s.ptr[0]) != SIZE_MAX)
    s = mlo_str_from(s, 1);
  while (right && s.len && mlo_str_find_char(signs, s.ptr[s.len - 1]) != SIZE_MAX) s.len--;
  return mlo_text_at(node, s, text->partial);
}

static mlo_constant replaced(mlo_folding *f, mlo_node node, const mlo_constant *text,
                             const mlo_constant *old, const mlo_constant *new) {
  bool known = mlo_is_text(old) && mlo_is_text(new) && !old->partial && old->text.len;
  if (!known) return mlo_unknown_at(node);
  mlo_text_builder b = {.f = f, .partial = text->partial || new->partial};
  mlo_str rest = text->text;
  for (size_t at; (at = mlo_str_find(rest, old->text)) != SIZE_MAX && !b.failed;) {
    mlo_text_add(&b, mlo_str_slice(rest, 0, at));
    mlo_text_add(&b, new->text);
    rest = mlo_str_from(rest, at + old->text.len);
  }
  mlo_text_add(&b, rest);
  return mlo_text_done(&b, node);
}

static mlo_constant joined(mlo_folding *f, mlo_node node, const mlo_constant *between,
                           mlo_node items) {
  const mlo_tree *tree = f->tree;
  mlo_constant list = mlo_fold(f, items);
  if (list.kind != MLO_CONSTANT_LIST) return mlo_unknown_at(node);
  mlo_text_builder b = {.f = f};
  mlo_node first = mlo_tree_part(tree, list.node);
  for (mlo_node n = first; n != MLO_NO_NODE && !b.failed; n = mlo_tree_next_part(tree, n)) {
    mlo_constant item = mlo_fold(f, n);
    if (n != first) mlo_text_add_constant(&b, between);
    mlo_text_add_constant(&b, &item);
  }
  return mlo_text_done(&b, node);
}

/* What {} , {0} or {name} stands for; a format spec or conversion makes it unknown. */
static void add_field(mlo_text_builder *b, const mlo_call *call, mlo_str field, int *next) {
  const mlo_facts *facts = b->f->facts;
  bool plain = mlo_str_find_char(field, ':') == SIZE_MAX &&
               mlo_str_find_char(field, '!') == SIZE_MAX && !mlo_call_has_splat(facts, call);
  mlo_node value = MLO_NO_NODE;
  if (plain && field.len == 0)
    value = mlo_call_argument(facts, call, field, (*next)++);
  else if (plain && field.len == 1 && field.ptr[0] >= '0' && field.ptr[0] <= '9')
    value = mlo_call_argument(facts, call, (mlo_str){0}, field.ptr[0] - '0');
  else if (plain)
    value = mlo_call_argument(facts, call, field, -1);
  else
    ++*next;
  mlo_constant constant = mlo_fold(b->f, value);
  mlo_text_add_constant(b, &constant);
}

static mlo_constant formatted(mlo_folding *f, const mlo_call *call, const mlo_constant *template) {
  mlo_text_builder b = {.f = f, .partial = template->partial};
  mlo_str s = template->text;
  size_t from = 0;
  int next = 0;
  for (size_t at = 0; at < s.len; at++) {
    char c = s.ptr[at];
    if (c != '{' && c != '}') continue;
    mlo_text_add(&b, mlo_str_slice(s, from, at));
    bool twice = at + 1 < s.len && s.ptr[at + 1] == c;
    size_t end = at + 1;
    while (!twice && end < s.len && s.ptr[end] != '}') end++;
    if (!twice && (c == '}' || end == s.len)) return mlo_unknown_at(call->node);
    if (twice)
      mlo_text_add(&b, mlo_str_of(&c, 1));
    else
      add_field(&b, call, mlo_str_slice(s, at + 1, end), &next);
    at = end;
    from = end + 1;
  }
  mlo_text_add(&b, mlo_str_from(s, from));
  return mlo_text_done(&b, call->node);
}

static mlo_constant text_method(mlo_folding *f, const mlo_call *call, const mlo_constant *text) {
  mlo_node node = call->node, first = mlo_call_argument(f->facts, call, (mlo_str){0}, 0);
  mlo_str method = call->method;
  if (mlo_str_eq(method, MLO_STR("format"))) return formatted(f, call, text);
  if (mlo_str_eq(method, MLO_STR("join"))) return joined(f, node, text, first);
  if (mlo_str_eq(method, MLO_STR("lower"))) return in_case(f, node, text, false);
  if (mlo_str_eq(method, MLO_STR("upper"))) return in_case(f, node, text, true);
  mlo_constant a = mlo_fold(f, first);
  if (mlo_str_eq(method, MLO_STR("replace"))) {
    mlo_constant b = mlo_fold(f, mlo_call_argument(f->facts, call, (mlo_str){0}, 1));
    bool all = mlo_call_argument(f->facts, call, MLO_STR("count"), 2) == MLO_NO_NODE;
    return all ? replaced(f, node, text, &a, &b) : mlo_unknown_at(node);
  }
  bool left = mlo_str_eq(method, MLO_STR("lstrip")), right = mlo_str_eq(method, MLO_STR("rstrip"));
  if (!left && !right && !mlo_str_eq(method, MLO_STR("strip"))) return mlo_unknown_at(node);
  bool known = first == MLO_NO_NODE || (mlo_is_text(&a) && !a.partial && is_ascii(a.text));
  if (!known) return mlo_unknown_at(node);
  return stripped(node, text, mlo_is_text(&a) ? a.text : MLO_STR(" \t\n\r\f\v"), !right, !left);
}

/* --- builtins --- */

static mlo_constant converted(mlo_folding *f, const mlo_call *call, mlo_str to) {
  mlo_node node = call->node;
  mlo_node argument = mlo_call_argument(f->facts, call, (mlo_str){0}, 0);
  mlo_constant value = mlo_fold(f, argument);
  bool alone = mlo_call_positional_count(f->facts, call) == 1;
  if (!alone || value.partial) return mlo_unknown_at(node);
  if (mlo_str_eq(to, MLO_STR("builtins.bool"))) {
    int truth = mlo_constant_truth(f, argument, &value);
    return truth < 0 ? mlo_unknown_at(node) : mlo_boolean_at(node, truth);
  }
  bool integer = mlo_str_eq(to, MLO_STR("builtins.int"));
  mlo_str digits = mlo_str_trim(value.text);
  bool decimal = digits.len && (digits.ptr[0] != '0' || digits.len == 1);
  if (mlo_is_text(&value) && integer)
    return decimal ? mlo_integer_of(node, digits) : mlo_unknown_at(node);
  if (mlo_is_text(&value)) return mlo_float_of(node, digits);
  if (!mlo_is_number(&value)) return mlo_unknown_at(node);
  if (!integer) return mlo_float_at(node, value.number);
  if (value.kind != MLO_CONSTANT_FLOAT) return mlo_integer_at(node, value.integer);
  bool fits = value.number > -9e15 && value.number < 9e15;
  return fits ? mlo_integer_at(node, (int64_t)value.number) : mlo_unknown_at(node);
}

static mlo_constant as_text(mlo_folding *f, const mlo_call *call) {
  mlo_constant value = mlo_fold(f, mlo_call_argument(f->facts, call, MLO_STR("object"), 0));
  if (mlo_is_text(&value)) return value;
  if (value.kind != MLO_CONSTANT_INTEGER && value.kind != MLO_CONSTANT_BOOL &&
      value.kind != MLO_CONSTANT_NONE)
    return mlo_unknown_at(call->node);
  mlo_text_builder b = {.f = f};
  mlo_text_add_constant(&b, &value);
  return mlo_text_done(&b, call->node);
}

static mlo_constant length_of(mlo_folding *f, const mlo_call *call) {
  const mlo_tree *tree = f->tree;
  mlo_constant list = mlo_fold(f, mlo_call_argument(f->facts, call, (mlo_str){0}, 0));
  if (list.kind != MLO_CONSTANT_LIST || tree->nodes[list.node].kind == MLO_PY_SET)
    return mlo_unknown_at(call->node);
  int64_t count = 0;
  for (mlo_node n = mlo_tree_part(tree, list.node); n != MLO_NO_NODE;
       n = mlo_tree_next_part(tree, n), count++)
    if (tree->nodes[n].kind == MLO_PY_LIST_SPLAT) return mlo_unknown_at(call->node);
  return mlo_integer_at(call->node, count);
}

/* d.get(key, default) */
static mlo_constant got(mlo_folding *f, const mlo_call *call) {
  mlo_constant key = mlo_fold(f, mlo_call_argument(f->facts, call, (mlo_str){0}, 0));
  bool certain = false;
  mlo_node value = mlo_fold_item(f, mlo_call_receiver(f->facts, call), &key, &certain);
  if (!certain) return mlo_unknown_at(call->node);
  if (value != MLO_NO_NODE) return mlo_fold(f, value);
  mlo_node fallback = mlo_call_argument(f->facts, call, MLO_STR("default"), 1);
  return fallback == MLO_NO_NODE ? mlo_none_at(call->node) : mlo_fold(f, fallback);
}

/* --- calls --- */

/* What the environment gives if it is not told otherwise; bounded settings readers such as decouple say it alike. */
static bool reads_environment(mlo_str name) {
  static const mlo_str names[] = {
      MLO_STR_INIT("os.environ.get"),        MLO_STR_INIT("os.getenv"),
      MLO_STR_INIT("os.environ.setdefault"), MLO_STR_INIT("os.environ.pop"),
      MLO_STR_INIT("decouple.config"),
  };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (mlo_str_eq(names[i], name)) return true;
  return false;
}

static mlo_constant by_name(mlo_folding *f, const mlo_call *call, mlo_str name) {
  mlo_node node = call->node;
  if (reads_environment(name)) {
    mlo_node fallback = mlo_call_argument(f->facts, call, MLO_STR("default"), 1);
    return fallback == MLO_NO_NODE ? mlo_unknown_at(node) : mlo_fold(f, fallback);
  }
  if (mlo_str_eq(name, MLO_STR("builtins.str"))) return as_text(f, call);
  if (mlo_str_eq(name, MLO_STR("builtins.len"))) return length_of(f, call);
  if (mlo_str_eq(name, MLO_STR("builtins.int")) || mlo_str_eq(name, MLO_STR("builtins.float")) ||
      mlo_str_eq(name, MLO_STR("builtins.bool")))
    return converted(f, call, name);
  return mlo_fold_path_call(f, call, name);
}

mlo_constant mlo_fold_call(mlo_folding *f, mlo_node node) {
  uint32_t index = mlo_facts_call(f->facts, node);
  if (index == UINT32_MAX) return mlo_unknown_at(node);
  const mlo_call *call = &f->facts->calls.items[index];
  mlo_str name = mlo_facts_name(f->facts, call->callee);
  if (mlo_str_eq(name, MLO_STR("builtins.dict.get"))) return got(f, call);
  if (!mlo_str_starts(name, MLO_STR("builtins.str."))) return by_name(f, call, name);
  mlo_constant text = mlo_fold(f, mlo_call_receiver(f->facts, call));
  return mlo_is_text(&text) ? text_method(f, call, &text) : mlo_unknown_at(node);
}
