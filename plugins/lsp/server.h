/* server: the protocol's state, one message in, any number of frames out. Knows nothing of streams. */
#ifndef MLO_LSP_SERVER_H
#define MLO_LSP_SERVER_H

#include "plugins/lsp/diagnostic.h"
#include "plugins/lsp/engines.h"

typedef enum mlo_lsp_phase {
  MLO_LSP_NEW, /* before initialize */
  MLO_LSP_READY,
  MLO_LSP_STOPPED, /* after shutdown */
  MLO_LSP_GONE     /* after exit */
} mlo_lsp_phase;

typedef struct mlo_lsp_server {
  mlo_lsp_engines engines;
  mlo_lsp_phase phase;
  mlo_lsp_client client;
  bool watches;               /* the client tells of changed files if it is asked to */
  mlo_arena arena;            /* as long as the session */
  mlo_arena scratch;          /* one message or one check */
  MLO_ARRAY(mlo_str) folders; /* of the workspace, absolute */
  mlo_lsp_document *documents;
  MLO_ARRAY(uint64_t) told; /* hashes of troubles: each is told once until rules are read anew */
  int exit_code;            /* 1 until shutdown */
  mlo_buf out;              /* frames to send; the caller sends and clears */
} mlo_lsp_server;

void mlo_lsp_server_init(mlo_lsp_server *self, const mlo_rule_layer *layer);
void mlo_lsp_server_release(mlo_lsp_server *self);

/* Takes one message; body is written to while it is read. False if it is not JSON (which is answered). */
bool mlo_lsp_server_receive(mlo_lsp_server *self, char *body, size_t len);
/* Answers bytes that are no frame. */
void mlo_lsp_server_complain(mlo_lsp_server *self);
/* Checks one changed document and publishes what it finds; false if none is left. Called when no message waits, so
 * that fast typing is checked once. */
bool mlo_lsp_server_settle(mlo_lsp_server *self);

#endif
