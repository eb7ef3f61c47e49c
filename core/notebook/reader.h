/* reader: what the parts of the notebook reader share. Private to core/notebook. */
#ifndef MLO_READER_H
#define MLO_READER_H

#include "notebook/notebook.h"

/* What the metadata and nbformat 3 cells say of the language, in order of trust. */
typedef struct mlo_languages {
  mlo_str platform, kernel_language, info_name, kernel_name, cell;
} mlo_languages;

typedef struct mlo_reader {
  mlo_json json;
  mlo_arena *arena;
  mlo_notebook *notebook;
  mlo_languages languages;
  bool has_cells;
} mlo_reader;

/* A member that we read: `read` consumes its value. A name that comes twice is read twice, and its second value
 * replaces the first, as Python's json module has it; if the two differ the notebook is in doubt. */
typedef void mlo_read_fn(mlo_reader *self, void *into);
typedef struct mlo_reader_member {
  mlo_str name;
  mlo_read_fn *read;
} mlo_reader_member;

#define MLO_MEMBER(name, read)                                                                     \
  { MLO_STR_INIT(name), (read) }

/* Reads an object's members; anything but an object is passed over. `notice` is told all names, known or not; it may
 * be NULL. */
typedef void mlo_notice_fn(mlo_reader *self, mlo_str name);
void mlo_read_members(mlo_reader *self, const mlo_reader_member *members, size_t count,
                      mlo_notice_fn *notice, void *into);
#define MLO_READ_MEMBERS(self, members, notice, into)                                              \
  mlo_read_members((self), (members), sizeof(members) / sizeof *(members), (notice), (into))
/* The same, and the object's span; empty for anything but an object. */
mlo_span mlo_read_object(mlo_reader *self, const mlo_reader_member *members, size_t count,
                         mlo_notice_fn *notice, void *into);
#define MLO_READ_OBJECT(self, members, notice, into)                                               \
  mlo_read_object((self), (members), sizeof(members) / sizeof *(members), (notice), (into))

/* A string's text; empty for any other value. */
mlo_str mlo_read_text(mlo_reader *self);
/* True for the value true. */
bool mlo_read_truth(mlo_reader *self);
/* The same for a flag that may be left unsaid. */
mlo_said mlo_read_said(mlo_reader *self);
/* A whole number of at most 18 digits, else -1. */
int64_t mlo_read_number(mlo_reader *self, mlo_span *span);
/* A member's name as its text is: without escapes. */
mlo_str mlo_read_name(mlo_reader *self);

/* cell.c: reads the cell object at hand and appends it to the notebook's. */
void mlo_read_cell(mlo_reader *self);

/* --- language.c --- */

/* Takes notice of a name in the metadata that one platform writes. */
void mlo_note_platform(mlo_reader *self, mlo_str name);
mlo_str mlo_language_of_notebook(const mlo_languages *said, mlo_arena *arena);
/* Of a code cell for which the metadata says `said`, or nothing. */
void mlo_language_of_cell(const mlo_notebook *notebook, mlo_cell *cell, mlo_str said,
                          mlo_arena *arena);

#endif
