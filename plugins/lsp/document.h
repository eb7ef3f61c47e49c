/* document: a text that the editor has open, and what the last check said of it. */
#ifndef MLO_LSP_DOCUMENT_H
#define MLO_LSP_DOCUMENT_H

#include "plugins/lsp/sync.h"

enum { MLO_LSP_LARGEST_TEXT = 256 * 1024 * 1024 };

typedef struct mlo_lsp_document {
  struct mlo_lsp_document *next;
  mlo_arena arena;    /* of the record itself and its names */
  mlo_str uri;        /* as the editor spells it */
  mlo_str root;       /* the workspace folder around it, else its own folder */
  mlo_str path;       /* relative to root, as findings name it; empty: not a text that we check */
  mlo_buf text;       /* UTF-8 */
  double version;     /* the editor's number for text */
  bool dirty;         /* changed since the last check */
  mlo_result *result; /* of the last check, or NULL */
} mlo_lsp_document;

/* Where a document stands: folders are the workspace's, absolute. Texts of schemes other than file and untitled (a
 * diff's left side, an output panel) are not checked; an untitled one gets its name's ending from the language. */
void mlo_lsp_document_place(mlo_lsp_document *self, const mlo_str *folders, uint32_t count,
                            mlo_str language);

mlo_lsp_document *mlo_lsp_document_new(mlo_str uri);
void mlo_lsp_document_free(mlo_lsp_document *self);

/* Checks the text as it is now. On failure there is no result and err says why. */
mlo_status mlo_lsp_document_check(mlo_lsp_document *self, const mlo_engine *engine,
                                  mlo_arena *scratch, mlo_error *err);

#endif
