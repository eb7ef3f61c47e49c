#include "run/repair.h"

#include "unit.h"

/* Two rules that replace words, written in C. */

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
                    {MLO_STR_INIT("quote"), MLO_STR_INIT("\""), MLO_SAFETY_SAFE},
                    {MLO_STR_INIT("open"), MLO_STR_INIT("0 if (z"), MLO_SAFETY_SAFE},
                    {MLO_STR_INIT("close"), MLO_STR_INIT(") else 1"), MLO_SAFETY_SAFE},
                    {MLO_STR_INIT("grow"), MLO_STR_INIT("grow and 1"), MLO_SAFETY_SAFE}};

struct mlo_rule_worker {
  const mlo_file *file;
};

static mlo_status load(const mlo_str *packs, uint32_t count, mlo_arena *arena, mlo_catalogue *out,
                       mlo_error *err) {
  (void)packs, (void)count, (void)err;
  mlo_rule rule = {
      .code = MLO_STR("TST001"), .name = MLO_STR("word"), .area = MLO_STR("test"), .enabled = true};
  mlo_rule back = {
      .code = MLO_STR("TST002"), .name = MLO_STR("back"), .area = MLO_STR("test"), .enabled = true};
  mlo_trigger trigger = {
      .kind = MLO_TRIGGER_TEXT,
      .regex = MLO_STR("\\b(bad|risky|shown|harm|first|ping|ascii|quote|open|close|grow)\\b")};
  mlo_trigger back_trigger = {.kind = MLO_TRIGGER_TEXT, .regex = MLO_STR("\\bpong\\b")};
  trigger.rule = out->rules.len;
  MLO_PUSH(arena, &out->rules, rule);
  MLO_PUSH(arena, &out->triggers, trigger);
  back_trigger.rule = out->rules.len;
  MLO_PUSH(arena, &out->rules, back);
  MLO_PUSH(arena, &out->triggers, back_trigger);
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

static void finish(mlo_rule_worker *worker, uint32_t rule, const struct mlo_project *project,
                   const mlo_project_fact *facts, uint32_t count, const mlo_options_json *options,
                   mlo_answers *answers) {
  (void)worker, (void)rule, (void)project, (void)facts, (void)count, (void)options, (void)answers;
}

static const mlo_rule_layer layer = {.load = load,
                                     .open = open_rules,
                                     .close = close_rules,
                                     .begin_file = begin_file,
                                     .wake = wake,
                                     .end_file = end_file,
                                     .finish = finish};

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

static void test_repair__a_file_is_fixed_up_to_the_safety_asked_for(void **state) {
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

static void test_repair__what_a_fix_brings_up_is_fixed_too(void **state) {
  static const file_case cases[] = {{"a.py", "x = first\n", MLO_SAFETY_SAFE, "x = good\n", 2, 0}};
  CHECK(state, cases);
}

static void test_repair__no_fix_may_break_the_syntax(void **state) {
  static const file_case cases[] = {
      {"a.py", "x = harm\ny = bad\n", MLO_SAFETY_SAFE, "x = harm\ny = good\n", 1, 1},
      {"a.py", "# harm\ny = bad\n", MLO_SAFETY_SAFE, "# (((\ny = good\n", 2, 0},
      {"a.json", "{\"x\": \"bad\", \"y\": \"quote\"}\n", MLO_SAFETY_SAFE,
       "{\"x\": \"good\", \"y\": \"quote\"}\n", 1, 1},
      {"a.yaml", "x: bad\ny: quote\n", MLO_SAFETY_SAFE, "x: good\ny: quote\n", 1, 1},
      {"a.md", "harm\n", MLO_SAFETY_SAFE, "(((\n", 1, 0}};
  CHECK(state, cases);
}

static void test_repair__fixes_that_undo_each_other_leave_the_file_alone(void **state) {
  static const file_case cases[] = {
      {"a.py", "x = ping\ny = bad\n", MLO_SAFETY_SAFE, "x = ping\ny = bad\n", 0, 1}};
  CHECK(state, cases);
}

static void test_repair__the_encoding_stays(void **state) {
  static const file_case cases[] = {
      {"a.py", "\xef\xbb\xbfx = bad\r\n", MLO_SAFETY_SAFE, "\xef\xbb\xbfx = good\r\n", 1, 0},
      {"a.py", "# -*- coding: latin-1 -*-\n# caf\xe9\nx = bad\n", MLO_SAFETY_SAFE,
       "# -*- coding: latin-1 -*-\n# caf\xe9\nx = good\n", 1, 0},
      {"a.py", "# -*- coding: latin-1 -*-\n# ascii\nx = bad\n", MLO_SAFETY_SAFE,
       "# -*- coding: latin-1 -*-\n# ascii\nx = good\n", 1, 1}};
  CHECK(state, cases);
}

static mlo_repair repair(const mlo_engine *engine, const mlo_input *inputs, uint32_t count,
                         mlo_arena *arena) {
  mlo_request request = {.inputs = inputs, .input_count = count, .overrides = {.isolated = true}};
  mlo_repair out;
  assert_int_equal(mlo_repair_project(engine, &request, NULL, MLO_SAFETY_SAFE, arena, &out, NULL),
                   MLO_OK);
  return out;
}

static void test_repair__what_is_left_out_is_named(void **state) {
  mlo_arena arena = unit_arena();
  const mlo_input inputs[] = {
      {.path = MLO_STR("b.py"), .bytes = MLO_STR("x = bad\ny = harm\nz = bad\nw = harm\n")},
      {.path = MLO_STR("a.py"), .bytes = MLO_STR("x = ping\n")},
      {.path = MLO_STR("c.py"), .bytes = MLO_STR("x = grow\n")},
      {.path = MLO_STR("d.py"), .bytes = MLO_STR("x = 1\n")}};
  mlo_repair done = repair(*state, inputs, 4, &arena);
  assert_int_equal(done.files.len, 1);
  assert_str(done.files.items[0].after, "x = good\ny = harm\nz = good\nw = harm\n");
  assert_int_equal(done.refusals.len, 4);
  assert_str(done.refusals.items[0].path, "a.py");
  assert_str(done.refusals.items[0].message,
             "the fixes of TST001 and TST002 undo each other: the file is left as it was");
  assert_int_equal(done.refusals.items[1].line, 2);
  assert_str(done.refusals.items[1].message,
             "the fix of TST001 (replace) is left out: it would break the file's syntax");
  assert_int_equal(done.refusals.items[2].line, 4);
  assert_str(done.refusals.items[3].message,
             "the fixes of TST001 never end: the file is left as it was");
  mlo_arena_release(&arena);
}

/* Two fixes that do harm alone may be fine together. */
static void test_repair__fixes_are_judged_together_and_alone(void **state) {
  static const file_case cases[] = {
      {"a.py", "x = (open, close)\ny = bad\n", MLO_SAFETY_SAFE,
       "x = (0 if (z, ) else 1)\ny = good\n", 3, 0},
      {"a.py", "x = [open]\ny = bad\n", MLO_SAFETY_SAFE, "x = [open]\ny = good\n", 1, 1}};
  CHECK(state, cases);
}

static void test_repair__cells_keep_every_other_byte(void **state) {
  static const file_case cases[] = {
      {"a.ipynb",
       "{ \"cells\": [{\"cell_type\":\"code\",\"source\":[\"x = bad\\n\",\r\n\"y = \\u00e9\"],"
       "\"outputs\":[],\"execution_count\":null,\"metadata\":{}}],\n\"metadata\":{},\"nbformat\":4,"
       "\"nbformat_minor\":5}",
       MLO_SAFETY_SAFE,
       "{ \"cells\": [{\"cell_type\":\"code\",\"source\":[\"x = good\\n\",\r\n\"y = \\u00e9\"],"
       "\"outputs\":[],\"execution_count\":null,\"metadata\":{}}],\n\"metadata\":{},\"nbformat\":4,"
       "\"nbformat_minor\":5}",
       1, 0}};
  CHECK(state, cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_repair__a_file_is_fixed_up_to_the_safety_asked_for),
      cmocka_unit_test(test_repair__what_a_fix_brings_up_is_fixed_too),
      cmocka_unit_test(test_repair__no_fix_may_break_the_syntax),
      cmocka_unit_test(test_repair__fixes_that_undo_each_other_leave_the_file_alone),
      cmocka_unit_test(test_repair__the_encoding_stays),
      cmocka_unit_test(test_repair__what_is_left_out_is_named),
      cmocka_unit_test(test_repair__fixes_are_judged_together_and_alone),
      cmocka_unit_test(test_repair__cells_keep_every_other_byte),
  };
  return cmocka_run_group_tests(tests, open_engine, close_engine);
}
