#include "plugins/cli/input.h"

#include <errno.h>
#include <unistd.h>

enum { LARGEST_INPUT = 128 * 1024 * 1024 };

mlo_status mlo_input_read_into(mlo_buf *out, mlo_error *err) {
  static const mlo_str input = MLO_STR_INIT("standard input");
  char block[64 * 1024];
  ssize_t count = 0;
  do {
    count = read(STDIN_FILENO, block, sizeof block);
    if (count > 0) mlo_buf_add(out, mlo_str_of(block, (size_t)count));
  } while (!out->failed && (count > 0 || (count < 0 && errno == EINTR)));
  if (count < 0) return mlo_error_set(err, MLO_ERR_IO, input, "%s", strerror(errno));
  if (!out->failed) return MLO_OK;
  return mlo_error_set(err, MLO_ERR_TOO_LARGE, input, "over %zu MiB: too large to read",
                       out->max / 1024 / 1024);
}

mlo_status mlo_input_read(mlo_arena *arena, mlo_str *bytes, mlo_error *err) {
  mlo_buf read_so_far = {.max = LARGEST_INPUT};
  mlo_status status = mlo_input_read_into(&read_so_far, err);
  if (status == MLO_OK) *bytes = mlo_arena_str(arena, mlo_buf_str(&read_so_far));
  mlo_buf_release(&read_so_far);
  return status;
}
