/* toml: TOML 1.0 from the grammar's tree. Dates are strings.
 *
 * A text that does not parse is cut at its table headers, and a table that does not parse at its keys, so that
 * one bad line costs one entry. */
#include "document/builder.h"

#include <math.h>

enum kind {
  PAIR,
  TABLE,
  TABLE_ARRAY,
  DOTTED_KEY,
  BARE_KEY,
  QUOTED_KEY,
  STRING,
  INTEGER,
  FLOAT,
  BOOLEAN,
  ARRAY,
  INLINE_TABLE,
  OFFSET_DATE_TIME,
  LOCAL_DATE_TIME,
  LOCAL_DATE,
  LOCAL_TIME,
};

static const mlo_str kind_names[] = {
    [PAIR] = MLO_STR_INIT("pair"),
    [TABLE] = MLO_STR_INIT("table"),
    [TABLE_ARRAY] = MLO_STR_INIT("table_array_element"),
    [DOTTED_KEY] = MLO_STR_INIT("dotted_key"),
    [BARE_KEY] = MLO_STR_INIT("bare_key"),
    [QUOTED_KEY] = MLO_STR_INIT("quoted_key"),
    [STRING] = MLO_STR_INIT("string"),
    [INTEGER] = MLO_STR_INIT("integer"),
    [FLOAT] = MLO_STR_INIT("float"),
    [BOOLEAN] = MLO_STR_INIT("boolean"),
    [ARRAY] = MLO_STR_INIT("array"),
    [INLINE_TABLE] = MLO_STR_INIT("inline_table"),
    [OFFSET_DATE_TIME] = MLO_STR_INIT("offset_date_time"),
    [LOCAL_DATE_TIME] = MLO_STR_INIT("local_date_time"),
    [LOCAL_DATE] = MLO_STR_INIT("local_date"),
    [LOCAL_TIME] = MLO_STR_INIT("local_time"),
    {0},
};

typedef MLO_ARRAY(mlo_key) keys;

typedef struct reader {
  mlo_builder builder;
  mlo_parser *parser;
  mlo_str text;
  const mlo_tree *tree;
  uint32_t base; /* where the tree's text starts in the document */
  mlo_value root;
  mlo_value
      current; /* the table that pairs go to; MLO_NO_VALUE below a header that could not be read */
  mlo_piece_fn *starts; /* while a broken text is rescued: what it is cut at */
  uint32_t parses;
  mlo_kind_table kinds;
  mlo_error *err;
} reader;

static unsigned kind_of(reader *self, mlo_node node) {
  return mlo_kind_in(&self->kinds, self->tree, node);
}

static mlo_span span_of(const reader *self, mlo_node node) {
  mlo_span span = mlo_tree_span(self->tree, node);
  return (mlo_span){span.start + self->base, span.end + self->base};
}

/* --- strings --- */

/* A backslash at a line's end swallows all white space that follows. */
static bool skip_line_ending(mlo_str raw, size_t *at) {
  size_t next = *at;
  while (next < raw.len && memchr(" \t\r", raw.ptr[next], 3)) next++;
  if (next >= raw.len || raw.ptr[next] != '\n') return false;
  while (next < raw.len && memchr(" \t\r\n", raw.ptr[next], 4)) next++;
  *at = next;
  return true;
}

static mlo_str decode(reader *self, mlo_str raw) {
  if (mlo_str_find_char(raw, '\\') == SIZE_MAX) return raw;
  mlo_decoded out = {0};
  for (size_t at = 0; at < raw.len;) {
    if (raw.ptr[at] != '\\') {
      MLO_PUSH(self->builder.arena, &out, raw.ptr[at++]);
      continue;
    }
    at++;
    if (!skip_line_ending(raw, &at)) mlo_decode_escape(raw, &at, &out, self->builder.arena);
  }
  return mlo_decoded_str(&out);
}

/* What a quoted text says; *inner gets the bytes between the quotes. */
static mlo_str unquote(reader *self, mlo_span span, mlo_span *inner) {
  mlo_str raw = mlo_span_of(self->text, span);
  bool triple = raw.len >= 6 &&
                (mlo_str_starts(raw, MLO_STR("\"\"\"")) || mlo_str_starts(raw, MLO_STR("'''")));
  uint32_t quotes = triple ? 3 : 1;
  *inner = span;
  if (raw.len < 2 * quotes) return raw;
  *inner = (mlo_span){span.start + quotes, span.end - quotes};
  mlo_str body = mlo_span_of(self->text, *inner);
  if (triple && mlo_str_starts(body, MLO_STR("\r\n")))
    body = mlo_str_from(body, 2);
  else if (triple && mlo_str_starts(body, MLO_STR("\n")))
    body = mlo_str_from(body, 1);
  return raw.ptr[0] == '"' ? decode(self, body) : body;
}

/* --- keys --- */

enum { KEY_PARTS = 64 };

/* The parts of a key, dots between them; false if there are more than anyone writes. */
static bool parts_of(reader *self, mlo_node key, keys *out) {
  mlo_node end = mlo_tree_skip(self->tree, key);
  for (mlo_node at = key; at < end; at++) {
    unsigned kind = kind_of(self, at);
    if (kind != BARE_KEY && kind != QUOTED_KEY) continue;
    mlo_span span = span_of(self, at), inner;
    mlo_str text = kind == BARE_KEY ? mlo_span_of(self->text, span) : unquote(self, span, &inner);
    MLO_PUSH(self->builder.arena, out, ((mlo_key){text, span}));
  }
  if (out->len > 0 && out->len <= KEY_PARTS) return true;
  mlo_builder_broken(&self->builder, span_of(self, key), "a key of over %d parts", (int)KEY_PARTS);
  return false;
}

/* The table below parent: the last of an array of tables, one that is there, or a new one. */
static mlo_value step_into(reader *self, mlo_value parent, mlo_key key, mlo_span span) {
  mlo_value list = mlo_builder_placed(&self->builder, parent, key.text, MLO_VALUE_LIST);
  if (list == MLO_NO_VALUE)
    return mlo_builder_place(&self->builder, parent, key, MLO_VALUE_MAP, span);
  mlo_value item = self->builder.last.items[list];
  mlo_builder_at(&self->builder, list)->span.end = span.end;
  mlo_builder_at(&self->builder, item)->span.end = span.end;
  return item;
}

static mlo_value table_for(reader *self, mlo_value from, const keys *path, uint32_t count,
                           mlo_span span) {
  for (uint32_t i = 0; i < count; i++) from = step_into(self, from, path->items[i], span);
  return from;
}

/* --- values --- */

static void add_pair(reader *self, mlo_value table, mlo_node pair, unsigned depth);

static bool is_value(unsigned kind) { return kind >= STRING && kind <= LOCAL_TIME; }

static mlo_value_node float_node(mlo_str text) {
  mlo_value_node node = {.kind = MLO_VALUE_FLOAT, .text = text};
  if (mlo_number_of(text, &node)) return node;
  bool infinite = mlo_str_contains(text, MLO_STR("inf"));
  node.number = !infinite ? NAN : text.ptr[0] == '-' ? -INFINITY : INFINITY;
  return node;
}

static mlo_value_node scalar_node(reader *self, mlo_node at, unsigned kind) {
  mlo_span span = span_of(self, at), inner = span;
  mlo_str text = mlo_span_of(self->text, span);
  mlo_value_node node = {.kind = MLO_VALUE_STRING, .text = text};
  if (kind == STRING)
    node.text = unquote(self, span, &inner);
  else if (kind == BOOLEAN)
    node = (mlo_value_node){
        .kind = MLO_VALUE_BOOL, .text = text, .boolean = mlo_str_eq(text, MLO_STR("true"))};
  else if (kind == INTEGER)
    mlo_number_of(text, &node);
  else if (kind == FLOAT)
    node = float_node(text);
  node.span = span;
  node.inner = inner;
  return node;
}

static void add_value(reader *self, mlo_value parent, mlo_key key, mlo_node at, unsigned depth) {
  unsigned kind = kind_of(self, at);
  mlo_span span = span_of(self, at);
  if (kind != ARRAY && kind != INLINE_TABLE) {
    mlo_builder_add(&self->builder, parent, key, scalar_node(self, at, kind));
    return;
  }
  if (depth >= MLO_DOCUMENT_DEPTH) {
    mlo_builder_broken(&self->builder, span, "nested deeper than %d", (int)MLO_DOCUMENT_DEPTH);
    return;
  }
  mlo_value container = kind == ARRAY ? mlo_builder_list(&self->builder, parent, key, span)
                                      : mlo_builder_map(&self->builder, parent, key, span);
  for (mlo_node child = mlo_tree_first_child(self->tree, at); child != MLO_NO_NODE;
       child = mlo_tree_next(self->tree, child)) {
    unsigned what = kind_of(self, child);
    if (what == PAIR)
      add_pair(self, container, child, depth + 1);
    else if (is_value(what))
      add_value(self, container, MLO_NO_KEY, child, depth + 1);
  }
}

static void add_pair(reader *self, mlo_value table, mlo_node pair, unsigned depth) {
  mlo_node key = mlo_tree_first_child(self->tree, pair), value = key;
  while (value != MLO_NO_NODE && !is_value(kind_of(self, value)))
    value = mlo_tree_next(self->tree, value);
  keys path = {0};
  if (value == MLO_NO_NODE || !parts_of(self, key, &path)) return;
  mlo_value into = table_for(self, table, &path, path.len - 1, span_of(self, pair));
  mlo_key last = path.items[path.len - 1];
  if (!mlo_builder_claim(&self->builder, into, last.text, MLO_VALUE_NULL))
    mlo_builder_broken(&self->builder, last.span, "TOML forbids a key twice in one table");
  add_value(self, into, last, value, depth + path.len);
}

/* --- tables --- */

static mlo_node header_key(reader *self, mlo_node table) {
  mlo_node at = mlo_tree_first_child(self->tree, table);
  while (at != MLO_NO_NODE && (kind_of(self, at) < DOTTED_KEY || kind_of(self, at) > QUOTED_KEY))
    at = mlo_tree_next(self->tree, at);
  return at;
}

/* From the header to the last pair: comments behind belong to what follows. */
static mlo_span table_span(reader *self, mlo_node table, mlo_node key) {
  mlo_span span = {span_of(self, table).start, span_of(self, key).end};
  for (mlo_node at = key; at != MLO_NO_NODE; at = mlo_tree_next(self->tree, at))
    if (kind_of(self, at) == PAIR) span.end = span_of(self, at).end;
  return span;
}

static mlo_value open_table(reader *self, mlo_node table, bool array) {
  mlo_node key = header_key(self, table);
  keys path = {0};
  if (key == MLO_NO_NODE || !parts_of(self, key, &path)) return MLO_NO_VALUE;
  mlo_span span = table_span(self, table, key);
  if (!array) {
    mlo_value opened = table_for(self, self->root, &path, path.len, span);
    if (!mlo_builder_claim(&self->builder, opened, (mlo_str){0}, MLO_VALUE_BOOL))
      mlo_builder_broken(&self->builder, span_of(self, key), "TOML forbids a table twice");
    return opened;
  }
  mlo_value parent = table_for(self, self->root, &path, path.len - 1, span);
  mlo_value list =
      mlo_builder_place(&self->builder, parent, path.items[path.len - 1], MLO_VALUE_LIST, span);
  return mlo_builder_map(&self->builder, list, MLO_NO_KEY, span);
}

static void add_tree(reader *self) {
  for (mlo_node at = mlo_tree_first_child(self->tree, 0); at != MLO_NO_NODE;
       at = mlo_tree_next(self->tree, at)) {
    unsigned kind = kind_of(self, at);
    if (kind == PAIR && self->current != MLO_NO_VALUE) add_pair(self, self->current, at, 1);
    if (kind != TABLE && kind != TABLE_ARRAY) continue;
    self->current = open_table(self, at, kind == TABLE_ARRAY);
    for (mlo_node pair = mlo_tree_first_child(self->tree, at);
         pair != MLO_NO_NODE && self->current != MLO_NO_VALUE;
         pair = mlo_tree_next(self->tree, pair))
      if (kind_of(self, pair) == PAIR) add_pair(self, self->current, pair, KEY_PARTS / 2);
  }
}

/* --- recovery --- */

/* A header has its line for itself; a row of a nested array has a comma or more behind it. */
static bool starts_table(mlo_str line, const void *ctx) {
  (void)ctx;
  mlo_str text = mlo_str_trim(line);
  size_t comment = mlo_str_find_char(text, '#');
  text = mlo_str_trim(mlo_str_slice(text, 0, comment));
  return text.len > 1 && text.ptr[0] == '[' && text.ptr[text.len - 1] == ']' &&
         mlo_str_find_char(text, ',') == SIZE_MAX;
}

static bool starts_pair(mlo_str line, const void *ctx) {
  mlo_str text = mlo_str_trim(line);
  if (!text.len || starts_table(line, ctx)) return text.len != 0;
  size_t equals = mlo_str_find_char(text, '=');
  if (equals == SIZE_MAX || equals == 0) return false;
  mlo_str key = mlo_str_trim(mlo_str_slice(text, 0, equals));
  for (size_t i = 0; i < key.len; i++)
    if (memchr("[]{},#()", key.ptr[i], 8)) return false;
  return key.len != 0;
}

static mlo_status parse(reader *self, mlo_span span, mlo_tree *tree) {
  self->tree = tree;
  self->base = span.start;
  return mlo_parser_parse(self->parser, MLO_FORMAT_TOML, mlo_span_of(self->text, span),
                          self->builder.arena, tree, self->err);
}

static mlo_status rescue(reader *self, mlo_span span, mlo_piece_fn *starts);

static void leave_out(reader *self, mlo_span span, mlo_span place) {
  mlo_builder_broken(&self->builder, place, "this can't be read as TOML");
  if (starts_table(mlo_span_of(self->text, span), NULL)) self->current = MLO_NO_VALUE;
}

static mlo_status read_run(void *ctx, mlo_span run, bool single, bool *done) {
  reader *self = ctx;
  mlo_tree tree;
  if (self->parses == MLO_RESCUE_PARSES) {
    leave_out(self, run, run);
    *done = true;
    return MLO_OK;
  }
  self->parses++;
  mlo_status status = parse(self, run, &tree);
  *done = status == MLO_OK && tree.first_error == MLO_NO_NODE;
  if (*done) add_tree(self);
  if (status != MLO_OK || *done || !single) return status;
  if (self->starts == starts_table) return rescue(self, run, starts_pair);
  leave_out(self, run, span_of(self, tree.first_error));
  return MLO_OK;
}

static mlo_status rescue(reader *self, mlo_span span, mlo_piece_fn *starts) {
  mlo_piece_fn *before = self->starts;
  self->starts = starts;
  mlo_status status = mlo_rescue_span(
      &(mlo_rescue){.text = self->text, .starts = starts, .read = read_run, .reader = self}, span,
      self->builder.arena);
  self->starts = before;
  return status;
}

mlo_status mlo_read_toml(mlo_document *out, mlo_parser *parser, mlo_arena *arena, mlo_error *err) {
  reader self = {.builder = mlo_builder_of(out, arena),
                 .parser = parser,
                 .text = out->text,
                 .kinds = {.names = kind_names},
                 .err = err};
  mlo_span all = {0, (uint32_t)out->text.len};
  self.root = self.current = mlo_builder_map(&self.builder, 0, MLO_NO_KEY, all);
  mlo_tree tree;
  mlo_status status = parse(&self, all, &tree);
  if (status != MLO_OK) return status;
  if (tree.first_error != MLO_NO_NODE) return rescue(&self, all, starts_table);
  add_tree(&self);
  return MLO_OK;
}
