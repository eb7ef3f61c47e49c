#include "unit.h"

#include "plugins/lsp/uri.h"

static void test_uri__path_of_a_file(void **state) {
  (void)state;
  static const struct {
    const char *uri, *path;
  } cases[] = {
      {"file:///home/a/x.py", "/home/a/x.py"},
      {"file:///a%20b/%C3%A4.py", "/a b/\xc3\xa4.py"},
      {"file:///a/100%25.py", "/a/100%.py"},
      {"file:///a/b%2", "/a/b%2"},
      {"file://localhost/a", "/a"},
      {"file:/a", "/a"},
      {"FILE:///a", "/a"},
      {"file://server/a", ""},
      {"file:///a%00b", ""},
      {"file:relative", ""},
      {"untitled:Untitled-1", ""},
      {"", ""},
  };
  mlo_arena arena = unit_arena();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_str(mlo_uri_path(mlo_str_c(cases[i].uri), &arena), cases[i].path);
  mlo_arena_release(&arena);
}

static void test_uri__of_a_path_encodes_all_but_unreserved(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  assert_str(mlo_uri_of_path(MLO_STR("/a b/\xc3\xa4#1%.py"), &arena),
             "file:///a%20b/%C3%A4%231%25.py");
  mlo_arena_release(&arena);
}

static void test_uri__scheme(void **state) {
  (void)state;
  assert_str(mlo_uri_scheme(MLO_STR("git:/a.py?x")), "git");
  assert_str(mlo_uri_scheme(MLO_STR("nothing")), "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_uri__path_of_a_file),
      cmocka_unit_test(test_uri__of_a_path_encodes_all_but_unreserved),
      cmocka_unit_test(test_uri__scheme),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
