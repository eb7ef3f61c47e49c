/* files: the project's files as one run may see them: what the caller has in hand (editor buffers, staged blobs), then
 * the disk. Shared by all workers; answers depend on nothing but the files. Links are never followed, neither to files
 * nor to folders, and no path leads out of the root. */
#ifndef MLO_PROJECT_FILES_H
#define MLO_PROJECT_FILES_H

#include "base/error.h"
#include "base/map.h"
#include "base/os.h"

#include <pthread.h>

typedef struct mlo_project_files {
  mlo_str root;
  bool alone;        /* what was added is all there is: the disk is not asked */
  uint64_t max_size; /* of a file */
  mlo_map added;     /* path to 1 + index into bytes */
  MLO_ARRAY(mlo_str) bytes;
  mlo_map folders;      /* the folders of what was added */
  pthread_mutex_t lock; /* guards kinds and arena */
  mlo_map kinds;        /* what the disk said: path to 1 + mlo_file_kind */
  mlo_arena arena;
} mlo_project_files;

/* root is borrowed. */
void mlo_project_files_init(mlo_project_files *self, mlo_str root, uint64_t max_size, bool alone);
void mlo_project_files_release(mlo_project_files *self);
/* Before the workers start. path (relative to the root) and bytes are borrowed. */
void mlo_project_files_add(mlo_project_files *self, mlo_str path, mlo_str bytes);
/* What stands at a path relative to the root ("": the root itself): REGULAR, FOLDER, or MISSING for all else. */
mlo_file_kind mlo_project_files_kind(mlo_project_files *self, mlo_str path);
/* The bytes of a regular file, in arena. */
mlo_status mlo_project_files_read(mlo_project_files *self, mlo_str path, mlo_arena *arena,
                                  mlo_str *bytes, mlo_error *err);

#endif
