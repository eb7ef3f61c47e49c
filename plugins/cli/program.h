/* program: how others call this program. */
#ifndef MLO_CLI_PROGRAM_H
#define MLO_CLI_PROGRAM_H

#include "mlopslint.h"

/* Where it stands: hooks also run where PATH is not the user's own. */
mlo_str mlo_program_path(mlo_arena *arena);
/* "mlopslint" if PATH leads here by that name, so that what is written down outlives a move; else where it stands. */
mlo_str mlo_program_name(mlo_arena *arena);

#endif
