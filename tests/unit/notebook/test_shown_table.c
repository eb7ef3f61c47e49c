#include "notebook/shown_table.h"

#include "unit.h"

static mlo_arena arena;

static int set_up(void **state) {
  (void)state;
  mlo_arena_init(&arena, 0, NULL, NULL);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  mlo_arena_release(&arena);
  return 0;
}

static void add_line(mlo_str *out, const mlo_shown_row *row) {
  for (uint32_t i = 0; i < row->len; i++)
    *out =
        mlo_arena_format(&arena, "%.*s%s%.*s", MLO_FMT(*out), i ? "|" : "", MLO_FMT(row->items[i]));
  *out = mlo_arena_concat(&arena, *out, MLO_STR("\n"));
}

/* The tables as lines of cells with | between them; their sizes behind '='. */
static const char *shown(const mlo_shown_tables *tables) {
  mlo_str out = {0};
  for (uint32_t i = 0; i < tables->len; i++) {
    const mlo_shown_table *table = &tables->items[i];
    add_line(&out, &table->header);
    for (uint32_t row = 0; row < table->rows.len; row++) add_line(&out, &table->rows.items[row]);
    out = mlo_arena_format(&arena, "%.*s= %u of %u x %u\n", MLO_FMT(out), table->row_count,
                           table->all_rows, table->all_columns);
  }
  return mlo_arena_cstr(&arena, out);
}

static const char *of_html(const char *html) {
  mlo_shown_tables tables = {0};
  mlo_shown_tables_of_html(mlo_str_c(html), &arena, &tables);
  return shown(&tables);
}

static const char *of_text(const char *text) {
  mlo_shown_tables tables = {0};
  mlo_shown_tables_of_text(mlo_str_c(text), &arena, &tables);
  return shown(&tables);
}

static void test_shown_table__html_of_pandas(void **state) {
  (void)state;
  assert_string_equal(
      of_html(
          "<div>\n<style scoped>\n    .dataframe tbody tr th { x }\n</style>\n"
          "<table border=\"1\" class=\"dataframe\">\n  <thead>\n    <tr style=\"text-align: "
          "right;\">\n"
          "      <th></th>\n      <th>name</th>\n      <th>a &lt; b</th>\n    </tr>\n  </thead>\n"
          "  <tbody>\n    <tr>\n      <th>0</th>\n      <td>Berg, <b>Anna</b></td>\n      <td>1 "
          "&amp; 2</td>\n"
          "    </tr>\n    <tr>\n      <th>...</th>\n      <td>...</td>\n      <td>...</td>\n    "
          "</tr>\n"
          "    <tr>\n      <th>890</th>\n      <td>Tom</td>\n      <td></td>\n    </tr>\n  "
          "</tbody>\n"
          "</table>\n<p>891 rows \xc3\x97 2 columns</p>\n</div>"),
      "|name|a < b\n0|Berg, Anna|1 & 2\n890|Tom|\n= 2 of 891 x 2\n");
}

static void test_shown_table__html_of_several_levels(void **state) {
  (void)state;
  assert_string_equal(
      of_html(
          "<table><thead><tr><th></th><th "
          "colspan=\"2\">pay</th></tr><tr><th></th><th>min</th><th>max</th></tr>"
          "<tr><th>city</th><th></th><th></th></tr></thead>"
          "<tr><th rowspan=2>A</th><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>"),
      "city|min|max\nA|1|2\n|3|4\n= 2 of 0 x 0\n");
}

static void test_shown_table__html_without_names_is_no_table(void **state) {
  (void)state;
  assert_string_equal(of_html("<table><tr><td>1</td></tr><tr><td>2</td></tr></table>"), "");
  assert_string_equal(of_html("<table><thead><tr><th>a</th></tr></thead></table>"), "");
  assert_string_equal(of_html("a < b and <table"), "");
  assert_string_equal(of_html("<script>'<table><tr><th>a</th></tr><tr><td>1</td></tr>'</script>"),
                      "");
}

static void test_shown_table__several_tables_and_names_without_head(void **state) {
  (void)state;
  assert_string_equal(of_html("<table><tr><th>a</th></tr><tr><td>1</td></tr></table>"
                              "<TABLE><TR><TH>b<TH>c<TR><TD>2<TD>3</TABLE>"),
                      "a\n1\n= 1 of 0 x 0\nb|c\n2|3\n= 1 of 0 x 0\n");
}

static void test_shown_table__text_of_pandas(void **state) {
  (void)state;
  assert_string_equal(of_text("rows:\n"
                              "     name  sepal length (cm)\n"
                              "0    Anna                5.1\n"
                              "..    ...                ...\n"
                              "149  J\xc3\xb6rg                5.9\n"
                              "\n[150 rows x 2 columns]\n"),
                      "|name|sepal length (cm)\n0|Anna|5.1\n149|J\xc3\xb6rg|5.9\n= 2 of 150 x 2\n");
}

static void test_shown_table__text_that_is_wrapped(void **state) {
  (void)state;
  assert_string_equal(
      of_text("   id  age  \\\n0   1   22   \n1   2   38   \n\n"
              "               name  \n0  Braund, Mr. Owen  \n1     Heikkinen, M.  \n"),
      "|id|age|name\n0|1|22|Braund, Mr. Owen\n1|2|38|Heikkinen, M.\n= 2 of 0 x 0\n");
}

static void test_shown_table__text_with_the_name_of_the_index(void **state) {
  (void)state;
  assert_string_equal(of_text("      age\ncity     \nKoeln  22\nUlm    38\n"),
                      "|age\nKoeln|22\nUlm|38\n= 2 of 0 x 0\n");
}

static void test_shown_table__text_in_a_frame(void **state) {
  (void)state;
  assert_string_equal(
      of_text("+---+----+\n| id|name|\n+---+----+\n|  1|Anna|\n|  2| Tom|\n+---+----+\n"
              "only showing top 2 rows\n"),
      "id|name\n1|Anna\n2|Tom\n= 2 of 0 x 0\n");
}

static void test_shown_table__other_text_is_no_table(void **state) {
  (void)state;
  static const char *const texts[] = {
      "",
      " ",
      "\n\n",
      "  Epoch 1\nloss: 0.31\n",
      "   a   b\n0  1\n",
      "   a   b\n0   1 2\n",
      "              precision    recall\n\n           0       0.5       0.6\n",
      "+---+\n| a",
      "+-",
      "  a\n0",
      "   x  \\\n0  1  \n\n"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts - 1; i++)
    assert_string_equal(of_text(texts[i]), "");
  assert_string_equal(of_text("   x  \\\n0  1   \n\n"), "|x\n0|1\n= 1 of 0 x 0\n");
}

static void test_shown_table__keeps_so_much_and_counts_the_rest(void **state) {
  (void)state;
  mlo_str html = MLO_STR("<table><tr><th>a</th></tr>");
  for (int i = 0; i < MLO_SHOWN_ROWS + 7; i++)
    html = mlo_arena_concat(&arena, html, MLO_STR("<tr><td>1</td></tr>"));
  mlo_shown_tables tables = {0};
  mlo_shown_tables_of_html(html, &arena, &tables);
  assert_int_equal(tables.items[0].rows.len, MLO_SHOWN_ROWS);
  assert_int_equal(tables.items[0].row_count, MLO_SHOWN_ROWS + 7);
  tables.len = 0;
  mlo_str many = {0};
  for (int i = 0; i < MLO_SHOWN_TABLES + 7; i++)
    many = mlo_arena_concat(&arena, many,
                            MLO_STR("<table><tr><th>a</th></tr><tr><td>1</td></tr></table>"));
  mlo_shown_tables_of_html(many, &arena, &tables);
  assert_int_equal(tables.len, MLO_SHOWN_TABLES);
}

static void test_shown_table__wide_spans_and_long_cells_are_cut(void **state) {
  (void)state;
  mlo_str cell = {0};
  for (int i = 0; i < 300; i++) cell = mlo_arena_concat(&arena, cell, MLO_STR("\xc3\xb6"));
  const char *html = mlo_arena_cstr(
      &arena,
      mlo_arena_format(
          &arena, "<table><tr><th colspan=4000000000>a</th></tr><tr><td>%.*s</td></tr></table>",
          MLO_FMT(cell)));
  mlo_shown_tables tables = {0};
  mlo_shown_tables_of_html(mlo_str_c(html), &arena, &tables);
  assert_int_equal(tables.items[0].header.len, MLO_SHOWN_COLUMNS);
  mlo_str last = tables.items[0].rows.items[0].items[MLO_SHOWN_COLUMNS - 1];
  assert_int_equal(last.len, MLO_SHOWN_CELL);
}

static void test_shown_table__any_piece_of_a_table_is_read(void **state) {
  (void)state;
  static const char html[] =
      "<style>a</style><table><thead><tr><th colspan=\"2\">a&amp;</th></tr></thead>"
      "<tr><td>1<td>&lt;<b>2</b></td></tr></table><p>1 rows \xc3\x97 1 columns";
  static const char text[] = "      a   b  \\\nx          \n0    \xc3\xb6   1   \n\n   c\n0  "
                             "2\n\n[2 rows x 3 columns]\n+-+\n|a|\n+-+\n|1|\n";
  for (size_t from = 0; from < sizeof html; from++)
    for (size_t to = from; to < sizeof html; to += 3) {
      char *copy = mlo_arena_alloc(&arena, to - from + 1, 1, 1);
      memcpy(copy, html + from, to - from);
      mlo_shown_tables tables = {0};
      mlo_shown_tables_of_html(mlo_str_of(copy, to - from), &arena, &tables);
      assert_true(tables.len <= 1);
    }
  for (size_t from = 0; from < sizeof text; from++)
    for (size_t to = from; to < sizeof text; to += 3) {
      mlo_shown_tables tables = {0};
      mlo_shown_tables_of_text(mlo_str_of(text + from, to - from), &arena, &tables);
      assert_true(tables.len <= 3);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_shown_table__html_of_pandas),
      cmocka_unit_test(test_shown_table__html_of_several_levels),
      cmocka_unit_test(test_shown_table__html_without_names_is_no_table),
      cmocka_unit_test(test_shown_table__several_tables_and_names_without_head),
      cmocka_unit_test(test_shown_table__text_of_pandas),
      cmocka_unit_test(test_shown_table__text_that_is_wrapped),
      cmocka_unit_test(test_shown_table__text_with_the_name_of_the_index),
      cmocka_unit_test(test_shown_table__text_in_a_frame),
      cmocka_unit_test(test_shown_table__other_text_is_no_table),
      cmocka_unit_test(test_shown_table__keeps_so_much_and_counts_the_rest),
      cmocka_unit_test(test_shown_table__wide_spans_and_long_cells_are_cut),
      cmocka_unit_test(test_shown_table__any_piece_of_a_table_is_read),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
