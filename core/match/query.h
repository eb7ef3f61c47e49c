/* query: a tree-sitter query of a rule, with its predicates, which the C library only parses: #eq? #not-eq? #any-eq?
 * #any-not-eq? #match? #not-match? #any-match? #any-not-match? #any-of? #not-any-of?. Directives (#set!) say nothing to
 * us. Const once made.
 *
 * Our trees are flat copies, so a file that a query is woken for is parsed again; captures are given as nodes of the flat
 * tree, found by place and kind. Punctuation has no node there: a capture of it is empty. */
#ifndef MLO_QUERY_H
#define MLO_QUERY_H

#include "match/selector.h"

typedef struct mlo_query mlo_query;

/* Fails with MLO_ERR_RULE, naming line and column. */
mlo_status mlo_query_new(const mlo_grammars *grammars, mlo_format format, mlo_str source,
                         mlo_query **out, mlo_error *err);
void mlo_query_free(mlo_query *self);
/* Adds, for each of its patterns, the literals without which it can't match; nothing if one of them has none. */
void mlo_query_literals(const mlo_query *self, mlo_arena *arena, mlo_literal_sets *out);

typedef MLO_ARRAY(mlo_match) mlo_matches;
/* The matches in tree's text, in arena. The node of a match is its first capture's. Captures of a match are all that the
 * query has. Stops with MLO_ERR_TOO_LARGE over its bounds (matches, time), what was found before is in out. */
mlo_status mlo_query_run(const mlo_query *self, mlo_parser *parser, mlo_format format,
                         const mlo_tree *tree, mlo_arena *arena, mlo_matches *out, mlo_error *err);

#endif
