#include "match/matching.h"

#include "facts/known.h"
#include "match/name_pattern.h"

enum { MOST_CELLS = 1 << 20, COST_OF_A_NAME = 8 };

/* What is to be shown. p is a node of the pattern, t one of the file. */
typedef enum goal_op {
  GOAL_NODE,       /* part p against node t */
  GOAL_LIST,       /* p and its siblings against t and its siblings */
  GOAL_SCAN,       /* the ellipsis p took what is before t: go on behind it */
  GOAL_PICK,       /* p against t or one of the siblings behind it */
  GOAL_DEEP,       /* p against one of the nodes from t to end */
  GOAL_STATEMENT,  /* the statement p against t */
  GOAL_STATEMENTS, /* p and its siblings against t and what follows it */
  GOAL_SEARCH,     /* the same behind an ellipsis: t, or any statement behind it */
  GOAL_SAME,       /* node p of the file is the same code as node t */
  GOAL_SAME_LIST   /* the same for siblings */
} goal_op;

enum goal_flag {
  BEHIND_ELLIPSIS = 1, /* cut and trail say what an ellipsis before was at */
  POSITIONAL = 2,      /* LIST: keyword arguments are looked at elsewhere, on both sides */
  LOOSE = 4,           /* STATEMENTS: more may follow */
  WHOLE = 8,           /* STATEMENTS: the end is the end of the match */
  HEADER = 16          /* DEEP: not inside blocks */
};

struct mlo_goal {
  uint8_t op, flags;
  mlo_node p, t;
  mlo_node
      end; /* DEEP: where to stop; SCAN: where the ellipsis began; STATEMENTS, SEARCH: the block */
  mlo_node
      past; /* STATEMENTS: the statement before t is dealt with up to here; 0 at the beginning */
  uint32_t cut, mark; /* of the ellipsis before: height of choices and trail when it began */
  uint32_t next;
};

struct mlo_choice {
  mlo_goal goal;
  uint32_t cells, trail;
};

void mlo_matching_init(mlo_matching *self, const mlo_facts *facts, uint64_t limit,
                       mlo_arena *arena) {
  *self = (mlo_matching){.facts = facts, .tree = facts->tree, .arena = arena, .limit = limit};
}

void mlo_matching_clear(mlo_matching *self) {
  memset(self->bound, 0, sizeof self->bound);
  self->trail.len = self->goals.len = self->choices.len = self->head = 0;
  self->over = false;
}

static bool charge(mlo_matching *self, uint64_t steps) {
  self->steps += steps;
  if (self->steps > self->limit) self->over = true;
  return !self->over;
}

/* --- goals and choices ----------------------------------------------------------------------- */

static void add_goal(mlo_matching *self, mlo_goal goal) {
  if (self->goals.len >= MOST_CELLS) {
    self->over = true;
    return;
  }
  if (!self->goals.len) MLO_PUSH(self->arena, &self->goals, (mlo_goal){0});
  goal.next = self->head;
  self->head = self->goals.len;
  MLO_PUSH(self->arena, &self->goals, goal);
}

/* Remembers that goal could be tried instead of what follows. */
static void add_choice(mlo_matching *self, mlo_goal goal) {
  if (self->choices.len >= MOST_CELLS) {
    self->over = true;
    return;
  }
  goal.next = self->head;
  mlo_choice choice = {goal, self->goals.len, self->trail.len};
  MLO_PUSH(self->arena, &self->choices, choice);
}

static void undo(mlo_matching *self, uint32_t trail) {
  while (self->trail.len > trail)
    self->bound[self->trail.items[--self->trail.len]] = (mlo_bound){0};
}

static bool take_choice(mlo_matching *self, uint32_t base) {
  if (self->choices.len <= base) return false;
  mlo_choice choice = self->choices.items[--self->choices.len];
  undo(self, choice.trail);
  self->goals.len = choice.cells;
  self->head = choice.goal.next;
  add_goal(self, choice.goal);
  return true;
}

static void node_goal(mlo_matching *self, mlo_node p, mlo_node t) {
  add_goal(self, (mlo_goal){.op = GOAL_NODE, .p = p, .t = t});
}

/* --- the file's nodes ------------------------------------------------------------------------ */

static mlo_node first_child(const mlo_tree *tree, mlo_node node);

/* The parts of a pattern have parentheses only for a deep expression. */
static mlo_node bare_part(const mlo_pattern *pattern, mlo_node p) {
  while (pattern->tree.nodes[p].kind == MLO_PY_PARENTHESIZED &&
         pattern->parts[p].role == MLO_PART_PLAIN) {
    mlo_node inner = first_child(&pattern->tree, p);
    if (inner == MLO_NO_NODE) return p;
    p = inner;
  }
  return p;
}

static uint8_t kind_of(const mlo_matching *self, mlo_node t) {
  return mlo_tree_kind(self->tree, t);
}

static mlo_node skip_comments(const mlo_tree *tree, mlo_node node) {
  while (node != MLO_NO_NODE && tree->nodes[node].kind == MLO_PY_COMMENT)
    node = tree->nodes[node].next;
  return node;
}
static mlo_node first_child(const mlo_tree *tree, mlo_node node) {
  return skip_comments(tree, mlo_tree_first_child(tree, node));
}
static mlo_node next_sibling(const mlo_tree *tree, mlo_node node) {
  return skip_comments(tree, mlo_tree_next(tree, node));
}

static mlo_node without_parentheses(const mlo_tree *tree, mlo_node node) {
  while (mlo_tree_kind(tree, node) == MLO_PY_PARENTHESIZED) {
    mlo_node inner = first_child(tree, node);
    if (inner == MLO_NO_NODE) return node;
    node = inner;
  }
  return node;
}

static bool is_keyword(uint8_t kind) {
  return kind == MLO_PY_KEYWORD_ARGUMENT || kind == MLO_PY_DICT_SPLAT;
}

static bool is_parameter(uint8_t kind) {
  return kind == MLO_PY_TYPED_PARAMETER || kind == MLO_PY_DEFAULT_PARAMETER ||
         kind == MLO_PY_TYPED_DEFAULT_PARAMETER;
}

static bool is_definition(uint8_t kind) {
  return kind == MLO_PY_FUNCTION || kind == MLO_PY_CLASS || kind == MLO_PY_DECORATED;
}

static bool has_word(const mlo_tree *tree, mlo_node node, const char *word) {
  return mlo_str_eq(mlo_tree_text(tree, node), mlo_str_c(word));
}

static bool is_detail(mlo_str kind_name) {
  static const char *const details[] = {"type_parameter", "type_conversion", "format_specifier"};
  for (size_t i = 0; i < sizeof details / sizeof *details; i++)
    if (mlo_str_eq(kind_name, mlo_str_c(details[i]))) return true;
  return false;
}

/* What a pattern may leave out: the other branches of a statement, annotations, bases, `async`. */
static bool may_be_left_out(const mlo_tree *tree, mlo_node t) {
  uint8_t parent = mlo_tree_kind(tree, tree->nodes[t].parent), field = tree->nodes[t].field;
  switch (tree->nodes[t].kind) {
  case MLO_PY_ELIF:
  case MLO_PY_ELSE:
  case MLO_PY_EXCEPT:
  case MLO_PY_FINALLY:
  case MLO_PY_CASE: return true;
  case MLO_PY_TYPE:
    return (parent == MLO_PY_FUNCTION && field == MLO_FIELD_RETURN_TYPE) ||
           (parent == MLO_PY_ASSIGNMENT && field == MLO_FIELD_TYPE);
  case MLO_PY_ARGUMENTS: return parent == MLO_PY_CLASS;
  case MLO_KIND_OTHER:
    if (mlo_tree_is_named(tree, t)) return is_detail(mlo_tree_kind_name(tree, t));
    return (parent == MLO_PY_FUNCTION && has_word(tree, t, "->")) || has_word(tree, t, "async");
  default: return false;
  }
}

/* --- names ----------------------------------------------------------------------------------- */

/* The chain a.b.c of identifiers at node as text, without the spaces in it; empty for anything else. */
static mlo_str chain_text(mlo_matching *self, mlo_node node) {
  mlo_str text = {0};
  for (;;) {
    bool chain = kind_of(self, node) == MLO_PY_ATTRIBUTE;
    mlo_node word = chain ? mlo_tree_field(self->tree, node, MLO_FIELD_ATTRIBUTE) : node;
    if (kind_of(self, word) != MLO_PY_IDENTIFIER) return (mlo_str){0};
    mlo_str part = mlo_tree_text(self->tree, word);
    text = text.len ? mlo_arena_join(self->arena, part, ".", text) : part;
    if (!chain || !charge(self, 1)) return text;
    node = mlo_tree_field(self->tree, node, MLO_FIELD_OBJECT);
  }
}

static mlo_node chain_root(const mlo_matching *self, mlo_node node) {
  while (kind_of(self, node) == MLO_PY_ATTRIBUTE)
    node = mlo_tree_field(self->tree, node, MLO_FIELD_OBJECT);
  return node;
}

static bool part_fits(mlo_str pattern, mlo_str part) {
  return mlo_str_eq(pattern, MLO_STR("*")) || mlo_str_eq(pattern, part);
}

/* Part by part: here a star is exactly one. */
static bool name_fits(mlo_str pattern, mlo_str name) {
  while (pattern.ptr && name.ptr)
    if (!part_fits(mlo_str_cut(&pattern, '.'), mlo_str_cut(&name, '.'))) return false;
  return !pattern.ptr && !name.ptr;
}

/* The name under which the pattern's name is known here: qualified, or as it is written. Empty: another name. */
static mlo_str known_as(mlo_matching *self, const mlo_part *part, mlo_node t) {
  if (!charge(self, COST_OF_A_NAME)) return (mlo_str){0};
  mlo_str name = mlo_facts_name(self->facts, t);
  if (name.len && name_fits(part->name, name)) return name;
  mlo_str own[] = {MLO_STR("builtins."), MLO_STR("<module>.")};
  bool builtin = mlo_is_builtin(part->name);
  for (int i = 0; i < (builtin ? 1 : 2); i++)
    if (mlo_str_starts(name, own[i]) && name_fits(part->name, mlo_str_from(name, own[i].len)))
      return mlo_str_from(name, own[i].len);
  mlo_str written = chain_text(self, t);
  if (!written.len || !name_fits(part->name, written)) return (mlo_str){0};
  if (!name.len) return written;
  const mlo_binding *root = mlo_facts_binding(self->facts, chain_root(self, t));
  return root && root->kind != MLO_BIND_IMPORT && !builtin ? written : (mlo_str){0};
}

static bool same_text(const mlo_matching *self, const mlo_bound *a, mlo_str text) {
  return mlo_str_eq(mlo_matching_text(self, a), text);
}

/* Binds a variable, or checks that it stands for the same. */
static bool bind(mlo_matching *self, uint8_t variable, mlo_bound value) {
  if (variable == MLO_NO_VARIABLE) return true;
  mlo_bound *old = &self->bound[variable];
  if (old->set) {
    if (same_text(self, old, mlo_matching_text(self, &value))) return true;
    if (old->text.len || value.text.len) return false;
    if (old->node == MLO_NO_NODE || value.node == MLO_NO_NODE || old->end || value.end)
      return false;
    add_goal(self, (mlo_goal){.op = GOAL_SAME, .p = old->node, .t = value.node});
    return true;
  }
  *old = value;
  old->set = true;
  MLO_PUSH(self->arena, &self->trail, variable);
  return true;
}

static bool match_name(mlo_matching *self, const mlo_part *part, mlo_node t) {
  uint8_t kind = kind_of(self, t);
  if (kind != MLO_PY_IDENTIFIER && kind != MLO_PY_ATTRIBUTE) return false;
  mlo_str name = known_as(self, part, t), pattern = part->name;
  if (!name.len) return false;
  for (uint32_t open = 0; open < part->open.len && pattern.ptr;) {
    mlo_str wanted = mlo_str_cut(&pattern, '.'), word = mlo_str_cut(&name, '.');
    if (!mlo_str_eq(wanted, MLO_STR("*"))) continue;
    mlo_node node = t;
    if (!name.ptr && kind == MLO_PY_ATTRIBUTE)
      node = mlo_tree_field(self->tree, t, MLO_FIELD_ATTRIBUTE);
    if (!bind(self, part->open.items[open++], (mlo_bound){.node = node, .text = word}))
      return false;
  }
  return true;
}

/* --- constants ------------------------------------------------------------------------------- */

static bool may_be_constant(uint8_t kind) {
  switch (kind) {
  case MLO_PY_COMMENT:
  case MLO_PY_ARGUMENTS:
  case MLO_PY_KEYWORD_ARGUMENT:
  case MLO_PY_LIST_SPLAT:
  case MLO_PY_DICT_SPLAT:
  case MLO_PY_PAIR:
  case MLO_PY_BLOCK: return false;
  default: return true;
  }
}

static bool match_constant(mlo_matching *self, const mlo_part *part, mlo_node t) {
  if (!may_be_constant(kind_of(self, t)) || !mlo_tree_is_named(self->tree, t)) return false;
  if (!charge(self, COST_OF_A_NAME)) return false;
  mlo_constant is = mlo_facts_constant(self->facts, t), wanted = part->constant;
  if (is.kind == MLO_CONSTANT_UNKNOWN || is.partial) return false;
  if (part->role == MLO_PART_STRING) return is.kind == MLO_CONSTANT_STRING;
  if (is.kind != wanted.kind) return false;
  switch (is.kind) {
  case MLO_CONSTANT_BOOL: return is.boolean == wanted.boolean;
  case MLO_CONSTANT_INTEGER: return is.integer == wanted.integer;
  case MLO_CONSTANT_FLOAT: return is.number <= wanted.number && is.number >= wanted.number;
  case MLO_CONSTANT_STRING: return mlo_str_eq(is.text, wanted.text);
  case MLO_CONSTANT_NONE: return true;
  case MLO_CONSTANT_LIST:
  case MLO_CONSTANT_DICT:
  case MLO_CONSTANT_UNKNOWN: break;
  }
  return false;
}

static bool is_fstring(const mlo_matching *self, mlo_node t) {
  if (kind_of(self, t) != MLO_PY_STRING) return false;
  mlo_str prefix = mlo_tree_text(self->tree, mlo_tree_first_child(self->tree, t));
  return mlo_str_find_char(prefix, 'f') != SIZE_MAX || mlo_str_find_char(prefix, 'F') != SIZE_MAX;
}

/* --- at a glance ----------------------------------------------------------------------------- */

uint8_t mlo_kind_shape(uint8_t kind) {
  switch (kind) {
  case MLO_PY_TUPLE_PATTERN:
  case MLO_PY_PATTERN_LIST:
  case MLO_PY_EXPRESSION_LIST: return MLO_PY_TUPLE;
  case MLO_PY_LIST_PATTERN: return MLO_PY_LIST;
  case MLO_PY_LIST_SPLAT_PATTERN: return MLO_PY_LIST_SPLAT;
  case MLO_PY_DICT_SPLAT_PATTERN: return MLO_PY_DICT_SPLAT;
  case MLO_PY_LAMBDA_PARAMETERS: return MLO_PY_PARAMETERS;
  default: return kind;
  }
}

static bool same_shape(const mlo_tree *a, mlo_node p, const mlo_tree *b, mlo_node t) {
  if (a->nodes[p].symbol == b->nodes[t].symbol) return true;
  uint8_t kind = a->nodes[p].kind;
  return kind != MLO_KIND_OTHER && kind != MLO_KIND_ERROR &&
         mlo_kind_shape(kind) == mlo_kind_shape(b->nodes[t].kind);
}

/* A call by a method's name calls a method of that name; a plain name may be an alias of anything. */
static bool callee_may(const mlo_matching *self, const mlo_part *part, mlo_node t) {
  if (!part->last.len) return true;
  mlo_node callee = mlo_tree_field(self->tree, t, MLO_FIELD_FUNCTION);
  mlo_node word = mlo_tree_field(self->tree, callee, MLO_FIELD_ATTRIBUTE);
  return word == MLO_NO_NODE || mlo_str_eq(mlo_tree_text(self->tree, word), part->last);
}

/* @d(...): the decorator @d too. */
static bool is_open_decorator(const mlo_pattern *pattern, mlo_node p) {
  if (pattern->tree.nodes[p].kind != MLO_PY_CALL) return false;
  if (mlo_tree_kind(&pattern->tree, pattern->tree.nodes[p].parent) != MLO_PY_DECORATOR)
    return false;
  mlo_node first =
      first_child(&pattern->tree, mlo_tree_field(&pattern->tree, p, MLO_FIELD_ARGUMENTS));
  return first != MLO_NO_NODE && pattern->parts[first].role == MLO_PART_ELLIPSIS &&
         mlo_tree_next(&pattern->tree, first) == MLO_NO_NODE;
}

/* $X. ...: what is left of a chain when its last part is an ellipsis. */
static bool is_chain(const mlo_pattern *pattern, mlo_node p) {
  if (pattern->tree.nodes[p].kind != MLO_PY_ATTRIBUTE || pattern->parts[p].role != MLO_PART_PLAIN)
    return false;
  mlo_node word = mlo_tree_field(&pattern->tree, p, MLO_FIELD_ATTRIBUTE);
  return word != MLO_NO_NODE && pattern->parts[word].role == MLO_PART_ELLIPSIS;
}

static bool node_may(const mlo_matching *self, const mlo_pattern *pattern, mlo_node p, mlo_node t) {
  const mlo_part *part = &pattern->parts[p];
  if (part->role == MLO_PART_ELLIPSIS || part->role == MLO_PART_DEEP) return true;
  p = bare_part(pattern, p);
  part = &pattern->parts[p];
  if (part->role == MLO_PART_DEEP || is_chain(pattern, p)) return mlo_tree_is_named(self->tree, t);
  if (part->role == MLO_PART_PLAIN && pattern->tree.nodes[p].symbol == self->tree->nodes[t].symbol)
    return kind_of(self, t) != MLO_PY_CALL || callee_may(self, part, t);
  if (!mlo_tree_is_named(self->tree, t)) return false;
  uint8_t kind = kind_of(self, without_parentheses(self->tree, t));
  bool parameter = is_parameter(kind) && pattern->tree.nodes[p].kind == MLO_PY_IDENTIFIER;
  switch (part->role) {
  case MLO_PART_PLAIN:
    t = without_parentheses(self->tree, t);
    return parameter || is_open_decorator(pattern, p) ||
           (kind == MLO_PY_GENERATOR && pattern->tree.nodes[p].kind == MLO_PY_ARGUMENTS) ||
           (kind == MLO_PY_DECORATED && is_definition(pattern->tree.nodes[p].kind)) ||
           (same_shape(&pattern->tree, p, self->tree, t) &&
            (kind != MLO_PY_CALL || callee_may(self, part, t)));
  case MLO_PART_NAME: return kind == MLO_PY_IDENTIFIER || kind == MLO_PY_ATTRIBUTE;
  case MLO_PART_CONSTANT:
  case MLO_PART_STRING: return may_be_constant(kind);
  case MLO_PART_FSTRING: return kind == MLO_PY_STRING;
  case MLO_PART_VARIABLE:
  case MLO_PART_ELLIPSIS:
  case MLO_PART_DEEP:
  case MLO_PART_COMMENT: break;
  }
  return true;
}

/* --- one node -------------------------------------------------------------------------------- */

static bool is_of_type(mlo_matching *self, mlo_str type, mlo_node t) {
  if (!charge(self, COST_OF_A_NAME)) return false;
  mlo_str name = mlo_facts_name(self->facts, t);
  if (mlo_str_eq(name, type)) return true;
  mlo_str builtins = MLO_STR("builtins.");
  return mlo_str_starts(name, builtins) && mlo_str_eq(mlo_str_from(name, builtins.len), type);
}

static bool match_variable(mlo_matching *self, const mlo_part *part, mlo_node t) {
  uint8_t kind = kind_of(self, t);
  if (!mlo_tree_is_named(self->tree, t) || is_keyword(kind) || kind == MLO_PY_LIST_SPLAT)
    return false;
  if (part->type.len && !is_of_type(self, part->type, t)) return false;
  if (kind == MLO_PY_ALIASED_IMPORT) t = mlo_tree_field(self->tree, t, MLO_FIELD_NAME);
  if (kind == MLO_PY_EXPRESSION_STATEMENT) {
    mlo_node child = first_child(self->tree, t);
    if (next_sibling(self->tree, child) == MLO_NO_NODE) t = child;
  }
  return bind(self, part->variable, (mlo_bound){.node = t});
}

/* $X. ... .fit(): `t` or anything that it is called, read or indexed on. */
static bool match_chain(mlo_matching *self, mlo_node p, mlo_node t) {
  static const struct {
    uint8_t kind, field;
  } links[] = {{MLO_PY_CALL, MLO_FIELD_FUNCTION},
               {MLO_PY_ATTRIBUTE, MLO_FIELD_OBJECT},
               {MLO_PY_SUBSCRIPT, MLO_FIELD_VALUE}};
  mlo_node inner = MLO_NO_NODE;
  for (size_t i = 0; i < sizeof links / sizeof *links; i++)
    if (kind_of(self, t) == links[i].kind) inner = mlo_tree_field(self->tree, t, links[i].field);
  if (inner != MLO_NO_NODE) add_choice(self, (mlo_goal){.op = GOAL_NODE, .p = p, .t = inner});
  node_goal(self, mlo_tree_field(&self->pattern->tree, p, MLO_FIELD_OBJECT), t);
  return true;
}

static bool has_ellipsis(const mlo_pattern *pattern, mlo_node p) {
  for (mlo_node c = mlo_tree_first_child(&pattern->tree, p); c != MLO_NO_NODE;
       c = pattern->tree.nodes[c].next)
    if (pattern->parts[c].role == MLO_PART_ELLIPSIS) return true;
  return false;
}

static uint32_t count_keywords(const mlo_tree *tree, mlo_node node) {
  uint32_t n = 0;
  for (mlo_node c = mlo_tree_first_child(tree, node); c != MLO_NO_NODE; c = tree->nodes[c].next)
    n += is_keyword(tree->nodes[c].kind);
  return n;
}

/* Each of p's children is somewhere among t's. */
static bool match_unordered(mlo_matching *self, mlo_node p, mlo_node t) {
  const mlo_tree *pt = &self->pattern->tree;
  mlo_node first = first_child(self->tree, t);
  for (mlo_node c = first_child(pt, p); c != MLO_NO_NODE; c = next_sibling(pt, c)) {
    if (self->pattern->parts[c].role == MLO_PART_ELLIPSIS) continue;
    if (!mlo_tree_is_named(pt, c)) continue;
    if (first == MLO_NO_NODE) return false;
    add_goal(self, (mlo_goal){.op = GOAL_PICK, .p = c, .t = first});
  }
  return true;
}

static uint32_t count_children(const mlo_tree *tree, mlo_node node) {
  uint32_t n = 0;
  for (mlo_node c = first_child(tree, node); c != MLO_NO_NODE; c = next_sibling(tree, c)) n++;
  return n;
}

static bool match_dict(mlo_matching *self, mlo_node p, mlo_node t) {
  bool open = has_ellipsis(self->pattern, p);
  if (!charge(self, 1)) return false;
  if (!open && count_children(&self->pattern->tree, p) != count_children(self->tree, t))
    return false;
  return match_unordered(self, p, t);
}

static bool match_arguments(mlo_matching *self, mlo_node p, mlo_node t) {
  const mlo_tree *pt = &self->pattern->tree;
  mlo_node first = first_child(pt, p), taken = first_child(self->tree, t);
  if (mlo_tree_kind(pt, pt->nodes[p].parent) == MLO_PY_CLASS) return match_unordered(self, p, t);
  uint32_t keywords = 0;
  for (mlo_node c = first; c != MLO_NO_NODE; c = next_sibling(pt, c)) {
    bool splat = self->pattern->parts[c].role == MLO_PART_ELLIPSIS;
    if (splat || !is_keyword(pt->nodes[c].kind)) continue;
    keywords++;
    if (taken == MLO_NO_NODE) return false;
    add_goal(self, (mlo_goal){.op = GOAL_PICK, .p = c, .t = taken});
  }
  uint8_t flags = keywords ? POSITIONAL : 0;
  if (keywords && !has_ellipsis(self->pattern, p) && count_keywords(self->tree, t) != keywords)
    return false;
  add_goal(self, (mlo_goal){.op = GOAL_LIST, .flags = flags, .p = first, .t = taken});
  return true;
}

/* f(x for x in y): one argument without brackets. */
static bool match_generator(mlo_matching *self, mlo_node p, mlo_node t) {
  mlo_node only = first_child(&self->pattern->tree, p);
  if (only == MLO_NO_NODE || next_sibling(&self->pattern->tree, only) != MLO_NO_NODE) return false;
  node_goal(self, only, t);
  return true;
}

/* The name of a parameter, whatever its annotation and default. */
static mlo_node parameter_name(const mlo_tree *tree, mlo_node t) {
  mlo_node name = mlo_tree_field(tree, t, MLO_FIELD_NAME);
  return name != MLO_NO_NODE ? name : first_child(tree, t);
}

/* import a, from a import b as c: names by their text, an alias only if the pattern has one. */
static bool match_imported(mlo_matching *self, mlo_node p, mlo_node t) {
  const mlo_tree *pt = &self->pattern->tree;
  bool alias = kind_of(self, t) == MLO_PY_ALIASED_IMPORT;
  if (pt->nodes[p].kind == MLO_PY_ALIASED_IMPORT) {
    if (!alias) return false;
    node_goal(self, mlo_tree_field(pt, p, MLO_FIELD_ALIAS),
              mlo_tree_field(self->tree, t, MLO_FIELD_ALIAS));
    p = mlo_tree_field(pt, p, MLO_FIELD_NAME);
  }
  if (alias) t = mlo_tree_field(self->tree, t, MLO_FIELD_NAME);
  const mlo_part *part = &self->pattern->parts[p];
  if (part->role == MLO_PART_VARIABLE) return bind(self, part->variable, (mlo_bound){.node = t});
  return mlo_str_eq(mlo_tree_text(pt, p), mlo_tree_text(self->tree, t));
}

static bool match_import_from(mlo_matching *self, mlo_node p, mlo_node t) {
  const mlo_tree *pt = &self->pattern->tree;
  mlo_node module = mlo_tree_field(pt, p, MLO_FIELD_MODULE_NAME);
  mlo_node from = mlo_tree_field(self->tree, t, MLO_FIELD_MODULE_NAME);
  mlo_node names = next_sibling(self->tree, from);
  for (mlo_node c = next_sibling(pt, module); c != MLO_NO_NODE; c = next_sibling(pt, c)) {
    if (!mlo_tree_is_named(pt, c) || self->pattern->parts[c].role == MLO_PART_ELLIPSIS) continue;
    add_goal(self, (mlo_goal){.op = GOAL_PICK, .p = c, .t = names});
  }
  node_goal(self, module, from);
  return true;
}

static bool is_leaf(const mlo_tree *tree, mlo_node node) {
  return mlo_tree_first_child(tree, node) == MLO_NO_NODE;
}

/* The parts of f-strings: what the quotes look like does not matter. */
static bool is_quote(uint8_t kind) {
  return kind == MLO_PY_STRING_START || kind == MLO_PY_STRING_END;
}

static bool match_plain(mlo_matching *self, mlo_node p, mlo_node t) {
  const mlo_tree *pt = &self->pattern->tree;
  uint8_t wanted = pt->nodes[p].kind, kind = kind_of(self, t);
  if (is_chain(self->pattern, p)) return match_chain(self, p, t);
  if (wanted == MLO_PY_IDENTIFIER && is_parameter(kind)) t = parameter_name(self->tree, t);
  if (kind == MLO_PY_DECORATED && (wanted == MLO_PY_FUNCTION || wanted == MLO_PY_CLASS))
    t = mlo_tree_field(self->tree, t, MLO_FIELD_DEFINITION);
  if (wanted == MLO_PY_ARGUMENTS && kind == MLO_PY_GENERATOR) return match_generator(self, p, t);
  if (wanted == MLO_PY_ALIASED_IMPORT || wanted == MLO_PY_DOTTED_NAME)
    return match_imported(self, p, t);
  if (kind != MLO_PY_CALL && is_open_decorator(self->pattern, p)) {
    node_goal(self, mlo_tree_field(pt, p, MLO_FIELD_FUNCTION), t);
    return true;
  }
  if (t == MLO_NO_NODE || !same_shape(pt, p, self->tree, t)) return false;
  if (is_quote(wanted)) return true;
  switch (wanted) {
  case MLO_PY_ARGUMENTS: return match_arguments(self, p, t);
  case MLO_PY_DICT: return match_dict(self, p, t);
  case MLO_PY_WITH_CLAUSE: return match_unordered(self, p, t);
  case MLO_PY_DECORATED:
  case MLO_PY_IMPORT: return match_unordered(self, p, t);
  case MLO_PY_IMPORT_FROM: return match_import_from(self, p, t);
  case MLO_PY_BLOCK:
    add_goal(self, (mlo_goal){.op = GOAL_STATEMENTS,
                              .p = first_child(pt, p),
                              .t = first_child(self->tree, t),
                              .end = t});
    return true;
  default: break;
  }
  if (is_leaf(pt, p) || wanted == MLO_PY_STRING_CONTENT)
    return mlo_str_eq(mlo_tree_text(pt, p), mlo_tree_text(self->tree, t));
  add_goal(self,
           (mlo_goal){.op = GOAL_LIST, .p = first_child(pt, p), .t = first_child(self->tree, t)});
  return true;
}

static bool match_node(mlo_matching *self, mlo_node p, mlo_node t) {
  const mlo_pattern *pattern = self->pattern;
  if (p == MLO_NO_NODE || t == MLO_NO_NODE) return false;
  p = bare_part(pattern, p);
  const mlo_part *part = &pattern->parts[p];
  t = without_parentheses(self->tree, t);
  uint8_t kind = kind_of(self, t);
  switch (part->role) {
  case MLO_PART_VARIABLE:
    if (is_parameter(kind)) t = parameter_name(self->tree, t);
    return match_variable(self, part, t);
  case MLO_PART_ELLIPSIS:
    return bind(self, part->variable, (mlo_bound){.node = t, .end = MLO_NO_NODE});
  case MLO_PART_DEEP:
    add_goal(self, (mlo_goal){.op = GOAL_DEEP,
                              .p = first_child(&pattern->tree, p),
                              .t = t,
                              .end = mlo_tree_skip(self->tree, t)});
    return true;
  case MLO_PART_NAME: return match_name(self, part, t);
  case MLO_PART_CONSTANT:
  case MLO_PART_STRING: return match_constant(self, part, t);
  case MLO_PART_FSTRING: return is_fstring(self, t);
  case MLO_PART_PLAIN: return match_plain(self, p, t);
  case MLO_PART_COMMENT: break;
  }
  return false;
}

/* --- lists ----------------------------------------------------------------------------------- */

static mlo_node skip_keywords(const mlo_tree *tree, mlo_node node, const mlo_part *parts) {
  while (node != MLO_NO_NODE && is_keyword(tree->nodes[node].kind) &&
         !(parts && parts[node].role == MLO_PART_ELLIPSIS))
    node = next_sibling(tree, node);
  return node;
}

static mlo_node list_p(const mlo_matching *self, mlo_node p, uint8_t flags) {
  if (p == MLO_NO_NODE || !(flags & POSITIONAL)) return p;
  return skip_keywords(&self->pattern->tree, p, self->pattern->parts);
}
static mlo_node list_t(const mlo_matching *self, mlo_node t, uint8_t flags) {
  if (t == MLO_NO_NODE || !(flags & POSITIONAL)) return t;
  return skip_keywords(self->tree, t, NULL);
}

/* An ellipsis that bound nothing on the way to the next one has no other way worth trying. */
static void forget_ellipsis(mlo_matching *self, const mlo_goal *goal) {
  bool bound = self->trail.len != goal->mark;
  if (goal->flags & BEHIND_ELLIPSIS && !bound && self->choices.len > goal->cut)
    self->choices.len = goal->cut;
}

static bool list_ends(mlo_matching *self, mlo_node t, uint8_t flags) {
  while (t != MLO_NO_NODE && may_be_left_out(self->tree, t))
    t = list_t(self, next_sibling(self->tree, t), flags);
  return t == MLO_NO_NODE;
}

static bool step_ellipsis(mlo_matching *self, mlo_goal goal) {
  uint8_t variable = self->pattern->parts[goal.p].variable;
  forget_ellipsis(self, &goal);
  mlo_node rest = list_p(self, next_sibling(&self->pattern->tree, goal.p), goal.flags);
  if (rest == MLO_NO_NODE)
    return bind(self, variable, (mlo_bound){.node = goal.t, .end = MLO_NO_NODE});
  goal.op = GOAL_SCAN;
  goal.end = goal.t;
  goal.cut = self->choices.len;
  goal.mark = self->trail.len;
  add_goal(self, goal);
  return true;
}

static bool step_scan(mlo_matching *self, mlo_goal goal) {
  const mlo_part *part = &self->pattern->parts[goal.p];
  mlo_node rest = list_p(self, next_sibling(&self->pattern->tree, goal.p), goal.flags);
  mlo_node t = goal.t;
  while (t != MLO_NO_NODE && !node_may(self, self->pattern, rest, t)) {
    if (!charge(self, 1)) return false;
    t = list_t(self, next_sibling(self->tree, t), goal.flags);
  }
  if (t == MLO_NO_NODE) {
    if (self->pattern->parts[rest].role != MLO_PART_ELLIPSIS) return false;
  } else {
    mlo_goal later = goal;
    later.t = list_t(self, next_sibling(self->tree, t), goal.flags);
    if (later.t != MLO_NO_NODE) add_choice(self, later);
  }
  mlo_goal list = {.op = GOAL_LIST,
                   .flags = goal.flags | BEHIND_ELLIPSIS,
                   .p = rest,
                   .t = t,
                   .cut = goal.cut,
                   .mark = goal.mark};
  add_goal(self, list);
  return bind(self, part->variable,
              (mlo_bound){.node = goal.end == t ? MLO_NO_NODE : goal.end, .end = t});
}

/* class A(...): is a class without a list of bases too. */
static bool part_may_be_absent(const mlo_pattern *pattern, mlo_node p, const mlo_tree *tree,
                               mlo_node t) {
  if (pattern->tree.nodes[p].kind != MLO_PY_ARGUMENTS || mlo_tree_kind(tree, t) == MLO_PY_ARGUMENTS)
    return false;
  if (mlo_tree_kind(&pattern->tree, pattern->tree.nodes[p].parent) != MLO_PY_CLASS) return false;
  for (mlo_node c = first_child(&pattern->tree, p); c != MLO_NO_NODE;
       c = next_sibling(&pattern->tree, c))
    if (pattern->parts[c].role != MLO_PART_ELLIPSIS) return false;
  return true;
}

static bool step_list(mlo_matching *self, mlo_goal goal) {
  const mlo_tree *pt = &self->pattern->tree;
  mlo_node p = goal.p = list_p(self, goal.p, goal.flags),
           t = goal.t = list_t(self, goal.t, goal.flags);
  if (p == MLO_NO_NODE) return list_ends(self, t, goal.flags);
  if (self->pattern->parts[p].role == MLO_PART_ELLIPSIS) return step_ellipsis(self, goal);
  if (t == MLO_NO_NODE) return false;
  if (may_be_left_out(self->tree, t)) {
    mlo_goal without = goal;
    without.t = next_sibling(self->tree, t);
    if (!node_may(self, self->pattern, p, t)) {
      add_goal(self, without);
      return true;
    }
    add_choice(self, without);
  }
  if (part_may_be_absent(self->pattern, p, self->tree, t)) {
    goal.p = next_sibling(pt, p);
    add_goal(self, goal);
    return true;
  }
  if (!node_may(self, self->pattern, p, t)) return false;
  goal.p = next_sibling(pt, p);
  goal.t = next_sibling(self->tree, t);
  add_goal(self, goal);
  if (!mlo_tree_is_named(pt, p)) return true; /* the same word: node_may has looked */
  node_goal(self, p, t);
  return true;
}

/* A keyword argument is found by its name, if the pattern says it. */
static bool pick_may(const mlo_matching *self, mlo_node p, mlo_node t) {
  const mlo_tree *pt = &self->pattern->tree;
  if (pt->nodes[p].kind == MLO_PY_KEYWORD_ARGUMENT && kind_of(self, t) == MLO_PY_KEYWORD_ARGUMENT) {
    mlo_node wanted = mlo_tree_field(pt, p, MLO_FIELD_NAME);
    return self->pattern->parts[wanted].role == MLO_PART_VARIABLE ||
           mlo_str_eq(mlo_tree_text(pt, wanted),
                      mlo_tree_text(self->tree, mlo_tree_field(self->tree, t, MLO_FIELD_NAME)));
  }
  if (kind_of(self, t) == MLO_PY_ALIASED_IMPORT) return true;
  return node_may(self, self->pattern, p, t);
}

static bool step_pick(mlo_matching *self, mlo_goal goal) {
  mlo_node t = goal.t;
  while (t != MLO_NO_NODE && !pick_may(self, goal.p, t)) {
    if (!charge(self, 1)) return false;
    t = next_sibling(self->tree, t);
  }
  if (t == MLO_NO_NODE) return false;
  goal.t = next_sibling(self->tree, t);
  if (goal.t != MLO_NO_NODE) add_choice(self, goal);
  node_goal(self, goal.p, t);
  return true;
}

static bool step_deep(mlo_matching *self, mlo_goal goal) {
  mlo_node t = goal.t;
  for (; t < goal.end; t++) {
    if (!charge(self, 1)) return false;
    bool block = kind_of(self, t) == MLO_PY_BLOCK;
    if (goal.flags & HEADER && block) t = mlo_tree_skip(self->tree, t) - 1;
    if (!block && kind_of(self, t) != MLO_PY_PARENTHESIZED && mlo_tree_is_named(self->tree, t) &&
        node_may(self, self->pattern, goal.p, t))
      break;
  }
  if (t >= goal.end) return false;
  goal.t = t + 1;
  if (goal.t < goal.end) add_choice(self, goal);
  node_goal(self, goal.p, t);
  return true;
}

/* --- statements ------------------------------------------------------------------------------ */

static bool is_list_of_statements(uint8_t kind) {
  return kind == MLO_PY_BLOCK || kind == MLO_PY_MODULE;
}

static bool holds_statements(uint8_t kind) {
  switch (kind) {
  case MLO_PY_BLOCK:
  case MLO_PY_ELIF:
  case MLO_PY_ELSE:
  case MLO_PY_EXCEPT:
  case MLO_PY_FINALLY:
  case MLO_PY_CASE: return true;
  default: return false;
  }
}

/* The first statement from node `at` on in document order, nested blocks included, definitions' bodies not, that stands
 * before `end`; at must be a statement, or the first node behind one. */
static mlo_node statement_from(mlo_matching *self, mlo_node at, mlo_node end) {
  const mlo_tree *tree = self->tree;
  while (at < end && charge(self, 1)) {
    uint8_t kind = tree->nodes[at].kind;
    if (kind != MLO_PY_COMMENT && is_list_of_statements(kind_of(self, tree->nodes[at].parent)))
      return at;
    at = holds_statements(kind) ? at + 1 : mlo_tree_skip(tree, at);
  }
  return MLO_NO_NODE;
}

/* The first node behind t's own code: its nested blocks come next, but for those of a definition. */
static mlo_node behind_header(const mlo_matching *self, mlo_node t) {
  return is_definition(kind_of(self, t)) ? mlo_tree_skip(self->tree, t) : t + 1;
}

static mlo_node block_end(const mlo_matching *self, mlo_node block) {
  return mlo_tree_skip(self->tree, block);
}

/* An expression alone on its line, which may occur anywhere in a statement; assignments and yields are whole. */
static mlo_node loose_expression(const mlo_pattern *pattern, mlo_node p) {
  if (pattern->tree.nodes[p].kind != MLO_PY_EXPRESSION_STATEMENT) return MLO_NO_NODE;
  if (pattern->parts[p].role != MLO_PART_PLAIN) return MLO_NO_NODE;
  mlo_node child = first_child(&pattern->tree, p);
  uint8_t kind = mlo_tree_kind(&pattern->tree, child);
  if (kind == MLO_PY_ASSIGNMENT || kind == MLO_PY_AUGMENTED_ASSIGNMENT) return MLO_NO_NODE;
  return next_sibling(&pattern->tree, child) == MLO_NO_NODE ? child : MLO_NO_NODE;
}

static bool step_statement(mlo_matching *self, mlo_node p, mlo_node t) {
  mlo_node expression = loose_expression(self->pattern, p);
  if (expression == MLO_NO_NODE) {
    node_goal(self, p, t);
    return true;
  }
  add_goal(self, (mlo_goal){.op = GOAL_DEEP,
                            .flags = HEADER,
                            .p = expression,
                            .t = t,
                            .end = mlo_tree_skip(self->tree, t)});
  return true;
}

static bool statement_may(const mlo_matching *self, mlo_node p, mlo_node t) {
  return loose_expression(self->pattern, p) != MLO_NO_NODE || node_may(self, self->pattern, p, t);
}

static bool end_statements(mlo_matching *self, const mlo_goal *goal, uint32_t reached) {
  if (goal->flags & WHOLE) self->reached = reached;
  return true;
}

static bool step_statements(mlo_matching *self, mlo_goal goal) {
  const mlo_tree *pt = &self->pattern->tree;
  if (goal.p == MLO_NO_NODE)
    return (goal.flags & LOOSE || goal.t == MLO_NO_NODE) &&
           end_statements(self, &goal, self->reached);
  if (self->pattern->parts[goal.p].role == MLO_PART_ELLIPSIS) {
    forget_ellipsis(self, &goal);
    goal.p = next_sibling(pt, goal.p);
    goal.flags |= LOOSE;
    if (goal.p == MLO_NO_NODE) return end_statements(self, &goal, self->tree->nodes[goal.end].end);
    if (goal.past) goal.t = statement_from(self, goal.past, block_end(self, goal.end));
    goal.op = GOAL_SEARCH;
    goal.cut = self->choices.len;
    goal.mark = self->trail.len;
    add_goal(self, goal);
    return true;
  }
  if (goal.t == MLO_NO_NODE || !statement_may(self, goal.p, goal.t)) return false;
  mlo_node p = goal.p, t = goal.t;
  if (goal.flags & WHOLE) self->reached = self->tree->nodes[t].end;
  bool loose = loose_expression(self->pattern, p) != MLO_NO_NODE;
  goal.past = loose ? behind_header(self, t) : mlo_tree_skip(self->tree, t);
  goal.p = next_sibling(pt, p);
  goal.t = next_sibling(self->tree, t);
  if (goal.p != MLO_NO_NODE || !(goal.flags & LOOSE) || goal.flags & WHOLE) {
    goal.flags |= goal.p == MLO_NO_NODE && goal.flags & WHOLE ? LOOSE : 0;
    add_goal(self, goal);
  }
  add_goal(self, (mlo_goal){.op = GOAL_STATEMENT, .p = p, .t = t});
  return true;
}

static bool step_search(mlo_matching *self, mlo_goal goal) {
  mlo_node t = goal.t, end = block_end(self, goal.end);
  bool ellipsis = self->pattern->parts[goal.p].role == MLO_PART_ELLIPSIS;
  while (t != MLO_NO_NODE && !ellipsis && !statement_may(self, goal.p, t))
    t = statement_from(self, behind_header(self, t), end);
  if (t == MLO_NO_NODE && !ellipsis) return false;
  if (!ellipsis) {
    mlo_goal later = goal;
    later.t = statement_from(self, behind_header(self, t), end);
    if (later.t != MLO_NO_NODE) add_choice(self, later);
  }
  goal.op = GOAL_STATEMENTS;
  goal.flags |= BEHIND_ELLIPSIS;
  goal.t = t;
  goal.past = 0;
  add_goal(self, goal);
  return true;
}

/* --- the same code --------------------------------------------------------------------------- */

/* True if what the chain begins with is imported or the language's: names of variables say what they hold, and many
 * hold a list. */
static bool is_global_name(const mlo_matching *self, mlo_node node) {
  mlo_node root = chain_root(self, node);
  if (kind_of(self, root) != MLO_PY_IDENTIFIER) return false;
  const mlo_binding *binding = mlo_facts_binding(self->facts, root);
  return !binding || binding->kind == MLO_BIND_IMPORT;
}

static bool same_name(mlo_matching *self, mlo_node a, mlo_node b) {
  uint8_t kind = kind_of(self, a), other = kind_of(self, b);
  if (kind != MLO_PY_IDENTIFIER && kind != MLO_PY_ATTRIBUTE) return false;
  if (other != MLO_PY_IDENTIFIER && other != MLO_PY_ATTRIBUTE) return false;
  if (!charge(self, COST_OF_A_NAME) || !is_global_name(self, a) || !is_global_name(self, b))
    return false;
  mlo_str name = mlo_facts_name(self->facts, a);
  return name.len && mlo_str_eq(name, mlo_facts_name(self->facts, b));
}

static bool step_same(mlo_matching *self, mlo_node a, mlo_node b) {
  const mlo_tree *tree = self->tree;
  a = without_parentheses(tree, a);
  b = without_parentheses(tree, b);
  if (a == b || mlo_str_eq(mlo_tree_text(tree, a), mlo_tree_text(tree, b))) return true;
  if (same_name(self, a, b)) return true;
  if (tree->nodes[a].symbol != tree->nodes[b].symbol) return false;
  if (kind_of(self, a) == MLO_PY_STRING) {
    mlo_part part = {.role = MLO_PART_CONSTANT, .constant = mlo_facts_constant(self->facts, a)};
    if (part.constant.kind == MLO_CONSTANT_STRING && !part.constant.partial)
      return match_constant(self, &part, b);
  }
  mlo_node first = first_child(tree, a);
  if (first == MLO_NO_NODE) return false;
  add_goal(self, (mlo_goal){.op = GOAL_SAME_LIST, .p = first, .t = first_child(tree, b)});
  return true;
}

static bool step_same_list(mlo_matching *self, mlo_goal goal) {
  if (goal.p == MLO_NO_NODE || goal.t == MLO_NO_NODE) return goal.p == goal.t;
  mlo_node a = goal.p, b = goal.t;
  goal.p = next_sibling(self->tree, a);
  goal.t = next_sibling(self->tree, b);
  add_goal(self, goal);
  add_goal(self, (mlo_goal){.op = GOAL_SAME, .p = a, .t = b});
  return true;
}

/* --- the machine ----------------------------------------------------------------------------- */

static bool step(mlo_matching *self, mlo_goal goal) {
  switch ((goal_op)goal.op) {
  case GOAL_NODE: return match_node(self, goal.p, goal.t);
  case GOAL_LIST: return step_list(self, goal);
  case GOAL_SCAN: return step_scan(self, goal);
  case GOAL_PICK: return step_pick(self, goal);
  case GOAL_DEEP: return step_deep(self, goal);
  case GOAL_STATEMENT: return step_statement(self, goal.p, goal.t);
  case GOAL_STATEMENTS: return step_statements(self, goal);
  case GOAL_SEARCH: return step_search(self, goal);
  case GOAL_SAME: return step_same(self, goal.p, goal.t);
  case GOAL_SAME_LIST: return step_same_list(self, goal);
  }
  return false;
}

static bool run(mlo_matching *self, uint32_t base, mlo_accept_fn *accept, void *ctx) {
  while (!self->over) {
    bool held;
    if (self->head) {
      mlo_goal goal = self->goals.items[self->head];
      self->head = goal.next;
      held = charge(self, 1) && step(self, goal);
    } else if (!accept || accept(self, ctx)) {
      return true;
    } else {
      held = false;
    }
    if (!held && !take_choice(self, base)) return false;
  }
  return false;
}

static mlo_goal first_goal(const mlo_matching *self, const mlo_pattern *pattern, mlo_node node) {
  if (!pattern->sequence) return (mlo_goal){.op = GOAL_NODE, .p = pattern->root, .t = node};
  return (mlo_goal){.op = GOAL_STATEMENTS,
                    .flags = WHOLE,
                    .p = pattern->root,
                    .t = node,
                    .end = mlo_tree_parent(self->tree, node)};
}

bool mlo_matching_try(mlo_matching *self, const mlo_pattern *pattern, mlo_node node,
                      mlo_accept_fn *accept, void *ctx) {
  if (self->over || node == MLO_NO_NODE) return false;
  const mlo_pattern *outer = self->pattern;
  uint32_t head = self->head, cells = self->goals.len, base = self->choices.len,
           trail = self->trail.len, reached = self->reached;
  self->pattern = pattern;
  self->head = 0;
  self->reached = self->tree->nodes[node].end;
  add_goal(self, first_goal(self, pattern, node));
  bool matched = run(self, base, accept, ctx);
  if (!matched) undo(self, trail);
  self->pattern = outer;
  self->reached = reached;
  self->head = head;
  self->goals.len = cells;
  self->choices.len = base;
  return matched;
}

bool mlo_matching_may(const mlo_matching *self, const mlo_pattern *pattern, mlo_node node) {
  if (!pattern->sequence) return node_may(self, pattern, pattern->root, node);
  if (pattern->opens) return true;
  return loose_expression(pattern, pattern->root) != MLO_NO_NODE ||
         node_may(self, pattern, pattern->root, node);
}

mlo_str mlo_matching_text(const mlo_matching *self, const mlo_bound *bound) {
  if (bound->text.len || bound->node == MLO_NO_NODE) return bound->text;
  mlo_span span = mlo_tree_span(self->tree, bound->node);
  for (mlo_node at = bound->node; bound->end && at != bound->end && at != MLO_NO_NODE;
       at = mlo_tree_next(self->tree, at))
    span.end = self->tree->nodes[at].end;
  return mlo_span_of(self->tree->text, span);
}
