#include "parts.h"

/* The path of a part of instruction n. */
#define AT(n, part) "instructions[" #n "]." part

static void test_dockerfile__instructions_have_name_value_and_words(void **state) {
  (void)state;
  reading self = reading_of("Dockerfile", "# c\nworkdir /app\n\nEXPOSE 80 \"443/tcp\"\n");
  assert_value(&self, AT(0, "name"), "WORKDIR", "workdir");
  assert_value(&self, AT(0, "value"), "/app", "/app");
  assert_str(reading_at(&self, AT(0, "form"))->text, "shell");
  assert_value(&self, AT(1, "arguments[0]"), "80", "80");
  assert_value(&self, AT(1, "arguments[1]"), "443/tcp", "\"443/tcp\"");
  assert_false(reading_has(&self, AT(0, "stage")));
  assert_false(self.document.broken);
  reading_end(&self);
}

static void test_dockerfile__lines_continue_over_comments(void **state) {
  (void)state;
  reading self = reading_of("Dockerfile", "FROM x\nRUN a \\\n  # no\n\n  && b \\ \n  c\nUSER d\n");
  assert_value(&self, AT(1, "value"), "a   && b   c", "a \\\n  # no\n\n  && b \\ \n  c");
  assert_value(&self, AT(1, "arguments[3]"), "c", "c");
  assert_value(&self, AT(2, "name"), "USER", "USER");
  reading_end(&self);
}

static void test_dockerfile__directives_come_first(void **state) {
  (void)state;
  reading self = reading_of(
      "Dockerfile", "# syntax=docker/dockerfile:1\n# escape=`\nFROM x\nRUN a `\n  b\\\nUSER c\n");
  assert_value(&self, "syntax", "docker/dockerfile:1", "docker/dockerfile:1");
  assert_value(&self, "escape", "`", "`");
  assert_value(&self, AT(1, "value"), "a   b\\", "a `\n  b\\");
  assert_value(&self, AT(2, "name"), "USER", "USER");
  reading_end(&self);
  self = reading_of("Dockerfile", "# a comment\n# escape=`\nFROM x\n");
  assert_false(reading_has(&self, "escape"));
  reading_end(&self);
}

static void test_dockerfile__from_has_image_tag_digest_alias(void **state) {
  (void)state;
  static const struct {
    const char *from, *image, *tag, *digest, *alias;
  } cases[] = {
      {"python:3.11", "python", "3.11", NULL, NULL},
      {"python", "python", NULL, NULL, NULL},
      {"reg.io:443/a/b", "reg.io:443/a/b", NULL, NULL, NULL},
      {"reg.io:443/a/b:c as d", "reg.io:443/a/b", "c", NULL, "d"},
      {"a:b@sha256:0f AS c", "a", "b", "sha256:0f", "c"},
      {"a@sha256:0f", "a", NULL, "sha256:0f", NULL},
      {"${BASE:-a/b:c}:${TAG}", "${BASE:-a/b:c}", "${TAG}", NULL, NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[100];
    snprintf(text, sizeof text, "FROM --platform=linux/amd64 %s\n", cases[i].from);
    reading self = reading_of("Dockerfile", text);
    const char *const parts[][2] = {{AT(0, "image"), cases[i].image},
                                    {AT(0, "tag"), cases[i].tag},
                                    {AT(0, "digest"), cases[i].digest},
                                    {AT(0, "alias"), cases[i].alias}};
    for (size_t p = 0; p < 4; p++) {
      if (parts[p][1])
        assert_value(&self, parts[p][0], parts[p][1], parts[p][1]);
      else
        assert_false(reading_has(&self, parts[p][0]));
    }
    assert_value(&self, AT(0, "flags.platform"), "linux/amd64", "linux/amd64");
    reading_end(&self);
  }
}

static void test_dockerfile__stages_are_counted(void **state) {
  (void)state;
  reading self = reading_of("Dockerfile", "ARG X\nFROM a\nRUN b\nFROM c\nRUN d\n");
  assert_false(reading_has(&self, AT(0, "stage")));
  assert_int_equal(reading_at(&self, AT(2, "stage"))->integer, 0);
  assert_int_equal(reading_at(&self, AT(3, "stage"))->integer, 1);
  assert_int_equal(reading_at(&self, AT(4, "stage"))->integer, 1);
  reading_end(&self);
}

static void test_dockerfile__variables_in_both_forms(void **state) {
  (void)state;
  reading self =
      reading_of("Dockerfile",
                 "ENV A=1 B=\"x y\" \\\n  C=z\\ w\nENV D the rest\nARG E F=2\nLABEL \"a.b\"='c'\n");
  assert_value(&self, AT(0, "variables.A"), "1", "1");
  assert_value(&self, AT(0, "variables.B"), "x y", "\"x y\"");
  assert_value(&self, AT(0, "variables.C"), "z w", "z\\ w");
  assert_value(&self, AT(1, "variables.D"), "the rest", "the rest");
  assert_int_equal(reading_at(&self, AT(2, "variables.E"))->kind, MLO_VALUE_NULL);
  assert_value(&self, AT(2, "variables.F"), "2", "2");
  assert_value(&self, AT(3, "variables['a.b']"), "c", "'c'");
  assert_str(mlo_span_of(self.document.text, reading_at(&self, AT(0, "variables.B"))->key_span),
             "B");
  reading_end(&self);
}

static void test_dockerfile__exec_form_is_json(void **state) {
  (void)state;
  reading self = reading_of(
      "Dockerfile",
      "CMD [\"a b\", \"c\\\"d\"]\nCMD ['a']\nRUN [ -f x ] && y\nCOPY [\"a\",\"b\"]\nCMD []\n");
  assert_str(reading_at(&self, AT(0, "form"))->text, "exec");
  assert_value(&self, AT(0, "arguments[0]"), "a b", "\"a b\"");
  assert_value(&self, AT(0, "arguments[1]"), "c\"d", "\"c\\\"d\"");
  assert_str(reading_at(&self, AT(1, "form"))->text, "shell");
  assert_str(reading_at(&self, AT(2, "form"))->text, "shell");
  assert_str(reading_at(&self, AT(3, "form"))->text, "exec");
  assert_str(reading_at(&self, AT(4, "form"))->text, "exec");
  reading_end(&self);
}

static void test_dockerfile__flags_stand_in_front(void **state) {
  (void)state;
  reading self = reading_of(
      "Dockerfile",
      "COPY --from=a --link b c\nRUN --mount=type=cache,target=/x \\\n  pip --no-cache\n");
  assert_value(&self, AT(0, "flags.from"), "a", "a");
  assert_true(reading_at(&self, AT(0, "flags.link"))->boolean);
  assert_value(&self, AT(0, "value"), "b c", "b c");
  assert_value(&self, AT(1, "flags.mount"), "type=cache,target=/x", "type=cache,target=/x");
  assert_value(&self, AT(1, "arguments[0]"), "pip", "pip");
  assert_value(&self, AT(1, "arguments[1]"), "--no-cache", "--no-cache");
  reading_end(&self);
}

static void test_dockerfile__heredocs_belong_to_their_instruction(void **state) {
  (void)state;
  reading self = reading_of(
      "Dockerfile", "RUN <<EOF\na\nFROM b\nEOF\nCOPY <<-\"A\" <<B /x\n\t1\n\tA\n2\nB\nUSER c\n");
  assert_value(&self, AT(0, "heredocs[0]"), "a\nFROM b\n", "a\nFROM b\n");
  assert_str(reading_at(&self, AT(0, "value"))->text, "<<EOF\na\nFROM b\nEOF");
  assert_value(&self, AT(1, "heredocs[0]"), "\t1\n", "\t1\n");
  assert_value(&self, AT(1, "heredocs[1]"), "2\n", "2\n");
  assert_value(&self, AT(2, "name"), "USER", "USER");
  reading_end(&self);
}

static void test_dockerfile__a_shift_is_no_heredoc(void **state) {
  (void)state;
  reading self = reading_of("Dockerfile", "RUN echo $((1<<X))\nRUN python -c '1<<Y'\nUSER c\n");
  assert_false(reading_has(&self, AT(0, "heredocs")));
  assert_value(&self, AT(2, "name"), "USER", "USER");
  reading_end(&self);
}

static void test_dockerfile__onbuild_holds_an_instruction(void **state) {
  (void)state;
  reading self = reading_of("Dockerfile", "ONBUILD COPY --from=a b c\n");
  assert_value(&self, AT(0, "instruction.name"), "COPY", "COPY");
  assert_value(&self, AT(0, "instruction.flags.from"), "a", "a");
  reading_end(&self);
}

static void test_dockerfile__crlf_is_no_part_of_values(void **state) {
  (void)state;
  reading self = reading_of("Dockerfile", "FROM a:b\r\nRUN c \\\r\n  d\r\n");
  assert_value(&self, AT(0, "tag"), "b", "b");
  assert_value(&self, AT(1, "value"), "c   d", "c \\\r\n  d");
  reading_end(&self);
}

static void test_dockerfile__bad_input_is_noted(void **state) {
  (void)state;
  reading self = reading_of("Dockerfile", "FROM\nfoo bar\n");
  assert_true(self.document.broken);
  assert_string_equal(self.document.broken_why, "FROM without an image");
  assert_value(&self, AT(1, "name"), "FOO", "foo");
  reading_end(&self);
  static const char *const odd[] = {
      "",        "\n",     "#",        "\\",       "RUN",     "RUN \\", "RUN <<",
      "RUN <<E", "ENV",    "ENV =",    "CMD [",    "CMD [\"", "FROM @", "ONBUILD ONBUILD ONBUILD",
      "--a",     "RUN --", "COPY --=", "RUN 'a\nb"};
  for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
    self = reading_of("Dockerfile", odd[i]);
    assert_int_equal(self.status, MLO_OK);
    for (uint32_t v = 0; v < self.document.values.len; v++) {
      mlo_span span = self.document.values.items[v].span;
      assert_true(span.start <= span.end && span.end <= strlen(odd[i]));
    }
    reading_end(&self);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_dockerfile__instructions_have_name_value_and_words),
      cmocka_unit_test(test_dockerfile__lines_continue_over_comments),
      cmocka_unit_test(test_dockerfile__directives_come_first),
      cmocka_unit_test(test_dockerfile__from_has_image_tag_digest_alias),
      cmocka_unit_test(test_dockerfile__stages_are_counted),
      cmocka_unit_test(test_dockerfile__variables_in_both_forms),
      cmocka_unit_test(test_dockerfile__exec_form_is_json),
      cmocka_unit_test(test_dockerfile__flags_stand_in_front),
      cmocka_unit_test(test_dockerfile__heredocs_belong_to_their_instruction),
      cmocka_unit_test(test_dockerfile__a_shift_is_no_heredoc),
      cmocka_unit_test(test_dockerfile__onbuild_holds_an_instruction),
      cmocka_unit_test(test_dockerfile__crlf_is_no_part_of_values),
      cmocka_unit_test(test_dockerfile__bad_input_is_noted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
