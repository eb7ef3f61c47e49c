/* asked: what a file at work asked of the other files of the project, so that a later run can tell whether all of it would
 * be answered in the same way. Together with the file's own bytes that is all that its result depends on. */
#ifndef MLO_ASKED_H
#define MLO_ASKED_H

#include "project/interfaces.h"
#include "project/modules.h"

typedef enum mlo_asked_kind {
  MLO_ASKED_FILE,   /* the module's name that a file has: where; answer: the name */
  MLO_ASKED_TOP,    /* `import name` in a file: where, name; answer: the module's place */
  MLO_ASKED_INSIDE, /* a module of a package: where (the folder), name; answer: the module's place */
  MLO_ASKED_KIND,   /* what stands at a path: where; digest: the mlo_file_kind */
  MLO_ASKED_TEXT,   /* a module's text: where; digest: of its bytes */
  MLO_ASKED_KIND_COUNT
} mlo_asked_kind;

typedef struct mlo_asked {
  mlo_asked_kind kind;
  mlo_str where, name, answer;
  uint64_t digest;
} mlo_asked;
typedef MLO_ARRAY(mlo_asked) mlo_asked_items;

/* The questions of one file, each once. */
typedef struct mlo_asked_log {
  mlo_arena *arena; /* NULL: nothing is kept */
  mlo_map known;
  mlo_asked_items items;
  bool full; /* over MLO_ASKED_MAX: what follows is not in it */
} mlo_asked_log;
enum { MLO_ASKED_MAX = 20000 };

/* The questions; what they ask is kept in log. */
mlo_py_module mlo_ask_file(mlo_asked_log *log, mlo_project_files *files, mlo_str path,
                           mlo_arena *arena);
mlo_py_module mlo_ask_top(mlo_asked_log *log, mlo_project_files *files, mlo_str importer,
                          mlo_str name, mlo_arena *arena);
mlo_py_module mlo_ask_inside(mlo_asked_log *log, mlo_project_files *files,
                             const mlo_py_module *package, mlo_str name, mlo_arena *arena);
mlo_py_module mlo_ask_above(mlo_asked_log *log, mlo_project_files *files, const mlo_py_module *self,
                            unsigned dots, mlo_arena *arena);
mlo_file_kind mlo_ask_kind(mlo_asked_log *log, mlo_project_files *files, mlo_str path);
void mlo_ask_text(mlo_asked_log *log, mlo_str path);

/* Fills in the digests of texts, when the file is done. */
void mlo_asked_finish(mlo_asked_items *items, mlo_interfaces *interfaces,
                      mlo_module_reader *reader);
/* True if the question would be answered as it was. */
bool mlo_asked_holds(const mlo_asked *self, mlo_interfaces *interfaces, mlo_module_reader *reader,
                     mlo_arena *arena);

#endif
