#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

mlo_status mlo_error_set(mlo_error *self, mlo_status status, mlo_str path, const char *format,
                         ...) {
  if (!self) return status;
  self->status = status;
  va_list args;
  va_start(args, format);
  vsnprintf(self->message, sizeof self->message, format, args);
  va_end(args);
  snprintf(self->path, sizeof self->path, "%.*s", MLO_FMT(path));
  return status;
}
