#include "lang/skim.h"

#include "unit.h"

static mlo_arena arena;

static mlo_skim skim(const char *text) {
  mlo_skim out;
  mlo_skim_python(mlo_str_c(text), &arena, &out);
  return out;
}

/* "a b? c": the imports, the guarded ones with a question mark. */
static mlo_str imports_of(const char *text) {
  mlo_skim found = skim(text);
  mlo_str all = MLO_STR("");
  for (uint32_t i = 0; i < found.imports.len; i++) {
    const mlo_skim_import *one = &found.imports.items[i];
    mlo_str name = one->guarded ? mlo_arena_concat(&arena, one->name, MLO_STR("?")) : one->name;
    all = mlo_arena_join(&arena, all, all.len ? " " : "", name);
  }
  return all;
}

static void test_skim__finds_imports(void **state) {
  (void)state;
  static const struct {
    const char *text, *imports;
  } cases[] = {
      {"import a", "a"},
      {"import a.b as c, d", "a.b d"},
      {"from a import b", "a.b"},
      {"from a.b import (c as d,  # why\n  e,\n)\nimport f", "a.b.c a.b.e f"},
      {"from . import x\nfrom ..y import z\nfrom .w import *", ".x ..y.z .w"},
      {"from a import *", "a"},
      {"import a; import b", "a b"},
      {"x = 1; from a import b; y = 2", "a.b"},
      {"import a \\\n  , b", "a b"},
      {"'''\nimport no\n'''\nimport a  # import no", "a"},
      {"x = \"import no\"\r\nimport a\r\n", "a"},
      {"x = (\nimport_me,\n)\nimport a", "a"},
      {"try:\n  import a\nexcept ImportError:\n  import b\nimport c", "a? b? c"},
      {"try: import a\nexcept ImportError: a = None\nimport b", "a? b"},
      {"if X:\n  import a\nelse:\n  import b\nwith y:\n  import c", "a? b? c"},
      {"def f():\n  import a\nclass C:\n  import b", "a? b"},
      {"  import a", "a"},
      {"yield from a\nfromage = 1\nimportant = 2", ""},
      {"import", ""},
      {"from", ""},
      {"from a import", ""},
      {"import a as", "a"},
      {"'''no end\nimport a", ""},
      {"x = 'no end\nimport a", "a"},
      {"x = '\\'; import no'", ""},
      {"x = r'\\'\nimport a", "a"}, /* the quote is escaped, so the string ends with its line */
      {"import caf\xc3\xa9", "caf\xc3\xa9"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_str(imports_of(cases[i].text), cases[i].imports);
}

static void test_skim__says_where_an_import_stands(void **state) {
  (void)state;
  mlo_skim found = skim("from a import b, cc");
  assert_int_equal(found.imports.items[1].span.start, 17);
  assert_int_equal(found.imports.items[1].span.end, 19);
}

static void test_skim__finds_definitions_of_the_top_level(void **state) {
  (void)state;
  mlo_skim found =
      skim("@d\ndef f(a,\n      b=1):\n  '''Says.'''\n\n  x = 1  # why\n  def inner():\n    return "
           "2\n  return x\n\nclass C(B):\n  y = 1\nasync def g(): return 1\nz = 1\n");
  assert_int_equal(found.definitions.len, 3);
  assert_str(found.definitions.items[0].name, "f");
  assert_int_equal(found.definitions.items[0].lines, 4);
  assert_int_equal(found.definitions.items[0].span.start, 7);
  assert_str(found.definitions.items[1].name, "C");
  assert_true(found.definitions.items[1].is_class);
  assert_int_equal(found.definitions.items[1].lines, 1);
  assert_str(found.definitions.items[2].name, "g");
  assert_int_equal(found.definitions.items[2].lines, 0);
}

static void test_skim__digests_are_of_code(void **state) {
  (void)state;
  uint64_t one = skim("def f(a, b):\n  return a+b").definitions.items[0].digest;
  static const char *const same[] = {"def g(a, b):\n  return a + b  # sum\n",
                                     "def f(a,\n      b):\n  '''Adds.'''\n\n  return a+b\nx = 1",
                                     "x = 1\ndef f( a,b ) :\r\n  return a+b\r\n"};
  static const char *const other[] = {"def f(a, b):\n  return a-b", "def f(a, b):\n  return ab",
                                      "def f(b, a):\n  return a+b",
                                      "def f(a, b):\n  return a+b\n  x"};
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    assert_int_equal(skim(same[i]).definitions.items[0].digest, one);
  for (size_t i = 0; i < sizeof other / sizeof *other; i++)
    assert_int_not_equal(skim(other[i]).definitions.items[0].digest, one);
}

static int open_arena(void **state) {
  (void)state;
  mlo_arena_init(&arena, 0, NULL, NULL);
  return 0;
}

static int close_arena(void **state) {
  (void)state;
  mlo_arena_release(&arena);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_skim__finds_imports),
      cmocka_unit_test(test_skim__says_where_an_import_stands),
      cmocka_unit_test(test_skim__finds_definitions_of_the_top_level),
      cmocka_unit_test(test_skim__digests_are_of_code),
  };
  return cmocka_run_group_tests(tests, open_arena, close_arena);
}
