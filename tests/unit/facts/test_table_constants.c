#include "python.h"

/* Constants, by what they are made of: what the expression between « and » is known to be. U+FFFC stands for parts that
 * are not known, "?" for nothing known. */

static mlo_str constant(python *py, mlo_node node) {
  mlo_constant c = mlo_facts_constant(&py->facts, node);
  switch (c.kind) {
  case MLO_CONSTANT_UNKNOWN: return MLO_STR("?");
  case MLO_CONSTANT_NONE: return MLO_STR("None");
  case MLO_CONSTANT_BOOL: return c.boolean ? MLO_STR("True") : MLO_STR("False");
  case MLO_CONSTANT_INTEGER: return mlo_arena_format(&py->arena, "%lld", (long long)c.integer);
  case MLO_CONSTANT_FLOAT: return mlo_arena_format(&py->arena, "float %g", c.number);
  case MLO_CONSTANT_STRING:
    return mlo_arena_format(&py->arena, "%s'%.*s'", c.partial ? "partial " : "", MLO_FMT(c.text));
  case MLO_CONSTANT_LIST:
  case MLO_CONSTANT_DICT: return mlo_tree_text(&py->tree, c.node);
  }
  return MLO_STR("");
}

#define U "\xef\xbf\xbc"

static void test_table_constants__text(void **state) {
  (void)state;
  static const table_row rows[] = {
      {"«'a' 'b'»", "'ab'", NULL},
      {"X = 'a'\n«X + '/' + 'b'»", "'a/b'", NULL},
      {"«x + '/b'»", "partial '" U "/b'", NULL},
      {"N = 3\n«f'run-{N}/{x}'»", "partial 'run-3/" U "'", NULL},
      {"N = 3\n«f'{N:03d}'»", "partial '" U "'", "'003'"},
      {"«'%s/%s.pt' % ('a', 'b')»", "'a/b.pt'", NULL},
      {"«'%s.pt' % 'a'»", "'a.pt'", NULL},
      {"«'%d-%s' % (3, x)»", "partial '3-" U "'", NULL},
      {"«'100%% %s' % 'a'»", "'100% a'", NULL},
      {"«'%05d' % 3»", "partial '" U "'", "'00003'"},
      {"«'%(a)s' % {'a': 'b'}»", "partial '" U "'", "'b'"},
      {"«'{}/{}'.format('a', 3)»", "'a/3'", NULL},
      {"«'{1}/{0}'.format('a', 'b')»", "'b/a'", NULL},
      {"«'{name}.pt'.format(name='a')»", "'a.pt'", NULL},
      {"«'{name}.pt'.format(name=x)»", "partial '" U ".pt'", NULL},
      {"«'{{{}}}'.format('a')»", "'{a}'", NULL},
      {"«'{:>3}'.format('a')»", "partial '" U "'", "'  a'"},
      {"«'{'.format('a')»", "?", NULL},
      {"«'/'.join(['a', 'b'])»", "'a/b'", NULL},
      {"PARTS = ('a', x)\n«'/'.join(PARTS)»", "partial 'a/" U "'", NULL},
      {"«'/'.join(parts)»", "?", NULL},
      {"«' a '.strip()»", "'a'", NULL},
      {"«'/a/'.rstrip('/')»", "'/a'", NULL},
      {"«'A.CSV'.lower()»", "'a.csv'", NULL},
      {"«'ab'.upper().replace('A', 'x')»", "'xB'", NULL},
      {"«'É'.lower()»", "?", "'é'"},
      {"«'ab' * 3»", "'ababab'", NULL},
      {"«'a' * 1000000000»", "?", NULL},
      {"«str(3) + 'a'»", "'3a'", NULL},
      {"«'a'.encode()»", "?", NULL},
      {"«'\\N{BULLET} a'»", "partial '" U " a'", NULL}, /* no table of all names */
      {"«'a\\N{BULLET'»", "partial 'a" U "'", NULL},
      {"«b'\\N{BULLET}'»", "'\\N{BULLET}'", NULL},
      {"«r'\\N{BULLET}'»", "'\\N{BULLET}'", NULL},
  };
  TABLE_CHECK(rows, constant);
}

static void test_table_constants__paths(void **state) {
  (void)state;
  static const table_row rows[] = {
      {"import os\n«os.path.join('a', 'b', 'c.csv')»", "'a/b/c.csv'", NULL},
      {"import os\n«os.path.join(root, 'c.csv')»", "partial '" U "/c.csv'", NULL},
      {"import os\n«os.path.join('a', '/b')»", "'/b'", NULL},
      {"from os.path import join as j\n«j('a', 'b')»", "'a/b'", NULL},
      {"from pathlib import Path\n«Path('a') / 'b' / 'c'»", "'a/b/c'", NULL},
      {"from pathlib import Path\n«Path('a').joinpath('b', 'c')»", "'a/b/c'", NULL},
      {"from pathlib import Path\n«str(Path('a', 'b'))»", "'a/b'", NULL},
      {"from pathlib import Path\n«Path(__file__).parent / 'data'»", "partial '" U "/data'", NULL},
      {"from pathlib import Path\n«(Path('a') / 'b.csv').name»", "'b.csv'", NULL},
      {"from pathlib import Path\n«Path('a/b.tar.gz').stem»", "'b.tar'", NULL},
      {"from pathlib import Path\n«Path('a/b.csv').parent»", "'a'", NULL},
      {"from pathlib import Path\n«Path('a/b.csv').with_suffix('.txt')»", "'a/b.txt'", NULL},
      {"from pathlib import Path\n«Path('a').resolve()»", "partial '" U "/a'", NULL},
      {"from pathlib import Path\n«Path('/a').resolve()»", "'/a'", NULL},
      {"import os\n«os.path.dirname('a/b/c')»", "'a/b'", NULL},
      {"import os\n«os.path.dirname(__file__)»", "?", NULL},
      {"import os\n«os.path.join(os.path.dirname(__file__), 'a')»", "partial '" U "/a'", NULL},
      {"import os\n«os.path.basename('a/b.csv')»", "'b.csv'", NULL},
      {"import os\n«os.path.expanduser('~/a')»", "partial '" U "/a'", NULL},
      {"import os\n«os.path.abspath('a')»", "partial '" U "/a'", NULL},
      {"import os\n«'a' + os.sep + 'b'»", "'a/b'", NULL},
      {"from pathlib import Path\n«Path('a/') / 'b/'»", "'a/b'", NULL},
      {"from pathlib import Path\n«Path('a//./b')»", "'a/b'", NULL},
      {"from pathlib import Path\n«Path('./a').joinpath('b/')»", "'a/b'", NULL},
      {"from pathlib import Path\n«Path('./')»", "'.'", NULL},
      {"from pathlib import Path\n«Path('/') / 'a'»", "'/a'", NULL},
      {"import os\n«os.path.join('a//./', 'b/')»", "'a//./b/'", NULL}, /* as it is written */
  };
  TABLE_CHECK(rows, constant);
}

static void test_table_constants__names(void **state) {
  (void)state;
  static const table_row rows[] = {
      {"A = 'x'\nB = A\ndef f():\n  return «B»", "'x'", NULL},
      {"A = 'x'\nif c:\n  A = 'y'\n«A»", "?", NULL},
      {"if c:\n  A = 'x'\nelse:\n  A = 'x'\n«A»", "'x'", NULL},
      {"A = 'x'\n«A»\nA = 'y'", "'x'", NULL},
      {"A = 'x'\ndef f():\n  return «A»\nA = 'y'", "?", NULL},
      {"A = 1\nA += 1\n«A»", "?", "2"},
      {"for A in [1]:\n  pass\n«A»", "?", NULL},
      {"A = 1\ndef f():\n  global A\n  A = 2\n«A»", "?", NULL},
      {"A, B = 'x', 'y'\n«B»", "'y'", NULL},
      {"A = B = 'x'\n«A»", "'x'", NULL},
      {"def f(a='x'):\n  return «a»", "?", NULL}, /* a default is no constant */
      {"def f():\n  a = 'x'\n  def g():\n    return «a»", "'x'", NULL},
      {"A = A\n«A»", "?", NULL},
      {"(A := 'x')\n«A»", "'x'", NULL},
      {"A = 'x'\nwith suppress(E):\n  f()\n  A = 'y'\n«A»", "?", NULL},
  };
  TABLE_CHECK(rows, constant);
}

static void test_table_constants__classes(void **state) {
  (void)state;
  static const table_row rows[] = {
      {"class Config:\n  PATH = 'x'\n«Config.PATH»", "'x'", NULL},
      {"class Config:\n  PATH = 'x'\n«Config().PATH»", "'x'", NULL},
      {"class Config:\n  PATH = 'x'\nclass Other(Config): ...\n«Other.PATH»", "'x'", NULL},
      {"class A:\n  def __init__(self): self.p = 'x'\n  def f(self): return «self.p»", "'x'", NULL},
      {"class A:\n  def __init__(self): self.p = 'x'\n  def g(self): self.p = 'y'\n  def f(self): "
       "return «self.p»",
       "?", NULL},
      {"class A:\n  def __init__(self, p='x'): self.p = p\n«A().p»", "?", NULL},
      {"from enum import Enum\nclass Color(Enum):\n  RED = 'r'\n«Color.RED.value»", "'r'", NULL},
      {"from dataclasses import dataclass\n@dataclass\nclass C:\n  path: str = 'x'\n«C().path»",
       "'x'", NULL},
      {"from dataclasses import dataclass, field\n@dataclass\nclass C:\n  path: str = "
       "field(default='x')\n«C().path»",
       "'x'", NULL},
      {"from dataclasses import dataclass\n@dataclass\nclass C:\n  path: str = "
       "'x'\nc = C(path='y')\n«c.path»",
       "?", "'y'"},
      {"from dataclasses import dataclass\n@dataclass\nclass C:\n  path: str = 'x'\nc = "
       "C()\nc.path = 'y'\n«c.path»",
       "?", "'y'"},
      {"from pydantic import BaseModel, Field\nclass C(BaseModel):\n  path: str = "
       "Field('x')\n«C().path»",
       "'x'", NULL},
      {"from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n  port: int = 80\ns = "
       "S()\n«s.port»",
       "80", NULL},
      {"from pydantic import BaseModel, Field\nclass C(BaseModel):\n  path: str = "
       "Field(...)\n«C().path»",
       "?", NULL},
  };
  TABLE_CHECK(rows, constant);
}

static void test_table_constants__items(void **state) {
  (void)state;
  static const table_row rows[] = {
      {"C = {'model': {'path': 'x'}}\n«C['model']['path']»", "'x'", NULL},
      {"C = {'a': 1}\nK = 'a'\n«C[K]»", "1", NULL},
      {"C = {'a': 1}\n«C['b']»", "?", NULL},
      {"C = {'a': 1}\nC['a'] = 2\n«C['a']»", "?", "2"},
      {"C = {'a': 1}\nC.update(x)\n«C['a']»", "?", NULL},
      {"C = {'a': 1, **x}\n«C['a']»", "?", NULL},
      {"C = {'a': 1, 'a': 2}\n«C['a']»", "2", NULL},
      {"C = {'a': 1}\n«C.get('a', 5)»", "1", NULL},
      {"C = {'a': 1}\n«C.get('b', 5)»", "5", NULL},
      {"C = {'a': 1}\n«C.get('b')»", "None", NULL},
      {"C = {'a': 1, k: 2}\n«C.get('b', 5)»", "?", NULL},
      {"C = ['a', 'b']\n«C[1]»", "'b'", NULL},
      {"C = ('a', 'b')\n«C[-1]»", "'b'", NULL},
      {"C = ['a', *x]\n«C[0]»", "?", "'a'"},
      {"C = ['a', 'b']\n«C[2]»", "?", NULL},
      {"C = ['a', 'b']\nC.append('c')\n«C[0]»", "?", "'a'"},
      {"C = ['a', 'b']\n«len(C)»", "2", NULL},
      {"C = dict(a=1)\n«C['a']»", "?", "1"},
      {"x = ['a']\nz = x\nz[0] = 'q'\n«x[0]»", "?", "'q'"},
      {"x = ['a']\nz = y = x\ny.append('q')\n«x[0]»", "?", "'a'"},
      {"x = ['a']\nself.x = x\nself.x[0] = 'q'\n«x[0]»", "?", "'q'"},
      {"x = ['a']\nz = x[0]\nz[0] = 'q'\n«x[0]»", "'a'", NULL},
  };
  TABLE_CHECK(rows, constant);
}

static void test_table_constants__conditions(void **state) {
  (void)state;
  static const table_row rows[] = {
      {"DEBUG = True\n«'a' if DEBUG else 'b'»", "'a'", NULL},
      {"«'a' if x else 'b'»", "?", NULL},
      {"«'a' if x else 'a'»", "'a'", NULL},
      {"«'' or 'b'»", "'b'", NULL},
      {"«'a' and 3»", "3", NULL},
      {"«x or 'b'»", "?", NULL},
      {"«not []»", "True", NULL},
      {"N = 3\n«N > 2»", "True", NULL},
      {"«'a' == 'b'»", "False", NULL},
      {"«'a' in 'abc'»", "True", NULL},
      {"A = None\n«A is None»", "True", NULL},
      {"«1 < 2 < 3»", "?", "True"},
      {"«9223372036854775807 * 2»", "?", NULL},
      {"«int('80') + 1»", "81", NULL},
      {"«float('0.5')»", "float 0.5", NULL},
      {"«int(2.9)»", "2", NULL},
      {"«int('08')»", "?", "8"},
      {"«1e308 * 10 > x»", "?", NULL},
      {"x = []\n«x or 'a'»", "'a'", NULL},
      {"x = []\nx.append(1)\n«x or 'a'»", "?", NULL},
  };
  TABLE_CHECK(rows, constant);
}

static void test_table_constants__defaults(void **state) {
  (void)state;
  static const table_row rows[] = {
      {"import os\n«os.environ.get('A', 'x')»", "'x'", NULL},
      {"import os\n«os.getenv('A', default='x')»", "'x'", NULL},
      {"import os\n«int(os.getenv('PORT', '80'))»", "80", NULL},
      {"import os\n«os.environ.setdefault('A', 'x')»", "'x'", NULL},
      {"import os\n«os.getenv('A') or 'x'»", "?", "'x'"},
      {"import os\n«os.environ['A']»", "?", NULL},
      {"import argparse\np = argparse.ArgumentParser()\np.add_argument('--model-path', "
       "default='x')\nargs = p.parse_args()\n«args.model_path»",
       "'x'", NULL},
      {"import argparse\ndef read():\n  p = argparse.ArgumentParser()\n  p.add_argument('-m', "
       "'--model', default='x')\n  return p.parse_args()\nargs = read()\n«args.model»",
       "'x'", NULL},
      {"import argparse\np = argparse.ArgumentParser()\np.add_argument('--x', "
       "action='store_true')\n«p.parse_args().x»",
       "False", NULL},
      {"import argparse\np = argparse.ArgumentParser()\np.add_argument('--x', dest='y', "
       "default=3)\n«p.parse_args().y»",
       "3", NULL},
      {"import argparse\np = argparse.ArgumentParser()\np.add_argument('--x', "
       "required=True)\n«p.parse_args().x»",
       "?", NULL},
      {"import argparse\np = argparse.ArgumentParser()\np.add_argument('--x', "
       "default=1)\np.set_defaults(x=2)\n«p.parse_args().x»",
       "?", "2"},
      {"import typer\ndef main(path: str = typer.Option('x')):\n  return «path»", "'x'", NULL},
      {"import click\n@click.command()\n@click.option('--path', default='x')\ndef main(path):\n  "
       "return «path»",
       "'x'", NULL},
  };
  TABLE_CHECK(rows, constant);
}

/* Another module of a project, as core/project would tell. */
static bool outside_constant(void *ctx, mlo_str qualified, mlo_arena *arena, mlo_constant *out) {
  (void)ctx, (void)arena;
  *out = (mlo_constant){.kind = MLO_CONSTANT_STRING, .text = MLO_STR("x")};
  return mlo_str_eq(qualified, MLO_STR("shop.config.PATH"));
}

static mlo_str no_name(void *ctx, mlo_str qualified, mlo_arena *arena) {
  (void)ctx, (void)qualified, (void)arena;
  return (mlo_str){0};
}

static mlo_str constant_in_project(python *py, mlo_node node) {
  static const mlo_outside outside = {
      .name = no_name, .result = no_name, .constant = outside_constant};
  py->facts.outside = &outside;
  return constant(py, node);
}

static void test_table_constants__other_modules(void **state) {
  (void)state;
  static const table_row rows[] = {
      {"from shop.config import PATH\n«PATH»", "'x'", NULL},
      {"from shop import config\n«config.PATH + '/a'»", "'x/a'", NULL},
      {"import shop.config as c\n«c.PATH»", "'x'", NULL},
      {"from shop.config import OTHER\n«OTHER»", "?", NULL},
  };
  TABLE_CHECK(rows, constant_in_project);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_table_constants__text),
      cmocka_unit_test(test_table_constants__paths),
      cmocka_unit_test(test_table_constants__names),
      cmocka_unit_test(test_table_constants__classes),
      cmocka_unit_test(test_table_constants__items),
      cmocka_unit_test(test_table_constants__conditions),
      cmocka_unit_test(test_table_constants__defaults),
      cmocka_unit_test(test_table_constants__other_modules),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
