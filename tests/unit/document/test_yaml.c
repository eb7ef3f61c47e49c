#include "reading.h"

static void test_yaml__reads_block_and_flow(void **state) {
  (void)state;
  reading *r = read_text("a.yaml", "a: 1\nb:\n- x\n- y: [2, {c: d}]\ne: {f: g, h}\n");
  assert_false(r->document.broken);
  assert_int_equal(reading_at(r, "a")->integer, 1);
  assert_text(r, "b[0]", "x");
  assert_text(r, "b[1].y[1].c", "d");
  assert_text(r, "e.f", "g");
  assert_kind(r, "e.h", MLO_VALUE_NULL);
  reading_free(r);
}

static void test_yaml__types_by_the_core_schema(void **state) {
  (void)state;
  reading *r = read_text(
      "a.yaml", "i: 0x1F\no: 0o17\nf: 1e3\nt: True\nn: ~\ne:\ny: yes\non: off\nu: 1_000\nv: 0.10\n"
                "q: '1'\ns: !!str 2\nd: 2024-01-01\n");
  assert_int_equal(reading_at(r, "i")->integer, 31);
  assert_int_equal(reading_at(r, "o")->integer, 15);
  assert_kind(r, "f", MLO_VALUE_FLOAT);
  assert_kind(r, "t", MLO_VALUE_BOOL);
  assert_kind(r, "n", MLO_VALUE_NULL);
  assert_kind(r, "e", MLO_VALUE_NULL);
  assert_kind(r, "y", MLO_VALUE_STRING);
  assert_text(r, "on", "off");
  assert_kind(r, "on", MLO_VALUE_STRING);
  assert_kind(r, "u", MLO_VALUE_STRING);
  assert_text(r, "v", "0.10");
  assert_kind(r, "q", MLO_VALUE_STRING);
  assert_kind(r, "s", MLO_VALUE_STRING);
  assert_kind(r, "d", MLO_VALUE_STRING);
  reading_free(r);
}

static void test_yaml__the_key_on_is_a_string(void **state) {
  (void)state;
  reading *r = read_text(".github/workflows/ci.yml", "on:\n  push:\n    branches: [main]\n");
  assert_text(r, "on.push.branches[0]", "main");
  reading_free(r);
}

static void test_yaml__decodes_quoted_scalars(void **state) {
  (void)state;
  reading *r = read_text(
      "a.yaml",
      "a: 'it''s'\nb: \"x\\n\\u00e9\\x41\\\"\"\nc: \"one\n  two\n\n  three \\\n  four\"\n");
  assert_text(r, "a", "it's");
  assert_text(r, "b",
              "x\n\xC3\xA9"
              "A\"");
  assert_text(r, "c", "one two\nthree four");
  assert_true(reading_at(r, "c")->folded);
  assert_false(reading_at(r, "a")->folded);
  assert_str(bytes_of(r, reading_at(r, "a")->span), "'it''s'");
  assert_str(bytes_of(r, reading_at(r, "a")->inner), "it''s");
  reading_free(r);
}

static void test_yaml__folds_plain_lines(void **state) {
  (void)state;
  reading *r = read_text("a.yaml", "a: one\n  two\n\n  three\nb: x # comment\n");
  assert_text(r, "a", "one two\nthree");
  assert_true(reading_at(r, "a")->folded);
  assert_text(r, "b", "x");
  reading_free(r);
}

static void test_yaml__literal_scalars_keep_lines(void **state) {
  (void)state;
  reading *r = read_text(
      "a.yaml", "a: |\n  one\n    two\n\n  three\n\nb: |-\n  x\nc: |+\n  y\n\nd: |2\n   z\n");
  assert_text(r, "a", "one\n  two\n\nthree\n");
  assert_str(bytes_of(r, reading_at(r, "a")->inner), "  one\n    two\n\n  three");
  assert_false(reading_at(r, "a")->folded);
  assert_text(r, "b", "x");
  assert_text(r, "c", "y\n\n");
  assert_text(r, "d", " z\n");
  reading_free(r);
}

static void test_yaml__folded_scalars_join_lines(void **state) {
  (void)state;
  reading *r = read_text("a.yaml", "run: >-\n  pip install\n  x\n\n  next\n    more\n  end\n");
  assert_text(r, "run", "pip install x\nnext\n  more\nend");
  assert_true(reading_at(r, "run")->folded);
  reading_free(r);
}

static void test_yaml__crlf_is_one_line_end(void **state) {
  (void)state;
  reading *r = read_text("a.yaml", "a: 1\r\nb: |\r\n  x\r\n  y\r\nc: z\r\n");
  assert_false(r->document.broken);
  assert_text(r, "b", "x\ny\n");
  assert_text(r, "c", "z");
  reading_free(r);
}

static void test_yaml__several_documents(void **state) {
  (void)state;
  reading *r = read_text("a.yaml", "a: 1\n---\na: 2\n---\n- 3\n");
  assert_int_equal(mlo_document_node(&r->document, 0)->count, 3);
  mlo_value second = mlo_document_item(&r->document, 0, 1);
  mlo_value a = mlo_document_member(&r->document, second, MLO_STR("a"));
  assert_int_equal(mlo_document_node(&r->document, a)->integer, 2);
  reading_free(r);
}

static void test_yaml__aliases_are_views_with_own_key_and_place(void **state) {
  (void)state;
  reading *r = read_text("a.yaml", "base: &b {x: 1}\nother: *b\n");
  const mlo_value_node *other = reading_at(r, "other");
  assert_int_equal(other->kind, MLO_VALUE_MAP);
  assert_str(other->key, "other");
  assert_str(bytes_of(r, other->span), "*b");
  assert_int_equal(reading_at(r, "other.x")->integer, 1);
  assert_str(bytes_of(r, reading_at(r, "other.x")->span), "1");
  reading_free(r);
}

static void test_yaml__merge_keys_are_looked_through(void **state) {
  (void)state;
  reading *r = read_text(
      "a.yaml",
      "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 3\nd: {<<: *a}\n");
  assert_int_equal(reading_at(r, "c.x")->integer, 3);
  assert_int_equal(reading_at(r, "c.y")->integer, 1);
  assert_int_equal(reading_at(r, "c.z")->integer, 2);
  assert_int_equal(reading_at(r, "d.x")->integer, 1);
  assert_false(reading_has(r, "d.z"));
  reading_free(r);
}

static void test_yaml__each_visits_own_keys_then_merged_ones(void **state) {
  (void)state;
  reading *r = read_text("a.yaml", "a: &a {x: 1, y: 1}\nc:\n  <<: *a\n  x: 3\n  w: 4\n");
  mlo_value c =
      mlo_document_member(&r->document, mlo_document_item(&r->document, 0, 0), MLO_STR("c"));
  mlo_value_cursor cursor = {0};
  mlo_value child;
  char seen[16] = "";
  while (mlo_document_each(&r->document, c, &cursor, &child))
    strncat(seen, mlo_document_node(&r->document, child)->key.ptr, 1);
  assert_string_equal(seen, "xwy");
  reading_free(r);
}

static void test_yaml__alias_cycles_end(void **state) {
  (void)state;
  reading *r = read_text("a.yaml", "a: &a\n  <<: *a\n  b: *a\n  c: [*a, *a, *a]\n  image: x\n");
  assert_false(r->document.broken);
  assert_text(r, "a.b.b.b.image", "x");
  assert_false(reading_has(r, "**.nope"));
  assert_text(r, "**.image", "x");
  reading_free(r);
}

static bool count_value(const mlo_document *document, mlo_value value, void *ctx) {
  (void)document, (void)value;
  ++*(int *)ctx;
  return true;
}

static void test_yaml__alias_bombs_are_bounded(void **state) {
  (void)state;
  char text[4096] = "a: &a [x, x, x, x, x, x, x, x, x]\n", line[128];
  for (char c = 'b'; c <= 'p'; c++) {
    snprintf(line, sizeof line, "%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c]\n", c, c,
             c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1);
    strcat(text, line);
  }
  reading *r = read_text("a.yaml", text);
  mlo_path path;
  assert_int_equal(mlo_path_compile(MLO_STR("**"), &r->arena, &path, &r->err), MLO_OK);
  int count = 0;
  mlo_document_select(&r->document, 0, &path, count_value, &count);
  assert_int_equal(count, 16 + 16 * 9); /* each value once */
  reading_free(r);
}

static void test_yaml__unknown_alias_is_null_and_broken(void **state) {
  (void)state;
  reading *r = read_text("a.yaml", "a: 1\nb: *nope\nc: 2\n");
  assert_broken(r, "*nope", "anchor");
  assert_kind(r, "b", MLO_VALUE_NULL);
  assert_int_equal(reading_at(r, "c")->integer, 2);
  reading_free(r);
}

static void test_yaml__a_tab_is_named_and_the_rest_is_read(void **state) {
  (void)state;
  reading *r = read_text("a.yaml", "a: 1\nb:\n\tc: 2\nd:\n  e: 3\n");
  assert_broken(r, "\tc: 2", "tab");
  assert_int_equal(reading_at(r, "a")->integer, 1);
  assert_int_equal(reading_at(r, "d.e")->integer, 3);
  assert_false(reading_has(r, "**.c"));
  reading_free(r);
}

static void test_yaml__one_bad_line_costs_one_entry(void **state) {
  (void)state;
  reading *r = read_text(
      "a.yaml",
      "on: push\njobs:\n  build:\n    steps:\n      - run: a\n      - name: x: y\n      - run: b\n"
      "  test:\n    needs: build\n");
  assert_broken(r, ": y", "quotes");
  assert_text(r, "jobs.build.steps[0].run", "a");
  assert_text(r, "jobs.build.steps[*].run", "a");
  assert_text(r, "jobs.test.needs", "build");
  reading_free(r);
}

static void test_yaml__a_broken_document_spares_the_others(void **state) {
  (void)state;
  reading *r = read_text("a.yaml", "kind: A\n---\nkind: [\n---\nkind: C\n");
  assert_true(r->document.broken);
  const mlo_value_node *stream = mlo_document_node(&r->document, 0);
  assert_int_equal(stream->count, 3);
  mlo_value last =
      mlo_document_member(&r->document, mlo_document_item(&r->document, 0, 2), MLO_STR("kind"));
  assert_str(mlo_document_node(&r->document, last)->text, "C");
  reading_free(r);
}

static void test_yaml__unclosed_quote_is_broken(void **state) {
  (void)state;
  reading *r = read_text("a.yaml", "a: 1\nb: \"x\n");
  assert_true(r->document.broken);
  assert_int_equal(reading_at(r, "a")->integer, 1);
  reading_free(r);
}

static void test_yaml__helm_templates_are_read(void **state) {
  (void)state;
  reading *r =
      read_text("templates/x.yaml", "{{- if .Values.on }}\nkind: {{ .Values.kind }}\nmeta:\n  "
                                    "name: {{ include \"n\" . }}-web\n  labels:\n"
                                    "    {{- include \"l\" . | nindent 4 }}\nspec:\n  image: \"{{ "
                                    ".r }}:{{ .t | default \"x\" }}\"\n"
                                    "  replicas: 3\n{{- end }}\n");
  assert_false(r->document.broken);
  assert_text(r, "kind", "{{ .Values.kind }}");
  assert_text(r, "meta.name", "{{ include \"n\" . }}-web");
  assert_kind(r, "meta.labels", MLO_VALUE_NULL);
  assert_text(r, "spec.image", "{{ .r }}:{{ .t | default \"x\" }}");
  assert_int_equal(reading_at(r, "spec.replicas")->integer, 3);
  assert_str(bytes_of(r, reading_at(r, "spec.replicas")->span), "3");
  reading_free(r);
}

static void test_yaml__templates_in_block_scalars_are_text(void **state) {
  (void)state;
  reading *r = read_text(
      "a.yaml", "chat: |-\n  {%- for m in messages -%}\n  {{ m }}\n  {%- endfor -%}\nb: 1\n");
  assert_false(r->document.broken);
  assert_text(r, "chat", "{%- for m in messages -%}\n{{ m }}\n{%- endfor -%}");
  assert_int_equal(reading_at(r, "b")->integer, 1);
  reading_free(r);
}

static void test_yaml__github_expressions_are_plain_text(void **state) {
  (void)state;
  reading *r = read_text("a.yaml", "if: ${{ github.ref == 'x' }}\nrun: echo ${{ secrets.T }}\n");
  assert_false(r->document.broken);
  assert_text(r, "if", "${{ github.ref == 'x' }}");
  assert_text(r, "run", "echo ${{ secrets.T }}");
  reading_free(r);
}

static void test_yaml__empty_and_comment_only(void **state) {
  (void)state;
  reading *r = read_text("a.yaml", "");
  assert_false(r->document.broken);
  assert_int_equal(mlo_document_node(&r->document, 0)->count, 0);
  reading_free(r);
  r = read_text("a.yaml", "# only this\n");
  assert_false(r->document.broken);
  reading_free(r);
}

static void test_yaml__nul_bytes_hide_nothing(void **state) {
  (void)state;
  reading *r = read_bytes("a.yaml", MLO_STR("a: 1\nb: x\0y\nc: 3\n"));
  assert_true(r->document.broken);
  assert_int_equal(r->document.broken_span.start, 9);
  assert_int_equal(reading_at(r, "a")->integer, 1);
  assert_true(mlo_str_eq(reading_at(r, "b")->text, MLO_STR("x\0y")));
  assert_int_equal(reading_at(r, "c")->integer, 3);
  reading_free(r);
}

static void test_yaml__depth_is_bounded_in_flow(void **state) {
  (void)state;
  char *text = repeat("", "[", 100000, "\n");
  reading *r = read_text("a.yaml", text);
  assert_true(r->document.broken);
  reading_free(r);
  free(text);
  char *open = repeat("a: 1\nb: ", "[", 300, "");
  text = repeat(open, "]", 300, "\nc: 2\n");
  r = read_text("a.yaml", text);
  assert_true(r->document.broken);
  assert_int_equal(reading_at(r, "c")->integer, 2);
  reading_free(r);
  free(open);
  free(text);
}

static void test_yaml__depth_is_bounded_in_blocks(void **state) {
  (void)state;
  static const char *const parts[] = {"- ", "? ", ": "};
  for (size_t i = 0; i < 3; i++) {
    char *text = repeat("", parts[i], 100000, "x\n");
    reading *r = read_text("a.yaml", text);
    assert_true(r->document.broken);
    assert_non_null(strstr(r->document.broken_why, "deeper"));
    reading_free(r);
    free(text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_yaml__reads_block_and_flow),
      cmocka_unit_test(test_yaml__types_by_the_core_schema),
      cmocka_unit_test(test_yaml__the_key_on_is_a_string),
      cmocka_unit_test(test_yaml__decodes_quoted_scalars),
      cmocka_unit_test(test_yaml__folds_plain_lines),
      cmocka_unit_test(test_yaml__literal_scalars_keep_lines),
      cmocka_unit_test(test_yaml__folded_scalars_join_lines),
      cmocka_unit_test(test_yaml__crlf_is_one_line_end),
      cmocka_unit_test(test_yaml__several_documents),
      cmocka_unit_test(test_yaml__aliases_are_views_with_own_key_and_place),
      cmocka_unit_test(test_yaml__merge_keys_are_looked_through),
      cmocka_unit_test(test_yaml__each_visits_own_keys_then_merged_ones),
      cmocka_unit_test(test_yaml__alias_cycles_end),
      cmocka_unit_test(test_yaml__alias_bombs_are_bounded),
      cmocka_unit_test(test_yaml__unknown_alias_is_null_and_broken),
      cmocka_unit_test(test_yaml__a_tab_is_named_and_the_rest_is_read),
      cmocka_unit_test(test_yaml__one_bad_line_costs_one_entry),
      cmocka_unit_test(test_yaml__a_broken_document_spares_the_others),
      cmocka_unit_test(test_yaml__unclosed_quote_is_broken),
      cmocka_unit_test(test_yaml__helm_templates_are_read),
      cmocka_unit_test(test_yaml__templates_in_block_scalars_are_text),
      cmocka_unit_test(test_yaml__github_expressions_are_plain_text),
      cmocka_unit_test(test_yaml__empty_and_comment_only),
      cmocka_unit_test(test_yaml__nul_bytes_hide_nothing),
      cmocka_unit_test(test_yaml__depth_is_bounded_in_flow),
      cmocka_unit_test(test_yaml__depth_is_bounded_in_blocks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
