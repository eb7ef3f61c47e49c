#include "facts/known.h"
#include "facts/names.h"

/* What calls give: of this file's own functions what they return, of well-known ones what known.h says, of other
 * classes an object. Anything else is named after the call: "joblib.load()". */

enum { MOST_RETURNS = 32 };
enum result_state { RESULT_NEW, RESULT_BUSY, RESULT_KNOWN };

static const mlo_named nothing = {0};

/* --- functions of this file --- */

bool mlo_names_decorated(const mlo_facts *self, uint32_t function, const char *name) {
  if (function == UINT32_MAX) return false;
  const mlo_function *f = &self->functions.items[function];
  for (uint32_t i = 0; i < f->decorators.len; i++) {
    mlo_node decorator = f->decorators.items[i];
    if (mlo_tree_kind(self->tree, decorator) == MLO_PY_CALL)
      decorator = mlo_tree_field(self->tree, decorator, MLO_FIELD_FUNCTION);
    if (mlo_str_eq(mlo_name_expression(self, decorator).name, mlo_str_c(name))) return true;
  }
  return false;
}

/* What all values that a function returns agree on, None left out. */
static mlo_named agreed_returns(const mlo_facts *self, uint32_t scope, bool yielded) {
  const mlo_tree *tree = self->tree;
  mlo_named all = nothing;
  uint32_t count = 0;
  for (uint32_t at = self->scopes.items[scope].returns; at;) {
    const mlo_return *r = &self->returns.items[at - 1];
    at = r->before;
    if (r->yields && !yielded) return nothing;
    mlo_node value = r->yields == yielded ? mlo_tree_part(tree, r->node) : MLO_NO_NODE;
    if (value == MLO_NO_NODE || mlo_tree_kind(tree, value) == MLO_PY_NONE) continue;
    if (++count > MOST_RETURNS) return nothing;
    mlo_named one = mlo_name_expression(self, value);
    if (mlo_str_starts(mlo_tree_text(tree, r->node), MLO_STR("yield from")))
      one = mlo_name_iterated(self, one);
    all = count == 1 ? one : mlo_named_agreed(self, all, one);
    if (!all.name.len) return nothing;
  }
  return all;
}

static bool is_iterator(mlo_str name) {
  static const mlo_str names[] = {
      MLO_STR_INIT("collections.abc.AsyncGenerator"), MLO_STR_INIT("collections.abc.AsyncIterable"),
      MLO_STR_INIT("collections.abc.AsyncIterator"),  MLO_STR_INIT("collections.abc.Generator"),
      MLO_STR_INIT("collections.abc.Iterable"),       MLO_STR_INIT("collections.abc.Iterator")};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (mlo_str_eq(names[i], name)) return true;
  return false;
}

/* A decorator that is not known may give another result than the function does; an annotation is believed. */
static bool is_plainly_decorated(const mlo_facts *self, uint32_t function) {
  const mlo_function *f = &self->functions.items[function];
  for (uint32_t i = 0; i < f->decorators.len; i++) {
    mlo_node decorator = f->decorators.items[i];
    if (mlo_tree_kind(self->tree, decorator) == MLO_PY_CALL)
      decorator = mlo_tree_field(self->tree, decorator, MLO_FIELD_FUNCTION);
    if (!mlo_keeps_function(mlo_name_expression(self, decorator).name)) return false;
  }
  return true;
}

static mlo_named find_returned(const mlo_facts *self, uint32_t scope, bool yielded) {
  mlo_node definition = self->scopes.items[scope].node;
  if (mlo_tree_kind(self->tree, definition) == MLO_PY_LAMBDA)
    return mlo_name_expression(self, mlo_tree_field(self->tree, definition, MLO_FIELD_BODY));
  uint32_t function = mlo_facts_function_of(self, definition);
  if (function == UINT32_MAX) return nothing;
  mlo_named typed =
      mlo_name_type(self, mlo_tree_field(self->tree, definition, MLO_FIELD_RETURN_TYPE));
  if (yielded && is_iterator(typed.name))
    return mlo_named_of_text(mlo_named_part(typed.items, ',', 0));
  if (typed.name.len) return yielded ? nothing : typed;
  bool context = mlo_names_decorated(self, function, "contextlib.contextmanager");
  if (!yielded && !context && !is_plainly_decorated(self, function)) return nothing;
  return agreed_returns(self, scope, yielded);
}

/* A context manager made of a generator. */
static mlo_named managed(const mlo_facts *self, uint32_t scope) {
  mlo_str inside = mlo_named_text(self, find_returned(self, scope, true));
  return (mlo_named){
      .name = MLO_STR("contextlib.AbstractContextManager"), .items = inside, .instance = true};
}

static bool is_manager(const mlo_facts *self, uint32_t scope) {
  uint32_t function = mlo_facts_function_of(self, self->scopes.items[scope].node);
  return mlo_names_decorated(self, function, "contextlib.contextmanager") ||
         mlo_names_decorated(self, function, "contextlib.asynccontextmanager");
}

mlo_named mlo_name_returned(const mlo_facts *self, uint32_t scope, bool yielded) {
  struct mlo_facts_memo *memo = self->memo;
  if (scope == UINT32_MAX || self->scopes.items[scope].kind != MLO_SCOPE_FUNCTION) return nothing;
  if (yielded) return find_returned(self, scope, true);
  if (!memo->results) {
    memo->results = MLO_NEW_ARRAY(self->arena, mlo_named, self->scopes.len);
    memo->result_states = MLO_NEW_ARRAY(self->arena, uint8_t, self->scopes.len);
  }
  if (memo->result_states[scope] == RESULT_KNOWN) return memo->results[scope];
  if (memo->result_states[scope] == RESULT_BUSY) {
    memo->cut = true;
    return nothing;
  }
  memo->result_states[scope] = RESULT_BUSY;
  mlo_named named =
      is_manager(self, scope) ? managed(self, scope) : find_returned(self, scope, false);
  memo->result_states[scope] = memo->cut ? RESULT_NEW : RESULT_KNOWN;
  memo->results[scope] = named;
  return named;
}

/* --- callees --- */

static uint32_t method_of(const mlo_facts *self, uint32_t class, const char *name) {
  mlo_named method = mlo_name_in_class(self, class, mlo_str_c(name), 0);
  uint32_t scope = mlo_facts_scope_named(self, method.name);
  return scope != UINT32_MAX && self->scopes.items[scope].kind == MLO_SCOPE_FUNCTION ? scope
                                                                                     : UINT32_MAX;
}

/* Objects are called by __call__; modules of torch and keras hand that on to a method of theirs. */
static uint32_t called_method(const mlo_facts *self, uint32_t class) {
  static const char *const names[] = {"__call__", "forward", "call"};
  for (size_t i = 0; i < 3; i++) {
    uint32_t scope = method_of(self, class, names[i]);
    if (scope != UINT32_MAX) return scope;
  }
  return UINT32_MAX;
}

uint32_t mlo_names_called(const mlo_facts *self, mlo_named callee) {
  uint32_t scope = mlo_facts_scope_named(self, callee.name);
  if (scope == UINT32_MAX || self->scopes.items[scope].kind != MLO_SCOPE_CLASS) return scope;
  return callee.instance ? called_method(self, scope) : method_of(self, scope, "__init__");
}

static mlo_named after_call(const mlo_facts *self, mlo_named callee) {
  mlo_str called = callee.name;
  if (callee.instance) called = mlo_name_attribute(self, callee, MLO_STR("__call__")).name;
  return mlo_thing(mlo_names_join(self, called, "()", (mlo_str){0}));
}

/* A container that does not say what it holds has items that are named after the call. */
static mlo_named with_items(const mlo_facts *self, mlo_named result, mlo_named callee) {
  static const struct {
    mlo_str class;
    const char *before, *after;
  } containers[] = {{MLO_STR_INIT("builtins.tuple"), "", "()[],..."},
                    {MLO_STR_INIT("builtins.list"), "", "()[]"},
                    {MLO_STR_INIT("builtins.dict"), ",", "()[]"}};
  if (!result.instance || result.items.len || result.written) return result;
  for (size_t i = 0; i < sizeof containers / sizeof *containers; i++)
    if (mlo_str_eq(result.name, containers[i].class))
      result.items = mlo_names_join(
          self, mlo_arena_concat(self->arena, mlo_str_c(containers[i].before), callee.name),
          containers[i].after, (mlo_str){0});
  return result;
}

static mlo_named result_of_own(const mlo_facts *self, mlo_named callee, uint32_t scope) {
  bool class = self->scopes.items[scope].kind == MLO_SCOPE_CLASS;
  if (class && !callee.instance) return mlo_object(callee.name);
  uint32_t function = class ? called_method(self, scope) : scope;
  mlo_named result = mlo_name_returned(self, function, false);
  return result.name.len ? with_items(self, result, callee) : after_call(self, callee);
}

mlo_named mlo_name_result(const mlo_facts *self, mlo_named callee) {
  if (!callee.name.len || mlo_named_is_union(callee)) return nothing;
  uint32_t own = mlo_facts_scope_named(self, callee.name);
  if (own != UINT32_MAX) return result_of_own(self, callee, own);
  if (callee.instance) return after_call(self, callee);
  if (self->outside) {
    mlo_str given = self->outside->result(self->outside->ctx, callee.name, self->arena);
    if (given.len) return with_items(self, mlo_named_of_text(given), callee);
  }
  if (mlo_name_is_class(callee.name) || mlo_is_lower_class(callee.name))
    return mlo_object(callee.name);
  return after_call(self, callee);
}

/* --- what known.h says --- */

typedef struct calling {
  const mlo_facts *facts;
  mlo_node call, arguments;
  mlo_named receiver;
} calling;

/* The nth positional argument, from 1. */
static mlo_node argument(const calling *c, char digit) {
  const mlo_tree *tree = c->facts->tree;
  if (mlo_tree_kind(tree, c->arguments) == MLO_PY_GENERATOR)
    return digit == '1' ? c->arguments : MLO_NO_NODE;
  for (mlo_node n = mlo_tree_part(tree, c->arguments); n != MLO_NO_NODE;
       n = mlo_tree_next_part(tree, n)) {
    uint8_t kind = tree->nodes[n].kind;
    if (kind == MLO_PY_LIST_SPLAT || kind == MLO_PY_KEYWORD_ARGUMENT) return MLO_NO_NODE;
    if (digit-- == '1') return n;
  }
  return MLO_NO_NODE;
}

/* A hole of a result's template: %1 the first argument, @1 an item of it, &1 what calling it gives, $1 the first part
 * of what the receiver holds, $k the receiver's item for the first argument, $r the receiver, #1 what a type written there means, ^1 an item of the
 * only argument. */
static mlo_named filled(const calling *c, char sign, char digit) {
  const mlo_facts *self = c->facts;
  if (sign == '$' && digit == 'k') return mlo_name_item(self, c->receiver, argument(c, '1'));
  if (sign == '$' && digit != 'r')
    return mlo_named_of_text(
        mlo_named_part(mlo_named_items(self, c->receiver), ',', (uint32_t)(digit - '1')));
  if (sign == '$' && digit == 'r') return c->receiver;
  mlo_node node = argument(c, sign == '^' ? '1' : digit);
  if (sign == '^' && argument(c, '2') != MLO_NO_NODE) return nothing;
  if (sign == '#') return mlo_name_type(self, node);
  if (sign == '&' && mlo_tree_kind(self->tree, node) == MLO_PY_LAMBDA)
    return mlo_name_expression(self, mlo_tree_field(self->tree, node, MLO_FIELD_BODY));
  mlo_named named = mlo_name_expression(self, node);
  return sign == '%'                  ? named
         : sign == '@' || sign == '^' ? mlo_name_iterated(self, named)
                                      : mlo_name_result(self, named);
}

static bool is_hole(mlo_str template, size_t at) {
  return at + 1 < template.len && template.ptr[at] && strchr("%@&$#^", template.ptr[at]);
}

static mlo_named expanded(const calling *c, mlo_str template) {
  if (template.len == 2 && is_hole(template, 0)) return filled(c, template.ptr[0], template.ptr[1]);
  mlo_str text = MLO_STR("");
  size_t from = 0;
  for (size_t at = 0; at < template.len; at++) {
    if (!is_hole(template, at)) continue;
    mlo_str part = mlo_named_text(c->facts, filled(c, template.ptr[at], template.ptr[at + 1]));
    text = mlo_arena_format(c->facts->arena, "%.*s%.*s%.*s", MLO_FMT(text),
                            MLO_FMT(mlo_str_slice(template, from, at)), MLO_FMT(part));
    from = ++at + 1;
    if (text.len > MLO_FACTS_NAME_MAX) return nothing;
  }
  text = mlo_arena_concat(c->facts->arena, text, mlo_str_from(template, from));
  bool empty = mlo_str_ends(text, MLO_STR("[]"));
  return mlo_named_of_text(empty ? mlo_str_slice(text, 0, text.len - 2) : text);
}

static mlo_str last_part(mlo_str name, mlo_str *owner) {
  size_t dot = mlo_str_rfind_char(name, '.');
  *owner = mlo_str_slice(name, 0, dot == SIZE_MAX ? 0 : dot);
  return dot == SIZE_MAX ? name : mlo_str_from(name, dot + 1);
}

/* With chunks, a reader gives them one by one; other options make something else of the rest. */
static bool is_changed_by_option(const calling *c, mlo_str callee) {
  static const mlo_str options[] = {MLO_STR_INIT("chunksize"), MLO_STR_INIT("iterator"),
                                    MLO_STR_INIT("typ"), MLO_STR_INIT("sheet_name")};
  if (!mlo_str_starts(callee, MLO_STR("pandas.read_"))) return false;
  const mlo_tree *tree = c->facts->tree;
  for (mlo_node n = mlo_tree_part(tree, c->arguments); n != MLO_NO_NODE;
       n = mlo_tree_next_part(tree, n)) {
    if (tree->nodes[n].kind != MLO_PY_KEYWORD_ARGUMENT) continue;
    mlo_str keyword = mlo_tree_text(tree, mlo_tree_field(tree, n, MLO_FIELD_NAME));
    uint8_t value = mlo_tree_kind(tree, mlo_tree_field(tree, n, MLO_FIELD_VALUE));
    bool plain = value == MLO_PY_STRING || value == MLO_PY_NONE || value == MLO_PY_FALSE ||
                 value == MLO_PY_INTEGER;
    bool sheet = mlo_str_eq(keyword, options[3]);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
      if (mlo_str_eq(keyword, options[i]) && !(sheet && plain && value != MLO_PY_NONE)) return true;
  }
  return false;
}

static mlo_named result_of_known(const calling *c, mlo_named callee) {
  const mlo_facts *self = c->facts;
  if (callee.instance) return nothing;
  mlo_str template = mlo_result_class(callee.name);
  bool series = mlo_str_eq(callee.name, MLO_STR("pandas.concat")) &&
                mlo_named_is(filled(c, '@', '1'), "pandas.Series");
  if (series || is_changed_by_option(c, callee.name)) return nothing;
  if (template.len) return expanded(c, template);
  mlo_str owner, method = last_part(callee.name, &owner);
  mlo_str kept = mlo_method_class(owner, method);
  if (!kept.len) return nothing;
  /* a base's method that gives its receiver back gives what it was called on: net.to(device) is still a Net */
  bool own = mlo_names_class(self, c->receiver.name) != UINT32_MAX;
  return mlo_object(own ? c->receiver.name : kept);
}

/* --- builtins that name things --- */

/* "a.b" of a string literal without anything to be replaced in it. */
static mlo_str literal(const mlo_facts *self, mlo_node node) {
  mlo_constant constant = mlo_facts_constant(self, node);
  return constant.kind == MLO_CONSTANT_STRING && !constant.partial ? constant.text : (mlo_str){0};
}

static bool is_name(mlo_str text) {
  for (size_t i = 0; i < text.len; i++) {
    char c = text.ptr[i];
    bool fits =
        c == '_' || c == '.' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
    if (!fits) return false;
  }
  return text.len > 0;
}

/* type(x), getattr(x, "name"), importlib.import_module("name"), partial(f, ...): *done if it is one of them. */
static mlo_named result_of_naming(const calling *c, mlo_str callee, bool *done) {
  const mlo_facts *self = c->facts;
  mlo_node first = argument(c, '1');
  *done = true;
  if (mlo_str_eq(callee, MLO_STR("functools.partial"))) return mlo_name_expression(self, first);
  if (mlo_str_eq(callee, MLO_STR("builtins.type")) && argument(c, '2') == MLO_NO_NODE) {
    mlo_named object = mlo_name_expression(self, first);
    return object.instance && !mlo_named_is_union(object) ? mlo_thing(object.name) : nothing;
  }
  if (mlo_str_eq(callee, MLO_STR("builtins.getattr"))) {
    mlo_str name = literal(self, argument(c, '2'));
    if (is_name(name)) return mlo_name_attribute(self, mlo_name_expression(self, first), name);
  }
  if (mlo_str_eq(callee, MLO_STR("importlib.import_module")) ||
      mlo_str_eq(callee, MLO_STR("builtins.__import__"))) {
    mlo_str name = literal(self, first);
    if (mlo_str_eq(callee, MLO_STR("builtins.__import__")))
      name = mlo_str_slice(name, 0, mlo_str_find_char(name, '.'));
    if (is_name(name) && argument(c, '2') == MLO_NO_NODE) return mlo_thing(name);
  }
  *done = false;
  return nothing;
}

mlo_named mlo_name_call(const mlo_facts *self, mlo_node call) {
  const mlo_tree *tree = self->tree;
  mlo_node function = mlo_tree_field(tree, call, MLO_FIELD_FUNCTION);
  mlo_named callee = mlo_name_expression(self, function);
  if (!callee.name.len) return nothing;
  calling c = {
      .facts = self, .call = call, .arguments = mlo_tree_field(tree, call, MLO_FIELD_ARGUMENTS)};
  if (!callee.instance) {
    bool done = false;
    mlo_named named = result_of_naming(&c, callee.name, &done);
    if (done) return named;
  }
  if (mlo_tree_kind(tree, function) == MLO_PY_ATTRIBUTE)
    c.receiver = mlo_name_expression(self, mlo_tree_field(tree, function, MLO_FIELD_OBJECT));
  mlo_named known = result_of_known(&c, callee);
  return known.name.len ? known : mlo_name_result(self, callee);
}
