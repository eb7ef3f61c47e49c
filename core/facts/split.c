#include "facts/split.h"

#include "facts/scope.h"
#include "facts/table_op.h"
#include "facts/term.h"

enum { MOST_SPLIT_STEPS = 512, DEEPEST_SPLIT = 40, MOST_PARTNERS = 256 };

/* Cuts and samples make a part only if the rest is taken too: where that may stand. */
struct mlo_splits {
  MLO_ARRAY(mlo_node) slices; /* in subscripts */
  MLO_ARRAY(uint32_t) drops;  /* calls of drop(x.index) */
};

typedef struct asking {
  const mlo_facts *facts;
  const mlo_tree *tree;
  uint32_t steps;
} asking;

static const mlo_split nothing = {.made = MLO_NO_NODE, .whole = MLO_NO_NODE};

static mlo_split rows_of(asking *a, const mlo_term *v, int depth);

static mlo_split rows_at(asking *a, const mlo_term *v, mlo_node node, int depth) {
  if (node == MLO_NO_NODE) return nothing;
  mlo_term inner = {.node = node, .context = v->context};
  return rows_of(a, &inner, depth + 1);
}

static struct mlo_splits *splits_of(asking *a) {
  struct mlo_facts_memo *memo = a->facts->memo;
  if (memo->splits) return memo->splits;
  struct mlo_splits *splits = memo->splits = MLO_NEW(a->facts->arena, struct mlo_splits);
  for (mlo_node n = 0; n < a->tree->count && splits->slices.len < MOST_PARTNERS; n++)
    if (a->tree->nodes[n].kind == MLO_PY_SLICE) MLO_PUSH(a->facts->arena, &splits->slices, n);
  for (uint32_t i = 0; i < a->facts->calls.len && splits->drops.len < MOST_PARTNERS; i++)
    if (mlo_str_eq(a->facts->calls.items[i].method, MLO_STR("drop")))
      MLO_PUSH(a->facts->arena, &splits->drops, i);
  return splits;
}

/* --- parts of parts --- */

/* What was left of training data for a check is validation; what a held-out part is cut into is both. */
static mlo_part_kind composed(mlo_part_kind outer, mlo_part_kind inner) {
  if (outer == MLO_PART_TRAIN) return inner == MLO_PART_TRAIN ? inner : MLO_PART_VALIDATION;
  if (outer == MLO_PART_TEST || outer == MLO_PART_VALIDATION)
    return inner == MLO_PART_TRAIN ? MLO_PART_VALIDATION : outer;
  return inner;
}

static mlo_split part_of(asking *a, const mlo_term *v, mlo_node made, mlo_node whole,
                         mlo_part_kind part, int depth) {
  mlo_split outer = rows_at(a, v, whole, depth);
  if (outer.by_name) outer.part = MLO_PART_UNKNOWN; /* train_df that is split is all of it here */
  mlo_split out = {
      .part = composed(outer.part, part), .role = outer.role, .made = made, .whole = whole};
  return out;
}

/* --- split calls --- */

/* The positional arguments are cut into two parts each, in order. */
static mlo_split train_test_item(asking *a, const mlo_term *v, const mlo_call *call, int32_t item,
                                 int depth) {
  mlo_node whole = mlo_call_argument(a->facts, call, (mlo_str){0}, item / 2);
  if (whole == MLO_NO_NODE) return nothing;
  mlo_split out =
      part_of(a, v, call->node, whole, item % 2 ? MLO_PART_TEST : MLO_PART_TRAIN, depth);
  bool pair = mlo_call_positional_count(a->facts, call) == 2;
  if (pair) out.role = item / 2 ? MLO_ROLE_TARGET : MLO_ROLE_FEATURES;
  return out;
}

static mlo_split random_item(asking *a, const mlo_term *v, const mlo_call *call, int32_t item,
                             int depth) {
  mlo_node lengths = mlo_call_argument(a->facts, call, MLO_STR("lengths"), 1);
  uint32_t parts = 0;
  for (mlo_node n = mlo_tree_part(a->tree, lengths); n != MLO_NO_NODE;
       n = mlo_tree_next_part(a->tree, n))
    parts++;
  static const mlo_part_kind three[] = {MLO_PART_TRAIN, MLO_PART_VALIDATION, MLO_PART_TEST};
  if (item > 2 || !mlo_tree_is_display(a->tree, lengths) || parts > 3) return nothing;
  mlo_part_kind part = parts == 2 && item == 1 ? MLO_PART_TEST : three[item];
  return part_of(a, v, call->node, mlo_call_argument(a->facts, call, MLO_STR("dataset"), 0), part,
                 depth);
}

static mlo_part_kind part_by_word(mlo_str word) {
  static const struct {
    mlo_str word;
    mlo_part_kind part;
  } words[] = {{MLO_STR_INIT("train"), MLO_PART_TRAIN},
               {MLO_STR_INIT("training"), MLO_PART_TRAIN},
               {MLO_STR_INIT("test"), MLO_PART_TEST},
               {MLO_STR_INIT("testing"), MLO_PART_TEST},
               {MLO_STR_INIT("val"), MLO_PART_VALIDATION},
               {MLO_STR_INIT("valid"), MLO_PART_VALIDATION},
               {MLO_STR_INIT("validation"), MLO_PART_VALIDATION},
               {MLO_STR_INIT("dev"), MLO_PART_VALIDATION},
               {MLO_STR_INIT("holdout"), MLO_PART_TEST},
               {MLO_STR_INIT("xtrain"), MLO_PART_TRAIN},
               {MLO_STR_INIT("xtest"), MLO_PART_TEST},
               {MLO_STR_INIT("ytrain"), MLO_PART_TRAIN},
               {MLO_STR_INIT("ytest"), MLO_PART_TEST}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (mlo_str_eq_nocase(word, words[i].word)) return words[i].part;
  return MLO_PART_UNKNOWN;
}

/* datasets: ds["test"] of what load_dataset or ds.train_test_split gave. */
static mlo_split dataset_key(asking *a, const mlo_call *call, mlo_str key) {
  bool known = mlo_str_eq(call->method, MLO_STR("train_test_split")) ||
               mlo_str_eq(call->method, MLO_STR("load_dataset")) ||
               mlo_str_eq(call->method, MLO_STR("load_from_disk"));
  mlo_part_kind part = known ? part_by_word(key) : MLO_PART_UNKNOWN;
  if (part == MLO_PART_UNKNOWN) return nothing;
  return (mlo_split){.part = part, .made = call->node, .whole = mlo_call_receiver(a->facts, call)};
}

static bool is_splitter(asking *a, const mlo_call *call) {
  return mlo_str_eq(call->method, MLO_STR("split")) &&
         mlo_str_starts(mlo_facts_name(a->facts, call->callee),
                        MLO_STR("sklearn.model_selection."));
}

/* A function of another module that splits one of its arguments, or keeps its rows. */
static mlo_split by_summary(asking *a, const mlo_term *v, int32_t item, int depth) {
  mlo_node argument;
  const mlo_returned *found = mlo_term_returned(a->facts, v->node, item, &argument);
  if (!found || argument == MLO_NO_NODE) return nothing;
  if (found->part == MLO_PART_UNKNOWN) return rows_at(a, v, argument, depth);
  return part_of(a, v, v->node, argument, found->part, depth);
}

/* An item of what a call gives; the second item of next(splitter.split(X)) are the indices of the test fold. */
static mlo_split item_of_call(asking *a, const mlo_term *v, const mlo_call *call, int depth) {
  const mlo_path_step *step = &v->path[v->depth - 1];
  if (step->item < 0) return dataset_key(a, call, step->key);
  if (mlo_str_eq(call->method, MLO_STR("train_test_split")) && v->depth == 1)
    return train_test_item(a, v, call, step->item, depth);
  if (mlo_str_eq(call->method, MLO_STR("random_split")) && v->depth == 1)
    return random_item(a, v, call, step->item, depth);
  if (mlo_str_eq(call->method, MLO_STR("fit_resample")) ||
      mlo_str_eq(call->method, MLO_STR("shuffle"))) {
    mlo_split out = rows_at(
        a, v,
        mlo_call_argument(a->facts, call, step->item ? MLO_STR("y") : MLO_STR("X"), step->item),
        depth);
    return out;
  }
  if (mlo_str_eq(call->method, MLO_STR("next"))) {
    mlo_node inner = mlo_call_argument(a->facts, call, (mlo_str){0}, 0);
    uint32_t index = mlo_facts_call(a->facts, inner);
    if (index == UINT32_MAX) return nothing;
    const mlo_call *split = &a->facts->calls.items[index];
    if (mlo_str_eq(split->method, MLO_STR("iter"))) {
      index = mlo_facts_call(a->facts, mlo_call_argument(a->facts, split, (mlo_str){0}, 0));
      split = index == UINT32_MAX ? split : &a->facts->calls.items[index];
    }
    if (!is_splitter(a, split) || step->item > 1) return nothing;
    return (mlo_split){.part = step->item ? MLO_PART_TEST : MLO_PART_TRAIN,
                       .made = split->node,
                       .whole = MLO_NO_NODE};
  }
  return v->depth == 1 ? by_summary(a, v, step->item, depth) : nothing;
}

/* --- folds: for train, test in splitter.split(X) --- */

/* The items that lead from a loop's element to its target, the outermost last; the loop's iterable, or MLO_NO_NODE. */
static mlo_node loop_path(const mlo_tree *tree, mlo_node target, int32_t *items, int *count) {
  mlo_node part = target;
  *count = 0;
  for (mlo_node n = tree->nodes[part].parent; n != MLO_NO_NODE;
       part = n, n = tree->nodes[n].parent) {
    uint8_t kind = tree->nodes[n].kind;
    if (kind == MLO_PY_FOR || kind == MLO_PY_FOR_IN_CLAUSE)
      return tree->nodes[part].field == MLO_FIELD_LEFT ? mlo_tree_field(tree, n, MLO_FIELD_RIGHT)
                                                       : MLO_NO_NODE;
    if (kind != MLO_PY_PATTERN_LIST && kind != MLO_PY_TUPLE_PATTERN && kind != MLO_PY_LIST_PATTERN)
      return MLO_NO_NODE;
    if (*count == 3) return MLO_NO_NODE;
    int32_t item = 0;
    for (mlo_node c = mlo_tree_part(tree, n); c != part; c = mlo_tree_next_part(tree, c)) item++;
    items[(*count)++] = item;
  }
  return MLO_NO_NODE;
}

static mlo_split fold_of(asking *a, mlo_node target) {
  int32_t items[3];
  int count;
  mlo_node iterable = loop_path(a->tree, target, items, &count);
  for (int i = 0; i < 3; i++) {
    uint32_t index = mlo_facts_call(a->facts, iterable);
    if (index == UINT32_MAX) return nothing;
    const mlo_call *call = &a->facts->calls.items[index];
    if (is_splitter(a, call) && count == 1 && items[0] < 2)
      return (mlo_split){.part = items[0] ? MLO_PART_TEST : MLO_PART_TRAIN,
                         .made = call->node,
                         .whole = MLO_NO_NODE};
    bool counted = mlo_str_eq(call->method, MLO_STR("enumerate"));
    if (counted && (!count || items[--count] != 1)) return nothing;
    if (!counted && !mlo_str_eq(call->method, MLO_STR("list")) &&
        !mlo_str_eq(call->method, MLO_STR("tqdm")))
      return nothing;
    iterable = mlo_call_argument(a->facts, call, (mlo_str){0}, 0);
  }
  return nothing;
}

/* --- cuts --- */

/* x[:n] and x[n:] of the same x. */
static mlo_part_kind cut_by(asking *a, mlo_node subscript, mlo_node slice) {
  mlo_str text = mlo_tree_text(a->tree, slice);
  bool head = mlo_str_starts(text, MLO_STR(":")), tail = mlo_str_ends(text, MLO_STR(":"));
  if (head == tail) return MLO_PART_UNKNOWN;
  mlo_str bound = mlo_str_trim(head ? mlo_str_from(text, 1) : mlo_str_slice(text, 0, text.len - 1));
  mlo_str owner = mlo_tree_text(a->tree, mlo_tree_field(a->tree, subscript, MLO_FIELD_VALUE));
  const struct mlo_splits *splits = splits_of(a);
  for (uint32_t i = 0; i < splits->slices.len; i++) {
    mlo_node other = splits->slices.items[i];
    mlo_str rest = mlo_tree_text(a->tree, other);
    bool opposite = head ? mlo_str_ends(rest, MLO_STR(":")) : mlo_str_starts(rest, MLO_STR(":"));
    mlo_str same = mlo_str_trim(head ? mlo_str_slice(rest, 0, rest.len ? rest.len - 1 : 0)
                                     : mlo_str_from(rest, 1));
    mlo_node from = mlo_tree_field(a->tree, mlo_tree_parent(a->tree, other), MLO_FIELD_VALUE);
    if (opposite && mlo_str_eq(same, bound) && mlo_str_eq(mlo_tree_text(a->tree, from), owner))
      return head ? MLO_PART_TRAIN : MLO_PART_TEST;
  }
  return MLO_PART_UNKNOWN;
}

static mlo_str index_owner(asking *a, const mlo_call *drop) {
  mlo_node argument = mlo_call_argument(a->facts, drop, MLO_STR("index"), 0);
  mlo_str name = mlo_tree_text(a->tree, mlo_tree_field(a->tree, argument, MLO_FIELD_ATTRIBUTE));
  if (mlo_tree_kind(a->tree, argument) != MLO_PY_ATTRIBUTE || !mlo_str_eq(name, MLO_STR("index")))
    return (mlo_str){0};
  return mlo_tree_text(a->tree, mlo_tree_field(a->tree, argument, MLO_FIELD_OBJECT));
}

/* train = df.sample(frac=0.8); test = df.drop(train.index) */
static mlo_part_kind sampled(asking *a, const mlo_call *call) {
  const mlo_tree *tree = a->tree;
  if (mlo_str_eq(call->method, MLO_STR("drop")))
    return index_owner(a, call).len ? MLO_PART_TEST : MLO_PART_UNKNOWN;
  if (!mlo_str_eq(call->method, MLO_STR("sample"))) return MLO_PART_UNKNOWN;
  mlo_str name =
      mlo_tree_text(tree, mlo_tree_field(tree, tree->nodes[call->node].parent, MLO_FIELD_LEFT));
  const struct mlo_splits *splits = splits_of(a);
  for (uint32_t i = 0; name.len && i < splits->drops.len; i++)
    if (mlo_str_eq(index_owner(a, &a->facts->calls.items[splits->drops.items[i]]), name))
      return MLO_PART_TRAIN;
  return MLO_PART_UNKNOWN;
}

/* --- expressions --- */

static mlo_split rows_of_subscript(asking *a, const mlo_term *v, int depth) {
  const mlo_tree *tree = a->tree;
  mlo_node owner = mlo_tree_field(tree, v->node, MLO_FIELD_VALUE),
           key = mlo_tree_next_part(tree, owner);
  mlo_str locator = mlo_tree_kind(tree, owner) == MLO_PY_ATTRIBUTE
                        ? mlo_tree_text(tree, mlo_tree_field(tree, owner, MLO_FIELD_ATTRIBUTE))
                        : (mlo_str){0};
  bool located = mlo_str_eq(locator, MLO_STR("loc")) || mlo_str_eq(locator, MLO_STR("iloc"));
  mlo_node data = located ? mlo_tree_field(tree, owner, MLO_FIELD_OBJECT) : owner;
  uint8_t kind = mlo_tree_kind(tree, key);
  mlo_part_kind cut = kind == MLO_PY_SLICE ? cut_by(a, v->node, key) : MLO_PART_UNKNOWN;
  if (cut != MLO_PART_UNKNOWN) return part_of(a, v, v->node, data, cut, depth);
  if (kind == MLO_PY_IDENTIFIER || kind == MLO_PY_ATTRIBUTE) {
    mlo_split rows = rows_at(a, v, key, depth);
    if (rows.made != MLO_NO_NODE && rows.whole == MLO_NO_NODE)
      return part_of(a, v, rows.made, data, rows.part, depth);
  }
  mlo_term_list back;
  mlo_term_back(a->facts, v, &back);
  for (uint32_t i = 0; i < back.len; i++) {
    mlo_split part = rows_of(a, &back.items[i], depth + 1);
    if (part.part != MLO_PART_UNKNOWN && back.len == 1) return part;
  }
  return rows_at(a, v, data, depth);
}

static mlo_split rows_of_call(asking *a, const mlo_term *v, int depth) {
  const mlo_call *call = &a->facts->calls.items[mlo_facts_call(a->facts, v->node)];
  if (v->depth) return item_of_call(a, v, call, depth);
  mlo_node data;
  mlo_table_op op = mlo_facts_table_op(a->facts, call, &data);
  mlo_part_kind part = sampled(a, call);
  if (part != MLO_PART_UNKNOWN)
    return part_of(a, v, call->node, mlo_call_receiver(a->facts, call), part, depth);
  mlo_constant key =
      mlo_facts_constant(a->facts, mlo_call_argument(a->facts, call, MLO_STR("split"), -1));
  if (key.kind == MLO_CONSTANT_STRING && mlo_str_eq(call->method, MLO_STR("load_dataset")))
    return dataset_key(a, call, key.text);
  return op == MLO_OP_NONE ? by_summary(a, v, -1, depth) : rows_at(a, v, data, depth);
}

static mlo_split rows_of_expression(asking *a, const mlo_term *v, int depth) {
  const mlo_tree *tree = a->tree;
  switch (tree->nodes[v->node].kind) {
  case MLO_PY_CALL: return rows_of_call(a, v, depth);
  case MLO_PY_SUBSCRIPT: return rows_of_subscript(a, v, depth);
  case MLO_PY_ATTRIBUTE:
    return rows_at(a, v, mlo_tree_field(tree, v->node, MLO_FIELD_OBJECT), depth);
  case MLO_PY_COMPARISON: return rows_at(a, v, mlo_tree_part(tree, v->node), depth);
  case MLO_PY_BINARY_OPERATOR: {
    mlo_split left = rows_at(a, v, mlo_tree_field(tree, v->node, MLO_FIELD_LEFT), depth);
    return left.part != MLO_PART_UNKNOWN
               ? left
               : rows_at(a, v, mlo_tree_field(tree, v->node, MLO_FIELD_RIGHT), depth);
  }
  case MLO_PY_AUGMENTED_ASSIGNMENT: {
    mlo_node left = mlo_tree_field(tree, v->node, MLO_FIELD_LEFT);
    const mlo_def *d = mlo_flow_def(a->facts, mlo_flow_value(a->facts, left));
    mlo_term before;
    if (d->kind != MLO_DEF_BINDING || !mlo_term_bound(a->facts, d->binding, v->context, &before))
      return nothing;
    return rows_of(a, &before, depth + 1);
  }
  case MLO_PY_IDENTIFIER:
    return mlo_flow_is_target(a->facts, v->node) ? fold_of(a, v->node) : nothing;
  default: return nothing;
  }
}

/* --- names, as a last resort --- */

static mlo_role role_by_word(mlo_str word) {
  static const struct {
    mlo_str word;
    mlo_role role;
  } words[] = {
      {MLO_STR_INIT("x"), MLO_ROLE_FEATURES},      {MLO_STR_INIT("features"), MLO_ROLE_FEATURES},
      {MLO_STR_INIT("xtrain"), MLO_ROLE_FEATURES}, {MLO_STR_INIT("xtest"), MLO_ROLE_FEATURES},
      {MLO_STR_INIT("y"), MLO_ROLE_TARGET},        {MLO_STR_INIT("target"), MLO_ROLE_TARGET},
      {MLO_STR_INIT("targets"), MLO_ROLE_TARGET},  {MLO_STR_INIT("labels"), MLO_ROLE_TARGET},
      {MLO_STR_INIT("ytrain"), MLO_ROLE_TARGET},   {MLO_STR_INIT("ytest"), MLO_ROLE_TARGET}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (mlo_str_eq_nocase(word, words[i].word)) return words[i].role;
  return MLO_ROLE_UNKNOWN;
}

static mlo_split by_name(asking *a, mlo_node node) {
  const mlo_tree *tree = a->tree;
  mlo_split out = {.made = MLO_NO_NODE, .whole = MLO_NO_NODE, .by_name = true};
  if (tree->nodes[node].kind == MLO_PY_ATTRIBUTE)
    node = mlo_tree_field(tree, node, MLO_FIELD_ATTRIBUTE);
  if (mlo_tree_kind(tree, node) != MLO_PY_IDENTIFIER) return nothing;
  for (mlo_str rest = mlo_tree_text(tree, node); rest.ptr;) {
    mlo_str word = mlo_str_cut(&rest, '_');
    mlo_part_kind part = part_by_word(word);
    if (part != MLO_PART_UNKNOWN && out.part != MLO_PART_UNKNOWN) return nothing;
    if (part != MLO_PART_UNKNOWN) out.part = part;
    if (out.role == MLO_ROLE_UNKNOWN) out.role = role_by_word(word);
  }
  return out.part == MLO_PART_UNKNOWN ? nothing : out;
}

/* --- one value --- */

/* Several values: the part that all of them are. */
static mlo_split agreed(asking *a, const mlo_term_list *list, int depth) {
  mlo_split out = nothing;
  for (uint32_t i = 0; i < list->len; i++) {
    mlo_split one = rows_of(a, &list->items[i], depth + 1);
    if (i && one.part != out.part) return nothing;
    if (!i) out = one;
  }
  return list->cut ? nothing : out;
}

static mlo_split rows_of(asking *a, const mlo_term *v, int depth) {
  if (depth > DEEPEST_SPLIT || ++a->steps > MOST_SPLIT_STEPS) return nothing;
  mlo_term_list back;
  mlo_split out = nothing;
  bool item = v->depth && a->tree->nodes[v->node].kind == MLO_PY_CALL;
  if (item) out = rows_of_expression(a, v, depth);
  if (out.part != MLO_PART_UNKNOWN) return out;
  mlo_term_back(a->facts, v, &back);
  if (a->tree->nodes[v->node].kind != MLO_PY_SUBSCRIPT) out = agreed(a, &back, depth);
  if (out.part == MLO_PART_UNKNOWN && !item && !v->depth &&
      (!back.len || a->tree->nodes[v->node].kind == MLO_PY_SUBSCRIPT))
    out = rows_of_expression(a, v, depth);
  return out.part == MLO_PART_UNKNOWN && !v->depth ? by_name(a, v->node) : out;
}

void mlo_split_at(const mlo_facts *self, const mlo_term *v, mlo_split *out) {
  *out = nothing;
  if (v->node == MLO_NO_NODE) return;
  asking a = {.facts = self, .tree = self->tree};
  *out = rows_of(&a, v, 0);
}

void mlo_facts_split(const mlo_facts *self, mlo_node expression, mlo_split *out) {
  mlo_split_at(self, &(mlo_term){.node = expression}, out);
}

const char *mlo_part_name(mlo_part_kind part) {
  switch (part) {
  case MLO_PART_UNKNOWN: return NULL;
  case MLO_PART_WHOLE: return "whole";
  case MLO_PART_TRAIN: return "train";
  case MLO_PART_VALIDATION: return "validation";
  case MLO_PART_TEST: return "test";
  }
  return NULL;
}

const char *mlo_role_name(mlo_role role) {
  switch (role) {
  case MLO_ROLE_UNKNOWN: return NULL;
  case MLO_ROLE_FEATURES: return "features";
  case MLO_ROLE_TARGET: return "target";
  }
  return NULL;
}
