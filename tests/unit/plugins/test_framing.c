#include "unit.h"

#include "plugins/lsp/framing.h"

#include <stdlib.h>

/* What comes out of a stream, one frame a line: its body, or "broken". */
static void expect(const char *stream, size_t piece, const char *expected) {
  mlo_framing framing = {0};
  mlo_buf seen = {0};
  for (mlo_str rest = mlo_str_c(stream); rest.len; rest = mlo_str_from(rest, piece)) {
    mlo_framing_feed(&framing, mlo_str_slice(rest, 0, piece));
    char *body = NULL;
    size_t len = 0;
    for (mlo_lsp_frame frame; (frame = mlo_framing_next(&framing, &body, &len));) {
      mlo_buf_add(&seen, frame == MLO_LSP_FRAME_BODY ? mlo_str_of(body, len) : MLO_STR("broken"));
      mlo_buf_char(&seen, '\n');
    }
  }
  assert_str(mlo_buf_str(&seen), expected);
  mlo_buf_release(&seen);
  mlo_framing_release(&framing);
}

/* Whole, and byte by byte: the cuts of a pipe must not matter. */
static void expect_both(const char *stream, const char *expected) {
  expect(stream, strlen(stream), expected);
  expect(stream, 1, expected);
}

static void test_framing__two_frames(void **state) {
  (void)state;
  expect_both("Content-Length: 2\r\n\r\n{}Content-Length: 3\r\n\r\n[1]", "{}\n[1]\n");
}

static void test_framing__names_in_any_case_other_headers_ignored(void **state) {
  (void)state;
  expect_both(
      "content-type: application/vscode-jsonrpc; charset=utf-8\r\nCONTENT-LENGTH:2\r\n\r\n{}",
      "{}\n");
  expect_both("Content-Length: 2\n\n{}", "{}\n");
}

static void test_framing__length_counts_bytes(void **state) {
  (void)state;
  expect_both("Content-Length: 6\r\n\r\n\"\xf0\x9f\x98\x80\"Content-Length: 1\r\n\r\n1",
              "\"\xf0\x9f\x98\x80\"\n1\n");
}

static void test_framing__waits_for_the_rest(void **state) {
  (void)state;
  expect_both("Content-Length: 5\r\n\r\n{}", "");
  expect_both("Content-Len", "");
}

static void test_framing__broken_headers_are_said_once_and_passed_over(void **state) {
  (void)state;
  static const char *const broken[] = {"Content-Length: five\r\n\r\n{}",
                                       "Content-Length: -2\r\n\r\n{}",
                                       "Content-Length: 99999999999\r\n\r\n{}",
                                       "Content-Type: x\r\n\r\n{}",
                                       "Content-Length:\r\n\r\n{}",
                                       "garbage\r\nmore garbage\r\n\r\n",
                                       "Content-Length: 2\r\nnot a header\r\n\r\n{}"};
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    char stream[200];
    snprintf(stream, sizeof stream, "%sContent-Length: 4\r\n\r\ngood", broken[i]);
    expect_both(stream, "broken\ngood\n");
  }
}

static void test_framing__garbage_before_a_header_on_its_line(void **state) {
  (void)state;
  expect_both("}}Content-Length: 4\r\n\r\ngood", "broken\ngood\n");
}

static void test_framing__endless_header(void **state) {
  (void)state;
  char *stream = calloc(1, 20000);
  memset(stream, 'x', 10000);
  strcat(stream, "\r\nContent-Length: 4\r\n\r\ngood");
  expect_both(stream, "broken\ngood\n");
  free(stream);
}

/* The first length is a lie: its body swallowed the next frame's header. */
static void test_framing__rejected_body_is_searched_for_a_header(void **state) {
  (void)state;
  mlo_framing framing = {0};
  char *body = NULL;
  size_t len = 0;
  mlo_framing_feed(&framing, MLO_STR("Content-Length: 9\r\n\r\n{}Content-Length: 4\r\n\r\ngood"));
  assert_int_equal(mlo_framing_next(&framing, &body, &len), MLO_LSP_FRAME_BODY);
  assert_str(mlo_str_of(body, len), "{}Content");
  mlo_framing_reject(&framing);
  assert_int_equal(mlo_framing_next(&framing, &body, &len), MLO_LSP_FRAME_BODY);
  assert_str(mlo_str_of(body, len), "good");
  mlo_framing_release(&framing);
}

static void test_framing__large_body_in_pieces(void **state) {
  (void)state;
  enum { LARGE = 3 * 1024 * 1024 };
  mlo_framing framing = {0};
  mlo_buf body = {0}, stream = {0};
  for (size_t i = 0; i < LARGE; i++) mlo_buf_char(&body, (char)('a' + i % 26));
  for (int i = 0; i < 3; i++) mlo_framing_write(&stream, mlo_buf_str(&body));
  int frames = 0;
  for (mlo_str rest = mlo_buf_str(&stream); rest.len; rest = mlo_str_from(rest, 65536)) {
    char *found = NULL;
    size_t len = 0;
    mlo_framing_feed(&framing, mlo_str_slice(rest, 0, 65536));
    if (mlo_framing_next(&framing, &found, &len) != MLO_LSP_FRAME_BODY) continue;
    assert_true(mlo_str_eq(mlo_str_of(found, len), mlo_buf_str(&body)));
    frames++;
  }
  assert_int_equal(frames, 3);
  mlo_buf_release(&body);
  mlo_buf_release(&stream);
  mlo_framing_release(&framing);
}

static void test_framing__written_frame(void **state) {
  (void)state;
  mlo_buf out = {0};
  mlo_framing_write(&out, MLO_STR("{\"a\":\"\xc3\xa4\"}"));
  assert_str(mlo_buf_str(&out), "Content-Length: 10\r\n\r\n{\"a\":\"\xc3\xa4\"}");
  mlo_buf_release(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_framing__two_frames),
      cmocka_unit_test(test_framing__names_in_any_case_other_headers_ignored),
      cmocka_unit_test(test_framing__length_counts_bytes),
      cmocka_unit_test(test_framing__waits_for_the_rest),
      cmocka_unit_test(test_framing__broken_headers_are_said_once_and_passed_over),
      cmocka_unit_test(test_framing__garbage_before_a_header_on_its_line),
      cmocka_unit_test(test_framing__endless_header),
      cmocka_unit_test(test_framing__rejected_body_is_searched_for_a_header),
      cmocka_unit_test(test_framing__large_body_in_pieces),
      cmocka_unit_test(test_framing__written_frame),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
