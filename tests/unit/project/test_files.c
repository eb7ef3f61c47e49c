#include "unit.h"

#include "project/files.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void write_file(const char *root, const char *name, const char *text) {
  char path[128];
  mlo_error err = {0};
  snprintf(path, sizeof path, "%s/%s", root, name);
  assert_int_equal(mlo_os_write(mlo_str_c(path), mlo_str_c(text), &err), MLO_OK);
}

static void make_link(const char *root, const char *name, const char *target) {
  char path[128];
  snprintf(path, sizeof path, "%s/%s", root, name);
  assert_int_equal(symlink(target, path), 0);
}

static void test_files__links_and_other_roots_are_not_there(void **state) {
  (void)state;
  char root[] = "/tmp/mlopslint-files-XXXXXX", inner[64], command[96];
  assert_non_null(mkdtemp(root));
  snprintf(inner, sizeof inner, "%s/pkg", root);
  assert_int_equal(mkdir(inner, 0700), 0);
  write_file(root, "pkg/io.py", "x = 1\n");
  make_link(root, "linked.py", "pkg/io.py");
  make_link(root, "linked", "pkg");
  make_link(root, "etc", "/etc");
  static const struct {
    const char *path;
    mlo_file_kind kind;
  } cases[] = {
      {"", MLO_FILE_FOLDER},
      {"pkg", MLO_FILE_FOLDER},
      {"pkg/io.py", MLO_FILE_REGULAR},
      {"pkg/none.py", MLO_FILE_MISSING},
      {"linked.py", MLO_FILE_MISSING},
      {"linked/io.py", MLO_FILE_MISSING},
      {"etc/passwd", MLO_FILE_MISSING},
      {"/etc/passwd", MLO_FILE_MISSING},
      {"../etc", MLO_FILE_MISSING},
      {"pkg/io.py/x", MLO_FILE_MISSING},
  };
  mlo_project_files files;
  mlo_project_files_init(&files, mlo_str_c(root), 1 << 20, false);
  for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) { /* twice: asked, remembered */
    size_t at = i % (sizeof cases / sizeof *cases);
    if (mlo_project_files_kind(&files, mlo_str_c(cases[at].path)) != cases[at].kind)
      fail_msg("%s", cases[at].path);
  }
  mlo_project_files_release(&files);
  snprintf(command, sizeof command, "rm -r %s", root);
  assert_int_equal(system(command), 0);
}

static void test_files__what_the_caller_has_comes_first(void **state) {
  (void)state;
  char root[] = "/tmp/mlopslint-files-XXXXXX", path[64];
  assert_non_null(mkdtemp(root));
  write_file(root, "a.py", "saved\n");
  mlo_arena arena = unit_arena();
  mlo_error err = {0};
  mlo_str bytes;
  mlo_project_files files;
  mlo_project_files_init(&files, mlo_str_c(root), 8, false);
  assert_int_equal(mlo_project_files_read(&files, MLO_STR("a.py"), &arena, &bytes, &err), MLO_OK);
  assert_str(bytes, "saved\n");
  mlo_project_files_add(&files, MLO_STR("a.py"), MLO_STR("edited"));
  mlo_project_files_add(&files, MLO_STR("new/b.py"), MLO_STR("over the limit"));
  assert_int_equal(mlo_project_files_read(&files, MLO_STR("a.py"), &arena, &bytes, &err), MLO_OK);
  assert_str(bytes, "edited");
  assert_int_equal(mlo_project_files_kind(&files, MLO_STR("new")), MLO_FILE_FOLDER);
  assert_int_equal(mlo_project_files_read(&files, MLO_STR("new/b.py"), &arena, &bytes, &err),
                   MLO_ERR_TOO_LARGE);
  mlo_project_files_release(&files);
  mlo_project_files_init(&files, mlo_str_c(root), 8, true); /* alone: the disk is not asked */
  assert_int_equal(mlo_project_files_kind(&files, MLO_STR("a.py")), MLO_FILE_MISSING);
  mlo_project_files_release(&files);
  snprintf(path, sizeof path, "%s/a.py", root);
  assert_int_equal(remove(path), 0);
  assert_int_equal(remove(root), 0);
  mlo_arena_release(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_files__links_and_other_roots_are_not_there),
      cmocka_unit_test(test_files__what_the_caller_has_comes_first),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
