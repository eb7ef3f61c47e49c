#include "plugins/lsp/lsp.h"

#include "plugins/lsp/framing.h"
#include "plugins/lsp/server.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* Standard output is kept for frames: whatever else prints there goes to standard error. */
static int take_output(void) {
  fflush(stdout);
  int output = dup(STDOUT_FILENO);
  if (output >= 0) dup2(STDERR_FILENO, STDOUT_FILENO);
  return output;
}

static bool flush(mlo_lsp_server *server, int output) {
  mlo_str rest = mlo_buf_str(&server->out);
  while (rest.len) {
    ssize_t count = write(output, rest.ptr, rest.len);
    if (count < 0 && errno != EINTR) return false;
    if (count > 0) rest = mlo_str_from(rest, (size_t)count);
  }
  mlo_buf_clear(&server->out);
  return true;
}

static bool is_readable(void) {
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  return poll(&input, 1, 0) > 0;
}

/* False at the end of input. */
static bool feed(mlo_framing *framing) {
  char block[64 * 1024];
  ssize_t count = 0;
  do count = read(STDIN_FILENO, block, sizeof block);
  while (count < 0 && errno == EINTR);
  if (count > 0) mlo_framing_feed(framing, mlo_str_of(block, (size_t)count));
  return count > 0;
}

static void receive_all(mlo_lsp_server *server, mlo_framing *framing) {
  char *body = NULL;
  size_t len = 0;
  mlo_lsp_frame frame = MLO_LSP_FRAME_NONE;
  while (server->phase != MLO_LSP_GONE &&
         (frame = mlo_framing_next(framing, &body, &len)) != MLO_LSP_FRAME_NONE) {
    if (frame == MLO_LSP_FRAME_BROKEN)
      mlo_lsp_server_complain(server);
    else if (!mlo_lsp_server_receive(server, body, len))
      mlo_framing_reject(framing);
  }
}

/* Messages first; a check only when none waits, so that fast typing is checked once. */
static void serve(mlo_lsp_server *server, mlo_framing *framing, int output) {
  while (server->phase != MLO_LSP_GONE) {
    bool checked = !is_readable() && mlo_lsp_server_settle(server);
    if (!checked && !feed(framing)) return;
    receive_all(server, framing);
    if (!flush(server, output)) return;
  }
}

int mlo_lsp_main(const mlo_rule_layer *layer) {
  int output = take_output();
  if (output < 0) {
    fprintf(stderr, "mlopslint: the server can't start: %s\n", strerror(errno));
    return 2;
  }
  signal(SIGPIPE, SIG_IGN); /* a client that is gone shows as a failed write */
  mlo_lsp_server server;
  mlo_framing framing = {0};
  mlo_lsp_server_init(&server, layer);
  serve(&server, &framing, output);
  int code = server.exit_code;
  mlo_lsp_server_release(&server);
  mlo_framing_release(&framing);
  close(output);
  return code;
}
