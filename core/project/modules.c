#include "project/modules.h"

#include <stdlib.h>

/* --- names that are not the project's, sorted in byte order for bsearch --- */

/* clang-format off */
#define N(name) MLO_STR_INIT(name)
/* Python 3.8 to 3.14, without what begins with an underscore. */
static const mlo_str standard[] = {
    N("__future__"), N("abc"), N("aifc"), N("antigravity"), N("argparse"), N("array"), N("ast"),
    N("asynchat"), N("asyncio"), N("asyncore"), N("atexit"), N("audioop"), N("base64"),
    N("bdb"), N("binascii"), N("bisect"), N("builtins"), N("bz2"), N("cProfile"), N("calendar"),
    N("cgi"), N("cgitb"), N("chunk"), N("cmath"), N("cmd"), N("code"), N("codecs"), N("codeop"),
    N("collections"), N("colorsys"), N("compileall"), N("concurrent"), N("configparser"),
    N("contextlib"), N("contextvars"), N("copy"), N("copyreg"), N("crypt"), N("csv"),
    N("ctypes"), N("curses"), N("dataclasses"), N("datetime"), N("dbm"), N("decimal"),
    N("difflib"), N("dis"), N("distutils"), N("doctest"), N("email"), N("encodings"),
    N("ensurepip"), N("enum"), N("errno"), N("faulthandler"), N("fcntl"), N("filecmp"),
    N("fileinput"), N("fnmatch"), N("fractions"), N("ftplib"), N("functools"), N("gc"),
    N("genericpath"), N("getopt"), N("getpass"), N("gettext"), N("glob"), N("graphlib"),
    N("grp"), N("gzip"), N("hashlib"), N("heapq"), N("hmac"), N("html"), N("http"),
    N("idlelib"), N("imaplib"), N("imghdr"), N("imp"), N("importlib"), N("inspect"), N("io"),
    N("ipaddress"), N("itertools"), N("json"), N("keyword"), N("lib2to3"), N("linecache"),
    N("locale"), N("logging"), N("lzma"), N("mailbox"), N("mailcap"), N("marshal"), N("math"),
    N("mimetypes"), N("mmap"), N("modulefinder"), N("msilib"), N("msvcrt"),
    N("multiprocessing"), N("netrc"), N("nis"), N("nntplib"), N("nt"), N("ntpath"),
    N("nturl2path"), N("numbers"), N("opcode"), N("operator"), N("optparse"), N("os"),
    N("ossaudiodev"), N("pathlib"), N("pdb"), N("pickle"), N("pickletools"), N("pipes"),
    N("pkgutil"), N("platform"), N("plistlib"), N("poplib"), N("posix"), N("posixpath"),
    N("pprint"), N("profile"), N("pstats"), N("pty"), N("pwd"), N("py_compile"), N("pyclbr"),
    N("pydoc"), N("pydoc_data"), N("pyexpat"), N("queue"), N("quopri"), N("random"), N("re"),
    N("readline"), N("reprlib"), N("resource"), N("rlcompleter"), N("runpy"), N("sched"),
    N("secrets"), N("select"), N("selectors"), N("shelve"), N("shlex"), N("shutil"),
    N("signal"), N("site"), N("smtpd"), N("smtplib"), N("sndhdr"), N("socket"),
    N("socketserver"), N("spwd"), N("sqlite3"), N("sre_compile"), N("sre_constants"),
    N("sre_parse"), N("ssl"), N("stat"), N("statistics"), N("string"), N("stringprep"),
    N("struct"), N("subprocess"), N("sunau"), N("symtable"), N("sys"), N("sysconfig"),
    N("syslog"), N("tabnanny"), N("tarfile"), N("telnetlib"), N("tempfile"), N("termios"),
    N("textwrap"), N("this"), N("threading"), N("time"), N("timeit"), N("tkinter"), N("token"),
    N("tokenize"), N("tomllib"), N("trace"), N("traceback"), N("tracemalloc"), N("tty"),
    N("turtle"), N("turtledemo"), N("types"), N("typing"), N("unicodedata"), N("unittest"),
    N("urllib"), N("uu"), N("uuid"), N("venv"), N("warnings"), N("wave"), N("weakref"),
    N("webbrowser"), N("winreg"), N("winsound"), N("wsgiref"), N("xdrlib"), N("xml"),
    N("xmlrpc"), N("zipapp"), N("zipfile"), N("zipimport"), N("zlib"), N("zoneinfo"),
};
/* Packages whose names people also give to folders and scripts of their own. */
static const mlo_str well_known[] = {
    N("accelerate"), N("airflow"), N("albumentations"), N("anthropic"), N("azure"),
    N("bentoml"), N("bitsandbytes"), N("boto3"), N("catboost"), N("chromadb"), N("cv2"),
    N("dagster"), N("dask"), N("datasets"), N("deepspeed"), N("dvc"), N("einops"),
    N("evaluate"), N("evidently"), N("fastapi"), N("feast"), N("flask"), N("gradio"),
    N("great_expectations"), N("h5py"), N("huggingface_hub"), N("hydra"), N("imblearn"),
    N("jax"), N("joblib"), N("keras"), N("langchain"), N("librosa"), N("lightgbm"),
    N("lightning"), N("llama_index"), N("loguru"), N("matplotlib"), N("metaflow"), N("mlflow"),
    N("networkx"), N("nltk"), N("numpy"), N("omegaconf"), N("onnx"), N("onnxruntime"),
    N("openai"), N("optuna"), N("pandas"), N("peft"), N("pickle5"), N("pil"), N("polars"),
    N("prefect"), N("psycopg2"), N("pyarrow"), N("pydantic"), N("pymongo"), N("pyspark"),
    N("pytest"), N("pytorch_lightning"), N("ray"), N("redis"), N("requests"), N("sacrebleu"),
    N("sagemaker"), N("scipy"), N("seaborn"), N("sentence_transformers"), N("shap"),
    N("sklearn"), N("skops"), N("spacy"), N("sqlalchemy"), N("starlette"), N("statsmodels"),
    N("streamlit"), N("tensorboard"), N("tensorflow"), N("tiktoken"), N("timm"),
    N("tokenizers"), N("torch"), N("torchaudio"), N("torchmetrics"), N("torchtext"),
    N("torchvision"), N("tqdm"), N("transformers"), N("trl"), N("typer"), N("ultralytics"),
    N("uvicorn"), N("vllm"), N("wandb"), N("xgboost"), N("yaml"), N("zenml"),
};
#undef N
/* clang-format on */

static int compare_names(const void *a, const void *b) {
  return mlo_str_compare(*(const mlo_str *)a, *(const mlo_str *)b);
}

bool mlo_is_standard_module(mlo_str name) {
  size_t count = sizeof standard / sizeof *standard;
  return bsearch(&name, standard, count, sizeof *standard, compare_names) != NULL;
}

bool mlo_is_known_package(mlo_str name) {
  size_t count = sizeof well_known / sizeof *well_known;
  return bsearch(&name, well_known, count, sizeof *well_known, compare_names) != NULL;
}

/* --- folders --- */

enum { MOST_FOLDERS = 32, LONGEST_NAME = 128 };

static mlo_str folder_of(mlo_str path) {
  size_t slash = mlo_str_rfind_char(path, '/');
  return slash == SIZE_MAX ? MLO_STR("") : mlo_str_slice(path, 0, slash);
}

static mlo_str joined(mlo_str folder, mlo_str name, const char *ending, mlo_arena *arena) {
  return mlo_arena_format(arena, "%.*s%s%.*s%s", MLO_FMT(folder), folder.len ? "/" : "",
                          MLO_FMT(name), ending);
}

static bool is_file(mlo_project_files *files, mlo_str path) {
  return mlo_project_files_kind(files, path) == MLO_FILE_REGULAR;
}

static bool is_folder(mlo_project_files *files, mlo_str path) {
  return mlo_project_files_kind(files, path) == MLO_FILE_FOLDER;
}

static bool is_package(mlo_project_files *files, mlo_str folder, mlo_arena *arena) {
  return folder.len && is_file(files, joined(folder, MLO_STR("__init__.py"), "", arena));
}

/* Only what Python takes for a name is looked for on the disk. */
static bool is_identifier(mlo_str name) {
  bool fits = name.len && name.len <= LONGEST_NAME && !(name.ptr[0] >= '0' && name.ptr[0] <= '9');
  for (size_t i = 0; i < name.len && fits; i++) {
    unsigned char c = (unsigned char)name.ptr[i], letter = c | 32;
    fits = c == '_' || c >= 128 || (c >= '0' && c <= '9') || (letter >= 'a' && letter <= 'z');
  }
  return fits;
}

/* --- modules --- */

static mlo_str longer(mlo_str package, mlo_str name, mlo_arena *arena) {
  return mlo_arena_join(arena, package, package.len ? "." : "", name);
}

/* A package (folder/name/__init__.py) or a plain module (folder/name.py). */
static mlo_py_module regular_in(mlo_project_files *files, mlo_str folder, mlo_str name,
                                mlo_arena *arena) {
  mlo_str inner = joined(folder, name, "", arena);
  mlo_str start = joined(inner, MLO_STR("__init__.py"), "", arena);
  if (is_file(files, start)) return (mlo_py_module){name, start, inner};
  mlo_str plain = joined(folder, name, ".py", arena);
  if (is_file(files, plain)) return (mlo_py_module){.name = name, .path = plain};
  return (mlo_py_module){0};
}

static mlo_py_module bare_folder_in(mlo_project_files *files, mlo_str folder, mlo_str name,
                                    mlo_arena *arena) {
  mlo_str inner = joined(folder, name, "", arena);
  if (is_folder(files, inner)) return (mlo_py_module){.name = name, .folder = inner};
  return (mlo_py_module){0};
}

mlo_py_module mlo_modules_inside(mlo_project_files *files, const mlo_py_module *package,
                                 mlo_str name, mlo_arena *arena) {
  if (!package->folder.ptr || !is_identifier(name)) return (mlo_py_module){0};
  mlo_py_module found = regular_in(files, package->folder, name, arena);
  if (!mlo_py_module_exists(&found)) found = bare_folder_in(files, package->folder, name, arena);
  if (mlo_py_module_exists(&found)) found.name = longer(package->name, name, arena);
  return found;
}

/* The nearest folder, from this one up, without __init__.py. */
static mlo_str base_of(mlo_project_files *files, mlo_str folder, mlo_arena *arena) {
  for (int i = 0; i < MOST_FOLDERS && is_package(files, folder, arena); i++)
    folder = folder_of(folder);
  return folder;
}

mlo_py_module mlo_modules_of_file(mlo_project_files *files, mlo_str path, mlo_arena *arena) {
  mlo_str folder = folder_of(path), base = base_of(files, folder, arena);
  /* relative imports say that a folder without __init__.py is a package too */
  if (mlo_str_eq(folder, base)) base = folder_of(folder);
  size_t from = folder.len == 0 ? 0 : base.len + (base.len > 0);
  bool start = mlo_str_ends(path, MLO_STR("/__init__.py"));
  mlo_str stem = start ? folder : path;
  size_t dot = mlo_str_rfind_char(stem, '.');
  if (!start && dot != SIZE_MAX) stem = mlo_str_slice(stem, 0, dot);
  mlo_str name = mlo_arena_str(arena, mlo_str_from(stem, from));
  char *bytes = (char *)(uintptr_t)name.ptr;
  for (size_t i = 0; i < name.len; i++)
    if (bytes[i] == '/') bytes[i] = '.';
  return (mlo_py_module){name, path, start ? folder : (mlo_str){0}};
}

mlo_py_module mlo_modules_above(mlo_project_files *files, const mlo_py_module *self, unsigned dots,
                                mlo_arena *arena) {
  mlo_str folder = self->folder.ptr ? self->folder : folder_of(self->path), name = self->name;
  bool own = self->folder.ptr != NULL; /* one dot in a package's __init__.py is the package */
  for (unsigned i = own ? 1 : 0; i < dots; i++) {
    size_t dot = mlo_str_rfind_char(name, '.');
    if (i > 0 && !folder.len) return (mlo_py_module){0};
    if (i > 0) folder = folder_of(folder);
    name = dot == SIZE_MAX ? MLO_STR("") : mlo_str_slice(name, 0, dot);
  }
  mlo_str start = joined(folder, MLO_STR("__init__.py"), "", arena);
  return (mlo_py_module){name, is_file(files, start) ? start : MLO_STR(""),
                         folder.ptr ? folder : MLO_STR("")};
}

/* Seen from a package's file that is run as a script, its own folder comes first; its neighbours say what it is. */
static mlo_py_module near_by(mlo_project_files *files, mlo_str own, mlo_str base, mlo_str name,
                             mlo_arena *arena) {
  mlo_py_module found = regular_in(files, base, name, arena);
  if (mlo_py_module_exists(&found) || mlo_str_eq(own, base)) return found;
  return regular_in(files, own, name, arena);
}

typedef mlo_py_module find_fn(mlo_project_files *files, mlo_str folder, mlo_str name,
                              mlo_arena *arena);

/* In each folder from `from` up to the root, and in its src. */
static mlo_py_module upwards(mlo_project_files *files, mlo_str from, mlo_str name, find_fn *find,
                             mlo_arena *arena) {
  for (int i = 0; i < MOST_FOLDERS; i++, from = folder_of(from)) {
    mlo_py_module found = find(files, from, name, arena);
    if (!mlo_py_module_exists(&found))
      found = find(files, joined(from, MLO_STR("src"), "", arena), name, arena);
    if (mlo_py_module_exists(&found) || !from.len) return found;
  }
  return (mlo_py_module){0};
}

mlo_py_module mlo_modules_top(mlo_project_files *files, mlo_str importer, mlo_str name,
                              mlo_arena *arena) {
  if (!is_identifier(name)) return (mlo_py_module){0};
  mlo_str own = folder_of(importer), base = base_of(files, own, arena);
  if (mlo_is_standard_module(name)) {
    mlo_py_module beside = regular_in(files, own, name, arena);
    bool shadows = mlo_str_eq(own, base) && beside.path.len && !beside.folder.ptr;
    return shadows && !mlo_str_eq(beside.path, importer) ? beside : (mlo_py_module){0};
  }
  mlo_py_module found = near_by(files, own, base, name, arena);
  if (!mlo_py_module_exists(&found)) found = upwards(files, base, name, regular_in, arena);
  /* a plain module of a well-known name counts in the base only, a bare folder nowhere */
  bool doubtful = mlo_is_known_package(name) && !found.folder.ptr;
  if (doubtful && !mlo_str_eq(folder_of(found.path), base)) found = (mlo_py_module){0};
  if (mlo_str_eq(found.path, importer) && !found.folder.ptr) return (mlo_py_module){0};
  if (mlo_py_module_exists(&found) || doubtful) return found;
  return upwards(files, base, name, bare_folder_in, arena);
}
