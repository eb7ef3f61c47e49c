#include "python.h"

#include "facts/split.h"

/* "test target" and, if only the name says so, "(name)"; "?" if nothing is known. */
static mlo_str split(python *py) {
  mlo_split found;
  mlo_facts_split(&py->facts, python_question(py), &found);
  if (found.part == MLO_PART_UNKNOWN) return MLO_STR("?");
  const char *role = mlo_role_name(found.role);
  return mlo_arena_format(&py->arena, "%s%s%s%s", mlo_part_name(found.part), role ? " " : "",
                          role ? role : "", found.by_name ? " (name)" : "");
}

#define TTS "from sklearn.model_selection import train_test_split, KFold\n"

static void test_split__train_test_split(void **state) {
  (void)state;
  static const python_case cases[] = {
      {TTS "a, b, c, d = train_test_split(X, y)\na", "train features"},
      {TTS "a, b, c, d = train_test_split(X, y)\nb", "test features"},
      {TTS "a, b, c, d = train_test_split(X, y)\nd", "test target"},
      {TTS "a, b = train_test_split(df, stratify=df.y)\nb", "test"},
      {TTS "a, b = train_test_split(df)\nb['y']", "test"},
      {TTS "parts = train_test_split(X, y)\na, b, c, d = parts\nc", "train target"},
      {TTS "a, b = train_test_split(df)\nc, d = train_test_split(a)\nd", "validation"},
      {TTS "a, b = train_test_split(df)\nc, d = train_test_split(a)\nc", "train"},
      {TTS "a, b = train_test_split(df)\nc, d = train_test_split(b)\nc", "validation"},
      {TTS "a, b = train_test_split(df)\nc, d = train_test_split(b)\nd", "test"},
      {TTS "a, b = train_test_split(train_df)\nb", "test"},
      {TTS "def s(df):\n  a, b = train_test_split(df)\n  return a, b\nx, z = s(f())\nz", "test"},
  };
  PYTHON_CHECK(cases, split);
}

static void test_split__survives_what_keeps_the_rows(void **state) {
  (void)state;
  static const python_case cases[] = {
      {TTS "a, b = train_test_split(df)\nb.drop(columns=['y']).values", "test"},
      {TTS "a, b = train_test_split(df)\nb = scaler.transform(b)\nb", "test"},
      {TTS "import numpy as np\na, b = train_test_split(df)\nnp.array(b[cols])", "test"},
      {TTS "a, b = train_test_split(df)\nb = b / 255\nb", "test"},
      {TTS "a, b = train_test_split(df)\nb /= 255\nb", "test"},
      {TTS "a, b = train_test_split(df)\nif c: b = b.copy()\nb", "test"},
      {TTS "a, b = train_test_split(df)\nif c: b = a\nb", "?"},
      {TTS "a, b = train_test_split(df)\nf(b)", "?"},
      {TTS "import torch\na, b = train_test_split(df)\ntorch.tensor(b.values).float()", "test"},
  };
  PYTHON_CHECK(cases, split);
}

static void test_split__other_ways(void **state) {
  (void)state;
  static const python_case cases[] = {
      {TTS "kf = KFold(5)\nfor p, q in kf.split(X):\n  a = X[p]\n  b = X[q]\n  b", "test"},
      {TTS "kf = KFold(5)\nfor p, q in kf.split(X):\n  X.iloc[p]", "train"},
      {TTS "for i, (p, q) in enumerate(KFold(5).split(X, y)):\n  y[q]", "test"},
      {TTS "kf = KFold(5)\na, b = train_test_split(df)\nfor p, q in kf.split(a):\n  a.iloc[q]",
       "validation"},
      {TTS "p, q = next(KFold(5).split(X))\nX[q]", "test"},
      {"for p, q in line.split(','):\n  X[q]", "?"},
      {"n = 10\na = df[:n]\nb = df[n:]\nb", "test"},
      {"a = df.iloc[:n]\nb = df.iloc[n:]\na", "train"},
      {"a = df[:n]\na", "?"},
      {"a = df.sample(frac=0.8)\nb = df.drop(a.index)\nb", "test"},
      {"a = df.sample(frac=0.8)\nb = df.drop(a.index)\na", "train"},
      {"a = df.sample(frac=0.8)\na", "?"},
      {"import torch\na, b = torch.utils.data.random_split(ds, [8, 2])\nb", "test"},
      {"from torch.utils.data import random_split\na, b, c = random_split(ds, [8, 1, 1])\nb",
       "validation"},
      {"ds = data.train_test_split(0.1)\nds['test']", "test"},
      {"from datasets import load_dataset\nload_dataset('x', split='train')", "train"},
      {"from datasets import load_dataset\nds = load_dataset('x')\nds['validation']", "validation"},
  };
  PYTHON_CHECK(cases, split);
}

static void test_split__names_as_a_last_resort(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"X_train = load()\nX_train", "train features (name)"},
      {"y_test = load()\ny_test", "test target (name)"},
      {"def p(val_df):\n  val_df", "validation (name)"},
      {"self.X_test", "test features (name)"},
      {"train_test_ratio", "?"},
      {"X", "?"},
      {"latest", "?"},
      {TTS "X_test, X_train = train_test_split(df)\nX_test", "train"},
  };
  PYTHON_CHECK(cases, split);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_split__train_test_split),
      cmocka_unit_test(test_split__survives_what_keeps_the_rows),
      cmocka_unit_test(test_split__other_ways),
      cmocka_unit_test(test_split__names_as_a_last_resort),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
