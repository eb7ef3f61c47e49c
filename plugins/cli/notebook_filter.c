/* notebook filter-process: one process that strips all the notebooks of a git command, by git's protocol for
 * long-running filters, version 2 (gitattributes(5)). What can't be stripped is answered with an error, and git decides
 * what that means; nobody gets half a file. */
#include "plugins/cli/stripping.h"
#include "plugins/git/packet.h"

#include <unistd.h>

static const mlo_flag flags[] = {MLO_STRIPPING_FLAGS};

typedef struct filter {
  mlo_stripping stripping;
  mlo_packets packets;
  mlo_arena file;   /* as long as one file is at work */
  mlo_buf content;  /* of it */
  mlo_buf stripped; /* what it becomes */
} filter;

/* What git asks of one file. */
typedef struct request {
  mlo_str command, path;
} request;

/* --- greeting -------------------------------------------------------------------------------- */

static mlo_str without_end(mlo_str line) {
  if (mlo_str_ends(line, MLO_STR("\n"))) line.len--;
  return line;
}

/* Reads a list to its end; marks which of the words came. False if it has no end. */
static bool read_list(filter *self, const mlo_str *words, bool *came, size_t count) {
  mlo_str line;
  mlo_packet packet;
  while ((packet = mlo_packets_read(&self->packets, &line)) == MLO_PACKET_TEXT)
    for (size_t i = 0; i < count; i++) came[i] |= mlo_str_eq(without_end(line), words[i]);
  return packet == MLO_PACKET_FLUSH;
}

static bool greet(filter *self) {
  static const mlo_str client[] = {MLO_STR_INIT("git-filter-client"), MLO_STR_INIT("version=2")};
  static const mlo_str ours[] = {MLO_STR_INIT("capability=clean"),
                                 MLO_STR_INIT("capability=smudge")};
  bool said[2] = {0}, offered[2] = {0};
  if (!read_list(self, client, said, 2) || !said[0] || !said[1]) return false;
  mlo_packets_line(&self->packets, MLO_STR("git-filter-server"));
  mlo_packets_line(&self->packets, MLO_STR("version=2"));
  mlo_packets_flush(&self->packets);
  mlo_packets_send(&self->packets);
  if (!read_list(self, ours, offered, 2)) return false;
  for (size_t i = 0; i < 2; i++)
    if (offered[i]) mlo_packets_line(&self->packets, ours[i]);
  mlo_packets_flush(&self->packets);
  mlo_packets_send(&self->packets);
  return true;
}

/* --- files ----------------------------------------------------------------------------------- */

/* Whatever the path holds, also line ends. */
static mlo_packet read_request(filter *self, request *out) {
  static const mlo_str command = MLO_STR_INIT("command="), path = MLO_STR_INIT("pathname=");
  mlo_str line;
  mlo_packet packet = mlo_packets_read(&self->packets, &line);
  if (packet == MLO_PACKET_END) return packet;
  for (; packet == MLO_PACKET_TEXT; packet = mlo_packets_read(&self->packets, &line)) {
    line = mlo_arena_str(&self->file, without_end(line));
    if (mlo_str_starts(line, command)) out->command = mlo_str_from(line, command.len);
    if (mlo_str_starts(line, path)) out->path = mlo_str_from(line, path.len);
  }
  return packet == MLO_PACKET_FLUSH ? MLO_PACKET_TEXT : MLO_PACKET_BROKEN;
}

static bool read_content(filter *self) {
  mlo_str text;
  mlo_packet packet;
  mlo_buf_clear(&self->content);
  while ((packet = mlo_packets_read(&self->packets, &text)) == MLO_PACKET_TEXT)
    mlo_buf_add(&self->content, text);
  return packet == MLO_PACKET_FLUSH;
}

static mlo_status strip(filter *self, mlo_str path, mlo_str *bytes, mlo_error *err) {
  mlo_policy policy;
  mlo_strip_edits edits;
  mlo_status status = mlo_stripping_policy_at(&self->stripping, path, &self->file, &policy, err);
  if (status == MLO_OK) status = mlo_strip_bytes(*bytes, path, &policy, &self->file, &edits, err);
  if (status != MLO_OK || edits.len == 0) return status;
  mlo_buf_clear(&self->stripped);
  mlo_strip_put(*bytes, &edits, &self->stripped);
  *bytes = mlo_buf_str(&self->stripped);
  if (!self->stripped.failed) return MLO_OK;
  return mlo_error_set(err, MLO_ERR_MEMORY, path, "out of memory: not stripped");
}

static mlo_status make_answer(filter *self, const request *asked, mlo_str *bytes, mlo_error *err) {
  *bytes = mlo_buf_str(&self->content);
  if (self->content.failed)
    return mlo_error_set(err, MLO_ERR_TOO_LARGE, asked->path, "is too large to strip");
  if (mlo_str_eq(asked->command, MLO_STR("smudge"))) return MLO_OK;
  if (mlo_str_eq(asked->command, MLO_STR("clean"))) return strip(self, asked->path, bytes, err);
  return mlo_error_set(err, MLO_ERR_UNSUPPORTED, asked->path, "git asks for '%.*s'",
                       MLO_FMT(asked->command));
}

static void answer(filter *self, const request *asked) {
  mlo_error err = {0};
  mlo_str bytes;
  mlo_packets *packets = &self->packets;
  bool good = make_answer(self, asked, &bytes, &err) == MLO_OK;
  if (!good) mlo_output_fail(&err);
  mlo_packets_line(packets, good ? MLO_STR("status=success") : MLO_STR("status=error"));
  mlo_packets_flush(packets);
  if (good) {
    mlo_packets_content(packets, bytes);
    mlo_packets_flush(packets);
    mlo_packets_flush(packets); /* the status is as it was */
  }
  mlo_packets_send(packets);
}

static int serve(filter *self) {
  mlo_packet packet = greet(self) ? MLO_PACKET_TEXT : MLO_PACKET_BROKEN;
  while (packet == MLO_PACKET_TEXT && !self->packets.failed) {
    mlo_arena_reset(&self->file);
    request asked = {0};
    packet = read_request(self, &asked);
    if (packet != MLO_PACKET_TEXT) break;
    if (read_content(self))
      answer(self, &asked);
    else
      packet = MLO_PACKET_BROKEN;
  }
  if (packet == MLO_PACKET_END) return MLO_EXIT_CLEAN;
  mlo_output_complain(
      (mlo_str){0},
      MLO_STR("git's filter protocol (version 2) was expected on standard input, and is not "
              "what came: git starts this command, see 'mlopslint notebook install'"));
  return MLO_EXIT_FAILED;
}

/* --- the command ----------------------------------------------------------------------------- */

static void out_of_memory(void *ctx) {
  (void)ctx;
  mlo_output_complain((mlo_str){0}, MLO_STR("out of memory"));
  _exit(MLO_EXIT_FAILED);
}

static int run(const mlo_cli *cli, const mlo_arguments *arguments) {
  filter *self = MLO_NEW(cli->arena, filter);
  mlo_error err = {0};
  *self = (filter){.packets = {.in = STDIN_FILENO, .out = STDOUT_FILENO},
                   .content = {.max = UINT32_MAX},
                   .stripped = {.max = UINT32_MAX}};
  self->packets.waiting.max = UINT32_MAX;
  mlo_arena_init(&self->file, 0, out_of_memory, NULL);
  bool good = mlo_operands_expect(arguments, 0, 0, "", &err) == MLO_OK &&
              mlo_stripping_open(cli, arguments, &self->stripping, &err) == MLO_OK;
  int code = good ? serve(self) : mlo_output_fail(&err);
  mlo_stripping_close(&self->stripping);
  mlo_packets_release(&self->packets);
  mlo_buf_release(&self->content);
  mlo_buf_release(&self->stripped);
  mlo_arena_release(&self->file);
  return code;
}

const mlo_cli_command mlo_notebook_filter_command = {
    .name = "notebook filter-process",
    .operands = "",
    .summary = "strip for git, all notebooks of a command in one process",
    .help =
        "git starts it: filter.NAME.process. Its options are those of 'mlopslint notebook strip'.",
    .flags = flags,
    .flag_count = STRIPPING_FLAG_COUNT,
    .run = run,
};
