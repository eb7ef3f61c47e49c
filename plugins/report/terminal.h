/* terminal: foreign text made harmless for people's terminals.
 *
 * Controls, DEL, C1, line and paragraph separators, bidi marks, tags and invalid bytes are shown as \n, \x1b or
 * \u202e, so that no scanned file can move the cursor, hide text or forge output. It is the same when output goes to
 * a file: somebody will `cat` it. */
#ifndef MLO_TERMINAL_H
#define MLO_TERMINAL_H

#include "mlopslint.h"

/* True for characters that are never shown as they are: also used by formats that end in a log. */
bool mlo_terminal_forbids(uint32_t c);
/* Appends text, escaped. */
void mlo_terminal_add(mlo_buf *out, mlo_str text);
/* The same, but a tab stays a tab: for code whose tabs the caller expands. */
void mlo_terminal_add_code(mlo_buf *out, mlo_str text);

#endif
