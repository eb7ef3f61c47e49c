/* notebook export: the cells of a notebook as a module, and a smoke test for it. */
#include "export/export.h"
#include "plugins/cli/command.h"
#include "notebook/script.h"
#include "plugins/cli/notebook_file.h"
#include "plugins/report/terminal.h"

enum {
  EXPORT_OUTPUT,
  EXPORT_TEST,
  EXPORT_NO_TEST,
  EXPORT_CHECK,
  EXPORT_FORCE,
  EXPORT_FLAG_COUNT
};
static const mlo_flag flags[] = {
    [EXPORT_OUTPUT] = {.name = "output",
                       .value = "FILE",
                       .letter = 'o',
                       .help = "the module (default beside the notebook, by its name); - prints it"},
    [EXPORT_TEST] = {.name = "test",
                     .value = "FILE",
                     .help = "the smoke test (default test_NAME.py beside the module)"},
    [EXPORT_NO_TEST] = {.name = "no-test", .help = "write no test"},
    [EXPORT_CHECK] = {.name = "check",
                      .help = "write nothing; exit status 1 if something stands in the way"},
    [EXPORT_FORCE] = {.name = "force",
                      .help = "write over files that are there, and take cells that ran in another "
                              "order as they stand"},
};

typedef struct job {
  const mlo_cli *cli;
  const mlo_arguments *arguments;
  mlo_notebook_file file;
  mlo_module module;
  mlo_tree tree;
  mlo_facts facts;
  mlo_str output, test, module_name;
  mlo_export made;
} job;

static bool has(const job *self, uint32_t flag) { return mlo_arguments_has(self->arguments, flag); }

static mlo_str folder_of(mlo_str path) {
  size_t slash = mlo_str_rfind_char(path, '/');
  return slash == SIZE_MAX ? (mlo_str){0} : mlo_str_slice(path, 0, slash + 1);
}

static mlo_str base_of(mlo_str path) { return mlo_str_from(path, folder_of(path).len); }

/* --- reading --- */

static mlo_status read_script(job *self, mlo_parser *parser, mlo_error *err) {
  mlo_notebook_form form;
  mlo_str path = self->file.path;
  if (!mlo_script_is_notebook(self->file.text, &form))
    return mlo_error_set(err, MLO_ERR_USAGE, path,
                         "is a plain Python file, not a notebook: it is a module already");
  return mlo_script_read(self->file.text, form, parser, self->cli->arena, &self->file.notebook, err);
}

static mlo_status read_notebook(job *self, mlo_parser *parser, mlo_error *err) {
  mlo_arena *arena = self->cli->arena;
  mlo_str path = self->arguments->operands.items[0];
  mlo_status status = mlo_notebook_file_read(path, arena, &self->file, err);
  if (status != MLO_OK) return status;
  if (mlo_format_of_path(path) == MLO_FORMAT_PYTHON) {
    status = read_script(self, parser, err);
  } else if (!self->file.readable) {
    *err = self->file.why;
    status = self->file.why.status;
  }
  if (status == MLO_OK)
    status = mlo_module_of_notebook(&self->file.notebook, parser, arena, &self->module, &self->tree, err);
  if (status == MLO_OK) mlo_facts_build(&self->tree, arena, &self->facts);
  return status;
}

/* The facts of the whole notebook are made with a parser of our own; both live as long as the command. */
static mlo_status read_facts(job *self, mlo_error *err) {
  mlo_grammars *grammars = NULL;
  mlo_parser *parser = NULL;
  mlo_status status = mlo_grammars_new(&grammars, err);
  if (status == MLO_OK) status = mlo_parser_new(grammars, &parser, err);
  if (status == MLO_OK) status = read_notebook(self, parser, err);
  if (status == MLO_OK) {
    mlo_export_request request = {.notebook = &self->file.notebook,
                                  .module = &self->module,
                                  .facts = &self->facts,
                                  .source_name = base_of(self->file.path),
                                  .module_name = self->module_name,
                                  .any_order = has(self, EXPORT_FORCE)};
    mlo_export_notebook(&request, self->cli->arena, &self->made);
  }
  mlo_parser_free(parser);
  mlo_grammars_free(grammars);
  return status;
}

/* --- what stands in the way --- */

static mlo_str place_of(const job *self, mlo_span span) {
  const mlo_module_cell *cell = span.end ? mlo_module_cell_at(&self->module, span.start) : NULL;
  if (!cell || cell->cell == MLO_NO_CELL) return (mlo_str){0};
  uint32_t line = 1;
  for (uint32_t at = cell->span.start; at < span.start; at++)
    line += self->module.original.ptr[at] == '\n';
  return mlo_arena_format(self->cli->arena, "cell %u, line %u: ",
                          self->file.notebook.cells.items[cell->cell].number, line);
}

static void tell_obstacles(const job *self) {
  for (uint32_t i = 0; i < self->made.obstacles.len; i++) {
    const mlo_obstacle *one = &self->made.obstacles.items[i];
    mlo_output_complain(self->file.path, mlo_arena_concat(self->cli->arena, place_of(self, one->span),
                                                          one->message));
  }
}

/* --- writing --- */

static void choose_names(job *self) {
  mlo_arena *arena = self->cli->arena;
  mlo_str path = self->arguments->operands.items[0];
  self->output = mlo_arguments_last(self->arguments, EXPORT_OUTPUT);
  self->test = mlo_arguments_last(self->arguments, EXPORT_TEST);
  bool prints = mlo_str_eq(self->output, MLO_STR("-"));
  self->module_name =
      mlo_export_module_name(self->output.len && !prints ? self->output : path, arena);
  if (!self->output.len)
    self->output = mlo_arena_format(arena, "%.*s%.*s.py", MLO_FMT(folder_of(path)), MLO_FMT(self->module_name));
  if (!self->test.len && !prints && !has(self, EXPORT_NO_TEST))
    self->test = mlo_arena_format(arena, "%.*stest_%.*s.py", MLO_FMT(folder_of(self->output)),
                                  MLO_FMT(self->module_name));
}

static bool may_write(const job *self, mlo_str path) {
  mlo_stat found;
  mlo_error err = {0};
  if (mlo_str_eq(path, self->file.path)) {
    mlo_output_complain(path, MLO_STR("is the notebook: name another file with --output"));
    return false;
  }
  if (!path.len || has(self, EXPORT_FORCE)) return true;
  if (mlo_os_stat(path, &found, &err) != MLO_OK || found.kind == MLO_FILE_MISSING) return true;
  mlo_output_complain(path, MLO_STR("is there already: nothing was written; --force writes over it"));
  return false;
}

static int write_texts(const job *self) {
  if (mlo_str_eq(self->output, MLO_STR("-")))
    return mlo_output_print(self->made.module) ? MLO_EXIT_CLEAN : MLO_EXIT_FAILED;
  if (!may_write(self, self->output) || !may_write(self, self->test)) return MLO_EXIT_FAILED;
  if (!mlo_output_file(self->output, self->made.module)) return MLO_EXIT_FAILED;
  if (self->test.len && !mlo_output_file(self->test, self->made.test)) return MLO_EXIT_FAILED;
  mlo_output_note(mlo_arena_format(self->cli->arena, "wrote %.*s%s%.*s", MLO_FMT(self->output),
                                   self->test.len ? " and " : "", MLO_FMT(self->test)));
  return MLO_EXIT_CLEAN;
}

static int run(const mlo_cli *cli, const mlo_arguments *arguments) {
  job self = {.cli = cli, .arguments = arguments};
  mlo_error err = {0};
  mlo_status status = mlo_operands_expect(arguments, 1, 1, "a notebook", &err);
  if (status == MLO_OK) choose_names(&self);
  if (status == MLO_OK) status = read_facts(&self, &err);
  if (status != MLO_OK) return mlo_output_fail(&err);
  tell_obstacles(&self);
  bool hindered = self.made.obstacles.len > 0;
  if (has(&self, EXPORT_CHECK)) return hindered ? MLO_EXIT_FINDINGS : MLO_EXIT_CLEAN;
  if (!hindered) return write_texts(&self);
  mlo_output_note(MLO_STR("nothing was written: the module would not compute what the notebook does"));
  return MLO_EXIT_FAILED;
}

const mlo_cli_command mlo_notebook_export_command = {
    .name = "notebook export",
    .operands = "NOTEBOOK",
    .summary = "make a module with functions, a main and a test of a notebook",
    .help = "Cells become functions by what they read and bind, imports come first, literals become "
            "parameters of main.\nRun from top to bottom, the module computes what the notebook "
            "computes; where that is not certain, nothing is\nwritten, and what stands in the way is "
            "told by cell and line.",
    .flags = flags,
    .flag_count = EXPORT_FLAG_COUNT,
    .run = run,
};
