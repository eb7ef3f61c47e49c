/* export: a notebook's cells as a standard Python module, with a smoke test for it.
 *
 * Statements of the notebook go to one of four places. Imports stand on top. Functions and classes that need nothing
 * that cells compute stay whole at the module's level. Names that are bound once, to a literal, become keyword
 * parameters of `main`, or constants of the module where definitions read them. All other statements go into functions,
 * one for the cells below each heading: what such a function reads and does not bind becomes its parameters, what later
 * ones need becomes its return value. `main` calls them in order.
 *
 * Where that would not compute the same, a name stays what it is in a notebook, a global of the module: names that
 * definitions read whenever they are called, that are bound only on some ways through a cell, that are bound anew under
 * a lambda, that hide a builtin. Such a function says `global NAME`. So the module computes what the notebook computes
 * when it is run from top to bottom; where that is not known, there are obstacles instead. */
#ifndef MLO_EXPORT_H
#define MLO_EXPORT_H

#include "facts/facts.h"
#include "notebook/module.h"

/* Why a notebook can't be exported as it stands. */
typedef struct mlo_obstacle {
  mlo_span span;   /* in the module's text; empty: the notebook as a whole */
  mlo_str message; /* what is wrong and what to do */
  bool by_order;   /* only the order in which cells ran speaks against it */
} mlo_obstacle;

typedef struct mlo_export_request {
  const mlo_notebook *notebook;
  const mlo_module *module; /* of the notebook */
  const mlo_facts *facts;   /* of the module's tree */
  mlo_str source_name;      /* of the notebook's file: "churn.ipynb", for the docstring */
  mlo_str module_name;      /* "churn", as the test imports it */
  bool any_order;           /* take the cells as they stand, whatever their counts say */
} mlo_export_request;

typedef struct mlo_export {
  MLO_ARRAY(mlo_obstacle) obstacles; /* in the order of the text; with any, there are no texts */
  mlo_str module;
  mlo_str test;
} mlo_export;

/* Answers live in arena. */
void mlo_export_notebook(const mlo_export_request *request, mlo_arena *arena, mlo_export *out);
/* A name for the module of a notebook's file: "01 Churn-model.ipynb" is "churn_model"; never empty, no keyword. */
mlo_str mlo_export_module_name(mlo_str path, mlo_arena *arena);

#endif
