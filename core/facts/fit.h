/* fit: what was fitted on what, and what a value went through.
 *
 * Fits are calls of fit, fit_transform, partial_fit, fit_resample ... on some object. The fits that made an estimator
 * what it is at an expression are found along its states: changes in place where they stand, model = Model().fit(X, y),
 * functions of this file that fit their argument or return a fitted estimator. */
#ifndef MLO_FIT_H
#define MLO_FIT_H

#include "facts/term.h"

typedef struct mlo_fit {
  mlo_node call;
  uint32_t context;   /* of the call */
  mlo_node estimator; /* the receiver */
  mlo_node data;      /* X, or MLO_NO_NODE */
  mlo_node target;    /* y, or MLO_NO_NODE */
} mlo_fit;
typedef MLO_ARRAY(mlo_fit) mlo_fits;

/* All fits of the file in document order, outside of contexts. */
void mlo_facts_fits(const mlo_facts *self, mlo_fits *out);
/* The fits that may have made an estimator what it is where the expression stands; at most 16. */
void mlo_facts_fits_of(const mlo_facts *self, const mlo_term *estimator, mlo_fits *out);
/* The calls that construct the estimators of an expression: itself, the steps of pipelines, column transformers and
 * searches included; at most 32, the outermost first. */
void mlo_facts_estimators(const mlo_facts *self, const mlo_term *v, mlo_nodes *out);
/* The calls that a value went through, the latest first, each once, at most 64: what it was called with and on, through
 * names, containers, changes in place (df["a"] = f(df)) and functions of this file. */
typedef struct mlo_passage {
  mlo_node node;
  uint32_t context;
} mlo_passage;
typedef MLO_ARRAY(mlo_passage) mlo_passages;
void mlo_facts_history(const mlo_facts *self, const mlo_term *v, mlo_passages *out);
/* True if both are certain to be the same value, each in its context. */
bool mlo_terms_same(const mlo_facts *self, const mlo_term *a, const mlo_term *b);

#endif
