/* dependency: what a project says it needs, from requirements files, pyproject.toml (PEP 621, dependency groups,
 * Poetry, PDM), setup.cfg, Pipfile, conda environment files, and pip/conda install lines of commands. */
#ifndef MLO_DEPENDENCY_H
#define MLO_DEPENDENCY_H

#include "document/command.h"

typedef struct mlo_dependency {
  mlo_str name;      /* normalised as PEP 503: lower case, runs of -_. become one - */
  mlo_str specifier; /* "==2.1.0", ">=1,<2", "^1.4", "" ; as written, without spaces */
  mlo_span span;     /* the requirement's bytes */
  bool dev;          /* stands in a development or test group */
} mlo_dependency;

typedef MLO_ARRAY(mlo_dependency) mlo_dependencies;

/* True for files that declare dependencies (by name and path). */
bool mlo_path_declares_dependencies(mlo_str path);
/* Adds the dependencies that document declares; nothing for other documents. */
void mlo_dependencies_of_document(const mlo_document *document, mlo_arena *arena,
                                  mlo_dependencies *out);
/* Adds what an install line names: `pip install torch==2.1 pandas`, `conda install`, `uv add`, `poetry add`. */
void mlo_dependencies_of_command(const mlo_command *command, mlo_arena *arena,
                                 mlo_dependencies *out);
/* The lowest version that specifier allows, as "2.1.0", or empty if it names no lower bound: the number that
 * decides whether an old, unsafe version may be installed. */
mlo_str mlo_specifier_lowest(mlo_str specifier);
/* PEP 440 order of release numbers (epochs, pre- and post-releases included): <0, 0, >0. */
int mlo_version_compare(mlo_str a, mlo_str b);

#endif
