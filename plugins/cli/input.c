#include "plugins/cli/input.h"

#include <errno.h>
#include <unistd.h>

enum { LARGEST_INPUT = 128 * 1024 * 1024 };

mlo_status mlo_input_read(mlo_arena *arena, mlo_str *bytes, mlo_error *err) {
  mlo_buf read_so_far = {.max = LARGEST_INPUT};
  char block[64 * 1024];
  ssize_t count = 0;
  do {
    count = read(STDIN_FILENO, block, sizeof block);
    if (count > 0) mlo_buf_add(&read_so_far, mlo_str_of(block, (size_t)count));
  } while (count > 0 || (count < 0 && errno == EINTR));
  mlo_status status = MLO_OK;
  if (count < 0)
    status = mlo_error_set(err, MLO_ERR_IO, MLO_STR("standard input"), "%s", strerror(errno));
  else if (read_so_far.failed)
    status = mlo_error_set(err, MLO_ERR_TOO_LARGE, MLO_STR("standard input"),
                           "over %d MiB: too large to check", LARGEST_INPUT / 1024 / 1024);
  else
    *bytes = mlo_arena_str(arena, mlo_buf_str(&read_so_far));
  mlo_buf_release(&read_so_far);
  return status;
}
