#include "document/command_build.h"

#include <ctype.h>

/* A program whose business is to run the one named behind its options. */
typedef struct wrapper {
  mlo_str name;
  mlo_str verb;        /* the word that must follow, as in `poetry run`; may be empty */
  mlo_str valued;      /* options whose value is the next word */
  uint8_t positionals; /* words between the options and the program */
  mlo_str stops;       /* options with which it runs nothing */
} wrapper;

#define S(literal) MLO_STR_INIT(literal)
#define CONDA_RUN S("run"), S("-n --name -p --prefix --cwd")
#define UV_RUN                                                                                     \
  S("run"), S("--with --with-editable --with-requirements -p --python --extra --no-extra --group " \
              "--no-group --only-group --env-file --package --project --directory --index "        \
              "--index-url --default-index --extra-index-url --find-links -f")

static const wrapper wrappers[] = {
    {S("sudo"), S(""), S("-u -g -h -p -C -r -t -T -U -D -R --user --group --host --chdir --prompt"),
     0, S("")},
    {S("doas"), S(""), S("-u -C"), 0, S("")},
    {S("env"), S(""), S("-u -C --unset --chdir"), 0, S("")},
    {S("exec"), S(""), S("-a"), 0, S("")},
    {S("command"), S(""), S(""), 0, S("-v -V")},
    {S("builtin"), S(""), S(""), 0, S("")},
    {S("time"), S(""), S("-f -o --format --output"), 0, S("")},
    {S("nohup"), S(""), S(""), 0, S("")},
    {S("setsid"), S(""), S(""), 0, S("")},
    {S("nice"), S(""), S("-n --adjustment"), 0, S("")},
    {S("ionice"), S(""), S("-c -n --class --classdata"), 0, S("-p --pid")},
    {S("stdbuf"), S(""), S("-i -o -e"), 0, S("")},
    {S("timeout"), S(""), S("-k -s --kill-after --signal"), 1, S("")},
    {S("xargs"), S(""),
     S("-I -n -N -P -L -d -a -E -s --max-args --max-procs --delimiter --arg-file"), 0, S("")},
    {S("tini"), S(""), S("-p -e"), 0, S("")},
    {S("dumb-init"), S(""), S("-r --rewrite"), 0, S("")},
    {S("gosu"), S(""), S(""), 1, S("")},
    {S("su-exec"), S(""), S(""), 1, S("")},
    {S("chronic"), S(""), S(""), 0, S("")},
    {S("unbuffer"), S(""), S(""), 0, S("")},
    {S("xvfb-run"), S(""), S("-e -f -n -p -s -w --server-args --server-num"), 0, S("")},
    {S("dotenv"), S("run"), S(""), 0, S("")},
    {S("poetry"), S("run"), S(""), 0, S("")},
    {S("pipenv"), S("run"), S(""), 0, S("")},
    {S("pdm"), S("run"), S("-p --project -v --venv"), 0, S("-l --list")},
    {S("rye"), S("run"), S(""), 0, S("-l --list")},
    {S("pixi"), S("run"), S("-e --environment --manifest-path"), 0, S("")},
    {S("uv"), UV_RUN, 0, S("")},
    {S("conda"), CONDA_RUN, 0, S("")},
    {S("mamba"), CONDA_RUN, 0, S("")},
    {S("micromamba"), CONDA_RUN, 0, S("")},
};

static const wrapper python = {S("python"), S(""), S("-W -X"), 0, S("-c")};
static const mlo_str shells[] = {S("sh"), S("bash"), S("dash"), S("ash"), S("zsh"), S("ksh")};
#undef S

enum { SCRIPTS_IN_SCRIPTS = 8 };

/* --- names --- */

/* True if word is one of a list of words. */
static bool is_listed(mlo_str list, mlo_str word) {
  while (list.ptr && word.len)
    if (mlo_str_eq(mlo_str_cut(&list, ' '), word)) return true;
  return false;
}

static mlo_str base_name(mlo_str text) {
  size_t brace = mlo_str_rfind_char(text, '}');
  size_t slash = mlo_str_rfind_char(text, '/');
  if (slash == SIZE_MAX || (brace != SIZE_MAX && brace > slash)) return text;
  return slash + 1 < text.len ? mlo_str_from(text, slash + 1) : text;
}

/* "python3.11" is python and "pip3" is pip: the rest is digits and dots. */
static bool is_versioned(mlo_str name, mlo_str plain) {
  if (!mlo_str_starts(name, plain)) return false;
  for (size_t i = plain.len; i < name.len; i++)
    if (!isdigit((unsigned char)name.ptr[i]) && name.ptr[i] != '.') return false;
  return true;
}

static mlo_str program_of(mlo_str text) {
  mlo_str name = base_name(text);
  if (is_versioned(name, MLO_STR("python"))) return MLO_STR("python");
  if (is_versioned(name, MLO_STR("pip"))) return MLO_STR("pip");
  return name;
}

/* --- taking wrappers off --- */

/* A command being read: words from `at` on are left, assignments met on the way are collected. */
typedef struct reading {
  const mlo_shell_line *line;
  uint32_t at;
  MLO_ARRAY(mlo_word) environment;
  mlo_arena *arena;
} reading;

static mlo_str text_at(const reading *self, uint32_t at) {
  return at < self->line->words.len ? self->line->words.items[at].word.text : (mlo_str){0};
}

static void take_assignments(reading *self) {
  while (self->at < self->line->words.len && mlo_shell_assigns(&self->line->words.items[self->at]))
    MLO_PUSH(self->arena, &self->environment, self->line->words.items[self->at++].word);
}

static bool is_option(mlo_str text) { return text.len > 1 && text.ptr[0] == '-'; }

/* -Eu is -E -u: the last of letters behind one dash may have a value. */
static bool takes_value(const wrapper *kind, mlo_str option) {
  if (is_listed(kind->valued, option)) return true;
  if (option.len < 3 || option.ptr[1] == '-') return false;
  for (size_t i = 1; i < option.len; i++)
    if (!isalpha((unsigned char)option.ptr[i])) return false;
  char last[2] = {'-', option.ptr[option.len - 1]};
  return is_listed(kind->valued, mlo_str_of(last, 2));
}

/* Index of the first word behind a wrapper's options, or UINT32_MAX if it runs nothing. */
static uint32_t skip_options(const reading *self, const wrapper *kind, uint32_t at) {
  for (; is_option(text_at(self, at)); at++) {
    mlo_str option = text_at(self, at);
    if (is_listed(kind->stops, option)) return UINT32_MAX;
    if (mlo_str_eq(option, MLO_STR("--"))) return at + 1;
    if (takes_value(kind, option)) at++;
  }
  return at;
}

static const wrapper *find_wrapper(const reading *self) {
  mlo_str name = base_name(text_at(self, self->at));
  for (size_t i = 0; i < sizeof wrappers / sizeof *wrappers; i++) {
    if (!mlo_str_eq(wrappers[i].name, name)) continue;
    if (wrappers[i].verb.len == 0 || mlo_str_eq(wrappers[i].verb, text_at(self, self->at + 1)))
      return &wrappers[i];
  }
  return NULL;
}

/* Moves behind one wrapper; false if there is none, or nothing behind it. */
static bool take_wrapper(reading *self) {
  const wrapper *kind = find_wrapper(self);
  if (!kind) return false;
  uint32_t before = self->at, collected = self->environment.len;
  uint32_t at = skip_options(self, kind, before + 1 + (kind->verb.len > 0));
  if (at == UINT32_MAX) return false;
  self->at = at + kind->positionals;
  take_assignments(self);
  if (self->at < self->line->words.len) return true;
  self->at = before;
  self->environment.len = collected;
  return false;
}

static bool is_python(mlo_str text) {
  return is_versioned(base_name(text), MLO_STR("python")) ||
         (mlo_shell_expands(text) &&
          (mlo_str_contains(text, MLO_STR("python")) || mlo_str_contains(text, MLO_STR("PYTHON"))));
}

/* `python -u -m x` runs x. */
static void take_python_module(reading *self) {
  if (!is_python(text_at(self, self->at))) return;
  for (uint32_t at = self->at + 1; is_option(text_at(self, at)); at++) {
    mlo_str option = text_at(self, at);
    if (is_listed(python.stops, option)) return;
    if (mlo_str_ends(option, MLO_STR("m")) && option.ptr[1] != '-' &&
        at + 1 < self->line->words.len) {
      self->at = at + 1;
      return;
    }
    if (is_listed(python.valued, option)) at++;
  }
}

/* --- scripts in arguments --- */

static bool is_shell(mlo_str text) {
  mlo_str name = base_name(text);
  for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
    if (mlo_str_eq(shells[i], name)) return true;
  return false;
}

/* -c, -lc, -exc */
static bool is_script_option(mlo_str option) {
  return is_option(option) && option.ptr[1] != '-' && mlo_str_find_char(option, 'c') != SIZE_MAX;
}

/* The word that holds the script of `sh -c`, or NULL. */
static const mlo_shell_word *script_word(const reading *self) {
  if (!is_shell(text_at(self, self->at))) return NULL;
  bool found = false;
  uint32_t at = self->at + 1;
  for (; is_option(text_at(self, at)); at++) {
    if (is_script_option(text_at(self, at))) found = true;
    if (mlo_str_eq(text_at(self, at), MLO_STR("-o"))) at++;
  }
  return found && at < self->line->words.len ? &self->line->words.items[at] : NULL;
}

/* --- adding --- */

/* The words' bytes and what lies between; CMD may stand above the ENTRYPOINT that it completes. */
static mlo_span span_of(const mlo_shell_line *line) {
  mlo_span span = line->words.items[0].word.span;
  for (uint32_t i = 1; i < line->words.len; i++) {
    mlo_span word = line->words.items[i].word.span;
    if (word.start < span.start) span.start = word.start;
    if (word.end > span.end) span.end = word.end;
  }
  return span;
}

static void push_command(const mlo_command_place *place, const reading *from) {
  uint32_t count = from->line->words.len - from->at;
  mlo_word *words = MLO_NEW_ARRAY(place->arena, mlo_word, count);
  for (uint32_t i = 0; i < count; i++) words[i] = from->line->words.items[from->at + i].word;
  mlo_span span = span_of(from->line);
  mlo_command command = {
      .program = is_option(words[0].text) ? (mlo_str){0} : program_of(words[0].text),
      .words = words,
      .count = count,
      .environment = from->environment.items,
      .environment_count = from->environment.len,
      .span = span,
      .context = place->context,
      .owner = place->owner,
  };
  MLO_PUSH(place->arena, place->out, command);
}

static mlo_status add_script(const mlo_command_place *place, const mlo_derived *script,
                             unsigned depth, mlo_error *err);

static mlo_status add_line(const mlo_command_place *place, const mlo_shell_line *line,
                           unsigned depth, mlo_error *err) {
  reading self = {.line = line, .arena = place->arena};
  take_assignments(&self);
  if (self.at == line->words.len) return MLO_OK;
  while (take_wrapper(&self)) {
  }
  take_python_module(&self);
  const mlo_shell_word *script = script_word(&self);
  if (!script || depth == SCRIPTS_IN_SCRIPTS) {
    push_command(place, &self);
    return MLO_OK;
  }
  mlo_derived source = mlo_shell_word_source(script, place->arena);
  return add_script(place, &source, depth + 1, err);
}

static mlo_status add_script(const mlo_command_place *place, const mlo_derived *script,
                             unsigned depth, mlo_error *err) {
  mlo_shell_lines lines = {0};
  mlo_status status =
      mlo_shell_parse(place->parser, script, place->options, place->arena, &lines, err);
  for (uint32_t i = 0; status == MLO_OK && i < lines.len; i++)
    status = add_line(place, &lines.items[i], depth, err);
  return status;
}

mlo_status mlo_command_add(const mlo_command_place *place, const mlo_shell_line *line,
                           mlo_error *err) {
  return add_line(place, line, 0, err);
}

mlo_status mlo_command_add_script(const mlo_command_place *place, const mlo_derived *script,
                                  mlo_error *err) {
  return add_script(place, script, 0, err);
}

mlo_status mlo_commands_of_shell(mlo_parser *parser, mlo_str text, mlo_span span, bool folded,
                                 mlo_command_context context, mlo_value owner, mlo_arena *arena,
                                 mlo_commands *out, mlo_error *err) {
  mlo_command_place place = {
      .parser = parser,
      .context = context,
      .owner = owner,
      .options = {.folded = folded,
                  .templated = context == MLO_COMMAND_IMAGE_CMD || context == MLO_COMMAND_PIPELINE,
                  .braces = context == MLO_COMMAND_NOTEBOOK},
      .arena = arena,
      .out = out,
  };
  mlo_derived script = mlo_derived_of(text, span, arena);
  return mlo_command_add_script(&place, &script, err);
}

/* --- options --- */

static bool is_number(mlo_str text) {
  return text.len > 1 && (isdigit((unsigned char)text.ptr[1]) || text.ptr[1] == '.');
}

const mlo_word *mlo_command_option(const mlo_command *self, mlo_str name, mlo_str *value) {
  mlo_str ignored;
  if (!value) value = &ignored;
  *value = (mlo_str){0};
  uint32_t first = self->count && is_option(self->words[0].text) ? 0 : 1;
  for (uint32_t i = first; i < self->count; i++) {
    mlo_str text = self->words[i].text;
    if (!mlo_str_starts(text, name)) continue;
    mlo_str rest = mlo_str_from(text, name.len);
    if (rest.len && rest.ptr[0] == '=') {
      *value = mlo_str_from(rest, 1);
      return &self->words[i];
    }
    if (rest.len) continue;
    if (i + 1 == self->count) return &self->words[i];
    mlo_str next = self->words[i + 1].text;
    if (is_option(next) && !is_number(next)) return &self->words[i];
    *value = next;
    return &self->words[i + 1];
  }
  return NULL;
}
