/* framing: the base protocol, header and body, over a stream that may hold anything.
 * https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#baseProtocol
 *
 * After a broken header, or a body that turns out not to be JSON, the next line that starts a proper header is looked
 * for. It can't be found inside a message by mistake: JSON strings hold no raw line ends. */
#ifndef MLO_LSP_FRAMING_H
#define MLO_LSP_FRAMING_H

#include "mlopslint.h"

enum { MLO_LSP_FRAME_LARGEST = 64 * 1024 * 1024, MLO_LSP_FRAME_LONGEST_HEADER = 8 * 1024 };

typedef enum mlo_lsp_frame {
  MLO_LSP_FRAME_NONE,  /* feed more */
  MLO_LSP_FRAME_BODY,  /* a body of the length that its header says */
  MLO_LSP_FRAME_BROKEN /* said once for each stretch of bytes that is no frame */
} mlo_lsp_frame;

/* Zero is the start of a stream. */
typedef struct mlo_framing {
  mlo_buf bytes;
  size_t at;   /* what stands before it is done with */
  size_t body; /* where the last body starts */
  bool lost;   /* between a broken frame and the next header */
} mlo_framing;

void mlo_framing_release(mlo_framing *self);
void mlo_framing_feed(mlo_framing *self, mlo_str bytes);
/* *body is set for MLO_LSP_FRAME_BODY; it stays, and may be written to, until the next feed. */
mlo_lsp_frame mlo_framing_next(mlo_framing *self, char **body, size_t *len);
/* The last body was not JSON: its length was a lie, so look for a header inside it. Before the next feed. */
void mlo_framing_reject(mlo_framing *self);

/* Appends a frame around body. */
void mlo_framing_write(mlo_buf *out, mlo_str body);

#endif
