#include "plugins/git/packet.h"

#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

typedef struct wire {
  mlo_packets *packets;
  int to, from; /* the other side's ends */
} wire;

static wire open_wire(void) {
  int there[2], back[2];
  assert_int_equal(pipe(there) | pipe(back), 0);
  wire self = {calloc(1, sizeof *self.packets), there[1], back[0]};
  self.packets->in = there[0];
  self.packets->out = back[1];
  return self;
}

static void close_wire(wire *self) {
  mlo_packets_release(self->packets);
  if (self->to >= 0) close(self->to);
  close(self->from);
  close(self->packets->in);
  close(self->packets->out);
  free(self->packets);
}

/* What comes of these bytes, the pipe closed behind them: texts in quotes, 0 flush, . end, ! broken. */
static void assert_read(const char *bytes, const char *expected) {
  wire self = open_wire();
  mlo_str text;
  char seen[128] = "";
  size_t len = strlen(bytes);
  assert_int_equal(write(self.to, bytes, len), (ssize_t)len);
  close(self.to);
  self.to = -1;
  mlo_packet packet;
  do {
    packet = mlo_packets_read(self.packets, &text);
    size_t at = strlen(seen);
    static const char signs[] = {
        [MLO_PACKET_FLUSH] = '0', [MLO_PACKET_END] = '.', [MLO_PACKET_BROKEN] = '!'};
    if (packet == MLO_PACKET_TEXT)
      snprintf(seen + at, sizeof seen - at, "'%.*s'", MLO_FMT(text));
    else
      seen[at] = signs[packet];
  } while (packet == MLO_PACKET_TEXT || packet == MLO_PACKET_FLUSH);
  assert_string_equal(seen, expected);
  close_wire(&self);
}

static void test_packet__is_read_by_its_length(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"", "."},
      {"0000", "0."},
      {"0006a\n0000", "'a\n'0."},
      {"0004", "''."},
      {"000Aabcdef", "'abcdef'."},
      {"0001", "!"},
      {"0003", "!"},
      {"00", "!"},
      {"0009abc", "!"},
      {"zzzz", "!"},
      {"fff5", "!"},
      {"-001", "!"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) assert_read(cases[i][0], cases[i][1]);
}

static void test_packet__content_takes_as_many_as_it_needs(void **state) {
  (void)state;
  wire self = open_wire();
  char *bytes = malloc(MLO_PACKET_TEXT_MAX + 3), head[5] = "";
  memset(bytes, 'x', MLO_PACKET_TEXT_MAX + 3);
  mlo_packets_content(self.packets, mlo_str_of(bytes, MLO_PACKET_TEXT_MAX + 3));
  mlo_packets_line(self.packets, MLO_STR("a"));
  mlo_packets_flush(self.packets);
  mlo_str sent = mlo_buf_str(&self.packets->waiting);
  memcpy(head, sent.ptr, 4);
  assert_string_equal(head, "fff0");
  assert_str(mlo_str_from(sent, 65520), "0007xxx0006a\n0000");
  free(bytes);
  close_wire(&self);
}

static void test_packet__a_reader_that_went_away_is_noticed(void **state) {
  (void)state;
  mlo_packets *packets = calloc(1, sizeof *packets);
  packets->out = -1;
  mlo_packets_line(packets, MLO_STR("a"));
  mlo_packets_send(packets);
  assert_true(packets->failed);
  mlo_packets_release(packets);
  free(packets);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_packet__is_read_by_its_length),
      cmocka_unit_test(test_packet__content_takes_as_many_as_it_needs),
      cmocka_unit_test(test_packet__a_reader_that_went_away_is_noticed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
