#include "document/shell.h"

#include <ctype.h>

static bool is_name_char(char c) { return isalnum((unsigned char)c) || c == '_'; }
static bool is_name_start(char c) { return is_name_char(c) && !isdigit((unsigned char)c); }
static char char_at(mlo_str s, size_t at) { return at < s.len ? s.ptr[at] : '\0'; }

bool mlo_shell_expands(mlo_str text) {
  for (size_t i = 0; i < text.len; i++) {
    char c = text.ptr[i], next = char_at(text, i + 1);
    if (c == '\\') i++;
    if (c == '$' && (is_name_char(next) || (next && strchr("({@*#?!$-", next)))) return true;
    if (c == '{' && next == '{') return true;
  }
  return false;
}

bool mlo_shell_assigns(const mlo_shell_word *word) {
  mlo_str text = word->word.text;
  if (word->quoted || text.len == 0 || !is_name_start(text.ptr[0])) return false;
  size_t at = 1;
  while (is_name_char(char_at(text, at))) at++;
  return char_at(text, at) == '=';
}

mlo_derived mlo_shell_word_source(const mlo_shell_word *self, mlo_arena *arena) {
  if (self->source.origin.anchors.len) return self->source;
  mlo_derived source = {0};
  mlo_derived_add(&source, self->word.text, self->word.span, arena);
  return source;
}

/* --- making other languages' inserts digestible ---
 *
 * {{ x }}, ${{ x }}, ${a.b} and $(NAME) of CI systems and template engines are no shell. The grammar sees $xxx of the
 * same length instead; words are cut from the text as written. */

/* No insert is longer: keeps a line of braces from being searched once for each. */
enum { INSERT_MAX = 1000 };

/* The length of the insert at `at`, or 0. */
static size_t braces_at(mlo_str text, size_t at) {
  size_t open = at + (text.ptr[at] == '$');
  if (char_at(text, open) != '{' || char_at(text, open + 1) != '{') return 0;
  mlo_str rest = mlo_str_slice(text, open, open + INSERT_MAX);
  rest = mlo_str_slice(rest, 0, mlo_str_find_char(rest, '\n'));
  size_t end = mlo_str_find(rest, MLO_STR("}}"));
  return end == SIZE_MAX ? 0 : open + end + 2 - at;
}

/* ${a.b[0]}: a name with a dot, which no shell has. */
static size_t dotted_at(mlo_str text, size_t at) {
  if (char_at(text, at + 1) != '{') return 0;
  size_t end = at + 2;
  bool dot = false;
  for (; is_name_char(char_at(text, end)) || (end < text.len && strchr(".[]", text.ptr[end]));
       end++)
    if (text.ptr[end] == '.') dot = true;
  return dot && char_at(text, end) == '}' ? end + 1 - at : 0;
}

/* $(NAME) in capitals or $(Name.Part): a macro of a pipeline or of Kubernetes. */
static size_t macro_at(mlo_str text, size_t at) {
  if (char_at(text, at + 1) != '(' || !is_name_start(char_at(text, at + 2))) return 0;
  size_t end = at + 2;
  bool dot = false, small = false;
  for (; is_name_char(char_at(text, end)) || char_at(text, end) == '.'; end++) {
    if (text.ptr[end] == '.') dot = true;
    if (islower((unsigned char)text.ptr[end])) small = true;
  }
  return char_at(text, end) == ')' && (dot || !small) ? end + 1 - at : 0;
}

static size_t insert_at(mlo_str text, size_t at, bool templated) {
  size_t len = braces_at(text, at);
  if (len || text.ptr[at] != '$' || !templated) return len;
  len = dotted_at(text, at);
  return len ? len : macro_at(text, at);
}

/* The text for the grammar: of the same length, a copy only where something has to be hidden. */
static mlo_str mask(mlo_str text, bool templated, mlo_arena *arena) {
  char *copy = NULL;
  for (size_t at = 0; at < text.len;) {
    char c = text.ptr[at];
    bool line_end = c == '\r' && char_at(text, at + 1) == '\n';
    size_t len = c == '$' || c == '{' ? insert_at(text, at, templated) : line_end;
    if (len && !copy) {
      copy = MLO_NEW_ARRAY(arena, char, text.len);
      memcpy(copy, text.ptr, text.len);
    }
    if (len) memset(copy + at, line_end ? ' ' : 'x', len);
    if (len > 1) copy[at] = '$';
    at += len ? len : 1;
  }
  return copy ? mlo_str_of(copy, text.len) : text;
}

/* --- layout of the surrounding document --- */

static size_t indent_of(mlo_str line) {
  size_t n = 0;
  while (n < line.len && line.ptr[n] == ' ') n++;
  return n;
}

/* The white space that all lines begin with; the first one may begin in the middle of a line. */
static size_t common_indent(mlo_str text) {
  size_t common = SIZE_MAX;
  mlo_str rest = text, first = mlo_str_cut(&rest, '\n');
  if (indent_of(first) > 0 && mlo_str_trim(first).len) common = indent_of(first);
  while (rest.ptr) {
    mlo_str line = mlo_str_cut(&rest, '\n');
    if (mlo_str_trim(line).len && indent_of(line) < common) common = indent_of(line);
  }
  return common == SIZE_MAX ? 0 : common;
}

/* A block's indentation is no part of its text, which matters to the end marks of heredocs. */
static mlo_derived dedent(const mlo_derived *script, mlo_arena *arena) {
  size_t common = mlo_str_contains(script->text, MLO_STR("<<")) ? common_indent(script->text) : 0;
  if (common == 0) return *script;
  mlo_derived out = {0};
  mlo_str rest = script->text;
  for (uint32_t at = 0; rest.ptr;) {
    mlo_str line = mlo_str_cut(&rest, '\n');
    size_t indent = indent_of(line);
    uint32_t cut = (uint32_t)(indent < common ? indent : common);
    uint32_t end = at + (uint32_t)line.len + (rest.ptr != NULL);
    mlo_derived_add_part(&out, script, (mlo_span){at + cut, end}, arena);
    at = end;
  }
  return out;
}

/* A line end in front of an empty line stays one. */
static mlo_derived fold(const mlo_derived *script, mlo_arena *arena) {
  mlo_str text = script->text;
  char *copy = MLO_NEW_ARRAY(arena, char, text.len);
  for (size_t i = 0; i < text.len; i++) {
    bool kept = char_at(text, i + 1) == '\n' || (i && text.ptr[i - 1] == '\n');
    copy[i] = text.ptr[i] == '\n' && !kept ? ' ' : text.ptr[i];
  }
  return (mlo_derived){.text = mlo_str_of(copy, text.len), .origin = script->origin};
}

/* --- words --- */

typedef struct shell {
  const mlo_derived *script;
  const mlo_tree *tree;
  mlo_shell_options options;
  mlo_arena *arena;
} shell;

/* Offset behind the expansion at `at`: $(..), ${..}, `..`; quotes inside are looked through. */
static uint32_t skip_expansion(mlo_str text, uint32_t at, uint32_t end) {
  char open = text.ptr[at] == '`' ? '`' : text.ptr[at + 1];
  char close = open == '(' ? ')' : open == '{' ? '}' : '`';
  uint32_t depth = 0, from = at + (text.ptr[at] == '$');
  char quote = '\0';
  for (at = from; at < end; at++) {
    char c = text.ptr[at];
    if (c == '\\' && quote != '\'')
      at++;
    else if (quote)
      quote = c == quote ? '\0' : quote;
    else if (c == '\'' || (c == '"' && open != '`'))
      quote = c;
    else if (c == close && (open != '`' || depth))
      depth--;
    else if (c == open)
      depth++;
    if (depth == 0) return at + 1 < end ? at + 1 : end;
  }
  return end;
}

static bool begins_expansion(mlo_str text, uint32_t at) {
  char c = text.ptr[at], next = char_at(text, at + 1);
  return c == '`' || (c == '$' && (next == '(' || next == '{'));
}

static void add(const shell *self, mlo_derived *out, uint32_t from, uint32_t to) {
  mlo_derived_add_part(out, self->script, (mlo_span){from, to}, self->arena);
}

/* One character that is written with a backslash. */
static void add_escaped(const shell *self, mlo_derived *out, uint32_t at) {
  mlo_derived_add(out, mlo_str_slice(self->script->text, at + 1, at + 2),
                  mlo_derived_span(self->script, (mlo_span){at, at + 2}), self->arena);
}

static uint32_t add_single_quoted(const shell *self, mlo_derived *out, uint32_t at, uint32_t end) {
  uint32_t close = at;
  while (close < end && self->script->text.ptr[close] != '\'') close++;
  add(self, out, at, close);
  return close + 1;
}

/* $'..': C's escapes. */
static uint32_t add_ansi_quoted(const shell *self, mlo_derived *out, uint32_t at, uint32_t end) {
  mlo_str text = mlo_str_slice(self->script->text, 0, end);
  while (at < end && text.ptr[at] != '\'') {
    if (text.ptr[at] != '\\') {
      add(self, out, at, at + 1);
      at++;
      continue;
    }
    size_t next = at + 1;
    mlo_decoded escape = {0};
    mlo_decode_escape(text, &next, &escape, self->arena);
    if (next <= at + 1) next = at + 2;
    mlo_span raw = {at, (uint32_t)next};
    mlo_derived_add(out, mlo_decoded_str(&escape), mlo_derived_span(self->script, raw),
                    self->arena);
    at = (uint32_t)next;
  }
  return at + 1;
}

/* A backslash: a line end behind it goes, in double quotes most others keep it. */
static uint32_t add_backslash(const shell *self, mlo_derived *out, uint32_t at, uint32_t end,
                              bool in_double) {
  mlo_str text = self->script->text;
  if (at + 1 >= end) return end;
  char next = text.ptr[at + 1];
  if (next == '\n') return at + 2;
  if (next == '\r' && char_at(text, at + 2) == '\n') return at + 3;
  if (in_double && !strchr("\"\\$`", next))
    add(self, out, at, at + 2);
  else
    add_escaped(self, out, at);
  return at + 2;
}

static mlo_derived unquote(const shell *self, uint32_t at, uint32_t end) {
  mlo_str text = self->script->text;
  mlo_derived out = {0};
  bool in_double = false;
  while (at < end) {
    char c = text.ptr[at], next = at + 1 < end ? text.ptr[at + 1] : '\0';
    size_t insert = c == '{' || c == '$' ? braces_at(text, at) : 0;
    if (insert || begins_expansion(text, at)) {
      uint32_t behind = insert ? at + (uint32_t)insert : skip_expansion(text, at, end);
      add(self, &out, at, behind < end ? behind : end);
      at = behind;
    } else if (c == '\\') {
      at = add_backslash(self, &out, at, end, in_double);
    } else if (c == '"') {
      in_double = !in_double;
      at++;
    } else if (c == '\'' && !in_double) {
      at = add_single_quoted(self, &out, at + 1, end);
    } else if (c == '$' && next == '\'' && !in_double) {
      at = add_ansi_quoted(self, &out, at + 2, end);
    } else if (c == '$' && next == '"' && !in_double) {
      at++;
    } else {
      add(self, &out, at, at + 1);
      at++;
    }
  }
  return out;
}

static bool is_plain(mlo_str text) {
  for (size_t i = 0; i < text.len; i++)
    if (strchr("\\'\"`$", text.ptr[i])) return false;
  return !mlo_str_contains(text, MLO_STR("{{"));
}

/* {name}, as Python fills it in. */
static bool has_named_braces(mlo_str text) {
  size_t open = mlo_str_find_char(text, '{');
  if (open == SIZE_MAX || !is_name_start(char_at(text, open + 1))) return false;
  size_t end = open + 1;
  while (is_name_char(char_at(text, end)) || char_at(text, end) == '.') end++;
  return char_at(text, end) == '}';
}

/* Single quotes keep "$X" from the shell, but not from GitHub, which fills ${{ }} in before. */
static bool expands(const shell *self, mlo_str raw) {
  bool literal = raw.len >= 2 && raw.ptr[0] == '\'' &&
                 mlo_str_find_char(mlo_str_from(raw, 1), '\'') == raw.len - 2;
  if (self->options.braces && has_named_braces(raw)) return true;
  if (literal) return mlo_str_contains(raw, MLO_STR("${{"));
  return mlo_shell_expands(raw) || mlo_str_find_char(raw, '`') != SIZE_MAX;
}

static mlo_shell_word read_word(const shell *self, mlo_span part) {
  mlo_str raw = mlo_span_of(self->script->text, part);
  mlo_shell_word word = {.word = {.text = raw,
                                  .span = mlo_derived_span(self->script, part),
                                  .expands = expands(self, raw)},
                         .quoted = raw.len && (raw.ptr[0] == '\'' || raw.ptr[0] == '"')};
  if (is_plain(raw)) return word;
  word.source = unquote(self, part.start, part.end);
  word.word.text = word.source.text;
  return word;
}

/* --- commands of the tree --- */

static bool is_kind(const mlo_tree *tree, mlo_node node, const char *name) {
  return mlo_str_eq(mlo_tree_kind_name(tree, node), mlo_str_c(name));
}

typedef MLO_ARRAY(mlo_span) parts;

/* Nodes that touch are one word: "{a}" and "a==b" come in pieces. */
static void add_part(const shell *self, parts *out, mlo_node node) {
  mlo_span span = mlo_tree_span(self->tree, node);
  if (span.start >= span.end) return;
  if (out->len && out->items[out->len - 1].end == span.start)
    out->items[out->len - 1].end = span.end;
  else
    MLO_PUSH(self->arena, out, span);
}

static void add_children(const shell *self, parts *out, mlo_node node, unsigned field) {
  const mlo_tree *tree = self->tree;
  for (mlo_node at = mlo_tree_first_child(tree, node); at != MLO_NO_NODE; at = tree->nodes[at].next)
    if (tree->nodes[at].field == field) add_part(self, out, at);
}

/* The grammar takes what stands behind `> file` for more files, and behind `<<EOF` for the heredoc's own. */
static void add_behind_redirect(const shell *self, parts *out, mlo_node redirect) {
  if (is_kind(self->tree, redirect, "heredoc_redirect")) {
    add_children(self, out, redirect, MLO_FIELD_ARGUMENT);
    return;
  }
  if (!is_kind(self->tree, redirect, "file_redirect")) return;
  parts files = {0};
  add_children(self, &files, redirect, MLO_FIELD_DESTINATION);
  for (uint32_t i = 1; i < files.len; i++) MLO_PUSH(self->arena, out, files.items[i]);
}

static void add_redirects(const shell *self, parts *out, mlo_node node) {
  const mlo_tree *tree = self->tree;
  for (mlo_node at = mlo_tree_first_child(tree, node); at != MLO_NO_NODE; at = tree->nodes[at].next)
    if (tree->nodes[at].field == MLO_FIELD_REDIRECT) add_behind_redirect(self, out, at);
}

static parts parts_of_command(const shell *self, mlo_node command) {
  const mlo_tree *tree = self->tree;
  parts out = {0};
  for (mlo_node at = mlo_tree_first_child(tree, command); at != MLO_NO_NODE;
       at = tree->nodes[at].next) {
    unsigned field = tree->nodes[at].field;
    if (field == MLO_FIELD_NAME || field == MLO_FIELD_ARGUMENT ||
        is_kind(tree, at, "variable_assignment"))
      add_part(self, &out, at);
  }
  add_redirects(self, &out, command);
  mlo_node parent = tree->nodes[command].parent;
  if (parent != MLO_NO_NODE && is_kind(tree, parent, "redirected_statement") &&
      tree->nodes[command].field == MLO_FIELD_BODY)
    add_redirects(self, &out, parent);
  return out;
}

/* export, declare, local: every child is a word. */
static parts parts_of_declaration(const shell *self, mlo_node declaration) {
  const mlo_tree *tree = self->tree;
  parts out = {0};
  for (mlo_node at = mlo_tree_first_child(tree, declaration); at != MLO_NO_NODE;
       at = tree->nodes[at].next)
    add_part(self, &out, at);
  return out;
}

static void add_line(const shell *self, parts words, mlo_shell_lines *out) {
  mlo_shell_line line = {0};
  for (uint32_t i = 0; i < words.len; i++)
    MLO_PUSH(self->arena, &line.words, read_word(self, words.items[i]));
  if (line.words.len) MLO_PUSH(self->arena, out, line);
}

mlo_status mlo_shell_parse(mlo_parser *parser, const mlo_derived *script, mlo_shell_options options,
                           mlo_arena *arena, mlo_shell_lines *out, mlo_error *err) {
  if (mlo_str_trim(script->text).len == 0) return MLO_OK;
  mlo_derived laid_out = options.folded ? fold(script, arena) : dedent(script, arena);
  mlo_tree tree;
  mlo_str masked = mask(laid_out.text, options.templated, arena);
  mlo_status status = mlo_parser_parse(parser, MLO_FORMAT_BASH, masked, arena, &tree, err);
  if (status != MLO_OK) return status;
  shell self = {.script = &laid_out, .tree = &tree, .options = options, .arena = arena};
  for (mlo_node node = 0; node < tree.count; node++) {
    if (!mlo_tree_is_named(&tree, node)) continue;
    if (is_kind(&tree, node, "command")) add_line(&self, parts_of_command(&self, node), out);
    if (is_kind(&tree, node, "declaration_command"))
      add_line(&self, parts_of_declaration(&self, node), out);
  }
  return MLO_OK;
}
