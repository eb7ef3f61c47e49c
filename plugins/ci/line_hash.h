/* line_hash: `primaryLocationLineHash`, by which GitHub recognises an alert when lines move.
 *
 * The rolling hash of github/codeql-action (src/fingerprints.ts): 100 UTF-16 units from the line's start, without
 * spaces and tabs, line ends as LF, base 37 modulo 2^64; 0xFFFF stands for the end, zeros follow it. We see the
 * excerpt of a finding, not its file: where the excerpt ends before the window is full, it counts as the end. */
#ifndef MLO_LINE_HASH_H
#define MLO_LINE_HASH_H

#include "mlopslint.h"

/* text begins with the line. */
uint64_t mlo_line_hash(mlo_str text);

#endif
