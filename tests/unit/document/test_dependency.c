#include "parts.h"

static mlo_str dependency_lines(mlo_arena *arena, const mlo_dependencies *found) {
  mlo_str all = {0};
  for (uint32_t i = 0; i < found->len; i++) {
    const mlo_dependency *one = &found->items[i];
    all = reading_join(arena, all, "\n",
                       mlo_arena_format(arena, "%.*s%.*s%s", MLO_FMT(one->name),
                                        MLO_FMT(one->specifier), one->dev ? " dev" : ""));
  }
  return all;
}

static void assert_dependencies(const char *path, const char *text, const char *expected) {
  reading self = reading_of(path, text);
  mlo_dependencies found = {0};
  assert_int_equal(self.status, MLO_OK);
  mlo_dependencies_of_document(&self.document, &self.arena, &found);
  assert_str(dependency_lines(&self.arena, &found), expected);
  reading_end(&self);
}

static void test_dependency__requirements(void **state) {
  (void)state;
  assert_dependencies("requirements.txt",
                      "-r x.txt\nTorch_Vision >= 0.1, <2\nnumpy  # c\n./local\n",
                      "torch-vision>=0.1,<2\nnumpy");
  assert_dependencies("requirements-dev.txt", "pytest\n", "pytest dev");
  assert_dependencies("constraints.txt", "numpy==1\n", "");
}

static void test_dependency__pyproject(void **state) {
  (void)state;
  assert_dependencies(
      "pyproject.toml",
      "[build-system]\nrequires = [\"hatchling\"]\n"
      "[project]\ndependencies = [\"numpy>=1\", \"x[y] ; os_name == 'nt'\"]\n"
      "[project.optional-dependencies]\ngpu = [\"torch==2\"]\ntest = [\"pytest\"]\n"
      "[dependency-groups]\nml = [\"scipy\"]\ndev = [\"ruff\", {include-group = \"ml\"}]\n",
      "numpy>=1\nx\ntorch==2\npytest dev\nscipy\nruff dev");
}

static void test_dependency__poetry_and_pdm(void **state) {
  (void)state;
  assert_dependencies(
      "pyproject.toml",
      "[tool.poetry.dependencies]\npython = \"^3.9\"\nTorch = \"^2.1\"\n"
      "a = {version = \">=1\", extras = [\"x\"]}\nb = \"*\"\nc = {git = \"https://h/c\"}\n"
      "[tool.poetry.group.dev.dependencies]\npytest = \"^7\"\n"
      "[tool.poetry.group.serve.dependencies]\nfastapi = \"0.1\"\n"
      "[tool.pdm.dev-dependencies]\nx = [\"mypy==1\"]\n",
      "torch^2.1\na>=1\nb\nc\npytest^7 dev\nfastapi0.1\nmypy==1 dev");
}

static void test_dependency__pipfile(void **state) {
  (void)state;
  assert_dependencies(
      "Pipfile",
      "[packages]\nflask = \"*\"\nscikit-learn = \"==1.0\"\nz = {version = \"~=2\"}\n"
      "[dev-packages]\npytest = \"*\"\n[requires]\npython_version = \"3.9\"\n",
      "flask\nscikit-learn==1.0\nz~=2\npytest dev");
}

static void test_dependency__setup_cfg(void **state) {
  (void)state;
  assert_dependencies(
      "setup.cfg",
      "[options]\ninstall_requires =\n    numpy>=1\n    # c\n    pandas ; python_version > '3'\n"
      "[options.extras_require]\ntest = pytest\ngpu =\n    torch==2\n",
      "numpy>=1\npandas\npytest dev\ntorch==2");
}

static void test_dependency__conda(void **state) {
  (void)state;
  assert_dependencies(
      "environment.yml",
      "dependencies:\n- python=3.9\n- conda-forge::numpy=1.2=py39_0\n- pip\n- scipy >=1,<2\n"
      "- pip:\n  - torch==2.0\n  - -r x.txt\n",
      "python=3.9\nnumpy=1.2=py39_0\npip\nscipy>=1,<2\ntorch==2.0");
  assert_dependencies("python_env.yaml",
                      "python: 3.9\ndependencies:\n- mlflow==2.0\n- -r requirements.txt\n",
                      "mlflow==2.0");
}

static void test_dependency__spans_are_the_requirements(void **state) {
  (void)state;
  static const struct {
    const char *path, *text, *span;
  } cases[] = {
      {"requirements.txt", "a\nTorch >= 2 ; x == '1' # c\n", "Torch >= 2 ; x == '1'"},
      {"pyproject.toml", "[project]\ndependencies = [\"a\", \"torch>=2\"]\n", "\"torch>=2\""},
      {"Pipfile", "[packages]\na = \"*\"\ntorch = {version = \"==2\"}\n",
       "torch = {version = \"==2\"}"},
      {"setup.cfg", "[options]\ninstall_requires =\n  a\n  torch>=2\n", "torch>=2"},
      {"environment.yml", "dependencies:\n- a\n- torch=2\n", "torch=2"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    reading self = reading_of(cases[i].path, cases[i].text);
    mlo_dependencies found = {0};
    mlo_dependencies_of_document(&self.document, &self.arena, &found);
    assert_int_equal(found.len, 2);
    assert_str(mlo_span_of(self.document.text, found.items[1].span), cases[i].span);
    reading_end(&self);
  }
}

static void test_dependency__other_files_declare_nothing(void **state) {
  (void)state;
  assert_dependencies("config.toml", "[project]\ndependencies = [\"numpy\"]\n", "");
  assert_dependencies("pyproject.toml", "", "");
  assert_dependencies("pyproject.toml", "project = 1\n[tool]\npoetry = []\n", "");
  assert_dependencies("environment.yml", "dependencies: 1\n", "");
  assert_true(mlo_path_declares_dependencies(MLO_STR("a/requirements/base.txt")));
  assert_true(mlo_path_declares_dependencies(MLO_STR("a/conda_dependencies.yml")));
  assert_false(mlo_path_declares_dependencies(MLO_STR("a/poetry.lock")));
  assert_false(mlo_path_declares_dependencies(MLO_STR("constraints.txt")));
}

static void test_dependency__install_lines(void **state) {
  (void)state;
  static const struct {
    const char *text, *expected;
  } cases[] = {
      {"pip install -U 'torch==2.1' pandas", "torch==2.1\npandas"},
      {"python -m pip install -r x.txt --index-url https://h a", "a"},
      {"pip3 install -e . ./b $X", ""},
      {"uv pip install a", "a"},
      {"uv add a", "a"},
      {"conda install -n e -y -c conda-forge numpy=1.2 b", "numpy=1.2\nb"},
      {"poetry add a -G dev", "a"},
      {"pip download a", ""},
      {"pip install", ""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    reading self = reading_start();
    mlo_commands commands = {0};
    mlo_dependencies found = {0};
    mlo_commands_of_shell(self.parser, mlo_str_c(cases[i].text),
                          (mlo_span){0, (uint32_t)strlen(cases[i].text)}, false, MLO_COMMAND_SCRIPT,
                          MLO_NO_VALUE, &self.arena, &commands, &self.err);
    mlo_dependencies_of_command(&commands.items[0], &self.arena, &found);
    assert_str(dependency_lines(&self.arena, &found), cases[i].expected);
    reading_end(&self);
  }
}

static void test_dependency__lowest_version(void **state) {
  (void)state;
  static const struct {
    const char *specifier, *lowest;
  } cases[] = {
      {"==2.1.0", "2.1.0"},
      {">=1,<2", "1"},
      {"<2,>=1", "1"},
      {"^1.4", "1.4"},
      {"~=1.4.2", "1.4.2"},
      {">1.0", "1.0"},
      {"~1.4", "1.4"},
      {"==2.*", "2"},
      {"=1.2=py39_0", "1.2"},
      {"1.2.3", "1.2.3"},
      {"===1.0", "1.0"},
      {">=v1.2", "1.2"},
      {">=1,>=1.10,>=1.9", "1.10"},
      {"^1.4||^2.0", "1.4"},
      {"^2||<1", ""},
      {"2.1.0+cu118", "2.1.0+cu118"},
      {">=2.0rc1", "2.0rc1"},
      {"<2", ""},
      {"!=1", ""},
      {"<=2.0", ""},
      {"", ""},
      {"*", ""},
      {"==", ""},
      {">=,", ""},
      {"||", ""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_str(mlo_specifier_lowest(mlo_str_c(cases[i].specifier)), cases[i].lowest);
}

static int sign(int n) { return (n > 0) - (n < 0); }

/* The example of PEP 440, and the orders that are easy to get wrong: each stands before the next. */
static void test_dependency__versions_are_ordered(void **state) {
  (void)state;
  static const char *const ascending[] = {
      "",
      "0.9",
      "0.10",
      "1.dev0",
      "1.0.dev456",
      "1.0a1",
      "1.0a2.dev456",
      "1.0a12.dev456",
      "1.0a12",
      "1.0b1.dev456",
      "1.0b2",
      "1.0b2.post345.dev456",
      "1.0b2.post345",
      "1.0rc1.dev456",
      "1.0rc1",
      "1.0",
      "1.0+abc.5",
      "1.0+abc.7",
      "1.0+5",
      "1.0.post456.dev34",
      "1.0.post456",
      "1.0.15",
      "1.1.dev1",
      "1.9",
      "1.10",
      "2.0",
      "99999999999999999999999",
      "100000000000000000000000",
      "1!0.1",
  };
  size_t count = sizeof ascending / sizeof *ascending;
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < count; j++)
      if (sign(mlo_version_compare(mlo_str_c(ascending[i]), mlo_str_c(ascending[j]))) !=
          (i > j) - (i < j))
        fail_msg("\"%s\" against \"%s\"", ascending[i], ascending[j]);
}

static void test_dependency__versions_have_many_spellings(void **state) {
  (void)state;
  static const char *const equal[][2] = {
      {"1.0", "1.0.0"},          {"v1.0", "1"},       {"1.0alpha1", "1.0a1"},
      {"1.0-beta.2", "1.0b2"},   {"1.0c1", "1.0rc1"}, {"1.0-1", "1.0.post1"},
      {"1.0.rev2", "1.0.post2"}, {"1.01", "1.1"},     {" 1.0 ", "1.0"},
      {"1.0.DEV1", "1.0.dev1"},  {"1.0a", "1.0a0"},   {"0!1", "1"}};
  for (size_t i = 0; i < sizeof equal / sizeof *equal; i++)
    if (mlo_version_compare(mlo_str_c(equal[i][0]), mlo_str_c(equal[i][1])) != 0)
      fail_msg("%s and %s", equal[i][0], equal[i][1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_dependency__requirements),
      cmocka_unit_test(test_dependency__pyproject),
      cmocka_unit_test(test_dependency__poetry_and_pdm),
      cmocka_unit_test(test_dependency__pipfile),
      cmocka_unit_test(test_dependency__setup_cfg),
      cmocka_unit_test(test_dependency__conda),
      cmocka_unit_test(test_dependency__spans_are_the_requirements),
      cmocka_unit_test(test_dependency__other_files_declare_nothing),
      cmocka_unit_test(test_dependency__install_lines),
      cmocka_unit_test(test_dependency__lowest_version),
      cmocka_unit_test(test_dependency__versions_are_ordered),
      cmocka_unit_test(test_dependency__versions_have_many_spellings),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
