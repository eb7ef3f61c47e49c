#include "unit.h"

#include "facts/known.h"

static void test_known__builtins(void **state) {
  (void)state;
  static const char *const names[] = {
      "ArithmeticError", "ZeroDivisionError", "__import__", "abs", "open", "print", "zip"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    assert_true(mlo_is_builtin(mlo_str_c(names[i])));
  static const char *const others[] = {"",        "Print", "prin",     "printf",
                                       "display", "zzz",   "raw_input"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    assert_false(mlo_is_builtin(mlo_str_c(others[i])));
}

static void test_known__results(void **state) {
  (void)state;
  static const struct {
    const char *callee, *result;
  } cases[] = {
      {"pandas.read_csv", "pandas.DataFrame"},
      {"pandas.read_html", ""}, /* a list of frames */
      {"polars.read_parquet", "polars.DataFrame"},
      {"sklearn.pipeline.make_pipeline", "sklearn.pipeline.Pipeline"},
      {"sklearn.pipeline.make_union", "sklearn.pipeline.FeatureUnion"},
      {"builtins.bytes", "builtins.bytes"},
      {"joblib.load", ""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_str(mlo_result_class(mlo_str_c(cases[i].callee)), cases[i].result);
}

static void test_known__methods_that_keep_the_class(void **state) {
  (void)state;
  static const struct {
    const char *receiver, *method, *result;
  } cases[] = {
      {"pandas.DataFrame", "dropna", "pandas.DataFrame"},
      {"pandas.DataFrame", "to_numpy", ""},
      {"pandas.DataFrame.groupby()", "mean", "pandas.DataFrame"},
      {"sklearn.svm.SVC", "fit", "sklearn.svm.SVC"},
      {"keras.Model", "fit", ""},
      {"torch.nn.Linear", "to", "torch.nn.Linear"},
      {"pandas.Series", "to", ""},
      {"transformers.AutoModel", "from_pretrained", "transformers.AutoModel"},
      {"transformers.pipeline()", "from_pretrained", ""},
      {"pathlib.Path", "resolve", "pathlib.Path"},
      {"builtins.str", "strip", "builtins.str"},
      {"builtins.str", "split", ""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_str(mlo_method_class(mlo_str_c(cases[i].receiver), mlo_str_c(cases[i].method)),
               cases[i].result);
}

static void test_known__classes_begin_with_a_capital(void **state) {
  (void)state;
  static const char *const classes[] = {"fastapi.FastAPI", "Net", "x._Private", "torch.LongTensor"};
  for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
    assert_true(mlo_name_is_class(mlo_str_c(classes[i])));
  static const char *const others[] = {"", "torch.load", "Net.fit", "a.__b", "x.Open()"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    assert_false(mlo_name_is_class(mlo_str_c(others[i])));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_known__builtins),
      cmocka_unit_test(test_known__results),
      cmocka_unit_test(test_known__methods_that_keep_the_class),
      cmocka_unit_test(test_known__classes_begin_with_a_capital),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
