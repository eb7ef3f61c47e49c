#include "match/name_pattern.h"

#include "unit.h"

static void test_name_pattern__matches(void **state) {
  (void)state;
  static const struct {
    const char *pattern, *name;
    bool matches;
  } cases[] = {
      {"torch.load", "torch.load", true},
      {"torch.load", "torch.load_x", false},
      {"torch.load", "torch", false},
      {"torch.load", "a.torch.load", false},
      {"*.fit", "sklearn.svm.SVC.fit", true},
      {"*.fit", "?.fit", true},
      {"*.fit", "fit", false},
      {"*.fit", "x.fit.transform", false},
      {"transformers.*.from_pretrained", "transformers.AutoModel.from_pretrained", true},
      {"transformers.*.from_pretrained", "transformers.models.auto.AutoModel.from_pretrained",
       true},
      {"transformers.*.from_pretrained", "transformers.from_pretrained", false},
      {"a.*.b.*.c", "a.x.b.b.y.c", true},
      {"a.*.b.*.c", "a.b.b.c", false},
      {"sklearn.dummy.Dummy*", "sklearn.dummy.DummyClassifier", true},
      {"sklearn.dummy.Dummy*", "sklearn.dummy.DummyClassifier.fit", false},
      {"gradio.*", "gradio.Blocks.launch", true},
      {"gradio.*", "gradio", false},
      {"*", "mlflow", true},
      {"*", "", true},
      {"joblib.load()*", "joblib.load()", true},
      {"*a*b", "xaxxb", true},
      {"*a*b", "xaxxc", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    bool got = mlo_name_matches(mlo_str_c(cases[i].pattern), mlo_str_c(cases[i].name));
    if (got != cases[i].matches)
      fail_msg("%s against %s gave %d", cases[i].pattern, cases[i].name, got);
  }
}

static void test_name_pattern__first_and_last(void **state) {
  (void)state;
  assert_true(mlo_str_eq(mlo_name_last(MLO_STR("torch.nn.Module")), MLO_STR("Module")));
  assert_true(mlo_str_eq(mlo_name_last(MLO_STR("joblib.load()")), MLO_STR("load")));
  assert_true(mlo_str_eq(mlo_name_last(MLO_STR("open")), MLO_STR("open")));
  assert_true(mlo_str_eq(mlo_name_first(MLO_STR("torch.nn.Module")), MLO_STR("torch")));
  assert_true(mlo_str_eq(mlo_name_first(MLO_STR("open")), MLO_STR("open")));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_name_pattern__matches),
      cmocka_unit_test(test_name_pattern__first_and_last),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
