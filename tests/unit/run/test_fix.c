#include "run/fix.h"

#include "unit.h"

/* --- edits --- */

static mlo_fix fix_of(mlo_edit *edits, uint32_t count) {
  return (mlo_fix){.edits = {edits, count, count}};
}

#define EDIT(from, to, with)                                                                       \
  { .span = {(from), (to)}, .text = MLO_STR_INIT(with) }

static void test_fix__applies_edits_at_their_places(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_edit one[] = {EDIT(0, 0, "import os\n"), EDIT(4, 7, "two")}, other[] = {EDIT(9, 9, "!")};
  mlo_fix fixes[] = {fix_of(other, 1), fix_of(one, 2)};
  const mlo_fix *list[] = {&fixes[0], &fixes[1]};
  mlo_fix_fate fates[2];
  assert_str(mlo_fix_apply(MLO_STR("abc def x"), list, 2, &arena, fates), "import os\nabc two x!");
  assert_int_equal(fates[0], MLO_FIX_APPLIED);
  assert_int_equal(fates[1], MLO_FIX_APPLIED);
  assert_str(mlo_fix_apply(MLO_STR("abc"), list, 0, &arena, fates), "abc");
  mlo_arena_release(&arena);
}

/* The fates of two fixes with one edit each on "0123456789": A applied, W waits, R refused. */
static const char *fates_of(mlo_edit a, mlo_edit b, mlo_arena *arena) {
  mlo_fix fixes[] = {fix_of(&a, 1), fix_of(&b, 1)};
  const mlo_fix *list[] = {&fixes[0], &fixes[1]};
  mlo_fix_fate fates[2];
  mlo_fix_apply(MLO_STR("0123456789"), list, 2, arena, fates);
  return mlo_arena_format(arena, "%c%c", "WAR"[fates[0]], "WAR"[fates[1]]).ptr;
}

static void test_fix__what_overlaps_or_touches_waits(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  static const struct {
    mlo_edit a, b;
    const char *fates;
  } cases[] = {{EDIT(1, 3, "x"), EDIT(4, 6, "y"), "AA"},  {EDIT(1, 3, "x"), EDIT(3, 6, "y"), "AW"},
               {EDIT(4, 6, "x"), EDIT(1, 4, "y"), "WA"},  {EDIT(1, 5, "x"), EDIT(2, 3, "y"), "AW"},
               {EDIT(2, 3, "x"), EDIT(1, 5, "y"), "WA"},  {EDIT(1, 1, "x"), EDIT(1, 1, "y"), "AW"},
               {EDIT(1, 1, "x"), EDIT(1, 1, "x"), "AA"},  {EDIT(1, 3, "x"), EDIT(1, 3, "x"), "AA"},
               {EDIT(3, 2, "x"), EDIT(1, 1, "y"), "RA"},  {EDIT(9, 11, "x"), EDIT(1, 1, "y"), "RA"},
               {EDIT(10, 10, "x"), EDIT(0, 0, "y"), "AA"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_string_equal(fates_of(cases[i].a, cases[i].b, &arena), cases[i].fates);
  mlo_arena_release(&arena);
}

static void test_fix__equal_edits_merge_and_sets_are_whole(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_edit a[] = {EDIT(0, 0, "import os\n"), EDIT(2, 3, "A")};
  mlo_edit b[] = {EDIT(0, 0, "import os\n"), EDIT(6, 7, "B")};
  mlo_edit c[] = {EDIT(4, 5, "C"), EDIT(6, 7, "D")}; /* clashes with b in its second edit */
  mlo_edit d[] = {EDIT(8, 9, "x"), EDIT(7, 7, "y")}; /* not sorted */
  mlo_fix fixes[] = {fix_of(a, 2), fix_of(b, 2), fix_of(c, 2), fix_of(d, 2), fix_of(NULL, 0)};
  const mlo_fix *list[] = {&fixes[0], &fixes[1], &fixes[2], &fixes[3], &fixes[4]};
  mlo_fix_fate fates[5];
  assert_str(mlo_fix_apply(MLO_STR("0123456789"), list, 5, &arena, fates), "import os\n01A345B789");
  static const mlo_fix_fate expected[] = {MLO_FIX_APPLIED, MLO_FIX_APPLIED, MLO_FIX_WAITS,
                                          MLO_FIX_REFUSED, MLO_FIX_REFUSED};
  assert_memory_equal(fates, expected, sizeof fates);
  mlo_arena_release(&arena);
}

/* --- files: a rule that replaces words, written in C --- */

static const struct replacement {
  mlo_str word, with;
  mlo_safety safety;
} replacements[] = {{MLO_STR_INIT("bad"), MLO_STR_INIT("good"), MLO_SAFETY_SAFE},
                    {MLO_STR_INIT("risky"), MLO_STR_INIT("calm"), MLO_SAFETY_UNSAFE},
                    {MLO_STR_INIT("shown"), MLO_STR_INIT("never"), MLO_SAFETY_DISPLAY},
                    {MLO_STR_INIT("harm"), MLO_STR_INIT("((("), MLO_SAFETY_SAFE},
                    {MLO_STR_INIT("first"), MLO_STR_INIT("bad"), MLO_SAFETY_SAFE},
                    {MLO_STR_INIT("ping"), MLO_STR_INIT("pong"), MLO_SAFETY_SAFE},
                    {MLO_STR_INIT("pong"), MLO_STR_INIT("ping"), MLO_SAFETY_SAFE},
                    {MLO_STR_INIT("ascii"), MLO_STR_INIT("\xe2\x82\xac"), MLO_SAFETY_SAFE},
                    {MLO_STR_INIT("quote"), MLO_STR_INIT("\""), MLO_SAFETY_SAFE}};

struct mlo_rule_worker {
  const mlo_file *file;
};

static mlo_status load(const mlo_str *packs, uint32_t count, mlo_arena *arena, mlo_catalogue *out,
                       mlo_error *err) {
  (void)packs, (void)count, (void)err;
  mlo_rule rule = {
      .code = MLO_STR("TST001"), .name = MLO_STR("word"), .area = MLO_STR("test"), .enabled = true};
  mlo_trigger trigger = {.kind = MLO_TRIGGER_TEXT,
                         .regex =
                             MLO_STR("\\b(bad|risky|shown|harm|first|ping|pong|ascii|quote)\\b")};
  trigger.rule = out->rules.len;
  MLO_PUSH(arena, &out->rules, rule);
  MLO_PUSH(arena, &out->triggers, trigger);
  return MLO_OK;
}

static mlo_rule_worker the_worker;

static mlo_status open_rules(const mlo_catalogue *catalogue, mlo_rule_worker **out,
                             mlo_error *err) {
  (void)catalogue, (void)err;
  *out = &the_worker;
  return MLO_OK;
}
static void close_rules(mlo_rule_worker *worker) { worker->file = NULL; }
static void begin_file(mlo_rule_worker *worker, const mlo_file *file,
                       const mlo_options_json *options) {
  (void)options;
  worker->file = file;
}
static void end_file(mlo_rule_worker *worker) { worker->file = NULL; }

static void wake(mlo_rule_worker *worker, const mlo_hit *hit, mlo_answers *answers) {
  mlo_span span = hit->groups.items[0];
  for (size_t i = 0; i < sizeof replacements / sizeof *replacements; i++) {
    if (!mlo_str_eq(mlo_span_of(worker->file->raw, span), replacements[i].word)) continue;
    mlo_draft draft = {.rule = hit->trigger->rule,
                       .space = MLO_SPACE_RAW,
                       .span = span,
                       .message = replacements[i].word};
    mlo_draft_fix fix = {.title = MLO_STR("replace"), .safety = replacements[i].safety};
    mlo_draft_edit edit = {mlo_file_locate(worker->file, MLO_SPACE_RAW, span, answers->arena),
                           replacements[i].with};
    MLO_PUSH(answers->arena, &fix.edits, edit);
    MLO_PUSH(answers->arena, &draft.fixes, fix);
    MLO_PUSH(answers->arena, &answers->drafts, draft);
  }
}

static void finish(mlo_rule_worker *worker, uint32_t rule, const mlo_project_fact *facts,
                   uint32_t count, const mlo_options_json *options, mlo_answers *answers) {
  (void)worker, (void)rule, (void)facts, (void)count, (void)options, (void)answers;
}

static const mlo_rule_layer layer = {load, open_rules, close_rules, begin_file,
                                     wake, end_file,   finish};

static int open_engine(void **state) {
  mlo_engine_options options = {.layer = &layer};
  mlo_engine *engine = NULL;
  mlo_status status = mlo_engine_new(&options, &engine, NULL);
  *state = engine;
  return status != MLO_OK;
}
static int close_engine(void **state) {
  mlo_engine_free(*state);
  return 0;
}

typedef struct file_case {
  const char *path, *before;
  mlo_safety safety;
  const char *after;
  uint32_t applied, refused;
} file_case;

static void check(const mlo_engine *engine, const file_case *c) {
  mlo_arena arena = unit_arena();
  mlo_request request = {.root = MLO_STR("."), .overrides = {.isolated = true}};
  mlo_str fixed;
  mlo_fix_result result;
  mlo_error err = {0};
  if (mlo_fix_file(engine, &request, mlo_str_c(c->path), mlo_str_c(c->before), c->safety, &arena,
                   &fixed, &result, &err))
    fail_msg("%s", err.message);
  assert_str(fixed, c->after);
  assert_int_equal(result.applied, c->applied);
  assert_int_equal(result.refused, c->refused);
  assert_int_equal(result.changed, strcmp(c->before, c->after) != 0);
  mlo_arena_release(&arena);
}

static void check_all(const mlo_engine *engine, const file_case *cases, size_t count) {
  for (size_t i = 0; i < count; i++) check(engine, &cases[i]);
}
#define CHECK(state, cases) check_all(*(state), (cases), sizeof(cases) / sizeof *(cases))

static void test_fix__a_file_is_fixed_up_to_the_safety_asked_for(void **state) {
  static const file_case cases[] = {
      {"a.py", "x = bad\ny = risky\nz = shown\n", MLO_SAFETY_SAFE,
       "x = good\ny = risky\nz = shown\n", 1, 0},
      {"a.py", "x = bad\ny = risky\nz = shown\n", MLO_SAFETY_UNSAFE,
       "x = good\ny = calm\nz = shown\n", 2, 0},
      {"a.py", "x = bad\nz = shown\n", MLO_SAFETY_DISPLAY, "x = good\nz = shown\n", 1, 0},
      {"a.py", "x = 1\n", MLO_SAFETY_SAFE, "x = 1\n", 0, 0},
      {"a.py", "", MLO_SAFETY_SAFE, "", 0, 0}};
  CHECK(state, cases);
}

static void test_fix__what_a_fix_brings_up_is_fixed_too(void **state) {
  static const file_case cases[] = {{"a.py", "x = first\n", MLO_SAFETY_SAFE, "x = good\n", 2, 0}};
  CHECK(state, cases);
}

static void test_fix__no_fix_may_break_the_syntax(void **state) {
  static const file_case cases[] = {
      {"a.py", "x = harm\ny = bad\n", MLO_SAFETY_SAFE, "x = harm\ny = good\n", 1, 1},
      {"a.py", "# harm\ny = bad\n", MLO_SAFETY_SAFE, "# (((\ny = good\n", 2, 0},
      {"a.json", "{\"x\": \"bad\", \"y\": \"quote\"}\n", MLO_SAFETY_SAFE,
       "{\"x\": \"good\", \"y\": \"quote\"}\n", 1, 1},
      {"a.yaml", "x: bad\ny: quote\n", MLO_SAFETY_SAFE, "x: good\ny: quote\n", 1, 1},
      {"a.md", "harm\n", MLO_SAFETY_SAFE, "(((\n", 1, 0}};
  CHECK(state, cases);
}

static void test_fix__fixes_that_undo_each_other_leave_the_file_alone(void **state) {
  static const file_case cases[] = {
      {"a.py", "x = ping\ny = bad\n", MLO_SAFETY_SAFE, "x = ping\ny = bad\n", 0, 1}};
  CHECK(state, cases);
}

static void test_fix__the_encoding_stays(void **state) {
  static const file_case cases[] = {
      {"a.py", "\xef\xbb\xbfx = bad\r\n", MLO_SAFETY_SAFE, "\xef\xbb\xbfx = good\r\n", 1, 0},
      {"a.py", "# -*- coding: latin-1 -*-\n# caf\xe9\nx = bad\n", MLO_SAFETY_SAFE,
       "# -*- coding: latin-1 -*-\n# caf\xe9\nx = good\n", 1, 0},
      {"a.py", "# -*- coding: latin-1 -*-\n# ascii\nx = bad\n", MLO_SAFETY_SAFE,
       "# -*- coding: latin-1 -*-\n# ascii\nx = good\n", 1, 1}};
  CHECK(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fix__applies_edits_at_their_places),
      cmocka_unit_test(test_fix__what_overlaps_or_touches_waits),
      cmocka_unit_test(test_fix__equal_edits_merge_and_sets_are_whole),
      cmocka_unit_test(test_fix__a_file_is_fixed_up_to_the_safety_asked_for),
      cmocka_unit_test(test_fix__what_a_fix_brings_up_is_fixed_too),
      cmocka_unit_test(test_fix__no_fix_may_break_the_syntax),
      cmocka_unit_test(test_fix__fixes_that_undo_each_other_leave_the_file_alone),
      cmocka_unit_test(test_fix__the_encoding_stays),
  };
  return cmocka_run_group_tests(tests, open_engine, close_engine);
}
