/* magic: IPython's own syntax as plain Python. https://ipython.readthedocs.io/en/stable/interactive/magics.html */
#include "export/plan.h"

#include <stdio.h>

static bool is_one_of(mlo_str word, const char *const *words) {
  for (; *words; words++)
    if (mlo_str_eq(word, mlo_str_c(*words))) return true;
  return false;
}

static const char *const code[] = {"time",      "timeit", "prun",    "%%time",  "%%timeit",
                                   "%%capture", "%%prun", "capture", "%%memit", "memit",
                                   "mprun",     "lprun",  NULL};
static const char *const dropped[] = {"matplotlib", "config",     "load_ext",
                                      "reload_ext", "autoreload", "autosave",
                                      "pylab",      "precision",  "watermark",
                                      "?",          "pdb",        "xmode",
                                      "colors",     "notebook",   "lsmagic",
                                      "who",        "whos",       "history",
                                      "pinfo",      "logstop",    "tensorflow_version",
                                      "unload_ext", "inline",     NULL};
static const char *const installers[] = {"pip", "pip3", "conda", "mamba", "uv", NULL};

/* Double quotes; everything but printable ASCII is escaped, so that one line stays one line. UTF-8 stays. */
mlo_str mlo_python_string(mlo_str text, mlo_arena *arena) {
  char *out = MLO_NEW_ARRAY(arena, char, text.len * 4 + 3), *at = out;
  *at++ = '"';
  for (size_t i = 0; i < text.len; i++) {
    unsigned char c = (unsigned char)text.ptr[i];
    if (c == '"' || c == '\\')
      *at++ = '\\', *at++ = (char)c;
    else if (c == '\n')
      *at++ = '\\', *at++ = 'n';
    else if (c == '\t')
      *at++ = '\\', *at++ = 't';
    else if (c < 32 || c == 127)
      at += sprintf(at, "\\x%02x", c);
    else
      *at++ = (char)c;
  }
  *at++ = '"';
  return mlo_str_of(out, (size_t)(at - out));
}

static mlo_str first_word(mlo_str line) {
  mlo_str rest = mlo_str_trim(line);
  return mlo_str_cut(&rest, ' ');
}

static bool installs(const mlo_magic *magic) {
  mlo_str word = mlo_str_eq(magic->name, MLO_STR("!")) ? first_word(magic->line) : magic->name;
  return is_one_of(word, installers) && mlo_str_contains(magic->line, MLO_STR("install"));
}

bool mlo_magic_interpolates(const mlo_magic *magic) {
  bool shell = mlo_str_eq(magic->name, MLO_STR("!")) || mlo_str_eq(magic->name, MLO_STR("sx"));
  if (!shell && !mlo_str_eq(magic->name, MLO_STR("run")) && !mlo_str_eq(magic->name, MLO_STR("cd")))
    return false;
  size_t brace = mlo_str_find_char(magic->line, '{');
  return brace != SIZE_MAX && brace + 1 < magic->line.len &&
         !strchr(" {}", magic->line.ptr[brace + 1]) && mlo_str_contains(magic->line, MLO_STR("}"));
}

static mlo_str body_of(mlo_str line) {
  size_t end = mlo_str_find_char(line, '\n');
  return end == SIZE_MAX ? (mlo_str){0} : mlo_str_from(line, end + 1);
}

static mlo_str without_quotes(mlo_str text) {
  text = mlo_str_trim(text);
  bool quoted = text.len > 1 && (text.ptr[0] == '"' || text.ptr[0] == '\'') &&
                text.ptr[text.len - 1] == text.ptr[0];
  return quoted ? mlo_str_slice(text, 1, text.len - 1) : text;
}

static mlo_str set_environment(mlo_str line, mlo_arena *arena) {
  mlo_str rest = mlo_str_trim(line);
  char sign = mlo_str_find_char(rest, '=') == SIZE_MAX ? ' ' : '=';
  mlo_str name = mlo_str_trim(mlo_str_cut(&rest, sign));
  if (!name.len || !rest.ptr) return (mlo_str){0};
  return mlo_arena_format(arena, "os.environ[%.*s] = %.*s", MLO_FMT(mlo_python_string(name, arena)),
                          MLO_FMT(mlo_python_string(without_quotes(rest), arena)));
}

static mlo_str shell(mlo_str line, bool is_value, mlo_arena *arena) {
  mlo_str command = mlo_python_string(mlo_str_trim(line), arena);
  return is_value ? mlo_arena_format(arena,
                                     "subprocess.run(%.*s, shell=True, capture_output=True, "
                                     "text=True).stdout.splitlines()",
                                     MLO_FMT(command))
                  : mlo_arena_format(arena, "subprocess.run(%.*s, shell=True)", MLO_FMT(command));
}

static mlo_str run_file(mlo_str line, mlo_arena *arena) {
  mlo_str word = first_word(line);
  if (!mlo_str_ends(word, MLO_STR(".py")) || mlo_str_trim(line).len != word.len)
    return (mlo_str){0};
  return mlo_arena_format(arena, "globals().update(runpy.run_path(%.*s))",
                          MLO_FMT(mlo_python_string(word, arena)));
}

static mlo_str write_file(const mlo_magic *magic, mlo_str whole, mlo_arena *arena) {
  mlo_str name = without_quotes(magic->line);
  mlo_str body = body_of(whole);
  if (!name.len || mlo_str_starts(name, MLO_STR("-"))) return (mlo_str){0};
  return mlo_arena_format(arena, "pathlib.Path(%.*s).write_text(%.*s, encoding=\"utf-8\")",
                          MLO_FMT(mlo_python_string(name, arena)),
                          MLO_FMT(mlo_python_string(body, arena)));
}

static mlo_str run_script(mlo_str whole, mlo_arena *arena) {
  return mlo_arena_format(arena, "subprocess.run([\"bash\", \"-c\", %.*s])",
                          MLO_FMT(mlo_python_string(body_of(whole), arena)));
}

mlo_magic_kind mlo_magic_translate(const mlo_magic *magic, mlo_str whole, bool is_value,
                                   mlo_arena *arena, mlo_str *python, mlo_str *import) {
  mlo_str name = magic->name;
  *python = *import = (mlo_str){0};
  if (is_one_of(name, code)) return MLO_MAGIC_CODE;
  if (is_one_of(name, dropped)) return MLO_MAGIC_DROPPED;
  if (installs(magic)) return MLO_MAGIC_INSTALL;
  if (mlo_str_eq(name, MLO_STR("!")) || mlo_str_eq(name, MLO_STR("sx")) ||
      mlo_str_eq(name, MLO_STR("system")))
    *python = shell(magic->line, is_value, arena), *import = MLO_STR("subprocess");
  else if (mlo_str_eq(name, MLO_STR("cd")))
    *python = mlo_arena_format(arena, "os.chdir(os.path.expanduser(%.*s))",
                               MLO_FMT(mlo_python_string(without_quotes(magic->line), arena))),
    *import = MLO_STR("os");
  else if (mlo_str_eq(name, MLO_STR("env")) || mlo_str_eq(name, MLO_STR("set_env")))
    *python = set_environment(magic->line, arena), *import = MLO_STR("os");
  else if (mlo_str_eq(name, MLO_STR("run")))
    *python = run_file(magic->line, arena), *import = MLO_STR("runpy");
  else if (mlo_str_eq(name, MLO_STR("%%writefile")) || mlo_str_eq(name, MLO_STR("%%file")))
    *python = write_file(magic, whole, arena), *import = MLO_STR("pathlib");
  else if (mlo_str_eq(name, MLO_STR("%%bash")) || mlo_str_eq(name, MLO_STR("%%sh")))
    *python = run_script(whole, arena), *import = MLO_STR("subprocess");
  return python->len ? MLO_MAGIC_PYTHON : MLO_MAGIC_LEFT_OUT;
}
