#include "notebook/notebook.h"

#include "unit.h"

typedef struct result {
  mlo_arena arena;
  mlo_notebook notebook;
  mlo_status status;
  mlo_error err;
} result;

/* JSON is written with ' for ", and without escapes of its own but \\n. */
static mlo_str json(mlo_arena *arena, const char *text) {
  mlo_str raw = mlo_arena_str(arena, mlo_str_c(text));
  char *bytes = (char *)(uintptr_t)raw.ptr;
  for (size_t i = 0; i < raw.len; i++)
    if (bytes[i] == '\'') bytes[i] = '"';
  return raw;
}

static result read_text(const char *text) {
  result r = {.arena = unit_arena()};
  r.status =
      mlo_notebook_read(json(&r.arena, text), MLO_STR("a.ipynb"), &r.arena, &r.notebook, &r.err);
  return r;
}

static result read_good(const char *text) {
  result r = read_text(text);
  if (r.status != MLO_OK) fail_msg("%s", r.err.message);
  return r;
}

static mlo_str raw_of(const result *r, mlo_span span) { return mlo_span_of(r->notebook.raw, span); }

static void test_notebook__reads_cells_of_nbformat_4(void **state) {
  (void)state;
  result r = read_good(
      "{'nbformat': 4, 'metadata': {'kernelspec': {'language': 'python'}},\n"
      " 'cells': [\n"
      "  {'cell_type': 'markdown', 'metadata': {}, 'source': ['# T\\n', 'x']},\n"
      "  {'cell_type': 'code', 'id': 'ab-1', 'execution_count': 12, 'outputs': [],\n"
      "   'metadata': {'tags': ['parameters', 'x'], 'jupyter': {'source_hidden': true}},\n"
      "   'source': 'import os'},\n"
      "  {'cell_type': 'raw', 'source': []}]}\n");
  assert_int_equal(r.notebook.nbformat, 4);
  assert_int_equal(r.notebook.cells.len, 3);
  const mlo_cell *cells = r.notebook.cells.items;
  assert_int_equal(cells[0].kind, MLO_CELL_MARKDOWN);
  assert_int_equal(cells[0].number, 1);
  assert_int_equal(cells[0].execution_count, -1);
  assert_str(cells[0].source, "# T\nx");
  assert_int_equal(cells[1].kind, MLO_CELL_CODE);
  assert_int_equal(cells[1].number, 2);
  assert_int_equal(cells[1].execution_count, 12);
  assert_str(raw_of(&r, cells[1].count_span), "12");
  assert_str(raw_of(&r, cells[1].outputs_span), "[]");
  assert_str(cells[1].id, "ab-1");
  assert_str(cells[1].source, "import os");
  assert_int_equal(cells[1].tags.len, 2);
  assert_str(cells[1].tags.items[1], "x");
  assert_true(cells[1].collapsed_source);
  assert_int_equal(cells[2].kind, MLO_CELL_RAW);
  assert_str(raw_of(&r, cells[2].span), "{\"cell_type\": \"raw\", \"source\": []}");
  mlo_arena_release(&r.arena);
}

static void test_notebook__reads_outputs_of_nbformat_4(void **state) {
  (void)state;
  result r = read_good(
      "{'cells': [{'cell_type': 'code', 'execution_count': null, 'source': 'x', 'outputs': [\n"
      "{'output_type': 'stream', 'text': ['a\\n', 'b'], 'name': 'stderr'},\n"
      "{'output_type': 'display_data', 'data': {'image/png': 'iVBO', 'text/plain': '<F>'}},\n"
      "{'output_type': 'execute_result', 'execution_count': 3, 'metadata': {},\n"
      " 'data': {'text/html': ['<b>'], 'application/json': {'k': [1]}, 'x/y': 7}},\n"
      "{'output_type': 'error', 'ename': 'E', 'evalue': 'v', 'traceback': ['t']}]}]}");
  const mlo_cell *cell = &r.notebook.cells.items[0];
  assert_int_equal(cell->execution_count, -1);
  assert_str(raw_of(&r, cell->count_span), "null");
  assert_int_equal(cell->outputs.len, 4);
  const mlo_output *out = cell->outputs.items;
  assert_int_equal(out[0].kind, MLO_OUTPUT_STREAM);
  assert_str(out[0].texts.items[0].mime, "stderr");
  assert_str(mlo_json_text(r.notebook.raw, out[0].texts.items[0].span, &r.arena, NULL), "a\nb");
  assert_int_equal(out[1].kind, MLO_OUTPUT_DISPLAY);
  assert_int_equal(out[1].texts.len, 2);
  assert_str(out[1].texts.items[0].mime, "image/png");
  assert_str(out[1].texts.items[1].mime, "text/plain");
  assert_int_equal(out[2].kind, MLO_OUTPUT_RESULT);
  assert_int_equal(out[2].texts.len, 2);
  assert_str(raw_of(&r, out[2].texts.items[1].span), "{\"k\": [1]}");
  assert_int_equal(out[3].kind, MLO_OUTPUT_ERROR);
  assert_str(out[3].texts.items[0].mime, "traceback");
  assert_str(raw_of(&r, out[3].span),
             "{\"output_type\": \"error\", \"ename\": \"E\", \"evalue\": \"v\", "
             "\"traceback\": [\"t\"]}");
  mlo_arena_release(&r.arena);
}

static void test_notebook__reads_nbformat_3(void **state) {
  (void)state;
  result r = read_good(
      "{'metadata': {'name': ''}, 'nbformat': 3, 'nbformat_minor': 0, 'worksheets': [{'cells': [\n"
      "{'cell_type': 'heading', 'level': 1, 'source': ['T']},\n"
      "{'cell_type': 'code', 'input': ['x = 1\\n', 'x'], 'language': 'python', 'prompt_number': "
      "2,\n"
      " 'outputs': [{'output_type': 'pyout', 'prompt_number': 2, 'text': ['1'], 'html': '<b>'},\n"
      "  {'output_type': 'stream', 'stream': 'stderr', 'text': 'w'},\n"
      "  {'output_type': 'pyerr', 'traceback': ['t']},\n"
      "  {'output_type': 'display_data', 'png': 'iV', 'text': 'F'}]}]},\n"
      " {'cells': [{'cell_type': 'code', 'input': 'y'}]}]}");
  assert_int_equal(r.notebook.nbformat, 3);
  assert_str(r.notebook.language, "python");
  assert_int_equal(r.notebook.cells.len, 3);
  const mlo_cell *cells = r.notebook.cells.items;
  assert_int_equal(cells[0].kind, MLO_CELL_MARKDOWN);
  assert_str(cells[0].source, "T");
  assert_str(cells[1].source, "x = 1\nx");
  assert_int_equal(cells[1].execution_count, 2);
  assert_int_equal(cells[1].outputs.len, 4);
  const mlo_output *out = cells[1].outputs.items;
  assert_int_equal(out[0].kind, MLO_OUTPUT_RESULT);
  assert_str(out[0].texts.items[0].mime, "text/plain");
  assert_str(out[0].texts.items[1].mime, "text/html");
  assert_str(out[1].texts.items[0].mime, "stderr");
  assert_int_equal(out[2].kind, MLO_OUTPUT_ERROR);
  assert_str(out[3].texts.items[0].mime, "image/png");
  assert_int_equal(cells[2].number, 3);
  assert_str(cells[2].source, "y");
  mlo_arena_release(&r.arena);
}

static void test_notebook__locates_metadata_and_widgets(void **state) {
  (void)state;
  result r = read_good(
      "{'metadata': {'kernelspec': {'name': 'python3', 'display_name': 'P'},\n"
      " 'language_info': {'name': 'python'}, 'widgets': {'state': {}}}, 'nbformat': 4,\n"
      " 'nbformat_minor': 5, 'cells': [\n"
      "  {'cell_type': 'code', 'id': 'ab', 'metadata': {'collapsed': true, 'x': 1}, 'source': "
      "'a',\n"
      "   'outputs': [{'output_type': 'display_data', 'metadata': {'w': 2}, 'data': {}}]}]}");
  assert_int_equal(r.notebook.nbformat_minor, 5);
  assert_str(r.notebook.kernel, "python3");
  assert_str(raw_of(&r, r.notebook.kernelspec_span),
             "{\"name\": \"python3\", \"display_name\": \"P\"}");
  assert_str(raw_of(&r, r.notebook.language_info_span), "{\"name\": \"python\"}");
  assert_str(raw_of(&r, r.notebook.widgets_span), "{\"state\": {}}");
  assert_int_equal(r.notebook.raw.ptr[r.notebook.metadata_span.start], '{');
  assert_int_equal(r.notebook.raw.ptr[r.notebook.metadata_span.end], ',');
  assert_int_equal(r.notebook.raw.ptr[r.notebook.cells_span.start], '[');
  assert_int_equal(r.notebook.cells_span.end, r.notebook.raw.len - 1);
  const mlo_cell *cell = &r.notebook.cells.items[0];
  assert_str(raw_of(&r, cell->metadata_span), "{\"collapsed\": true, \"x\": 1}");
  assert_str(raw_of(&r, cell->id_span), "\"ab\"");
  assert_str(raw_of(&r, cell->source_span), "\"a\"");
  assert_true(cell->collapsed_outputs);
  assert_false(cell->collapsed_source);
  assert_str(raw_of(&r, cell->outputs.items[0].metadata_span), "{\"w\": 2}");
  mlo_arena_release(&r.arena);
}

static void test_notebook__reads_streams_errors_and_counts_of_outputs(void **state) {
  (void)state;
  result r = read_good(
      "{'cells': [{'cell_type': 'code', 'execution_count': 0, 'source': 'x', 'outputs': [\n"
      "{'output_type': 'stream', 'name': 'stderr', 'text': 'w'}, {'output_type': 'stream'},\n"
      "{'output_type': 'error', 'ename': 'KeyError', 'evalue': 'no \\u0041', 'traceback': []},\n"
      "{'output_type': 'execute_result', 'execution_count': 7, 'data': {}, 'name': 'x'}]}]}");
  const mlo_cell *cell = &r.notebook.cells.items[0];
  assert_int_equal(cell->execution_count, -1); /* Databricks' 0 counts nothing */
  assert_str(raw_of(&r, cell->count_span), "0");
  const mlo_output *out = cell->outputs.items;
  assert_str(out[0].stream, "stderr");
  assert_str(out[1].stream, "stdout");
  assert_str(out[2].error_name, "KeyError");
  assert_str(out[2].error_value, "no A");
  assert_int_equal(out[2].execution_count, -1);
  assert_int_equal(out[3].execution_count, 7);
  assert_str(raw_of(&r, out[3].count_span), "7");
  assert_str(out[3].stream, "");
  mlo_arena_release(&r.arena);
}

static void test_notebook__reads_attachments(void **state) {
  (void)state;
  result r = read_good("{'cells': [{'cell_type': 'markdown', 'source': '![](attachment:a.png)',\n"
                       " 'attachments': {'a.png': {'image/png': 'iVBO', 'text/plain': 'p'},\n"
                       "  'b.svg': {'image/svg+xml': ['<s>']}, 'c': 1}}, {}]}");
  const mlo_cell *cell = &r.notebook.cells.items[0];
  assert_int_equal(cell->attachments.len, 3);
  assert_str(cell->attachments.items[0].name, "a.png");
  assert_str(cell->attachments.items[0].mime, "image/png");
  assert_str(raw_of(&r, cell->attachments.items[0].span), "\"iVBO\"");
  assert_str(cell->attachments.items[1].name, "a.png");
  assert_str(cell->attachments.items[1].mime, "text/plain");
  assert_str(cell->attachments.items[2].name, "b.svg");
  assert_int_equal(cell[1].attachments.len, 0);
  assert_int_equal(cell[1].attachments_span.end, 0);
  mlo_arena_release(&r.arena);
}

static void test_notebook__platform_is_who_left_its_keys(void **state) {
  (void)state;
  static const struct {
    const char *metadata, *cell, *platform;
  } cases[] = {
      {"{}", "{}", "jupyter"},
      {"{'colab': {}, 'kernelspec': {}}", "{}", "colab"},
      {"{}", "{'colab': {}, 'id': 'x'}", "colab"},
      {"{'vscode': {}, 'colab': {}}", "{}", "colab"},
      {"{'orig_nbformat': 4}", "{}", "vscode"},
      {"{}", "{'vscode': {'languageId': 'sql'}}", "vscode"},
      {"{'kaggle': {'accelerator': 'none'}, 'colab': 1}", "{}", "kaggle"},
      {"{}", "{'_kg_hide-input': true}", "kaggle"},
      {"{'application/vnd.databricks.v1+notebook': {}}", "{}", "databricks"},
      {"{}", "{'application/vnd.databricks.v1+cell': {}}", "databricks"},
      {"{'deepnote_notebook_id': '1'}", "{}", "deepnote"},
      {"{}", "{'deepnote_cell_type': 'code'}", "deepnote"},
      {"{'lastEditStatus': {}}", "{}", "snowflake"},
      {"{'pycharm': {}}", "{}", "pycharm"},
      {"{'availableInstances': []}", "{}", "sagemaker"},
      {"{'microsoft': {}}", "{}", "azure"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[256];
    snprintf(text, sizeof text, "{'metadata': %s, 'cells': [{'metadata': %s}]}", cases[i].metadata,
             cases[i].cell);
    result r = read_good(text);
    assert_str(mlo_platform_name(r.notebook.platform), cases[i].platform);
    mlo_arena_release(&r.arena);
  }
}

static void test_notebook__cells_may_have_a_language_of_their_own(void **state) {
  (void)state;
  static const struct {
    const char *notebook, *cell, *source, *language;
  } cases[] = {
      {"{}", "{}", "x = 1", "python"},
      {"{'kernelspec': {'name': 'ir'}}", "{}", "x <- 1", "r"},
      {"{'kernelspec': {'name': 'ir'}}", "{'vscode': {'languageId': 'python'}}", "x = 1", "python"},
      {"{}", "{'vscode': {'languageId': 'sql'}}", "SELECT 1", "sql"},
      {"{}", "{'language': 'SQL'}", "SELECT 1", "sql"},
      {"{}", "{'dotnet_interactive': {'language': 'csharp'}}", "var x;", "csharp"},
      {"{}", "{'deepnote_cell_type': 'sql'}", "SELECT 1", "sql"},
      {"{}", "{'deepnote_cell_type': 'sql'}", "df = _dntk.execute_sql(q)", "python"},
      {"{}", "{'deepnote_cell_type': 'code'}", "x", "python"},
      {"{}", "{}", "%%bash\\nls", "bash"},
      {"{}", "{}", "# a\\n\\n%%sql\\nSELECT 1", "sql"},
      {"{}", "{}", "%sql SELECT 1", "python"}, /* of plain IPython: one line of a Python cell */
      {"{'application/vnd.databricks.v1+notebook': {}}", "{}", "%sql SELECT 1", "sql"},
      {"{'application/vnd.databricks.v1+notebook': {'language': 'sql'}}", "{}", "SELECT 1", "sql"},
      {"{'application/vnd.databricks.v1+notebook': {'language': 'sql'}}", "{}", "%python\\nx",
       "python"},
      {"{}", "{}", "%%time\\nx", "python"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[512];
    snprintf(text, sizeof text,
             "{'cells': [{'cell_type': 'code', 'metadata': %s, 'source': '%s'}], 'metadata': %s}",
             cases[i].cell, cases[i].source, cases[i].notebook);
    result r = read_good(text);
    assert_str(r.notebook.cells.items[0].language, cases[i].language);
    mlo_arena_release(&r.arena);
  }
}

static void test_notebook__two_values_of_one_name_are_doubtful(void **state) {
  (void)state;
  result r = read_good("{'cells': [], 'cells': [{'cell_type': 'code', 'cell_type': 'code',\n"
                       " 'source': 'a', 'source': 'b'}]}");
  assert_int_equal(r.notebook.doubts.len, 2);
  assert_str(raw_of(&r, r.notebook.doubts.items[0].span), "\"source\"");
  assert_str(r.notebook.doubts.items[0].what,
             "\"source\" stands twice in one object, with different values: the first was not "
             "scanned; take one of them out");
  assert_str(raw_of(&r, r.notebook.doubts.items[1].span), "\"cells\"");
  mlo_arena_release(&r.arena);
}

static void test_notebook__source_is_located_in_the_file(void **state) {
  (void)state;
  result r = read_good("{'cells': [\n"
                       " {'cell_type': 'code', 'source': ['a = 1\\n',\n"
                       "   'secret = a']}]}");
  const mlo_cell *cell = &r.notebook.cells.items[0];
  size_t derived = mlo_str_find(cell->source, MLO_STR("secret")); /* line 2 of the cell */
  size_t raw = mlo_str_find(r.notebook.raw, MLO_STR("secret"));
  assert_int_equal(derived, 6);
  assert_int_equal(mlo_origin_raw(&cell->source_origin, (uint32_t)derived), raw);
  assert_int_equal(mlo_origin_text(&cell->source_origin, (uint32_t)raw), derived);
  mlo_span span = mlo_origin_span(&cell->source_origin, (mlo_span){6, 12});
  assert_str(raw_of(&r, span), "secret");
  mlo_arena_release(&r.arena);
}

static void test_notebook__later_of_two_equal_names_wins(void **state) {
  (void)state;
  result r = read_good(
      "{'cells': [{'source': 'gone'}, {}], 'nbformat': 9, 'nbformat': 4,\n"
      " 'cells': [{'cell_type': 'raw', 'cell_type': 'code', 'source': 'a', 'source': 'b',\n"
      "  'outputs': [{}, {}], 'outputs': [{}]}]}");
  assert_int_equal(r.notebook.nbformat, 4);
  assert_int_equal(r.notebook.cells.len, 1);
  assert_int_equal(r.notebook.cells.items[0].kind, MLO_CELL_CODE);
  assert_int_equal(r.notebook.cells.items[0].number, 1);
  assert_int_equal(r.notebook.cells.items[0].outputs.len, 1);
  assert_str(r.notebook.cells.items[0].source, "b");
  mlo_arena_release(&r.arena);
}

static void test_notebook__missing_parts_are_empty(void **state) {
  (void)state;
  result r = read_good("{'cells': [{}, {'source': null, 'outputs': 5, 'metadata': null},\n"
                       " {'metadata': {'tags': {}, 'jupyter': []}, 'execution_count': 'x'}]}");
  assert_int_equal(r.notebook.nbformat, 4);
  assert_str(r.notebook.language, "python");
  assert_int_equal(r.notebook.cells.len, 3);
  assert_int_equal(r.notebook.cells.items[0].kind, MLO_CELL_RAW);
  assert_str(r.notebook.cells.items[0].source, "");
  assert_int_equal(mlo_origin_raw(&r.notebook.cells.items[0].source_origin, 0), 12); /* its '}' */
  assert_int_equal(r.notebook.cells.items[1].kind, MLO_CELL_CODE);
  assert_int_equal(r.notebook.cells.items[2].execution_count, -1);
  mlo_arena_release(&r.arena);
  result none = read_good("{'cells': []}");
  assert_int_equal(none.notebook.cells.len, 0);
  mlo_arena_release(&none.arena);
}

static void test_notebook__names_may_be_escaped(void **state) {
  (void)state;
  result r = read_good("{'\\u0063ells': [{'so\\u0075rce': 'x'}]}");
  assert_str(r.notebook.cells.items[0].source, "x");
  mlo_arena_release(&r.arena);
}

static void test_notebook__language_is_the_kernels(void **state) {
  (void)state;
  static const struct {
    const char *metadata, *language;
  } cases[] = {
      {"{}", "python"},
      {"null", "python"},
      {"{'kernelspec': {'language': 'R', 'name': 'ir'}}", "r"},
      {"{'kernelspec': {'name': 'ir'}}", "r"},
      {"{'kernelspec': {'name': 'julia-1.9'}}", "julia"},
      {"{'kernelspec': {'name': 'python3'}}", "python"},
      {"{'kernelspec': {'name': 'my-conda-env'}}", "python"},
      {"{'kernelspec': {'name': 'SQL'}}", "sql"},
      {"{'language_info': {'name': 'ipython'}}", "python"},
      {"{'language_info': {'name': 'scala'}, 'kernelspec': {'name': 'almond'}}", "scala"},
      {"{'kernelspec': {'name': 'x', 'language': 'python'}, 'language_info': {'name': 'sql'}}",
       "python"},
      {"{'kernelspec': {'name': 'synapse_pyspark', 'language': 'Python'}}", "python"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[256];
    snprintf(text, sizeof text, "{'metadata': %s, 'cells': []}", cases[i].metadata);
    result r = read_good(text);
    assert_str(r.notebook.language, cases[i].language);
    mlo_arena_release(&r.arena);
  }
}

static void test_notebook__says_what_is_wrong_and_where(void **state) {
  (void)state;
#define RESTORE "; restore it from version control or save it again in Jupyter"
  static const struct {
    const char *text, *message;
  } cases[] = {
      {"", "line 1: not a notebook: the file is empty" RESTORE},
      {"\n \n", "line 3: not a notebook: the file is empty" RESTORE},
      {"{'cells': [", "line 1: not a notebook: the file ends in the middle" RESTORE},
      {"{'cells': [{'source':", "line 1: not a notebook: the file ends in the middle" RESTORE},
      {"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
       "a pointer of Git LFS, whose notebook is not here: not scanned; run `git lfs pull`, or "
       "exclude it"},
      {"[1]", "line 1: not a notebook: it does not begin with '{'" RESTORE},
      {"print('x')", "line 1: not a notebook: it does not begin with '{'" RESTORE},
      {"{'a': 1}", "line 1: not a notebook: it has no list of cells" RESTORE},
      {"{'worksheets': []}", "line 1: not a notebook: it has no list of cells" RESTORE},
      {"{'cells': 1}", "line 1: not a notebook: a list is missing" RESTORE},
      {"{\n'cells': [\n{},\n7]}", "line 4: not a notebook: a cell is not an object" RESTORE},
      {"{'cells': [{'source': 5}]}",
       "line 1: not a notebook: a cell's source is neither text nor a list of texts" RESTORE},
      {"{'cells': [\n{'source':\n [5]}]}",
       "line 3: not a notebook: a cell's source is a list of something else than texts" RESTORE},
      {"{'cells': [\n{'source': ['a', 'b'",
       "line 2: not a notebook: the file ends in the middle" RESTORE},
      {"{'cells': [{'source':\n ['a' 'b']}]}",
       "line 2: not a notebook: a ',' or ']' is missing" RESTORE},
      {"{'cells': []}\n}\n", "line 2: not a notebook: something follows the closing '}'" RESTORE},
      {"{'cells': [\n<<<<<<< HEAD\n {},\n=======\n>>>>>>> b\n]}",
       "line 2: an unresolved merge conflict; resolve it, or take one side with `git checkout "
       "--ours` or "
       "`--theirs`"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    result r = read_text(cases[i].text);
    assert_int_equal(r.status, MLO_ERR_SYNTAX);
    assert_string_equal(r.err.message, cases[i].message);
    assert_string_equal(r.err.path, "a.ipynb");
    mlo_arena_release(&r.arena);
  }
}

static void test_notebook__bytes_that_are_no_json_are_an_error(void **state) {
  (void)state;
  mlo_arena arena = unit_arena();
  mlo_notebook notebook;
  mlo_error err = {0};
  mlo_str nul = MLO_STR("{\"cells\": [{\"source\": \"a\0b\"}]}"),
          after = MLO_STR("{\"cells\": []}\0");
  assert_int_equal(mlo_notebook_read(nul, (mlo_str){0}, &arena, &notebook, &err), MLO_ERR_SYNTAX);
  assert_int_equal(mlo_notebook_read(after, (mlo_str){0}, &arena, &notebook, &err), MLO_ERR_SYNTAX);
  assert_int_equal(mlo_notebook_read((mlo_str){0}, (mlo_str){0}, &arena, &notebook, &err),
                   MLO_ERR_SYNTAX);
  mlo_arena_release(&arena);
}

static void test_notebook__every_cut_of_a_notebook_is_an_error(void **state) {
  (void)state;
  static const char text[] =
      "{\"metadata\": {\"kernelspec\": {\"name\": \"python3\"}}, \"cells\": [{\"cell_type\": "
      "\"code\", \"outputs\": [{\"output_type\": \"stream\", \"text\": [\"a\\u00e9\"]}], "
      "\"source\": [\"x\\n\", \"\\ud83d\\ude00\"], \"execution_count\": 12}]}";
  mlo_arena arena = unit_arena();
  mlo_notebook notebook;
  mlo_error err = {0};
  for (size_t len = 0; len < sizeof text - 1; len++) {
    char *exact = MLO_NEW_ARRAY(&arena, char, len ? len : 1);
    memcpy(exact, text, len);
    assert_int_equal(
        mlo_notebook_read(mlo_str_of(exact, len), (mlo_str){0}, &arena, &notebook, &err),
        MLO_ERR_SYNTAX);
  }
  assert_int_equal(mlo_notebook_read(MLO_STR(text), (mlo_str){0}, &arena, &notebook, &err), MLO_OK);
  mlo_arena_release(&arena);
}

static void test_notebook__deep_nesting_is_too_large(void **state) {
  (void)state;
  enum { DEEP = 100000 };
  mlo_arena arena = unit_arena();
  static const mlo_str head = MLO_STR_INIT("{\"metadata\": ");
  char *text = MLO_NEW_ARRAY(&arena, char, head.len + DEEP);
  memcpy(text, head.ptr, head.len);
  memset(text + head.len, '[', DEEP);
  mlo_notebook notebook;
  mlo_error err = {0};
  mlo_status status =
      mlo_notebook_read(mlo_str_of(text, head.len + DEEP), (mlo_str){0}, &arena, &notebook, &err);
  assert_int_equal(status, MLO_ERR_TOO_LARGE);
  assert_string_equal(err.message, "line 1: values are nested more than 256 levels deep: not "
                                   "scanned; strip its outputs, or exclude it");
  mlo_arena_release(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_notebook__reads_cells_of_nbformat_4),
      cmocka_unit_test(test_notebook__reads_outputs_of_nbformat_4),
      cmocka_unit_test(test_notebook__reads_nbformat_3),
      cmocka_unit_test(test_notebook__locates_metadata_and_widgets),
      cmocka_unit_test(test_notebook__reads_streams_errors_and_counts_of_outputs),
      cmocka_unit_test(test_notebook__reads_attachments),
      cmocka_unit_test(test_notebook__platform_is_who_left_its_keys),
      cmocka_unit_test(test_notebook__cells_may_have_a_language_of_their_own),
      cmocka_unit_test(test_notebook__two_values_of_one_name_are_doubtful),
      cmocka_unit_test(test_notebook__source_is_located_in_the_file),
      cmocka_unit_test(test_notebook__later_of_two_equal_names_wins),
      cmocka_unit_test(test_notebook__missing_parts_are_empty),
      cmocka_unit_test(test_notebook__names_may_be_escaped),
      cmocka_unit_test(test_notebook__language_is_the_kernels),
      cmocka_unit_test(test_notebook__says_what_is_wrong_and_where),
      cmocka_unit_test(test_notebook__bytes_that_are_no_json_are_an_error),
      cmocka_unit_test(test_notebook__every_cut_of_a_notebook_is_an_error),
      cmocka_unit_test(test_notebook__deep_nesting_is_too_large),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
