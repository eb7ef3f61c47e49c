#include "unit.h"

#include "run/record.h"

#include <stdlib.h>

/* --- records --- */

static mlo_location place(const char *path, uint32_t at) {
  return (mlo_location){.path = mlo_str_c(path),
                        .span = {at, at + 4},
                        .start = {2, 3, 3},
                        .end = {2, 7, 7},
                        .excerpt = MLO_STR("x = 1"),
                        .excerpt_line = 2};
}

static mlo_rule rules[] = {{.code = MLO_STR_INIT("ORG001"), .name = MLO_STR_INIT("one")}};
static const mlo_catalogue catalogue = {.rules = {.items = rules, .len = 1, .cap = 1}};

/* A result with one of everything. */
static mlo_file_result sample(mlo_arena *arena) {
  mlo_file_result out = {.bytes = 90, .read = true};
  mlo_edit edit = {.path = MLO_STR("a.py"), .span = {4, 8}, .text = MLO_STR("y")};
  mlo_fix fix = {.title = MLO_STR("rename"), .safety = MLO_SAFETY_UNSAFE};
  MLO_PUSH(arena, &fix.edits, edit);
  mlo_finding finding = {.code = rules[0].code,
                         .severity = MLO_SEVERITY_ERROR,
                         .message = MLO_STR("bad x"),
                         .location = place("a.py", 4)};
  MLO_PUSH(arena, &finding.fixes, fix);
  MLO_PUSH(arena, &finding.related, ((mlo_related){place("b.py", 9), MLO_STR("here")}));
  MLO_PUSH(arena, &out.findings, finding);
  MLO_PUSH(arena, &out.facts, ((mlo_project_fact){.rule = 0, .json = MLO_STR("{}")}));
  mlo_index_entry entry = {
      .part = MLO_INDEX_TESTS, .name = MLO_STR("test_x"), .at = place("a.py", 1)};
  MLO_PUSH(arena, &entry.reaches, MLO_STR("shop.load"));
  MLO_PUSH(arena, &out.entries, entry);
  mlo_suppression suppression = {
      .span = {1, 2}, .words = MLO_STR("ORG001"), .used = 1, .at = place("a.py", 1)};
  MLO_PUSH(arena, &out.suppressions, suppression);
  MLO_PUSH(arena, &out.suppressed, 0u);
  return out;
}

static mlo_str record_of(mlo_arena *arena) {
  mlo_file_result result = sample(arena);
  mlo_asked_items asked = {0};
  mlo_asked question = {.kind = MLO_ASKED_TOP,
                        .where = MLO_STR("a.py"),
                        .name = MLO_STR("shop"),
                        .answer = MLO_STR("shop/__init__.py")};
  MLO_PUSH(arena, &asked, question);
  mlo_buf bytes = {0};
  mlo_record_write(&result, &asked, &bytes);
  mlo_str record = mlo_arena_str(arena, mlo_buf_str(&bytes));
  mlo_buf_release(&bytes);
  return record;
}

static void test_record__comes_back_as_it_was(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_str record = record_of(&arena);
  mlo_asked_items asked;
  assert_true(mlo_record_read_asked(record, &arena, &asked));
  assert_int_equal(asked.len, 1);
  assert_str(asked.items[0].answer, "shop/__init__.py");
  mlo_file_result back;
  assert_true(mlo_record_read(record, &catalogue, &arena, &back));
  const mlo_finding *finding = &back.findings.items[0];
  assert_str(finding->name, "one"); /* the catalogue's */
  assert_str(finding->message, "bad x");
  assert_int_equal(finding->severity, MLO_SEVERITY_ERROR);
  assert_int_equal(finding->location.span.start, 4);
  assert_int_equal(finding->location.end.column, 7);
  assert_str(finding->related.items[0].location.path, "b.py");
  assert_str(finding->fixes.items[0].edits.items[0].text, "y");
  assert_int_equal(finding->fixes.items[0].safety, MLO_SAFETY_UNSAFE);
  assert_str(back.facts.items[0].json, "{}");
  assert_str(back.entries.items[0].reaches.items[0], "shop.load");
  assert_str(back.suppressions.items[0].words, "ORG001");
  assert_int_equal(back.suppressions.items[0].used, 1);
  assert_int_equal(back.bytes, 90);
  assert_int_equal(back.suppressed.len, 1);
  assert_int_equal(back.suppressed.items[0], 0);
  assert_true(back.read);
  assert_false(back.parsed);
  mlo_arena_release(&arena);
}

static void test_record__other_bytes_are_refused(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_str record = record_of(&arena);
  mlo_file_result back;
  for (size_t len = 0; len < record.len; len++)
    assert_false(mlo_record_read(mlo_str_slice(record, 0, len), &catalogue, &arena, &back));
  assert_false(
      mlo_record_read(mlo_arena_concat(&arena, record, MLO_STR("x")), &catalogue, &arena, &back));
  mlo_catalogue without = {0};
  assert_false(mlo_record_read(record, &without, &arena, &back));
  mlo_arena_release(&arena);
}

/* --- the file --- */

typedef struct folder {
  char name[64];
  mlo_arena arena;
} folder;

static void open_folder(folder *self) {
  snprintf(self->name, sizeof self->name, "/tmp/mlopslint-cache-XXXXXX");
  assert_non_null(mkdtemp(self->name));
  self->arena = unit_arena();
}

static mlo_cache open_cache(folder *self, uint64_t version) {
  mlo_cache cache;
  mlo_cache_open(&cache, mlo_str_c(self->name), MLO_STR("/some/project"), version, &self->arena);
  return cache;
}

static void close_folder(folder *self) {
  mlo_cache cache = open_cache(self, 1);
  mlo_os_remove(cache.file);
  assert_int_equal(remove(self->name), 0); /* nothing else was left in it */
  mlo_arena_release(&self->arena);
}

static mlo_cached_items two_items(folder *self, const mlo_cache_key *key) {
  mlo_cached_items items = {0};
  MLO_PUSH(&self->arena, &items, ((mlo_cached){MLO_STR("a.py"), *key, MLO_STR("first")}));
  MLO_PUSH(&self->arena, &items, ((mlo_cached){MLO_STR("b.py"), *key, MLO_STR("second")}));
  return items;
}

static void test_cache__finds_what_was_saved(void **state) {
  (void)state;
  folder self;
  open_folder(&self);
  mlo_cache_key key = mlo_cache_key_of(MLO_STR("x = 1\n"), 7);
  mlo_cached_items items = two_items(&self, &key);
  mlo_cache cache = open_cache(&self, 1);
  mlo_cache_save(&cache, &items, &self.arena);
  mlo_cache again = open_cache(&self, 1);
  assert_str(mlo_cache_find(&again, MLO_STR("b.py"), &key), "second");
  mlo_cache_key other_text = mlo_cache_key_of(MLO_STR("x = 2\n"), 7);
  mlo_cache_key other_settings = mlo_cache_key_of(MLO_STR("x = 1\n"), 8);
  assert_str(mlo_cache_find(&again, MLO_STR("b.py"), &other_text), "");
  assert_str(mlo_cache_find(&again, MLO_STR("b.py"), &other_settings), "");
  assert_str(mlo_cache_find(&again, MLO_STR("c.py"), &key), "");
  mlo_cache newer = open_cache(&self, 2); /* another build, or other rules */
  assert_str(mlo_cache_find(&newer, MLO_STR("b.py"), &key), "");
  close_folder(&self);
}

static void test_cache__broken_files_are_ignored(void **state) {
  (void)state;
  folder self;
  open_folder(&self);
  mlo_error err = {0};
  mlo_cache_key key = mlo_cache_key_of(MLO_STR("x = 1\n"), 7);
  mlo_cached_items items = two_items(&self, &key);
  mlo_cache cache = open_cache(&self, 1);
  mlo_cache_save(&cache, &items, &self.arena);
  mlo_str bytes;
  assert_int_equal(mlo_os_read(cache.file, 1 << 20, &self.arena, &bytes, &err), MLO_OK);
  for (size_t i = 0; i < bytes.len; i += 5) {
    mlo_str copy = mlo_arena_str(&self.arena, bytes);
    ((char *)(uintptr_t)copy.ptr)[i] ^= 0x20;
    assert_int_equal(mlo_os_write(cache.file, copy, &err), MLO_OK);
    mlo_cache broken = open_cache(&self, 1);
    assert_int_equal(broken.items.len, 0);
    assert_int_equal(mlo_os_write(cache.file, mlo_str_slice(bytes, 0, i), &err), MLO_OK);
    mlo_cache cut = open_cache(&self, 1);
    assert_int_equal(cut.items.len, 0);
  }
  close_folder(&self);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_record__comes_back_as_it_was),
      cmocka_unit_test(test_record__other_bytes_are_refused),
      cmocka_unit_test(test_cache__finds_what_was_saved),
      cmocka_unit_test(test_cache__broken_files_are_ignored),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
