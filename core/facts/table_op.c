#include "facts/table_op.h"

#include <stdlib.h>

typedef struct named_op {
  mlo_str name;
  mlo_table_op op;
  int data; /* position of the table; -1: the receiver */
} named_op;
#define OP(name, op, data)                                                                         \
  { MLO_STR_INIT(name), MLO_OP_##op, data }

/* In byte order. A method is one of any receiver: few other things have these. */
static const named_op methods[] = {
    OP("align", KEEP, -1),
    OP("apply", ROWS, -1),
    OP("applymap", KEEP, -1),
    OP("assign", ASSIGN, -1),
    OP("astype", KEEP, -1),
    OP("batch", ROWS, -1),
    OP("bfill", KEEP, -1),
    OP("cache", KEEP, -1),
    OP("clip", KEEP, -1),
    OP("clone", KEEP, -1),
    OP("collect", KEEP, -1),
    OP("compute", KEEP, -1),
    OP("convert_dtypes", KEEP, -1),
    OP("copy", KEEP, -1),
    OP("cpu", KEEP, -1),
    OP("cuda", KEEP, -1),
    OP("detach", KEEP, -1),
    OP("drop", DROP, -1),
    OP("drop_duplicates", KEEP, -1),
    OP("dropna", KEEP, -1),
    OP("explode", KEEP, -1),
    OP("ffill", KEEP, -1),
    OP("fillna", KEEP, -1),
    OP("fit_resample", KEEP, 0),
    OP("fit_sample", KEEP, 0),
    OP("fit_transform", ROWS, 0),
    OP("flatten", ROWS, -1),
    OP("float", KEEP, -1),
    OP("get_dummies", DUMMIES, -1),
    OP("head", KEEP, -1),
    OP("infer_objects", KEEP, -1),
    OP("insert", INSERT, -1),
    OP("interpolate", KEEP, -1),
    OP("inverse_transform", ROWS, 0),
    OP("join", MERGE, -1),
    OP("lazy", KEEP, -1),
    OP("long", KEEP, -1),
    OP("map", ROWS, -1),
    OP("mask", KEEP, -1),
    OP("merge", MERGE, -1),
    OP("nlargest", KEEP, -1),
    OP("nsmallest", KEEP, -1),
    OP("numpy", KEEP, -1),
    OP("persist", KEEP, -1),
    OP("pop", POP, -1),
    OP("prefetch", KEEP, -1),
    OP("query", KEEP, -1),
    OP("ravel", KEEP, -1),
    OP("reindex", SELECT, -1),
    OP("rename", RENAME, -1),
    OP("repeat", KEEP, -1),
    OP("replace", KEEP, -1),
    OP("reset_index", KEEP, -1),
    OP("reshape", ROWS, -1),
    OP("round", KEEP, -1),
    OP("sample", KEEP, -1),
    OP("select", SELECT, -1),
    OP("set_index", INDEX, -1),
    OP("shuffle", KEEP, -1),
    OP("sort", KEEP, -1),
    OP("sort_index", KEEP, -1),
    OP("sort_values", KEEP, -1),
    OP("squeeze", KEEP, -1),
    OP("tail", KEEP, -1),
    OP("take", KEEP, -1),
    OP("to", KEEP, -1),
    OP("to_numpy", KEEP, -1),
    OP("to_pandas", KEEP, -1),
    OP("toarray", KEEP, -1),
    OP("todense", KEEP, -1),
    OP("tolist", KEEP, -1),
    OP("transform", ROWS, 0),
    OP("truncate", KEEP, -1),
    OP("type", KEEP, -1),
    OP("view", ROWS, -1),
    OP("where", KEEP, -1),
    OP("with_columns", MERGE, -1),
};

/* In byte order, by qualified name. */
static const named_op functions[] = {
    OP("builtins.list", KEEP, 0),
    OP("copy.copy", KEEP, 0),
    OP("copy.deepcopy", KEEP, 0),
    OP("lightgbm.Dataset", ROWS, 0),
    OP("numpy.array", KEEP, 0),
    OP("numpy.asarray", KEEP, 0),
    OP("numpy.expand_dims", ROWS, 0),
    OP("numpy.log", KEEP, 0),
    OP("numpy.log1p", KEEP, 0),
    OP("numpy.nan_to_num", KEEP, 0),
    OP("numpy.ravel", KEEP, 0),
    OP("numpy.reshape", ROWS, 0),
    OP("numpy.sqrt", KEEP, 0),
    OP("numpy.squeeze", KEEP, 0),
    OP("pandas.DataFrame", NEW, 0),
    OP("pandas.Series", KEEP, 0),
    OP("pandas.get_dummies", DUMMIES, 0),
    OP("pandas.merge", MERGE, 0),
    OP("pandas.to_numeric", KEEP, 0),
    OP("polars.DataFrame", NEW, 0),
    OP("polars.from_pandas", KEEP, 0),
    OP("scipy.sparse.csr_matrix", KEEP, 0),
    OP("sklearn.preprocessing.minmax_scale", ROWS, 0),
    OP("sklearn.preprocessing.normalize", ROWS, 0),
    OP("sklearn.preprocessing.scale", ROWS, 0),
    OP("sklearn.utils.shuffle", KEEP, 0),
    OP("tensorflow.constant", KEEP, 0),
    OP("tensorflow.convert_to_tensor", KEEP, 0),
    OP("tensorflow.data.Dataset.from_tensor_slices", ROWS, 0),
    OP("torch.FloatTensor", KEEP, 0),
    OP("torch.LongTensor", KEEP, 0),
    OP("torch.Tensor", KEEP, 0),
    OP("torch.as_tensor", KEEP, 0),
    OP("torch.from_numpy", KEEP, 0),
    OP("torch.tensor", KEEP, 0),
    OP("torch.utils.data.DataLoader", KEEP, 0),
    OP("torch.utils.data.TensorDataset", ROWS, 0),
    OP("xgboost.DMatrix", ROWS, 0),
};
#undef OP

static int compare(const void *key, const void *item) {
  return mlo_str_compare(*(const mlo_str *)key, ((const named_op *)item)->name);
}

static const named_op *find(const named_op *sorted, size_t count, mlo_str name) {
  return bsearch(&name, sorted, count, sizeof *sorted, compare);
}
#define FIND(table, name) find((table), sizeof(table) / sizeof *(table), (name))

/* The table of a call is its first argument, or one of the keywords that people use for it. */
static mlo_node first_argument(const mlo_facts *self, const mlo_call *call) {
  static const mlo_str keywords[] = {MLO_STR_INIT("X"), MLO_STR_INIT("data"),
                                     MLO_STR_INIT("raw_documents"), MLO_STR_INIT("left"),
                                     MLO_STR_INIT("dataset")};
  mlo_node found = mlo_call_argument(self, call, (mlo_str){0}, 0);
  for (size_t i = 0; found == MLO_NO_NODE && i < sizeof keywords / sizeof *keywords; i++)
    found = mlo_call_argument(self, call, keywords[i], -1);
  return found;
}

mlo_table_op mlo_facts_table_op(const mlo_facts *self, const mlo_call *call, mlo_node *data) {
  *data = MLO_NO_NODE;
  mlo_node receiver = mlo_call_receiver(self, call);
  mlo_str name = mlo_facts_name(self, call->callee);
  const named_op *op = name.len ? FIND(functions, name) : NULL;
  if (!op && receiver != MLO_NO_NODE) op = FIND(methods, call->method);
  if (!op) return MLO_OP_NONE;
  *data = op->data < 0 ? receiver : first_argument(self, call);
  /* groupby("a")["b"].transform("mean") */
  uint8_t kind = mlo_tree_kind(self->tree, *data);
  if (receiver != MLO_NO_NODE && (kind == MLO_PY_STRING || kind == MLO_PY_LAMBDA)) *data = receiver;
  return *data == MLO_NO_NODE && op->op != MLO_OP_NEW ? MLO_OP_NONE : op->op;
}

bool mlo_keeps_column(mlo_str method) {
  static const mlo_str names[] = {
      MLO_STR_INIT("astype"),   MLO_STR_INIT("cat"),     MLO_STR_INIT("codes"),
      MLO_STR_INIT("copy"),     MLO_STR_INIT("fillna"),  MLO_STR_INIT("map"),
      MLO_STR_INIT("ravel"),    MLO_STR_INIT("replace"), MLO_STR_INIT("squeeze"),
      MLO_STR_INIT("to_numpy"), MLO_STR_INIT("values")};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (mlo_str_eq(method, names[i])) return true;
  return false;
}

bool mlo_is_fit(mlo_str method) {
  static const mlo_str names[] = {MLO_STR_INIT("fit"),         MLO_STR_INIT("fit_generator"),
                                  MLO_STR_INIT("fit_predict"), MLO_STR_INIT("fit_resample"),
                                  MLO_STR_INIT("fit_sample"),  MLO_STR_INIT("fit_transform"),
                                  MLO_STR_INIT("partial_fit"), MLO_STR_INIT("train_on_batch")};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (mlo_str_eq(method, names[i])) return true;
  return false;
}
