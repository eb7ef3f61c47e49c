/* rule types: writes what the Lua language server (LuaLS) needs to complete and check the rule API. */
#include "plugins/cli/command.h"

static const mlo_str library = MLO_STR_INIT(".mlopslint/types");
static const mlo_str settings_text =
    MLO_STR_INIT("{\n"
                 "  \"runtime.version\": \"Lua 5.4\",\n"
                 "  \"runtime.builtin\": {\"io\": \"disable\", \"os\": \"disable\", \"debug\": "
                 "\"disable\", \"package\": \"disable\"},\n"
                 "  \"workspace.library\": [\".mlopslint/types\"],\n"
                 "  \"workspace.checkThirdParty\": false\n"
                 "}\n");

typedef struct job {
  const mlo_cli *cli;
  mlo_arena *arena;
  mlo_str folder; /* where .luarc.json goes */
  uint32_t written;
} job;

static mlo_str place(const job *self, mlo_str path) {
  if (mlo_str_eq(self->folder, MLO_STR("."))) return path;
  return mlo_arena_format(self->arena, "%.*s/%.*s", MLO_FMT(self->folder), MLO_FMT(path));
}

/* The module that a text is for: its `---@meta mlopslint.rule`, or mlopslint.NAME for a file of lua/lib; else empty. */
static mlo_str module_of(const job *self, mlo_str path, mlo_str text) {
  static const mlo_str meta = MLO_STR_INIT("---@meta "), lib = MLO_STR_INIT("lua/lib/");
  if (mlo_str_starts(text, meta)) {
    mlo_str rest = mlo_str_from(text, meta.len);
    return mlo_str_trim(mlo_str_cut(&rest, '\n'));
  }
  if (!mlo_str_starts(path, lib)) return (mlo_str){0};
  mlo_str name = mlo_str_slice(path, lib.len, path.len - (sizeof ".lua" - 1));
  return mlo_arena_format(self->arena, "mlopslint.%.*s", MLO_FMT(name));
}

static bool is_annotated(const job *self, mlo_str module) {
  mlo_str path, text;
  for (uint32_t i = 0; self->cli->layer->text(i, &path, &text); i++)
    if (mlo_str_starts(path, MLO_STR("lua/meta/")) &&
        mlo_str_eq(module_of(self, path, text), module))
      return true;
  return false;
}

/* "mlopslint.rule" stands in .mlopslint/types/mlopslint/rule.lua. */
static mlo_status write_module(job *self, mlo_str module, mlo_str text, mlo_error *err) {
  mlo_str path = mlo_arena_format(self->arena, "%.*s/%.*s.lua", MLO_FMT(place(self, library)),
                                  MLO_FMT(module));
  char *dots = MLO_NEW_ARRAY(self->arena, char, path.len + 1);
  memcpy(dots, path.ptr, path.len);
  for (size_t i = path.len - module.len - 4; i + 4 < path.len; i++)
    if (dots[i] == '.') dots[i] = '/';
  self->written++;
  mlo_os_remove(mlo_str_of(dots, path.len)); /* ours: made anew each time */
  return mlo_output_create(mlo_str_of(dots, path.len), text, err);
}

static mlo_status write_library(job *self, mlo_error *err) {
  mlo_str path, text;
  mlo_status status = MLO_OK;
  for (uint32_t i = 0; status == MLO_OK && self->cli->layer->text(i, &path, &text); i++) {
    mlo_str module = module_of(self, path, text);
    bool meta = mlo_str_starts(path, MLO_STR("lua/meta/"));
    if (module.len && (meta || !is_annotated(self, module)))
      status = write_module(self, module, text, err);
  }
  return status;
}

/* What is made anew each time need not be in git. */
static mlo_status write_ignore(const job *self, mlo_error *err) {
  mlo_str path = mlo_arena_format(self->arena, "%.*s/.gitignore", MLO_FMT(place(self, library)));
  return mlo_os_write(path, MLO_STR("*\n"), err);
}

/* .luarc.json is people's own: it is written once, and read ever after. */
static mlo_status write_settings(job *self, mlo_buf *out, mlo_error *err) {
  mlo_str path = place(self, MLO_STR(".luarc.json")), text = {0};
  mlo_stat found;
  mlo_status status = mlo_os_stat(path, &found, err);
  if (status == MLO_OK && found.kind == MLO_FILE_MISSING) {
    mlo_buf_format(out, "created %.*s\n", MLO_FMT(path));
    return mlo_output_create(path, settings_text, err);
  }
  if (status == MLO_OK) status = mlo_os_read(path, 1 << 20, self->arena, &text, err);
  if (status == MLO_OK && !mlo_str_contains(text, library))
    mlo_buf_format(out, "add this to %.*s: \"workspace.library\": [\"%.*s\"]\n", MLO_FMT(path),
                   MLO_FMT(library));
  return status;
}

static int run(const mlo_cli *cli, const mlo_arguments *arguments) {
  mlo_error err = {0};
  mlo_buf out = {0};
  job self = {.cli = cli, .arena = cli->arena, .folder = MLO_STR(".")};
  mlo_status status = mlo_operands_expect(arguments, 0, 1, "", &err);
  if (status == MLO_OK && arguments->operands.len) self.folder = arguments->operands.items[0];
  while (self.folder.len > 1 && mlo_str_ends(self.folder, MLO_STR("/"))) self.folder.len--;
  if (status == MLO_OK) status = write_library(&self, &err);
  if (status == MLO_OK) status = write_ignore(&self, &err);
  mlo_buf_format(&out, "wrote %u files to %.*s\n", self.written, MLO_FMT(place(&self, library)));
  if (status == MLO_OK) status = write_settings(&self, &out, &err);
  bool printed = status == MLO_OK && !out.failed && mlo_output_print(mlo_buf_str(&out));
  mlo_buf_release(&out);
  if (status != MLO_OK) return mlo_output_fail(&err);
  return printed ? MLO_EXIT_CLEAN : MLO_EXIT_FAILED;
}

const mlo_cli_command mlo_rule_types_command = {
    .name = "rule types",
    .operands = "[PATH]",
    .summary = "write annotations, so that an editor completes the rule API",
    .help = "For the Lua language server (LuaLS): PATH/.mlopslint/types and, if there is none, "
            "PATH/.luarc.json. PATH is\nthe folder that the editor opens (default .).",
    .run = run,
};
