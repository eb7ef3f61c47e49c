#include "plugins/lsp/engines.h"

#include <stdlib.h>

static mlo_lsp_engine **find(mlo_lsp_engines *self, mlo_str root) {
  mlo_lsp_engine **place = &self->first;
  while (*place && !mlo_str_eq(mlo_buf_str(&(*place)->root), root)) place = &(*place)->next;
  return place;
}

static void drop(mlo_lsp_engine **place) {
  mlo_lsp_engine *gone = *place;
  if (!gone) return;
  *place = gone->next;
  mlo_engine_free(gone->engine);
  mlo_buf_release(&gone->root);
  free(gone);
}

static mlo_status open_engine(const mlo_lsp_engines *self, mlo_str root, mlo_lsp_engine *out,
                              mlo_error *err) {
  mlo_buf_add(&out->root, root);
  if (out->root.failed) return mlo_error_set(err, MLO_ERR_MEMORY, (mlo_str){0}, "out of memory");
  mlo_engine_options options = {.layer = self->layer, .root = root};
  return mlo_engine_new(&options, &out->engine, err);
}

mlo_lsp_engine *mlo_lsp_engines_of(mlo_lsp_engines *self, mlo_str root, mlo_error *err) {
  mlo_lsp_engine *found = *find(self, root);
  if (found) return found;
  found = calloc(1, sizeof *found);
  if (!found) {
    mlo_error_set(err, MLO_ERR_MEMORY, (mlo_str){0}, "out of memory");
    return NULL;
  }
  mlo_status status = open_engine(self, root, found, err);
  found->next = self->first;
  self->first = found;
  if (status == MLO_OK) return found;
  drop(&self->first);
  return NULL;
}

void mlo_lsp_engines_forget(mlo_lsp_engines *self, mlo_str root) { drop(find(self, root)); }

void mlo_lsp_engines_forget_all(mlo_lsp_engines *self) {
  while (self->first) drop(&self->first);
}
