/* walk: the files of a project, in a fixed order, each with the settings in force for it. */
#ifndef MLO_WALK_H
#define MLO_WALK_H

#include "run/config.h"

typedef struct mlo_walk_entry {
  mlo_str path;      /* relative to the root, '/' as separator, no leading "./" */
  mlo_format format; /* MLO_FORMAT_NONE for files no reader knows: listed, never read */
  uint64_t size;
  const mlo_settings *settings;
} mlo_walk_entry;
typedef MLO_ARRAY(mlo_walk_entry) mlo_walk_entries;

typedef struct mlo_walk_options {
  mlo_str root; /* the folder that paths are relative to, "." or absolute */
  const mlo_str
      *paths; /* files and folders to read, relative to the root or absolute; none: the root */
  uint32_t path_count;
  const mlo_catalogue *catalogue;
  const mlo_overrides *overrides;
  mlo_parser *parser; /* for configuration files */
} mlo_walk_options;

/* Lists the files, sorted by path, each once. .gitignore is honoured (from the repository's root down, also when a
 * path below it was named), .git and the like (.hg, .svn, node_modules, __pycache__, .venv and any folder with a
 * pyvenv.cfg, and templates of folders: "{{ cookiecutter.name }}") are never entered; links to files are not read and links to folders not followed, a named path that
 * is a link excepted if it stays inside the root. A named file is read even if it is ignored, unless `exclude` takes
 * it. Depth is bounded at 128 folders. What can't be read becomes a problem; a wrong configuration file fails.
 * Configuration files and .gitignore files above the root count up to the folder with .git, if there is one. A named
 * path outside of the root keeps the name it was given, and is judged by what stands around it there. */
mlo_status mlo_walk(const mlo_walk_options *options, mlo_arena *arena, mlo_walk_entries *out,
                    mlo_problems *problems, mlo_error *err);
/* The settings in force for one path that may not exist on disk (an editor's buffer, an index blob). */
mlo_status mlo_walk_settings(const mlo_walk_options *options, mlo_str path, mlo_arena *arena,
                             const mlo_settings **out, mlo_error *err);

#endif
