/* rule new: writes a rule that works, with tests and docs, and makes sure that the configuration finds it. */
#include "plugins/cli/command.h"

enum { NEW_KIND, NEW_PACK, NEW_FLAG_COUNT };
static const mlo_flag flags[] = {
    [NEW_KIND] = {.name = "kind",
                  .value = "KIND",
                  .choices =
                      "call|pattern|document|project|cell|notebook|command|dependency|import|"
                      "route|func|text|any",
                  .help = "what wakes the rule (default call)"},
    [NEW_PACK] = {.name = "pack",
                  .value = "DIR",
                  .help = "the folder for it (default the first of rule-packs, or lint/rules)"},
};

static const mlo_str config_name = MLO_STR_INIT("mlopslint.toml");

typedef struct job {
  const mlo_cli *cli;
  mlo_arena *arena;
  mlo_engine *engine;
  const mlo_settings *settings;
  mlo_str code, name, kind, pack, path;
} job;

/* --- what the user wants --------------------------------------------------------------------- */

static bool is_code(mlo_str code) {
  size_t letters = 0;
  while (letters < code.len && code.ptr[letters] >= 'A' && code.ptr[letters] <= 'Z') letters++;
  for (size_t i = letters; i < code.len; i++)
    if (code.ptr[i] < '0' || code.ptr[i] > '9') return false;
  return letters >= 3 && code.len - letters >= 3 && code.len <= 32;
}

static bool is_name(mlo_str name) {
  for (size_t i = 0; i < name.len; i++) {
    char c = name.ptr[i];
    bool letter = c >= 'a' && c <= 'z', other = (c >= '0' && c <= '9') || c == '-';
    if (!letter && (i == 0 || !other)) return false;
  }
  return name.len > 0 && name.len <= 64;
}

static mlo_status read_words(job *self, const mlo_arguments *arguments, mlo_error *err) {
  mlo_status status = mlo_operands_expect(arguments, 2, 2, "a code and a name", err);
  if (status != MLO_OK) return status;
  self->code = arguments->operands.items[0];
  self->name = arguments->operands.items[1];
  self->kind = mlo_arguments_last(arguments, NEW_KIND);
  if (!self->kind.len) self->kind = MLO_STR("call");
  if (!is_code(self->code))
    return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0},
                         "'%.*s' is no code: it takes three capitals or more and three digits or "
                         "more, as in ORG001",
                         MLO_FMT(self->code));
  if (!is_name(self->name))
    return mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0},
                         "'%.*s' is no name: it takes lower-case words joined by '-', as in "
                         "models-from-registry",
                         MLO_FMT(self->name));
  return MLO_OK;
}

/* --- where it goes --------------------------------------------------------------------------- */

static mlo_str without_slash(mlo_str path) {
  while (mlo_str_starts(path, MLO_STR("./"))) path = mlo_str_from(path, 2);
  while (path.len > 1 && mlo_str_ends(path, MLO_STR("/"))) path.len--;
  return path;
}

static mlo_status find_pack(job *self, const mlo_arguments *arguments, mlo_error *err) {
  mlo_request request = {.root = MLO_STR(".")};
  mlo_status status =
      mlo_engine_settings(self->engine, &request, MLO_STR("."), self->arena, &self->settings, err);
  if (status != MLO_OK) return status;
  mlo_str wanted = mlo_arguments_last(arguments, NEW_PACK);
  if (!wanted.len && self->settings->packs.len)
    wanted = mlo_settings_path(self->settings, self->settings->packs.items[0], self->arena);
  self->pack = without_slash(wanted.len ? wanted : MLO_STR("lint/rules"));
  self->path =
      mlo_arena_format(self->arena, "%.*s/%.*s.lua", MLO_FMT(self->pack), MLO_FMT(self->name));
  return MLO_OK;
}

static bool is_configured(const job *self) {
  for (uint32_t i = 0; i < self->settings->packs.len; i++) {
    mlo_str pack = mlo_settings_path(self->settings, self->settings->packs.items[i], self->arena);
    if (mlo_str_eq(without_slash(pack), self->pack)) return true;
  }
  return false;
}

/* --- the rule -------------------------------------------------------------------------------- */

static mlo_str replace_all(mlo_arena *arena, mlo_str text, mlo_str old, mlo_str new) {
  mlo_str out = {0};
  for (size_t at; (at = mlo_str_find(text, old)) != SIZE_MAX;
       text = mlo_str_from(text, at + old.len)) {
    out = mlo_arena_concat(arena, out, mlo_str_slice(text, 0, at));
    out = mlo_arena_concat(arena, out, new);
  }
  return mlo_arena_concat(arena, out, text);
}

static mlo_str template_of(const job *self) {
  mlo_str wanted = mlo_arena_format(self->arena, "lua/templates/%.*s.lua", MLO_FMT(self->kind));
  mlo_str path, text;
  for (uint32_t i = 0; self->cli->layer->text(i, &path, &text); i++) {
    if (!mlo_str_eq(path, wanted)) continue;
    text = replace_all(self->arena, text, MLO_STR("ORG000"), self->code);
    return replace_all(self->arena, text, MLO_STR("rule-name"), self->name);
  }
  return (mlo_str){0};
}

/* Loads the rules once more, with the new one: false, and the problem told, if it can't be one of them. */
static bool is_accepted(const job *self, mlo_error *err) {
  mlo_engine *engine = NULL;
  mlo_engine_options options = {
      .layer = self->cli->layer, .packs = &self->pack, .pack_count = 1, .root = MLO_STR(".")};
  if (mlo_engine_new(&options, &engine, err) != MLO_OK) return false;
  const mlo_problems *problems = &mlo_engine_catalogue(engine)->problems;
  bool accepted = true;
  for (uint32_t i = 0; accepted && i < problems->len; i++) {
    if (!mlo_str_eq(problems->items[i].path, self->path)) continue;
    mlo_error_set(err, MLO_ERR_USAGE, (mlo_str){0}, "%.*s", MLO_FMT(problems->items[i].message));
    accepted = false;
  }
  mlo_engine_free(engine);
  return accepted;
}

static mlo_status write_rule(const job *self, mlo_error *err) {
  mlo_status status = mlo_output_create(self->path, template_of(self), err);
  if (status != MLO_OK || is_accepted(self, err)) return status;
  mlo_os_remove(self->path);
  return err->status;
}

/* --- the configuration ----------------------------------------------------------------------- */

/* Where a key of the whole file may stand: behind the comments that head it, before the first table. */
static size_t place_for_key(mlo_str text) {
  size_t at = mlo_str_starts(text, MLO_STR("\xef\xbb\xbf")) ? 3 : 0;
  while (at < text.len) {
    size_t end = mlo_str_find_char(mlo_str_from(text, at), '\n');
    mlo_str line = mlo_str_trim(mlo_str_slice(text, at, end == SIZE_MAX ? text.len : at + end));
    if (end == SIZE_MAX || (line.len && line.ptr[0] != '#')) break;
    at += end + 1;
  }
  return at;
}

static mlo_status add_key(const job *self, mlo_str line, mlo_error *err) {
  mlo_str text = {0};
  mlo_stat found;
  mlo_status status = mlo_os_stat(config_name, &found, err);
  if (status == MLO_OK && found.kind == MLO_FILE_MISSING)
    return mlo_output_create(config_name, line, err);
  if (status == MLO_OK) status = mlo_os_read(config_name, 1 << 20, self->arena, &text, err);
  if (status != MLO_OK) return status;
  size_t at = place_for_key(text);
  mlo_str out = mlo_arena_concat(self->arena, mlo_str_slice(text, 0, at), line);
  return mlo_os_write(config_name, mlo_arena_concat(self->arena, out, mlo_str_from(text, at)), err);
}

/* Adds the pack to the configuration if that is one line; else `*say` is what a person has to do. */
static mlo_status configure(const job *self, mlo_str *say, mlo_error *err) {
  const mlo_settings *settings = self->settings;
  if (is_configured(self)) return MLO_OK;
  bool own = !settings->path.len || mlo_str_eq(settings->path, config_name);
  if (!own || settings->packs_by.path.len) {
    *say = mlo_arena_format(self->arena, "add \"%.*s\" to rule-packs in %.*s\n",
                            MLO_FMT(self->pack), MLO_FMT(settings->path));
    return MLO_OK;
  }
  mlo_str line = mlo_arena_format(self->arena, "rule-packs = [\"%.*s\"]\n", MLO_FMT(self->pack));
  *say = mlo_arena_format(self->arena, "added %.*s to %.*s\n", MLO_FMT(mlo_str_trim(line)),
                          MLO_FMT(config_name));
  return add_key(self, line, err);
}

static bool print_steps(const job *self, mlo_str say) {
  mlo_buf out = {0};
  mlo_buf_format(&out, "created %.*s\n%.*s\nnext:\n", MLO_FMT(self->path), MLO_FMT(say));
  mlo_buf_lit(&out, "  edit it: what it looks for, what it says, its docs and tests\n");
  mlo_buf_format(&out, "  mlopslint rule test %.*s   runs its tests\n", MLO_FMT(self->code));
  mlo_buf_format(&out, "  mlopslint explain %.*s     shows it as others will see it\n",
                 MLO_FMT(self->code));
  mlo_buf_lit(&out, "  mlopslint rule types         once: lets your editor complete the API\n");
  bool printed = !out.failed && mlo_output_print(mlo_buf_str(&out));
  mlo_buf_release(&out);
  return printed;
}

static int run(const mlo_cli *cli, const mlo_arguments *arguments) {
  mlo_error err = {0};
  mlo_str say = {0};
  job self = {.cli = cli, .arena = cli->arena};
  mlo_engine_options options = {.layer = cli->layer, .root = MLO_STR(".")};
  mlo_status status = read_words(&self, arguments, &err);
  if (status == MLO_OK) status = mlo_engine_new(&options, &self.engine, &err);
  if (status == MLO_OK) status = find_pack(&self, arguments, &err);
  if (status == MLO_OK) status = write_rule(&self, &err);
  if (status == MLO_OK) status = configure(&self, &say, &err);
  bool printed = status == MLO_OK && print_steps(&self, say);
  mlo_engine_free(self.engine);
  if (status != MLO_OK) return mlo_output_fail(&err);
  return printed ? MLO_EXIT_CLEAN : MLO_EXIT_FAILED;
}

const mlo_cli_command mlo_rule_new_command = {
    .name = "rule new",
    .operands = "CODE NAME",
    .summary = "write a new rule that works, with tests and docs",
    .help = "Nothing that exists is overwritten. The folder is added to mlopslint.toml if it is in "
            "no rule-packs yet.",
    .flags = flags,
    .flag_count = NEW_FLAG_COUNT,
    .run = run,
};
