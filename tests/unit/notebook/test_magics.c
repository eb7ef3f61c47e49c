#include "notebook/magics.h"

#include <stdlib.h>

#include "unit.h"

/* One cell of one module, treated. */
typedef struct treated {
  mlo_arena arena;
  mlo_module module;
} treated;

static treated treat(const char *source) {
  treated t = {.arena = unit_arena()};
  mlo_str original = mlo_arena_str(&t.arena, mlo_str_c(source));
  char *text = MLO_NEW_ARRAY(&t.arena, char, original.len + 1);
  memcpy(text, original.ptr, original.len);
  t.module.original = original;
  t.module.text = mlo_str_of(text, original.len);
  mlo_module_cell cell = {.cell = 3, .span = {0, (uint32_t)original.len}};
  mlo_magics magics = {.module = &t.module, .text = text, .arena = &t.arena};
  mlo_magics_blank(&magics, &cell);
  return t;
}

typedef struct magic_case {
  const char *source, *expected;
} magic_case;

static void check(const magic_case *cases, size_t count) {
  for (size_t i = 0; i < count; i++) {
    treated t = treat(cases[i].source);
    assert_int_equal(strlen(cases[i].source), strlen(cases[i].expected));
    assert_str(t.module.text, cases[i].expected);
    mlo_arena_release(&t.arena);
  }
}
#define CHECK(cases) check((cases), sizeof(cases) / sizeof *(cases))

static void test_magics__lines_at_the_margin_become_blank(void **state) {
  (void)state;
  static const magic_case cases[] = {
      {"%matplotlib inline\nx", "                  \nx"},
      {"!ls -l 'it\nx", "          \nx"},
      {"!!ls\r\nx", "    \r\nx"},
      {"?len\nlen?\nnp.array??\nx", "    \n    \n          \nx"},
      {"%lsmagic", "        "},
      {"%%\nx", "  \nx"},
      {"x\n\n  \n!ls", "x\n\n  \n   "},
      {"!pip install \\\n  torch \\\n  numpy\nx", "              \n         \n       \nx"},
      {"!echo 'é'", "          "},
  };
  CHECK(cases);
}

static void test_magics__blocks_keep_a_statement(void **state) {
  (void)state;
  static const magic_case cases[] = {
      {"if x:\n    !ls -l\ny", "if x:\n    pass  \ny"},
      {"if x:\n\t!ls\ny", "if x:\n\t0  \ny"},
      {"if x:\n  !\ny", "if x:\n  0\ny"},
      {"if x:\n  ?a\ny", "if x:\n  0 \ny"},
      {"if x:\n  abc?\ny", "if x:\n  pass\ny"},
      {"if x:\n  !a\\\nbcd\n", "if x:\n  0  \n   \n"},
  };
  CHECK(cases);
}

static void test_magics__assigned_values_become_an_ellipsis(void **state) {
  (void)state;
  static const magic_case cases[] = {
      {"x = !ls -l\ny", "x = ...   \ny"},
      {"x=!a\ny", "x=0 \ny"},
      {"a, b = %env X\ny", "a, b = ...   \ny"},
      {"x = %time f(a,\n b)\ny", "x =       f(a,\n b)\ny"},
      {"x = %time y = !ls", "x =       y = !ls"}, /* one to a line */
      {"x = %timeit -o -n 3 f()", "x =                 f()"},
      {"files = !ls \\\n  *.py\ny", "files = ...  \n      \ny"},
      {"if a:\n  x = !ls 'q\nz", "if a:\n  x = ...   \nz"},
  };
  CHECK(cases);
}

static void test_magics__timed_python_stays(void **state) {
  (void)state;
  static const magic_case cases[] = {
      {"%time x = f()", "pass; x = f()"},
      {"%timeit -n 10 -r3 f(x)", "pass;             f(x)"},
      {"%prun -s cumulative f()", "pass;               f()"},
      {"  %time f(1,\n2)\ny", "  pass; f(1,\n2)\ny"},
      {"time f()", "pass;f()"},
      {"%time", "     "},
      {"%time  # nothing", "                "},
      {"%time for i in x: f(i)", "                      "},
      {"%time !ls", "         "},
      {"%timeit -n 10", "             "},
  };
  CHECK(cases);
}

static void test_magics__python_is_left_alone(void **state) {
  (void)state;
  static const char *const cases[] = {
      "x = a % b\ny = (a\n% b)\nz = [a,\n!= b]",
      "s = '''\n%time\n!ls\nx?\n'''\nt = \"\"\"\\\"\"\"\n!ls\n\"\"\"",
      "x = a \\\n% b",
      "f('?') # what?\n# !ls\n# %time",
      "a != b\na == b\nf(x=1)\nx: int = 3",
      "'%d' % 3\n\"!ls\"",
      "s = 'don\\'t'\nr = r'\\'\nx = 1",
      "await f()\nprint(f\"{x!r:>3}\")",
      "ls\npwd\nls = 3\nrun(x)\ntime.sleep(1)\ntime = 3\npage in x\nedit if x else y\nls - 3\nwho, "
      "x = y",
      "ls -la\nimport os as ls",
      "env /x\nenv = 2",
      "page //2\npage **2\npage *= 2\npage /=2",
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    treated t = treat(cases[i]);
    assert_str(t.module.text, cases[i]);
    assert_int_equal(t.module.magics.len, 0);
    mlo_arena_release(&t.arena);
  }
}

static void test_magics__automagics_are_what_python_cannot_be(void **state) {
  (void)state;
  static const magic_case cases[] = {
      {"pip install torch\nx", "                 \nx"},
      {"pip install \\\n torch\nx", "             \n      \nx"},
      {"conda install -c x y", "                    "},
      {"cd ..\ncd ~/x\ncd /tmp\ncat *.py", "     \n      \n       \n        "},
      {"ls -la /tmp\nmkdir -p a/b\nrm -rf x", "           \n            \n        "},
      {"if x:\n  cd ..\ny", "if x:\n  pass \ny"},
      {"matplotlib inline", "                 "},
      {"man \"ls\"", "        "},
  };
  CHECK(cases);
}

static void test_magics__cells_of_other_languages_become_blank(void **state) {
  (void)state;
  static const magic_case cases[] = {
      {"%%bash -e\nfor f in *; do\n  x\ndone", "         \n              \n   \n    "},
      {"%%html\n<b>", "      \n   "},
      {"\n  %%sql\nSELECT 1\n", "\n       \n        \n"},
      {"%%writefile a.py\nx = 1", "                \n     "},
      {"# note\n%%bash\nls -l", "# note\n      \n     "},
      {"%md\n# It's a title", "   \n              "},
  };
  CHECK(cases);
}

static void test_magics__cells_of_python_lose_their_first_line(void **state) {
  (void)state;
  static const magic_case cases[] = {
      {"%%time\nx = 1\n!ls", "      \nx = 1\n   "},
      {"%%timeit -n 3 s = 2\nf(s)", "                   \nf(s)"},
      {"%%capture out\n%%time\nx = 1", "             \n      \nx = 1"},
      {"%%prun -q\nf()", "         \nf()"},
      {"%%px\nx", "    \nx"},
      {"%%capture", "         "},
  };
  CHECK(cases);
}

static void assert_magic(const treated *t, uint32_t i, const char *name, const char *line,
                         const char *span) {
  assert_true(i < t->module.magics.len);
  const mlo_magic *magic = &t->module.magics.items[i];
  assert_str(magic->name, name);
  assert_str(magic->line, line);
  assert_str(mlo_span_of(t->module.original, magic->span), span);
  assert_int_equal(magic->cell, 3);
}

static void test_magics__are_recorded_with_name_line_and_span(void **state) {
  (void)state;
  treated t = treat("%matplotlib inline\n!pip install \\\n  torch==2\nx = !ls {d}\npip install a\n"
                    "  %time f()\n!!pwd\nlen?\n%pwd");
  assert_int_equal(t.module.magics.len, 8);
  assert_magic(&t, 0, "matplotlib", "inline", "%matplotlib inline");
  assert_magic(&t, 1, "!", "pip install     torch==2", "!pip install \\\n  torch==2");
  assert_magic(&t, 2, "!", "ls {d}", "!ls {d}");
  assert_magic(&t, 3, "pip", "install a", "pip install a");
  assert_magic(&t, 4, "time", "f()", "%time f()");
  assert_magic(&t, 5, "!", "pwd", "!!pwd");
  assert_magic(&t, 6, "?", "len?", "len?");
  assert_magic(&t, 7, "pwd", "", "%pwd");
  mlo_arena_release(&t.arena);
}

static void test_magics__of_cells_are_recorded_with_their_signs(void **state) {
  (void)state;
  treated bash = treat("%%bash -e\npip install x"), time = treat("%%capture a\n%%time\nx");
  assert_int_equal(bash.module.magics.len, 1);
  assert_magic(&bash, 0, "%%bash", "-e", "%%bash -e\npip install x");
  assert_int_equal(time.module.magics.len, 2);
  assert_magic(&time, 0, "%%capture", "a", "%%capture a");
  assert_magic(&time, 1, "%%time", "", "%%time");
  mlo_arena_release(&bash.arena);
  mlo_arena_release(&time.arena);
}

static void test_magics__every_cut_of_a_cell_is_survived(void **state) {
  (void)state;
  static const char all[] =
      "%%capture a\n%%time -n\n#\n  %time -n 3 f('''a\n%''')\nx = !ls \\\r\n a\n"
      "y = %time f()\nls -la \\\n\npip install 'x\n?x\nz(\n)? \n\"\\\n\\\"\n'\\";
  for (size_t len = 0; len < sizeof all; len++) {
    char *cut = strndup(all, len);
    treated t = treat(cut);
    for (size_t i = 0; i < len; i++) assert_int_equal(t.module.text.ptr[i] == '\n', cut[i] == '\n');
    mlo_arena_release(&t.arena);
    free(cut);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_magics__lines_at_the_margin_become_blank),
      cmocka_unit_test(test_magics__blocks_keep_a_statement),
      cmocka_unit_test(test_magics__assigned_values_become_an_ellipsis),
      cmocka_unit_test(test_magics__timed_python_stays),
      cmocka_unit_test(test_magics__python_is_left_alone),
      cmocka_unit_test(test_magics__automagics_are_what_python_cannot_be),
      cmocka_unit_test(test_magics__cells_of_other_languages_become_blank),
      cmocka_unit_test(test_magics__cells_of_python_lose_their_first_line),
      cmocka_unit_test(test_magics__are_recorded_with_name_line_and_span),
      cmocka_unit_test(test_magics__of_cells_are_recorded_with_their_signs),
      cmocka_unit_test(test_magics__every_cut_of_a_cell_is_survived),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
