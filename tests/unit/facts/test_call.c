#include "python.h"

/* Of the last call: argument `k` or at position 1, then whether there is a splat, and how many are positional. */
static mlo_str argument(python *py) {
  const mlo_facts *facts = &py->facts;
  uint32_t index = mlo_facts_call(facts, python_question(py));
  assert_int_not_equal(index, UINT32_MAX);
  const mlo_call *call = &facts->calls.items[index];
  mlo_str text = mlo_tree_text(&py->tree, mlo_call_argument(facts, call, MLO_STR("k"), 1));
  return mlo_arena_format(&py->arena, "%.*s %s%u", MLO_FMT(text),
                          mlo_call_has_splat(facts, call) ? "*" : "",
                          mlo_call_positional_count(facts, call));
}

static void test_call__arguments(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"f()", " 0"},
      {"f(a)", " 1"},
      {"f(a, b)", "b 2"},
      {"f(a, b, k=c)", "c 2"},
      {"f(k=c)", "c 0"},
      {"f(j=c)", " 0"},
      {"f(a, *b, c)", " *1"},
      {"f(a, b, *c)", "b *2"},
      {"f(**k)", " *0"},
      {"f(*a, k=b)", "b *0"},
      {"f(x for x in y)", " 1"},
      {"f(a, # first\n  b)", "b 2"},
      {"f(a, (b))", "(b) 2"},
      {"f(a, k=lambda: 1)", "lambda: 1 1"},
      {"f(a, b=1, k=g(k=2))", "g(k=2) 1"},
  };
  PYTHON_CHECK(cases, argument);
}

static mlo_str receiver(python *py) {
  const mlo_call *call = &py->facts.calls.items[mlo_facts_call(&py->facts, python_question(py))];
  return mlo_tree_text(&py->tree, mlo_call_receiver(&py->facts, call));
}

static void test_call__receivers(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"x.fit()", "x"}, {"x.y.fit()", "x.y"}, {"f().g()", "f()"},
      {"f()", ""},      {"x[0]()", ""},       {"x[0].f()", "x[0]"},
  };
  PYTHON_CHECK(cases, receiver);
}

static void test_call__other_nodes_are_no_calls(void **state) {
  (void)state;
  python py;
  python_open(&py);
  python_read(&py, "f(g(x))");
  assert_int_equal(mlo_facts_call(&py.facts, python_node(&py, "f(g(x))", 2)), 0);
  assert_int_equal(mlo_facts_call(&py.facts, python_node(&py, "g(x)", 0)), 1);
  assert_int_equal(mlo_facts_call(&py.facts, python_node(&py, "x", 0)), UINT32_MAX);
  assert_int_equal(mlo_facts_call(&py.facts, MLO_NO_NODE), UINT32_MAX);
  python_close(&py);
}

/* The calls that the function `start` reaches. */
static mlo_str reached(python *py) {
  mlo_call_indices calls = {0};
  mlo_str list = {0};
  for (uint32_t f = 0; f < py->facts.functions.len; f++)
    if (mlo_str_eq(py->facts.functions.items[f].name, MLO_STR("start")))
      mlo_facts_reached_calls(&py->facts, f, &calls);
  for (uint32_t i = 0; i < calls.len; i++)
    python_list(py, &list, mlo_tree_text(&py->tree, py->facts.calls.items[calls.items[i]].node));
  return list;
}

static void test_call__what_a_function_reaches(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"def start():\n  a()\n  b.c()\nd()", "a() | b.c()"},
      {"def start():\n  f()\ndef f():\n  g()\ndef other():\n  h()", "f() | g()"},
      {"def f():\n  g()\ndef start():\n  f()\n  f()", "g() | f() | f()"},
      {"def start():\n  start()\n  f()\ndef f():\n  start()", "start() | f() | start()"},
      {"class A:\n  def start(self):\n    self.f()\n  def f(self):\n    g()", "self.f() | g()"},
      {"class A:\n  def __init__(self):\n    load()\ndef start():\n  A()", "load() | A()"},
      {"def start(a=x()):\n  lambda: y()", "y()"},
      /* four steps deep, not five */
      {"def start(): f1()\ndef f1(): f2()\ndef f2(): f3()\ndef f3(): f4()\ndef f4(): f5()\ndef "
       "f5(): f6()",
       "f1() | f2() | f3() | f4() | f5()"},
  };
  PYTHON_CHECK(cases, reached);
}

static mlo_str around(python *py) {
  uint32_t function = mlo_facts_function(&py->facts, python_question(py));
  return function == UINT32_MAX ? MLO_STR("none") : py->facts.functions.items[function].name;
}

static void test_call__function_around(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"x", "none"},
      {"def f():\n  x", "f"},
      {"def f():\n  def g():\n    x", "g"},
      {"def f():\n  def g(): pass\n  x", "f"},
      {"class A:\n  x", "none"},
      {"def f():\n  class A:\n    x", "f"},
      {"def f(): pass\nx", "none"},
  };
  PYTHON_CHECK(cases, around);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_call__arguments),
      cmocka_unit_test(test_call__receivers),
      cmocka_unit_test(test_call__other_nodes_are_no_calls),
      cmocka_unit_test(test_call__what_a_function_reaches),
      cmocka_unit_test(test_call__function_around),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
