/* notebook_file: a notebook from disk, as the commands on notebooks read it. */
#ifndef MLO_NOTEBOOK_FILE_H
#define MLO_NOTEBOOK_FILE_H

#include "mlopslint.h"
#include "notebook/notebook.h"
#include "text/encoding.h"

typedef struct mlo_notebook_file {
  mlo_str path;
  mlo_str text; /* decoded */
  mlo_encoding encoding;
  bool readable; /* else `why` says what is wrong with it */
  mlo_error why;
  mlo_notebook notebook;
} mlo_notebook_file;

/* Fails where there are no bytes to be had; a file that is no notebook is in `out`, unreadable. */
mlo_status mlo_notebook_file_read(mlo_str path, mlo_arena *arena, mlo_notebook_file *out,
                                  mlo_error *err);
/* The same for bytes that stand for a file of this name. */
mlo_status mlo_notebook_file_take(mlo_str path, mlo_str bytes, mlo_arena *arena,
                                  mlo_notebook_file *out, mlo_error *err);

#endif
