#include "python.h"

/* name@line of each, and the line of the binding behind it */
static unsigned line_of(const python *py, mlo_node node) {
  unsigned line = 1;
  for (uint32_t i = 0; i < py->tree.nodes[node].start; i++) line += py->tree.text.ptr[i] == '\n';
  return line;
}

static mlo_str early(python *py) {
  mlo_early_reads reads = {0};
  mlo_str list = {0};
  mlo_facts_early_reads(&py->facts, &reads);
  for (uint32_t i = 0; i < reads.len; i++)
    python_list(py, &list,
                mlo_arena_format(&py->arena, "%.*s@%u<%u",
                                 MLO_FMT(mlo_tree_text(&py->tree, reads.items[i].read)),
                                 line_of(py, reads.items[i].read),
                                 line_of(py, reads.items[i].binding)));
  return list;
}

static void test_early_reads__that_must_fail(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"print(x)\nx = 1", "x@1<2"},
      {"print(x)\nprint(x)\nx = 1\nx = 2", "x@1<3 | x@2<3"},
      {"x = x + 1\nx = 2", "x@1<2"},
      {"x += 1\nx = 2", "x@1<2"},
      {"[x for i in j]\nx = 1", "x@1<2"},
      {"class A:\n  y = x\nx = 1", "x@2<3"},
      {"def f(a=x): pass\nx = 1", "x@1<2"},
      {"@x\ndef f(): pass\nx = 1", "x@1<3"},
      {"np.load(p)\nimport numpy as np", "np@1<2"},
      {"f()\ndef f(): pass", "f@1<2"},
      {"for i in x: pass\nx = 1", "x@1<2"},
      {"with x: pass\nx = 1", "x@1<2"},
      {"x = 1\ndel x\nprint(x)\nx = 2", "x@3<4"},
      {"del x\nx = 1", "x@1<2"},
      {"for i in j:\n  print(x)\n  x = 1", "x@2<3"},
      {"f(x=x)\nx = 1", "x@1<2"},
      {"x.y = 1\nx = 2", "x@1<2"},
      {"df['a'] = 1\ndf = load()", "df@1<2"},
      {"f'{x}'\nx = 1", "x@1<2"},
      {"try:\n  x\nexcept KeyError: pass\nx = 1", "x@2<4"},
  };
  PYTHON_CHECK(cases, early);
}

static void test_early_reads__that_are_fine(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"x = 1\nprint(x)", ""},
      {"print(x)", ""},
      {"def f(): return x\nx = 1", ""},
      {"f = lambda: x\nx = 1", ""},
      {"class A:\n  def f(self): return x\nx = 1", ""},
      {"if c: x = 1\nprint(x)\nx = 2", ""},
      {"try:\n  x\nexcept NameError:\n  x = 1", ""},
      {"try:\n  x\nexcept:\n  x = 1", ""},
      {"try: pass\nexcept NameError: x\nx = 1", ""},
      {"if 'x' in globals(): print(x)\nx = 1", ""},
      {"if 'x' not in dir(): pass\nelse: x\nx = 1", ""},
      {"from a import *\nprint(x)\nx = 1", ""},
      {"print(input)\ninput = 1", ""},
      {"[x for x in y]\nx = 1", ""},
      {"[y for x in z if (y := x)]\ny = 1", ""},
      {"class A:\n  x = 1\n  y = x\nx = 1", ""},
      {"for i in j:\n  if i > 0: print(x)\n  x = 1", ""},
      {"for x in y: print(x)\nx = 1", ""},
      {"a.x\nf(x=1)\nx = 1", ""},
      {"x: int\nx = 1", ""},
      {"def f(a: x): pass\nx = 1", ""},
      {"import x.y\nx.y\nx = 1", ""},
      {"if c:\n  x = x\nelse:\n  x = y", ""},
      {"def init():\n  global m\n  m = 1\ninit()\nprint(m)\nm = 2", ""},
      {"__name__\n__name__ = 'a'", ""},
      {"x = 1\nif c: del x\nprint(x)\nx = 2", ""},
  };
  PYTHON_CHECK(cases, early);
}

/* name@line of the read<line of the binding, and the line of the call */
static mlo_str called(python *py) {
  mlo_early_reads reads = {0};
  mlo_str list = {0};
  mlo_facts_early_reads(&py->facts, &reads);
  for (uint32_t i = 0; i < reads.len; i++) {
    assert_int_not_equal(reads.items[i].call, MLO_NO_NODE);
    python_list(py, &list,
                mlo_arena_format(&py->arena, "%.*s@%u<%u by %u",
                                 MLO_FMT(mlo_tree_text(&py->tree, reads.items[i].read)),
                                 line_of(py, reads.items[i].read),
                                 line_of(py, reads.items[i].binding),
                                 line_of(py, reads.items[i].call)));
  }
  return list;
}

static void test_early_reads__of_functions_that_are_called_too_soon(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"def f(): return x\nf()\nx = 1", "x@1<3 by 2"},
      {"def f(): return x\nx = f()\nx = 2", "x@1<3 by 2"},
      {"def f():\n  y = x\n  print(y)\nprint(f())\nx = 1", "x@2<5 by 4"},
      {"def g(): return x\ndef f(): return g()\nf()\nx = 1", "x@1<4 by 3"},
      {"def f(): g()\nf()\ndef g(): pass", "g@1<3 by 2"},
      {"def f(): f(); x\nf()\nx = 1", "x@1<3 by 2 | x@1<3 by 2 | x@1<3 by 2 | x@1<3 by 2"},
  };
  PYTHON_CHECK(cases, called);
}

static void test_early_reads__of_functions_that_may_not_come_to_them(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"def f(): return x\nx = 1\nf()", ""},
      {"def f(a):\n  if a: return x\nf(0)\nx = 1", ""},
      {"def f(a):\n  if a: return 1\n  return x\nf(1)\nx = 1", ""},
      {"def f(a):\n  return a and x\nf(0)\nx = 1", ""},
      {"def f():\n  return 1\n  x\nf()\nx = 1", ""},
      {"def f():\n  yield x\nf()\nx = 1", ""},
      {"async def f(): x\nf()\nx = 1", ""},
      {"@later\ndef f(): x\nf()\nx = 1", ""},
      {"def f():\n  try: x\n  except NameError: pass\nf()\nx = 1", ""},
      {"def f(): x\ntry: f()\nexcept NameError: pass\nx = 1", ""},
      {"def f(x): return x\nf(1)\nx = 1", ""},
      {"def f():\n  x = 1\n  return x\nf()\nx = 1", ""},
      {"def f():\n  global x\n  x = 1\ndef g(): return x\nf()\ng()\nx = 2", ""},
      {"def f(): return [x for i in j]\nf()\nx = 1", ""},
      {"if c:\n  def f(): return x\nf()\nx = 1", ""},
      {"from a import *\ndef f(): return x\nf()\nx = 1", ""},
      {"global x\nx = 1\nprint(x)", ""},
  };
  PYTHON_CHECK(cases, called);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_early_reads__that_must_fail),
      cmocka_unit_test(test_early_reads__that_are_fine),
      cmocka_unit_test(test_early_reads__of_functions_that_are_called_too_soon),
      cmocka_unit_test(test_early_reads__of_functions_that_may_not_come_to_them),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
