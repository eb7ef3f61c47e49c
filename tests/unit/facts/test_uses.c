#include "facts/facts.h"
#include "lang/language.h"

#include "unit.h"

static mlo_grammars *grammars;
static mlo_parser *parser;

/* "x< x> f~": bound, read, both in one; ~ for later. */
static void assert_uses(const char *text, const char *expected) {
  mlo_arena arena = unit_arena();
  mlo_error err = {0};
  mlo_tree tree;
  mlo_facts facts;
  mlo_name_uses uses = {0};
  assert_int_equal(
      mlo_parser_parse(parser, MLO_FORMAT_PYTHON, mlo_str_c(text), &arena, &tree, &err), MLO_OK);
  mlo_facts_build(&tree, &arena, &facts);
  mlo_facts_module_uses(&facts, &uses);
  mlo_str all = MLO_STR("");
  for (uint32_t i = 0; i < uses.len; i++) {
    const mlo_name_use *use = &uses.items[i];
    mlo_str one =
        mlo_arena_format(&arena, "%.*s%s%s%s", MLO_FMT(use->name), use->binding ? "<" : "",
                         use->reads ? ">" : "", use->deferred ? "~" : "");
    all = mlo_arena_join(&arena, all, i ? " " : "", one);
  }
  assert_str(all, expected);
  mlo_arena_release(&arena);
}

static void test_uses__of_the_modules_names(void **state) {
  (void)state;
  static const struct {
    const char *text, *uses;
  } cases[] = {
      {"x = y", "x< y>"},
      {"x += 1", "x<>"},
      {"del x", "x<>"},
      {"import a.b as c, d", "c< d<"},
      {"x: T = 1", "x< T>"},
      {"x.y[z] = 1", "x> z>"},
      {"f(k=v)", "f> v>"},
      {"for i in r: i", "i< r> i>"},
      {"[q for q in r if p]", "r> p>"},
      {"(q for q in r if p)", "r> p>~"},
      {"lambda a=b: a + c", "b> c>~"},
      {"def f(a, b=c):\n  d = a\n  return d + e", "f< c> e>~"},
      {"def f():\n  global x\n  x = 1", "f< x<~"},
      {"def f():\n  x = 1\n  def g():\n    return x + y", "f< y>~"},
      {"class C(B):\n  k = v\n  def m(self): return k", "C< B> v> k>~"},
      {"if (x := 1): x", "x< x>"},
      {"", ""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_uses(cases[i].text, cases[i].uses);
}

static int open_parser(void **state) {
  (void)state;
  mlo_error err = {0};
  return mlo_grammars_new(&grammars, &err) != MLO_OK ||
         mlo_parser_new(grammars, &parser, &err) != MLO_OK;
}

static int close_parser(void **state) {
  (void)state;
  mlo_parser_free(parser);
  mlo_grammars_free(grammars);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_uses__of_the_modules_names)};
  return cmocka_run_group_tests(tests, open_parser, close_parser);
}
