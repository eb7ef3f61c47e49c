#include "lang/skim.h"

enum { NO_GUARD = UINT32_MAX };

typedef enum token_kind { END, NEWLINE, WORD, STRING, SIGN } token_kind;

typedef struct skimmer {
  mlo_str text;
  size_t at;
  uint32_t brackets;
  bool line_start;
  uint32_t indent; /* columns of the logical line at work */
  uint32_t
      guard; /* indent of the outermost statement around that may leave its block out, or NO_GUARD */
  token_kind kind; /* of the token at work */
  mlo_str token;
  mlo_skim_definition open; /* the definition at work: name.len is 0 if there is none */
  mlo_arena *arena;
  mlo_skim *out;
} skimmer;

/* --- tokens --- */

static bool is_letter(char c) {
  unsigned char u = (unsigned char)c;
  return u == '_' || u >= 128 || (u >= '0' && u <= '9') || ((u | 32) >= 'a' && (u | 32) <= 'z');
}

static char peek(const skimmer *self, size_t ahead) {
  return self->at + ahead < self->text.len ? self->text.ptr[self->at + ahead] : '\0';
}

static void skip_comment(skimmer *self) {
  size_t end = mlo_str_find_char(mlo_str_from(self->text, self->at), '\n');
  self->at = end == SIZE_MAX ? self->text.len : self->at + end;
}

/* Over blanks to the next token; at the start of a logical line counts its columns. */
static void skip_blanks(skimmer *self) {
  uint32_t column = 0;
  for (; self->at < self->text.len; self->at++) {
    char c = self->text.ptr[self->at];
    bool newline = c == '\n' && (self->line_start || self->brackets > 0);
    bool joined = c == '\\' && (peek(self, 1) == '\n' || peek(self, 1) == '\r');
    if (c == '#') {
      skip_comment(self);
      self->at--;
    } else if (newline) {
      column = 0;
    } else if (joined) {
      self->at += peek(self, 1) == '\r' && peek(self, 2) == '\n' ? 2 : 1;
    } else if (c == '\t') {
      column = (column / 8 + 1) * 8;
    } else if (c == ' ' || c == '\r' || c == '\f') {
      column++;
    } else {
      break;
    }
  }
  if (self->line_start) self->indent = column;
  self->line_start = false;
}

/* The token that stands at `at` and ends at end. */
static void take(skimmer *self, token_kind kind, size_t end) {
  self->kind = kind;
  self->token = mlo_str_slice(self->text, self->at, end);
  self->at = end;
}

static void take_string(skimmer *self) {
  char quote = self->text.ptr[self->at];
  bool triple = peek(self, 1) == quote && peek(self, 2) == quote;
  size_t at = self->at + (triple ? 3 : 1);
  for (; at < self->text.len; at++) {
    char c = self->text.ptr[at];
    if (c == '\\') {
      at++;
    } else if (c == '\n' && !triple) {
      break; /* without an end: the line is the string */
    } else if (c == quote) {
      bool ends = !triple || (at + 2 < self->text.len && self->text.ptr[at + 1] == quote &&
                              self->text.ptr[at + 2] == quote);
      if (ends) return take(self, STRING, at + (triple ? 3 : 1));
    }
  }
  take(self, STRING, at);
}

static void count_bracket(skimmer *self, char c) {
  if (c == '(' || c == '[' || c == '{') self->brackets++;
  if ((c == ')' || c == ']' || c == '}') && self->brackets > 0) self->brackets--;
}

static void next(skimmer *self) {
  skip_blanks(self);
  char c = peek(self, 0);
  size_t end = self->at;
  if (self->at >= self->text.len) return take(self, END, end);
  if (c == '"' || c == '\'') return take_string(self);
  while (end < self->text.len && is_letter(self->text.ptr[end])) end++;
  if (end > self->at) return take(self, WORD, end);
  count_bracket(self, c);
  take(self, c == '\n' ? NEWLINE : SIGN, end + 1);
}

static bool is(const skimmer *self, const char *text) {
  return self->kind != STRING && mlo_str_eq(self->token, mlo_str_c(text));
}

static bool line_ended(const skimmer *self) { return self->kind == NEWLINE || self->kind == END; }

static mlo_span span_of(const skimmer *self) {
  size_t start = (size_t)(self->token.ptr - self->text.ptr);
  return (mlo_span){(uint32_t)start, (uint32_t)(start + self->token.len)};
}

/* --- definitions --- */

/* FNV-1a, 64 bit (http://www.isthe.com/chongo/tech/comp/fnv/). */
static void feed(skimmer *self, mlo_str text, char end) {
  uint64_t digest = self->open.digest;
  for (size_t i = 0; i < text.len; i++)
    digest = (digest ^ (unsigned char)text.ptr[i]) * 0x100000001b3u;
  self->open.digest = (digest ^ (unsigned char)end) * 0x100000001b3u;
}

static void close_definition(skimmer *self) {
  if (self->open.name.len) MLO_PUSH(self->arena, &self->out->definitions, self->open);
  self->open = (mlo_skim_definition){.digest = 0xcbf29ce484222325u};
}

/* At `def` or `class`. */
static void open_definition(skimmer *self) {
  bool is_class = is(self, "class");
  next(self);
  if (self->kind != WORD) return;
  close_definition(self);
  self->open.name = self->token;
  self->open.span = span_of(self);
  self->open.is_class = is_class;
  next(self);
}

/* --- imports --- */

/* a.b.c, and leading dots. */
static mlo_str take_dotted(skimmer *self, mlo_span *span) {
  *span = span_of(self);
  for (; is(self, "."); next(self)) span->end = span_of(self).end;
  while (self->kind == WORD && !is(self, "import") && !is(self, "as")) {
    span->end = span_of(self).end;
    next(self);
    if (!is(self, ".")) break;
    next(self);
  }
  return mlo_span_of(self->text, *span);
}

static void add_import(skimmer *self, mlo_str name, mlo_span span, bool guarded) {
  MLO_PUSH(self->arena, &self->out->imports, ((mlo_skim_import){name, span, guarded}));
}

static void skip_alias(skimmer *self) {
  if (!is(self, "as")) return;
  next(self);
  if (self->kind == WORD) next(self);
}

/* Behind `import`: a.b as c, d */
static void read_import(skimmer *self, bool guarded) {
  do {
    next(self);
    if (self->kind != WORD) return;
    mlo_span span;
    mlo_str name = take_dotted(self, &span);
    add_import(self, name, span, guarded);
    skip_alias(self);
  } while (is(self, ","));
}

/* Behind `from`: a.b import c as d, e; a.b import (c, d,); a.b import * */
static void read_from(skimmer *self, bool guarded) {
  mlo_span span;
  next(self);
  mlo_str module = take_dotted(self, &span);
  if (!is(self, "import")) return;
  const char *dot = mlo_str_ends(module, MLO_STR(".")) ? "" : ".";
  do {
    next(self);
    if (is(self, "(")) next(self);
    if (is(self, "*")) add_import(self, module, span_of(self), guarded);
    if (self->kind != WORD) return;
    add_import(self, mlo_arena_join(self->arena, module, dot, self->token), span_of(self), guarded);
    next(self);
    skip_alias(self);
  } while (is(self, ","));
}

/* --- lines --- */

static bool may_leave_out(const skimmer *self) {
  static const char *const words[] = {"try",  "except", "else",  "finally", "if",
                                      "elif", "def",    "async", "match",   "case"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (is(self, words[i])) return true;
  return false;
}

/* The rest of a logical line; statements begin behind ';' and, in the line of a block, behind ':'. */
static void read_rest(skimmer *self, bool guarded) {
  bool starts = false;
  while (!line_ended(self)) {
    if (starts && is(self, "import"))
      read_import(self, guarded);
    else if (starts && is(self, "from"))
      read_from(self, guarded);
    if (line_ended(self)) break;
    starts = self->brackets == 0 && (is(self, ";") || is(self, ":"));
    if (self->open.name.len) feed(self, self->token, ' ');
    next(self);
  }
}

/* A line that is a string alone documents; it is no code. */
static bool skip_docstring(skimmer *self) {
  if (self->kind != STRING) return false;
  skimmer start = *self;
  next(self);
  if (line_ended(self)) return true;
  *self = start;
  return false;
}

static void read_line(skimmer *self) {
  if (self->guard != NO_GUARD && self->indent <= self->guard) self->guard = NO_GUARD;
  if (self->guard == NO_GUARD && may_leave_out(self)) self->guard = self->indent;
  bool guarded = self->guard != NO_GUARD;
  if (self->indent == 0) close_definition(self);
  if (self->indent > 0 && self->open.name.len) {
    if (skip_docstring(self)) return;
    self->open.lines++;
    feed(self, (mlo_str){0}, (char)self->indent);
  }
  if (self->indent == 0 && is(self, "async")) next(self);
  if (self->indent == 0 && (is(self, "def") || is(self, "class")))
    open_definition(self);
  else if (is(self, "import"))
    read_import(self, guarded);
  else if (is(self, "from"))
    read_from(self, guarded);
  read_rest(self, guarded);
}

void mlo_skim_python(mlo_str text, mlo_arena *arena, mlo_skim *out) {
  *out = (mlo_skim){0};
  skimmer self = {.text = text, .guard = NO_GUARD, .arena = arena, .out = out};
  close_definition(&self);
  do {
    self.line_start = true;
    self.brackets = 0;
    next(&self);
    if (!line_ended(&self)) read_line(&self);
  } while (self.kind != END);
  close_definition(&self);
}
