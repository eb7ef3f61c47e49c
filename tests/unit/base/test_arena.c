#include "base/arena.h"
#include "base/array.h"
#include "base/map.h"

#include "unit.h"

#include <setjmp.h>

static void full(void *ctx) { longjmp(*(jmp_buf *)ctx, 1); }

static void test_arena__restore_gives_memory_back(void **state) {
  (void)state;
  mlo_arena arena;
  mlo_arena_init(&arena, 0, NULL, NULL);
  mlo_str kept = mlo_arena_str(&arena, MLO_STR("kept"));
  size_t held = arena.held;
  mlo_arena_mark mark = mlo_arena_save(&arena);
  for (int i = 0; i < 1000; i++) mlo_arena_alloc(&arena, 1000, 1, 1);
  assert_true(arena.held > held);
  mlo_arena_restore(&arena, mark);
  assert_int_equal(arena.held, held);
  assert_true(mlo_str_eq(kept, MLO_STR("kept")));
  mlo_arena_release(&arena);
}

static void test_arena__limit_calls_the_handler(void **state) {
  (void)state;
  mlo_arena arena;
  jmp_buf guard;
  mlo_arena_init(&arena, 100000, full, &guard);
  bool reached = false;
  if (setjmp(guard) == 0) {
    for (int i = 0; i < 1000; i++) mlo_arena_alloc(&arena, 1000, 1, 1);
    fail_msg("1 MB came out of an arena of 100 kB");
  } else {
    reached = true;
  }
  assert_true(reached);
  assert_true(arena.held <= 100000);
  mlo_arena_release(&arena);
}

static void test_arena__overflow_is_full(void **state) {
  (void)state;
  mlo_arena arena;
  jmp_buf guard;
  mlo_arena_init(&arena, 0, full, &guard);
  if (setjmp(guard) == 0) {
    mlo_arena_alloc(&arena, SIZE_MAX / 2, 4, 1);
    fail_msg("an overflowing size was allocated");
  }
  mlo_arena_release(&arena);
}

static void test_arena__join_keeps_every_byte(void **state) {
  (void)state;
  mlo_arena arena;
  mlo_arena_init(&arena, 0, NULL, NULL);
  mlo_str joined = mlo_arena_join(&arena, MLO_STR("a\0b"), "::", MLO_STR("c"));
  assert_int_equal(joined.len, 6);
  assert_memory_equal(joined.ptr, "a\0b::c", 7);
  assert_true(mlo_str_eq(mlo_arena_join(&arena, (mlo_str){0}, "", (mlo_str){0}), MLO_STR("")));
  mlo_arena_release(&arena);
}

static void test_array__keeps_what_is_pushed(void **state) {
  (void)state;
  mlo_arena arena;
  mlo_arena_init(&arena, 0, NULL, NULL);
  MLO_ARRAY(uint32_t) numbers = {0};
  for (uint32_t i = 0; i < 1000; i++) MLO_PUSH(&arena, &numbers, i * 3);
  assert_int_equal(numbers.len, 1000);
  assert_int_equal(numbers.items[0], 0);
  assert_int_equal(numbers.items[999], 2997);
  mlo_arena_release(&arena);
}

static void test_map__finds_what_is_put(void **state) {
  (void)state;
  mlo_arena arena;
  mlo_arena_init(&arena, 0, NULL, NULL);
  mlo_map map = {0};
  assert_null(mlo_map_get(&map, MLO_STR("a")));
  for (uint32_t i = 0; i < 500; i++)
    *mlo_map_put(&map, mlo_arena_format(&arena, "key%u", i), &arena) = i;
  assert_int_equal(map.len, 500);
  assert_int_equal(*mlo_map_get(&map, MLO_STR("key0")), 0);
  assert_int_equal(*mlo_map_get(&map, MLO_STR("key499")), 499);
  assert_null(mlo_map_get(&map, MLO_STR("key500")));
  mlo_arena_release(&arena);
}

static void test_str__cut_walks_over_parts(void **state) {
  (void)state;
  mlo_str rest = MLO_STR("a..b");
  assert_true(mlo_str_eq(mlo_str_cut(&rest, '.'), MLO_STR("a")));
  assert_true(mlo_str_eq(mlo_str_cut(&rest, '.'), MLO_STR("")));
  assert_non_null(rest.ptr);
  assert_true(mlo_str_eq(mlo_str_cut(&rest, '.'), MLO_STR("b")));
  assert_null(rest.ptr);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_arena__restore_gives_memory_back),
      cmocka_unit_test(test_arena__limit_calls_the_handler),
      cmocka_unit_test(test_arena__overflow_is_full),
      cmocka_unit_test(test_arena__join_keeps_every_byte),
      cmocka_unit_test(test_array__keeps_what_is_pushed),
      cmocka_unit_test(test_map__finds_what_is_put),
      cmocka_unit_test(test_str__cut_walks_over_parts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
