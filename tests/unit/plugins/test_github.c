#include "sample.h"

#include "plugins/report/writers.h"

static void test_github__one_line_with_columns(void **state) {
  (void)state;
  sample s = {0};
  sample_add(&s, sample_finding(MLO_SEVERITY_INFO, "look", sample_at("src/a.py", 3, 5, 9, "")));
  assert_str(sample_write(&s, &mlo_github_writer),
             "::notice title=SEC101 torch-load-unsafe,file=src/a.py,line=3,endLine=3,col=5,"
             "endColumn=9::look\n");
  sample_release(&s);
}

static void test_github__no_columns_over_several_lines(void **state) {
  (void)state;
  sample s = {0};
  mlo_finding finding = sample_finding(MLO_SEVERITY_WARNING, "m", sample_at("a.py", 3, 5, 9, ""));
  finding.location.end.line = 4;
  sample_add(&s, finding);
  assert_str(sample_write(&s, &mlo_github_writer),
             "::warning title=SEC101 torch-load-unsafe,file=a.py,line=3,endLine=4::m\n");
  sample_release(&s);
}

static void test_github__hostile_text_stays_inside_its_line(void **state) {
  (void)state;
  sample s = {0};
  mlo_location place = sample_at("a:b,c%\n::error::x", 1, 1, 2, "");
  sample_add(&s, sample_finding(MLO_SEVERITY_ERROR, "50%\r\n::set-output name=x::y\x1b[2J", place));
  assert_str(sample_write(&s, &mlo_github_writer),
             "::error title=SEC101 torch-load-unsafe,file=a%3Ab%2Cc%25%0A%3A%3Aerror%3A%3Ax,line=1,"
             "endLine=1,col=1,endColumn=2::50%25%0D%0A::set-output name=x::y\\x1b[2J\n");
  sample_release(&s);
}

static void test_github__worst_first_and_what_is_dropped_is_said(void **state) {
  (void)state;
  sample s = {0};
  mlo_location place = {.path = MLO_STR("a.py")};
  for (int i = 0; i < 12; i++) sample_add(&s, sample_finding(MLO_SEVERITY_WARNING, "w", place));
  sample_add(&s, sample_finding(MLO_SEVERITY_ERROR, "e", place));
  mlo_problem problem = {.path = MLO_STR("b.py"), .message = MLO_STR("unreadable")};
  MLO_PUSH(&s.arena, &s.result.problems, problem);
  mlo_str text = sample_write(&s, &mlo_github_writer);
  assert_true(mlo_str_starts(text, MLO_STR("::error title=mlopslint,file=b.py::unreadable\n"
                                           "::error title=SEC101 torch-load-unsafe,file=a.py::e\n"
                                           "::warning ")));
  assert_true(mlo_str_ends(text, MLO_STR("::w\nmlopslint: GitHub shows 10 annotations of each "
                                         "level per step; 2 more stand only in this log\n")));
  sample_release(&s);
}

static void test_github__a_cell_is_named_in_the_message(void **state) {
  (void)state;
  sample s = {0};
  mlo_finding finding = sample_finding(MLO_SEVERITY_ERROR, "m", sample_at("a.ipynb", 40, 1, 2, ""));
  finding.location.cell = 3;
  finding.location.cell_start.line = 2;
  sample_add(&s, finding);
  assert_true(mlo_str_ends(sample_write(&s, &mlo_github_writer),
                           MLO_STR(",line=40,endLine=40,col=1,endColumn=2::m (cell 3, line 2)\n")));
  sample_release(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_github__one_line_with_columns),
      cmocka_unit_test(test_github__no_columns_over_several_lines),
      cmocka_unit_test(test_github__hostile_text_stays_inside_its_line),
      cmocka_unit_test(test_github__worst_first_and_what_is_dropped_is_said),
      cmocka_unit_test(test_github__a_cell_is_named_in_the_message),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
