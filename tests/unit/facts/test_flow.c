#include "python.h"

#include "facts/flow.h"

#include <stdlib.h>

/* What may be bound where the last expression is read: the values in document order, "?" if it may be unbound. */
static mlo_str reaching(python *py) {
  mlo_reaching found;
  mlo_str list = {0};
  mlo_facts_reaching(&py->facts, python_question(py), &found);
  for (uint32_t b = 0; b < py->facts.bindings.len; b++)
    for (uint32_t i = 0; i < found.bindings.len; i++) {
      const mlo_binding *binding = &py->facts.bindings.items[b];
      if (found.bindings.items[i] != b) continue;
      mlo_node value = binding->value == MLO_NO_NODE ? binding->target : binding->value;
      python_list(py, &list, mlo_tree_text(&py->tree, value));
    }
  if (found.unbound) python_list(py, &list, MLO_STR("?"));
  return list;
}

static void test_flow__straight_lines(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"x = 1\nx", "1"},
      {"x = 1\nx = 2\nx", "2"},
      {"x", ""},
      {"x = 1\ndel x\nx", "?"},
      {"x: int\nx", "?"},
      {"x = 1\nx += 2\nx", "2"},
      {"a = b = 1\na", "1"},
      {"(a, (b, c)) = v\nc", "c"},
      {"print(x := 1)\nx", "1"},
      {"with open(p) as f:\n  f", "open(p)"},
      {"import a.b\na", "a"},
      {"def p(x=1):\n  x", "1"},
      {"def p(*x):\n  x", "x"},
      {"x = 1\nx[0] = 2\nx.append(3)\nx", "1"},
      {"x = 1\nx = x\nx", "x"},
  };
  PYTHON_CHECK(cases, reaching);
}

static void test_flow__branches(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"if c: x = 1\nx", "1 | ?"},
      {"x = 0\nif c: x = 1\nx", "0 | 1"},
      {"x = 0\nif c: x = 1\nelse: x = 2\nx", "1 | 2"},
      {"x = 0\nif c: x = 1\nelif d: x = 2\nx", "0 | 1 | 2"},
      {"x = 0\nif c: x = 1\nelse: x", "0"},
      {"x = 0\nif c: x = 1\nelif d: x", "0"},
      {"x = 0\nif c:\n  if d: x = 1\n  else: x = 2\nx", "0 | 1 | 2"},
      {"def p():\n  x = 0\n  if c: return\n  else: x = 1\n  x", "1"},
      {"def p():\n  x = 0\n  if c:\n    x = 1\n    raise E\n  x", "0"},
      {"x = 0\nif c:\n  x = 1\n  sys.exit(2)\nx", "0"},
      {"match v:\n  case 1: x = 1\n  case [y, *z]: x = 2\nx", "1 | 2 | ?"},
      {"match v:\n  case 1: x = 1\n  case _: x = 2\nx", "1 | 2"},
      {"match v:\n  case 1: x = 1\n  case other: x = other\nx", "1 | other"},
      {"match v:\n  case [y, *z]:\n    z", "z"},
      {"y = 0\nif (y := f()): pass\ny", "f()"},
  };
  PYTHON_CHECK(cases, reaching);
}

static void test_flow__loops(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"x = 0\nfor i in j: x = 1\nx", "0 | 1"},
      {"for i in j: pass\ni", "j | ?"},
      {"x = 0\nfor i in j:\n  x\n  x = 1", "0 | 1"},
      {"x = 0\nwhile c:\n  if d: x\n  x = 1", "0 | 1"},
      {"x = 0\nwhile True:\n  x = 1\n  if c: break\nx", "1"},
      {"x = 0\nwhile True:\n  if c: break\n  x = 1\nx", "0 | 1"},
      {"x = 0\nfor i in j:\n  x = 1\n  if c: break\n  x = 2\nx", "0 | 1 | 2"},
      {"x = 0\nfor i in j:\n  if c:\n    x = 1\n    continue\n  x = 2\nx", "0 | 1 | 2"},
      {"for i in j:\n  x = 1\n  break\nelse:\n  x = 2\nx", "1 | 2"},
      {"for i in j:\n  x = 1\nelse:\n  x = 2\nx", "2"},
      {"x = 0\nfor i in j:\n  for k in l:\n    x\n    x = 1\n  x = 2", "0 | 1 | 2"},
      {"x = 0\nfor i in j:\n  while True:\n    x = 1\n    break\nx", "0 | 1"},
      {"for i in j:\n  x = i\n  x", "i"},
      {"def p():\n  x = 0\n  for i in j:\n    x = 1\n    return\n  x", "0"},
  };
  PYTHON_CHECK(cases, reaching);
}

static void test_flow__handlers(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"try: x = 1\nexcept E: x = 2\nx", "1 | 2"},
      {"x = 0\ntry: x = 1\nexcept E: pass\nx", "0 | 1"},
      {"x = 0\ntry: x = 1\nexcept E: raise\nx", "1"},
      {"x = 0\ntry:\n  x = 1\n  x = 2\nexcept E:\n  x", "0 | 1 | 2"},
      {"x = 0\ntry: f()\nexcept E: x = 1\nelse: x = 2\nx", "1 | 2"},
      {"x = 0\ntry: x = 1\nfinally:\n  x", "0 | 1"},
      {"x = 0\ntry: x = 1\nexcept E: x = 2\nfinally:\n  x", "0 | 1 | 2"},
      {"x = 0\ntry: x = 1\nfinally: f()\nx", "1"},
      {"x = 0\ntry: x = 1\nfinally: x = 2\nx", "2"},
      {"try: pass\nexcept E as e:\n  e", "E"},
      {"def p():\n  try:\n    x = 1\n    return x\n  except E: x = 2\n  x", "2"},
      {"while True:\n  try:\n    x = f()\n    break\n  except E: pass\nx", "f()"},
  };
  PYTHON_CHECK(cases, reaching);
}

static void test_flow__managers_that_swallow(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"x = 0\nwith suppress(E):\n  f()\n  x = 1\nx", "0 | 1"},
      {"x = 0\nwith a, contextlib.suppress(E):\n  x = 1\nx", "0 | 1"},
      {"x = 0\nwith pytest.raises(E) as e:\n  x = f()\n  raise E\nx", "0 | f()"},
      {"def p():\n  x = 0\n  with self.assertRaises(E):\n    x = f()\n    return\n  x", "0 | f()"},
      {"with suppress(E):\n  x = 1\n  x", "1"},
      {"x = 0\nwith open(p) as f:\n  x = 1\nx", "1"},
      {"x = 0\nwith torch.no_grad():\n  x = 1\nx", "1"},
      {"x = 0\nwith open(suppress(p)) as f:\n  x = 1\nx", "1"},
      {"class A:\n  def __exit__(self, *a):\n    return True\nx = 0\nwith A():\n  x = 1\nx",
       "0 | 1"},
      {"class A:\n  def __exit__(self, *a):\n    return False\nx = 0\nwith A():\n  x = 1\nx", "1"},
      {"def a():\n  try: yield\n  except E: pass\nx = 0\nwith a():\n  x = 1\nx", "0 | 1"},
      {"def a():\n  try: yield\n  except E: raise\nx = 0\nwith a():\n  x = 1\nx", "1"},
      {"def a():\n  try: yield\n  finally: f()\nx = 0\nwith a():\n  x = 1\nx", "1"},
  };
  PYTHON_CHECK(cases, reaching);
}

static void test_flow__scopes(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"x = 1\ndef p():\n  x\nx = 2", "2"},
      {"x = 1\nf = lambda x: x\nx", "1"},
      {"x = 0\n[x for x in y]\nx", "0"},
      {"x = 1\nclass A:\n  x\nx = 2", "1"},
      {"class A:\n  x = 1\n  def p(self):\n    x", ""},
      {"m = None\ndef init():\n  global m\n  m = load()\ndef run():\n  m", "None | load()"},
      {"m = None\ndef init():\n  global m\n  m = load()\n  m", "load()"},
      {"m = None\ndef init():\n  global m\n  m = load()\nm", "None | load()"},
      {"def p():\n  n = 0\n  def q():\n    nonlocal n\n    n = 1\n  q()\n  n", "0 | 1"},
      {"def p():\n  x = 0\n  def q():\n    return x\n  x = 1\n  return q\nx", ""},
  };
  PYTHON_CHECK(cases, reaching);
}

/* In [f(x) for x in y] the element stands before its variable. */
static void test_flow__comprehensions_bind_first(void **state) {
  (void)state;
  python py;
  python_open(&py);
  python_read(&py, "x = 0\nz = [f(x) for x in y]");
  mlo_reaching found;
  mlo_facts_reaching(&py.facts, python_node(&py, "x", 1), &found);
  assert_int_equal(found.bindings.len, 1);
  assert_false(found.unbound);
  assert_int_equal(py.facts.bindings.items[found.bindings.items[0]].kind, MLO_BIND_FOR);
  python_close(&py);
}

static void test_flow__cells_go_by_the_order_they_ran(void **state) {
  (void)state;
  python py;
  python_open(&py);
  python_read(&py, "x = 1\nx\nx = 2\n");
  mlo_span order[] = {{8, 14}, {0, 6}, {6, 8}};
  for (size_t i = 0; i < 3; i++) MLO_PUSH(&py.arena, &py.facts.runs, order[i]);
  assert_str(reaching(&py), "1");
  python_read(&py, "x = 1\nx\nx = 2\n");
  mlo_span other[] = {{0, 6}, {8, 14}, {6, 8}};
  for (size_t i = 0; i < 3; i++) MLO_PUSH(&py.arena, &py.facts.runs, other[i]);
  assert_str(reaching(&py), "2");
  python_close(&py);
}

/* What changes an object makes a new state of the same value. */
static void test_flow__changes_of_the_object(void **state) {
  (void)state;
  static const char *const changes[] = {
      "x.append(1)", "x['a'] = 1",   "x.loc[m, 'a'] = 1", "del x['a']", "x.drop('a', inplace=True)",
      "x.a.b = 1",   "y = x.pop(1)", "x['a'] += 1",       "x.fit(z)",   "f(x)",
  };
  static const char *const others[] = {"x['a']", "x.head()", "print(x)", "y['a'] = x"};
  python py;
  python_open(&py);
  for (size_t i = 0; i < sizeof changes / sizeof *changes + sizeof others / sizeof *others; i++) {
    bool change = i < sizeof changes / sizeof *changes;
    const char *line = change ? changes[i] : others[i - sizeof changes / sizeof *changes];
    char source[256];
    snprintf(source, sizeof source, "def f(a): pass\nx = 1\n%s\nx\n", line);
    python_read(&py, source);
    mlo_node read = python_question(&py);
    const mlo_def *value = mlo_flow_def(&py.facts, mlo_flow_value(&py.facts, read));
    const mlo_def *now = mlo_flow_def(&py.facts, mlo_flow_state(&py.facts, read));
    assert_int_equal(value->kind, MLO_DEF_BINDING);
    if (now->kind != (change ? MLO_DEF_CHANGE : MLO_DEF_BINDING)) fail_msg("%s", line);
  }
  python_close(&py);
}

/* --- where a value goes --- */

static mlo_str lines_of(python *py, const mlo_nodes *nodes) {
  mlo_str list = {0};
  for (uint32_t i = 0; i < nodes->len; i++) {
    uint32_t line = 1;
    for (uint32_t at = 0; at < py->tree.nodes[nodes->items[i]].start; at++)
      line += py->tree.text.ptr[at] == '\n';
    python_list(py, &list, mlo_arena_format(&py->arena, "%u", line));
  }
  return list;
}

/* The lines in which the value of f() is read. */
static mlo_str flows_to(python *py) {
  mlo_nodes reads = {0};
  mlo_facts_flows_to(&py->facts, python_node(py, "f()", 0), &reads);
  return lines_of(py, &reads);
}

static void test_flow__where_a_value_goes(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"x = f()\ng(x)\nx = 1\ng(x)", "2"},
      {"x = f()\ny = x\ng(y)", "2 | 3"},
      {"x = f() if c else 1\ng(x)", "2"},
      {"x = 1\nif c: x = f()\ng(x)\ng(x)", "3 | 4"},
      {"for i in j:\n  g(x)\n  x = f()", "2"},
      {"x = f()\ndef p():\n  return x\ng(x)", "3 | 4"},
      {"x, y = f()\ng(x)", ""},
      {"with f() as x:\n  g(x)", "2"},
      {"x = y = f()\ng(x, y)", "2 | 2"},
      {"for x in f():\n  g(x)", ""},
      {"g(f())", ""},
      {"while c:\n  x = y\n  y = x\n  y = f()", "2 | 3"},
  };
  PYTHON_CHECK(cases, flows_to);
}

/* --- bounds, in steps rather than seconds --- */

static uint64_t steps_for(python *py, char *source) {
  python_read(py, source);
  mlo_reaching found;
  mlo_facts_reaching(&py->facts, python_question(py), &found);
  return mlo_flow_steps(&py->facts);
}

typedef size_t line_maker(char *out, int i);

static size_t assign_in_if(char *out, int i) {
  return (size_t)sprintf(out, "  if c: x%d = x%d\n", i, i / 2);
}
static size_t break_in_loop(char *out, int i) {
  return (size_t)sprintf(out, "    y%d = x\n    if y%d: break\n", i, i);
}
static size_t change_one(char *out, int i) {
  return (size_t)sprintf(out, "  x['a%d'] = x['b']\n", i);
}
static size_t try_each(char *out, int i) {
  return (size_t)sprintf(out, "  try: x = f(%d)\n  except E: pass\n", i);
}

/* Steps for `count` lines divided by those for half of them: 2 if linear, 4 if quadratic. */
static double growth(line_maker *make_line, const char *head, int count) {
  char *source = malloc((size_t)count * 64 + 256);
  uint64_t steps[2];
  python py;
  python_open(&py);
  for (int half = 0; half < 2; half++) {
    size_t len = (size_t)sprintf(source, "%s", head);
    for (int i = 0; i < (half ? count : count / 2); i++) len += make_line(source + len, i);
    sprintf(source + len, "  x\n");
    steps[half] = steps_for(&py, source);
  }
  python_close(&py);
  free(source);
  return (double)steps[1] / (double)steps[0];
}

static void test_flow__is_linear(void **state) {
  (void)state;
  assert_true(growth(assign_in_if, "def p(c, x):\n", 5000) < 2.5);
  assert_true(growth(change_one, "def p(c, x):\n", 5000) < 2.5);
  assert_true(growth(try_each, "def p(c, x):\n", 5000) < 2.5);
  assert_true(growth(break_in_loop, "def p(c, x):\n  for i in c:\n", 5000) < 2.5);
}

/* A notebook whose cells ran backwards: each reads what the one below it bound. */
static uint64_t steps_for_cells(uint32_t count) {
  char *source = malloc((size_t)count * 32 + 16);
  size_t len = 0;
  python py;
  python_open(&py);
  for (uint32_t i = 0; i < count; i++) len += (size_t)sprintf(source + len, "x = f(x, %5u)\n", i);
  sprintf(source + len, "x\n");
  python_read(&py, source);
  for (uint32_t i = count + 1; i-- > 0;) {
    mlo_span cell = {i * 16, i * 16 + (i < count ? 16 : 2)};
    MLO_PUSH(&py.arena, &py.facts.runs, cell);
  }
  mlo_reaching found;
  mlo_facts_reaching(&py.facts, python_node(&py, "x", 1), &found);
  assert_int_equal(found.bindings.len, 1);
  assert_int_equal(found.bindings.items[0], 1);
  uint64_t steps = mlo_flow_steps(&py.facts);
  python_close(&py);
  free(source);
  return steps;
}

static void test_flow__ten_thousand_cells(void **state) {
  (void)state;
  assert_true(steps_for_cells(10000) < 21 * steps_for_cells(1000) / 2);
}

/* Beyond the budget a jump is coarse: it brings all that the loop binds. */
static void test_flow__many_breaks_stay_sound(void **state) {
  (void)state;
  char *source = malloc(5000 * 64);
  size_t len = (size_t)sprintf(source, "x = 0\nwhile True:\n");
  for (int i = 0; i < 3000; i++) len += break_in_loop(source + len, i);
  sprintf(source + len, "    x = 1\n    break\nx\n");
  python py;
  python_open(&py);
  python_read(&py, source);
  assert_str(reaching(&py), "0 | 1");
  python_close(&py);
  free(source);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_flow__straight_lines),
      cmocka_unit_test(test_flow__branches),
      cmocka_unit_test(test_flow__loops),
      cmocka_unit_test(test_flow__handlers),
      cmocka_unit_test(test_flow__managers_that_swallow),
      cmocka_unit_test(test_flow__scopes),
      cmocka_unit_test(test_flow__comprehensions_bind_first),
      cmocka_unit_test(test_flow__cells_go_by_the_order_they_ran),
      cmocka_unit_test(test_flow__changes_of_the_object),
      cmocka_unit_test(test_flow__where_a_value_goes),
      cmocka_unit_test(test_flow__is_linear),
      cmocka_unit_test(test_flow__ten_thousand_cells),
      cmocka_unit_test(test_flow__many_breaks_stay_sound),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
