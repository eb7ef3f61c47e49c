#include "../unit.h"

#include "plugins/cli/arguments.h"

enum { FORMAT, JOBS, QUIET, SELECT, FLAG_COUNT };
static const mlo_flag flags[] = {
    [FORMAT] = {.name = "format", .value = "FORMAT", .choices = "text|json"},
    [JOBS] = {.name = "jobs", .value = "N", .letter = 'j'},
    [QUIET] = {.name = "quiet", .letter = 'q'},
    [SELECT] = {.name = "select", .value = "RULES"},
};

typedef struct parsed {
  mlo_arena arena;
  mlo_arguments arguments;
  mlo_error err;
  mlo_status status;
} parsed;

static parsed parse(const char *line) {
  parsed self = {.arena = unit_arena()};
  char *argv[16], *copy = (char *)(uintptr_t)mlo_arena_cstr(&self.arena, mlo_str_c(line));
  int argc = 0;
  for (char *word = strtok(copy, " "); word; word = strtok(NULL, " ")) argv[argc++] = word;
  self.status =
      mlo_arguments_read(flags, FLAG_COUNT, argv, argc, &self.arena, &self.arguments, &self.err);
  return self;
}

static void assert_refused(const char *line, const char *message) {
  parsed self = parse(line);
  assert_int_equal(self.status, MLO_ERR_USAGE);
  assert_string_equal(self.err.message, message);
  mlo_arena_release(&self.arena);
}

static void test_arguments__values_in_all_spellings(void **state) {
  (void)state;
  parsed self = parse("--format json --jobs=3 -j4 -qj 5 a b");
  assert_int_equal(self.status, MLO_OK);
  assert_str(mlo_arguments_last(&self.arguments, FORMAT), "json");
  assert_str(mlo_arguments_last(&self.arguments, JOBS), "5");
  assert_true(mlo_arguments_has(&self.arguments, QUIET));
  assert_false(mlo_arguments_has(&self.arguments, SELECT));
  assert_int_equal(self.arguments.operands.len, 2);
  assert_str(self.arguments.operands.items[1], "b");
  mlo_arena_release(&self.arena);
}

static void test_arguments__two_dashes_end_the_options(void **state) {
  (void)state;
  parsed self = parse("-q -- --format -x - ");
  assert_int_equal(self.status, MLO_OK);
  assert_int_equal(self.arguments.operands.len, 3);
  assert_str(self.arguments.operands.items[0], "--format");
  mlo_arena_release(&self.arena);
}

static void test_arguments__words_are_split_at_commas(void **state) {
  (void)state;
  parsed self = parse("--select SEC101,,FIT --select NBK");
  mlo_words words = mlo_arguments_words(&self.arguments, SELECT, &self.arena);
  assert_int_equal(words.len, 3);
  assert_str(words.items[1], "FIT");
  assert_str(words.items[2], "NBK");
  mlo_arena_release(&self.arena);
}

static void test_arguments__mistakes_name_the_nearest_word(void **state) {
  (void)state;
  assert_refused("--fromat json", "unknown option '--fromat'; did you mean '--format'?");
  assert_refused("--zzzzzzzz", "unknown option '--zzzzzzzz'");
  assert_refused("--format jsno",
                 "--format can't be 'jsno': it is one of text|json; did you mean 'json'?");
  assert_refused("--jobs", "--jobs needs a value: N");
  assert_refused("--quiet=yes", "--quiet takes no value");
  assert_refused("-qx", "unknown option '-x'");
}

static void test_arguments__help_wins_over_mistakes(void **state) {
  (void)state;
  parsed self = parse("--nonsense --help");
  assert_int_equal(self.status, MLO_OK);
  assert_true(self.arguments.help);
  mlo_arena_release(&self.arena);
  self = parse("-- --help");
  assert_false(self.arguments.help);
  mlo_arena_release(&self.arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_arguments__values_in_all_spellings),
      cmocka_unit_test(test_arguments__two_dashes_end_the_options),
      cmocka_unit_test(test_arguments__words_are_split_at_commas),
      cmocka_unit_test(test_arguments__mistakes_name_the_nearest_word),
      cmocka_unit_test(test_arguments__help_wins_over_mistakes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
