#include "python.h"

static const char *const kinds[] = {"=",   "+=",   "import", "parameter", "def", "class",
                                    "for", "with", "except", "case",      "del"};

/* name kind scope[item] */
static mlo_str bindings(python *py) {
  mlo_str list = {0};
  for (uint32_t i = 0; i < py->facts.bindings.len; i++) {
    const mlo_binding *b = &py->facts.bindings.items[i];
    mlo_str text =
        mlo_arena_format(&py->arena, "%.*s %s %u", MLO_FMT(b->name), kinds[b->kind], b->scope);
    if (b->item >= 0) text = mlo_arena_format(&py->arena, "%.*s[%d]", MLO_FMT(text), b->item);
    python_list(py, &list, text);
  }
  return list;
}

static void test_build__statements_that_bind(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"x = 1", "x = 0"},
      {"x: int = 1", "x = 0"},
      {"a = b = 1", "a = 0 | b = 0"},
      {"a, (b, *c) = f()", "a = 0[0] | b = 0[0] | c = 0[1]"},
      {"[a, b] = f()", "a = 0[0] | b = 0[1]"},
      {"x += 1", "x += 0"},
      {"a.b = 1\na[0] = 2", ""},
      {"if (n := f()): pass", "n = 0"},
      {"import os", "os import 0"},
      {"import a.b.c", "a import 0"},
      {"import a.b as c, d", "c import 0 | d import 0"},
      {"from a import b as c, d", "c import 0 | d import 0"},
      {"from a import *", ""},
      {"from __future__ import annotations", "annotations import 0"},
      {"for i, (j, k) in x: pass", "i for 0[0] | j for 0[0] | k for 0[1]"},
      {"async def f():\n  async for i in x: pass", "f def 0 | i for 1"},
      {"with a() as b, c() as (d, e): pass", "b with 0 | d with 0[0] | e with 0[1]"},
      {"with (a() as b, c() as d): pass", "b with 0 | d with 0"},
      {"try: pass\nexcept E as e: pass", "e except 0"},
      {"del x, y[0], z", "x del 0 | z del 0"},
      {"def f(a, b=1, *c, d: int, e: int = 2, **k): pass",
       "f def 0 | a parameter 1 | b parameter 1 | c parameter 1 | d parameter 1 | e parameter 1 | "
       "k parameter 1"},
      {"def f(a, /, b, *, c): pass", "f def 0 | a parameter 1 | b parameter 1 | c parameter 1"},
      {"lambda a, *b: a", "a parameter 1 | b parameter 1"},
      {"class A(B):\n  x = 1\n  def f(self): pass",
       "A class 0 | x = 1 | f def 1 | self parameter 2"},
      {"match v:\n  case P(a=n, b=Q(m)) | [u, *w]: pass\n  case {'k': o, **r}: pass\n  case x.y as "
       "z: pass\n  case _: pass",
       "n case 0 | m case 0 | u case 0 | w case 0 | o case 0 | r case 0 | z case 0"},
  };
  PYTHON_CHECK(cases, bindings);
}

static void test_build__scopes_as_python_has_them(void **state) {
  (void)state;
  static const python_case cases[] = {
      /* a walrus in a comprehension binds outside it */
      {"[y := f(x) for x in z]", "y = 0 | x for 1"},
      {"def f():\n  return [y := x for x in z]", "f def 0 | y = 1 | x for 2"},
      /* defaults and decorators belong to the scope around */
      {"def f(a=(n := 1)): pass", "f def 0 | n = 0 | a parameter 1"},
      {"@d(lambda q: q)\ndef f(): pass", "q parameter 1 | f def 0"},
      {"def f(a=lambda q: q):\n  b = 1", "f def 0 | q parameter 1 | a parameter 2 | b = 2"},
      /* the first iterable is evaluated outside the comprehension, the others inside */
      {"[a for a in (p := x) for b in y]", "a for 1 | p = 0 | b for 1"},
      {"def f():\n  global g\n  g = 1\n  h = 2", "f def 0 | g = 0 | h = 1"},
      {"def f():\n  n = 0\n  def g():\n    nonlocal n\n    n += 1",
       "f def 0 | n = 1 | g def 1 | n += 1"},
      {"x = 1\ndef f():\n  x = 2\nx = 3", "x = 0 | f def 0 | x = 1 | x = 0"},
  };
  PYTHON_CHECK(cases, bindings);
}

static mlo_str imports(python *py) {
  mlo_str list = {0};
  for (uint32_t i = 0; i < py->facts.imports.len; i++) {
    const mlo_import *import = &py->facts.imports.items[i];
    python_list(py, &list,
                mlo_arena_format(&py->arena, "%.*s of %.*s", MLO_FMT(import->qualified),
                                 MLO_FMT(import->module)));
  }
  return list;
}

static void test_build__imports(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"import torch.nn as nn, os", "torch.nn of torch | os of os"},
      {"from sklearn.metrics import f1_score as f, auc",
       "sklearn.metrics.f1_score of sklearn | sklearn.metrics.auc of sklearn"},
      {"from .utils import load", ".utils.load of "},
      {"from . import models", ".models of "},
      {"from .. import a", "..a of "},
      {"from . x . y import a", ".x.y.a of "},
      {"from x import *", "x.* of x"},
      {"from . import *", ".* of "},
      {"import a \\\n  . b", "a.b of a"},
      {"from a import (\n  b, # why\n  c,\n)", "a.b of a | a.c of a"},
  };
  PYTHON_CHECK(cases, imports);
}

static mlo_str functions(python *py) {
  mlo_str list = {0};
  for (uint32_t i = 0; i < py->facts.functions.len; i++) {
    const mlo_function *f = &py->facts.functions.items[i];
    mlo_str owner = mlo_tree_text(&py->tree, mlo_tree_field(&py->tree, f->owner, MLO_FIELD_NAME));
    mlo_str text = mlo_arena_format(&py->arena, "%s%.*s%s%.*s", f->is_async ? "async " : "",
                                    MLO_FMT(owner), owner.len ? "." : "", MLO_FMT(f->name));
    for (uint32_t d = 0; d < f->decorators.len; d++)
      text = mlo_arena_format(&py->arena, "%.*s @%.*s", MLO_FMT(text),
                              MLO_FMT(mlo_tree_text(&py->tree, f->decorators.items[d])));
    python_list(py, &list, text);
  }
  return list;
}

static void test_build__functions(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"def f(): pass\nasync def g(): pass", "f | async g"},
      {"@a\n@b.c(1)\ndef f(): pass", "f @a @b.c(1)"},
      {"class A:\n  @staticmethod\n  def f(): pass\n  if x:\n    def g(self):\n      def h(): pass",
       "A.f @staticmethod | A.g | h"},
  };
  PYTHON_CHECK(cases, functions);
}

static mlo_str members(python *py) {
  mlo_str list = {0};
  for (uint32_t i = 0; i < py->facts.members.len; i++) {
    const mlo_member *m = &py->facts.members.items[i];
    mlo_str owner = mlo_tree_text(&py->tree, mlo_tree_field(&py->tree, m->owner, MLO_FIELD_NAME));
    python_list(py, &list,
                mlo_arena_format(&py->arena, "%.*s.%.*s = %.*s", MLO_FMT(owner), MLO_FMT(m->name),
                                 MLO_FMT(mlo_tree_text(&py->tree, m->value))));
  }
  return list;
}

static void test_build__members(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"class A:\n  def f(self, x):\n    self.a = x\n    x.b = 1\n    self.c.d = 2", "A.a = x"},
      {"class A:\n  def f(this):\n    def g():\n      this.a = 1", "A.a = 1"},
      {"class A:\n  @staticmethod\n  def f(x):\n    x.a = 1", ""},
      {"class A:\n  def f(self):\n    self.a = self.b = 1", "A.a = 1 | A.b = 1"},
      {"def f(self):\n  self.a = 1", ""},
  };
  PYTHON_CHECK(cases, members);
}

static mlo_str calls(python *py) {
  mlo_str list = {0};
  for (uint32_t i = 0; i < py->facts.calls.len; i++) {
    const mlo_call *call = &py->facts.calls.items[i];
    python_list(py, &list,
                mlo_arena_format(&py->arena, "%.*s %u", MLO_FMT(call->method), call->scope));
  }
  return list;
}

static void test_build__calls(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"torch.load(p)", "load 0"},
      {"f()()\nx[0]()", " 0 | f 0 |  0"},
      {"def f(a=g()):\n  h()", "g 0 | h 1"},
      {"[f(x) for x in g() for y in h()]", "f 1 | g 0 | h 1"},
      {"class A(b()):\n  c()", "b 0 | c 1"},
      {"lambda: f()", "f 1"},
  };
  PYTHON_CHECK(cases, calls);
}

static void test_build__finds_any_of_many_bindings(void **state) {
  (void)state;
  enum { COUNT = 1000 };
  char source[COUNT * 16];
  size_t len = 0;
  for (int i = 0; i < COUNT; i++) len += (size_t)sprintf(source + len, "x = %d; f(x)\n", i);
  python py;
  python_open(&py);
  python_read(&py, source);
  for (uint32_t i = 0; i < COUNT; i++) {
    mlo_node read = mlo_tree_first_child(&py.tree, py.facts.calls.items[i].arguments);
    const mlo_binding *binding = mlo_facts_binding(&py.facts, read);
    assert_non_null(binding);
    assert_int_equal(binding->nth, i);
  }
  python_close(&py);
}

static void test_build__survives_broken_text(void **state) {
  (void)state;
  static const char *const sources[] = {"",
                                        "def",
                                        "def f(",
                                        "class A(:\n x = ",
                                        "lambda",
                                        "import",
                                        "from . import",
                                        "x = = 1",
                                        "for in:\n y",
                                        "with as:",
                                        "[x for",
                                        "match x:\n case",
                                        "@",
                                        "global",
                                        "def f(a=lambda",
                                        "\xff\xfe(",
                                        "f(**",
                                        "del",
                                        "x: ",
                                        "try:\nexcept",
                                        "((((((("};
  python py;
  python_open(&py);
  for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
    python_read(&py, sources[i]);
    for (mlo_node n = 0; n < py.tree.count; n++) {
      mlo_source_values origins = {0};
      mlo_facts_origins(&py.facts, n, &origins);
      assert_true(origins.len >= 1);
      mlo_facts_name(&py.facts, n);
      mlo_facts_constant(&py.facts, n);
    }
  }
  python_close(&py);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_build__statements_that_bind),
      cmocka_unit_test(test_build__scopes_as_python_has_them),
      cmocka_unit_test(test_build__imports),
      cmocka_unit_test(test_build__functions),
      cmocka_unit_test(test_build__members),
      cmocka_unit_test(test_build__calls),
      cmocka_unit_test(test_build__finds_any_of_many_bindings),
      cmocka_unit_test(test_build__survives_broken_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
