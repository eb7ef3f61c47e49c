/* expectation: what a test file says about itself, in comments.
 *
 *   torch.load(p)  # expect: SEC101          a finding that starts on this line
 *   # expect-next: SEC101, SEC110            findings that start on the next line
 *   # expect: SEC101[5-18] "runs any code"   ... from column 5 up to 18 (as JSON counts), with this in its message
 *   f(q)  # todo: SEC101                     a known miss; todo-next for the next line
 *
 * The sign of a comment is the format's: # in most, // in HCL, <!-- --> in Markdown, ; in INI. In a notebook the comments
 * stand in the cells' sources, and lines count within the cell. Files without comments have a list beside them:
 *
 *   3: ORG001[5-18] "text"          a line of the file
 *   cell 2, line 1: ORG001          a line of a notebook's cell
 *   k8s/a.json:3: ORG001            of another file
 *   todo 3: ORG001                  a known miss; empty lines and # are passed over */
#ifndef MLO_EXPECTATION_H
#define MLO_EXPECTATION_H

#include "mlopslint.h"

typedef struct mlo_expectation {
  mlo_str path;
  uint32_t cell; /* 0: not in a cell */
  uint32_t line;
  mlo_str code;         /* or name; what could not be read stands here too, and fits nothing */
  uint32_t column, end; /* 0: any */
  mlo_str text;         /* that the message must hold, or empty */
  bool todo;            /* not found yet */
  bool met;
} mlo_expectation;
typedef MLO_ARRAY(mlo_expectation) mlo_expectations;

/* Appends the expectations of one file. A notebook that can't be read has none. */
void mlo_expectations_read(mlo_str path, mlo_str text, mlo_arena *arena, mlo_expectations *out);
/* Appends those of a list; path is what lines without one are about. */
void mlo_expectations_read_list(mlo_str path, mlo_str list, mlo_arena *arena,
                                mlo_expectations *out);
/* True, and the expectation marked met, if one that is not met yet fits the finding. A finding of a notebook that
 * stands in no cell fits any line of it. */
bool mlo_expectations_meet(mlo_expectations *self, const mlo_finding *finding);
/* text without its expectation comments and the blanks before them; a line that held nothing else goes whole. A
 * notebook's text stays as it is. */
mlo_str mlo_expectations_strip(mlo_str path, mlo_str text, mlo_arena *arena);

#endif
