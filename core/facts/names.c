#include "facts/known.h"
#include "facts/scope.h"

/* Names are followed by recursion along values, annotations and members. Three bounds hold: a binding that is already
 * being named has no name (cycles), MLO_FACTS_DEPTH, and MLO_FACTS_STEPS for one question. What a bound cut off is
 * not remembered, so that answers don't depend on what was asked before. */

enum name_state { NAME_NEW, NAME_BUSY, NAME_KNOWN };

static mlo_str name_of(const mlo_facts *self, mlo_node expression);
static mlo_str name_of_type(const mlo_facts *self, mlo_node type);
static mlo_str name_of_binding(const mlo_facts *self, const mlo_binding *binding);

static const mlo_str nothing = {0};

static mlo_str joined(const mlo_facts *self, mlo_str a, const char *between, mlo_str b) {
  if (!a.len || a.len + b.len > MLO_FACTS_NAME_MAX) return nothing;
  return mlo_arena_format(self->arena, "%.*s%s%.*s", MLO_FMT(a), between, MLO_FMT(b));
}

static mlo_str dotted(const mlo_facts *self, mlo_str a, mlo_str b) {
  /* "." of `from . import x` needs no second dot */
  return b.len ? joined(self, a, mlo_str_ends(a, MLO_STR(".")) ? "" : ".", b) : nothing;
}

static bool is_of_this_file(mlo_str name) { return mlo_str_starts(name, MLO_STR("<module>.")); }

/* --- definitions of this file --- */

/* "<module>.A.b" for what is defined in scope. */
static mlo_str name_in_scope(const mlo_facts *self, uint32_t scope, mlo_str name) {
  mlo_str parts[16] = {name};
  size_t count = 1;
  for (uint32_t s = scope; s; s = self->scopes.items[s].parent) {
    mlo_node definition = self->scopes.items[s].node;
    mlo_str part =
        mlo_tree_text(self->tree, mlo_tree_field(self->tree, definition, MLO_FIELD_NAME));
    if (!part.len) continue;
    if (count == 16) return nothing;
    parts[count++] = part;
  }
  mlo_str full = MLO_STR("<module>");
  while (count) full = dotted(self, full, parts[--count]);
  return full;
}

uint32_t mlo_facts_scope_named(const mlo_facts *self, mlo_str qualified) {
  if (!is_of_this_file(qualified)) return UINT32_MAX;
  mlo_str rest = mlo_str_from(qualified, sizeof "<module>." - 1);
  uint32_t scope = 0;
  while (rest.ptr) {
    const mlo_binding *binding = mlo_scope_last(self, scope, mlo_str_cut(&rest, '.'));
    while (binding && binding->kind != MLO_BIND_CLASS && binding->kind != MLO_BIND_FUNCTION)
      binding = mlo_binding_at(self, binding->before);
    scope = binding ? mlo_facts_scope_of(self, binding->value) : UINT32_MAX;
    if (scope == UINT32_MAX) return scope;
  }
  return scope;
}

static uint32_t class_named(const mlo_facts *self, mlo_str qualified) {
  uint32_t scope = mlo_facts_scope_named(self, qualified);
  return scope != UINT32_MAX && self->scopes.items[scope].kind == MLO_SCOPE_CLASS ? scope
                                                                                  : UINT32_MAX;
}

static mlo_str name_of_class(const mlo_facts *self, uint32_t scope) {
  mlo_node definition = self->scopes.items[scope].node;
  mlo_str name = mlo_tree_text(self->tree, mlo_tree_field(self->tree, definition, MLO_FIELD_NAME));
  return name_in_scope(self, self->scopes.items[scope].parent, name);
}

/* --- bindings --- */

static bool is_none(const mlo_facts *self, mlo_node value) {
  return mlo_tree_kind(self->tree, mlo_tree_bare(self->tree, value)) == MLO_PY_NONE;
}

static mlo_str name_of_value(const mlo_facts *self, mlo_node value, int32_t item, mlo_node type) {
  if (item >= 0) value = mlo_tree_item(self->tree, mlo_tree_bare(self->tree, value), item);
  mlo_str name = name_of(self, value);
  if (name.len && !is_of_this_file(name)) return name;
  mlo_str typed = name_of_type(self, type);
  return typed.len ? typed : name;
}

/* The method's own class, for the parameter that is its receiver. */
static mlo_str name_of_receiver(const mlo_facts *self, const mlo_binding *binding) {
  const mlo_scope *scope = &self->scopes.items[binding->scope];
  return scope->receiver == binding->target ? name_of_class(self, scope->parent) : nothing;
}

static mlo_str name_of_assigned(const mlo_facts *self, const mlo_binding *binding) {
  mlo_str name = is_none(self, binding->value)
                     ? name_of_type(self, binding->type)
                     : name_of_value(self, binding->value, binding->item, binding->type);
  if (name.len) return name;
  bool placeholder = binding->value == MLO_NO_NODE || is_none(self, binding->value);
  return placeholder && binding->item < 0
             ? name_of_binding(self, mlo_binding_at(self, binding->before))
             : nothing;
}

static mlo_str name_by_kind(const mlo_facts *self, const mlo_binding *binding) {
  switch (binding->kind) {
  case MLO_BIND_IMPORT: return binding->qualified;
  case MLO_BIND_FUNCTION:
  case MLO_BIND_CLASS: return name_in_scope(self, binding->scope, binding->name);
  case MLO_BIND_PARAMETER: {
    mlo_str receiver = name_of_receiver(self, binding);
    return receiver.len ? receiver : name_of_type(self, binding->type);
  }
  case MLO_BIND_ASSIGN: return name_of_assigned(self, binding);
  case MLO_BIND_AUGMENTED: return name_of_binding(self, mlo_binding_at(self, binding->before));
  case MLO_BIND_WITH:
  case MLO_BIND_EXCEPT: return name_of_value(self, binding->value, binding->item, MLO_NO_NODE);
  case MLO_BIND_FOR:
  case MLO_BIND_CAPTURE:
  case MLO_BIND_DELETE: return nothing;
  }
  return nothing;
}

/* The nearest `else` or `except` around node in its scope: what stands in for something that did not work. */
static mlo_node fallback_around(const mlo_tree *tree, mlo_node node) {
  for (int i = 0; i < 8 && node != MLO_NO_NODE; i++, node = tree->nodes[node].parent) {
    uint8_t kind = tree->nodes[node].kind;
    if (kind == MLO_PY_EXCEPT || kind == MLO_PY_ELSE) return node;
    if (i && (kind == MLO_PY_FUNCTION || kind == MLO_PY_CLASS)) return MLO_NO_NODE;
  }
  return MLO_NO_NODE;
}

/* `try: from x import Y / except ImportError: Y = object` means x.Y. */
static const mlo_binding *real_one(const mlo_facts *self, const mlo_binding *binding) {
  const mlo_binding *before = mlo_binding_at(self, binding->before);
  if (!before || before->kind != MLO_BIND_IMPORT || binding->kind == MLO_BIND_IMPORT)
    return binding;
  mlo_node fallback = fallback_around(self->tree, mlo_tree_parent(self->tree, binding->target));
  if (fallback == MLO_NO_NODE) return binding;
  return mlo_tree_holds(self->tree, self->tree->nodes[fallback].parent, before->target) ? before
                                                                                        : binding;
}

static mlo_str name_of_binding(const mlo_facts *self, const mlo_binding *binding) {
  if (!binding) return nothing;
  struct mlo_facts_memo *memo = self->memo;
  size_t at = (size_t)(binding - self->bindings.items);
  if (memo->states[at] == NAME_KNOWN) return memo->names[at];
  if (memo->states[at] == NAME_BUSY || memo->depth >= MLO_FACTS_DEPTH) {
    memo->cut = true;
    return nothing;
  }
  memo->states[at] = NAME_BUSY;
  memo->depth++;
  mlo_str name = name_by_kind(self, real_one(self, binding));
  memo->depth--;
  memo->states[at] = memo->cut ? NAME_NEW : NAME_KNOWN;
  memo->names[at] = name;
  return name;
}

/* --- expressions --- */

/* With one star import in the file, before the read, an unknown name can only come from it. */
static mlo_str star_module(const mlo_facts *self, mlo_node read) {
  const mlo_import *star = &self->memo->star;
  if (self->memo->stars != 1 || star->node > read) return nothing;
  return mlo_str_slice(star->qualified, 0, star->qualified.len - (sizeof ".*" - 1));
}

static mlo_str name_of_identifier(const mlo_facts *self, mlo_node identifier) {
  const mlo_binding *binding = mlo_facts_binding(self, identifier);
  if (binding) return name_of_binding(self, binding);
  mlo_str name = mlo_tree_text(self->tree, identifier);
  if (mlo_is_builtin(name)) return dotted(self, MLO_STR("builtins"), name);
  return dotted(self, star_module(self, identifier), name);
}

/* self.NAME: the last assignment with a name wins; before them the class's own names. */
static mlo_str name_of_member(const mlo_facts *self, uint32_t scope, mlo_str name, bool *found) {
  const mlo_member *member = mlo_scope_member(self, scope, name);
  *found = member != NULL;
  mlo_str result = nothing;
  for (; member && !result.len;
       member = member->before ? &self->members.items[member->before - 1] : NULL) {
    if (++self->memo->steps > MLO_FACTS_STEPS) {
      self->memo->cut = true;
      return nothing;
    }
    result = is_none(self, member->value)
                 ? name_of_type(self, member->type)
                 : name_of_value(self, member->value, member->item, member->type);
  }
  if (result.len) return result;
  const mlo_binding *binding = mlo_scope_last(self, scope, name);
  *found |= binding != NULL;
  return name_of_binding(self, binding);
}

static mlo_str name_in_class(const mlo_facts *self, uint32_t scope, mlo_str name, int depth);

/* What the class does not define comes from a base: one of this file that has it, else the first imported one. */
static mlo_str name_in_bases(const mlo_facts *self, uint32_t scope, mlo_str name, int depth) {
  const mlo_tree *tree = self->tree;
  mlo_node bases = mlo_tree_field(tree, self->scopes.items[scope].node, MLO_FIELD_SUPERCLASSES);
  mlo_str imported = nothing;
  for (mlo_node n = mlo_tree_part(tree, bases); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n)) {
    if (tree->nodes[n].kind == MLO_PY_KEYWORD_ARGUMENT) continue;
    mlo_str base =
        name_of(self, mlo_tree_kind(tree, n) == MLO_PY_SUBSCRIPT ? mlo_tree_part(tree, n) : n);
    uint32_t own = class_named(self, base);
    mlo_str inherited =
        own != UINT32_MAX && own < scope ? name_in_class(self, own, name, depth + 1) : nothing;
    if (inherited.len) return inherited;
    if (own == UINT32_MAX && !imported.len) imported = dotted(self, base, name);
  }
  return imported;
}

static mlo_str name_in_class(const mlo_facts *self, uint32_t scope, mlo_str name, int depth) {
  bool found = false;
  mlo_str result = name_of_member(self, scope, name, &found);
  if (found || depth > 8) return result;
  return name_in_bases(self, scope, name, depth);
}

static mlo_str name_of_attribute(const mlo_facts *self, mlo_node node) {
  mlo_node object = mlo_tree_field(self->tree, node, MLO_FIELD_OBJECT);
  mlo_str attribute =
      mlo_tree_text(self->tree, mlo_tree_field(self->tree, node, MLO_FIELD_ATTRIBUTE));
  mlo_str owner = name_of(self, object);
  if (!owner.len) return nothing;
  uint32_t class = class_named(self, owner);
  if (class != UINT32_MAX) return name_in_class(self, class, attribute, 0);
  mlo_str known = mlo_attribute_class(owner, attribute);
  return known.len ? known : dotted(self, owner, attribute);
}

uint32_t mlo_facts_class(const mlo_facts *self, mlo_node expression) {
  return class_named(self, mlo_facts_name(self, expression));
}

/* The class that a function of this file says it returns, if it is imported. */
static mlo_str returned_class(const mlo_facts *self, mlo_str callee) {
  uint32_t scope = mlo_facts_scope_named(self, callee);
  if (scope == UINT32_MAX) return nothing;
  mlo_node definition = self->scopes.items[scope].node;
  mlo_str type = name_of_type(self, mlo_tree_field(self->tree, definition, MLO_FIELD_RETURN_TYPE));
  return mlo_name_is_class(type) ? type : nothing;
}

static mlo_str result_of_known(const mlo_facts *self, mlo_str callee, mlo_node arguments) {
  mlo_str known = mlo_result_class(callee);
  if (known.len) return known;
  if (mlo_returns_argument(callee)) return name_of(self, mlo_tree_part(self->tree, arguments));
  if (mlo_str_eq(callee, MLO_STR("typing.cast")))
    return name_of_type(self, mlo_tree_part(self->tree, arguments));
  size_t dot = mlo_str_rfind_char(callee, '.');
  if (dot == SIZE_MAX) return nothing;
  return mlo_method_class(mlo_str_slice(callee, 0, dot), mlo_str_from(callee, dot + 1));
}

static mlo_str result_of_own(const mlo_facts *self, mlo_str callee) {
  if (!is_of_this_file(callee) || mlo_facts_scope_named(self, callee) == UINT32_MAX) return nothing;
  return class_named(self, callee) != UINT32_MAX ? callee : returned_class(self, callee);
}

/* A base's method that gives its receiver back gives what it was called on: net.to(device) is still a Net. */
static mlo_str result_of_method(const mlo_facts *self, mlo_node function, mlo_str known) {
  mlo_str object = name_of(self, mlo_tree_field(self->tree, function, MLO_FIELD_OBJECT));
  return is_of_this_file(object) ? object : known;
}

static mlo_str result_of_call(const mlo_facts *self, mlo_node call) {
  mlo_node function = mlo_tree_field(self->tree, call, MLO_FIELD_FUNCTION);
  mlo_str callee = name_of(self, function);
  if (!callee.len) return nothing;
  mlo_str own = result_of_own(self, callee);
  if (own.len) return own;
  mlo_str known =
      result_of_known(self, callee, mlo_tree_field(self->tree, call, MLO_FIELD_ARGUMENTS));
  if (known.len) return result_of_method(self, function, known);
  return mlo_name_is_class(callee) ? callee : joined(self, callee, "()", nothing);
}

/* df["a"] is a Series; df[["a", "b"]], df[mask] and df.loc[rows] are frames. */
static mlo_str name_of_subscript(const mlo_facts *self, mlo_node node) {
  const mlo_tree *tree = self->tree;
  mlo_str owner = name_of(self, mlo_tree_field(tree, node, MLO_FIELD_VALUE));
  bool located = mlo_str_eq(owner, MLO_STR("pandas.DataFrame.loc")) ||
                 mlo_str_eq(owner, MLO_STR("pandas.DataFrame.iloc"));
  if (!located && !mlo_str_eq(owner, MLO_STR("pandas.DataFrame"))) return nothing;
  mlo_node last = MLO_NO_NODE;
  for (mlo_node n = mlo_tree_first_child(tree, node); n != MLO_NO_NODE; n = tree->nodes[n].next)
    if (tree->nodes[n].field == MLO_FIELD_SUBSCRIPT) last = n;
  mlo_str by = name_of(self, last);
  if (mlo_str_eq(by, MLO_STR("builtins.str"))) return MLO_STR("pandas.Series");
  if (mlo_str_eq(by, MLO_STR("builtins.list"))) return MLO_STR("pandas.DataFrame");
  switch (mlo_tree_kind(tree, last)) {
  case MLO_PY_SLICE:
  case MLO_PY_COMPARISON: return MLO_STR("pandas.DataFrame");
  default: return nothing;
  }
}

static mlo_str name_of_operator(const mlo_facts *self, mlo_node node) {
  const mlo_tree *tree = self->tree;
  mlo_str sign = mlo_tree_text(tree, mlo_tree_field(tree, node, MLO_FIELD_OPERATOR));
  mlo_str left = name_of(self, mlo_tree_field(tree, node, MLO_FIELD_LEFT));
  if (mlo_str_eq(sign, MLO_STR("/")) && mlo_str_eq(left, MLO_STR("pathlib.Path"))) return left;
  bool text = mlo_str_eq(left, MLO_STR("builtins.str"));
  return text && (mlo_str_eq(sign, MLO_STR("+")) || mlo_str_eq(sign, MLO_STR("%"))) ? left
                                                                                    : nothing;
}

static mlo_str either(const mlo_facts *self, mlo_node a, mlo_node b) {
  mlo_str name = name_of(self, a);
  return name.len ? name : name_of(self, b);
}

static mlo_str name_by_node(const mlo_facts *self, mlo_node node) {
  const mlo_tree *tree = self->tree;
  switch (tree->nodes[node].kind) {
  case MLO_PY_IDENTIFIER: return name_of_identifier(self, node);
  case MLO_PY_ATTRIBUTE: return name_of_attribute(self, node);
  case MLO_PY_CALL: return result_of_call(self, node);
  case MLO_PY_SUBSCRIPT: return name_of_subscript(self, node);
  case MLO_PY_BINARY_OPERATOR: return name_of_operator(self, node);
  case MLO_PY_PARENTHESIZED:
  case MLO_PY_AWAIT: return name_of(self, mlo_tree_part(tree, node));
  case MLO_PY_NAMED_EXPRESSION: return name_of(self, mlo_tree_field(tree, node, MLO_FIELD_VALUE));
  case MLO_PY_CONDITIONAL:
    return either(self, mlo_tree_nth_part(tree, node, 0), mlo_tree_nth_part(tree, node, 2));
  case MLO_PY_BOOLEAN_OPERATOR:
    return either(self, mlo_tree_field(tree, node, MLO_FIELD_LEFT),
                  mlo_tree_field(tree, node, MLO_FIELD_RIGHT));
  case MLO_PY_STRING:
  case MLO_PY_CONCATENATED_STRING: return MLO_STR("builtins.str");
  case MLO_PY_LIST:
  case MLO_PY_LIST_COMPREHENSION: return MLO_STR("builtins.list");
  case MLO_PY_DICT:
  case MLO_PY_DICT_COMPREHENSION: return MLO_STR("builtins.dict");
  case MLO_PY_SET:
  case MLO_PY_SET_COMPREHENSION: return MLO_STR("builtins.set");
  case MLO_PY_TUPLE:
  case MLO_PY_EXPRESSION_LIST: return MLO_STR("builtins.tuple");
  default: return nothing;
  }
}

static mlo_str name_of(const mlo_facts *self, mlo_node expression) {
  if (expression == MLO_NO_NODE) return nothing;
  struct mlo_facts_memo *memo = self->memo;
  if (memo->depth >= MLO_FACTS_DEPTH || memo->steps >= MLO_FACTS_STEPS) {
    memo->cut = true;
    return nothing;
  }
  memo->depth++;
  memo->steps++;
  mlo_str name = name_by_node(self, expression);
  memo->depth--;
  return name;
}

/* --- annotations --- */

/* "torch.nn.Module" written as text: its first part is looked up where the annotation stands. */
static mlo_str name_of_quoted(const mlo_facts *self, mlo_node string) {
  mlo_node content = mlo_tree_part(self->tree, string);
  while (content != MLO_NO_NODE && self->tree->nodes[content].kind != MLO_PY_STRING_CONTENT)
    content = mlo_tree_next_part(self->tree, content);
  mlo_str rest = mlo_str_trim(mlo_tree_text(self->tree, content));
  for (size_t i = 0; i < rest.len; i++) {
    unsigned char c = (unsigned char)rest.ptr[i];
    bool fits = c == '_' || c == '.' || c >= 128 || (c >= '0' && c <= '9') ||
                ((c | 32) >= 'a' && (c | 32) <= 'z');
    if (!fits) return nothing;
  }
  mlo_str first = mlo_str_cut(&rest, '.');
  const mlo_binding *binding = NULL;
  for (uint32_t s = mlo_facts_scope(self, string);; s = self->scopes.items[s].parent) {
    binding = mlo_scope_last(self, s, first);
    if (binding || s == 0) break;
  }
  mlo_str name = binding ? name_of_binding(self, binding) : nothing;
  while (name.len && rest.ptr) name = dotted(self, name, mlo_str_cut(&rest, '.'));
  return name;
}

static bool is_wrapper(mlo_str name) {
  static const mlo_str modules[] = {MLO_STR_INIT("typing."), MLO_STR_INIT("typing_extensions.")};
  static const mlo_str names[] = {MLO_STR_INIT("Optional"), MLO_STR_INIT("Union"),
                                  MLO_STR_INIT("Annotated"), MLO_STR_INIT("Final"),
                                  MLO_STR_INIT("ClassVar")};
  for (size_t m = 0; m < 2; m++)
    for (size_t i = 0; mlo_str_starts(name, modules[m]) && i < sizeof names / sizeof *names; i++)
      if (mlo_str_eq(mlo_str_from(name, modules[m].len), names[i])) return true;
  return false;
}

/* The first alternative that has a name: of X | None, Optional[X], Union[X, Y], Annotated[X, ...]. */
static mlo_str first_type(const mlo_facts *self, mlo_node from) {
  mlo_str name = nothing;
  for (mlo_node n = from; n != MLO_NO_NODE && !name.len; n = mlo_tree_next_part(self->tree, n))
    if (!is_none(self, n)) name = name_of_type(self, n);
  return name;
}

/* List[X] is a list; Optional[X] an X. inside: the first of the arguments, or their type_parameter. */
static mlo_str name_of_generic(const mlo_facts *self, mlo_node generic) {
  mlo_node base = mlo_tree_part(self->tree, generic);
  mlo_node inside = mlo_tree_next_part(self->tree, base);
  mlo_str name = name_of(self, base);
  if (!is_wrapper(name)) return mlo_str_starts(name, MLO_STR("typing.")) ? nothing : name;
  if (self->tree->nodes[generic].kind == MLO_PY_GENERIC_TYPE)
    inside = mlo_tree_part(self->tree, inside);
  return first_type(self, inside);
}

static mlo_str name_of_type(const mlo_facts *self, mlo_node type) {
  const mlo_tree *tree = self->tree;
  if (type == MLO_NO_NODE) return nothing;
  if (self->memo->depth >= MLO_FACTS_DEPTH || self->memo->steps >= MLO_FACTS_STEPS) {
    self->memo->cut = true;
    return nothing;
  }
  self->memo->depth++;
  self->memo->steps++;
  mlo_str name = nothing;
  switch (tree->nodes[type].kind) {
  case MLO_PY_TYPE:
  case MLO_PY_PARENTHESIZED: name = name_of_type(self, mlo_tree_part(tree, type)); break;
  case MLO_PY_STRING: name = name_of_quoted(self, type); break;
  case MLO_PY_GENERIC_TYPE:
  case MLO_PY_SUBSCRIPT: name = name_of_generic(self, type); break;
  case MLO_PY_UNION_TYPE:
  case MLO_PY_BINARY_OPERATOR:
  case MLO_PY_TUPLE: name = first_type(self, mlo_tree_part(tree, type)); break;
  case MLO_PY_IDENTIFIER:
  case MLO_PY_ATTRIBUTE: name = name_of(self, type); break;
  default: break;
  }
  self->memo->depth--;
  return mlo_str_starts(name, MLO_STR("typing.")) ? nothing : name;
}

/* --- questions --- */

static void begin_question(const mlo_facts *self) {
  if (!self->memo->names && self->bindings.len) {
    mlo_str *names = MLO_NEW_ARRAY(self->arena, mlo_str, self->bindings.len);
    self->memo->states = MLO_NEW_ARRAY(self->arena, uint8_t, self->bindings.len);
    self->memo->names = names;
  }
  self->memo->depth = self->memo->steps = 0;
  self->memo->cut = false;
}

mlo_str mlo_facts_name(const mlo_facts *self, mlo_node expression) {
  begin_question(self);
  return name_of(self, expression);
}

mlo_str mlo_facts_type(const mlo_facts *self, mlo_node annotation) {
  begin_question(self);
  return name_of_type(self, annotation);
}
