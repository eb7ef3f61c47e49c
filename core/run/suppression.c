#include "run/suppression.h"

/* Where comments are looked for: a text, and how its offsets become raw ones. */
typedef struct commented {
  mlo_str text;
  const mlo_origin *origin; /* NULL: the text is raw */
  mlo_str sign;             /* what a comment starts with */
  mlo_arena *arena;
  mlo_suppressions *out;
} commented;

typedef struct directive {
  bool whole_file;
  mlo_str words, reason;
} directive;

/* --- words --- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* "SEC" and "SEC1" begin SEC101; "S" does not. */
static bool begins_code(mlo_str code, mlo_str word) {
  if (!mlo_str_starts(code, word) || word.len == 0) return false;
  return is_digit(word.ptr[word.len - 1]) || (code.len > word.len && is_digit(code.ptr[word.len]));
}

bool mlo_rule_is_named(const mlo_rule *rule, mlo_str word) {
  return mlo_str_eq(rule->code, word) || mlo_str_eq(rule->name, word) ||
         mlo_str_eq(rule->area, word) || begins_code(rule->code, word);
}

static bool names_rule(mlo_str words, const mlo_rule *rule) {
  while (words.ptr)
    if (mlo_rule_is_named(rule, mlo_str_trim(mlo_str_cut(&words, ',')))) return true;
  return false;
}

bool mlo_suppressions_cover(mlo_suppressions *self, const mlo_rule *rule, uint32_t at) {
  for (uint32_t i = 0; i < self->len; i++) {
    mlo_suppression *one = &self->items[i];
    if (at < one->covers.start || at >= one->covers.end || !names_rule(one->words, rule)) continue;
    one->used = true;
    return true;
  }
  return false;
}

/* --- one comment --- */

static bool take(mlo_str *text, mlo_str prefix) {
  if (!mlo_str_starts(*text, prefix)) return false;
  *text = mlo_str_trim(mlo_str_from(*text, prefix.len));
  return true;
}

/* Reads what stands behind "mlopslint:". */
static bool parse_directive(mlo_str text, directive *out) {
  text = mlo_str_trim(text);
  out->whole_file = take(&text, MLO_STR("ignore-file"));
  if (!out->whole_file && !take(&text, MLO_STR("ignore"))) return false;
  size_t close = mlo_str_find_char(text, ']');
  if (!mlo_str_starts(text, MLO_STR("[")) || close == SIZE_MAX) return false;
  out->words = mlo_str_trim(mlo_str_slice(text, 1, close));
  out->reason = mlo_str_trim(mlo_str_from(text, close + 1));
  if (mlo_str_ends(out->reason, MLO_STR("-->"))) out->reason.len -= 3;
  out->reason = mlo_str_trim(out->reason);
  return out->words.len > 0;
}

/* Finds a directive in a comment: behind its own sign, or behind another tool's (`# noqa  # mlopslint: ...`). */
static bool find_directive(mlo_str comment, mlo_str sign, directive *out) {
  size_t at = mlo_str_find(comment, MLO_STR("mlopslint:"));
  if (at == SIZE_MAX || !mlo_str_ends(mlo_str_trim(mlo_str_slice(comment, 0, at)), sign))
    return false;
  return parse_directive(mlo_str_from(comment, at + sizeof "mlopslint:" - 1), out);
}

static mlo_span raw_span(const commented *self, mlo_span span) {
  return self->origin && span.start < span.end ? mlo_origin_span(self->origin, span) : span;
}

static void add(const commented *self, mlo_span comment, const directive *found,
                mlo_span covers_raw) {
  mlo_suppression one = {.span = raw_span(self, comment),
                         .covers = found->whole_file ? (mlo_span){0, UINT32_MAX} : covers_raw,
                         .words = found->words,
                         .reason = found->reason};
  MLO_PUSH(self->arena, self->out, one);
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
  if (!find_directive(mlo_span_of(self->text, comment), self->sign, &found)) return;
  bool own = has_own_line(self->text, comment.start);
  if (own && (below->end == 0 || below->start < line.end))
    *below = next_line(self, behind_line(self->text, line.end));
  add(self, comment, &found, raw_span(self, own ? *below : line));
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
  return cell && is_blank(module->text, cell->span.start, comment) &&
         line_start(module->text, comment) <= cell->span.start;
}

static void scan_tree(const commented *self, const mlo_tree *tree, const mlo_module *module) {
  for (mlo_node i = 0; i < tree->count; i++) {
    directive found;
    if (tree->nodes[i].kind != MLO_PY_COMMENT || heads_cell(module, tree->nodes[i].start)) continue;
    if (find_directive(mlo_tree_text(tree, i), self->sign, &found))
      add(self, mlo_tree_span(tree, i), &found, raw_span(self, covered_by(tree, i)));
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
  if (find_directive(mlo_span_of(self->text, comment), self->sign, &found))
    add(self, comment, &found, cell->span);
  return behind_line(self->text, line.end);
}

static void scan_notebook(const mlo_file *file, mlo_arena *arena, mlo_suppressions *out) {
  for (uint32_t i = 0; i < file->notebook->cells.len; i++) {
    const mlo_cell *cell = &file->notebook->cells.items[i];
    if (!mlo_str_contains(cell->source, MLO_STR("mlopslint:"))) continue;
    commented source = {cell->source, &cell->source_origin, cell_sign(cell), arena, out};
    uint32_t rest = scan_cell_head(&source, cell);
    if (!file->tree || cell->kind != MLO_CELL_CODE) scan_lines(&source, rest);
  }
  if (!file->tree || !file->module) return;
  commented module = {file->module->text, &file->module->origin, MLO_STR("#"), arena, out};
  scan_tree(&module, file->tree, file->module);
}

/* --- files --- */

/* What a comment starts with, by format; empty where there are none. */
static const mlo_str signs[MLO_FORMAT_COUNT] = {
    [MLO_FORMAT_PYTHON] = MLO_STR_INIT("#"),       [MLO_FORMAT_NOTEBOOK] = MLO_STR_INIT("#"),
    [MLO_FORMAT_YAML] = MLO_STR_INIT("#"),         [MLO_FORMAT_TOML] = MLO_STR_INIT("#"),
    [MLO_FORMAT_HCL] = MLO_STR_INIT("#"),          [MLO_FORMAT_BASH] = MLO_STR_INIT("#"),
    [MLO_FORMAT_DOCKERFILE] = MLO_STR_INIT("#"),   [MLO_FORMAT_INI] = MLO_STR_INIT("#"),
    [MLO_FORMAT_REQUIREMENTS] = MLO_STR_INIT("#"), [MLO_FORMAT_MARKDOWN] = MLO_STR_INIT("<!--")};

void mlo_suppressions_find(const mlo_file *file, mlo_arena *arena, mlo_suppressions *out) {
  mlo_str sign = signs[file->format];
  if (sign.len == 0 || !mlo_str_contains(file->raw, MLO_STR("mlopslint:"))) return;
  commented raw = {file->raw, NULL, sign, arena, out};
  if (file->format == MLO_FORMAT_NOTEBOOK && file->notebook)
    scan_notebook(file, arena, out);
  else if (file->format == MLO_FORMAT_PYTHON && file->tree)
    scan_tree(&raw, file->tree, NULL);
  else if (file->format != MLO_FORMAT_NOTEBOOK)
    scan_lines(&raw, 0);
}
