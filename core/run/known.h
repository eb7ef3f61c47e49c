/* known: the baseline in force for a check: which file it is, and what the check may say of what it holds. */
#ifndef MLO_KNOWN_H
#define MLO_KNOWN_H

#include "report/baseline.h"
#include "run/engine.h"

/* Reads the baseline that the overrides or else the root's settings name. *out is NULL without one. */
mlo_status mlo_known_open(const mlo_request *request, const mlo_settings *settings,
                          mlo_arena *arena, mlo_baseline **out, mlo_error *err);

/* What a check has looked at. */
typedef struct mlo_known_view {
  const mlo_request *request;
  const mlo_catalogue *catalogue;
  const mlo_settings *settings; /* of the root */
  const mlo_problems *problems;
  bool complete; /* the whole project was read, and nothing went wrong with its rules */
  /* The settings of a file that was checked; NULL: it was not. *sound: nothing went wrong with it. */
  const mlo_settings *(*settings_of)(const void *ctx, mlo_str path, bool *sound);
  const void *ctx;
} mlo_known_view;

/* Marks what the check would have found if it were still there: its file was checked, or lies in what was and is gone
 * or excluded; its rule is on there and could speak. A rule that no longer exists finds nothing. */
void mlo_known_judge(mlo_baseline *self, const mlo_known_view *view);

#endif
