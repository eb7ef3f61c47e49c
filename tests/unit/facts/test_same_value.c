#include "python.h"

/* Whether the arguments of the calls a(...) and b(...) are the same value. */
static mlo_str same(python *py) {
  mlo_node arguments[2] = {MLO_NO_NODE, MLO_NO_NODE};
  for (uint32_t i = 0; i < py->facts.calls.len; i++) {
    const mlo_call *call = &py->facts.calls.items[i];
    if (mlo_str_eq(call->method, MLO_STR("a")))
      arguments[0] = mlo_call_argument(&py->facts, call, (mlo_str){0}, 0);
    if (mlo_str_eq(call->method, MLO_STR("b")))
      arguments[1] = mlo_call_argument(&py->facts, call, (mlo_str){0}, 0);
  }
  bool forward = mlo_facts_same_value(&py->facts, arguments[0], arguments[1]);
  assert_int_equal(forward, mlo_facts_same_value(&py->facts, arguments[1], arguments[0]));
  return forward ? MLO_STR("same") : MLO_STR("not");
}

static void test_same_value__names_and_chains(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"x = f()\na(x)\nb(x)", "same"},
      {"x = f()\na(x)\nb((x))", "same"},
      {"x = y = f()\na(x)\nb(y)", "not"},
      {"x = f()\na(x)\nx = g()\nb(x)", "not"},
      {"x = f()\na(x)\nif c: x = g()\nb(x)", "not"},
      {"a(x.y.z)\nb(x.y.z)", "same"},
      {"a(x.y)\nb(x.z)", "not"},
      {"a(x.y)\nx.y = 1\nb(x.y)", "not"},
      {"a(x.y)\nx.y += 1\nb(x.y)", "not"},
      {"a(x.y.z)\nx.y = 1\nb(x.y.z)", "not"},
      {"a(x['k'])\nb(x['k'])", "same"},
      {"a(x['k'])\nb(x['l'])", "not"},
      {"a(x[i])\nb(x[i])", "not"},
      {"K = 'k'\na(x[K])\nb(x['k'])", "same"},
      {"a(x['k'])\nx['k'] = 1\nb(x['k'])", "not"},
      {"a(x['k'])\nx['l'] = 1\nb(x['k'])", "same"},
      {"a(f())\nb(f())", "not"},
      {"a(1)\nb(1)", "not"},
      {"for x in y:\n  a(x)\n  b(x)", "same"},
      {"for x in y:\n  a(x)\nb(x)", "not"},
      {"while c:\n  x = f(x)\n  a(x)\n  if d: break\n  b(x)", "same"},
      {"while c:\n  a(x)\n  x = f(x)\n  b(x)", "not"},
      {"x = f()\nif c:\n  a(x)\nelse:\n  x = g()\nb(x)", "not"},
      {"x = f()\nif c:\n  x = g()\na(x)\nb(x)", "same"},
      {"x = f()\na(x)\nif c:\n  x = g()\n  exit()\nb(x)", "same"},
      {"x = f()\na(x)\nx.append(1)\nb(x)", "same"},
      {"def p(x):\n  a(x)\ndef q(x):\n  b(x)", "not"},
      {"x = f()\ndef p():\n  a(x)\ndef q():\n  b(x)", "same"},
      {"x = f()\ndef p():\n  a(x)\nx = g()\ndef q():\n  b(x)", "not"},
  };
  PYTHON_CHECK(cases, same);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_value__names_and_chains)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
