#include "run/suppression.h"

#include <stdlib.h>

/* Where comments are looked for: a text, and how its offsets become raw ones. */
typedef struct commented {
  mlo_str text;
  const mlo_origin *origin; /* NULL: the text is raw */
  mlo_str sign;             /* what a comment starts with */
  mlo_arena *arena;
  mlo_suppressions *out, *faulty; /* faulty may be NULL */
} commented;

typedef struct directive {
  bool whole_file;
  bool complete; /* has words in brackets */
  bool closed;   /* ends within its line: it can be removed */
  mlo_span span; /* in the text, from our sign to our end */
  mlo_str words, reason;
} directive;

/* --- words --- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* "SEC" and "SEC1" begin SEC101; "S" does not. */
static bool begins_code(mlo_str code, mlo_str word) {
  if (!mlo_str_starts(code, word) || word.len == 0) return false;
  return is_digit(word.ptr[word.len - 1]) || (code.len > word.len && is_digit(code.ptr[word.len]));
}

bool mlo_rule_was_named(const mlo_rule *rule, mlo_str word) {
  for (uint32_t i = 0; i < rule->deprecated.len; i++)
    if (mlo_str_eq(rule->deprecated.items[i], word)) return true;
  return false;
}

bool mlo_rule_is_named(const mlo_rule *rule, mlo_str word) {
  return mlo_str_eq(rule->code, word) || mlo_str_eq(rule->name, word) ||
         mlo_str_eq(rule->area, word) || begins_code(rule->code, word) ||
         mlo_rule_was_named(rule, word);
}

/* The bit of the first word that names the rule, or 0. */
static uint64_t naming_bit(mlo_str words, const mlo_rule *rule) {
  for (uint32_t i = 0; words.ptr; i++)
    if (mlo_rule_is_named(rule, mlo_str_trim(mlo_str_cut(&words, ','))))
      return mlo_suppression_bit(i);
  return 0;
}

static bool is_whole(const mlo_suppression *self) { return self->covers.end == UINT32_MAX; }

static bool use(mlo_suppression *self, const mlo_rule *rule, uint32_t at) {
  if (at < self->covers.start || at >= self->covers.end) return false;
  uint64_t bit = naming_bit(self->words, rule);
  self->used |= bit;
  return bit;
}

/* How many of the first `count` begin at or before `at`. */
static uint32_t begin_before(const mlo_suppressions *self, uint32_t count, uint32_t at) {
  uint32_t low = 0, high = count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (self->items[middle].covers.start <= at)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* All that cover are used: which of them is one too many is not for us to say. */
bool mlo_suppressions_cover(mlo_suppressions *self, const mlo_rule *rule, uint32_t at) {
  bool covered = false;
  uint32_t i = self->len;
  for (; i > 0 && is_whole(&self->items[i - 1]); i--)
    covered = use(&self->items[i - 1], rule, at) || covered;
  for (i = begin_before(self, i, at); i > 0 && self->items[i - 1].reach > at; i--)
    covered = use(&self->items[i - 1], rule, at) || covered;
  return covered;
}

static int order(const void *a, const void *b) {
  const mlo_suppression *x = a, *y = b;
  if (is_whole(x) != is_whole(y)) return is_whole(x) ? 1 : -1;
  if (x->covers.start != y->covers.start) return x->covers.start < y->covers.start ? -1 : 1;
  return (x->span.start > y->span.start) - (x->span.start < y->span.start);
}

static void sort(mlo_suppressions *self) {
  uint32_t reach = 0;
  if (self->len) qsort(self->items, self->len, sizeof *self->items, order);
  for (uint32_t i = 0; i < self->len && !is_whole(&self->items[i]); i++) {
    if (self->items[i].covers.end > reach) reach = self->items[i].covers.end;
    self->items[i].reach = reach;
  }
}

/* --- one comment --- */

static bool take(mlo_str *text, mlo_str prefix) {
  if (!mlo_str_starts(*text, prefix)) return false;
  *text = mlo_str_trim(mlo_str_from(*text, prefix.len));
  return true;
}

static bool is_space(char c) { return c == ' ' || c == '\t'; }

/* Where our comment ends: before another tool's ("... reason  # noqa"), or behind the "-->". "#12" is an issue, no
 * comment. */
static size_t our_end(mlo_str comment, mlo_str sign, bool *closed) {
  *closed = true;
  if (!mlo_str_eq(sign, MLO_STR("#"))) {
    size_t end = mlo_str_find(comment, MLO_STR("-->"));
    *closed = end != SIZE_MAX;
    return *closed ? end + 3 : comment.len;
  }
  for (size_t i = 1; i + 1 < comment.len; i++) {
    if (comment.ptr[i] != '#' || !is_space(comment.ptr[i - 1]) || is_digit(comment.ptr[i + 1]))
      continue;
    while (i > 0 && is_space(comment.ptr[i - 1])) i--;
    return i;
  }
  return comment.len;
}

/* Verbs of other tools that are taken for ours. */
static bool is_foreign_verb(mlo_str text) {
  static const mlo_str verbs[] = {MLO_STR_INIT("disable"), MLO_STR_INIT("noqa"),
                                  MLO_STR_INIT("skip"), MLO_STR_INIT("off"),
                                  MLO_STR_INIT("suppress")};
  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
    if (mlo_str_starts(text, verbs[i])) return true;
  return false;
}

/* Reads what stands behind "mlopslint:"; false if it is prose. */
static bool parse_directive(mlo_str text, directive *out) {
  text = mlo_str_trim(text);
  out->complete = false;
  out->whole_file = take(&text, MLO_STR("ignore-file"));
  if (!out->whole_file && !take(&text, MLO_STR("ignore"))) return is_foreign_verb(text);
  size_t close = mlo_str_find_char(text, ']');
  if (!mlo_str_starts(text, MLO_STR("[")) || close == SIZE_MAX) return true;
  out->words = mlo_str_trim(mlo_str_slice(text, 1, close));
  out->reason = mlo_str_trim(mlo_str_from(text, close + 1));
  if (mlo_str_ends(out->reason, MLO_STR("-->"))) out->reason.len -= 3;
  out->reason = mlo_str_trim(out->reason);
  out->complete = out->words.len > 0;
  return true;
}

/* Finds a directive in a comment of text: behind its own sign, or behind another tool's (`# noqa  # mlopslint: ...`). */
static bool find_directive(mlo_str text, mlo_span span, mlo_str sign, directive *out) {
  mlo_str comment = mlo_span_of(text, span);
  size_t at = mlo_str_find(comment, MLO_STR("mlopslint:"));
  mlo_str before = mlo_str_slice(comment, 0, at == SIZE_MAX ? 0 : at);
  while (before.len && is_space(before.ptr[before.len - 1])) before.len--;
  if (at == SIZE_MAX || !mlo_str_ends(before, sign)) return false;
  size_t start = before.len - sign.len;
  size_t end = start + our_end(mlo_str_from(comment, start), sign, &out->closed);
  out->span = (mlo_span){span.start + (uint32_t)start, span.start + (uint32_t)end};
  if (out->span.end < span.start + at + sizeof "mlopslint:" - 1) return false;
  return parse_directive(mlo_str_slice(comment, at + sizeof "mlopslint:" - 1, end), out);
}

static mlo_span raw_span(const commented *self, mlo_span span) {
  return self->origin && span.start < span.end ? mlo_origin_span(self->origin, span) : span;
}

static mlo_span span_in(mlo_str text, mlo_str part) {
  uint32_t start = (uint32_t)(part.ptr - text.ptr);
  return (mlo_span){start, start + (uint32_t)part.len};
}

/* --- lines --- */

static uint32_t line_start(mlo_str text, uint32_t at) {
  while (at > 0 && text.ptr[at - 1] != '\n' && text.ptr[at - 1] != '\r') at--;
  return at;
}

static uint32_t line_end(mlo_str text, uint32_t at) {
  while (at < text.len && text.ptr[at] != '\n' && text.ptr[at] != '\r') at++;
  return at;
}

static mlo_span line_of(mlo_str text, uint32_t at) {
  return (mlo_span){line_start(text, at), line_end(text, at)};
}

static bool is_blank(mlo_str text, uint32_t from, uint32_t to) {
  return mlo_str_trim(mlo_str_slice(text, from, to)).len == 0;
}

static bool has_own_line(mlo_str text, uint32_t comment) {
  return is_blank(text, line_start(text, comment), comment);
}

/* Start of the line behind the one that ends at `end`. */
static uint32_t behind_line(mlo_str text, uint32_t end) {
  if (end < text.len && text.ptr[end] == '\r' && end + 1 < text.len && text.ptr[end + 1] == '\n')
    end++;
  return end < text.len ? end + 1 : end;
}

/* What goes with a comment, within `limits` (a cell, or the text). */
static mlo_span removal_of(mlo_str text, const directive *found, mlo_span limits) {
  mlo_span out = found->span, line = line_of(text, out.start);
  if (!found->closed) return (mlo_span){0};
  bool first = is_blank(text, line.start, out.start), last = is_blank(text, out.end, line.end);
  if (last) out.end = line.end;
  if (first && last) {
    uint32_t next = behind_line(text, line.end);
    out = (mlo_span){line.start, next <= limits.end ? next : line.end};
  } else if (last) {
    while (out.start > line.start && is_space(text.ptr[out.start - 1])) out.start--;
  } else {
    while (out.end < line.end && is_space(text.ptr[out.end])) out.end++;
  }
  if (out.start < limits.start) out.start = limits.start;
  return out;
}

static void add(const commented *self, const directive *found, mlo_span covers_raw,
                mlo_span limits) {
  mlo_suppression one = {.span = raw_span(self, found->span)};
  if (!found->complete) {
    if (self->faulty) MLO_PUSH(self->arena, self->faulty, one);
    return;
  }
  one.covers = found->whole_file ? (mlo_span){0, UINT32_MAX} : covers_raw;
  one.list = raw_span(self, span_in(self->text, found->words));
  one.removal = raw_span(self, removal_of(self->text, found, limits));
  one.words = found->words;
  one.reason = found->reason;
  MLO_PUSH(self->arena, self->out, one);
}

static mlo_span all_of(mlo_str text) { return (mlo_span){0, (uint32_t)text.len}; }

/* The next line that holds more than a comment, with the lines that it continues on. */
static mlo_span next_line(const commented *self, uint32_t at) {
  mlo_str text = self->text;
  while (at < text.len) {
    mlo_span line = line_of(text, at);
    mlo_str content = mlo_str_trim(mlo_span_of(text, line));
    at = behind_line(text, line.end);
    if (content.len == 0 || mlo_str_starts(content, self->sign)) continue;
    while (line.end > line.start && text.ptr[line.end - 1] == '\\' && at < text.len) {
      line.end = line_end(text, at);
      at = behind_line(text, line.end);
    }
    return line;
  }
  return (mlo_span){(uint32_t)text.len, (uint32_t)text.len};
}

/* --- without a tree --- */

/* Where the comment of a line starts, quotes respected; an apostrophe without a partner quotes nothing. */
static uint32_t comment_start(const commented *self, mlo_span line) {
  mlo_str text = mlo_str_slice(self->text, 0, line.end);
  for (uint32_t i = line.start; i < line.end; i++) {
    char c = text.ptr[i];
    if (mlo_str_starts(mlo_str_from(text, i), self->sign)) return i;
    if (c != '"' && c != '\'') continue;
    size_t partner = mlo_str_find_char(mlo_str_from(text, i + 1), c);
    if (partner != SIZE_MAX) i += (uint32_t)partner + 1;
  }
  return line.end;
}

/* below: the next line of the directive before. It is this one's too until it is passed, so that many comments in a
 * row are not searched again for each. */
static void scan_line(const commented *self, mlo_span line, mlo_span *below) {
  directive found;
  mlo_span comment = {comment_start(self, line), line.end};
  if (!find_directive(self->text, comment, self->sign, &found)) return;
  bool own = has_own_line(self->text, comment.start);
  if (own && (below->end == 0 || below->start < line.end))
    *below = next_line(self, behind_line(self->text, line.end));
  add(self, &found, raw_span(self, own ? *below : line), all_of(self->text));
}

static void scan_lines(const commented *self, uint32_t from) {
  mlo_span below = {0};
  for (uint32_t at = from; at < self->text.len;) {
    mlo_span line = line_of(self->text, at);
    scan_line(self, line, &below);
    at = behind_line(self->text, line.end);
  }
}

/* --- with a tree --- */

/* The first node behind a comment that is none: the statement below, or what comes next inside of one. */
static mlo_node node_below(const mlo_tree *tree, mlo_node comment) {
  uint32_t end = tree->nodes[comment].end;
  for (mlo_node i = comment + 1; i < tree->count; i++) {
    uint8_t kind = tree->nodes[i].kind;
    if (tree->nodes[i].start >= end && kind != MLO_PY_COMMENT && kind != MLO_PY_BLOCK) return i;
  }
  return MLO_NO_NODE;
}

/* A statement up to its body if that starts on a line of its own. */
static mlo_span header_of(const mlo_tree *tree, mlo_node node) {
  mlo_span span = mlo_tree_span(tree, node);
  mlo_node end = mlo_tree_skip(tree, node);
  for (mlo_node i = node + 1; i < end; i++) {
    if (tree->nodes[i].kind != MLO_PY_BLOCK) continue;
    if (has_own_line(tree->text, tree->nodes[i].start)) span.end = tree->nodes[i].start;
    return span;
  }
  return span;
}

static mlo_span covered_by(const mlo_tree *tree, mlo_node comment) {
  uint32_t start = tree->nodes[comment].start;
  if (!has_own_line(tree->text, start)) return line_of(tree->text, start);
  mlo_node below = node_below(tree, comment);
  return below == MLO_NO_NODE ? (mlo_span){0} : header_of(tree, below);
}

/* A comment on a cell's first line is the cell's, and read with the cells. */
static bool heads_cell(const mlo_module *module, uint32_t comment) {
  const mlo_module_cell *cell = module ? mlo_module_cell_at(module, comment) : NULL;
  return cell && cell->cell != MLO_NO_CELL &&
         is_blank(module->text, cell->span.start, comment) &&
         line_start(module->text, comment) <= cell->span.start;
}

static mlo_span limits_of(const mlo_module *module, mlo_str text, uint32_t at) {
  const mlo_module_cell *cell = module ? mlo_module_cell_at(module, at) : NULL;
  return cell ? cell->span : all_of(text);
}

static void scan_tree(const commented *self, const mlo_tree *tree, const mlo_module *module) {
  for (mlo_node i = 0; i < tree->count; i++) {
    directive found;
    if (tree->nodes[i].kind != MLO_PY_COMMENT || heads_cell(module, tree->nodes[i].start)) continue;
    if (find_directive(self->text, mlo_tree_span(tree, i), self->sign, &found))
      add(self, &found, raw_span(self, covered_by(tree, i)),
          limits_of(module, self->text, found.span.start));
  }
}

/* --- notebooks --- */

static mlo_str cell_sign(const mlo_cell *cell) {
  return cell->kind == MLO_CELL_MARKDOWN ? MLO_STR("<!--") : MLO_STR("#");
}

/* The first line of a cell speaks for the cell and its outputs. */
static uint32_t scan_cell_head(const commented *self, const mlo_cell *cell) {
  directive found;
  mlo_span line = line_of(self->text, 0);
  mlo_span comment = {comment_start(self, line), line.end};
  if (!has_own_line(self->text, comment.start)) return 0;
  if (find_directive(self->text, comment, self->sign, &found))
    add(self, &found, cell->span, all_of(self->text));
  return behind_line(self->text, line.end);
}

/* What of a script is in no cell's code: headers, markers, the comments that Markdown cells are. */
static void scan_between(const mlo_file *file, const commented *raw) {
  mlo_span below = {0};
  for (uint32_t at = 0; at < file->raw.len;) {
    mlo_span line = line_of(file->raw, at);
    bool between = mlo_origin_text(&file->module->origin, comment_start(raw, line)) == UINT32_MAX;
    if (between) scan_line(raw, line, &below);
    at = behind_line(file->raw, line.end);
  }
}

static void scan_notebook(const mlo_file *file, mlo_arena *arena, mlo_suppressions *out,
                          mlo_suppressions *faulty) {
  for (uint32_t i = 0; i < file->notebook->cells.len; i++) {
    const mlo_cell *cell = &file->notebook->cells.items[i];
    if (!mlo_str_contains(cell->source, MLO_STR("mlopslint:"))) continue;
    commented source = {cell->source, &cell->source_origin, cell_sign(cell), arena, out, faulty};
    uint32_t rest = scan_cell_head(&source, cell);
    if (!file->tree || cell->kind != MLO_CELL_CODE) scan_lines(&source, rest);
  }
  if (!file->tree || !file->module) return;
  commented module = {file->module->text, &file->module->origin, MLO_STR("#"), arena, out, faulty};
  scan_tree(&module, file->tree, file->module);
  commented raw = {file->raw, NULL, MLO_STR("#"), arena, out, faulty};
  if (file->format == MLO_FORMAT_PYTHON) scan_between(file, &raw);
}

/* --- files --- */

/* What a comment starts with, by format; empty where there are none. */
static const mlo_str signs[MLO_FORMAT_COUNT] = {
    [MLO_FORMAT_PYTHON] = MLO_STR_INIT("#"),       [MLO_FORMAT_NOTEBOOK] = MLO_STR_INIT("#"),
    [MLO_FORMAT_YAML] = MLO_STR_INIT("#"),         [MLO_FORMAT_TOML] = MLO_STR_INIT("#"),
    [MLO_FORMAT_HCL] = MLO_STR_INIT("#"),          [MLO_FORMAT_BASH] = MLO_STR_INIT("#"),
    [MLO_FORMAT_DOCKERFILE] = MLO_STR_INIT("#"),   [MLO_FORMAT_INI] = MLO_STR_INIT("#"),
    [MLO_FORMAT_REQUIREMENTS] = MLO_STR_INIT("#"), [MLO_FORMAT_MARKDOWN] = MLO_STR_INIT("<!--")};

bool mlo_suppressions_may_be_in(mlo_str raw) {
  return mlo_str_contains(raw, MLO_STR("mlopslint:"));
}

void mlo_suppressions_find(const mlo_file *file, mlo_arena *arena, mlo_suppressions *out,
                           mlo_suppressions *faulty) {
  mlo_str sign = signs[file->format];
  if (sign.len == 0 || !mlo_suppressions_may_be_in(file->raw)) return;
  commented raw = {file->raw, NULL, sign, arena, out, faulty};
  if (file->notebook)
    scan_notebook(file, arena, out, faulty);
  else if (file->format == MLO_FORMAT_PYTHON && file->tree)
    scan_tree(&raw, file->tree, NULL);
  else if (file->format != MLO_FORMAT_NOTEBOOK)
    scan_lines(&raw, 0);
  sort(out);
}

/* A place for an edit: without an excerpt. */
static mlo_location place(const mlo_file *file, mlo_str path, mlo_span span) {
  return (mlo_location){.path = path,
                        .span = span,
                        .start = mlo_lines_position(file->lines, span.start),
                        .end = mlo_lines_position(file->lines, span.end)};
}

void mlo_suppressions_locate(mlo_suppressions *self, const mlo_file *file, mlo_arena *arena) {
  mlo_suppressions kept = {0};
  for (uint32_t i = 0; i < self->len; i++) {
    mlo_suppression one = self->items[i];
    one.words = mlo_arena_str(arena, one.words);
    one.reason = mlo_arena_str(arena, one.reason);
    one.at = mlo_file_locate(file, MLO_SPACE_RAW, one.span, arena);
    one.list_at = place(file, one.at.path, one.list);
    one.removal_at = place(file, one.at.path, one.removal);
    MLO_PUSH(arena, &kept, one);
  }
  *self = kept;
}
