/* unit: what the unit tests share. */
#ifndef MLO_UNIT_H
#define MLO_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/arena.h"

/* The text of s is what a C string says. */
#define assert_str(s, expected) unit_assert_str((s), (expected), __FILE__, __LINE__)

static inline void unit_assert_str(mlo_str s, const char *expected, const char *file, int line) {
  if (mlo_str_eq(s, mlo_str_c(expected))) return;
  print_error("is       \"%.*s\"\nnot what \"%s\" says\n", MLO_FMT(s), expected);
  _fail(file, line);
}

/* An arena for one test: release it at the end. */
static inline mlo_arena unit_arena(void) {
  mlo_arena arena;
  mlo_arena_init(&arena, 0, NULL, NULL);
  return arena;
}

#endif
