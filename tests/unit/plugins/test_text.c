#include "sample.h"

#include "plugins/report/writers.h"

static void test_text__shows_the_line_and_carets_under_it(void **state) {
  (void)state;
  sample s = {.result.summary = {.files = 12, .seconds = 0.014}};
  mlo_finding finding = sample_finding(MLO_SEVERITY_ERROR, "`torch.load` runs code",
                                       sample_at("src/train.py", 3, 5, 15, "m = torch.load(p)"));
  sample_add(&s, finding);
  assert_str(sample_write(&s, &mlo_text_writer),
             "error[SEC101] torch-load-unsafe: `torch.load` runs code\n"
             " --> src/train.py:3:5\n"
             "  |\n"
             "3 | m = torch.load(p)\n"
             "  |     ^^^^^^^^^^\n"
             "\n"
             "Found 1 finding (1 error) in 12 files [0.01s]\n");
  sample_release(&s);
}

static void test_text__shows_cell_and_file_lines_of_a_notebook(void **state) {
  (void)state;
  sample s = {.options.quiet = true};
  mlo_location place = {.path = MLO_STR("a.ipynb"),
                        .start = {45, 9, 9},
                        .end = {45, 12, 12},
                        .cell = 3,
                        .cell_start = {2, 1, 1},
                        .cell_end = {2, 4, 4},
                        .excerpt = MLO_STR("foo()"),
                        .excerpt_line = 2};
  sample_add(&s, sample_finding(MLO_SEVERITY_INFO, "m", place));
  assert_str(sample_write(&s, &mlo_text_writer), "info[SEC101] torch-load-unsafe: m\n"
                                                 " --> a.ipynb: cell 3, line 2 (file line 45)\n"
                                                 "  |\n"
                                                 "2 | foo()\n"
                                                 "  | ^^^\n"
                                                 "\n");
  sample_release(&s);
}

static void test_text__related_places_and_fixes_follow(void **state) {
  (void)state;
  sample s = {.options.quiet = true};
  mlo_finding finding =
      sample_finding(MLO_SEVERITY_WARNING, "m", sample_at("a.py", 10, 1, 2, "x = 1"));
  mlo_related related = {sample_at("b.py", 7, 1, 2, "y = 2"), MLO_STR("here it is 2")};
  mlo_edit edit = {.path = MLO_STR("a.py")};
  mlo_fix fix = {.title = MLO_STR("say 2"), .safety = MLO_SAFETY_UNSAFE};
  MLO_PUSH(&s.arena, &fix.edits, edit);
  MLO_PUSH(&s.arena, &finding.related, related);
  MLO_PUSH(&s.arena, &finding.fixes, fix);
  sample_add(&s, finding);
  assert_str(sample_write(&s, &mlo_text_writer), "warning[SEC101] torch-load-unsafe: m\n"
                                                 "  --> a.py:10:1\n"
                                                 "   |\n"
                                                 "10 | x = 1\n"
                                                 "   | ^\n"
                                                 "note: here it is 2\n"
                                                 "  --> b.py:7:1\n"
                                                 "   |\n"
                                                 " 7 | y = 2\n"
                                                 "   | ^\n"
                                                 "help: say 2 (--fix --unsafe-fixes does it)\n"
                                                 "\n");
  sample_release(&s);
}

static void test_text__foreign_text_cannot_steer_the_terminal(void **state) {
  (void)state;
  sample s = {.options.quiet = true};
  mlo_location place =
      sample_at("a\x1b[2J\n.py", 1, 1, 2, "\x1b]0;t\x07 \xe2\x80\xae\xff\xc2\x9b x");
  sample_add(&s, sample_finding(MLO_SEVERITY_ERROR, "one\r\ntwo\x7f", place));
  assert_str(sample_write(&s, &mlo_text_writer),
             "error[SEC101] torch-load-unsafe: one\\r\\ntwo\\x7f\n"
             " --> a\\x1b[2J\\n.py:1:1\n"
             "  |\n"
             "1 | \\x1b]0;t\\x07 \\u202e\\xff\\u009b x\n"
             "  | ^^^^\n"
             "\n");
  sample_release(&s);
}

static void test_text__colours_and_links_only_when_asked(void **state) {
  (void)state;
  sample s = {.options = {.color = true, .quiet = true}};
  mlo_finding finding = sample_finding(MLO_SEVERITY_ERROR, "m", (mlo_location){0});
  finding.url = MLO_STR("https://x/\x1b y");
  finding.location.path = MLO_STR("a.py");
  sample_add(&s, finding);
  assert_str(sample_write(&s, &mlo_text_writer),
             "\x1b[1;31merror[\x1b]8;;https://x/%1B%20y\x1b\\SEC101\x1b]8;;\x1b\\]\x1b[0m "
             "\x1b[1mtorch-load-unsafe: m\x1b[0m\n"
             " \x1b[1;34m--> \x1b[0ma.py\n"
             "\n");
  sample_release(&s);
}

static void test_text__all_clear_only_when_everything_was_read(void **state) {
  (void)state;
  sample s = {.result.summary = {.files = 1, .seconds = 0.5}};
  assert_str(sample_write(&s, &mlo_text_writer), "All clear: 1 file checked [0.50s]\n");
  s.result.summary.files = 0;
  assert_str(sample_write(&s, &mlo_text_writer),
             "Nothing to check: no files that mlopslint reads\n");
  mlo_problem problem = {.path = MLO_STR("a.py"), .message = MLO_STR("unreadable")};
  MLO_PUSH(&s.arena, &s.result.problems, problem);
  assert_str(sample_write(&s, &mlo_text_writer),
             "Incomplete: 1 error kept mlopslint from checking everything\n");
  sample_release(&s);
}

static void test_text__summary_counts_severities_and_fixes(void **state) {
  (void)state;
  sample s = {.options.statistics = true, .result.summary = {.files = 2}};
  mlo_finding error = sample_finding(MLO_SEVERITY_ERROR, "m", sample_at("a", 1, 1, 1, ""));
  mlo_edit edit = {.path = MLO_STR("a")};
  mlo_fix fix = {.safety = MLO_SAFETY_SAFE};
  MLO_PUSH(&s.arena, &fix.edits, edit);
  MLO_PUSH(&s.arena, &error.fixes, fix);
  mlo_finding info = sample_finding(MLO_SEVERITY_INFO, "m", sample_at("a", 1, 1, 1, ""));
  info.code = MLO_STR("FIT001"), info.name = MLO_STR("no-baseline");
  sample_add(&s, info);
  sample_add(&s, error);
  sample_add(&s, error);
  assert_str(sample_write(&s, &mlo_text_writer),
             "2  error    SEC101  torch-load-unsafe\n"
             "1  info     FIT001  no-baseline\n"
             "\n"
             "Found 3 findings (2 errors, 1 info) in 2 files [0.00s]; 2 can be fixed with --fix\n");
  sample_release(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_text__shows_the_line_and_carets_under_it),
      cmocka_unit_test(test_text__shows_cell_and_file_lines_of_a_notebook),
      cmocka_unit_test(test_text__related_places_and_fixes_follow),
      cmocka_unit_test(test_text__foreign_text_cannot_steer_the_terminal),
      cmocka_unit_test(test_text__colours_and_links_only_when_asked),
      cmocka_unit_test(test_text__all_clear_only_when_everything_was_read),
      cmocka_unit_test(test_text__summary_counts_severities_and_fixes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
