#include "match/pattern_index.h"

#include "unit.h"

#include <stdlib.h>

/* One pattern on one text. The matches are written as the first line of each one's code, joined by " | ", what its
 * metavariables stand for behind it in braces. */
typedef struct bench {
  mlo_grammars *grammars;
  mlo_parser *parser;
  mlo_arena arena;
} bench;

static bench open_bench(void) {
  bench self = {.arena = unit_arena()};
  mlo_error err = {0};
  assert_int_equal(mlo_grammars_new(&self.grammars, &err), MLO_OK);
  assert_int_equal(mlo_parser_new(self.grammars, &self.parser, &err), MLO_OK);
  return self;
}

static void close_bench(bench *self) {
  mlo_parser_free(self->parser);
  mlo_grammars_free(self->grammars);
  mlo_arena_release(&self->arena);
}

static const mlo_facts *facts_of(bench *self, mlo_str code) {
  mlo_tree *tree = MLO_NEW(&self->arena, mlo_tree);
  mlo_facts *facts = MLO_NEW(&self->arena, mlo_facts);
  mlo_error err = {0};
  assert_int_equal(
      mlo_parser_parse(self->parser, MLO_FORMAT_PYTHON, code, &self->arena, tree, &err), MLO_OK);
  mlo_facts_build(tree, &self->arena, facts);
  return facts;
}

static mlo_status compile(bench *self, const char *pattern, mlo_selector *out, mlo_error *err) {
  *out = (mlo_selector){.focus = MLO_NO_VARIABLE};
  mlo_pattern made = {0};
  mlo_status status = mlo_pattern_compile(self->parser, mlo_str_c(pattern), &out->variables,
                                          &self->arena, &made, err);
  MLO_PUSH(&self->arena, &out->patterns, made);
  return status;
}

static void put_match(bench *self, const mlo_tree *tree, const mlo_match *match, mlo_str *out) {
  mlo_str code = mlo_tree_text(tree, match->node);
  mlo_str line = mlo_str_cut(&code, '\n');
  *out = mlo_arena_format(&self->arena, "%.*s%s%.*s", MLO_FMT(*out), out->len ? " | " : "",
                          MLO_FMT(line));
  for (uint32_t i = 0; i < match->count; i++) {
    const mlo_capture *capture = &match->captures[i];
    mlo_str text = capture->text;
    if (!text.len && capture->count) text = mlo_tree_text(tree, capture->nodes[0]);
    *out = mlo_arena_format(&self->arena, "%.*s {%.*s: %.*s}", MLO_FMT(*out),
                            MLO_FMT(capture->name), MLO_FMT(text));
  }
}

typedef struct finding {
  bench *bench;
  mlo_matching matching;
  mlo_str out;
} finding;

static void try_at(const mlo_pattern_entry *entry, mlo_node node, void *ctx) {
  finding *self = ctx;
  if (!mlo_selector_match(entry->selector, entry->pattern, &self->matching, node)) return;
  mlo_match match =
      mlo_selector_captures(entry->selector, &self->matching, node, &self->bench->arena);
  put_match(self->bench, self->matching.tree, &match, &self->out);
}

static mlo_str matches(bench *self, const char *pattern, const char *code) {
  const mlo_facts *facts = facts_of(self, mlo_str_c(code));
  mlo_selector selector;
  mlo_error err = {0};
  if (compile(self, pattern, &selector, &err) != MLO_OK) fail_msg("%s: %s", pattern, err.message);
  mlo_pattern_index index = {0};
  mlo_pattern_index_add(&index, 0, &selector, &self->arena);
  mlo_bits active = mlo_bits_new(1, &self->arena);
  mlo_bits_set(active, 0);
  finding work = {.bench = self};
  mlo_matching_init(&work.matching, facts, 100000, &self->arena);
  mlo_pattern_index_each(&index, active, facts, try_at, &work);
  assert_false(work.matching.over);
  return work.out;
}

typedef struct example {
  const char *pattern, *code, *expected;
} example;

static void run_examples(const example *examples, size_t count) {
  bench self = open_bench();
  for (size_t i = 0; i < count; i++) {
    mlo_str got = matches(&self, examples[i].pattern, examples[i].code);
    if (!mlo_str_eq(got, mlo_str_c(examples[i].expected)))
      fail_msg("pattern  %s\ncode     %s\nis       %.*s\nexpected %s", examples[i].pattern,
               examples[i].code, MLO_FMT(got), examples[i].expected);
  }
  close_bench(&self);
}
#define RUN(examples) run_examples(examples, sizeof examples / sizeof *examples)

static void test_matching__names_are_resolved(void **state) {
  (void)state;
  static const example examples[] = {
      {"torch.load($P)", "import torch\ntorch.load(p)", "torch.load(p) {P: p}"},
      {"torch.load($P)", "from torch import load as l\nl(p)", "l(p) {P: p}"},
      {"torch.load($P)", "import torch as t\nload = t.load\nload(p)", "load(p) {P: p}"},
      {"torch.load($P)", "from mine import torch\ntorch.load(p)", ""},
      {"torch.load($P)", "torch.load(p)", "torch.load(p) {P: p}"},
      {"torch.load($P)", "import torch\ntorch.load(p, q)", ""},
      {"open(...)", "open('a')\nself.open('b')", "open('a')"},
      {"open(...)", "def open(x): pass\nopen('a')", ""},
      {"helper($X)", "def helper(x): pass\nhelper(1)", "helper(1) {X: 1}"},
      {"logger.$F(...)", "import logging\nlogger = logging.getLogger()\nlogger.error('x')",
       "logger.error('x') {F: error}"},
      {"pandas.$FN(...)", "from pandas import eval as e\ne('1')", "e('1') {FN: eval}"},
      {"pandas.DataFrame.$FN(...)", "import pandas as pd\ndf = pd.read_csv('a')\ndf.query(q)",
       "df.query(q) {FN: query}"},
      {"numpy.nan", "import numpy as np\nx = np.nan\nnp.nan()", "np.nan | np.nan"},
      {"($X : pandas.DataFrame).merge(...)",
       "import pandas as pd\ndf = pd.DataFrame()\ndf.merge(a)\nd.merge(a)", "df.merge(a) {X: df}"},
      {"$X. ... .fit(...)", "m.fit(1)\nPipe(a).set(b)[0].fit(2)",
       "m.fit(1) {X: m} | Pipe(a).set(b)[0].fit(2) {X: Pipe(a).set(b)[0]}"},
      {"spark. ... .collect()", "spark.read.csv(x).collect()\nother.read().collect()",
       "spark.read.csv(x).collect()"},
  };
  RUN(examples);
}

static void test_matching__arguments(void **state) {
  (void)state;
  static const example examples[] = {
      {"f()", "f()\nf(1)", "f()"},
      {"f(...)", "f()\nf(1, a=2)\nf(*x, **y)\nf(z for z in y)",
       "f() | f(1, a=2) | f(*x, **y) | f(z for z in y)"},
      {"f($X)", "f(1)\nf(a=1)\nf(*a)\nf(1, 2)", "f(1) {X: 1}"},
      {"f($X, ...)", "f()\nf(1)\nf(1, 2, a=3)", "f(1) {X: 1} | f(1, 2, a=3) {X: 1}"},
      {"f(..., $X)", "f(1, 2, 3)", "f(1, 2, 3) {X: 3}"},
      {"f(..., a=$V, ...)", "f(1, b=2, a=3)\nf(b=2)\nf(**{'a': 3})", "f(1, b=2, a=3) {V: 3}"},
      {"f(b=2, a=1)", "f(a=1, b=2)\nf(a=1, b=2, c=3)\nf(a=1)", "f(a=1, b=2)"},
      {"f($X, a=1)", "f(0, a=1)\nf(a=1)\nf(0, 1, a=1)", "f(0, a=1) {X: 0}"},
      {"f($...ARGS)", "f()\nf(1, b=2)", "f() {ARGS: } | f(1, b=2) {ARGS: 1, b=2}"},
      {"f(0, $...REST, 9)", "f(0, 1, 2, 9)\nf(0, 9)\nf(9)",
       "f(0, 1, 2, 9) {REST: 1, 2} | f(0, 9) {REST: }"},
      {"f(..., $X, ..., $X, ...)", "f(1, 2, 3, 2)\nf(1, 2)", "f(1, 2, 3, 2) {X: 2}"},
      {"f(..., $K=$V, ...)", "f(1, a=2)", "f(1, a=2) {K: a} {V: 2}"},
      {"f(**$KW)", "f(**a)\nf(a)", "f(**a) {KW: a}"},
      {"f(g(..., $X, ...), $X)", "f(g(1, 2, 3), 2)", "f(g(1, 2, 3), 2) {X: 2}"},
      {"f(... , [..., 1, ...])", "f(0, [2, 1])\nf([2])", "f(0, [2, 1])"},
      {"{..., 'flavor': $F, ...}", "x = {'io': 1, 'flavor': 'lxml'}",
       "{'io': 1, 'flavor': 'lxml'} {F: 'lxml'}"},
      {"{'b': $B, 'a': $A}", "x = {'a': 1, 'b': 2}\ny = {'a': 1, 'b': 2, 'c': 3}",
       "{'a': 1, 'b': 2} {B: 2} {A: 1}"},
      {"$X[...]", "a[1:2, 3]", "a[1:2, 3] {X: a}"},
      {"f($X, # what\n  2)", "f(1, # why\n  2)", "f(1, # why {X: 1}"},
  };
  RUN(examples);
}

static void test_matching__constants_and_strings(void **state) {
  (void)state;
  static const example examples[] = {
      {"f(False)", "f(False)\nOFF = False\nf(OFF)\nf(0)", "f(False) | f(OFF)"},
      {"f('ab')", "f(\"ab\")\nf('a' 'b')\nf('a' + 'b')\nN = 'ab'\nf(N)\nf('abc')",
       "f(\"ab\") | f('a' 'b') | f('a' + 'b') | f(N)"},
      {"f(\"...\")", "f('x')\nf(x)\nf(f'{x}')\nN = 'a'\nf(N)", "f('x') | f(N)"},
      {"f(f\"...\")", "f(f'{x}')\nf('x')", "f(f'{x}')"},
      {"f(f\"...{$X}...\")", "f(f'a {y} b')\nf(f'{1}')", "f(f'a {y} b') {X: y} | f(f'{1}') {X: 1}"},
      {"f(-1)", "f(-1)\nf(1)", "f(-1)"},
      {"f(1e3)", "f(1000.0)", "f(1000.0)"},
      {"f(None)", "f(None)\nf()", "f(None)"},
      {"'secret'", "x = 'secret'\ny = x", "'secret'"},
      {"$X == $X", "a == a\na == b\na.b[0] == a . b[ 0 ]\nf(x=\"1\") == f(x='1')",
       "a == a {X: a} | a.b[0] == a . b[ 0 ] {X: a.b[0]} | f(x=\"1\") == f(x='1') {X: f(x=\"1\")}"},
      {"$X == $X", "import numpy as np, numpy\nnp.pi == numpy.pi", "np.pi == numpy.pi {X: np.pi}"},
      {"$X == $X", "a = {}\nb = {}\na == b\na == a", "a == a {X: a}"},
      {"@d(...)\ndef $F(...): ...", "@d\ndef f(): pass\n@e\ndef g(): pass", "@d {F: f}"},
      {"$X == $X", "import d\nd.c('a').x == d.c('b').x\nd.c('a').x == d.c(\"a\").x",
       "d.c('a').x == d.c(\"a\").x {X: d.c('a').x}"},
      {"$A or $B", "(a) or (b or c)", "(a) or (b or c) {A: a} {B: b or c} | b or c {A: b} {B: c}"},
      {"f(<... $X + 1 ...>)", "f([g(a + 1)])\nf(a)", "f([g(a + 1)]) {X: a}"},
      {"if <... x ...>: ...", "if not y(x): pass\nif y: pass", "if not y(x): pass"},
  };
  RUN(examples);
}

static void test_matching__statements(void **state) {
  (void)state;
  static const example examples[] = {
      {"return $X", "def f():\n  return 1\ndef g():\n  return", "return 1 {X: 1}"},
      {"return ...", "def f():\n  return 1\ndef g():\n  return", "return 1 | return"},
      {"$X = f(...)", "a = f(1)\nb: int = f()\nc = g()\nf()",
       "a = f(1) {X: a} | b: int = f() {X: b}"},
      {"$A, $B = $C", "x, y = z\n(p, q) = r",
       "x, y = z {A: x} {B: y} {C: z} | (p, q) = r {A: p} {B: q} {C: r}"},
      {"$F = open(...)\n...\n$F.close()", "f = open(a)\nif x:\n  f.close()\ng = open(b)\nh.close()",
       "f = open(a) {F: f}"},
      {"a()\nb()", "a()\nc()\nb()\nif x:\n  a()\n  b()", "a()"},
      {"a()\n...\nb()\n...\nc()", "if x:\n  a()\n  if y:\n    b()\n  c()", "a()"},
      {"if check($X):\n  ...", "if check(1):\n  pass\nelif y:\n  pass\nelse:\n  pass",
       "if check(1): {X: 1}"},
      {"if $C:\n  pass", "if a:\n  pass\nif b:\n  pass\n  f()", "if a: {C: a}"},
      {"for $K in $D.keys():\n  ...\n  del $D[$K]", "for k in d.keys():\n  if k:\n    del d[k]",
       "for k in d.keys(): {K: k} {D: d}"},
      {"with open(...) as $F:\n  ...", "with lock, open(x) as f:\n  pass",
       "with lock, open(x) as f: {F: f}"},
      {"try:\n  ...\nexcept $E:\n  pass",
       "try:\n  f()\nexcept A:\n  g()\nexcept B:\n  pass\nfinally:\n  h()", "try: {E: B}"},
      {"raise $E from $C", "raise A from b\nraise A", "raise A from b {E: A} {C: b}"},
      {"assert ...", "assert x, 'y'", "assert x, 'y'"},
      {"del $X", "del a", "del a {X: a}"},
      {"$S\nreturn 1", "def f():\n  while x:\n    pass\n  return 1",
       "while x: {S: while x:"
       "\n    pass}"},
  };
  RUN(examples);
}

static void test_matching__definitions(void **state) {
  (void)state;
  static const example examples[] = {
      {"def $F(...): ...", "def f(a, b=1): return 1\nasync def g() -> int: pass",
       "def f(a, b=1): return 1 {F: f} | async def g() -> int: pass {F: g}"},
      {"async def $F(...): ...", "def f(): pass\nasync def g(): pass",
       "async def g(): pass {F: g}"},
      {"def $F($X, ...): ...", "def f(a: int = 3, *b): pass\ndef g(): pass",
       "def f(a: int = 3, *b): pass {F: f} {X: a}"},
      {"def $F(..., $X, ...):\n  ...\n  return $X",
       "def f(a, b, c):\n  if a:\n    return b\n  return 1", "def f(a, b, c): {F: f} {X: b}"},
      {"def $F(): pass", "def f(): pass\ndef g(): return", "def f(): pass {F: f}"},
      {"class $C(torch.nn.Module):\n  ...\n  def forward(...):\n    ...\n    numpy.array(...)",
       "import numpy as np\nfrom torch import nn\nclass A(Mixin, nn.Module):\n  x = 1\n  def "
       "forward(self, x):\n"
       "    y = 1\n    return np.array(x)\nclass B(nn.Module):\n  def forward(self): pass",
       "class A(Mixin, nn.Module): {C: A}"},
      {"class $C: ...", "class A(B, metaclass=M): pass\nclass D: pass",
       "class A(B, metaclass=M): pass {C: A} | class D: pass {C: D}"},
      {"class $C(...): ...", "class D: pass", "class D: pass {C: D}"},
      {"@functools.lru_cache(...)\ndef $F(...):\n  ...\n  yield ...",
       "from functools import lru_cache\n@other\n@lru_cache(maxsize=1)\ndef f(x):\n  for i in x:\n "
       "   yield i\n"
       "@lru_cache()\ndef g(x): return x",
       "@other {F: f}"},
      {"lambda ...: $X", "f = lambda a, b: a", "lambda a, b: a {X: a}"},
  };
  RUN(examples);
}

static void test_matching__imports(void **state) {
  (void)state;
  static const example examples[] = {
      {"import torch", "import os, torch as t", "import os, torch as t"},
      {"import $M", "import os.path as p", "import os.path as p {M: os.path}"},
      {"from $M import load", "from torch import save, load as l",
       "from torch import save, load as l {M: torch}"},
      {"from torch import ...", "from torch import load\nfrom os import path",
       "from torch import load"},
      {"import $M as $A", "import numpy as np\nimport os", "import numpy as np {M: numpy} {A: np}"},
  };
  RUN(examples);
}

static void test_matching__broken_patterns_are_told_with_their_place(void **state) {
  (void)state;
  static const struct {
    const char *pattern, *message;
  } cases[] = {
      {"", "an empty pattern"},
      {"  \n ", "an empty pattern"},
      {"# only a comment", "line 1, column 1: an empty pattern"},
      {"f(", "this is no Python"},
      {"f($x)", "line 1, column 3: a metavariable is written in capitals"},
      {"f($)", "line 1, column 3: a metavariable is written in capitals"},
      {"f($1)", "line 1, column 3: a metavariable is written in capitals"},
      {"a()\nf($Xx)", "line 2, column 3: a metavariable is written in capitals"},
      {"f(a$X)", "line 1, column 4: a metavariable stands for a whole name"},
      {"f(a...)", "line 1, column 4: '...' needs a space"},
      {"f('a", "line 1, column 3: this string has no end"},
      {"<... $X", "'<...' without its '...>'"},
      {"f($...A, $A)", "line 1, column 10: $X and $...X are different things"},
      {"except $E: ...", "this is no Python"},
      {"f'{$X'", "this string has no end"},
      {"import <... $X ...>", "this"},
      {"def f(<... $X ...>): pass", "this"},
  };
  bench self = open_bench();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mlo_selector selector;
    mlo_error err = {0};
    if (compile(&self, cases[i].pattern, &selector, &err) == MLO_OK)
      fail_msg("\"%s\" compiled", cases[i].pattern);
    if (!mlo_str_contains(mlo_str_c(err.message), mlo_str_c(cases[i].message)))
      fail_msg("\"%s\": \"%s\" does not say \"%s\"", cases[i].pattern, err.message,
               cases[i].message);
  }
  close_bench(&self);
}

/* Every cut of every pattern compiles or is refused; whatever compiles is matched, within its steps. */
static void test_matching__pieces_of_patterns_do_no_harm(void **state) {
  (void)state;
  static const char *const patterns[] = {
      "@d(...)\nclass $C(torch.nn.Module, $K=$V):\n  ...\n  async def $F(self, $X: int = 1, *$A, "
      "**$K) -> $T:\n    ...\n"
      "    with open(\"...\", f\"{$X}...\") as $F, $G:\n      yield <... $X ...>\n",
      "try:\n  {..., '$X': [$A, *$B, ...], **$C}\nexcept ($E, ...) as $N:\n  $X. ... "
      ".fit(...)[...:$I]\nfinally:\n  ...\n",
      "($X : a.B).f(lambda $A, ...: {$K: $V for $K in ... if $C}, $...ARGS, not $X is None, -1, "
      "...)\n",
  };
  static const char code[] = "@d(1)\nclass A(B, k=v):\n  x = {1: [2, *b], **c}\n  async def "
                             "f(self, x: int = 1, *a, **k) -> T:\n    try:\n"
                             "      with open('a', f'{x}b') as f, g:\n        yield [x]\n    "
                             "except (E, F) as n:\n      x.a.fit(1)[1:2]\n"
                             "    finally:\n      pass\n";
  bench self = open_bench();
  const mlo_facts *facts = facts_of(&self, MLO_STR(code));
  unsigned compiled = 0;
  for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
    size_t len = strlen(patterns[i]);
    for (size_t n = 0; n < 2 * len; n++) {
      char *piece = strdup(patterns[i]);
      if (n < len)
        piece[n] = '\0';
      else
        memmove(piece + (n - len), piece + (n - len) + 1, 2 * len - n);
      mlo_selector selector;
      mlo_error err = {0};
      mlo_matching matching;
      mlo_matching_init(&matching, facts, 20000, &self.arena);
      bool good = compile(&self, piece, &selector, &err) == MLO_OK;
      compiled += good;
      for (mlo_node node = 0; good && node < facts->tree->count; node++)
        mlo_selector_match(&selector, 0, &matching, node);
      assert_true(good || err.message[0]);
      free(piece);
    }
  }
  assert_in_range(compiled, 100, 2000);
  close_bench(&self);
}

static mlo_str many(bench *self, const char *head, const char *item, int count, const char *tail) {
  size_t len = strlen(item);
  char *text = MLO_NEW_ARRAY(&self->arena, char, (size_t)count *len + 1);
  for (int i = 0; i < count; i++) memcpy(text + (size_t)i * len, item, len);
  return mlo_arena_format(&self->arena, "%s%s%s", head, text, tail);
}

/* Steps that one pattern takes on a call of 100,000 arguments. */
static uint64_t steps_on(bench *self, const char *pattern, mlo_str code, bool *over) {
  const mlo_facts *facts = facts_of(self, code);
  mlo_selector selector;
  mlo_error err = {0};
  assert_int_equal(compile(self, pattern, &selector, &err), MLO_OK);
  mlo_matching matching;
  mlo_matching_init(&matching, facts, 10 * 1000 * 1000, &self->arena);
  mlo_node call = facts->calls.items[0].node;
  mlo_selector_match(&selector, 0, &matching, call);
  *over = matching.over;
  return matching.steps;
}

static void test_matching__long_lists_cost_their_length(void **state) {
  (void)state;
  bench self = open_bench();
  mlo_str code = many(&self, "f(", "a, ", 100000, "z)");
  static const char *const patterns[] = {"f(...)", "f(..., z)", "f(..., a, ..., a, ..., b, ...)",
                                         "f(..., k=$V, ...)", "f(..., $X, ..., b)"};
  for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
    bool over = false;
    uint64_t steps = steps_on(&self, patterns[i], code, &over);
    if (i < 4 && (over || steps > 4 * 1000 * 1000))
      fail_msg("%s: %llu steps", patterns[i], (unsigned long long)steps);
  }
  bool over = false;
  steps_on(&self, "f(..., $X, ..., $Y, ..., $Z, ..., b)", code, &over);
  assert_true(over); /* said, not hidden */
  close_bench(&self);
}

static void test_matching__deep_code_costs_no_stack(void **state) {
  (void)state;
  bench self = open_bench();
  mlo_str closed = many(&self, "", ")", 20000, "");
  mlo_str code = many(&self, "", "f(", 20000, mlo_arena_cstr(&self.arena, closed));
  const mlo_facts *facts = facts_of(&self, code);
  assert_int_equal(facts->tree->first_error, MLO_NO_NODE);
  mlo_selector selector;
  mlo_error err = {0};
  assert_int_equal(compile(&self, "f(<... f() ...>)", &selector, &err), MLO_OK);
  mlo_matching matching;
  mlo_matching_init(&matching, facts, 10 * 1000 * 1000, &self.arena);
  assert_true(mlo_selector_match(&selector, 0, &matching, facts->calls.items[0].node));
  close_bench(&self);
}

static mlo_str literals(bench *self, const char *pattern) {
  mlo_selector selector;
  mlo_error err = {0};
  assert_int_equal(compile(self, pattern, &selector, &err), MLO_OK);
  mlo_literals found = {0};
  mlo_pattern_literals(&selector.patterns.items[0], &self->arena, &found);
  mlo_str out = {0};
  for (uint32_t i = 0; i < found.len; i++)
    out = mlo_arena_format(&self->arena, "%.*s%s%.*s", MLO_FMT(out), out.len ? " " : "",
                           MLO_FMT(found.items[i]));
  return out;
}

static void test_matching__literals_stand_in_every_match(void **state) {
  (void)state;
  static const struct {
    const char *pattern, *literals;
  } cases[] = {
      {"torch.utils.data.DataLoader(..., pin_memory=False, ...)", "torch DataLoader pin_memory"},
      {"pandas.DataFrame.$FN(...)", "pandas"},
      {"$X.fit($Y)", "fit"},
      {"open('a/b', mode=$M)", "open mode"},
      {"builtins.open(...)", "open"},
      {"{..., 'flavor': $F, ...}", ""},
      {"from torch.nn import $X", "torch nn"},
      {"class $C(Dataset):\n  ...\n  def __getitem__(...): ...", "Dataset __getitem__"},
      {"$X == $X", ""},
  };
  bench self = open_bench();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_str(literals(&self, cases[i].pattern), cases[i].literals);
  close_bench(&self);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_matching__names_are_resolved),
      cmocka_unit_test(test_matching__arguments),
      cmocka_unit_test(test_matching__constants_and_strings),
      cmocka_unit_test(test_matching__statements),
      cmocka_unit_test(test_matching__definitions),
      cmocka_unit_test(test_matching__imports),
      cmocka_unit_test(test_matching__broken_patterns_are_told_with_their_place),
      cmocka_unit_test(test_matching__pieces_of_patterns_do_no_harm),
      cmocka_unit_test(test_matching__long_lists_cost_their_length),
      cmocka_unit_test(test_matching__deep_code_costs_no_stack),
      cmocka_unit_test(test_matching__literals_stand_in_every_match),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
