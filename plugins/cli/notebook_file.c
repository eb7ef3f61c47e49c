#include "plugins/cli/notebook_file.h"

enum { LARGEST_NOTEBOOK = 1 << 30 };

mlo_status mlo_notebook_file_take(mlo_str path, mlo_str bytes, mlo_arena *arena,
                                  mlo_notebook_file *out, mlo_error *err) {
  *out = (mlo_notebook_file){.path = path};
  mlo_status status = mlo_decode(bytes, false, arena, &out->text, &out->encoding, err);
  if (status != MLO_OK) return status;
  out->readable = mlo_notebook_read(out->text, path, arena, &out->notebook, &out->why) == MLO_OK;
  return MLO_OK;
}

mlo_status mlo_notebook_file_read(mlo_str path, mlo_arena *arena, mlo_notebook_file *out,
                                  mlo_error *err) {
  mlo_str bytes;
  mlo_status status = mlo_os_read(path, LARGEST_NOTEBOOK, arena, &bytes, err);
  return status == MLO_OK ? mlo_notebook_file_take(path, bytes, arena, out, err) : status;
}
