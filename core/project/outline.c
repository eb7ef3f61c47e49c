#include "project/outline.h"

enum { DEFINED = 1, DOUBTFUL = 2 };

static bool is_letter(char c) {
  unsigned char u = (unsigned char)c;
  return u == '_' || u >= 128 || (u >= '0' && u <= '9') || ((u | 32) >= 'a' && (u | 32) <= 'z');
}

/* The identifier at the beginning of *rest, which is cut behind it; empty if there is none. */
static mlo_str cut_word(mlo_str *rest) {
  size_t len = 0;
  while (len < rest->len && is_letter(rest->ptr[len])) len++;
  mlo_str word = mlo_str_slice(*rest, 0, len);
  *rest = mlo_str_from(*rest, len);
  return word;
}

static mlo_str skip_blanks(mlo_str text) {
  while (text.len && (text.ptr[0] == ' ' || text.ptr[0] == '\t')) text = mlo_str_from(text, 1);
  return text;
}

static void note(mlo_outline *self, mlo_str name, uint32_t what, mlo_arena *arena) {
  uint32_t *known = mlo_map_put(&self->names, name, arena);
  if (*known < what) *known = what;
}

static void doubt_all(mlo_outline *self, mlo_str line, mlo_arena *arena) {
  while (line.len) {
    mlo_str word = cut_word(&line);
    if (word.len)
      note(self, word, DOUBTFUL, arena);
    else
      line = mlo_str_from(line, 1);
  }
}

/* What an assignment may bind: x = 1, x: int = 1, x, y = 1, x += 1. What stands before the last sign that is in no
 * brackets. */
static mlo_str assigned_by(mlo_str line) {
  size_t bracket = mlo_str_find_char(line, '(');
  mlo_str open = bracket == 0 ? line : mlo_str_slice(line, 0, bracket);
  size_t sign = mlo_str_rfind_char(open, '=');
  return sign == SIZE_MAX ? (mlo_str){0} : mlo_str_slice(line, 0, sign);
}

static bool is_definition(mlo_str word) {
  return mlo_str_eq(word, MLO_STR("def")) || mlo_str_eq(word, MLO_STR("class"));
}

/* The name of a definition that begins this line, or empty. */
static mlo_str defined_by(mlo_str line) {
  mlo_str rest = line, word = cut_word(&rest);
  if (mlo_str_eq(word, MLO_STR("async"))) {
    rest = skip_blanks(rest);
    word = cut_word(&rest);
  }
  if (!is_definition(word) || !rest.len || (rest.ptr[0] != ' ' && rest.ptr[0] != '\t'))
    return (mlo_str){0};
  rest = skip_blanks(rest);
  return cut_word(&rest);
}

/* An import may go on over lines: to its closing bracket, or as long as they end in a backslash. */
typedef enum import_state { IMPORT_DONE, IMPORT_IN_BRACKETS, IMPORT_CONTINUED } import_state;

static import_state import_behind(mlo_str line, import_state before) {
  bool open = before == IMPORT_IN_BRACKETS || mlo_str_contains(line, MLO_STR("("));
  if (open) return mlo_str_contains(line, MLO_STR(")")) ? IMPORT_DONE : IMPORT_IN_BRACKETS;
  return mlo_str_ends(line, MLO_STR("\\")) ? IMPORT_CONTINUED : IMPORT_DONE;
}

/* A line that runs where the module is imported, but is no definition. */
static import_state read_statement(mlo_outline *self, mlo_str line, mlo_arena *arena) {
  static const mlo_str signs[] = {MLO_STR_INIT("import "), MLO_STR_INIT(":="),
                                  MLO_STR_INIT(";"),       MLO_STR_INIT("with "),
                                  MLO_STR_INIT("def "),    MLO_STR_INIT("class ")};
  mlo_str bound = assigned_by(line);
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
    if (mlo_str_contains(line, signs[i])) bound = line;
  if (mlo_str_starts(line, MLO_STR("for "))) bound = line;
  doubt_all(self, bound, arena);
  bool imports = mlo_str_contains(line, MLO_STR("import"));
  if (imports && mlo_str_contains(line, MLO_STR("*"))) self->open = true;
  return imports ? import_behind(line, IMPORT_DONE) : IMPORT_DONE;
}

void mlo_outline_of_text(mlo_str text, mlo_arena *arena, mlo_outline *out) {
  *out = (mlo_outline){.open = mlo_str_contains(text, MLO_STR("globals()"))};
  bool inside = false; /* of a definition: its lines bind nothing of the module but by `global` */
  import_state importing = IMPORT_DONE;
  while (text.ptr) {
    mlo_str line = mlo_str_cut(&text, '\n');
    if (mlo_str_ends(line, MLO_STR("\r"))) line.len--;
    mlo_str bare = skip_blanks(line);
    if (!bare.len || bare.ptr[0] == '#') continue;
    bool indented = bare.ptr != line.ptr;
    if (importing != IMPORT_DONE) {
      doubt_all(out, bare, arena);
      importing = import_behind(bare, importing);
    } else if (indented && inside) {
      if (mlo_str_starts(bare, MLO_STR("global "))) doubt_all(out, bare, arena);
    } else if (indented || !strchr(")]}", line.ptr[0])) { /* else a long parameter list ends */
      mlo_str name = indented ? (mlo_str){0} : defined_by(line);
      inside = name.len || (!indented && line.ptr[0] == '@');
      if (name.len)
        note(out, name, DEFINED, arena);
      else
        importing = read_statement(out, bare, arena);
    }
  }
}

bool mlo_outline_lacks(const mlo_outline *self, mlo_str name) {
  return !self->open && !mlo_map_get(&self->names, name);
}

bool mlo_outline_defines(const mlo_outline *self, mlo_str name) {
  const uint32_t *known = mlo_map_get(&self->names, name);
  return known && *known == DEFINED;
}
