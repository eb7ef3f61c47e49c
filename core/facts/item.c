#include "facts/known.h"
#include "facts/names.h"

/* What containers hold. Annotations and known results say it as text; displays and comprehensions are read where they
 * are written, and only when somebody asks. A container that says nothing has items that are named after it, as results
 * are named after the call: "datasets.load_dataset()[]". */

enum { MOST_ITEMS = 64, MOST_TUPLE = 8 };

static const mlo_named nothing = {0};

/* --- text --- */

mlo_str mlo_named_part(mlo_str items, char separator, uint32_t n) {
  size_t from = 0;
  int depth = 0;
  for (size_t i = 0; i <= items.len; i++) {
    char c = i < items.len ? items.ptr[i] : separator;
    depth += c == '[' ? 1 : c == ']' ? -1 : 0;
    if (c != separator || (depth && i < items.len)) continue;
    if (n-- == 0) return items.len ? mlo_str_slice(items, from, i) : (mlo_str){0};
    from = i + 1;
  }
  return (mlo_str){0};
}

/* The [ that belongs to the ] at the end, or SIZE_MAX; "[]" is part of a name. */
static size_t opening(mlo_str text) {
  if (!mlo_str_ends(text, MLO_STR("]")) || mlo_str_ends(text, MLO_STR("[]"))) return SIZE_MAX;
  int depth = 0;
  for (size_t i = text.len; i-- > 0;) {
    depth += text.ptr[i] == ']' ? 1 : text.ptr[i] == '[' ? -1 : 0;
    if (depth == 0) return i;
  }
  return SIZE_MAX;
}

mlo_named mlo_named_of_text(mlo_str text) {
  if (mlo_named_part(text, '|', 1).ptr) return mlo_object(text);
  size_t open = opening(text);
  if (open == SIZE_MAX)
    return (mlo_named){.name = text,
                       .instance = text.len && text.ptr[text.len - 1] != ')' &&
                                   text.ptr[text.len - 1] != ']'};
  mlo_str items = mlo_str_slice(text, open + 1, text.len - 1);
  mlo_str name = mlo_str_slice(text, 0, open);
  if (mlo_str_eq(name, MLO_STR("builtins.type"))) return mlo_thing(items);
  return (mlo_named){.name = name, .items = items, .instance = true};
}

mlo_str mlo_named_text(const mlo_facts *self, mlo_named named) {
  char last = named.name.len ? named.name.ptr[named.name.len - 1] : '\0';
  if (!named.name.len || mlo_named_is_union(named)) return named.name;
  if (!named.instance && (last == ')' || last == ']')) return named.name;
  if (!named.instance)
    return mlo_names_join(self, MLO_STR("builtins.type["), "",
                          mlo_names_join(self, named.name, "]", (mlo_str){0}));
  mlo_str items = mlo_named_items(self, named);
  if (!items.len) return named.name;
  return mlo_names_join(self, mlo_names_join(self, named.name, "[", items), "]", (mlo_str){0});
}

/* --- agreement --- */

/* Parts that differ are not known. */
static mlo_str agreed_items(const mlo_facts *self, mlo_str a, mlo_str b) {
  if (mlo_str_eq(a, b)) return a;
  mlo_str items = {0};
  for (uint32_t n = 0; n < MOST_TUPLE; n++) {
    mlo_str x = mlo_named_part(a, ',', n), y = mlo_named_part(b, ',', n);
    if (!x.ptr && !y.ptr) return items;
    if (!x.ptr || !y.ptr) break;
    mlo_str both = mlo_str_eq(x, y) ? x : (mlo_str){0};
    items = n ? mlo_arena_join(self->arena, items, ",", both) : both;
  }
  return (mlo_str){0};
}

mlo_named mlo_named_agreed(const mlo_facts *self, mlo_named a, mlo_named b) {
  if (!mlo_str_eq(a.name, b.name) || a.instance != b.instance) return nothing;
  if (a.written == b.written && mlo_str_eq(a.items, b.items)) return a;
  a.items = agreed_items(self, mlo_named_items(self, a), mlo_named_items(self, b));
  a.written = 0;
  return a;
}

mlo_named mlo_named_either(const mlo_facts *self, mlo_named a, mlo_named b) {
  if (!a.name.len) return b;
  if (!b.name.len) return a;
  if (mlo_str_eq(a.name, b.name) && a.instance == b.instance) return a;
  mlo_str text = mlo_named_text(self, b);
  for (uint32_t n = 0;; n++) {
    mlo_str part = mlo_named_part(a.name, '|', n);
    if (!part.ptr) break;
    if (mlo_str_eq(part, text)) return a;
  }
  return mlo_object(mlo_names_join(self, mlo_named_text(self, a), "|", text));
}

/* --- what is written --- */

static bool is_dict(uint8_t kind) {
  return kind == MLO_PY_DICT || kind == MLO_PY_DICT_COMPREHENSION;
}

/* The key's or value's expression of a pair; of any other part the part itself. */
static mlo_node side_of(const mlo_facts *self, mlo_node part, unsigned field) {
  return mlo_tree_kind(self->tree, part) == MLO_PY_PAIR ? mlo_tree_field(self->tree, part, field)
                                                        : part;
}

static bool is_splat(uint8_t kind) {
  return kind == MLO_PY_LIST_SPLAT || kind == MLO_PY_DICT_SPLAT;
}

/* What all parts of a display agree on. */
static mlo_named common(const mlo_facts *self, mlo_node display, unsigned field) {
  const mlo_tree *tree = self->tree;
  if (!mlo_tree_is_display(tree, display) &&
      !is_dict(tree->nodes[display].kind)) /* comprehension */
    return mlo_name_expression(self, side_of(self, mlo_tree_part(tree, display), field));
  mlo_named all = nothing;
  uint32_t count = 0;
  for (mlo_node n = mlo_tree_part(tree, display); n != MLO_NO_NODE;
       n = mlo_tree_next_part(tree, n)) {
    if (is_splat(tree->nodes[n].kind) || ++count > MOST_ITEMS) return nothing;
    if (tree->nodes[n].kind == MLO_PY_FOR_IN_CLAUSE) break;
    mlo_named one = mlo_name_expression(self, side_of(self, n, field));
    all = count == 1 ? one : mlo_named_agreed(self, all, one);
    if (!all.name.len) return nothing;
  }
  return all;
}

static mlo_str written_tuple(const mlo_facts *self, mlo_node display) {
  mlo_str items = {0};
  uint32_t count = 0;
  for (mlo_node n = mlo_tree_part(self->tree, display); n != MLO_NO_NODE;
       n = mlo_tree_next_part(self->tree, n)) {
    if (is_splat(self->tree->nodes[n].kind) || ++count > MOST_TUPLE) return (mlo_str){0};
    mlo_str item = mlo_named_text(self, mlo_name_expression(self, n));
    items = count > 1 ? mlo_arena_join(self->arena, items, ",", item) : item;
  }
  return items;
}

mlo_str mlo_named_items(const mlo_facts *self, mlo_named named) {
  if (named.items.len || !named.written) return named.items;
  uint8_t kind = self->tree->nodes[named.written].kind;
  if (kind == MLO_PY_TUPLE || kind == MLO_PY_EXPRESSION_LIST)
    return written_tuple(self, named.written);
  mlo_str item = mlo_named_text(self, common(self, named.written, MLO_FIELD_KEY));
  if (!is_dict(kind)) return item;
  mlo_str value = mlo_named_text(self, common(self, named.written, MLO_FIELD_VALUE));
  if (!item.len && !value.len) return item;
  return mlo_arena_join(self->arena, item, ",", value);
}

/* --- containers --- */

typedef enum holding { OPAQUE, SEQUENCE, MAPPING, TUPLE, TEXT } holding;

static holding kind_of(mlo_named named) {
  static const mlo_str mappings[] = {MLO_STR_INIT("builtins.dict"),
                                     MLO_STR_INIT("collections.Counter"),
                                     MLO_STR_INIT("collections.OrderedDict"),
                                     MLO_STR_INIT("collections.abc.Mapping"),
                                     MLO_STR_INIT("collections.abc.MutableMapping"),
                                     MLO_STR_INIT("collections.defaultdict")};
  if (!named.instance) return OPAQUE;
  for (size_t i = 0; i < sizeof mappings / sizeof *mappings; i++)
    if (mlo_str_eq(named.name, mappings[i])) return MAPPING;
  if (mlo_str_eq(named.name, MLO_STR("builtins.tuple"))) return TUPLE;
  if (mlo_str_eq(named.name, MLO_STR("builtins.str"))) return TEXT;
  bool sequence = mlo_str_starts(named.name, MLO_STR("builtins.")) ||
                  mlo_str_starts(named.name, MLO_STR("collections.")) || named.items.len;
  return sequence ? SEQUENCE : OPAQUE;
}

/* An item of something that is known by name only. */
static mlo_named item_named_after(const mlo_facts *self, mlo_named container) {
  mlo_str known = mlo_known_items(container.name);
  if (known.len) return mlo_named_of_text(mlo_named_part(known, ',', 0));
  bool own = mlo_names_class(self, container.name) != UINT32_MAX;
  if (own || mlo_str_starts(container.name, MLO_STR("builtins."))) return nothing;
  return mlo_thing(mlo_names_join(self, container.name, "[]", (mlo_str){0}));
}

static mlo_named common_of_tuple(const mlo_facts *self, mlo_str items) {
  mlo_named all = mlo_named_of_text(mlo_named_part(items, ',', 0));
  for (uint32_t n = 1;; n++) {
    mlo_str part = mlo_named_part(items, ',', n);
    if (!part.ptr || mlo_str_eq(part, MLO_STR("..."))) return all;
    all = mlo_named_agreed(self, all, mlo_named_of_text(part));
  }
}

mlo_named mlo_name_iterated(const mlo_facts *self, mlo_named container) {
  if (!container.name.len || mlo_named_is_union(container)) return nothing;
  if (mlo_named_is(container, "builtins.range")) return mlo_object(MLO_STR("builtins.int"));
  switch (kind_of(container)) {
  case OPAQUE: return item_named_after(self, container);
  case TEXT: return container;
  case TUPLE:
    if (container.written) return common(self, container.written, MLO_FIELD_KEY);
    return common_of_tuple(self, container.items);
  case SEQUENCE:
  case MAPPING: break;
  }
  if (container.written) return common(self, container.written, MLO_FIELD_KEY);
  return mlo_named_of_text(mlo_named_part(container.items, ',', 0));
}

mlo_named mlo_name_unpacked(const mlo_facts *self, mlo_named container, int32_t position) {
  if (kind_of(container) != TUPLE || position < 0) return mlo_name_iterated(self, container);
  mlo_node written =
      container.written ? mlo_tree_item(self->tree, container.written, position) : MLO_NO_NODE;
  if (written != MLO_NO_NODE) return mlo_name_expression(self, written);
  mlo_str items = mlo_named_items(self, container);
  if (mlo_str_eq(mlo_named_part(items, ',', 1), MLO_STR("..."))) position = 0;
  return mlo_named_of_text(mlo_named_part(items, ',', (uint32_t)position));
}

/* The value that a display gives this constant key, or MLO_NO_NODE. */
static mlo_node value_for_key(const mlo_facts *self, mlo_node display, mlo_str key) {
  const mlo_tree *tree = self->tree;
  for (mlo_node n = mlo_tree_part(tree, display); n != MLO_NO_NODE;
       n = mlo_tree_next_part(tree, n)) {
    mlo_node name = mlo_tree_field(tree, n, MLO_FIELD_KEY);
    if (tree->nodes[n].kind != MLO_PY_PAIR || mlo_tree_kind(tree, name) != MLO_PY_STRING) continue;
    if (mlo_str_eq(mlo_tree_text(tree, mlo_tree_nth_part(tree, name, 1)), key))
      return mlo_tree_field(tree, n, MLO_FIELD_VALUE);
  }
  return MLO_NO_NODE;
}

static mlo_named item_of_mapping(const mlo_facts *self, mlo_named container, mlo_node key) {
  if (!container.written) return mlo_named_of_text(mlo_named_part(container.items, ',', 1));
  if (mlo_tree_kind(self->tree, key) == MLO_PY_STRING) {
    mlo_str text = mlo_tree_text(self->tree, mlo_tree_nth_part(self->tree, key, 1));
    mlo_node value = value_for_key(self, container.written, text);
    if (value != MLO_NO_NODE) return mlo_name_expression(self, value);
    if (self->tree->nodes[container.written].kind == MLO_PY_DICT) return nothing;
  }
  return common(self, container.written, MLO_FIELD_VALUE);
}

static mlo_named sliced(const mlo_facts *self, mlo_named container) {
  static const mlo_str same[] = {MLO_STR_INIT("builtins.list"),    MLO_STR_INIT("builtins.str"),
                                 MLO_STR_INIT("builtins.bytes"),   MLO_STR_INIT("numpy.ndarray"),
                                 MLO_STR_INIT("pandas.DataFrame"), MLO_STR_INIT("pandas.Series"),
                                 MLO_STR_INIT("torch.Tensor")};
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    if (mlo_str_eq(container.name, same[i]))
      return (mlo_named){
          .name = container.name, .items = mlo_named_items(self, container), .instance = true};
  if (mlo_named_is(container, "builtins.tuple")) return mlo_object(container.name);
  return kind_of(container) == OPAQUE ? item_named_after(self, container) : nothing;
}

static mlo_named item_of_own(const mlo_facts *self, uint32_t class) {
  const mlo_binding *method = mlo_scope_last(self, class, MLO_STR("__getitem__"));
  if (!method || method->kind != MLO_BIND_FUNCTION) return nothing;
  return mlo_name_returned(self, mlo_facts_scope_of(self, method->value), false);
}

mlo_named mlo_name_item(const mlo_facts *self, mlo_named container, mlo_node key) {
  const mlo_tree *tree = self->tree;
  if (!container.name.len || mlo_named_is_union(container)) return nothing;
  if (mlo_tree_kind(tree, key) == MLO_PY_SLICE) return sliced(self, container);
  uint32_t own = mlo_names_class(self, container.name);
  if (own != UINT32_MAX && container.instance) return item_of_own(self, own);
  mlo_str text = mlo_tree_text(tree, key);
  switch (kind_of(container)) {
  case MAPPING: return item_of_mapping(self, container, key);
  case TUPLE:
    if (mlo_tree_kind(tree, key) == MLO_PY_INTEGER && text.len == 1)
      return mlo_name_unpacked(self, container, text.ptr[0] - '0');
    break;
  case SEQUENCE:
    if (container.written && mlo_tree_kind(tree, key) == MLO_PY_INTEGER && text.len == 1) {
      mlo_node item = mlo_tree_item(tree, container.written, text.ptr[0] - '0');
      if (item != MLO_NO_NODE) return mlo_name_expression(self, item);
    }
    break;
  case OPAQUE:
  case TEXT: break;
  }
  return mlo_name_iterated(self, container);
}

/* --- subscripts --- */

static mlo_node last_subscript(const mlo_facts *self, mlo_node node) {
  const mlo_tree *tree = self->tree;
  mlo_node last = MLO_NO_NODE;
  for (mlo_node n = mlo_tree_first_child(tree, node); n != MLO_NO_NODE; n = tree->nodes[n].next)
    if (tree->nodes[n].field == MLO_FIELD_SUBSCRIPT) last = n;
  return last;
}

/* df["a"] is a Series; df[["a", "b"]], df[mask] and df.loc[rows] are frames. */
static mlo_named item_of_frame(const mlo_facts *self, mlo_named frame, mlo_node last) {
  mlo_named by = mlo_name_expression(self, last);
  if (mlo_named_is(by, "builtins.str")) return mlo_object(MLO_STR("pandas.Series"));
  if (mlo_named_is(by, "builtins.list")) return mlo_object(MLO_STR("pandas.DataFrame"));
  switch (mlo_tree_kind(self->tree, last)) {
  case MLO_PY_SLICE:
  case MLO_PY_COMPARISON: return mlo_object(MLO_STR("pandas.DataFrame"));
  default: return item_named_after(self, frame);
  }
}

/* CONFIG is a value by convention, Config a class. */
static bool is_shouted(mlo_str name) {
  size_t dot = mlo_str_rfind_char(name, '.');
  for (size_t i = dot == SIZE_MAX ? 0 : dot + 1; i < name.len; i++)
    if (name.ptr[i] >= 'a' && name.ptr[i] <= 'z') return false;
  return true;
}

/* Repository[Model] is still the class. */
static bool is_generic_class(const mlo_facts *self, mlo_named owner, uint8_t key) {
  if (owner.instance || key == MLO_PY_STRING || key == MLO_PY_INTEGER) return false;
  if (mlo_names_class(self, owner.name) != UINT32_MAX) return true;
  return mlo_is_lower_class(owner.name) ||
         (mlo_name_is_class(owner.name) && !is_shouted(owner.name));
}

mlo_named mlo_name_subscript(const mlo_facts *self, mlo_node node) {
  mlo_named owner = mlo_name_expression(self, mlo_tree_field(self->tree, node, MLO_FIELD_VALUE));
  if (!owner.name.len) return nothing;
  mlo_node last = last_subscript(self, node);
  bool located = mlo_str_eq(owner.name, MLO_STR("pandas.DataFrame.loc")) ||
                 mlo_str_eq(owner.name, MLO_STR("pandas.DataFrame.iloc"));
  if (located || mlo_named_is(owner, "pandas.DataFrame")) return item_of_frame(self, owner, last);
  if (is_generic_class(self, owner, mlo_tree_kind(self->tree, last))) return owner;
  return mlo_name_item(self, owner, last);
}
