#include "match/pattern.h"

#include "facts/known.h"
#include "match/mask.h"
#include "match/name_pattern.h"

enum { MOST_NODES = 4000 };

/* A pattern that is being made. */
typedef struct compiling {
  const mlo_mask *mask;
  mlo_tree tree;
  mlo_facts facts; /* of the pattern itself: they know its constants */
  mlo_part *parts;
  mlo_variables *variables;
  mlo_arena *arena;
  mlo_error *err;
} compiling;

static mlo_status fail(compiling *self, uint32_t at, const char *why) {
  mlo_str place = mlo_mask_place(self->mask, at, self->arena);
  return mlo_error_set(self->err, MLO_ERR_RULE, (mlo_str){0}, "%.*s: %s", MLO_FMT(place), why);
}

/* --- metavariables --------------------------------------------------------------------------- */

uint8_t mlo_variables_find(const mlo_variables *self, mlo_str name) {
  while (name.len && strchr("$.", name.ptr[0])) name = mlo_str_from(name, 1);
  for (uint32_t i = 0; i < self->count; i++)
    if (mlo_str_eq(self->names[i], name)) return (uint8_t)i;
  return MLO_NO_VARIABLE;
}

static mlo_status number_variable(compiling *self, const mlo_mark *mark, uint8_t *out) {
  *out = MLO_NO_VARIABLE;
  if (!mark->name.len) return MLO_OK;
  mlo_variables *known = self->variables;
  bool many = mark->kind == MLO_MARK_ELLIPSIS;
  *out = mlo_variables_find(known, mark->name);
  if (*out != MLO_NO_VARIABLE)
    return known->many[*out] == many
               ? MLO_OK
               : fail(self, mark->at, "$X and $...X are different things: give them two names");
  if (known->count == MLO_MOST_VARIABLES)
    return fail(self, mark->at, "more than 32 metavariables in one rule");
  *out = (uint8_t)known->count;
  known->names[known->count] = mlo_arena_str(self->arena, mark->name);
  known->many[known->count++] = many;
  return MLO_OK;
}

static bool mark_fits(const compiling *self, const mlo_mark *mark, mlo_node node) {
  uint8_t kind = self->tree.nodes[node].kind;
  switch (mark->kind) {
  case MLO_MARK_VARIABLE: return kind == MLO_PY_IDENTIFIER;
  case MLO_MARK_ELLIPSIS: return kind == MLO_PY_IDENTIFIER || kind == MLO_PY_DICT_SPLAT;
  case MLO_MARK_DEEP: return kind == MLO_PY_PARENTHESIZED;
  }
  return false;
}

static mlo_status place_mark(compiling *self, const mlo_mark *mark) {
  static const mlo_part_role roles[] = {MLO_PART_VARIABLE, MLO_PART_ELLIPSIS, MLO_PART_DEEP};
  mlo_node node = mlo_tree_at(&self->tree, (mlo_span){mark->at, mark->at + 1});
  while (node != MLO_NO_NODE && !mark_fits(self, mark, node)) {
    node = mlo_tree_parent(&self->tree, node);
    if (node != MLO_NO_NODE && self->tree.nodes[node].start != mark->at) node = MLO_NO_NODE;
  }
  if (node == MLO_NO_NODE || self->tree.nodes[node].start != mark->at)
    return fail(self, mark->at, "this can't stand here");
  mlo_part *part = &self->parts[node];
  part->role = roles[mark->kind];
  part->type = mlo_arena_str(self->arena, mark->type);
  return number_variable(self, mark, &part->variable);
}

/* --- what the other nodes stand for ---------------------------------------------------------- */

/* The only child of a node that is nothing but a wrapper, or MLO_NO_NODE. */
static mlo_node wrapped(const mlo_tree *tree, mlo_node node) {
  static const uint8_t wrappers[] = {MLO_PY_EXPRESSION_STATEMENT, MLO_PY_TYPE,
                                     MLO_PY_DOTTED_NAME,          MLO_PY_WITH_ITEM,
                                     MLO_PY_AS_PATTERN_TARGET,    MLO_PY_CASE_PATTERN};
  for (size_t i = 0; i < sizeof wrappers; i++) {
    if (tree->nodes[node].kind != wrappers[i]) continue;
    mlo_node child = mlo_tree_first_child(tree, node);
    return mlo_tree_next(tree, child) == MLO_NO_NODE ? child : MLO_NO_NODE;
  }
  return MLO_NO_NODE;
}

/* A wrapper of a metavariable is one itself. From the end on, so that inner ones are known first. */
static void lift_marks(compiling *self) {
  for (mlo_node node = self->tree.count; node-- > 0;) {
    mlo_node child = wrapped(&self->tree, node);
    if (child == MLO_NO_NODE) continue;
    mlo_part_role role = self->parts[child].role;
    if (role == MLO_PART_VARIABLE || role == MLO_PART_ELLIPSIS)
      self->parts[node] = self->parts[child];
  }
}

/* True for an identifier that is read or bound as a variable; others are just words. */
static bool is_expression(const mlo_tree *tree, mlo_node node) {
  mlo_node parent = mlo_tree_parent(tree, node);
  uint8_t field = tree->nodes[node].field;
  switch (mlo_tree_kind(tree, parent)) {
  case MLO_PY_ATTRIBUTE: return field != MLO_FIELD_ATTRIBUTE;
  case MLO_PY_KEYWORD_ARGUMENT:
  case MLO_PY_FUNCTION:
  case MLO_PY_CLASS:
  case MLO_PY_DEFAULT_PARAMETER:
  case MLO_PY_TYPED_DEFAULT_PARAMETER: return field != MLO_FIELD_NAME;
  case MLO_PY_TYPED_PARAMETER:
  case MLO_PY_PARAMETERS:
  case MLO_PY_LAMBDA_PARAMETERS:
  case MLO_PY_DOTTED_NAME:
  case MLO_PY_ALIASED_IMPORT:
  case MLO_PY_GLOBAL:
  case MLO_PY_NONLOCAL: return false;
  default: return true;
  }
}

/* a.b.c as a name: its root must be a word of the pattern's, the others may be variables ("a.*.c"). False if the
 * chain holds anything else. */
static bool read_name(compiling *self, mlo_node node, mlo_part *out) {
  const mlo_tree *tree = &self->tree;
  mlo_str name = {0}, last = {0};
  for (mlo_node at = node;; at = mlo_tree_field(tree, at, MLO_FIELD_OBJECT)) {
    bool chain = mlo_tree_kind(tree, at) == MLO_PY_ATTRIBUTE;
    mlo_node word = chain ? mlo_tree_field(tree, at, MLO_FIELD_ATTRIBUTE) : at;
    const mlo_part *part = &self->parts[word];
    bool open = part->role == MLO_PART_VARIABLE;
    if (mlo_tree_kind(tree, word) != MLO_PY_IDENTIFIER || part->role == MLO_PART_ELLIPSIS)
      return false;
    if (open && (!chain || part->type.len)) return false;
    mlo_str text = open ? MLO_STR("*") : mlo_tree_text(tree, word);
    if (at == node && !open) last = text;
    name = name.len ? mlo_arena_join(self->arena, text, ".", name) : text;
    if (open) {
      MLO_PUSH(self->arena, &out->open, part->variable);
      for (uint32_t i = out->open.len; --i > 0;) out->open.items[i] = out->open.items[i - 1];
      out->open.items[0] = part->variable;
    }
    if (!chain) break;
  }
  out->role = MLO_PART_NAME;
  out->name = name;
  out->last = last;
  return true;
}

static void read_string(compiling *self, mlo_node node) {
  const mlo_tree *tree = &self->tree;
  mlo_part *part = &self->parts[node];
  mlo_node start = mlo_tree_first_child(tree, node), content = mlo_tree_next(tree, start);
  mlo_str prefix = mlo_tree_text(tree, start);
  bool formatted =
      mlo_str_find_char(prefix, 'f') != SIZE_MAX || mlo_str_find_char(prefix, 'F') != SIZE_MAX;
  bool any = mlo_str_eq(mlo_tree_text(tree, content), MLO_STR("...")) &&
             mlo_tree_kind(tree, mlo_tree_next(tree, content)) == MLO_PY_STRING_END;
  if (any) part->role = formatted ? MLO_PART_FSTRING : MLO_PART_STRING;
  if (any || formatted) return;
  part->role = MLO_PART_CONSTANT;
  part->constant = mlo_facts_constant(&self->facts, node);
}

/* True if the constant is written here, not put together from the pattern's own assignments. */
static bool is_literal(const mlo_tree *tree, mlo_node node) {
  mlo_node end = mlo_tree_skip(tree, node);
  for (mlo_node at = node; at < end; at++)
    if (tree->nodes[at].kind == MLO_PY_INTERPOLATION || tree->nodes[at].kind == MLO_PY_IDENTIFIER)
      return false;
  return true;
}

static void read_constant(compiling *self, mlo_node node) {
  if (!is_literal(&self->tree, node)) return;
  mlo_constant constant = mlo_facts_constant(&self->facts, node);
  if (constant.kind == MLO_CONSTANT_UNKNOWN || constant.partial) return;
  self->parts[node].role = MLO_PART_CONSTANT;
  self->parts[node].constant = constant;
}

static bool inside_fstring(const mlo_tree *tree, mlo_node node) {
  return mlo_tree_kind(tree, mlo_tree_parent(tree, node)) == MLO_PY_STRING;
}

static void read_part(compiling *self, mlo_node node) {
  const mlo_tree *tree = &self->tree;
  mlo_part *part = &self->parts[node], name = {.variable = MLO_NO_VARIABLE};
  if (part->role != MLO_PART_PLAIN) return;
  switch (tree->nodes[node].kind) {
  case MLO_PY_COMMENT: part->role = MLO_PART_COMMENT; return;
  case MLO_PY_IDENTIFIER:
  case MLO_PY_ATTRIBUTE:
    if (is_expression(tree, node) && read_name(self, node, &name)) *part = name;
    return;
  case MLO_PY_STRING: read_string(self, node); return;
  case MLO_PY_STRING_CONTENT:
    if (inside_fstring(tree, node) && mlo_str_eq(mlo_tree_text(tree, node), MLO_STR("...")))
      part->role = MLO_PART_ELLIPSIS;
    return;
  case MLO_PY_CONCATENATED_STRING:
  case MLO_PY_INTEGER:
  case MLO_PY_FLOAT:
  case MLO_PY_TRUE:
  case MLO_PY_FALSE:
  case MLO_PY_NONE:
  case MLO_PY_UNARY_OPERATOR: read_constant(self, node); return;
  default: return;
  }
}

/* A call knows the last part of its callee, so that most calls are ruled out at a glance. */
static void read_callees(compiling *self) {
  for (mlo_node node = 0; node < self->tree.count; node++) {
    if (self->tree.nodes[node].kind != MLO_PY_CALL) continue;
    mlo_node callee = mlo_tree_field(&self->tree, node, MLO_FIELD_FUNCTION);
    mlo_node word = mlo_tree_field(&self->tree, callee, MLO_FIELD_ATTRIBUTE);
    if (callee == MLO_NO_NODE) continue;
    mlo_part *part = &self->parts[node];
    if (self->parts[callee].role == MLO_PART_NAME)
      part->last = self->parts[callee].last;
    else if (word != MLO_NO_NODE && self->parts[word].role == MLO_PART_PLAIN)
      part->last = mlo_tree_text(&self->tree, word);
  }
}

/* --- the whole ------------------------------------------------------------------------------- */

static mlo_node next_part(const compiling *self, mlo_node node) {
  while (node != MLO_NO_NODE && self->parts[node].role == MLO_PART_COMMENT)
    node = self->tree.nodes[node].next;
  return node;
}

/* One statement that is an expression is that expression. */
static mlo_status find_root(compiling *self, mlo_pattern *out) {
  mlo_node first = next_part(self, mlo_tree_first_child(&self->tree, 0));
  if (first == MLO_NO_NODE) return fail(self, 0, "an empty pattern");
  mlo_node second = next_part(self, self->tree.nodes[first].next);
  out->root = first;
  out->sequence = second != MLO_NO_NODE;
  out->opens = out->sequence && self->parts[first].role == MLO_PART_ELLIPSIS;
  if (!out->sequence && self->tree.nodes[first].kind == MLO_PY_EXPRESSION_STATEMENT) {
    mlo_node child = next_part(self, mlo_tree_first_child(&self->tree, first));
    if (mlo_tree_next(&self->tree, child) == MLO_NO_NODE) out->root = child;
  }
  while (self->tree.nodes[out->root].kind == MLO_PY_PARENTHESIZED &&
         self->parts[out->root].role == MLO_PART_PLAIN)
    out->root = mlo_tree_first_child(&self->tree, out->root);
  return MLO_OK;
}

static mlo_status parse(compiling *self, mlo_parser *parser) {
  mlo_status status = mlo_parser_parse(parser, MLO_FORMAT_PYTHON, self->mask->text, self->arena,
                                       &self->tree, self->err);
  if (status != MLO_OK) return status;
  mlo_node broken = self->tree.first_error;
  if (broken != MLO_NO_NODE)
    return fail(self, self->tree.nodes[broken].start,
                "this is no Python (a pattern is whole expressions or statements)");
  if (self->tree.count > MOST_NODES) return fail(self, 0, "the pattern is too long");
  return MLO_OK;
}

mlo_status mlo_pattern_compile(mlo_parser *parser, mlo_str text, mlo_variables *variables,
                               mlo_arena *arena, mlo_pattern *out, mlo_error *err) {
  mlo_mask *mask = MLO_NEW(arena, mlo_mask);
  mlo_status status = mlo_mask_make(text, arena, mask, err);
  if (status != MLO_OK) return status;
  compiling self = {.mask = mask, .variables = variables, .arena = arena, .err = err};
  status = parse(&self, parser);
  if (status != MLO_OK) return status;
  self.parts = MLO_NEW_ARRAY(arena, mlo_part, self.tree.count);
  for (mlo_node i = 0; i < self.tree.count; i++) self.parts[i].variable = MLO_NO_VARIABLE;
  for (uint32_t i = 0; i < mask->marks.len && status == MLO_OK; i++)
    status = place_mark(&self, &mask->marks.items[i]);
  if (status != MLO_OK) return status;
  mlo_facts_build(&self.tree, arena, &self.facts);
  lift_marks(&self);
  for (mlo_node i = 0; i < self.tree.count; i++) read_part(&self, i);
  read_callees(&self);
  *out = (mlo_pattern){.source = mask->source, .tree = self.tree, .parts = self.parts};
  return find_root(&self, out);
}

bool mlo_pattern_takes_all(const mlo_pattern *self) {
  mlo_node root = self->root;
  if (self->sequence) return false;
  while (self->parts[root].role == MLO_PART_DEEP) root = mlo_tree_first_child(&self->tree, root);
  mlo_part_role role = self->parts[root].role;
  return (role == MLO_PART_VARIABLE && !self->parts[root].type.len) || role == MLO_PART_ELLIPSIS;
}

/* --- literals -------------------------------------------------------------------------------- */

static void add_word(mlo_str word, mlo_arena *arena, mlo_literals *out) {
  if (!word.len || mlo_str_eq(word, MLO_STR("*"))) return;
  for (uint32_t i = 0; i < out->len; i++)
    if (mlo_str_eq(out->items[i], word)) return;
  MLO_PUSH(arena, out, word);
}

/* First and last part only: what lies between may be hidden by a class that the facts know of an instance. */
static void add_name(mlo_str name, mlo_arena *arena, mlo_literals *out) {
  mlo_str first = mlo_name_first(name), last = mlo_name_last(name);
  if (!mlo_str_eq(first, MLO_STR("builtins"))) add_word(first, arena, out);
  add_word(last, arena, out);
}

void mlo_pattern_literals(const mlo_pattern *self, mlo_arena *arena, mlo_literals *out) {
  const mlo_tree *tree = &self->tree;
  for (mlo_node node = 0; node < tree->count; node++) {
    const mlo_part *part = &self->parts[node];
    uint8_t kind = tree->nodes[node].kind;
    mlo_node parent = mlo_tree_parent(tree, node);
    mlo_part_role above = parent == MLO_NO_NODE ? MLO_PART_PLAIN : self->parts[parent].role;
    bool named = above == MLO_PART_NAME || above == MLO_PART_ELLIPSIS;
    if (part->role == MLO_PART_NAME && !named) add_name(part->name, arena, out);
    if (part->role == MLO_PART_PLAIN && kind == MLO_PY_IDENTIFIER && !named)
      add_word(mlo_tree_text(tree, node), arena, out);
  }
}
