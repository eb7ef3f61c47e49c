/* modules: which dotted module is which file of the project, for a file that imports it.
 *
 * Absolute names are looked for as Python would, seen from the importing file: in its package's base (the nearest folder
 * above that has no __init__.py, which is what a script's own folder or pytest puts first on sys.path), in its own folder
 * (it may be run as a script), then in each folder further up to the root and in the `src` of each. A package or module
 * counts before a folder without __init__.py. A name of the standard library is only found next to a script that would
 * import it by accident (a `random.py` beside it); names of well-known packages are not taken for plain modules or
 * folders further up. Nothing is read but what stands where (mlo_project_files_kind). */
#ifndef MLO_MODULES_H
#define MLO_MODULES_H

#include "project/files.h"

/* A module of the project; zero is none. */
typedef struct mlo_py_module {
  mlo_str name; /* "shop.io", as it was asked for or as relative names lead to it */
  mlo_str path; /* "src/shop/io.py", "src/shop/__init__.py"; empty: a folder without __init__.py */
  mlo_str folder; /* of a package: where its modules stand; ptr NULL: a plain module */
} mlo_py_module;
static inline bool mlo_py_module_exists(const mlo_py_module *self) {
  return self->path.len || self->folder.ptr;
}

/* The module that a file (a script, a module, a notebook) is itself: relative names start from it. */
mlo_py_module mlo_modules_of_file(mlo_project_files *files, mlo_str path, mlo_arena *arena);
/* The top-level module that `import name` gives in a file. */
mlo_py_module mlo_modules_top(mlo_project_files *files, mlo_str importer, mlo_str name,
                              mlo_arena *arena);
/* The module of this name inside a package. */
mlo_py_module mlo_modules_inside(mlo_project_files *files, const mlo_py_module *package,
                                 mlo_str name, mlo_arena *arena);
/* The package that `dots` dots mean in a module (one: the package that it stands in). */
mlo_py_module mlo_modules_above(mlo_project_files *files, const mlo_py_module *self, unsigned dots,
                                mlo_arena *arena);
bool mlo_is_standard_module(mlo_str name);
bool mlo_is_known_package(mlo_str name);

#endif
