#include "parts.h"

static void test_markdown__sections_reach_to_the_next_heading(void **state) {
  (void)state;
  reading self = reading_of("README.md", "intro\n\n# One #\ntext\n\n## Two\nmore\n");
  assert_int_equal(reading_at(&self, "sections[0].level")->integer, 0);
  assert_value(&self, "sections[0].title", "", "");
  assert_value(&self, "sections[0].text", "intro\n\n", "intro\n\n");
  assert_int_equal(reading_at(&self, "sections[1].level")->integer, 1);
  assert_value(&self, "sections[1].title", "One", "One");
  assert_value(&self, "sections[1].text", "text\n\n", "text\n\n");
  assert_str(mlo_span_of(self.document.text, reading_at(&self, "sections[1]")->span),
             "# One #\ntext\n\n");
  assert_int_equal(reading_at(&self, "sections[2].level")->integer, 2);
  assert_value(&self, "sections[2].text", "more\n", "more\n");
  assert_false(reading_has(&self, "sections[3]"));
  reading_end(&self);
}

static void test_markdown__what_is_a_heading(void **state) {
  (void)state;
  static const struct {
    const char *text, *title;
    int64_t level;
  } cases[] = {
      {"# a", "a", 1},         {"###### a b", "a b", 6},
      {"   # a", "a", 1},      {"# a ##  ", "a", 1},
      {"# a#", "a#", 1},       {"#\ta", "a", 1},
      {"a\n=", "a", 1},        {"a\nb\n---", "a\nb", 2},
      {"a\n  ----  ", "a", 2}, {"<h1 align=\"c\">a</h1>", "a", 1},
      {"##", "", 2},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    reading self = reading_of("x.md", cases[i].text);
    assert_str(reading_at(&self, "sections[0].title")->text, cases[i].title);
    assert_int_equal(reading_at(&self, "sections[0].level")->integer, cases[i].level);
    assert_false(reading_has(&self, "sections[1]"));
    reading_end(&self);
  }
}

static void test_markdown__what_is_none(void **state) {
  (void)state;
  static const char *const cases[] = {
      "#a",
      "####### a",
      "    # a",
      "```\n# a\n```",
      "~~~\n# a\n```\n# b\n~~~",
      "<!--\n# a\n-->\n",
      "- a\n---",
      "- a\nb\n---",
      "> a\n---",
      "a\n\n---",
      "| a |\n---",
      "<pre>\n# a\n</pre>",
      "\\# a",
      "a\n- - -",
      "````\n```\n# a\n````",
      "1. a\n   ```\n   # b\n   ```\n",
      "```x\n# a",
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    reading self = reading_of("x.md", cases[i]);
    assert_int_equal(reading_at(&self, "sections[0].level")->integer, 0);
    if (reading_has(&self, "sections[1]")) fail_msg("a heading in: %s", cases[i]);
    reading_end(&self);
  }
}

static void test_markdown__code_has_a_language(void **state) {
  (void)state;
  reading self = reading_of(
      "x.md", "```python title=x\na = 1\n```\n\n- b\n  ~~~ {.sh .y}\n  c\n  ~~~\n```\nd\n");
  assert_value(&self, "code[0].language", "python", "python");
  assert_value(&self, "code[0].text", "a = 1\n", "a = 1\n");
  assert_str(mlo_span_of(self.document.text, reading_at(&self, "code[0]")->span),
             "```python title=x\na = 1\n```");
  assert_value(&self, "code[1].language", "sh", "sh");
  assert_value(&self, "code[1].text", "  c\n", "  c\n");
  assert_value(&self, "code[2].language", "", "");
  assert_value(&self, "code[2].text", "d\n", "d\n");
  reading_end(&self);
}

static void test_markdown__inline_code_opens_no_block(void **state) {
  (void)state;
  reading self = reading_of("x.md", "```a``` b\n# c\n");
  assert_str(reading_at(&self, "sections[1].title")->text, "c");
  assert_false(reading_has(&self, "code[0]"));
  reading_end(&self);
}

static void test_markdown__front_matter_is_yaml(void **state) {
  (void)state;
  reading self = reading_of("README.md", "---\nlicense: mit\ntags:\n- a\n---\n# T\n");
  assert_value(&self, "front_matter.license", "mit", "mit");
  assert_value(&self, "front_matter.tags[0]", "a", "a");
  assert_value(&self, "sections[0].title", "T", "T");
  assert_false(reading_has(&self, "sections[1]"));
  reading_end(&self);
  self = reading_of("README.md", "---\nno end\n# T\n");
  assert_false(reading_has(&self, "front_matter"));
  reading_end(&self);
}

static void test_markdown__crlf(void **state) {
  (void)state;
  reading self = reading_of("x.md", "# a\r\nb\r\n\r\nc\r\n===\r\n```py\r\nd\r\n```\r\n");
  assert_str(reading_at(&self, "sections[0].title")->text, "a");
  assert_str(reading_at(&self, "sections[1].title")->text, "b\r\n\r\nc" + 5);
  assert_str(reading_at(&self, "code[0].language")->text, "py");
  reading_end(&self);
}

static void test_markdown__odd_input_stays_in_bounds(void **state) {
  (void)state;
  static const char *const odd[] = {"",    "\n",      "#",      "---",     "---\n---",
                                    "```", "```\n",   "<!--",   "<h1>",    "<h1></h1>",
                                    "=",   "a\n=\n=", ">>>```", "\r\n\r\n"};
  for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
    reading self = reading_of("x.md", odd[i]);
    assert_int_equal(self.status, MLO_OK);
    assert_str(reading_at(&self, "text")->text, odd[i]);
    for (uint32_t v = 0; v < self.document.values.len; v++)
      assert_true(self.document.values.items[v].span.end <= strlen(odd[i]));
    reading_end(&self);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_markdown__sections_reach_to_the_next_heading),
      cmocka_unit_test(test_markdown__what_is_a_heading),
      cmocka_unit_test(test_markdown__what_is_none),
      cmocka_unit_test(test_markdown__code_has_a_language),
      cmocka_unit_test(test_markdown__inline_code_opens_no_block),
      cmocka_unit_test(test_markdown__front_matter_is_yaml),
      cmocka_unit_test(test_markdown__crlf),
      cmocka_unit_test(test_markdown__odd_input_stays_in_bounds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
