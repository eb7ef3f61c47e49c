#include "match/mask.h"

#include <ctype.h>

enum { DEEPEST = 64, LONGEST = 64 * 1024 };

/* A pattern at work. Brackets are remembered by their opening character, '<' for a deep expression. */
typedef struct masking {
  mlo_str source;
  char *text;
  uint32_t at;
  struct {
    char open;
    uint32_t at;
  } brackets[DEEPEST];
  uint32_t depth;
  mlo_mask *out;
  mlo_arena *arena;
  mlo_error *err;
} masking;

static bool is_word(char c) { return isalnum((unsigned char)c) || c == '_' || (c & 0x80); }
static bool is_variable(char c) {
  return isupper((unsigned char)c) || isdigit((unsigned char)c) || c == '_';
}

static char byte(const masking *self, uint32_t at) {
  return at < self->source.len ? self->source.ptr[at] : '\0';
}
static bool stands(const masking *self, uint32_t at, const char *word) {
  return mlo_str_starts(mlo_str_from(self->source, at), mlo_str_c(word));
}
static uint32_t skip_space(const masking *self, uint32_t at) {
  while (byte(self, at) && isspace((unsigned char)byte(self, at))) at++;
  return at;
}

mlo_str mlo_mask_place(const mlo_mask *self, uint32_t at, mlo_arena *arena) {
  unsigned line = 1, column = 1;
  for (uint32_t i = 0; i < at && i < self->source.len; i++) {
    column++;
    if (self->source.ptr[i] == '\n') line++, column = 1;
  }
  return mlo_arena_format(arena, "line %u, column %u", line, column);
}

static bool fail(masking *self, uint32_t at, const char *why) {
  mlo_str place = mlo_mask_place(self->out, at, self->arena);
  mlo_error_set(self->err, MLO_ERR_RULE, (mlo_str){0}, "%.*s: %s", MLO_FMT(place), why);
  return false;
}

static void blank(masking *self, uint32_t from, uint32_t to) {
  memset(self->text + from, ' ', to - from);
}

static void add_mark(masking *self, mlo_mark mark) {
  MLO_PUSH(self->arena, &self->out->marks, mark);
}

static bool push(masking *self, char open) {
  if (self->depth == DEEPEST) return fail(self, self->at, "brackets are nested too deeply");
  self->brackets[self->depth].open = open;
  self->brackets[self->depth++].at = self->at;
  return true;
}

static char innermost(const masking *self) {
  return self->depth ? self->brackets[self->depth - 1].open : '\0';
}

/* --- dicts ----------------------------------------------------------------------------------- */

/* True if the braces opened at `open` hold pairs, or nothing but ellipses. */
static bool is_dict(const masking *self, uint32_t open) {
  int depth = 0;
  bool only_dots = true;
  for (uint32_t at = open + 1; byte(self, at); at++) {
    char c = byte(self, at);
    if (depth == 0 && c == ':' && byte(self, at + 1) != '=') return true;
    if (depth == 0 && c == '}') break;
    if (strchr("([{", c)) depth++;
    if (strchr(")]}", c)) depth--;
    if (!strchr("., \t\r\n", c)) only_dots = false;
  }
  return only_dots;
}

static char before(const masking *self, uint32_t at) {
  while (at > 0 && isspace((unsigned char)byte(self, at - 1))) at--;
  return at ? byte(self, at - 1) : '\0';
}

/* True if what stands from `at` to end is a whole element of a dict: there an ellipsis is written as a splat. */
static bool is_dict_element(const masking *self, uint32_t at, uint32_t end) {
  char previous = before(self, at), next = byte(self, skip_space(self, end));
  bool element = (previous == '{' || previous == ',') && (next == '}' || next == ',');
  return element && innermost(self) == '{' && is_dict(self, self->brackets[self->depth - 1].at);
}

/* --- metavariables --------------------------------------------------------------------------- */

static mlo_str variable_name(const masking *self, uint32_t at) {
  uint32_t end = at;
  while (is_variable(byte(self, end))) end++;
  mlo_str name = mlo_str_slice(self->source, at, end);
  return mlo_str_eq(name, MLO_STR("_")) ? MLO_STR("") : name;
}

static bool mask_variable(masking *self) {
  uint32_t start = self->at, at = start + 1;
  bool many = stands(self, at, "...");
  if (many) at += 3;
  uint32_t end = at;
  while (is_variable(byte(self, end))) end++;
  if (end == at || isdigit((unsigned char)byte(self, at)) || is_word(byte(self, end)))
    return fail(self, start, "a metavariable is written in capitals, as in $X or $...ARGS");
  if (start > 0 && is_word(byte(self, start - 1)))
    return fail(self, start, "a metavariable stands for a whole name, not for a part of one");
  memset(self->text + start, '_', at - start);
  if (many && is_dict_element(self, start, end)) memset(self->text + start, '*', 2);
  add_mark(self, (mlo_mark){.kind = many ? MLO_MARK_ELLIPSIS : MLO_MARK_VARIABLE,
                            .at = start,
                            .name = variable_name(self, at)});
  self->at = end;
  return true;
}

/* ($X : a.b.C): true and behind it if the bracket at hand is one. */
static bool mask_typed(masking *self) {
  uint32_t at = skip_space(self, self->at + 1);
  if (byte(self, at) != '$' || (self->at > 0 && is_word(byte(self, self->at - 1)))) return false;
  uint32_t variable = at++;
  mlo_str name = variable_name(self, at);
  while (is_variable(byte(self, at))) at++;
  uint32_t colon = skip_space(self, at);
  if (at == variable + 1 || byte(self, colon) != ':') return false;
  uint32_t type = skip_space(self, colon + 1), end = type;
  while (is_word(byte(self, end)) || byte(self, end) == '.') end++;
  uint32_t close = skip_space(self, end);
  if (end == type || byte(self, close) != ')') return false;
  self->text[variable] = '_';
  blank(self, at, close);
  add_mark(self, (mlo_mark){.kind = MLO_MARK_VARIABLE,
                            .at = variable,
                            .name = name,
                            .type = mlo_str_slice(self->source, type, end)});
  self->at = close + 1;
  return true;
}

/* --- ellipses -------------------------------------------------------------------------------- */

static bool mask_ellipsis(masking *self) {
  uint32_t at = self->at;
  if (byte(self, at + 3) == '>' && innermost(self) == '<') {
    blank(self, at, at + 3);
    self->text[at + 3] = ')';
    self->depth--;
    self->at += 4;
    return true;
  }
  if ((at > 0 && (is_word(byte(self, at - 1)) || byte(self, at - 1) == '.')) ||
      is_word(byte(self, at + 3)) || byte(self, at + 3) == '.')
    return fail(self, at, "'...' needs a space before and behind it here");
  memcpy(self->text + at, is_dict_element(self, at, at + 3) ? "**_" : "___", 3);
  add_mark(self, (mlo_mark){.kind = MLO_MARK_ELLIPSIS, .at = at});
  self->at += 3;
  return true;
}

static bool mask_deep(masking *self) {
  uint32_t at = self->at;
  if (!push(self, '<')) return false;
  self->text[at] = '(';
  blank(self, at + 1, at + 4);
  add_mark(self, (mlo_mark){.kind = MLO_MARK_DEEP, .at = at});
  self->at += 4;
  return true;
}

/* --- the rest of Python ---------------------------------------------------------------------- */

static bool mask_code(masking *self, char until);

/* A string from its quote on; formatted: its braces hold code. */
static bool mask_string(masking *self, bool formatted) {
  uint32_t start = self->at;
  char quote = byte(self, start);
  bool triple = byte(self, start + 1) == quote && byte(self, start + 2) == quote;
  const char marks[2][4] = {{quote, 0}, {quote, quote, quote, 0}};
  const char *close = marks[triple];
  for (self->at += triple ? 3 : 1; !stands(self, self->at, close);) {
    char c = byte(self, self->at);
    if (!c || (c == '\n' && !triple)) return fail(self, start, "this string has no end");
    bool doubled = c == '{' && byte(self, self->at + 1) == '{';
    if (c == '{' && formatted && !doubled) {
      if (!push(self, '(')) return false;
      self->at++;
      if (!mask_code(self, '}')) return false;
    } else {
      self->at += c == '\\' || doubled ? 2 : 1;
    }
  }
  self->at += triple ? 3 : 1;
  return true;
}

/* The letters before a quote say whether the string is formatted. */
static bool mask_quote(masking *self) {
  bool formatted = false;
  for (uint32_t at = self->at; at > 0 && isalpha((unsigned char)byte(self, at - 1)); at--)
    formatted = formatted || strchr("fF", byte(self, at - 1));
  return mask_string(self, formatted);
}

static bool mask_one(masking *self) {
  char c = byte(self, self->at);
  if (c == '$') return mask_variable(self);
  if (c == '\'' || c == '"') return mask_quote(self);
  if (stands(self, self->at, "<...")) return mask_deep(self);
  if (stands(self, self->at, "...")) return mask_ellipsis(self);
  if (c == '(' && mask_typed(self)) return true;
  if (strchr("([{", c) && !push(self, c)) return false;
  if (strchr(")]}", c) && self->depth) self->depth--;
  self->at++;
  return true;
}

static bool mask_code(masking *self, char until) {
  uint32_t outer = self->depth;
  while (self->at < self->source.len) {
    char c = byte(self, self->at);
    if (!c) return fail(self, self->at, "a NUL byte");
    if (c == '#') {
      while (self->at < self->source.len && byte(self, self->at) != '\n') self->at++;
      continue;
    }
    bool done = c == until && self->depth == outer;
    if (!mask_one(self)) return false;
    if (done) return true;
  }
  return until ? fail(self, self->at, "a bracket is not closed") : true;
}

/* --- indentation ----------------------------------------------------------------------------- */

static uint32_t indent_of(mlo_str line) {
  uint32_t n = 0;
  while (n < line.len && (line.ptr[n] == ' ' || line.ptr[n] == '\t')) n++;
  return n;
}

static mlo_str trim_lines(mlo_str text) {
  for (mlo_str rest = text; rest.ptr;) {
    if (mlo_str_trim(mlo_str_cut(&rest, '\n')).len) break;
    text = rest.ptr ? rest : MLO_STR("");
  }
  while (text.len && isspace((unsigned char)text.ptr[text.len - 1])) text.len--;
  return text;
}

static mlo_str dedent(mlo_str text, mlo_arena *arena) {
  text = trim_lines(text);
  uint32_t shared = UINT32_MAX;
  for (mlo_str rest = text; rest.ptr;) {
    mlo_str line = mlo_str_cut(&rest, '\n');
    uint32_t indent = indent_of(line);
    if (indent < line.len && indent < shared) shared = indent;
  }
  char *out = MLO_NEW_ARRAY(arena, char, text.len + 1);
  size_t len = 0;
  for (mlo_str rest = text; rest.ptr;) {
    mlo_str line = mlo_str_cut(&rest, '\n');
    if (indent_of(line) < shared && indent_of(line) < line.len) shared = 0;
    line = mlo_str_from(line, shared < line.len ? shared : line.len);
    if (line.len) memcpy(out + len, line.ptr, line.len);
    len += line.len;
    if (rest.ptr) out[len++] = '\n';
  }
  return mlo_str_of(out, len);
}

mlo_status mlo_mask_make(mlo_str pattern, mlo_arena *arena, mlo_mask *out, mlo_error *err) {
  *out = (mlo_mask){0};
  if (pattern.len > LONGEST)
    return mlo_error_set(err, MLO_ERR_RULE, (mlo_str){0}, "a pattern of over 64 KiB");
  out->source = dedent(pattern, arena);
  if (!out->source.len) return mlo_error_set(err, MLO_ERR_RULE, (mlo_str){0}, "an empty pattern");
  mlo_str text = mlo_arena_str(arena, out->source);
  masking self = {.source = out->source,
                  .text = (char *)(uintptr_t)text.ptr,
                  .out = out,
                  .arena = arena,
                  .err = err};
  if (!mask_code(&self, '\0')) return MLO_ERR_RULE;
  for (uint32_t i = 0; i < self.depth; i++)
    if (self.brackets[i].open == '<') {
      fail(&self, self.brackets[i].at, "'<...' without its '...>'");
      return MLO_ERR_RULE;
    }
  out->text = text;
  return MLO_OK;
}
