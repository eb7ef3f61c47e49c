#include "match/query.h"

#include "base/os.h"
#include "lang/grammar.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <tree_sitter/api.h>

enum { MOST_MATCHES = 10000, MOST_IN_PROGRESS = 4096, MATCH_LIMIT = 100000 };
static const double most_seconds = 2;

typedef enum predicate_op { PREDICATE_EQ, PREDICATE_MATCH, PREDICATE_ANY_OF } predicate_op;

/* One condition of a pattern: of the texts of `capture`'s nodes, all (any: one) are (negated: are not) the other's text, one
 * of `words`, or hold the regex. */
typedef struct predicate {
  predicate_op op;
  bool negated, any;
  uint32_t capture, other; /* other: UINT32_MAX if it is compared with words */
  mlo_literals words;
  void *regex;
  struct predicate *next; /* of the same pattern */
} predicate;

struct mlo_query {
  TSQuery *ts;
  mlo_arena arena;
  predicate **predicates; /* by pattern */
  uint32_t pattern_count;
};

/* --- predicates ------------------------------------------------------------------------------ */

static const struct {
  const char *name;
  predicate_op op;
  bool negated, any;
} operators[] = {
    {"eq?", PREDICATE_EQ, false, false},          {"not-eq?", PREDICATE_EQ, true, false},
    {"any-eq?", PREDICATE_EQ, false, true},       {"any-not-eq?", PREDICATE_EQ, true, true},
    {"match?", PREDICATE_MATCH, false, false},    {"not-match?", PREDICATE_MATCH, true, false},
    {"any-match?", PREDICATE_MATCH, false, true}, {"any-not-match?", PREDICATE_MATCH, true, true},
    {"any-of?", PREDICATE_ANY_OF, false, false},  {"not-any-of?", PREDICATE_ANY_OF, true, false},
};

static mlo_str word_of(const mlo_query *self, const TSQueryPredicateStep *step) {
  uint32_t len = 0;
  const char *text = ts_query_string_value_for_id(self->ts, step->value_id, &len);
  return mlo_str_of(text, len);
}

static mlo_status fail_predicate(mlo_str name, const char *why, mlo_error *err) {
  return mlo_error_set(err, MLO_ERR_RULE, (mlo_str){0}, "#%.*s %s", MLO_FMT(name), why);
}

static mlo_status read_operands(mlo_query *self, mlo_str name, const TSQueryPredicateStep *steps,
                                uint32_t count, predicate *out, mlo_error *err) {
  if (count < 2 || steps[0].type != TSQueryPredicateStepTypeCapture)
    return fail_predicate(name, "needs a capture and what to compare it with", err);
  out->capture = steps[0].value_id;
  out->other = UINT32_MAX;
  bool captures = steps[1].type == TSQueryPredicateStepTypeCapture;
  if (out->op != PREDICATE_ANY_OF && count != 2)
    return fail_predicate(name, "takes two operands", err);
  if (captures && out->op != PREDICATE_EQ)
    return fail_predicate(name, "compares with text only", err);
  if (captures) out->other = steps[1].value_id;
  for (uint32_t i = 1; i < count && !captures; i++)
    MLO_PUSH(&self->arena, &out->words, word_of(self, &steps[i]));
  if (out->op != PREDICATE_MATCH) return MLO_OK;
  return mlo_selector_regex(out->words.items[0], &self->arena, &out->regex, err);
}

static mlo_status read_predicate(mlo_query *self, uint32_t pattern,
                                 const TSQueryPredicateStep *steps, uint32_t count,
                                 mlo_error *err) {
  mlo_str name = count ? word_of(self, &steps[0]) : (mlo_str){0};
  if (mlo_str_ends(name, MLO_STR("!"))) return MLO_OK;
  for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
    if (!mlo_str_eq(name, mlo_str_c(operators[i].name))) continue;
    predicate *made = MLO_NEW(&self->arena, predicate);
    *made = (predicate){.op = operators[i].op,
                        .negated = operators[i].negated,
                        .any = operators[i].any,
                        .next = self->predicates[pattern]};
    self->predicates[pattern] = made;
    return read_operands(self, name, steps + 1, count - 1, made, err);
  }
  return fail_predicate(name, "is no predicate that is known here", err);
}

static mlo_status read_predicates(mlo_query *self, mlo_error *err) {
  self->pattern_count = ts_query_pattern_count(self->ts);
  self->predicates = MLO_NEW_ARRAY(&self->arena, predicate *, self->pattern_count + 1);
  mlo_status status = MLO_OK;
  for (uint32_t p = 0; p < self->pattern_count; p++) {
    uint32_t count = 0, from = 0;
    const TSQueryPredicateStep *steps = ts_query_predicates_for_pattern(self->ts, p, &count);
    for (uint32_t i = 0; i < count && status == MLO_OK; i++) {
      if (steps[i].type != TSQueryPredicateStepTypeDone) continue;
      status = read_predicate(self, p, steps + from, i - from, err);
      from = i + 1;
    }
  }
  return status;
}

/* --- the query ------------------------------------------------------------------------------- */

static mlo_status fail_syntax(mlo_str source, uint32_t at, TSQueryError error, mlo_error *err) {
  static const char *const why[] = {"",
                                    "a syntax error",
                                    "the grammar has no such kind of node",
                                    "the grammar has no such field",
                                    "there is no such capture",
                                    "no code can have this structure",
                                    "another language"};
  unsigned line = 1, column = 1;
  for (uint32_t i = 0; i < at && i < source.len; i++) {
    column++;
    if (source.ptr[i] == '\n') line++, column = 1;
  }
  return mlo_error_set(err, MLO_ERR_RULE, (mlo_str){0}, "line %u, column %u: %s", line, column,
                       error < sizeof why / sizeof *why ? why[error] : "an error");
}

mlo_status mlo_query_new(const mlo_grammars *grammars, mlo_format format, mlo_str source,
                         mlo_query **out, mlo_error *err) {
  const mlo_grammar *grammar =
      mlo_grammars_get(grammars, format == MLO_FORMAT_NOTEBOOK ? MLO_FORMAT_PYTHON : format);
  if (!grammar)
    return mlo_error_set(err, MLO_ERR_RULE, (mlo_str){0},
                         "there is no syntax tree for this format");
  mlo_query *self = calloc(1, sizeof *self);
  if (!self) return mlo_error_set(err, MLO_ERR_MEMORY, (mlo_str){0}, "out of memory");
  mlo_arena_init(&self->arena, 0, NULL, NULL);
  uint32_t at = 0;
  TSQueryError error = TSQueryErrorNone;
  self->ts = ts_query_new(grammar->ts, source.ptr, (uint32_t)source.len, &at, &error);
  mlo_status status = self->ts ? read_predicates(self, err) : fail_syntax(source, at, error, err);
  if (status == MLO_OK && !ts_query_capture_count(self->ts))
    status =
        mlo_error_set(err, MLO_ERR_RULE, (mlo_str){0}, "the query captures nothing: add @names");
  if (status == MLO_OK)
    *out = self;
  else
    mlo_query_free(self);
  return status;
}

void mlo_query_free(mlo_query *self) {
  if (!self) return;
  if (self->ts) ts_query_delete(self->ts);
  mlo_arena_release(&self->arena);
  free(self);
}

static bool is_there(const mlo_query *self, uint32_t pattern, uint32_t capture) {
  TSQuantifier times = ts_query_capture_quantifier_for_id(self->ts, pattern, capture);
  return times == TSQuantifierOne || times == TSQuantifierOneOrMore;
}

void mlo_query_literals(const mlo_query *self, mlo_arena *arena, mlo_literal_sets *out) {
  mlo_literal_sets sets = {0};
  for (uint32_t p = 0; p < self->pattern_count; p++) {
    mlo_literals set = {0};
    for (const predicate *at = self->predicates[p]; at; at = at->next)
      if (at->op == PREDICATE_EQ && !at->negated && at->words.len && at->words.items[0].len &&
          is_there(self, p, at->capture))
        MLO_PUSH(arena, &set, at->words.items[0]);
    if (!set.len) return;
    MLO_PUSH(arena, &sets, set);
  }
  for (uint32_t i = 0; i < sets.len; i++) MLO_PUSH(arena, out, sets.items[i]);
}

/* --- one file -------------------------------------------------------------------------------- */

typedef struct querying {
  const mlo_query *query;
  const mlo_tree *tree;
  mlo_arena *arena;
  pcre2_match_data *match;
  pcre2_match_context *limits;
} querying;

static void *arena_malloc(PCRE2_SIZE size, void *arena) {
  return mlo_arena_alloc(arena, 1, size, alignof(max_align_t));
}
static void arena_free(void *block, void *arena) { (void)block, (void)arena; }

static void make_matcher(querying *self) {
  pcre2_general_context *memory =
      pcre2_general_context_create(arena_malloc, arena_free, self->arena);
  self->match = pcre2_match_data_create(1, memory);
  self->limits = pcre2_match_context_create(memory);
  pcre2_set_match_limit(self->limits, MATCH_LIMIT);
}

static mlo_str text_of(const querying *self, TSNode node) {
  return mlo_str_slice(self->tree->text, ts_node_start_byte(node), ts_node_end_byte(node));
}

static bool text_fits(const querying *self, const predicate *at, mlo_str text, mlo_str other) {
  if (at->op == PREDICATE_MATCH)
    return pcre2_match(at->regex, (PCRE2_SPTR)(text.ptr ? text.ptr : ""), text.len, 0, 0,
                       self->match, self->limits) >= 0;
  if (at->other != UINT32_MAX) return mlo_str_eq(text, other);
  for (uint32_t i = 0; i < at->words.len; i++)
    if (mlo_str_eq(text, at->words.items[i])) return true;
  return false;
}

static mlo_str other_text(const querying *self, const predicate *at, const TSQueryMatch *match) {
  for (uint16_t i = 0; i < match->capture_count; i++)
    if (match->captures[i].index == at->other) return text_of(self, match->captures[i].node);
  return (mlo_str){0};
}

static bool predicate_holds(const querying *self, const predicate *at, const TSQueryMatch *match) {
  mlo_str other = at->other == UINT32_MAX ? (mlo_str){0} : other_text(self, at, match);
  bool some = false;
  for (uint16_t i = 0; i < match->capture_count; i++) {
    if (match->captures[i].index != at->capture) continue;
    bool fits = text_fits(self, at, text_of(self, match->captures[i].node), other) != at->negated;
    if (fits == at->any) return at->any;
    some = true;
  }
  return !at->any || !some;
}

static bool predicates_hold(const querying *self, const TSQueryMatch *match) {
  for (const predicate *at = self->query->predicates[match->pattern_index]; at; at = at->next)
    if (!predicate_holds(self, at, match)) return false;
  return true;
}

/* Nodes stand in the order of their starts: the first with this one is found by halving. */
static mlo_node flat_node(const mlo_tree *tree, TSNode node) {
  uint32_t start = ts_node_start_byte(node), end = ts_node_end_byte(node), low = 0,
           high = tree->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (tree->nodes[middle].start < start)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < tree->count && tree->nodes[low].start == start; low++)
    if (tree->nodes[low].end == end && tree->nodes[low].symbol == ts_node_symbol(node)) return low;
  return MLO_NO_NODE;
}

static mlo_capture capture_of(const querying *self, const TSQueryMatch *match, uint32_t id) {
  uint32_t len = 0;
  const char *name = ts_query_capture_name_for_id(self->query->ts, id, &len);
  TSQuantifier times =
      ts_query_capture_quantifier_for_id(self->query->ts, match->pattern_index, id);
  MLO_ARRAY(mlo_node) nodes = {0};
  for (uint16_t i = 0; i < match->capture_count; i++) {
    if (match->captures[i].index != id) continue;
    mlo_node node = flat_node(self->tree, match->captures[i].node);
    if (node != MLO_NO_NODE) MLO_PUSH(self->arena, &nodes, node);
  }
  return (mlo_capture){.name = mlo_arena_str(self->arena, mlo_str_of(name, len)),
                       .many = times == TSQuantifierZeroOrMore || times == TSQuantifierOneOrMore,
                       .nodes = nodes.items,
                       .count = nodes.len};
}

static void keep_match(const querying *self, const TSQueryMatch *match, mlo_matches *out) {
  uint32_t count = ts_query_capture_count(self->query->ts);
  mlo_capture *captures = MLO_NEW_ARRAY(self->arena, mlo_capture, count);
  mlo_node first = MLO_NO_NODE;
  for (uint32_t id = 0; id < count; id++) captures[id] = capture_of(self, match, id);
  for (uint16_t i = 0; i < match->capture_count && first == MLO_NO_NODE; i++)
    first = flat_node(self->tree, match->captures[i].node);
  mlo_match made = {.node = first, .focus = MLO_NO_NODE, .captures = captures, .count = count};
  if (first != MLO_NO_NODE) MLO_PUSH(self->arena, out, made);
}

static bool out_of_time(TSQueryCursorState *state) {
  return mlo_os_thread_seconds() > *(const double *)state->payload;
}

mlo_status mlo_query_run(const mlo_query *self, mlo_parser *parser, mlo_format format,
                         const mlo_tree *tree, mlo_arena *arena, mlo_matches *out, mlo_error *err) {
  const TSTree *syntax = NULL;
  TSQueryCursor *cursor = NULL;
  mlo_status status = mlo_parser_syntax(parser, format, tree->text, &syntax, &cursor, err);
  if (status != MLO_OK) return status;
  querying work = {.query = self, .tree = tree, .arena = arena};
  make_matcher(&work);
  double deadline = mlo_os_thread_seconds() + most_seconds;
  TSQueryCursorOptions options = {.payload = &deadline, .progress_callback = out_of_time};
  ts_query_cursor_set_match_limit(cursor, MOST_IN_PROGRESS);
  ts_query_cursor_exec_with_options(cursor, self->ts, ts_tree_root_node(syntax), &options);
  TSQueryMatch match;
  while (out->len < MOST_MATCHES && ts_query_cursor_next_match(cursor, &match))
    if (predicates_hold(&work, &match)) keep_match(&work, &match, out);
  bool stopped = out->len == MOST_MATCHES || ts_query_cursor_did_exceed_match_limit(cursor) ||
                 mlo_os_thread_seconds() > deadline;
  if (!stopped) return MLO_OK;
  return mlo_error_set(err, MLO_ERR_TOO_LARGE, (mlo_str){0},
                       "its query has too many matches there");
}
