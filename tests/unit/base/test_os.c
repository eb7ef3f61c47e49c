#include "base/os.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

/* Each test works in a folder of its own, as the working directory. */
static int enter(void **state) {
  char *folder = strdup("/tmp/mlopslint-os-XXXXXX");
  if (!folder || !mkdtemp(folder) || chdir(folder) != 0) return -1;
  *state = folder;
  return 0;
}

static int leave(void **state) {
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", (char *)*state);
  free(*state);
  return chdir("/") || system(command);
}

static void put(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static mlo_status read_file(const char *path, uint64_t max, mlo_arena *arena, mlo_str *bytes,
                            mlo_error *err) {
  *err = (mlo_error){0};
  return mlo_os_read(mlo_str_c(path), max, arena, bytes, err);
}

static void test_os__reads_a_file_whole(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_str bytes;
  mlo_error err;
  put("a.py", "import os\n");
  assert_int_equal(read_file("a.py", 10, &arena, &bytes, &err), MLO_OK);
  assert_str(bytes, "import os\n");
  put("empty", "");
  assert_int_equal(read_file("empty", 0, &arena, &bytes, &err), MLO_OK);
  assert_int_equal(bytes.len, 0);
  mlo_arena_release(&arena);
}

static void test_os__refuses_a_file_over_the_maximum(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_str bytes;
  mlo_error err;
  put("a.py", "import os\n");
  assert_int_equal(read_file("a.py", 9, &arena, &bytes, &err), MLO_ERR_TOO_LARGE);
  assert_string_equal(err.path, "a.py");
  assert_string_equal(err.message, "is larger than 9 bytes: raise max-file-size, or exclude it");
  mlo_arena_release(&arena);
}

/* /proc says that its files are empty; they are not. */
static void test_os__reads_past_the_size_that_was_told(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_str bytes;
  mlo_error err;
  assert_int_equal(read_file("/proc/self/status", 1 << 20, &arena, &bytes, &err), MLO_OK);
  assert_true(mlo_str_starts(bytes, MLO_STR("Name:")));
  assert_int_equal(read_file("/proc/self/status", 10, &arena, &bytes, &err), MLO_ERR_TOO_LARGE);
  mlo_arena_release(&arena);
}

static void test_os__says_why_a_file_is_not_read(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_str bytes;
  mlo_error err;
  put("file", "x");
  assert_int_equal(mkfifo("fifo", 0600), 0);
  assert_int_equal(symlink("file", "link"), 0);
  assert_int_equal(mkdir("folder", 0700), 0);
  static const char *const cases[][2] = {
      {"fifo", "is a FIFO, a socket or a device, not a file: exclude it"},
      {"/dev/null", "is a FIFO, a socket or a device, not a file: exclude it"},
      {"link", "is a symbolic link, which is not followed: name the file it points to"},
      {"folder", "is a folder: name a file in it"},
      {"absent", "does not exist: check the spelling"},
      {"file/inside", "cannot look at it: Not a directory: a part of the path is a file"},
      {"", "the path is empty"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(read_file(cases[i][0], 100, &arena, &bytes, &err), MLO_ERR_IO);
    assert_string_equal(err.message, cases[i][1]);
    assert_string_equal(err.path, cases[i][0]);
  }
  assert_int_equal(mlo_os_read(MLO_STR("fi\0le"), 100, &arena, &bytes, &err), MLO_ERR_IO);
  assert_string_equal(err.message, "the path holds a NUL byte: no file has such a name");
  mlo_arena_release(&arena);
}

static void test_os__refuses_a_path_longer_than_the_system_knows(void **state) {
  (void)state;
  char path[6000];
  mlo_stat found;
  mlo_error err = {0};
  memset(path, 'a', sizeof path);
  assert_int_equal(mlo_os_stat(mlo_str_of(path, sizeof path), &found, &err), MLO_ERR_IO);
  assert_string_equal(err.message, "the path is longer than 4095 bytes: move the project up");
}

static void test_os__stat_tells_links_from_what_they_point_to(void **state) {
  (void)state;
  mlo_stat found;
  put("file", "four");
  assert_int_equal(symlink("file", "link"), 0);
  assert_int_equal(mlo_os_stat(MLO_STR("file"), &found, NULL), MLO_OK);
  assert_int_equal(found.kind, MLO_FILE_REGULAR);
  assert_int_equal(found.size, 4);
  assert_int_equal(mlo_os_stat(MLO_STR("link"), &found, NULL), MLO_OK);
  assert_int_equal(found.kind, MLO_FILE_LINK);
  assert_int_equal(mlo_os_stat(MLO_STR("absent"), &found, NULL), MLO_OK);
  assert_int_equal(found.kind, MLO_FILE_MISSING);
}

static void test_os__write_keeps_the_mode_and_leaves_nothing_beside(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_dir_entries entries;
  mlo_str bytes;
  mlo_error err;
  struct stat found;
  put("run.sh", "old");
  assert_int_equal(chmod("run.sh", 0751), 0);
  assert_int_equal(mlo_os_write(MLO_STR("run.sh"), MLO_STR("new\0text"), &err), MLO_OK);
  assert_int_equal(read_file("run.sh", 100, &arena, &bytes, &err), MLO_OK);
  assert_true(mlo_str_eq(bytes, MLO_STR("new\0text")));
  assert_int_equal(stat("run.sh", &found), 0);
  assert_int_equal(found.st_mode & 07777, 0751);
  assert_int_equal(mlo_os_write(MLO_STR("made"), MLO_STR(""), &err), MLO_OK);
  assert_int_equal(stat("made", &found), 0);
  assert_int_equal(found.st_mode & 07777, 0644);
  assert_int_equal(mlo_os_list(MLO_STR("."), &arena, &entries, &err), MLO_OK);
  assert_int_equal(entries.len, 2);
  mlo_arena_release(&arena);
}

static void test_os__write_refuses_links_and_folders(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_str bytes;
  mlo_error err;
  put("target", "old");
  assert_int_equal(symlink("target", "link"), 0);
  assert_int_equal(mkdir("folder", 0700), 0);
  assert_int_equal(mlo_os_write(MLO_STR("link"), MLO_STR("new"), &err), MLO_ERR_IO);
  assert_string_equal(err.message,
                      "is a symbolic link, which is not followed: name the file it points to");
  assert_int_equal(mlo_os_write(MLO_STR("folder"), MLO_STR("new"), &err), MLO_ERR_IO);
  assert_string_equal(err.message, "is a folder: name a file in it");
  assert_int_equal(mlo_os_write(MLO_STR("absent/file"), MLO_STR("new"), &err), MLO_ERR_IO);
  assert_string_equal(err.message,
                      "cannot write beside it: No such file or directory: check the spelling");
  assert_int_equal(read_file("target", 100, &arena, &bytes, &err), MLO_OK);
  assert_str(bytes, "old");
  mlo_arena_release(&arena);
}

static void test_os__list_is_sorted_by_bytes_and_names_kinds(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_dir_entries entries;
  put("b", ""), put("a.py", ""), put("\xff", "");
  assert_int_equal(mkdir("Z", 0700), 0);
  assert_int_equal(symlink("b", "link"), 0);
  assert_int_equal(mkfifo("fifo", 0600), 0);
  assert_int_equal(mlo_os_list(MLO_STR("."), &arena, &entries, NULL), MLO_OK);
  static const struct {
    const char *name;
    mlo_file_kind kind;
  } expected[] = {{"Z", MLO_FILE_FOLDER},  {"a.py", MLO_FILE_REGULAR},
                  {"b", MLO_FILE_REGULAR}, {"fifo", MLO_FILE_SPECIAL},
                  {"link", MLO_FILE_LINK}, {"\xff", MLO_FILE_REGULAR}};
  assert_int_equal(entries.len, 6);
  for (uint32_t i = 0; i < entries.len; i++) {
    assert_str(entries.items[i].name, expected[i].name);
    assert_int_equal(entries.items[i].kind, expected[i].kind);
  }
  mlo_arena_release(&arena);
}

static void test_os__list_reads_folders_of_any_size(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_dir_entries entries;
  char name[64];
  for (int i = 0; i < 1000; i++) {
    snprintf(name, sizeof name, "a-rather-long-name-for-a-file-%04d", i);
    put(name, "");
  }
  assert_int_equal(mlo_os_list(MLO_STR("."), &arena, &entries, NULL), MLO_OK);
  assert_int_equal(entries.len, 1000);
  assert_str(entries.items[999].name, "a-rather-long-name-for-a-file-0999");
  mlo_arena_release(&arena);
}

static void test_os__list_does_not_follow_a_link(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_dir_entries entries;
  mlo_error err = {0};
  assert_int_equal(mkdir("folder", 0700), 0);
  assert_int_equal(symlink("folder", "link"), 0);
  assert_int_equal(mlo_os_list(MLO_STR("link"), &arena, &entries, &err), MLO_ERR_IO);
  assert_int_equal(mlo_os_list(MLO_STR("link/."), &arena, &entries, &err), MLO_OK);
  assert_int_equal(mlo_os_list(MLO_STR("absent"), &arena, &entries, &err), MLO_ERR_IO);
  assert_string_equal(err.message,
                      "cannot open the folder: No such file or directory: check the spelling");
  mlo_arena_release(&arena);
}

static jmp_buf arena_is_full;
static void when_full(void *ctx) {
  (void)ctx;
  longjmp(arena_is_full, 1);
}
static int lowest_free_descriptor(void) {
  int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
  close(file);
  return file;
}

static void test_os__a_full_arena_leaks_no_descriptor(void **state) {
  (void)state;
  put("file", "four");
  int before = lowest_free_descriptor();
  for (volatile size_t n = 1; n <= 3; n++) {
    mlo_arena arena;
    mlo_arena_init(&arena, 0, when_full, NULL);
    arena.fail_after = n;
    mlo_str bytes;
    mlo_dir_entries entries;
    if (setjmp(arena_is_full) == 0) {
      mlo_os_read(MLO_STR("file"), 100, &arena, &bytes, NULL);
      mlo_os_list(MLO_STR("."), &arena, &entries, NULL);
    }
    mlo_arena_release(&arena);
    assert_int_equal(lowest_free_descriptor(), before);
  }
}

static void test_os__time_goes_forward(void **state) {
  (void)state;
  double start = mlo_os_seconds();
  assert_true(mlo_os_seconds() >= start);
  assert_true(mlo_os_cpu_seconds() >= 0);
  assert_true(mlo_os_processors() >= 1);
}

static void test_os__cwd_is_where_we_are(void **state) {
  mlo_arena arena = unit_arena();
  mlo_str folder;
  assert_int_equal(mlo_os_cwd(&arena, &folder, NULL), MLO_OK);
  assert_str(folder, *state);
  mlo_arena_release(&arena);
}

static void test_os__real_follows_links(void **state) {
  mlo_arena arena = unit_arena();
  mlo_error err = {0};
  mlo_str real;
  assert_int_equal(mkdir("folder", 0700), 0);
  put("folder/file", "");
  assert_int_equal(symlink("folder", "link"), 0);
  assert_int_equal(symlink("loop", "loop"), 0);
  assert_int_equal(mlo_os_real(MLO_STR("link/../link/./file"), &arena, &real, &err), MLO_OK);
  assert_true(mlo_str_starts(real, mlo_str_c(*state)));
  assert_str(mlo_str_from(real, strlen(*state)), "/folder/file");
  assert_int_equal(mlo_os_real(MLO_STR("loop"), &arena, &real, &err), MLO_ERR_IO);
  assert_int_equal(mlo_os_real(MLO_STR("absent"), &arena, &real, &err), MLO_ERR_IO);
  assert_string_equal(err.message, "cannot find it: No such file or directory: check the spelling");
  mlo_arena_release(&arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_os__##name, enter, leave)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(reads_a_file_whole),
      TEST(refuses_a_file_over_the_maximum),
      TEST(reads_past_the_size_that_was_told),
      TEST(says_why_a_file_is_not_read),
      TEST(refuses_a_path_longer_than_the_system_knows),
      TEST(stat_tells_links_from_what_they_point_to),
      TEST(write_keeps_the_mode_and_leaves_nothing_beside),
      TEST(write_refuses_links_and_folders),
      TEST(list_is_sorted_by_bytes_and_names_kinds),
      TEST(list_reads_folders_of_any_size),
      TEST(list_does_not_follow_a_link),
      TEST(a_full_arena_leaks_no_descriptor),
      TEST(time_goes_forward),
      TEST(cwd_is_where_we_are),
      TEST(real_follows_links),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
