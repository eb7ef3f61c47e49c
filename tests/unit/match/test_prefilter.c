#include "match/prefilter.h"

#include "unit.h"

static void test_prefilter__finds_each_literal_once(void **state) {
  (void)state;
  const mlo_str literals[] = {MLO_STR("torch"), MLO_STR("torch.load"), MLO_STR("=="),
                              MLO_STR("gradio")};
  mlo_arena arena;
  mlo_arena_init(&arena, 0, NULL, NULL);
  mlo_prefilter *prefilter = NULL;
  mlo_prefilter_scratch *scratch = NULL;
  mlo_error err = {0};
  assert_int_equal(mlo_prefilter_new(literals, 4, &prefilter, &err), MLO_OK);
  assert_int_equal(mlo_prefilter_scratch_new(prefilter, &scratch, &err), MLO_OK);
  mlo_bits found = mlo_bits_new(4, &arena);
  assert_int_equal(mlo_prefilter_scan(prefilter, scratch,
                                      MLO_STR("import torch\nif a == b: torch.load(p)"), found,
                                      &err),
                   MLO_OK);
  assert_true(mlo_bits_get(found, 0));
  assert_true(mlo_bits_get(found, 1));
  assert_true(mlo_bits_get(found, 2));
  assert_false(mlo_bits_get(found, 3));
  mlo_bits none = mlo_bits_new(4, &arena);
  assert_int_equal(mlo_prefilter_scan(prefilter, scratch, MLO_STR("Torch gradi o ="), none, &err),
                   MLO_OK);
  assert_int_equal(none.words[0], 0);
  assert_true(mlo_bits_have(found, none));
  assert_false(mlo_bits_have(none, found));
  mlo_prefilter_scratch_free(scratch);
  mlo_prefilter_free(prefilter);
  mlo_arena_release(&arena);
}

static void test_prefilter__without_literals_finds_nothing(void **state) {
  (void)state;
  mlo_arena arena;
  mlo_arena_init(&arena, 0, NULL, NULL);
  mlo_prefilter *prefilter = NULL;
  mlo_prefilter_scratch *scratch = NULL;
  mlo_error err = {0};
  assert_int_equal(mlo_prefilter_new(NULL, 0, &prefilter, &err), MLO_OK);
  assert_int_equal(mlo_prefilter_scratch_new(prefilter, &scratch, &err), MLO_OK);
  mlo_bits found = mlo_bits_new(0, &arena);
  assert_int_equal(mlo_prefilter_scan(prefilter, scratch, MLO_STR("anything"), found, &err),
                   MLO_OK);
  assert_int_equal(found.words[0], 0);
  mlo_prefilter_scratch_free(scratch);
  mlo_prefilter_free(prefilter);
  mlo_arena_release(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_prefilter__finds_each_literal_once),
      cmocka_unit_test(test_prefilter__without_literals_finds_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
