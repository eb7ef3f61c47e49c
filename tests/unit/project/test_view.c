#include "shop.h"

static const shop_file project[] = {
    {"train.py", ""},
    {"shop/__init__.py", "from .io import load as load, save\n"
                         "from .net import *\n"
                         "import torch\n"
                         "from .predict import predict\n"
                         "from shop.deep import chain\n"
                         "__version__ = '1.2'\n"},
    {"shop/io.py", "import joblib, pandas as pd\n"
                   "from pathlib import Path\n"
                   "MODEL = 'models/churn.joblib'\n"
                   "LIMIT = 3\n"
                   "LIMIT = 4\n"
                   "ROWS = [1]\n"
                   "def load(path):\n    return joblib.load(path)\n"
                   "def save(m): joblib.dump(m, MODEL)\n"
                   "def frame() -> pd.DataFrame: ...\n"
                   "def agree(x):\n  if x: return pd.read_csv('a')\n  return pd.read_csv('b')\n"
                   "def maybe(x):\n  if x: return None\n  return pd.read_csv('b')\n"
                   "def differ(x):\n  if x: return Path('a')\n  return pd.read_csv('b')\n"
                   "def rows():\n  yield pd.read_csv('b')\n"
                   "def net():\n  from .net import Net\n  return Net()\n"
                   "model = joblib.load(MODEL)\n"
                   "read = pd.read_csv\n"},
    {"shop/net.py", "import torch\n"
                    "from sklearn.preprocessing import StandardScaler\n"
                    "from .base import Base\n"
                    "__all__ = ['Net', 'Deep']\n"
                    "class Net(Base):\n"
                    "  KIND = 'mlp'\n"
                    "  def __init__(self):\n    self.scaler = StandardScaler()\n"
                    "  def fit(self, x): return self\n"
                    "  @property\n  def size(self) -> StandardScaler: ...\n"
                    "class Deep(Net, torch.nn.Module): pass\n"
                    "hidden = 1\n"},
    {"shop/base.py", "from sklearn.linear_model import LogisticRegression\n"
                     "class Base:\n  def __init__(self):\n    self.head = LogisticRegression()\n"
                     "  def load(self): return open('x')\n"},
    {"shop/predict.py", "def predict(x): return x\ndef batch(): return predict(1)\n"},
    {"shop/deep.py", "from shop.deeper import chain\n"},
    {"shop/deeper.py", "from shop import load as chain\n"},
    {"loop/__init__.py", "from .a import x\n"},
    {"loop/a.py", "from .b import x\nfrom .b import *\n"},
    {"loop/b.py", "from .a import x\nfrom .a import *\n"},
    {"lib/__init__.py", "from torch.nn import *\n"},
    {"broken.py", "def f(:\n"},
    {"joblib/__init__.py", "from .numpy_pickle import load\n"},
    {"joblib/numpy_pickle.py", "def load(): ...\n"},
    {"datasets/__init__.py", "from .store import load\n"},
    {"datasets/store.py", "def load(): ...\n"},
};

typedef struct name_case {
  const char *name, *expected;
} name_case;

typedef mlo_str answer_fn(void *ctx, mlo_str name, mlo_arena *arena);

static void check(const char *importer, const name_case *cases, size_t count, bool result) {
  shop self;
  SHOP_OPEN(&self, project);
  mlo_view_turn(&self.view, mlo_str_c(importer), &self.arena);
  const mlo_outside *outside = &self.view.outside;
  bool failed = false;
  for (size_t i = 0; i < count; i++) {
    answer_fn *answer = result ? outside->result : outside->name;
    mlo_str is = answer(outside->ctx, mlo_str_c(cases[i].name), &self.arena);
    if (mlo_str_eq(is, mlo_str_c(cases[i].expected))) continue;
    print_error("%s is \"%.*s\", not \"%s\"\n", cases[i].name, MLO_FMT(is), cases[i].expected);
    failed = true;
  }
  shop_close(&self);
  assert_false(failed);
}
#define CHECK(importer, cases, result)                                                             \
  check((importer), (cases), sizeof(cases) / sizeof *(cases), (result))

static void test_view__names(void **state) {
  (void)state;
  static const name_case cases[] = {
      {"shop", "shop"},
      {"shop.io", "shop.io"},
      {"shop.load", "shop.io.load"},
      {"shop.io.load", "shop.io.load"},
      {"shop.torch.load", "torch.load"},
      {"shop.io.joblib.load", "joblib.load"},
      {"shop.io.read", "pandas.read_csv"},
      {"shop.io.model", "joblib.load()"},
      {"shop.io.model.predict", "joblib.load().predict"},
      {"shop.io.ROWS", "builtins.list"},
      {"shop.chain", "shop.io.load"},
      {"shop.predict", "shop.predict.predict"},
      {"shop.predict.batch", "shop.predict.batch"},
      {"shop.predict.predict", "shop.predict.predict"},
      {"shop.nothing", ""},
      {"shop.io.nothing", ""},
      {"numpy.load", ""},
      {"train", ""}, /* the file at work */
      {"broken.g", ""},
      {"<module>.f", ""},
      {"", ""},
      {"shop..io", ""},
  };
  CHECK("train.py", cases, false);
}

/* A copy of a well-known package goes by its public names; a package that only shares a common word is the project's. */
static void test_view__copies_of_known_packages_keep_their_names(void **state) {
  (void)state;
  static const name_case cases[] = {{"joblib.load", ""},
                                    {"shop.io.joblib.load", "joblib.load"},
                                    {"datasets.load", "datasets.store.load"}};
  CHECK("train.py", cases, false);
  static const name_case within[] = {{".numpy_pickle.load", "joblib.numpy_pickle.load"},
                                     {".load", "joblib.load"}};
  CHECK("joblib/tools.py", within, false);
}

static void test_view__classes(void **state) {
  (void)state;
  static const name_case cases[] = {
      {"shop.Net", "shop.net.Net"}, /* by a star, listed in __all__ */
      {"shop.hidden", ""},
      {"shop.net.hidden", "builtins.int"},
      {"shop.Net.scaler", "sklearn.preprocessing.StandardScaler"},
      {"shop.Net.scaler.fit", "sklearn.preprocessing.StandardScaler.fit"},
      {"shop.Net.size", "sklearn.preprocessing.StandardScaler"},
      {"shop.Net.fit", "shop.net.Net.fit"},
      {"shop.Net.head", "sklearn.linear_model.LogisticRegression"}, /* of a base in another file */
      {"shop.Net.load", "shop.base.Base.load"},
      {"shop.Net.nothing", ""},
      {"shop.Deep.scaler", "sklearn.preprocessing.StandardScaler"},
      {"shop.Deep.state_dict", "torch.nn.Module.state_dict"},
      {"lib.Linear", "torch.nn.Linear"},
  };
  CHECK("train.py", cases, false);
}

static void test_view__relative_names_and_cycles(void **state) {
  (void)state;
  static const name_case inside[] = {
      {".io.load", "shop.io.load"},
      {".load", "shop.io.load"},
      {".net.Net.scaler", "sklearn.preprocessing.StandardScaler"},
      {"..train", "train"},
      {"...train", ""},
  };
  static const name_case cycles[] = {{"loop.x", "loop.a.x"}, {"loop.a.y", ""}};
  CHECK("shop/predict.py", inside, false);
  CHECK("train.py", cycles, false);
}

static void test_view__results(void **state) {
  (void)state;
  static const name_case cases[] = {
      {"shop.load", "joblib.load()"},
      {"shop.io.frame", "pandas.DataFrame"},
      {"shop.io.agree", "pandas.DataFrame"},
      {"shop.io.maybe", "pandas.DataFrame"},
      {"shop.io.differ", ""},
      {"shop.io.rows", ""},
      {"shop.io.net", "shop.net.Net"},
      {"shop.Net", "shop.net.Net"},
      {"shop.Net.fit", "shop.net.Net"},
      {"shop.io.save", ""},
      {"shop.io.MODEL", ""},
      {"joblib.load", ""},
  };
  CHECK("train.py", cases, true);
}

static void test_view__constants(void **state) {
  (void)state;
  shop self;
  SHOP_OPEN(&self, project);
  mlo_view_turn(&self.view, MLO_STR("train.py"), &self.arena);
  const mlo_outside *outside = &self.view.outside;
  mlo_constant constant = {0};
  assert_true(outside->constant(outside->ctx, MLO_STR("shop.io.MODEL"), &self.arena, &constant));
  assert_str(constant.text, "models/churn.joblib");
  assert_int_equal(constant.node, MLO_NO_NODE);
  assert_true(outside->constant(outside->ctx, MLO_STR("shop.__version__"), &self.arena, &constant));
  assert_str(constant.text, "1.2");
  assert_true(outside->constant(outside->ctx, MLO_STR("shop.Net.KIND"), &self.arena, &constant));
  assert_str(constant.text, "mlp");
  /* assigned twice, a list, a function */
  assert_false(outside->constant(outside->ctx, MLO_STR("shop.io.LIMIT"), &self.arena, &constant));
  assert_false(outside->constant(outside->ctx, MLO_STR("shop.io.ROWS"), &self.arena, &constant));
  assert_false(outside->constant(outside->ctx, MLO_STR("shop.load"), &self.arena, &constant));
  shop_close(&self);
}

static void test_view__paths(void **state) {
  (void)state;
  shop self;
  SHOP_OPEN(&self, project);
  mlo_view_turn(&self.view, MLO_STR("train.py"), &self.arena);
  assert_str(mlo_view_path(&self.view, MLO_STR("shop.load"), &self.arena), "shop/io.py");
  assert_str(mlo_view_path(&self.view, MLO_STR("shop.io"), &self.arena), "shop/io.py");
  assert_str(mlo_view_path(&self.view, MLO_STR("torch.load"), &self.arena), "");
  shop_close(&self);
}

static void test_view__summaries(void **state) {
  (void)state;
  static const shop_file files[] = {
      {"train.py", ""},
      {"shop/__init__.py", "from .io import rows, read\n"},
      {"shop/io.py", "import pandas as pd\nfrom .deep import make\n"
                     "def rows(df): return df\n"
                     "def read(path): return pd.read_csv(path)\n"
                     "def own(path): return make(path)\n"},
      {"shop/deep.py", "def make(path): ...\n"},
  };
  shop self;
  SHOP_OPEN(&self, files);
  mlo_view_turn(&self.view, MLO_STR("train.py"), &self.arena);
  const mlo_outside *outside = &self.view.outside;
  const mlo_function_summary *summary =
      outside->summary(outside->ctx, MLO_STR("shop.rows"), &self.arena);
  assert_int_equal(summary->parameters.len, 1);
  assert_str(summary->parameters.items[0].name, "df");
  assert_int_equal(summary->returned.len, 1);
  assert_int_equal(summary->returned.items[0].parameter, 0);
  summary = outside->summary(outside->ctx, MLO_STR("shop.read"), &self.arena);
  assert_str(summary->returned.items[0].call, "pandas.read_csv");
  summary = outside->summary(outside->ctx, MLO_STR("shop.io.own"), &self.arena);
  assert_str(summary->returned.items[0].call, "shop.deep.make"); /* not in the module's words */
  assert_null(outside->summary(outside->ctx, MLO_STR("shop.nothing"), &self.arena));
  assert_null(outside->summary(outside->ctx, MLO_STR("pandas.read_csv"), &self.arena));
  shop_close(&self);
}

/* A module that needs more than it may cost has no interface; the next one has. */
static void test_view__a_module_too_large_is_no_harm(void **state) {
  (void)state;
  static const char text[] = "import a\ndef f(x): return a.b(x)\n";
  static const shop_file files[] = {{"small.py", "x = 1\n"}};
  shop self;
  SHOP_OPEN(&self, files);
  for (size_t n = 1; n < 40; n++) {
    mlo_str path = mlo_arena_format(&self.arena, "big%zu.py", n);
    mlo_project_files_add(&self.files, path, mlo_str_c(text));
    self.view.reader.scratch.fail_after = self.view.reader.scratch.allocations + n;
    mlo_interfaces_get(&self.interfaces, path, &self.view.reader);
  }
  self.view.reader.scratch.fail_after = 0;
  assert_null(mlo_interfaces_get(&self.interfaces, MLO_STR("big1.py"), &self.view.reader));
  mlo_view_turn(&self.view, MLO_STR("train.py"), &self.arena);
  const mlo_outside *outside = &self.view.outside;
  assert_str(outside->name(outside->ctx, MLO_STR("small"), &self.arena), "small");
  shop_close(&self);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_view__names),
      cmocka_unit_test(test_view__copies_of_known_packages_keep_their_names),
      cmocka_unit_test(test_view__classes),
      cmocka_unit_test(test_view__relative_names_and_cycles),
      cmocka_unit_test(test_view__results),
      cmocka_unit_test(test_view__constants),
      cmocka_unit_test(test_view__paths),
      cmocka_unit_test(test_view__summaries),
      cmocka_unit_test(test_view__a_module_too_large_is_no_harm),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
