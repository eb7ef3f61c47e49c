#include "python.h"

/* Origins, by language feature: where the value of the expression between « and » may come from, in document order. */

static mlo_str origins(python *py, mlo_node node) {
  mlo_source_values values = {0};
  mlo_str list = {0};
  mlo_facts_origins(&py->facts, node, &values);
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

static void test_table_origins__rows(void **state) {
  (void)state;
  static const table_row rows[] = {
      {"x = f()\nuse(«x»)", "f()", NULL},
      {"x = f()\nx = g(x)\nuse(«x»)", "g(x)", NULL},
      {"if c:\n  x = f()\nelse:\n  x = g()\nuse(«x»)", "f() | g()", NULL},
      {"x = f()\nif c:\n  x = g()\nuse(«x»)", "f() | g()", NULL},
      {"x = f()\nif c:\n  x = g()\n  raise E\nuse(«x»)", "f()", NULL},
      {"try:\n  x = f()\nexcept E:\n  x = g()\nuse(«x»)", "f() | g()", NULL},
      {"x = f()\nfor i in j:\n  use(«x»)\n  x = g()", "f() | g()", NULL},
      {"x = f() if c else g()\nuse(«x»)", "f() | g()", NULL},
      {"x = a or g()\nuse(«x»)", "a | g()", NULL},
      {"a, b = f()\nuse(«b»)", "f()[1]", NULL},
      {"a, b = f(), g()\nuse(«b»)", "g()", NULL},
      {"with open(p) as f:\n  use(«f»)", "open(p)", NULL},
      {"def f(x):\n  y = x\n  return «y»", "x", NULL},
      {"class A:\n  def __init__(self): self.m = f()\n  def g(self): return «self.m»", "f()", NULL},
      {"x = f()\ndef g():\n  return «x»", "f()", NULL},
      {"y = (x := f())\nuse(«y»)", "f()", NULL},
  };
  TABLE_CHECK(rows, origins);
}

/* Items of what is changed in place: the item itself is the origin where nothing more is known. */
static void test_table_origins__changed_items(void **state) {
  (void)state;
  static const table_row rows[] = {
      {"x = ['a', 'b']\nuse(«x[0]»)", "'a'", NULL},
      {"x = ['a', 'b']\nx.reverse()\nuse(«x[0]»)", "x[0]", NULL},
      {"x = ['a', 'b']\nx.sort()\nuse(«x[0]»)", "x[0]", NULL},
      {"x = ['a', 'b']\nx.insert(0, 'c')\nuse(«x[0]»)", "x[0]", NULL},
      {"x = ['a', 'b']\nx.pop(0)\nuse(«x[0]»)", "x[0]", NULL},
      {"x = ['a', 'b']\nx.remove('a')\nuse(«x[0]»)", "x[0]", NULL},
      {"x = ['a', 'b']\ndel x[0]\nuse(«x[0]»)", "x[0]", NULL},
      {"x = ['a', 'b']\nx[i] = 'c'\nuse(«x[0]»)", "x[0]", NULL},
      {"x = ['a', 'b']\nx[0] += 'c'\nuse(«x[0]»)", "x[0]", NULL},
      {"x = ['a', 'b']\nx.reverse()\nx[0] = 'c'\nuse(«x[0]»)", "'c'", NULL},
      {"x = ['a', 'b']\nif c: x.reverse()\nuse(«x[0]»)", "x[0]", NULL},
      {"x = ['a', 'b']\nx.append('c')\nuse(«x[0]»)", "'a' | 'c'", NULL},
      {"x = ['a', 'b']\nz = x\nz[0] = 'q'\nuse(«x[0]»)", "'q'", NULL},
      {"x = ['a', 'b']\nz = x\nx[0] = 'q'\nuse(«z[0]»)", "'q'", NULL},
      {"x = ['a', 'b']\nz = x\nz.reverse()\nuse(«x[0]»)", "x[0]", NULL},
      {"x = ['a', 'b']\nz = x\nx = ['c']\nz[0] = 'q'\nuse(«x[0]»)", "'c'", NULL},
      {"x = {'k': 'a'}\nuse(«x['k']»)", "'a'", NULL},
      {"x = {'k': 'a'}\nx.update(y)\nuse(«x['k']»)", "x['k']", NULL},
      {"x = {'k': 'a'}\nx.update({'k': 'b'})\nuse(«x['k']»)", "'b'", NULL},
      {"x = {'k': 'a'}\nx.update({'l': 'b'}, m='c')\nuse(«x['k']»)", "'a'", NULL},
      {"x = {'k': 'a'}\nx.pop('k')\nuse(«x['k']»)", "x['k']", NULL},
      {"x = {'k': 'a'}\nx.pop('l')\nuse(«x['k']»)", "'a'", NULL},
      {"x = {'k': 'a'}\ndel x['l']\nuse(«x['k']»)", "'a'", NULL},
      {"x = {'k': 'a'}\nx.clear()\nuse(«x['k']»)", "x['k']", NULL},
      {"x = {'k': 'a'}\nx.popitem()\nuse(«x['k']»)", "x['k']", NULL},
  };
  TABLE_CHECK(rows, origins);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_table_origins__rows),
                                     cmocka_unit_test(test_table_origins__changed_items)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
