/* project: what all files of a check told the index, joined once between the two passes; const from then on. */
#ifndef MLO_PROJECT_H
#define MLO_PROJECT_H

#include "project/index.h"

/* A Python file or notebook of the project. */
typedef struct mlo_project_module {
  mlo_str path;
  mlo_str name; /* "shop.io" */
  MLO_ARRAY(uint32_t)
  imports; /* modules that it imports, by index, sorted; with MLO_INDEX_IMPORTS only */
} mlo_project_module;

typedef struct mlo_project {
  uint32_t parts; /* bit set 1 << mlo_index_part: what was asked for */
  mlo_index_entries entries[MLO_INDEX_PART_COUNT]; /* in the order of files */
  MLO_ARRAY(mlo_project_module) modules;           /* sorted by path */
} mlo_project;

/* Adds a file (in the order of paths) and what it told; entries are borrowed. */
void mlo_project_add(mlo_project *self, mlo_project_files *files, mlo_str path, mlo_format format,
                     const mlo_index_entries *entries, mlo_arena *arena);
/* Behind the last file. */
void mlo_project_join(mlo_project *self, mlo_arena *arena);
/* The module at a path, or UINT32_MAX. */
uint32_t mlo_project_module_at(const mlo_project *self, mlo_str path);
/* The modules that some of `count` modules import, at once or through others; a module reaches itself. By module, in
 * arena. */
const bool *mlo_project_reached(const mlo_project *self, const uint32_t *from, uint32_t count,
                                mlo_arena *arena);

#endif
