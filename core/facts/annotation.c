#include "facts/known.h"
#include "facts/names.h"

/* Annotations are read from their text, so that "Optional[Net]" within quotes is read as the bare one is. Names are
 * looked up where the annotation stands. */

typedef struct reader {
  const mlo_facts *facts;
  mlo_node at;
  mlo_str text;
  size_t pos;
  int depth;
} reader;

enum { DEEPEST_TYPE = 16, MOST_ARGUMENTS = 8 };

static const mlo_named nothing = {0};

/* --- signs --- */

static bool is_word(char c) {
  unsigned char u = (unsigned char)c;
  return c == '_' || u >= 128 || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

/* The next sign behind white space, or '\0'. */
static char peek(reader *r) {
  while (r->pos < r->text.len && (unsigned char)r->text.ptr[r->pos] <= ' ') r->pos++;
  return r->pos < r->text.len ? r->text.ptr[r->pos] : '\0';
}

static bool accept(reader *r, char c) {
  if (peek(r) != c) return false;
  r->pos++;
  return true;
}

/* Passes over what is no type, up to a comma or bracket that is not its own. */
static void skip(reader *r) {
  int depth = 0;
  for (char c = peek(r); c; c = peek(r)) {
    bool closing = c == ']' || c == ')';
    if (depth == 0 && (closing || c == ',' || c == '|')) return;
    depth += c == '[' || c == '(' ? 1 : closing ? -1 : 0;
    r->pos++;
  }
}

static mlo_str word(reader *r) {
  peek(r);
  size_t from = r->pos;
  while (r->pos < r->text.len && is_word(r->text.ptr[r->pos])) r->pos++;
  return mlo_str_slice(r->text, from, r->pos);
}

/* --- names --- */

static mlo_named read_at(const mlo_facts *self, mlo_node at, mlo_str text, int depth);

/* X = Dict[str, Net], X = A | B, T = TypeVar("T", bound=Net): what the name stands for in an annotation. */
static mlo_named alias(reader *r, const mlo_binding *binding) {
  const mlo_tree *tree = r->facts->tree;
  if (binding->kind != MLO_BIND_ASSIGN || binding->item >= 0) return nothing;
  mlo_node value = binding->value;
  uint8_t kind = mlo_tree_kind(tree, value);
  if (kind == MLO_PY_SUBSCRIPT || kind == MLO_PY_BINARY_OPERATOR)
    return read_at(r->facts, value, mlo_tree_text(tree, value), r->depth + 1);
  uint32_t index = kind == MLO_PY_CALL ? mlo_facts_call(r->facts, value) : UINT32_MAX;
  if (index == UINT32_MAX) return nothing;
  const mlo_call *call = &r->facts->calls.items[index];
  mlo_node bound = MLO_NO_NODE;
  if (mlo_str_eq(call->method, MLO_STR("TypeVar")))
    bound = mlo_call_argument(r->facts, call, MLO_STR("bound"), -1);
  if (mlo_str_eq(call->method, MLO_STR("NewType")))
    bound = mlo_call_argument(r->facts, call, MLO_STR("tp"), 1);
  if (bound == MLO_NO_NODE) return nothing;
  return read_at(r->facts, bound, mlo_tree_text(tree, bound), r->depth + 1);
}

/* A class, function or module by its dotted name; *done: this is the type already. */
static mlo_named read_name(reader *r, bool *done) {
  const mlo_facts *self = r->facts;
  mlo_str first = word(r);
  const mlo_binding *binding = mlo_facts_look_up(self, first, r->at);
  mlo_named named = nothing;
  if (binding) {
    named = alias(r, binding);
    *done = named.name.len > 0;
    if (!*done) named = mlo_name_binding(self, binding);
  } else if (mlo_is_builtin(first)) {
    named = mlo_thing(mlo_names_join(self, MLO_STR("builtins"), ".", first));
  } else {
    named = mlo_thing(mlo_facts_star_name(self, first, r->at));
  }
  while (peek(r) == '.' && !mlo_str_starts(mlo_str_from(r->text, r->pos), MLO_STR("..."))) {
    r->pos++;
    named = mlo_name_attribute(self, named, word(r));
  }
  return named;
}

/* --- typing --- */

typedef enum meaning {
  NO_TYPE,
  UNWRAP_FIRST,
  UNWRAP_LAST,
  EITHER,
  CLASS_ITSELF,
  THIS_CLASS,
  NAMED
} meaning;

typedef struct special {
  mlo_str name; /* in typing */
  meaning meaning;
  mlo_str stands_for;
} special;

/* Sorted. What is not here is of collections.abc, if that has it, and no type that we know otherwise. */
static const special specials[] = {
#define S(name, meaning, stands_for)                                                               \
  { MLO_STR_INIT(name), meaning, MLO_STR_INIT(stands_for) }
    S("Annotated", UNWRAP_FIRST, ""),
    S("Awaitable", UNWRAP_FIRST, ""),
    S("BinaryIO", NAMED, "typing.BinaryIO"),
    S("ClassVar", UNWRAP_FIRST, ""),
    S("ContextManager", NAMED, "contextlib.AbstractContextManager"),
    S("Coroutine", UNWRAP_LAST, ""),
    S("Counter", NAMED, "collections.Counter"),
    S("DefaultDict", NAMED, "collections.defaultdict"),
    S("Deque", NAMED, "collections.deque"),
    S("Dict", NAMED, "builtins.dict"),
    S("Final", UNWRAP_FIRST, ""),
    S("FrozenSet", NAMED, "builtins.frozenset"),
    S("IO", NAMED, "typing.IO"),
    S("List", NAMED, "builtins.list"),
    S("LiteralString", NAMED, "builtins.str"),
    S("Match", NAMED, "re.Match"),
    S("NotRequired", UNWRAP_FIRST, ""),
    S("Optional", UNWRAP_FIRST, ""),
    S("OrderedDict", NAMED, "collections.OrderedDict"),
    S("Pattern", NAMED, "re.Pattern"),
    S("ReadOnly", UNWRAP_FIRST, ""),
    S("Required", UNWRAP_FIRST, ""),
    S("Self", THIS_CLASS, ""),
    S("Set", NAMED, "builtins.set"),
    S("Text", NAMED, "builtins.str"),
    S("TextIO", NAMED, "typing.TextIO"),
    S("Tuple", NAMED, "builtins.tuple"),
    S("Type", CLASS_ITSELF, ""),
    S("Union", EITHER, ""),
#undef S
};

static special meaning_in_typing(const mlo_facts *self, mlo_str name) {
  for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
    if (mlo_str_eq(specials[i].name, name)) return specials[i];
  static const mlo_str abstract[] = {
#define A(name) MLO_STR_INIT(name)
      A("AsyncGenerator"),  A("AsyncIterable"), A("AsyncIterator"), A("Collection"),
      A("Container"),       A("Generator"),     A("ItemsView"),     A("Iterable"),
      A("Iterator"),        A("KeysView"),      A("Mapping"),       A("MutableMapping"),
      A("MutableSequence"), A("MutableSet"),    A("Sequence"),      A("ValuesView"),
#undef A
  };
  for (size_t i = 0; i < sizeof abstract / sizeof *abstract; i++)
    if (mlo_str_eq(abstract[i], name))
      return (special){name, NAMED, mlo_names_join(self, MLO_STR("collections.abc"), ".", name)};
  return (special){.meaning = NO_TYPE};
}

static special meaning_of(const mlo_facts *self, mlo_named base) {
  static const mlo_str modules[] = {MLO_STR_INIT("typing."), MLO_STR_INIT("typing_extensions.")};
  for (size_t i = 0; i < 2; i++)
    if (mlo_str_starts(base.name, modules[i]))
      return meaning_in_typing(self, mlo_str_from(base.name, modules[i].len));
  if (mlo_str_eq(base.name, MLO_STR("builtins.type"))) return (special){.meaning = CLASS_ITSELF};
  if (mlo_str_eq(base.name, MLO_STR("collections.abc.Callable")))
    return (special){.meaning = NO_TYPE};
  if (mlo_str_eq(base.name, MLO_STR("dataclasses.InitVar")) ||
      mlo_str_eq(base.name, MLO_STR("sqlalchemy.orm.Mapped")))
    return (special){.meaning = UNWRAP_FIRST};
  return (special){.meaning = NAMED, .stands_for = base.name};
}

static mlo_named this_class(reader *r) {
  const mlo_facts *self = r->facts;
  for (uint32_t s = mlo_facts_scope(self, r->at); s; s = self->scopes.items[s].parent) {
    const mlo_scope *scope = &self->scopes.items[s];
    if (scope->kind != MLO_SCOPE_CLASS) continue;
    mlo_str name =
        mlo_tree_text(self->tree, mlo_tree_field(self->tree, scope->node, MLO_FIELD_NAME));
    return mlo_object(mlo_names_in_scope(self, scope->parent, name));
  }
  return nothing;
}

typedef struct arguments {
  mlo_named first, last, either;
  mlo_str text; /* joined by commas */
  uint32_t count;
} arguments;

static mlo_named apply(reader *r, mlo_named base, const arguments *a) {
  special is = meaning_of(r->facts, base);
  switch (is.meaning) {
  case NO_TYPE: return nothing;
  case UNWRAP_FIRST: return a->first;
  case UNWRAP_LAST: return a->last;
  case EITHER: return a->either;
  case CLASS_ITSELF:
    return a->first.instance && !mlo_named_is_union(a->first) ? mlo_thing(a->first.name) : nothing;
  case THIS_CLASS: return this_class(r);
  case NAMED: break;
  }
  return (mlo_named){.name = is.stands_for, .items = a->text, .instance = is.stands_for.len > 0};
}

/* --- types --- */

static mlo_named read_union(reader *r);

static void add_argument(reader *r, arguments *a) {
  mlo_named one = nothing;
  mlo_str text = MLO_STR("...");
  if (mlo_str_starts(mlo_str_from(r->text, r->pos), text)) {
    r->pos += text.len;
  } else {
    one = read_union(r);
    text = mlo_named_text(r->facts, one);
  }
  if (a->count == 0) a->first = one;
  a->last = one;
  a->either = mlo_named_either(r->facts, a->either, one);
  if (a->count < MOST_ARGUMENTS)
    a->text = a->count++ ? mlo_arena_join(r->facts->arena, a->text, ",", text) : text;
}

static arguments read_arguments(reader *r) {
  arguments a = {0};
  if (!accept(r, '[')) return a;
  for (char c = peek(r); c && c != ']'; c = peek(r)) {
    add_argument(r, &a);
    skip(r);
    if (!accept(r, ',') && peek(r) != ']') break;
  }
  accept(r, ']');
  return a;
}

/* "Net" within quotes. */
static mlo_named read_quoted(reader *r, char quote) {
  r->pos++;
  size_t from = r->pos;
  while (r->pos < r->text.len && r->text.ptr[r->pos] != quote) r->pos++;
  mlo_str inner = mlo_str_slice(r->text, from, r->pos);
  r->pos++;
  return read_at(r->facts, r->at, inner, r->depth + 1);
}

/* Literal["a", "b"] is a string; anything else in it is not told. */
static mlo_named read_literal(reader *r) {
  accept(r, '[');
  char c = peek(r);
  skip(r);
  while (accept(r, ',')) skip(r);
  accept(r, ']');
  return c == '"' || c == '\'' ? mlo_object(MLO_STR("builtins.str")) : nothing;
}

static mlo_named read_one(reader *r) {
  char c = peek(r);
  if (c == '"' || c == '\'') return read_quoted(r, c);
  if (accept(r, '(')) {
    mlo_named inner = read_union(r);
    accept(r, ')');
    return inner;
  }
  if (!is_word(c) || (c >= '0' && c <= '9')) {
    skip(r);
    return nothing;
  }
  bool done = false;
  mlo_named base = read_name(r, &done);
  if (mlo_str_ends(base.name, MLO_STR(".Literal")) && mlo_str_starts(base.name, MLO_STR("typing")))
    return read_literal(r);
  arguments a = read_arguments(r);
  if (done) return base;
  /* what is no class names no type: None, an object, a function's result */
  if (base.instance || !base.name.len || base.name.ptr[base.name.len - 1] == ')') return nothing;
  return apply(r, base, &a);
}

static mlo_named read_union(reader *r) {
  if (r->depth >= DEEPEST_TYPE || !mlo_names_enter(r->facts)) {
    skip(r);
    return nothing;
  }
  r->depth++;
  mlo_named all = read_one(r);
  while (accept(r, '|')) all = mlo_named_either(r->facts, all, read_one(r));
  r->depth--;
  mlo_names_leave(r->facts);
  return all;
}

static mlo_named read_at(const mlo_facts *self, mlo_node at, mlo_str text, int depth) {
  reader r = {.facts = self, .at = at, .text = text, .depth = depth};
  return read_union(&r);
}

mlo_named mlo_name_type(const mlo_facts *self, mlo_node annotation) {
  if (annotation == MLO_NO_NODE) return nothing;
  return read_at(self, annotation, mlo_tree_text(self->tree, annotation), 0);
}
