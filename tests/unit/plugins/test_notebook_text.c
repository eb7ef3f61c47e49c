#include "plugins/report/notebook_text.h"

#include "unit.h"

static const char notebook_text[] =
    "{\"cells\": [\n"
    " {\"cell_type\": \"markdown\", \"id\": \"m1\", \"metadata\": {}, \"source\": \"# "
    "Title\\n\\u001b[2J\\u202eevil\"},\n"
    " {\"cell_type\": \"code\", \"id\": \"c1\", \"metadata\": {\"tags\": [\"keep\", \"x\"]}, "
    "\"execution_count\": 7,\n"
    "  \"source\": [\"a = 1\\n\", \"a\"], \"outputs\": [\n"
    "   {\"output_type\": \"stream\", \"name\": \"stdout\", \"text\": [\"10%\\r50%\\r100%\\n\", "
    "\"\\u001b[31mred\\u001b[0m\\n\"]},\n"
    "   {\"output_type\": \"execute_result\", \"execution_count\": 7, \"metadata\": {},\n"
    "    \"data\": {\"text/html\": \"<b>1</b>\", \"text/plain\": \"1\", \"image/png\": "
    "\"iVBO\\nRw0KGgo=\\n\"}},\n"
    "   {\"output_type\": \"display_data\", \"metadata\": {}, \"data\": {\"text/html\": "
    "\"<i>only</i>\"}},\n"
    "   {\"output_type\": \"error\", \"ename\": \"E\", \"evalue\": \"v\", \"traceback\": "
    "[\"\\u001b[0;31mE\\u001b[0m\", \"v\"]}]}],\n"
    " \"metadata\": {\"kernelspec\": {\"name\": \"python3\", \"language\": \"python\"}}, "
    "\"nbformat\": 4, "
    "\"nbformat_minor\": 5}";

static void assert_shown(bool outputs, const char *expected) {
  mlo_arena arena = unit_arena();
  mlo_notebook notebook;
  mlo_buf out = {0};
  assert_int_equal(
      mlo_notebook_read(mlo_str_c(notebook_text), (mlo_str){0}, &arena, &notebook, NULL), MLO_OK);
  mlo_notebook_text_put(&notebook, outputs, &arena, &out);
  assert_str(mlo_buf_str(&out), expected);
  mlo_buf_release(&out);
  mlo_arena_release(&arena);
}

static void test_notebook_text__cells_and_outputs(void **state) {
  (void)state;
  assert_shown(true, "%% notebook  python, kernel python3, nbformat 4.5\n"
                     "\n%% markdown  id=m1\n"
                     "# Title\n\\x1b[2J\\u202eevil\n"
                     "\n%% code  id=c1  tags=keep,x\n"
                     "a = 1\na\n"
                     "-- out [7]\n"
                     "-- stdout\n100%\nred\n"
                     "-- text/plain\n1\n"
                     "-- image/png, 8 bytes, 8aa7bdc2c9b90e9b\n"
                     "-- text/html\n<i>only</i>\n"
                     "-- error\nE\nv\n");
}

static void test_notebook_text__without_outputs(void **state) {
  (void)state;
  assert_shown(false, "%% notebook  python, kernel python3, nbformat 4.5\n"
                      "\n%% markdown  id=m1\n"
                      "# Title\n\\x1b[2J\\u202eevil\n"
                      "\n%% code  id=c1  tags=keep,x\n"
                      "a = 1\na\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_notebook_text__cells_and_outputs),
      cmocka_unit_test(test_notebook_text__without_outputs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
