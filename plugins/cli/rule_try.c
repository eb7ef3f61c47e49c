/* rule try: finds a code pattern in files, as a rule with this pattern would. The pattern becomes such a rule, in a folder
 * that lives as long as the command; the rest is `check`. */
#include "plugins/cli/command.h"

#include <stdlib.h>
#include <unistd.h>

enum { TRY_FORMAT, TRY_COLOR, TRY_JOBS, TRY_FLAG_COUNT };
static const mlo_flag flags[] = {
    [TRY_FORMAT] = {.name = "format",
                    .value = "FORMAT",
                    .choices = "text|json|jsonl",
                    .help = "how to write the matches (default text)"},
    [TRY_COLOR] = {.name = "color",
                   .value = "WHEN",
                   .choices = "auto|always|never",
                   .help = "colours (default auto)"},
    [TRY_JOBS] = {.name = "jobs",
                  .value = "N",
                  .letter = 'j',
                  .help = "workers (default one for each processor)"},
};

/* The number of '=' with which text can stand in a Lua string of its own: [==[ ]==]. */
static int quote_level(mlo_str text, mlo_arena *arena) {
  for (int level = 1;; level++) {
    char marks[64] = "";
    memset(marks, '=', (size_t)level);
    if (level == 60 || !mlo_str_contains(text, mlo_arena_format(arena, "]%s]", marks)))
      return level;
  }
}

static void put_pattern(mlo_buf *out, mlo_str pattern, mlo_arena *arena) {
  char marks[64] = "";
  memset(marks, '=', (size_t)quote_level(pattern, arena));
  mlo_buf_format(out, "[%s[\n", marks);
  mlo_buf_add(out, pattern);
  mlo_buf_format(out, "]%s]", marks);
}

/* Says what each metavariable stands for. */
static void put_rule(mlo_buf *out, mlo_str pattern, const mlo_variables *variables,
                     mlo_arena *arena) {
  mlo_buf_lit(out, "local names = {");
  for (uint32_t i = 0; i < variables->count; i++)
    mlo_buf_format(out, "'%.*s',", MLO_FMT(variables->names[i]));
  mlo_buf_lit(out,
              "}\nlocal rule = require 'mlopslint.rule'\nreturn rule.pattern {\n"
              "code = 'TRY001', name = 'match', severity = 'info', summary = 's', docs = 'd',\n"
              "check = function(ctx, m)\n  local parts = {}\n  for i, name in ipairs(names) do\n"
              "    parts[i] = '$' .. name .. ' = `' .. (m:text(name) or '') .. '`'\n  end\n"
              "  ctx:report(m, '%s', table.concat(parts, ', '))\nend,\npattern = ");
  put_pattern(out, pattern, arena);
  mlo_buf_lit(out, "}\n");
}

static mlo_status compile(const mlo_cli *cli, mlo_str pattern, mlo_variables *variables,
                          mlo_error *err) {
  mlo_grammars *grammars = NULL;
  mlo_parser *parser = NULL;
  mlo_pattern compiled = {0};
  mlo_status status = mlo_grammars_new(&grammars, err);
  if (status == MLO_OK) status = mlo_parser_new(grammars, &parser, err);
  if (status == MLO_OK)
    status = mlo_pattern_compile(parser, pattern, variables, cli->arena, &compiled, err);
  if (status == MLO_OK && mlo_pattern_takes_all(&compiled))
    status = mlo_error_set(err, MLO_ERR_RULE, (mlo_str){0}, "the pattern takes any code");
  mlo_parser_free(parser);
  mlo_grammars_free(grammars);
  return status;
}

typedef struct try_folder {
  char path[32];
  const char *rule, *config;
} try_folder;

static mlo_status make_folder(const mlo_cli *cli, mlo_str rule, try_folder *out, mlo_error *err) {
  strcpy(out->path, "/tmp/mlopslint-XXXXXX");
  if (!mkdtemp(out->path)) {
    out->path[0] = '\0';
    return mlo_error_set(err, MLO_ERR_IO, MLO_STR("/tmp"), "no temporary folder can be made");
  }
  out->rule = mlo_arena_format(cli->arena, "%s/try.lua", out->path).ptr;
  out->config = mlo_arena_format(cli->arena, "%s/mlopslint.toml", out->path).ptr;
  mlo_str config =
      mlo_arena_format(cli->arena, "rule-packs = [\"%s\"]\nselect = [\"TRY001\"]\n", out->path);
  if (mlo_output_file(mlo_str_c(out->rule), rule) &&
      mlo_output_file(mlo_str_c(out->config), config))
    return MLO_OK;
  return mlo_error_set(err, MLO_ERR_IO, mlo_str_c(out->path), "can't be written");
}

static void drop_folder(const try_folder *self) {
  if (!self->path[0]) return;
  if (self->rule) unlink(self->rule);
  if (self->config) unlink(self->config);
  rmdir(self->path);
}

static char *word(const mlo_cli *cli, mlo_str text) {
  return (char *)(uintptr_t)mlo_arena_cstr(cli->arena, text);
}

/* The words of the `check` that this command is. */
static int run_check(const mlo_cli *cli, const mlo_arguments *arguments, const char *config) {
  MLO_ARRAY(char *) words = {0};
  MLO_PUSH(cli->arena, &words, word(cli, MLO_STR("--config")));
  MLO_PUSH(cli->arena, &words, word(cli, mlo_str_c(config)));
  for (uint32_t i = 0; i < TRY_FLAG_COUNT; i++) {
    mlo_str value = mlo_arguments_last(arguments, i);
    if (!value.ptr) continue;
    MLO_PUSH(cli->arena, &words, word(cli, mlo_arena_format(cli->arena, "--%s", flags[i].name)));
    MLO_PUSH(cli->arena, &words, word(cli, value));
  }
  MLO_PUSH(cli->arena, &words, word(cli, MLO_STR("--")));
  for (uint32_t i = 1; i < arguments->operands.len; i++)
    MLO_PUSH(cli->arena, &words, word(cli, arguments->operands.items[i]));
  mlo_arguments read = {0};
  mlo_error err = {0};
  const mlo_cli_command *check = &mlo_check_command;
  if (mlo_arguments_read(check->flags, check->flag_count, words.items, (int)words.len, cli->arena,
                         &read, &err) != MLO_OK)
    return mlo_output_fail(&err);
  return check->run(cli, &read);
}

static int run(const mlo_cli *cli, const mlo_arguments *arguments) {
  mlo_error err = {0};
  mlo_variables variables = {0};
  try_folder folder = {0};
  mlo_buf rule = {0};
  int code = MLO_EXIT_FAILED;
  mlo_status status = mlo_operands_expect(arguments, 1, UINT32_MAX, "a pattern", &err);
  if (status == MLO_OK) status = compile(cli, arguments->operands.items[0], &variables, &err);
  if (status == MLO_OK) {
    put_rule(&rule, arguments->operands.items[0], &variables, cli->arena);
    status = make_folder(cli, mlo_buf_str(&rule), &folder, &err);
  }
  if (status == MLO_OK)
    code = run_check(cli, arguments, folder.config);
  else
    mlo_output_fail(&err);
  drop_folder(&folder);
  mlo_buf_release(&rule);
  return code;
}

const mlo_cli_command mlo_rule_try_command = {
    .name = "rule try",
    .operands = "PATTERN [PATH...]",
    .summary = "find a code pattern in files",
    .help = "A pattern is code with holes: $X is any code (the same name, the same code), ... any "
            "number\n"
            "of arguments or statements, <... $X ...> anywhere inside, \"...\" any string:\n"
            "  mlopslint rule try 'torch.load($PATH, ...)' src",
    .flags = flags,
    .flag_count = TRY_FLAG_COUNT,
    .run = run,
};
