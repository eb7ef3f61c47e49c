#include "match/selector.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum {
  MATCH_LIMIT = 100000,
  STEPS_FOR_ONE_TEXT = 10000000, /* PCRE2's limit counts anew at each place of the text */
  COST_OF_A_REGEX = 200,
  COST_OF_ORIGINS = 50,
  MOST_NODES_OF_A_LIST = 1000
};

/* --- regexes --------------------------------------------------------------------------------- */

static void *arena_malloc(PCRE2_SIZE size, void *arena) {
  return mlo_arena_alloc(arena, 1, size, alignof(max_align_t));
}
static void arena_free(void *block, void *arena) { (void)block, (void)arena; }

mlo_status mlo_selector_regex(mlo_str regex, mlo_arena *arena, void **out, mlo_error *err) {
  pcre2_general_context *memory = pcre2_general_context_create(arena_malloc, arena_free, arena);
  pcre2_compile_context *compile = pcre2_compile_context_create(memory);
  int code = 0;
  PCRE2_SIZE at = 0;
  *out = pcre2_compile((PCRE2_SPTR)regex.ptr, regex.len, PCRE2_UTF | PCRE2_MATCH_INVALID_UTF, &code,
                       &at, compile);
  if (*out) return MLO_OK;
  PCRE2_UCHAR why[128] = {0};
  pcre2_get_error_message(code, why, sizeof why);
  return mlo_error_set(err, MLO_ERR_RULE, (mlo_str){0}, "the regex does not compile at %zu: %s",
                       (size_t)at, (const char *)why);
}

/* Giving up counts as the end of the budget: the rule is named. */
static bool regex_finds(mlo_matching *matching, const void *regex, mlo_str text) {
  matching->steps += COST_OF_A_REGEX + text.len;
  pcre2_general_context *memory =
      pcre2_general_context_create(arena_malloc, arena_free, matching->arena);
  pcre2_match_context *limits = pcre2_match_context_create(memory);
  pcre2_match_data *match = pcre2_match_data_create(1, memory);
  uint32_t limit = STEPS_FOR_ONE_TEXT / (uint32_t)(text.len + 1);
  pcre2_set_match_limit(limits, limit < MATCH_LIMIT ? limit + 100 : MATCH_LIMIT);
  int found =
      pcre2_match(regex, (PCRE2_SPTR)(text.ptr ? text.ptr : ""), text.len, 0, 0, match, limits);
  if (found < 0 && found != PCRE2_ERROR_NOMATCH) matching->over = true;
  return found >= 0;
}

/* --- around a node --------------------------------------------------------------------------- */

static bool reaches(mlo_matching *matching, void *ctx) {
  const mlo_span *span = ctx;
  return matching->reached >= span->end;
}

static bool is_list_of_statements(uint8_t kind) {
  return kind == MLO_PY_BLOCK || kind == MLO_PY_MODULE;
}

/* Tries each statement from the first of its block to `last`: what begins there may reach over the node. */
static bool sequence_around(const mlo_pattern *pattern, mlo_matching *matching, mlo_node last,
                            mlo_span span) {
  const mlo_tree *tree = matching->tree;
  mlo_node at = mlo_tree_first_child(tree, tree->nodes[last].parent);
  while (at != MLO_NO_NODE && tree->nodes[at].start <= tree->nodes[last].start) {
    if (++matching->steps > matching->limit) matching->over = true;
    if (matching->over) return false;
    if (tree->nodes[at].kind != MLO_PY_COMMENT && mlo_matching_may(matching, pattern, at) &&
        mlo_matching_try(matching, pattern, at, reaches, &span))
      return true;
    if (pattern->opens) return false; /* its ellipsis has tried the rest */
    at = tree->nodes[at].next;
  }
  return false;
}

bool mlo_pattern_around(const mlo_pattern *pattern, mlo_matching *matching, mlo_node node) {
  const mlo_tree *tree = matching->tree;
  mlo_span span = mlo_tree_span(tree, node);
  for (; node != MLO_NO_NODE && !matching->over; node = tree->nodes[node].parent) {
    matching->steps++;
    if (!pattern->sequence) {
      if (mlo_matching_may(matching, pattern, node) && mlo_tree_is_named(tree, node) &&
          mlo_matching_try(matching, pattern, node, NULL, NULL))
        return true;
    } else if (is_list_of_statements(mlo_tree_kind(tree, mlo_tree_parent(tree, node)))) {
      if (sequence_around(pattern, matching, node, span)) return true;
    }
  }
  return false;
}

/* --- conditions ------------------------------------------------------------------------------ */

static bool any_matches(const mlo_patterns *patterns, mlo_matching *matching, mlo_node node) {
  for (uint32_t i = 0; i < patterns->len; i++)
    if (mlo_matching_try(matching, &patterns->items[i], node, NULL, NULL)) return true;
  return false;
}

static bool any_around(const mlo_patterns *patterns, mlo_matching *matching, mlo_node node) {
  for (uint32_t i = 0; i < patterns->len; i++)
    if (mlo_pattern_around(&patterns->items[i], matching, node)) return true;
  return false;
}

/* The pattern is tried on the code itself and on the expressions that its value may come from. */
static bool value_matches(const mlo_patterns *patterns, mlo_matching *matching, mlo_node node) {
  if (any_matches(patterns, matching, node)) return true;
  mlo_source_values origins = {0};
  matching->steps += COST_OF_ORIGINS;
  mlo_facts_origins(matching->facts, node, &origins);
  for (uint32_t i = 0; i < origins.len; i++)
    if (origins.items[i].item < 0 && origins.items[i].node != node &&
        any_matches(patterns, matching, origins.items[i].node))
      return true;
  return false;
}

static bool variable_holds(const mlo_condition *self, mlo_matching *matching) {
  const mlo_bound *bound = &matching->bound[self->variable];
  if (!bound->set) return false;
  bool code = bound->node != MLO_NO_NODE && !bound->end;
  if (self->patterns.len && !(code && value_matches(&self->patterns, matching, bound->node)))
    return false;
  if (!self->regex && !self->has_least && !self->has_most) return true;
  mlo_constant constant = {0};
  if (code && !bound->text.len) constant = mlo_facts_constant(matching->facts, bound->node);
  bool text = constant.kind == MLO_CONSTANT_STRING && !constant.partial;
  mlo_str subject = text ? constant.text : mlo_matching_text(matching, bound);
  if (self->regex && !regex_finds(matching, self->regex, subject)) return false;
  if (!self->has_least && !self->has_most) return true;
  if (constant.kind != MLO_CONSTANT_INTEGER && constant.kind != MLO_CONSTANT_FLOAT) return false;
  return (!self->has_least || constant.number >= self->least) &&
         (!self->has_most || constant.number <= self->most);
}

static bool condition_holds(const mlo_condition *self, mlo_matching *matching, mlo_node node) {
  switch (self->place) {
  case MLO_ON_NODE: return any_matches(&self->patterns, matching, node);
  case MLO_AROUND_NODE: return any_around(&self->patterns, matching, node);
  case MLO_ON_VARIABLE: return variable_holds(self, matching);
  }
  return false;
}

/* What a negated condition binds on its way is nobody's business. */
static bool judge(const mlo_condition *self, mlo_matching *matching, mlo_node node) {
  if (!self->negated) return condition_holds(self, matching, node);
  uint32_t trail = matching->trail.len;
  bool holds = condition_holds(self, matching, node);
  while (matching->trail.len > trail)
    matching->bound[matching->trail.items[--matching->trail.len]] = (mlo_bound){0};
  return !holds && !matching->over;
}

typedef struct judging {
  const mlo_selector *selector;
  mlo_node node;
} judging;

static bool accept(mlo_matching *matching, void *ctx) {
  const judging *self = ctx;
  for (uint32_t i = 0; i < self->selector->conditions.len; i++)
    if (!judge(&self->selector->conditions.items[i], matching, self->node)) return false;
  return true;
}

static bool is_first_of_block(const mlo_tree *tree, mlo_node node) {
  mlo_node first = mlo_tree_first_child(tree, tree->nodes[node].parent);
  while (first != node && mlo_tree_kind(tree, first) == MLO_PY_COMMENT)
    first = tree->nodes[first].next;
  return first == node;
}

bool mlo_selector_match(const mlo_selector *self, uint32_t pattern, mlo_matching *matching,
                        mlo_node node) {
  const mlo_pattern *wanted = &self->patterns.items[pattern];
  mlo_matching_clear(matching);
  if (wanted->opens && !is_first_of_block(matching->tree, node)) return false;
  if (!mlo_matching_may(matching, wanted, node)) return false;
  judging work = {self, node};
  return mlo_matching_try(matching, &self->patterns.items[pattern], node, accept, &work);
}

bool mlo_pattern_matches(const mlo_pattern *pattern, mlo_matching *matching, mlo_node node) {
  mlo_matching_clear(matching);
  return mlo_matching_may(matching, pattern, node) &&
         mlo_matching_try(matching, pattern, node, NULL, NULL);
}

/* --- what to visit --------------------------------------------------------------------------- */

bool mlo_kind_is_literal(uint8_t kind) {
  switch (kind) {
  case MLO_PY_STRING:
  case MLO_PY_CONCATENATED_STRING:
  case MLO_PY_INTEGER:
  case MLO_PY_FLOAT:
  case MLO_PY_UNARY_OPERATOR:
  case MLO_PY_TRUE:
  case MLO_PY_FALSE:
  case MLO_PY_NONE: return true;
  default: return false;
  }
}

mlo_visit mlo_pattern_visit(const mlo_pattern *self, mlo_str *last, uint8_t *kind) {
  const mlo_part *root = &self->parts[self->root];
  *last = (mlo_str){0};
  *kind = self->tree.nodes[self->root].kind;
  if (self->sequence) return MLO_VISIT_STATEMENTS;
  switch (root->role) {
  case MLO_PART_NAME: return MLO_VISIT_WORDS;
  case MLO_PART_CONSTANT:
  case MLO_PART_STRING:
  case MLO_PART_FSTRING: return MLO_VISIT_STRINGS;
  default: break;
  }
  if (*kind != MLO_PY_CALL) return MLO_VISIT_KIND;
  *last = root->last;
  return MLO_VISIT_CALLS;
}

bool mlo_node_is_statement(const mlo_tree *tree, mlo_node node) {
  return tree->nodes[node].kind != MLO_PY_COMMENT &&
         is_list_of_statements(mlo_tree_kind(tree, tree->nodes[node].parent));
}

bool mlo_node_is_read(const mlo_tree *tree, mlo_node node) {
  uint8_t kind = tree->nodes[node].kind;
  if (kind != MLO_PY_IDENTIFIER && kind != MLO_PY_ATTRIBUTE) return false;
  uint8_t parent = mlo_tree_kind(tree, tree->nodes[node].parent), field = tree->nodes[node].field;
  switch (parent) {
  case MLO_PY_ATTRIBUTE: return field != MLO_FIELD_ATTRIBUTE;
  case MLO_PY_KEYWORD_ARGUMENT:
  case MLO_PY_FUNCTION:
  case MLO_PY_CLASS:
  case MLO_PY_DEFAULT_PARAMETER:
  case MLO_PY_TYPED_DEFAULT_PARAMETER: return field != MLO_FIELD_NAME;
  case MLO_PY_ASSIGNMENT: return field != MLO_FIELD_LEFT;
  case MLO_PY_DOTTED_NAME:
  case MLO_PY_ALIASED_IMPORT:
  case MLO_PY_PARAMETERS:
  case MLO_PY_LAMBDA_PARAMETERS:
  case MLO_PY_TYPED_PARAMETER: return false;
  default: return true;
  }
}

/* --- literals -------------------------------------------------------------------------------- */

void mlo_selector_literals(const mlo_selector *self, mlo_arena *arena, mlo_literal_sets *out) {
  for (uint32_t i = 0; i < self->patterns.len; i++) {
    mlo_literals set = {0};
    mlo_pattern_literals(&self->patterns.items[i], arena, &set);
    for (uint32_t c = 0; c < self->conditions.len; c++) {
      const mlo_condition *condition = &self->conditions.items[c];
      bool needed = !condition->negated && condition->place != MLO_ON_VARIABLE;
      if (needed && condition->patterns.len == 1)
        mlo_pattern_literals(&condition->patterns.items[0], arena, &set);
    }
    MLO_PUSH(arena, out, set);
  }
}

/* --- captures -------------------------------------------------------------------------------- */

static mlo_capture capture_of(const mlo_selector *self, const mlo_matching *matching,
                              uint32_t variable, mlo_arena *arena) {
  const mlo_bound *bound = &matching->bound[variable];
  mlo_capture out = {.name = self->variables.names[variable],
                     .many = self->variables.many[variable]};
  MLO_ARRAY(mlo_node) nodes = {0};
  mlo_node end = out.many ? bound->end : mlo_tree_next(matching->tree, bound->node);
  for (mlo_node at = bound->node;
       at != MLO_NO_NODE && at != end && nodes.len < MOST_NODES_OF_A_LIST;
       at = mlo_tree_next(matching->tree, at))
    if (matching->tree->nodes[at].kind != MLO_PY_COMMENT) MLO_PUSH(arena, &nodes, at);
  out.nodes = nodes.items;
  out.count = nodes.len;
  out.text = bound->text.len || out.many ? mlo_matching_text(matching, bound) : (mlo_str){0};
  return out;
}

mlo_match mlo_selector_captures(const mlo_selector *self, const mlo_matching *matching,
                                mlo_node node, mlo_arena *arena) {
  MLO_ARRAY(mlo_capture) captures = {0};
  for (uint32_t i = 0; i < self->variables.count; i++)
    if (matching->bound[i].set) MLO_PUSH(arena, &captures, capture_of(self, matching, i, arena));
  mlo_node focus = MLO_NO_NODE;
  if (self->focus != MLO_NO_VARIABLE && matching->bound[self->focus].set)
    focus = matching->bound[self->focus].node;
  return (mlo_match){
      .node = node, .focus = focus, .captures = captures.items, .count = captures.len};
}
