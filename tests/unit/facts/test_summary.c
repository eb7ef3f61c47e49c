#include "python.h"

#include "facts/fit.h"
#include "facts/frame.h"
#include "facts/split.h"
#include "facts/summary.h"

static mlo_str add(python *py, mlo_str out, const char *format, mlo_str word) {
  mlo_str text = mlo_arena_format(&py->arena, format, MLO_FMT(word));
  return mlo_arena_concat(&py->arena, out, text);
}

static mlo_str one(python *py, const mlo_function_summary *summary, const mlo_returned *r) {
  mlo_str out = {0};
  if (r->parameter >= 0) {
    out = summary->parameters.items[r->parameter].name;
    if (!r->same) out = add(py, out, "'%.*s", (mlo_str){0});
  }
  if (r->part == MLO_PART_TRAIN) out = add(py, out, "%.*s", MLO_STR(" train"));
  if (r->part == MLO_PART_TEST) out = add(py, out, "%.*s", MLO_STR(" test"));
  for (uint32_t i = 0; r->has_columns && i < r->columns.lost.len && !r->columns.exact; i++)
    out = add(py, out, " -%.*s", r->columns.lost.items[i]);
  for (uint32_t i = 0; r->has_columns && i < r->columns.has.len; i++)
    out = add(py, out, r->columns.exact ? " =%.*s" : " +%.*s", r->columns.has.items[i]);
  out = add(py, out, "%.*s", out.len || r->call.len ? r->call : MLO_STR("?"));
  if (r->fitted_on >= 0)
    out = add(py, out, " on %.*s", summary->parameters.items[r->fitted_on].name);
  return out;
}

/* "d!: d' -y +a": changes d in place; returns d's rows without y, with a. x*: is fitted; x~: something is fitted on it. */
static mlo_str summary(python *py) {
  mlo_function_summary found;
  mlo_str out = {0};
  mlo_facts_summary(&py->facts, py->facts.functions.len - 1, &found);
  for (uint32_t i = 0; i < found.parameters.len; i++) {
    const mlo_summary_parameter *p = &found.parameters.items[i];
    out = add(py, out, i ? " %.*s" : "%.*s", p->name);
    if (p->uses & MLO_USE_FITS)
      out = add(py, out, "%.*s", MLO_STR("*"));
    else if (p->uses & MLO_USE_CHANGES)
      out = add(py, out, "%.*s", MLO_STR("!"));
    if (p->uses & MLO_USE_FITS_ON) out = add(py, out, "%.*s", MLO_STR("~"));
  }
  out = add(py, out, "%.*s", MLO_STR(":"));
  for (uint32_t i = 0; i < found.returned.len; i++)
    out = add(py, out, i ? ", %.*s" : " %.*s", one(py, &found, &found.returned.items[i]));
  return out;
}

static void test_summary__what_functions_return(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"def f(d):\n  return d", "d: d"},
      {"def f(d):\n  return d.drop(columns=['y'])", "d: d' -y"},
      {"def f(d):\n  d = d.copy()\n  d['a'] = 1\n  return d", "d: d' +a"},
      {"def f(d):\n  return d.drop(columns=['y']), d['y']", "d: d' -y, d' =y"},
      {"def f(d, k):\n  return k", "d k: k"},
      {"def f(d):\n  if c: return d\n  return d.drop(columns=['y'])", "d: d'"},
      {"def f(d):\n  if c: return d\n  return 1", "d: ?"},
      {"def f():\n  pass", ":"},
      {"def f(d):\n  yield d", "d:"},
      {"import torch\ndef f(p):\n  m = torch.load(p)\n  return m", "p: torch.load"},
      {"def f(d):\n  a, b = train_test_split(d)\n  return a, b", "d: d' train, d' test"},
      {"class A:\n  def f(self, d):\n    return d", "d: d"},
      {"def g(d):\n  return d[['a']]\ndef f(x):\n  return g(x)", "x: x' =a"},
  };
  PYTHON_CHECK(cases, summary);
}

static void test_summary__what_they_do_to_arguments(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"def f(d):\n  d['a'] = 1", "d!:"},
      {"def f(d):\n  d.drop(columns=['a'], inplace=True)", "d!:"},
      {"def f(d):\n  d = d.copy()\n  d['a'] = 1", "d:"},
      {"def f(d):\n  d.head()", "d:"},
      {"def f(m, X):\n  m.fit(X)", "m* X~:"},
      {"def f(X, y):\n  m = M()\n  m.fit(X, y)\n  return m", "X~ y: ? on X"},
      {"def f(m, X):\n  if c: m.fit(X)", "m* X~:"},
      {"def f(xs):\n  xs.append(1)", "xs!:"},
  };
  PYTHON_CHECK(cases, summary);
}

/* --- summaries of other modules --- */

/* shop.prepare(d): d's rows without y; shop.split(d): train and test of d; shop.train(m, X): fits m on X, returns it;
 * shop.made(X): an estimator fitted on X. */
static const mlo_function_summary *summary_of(void *ctx, mlo_str name, mlo_arena *arena) {
  (void)ctx, (void)arena;
  static mlo_str y[] = {MLO_STR_INIT("y")};
  static mlo_summary_parameter one[] = {{MLO_STR_INIT("d"), 0}};
  static mlo_summary_parameter two[] = {{MLO_STR_INIT("m"), MLO_USE_FITS | MLO_USE_CHANGES},
                                        {MLO_STR_INIT("X"), MLO_USE_FITS_ON}};
  static mlo_returned prepared[] = {
      {.has_columns = true, .columns = {.lost = {y, 1, 1}}, .fitted_on = -1}};
  static mlo_returned parts[] = {{.part = MLO_PART_TRAIN, .fitted_on = -1},
                                 {.part = MLO_PART_TEST, .fitted_on = -1}};
  static mlo_returned same[] = {{.same = true, .fitted_on = 1}};
  static mlo_returned made[] = {{.parameter = -1, .fitted_on = 0}};
  static const mlo_function_summary prepare = {.parameters = {one, 1, 1},
                                               .returned = {prepared, 1, 1}};
  static const mlo_function_summary split = {
      .parameters = {one, 1, 1}, .returned = {parts, 2, 2}, .tuple = true};
  static const mlo_function_summary train = {.parameters = {two, 2, 2}, .returned = {same, 1, 1}};
  static const mlo_function_summary make = {.parameters = {one, 1, 1}, .returned = {made, 1, 1}};
  if (mlo_str_eq(name, MLO_STR("shop.prepare"))) return &prepare;
  if (mlo_str_eq(name, MLO_STR("shop.split"))) return &split;
  if (mlo_str_eq(name, MLO_STR("shop.train"))) return &train;
  return mlo_str_eq(name, MLO_STR("shop.made")) ? &make : NULL;
}

static mlo_str no_name(void *ctx, mlo_str name, mlo_arena *arena) {
  (void)ctx, (void)name, (void)arena;
  return (mlo_str){0};
}
static bool no_constant(void *ctx, mlo_str name, mlo_arena *arena, struct mlo_constant *out) {
  (void)ctx, (void)name, (void)arena, (void)out;
  return false;
}
static const mlo_outside shop = {
    .name = no_name, .result = no_name, .constant = no_constant, .summary = summary_of};

/* What is known of the last expression: columns lost, part, and what it was fitted on. */
static mlo_str known(python *py) {
  py->facts.outside = &shop;
  mlo_node question = python_question(py);
  mlo_term v = mlo_term_of(question);
  mlo_frame frame;
  mlo_split split;
  mlo_fits fits = {0};
  mlo_str out = {0};
  mlo_facts_frame(&py->facts, question, &frame);
  mlo_facts_split(&py->facts, question, &split);
  mlo_facts_fits_of(&py->facts, &v, &fits);
  if (frame.known) out = add(py, out, "%.*s", mlo_tree_text(&py->tree, frame.base.node));
  for (uint32_t i = 0; i < frame.columns.lost.len; i++)
    out = add(py, out, " -%.*s", frame.columns.lost.items[i]);
  if (split.part == MLO_PART_TEST) out = add(py, out, "%.*s", MLO_STR(" test"));
  for (uint32_t i = 0; i < fits.len; i++)
    out = add(py, out, " on %.*s", mlo_tree_text(&py->tree, fits.items[i].data));
  return out;
}

static void test_summary__of_other_modules(void **state) {
  (void)state;
  static const python_case cases[] = {
      {"from shop import prepare\ndf = f()\nX = prepare(df)\nX", "f() -y"},
      {"import shop\ndf = f()\na, b = shop.split(df)\nb", "shop.split(df) test"},
      {"from shop import train\nm = M()\ntrain(m, X=f())\nm", " on f()"},
      {"from shop import train\nn = train(M(), f())\nn", "M() on f()"},
      {"from shop import made\nn = made(f())\nn", "made(f()) on f()"},
  };
  PYTHON_CHECK(cases, known);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_summary__what_functions_return),
      cmocka_unit_test(test_summary__what_they_do_to_arguments),
      cmocka_unit_test(test_summary__of_other_modules),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
