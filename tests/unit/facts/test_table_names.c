#include "python.h"

/* Qualified names, by language feature: what the expression between « and » is called. */

static mlo_str name(python *py, mlo_node node) { return mlo_facts_name(&py->facts, node); }

static void test_table_names__imports(void **state) {
  (void)state;
  static const table_row rows[] = {
      {"import numpy as np\n«np.load»(p)", "numpy.load", NULL},
      {"import a.b.c as d\n«d.e»()", "a.b.c.e", NULL},
      {"import a.b.c\n«a.b.c.e»()", "a.b.c.e", NULL},
      {"from torch import load as read\n«read»(p)", "torch.load", NULL},
      {"from . import io\n«io.load»()", ".io.load", NULL},
      {"from ..shop.io import load\n«load»()", "..shop.io.load", NULL},
      {"from torch.nn import *\n«Linear»(1, 2)", "torch.nn.Linear", NULL},
      {"from torch.nn import *\n«print»(1)", "builtins.print", NULL},
      {"from a import *\nfrom b import *\n«Linear»(1, 2)", "", NULL}, /* from either */
      {"def f():\n  import torch\n  return «torch.load»(p)", "torch.load", NULL},
      {"def f():\n  import torch\n«torch.load»(p)", "", NULL},
      {"try:\n  import cudf as pd\nexcept ImportError:\n  import pandas as pd\n«pd.x»()",
       "pandas.x", NULL},
      {"try:\n  import wandb\nexcept ImportError:\n  wandb = None\n«wandb.init»()", "wandb.init",
       NULL},
      {"if GPU:\n  import cupy as np\nelse:\n  import numpy as np\n«np.x»()", "numpy.x", NULL},
      {"import importlib\nm = importlib.import_module('torch.nn')\n«m.Linear»()", "torch.nn.Linear",
       NULL},
      {"NAME = 'torch'\nimport importlib\n«importlib.import_module(NAME).load»(p)", "torch.load",
       NULL},
      {"m = __import__('torch.nn')\n«m.load»(p)", "torch.load", NULL}, /* it gives the first part */
      {"import importlib\n«importlib.import_module(name).load»(p)",
       "importlib.import_module().load", NULL},
      {"import torch\nload = torch.load\n«load»(p)", "torch.load", NULL},
      {"import torch\nf = getattr(torch, 'load')\n«f»(p)", "torch.load", NULL},
      {"from functools import partial\nimport torch\nload = partial(torch.load, "
       "map_location='cpu')\n«load»(p)",
       "torch.load", NULL},
  };
  TABLE_CHECK(rows, name);
}

static void test_table_names__scopes(void **state) {
  (void)state;
  static const table_row rows[] = {
      {"import a\nx = a.f\ndef g():\n  return «x.y»\nx = a.h", "a.h.y", NULL}, /* runs later */
      {"import a\nx = a.f\nclass C:\n  y = «x.y»\nx = a.h", "a.f.y", NULL},    /* runs now */
      {"import a\nx = a.f\ndef g():\n  x = a.h\n«x.y»", "a.f.y", NULL},
      {"import a\nx = a.f\ndef g():\n  global x\n  x = a.h\n«x.y»", "a.h.y", NULL},
      {"import a\ndef f():\n  x = a.f\n  def g():\n    nonlocal x\n    x = a.h\n  return «x.y»",
       "a.h.y", NULL},
      {"import a\nclass C:\n  x = a.f\n  def g(self):\n    return «x.y»", "", NULL},
      {"import a\nx = a.f\n[x for x in «x.y»]", "a.f.y", NULL}, /* the first iterable is outside */
      {"import a\nx = a.f\n[x.z for x in [a.g()]]\n«x.y»", "a.f.y", NULL},
      {"import a\ndef f(x):\n  return [m for m in x if (y := a.f())]\n  return y\n«y.z»", "", NULL},
      {"import a\ndef f(x):\n  any((y := a.F()) for m in x)\n  return «y.z»", "a.F.z", NULL},
      {"import a\nx = a.f\ng = lambda x: «x.y»", "", NULL},
      {"import a\nx = a.f\ng = lambda y: «x.y»", "a.f.y", NULL},
      {"import a\ndef f(x=«a.g»):\n  a = 1", "a.g", NULL},
      {"import a\nx = a.f\ndel x\n«x.y»", "", NULL},
      {"try:\n  pass\nexcept ValueError as e:\n  «e.args»", "builtins.ValueError.args", NULL},
      {"try:\n  pass\nexcept ValueError as e:\n  pass\n«e.args»", "", NULL}, /* unbound behind */
      {"import a\ne = a.f\ntry:\n  pass\nexcept ValueError as e:\n  pass\n«e.args»", "a.f.args",
       NULL},
      {"import a\nmatch a.f():\n  case x:\n    «x.y»", "", "a.f().y"},
      {"import a\nmatch a.f():\n  case a.Model() as x:\n    «x.y»", "", "a.Model.y"},
      {"import a\nif (m := a.Model()):\n  «m.fit»()", "a.Model.fit", NULL},
      {"import a\nfor i in j:\n  if i: «x.y»\n  x = a.f", "a.f.y", NULL}, /* of the round before */
      {"print = log\n«print»(1)", "", NULL},
  };
  TABLE_CHECK(rows, name);
}

static void test_table_names__unpacking(void **state) {
  (void)state;
  static const table_row rows[] = {
      {"import a\nx, y = a.F(), a.G()\n«y.z»", "a.G.z", NULL},
      {"import a\n(x, (y, z)) = (a.F(), (a.G(), a.H()))\n«z.w»", "a.H.w", NULL},
      {"import a\nx, *y, z = a.F(), a.G(), a.H()\n«z.w»", "", "a.H.w"},
      {"import a\nx, *y = a.F(), a.G()\n«x.w»", "a.F.w", NULL},
      {"import a\nx = y = a.F()\n«x.z»", "a.F.z", NULL},
      {"import a\nx, y = a.f()\n«x.z»", "a.f()[].z", NULL},
      {"import os\nroot, end = os.path.splitext(p)\n«end.lower»()", "builtins.str.lower", NULL},
      {"def f() -> tuple[str, list]: ...\na, b = f()\n«b.append»(1)", "builtins.list.append", NULL},
      {"a, b = 'x', []\na, b = b, a\n«a.append»(1)", "builtins.list.append", NULL},
  };
  TABLE_CHECK(rows, name);
}

static void test_table_names__loops_and_items(void **state) {
  (void)state;
  static const table_row rows[] = {
      {"for x in ['a', 'b']:\n  «x.lower»()", "builtins.str.lower", NULL},
      {"for x in ['a', []]:\n  «x.lower»()", "", NULL},
      {"import a\nfor i, m in enumerate([a.M(), a.M()]):\n  «m.fit»()", "a.M.fit", NULL},
      {"import a\nfor n, m in zip(['a'], [a.M()]):\n  «m.fit»()", "a.M.fit", NULL},
      {"import a\nfor i, (n, m) in enumerate(zip(['a'], [a.M()])):\n  «m.fit»()", "a.M.fit", NULL},
      {"import a\nd = {'x': a.M()}\nfor k, m in d.items():\n  «m.fit»()", "a.M.fit", NULL},
      {"import a\nd = {'x': a.M()}\nfor k in d:\n  «k.lower»()", "builtins.str.lower", NULL},
      {"import a\nd = {'x': a.M()}\nfor m in d.values():\n  «m.fit»()", "a.M.fit", NULL},
      {"import a\nd = {'x': a.M(), 'y': a.N()}\n«d['y'].fit»()", "a.N.fit", NULL},
      {"import a\nd = {'x': a.M(), 'y': a.N()}\n«d[k].fit»()", "", NULL},
      {"import a\nMODELS = {'x': a.M}\nm = MODELS['x']()\n«m.fit»()", "a.M.fit", NULL},
      {"import a\nms = [a.M() for i in j]\n«ms[0].fit»()", "a.M.fit", NULL},
      {"import a\nms = [a.M(), a.N()]\n«ms[1].fit»()", "a.N.fit", NULL},
      {"def f(d: dict[str, list[str]]):\n  for k, v in d.items():\n    for s in v:\n      "
       "«s.lower»()",
       "builtins.str.lower", NULL},
      {"from typing import Dict\nimport a\ndef f(d: Dict[str, a.M]):\n  «d.get('x').fit»()",
       "a.M.fit", NULL},
      {"for line in open(p):\n  «line.strip»()", "builtins.str.strip", NULL},
      {"import os\nfor root, dirs, files in os.walk(p):\n  for f in files:\n    «f.endswith»('x')",
       "builtins.str.endswith", NULL},
      {"from pathlib import Path\nfor p in Path('x').glob('*'):\n  «p.read_text»()",
       "pathlib.Path.read_text", NULL},
      {"for x in 'a b'.split():\n  «x.lower»()", "builtins.str.lower", NULL},
      {"for x in sorted({'a'}):\n  «x.lower»()", "builtins.str.lower", NULL},
      {"from collections import defaultdict\nd = defaultdict(list)\n«d[1].append»(2)",
       "builtins.list.append", NULL},
      {"from tqdm import tqdm\nfor x in tqdm(['a']):\n  «x.lower»()", "builtins.str.lower", NULL},
      {"from datasets import load_dataset\nds = load_dataset('x')\n«ds['train'].map»(f)",
       "datasets.load_dataset()[].map", NULL},
      {"from torch.utils.data import DataLoader\nfor batch in DataLoader(ds):\n  «batch.to»(d)",
       "torch.utils.data.DataLoader[].to", NULL},
      {"x = {}\nx['a'] = []\n«x['a'].append»(1)", "", "builtins.list.append"},
      {"import a\nms = []\nms.append(a.M())\nfor m in ms:\n  «m.fit»()", "", "a.M.fit"},
  };
  TABLE_CHECK(rows, name);
}

static void test_table_names__annotations(void **state) {
  (void)state;
  static const table_row rows[] = {
      {"import torch.nn as nn\ndef f(m: nn.Module):\n  «m.eval»()", "torch.nn.Module.eval", NULL},
      {"from a import B\ndef f(b: 'B'):\n  «b.c»", "a.B.c", NULL},
      {"from a import B\nfrom typing import Optional\ndef f(b: Optional[B] = None):\n  «b.c»",
       "a.B.c", NULL},
      {"from a import B\nfrom typing import Optional\ndef f(b: 'Optional[B]'):\n  «b.c»", "a.B.c",
       NULL},
      {"from a import B\ndef f(b: 'B | None'):\n  «b.c»", "a.B.c", NULL},
      {"from a import B, C\ndef f(b: B | C):\n  «b.d»", "", NULL}, /* either */
      {"from typing import Union\nfrom pathlib import Path\ndef f(p: Union[str, Path]):\n  "
       "«p.exists»()",
       "pathlib.Path.exists", NULL}, /* str has no exists */
      {"from typing import List\ndef f(b: List[str]):\n  «b[0].lower»()", "builtins.str.lower",
       NULL},
      {"from typing import Sequence\nfrom a import B\ndef f(bs: Sequence[B]):\n  for b in bs:\n    "
       "«b.c»",
       "a.B.c", NULL},
      {"from typing import Type\nfrom a import B\ndef f(b: Type[B]):\n  «b().c»", "a.B.c", NULL},
      {"from typing import Any\ndef f(b: Any):\n  «b.c»", "", NULL},
      {"from typing import Callable\ndef f(b: Callable[[int], str]):\n  «b»(1)", "", NULL},
      {"from typing import TypeVar\nfrom a import B\nT = TypeVar('T', bound=B)\ndef f(b: T):\n  "
       "«b.c»",
       "a.B.c", NULL},
      {"from typing import Dict\nfrom a import B\nBs = Dict[str, B]\ndef f(b: Bs):\n  «b['x'].c»",
       "a.B.c", NULL},
      {"from typing import Literal\ndef f(b: Literal['x', 'y']):\n  «b.upper»()",
       "builtins.str.upper", NULL},
      {"from typing import Annotated\nfrom a import B\ndef f(b: Annotated[B, 1]):\n  «b.c»",
       "a.B.c", NULL},
      {"def f(*args: str):\n  «args[0].lower»()", "builtins.str.lower", NULL},
      {"def f(**options):\n  «options.pop»('x')", "builtins.dict.pop", NULL},
      {"def f(b=[]):\n  «b.append»(1)", "", NULL}, /* a default is no promise */
      {"from a import B\nb: B = make()\n«b.c»", "a.B.c", NULL},
      {"def f(x):\n  if isinstance(x, str):\n    return «x.lower»()", "builtins.str.lower", NULL},
      {"def f(x):\n  if not isinstance(x, str):\n    return\n  return «x.lower»()",
       "builtins.str.lower", NULL},
      {"def f(x):\n  assert isinstance(x, str)\n  return «x.lower»()", "builtins.str.lower", NULL},
      {"def f(x):\n  return «x.lower»() if isinstance(x, str) else x", "builtins.str.lower", NULL},
      {"def f(x):\n  if isinstance(x, str):\n    x = g()\n    return «x.lower»()", "", NULL},
      {"def f(x):\n  if isinstance(x, str):\n    pass\n  else:\n    «x.lower»()", "", NULL},
      {"import pytest, a\n@pytest.fixture\ndef client():\n  return a.Client()\ndef "
       "test_x(client):\n  «client.get»('/')",
       "a.Client.get", NULL},
      {"def test_x(tmp_path):\n  «tmp_path.mkdir»()", "pathlib.Path.mkdir", NULL},
      {"def f(df):\n  «df.dropna»()", "", NULL},
  };
  TABLE_CHECK(rows, name);
}

static void test_table_names__results(void **state) {
  (void)state;
  static const table_row rows[] = {
      {"import a\ndef f(): return a.M()\n«f().fit»()", "a.M.fit", NULL},
      {"import a\ndef f(x):\n  if x: return None\n  return a.M()\n«f(1).fit»()", "a.M.fit", NULL},
      {"import a\ndef f(x):\n  if x: return a.N()\n  return a.M()\n«f(1).fit»()",
       "<module>.f().fit", NULL},
      {"import a\ndef f() -> a.M: ...\n«f().fit»()", "a.M.fit", NULL},
      {"import a\nasync def f(): return a.M()\nasync def g():\n  m = await f()\n  «m.fit»()",
       "a.M.fit", NULL},
      {"import a\ndef f(): yield a.M()\n«f().fit»()", "<module>.f().fit", NULL},
      {"def f(x) -> tuple: ...\na, b = f(1)\n«b.c»", "<module>.f()[].c", NULL},
      {"import a\nfrom contextlib import contextmanager\n@contextmanager\ndef f():\n  yield "
       "a.M()\nwith f() as m:\n  «m.fit»()",
       "a.M.fit", NULL},
      {"import a\nf = lambda: a.M()\n«f().fit»()", "<module>.f().fit", "a.M.fit"},
      {"import a\n@other\ndef f(): return a.M()\n«f().fit»()", "<module>.f().fit", NULL},
      {"import a, functools\n@functools.lru_cache(None)\ndef f(): return a.M()\n«f().fit»()",
       "a.M.fit", NULL},
      {"from x import open_model\n«open_model().predict»(1)", "x.open_model().predict", NULL},
      {"import pandas as pd\n«pd.read_csv(p).dropna().groupby»('a')", "pandas.DataFrame.groupby",
       NULL},
      {"import pandas as pd\n«pd.read_csv(p, chunksize=9).dropna»()", "pandas.read_csv().dropna",
       NULL},
      {"import pandas as pd\ndf = pd.read_csv(p)\n«df['a'].str.lower().map»(f)",
       "pandas.Series.map", NULL},
      {"import numpy as np\n«(np.zeros(3) + 1).reshape»(3)", "numpy.ndarray.reshape", NULL},
      {"import torch\n«torch.stack(xs).mean(0).cpu().numpy().tolist»()", "numpy.ndarray.tolist",
       NULL},
      {"import tempfile\nwith tempfile.TemporaryDirectory() as d:\n  «d.strip»()",
       "builtins.str.strip", NULL},
      {"with open(p) as f, open(q) as g:\n  «g.read»()", "builtins.open().read", NULL},
      {"import keras\nm = keras.Model()\n«m»(x)", "keras.Model.__call__", NULL},
      {"import copy, a\n«copy.deepcopy(a.M()).fit»()", "a.M.fit", NULL},
      {"import a\nm = a.M()\n«type(m).load»()", "a.M.load", NULL},
      {"import datetime\n«datetime.datetime.now().strftime»('%Y')", "datetime.datetime.strftime",
       NULL},
      {"x = ''.nothing\n«x.y»", "", NULL}, /* str has no such attribute */
      {"def f(x): return f(x)\n«f(1).y»", "<module>.f().y", NULL},
  };
  TABLE_CHECK(rows, name);
}

static void test_table_names__classes(void **state) {
  (void)state;
  static const table_row rows[] = {
      {"class A:\n  def f(self): return «self.g»()\n  def g(self): ...", "<module>.A.g", NULL},
      {"import a\nclass A:\n  def __init__(self): self.m = a.M()\n  def f(self): «self.m.fit»()",
       "a.M.fit", NULL},
      {"import a\nclass A:\n  m: a.M\n  def f(self): «self.m.fit»()", "a.M.fit", NULL},
      {"import a\nfrom dataclasses import dataclass, field\n@dataclass\nclass A:\n  ms: list[a.M] "
       "= field(default_factory=list)\nfor m in A().ms:\n  «m.fit»()",
       "a.M.fit", NULL},
      {"import a\nclass A:\n  @property\n  def m(self): return a.M()\n«A().m.fit»()", "a.M.fit",
       NULL},
      {"import a\nclass A:\n  @property\n  def m(self): return a.M()\n  @m.setter\n  def m(self, "
       "v): ...\n«A().m.fit»()",
       "a.M.fit", NULL},
      {"class A:\n  @classmethod\n  def make(cls): return «cls»()", "<module>.A", NULL},
      {"class A:\n  @classmethod\n  def make(cls): return cls()\n  def f(self): "
       "...\n«A.make().f»()",
       "<module>.A.f", NULL},
      {"class A:\n  @staticmethod\n  def make(x): return A()\n  def f(self): ...\n«A.make(1).f»()",
       "<module>.A.f", NULL},
      {"class A:\n  def f(self): return self\n  def g(self): ...\n«A().f().g»()", "<module>.A.g",
       NULL},
      {"from typing import Self\nclass A:\n  def f(self) -> Self: ...\n«A().f().f»()",
       "<module>.A.f", NULL},
      {"import torch\nclass Net(torch.nn.Module):\n  def __init__(self): «super().__init__»()",
       "torch.nn.Module.__init__", NULL},
      {"class A:\n  def f(self): ...\nclass B(A):\n  def f(self): «super().f»()", "<module>.A.f",
       NULL},
      {"import torch\nclass Net(torch.nn.Module): ...\n«Net().parameters»()",
       "torch.nn.Module.parameters", NULL},
      {"import torch\nclass Net(torch.nn.Module):\n  def forward(self, x): ...\nnet = "
       "Net()\n«net»(x)",
       "torch.nn.Module.__call__", NULL},
      {"import torch\nclass Net(torch.nn.Module):\n  def forward(self, x) -> torch.Tensor: "
       "...\n«Net()(x).mean»()",
       "torch.Tensor.mean", NULL},
      {"class A:\n  def __call__(self): ...\na = A()\n«a»()", "<module>.A.__call__", NULL},
      {"import a\nclass A:\n  def __enter__(self): return a.M()\nwith A() as m:\n  «m.fit»()",
       "a.M.fit", NULL},
      {"import a\nclass A:\n  def __getitem__(self, i): return a.M()\n«A()[0].fit»()", "a.M.fit",
       NULL},
      {"from enum import Enum\nclass Color(Enum):\n  RED = 'r'\n  def f(self): "
       "...\n«Color.RED.f»()",
       "<module>.Color.f", NULL},
      {"from abc import ABC\nclass A(ABC):\n  def f(self): «self.unknown»()", "", NULL},
      {"class A:\n  def f(self): «self.__class__»()", "<module>.A", NULL},
      {"from ray import serve\n@serve.deployment\nclass A: ...\n«A.bind»()",
       "ray.serve.deployment().bind", NULL},
      {"from typing import Generic, TypeVar\nT = TypeVar('T')\nclass A(Generic[T]):\n  def "
       "f(self): "
       "...\n«A[int]().f»()",
       "<module>.A.f", NULL},
      {"import a\nclass A:\n  def f(self):\n    self.m, self.n = a.M(), a.N()\n    «self.n.fit»()",
       "a.N.fit", NULL},
      {"class A:\n  def __init__(self, m): self.m = m\n  def f(self): «self.m.fit»()", "", NULL},
  };
  TABLE_CHECK(rows, name);
}

/* Another module of a project, as core/project would tell. */
static mlo_str outside_name(void *ctx, mlo_str qualified, mlo_arena *arena) {
  (void)ctx, (void)arena;
  static const char *const names[][2] = {
      {".load", "torch.load"},
      {"shop.Net", "shop.net.Net"},
      {"shop.net.Net.scaler", "sklearn.preprocessing.StandardScaler"}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (mlo_str_eq(qualified, mlo_str_c(names[i][0]))) return mlo_str_c(names[i][1]);
  return (mlo_str){0};
}

static void test_table_names__either(void **state) {
  (void)state;
  static const table_row rows[] = {
      {"«0 or 'a'»", "builtins.str", NULL},
      {"«'' or 3»", "builtins.int", NULL},
      {"«'a' or 3»", "builtins.str", NULL},
      {"«1 and 'a'»", "builtins.str", NULL},
      {"«None and 'a'»", "", NULL},
      {"«[] or 'a'»", "builtins.str", NULL},
      {"x = 0\n«x or 'a'»", "builtins.str", NULL},
      {"x = []\nx.append(1)\n«x or 'a'»", "builtins.list", NULL},
      {"«x or 'a'»", "builtins.str", NULL},
  };
  TABLE_CHECK(rows, name);
}

static mlo_str outside_result(void *ctx, mlo_str callee, mlo_arena *arena) {
  (void)ctx, (void)arena;
  return mlo_str_eq(callee, MLO_STR("shop.read")) ? MLO_STR("pandas.DataFrame") : (mlo_str){0};
}

static mlo_str name_in_project(python *py, mlo_node node) {
  static const mlo_outside outside = {.name = outside_name, .result = outside_result};
  py->facts.outside = &outside;
  return mlo_facts_name(&py->facts, node);
}

static void test_table_names__other_modules(void **state) {
  (void)state;
  static const table_row rows[] = {
      {"from . import load\n«load»(p)", "torch.load", NULL},
      {"import shop\nnet = shop.Net()\n«net.fit»()", "shop.net.Net.fit", NULL},
      {"from shop import Net\n«Net().scaler.transform»(x)",
       "sklearn.preprocessing.StandardScaler.transform", NULL},
      {"from shop import Net\nclass Own(Net):\n  def f(self): «self.scaler.transform»(x)",
       "sklearn.preprocessing.StandardScaler.transform", NULL},
      {"from shop import read\n«read(p).dropna»()", "pandas.DataFrame.dropna", NULL},
      {"from shop import other\n«other(p).dropna»()", "shop.other().dropna", NULL},
  };
  TABLE_CHECK(rows, name_in_project);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_table_names__imports),
      cmocka_unit_test(test_table_names__scopes),
      cmocka_unit_test(test_table_names__unpacking),
      cmocka_unit_test(test_table_names__loops_and_items),
      cmocka_unit_test(test_table_names__annotations),
      cmocka_unit_test(test_table_names__results),
      cmocka_unit_test(test_table_names__classes),
      cmocka_unit_test(test_table_names__either),
      cmocka_unit_test(test_table_names__other_modules),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
