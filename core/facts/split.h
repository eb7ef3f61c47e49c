/* split: which part of the data a value holds (training, validation, test), and whether it is features or the target.
 *
 * Known splits: train_test_split (nested too), the folds of sklearn's splitters (in loops, enumerate, next), positional
 * cuts x[:n] with x[n:], sample with drop(part.index), torch's random_split, parts of datasets by their key or split=.
 * A part stays that part through selections, copies, conversions and transformations of its rows. If nothing is known
 * of where a value comes from, its name is taken (X_train, val_df) and by_name says so. */
#ifndef MLO_SPLIT_H
#define MLO_SPLIT_H

#include "facts/facts.h"
#include "facts/summary.h"

typedef enum mlo_role { MLO_ROLE_UNKNOWN, MLO_ROLE_FEATURES, MLO_ROLE_TARGET } mlo_role;

typedef struct mlo_split {
  mlo_part_kind part; /* UNKNOWN: nothing is known */
  mlo_role role;
  bool by_name;
  mlo_node made;  /* the call or subscript that took this part, or MLO_NO_NODE */
  mlo_node whole; /* the expression that it was taken of, or MLO_NO_NODE */
} mlo_split;

void mlo_facts_split(const mlo_facts *self, mlo_node expression, mlo_split *out);
/* "train", "validation", "test" or NULL. */
const char *mlo_part_name(mlo_part_kind part);
/* "features", "target" or NULL. */
const char *mlo_role_name(mlo_role role);

#endif
