#include "unit.h"

#include "project/outline.h"

static const char text[] =
    "\"\"\"A module.\"\"\"\n"
    "from torch import (\n    load,\n    save,\n)\n"
    "import numpy as np, \\\n    pandas\n"
    "def read(path,\n         limit=3,\n) -> None:\n    local = 1\n    global counter\n"
    "class Net:\n    size = 1\n    def fit(self): ...\n"
    "@cached\nasync  def ask(): ...\n"
    "def twice(): ...\n"
    "twice = wrap(twice)\n"
    "if fast:\n    from quick import run\nelse:\n    def run(): ...\n"
    "VALUE: int = other(3)\n"
    "a, b = pair()\n"
    "classic(1)\r\n"
    "def last(): return 1";

static void test_outline__tells_definitions_from_other_names(void **state) {
  (void)state;
  static const struct {
    const char *name;
    bool defined, lacked;
  } cases[] = {
      {"read", true, false},   {"Net", true, false},
      {"ask", true, false},    {"last", true, false},
      {"load", false, false},  {"save", false, false},
      {"np", false, false},    {"pandas", false, false},
      {"twice", false, false}, {"run", false, false},
      {"VALUE", false, false}, {"a", false, false},
      {"b", false, false},     {"counter", false, false},
      {"local", false, true}, /* of a function */
      {"size", false, true},   {"fit", false, true},
      {"ic", false, true},     {"nothing", false, true},
  };
  mlo_arena arena = unit_arena();
  mlo_outline outline;
  mlo_outline_of_text(mlo_str_c(text), &arena, &outline);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mlo_str name = mlo_str_c(cases[i].name);
    if (mlo_outline_defines(&outline, name) == cases[i].defined &&
        mlo_outline_lacks(&outline, name) == cases[i].lacked)
      continue;
    fail_msg("%s", cases[i].name);
  }
  mlo_arena_release(&arena);
}

static void test_outline__a_star_may_bind_anything(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_outline outline;
  mlo_outline_of_text(MLO_STR("from .io import *\ndef f(): ...\n"), &arena, &outline);
  assert_false(mlo_outline_lacks(&outline, MLO_STR("x")));
  assert_true(mlo_outline_defines(&outline, MLO_STR("f")));
  mlo_arena_release(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_outline__tells_definitions_from_other_names),
      cmocka_unit_test(test_outline__a_star_may_bind_anything),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
