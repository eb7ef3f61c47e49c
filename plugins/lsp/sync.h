/* sync: an editor's positions and changes, applied to our copy of its text. */
#ifndef MLO_LSP_SYNC_H
#define MLO_LSP_SYNC_H

#include "mlopslint.h"

/* What a column counts. */
typedef enum mlo_lsp_encoding { MLO_LSP_UTF16, MLO_LSP_UTF8 } mlo_lsp_encoding;

/* Both from 0. */
typedef struct mlo_lsp_point {
  uint32_t line, column;
} mlo_lsp_point;

typedef struct mlo_lsp_change {
  bool whole; /* text replaces everything */
  mlo_lsp_point start, end;
  mlo_str text;
} mlo_lsp_change;

/* The byte offset of a point; behind a line's end it is that end, behind the text's end the text's end. */
uint32_t mlo_sync_offset(const mlo_lines *lines, mlo_lsp_point point, mlo_lsp_encoding encoding);
/* A position of the core as the client counts it. line: the text of that line; only its UTF-8 needs it. */
mlo_lsp_point mlo_sync_point(mlo_position position, mlo_str line, mlo_lsp_encoding encoding);
/* <0, 0, >0 in document order. */
int mlo_sync_compare(mlo_lsp_point a, mlo_lsp_point b);

/* Changes text; a start behind the end is swapped with it. Changes of one message are applied one after the other,
 * each to what the last one left. text->failed tells that it became too large. */
void mlo_sync_apply(mlo_buf *text, const mlo_lsp_change *change, mlo_lsp_encoding encoding,
                    mlo_arena *scratch);

#endif
