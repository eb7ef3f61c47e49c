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
#define PATH "pathlib.Path"

/* DataFrame methods that give a DataFrame; sorted. */
static const mlo_str frame_methods[] = {
#define M(name) MLO_STR_INIT(name)
    M("abs"),         M("add"),           M("add_prefix"),    M("add_suffix"),
    M("applymap"),    M("asfreq"),        M("assign"),        M("astype"),
    M("bfill"),       M("clip"),          M("combine_first"), M("convert_dtypes"),
    M("copy"),        M("corr"),          M("cov"),           M("describe"),
    M("diff"),        M("div"),           M("drop"),          M("drop_duplicates"),
    M("dropna"),      M("explode"),       M("ffill"),         M("fillna"),
    M("filter"),      M("head"),          M("infer_objects"), M("interpolate"),
    M("isin"),        M("isna"),          M("isnull"),        M("join"),
    M("map"),         M("mask"),          M("melt"),          M("merge"),
    M("mul"),         M("nlargest"),      M("notna"),         M("notnull"),
    M("nsmallest"),   M("pct_change"),    M("pivot"),         M("pivot_table"),
    M("query"),       M("rank"),          M("reindex"),       M("rename"),
    M("rename_axis"), M("replace"),       M("reset_index"),   M("round"),
    M("sample"),      M("select_dtypes"), M("set_axis"),      M("set_index"),
    M("shift"),       M("sort_index"),    M("sort_values"),   M("stack"),
    M("sub"),         M("tail"),          M("transform"),     M("transpose"),
    M("truncate"),    M("tz_localize"),   M("unstack"),       M("where"),
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

/* Classes of which the name begins with a small letter; sorted. */
bool mlo_is_lower_class(mlo_str name) {
  static const mlo_str names[] = {
#define N(name) MLO_STR_INIT(name)
      N("builtins.bool"),         N("builtins.bytearray"),
      N("builtins.bytes"),        N("builtins.classmethod"),
      N("builtins.complex"),      N("builtins.dict"),
      N("builtins.enumerate"),    N("builtins.filter"),
      N("builtins.float"),        N("builtins.frozenset"),
      N("builtins.int"),          N("builtins.list"),
      N("builtins.map"),          N("builtins.memoryview"),
      N("builtins.object"),       N("builtins.property"),
      N("builtins.range"),        N("builtins.reversed"),
      N("builtins.set"),          N("builtins.slice"),
      N("builtins.staticmethod"), N("builtins.str"),
      N("builtins.tuple"),        N("builtins.type"),
      N("builtins.zip"),          N("collections.defaultdict"),
      N("collections.deque"),     N("datetime.date"),
      N("datetime.datetime"),     N("datetime.time"),
      N("datetime.timedelta"),    N("datetime.timezone"),
      N("numpy.ndarray"),         N("torch.device"),
      N("torch.dtype"),           N("tqdm.auto.tqdm"),
      N("tqdm.notebook.tqdm"),    N("tqdm.tqdm"),
#undef N
  };
  return IS_AMONG(names, name);
}

bool mlo_is_mixin(mlo_str base) {
  static const mlo_str names[] = {
      MLO_STR_INIT("abc.ABC"),
      MLO_STR_INIT("builtins.object"),
      MLO_STR_INIT("typing.Generic"),
      MLO_STR_INIT("typing.Protocol"),
      MLO_STR_INIT("typing_extensions.Protocol"),
  };
  return IS_AMONG(names, base);
}

bool mlo_is_of_object(mlo_str name) {
  return mlo_str_starts(name, MLO_STR("__")) && mlo_str_ends(name, MLO_STR("__")) &&
         !mlo_str_eq(name, MLO_STR("__call__")) && !mlo_str_eq(name, MLO_STR("__subclasses__"));
}

bool mlo_replaces_class(mlo_str decorator) {
  static const mlo_str names[] = {MLO_STR_INIT("bentoml.service"), MLO_STR_INIT("ray.remote"),
                                  MLO_STR_INIT("ray.serve.deployment")};
  return IS_AMONG(names, decorator);
}

bool mlo_keeps_function(mlo_str decorator) {
  static const mlo_str names[] = {
      MLO_STR_INIT("abc.abstractmethod"),
      MLO_STR_INIT("atexit.register"),
      MLO_STR_INIT("builtins.classmethod"),
      MLO_STR_INIT("builtins.property"),
      MLO_STR_INIT("builtins.staticmethod"),
      MLO_STR_INIT("functools.cache"),
      MLO_STR_INIT("functools.cached_property"),
      MLO_STR_INIT("functools.lru_cache"),
      MLO_STR_INIT("functools.singledispatch"),
      MLO_STR_INIT("functools.wraps"),
      MLO_STR_INIT("pytest.fixture"),
      MLO_STR_INIT("streamlit.cache_data"),
      MLO_STR_INIT("streamlit.cache_resource"),
      MLO_STR_INIT("tenacity.retry"),
      MLO_STR_INIT("torch.inference_mode"),
      MLO_STR_INIT("torch.jit.export"),
      MLO_STR_INIT("torch.jit.ignore"),
      MLO_STR_INIT("torch.no_grad"),
      MLO_STR_INIT("typing.final"),
      MLO_STR_INIT("typing.overload"),
      MLO_STR_INIT("typing.override"),
      MLO_STR_INIT("typing_extensions.override"),
  };
  static const mlo_str families[] = {
      MLO_STR_INIT("fastapi.FastAPI."), MLO_STR_INIT("fastapi.APIRouter."),
      MLO_STR_INIT("flask.Flask."), MLO_STR_INIT("flask.Blueprint.")};
  for (size_t i = 0; i < sizeof families / sizeof *families; i++)
    if (mlo_str_starts(decorator, families[i])) return true;
  return IS_AMONG(names, decorator);
}

bool mlo_is_arithmetic_class(mlo_str class) {
  static const mlo_str names[] = {
      MLO_STR_INIT("builtins.float"), MLO_STR_INIT("builtins.int"),
      MLO_STR_INIT("numpy.ndarray"),  MLO_STR_INIT(FRAME),
      MLO_STR_INIT("pandas.Series"),  MLO_STR_INIT("torch.Tensor"),
  };
  return IS_AMONG(names, class);
}

bool mlo_name_is_class(mlo_str qualified) {
  size_t dot = mlo_str_rfind_char(qualified, '.');
  size_t at = dot == SIZE_MAX ? 0 : dot + 1;
  while (at < qualified.len && qualified.ptr[at] == '_') at++;
  return at < qualified.len && qualified.ptr[at] >= 'A' && qualified.ptr[at] <= 'Z' &&
         qualified.ptr[qualified.len - 1] != ')';
}
