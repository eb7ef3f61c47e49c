/* error: why something could not be done, as a value that the caller owns. */
#ifndef MLO_ERROR_H
#define MLO_ERROR_H

#include "base/str.h"

typedef enum mlo_status {
  MLO_OK = 0,
  MLO_ERR_USAGE,       /* what the user asked for makes no sense */
  MLO_ERR_CONFIG,      /* a configuration file is wrong */
  MLO_ERR_IO,          /* the system refused */
  MLO_ERR_TOO_LARGE,   /* over a stated maximum */
  MLO_ERR_SYNTAX,      /* a file is not what its name says */
  MLO_ERR_UNSUPPORTED, /* an encoding or format we can't read */
  MLO_ERR_MEMORY,
  MLO_ERR_RULE, /* a rule failed */
  MLO_ERR_INTERNAL
} mlo_status;

/* Zero is "no error". The first failure writes it; callers pass it up. */
typedef struct mlo_error {
  mlo_status status;
  char
      message[480]; /* UTF-8 where the parts were; what is wrong and what to do, without the path */
  char path[480];   /* the file concerned, or empty */
} mlo_error;

/* Writes self (which may be NULL) and returns status, so that a failing function can `return` it.
 * Longer texts are cut. path may be empty. */
mlo_status mlo_error_set(mlo_error *self, mlo_status status, mlo_str path, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
