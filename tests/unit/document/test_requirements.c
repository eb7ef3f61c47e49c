#include "parts.h"

#define AT(n, part) "requirements[" #n "]." part

static void test_requirements__names_extras_specifiers_markers(void **state) {
  (void)state;
  reading self =
      reading_of("requirements.txt",
                 "Flask_Login.x[async, dev] >= 1.0, <2 ; python_version < '3.9'  # why\n"
                 "numpy\nscipy (==1.0)\ntorch==2.1.0+cu118\nx~=1.4;sys_platform=='win32'\n");
  assert_value(&self, AT(0, "name"), "flask-login-x", "Flask_Login.x");
  assert_value(&self, AT(0, "specifier"), ">=1.0,<2", ">= 1.0, <2");
  assert_value(&self, AT(0, "extras[1]"), "dev", "dev");
  assert_value(&self, AT(0, "marker"), "python_version < '3.9'", "python_version < '3.9'");
  assert_str(mlo_span_of(self.document.text, reading_at(&self, "requirements[0]")->span),
             "Flask_Login.x[async, dev] >= 1.0, <2 ; python_version < '3.9'");
  assert_value(&self, AT(1, "name"), "numpy", "numpy");
  assert_value(&self, AT(1, "specifier"), "", "");
  assert_value(&self, AT(2, "specifier"), "==1.0", "==1.0");
  assert_value(&self, AT(3, "specifier"), "==2.1.0+cu118", "==2.1.0+cu118");
  assert_value(&self, AT(4, "marker"), "sys_platform=='win32'", "sys_platform=='win32'");
  assert_false(self.document.broken);
  reading_end(&self);
}

static void test_requirements__hashes_continue(void **state) {
  (void)state;
  reading self = reading_of("requirements.txt",
                            "a==1 \\\n    --hash=sha256:00 \\\r\n    --hash=sha256:11\nb==2\n");
  assert_value(&self, AT(0, "specifier"), "==1", "==1");
  assert_int_equal(reading_at(&self, AT(0, "hashes"))->integer, 2);
  assert_value(&self, AT(1, "name"), "b", "b");
  assert_int_equal(reading_at(&self, AT(1, "hashes"))->integer, 0);
  reading_end(&self);
}

static void test_requirements__options(void **state) {
  (void)state;
  reading self = reading_of(
      "requirements.txt",
      "-r base.txt\n-cconstraints.txt\n--index-url=https://x/y\n--extra-index-url https://z  # c\n"
      "--pre\n-e git+https://h/x.git@v1#egg=My_Pkg\n-e .\n");
  assert_value(&self, "options[0].name", "-r", "-r");
  assert_value(&self, "options[0].value", "base.txt", "base.txt");
  assert_value(&self, "options[1].name", "-c", "-c");
  assert_value(&self, "options[1].value", "constraints.txt", "constraints.txt");
  assert_value(&self, "options[2].name", "--index-url", "--index-url");
  assert_value(&self, "options[2].value", "https://x/y", "https://x/y");
  assert_value(&self, "options[3].value", "https://z", "https://z");
  assert_value(&self, "options[4].name", "--pre", "--pre");
  assert_false(reading_has(&self, "options[4].value"));
  assert_value(&self, AT(0, "name"), "my-pkg", "My_Pkg");
  assert_false(reading_has(&self, "requirements[1]"));
  reading_end(&self);
}

static void test_requirements__addresses(void **state) {
  (void)state;
  reading self =
      reading_of("requirements.txt",
                 "a @ https://h/a.zip ; os_name == 'nt'\ngit+https://h/b.git#egg=b&subdirectory=x\n"
                 "https://h/Big_Pkg-1.0-py3-none-any.whl\n./local\nfile:///x\n"
                 "https://h/w-1.0-py3-none-any.whl; platform_system == 'Windows'\n");
  assert_value(&self, AT(0, "url"), "https://h/a.zip", "https://h/a.zip");
  assert_value(&self, AT(0, "marker"), "os_name == 'nt'", "os_name == 'nt'");
  assert_value(&self, AT(1, "name"), "b", "b");
  assert_value(&self, AT(2, "name"), "big-pkg", "Big_Pkg");
  assert_value(&self, AT(3, "url"), "./local", "./local");
  assert_value(&self, AT(3, "name"), "", "");
  assert_value(&self, AT(4, "url"), "file:///x", "file:///x");
  assert_false(self.document.broken);
  assert_value(&self, AT(5, "name"), "w", "w");
  assert_value(&self, AT(5, "marker"), "platform_system == 'Windows'",
               "platform_system == 'Windows'");
  assert_false(self.document.broken);
  reading_end(&self);
}

static void test_requirements__comments_and_empty_lines(void **state) {
  (void)state;
  reading self = reading_of("requirements.txt", "# a==1 \\\nb  # c\n\n   \n\t# d\ne#f==1\n");
  assert_value(&self, AT(0, "name"), "b", "b");
  assert_true(self.document.broken); /* pip reads e#f==1 as one word, too */
  assert_int_equal(self.document.broken_span.start, 26);
  reading_end(&self);
}

static void test_requirements__bad_lines_are_noted_and_skipped(void **state) {
  (void)state;
  reading self = reading_of("requirements.txt", "a==1\nthis is not one\n==2\nb>=\nc==1,,<2 x\nd\n");
  assert_true(self.document.broken);
  assert_int_equal(self.document.broken_span.start, 5);
  assert_value(&self, AT(1, "name"), "d", "d");
  assert_false(reading_has(&self, "requirements[2]"));
  reading_end(&self);
}

static void test_requirements__odd_input_stays_in_bounds(void **state) {
  (void)state;
  static const char *const odd[] = {"",   "\\",  "\\\n", "a\\",      "-",        "--",
                                    "-e", "-e ", "a[",   "a @",      "a;",       "[",
                                    "@",  "#",   "a==",  "a --hash", "\xff\xfe", "a \\\n\\\n\\"};
  for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
    reading self = reading_of("requirements.txt", odd[i]);
    assert_int_equal(self.status, MLO_OK);
    for (uint32_t v = 0; v < self.document.values.len; v++)
      assert_true(self.document.values.items[v].span.end <= strlen(odd[i]));
    reading_end(&self);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_requirements__names_extras_specifiers_markers),
      cmocka_unit_test(test_requirements__hashes_continue),
      cmocka_unit_test(test_requirements__options),
      cmocka_unit_test(test_requirements__addresses),
      cmocka_unit_test(test_requirements__comments_and_empty_lines),
      cmocka_unit_test(test_requirements__bad_lines_are_noted_and_skipped),
      cmocka_unit_test(test_requirements__odd_input_stays_in_bounds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
