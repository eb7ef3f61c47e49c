/* yaml: YAML 1.2 with the core schema, read from the grammar's tree.
 *
 * The grammar knows no templates: what Helm and Jinja put between {{ }} or {% %} is first painted over in a
 * working copy of the same length. Trees are made of the working copy, all text is taken from the document.
 *
 * The grammar gives up at the first error. Then the text is cut into the entries of its outermost block, each
 * read by itself; one that fails and has a block below its key or dash is cut in turn. So one bad line costs one
 * entry, and its place is known. */
#include "document/builder.h"
#include "document/yaml_text.h"

enum kind {
  DOCUMENT,
  BLOCK_NODE,
  FLOW_NODE,
  BLOCK_MAPPING,
  FLOW_MAPPING,
  BLOCK_SEQUENCE,
  FLOW_SEQUENCE,
  BLOCK_PAIR,
  FLOW_PAIR,
  BLOCK_ITEM,
  ANCHOR,
  TAG,
  ALIAS,
  PLAIN,
  SINGLE_QUOTED,
  DOUBLE_QUOTED,
  BLOCK_SCALAR,
};

static const mlo_str kind_names[] = {
    [DOCUMENT] = MLO_STR_INIT("document"),
    [BLOCK_NODE] = MLO_STR_INIT("block_node"),
    [FLOW_NODE] = MLO_STR_INIT("flow_node"),
    [BLOCK_MAPPING] = MLO_STR_INIT("block_mapping"),
    [FLOW_MAPPING] = MLO_STR_INIT("flow_mapping"),
    [BLOCK_SEQUENCE] = MLO_STR_INIT("block_sequence"),
    [FLOW_SEQUENCE] = MLO_STR_INIT("flow_sequence"),
    [BLOCK_PAIR] = MLO_STR_INIT("block_mapping_pair"),
    [FLOW_PAIR] = MLO_STR_INIT("flow_pair"),
    [BLOCK_ITEM] = MLO_STR_INIT("block_sequence_item"),
    [ANCHOR] = MLO_STR_INIT("anchor"),
    [TAG] = MLO_STR_INIT("tag"),
    [ALIAS] = MLO_STR_INIT("alias"),
    [PLAIN] = MLO_STR_INIT("plain_scalar"),
    [SINGLE_QUOTED] = MLO_STR_INIT("single_quote_scalar"),
    [DOUBLE_QUOTED] = MLO_STR_INIT("double_quote_scalar"),
    [BLOCK_SCALAR] = MLO_STR_INIT("block_scalar"),
    {0},
};

typedef struct reader {
  mlo_builder *builder;
  mlo_parser *parser;
  mlo_str text;  /* the document's */
  mlo_str paint; /* the working copy; the same bytes where nothing is painted over */
  char *painted; /* paint, once it is ours to write */
  const mlo_tree *tree;
  uint32_t base; /* where the tree's text starts in the document */
  mlo_map anchors;
  MLO_ARRAY(mlo_value) aliases; /* to be resolved at the end */
  uint32_t parses;              /* made to rescue parts of a broken text */
  mlo_kind_table kinds;
  mlo_error *err;
} reader;

static unsigned kind_of(reader *self, mlo_node node) {
  return node == MLO_NO_NODE ? MLO_OTHER_KIND : mlo_kind_in(&self->kinds, self->tree, node);
}

static mlo_span span_of(const reader *self, mlo_node node) {
  mlo_span span = mlo_tree_span(self->tree, node);
  return (mlo_span){span.start + self->base, span.end + self->base};
}

/* Blocks may end with the line ends behind them. */
static mlo_span trimmed(const reader *self, mlo_span span) {
  while (span.end > span.start && memchr(" \t\r\n", self->text.ptr[span.end - 1], 4)) span.end--;
  return span;
}

/* --- nodes --- */

/* What a block_node or flow_node holds. */
typedef struct content {
  mlo_node anchor, tag, value;
} content;

static content content_of(reader *self, mlo_node node) {
  content found = {MLO_NO_NODE, MLO_NO_NODE, MLO_NO_NODE};
  if (node == MLO_NO_NODE) return found;
  for (mlo_node at = mlo_tree_first_child(self->tree, node); at != MLO_NO_NODE;
       at = mlo_tree_next(self->tree, at)) {
    unsigned kind = kind_of(self, at);
    if (kind == ANCHOR)
      found.anchor = at;
    else if (kind == TAG)
      found.tag = at;
    else if (kind != MLO_OTHER_KIND)
      found.value = at;
  }
  return found;
}

static mlo_str name_behind_mark(const reader *self, mlo_node node) {
  mlo_span span = span_of(self, node);
  return mlo_str_slice(self->text, (size_t)span.start + 1, span.end);
}

static void name_anchor(reader *self, mlo_node anchor, mlo_value value) {
  if (anchor != MLO_NO_NODE)
    *mlo_map_put(&self->anchors, name_behind_mark(self, anchor), self->builder->arena) = value;
}

/* The column of the entry that a block scalar belongs to: its indentation indicator counts from there. */
static uint32_t entry_column(reader *self, mlo_node node) {
  for (mlo_node at = mlo_tree_parent(self->tree, node); at != MLO_NO_NODE;
       at = mlo_tree_parent(self->tree, at)) {
    unsigned kind = kind_of(self, at);
    if (kind != BLOCK_PAIR && kind != BLOCK_ITEM) continue;
    uint32_t start = span_of(self, at).start, line = start;
    while (line > 0 && self->text.ptr[line - 1] != '\n' && self->text.ptr[line - 1] != '\r') line--;
    return start - line;
  }
  return 0;
}

static mlo_value_node scalar_node(reader *self, mlo_node node, unsigned kind) {
  mlo_span span = span_of(self, node);
  mlo_arena *arena = self->builder->arena;
  switch (kind) {
  case PLAIN: return mlo_yaml_plain(self->text, span, arena);
  case SINGLE_QUOTED: return mlo_yaml_single_quoted(self->text, span, arena);
  case DOUBLE_QUOTED: return mlo_yaml_double_quoted(self->text, span, arena);
  default: return mlo_yaml_block_scalar(self->text, span, entry_column(self, node), arena);
  }
}

static bool is_scalar(unsigned kind) {
  return kind == PLAIN || kind == SINGLE_QUOTED || kind == DOUBLE_QUOTED || kind == BLOCK_SCALAR;
}

/* !!str and the bare ! make a string of anything; other tags are dropped. */
static bool makes_string(const reader *self, mlo_node tag) {
  if (tag == MLO_NO_NODE) return false;
  mlo_str text = mlo_span_of(self->text, span_of(self, tag));
  return mlo_str_eq(text, MLO_STR("!!str")) || mlo_str_eq(text, MLO_STR("!"));
}

static mlo_value add_scalar(reader *self, mlo_value parent, mlo_key key, content what,
                            unsigned kind) {
  mlo_value_node node = scalar_node(self, what.value, kind);
  if (makes_string(self, what.tag)) node.kind = MLO_VALUE_STRING;
  return mlo_builder_add(self->builder, parent, key, node);
}

static mlo_value add_null(reader *self, mlo_value parent, mlo_key key, uint32_t at) {
  return mlo_builder_add(
      self->builder, parent, key,
      (mlo_value_node){.kind = MLO_VALUE_NULL, .span = {at, at}, .inner = {at, at}});
}

static mlo_value add_alias(reader *self, mlo_value parent, mlo_key key, mlo_node node) {
  const uint32_t *target = mlo_map_get(&self->anchors, name_behind_mark(self, node));
  mlo_span span = span_of(self, node);
  mlo_value alias = mlo_builder_add(self->builder, parent, key,
                                    (mlo_value_node){.kind = MLO_VALUE_NULL, .span = span});
  if (!target) {
    mlo_builder_broken(self->builder, span, "no anchor has this alias's name");
    return alias;
  }
  mlo_builder_at(self->builder, alias)->kind = MLO_VALUE_ALIAS;
  mlo_builder_at(self->builder, alias)->target = *target;
  MLO_PUSH(self->builder->arena, &self->aliases, alias);
  return alias;
}

/* --- containers --- */

static void add_node(reader *self, mlo_value parent, mlo_key key, mlo_node node, uint32_t end,
                     unsigned depth);

static mlo_str key_text(reader *self, content what, mlo_span span) {
  unsigned kind = kind_of(self, what.value);
  if (is_scalar(kind)) return scalar_node(self, what.value, kind).text;
  if (kind != ALIAS) return mlo_span_of(self->text, trimmed(self, span));
  const uint32_t *target = mlo_map_get(&self->anchors, name_behind_mark(self, what.value));
  return target ? mlo_builder_at(self->builder, *target)->text : MLO_STR("");
}

/* A key may be an anchor's place too; such a value belongs to no parent. */
static mlo_key key_of(reader *self, mlo_node node, uint32_t at) {
  if (node == MLO_NO_NODE) return (mlo_key){MLO_STR(""), {at, at}};
  content what = content_of(self, node);
  mlo_span span = span_of(self, what.value == MLO_NO_NODE ? node : what.value);
  mlo_key key = {key_text(self, what, span), span};
  if (!key.text.ptr) key.text = MLO_STR("");
  if (what.anchor != MLO_NO_NODE)
    name_anchor(self, what.anchor,
                mlo_builder_string(self->builder, MLO_NO_VALUE, MLO_NO_KEY, key.text, span));
  return key;
}

static void add_pair(reader *self, mlo_value map, mlo_node pair, unsigned depth) {
  mlo_node key = mlo_tree_field(self->tree, pair, MLO_FIELD_KEY);
  mlo_node value = mlo_tree_field(self->tree, pair, MLO_FIELD_VALUE);
  mlo_span span = span_of(self, pair);
  add_node(self, map, key_of(self, key, span.start), value, span.end, depth);
}

static void add_entry_pair(reader *self, mlo_value list, mlo_node pair, unsigned depth) {
  mlo_value map = mlo_builder_map(self->builder, list, MLO_NO_KEY, span_of(self, pair));
  add_pair(self, map, pair, depth + 1);
}

static mlo_node node_of_item(reader *self, mlo_node item) {
  mlo_node at = mlo_tree_first_child(self->tree, item);
  while (at != MLO_NO_NODE && kind_of(self, at) != BLOCK_NODE && kind_of(self, at) != FLOW_NODE)
    at = mlo_tree_next(self->tree, at);
  return at;
}

/* Adds the children of a mapping or sequence to a container that may have some already. */
static void add_children(reader *self, mlo_value container, mlo_node node, unsigned depth) {
  bool list = mlo_builder_at(self->builder, container)->kind == MLO_VALUE_LIST;
  for (mlo_node at = mlo_tree_first_child(self->tree, node); at != MLO_NO_NODE;
       at = mlo_tree_next(self->tree, at)) {
    uint32_t end = span_of(self, at).end;
    switch (kind_of(self, at)) {
    case BLOCK_PAIR: add_pair(self, container, at, depth); break;
    case BLOCK_ITEM:
      add_node(self, container, MLO_NO_KEY, node_of_item(self, at), end, depth);
      break;
    case FLOW_PAIR:
      if (list)
        add_entry_pair(self, container, at, depth);
      else
        add_pair(self, container, at, depth);
      break;
    case FLOW_NODE: /* in {a, b} a key without a value */
      if (list)
        add_node(self, container, MLO_NO_KEY, at, end, depth);
      else
        add_null(self, container, key_of(self, at, end), end);
      break;
    default: break;
    }
  }
}

static mlo_value add_container(reader *self, mlo_value parent, mlo_key key, mlo_node node,
                               unsigned kind) {
  mlo_span span = trimmed(self, span_of(self, node));
  bool map = kind == BLOCK_MAPPING || kind == FLOW_MAPPING;
  return map ? mlo_builder_map(self->builder, parent, key, span)
             : mlo_builder_list(self->builder, parent, key, span);
}

/* node is a block_node or flow_node, or MLO_NO_NODE for a null that stands at `end`. */
static void add_node(reader *self, mlo_value parent, mlo_key key, mlo_node node, uint32_t end,
                     unsigned depth) {
  content what = content_of(self, node);
  unsigned kind = kind_of(self, what.value);
  if (kind == ALIAS) {
    add_alias(self, parent, key, what.value);
  } else if (is_scalar(kind)) {
    name_anchor(self, what.anchor, add_scalar(self, parent, key, what, kind));
  } else if (what.value == MLO_NO_NODE) {
    name_anchor(self, what.anchor, add_null(self, parent, key, end));
  } else if (depth >= MLO_DOCUMENT_DEPTH) {
    mlo_builder_broken(self->builder, span_of(self, what.value), "nested deeper than %d",
                       (int)MLO_DOCUMENT_DEPTH);
  } else {
    mlo_value container = add_container(self, parent, key, what.value, kind);
    name_anchor(self, what.anchor, container);
    add_children(self, container, what.value, depth + 1);
  }
}

static mlo_node root_of(reader *self, mlo_node document) { return node_of_item(self, document); }

static void add_documents(reader *self, mlo_value parent, mlo_key key, bool first_only) {
  for (mlo_node at = mlo_tree_first_child(self->tree, 0); at != MLO_NO_NODE;
       at = mlo_tree_next(self->tree, at)) {
    if (kind_of(self, at) != DOCUMENT) continue;
    self->anchors.len = self->anchors.cap = 0;
    add_node(self, parent, key, root_of(self, at), span_of(self, at).end, 0);
    if (first_only) return;
  }
}

/* --- recovery --- */

typedef struct block {
  uint32_t indent;
  bool list;
} block;

static uint32_t indent_of(mlo_str line) {
  uint32_t indent = 0;
  while (indent < line.len && line.ptr[indent] == ' ') indent++;
  return indent;
}

static bool is_dash(mlo_str line, uint32_t indent) {
  return indent < line.len && line.ptr[indent] == '-' &&
         (indent + 1 == line.len || memchr(" \t\r\n", line.ptr[indent + 1], 4));
}

static bool is_document_mark(mlo_str line) {
  return mlo_str_starts(line, MLO_STR("---")) || mlo_str_starts(line, MLO_STR("..."));
}

static bool is_blank(mlo_str line) {
  mlo_str rest = mlo_str_trim(line);
  return !rest.len || rest.ptr[0] == '#';
}

static bool starts_document(mlo_str line, const void *ctx) {
  (void)ctx;
  return mlo_str_starts(line, MLO_STR("---"));
}

static bool starts_entry(mlo_str line, const void *ctx) {
  const block *in = ctx;
  if (is_blank(line) || indent_of(line) != in->indent) return false;
  return !memchr("]})", line.ptr[in->indent], 3) && is_dash(line, in->indent) == in->list;
}

static bool any_line(mlo_str line, const void *ctx) {
  (void)line, (void)ctx;
  return true;
}

/* The first line with content tells what block this is. */
static block block_of(const reader *self, mlo_span span) {
  mlo_span line;
  for (uint32_t at = span.start;
       mlo_next_piece(self->paint, &at, span.end, any_line, NULL, &line);) {
    mlo_str text = mlo_span_of(self->paint, line);
    if (is_blank(text) || is_document_mark(text)) continue;
    return (block){indent_of(text), is_dash(text, indent_of(text))};
  }
  return (block){0};
}

static bool has_content(const reader *self, mlo_span span) {
  mlo_span line;
  for (uint32_t at = span.start; mlo_next_piece(self->paint, &at, span.end, any_line, NULL, &line);)
    if (!is_blank(mlo_span_of(self->paint, line)) && self->paint.ptr[line.start] != '%')
      return true;
  return false;
}

static mlo_status parse(reader *self, mlo_span span, mlo_tree *tree) {
  mlo_status status =
      mlo_parser_parse(self->parser, MLO_FORMAT_YAML, mlo_span_of(self->paint, span),
                       self->builder->arena, tree, self->err);
  self->tree = tree;
  self->base = span.start;
  return status;
}

/* Where the grammar gave up: behind what its error covers. */
static mlo_span error_span(const reader *self, const mlo_tree *tree, mlo_span span) {
  const mlo_tree_node *error = &tree->nodes[tree->first_error];
  uint32_t at = span.start + (error->kind == MLO_KIND_ERROR ? error->end : error->start);
  while (at < span.end && memchr(" \r\n", self->text.ptr[at], 3)) at++;
  if (at >= span.end && span.end > span.start) at = span.end - 1;
  return (mlo_span){at, at < self->text.len ? at + 1 : at};
}

/* A tab in the indentation is what people can't see: look for one before anything else is blamed. */
static bool find_tab(const reader *self, mlo_span span, mlo_span *place) {
  mlo_span line;
  for (uint32_t at = span.start;
       mlo_next_piece(self->paint, &at, span.end, any_line, NULL, &line);) {
    mlo_str text = mlo_span_of(self->paint, line);
    uint32_t indent = indent_of(text);
    if (indent == text.len || text.ptr[indent] != '\t' || !mlo_str_trim(text).len) continue;
    *place = (mlo_span){line.start + indent, line.start + indent + 1};
    return true;
  }
  return false;
}

static void note_error(reader *self, const mlo_tree *tree, mlo_span span) {
  mlo_span place = error_span(self, tree, span);
  char c = place.start < self->text.len ? self->text.ptr[place.start] : 0;
  const char *why = "this can't be read as YAML";
  if (find_tab(self, span, &place))
    why = "a tab in the indentation: YAML wants spaces";
  else if (c == ':')
    why = "a \": \" that fits no entry: check the indentation, or put the text in quotes";
  else if (c == '@' || c == '`' || c == '%')
    why = "a plain value can't start with this character: put it in quotes";
  mlo_builder_broken(self->builder, place, "%s", why);
}

static void own_paint(reader *self) {
  if (self->painted) return;
  self->painted = MLO_NEW_ARRAY(self->builder->arena, char, self->text.len);
  memcpy(self->painted, self->text.ptr, self->text.len);
  self->paint = mlo_str_of(self->painted, self->text.len);
}

static void paint_over(reader *self, uint32_t start, uint32_t end) {
  own_paint(self);
  for (uint32_t i = start; i < end; i++)
    if (self->painted[i] != '\n' && self->painted[i] != '\r') self->painted[i] = ' ';
}

/* `key:` with nothing but a comment behind it: the span of the key, or an empty one. */
static mlo_span bare_key(const reader *self, mlo_span line) {
  mlo_str text = mlo_span_of(self->paint, line);
  size_t comment = mlo_str_find(text, MLO_STR(" #"));
  text = mlo_str_trim(mlo_str_slice(text, 0, comment));
  if (text.len < 2 || text.ptr[text.len - 1] != ':') return (mlo_span){0};
  uint32_t start = (uint32_t)(text.ptr - self->paint.ptr);
  return (mlo_span){start, start + (uint32_t)text.len - 1};
}

static mlo_str unquoted(mlo_str key) {
  bool quoted = key.len >= 2 && (key.ptr[0] == '"' || key.ptr[0] == '\'') &&
                key.ptr[key.len - 1] == key.ptr[0];
  return quoted ? mlo_str_slice(key, 1, key.len - 1) : key;
}

enum { CUTS_DEEP = 12 };

/* A block whose entries are read one by one. */
typedef struct cutting {
  reader *reader;
  block block;
  mlo_value parent;
  mlo_key key;
  mlo_value container; /* made with the first entry */
  unsigned cuts;       /* blocks around this one that were cut */
} cutting;

static mlo_status recover(reader *self, mlo_value parent, mlo_key key, mlo_span span,
                          unsigned cuts);

/* Adds what a whole entry (or several) says to the container of its block. */
static void add_entry(reader *self, mlo_value container, unsigned depth) {
  mlo_node document = mlo_tree_first_child(self->tree, 0);
  while (document != MLO_NO_NODE && kind_of(self, document) != DOCUMENT)
    document = mlo_tree_next(self->tree, document);
  if (document == MLO_NO_NODE) return;
  content what = content_of(self, root_of(self, document));
  bool list = mlo_builder_at(self->builder, container)->kind == MLO_VALUE_LIST;
  unsigned kind = kind_of(self, what.value);
  if (kind == (list ? BLOCK_SEQUENCE : BLOCK_MAPPING))
    add_children(self, container, what.value, depth);
  else if (what.value != MLO_NO_NODE)
    mlo_builder_broken(self->builder, span_of(self, what.value),
                       "this is no entry of the block it stands in");
}

/* An entry that can't be read as a whole: its key or dash is kept and what stands below is read by itself. */
static mlo_status cut_entry(reader *self, mlo_value container, mlo_span entry, block in,
                            const mlo_tree *tree, unsigned cuts) {
  uint32_t at = entry.start;
  mlo_span line;
  mlo_next_piece(self->paint, &at, entry.end, any_line, NULL, &line);
  mlo_span key = in.list ? (mlo_span){0} : bare_key(self, line);
  bool below = !mlo_str_trim(mlo_str_slice(self->paint, line.end, entry.end)).len;
  if (cuts >= CUTS_DEEP || below || (!in.list && !key.end)) {
    note_error(self, tree, entry);
    return MLO_OK;
  }
  mlo_key name = {unquoted(mlo_span_of(self->text, key)), key};
  if (in.list)
    paint_over(self, line.start + in.indent, line.start + in.indent + 1);
  else
    paint_over(self, line.start, line.end);
  return recover(self, container, in.list ? MLO_NO_KEY : name,
                 in.list ? entry : (mlo_span){line.end, entry.end}, cuts + 1);
}

static void open_container(cutting *self, mlo_span run) {
  mlo_builder *builder = self->reader->builder;
  if (self->container == MLO_NO_VALUE)
    self->container = self->block.list ? mlo_builder_list(builder, self->parent, self->key, run)
                                       : mlo_builder_map(builder, self->parent, self->key, run);
  mlo_builder_at(builder, self->container)->span.end = trimmed(self->reader, run).end;
}

static mlo_status read_run(void *ctx, mlo_span run, bool single, bool *done) {
  cutting *self = ctx;
  mlo_tree tree;
  *done = !has_content(self->reader, run);
  if (*done) return MLO_OK;
  if (self->reader->parses == MLO_RESCUE_PARSES) {
    mlo_builder_broken(self->reader->builder, run, "too much of this can't be read as YAML");
    *done = true;
    return MLO_OK;
  }
  self->reader->parses++;
  mlo_status status = parse(self->reader, run, &tree);
  *done = status == MLO_OK && (single || tree.first_error == MLO_NO_NODE);
  if (!*done) return status;
  open_container(self, run);
  if (tree.first_error != MLO_NO_NODE)
    return cut_entry(self->reader, self->container, run, self->block, &tree, self->cuts);
  add_entry(self->reader, self->container, self->cuts + 1);
  return MLO_OK;
}

static mlo_status recover(reader *self, mlo_value parent, mlo_key key, mlo_span span,
                          unsigned cuts) {
  cutting cut = {self, block_of(self, span), parent, key, MLO_NO_VALUE, cuts};
  return mlo_rescue_span(&(mlo_rescue){.text = self->paint,
                                       .starts = starts_entry,
                                       .starts_ctx = &cut.block,
                                       .read = read_run,
                                       .reader = &cut},
                         span, self->builder->arena);
}

/* One document of a broken text: most often it is another one that is broken. */
static mlo_status recover_document(reader *self, mlo_value parent, mlo_key key, mlo_span span,
                                   bool first_only) {
  mlo_tree tree;
  mlo_status status = parse(self, span, &tree);
  if (status != MLO_OK) return status;
  if (tree.first_error == MLO_NO_NODE) {
    add_documents(self, parent, key, first_only);
    return MLO_OK;
  }
  self->anchors.len = self->anchors.cap = 0;
  bool marked = is_document_mark(mlo_span_of(self->paint, span));
  if (marked) paint_over(self, span.start, span.start + 3);
  return recover(self, parent, key, span, 0);
}

static mlo_status recover_documents(reader *self, mlo_value parent, mlo_key key, mlo_span span,
                                    bool first_only) {
  mlo_status status = MLO_OK;
  mlo_span document;
  for (uint32_t at = span.start;
       status == MLO_OK &&
       mlo_next_piece(self->paint, &at, span.end, starts_document, NULL, &document);) {
    if (!has_content(self, document)) continue;
    status = recover_document(self, parent, key, document, first_only);
    if (first_only) break;
  }
  return status;
}

/* --- aliases --- */

/* An alias becomes a second view of what its anchor names: own key, place and bytes, shared children. An anchor
 * always stands before its alias, so one pass in order resolves chains. */
static void resolve_aliases(reader *self) {
  for (uint32_t i = 0; i < self->aliases.len; i++) {
    mlo_value_node *alias = mlo_builder_at(self->builder, self->aliases.items[i]);
    const mlo_value_node *target = mlo_builder_at(self->builder, alias->target);
    mlo_value_node view = *target;
    view.span = alias->span;
    view.key = alias->key;
    view.key_span = alias->key_span;
    view.parent = alias->parent;
    view.next = alias->next;
    view.target = alias->target;
    *alias = view;
  }
}

/* --- depth ---
 * The grammar's scanner keeps the blocks that are open in 1 KiB: room for 253, and it does not look. So texts that
 * could open more are not given to it. Counted are the columns at which blocks may have begun: of each line, and of
 * each dash and question mark in it. */

enum { COLUMNS_OPEN = 200 };

typedef struct columns {
  uint32_t open[COLUMNS_OPEN];
  uint32_t count;
} columns;

static bool open_column(columns *self, uint32_t column) {
  if (self->count == COLUMNS_OPEN) return false;
  self->open[self->count++] = column;
  return true;
}

static bool is_mark(mlo_str line, uint32_t at) {
  return memchr("-?:", line.ptr[at], 3) && (at == 0 || memchr(" \t", line.ptr[at - 1], 2)) &&
         (at + 1 == line.len || memchr(" \t\r\n", line.ptr[at + 1], 4));
}

/* A colon opens a block only among the marks that the line begins with. */
static bool open_columns(columns *self, mlo_str line) {
  uint32_t indent = indent_of(line);
  while (self->count && self->open[self->count - 1] >= indent) self->count--;
  if (!open_column(self, indent)) return false;
  bool leading = true;
  for (uint32_t at = indent; at < line.len; at++) {
    bool mark = is_mark(line, at);
    if (mark && (leading || line.ptr[at] != ':') && !open_column(self, at + 1)) return false;
    leading = leading && (mark || memchr(" \t", line.ptr[at], 2));
  }
  return true;
}

static bool is_too_deep(reader *self, mlo_span span) {
  columns open = {.count = 0};
  mlo_span line;
  for (uint32_t at = span.start;
       mlo_next_piece(self->paint, &at, span.end, any_line, NULL, &line);) {
    mlo_str text = mlo_span_of(self->paint, line);
    if (is_blank(text) || open_columns(&open, text)) continue;
    mlo_builder_broken(self->builder, line, "blocks are nested deeper than %d: not read",
                       (int)COLUMNS_OPEN);
    return true;
  }
  return false;
}

/* The grammar takes a NUL for the end of the text: what stands behind it would be lost without a word. */
static void paint_nuls(reader *self, mlo_span span) {
  for (uint32_t at = span.start; at < span.end; at++) {
    const char *nul = memchr(self->text.ptr + at, 0, span.end - at);
    if (!nul) return;
    at = (uint32_t)(nul - self->text.ptr);
    own_paint(self);
    self->painted[at] = 'x';
    mlo_builder_broken(self->builder, (mlo_span){at, at + 1}, "a NUL byte");
  }
}

static mlo_status read_below(mlo_builder *builder, mlo_parser *parser, mlo_value parent,
                             mlo_key key, mlo_span span, bool first_only, mlo_error *err) {
  reader self = {.builder = builder,
                 .parser = parser,
                 .text = builder->document->text,
                 .paint = builder->document->text,
                 .kinds = {.names = kind_names},
                 .err = err};
  char *painted = mlo_yaml_paint_templates(self.text, span, builder->arena);
  if (painted) {
    self.painted = painted;
    self.paint = mlo_str_of(painted, self.text.len);
  }
  paint_nuls(&self, span);
  if (is_too_deep(&self, span)) return MLO_OK;
  mlo_tree tree;
  mlo_status status = parse(&self, span, &tree);
  if (status != MLO_OK) return status;
  if (tree.first_error == MLO_NO_NODE)
    add_documents(&self, parent, key, first_only);
  else
    status = recover_documents(&self, parent, key, span, first_only);
  resolve_aliases(&self);
  return status;
}

mlo_status mlo_read_yaml(mlo_document *out, mlo_parser *parser, mlo_arena *arena, mlo_error *err) {
  mlo_builder builder = mlo_builder_of(out, arena);
  return read_below(&builder, parser, 0, MLO_NO_KEY, (mlo_span){0, (uint32_t)out->text.len}, false,
                    err);
}

mlo_status mlo_read_yaml_below(mlo_builder *self, mlo_parser *parser, mlo_value parent, mlo_key key,
                               mlo_span span, mlo_error *err) {
  return read_below(self, parser, parent, key, span, true, err);
}
