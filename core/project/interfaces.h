/* interfaces: the interfaces of the project's modules, each made when it is first asked for and kept for the run.
 *
 * Shared by all workers. An interface depends on its file alone, so two workers may make the same one at a time and
 * either is kept. What can't be read as Python has no interface. */
#ifndef MLO_INTERFACES_H
#define MLO_INTERFACES_H

#include "facts/summary.h"
#include "lang/language.h"
#include "project/files.h"
#include "project/interface.h"
#include "project/outline.h"

#include <setjmp.h>

typedef struct mlo_interfaces {
  mlo_project_files *files;
  pthread_mutex_t lock;                   /* guards known and arena */
  mlo_map known;                          /* path to 1 + index into items */
  MLO_ARRAY(const mlo_interface *) items; /* NULL: none can be made */
  mlo_map outlined;                       /* path to 1 + index into outlines */
  MLO_ARRAY(const mlo_outline *) outlines;
  mlo_map digested; /* path to 1 + index into digests */
  MLO_ARRAY(uint64_t) digests;
  mlo_map summarised; /* path, NUL and name to 1 + index into summaries; path and NUL alone: made */
  MLO_ARRAY(const mlo_function_summary *) summaries;
  mlo_arena arena;
} mlo_interfaces;

void mlo_interfaces_init(mlo_interfaces *self, mlo_project_files *files);
void mlo_interfaces_release(mlo_interfaces *self);

/* What one worker reads modules with. A reader that is at work must not be asked again. */
typedef struct mlo_module_reader {
  mlo_parser *parser; /* the worker's: free between parses */
  mlo_arena scratch;
  jmp_buf full;
} mlo_module_reader;

/* memory: bytes that one module may cost; 0: 256 MiB. */
void mlo_module_reader_init(mlo_module_reader *self, mlo_parser *parser, size_t memory);
void mlo_module_reader_release(mlo_module_reader *self);

/* The interface of a file of the project, or NULL. It lives as long as self. */
const mlo_interface *mlo_interfaces_get(mlo_interfaces *self, mlo_str path,
                                        mlo_module_reader *reader);

/* What a look at the file's lines tells; it lives as long as self. */
const mlo_outline *mlo_interfaces_outline(mlo_interfaces *self, mlo_str path,
                                          mlo_module_reader *reader);

/* What a function at the top level of a file, or a method ("Net.fit"), gives back and does to its arguments, in the
 * file's own words; NULL if there is none. It lives as long as self; arena is scratch. */
const mlo_function_summary *mlo_interfaces_summary(mlo_interfaces *self, mlo_str path, mlo_str name,
                                                   mlo_module_reader *reader, mlo_arena *arena);
/* Reads a module into the reader's scratch, whose guard the caller has set. Inside core/project only. */
bool mlo_interfaces_read_facts(mlo_interfaces *self, mlo_str path, mlo_module_reader *reader,
                               mlo_facts *out);
/* A digest of a file's bytes, 0 if it can't be read: what its interface and outline depend on. */
uint64_t mlo_interfaces_digest(mlo_interfaces *self, mlo_str path, mlo_module_reader *reader);

#endif
