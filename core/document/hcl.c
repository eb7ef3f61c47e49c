/* hcl: Terraform and its kin, from the grammar's tree. resource "a" "b" { x = 1 } is resource.a.b[0].x.
 *
 * A text that does not parse is cut at its top-level blocks; in a block that does not parse the attributes with an
 * error in them are left out. */
#include "document/builder.h"

enum kind {
  BODY,
  OBJECT,
  ATTRIBUTE,
  BLOCK,
  IDENTIFIER,
  STRING_LIT,
  EXPRESSION,
  LITERAL_VALUE,
  NUMERIC_LIT,
  BOOL_LIT,
  NULL_LIT,
  TEMPLATE_EXPR,
  QUOTED_TEMPLATE,
  HEREDOC,
  COLLECTION,
  TUPLE,
  OBJECT_ELEM,
  COMMENT,
};

static const mlo_str kind_names[] = {
    [BODY] = MLO_STR_INIT("body"),
    [OBJECT] = MLO_STR_INIT("object"),
    [ATTRIBUTE] = MLO_STR_INIT("attribute"),
    [BLOCK] = MLO_STR_INIT("block"),
    [IDENTIFIER] = MLO_STR_INIT("identifier"),
    [STRING_LIT] = MLO_STR_INIT("string_lit"),
    [EXPRESSION] = MLO_STR_INIT("expression"),
    [LITERAL_VALUE] = MLO_STR_INIT("literal_value"),
    [NUMERIC_LIT] = MLO_STR_INIT("numeric_lit"),
    [BOOL_LIT] = MLO_STR_INIT("bool_lit"),
    [NULL_LIT] = MLO_STR_INIT("null_lit"),
    [TEMPLATE_EXPR] = MLO_STR_INIT("template_expr"),
    [QUOTED_TEMPLATE] = MLO_STR_INIT("quoted_template"),
    [HEREDOC] = MLO_STR_INIT("heredoc_template"),
    [COLLECTION] = MLO_STR_INIT("collection_value"),
    [TUPLE] = MLO_STR_INIT("tuple"),
    [OBJECT_ELEM] = MLO_STR_INIT("object_elem"),
    [COMMENT] = MLO_STR_INIT("comment"),
    {0},
};

typedef struct reader {
  mlo_builder builder;
  mlo_parser *parser;
  mlo_str text;
  const mlo_tree *tree;
  uint32_t base;
  mlo_value root;
  uint32_t parses;
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

static mlo_str text_of(const reader *self, mlo_node node) {
  return mlo_span_of(self->text, span_of(self, node));
}

static mlo_node child_of(reader *self, mlo_node node, unsigned kind) {
  mlo_node at = mlo_tree_first_child(self->tree, node);
  while (at != MLO_NO_NODE && kind_of(self, at) != kind) at = mlo_tree_next(self->tree, at);
  return at;
}

/* --- strings --- */

/* Escapes, and $${ and %%{ for a literal ${ and %{. */
static mlo_str decode(reader *self, mlo_str raw) {
  mlo_decoded out = {0};
  if (mlo_str_find_char(raw, '\\') == SIZE_MAX && !mlo_str_contains(raw, MLO_STR("$${")) &&
      !mlo_str_contains(raw, MLO_STR("%%{")))
    return raw;
  for (size_t at = 0; at < raw.len;) {
    mlo_str three = mlo_str_slice(raw, at, at + 3);
    if (mlo_str_eq(three, MLO_STR("$${")) || mlo_str_eq(three, MLO_STR("%%{"))) at++;
    char c = raw.ptr[at++];
    if (c == '\\')
      mlo_decode_escape(raw, &at, &out, self->builder.arena);
    else
      MLO_PUSH(self->builder.arena, &out, c);
  }
  return mlo_decoded_str(&out);
}

static mlo_span inside_quotes(mlo_span span) {
  return span.end >= span.start + 2 ? (mlo_span){span.start + 1, span.end - 1} : span;
}

static uint32_t indent_of(mlo_str line) {
  uint32_t indent = 0;
  while (indent < line.len && memchr(" \t", line.ptr[indent], 2)) indent++;
  return indent;
}

static uint32_t least_indent(mlo_str body) {
  uint32_t least = UINT32_MAX;
  for (mlo_str rest = body; rest.ptr;) {
    mlo_str line = mlo_str_cut(&rest, '\n');
    if (mlo_str_trim(line).len && indent_of(line) < least) least = indent_of(line);
  }
  return least == UINT32_MAX ? 0 : least;
}

static mlo_str outdented(reader *self, mlo_str body, uint32_t by) {
  mlo_decoded out = {0};
  for (mlo_str rest = body; rest.ptr;) {
    mlo_str line = mlo_str_cut(&rest, '\n');
    mlo_decoded_add(&out, mlo_str_from(line, indent_of(line) < by ? indent_of(line) : by),
                    self->builder.arena);
    if (rest.ptr) MLO_PUSH(self->builder.arena, &out, '\n');
  }
  return mlo_decoded_str(&out);
}

/* From the line behind the opening to the line end before the closing word. */
static mlo_value_node heredoc_node(reader *self, mlo_span span) {
  mlo_str raw = mlo_span_of(self->text, span);
  size_t first = mlo_str_find_char(raw, '\n'), last = mlo_str_rfind_char(raw, '\n');
  mlo_span inner = {span.end, span.end};
  if (first != SIZE_MAX && last > first)
    inner = (mlo_span){span.start + (uint32_t)first + 1, span.start + (uint32_t)last + 1};
  mlo_str body = mlo_span_of(self->text, inner);
  if (mlo_str_starts(raw, MLO_STR("<<-"))) body = outdented(self, body, least_indent(body));
  return (mlo_value_node){.kind = MLO_VALUE_STRING, .span = span, .inner = inner, .text = body};
}

/* --- values --- */

static void add_expression(reader *self, mlo_value parent, mlo_key key, mlo_node node,
                           unsigned depth);

/* The only child of an expression, or MLO_NO_NODE when it has several parts or brackets around it. */
static mlo_node only_child(reader *self, mlo_node node) {
  mlo_node found = MLO_NO_NODE;
  for (mlo_node at = mlo_tree_first_child(self->tree, node); at != MLO_NO_NODE;
       at = mlo_tree_next(self->tree, at)) {
    if (kind_of(self, at) == COMMENT) continue;
    if (found != MLO_NO_NODE) return MLO_NO_NODE;
    found = at;
  }
  if (found == MLO_NO_NODE || span_of(self, found).start != span_of(self, node).start)
    return MLO_NO_NODE;
  return found;
}

/* The scalar that a node is, seen through the nodes around it; its source text if it is no literal. */
static mlo_value_node scalar_node(reader *self, mlo_node node) {
  mlo_span span = span_of(self, node);
  mlo_str text = mlo_span_of(self->text, span);
  mlo_value_node source = {.kind = MLO_VALUE_STRING, .span = span, .inner = span, .text = text};
  mlo_value_node number = source;
  if (mlo_number_of(text, &number)) return number;
  while (node != MLO_NO_NODE) {
    switch (kind_of(self, node)) {
    case STRING_LIT:
    case QUOTED_TEMPLATE:
      source.inner = inside_quotes(span);
      source.text = decode(self, mlo_span_of(self->text, source.inner));
      return source;
    case HEREDOC: return heredoc_node(self, span);
    case NULL_LIT: source.kind = MLO_VALUE_NULL; return source;
    case BOOL_LIT:
      source.kind = MLO_VALUE_BOOL;
      source.boolean = mlo_str_eq(text, MLO_STR("true"));
      return source;
    case EXPRESSION:
    case LITERAL_VALUE:
    case TEMPLATE_EXPR: node = only_child(self, node); break;
    default: return source;
    }
  }
  return source;
}

static mlo_node last_expression(reader *self, mlo_node element) {
  mlo_node found = MLO_NO_NODE;
  for (mlo_node at = mlo_tree_first_child(self->tree, element); at != MLO_NO_NODE;
       at = mlo_tree_next(self->tree, at))
    if (kind_of(self, at) == EXPRESSION) found = at;
  return found;
}

static void add_element(reader *self, mlo_value map, mlo_node element, unsigned depth) {
  mlo_node key = mlo_tree_field(self->tree, element, MLO_FIELD_KEY);
  mlo_node value = last_expression(self, element);
  if (key == MLO_NO_NODE || value == MLO_NO_NODE || value == key) return;
  mlo_value_node name = scalar_node(self, key);
  add_expression(self, map, (mlo_key){name.text, name.span}, value, depth);
}

static void add_collection(reader *self, mlo_value parent, mlo_key key, mlo_node node,
                           unsigned depth) {
  mlo_span span = span_of(self, node);
  if (depth >= MLO_DOCUMENT_DEPTH) {
    mlo_builder_broken(&self->builder, span, "nested deeper than %d", (int)MLO_DOCUMENT_DEPTH);
    return;
  }
  mlo_value container = kind_of(self, node) == OBJECT
                            ? mlo_builder_map(&self->builder, parent, key, span)
                            : mlo_builder_list(&self->builder, parent, key, span);
  for (mlo_node at = mlo_tree_first_child(self->tree, node); at != MLO_NO_NODE;
       at = mlo_tree_next(self->tree, at)) {
    unsigned kind = kind_of(self, at);
    if (kind == OBJECT_ELEM) add_element(self, container, at, depth + 1);
    if (kind == EXPRESSION) add_expression(self, container, MLO_NO_KEY, at, depth + 1);
  }
}

static void add_expression(reader *self, mlo_value parent, mlo_key key, mlo_node node,
                           unsigned depth) {
  mlo_node inside = only_child(self, node);
  if (kind_of(self, inside) == COLLECTION) inside = mlo_tree_first_child(self->tree, inside);
  unsigned kind = kind_of(self, inside);
  if (kind == TUPLE || kind == OBJECT)
    add_collection(self, parent, key, inside, depth);
  else
    mlo_builder_add(&self->builder, parent, key, scalar_node(self, node));
}

/* --- bodies --- */

static void add_body(reader *self, mlo_value map, mlo_node body, unsigned depth);

/* An error node, or one of no width, which the grammar made up. */
static bool has_error(const reader *self, mlo_node node) {
  mlo_node end = mlo_tree_skip(self->tree, node);
  for (mlo_node at = node; at < end; at++)
    if (self->tree->nodes[at].kind == MLO_KIND_ERROR ||
        self->tree->nodes[at].start == self->tree->nodes[at].end)
      return true;
  return false;
}

static void add_attribute(reader *self, mlo_value map, mlo_node attribute, unsigned depth) {
  mlo_node name = child_of(self, attribute, IDENTIFIER),
           value = child_of(self, attribute, EXPRESSION);
  if (name == MLO_NO_NODE || value == MLO_NO_NODE) return;
  if (self->tree->first_error != MLO_NO_NODE && has_error(self, attribute)) return;
  add_expression(self, map, (mlo_key){text_of(self, name), span_of(self, name)}, value, depth);
}

enum { LABELS = 16 };

static mlo_key label_of(reader *self, mlo_node node) {
  mlo_span span = span_of(self, node);
  if (kind_of(self, node) == IDENTIFIER) return (mlo_key){mlo_span_of(self->text, span), span};
  return (mlo_key){decode(self, mlo_span_of(self->text, inside_quotes(span))), span};
}

/* The type and the labels are keys; the block is an item of the list below the last of them. */
static void add_block(reader *self, mlo_value parent, mlo_node block, unsigned depth) {
  mlo_key labels[LABELS];
  uint32_t count = 0;
  mlo_node at = mlo_tree_first_child(self->tree, block);
  for (; at != MLO_NO_NODE && count < LABELS; at = mlo_tree_next(self->tree, at)) {
    unsigned kind = kind_of(self, at);
    if (kind == IDENTIFIER || kind == STRING_LIT) labels[count++] = label_of(self, at);
  }
  mlo_span span = span_of(self, block);
  if (!count) return;
  if (depth + count >= MLO_DOCUMENT_DEPTH) {
    mlo_builder_broken(&self->builder, span, "nested deeper than %d", (int)MLO_DOCUMENT_DEPTH);
    return;
  }
  for (uint32_t i = 0; i < count; i++)
    parent = mlo_builder_place(&self->builder, parent, labels[i],
                               i + 1 == count ? MLO_VALUE_LIST : MLO_VALUE_MAP, span);
  mlo_value item = mlo_builder_map(&self->builder, parent, MLO_NO_KEY, span);
  mlo_node body = child_of(self, block, BODY);
  if (body != MLO_NO_NODE) add_body(self, item, body, depth + count + 1);
}

static void add_body(reader *self, mlo_value map, mlo_node body, unsigned depth) {
  for (mlo_node at = mlo_tree_first_child(self->tree, body); at != MLO_NO_NODE;
       at = mlo_tree_next(self->tree, at)) {
    unsigned kind = kind_of(self, at);
    if (kind == ATTRIBUTE) add_attribute(self, map, at, depth);
    if (kind == BLOCK) add_block(self, map, at, depth);
    if (kind == OBJECT_ELEM) add_element(self, map, at, depth);
  }
}

static void add_tree(reader *self) {
  mlo_node first = mlo_tree_first_child(self->tree, 0);
  for (mlo_node at = first; at != MLO_NO_NODE; at = mlo_tree_next(self->tree, at))
    if (kind_of(self, at) == BODY || kind_of(self, at) == OBJECT) add_body(self, self->root, at, 1);
  add_body(self, self->root, 0,
           1); /* an error at the top leaves blocks without a body around them */
}

static bool starts_block(mlo_str line, const void *ctx) {
  (void)ctx;
  char c = line.len ? line.ptr[0] : 0;
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static mlo_status parse(reader *self, mlo_span span, mlo_tree *tree) {
  self->tree = tree;
  self->base = span.start;
  return mlo_parser_parse(self->parser, MLO_FORMAT_HCL, mlo_span_of(self->text, span),
                          self->builder.arena, tree, self->err);
}

static mlo_status read_run(void *ctx, mlo_span run, bool single, bool *done) {
  reader *self = ctx;
  mlo_tree tree;
  *done = self->parses == MLO_RESCUE_PARSES;
  if (*done) {
    mlo_builder_broken(&self->builder, run, "this can't be read as HCL");
    return MLO_OK;
  }
  self->parses++;
  mlo_status status = parse(self, run, &tree);
  *done = status == MLO_OK && (single || tree.first_error == MLO_NO_NODE);
  if (!*done) return status;
  if (tree.first_error != MLO_NO_NODE)
    mlo_builder_broken(&self->builder, span_of(self, tree.first_error),
                       "this can't be read as HCL");
  add_tree(self);
  return MLO_OK;
}

mlo_status mlo_read_hcl(mlo_document *out, mlo_parser *parser, mlo_arena *arena, mlo_error *err) {
  reader self = {.builder = mlo_builder_of(out, arena),
                 .parser = parser,
                 .text = out->text,
                 .kinds = {.names = kind_names},
                 .err = err};
  mlo_span all = {0, (uint32_t)out->text.len};
  self.root = mlo_builder_map(&self.builder, 0, MLO_NO_KEY, all);
  mlo_tree tree;
  mlo_status status = parse(&self, all, &tree);
  if (status != MLO_OK) return status;
  if (tree.first_error != MLO_NO_NODE)
    return mlo_rescue_span(
        &(mlo_rescue){.text = out->text, .starts = starts_block, .read = read_run, .reader = &self},
        all, arena);
  add_tree(&self);
  return MLO_OK;
}
