#include "facts/frame_step.h"

#include "facts/fit.h"

/* --- selections --- */

/* Columns of `from` that a list of columns, or a list relative to the same data, selects. */
static mlo_frame_answer selected(mlo_frame_asking *a, mlo_frame_answer from,
                                 const mlo_frame_answer *list) {
  if (!from.frame.known || !list->frame.known) return mlo_frame_unknown();
  if (list->frame.columns.exact) {
    mlo_strs names = {list->frame.columns.has.items, list->frame.columns.has.len,
                      list->frame.columns.has.len};
    mlo_frame_select(&from.frame, &names, a->arena);
    return from;
  }
  if (!mlo_frame_same_base(&from.frame, &list->frame) || from.frame.columns.exact)
    return mlo_frame_unknown();
  mlo_strs lost = {list->frame.columns.lost.items, list->frame.columns.lost.len,
                   list->frame.columns.lost.len};
  return mlo_frame_without(a, from, &lost);
}

static mlo_frame_answer column_of(mlo_frame_asking *a, mlo_frame_answer from, mlo_str name) {
  if (!from.frame.known) return mlo_frame_unknown();
  mlo_strs one = {0};
  MLO_PUSH(a->arena, &one, name);
  mlo_frame_select(&from.frame, &one, a->arena);
  from.frame.column = true;
  return from;
}

static bool is_row_mask(const mlo_tree *tree, mlo_node key) {
  switch (mlo_tree_kind(tree, mlo_tree_bare(tree, key))) {
  case MLO_PY_COMPARISON:
  case MLO_PY_UNARY_OPERATOR:
  case MLO_PY_NOT:
  case MLO_PY_SLICE: return true;
  case MLO_PY_BINARY_OPERATOR: {
    mlo_str sign =
        mlo_tree_text(tree, mlo_tree_field(tree, mlo_tree_bare(tree, key), MLO_FIELD_OPERATOR));
    return mlo_str_eq(sign, MLO_STR("&")) || mlo_str_eq(sign, MLO_STR("|"));
  }
  default: return false;
  }
}

static mlo_frame_answer by_key(mlo_frame_asking *a, const mlo_term *v, mlo_frame_answer from,
                               mlo_node key, int depth) {
  mlo_constant constant = mlo_facts_constant(a->facts, key);
  if (constant.kind == MLO_CONSTANT_STRING && !constant.partial)
    return column_of(a, from, constant.text);
  mlo_frame_answer list = mlo_frame_of_node(a, v, key, MLO_ASPECT_LIST, depth);
  return list.frame.known ? selected(a, from, &list) : mlo_frame_unknown();
}

/* The parts of a subscript: table[first] or table[first, second]. */
static mlo_frame_answer table_subscript(mlo_frame_asking *a, const mlo_term *v, int depth) {
  const mlo_tree *tree = a->tree;
  mlo_node owner = mlo_tree_field(tree, v->node, MLO_FIELD_VALUE);
  mlo_node first = mlo_tree_next_part(tree, owner), second = mlo_tree_next_part(tree, first);
  mlo_str locator = mlo_tree_kind(tree, owner) == MLO_PY_ATTRIBUTE
                        ? mlo_tree_text(tree, mlo_tree_field(tree, owner, MLO_FIELD_ATTRIBUTE))
                        : (mlo_str){0};
  bool loc = mlo_str_eq(locator, MLO_STR("loc")), iloc = mlo_str_eq(locator, MLO_STR("iloc"));
  if (!loc && !iloc) {
    if (second != MLO_NO_NODE) return mlo_frame_unknown();
    mlo_frame_answer from = mlo_frame_of_node(a, v, owner, MLO_ASPECT_TABLE, depth);
    return is_row_mask(tree, first) ? from : by_key(a, v, from, first, depth);
  }
  mlo_frame_answer from = mlo_frame_of_node(a, v, mlo_tree_field(tree, owner, MLO_FIELD_OBJECT),
                                            MLO_ASPECT_TABLE, depth);
  if (second == MLO_NO_NODE) return from;
  bool all = mlo_str_eq(mlo_tree_text(tree, second), MLO_STR(":"));
  return all ? from : loc ? by_key(a, v, from, second, depth) : mlo_frame_unknown();
}

static mlo_frame_answer table_attribute(mlo_frame_asking *a, const mlo_term *v, int depth,
                                        bool *understood) {
  static const mlo_str no_columns[] = {
      MLO_STR_INIT("T"),      MLO_STR_INIT("at"),   MLO_STR_INIT("attrs"), MLO_STR_INIT("columns"),
      MLO_STR_INIT("dtypes"), MLO_STR_INIT("iat"),  MLO_STR_INIT("iloc"),  MLO_STR_INIT("index"),
      MLO_STR_INIT("loc"),    MLO_STR_INIT("plot"), MLO_STR_INIT("shape"), MLO_STR_INIT("size"),
      MLO_STR_INIT("str"),    MLO_STR_INIT("style")};
  const mlo_tree *tree = a->tree;
  mlo_node object = mlo_tree_field(tree, v->node, MLO_FIELD_OBJECT);
  mlo_str name = mlo_tree_text(tree, mlo_tree_field(tree, v->node, MLO_FIELD_ATTRIBUTE));
  *understood = true;
  if (mlo_str_eq(name, MLO_STR("values")))
    return mlo_frame_of_node(a, v, object, MLO_ASPECT_TABLE, depth);
  bool frame = mlo_str_eq(mlo_facts_name(a->facts, object), MLO_STR("pandas.DataFrame"));
  for (size_t i = 0; i < sizeof no_columns / sizeof *no_columns; i++)
    frame &= !mlo_str_eq(name, no_columns[i]);
  if (frame) return column_of(a, mlo_frame_of_node(a, v, object, MLO_ASPECT_TABLE, depth), name);
  *understood = false;
  return mlo_frame_unknown();
}

/* --- calls --- */

/* drop("a", axis=1), drop(columns=["a"]), drop(["a"], 1); of rows: the columns stay. */
static mlo_frame_answer dropped(mlo_frame_asking *a, const mlo_term *v, const mlo_call *call,
                                mlo_frame_answer from, int depth) {
  mlo_node columns = mlo_frame_argument(a, call, "columns", -1),
           axis = mlo_frame_argument(a, call, "axis", 1);
  mlo_strs names = {0};
  if (columns == MLO_NO_NODE) {
    mlo_constant kind = mlo_facts_constant(a->facts, axis);
    bool by_column =
        (kind.kind == MLO_CONSTANT_INTEGER && kind.integer == 1) ||
        (kind.kind == MLO_CONSTANT_STRING && mlo_str_eq(kind.text, MLO_STR("columns")));
    if (!by_column && axis != MLO_NO_NODE && kind.kind == MLO_CONSTANT_UNKNOWN)
      return mlo_frame_unknown();
    columns = mlo_frame_argument(a, call, "labels", 0);
    /* polars' drop has no axis */
    bool polars = mlo_str_starts(mlo_facts_name(a->facts, call->callee), MLO_STR("polars."));
    if (!by_column && !polars) return from;
  }
  return mlo_frame_names(a, v, columns, &names, depth) ? mlo_frame_without(a, from, &names)
                                                       : mlo_frame_unknown();
}

/* The text that an expression is, wholly known. */
static bool text_of(mlo_frame_asking *a, mlo_node node, mlo_str *out) {
  mlo_constant constant = mlo_facts_constant(a->facts, node);
  *out = constant.text;
  return constant.kind == MLO_CONSTANT_STRING && !constant.partial;
}

/* The pairs of a dictionary that is known and never changed; MLO_NO_NODE for any other expression. */
static mlo_node written_dict(mlo_frame_asking *a, mlo_node expression) {
  mlo_constant map = mlo_facts_constant(a->facts, expression);
  bool known = map.kind == MLO_CONSTANT_DICT && !mlo_facts_items_change(a->facts, expression);
  return known ? map.node : MLO_NO_NODE;
}

/* The keys of such a dictionary; false if one is not known: an expression, a **splat. */
static bool add_keys(mlo_frame_asking *a, mlo_node expression, mlo_strs *out) {
  const mlo_tree *tree = a->tree;
  mlo_node dict = written_dict(a, expression);
  for (mlo_node n = mlo_tree_part(tree, dict); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n)) {
    mlo_str key;
    if (!text_of(a, mlo_tree_field(tree, n, MLO_FIELD_KEY), &key)) return false;
    MLO_PUSH(a->arena, out, key);
  }
  return dict != MLO_NO_NODE;
}

static bool has_named_splat(mlo_frame_asking *a, const mlo_call *call) {
  for (mlo_node n = mlo_tree_part(a->tree, call->arguments); n != MLO_NO_NODE;
       n = mlo_tree_next_part(a->tree, n))
    if (a->tree->nodes[n].kind == MLO_PY_DICT_SPLAT) return true;
  return false;
}

static mlo_frame_answer renamed(mlo_frame_asking *a, const mlo_call *call, mlo_frame_answer from) {
  const mlo_tree *tree = a->tree;
  mlo_node columns = mlo_frame_argument(a, call, "columns", -1);
  if (columns == MLO_NO_NODE) return from;
  mlo_node map = written_dict(a, columns);
  if (map == MLO_NO_NODE) return mlo_frame_unknown();
  mlo_frame_own_lists(&from.frame, a->arena);
  for (mlo_node n = mlo_tree_part(tree, map); n != MLO_NO_NODE; n = mlo_tree_next_part(tree, n)) {
    mlo_str old, new;
    if (!text_of(a, mlo_tree_field(tree, n, MLO_FIELD_KEY), &old) ||
        !text_of(a, mlo_tree_field(tree, n, MLO_FIELD_VALUE), &new))
      return mlo_frame_unknown();
    mlo_frame_lose(&from.frame, old, a->arena);
    mlo_frame_add(&from.frame, new, a->arena);
  }
  return from;
}

static mlo_frame_answer assigned(mlo_frame_asking *a, const mlo_call *call, mlo_frame_answer from) {
  const mlo_tree *tree = a->tree;
  mlo_strs names = {0};
  for (mlo_node n = mlo_tree_part(tree, call->arguments); n != MLO_NO_NODE;
       n = mlo_tree_next_part(tree, n)) {
    if (tree->nodes[n].kind == MLO_PY_KEYWORD_ARGUMENT)
      MLO_PUSH(a->arena, &names, mlo_tree_text(tree, mlo_tree_field(tree, n, MLO_FIELD_NAME)));
    bool splat = tree->nodes[n].kind == MLO_PY_DICT_SPLAT;
    if (splat && !add_keys(a, mlo_tree_part(tree, n), &names)) return mlo_frame_unknown();
  }
  return mlo_frame_with(a, from, &names);
}

/* Without columns= only texts become dummies: what there was is still in them. */
static mlo_frame_answer dummies(mlo_frame_asking *a, const mlo_term *v, const mlo_call *call,
                                mlo_frame_answer from, int depth) {
  mlo_node columns = mlo_frame_argument(a, call, "columns", -1);
  mlo_strs names = {0};
  if (columns == MLO_NO_NODE) return from;
  if (!mlo_frame_names(a, v, columns, &names, depth) || from.frame.columns.exact)
    return mlo_frame_unknown();
  return mlo_frame_without(a, from, &names);
}

static mlo_frame_answer selection_call(mlo_frame_asking *a, const mlo_term *v, const mlo_call *call,
                                       mlo_frame_answer from, int depth) {
  mlo_node list = mlo_frame_argument(a, call, "columns", -1);
  if (list == MLO_NO_NODE) list = mlo_frame_argument(a, call, "items", -1);
  if (list == MLO_NO_NODE && mlo_str_eq(call->method, MLO_STR("select")))
    list = mlo_call_positional_count(a->facts, call) == 1 ? mlo_frame_argument(a, call, "", 0)
                                                          : call->arguments;
  if (list == call->arguments) {
    mlo_term arguments = mlo_frame_beside(v, list);
    mlo_frame_answer names = mlo_frame_list_display(a, &arguments);
    return selected(a, from, &names);
  }
  mlo_frame_answer names = list == MLO_NO_NODE
                               ? mlo_frame_unknown()
                               : mlo_frame_of_node(a, v, list, MLO_ASPECT_LIST, depth);
  return selected(a, from, &names);
}

/* pd.DataFrame({"a": ..}), pd.DataFrame(data, columns=[..]). */
static mlo_frame_answer new_table(mlo_frame_asking *a, const mlo_term *v, const mlo_call *call,
                                  mlo_frame_answer from, int depth) {
  mlo_node data = mlo_frame_argument(a, call, "data", 0),
           columns = mlo_frame_argument(a, call, "columns", 2);
  mlo_strs names = {0};
  if (columns != MLO_NO_NODE) {
    mlo_frame_answer list = mlo_frame_of_node(a, v, columns, MLO_ASPECT_LIST, depth);
    if (!list.frame.known) return mlo_frame_base(v);
    mlo_frame_answer out = list.frame.columns.exact ? mlo_frame_base(v) : from;
    return list.frame.columns.exact ? selected(a, out, &list) : out;
  }
  mlo_constant map = mlo_facts_constant(a->facts, data);
  if (map.kind != MLO_CONSTANT_DICT)
    return data == MLO_NO_NODE || !from.frame.known ? mlo_frame_base(v) : from;
  mlo_frame_answer out = mlo_frame_base(v);
  if (has_named_splat(a, call) || !add_keys(a, data, &names)) return out;
  mlo_frame_select(&out.frame, &names, a->arena);
  return out;
}

static mlo_frame_answer indexed(mlo_frame_asking *a, const mlo_term *v, const mlo_call *call,
                                mlo_frame_answer from, int depth) {
  mlo_strs names = {0};
  mlo_constant drop = mlo_facts_constant(a->facts, mlo_frame_argument(a, call, "drop", 1));
  if (drop.kind == MLO_CONSTANT_BOOL && !drop.boolean) return from;
  return mlo_frame_names(a, v, mlo_frame_argument(a, call, "keys", 0), &names, depth)
             ? mlo_frame_without(a, from, &names)
             : mlo_frame_unknown();
}

/* True if a keyword says what becomes of the columns: a ** may hold it unseen. */
static bool reads_keywords(mlo_table_op op) {
  return op == MLO_OP_DROP || op == MLO_OP_RENAME || op == MLO_OP_DUMMIES || op == MLO_OP_INDEX ||
         op == MLO_OP_SELECT || op == MLO_OP_POP;
}

mlo_frame_answer mlo_frame_passed_on(mlo_frame_asking *a, const mlo_term *v, const mlo_call *call,
                                     mlo_table_op op, mlo_frame_answer from, int depth) {
  if (op == MLO_OP_NEW) return new_table(a, v, call, from, depth);
  if (!from.frame.known) return from;
  if (reads_keywords(op) && has_named_splat(a, call)) return mlo_frame_unknown();
  switch (op) {
  case MLO_OP_KEEP: return from;
  case MLO_OP_DROP: return dropped(a, v, call, from, depth);
  case MLO_OP_ASSIGN: return assigned(a, call, from);
  case MLO_OP_RENAME: return renamed(a, call, from);
  case MLO_OP_DUMMIES: return dummies(a, v, call, from, depth);
  case MLO_OP_INDEX: return indexed(a, v, call, from, depth);
  case MLO_OP_SELECT: return selection_call(a, v, call, from, depth);
  case MLO_OP_MERGE:
    return from.frame.columns.lost.len || from.frame.columns.exact ? mlo_frame_unknown() : from;
  case MLO_OP_POP: {
    mlo_constant name = mlo_facts_constant(a->facts, mlo_frame_argument(a, call, "item", 0));
    return name.kind == MLO_CONSTANT_STRING ? column_of(a, from, name.text) : mlo_frame_unknown();
  }
  case MLO_OP_ROWS:
    /* a column that is encoded is still that column; a table that is scaled still holds what it held */
    return from;
  case MLO_OP_INSERT:
  case MLO_OP_NEW:
  case MLO_OP_NONE: return mlo_frame_unknown();
  }
  return mlo_frame_unknown();
}

/* read_csv(usecols=[..]) and the like say which columns come. */
static mlo_frame_answer read_call(mlo_frame_asking *a, const mlo_term *v, const mlo_call *call,
                                  int depth) {
  static const char *const keywords[] = {"usecols", "columns", "names"};
  mlo_frame_answer out = mlo_frame_base(v);
  mlo_str name = mlo_facts_name(a->facts, call->callee);
  if (!mlo_str_starts(name, MLO_STR("pandas.read_")) &&
      !mlo_str_starts(name, MLO_STR("polars.read_")))
    return out;
  for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
    mlo_strs names = {0};
    mlo_node list = mlo_frame_argument(a, call, keywords[i], -1);
    if (list == MLO_NO_NODE || !mlo_frame_names(a, v, list, &names, depth)) continue;
    mlo_frame_select(&out.frame, &names, a->arena);
    return out;
  }
  return out;
}

/* Scalers and imputers turn values and keep columns; what else a transformer does is its own affair. */
static bool keeps_columns(mlo_frame_asking *a, const mlo_term *v, const mlo_call *call) {
  static const mlo_str modules[] = {MLO_STR_INIT("sklearn.preprocessing."),
                                    MLO_STR_INIT("sklearn.impute."),
                                    MLO_STR_INIT("sklearn.pipeline.")};
  mlo_term receiver = mlo_frame_beside(v, mlo_call_receiver(a->facts, call));
  mlo_nodes estimators = {0};
  mlo_facts_estimators(a->facts, &receiver, &estimators);
  bool all = estimators.len > 0;
  for (uint32_t i = 0; i < estimators.len && all; i++) {
    mlo_node callee = mlo_tree_field(a->tree, estimators.items[i], MLO_FIELD_FUNCTION);
    mlo_str name = mlo_facts_name(a->facts, callee);
    bool known = false;
    for (size_t m = 0; m < sizeof modules / sizeof *modules; m++)
      known |= mlo_str_starts(name, modules[m]);
    all = known && !mlo_str_ends(name, MLO_STR(".FunctionTransformer"));
  }
  return all;
}

/* True if the table that comes out of a ROWS step is the one that went in, other values in its columns. */
static bool is_turned(mlo_frame_asking *a, const mlo_term *v, const mlo_call *call, mlo_node data,
                      const mlo_frame_answer *from) {
  if (from->frame.column) return true;
  bool transformer = mlo_str_ends(call->method, MLO_STR("transform"));
  if (transformer) return mlo_call_receiver(a->facts, call) != data && keeps_columns(a, v, call);
  return mlo_call_receiver(a->facts, call) != data || mlo_str_eq(call->method, MLO_STR("batch"));
}

/* A function of another module: what its summary says of what it gives back. */
static mlo_frame_answer by_summary(mlo_frame_asking *a, const mlo_term *v, int32_t item,
                                   int depth) {
  mlo_node argument;
  const mlo_returned *found = mlo_term_returned(a->facts, v->node, item, &argument);
  if (!found || !found->has_columns) return mlo_frame_unknown();
  mlo_frame_answer from = argument == MLO_NO_NODE
                              ? mlo_frame_base(v)
                              : mlo_frame_of_node(a, v, argument, MLO_ASPECT_TABLE, depth);
  if (!from.frame.known) return from;
  const mlo_columns *columns = &found->columns;
  mlo_strs has = {columns->has.items, columns->has.len, columns->has.len};
  mlo_strs lost = {columns->lost.items, columns->lost.len, columns->lost.len};
  if (!columns->exact) return mlo_frame_with(a, mlo_frame_without(a, from, &lost), &has);
  mlo_frame_select(&from.frame, &has, a->arena);
  return from;
}

static mlo_frame_answer table_call(mlo_frame_asking *a, const mlo_term *v, int depth) {
  const mlo_call *call = &a->facts->calls.items[mlo_facts_call(a->facts, v->node)];
  mlo_term_list back;
  mlo_term_back(a->facts, v, &back);
  if (back.len) return mlo_frame_unknown(); /* its own function: by the steps back */
  mlo_node data;
  mlo_table_op op = mlo_facts_table_op(a->facts, call, &data);
  mlo_frame_answer summarised =
      op == MLO_OP_NONE ? by_summary(a, v, -1, depth) : mlo_frame_unknown();
  if (summarised.frame.known) return summarised;
  if (op == MLO_OP_NONE) return read_call(a, v, call, depth);
  mlo_frame_answer from = mlo_frame_of_node(a, v, data, MLO_ASPECT_TABLE, depth);
  if (op == MLO_OP_ROWS && !is_turned(a, v, call, data, &from)) return mlo_frame_base(v);
  return mlo_frame_passed_on(a, v, call, op, from, depth);
}

/* An item of what train_test_split or fit_resample gives: some rows of the argument that it belongs to. */
mlo_frame_answer mlo_frame_item(mlo_frame_asking *a, const mlo_term *v, int depth,
                                bool *understood) {
  *understood = false;
  uint32_t index = mlo_facts_call(a->facts, v->node);
  if (index == UINT32_MAX || v->depth != 1 || v->path[0].item < 0) return mlo_frame_unknown();
  const mlo_call *call = &a->facts->calls.items[index];
  bool split = mlo_str_eq(call->method, MLO_STR("train_test_split"));
  bool resample = mlo_str_eq(call->method, MLO_STR("fit_resample")) ||
                  mlo_str_eq(call->method, MLO_STR("shuffle"));
  if (!split && !resample) {
    mlo_frame_answer out = by_summary(a, v, v->path[0].item, depth);
    *understood = out.frame.known;
    return out;
  }
  int32_t item = split ? v->path[0].item / 2 : v->path[0].item;
  mlo_node data = mlo_call_argument(a->facts, call, item == 0 ? MLO_STR("X") : MLO_STR("y"), item);
  *understood = data != MLO_NO_NODE;
  return *understood ? mlo_frame_of_node(a, v, data, MLO_ASPECT_TABLE, depth) : mlo_frame_unknown();
}

mlo_frame_answer mlo_frame_table(mlo_frame_asking *a, const mlo_term *v, int depth,
                                 bool *understood) {
  const mlo_tree *tree = a->tree;
  *understood = true;
  switch (tree->nodes[v->node].kind) {
  case MLO_PY_SUBSCRIPT: {
    mlo_term_list back;
    mlo_term_back(a->facts, v, &back);
    mlo_frame_answer out = table_subscript(a, v, depth);
    *understood = out.frame.known;
    return out;
  }
  case MLO_PY_CALL: {
    mlo_frame_answer out = table_call(a, v, depth);
    *understood = out.frame.known;
    return out;
  }
  case MLO_PY_ATTRIBUTE: return table_attribute(a, v, depth, understood);
  case MLO_PY_COMPARISON: {
    mlo_frame_answer left =
        mlo_frame_of_node(a, v, mlo_tree_part(tree, v->node), MLO_ASPECT_TABLE, depth);
    if (left.frame.known && left.frame.column) return left;
    break;
  }
  default: break;
  }
  *understood = false;
  return mlo_frame_unknown();
}
