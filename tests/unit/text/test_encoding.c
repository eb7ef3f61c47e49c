#include "text/encoding.h"

#include "unit.h"

#define BYTES(literal) mlo_str_of((literal), sizeof(literal) - 1)

typedef struct decoded {
  mlo_str text;
  mlo_encoding encoding;
  mlo_status status;
  mlo_error err;
} decoded;

static decoded decode(mlo_str bytes, bool python, mlo_arena *arena) {
  decoded d = {0};
  d.status = mlo_decode(bytes, python, arena, &d.text, &d.encoding, &d.err);
  return d;
}

static void assert_round_trip(mlo_str bytes, mlo_encoding_kind kind, const char *text) {
  mlo_arena arena = unit_arena();
  decoded d = decode(bytes, true, &arena);
  assert_int_equal(d.status, MLO_OK);
  assert_int_equal(d.encoding.kind, kind);
  assert_str(d.text, text);
  mlo_str back = {0};
  assert_int_equal(mlo_encode(d.text, d.encoding, &arena, &back, &d.err), MLO_OK);
  assert_true(mlo_str_eq(back, bytes));
  mlo_arena_release(&arena);
}

static void test_encoding__goes_to_utf8_and_back(void **state) {
  (void)state;
  assert_round_trip(BYTES(""), MLO_ENCODING_UTF8, "");
  assert_round_trip(BYTES("x = 'é'\n"), MLO_ENCODING_UTF8, "x = 'é'\n");
  assert_round_trip(BYTES("\xef\xbb\xbfx = 1\n"), MLO_ENCODING_UTF8_BOM, "x = 1\n");
  assert_round_trip(BYTES("\xff\xfex\0\xe9\0\x3d\xd8\0\xde"), MLO_ENCODING_UTF16_LE, "xé😀");
  assert_round_trip(BYTES("\xfe\xff\0x\0\xe9\xd8\x3d\xde\0"), MLO_ENCODING_UTF16_BE, "xé😀");
  assert_round_trip(BYTES("x = '\xe9'\n"), MLO_ENCODING_LATIN1, "x = 'é'\n");
  assert_round_trip(BYTES("# -*- coding: latin-1 -*-\n\xe9"), MLO_ENCODING_LATIN1,
                    "# -*- coding: latin-1 -*-\né");
  assert_round_trip(BYTES("# vim: set fileencoding=cp1251 :\n\xcf"), MLO_ENCODING_NAMED,
                    "# vim: set fileencoding=cp1251 :\nП");
  assert_round_trip(BYTES("#coding:Shift_JIS\n\x93\xfa\x96\x7b"), MLO_ENCODING_NAMED,
                    "#coding:Shift_JIS\n日本");
  assert_round_trip(BYTES("# coding: cp1255\n\xf9"), MLO_ENCODING_NAMED, "# coding: cp1255\nש");
  assert_round_trip(BYTES("# coding: gb18030\n\x81\x30\x81\x30"), MLO_ENCODING_NAMED,
                    "# coding: gb18030\n\xc2\x80");
}

static void test_encoding__text_that_needs_no_change_is_borrowed(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_str utf8 = BYTES("é"), bom = BYTES("\xef\xbb\xbfx"), ascii = BYTES("# coding: latin-1\nx");
  assert_ptr_equal(decode(utf8, true, &arena).text.ptr, utf8.ptr);
  assert_ptr_equal(decode(bom, true, &arena).text.ptr, bom.ptr + 3);
  assert_ptr_equal(decode(ascii, true, &arena).text.ptr, ascii.ptr);
  assert_int_equal(arena.held, 0);
}

static mlo_encoding_kind kind_of(mlo_str bytes, bool python) {
  mlo_arena arena = unit_arena();
  decoded d = decode(bytes, python, &arena);
  assert_int_equal(d.status, MLO_OK);
  mlo_arena_release(&arena);
  return d.encoding.kind;
}

static void test_encoding__coding_comment_counts_in_the_first_two_lines_of_python(void **state) {
  (void)state;
  assert_int_equal(kind_of(BYTES("#!/bin/python\n# coding: cp1251\n"), true), MLO_ENCODING_NAMED);
  assert_int_equal(kind_of(BYTES("\r\n\t# encoding=cp1251\r\n"), true), MLO_ENCODING_NAMED);
  assert_int_equal(kind_of(BYTES("\n\n# coding: cp1251\n"), true), MLO_ENCODING_UTF8);
  assert_int_equal(kind_of(BYTES("x = 1\n# coding: cp1251\n"), true), MLO_ENCODING_UTF8);
  assert_int_equal(kind_of(BYTES("x = 'coding: cp1251'\n"), true), MLO_ENCODING_UTF8);
  assert_int_equal(kind_of(BYTES("# coding : cp1251\n"), true), MLO_ENCODING_UTF8);
  assert_int_equal(kind_of(BYTES("# my coding style, coding: cp1251\n"), true), MLO_ENCODING_NAMED);
  assert_int_equal(kind_of(BYTES("# coding: cp1251\n"), false), MLO_ENCODING_UTF8);
  assert_int_equal(kind_of(BYTES("# coding: UTF_8\n"), true), MLO_ENCODING_UTF8);
  assert_int_equal(kind_of(BYTES("# coding: utf-8\n\xe9"), true), MLO_ENCODING_LATIN1);
  assert_int_equal(kind_of(BYTES("# coding: euc-jp\n\xff"), true), MLO_ENCODING_LATIN1);
}

static void test_encoding__unknown_codec_is_unsupported(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  decoded d = decode(BYTES("# coding: klingon\n"), true, &arena);
  assert_int_equal(d.status, MLO_ERR_UNSUPPORTED);
  assert_string_equal(d.err.message,
                      "the coding comment names \"klingon\", which we can't read; save "
                      "the file as UTF-8");
  assert_int_equal(decode(BYTES("# coding: ISO-2022-CN-EXT\n"), true, &arena).status,
                   MLO_ERR_UNSUPPORTED);
  assert_int_equal(decode(BYTES("# coding: utf-7\n"), true, &arena).status, MLO_ERR_UNSUPPORTED);
  assert_int_equal(decode(BYTES("# coding: -._\n"), true, &arena).status, MLO_ERR_UNSUPPORTED);
  mlo_arena_release(&arena);
}

static void test_encoding__what_the_encoding_lacks_cannot_be_written(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_encoding latin1 = {.kind = MLO_ENCODING_LATIN1};
  mlo_encoding cyrillic = {.kind = MLO_ENCODING_NAMED, .name = MLO_STR("cp1251")};
  mlo_str bytes;
  mlo_error err = {0};
  assert_int_equal(mlo_encode(MLO_STR("€"), latin1, &arena, &bytes, &err), MLO_ERR_UNSUPPORTED);
  assert_int_equal(mlo_encode(MLO_STR("é"), cyrillic, &arena, &bytes, &err), MLO_ERR_UNSUPPORTED);
  assert_int_equal(err.status, MLO_ERR_UNSUPPORTED);
  mlo_arena_release(&arena);
}

static void test_encoding__broken_utf16_becomes_replacement_characters(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  assert_str(decode(BYTES("\xff\xfe\x3d\xd8x\0"), true, &arena).text, "\uFFFDx");
  assert_str(decode(BYTES("\xff\xfex\0y"), true, &arena).text, "x\uFFFD");
  assert_str(decode(BYTES("\xfe\xff\xd8\x3d\xde"), true, &arena).text, "\uFFFD");
  assert_str(decode(BYTES("\xff\xfe"), true, &arena).text, "");
  mlo_arena_release(&arena);
}

static void test_encoding__nul_makes_bytes_binary_but_not_utf16(void **state) {
  (void)state;
  char late[9000];
  memset(late, 'x', sizeof late);
  late[8500] = '\0';
  assert_true(mlo_bytes_are_binary(BYTES("PK\0\1")));
  assert_false(mlo_bytes_are_binary(BYTES("\xff\xfex\0")));
  assert_false(mlo_bytes_are_binary(BYTES("text")));
  assert_false(mlo_bytes_are_binary(BYTES("")));
  assert_false(mlo_bytes_are_binary(mlo_str_of(late, sizeof late)));
}

static void test_encoding__utf8_is_strict(void **state) {
  (void)state;
  assert_true(mlo_utf8_valid(BYTES("a long line of ASCII, then é € 😀 \xf4\x8f\xbf\xbf")));
  assert_true(mlo_utf8_valid(BYTES("NUL \0 is a character")));
  assert_false(mlo_utf8_valid(BYTES("\xc0\x80")));         /* overlong */
  assert_false(mlo_utf8_valid(BYTES("\xe0\x9f\xbf")));     /* overlong */
  assert_false(mlo_utf8_valid(BYTES("\xf0\x8f\xbf\xbf"))); /* overlong */
  assert_false(mlo_utf8_valid(BYTES("\xed\xa0\x80")));     /* surrogate */
  assert_false(mlo_utf8_valid(BYTES("\xf4\x90\x80\x80"))); /* above U+10FFFF */
  assert_false(mlo_utf8_valid(BYTES("12345678\x80")));
  assert_false(mlo_utf8_valid(BYTES("cut \xe2\x82")));
}

static void test_encoding__next_code_point_steps_over_bad_bytes_one_by_one(void **state) {
  (void)state;
  mlo_str s = BYTES("a\xe2\x82\xac\xe2\x82z");
  static const uint32_t expected[] = {'a', 0x20ac, 0xfffd, 0xfffd, 'z'};
  size_t at = 0;
  for (size_t i = 0; i < 5; i++) assert_int_equal(mlo_utf8_next(s, &at), expected[i]);
  assert_int_equal(at, s.len);
}

static void test_encoding__put_writes_one_to_four_bytes(void **state) {
  (void)state;
  char out[4];
  assert_str(mlo_str_of(out, mlo_utf8_put('a', out)), "a");
  assert_str(mlo_str_of(out, mlo_utf8_put(0xe9, out)), "é");
  assert_str(mlo_str_of(out, mlo_utf8_put(0x20ac, out)), "€");
  assert_str(mlo_str_of(out, mlo_utf8_put(0x1f600, out)), "😀");
  assert_str(mlo_str_of(out, mlo_utf8_put(0xd800, out)), "\uFFFD");
  assert_str(mlo_str_of(out, mlo_utf8_put(0x110000, out)), "\uFFFD");
}

static uint32_t width(const char *text) { return mlo_display_width(mlo_str_c(text), 0, 4); }

static void test_encoding__display_width_is_what_a_terminal_shows(void **state) {
  (void)state;
  assert_int_equal(width(""), 0);
  assert_int_equal(width("abc"), 3);
  assert_int_equal(width("é"), 1);
  assert_int_equal(width("e\u0301"), 1);
  assert_int_equal(width("日本"), 4);
  assert_int_equal(width("한\u1112\u1161\u11ab"), 4);
  assert_int_equal(width("😀"), 2);
  assert_int_equal(width("👩‍💻x"), 3);
  assert_int_equal(width("👍🏽"), 2);
  assert_int_equal(width("🇩🇪🇫🇷"), 4);
  assert_int_equal(width("❤️"), 2);
  assert_int_equal(width("1️⃣"), 2);
  assert_int_equal(width("a\u200bb"), 2);
  assert_int_equal(width("\xff"), 1);
}

static void test_encoding__tabs_go_to_the_next_stop(void **state) {
  (void)state;
  assert_int_equal(mlo_display_width(MLO_STR("\t"), 0, 4), 4);
  assert_int_equal(mlo_display_width(MLO_STR("\t"), 3, 4), 1);
  assert_int_equal(mlo_display_width(MLO_STR("ab\tc"), 0, 4), 5);
  assert_int_equal(mlo_display_width(MLO_STR("日\t"), 1, 8), 7);
  assert_int_equal(mlo_display_width(MLO_STR("\t\t"), 0, 0), 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_encoding__goes_to_utf8_and_back),
      cmocka_unit_test(test_encoding__text_that_needs_no_change_is_borrowed),
      cmocka_unit_test(test_encoding__coding_comment_counts_in_the_first_two_lines_of_python),
      cmocka_unit_test(test_encoding__unknown_codec_is_unsupported),
      cmocka_unit_test(test_encoding__what_the_encoding_lacks_cannot_be_written),
      cmocka_unit_test(test_encoding__broken_utf16_becomes_replacement_characters),
      cmocka_unit_test(test_encoding__nul_makes_bytes_binary_but_not_utf16),
      cmocka_unit_test(test_encoding__utf8_is_strict),
      cmocka_unit_test(test_encoding__next_code_point_steps_over_bad_bytes_one_by_one),
      cmocka_unit_test(test_encoding__put_writes_one_to_four_bytes),
      cmocka_unit_test(test_encoding__display_width_is_what_a_terminal_shows),
      cmocka_unit_test(test_encoding__tabs_go_to_the_next_stop),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
