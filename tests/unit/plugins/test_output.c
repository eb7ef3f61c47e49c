#include "../unit.h"

#include "plugins/cli/output.h"

static bool wanted(const char *when, mlo_color_world world) {
  return mlo_color_wanted(mlo_str_c(when), &world);
}

static void test_output__colours_by_option_first(void **state) {
  (void)state;
  assert_true(wanted("always", (mlo_color_world){.no_color = "1"}));
  assert_false(wanted("never", (mlo_color_world){.force_color = "1", .terminal = true}));
}

static void test_output__colours_on_terminals_that_can(void **state) {
  (void)state;
  assert_true(wanted("auto", (mlo_color_world){.terminal = true, .term = "xterm"}));
  assert_true(wanted("", (mlo_color_world){.terminal = true, .term = "xterm"}));
  assert_false(wanted("auto", (mlo_color_world){.terminal = false, .term = "xterm"}));
  assert_false(wanted("auto", (mlo_color_world){.terminal = true, .term = "dumb"}));
  assert_false(wanted("auto", (mlo_color_world){.terminal = true}));
}

static void test_output__colours_by_environment(void **state) {
  (void)state;
  mlo_color_world terminal = {.terminal = true, .term = "xterm", .no_color = "1"};
  assert_false(wanted("auto", terminal));
  terminal.no_color = ""; /* https://no-color.org: empty counts as not set */
  assert_true(wanted("auto", terminal));
  terminal.clicolor = "0";
  assert_false(wanted("auto", terminal));
  assert_true(wanted("auto", (mlo_color_world){.force_color = "1"}));
  assert_true(wanted("auto", (mlo_color_world){.clicolor_force = "1"}));
  assert_false(wanted("auto", (mlo_color_world){.force_color = "0"}));
  assert_false(wanted("auto", (mlo_color_world){.force_color = "1", .no_color = "1"}));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_output__colours_by_option_first),
      cmocka_unit_test(test_output__colours_on_terminals_that_can),
      cmocka_unit_test(test_output__colours_by_environment),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
