/* context: what the project declares, beside the one text that an editor checks. */
#ifndef MLO_LSP_CONTEXT_H
#define MLO_LSP_CONTEXT_H

#include "mlopslint.h"

typedef MLO_ARRAY(mlo_input) mlo_lsp_inputs;

/* Adds the files that declare dependencies, in path's own folder and those above it up to root, as context: rules that
 * ask for a pinned version then say what they say on the command line. What can't be read is left out. */
void mlo_lsp_context_read(mlo_str root, mlo_str path, mlo_arena *arena, mlo_lsp_inputs *out);

#endif
