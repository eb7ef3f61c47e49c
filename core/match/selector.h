/* selector: what a rule looks for in code: patterns any of which may match, and conditions on the match, which share
 * its metavariables. Const once made. */
#ifndef MLO_SELECTOR_H
#define MLO_SELECTOR_H

#include "match/matching.h"

typedef MLO_ARRAY(mlo_pattern) mlo_patterns;

typedef enum mlo_condition_place {
  MLO_ON_NODE,     /* `all`, `unless`: the patterns match the same node */
  MLO_AROUND_NODE, /* `inside`, `not_inside`: what they match holds the node */
  MLO_ON_VARIABLE  /* `where`: what a metavariable stands for */
} mlo_condition_place;

/* Holds if one of the patterns matches (ON_VARIABLE: there, or where the value may come from), the regex is found and
 * the number lies in the bounds; negated: if none does. */
typedef struct mlo_condition {
  mlo_condition_place place;
  bool negated;
  uint8_t variable; /* ON_VARIABLE */
  mlo_patterns patterns;
  void *regex; /* pcre2_code, or NULL: on the value of a known string, else on the code */
  bool has_least, has_most;
  double least, most; /* of a known number */
} mlo_condition;

typedef struct mlo_selector {
  mlo_variables variables;
  mlo_patterns patterns;
  MLO_ARRAY(mlo_condition) conditions;
  uint8_t focus; /* the variable to report at, or MLO_NO_VARIABLE */
} mlo_selector;

/* Compiles a PCRE2 expression into arena. */
mlo_status mlo_selector_regex(mlo_str regex, mlo_arena *arena, void **out, mlo_error *err);
/* Adds, for each pattern, the literals without which it can't match. */
typedef MLO_ARRAY(mlo_literals) mlo_literal_sets;
void mlo_selector_literals(const mlo_selector *self, mlo_arena *arena, mlo_literal_sets *out);

/* What wakes a pattern: the nodes that it has to be tried on. */
typedef enum mlo_visit {
  MLO_VISIT_CALLS,     /* of the name `last`, or all if it is empty */
  MLO_VISIT_KIND,      /* nodes of the same shape as kind */
  MLO_VISIT_WORDS,     /* identifiers and attributes that are read */
  MLO_VISIT_STRINGS,   /* literals: strings, numbers, None ... */
  MLO_VISIT_STATEMENTS /* all statements */
} mlo_visit;
mlo_visit mlo_pattern_visit(const mlo_pattern *self, mlo_str *last, uint8_t *kind);
bool mlo_node_is_read(const mlo_tree *tree, mlo_node node);
bool mlo_kind_is_literal(uint8_t kind);
bool mlo_node_is_statement(const mlo_tree *tree, mlo_node node);

/* True if the pattern with this number matches at node and all conditions hold; matching then has the bindings. */
bool mlo_selector_match(const mlo_selector *self, uint32_t pattern, mlo_matching *matching,
                        mlo_node node);
/* True if pattern matches something that holds node. */
bool mlo_pattern_around(const mlo_pattern *pattern, mlo_matching *matching, mlo_node node);
/* True if pattern matches node. Bindings are forgotten before. */
bool mlo_pattern_matches(const mlo_pattern *pattern, mlo_matching *matching, mlo_node node);

/* --- what a rule is given --- */

typedef struct mlo_capture {
  mlo_str name;
  bool many; /* nodes is a list */
  const mlo_node *nodes;
  uint32_t count;
  mlo_str text; /* what it stands for in messages and fixes; empty: the text of its node */
} mlo_capture;

typedef struct mlo_match {
  mlo_node node;  /* what matched; of several statements the first */
  mlo_node focus; /* where to report, or MLO_NO_NODE: node */
  const mlo_capture *captures;
  uint32_t count;
} mlo_match;

/* The match that matching has just found at node, in arena. */
mlo_match mlo_selector_captures(const mlo_selector *self, const mlo_matching *matching,
                                mlo_node node, mlo_arena *arena);

#endif
