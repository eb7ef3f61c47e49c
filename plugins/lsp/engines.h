/* engines: an engine for each root at work, with the rules of the packs that its configuration names. */
#ifndef MLO_LSP_ENGINES_H
#define MLO_LSP_ENGINES_H

#include "mlopslint.h"

typedef struct mlo_lsp_engine {
  struct mlo_lsp_engine *next;
  mlo_buf root;
  mlo_engine *engine;
  bool told; /* the user knows of the rules that could not be loaded */
} mlo_lsp_engine;

typedef struct mlo_lsp_engines {
  const mlo_rule_layer *layer;
  mlo_lsp_engine *first;
} mlo_lsp_engines;

/* The engine of root, loaded if it is not there yet; NULL, and err, if its configuration or the rules make none. It lives
 * until it is forgotten, and so must every result that it gave. */
mlo_lsp_engine *mlo_lsp_engines_of(mlo_lsp_engines *self, mlo_str root, mlo_error *err);
/* Rules and configurations are read anew from now on. */
void mlo_lsp_engines_forget_all(mlo_lsp_engines *self);
void mlo_lsp_engines_forget(mlo_lsp_engines *self, mlo_str root);

#endif
