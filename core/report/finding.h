/* finding: a rule's report, located and complete: plain data that outlives the file it speaks of. */
#ifndef MLO_FINDING_H
#define MLO_FINDING_H

#include "base/array.h"
#include "text/lines.h"

typedef enum mlo_severity {
  MLO_SEVERITY_INFO,
  MLO_SEVERITY_WARNING,
  MLO_SEVERITY_ERROR
} mlo_severity;
mlo_str mlo_severity_name(mlo_severity severity); /* "info", "warning", "error" */
bool mlo_severity_named(mlo_str name, mlo_severity *out);

typedef enum mlo_safety {
  MLO_SAFETY_SAFE,   /* keeps what the program does */
  MLO_SAFETY_UNSAFE, /* may change what it does: a person decides */
  MLO_SAFETY_DISPLAY /* shown, never applied */
} mlo_safety;
mlo_str mlo_safety_name(mlo_safety safety);

/* A place in a file. Positions are in the file's decoded text (in a notebook: in the .ipynb itself), end
 * exclusive. For a notebook cell, cell is its number and the cell_ positions count within the cell's source. In a script of
 * cells the file's own lines are what people see: the excerpt is theirs. */
typedef struct mlo_location {
  mlo_str path;
  mlo_span span; /* bytes of the decoded file text */
  mlo_position start, end;
  uint32_t cell; /* 0: not in a cell */
  bool script;   /* the cell is a part of a script */
  mlo_position cell_start, cell_end;
  mlo_str
      excerpt; /* whole lines around the place, without the last line end: of the cell if there is one */
  uint32_t
      excerpt_line; /* the number of excerpt's first line, counted as start.line (cell_start.line) is */
} mlo_location;

/* True if the excerpt is a cell's, whose lines are counted by the cell_ positions. */
static inline bool mlo_location_shows_cell(const mlo_location *self) {
  return self->cell > 0 && !self->script;
}

typedef struct mlo_related {
  mlo_location location;
  mlo_str message;
} mlo_related;

typedef struct mlo_edit {
  mlo_str path;
  mlo_span span; /* bytes of the decoded file text */
  mlo_position start, end;
  mlo_str text; /* as it goes into the file: escaped already if the file is a notebook */
} mlo_edit;

typedef struct mlo_fix {
  mlo_str title;
  mlo_safety safety;
  MLO_ARRAY(mlo_edit) edits; /* all or nothing; sorted, not overlapping */
} mlo_fix;

typedef struct mlo_finding {
  mlo_str code, name, area;
  mlo_str summary; /* of the rule */
  mlo_str url;     /* the rule's documentation, or empty */
  mlo_severity severity;
  mlo_str
      message; /* one line of UTF-8; may hold any text of the scanned file: escape it for the output */
  mlo_location location;
  MLO_ARRAY(mlo_related) related;
  MLO_ARRAY(mlo_fix) fixes;
  char fingerprint[33]; /* hex: stays when lines move; never holds a line number */
} mlo_finding;
typedef MLO_ARRAY(mlo_finding) mlo_findings;

/* Order by path, place, code, message. */
int mlo_finding_compare(const mlo_finding *a, const mlo_finding *b);
/* Sorts, drops exact repeats and sets the fingerprints: xxh3-128 of code, path, the excerpt's line at the start
 * without white space, and how many equal ones came before it in the file. */
void mlo_findings_finish(mlo_findings *self, mlo_arena *arena);
/* What recognises a finding within its file, as 16 hex digits: xxh3-64 of code and the excerpt's line without white space.
 * The same for repeats, and wherever the file stands. */
void mlo_finding_trace(const mlo_finding *self, char out[17]);

#endif
