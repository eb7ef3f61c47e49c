/* input: standard input, whole. */
#ifndef MLO_INPUT_H
#define MLO_INPUT_H

#include "mlopslint.h"

/* Fails for more than 128 MiB. */
mlo_status mlo_input_read(mlo_arena *arena, mlo_str *bytes, mlo_error *err);

/* The same into out, up to its maximum; the caller releases it. */
mlo_status mlo_input_read_into(mlo_buf *out, mlo_error *err);

#endif
