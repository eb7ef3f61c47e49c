#include "notebook/script_lines.h"

typedef struct marimo {
  mlo_notebook *out;
  mlo_arena *arena;
  mlo_tree tree;
  bool has_app;
  uint32_t passed; /* raw: up to here all is in a cell or outside */
} marimo;

static bool starts(const marimo *self, mlo_node node, const char *text) {
  return mlo_str_starts(mlo_tree_text(&self->tree, node), mlo_str_c(text));
}

/* --- bodies ---------------------------------------------------------------------------------- */

static uint32_t indentation_of(mlo_str raw, const mlo_script_lines *lines) {
  for (uint32_t i = 0; i < lines->len; i++) {
    mlo_span line = lines->items[i];
    uint32_t at = line.start;
    while (at < line.end && (raw.ptr[at] == ' ' || raw.ptr[at] == '\t')) at++;
    if (at < line.end) return at - line.start;
  }
  return 0;
}

/* Lines of a long string may have less than the indentation. */
static void unindent(mlo_str raw, mlo_script_lines *lines) {
  uint32_t indentation = indentation_of(raw, lines);
  for (uint32_t i = 0; i < lines->len; i++) {
    mlo_span *line = &lines->items[i];
    uint32_t most = line->start + indentation;
    while (line->start < line->end && line->start < most &&
           (raw.ptr[line->start] == ' ' || raw.ptr[line->start] == '\t'))
      line->start++;
  }
}

static mlo_script_lines lines_of(const marimo *self, mlo_span span) {
  mlo_script_lines lines = {0};
  for (uint32_t at = span.start, next; at < span.end; at = next) {
    mlo_span line = mlo_script_line(self->out->raw, at, &next);
    if (line.end > span.end) line.end = span.end;
    MLO_PUSH(self->arena, &lines, line);
  }
  return lines;
}

/* The lines from the one behind `head`, which holds the colon, up to `end`; what stands behind the colon is one too. */
static mlo_script_lines body_lines(const marimo *self, uint32_t head, uint32_t end) {
  mlo_str raw = self->out->raw;
  while (head < end && raw.ptr[head] != ':') head++;
  uint32_t next, from = head < end ? head + 1 : end;
  mlo_str behind = mlo_str_trim(mlo_span_of(raw, mlo_script_line(raw, from, &next)));
  if (behind.len == 0 || behind.ptr[0] == '#') from = next;
  mlo_script_lines lines = lines_of(self, (mlo_span){from, end});
  unindent(raw, &lines);
  mlo_script_trim(raw, &lines, true);
  return lines;
}

static mlo_node last_statement(const marimo *self, mlo_node block) {
  mlo_node last = MLO_NO_NODE;
  for (mlo_node n = mlo_tree_first_child(&self->tree, block); n != MLO_NO_NODE;
       n = mlo_tree_next(&self->tree, n))
    if (mlo_tree_kind(&self->tree, n) != MLO_PY_COMMENT) last = n;
  return last;
}

/* The end of a cell's own statements: the `return` behind them only tells marimo what they define. */
static uint32_t body_end(const marimo *self, mlo_node block) {
  mlo_node last = last_statement(self, block);
  bool returns = mlo_tree_kind(&self->tree, last) == MLO_PY_RETURN;
  return returns ? mlo_tree_span(&self->tree, last).start : mlo_tree_span(&self->tree, block).end;
}

/* --- cells ----------------------------------------------------------------------------------- */

static void pass(marimo *self, mlo_span cell) {
  mlo_span between = {self->passed, cell.start};
  for (uint32_t next; between.start < between.end; between.start = next)
    if (!mlo_script_is_blank(self->out->raw, mlo_script_line(self->out->raw, between.start, &next)))
      break;
  if (between.start < between.end) MLO_PUSH(self->arena, &self->out->outside, between);
  if (cell.end > self->passed) self->passed = cell.end;
}

static mlo_cell *add_cell(marimo *self, mlo_node node, const mlo_script_lines *lines) {
  mlo_span span = mlo_tree_span(&self->tree, node);
  pass(self, span);
  return mlo_script_add(self->out, MLO_CELL_CODE, span, lines, self->arena);
}

static void add_block(marimo *self, mlo_node node, mlo_node head, mlo_node block) {
  uint32_t from = mlo_tree_span(&self->tree, head).end, end = body_end(self, block);
  mlo_script_lines lines = body_lines(self, from, end);
  mlo_cell *cell = add_cell(self, node, &lines);
  mlo_str before = mlo_str_slice(self->out->raw, cell->span.start, from);
  cell->collapsed_source = mlo_str_contains(before, MLO_STR("hide_code=True"));
}

/* A function or class as it stands. */
static void add_definition(marimo *self, mlo_node node, mlo_node definition) {
  mlo_script_lines lines = lines_of(self, mlo_tree_span(&self->tree, definition));
  add_cell(self, node, &lines);
}

static void read_decorated(marimo *self, mlo_node node) {
  mlo_node definition = mlo_tree_field(&self->tree, node, MLO_FIELD_DEFINITION);
  mlo_node head = mlo_tree_field(&self->tree, definition, MLO_FIELD_RETURN_TYPE);
  mlo_node block = mlo_tree_field(&self->tree, definition, MLO_FIELD_BODY);
  if (head == MLO_NO_NODE) head = mlo_tree_field(&self->tree, definition, MLO_FIELD_PARAMETERS);
  if (starts(self, node, "@app.cell") && head != MLO_NO_NODE && block != MLO_NO_NODE)
    add_block(self, node, head, block);
  else if (starts(self, node, "@app.function") || starts(self, node, "@app.class_definition"))
    add_definition(self, node, definition);
}

static void read_with(marimo *self, mlo_node node) {
  mlo_node head = mlo_tree_first_child(&self->tree, node);
  mlo_node block = mlo_tree_field(&self->tree, node, MLO_FIELD_BODY);
  while (head != MLO_NO_NODE && mlo_tree_kind(&self->tree, head) != MLO_PY_WITH_CLAUSE)
    head = mlo_tree_next(&self->tree, head);
  if (head != MLO_NO_NODE && block != MLO_NO_NODE && starts(self, head, "app.setup"))
    add_block(self, node, head, block);
}

/* app._unparsable_cell(r"""..."""): what somebody typed that is not Python. */
static void read_unparsable(marimo *self, mlo_node node) {
  mlo_node end = mlo_tree_skip(&self->tree, node);
  for (mlo_node n = node; n < end; n++) {
    if (mlo_tree_kind(&self->tree, n) != MLO_PY_STRING_CONTENT) continue;
    mlo_script_lines lines = lines_of(self, mlo_tree_span(&self->tree, n));
    mlo_script_trim(self->out->raw, &lines, true);
    unindent(self->out->raw, &lines);
    add_cell(self, node, &lines);
    return;
  }
}

static void read_statement(marimo *self, mlo_node node) {
  switch (mlo_tree_kind(&self->tree, node)) {
  case MLO_PY_DECORATED: read_decorated(self, node); return;
  case MLO_PY_WITH: read_with(self, node); return;
  case MLO_PY_EXPRESSION_STATEMENT:
    if (starts(self, node, "app = marimo.App(")) self->has_app = true;
    if (starts(self, node, "app._unparsable_cell(")) read_unparsable(self, node);
    return;
  default: return;
  }
}

mlo_status mlo_marimo_read(mlo_notebook *out, mlo_parser *parser, mlo_arena *arena,
                           mlo_error *err) {
  marimo self = {.out = out, .arena = arena};
  mlo_status status = mlo_parser_parse(parser, MLO_FORMAT_PYTHON, out->raw, arena, &self.tree, err);
  if (status != MLO_OK) return status;
  for (mlo_node n = mlo_tree_first_child(&self.tree, 0); n != MLO_NO_NODE;
       n = mlo_tree_next(&self.tree, n))
    read_statement(&self, n);
  uint32_t end = (uint32_t)out->raw.len;
  pass(&self, (mlo_span){end, end});
  if (!self.has_app) out->cells.len = 0;
  return MLO_OK;
}
