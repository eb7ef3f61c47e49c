/* os: the whole outside world of the core: files, folders, time, processors. */
#ifndef MLO_OS_H
#define MLO_OS_H

#include "base/array.h"
#include "base/error.h"

typedef enum mlo_file_kind {
  MLO_FILE_MISSING,
  MLO_FILE_REGULAR,
  MLO_FILE_FOLDER,
  MLO_FILE_LINK,
  MLO_FILE_SPECIAL
} mlo_file_kind;

typedef struct mlo_stat {
  mlo_file_kind kind; /* of the link itself, never of what it points to */
  uint64_t size;
  uint64_t device, inode;
  uint64_t modified; /* nanoseconds */
} mlo_stat;

typedef struct mlo_dir_entry {
  mlo_str name;
  mlo_file_kind kind;
} mlo_dir_entry;
typedef MLO_ARRAY(mlo_dir_entry) mlo_dir_entries;

/* Paths are bytes as the system has them. */
mlo_status mlo_os_stat(mlo_str path, mlo_stat *out, mlo_error *err);
/* Reads a regular file whole into arena; never follows a link in the last part, never opens a FIFO or device.
 * MLO_ERR_TOO_LARGE over max bytes; a file that changes size while read is read to its new end, up to max. */
mlo_status mlo_os_read(mlo_str path, uint64_t max, mlo_arena *arena, mlo_str *bytes,
                       mlo_error *err);
/* Replaces a regular file's content by temporary file and rename, keeping its mode; refuses links. Creates the file
 * with mode 0644 if it is missing. Nothing is half-written. */
mlo_status mlo_os_write(mlo_str path, mlo_str bytes, mlo_error *err);
/* Removes a regular file; nothing else, and nothing if it is gone. */
void mlo_os_remove(mlo_str path);
/* Makes a folder and those above it that are missing, for this user alone. */
mlo_status mlo_os_make_folder(mlo_str path, mlo_error *err);
/* The entries of a folder but . and .., sorted by name. A link in the last part is not followed ("link/." is). */
mlo_status mlo_os_list(mlo_str folder, mlo_arena *arena, mlo_dir_entries *out, mlo_error *err);
/* The absolute path of the working directory. */
mlo_status mlo_os_cwd(mlo_arena *arena, mlo_str *out, mlo_error *err);
/* The absolute path without links, "." and ".."; the file must exist. */
mlo_status mlo_os_real(mlo_str path, mlo_arena *arena, mlo_str *out, mlo_error *err);
/* Monotonic seconds; processor seconds of this process, and of this thread. */
double mlo_os_seconds(void);
double mlo_os_cpu_seconds(void);
double mlo_os_thread_seconds(void);
unsigned mlo_os_processors(void);

#endif
