#include "shop.h"

typedef struct module_case {
  const char *importer, *name, *expected; /* path, or the folder and '/', or "" */
} module_case;

static mlo_str place_of(const mlo_py_module *module, mlo_arena *arena) {
  if (module->path.len || !module->folder.ptr) return module->path;
  return mlo_arena_concat(arena, module->folder, MLO_STR("/"));
}

static void check(const shop_file *files, size_t file_count, const module_case *cases,
                  size_t count) {
  shop self;
  shop_open(&self, files, file_count);
  bool failed = false;
  for (size_t i = 0; i < count; i++) {
    mlo_py_module found = mlo_modules_top(&self.files, mlo_str_c(cases[i].importer),
                                          mlo_str_c(cases[i].name), &self.arena);
    mlo_str is = place_of(&found, &self.arena);
    if (mlo_str_eq(is, mlo_str_c(cases[i].expected))) continue;
    print_error("import %s in %s is \"%.*s\", not \"%s\"\n", cases[i].name, cases[i].importer,
                MLO_FMT(is), cases[i].expected);
    failed = true;
  }
  shop_close(&self);
  assert_false(failed);
}
#define CHECK(files, cases)                                                                        \
  check((files), sizeof(files) / sizeof *(files), (cases), sizeof(cases) / sizeof *(cases))

static void test_modules__layouts(void **state) {
  (void)state;
  static const shop_file files[] = {
      {"train.py", ""},
      {"utils.py", ""},
      {"src/shop/__init__.py", ""},
      {"src/shop/io.py", ""},
      {"src/shop/utils.py", ""},
      {"tests/test_io.py", ""},
      {"notebooks/eda.ipynb", ""},
      {"steps/load.py", ""},
  };
  static const module_case cases[] = {
      {"train.py", "utils", "utils.py"},            /* beside a script */
      {"train.py", "shop", "src/shop/__init__.py"}, /* src layout */
      {"tests/test_io.py", "shop", "src/shop/__init__.py"},
      {"notebooks/eda.ipynb", "utils", "utils.py"},       /* started in the root */
      {"train.py", "steps", "steps/"},                    /* a folder without __init__.py */
      {"src/shop/io.py", "shop", "src/shop/__init__.py"}, /* the package itself */
      {"src/shop/io.py", "utils", "src/shop/utils.py"},   /* run as a script */
      {"train.py", "numpy", ""},
      {"train.py", "io", ""},
  };
  CHECK(files, cases);
}

static void test_modules__nearest_project_of_a_monorepo_wins(void **state) {
  (void)state;
  static const shop_file files[] = {
      {"a/train.py", ""},          {"a/utils.py", ""}, {"b/train.py", ""},
      {"b/utils/__init__.py", ""}, {"utils.py", ""},   {"c/train.py", ""},
  };
  static const module_case cases[] = {
      {"a/train.py", "utils", "a/utils.py"},
      {"b/train.py", "utils", "b/utils/__init__.py"},
      {"c/train.py", "utils", "utils.py"},
  };
  CHECK(files, cases);
}

static void test_modules__foreign_names_stay_foreign(void **state) {
  (void)state;
  static const shop_file files[] = {
      {"train.py", ""},          {"mlflow/conf.py", ""}, {"logging/__init__.py", ""},
      {"random.py", ""},         {"src/fit.py", ""},     {"evaluate.py", ""},
      {"pkg/__init__.py", ""},   {"pkg/types.py", ""},   {"pkg/main.py", ""},
      {"torch/__init__.py", ""},
  };
  static const module_case cases[] = {
      {"train.py", "mlflow", ""},          /* a folder of runs is not the package */
      {"train.py", "logging", ""},         /* the standard library comes first */
      {"train.py", "random", "random.py"}, /* but not before the script's own folder */
      {"src/fit.py", "random", ""},
      {"random.py", "random", ""},    /* nothing imports itself */
      {"src/fit.py", "evaluate", ""}, /* Hugging Face's, unless the script stands beside it */
      {"train.py", "evaluate", "evaluate.py"},
      {"pkg/main.py", "types", ""},
      {"train.py", "torch", "torch/__init__.py"}, /* a copy in the project is what Python takes */
      {"train.py", "../secret", ""},
      {"train.py", "", ""},
  };
  CHECK(files, cases);
}

static void test_modules__relative_names(void **state) {
  (void)state;
  static const shop_file files[] = {
      {"src/shop/__init__.py", ""}, {"src/shop/io.py", ""}, {"src/shop/net/__init__.py", ""},
      {"src/shop/net/base.py", ""}, {"train.py", ""},       {"steps/load.py", ""},
  };
  static const struct {
    const char *file;
    unsigned dots;
    const char *name, *folder;
  } cases[] = {
      {"src/shop/io.py", 1, "shop", "src/shop"},
      {"src/shop/__init__.py", 1, "shop", "src/shop"},
      {"src/shop/net/base.py", 1, "shop.net", "src/shop/net"},
      {"src/shop/net/base.py", 2, "shop", "src/shop"},
      {"src/shop/net/__init__.py", 2, "shop", "src/shop"},
      {"steps/load.py", 1, "steps", "steps"},
      {"train.py", 1, "", ""},
  };
  shop self;
  SHOP_OPEN(&self, files);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mlo_py_module of = mlo_modules_of_file(&self.files, mlo_str_c(cases[i].file), &self.arena);
    mlo_py_module above = mlo_modules_above(&self.files, &of, cases[i].dots, &self.arena);
    assert_str(above.name, cases[i].name);
    assert_str(above.folder, cases[i].folder);
  }
  mlo_py_module script = mlo_modules_of_file(&self.files, MLO_STR("train.py"), &self.arena);
  mlo_py_module outside = mlo_modules_above(&self.files, &script, 2, &self.arena);
  assert_false(mlo_py_module_exists(&outside));
  shop_close(&self);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_modules__layouts),
      cmocka_unit_test(test_modules__nearest_project_of_a_monorepo_wins),
      cmocka_unit_test(test_modules__foreign_names_stay_foreign),
      cmocka_unit_test(test_modules__relative_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
