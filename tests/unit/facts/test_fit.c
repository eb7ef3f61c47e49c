#include "python.h"

#include "facts/fit.h"

/* The data of the fits that made the last expression what it is: the text of X, each. */
static mlo_str fits(python *py) {
  mlo_fits found = {0};
  mlo_term v = mlo_term_of(python_question(py));
  mlo_str list = {0};
  mlo_facts_fits_of(&py->facts, &v, &found);
  for (uint32_t i = 0; i < found.len; i++) {
    mlo_source_values origins = {0};
    mlo_term data = {.node = found.items[i].data, .context = found.items[i].context};
    if (data.node == MLO_NO_NODE) continue;
    mlo_term_origins(&py->facts, &data, &origins);
    python_list(py, &list, mlo_tree_text(&py->tree, origins.items[0].node));
  }
  return list;
}

static void test_fit__what_an_estimator_was_fitted_on(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"m = M()\nm.fit(a(), y)\nm", "a()"},
      {"m = M().fit(a(), y)\nm", "a()"},
      {"m = M()\nm", ""},
      {"m = M()\nm.fit(a())\nm.fit(b())\nm", "b()"},
      {"m = M()\nm.fit(a())\nif c: m.fit(b())\nm", "b() | a()"},
      {"m = M()\nm.fit(a())\nm = M()\nm", ""},
      {"m = M()\nfor i in j:\n  m.partial_fit(a(i))\nm", "a(i)"},
      {"m = M()\nfor i in j:\n  m\n  m.fit(a(i))", "a(i)"},
      {"m = M()\nn = m\nn.fit(a())\nn", "a()"},
      {"def train(X):\n  m = M()\n  m.fit(X)\n  return m\nm = train(a())\nm", "a()"},
      {"def train(X):\n  return M().fit(X)\nm = train(a())\nm", "a()"},
      {"def train(m, X):\n  m.fit(X)\nm = M()\ntrain(m, a())\nm", "a()"},
      {"def p(self):\n  self.m = M()\n  self.m.fit(a())\n  self.m", "a()"},
      {"class A:\n  def f(self):\n    self.m.fit(a())\n  def p(self):\n    self.m", "a()"},
      {"ms['k'].fit(a())\nms['k']", "a()"},
      {"ms = {}\nms['k'] = M()\nms['k'].fit(a())\nms['k']", "a()"},
      {"g = GridSearchCV(M())\ng.fit(a())\nb = g.best_estimator_\nb", "a()"},
      {"m = M()\nm.fit(X=a(), y=b())\nm", "a()"},
  };
  PYTHON_CHECK(cases, fits);
}

/* The names of the calls in the order in which they are told. */
static mlo_str callees(python *py, mlo_str list, mlo_node call) {
  mlo_str callee = mlo_tree_text(&py->tree, mlo_tree_field(&py->tree, call, MLO_FIELD_FUNCTION));
  python_list(py, &list, callee);
  return list;
}

static mlo_str estimators(python *py) {
  mlo_nodes found = {0};
  mlo_term v = mlo_term_of(python_question(py));
  mlo_str list = {0};
  mlo_facts_estimators(&py->facts, &v, &found);
  for (uint32_t i = 0; i < found.len; i++) list = callees(py, list, found.items[i]);
  return list;
}

static void test_fit__what_estimators_are_made_of(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"m = M()\nm", "M"},
      {"m = M().fit(X)\nm", "M"},
      {"p = Pipeline([('a', A()), ('b', B())])\np", "Pipeline | A | B"},
      {"p = make_pipeline(A(), B())\np", "make_pipeline | A | B"},
      {"a = A()\np = Pipeline(steps=[('a', a)])\ng = GridSearchCV(p, {})\ng",
       "GridSearchCV | Pipeline | A"},
      {"t = ColumnTransformer([('n', A(), cols)])\np = make_pipeline(t, B())\np",
       "make_pipeline | B | ColumnTransformer | A"},
      {"def make():\n  return make_pipeline(A())\nm = make()\nm", "make_pipeline | A"},
      {"m = M(f())\nm", "M"},
  };
  PYTHON_CHECK(cases, estimators);
}

static mlo_str history(python *py) {
  mlo_passages found = {0};
  mlo_term v = mlo_term_of(python_question(py));
  mlo_str list = {0};
  mlo_facts_history(&py->facts, &v, &found);
  for (uint32_t i = 0; i < found.len; i++) list = callees(py, list, found.items[i].node);
  return list;
}

static void test_fit__what_a_value_went_through(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"X = f()\nX = s.fit_transform(X)\nX", "s.fit_transform | f"},
      {"df = f()\ndf['a'] = s.fit_transform(df[['a']])\ndf", "s.fit_transform | f"},
      {"df = f()\nX = df.drop(columns=['y']).values\nX", "df.drop | f"},
      {"df = f()\ndf.fillna(df.mean(), inplace=True)\ndf", "df.fillna | f"},
      {"X = np.hstack([s.fit_transform(a()), b()])\nX", "np.hstack | s.fit_transform | b | a"},
      {"def p(d):\n  return s.fit_transform(d)\nX = p(f())\nX", "p | s.fit_transform | f"},
      {"a, b = train_test_split(s.fit_transform(f()))\na",
       "train_test_split | s.fit_transform | f"},
      {"a, b, c, d = train_test_split(s.fit_transform(f()), g())\nd", "train_test_split | g"},
      {"X = f()\nY = s.fit_transform(X)\nX", "f"},
  };
  PYTHON_CHECK(cases, history);
}

/* Whether the arguments of a(...) and b(...) are the same value. */
static mlo_str same(python *py) {
  mlo_term terms[2] = {mlo_term_of(MLO_NO_NODE), mlo_term_of(MLO_NO_NODE)};
  for (uint32_t i = 0; i < py->facts.calls.len; i++) {
    const mlo_call *call = &py->facts.calls.items[i];
    mlo_node argument = mlo_call_argument(&py->facts, call, (mlo_str){0}, 0);
    if (mlo_str_eq(call->method, MLO_STR("a"))) terms[0].node = argument;
    if (mlo_str_eq(call->method, MLO_STR("b"))) terms[1].node = argument;
  }
  return mlo_terms_same(&py->facts, &terms[0], &terms[1]) ? MLO_STR("same") : MLO_STR("not");
}

static void test_fit__the_same_value_under_other_names(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"x = y = f()\na(x)\nb(y)", "same"},
      {"x = f()\ny = x\na(x)\nb(y)", "same"},
      {"x, y = f()\na(x)\nb(y)", "not"},
      {"x, y = f()\nz = y\na(y)\nb(z)", "same"},
      {"a(f())\nb(f())", "not"},
      {"x = f()\na(x)\nx = g()\nb(x)", "not"},
      {"d = {'k': f()}\nx = d['k']\na(x)\nb(d['k'])", "same"},
  };
  PYTHON_CHECK(cases, same);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fit__what_an_estimator_was_fitted_on),
      cmocka_unit_test(test_fit__what_estimators_are_made_of),
      cmocka_unit_test(test_fit__what_a_value_went_through),
      cmocka_unit_test(test_fit__the_same_value_under_other_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
