#include "notebook/magics.h"

/* --- what IPython knows ---------------------------------------------------------------------- */

/* Magics whose argument is Python that runs in the notebook's own names, and those of their short options
 * that take a value. */
typedef struct runner {
  mlo_str name, valued;
} runner;

static const runner runners[] = {
    {MLO_STR_INIT("time"), MLO_STR_INIT("")},       {MLO_STR_INIT("timeit"), MLO_STR_INIT("nrpv")},
    {MLO_STR_INIT("prun"), MLO_STR_INIT("lsTD")},   {MLO_STR_INIT("memit"), MLO_STR_INIT("rti")},
    {MLO_STR_INIT("mprun"), MLO_STR_INIT("fTm")},   {MLO_STR_INIT("lprun"), MLO_STR_INIT("fmDTus")},
    {MLO_STR_INIT("snakeviz"), MLO_STR_INIT("fp")},
};

/* Cell magics under whose first line the notebook's own Python goes on. */
static const mlo_str python_cells[] = {
    MLO_STR_INIT("time"),         MLO_STR_INIT("timeit"),    MLO_STR_INIT("capture"),
    MLO_STR_INIT("prun"),         MLO_STR_INIT("px"),        MLO_STR_INIT("memit"),
    MLO_STR_INIT("mprun"),        MLO_STR_INIT("lprun"),     MLO_STR_INIT("snakeviz"),
    MLO_STR_INIT("pyinstrument"), MLO_STR_INIT("scalene"),   MLO_STR_INIT("debug"),
    MLO_STR_INIT("local"),        MLO_STR_INIT("spark"),     MLO_STR_INIT("pyspark"),
    MLO_STR_INIT("wandb"),        MLO_STR_INIT("ipytest"),   MLO_STR_INIT("manim"),
    MLO_STR_INIT("skip"),         MLO_STR_INIT("heat"),      MLO_STR_INIT("notify"),
    MLO_STR_INIT("profile"),      MLO_STR_INIT("flake8"),    MLO_STR_INIT("pycodestyle"),
    MLO_STR_INIT("mypy"),         MLO_STR_INIT("typecheck"), MLO_STR_INIT("cache"),
};

/* One per cent sign at the top of a cell that gives the whole cell to another language. */
static const mlo_str cell_owners[] = {MLO_STR_INIT("md"), MLO_STR_INIT("md-sandbox"),
                                      MLO_STR_INIT("scala"), MLO_STR_INIT("r")};
static const mlo_str doubtful_owners[] = {MLO_STR_INIT("sql"), MLO_STR_INIT("sh"),
                                          MLO_STR_INIT("bash"), MLO_STR_INIT("html"),
                                          MLO_STR_INIT("fs")};

/* Magics that work without their sign, unless the user has a variable of the name. */
static const mlo_str automagics[] = {
    MLO_STR_INIT("alias"),      MLO_STR_INIT("alias_magic"), MLO_STR_INIT("autoawait"),
    MLO_STR_INIT("autocall"),   MLO_STR_INIT("autoindent"),  MLO_STR_INIT("automagic"),
    MLO_STR_INIT("autoreload"), MLO_STR_INIT("bookmark"),    MLO_STR_INIT("cat"),
    MLO_STR_INIT("cd"),         MLO_STR_INIT("clear"),       MLO_STR_INIT("colors"),
    MLO_STR_INIT("conda"),      MLO_STR_INIT("config"),      MLO_STR_INIT("cp"),
    MLO_STR_INIT("debug"),      MLO_STR_INIT("dhist"),       MLO_STR_INIT("dirs"),
    MLO_STR_INIT("edit"),       MLO_STR_INIT("env"),         MLO_STR_INIT("gui"),
    MLO_STR_INIT("hist"),       MLO_STR_INIT("history"),     MLO_STR_INIT("ldir"),
    MLO_STR_INIT("less"),       MLO_STR_INIT("lf"),          MLO_STR_INIT("lk"),
    MLO_STR_INIT("ll"),         MLO_STR_INIT("load"),        MLO_STR_INIT("load_ext"),
    MLO_STR_INIT("loadpy"),     MLO_STR_INIT("logstart"),    MLO_STR_INIT("ls"),
    MLO_STR_INIT("lx"),         MLO_STR_INIT("macro"),       MLO_STR_INIT("mamba"),
    MLO_STR_INIT("man"),        MLO_STR_INIT("matplotlib"),  MLO_STR_INIT("micromamba"),
    MLO_STR_INIT("mkdir"),      MLO_STR_INIT("more"),        MLO_STR_INIT("mv"),
    MLO_STR_INIT("notebook"),   MLO_STR_INIT("page"),        MLO_STR_INIT("pastebin"),
    MLO_STR_INIT("pdb"),        MLO_STR_INIT("pdef"),        MLO_STR_INIT("pdoc"),
    MLO_STR_INIT("pfile"),      MLO_STR_INIT("pinfo"),       MLO_STR_INIT("pinfo2"),
    MLO_STR_INIT("pip"),        MLO_STR_INIT("popd"),        MLO_STR_INIT("precision"),
    MLO_STR_INIT("prun"),       MLO_STR_INIT("psearch"),     MLO_STR_INIT("psource"),
    MLO_STR_INIT("pushd"),      MLO_STR_INIT("pwd"),         MLO_STR_INIT("pycat"),
    MLO_STR_INIT("pylab"),      MLO_STR_INIT("rehashx"),     MLO_STR_INIT("reload_ext"),
    MLO_STR_INIT("rerun"),      MLO_STR_INIT("reset"),       MLO_STR_INIT("reset_selective"),
    MLO_STR_INIT("rm"),         MLO_STR_INIT("rmdir"),       MLO_STR_INIT("run"),
    MLO_STR_INIT("save"),       MLO_STR_INIT("set_env"),     MLO_STR_INIT("store"),
    MLO_STR_INIT("sx"),         MLO_STR_INIT("system"),      MLO_STR_INIT("time"),
    MLO_STR_INIT("timeit"),     MLO_STR_INIT("unalias"),     MLO_STR_INIT("unload_ext"),
    MLO_STR_INIT("uv"),         MLO_STR_INIT("who"),         MLO_STR_INIT("who_ls"),
    MLO_STR_INIT("whos"),       MLO_STR_INIT("xdel"),        MLO_STR_INIT("xmode"),
};

/* `name WORD` is an expression, not an automagic. */
static const mlo_str operator_words[] = {
    MLO_STR_INIT("in"), MLO_STR_INIT("is"), MLO_STR_INIT("not"), MLO_STR_INIT("and"),
    MLO_STR_INIT("or"), MLO_STR_INIT("if"), MLO_STR_INIT("for"), MLO_STR_INIT("else")};

/* Python statements that can't follow `pass;`. */
static const mlo_str compound_words[] = {
    MLO_STR_INIT("for"), MLO_STR_INIT("while"), MLO_STR_INIT("if"),  MLO_STR_INIT("with"),
    MLO_STR_INIT("def"), MLO_STR_INIT("class"), MLO_STR_INIT("try"), MLO_STR_INIT("async")};

static bool is_one_of(mlo_str word, const mlo_str *words, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (mlo_str_eq(words[i], word)) return true;
  return false;
}
#define IS_ONE_OF(word, words) is_one_of((word), (words), sizeof(words) / sizeof *(words))

static const runner *find_runner(mlo_str name) {
  for (size_t i = 0; i < sizeof runners / sizeof *runners; i++)
    if (mlo_str_eq(runners[i].name, name)) return &runners[i];
  return NULL;
}

/* --- text ------------------------------------------------------------------------------------ */

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f'; }
static bool is_line_end(char c) { return c == '\n' || c == '\r'; }

static bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_word(char c) { return starts_word(c) || (c >= '0' && c <= '9'); }

/* A walk over the original text up to the end of one cell. */
typedef struct walk {
  mlo_magics *magics;
  const char *s; /* module->original */
  size_t end;
  uint32_t cell;
} walk;

static char at(const walk *self, size_t i) { return i < self->end ? self->s[i] : '\0'; }

static size_t skip_blanks(const walk *self, size_t i) {
  while (is_blank(at(self, i))) i++;
  return i;
}

static size_t skip_word(const walk *self, size_t i) {
  while (is_word(at(self, i))) i++;
  return i;
}

static size_t line_end(const walk *self, size_t i) {
  while (i < self->end && !is_line_end(self->s[i])) i++;
  return i;
}

static size_t skip_line_end(const walk *self, size_t i) {
  bool pair = at(self, i) == '\r' && at(self, i + 1) == '\n';
  return i < self->end ? i + (pair ? 2 : 1) : i;
}

/* The end of a magic's line: one that ends with a backslash goes on. */
static size_t continued_line_end(const walk *self, size_t i) {
  for (;;) {
    size_t end = line_end(self, i);
    if (end == i || end >= self->end || self->s[end - 1] != '\\') return end;
    i = skip_line_end(self, end);
  }
}

static mlo_str slice(const walk *self, size_t from, size_t to) {
  return mlo_str_of(self->s + from, from < to ? to - from : 0);
}

/* --- blanking -------------------------------------------------------------------------------- */

static void blank(walk *self, size_t from, size_t to) {
  for (size_t i = from; i < to; i++)
    if (!is_line_end(self->s[i])) self->magics->text[i] = ' ';
}

/* Blanks [from, to) and writes the first filler that fits into its first line. */
static void fill(walk *self, size_t from, size_t to, const mlo_str *fillers, size_t count) {
  blank(self, from, to);
  size_t first_line = line_end(self, from), room = (first_line < to ? first_line : to) - from;
  for (size_t i = 0; i < count; i++) {
    if (fillers[i].len > room) continue;
    memcpy(self->magics->text + from, fillers[i].ptr, fillers[i].len);
    return;
  }
}

/* Only an indented block can need a statement. */
static void fill_statement(walk *self, size_t from, size_t to, bool indented) {
  static const mlo_str fillers[] = {MLO_STR_INIT("pass"), MLO_STR_INIT("0")};
  fill(self, from, to, fillers, indented ? 2 : 0);
}

/* An ellipsis, since it says nothing of the value. */
static void fill_value(walk *self, size_t from, size_t to) {
  static const mlo_str fillers[] = {MLO_STR_INIT("..."), MLO_STR_INIT("0")};
  fill(self, from, to, fillers, 2);
}

/* A magic's argument on one line: trimmed, continuation lines joined by spaces. */
static mlo_str joined(walk *self, size_t from, size_t to) {
  mlo_str line = mlo_str_trim(slice(self, from, to));
  if (line_end(self, from) >= to) return line;
  char *out = MLO_NEW_ARRAY(self->magics->arena, char, line.len);
  for (size_t i = 0; i < line.len; i++) {
    bool joint = is_line_end(line.ptr[i]) ||
                 (line.ptr[i] == '\\' && i + 1 < line.len && is_line_end(line.ptr[i + 1]));
    out[i] = joint ? ' ' : line.ptr[i];
  }
  return mlo_str_of(out, line.len);
}

static void record(walk *self, mlo_str name, size_t argument, mlo_span span) {
  size_t line = argument < span.end ? argument : span.end;
  mlo_magic magic = {
      .name = name, .line = joined(self, line, span.end), .span = span, .cell = self->cell};
  MLO_PUSH(self->magics->arena, &self->magics->module->magics, magic);
}

static mlo_span span_of(size_t from, size_t to) { return (mlo_span){(uint32_t)from, (uint32_t)to}; }

/* --- lines ----------------------------------------------------------------------------------- */

/* Where the magic stands: as a statement of its own, or as the value of an assignment. */
typedef enum place { AT_MARGIN, INDENTED, AS_VALUE } place;

static void fill_place(walk *self, size_t from, size_t to, place where) {
  if (where == AS_VALUE)
    fill_value(self, from, to);
  else
    fill_statement(self, from, to, where == INDENTED);
}

/* Where the Python starts in a runner's arguments: behind its options. */
static size_t skip_options(const walk *self, size_t i, mlo_str valued) {
  for (i = skip_blanks(self, i); at(self, i) == '-'; i = skip_blanks(self, i)) {
    char letter = at(self, i + 1), behind = at(self, i + 2);
    bool apart = valued.len > 0 && memchr(valued.ptr, letter, valued.len) && is_blank(behind);
    if (!starts_word(letter) && letter != '-') break;
    if (apart) i = skip_blanks(self, i + 2);
    while (i < self->end && !is_blank(self->s[i]) && !is_line_end(self->s[i])) i++;
  }
  return i;
}

static bool is_simple_statement(const walk *self, size_t i) {
  mlo_str word = slice(self, i, skip_word(self, i));
  return i < self->end && !is_line_end(self->s[i]) && !strchr("%!?@#", self->s[i]) &&
         !IS_ONE_OF(word, compound_words);
}

/* `%time f()` becomes `pass; f()`. Returns where the Python starts; `from` if there is none to keep. */
static size_t keep_python(walk *self, size_t from, size_t argument, mlo_str name, place where) {
  static const mlo_str fillers[] = {MLO_STR_INIT("pass;"), MLO_STR_INIT("0;")};
  const runner *runs = find_runner(name);
  size_t code = runs ? skip_options(self, argument, runs->valued) : from;
  if (!runs || !is_simple_statement(self, code)) return from;
  if (where == AS_VALUE)
    blank(self, from, code);
  else
    fill(self, from, code, fillers, 2);
  return code;
}

/* A magic whose sign stands at from and whose name at `word`. Returns where to go on. */
static size_t take_magic(walk *self, size_t from, size_t word, place where) {
  size_t argument = word, end = continued_line_end(self, from);
  while (argument < end && !is_blank(self->s[argument]) && !is_line_end(self->s[argument]))
    argument++;
  mlo_str name = slice(self, word, argument);
  record(self, name, argument, span_of(from, end));
  size_t code = keep_python(self, from, argument, name, where);
  if (code > from) return code;
  fill_place(self, from, end, where);
  return end;
}

static size_t take_shell(walk *self, size_t from, place where) {
  size_t end = continued_line_end(self, from), command = from + (at(self, from + 1) == '!' ? 2 : 1);
  record(self, MLO_STR("!"), command, span_of(from, end));
  fill_place(self, from, end, where);
  return end;
}

static size_t take_help(walk *self, size_t from, size_t end, bool indented) {
  record(self, MLO_STR("?"), from, span_of(from, end));
  fill_statement(self, from, end, indented);
  return end;
}

/* --- automagics ------------------------------------------------------------------------------ */

static bool binds_here(mlo_str text, size_t from, size_t to) {
  static const mlo_str binders[] = {MLO_STR_INIT("import "), MLO_STR_INIT("as "),
                                    MLO_STR_INIT("def "), MLO_STR_INIT("for "),
                                    MLO_STR_INIT("class ")};
  bool apart =
      (from == 0 || !is_word(text.ptr[from - 1])) && (to == text.len || !is_word(text.ptr[to]));
  if (!apart) return false;
  for (size_t i = 0; i < sizeof binders / sizeof *binders; i++)
    if (mlo_str_ends(mlo_str_slice(text, 0, from), binders[i])) return true;
  while (to < text.len && is_blank(text.ptr[to])) to++;
  mlo_str rest = mlo_str_from(text, to);
  return mlo_str_starts(rest, MLO_STR("=")) && !mlo_str_starts(rest, MLO_STR("=="));
}

/* True if some cell seems to bind the name. Looked up once for each name. */
static bool is_bound(mlo_magics *self, mlo_str name) {
  uint32_t *known = mlo_map_put(&self->bound, name, self->arena);
  if (*known != 0) return *known == 2;
  mlo_str text = self->module->original;
  *known = 1;
  for (size_t from = 0, i; (i = mlo_str_find(mlo_str_from(text, from), name)) != SIZE_MAX;) {
    size_t to = from + i + name.len;
    if (binds_here(text, from + i, to)) *known = 2;
    from = to;
  }
  return *known == 2;
}

/* True if the words at i can't be Python, or are Python only by chance (`ls -l /tmp`). */
static bool is_automagic(const walk *self, size_t i) {
  size_t behind = skip_word(self, i), next = skip_blanks(self, behind);
  mlo_str name = slice(self, i, behind);
  char c = at(self, next), after = at(self, next + 1);
  if (next == behind || !IS_ONE_OF(name, automagics)) return false;
  if (c == '~' || c == '$' || c == '"' || c == '\'') return true;
  if (is_word(c)) return !IS_ONE_OF(slice(self, next, skip_word(self, next)), operator_words);
  bool attached =
      c != '\0' && strchr("-/.*", c) && after && !is_blank(after) && !is_line_end(after);
  bool is_operator = after == '=' || (after == c && (c == '/' || c == '*'));
  return attached && !is_operator && !is_bound(self->magics, name);
}

/* --- statements ------------------------------------------------------------------------------ */

/* The end of the string whose opening quote is at i: behind its closing quote, or at the end of its line. */
static size_t skip_string(const walk *self, size_t i) {
  char quote = self->s[i];
  bool triple = at(self, i + 1) == quote && at(self, i + 2) == quote;
  for (i += triple ? 3 : 1; i < self->end; i++) {
    char c = self->s[i];
    if (c == '\\') {
      i = skip_line_end(self, i + 1) - 1;
      continue;
    }
    if (!triple && is_line_end(c)) return i;
    if (c != quote) continue;
    if (!triple) return i + 1;
    if (at(self, i + 1) == quote && at(self, i + 2) == quote) return i + 3;
  }
  return self->end;
}

/* True if the `=` at i assigns and what follows is a magic or a shell command. */
static bool assigns_magic(const walk *self, size_t i) {
  char before = i > 0 ? self->s[i - 1] : '\0';
  size_t value = skip_blanks(self, i + 1);
  if (before != '\0' && strchr("=!<>:+-*/%&|^@~", before)) return false;
  if (at(self, value) == '!') return at(self, value + 1) != '=';
  return at(self, value) == '%' && starts_word(at(self, value + 1));
}

static size_t take_value(walk *self, size_t i) {
  size_t value = skip_blanks(self, i + 1);
  return at(self, value) == '!' ? take_shell(self, value, AS_VALUE)
                                : take_magic(self, value, value + 1, AS_VALUE);
}

/* True if nothing but question marks stands between i and the end of its line. */
static bool ends_with_question(const walk *self, size_t i) {
  while (at(self, i) == '?') i++;
  i = skip_blanks(self, i);
  return i >= self->end || is_line_end(self->s[i]);
}

static size_t skip_token(const walk *self, size_t i) {
  char c = self->s[i];
  if (c == '"' || c == '\'') return skip_string(self, i);
  if (c == '#') return line_end(self, i);
  if (c == '\\') return skip_line_end(self, i + 1);
  while (c == '?' && at(self, i + 1) == '?') i++;
  return i + 1;
}

/* Passes over the Python of one statement from i, which may span lines by brackets, strings and backslashes,
 * to its line end. start: where the statement begins. */
static size_t skip_statement(walk *self, size_t start, size_t i, bool indented) {
  uint32_t depth = 0;
  bool taken = false; /* one magic as a value at most: a line of many must not cost its square */
  while (i < self->end) {
    char c = self->s[i];
    if (is_line_end(c) && depth == 0) return i;
    if (c == '?' && ends_with_question(self, i))
      return take_help(self, start, line_end(self, i), indented);
    if (c == '=' && depth == 0 && !taken && assigns_magic(self, i)) {
      start = i = take_value(self, i);
      taken = true;
      continue;
    }
    i = skip_token(self, i);
    if (c == '(' || c == '[' || c == '{') depth++;
    if ((c == ')' || c == ']' || c == '}') && depth > 0) depth--;
  }
  return self->end;
}

/* Treats the statement that begins at i, which is behind its indentation; returns the end of its line. */
static size_t take_statement(walk *self, size_t i, bool indented) {
  place where = indented ? INDENTED : AT_MARGIN;
  size_t code = i;
  if (at(self, i) == '%')
    code = take_magic(self, i, skip_blanks(self, i + 1), where);
  else if (at(self, i) == '!')
    return take_shell(self, i, where);
  else if (at(self, i) == '?')
    return take_help(self, i, continued_line_end(self, i), indented);
  else if (starts_word(at(self, i)) && is_automagic(self, i))
    code = take_magic(self, i, i, where);
  return skip_statement(self, code, code, indented);
}

/* --- cells ----------------------------------------------------------------------------------- */

static size_t skip_comments(const walk *self, size_t i) {
  for (;;) {
    size_t code = skip_blanks(self, i);
    bool empty = code < self->end && is_line_end(self->s[code]);
    if (!empty && at(self, code) != '#') return code;
    i = skip_line_end(self, line_end(self, code));
    if (i >= self->end) return self->end;
  }
}

/* Treats the cell magics at the top (%%capture may hold %%time); returns where Python starts. IPython wants
 * them before any comment, Colab does not. */
static size_t take_cell_magics(walk *self, size_t from) {
  for (;;) {
    size_t i = skip_comments(self, from), word = i;
    while (at(self, word) == '%') word++;
    size_t argument = word;
    while (argument < self->end && !is_blank(self->s[argument]) && !is_line_end(self->s[argument]))
      argument++;
    mlo_str name = slice(self, word, argument);
    bool cell = word == i + 2 && name.len > 0;
    bool owner =
        cell ? !IS_ONE_OF(name, python_cells) : word == i + 1 && IS_ONE_OF(name, cell_owners);
    if (!cell && !owner) return from;
    size_t first_line = line_end(self, i), end = owner ? self->end : first_line;
    mlo_magic magic = {.name = slice(self, cell ? i : word, argument),
                       .line = mlo_str_trim(slice(self, argument, first_line)),
                       .span = span_of(i, end),
                       .cell = self->cell};
    MLO_PUSH(self->magics->arena, &self->magics->module->magics, magic);
    blank(self, i, end);
    from = skip_line_end(self, end);
  }
}

void mlo_magics_blank(mlo_magics *self, const mlo_module_cell *cell) {
  walk one = {self, self->module->original.ptr, cell->span.end, cell->cell};
  for (size_t i = take_cell_magics(&one, cell->span.start); i < one.end;) {
    size_t code = skip_blanks(&one, i);
    i = skip_line_end(&one, take_statement(&one, code, code > i));
  }
}

bool mlo_magics_may_own_cell(const mlo_magics *self, const mlo_module_cell *cell) {
  walk one = {NULL, self->module->original.ptr, cell->span.end, cell->cell};
  size_t i = skip_comments(&one, cell->span.start), end = i + 1;
  while (end < one.end && !is_blank(one.s[end]) && !is_line_end(one.s[end])) end++;
  return at(&one, i) == '%' && IS_ONE_OF(slice(&one, i + 1, end), doubtful_owners);
}
