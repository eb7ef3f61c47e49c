#include "facts/frame.h"

#include "facts/fit.h"
#include "facts/frame_list.h"
#include "facts/scope.h"
#include "facts/table_op.h"
#include "facts/term.h"

#include "base/map.h"

/* A table and a list of its columns (df.columns, ["a", "b"], a mask over columns) are followed by the same steps back
 * through names; what differs is which expressions and changes they understand. */

typedef enum aspect { TABLE, COLUMN_LIST } aspect;

enum { MOST_FRAME_STEPS = 4096, DEEPEST_FRAME = 48, MOST_CHANGES = 4096 };

struct mlo_frames {
  mlo_frame **by_state[2]; /* by what and definition, outside of calls */
  uint32_t cap[2];
  mlo_map changed; /* names that nothing binds: 1 never changed in place, 2 changed */
};

typedef struct answer {
  mlo_frame frame;
  bool neutral; /* came round a loop: the other ways decide */
} answer;

/* A join that we are in, and what is taken for its value when a loop leads back to it. */
typedef struct busy {
  uint32_t def;
  answer assumed;
} busy;

typedef struct asking {
  const mlo_facts *facts;
  const mlo_tree *tree;
  mlo_arena *arena;
  uint32_t steps;
  busy busy[DEEPEST_FRAME];
  uint32_t busy_count;
} asking;

static answer follow(asking *a, const mlo_term *v, aspect what, int depth);
static answer at_state(asking *a, uint32_t def, mlo_node read, uint32_t context, aspect what,
                       int depth);

static answer unknown(void) { return (answer){0}; }

static answer base_of(const mlo_term *v) {
  answer out = {.frame = {.known = true, .base = mlo_term_end(v), .base_context = v->context}};
  return out;
}

static mlo_term in_context(const mlo_term *v, mlo_node node) {
  return (mlo_term){.node = node, .context = v->context};
}

static answer follow_node(asking *a, const mlo_term *v, mlo_node node, aspect what, int depth) {
  if (node == MLO_NO_NODE) return unknown();
  mlo_term inner = in_context(v, node);
  return follow(a, &inner, what, depth + 1);
}

static struct mlo_frames *frames_of(const mlo_facts *self) {
  if (!self->memo->frames) self->memo->frames = MLO_NEW(self->arena, struct mlo_frames);
  return self->memo->frames;
}

/* --- lists of names --- */

/* The names that an expression lists, if it lists them itself. */
static bool names_in(asking *a, const mlo_term *v, mlo_node list, mlo_strs *out, int depth) {
  out->len = 0;
  answer found = follow_node(a, v, list, COLUMN_LIST, depth);
  if (!found.frame.known || !found.frame.columns.exact) return false;
  for (uint32_t i = 0; i < found.frame.columns.has.len; i++)
    MLO_PUSH(a->arena, out, found.frame.columns.has.items[i]);
  return true;
}

static answer listed(const mlo_term *v) {
  answer out = base_of(v);
  out.frame.columns.exact = true;
  return out;
}

static answer without(asking *a, answer from, const mlo_strs *names) {
  mlo_frame_own_lists(&from.frame, a->arena);
  for (uint32_t i = 0; i < names->len; i++) mlo_frame_lose(&from.frame, names->items[i], a->arena);
  return from;
}

static answer with(asking *a, answer from, const mlo_strs *names) {
  mlo_frame_own_lists(&from.frame, a->arena);
  for (uint32_t i = 0; i < names->len; i++) mlo_frame_add(&from.frame, names->items[i], a->arena);
  return from;
}

static answer list_display(asking *a, const mlo_term *v) {
  answer out = listed(v);
  for (mlo_node n = mlo_tree_part(a->tree, v->node); n != MLO_NO_NODE;
       n = mlo_tree_next_part(a->tree, n)) {
    mlo_constant constant = mlo_facts_constant(a->facts, n);
    if (constant.kind != MLO_CONSTANT_STRING || constant.partial) return unknown();
    MLO_PUSH(a->arena, &out.frame.columns.has, constant.text);
  }
  return out;
}

static answer list_sum(asking *a, const mlo_term *v, int depth) {
  const mlo_tree *tree = a->tree;
  mlo_str sign = mlo_tree_text(tree, mlo_tree_field(tree, v->node, MLO_FIELD_OPERATOR));
  answer left =
      follow_node(a, v, mlo_tree_field(tree, v->node, MLO_FIELD_LEFT), COLUMN_LIST, depth);
  mlo_strs right = {0};
  if (!left.frame.known ||
      !names_in(a, v, mlo_tree_field(tree, v->node, MLO_FIELD_RIGHT), &right, depth))
    return unknown();
  if (mlo_str_eq(sign, MLO_STR("-"))) return without(a, left, &right);
  return mlo_str_eq(sign, MLO_STR("+")) || mlo_str_eq(sign, MLO_STR("|")) ? with(a, left, &right)
                                                                          : unknown();
}

/* c != "y", c not in ["y", "z"], and such conditions joined by `and`: what they leave out. */
static bool left_out(asking *a, const mlo_term *v, mlo_node condition, mlo_str variable,
                     mlo_strs *out, int depth) {
  const mlo_tree *tree = a->tree;
  condition = mlo_tree_bare(tree, condition);
  if (mlo_tree_kind(tree, condition) == MLO_PY_BOOLEAN_OPERATOR && depth < DEEPEST_FRAME)
    return mlo_str_eq(mlo_tree_text(tree, mlo_tree_field(tree, condition, MLO_FIELD_OPERATOR)),
                      MLO_STR("and")) &&
           left_out(a, v, mlo_tree_field(tree, condition, MLO_FIELD_LEFT), variable, out,
                    depth + 1) &&
           left_out(a, v, mlo_tree_field(tree, condition, MLO_FIELD_RIGHT), variable, out,
                    depth + 1);
  mlo_node left = mlo_tree_part(tree, condition), right = mlo_tree_next_part(tree, left);
  mlo_str sign = mlo_tree_text(tree, mlo_tree_field(tree, condition, MLO_FIELD_OPERATORS));
  bool leaves_out = mlo_str_eq(sign, MLO_STR("!=")) || mlo_str_eq(sign, MLO_STR("not in"));
  if (mlo_tree_kind(tree, condition) != MLO_PY_COMPARISON || !leaves_out ||
      !mlo_str_eq(mlo_tree_text(tree, left), variable))
    return false;
  mlo_strs names = {0};
  if (!names_in(a, v, right, &names, depth)) return false;
  for (uint32_t i = 0; i < names.len; i++) MLO_PUSH(a->arena, out, names.items[i]);
  return true;
}

/* [c for c in columns if c != "y"] */
static answer list_comprehension(asking *a, const mlo_term *v, int depth) {
  const mlo_tree *tree = a->tree;
  mlo_node element = mlo_tree_field(tree, v->node, MLO_FIELD_BODY);
  mlo_node clause = mlo_tree_next_part(tree, element), condition = mlo_tree_next_part(tree, clause);
  mlo_str variable = mlo_tree_text(tree, element);
  if (mlo_tree_kind(tree, clause) != MLO_PY_FOR_IN_CLAUSE ||
      !mlo_str_eq(mlo_tree_text(tree, mlo_tree_field(tree, clause, MLO_FIELD_LEFT)), variable))
    return unknown();
  answer from =
      follow_node(a, v, mlo_tree_field(tree, clause, MLO_FIELD_RIGHT), COLUMN_LIST, depth);
  mlo_strs names = {0};
  if (condition != MLO_NO_NODE &&
      !left_out(a, v, mlo_tree_part(tree, condition), variable, &names, depth))
    return unknown();
  return from.frame.known ? without(a, from, &names) : unknown();
}

/* df.columns != "y" */
static answer list_mask(asking *a, const mlo_term *v, int depth) {
  const mlo_tree *tree = a->tree;
  mlo_node left = mlo_tree_part(tree, v->node);
  mlo_strs names = {0};
  answer from = follow_node(a, v, left, COLUMN_LIST, depth);
  if (!from.frame.known || !left_out(a, v, v->node, mlo_tree_text(tree, left), &names, depth))
    return unknown();
  return without(a, from, &names);
}

static answer list_call(asking *a, const mlo_term *v, const mlo_call *call, int depth) {
  static const mlo_str same[] = {MLO_STR_INIT("list"), MLO_STR_INIT("sorted"), MLO_STR_INIT("set"),
                                 MLO_STR_INIT("tuple"), MLO_STR_INIT("array")};
  static const mlo_str same_methods[] = {MLO_STR_INIT("tolist"), MLO_STR_INIT("to_list"),
                                         MLO_STR_INIT("copy"), MLO_STR_INIT("keys")};
  mlo_node receiver = mlo_call_receiver(a->facts, call);
  mlo_node argument = mlo_call_argument(a->facts, call, (mlo_str){0}, 0);
  bool method = receiver != MLO_NO_NODE;
  for (size_t i = 0; !method && i < sizeof same / sizeof *same; i++)
    if (mlo_str_eq(call->method, same[i])) return follow_node(a, v, argument, COLUMN_LIST, depth);
  for (size_t i = 0; method && i < sizeof same_methods / sizeof *same_methods; i++)
    if (mlo_str_eq(call->method, same_methods[i]))
      return follow_node(a, v, receiver, COLUMN_LIST, depth);
  bool minus =
      mlo_str_eq(call->method, MLO_STR("drop")) || mlo_str_eq(call->method, MLO_STR("difference"));
  mlo_strs names = {0};
  if (!method || !minus || !names_in(a, v, argument, &names, depth)) return unknown();
  answer from = follow_node(a, v, receiver, COLUMN_LIST, depth);
  return from.frame.known ? without(a, from, &names) : unknown();
}

static answer list_expression(asking *a, const mlo_term *v, int depth, bool *understood) {
  const mlo_tree *tree = a->tree;
  *understood = true;
  switch (tree->nodes[v->node].kind) {
  case MLO_PY_STRING:
  case MLO_PY_CONCATENATED_STRING: {
    mlo_constant constant = mlo_facts_constant(a->facts, v->node);
    answer out = listed(v);
    if (constant.kind != MLO_CONSTANT_STRING || constant.partial) return unknown();
    MLO_PUSH(a->arena, &out.frame.columns.has, constant.text);
    return out;
  }
  case MLO_PY_LIST:
  case MLO_PY_TUPLE:
  case MLO_PY_EXPRESSION_LIST:
  case MLO_PY_SET: return list_display(a, v);
  case MLO_PY_BINARY_OPERATOR: return list_sum(a, v, depth);
  case MLO_PY_LIST_COMPREHENSION: return list_comprehension(a, v, depth);
  case MLO_PY_COMPARISON: return list_mask(a, v, depth);
  case MLO_PY_ATTRIBUTE: {
    mlo_str name = mlo_tree_text(tree, mlo_tree_field(tree, v->node, MLO_FIELD_ATTRIBUTE));
    mlo_node object = mlo_tree_field(tree, v->node, MLO_FIELD_OBJECT);
    if (mlo_str_eq(name, MLO_STR("columns"))) return follow_node(a, v, object, TABLE, depth);
    if (mlo_str_eq(name, MLO_STR("values"))) return follow_node(a, v, object, COLUMN_LIST, depth);
    break;
  }
  case MLO_PY_CALL: {
    answer out = list_call(a, v, &a->facts->calls.items[mlo_facts_call(a->facts, v->node)], depth);
    if (out.frame.known) return out;
    break;
  }
  default: break;
  }
  *understood = false;
  return unknown();
}

/* --- selections --- */

/* Columns of `from` that a list of columns, or a list relative to the same data, selects. */
static answer selected(asking *a, answer from, const answer *list) {
  if (!from.frame.known || !list->frame.known) return unknown();
  if (list->frame.columns.exact) {
    mlo_strs names = {list->frame.columns.has.items, list->frame.columns.has.len,
                      list->frame.columns.has.len};
    mlo_frame_select(&from.frame, &names, a->arena);
    return from;
  }
  if (!mlo_frame_same_base(&from.frame, &list->frame) || from.frame.columns.exact) return unknown();
  mlo_strs lost = {list->frame.columns.lost.items, list->frame.columns.lost.len,
                   list->frame.columns.lost.len};
  return without(a, from, &lost);
}

static answer column_of(asking *a, answer from, mlo_str name) {
  if (!from.frame.known) return unknown();
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

static answer by_key(asking *a, const mlo_term *v, answer from, mlo_node key, int depth) {
  mlo_constant constant = mlo_facts_constant(a->facts, key);
  if (constant.kind == MLO_CONSTANT_STRING && !constant.partial)
    return column_of(a, from, constant.text);
  answer list = follow_node(a, v, key, COLUMN_LIST, depth);
  return list.frame.known ? selected(a, from, &list) : unknown();
}

/* The parts of a subscript: table[first] or table[first, second]. */
static answer table_subscript(asking *a, const mlo_term *v, int depth) {
  const mlo_tree *tree = a->tree;
  mlo_node owner = mlo_tree_field(tree, v->node, MLO_FIELD_VALUE);
  mlo_node first = mlo_tree_next_part(tree, owner), second = mlo_tree_next_part(tree, first);
  mlo_str locator = mlo_tree_kind(tree, owner) == MLO_PY_ATTRIBUTE
                        ? mlo_tree_text(tree, mlo_tree_field(tree, owner, MLO_FIELD_ATTRIBUTE))
                        : (mlo_str){0};
  bool loc = mlo_str_eq(locator, MLO_STR("loc")), iloc = mlo_str_eq(locator, MLO_STR("iloc"));
  if (!loc && !iloc) {
    if (second != MLO_NO_NODE) return unknown();
    answer from = follow_node(a, v, owner, TABLE, depth);
    return is_row_mask(tree, first) ? from : by_key(a, v, from, first, depth);
  }
  answer from = follow_node(a, v, mlo_tree_field(tree, owner, MLO_FIELD_OBJECT), TABLE, depth);
  if (second == MLO_NO_NODE) return from;
  bool all = mlo_str_eq(mlo_tree_text(tree, second), MLO_STR(":"));
  return all ? from : loc ? by_key(a, v, from, second, depth) : unknown();
}

static answer table_attribute(asking *a, const mlo_term *v, int depth, bool *understood) {
  static const mlo_str no_columns[] = {
      MLO_STR_INIT("T"),      MLO_STR_INIT("at"),   MLO_STR_INIT("attrs"), MLO_STR_INIT("columns"),
      MLO_STR_INIT("dtypes"), MLO_STR_INIT("iat"),  MLO_STR_INIT("iloc"),  MLO_STR_INIT("index"),
      MLO_STR_INIT("loc"),    MLO_STR_INIT("plot"), MLO_STR_INIT("shape"), MLO_STR_INIT("size"),
      MLO_STR_INIT("str"),    MLO_STR_INIT("style")};
  const mlo_tree *tree = a->tree;
  mlo_node object = mlo_tree_field(tree, v->node, MLO_FIELD_OBJECT);
  mlo_str name = mlo_tree_text(tree, mlo_tree_field(tree, v->node, MLO_FIELD_ATTRIBUTE));
  *understood = true;
  if (mlo_str_eq(name, MLO_STR("values"))) return follow_node(a, v, object, TABLE, depth);
  bool frame = mlo_str_eq(mlo_facts_name(a->facts, object), MLO_STR("pandas.DataFrame"));
  for (size_t i = 0; i < sizeof no_columns / sizeof *no_columns; i++)
    frame &= !mlo_str_eq(name, no_columns[i]);
  if (frame) return column_of(a, follow_node(a, v, object, TABLE, depth), name);
  *understood = false;
  return unknown();
}

/* --- calls --- */

static mlo_node argument(asking *a, const mlo_call *call, const char *keyword, int position) {
  return mlo_call_argument(a->facts, call, mlo_str_c(keyword), position);
}

/* drop("a", axis=1), drop(columns=["a"]), drop(["a"], 1); of rows: the columns stay. */
static answer dropped(asking *a, const mlo_term *v, const mlo_call *call, answer from, int depth) {
  mlo_node columns = argument(a, call, "columns", -1), axis = argument(a, call, "axis", 1);
  mlo_strs names = {0};
  if (columns == MLO_NO_NODE) {
    mlo_constant kind = mlo_facts_constant(a->facts, axis);
    bool by_column =
        (kind.kind == MLO_CONSTANT_INTEGER && kind.integer == 1) ||
        (kind.kind == MLO_CONSTANT_STRING && mlo_str_eq(kind.text, MLO_STR("columns")));
    if (!by_column && axis != MLO_NO_NODE && kind.kind == MLO_CONSTANT_UNKNOWN) return unknown();
    columns = argument(a, call, "labels", 0);
    /* polars' drop has no axis */
    bool polars = mlo_str_starts(mlo_facts_name(a->facts, call->callee), MLO_STR("polars."));
    if (!by_column && !polars) return from;
  }
  return names_in(a, v, columns, &names, depth) ? without(a, from, &names) : unknown();
}

static answer renamed(asking *a, const mlo_call *call, answer from) {
  const mlo_tree *tree = a->tree;
  mlo_node columns = argument(a, call, "columns", -1);
  if (columns == MLO_NO_NODE) return from;
  mlo_constant map = mlo_facts_constant(a->facts, columns);
  if (map.kind != MLO_CONSTANT_DICT) return unknown();
  mlo_frame_own_lists(&from.frame, a->arena);
  for (mlo_node n = mlo_tree_part(tree, map.node); n != MLO_NO_NODE;
       n = mlo_tree_next_part(tree, n)) {
    mlo_constant old = mlo_facts_constant(a->facts, mlo_tree_field(tree, n, MLO_FIELD_KEY));
    mlo_constant new = mlo_facts_constant(a->facts, mlo_tree_field(tree, n, MLO_FIELD_VALUE));
    if (old.kind != MLO_CONSTANT_STRING || new.kind != MLO_CONSTANT_STRING) return unknown();
    mlo_frame_lose(&from.frame, old.text, a->arena);
    mlo_frame_add(&from.frame, new.text, a->arena);
  }
  return from;
}

static answer assigned(asking *a, const mlo_call *call, answer from) {
  const mlo_tree *tree = a->tree;
  mlo_strs names = {0};
  for (mlo_node n = mlo_tree_part(tree, call->arguments); n != MLO_NO_NODE;
       n = mlo_tree_next_part(tree, n))
    if (tree->nodes[n].kind == MLO_PY_KEYWORD_ARGUMENT)
      MLO_PUSH(a->arena, &names, mlo_tree_text(tree, mlo_tree_field(tree, n, MLO_FIELD_NAME)));
  return with(a, from, &names);
}

/* Without columns= only texts become dummies: what there was is still in them. */
static answer dummies(asking *a, const mlo_term *v, const mlo_call *call, answer from, int depth) {
  mlo_node columns = argument(a, call, "columns", -1);
  mlo_strs names = {0};
  if (columns == MLO_NO_NODE) return from;
  if (!names_in(a, v, columns, &names, depth) || from.frame.columns.exact) return unknown();
  return without(a, from, &names);
}

static answer selection_call(asking *a, const mlo_term *v, const mlo_call *call, answer from,
                             int depth) {
  mlo_node list = argument(a, call, "columns", -1);
  if (list == MLO_NO_NODE) list = argument(a, call, "items", -1);
  if (list == MLO_NO_NODE && mlo_str_eq(call->method, MLO_STR("select")))
    list =
        mlo_call_positional_count(a->facts, call) == 1 ? argument(a, call, "", 0) : call->arguments;
  if (list == call->arguments) {
    mlo_term arguments = in_context(v, list);
    answer names = list_display(a, &arguments);
    return selected(a, from, &names);
  }
  answer names = list == MLO_NO_NODE ? unknown() : follow_node(a, v, list, COLUMN_LIST, depth);
  return selected(a, from, &names);
}

/* pd.DataFrame({"a": ..}), pd.DataFrame(data, columns=[..]). */
static answer new_table(asking *a, const mlo_term *v, const mlo_call *call, answer from,
                        int depth) {
  const mlo_tree *tree = a->tree;
  mlo_node data = argument(a, call, "data", 0), columns = argument(a, call, "columns", 2);
  mlo_strs names = {0};
  if (columns != MLO_NO_NODE) {
    answer list = follow_node(a, v, columns, COLUMN_LIST, depth);
    if (!list.frame.known) return base_of(v);
    answer out = list.frame.columns.exact ? base_of(v) : from;
    return list.frame.columns.exact ? selected(a, out, &list) : out;
  }
  mlo_constant map = mlo_facts_constant(a->facts, data);
  if (map.kind != MLO_CONSTANT_DICT)
    return data == MLO_NO_NODE || !from.frame.known ? base_of(v) : from;
  answer out = base_of(v);
  for (mlo_node n = mlo_tree_part(tree, map.node); n != MLO_NO_NODE;
       n = mlo_tree_next_part(tree, n)) {
    mlo_constant key = mlo_facts_constant(a->facts, mlo_tree_field(tree, n, MLO_FIELD_KEY));
    if (key.kind != MLO_CONSTANT_STRING) return out;
    MLO_PUSH(a->arena, &names, key.text);
  }
  mlo_frame_select(&out.frame, &names, a->arena);
  return out;
}

static answer indexed(asking *a, const mlo_term *v, const mlo_call *call, answer from, int depth) {
  mlo_strs names = {0};
  mlo_constant drop = mlo_facts_constant(a->facts, argument(a, call, "drop", 1));
  if (drop.kind == MLO_CONSTANT_BOOL && !drop.boolean) return from;
  return names_in(a, v, argument(a, call, "keys", 0), &names, depth) ? without(a, from, &names)
                                                                     : unknown();
}

/* What a call makes of the table that goes into it. */
static answer passed_on(asking *a, const mlo_term *v, const mlo_call *call, mlo_table_op op,
                        answer from, int depth) {
  if (op == MLO_OP_NEW) return new_table(a, v, call, from, depth);
  if (!from.frame.known) return from;
  switch (op) {
  case MLO_OP_KEEP: return from;
  case MLO_OP_DROP: return dropped(a, v, call, from, depth);
  case MLO_OP_ASSIGN: return assigned(a, call, from);
  case MLO_OP_RENAME: return renamed(a, call, from);
  case MLO_OP_DUMMIES: return dummies(a, v, call, from, depth);
  case MLO_OP_INDEX: return indexed(a, v, call, from, depth);
  case MLO_OP_SELECT: return selection_call(a, v, call, from, depth);
  case MLO_OP_MERGE:
    return from.frame.columns.lost.len || from.frame.columns.exact ? unknown() : from;
  case MLO_OP_POP: {
    mlo_constant name = mlo_facts_constant(a->facts, argument(a, call, "item", 0));
    return name.kind == MLO_CONSTANT_STRING ? column_of(a, from, name.text) : unknown();
  }
  case MLO_OP_ROWS:
    /* a column that is encoded is still that column; a table that is scaled still holds what it held */
    return from;
  case MLO_OP_INSERT:
  case MLO_OP_NEW:
  case MLO_OP_NONE: return unknown();
  }
  return unknown();
}

/* read_csv(usecols=[..]) and the like say which columns come. */
static answer read_call(asking *a, const mlo_term *v, const mlo_call *call, int depth) {
  static const char *const keywords[] = {"usecols", "columns", "names"};
  answer out = base_of(v);
  mlo_str name = mlo_facts_name(a->facts, call->callee);
  if (!mlo_str_starts(name, MLO_STR("pandas.read_")) &&
      !mlo_str_starts(name, MLO_STR("polars.read_")))
    return out;
  for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
    mlo_strs names = {0};
    mlo_node list = argument(a, call, keywords[i], -1);
    if (list == MLO_NO_NODE || !names_in(a, v, list, &names, depth)) continue;
    mlo_frame_select(&out.frame, &names, a->arena);
    return out;
  }
  return out;
}

/* Scalers and imputers turn values and keep columns; what else a transformer does is its own affair. */
static bool keeps_columns(asking *a, const mlo_term *v, const mlo_call *call) {
  static const mlo_str modules[] = {MLO_STR_INIT("sklearn.preprocessing."),
                                    MLO_STR_INIT("sklearn.impute."),
                                    MLO_STR_INIT("sklearn.pipeline.")};
  mlo_term receiver = in_context(v, mlo_call_receiver(a->facts, call));
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
static bool is_turned(asking *a, const mlo_term *v, const mlo_call *call, mlo_node data,
                      const answer *from) {
  if (from->frame.column) return true;
  bool transformer = mlo_str_ends(call->method, MLO_STR("transform"));
  if (transformer) return mlo_call_receiver(a->facts, call) != data && keeps_columns(a, v, call);
  return mlo_call_receiver(a->facts, call) != data || mlo_str_eq(call->method, MLO_STR("batch"));
}

/* A function of another module: what its summary says of what it gives back. */
static answer by_summary(asking *a, const mlo_term *v, int32_t item, int depth) {
  mlo_node argument;
  const mlo_returned *found = mlo_term_returned(a->facts, v->node, item, &argument);
  if (!found || !found->has_columns) return unknown();
  answer from = argument == MLO_NO_NODE ? base_of(v) : follow_node(a, v, argument, TABLE, depth);
  if (!from.frame.known) return from;
  const mlo_columns *columns = &found->columns;
  mlo_strs has = {columns->has.items, columns->has.len, columns->has.len};
  mlo_strs lost = {columns->lost.items, columns->lost.len, columns->lost.len};
  if (!columns->exact) return with(a, without(a, from, &lost), &has);
  mlo_frame_select(&from.frame, &has, a->arena);
  return from;
}

static answer table_call(asking *a, const mlo_term *v, int depth) {
  const mlo_call *call = &a->facts->calls.items[mlo_facts_call(a->facts, v->node)];
  mlo_term_list back;
  mlo_term_back(a->facts, v, &back);
  if (back.len) return unknown(); /* its own function: by the steps back */
  mlo_node data;
  mlo_table_op op = mlo_facts_table_op(a->facts, call, &data);
  answer summarised = op == MLO_OP_NONE ? by_summary(a, v, -1, depth) : unknown();
  if (summarised.frame.known) return summarised;
  if (op == MLO_OP_NONE) return read_call(a, v, call, depth);
  answer from = follow_node(a, v, data, TABLE, depth);
  if (op == MLO_OP_ROWS && !is_turned(a, v, call, data, &from)) return base_of(v);
  return passed_on(a, v, call, op, from, depth);
}

/* An item of what train_test_split or fit_resample gives: some rows of the argument that it belongs to. */
static answer table_item(asking *a, const mlo_term *v, int depth, bool *understood) {
  *understood = false;
  uint32_t index = mlo_facts_call(a->facts, v->node);
  if (index == UINT32_MAX || v->depth != 1 || v->path[0].item < 0) return unknown();
  const mlo_call *call = &a->facts->calls.items[index];
  bool split = mlo_str_eq(call->method, MLO_STR("train_test_split"));
  bool resample = mlo_str_eq(call->method, MLO_STR("fit_resample")) ||
                  mlo_str_eq(call->method, MLO_STR("shuffle"));
  if (!split && !resample) {
    answer out = by_summary(a, v, v->path[0].item, depth);
    *understood = out.frame.known;
    return out;
  }
  int32_t item = split ? v->path[0].item / 2 : v->path[0].item;
  mlo_node data = mlo_call_argument(a->facts, call, item == 0 ? MLO_STR("X") : MLO_STR("y"), item);
  *understood = data != MLO_NO_NODE;
  return *understood ? follow_node(a, v, data, TABLE, depth) : unknown();
}

static answer table_expression(asking *a, const mlo_term *v, int depth, bool *understood) {
  const mlo_tree *tree = a->tree;
  *understood = true;
  switch (tree->nodes[v->node].kind) {
  case MLO_PY_SUBSCRIPT: {
    mlo_term_list back;
    mlo_term_back(a->facts, v, &back);
    answer out = table_subscript(a, v, depth);
    *understood = out.frame.known;
    return out;
  }
  case MLO_PY_CALL: {
    answer out = table_call(a, v, depth);
    *understood = out.frame.known;
    return out;
  }
  case MLO_PY_ATTRIBUTE: return table_attribute(a, v, depth, understood);
  case MLO_PY_COMPARISON: {
    answer left = follow_node(a, v, mlo_tree_part(tree, v->node), TABLE, depth);
    if (left.frame.known && left.frame.column) return left;
    break;
  }
  default: break;
  }
  *understood = false;
  return unknown();
}

/* --- changes in place --- */

static bool is_deleted(const mlo_tree *tree, mlo_node node) {
  for (node = tree->nodes[node].parent; mlo_tree_kind(tree, node) == MLO_PY_EXPRESSION_LIST;)
    node = tree->nodes[node].parent;
  return mlo_tree_kind(tree, node) == MLO_PY_DELETE;
}

static answer changed_subscript(asking *a, const mlo_term *v, answer from, int depth) {
  const mlo_tree *tree = a->tree;
  mlo_node owner = mlo_tree_field(tree, v->node, MLO_FIELD_VALUE);
  mlo_node key = mlo_tree_next_part(tree, owner);
  mlo_strs names = {0};
  if (mlo_tree_kind(tree, owner) == MLO_PY_ATTRIBUTE) key = mlo_tree_next_part(tree, key);
  if (key == MLO_NO_NODE ||
      (mlo_tree_kind(tree, owner) != MLO_PY_IDENTIFIER &&
       mlo_tree_kind(tree, mlo_tree_field(tree, owner, MLO_FIELD_OBJECT)) != MLO_PY_IDENTIFIER))
    return from;
  if (!names_in(a, v, key, &names, depth)) return from;
  return is_deleted(tree, v->node) ? without(a, from, &names) : with(a, from, &names);
}

/* df.columns = [...] */
static answer changed_attribute(asking *a, const mlo_term *v, answer from, int depth) {
  const mlo_tree *tree = a->tree;
  mlo_node holder = tree->nodes[v->node].parent;
  mlo_str name = mlo_tree_text(tree, mlo_tree_field(tree, v->node, MLO_FIELD_ATTRIBUTE));
  if (!mlo_str_eq(name, MLO_STR("columns")) || mlo_tree_kind(tree, holder) != MLO_PY_ASSIGNMENT)
    return from;
  answer renewed = base_of(v);
  mlo_strs names = {0};
  if (names_in(a, v, mlo_tree_field(tree, holder, MLO_FIELD_RIGHT), &names, depth))
    mlo_frame_select(&renewed.frame, &names, a->arena);
  return renewed;
}

/* What the function leaves of the parameter that the table went into. */
static answer changed_by_function(asking *a, const mlo_term *v, mlo_str name, answer from,
                                  int depth) {
  uint32_t scope = mlo_term_callee(a->facts, v->node);
  uint32_t context =
      scope == UINT32_MAX ? UINT32_MAX : mlo_term_enter(a->facts, v->node, scope, v->context);
  const mlo_call *call = &a->facts->calls.items[mlo_facts_call(a->facts, v->node)];
  bool elsewhere = scope == UINT32_MAX && mlo_summary_uses(a->facts, call, name) & MLO_USE_CHANGES;
  if (context == UINT32_MAX) return elsewhere ? unknown() : from;
  const mlo_binding *parameter = mlo_term_parameter(a->facts, context, name);
  uint32_t end =
      parameter ? mlo_flow_object_at_end(a->facts, (uint32_t)(parameter - a->facts->bindings.items))
                : MLO_NO_DEF;
  if (end == MLO_NO_DEF) return from;
  answer left = at_state(a, end, parameter->target, context, TABLE, depth + 1);
  return left;
}

static answer changed_by_call(asking *a, const mlo_term *v, mlo_str name, answer from, int depth) {
  const mlo_call *call = &a->facts->calls.items[mlo_facts_call(a->facts, v->node)];
  mlo_node receiver = mlo_call_receiver(a->facts, call);
  bool own = mlo_tree_kind(a->tree, receiver) == MLO_PY_IDENTIFIER &&
             mlo_str_eq(mlo_tree_text(a->tree, receiver), name);
  if (!own) return changed_by_function(a, v, name, from, depth);
  mlo_node data;
  mlo_table_op op = mlo_facts_table_op(a->facts, call, &data);
  mlo_strs names = {0};
  if (op == MLO_OP_POP)
    return names_in(a, v, argument(a, call, "item", 0), &names, depth) ? without(a, from, &names)
                                                                       : unknown();
  if (op == MLO_OP_INSERT)
    return names_in(a, v, argument(a, call, "column", 1), &names, depth) ? with(a, from, &names)
                                                                         : unknown();
  if (op == MLO_OP_NONE || data != receiver) return from;
  return passed_on(a, v, call, op, from, depth);
}

static answer list_changed(asking *a, const mlo_term *v, mlo_str name, answer from, int depth) {
  uint32_t index = mlo_facts_call(a->facts, v->node);
  const mlo_call *call = index == UINT32_MAX ? NULL : &a->facts->calls.items[index];
  mlo_node receiver = call ? mlo_call_receiver(a->facts, call) : MLO_NO_NODE;
  if (receiver == MLO_NO_NODE || !mlo_str_eq(mlo_tree_text(a->tree, receiver), name))
    return call ? from : unknown();
  mlo_strs names = {0};
  bool minus = mlo_str_eq(call->method, MLO_STR("remove"));
  bool plus =
      mlo_str_eq(call->method, MLO_STR("append")) || mlo_str_eq(call->method, MLO_STR("extend")) ||
      mlo_str_eq(call->method, MLO_STR("add")) || mlo_str_eq(call->method, MLO_STR("update"));
  if ((!minus && !plus) || !names_in(a, v, argument(a, call, "", 0), &names, depth))
    return unknown();
  return minus ? without(a, from, &names) : with(a, from, &names);
}

static answer changed(asking *a, mlo_node node, mlo_str name, uint32_t context, answer from,
                      aspect what, int depth) {
  mlo_term v = {.node = node, .context = context};
  if (!from.frame.known) return from;
  if (what == COLUMN_LIST) return list_changed(a, &v, name, from, depth);
  switch (mlo_tree_kind(a->tree, node)) {
  case MLO_PY_SUBSCRIPT: return changed_subscript(a, &v, from, depth);
  case MLO_PY_ATTRIBUTE: return changed_attribute(a, &v, from, depth);
  case MLO_PY_CALL: return changed_by_call(a, &v, name, from, depth);
  default: return from;
  }
}

/* --- names --- */

static answer meet_parts(asking *a, uint32_t def, mlo_node read, uint32_t context, aspect what,
                         int depth, bool *round) {
  answer out = {.neutral = true};
  for (uint32_t cursor = mlo_flow_def(a->facts, def)->parts; cursor;) {
    uint32_t part = mlo_flow_next_part(a->facts, &cursor);
    answer one = at_state(a, part, read, context, what, depth + 1);
    *round |= one.neutral;
    if (one.neutral) continue;
    if (out.neutral)
      out = one;
    else
      mlo_frame_meet(&out.frame, &one.frame, a->arena);
  }
  return out;
}

/* A way that comes round a loop is taken a second time, with what the others say of the loop's head. */
static answer joined(asking *a, uint32_t def, mlo_node read, uint32_t context, aspect what,
                     int depth) {
  for (uint32_t i = 0; i < a->busy_count; i++)
    if (a->busy[i].def == def) return a->busy[i].assumed;
  if (a->busy_count == DEEPEST_FRAME) return unknown();
  busy *own = &a->busy[a->busy_count++];
  *own = (busy){.def = def, .assumed = {.neutral = true}};
  bool round = false;
  answer out = meet_parts(a, def, read, context, what, depth, &round);
  if (round && !out.neutral) {
    own->assumed = out;
    out = meet_parts(a, def, read, context, what, depth, &round);
  }
  a->busy_count--;
  return out;
}

/* x += [..] */
static answer augmented(asking *a, const mlo_def *d, mlo_node read, uint32_t context, aspect what,
                        int depth) {
  mlo_node statement = mlo_tree_parent(a->tree, d->node);
  mlo_term v = {.node = statement, .context = context};
  mlo_strs names = {0};
  if (what != COLUMN_LIST ||
      !names_in(a, &v, mlo_tree_field(a->tree, statement, MLO_FIELD_RIGHT), &names, depth))
    return base_of(&v);
  answer from = at_state(a, d->before, read, context, what, depth + 1);
  return from.frame.known ? with(a, from, &names) : from;
}

/* Where the chain of changes begins: the value that the name was bound to. */
static answer bound(asking *a, const mlo_def *d, mlo_node read, uint32_t context, aspect what,
                    int depth) {
  if (a->facts->bindings.items[d->binding].kind == MLO_BIND_AUGMENTED)
    return augmented(a, d, read, context, what, depth);
  mlo_term value;
  if (!mlo_term_bound(a->facts, d->binding, context, &value)) {
    answer end = base_of(&value);
    return end;
  }
  return follow(a, &value, what, depth + 1);
}

/* A name that nothing here binds is the same table everywhere, if nothing changes it in place. */
static bool is_changed_anywhere(asking *a, mlo_str name) {
  const mlo_tree *tree = a->tree;
  uint32_t *known = mlo_map_put(&frames_of(a->facts)->changed, name, a->arena);
  if (*known) return *known == 2;
  *known = 1;
  for (mlo_node n = 0; n < tree->count && *known == 1; n++) {
    uint32_t call = tree->nodes[n].kind == MLO_PY_CALL ? mlo_facts_call(a->facts, n) : UINT32_MAX;
    bool stored = tree->nodes[n].kind == MLO_PY_SUBSCRIPT &&
                  (tree->nodes[n].field == MLO_FIELD_LEFT || is_deleted(tree, n));
    if (call == UINT32_MAX && !stored) continue;
    bool in_place =
        stored || mlo_str_eq(a->facts->calls.items[call].method, MLO_STR("pop")) ||
        mlo_call_keyword(a->facts, &a->facts->calls.items[call], MLO_STR("inplace")) != MLO_NO_NODE;
    mlo_node object = stored ? n : mlo_call_receiver(a->facts, &a->facts->calls.items[call]);
    mlo_node root = in_place ? mlo_flow_root(tree, object) : MLO_NO_NODE;
    if (root != MLO_NO_NODE && mlo_str_eq(mlo_tree_text(tree, root), name)) *known = 2;
  }
  return *known == 2;
}

static answer unbound(asking *a, mlo_node read, uint32_t context) {
  mlo_term v = {.node = read, .context = context};
  answer out = base_of(&v);
  out.frame.base_name = mlo_tree_text(a->tree, read);
  return is_changed_anywhere(a, out.frame.base_name) ? unknown() : out;
}

static mlo_frame **remembered(asking *a, uint32_t def, aspect what) {
  struct mlo_frames *frames = frames_of(a->facts);
  if (def >= frames->cap[what]) {
    uint32_t cap = def * 2 + 64;
    mlo_frame **grown = MLO_NEW_ARRAY(a->arena, mlo_frame *, cap);
    if (frames->cap[what]) memcpy(grown, frames->by_state[what], frames->cap[what] * sizeof *grown);
    frames->by_state[what] = grown;
    frames->cap[what] = cap;
  }
  return &frames->by_state[what][def];
}

static answer state_start(asking *a, uint32_t def, mlo_node read, uint32_t context, aspect what,
                          int depth) {
  const mlo_def *d = mlo_flow_def(a->facts, def);
  if (d->kind == MLO_DEF_JOIN) return joined(a, def, read, context, what, depth);
  if (d->kind == MLO_DEF_BINDING) return bound(a, d, read, context, what, depth);
  uint32_t outside = mlo_flow_outside(a->facts, read, true);
  if (outside != MLO_NO_DEF && !mlo_flow_is_settled(a->facts, read)) return unknown();
  return outside == MLO_NO_DEF ? unbound(a, read, context)
                               : at_state(a, outside, read, 0, what, depth + 1);
}

typedef MLO_ARRAY(uint32_t) changes;

/* The changes between def and what came before all of them, or what is remembered; the latest first. */
static uint32_t collect(asking *a, uint32_t def, uint32_t context, aspect what, changes *out) {
  while (mlo_flow_def(a->facts, def)->kind == MLO_DEF_CHANGE && out->len < MOST_CHANGES) {
    if (!context && *remembered(a, def, what)) return def;
    MLO_PUSH(a->arena, out, def);
    def = mlo_flow_def(a->facts, def)->before;
  }
  return def;
}

static void remember(asking *a, uint32_t def, uint32_t context, aspect what, const answer *found) {
  if (context || found->neutral || a->busy_count || a->steps > MOST_FRAME_STEPS) return;
  mlo_frame **at = remembered(a, def, what);
  if (*at) return;
  *at = MLO_NEW(a->arena, mlo_frame);
  **at = found->frame;
}

static answer at_state(asking *a, uint32_t def, mlo_node read, uint32_t context, aspect what,
                       int depth) {
  if (depth > DEEPEST_FRAME || ++a->steps > MOST_FRAME_STEPS) return unknown();
  if (def == MLO_NO_DEF) return unbound(a, read, context);
  if (!context && *remembered(a, def, what)) return (answer){.frame = **remembered(a, def, what)};
  changes list = {0};
  uint32_t start = collect(a, def, context, what, &list);
  if (list.len == MOST_CHANGES) return unknown();
  answer found = !context && *remembered(a, start, what)
                     ? (answer){.frame = **remembered(a, start, what)}
                     : state_start(a, start, read, context, what, depth);
  mlo_str name = mlo_tree_text(a->tree, read);
  for (uint32_t i = list.len; i-- > 0 && !found.neutral;)
    found =
        changed(a, mlo_flow_def(a->facts, list.items[i])->node, name, context, found, what, depth);
  remember(a, def, context, what, &found);
  return found;
}

/* --- one expression --- */

/* One of several values: what is certain of all. */
static answer back(asking *a, const mlo_term *v, aspect what, int depth) {
  mlo_term_list list;
  mlo_term_back(a->facts, v, &list);
  if (!list.len) return what == TABLE ? base_of(v) : unknown();
  answer out = {.neutral = true};
  for (uint32_t i = 0; i < list.len; i++) {
    answer one = follow(a, &list.items[i], what, depth + 1);
    if (one.neutral) continue;
    if (out.neutral)
      out = one;
    else
      mlo_frame_meet(&out.frame, &one.frame, a->arena);
  }
  return list.cut ? unknown() : out;
}

static answer follow(asking *a, const mlo_term *v, aspect what, int depth) {
  if (depth > DEEPEST_FRAME || ++a->steps > MOST_FRAME_STEPS) return unknown();
  bool understood = false;
  if (v->depth) {
    answer item = what == TABLE ? table_item(a, v, depth, &understood) : unknown();
    return understood ? item : back(a, v, what, depth);
  }
  mlo_node node = v->node;
  if (a->tree->nodes[node].kind == MLO_PY_IDENTIFIER) {
    uint32_t state = mlo_flow_state(a->facts, node);
    if (state != MLO_NO_DEF || !mlo_flow_is_target(a->facts, node))
      return at_state(a, state, node, v->context, what, depth + 1);
    return base_of(v);
  }
  answer out = what == TABLE ? table_expression(a, v, depth, &understood)
                             : list_expression(a, v, depth, &understood);
  return understood ? out : back(a, v, what, depth);
}

/* --- questions --- */

static asking ask(const mlo_facts *self) {
  return (asking){.facts = self, .tree = self->tree, .arena = self->arena};
}

void mlo_facts_frame(const mlo_facts *self, mlo_node expression, mlo_frame *out) {
  mlo_frame_at(self, &(mlo_term){.node = expression}, out);
}

void mlo_frame_at(const mlo_facts *self, const mlo_term *v, mlo_frame *out) {
  *out = (mlo_frame){0};
  if (v->node == MLO_NO_NODE) return;
  asking a = ask(self);
  answer found = follow(&a, v, TABLE, 0);
  if (!found.neutral && a.steps <= MOST_FRAME_STEPS) *out = found.frame;
}

bool mlo_facts_strings(const mlo_facts *self, mlo_node expression, mlo_strs *out) {
  asking a = ask(self);
  mlo_term none = {.node = expression};
  return expression != MLO_NO_NODE && names_in(&a, &none, expression, out, 0);
}

/* Changes may have given a table the column, or the base had it. */
static bool holds(const mlo_frame *table, const mlo_frame *column, mlo_str name) {
  bool added = mlo_columns_have(column->added.items, column->added.len, name);
  bool has = mlo_columns_have(table->columns.has.items, table->columns.has.len, name);
  if (table->columns.exact || added) return has;
  return !mlo_columns_have(table->columns.lost.items, table->columns.lost.len, name);
}

mlo_str mlo_terms_shared_column(const mlo_facts *self, const mlo_term *table,
                                const mlo_term *column) {
  mlo_frame x, y;
  mlo_frame_at(self, table, &x);
  mlo_frame_at(self, column, &y);
  if (!mlo_frame_same_base(&x, &y) || !y.columns.exact || x.column) return (mlo_str){0};
  for (uint32_t i = 0; i < y.columns.has.len; i++)
    if (holds(&x, &y, y.columns.has.items[i])) return y.columns.has.items[i];
  return (mlo_str){0};
}

mlo_str mlo_facts_shared_column(const mlo_facts *self, mlo_node table, mlo_node column) {
  mlo_term x = mlo_term_of(table), y = mlo_term_of(column);
  return mlo_terms_shared_column(self, &x, &y);
}
