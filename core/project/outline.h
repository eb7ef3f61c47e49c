/* outline: which functions and classes a Python text certainly defines at its top level, and which names it has nothing
 * to do with, by a look at its lines.
 *
 * Most names that files import from each other are such definitions, and a look costs a fiftieth of parsing. A name counts
 * if a line begins with its `def` or `class` and no line at the top level (nor in a block that is no definition)
 * seems to bind it in another way: by an import, an assignment, `global`. In doubt a name is left out. */
#ifndef MLO_OUTLINE_H
#define MLO_OUTLINE_H

#include "base/map.h"

typedef struct mlo_outline {
  mlo_map names; /* to 1: defined; to 2: in doubt */
  bool open;     /* may bind other names too: star imports, globals() */
} mlo_outline;

/* Names are views of text. */
void mlo_outline_of_text(mlo_str text, mlo_arena *arena, mlo_outline *out);
bool mlo_outline_defines(const mlo_outline *self, mlo_str name);
/* True if nothing at the top level seems to bind this name. */
bool mlo_outline_lacks(const mlo_outline *self, mlo_str name);

#endif
