#include "facts/known.h"

#include <stdlib.h>

/* Sorted in byte order, for bsearch. */
static const mlo_str builtins[] = {
#define B(name) MLO_STR_INIT(name)
    B("ArithmeticError"),
    B("AssertionError"),
    B("AttributeError"),
    B("BaseException"),
    B("BaseExceptionGroup"),
    B("BlockingIOError"),
    B("BrokenPipeError"),
    B("BufferError"),
    B("BytesWarning"),
    B("ChildProcessError"),
    B("ConnectionAbortedError"),
    B("ConnectionError"),
    B("ConnectionRefusedError"),
    B("ConnectionResetError"),
    B("DeprecationWarning"),
    B("EOFError"),
    B("Ellipsis"),
    B("EncodingWarning"),
    B("EnvironmentError"),
    B("Exception"),
    B("ExceptionGroup"),
    B("FileExistsError"),
    B("FileNotFoundError"),
    B("FloatingPointError"),
    B("FutureWarning"),
    B("GeneratorExit"),
    B("IOError"),
    B("ImportError"),
    B("ImportWarning"),
    B("IndentationError"),
    B("IndexError"),
    B("InterruptedError"),
    B("IsADirectoryError"),
    B("KeyError"),
    B("KeyboardInterrupt"),
    B("LookupError"),
    B("MemoryError"),
    B("ModuleNotFoundError"),
    B("NameError"),
    B("NotADirectoryError"),
    B("NotImplemented"),
    B("NotImplementedError"),
    B("OSError"),
    B("OverflowError"),
    B("PendingDeprecationWarning"),
    B("PermissionError"),
    B("ProcessLookupError"),
    B("RecursionError"),
    B("ReferenceError"),
    B("ResourceWarning"),
    B("RuntimeError"),
    B("RuntimeWarning"),
    B("StopAsyncIteration"),
    B("StopIteration"),
    B("SyntaxError"),
    B("SyntaxWarning"),
    B("SystemError"),
    B("SystemExit"),
    B("TabError"),
    B("TimeoutError"),
    B("TypeError"),
    B("UnboundLocalError"),
    B("UnicodeDecodeError"),
    B("UnicodeEncodeError"),
    B("UnicodeError"),
    B("UnicodeTranslateError"),
    B("UnicodeWarning"),
    B("UserWarning"),
    B("ValueError"),
    B("Warning"),
    B("ZeroDivisionError"),
    B("__build_class__"),
    B("__debug__"),
    B("__import__"),
    B("abs"),
    B("aiter"),
    B("all"),
    B("anext"),
    B("any"),
    B("ascii"),
    B("bin"),
    B("bool"),
    B("breakpoint"),
    B("bytearray"),
    B("bytes"),
    B("callable"),
    B("chr"),
    B("classmethod"),
    B("compile"),
    B("complex"),
    B("copyright"),
    B("credits"),
    B("delattr"),
    B("dict"),
    B("dir"),
    B("divmod"),
    B("enumerate"),
    B("eval"),
    B("exec"),
    B("exit"),
    B("filter"),
    B("float"),
    B("format"),
    B("frozenset"),
    B("getattr"),
    B("globals"),
    B("hasattr"),
    B("hash"),
    B("help"),
    B("hex"),
    B("id"),
    B("input"),
    B("int"),
    B("isinstance"),
    B("issubclass"),
    B("iter"),
    B("len"),
    B("license"),
    B("list"),
    B("locals"),
    B("map"),
    B("max"),
    B("memoryview"),
    B("min"),
    B("next"),
    B("object"),
    B("oct"),
    B("open"),
    B("ord"),
    B("pow"),
    B("print"),
    B("property"),
    B("quit"),
    B("range"),
    B("repr"),
    B("reversed"),
    B("round"),
    B("set"),
    B("setattr"),
    B("slice"),
    B("sorted"),
    B("staticmethod"),
    B("str"),
    B("sum"),
    B("super"),
    B("tuple"),
    B("type"),
    B("vars"),
    B("zip"),
#undef B
};

static int compare_names(const void *key, const void *item) {
  return mlo_str_compare(*(const mlo_str *)key, *(const mlo_str *)item);
}

static bool is_among(const mlo_str *sorted, size_t count, mlo_str name) {
  return bsearch(&name, sorted, count, sizeof *sorted, compare_names) != NULL;
}
#define IS_AMONG(table, name) is_among((table), sizeof(table) / sizeof *(table), (name))

bool mlo_is_builtin(mlo_str name) { return IS_AMONG(builtins, name); }

#define FRAME "pandas.DataFrame"
#define POLARS "polars.DataFrame"
#define PATH "pathlib.Path"

/* In byte order of the callee. */
static const struct {
  mlo_str callee, result;
} results[] = {
#define R(callee, result)                                                                          \
  { MLO_STR_INIT(callee), MLO_STR_INIT(result) }
    R("builtins.bytes", "builtins.bytes"),
    R("builtins.dict", "builtins.dict"),
    R("builtins.input", "builtins.str"),
    R("builtins.list", "builtins.list"),
    R("builtins.repr", "builtins.str"),
    R("builtins.set", "builtins.set"),
    R("builtins.sorted", "builtins.list"),
    R("builtins.str", "builtins.str"),
    R("builtins.tuple", "builtins.tuple"),
    R("imblearn.pipeline.make_pipeline", "imblearn.pipeline.Pipeline"),
    R("logging.getLogger", "logging.Logger"),
    R("os.path.abspath", "builtins.str"),
    R("os.path.basename", "builtins.str"),
    R("os.path.dirname", "builtins.str"),
    R("os.path.join", "builtins.str"),
    R("pandas.concat", FRAME),
    R("pandas.crosstab", FRAME),
    R("pandas.get_dummies", FRAME),
    R("pandas.json_normalize", FRAME),
    R("pandas.melt", FRAME),
    R("pandas.merge", FRAME),
    R("pandas.merge_asof", FRAME),
    R("pandas.merge_ordered", FRAME),
    R("pandas.pivot", FRAME),
    R("pandas.pivot_table", FRAME),
    R("pandas.read_clipboard", FRAME),
    R("pandas.read_csv", FRAME),
    R("pandas.read_excel", FRAME),
    R("pandas.read_feather", FRAME),
    R("pandas.read_fwf", FRAME),
    R("pandas.read_gbq", FRAME),
    R("pandas.read_hdf", FRAME),
    R("pandas.read_json", FRAME),
    R("pandas.read_orc", FRAME),
    R("pandas.read_parquet", FRAME),
    R("pandas.read_pickle", FRAME),
    R("pandas.read_sas", FRAME),
    R("pandas.read_spss", FRAME),
    R("pandas.read_sql", FRAME),
    R("pandas.read_sql_query", FRAME),
    R("pandas.read_sql_table", FRAME),
    R("pandas.read_stata", FRAME),
    R("pandas.read_table", FRAME),
    R("pandas.read_xml", FRAME),
    R("pandas.wide_to_long", FRAME),
    R("polars.concat", POLARS),
    R("polars.from_pandas", POLARS),
    R("polars.read_csv", POLARS),
    R("polars.read_excel", POLARS),
    R("polars.read_json", POLARS),
    R("polars.read_parquet", POLARS),
    R("sklearn.compose.make_column_transformer", "sklearn.compose.ColumnTransformer"),
    R("sklearn.pipeline.make_pipeline", "sklearn.pipeline.Pipeline"),
    R("sklearn.pipeline.make_union", "sklearn.pipeline.FeatureUnion"),
#undef R
};

mlo_str mlo_result_class(mlo_str callee) {
  size_t low = 0, high = sizeof results / sizeof *results;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = mlo_str_compare(callee, results[middle].callee);
    if (order == 0) return results[middle].result;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return (mlo_str){0};
}

/* DataFrame methods that give a DataFrame; sorted. */
static const mlo_str frame_methods[] = {
#define M(name) MLO_STR_INIT(name)
    M("abs"),           M("add"),
    M("add_prefix"),    M("add_suffix"),
    M("align"),         M("apply"),
    M("applymap"),      M("asfreq"),
    M("assign"),        M("astype"),
    M("bfill"),         M("clip"),
    M("combine_first"), M("convert_dtypes"),
    M("copy"),          M("corr"),
    M("cov"),           M("describe"),
    M("diff"),          M("div"),
    M("drop"),          M("drop_duplicates"),
    M("dropna"),        M("explode"),
    M("ffill"),         M("fillna"),
    M("filter"),        M("head"),
    M("infer_objects"), M("interpolate"),
    M("isin"),          M("isna"),
    M("isnull"),        M("join"),
    M("map"),           M("mask"),
    M("melt"),          M("merge"),
    M("mul"),           M("nlargest"),
    M("notna"),         M("notnull"),
    M("nsmallest"),     M("pct_change"),
    M("pipe"),          M("pivot"),
    M("pivot_table"),   M("query"),
    M("rank"),          M("reindex"),
    M("rename"),        M("rename_axis"),
    M("replace"),       M("reset_index"),
    M("round"),         M("sample"),
    M("select_dtypes"), M("set_axis"),
    M("set_index"),     M("shift"),
    M("sort_index"),    M("sort_values"),
    M("stack"),         M("sub"),
    M("tail"),          M("transform"),
    M("transpose"),     M("truncate"),
    M("tz_localize"),   M("unstack"),
    M("where"),
};
/* What ends a groupby, rolling or resample in a frame. */
static const mlo_str group_methods[] = {
    M("agg"),    M("aggregate"), M("apply"),     M("bfill"),    M("count"), M("cumsum"),
    M("ffill"),  M("first"),     M("head"),      M("last"),     M("max"),   M("mean"),
    M("median"), M("min"),       M("nunique"),   M("quantile"), M("shift"), M("std"),
    M("sum"),    M("tail"),      M("transform"), M("var"),
};
/* Estimators give themselves back. */
static const mlo_str estimator_methods[] = {
    M("fit"),
    M("partial_fit"),
    M("set_output"),
    M("set_params"),
};
/* Modules of torch and of what is built on it give themselves back. */
static const mlo_str module_methods[] = {
    M("apply"), M("bfloat16"),       M("cpu"), M("cuda"),  M("double"), M("eval"), M("float"),
    M("half"),  M("requires_grad_"), M("to"),  M("train"),
};
/* What changes its object; drop, fillna and others do so by inplace=True. */
static const mlo_str changing_methods[] = {
    M("__setitem__"),   M("add"),         M("add_module"),   M("append"),
    M("clear"),         M("discard"),     M("extend"),       M("fit"),
    M("fit_generator"), M("fit_predict"), M("fit_resample"), M("fit_sample"),
    M("fit_transform"), M("insert"),      M("load_model"),   M("load_state_dict"),
    M("partial_fit"),   M("pop"),         M("popitem"),      M("remove"),
    M("reverse"),       M("set_params"),  M("setdefault"),   M("setflags"),
    M("sort"),          M("train"),       M("update"),
};
static const mlo_str path_methods[] = {
    M("absolute"),  M("cwd"),         M("expanduser"),  M("home"),
    M("joinpath"),  M("relative_to"), M("rename"),      M("resolve"),
    M("with_name"), M("with_stem"),   M("with_suffix"),
};
static const mlo_str string_methods[] = {
    M("capitalize"), M("casefold"), M("center"), M("decode"), M("expandtabs"),   M("format"),
    M("join"),       M("ljust"),    M("lower"),  M("lstrip"), M("removeprefix"), M("removesuffix"),
    M("replace"),    M("rjust"),    M("rstrip"), M("strip"),  M("swapcase"),     M("title"),
    M("translate"),  M("upper"),    M("zfill"),
#undef M
};

static const mlo_str torch_like[] = {
#define P(name) MLO_STR_INIT(name)
    P("<module>."),
    P("diffusers."),
    P("lightning."),
    P("peft."),
    P("pytorch_lightning."),
    P("sentence_transformers."),
    P("timm."),
    P("torch."),
    P("torchvision."),
    P("transformers."),
#undef P
};

static bool is_torch_like(mlo_str name) {
  for (size_t i = 0; i < sizeof torch_like / sizeof *torch_like; i++)
    if (mlo_str_starts(name, torch_like[i])) return true;
  return false;
}

static bool is_keras(mlo_str name) {
  return mlo_str_starts(name, MLO_STR("keras.")) || mlo_str_starts(name, MLO_STR("tensorflow.")) ||
         mlo_str_starts(name, MLO_STR("tf_keras."));
}

mlo_str mlo_method_class(mlo_str receiver, mlo_str method) {
  if (mlo_str_eq(receiver, MLO_STR(FRAME))) {
    if (IS_AMONG(frame_methods, method)) return receiver;
  } else if (mlo_str_eq(receiver, MLO_STR(PATH))) {
    if (IS_AMONG(path_methods, method)) return receiver;
  } else if (mlo_str_eq(receiver, MLO_STR("builtins.str"))) {
    if (IS_AMONG(string_methods, method)) return receiver;
  }
  static const mlo_str groups[] = {MLO_STR_INIT(FRAME ".groupby()"),
                                   MLO_STR_INIT(FRAME ".rolling()"),
                                   MLO_STR_INIT(FRAME ".resample()")};
  for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
    if (mlo_str_eq(receiver, groups[i]) && IS_AMONG(group_methods, method)) return MLO_STR(FRAME);
  if (!mlo_name_is_class(receiver)) return (mlo_str){0};
  if (mlo_str_starts(method, MLO_STR("from_")) ||
      mlo_str_eq(method, MLO_STR("load_from_checkpoint")))
    return receiver;
  if (IS_AMONG(estimator_methods, method) && !is_keras(receiver)) return receiver;
  if (IS_AMONG(module_methods, method) && is_torch_like(receiver)) return receiver;
  return (mlo_str){0};
}

bool mlo_changes_receiver(mlo_str method) { return IS_AMONG(changing_methods, method); }

bool mlo_returns_argument(mlo_str callee) {
  static const mlo_str names[] = {MLO_STR_INIT("copy.copy"), MLO_STR_INIT("copy.deepcopy"),
                                  MLO_STR_INIT("sklearn.base.clone"),
                                  MLO_STR_INIT("torch.compile")};
  return IS_AMONG(names, callee);
}

mlo_str mlo_attribute_class(mlo_str owner, mlo_str attribute) {
  if (mlo_str_eq(owner, MLO_STR(PATH)) && mlo_str_eq(attribute, MLO_STR("parent"))) return owner;
  if (mlo_str_eq(owner, MLO_STR(FRAME)) && mlo_str_eq(attribute, MLO_STR("T"))) return owner;
  return (mlo_str){0};
}

bool mlo_name_is_class(mlo_str qualified) {
  size_t dot = mlo_str_rfind_char(qualified, '.');
  size_t at = dot == SIZE_MAX ? 0 : dot + 1;
  while (at < qualified.len && qualified.ptr[at] == '_') at++;
  return at < qualified.len && qualified.ptr[at] >= 'A' && qualified.ptr[at] <= 'Z' &&
         qualified.ptr[qualified.len - 1] != ')';
}
