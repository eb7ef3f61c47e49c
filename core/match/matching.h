/* matching: whether a pattern matches at a node of a file, and what its metavariables stand for there.
 *
 * The matcher is a machine over goals ("this part against that node", "these parts against those siblings"), not a set
 * of functions that call each other: what is left to do is a list, what else could have been tried is a stack. So
 * depth costs no C stack, an ellipsis gives back what it took (also to parts far away from it), and every step is
 * counted against a limit. An ellipsis is forgotten as soon as the next one of its list is reached without having
 * bound anything, since trying it again could not help: lists cost their length, not its power.
 *
 * One matching serves one file; bindings live until the next attempt. */
#ifndef MLO_MATCHING_H
#define MLO_MATCHING_H

#include "match/pattern.h"

typedef struct mlo_bound {
  bool set;
  mlo_node node; /* the code; $...NAME: the first of a list of siblings, or MLO_NO_NODE */
  mlo_node end;  /* $...NAME: the sibling behind the list, or MLO_NO_NODE; 0: no list */
  mlo_str text;  /* an open part of a name: this word, whatever the code calls it; or empty */
} mlo_bound;

typedef struct mlo_goal mlo_goal;
typedef struct mlo_choice mlo_choice;

typedef struct mlo_matching {
  const mlo_facts *facts;
  const mlo_tree *tree;
  mlo_arena *arena;           /* the file's */
  const mlo_pattern *pattern; /* at work */
  mlo_bound bound[MLO_MOST_VARIABLES];
  MLO_ARRAY(uint8_t) trail; /* variables in the order in which they were bound */
  struct {
    mlo_goal *items;
    uint32_t len, cap;
  } goals; /* cells of lists; 0 is the end of a list */
  struct {
    mlo_choice *items;
    uint32_t len, cap;
  } choices;
  uint32_t head;    /* the list of what is left to do */
  uint32_t reached; /* in accept: the offset behind the last statement that a sequence matched */
  uint64_t steps, limit;
  bool over; /* the limit was met: nothing matches any more */
} mlo_matching;

/* facts must be those of the file at work. limit: steps for all attempts together. */
void mlo_matching_init(mlo_matching *self, const mlo_facts *facts, uint64_t limit,
                       mlo_arena *arena);
/* Forgets all bindings, and whatever an attempt left that did not come to its end. Not from accept. */
void mlo_matching_clear(mlo_matching *self);

/* Asked when all parts of a pattern match; false: try other ways. */
typedef bool mlo_accept_fn(mlo_matching *self, void *ctx);
/* Matches pattern at node: an expression, a statement, or, for a sequence, its first statement. Variables that are
 * bound keep their value; on success those of the pattern are bound too, on failure nothing has changed. accept may be
 * NULL. Nested calls (from accept) are fine. */
bool mlo_matching_try(mlo_matching *self, const mlo_pattern *pattern, mlo_node node,
                      mlo_accept_fn *accept, void *ctx);
/* False if the pattern's root can't match at node, at a glance. */
bool mlo_matching_may(const mlo_matching *self, const mlo_pattern *pattern, mlo_node node);
/* Kinds of one shape are compared alike: a tuple, its pattern in an assignment, a list without brackets. */
uint8_t mlo_kind_shape(uint8_t kind);
/* The text that a variable stands for: what the pattern's name says, or the code. */
mlo_str mlo_matching_text(const mlo_matching *self, const mlo_bound *bound);

#endif
