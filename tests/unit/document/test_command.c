#include "parts.h"

/* The commands of a shell text, as lines. */
static void assert_shell(mlo_command_context context, bool folded, const char *text,
                         const char *expected) {
  reading self = reading_start();
  mlo_commands commands = {0};
  mlo_span all = {0, (uint32_t)strlen(text)};
  mlo_status status = mlo_commands_of_shell(self.parser, mlo_str_c(text), all, folded, context,
                                            MLO_NO_VALUE, &self.arena, &commands, &self.err);
  assert_int_equal(status, MLO_OK);
  assert_str(reading_lines(&self.arena, &commands), expected);
  reading_end(&self);
}

static void assert_script(const char *text, const char *expected) {
  assert_shell(MLO_COMMAND_SCRIPT, false, text, expected);
}

static void assert_file(const char *path, const char *text, const char *expected) {
  reading self = reading_of(path, text);
  mlo_commands commands = {0};
  assert_int_equal(self.status, MLO_OK);
  assert_int_equal(
      mlo_commands_of_document(self.parser, &self.document, &self.arena, &commands, &self.err),
      MLO_OK);
  assert_str(reading_lines(&self.arena, &commands), expected);
  reading_end(&self);
}

static void test_command__quotes_and_escapes_are_removed(void **state) {
  (void)state;
  assert_script("a 'b c' \"d \\\"e\\\"\" f\\ g $'h\\ti'", "a: a|b c|d \"e\"|f g|h\ti");
  assert_script("a --x=\"1 2\"'3'", "a: a|--x=1 23");
  assert_script("a \"b\\nc\"", "a: a|b\\nc");
  assert_script("a b\\\n  c", "a: a|b|c");
  assert_script("a ''", "a: a|");
}

static void test_command__variables_stay_as_written(void **state) {
  (void)state;
  assert_script("a $X \"${Y:-d e}\" '$Z' \\$W", "a: a|$ $X|$ ${Y:-d e}|$Z|$W");
}

static void test_command__compound_statements_are_looked_through(void **state) {
  (void)state;
  assert_script("if a; then b; else c; fi", "a: a\nb: b\nc: c");
  assert_script("for i in 1 2; do a $i; done", "a: a|$ $i");
  assert_script("f() { a; }; while b; do c; done", "a: a\nb: b\nc: c");
  assert_script("a | b && c || d; (e) &", "a: a\nb: b\nc: c\nd: d\ne: e");
  assert_script("X=$(a b)\nc \"`d`\"", "a: a|b\nc: c|$ `d`\nd: d");
}

static void test_command__redirects_are_no_words(void **state) {
  (void)state;
  assert_script("a b > f 2>&1 < g", "a: a|b");
  assert_script("a > f --host 0.0.0.0", "a: a|--host|0.0.0.0");
  assert_script("cat <<E | b -f -\ntext\nE\nc", "cat: cat\nb: b|-f|-\nc: c");
}

static void test_command__comments_are_no_commands(void **state) {
  (void)state;
  assert_script("# mlflow server --host 0.0.0.0\na # b\n", "a: a");
  assert_script("", "");
  assert_script(" \n\t\n", "");
}

static void test_command__assignments_are_the_environment(void **state) {
  (void)state;
  assert_script("A=1 B='x y' run C=2", "A=1 B=x y run: run|C=2");
  assert_script("A=1", "");
  assert_script("env -u Z A=1 run", "A=1 run: run");
  assert_script("export A=1", "export: export|A=1");
}

static void test_command__program_is_a_base_name(void **state) {
  (void)state;
  assert_script("/usr/bin/mlflow ui", "mlflow: /usr/bin/mlflow|ui");
  assert_script("$HOME/bin/mlflow ui", "mlflow: $ $HOME/bin/mlflow|ui");
  assert_script("python3.11 x.py", "python: python3.11|x.py");
  assert_script("pip3 install x", "pip: pip3|install|x");
  assert_script("pip-compile x", "pip-compile: pip-compile|x");
}

static void test_command__wrappers_are_taken_off(void **state) {
  (void)state;
  assert_script("sudo -Eu root mlflow ui", "mlflow: mlflow|ui");
  assert_script("exec uvicorn a:b", "uvicorn: uvicorn|a:b");
  assert_script("time nohup nice -n 5 a", "a: a");
  assert_script("timeout -k 5 10s a b", "a: a|b");
  assert_script("find . | xargs -n 1 -I{} ruff {}", "find: find|.\nruff: ruff|{}");
  assert_script("poetry run a", "a: a");
  assert_script("uv run --with torch --no-sync a b", "a: a|b");
  assert_script("pipenv run pdm run a", "a: a");
  assert_script("conda run -n env --no-capture-output a", "a: a");
}

static void test_command__a_wrapper_alone_is_the_program(void **state) {
  (void)state;
  assert_script("sudo", "sudo: sudo");
  assert_script("poetry install", "poetry: poetry|install");
  assert_script("uv pip install x", "uv: uv|pip|install|x");
  assert_script("command -v docker", "command: command|-v|docker");
  assert_script("exec 3>&1", "exec: exec");
  assert_script("torchrun --nproc 2 a.py", "torchrun: torchrun|--nproc|2|a.py");
  assert_script("accelerate launch a.py", "accelerate: accelerate|launch|a.py");
}

static void test_command__python_modules_are_programs(void **state) {
  (void)state;
  assert_script("python -m uvicorn a:b", "uvicorn: uvicorn|a:b");
  assert_script("python3 -u -W ignore -m pip install x", "pip: pip|install|x");
  assert_script("poetry run python -m a", "a: a");
  assert_script("python a.py -m b", "python: python|a.py|-m|b");
  assert_script("python -c 'x' -m b", "python: python|-c|x|-m|b");
  assert_script("$PYTHON -m pip list", "pip: pip|list");
}

static void test_command__scripts_in_arguments_are_read(void **state) {
  (void)state;
  assert_script("bash -c \"cd /x && exec mlflow ui --host \\\"$H\\\"\"",
                "cd: cd|/x\nmlflow: mlflow|ui|--host|$ $H");
  assert_script("sh -lc 'a; b c'", "a: a\nb: b|c");
  assert_script("sudo bash -o pipefail -c 'a | b'", "a: a\nb: b");
  assert_script("sh x.sh -c", "sh: sh|x.sh|-c");
  assert_script("bash -c 'sh -c \"a b\"'", "a: a|b");
}

static void test_command__places_are_in_the_text(void **state) {
  (void)state;
  const char *text = "x bash -c \"a \\\"b c\\\" d\" y";
  reading self = reading_start();
  mlo_commands commands = {0};
  assert_int_equal(mlo_commands_of_shell(self.parser, mlo_str_c(text), (mlo_span){2, 25}, false,
                                         MLO_COMMAND_SCRIPT, MLO_NO_VALUE, &self.arena, &commands,
                                         &self.err),
                   MLO_OK);
  assert_int_equal(commands.len, 1);
  const mlo_command *command = &commands.items[0];
  assert_int_equal(command->count, 3);
  assert_str(mlo_span_of(mlo_str_c(text), command->words[0].span), "a");
  assert_str(mlo_span_of(mlo_str_c(text), command->words[1].span), "\\\"b c\\\"");
  assert_str(command->words[1].text, "b c");
  assert_str(mlo_span_of(mlo_str_c(text), command->span), "a \\\"b c\\\" d");
  reading_end(&self);
}

static void test_command__templates_are_words(void **state) {
  (void)state;
  assert_shell(MLO_COMMAND_PIPELINE, false, "a ${{ m.x }} '${{ y }}' {{ b c }}d",
               "a: a|$ ${{ m.x }}|$ ${{ y }}|$ {{ b c }}d");
  assert_shell(MLO_COMMAND_PIPELINE, false, "a ${p.q} $(B.C) $(D_E) $(f)",
               "a: a|$ ${p.q}|$ $(B.C)|$ $(D_E)|$ $(f)\nf: f");
  assert_shell(MLO_COMMAND_NOTEBOOK, false, "pip install {x}", "pip: pip|install|$ {x}");
  assert_script("a '{{.State}}' {x}", "a: a|{{.State}}|{x}");
}

static void test_command__folded_lines_are_one(void **state) {
  (void)state;
  assert_shell(MLO_COMMAND_PIPELINE, true, "a\n  --b 1\n  --c 2", "a: a|--b|1|--c|2");
  assert_shell(MLO_COMMAND_PIPELINE, true, "a\n\nb", "a: a\nb: b");
}

static void test_command__heredocs_end_in_indented_blocks(void **state) {
  (void)state;
  assert_shell(MLO_COMMAND_PIPELINE, false, "    cat <<E > f\n    x\n    E\n    mlflow ui\n",
               "cat: cat\nmlflow: mlflow|ui");
}

static void test_command__broken_shell_gives_what_can_be_read(void **state) {
  (void)state;
  assert_script("a 'b", "a: a");
  assert_script("if a; then b c", "a: a\nb: b|c");
  assert_script("a \\", "a: a");
  reading self = reading_start();
  static const char *const broken[] = {"$(", "`",   "${",      "\"$(",    "{{",       "${{",
                                       "<<", "$((", "bash -c", "sh -c '", "a <<E\nb", "\\"};
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    mlo_commands commands = {0};
    mlo_span all = {0, (uint32_t)strlen(broken[i])};
    assert_int_equal(mlo_commands_of_shell(self.parser, mlo_str_c(broken[i]), all, false,
                                           MLO_COMMAND_PIPELINE, MLO_NO_VALUE, &self.arena,
                                           &commands, &self.err),
                     MLO_OK);
    for (uint32_t c = 0; c < commands.len; c++) assert_true(commands.items[c].span.end <= all.end);
  }
  reading_end(&self);
}

static void test_command__options_have_values(void **state) {
  (void)state;
  reading self = reading_start();
  mlo_commands commands = {0};
  mlo_str text = MLO_STR("s --host=::1 --port 80 --reload --neg -1 -b --last");
  mlo_commands_of_shell(self.parser, text, (mlo_span){0, (uint32_t)text.len}, false,
                        MLO_COMMAND_SCRIPT, MLO_NO_VALUE, &self.arena, &commands, &self.err);
  const mlo_command *s = &commands.items[0];
  mlo_str value;
  assert_str(mlo_command_option(s, MLO_STR("--host"), &value)->text, "--host=::1");
  assert_str(value, "::1");
  assert_str(mlo_command_option(s, MLO_STR("--port"), &value)->text, "80");
  assert_str(value, "80");
  assert_str(mlo_command_option(s, MLO_STR("--reload"), &value)->text, "--reload");
  assert_int_equal(value.len, 0);
  mlo_command_option(s, MLO_STR("--neg"), &value);
  assert_str(value, "-1");
  assert_str(mlo_command_option(s, MLO_STR("--last"), NULL)->text, "--last");
  assert_null(mlo_command_option(s, MLO_STR("--hos"), &value));
  assert_null(mlo_command_option(s, MLO_STR("--none"), &value));
  reading_end(&self);
}

/* --- documents --- */

static void test_command__dockerfile_run(void **state) {
  (void)state;
  assert_file("Dockerfile", "FROM x\nRUN a \\\n # no\n  && b 'c \\\n d'\nRUN [\"e\", \"f g\"]\n",
              "a: a\nb: b|c  d\ne: e|f g");
  assert_file("Dockerfile", "FROM x\nRUN <<E\na\nb c\nE\nRUN d\n", "a: a\nb: b|c\nd: d");
  assert_file("Dockerfile", "FROM x\nRUN <<E\n#!/usr/bin/env python3\nimport x\nE\n", "");
  assert_file("Dockerfile", "FROM x\nRUN cat <<E > /f && b\ntext here\nE\n", "cat: cat\nb: b");
  assert_file("Dockerfile", "FROM x\nONBUILD RUN a\n", "a: a");
}

static void test_command__dockerfile_entrypoint_and_cmd(void **state) {
  (void)state;
  assert_file("Dockerfile", "FROM x\nCMD a b\n", "a: a|b");
  assert_file("Dockerfile", "FROM x\nCMD [\"sh\", \"-c\", \"exec a \\\"b\\\"\"]\n", "a: a|b");
  assert_file("Dockerfile", "FROM x\nENTRYPOINT [\"mlflow\"]\nCMD [\"server\"]\n",
              "mlflow: mlflow|server");
  assert_file("Dockerfile", "FROM x\nCMD [\"server\"]\nENTRYPOINT [\"mlflow\"]\n",
              "mlflow: mlflow|server");
  assert_file("Dockerfile", "FROM x\nENTRYPOINT [\"/entrypoint.sh\"]\nCMD [\"a\"]\n",
              "entrypoint.sh: /entrypoint.sh\na: a");
  assert_file("Dockerfile", "FROM x\nCMD a\nFROM y\nCMD b\nCMD c\n", "a: a\nc: c");
}

static void test_command__words_of_dockerfiles_are_located(void **state) {
  (void)state;
  const char *text = "FROM x\nCMD [\"sh\", \"-c\", \"a \\\"b\\\"\"]\n";
  reading self = reading_of("Dockerfile", text);
  mlo_commands commands = {0};
  mlo_commands_of_document(self.parser, &self.document, &self.arena, &commands, &self.err);
  assert_int_equal(commands.items[0].context, MLO_COMMAND_IMAGE_CMD);
  assert_str(mlo_span_of(mlo_str_c(text), commands.items[0].words[0].span), "a");
  assert_str(mlo_span_of(mlo_str_c(text), commands.items[0].words[1].span), "\\\"b\\\"");
  reading_end(&self);
}

static void test_command__compose(void **state) {
  (void)state;
  assert_file("docker-compose.yml", "services:\n  a:\n    command: mlflow server --host 0.0.0.0\n",
              "mlflow: mlflow|server|--host|0.0.0.0");
  assert_file("compose.yaml", "services:\n  a:\n    command: [x, '--port', 80]\n",
              "x: x|--port|80");
  assert_file("compose.yaml", "services:\n  a:\n    entrypoint: [x, y]\n    command: z\n",
              "x: x|y|z");
  assert_file("compose.yaml",
              "services:\n  a:\n    command: >\n      x\n      --a 1\n      --b 2\n",
              "x: x|--a|1|--b|2");
  assert_file("compose.yaml", "services:\n  a:\n    command: bash -c \"x && y 1\"\n",
              "x: x\ny: y|1");
  assert_file("compose.yaml", "services:\n  a:\n    command: [\"--host\", \"0.0.0.0\"]\n",
              ": --host|0.0.0.0");
}

static void test_command__kubernetes(void **state) {
  (void)state;
  assert_file(
      "k8s/x.yaml",
      "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n"
      "      - name: a\n        command: [sh, -c]\n        args: ['exec x --p \"$(PORT)\"']\n",
      "x: x|--p|$ $(PORT)");
  assert_file(
      "k8s/x.yaml",
      "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - command:\n    - sh\n    - -c\n    - "
      "|\n      a\n      b \\\n"
      "        c\n---\napiVersion: v1\nkind: Pod\nspec:\n  initContainers:\n  - args: [d]\n",
      "a: a\nb: b|c\nd: d");
  assert_file("x.yaml", "spec:\n  containers:\n  - command: [a]\n", "");
}

static void test_command__workflows(void **state) {
  (void)state;
  assert_file(".github/workflows/ci.yml",
              "jobs:\n  a:\n    steps:\n    - run: |\n        pip install x==1\n        pytest ${{ "
              "matrix.x }}\n"
              "    - run: \"a \\\"b c\\\"\"\n    - run: print(1)\n      shell: python\n    - run: "
              "Get-X\n      shell: pwsh\n",
              "pip: pip|install|x==1\npytest: pytest|$ ${{ matrix.x }}\na: a|b c");
  assert_file(".github/actions/x/action.yml", "runs:\n  steps:\n  - run: a\n    shell: bash\n",
              "a: a");
}

static void test_command__other_pipelines(void **state) {
  (void)state;
  assert_file(".gitlab-ci.yml", "before_script: [a]\nt:\n  script:\n  - b c\n  - - d\n",
              "a: a\nb: b|c\nd: d");
  assert_file("azure-pipelines.yml", "steps:\n- script: a $(Build.X)\n- bash: b\n- powershell: c\n",
              "a: a|$ $(Build.X)\nb: b");
  assert_file(".circleci/config.yml",
              "jobs:\n  t:\n    steps:\n    - run: a\n    - run:\n        command: b\n",
              "a: a\nb: b");
  assert_file("dvc.yaml", "stages:\n  t:\n    cmd: a ${x.y}\n  u:\n    cmd:\n    - b\n    - c\n",
              "a: a|$ ${x.y}\nb: b\nc: c");
  assert_file("MLproject", "entry_points:\n  main:\n    command: \"python t.py {alpha}\"\n",
              "python: python|t.py|$ {alpha}");
  assert_file("Procfile", "# x\nweb: gunicorn a:b --bind 0.0.0.0\nworker: c\n",
              "gunicorn: gunicorn|a:b|--bind|0.0.0.0\nc: c");
  assert_file("run.sh", "a\nb\n", "a: a\nb: b");
}

static void test_command__documents_without_commands_have_none(void **state) {
  (void)state;
  assert_file("config.yaml", "command: rm -rf /\nrun: x\nscript: y\n", "");
  assert_file("package.json", "{\"scripts\": {\"a\": \"b\"}}", "");
  assert_file("x.yaml", "", "");
  assert_file("docker-compose.yml",
              "services:\n  a:\n    command:\n  b: 1\n  c: [x]\n  d:\n    command: {x: y}\n", "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_command__quotes_and_escapes_are_removed),
      cmocka_unit_test(test_command__variables_stay_as_written),
      cmocka_unit_test(test_command__compound_statements_are_looked_through),
      cmocka_unit_test(test_command__redirects_are_no_words),
      cmocka_unit_test(test_command__comments_are_no_commands),
      cmocka_unit_test(test_command__assignments_are_the_environment),
      cmocka_unit_test(test_command__program_is_a_base_name),
      cmocka_unit_test(test_command__wrappers_are_taken_off),
      cmocka_unit_test(test_command__a_wrapper_alone_is_the_program),
      cmocka_unit_test(test_command__python_modules_are_programs),
      cmocka_unit_test(test_command__scripts_in_arguments_are_read),
      cmocka_unit_test(test_command__places_are_in_the_text),
      cmocka_unit_test(test_command__templates_are_words),
      cmocka_unit_test(test_command__folded_lines_are_one),
      cmocka_unit_test(test_command__heredocs_end_in_indented_blocks),
      cmocka_unit_test(test_command__broken_shell_gives_what_can_be_read),
      cmocka_unit_test(test_command__options_have_values),
      cmocka_unit_test(test_command__dockerfile_run),
      cmocka_unit_test(test_command__dockerfile_entrypoint_and_cmd),
      cmocka_unit_test(test_command__words_of_dockerfiles_are_located),
      cmocka_unit_test(test_command__compose),
      cmocka_unit_test(test_command__kubernetes),
      cmocka_unit_test(test_command__workflows),
      cmocka_unit_test(test_command__other_pipelines),
      cmocka_unit_test(test_command__documents_without_commands_have_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
