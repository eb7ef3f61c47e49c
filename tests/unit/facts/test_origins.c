#include "python.h"

/* The origins of the last expression, in document order: text[item]. */
static mlo_str origins(python *py) {
  mlo_source_values values = {0};
  mlo_str list = {0};
  mlo_facts_origins(&py->facts, python_question(py), &values);
  for (mlo_node n = 0; n < py->tree.count; n++)
    for (uint32_t i = 0; i < values.len; i++) {
      if (values.items[i].node != n) continue;
      mlo_str text = mlo_tree_text(&py->tree, n);
      if (values.items[i].item >= 0)
        text = mlo_arena_format(&py->arena, "%.*s[%d]", MLO_FMT(text), values.items[i].item);
      python_list(py, &list, text);
    }
  return list;
}

static void test_origins__straight_lines(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"f()", "f()"},
      {"x = f()\nx", "f()"},
      {"x = f()\ny = x\nz = (y)\nz", "f()"},
      {"x = f()\nx = g()\nx", "g()"},
      {"x = f()\nx = g(x)\nx", "g(x)"},
      {"x = f()\nx += 1\nx", "x += 1"},
      {"x = a[0]\nx", "a[0]"},
      {"x = a + b\nx", "a + b"},
      {"x = 'a'\nx", "'a'"},
      {"async def f():\n  x = await g()\n  x", "g()"},
      {"y = (x := f())\ny", "f()"},
      {"a = b = f()\na", "f()"},
      {"with open(p) as f:\n  f", "open(p)"},
      {"import a\na", "a"},
      {"def f(x):\n  x", "x"},
      {"for x in f():\n  x", "x"},
      {"unknown", "unknown"},
      {"x = f()\ndel x\nx = g()\nx", "g()"},
      {"x: int\nx = f()\nx", "f()"},
  };
  PYTHON_CHECK(cases, origins);
}

static void test_origins__unpacking(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"a, b = f()\nb", "f()[1]"},          {"a, b = f(), g()\nb", "g()"},
      {"t = f()\na, b = t\na", "f()[0]"},   {"t = f(), g()\na, b = t\na", "f()"},
      {"a, b = 1, 2\na, b = b, a\na", "2"}, {"a, *b, c = f()\nc", "c"},
      {"(a, b), c = f()\na", "a"},
  };
  PYTHON_CHECK(cases, origins);
}

static void test_origins__branches(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"if c:\n  x = f()\nelse:\n  x = g()\nx", "f() | g()"},
      /* the first is always replaced */
      {"x = h()\nif c:\n  x = f()\nelse:\n  x = g()\nx", "f() | g()"},
      {"x = h()\nif c:\n  x = f()\nx", "h() | f()"},
      {"x = h()\nif c:\n  x = f()\nelif d:\n  x = g()\nx", "h() | f() | g()"},
      {"x = h()\nif c:\n  x = f()\nelif d:\n  x = g()\nelse:\n  x = i()\nx", "f() | g() | i()"},
      /* a branch that leaves counts as handled, and brings nothing */
      {"def p():\n  x = h()\n  if c:\n    x = f()\n  else:\n    return\n  x", "f()"},
      {"def p():\n  x = h()\n  if c:\n    x = f()\n    return x\n  x", "h()"},
      /* in a branch, the other one is out of reach */
      {"x = h()\nif c:\n  x = f()\nelse:\n  x", "h()"},
      {"if c:\n  x = f()\n  x", "f()"},
      {"x = f()\nif c:\n  if d:\n    x = g()\n  else:\n    x = h()\nx", "f() | g() | h()"},
      {"x = f() if c else g()\nx", "f() | g()"},
      {"x = f() or g()\nx", "f() | g()"},
      {"try:\n  x = f()\nexcept E:\n  x = g()\nx", "f() | g()"},
      {"x = h()\ntry:\n  x = f()\nexcept E:\n  raise\nx", "f()"},
      {"x = h()\ntry:\n  x = f()\nexcept E:\n  pass\nx", "h() | f()"},
      {"x = h()\ntry:\n  x = f()\nexcept E:\n  x", "h() | f()"},
      {"x = h()\nwith a:\n  x = f()\nx", "f()"},
      {"match v:\n  case 1:\n    x = f()\n  case _:\n    x = g()\nx", "f() | g()"},
  };
  PYTHON_CHECK(cases, origins);
}

static void test_origins__loops(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"x = f()\nfor i in j:\n  x = g()\nx", "f() | g()"},
      {"x = f()\nfor i in j:\n  x\n  x = g()", "f() | g()"},
      {"best = None\nwhile c:\n  if d: best\n  if e: best = g()", "None | g()"},
      {"while c:\n  x = x\nx", "x"},
  };
  PYTHON_CHECK(cases, origins);
}

static void test_origins__scopes_and_members(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"x = f()\ndef p():\n  x\nx = g()", "g()"},
      {"m = None\ndef init():\n  global m\n  m = load()\ndef run():\n  m", "None | load()"},
      {"class A:\n  def __init__(self):\n    self.m = f()\n  def p(self):\n    self.m", "f()"},
      {"class A:\n  m = g()\n  def __init__(self, b):\n    self.m = f()\n    self.m = b\n  def "
       "p(self):\n    self.m",
       "g() | b | f()"},
      {"class A:\n  def p(self):\n    self.m", "self.m"},
      {"x.y", "x.y"},
      {"x = f()\n[x for i in j]\nx", "f()"},
  };
  PYTHON_CHECK(cases, origins);
}

static void test_origins__jumps(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"while True:\n  x = f()\n  if c: break\n  x = g()\nx", "f()"},
      {"x = f()\nif c:\n  x = g()\n  sys.exit()\nx", "f()"},
      {"for i in j:\n  x = f()\n  break\nelse:\n  x = g()\nx", "f() | g()"},
      {"x = f()\ntry: x = g()\nfinally: x = h()\nx", "h()"},
  };
  PYTHON_CHECK(cases, origins);
}

static void test_origins__nested_unpacking(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"(a, b), c = (f(), g()), h()\nb", "g()"},
      {"t = (f(), g()), h()\n(a, b), c = t\nb", "g()"},
      {"def s(x):\n  return f(x), g(x)\na, b = s(1)\nb", "g(x)"},
      {"def s():\n  return t()\na, b = s()\nb", "t()[1]"},
  };
  PYTHON_CHECK(cases, origins);
}

static void test_origins__containers(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"d = {'m': f(), 'n': g()}\nd['n']", "g()"},
      {"d = dict(m=f())\nd['m']", "f()"},
      {"d = {}\nd['m'] = f()\nd['n'] = g()\nd['m']", "f()"},
      {"d = {'m': f()}\nd['m'] = g()\nd['m']", "g()"},
      {"d = {'m': f()}\nif c: d['m'] = g()\nd['m']", "f() | g()"},
      {"d = {}\nd.update({'m': f()})\nd['m']", "f()"},
      {"d = {'a': {'b': f()}}\nd['a']['b']", "f()"},
      {"t = [f(), g()]\nt[1]", "g()"},
      {"t = []\nt.append(f())\nt[0]", "f() | t[0]"},
      {"d = load()\nd['m']", "d['m']"},
      {"d = load()\nx = d['m']\nx", "d['m']"},
      {"t = f()\nt[0]", "t[0]"},
      {"K = 'm'\nd = {'m': f()}\nd[K]", "f()"},
      {"d = {**e, 'm': f()}\nd['m']", "d['m']"},
  };
  PYTHON_CHECK(cases, origins);
}

static void test_origins__own_functions(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"def p():\n  return f()\nx = p()\nx", "f()"},
      {"def p(a):\n  return a\nx = p(f())\nx", "f()"},
      {"def p(a, b=g()):\n  return b\np(f())", "g()"},
      {"def p(a, b=g()):\n  return b\np(1, b=f())", "f()"},
      {"def p(c):\n  if c: return f()\n  return g()\np(1)", "f() | g()"},
      {"def p(a):\n  return a\ndef q(a):\n  return p(a)\nq(f())", "f()"},
      {"def p(a):\n  return a\nx = p(f())\ny = p(g())\nx", "f()"},
      {"def p(a):\n  return p(a)\np(f())", "p(a)"},
      {"def p(*a):\n  return a\np(f())", "a"},
      {"def p():\n  yield f()\np()", "p()"},
      {"def p():\n  print()\np()", "p()"},
      {"@wraps\ndef p():\n  return f()\np()", "p()"},
      {"class A:\n  def p(self, a):\n    return a\nA().p(f())", "f()"},
      {"class A:\n  def __init__(self):\n    self.m = f()\n  def p(self):\n    return self.m\n"
       "A().p()",
       "f()"},
  };
  PYTHON_CHECK(cases, origins);
}

static void test_origins__members_of_one_method(void **state) {
  (void)state;
  static const python_case cases[] = {
      /* what this method stored hides what others do */
      {"class A:\n  def __init__(self):\n    self.m = f()\n  def p(self):\n    self.m = g()\n    "
       "self.m",
       "g()"},
      {"class A:\n  def __init__(self):\n    self.m = f()\n  def q(self):\n    self.m = h()\n  def "
       "p(self):\n    self.m = g()\n    self.q()\n    self.m",
       "f() | h() | g()"},
      {"class A:\n  def p(self):\n    self.a, self.b = f()\n  def q(self):\n    self.b", "f()[1]"},
      {"args = parse()\nargs.m = f()\nargs.m", "f()"},
  };
  PYTHON_CHECK(cases, origins);
}

/* 40 branches, of which only 16 are told. */
static void test_origins__are_bounded(void **state) {
  (void)state;
  char source[4096] = "";
  size_t len = 0;
  for (int i = 0; i < 40; i++) len += (size_t)sprintf(source + len, "if c: x = f(%d)\n", i);
  sprintf(source + len, "x");
  python py;
  python_open(&py);
  python_read(&py, source);
  mlo_source_values values = {0};
  mlo_facts_origins(&py.facts, python_question(&py), &values);
  assert_int_equal(values.len, 16);
  assert_str(mlo_tree_text(&py.tree, values.items[0].node), "f(39)");
  python_close(&py);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_origins__straight_lines),
      cmocka_unit_test(test_origins__unpacking),
      cmocka_unit_test(test_origins__branches),
      cmocka_unit_test(test_origins__loops),
      cmocka_unit_test(test_origins__scopes_and_members),
      cmocka_unit_test(test_origins__jumps),
      cmocka_unit_test(test_origins__nested_unpacking),
      cmocka_unit_test(test_origins__containers),
      cmocka_unit_test(test_origins__own_functions),
      cmocka_unit_test(test_origins__members_of_one_method),
      cmocka_unit_test(test_origins__are_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
