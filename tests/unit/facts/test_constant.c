#include "python.h"

static mlo_str constant(python *py) {
  mlo_constant c = mlo_facts_constant(&py->facts, python_question(py));
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

static void test_constant__numbers(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"42", "42"},
      {"1_000_000", "1000000"},
      {"0xFF", "255"},
      {"0o17", "15"},
      {"0b101", "5"},
      {"9223372036854775807", "9223372036854775807"},
      {"9223372036854775808", "?"},
      {"9223372036854775807 + 1", "?"},
      {"1.5", "float 1.5"},
      {"1e-3", "float 0.001"},
      {"3j", "?"},
      {"-5", "-5"},
      {"+5", "5"},
      {"~5", "?"},
      {"-1.5", "float -1.5"},
      {"64 * 1024", "65536"},
      {"7 // 2", "3"},
      {"-7 // 2", "-4"},
      {"-7 % 3", "2"},
      {"7 / 2", "float 3.5"},
      {"1 / 0", "?"},
      {"1 // 0", "?"},
      {"2 ** 10", "1024"},
      {"2 ** 64", "?"},
      {"(-1) ** 3", "-1"},
      {"1 + 0.5", "float 1.5"},
      {"True", "True"},
      {"not True", "False"},
      {"None", "None"},
      {"1 if x else 2", "?"},
  };
  PYTHON_CHECK(cases, constant);
}

static void test_constant__strings(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"'abc'", "'abc'"},
      {"''", "''"},
      {"\"a'b\"", "'a'b'"},
      {"'''a\nb'''", "'a\nb'"},
      {"'a\\tb\\\\c\\'d'", "'a\tb\\c'd'"},
      {"'\\x41\\u00e9\\U0001F600\\101'", "'A\xc3\xa9\xf0\x9f\x98\x80"
                                         "A'"},
      {"'a\\\nb'", "'ab'"},
      {"'\\d'", "'\\d'"},
      {"r'a\\nb'", "'a\\nb'"},
      {"b'ab\\x41\\u0041'", "'abA\\u0041'"},
      {"'a' 'b' \"c\"", "'abc'"},
      {"('a'\n 'b')", "'ab'"},
      {"'a' + 'b'", "'ab'"},
      {"'a' + x", "partial 'a\xef\xbf\xbc'"},
      {"'a' * 2", "'aa'"},
      {"f'a{{b}}'", "'a{b}'"},
      {"'{{'", "'{{'"},
      {"f'a{1}b{None}{True}'", "'a1bNoneTrue'"},
      {"f'a{x}b'", "partial 'a\xef\xbf\xbc"
                   "b'"},
      {"p = 'x'\nf'{p}/y'", "'x/y'"},
      {"f'{1:>3}'", "partial '\xef\xbf\xbc'"},
      {"f'{1!r}'", "partial '\xef\xbf\xbc'"},
      {"f'{1=}'", "partial '\xef\xbf\xbc'"},
      {"f'a' 'b{c}' f'{d}'", "partial 'ab{c}\xef\xbf\xbc'"},
  };
  PYTHON_CHECK(cases, constant);
}

static void test_constant__names_that_are_bound_once(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"X = 'a'\nX", "'a'"},
      {"X = 'a'\ndef f():\n  X", "'a'"},
      {"X = 'a'\nX = 'b'\nX", "'b'"},
      {"X = 1\nX += 1\nX", "?"},
      {"X = 1\ndef f():\n  global X\n  X = 2\nX", "?"},
      {"A, B = 1, 'b'\nB", "'b'"},
      {"A, *B = 1, 2\nB", "?"},
      {"X = Y = 3\nX", "3"},
      {"def f(x=1):\n  x", "?"},
      {"for x in [1]:\n  x", "?"},
      {"(x := 5)\nx", "5"},
      {"A = 2\nB = A * 3\nB + 1", "7"},
      {"class C:\n  X = 'a'\nC.X", "'a'"},
      {"class C:\n  def __init__(self):\n    self.x = 1\n  def f(self):\n    self.x", "1"},
      {"class C:\n  def __init__(self):\n    self.x = 1\n    self.x = 2\n  def f(self):\n    "
       "self.x",
       "?"},
      {"class C:\n  x = 0\n  def f(self):\n    self.x = 1\n    self.x", "?"},
      {"class C:\n  def f(self):\n    self.x = 1\n    self.x += 1\n    self.x", "?"},
      {"X = X\nX", "?"},
      {"X = [1, 2]\nX", "[1, 2]"},
      {"X = {'a': 1}\nX", "{'a': 1}"},
      {"X = 1, 2\nX", "1, 2"},
  };
  PYTHON_CHECK(cases, constant);
}

static void test_constant__paths_and_environment(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"import os\nos.path.join('a', 'b.pkl')", "'a/b.pkl'"},
      {"import os\nos.path.join('a/', '/b', 'c')", "'/b/c'"},
      {"import os\nos.path.join(x, 'b.pkl')", "partial '\xef\xbf\xbc/b.pkl'"},
      {"import os\nos.path.join(x, y)", "?"},
      {"from os.path import join\njoin('a', 'b')", "'a/b'"},
      {"from pathlib import Path\nPath('a') / 'b' / 'c.csv'", "'a/b/c.csv'"},
      {"from pathlib import Path\nPath('a', 'b')", "'a/b'"},
      {"from pathlib import Path\nstr(Path('a') / 'b')", "'a/b'"},
      {"from pathlib import Path\nROOT = Path(__file__).parent\nROOT / 'data'",
       "partial '\xef\xbf\xbc/data'"},
      {"import os\nos.environ.get('URI', 'sqlite:///a.db')", "'sqlite:///a.db'"},
      {"import os\nos.getenv('PORT', default='80')", "'80'"},
      {"import os\nos.getenv('PORT')", "?"},
      {"import os\nos.environ['PORT']", "?"},
      {"join('a', 'b')", "?"},
  };
  PYTHON_CHECK(cases, constant);
}

/* Each line doubles the text: the bound on its length ends it. */
static void test_constant__doubling_ends(void **state) {
  (void)state;
  char source[4096] = "x0 = 'aaaaaaaaaaaaaaaa'\n";
  size_t len = strlen(source);
  for (int i = 1; i <= 60; i++)
    len += (size_t)sprintf(source + len, "x%d = x%d + x%d\n", i, i - 1, i - 1);
  python py;
  python_open(&py);
  sprintf(source + len, "x3");
  python_read(&py, source);
  assert_int_equal(mlo_facts_constant(&py.facts, python_question(&py)).text.len, 128);
  sprintf(source + len, "x60");
  python_read(&py, source);
  assert_int_equal(mlo_facts_constant(&py.facts, python_question(&py)).kind, MLO_CONSTANT_UNKNOWN);
  python_close(&py);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_constant__numbers),
      cmocka_unit_test(test_constant__strings),
      cmocka_unit_test(test_constant__names_that_are_bound_once),
      cmocka_unit_test(test_constant__paths_and_environment),
      cmocka_unit_test(test_constant__doubling_ends),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
