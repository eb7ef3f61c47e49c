/* diagnostic: findings as the protocol has them, and their fixes as quick fixes. */
#ifndef MLO_LSP_DIAGNOSTIC_H
#define MLO_LSP_DIAGNOSTIC_H

#include "plugins/lsp/document.h"
#include "plugins/lsp/message.h"

/* What the client can do. */
typedef struct mlo_lsp_client {
  mlo_lsp_encoding encoding;
  bool related;          /* shows related places */
  bool document_changes; /* takes edits with the version they were made for */
} mlo_lsp_client;

/* A document and its lines while they are written about. */
typedef struct mlo_lsp_view {
  const mlo_lsp_client *client;
  const mlo_lsp_document *document;
  mlo_lines lines; /* of the document's text */
  mlo_arena *scratch;
} mlo_lsp_view;

mlo_lsp_view mlo_lsp_view_of(const mlo_lsp_client *client, const mlo_lsp_document *document,
                             mlo_arena *scratch);

/* The diagnostics of the document's result, owned by the caller. A file that could not be scanned says so in its first
 * line: silence would look like praise. */
cJSON *mlo_lsp_diagnostics(const mlo_lsp_view *view);
/* One diagnostic in the first line: nothing was checked, and why. */
cJSON *mlo_lsp_not_checked(const mlo_lsp_view *view, mlo_str why);
/* The quick fixes of the findings that touch [start, end], owned by the caller. Fixes that are only for show are
 * left out. */
cJSON *mlo_lsp_quick_fixes(const mlo_lsp_view *view, mlo_lsp_point start, mlo_lsp_point end);

#endif
