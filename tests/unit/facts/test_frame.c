#include "python.h"

#include "facts/frame.h"

#include <stdlib.h>

/* The columns of the last expression: "base: a b" if they are all, "base -lost +added" if not; "?" if not known. */
static mlo_str columns(python *py) {
  mlo_frame frame;
  mlo_facts_frame(&py->facts, python_question(py), &frame);
  if (!frame.known) return MLO_STR("?");
  mlo_str out = mlo_tree_text(&py->tree, frame.base.node);
  if (frame.base.item >= 0)
    out = mlo_arena_format(&py->arena, "%.*s[%d]", MLO_FMT(out), frame.base.item);
  if (frame.column) out = mlo_arena_concat(&py->arena, out, MLO_STR(" column"));
  if (frame.columns.exact) out = mlo_arena_concat(&py->arena, out, MLO_STR(":"));
  for (uint32_t i = 0; i < frame.columns.lost.len; i++)
    if (!frame.columns.exact)
      out = mlo_arena_format(&py->arena, "%.*s -%.*s", MLO_FMT(out),
                             MLO_FMT(frame.columns.lost.items[i]));
  for (uint32_t i = 0; i < frame.columns.has.len; i++)
    out = mlo_arena_format(&py->arena, "%.*s %s%.*s", MLO_FMT(out), frame.columns.exact ? "" : "+",
                           MLO_FMT(frame.columns.has.items[i]));
  return out;
}

static void test_frame__selections(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"df = f()\ndf", "f()"},
      {"df = f()\ndf[['a', 'b']]", "f(): a b"},
      {"df = f()\ndf['a']", "f() column: a"},
      {"COLS = ['a', 'b']\ndf = f()\ndf[COLS]", "f(): a b"},
      {"A = ['a']\nB = ['b']\ndf = f()\ndf[A + B + ['c']]", "f(): a b c"},
      {"df = f()\ndf[df['a'] > 1]", "f()"},
      {"df = f()\ndf[(df.a > 1) & ~df.b]", "f()"},
      {"df = f()\ndf[:10]", "f()"},
      {"df = f()\ndf.loc[rows]", "f()"},
      {"df = f()\ndf.loc[:, ['a', 'b']]", "f(): a b"},
      {"df = f()\ndf.loc[rows, 'a']", "f() column: a"},
      {"df = f()\ndf.iloc[:, :3]", "df.iloc[:, :3]"},
      {"df = f()\ndf.iloc[:3]", "f()"},
      {"import pandas as pd\ndf = pd.read_csv(p)\ndf.a", "pd.read_csv(p) column: a"},
      {"df = f()\ndf[df.columns]", "f()"},
      {"df = f()\ndf[df.columns.drop('y')]", "f() -y"},
      {"df = f()\ndf[df.columns.difference(['y', 'z'])]", "f() -y -z"},
      {"df = f()\ndf[[c for c in df.columns if c != 'y']]", "f() -y"},
      {"df = f()\ndf[[c for c in df.columns if c not in ['y', 'z']]]", "f() -y -z"},
      {"df = f()\ndf.loc[:, df.columns != 'y']", "f() -y"},
      {"df = f()\nfeatures = list(df.columns)\nfeatures.remove('y')\ndf[features]", "f() -y"},
      {"df = f()\nfeatures = ['a']\nfeatures += ['b']\nfeatures.append('c')\ndf[features]",
       "f(): a b c"},
      {"df = f()\nnumeric = df.select_dtypes('number').columns\ndf[numeric]", "df[numeric]"},
      {"df = f()\ndf[cols]", "df[cols]"},
  };
  PYTHON_CHECK(cases, columns);
}

static void test_frame__methods(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"df = f()\ndf.drop(columns=['a'])", "f() -a"},
      {"df = f()\ndf.drop(columns='a')", "f() -a"},
      {"df = f()\ndf.drop('a', axis=1)", "f() -a"},
      {"df = f()\ndf.drop(labels=['a', 'b'], axis='columns')", "f() -a -b"},
      {"df = f()\ndf.drop([0, 1])", "f()"},
      {"df = f()\ndf.drop(index=[0])", "f()"},
      {"df = f()\ndf.drop(columns=unknown)", "df.drop(columns=unknown)"},
      {"df = f()\ndf.copy().head().sample(3).query('a > 1').dropna().reset_index(drop=True)",
       "f()"},
      {"df = f()\ndf.assign(a=1, b=2)", "f() +a +b"},
      {"df = f()\ndf.rename(columns={'a': 'b'})", "f() -a +b"},
      {"df = f()\ndf.set_index('id')", "f() -id"},
      {"df = f()\ndf.pop('y')", "f() column: y"},
      {"df = f()\ndf['a'].astype(int).map({1: 2})", "f() column: a"},
      {"df = f()\ndf['a'] == 'yes'", "f() column: a"},
      {"df = f()\ndf.drop(columns=['a']).values", "f() -a"},
      {"df = f()\ndf.groupby('a').sum()", "df.groupby('a').sum()"},
      {"df = f()\ndf.merge(g(), on='id')", "f()"},
      {"import pandas as pd\npd.get_dummies(f(), columns=['a', 'b'])", "f() -a -b"},
      {"import pandas as pd\npd.read_csv(p, usecols=['a', 'b'])",
       "pd.read_csv(p, usecols=['a', 'b']): a b"},
      {"import pandas as pd\npd.DataFrame({'a': x, 'b': y})",
       "pd.DataFrame({'a': x, 'b': y}): a b"},
      {"import numpy as np\ndf = f()\nnp.array(df[['a']])", "f(): a"},
      {"from sklearn.preprocessing import StandardScaler\ndf = f()\nStandardScaler().fit_transform("
       "df.drop(columns=['y']))",
       "f() -y"},
      {"df = f()\nunknown.fit_transform(df)", "unknown.fit_transform(df)"},
      {"from sklearn.compose import ColumnTransformer\ndf = f()\nt = ColumnTransformer(x)\n"
       "t.fit_transform(df)",
       "t.fit_transform(df)"},
  };
  PYTHON_CHECK(cases, columns);
}

/* What a ** or a changed dictionary holds. */
static void test_frame__unseen_arguments(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"df = f()[['a']]\ndf.assign(**{'b': 1})", "f(): a b"},
      {"df = f()[['a']]\nmore = {'b': 1}\ndf.assign(c=2, **more)", "f(): a c b"},
      {"df = f()[['a']]\ndf.assign(**more)", "df.assign(**more)"},
      {"df = f()[['a']]\ndf.assign(**{k: 1})", "df.assign(**{k: 1})"},
      {"df = f()[['a']]\nmore = {'b': 1}\nmore[k] = 2\ndf.assign(**more)", "df.assign(**more)"},
      {"df = f()\ndf.drop(['a'], **how)", "df.drop(['a'], **how)"},
      {"df = f()\ndf.rename(**how)", "df.rename(**how)"},
      {"df = f()\nnames = {'a': 'b'}\nnames['c'] = 'd'\ndf.rename(columns=names)",
       "df.rename(columns=names)"},
      {"df = f()\ndf.set_index('a', **how)", "df.set_index('a', **how)"},
      {"df = f()[['a']]\ndf.dropna(**how)", "f(): a"},
      {"df = f()[['a']]\ndf.with_columns(b=1)", "df.with_columns(b=1)"},
      {"import pandas as pd\nd = {'a': x}\nd['b'] = y\npd.DataFrame(d)", "pd.DataFrame(d)"},
      {"import pandas as pd\npd.DataFrame({'a': x}, **how)", "pd.DataFrame({'a': x}, **how)"},
  };
  PYTHON_CHECK(cases, columns);
}

static void test_frame__changes_in_place(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"df = f()\ndf['a'] = 1\ndf", "f() +a"},
      {"df = f()\ndf[['a', 'b']] = 1\ndf", "f() +a +b"},
      {"df = f()\ndf.loc[m, 'a'] = 1\ndf", "f() +a"},
      {"df = f()\ndf[m] = 1\ndf", "f()"},
      {"df = f()\ndel df['a']\ndf", "f() -a"},
      {"df = f()\ny = df.pop('y')\ndf", "f() -y"},
      {"df = f()\ny = df.pop('y')\ny", "f() column: y"},
      {"df = f()\ndf.drop('a', axis=1, inplace=True)\ndf", "f() -a"},
      {"df = f()\ndf.drop('a', axis=1)\ndf", "f()"},
      {"df = f()\ndf.insert(0, 'a', 1)\ndf", "f() +a"},
      {"df = f()\ndf.columns = ['a', 'b']\ndf", "df.columns: a b"},
      {"df = f()\ndf.fillna(0, inplace=True)\ndf", "f()"},
      {"df = f()\ndf['a'].fillna(0, inplace=True)\ndf", "f()"},
      {"df = f()\nX = df\ndel df['y']\nX", "f() -y"},
      {"df = f()\nX = df\nX.drop('y', axis=1, inplace=True)\ndf", "f() -y"},
      {"df = f()\nX = df\nY = X\nY['a'] = 1\ndf", "f() +a"},
      {"df = f()\nX = df\nX = X.copy()\ndel X['y']\ndf", "f()"},
      {"df = f()\nX = df\ndf = g()\ndel X['y']\ndf", "g()"},
      {"df = f()\nX = g()\nif c: X = df\ndel X['y']\ndf", "f() -y"}, /* it may be lost */
      {"df = f()\nX = g()\nif c: X = df\nX['y'] = 1\ndf", "f() -y"}, /* it may be there */
      {"df = f()[['y']]\nX = g()\nif c: X = df\ndel X['y']\ndf", "?"},
      {"def p(d):\n  del d['b']\nx = f()\nz = x\np(z)\nx", "f() -b"},
      {"df = f()\nX = df\nfor i in j: del X['y']\ndf", "f() -y"},
      {"df = f()\ndf.drop('a', axis=1, inplace=True)\ndf['a'] = 2\ndf", "f() +a"},
      {"df = f()\nX = df.drop(columns=['a'])\ndf['b'] = 1\nX", "f() -a"},
  };
  PYTHON_CHECK(cases, columns);
}

static void test_frame__branches_and_functions(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"df = f()\nif c: df = df.drop(columns=['a'])\ndf", "f() -a"},
      {"df = f()\nif c: df['a'] = 1\ndf", "f() -a"},
      {"df = f()\nif c: df = g()\ndf", "?"},
      {"df = f()\nfor i in j: df['a'] = i\ndf", "f() -a"},
      {"def p(d):\n  return d.drop(columns=['a'])\np(f())", "f() -a"},
      {"def p(d):\n  d = d.copy()\n  d['b'] = 1\n  return d\np(f())", "f() +b"},
      {"def p(d):\n  d['b'] = 1\nx = f()\np(x)\nx", "f() +b"},
      {"def p(d):\n  del d['b']\n  return d\nx = f()\ny = p(x)\nx", "f() -b"},
      {"def p(d):\n  return d.drop(columns=['y']), d['y']\nX, y = p(f())\nX", "f() -y"},
      {"def p(d):\n  return d.drop(columns=['y']), d['y']\nX, y = p(f())\ny", "f() column: y"},
      {"def p(df):\n  df.drop(columns=['a'])", "df -a"},
      {"df = f()\ndf = df.drop(columns=['a'])\ndef p():\n  df", "f() -a"},
      /* by when p runs, df may be either */
      {"df = f()\ndef p():\n  df\ndf = g()", "?"},
      {"df = f()\na, b = train_test_split(df)\na.drop(columns=['y'])", "f() -y"},
      {"X = f()\ny = g()\na, b, c, d = train_test_split(X, y)\nd", "g()"},
      {"class A:\n  def __init__(self):\n    self.df = f()\n  def p(self):\n    self.df['a']",
       "f() column: a"},
  };
  PYTHON_CHECK(cases, columns);
}

/* The column of y that X still holds; the question is X, y. */
static mlo_str shared(python *py) {
  mlo_node X = python_question(py);
  return mlo_facts_shared_column(&py->facts, X, py->tree.nodes[X].next);
}

static void test_frame__target_among_the_features(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"df = f()\nX = df\ny = df['y']\nX, y", "y"},
      {"df = f()\nX = df.drop(columns=['id'])\ny = df['y']\nX, y", "y"},
      {"df = f()\nX = df.drop(columns=['y'])\ny = df['y']\nX, y", ""},
      {"df = f()\ny = df.pop('y')\ndf, y", ""},
      {"df = f()\nX = df[['a', 'y']]\ny = df.y\nX, y", ""},
      {"df = f()\nX = df[['a', 'y']]\ny = df['y'] == 'yes'\nX, y", "y"},
      {"df = f()\nX = df[['a']]\ny = df['y']\nX, y", ""},
      {"df = f()\ny = df['y']\ndf = df.drop('y', axis=1)\ndf, y", ""},
      {"df = f()\ny = df['y']\ndf.drop('y', axis=1, inplace=True)\ndf, y", ""},
      {"df = f()\ny = df['y']\nX = g(df)\nX, y", ""},
      /* made behind the features */
      {"df = f()\nX = df.drop(columns=['id'])\ndf['y'] = g(df)\ny = df['y']\nX, y", ""},
      {"df = f()\ndf['y'] = g(df)\nX = df.drop(columns=['id'])\ny = df['y']\nX, y", "y"},
      {"df = f()\ntrain, test = train_test_split(df)\nX = train.drop(columns=['id'])\ny = "
       "train['y']\nX, y",
       "y"},
      {"X = df.drop(columns=['id'])\ny = df['y']\nX, y", "y"},
      {"y = df.pop('y')\ndf, y", ""},
      {"X = df['t']\ny = df['t']\nX, y", ""},
  };
  PYTHON_CHECK(cases, shared);
}

/* 3,000 columns, asked for at each line: what is known of a state is remembered. */
static void test_frame__long_chains_are_cheap(void **state) {
  (void)state;
  char *source = malloc(3000 * 40);
  size_t len = (size_t)sprintf(source, "df = f()\n");
  for (int i = 0; i < 3000; i++) len += (size_t)sprintf(source + len, "df['a%d'] = df\n", i % 50);
  sprintf(source + len, "df\n");
  python py;
  python_open(&py);
  python_read(&py, source);
  mlo_frame frame;
  for (mlo_node n = 0; n < py.tree.count; n++)
    if (py.tree.nodes[n].field == MLO_FIELD_RIGHT) mlo_facts_frame(&py.facts, n, &frame);
  mlo_facts_frame(&py.facts, python_question(&py), &frame);
  assert_true(frame.known);
  assert_int_equal(frame.columns.has.len, 50);
  python_close(&py);
  free(source);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_frame__selections),
      cmocka_unit_test(test_frame__methods),
      cmocka_unit_test(test_frame__unseen_arguments),
      cmocka_unit_test(test_frame__changes_in_place),
      cmocka_unit_test(test_frame__branches_and_functions),
      cmocka_unit_test(test_frame__target_among_the_features),
      cmocka_unit_test(test_frame__long_chains_are_cheap),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
