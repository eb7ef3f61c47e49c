#include "../unit.h"

#include "plugins/cli/expectation.h"

static mlo_finding found(const char *code, const char *path, uint32_t line) {
  return (mlo_finding){.code = mlo_str_c(code),
                       .name = MLO_STR("a-name"),
                       .location = {.path = mlo_str_c(path), .start = {line, 1, 1}}};
}

static void test_expectation__this_line_and_the_next(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_expectations all = {0};
  mlo_expectations_read(MLO_STR("a.py"),
                        MLO_STR("x = 1  # expect: SEC101, a-name\n"
                                "# expect-next: FIT001\n"
                                "y = 2 # we expect: nothing\n"),
                        &arena, &all);
  assert_int_equal(all.len, 3);
  mlo_finding other_line = found("FIT001", "a.py", 2), third = found("FIT001", "a.py", 3);
  assert_false(mlo_expectations_meet(&all, &other_line));
  assert_true(mlo_expectations_meet(&all, &third));
  assert_false(mlo_expectations_meet(&all, &third)); /* it was met once */
  mlo_finding first = found("SEC101", "a.py", 1), named = found("XXX001", "a.py", 1);
  assert_true(mlo_expectations_meet(&all, &first));
  assert_true(mlo_expectations_meet(&all, &named));
  mlo_arena_release(&arena);
}

static void test_expectation__signs_go_by_format(void **state) {
  (void)state;
  static const struct {
    const char *path, *text;
    uint32_t count;
  } cases[] = {{"a.tf", "a // expect: SEC101\nb # expect: SEC102\n", 2},
               {"a.md", "b <!-- expect: SEC102 -->\n# expect: SEC101\n", 1},
               {"a.ini", "a ; expect: SEC101\n", 1},
               {"a.yaml", "url: http://x // expect: SEC101\n", 0},
               {"a.json", "{\"a\": \"# expect: SEC101\"}\n", 0},
               {"notes.txt", "a # expect: SEC101\nb <!-- expect: SEC102 -->\n", 2}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mlo_arena arena = unit_arena();
    mlo_expectations all = {0};
    mlo_expectations_read(mlo_str_c(cases[i].path), mlo_str_c(cases[i].text), &arena, &all);
    assert_int_equal(all.len, cases[i].count);
    if (all.len == 1) assert_true(mlo_str_starts(all.items[0].code, MLO_STR("SEC10")));
    mlo_arena_release(&arena);
  }
}

/* "code line column-end "text" todo" of each. */
static mlo_str shown(const mlo_expectations *all, mlo_arena *arena) {
  mlo_str out = {0};
  for (uint32_t i = 0; i < all->len; i++) {
    const mlo_expectation *each = &all->items[i];
    out = mlo_arena_format(arena, "%.*s%.*s:%u:%u %.*s %u-%u \"%.*s\"%s\n", MLO_FMT(out),
                           MLO_FMT(each->path), each->cell, each->line, MLO_FMT(each->code),
                           each->column, each->end, MLO_FMT(each->text), each->todo ? " todo" : "");
  }
  return out;
}

static void test_expectation__columns_texts_and_misses(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_expectations all = {0};
  mlo_expectations_read(MLO_STR("a.py"),
                        MLO_STR("f()  # expect: ORG001[3-9] \"a, b\", ORG002\n"
                                "# expect-next: ORG003[7]\n"
                                "g()  # todo: ORG004\n"
                                "h()  # todo: clean this up\n"
                                "i()  # expect: ORG005 because of that\n"),
                        &arena, &all);
  assert_str(shown(&all, &arena), "a.py:0:1 ORG001 3-9 \"a, b\"\n"
                                  "a.py:0:1 ORG002 0-0 \"\"\n"
                                  "a.py:0:3 ORG003 7-0 \"\"\n"
                                  "a.py:0:3 ORG004 0-0 \"\" todo\n"
                                  "a.py:0:5 ORG005 because of that 0-0 \"\"\n");
  mlo_finding first = found("ORG001", "a.py", 1);
  assert_false(mlo_expectations_meet(&all, &first));
  first.message = MLO_STR("says a, b and c");
  assert_false(mlo_expectations_meet(&all, &first));
  first.location.start.column = 3, first.location.end = (mlo_position){1, 9, 9};
  assert_true(mlo_expectations_meet(&all, &first));
  mlo_arena_release(&arena);
}

static void test_expectation__lists_stand_beside_files_without_comments(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_expectations all = {0};
  mlo_expectations_read_list(MLO_STR("a.json"),
                             MLO_STR("# why\n\n3: ORG001[3-9] \"x\", ORG002\r\n"
                                     "cell 2, line 1: ORG003\n"
                                     "k8s/b.json:7: ORG004\n"
                                     "todo 5: ORG005\n"
                                     "nonsense\n"),
                             &arena, &all);
  assert_str(shown(&all, &arena), "a.json:0:3 ORG001 3-9 \"x\"\n"
                                  "a.json:0:3 ORG002 0-0 \"\"\n"
                                  "a.json:2:1 ORG003 0-0 \"\"\n"
                                  "k8s/b.json:0:7 ORG004 0-0 \"\"\n"
                                  "a.json:0:5 ORG005 0-0 \"\" todo\n"
                                  "a.json:0:0 nonsense 0-0 \"\"\n");
  mlo_arena_release(&arena);
}

static void test_expectation__is_stripped_with_the_blanks_before_it(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  static const char *const cases[][3] = {
      {"a.py", "x = 1  # expect: SEC101\n\ny # why\n", "x = 1\n\ny # why\n"},
      {"a.py", "# expect-next: SEC101\nx\n  # todo: SEC102\n", "x\n"},
      {"a.py", "no end", "no end"},
      {"a.md", "# expect: SEC101\n<!-- expect: SEC101 -->\n", "# expect: SEC101\n"},
      {"a.ipynb", "\"x # expect: SEC101\"", "\"x # expect: SEC101\""}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_str(mlo_expectations_strip(mlo_str_c(cases[i][0]), mlo_str_c(cases[i][1]), &arena),
               cases[i][2]);
  mlo_arena_release(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_expectation__this_line_and_the_next),
      cmocka_unit_test(test_expectation__signs_go_by_format),
      cmocka_unit_test(test_expectation__columns_texts_and_misses),
      cmocka_unit_test(test_expectation__lists_stand_beside_files_without_comments),
      cmocka_unit_test(test_expectation__is_stripped_with_the_blanks_before_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
