#include "python.h"

static mlo_str name(python *py) { return mlo_facts_name(&py->facts, python_question(py)); }

static void test_names__imports_and_aliases(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"import numpy\nnumpy.load", "numpy.load"},
      {"import numpy as np\nnp.load", "numpy.load"},
      {"import a.b.c\na.b.c.d", "a.b.c.d"},
      {"import a.b as c\nc.d", "a.b.d"},
      {"from x.y import z as w\nw.q", "x.y.z.q"},
      {"from .models import Net\nNet", ".models.Net"},
      {"from . import models\nmodels.Net", ".models.Net"},
      {"import torch\nload = torch.load\nload", "torch.load"},
      {"import torch\nt = torch\nu = t\nu.load", "torch.load"},
      {"import torch\ndef f():\n  torch.load", "torch.load"},
      {"def f():\n  import torch\ntorch.load", ""},
      {"def f():\n  import torch\n  def g():\n    torch.load", "torch.load"},
      {"class A:\n  import torch\n  def f(self):\n    torch.load", ""},
      {"print", "builtins.print"},
      {"print = log\nprint", ""},
      {"unknown.load", ""},
      {"from tensorflow.keras.layers import *\nDense", "tensorflow.keras.layers.Dense"},
      {"from a import *\nfrom b import *\nDense", ""},
      {"from a import *\nprint", "builtins.print"},
  };
  PYTHON_CHECK(cases, name);
}

static void test_names__conditional_imports(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"try:\n  import cudf as pd\nexcept ImportError:\n  pd = None\npd.x", "cudf.x"},
      {"try:\n  from a import B\nexcept ImportError:\n  B = object\nB", "a.B"},
      {"try:\n  import cPickle as pickle\nexcept ImportError:\n  import pickle\npickle.load",
       "pickle.load"},
      {"if TYPE_CHECKING:\n  from a import B\nelse:\n  B = None\ndef f(b: B):\n  b.c", "a.B.c"},
      {"if TYPE_CHECKING:\n  from a import B\ndef f(b: 'B'):\n  b.c", "a.B.c"},
      {"from a import B\nB = object\nB", "builtins.object"},
  };
  PYTHON_CHECK(cases, name);
}

static void test_names__last_binding_before_the_read(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"import a\nx = a.f\nx = a.g\nx", "a.g"},
      {"import a\nx = a.f\nx = x.g\nx", "a.f.g"},
      {"import a, b\nx = a.f\nif c:\n  x = b.f\nx", "b.f"},
      /* code that runs later sees the last binding of the scope around */
      {"import a\nx = a.f\ndef h():\n  x.y\nx = a.g", "a.g.y"},
      {"import a\nx = a.f\nclass C:\n  x.y\nx = a.g", "a.f.y"},
      {"import a\nm = None\ndef init():\n  global m\n  m = a.load()\ndef run():\n  m.predict",
       "a.load().predict"},
      {"import a\nm = a.load()\nm.predict\nm = None", "a.load().predict"},
      {"import a\nm = a.load()\ndef f():\n  m.predict\nm = None", "a.load().predict"},
      {"import a\nm = a.load()\ndef f():\n  m.predict\ndel m", "a.load().predict"},
      {"import a\nfor i in j:\n  if i: x.y\n  x = a.f", "a.f.y"},
  };
  PYTHON_CHECK(cases, name);
}

static void test_names__comprehension_reads_in_place(void **state) {
  (void)state;
  python py;
  python_open(&py);
  python_read(&py, "import a\nx = a.f\n[x.y for i in j]\nx = a.g");
  assert_str(mlo_facts_name(&py.facts, python_node(&py, "x.y", 0)), "a.f.y");
  python_close(&py);
}

static void test_names__calls_and_instances(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"from x import open_model\nopen_model().predict", "x.open_model().predict"},
      {"from fastapi import FastAPI\napp = FastAPI()\napp.post", "fastapi.FastAPI.post"},
      {"from x import _Private\n_Private().go", "x._Private.go"},
      {"import joblib\njoblib.load(p).predict(x)", "joblib.load().predict()"},
      {"with open(p) as f:\n  f.read", "builtins.open().read"},
      {"import mlflow\nwith mlflow.start_run() as run, open(p) as f:\n  run.info",
       "mlflow.start_run().info"},
      {"import requests\nasync def f():\n  (await requests.get(u)).text", "requests.get().text"},
      {"import a\n(m := a.Model())\nm.fit", "a.Model.fit"},
      {"import a\nx = a.b if c else d\nx.e", "a.b.e"},
      {"import a\nx = y or a.b\nx.e", "a.b.e"},
      {"import a\nx, y = a.b, a.c\ny.d", "a.c.d"},
      {"import a\nx, y = a.f()\ny.d", "a.f()[].d"},
      {"import a\nfor x in a.b:\n  x.c", "a.b[].c"},
      {"try: pass\nexcept ValueError as e:\n  e.args", "builtins.ValueError.args"},
      {"', '.join", "builtins.str.join"},
      {"x = []\nx.append", "builtins.list.append"},
      {"x = {}\nx.get", "builtins.dict.get"},
      {"f'{a}'.strip().split", "builtins.str.split"},
      {"import copy, a\nm = copy.deepcopy(a.Model())\nm.fit", "a.Model.fit"},
      {"from typing import cast\nimport a\ncast(a.B, x).c", "a.B.c"},
  };
  PYTHON_CHECK(cases, name);
}

static void test_names__known_results(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"import pandas as pd\npd.read_csv(p).drop", "pandas.DataFrame.drop"},
      {"import pandas as pd\ndf = pd.concat([a, b])\ndf = "
       "df.dropna().reset_index(drop=True)\ndf.to_csv",
       "pandas.DataFrame.to_csv"},
      {"import pandas as pd\npd.read_html(u).x", "pandas.read_html().x"},
      {"import pandas as pd\ndf = pd.read_csv(p)\ndf[['a', 'b']].x", "pandas.DataFrame.x"},
      {"import pandas as pd\ndf = pd.read_csv(p)\ndf['a'].x", "pandas.Series.x"},
      {"import pandas as pd\ndf = pd.read_csv(p)\ndf[df.a > 1].x", "pandas.DataFrame.x"},
      {"import pandas as pd\nCOLUMNS = ['a']\ndf = pd.read_csv(p)\ndf[COLUMNS].x",
       "pandas.DataFrame.x"},
      {"import pandas as pd\ndf = pd.read_csv(p)\ndf[unknown].x", "pandas.DataFrame[].x"},
      {"import pandas as pd\npd.read_csv(p).groupby('a').mean().x", "pandas.DataFrame.x"},
      {"from pandas import DataFrame\nDataFrame.from_dict(d).x", "pandas.DataFrame.x"},
      {"from sklearn.pipeline import Pipeline\nPipeline([]).fit", "sklearn.pipeline.Pipeline.fit"},
      {"from sklearn.pipeline import make_pipeline\nmake_pipeline(a).fit(x, y).predict",
       "sklearn.pipeline.Pipeline.predict"},
      {"from transformers import AutoModel as M\nm = "
       "M.from_pretrained('a')\nm.to('cuda').eval().generate",
       "transformers.AutoModel.generate"},
      {"import keras\nm = keras.Sequential()\nh = m.fit(x)\nh.history",
       "keras.Sequential.fit().history"},
      {"from pathlib import Path\np = Path(__file__).parent / 'a' / 'b'\np.open",
       "pathlib.Path.open"},
      {"import logging\nlog = logging.getLogger(__name__)\nlog.info", "logging.Logger.info"},
  };
  PYTHON_CHECK(cases, name);
}

static void test_names__annotations(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"import torch\ndef f(m: torch.nn.Module):\n  m.eval", "torch.nn.Module.eval"},
      {"import torch\ndef f(m: 'torch.nn.Module' = None):\n  m.eval", "torch.nn.Module.eval"},
      {"from typing import Optional\nfrom a import B\ndef f(b: Optional[B]):\n  b.c", "a.B.c"},
      {"import typing\nfrom a import B\ndef f(b: typing.Optional[B]):\n  b.c", "a.B.c"},
      {"from a import B\ndef f(b: B | None):\n  b.c", "a.B.c"},
      {"from a import B\ndef f(b: None | B):\n  b.c", "a.B.c"},
      {"from typing import Annotated, Union\nfrom a import B\ndef f(b: Annotated[Union[None, B], "
       "1]):\n  b.c",
       "a.B.c"},
      {"from a import B\ndef f(b: B[int]):\n  b.c", "a.B.c"},
      {"from typing import List\nfrom a import B\ndef f(b: List[B]):\n  b.append",
       "builtins.list.append"},
      {"from typing import Any\ndef f(b: Any):\n  b.c", ""},
      {"from a import B\ndef f(*b: B):\n  b.c", ""},
      {"from a import B\nb: B = make()\nb.c", "a.B.c"},
      {"def f(s: str):\n  s.split", "builtins.str.split"},
      {"def f(b=[]):\n  b.c", ""},
      {"from a import B\ndef make() -> B: pass\nmake().c", "a.B.c"},
  };
  PYTHON_CHECK(cases, name);
}

static void test_names__of_this_file(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"def f(): pass\nf", "<module>.f"},
      {"def f(): pass\nf().x", "<module>.f().x"},
      {"class A:\n  def f(self): pass\nA.f", "<module>.A.f"},
      {"class A:\n  def f(self): pass\na = A()\na.f", "<module>.A.f"},
      {"class A:\n  class B:\n    def f(self): pass\nA.B().f", "<module>.A.B.f"},
      {"def g():\n  def h(): pass\n  h", "<module>.g.h"},
      {"class A:\n  def f(self):\n    self.g\n  def g(self): pass", "<module>.A.g"},
      {"class A:\n  @classmethod\n  def f(cls):\n    cls.g\n  def g(self): pass", "<module>.A.g"},
      {"class A:\n  def f(self):\n    self.unknown", ""},
      {"import joblib\nclass A:\n  def __init__(self):\n    self.model = joblib.load(p)\n  def "
       "f(self):\n    self.model.predict",
       "joblib.load().predict"},
      {"import joblib\nclass A:\n  def load(self):\n    self.m = joblib.load(p)\n  def "
       "__init__(self):\n    self.m = None\n  "
       "def f(self):\n    self.m.predict",
       "joblib.load().predict"},
      {"import a\nclass A:\n  model: a.Model\n  def f(self):\n    self.model.predict",
       "a.Model.predict"},
      {"import a\nclass A:\n  model = a.Model()\nA.model.predict", "a.Model.predict"},
      {"import a\nclass A:\n  def __init__(self, m: a.Model):\n    self.m = m\nA(1).m.predict",
       "a.Model.predict"},
      {"import torch\nclass Net(torch.nn.Module):\n  def f(self):\n    self.parameters",
       "torch.nn.Module.parameters"},
      {"import torch\nclass Net(torch.nn.Module): pass\nnet = Net().to('cuda')\nnet.state_dict",
       "torch.nn.Module.state_dict"},
      {"import torch\nclass Net(torch.nn.Module):\n  def go(self): pass\nNet().to('cuda').go",
       "<module>.Net.go"},
      {"import a\nclass B(a.C): pass\nclass D(B): pass\nD().e", "a.C.e"},
      {"class A:\n  x = 1\n  def f(self):\n    x", ""},
  };
  PYTHON_CHECK(cases, name);
}

static void test_names__ends_on_cycles(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"x = x.y\nx", ""},
      {"def f():\n  x.y\nx = x.z", ""},
      {"def f(): return a\na = lambda: b\nb = lambda: a()\na().c", "<module>.a().c"},
      {"class A:\n  def f(self):\n    self.a = self.b\n    self.b = self.a\n    self.a.c", ""},
      {"class A(A): pass\nA().x", ""},
      {"class A:\n  def f(self):\n    self.a = self.a.next\n    self.a.c", ""},
      {"with x as x: pass\nx.y", ""},
  };
  PYTHON_CHECK(cases, name);
}

/* What a bound cuts off must not depend on what was asked before. */
static void test_names__long_chains_have_no_name_in_any_order(void **state) {
  (void)state;
  enum { COUNT = 500 };
  char source[COUNT * 8 + 32];
  size_t len = (size_t)sprintf(source, "import x\n");
  for (int i = 0; i < COUNT; i++) len += (size_t)sprintf(source + len, "x = x.y\n");
  sprintf(source + len, "x");
  python py;
  python_open(&py);
  python_read(&py, source);
  mlo_node last = python_question(&py);
  assert_str(mlo_facts_name(&py.facts, last), "");
  assert_str(mlo_facts_name(&py.facts, python_node(&py, "x.y", 2)), "x.y.y.y");
  assert_str(mlo_facts_name(&py.facts, last), "");
  python_close(&py);
}

static mlo_str binding_line(python *py) {
  const mlo_binding *binding = mlo_facts_binding(&py->facts, python_question(py));
  if (!binding) return MLO_STR("none");
  unsigned line = 1;
  for (uint32_t i = 0; i < py->tree.nodes[binding->target].start; i++)
    line += py->tree.text.ptr[i] == '\n';
  return mlo_arena_format(&py->arena, "%u", line);
}

static void test_names__binding_that_a_read_refers_to(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"x = 1\nx = 2\nx\nx = 3", "2"},
      {"x = 1\ndef f():\n  x\nx = 4", "4"},
      {"x = 1\ndef f():\n  x\n  x = 4", "none"},
      {"x = 1\nclass A:\n  x = 3\n  x", "3"},
      {"x = 1\nclass A:\n  x = 3\n  def f(self):\n    x", "1"},
      {"x = 1\ndef f(x):\n  x", "2"},
      {"x = 1\ndef f():\n  global x\n  x = 4\n  x", "4"},
      {"x", "none"},
      {"len", "none"},
      {"x = 1\nlambda: x\nx = 3\nx", "3"},
      {"for x in y:\n  x", "1"},
      {"def f():\n  x = 1\n  def g():\n    nonlocal x\n    x = 5\n  x", "5"},
  };
  PYTHON_CHECK(cases, binding_line);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_names__imports_and_aliases),
      cmocka_unit_test(test_names__conditional_imports),
      cmocka_unit_test(test_names__last_binding_before_the_read),
      cmocka_unit_test(test_names__comprehension_reads_in_place),
      cmocka_unit_test(test_names__calls_and_instances),
      cmocka_unit_test(test_names__known_results),
      cmocka_unit_test(test_names__annotations),
      cmocka_unit_test(test_names__of_this_file),
      cmocka_unit_test(test_names__ends_on_cycles),
      cmocka_unit_test(test_names__long_chains_have_no_name_in_any_order),
      cmocka_unit_test(test_names__binding_that_a_read_refers_to),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
